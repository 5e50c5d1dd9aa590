/*
 * The SQLite engine against the in-memory one: thousands of random operations on
 * both, whose answers must be the same; lists in every order and direction, and
 * random queries, compared all along; at the end everything is undone to the
 * start and redone to the end. Reproducible: the seed is fixed ($AITIA_SEED).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite/sqlite_db.h"
#include "tests/support/fake_store.h"
#include "tests/support/random_part.h"
#include "tests/support/store_contract.h"

#define SAMPLE_SHAPES 80

static const char *const reviewers[] = { "ann", "bob", "eve" };
static const char *const causes[] = { NULL, "model", "model/hallucination", "infrastructure/cache", "testing/no_soak", "nosuch" };
static const char *const symptoms[] = { "wrong_logic", "incomplete", "slow_code" };
static const char *const queries[] = {
	"", "is:untriaged", "status:annotated,deferred", "-status:annotated", "cause:model", "cause:none", "-cause:model/*",
	"symptom:wrong_logic", "symptom:none", "verdict:intended", "severity<=Q3", "severity:none", "level>=warning",
	"lang:python", "-lang:*", "rule:E501,S101", "tool:linter", "model:model-b*", "-model:model-a", "harness:1.0",
	"path:dir1", "path:src/dir2/*", "-path:*", "session:session-1", "is:incident", "incident:INC-2026-*",
	"reviewer:ann", "is:mine", "before:2023-11-20", "after:2023-11-20", "id>20", "id:ext-*", "line>=30", "turn:2",
	"is:dup", "return", "\"message 1\"", "note", "-note lang:c", "an*", "another", "ret*", "return null", "\"a note\"",
	"\"return nu\"*", "-return", "text:essage", "text:\"ssage 1 of\"", "text:\" of the l\"", "re:[0-9]{2}", "re:Message.1 of",
	"re:\"Message \\d+ of the\"", "note return", "note text:message", "-text:NULL", "()", "linter message is:untriaged", "batch:1", "disposition:confirmed_defect",
	"@team:blue level:error", "kind:edit is:untriaged", "severity:Q1,Q2 reviewer:bob",
};

static uint64_t seed;

/* xorshift64*, by Vigna */
static uint32_t roll(uint32_t sides)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 2685821657736338717u) >> 32) % (sides ? sides : 1);
}

struct pair {
	struct store *a, *b; /* SQLite, in memory */
	struct arena arena;
	struct error err_a, err_b;
	int64_t sample_count;
	long step;
};

