/* Lines that go on in a second column: no block is torn between two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tui/pane.h"

/* Blocks of so many lines each, a blank one between: "a0", "a1", "", "b0", … */
static void fill(struct pane *pane, const int *blocks, size_t count)
{
	pane_init(pane);
	pane->flow = 8; /* and a gap of two, but behind the last */
	for (size_t i = 0; i < count; i++) {
		if (i)
			pane_end(pane, 0);
		for (int line = 0; line < blocks[i]; line++) {
			pane_addf(pane, STYLE_TEXT, "%c%d", 'a' + (int)i, line);
			pane_end(pane, 0);
		}
	}
}

static void assert_drawn(struct pane *pane, int rows, int columns, const char *wanted)
{
	struct surface surface;
	struct strbuf text = STRBUF_INIT;

	surface_init(&surface, rows, columns);
	pane_fit(pane, surface_area(&surface));
	pane_view(pane, &surface, surface_area(&surface));
	surface_dump(&surface, false, &text);
	assert_string_equal(text.text, wanted);
	strbuf_release(&text);
	surface_release(&surface);
}

static void a_block_stays_in_one_column(void **state)
{
	struct pane pane;

	(void)state;
	fill(&pane, (const int[]){ 3, 4 }, 2);
	assert_drawn(&pane, 6, 20, "a0        b0\na1        b1\na2        b2\n          b3\n\n\n");
	/* One column is enough, or there is room for one alone. */
	assert_drawn(&pane, 8, 20, "a0\na1\na2\n\nb0\nb1\nb2\nb3\n");
	assert_drawn(&pane, 6, 18, "a0        b0\na1        b1\na2        b2\n          b3\n\n\n"); /* the least */
	assert_drawn(&pane, 6, 50, "a0                b0\na1                b1\na2                b2\n                  b3\n\n\n"); /* not far apart */
	assert_drawn(&pane, 6, 17, "a0\na1\na2\n\nb0\nb1\n");
	pane_release(&pane);
}

/* Rather torn than out of sight. */
static void what_does_not_fit_in_blocks_is_torn(void **state)
{
	struct pane pane;

	(void)state;
	fill(&pane, (const int[]){ 4, 4, 2 }, 3);
	assert_drawn(&pane, 6, 20, "a0        b1\na1        b2\na2        b3\na3\n          c0\nb0        c1\n");
	assert_drawn(&pane, 6, 30, "a0        b0        c0\na1        b1        c1\na2        b2\na3        b3\n\n\n"); /* a third column */
	/* What is too long for all columns is scrolled to its last line. */
	pane_fit(&pane, (struct area){ 0, 0, 4, 20 });
	pane_scroll(&pane, 100);
	assert_drawn(&pane, 4, 20, "          b3\nb0\nb1        c0\nb2        c1\n");
	pane_release(&pane);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_stays_in_one_column),
		cmocka_unit_test(what_does_not_fit_in_blocks_is_torn),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
