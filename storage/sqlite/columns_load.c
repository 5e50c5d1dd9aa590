/* Loading columns in steps: the samples, then the orders. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "storage/sqlite/columns.h"

#define RANGE_ROWS 2000  /* read between two looks at the clock */
#define ORDER_ROWS 10000
#define STEP_US 40000

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- the orders --------------------------------------------------------------------------- */

/* Some more of them: those behind the last one read that the first statement finds,
 * then those of the next, …; *more: there may be others. */
static enum status read_order(struct sqlite_store *db, struct columns_order *order, const enum statement *statements,
			      size_t count, bool *more, struct error *err)
{
	size_t left = ORDER_ROWS;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && left && status == STATUS_OK; i++) {
		sqlite3_stmt *stmt = sql_start(db, statements[i], SQL_TEXT(order->text), SQL_INT(order->number),
					       SQL_INT(order->id), SQL_INT((int64_t)left));
		while (sql_next(db, stmt)) {
			order->id = sqlite3_column_int64(stmt, 0);
			order->number = sqlite3_column_int64(stmt, 1);
			vec_push(&order->ids, (uint32_t)order->id);
			left--;
		}
		status = sql_end(db, stmt, err);
	}
	*more = left == 0;
	return status;
}

static enum status step_time(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	static const enum statement statements[] = { SQL_COLUMNS_TIME_SAME, SQL_COLUMNS_TIME_NEXT };
	struct columns_order *order = &columns->by_time;
	const struct dictionary *days = &columns->dictionaries[COLUMN_DAY];
	bool more = false;
	enum status status = read_order(db, order, statements, ARRAY_LEN(statements), &more, err);

	if (status != STATUS_OK || more)
		return status;
	for (size_t i = DICTIONARY_FIRST; i < days->entries.len; i++)
		if (!instant_known(days->entries.items[i].subject.sample->produced_at))
			order->without = (size_t)days->entries.items[i].rows;
	order->whole = true;
	columns->unsaved += (int64_t)order->ids.len;
	return STATUS_OK;
}

/* The path of the last one read. */
static enum status note_path(struct sqlite_store *db, struct columns_order *order, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_ROW_KEYS, SQL_INT(order->id));

	if (sql_next(db, stmt)) {
		const void *path = sqlite3_column_text(stmt, 1);
		free(order->text);
		order->text = mem_strdup(path ? path : "");
	}
	return sql_end(db, stmt, err);
}

static enum status step_path(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	static const enum statement without[] = { SQL_COLUMNS_NO_PATH_SAME, SQL_COLUMNS_NO_PATH_NEXT };
	static const enum statement with[] = { SQL_COLUMNS_PATH_LINE, SQL_COLUMNS_PATH_SAME, SQL_COLUMNS_PATH_NEXT };
	struct columns_order *order = &columns->by_path;
	bool more = false;
	enum status status;

	if (order->text) {
		status = read_order(db, order, with, ARRAY_LEN(with), &more, err);
		if (status == STATUS_OK && more)
			status = note_path(db, order, err);
		order->whole = status == STATUS_OK && !more;
		return status;
	}
	status = read_order(db, order, without, ARRAY_LEN(without), &more, err);
	if (status == STATUS_OK && !more) {
		order->without = order->ids.len;
		order->text = mem_strdup("");
		order->number = INT64_MIN;
		order->id = 0;
	}
	return status;
}

/* ---- steps ------------------------------------------------------------------------------------ */

static enum status read_own_keys(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_COLUMNS_OWN_KEYS);

	while (sql_next(db, stmt)) {
		const void *text = sqlite3_column_text(stmt, 0);
		vec_push(&columns->own_keys, mem_strdup(text ? text : ""));
		columns->own_named = columns->own_named || columns_name_key(text ? text : "");
	}
	return sql_end(db, stmt, err);
}

