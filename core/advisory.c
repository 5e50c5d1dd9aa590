#include "core/advisory.h"

#include <ctype.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/reference.h"
#include "core/terms.h"

#define OSV_VERSION "1.7.0"
#define OSV_PREFIX "x_" /* of databases that osv.dev does not know */
#define OPENVEX_CONTEXT "https://openvex.dev/ns/v0.2.0"
#define NO_ACTION "No workaround and no remedy are recorded."
#define NO_REASON "The record does not say why."

static bool has(const char *text)
{
	return text && *text;
}

static void write_time(struct json_writer *json, const char *name, struct instant at)
{
	struct strbuf text = STRBUF_INIT;

	if (!instant_known(at))
		return;
	instant_format_rfc3339(&text, at);
	json_write_member(json, name, text.text);
	strbuf_release(&text);
}

static struct instant changed_at(const struct incident *incident)
{
	struct instant at = instant_known(incident->updated_at) ? incident->updated_at : incident->created_at;

	if (!instant_known(at)) /* both formats demand one */
		at = (struct instant){ .at_us = 0, .precision = PRECISION_SECOND };
	at.precision = PRECISION_SECOND;
	return at;
}

static struct instant begun_at(const struct incident *incident)
{
	struct instant at = instant_known(incident->created_at) ? incident->created_at : changed_at(incident);

	at.precision = PRECISION_SECOND;
	return at;
}

static const char *title_of(const struct incident *incident)
{
	return has(incident->title) ? incident->title : incident->key;
}

/* ---- OSV ----------------------------------------------------------------------------- */

static const struct {
	const char *type, *ecosystem;
} ecosystems[] = {
	{ "npm", "npm" },     { "pypi", "PyPI" },  { "cargo", "crates.io" },    { "golang", "Go" },  { "maven", "Maven" },
	{ "nuget", "NuGet" }, { "gem", "RubyGems" }, { "composer", "Packagist" }, { "hex", "Hex" }, { "pub", "Pub" },
};

/* Of "pkg:npm/%40scope/name@1" the ecosystem, and the name as it stands there ("%40scope/name"). */
static const char *ecosystem_of(const char *product, struct slice *name)
{
	const char *type = product ? product + strlen("pkg:") : NULL, *slash;

	if (!product || strncmp(product, "pkg:", 4) != 0 || !(slash = strchr(type, '/')))
		return NULL;
	*name = (struct slice){ slash + 1, strcspn(slash + 1, "@?#") };
	for (size_t i = 0; i < ARRAY_LEN(ecosystems) && name->len_bytes; i++)
		if (strlen(ecosystems[i].type) == (size_t)(slash - type) &&
		    strncmp(ecosystems[i].type, type, (size_t)(slash - type)) == 0)
			return ecosystems[i].ecosystem;
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A package URL's name without its percent signs; Maven has ":" where the URL has "/". */
static void write_package_name(struct json_writer *json, const char *ecosystem, struct slice name)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < name.len_bytes; i++) {
		char c = name.at[i];

		if (c == '%' && i + 2 < name.len_bytes && hex_digit(name.at[i + 1]) >= 0 && hex_digit(name.at[i + 2]) >= 0) {
			c = (char)(hex_digit(name.at[i + 1]) * 16 + hex_digit(name.at[i + 2]));
			i += 2;
		} else if (c == '/' && strcmp(ecosystem, "Maven") == 0)
			c = ':';
		strbuf_addch(&text, c);
	}
	json_write_name(json, "name");
	json_write_slice(json, strbuf_slice(&text));
	strbuf_release(&text);
}

/* SemVer 2.0.0 as far as its three numbers go; what may follow them is only looked over. */
static bool is_semantic(const char *version)
{
	for (int part = 0; part < 3; part++) {
		size_t digits = strspn(version, "0123456789");

		if (!digits || (digits > 1 && *version == '0'))
			return false;
		version += digits;
		if (part < 2 && *version++ != '.')
			return false;
	}
	return !*version || ((*version == '-' || *version == '+') && version[1] &&
			     !version[strspn(version, "-+.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")]);
}

static void write_event(struct json_writer *json, const char *name, const char *version)
{
	json_write_begin(json, '{');
	json_write_member(json, name, version);
	json_write_end(json, '}');
}

