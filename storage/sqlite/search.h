/*
 * Search: the index of words and how queries use it.
 *
 * The index covers samples up to a point, and notes up to another; what lies behind (and
 * what an import renewed) is read instead. So a list is complete at any moment, and only
 * its speed depends on how far the index is.
 *
 *   tokenizer.c     core/words_of_code.h for FTS5
 *   search_index.c  building and renewing, in bounded transactions
 *   search_match.c  what a query asks of the index, as an FTS5 expression
 *   search_plan.c   which samples can match: hit(id) in SQL
 *   check_index.c   the index against the texts
 */
#ifndef AITIA_STORAGE_SQLITE_SEARCH_H
#define AITIA_STORAGE_SQLITE_SEARCH_H

#include "storage/sqlite/query_sql.h"

/* A sample with more bytes of code and messages is not taken into the index but read. */
#define SEARCH_TEXT_MAX 524288

/* Rows without a word that a list walks past before it asks where the hits are: some 25 ms. */
#define FAR_ROWS 50000

enum status tokenizer_register(struct sqlite_store *db, struct error *err) MUST_CHECK;

/* What the index has of a text: every word at its position. `token` answers SQLITE_OK. */
void tokenizer_each(struct slice text, int (*token)(void *context, int64_t position, struct slice word), void *context);

/* Within an import, before the sample's texts change: they leave the index, and the
 * sample is to be taken up again. */
enum status search_forget(struct sqlite_store *db, int64_t sample, struct error *err) MUST_CHECK;
/* Annotations behind `edit` may have come back: they are looked at again. */
enum status search_notes_return(struct sqlite_store *db, int64_t annotation, struct error *err) MUST_CHECK;

/* ---- what a query asks of the index ------------------------------------------------- */

struct search_match {
	struct strbuf samples; /* all of it, of one sample; "" if the index cannot help */
	struct strbuf notes;   /* any of it, of a note */
	bool prefix;           /* some word of it may go on */
};

#define SEARCH_MATCH_INIT { STRBUF_INIT, STRBUF_INIT, false }

/* From words and phrases exactly; from text: and re: what must be there at least. */
void search_match_of(const struct query *query, struct search_match *out);
void search_match_release(struct search_match *match);

/* Pieces of a regular expression that stand in every text it matches; "" where that is
 * not sure. Calls `run` for each. */
void regex_literals(const char *pattern, void (*run)(void *context, struct slice literal), void *context);

/* ---- plans ------------------------------------------------------------------------------ */

/* While a plan is in force (db->plan), query_compile() asks hit(s.id) in place of the
 * texts: 1 = the words are there, 2 = read the texts, 0 = no. */
struct search_plan;

/* NULL if the query asks nothing of the index. Up to `most` candidates are found at
 * once (search_plan_narrow), else as they are asked for. Within a read transaction. */
enum status search_plan_begin(struct sqlite_store *db, const struct query *query, int64_t most, struct error *err) MUST_CHECK;
void search_plan_end(struct sqlite_store *db);

/* Finds all candidates at once, if the index has at most `most`: *few. Else the plan is as it was. */
enum status search_plan_fetch(struct sqlite_store *db, int64_t most, bool *few, struct error *err) MUST_CHECK;
/* How many candidates there are, if at most `most`; else -1. */
int64_t search_plan_count(const struct search_plan *plan);
/* Appends "s.id IN (…) AND ": the candidates. */
void search_plan_narrow(const struct search_plan *plan, struct sql_text *out);
/* For SORT_RELEVANCE: scores the hits imported last, as many as core/sort_keys.def says.
 * Ranking all of what is common takes seconds. False: there is nothing to rank. */
enum status search_plan_rank(struct sqlite_store *db, const struct query *query, bool *ranked, struct error *err) MUST_CHECK;
/* The score, higher is better; false: not among those. */
bool search_plan_score(const struct sqlite_store *db, int64_t sample, int64_t *score);
/* Their ids as a JSON array, in the arena. */
const char *search_plan_ranked(const struct sqlite_store *db, struct arena *arena);

/* Number of hit()'s answer. */
int search_plan_hit(struct sqlite_store *db, int64_t sample);

#endif
