#include "tests/support/model.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/fake_store.h"
#include "tests/support/random_part.h"
#include "tests/support/store_contract.h"

#define SAMPLE_SHAPES 80

const char *const model_reviewers[MODEL_REVIEWERS] = { "ann", "bob", "eve" };
static const char *const causes[] = { NULL, "model", "model/hallucination", "infrastructure/cache", "testing/no_soak", "nosuch" };
static const char *const symptoms[] = { "wrong_logic", "incomplete", "slow_code" };
static const char *const queries[] = {
	"", "is:untriaged", "status:annotated,deferred", "-status:annotated", "cause:model", "cause:none", "-cause:model/*",
	"symptom:wrong_logic", "symptom:none", "verdict:intended", "severity<=Q3", "severity:none", "level>=warning",
	"lang:python", "-lang:*", "rule:E501,S101", "tool:linter", "model:model-b*", "-model:model-a", "harness:1.0",
	"path:dir1", "path:src/dir2/*", "-path:*", "session:session-1", "is:incident", "incident:INC-2026-*", "incident:INC-2026-0001",
	"-incident:INC-2026-0002", "incident:INC-2026-0001,INC-2026-0003 is:untriaged",
	"reviewer:ann", "reviewers>=2", "reviewers:1", "reviewers<2 is:annotated",
	"is:mine", "before:2023-11-20", "after:2023-11-20", "day:2023-11-20,2023-12", "-day:2023-11-20", "id>20", "id:ext-*", "line>=30", "turn:2",
	"is:dup", "return", "\"message 1\"", "note", "-note lang:c", "an*", "another", "ret*", "return null", "\"a note\"",
	"\"return nu\"*", "-return", "text:essage", "text:\"ssage 1 of\"", "text:\" of the l\"", "re:[0-9]{2}", "re:Message.1 of",
	"re:\"Message \\d+ of the\"", "note return", "note text:message", "-text:NULL", "()", "linter message is:untriaged", "batch:1", "disposition:confirmed_defect",
	"@team:blue level:error", "kind:edit is:untriaged", "severity:Q1,Q2 reviewer:bob",
};

uint64_t model_seed;

/* xorshift64*, by Vigna */
uint32_t model_roll(uint32_t sides)
{
	model_seed ^= model_seed >> 12;
	model_seed ^= model_seed << 25;
	model_seed ^= model_seed >> 27;
	return (uint32_t)((model_seed * 2685821657736338717u) >> 32) % (sides ? sides : 1);
}

const char *model_query(void)
{
	return queries[model_roll(ARRAY_LEN(queries))];
}

bool model_both(struct model *p, enum status a, enum status b, const char *operation)
{
	if (a != b)
		fail_msg("step %ld, %s: sqlite %d (%s), fake %d (%s)", p->step, operation, (int)a, a ? p->err_a.text : "",
			 (int)b, b ? p->err_b.text : "");
	return a == STATUS_OK;
}

void model_same_text(const struct model *p, const char *what, const char *a, const char *b)
{
	if (strcmp(a ? a : "(none)", b ? b : "(none)") != 0)
		fail_msg("step %ld, %s: sqlite '%s', fake '%s'", p->step, what, a ? a : "(none)", b ? b : "(none)");
}

void model_same_number(const struct model *p, const char *what, int64_t a, int64_t b)
{
	if (a != b)
		fail_msg("step %ld, %s: sqlite %lld, fake %lld", p->step, what, (long long)a, (long long)b);
}

/* ---- operations -------------------------------------------------------------------------- */

