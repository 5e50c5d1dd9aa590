/* States of a postmortem: what may follow what, who may approve, and what takes an approval back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/incident_table.h"
#include "core/postmortem_state.h"
#include "tests/support/fake_store.h"

#define KEY "INC-2026-0001"

static struct store *store;
static struct arena arena;
static struct error err;

static int setup(void **state)
{
	struct incident incident;
	const char *key;
	int64_t edit;

	(void)state;
	arena_init(&arena);
	setenv("AITIA_NOW", "2026-05-01T12:00:00Z", 1);
	store = fake_store_new();
	incident_init(&incident, &arena, "Answers forget");
	assert_int_equal(store->ops->incident_put(store, &arena, "ann", &incident, NULL, &key, &edit, &err), STATUS_OK);
	assert_string_equal(key, KEY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unsetenv("AITIA_NOW");
	store->ops->close(store);
	arena_release(&arena);
	return 0;
}

static struct incident *get(void)
{
	struct incident *incident;

	assert_int_equal(store->ops->incident_get(store, &arena, KEY, &incident, &err), STATUS_OK);
	return incident;
}

static void write_summary(const char *reviewer, const char *text)
{
	struct incident *incident = get();
	const char *key;
	int64_t edit;

	incident_set_section(incident, &arena, "summary", text);
	assert_int_equal(store->ops->incident_put(store, &arena, reviewer, incident, "section summary", &key, &edit, &err), STATUS_OK);
}

static enum status step(const char *reviewer, enum postmortem_state to)
{
	const struct postmortem_request request = { .key = KEY, .state = to };
	int64_t number, edit;

	return postmortem_step(store, &arena, reviewer, &request, &number, &edit, &err);
}

static void is(enum postmortem_state state, bool changed)
{
	struct postmortem_review review = postmortem_review(get());

	assert_string_equal(postmortem_state_word(review.state), postmortem_state_word(state));
	assert_int_equal(review.changed, changed);
}

static void steps_follow_the_table(void **state)
{
	(void)state;
	is(POSTMORTEM_DRAFT, false);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_REFUSED);
	assert_non_null(strstr(err.text, "'draft' does not become 'reviewed': it is reviewed before it is approved; it may become in_review"));
	assert_int_equal(step("bob", POSTMORTEM_PUBLISHED), STATUS_REFUSED);
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	is(POSTMORTEM_IN_REVIEW, false);
	assert_int_equal(step("ann", POSTMORTEM_DRAFT), STATUS_OK);
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_OK);
	is(POSTMORTEM_REVIEWED, false);
	assert_int_equal(step("ann", POSTMORTEM_PUBLISHED), STATUS_OK);
	is(POSTMORTEM_PUBLISHED, false);
	assert_int_equal(step("ann", POSTMORTEM_SUPERSEDED), STATUS_OK);
	is(POSTMORTEM_SUPERSEDED, false);
	assert_int_equal(get()->step_count, 6);
	assert_string_equal(get()->steps[3].reviewer, "bob");
}

static void an_author_does_not_approve(void **state)
{
	(void)state;
	write_summary("bob", "He wrote of it too.");
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	assert_int_equal(step("ann", POSTMORTEM_REVIEWED), STATUS_REFUSED);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_REFUSED);
	assert_non_null(strstr(err.text, "bob wrote of this text (edit 2): somebody else approves it"));
	assert_int_equal(step("eve", POSTMORTEM_REVIEWED), STATUS_OK);
	/* Since the approval only bob wrote: ann may approve that. A step makes no author. */
	write_summary("bob", "He went on.");
	is(POSTMORTEM_IN_REVIEW, true);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_REFUSED);
	assert_int_equal(step("ann", POSTMORTEM_REVIEWED), STATUS_OK);
	is(POSTMORTEM_REVIEWED, false);
}

