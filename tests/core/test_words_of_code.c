/* Words of code: what a text is cut into, and what phrases find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/attr.h"
#include "core/base/strbuf.h"
#include "core/words_of_code.h"

/* "getusername(get user name) x": words, with their parts in brackets; "|" for a
 * position that is left out. */
static void describe(struct slice text, bool parts, struct strbuf *out)
{
	struct code_words words;
	struct code_word word;
	size_t position = 0;
	bool open = false;

	strbuf_clear(out);
	code_words_init(&words, text, parts);
	while (code_words_next(&words, &word)) {
		assert_true(word.start < word.end && word.end <= text.len_bytes);
		assert_true(word.text.len_bytes > 0 && word.text.len_bytes <= CODE_WORD_BYTES);
		if (word.part) {
			assert_int_equal(word.position + 1, position);
			strbuf_addch(out, open ? ' ' : '(');
			open = true;
		} else {
			if (open)
				strbuf_addch(out, ')');
			open = false;
			if (out->len_bytes)
				strbuf_addch(out, ' ');
			for (; position < word.position; position++)
				strbuf_addstr(out, "| ");
			position = word.position + 1;
		}
		strbuf_addslice(out, word.text);
	}
	if (open)
		strbuf_addch(out, ')');
}

static void test_words(void **state)
{
	static const struct { const char *text, *words; } cases[] = {
		{ "", "" },
		{ " \t\n", "" },
		{ "foo", "foo" },
		{ "getUserName", "getusername(get user name)" },
		{ "user_name", "user_name(user name)" },
		{ "HTTPServer2", "httpserver2(http server 2)" },
		{ "HTTPServer", "httpserver(http server)" },
		{ "parseHTTP", "parsehttp(parse http)" },
		{ "MAX_SIZE", "max_size(max size)" },
		{ "sha256sum", "sha256sum(sha 256 sum)" },
		{ "iPhone", "iphone(i phone)" },
		{ "_private", "_private(private)" },
		{ "trailing_", "trailing_(trailing)" },
		{ "__init__", "__init__(init)" },
		{ "a__b", "a__b(a b)" },
		{ "___", "___" },
		{ "0xFF 1e9 100ms 3.14", "0xff 1e9 100ms 3 14" },
		{ "a.b(c)->d::e", "a b c d e" },
		{ "x = y+z;", "x y z" },
		{ "ABC", "abc" },
		{ "\xc3\x9c" "berGr\xc3\xb6\xc3\x9f" "e", "\xc3\xbc" "bergr\xc3\xb6\xc3\x9f" "e(\xc3\xbc" "ber gr\xc3\xb6\xc3\x9f" "e)" },
		{ "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82" },
		{ "e\xcc\x81t", "e\xcc\x81t" }, /* a combining accent is of its letter */
		{ "\xe6\x95\xb0\xe6\x8d\xae" "db", "\xe6\x95\xb0 \xe6\x8d\xae db" }, /* Han: each alone */
		{ "a\xe2\x80\xae" "b", "a b" },  /* a bidi override hides in no word */
		{ "a\xff" "b", "a b" },          /* no UTF-8 */
		{ "a\x1f" "b", "a | b" },
		{ "a \x1f\x1f b", "a | | b" },
	};
	struct strbuf is = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		describe(slice_of(cases[i].text), true, &is);
		if (strcmp(is.text, cases[i].words) != 0)
			fail_msg("'%s': '%s', not '%s'", cases[i].text, is.text, cases[i].words);
	}
	describe(slice_of("getUserName user_name"), false, &is);
	assert_string_equal(is.text, "getusername user_name");
	describe((struct slice){ "a\0b", 3 }, true, &is);
	assert_string_equal(is.text, "a b");
	strbuf_release(&is);
}

static void test_bounds(void **state)
{
	static char text[1 << 20];
	struct code_words words;
	struct code_word word;
	size_t count = 0;

	(void)state;
	memset(text, 'a', sizeof(text)); /* one endless word */
	code_words_init(&words, (struct slice){ text, sizeof(text) }, true);
	assert_true(code_words_next(&words, &word));
	assert_int_equal(word.text.len_bytes, CODE_WORD_BYTES);
	assert_int_equal(word.end, sizeof(text));
	assert_false(code_words_next(&words, &word));
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = 'A'; /* of endlessly many parts */
	code_words_init(&words, (struct slice){ text, sizeof(text) }, true);
	while (code_words_next(&words, &word))
		count++;
	assert_int_equal(count, 1 + CODE_WORD_PARTS);
	/* 2 bytes a character: cut at its border; the 32nd ends at 64. */
	for (size_t i = 0; i < 100; i += 2)
		memcpy(text + 1 + i, "\xc3\xa4", 2);
	text[0] = 'x';
	code_words_init(&words, (struct slice){ text, 101 }, true);
	assert_true(code_words_next(&words, &word));
	assert_int_equal(word.text.len_bytes, 63);
}