void model_import(struct model *p)
{
	struct batch batch = { .source = "file", .format = "jsonl", .reviewer = "importer" }, done_a, done_b;
	struct digest digest = digest_of((struct slice){ (const char *)&(uint32_t){ model_roll(40) }, 4 });
	const struct digest *file;
	enum import_outcome a, b;
	uint32_t count = model_roll(12);

	assert_int_equal(p->a->ops->import_begin(p->a, &batch, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->import_begin(p->b, &batch, &p->err_b), STATUS_OK);
	if (p->plain)
		assert_int_equal(p->plain->ops->import_begin(p->plain, &batch, &p->err_a), STATUS_OK);
	for (uint32_t i = 0; i < count; i++) {
		struct sample sample = contract_sample(&p->arena, 1 + model_roll(SAMPLE_SHAPES));
		sample.baseline = (enum baseline)model_roll(3);
		if (model_roll(6) == 0)
			sample.expected = slice_of("expected");
		if (model_roll(15) == 0) {
			struct batch_reject reject = { i, -1, 0, "bad", { NULL, 0 } };
			assert_int_equal(p->a->ops->import_reject(p->a, &reject, &p->err_a), STATUS_OK);
			assert_int_equal(p->b->ops->import_reject(p->b, &reject, &p->err_b), STATUS_OK);
			if (p->plain) /* how many were rejected tells whether a file comes again */
				assert_int_equal(p->plain->ops->import_reject(p->plain, &reject, &p->err_a), STATUS_OK);
		}
		assert_true(both(p, &a, &b, import_add, &sample));
		model_same_number(p, "outcome", a, b);
		if (p->plain)
			assert_int_equal(p->plain->ops->import_add(p->plain, &sample, &a, &p->err_a), STATUS_OK);
	}
	if (model_roll(5) == 0) {
		p->a->ops->import_abort(p->a);
		p->b->ops->import_abort(p->b);
		if (p->plain)
			p->plain->ops->import_abort(p->plain);
		return;
	}
	file = model_roll(3) ? &digest : NULL;
	assert_true(both(p, &done_a, &done_b, import_commit, file));
	model_same_number(p, "batch", done_a.id, done_b.id);
	model_same_number(p, "imported", done_a.imported, done_b.imported);
	model_same_number(p, "updated", done_a.updated, done_b.updated);
	if (p->plain)
		assert_int_equal(p->plain->ops->import_commit(p->plain, file, &done_b, &p->err_b), STATUS_OK);
}

/* All that a query finds: what a bulk edit is about. */
static size_t samples_found(struct model *p, const int64_t **ids)
{
	struct query query;
	const int64_t *of_fake;
	size_t count, fake_count;

	assert_int_equal(query_parse(&p->arena, model_query(), "ann", &query, &p->err_a), STATUS_OK);
	if (model_both(p, p->a->ops->sample_ids(p->a, &p->arena, &query, ids, &count, &p->err_a),
		       p->b->ops->sample_ids(p->b, &p->arena, &query, &of_fake, &fake_count, &p->err_b), "sample_ids")) {
		model_same_number(p, "found", (int64_t)count, (int64_t)fake_count);
		for (size_t i = 0; i < count; i++)
			model_same_number(p, "id", (*ids)[i], of_fake[i]);
		return count;
	}
	return 0;
}

static size_t some_samples(struct model *p, int64_t ids[8])
{
	size_t count = model_roll(8);

	for (size_t i = 0; i < count; i++)
		ids[i] = 1 + model_roll((uint32_t)p->sample_count + (model_roll(30) == 0));
	return count;
}

static void annotate_some(struct model *p)
{
	int64_t ids[8], a, b;
	struct annotate_request request = {
		.samples = ids, .sample_count = some_samples(p, ids), .keep_status = model_roll(5) == 0,
		.annotation = { .first_line = model_roll(3), .verdict = (enum verdict)(model_roll(2) ? 0 : model_roll(VERDICT_COUNT)),
				.cause = causes[model_roll(model_roll(8) ? 5 : 6)], .symptoms = symptoms, .symptom_count = model_roll(3),
				.severity = (enum severity)(model_roll(2) ? 0 : model_roll(SEVERITY_COUNT)),
				.confidence = (enum confidence)(model_roll(3) ? 0 : model_roll(CONFIDENCE_COUNT)),
				.blind = model_roll(3) == 0, .note = model_roll(3) ? NULL : model_roll(2) ? "a note" : "another" },
		.whole_symptoms = model_roll(4) == 0,
	};
	const char *reviewer = model_reviewers[model_roll(3)];

	if (model_roll(4) == 0) {
		request.annotation.duplicate_of = 1 + model_roll((uint32_t)p->sample_count + (model_roll(30) == 0));
		if (model_roll(20))
			request.annotation.verdict = model_roll(2) ? VERDICT_DUPLICATE : VERDICT_NONE;
	}
	if (model_roll(6) == 0) {
		request.annotation.adjudicated = true;
		if (model_roll(20)) {
			request.annotation.first_line = 0;
			request.annotation.blind = false;
			request.annotation.note = model_roll(2) ? "decided" : "decided again";
		}
	}
	if (both(p, &a, &b, annotate, reviewer, &request))
		model_same_number(p, "edit", a, b);
}

static void edit_many(struct model *p)
{
	struct annotate_request annotate = { .annotation = { .cause = causes[1 + model_roll(4)], .symptoms = symptoms,
							     .symptom_count = model_roll(3) } };
	struct triage_request triage = { .status = (enum sample_status)model_roll(SAMPLE_COUNT) };
	const char *reviewer = model_reviewers[model_roll(3)];
	const int64_t *ids = NULL;
	size_t count = samples_found(p, &ids);
	int64_t a, b;
	bool done;

	annotate.samples = triage.samples = ids;
	annotate.sample_count = triage.sample_count = count;
	done = model_roll(2) ? both(p, &a, &b, annotate, reviewer, &annotate) : both(p, &a, &b, triage, reviewer, &triage);
	if (done)
		model_same_number(p, "edit", a, b);
}

/* What a sample may wait for: times that have come and that have not, and what never happens. */
static const char *some_until(void)
{
	static const char *const untils[] = { NULL, "2020-01-01T00:00:00Z", "2990-01-01T00:00:00Z", "INC-2999-0001" };

	return untils[model_roll(4)];
}

static void triage_some(struct model *p)
{
	int64_t ids[8], a, b;
	struct triage_request request = { .samples = ids, .sample_count = some_samples(p, ids), .status = (enum sample_status)model_roll(SAMPLE_COUNT) };
	const char *reviewer = model_reviewers[model_roll(3)];

	if (request.status == SAMPLE_DEFERRED)
		request.deferred_until = some_until();
	request.due = request.status == SAMPLE_UNTRIAGED && model_roll(2);
	if (both(p, &a, &b, triage, reviewer, &request))
		model_same_number(p, "edit", a, b);
}

/* One field of one part, as another such part would have it. */
static void change_part(struct model *p, struct incident *in)
{
	enum incident_child kind = (enum incident_child)model_roll(INCIDENT_CHILD_KINDS);
	const struct incident_kind *table = incident_kind(kind);
	const struct incident_field *field = &table->fields[model_roll((uint32_t)table->field_count)];
	size_t count = incident_part_count(in, kind), ids_count;
	const int64_t *ids;
	const void *like;
	void *part;

	if (!count)
		return;
	part = incident_part_change(in, kind, model_roll((uint32_t)count));
	like = random_part(&p->arena, in, kind, (size_t)p->sample_count, model_roll);
	if (field_is_list(field)) {
		ids = part_list(field, like, &ids_count);
		part_set_list(field, part, ids, ids_count);
	} else if (field_is_text(field)) {
		part_set_text(field, part, part_text(field, like));
	} else if (field->type == INCIDENT_INSTANT) {
		part_set_instant(field, part, part_instant(field, like));
	} else {
		part_set_value(field, part, part_value(field, like));
	}
}

static void change_incident(struct model *p, struct incident *in)
{
	struct incident_cause cause = { .code = causes[1 + model_roll(4)], .statement = "because",
					.evidence = (const int64_t[]){ 1 + model_roll((uint32_t)p->sample_count), 1 }, .evidence_count = model_roll(3) };
	struct incident_event event = { .at = { (int64_t)model_roll(1000) * 86400000000, (enum precision)model_roll(8) }, .text = "event" };
	struct incident_action action = { .status = (enum action_status)model_roll(ACTION_STATUS_COUNT), .text = "do", .criterion = "c", .result = "r" };

	for (uint32_t fields = model_roll(4); fields > 0; fields--)
		change_part(p, in);
	if (model_roll(2))
		in->severity = (enum severity)model_roll(SEVERITY_COUNT);
	if (model_roll(3) == 0)
		in->title = model_roll(2) ? "one" : "other";
	if (model_roll(3) == 0)
		incident_add_cause(in, &p->arena, &cause);
	if (model_roll(3) == 0)
		incident_add_event(in, &p->arena, &event);
	if (model_roll(3) == 0)
		incident_add_action(in, &p->arena, &action);
	if (model_roll(5) == 0 && in->cause_count)
		incident_remove(in, &p->arena, INCIDENT_CAUSE, in->causes[0].number);
	if (model_roll(5) == 0 && in->event_count)
		incident_remove(in, &p->arena, INCIDENT_EVENT, in->events[model_roll((uint32_t)in->event_count)].number);
	if (model_roll(2)) {
		enum incident_child kind = (enum incident_child)model_roll(INCIDENT_CHILD_KINDS);
		void *part = random_part(&p->arena, in, kind, (size_t)p->sample_count, model_roll);
		incident_add(in, &p->arena, kind, part);
	}
	for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++)
		if (model_roll(12) == 0 && incident_part_count(in, (enum incident_child)kind))
			incident_remove(in, &p->arena, (enum incident_child)kind,
					incident_part_number(incident_part_at(in, (enum incident_child)kind, 0)));
	if (model_roll(4) == 0)
		in->partial = model_roll(2) ? "some" : NULL;
	if (model_roll(6) == 0)
		in->signature = model_roll(2) ? "rule:R1" : NULL;
	if (model_roll(4) == 0)
		incident_set_section(in, &p->arena, model_roll(2) ? "summary" : "method", model_roll(3) ? "text" : "");
}

