/* The contract of the operation log: undo, redo, history, conflicts. */
#include <stdio.h>
#include <string.h>

#include "tests/support/store_contract.h"

static struct edit undo(struct contract_state *c, const char *reviewer)
{
	struct edit edit = { 0 };

	assert_ok(c, c->ops->undo(c->store, &c->arena, reviewer, 0, &edit, &c->err));
	return edit;
}

static struct edit redo(struct contract_state *c, const char *reviewer)
{
	struct edit edit = { 0 };

	assert_ok(c, c->ops->redo(c->store, &c->arena, reviewer, &edit, &c->err));
	return edit;
}

static void undo_brings_back_what_was(void **state)
{
	struct contract_state *c = *state;
	const struct annotation *list;
	const struct edit *edits;
	struct edit edit;
	int64_t first, second;
	size_t count;

	contract_import(c, 1, 2);
	first = contract_annotate(c, "ann", 1, "model");
	second = contract_annotate(c, "ann", 1, "testing");
	edit = undo(c, "ann");
	assert_int_equal(edit.id, second);
	assert_int_equal(edit.state, EDIT_UNDONE);
	assert_string_equal(edit.summary, "1 sample: testing");
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 1, &list, &count, &c->err));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].superseded_by, 0);
	assert_int_equal(contract_get(c, 1)->version, first);
	assert_int_equal(contract_count(c, "cause:model"), 1);
	assert_int_equal(undo(c, "ann").id, first);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_NONE);
	assert_int_equal(contract_get(c, 1)->version, 0);
	assert_int_equal(contract_edits(c, &edits), 5);
	assert_int_equal(edits[0].kind, EDIT_UNDO);
	assert_int_equal(edits[0].of, first);
	assert_int_equal(edits[1].of, second);
	assert_string_equal(edits[0].verb, "undo");
	assert_int_equal(edits[2].state, EDIT_UNDONE);
	assert_status(c, STATUS_NOT_FOUND, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	contract_check_clean(c);
}

static void redo_goes_forward_again(void **state)
{
	struct contract_state *c = *state;
	const struct annotation *list;
	const struct edit *edits;
	struct edit edit;
	int64_t ids[3];
	size_t count;

	contract_import(c, 1, 2);
	ids[0] = contract_annotate(c, "ann", 1, "model");
	ids[1] = contract_annotate(c, "ann", 1, "testing");
	ids[2] = contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	for (int i = 0; i < 3; i++)
		undo(c, "ann");
	for (int i = 0; i < 3; i++) {
		edit = redo(c, "ann");
		assert_int_equal(edit.id, ids[i]);
		assert_int_equal(edit.state, EDIT_APPLIED);
	}
	assert_status(c, STATUS_NOT_FOUND, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_DEFERRED);
	assert_int_equal(contract_get(c, 1)->version, ids[2]);
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 1, &list, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].id, 2);
	assert_int_equal(list[1].superseded_by, 2);
	assert_int_equal(contract_edits(c, &edits), 10);
	assert_int_equal(edits[0].kind, EDIT_REDO);
	assert_int_equal(edits[0].of, ids[2]);
	assert_int_equal(edits[6].state, EDIT_APPLIED);
	contract_check_clean(c);
}

/* Not the oldest of them, where an older one was undone first. */
static void what_was_undone_last_is_redone_first(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	int64_t older, newer;

	contract_import(c, 1, 3);
	older = contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	newer = contract_triage(c, "ann", 2, SAMPLE_EXCLUDED);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", older, &edit, &c->err));
	assert_int_equal(undo(c, "ann").id, newer);
	assert_int_equal(redo(c, "ann").id, newer);
	assert_int_equal(redo(c, "ann").id, older);
}

