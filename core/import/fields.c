#include "core/import/fields.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/nearest.h"

static const struct {
	const char *word, *names;
} fields[FIELD_COUNT] = {
#define FIELD(name, word, names, help) [FIELD_##name] = { word, names },
#include "core/import/fields.def"
};

bool import_field_find(const char *word, enum import_field *out)
{
	for (int field = 0; field < FIELD_COUNT; field++)
		if (strcmp(fields[field].word, word) == 0) {
			*out = (enum import_field)field;
			return true;
		}
	return false;
}

const char *import_field_nearest(const char *word)
{
	const char *words[FIELD_COUNT];

	for (int field = 0; field < FIELD_COUNT; field++)
		words[field] = fields[field].word;
	return nearest_word(words, FIELD_COUNT, word);
}

/* ---- the table of names ---------------------------------------------------------- */

#define BUCKETS 512u /* some 170 names: a member that is none of them mostly meets an empty bucket */

struct field_name {
	struct slice text;
	enum import_field field;
	int rank; /* 0 = best */
	struct field_name *next;
};

struct field_table {
	struct arena arena;
	struct field_name *buckets[BUCKETS];
	struct field_name *dotted; /* looked up as paths, when the plain names hold nothing */
	const struct import_options *options;
};

static unsigned bucket_of(struct slice name)
{
	unsigned first = (unsigned char)name.at[0];
	unsigned last = (unsigned char)name.at[name.len_bytes - 1];
	unsigned middle = (unsigned char)name.at[name.len_bytes / 2];

	return (first * 7 + last * 31 + middle * 3 + (unsigned)name.len_bytes * 17) % BUCKETS;
}

static void add_name(struct field_table *table, struct slice text, enum import_field field, int rank)
{
	struct field_name *name = arena_alloc(&table->arena, sizeof(*name));
	bool dotted = memchr(text.at, '.', text.len_bytes);
	struct field_name **list = &table->buckets[bucket_of(text)];

	name->text = arena_slice(&table->arena, text);
	name->field = field;
	name->rank = rank;
	name->next = *list;
	*list = name;
	if (!dotted)
		return;
	struct field_name *path = arena_alloc(&table->arena, sizeof(*path)), **end = &table->dotted;
	*path = (struct field_name){ name->text, field, rank, NULL };
	while (*end)
		end = &(*end)->next;
	*end = path;
}

struct field_table *field_table_new(const struct import_options *options)
{
	struct field_table *table = mem_zalloc(1, sizeof(*table));

	arena_init(&table->arena);
	table->options = options;
	for (int field = 0; field < FIELD_COUNT; field++) {
		const char *at = fields[field].names;
		for (int rank = 0; *at; rank++) {
			size_t len = strcspn(at, " ");
			add_name(table, (struct slice){ at, len }, (enum import_field)field, rank);
			at += len + (at[len] == ' ');
		}
	}
	return table;
}

void field_table_free(struct field_table *table)
{
	if (!table)
		return;
	arena_release(&table->arena);
	free(table);
}

static bool is_scalar(const struct json *value)
{
	return value->type == JSON_STRING || value->type == JSON_NUMBER || value->type == JSON_TRUE ||
	       value->type == JSON_FALSE;
}

/* A number, or a string that is nothing but one: CSV has no other values. */
static bool is_number(const struct json *value)
{
	size_t digits = 0, points = 0;

	if (value->type != JSON_STRING)
		return value->type == JSON_NUMBER;
	for (size_t i = 0; i < value->text.len_bytes; i++) {
		digits += value->text.at[i] >= '0' && value->text.at[i] <= '9';
		points += value->text.at[i] == '.' && i > 0 && i + 1 < value->text.len_bytes;
	}
	return digits > 0 && points <= 1 && digits + points == value->text.len_bytes;
}

int64_t field_int(const struct json *value, int64_t fallback)
{
	if (!value || !is_number(value))
		return fallback;
	struct json number = { .type = JSON_NUMBER, .text = value->text };
	return json_int(&number, fallback);
}

double field_double(const struct json *value, double fallback)
{
	if (!value || !is_number(value))
		return fallback;
	struct json number = { .type = JSON_NUMBER, .text = value->text };
	return json_double(&number, fallback);
}

/* Whether a value of this type can be what the field is. Several fields share a name
 * with other things ("output" may be an object): those are not taken for it. */
