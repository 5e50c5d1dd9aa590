/* The contract of judging samples: annotate, triage, the codebook. */
#include <string.h>

#include "tests/support/store_contract.h"

static const struct annotation *annotations(struct contract_state *c, int64_t sample, size_t *count)
{
	const struct annotation *list;

	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, sample, &list, count, &c->err));
	return list;
}

static enum status annotate(struct contract_state *c, const char *reviewer, const int64_t *samples, size_t count,
			    struct annotation annotation, bool keep_status, int64_t *edit)
{
	struct annotate_request request = { .samples = samples, .sample_count = count, .annotation = annotation,
					    .keep_status = keep_status };

	return c->ops->annotate(c->store, reviewer, &request, edit, &c->err);
}

static void judgement_is_kept_whole(void **state)
{
	struct contract_state *c = *state;
	const char *symptoms[] = { "wrong_logic", "incomplete", "wrong_logic" };
	struct annotation given = { .first_line = 3, .last_line = 5, .verdict = VERDICT_CONFIRMED,
				    .cause = "hallucination", .symptoms = symptoms, .symptom_count = 3,
				    .severity = SEVERITY_Q2, .confidence = CONFIDENCE_LIKELY, .note = "see *this*",
				    .blind = true };
	const struct annotation *is;
	const struct edit *edits;
	int64_t edit = 0;
	size_t count;

	contract_import(c, 1, 2);
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 2 }, 1, given, false, &edit));
	is = annotations(c, 2, &count);
	assert_int_equal(count, 1);
	assert_int_equal(is->id, 1);
	assert_int_equal(is->sample, 2);
	assert_string_equal(is->reviewer, "ann");
	assert_true(instant_known(is->at));
	assert_int_equal(is->first_line, 3);
	assert_int_equal(is->last_line, 5);
	assert_int_equal(is->verdict, VERDICT_CONFIRMED);
	assert_string_equal(is->cause, "model/hallucination");
	assert_int_equal(is->symptom_count, 2);
	assert_string_equal(is->symptoms[0], "incomplete");
	assert_string_equal(is->symptoms[1], "wrong_logic");
	assert_int_equal(is->severity, SEVERITY_Q2);
	assert_int_equal(is->confidence, CONFIDENCE_LIKELY);
	assert_string_equal(is->note, "see *this*");
	assert_true(is->blind);
	assert_int_equal(is->superseded_by, 0);
	assert_int_equal(is->edit, edit);
	assert_int_equal(contract_get(c, 2)->version, edit);
	assert_int_equal(contract_get(c, 1)->version, 0);
	assert_int_equal(contract_edits(c, &edits), 2);
	assert_int_equal(edits[0].id, edit);
	assert_string_equal(edits[0].verb, "annotate");
	assert_string_equal(edits[0].summary, "1 sample: model/hallucination");
	assert_string_equal(edits[0].reviewer, "ann");
	assert_int_equal(edits[0].kind, EDIT_CHANGE);
	assert_int_equal(edits[0].state, EDIT_APPLIED);
	contract_check_clean(c);
}

static void status_and_disposition_follow(void **state)
{
	struct contract_state *c = *state;
	int64_t edit;

	contract_import(c, 1, 6);
	contract_triage(c, "ann", 4, SAMPLE_IN_REVIEW);
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 1 }, 1, (struct annotation){ .cause = "model" }, false, &edit));
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 2 }, 1,
			      (struct annotation){ .cause = "model", .verdict = VERDICT_INTENDED }, false, &edit));
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 3 }, 1, (struct annotation){ .severity = SEVERITY_Q1 }, false,
			      &edit));
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 4 }, 1, (struct annotation){ .verdict = VERDICT_DUPLICATE }, true,
			      &edit));
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 5 }, 1, (struct annotation){ .note = "hm" }, false, &edit));
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_CONFIRMED);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_get(c, 2)->disposition, VERDICT_INTENDED);
	assert_int_equal(contract_get(c, 3)->disposition, VERDICT_NONE);
	assert_int_equal(contract_get(c, 3)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_get(c, 4)->status, SAMPLE_IN_REVIEW);
	assert_int_equal(contract_get(c, 4)->disposition, VERDICT_DUPLICATE);
	assert_int_equal(contract_get(c, 5)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_get(c, 5)->disposition, VERDICT_NONE);
	contract_check_clean(c);
}