static const char *some_incident(struct model *p)
{
	const struct incident_row *rows;
	size_t count;

	assert_int_equal(p->b->ops->incident_list(p->b, &p->arena, &rows, &count, &p->err_b), STATUS_OK);
	return count ? rows[model_roll((uint32_t)count)].key : "INC-2026-0001";
}

static void put_incident(struct model *p)
{
	const char *reviewer = model_reviewers[model_roll(3)], *old = some_incident(p), *key_a, *key_b;
	struct incident fresh, *in = &fresh, *unused;
	int64_t a = 0, b = 0;
	enum status status_a, status_b;

	incident_init(&fresh, &p->arena, "new");
	if (model_roll(4) && !both(p, &in, &unused, incident_get, &p->arena, old))
		return;
	if (model_roll(5))
		change_incident(p, in);
	if (model_roll(20) == 0)
		in->version += 1;
	status_a = p->a->ops->incident_put(p->a, &p->arena, reviewer, in, "put", &key_a, &a, &p->err_a);
	status_b = p->b->ops->incident_put(p->b, &p->arena, reviewer, in, "put", &key_b, &b, &p->err_b);
	if (model_both(p, status_a, status_b, "incident_put")) {
		model_same_text(p, "key", key_a, key_b);
		model_same_number(p, "edit", a, b);
	}
}

