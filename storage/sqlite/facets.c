/* Facets and jumps: the operations that load columns, step by step, and answer from them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"
#include "storage/sqlite/query_sql.h"

/* ---- loading ------------------------------------------------------------------------------ */

/* Whether they hold, or are taking up, changes that a view which began earlier does not see: a step within it
 * would put samples as they were among those that are newer. */
static enum status view_is_late(struct sqlite_store *db, const struct columns *columns, struct error *err)
{
	int64_t newest = columns->taking.edit > columns->edit ? columns->taking.edit : columns->edit, edit = 0;
	enum status status = sql_number_plain(db, SQL_LAST_EDIT, &edit, NULL, err);

	if (status == STATUS_OK && columns->begun && newest > edit)
		status = error_set(err, STATUS_CONFLICT, "the store was changed while it was read: try again");
	return status;
}

enum status columns_begin(struct sqlite_store *db, enum sort_key sort, bool wait, struct columns **columns, bool *whole,
			 struct error *err)
{
	enum status status;

	*columns = columns_lock(db, wait);
	if (!*columns)
		return error_set(err, STATUS_REFUSED, "values are not counted while edits or an import are under way");
	status = read_must_begin(db, &(*columns)->began, err);
	if (status == STATUS_OK && !(*columns)->began)
		status = view_is_late(db, *columns, err);
	if (status != STATUS_OK) {
		columns_unlock(*columns);
		*columns = NULL;
		return status;
	}
	atomic_store(&(*columns)->slow, !columns_readiness(*columns, sort).ready);
	return columns_step(db, *columns, sort, whole, err);
}

struct readiness columns_not_yet(const struct columns *columns, enum sort_key sort)
{
	struct readiness readiness = columns_readiness(columns, sort);

	readiness.ready = false;
	return readiness;
}

void columns_end(struct sqlite_store *db, struct columns *columns)
{
	if (!columns)
		return;
	read_end(db, columns->began);
	columns_unlock(columns);
}

static void take_hit(void *context, int64_t id)
{
	struct columns_hits *hits = context;

	hits->bits[id / 64] |= (uint64_t)1 << (id % 64);
	hits->count++;
}

enum status columns_hits_of(struct sqlite_store *db, struct columns *columns, const struct query *query,
			     struct error *err)
{
	struct columns_plan plan;
	struct columns_hits *hits;
	enum status status;

	columns_plan(columns, query, &plan);
	columns_find(columns, query, &plan);
	columns_plan_release(&plan);
	hits = &columns->hits;
	if (hits->exact)
		return STATUS_OK;
	atomic_store(&columns->slow, true);
	memset(hits->bits, 0, columns->capacity / 8);
	hits->count = 0;
	hits->has_levels = false;
	status = sample_ids_by_sql(db, query, take_hit, hits, err);
	hits->exact = status == STATUS_OK;
	if (status != STATUS_OK)
		columns_hits_reset(hits);
	return status;
}

/* ---- facets --------------------------------------------------------------------------------- */

static enum column column_of(enum facet_key key)
{
	switch (key) {
	case FACET_STATUS:
	case FACET_DISPOSITION:
	case FACET_LANG:
	case FACET_KIND: return COLUMN_STATE;
	case FACET_LEVEL:
	case FACET_RULE:
	case FACET_TOOL:
	case FACET_SOURCE: return COLUMN_FLAGS;
	case FACET_MODEL:
	case FACET_HARNESS:
	case FACET_PROMPT:
	case FACET_EFFORT: return COLUMN_ORIGIN;
	case FACET_BATCH: return COLUMN_BATCH;
	case FACET_DAY: return COLUMN_DAY;
	default: return COLUMN_JUDGED;
	}
}

/* How many hits have each entry; several keys of one column share it. */
struct entry_counts {
	int64_t *of[COLUMN_COUNT];
};

static const int64_t *count_entries(const struct columns *columns, enum column column, struct entry_counts *counts)
{
	const struct dictionary *dictionary = &columns->dictionaries[column];

	if (counts->of[column])
		return counts->of[column];
	counts->of[column] = mem_zalloc(dictionary->entries.len, sizeof(int64_t));
	if (columns->hits.count < columns->present)
		scan_count(columns->of[column], columns->hits.bits, columns->capacity, counts->of[column]);
	else /* all of them, and that has been counted */
		for (size_t i = DICTIONARY_OTHERS; i < dictionary->entries.len; i++)
			counts->of[column][i] = dictionary->entries.items[i].rows;
	return counts->of[column];
}