static void newer_judgement_supersedes(void **state)
{
	struct contract_state *c = *state;
	const struct annotation *is;
	const int64_t one[] = { 1 };
	int64_t edit;
	size_t count;

	contract_import(c, 1, 2);
	contract_annotate(c, "ann", 1, "model");                                                      /* 1 */
	contract_annotate(c, "bob", 1, "testing");                                                    /* 2 */
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .first_line = 2, .cause = "data_gap" }, false, &edit)); /* 3 */
	is = annotations(c, 1, &count);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(is[i].superseded_by, 0); /* others', other lines */
	assert_int_equal(is[0].last_line, 2);
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .cause = "infrastructure", .severity = SEVERITY_Q4 }, false,
			      &edit)); /* 4 */
	is = annotations(c, 1, &count);
	assert_int_equal(count, 4);
	assert_int_equal(is[3].superseded_by, 4);
	assert_int_equal(is[2].superseded_by, 0);
	assert_int_equal(is[1].superseded_by, 0);
	assert_int_equal(contract_count(c, "cause:model"), 0);
	assert_int_equal(contract_count(c, "cause:testing"), 1);
	assert_int_equal(contract_count(c, "severity:Q4"), 1);
	contract_check_clean(c);
}

/* The one that stands of "ann" on sample 1. */
static struct annotation standing(struct contract_state *c)
{
	size_t count, found = 0;
	const struct annotation *is = annotations(c, 1, &count);
	struct annotation one = { .id = 0 };

	for (size_t i = 0; i < count; i++)
		if (!is[i].superseded_by && strcmp(is[i].reviewer, "ann") == 0) {
			one = is[i];
			found++;
		}
	assert_int_equal(found, 1);
	return one;
}

static void unsaid_is_carried_over(void **state)
{
	struct contract_state *c = *state;
	const int64_t one[] = { 1 };
	const char *symptoms[] = { "wrong_logic", "incomplete" }, *other[] = { "slow_code" };
	struct annotation is;
	int64_t edit;

	contract_import(c, 1, 2);
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .note = "look again" }, false, &edit));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_ok(c, annotate(c, "ann", one, 1,
			      (struct annotation){ .cause = "model/hallucination", .verdict = VERDICT_CONFIRMED,
						   .symptoms = symptoms, .symptom_count = 2, .blind = true,
						   .confidence = CONFIDENCE_LIKELY }, false, &edit));
	is = standing(c);
	assert_string_equal(is.note, "look again");
	/* A severity given in bulk costs the sample nothing else. */
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 1, 2 }, 2, (struct annotation){ .severity = SEVERITY_Q2, .blind = true },
			      false, &edit));
	is = standing(c);
	assert_string_equal(is.cause, "model/hallucination");
	assert_int_equal(is.verdict, VERDICT_CONFIRMED);
	assert_int_equal(is.symptom_count, 2);
	assert_string_equal(is.symptoms[0], "incomplete");
	assert_int_equal(is.severity, SEVERITY_Q2);
	assert_int_equal(is.confidence, CONFIDENCE_LIKELY);
	assert_string_equal(is.note, "look again");
	assert_int_equal(contract_count(c, "severity:Q2"), 2);
	assert_int_equal(contract_count(c, "cause:model/hallucination"), 1);
	assert_int_equal(contract_count(c, "symptom:wrong_logic"), 1);
	/* What is said replaces what was. A note is no judgement: status and blindness stay. */
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .note = "seen" }, false, &edit));
	is = standing(c);
	assert_string_equal(is.note, "seen");
	assert_string_equal(is.cause, "model/hallucination");
	assert_true(is.blind);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_DEFERRED);
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .symptoms = other, .symptom_count = 1 }, false, &edit));
	is = standing(c);
	assert_int_equal(is.symptom_count, 1);
	assert_string_equal(is.symptoms[0], "slow_code");
	assert_false(is.blind);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_count(c, "severity:Q2"), 2);
	contract_check_clean(c);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &(struct edit){ 0 }, &c->err));
	assert_int_equal(standing(c).symptom_count, 2);
	contract_check_clean(c);
}

