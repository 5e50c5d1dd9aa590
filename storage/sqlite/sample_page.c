/*
 * Lists. An order is one or two segments, each of which an index can walk in
 * both directions: samples without a time (or a path) are a segment of their
 * own, so that they come last whichever way the others are sorted. A page is
 * found by key in two steps: ids along the index, then each row by id. Never by
 * OFFSET: the thousandth page must cost what the first does.
 */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/sample_list.h"
#include "storage/sqlite/search.h"

/* ---- orders ---------------------------------------------------------------------------- */

#define KEYS_MAX 3
enum key_part { PART_NUMBER, PART_TEXT, PART_ID, PART_LEVEL, PART_TIME };

struct segment {
	const char *where;              /* which samples; "1" = all */
	const char *columns[KEYS_MAX];  /* what it is ordered by */
	enum key_part parts[KEYS_MAX];  /* where their values stand in a cursor */
	size_t count;
	bool descending;                /* all columns */
	bool bound_implies;             /* what lies behind a cursor is of this segment anyway */
	bool sorted;                    /* no index has this order: few rows, which are never cut short */
};

struct order {
	struct segment segments[2];
	size_t count;
	const char *number, *text;      /* of a row's cursor */
};

/* SQL needs the value as a literal. */
#define NO_TIME "-288230376151711744"

/* In a cursor, level and time share one number, level * 2^60 + time + 2^58: times
 * are within ±2^58 µs (years 1 to 9999 are). */
#define LEVEL_UNIT ((int64_t)1 << 60)

static const struct order orders[SORT_COUNT] = {
	[SORT_NEWEST] = { { { "1", { "s.produced_us", "s.id" }, { PART_NUMBER, PART_ID }, 2, true, false, false } }, 1,
			  "s.produced_us", "NULL" },
	[SORT_OLDEST] = { { { "s.produced_us > " NO_TIME, { "s.produced_us", "s.id" }, { PART_NUMBER, PART_ID }, 2, false, true, false },
			    { "s.produced_us = " NO_TIME, { "s.id" }, { PART_ID }, 1, false, false, false } }, 2,
			  "s.produced_us", "NULL" },
	[SORT_LEVEL] = { { { "1", { "s.level", "s.produced_us", "s.id" }, { PART_LEVEL, PART_TIME, PART_ID }, 3, true, false, false } }, 1,
			 "s.level * 1152921504606846976 + s.produced_us - " NO_TIME, "NULL" },
	[SORT_PATH] = { { { "s.path IS NOT NULL", { "s.path", "s.line", "s.id" }, { PART_TEXT, PART_NUMBER, PART_ID }, 3, false, true, false },
			  { "s.path IS NULL", { "s.line", "s.id" }, { PART_NUMBER, PART_ID }, 2, false, false, false } }, 2,
			"s.line", "s.path" },
	[SORT_ID] = { { { "1", { "s.id" }, { PART_ID }, 1, false, false, false } }, 1, "0", "NULL" },
	[SORT_RELEVANCE] = { { { "s.id IN (SELECT value FROM json_each(ranked()))", { "score(s.id)", "s.id" },
				 { PART_NUMBER, PART_ID }, 2, true, false, true },
			       { "score(s.id) IS NULL", { "s.produced_us", "s.id" }, { PART_NUMBER, PART_ID }, 2, true, false, false } }, 2,
			     "coalesce(score(s.id), s.produced_us)", "iif(score(s.id) IS NULL, NULL, '')" },
};

static struct sql_value part_of(const struct page_cursor *cursor, enum key_part part)
{
	switch (part) {
	case PART_NUMBER: return SQL_INT(cursor->number);
	case PART_TEXT: return SQL_TEXT(cursor->text ? cursor->text : "");
	case PART_ID: return SQL_INT(cursor->id);
	case PART_LEVEL: return SQL_INT(cursor->number / LEVEL_UNIT);
	case PART_TIME: return SQL_INT(cursor->number % LEVEL_UNIT + TIME_UNKNOWN_US);
	}
	return SQL_NULL();
}

