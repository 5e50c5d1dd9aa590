#include "tests/support/store_load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite/sqlite_db.h"
#include "tests/support/store_contract.h"

/* ---- opening --------------------------------------------------------------------------- */

void load_init(struct load *load, const char *folder)
{
	memset(load, 0, sizeof(*load));
	load->folder = folder;
	snprintf(load->path, sizeof(load->path), "%s/store.db", folder);
	snprintf(load->other, sizeof(load->other), "%s/other.db", folder);
	snprintf(load->copy, sizeof(load->copy), "%s/copy.db", folder);
	arena_init(&load->arena);
}

enum status load_open(struct load *load)
{
	return sqlite_store_open(load->path, &(struct sqlite_open_options){ .create = true }, &load->store, &load->err);
}

void load_close(struct load *load)
{
	if (load->store)
		load->store->ops->close(load->store);
	load->store = NULL;
}

void load_release(struct load *load)
{
	load_close(load);
	arena_release(&load->arena);
}

/* ---- steps -------------------------------------------------------------------------------- */

static enum status import(struct load *load, int64_t first, int64_t last, enum baseline baseline)
{
	const struct store_ops *ops = load->store->ops;
	struct batch batch = { .source = "set.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	enum import_outcome outcome;
	enum status status = ops->import_begin(load->store, &batch, &load->err);

	if (status != STATUS_OK)
		return status;
	for (int64_t n = first; n <= last && status == STATUS_OK; n++) {
		struct sample sample = contract_sample(&load->arena, n);
		sample.baseline = baseline;
		status = ops->import_add(load->store, &sample, &outcome, &load->err);
	}
	if (status == STATUS_OK) {
		struct batch_reject reject = { last, -1, 0, "it cannot be read", { NULL, 0 } };
		status = ops->import_reject(load->store, &reject, &load->err);
	}
	if (status == STATUS_OK)
		return ops->import_commit(load->store, NULL, &done, &load->err);
	ops->import_abort(load->store);
	return status;
}

static enum status annotate(struct load *load, const char *reviewer, int64_t first, int64_t last, const char *cause,
			    const char *note)
{
	static const char *const symptoms[] = { "wrong_logic", "slow_code" };
	int64_t ids[LOAD_SAMPLES * 2], edit;
	struct annotate_request request = { .samples = ids, .annotation = { .cause = cause, .severity = SEVERITY_Q2,
					    .symptoms = symptoms, .symptom_count = 2, .note = note } };

	for (int64_t id = first; id <= last; id++)
		ids[request.sample_count++] = id;
	return load->store->ops->annotate(load->store, reviewer, &request, &edit, &load->err);
}

static enum status reopen(struct load *load)
{
	load_close(load);
	return load_open(load);
}

static enum status import_first(struct load *load)
{
	return import(load, 1, LOAD_SAMPLES, (enum baseline)0);
}

static enum status annotate_one(struct load *load)
{
	return annotate(load, "ann", 1, 1, "model/hallucination", "a note of some words");
}

static enum status annotate_many(struct load *load)
{
	return annotate(load, "bob", 1, LOAD_SAMPLES - 5, "testing", NULL);
}

static enum status annotate_again(struct load *load)
{
	return annotate(load, "ann", 1, 4, "data_gap", "another note");
}

static enum status triage(struct load *load)
{
	const int64_t ids[] = { 38, 39, 40 };
	struct triage_request request = { .samples = ids, .sample_count = 3, .status = SAMPLE_DEFERRED };
	int64_t edit;

	return load->store->ops->triage(load->store, "ann", &request, &edit, &load->err);
}

static enum status undo(struct load *load)
{
	struct edit edit;

	return load->store->ops->undo(load->store, &load->arena, "ann", 0, &edit, &load->err);
}

static enum status redo(struct load *load)
{
	struct edit edit;