static void symptoms_can_be_taken_out(void **state)
{
	struct contract_state *c = *state;
	const char *symptoms[] = { "wrong_logic" };
	struct annotate_request none = { .samples = (const int64_t[]){ 1, 2 }, .sample_count = 2, .whole_symptoms = true };
	const struct edit *edits;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 2);
	assert_ok(c, c->ops->annotate(c->store, "ann", &none, &edit, &c->err)); /* there is nothing to take out */
	assert_int_equal(edit, 0);
	assert_ok(c, annotate(c, "ann", (const int64_t[]){ 1 }, 1,
			      (struct annotation){ .symptoms = symptoms, .symptom_count = 1, .cause = "model" }, false, &edit));
	assert_ok(c, c->ops->annotate(c->store, "ann", &none, &edit, &c->err));
	assert_int_not_equal(edit, 0);
	assert_int_equal(standing(c).symptom_count, 0);
	assert_string_equal(standing(c).cause, "model");
	assert_int_equal(contract_count(c, "symptom:wrong_logic"), 0);
	(void)annotations(c, 2, &count);
	assert_int_equal(count, 0);
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_UNTRIAGED);
	(void)contract_edits(c, &edits);
	assert_string_equal(edits[0].summary, "1 sample: no symptoms");
	contract_check_clean(c);
}

static void the_same_again_changes_nothing(void **state)
{
	struct contract_state *c = *state;
	const struct edit *edits;
	size_t count;

	contract_import(c, 1, 1);
	contract_annotate(c, "ann", 1, "model");
	assert_int_equal(contract_annotate(c, "ann", 1, "model"), 0);
	(void)annotations(c, 1, &count);
	assert_int_equal(count, 1);
	assert_int_equal(contract_edits(c, &edits), 2);
	/* But it brings a sample back that was put aside. */
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	assert_int_not_equal(contract_annotate(c, "ann", 1, "model"), 0);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	(void)annotations(c, 1, &count);
	assert_int_equal(count, 1);
	contract_check_clean(c);
}

static void disposition_is_what_stands(void **state)
{
	struct contract_state *c = *state;
	const int64_t one[] = { 1 };
	int64_t edit;

	contract_import(c, 1, 1);
	assert_ok(c, annotate(c, "bob", one, 1, (struct annotation){ .verdict = VERDICT_INTENDED }, false, &edit));
	/* A cause alone is a weaker word than somebody's verdict … */
	contract_annotate(c, "ann", 1, "model");
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_INTENDED);
	/* … and a newer verdict is a stronger one. */
	assert_ok(c, annotate(c, "ann", one, 1, (struct annotation){ .verdict = VERDICT_DUPLICATE }, false, &edit));
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_DUPLICATE);
	assert_ok(c, annotate(c, "eve", one, 1, (struct annotation){ .severity = SEVERITY_Q3 }, false, &edit));
	assert_int_equal(contract_get(c, 1)->disposition, VERDICT_DUPLICATE);
	contract_check_clean(c);
}

static void bulk_is_one_entry(void **state)
{
	struct contract_state *c = *state;
	const int64_t ids[] = { 5, 2, 9, 2, 5 };
	const struct edit *edits;
	int64_t edit = 0;
	size_t count;

	contract_import(c, 1, 10);
	assert_ok(c, annotate(c, "ann", ids, 5, (struct annotation){ .cause = "testing/no_soak" }, false, &edit));
	assert_int_equal(contract_count(c, "cause:testing/no_soak"), 3);
	(void)annotations(c, 2, &count);
	assert_int_equal(count, 1);
	assert_int_equal(contract_edits(c, &edits), 2);
	assert_string_equal(edits[0].summary, "3 samples: testing/no_soak");
	assert_ok(c, annotate(c, "ann", ids, 0, (struct annotation){ .cause = "model" }, false, &edit));
	assert_int_equal(edit, 0);
	assert_int_equal(contract_edits(c, &edits), 2);
}

