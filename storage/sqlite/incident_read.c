/* Incidents: lists, whole aggregates, members. */
#include <string.h>

#include "storage/sqlite/incident_db.h"
#include "storage/sqlite/incident_parts.h"

static enum status no_incident(struct error *err, const char *key)
{
	return error_set(err, STATUS_NOT_FOUND, "there is no incident %s", key ? key : "without a key");
}

enum status incident_exists(struct sqlite_store *db, const char *key, struct error *err)
{
	bool found = false;
	enum status status = sql_number(db, SQL_INCIDENT_EXISTS, NULL, &found, err, SQL_TEXT(key));

	return status == STATUS_OK && !found ? no_incident(err, key) : status;
}

/* ---- the list ------------------------------------------------------------------ */

static enum status read_start(struct sqlite_store *db, struct incident_row *row, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_INCIDENT_START, SQL_TEXT(row->key));

	if (sql_next(db, stmt))
		row->started_at = column_instant(stmt, 0);
	return sql_end(db, stmt, err);
}

static enum status read_list(struct sqlite_store *db, struct arena *arena, const struct incident_row **out,
			     size_t *count, struct error *err)
{
	VEC_OF(struct incident_row) list = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_INCIDENTS);
	struct incident_row *kept;
	enum status status;

	while (sql_next(db, stmt)) {
		struct incident_row row = {
			.key = column_string(arena, stmt, 0),
			.title = column_string(arena, stmt, 1),
			.status = (enum incident_status)column_term(stmt, 2, INCIDENT_COUNT),
			.severity = (enum severity)column_term(stmt, 3, SEVERITY_COUNT),
			.created_at = column_instant(stmt, 4),
			.illustrative = sqlite3_column_int(stmt, 6) != 0,
			.member_count = (size_t)sqlite3_column_int64(stmt, 7),
			.cause_count = (size_t)sqlite3_column_int64(stmt, 8),
			.open_action_count = (size_t)sqlite3_column_int64(stmt, 9),
		};
		vec_push(&list, row);
	}
	status = sql_end(db, stmt, err);
	kept = arena_array(arena, list.len, sizeof(*kept));
	for (size_t i = 0; i < list.len; i++) {
		kept[i] = list.items[i];
		if (status == STATUS_OK)
			status = read_start(db, &kept[i], err);
	}
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return status;
}

enum status db_incident_list(struct store *store, struct arena *arena, const struct incident_row **out, size_t *count,
			     struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = read_list(db, arena, out, count, err);

	read_end(db, began);
	return status;
}

/* ---- one of them ----------------------------------------------------------------- */

#define INCIDENT_HEAD                                                                                              \
	"SELECT key, version, title, status, severity, severity_rationale,"                                        \
	" illustrative OR EXISTS (SELECT 1 FROM incident_member m JOIN sample s ON s.id = m.sample"                \
	"  WHERE m.incident = i.key AND s.illustrative <> 0), created_us, created_precision, updated_us,"          \
	" updated_precision, partial, duplicate_of, signature"

static enum status read_head(struct sqlite_store *db, struct arena *arena, const char *key, struct incident *to,
			     struct error *err)
{
	const char *sql = arena_printf(arena, INCIDENT_HEAD "%s FROM incident i WHERE key = ?", next_columns(arena, "", ""));
	sqlite3_stmt *stmt = sql_start_dynamic(db, sql, (const struct sql_value[]){ SQL_TEXT(key) }, 1);
	bool found = sql_next(db, stmt);
	enum status status;

