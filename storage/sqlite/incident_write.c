/* Putting incidents, and choosing their members. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/incident_db.h"
#include "storage/sqlite/incident_parts.h"

/* An incident on its way into the store. */
struct putting {
	struct arena arena;
	struct incident *incident; /* our copy: numbers given */
	struct incident *old;      /* NULL: a new one */
	bool by_members;           /* illustrative because some member is, whatever is said of it */
	int64_t next[INCIDENT_CHILD_KINDS]; /* free numbers of each kind of part */
};

/* ---- rules --------------------------------------------------------------------------- */

/* A cause may keep a code that was retired since, but not take one. */
static enum status check_retired(struct sqlite_store *db, const struct putting *put, struct error *err)
{
	for (size_t i = 0; i < put->incident->cause_count; i++) {
		const struct incident_cause *cause = &put->incident->causes[i];
		const struct incident_cause *before = put->old ? incident_cause(put->old, cause->number) : NULL;
		const struct code *code = codebook_cause(&db->book, cause->code);
		if (code && code->retired && (!before || strcmp(before->code, cause->code) != 0))
			return error_set(err, STATUS_REFUSED, "the cause '%s' is retired: choose another", cause->code);
	}
	return STATUS_OK;
}

static enum status unique_list(struct sqlite_store *db, struct putting *put, const struct incident_field *field, void *part,
			       struct error *err)
{
	int64_t *ids = NULL, *kept;
	size_t count, unique = 0;
	const int64_t *given = part_list(field, part, &count);
	enum status status = unique_samples(db, given, count, &ids, &unique, err);

	if (status != STATUS_OK)
		return status;
	kept = arena_array(&put->arena, unique, sizeof(*kept));
	if (unique)
		memcpy(kept, ids, unique * sizeof(*kept));
	part_set_list(field, part, kept, unique);
	free(ids);
	return STATUS_OK;
}

/* Samples that parts name: each once, and all of them must be there. */
static enum status unique_evidence(struct sqlite_store *db, struct putting *put, struct error *err)
{
	enum status status = STATUS_OK;

	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		enum incident_child kind = (enum incident_child)i;
		const struct incident_field *field = incident_field(kind, "evidence");
		for (size_t k = 0; field && k < incident_part_count(put->incident, kind) && status == STATUS_OK; k++)
			status = unique_list(db, put, field, incident_part_change(put->incident, kind, k), err);
	}
	return status;
}

static enum status normalise(struct sqlite_store *db, struct putting *put, struct error *err)
{
	struct incident *in = put->incident;
	enum status status;

	incident_normalise(in, &put->arena, put->next);
	if ((status = codebook_load(db, err)) != STATUS_OK ||
	    (status = incident_check(in, &db->book, err)) != STATUS_OK ||
	    (status = unique_evidence(db, put, err)) != STATUS_OK ||
	    (status = check_retired(db, put, err)) != STATUS_OK)
		return status;
	return put->old ? incident_may_move(put->old->status, in->status, err) : STATUS_OK;
}

/* ---- keys ------------------------------------------------------------------------------ */

/* INC-YYYY-NNNN behind every number that was used in this year, undone ones included. */
static enum status next_key(struct sqlite_store *db, struct putting *put, struct error *err)
{
	struct instant now = instant_now();
	int64_t last = 0;
	const char *year;
	enum status status;

	now.precision = PRECISION_YEAR;
	year = instant_text(&put->arena, now);
	status = sql_number(db, SQL_INCIDENT_NUMBER_GET, &last, NULL, err, SQL_INT(strtoll(year, NULL, 10)));
	if (status == STATUS_OK)
		put->incident->key = arena_printf(&put->arena, "INC-%.4s-%04" PRId64, year, last + 1);
	return status;
}

static enum status use_key(struct sqlite_store *db, const char *key, struct error *err)
{
	char year[5] = { key[4], key[5], key[6], key[7], '\0' };

	return sql_run(db, SQL_INCIDENT_NUMBER_SET, err, SQL_INT(strtoll(year, NULL, 10)),
		       SQL_INT(strtoll(key + 9, NULL, 10)));
}

/* ---- rows -------------------------------------------------------------------------------- */