static void wrong_requests_change_nothing(void **state)
{
	struct contract_state *c = *state;
	const int64_t ids[] = { 1, 99, 2 };
	const char *unknown[] = { "wrong_logik" };
	const struct edit *edits;
	int64_t edit;
	size_t count;

	contract_import(c, 1, 3);
	assert_status(c, STATUS_NOT_FOUND, annotate(c, "ann", ids, 3, (struct annotation){ .cause = "model" }, false, &edit));
	assert_non_null(strstr(c->err.text, "99"));
	assert_status(c, STATUS_USAGE,
		      annotate(c, "ann", ids, 1, (struct annotation){ .cause = "model/halucination" }, false, &edit));
	assert_non_null(strstr(c->err.text, "model/hallucination"));
	assert_status(c, STATUS_USAGE, annotate(c, "ann", ids, 1, (struct annotation){ .symptoms = unknown, .symptom_count = 1 },
						false, &edit));
	assert_non_null(strstr(c->err.text, "wrong_logic"));
	assert_status(c, STATUS_USAGE, annotate(c, "ann", ids, 1, (struct annotation){ .first_line = 5, .last_line = 3,
						.cause = "model" }, false, &edit));
	assert_status(c, STATUS_USAGE, annotate(c, "ann", ids, 1, (struct annotation){ .note = "" }, false, &edit));
	assert_status(c, STATUS_USAGE, annotate(c, "ann", ids, 1, (struct annotation){ .verdict = VERDICT_COUNT }, false, &edit));
	assert_status(c, STATUS_USAGE, annotate(c, "", ids, 1, (struct annotation){ .cause = "model" }, false, &edit));
	assert_status(c, STATUS_USAGE, annotate(c, NULL, ids, 1, (struct annotation){ .cause = "model" }, false, &edit));
	(void)annotations(c, 1, &count);
	assert_int_equal(count, 0);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_edits(c, &edits), 1);
	contract_check_clean(c);
}

static void retired_codes_are_refused(void **state)
{
	struct contract_state *c = *state;
	struct incident_cause cause = { .number = 1, .code = "model/tool_use", .statement = "s" };
	struct incident incident = { .title = "T", .causes = &cause, .cause_count = 1 }, *kept;
	const int64_t one[] = { 1 };
	const char *key;
	int64_t edit;

	contract_import(c, 1, 1);
	contract_annotate(c, "ann", 1, "model/tool_use");
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &edit, &c->err));
	c->contract->retire(c->store, "model/tool_use");
	assert_status(c, STATUS_REFUSED, annotate(c, "ann", one, 1, (struct annotation){ .cause = "model/tool_use" }, false,
						  &edit));
	assert_int_equal(contract_count(c, "cause:model/tool_use"), 1); /* old judgements stay */
	/* An incident keeps it, a new cause cannot have it. */
	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &kept, &c->err));
	kept->title = "Other";
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", kept, NULL, &key, &edit, &c->err));
	incident.title = "Second";
	assert_status(c, STATUS_REFUSED,
		      c->ops->incident_put(c->store, &c->arena, "ann", &incident, NULL, &key, &edit, &c->err));
}

static void codebook_starts_as_the_default(void **state)
{
	struct contract_state *c = *state;
	struct codebook book;

	assert_ok(c, c->ops->codebook_get(c->store, &c->arena, &book, &c->err));
	assert_int_equal(book.count, codebook_default()->count);
	for (size_t i = 0; i < book.count; i++) {
		const struct code *is = &book.codes[i], *was = &codebook_default()->codes[i];
		assert_int_equal(is->id, i + 1);
		assert_int_equal(is->kind, was->kind);
		assert_int_equal(is->category, was->category);
		assert_string_equal(is->word, was->word);
		assert_int_equal(is->hotkey, was->hotkey);
		assert_string_equal(is->help, was->help);
		assert_int_equal(is->retired, was->retired);
	}
}

