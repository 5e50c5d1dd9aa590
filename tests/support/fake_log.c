/* The operation log of the in-memory engine: edits, undo, redo. */
#include "tests/support/fake_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"

/* ---- cells -------------------------------------------------------------------- */

static const void **cell_at(struct fake_store *fake, enum fake_cell cell, const char *key, int64_t id)
{
	switch (cell) {
	case FAKE_TRIAGE:
		return (const void **)(void *)&fake->samples.items[id - 1].triage;
	case FAKE_ANNOTATION:
		while ((int64_t)fake->annotations.len < id)
			vec_push(&fake->annotations, NULL);
		return (const void **)(void *)&fake->annotations.items[id - 1];
	case FAKE_PLAN:
		while ((int64_t)fake->plans.len < id)
			vec_push(&fake->plans, NULL);
		return (const void **)(void *)&fake->plans.items[id - 1];
	case FAKE_LINK:
		while ((int64_t)fake->links.len < id)
			vec_push(&fake->links, NULL);
		return (const void **)(void *)&fake->links.items[id - 1];
	case FAKE_INCIDENT:
		for (size_t i = 0; i < fake->incidents.len; i++)
			if (strcmp(fake->incidents.items[i].key, key) == 0)
				return (const void **)(void *)&fake->incidents.items[i].value;
		vec_push(&fake->incidents, ((struct fake_named_incident){ arena_strdup(&fake->arena, key), NULL }));
		return (const void **)(void *)&fake->incidents.items[fake->incidents.len - 1].value;
	case FAKE_EXPOSURE:
		return (const void **)(void *)fake_exposure_at(fake, key, id);
	default:
		for (size_t i = 0; i < fake->members.len; i++)
			if (fake->members.items[i].sample == id && strcmp(fake->members.items[i].key, key) == 0)
				return (const void **)(void *)&fake->members.items[i].role;
		vec_push(&fake->members, ((struct fake_member){ arena_strdup(&fake->arena, key), id, NULL }));
		return (const void **)(void *)&fake->members.items[fake->members.len - 1].role;
	}
}

static bool same(enum fake_cell cell, const void *a, const void *b)
{
	if (a == b)
		return true;
	if (cell == FAKE_EXPOSURE && a && b)
		return *(const int64_t *)a == *(const int64_t *)b;
	if (cell != FAKE_MEMBER || !a || !b)
		return false;
	return *(const enum member_role *)a == *(const enum member_role *)b;
}

/* In a group a cell may change twice: it is one change from the first to the last value. */
static bool merge(struct fake_edit *edit, const struct fake_change *change)
{
	for (size_t i = 0; i < edit->changes.len; i++) {
		struct fake_change *earlier = &edit->changes.items[i];
		if (earlier->cell != change->cell || earlier->id != change->id ||
		    strcmp(earlier->key ? earlier->key : "", change->key ? change->key : "") != 0)
			continue;
		earlier->after = change->after;
		return true;
	}
	return false;
}

void fake_set(struct fake_store *fake, enum fake_cell cell, const char *key, int64_t id, const void *value)
{
	const void **at = cell_at(fake, cell, key, id);
	struct fake_edit *edit = &fake->edits.items[fake->edits.len - 1];
	struct fake_change change = { cell, arena_strdup(&fake->arena, key), id, *at, value };

	if (same(cell, *at, value))
		return;
	*at = value;
	fake->edit_changed++;
	if (!fake->grouping || !merge(edit, &change))
		vec_push(&edit->changes, change);
}

/* ---- edits ------------------------------------------------------------------- */

enum status fake_check_reviewer(const char *reviewer, struct error *err)
{
	if (!reviewer || !reviewer[0])
		return error_set(err, STATUS_USAGE, "an edit needs the name of its reviewer");
	return STATUS_OK;
}

enum status fake_check_group(const struct fake_store *fake, struct error *err)
{
	if (fake->grouping)
		return error_set(err, STATUS_REFUSED, "a group of edits is under way");
	return STATUS_OK;
}