static void new_edit_forgets_what_was_undone(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	int64_t lost, kept;

	contract_import(c, 1, 3);
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	lost = contract_triage(c, "ann", 2, SAMPLE_DEFERRED);
	assert_int_equal(undo(c, "ann").id, lost);
	kept = contract_triage(c, "ann", 3, SAMPLE_DEFERRED);
	assert_status(c, STATUS_NOT_FOUND, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	/* Also once the newer one is undone itself: that one is redone, not the lost one. */
	assert_int_equal(undo(c, "ann").id, kept);
	assert_int_equal(redo(c, "ann").id, kept);
	assert_status(c, STATUS_NOT_FOUND, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_UNTRIAGED);
}

static void everybody_undoes_their_own(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	int64_t anns, bobs;

	contract_import(c, 1, 3);
	anns = contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	bobs = contract_triage(c, "bob", 2, SAMPLE_DEFERRED);
	assert_int_equal(undo(c, "ann").id, anns);
	contract_triage(c, "bob", 3, SAMPLE_DEFERRED); /* does not stop ann's redo */
	assert_int_equal(redo(c, "ann").id, anns);
	undo(c, "bob");
	assert_int_equal(undo(c, "bob").id, bobs);
	assert_status(c, STATUS_NOT_FOUND, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->undo(c->store, &c->arena, "eve", 0, &edit, &c->err));
	assert_status(c, STATUS_USAGE, c->ops->undo(c->store, &c->arena, "", 0, &edit, &c->err));
	/* Imports cannot be undone. */
	assert_status(c, STATUS_NOT_FOUND, c->ops->undo(c->store, &c->arena, "importer", 0, &edit, &c->err));
	assert_int_equal(contract_count(c, ""), 3);
}

static void others_work_is_not_undone_over(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	const struct edit *edits;

	contract_import(c, 1, 2);
	contract_annotate(c, "ann", 1, "model");
	contract_triage(c, "bob", 1, SAMPLE_NEEDS_INFO);
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_non_null(strstr(c->err.text, "sample"));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_NEEDS_INFO);
	assert_int_equal(contract_count(c, "cause:model"), 1);
	assert_int_equal(contract_edits(c, &edits), 3);
	assert_int_equal(edits[1].state, EDIT_APPLIED);
	undo(c, "bob");
	undo(c, "ann");
	/* And a redo fails where somebody was since. */
	contract_triage(c, "bob", 1, SAMPLE_EXCLUDED);
	assert_status(c, STATUS_CONFLICT, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	undo(c, "bob");
	redo(c, "ann");
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	contract_check_clean(c);
}

static void assert_cause(struct contract_state *c, int64_t sample, const char *cause)
{
	char query[64];

	snprintf(query, sizeof(query), "id:%lld cause:%s", (long long)sample, cause);
	assert_int_equal(contract_count(c, query), 1);
}

/* What lists show follows from the judgements that stand, whoever takes whose back first. */
static void others_judgements_do_not_stand_in_the_way(void **state)
{
	struct contract_state *c = *state;
	int64_t anns, bobs;

	contract_import(c, 1, 2);
	anns = contract_annotate(c, "ann", 1, "model");
	bobs = contract_annotate(c, "bob", 1, "testing");
	assert_cause(c, 1, "testing");
	assert_int_equal(undo(c, "ann").id, anns);
	assert_cause(c, 1, "testing");
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_get(c, 1)->version, bobs);
	contract_check_clean(c);
	/* Not back to what was there when bob came, but to what is left. */
	assert_int_equal(undo(c, "bob").id, bobs);
	assert_cause(c, 1, "none");
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_NONE);
	assert_int_equal(contract_get(c, 1)->version, 0);
	contract_check_clean(c);
	redo(c, "ann");
	assert_cause(c, 1, "model");
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	redo(c, "bob");
	assert_cause(c, 1, "testing");
	assert_int_equal(undo(c, "bob").id, bobs);
	assert_cause(c, 1, "model");
	assert_int_equal(contract_get(c, 1)->version, anns);
	contract_check_clean(c);
}

