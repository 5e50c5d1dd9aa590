/*
 * Which samples can match a query's words. Few hits are fetched at once; many are
 * found as the list comes by them, a block of ids at a time: a page of what is common
 * asks for a few blocks, whatever the list is sorted by, and a list without hits in the
 * end for each block once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/search.h"

/* Ids in a block. FTS5 finds the start of a range in about 20 µs and then reads some 10 M
 * ids a second: of this many even a word that is everywhere takes 2 ms. */
#define BLOCK_IDS 16384

#define RANKED_MAX 2000
#define SCORE_UNITS 1e12 /* of bm25(), which is some 1e-6 for what most samples have, and 50 at most */

struct ranked {
	int64_t id, score;
};

struct search_plan {
	struct search_match match;
	int64_t done, last;             /* samples that the index covers, and that there are */
	VEC_OF(int64_t) texts;          /* samples whose texts must be read, in order */
	bool whole;                     /* `hits` are all there are; else `blocks` */
	VEC_OF(int64_t) hits;           /* in order */
	VEC_OF(struct ranked) ranks;    /* by id; of SORT_RELEVANCE alone */
	unsigned char **blocks;         /* bit per id; NULL: not asked for yet */
	size_t block_count;
};

static void plan_free(struct search_plan *plan)
{
	for (size_t i = 0; i < plan->block_count; i++)
		free(plan->blocks[i]);
	free(plan->blocks);
	vec_release(&plan->texts);
	vec_release(&plan->hits);
	vec_release(&plan->ranks);
	search_match_release(&plan->match);
	free(plan);
}

void search_plan_end(struct sqlite_store *db)
{
	if (db->plan)
		plan_free(db->plan);
	db->plan = NULL;
}

static enum status read_state(struct sqlite_store *db, struct search_plan *plan, int64_t *notes_done, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_SEARCH_STATE);

	if (sql_next(db, stmt)) {
		plan->done = sqlite3_column_int64(stmt, 0);
		*notes_done = sqlite3_column_int64(stmt, 1);
	}
	return sql_end(db, stmt, err);
}

/* Those that a note may make match, and those that were renewed since they were indexed. */
static enum status find_texts(struct sqlite_store *db, struct search_plan *plan, int64_t notes_done, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_TEXTS, SQL_TEXT(plan->match.notes.text), SQL_INT(notes_done));

	while (sql_next(db, stmt))
		vec_push(&plan->texts, sqlite3_column_int64(stmt, 0));
	return sql_end(db, stmt, err);
}

static void make_blocks(struct search_plan *plan)
{
	plan->block_count = (size_t)(plan->done / BLOCK_IDS) + 1;
	plan->blocks = mem_zalloc(plan->block_count, sizeof(*plan->blocks));
}

static void set_bit(struct search_plan *plan, int64_t id)
{
	size_t block = (size_t)(id / BLOCK_IDS);

	if (id >= 0 && block < plan->block_count)
		plan->blocks[block][id % BLOCK_IDS / 8] |= (unsigned char)(1u << (id % 8));
}

/* All that were found, and those that are still to come. */
static void fill_blocks(struct sqlite_store *db, struct search_plan *plan, sqlite3_stmt *stmt)
{
	make_blocks(plan);
	for (size_t i = 0; i < plan->block_count; i++)
		plan->blocks[i] = mem_zalloc(BLOCK_IDS / 8, 1);
	for (size_t i = 0; i < plan->hits.len; i++)
		set_bit(plan, plan->hits.items[i]);
	while (sql_next(db, stmt))
		set_bit(plan, sqlite3_column_int64(stmt, 0));
}

/* Up to `most`, and one more to know that there are more. For a prefix FTS5 puts together
 * the lists of all its words before it answers the first: that is paid for once. */
static enum status find_hits(struct sqlite_store *db, struct search_plan *plan, int64_t most, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_HITS, SQL_TEXT(plan->match.samples.text),
				       SQL_INT(plan->match.prefix ? -1 : most + 1));

	while ((int64_t)plan->hits.len <= most && sql_next(db, stmt))
		vec_push(&plan->hits, sqlite3_column_int64(stmt, 0));
	plan->whole = (int64_t)plan->hits.len <= most;
	if (!plan->whole && plan->match.prefix)
		fill_blocks(db, plan, stmt);
	else if (!plan->whole)
		make_blocks(plan);
	return sql_end(db, stmt, err);
}

enum status search_plan_begin(struct sqlite_store *db, const struct query *query, int64_t most, struct error *err)
{
	struct search_plan *plan = mem_zalloc(1, sizeof(*plan));
	int64_t notes_done = 0;
	enum status status;

	plan->match = (struct search_match)SEARCH_MATCH_INIT;
	search_match_of(query, &plan->match);
	if (!plan->match.samples.len_bytes) {
		plan_free(plan);
		return STATUS_OK;
	}
	status = read_state(db, plan, &notes_done, err);
	if (status == STATUS_OK)
		status = sql_number_plain(db, SQL_MAX_SAMPLE, &plan->last, NULL, err);
	if (status == STATUS_OK)
		status = find_texts(db, plan, notes_done, err);
	if (status == STATUS_OK)
		status = find_hits(db, plan, most, err);
	if (status == STATUS_OK)
		db->plan = plan;
	else
		plan_free(plan);
	return status;
}