enum status fake_check_editor(const struct fake_store *fake, const char *reviewer, struct error *err)
{
	const struct fake_edit *group = fake->grouping ? &fake->edits.items[fake->edits.len - 1] : NULL;
	enum status status = fake_check_reviewer(reviewer, err);

	if (status == STATUS_OK && group && strcmp(group->edit.reviewer, reviewer) != 0)
		return error_set(err, STATUS_REFUSED, "the edits under way are those of %s", group->edit.reviewer);
	return status;
}

int64_t fake_edit_next_id(const struct fake_store *fake)
{
	return (int64_t)fake->edits.len + 1;
}

struct fake_edit *fake_edit_begin(struct fake_store *fake, const char *reviewer, enum edit_kind kind, const char *verb)
{
	struct fake_edit edit = {
		.edit = { .id = fake_edit_next_id(fake), .at = instant_now(), .kind = kind,
			  .reviewer = arena_strdup(&fake->arena, reviewer), .verb = verb },
		.changes = VEC_INIT,
	};
	fake->edit_changed = 0;
	if (!fake->grouping)
		vec_push(&fake->edits, edit);
	return &fake->edits.items[fake->edits.len - 1];
}

int64_t fake_edit_end(struct fake_store *fake, const char *summary)
{
	struct fake_edit *edit = &fake->edits.items[fake->edits.len - 1];

	if (fake->grouping)
		return fake->edit_changed ? edit->edit.id : 0;
	for (size_t i = edit->changes.len; i-- > 0;) /* there and back again in a group */
		if (same(edit->changes.items[i].cell, edit->changes.items[i].before, edit->changes.items[i].after))
			edit->changes.items[i] = edit->changes.items[--edit->changes.len];
	if (edit->edit.kind == EDIT_CHANGE && edit->changes.len == 0) {
		vec_release(&edit->changes);
		fake->edits.len--;
		return 0;
	}
	edit->edit.summary = arena_strdup(&fake->arena, summary);
	for (size_t i = 0; edit->edit.kind == EDIT_CHANGE && strcmp(edit->edit.verb, "due") != 0 && i < fake->edits.len; i++)
		if (strcmp(fake->edits.items[i].edit.reviewer, edit->edit.reviewer) == 0)
			fake->edits.items[i].redoable = false;
	fake->counter++;
	return edit->edit.id;
}

size_t fake_edit_changed(const struct fake_store *fake)
{
	return fake->edit_changed;
}

/* ---- groups -------------------------------------------------------------------- */

enum status fake_group_begin(struct store *store, const char *reviewer, const char *verb, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake_check_reviewer(reviewer, err) != STATUS_OK)
		return STATUS_USAGE;
	if (fake->importing)
		return error_set(err, STATUS_REFUSED, "an import is under way");
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	fake_edit_begin(fake, reviewer, EDIT_CHANGE, arena_strdup(&fake->arena, verb));
	fake->grouping = true;
	fake->annotations_before = fake->annotations.len;
	vec_clear(&fake->years_before);
	for (size_t i = 0; i < fake->years.len; i++)
		vec_push(&fake->years_before, fake->years.items[i]);
	return STATUS_OK;
}

static void roll_back(struct fake_store *fake)
{
	struct fake_edit *edit = &fake->edits.items[fake->edits.len - 1];

	for (size_t i = edit->changes.len; i-- > 0;) {
		const struct fake_change *change = &edit->changes.items[i];
		*cell_at(fake, change->cell, change->key, change->id) = change->before;
	}
	fake->annotations.len = fake->annotations_before;
	fake->alike_made = 0;
	vec_clear(&fake->years);
	for (size_t i = 0; i < fake->years_before.len; i++)
		vec_push(&fake->years, fake->years_before.items[i]);
	vec_release(&edit->changes);
	fake->edits.len--;
}

enum status fake_group_end(struct store *store, enum status status, const char *summary, int64_t *edit_id,
			   struct error *err)
{
	struct fake_store *fake = fake_of(store);