static void change_members(struct model *p)
{
	int64_t ids[8], a, b;
	size_t count = some_samples(p, ids);
	const char *key = some_incident(p), *reviewer = model_reviewers[model_roll(3)];
	enum member_role role = (enum member_role)model_roll(MEMBER_COUNT);
	bool done = model_roll(3) ? both(p, &a, &b, incident_members_add, reviewer, key, ids, count, role) :
			      both(p, &a, &b, incident_members_remove, reviewer, key, ids, count);

	if (done)
		model_same_number(p, "edit", a, b);
}

bool model_undo(struct model *p, const char *reviewer, int64_t edit)
{
	struct edit a = { 0 }, b = { 0 };
	bool done = both(p, &a, &b, undo, &p->arena, reviewer, edit);

	if (done)
		model_same_number(p, "edit", a.id, b.id);
	return done;
}

/* Any edit by anybody, newest or not: it may be refused, then by both. */
static void undo_one(struct model *p)
{
	const char *reviewer = model_reviewers[model_roll(3)];

	(void)model_undo(p, reviewer, 1 + model_roll((uint32_t)p->step + 2));
}

/* One of the newest edits of an incident by whoever made it, with others' edits behind it. */
static void undo_of_incident(struct model *p)
{
	struct edit_filter filter = { .incident = some_incident(p) };
	const struct edit *edits, *one;
	size_t count;

	assert_int_equal(p->a->ops->edit_list(p->a, &p->arena, &filter, 0, 12, &edits, &count, &p->err_a), STATUS_OK);
	if (!count)
		return;
	one = &edits[model_roll((uint32_t)count)];
	(void)model_undo(p, one->reviewer, one->id);
}

