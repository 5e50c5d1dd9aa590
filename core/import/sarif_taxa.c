/* Taxonomies: CWE and others (3.19.3), of rules and of results. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/sarif.h"

bool sarif_add_cwe(struct strbuf *out, const char *text, bool from_cwe)
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
	strbuf_addf(out, "%sCWE-%.*s", out->len_bytes ? ", " : "", (int)len, digits);
	return true;
}

static bool same(const char *ours, const struct json *theirs)
{
	return ours && json_is(theirs, JSON_STRING) && slice_is(theirs->text, ours);
}

/* The taxonomy that a toolComponentReference means: by index, guid or name, as 3.54 has
 * it for extensions. Without a reference, and without one that fits, the driver, which
 * may define taxa of its own (3.19.25); NULL if it is known by nothing but a name. */
static struct sarif_component *taxonomy_of(struct sarif_run *run, const struct json *reference)
{
	int64_t index = json_int(json_get(reference, "index"), -1);
	const struct json *guid = json_get(reference, "guid"), *name = json_get(reference, "name");

	if (index >= 0 && (uint64_t)index < run->taxonomies.len)
		return &run->taxonomies.items[index];
	for (size_t i = 0; i < run->taxonomies.len; i++)
		if (same(run->taxonomies.items[i].guid, guid))
			return &run->taxonomies.items[i];
	for (size_t i = 0; i < run->taxonomies.len; i++)
		if (same(run->taxonomies.items[i].name, name))
			return &run->taxonomies.items[i];
	if (json_is(guid, JSON_STRING) || json_is(name, JSON_STRING))
		return NULL;
	return sarif_component_at(run, sarif_component_find(run, reference));
}

/* A taxon that a reference (3.52) names, in the arena; NULL where it cannot be found out. */
static const char *id_of(struct arena *arena, const struct json *reference, struct sarif_component *taxonomy)
{
	const char *id = sarif_word(arena, json_get(reference, "id"));

	struct arena scratch = ARENA_INIT;

	if (id || !taxonomy)
		return id;
	int64_t index = json_int(json_get(reference, "index"), -1);
	id = sarif_word(arena, json_get(sarif_array_value(&taxonomy->taxa, index, &scratch), "id"));
	arena_release(&scratch);
	return id;
}

static const char *name_of(struct arena *arena, const struct json *reference, const struct sarif_component *taxonomy,
			   const struct sarif_run *run)
{
	const char *name = sarif_word(arena, json_get(reference, "name"));

	if (!name && taxonomy && taxonomy != &run->driver)
		name = taxonomy->name;
	return name;
}

static bool is_cwe(const char *name)
{
	return name && strncmp(name, "CWE", 3) == 0;
}

const char *sarif_cwe_of_rule(struct sarif_run *run, struct arena *arena, const struct json *rule)
{
	struct strbuf out = STRBUF_INIT;

	for (const struct json *tag = sarif_first(json_path(rule, "properties.tags")); tag; tag = tag->next) {
		const char *text = sarif_word(arena, tag);
		if (text)
			sarif_add_cwe(&out, text, false);
	}
	const struct json *relation = out.len_bytes ? NULL : sarif_first(json_get(rule, "relationships"));
	for (; relation; relation = relation->next) {
		const struct json *reference = json_path(relation, "target.toolComponent");
		struct sarif_component *taxonomy = taxonomy_of(run, reference);
		const char *id = id_of(arena, json_get(relation, "target"), taxonomy);
		if (id)
			sarif_add_cwe(&out, id, is_cwe(name_of(arena, reference, taxonomy, run)));
	}
	const char *kept = out.len_bytes ? arena_text(arena, strbuf_slice(&out)) : NULL;
	strbuf_release(&out);
	return kept;
}

void sarif_add_taxa(struct record *record, struct sarif_run *run, const struct json *result,
		    const struct sarif_rule *rule)
{
	struct arena *arena = &record->arena;
	struct strbuf taxa = STRBUF_INIT, cwe = STRBUF_INIT;

	for (const struct json *one = sarif_first(json_get(result, "taxa")); one; one = one->next) {
		const struct json *reference = json_get(one, "toolComponent");
		struct sarif_component *taxonomy = taxonomy_of(run, reference);
		const char *id = id_of(arena, one, taxonomy), *name = name_of(arena, reference, taxonomy, run);
		if (!id || (is_cwe(name) && sarif_add_cwe(&cwe, id, true)))
			continue;
		strbuf_addf(&taxa, "%s%s%s%s", taxa.len_bytes ? ", " : "", name ? name : "", name ? "/" : "", id);
	}
	if (cwe.len_bytes)
		record_add(record, "sarif.cwe", arena_text(arena, strbuf_slice(&cwe)), CERTAINTY_RECORDED);
	else if (rule)
		record_add(record, "sarif.cwe", rule->cwe, CERTAINTY_DERIVED);
	if (taxa.len_bytes)
		record_add(record, "sarif.taxa", arena_text(arena, strbuf_slice(&taxa)), CERTAINTY_RECORDED);
	strbuf_release(&taxa);
	strbuf_release(&cwe);
}