	*edit_id = 0;
	if (!fake->grouping)
		return error_set(err, STATUS_REFUSED, "no group of edits is under way");
	if (status == STATUS_OK && fake_fails(fake, err))
		status = fake->failure.status;
	fake->grouping = false;
	if (status != STATUS_OK)
		roll_back(fake);
	else
		*edit_id = fake_edit_end(fake, summary ? summary : "");
	return status;
}

static struct edit copy_out(struct arena *arena, const struct edit *from)
{
	struct edit to = *from;

	to.reviewer = arena_strdup(arena, from->reviewer);
	to.verb = arena_strdup(arena, from->verb);
	to.summary = arena_strdup(arena, from->summary);
	return to;
}

/* What takes one back, or brings it again, is of the same incident. */
static bool is_about(const struct fake_store *fake, const struct fake_edit *edit, const struct edit_filter *filter)
{
	bool sample = !filter->sample, incident = !filter->incident;

	for (size_t i = 0; i < edit->changes.len; i++) {
		const struct fake_change *change = &edit->changes.items[i];
		const struct annotation *row = change->after;
		if (change->cell == FAKE_ANNOTATION)
			sample |= !change->before && row && row->sample == filter->sample;
		else if (change->cell != FAKE_INCIDENT && change->cell != FAKE_EXPOSURE && change->cell != FAKE_LINK && change->cell != FAKE_PLAN)
			sample |= change->id == filter->sample;
		if (change->cell == FAKE_INCIDENT || change->cell == FAKE_MEMBER)
			incident |= filter->incident && strcmp(change->key, filter->incident) == 0;
	}
	if (!incident && edit->edit.of) {
		const struct fake_edit *of = &fake->edits.items[edit->edit.of - 1];
		incident = is_about(fake, of, &(struct edit_filter){ .incident = filter->incident });
	}
	return sample && incident;
}

static bool matches(const struct fake_store *fake, const struct fake_edit *edit, const struct edit_filter *filter)
{
	const struct edit *e = &edit->edit;

	if ((filter->reviewer && strcmp(filter->reviewer, e->reviewer) != 0) ||
	    (filter->verb && strcmp(filter->verb, e->verb) != 0) ||
	    (instant_known(filter->since) && e->at.at_us < filter->since.at_us) ||
	    (instant_known(filter->until) && e->at.at_us >= filter->until.at_us))
		return false;
	for (size_t i = 0; i < filter->word_count; i++)
		if (utf8_find_folded(slice_of(e->summary), slice_of(filter->words[i])) < 0)
			return false;
	return is_about(fake, edit, filter);
}

enum status fake_edit_list(struct store *store, struct arena *arena, const struct edit_filter *filter, int64_t before_id,
			   size_t limit, const struct edit **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct edit *rows;
	size_t len = 0;

	if (fake_fails(fake, err))
		return fake->failure.status;
	rows = arena_array(arena, fake->edits.len < limit ? fake->edits.len : limit, sizeof(*rows));
	for (size_t i = fake->edits.len; i-- > 0 && len < limit;)
		if ((before_id == 0 || fake->edits.items[i].edit.id < before_id) && matches(fake, &fake->edits.items[i], filter))
			rows[len++] = copy_out(arena, &fake->edits.items[i].edit);
	*out = rows;
	*count = len;
	return STATUS_OK;
}

/* ---- undo and redo ----------------------------------------------------------- */

/* An incident may not go while samples belong to it, nor a sample join one that is gone. */
static bool members_hold(struct fake_store *fake)
{
	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && !fake_incident(fake, fake->members.items[i].key))
			return false;
	return true;
}

static const struct fake_change *triage_change(const struct fake_edit *edit, int64_t sample)
{
	for (size_t i = 0; i < edit->changes.len; i++)
		if (edit->changes.items[i].cell == FAKE_TRIAGE && edit->changes.items[i].id == sample)
			return &edit->changes.items[i];
	return NULL;
}

