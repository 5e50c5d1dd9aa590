/* What the results of a run refer to. Wrong types read as absent; only broken JSON ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/import/sarif.h"

/* An artifact larger than this is not read back for its text. */
#define ARTIFACT_BYTES_MAX ((uint64_t)JSON_VALUE_BYTES_MAX)

void sarif_run_init(struct sarif_run *run, int fd)
{
	*run = (struct sarif_run){ .fd = fd };
	arena_init(&run->arena);
	arena_init(&run->scratch);
	arena_init(&run->text_arena);
}

void sarif_run_release(struct sarif_run *run)
{
	vec_release(&run->extensions);
	vec_release(&run->taxonomies);
	vec_release(&run->artifacts);
	vec_release(&run->bases);
	arena_release(&run->arena);
	arena_release(&run->scratch);
	arena_release(&run->text_arena);
}

static void forget(struct sarif_run *run, int64_t index)
{
	arena_clear(&run->arena);
	arena_clear(&run->scratch);
	arena_clear(&run->text_arena);
	run->index = index;
	run->driver = (struct sarif_component){ .name = NULL };
	vec_clear(&run->extensions);
	vec_clear(&run->taxonomies);
	vec_clear(&run->artifacts);
	vec_clear(&run->bases);
	run->automation_id = run->column_kind = run->language = run->revision = run->repository = NULL;
	run->text_of = 0;
}

/* ---- reading -------------------------------------------------------------------- */

/* A string worth keeping; "" is as good as none. */
static const char *keep(struct sarif_run *run, const struct json *value)
{
	const char *text = json_text(&run->arena, value);

	return text && text[0] ? text : NULL;
}

/* A tree that outlives the scratch arena; NULL if it is no object. */
static const struct json *keep_object(struct sarif_run *run, const struct json *value)
{
	const struct json *kept = NULL;

	if (!json_is(value, JSON_OBJECT) || value->count == 0)
		return NULL;
	struct slice raw = arena_slice(&run->arena, value->raw);
	return json_parse(&run->arena, raw, true, NULL, &kept, NULL) == STATUS_OK ? kept : NULL;
}

/* Steps into the value at hand if it is of that type; else it is passed over. */
static bool enter(struct json_reader *reader, enum json_type type)
{
	enum json_type found;

	return json_reader_peek(reader, &found) && found == type && json_reader_enter(reader, type);
}

/* The value at hand in the scratch arena; NULL when it is broken or too large. */
static const struct json *scratch_value(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *value;

	arena_clear(&run->scratch);
	return json_reader_value(reader, &run->scratch, 0, &value, NULL) == STATUS_OK ? value : NULL;
}

/* The same for a value that may just as well be missing: NULL then too. */
static const struct json *object_value(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *value = scratch_value(run, reader);

	return json_is(value, JSON_OBJECT) ? value : NULL;
}

/* ---- rules ---------------------------------------------------------------------- */

/* "external/cwe/cwe-079", "CWE-79", "CWE-79: Cross-site …", and a bare number from a
 * CWE taxonomy, all as CWE-79. False if it is none. */
static bool add_cwe(struct strbuf *out, const char *text, bool from_cwe)
{
	const char *digits = text;

	if (!from_cwe || text[0] < '0' || text[0] > '9') {
		digits = NULL;
		for (const char *at = text; *at && !digits; at++)
			if ((at[0] == 'c' || at[0] == 'C') && (at[1] == 'w' || at[1] == 'W') &&
			    (at[2] == 'e' || at[2] == 'E') && (at[3] == '-' || at[3] == ':'))
				digits = at + 4;
	}
	if (!digits)
		return false;
	digits += strspn(digits, "0");
	size_t len = strspn(digits, "0123456789");
	if (len == 0 || len > 6)
		return false;
	if (out->len_bytes)
		strbuf_addstr(out, ", ");
	strbuf_addf(out, "CWE-%.*s", (int)len, digits);
	return true;
}

/* From the tags that CodeQL and its followers write, and from relationships to a CWE
 * taxonomy (3.49.15, 3.53). */
static const char *cwe_of_rule(struct sarif_run *run, const struct json *rule)
{
	struct strbuf out = STRBUF_INIT;
	const struct json *tags = json_path(rule, "properties.tags");
	const struct json *relations = json_get(rule, "relationships");

	for (const struct json *tag = json_is(tags, JSON_ARRAY) ? tags->first : NULL; tag; tag = tag->next) {
		const char *text = json_text(&run->scratch, tag);
		if (text)
			add_cwe(&out, text, false);
	}
	for (const struct json *relation = json_is(relations, JSON_ARRAY) && !out.len_bytes ? relations->first : NULL;
	     relation; relation = relation->next) {
		const char *id = json_text(&run->scratch, json_path(relation, "target.id"));
		const char *name = json_text(&run->scratch, json_path(relation, "target.toolComponent.name"));
		if (id)
			add_cwe(&out, id, name && strncmp(name, "CWE", 3) == 0);
	}
	const char *kept = out.len_bytes ? arena_text(&run->arena, strbuf_slice(&out)) : NULL;
	strbuf_release(&out);
	return kept;
}

