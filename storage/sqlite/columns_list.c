/* Pages, counts, facets and jumps from columns. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"
#include "storage/sqlite/import.h"
#include "storage/sqlite/query_sql.h"

#define EXCLUDED_MOST 10000 /* half a millisecond */
#define BROUGHT_MOST ((int64_t)1 << 53) /* no store has as many */

/* More ids than these are not handed to SQL one by one. */
#define NARROW_MOST 100000
#define FEW_MOST 2000

/* ---- whether they can be asked ----------------------------------------------------------- */

struct asking {
	struct sqlite_store *db;
	struct columns *columns; /* NULL: SQL has to do it */
	struct columns_plan plan;
	bool began;
};

static bool is_large(struct sqlite_store *db)
{
	int64_t samples = 0;

	return sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, NULL) == STATUS_OK && samples >= db->columns_least;
}

/* Whether they hold changes that this transaction does not see. */
static bool is_ahead(struct sqlite_store *db, const struct columns *columns)
{
	int64_t edit = 0;

	return sql_number_plain(db, SQL_LAST_EDIT, &edit, NULL, NULL) != STATUS_OK || edit != columns->edit;
}

/* An index of the store leads to so few samples that nothing needs to be loaded for them. */
static bool is_few(struct sqlite_store *db, const struct query *query)
{
	struct sql_text narrow = SQL_TEXT_INIT;
	bool few = query_narrow(db, query, FEW_MOST, &narrow);

	sql_text_release(&narrow);
	return few;
}

/* From the file beside the store, all at once: who asks for all hits waits for less than SQL would take. */
static bool load_snapshot(struct sqlite_store *db, struct columns *columns, const struct query *query)
{
	enum status status;
	bool done = false;

	if (columns->begun ? !columns->snapshot : columns->no_snapshot || !columns_snapshot_exists(db))
		return false;
	if (!columns_hold(columns, query) || is_few(db, query))
		return false;
	do
		status = columns_step(db, columns, SORT_ID, &done, NULL);
	while (status == STATUS_OK && !done && columns->snapshot);
	return status == STATUS_OK && done && !is_ahead(db, columns); /* another may have begun it, of what is newer */
}

/* Brings them up to date if that is little work. Within the transaction. */
static bool is_current(struct sqlite_store *db, struct columns *columns, enum sort_key sort, const struct query *all_of)
{
	int64_t samples = 0;
	bool done = false;

	if (all_of && load_snapshot(db, columns, all_of))
		return true;

	if (columns_readiness(columns, sort).ready)
		return columns_follow(db, columns, true, &done, NULL) == STATUS_OK && done &&
		       columns_readiness(columns, sort).ready && !is_ahead(db, columns);
	if (sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, NULL) != STATUS_OK || samples > COLUMNS_CATCH_UP)
		return false;
	return columns_step(db, columns, sort, &done, NULL) == STATUS_OK && done;
}

static void end(struct asking *asking)
{
	columns_plan_release(&asking->plan);
	read_end(asking->db, asking->began);
	columns_unlock(asking->columns);
}

/* True: to be ended by end(), and the plan is exact, or (as is asked for) not. */
static bool begin(struct sqlite_store *db, const struct query *query, enum sort_key sort, bool exact, struct asking *out)
{
	*out = (struct asking){ .db = db };
	if (!is_large(db) || !(out->columns = columns_lock(db, false)))
		return false;
	out->began = read_begin(db);
	if (codebook_load(db, NULL) == STATUS_OK && is_current(db, out->columns, sort, exact && sort == SORT_ID ? query : NULL)) {
		columns_plan(out->columns, query, &out->plan);
		if (out->plan.exact == exact)
			return true;
	}
	end(out);
	return false;
}

/* ---- pages ----------------------------------------------------------------------------------- */

bool columns_have_index(const struct query *query, enum sort_key sort)
{
	const struct query_term *term = query->terms;
	bool is_time = sort == SORT_NEWEST || sort == SORT_OLDEST;

	if (query->term_count == 0)
		return true;
	if (query->term_count > 1 || term->negated || term->value_count != 1 || term->op != QUERY_EQ || !is_time)
		return false;
	return term->key == QUERY_KEY_STATUS || term->key == QUERY_KEY_LEVEL ||
	       (term->key == QUERY_KEY_IS && (term->values[0].number == QUERY_IS_UNTRIAGED ||
					      term->values[0].number == QUERY_IS_ANNOTATED));
}

