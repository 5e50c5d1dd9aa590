/* Lists get names on the screen: kept in a file of their own, opened, replaced, removed and brought back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/kept_views.h"

struct fixture {
	struct screen_test *test;
	struct arena arena;
	char folder[64], path[96];
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .arena = ARENA_INIT };
	snprintf(fixture.folder, sizeof(fixture.folder), "/tmp/aitia-views-%ld", (long)getpid());
	snprintf(fixture.path, sizeof(fixture.path), "%s/views.ini", fixture.folder);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	screen_test_free(f->test);
	arena_release(&f->arena);
	unlink(f->path);
	rmdir(f->folder);
	return 0;
}

static const char *kept(struct fixture *f)
{
	struct slice text;

	assert_int_equal(file_read(&f->arena, f->path, 0, &text, NULL), STATUS_OK);
	return arena_text(&f->arena, text);
}

static const struct saved_view configured[] = { { "in C", "lang:c", SORT_OLDEST, "cause", 0 } };

/* As at a start of the program: with what the file has. */
static struct screen_test *begin(struct fixture *f)
{
	struct screen_test_options options = { .columns = 100, .views = configured, .view_count = 1, .views_path = f->path };

	screen_test_free(f->test);
	options.kept_views = file_exists(f->path) ? kept(f) : NULL;
	f->test = screen_test_new(&options);
	fixture_samples(screen_test_store(f->test));
	screen_test_start(f->test);
	return f->test;
}

static void a_list_gets_a_name(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "/ 'lang:python' Enter o o b ' mine to do ' Enter");
	screen_test_shows(t, "the view 'mine to do' is kept; O opens it");
	assert_string_equal(kept(f), "[view mine to do]\nquery = lang:python\nsort = oldest\n");
	t = begin(f);
	screen_test_lacks(t, "Queue /");
	screen_test_keys(t, "O");
	screen_test_golden(t, "views_menu", false);
	screen_test_keys(t, "m");
	screen_test_shows(t, "Queue /lang:python");
	screen_test_shows(t, "oldest");
}

static void chosen_columns_go_with_it(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "| p Enter b narrow Enter");
	assert_non_null(strstr(kept(f), "columns = "));
	assert_null(strstr(kept(f), "path"));
	t = begin(f);
	screen_test_shows(t, "cause                path");
	screen_test_keys(t, "O n");
	screen_test_lacks(t, "cause                path");
	screen_test_keys(t, "O i"); /* the configuration's has some as well */
	screen_test_shows(t, "Queue /lang:c");
}

static void a_name_that_is_taken_is_said(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "/ 'lang:go' Enter O + 'odd' Enter Esc / 'lang:c' Enter b 'odd'");
	screen_test_shows(t, "Enter replaces the view of that name: lang:go");
	screen_test_keys(t, "Enter");
	assert_string_equal(kept(f), "[view odd]\nquery = lang:c\nsort = newest\n");
	screen_test_keys(t, "b 'in C' Enter");
	screen_test_shows(t, "that is a view of the configuration: lang:c");
	screen_test_keys(t, "Esc b ' ' Enter");
	screen_test_shows(t, "it must not be empty");
}

static void one_is_removed_and_brought_back(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "b 'all' Enter / 'lang:go' Enter b 'go' Enter O Del");
	screen_test_shows(t, "'in C' is a view of the configuration");
	screen_test_keys(t, "Down Del");
	screen_test_shows(t, "removed; the same key brings it back");
	assert_string_equal(kept(f), "[view go]\nquery = lang:go\nsort = newest\n");
	screen_test_keys(t, "Del");
	assert_non_null(strstr(kept(f), "[view all]\nquery = \nsort = newest\n"));
	screen_test_keys(t, "Del Esc O");
	screen_test_lacks(t, "all samples");
	screen_test_shows(t, "lang:go");
}