static void triage_sets_the_status(void **state)
{
	struct contract_state *c = *state;
	struct triage_request request = { .samples = (const int64_t[]){ 3, 1, 3 }, .sample_count = 3, .status = SAMPLE_DEFERRED };
	const struct edit *edits;
	int64_t edit = 0;

	contract_import(c, 1, 3);
	assert_ok(c, c->ops->triage(c->store, "ann", &request, &edit, &c->err));
	assert_int_equal(edit, 2);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_DEFERRED);
	assert_int_equal(contract_get(c, 1)->version, 2);
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_UNTRIAGED);
	assert_int_equal(contract_edits(c, &edits), 2);
	assert_string_equal(edits[0].verb, "triage");
	assert_string_equal(edits[0].summary, "2 samples: deferred");
	assert_ok(c, c->ops->triage(c->store, "ann", &request, &edit, &c->err)); /* they are already */
	assert_int_equal(edit, 0);
	assert_int_equal(contract_edits(c, &edits), 2);
	request.samples = (const int64_t[]){ 1, 4 };
	request.sample_count = 2;
	request.status = SAMPLE_EXCLUDED;
	assert_status(c, STATUS_NOT_FOUND, c->ops->triage(c->store, "ann", &request, &edit, &c->err));
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_DEFERRED);
	request.status = SAMPLE_COUNT;
	assert_status(c, STATUS_USAGE, c->ops->triage(c->store, "ann", &request, &edit, &c->err));
}

static void a_view_is_of_one_state(void **state)
{
	struct contract_state *c = *state;
	bool began, inner;

	contract_import(c, 1, 3);
	assert_ok(c, c->ops->view_begin(c->store, &began, &c->err));
	assert_ok(c, c->ops->view_begin(c->store, &inner, &c->err));
	assert_int_equal(contract_count(c, ""), 3);
	c->ops->view_end(c->store, inner);
	assert_int_equal(contract_count(c, ""), 3);
	c->ops->view_end(c->store, began);
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED); /* who may write again */
}

/* That none of them ended it. */
static void assert_viewing(struct contract_state *c)
{
	bool inner = true;

	assert_ok(c, c->ops->view_begin(c->store, &inner, &c->err));
	assert_false(inner);
	c->ops->view_end(c->store, inner);
}

static bool go_on_codes(void *context, int64_t sample, int64_t body, struct slice code)
{
	(void)sample, (void)body, (void)code;
	++*(int *)context;
	return true;
}

static bool go_on_judgements(void *context, const struct annotation *annotation)
{
	(void)annotation;
	++*(int *)context;
	return true;
}

/* More than an engine counts one by one. */
#define VIEWED 70

