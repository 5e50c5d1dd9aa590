/* Attributes of OTLP: lists of {"key", "value"}, each value an object that names its type. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/fields.h"
#include "core/import/otlp.h"

const struct json *otlp_get(const struct json *attributes, const char *key)
{
	if (!json_is(attributes, JSON_ARRAY))
		return NULL;
	for (const struct json *one = attributes->first; one; one = one->next)
		if (slice_is(json_slice(json_get(one, "key")), key))
			return json_get(one, "value");
	return NULL;
}

const struct json *otlp_get_any(const struct json *attributes, const char *const *keys)
{
	for (; *keys; keys++) {
		const struct json *value = otlp_get(attributes, *keys);
		if (value)
			return value;
	}
	return NULL;
}

struct slice otlp_string(const struct json *value)
{
	return json_slice(json_get(value, "stringValue"));
}

/* The value inside, of whatever scalar type; 64-bit numbers are written as strings. */
static const struct json *scalar(const struct json *value)
{
	static const char *const types[] = { "stringValue", "intValue", "doubleValue", "boolValue" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const struct json *inner = json_get(value, types[i]);
		if (inner)
			return inner;
	}
	return NULL;
}

static const struct json *elements(const struct json *value, const char *type)
{
	const struct json *values = json_get(json_get(value, type), "values");

	return json_is(values, JSON_ARRAY) ? values->first : NULL;
}

const char *otlp_text(struct record *record, const struct json *value)
{
	struct strbuf joined = STRBUF_INIT;
	const char *text = record_text(record, scalar(value));

	if (text)
		return text;
	for (const struct json *one = elements(value, "arrayValue"); one; one = one->next) {
		text = record_text(record, scalar(one));
		if (!text || joined.len_bytes > RECORD_VALUE_BYTES_MAX)
			break;
		if (joined.len_bytes)
			strbuf_addstr(&joined, ", ");
		strbuf_addstr(&joined, text);
	}
	text = joined.len_bytes ? arena_strdup(&record->arena, joined.text) : NULL;
	strbuf_release(&joined);
	return text;
}

static struct json *copy(struct arena *arena, const struct json *from, struct slice name)
{
	struct json *to = arena_alloc(arena, sizeof(*to));

	*to = *from;
	to->name = name;
	to->next = NULL;
	return to;
}

static const struct json *plain(struct arena *arena, const struct json *value, struct slice name, int depth);

/* An array's or a map's members, made plain and linked. */
static const struct json *plain_container(struct arena *arena, const struct json *value, const char *type, struct slice name,
					  int depth)
{
	bool is_map = strcmp(type, "kvlistValue") == 0;
	struct json *container = arena_alloc(arena, sizeof(*container));
	const struct json **end = &container->first;

	*container = (struct json){ .type = is_map ? JSON_OBJECT : JSON_ARRAY, .name = name, .raw = value->raw };
	for (const struct json *one = elements(value, type); one; one = one->next) {
		struct slice key = json_slice(json_get(one, "key"));
		const struct json *inner = plain(arena, is_map ? json_get(one, "value") : one, key, depth + 1);
		if (!inner)
			continue;
		struct json *linked = copy(arena, inner, key);
		*end = linked;
		end = &linked->next;
		container->count++;
	}
	return container;
}

static const struct json *plain(struct arena *arena, const struct json *value, struct slice name, int depth)
{
	const struct json *inner = scalar(value);

	if (inner)
		return copy(arena, inner, name);
	if (depth > 64)
		return NULL;
	if (json_get(value, "arrayValue"))
		return plain_container(arena, value, "arrayValue", name, depth);
	if (json_get(value, "kvlistValue"))
		return plain_container(arena, value, "kvlistValue", name, depth);
	return NULL;
}

const struct json *otlp_plain(struct arena *arena, const struct json *value)
{
	const struct json *parsed, *found = plain(arena, value, (struct slice){ NULL, 0 }, 0);
	struct slice text = json_slice(found);

	if (text.len_bytes && (text.at[0] == '[' || text.at[0] == '{') &&
	    json_parse(arena, text, true, NULL, &parsed, NULL) == STATUS_OK)
		return parsed;
	return found;
}

bool otlp_instant(const struct json *nanoseconds, struct instant *out)
{
	int64_t ns = field_int(nanoseconds, 0);

	if (ns <= 0)
		return false;
	*out = (struct instant){ ns / 1000, ns % 1000000000 ? PRECISION_MICROSECOND : PRECISION_SECOND };
	return true;
}
