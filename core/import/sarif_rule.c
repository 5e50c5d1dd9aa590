/* Components (3.19), rules (3.49), and which of them a reference means (3.52, 3.54). */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/sarif.h"

/* Of one rule; longer messageStrings are not kept ready. */
#define MESSAGES_BYTES_MAX ((size_t)64 * 1024)
/* So many of equal hash are looked at: a name that needs more is made to cost time. */
#define CANDIDATES_MAX 16

/* ---- components --------------------------------------------------------------------- */

void sarif_component_release(struct sarif_component *component)
{
	sarif_array_release(&component->rules);
	sarif_array_release(&component->taxa);
}

static const struct json *small_value(struct sarif_run *run, struct json_reader *reader)
{
	arena_clear(&run->scratch);
	return sarif_value(reader, &run->scratch, SARIF_ELEMENT_BYTES_MAX);
}

/* The rule's id and guid; the rest of it stays in the file. */
static void note_names(struct sarif_run *run, struct json_reader *reader, size_t component, size_t index)
{
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		if (!slice_is(name, "id") && !slice_is(name, "guid"))
			continue;
		struct slice text = json_slice(small_value(run, reader));
		if (text.len_bytes)
			sarif_names_add(&run->rule_names, text, component, index);
	}
}

/* An array; before 2.1.0 also an object, whose keys are names as well. */
static void read_rules(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component,
		       size_t number)
{
	bool keyed = run->log->older && sarif_enter(reader, JSON_OBJECT);
	struct slice key = { NULL, 0 };

	if (!keyed && !sarif_enter(reader, JSON_ARRAY))
		return;
	sarif_array_extend(&component->rules, run->file, keyed);
	component->keyed |= keyed;
	while (json_reader_next(reader, &key)) {
		sarif_array_note(&component->rules, json_reader_offset(reader)); /* one that is none keeps its index */
		if (number == SARIF_TAXONOMY)
			continue;
		if (keyed && key.len_bytes)
			sarif_names_add(&run->rule_names, key, number, component->rules.count - 1);
		note_names(run, reader, number, component->rules.count - 1);
	}
}

static void read_taxa(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component)
{
	if (!sarif_enter(reader, JSON_ARRAY))
		return;
	sarif_array_extend(&component->taxa, run->file, false);
	while (json_reader_next(reader, NULL))
		sarif_array_note(&component->taxa, json_reader_offset(reader));
}

/* A tree that outlives the scratch arena; NULL if it is no object or too large to be kept. */
static const struct json *keep_object(struct arena *arena, const struct json *value, size_t max_bytes)
{
	const struct json *kept = NULL;

	if (!json_is(value, JSON_OBJECT) || value->count == 0 || value->raw.len_bytes > max_bytes)
		return NULL;
	struct slice raw = arena_slice(arena, value->raw);
	return json_parse(arena, raw, true, NULL, &kept, NULL) == STATUS_OK ? kept : NULL;
}

static void set_word(struct sarif_run *run, struct json_reader *reader, const char **word)
{
	const char *text = sarif_word(&run->arena, small_value(run, reader));

	if (text)
		*word = text;
}

void sarif_component_member(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component,
			    size_t number, struct slice name)
{
	if (slice_is(name, "name"))
		set_word(run, reader, &component->name);
	else if (slice_is(name, "guid"))
		set_word(run, reader, &component->guid);
	else if (slice_is(name, "semanticVersion"))
		set_word(run, reader, &component->semantic_version);
	else if (slice_is(name, "version"))
		set_word(run, reader, &component->version);
	else if (slice_is(name, "globalMessageStrings"))
		component->global_messages = keep_object(&run->arena, small_value(run, reader), SARIF_KEPT_BYTES_MAX);
	else if (slice_is(name, "rules") || (run->log->older && slice_is(name, "ruleDescriptors")))
		read_rules(run, reader, component, number);
	else if (slice_is(name, "taxa"))
		read_taxa(run, reader, component);
}

void sarif_component_read(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component,
			  size_t number)
{
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name))
		sarif_component_member(run, reader, component, number, name);
}

struct sarif_component *sarif_component_at(struct sarif_run *run, size_t number)
{
	return number == 0 || number > run->extensions.len ? &run->driver : &run->extensions.items[number - 1];
}

static bool says(const char *ours, const struct json *theirs)
{
	return ours && json_is(theirs, JSON_STRING) && slice_is(theirs->text, ours);
}

/* 3.54.2; a name alone has no part in it there, but is what some producers write. */
size_t sarif_component_find(const struct sarif_run *run, const struct json *reference)
{
	int64_t index = json_int(json_get(reference, "index"), -1);
	const struct json *guid = json_get(reference, "guid"), *name = json_get(reference, "name");

	if (index >= 0 && (uint64_t)index < run->extensions.len)
		return (size_t)index + 1;
	for (size_t i = 0; i < run->extensions.len; i++)
		if (says(run->extensions.items[i].guid, guid))
			return i + 1;
	if (!json_is(guid, JSON_STRING) && !says(run->driver.name, name))
		for (size_t i = 0; i < run->extensions.len; i++)
			if (says(run->extensions.items[i].name, name))
				return i + 1;
	return 0;
}

/* ---- rules ---------------------------------------------------------------------------- */

/* "a, b" of an array of strings; NULL when there are none. */
static const char *joined(struct arena *arena, const struct json *array)
{
	struct strbuf out = STRBUF_INIT;

	for (const struct json *one = sarif_first(array); one; one = one->next) {
		const char *text = sarif_word(arena, one);
		if (text)
			strbuf_addf(&out, "%s%s", out.len_bytes ? ", " : "", text);
	}
	const char *text = out.len_bytes ? arena_text(arena, strbuf_slice(&out)) : NULL;
	strbuf_release(&out);
	return text;
}