	return load->store->ops->redo(load->store, &load->arena, "ann", &edit, &load->err);
}

static enum status put_incident(struct load *load)
{
	struct incident incident;
	struct incident_cause cause = { .code = "model", .statement = "because", .evidence = (const int64_t[]){ 1, 2 },
					.evidence_count = 2 };
	struct incident_event event = { .at = { 1700000000000000, PRECISION_DAY }, .text = "it began" };
	struct incident_action action = { .text = "mend it" };
	const char *key = NULL;
	int64_t edit;

	incident_init(&incident, &load->arena, "An incident");
	incident_add_cause(&incident, &load->arena, &cause);
	incident_add_event(&incident, &load->arena, &event);
	incident_add_action(&incident, &load->arena, &action);
	incident_set_section(&incident, &load->arena, "summary", "What happened.");
	return load->store->ops->incident_put(load->store, &load->arena, "ann", &incident, "put", &key, &edit, &load->err);
}

/* The key of the only incident. */
static enum status incident_key(struct load *load, const char **key)
{
	const struct incident_row *rows;
	size_t count;
	enum status status = load->store->ops->incident_list(load->store, &load->arena, &rows, &count, &load->err);

	if (status == STATUS_OK && !count)
		return error_set(&load->err, STATUS_NOT_FOUND, "there is no incident");
	if (status == STATUS_OK)
		*key = rows[0].key;
	return status;
}

static enum status change_incident(struct load *load)
{
	struct incident *incident;
	const char *key = NULL;
	int64_t edit;
	enum status status = incident_key(load, &key);

	if (status == STATUS_OK)
		status = load->store->ops->incident_get(load->store, &load->arena, key, &incident, &load->err);
	if (status != STATUS_OK)
		return status;
	incident->title = "Another title";
	incident_set_section(incident, &load->arena, "method", "How we know.");
	return load->store->ops->incident_put(load->store, &load->arena, "ann", incident, "put", &key, &edit, &load->err);
}

static enum status add_members(struct load *load)
{
	const int64_t ids[] = { 3, 5, 8 };
	const char *key = NULL;
	int64_t edit;
	enum status status = incident_key(load, &key);

	return status != STATUS_OK ? status :
	       load->store->ops->incident_members_add(load->store, "bob", key, ids, 3, MEMBER_CORE, &edit, &load->err);
}

static enum status remove_members(struct load *load)
{
	const int64_t ids[] = { 5 };
	const char *key = NULL;
	int64_t edit;
	enum status status = incident_key(load, &key);

	return status != STATUS_OK ? status :
	       load->store->ops->incident_members_remove(load->store, "ann", key, ids, 1, &edit, &load->err);
}

static enum status index_all(struct load *load)
{
	enum status status = STATUS_OK;
	bool whole = false;

	while (status == STATUS_OK && !whole)
		status = load->store->ops->index_step(load->store, 1000, true, &whole, &load->err);
	return status;
}

/* Some are known and changed, some are known and the same, some are new. */
static enum status import_second(struct load *load)
{
	enum status status = import(load, LOAD_SAMPLES / 2, LOAD_SAMPLES + 10, (enum baseline)1);

	return status;
}

static enum status group(struct load *load)
{
	const struct store_ops *ops = load->store->ops;
	int64_t edit;
	enum status status = ops->group_begin(load->store, "ann", "apply", &load->err);

	if (status != STATUS_OK)
		return status;
	status = change_incident(load);
	if (status == STATUS_OK)
		status = annotate(load, "ann", 10, 12, "infrastructure", NULL);
	return ops->group_end(load->store, status, "several", &edit, &load->err);
}

static enum status backup(struct load *load)
{
	return sqlite_store_backup(load->store, load->copy, &(struct backup_options){ .force = true }, &load->err);
}

static enum status compact(struct load *load)
{
	struct compact_result result;

	return sqlite_store_compact(load->store, NULL, &result, &load->err);
}

static enum status merge(struct load *load)
{
	struct merge_result result;

