/* Putting incidents, and choosing their members. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/incident_db.h"

/* An incident on its way into the store. */
struct putting {
	struct arena arena;
	struct incident *incident; /* our copy: numbers given */
	struct incident *old;      /* NULL: a new one */
	bool by_members;           /* illustrative because some member is, whatever is said of it */
	int64_t next[INCIDENT_CHILD_KINDS]; /* free numbers of causes, events, actions */
};

/* ---- rules --------------------------------------------------------------------------- */

/* The number a child gets: its own, or the next that was never used. */
static void take_number(int64_t *number, int64_t *next)
{
	if (*number <= 0)
		*number = *next;
	if (*number >= *next)
		*next = *number + 1;
}

/* Children that bring a number first, so that new ones come behind them. */
static void take_numbers(struct putting *put)
{
	struct incident *in = put->incident;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < in->cause_count; i++)
			if ((in->causes[i].number <= 0) == (pass == 1))
				take_number(&in->causes[i].number, &put->next[0]);
		for (size_t i = 0; i < in->event_count; i++)
			if ((in->events[i].number <= 0) == (pass == 1))
				take_number(&in->events[i].number, &put->next[1]);
		for (size_t i = 0; i < in->action_count; i++)
			if ((in->actions[i].number <= 0) == (pass == 1))
				take_number(&in->actions[i].number, &put->next[2]);
	}
}

static int by_cause_number(const void *a, const void *b)
{
	const struct incident_cause *left = a, *right = b;
	return (left->number > right->number) - (left->number < right->number);
}

static int by_action_number(const void *a, const void *b)
{
	const struct incident_action *left = a, *right = b;
	return (left->number > right->number) - (left->number < right->number);
}

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

static enum status unique_evidence(struct sqlite_store *db, struct putting *put, struct error *err)
{
	for (size_t i = 0; i < put->incident->cause_count; i++) {
		struct incident_cause *cause = &put->incident->causes[i];
		int64_t *ids = NULL, *kept;
		size_t count = 0;
		enum status status = unique_samples(db, cause->evidence, cause->evidence_count, &ids, &count, err);
		if (status != STATUS_OK)
			return status;
		kept = arena_array(&put->arena, count, sizeof(*kept));
		if (count)
			memcpy(kept, ids, count * sizeof(*kept));
		cause->evidence = kept;
		cause->evidence_count = count;
		free(ids);
	}
	return STATUS_OK;
}

static enum status normalise(struct sqlite_store *db, struct putting *put, struct error *err)
{
	struct incident *in = put->incident;
	struct incident_section *sections = in->sections;
	size_t section_count = in->section_count;
	enum status status;

	take_numbers(put);
	if ((status = codebook_load(db, err)) != STATUS_OK ||
	    (status = incident_check(in, &db->book, err)) != STATUS_OK ||
	    (status = unique_evidence(db, put, err)) != STATUS_OK ||
	    (status = check_retired(db, put, err)) != STATUS_OK)
		return status;
	if (in->cause_count)
		qsort(in->causes, in->cause_count, sizeof(*in->causes), by_cause_number);
	if (in->action_count)
		qsort(in->actions, in->action_count, sizeof(*in->actions), by_action_number);
	incident_sort_events(in);
	in->sections = NULL; /* set anew: empty ones go */
	in->section_count = 0;
	for (size_t i = 0; i < section_count; i++)
		incident_set_section(in, &put->arena, sections[i].key, sections[i].markdown);
	return STATUS_OK;
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

static struct sql_value time_value(struct instant t)
{
	return instant_known(t) ? SQL_INT(t.at_us) : SQL_NULL();
}

static enum status write_causes(struct sqlite_store *db, const struct incident *in, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < in->cause_count && status == STATUS_OK; i++) {
		const struct incident_cause *cause = &in->causes[i];
		const struct code *code = codebook_cause(&db->book, cause->code);
		status = sql_run(db, SQL_CAUSE_ADD, err, SQL_TEXT(in->key), SQL_INT(cause->number),
				 SQL_INT(code ? code->id : 0), SQL_TEXT(cause->statement ? cause->statement : ""),
				 SQL_INT((int64_t)cause->role), SQL_INT((int64_t)cause->confidence),
				 SQL_INT((int64_t)cause->intent));
		for (size_t k = 0; k < cause->evidence_count && status == STATUS_OK; k++)
			status = sql_run(db, SQL_EVIDENCE_ADD, err, SQL_TEXT(in->key), SQL_INT(cause->number),
					 SQL_INT(cause->evidence[k]));
	}
	return status;
}