/* The same call on both; its arguments are evaluated twice, so nothing is rolled there. */
#define both(p, out_a, out_b, operation, ...)                                                        \
	both_are((p), (p)->a->ops->operation((p)->a, __VA_ARGS__, out_a, &(p)->err_a),               \
		 (p)->b->ops->operation((p)->b, __VA_ARGS__, out_b, &(p)->err_b), #operation)

static bool both_are(struct pair *p, enum status a, enum status b, const char *operation)
{
	if (a != b)
		fail_msg("step %ld, %s: sqlite %d (%s), fake %d (%s)", p->step, operation, (int)a, a ? p->err_a.text : "",
			 (int)b, b ? p->err_b.text : "");
	return a == STATUS_OK;
}

static void same_text(const struct pair *p, const char *what, const char *a, const char *b)
{
	if (strcmp(a ? a : "(none)", b ? b : "(none)") != 0)
		fail_msg("step %ld, %s: sqlite '%s', fake '%s'", p->step, what, a ? a : "(none)", b ? b : "(none)");
}

static void same_number(const struct pair *p, const char *what, int64_t a, int64_t b)
{
	if (a != b)
		fail_msg("step %ld, %s: sqlite %lld, fake %lld", p->step, what, (long long)a, (long long)b);
}

/* ---- comparing ------------------------------------------------------------------------ */

static void same_row(const struct pair *p, const struct sample_row *a, const struct sample_row *b)
{
	same_number(p, "row", a->id, b->id);
	same_number(p, "status", a->status, b->status);
	same_number(p, "disposition", a->disposition, b->disposition);
	same_number(p, "level", a->level, b->level);
	same_number(p, "severity", a->severity, b->severity);
	same_number(p, "time", a->produced_at.at_us, b->produced_at.at_us);
	same_number(p, "line", a->line, b->line);
	same_number(p, "incidents", a->incident_count, b->incident_count);
	same_text(p, "title", a->title, b->title);
	same_text(p, "path", a->path, b->path);
	same_text(p, "language", a->language, b->language);
	same_text(p, "rule", a->rule, b->rule);
	same_text(p, "model", a->model, b->model);
	same_text(p, "cause", a->cause, b->cause);
}

static void compare_list(struct pair *p)
{
	struct query *query = arena_alloc(&p->arena, sizeof(*query));
	struct page_request request = { .query = query, .sort = (enum sort_key)roll(SORT_RELEVANCE), /* all but that */
					 .backward = roll(2),
					.limit = 1 + roll(12) };
	const char *text = queries[roll(ARRAY_LEN(queries))];
	struct sample_page a, b;
	const int64_t *ids_a, *ids_b;
	int64_t number_a, number_b;
	size_t count_a, count_b;

	assert_int_equal(query_parse(&p->arena, text, reviewers[roll(3)], query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, query, &number_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_count(p->b, query, &number_b, &p->err_b), STATUS_OK);
	same_number(p, text, number_a, number_b);
	assert_int_equal(p->a->ops->sample_ids(p->a, &p->arena, query, &ids_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_ids(p->b, &p->arena, query, &ids_b, &count_b, &p->err_b), STATUS_OK);
	same_number(p, text, (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++)
		same_number(p, text, ids_a[i], ids_b[i]);
	for (int pages = 0; pages < 4; pages++) {
		assert_int_equal(p->a->ops->sample_page(p->a, &p->arena, &request, &a, &p->err_a), STATUS_OK);
		assert_int_equal(p->b->ops->sample_page(p->b, &p->arena, &request, &b, &p->err_b), STATUS_OK);
		same_number(p, "rows", (int64_t)a.count, (int64_t)b.count);
		for (size_t i = 0; i < a.count; i++)
			same_row(p, &a.rows[i], &b.rows[i]);
		same_number(p, "at start", a.at_start, b.at_start);
		same_number(p, "at end", a.at_end, b.at_end);
		same_number(p, "cursor", a.after_last.number, b.after_last.number);
		same_text(p, "cursor", a.before_first.text, b.before_first.text);
		request.backward = roll(4) ? request.backward : !request.backward;
		request.from = request.backward ? a.before_first : a.after_last;
	}
}

static void compare_sample(struct pair *p)
{
	int64_t id = 1 + roll((uint32_t)p->sample_count + 1);
	struct sample *a, *b;
	const struct annotation *list_a, *list_b;
	const char *const *keys_a, *const *keys_b;
	size_t count_a, count_b;

	if (!both(p, &a, &b, sample_get, &p->arena, id))
		return;
	same_number(p, "status", a->status, b->status);
	same_number(p, "version", a->version, b->version);
	same_number(p, "batch", a->batch, b->batch);
	same_number(p, "baseline", a->baseline, b->baseline);
	same_number(p, "flags", (int64_t)a->flag_count, (int64_t)b->flag_count);
	assert_true(slice_eq(a->code, b->code) && slice_eq(a->expected, b->expected));
	assert_int_equal(p->a->ops->annotation_list(p->a, &p->arena, id, &list_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->annotation_list(p->b, &p->arena, id, &list_b, &count_b, &p->err_b), STATUS_OK);
	same_number(p, "annotations", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		same_number(p, "annotation", list_a[i].id, list_b[i].id);
		same_number(p, "superseded", list_a[i].superseded_by, list_b[i].superseded_by);
		same_number(p, "edit", list_a[i].edit, list_b[i].edit);
		same_number(p, "lines", list_a[i].last_line, list_b[i].last_line);
		same_text(p, "cause", list_a[i].cause, list_b[i].cause);
		same_text(p, "note", list_a[i].note, list_b[i].note);
		same_number(p, "symptoms", (int64_t)list_a[i].symptom_count, (int64_t)list_b[i].symptom_count);
		for (size_t k = 0; k < list_a[i].symptom_count; k++)
			same_text(p, "symptom", list_a[i].symptoms[k], list_b[i].symptoms[k]);
	}
	assert_int_equal(p->a->ops->sample_incidents(p->a, &p->arena, id, &keys_a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->sample_incidents(p->b, &p->arena, id, &keys_b, &count_b, &p->err_b), STATUS_OK);
	same_number(p, "incidents", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++)
		same_text(p, "incident", keys_a[i], keys_b[i]);
}

static void compare_incidents(struct pair *p)
{
	const struct incident_row *a, *b;
	struct incident *in_a, *in_b;
	const char *key;
	size_t count_a, count_b;

	assert_int_equal(p->a->ops->incident_list(p->a, &p->arena, &a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->incident_list(p->b, &p->arena, &b, &count_b, &p->err_b), STATUS_OK);
	same_number(p, "incidents", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		same_text(p, "key", a[i].key, b[i].key);
		same_number(p, "members", (int64_t)a[i].member_count, (int64_t)b[i].member_count);
		same_number(p, "started", a[i].started_at.at_us, b[i].started_at.at_us);
		same_number(p, "open actions", (int64_t)a[i].open_action_count, (int64_t)b[i].open_action_count);
	}
	if (!count_a)
		return;
	key = a[roll((uint32_t)count_a)].key;
	assert_true(both(p, &in_a, &in_b, incident_get, &p->arena, key));
	same_number(p, "version", in_a->version, in_b->version);
	if (!incident_same(in_a, in_b))
		fail_msg("step %ld: %s differs", p->step, in_a->key);
}

static void compare_log(struct pair *p)
{
	const struct edit *a, *b;
	size_t count_a, count_b;
	int64_t before = roll(2) ? 0 : 1 + roll(200);
	const struct edit_filter filter = {
		.reviewer = roll(3) ? NULL : reviewers[roll(3)], .verb = roll(4) ? NULL : "annotate",
		.sample = roll(3) ? 0 : 1 + roll((uint32_t)p->sample_count), .incident = roll(4) ? NULL : "INC-2026-0001",
		.words = (const char *const[]){ "SAMPLE" }, .word_count = roll(4) == 0,
	};

	assert_int_equal(p->a->ops->edit_list(p->a, &p->arena, &filter, before, 20, &a, &count_a, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->edit_list(p->b, &p->arena, &filter, before, 20, &b, &count_b, &p->err_b), STATUS_OK);
	same_number(p, "edits", (int64_t)count_a, (int64_t)count_b);
	for (size_t i = 0; i < count_a; i++) {
		same_number(p, "edit", a[i].id, b[i].id);
		same_number(p, "kind", a[i].kind, b[i].kind);
		same_number(p, "state", a[i].state, b[i].state);
		same_number(p, "of", a[i].of, b[i].of);
		same_text(p, "verb", a[i].verb, b[i].verb);
		same_text(p, "summary", a[i].summary, b[i].summary);
		same_text(p, "reviewer", a[i].reviewer, b[i].reviewer);
	}
}

/* ---- operations -------------------------------------------------------------------------- */

static void import_some(struct pair *p)
{
	struct batch batch = { .source = "file", .format = "jsonl", .reviewer = "importer" }, done_a, done_b;
	struct digest digest = digest_of((struct slice){ (const char *)&(uint32_t){ roll(40) }, 4 });
	const struct digest *file;
	enum import_outcome a, b;
	uint32_t count = roll(12);

	assert_int_equal(p->a->ops->import_begin(p->a, &batch, &p->err_a), STATUS_OK);
	assert_int_equal(p->b->ops->import_begin(p->b, &batch, &p->err_b), STATUS_OK);
	for (uint32_t i = 0; i < count; i++) {
		struct sample sample = contract_sample(&p->arena, 1 + roll(SAMPLE_SHAPES));
		sample.baseline = (enum baseline)roll(3);
		if (roll(6) == 0)
			sample.expected = slice_of("expected");
		if (roll(15) == 0) {
			struct batch_reject reject = { i, -1, 0, "bad", { NULL, 0 } };
			assert_int_equal(p->a->ops->import_reject(p->a, &reject, &p->err_a), STATUS_OK);
			assert_int_equal(p->b->ops->import_reject(p->b, &reject, &p->err_b), STATUS_OK);
		}
		assert_true(both(p, &a, &b, import_add, &sample));
		same_number(p, "outcome", a, b);
	}
	if (roll(5) == 0) {
		p->a->ops->import_abort(p->a);
		p->b->ops->import_abort(p->b);
		return;
	}
	file = roll(3) ? &digest : NULL;
	assert_true(both(p, &done_a, &done_b, import_commit, file));
	same_number(p, "batch", done_a.id, done_b.id);
	same_number(p, "imported", done_a.imported, done_b.imported);
	same_number(p, "updated", done_a.updated, done_b.updated);
}

static size_t some_samples(struct pair *p, int64_t ids[8])
{
	size_t count = roll(8);

	for (size_t i = 0; i < count; i++)
		ids[i] = 1 + roll((uint32_t)p->sample_count + (roll(30) == 0));
	return count;
}

static void annotate_some(struct pair *p)
{
	int64_t ids[8], a, b;
	struct annotate_request request = {
		.samples = ids, .sample_count = some_samples(p, ids), .keep_status = roll(5) == 0,
		.annotation = { .first_line = roll(3), .verdict = (enum verdict)(roll(2) ? 0 : roll(VERDICT_COUNT)),
				.cause = causes[roll(roll(8) ? 5 : 6)], .symptoms = symptoms, .symptom_count = roll(3),
				.severity = (enum severity)(roll(2) ? 0 : roll(SEVERITY_COUNT)),
				.confidence = (enum confidence)(roll(3) ? 0 : roll(CONFIDENCE_COUNT)),
				.blind = roll(3) == 0, .note = roll(3) ? NULL : roll(2) ? "a note" : "another" },
		.whole_symptoms = roll(4) == 0,
	};
	const char *reviewer = reviewers[roll(3)];

	if (both(p, &a, &b, annotate, reviewer, &request))
		same_number(p, "edit", a, b);
}

static void triage_some(struct pair *p)
{
	int64_t ids[8], a, b;
	struct triage_request request = { ids, some_samples(p, ids), (enum sample_status)roll(SAMPLE_COUNT) };
	const char *reviewer = reviewers[roll(3)];

	if (both(p, &a, &b, triage, reviewer, &request))
		same_number(p, "edit", a, b);
}

static void change_incident(struct pair *p, struct incident *in)
{
	struct incident_cause cause = { .code = causes[1 + roll(4)], .statement = "because",
					.evidence = (const int64_t[]){ 1 + roll((uint32_t)p->sample_count), 1 }, .evidence_count = roll(3) };
	struct incident_event event = { .at = { (int64_t)roll(1000) * 86400000000, (enum precision)roll(8) }, .text = "event" };
	struct incident_action action = { .status = (enum action_status)roll(ACTION_STATUS_COUNT), .text = "do", .criterion = "c", .result = "r" };

	in->severity = (enum severity)roll(SEVERITY_COUNT);
	if (roll(3) == 0)
		in->title = roll(2) ? "one" : "other";
	if (roll(3) == 0)
		incident_add_cause(in, &p->arena, &cause);
	if (roll(3) == 0)
		incident_add_event(in, &p->arena, &event);
	if (roll(3) == 0)
		incident_add_action(in, &p->arena, &action);
	if (roll(5) == 0 && in->cause_count)
		incident_remove(in, &p->arena, INCIDENT_CAUSE, in->causes[0].number);
	if (roll(5) == 0 && in->event_count)
		incident_remove(in, &p->arena, INCIDENT_EVENT, in->events[roll((uint32_t)in->event_count)].number);
	if (roll(2)) {
		enum incident_child kind = (enum incident_child)roll(INCIDENT_CHILD_KINDS);
		void *part = random_part(&p->arena, in, kind, (size_t)p->sample_count, roll);
		incident_add(in, &p->arena, kind, part);
	}
	for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++)
		if (roll(12) == 0 && incident_part_count(in, (enum incident_child)kind))
			incident_remove(in, &p->arena, (enum incident_child)kind,
					incident_part_number(incident_part_at(in, (enum incident_child)kind, 0)));
	if (roll(4) == 0)
		in->partial = roll(2) ? "some" : NULL;
	if (roll(4) == 0)
		incident_set_section(in, &p->arena, roll(2) ? "summary" : "method", roll(3) ? "text" : "");
}

static const char *some_incident(struct pair *p)
{
	const struct incident_row *rows;
	size_t count;

	assert_int_equal(p->b->ops->incident_list(p->b, &p->arena, &rows, &count, &p->err_b), STATUS_OK);
	return count ? rows[roll((uint32_t)count)].key : "INC-2026-0001";
}

static void put_incident(struct pair *p)
{
	const char *reviewer = reviewers[roll(3)], *old = some_incident(p), *key_a, *key_b;
	struct incident fresh, *in = &fresh, *unused;
	int64_t a = 0, b = 0;
	enum status status_a, status_b;

	incident_init(&fresh, &p->arena, "new");
	if (roll(4) && !both(p, &in, &unused, incident_get, &p->arena, old))
		return;
	if (roll(5))
		change_incident(p, in);
	if (roll(20) == 0)
		in->version += 1;
	status_a = p->a->ops->incident_put(p->a, &p->arena, reviewer, in, "put", &key_a, &a, &p->err_a);
	status_b = p->b->ops->incident_put(p->b, &p->arena, reviewer, in, "put", &key_b, &b, &p->err_b);
	if (both_are(p, status_a, status_b, "incident_put")) {
		same_text(p, "key", key_a, key_b);
		same_number(p, "edit", a, b);
	}
}

static void change_members(struct pair *p)
{
	int64_t ids[8], a, b;
	size_t count = some_samples(p, ids);
	const char *key = some_incident(p), *reviewer = reviewers[roll(3)];
	enum member_role role = (enum member_role)roll(MEMBER_COUNT);
	bool done = roll(3) ? both(p, &a, &b, incident_members_add, reviewer, key, ids, count, role) :
			      both(p, &a, &b, incident_members_remove, reviewer, key, ids, count);

	if (done)
		same_number(p, "edit", a, b);
}

static bool step_back(struct pair *p, const char *reviewer, bool back)
{
	struct edit a = { 0 }, b = { 0 };
	bool done = back ? both(p, &a, &b, undo, &p->arena, reviewer, 0) : both(p, &a, &b, redo, &p->arena, reviewer);

	if (done) {
		same_number(p, "edit", a.id, b.id);
		same_text(p, "summary", a.summary, b.summary);
	}
	return done;
}

/* The index is empty, half built, whole, and lists do not show which. */
static void index_some(struct pair *p)
{
	bool whole = false;

	if (roll(12) == 0)
		assert_int_equal(p->a->ops->index_drop(p->a, &p->err_a), STATUS_OK);
	for (uint32_t steps = roll(4); steps > 0 && !whole; steps--)
		assert_int_equal(p->a->ops->index_step(p->a, 1, true, &whole, &p->err_a), STATUS_OK);
}

static void one_step(struct pair *p)
{
	switch (roll(16)) {
	case 0: import_some(p); break;
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
	case 12: (void)step_back(p, reviewers[roll(3)], true); break;
	default: (void)step_back(p, reviewers[roll(3)], false); break;
	}
}

/* ---- the test ------------------------------------------------------------------------------ */

static void compare_all(struct pair *p)
{
	struct query *query = arena_alloc(&p->arena, sizeof(*query));

	assert_int_equal(query_parse(&p->arena, "-batch:0", NULL, query, &p->err_a), STATUS_OK);
	query->names_status = true;
	assert_int_equal(p->b->ops->sample_count(p->b, query, &p->sample_count, &p->err_b), STATUS_OK);
	compare_list(p);
	compare_sample(p);
	compare_incidents(p);
	compare_log(p);
	arena_clear(&p->arena);
}

static void check_clean(struct pair *p)
{
	int64_t findings = -1;

	assert_int_equal(p->a->ops->check(p->a, false, NULL, NULL, &findings, &p->err_a), STATUS_OK);
	same_number(p, "findings", findings, 0);
}

/* Everybody, in turn, until nobody can any more. */
static long walk_log(struct pair *p, bool back)
{
	long steps = 0;
	bool any = true;

	while (any) {
		any = false;
		for (size_t i = 0; i < ARRAY_LEN(reviewers); i++)
			while (step_back(p, reviewers[i], back)) {
				any = true;
				steps++;
				p->step++;
			}
		compare_all(p);
	}
	return steps;
}

static int setup(void **state)
{
	const struct sqlite_open_options options = { .create = true };
	const char *given = getenv("AITIA_SEED");
	struct pair *p = calloc(1, sizeof(*p));

	seed = given ? strtoull(given, NULL, 10) : 20260101;
	setenv("AITIA_NOW", "2026-02-03T04:05:06Z", 1);
	*state = p;
	if (!p || sqlite_store_open(":memory:", &options, &p->a, &p->err_a) != STATUS_OK)
		return -1;
	p->b = fake_store_new();
	return 0;
}

/* Lists come from columns in memory and edits are written at once, as in large stores. */
static int setup_columns(void **state)
{
	int failed = setup(state);

	if (!failed) {
		sqlite_of(((struct pair *)*state)->a)->columns_least = 0;
		sqlite_of(((struct pair *)*state)->a)->bulk_least = 2;
	}
	return failed;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	p->a->ops->close(p->a);
	p->b->ops->close(p->b);
	arena_release(&p->arena);
	free(p);
	return 0;
}

static void random_operations_agree(void **state)
{
	struct pair *p = *state;
	long steps = getenv("AITIA_STEPS") ? strtol(getenv("AITIA_STEPS"), NULL, 10) : 600;

	import_some(p);
	for (p->step = 0; p->step < steps; p->step++) {
		compare_all(p);
		one_step(p);
		if (p->step % 100 == 0)
			check_clean(p);
	}
	check_clean(p);
}

/* Without conflicts all goes back to the start and forth to the end again. */
static void log_leads_to_the_start_and_back(void **state)
{
	struct pair *p = *state;
	int64_t a, b, annotated = 0;
	struct query query = { .text = "" };
	long edits = 0;

	while (p->sample_count < 40) {
		import_some(p);
		compare_all(p);
	}
	for (p->step = 0; p->step < 120; p->step++) {
		int64_t id = 1 + roll((uint32_t)p->sample_count);
		struct annotate_request request = { .samples = &id, .sample_count = 1, .annotation = { .cause = causes[1 + roll(4)] } };
		assert_true(both(p, &a, &b, annotate, "ann", &request));
		edits += a != 0; /* the same cause again is no edit */
		compare_all(p);
	}
	assert_int_equal(query_parse(&p->arena, "is:annotated", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &annotated, &p->err_a), STATUS_OK);
	assert_true(annotated > 10);
	same_number(p, "undone", walk_log(p, true), edits);
	assert_int_equal(query_parse(&p->arena, "-is:untriaged", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &a, &p->err_a), STATUS_OK);
	same_number(p, "still annotated", a, 0);
	check_clean(p);
	same_number(p, "redone", walk_log(p, false), edits);
	assert_int_equal(query_parse(&p->arena, "is:annotated", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &a, &p->err_a), STATUS_OK);
	same_number(p, "annotated again", a, annotated);
	check_clean(p);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_operations_agree, setup, teardown),
		{ "random_operations_agree_in_columns", random_operations_agree, setup_columns, teardown, NULL },
		cmocka_unit_test_setup_teardown(log_leads_to_the_start_and_back, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