/* A severity of one and a bulk edit of another: parts of the same rows. */
static void bulk_edits_of_several_overlap(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request request = { .annotation = { .cause = "model" } };
	struct annotate_request severe = { .annotation = { .severity = SEVERITY_Q1 } };
	int64_t ids[20], edit;

	contract_import(c, 1, 20);
	for (int i = 0; i < 20; i++)
		ids[i] = i + 1;
	request.samples = severe.samples = ids;
	request.sample_count = 15;
	severe.sample_count = 20;
	assert_ok(c, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	assert_ok(c, c->ops->annotate(c->store, "bob", &severe, &edit, &c->err));
	contract_triage(c, "bob", 20, SAMPLE_DEFERRED);
	undo(c, "ann");
	assert_int_equal(contract_count(c, "severity:Q1 cause:none"), 20);
	assert_int_equal(contract_count(c, "status:annotated"), 19);
	contract_check_clean(c);
	undo(c, "bob");
	undo(c, "bob");
	assert_int_equal(contract_count(c, "is:untriaged severity:none"), 20);
	contract_check_clean(c);
}

static void refusals_show_both_versions(void **state)
{
	struct contract_state *c = *state;
	struct edit edit;
	int64_t older;

	contract_import(c, 1, 2);
	older = contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	contract_triage(c, "bob", 1, SAMPLE_EXCLUDED);
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", older, &edit, &c->err));
	assert_non_null(strstr(c->err.text, "sample 1 was changed since (bob"));
	assert_non_null(strstr(c->err.text, "its status is now 'excluded', this edit had 'deferred'"));
	/* One's own older judgement, which one has replaced since. */
	older = contract_annotate(c, "ann", 2, "model");
	contract_annotate(c, "ann", 2, "testing");
	assert_status(c, STATUS_CONFLICT, c->ops->undo(c->store, &c->arena, "ann", older, &edit, &c->err));
	assert_cause(c, 2, "testing");
	contract_check_clean(c);
}

static void redo_finds_its_ids_free(void **state)
{
	struct contract_state *c = *state;
	const struct annotation *list;
	size_t count;

	contract_import(c, 1, 2);
	contract_annotate(c, "ann", 1, "model");
	undo(c, "ann");
	contract_annotate(c, "bob", 2, "testing"); /* must not take the undone annotation's id */
	redo(c, "ann");
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 1, &list, &count, &c->err));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].id, 1);
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 2, &list, &count, &c->err));
	assert_int_equal(list[0].id, 2);
	contract_check_clean(c);
}

static void an_import_between_does_not_disturb(void **state)
{
	struct contract_state *c = *state;
	struct batch batch = { .source = "b", .format = "jsonl", .reviewer = "importer" };
	struct sample sample;
	enum import_outcome outcome;

	contract_import(c, 1, 2);
	contract_annotate(c, "ann", 1, "model");
	sample = contract_sample(&c->arena, 1);
	sample.baseline = BASELINE_UNCHANGED;
	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	assert_int_equal(outcome, IMPORT_UPDATED);
	assert_ok(c, c->ops->import_commit(c->store, NULL, &batch, &c->err));
	undo(c, "ann");
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 1)->baseline, BASELINE_UNCHANGED);
}

static void bulk_edit_undoes_as_one(void **state)
{
	struct contract_state *c = *state;
	struct annotate_request request = { .annotation = { .cause = "model", .severity = SEVERITY_Q3 } };
	int64_t ids[200], edit;

	contract_import(c, 1, 200);
	for (int i = 0; i < 200; i++)
		ids[i] = i + 1;
	request.samples = ids;
	request.sample_count = 200;
	assert_ok(c, c->ops->annotate(c->store, "ann", &request, &edit, &c->err));
	assert_int_equal(contract_count(c, "status:annotated severity:Q3"), 200);
	undo(c, "ann");
	assert_int_equal(contract_count(c, "is:untriaged cause:none"), 200);
	redo(c, "ann");
	assert_int_equal(contract_count(c, "status:annotated severity:Q3"), 200);
	contract_check_clean(c);
}

static const struct edit_change *change_of(const struct edit_change *list, size_t count, const char *table,
					   const char *key, const char *field)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].table, table) == 0 && strcmp(list[i].key, key) == 0 &&
		    strcmp(list[i].field, field) == 0)
			return &list[i];
	fail_msg("no change of %s %s %s", table, key, field);
	return NULL;
}

