/* Keeping columns current: what the operation log says has changed is read again. */
#include <stdlib.h>

#include "storage/sqlite/columns.h"

/* Samples that lie no further apart are read together. */
#define ID_GAP_MAX 16

struct changes {
	VEC_OF(int64_t) samples;
	VEC_OF(int64_t) annotations; /* that are known by their number alone, */
	VEC_OF(int64_t) placed;      /* and those whose sample is said beside them */
	int64_t last_edit;
	bool renewed;                /* an import wrote over samples that it does not name, or something unknown happened */
	bool imported;
};

/* The value of a column in a change of a row: before it, else after it; 0: neither is said. */
static int64_t change_value(sqlite3_changeset_iter *iter, int op, int column)
{
	sqlite3_value *value = NULL;

	if (op != SQLITE_INSERT)
		sqlite3changeset_old(iter, column, &value);
	if (!value && op != SQLITE_DELETE)
		sqlite3changeset_new(iter, column, &value);
	return value ? sqlite3_value_int64(value) : 0;
}

static void take_change(struct changes *changes, sqlite3_changeset_iter *iter)
{
	const char *table = NULL;
	int column_count = 0, op = 0, indirect = 0;
	int64_t sample;

	if (sqlite3changeset_op(iter, &table, &column_count, &op, &indirect) != SQLITE_OK)
		return;
	if (strcmp(table, "sample") == 0) {
		vec_push(&changes->samples, change_value(iter, op, 0));
	} else if (strcmp(table, "annotation") == 0) {
		sample = change_value(iter, op, 1);
		if (sample) {
			vec_push(&changes->samples, sample);
			vec_push(&changes->placed, change_value(iter, op, 0));
		} else {
			vec_push(&changes->annotations, change_value(iter, op, 0));
		}
	} else if (strcmp(table, "annotation_symptom") == 0) {
		vec_push(&changes->annotations, change_value(iter, op, 0));
	}
}

/* The iterator wants bytes that are not const, and does not change them. */
static void take_changeset(struct changes *changes, const void *bytes, int len)
{
	sqlite3_changeset_iter *iter = NULL;

	if (!len || sqlite3changeset_start(&iter, len, (void *)(uintptr_t)bytes) != SQLITE_OK) {
		changes->renewed = changes->renewed || len > 0;
		return;
	}
	while (sqlite3changeset_next(iter) == SQLITE_ROW)
		take_change(changes, iter);
	if (sqlite3changeset_finalize(iter) != SQLITE_OK)
		changes->renewed = true;
}

static enum status read_log(struct sqlite_store *db, int64_t behind, struct changes *changes, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_EDITS_SINCE, SQL_INT(behind));

	while (sql_next(db, stmt)) {
		int64_t kind = sqlite3_column_int64(stmt, 1);
		const void *bytes = sqlite3_column_blob(stmt, 2);
		int len = sqlite3_column_bytes(stmt, 2);
		changes->last_edit = sqlite3_column_int64(stmt, 0);
		if (kind == EDIT_IMPORT) {
			changes->imported = true;
			/* It wrote over samples and does not say which: they are too many, or an older program did. */
			changes->renewed = changes->renewed || (sqlite3_column_int64(stmt, 3) > 0 && !len);
		} else if (kind != EDIT_CHANGE && kind != EDIT_UNDO && kind != EDIT_REDO) {
			changes->renewed = true;
		}
		take_changeset(changes, bytes, len);
	}
	return sql_end(db, stmt, err);
}

static bool is_known(const struct changes *changes, int64_t annotation)
{
	const int64_t *ids = changes->placed.items;
	size_t low = 0, high = changes->placed.len;

	while (ids && low < high) {
		size_t middle = low + (high - low) / 2;
		if (ids[middle] < annotation)
			low = middle + 1;
		else
			high = middle;
	}
	return ids && low < changes->placed.len && ids[low] == annotation;
}

/* An annotation that is gone was taken away by a change that names its sample. */
static enum status find_samples(struct sqlite_store *db, struct changes *changes, struct error *err)
{
	enum status status = STATUS_OK;

	changes->placed.len = sort_unique_ids(changes->placed.items, changes->placed.len);
	changes->annotations.len = sort_unique_ids(changes->annotations.items, changes->annotations.len);
	for (size_t i = 0; changes->annotations.items && i < changes->annotations.len && status == STATUS_OK; i++) {
		int64_t sample = 0;
		if (is_known(changes, changes->annotations.items[i]))
			continue;
		status = sql_number(db, SQL_ANNOTATION_SAMPLE, &sample, NULL, err, SQL_INT(changes->annotations.items[i]));
		if (sample)
			vec_push(&changes->samples, sample);
	}
	changes->samples.len = sort_unique_ids(changes->samples.items, changes->samples.len);
	return status;
}

