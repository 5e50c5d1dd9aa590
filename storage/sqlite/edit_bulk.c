/* Edits of many samples at once; edit_bulk.h explains them. */
#include "storage/sqlite/edit_bulk.h"

#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/changeset.h"

#define CACHE_BULK "PRAGMA cache_size = -65536"
#define CACHE_USUAL "PRAGMA cache_size = -16384" /* as sqlite_open.c sets it */

/* Fresh samples between others are judged at once where so many lie side by side, of many. */
#define RUN_LEAST 8

/* A sample before the edit. */
struct before {
	int64_t id, cause, version; /* cause 0: NULL */
	int status, disposition, severity;
	const char *deferred_until; /* or NULL */
	bool judged;                /* it has a standing annotation */
};

/* Samples that are written at once. */
struct bulk {
	struct sqlite_store *db;
	struct edit_work *work;
	const struct before *samples;
	size_t count;
	struct sql_value ids; /* the same as a JSON array */
};

void bulk_cache(struct sqlite_store *db, bool large)
{
	sqlite3_exec(db->handle, large ? CACHE_BULK : CACHE_USUAL, NULL, NULL, NULL);
}

void bulk_edit_begin(struct sqlite_store *db, size_t count)
{
	if (count < BULK_MANY || db->group)
		return;
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	bulk_cache(db, true);
}

void bulk_edit_end(struct sqlite_store *db, size_t count)
{
	if (count < BULK_MANY || db->group)
		return;
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	bulk_cache(db, false);
}

/* One for each of `ids`. */
static enum status read_before(struct sqlite_store *db, struct arena *arena, const int64_t *ids, size_t count,
			       struct before **out, struct error *err)
{
	struct before *all = mem_zalloc(count + 1, sizeof(*all));
	struct strbuf json = STRBUF_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_BULK_BEFORE, ids_as_json(&json, ids, count));
	size_t met = 0;
	enum status status;

	/* They come in the order asked: the first that does not is one that is not there. */
	for (; met < count && sql_next(db, stmt) && sqlite3_column_int64(stmt, 0) == ids[met]; met++)
		all[met] = (struct before){
			.id = ids[met], .status = sqlite3_column_int(stmt, 1), .disposition = sqlite3_column_int(stmt, 2),
			.severity = sqlite3_column_int(stmt, 3), .cause = sqlite3_column_int64(stmt, 4),
			.version = sqlite3_column_int64(stmt, 5), .judged = sqlite3_column_int(stmt, 6) != 0,
			.deferred_until = column_text(arena, stmt, 7),
		};
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && met < count)
		status = sample_exists(db, ids[met], err);
	strbuf_release(&json);
	*out = all;
	return status;
}

/* The changed columns of samples, as a session would record them. */
static enum status record_samples(const struct bulk *bulk, struct before (*after)(const struct before *, const void *context),
				  const void *context, struct error *err)
{
	static const char *const names[] = { "status", "disposition", "severity", "cause", "version",
					     "deferred_until" };
	struct changed_table table;
	struct strbuf *out = &bulk->work->direct;
	size_t at[ARRAY_LEN(names)], id;
	enum status status = changed_table_open(bulk->db, "sample", &table, err);

	if (status == STATUS_OK) {
		id = changed_column(&table, "id");
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			at[i] = changed_column(&table, names[i]);
		changes_add_table(out, &table);
		for (size_t i = 0; i < bulk->count; i++) {
			const struct before *was = &bulk->samples[i];
			const struct before is = after(was, context);
			const struct sql_value old[] = { SQL_INT(was->status), SQL_INT(was->disposition), SQL_INT(was->severity),
							 SQL_INT_OR_NULL(was->cause), SQL_INT(was->version),
							 SQL_TEXT(was->deferred_until) };
			const struct sql_value new[] = { SQL_INT(is.status), SQL_INT(is.disposition), SQL_INT(is.severity),
							 SQL_INT_OR_NULL(is.cause), SQL_INT(is.version),
							 SQL_TEXT(is.deferred_until) };
			table.before[id] = SQL_INT(was->id);
			for (size_t c = 0; c < ARRAY_LEN(names); c++) {
				table.before[at[c]] = old[c];
				table.after[at[c]] = new[c];
				table.changed[at[c]] = old[c].type != new[c].type || old[c].number != new[c].number ||
						       !slice_eq(old[c].bytes, new[c].bytes);
			}
			changes_add_update(out, &table);
		}
	}
	return status;
}

/* ---- judging ------------------------------------------------------------------------------- */

struct judging {
	const struct bulk_judgement *said;
	const char *reviewer;
	const struct edit_work *work;
};