static enum status read_rows(struct sqlite_store *db, struct arena *arena, const struct page_request *request,
			     const int64_t *ids, size_t count, struct sample_page *out, struct error *err)
{
	struct sample_row *rows = arena_array(arena, count, sizeof(*rows));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = sample_row_read(db, arena, ids[request->backward ? count - 1 - i : i], &rows[i], err);
	out->rows = rows;
	out->count = count;
	if (status == STATUS_OK && count)
		status = columns_cursor(db, arena, request->sort, rows[0].id, &out->before_first, err);
	if (status == STATUS_OK && count)
		status = columns_cursor(db, arena, request->sort, rows[count - 1].id, &out->after_last, err);
	return status;
}

static bool is_any(const struct asking *asking, const struct page_request *request, size_t at, bool forward)
{
	int64_t id;

	return columns_walk(asking->columns, request->query, &asking->plan, request->sort, at, forward, 1, &id) > 0;
}

/* The row that a page starts from: the first behind the cursor (backward: the one at
 * it, which is no more of the page). */
static enum status start_of(const struct asking *asking, const struct page_request *request, size_t *at,
			    struct error *err)
{
	size_t length = columns_length(asking->columns, request->sort);

	*at = request->backward ? length : 0;
	if (!request->from.set)
		return STATUS_OK;
	return columns_place(asking->db, asking->columns, request->sort, &request->from, request->backward, at, err);
}

static enum status read_page(const struct asking *asking, struct arena *arena, const struct page_request *request,
			     struct sample_page *out, struct error *err)
{
	bool forward = !request->backward, more;
	int64_t *ids = mem_zalloc(request->limit + 1, sizeof(*ids));
	size_t at = 0, count;
	enum status status = start_of(asking, request, &at, err);

	*out = (struct sample_page){ .count = 0 };
	if (status != STATUS_OK) {
		free(ids);
		return status;
	}
	count = columns_walk(asking->columns, request->query, &asking->plan, request->sort, at, forward,
			     request->limit + 1, ids);
	more = count > request->limit;
	count -= more;
	/* The other side: what lies before the start, which is not of this page. */
	bool others = request->from.set && is_any(asking, request, at, !forward);
	out->at_start = forward ? !others : !more;
	out->at_end = forward ? !more : !others;
	*(forward ? &out->after_last : &out->before_first) = request->from;
	status = read_rows(asking->db, arena, request, ids, count, out, err);
	free(ids);
	return status;
}

bool columns_page(struct sqlite_store *db, struct arena *arena, const struct page_request *request,
		  struct sample_page *out, enum status *status, struct error *err)
{
	struct page_request own = *request;
	struct asking asking;

	if (own.sort == SORT_RELEVANCE) /* a query that columns hold has no words to rank by */
		own.sort = SORT_NEWEST;
	if (columns_have_index(own.query, own.sort) || !begin(db, own.query, own.sort, true, &asking))
		return false;
	*status = read_page(&asking, arena, &own, out, err);
	end(&asking);
	return true;
}

/* ---- counts --------------------------------------------------------------------------------------- */

/* A query of one column alone is counted by its dictionary, which knows how many
 * samples have each entry. */
static bool count_entries(const struct columns *columns, const struct columns_plan *plan, int64_t *count)
{
	const struct dictionary *dictionary;
	int column = COLUMN_STATE;

	for (int c = 0, asked = 0; c < COLUMN_COUNT; c++)
		if (plan->keep[c]) {
			if (++asked > 1)
				return false;
			column = c;
		}
	if (plan->first > 1 || plan->last < columns->rows)
		return false;
	dictionary = &columns->dictionaries[column];
	*count = 0;
	for (size_t i = DICTIONARY_OTHERS; i < dictionary->entries.len; i++)
		if (!plan->keep[column] || plan->keep[column][i])
			*count += dictionary->entries.items[i].rows;
	return true;
}

/*
 * All that are shown without a filter: each sample is one that its batch counts, and nothing takes one away again
 * (`aitia check` compares). Neither samples nor an index of all of them are walked. Not *known: `most` or more are
 * excluded, or what batches say cannot be (in a damaged store their sum may even overflow, which fails).
 */