static bool fits(enum import_field field, const struct json *value)
{
	switch (field) {
	case FIELD_CODE: case FIELD_DIFF: case FIELD_MESSAGE: case FIELD_MODEL: case FIELD_MODEL_REQUESTED:
	case FIELD_PROVIDER: case FIELD_LANGUAGE: case FIELD_PATH: case FIELD_KIND: case FIELD_TOOL:
	case FIELD_SOURCE: case FIELD_FINISH_REASON:
		return value->type == JSON_STRING;
	case FIELD_ERROR:
		return value->type == JSON_STRING && value->text.len_bytes > 0;
	case FIELD_PROMPT: case FIELD_EXPECTED: /* a list of chat messages is kept as its JSON */
		return value->type != JSON_NULL;
	case FIELD_FLAGS: case FIELD_ATTEMPTS: case FIELD_REFLECTIONS: case FIELD_SAMPLES: case FIELD_MESSAGES:
		return value->type == JSON_ARRAY;
	case FIELD_ANSWER:
		return value->type == JSON_OBJECT;
	case FIELD_PARTS:
		return json_is(json_get(json_at(value, 0), "type"), JSON_STRING);
	case FIELD_VERDICT:
		return is_scalar(value) || value->type == JSON_ARRAY;
	case FIELD_FEEDBACK:
		return value->type == JSON_ARRAY || value->type == JSON_STRING;
	case FIELD_ILLUSTRATIVE:
		return value->type == JSON_TRUE || value->type == JSON_FALSE;
	case FIELD_TURN: case FIELD_LINE: case FIELD_END_LINE: case FIELD_COLUMN: case FIELD_END_COLUMN:
	case FIELD_SCORE: case FIELD_INPUT_TOKENS: case FIELD_OUTPUT_TOKENS:
		return is_number(value);
	default:
		return is_scalar(value);
	}
}

static void take_verdict(struct field_values *out, const char *name, const struct json *value)
{
	if (out->verdict_count == FIELD_VERDICTS_MAX)
		return;
	out->verdicts[out->verdict_count] = value;
	out->verdict_names[out->verdict_count++] = name;
}

static enum map_use apply_map(struct record *record, const struct field_map *map, const struct json *object,
			      struct field_values *out)
{
	const struct json *value = json_path(object, map->path);
	bool explicit = map->field[0] == '@';
	enum import_field field;

	if (!value || value->type == JSON_NULL)
		return MAP_ABSENT;
	if (explicit || !import_field_find(map->field, &field)) {
		if (!is_scalar(value))
			return MAP_UNFIT;
		record_add_json(record, map->field + explicit, value);
		return MAP_USED;
	}
	if (!fits(field, value))
		return MAP_UNFIT;
	if (field == FIELD_VERDICT)
		take_verdict(out, map->path, value);
	out->of[field] = value;
	return MAP_USED;
}

void fields_find(const struct field_table *table, const struct json *object, struct field_values *out)
{
	int ranks[FIELD_COUNT];
	bool nested = false;

	*out = (struct field_values){ .verdict_count = 0 };
	for (const struct json *member = object->first; member; member = member->next) {
		if (member->type == JSON_NULL || member->name.len_bytes == 0)
			continue;
		nested = nested || member->type == JSON_OBJECT;
		const struct field_name *name = table->buckets[bucket_of(member->name)];
		while (name && !(slice_eq(name->text, member->name) && fits(name->field, member)))
			name = name->next;
		if (!name)
			continue;
		if (name->field == FIELD_VERDICT)
			take_verdict(out, name->text.at, member);
		/* <=: of equal names the last one counts, as in json_get() */
		if (!out->of[name->field] || name->rank <= ranks[name->field]) {
			out->of[name->field] = member;
			ranks[name->field] = name->rank;
		}
	}
	for (const struct field_name *name = nested ? table->dotted : NULL; name; name = name->next) {
		if (out->of[name->field])
			continue;
		const struct json *value = json_path(object, name->text.at);
		if (value && fits(name->field, value))
			out->of[name->field] = value;
	}
}

void fields_merge(struct field_values *values, const struct field_values *more)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (!values->of[i])
			values->of[i] = more->of[i];
	for (size_t i = 0; i < more->verdict_count; i++)
		take_verdict(values, more->verdict_names[i], more->verdicts[i]);
}

void fields_map(const struct field_table *table, struct record *record, const struct json *object,
		struct field_values *values)
{
	const struct import_options *options = table->options;

	for (size_t i = 0; i < options->map_count; i++) {
		enum map_use use = apply_map(record, &options->maps[i], object, values);
		if (options->map_uses && use > options->map_uses[i])
			options->map_uses[i] = use;
	}
}

/* ---- values ---------------------------------------------------------------------- */

int64_t field_position(const struct json *value)
{
	int64_t number = field_int(value, 0);

	return number > 0 ? number : 0;
}