/* The segment that a cursor stands in. */
static size_t segment_of(enum sort_key sort, const struct page_cursor *cursor)
{
	if (sort == SORT_OLDEST)
		return cursor->number == TIME_UNKNOWN_US;
	return (sort == SORT_PATH || sort == SORT_RELEVANCE) && !cursor->text;
}

/* ---- ids along the order ------------------------------------------------------------------ */

struct hit { /* a hit: its cursor */
	int64_t id, number;
	const char *text;
};

struct places {
	VEC_OF(struct hit) list;
	struct arena *arena;
};

/*
 * Behind the cursor (a, b, c) lies first what equals it in a and b and is behind it
 * in c, then what equals it in a and is behind in b, then what is behind in a.
 * Each is one stretch of the index. The row value (a, b, c) > (?, ?, ?) says the
 * same, but SQLite finds the start of a alone, and steps over all its equals:
 * every sample without a time, at worst.
 */
static void add_bound(struct sql_text *text, const struct segment *segment, const struct page_cursor *from,
		      size_t equal, bool forward)
{
	for (size_t i = 0; i <= equal; i++) {
		strbuf_addf(&text->sql, " AND %s %s ", segment->columns[i],
			    i < equal ? "=" : forward != segment->descending ? ">" : "<");
		sql_text_bind(text, part_of(from, segment->parts[i]));
	}
}

/* What is walked through: the query, in an order, and where few can match, those. */
struct walk {
	struct sqlite_store *db;
	const struct query *query;
	enum sort_key sort;
	const struct sql_text *narrow; /* "s.id IN (…) AND ", or "" */
	bool timed;                    /* by db->time */
	bool stopped;                  /* the time was over at this row, which is no hit: */
	struct hit stopped_at;
};

void list_add_from(const struct sql_text *narrow, struct sql_text *out)
{
	for (size_t i = 0; i < narrow->values.len; i++)
		vec_push(&out->values, narrow->values.items[i]);
	strbuf_addf(&out->sql, "sample s %sWHERE %s", narrow->sql.len_bytes ? "NOT INDEXED " : "", narrow->sql.text);
}

/* One status, or one level, in the order of time: those have an index that gives
 * the order too. query_compile() keeps the planner from all others. */
static void add_queue(const struct walk *walk, struct sql_text *out)
{
	const struct query *query = walk->query;

	if (walk->narrow->sql.len_bytes || (walk->sort != SORT_NEWEST && walk->sort != SORT_OLDEST))
		return;
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		int64_t number;
		if (term->negated || term->value_count != 1 || term->op != QUERY_EQ)
			continue;
		number = term->values[0].number;
		if (term->key == QUERY_KEY_IS && (number == QUERY_IS_UNTRIAGED || number == QUERY_IS_ANNOTATED))
			number = number == QUERY_IS_UNTRIAGED ? SAMPLE_UNTRIAGED : SAMPLE_ANNOTATED;
		else if (term->key != QUERY_KEY_STATUS && term->key != QUERY_KEY_LEVEL)
			continue;
		strbuf_addf(&out->sql, "s.%s = %" PRId64 " AND ", term->key == QUERY_KEY_LEVEL ? "level" : "status", number);
		return;
	}
}

/* Up to `limit` more hits of one stretch: of a segment, or of what lies behind the
 * cursor and equals it in the first `equal` columns. */
