/*
 * A parsed query as an SQL condition over `sample s`. Values are bound, never
 * formatted in; what is formatted in are texts and numbers of ours. Agrees with
 * query_matches() of core/query.h, which says what queries mean.
 */
#ifndef AITIA_STORAGE_SQLITE_QUERY_SQL_H
#define AITIA_STORAGE_SQLITE_QUERY_SQL_H

#include "core/base/strbuf.h"
#include "storage/sqlite/sqlite_db.h"

struct sql_text {
	struct strbuf sql;
	VEC_OF(struct sql_value) values; /* borrowed texts: of the query, or of `arena` */
	struct arena arena;
};

#define SQL_TEXT_INIT { STRBUF_INIT, VEC_INIT, ARENA_INIT }

void sql_text_release(struct sql_text *text);
/* Appends "?N" bound to the value; equal order in text and values is kept. */
void sql_text_bind(struct sql_text *text, struct sql_value value);

/* Appends "expr = value", or the range of a prefix; NULL where expr is NULL. */
void query_compile_fits(struct sql_text *out, const char *expr, const struct query_value *value);
/* Appends "(1,2,…)": the ids of the codes that a value of cause: or symptom: means. */
void query_compile_codes(const struct sqlite_store *db, enum code_kind kind, const struct query_value *value,
			 struct sql_text *out);

/* Appends the condition of group:id over the columns "id" and "code", with that before their names. */
void query_compile_group(struct sql_text *out, const char *sample, int64_t id);

/* Appends the condition of sampled: over a column that holds a sample's number. */
void query_compile_plan(struct sql_text *out, const char *id, const struct query_value *value);

/* Its id, where some samples have values of the key that no index finds (own.h); else 0. */
int64_t query_own_key(struct sqlite_store *db, const char *key);

/* Where one of the query's terms can be met by few samples only, at most `most`:
 * appends "s.id IN (…) AND ", which holds for all that match, and answers true. */
bool query_narrow(struct sqlite_store *db, const struct query *query, int64_t most, struct sql_text *out);

/* Where text: or re: can be met by few samples and nothing else narrows: likewise, by one walk
 * over each body (samples share them), message and note in the order in which they lie. `out`
 * is empty. It looks into some bodies first: STATUS_CANCELLED where that was stopped, else STATUS_OK. */
enum status query_narrow_texts(struct sqlite_store *db, const struct query *query, struct sql_text *out, struct error *err);

/* Appends the condition; always something, "1" at least. The codebook must be
 * loaded: names of codes are looked up here. */
void query_compile(struct sqlite_store *db, const struct query *query, struct sql_text *out);

#endif
