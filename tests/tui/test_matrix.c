/*
 * The main screens at three sizes and four colour depths: tests/golden/tui/matrix/NAME.txt holds
 * each as text, and for each depth and theme a digest of how its cells look (colour, attributes,
 * selected, underlined), so that a change of looks is seen without 60 files of them. What looks
 * have been changed is told by the style goldens of the other tests.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/digest.h"
#include "core/base/mem.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/theme.h"

static const struct {
	int rows, columns;
} sizes[] = { { 24, 80 }, { 40, 120 }, { 120, 400 } };

static const int depths[] = { THEME_TRUE_COLOUR, 256, 16, 0 };

static int setup(void **state)
{
	struct screen_test *t = *state = fixture_screen(24, 80);

	fixture_incident(screen_test_store(t));
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

/* Eight hexadecimal digits of how the screen looks in all themes. */
static void add_digest(const struct surface *surface, int depth, struct strbuf *out)
{
	struct digest_builder *builder = digest_begin();
	char hex[DIGEST_HEX_LEN + 1];
	struct digest digest;

	for (int theme = 0; theme < THEME_COUNT; theme++)
		for (int row = 0; row < surface->rows; row++)
			for (int column = 0; column < surface->columns; column++) {
				struct cell cell = surface_cell(surface, row, column);
				struct look look = theme_look((enum theme)theme, depth, (enum style)cell.style, cell.selected);
				digest_number(builder, look.foreground);
				digest_number(builder, look.attributes | (cell.underlined ? ATTR_UNDERLINE : 0));
			}
	digest = digest_end(builder);
	digest_hex(&digest, hex);
	strbuf_addf(out, " %.8s", hex);
}

/* The keys, then the screen at each size. */
static void look(struct screen_test *t, const char *name, const char *keys)
{
	struct strbuf all = STRBUF_INIT;
	char file[64];

	screen_test_keys(t, keys);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		screen_test_resize(t, sizes[i].rows, sizes[i].columns);
		strbuf_addf(&all, "==== %d x %d\n%s", sizes[i].columns, sizes[i].rows, screen_test_text(t, false));
		strbuf_addstr(&all, "looks in true colour, 256, 16, none:");
		for (size_t depth = 0; depth < ARRAY_LEN(depths); depth++)
			add_digest(screen_test_surface(t), depths[depth], &all);
		strbuf_addch(&all, '\n');
	}
	snprintf(file, sizeof(file), "matrix/%s", name);
	screen_test_golden_text(t, file, strbuf_slice(&all)); /* frees nothing when it fails: the process ends */
	strbuf_release(&all);
}

static void the_queue(void **state)
{
	look(*state, "queue", "j Space Space");
}

static void a_sample(void **state)
{
	look(*state, "sample", "Enter");
}

static void code_compared(void **state)
{
	look(*state, "compare", "Enter ] ] ] ]");
}

static void a_path(void **state)
{
	look(*state, "path", "j Enter } } }");
}

static void provenance_and_history(void **state)
{
	look(*state, "provenance", "Enter [ [");
	screen_test_resize(*state, 24, 80);
	look(*state, "history", "m h Y 2 ]");
}

static void causes_to_pick(void **state)
{
	look(*state, "cause", "i");
}

static void incidents_and_their_tabs(void **state)
{
	struct screen_test *t = *state;
	static const char *const tabs[] = { "overview", "members", "causes", "timeline", "actions", "draft", "record" };

	look(t, "incidents", "I");
	screen_test_keys(t, "Enter");
	for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
		char name[32];
		snprintf(name, sizeof(name), "incident_%s", tabs[i]);
		look(t, name, i ? "Tab" : "");
	}
}

static void an_empty_store(void **state)
{
	struct screen_test *t = screen_test_new(NULL);

	screen_test_free(*state);
	*state = t;
	look(t, "empty", "");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(code_compared, setup, teardown),
		cmocka_unit_test_setup_teardown(a_path, setup, teardown),
		cmocka_unit_test_setup_teardown(provenance_and_history, setup, teardown),
		cmocka_unit_test_setup_teardown(causes_to_pick, setup, teardown),
		cmocka_unit_test_setup_teardown(incidents_and_their_tabs, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_store, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
