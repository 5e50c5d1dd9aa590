/* Differences: small ones by hand, many at random, and bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "core/diff.h"

struct pair {
	const char *old, *new;
	size_t compared;
};

static bool same(const void *context, size_t old_at, size_t new_at)
{
	struct pair *pair = (struct pair *)(uintptr_t)context;

	pair->compared++;
	return pair->old[old_at] == pair->new[new_at];
}

/* "ab[-c][+d]e", after it was checked that the pieces lead from the one to the other. */
static char *text_of(struct pair *pair)
{
	struct diff diff = { VEC_INIT };
	struct strbuf out = STRBUF_INIT;
	size_t old_at = 0, new_at = 0;

	pair->compared = 0;
	diff_make(&diff, strlen(pair->old), strlen(pair->new), same, pair);
	for (size_t i = 0; i < diff.pieces.len; i++) {
		const struct diff_piece *piece = &diff.pieces.items[i];
		assert_int_equal(piece->old_at, old_at);
		assert_int_equal(piece->new_at, new_at);
		assert_true(piece->count > 0);
		if (piece->kind == DIFF_SAME)
			assert_memory_equal(pair->old + old_at, pair->new + new_at, piece->count);
		strbuf_addstr(&out, piece->kind == DIFF_SAME ? "" : piece->kind == DIFF_REMOVED ? "[-" : "[+");
		strbuf_add(&out, piece->kind == DIFF_ADDED ? pair->new + new_at : pair->old + old_at, piece->count);
		strbuf_addstr(&out, piece->kind == DIFF_SAME ? "" : "]");
		old_at += piece->kind == DIFF_ADDED ? 0 : piece->count;
		new_at += piece->kind == DIFF_REMOVED ? 0 : piece->count;
	}
	assert_int_equal(old_at, strlen(pair->old));
	assert_int_equal(new_at, strlen(pair->new));
	diff_release(&diff);
	return strbuf_detach(&out);
}

static void by_hand(void **state)
{
	static const char *const cases[][3] = {
		{ "", "", "" }, { "a", "", "[-a]" }, { "", "a", "[+a]" }, { "abc", "abc", "abc" },
		{ "abc", "axc", "a[-b][+x]c" }, { "abcd", "ad", "a[-bc]d" }, { "ad", "abcd", "a[+bc]d" },
		{ "abcabba", "cbabac", "[-ab]c[-a]b[-b]a[+bac]" }, { "ab", "cd", "[-ab][+cd]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pair pair = { cases[i][0], cases[i][1], 0 };
		char *text = text_of(&pair);
		if (i == 7) /* one of several shortest ones: five edits */
			assert_true(strlen(text) <= strlen("[-ab]c[+b]ab[-b]a[+c]") + 4);
		else
			assert_string_equal(text, cases[i][2]);
		free(text);
	}
}

static void at_random(void **state)
{
	char old[41], new[41];

	(void)state;
	srand(7);
	for (int round = 0; round < 20000; round++) {
		size_t old_len = (size_t)(rand() % 40), new_len = (size_t)(rand() % 40);
		for (size_t i = 0; i < old_len; i++)
			old[i] = (char)('a' + rand() % 4);
		for (size_t i = 0; i < new_len; i++)
			new[i] = (char)('a' + rand() % 4);
		old[old_len] = new[new_len] = '\0';
		struct pair pair = { old, new, 0 };
		free(text_of(&pair));
	}
}

/* However much differs, the work is bounded, and what is alike at both ends is still found. */
static void bounded(void **state)
{
	size_t len = 200000;
	char *old = malloc(len + 1), *new = malloc(len + 1);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		old[i] = (char)('a' + i % 2);
		new[i] = (char)('c' + i % 3);
	}
	old[len] = new[len] = '\0';
	memcpy(old, "same", 4);
	memcpy(new, "same", 4);
	struct pair pair = { old, new, 0 };
	char *text = text_of(&pair);
	assert_memory_equal(text, "same[-", 6);
	assert_true(pair.compared < (size_t)DIFF_EDITS_MAX * DIFF_EDITS_MAX * 2 + 3 * len);
	free(text);
	free(old);
	free(new);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(at_random),
		cmocka_unit_test(bounded),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