static enum status walk_stretch(struct walk *walk, const struct segment *segment, const struct page_cursor *from,
				size_t equal, bool forward, size_t limit, struct places *out, struct error *err)
{
	const struct order *order = &orders[walk->sort];
	bool timed = walk->timed && !segment->sorted;
	struct sql_text text = SQL_TEXT_INIT;
	sqlite3_stmt *stmt;
	enum status status;

	strbuf_addf(&text.sql, "SELECT s.id, %s, %s FROM ", order->number, order->text);
	list_add_from(walk->narrow, &text);
	/* Said twice, it could make the planner start at the segment's own border
	 * instead of the cursor. */
	if (!from || equal || !forward || !segment->bound_implies)
		strbuf_addf(&text.sql, "%s AND ", segment->where);
	add_queue(walk, &text);
	strbuf_addstr(&text.sql, timed ? "((" : "");
	query_compile(walk->db, walk->query, &text);
	strbuf_addstr(&text.sql, timed ? ") OR due())" : "");
	if (from)
		add_bound(&text, segment, from, equal, forward);
	strbuf_addstr(&text.sql, " ORDER BY ");
	for (size_t i = 0; i < segment->count; i++)
		strbuf_addf(&text.sql, "%s%s%s", i ? ", " : "", segment->columns[i],
			    forward != segment->descending ? "" : " DESC");
	strbuf_addstr(&text.sql, " LIMIT ");
	sql_text_bind(&text, SQL_INT((int64_t)limit));
	stmt = sql_start_dynamic(walk->db, text.sql.text, text.values.items, text.values.len);
	while (sql_next(walk->db, stmt)) {
		struct hit place = { sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
				       column_text(out->arena, stmt, 2) };
		if (timed && walk->db->time->over) {
			walk->stopped = true;
			walk->stopped_at = place;
			break;
		}
		vec_push(&out->list, place);
	}
	status = sql_end(walk->db, stmt, err);
	sql_text_release(&text);
	return status;
}

/* Hits of one segment until there are `limit`, from the cursor on (NULL: all of it). */
static enum status walk_segment(struct walk *walk, const struct segment *segment, const struct page_cursor *from,
				bool forward, size_t limit, struct places *out, struct error *err)
{
	enum status status = STATUS_OK;

	if (!from)
		return walk_stretch(walk, segment, NULL, 0, forward, limit - out->list.len, out, err);
	for (size_t equal = segment->count; equal-- > 0 && out->list.len < limit && status == STATUS_OK && !walk->stopped;)
		status = walk_stretch(walk, segment, from, equal, forward, limit - out->list.len, out, err);
	return status;
}

/* Up to `limit` hits behind (forward) or before the cursor, nearest first. */
static enum status walk_order(struct walk *walk, const struct page_cursor *from, bool forward, size_t limit,
			      struct places *out, struct error *err)
{
	const struct order *order = &orders[walk->sort];
	size_t at = from->set ? segment_of(walk->sort, from) : forward ? 0 : order->count - 1;
	const struct page_cursor *bound = from->set ? from : NULL;
	enum status status = STATUS_OK;

	while (status == STATUS_OK && out->list.len < limit && !walk->stopped) {
		status = walk_segment(walk, &order->segments[at], bound, forward, limit, out, err);
		bound = NULL;
		if (forward ? ++at == order->count : at-- == 0)
			break;
	}
	return status;
}

static struct page_cursor cursor_at(const struct hit *place)
{
	return (struct page_cursor){ true, place->number, place->text, place->id };
}

