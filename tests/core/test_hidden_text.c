/* Hidden text is counted and looked for alike, over all of Unicode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/hidden_text.h"
#include "core/query.h"

static size_t by_pattern(const struct regex *regex, struct slice text)
{
	size_t count = 0, at = 0, start, end;

	while (regex_find(regex, text, at, &start, &end) == REGEX_FOUND) {
		count++;
		at = end;
	}
	return count;
}

/* Each code point by itself, behind a letter, an emoji and a selector. */
static void the_pattern_is_the_count(void **state)
{
	static const char *const before[] = { "", "a", "1", "\xF0\x9F\x98\x80", "\xE2\x9D\xA4\xEF\xB8\x8F" };
	struct regex *regex;

	(void)state;
	assert_int_equal(regex_new(slice_of(HIDDEN_TEXT_PATTERN), &regex, NULL, NULL), STATUS_OK);
	for (size_t b = 0; b < sizeof(before) / sizeof(before[0]); b++)
		for (uint32_t c = 0; c <= 0x10FFFF; c++) {
			char text[16];
			size_t len = strlen(before[b]);
			if (c >= 0xD800 && c <= 0xDFFF)
				continue;
			memcpy(text, before[b], len);
			len += utf8_encode(c, text + len);
			struct slice slice = { text, len };
			if (hidden_text_count(slice) != by_pattern(regex, slice))
				fail_msg("U+%04X behind '%s'", (unsigned)c, before[b]);
		}
	regex_free(regex);
}

static size_t count(const char *text)
{
	return hidden_text_count(slice_of(text));
}

static void what_counts(void **state)
{
	(void)state;
	assert_int_equal(count("int main(void)\n{\r\n\treturn 0;\n}"), 0);
	assert_int_equal(count("caf\xC3\xA9 \xE6\x97\xA5\xE6\x9C\xAC \xD7\xA9\xD7\x9C"), 0); /* é, 日本, שׁ */
	assert_int_equal(count("/*\xE2\x80\xAE } \xE2\x81\xA6if (admin)\xE2\x81\xA9 */"), 3);
	assert_int_equal(count("a\xE2\x80\x8B" "b\xF3\xA0\x81\x81"), 2); /* zero width, a tag */
	assert_int_equal(count("\x1b[2J"), 1);
	assert_int_equal(count("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB 1\xEF\xB8\x8F\xE2\x83\xA3 \xE2\x9C\x94\xEF\xB8\x8F"), 0); /* 👩‍💻 1️⃣ ✔️ */
	assert_int_equal(count("\xF0\x9F\x98\x80\xEF\xB8\x8F\xEF\xB8\x8F\xEF\xB8\x81"), 2); /* one selector has a purpose */
	assert_int_equal(count("\xFF\xFE\x80"), 0);
}

static void in_queries(void **state)
{
	struct arena arena = ARENA_INIT;
	struct query query;
	struct error err;
	struct sample hides = { .code = slice_of("x = 1 # \xE2\x80\xAE") }, plain = { .code = slice_of("x = 1") };

	(void)state;
	assert_int_equal(query_parse(&arena, "is:hidden-text", NULL, &query, &err), STATUS_OK);
	assert_true(query_matches(&query, &(struct query_subject){ .sample = &hides }));
	assert_false(query_matches(&query, &(struct query_subject){ .sample = &plain }));
	assert_int_equal(query_parse(&arena, "-is:HIDDEN-TEXT", NULL, &query, &err), STATUS_OK);
	assert_false(query_matches(&query, &(struct query_subject){ .sample = &hides }));
	assert_true(query_matches(&query, &(struct query_subject){ .sample = &plain }));
	assert_int_equal(query_parse(&arena, "lang:c is:dup,hidden-text", NULL, &query, &err), STATUS_USAGE);
	assert_string_equal(err.text, "at 8: is:hidden-text stands by itself; write it as a term of its own");
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pattern_is_the_count),
		cmocka_unit_test(what_counts),
		cmocka_unit_test(in_queries),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