enum status search_plan_fetch(struct sqlite_store *db, int64_t most, bool *few, struct error *err)
{
	struct search_plan *plan = db->plan;
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_HITS, SQL_TEXT(plan->match.samples.text), SQL_INT(most + 1));
	enum status status;

	plan->hits.len = 0;
	while (sql_next(db, stmt))
		vec_push(&plan->hits, sqlite3_column_int64(stmt, 0));
	status = sql_end(db, stmt, err);
	plan->whole = *few = status == STATUS_OK && (int64_t)plan->hits.len <= most;
	return status;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static bool has_id(const int64_t *ids, size_t count, int64_t id)
{
	return count && bsearch(&id, ids, count, sizeof(id), compare_ids);
}

static bool load_block(struct sqlite_store *db, struct search_plan *plan, size_t block)
{
	int64_t first = (int64_t)block * BLOCK_IDS;
	sqlite3_stmt *stmt = sql_start(db, SQL_SEARCH_RANGE, SQL_TEXT(plan->match.samples.text), SQL_INT(first),
				       SQL_INT(first + BLOCK_IDS - 1));
	unsigned char *bits = mem_zalloc(BLOCK_IDS / 8, 1);

	while (sql_next(db, stmt)) {
		int64_t at = sqlite3_column_int64(stmt, 0) - first;
		bits[at / 8] |= (unsigned char)(1u << (at % 8));
	}
	if (sql_end(db, stmt, NULL) != STATUS_OK) {
		free(bits);
		return false;
	}
	plan->blocks[block] = bits;
	return true;
}

int search_plan_hit(struct sqlite_store *db, int64_t sample)
{
	struct search_plan *plan = db->plan;
	size_t block = (size_t)(sample / BLOCK_IDS);

	if (!plan || sample > plan->done || has_id(plan->texts.items, plan->texts.len, sample))
		return 2;
	if (plan->whole)
		return has_id(plan->hits.items, plan->hits.len, sample);
	if (sample < 0 || block >= plan->block_count)
		return 0;
	if (!plan->blocks[block] && !load_block(db, plan, block))
		return -1;
	return plan->blocks[block][sample % BLOCK_IDS / 8] >> (sample % 8) & 1;
}

int64_t search_plan_count(const struct search_plan *plan)
{
	if (!plan->whole)
		return -1;
	return (int64_t)(plan->hits.len + plan->texts.len) + (plan->last - plan->done);
}

void search_plan_narrow(const struct search_plan *plan, struct sql_text *out)
{
	struct strbuf ids = STRBUF_INIT;

	strbuf_addch(&ids, '[');
	for (size_t i = 0; i < plan->hits.len; i++)
		strbuf_addf(&ids, "%s%" PRId64, i ? "," : "", plan->hits.items[i]);
	for (size_t i = 0; i < plan->texts.len; i++)
		strbuf_addf(&ids, "%s%" PRId64, i || plan->hits.len ? "," : "", plan->texts.items[i]);
	strbuf_addch(&ids, ']');
	strbuf_addstr(&out->sql, "s.id IN (SELECT value FROM json_each(");
	sql_text_bind(out, SQL_TEXT(arena_text(&out->arena, strbuf_slice(&ids))));
	strbuf_addstr(&out->sql, ") UNION ALL SELECT id FROM sample WHERE id > ");
	sql_text_bind(out, SQL_INT(plan->done));
	strbuf_addstr(&out->sql, ") AND ");
	strbuf_release(&ids);
}

/* ---- relevance ------------------------------------------------------------------------- */

static bool has_words(const struct query *query)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (query->terms[i].key == QUERY_KEY_WORDS && !query->terms[i].negated)
			return true;
	return false;
}

enum status search_plan_rank(struct sqlite_store *db, const struct query *query, bool *ranked, struct error *err)
{
	struct search_plan *plan = db->plan;
	sqlite3_stmt *stmt;
	enum status status;

	*ranked = false;
	if (!plan || !has_words(query))
		return STATUS_OK;
	stmt = sql_start(db, SQL_SEARCH_RANKS, SQL_TEXT(plan->match.samples.text), SQL_INT(RANKED_MAX));
	while (sql_next(db, stmt)) {
		struct ranked rank = { sqlite3_column_int64(stmt, 0), (int64_t)(-sqlite3_column_double(stmt, 1) * SCORE_UNITS) };
		vec_push(&plan->ranks, rank);
	}
	status = sql_end(db, stmt, err);
	for (size_t i = 0, j = plan->ranks.len; i + 1 < j--; i++) { /* they came from the last one on */
		struct ranked last = plan->ranks.items[j];
		plan->ranks.items[j] = plan->ranks.items[i];
		plan->ranks.items[i] = last;
	}
	*ranked = plan->ranks.len > 0;
	return status;
}

bool search_plan_score(const struct sqlite_store *db, int64_t sample, int64_t *score)
{
	const struct search_plan *plan = db->plan;
	struct ranked wanted = { sample, 0 }, *found = NULL;

	if (plan && plan->ranks.len)
		found = bsearch(&wanted, plan->ranks.items, plan->ranks.len, sizeof(wanted), compare_ids); /* id comes first */
	if (found)
		*score = found->score;
	return found != NULL;
}

const char *search_plan_ranked(const struct sqlite_store *db, struct arena *arena)
{
	struct strbuf ids = STRBUF_INIT;
	const char *text;

	strbuf_addch(&ids, '[');
	for (size_t i = 0; db->plan && i < db->plan->ranks.len; i++)
		strbuf_addf(&ids, "%s%" PRId64, i ? "," : "", db->plan->ranks.items[i].id);
	strbuf_addch(&ids, ']');
	text = arena_text(arena, strbuf_slice(&ids));
	strbuf_release(&ids);
	return text;
}