static void view_samples(struct contract_state *c, const char *query)
{
	static const enum facet_key keys[] = { FACET_DAY, FACET_CAUSE };
	static const struct table_key columns[] = { { .facet = FACET_LANG }, { .provenance = PROVENANCE_HARNESS } };
	const struct query *parsed = contract_query(c, query, "ann");
	struct facet_request counted = { parsed, keys, ARRAY_LEN(keys), 0, SORT_LEVEL };
	struct table_request crossed = { parsed, columns, ARRAY_LEN(columns), false, NULL };
	struct seek_request half = { .query = parsed, .sort = SORT_PATH, .kind = SEEK_PERCENT, .number = 50 };
	struct seek_request one = { .query = parsed, .sort = SORT_NEWEST, .kind = SEEK_ID, .number = 66 };
	const int64_t *ids;
	size_t count;
	int codes = 0, judgements = 0;

	assert_int_equal(contract_count(c, query), VIEWED);
	for (int sort = 0; sort < SORT_COUNT; sort++) {
		struct page_request request = { .query = parsed, .sort = (enum sort_key)sort, .limit = 100, .with_total = true };
		struct sample_page page;
		assert_ok(c, c->ops->sample_page(c->store, &c->arena, &request, &page, &c->err));
		assert_int_equal(page.count, VIEWED);
		assert_viewing(c);
	}
	for (struct facets out = { .list_count = 0 }; !out.readiness.ready;) {
		assert_ok(c, c->ops->facets(c->store, &c->arena, &counted, &out, &c->err));
		assert_true(!out.readiness.ready || out.count == VIEWED);
		assert_viewing(c);
	}
	for (struct readiness readiness = { .ready = false }; !readiness.ready;) {
		struct table out;
		assert_ok(c, c->ops->sample_table(c->store, &c->arena, &crossed, &out, &readiness, &c->err));
		assert_viewing(c);
	}
	for (struct seek out = { .readiness = { .ready = false } }; !out.readiness.ready;) {
		assert_ok(c, c->ops->sample_seek(c->store, &c->arena, &half, &out, &c->err));
		assert_true(!out.readiness.ready || out.before == VIEWED / 2);
		assert_viewing(c);
	}
	for (struct seek out = { .readiness = { .ready = false } }; !out.readiness.ready;)
		assert_ok(c, c->ops->sample_seek(c->store, &c->arena, &one, &out, &c->err));
	assert_ok(c, c->ops->sample_ids(c->store, &c->arena, parsed, &ids, &count, &c->err));
	assert_int_equal(count, VIEWED);
	assert_ok(c, c->ops->sample_codes(c->store, parsed, go_on_codes, &codes, &c->err));
	assert_true(codes > 0);
	assert_ok(c, c->ops->judgements(c->store, &c->arena, parsed, go_on_judgements, &judgements, &c->err));
	assert_int_equal(judgements, 1);
	assert_viewing(c);
}

static void view_one(struct contract_state *c)
{
	struct sample *sample = contract_get(c, 3);
	const struct annotation *annotations;
	struct codebook book;
	const char *const *keys;
	struct alike_group group;
	size_t count;
	int64_t id;

	assert_ok(c, c->ops->sample_find(c->store, &sample->fingerprint, &id, &c->err));
	assert_int_equal(id, 3);
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 3, &annotations, &count, &c->err));
	assert_int_equal(count, 1);
	assert_ok(c, c->ops->codebook_get(c->store, &c->arena, &book, &c->err));
	assert_ok(c, c->ops->sample_incidents(c->store, &c->arena, 3, &keys, &count, &c->err));
	assert_int_equal(count, 1);
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 3, &group, &c->err));
	assert_viewing(c);
}

static void view_others(struct contract_state *c, const char *key)
{
	const enum member_role *roles;
	const int64_t *members;
	const struct batch *batches;
	struct batch *batch;
	const struct batch_reject *rejects;
	const struct incident_row *rows;
	struct incident *incident;
	const char *const *deferrals;
	const struct exposure *exposures;
	const struct edit *edits;
	const struct edit_change *changes;
	const struct alike_link *links;
	const struct alike_group *groups;
	const struct plan_row *plans;
	struct index_status index;
	struct alike_status alike;
	size_t count;
	int64_t counter;

	assert_ok(c, c->ops->batch_list(c->store, &c->arena, &batches, &count, &c->err));
	assert_ok(c, c->ops->batch_get(c->store, &c->arena, 1, &batch, &c->err));
	assert_ok(c, c->ops->batch_rejects(c->store, &c->arena, 1, 0, 10, &rejects, &count, &c->err));
	assert_ok(c, c->ops->deferrals(c->store, &c->arena, &deferrals, &count, &c->err));
	assert_ok(c, c->ops->incident_list(c->store, &c->arena, &rows, &count, &c->err));
	assert_ok(c, c->ops->incident_get(c->store, &c->arena, key, &incident, &c->err));
	assert_ok(c, c->ops->incident_members(c->store, &c->arena, key, &members, &roles, &count, &c->err));
	assert_int_equal(count, VIEWED);
	assert_viewing(c);
	assert_ok(c, c->ops->exposure_list(c->store, &c->arena, &exposures, &count, &c->err));
	assert_int_equal(contract_edits(c, &edits), 4);
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, edits[0].id, 10, &changes, &count, &c->err));
	assert_ok(c, c->ops->index_status(c->store, &index, &c->err));
	assert_ok(c, c->ops->alike_status(c->store, &alike, &c->err));
	assert_ok(c, c->ops->alike_links(c->store, &c->arena, 0, &links, &count, &c->err));
	assert_ok(c, c->ops->alike_groups(c->store, &c->arena, contract_query(c, "", NULL), 0, &groups, &count, &c->err));
	assert_ok(c, c->ops->plan_list(c->store, &c->arena, &plans, &count, &c->err));
	assert_ok(c, c->ops->change_counter(c->store, &counter, &c->err));
	contract_check_clean(c);
	assert_viewing(c);
}

