/* Lists from columns: rows in an order, where a cursor stands in it, and the hits
 * from there on. */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"

/* So many rows are tried one by one before the hits are looked for in all of them:
 * about a millisecond, after which most pages are full. */
#define TRIED_ROWS 20000

/* ---- rows by number --------------------------------------------------------------------- */

struct columns_order *columns_order_of(struct columns *columns, enum sort_key sort)
{
	return sort == SORT_ID ? NULL : sort == SORT_PATH ? &columns->by_path : &columns->by_time;
}

static const struct columns_order *order_of(const struct columns *columns, enum sort_key sort)
{
	return sort == SORT_PATH ? &columns->by_path : &columns->by_time;
}

size_t columns_length(const struct columns *columns, enum sort_key sort)
{
	if (sort == SORT_ID)
		return (size_t)columns->rows;
	/* Heaviest level first: the whole order once for each level. */
	return order_of(columns, sort)->ids.len * (sort == SORT_LEVEL ? LEVEL_COUNT : 1);
}

static enum level columns_level(const struct columns *columns, int64_t id)
{
	uint16_t entry = columns->of[COLUMN_FLAGS][id];

	return sample_level(columns->dictionaries[COLUMN_FLAGS].entries.items[entry].subject.sample);
}

int64_t columns_at(const struct columns *columns, enum sort_key sort, size_t at)
{
	const struct columns_order *order = order_of(columns, sort);
	size_t len = order->ids.len;
	int64_t id;

	switch (sort) {
	case SORT_NEWEST:
	case SORT_RELEVANCE: /* is asked for as newest */
		return order->ids.items[len - 1 - at];
	case SORT_OLDEST:
	case SORT_PATH: /* who has no value comes last */
		at += order->without;
		return order->ids.items[at < len ? at : at - len];
	case SORT_LEVEL:
		id = order->ids.items[len - 1 - at % len];
		return columns_level(columns, id) == (enum level)(LEVEL_COUNT - 1 - at / len) ? id : 0;
	case SORT_ID:
	case SORT_COUNT:
		break;
	}
	return (int64_t)at + 1;
}

/* ---- cursors ------------------------------------------------------------------------------- */

struct row_keys {
	int64_t produced_us, line, level, id;
	char *path;
};

static enum status read_keys(struct sqlite_store *db, struct arena *arena, int64_t id, struct row_keys *out,
			     struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_ROW_KEYS, SQL_INT(id));

	*out = (struct row_keys){ .id = id };
	if (sql_next(db, stmt)) {
		out->produced_us = sqlite3_column_int64(stmt, 0);
		out->path = column_text(arena, stmt, 1);
		out->line = sqlite3_column_int64(stmt, 2);
		out->level = sqlite3_column_int64(stmt, 3);
	}
	return sql_end(db, stmt, err);
}

/* In a cursor, level and time share a number: see sample_page.c. */
#define LEVEL_UNIT ((int64_t)1 << 60)

enum status columns_cursor(struct sqlite_store *db, struct arena *arena, enum sort_key sort, int64_t id,
			   struct page_cursor *out, struct error *err)
{
	struct row_keys keys;
	enum status status = read_keys(db, arena, id, &keys, err);

