#include "templates/value.h"

#include <inttypes.h>

static struct value *value_new(struct arena *arena, enum value_type type)
{
	struct value *value = arena_alloc(arena, sizeof(*value));

	value->type = type;
	return value;
}

static struct value *value_bytes(struct arena *arena, enum value_type type, struct slice text)
{
	struct value *value = value_new(arena, type);

	value->text = text.len_bytes ? arena_slice(arena, text) : (struct slice){ "", 0 };
	return value;
}

struct value *value_null(struct arena *arena)
{
	return value_new(arena, VALUE_NULL);
}

struct value *value_bool(struct arena *arena, bool truth)
{
	struct value *value = value_new(arena, VALUE_BOOL);

	value->truth = truth;
	return value;
}

struct value *value_int(struct arena *arena, int64_t number)
{
	struct value *value = value_new(arena, VALUE_NUMBER);

	value->text = slice_of(arena_printf(arena, "%" PRId64, number));
	return value;
}

struct value *value_number(struct arena *arena, struct slice as_written)
{
	return value_bytes(arena, VALUE_NUMBER, as_written);
}

struct value *value_text(struct arena *arena, struct slice text)
{
	return value_bytes(arena, VALUE_TEXT, text);
}

struct value *value_markup(struct arena *arena, struct slice markup, enum value_place place)
{
	struct value *value = value_bytes(arena, VALUE_MARKUP, markup);

	value->place = place;
	return value;
}

struct value *value_list(struct arena *arena)
{
	return value_new(arena, VALUE_LIST);
}

struct value *value_object(struct arena *arena)
{
	return value_new(arena, VALUE_OBJECT);
}

void value_add(struct value *list, struct value *item)
{
	if (list->last)
		list->last->next = item;
	else
		list->first = item;
	list->last = item;
}

void value_set(struct value *object, const char *name, struct value *member)
{
	member->name = name;
	value_add(object, member);
}

const struct value *value_get(const struct value *object, struct slice name)
{
	if (!object || object->type != VALUE_OBJECT)
		return NULL;
	for (const struct value *member = object->first; member; member = member->next)
		if (slice_is(name, member->name))
			return member;
	return NULL;
}

bool value_is_true(const struct value *value)
{
	if (!value)
		return false;
	switch (value->type) {
	case VALUE_NULL: return false;
	case VALUE_BOOL: return value->truth;
	case VALUE_TEXT:
	case VALUE_MARKUP: return value->text.len_bytes > 0;
	case VALUE_LIST: return value->first != NULL;
	case VALUE_NUMBER:
	case VALUE_OBJECT: break;
	}
	return true;
}