static struct sarif_rule rule_of(struct sarif_run *run, const struct json *value)
{
	struct sarif_rule rule = {
		.id = keep(run, json_get(value, "id")),
		.guid = keep(run, json_get(value, "guid")),
		.name = keep(run, json_get(value, "name")),
		.summary = keep(run, json_path(value, "shortDescription.text")),
		.messages = keep_object(run, json_get(value, "messageStrings")),
		.cwe = cwe_of_rule(run, value),
	};
	const char *level = json_text(&run->scratch, json_path(value, "defaultConfiguration.level"));
	const struct json *severity = json_path(value, "properties.security-severity");

	if (!rule.summary)
		rule.summary = keep(run, json_path(value, "fullDescription.text"));
	rule.has_level = level && level_parse(level, &rule.level);
	if (json_is(severity, JSON_NUMBER))
		rule.security_severity = arena_text(&run->arena, severity->text);
	else
		rule.security_severity = keep(run, severity);
	return rule;
}

static void read_rules(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component)
{
	VEC_OF(struct sarif_rule) rules = VEC_INIT;

	if (!enter(reader, JSON_ARRAY))
		return;
	while (json_reader_next(reader, NULL))
		vec_push(&rules, rule_of(run, scratch_value(run, reader))); /* one that is none keeps its index */
	component->rules = arena_array(&run->arena, rules.len, sizeof(*rules.items));
	component->rule_count = rules.len;
	if (rules.len)
		memcpy(component->rules, rules.items, rules.len * sizeof(*rules.items));
	vec_release(&rules);
}

static void read_taxa(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component)
{
	VEC_OF(const char *) taxa = VEC_INIT;

	if (!enter(reader, JSON_ARRAY))
		return;
	while (json_reader_next(reader, NULL))
		vec_push(&taxa, keep(run, json_get(scratch_value(run, reader), "id")));
	component->taxa = arena_array(&run->arena, taxa.len, sizeof(*taxa.items));
	component->taxa_count = taxa.len;
	if (taxa.len)
		memcpy(component->taxa, taxa.items, taxa.len * sizeof(*taxa.items));
	vec_release(&taxa);
}

/* Equal ids: the first in the file comes first. */
static int compare_rules(const void *a, const void *b)
{
	const struct sarif_rule *const *left = a, *const *right = b;
	int order = strcmp((*left)->id, (*right)->id);

	return order ? order : (*left > *right) - (*left < *right);
}

static void sort_rules(struct sarif_run *run, struct sarif_component *component)
{
	component->by_id = arena_array(&run->arena, component->rule_count, sizeof(*component->by_id));
	for (size_t i = 0; i < component->rule_count; i++)
		if (component->rules[i].id)
			component->by_id[component->by_id_count++] = &component->rules[i];
	qsort(component->by_id, component->by_id_count, sizeof(*component->by_id), compare_rules);
}

/* 3.19. The object is entered already. */
static struct sarif_component read_component(struct sarif_run *run, struct json_reader *reader)
{
	struct sarif_component component = { .name = NULL };
	const char *version = NULL;
	struct slice name;

	while (json_reader_next(reader, &name)) {
		if (slice_is(name, "name"))
			component.name = keep(run, scratch_value(run, reader));
		else if (slice_is(name, "guid"))
			component.guid = keep(run, scratch_value(run, reader));
		else if (slice_is(name, "semanticVersion"))
			component.version = keep(run, scratch_value(run, reader));
		else if (slice_is(name, "version"))
			version = keep(run, scratch_value(run, reader));
		else if (slice_is(name, "globalMessageStrings"))
			component.global_messages = keep_object(run, scratch_value(run, reader));
		else if (slice_is(name, "rules"))
			read_rules(run, reader, &component);
		else if (slice_is(name, "taxa"))
			read_taxa(run, reader, &component);
	}
	if (!component.version)
		component.version = version;
	sort_rules(run, &component);
	return component;
}

#define read_components(run, reader, list)                                              \
	do {                                                                            \
		if (!enter(reader, JSON_ARRAY))                                         \
			break;                                                          \
		while (json_reader_next(reader, NULL)) {                                \
			struct sarif_component read_ = { .name = NULL };                \
			if (enter(reader, JSON_OBJECT))                                 \
				read_ = read_component(run, reader);                    \
			vec_push(list, read_);                                          \
		}                                                                       \
	} while (0)

/* 3.18 */
static void read_tool(struct sarif_run *run, struct json_reader *reader)
{
	struct slice name;

	if (!enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		if (slice_is(name, "driver") && enter(reader, JSON_OBJECT))
			run->driver = read_component(run, reader);
		else if (slice_is(name, "extensions"))
			read_components(run, reader, &run->extensions);
	}
}

