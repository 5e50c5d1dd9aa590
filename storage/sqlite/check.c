/* Is the store whole? SQLite's own checks, and what the schema promises beyond. */
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "storage/sqlite/check.h"
#include "storage/sqlite/own.h"
#include "storage/sqlite/replay.h"

void checking_report(struct checking *check, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	check->findings++;
	if (check->found)
		check->found(check->context, text);
}

/* SQLite's findings come as rows of text; "ok" is none. */
static enum status check_integrity(struct checking *check, bool quick, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, quick ? SQL_QUICK_CHECK : SQL_INTEGRITY_CHECK);

	while (sql_next(check->db, stmt)) {
		const void *text = sqlite3_column_text(stmt, 0);
		if (text && strcmp(text, "ok") != 0)
			checking_report(check, "the file is damaged: %.900s", (const char *)text);
	}
	return sql_end(check->db, stmt, err);
}

/* ---- the schema ----------------------------------------------------------------------------- */

struct schema_part {
	char *type, *name, *sql;
};

/* Of a new store: made once in a process, since it runs all migrations. */
static struct {
	pthread_mutex_t lock;
	VEC_OF(struct schema_part) parts; /* none: not made yet */
} fresh_schema = { PTHREAD_MUTEX_INITIALIZER, VEC_INIT };

static char *text_copy(sqlite3_stmt *stmt, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);

	return mem_strdup(text ? (const char *)text : "");
}

static void forget_fresh_schema(void)
{
	for (size_t i = 0; i < fresh_schema.parts.len; i++) {
		free(fresh_schema.parts.items[i].type);
		free(fresh_schema.parts.items[i].name);
		free(fresh_schema.parts.items[i].sql);
	}
	vec_clear(&fresh_schema.parts);
}

static enum status make_fresh_schema(struct error *err)
{
	struct store *fresh = NULL;
	sqlite3_stmt *stmt = NULL;
	enum status status = sqlite_store_open(":memory:", &(struct sqlite_open_options){ .create = true }, &fresh, err);
	int rc;

	if (status != STATUS_OK)
		return status;
	rc = sqlite3_prepare_v2(sqlite_of(fresh)->handle, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL", -1,
				&stmt, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		vec_push(&fresh_schema.parts,
			 ((struct schema_part){ text_copy(stmt, 0), text_copy(stmt, 1), text_copy(stmt, 2) }));
		rc = sqlite3_errcode(sqlite_of(fresh)->handle) == SQLITE_NOMEM ? SQLITE_NOMEM : SQLITE_OK;
	}
	if (rc != SQLITE_DONE) {
		status = db_error(sqlite_of(fresh), rc, err);
		forget_fresh_schema(); /* half of it is none */
	}
	sqlite3_finalize(stmt);
	fresh->ops->close(fresh);
	return status;
}

/* It is a text in the file too: each part of a new store's must be there, the same. */
static enum status check_schema(struct checking *check, struct error *err)
{
	enum status status = STATUS_OK;

	pthread_mutex_lock(&fresh_schema.lock);
	if (!fresh_schema.parts.len)
		status = make_fresh_schema(err);
	pthread_mutex_unlock(&fresh_schema.lock);
	if (status != STATUS_OK)
		return status; /* somebody else may be making it */
	/* From here on it stays as it is. */
	for (size_t i = 0; i < fresh_schema.parts.len && status == STATUS_OK; i++) {
		const struct schema_part *part = &fresh_schema.parts.items[i];
		bool found = false;
		status = sql_number(check->db, SQL_SCHEMA_HAS, NULL, &found, err, SQL_TEXT(part->type), SQL_TEXT(part->name),
				    SQL_TEXT(part->sql));
		if (status == STATUS_OK && !found)
			checking_report(check, "the schema is not that of a store: %s %s differs", part->type, part->name);
	}
	return status;
}

/* ---- what the schema promises ----------------------------------------------------------------- */

static enum status check_foreign_keys(struct checking *check, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, SQL_FOREIGN_KEY_CHECK);

	while (sql_next(check->db, stmt))
		checking_report(check, "%s, row %" PRId64 ": refers to a missing %s", (const char *)sqlite3_column_text(stmt, 0),
		       (int64_t)sqlite3_column_int64(stmt, 1), (const char *)sqlite3_column_text(stmt, 2));
	return sql_end(check->db, stmt, err);
}

static enum status check_bodies(struct checking *check, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, SQL_BODIES);

	while (sql_next(check->db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		const char *bytes = sqlite3_column_blob(stmt, 3);
		struct slice content = { bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, 3) };
		struct digest is = digest_of(content), kept;
		if (!column_digest(stmt, 1, &kept) || memcmp(&is, &kept, sizeof(is)) != 0)
			checking_report(check, "body %" PRId64 ": its bytes do not match its SHA-256", id);
		if (sqlite3_column_int64(stmt, 2) != (int64_t)content.len_bytes)
			checking_report(check, "body %" PRId64 ": its length is not what is noted", id);
	}
	return sql_end(check->db, stmt, err);
}