/* Whether the edit gave a sample its status: it changed it, or judged what was annotated already. */
static bool gives_status(const struct fake_edit *edit, const struct fake_change *triage)
{
	const struct fake_triage *before = triage->before, *after = triage->after;

	if (before->status != after->status || !fake_same_until(before->deferred_until, after->deferred_until))
		return true;
	for (size_t i = 0; i < edit->changes.len; i++) {
		const struct fake_change *change = &edit->changes.items[i];
		const struct annotation *row = change->after;
		if (change->cell == FAKE_ANNOTATION && !change->before && row && row->sample == triage->id)
			return after->status == SAMPLE_ANNOTATED;
	}
	return false;
}

bool fake_put_back(const struct fake_store *fake, int64_t sample)
{
	for (size_t i = fake->edits.len; i-- > 0;) {
		const struct fake_edit *edit = &fake->edits.items[i];
		const struct fake_change *change = triage_change(edit, sample);
		if (!change || edit->edit.kind != EDIT_CHANGE)
			continue;
		if (edit->edit.state == EDIT_UNDONE && strcmp(edit->edit.verb, "due") == 0)
			return true;
		if (edit->edit.state == EDIT_APPLIED && gives_status(edit, change))
			return false;
	}
	return false;
}

/* The triage state that follows from the edits and annotations that stand. */
static void restore(struct fake_store *fake, int64_t sample)
{
	struct fake_triage *triage = arena_alloc(&fake->arena, sizeof(*triage));
	bool known = false;

	*triage = *fake_sample(fake, sample)->triage;
	triage->version = 0;
	for (size_t i = 0; i < fake->edits.len; i++) {
		const struct fake_edit *edit = &fake->edits.items[i];
		const struct fake_change *change = triage_change(edit, sample);
		if (!change)
			continue;
		if (!known && gives_status(edit, change)) {
			triage->status = ((const struct fake_triage *)change->before)->status;
			triage->deferred_until = NULL;
			known = true;
		}
		if (edit->edit.state != EDIT_APPLIED)
			continue;
		if (gives_status(edit, change)) {
			triage->status = ((const struct fake_triage *)change->after)->status;
			triage->deferred_until = ((const struct fake_triage *)change->after)->deferred_until;
		}
		triage->version = edit->edit.id;
	}
	fake_judged(fake, sample, triage);
	fake->samples.items[sample - 1].triage = triage;
}

/* A status that another edit gave since is not taken back. */
static enum status check_status(const struct fake_store *fake, const struct fake_edit *edit,
				const struct fake_change *change, struct error *err)
{
	const struct fake_triage *after = change->after;
	enum sample_status gave = after->status, is = gave;
	const char *until = after->deferred_until;
	const char *by = "";

	if (!gives_status(edit, change))
		return STATUS_OK;
	for (size_t i = (size_t)edit->edit.id; i < fake->edits.len; i++) {
		const struct fake_change *later = triage_change(&fake->edits.items[i], change->id);
		if (later && fake->edits.items[i].edit.state == EDIT_APPLIED && gives_status(&fake->edits.items[i], later)) {
			is = ((const struct fake_triage *)later->after)->status;
			until = ((const struct fake_triage *)later->after)->deferred_until;
			by = fake->edits.items[i].edit.reviewer;
		}
	}
	if (is == gave && fake_same_until(until, after->deferred_until))
		return STATUS_OK;
	return error_set(err, STATUS_CONFLICT, "sample %lld was changed since (%s); its status is now '%s', this edit had '%s'",
			 (long long)change->id, by, sample_status_word(is), sample_status_word(gave));
}

/* Since when it stands: its own entry, or that of its last redo. */
static int64_t stands_since(const struct fake_store *fake, int64_t edit)
{
	for (size_t i = fake->edits.len; i-- > (size_t)edit;)
		if (fake->edits.items[i].edit.kind == EDIT_REDO && fake->edits.items[i].edit.of == edit)
			return fake->edits.items[i].edit.id;
	return edit;
}

