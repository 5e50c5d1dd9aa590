/*
 * Joining another store to this one: one transaction, in which samples come as an import
 * and all else as one edit, whose changeset undoes it. The other store is opened by a
 * connection of its own, which says whether it is one and reads its samples, and attached
 * for reading to this one, so that whole tables can be compared.
 */
#include "storage/sqlite/merge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status merge_run(struct merging *merge, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(merge->db->handle, sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK && merge->options->cancel &&
	    atomic_load_explicit(merge->options->cancel, memory_order_relaxed))
		rc = SQLITE_INTERRUPT;
	return rc == SQLITE_OK ? STATUS_OK : db_error(merge->db, rc, err);
}

enum status merge_run_with(struct merging *merge, const char *sql, const struct sql_value *values, size_t count,
			   struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, sql, values, count);

	(void)sql_next(merge->db, stmt);
	return sql_end(merge->db, stmt, err);
}

enum status merge_number(struct merging *merge, const char *sql, struct sql_value value, int64_t *out, struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, sql, &value, value.type == VALUE_NULL ? 0 : 1);

	*out = sql_next(merge->db, stmt) ? sqlite3_column_int64(stmt, 0) : 0;
	return sql_end(merge->db, stmt, err);
}

void merge_conflict(struct merging *merge, const char *format, ...)
{
	char text[600];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	merge->result->conflicts++;
	if (merge->options->conflict)
		merge->options->conflict(merge->options->context, text);
}

/* ---- the other store -------------------------------------------------------------------- */

static enum status open_other(struct merging *merge, struct error *err)
{
	bool writable = access(merge->path, W_OK) == 0;
	const struct sqlite_open_options options = { .look = writable, .read_only = !writable };
	struct stat here, there;

	if (stat(merge->path, &there) == 0 && stat(merge->db->path, &here) == 0 && here.st_dev == there.st_dev &&
	    here.st_ino == there.st_ino)
		return error_set(err, STATUS_USAGE, "%s is this store itself", merge->path);
	return sqlite_store_open(merge->path, &options, &merge->other, err);
}

/* "file:…?mode=ro": else BEGIN IMMEDIATE would lock it for writing too. */
static void add_uri(struct strbuf *uri, const char *path)
{
	strbuf_addstr(uri, "file:");
	for (; *path; path++) {
		if (strchr("?#%", *path))
			strbuf_addf(uri, "%%%02X", (unsigned)(unsigned char)*path);
		else
			strbuf_addch(uri, *path);
	}
	strbuf_addstr(uri, "?mode=ro");
}

static enum status attach(struct merging *merge, struct error *err)
{
	struct strbuf uri = STRBUF_INIT;
	enum status status;

	add_uri(&uri, sqlite_store_path(merge->other));
	status = merge_run_with(merge, "ATTACH ?1 AS other", (const struct sql_value[]){ SQL_TEXT(uri.text) }, 1, err);
	strbuf_release(&uri);
	return status;
}

/* Temporary tables and statements that know the other store go with it. */
static void detach(struct merging *merge)
{
	static const char *const tables[] = {
		"own_uuid", "left_out", "map_edit", "state_now", "flip", "map_sample", "map_code", "touched", "own_annotation",
		"other_annotation", "map_annotation", "edge", "successor", "map_incident", "open_incident", "taken_incident", "decided",
		"decision",
	};
	char sql[80];

	statements_finalize(merge->db);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		snprintf(sql, sizeof(sql), "DROP TABLE IF EXISTS temp.%s", tables[i]);
		sqlite3_exec(merge->db->handle, sql, NULL, NULL, NULL);
	}
	sqlite3_exec(merge->db->handle, "DETACH other", NULL, NULL, NULL);
	merge->db->book_version = -1; /* codes may have come */
}

/* ---- the merge ------------------------------------------------------------------------------ */

/* "bob.db: 3 samples, 12 edits" */
static void summarise(const struct merging *merge, char *out, size_t size)
{
	const char *slash = strrchr(merge->path, '/');
	const struct merge_result *result = merge->result;

	snprintf(out, size, "%.200s: %lld new sample%s, %lld edit%s, %lld judgement%s", slash ? slash + 1 : merge->path,
		 (long long)result->samples_new, result->samples_new == 1 ? "" : "s", (long long)result->edits,
		 result->edits == 1 ? "" : "s", (long long)result->annotations, result->annotations == 1 ? "" : "s");
}

static enum status close_entry(struct merging *merge, struct error *err)
{
	const struct sql_value values[] = { SQL_INT(merge->work.id), SQL_INT(merge->work.last_annotation) };
	char summary[400];
	enum status status;

	summarise(merge, summary, sizeof(summary));
	status = edit_close(merge->db, &merge->work, summary, err);
	/* The newest entry tells which id no annotation has had. */
	if (status == STATUS_OK)
		status = merge_run_with(merge, "UPDATE main.edit SET last_annotation = ?2 WHERE id > ?1", values, 2, err);
	if (status == STATUS_OK) /* its own was made before theirs were all there */
		status = edit_seal(merge->db, merge->work.id, err);
	merge->result->edit = merge->work.id;
	return status;
}

static enum status merge_all(struct merging *merge, struct error *err)
{
	enum status status = merge_samples(merge, err);

	if (status != STATUS_OK || (status = edit_open(merge->db, merge->reviewer, "merge", &merge->work, err)) != STATUS_OK ||
	    (status = merge_log(merge, err)) != STATUS_OK)
		return status;
	if (!merge->result->edits) /* all edits are known: so is what they did */
		return merge_run_with(merge, "DELETE FROM main.edit WHERE id = ?1",
				      (const struct sql_value[]){ SQL_INT(merge->work.id) }, 1, err);
	if ((status = merge_map(merge, err)) != STATUS_OK || (status = edit_record(merge->db, &merge->work, err)) != STATUS_OK ||
	    (status = merge_incidents(merge, err)) != STATUS_OK || (status = merge_annotations(merge, err)) != STATUS_OK ||
	    (status = merge_exposures(merge, err)) != STATUS_OK || (status = merge_alike(merge, err)) != STATUS_OK || (status = merge_plans(merge, err)) != STATUS_OK)
		return status;
	return close_entry(merge, err);
}

static enum status in_transaction(struct merging *merge, struct error *err)
{
	struct sqlite_store *db = merge->db;
	enum status status = write_begin(db, err);

	if (status != STATUS_OK)
		return status;
	db->merging = true;
	status = merge_all(merge, err);
	if (db->import)
		db_import_abort(&db->base);
	db->merging = false;
	if (merge->work.session)
		sqlite3session_delete(merge->work.session);
	if (status == STATUS_OK && merge->options->dry_run) {
		roll_back(db);
		merge->result->edit = 0;
		return STATUS_OK;
	}
	return write_end(db, status, err);
}

enum status sqlite_store_merge(struct store *store, const char *path, const char *reviewer,
			       const struct merge_options *options, struct merge_result *out, struct error *err)
{
	static const struct merge_options plain = { .dry_run = false };
	struct merging merge = { .db = sqlite_of(store), .reviewer = reviewer, .path = path,
				 .options = options ? options : &plain, .result = out, .arena = ARENA_INIT };
	enum status status = check_reviewer(reviewer, err);

	memset(out, 0, sizeof(*out));
	if (status == STATUS_OK)
		status = open_other(&merge, err);
	if (status == STATUS_OK && (status = attach(&merge, err)) == STATUS_OK) {
		status = in_transaction(&merge, err);
		detach(&merge);
	}
	if (merge.other)
		merge.other->ops->close(merge.other);
	arena_release(&merge.arena);
	return status;
}
