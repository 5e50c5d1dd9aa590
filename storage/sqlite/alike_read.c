/* Groups of alike samples and what people say of them, as the port hands them out. */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/alike.h"

enum status db_alike_links(struct store *store, struct arena *arena, int64_t sample, const struct alike_link **out,
			   size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	VEC_OF(struct alike_link) links = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_ALIKE_LINKS, SQL_INT(sample));
	struct alike_link *kept;

	while (sql_next(db, stmt))
		vec_push(&links, ((struct alike_link){
			.low = sqlite3_column_int64(stmt, 0), .high = sqlite3_column_int64(stmt, 1),
			.word = (enum alike_word)column_term(stmt, 2, ALIKE_WORD_COUNT), .reviewer = column_string(arena, stmt, 3),
			.at = column_instant(stmt, 4), .edit = sqlite3_column_int64(stmt, 6) }));
	kept = arena_array(arena, links.len, sizeof(*kept));
	if (links.len)
		memcpy(kept, links.items, links.len * sizeof(*kept));
	*out = kept;
	*count = links.len;
	vec_release(&links);
	return sql_end(db, stmt, err);
}

/* All members of the group that the body names. The codebook is loaded. */
static enum status read_counts(struct sqlite_store *db, struct arena *arena, int64_t head, struct alike_group *group,
			       struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_ALIKE_COUNTS, SQL_INT(head));
	const char *cause = NULL;
	enum status status;

	if (sql_next(db, stmt)) {
		group->members = sqlite3_column_int64(stmt, 0);
		group->representative = sqlite3_column_int64(stmt, 1);
		group->open = sqlite3_column_int64(stmt, 2);
		group->judged = sqlite3_column_int64(stmt, 3);
	}
	status = sql_end(db, stmt, err);
	if (status != STATUS_OK || !group->judged)
		return status;
	stmt = sql_start(db, SQL_ALIKE_CAUSES, SQL_INT(head));
	while (sql_next(db, stmt)) {
		const char *name = code_name_of(db, sqlite3_column_int64(stmt, 0));
		int64_t have = sqlite3_column_int64(stmt, 1);
		if (!name || have < group->agree || (have == group->agree && cause && strcmp(cause, name) < 0))
			continue;
		cause = name;
		group->agree = have;
	}
	group->cause = arena_strdup(arena, cause);
	return sql_end(db, stmt, err);
}

enum status db_alike_group(struct store *store, struct arena *arena, int64_t sample, struct alike_group *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	int64_t head = 0;
	enum status status = codebook_load(db, err);

	*out = (struct alike_group){ .representative = sample, .members = 1 };
	if (status == STATUS_OK)
		status = sample_exists(db, sample, err);
	if (status == STATUS_OK)
		status = sql_number(db, SQL_ALIKE_HEAD_OF, &head, NULL, err, SQL_INT(sample));
	if (status == STATUS_OK && head)
		status = read_counts(db, arena, head, out, err);
	read_end(db, began);
	return status;
}

/* Groups of more than one sample that the query has some of. */
static enum status list_groups(struct sqlite_store *db, struct arena *arena, const struct query *query, size_t limit,
			       struct alike_group **out, size_t *count, struct error *err)
{
	VEC_OF(struct alike_group) groups = VEC_INIT;
	VEC_OF(int64_t) heads = VEC_INIT;
	struct sql_text text = SQL_TEXT_INIT;
	enum status status;
	sqlite3_stmt *stmt;

	/* A group is more than what matches of it: one that matches once may have other members. */
	strbuf_addstr(&text.sql, "SELECT h, n, first FROM (SELECT coalesce(g.head, s.code) AS h, count(*) AS n, min(s.id) AS first,"
				 " g.head IS NOT NULL AS tied FROM sample s LEFT JOIN alike g ON g.body = s.code"
				 " WHERE s.code IS NOT NULL AND ");
	query_compile(db, query, &text);
	strbuf_addstr(&text.sql, " GROUP BY h) WHERE n > 1 OR (SELECT count(*) FROM (SELECT 1 FROM sample d WHERE d.code IN"
				 " (SELECT body FROM alike WHERE head = h UNION SELECT h WHERE NOT tied) LIMIT 2)) > 1"
				 " ORDER BY n DESC, first");
	if (limit)
		strbuf_addf(&text.sql, " LIMIT %zu", limit);
	stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
	while (sql_next(db, stmt)) {
		vec_push(&heads, sqlite3_column_int64(stmt, 0));
		vec_push(&groups, ((struct alike_group){ .matching = sqlite3_column_int64(stmt, 1), .first = sqlite3_column_int64(stmt, 2) }));
	}
	status = sql_end(db, stmt, err);
	for (size_t i = 0; i < groups.len && status == STATUS_OK; i++)
		status = read_counts(db, arena, heads.items[i], &groups.items[i], err);
	*out = arena_array(arena, groups.len, sizeof(**out));
	if (groups.len)
		memcpy(*out, groups.items, groups.len * sizeof(**out));
	*count = groups.len;
	vec_release(&groups);
	vec_release(&heads);
	sql_text_release(&text);
	return status;
}

enum status db_alike_groups(struct store *store, struct arena *arena, const struct query *query, size_t limit,
			    const struct alike_group **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = codebook_load(db, err);
	struct alike_group *groups = NULL;

	*count = 0;
	if (status == STATUS_OK)
		status = list_groups(db, arena, query, limit, &groups, count, err);
	*out = groups;
	read_end(db, began);
	return status;
}