/* Of an incident with more members than are counted one by one. */
static void a_view_outlasts_all_that_is_read(void **state)
{
	struct contract_state *c = *state;
	struct incident incident;
	int64_t members[VIEWED], edit;
	const char *key;
	bool began;

	contract_import(c, 1, VIEWED + 5);
	contract_annotate(c, "ann", 3, "infrastructure");
	incident_init(&incident, &c->arena, "All of them");
	assert_ok(c, c->ops->incident_put(c->store, &c->arena, "ann", &incident, "made", &key, &edit, &c->err));
	for (size_t i = 0; i < VIEWED; i++)
		members[i] = 1 + (int64_t)i;
	assert_ok(c, c->ops->incident_members_add(c->store, "ann", key, members, VIEWED, MEMBER_CORE, &edit, &c->err));
	assert_ok(c, c->ops->view_begin(c->store, &began, &c->err));
	assert_true(began);
	view_samples(c, arena_printf(&c->arena, "incident:%s", key));
	view_one(c);
	view_others(c, key);
	c->ops->view_end(c->store, began);
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
}

static void counter_grows_with_every_change(void **state)
{
	struct contract_state *c = *state;
	int64_t before, after;

	assert_ok(c, c->ops->change_counter(c->store, &before, &c->err));
	contract_import(c, 1, 1);
	assert_ok(c, c->ops->change_counter(c->store, &after, &c->err));
	assert_true(after > before);
	before = after;
	(void)contract_count(c, "");
	assert_ok(c, c->ops->change_counter(c->store, &after, &c->err));
	assert_int_equal(after, before);
	contract_triage(c, "ann", 1, SAMPLE_DEFERRED);
	assert_ok(c, c->ops->change_counter(c->store, &after, &c->err));
	assert_true(after > before);
}

const struct CMUnitTest contract_edit_tests[] = {
	CONTRACT_TEST(judgement_is_kept_whole),
	CONTRACT_TEST(status_and_disposition_follow),
	CONTRACT_TEST(newer_judgement_supersedes),
	CONTRACT_TEST(unsaid_is_carried_over),
	CONTRACT_TEST(symptoms_can_be_taken_out),
	CONTRACT_TEST(the_same_again_changes_nothing),
	CONTRACT_TEST(disposition_is_what_stands),
	CONTRACT_TEST(bulk_is_one_entry),
	CONTRACT_TEST(wrong_requests_change_nothing),
	CONTRACT_TEST(retired_codes_are_refused),
	CONTRACT_TEST(codebook_starts_as_the_default),
	CONTRACT_TEST(triage_sets_the_status),
	CONTRACT_TEST(a_view_is_of_one_state), CONTRACT_TEST(a_view_outlasts_all_that_is_read),
	CONTRACT_TEST(counter_grows_with_every_change),
};
const size_t contract_edit_count = ARRAY_LEN(contract_edit_tests);
