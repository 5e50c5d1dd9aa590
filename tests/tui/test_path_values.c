/* Paths are completed folder by folder, with what is under each, whatever their number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static int setup(void **state)
{
	*state = fixture_screen(24, 80);
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void paths_go_on_step_by_step(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "/ 'path:' Tab");
	screen_test_shows(t, "evals/ 12  lib/ 1  services/ 1");
	screen_test_keys(t, "'s' Tab"); /* one folder alone, which goes on */
	screen_test_shows(t, "Filter: path:services/");
	screen_test_keys(t, "Tab Tab Tab Tab");
	screen_test_shows(t, "Filter: path:services/worker/src/queues/drain.py");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "1 of 1");
}

static void counts_are_beside_the_rest_of_the_query(void **state)
{
	struct screen_test *t = *state;
	struct arena arena = ARENA_INIT;

	screen_test_keys(t, "/ 'lang:python path:' Tab");
	screen_test_shows(t, arena_printf(&arena, "evals/ %d  services/ 1",
					  (int)fixture_count(screen_test_store(t), "lang:python path:evals/*")));
	screen_test_keys(t, "^U 'lang:nonsuch path:' Tab");
	screen_test_lacks(t, "evals/");
	screen_test_keys(t, "^U 'level:eror path:e' Tab"); /* the rest is wrong as yet */
	screen_test_shows(t, "Filter: level:eror path:e");
	arena_release(&arena);
}

static void of_a_great_folder_no_more_is_read_than_is_said(void **state)
{
	struct screen_test *t = *state;

	fixture_illustrative(screen_test_store(t), 500);
	screen_test_keys(t, "R / 'path:' Tab");
	screen_test_shows(t, "evals/ 12  lib/ 1  services/ 100+");
	screen_test_keys(t, "'services/' Tab");
	screen_test_shows(t, "billing/ 100+  worker/ 1"); /* what is behind the great one is found */
}

static void more_than_there_is_room_for(void **state)
{
	struct screen_test *t = *state;

	struct arena arena = ARENA_INIT;

	for (int i = 0; i < 60; i++)
		assert_true(fake_store_add(screen_test_store(t), &(struct sample){
			.kind = SAMPLE_KIND_COMPLETION, .path = arena_printf(&arena, "many/f%02d", i),
			.code = slice_of(arena_printf(&arena, "x = %d", i)) }) > 0);
	arena_release(&arena);
	screen_test_resize(t, 24, 400);
	screen_test_keys(t, "R / 'path:many/f' Tab");
	screen_test_shows(t, "f00 1  f01 1");
	screen_test_shows(t, "f39 1  and more: type how it goes on");
	screen_test_lacks(t, "f40");
	screen_test_keys(t, "'5' Tab"); /* few enough: what they have in common */
	screen_test_shows(t, "f50 1  f51 1");
	screen_test_lacks(t, "and more");
}

/* The pages that completion reads: how many, and what the arena holds that each is read into. */
static const struct store_ops *fake_ops;
static struct store_ops counting;
static size_t pages, held;

static enum status counted_page(struct store *store, struct arena *arena, const struct page_request *request,
				struct sample_page *out, struct error *err)
{
	if (request->sort == SORT_PATH) {
		pages++;
		held = arena->used_bytes > held ? arena->used_bytes : held;
	}
	return fake_ops->sample_page(store, arena, request, out, err);
}

static size_t pages_of(struct screen_test *t, const char *keys)
{
	pages = 0;
	screen_test_keys(t, keys);
	return pages;
}

static void samples_without_a_path_are_not_walked_through(void **state)
{
	struct screen_test *t = *state;
	struct store *store = screen_test_store(t);

	for (int i = 0; i < 500; i++) {
		char code[16];
		snprintf(code, sizeof(code), "x = %d", i);
		assert_true(fake_store_add(store, &(struct sample){ .kind = SAMPLE_KIND_COMPLETION, .code = slice_of(code) }) > 0);
	}
	screen_test_keys(t, "R");
	fake_ops = store->ops;
	counting = *store->ops;
	counting.sample_page = counted_page;
	store->ops = &counting;
	assert_int_equal(pages_of(t, "/ 'path:' Tab"), 1);
	screen_test_shows(t, "evals/ 12  lib/ 1  services/ 1");
	assert_int_equal(pages_of(t, "^U '-lang:python path:zzz' Tab"), 1); /* behind all that have one */
	/* A filter that finds none of them and is slow about it. */
	fake_store_slow(store, 100);
	assert_int_equal(pages_of(t, "^U 'text:nonsuch path:' Tab"), 1);
	/* Behind a great folder, the last. */
	fake_store_slow(store, 0);
	fixture_illustrative(store, 200);
	assert_int_equal(pages_of(t, "Esc R / 'path:' Tab"), 3);
	screen_test_shows(t, "evals/ 12  lib/ 1  services/ 100+");
	assert_int_equal(held, 0);
	store->ops = fake_ops;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(paths_go_on_step_by_step, setup, teardown),
		cmocka_unit_test_setup_teardown(counts_are_beside_the_rest_of_the_query, setup, teardown),
		cmocka_unit_test_setup_teardown(of_a_great_folder_no_more_is_read_than_is_said, setup, teardown),
		cmocka_unit_test_setup_teardown(samples_without_a_path_are_not_walked_through, setup, teardown),
		cmocka_unit_test_setup_teardown(more_than_there_is_room_for, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
