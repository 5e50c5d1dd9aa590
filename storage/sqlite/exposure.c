/* Denominators: putting and listing them, and those of another store. */
#include <stdio.h>
#include <string.h>

#include "core/base/vec.h"
#include "storage/sqlite/merge.h"

/* A number that stands by the word of others alone is said again by who brings it now: then it does not go
 * when theirs is taken back. */
static enum status put_row(struct sqlite_store *db, const struct edit_work *work, const char *reviewer,
			   const struct exposure *row, struct exposure_result *out, struct error *err)
{
	struct arena arena = ARENA_INIT;
	const char *attributes = exposure_attributes(&arena, row);
	int64_t is = 0;
	bool found = false, same = false, said = false;
	enum status status = sql_number(db, SQL_EXPOSURE_GET, &is, &found, err, SQL_TEXT(attributes), SQL_INT(row->day));

	same = found && is == row->outputs;
	if (status == STATUS_OK && same)
		status = sql_number(db, SQL_EXPOSURE_SAID, NULL, &said, err, SQL_TEXT(attributes), SQL_INT(row->day),
				    SQL_TEXT(reviewer), SQL_INT(row->outputs));
	if (status == STATUS_OK && !said)
		status = sql_run(db, SQL_EXPOSURE_SET, err, SQL_TEXT(attributes), SQL_INT(row->day), SQL_INT(work->id),
				 SQL_INT(row->outputs));
	if (status == STATUS_OK)
		*(same ? &out->unchanged : found ? &out->changed : &out->added) += 1;
	out->borne_out += status == STATUS_OK && same && !said;
	arena_release(&arena);
	return status;
}

enum status db_exposure_put(struct store *store, const char *reviewer, const struct exposure *rows, size_t count,
			    const char *source, struct exposure_result *out, int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	char summary[300];
	enum status status = check_reviewer(reviewer, err);

	*edit_id = 0;
	*out = (struct exposure_result){ .added = 0 };
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = exposure_check(&rows[i], err);
	if (status != STATUS_OK)
		return status;
	status = edit_begin(db, reviewer, "exposure", &work, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = put_row(db, &work, reviewer, &rows[i], out, err);
	exposure_summary(summary, sizeof(summary), source, out);
	return edit_end(db, &work, status, summary, edit_id, err);
}

enum status db_exposure_list(struct store *store, struct arena *arena, const struct exposure **out, size_t *count,
			     struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_EXPOSURE_LIST);
	VEC_OF(struct exposure) list = VEC_INIT;
	struct exposure row = { .value_count = 0 }, *kept;
	const char *before = NULL;
	bool damaged = false;
	enum status status;

	while (!damaged && sql_next(db, stmt)) {
		const char *text = (const char *)sqlite3_column_text(stmt, 0);
		int64_t day = sqlite3_column_int64(stmt, 1);
		if (!before || !text || strcmp(before, text) != 0) { /* equal ones stand side by side */
			struct slice bytes = column_slice(arena, stmt, 0);
			damaged = !exposure_read_attributes(arena, bytes, &row);
			before = bytes.at;
		} else if (row.day == day) {
			continue; /* a newer word was there */
		}
		row.day = day;
		row.outputs = sqlite3_column_int64(stmt, 2);
		damaged |= exposure_check(&row, NULL) != STATUS_OK;
		vec_push(&list, row);
	}
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && damaged)
		status = db_damaged(db, err, "a denominator cannot be read");
	kept = arena_array(arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return status;
}

/* ---- another store's --------------------------------------------------------------------- */

/* Each edit's words come and go with it. */
static const char merge_rows[] =
	"DELETE FROM main.exposure WHERE edit IN (SELECT id FROM temp.flip WHERE now = 1);"
	"INSERT OR IGNORE INTO main.exposure (attributes, day, edit, outputs) SELECT x.attributes, x.day, e.id, x.outputs"
	" FROM other.exposure x JOIN temp.map_edit m ON m.other = x.edit JOIN main.edit e ON e.id = m.id WHERE e.state = 0;";

enum status merge_exposures(struct merging *merge, struct error *err)
{
	return merge_run(merge, merge_rows, err);
}
