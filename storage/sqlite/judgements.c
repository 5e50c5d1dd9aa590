/* Standing annotations of many samples at once. */
#include <string.h>

#include "storage/sqlite/query_sql.h"

/* Texts of which each is kept once; they are few. */
struct names {
	struct arena *arena;
	VEC_OF(const char *) list;
};

static const char *name_once(struct names *names, const char *text)
{
	if (!text)
		return NULL;
	for (size_t i = names->list.len; i-- > 0;)
		if (strcmp(names->list.items[i], text) == 0)
			return names->list.items[i];
	vec_push(&names->list, arena_strdup(names->arena, text));
	return names->list.items[names->list.len - 1];
}

static enum status read_symptoms(struct sqlite_store *db, struct names *names, struct annotation *annotation,
				 struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SYMPTOMS_OF, SQL_INT(annotation->id));
	VEC_OF(const char *) words = VEC_INIT;
	const char **kept;

	while (sql_next(db, stmt))
		vec_push(&words, name_once(names, (const char *)sqlite3_column_text(stmt, 0)));
	if (words.len) {
		kept = arena_array(names->arena, words.len, sizeof(*kept));
		memcpy(kept, words.items, words.len * sizeof(*kept));
		annotation->symptoms = kept;
		annotation->symptom_count = words.len;
	}
	vec_release(&words);
	return sql_end(db, stmt, err);
}

static enum status read_all(struct sqlite_store *db, struct arena *arena, const struct query *query,
			    const struct annotation **out, size_t *count, struct error *err)
{
	VEC_OF(struct annotation) list = VEC_INIT;
	struct names names = { arena, VEC_INIT };
	struct sql_text text = SQL_TEXT_INIT;
	struct annotation *kept;
	enum status status = STATUS_OK, ended;
	sqlite3_stmt *stmt;

	/* CROSS JOIN: in this order. There are fewer annotations than samples, as a rule. */
	strbuf_addstr(&text.sql,
		      "SELECT a.id, a.sample, a.reviewer, a.at_us, a.at_precision, a.first_line, a.last_line, a.verdict, a.cause,"
		      " a.severity, a.confidence, a.blind, a.edit, a.adjudicated FROM annotation a CROSS JOIN sample s ON s.id = a.sample"
		      " WHERE a.superseded_by IS NULL AND ");
	query_compile(db, query, &text);
	strbuf_addstr(&text.sql, " ORDER BY a.sample, a.id");
	stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
	while (status == STATUS_OK && sql_next(db, stmt)) {
		struct annotation annotation = {
			.id = sqlite3_column_int64(stmt, 0),
			.sample = sqlite3_column_int64(stmt, 1),
			.reviewer = name_once(&names, (const char *)sqlite3_column_text(stmt, 2)),
			.at = column_instant(stmt, 3),
			.first_line = sqlite3_column_int64(stmt, 5),
			.last_line = sqlite3_column_int64(stmt, 6),
			.verdict = (enum verdict)column_term(stmt, 7, VERDICT_COUNT),
			.cause = name_once(&names, code_name_of(db, sqlite3_column_int64(stmt, 8))),
			.severity = (enum severity)column_term(stmt, 9, SEVERITY_COUNT),
			.confidence = (enum confidence)column_term(stmt, 10, CONFIDENCE_COUNT),
			.blind = sqlite3_column_int(stmt, 11) != 0,
			.edit = sqlite3_column_int64(stmt, 12),
			.adjudicated = sqlite3_column_int(stmt, 13) != 0,
		};
		status = read_symptoms(db, &names, &annotation, err);
		vec_push(&list, annotation);
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK)
		status = ended;
	kept = arena_array(arena, status == STATUS_OK ? list.len : 0, sizeof(*kept));
	if (status == STATUS_OK && list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	*out = kept;
	*count = status == STATUS_OK ? list.len : 0;
	vec_release(&list);
	vec_release(&names.list);
	sql_text_release(&text);
	return status;
}

enum status db_judgements(struct store *store, struct arena *arena, const struct query *query,
			  const struct annotation **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = codebook_load(db, err);

	*out = NULL;
	*count = 0;
	if (status == STATUS_OK)
		status = read_all(db, arena, query, out, count, err);
	read_end(db, began);
	return status;
}