static void changes_can_be_shown(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "T" }, *kept;
	const struct edit_change *list, *one;
	const char *key;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 2);
	edit = contract_annotate(c, "ann", 2, "model/hallucination");
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edit, 100, &list, &count, &c->err));
	one = change_of(list, count, "sample", "2", "status");
	assert_string_equal(one->before, "untriaged");
	assert_string_equal(one->after, "annotated");
	one = change_of(list, count, "sample", "2", "cause");
	assert_null(one->before);
	assert_string_equal(one->after, "model/hallucination");
	one = change_of(list, count, "annotation", "1", "reviewer");
	assert_null(one->before);
	assert_string_equal(one->after, "ann");
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edit, 2, &list, &count, &c->err));
	assert_int_equal(count, 2);
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &edit, &c->err));
	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &kept, &c->err));
	kept->title = "Better";
	kept->status = INCIDENT_DECLARED;
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", kept, NULL, &key, &edit, &c->err));
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edit, 100, &list, &count, &c->err));
	one = change_of(list, count, "incident", key, "title");
	assert_string_equal(one->before, "T");
	assert_string_equal(one->after, "Better");
	assert_string_equal(change_of(list, count, "incident", key, "status")->after, "declared");
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 2 }, 1, MEMBER_CONTROL, &edit,
						  &c->err));
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edit, 100, &list, &count, &c->err));
	assert_int_equal(count, 1);
	assert_string_equal(list[0].table, "incident_member");
	assert_string_equal(list[0].field, "role");
	assert_string_equal(list[0].after, "control");
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, 1, 100, &list, &count, &c->err)); /* an import */
	assert_int_equal(count, 0);
	assert_status(c, STATUS_NOT_FOUND, c->ops->edit_changes(c->store, &c->arena, 99, 100, &list, &count, &c->err));
}

static void group_is_one_edit(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "T" }, *is;
	struct batch batch = { .source = "s", .format = "f", .reviewer = "ann" };
	struct triage_request missing = { .samples = (const int64_t[]){ 99 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	const struct edit *edits;
	struct edit edit;
	const char *key;
	int64_t id, group, before, after;

	contract_import(c, 1, 3);
	assert_ok(c, c->ops->change_counter(c->store, &before, &c->err));
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &id, &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1, 2 }, 2, MEMBER_CORE, &group, &c->err));
	assert_int_equal(id, group);
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1 }, 1, MEMBER_CORE, &id, &c->err));
	assert_int_equal(id, 0); /* it is there already */
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, (const int64_t[]){ 1 }, 1, MEMBER_CONTROL, &id, &c->err));
	contract_annotate(c, "ann", 3, "model");
	contract_annotate(c, "ann", 3, "testing");
	/* One that fails takes nothing of the others with it. */
	assert_status(c, STATUS_NOT_FOUND, c->ops->triage(c->store, "ann", &missing, &id, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->import_begin(c->store, &batch, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	missing.samples = (const int64_t[]){ 2 };
	assert_status(c, STATUS_REFUSED, c->ops->triage(c->store, "bob", &missing, &id, &c->err));
	assert_ok(c, c->ops->group_end(c->store, STATUS_OK, "all at once", &id, &c->err));
	assert_int_equal(id, group);
	assert_ok(c, c->ops->change_counter(c->store, &after, &c->err));
	assert_true(after > before);
	assert_int_equal(contract_edits(c, &edits), 2);
	assert_int_equal(edits[0].id, group);
	assert_string_equal(edits[0].verb, "apply");
	assert_string_equal(edits[0].summary, "all at once");
	assert_int_equal(contract_count(c, "cause:testing"), 1);
	contract_check_clean(c);
	assert_int_equal(undo(c, "ann").id, group);
	assert_status(c, STATUS_NOT_FOUND, c->ops->incident_get(c->store, &c->arena, key, &is, &c->err));
	assert_int_equal(contract_count(c, "is:untriaged"), 3);
	assert_int_equal(redo(c, "ann").id, group);
	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &is, &c->err));
	assert_int_equal(is->member_counts[MEMBER_CONTROL], 1);
	assert_int_equal(contract_count(c, "cause:testing"), 1);
	contract_check_clean(c);
}