/* Whether anything lies behind or before the cursor. */
static enum status is_any(struct walk *walk, struct arena *arena, const struct page_cursor *from, bool forward,
			  bool *any, struct error *err)
{
	struct places found = { .list = VEC_INIT, .arena = arena };
	enum status status = walk_order(walk, from, forward, 1, &found, err);

	*any = found.list.len > 0 || walk->stopped; /* not looked at counts as something */
	walk->stopped = false;
	vec_release(&found.list);
	return status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum status sample_row_read(struct sqlite_store *db, struct arena *arena, int64_t id, struct sample_row *row,
			    struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SAMPLE_ROW, SQL_INT(id));

	if (sql_next(db, stmt))
		*row = (struct sample_row){
			.id = id,
			.status = (enum sample_status)column_term(stmt, 0, SAMPLE_COUNT),
			.disposition = (enum verdict)column_term(stmt, 1, VERDICT_COUNT),
			.level = (enum level)column_term(stmt, 2, LEVEL_COUNT),
			.severity = (enum severity)column_term(stmt, 3, SEVERITY_COUNT),
			.illustrative = sqlite3_column_int(stmt, 4) != 0,
			.produced_at = column_instant(stmt, 5),
			.title = column_string(arena, stmt, 7),
			.path = column_text(arena, stmt, 8),
			.line = sqlite3_column_int64(stmt, 9),
			.language = column_text(arena, stmt, 10),
			.rule = column_text(arena, stmt, 11),
			.model = column_text(arena, stmt, 12),
			.cause = arena_strdup(arena, code_name_of(db, sqlite3_column_int64(stmt, 13))),
			.incident_count = sqlite3_column_int64(stmt, 14),
			.deferred_until = column_text(arena, stmt, 15),
			.judged = (enum judged)column_term(stmt, 16, JUDGED_COUNT),
		};
	return sql_end(db, stmt, err);
}

/* Both ends of a page with nothing on it: what is asked next starts over there. */
static enum status empty_page(struct walk *walk, struct arena *arena, const struct page_request *request,
			      struct sample_page *out, struct error *err)
{
	static const struct page_cursor start = { .set = false };
	bool any = false;
	enum status status = request->from.set ? is_any(walk, arena, &start, true, &any, err) : STATUS_OK;

	out->at_start = request->backward || !any;
	out->at_end = !request->backward || !any;
	if (request->backward)
		out->before_first = request->from;
	else
		out->after_last = request->from;
	return status;
}

static enum status read_rows(struct walk *walk, struct arena *arena, bool forward, struct places *places,
			     struct sample_page *out, struct error *err)
{
	size_t count = out->count = places->list.len;
	struct sample_row *rows = arena_array(arena, count, sizeof(*rows));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = sample_row_read(walk->db, arena, places->list.items[i].id, &rows[forward ? i : count - 1 - i], err);
	out->rows = rows;
	if (count) {
		out->before_first = cursor_at(&places->list.items[forward ? 0 : count - 1]);
		out->after_last = cursor_at(&places->list.items[forward ? count - 1 : 0]);
	}
	return status;
}

/* The time was over: what was found until then, and where to go on. */
static enum status stopped_page(struct walk *walk, struct arena *arena, const struct page_request *request,
				struct places *places, struct sample_page *out, struct error *err)
{
	bool forward = !request->backward;
	enum status status = read_rows(walk, arena, forward, places, out, err);

	*(forward ? &out->after_last : &out->before_first) = cursor_at(&walk->stopped_at);
	if (!out->count)
		*(forward ? &out->before_first : &out->after_last) = request->from;
	out->at_start = forward && !request->from.set;
	out->at_end = !forward && !request->from.set;
	return status;
}

static enum status read_page(struct walk *walk, struct arena *arena, const struct page_request *request,
			     struct places *places, struct sample_page *out, struct error *err)
{
	bool forward = !request->backward, more = false;
	enum status status = walk_order(walk, &request->from, forward, request->limit + 1, places, err);

	if (status != STATUS_OK)
		return status;
	if (places->list.len > request->limit) {
		places->list.len = request->limit;
		more = true;
	}
	out->unfinished = walk->stopped;
	walk->stopped = false;
	if (out->unfinished)
		return stopped_page(walk, arena, request, places, out, err);
	if (places->list.len == 0)
		return empty_page(walk, arena, request, out, err);
	status = read_rows(walk, arena, forward, places, out, err);
	out->at_start = forward || !more;
	out->at_end = !forward || !more;
	if (status == STATUS_OK && request->from.set) {
		bool any = false;
		status = is_any(walk, arena, forward ? &out->before_first : &out->after_last, !forward, &any, err);
		*(forward ? &out->at_start : &out->at_end) = !any;
	}
	return status;
}

