/* What pages (sample_page.c) and lists of all (sample_ids.c) share. */
#ifndef AITIA_STORAGE_SQLITE_SAMPLE_LIST_H
#define AITIA_STORAGE_SQLITE_SAMPLE_LIST_H

#include "storage/sqlite/query_sql.h"

/* Begins reading lists of the query (`sort` NULL: in no order): its plan, and where few
 * samples can match, those. Within a read transaction; to be ended by search_plan_end(). */
enum status list_begin(struct sqlite_store *db, const struct query *query, const enum sort_key *sort, size_t limit,
		       struct sql_text *narrow, struct error *err) MUST_CHECK;
/* "sample s WHERE …", to be gone on with. Without an index but by id, where the
 * ids are given: the planner cannot know that they are few. */
void list_add_from(const struct sql_text *narrow, struct sql_text *out);

#endif