/* Several edits as one, which ends well or is taken back. */
static void group_some(struct model *p)
{
	const char *reviewer = model_reviewers[model_roll(3)];
	enum status ends = model_roll(4) ? STATUS_OK : STATUS_REFUSED;
	int64_t ids[8], a = 0, b = 0;

	assert_int_equal(p->a->ops->group_begin(p->a, reviewer, "apply", &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->group_begin(p->b, reviewer, "apply", &p->err_b), STATUS_OK);
	for (uint32_t edits = model_roll(4); edits > 0; edits--) {
		struct triage_request triage = { .samples = ids, .sample_count = some_samples(p, ids), .status = (enum sample_status)model_roll(SAMPLE_COUNT) };
		struct annotate_request annotate = { .samples = ids, .sample_count = triage.sample_count,
						     .annotation = { .cause = causes[1 + model_roll(5)] } };
		if (model_roll(2))
			(void)both(p, &a, &b, annotate, reviewer, &annotate);
		else
			(void)both(p, &a, &b, triage, reviewer, &triage);
	}
	error_set(&p->err_a, ends, "on purpose");
	error_set(&p->err_b, ends, "on purpose");
	a = b = 0;
	if (model_both(p, p->a->ops->group_end(p->a, ends, "several", &a, &p->err_a),
		       p->b->ops->group_end(p->b, ends, "several", &b, &p->err_b), "group_end"))
		model_same_number(p, "edit", a, b);
}

bool model_step_back(struct model *p, const char *reviewer, bool back)
{
	struct edit a = { 0 }, b = { 0 };
	bool done = back ? both(p, &a, &b, undo, &p->arena, reviewer, 0) : both(p, &a, &b, redo, &p->arena, reviewer);

	if (done) {
		model_same_number(p, "edit", a.id, b.id);
		model_same_text(p, "summary", a.summary, b.summary);
	}
	return done;
}

/* The index is empty, half built, whole, and lists do not show which. */
static void index_some(struct model *p)
{
	bool whole = false;

	if (model_roll(12) == 0)
		assert_int_equal(p->a->ops->index_drop(p->a, &p->err_a), STATUS_OK);
	for (uint32_t steps = model_roll(4); steps > 0 && !whole; steps--)
		assert_int_equal(p->a->ops->index_step(p->a, 1, true, &whole, &p->err_a), STATUS_OK);
}

void model_step(struct model *p)
{
	switch (model_roll(22)) {
	case 0: model_import(p); break;
	case 16: undo_one(p); break;
	case 20: undo_of_incident(p); break;
	case 21: put_incident(p); break;
	case 17:
	case 18: edit_many(p); break;
	case 19: group_some(p); break;
	case 14:
	case 15: index_some(p); break;
	case 1:
	case 2:
	case 3: annotate_some(p); break;
	case 4:
	case 5: triage_some(p); break;
	case 6:
	case 7: put_incident(p); break;
	case 8:
	case 9: change_members(p); break;
	case 10:
	case 11:
	case 12: (void)model_step_back(p, model_reviewers[model_roll(3)], true); break;
	default: (void)model_step_back(p, model_reviewers[model_roll(3)], false); break;
	}
}

void model_check_clean(struct model *p)
{
	int64_t findings = -1;

	assert_int_equal(p->a->ops->check(p->a, false, NULL, NULL, &findings, &p->err_a), STATUS_OK);
	model_same_number(p, "findings", findings, 0);
}