static enum status check_own(struct checking *check, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, SQL_OWNS);

	while (sql_next(check->db, stmt)) {
		const char *bytes = sqlite3_column_blob(stmt, 1);
		struct slice items = { bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, 1) };
		int64_t greatest_key = sqlite3_column_int64(stmt, 2);
		struct own_item item;
		bool known = true;
		while (own_next(&items, &item))
			known = known && item.key > 0 && item.key <= (uint64_t)greatest_key;
		if (items.len_bytes || !known)
			checking_report(check, "sample %" PRId64 ": its own attributes cannot be read",
			       (int64_t)sqlite3_column_int64(stmt, 0));
	}
	return sql_end(check->db, stmt, err);
}

/* Statements that name the rows which break a rule. */
static const struct {
	enum statement statement;
	const char *format;
	bool quick; /* reads the log alone */
} rules[] = {
	{ SQL_WRONG_FLAGS, "edit %s: it is marked as undone or as standing, but the log tells otherwise", true },
	{ SQL_WRONG_REDOABLES, "edit %s: it is marked for redo, but is none that was undone", true },
	{ SQL_SAME_BODIES, "body %s: another one has the same bytes", false },
	{ SQL_SAME_FINGERPRINTS, "sample %s: another one has the same fingerprint", false },
	{ SQL_WRONG_LEVELS, "sample %s: its level is not that of its heaviest flag", false },
	{ SQL_WRONG_JUDGEMENTS, "sample %s: its disposition, severity or cause is not that of its standing annotations", false },
	{ SQL_WRONG_SUPERSESSIONS, "annotation %s: what supersedes it is missing", false },
	{ SQL_WRONG_ANNOTATION_EDITS, "annotation %s: the edit that made it is missing or undone", false },
	{ SQL_WRONG_VERSIONS, "sample %s: the edit that made its state is missing or undone", false },
	{ SQL_WRONG_STATES, "sample %s: its status or version is not what the edits that stand made of it", false },
	{ SQL_WRONG_INCIDENT_VERSIONS, "incident %s: the edit that made its state is missing or undone", false },
	{ SQL_WRONG_EXPOSURES, "denominators %s: the edit that brought them is missing or undone, or they are damaged", false },
	{ SQL_WRONG_PLANS, "plan %s: the edit that made it is missing or undone, or its samples are of no stratum", false },
	{ SQL_WRONG_ALIKE_LINKS, "sample %s: the edit that put it together with another or parted them is missing or undone", false },
	{ SQL_WRONG_ALIKE, "body %s: its group of alike ones is none that can be", false },
	{ SQL_ALIKE_UNSIGNED, "body %s: it has no signature: aitia index --rebuild makes groups anew", false },
	{ SQL_WRONG_BATCHES, "batch %s: its numbers do not match its samples", false },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand right above */
static enum status check_rule(struct checking *check, size_t rule, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, rules[rule].statement);

	while (sql_next(check->db, stmt))
		checking_report(check, rules[rule].format, (const char *)sqlite3_column_text(stmt, 0));
	return sql_end(check->db, stmt, err);
}
#pragma GCC diagnostic pop

static void on_replay(void *context, const char *finding)
{
	checking_report(context, "%s", finding);
}

static enum status check_all(struct checking *check, struct error *err)
{
	enum status status = check_foreign_keys(check, err);

	if (status == STATUS_OK)
		status = check_bodies(check, err);
	if (status == STATUS_OK)
		status = check_own(check, err);
	if (status == STATUS_OK)
		status = check_samples(check, err);
	if (status == STATUS_OK)
		status = check_log(check, err);
	if (status == STATUS_OK)
		status = replay_log(check->db, on_replay, check, err);
	if (status == STATUS_OK)
		status = check_alike(check, err);
	return status == STATUS_OK ? check_index(check, err) : status;
}

enum status db_check(struct store *store, bool quick, void (*found)(void *, const char *), void *context, int64_t *findings,
		     struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct checking check = { db, found, context, 0 };
	bool began = read_begin(db);
	enum status status = check_integrity(&check, quick, err);

	/* What follows would only repeat that the file is damaged. */
	if (check.findings == 0 && status == STATUS_OK && !quick)
		status = check_schema(&check, err);
	if (check.findings == 0) {
		for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && status == STATUS_OK; i++)
			if (!quick || rules[i].quick)
				status = check_rule(&check, i, err);
		if (status == STATUS_OK && !quick)
			status = check_all(&check, err);
	}
	read_end(db, began);
	*findings = check.findings;
	return status;
}
