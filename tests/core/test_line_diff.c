/* What differs between two texts, as diff -u shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/line_diff.h"

static void differs(const char *old_text, const char *new_text, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	line_diff(&out, "a", slice_of(old_text), "b", slice_of(new_text));
	if (strcmp(out.text, expected) != 0)
		fail_msg("<<%s>> and <<%s>> differ by\n<<%s>> and not\n<<%s>>", old_text, new_text, out.text, expected);
	strbuf_release(&out);
}

static void test_small(void **state)
{
	(void)state;
	differs("", "", "");
	differs("x\n", "x\n", "");
	differs("", "x\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
	differs("x\n", "", "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n");
	differs("a\nb\nc\n", "a\nX\nc\n", "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n");
	differs("a\nb\nc\nd\n", "a\nc\nB\nd\n", "--- a\n+++ b\n@@ -1,4 +1,4 @@\n a\n-b\n c\n+B\n d\n");
}

static void test_hunks(void **state)
{
	(void)state;
	differs("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "X\n2\n3\n4\n5\n6\n7\n8\nY\n",
		"--- a\n+++ b\n@@ -1,4 +1,4 @@\n-1\n+X\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+Y\n");
}

/* More than is compared line by line: still what was there and what comes. */
static void test_large(void **state)
{
	struct strbuf old_text = STRBUF_INIT, new_text = STRBUF_INIT, out = STRBUF_INIT;
	size_t removed = 0, added = 0;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		strbuf_addf(&old_text, "old %d\n", i);
		strbuf_addf(&new_text, "new %d\n", i);
	}
	line_diff(&out, "a", strbuf_slice(&old_text), "b", strbuf_slice(&new_text));
	for (const char *at = out.text; (at = strstr(at, "\n-old ")); at++)
		removed++;
	for (const char *at = out.text; (at = strstr(at, "\n+new ")); at++)
		added++;
	assert_int_equal(removed, 3000);
	assert_int_equal(added, 3000);
	strbuf_release(&old_text);
	strbuf_release(&new_text);
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_hunks),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
