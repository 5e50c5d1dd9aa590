/* Standing annotations of many samples at once. */
#include <string.h>

#include "storage/sqlite/query_sql.h"

struct reading {
	struct arena *arena;
	VEC_OF(const char *) names;    /* texts of which each is kept once; they are few */
	VEC_OF(const char *) symptoms; /* of the annotation at hand */
};

static const char *name_once(struct reading *reading, const char *text)
{
	if (!text)
		return NULL;
	for (size_t i = reading->names.len; i-- > 0;)
		if (strcmp(reading->names.items[i], text) == 0)
			return reading->names.items[i];
	vec_push(&reading->names, arena_strdup(reading->arena, text));
	return reading->names.items[reading->names.len - 1];
}

static enum status read_symptoms(struct sqlite_store *db, struct reading *reading, struct annotation *annotation, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SYMPTOMS_OF, SQL_INT(annotation->id));

	vec_clear(&reading->symptoms);
	while (sql_next(db, stmt))
		vec_push(&reading->symptoms, name_once(reading, (const char *)sqlite3_column_text(stmt, 0)));
	annotation->symptoms = reading->symptoms.items;
	annotation->symptom_count = reading->symptoms.len;
	return sql_end(db, stmt, err);
}

static enum status read_all(struct sqlite_store *db, struct reading *reading, const struct query *query,
			    bool (*visit)(void *, const struct annotation *), void *context, struct error *err)
{
	struct sql_text text = SQL_TEXT_INIT;
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
			.reviewer = name_once(reading, (const char *)sqlite3_column_text(stmt, 2)),
			.at = column_instant(stmt, 3),
			.first_line = sqlite3_column_int64(stmt, 5),
			.last_line = sqlite3_column_int64(stmt, 6),
			.verdict = (enum verdict)column_term(stmt, 7, VERDICT_COUNT),
			.cause = name_once(reading, code_name_of(db, sqlite3_column_int64(stmt, 8))),
			.severity = (enum severity)column_term(stmt, 9, SEVERITY_COUNT),
			.confidence = (enum confidence)column_term(stmt, 10, CONFIDENCE_COUNT),
			.blind = sqlite3_column_int(stmt, 11) != 0,
			.edit = sqlite3_column_int64(stmt, 12),
			.adjudicated = sqlite3_column_int(stmt, 13) != 0,
		};
		status = read_symptoms(db, reading, &annotation, err);
		if (status == STATUS_OK && !visit(context, &annotation))
			status = error_set(err, STATUS_CANCELLED, "stopped");
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	sql_text_release(&text);
	return status == STATUS_OK ? ended : status;
}

enum status db_judgements(struct store *store, struct arena *arena, const struct query *query,
			  bool (*visit)(void *, const struct annotation *), void *context, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct reading reading = { arena, VEC_INIT, VEC_INIT };
	bool began = read_begin(db);
	enum status status = codebook_load(db, err);

	if (status == STATUS_OK)
		status = read_all(db, &reading, query, visit, context, err);
	read_end(db, began);
	vec_release(&reading.names);
	vec_release(&reading.symptoms);
	return status;
}
