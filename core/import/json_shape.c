#include "core/import/json_shape.h"

#include "core/import/verdicts.h"

/* Attributes kept from around the rows, and the size of one. */
#define AROUND_MAX 64
#define AROUND_VALUE_BYTES_MAX ((size_t)4096)
/* A longer name is nobody's field, nor a step of a path. */
#define NAME_BYTES_MAX ((size_t)128)

/* How much a place speaks for being that of the rows. */
enum { WEIGHT_OBJECTS = 1, WEIGHT_NAMED = 2, WEIGHT_ROWS = 4, WEIGHT_BY_KEY = 5 };

/* What was seen in an object. */
struct sight {
	bool row;    /* names of what a row holds: a message, an error, or: */
	bool asked;  /* a prompt, a chat, outputs */
	bool output; /* its own output */
	bool typed;  /* a "type": in a list it is a part of something */
	bool prose;  /* the first text of a list has more than a word */
	size_t members, objects, rows, lists, row_lists, text_lists, verdict_lists;
	char list[NAME_BYTES_MAX]; /* the member that is most likely the list of rows */
	int list_weight;
	bool list_is_outputs; /* by its name it may also hold the outputs of one row */
};

struct scout {
	struct json_reader *reader;
	const struct field_table *table;
	struct arena *arena;
	struct json_shape *shape;
	char path[JSON_SHAPE_STEPS_MAX][NAME_BYTES_MAX]; /* to the object at hand */
	/* The best place so far. */
	int weight;
	enum json_shape_kind kind;
	char best[JSON_SHAPE_STEPS_MAX][NAME_BYTES_MAX];
	size_t steps;
	struct json *around, *last_around;
};

