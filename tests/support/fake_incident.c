/* Incidents and their members in the in-memory engine. */
#include "core/incident_table.h"
#include "tests/support/fake_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fake_incident *fake_incident(const struct fake_store *fake, const char *key)
{
	for (size_t i = 0; key && i < fake->incidents.len; i++)
		if (strcmp(fake->incidents.items[i].key, key) == 0)
			return fake->incidents.items[i].value;
	return NULL;
}

static enum status not_found(struct error *err, const char *key)
{
	return error_set(err, STATUS_NOT_FOUND, "there is no incident %s", key ? key : "without a key");
}

/* ---- reading ----------------------------------------------------------------- */

static int newest_key_first(const void *a, const void *b)
{
	const char *left = ((const struct incident_row *)a)->key, *right = ((const struct incident_row *)b)->key;
	int order = strncmp(right, left, 8); /* "INC-YYYY" */

	if (order)
		return order;
	if (strlen(left) != strlen(right))
		return strlen(left) < strlen(right) ? 1 : -1;
	return strcmp(right, left);
}

/* Whether some member was made to show something. */
static bool has_illustrative_member(const struct fake_store *fake, const char *key)
{
	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && strcmp(fake->members.items[i].key, key) == 0 &&
		    fake_sample(fake, fake->members.items[i].sample)->content.illustrative)
			return true;
	return false;
}

static struct instant started_at(const struct incident *incident)
{
	struct instant at = incident_milestone(incident, MILESTONE_INTRODUCED);

	if (!instant_known(at))
		at = incident_milestone(incident, MILESTONE_FIRST_IMPACT);
	if (!instant_known(at) && incident->event_count)
		at = incident->events[0].at; /* in the order of time, unknown last */
	return at;
}

enum status fake_incident_list(struct store *store, struct arena *arena, const struct incident_row **out, size_t *count,
			       struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct incident_row *rows = arena_array(arena, fake->incidents.len, sizeof(*rows));
	size_t len = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->incidents.len; i++) {
		const struct fake_incident *from = fake->incidents.items[i].value;
		struct incident_row *row = &rows[len];
		if (!from)
			continue;
		*row = (struct incident_row){
			.key = arena_strdup(arena, from->incident.key),
			.title = arena_strdup(arena, from->incident.title),
			.status = from->incident.status,
			.severity = from->incident.severity,
			.created_at = from->incident.created_at,
			.started_at = started_at(&from->incident),
			.cause_count = from->incident.cause_count,
			.illustrative = from->incident.illustrative ||
					has_illustrative_member(fake, from->incident.key),
		};
		for (size_t a = 0; a < from->incident.action_count; a++)
			row->open_action_count += from->incident.actions[a].status == ACTION_STATUS_OPEN ||
						  from->incident.actions[a].status == ACTION_STATUS_IN_PROGRESS;
		for (size_t m = 0; m < fake->members.len; m++)
			row->member_count += fake->members.items[m].role &&
					     strcmp(fake->members.items[m].key, row->key) == 0;
		len++;
	}
	if (len)
		qsort(rows, len, sizeof(*rows), newest_key_first);
	*out = rows;
	*count = len;
	return STATUS_OK;
}

enum status fake_incident_get(struct store *store, struct arena *arena, const char *key, struct incident **out,
			      struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const struct fake_incident *from = fake_incident(fake, key);
	struct incident *to;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!from)
		return not_found(err, key);
	to = incident_copy(arena, &from->incident);
	memcpy(to->next_numbers, from->next, sizeof(to->next_numbers));
	to->illustrative |= has_illustrative_member(fake, key);
	memset(to->member_counts, 0, sizeof(to->member_counts));
	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && strcmp(fake->members.items[i].key, key) == 0)
			to->member_counts[*fake->members.items[i].role]++;
	*out = to;
	return STATUS_OK;
}

/* ---- writing ----------------------------------------------------------------- */

static enum status unique_list(struct fake_store *fake, const struct incident_field *field, void *part, struct error *err)
{
	int64_t *ids, *kept;
	size_t count, unique;
	const int64_t *given = part_list(field, part, &count);
	enum status status = fake_unique_samples(fake, given, count, &ids, &unique, err);

