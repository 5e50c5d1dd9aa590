/* Groups of alike samples: the list, a group judged as one with an exception, causes that are proposed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"

static void add(struct screen_test *t, const char *path, int family, int own)
{
	struct strbuf code = STRBUF_INIT;

	for (int line = 0; line < 30; line++)
		strbuf_addf(&code, "row_%d = load(%d, %d);\n", line, family * 1000 + line, line > 27 ? own : 0);
	assert_true(fake_store_add(screen_test_store(t), &(struct sample){ .code = strbuf_slice(&code), .path = path, .language = "c" }) > 0);
	strbuf_release(&code);
}

static int setup(void **state)
{
	struct screen_test *t = *state = screen_test_new(NULL);
	static const int families[] = { 1, 2, 1, 1, 3, 2, 4 };

	for (int i = 0; i < 7; i++) {
		char path[16];
		snprintf(path, sizeof(path), "%c.c", 'a' + i);
		add(t, path, families[i], i);
	}
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static int64_t count(struct screen_test *t, const char *text)
{
	struct store *store = screen_test_store(t);
	struct arena arena = ARENA_INIT;
	struct query query;
	int64_t found = -1;

	assert_int_equal(query_parse(&arena, text, NULL, &query, NULL), STATUS_OK);
	assert_int_equal(store->ops->sample_count(store, &query, &found, NULL), STATUS_OK);
	arena_release(&arena);
	return found;
}

/* Marked as one, an exception unmarked, one judgement, one undo. */
static void a_group_is_judged_as_one(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "o i G Space g"); /* what is marked already is no member, and not judged with them */
	fake_store_fail(screen_test_store(t), 1, STATUS_STORE, "somebody else writes"); /* no news: it is tried again */
	screen_test_keys(t, "L");
	screen_test_shows(t, "so far: 0 of 7 samples are compared");
	screen_test_keys(t, "R");
	screen_test_golden(t, "groups", true);
	screen_test_keys(t, "Space");
	screen_test_shows(t, "group:1");
	screen_test_shows(t, "3 marked");
	screen_test_keys(t, "j Space m h");
	assert_int_equal(count(t, "cause:model/hallucination"), 2);
	assert_int_equal(count(t, "cause:none"), 5);
	screen_test_keys(t, "u");
	assert_int_equal(count(t, "cause:none"), 7);
	/* Enter lists the members, and marks none. */
	screen_test_keys(t, "< L j Enter");
	screen_test_shows(t, "group:2");
	screen_test_shows(t, "· 3 marked in other lists"); /* that of the beginning waits still, and those of what was undone */
	screen_test_keys(t, "<");
	screen_test_lacks(t, "group:");
}

static void what_is_proposed_is_accepted_by_a_key(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "o i # '1' Enter m h # '3' Enter");
	screen_test_shows(t, "proposed: model/hallucination · T takes it over");
	screen_test_golden(t, "groups-proposed", true);
	assert_int_equal(count(t, "cause:model"), 1);
	screen_test_keys(t, "T");
	screen_test_shows(t, "1 sample: model/hallucination, as proposed");
	assert_int_equal(count(t, "cause:model"), 2);
	screen_test_keys(t, "u");
	assert_int_equal(count(t, "cause:model"), 1);
	/* Where no key takes it over, nothing is proposed. */
	screen_test_keys(t, "a n 'A title' Enter I Enter Tab");
	screen_test_shows(t, "[Members 1]");
	screen_test_shows(t, "row_0 = load(1000, 0);");
	screen_test_lacks(t, "takes it over");
	screen_test_keys(t, "q q");
	/* Of a whole group; of a sample that nothing is proposed for. */
	screen_test_keys(t, "L T");
	screen_test_shows(t, "2 samples: model/hallucination, as proposed");
	assert_int_equal(count(t, "cause:model"), 3);
	screen_test_keys(t, "q # '5' Enter T");
	screen_test_shows(t, "no group of alike samples proposes a cause here");
	assert_int_equal(count(t, "cause:model"), 3);
}

/* For screen readers a group is a line of words, the numbers named. */
static void a_group_is_said_in_words(void **state)
{
	struct screen_test *t = *state = screen_test_new(&(struct screen_test_options){ .accessible = true });

	for (int i = 0; i < 4; i++)
		add(t, i ? "b.c" : "a.c", 1, i);
	screen_test_keys(t, "R o i # '1' Enter m h L R");
	screen_test_shows(t, "4 samples, 3 open, model/hallucination (1 of 1): annotated");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_group_is_judged_as_one, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_proposed_is_accepted_by_a_key, setup, teardown),
		cmocka_unit_test_teardown(a_group_is_said_in_words, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