/*
 * Up to how many given ids are quicker to fetch and sort than following the order
 * until the page is full. Of T samples, h match: one way costs h look-ups, each
 * about three steps along an index, the other limit * T / h steps. Equal at
 * h = sqrt(limit * T / 3).
 */
static int64_t narrow_bound(int64_t samples, size_t limit)
{
	int64_t product = (samples / 3 + 1) * (int64_t)(limit < 1000 ? limit + 1 : 1000), root = 1;

	while (root * root < product)
		root *= 2;
	for (int64_t step = root / 2; step > 0; step /= 2)
		if ((root - step) * (root - step) >= product)
			root -= step;
	return root;
}

/* More hits than these are not fetched at once, however many samples there are. */
#define PLAN_HITS_MAX 65536

/* Whether a query looks into texts, which takes time. */
static bool reads_texts(const struct query *query)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (query->terms[i].key == QUERY_KEY_WORDS || query->terms[i].key == QUERY_KEY_TEXT ||
		    query->terms[i].key == QUERY_KEY_RE)
			return true;
	return false;
}

enum status list_begin(struct sqlite_store *db, const struct query *query, const enum sort_key *sort, size_t limit,
		       struct sql_text *narrow, struct error *err)
{
	int64_t samples = 0, most;
	enum status status = codebook_load(db, err);

	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, err);
	if (status != STATUS_OK)
		return status;
	most = limit ? narrow_bound(samples, limit) : samples / 8 + 1;
	status = search_plan_begin(db, query, most < PLAN_HITS_MAX ? most : PLAN_HITS_MAX, err);
	if (status == STATUS_OK && !(sort && columns_have_index(query, *sort)) && !query_narrow(db, query, most, narrow))
		columns_narrow(db, query, most, narrow);
	return status;
}

/* ---- the newest of a prefix ----------------------------------------------------------------- */

#define GLANCE_MS 20 /* of the processor; rows bound it before, unless texts are huge */
#define GLANCE_WALL_MS 50 /* rows of a cold disk, or that lie in another order, cost the processor nothing */

/* A prefix that many samples have is met soon by reading; the index has to put together the lists
 * of all its words before it answers the first (80 ms in a store of a million, whatever the page). */
static bool may_glance(const struct query *query, enum sort_key sort)
{
	struct search_match match = SEARCH_MATCH_INIT;
	bool prefix;

	for (size_t i = 0; i < query->term_count; i++)
		if (query->terms[i].key == QUERY_KEY_RE) /* takes as long as it likes */
			return false;
	search_match_of(query, &match);
	prefix = match.prefix && sort != SORT_RELEVANCE;
	search_match_release(&match);
	return prefix;
}

/* Reads the nearest rows for a page, up to some that are no hits; *done: it is whole. The index takes
 * time for each of h hits among T samples, reading for limit * T / h rows: as of narrow_bound(), where
 * a row that is read stands for a dozen steps along an index. */
static enum status glance(struct walk *walk, struct arena *arena, const struct page_request *request, struct places *places,
			  struct sample_page *out, bool *done, struct error *err)
{
	struct sqlite_store *db = walk->db;
	bool is_less = request->budget_ms > 0 && request->budget_ms < GLANCE_WALL_MS;
	struct page_time time = page_time_of_glance(GLANCE_MS, is_less ? request->budget_ms : GLANCE_WALL_MS);
	int64_t samples = 0;
	enum status status;

	*done = false;
	if (!may_glance(request->query, request->sort))
		return STATUS_OK;
	status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, err);
	if (status != STATUS_OK)
		return status;
	time.calls_most = (unsigned)(narrow_bound(samples, request->limit) / 4);
	walk->timed = true;
	db->time = &time;
	status = read_page(walk, arena, request, places, out, err);
	db->time = NULL;
	*done = status != STATUS_OK || !time.over;
	return status;
}

/* ---- hits that lie far from where the list begins ------------------------------------------- */