	if (status != STATUS_OK)
		return status;
	kept = arena_array(&fake->arena, unique, sizeof(*kept));
	if (unique)
		memcpy(kept, ids, unique * sizeof(*kept));
	part_set_list(field, part, kept, unique);
	free(ids);
	return STATUS_OK;
}

static enum status unique_evidence(struct fake_store *fake, struct incident *incident, struct error *err)
{
	enum status status = STATUS_OK;

	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		enum incident_child kind = (enum incident_child)i;
		const struct incident_field *field = incident_field(kind, "evidence");
		for (size_t k = 0; field && k < incident_part_count(incident, kind) && status == STATUS_OK; k++)
			status = unique_list(fake, field, incident_part_change(incident, kind, k), err);
	}
	return status;
}

/* As it will be kept: numbers given, parts in their order, no empty sections. */
static enum status normalise(struct fake_store *fake, const struct incident *given, const struct fake_incident *old,
			     struct fake_incident *to, struct error *err)
{
	struct incident *in;
	enum status status;

	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++)
		to->next[i] = old ? old->next[i] : 1;
	to->incident = *incident_copy(&fake->arena, given);
	in = &to->incident;
	memset(in->member_counts, 0, sizeof(in->member_counts));
	incident_normalise(in, &fake->arena, to->next);
	if ((status = incident_check(in, &fake->book, err)) != STATUS_OK ||
	    (status = unique_evidence(fake, in, err)) != STATUS_OK)
		return status;
	return old ? incident_may_move(old->incident.status, in->status, err) : STATUS_OK;
}

/* A cause may keep a retired code, but not take one. */
static enum status check_retired(struct fake_store *fake, const struct incident *in, const struct incident *old,
				 struct error *err)
{
	for (size_t i = 0; i < in->cause_count; i++) {
		const struct code *code = codebook_cause(&fake->book, in->causes[i].code);
		const struct incident_cause *before = old ? incident_cause(old, in->causes[i].number) : NULL;
		if (code && code->retired && (!before || strcmp(before->code, in->causes[i].code) != 0))
			return error_set(err, STATUS_REFUSED, "the cause '%s' is retired: choose another",
					 in->causes[i].code);
	}
	return STATUS_OK;
}

static struct fake_year *year_of(struct fake_store *fake, const char *year)
{
	for (size_t i = 0; i < fake->years.len; i++)
		if (strncmp(fake->years.items[i].year, year, 4) == 0)
			return &fake->years.items[i];
	struct fake_year fresh = { .last = 0 };
	memcpy(fresh.year, year, 4);
	vec_push(&fake->years, fresh);
	return &fake->years.items[fake->years.len - 1];
}

/* INC-YYYY-NNNN behind every number that was used in this year, undone ones included. */
static const char *next_key(struct fake_store *fake)
{
	struct instant now = instant_now();
	char *year;

	now.precision = PRECISION_YEAR;
	year = instant_text(&fake->arena, now);
	return arena_printf(&fake->arena, "INC-%.4s-%04" PRId64, year, year_of(fake, year)->last + 1);
}

static void use_key(struct fake_store *fake, const char *key)
{
	struct fake_year *year = year_of(fake, key + 4);
	int64_t number = strtoll(key + 9, NULL, 10);

	if (number > year->last)
		year->last = number;
}

