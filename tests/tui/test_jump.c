/* Jumps into the queue, counts under way, and values with their counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/jump.h"

#define MANY 1000

static int setup(void **state)
{
	struct screen_test *t = screen_test_new(NULL);

	fixture_samples(screen_test_store(t));
	*state = t;
	return 0;
}

static int setup_many(void **state)
{
	struct screen_test *t = screen_test_new(NULL);

	fixture_many(screen_test_store(t), MANY);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void places_are_read(void **state)
{
	static const struct {
		const char *text;
		enum seek_kind bare, kind;
		int64_t number;
	} cases[] = {
		{ "50", SEEK_PERCENT, SEEK_PERCENT, 50 }, { " 100% ", SEEK_ID, SEEK_PERCENT, 100 }, { "0%", SEEK_TIME, SEEK_PERCENT, 0 },
		{ "17", SEEK_ID, SEEK_ID, 17 }, { "#17", SEEK_PERCENT, SEEK_ID, 17 },
		{ "1970", SEEK_TIME, SEEK_TIME, 0 }, { "@1970-01-02", SEEK_ID, SEEK_TIME, 86400000000 },
		{ "1970-01", SEEK_PERCENT, SEEK_TIME, 0 },
	};
	static const char *const wrong[] = { "101", "5x%", "-1", "#0", "#x", "@", "2026-13", "%", "99999999999999999999" };
	struct strbuf why = STRBUF_INIT;
	struct jump jump;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_true(jump_parse(cases[i].text, cases[i].bare, &jump, &why));
		assert_int_equal(jump.kind, cases[i].kind);
		assert_int_equal(jump.number, cases[i].number);
	}
	assert_true(jump_parse("2026-03-04", SEEK_PERCENT, &jump, &why));
	assert_int_equal(jump.number_end - jump.number, 86400000000);
	assert_int_equal(why.len_bytes, 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		strbuf_clear(&why);
		if (jump_parse(wrong[i], SEEK_PERCENT, &jump, &why))
			fail_msg("'%s' was taken", wrong[i]);
		assert_true(why.len_bytes > 0);
	}
	strbuf_release(&why);
}

static void to_a_percentage(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "%");
	screen_test_golden(t, "jump_prompt", false);
	screen_test_keys(t, "'50' Enter");
	screen_test_shows(t, "501 of 1000");
	screen_test_keys(t, "k k");
	screen_test_shows(t, "499 of 1000");
	screen_test_keys(t, "% '100' Enter");
	screen_test_shows(t, "1000 of 1000");
	screen_test_keys(t, "# '0%' Enter");
	screen_test_shows(t, "1 of 1000");
	screen_test_keys(t, "% '101'");
	screen_test_shows(t, "from 0 to 100");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Go to");
	screen_test_keys(t, "Esc");
	screen_test_shows(t, "1 of 1000");
}

static void to_a_date_and_a_sample(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "@ '2026-05-03' Enter");
	screen_test_shows(t, "#3"); /* the newest of that day or before */
	screen_test_keys(t, "k");
	screen_test_shows(t, "#2");
	screen_test_keys(t, "# '9' Enter");
	screen_test_shows(t, "#9");
	screen_test_keys(t, "# '4711' Enter");
	screen_test_shows(t, "sample 4711 is not in this list");
	screen_test_shows(t, "Go to: 4711");
	screen_test_keys(t, "Esc @ '1999' Enter"); /* all is newer */
	screen_test_shows(t, "the list ends before that");
	screen_test_shows(t, "14 of 14");
	screen_test_keys(t, "o p @ '2026' Enter");
	screen_test_shows(t, "has no place for a time");
}

static void jumps_wait_for_a_large_store(void **state)
{
	struct screen_test *t = *state;

	screen_test_start(t);
	fake_store_delay(screen_test_store(t), 3);
	screen_test_keys(t, "% '50' Enter");
	screen_test_shows(t, "501 of 1000");
	assert_int_equal(screen_test_request_count(t, REQUEST_SEEK_PERCENT), 4);
	/* A new list wants no place of the old one. */
	screen_test_hold(t, true);
	screen_test_keys(t, "% '50' Enter / 'lang:python' Enter");
	screen_test_hold(t, false);
	screen_test_shows(t, "1 of ");
}

/* Runs one request after the other; true while there was one. */
static bool run_one(struct app *app, struct store *store)
{
	struct backend backend = { .store = store };
	struct request *request = app_take_request(app);

	if (!request)
		return false;
	app_answer(app, request_run(&backend, request));
	request_free(request);
	return true;
}

static bool header_has(struct app *app, const char *text)
{
	struct surface surface;
	struct strbuf out = STRBUF_INIT;
	bool has;

	surface_init(&surface, 24, 80);
	app_view(app, &surface);
	surface_dump(&surface, false, &out);
	has = strstr(out.text, text) != NULL;
	strbuf_release(&out);
	surface_release(&surface);
	return has;
}

static void counts_show_how_far_they_are(void **state)
{
	struct store *store = fake_store_new();
	/* Of a filter: the total of all samples comes with the first page. */
	struct app *app = app_new(&(struct app_options){ .store_name = "s", .reviewer = "ada", .session = "query -lang:cobol\n" }, 24, 80);
	bool under_way = false;

	(void)state;
	fixture_samples(store);
	fake_store_delay(store, 8);
	while (run_one(app, store))
		under_way = under_way || header_has(app, "of … 30 %") || header_has(app, "of … 40 %");
	assert_true(under_way);
	assert_true(header_has(app, "1 of 14"));
	app_free(app);
	store->ops->close(store);
}

static void values_are_offered_with_their_counts(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'model:' Tab");
	screen_test_golden(t, "filter_counts", false);
	screen_test_keys(t, "'h' Tab"); /* model:haiku-4.5, which no closed list knows */
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Queue /model:haiku-4.5");
	screen_test_keys(t, "/ 'level:' Tab"); /* counts are those of the list that is shown */
	screen_test_shows(t, "error 3");
	screen_test_keys(t, "Esc");
	screen_test_hold(t, true);
	screen_test_keys(t, "/ 'status:' Tab");
	screen_test_shows(t, "untriaged …");
	screen_test_hold(t, false);
	screen_test_keys(t, "Tab");
	screen_test_lacks(t, "…  ");
	screen_test_shows(t, "annotated 0");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read),
		cmocka_unit_test_setup_teardown(to_a_percentage, setup_many, teardown),
		cmocka_unit_test_setup_teardown(to_a_date_and_a_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(jumps_wait_for_a_large_store, setup_many, teardown),
		cmocka_unit_test(counts_show_how_far_they_are),
		cmocka_unit_test_setup_teardown(values_are_offered_with_their_counts, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
