/* The log by filters: SQL made from what is asked, so that each has its index. */
#include <string.h>

#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/query_sql.h"

/* A time bounds the ids too, found in its own index: the walk in the order of id neither
 * starts nor ends at what is out of it. (Entries that a merge brought are older than
 * their ids: hence not the ids of the first and the last entry in time.) */
static void compile_times(const struct edit_filter *filter, struct sql_text *out)
{
	if (instant_known(filter->since)) {
		strbuf_addstr(&out->sql, " AND e.at_us >= ");
		sql_text_bind(out, SQL_INT(filter->since.at_us));
		strbuf_addstr(&out->sql, " AND e.id >= (SELECT coalesce(min(id), 1) FROM edit WHERE at_us >= ");
		sql_text_bind(out, SQL_INT(filter->since.at_us));
		strbuf_addstr(&out->sql, ")");
	}
	if (instant_known(filter->until)) {
		strbuf_addstr(&out->sql, " AND e.at_us < ");
		sql_text_bind(out, SQL_INT(filter->until.at_us));
		strbuf_addstr(&out->sql, " AND e.id <= (SELECT coalesce(max(id), 0) FROM edit WHERE at_us < ");
		sql_text_bind(out, SQL_INT(filter->until.at_us));
		strbuf_addstr(&out->sql, ")");
	}
}

/* What edits were about stands in tables by sample and by incident (history.c). */
static void compile_targets(const struct edit_filter *filter, struct sql_text *out)
{
	if (filter->sample) {
		strbuf_addstr(&out->sql, " AND e.id IN (SELECT edit FROM edit_sample WHERE sample = ");
		sql_text_bind(out, SQL_INT(filter->sample));
		strbuf_addstr(&out->sql, " UNION SELECT edit FROM edit_member WHERE sample = ");
		sql_text_bind(out, SQL_INT(filter->sample));
		strbuf_addstr(&out->sql, ")");
	}
	if (filter->incident) {
		strbuf_addstr(&out->sql, " AND e.id IN (WITH about(edit) AS (SELECT edit FROM edit_incident WHERE incident = ");
		sql_text_bind(out, SQL_TEXT(filter->incident));
		strbuf_addstr(&out->sql, " UNION SELECT edit FROM edit_member WHERE incident = ");
		sql_text_bind(out, SQL_TEXT(filter->incident));
		/* What was taken back, or brought again, has an entry of its own. */
		strbuf_addstr(&out->sql, ") SELECT edit FROM about UNION SELECT m.id FROM about JOIN edit m ON m.of = about.edit)");
	}
}

static void compile(const struct edit_filter *filter, int64_t before_id, size_t limit, struct sql_text *out)
{
	strbuf_addstr(&out->sql, "SELECT id, at_us, at_precision, reviewer, kind, state, verb, summary, of, merge FROM edit e"
		      " WHERE e.id < ");
	sql_text_bind(out, SQL_INT(before_id ? before_id : INT64_MAX));
	if (filter->reviewer) {
		strbuf_addstr(&out->sql, " AND e.reviewer = ");
		sql_text_bind(out, SQL_TEXT(filter->reviewer));
	}
	if (filter->verb) {
		strbuf_addstr(&out->sql, " AND e.verb = ");
		sql_text_bind(out, SQL_TEXT(filter->verb));
	}
	compile_times(filter, out);
	compile_targets(filter, out);
	for (size_t i = 0; i < filter->word_count; i++) {
		strbuf_addstr(&out->sql, " AND holds(e.summary, ");
		sql_text_bind(out, SQL_TEXT(filter->words[i]));
		strbuf_addstr(&out->sql, ")");
	}
	strbuf_addstr(&out->sql, " ORDER BY e.id DESC LIMIT ");
	sql_text_bind(out, SQL_INT(limit > INT64_MAX ? INT64_MAX : (int64_t)limit));
}

enum status db_edit_list(struct store *store, struct arena *arena, const struct edit_filter *filter, int64_t before_id,
			 size_t limit, const struct edit **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct sql_text text = SQL_TEXT_INIT;
	VEC_OF(struct edit) list = VEC_INIT;
	sqlite3_stmt *stmt;
	struct edit *kept;

	compile(filter, before_id, limit, &text);
	stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
	while (sql_next(db, stmt))
		vec_push(&list, column_edit(arena, stmt));
	kept = arena_array(arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = kept;
	*count = list.len;
	vec_release(&list);
	enum status status = sql_end(db, stmt, err);
	sql_text_release(&text);
	return status;
}