/* OSV tells of what is affected, and of nothing else. */
static bool tells_of_range(const struct incident_advisory *advisory)
{
	return advisory->status == ADVISORY_AFFECTED || advisory->status == ADVISORY_FIXED;
}

static void write_ranges(struct json_writer *json, const struct incident_advisory *advisory, bool has_package)
{
	const char *const versions[] = { advisory->introduced_in, advisory->fixed_in, advisory->last_affected };
	bool semantic = true, any = false;

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		any |= has(versions[i]);
		semantic &= !has(versions[i]) || is_semantic(versions[i]);
	}
	if (!any || (!semantic && !has_package))
		return;
	json_write_name(json, "ranges");
	json_write_begin(json, '[');
	json_write_begin(json, '{');
	json_write_member(json, "type", semantic && !has_package ? "SEMVER" : "ECOSYSTEM");
	json_write_name(json, "events");
	json_write_begin(json, '[');
	write_event(json, "introduced", has(advisory->introduced_in) ? advisory->introduced_in : "0");
	if (has(advisory->fixed_in))
		write_event(json, "fixed", advisory->fixed_in);
	else if (has(advisory->last_affected))
		write_event(json, "last_affected", advisory->last_affected);
	json_write_end(json, ']');
	json_write_end(json, '}');
	json_write_end(json, ']');
}

static void write_affected(struct json_writer *json, const struct incident_advisory *advisory)
{
	struct slice name;
	const char *ecosystem = ecosystem_of(advisory->product, &name);

	json_write_begin(json, '{');
	if (ecosystem) {
		json_write_name(json, "package");
		json_write_begin(json, '{');
		json_write_member(json, "ecosystem", ecosystem);
		write_package_name(json, ecosystem, name);
		json_write_member(json, "purl", advisory->product);
		json_write_end(json, '}');
	}
	write_ranges(json, advisory, ecosystem != NULL);
	json_write_name(json, "database_specific");
	json_write_begin(json, '{');
	json_write_member_int(json, "advisory", advisory->number);
	json_write_member(json, "status", advisory_status_word(advisory->status));
	json_write_member_if(json, "product", advisory->product);
	json_write_member_if(json, "introduced_in", advisory->introduced_in);
	json_write_member_if(json, "fixed_in", advisory->fixed_in);
	json_write_member_if(json, "last_affected", advisory->last_affected);
	json_write_end(json, '}');
	json_write_end(json, '}');
}

/* References to parts of the record lead nowhere from here. */
static void add_markdown(struct strbuf *out, const char *markdown)
{
	struct arena scratch = ARENA_INIT;

	strbuf_addstr(out, reference_strip(&scratch, markdown));
	arena_release(&scratch);
}

static void add_detail(struct strbuf *out, const char *heading, const char *markdown)
{
	if (!has(markdown))
		return;
	strbuf_addf(out, "%s### %s\n\n", out->len_bytes ? "\n\n" : "", heading);
	add_markdown(out, markdown);
}

static void write_text(struct json_writer *json, const char *name, const char *markdown)
{
	struct strbuf text = STRBUF_INIT;

	add_markdown(&text, markdown);
	json_write_member(json, name, text.text);
	strbuf_release(&text);
}

/* What a reader of the page finds there, as Markdown. */
static void write_details(struct json_writer *json, const struct incident *incident)
{
	struct strbuf text = STRBUF_INIT;
	const char *summary = incident_section(incident, "summary");

	if (has(summary))
		add_markdown(&text, summary);
	for (size_t i = 0; i < incident->advisory_count; i++) {
		const struct incident_advisory *advisory = &incident->advisories[i];

		add_detail(&text, "What users see", advisory->symptoms);
		add_detail(&text, "Are you affected?", advisory->self_check);
		add_detail(&text, "What to look at again", advisory->re_review);
		add_detail(&text, "Workaround", advisory->workaround);
		add_detail(&text, "Remedy", advisory->remedy);
	}
	if (text.len_bytes)
		json_write_member(json, "details", text.text);
	strbuf_release(&text);
}