	*out = (struct page_cursor){ .set = true, .id = id };
	if (sort == SORT_NEWEST || sort == SORT_OLDEST)
		out->number = keys.produced_us;
	if (sort == SORT_LEVEL)
		out->number = keys.level * LEVEL_UNIT + keys.produced_us - TIME_UNKNOWN_US;
	if (sort == SORT_PATH) {
		out->number = keys.line;
		out->text = keys.path;
	}
	return status;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_paths(const struct row_keys *a, const struct page_cursor *b)
{
	int order = (a->path == NULL) - (b->text == NULL);

	if (!order && a->path)
		order = strcmp(a->path, b->text);
	return order ? order : compare_numbers(a->line, b->number);
}

/* Whether a row stands before (< 0) or behind (> 0) a cursor; of level, among those of its level. */
static int compare(const struct row_keys *row, const struct page_cursor *from, enum sort_key sort)
{
	int order = 0;

	switch (sort) {
	case SORT_LEVEL:
		order = compare_numbers(from->number % LEVEL_UNIT + TIME_UNKNOWN_US, row->produced_us);
		return order ? order : compare_numbers(from->id, row->id);
	case SORT_NEWEST:
	case SORT_RELEVANCE: /* is asked for as newest */
		order = compare_numbers(from->number, row->produced_us);
		return order ? order : compare_numbers(from->id, row->id);
	case SORT_OLDEST:
		order = (row->produced_us == TIME_UNKNOWN_US) - (from->number == TIME_UNKNOWN_US);
		if (!order)
			order = compare_numbers(row->produced_us, from->number);
		break;
	case SORT_PATH:
		order = compare_paths(row, from);
		break;
	case SORT_ID:
	case SORT_COUNT:
		break;
	}
	return order ? order : compare_numbers(row->id, from->id);
}

enum status columns_place(struct sqlite_store *db, const struct columns *columns, enum sort_key sort,
			  const struct page_cursor *from, bool inclusive, size_t *at, struct error *err)
{
	size_t low = 0, high = sort == SORT_ID ? (size_t)columns->rows : order_of(columns, sort)->ids.len, base = 0;
	size_t len = high;
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;

	if (sort == SORT_LEVEL && len)
		base = (size_t)(LEVEL_COUNT - 1 - from->number / LEVEL_UNIT) * len;
	while (low < high && status == STATUS_OK) {
		size_t middle = low + (high - low) / 2;
		struct row_keys row = { .id = (int64_t)middle + 1 };
		int order;
		if (sort == SORT_LEVEL)
			row.id = columns_at(columns, SORT_NEWEST, middle);
		else
			row.id = columns_at(columns, sort, middle);
		if (sort != SORT_ID)
			status = read_keys(db, &scratch, row.id, &row, err);
		order = compare(&row, from, sort);
		if (order < 0 || (order == 0 && !inclusive))
			low = middle + 1;
		else
			high = middle;
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	*at = base + low;
	return status;
}

/* ---- walking ---------------------------------------------------------------------------------- */

/* How many hits have which level, so that levels without one need no walk. */
static const int64_t *levels_of(struct columns *columns)
{
	struct columns_hits *hits = &columns->hits;
	const struct dictionary *flags = &columns->dictionaries[COLUMN_FLAGS];
	int64_t *counts;

	if (hits->has_levels)
		return hits->levels;
	counts = mem_zalloc(flags->entries.len, sizeof(*counts));
	scan_count(columns->of[COLUMN_FLAGS], hits->bits, columns->capacity, counts);
	for (size_t i = DICTIONARY_FIRST; i < flags->entries.len; i++)
		hits->levels[sample_level(flags->entries.items[i].subject.sample)] += counts[i];
	free(counts);
	hits->has_levels = true;
	return hits->levels;
}

/* The ids that a list goes through, as they lie in memory: one run of them, read up
 * or down. Lists of two runs (who has no value comes last) and of a run for each level
 * are gone through run by run. */
struct run {
	const uint32_t *ids;  /* NULL: the ids themselves, from `first` + 1 on */
	size_t first, count;  /* in the list */
	bool falls;           /* read from its end */
	int level;            /* only those; -1: all */
};

static struct run run_at(const struct columns *columns, enum sort_key sort, size_t at)
{
	const struct columns_order *order = order_of(columns, sort);
	size_t len = order->ids.len, with = len - order->without;

	switch (sort) {
	case SORT_NEWEST:
	case SORT_RELEVANCE: /* is asked for as newest */
		return (struct run){ order->ids.items, 0, len, true, -1 };
	case SORT_OLDEST:
	case SORT_PATH:
		if (at < with)
			return (struct run){ order->ids.items + order->without, 0, with, false, -1 };
		return (struct run){ order->ids.items, with, order->without, false, -1 };
	case SORT_LEVEL:
		return (struct run){ order->ids.items, at / len * len, len, true, (int)(LEVEL_COUNT - 1 - at / len) };
	case SORT_ID:
	case SORT_COUNT:
		break;
	}
	return (struct run){ NULL, 0, (size_t)columns->rows, false, -1 };
}

static int64_t run_id(const struct run *run, size_t at)
{
	at -= run->first;
	if (!run->ids)
		return (int64_t)at + 1;
	return run->ids[run->falls ? run->count - 1 - at : at];
}

/* The next hit from row `at` on (downwards: from there to the front) in its run; where
 * the run ends, the row behind that end. */
static size_t next_hit(const struct columns *columns, const struct run *run, size_t at, bool forward)
{
	const struct columns_hits *hits = &columns->hits;
	size_t step = forward ? 1 : SIZE_MAX, end = forward ? run->first + run->count : run->first - 1;

	for (; at != end; at += step) {
		int64_t id = run_id(run, at);
		if (columns_hit(hits, id) && (run->level < 0 || (int)columns_level(columns, id) == run->level))
			break;
	}
	return at;
}

/* From row `at` on among the hits, which are found by now. */
static size_t walk_hits(struct columns *columns, enum sort_key sort, size_t at, bool forward, size_t limit, int64_t *ids)
{
	size_t length = columns_length(columns, sort), found = 0;

	while (at < length && found < limit) {
		struct run run = run_at(columns, sort, at);
		if (sort == SORT_LEVEL && levels_of(columns)[run.level] == 0) {
			at = forward ? run.first + run.count : run.first - 1;
			continue;
		}
		at = next_hit(columns, &run, at, forward);
		if (at - run.first < run.count) {
			ids[found++] = run_id(&run, at);
			at += forward ? 1 : SIZE_MAX;
		}
	}
	return found;
}

size_t columns_walk(struct columns *columns, const struct query *query, const struct columns_plan *plan,
		    enum sort_key sort, size_t at, bool forward, size_t limit, int64_t *ids)
{
	size_t length = columns_length(columns, sort), found = 0;

	if (!forward && at-- == 0)
		return 0;
	/* Backward, `at` comes to SIZE_MAX behind the first row. */
	for (size_t tried = 0; at < length && found < limit; tried++) {
		int64_t id;
		if (tried == TRIED_ROWS || columns_are_found(columns, query)) {
			columns_find(columns, query, plan);
			return found + walk_hits(columns, sort, at, forward, limit - found, ids + found);
		}
		id = columns_at(columns, sort, at);
		if (id && columns_plan_has(columns, plan, id))
			ids[found++] = id;
		at += forward ? 1 : SIZE_MAX;
	}
	return found;
}

int64_t columns_nth(struct columns *columns, enum sort_key sort, int64_t n)
{
	size_t length = columns_length(columns, sort), at = 0;

	bool all = columns->hits.count == (int64_t)length; /* each row is a hit: its number is its place */

	if (n < 0 || n >= columns->hits.count)
		return 0;
	while (at < length) {
		struct run run = run_at(columns, sort, at);
		if (all && run.level < 0 && (size_t)n < run.count)
			return run_id(&run, run.first + (size_t)n);
		if (all && run.level < 0) {
			n -= (int64_t)run.count;
			at = run.first + run.count;
			continue;
		}
		if (sort == SORT_LEVEL && levels_of(columns)[run.level] <= n) {
			n -= levels_of(columns)[run.level];
			at = run.first + run.count;
			continue;
		}
		at = next_hit(columns, &run, at, true);
		if (at - run.first < run.count && n-- == 0)
			return run_id(&run, at);
		at += at - run.first < run.count;
	}
	return 0;
}

int64_t columns_rank(struct columns *columns, enum sort_key sort, size_t place)
{
	bool all = columns->hits.count == (int64_t)columns_length(columns, sort);
	int64_t before = 0;

	for (size_t at = 0; at < place;) {
		struct run run = run_at(columns, sort, at);
		size_t end = run.first + run.count;
		if (all && run.level < 0) {
			before += (int64_t)((end < place ? end : place) - at);
			at = end;
		} else if (sort == SORT_LEVEL && at == run.first && end <= place) {
			before += levels_of(columns)[run.level];
			at = end;
		} else {
			at = next_hit(columns, &run, at, true);
			before += at < end && at < place;
			at += at < end;
		}
	}
	return before;
}
