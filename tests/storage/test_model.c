/*
 * The SQLite engine against the in-memory one (tests/support/model.h): thousands of random
 * operations; at the end everything is undone to the start and redone to the end.
 * Reproducible: the seed is fixed ($AITIA_SEED; $AITIA_STEPS for more).
 */
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/sqlite_db.h"
#include "tests/support/fake_store.h"
#include "tests/support/model.h"
#include "tests/support/store_contract.h"
#include "tests/support/store_read.h"

static const char *const causes[] = { NULL, "model", "model/hallucination", "infrastructure/cache", "testing/no_soak" };

/* Everybody, in turn, until nobody can any more. */
static long walk_log(struct model *p, bool back)
{
	long steps = 0;
	bool any = true;

	while (any) {
		any = false;
		for (size_t i = 0; i < MODEL_REVIEWERS; i++)
			while (model_step_back(p, model_reviewers[i], back)) {
				any = true;
				steps++;
				p->step++;
			}
		model_compare(p);
	}
	return steps;
}

static int setup(void **state)
{
	const struct sqlite_open_options options = { .create = true };
	const char *given = getenv("AITIA_SEED");
	struct model *p = calloc(1, sizeof(*p));

	model_seed = given ? strtoull(given, NULL, 10) : 20260101;
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
		sqlite_of(((struct model *)*state)->a)->columns_least = 0;
		sqlite_of(((struct model *)*state)->a)->bulk_least = 2;
	}
	return failed;
}

static int teardown(void **state)
{
	struct model *p = *state;

	p->a->ops->close(p->a);
	p->b->ops->close(p->b);
	if (p->plain)
		p->plain->ops->close(p->plain);
	arena_release(&p->arena);
	free(p);
	return 0;
}

static void random_operations_agree(void **state)
{
	struct model *p = *state;
	long steps = getenv("AITIA_STEPS") ? strtol(getenv("AITIA_STEPS"), NULL, 10) : 600;

	model_import(p);
	for (p->step = 0; p->step < steps; p->step++) {
		model_compare(p);
		model_step(p);
		if (p->step % 100 == 0)
			model_check_clean(p);
	}
	model_check_clean(p);
}

/* Without conflicts all goes back to the start and forth to the end again. */
static void log_leads_to_the_start_and_back(void **state)
{
	struct model *p = *state;
	int64_t a, b, annotated = 0;
	struct query query = { .text = "" };
	long edits = 0;

	while (p->sample_count < 40) {
		model_import(p);
		model_compare(p);
	}
	for (p->step = 0; p->step < 120; p->step++) {
		int64_t id = 1 + model_roll((uint32_t)p->sample_count);
		struct annotate_request request = { .samples = &id, .sample_count = 1, .annotation = { .cause = causes[1 + model_roll(4)] } };
		assert_true(both(p, &a, &b, annotate, "ann", &request));
		edits += a != 0; /* the same cause again is no edit */
		model_compare(p);
	}
	assert_int_equal(query_parse(&p->arena, "is:annotated", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &annotated, &p->err_a), STATUS_OK);
	assert_true(annotated > 10);
	model_same_number(p, "undone", walk_log(p, true), edits);
	assert_int_equal(query_parse(&p->arena, "-is:untriaged", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &a, &p->err_a), STATUS_OK);
	model_same_number(p, "still annotated", a, 0);
	model_check_clean(p);
	model_same_number(p, "redone", walk_log(p, false), edits);
	assert_int_equal(query_parse(&p->arena, "is:annotated", NULL, &query, &p->err_a), STATUS_OK);
	assert_int_equal(p->a->ops->sample_count(p->a, &query, &a, &p->err_a), STATUS_OK);
	model_same_number(p, "annotated again", a, annotated);
	model_check_clean(p);
}

static void state_of(struct model *p, struct store *store, struct strbuf *out)
{
	strbuf_clear(out);
	if (store_read_state(store, out, &p->err_a) != STATUS_OK)
		fail_msg("%s", p->err_a.text);
}

