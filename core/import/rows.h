/*
 * Rows: records that are objects of named values (a line of JSON Lines, an element of an
 * array, a row of CSV), a sample each or, where a row holds several outputs, several (row.h
 * says when that is so).
 *
 *     rows = rows_open(source, sink, "line");
 *     while (there is one more) {
 *             record = rows_begin(rows);               // its arena lives until the next one
 *             rows_take(rows, &extent, object, …) or rows_reject(rows, &extent, reason, …);
 *     }
 *     status = rows_close(rows, status, err);
 *
 * Rejects are held back until the first sample: a file in which nothing is known to us
 * must end in one error that names its keys, not in a million rejects.
 */
#ifndef AITIA_CORE_IMPORT_ROWS_H
#define AITIA_CORE_IMPORT_ROWS_H

#include "core/import/fields.h"

struct extent {
	uint64_t offset_bytes, len_bytes; /* in the source */
};

struct rows;
/* `noun` is what the format calls a row, for messages ("line"); borrowed, as all is. */
struct rows *rows_open(const struct import_source *source, struct import_sink *sink, const char *noun);
/* What stands around the rows and is true of each of them (a model, a date): its scalars
 * are attributes of every sample. NULL: nothing. Borrowed until it is set again. */
void rows_set_around(struct rows *rows, const struct json *around);
/* The name of the next rows in what holds them: their id when they have none. NULL: none.
 * `attempt`: which one under that name, from 1; 0: the only one. */
void rows_set_key(struct rows *rows, const char *key, int64_t attempt);
/* Numbers the next row, from 1. */
struct record *rows_begin(struct rows *rows);
/* `object` must be a JSON_OBJECT; `replaced` counts invalid UTF-8 in it, which texts show replaced. */
enum status rows_take(struct rows *rows, const struct extent *at, const struct json *object, size_t replaced,
		      struct error *err) MUST_CHECK;
enum status rows_reject(struct rows *rows, const struct extent *at, const char *reason, struct error *err) MUST_CHECK;
/* "not an object but a number" */
enum status rows_reject_type(struct rows *rows, const struct extent *at, const struct json *value,
			     struct error *err) MUST_CHECK;
/* Hands `status` on; STATUS_NOT_FOUND when all went well and no row was known to us. */
enum status rows_close(struct rows *rows, enum status status, struct error *err) MUST_CHECK;

#endif