/* A key that has become one of samples' own values decides otherwise about all of them. */
static enum status check_own_keys(struct sqlite_store *db, const struct columns *columns, struct changes *changes,
				  struct error *err)
{
	int64_t count = 0;
	enum status status = sql_number_plain(db, SQL_OWN_KEY_COUNT, &count, NULL, err);

	changes->renewed = changes->renewed || count != (int64_t)columns->own_keys.len;
	return status;
}

/* What is there to take up, if anything is; or nothing, and the columns are empty again. */
static enum status take(struct sqlite_store *db, struct columns *columns, struct changes *changes, struct error *err)
{
	enum status status = changes->imported ? check_own_keys(db, columns, changes, err) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	if (changes->renewed) {
		columns_clear(columns);
		columns->no_snapshot = true; /* it would come to the same place */
		return STATUS_OK;
	}
	status = find_samples(db, changes, err);
	if (status != STATUS_OK)
		return status;
	/* What SQL picked may hang on things that no column holds, such as members of incidents. */
	columns_hits_reset(&columns->hits);
	columns->taking = (struct columns_taking){ .edit = changes->last_edit, .imported = changes->imported };
	columns->taking.samples.items = changes->samples.items;
	columns->taking.samples.len = changes->samples.len;
	columns->taking.samples.capacity = changes->samples.capacity;
	changes->samples.items = NULL;
	changes->samples.len = changes->samples.capacity = 0;
	return STATUS_OK;
}

static enum status look(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	struct changes changes = { .last_edit = columns->edit };
	enum status status = read_log(db, columns->edit, &changes, err);

	if (status == STATUS_OK && changes.last_edit != columns->edit)
		status = take(db, columns, &changes, err);
	vec_release(&changes.samples);
	vec_release(&changes.annotations);
	vec_release(&changes.placed);
	return status;
}

/* Some of the samples, up to `most`. */
static enum status read_again(struct sqlite_store *db, struct columns *columns, size_t most, struct error *err)
{
	struct columns_taking *taking = &columns->taking;
	const int64_t *ids = taking->samples.items;
	size_t count = taking->samples.len - taking->next > most ? taking->next + most : taking->samples.len;
	enum status status = STATUS_OK;

	for (size_t i = taking->next, end; ids && i < count && status == STATUS_OK; i = end) {
		for (end = i + 1; end < count && ids[end] - ids[end - 1] <= ID_GAP_MAX; end++)
			;
		/* What is not loaded yet will be. */
		if (ids[i] > 0 && ids[i] <= columns->rows)
			status = columns_read_range(db, columns, ids[i],
						    ids[end - 1] < columns->rows ? ids[end - 1] : columns->rows, err);
		if (status == STATUS_OK) {
			columns->unsaved += (int64_t)(end - taking->next);
			taking->next = end;
		}
	}
	return status;
}

/* All of them have been read. */
static enum status finish(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	enum status status = STATUS_OK;

	if (columns->taking.imported) {
		status = sql_number_plain(db, SQL_MAX_SAMPLE, &columns->target, NULL, err);
		columns_order_reset(&columns->by_time);
		columns_order_reset(&columns->by_path);
	}
	if (status == STATUS_OK) {
		columns->edit = columns->taking.edit;
		columns_taking_end(&columns->taking);
	}
	return status;
}

/* What was read again so far is of other moments than this, so that the columns are as this transaction
 * sees the store only when it sees no entry that is not taken up. */
enum status columns_follow(struct sqlite_store *db, struct columns *columns, bool all, bool *done, struct error *err)
{
	struct columns_taking *taking = &columns->taking;
	enum status status = STATUS_OK;
	int64_t seen = 0;

	*done = false;
	if (taking->edit) {
		status = sql_number_plain(db, SQL_LAST_EDIT, &seen, NULL, err);
		if (status != STATUS_OK || seen < taking->edit)
			return status; /* an older transaction would read what was */
	} else {
		status = look(db, columns, err);
	}
	if (status != STATUS_OK || !columns->begun || (all && taking->samples.len - taking->next > COLUMNS_CATCH_UP))
		return status;
	if (taking->edit) {
		status = read_again(db, columns, all ? COLUMNS_CATCH_UP : COLUMNS_AGAIN, err);
		if (status == STATUS_OK && taking->next == taking->samples.len)
			status = finish(db, columns, err);
		if (status == STATUS_OK && !taking->edit)
			status = look(db, columns, err);
	}
	*done = status == STATUS_OK && columns->begun && !taking->edit && columns->rows >= columns->target;
	return status;
}