/* As SQL_SAMPLE_JUDGEMENT_SET has it of a sample with one annotation. */
static struct before after_judging(const struct before *was, const void *context)
{
	const struct judging *judging = context;
	const struct bulk_judgement *said = judging->said;
	struct before is = *was;

	if (!said->keep_status) {
		is.status = SAMPLE_ANNOTATED;
		is.deferred_until = NULL;
	}
	is.disposition = said->annotation->verdict != VERDICT_NONE ? (int)said->annotation->verdict : said->cause != 0;
	is.severity = (int)said->annotation->severity;
	is.cause = said->cause;
	is.version = judging->work->id;
	return is;
}

static enum status record_annotations(const struct bulk *bulk, const struct judging *judging, int64_t first, struct error *err)
{
	const struct annotation *a = judging->said->annotation;
	struct edit_work *work = bulk->work;
	const struct {
		const char *column;
		struct sql_value value;
	} same[] = {
		{ "reviewer", SQL_TEXT(judging->reviewer) }, { "at_us", SQL_INT(work->at.at_us) },
		{ "at_precision", SQL_INT((int64_t)work->at.precision) }, { "first_line", SQL_INT(a->first_line) },
		{ "last_line", SQL_INT(a->last_line) }, { "verdict", SQL_INT((int64_t)a->verdict) },
		{ "cause", SQL_INT_OR_NULL(judging->said->cause) }, { "severity", SQL_INT((int64_t)a->severity) },
		{ "confidence", SQL_INT((int64_t)a->confidence) }, { "note", SQL_TEXT(a->note) },
		{ "blind", SQL_INT(a->blind) }, { "edit", SQL_INT(work->id) },
		{ "duplicate_of", SQL_INT_OR_NULL(a->duplicate_of) },
	};
	struct changed_table table;
	enum status status = changed_table_open(bulk->db, "annotation", &table, err);

	if (status == STATUS_OK) {
		size_t id = changed_column(&table, "id"), sample = changed_column(&table, "sample");
		for (size_t i = 0; i < table.count; i++)
			table.after[i] = SQL_NULL();
		for (size_t i = 0; i < ARRAY_LEN(same); i++)
			table.after[changed_column(&table, same[i].column)] = same[i].value;
		changes_add_table(&work->direct, &table);
		for (size_t i = 0; i < bulk->count; i++) {
			table.after[id] = SQL_INT(first + (int64_t)i);
			table.after[sample] = SQL_INT(bulk->samples[i].id);
			changes_add_insert(&work->direct, &table);
		}
	}
	return status;
}

static enum status record_symptoms(const struct bulk *bulk, const struct judging *judging, int64_t first, struct error *err)
{
	struct changed_table table;
	enum status status;

	if (!judging->said->symptom_count)
		return STATUS_OK;
	status = changed_table_open(bulk->db, "annotation_symptom", &table, err);
	if (status == STATUS_OK) {
		size_t annotation = changed_column(&table, "annotation"), code = changed_column(&table, "code");
		changes_add_table(&bulk->work->direct, &table);
		for (size_t i = 0; i < bulk->count * judging->said->symptom_count; i++) {
			table.after[annotation] = SQL_INT(first + (int64_t)(i / judging->said->symptom_count));
			table.after[code] = SQL_INT(judging->said->symptoms[i % judging->said->symptom_count]);
			changes_add_insert(&bulk->work->direct, &table);
		}
	}
	return status;
}

static enum status write_judgements(const struct bulk *bulk, const struct judging *judging, int64_t first, struct error *err)
{
	const struct bulk_judgement *said = judging->said;
	const struct annotation *a = said->annotation;
	const struct edit_work *work = bulk->work;
	struct sqlite_store *db = bulk->db;
	struct sql_value ids = bulk->ids;
	struct before none = { 0 }, is = after_judging(&none, judging);
	enum status status;

	status = sql_run(db, SQL_BULK_ANNOTATION_ADD, err, ids, SQL_INT(first), SQL_TEXT(judging->reviewer),
			 SQL_INT(work->at.at_us), SQL_INT((int64_t)work->at.precision), SQL_INT(a->first_line),
			 SQL_INT(a->last_line), SQL_INT((int64_t)a->verdict), SQL_INT_OR_NULL(said->cause),
			 SQL_INT((int64_t)a->severity), SQL_INT((int64_t)a->confidence), SQL_TEXT(a->note), SQL_INT(a->blind),
			 SQL_INT(work->id), SQL_INT_OR_NULL(a->duplicate_of));
	for (size_t i = 0; i < said->symptom_count && status == STATUS_OK; i++)
		status = sql_run(db, SQL_BULK_SYMPTOM_ADD, err, ids, SQL_INT(first), SQL_INT(said->symptoms[i]));
	/* The status that a sample had is still there. */
	if (status == STATUS_OK)
		status = sql_run(db, SQL_BULK_EDIT_NOTE, err, ids, SQL_INT(work->at.at_us), SQL_INT(work->id),
				 SQL_INT(said->judging), SQL_INT(SAMPLE_ANNOTATED), SQL_INT(said->keep_status), SQL_NULL());
	if (status == STATUS_OK && said->judging)
		status = sql_run(db, SQL_BULK_JUDGEMENT_SET, err, ids,
				 said->keep_status ? SQL_NULL() : SQL_INT(SAMPLE_ANNOTATED), SQL_INT(work->id),
				 SQL_INT(is.disposition), SQL_INT(is.severity), SQL_INT_OR_NULL(is.cause));
	return status;
}