#define FAR_SHARE 8       /* one of so many samples are fetched and sorted sooner than all are walked past … */
#define FAR_BUDGET 16384  /* … and so many within the time of a page */

/* Whether the index is asked for block by block along the order, as of what is common. */
static bool may_be_far(const struct walk *walk)
{
	return walk->db->plan && !walk->narrow->sql.len_bytes && walk->sort != SORT_RELEVANCE &&
	       search_plan_count(walk->db->plan) < 0;
}

/*
 * What many samples have is met soon along the order, unless all of them are old: then the walk would be past
 * every sample. So it stops after some, and the index is asked how many hits there are: if they are no
 * great share of all, they are fetched instead, and sorted.
 */
static enum status read_list(struct walk *walk, struct arena *arena, const struct page_request *request, struct places *places,
			     struct sql_text *narrow, struct sample_page *out, struct error *err)
{
	struct sqlite_store *db = walk->db;
	struct page_time time = page_time_of(request->budget_ms > 0 ? request->budget_ms : INT32_MAX);
	bool far = may_be_far(walk), timed = walk->timed, few = false;
	int64_t samples = 0;
	enum status status;

	if (far) {
		walk->timed = true;
		time.calls_most = db->far_rows;
	}
	db->time = &time;
	status = read_page(walk, arena, request, places, out, err);
	/* Who has no budget is told for sure what lies on either side of a page too. */
	if (!far || status != STATUS_OK || time.calls < db->far_rows || !(out->unfinished || (time.over && !timed)))
		return status;
	if ((status = sql_number_plain(db, SQL_MAX_SAMPLE, &samples, NULL, err)) != STATUS_OK)
		return status;
	samples /= FAR_SHARE;
	status = search_plan_fetch(db, request->budget_ms > 0 && samples > FAR_BUDGET ? FAR_BUDGET : samples, &few, err);
	if (few)
		search_plan_narrow(db->plan, narrow);
	else if (timed)
		return status; /* where its time was over: it goes on from there */
	places->list.len = 0;
	*out = (struct sample_page){ 0 };
	walk->timed = false;
	return status == STATUS_OK ? read_page(walk, arena, request, places, out, err) : status;
}

enum status db_sample_page(struct store *store, struct arena *arena, const struct page_request *request,
			   struct sample_page *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct places places = { .list = VEC_INIT, .arena = arena };
	struct sql_text narrow = SQL_TEXT_INIT;
	struct walk walk = { .db = db, .query = request->query, .sort = request->sort, .narrow = &narrow };
	bool began, ranked = false, done = false;
	enum status status;

	if (columns_page(db, arena, request, out, &status, err))
		return status;
	began = read_begin(db);
	*out = (struct sample_page){ 0 };
	status = glance(&walk, arena, request, &places, out, &done, err);
	if (done) {
		read_end(db, began);
		vec_release(&places.list);
		return status;
	}
	places.list.len = 0;
	status = list_begin(db, request->query, &request->sort, request->limit ? request->limit : 1, &narrow, err);
	if (status == STATUS_OK && request->sort == SORT_RELEVANCE) {
		status = search_plan_rank(db, request->query, &ranked, err);
		walk.sort = ranked ? SORT_RELEVANCE : SORT_NEWEST; /* whose cursors are the same */
	}
	*out = (struct sample_page){ 0 };
	/* Few candidates are found, then sorted: there is no place to go on from, nor need. */
	walk.timed = request->budget_ms > 0 && reads_texts(request->query) && !narrow.sql.len_bytes;
	if (status == STATUS_OK) /* what the index took before is not a place to go on from */
		status = read_list(&walk, arena, request, &places, &narrow, out, err);
	db->time = NULL;
	if (status == STATUS_OK && request->with_total)
		status = total_at_once(db, request->query, out, err);
	search_plan_end(db);
	read_end(db, began);
	sql_text_release(&narrow);
	vec_release(&places.list);
	return status;
}