static void add_entry(struct arena *scratch, const struct query_subject *subject, enum facet_key key, int64_t count,
		      struct facet_table *table)
{
	facet_add_subject(scratch, subject, key, count, table);
	arena_clear(scratch);
}

/* Samples whose entry was one too many for the dictionary are looked at one by one:
 * rare, and slow, but right. */
static enum status add_others(struct sqlite_store *db, const struct columns *columns, enum column column,
			      enum facet_key key, struct facet_table *table, struct error *err)
{
	enum status status = STATUS_OK;

	for (int64_t id = 1; id <= columns->rows && status == STATUS_OK; id++) {
		struct arena scratch = ARENA_INIT;
		struct query_subject subject;
		if (columns->of[column][id] != DICTIONARY_OTHERS || !columns_hit(&columns->hits, id))
			continue;
		status = facet_subject_read(db, &scratch, id, column == COLUMN_JUDGED, &subject, err);
		if (status == STATUS_OK)
			add_entry(&scratch, &subject, key, 1, table);
		arena_release(&scratch);
	}
	return status;
}

static enum status facet(struct sqlite_store *db, struct arena *arena, const struct columns *columns,
			 const struct facet_request *request, enum facet_key key, struct entry_counts *counts,
			 struct facet_list *out, struct error *err)
{
	enum column column = column_of(key);
	const struct dictionary *dictionary = &columns->dictionaries[column];
	const int64_t *of = count_entries(columns, column, counts);
	struct facet_table *table = facet_table_new();
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;

	for (size_t i = DICTIONARY_FIRST; i < dictionary->entries.len; i++)
		if (of[i])
			add_entry(&scratch, &dictionary->entries.items[i].subject, key, of[i], table);
	arena_release(&scratch);
	if (of[DICTIONARY_OTHERS])
		status = add_others(db, columns, column, key, table, err);
	*out = facet_table_list(table, arena, key, request->top);
	facet_table_free(table);
	return status;
}

static enum status count_values(struct sqlite_store *db, struct arena *arena, struct columns *columns,
				const struct facet_request *request, struct facets *out, struct error *err)
{
	struct facet_list *lists = arena_array(arena, request->key_count, sizeof(*lists));
	struct entry_counts counts = { { NULL } };
	enum status status = columns_hits_of(db, columns, request->query, err);

	for (size_t i = 0; i < request->key_count && status == STATUS_OK; i++)
		status = facet(db, arena, columns, request, request->keys[i], &counts, &lists[i], err);
	for (int c = 0; c < COLUMN_COUNT; c++)
		free(counts.of[c]);
	if (status != STATUS_OK)
		return status;
	out->count = columns->hits.count;
	out->lists = lists;
	out->list_count = request->key_count;
	return STATUS_OK;
}

/* A count alone, where SQL has it at once: of a small store, or of all samples. */
static bool is_quick_count(struct sqlite_store *db, const struct facet_request *request)
{
	int64_t samples = 0;

	if (request->key_count)
		return false;
	if (sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, NULL) != STATUS_OK)
		return true; /* it will show there */
	return samples < db->columns_least || (request->query->term_count == 0 && !request->query->names_status);
}

enum status db_facets(struct store *store, struct arena *arena, const struct facet_request *request,
		      struct facets *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct columns *columns = NULL;
	bool whole = false, few = false;
	enum status status;

	*out = (struct facets){ .readiness = { true, 0, 0 } };
	if (is_quick_count(db, request))
		return db_sample_count(store, request->query, &out->count, err);
	status = facets_of_few(db, arena, request, out, &few, err);
	if (status != STATUS_OK || few)
		return status;
	status = columns_begin(db, request->sort, true, &columns, &whole, err);
	if (status == STATUS_OK && whole)
		status = count_values(db, arena, columns, request, out, err);
	else if (status == STATUS_OK)
		out->readiness = columns_not_yet(columns, request->sort);
	columns_end(db, columns);
	return status;
}

/* ---- jumps -------------------------------------------------------------------------------------- */

static enum status seek_percent(struct sqlite_store *db, struct arena *arena, const struct seek_request *request,
				struct seek *out, struct error *err)
{
	struct columns *columns = NULL;
	bool whole = false;
	enum status status = columns_begin(db, request->sort, true, &columns, &whole, err);

	if (status == STATUS_OK && !whole)
		out->readiness = columns_not_yet(columns, request->sort);
	if (status == STATUS_OK && whole && (status = columns_hits_of(db, columns, request->query, err)) == STATUS_OK) {
		int64_t count = columns->hits.count, id;
		out->before = count * request->number / 100;
		if (out->before >= count)
			out->before = count ? count - 1 : 0;
		id = columns_nth(columns, request->sort, out->before - 1);
		if (id)
			status = columns_cursor(db, arena, request->sort, id, &out->from, err);
	}
	columns_end(db, columns);
	return status;
}