/* Names under which people put their rows, whatever else stands beside them. */
static bool holds_rows(struct slice name)
{
	static const char *const names[] = { "results", "data", "samples", "records", "rows", "predictions", "items",
					     "examples", "instances", "entries", "outputs", "generations", "completions",
					     "responses", "tasks", "runs", "logs", "evaluations" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

/* ---- what stands around the rows -------------------------------------------------- */

static void keep_around(struct scout *scout, struct slice name)
{
	const struct json *value;

	if (scout->around && scout->around->count == AROUND_MAX) {
		json_reader_skip(scout->reader);
		return;
	}
	if (json_reader_value(scout->reader, scout->arena, AROUND_VALUE_BYTES_MAX, &value, NULL) != STATUS_OK)
		return;
	if (!scout->around) {
		scout->around = arena_alloc(scout->arena, sizeof(*scout->around));
		scout->around->type = JSON_OBJECT;
		scout->shape->around = scout->around;
	}
	struct json *member = arena_alloc(scout->arena, sizeof(*member));
	*member = *value;
	member->name = arena_slice(scout->arena, name);
	member->next = NULL;
	if (scout->last_around)
		scout->last_around->next = member;
	else
		scout->around->first = member;
	scout->last_around = member;
	scout->around->count++;
}

/* ---- members ---------------------------------------------------------------------- */

static void look_at_object(struct scout *scout, struct sight *sight, size_t depth);

/* Whether the text at hand is more than a word, as outputs are and names are not. */
static bool is_prose(struct scout *scout)
{
	const struct json *value;

	if (json_reader_value(scout->reader, scout->arena, AROUND_VALUE_BYTES_MAX, &value, NULL) != STATUS_OK)
		return true; /* it is too long for a name */
	struct slice text = json_slice(value);
	return memchr(text.at, ' ', text.len_bytes) || memchr(text.at, '\n', text.len_bytes);
}

/* The type of the first element, and what is in it; goes to the end of the array. */
static enum json_type look_at_array(struct scout *scout, struct sight *first, size_t depth)
{
	enum json_type type = JSON_NULL;

	if (!json_reader_enter(scout->reader, JSON_ARRAY) || !json_reader_next(scout->reader, NULL))
		return JSON_NULL;
	if (json_reader_peek(scout->reader, &type) && type == JSON_OBJECT)
		look_at_object(scout, first, depth);
	else if (type == JSON_STRING && depth == 1)
		first->prose = is_prose(scout);
	while (json_reader_next(scout->reader, NULL))
		;
	return type;
}

/* Which fields a member of this name and type would be; `element` is the first one's type. */
static void fields_of_member(const struct scout *scout, struct slice name, enum json_type type, enum json_type element,
			     struct field_values *found)
{
	const struct json child = { .type = element, .text = slice_of("x") };
	const struct json member = { .type = type, .name = name, .text = slice_of("x"), .count = 1, .first = &child };
	const struct json object = { .type = JSON_OBJECT, .count = 1, .first = &member };

	fields_find(scout->table, &object, found);
}

static void weigh_list(struct sight *sight, struct slice name, enum json_type element, const struct sight *inside,
		       const struct field_values *found)
{
	bool has_rows = element == JSON_OBJECT && inside->row;
	int weight = 0;

	sight->lists++;
	sight->row_lists += has_rows;
	sight->text_lists += element == JSON_STRING;
	sight->prose = sight->prose || inside->prose;
	sight->verdict_lists += verdicts_is_list(name) && (element == JSON_STRING || element == JSON_NULL);
	if (element == JSON_OBJECT && name.len_bytes)
		weight = (has_rows ? WEIGHT_ROWS : WEIGHT_OBJECTS) + (holds_rows(name) ? WEIGHT_NAMED : 0);
	if (weight <= sight->list_weight)
		return;
	sight->list_weight = weight;
	memcpy(sight->list, name.at, name.len_bytes);
	sight->list[name.len_bytes] = '\0';
	sight->list_is_outputs = found->of[FIELD_SAMPLES];
}

static void look_at_member(struct scout *scout, struct sight *sight, struct slice given, size_t depth)
{
	enum json_type type, element = JSON_NULL;
	struct sight inside = { .row = false };
	struct field_values found;
	char copy[NAME_BYTES_MAX]; /* the reader's name is gone when its value is read */
	struct slice name = { copy, given.len_bytes < NAME_BYTES_MAX ? given.len_bytes : NAME_BYTES_MAX - 1 };

	if (!json_reader_peek(scout->reader, &type))
		return;
	size_t given_bytes = given.len_bytes;
	memcpy(copy, given.at, name.len_bytes);
	copy[name.len_bytes] = '\0';
	sight->members += type != JSON_NULL;
	if (depth < JSON_SHAPE_STEPS_MAX)
		memcpy(scout->path[depth], copy, sizeof(copy));
	bool is_scalar = type != JSON_ARRAY && type != JSON_OBJECT;
	if (depth == 0 && type != JSON_NULL && (is_scalar || (type == JSON_OBJECT && field_holds_attributes(name))))
		keep_around(scout, name);
	else if (type == JSON_OBJECT && given_bytes < NAME_BYTES_MAX)
		look_at_object(scout, &inside, depth + 1);
	else if (type == JSON_ARRAY)
		element = look_at_array(scout, &inside, depth + 1);
	fields_of_member(scout, name, type, element, &found);
	sight->typed = sight->typed || (type == JSON_STRING && slice_is(name, "type"));
	sight->output = sight->output || found.of[FIELD_CODE] || found.of[FIELD_DIFF];
	sight->asked = sight->asked || found.of[FIELD_PROMPT] || found.of[FIELD_MESSAGES] || slice_is(name, "choices") ||
		       slice_is(name, "candidates") ||
		       (inside.typed && (slice_is(name, "output") || slice_is(name, "content"))) ||
		       ((found.of[FIELD_SAMPLES] || found.of[FIELD_ATTEMPTS]) && element == JSON_STRING);
	sight->row = sight->row || sight->output || sight->asked || found.of[FIELD_MESSAGE] || found.of[FIELD_ERROR];
	if (type == JSON_OBJECT) {
		sight->objects++;
		sight->rows += inside.row && !found.of[FIELD_ANSWER];
	} else if (type == JSON_ARRAY) {
		weigh_list(sight, given_bytes < NAME_BYTES_MAX ? name : slice_of(""), element, &inside, &found);
	}
}

/* ---- objects ---------------------------------------------------------------------- */

/* Of two places that weigh the same the outer one is taken: it comes later. */
static void propose(struct scout *scout, enum json_shape_kind kind, int weight, size_t depth, const char *last)
{
	if (weight < scout->weight || depth + (last != NULL) > JSON_SHAPE_STEPS_MAX)
		return;
	scout->weight = weight;
	scout->kind = kind;
	scout->steps = depth;
	memcpy(scout->best, scout->path, sizeof(scout->best));
	if (last)
		memcpy(scout->best[scout->steps++], last, NAME_BYTES_MAX);
}

static void look_at_object(struct scout *scout, struct sight *sight, size_t depth)
{
	struct slice name;

	if (depth > JSON_SHAPE_STEPS_MAX) {
		json_reader_skip(scout->reader);
		return;
	}
	json_reader_enter(scout->reader, JSON_OBJECT);
	while (json_reader_next(scout->reader, &name))
		look_at_member(scout, sight, name, depth);
	if (sight->row)
		return;
	if (sight->list_weight)
		propose(scout, JSON_SHAPE_LIST, sight->list_weight, depth, sight->list);
	bool all_rows = sight->rows && sight->objects == sight->members;
	if (all_rows || (sight->rows > 1 && sight->rows == sight->objects) || sight->row_lists > 1)
		propose(scout, JSON_SHAPE_BY_KEY, WEIGHT_BY_KEY, depth, NULL);
}

void json_shape_read(struct json_shape *shape, struct json_reader *reader, const struct field_table *table,
		     struct arena *arena)
{
	struct scout scout = { .reader = reader, .table = table, .arena = arena, .shape = shape };
	struct sight top = { .row = false };

	*shape = (struct json_shape){ .kind = JSON_SHAPE_ROW };
	look_at_object(&scout, &top, 0);
	bool named_rows = top.list_weight >= WEIGHT_ROWS + WEIGHT_NAMED && !top.list_is_outputs;
	if (top.row && !top.output && named_rows)
		propose(&scout, JSON_SHAPE_LIST, top.list_weight, 0, top.list); /* the prompt beside them is that of all */
	else if (top.row && (top.asked || top.output || scout.weight < WEIGHT_ROWS + WEIGHT_NAMED))
		return; /* but a message may be that of the answer which brought the rows */
	if (scout.weight) {
		shape->kind = scout.kind;
		for (; shape->steps < scout.steps; shape->steps++)
			shape->path[shape->steps] = arena_strdup(arena, scout.best[shape->steps]);
	} else if (top.verdict_lists > 1 || (top.verdict_lists && top.members == 1)) {
		shape->kind = JSON_SHAPE_VERDICTS;
	} else if (top.text_lists && top.text_lists == top.members && top.prose) {
		shape->kind = JSON_SHAPE_BY_KEY;
		shape->texts = true;
	}
}