static enum status write_sections(struct sqlite_store *db, const struct incident *in, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < in->section_count && status == STATUS_OK; i++)
		status = sql_run(db, SQL_SECTION_ADD, err, SQL_TEXT(in->key), SQL_TEXT(in->sections[i].key),
				 SQL_TEXT(in->sections[i].markdown));
	return status;
}

/* Numbers that were given are not given again. */
static enum status write_next(struct sqlite_store *db, struct putting *put, struct error *err)
{
	struct sql_value values[INCIDENT_CHILD_KINDS + 1] = { SQL_TEXT(put->incident->key) };
	struct strbuf sql = STRBUF_INIT;
	sqlite3_stmt *stmt;
	enum status status;

	strbuf_addstr(&sql, "UPDATE incident SET ");
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		strbuf_addf(&sql, "%snext_%s = ?%d", kind ? ", " : "", incident_kind((enum incident_child)kind)->word, kind + 2);
		/* The columns of version 1 are NOT NULL; elsewhere NULL says that none was given. */
		values[kind + 1] = put->next[kind] > 1 || kind <= INCIDENT_ACTION ? SQL_INT(put->next[kind]) : SQL_NULL();
	}
	strbuf_addstr(&sql, " WHERE key = ?1");
	stmt = sql_start_dynamic(db, sql.text, values, ARRAY_LEN(values));
	while (sql_next(db, stmt))
		;
	status = sql_end(db, stmt, err);
	strbuf_release(&sql);
	return status;
}

static enum status write_head(struct sqlite_store *db, const struct putting *put, const struct edit_work *work,
			      struct error *err)
{
	const struct incident *in = put->incident;
	struct instant created = instant_known(in->created_at) ? in->created_at : work->at;

	if (put->old)
		return sql_run(db, SQL_INCIDENT_SET, err, SQL_TEXT(in->key), SQL_INT(work->id), SQL_TEXT(in->title),
			       SQL_INT((int64_t)in->status), SQL_INT((int64_t)in->severity),
			       SQL_TEXT(in->severity_rationale),
			       put->by_members ? SQL_NULL() : SQL_INT(in->illustrative), SQL_INT(work->at.at_us),
			       SQL_INT((int64_t)work->at.precision), SQL_TEXT(in->partial), SQL_TEXT(in->duplicate_of),
			       SQL_TEXT(in->signature));
	return sql_run(db, SQL_INCIDENT_ADD, err, SQL_TEXT(in->key), SQL_INT(work->id), SQL_TEXT(in->title),
		       SQL_INT((int64_t)in->status), SQL_INT((int64_t)in->severity), SQL_TEXT(in->severity_rationale),
		       SQL_INT(in->illustrative), SQL_INT(created.at_us), SQL_INT((int64_t)created.precision),
		       SQL_INT(work->at.at_us), SQL_INT((int64_t)work->at.precision), SQL_TEXT(in->partial),
		       SQL_TEXT(in->duplicate_of), SQL_TEXT(in->signature));
}

/* Parts are written anew under their numbers; the log keeps the net change. */
static enum status write_all(struct sqlite_store *db, struct putting *put, const struct edit_work *work,
			     struct error *err)
{
	enum status status = write_head(db, put, work, err);

	if (status == STATUS_OK)
		status = write_next(db, put, err);
	if (status == STATUS_OK && put->old)
		status = parts_drop(db, put->incident->key, err);
	if (status == STATUS_OK && put->old)
		status = sql_run(db, SQL_SECTIONS_DROP, err, SQL_TEXT(put->incident->key));
	if (status == STATUS_OK)
		status = parts_write(db, &put->arena, put->incident, err);
	if (status == STATUS_OK)
		status = write_sections(db, put->incident, err);
	return status == STATUS_OK ? use_key(db, put->incident->key, err) : status;
}

/* ---- the operation ------------------------------------------------------------------------ */

static enum status check_version(struct sqlite_store *db, struct putting *put, const struct incident *given,
				 struct error *err)
{
	bool found = false;
	enum status status = STATUS_OK;

	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++)
		put->next[i] = 1;
	if (given->version == 0) {
		if (given->key)
			status = sql_number(db, SQL_INCIDENT_EXISTS, NULL, &found, err, SQL_TEXT(given->key));
		return found ? error_set(err, STATUS_CONFLICT, "there is an incident %s already", given->key) : status;
	}
	if (!given->key)
		return error_set(err, STATUS_USAGE, "an incident that was read from a store has a key");
	status = incident_read(db, &put->arena, given->key, &put->old, err);
	if (status == STATUS_OK)
		memcpy(put->next, put->old->next_numbers, sizeof(put->next));
	if (status == STATUS_OK && put->old->version != given->version)
		return error_set(err, STATUS_CONFLICT, "%s was changed since it was read: version %lld is now version %lld",
				 given->key, (long long)given->version, (long long)put->old->version);
	return status;
}