static void failed_group_leaves_nothing(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "T" };
	const struct incident_row *rows;
	const struct edit *edits;
	const char *key, *again;
	int64_t id = 7;
	size_t count;

	contract_import(c, 1, 3);
	assert_status(c, STATUS_REFUSED, c->ops->group_end(c->store, STATUS_OK, "", &id, &c->err));
	assert_status(c, STATUS_USAGE, c->ops->group_begin(c->store, "", "apply", &c->err));
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &id, &c->err));
	contract_annotate(c, "ann", 3, "model");
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	assert_status(c, STATUS_CONFLICT, c->ops->group_end(c->store, STATUS_CONFLICT, "", &id, &c->err));
	assert_int_equal(id, 0);
	assert_int_equal(contract_edits(c, &edits), 1);
	assert_int_equal(contract_count(c, "is:untriaged cause:none"), 3);
	assert_ok(c, c->ops->incident_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_int_equal(count, 0);
	/* An empty one is no entry. */
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	assert_ok(c, c->ops->group_end(c->store, STATUS_OK, "", &id, &c->err));
	assert_int_equal(id, 0);
	assert_int_equal(contract_edits(c, &edits), 1);
	/* Nothing is left in the way of what comes next. */
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &again, &id, &c->err));
	assert_string_equal(again, key);
	assert_int_equal(id, 2);
	contract_check_clean(c);
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED); /* and the teardown closes the store */
}

static void history_is_paged(void **state)
{
	struct contract_state *c = *state;
	const struct edit_filter all = { 0 };
	const struct edit *edits;
	size_t count;

	contract_import(c, 1, 10);
	for (int64_t id = 1; id <= 10; id++)
		contract_triage(c, "ann", id, SAMPLE_DEFERRED);
	assert_ok(c, c->ops->edit_list(c->store, &c->arena, &all, 0, 4, &edits, &count, &c->err));
	assert_int_equal(count, 4);
	assert_int_equal(edits[0].id, 11);
	assert_int_equal(edits[3].id, 8);
	assert_ok(c, c->ops->edit_list(c->store, &c->arena, &all, 8, 100, &edits, &count, &c->err));
	assert_int_equal(count, 7);
	assert_int_equal(edits[0].id, 7);
	assert_int_equal(edits[6].kind, EDIT_IMPORT);
	assert_string_equal(edits[6].summary, "set.jsonl: 10 new, 0 updated, 0 duplicates, 0 rejected");
}

/* How many entries the filter has, the newest of which is *first (0: none). */
static size_t filtered(struct contract_state *c, struct edit_filter filter, int64_t *first)
{
	const struct edit *edits, *again;
	size_t count = 0, paged = 0, more;

	assert_ok(c, c->ops->edit_list(c->store, &c->arena, &filter, 0, 1000, &edits, &count, &c->err));
	for (int64_t before = 0; paged < count; paged += more) { /* page by page comes to the same */
		assert_ok(c, c->ops->edit_list(c->store, &c->arena, &filter, before, 2, &again, &more, &c->err));
		assert_in_range(more, 1, 2);
		for (size_t i = 0; i < more; i++)
			assert_int_equal(again[i].id, edits[paged + i].id);
		before = again[more - 1].id;
	}
	*first = count ? edits[0].id : 0;
	return count;
}