static void test_phrases(void **state)
{
	static const struct { const char *phrase; bool prefix; const char *text; bool found; } cases[] = {
		{ "user", false, "getUserName()", true },
		{ "USER", false, "getUserName()", true },
		{ "getusername", false, "getUserName()", true },
		{ "getUserName", false, "get_user_name", false },
		{ "use", false, "getUserName()", false },
		{ "use", true, "getUserName()", true },
		{ "getUserN", true, "getUserName()", true },
		{ "user name", false, "getUserName()", false }, /* at one position, not one behind the other */
		{ "return NULL", false, "return\n\tNULL;", true },
		{ "return NULL", false, "return x, NULL;", false },
		{ "std::vector", false, "std :: vector<int>", true },
		{ "a.b(c)", false, "x a b c", true },
		{ "raise Val", true, "raise ValueError", true },
		{ "rai Val", true, "raise ValueError", false },
		{ "a a b", false, "a a a b", true },
		{ "a b a c", false, "a b a b a c", true },
		{ "one two", false, "one\x1f" "two", false },
		{ "\xc3\xbc" "ber", false, "\xc3\x9c" "BER", true },
		{ "\xe6\x8d\xae\xe5\xba\x93", false, "\xe6\x95\xb0\xe6\x8d\xae\xe5\xba\x93", true },
		{ "x", false, "", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct code_phrase *phrase = code_phrase_new(slice_of(cases[i].phrase), cases[i].prefix);
		assert_non_null(phrase);
		if (code_phrase_matches(phrase, slice_of(cases[i].text)) != cases[i].found)
			fail_msg("'%s' in '%s': not %d", cases[i].phrase, cases[i].text, cases[i].found);
		assert_false(code_phrase_matches(phrase, (struct slice){ NULL, 0 }));
		free(phrase);
	}
	assert_null(code_phrase_new(slice_of("== ->"), false));
	assert_null(code_phrase_new(slice_of(""), true));
}

struct spans {
	const char *text;
	struct strbuf is;
};

static void note_span(void *context, size_t start, size_t end)
{
	struct spans *spans = context;

	strbuf_addch(&spans->is, '[');
	strbuf_add(&spans->is, spans->text + start, end - start);
	strbuf_addch(&spans->is, ']');
}

static void test_spans(void **state)
{
	static const struct { const char *phrase; bool prefix; const char *text, *spans; } cases[] = {
		{ "user", false, "getUserName(user_id, user)", "[User][user][user]" },
		{ "us", true, "getUserName(bus)", "[User]" },
		{ "return null", false, "return  NULL; return NULL;", "[return  NULL][return NULL]" },
		{ "name x", false, "userName = x", "[userName = x]" },
	};
	struct spans spans = { .is = STRBUF_INIT };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct code_phrase *phrase = code_phrase_new(slice_of(cases[i].phrase), cases[i].prefix);
		spans.text = cases[i].text;
		strbuf_clear(&spans.is);
		code_phrase_each(phrase, slice_of(cases[i].text), note_span, &spans);
		assert_string_equal(spans.is.text, cases[i].spans);
		free(phrase);
	}
	strbuf_release(&spans.is);
}

/* A phrase as long as one may be, in a text that nearly has it again and again. */
static void test_longest_phrase(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct code_phrase *phrase;

	(void)state;
	for (size_t i = 0; i < CODE_PHRASE_WORDS; i++)
		strbuf_addf(&text, "w%zu ", i);
	phrase = code_phrase_new(strbuf_slice(&text), false);
	assert_true(code_phrase_matches(phrase, strbuf_slice(&text)));
	strbuf_insert(&text, 0, "w0 w1 w2 ", 9);
	assert_true(code_phrase_matches(phrase, strbuf_slice(&text)));
	strbuf_truncate(&text, text.len_bytes - 2);
	assert_false(code_phrase_matches(phrase, strbuf_slice(&text)));
	free(phrase);
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_longest_phrase),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("words of code", tests, NULL, NULL);
}
