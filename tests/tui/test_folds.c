/* Folding of long texts: what is folded, and reading with folds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tui/code_view.h"
#include "tui/folds.h"

#define ROWS 24

struct fixture {
	struct folds folds;
	struct strbuf text;
	struct screen_test *screen;
	struct code_view view;
	struct surface surface;
};

static struct fixture fixture;

static int setup(void **state)
{
	fixture = (struct fixture){ 0 };
	strbuf_init(&fixture.text);
	surface_init(&fixture.surface, ROWS, 60);
	code_view_init(&fixture.view);
	code_view_resize(&fixture.view, ROWS, 60);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	vec_release(&f->folds.list);
	strbuf_release(&f->text);
	screen_test_free(f->screen);
	code_view_release(&f->view);
	surface_release(&f->surface);
	return 0;
}

static void add_lines(struct strbuf *text, const char *word, int count)
{
	for (int i = 1; i <= count; i++)
		strbuf_addf(text, "%s %d\n", word, i);
}

/* "20+40 80+1": first lines and counts. */
static const char *found(struct fixture *f)
{
	static char out[200];
	size_t len = 0;

	folds_find(strbuf_slice(&f->text), &f->folds);
	out[0] = '\0';
	for (size_t i = 0; i < f->folds.list.len; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%zu+%zu", i ? " " : "", f->folds.list.items[i].first,
					f->folds.list.items[i].count);
	return out;
}

static void a_long_block_keeps_its_edges(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(found(f), "");
	add_lines(&f->text, "line", 60);
	assert_string_equal(found(f), "");
	add_lines(&f->text, "line", 1);
	assert_string_equal(found(f), "20+21");
	strbuf_addstr(&f->text, "no line feed");
	assert_string_equal(found(f), "20+22");
	assert_null(folds_at(&f->folds, 19));
	assert_ptr_equal(folds_at(&f->folds, 20), &f->folds.list.items[0]);
	assert_ptr_equal(folds_at(&f->folds, 41), &f->folds.list.items[0]);
	assert_null(folds_at(&f->folds, 42));
}

static void speakers_and_files_begin_blocks(void **state)
{
	struct fixture *f = *state;

	strbuf_addstr(&f->text, "[user]\nPlease\n\n[tool bash]\r\n");
	add_lines(&f->text, "log", 100);
	strbuf_addstr(&f->text, "[info] is no speaker\n[Error]\n[x]\n\n[assistant]\n");
	add_lines(&f->text, "+", 60);
	assert_string_equal(found(f), "23+65 128+21");
	strbuf_clear(&f->text);
	strbuf_addstr(&f->text, "diff --git a/x b/x\n");
	add_lines(&f->text, "+", 59);
	strbuf_addstr(&f->text, "diff --git a/y b/y\n");
	add_lines(&f->text, "+", 60);
	assert_string_equal(found(f), "80+21");
}

/* ---- in the view ------------------------------------------------------------------------ */

static const char *draw(struct fixture *f, struct strbuf *out)
{
	surface_clear(&f->surface);
	code_view_view(&f->view, &f->surface, surface_area(&f->surface), true);
	strbuf_clear(out);
	surface_dump(&f->surface, false, out);
	return out->text;
}

static void assert_draws(struct fixture *f, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	bool is = strstr(draw(f, &out), text) != NULL;

	if (!is)
		print_error("'%s' is not in:\n%s", text, out.text);
	strbuf_release(&out);
	assert_true(is);
}

static void open_lines(struct fixture *f, int count, bool wrap)
{
	add_lines(&f->text, "line", count);
	code_view_show(&f->view, wrap, false);
	code_view_open(&f->view, strbuf_slice(&f->text), NULL, 1, NULL, 0);
	code_view_fold(&f->view);
}

