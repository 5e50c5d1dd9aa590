/* What is like a sample: the list, what is opened from it, and how it is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"

#define BODY "int tally(const int *apples, int pears)\n{\n\tint plums = 0;\n\tfor (int figs = 0; figs < pears; figs++)\n" \
	     "\t\tplums += apples[figs];\n\treturn plums;\n}\n"
#define OTHER_NAMES "int gather(const int *xs, int n)\n{\n  int acc = 0;\n  for (int k = 0; k < n; k++)\n    acc += xs[k];\n" \
		    "  return acc;\n}\n"

static void add(struct screen_test *t, const char *path, const char *code)
{
	assert_true(fake_store_add(screen_test_store(t), &(struct sample){ .code = slice_of(code), .path = path, .language = "c" }) > 0);
}

static int setup(void **state)
{
	struct screen_test *t = *state = screen_test_new(NULL);

	add(t, "a.c", BODY);
	add(t, "b.c", "nothing of the kind\n");
	add(t, "c.c", OTHER_NAMES);
	add(t, "d.c", BODY BODY BODY "// the end\n");
	add(t, "e.c", BODY);
	add(t, "f.c", BODY BODY BODY);
	add(t, "g.c", "");
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void the_list(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "# '1' Enter Enter ~");
	screen_test_golden(t, "similar", true);
	screen_test_keys(t, "j Enter");
	screen_test_shows(t, "Like sample 1 › Sample 3");
	screen_test_keys(t, "K");
	screen_test_shows(t, "Like sample 1 › Sample 5");
	/* What is said there stands in the list, which is not looked for again. */
	screen_test_keys(t, "m h q");
	screen_test_shows(t, "model/hallucination");
	assert_int_equal(screen_test_request_count(t, REQUEST_SIMILAR), 1);
	screen_test_keys(t, "k S e");
	screen_test_keys(t, "q");
	screen_test_shows(t, "› Sample 1");
	screen_test_keys(t, "q");
	screen_test_shows(t, "Queue");
	screen_test_keys(t, "# '4' Enter ~"); /* from the queue as well */
	screen_test_shows(t, "0 with the same code, 0 with other names or blanks, 3 near");
}

static void nothing_is_alike(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "# '2' Enter ~");
	screen_test_shows(t, "no other sample has code like this");
	screen_test_keys(t, "Enter j q # '7' Enter ~");
	screen_test_shows(t, "sample 7 has no code that others could be like");
}

static void it_is_under_way(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "# '1' Enter");
	screen_test_hold(t, true);
	screen_test_keys(t, "~");
	screen_test_shows(t, "comparing: 0 samples done (q stops it)");
	screen_test_keys(t, "Enter j");
	screen_test_keys(t, "q");
	screen_test_hold(t, false);
	screen_test_lacks(t, "Like sample");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_list, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_alike, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_under_way, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