static bool is_web(const char *link)
{
	size_t scheme = link && strncmp(link, "https://", 8) == 0 ? 8 : link && strncmp(link, "http://", 7) == 0 ? 7 : 0;

	if (!scheme || !link[scheme])
		return false;
	for (const char *at = link; *at; at++) /* RFC 3986 knows no others */
		if (*at <= ' ' || (unsigned char)*at >= 0x7f || strchr("\"<>\\^`{|}", *at))
			return false;
	return true;
}

static void write_reference(struct json_writer *json, bool *any, const char *type, const char *link)
{
	if (!is_web(link))
		return;
	if (!*any) {
		json_write_name(json, "references");
		json_write_begin(json, '[');
	}
	*any = true;
	json_write_begin(json, '{');
	json_write_member(json, "type", type);
	json_write_member(json, "url", link);
	json_write_end(json, '}');
}

static void write_references(struct json_writer *json, const struct incident *incident)
{
	bool any = false;

	for (size_t i = 0; i < incident->advisory_count; i++)
		write_reference(json, &any, "ADVISORY", incident->advisories[i].link);
	for (size_t i = 0; i < incident->source_count; i++)
		write_reference(json, &any, "WEB", incident->sources[i].link);
	if (any)
		json_write_end(json, ']');
}

/* Earlier incidents that this one is related to, each once. */
static void write_related(struct json_writer *json, const struct incident *incident)
{
	bool any = false;

	for (size_t i = 0; i < incident->recurrence_count; i++) {
		const char *earlier = incident->recurrences[i].earlier;
		bool known = !has(earlier);
		struct strbuf id = STRBUF_INIT;

		for (size_t k = 0; k < i && !known; k++)
			known = has(incident->recurrences[k].earlier) && strcmp(incident->recurrences[k].earlier, earlier) == 0;
		if (known)
			continue;
		if (!any) {
			json_write_name(json, "related");
			json_write_begin(json, '[');
		}
		any = true;
		strbuf_addf(&id, OSV_PREFIX "%s", earlier);
		json_write_text(json, id.text);
		strbuf_release(&id);
	}
	if (any)
		json_write_end(json, ']');
}

void advisory_write_osv(struct strbuf *out, const struct incident *incident, struct instant published)
{
	struct json_writer json;
	struct strbuf id = STRBUF_INIT;
	size_t told = 0;

	for (size_t i = 0; i < incident->advisory_count; i++)
		told += tells_of_range(&incident->advisories[i]);
	if (!told)
		return;
	json_write_init(&json, out, 2);
	json_write_begin(&json, '{');
	json_write_member(&json, "schema_version", OSV_VERSION);
	strbuf_addf(&id, OSV_PREFIX "%s", incident->key);
	json_write_member(&json, "id", id.text);
	strbuf_release(&id);
	write_time(&json, "modified", changed_at(incident));
	write_time(&json, "published", published);
	write_related(&json, incident);
	write_text(&json, "summary", title_of(incident));
	write_details(&json, incident);
	json_write_name(&json, "affected");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < incident->advisory_count; i++)
		if (tells_of_range(&incident->advisories[i]))
			write_affected(&json, &incident->advisories[i]);
	json_write_end(&json, ']');
	write_references(&json, incident);
	json_write_name(&json, "database_specific");
	json_write_begin(&json, '{');
	json_write_member(&json, "incident", incident->key);
	json_write_member(&json, "status", incident_status_word(incident->status));
	if (incident->severity != SEVERITY_NONE)
		json_write_member(&json, "severity", severity_word(incident->severity));
	json_write_end(&json, '}');
	json_write_end(&json, '}');
	strbuf_addch(out, '\n');
}

/* ---- OpenVEX --------------------------------------------------------------------------- */

/* A UUID of RFC 9562's version 8, made of the key: the same for ever, and no address that
 * somebody would have to serve. */
static void document_id(struct strbuf *out, const char *key)
{
	struct digest_builder *builder = digest_begin();
	struct digest digest;
	char hex[DIGEST_HEX_LEN + 1];

	digest_field(builder, slice_of("aitia openvex"));
	digest_field(builder, slice_of(key));
	digest = digest_end(builder);
	digest_hex(&digest, hex);
	strbuf_addf(out, "urn:uuid:%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15, hex + 18);
}

/* As a package URL (purl-spec): the version behind "@", all but plain letters encoded. */
static void add_encoded(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c < 0x80 && isalnum(c)) || strchr("-._~", c))
			strbuf_addch(out, (char)c);
		else
			strbuf_addf(out, "%%%02X", c);
	}
}