static enum status judge_run(const struct bulk *bulk, const struct judging *judging, struct error *err)
{
	struct edit_work *work = bulk->work;
	int64_t first = work->last_annotation + 1;
	enum status status;

	work->last_annotation += (int64_t)bulk->count;
	sqlite3session_enable(work->session, 0);
	status = write_judgements(bulk, judging, first, err);
	if (status == STATUS_OK && judging->said->judging)
		status = record_samples(bulk, after_judging, judging, err);
	if (status == STATUS_OK)
		status = record_annotations(bulk, judging, first, err);
	if (status == STATUS_OK)
		status = record_symptoms(bulk, judging, first, err);
	sqlite3session_enable(work->session, 1);
	return status;
}

enum status bulk_annotate(struct sqlite_store *db, const struct bulk_judgement *said, const char *reviewer,
			  const int64_t *ids, size_t count, size_t *judged, struct edit_work *work, struct error *err)
{
	const struct judging judging = { said, reviewer, work };
	size_t least = count < BULK_MANY ? 1 : RUN_LEAST;
	struct strbuf json = STRBUF_INIT;
	struct arena arena = ARENA_INIT;
	struct before *all = NULL;
	enum status status = read_before(db, &arena, ids, count, &all, err);

	for (size_t i = 0, end; i < count && status == STATUS_OK; i = end) {
		for (end = i; end < count && !all[end].judged; end++)
			;
		if (end > i && end - i >= least) {
			struct bulk run = { db, work, all + i, end - i, ids_as_json(&json, ids + i, end - i) };
			status = judge_run(&run, &judging, err);
			*judged += run.count;
			continue;
		}
		end += end == i;
		for (size_t at = i; at < end && status == STATUS_OK; at++)
			status = said->one(said->context, ids[at], judged, err);
	}
	strbuf_release(&json);
	arena_release(&arena);
	free(all);
	return status;
}

/* ---- triage -------------------------------------------------------------------------------- */

struct triaging {
	enum sample_status to;
	const char *until;
	int64_t edit;
};

static struct before after_triage(const struct before *was, const void *context)
{
	const struct triaging *triaging = context;
	struct before is = *was;

	is.status = (int)triaging->to;
	is.deferred_until = triaging->until;
	is.version = triaging->edit;
	return is;
}

static bool same_until(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

enum status bulk_triage(struct sqlite_store *db, enum sample_status to, const char *until, int64_t *ids, size_t count,
			size_t *changed, struct edit_work *work, struct error *err)
{
	const struct triaging triaging = { to, until, work->id };
	struct arena arena = ARENA_INIT;
	struct bulk bulk = { .db = db, .work = work };
	struct strbuf json = STRBUF_INIT;
	struct before *all = NULL;
	enum status status = read_before(db, &arena, ids, count, &all, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (all[i].status != (int)to || !same_until(all[i].deferred_until, until)) {
			ids[bulk.count] = ids[i];
			all[bulk.count++] = all[i];
		}
	bulk.samples = all;
	bulk.ids = ids_as_json(&json, ids, bulk.count);
	*changed = bulk.count;
	if (status == STATUS_OK && bulk.count) {
		sqlite3session_enable(work->session, 0);
		status = sql_run(db, SQL_BULK_EDIT_NOTE, err, bulk.ids, SQL_INT(work->at.at_us), SQL_INT(work->id), SQL_INT(1),
				 SQL_INT((int64_t)to), SQL_INT(0), SQL_TEXT(until));
		if (status == STATUS_OK)
			status = sql_run(db, SQL_BULK_STATUS_SET, err, bulk.ids, SQL_INT((int64_t)to), SQL_INT(work->id),
					 SQL_TEXT(until));
		if (status == STATUS_OK)
			status = record_samples(&bulk, after_triage, &triaging, err);
		sqlite3session_enable(work->session, 1);
	}
	strbuf_release(&json);
	arena_release(&arena);
	free(all);
	return status;
}