static const char *scalar(struct arena *arena, const struct json *value)
{
	return json_is(value, JSON_NUMBER) ? arena_text(arena, value->text) : sarif_word(arena, value);
}

static struct sarif_rule rule_of(struct sarif_run *run, struct arena *arena, const struct json *value)
{
	const struct json *configuration = json_get(value, "defaultConfiguration");
	const struct json *properties = json_get(value, "properties");
	struct sarif_rule rule = {
		.id = sarif_word(arena, json_get(value, "id")),
		.guid = sarif_word(arena, json_get(value, "guid")),
		.name = sarif_word(arena, json_get(value, "name")),
		.summary = sarif_word(arena, json_path(value, "shortDescription.text")),
		.messages = keep_object(arena, json_get(value, "messageStrings"), MESSAGES_BYTES_MAX),
		.cwe = sarif_cwe_of_rule(run, arena, value),
		.tags = joined(arena, json_get(properties, "tags")),
		.precision = scalar(arena, json_get(properties, "precision")),
		.severity = scalar(arena, json_get(properties, "problem.severity")),
		.security_severity = scalar(arena, json_get(properties, "security-severity")),
		.help_uri = sarif_word(arena, json_get(value, "helpUri")),
		.rank = json_double(json_get(configuration, "rank"), -1),
	};
	const char *level = sarif_word(arena, json_get(configuration, "level"));

	if (!rule.summary)
		rule.summary = sarif_word(arena, json_path(value, "fullDescription.text"));
	rule.has_level = level && level_parse(level, &rule.level);
	rule.has_rank = rule.rank >= 0 && rule.rank <= 100;
	return rule;
}

const struct sarif_rule *sarif_rule_at(struct sarif_run *run, struct sarif_rule_place place)
{
	struct sarif_array *rules = &sarif_component_at(run, place.component)->rules;

	if (place.index < 0 || (uint64_t)place.index >= rules->count)
		return NULL;
	uint64_t key = (uint64_t)place.component << 40 | ((uint64_t)place.index + 1);
	struct sarif_rule_slot *slot = &run->rule_slots[(size_t)(place.component * 31 + (uint64_t)place.index) % SARIF_RULE_SLOTS];
	if (slot->of != key) {
		arena_clear(&slot->arena);
		arena_clear(&run->scratch);
		const struct json *value = sarif_array_value(rules, place.index, &run->scratch);
		if (run->log->older)
			value = sarif_older_rule(&run->scratch, value);
		slot->rule = rule_of(run, &slot->arena, value);
		slot->of = key;
		arena_clear(&run->scratch);
	}
	return &slot->rule;
}

/* The first rule of that id or guid in the component, else in the driver, else in the
 * other extensions. */
static struct sarif_rule_place rule_by_name(struct sarif_run *run, size_t component, struct slice name, bool guid)
{
	struct sarif_rule_place found = { 0, -1 };
	const struct sarif_name *end, *entry = sarif_names_find(&run->rule_names, name, &end);
	int left = CANDIDATES_MAX;

	for (; entry && entry < end && left > 0; entry++, left--) {
		struct sarif_rule_place place = { entry->component, entry->index };
		if (found.index >= 0 && place.component != component)
			continue; /* what was found comes first, unless it is of the very component */
		const struct sarif_rule *rule = sarif_rule_at(run, place);
		const char *ours = !rule ? NULL : guid ? rule->guid : rule->id;
		/* A key is not kept: of 64 bits, the hash alone speaks for it. */
		if (!sarif_component_at(run, place.component)->keyed && (!ours || !slice_is(name, ours)))
			continue;
		found = place;
		if (place.component == component)
			break;
	}
	return found;
}

/* "CA1000/1/2" is sought as such, then as "CA1000/1", then as "CA1000" (3.27.5, 3.52.4). */
static struct sarif_rule_place rule_by_hierarchy(struct sarif_run *run, size_t component, struct slice id)
{
	while (id.len_bytes > 0) {
		struct sarif_rule_place place = rule_by_name(run, component, id, false);
		if (place.index >= 0)
			return place;
		while (id.len_bytes > 0 && id.at[id.len_bytes - 1] != '/')
			id.len_bytes--;
		if (id.len_bytes > 0)
			id.len_bytes--;
	}
	return (struct sarif_rule_place){ component, -1 };
}

struct sarif_rule_place sarif_rule_find(struct sarif_run *run, const struct json *reference, const struct json *id,
					const struct json *index)
{
	struct sarif_rule_place place = { sarif_component_find(run, json_get(reference, "toolComponent")), -1 };
	const struct json *guid = json_get(reference, "guid");

	place.index = json_int(json_get(reference, "index"), -1);
	if (place.index < 0)
		place.index = json_int(index, -1);
	if (place.index >= 0 && (uint64_t)place.index < sarif_component_at(run, place.component)->rules.count)
		return place;
	if (json_is(guid, JSON_STRING)) {
		struct sarif_rule_place by_guid = rule_by_name(run, place.component, guid->text, true);
		if (by_guid.index >= 0)
			return by_guid;
	}
	if (!json_is(id, JSON_STRING))
		id = json_get(reference, "id");
	if (!json_is(id, JSON_STRING))
		return (struct sarif_rule_place){ place.component, -1 };
	return rule_by_hierarchy(run, place.component, id->text);
}
