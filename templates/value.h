/*
 * The data that a template is filled with: a tree in an arena. Text is what
 * people and programs wrote: it cannot reach a page unescaped. Markup was made
 * by a site's writer and is inserted as it is. A value stands in one place of
 * one tree.
 */
#ifndef AITIA_TEMPLATES_VALUE_H
#define AITIA_TEMPLATES_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

enum value_type { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT, VALUE_MARKUP, VALUE_LIST, VALUE_OBJECT };

/* Where markup may stand. A cell's may in a table's row and in prose, a heading's in both
 * but rows; a block begins a line of its own and ends it. */
enum value_place { VALUE_PROSE, VALUE_CELL, VALUE_HEADING, VALUE_BLOCK };

struct value {
	enum value_type type;
	enum value_place place;  /* markup */
	bool is_shown;           /* markup: where it is the whole cell, heading or block, the page is
				    checked to read back as `shown` (a block: as a block of code) */
	struct slice shown;
	bool truth;              /* bool */
	struct slice text;       /* number (as it is to be shown), text, markup */
	const char *name;        /* as a member of an object */
	struct value *first;     /* list, object */
	struct value *last;
	struct value *next;      /* as a child */
};

struct value *value_null(struct arena *arena);
struct value *value_bool(struct arena *arena, bool truth);
struct value *value_int(struct arena *arena, int64_t number);
struct value *value_number(struct arena *arena, struct slice as_written);
struct value *value_text(struct arena *arena, struct slice text);     /* copied */
struct value *value_markup(struct arena *arena, struct slice markup, enum value_place place); /* copied */
struct value *value_list(struct arena *arena);
struct value *value_object(struct arena *arena);

/* `name` is borrowed. Names are unique in an object: set each once. */
void value_set(struct value *object, const char *name, struct value *member);
void value_add(struct value *list, struct value *item);

/* The member of that name, or NULL; NULL too if it is no object. */
const struct value *value_get(const struct value *object, struct slice name);

/* null, false, an empty list, and empty text or markup are not. */
bool value_is_true(const struct value *value);

#endif