/* Whether a standing edit changed since what this one did to the incident or member, maybe back. */
static bool changed_later(const struct fake_store *fake, const struct fake_edit *edit, const struct fake_change *change)
{
	for (size_t i = 0; i < fake->edits.len; i++) {
		const struct fake_edit *later = &fake->edits.items[i];
		if (later == edit || later->edit.kind != EDIT_CHANGE || later->edit.state != EDIT_APPLIED ||
		    stands_since(fake, later->edit.id) < stands_since(fake, edit->edit.id))
			continue;
		for (size_t k = 0; k < later->changes.len; k++) {
			const struct fake_change *other = &later->changes.items[k];
			if (change->cell == FAKE_INCIDENT && other->cell == FAKE_INCIDENT && strcmp(other->key, change->key) == 0 &&
			    fake_both_change(change->before, change->after, other->before, other->after))
				return true;
			/* Members that came and went need the incident that this one made. */
			if (change->cell == FAKE_INCIDENT && other->cell == FAKE_MEMBER && !change->before &&
			    strcmp(other->key, change->key) == 0)
				return true;
			if (change->cell == FAKE_MEMBER && other->cell == FAKE_MEMBER && other->id == change->id &&
			    strcmp(other->key, change->key) == 0)
				return true;
		}
	}
	return false;
}

/* What the change makes of its cell: *out. */
static enum status check_change(struct fake_store *fake, const struct fake_edit *edit, const struct fake_change *change,
				bool back, const void **out, struct error *err)
{
	const void *is = *cell_at(fake, change->cell, change->key, change->id);
	const void *from = back ? change->after : change->before, *to = back ? change->before : change->after;
	const struct fake_incident *incident = NULL;
	bool good = same(change->cell, is, from);

	*out = to;
	if (change->cell == FAKE_TRIAGE)
		return check_status(fake, edit, change, err);
	if (change->cell == FAKE_INCIDENT) {
		good = fake_revert(fake, from, to, is, &incident) && !(back && changed_later(fake, edit, change));
		*out = incident;
	}
	if (change->cell == FAKE_MEMBER)
		good = good && !(back && changed_later(fake, edit, change));
	if (good)
		return STATUS_OK;
	return error_set(err, STATUS_CONFLICT, "a record of %s was changed since: it differs from what edit %lld left",
			 change->key ? change->key : "a sample", (long long)edit->edit.id);
}

/* Each cell of the edit gets its value, and `values` what stood there. */
static void exchange(struct fake_store *fake, const struct fake_edit *edit, const void **values)
{
	for (size_t i = 0; i < edit->changes.len; i++) {
		const struct fake_change *change = &edit->changes.items[i];
		const void **at = cell_at(fake, change->cell, change->key, change->id), *was = *at;
		if (change->cell == FAKE_TRIAGE)
			continue;
		*at = values[i];
		values[i] = was;
	}
}

static enum status apply(struct fake_store *fake, struct fake_edit *edit, bool back, struct error *err)
{
	const void **values = arena_array(&fake->arena, edit->changes.len, sizeof(*values));

	for (size_t i = 0; i < edit->changes.len; i++)
		if (check_change(fake, edit, &edit->changes.items[i], back, &values[i], err) != STATUS_OK)
			return STATUS_CONFLICT;
	exchange(fake, edit, values);
	if (!members_hold(fake)) {
		exchange(fake, edit, values);
		return error_set(err, STATUS_CONFLICT, "something that was added since depends on edit %lld",
				 (long long)edit->edit.id);
	}
	edit->edit.state = back ? EDIT_UNDONE : EDIT_APPLIED;
	for (size_t i = 0; i < edit->changes.len; i++)
		if (edit->changes.items[i].cell == FAKE_TRIAGE)
			restore(fake, edit->changes.items[i].id);
	return STATUS_OK;
}

/* `of` by value: the list of edits moves when it grows. */
static void append(struct fake_store *fake, const char *reviewer, enum edit_kind kind, struct edit of)
{
	struct fake_edit *edit = fake_edit_begin(fake, reviewer, kind, kind == EDIT_UNDO ? "undo" : "redo");

	edit->edit.of = of.id;
	fake_edit_end(fake, of.summary);
}