bool field_level(const struct json *value, enum level *out)
{
	static const struct {
		const char *word;
		enum level level;
	} words[] = {
		{ "critical", LEVEL_ERROR }, { "high", LEVEL_ERROR }, { "blocker", LEVEL_ERROR },
		{ "fatal", LEVEL_ERROR }, { "error", LEVEL_ERROR }, { "major", LEVEL_ERROR },
		{ "medium", LEVEL_WARNING }, { "moderate", LEVEL_WARNING }, { "warning", LEVEL_WARNING },
		{ "warn", LEVEL_WARNING }, { "low", LEVEL_NOTE }, { "minor", LEVEL_NOTE },
		{ "info", LEVEL_NOTE }, { "informational", LEVEL_NOTE }, { "note", LEVEL_NOTE },
		{ "none", LEVEL_NONE },
		/* Kiuwan, OpenVAS, testssl.sh; priorities of trackers. */
		{ "very high", LEVEL_ERROR }, { "normal", LEVEL_WARNING }, { "very low", LEVEL_NOTE },
		{ "log", LEVEL_NONE }, { "ok", LEVEL_NONE }, { "p1", LEVEL_ERROR }, { "p2", LEVEL_ERROR },
		{ "p3", LEVEL_WARNING }, { "p4", LEVEL_NOTE }, { "p5", LEVEL_NOTE },
	};
	struct slice text = json_slice(value);

	for (size_t i = 0; text.at && i < ARRAY_LEN(words); i++) {
		struct slice word = slice_of(words[i].word);
		if (text.len_bytes == word.len_bytes && utf8_find_folded(text, word) == 0) {
			*out = words[i].level;
			return true;
		}
	}
	return false;
}

static const char *text_of(struct record *record, const struct field_values *values, enum import_field field)
{
	const char *text = record_text(record, values->of[field]);

	return text && text[0] ? text : NULL;
}

void fields_apply_context(struct record *record, struct field_values *values)
{
	static const struct {
		enum import_field field;
		const char *key;
	} attributes[] = {
		{ FIELD_MODEL, PROVENANCE_MODEL }, { FIELD_MODEL_REQUESTED, PROVENANCE_MODEL_REQUESTED },
		{ FIELD_PROVIDER, PROVENANCE_PROVIDER }, { FIELD_HARNESS, PROVENANCE_HARNESS },
		{ FIELD_PROMPT_VERSION, PROVENANCE_PROMPT_VERSION }, { FIELD_EFFORT, PROVENANCE_EFFORT },
		{ FIELD_INPUT_TOKENS, PROVENANCE_INPUT_TOKENS }, { FIELD_OUTPUT_TOKENS, PROVENANCE_OUTPUT_TOKENS },
		{ FIELD_FINISH_REASON, PROVENANCE_FINISH_REASON },
	};
	struct sample *sample = &record->sample;

	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		record_add_json(record, attributes[i].key, values->of[attributes[i].field]);
	if (values->of[FIELD_EXTERNAL_ID])
		sample->external_id = text_of(record, values, FIELD_EXTERNAL_ID);
	if (values->of[FIELD_PATH])
		sample->path = text_of(record, values, FIELD_PATH);
	if (values->of[FIELD_LANGUAGE])
		sample->language = record_language(record, text_of(record, values, FIELD_LANGUAGE));
	if (values->of[FIELD_SESSION])
		sample->session = text_of(record, values, FIELD_SESSION);
	if (values->of[FIELD_ILLUSTRATIVE])
		sample->illustrative = json_bool(values->of[FIELD_ILLUSTRATIVE], false);
	if (values->of[FIELD_TURN]) {
		sample->turn = field_int(values->of[FIELD_TURN], 0);
		if (sample->turn < 0)
			sample->turn = 0;
	}
	if (values->of[FIELD_PRODUCED_AT] && !field_instant(values->of[FIELD_PRODUCED_AT], &sample->produced_at)) {
		sample->produced_at = INSTANT_UNKNOWN;
		values->of[FIELD_PRODUCED_AT] = NULL;
	}
}

static bool is_taken(const struct field_values *values, const struct json *member)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (values->of[i] == member)
			return true;
	for (size_t i = 0; i < values->verdict_count; i++)
		if (values->verdicts[i] == member)
			return true;
	return false;
}

static void add_rest(struct record *record, const char *prefix, const struct json *object,
		     const struct field_values *values)
{
	for (const struct json *member = object->first; member; member = member->next) {
		if (!is_scalar(member) || is_taken(values, member))
			continue;
		const char *name = utf8_clean(&record->arena, member->name);
		record_add_json(record, prefix[0] ? arena_printf(&record->arena, "%s%s", prefix, name) : name, member);
	}
}

void fields_add_rest(struct record *record, const struct json *object, const struct field_values *values)
{
	add_rest(record, "", object, values);
}

bool field_holds_attributes(struct slice name)
{
	static const char *const names[] = { "metadata", "meta", "properties", "attributes", "params", "parameters",
					     "config", "settings", "usage", "info", "extra", "stats" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

void fields_add_nested(struct record *record, const char *prefix, const struct json *object,
		       const struct field_values *values)
{
	if (prefix[0])
		add_rest(record, prefix, object, values);
	for (const struct json *member = object->first; member; member = member->next) {
		if (member->type != JSON_OBJECT || !field_holds_attributes(member->name))
			continue;
		const char *name = utf8_clean(&record->arena, member->name);
		add_rest(record, arena_printf(&record->arena, "%s%s.", prefix, name), member, values);
	}
}