/* What cannot be written is not said to be removed. */
static void a_refused_removal_removes_nothing(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "b 'all' Enter O");
	unlink(f->path);
	rmdir(f->folder);
	assert_int_equal(file_write_atomic(f->folder, slice_of(""), NULL), STATUS_OK); /* a file in the folder's place */
	screen_test_keys(t, "Down Del");
	screen_test_shows(t, f->folder);
	screen_test_lacks(t, "brings it back");
	screen_test_shows(t, "all samples");
	unlink(f->folder);
	screen_test_keys(t, "Del");
	screen_test_shows(t, "removed; the same key brings it back");
}

/* Two workbenches at a time: none takes back what the other has kept. */
static void what_others_kept_stays(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t = begin(f);

	screen_test_keys(t, "b mine Enter");
	assert_int_equal(file_write_atomic(f->path, slice_of("# of a newer one\n[view theirs]\nquery = lang:c\nshade = 3\n[view mine]\n"
							     "query = x\nsort = oldest\n[other]\nz = 1\n"), NULL), STATUS_OK);
	screen_test_keys(t, "b third Enter b mine Enter");
	assert_string_equal(kept(f), "# of a newer one\n[view theirs]\nquery = lang:c\nshade = 3\n[view mine]\nquery = \n"
				     "sort = newest\n[other]\nz = 1\n[view third]\nquery = \nsort = newest\n");
	screen_test_keys(t, "O");
	screen_test_shows(t, "theirs");
}

/* What cannot be written stays typed. */
static void a_refusal_keeps_the_name(void **state)
{
	struct fixture *f = *state;
	struct screen_test *t;

	assert_int_equal(file_write_atomic(f->folder, slice_of(""), NULL), STATUS_OK); /* a file in the folder's place */
	t = begin(f);
	screen_test_keys(t, "b 'mine to do' Enter");
	screen_test_shows(t, f->folder);
	screen_test_shows(t, "Keep this list as the view: mine to do");
	unlink(f->folder);
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "is kept");
}

static void a_damaged_file_is_read_as_far_as_it_goes(void **state)
{
	struct arena arena = ARENA_INIT;
	size_t count;
	const struct saved_view *views = kept_views_parse(&arena, slice_of(
		"query = lost\n[view]\nquery = x\n[view \n[view a]b]\nquery=lang:c  \nsort = sideways\n= \n[\n[view a]b]\nsort = oldest\r\n"
		"columns = path"), &count);

	(void)state;
	assert_int_equal(count, 1);
	assert_string_equal(views[0].name, "a]b");
	assert_string_equal(views[0].query, "lang:c");
	assert_int_equal(views[0].sort, SORT_OLDEST);
	assert_string_equal(views[0].columns, "path");
	arena_release(&arena);
}

/* Who reads them for a command must be able to tell a slip from a wish for all. */
static void a_view_without_a_query_says_so(void **state)
{
	struct arena arena = ARENA_INIT;
	size_t count;
	const struct saved_view *views = kept_views_parse(&arena, slice_of(
		"[view all]\nquery =\n\n[view slip]\nqeury = lang:c\n[view late]\n[view bare]\n# query = x\n[view late]\nquery = lang:c\n"), &count);

	(void)state;
	assert_int_equal(count, 4);
	assert_int_equal(views[0].unasked_line, 0);
	assert_string_equal(views[0].query, "");
	assert_int_equal(views[1].unasked_line, 4);
	assert_int_equal(views[2].unasked_line, 0);
	assert_string_equal(views[2].query, "lang:c");
	assert_int_equal(views[3].unasked_line, 7);
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_gets_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(chosen_columns_go_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_that_is_taken_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(one_is_removed_and_brought_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refused_removal_removes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(what_others_kept_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refusal_keeps_the_name, setup, teardown),
		cmocka_unit_test(a_damaged_file_is_read_as_far_as_it_goes),
		cmocka_unit_test(a_view_without_a_query_says_so),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
