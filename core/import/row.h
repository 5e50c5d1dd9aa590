/*
 * Internal to rows.c: one row looked at as a whole: its object, the envelopes inside it
 * in which an interface answered, and the outputs in it.
 *
 * One output or several? A row that has an output of its own (code or a diff) is one
 * sample; a list beside it ("implementations", "attempts", "samples") is the history
 * that led there, of which the length is kept. A row without one, but with a list of
 * outputs ("completions", "choices", "attempts" …), is a sample per element: each has the
 * row's prompt and context, and where there are several "attempt", its number from 1.
 */
#ifndef AITIA_CORE_IMPORT_ROW_H
#define AITIA_CORE_IMPORT_ROW_H

#include "core/import/fields.h"

#define ROW_LAYERS_MAX 4

struct row {
	const struct json *objects[ROW_LAYERS_MAX]; /* the row's own, and envelopes further and further inside */
	const char *prefixes[ROW_LAYERS_MAX];       /* of their members in the provenance: "", "response.", … */
	size_t layers;
	const struct json *around;                  /* what stands around all rows, or NULL */
	const char *key;                            /* what the row is called outside, or NULL */
	int64_t attempt;                            /* which one of that name, or 0 */
	struct field_values values;                 /* of all layers; an outer one wins */
	VEC_OF(const struct json *) outputs;        /* empty: the row is one sample */
};

/* All of it lives as long as the record's arena and the object, but for the vector. */
void row_read(struct row *row, const struct field_table *table, struct record *record, const struct json *object);
/* Whether anything in it is for a reviewer to look at. */
bool row_is_known(const struct row *row);
/* The sample of outputs.items[index], or of the row itself when there are none. */
void row_make_sample(const struct row *row, const struct field_table *table, size_t index, struct record *record);

#endif