/* Where columns know the list, at once or in a step: a jump does not wait for its number. */
static void count_before(struct sqlite_store *db, const struct seek_request *request, struct seek *out)
{
	struct columns *columns = NULL;
	struct columns_plan plan;
	struct error ignored;
	bool whole = false;
	size_t place;

	if (columns_begin(db, request->sort, false, &columns, &whole, &ignored) == STATUS_OK && whole) {
		columns_plan(columns, request->query, &plan);
		columns_find(columns, request->query, &plan);
		if (columns->hits.exact &&
		    columns_place(db, columns, request->sort, &out->from, false, &place, &ignored) == STATUS_OK)
			out->before = columns_rank(columns, request->sort, place);
		columns_plan_release(&plan);
	}
	columns_end(db, columns);
}

static enum status seek_time(const struct seek_request *request, struct seek *out, struct error *err)
{
	/* Behind the cursor lies what is earlier than its time, or equal with a lesser id. */
	if (request->sort == SORT_NEWEST)
		out->from = (struct page_cursor){ .set = true, .number = request->number_end };
	else if (request->sort == SORT_OLDEST)
		out->from = (struct page_cursor){ .set = true, .number = request->number };
	else
		return error_set(err, STATUS_USAGE, "a list in the order of %s has no place for a time: sort it by newest or "
				 "oldest", sort_word(request->sort));
	return STATUS_OK;
}

static enum status is_in_list(struct sqlite_store *db, const struct query *query, int64_t id, bool *is, struct error *err)
{
	struct sql_text text = SQL_TEXT_INIT;
	sqlite3_stmt *stmt;
	enum status status;

	strbuf_addstr(&text.sql, "SELECT 1 FROM sample s WHERE s.id = ");
	sql_text_bind(&text, SQL_INT(id));
	strbuf_addstr(&text.sql, " AND ");
	query_compile(db, query, &text);
	stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
	*is = sql_next(db, stmt);
	status = sql_end(db, stmt, err);
	sql_text_release(&text);
	return status;
}

static enum status seek_id(struct sqlite_store *db, struct arena *arena, const struct seek_request *request,
			   struct seek *out, struct error *err)
{
	bool began = read_begin(db), is = false;
	bool falling = request->sort == SORT_NEWEST || request->sort == SORT_LEVEL;
	enum status status = codebook_load(db, err);

	if (status == STATUS_OK)
		status = is_in_list(db, request->query, request->number, &is, err);
	if (status == STATUS_OK && !is)
		status = error_set(err, STATUS_NOT_FOUND, "sample %" PRId64 " is not in this list", request->number);
	if (status == STATUS_OK)
		status = columns_cursor(db, arena, request->sort, request->number, &out->from, err);
	/* Ties are broken by id: the place just before it. */
	out->from.id += falling ? 1 : -1;
	if (status == STATUS_OK)
		count_before(db, request, out);
	read_end(db, began);
	return status;
}

/* A list by relevance ranks the words of its query; without any it is that of the newest. */
static enum status unrank(const struct seek_request *request, struct seek_request *own, struct error *err)
{
	*own = *request;
	if (request->sort != SORT_RELEVANCE)
		return STATUS_OK;
	own->sort = SORT_NEWEST;
	for (size_t i = 0; i < request->query->term_count; i++)
		if (request->query->terms[i].key == QUERY_KEY_WORDS)
			return error_set(err, STATUS_USAGE, "a list by relevance has no such places: sort it otherwise");
	return STATUS_OK;
}

enum status db_sample_seek(struct store *store, struct arena *arena, const struct seek_request *given,
			   struct seek *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct seek_request own;
	const struct seek_request *request = &own;
	enum status status = unrank(given, &own, err);

	*out = (struct seek){ .readiness = { true, 0, 0 }, .before = -1 };
	if (status != STATUS_OK)
		return status;
	switch (request->kind) {
	case SEEK_PERCENT:
		if (request->number >= 0 && request->number <= 100)
			return seek_percent(db, arena, request, out, err);
		return error_set(err, STATUS_USAGE, "%" PRId64 " %% is no place in a list", request->number);
	case SEEK_TIME:
		status = seek_time(request, out, err);
		if (status == STATUS_OK)
			count_before(db, request, out);
		return status;
	case SEEK_ID: return seek_id(db, arena, request, out, err);
	}
	return error_set(err, STATUS_USAGE, "there is no such place in a list");
}