static void log_is_filtered(void **state)
{
	struct contract_state *c = *state;
	struct incident incident = { .title = "T" };
	struct annotate_request note = { (const int64_t[]){ 2 }, 1, { .note = "see" }, false, false };
	const char *words[] = { "MODEL", "1 sample" };
	const struct edit *edits;
	const char *key;
	int64_t anns, bobs, noted, made, added, is;
	struct instant at;

	contract_import(c, 1, 5);
	anns = contract_annotate(c, "ann", 1, "model");
	bobs = contract_annotate(c, "bob", 1, "testing");
	assert_ok(c, c->ops->annotate(c->store, "bob", &note, &noted, &c->err));
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &made, &c->err));
	assert_ok(c, c->ops->incident_members_add(c->store, "bob", key, (const int64_t[]){ 1, 3 }, 2, MEMBER_CORE, &added,
						  &c->err));
	assert_int_equal(filtered(c, (struct edit_filter){ 0 }, &is), 6);
	assert_int_equal(filtered(c, (struct edit_filter){ .reviewer = "ann" }, &is), 2);
	assert_int_equal(is, made);
	assert_int_equal(filtered(c, (struct edit_filter){ .reviewer = "eve" }, &is), 0);
	assert_int_equal(filtered(c, (struct edit_filter){ .verb = "annotate" }, &is), 3);
	assert_int_equal(is, noted);
	assert_int_equal(filtered(c, (struct edit_filter){ .verb = "annotate", .reviewer = "bob", .sample = 1 }, &is), 1);
	assert_int_equal(is, bobs);
	assert_int_equal(filtered(c, (struct edit_filter){ .sample = 1 }, &is), 3);
	assert_int_equal(is, added);
	assert_int_equal(filtered(c, (struct edit_filter){ .sample = 2 }, &is), 1); /* a note */
	assert_int_equal(is, noted);
	assert_int_equal(filtered(c, (struct edit_filter){ .sample = 4 }, &is), 0);
	assert_int_equal(filtered(c, (struct edit_filter){ .incident = key }, &is), 2);
	assert_int_equal(filtered(c, (struct edit_filter){ .incident = "INC-1999-0001" }, &is), 0);
	assert_int_equal(filtered(c, (struct edit_filter){ .words = words, .word_count = 2 }, &is), 1);
	assert_int_equal(is, anns);
	undo(c, "bob"); /* what is undone is still about its incident */
	assert_int_equal(filtered(c, (struct edit_filter){ .incident = key, .reviewer = "bob" }, &is), 2); /* and so is its undo */
	assert_int_equal(filtered(c, (struct edit_filter){ .incident = key, .verb = "undo" }, &is), 1);
	/* Times: from `since` on, before `until`. */
	contract_edits(c, &edits);
	at = edits[0].at;
	assert_true(filtered(c, (struct edit_filter){ .since = at }, &is) >= 1);
	at.at_us++;
	assert_int_equal(filtered(c, (struct edit_filter){ .since = at }, &is), 0);
	assert_int_equal(filtered(c, (struct edit_filter){ .until = at }, &is), 7);
	at.at_us = edits[6].at.at_us;
	assert_int_equal(filtered(c, (struct edit_filter){ .since = at }, &is), 7);
	assert_int_equal(filtered(c, (struct edit_filter){ .until = at }, &is), 0);
}

const struct CMUnitTest contract_undo_tests[] = {
	CONTRACT_TEST(undo_brings_back_what_was),
	CONTRACT_TEST(redo_goes_forward_again),
	CONTRACT_TEST(what_was_undone_last_is_redone_first),
	CONTRACT_TEST(new_edit_forgets_what_was_undone),
	CONTRACT_TEST(everybody_undoes_their_own),
	CONTRACT_TEST(others_work_is_not_undone_over),
	CONTRACT_TEST(others_judgements_do_not_stand_in_the_way),
	CONTRACT_TEST(bulk_edits_of_several_overlap),
	CONTRACT_TEST(refusals_show_both_versions),
	CONTRACT_TEST(redo_finds_its_ids_free),
	CONTRACT_TEST(an_import_between_does_not_disturb),
	CONTRACT_TEST(bulk_edit_undoes_as_one),
	CONTRACT_TEST(changes_can_be_shown),
	CONTRACT_TEST(group_is_one_edit),
	CONTRACT_TEST(failed_group_leaves_nothing),
	CONTRACT_TEST(history_is_paged),
	CONTRACT_TEST(log_is_filtered),
};
const size_t contract_undo_count = ARRAY_LEN(contract_undo_tests);