static void a_change_takes_the_approval_back_and_its_undo_brings_it(void **state)
{
	struct edit undone;

	(void)state;
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_OK);
	assert_int_equal(step("ann", POSTMORTEM_PUBLISHED), STATUS_OK);
	write_summary("ann", "Other words.");
	is(POSTMORTEM_IN_REVIEW, true);
	assert_int_equal(step("ann", POSTMORTEM_PUBLISHED), STATUS_REFUSED);
	assert_int_equal(store->ops->undo(store, &arena, "ann", 0, &undone, &err), STATUS_OK);
	is(POSTMORTEM_PUBLISHED, false);
	/* The approval itself is an edit like others. */
	assert_int_equal(store->ops->undo(store, &arena, "ann", 0, &undone, &err), STATUS_OK);
	is(POSTMORTEM_REVIEWED, false);
}

/* Else what nobody approved would be published by way of "superseded". */
static void a_superseded_text_that_changes_is_in_review(void **state)
{
	struct edit undone;

	(void)state;
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	assert_int_equal(step("bob", POSTMORTEM_REVIEWED), STATUS_OK);
	assert_int_equal(step("ann", POSTMORTEM_PUBLISHED), STATUS_OK);
	assert_int_equal(step("ann", POSTMORTEM_SUPERSEDED), STATUS_OK);
	assert_true(postmortem_is_approved(postmortem_review(get()).state));
	write_summary("ann", "Never read by anybody.");
	is(POSTMORTEM_IN_REVIEW, true);
	assert_false(postmortem_is_approved(postmortem_review(get()).state));
	assert_int_equal(store->ops->undo(store, &arena, "ann", 0, &undone, &err), STATUS_OK);
	is(POSTMORTEM_SUPERSEDED, false);
}

static void what_was_not_looked_at_is_not_approved(void **state)
{
	struct postmortem_request request = { .key = KEY, .state = POSTMORTEM_REVIEWED };
	int64_t number, edit;

	(void)state;
	assert_int_equal(step("ann", POSTMORTEM_IN_REVIEW), STATUS_OK);
	request.version = get()->version;
	write_summary("ann", "Meanwhile.");
	assert_int_equal(postmortem_step(store, &arena, "bob", &request, &number, &edit, &err), STATUS_CONFLICT);
	request.version = get()->version;
	assert_int_equal(postmortem_step(store, &arena, "bob", &request, &number, &edit, &err), STATUS_OK);
}

static void the_digest_is_of_what_people_wrote(void **state)
{
	static const int64_t one[] = { 1 }, two[] = { 2 }, both[] = { 1, 2 };
	struct incident *a = get(), *b;
	struct digest first, second;

	(void)state;
	incident_add_cause(a, &arena, &(struct incident_cause){ .code = "model", .evidence = one, .evidence_count = 1 });
	first = postmortem_digest(a);
	b = incident_copy(&arena, a);
	b->version++;
	b->updated_at = instant_now();
	b->member_counts[MEMBER_CORE] = 9;
	second = postmortem_digest(b);
	assert_memory_equal(first.bytes, second.bytes, DIGEST_BYTES);
	b->causes[0].evidence = two; /* as many, but others */
	second = postmortem_digest(b);
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
	b->causes[0].evidence = both;
	b->causes[0].evidence_count = 2;
	second = postmortem_digest(b);
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
	/* Which samples are withheld is approved as well. */
	b = incident_copy(&arena, a);
	incident_add(b, &arena, INCIDENT_RESTRICTION, &(struct incident_restriction){ .evidence = one, .evidence_count = 1 });
	first = postmortem_digest(b);
	b->restrictions[0].evidence = two;
	second = postmortem_digest(b);
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
	first = postmortem_digest(a);
	b = incident_copy(&arena, a);
	b->severity = SEVERITY_Q3;
	second = postmortem_digest(b);
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
	/* A text that moves from one place to another is another text. */
	incident_set_section(a, &arena, "method", "x");
	b = incident_copy(&arena, a);
	incident_set_section(b, &arena, "method", "");
	incident_set_section(b, &arena, "lessons", "x");
	first = postmortem_digest(a);
	second = postmortem_digest(b);
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(steps_follow_the_table), TEST(an_author_does_not_approve),
		TEST(a_change_takes_the_approval_back_and_its_undo_brings_it), TEST(what_was_not_looked_at_is_not_approved),
		TEST(a_superseded_text_that_changes_is_in_review), TEST(the_digest_is_of_what_people_wrote),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