static enum status count_shown(struct sqlite_store *db, int64_t most, int64_t *count, bool *known, struct error *err)
{
	int64_t brought = 0, excluded = 0;
	sqlite3_stmt *stmt = sql_start(db, SQL_COUNT_SHOWN, SQL_INT(most));
	enum status status;

	if (sql_next(db, stmt)) {
		brought = sqlite3_column_int64(stmt, 0);
		excluded = sqlite3_column_int64(stmt, 1);
	}
	status = sql_end(db, stmt, err);
	*known = status == STATUS_OK && (most < 0 || excluded < most) && brought >= 0 && brought <= BROUGHT_MOST;
	*count = *known ? brought - excluded + (db->import ? db->import->batch.imported : 0) : 0;
	*known = *known && *count >= 0;
	return status == STATUS_STORE ? STATUS_OK : status; /* who counts them one by one is told */
}

enum status total_at_once(struct sqlite_store *db, const struct query *query, struct sample_page *out, struct error *err)
{
	if (query->term_count > 0 || query->names_status)
		return STATUS_OK;
	return count_shown(db, EXCLUDED_MOST, &out->total, &out->has_total, err);
}

bool columns_count(struct sqlite_store *db, const struct query *query, int64_t *count, enum status *status,
		   struct error *err)
{
	struct asking asking;

	*status = STATUS_OK;
	if (begin(db, query, SORT_ID, true, &asking)) {
		if (!count_entries(asking.columns, &asking.plan, count))
			*count = columns_find(asking.columns, query, &asking.plan)->count;
		end(&asking);
		return true;
	}
	if (query->term_count > 0 || query->names_status)
		return false;
	bool scans = is_large(db), known;
	if (scans)
		scan_begins(db);
	*status = count_shown(db, -1, count, &known, err);
	if (scans)
		scan_ends(db);
	return known || *status != STATUS_OK;
}

/* The first hit behind an id; 0: there is none. */
static int64_t next_id(const struct columns *columns, int64_t id)
{
	size_t at = (size_t)id + 1;

	while (at < columns->capacity) {
		uint64_t word = columns->hits.bits[at / 64] >> (at % 64);
		if (word)
			return (int64_t)at + __builtin_ctzll(word);
		at = (at / 64 + 1) * 64;
	}
	return 0;
}

bool columns_narrow(struct sqlite_store *db, const struct query *query, int64_t most, struct sql_text *out)
{
	struct asking asking;
	struct strbuf ids = STRBUF_INIT;
	bool few;

	if (!begin(db, query, SORT_ID, false, &asking))
		return false;
	few = columns_find(asking.columns, query, &asking.plan)->count <= (most < NARROW_MOST ? most : NARROW_MOST);
	for (int64_t id = 0; few && (id = next_id(asking.columns, id)) != 0;)
		strbuf_addf(&ids, "%c%" PRId64, ids.len_bytes ? ',' : '[', id);
	end(&asking);
	if (few) {
		strbuf_addstr(&ids, ids.len_bytes ? "]" : "[]");
		strbuf_addstr(&out->sql, "s.id IN (SELECT value FROM json_each(");
		sql_text_bind(out, SQL_TEXT(arena_text(&out->arena, strbuf_slice(&ids))));
		strbuf_addstr(&out->sql, ")) AND ");
	}
	strbuf_release(&ids);
	return few;
}

bool columns_ids(struct sqlite_store *db, struct arena *arena, const struct query *query, const int64_t **ids,
		 size_t *count, enum status *status, struct error *err)
{
	struct asking asking;
	const struct columns_hits *hits;
	int64_t *kept;
	size_t len = 0;

	(void)err;
	if (!begin(db, query, SORT_ID, true, &asking))
		return false;
	hits = columns_find(asking.columns, query, &asking.plan);
	kept = arena_array(arena, (size_t)hits->count, sizeof(*kept));
	for (int64_t id = 0; (id = next_id(asking.columns, id)) != 0;)
		kept[len++] = id;
	*ids = kept;
	*count = len;
	*status = STATUS_OK;
	end(&asking);
	return true;
}