	return sqlite_store_merge(load->store, load->other, "merger", NULL, &result, &load->err);
}

static enum status drop_index(struct load *load)
{
	return load->store->ops->index_drop(load->store, &load->err);
}

const struct load_step load_steps[] = {
	{ "open", reopen },
	{ "import", import_first },
	{ "annotate", annotate_one },
	{ "annotate many", annotate_many },
	{ "index", index_all },
	{ "triage", triage },
	{ "undo", undo },
	{ "redo", redo },
	{ "annotate again", annotate_again },
	{ "undo a judgement", undo },
	{ "put incident", put_incident },
	{ "add members", add_members },
	{ "remove members", remove_members },
	{ "undo members", undo },
	{ "close and open", reopen },
	{ "import again", import_second },
	{ "index the rest", index_all },
	{ "group", group },
	{ "undo a group", undo },
	{ "backup", backup },
	{ "merge", merge },
	{ "compact", compact },
	{ "drop the index", drop_index },
	{ "index anew", index_all },
	{ "backup again", backup },
	{ "close and open in the end", reopen },
};
const size_t load_step_count = sizeof(load_steps) / sizeof(load_steps[0]);

static void must(struct load *load, enum status status)
{
	if (status == STATUS_OK)
		return;
	fprintf(stderr, "%s\n", load->err.text);
	abort();
}

void load_make_other(struct load *load)
{
	struct load other;

	load_init(&other, load->folder);
	snprintf(other.path, sizeof(other.path), "%s", load->other);
	must(&other, load_open(&other));
	must(&other, import(&other, LOAD_SAMPLES - 5, LOAD_SAMPLES + 25, (enum baseline)0));
	must(&other, annotate(&other, "cleo", 1, 12, "model", "seen elsewhere"));
	must(&other, annotate(&other, "ann", 2, 3, "testing", NULL));
	must(&other, undo(&other));
	must(&other, put_incident(&other));
	must(&other, add_members(&other));
	load_release(&other);
}

/* ---- digests -------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t len_bytes)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < len_bytes; i++) /* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
		hash = (hash ^ at[i]) * 1099511628211u;
	return hash;
}

static uint64_t mix_rows(uint64_t hash, sqlite3 *handle, const char *table)
{
	char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED", table);
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK)
		return 0;
	hash = mix(hash, table, strlen(table));
	while (sqlite3_step(stmt) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			int type = sqlite3_column_type(stmt, i);
			const void *bytes = sqlite3_column_blob(stmt, i);
			/* Random, or of what is: the check computes it again. */
			if (strcmp(sqlite3_column_name(stmt, i), "uuid") == 0 || (strcmp(table, "edit") == 0 && strcmp(sqlite3_column_name(stmt, i), "digest") == 0))
				continue;
			hash = mix(hash, &type, sizeof(type));
			if (bytes)
				hash = mix(hash, bytes, (size_t)sqlite3_column_bytes(stmt, i));
		}
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return hash;
}

uint64_t store_digest(struct store *store)
{
	sqlite3 *handle = sqlite_of(store)->handle;
	uint64_t hash = 14695981039346656037u;
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(handle, "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
			       " AND name NOT GLOB 'search*' ORDER BY 1", -1, &stmt, NULL) != SQLITE_OK)
		return 0;
	while (sqlite3_step(stmt) == SQLITE_ROW)
		hash = mix_rows(hash, handle, (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	return hash;
}

static void first_finding(void *context, const char *finding)
{
	struct error *err = context;

	if (!err->text[0])
		snprintf(err->text, sizeof(err->text), "%.400s", finding);
}

uint64_t store_digest_checked(const char *path, const char *vfs, struct error *err)
{
	struct error findings_text = { .text = "" };
	struct store *store;
	int64_t findings = -1;
	uint64_t hash;
	char uri[256];

	snprintf(uri, sizeof(uri), vfs ? "file:%s?vfs=%s" : "%s", path, vfs ? vfs : "");
	if (sqlite_store_open(uri, NULL, &store, err) != STATUS_OK)
		return 0;
	if (store->ops->check(store, false, first_finding, &findings_text, &findings, err) != STATUS_OK || findings) {
		if (findings > 0)
			*err = findings_text;
		store->ops->close(store);
		return 0;
	}
	hash = store_digest(store);
	store->ops->close(store);
	return hash;
}