enum status fake_incident_put(struct store *store, struct arena *arena, const char *reviewer,
			      const struct incident *given, const char *summary, const char **key_out, int64_t *edit_id,
			      struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const struct fake_incident *old = fake_incident(fake, given->key);
	struct fake_incident *value;
	enum status status;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK)
		return status;
	if (given->version != 0 && !given->key)
		return error_set(err, STATUS_USAGE, "an incident that was read from a store has a key");
	if (given->version != 0 && !old)
		return not_found(err, given->key);
	if (given->version == 0 && old)
		return error_set(err, STATUS_CONFLICT, "there is an incident %s already", given->key);
	if (old && old->incident.version != given->version)
		return error_set(err, STATUS_CONFLICT, "%s was changed since it was read: version %lld is now version %lld",
				 given->key, (long long)given->version, (long long)old->incident.version);
	value = arena_alloc(&fake->arena, sizeof(*value));
	if ((status = normalise(fake, given, old, value, err)) != STATUS_OK ||
	    (status = check_retired(fake, &value->incident, old ? &old->incident : NULL, err)) != STATUS_OK)
		return status;
	if (old && has_illustrative_member(fake, given->key)) /* then the word on it is left alone */
		value->incident.illustrative = old->incident.illustrative;
	if (old && incident_same(&value->incident, &old->incident)) {
		*key_out = arena_strdup(arena, given->key);
		*edit_id = 0;
		return STATUS_OK;
	}
	fake_edit_begin(fake, reviewer, EDIT_CHANGE, "incident");
	value->incident.version = (int64_t)fake->edits.len;
	value->incident.updated_at = instant_now();
	if (old)
		value->incident.created_at = old->incident.created_at;
	else if (!instant_known(given->created_at))
		value->incident.created_at = value->incident.updated_at;
	if (!value->incident.key)
		value->incident.key = next_key(fake);
	use_key(fake, value->incident.key);
	fake_set(fake, FAKE_INCIDENT, value->incident.key, 0, value);
	*edit_id = fake_edit_end(fake, incident_edit_said(&fake->arena, value->incident.key,
							  summary && summary[0] ? summary : old ? "changed" : "created"));
	*key_out = arena_strdup(arena, value->incident.key);
	return STATUS_OK;
}

/* ---- members ----------------------------------------------------------------- */

static enum status change_members(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
				  size_t count, const enum member_role *role, int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const enum member_role *kept = NULL;
	size_t unique;
	int64_t *ids;
	enum status status;
	char summary[160];

	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK)
		return status;
	if (role && (unsigned)*role >= MEMBER_COUNT)
		return error_set(err, STATUS_USAGE, "there is no such role of a member");
	if (!fake_incident(fake, key))
		return not_found(err, key);
	if ((status = fake_unique_samples(fake, samples, count, &ids, &unique, err)) != STATUS_OK)
		return status;
	if (role) {
		enum member_role *copy = arena_alloc(&fake->arena, sizeof(*copy));
		*copy = *role;
		kept = copy;
	}
	fake_edit_begin(fake, reviewer, EDIT_CHANGE, "members");
	for (size_t i = 0; i < unique; i++)
		fake_set(fake, FAKE_MEMBER, key, ids[i], kept);
	unique = fake_edit_changed(fake);
	snprintf(summary, sizeof(summary), "%s: %zu sample%s %s%s%s", key, unique, unique == 1 ? "" : "s",
		 role ? "added (" : "removed", role ? member_role_word(*role) : "", role ? ")" : "");
	*edit_id = fake_edit_end(fake, summary);
	free(ids);
	return STATUS_OK;
}

enum status fake_members_add(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
			     size_t count, enum member_role role, int64_t *edit_id, struct error *err)
{
	return change_members(store, reviewer, key, samples, count, &role, edit_id, err);
}

enum status fake_members_remove(struct store *store, const char *reviewer, const char *key, const int64_t *samples,
				size_t count, int64_t *edit_id, struct error *err)
{
	return change_members(store, reviewer, key, samples, count, NULL, edit_id, err);
}

enum status fake_members(struct store *store, struct arena *arena, const char *key, const int64_t **samples,
			 const enum member_role **roles, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	int64_t *ids = arena_array(arena, fake->members.len, sizeof(*ids));
	enum member_role *list = arena_array(arena, fake->members.len, sizeof(*list));
	size_t len = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake_incident(fake, key))
		return not_found(err, key);
	for (size_t s = 1; s <= fake->samples.len; s++)
		for (size_t i = 0; i < fake->members.len; i++) {
			const struct fake_member *member = &fake->members.items[i];
			if (!member->role || member->sample != (int64_t)s || strcmp(member->key, key) != 0)
				continue;
			ids[len] = member->sample;
			list[len++] = *member->role;
		}
	*samples = ids;
	*roles = list;
	*count = len;
	return STATUS_OK;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum status fake_sample_incidents(struct store *store, struct arena *arena, int64_t sample, const char *const **keys,
				  size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const char **list = arena_array(arena, fake->members.len, sizeof(*list));
	size_t len = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake_sample(fake, sample))
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)sample);
	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && fake->members.items[i].sample == sample)
			list[len++] = arena_strdup(arena, fake->members.items[i].key);
	if (len)
		qsort(list, len, sizeof(*list), compare_texts);
	*keys = list;
	*count = len;
	return STATUS_OK;
}