static enum status write_children(struct sqlite_store *db, const struct incident *in, struct error *err)
{
	enum status status = write_causes(db, in, err);

	for (size_t i = 0; i < in->event_count && status == STATUS_OK; i++) {
		const struct incident_event *event = &in->events[i];
		status = sql_run(db, SQL_EVENT_ADD, err, SQL_TEXT(in->key), SQL_INT(event->number),
				 time_value(event->at), SQL_INT((int64_t)event->at.precision),
				 SQL_INT((int64_t)event->certainty), SQL_INT((int64_t)event->kind),
				 SQL_INT((int64_t)event->milestone), SQL_TEXT(event->text ? event->text : ""),
				 SQL_TEXT(event->sources), SQL_TEXT(event->cohort));
	}
	for (size_t i = 0; i < in->action_count && status == STATUS_OK; i++) {
		const struct incident_action *action = &in->actions[i];
		status = sql_run(db, SQL_ACTION_ADD, err, SQL_TEXT(in->key), SQL_INT(action->number),
				 SQL_INT((int64_t)action->type), SQL_INT((int64_t)action->status),
				 SQL_TEXT(action->text ? action->text : ""), SQL_INT_OR_NULL(action->cause),
				 SQL_TEXT(action->owner), time_value(action->due),
				 SQL_INT((int64_t)action->due.precision), SQL_TEXT(action->link),
				 SQL_TEXT(action->criterion));
	}
	for (size_t i = 0; i < in->section_count && status == STATUS_OK; i++)
		status = sql_run(db, SQL_SECTION_ADD, err, SQL_TEXT(in->key), SQL_TEXT(in->sections[i].key),
				 SQL_TEXT(in->sections[i].markdown));
	return status;
}

static enum status drop_children(struct sqlite_store *db, const char *key, struct error *err)
{
	static const enum statement drops[] = { SQL_EVIDENCE_DROP, SQL_ACTIONS_DROP, SQL_CAUSES_DROP, SQL_EVENTS_DROP,
						SQL_SECTIONS_DROP };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < ARRAY_LEN(drops) && status == STATUS_OK; i++)
		status = sql_run(db, drops[i], err, SQL_TEXT(key));
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
			       SQL_INT((int64_t)work->at.precision), SQL_INT(put->next[0]), SQL_INT(put->next[1]),
			       SQL_INT(put->next[2]));
	return sql_run(db, SQL_INCIDENT_ADD, err, SQL_TEXT(in->key), SQL_INT(work->id), SQL_TEXT(in->title),
		       SQL_INT((int64_t)in->status), SQL_INT((int64_t)in->severity), SQL_TEXT(in->severity_rationale),
		       SQL_INT(in->illustrative), SQL_INT(created.at_us), SQL_INT((int64_t)created.precision),
		       SQL_INT(work->at.at_us), SQL_INT((int64_t)work->at.precision), SQL_INT(put->next[0]),
		       SQL_INT(put->next[1]), SQL_INT(put->next[2]));
}

/* Children are written anew under their numbers; the log keeps the net change. */
static enum status write_all(struct sqlite_store *db, struct putting *put, const struct edit_work *work,
			     struct error *err)
{
	enum status status = write_head(db, put, work, err);

	if (status == STATUS_OK && put->old)
		status = drop_children(db, put->incident->key, err);
	if (status == STATUS_OK)
		status = write_children(db, put->incident, err);
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
	char text[64] = "";
	enum status status = check_reviewer(reviewer, err);

	*edit_id = 0;
	if (status != STATUS_OK)
		return status;
	status = edit_begin(db, reviewer, "incident", &work, err);
	if (status == STATUS_OK)
		status = put_incident(db, &put, given, &work, err);
	if (status == STATUS_OK && put.incident)
		snprintf(text, sizeof(text), "%.40s: %s", put.incident->key, put.old ? "changed" : "created");
	status = edit_end(db, &work, status, summary && summary[0] ? summary : text, edit_id, err);
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