enum status fake_undo(struct store *store, struct arena *arena, const char *reviewer, int64_t named,
		      struct edit *undone, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	enum status status;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake_check_reviewer(reviewer, err) != STATUS_OK)
		return STATUS_USAGE;
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	for (size_t i = fake->edits.len; i-- > 0;) {
		struct fake_edit *edit = &fake->edits.items[i];
		if ((named && edit->edit.id != named) || edit->edit.kind != EDIT_CHANGE || edit->edit.state != EDIT_APPLIED ||
		    strcmp(edit->edit.reviewer, reviewer) != 0 || (!named && strcmp(edit->edit.verb, "due") == 0))
			continue;
		status = apply(fake, edit, true, err);
		if (status != STATUS_OK)
			return error_wrap(err, status, "edit %lld cannot be undone", (long long)edit->edit.id);
		edit->redoable = true;
		*undone = copy_out(arena, &edit->edit);
		append(fake, reviewer, EDIT_UNDO, edit->edit);
		return STATUS_OK;
	}
	return error_set(err, STATUS_NOT_FOUND, "there is no edit of %s to undo", reviewer);
}

enum status fake_redo(struct store *store, struct arena *arena, const char *reviewer, struct edit *redone,
		      struct error *err)
{
	struct fake_store *fake = fake_of(store);
	enum status status;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake_check_reviewer(reviewer, err) != STATUS_OK)
		return STATUS_USAGE;
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	for (size_t i = fake->edits.len; i-- > 0;) { /* the one undone last */
		const struct edit *undo = &fake->edits.items[i].edit;
		struct fake_edit *edit = undo->kind == EDIT_UNDO ? &fake->edits.items[undo->of - 1] : NULL;
		if (!edit || edit->edit.state != EDIT_UNDONE || !edit->redoable || strcmp(edit->edit.reviewer, reviewer) != 0)
			continue;
		status = apply(fake, edit, false, err);
		if (status != STATUS_OK)
			return error_wrap(err, status, "edit %lld cannot be redone", (long long)edit->edit.id);
		edit->redoable = false;
		*redone = copy_out(arena, &edit->edit);
		append(fake, reviewer, EDIT_REDO, edit->edit);
		return STATUS_OK;
	}
	return error_set(err, STATUS_NOT_FOUND, "there is no edit of %s to redo", reviewer);
}

/* ---- what an edit changed ---------------------------------------------------- */

#define ROWS_MAX 64 /* of one change: an incident's fields and sections */

struct listing {
	struct arena *arena;
	struct edit_change *rows;
	size_t len, limit;
	const char *table, *key;
};

static void field(struct listing *list, const char *name, const char *before, const char *after)
{
	if (list->len >= list->limit || (!before && !after) || (before && after && strcmp(before, after) == 0))
		return;
	list->rows[list->len++] = (struct edit_change){ list->table, list->key, name,
							arena_strdup(list->arena, before),
							arena_strdup(list->arena, after) };
}

static void list_triage(struct listing *list, const struct fake_triage *a, const struct fake_triage *b)
{
	list->table = "sample";
	field(list, "status", sample_status_word(a->status), sample_status_word(b->status));
	field(list, "disposition", verdict_word(a->disposition), verdict_word(b->disposition));
	field(list, "severity", severity_word(a->severity), severity_word(b->severity));
	field(list, "cause", a->cause, b->cause);
	field(list, "deferred_until", a->deferred_until, b->deferred_until);
}

static void list_annotation(struct listing *list, const struct annotation *a, const struct annotation *b)
{
	list->table = "annotation";
	field(list, "reviewer", a ? a->reviewer : NULL, b ? b->reviewer : NULL);
	field(list, "verdict", a ? verdict_word(a->verdict) : NULL, b ? verdict_word(b->verdict) : NULL);
	field(list, "cause", a ? a->cause : NULL, b ? b->cause : NULL);
	field(list, "severity", a ? severity_word(a->severity) : NULL, b ? severity_word(b->severity) : NULL);
	field(list, "note", a ? a->note : NULL, b ? b->note : NULL);
	field(list, "superseded_by",
	      a && a->superseded_by ? arena_printf(list->arena, "%" PRId64, a->superseded_by) : NULL,
	      b && b->superseded_by ? arena_printf(list->arena, "%" PRId64, b->superseded_by) : NULL);
}