static void write_products(struct json_writer *json, const struct incident_advisory *advisory)
{
	struct strbuf id = STRBUF_INIT;
	const char *version = has(advisory->fixed_in) && advisory->status == ADVISORY_FIXED ? advisory->fixed_in : NULL;
	bool is_url = has(advisory->product) && strncmp(advisory->product, "pkg:", 4) == 0;

	if (!has(advisory->product))
		return;
	if (is_url)
		for (const char *at = advisory->product; *at; at++) {
			char c[2] = { *at, '\0' };

			if (strchr("/:@%?#&=+,;", *at))
				strbuf_addstr(&id, c);
			else
				add_encoded(&id, c);
		}
	else {
		strbuf_addstr(&id, "pkg:generic/");
		add_encoded(&id, advisory->product);
	}
	if (version && !strpbrk(id.text, "@?#")) {
		strbuf_addch(&id, '@');
		add_encoded(&id, version);
	}
	json_write_name(json, "products");
	json_write_begin(json, '[');
	json_write_begin(json, '{');
	json_write_member(json, "@id", id.text);
	json_write_name(json, "identifiers");
	json_write_begin(json, '{');
	json_write_member(json, "purl", id.text);
	json_write_end(json, '}');
	json_write_end(json, '}');
	json_write_end(json, ']');
	strbuf_release(&id);
}

/* What the first of them says that says anything; else `otherwise`. */
static const char *first_of(const char *a, const char *b, const char *otherwise)
{
	return has(a) ? a : has(b) ? b : otherwise;
}

static void write_statement(struct json_writer *json, const struct incident *incident, const char *document,
			    const struct incident_advisory *advisory)
{
	struct strbuf id = STRBUF_INIT;
	struct instant told = advisory->notified_at;

	strbuf_addf(&id, "%s#AD%lld", document, (long long)advisory->number);
	json_write_begin(json, '{');
	json_write_member(json, "@id", id.text);
	json_write_name(json, "vulnerability");
	json_write_begin(json, '{');
	json_write_member(json, "name", incident->key);
	write_text(json, "description", title_of(incident));
	json_write_end(json, '}');
	write_products(json, advisory);
	json_write_member(json, "status", advisory_status_word(advisory->status));
	if (has(advisory->symptoms))
		write_text(json, "status_notes", advisory->symptoms);
	if (advisory->status == ADVISORY_NOT_AFFECTED)
		write_text(json, "impact_statement", first_of(advisory->self_check, advisory->remedy, NO_REASON));
	if (advisory->status == ADVISORY_AFFECTED)
		write_text(json, "action_statement", first_of(advisory->workaround, advisory->remedy, NO_ACTION));
	else if (advisory->status == ADVISORY_FIXED && (has(advisory->remedy) || has(advisory->workaround)))
		write_text(json, "action_statement", first_of(advisory->remedy, advisory->workaround, NULL));
	write_time(json, "timestamp", told);
	json_write_end(json, '}');
	strbuf_release(&id);
}

void advisory_write_openvex(struct strbuf *out, const struct incident *incident)
{
	struct json_writer json;
	struct strbuf id = STRBUF_INIT;
	int64_t age_us = changed_at(incident).at_us - begun_at(incident).at_us;

	if (!incident->advisory_count)
		return;
	document_id(&id, incident->key);
	json_write_init(&json, out, 2);
	json_write_begin(&json, '{');
	json_write_member(&json, "@context", OPENVEX_CONTEXT);
	json_write_member(&json, "@id", id.text);
	json_write_member(&json, "author", "Unknown Author"); /* as the specification's tools write it: a store knows none */
	write_time(&json, "timestamp", begun_at(incident));
	write_time(&json, "last_updated", changed_at(incident));
	/* It is to grow with each change, and to follow from the record alone: the record's age in seconds. */
	json_write_member_int(&json, "version", 1 + (age_us > 0 ? age_us / 1000000 : 0));
	json_write_member(&json, "tooling", "Aitia");
	json_write_name(&json, "statements");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < incident->advisory_count; i++)
		write_statement(&json, incident, id.text, &incident->advisories[i]);
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	strbuf_addch(out, '\n');
	strbuf_release(&id);
}