/* ---- artifacts and the rest --------------------------------------------------------- */

static enum status read_artifacts(struct sarif_run *run, struct json_reader *reader, struct sarif_pulse *pulse,
				  struct error *err)
{
	if (!enter(reader, JSON_ARRAY))
		return STATUS_OK;
	while (json_reader_next(reader, NULL)) {
		uint64_t start = json_reader_offset(reader);
		const struct json *value = object_value(run, reader); /* one that is none keeps its index */
		struct sarif_artifact artifact = {
			.uri = keep(run, json_path(value, "location.uri")),
			.base_id = keep(run, json_path(value, "location.uriBaseId")),
			.language = keep(run, json_get(value, "sourceLanguage")),
			.has_text = json_is(json_path(value, "contents.text"), JSON_STRING),
			.offset_bytes = start,
			.len_bytes = json_reader_offset(reader) - start,
		};
		vec_push(&run->artifacts, artifact);
		enum status status = pulse->beat(pulse, json_reader_offset(reader), err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static void read_bases(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *bases = object_value(run, reader);

	for (const struct json *base = bases ? bases->first : NULL; base; base = base->next) {
		struct json id = { .type = JSON_STRING, .text = base->name };
		struct sarif_base entry = { keep(run, &id), keep(run, json_get(base, "uri")),
					    keep(run, json_get(base, "uriBaseId")) };
		if (entry.id)
			vec_push(&run->bases, entry);
	}
}

static void read_version_control(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *first = json_at(scratch_value(run, reader), 0);

	run->repository = keep(run, json_get(first, "repositoryUri"));
	run->revision = keep(run, json_get(first, "revisionId"));
}

/* Results are the second reader's; here they are only stepped over, one by one. */
static enum status pass_results(struct json_reader *reader, struct sarif_pulse *pulse, struct error *err)
{
	enum status status = STATUS_OK;

	if (!enter(reader, JSON_ARRAY))
		return STATUS_OK;
	while (status == STATUS_OK && json_reader_next(reader, NULL) && json_reader_skip(reader))
		status = pulse->beat(pulse, json_reader_offset(reader), err);
	return status;
}

enum status sarif_run_read(struct sarif_run *run, struct json_reader *reader, int64_t index,
			   struct sarif_pulse *pulse, struct error *err)
{
	enum status status = STATUS_OK;
	struct slice name;

	forget(run, index);
	if (!enter(reader, JSON_OBJECT))
		return json_reader_failed(reader, err) ? STATUS_INPUT : STATUS_OK;
	while (status == STATUS_OK && json_reader_next(reader, &name)) {
		if (slice_is(name, "results"))
			status = pass_results(reader, pulse, err);
		else if (slice_is(name, "tool"))
			read_tool(run, reader);
		else if (slice_is(name, "artifacts"))
			status = read_artifacts(run, reader, pulse, err);
		else if (slice_is(name, "taxonomies"))
			read_components(run, reader, &run->taxonomies);
		else if (slice_is(name, "originalUriBaseIds"))
			read_bases(run, reader);
		else if (slice_is(name, "versionControlProvenance"))
			read_version_control(run, reader);
		else if (slice_is(name, "automationDetails"))
			run->automation_id = keep(run, json_get(scratch_value(run, reader), "id"));
		else if (slice_is(name, "columnKind"))
			run->column_kind = keep(run, scratch_value(run, reader));
		else if (slice_is(name, "defaultSourceLanguage"))
			run->language = keep(run, scratch_value(run, reader));
	}
	arena_clear(&run->scratch);
	if (status != STATUS_OK)
		return status;
	return json_reader_failed(reader, err) ? STATUS_INPUT : STATUS_OK;
}

struct slice sarif_artifact_text(struct sarif_run *run, size_t index)
{
	const struct slice none = { NULL, 0 };
	const struct json *value;

	if (index >= run->artifacts.len)
		return none;
	const struct sarif_artifact *artifact = &run->artifacts.items[index];
	if (!artifact->has_text || artifact->len_bytes > ARTIFACT_BYTES_MAX)
		return none;
	if (run->text_of == index + 1)
		return run->text;
	arena_clear(&run->text_arena);
	run->text_of = 0;
	char *bytes = arena_alloc(&run->text_arena, artifact->len_bytes);
	size_t have = 0;
	while (have < artifact->len_bytes) {
		ssize_t got = pread(run->fd, bytes + have, artifact->len_bytes - have,
				    (off_t)(artifact->offset_bytes + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return none; /* it was there a moment ago: the file is being changed */
		have += (size_t)got;
	}
	if (json_parse(&run->text_arena, (struct slice){ bytes, have }, true, NULL, &value, NULL) != STATUS_OK)
		return none;
	run->text = json_slice(json_path(value, "contents.text"));
	run->text_of = index + 1;
	return run->text;
}
