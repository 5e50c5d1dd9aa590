/* Samples of an edit, and triaging them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_bulk.h"

static int by_number(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

size_t sort_unique_ids(int64_t *numbers, size_t count)
{
	size_t len = 0;

	if (count)
		qsort(numbers, count, sizeof(*numbers), by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[len++] = numbers[i];
	return len;
}

struct sql_value ids_as_json(struct strbuf *buf, const int64_t *ids, size_t count)
{
	strbuf_clear(buf);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < count; i++)
		strbuf_addf(buf, i ? ",%" PRId64 : "%" PRId64, ids[i]);
	strbuf_addch(buf, ']');
	return SQL_TEXT(buf->text);
}

int64_t *unique_ids(const int64_t *ids, size_t count, size_t *out_count)
{
	int64_t *out = mem_zalloc(count + 1, sizeof(*out));

	if (count)
		memcpy(out, ids, count * sizeof(*out));
	*out_count = sort_unique_ids(out, count);
	return out;
}

enum status unique_samples(struct sqlite_store *db, const int64_t *samples, size_t count, int64_t **out,
			   size_t *out_count, struct error *err)
{
	int64_t *ids = unique_ids(samples, count, out_count);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < *out_count && status == STATUS_OK; i++)
		status = sample_exists(db, ids[i], err);
	if (status != STATUS_OK) {
		free(ids);
		ids = NULL;
	}
	*out = ids;
	return status;
}

static enum status triage_each(struct sqlite_store *db, const struct triage_request *request, const int64_t *ids,
			       size_t count, size_t *changed, struct edit_work *work, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = sample_exists(db, ids[i], err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		int64_t before = sqlite3_total_changes64(db->handle);
		status = sql_run(db, SQL_SAMPLE_STATUS_SET, err, SQL_INT(ids[i]), SQL_INT((int64_t)request->status),
				 SQL_INT(work->id), SQL_TEXT(request->deferred_until));
		*changed += sqlite3_total_changes64(db->handle) != before;
	}
	return status;
}

/* Of those that are to come back by themselves, the ones that still wait; `ids` in order. */
static enum status keep_waiting(struct sqlite_store *db, int64_t *ids, size_t *count, struct error *err)
{
	struct strbuf json = STRBUF_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_SAMPLES_MAY_RETURN, ids_as_json(&json, ids, *count));
	size_t kept = 0;
	enum status status;

	while (kept < *count && sql_next(db, stmt))
		ids[kept++] = sqlite3_column_int64(stmt, 0);
	status = sql_end(db, stmt, err);
	strbuf_release(&json);
	*count = kept;
	return status;
}

enum status db_deferrals(struct store *store, struct arena *arena, const char *const **out, size_t *count,
			 struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);

	return sql_strings(db, sql_start_plain(db, SQL_DEFERRALS), arena, out, count, err);
}

static enum status check_triage(const struct triage_request *request, struct error *err)
{
	if ((unsigned)request->status >= SAMPLE_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such status of a sample");
	if (request->deferred_until && (request->status != SAMPLE_DEFERRED || !request->deferred_until[0]))
		return error_set(err, STATUS_USAGE, "what a sample waits for goes with the status deferred");
	return STATUS_OK;
}

enum status db_triage(struct store *store, const char *reviewer, const struct triage_request *request,
		      int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	int64_t *ids = NULL;
	size_t count = 0, changed = 0;
	char summary[256] = "";
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK || (status = check_triage(request, err)) != STATUS_OK)
		return status;
	bulk_edit_begin(db, request->sample_count);
	ids = unique_ids(request->samples, request->sample_count, &count);
	status = edit_begin(db, reviewer, request->due ? "due" : "triage", &work, err);
	if (status == STATUS_OK && request->due)
		status = keep_waiting(db, ids, &count, err);
	if (status == STATUS_OK && request->sample_count >= db->bulk_least && !work.nested)
		status = bulk_triage(db, request->status, request->deferred_until, ids, count, &changed, &work, err);
	else if (status == STATUS_OK)
		status = triage_each(db, request, ids, count, &changed, &work, err);
	snprintf(summary, sizeof(summary), "%zu sample%s: %s%s%.100s", changed, changed == 1 ? "" : "s",
		 request->due ? "waited long enough" : sample_status_word(request->status),
		 request->deferred_until ? " until " : "", request->deferred_until ? request->deferred_until : "");
	free(ids);
	status = edit_end(db, &work, status, summary, edit_id, err);
	bulk_edit_end(db, request->sample_count);
	return status;
}