static void list_link(struct listing *list, const struct alike_link *a, const struct alike_link *b)
{
	list->table = "alike_link";
	list->key = arena_printf(list->arena, "%" PRId64 "/%" PRId64, (b ? b : a)->low, (b ? b : a)->high);
	field(list, "word", a ? alike_word_word(a->word) : NULL, b ? alike_word_word(b->word) : NULL);
}

/* NULL where there is none. */
static const char *section_text(const struct incident *incident, const char *key)
{
	const char *text = incident ? incident_section(incident, key) : "";

	return text[0] ? text : NULL;
}

static void list_sections(struct listing *list, const struct incident *a, const struct incident *b)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	const char *key = list->key;

	list->table = "incident_section";
	for (size_t i = 0; i < count; i++) {
		list->key = arena_printf(list->arena, "%s/%s", key, kinds[i].key);
		field(list, "markdown", section_text(a, kinds[i].key), section_text(b, kinds[i].key));
	}
}

static void list_incident(struct listing *list, const struct fake_incident *from, const struct fake_incident *to)
{
	const struct incident *a = from ? &from->incident : NULL, *b = to ? &to->incident : NULL;

	list->table = "incident";
	field(list, "title", a ? a->title : NULL, b ? b->title : NULL);
	field(list, "status", a ? incident_status_word(a->status) : NULL, b ? incident_status_word(b->status) : NULL);
	field(list, "severity", a ? severity_word(a->severity) : NULL, b ? severity_word(b->severity) : NULL);
	list_sections(list, a, b);
}

enum status fake_edit_changes(struct store *store, struct arena *arena, int64_t id, size_t limit,
			      const struct edit_change **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct listing list = { .arena = arena, .limit = limit };
	const struct fake_edit *edit;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (id < 1 || (size_t)id > fake->edits.len)
		return error_set(err, STATUS_NOT_FOUND, "there is no edit %lld", (long long)id);
	edit = &fake->edits.items[id - 1];
	if (list.limit > edit->changes.len * ROWS_MAX)
		list.limit = edit->changes.len * ROWS_MAX;
	list.rows = arena_array(arena, list.limit, sizeof(*list.rows));
	for (size_t i = 0; i < edit->changes.len; i++) {
		const struct fake_change *change = &edit->changes.items[i];
		const enum member_role *a = change->before, *b = change->after;
		list.key = change->cell == FAKE_INCIDENT ? arena_strdup(arena, change->key) :
			   change->cell == FAKE_EXPOSURE ? fake_exposure_key(arena, change->key, change->id) :
			   change->cell == FAKE_MEMBER ? arena_printf(arena, "%s/%" PRId64, change->key, change->id) :
							 arena_printf(arena, "%" PRId64, change->id);
		switch (change->cell) {
		case FAKE_TRIAGE: list_triage(&list, change->before, change->after); break;
		case FAKE_ANNOTATION: list_annotation(&list, change->before, change->after); break;
		case FAKE_PLAN:
			list.table = "plan";
			field(&list, "name", change->before ? ((const struct plan *)change->before)->name : NULL,
			      change->after ? ((const struct plan *)change->after)->name : NULL);
			break;
		case FAKE_LINK: list_link(&list, change->before, change->after); break;
		case FAKE_INCIDENT: list_incident(&list, change->before, change->after); break;
		case FAKE_EXPOSURE:
			list.table = "exposure";
			field(&list, "outputs", fake_exposure_text(arena, change->before), fake_exposure_text(arena, change->after));
			break;
		case FAKE_MEMBER:
			list.table = "incident_member";
			field(&list, "role", a ? member_role_word(*a) : NULL, b ? member_role_word(*b) : NULL);
			break;
		}
	}
	*out = list.rows;
	*count = list.len;
	return STATUS_OK;
}