	if (found) {
		to->key = column_string(arena, stmt, 0);
		to->version = sqlite3_column_int64(stmt, 1);
		to->title = column_string(arena, stmt, 2);
		to->status = (enum incident_status)column_term(stmt, 3, INCIDENT_COUNT);
		to->severity = (enum severity)column_term(stmt, 4, SEVERITY_COUNT);
		to->severity_rationale = column_text(arena, stmt, 5);
		to->illustrative = sqlite3_column_int(stmt, 6) != 0;
		to->created_at = column_instant(stmt, 7);
		to->updated_at = column_instant(stmt, 9);
		to->partial = column_text(arena, stmt, 11);
		to->duplicate_of = column_text(arena, stmt, 12);
		to->signature = column_text(arena, stmt, 13);
		for (int i = 0; i < INCIDENT_CHILD_KINDS; i++)
			to->next_numbers[i] = sqlite3_column_type(stmt, 14 + i) == SQLITE_NULL ? 1 :
						      sqlite3_column_int64(stmt, 14 + i);
	}
	status = sql_end(db, stmt, err);
	return status == STATUS_OK && !found ? no_incident(err, key) : status;
}

/* In the order of the document. */
static enum status read_sections(struct sqlite_store *db, struct arena *arena, struct incident *to, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_INCIDENT_SECTIONS, SQL_TEXT(to->key));

	while (sql_next(db, stmt))
		incident_set_section(to, arena, column_string(arena, stmt, 0), column_string(arena, stmt, 1));
	return sql_end(db, stmt, err);
}

static enum status read_member_counts(struct sqlite_store *db, struct incident *to, struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_MEMBER_COUNTS, SQL_TEXT(to->key));

	while (sql_next(db, stmt))
		to->member_counts[column_term(stmt, 0, MEMBER_COUNT)] += (size_t)sqlite3_column_int64(stmt, 1);
	return sql_end(db, stmt, err);
}

enum status incident_read(struct sqlite_store *db, struct arena *arena, const char *key, struct incident **out,
			  struct error *err)
{
	struct incident *to = arena_alloc(arena, sizeof(*to));
	enum status status = read_head(db, arena, key, to, err);

	if (status == STATUS_OK)
		status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = parts_read(db, arena, to, err);
	if (status == STATUS_OK)
		status = read_sections(db, arena, to, err);
	if (status == STATUS_OK)
		status = read_member_counts(db, to, err);
	if (status == STATUS_OK)
		incident_sort(to);
	*out = status == STATUS_OK ? to : NULL;
	return status;
}

enum status db_incident_get(struct store *store, struct arena *arena, const char *key, struct incident **out,
			    struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = incident_read(db, arena, key, out, err);

	read_end(db, began);
	return status;
}

/* ---- members ------------------------------------------------------------------------ */

static enum status read_members(struct sqlite_store *db, struct arena *arena, const char *key, const int64_t **samples,
				const enum member_role **roles, size_t *count, struct error *err)
{
	VEC_OF(int64_t) ids = VEC_INIT;
	VEC_OF(enum member_role) list = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_MEMBERS, SQL_TEXT(key));
	int64_t *kept_ids;
	enum member_role *kept_roles;

	while (sql_next(db, stmt)) {
		vec_push(&ids, sqlite3_column_int64(stmt, 0));
		vec_push(&list, (enum member_role)column_term(stmt, 1, MEMBER_COUNT));
	}
	kept_ids = arena_array(arena, ids.len, sizeof(*kept_ids));
	kept_roles = arena_array(arena, ids.len, sizeof(*kept_roles));
	for (size_t i = 0; i < ids.len; i++) {
		kept_ids[i] = ids.items[i];
		kept_roles[i] = list.items[i];
	}
	*samples = kept_ids;
	*roles = kept_roles;
	*count = ids.len;
	vec_release(&ids);
	vec_release(&list);
	return sql_end(db, stmt, err);
}

enum status db_members(struct store *store, struct arena *arena, const char *key, const int64_t **samples,
		       const enum member_role **roles, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = incident_exists(db, key, err);

	if (status == STATUS_OK)
		status = read_members(db, arena, key, samples, roles, count, err);
	read_end(db, began);
	return status;
}

enum status db_sample_incidents(struct store *store, struct arena *arena, int64_t sample, const char *const **keys,
				size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = sample_exists(db, sample, err);

	*count = 0;
	if (status == STATUS_OK)
		status = sql_strings(db, sql_start(db, SQL_INCIDENTS_OF_SAMPLE, SQL_INT(sample)), arena, keys, count, err);
	read_end(db, began);
	return status;
}