static void movement_passes_over_a_fold(void **state)
{
	struct fixture *f = *state;

	for (int wrap = 0; wrap < 2; wrap++) {
		strbuf_clear(&f->text);
		open_lines(f, 1000, wrap);
		assert_draws(f, "  20   line 20\n       ---- 960 lines folded (x) ---");
		assert_draws(f, "\n 981   line 981\n");
		for (int i = 0; i < 20; i++)
			code_view_action(&f->view, ACTION_ID_down);
		assert_int_equal(f->view.top, 17); /* the last screen is full */
		code_view_action(&f->view, ACTION_ID_first);
		code_view_action(&f->view, ACTION_ID_page_down);
		assert_int_equal(f->view.top, 17);
		assert_draws(f, "1000   line 1000\n");
		code_view_action(&f->view, ACTION_ID_last);
		assert_draws(f, "1000   line 1000\n");
		assert_true(code_view_fold_one(&f->view));
		assert_draws(f, "  21   line 21\n");
		code_view_action(&f->view, ACTION_ID_last);
		assert_int_equal(f->view.top, 1000 - ROWS);
		assert_true(code_view_fold_all(&f->view));
		assert_draws(f, "960 lines folded");
		assert_true(code_view_fold_all(&f->view));
		assert_false(f->view.folds.list.items[0].open == false);
	}
}

static void what_is_gone_to_is_opened(void **state)
{
	static const struct code_mark mark = { .first = 500, .last = 500, .level = LEVEL_ERROR };
	struct query_value value = { .text = "line 300" };
	struct query_term term = { .key = QUERY_KEY_TEXT, .values = &value, .value_count = 1 };
	struct query query = { .terms = &term, .term_count = 1 };
	struct fixture *f = *state;

	open_lines(f, 1000, false);
	assert_int_equal(code_view_search(&f->view, &query), 1);
	assert_draws(f, "300   line 300\n");
	/* A selection is never of lines that are not seen. */
	code_view_fold_all(&f->view);
	code_view_action(&f->view, ACTION_ID_first);
	code_view_select(&f->view, true);
	for (int i = 0; i < 20; i++)
		code_view_action(&f->view, ACTION_ID_down);
	assert_draws(f, " 21   line 21\n");
	code_view_fold_all(&f->view);
	assert_draws(f, " 21   line 21\n");
	/* What is flagged is not folded. */
	code_view_open(&f->view, strbuf_slice(&f->text), NULL, 1, &mark, 1);
	code_view_fold(&f->view);
	assert_draws(f, "500 > line 500\n");
}

/* A test's log: its kind says that it is read for what happened. */
static void folds_are_kept_while_the_sample_is_shown(void **state)
{
	struct fixture *f = *state;
	struct sample log = { .kind = SAMPLE_KIND_TEST_RUN };

	add_lines(&f->text, "ok", 4000);
	log.code = strbuf_slice(&f->text);
	log.prompt = strbuf_slice(&f->text);
	f->screen = screen_test_new(NULL);
	fake_store_add(screen_test_store(f->screen), &log);
	log.kind = SAMPLE_KIND_EDIT;
	log.path = "code.txt";
	fake_store_add(screen_test_store(f->screen), &log);
	screen_test_keys(f->screen, "j Enter PgDn");
	screen_test_golden(f->screen, "folded", true);
	screen_test_keys(f->screen, "x");
	screen_test_shows(f->screen, "  21   ok 21");
	screen_test_keys(f->screen, "] PgDn"); /* the prompt's fold is its own */
	screen_test_shows(f->screen, "3960 lines folded");
	screen_test_keys(f->screen, "[ n 'seen' Enter PgDn"); /* it is read again */
	screen_test_shows(f->screen, "  21   ok 21");
	screen_test_lacks(f->screen, "folded");
	screen_test_keys(f->screen, "g X PgDn");
	screen_test_shows(f->screen, "3960 lines folded");
	screen_test_keys(f->screen, "/ 'ok 2000' Enter");
	screen_test_shows(f->screen, "2000   ok 2000");
	/* Code is not folded. */
	screen_test_keys(f->screen, "Esc K J K g x PgDn");
	screen_test_lacks(f->screen, "folded");
	screen_test_keys(f->screen, "] ] ] x");
	screen_test_shows(f->screen, "nothing is folded here");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_long_block_keeps_its_edges, setup, teardown),
		cmocka_unit_test_setup_teardown(speakers_and_files_begin_blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(movement_passes_over_a_fold, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_gone_to_is_opened, setup, teardown),
		cmocka_unit_test_setup_teardown(folds_are_kept_while_the_sample_is_shown, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