static enum status begin(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	int64_t sets = 0;
	enum status status;

	columns_clear(columns);
	if ((status = codebook_load(db, err)) != STATUS_OK ||
	    (status = read_own_keys(db, columns, err)) != STATUS_OK ||
	    (status = sql_number_plain(db, SQL_LAST_EDIT, &columns->edit, NULL, err)) != STATUS_OK ||
	    (status = sql_number_plain(db, SQL_MAX_PROVENANCE, &sets, NULL, err)) != STATUS_OK ||
	    (status = sql_number_plain(db, SQL_MAX_SAMPLE, &columns->target, NULL, err)) != STATUS_OK)
		return status;
	if (columns->target >= UINT32_MAX)
		return error_set(err, STATUS_REFUSED, "%s: samples have numbers too great for counts by value", db->path);
	columns->few_keys = sets > DICTIONARY_MAX / 2;
	columns_reserve(columns, columns->target);
	columns->begun = true;
	if (!columns->no_snapshot)
		columns->no_snapshot = !columns_snapshot_open(db, columns);
	return STATUS_OK;
}

/* The order's array has room for all at once: growing would take half as much again. */
static void reserve_order(struct columns_order *order, int64_t rows)
{
	if (order->ids.items)
		return;
	order->ids.capacity = (size_t)rows;
	order->ids.items = mem_zalloc(order->ids.capacity + 1, sizeof(*order->ids.items));
}

static enum status take_snapshot(struct sqlite_store *db, struct columns *columns, struct error *err)
{
	bool fits = false;
	enum status status = columns_snapshot_step(db, columns, &fits, err);

	if (status == STATUS_OK && !fits) {
		columns_clear(columns);
		columns->no_snapshot = true;
	}
	return status;
}

/* One piece of what there is to do. */
static enum status work(struct sqlite_store *db, struct columns *columns, enum sort_key sort, bool *whole,
			struct error *err)
{
	struct columns_order *order = columns_order_of(columns, sort);
	enum status status;
	bool done = true;

	if (columns->snapshot)
		return take_snapshot(db, columns, err);
	if (columns->rows < columns->target) {
		int64_t last = columns->target - columns->rows > RANGE_ROWS ? columns->rows + RANGE_ROWS : columns->target;
		columns_hits_reset(&columns->hits);
		status = columns_read_range(db, columns, columns->rows + 1, last, err);
		if (status == STATUS_OK) {
			columns->unsaved += last - columns->rows;
			columns->rows = last;
		}
		return status;
	}
	status = columns_follow(db, columns, false, &done, err);
	if (status != STATUS_OK || !done)
		return status;
	*whole = !order || order->whole;
	if (*whole)
		return STATUS_OK;
	reserve_order(order, columns->rows);
	return sort == SORT_PATH ? step_path(db, columns, err) : step_time(db, columns, err);
}

enum status columns_step(struct sqlite_store *db, struct columns *columns, enum sort_key sort, bool *whole,
			 struct error *err)
{
	int64_t until = clock_us() + STEP_US;
	enum status status = codebook_load(db, err);

	*whole = false;
	scan_begins(db);
	do {
		if (status == STATUS_OK && !columns->begun)
			status = begin(db, columns, err);
		if (status == STATUS_OK)
			status = work(db, columns, sort, whole, err);
	} while (status == STATUS_OK && !*whole && clock_us() < until);
	scan_ends(db);
	return status;
}

struct readiness columns_readiness(const struct columns *columns, enum sort_key sort)
{
	const struct columns_order *order = sort == SORT_PATH ? &columns->by_path : &columns->by_time;
	int64_t ordered = (int64_t)order->ids.len;
	bool rows = columns->begun && columns->rows >= columns->target;

	if (sort == SORT_ID)
		return (struct readiness){ rows, columns->rows, columns->target };
	/* Ten places in an order take about as long as a sample. */
	return (struct readiness){ rows && order->whole, columns->rows + ordered / 10, columns->target + columns->target / 10 };
}