static enum status put_incident(struct sqlite_store *db, struct putting *put, const struct incident *given,
				const struct edit_work *work, struct error *err)
{
	enum status status = check_version(db, put, given, err);

	if (status != STATUS_OK)
		return status;
	put->incident = incident_copy(&put->arena, given);
	if (put->old) {
		status = sql_number(db, SQL_HAS_ILLUSTRATIVE_MEMBERS, NULL, &put->by_members, err, SQL_TEXT(given->key));
		if (status != STATUS_OK)
			return status;
		put->incident->illustrative |= put->by_members;
	}
	if ((status = normalise(db, put, err)) != STATUS_OK)
		return status;
	if (put->old && incident_same(put->incident, put->old))
		return STATUS_OK; /* no change, no entry */
	if (!put->incident->key && (status = next_key(db, put, err)) != STATUS_OK)
		return status;
	return write_all(db, put, work, err);
}

enum status db_incident_put(struct store *store, struct arena *arena, const char *reviewer,
			    const struct incident *given, const char *summary, const char **key_out, int64_t *edit_id,
			    struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct putting put = { .arena = ARENA_INIT };
	struct edit_work work;
	const char *said = "";
	enum status status = check_reviewer(reviewer, err);

	*edit_id = 0;
	if (status != STATUS_OK)
		return status;
	status = edit_begin(db, reviewer, "incident", &work, err);
	if (status == STATUS_OK)
		status = put_incident(db, &put, given, &work, err);
	if (status == STATUS_OK && put.incident)
		said = incident_edit_said(&put.arena, put.incident->key, summary && summary[0] ? summary : put.old ? "changed" : "created");
	status = edit_end(db, &work, status, said, edit_id, err);
	if (status == STATUS_OK && put.incident)
		*key_out = arena_strdup(arena, put.incident->key);
	arena_release(&put.arena);
	return status;
}

/* ---- members ---------------------------------------------------------------------------------- */

static enum status change_members(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
				  size_t count, const enum member_role *role, int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	int64_t *ids = NULL;
	size_t unique = 0, changed = 0;
	char summary[160] = "";
	enum status status = check_reviewer(reviewer, err);

	*edit_id = 0;
	if (status != STATUS_OK)
		return status;
	if (role && (unsigned)*role >= MEMBER_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such role of a member");
	status = edit_begin(db, reviewer, "members", &work, err);
	if (status == STATUS_OK)
		status = incident_exists(db, key, err);
	if (status == STATUS_OK)
		status = unique_samples(db, samples, count, &ids, &unique, err);
	for (size_t i = 0; i < unique && status == STATUS_OK; i++) {
		int64_t before = sqlite3_total_changes64(db->handle);
		status = role ? sql_run(db, SQL_MEMBER_SET, err, SQL_TEXT(key), SQL_INT(ids[i]), SQL_INT((int64_t)*role)) :
				sql_run(db, SQL_MEMBER_DROP, err, SQL_TEXT(key), SQL_INT(ids[i]));
		changed += sqlite3_total_changes64(db->handle) != before;
	}
	snprintf(summary, sizeof(summary), "%.40s: %zu sample%s %s%s%s", key ? key : "", changed, changed == 1 ? "" : "s",
		 role ? "added (" : "removed", role ? member_role_word(*role) : "", role ? ")" : "");
	free(ids);
	return edit_end(db, &work, status, summary, edit_id, err);
}

enum status db_members_add(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
			   size_t count, enum member_role role, int64_t *edit_id, struct error *err)
{
	return change_members(store, reviewer, key, samples, count, &role, edit_id, err);
}

enum status db_members_remove(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
			      size_t count, int64_t *edit_id, struct error *err)
{
	return change_members(store, reviewer, key, samples, count, NULL, edit_id, err);
}