static void same_state(const struct strbuf *is, const struct strbuf *expected, const char *what)
{
	size_t at = 0;

	while (is->text[at] && is->text[at] == expected->text[at])
		at++;
	if (is->text[at] != expected->text[at])
		fail_msg("%s: '%.100s', expected '%.100s'", what, is->text + (at > 40 ? at - 40 : 0),
			 expected->text + (at > 40 ? at - 40 : 0));
}

static const char *model_reviewer(const char *name)
{
	for (size_t k = 0; k < MODEL_REVIEWERS; k++)
		if (strcmp(name, model_reviewers[k]) == 0)
			return model_reviewers[k];
	return NULL;
}

static const struct edit *find_edit(const struct edit *edits, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (edits[i].id == id)
			return &edits[i];
	return NULL;
}

/* Who made the edit that stands and was done, or done again, last: others may be built upon what an old one did again.
 * *id names it; NULL: none stands. */
static const char *newest_reviewer(struct model *p, int64_t *id)
{
	const struct edit *edits;
	size_t count;

	assert_int_equal(p->a->ops->edit_list(p->a, &p->arena, &(struct edit_filter){ 0 }, 0, SIZE_MAX / sizeof(*edits), &edits,
					      &count, &p->err_a), STATUS_OK);
	for (size_t i = 0; i < count; i++) {
		const struct edit *edit = edits[i].kind == EDIT_REDO ? find_edit(edits, count, edits[i].of) : &edits[i];
		if (edit && edit->kind == EDIT_CHANGE && edit->state == EDIT_APPLIED && model_reviewer(edit->reviewer)) {
			*id = edit->id;
			return model_reviewer(edit->reviewer);
		}
	}
	return NULL;
}

/*
 * After edits of all kinds by several reviewers, with imports between them: undone from the
 * newest to the oldest, the store is one that had the imports alone; redone, it is what it was.
 */
static void all_edits_lead_to_the_start_and_back(void **state)
{
	VEC_OF(const char *) undone = VEC_INIT;
	struct strbuf end = STRBUF_INIT, start = STRBUF_INIT, is = STRBUF_INIT;
	struct model *p = *state;
	const char *reviewer;
	int64_t newest = 0;
	long steps = getenv("AITIA_STEPS") ? strtol(getenv("AITIA_STEPS"), NULL, 10) : 300;

	assert_int_equal(sqlite_store_open(":memory:", &(struct sqlite_open_options){ .create = true }, &p->plain, &p->err_a),
			 STATUS_OK);
	model_import(p);
	for (p->step = 0; p->step < steps && p->step < 3000; p->step++) {
		model_compare(p);
		model_step(p);
	}
	model_compare(p);
	state_of(p, p->a, &end);
	while ((reviewer = newest_reviewer(p, &newest)) != NULL) {
		vec_push(&undone, reviewer);
		if (!model_undo(p, reviewer, newest))
			fail_msg("the newest edit, of %s, cannot be undone: %s", reviewer, p->err_a.text);
		model_compare(p);
	}
	assert_true(undone.len > 20);
	model_check_clean(p);
	state_of(p, p->a, &is);
	state_of(p, p->plain, &start);
	same_state(&is, &start, "undone");
	for (size_t i = undone.len; i-- > 0;) {
		if (!model_step_back(p, undone.items[i], false))
			fail_msg("an edit of %s cannot be redone: %s", undone.items[i], p->err_a.text);
		model_compare(p);
	}
	state_of(p, p->a, &is);
	same_state(&is, &end, "redone");
	model_check_clean(p);
	vec_release(&undone);
	strbuf_release(&end);
	strbuf_release(&start);
	strbuf_release(&is);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_operations_agree, setup, teardown),
		{ "random_operations_agree_in_columns", random_operations_agree, setup_columns, teardown, NULL },
		cmocka_unit_test_setup_teardown(log_leads_to_the_start_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(all_edits_lead_to_the_start_and_back, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
