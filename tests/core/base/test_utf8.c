#include "base_test.h"
#include "test_data.h"

#include <locale.h>
#include <wchar.h>

#include "core/base/utf8.h"

static void test_decode_valid(void **state)
{
	(void)state;
	static const struct { const char *text; uint32_t code_point; } table[] = {
		{ "A", 'A' }, { "\x7F", 0x7F }, { "\xC2\x80", 0x80 }, { "\xDF\xBF", 0x7FF },
		{ "\xE0\xA0\x80", 0x800 }, { "\xED\x9F\xBF", 0xD7FF }, { "\xEE\x80\x80", 0xE000 },
		{ "\xEF\xBF\xBF", 0xFFFF }, { "\xF0\x90\x80\x80", 0x10000 }, { "\xF4\x8F\xBF\xBF", 0x10FFFF },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		uint32_t code_point;
		bool valid;
		char out[4];
		size_t len_bytes = strlen(table[i].text);
		assert_int_equal(utf8_decode(table[i].text, len_bytes, &code_point, &valid), len_bytes);
		assert_true(valid);
		assert_int_equal(code_point, table[i].code_point);
		assert_int_equal(utf8_encode(code_point, out), len_bytes);
		assert_memory_equal(out, table[i].text, len_bytes);
		assert_true(utf8_valid(slice_of(table[i].text)));
	}
}

static void test_every_code_point_there_and_back(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110100; c++) {
		uint32_t back;
		bool valid;
		char out[4];
		size_t len_bytes = utf8_encode(c, out);
		assert_int_equal(utf8_decode(out, len_bytes, &back, &valid), len_bytes);
		bool scalar = c < 0xD800 || (c > 0xDFFF && c < 0x110000);
		if (!valid || back != (scalar ? c : UTF8_REPLACEMENT))
			fail_msg("U+%04X", c);
	}
}

/* Unicode 15, tables 3-8 to 3-11: the number of U+FFFD for each sequence. */
static void test_maximal_subparts(void **state)
{
	(void)state;
	static const struct { const char *text, *clean; size_t replaced; } table[] = {
#define R "\xEF\xBF\xBD"
		{ "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", R R R R R R R R "A", 8 },
		{ "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", R R R R R R R R "A", 8 },
		{ "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", R R R R R "A" R R "B", 7 },
		{ "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", R R R R "A", 4 },
		{ "x\xF0\x9F\x98", "x" R, 1 },
		{ "\xC3", R, 1 },
		{ "\xC3(", R "(", 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct strbuf out = STRBUF_INIT;
		size_t replaced = utf8_append_clean(&out, slice_of(table[i].text));
		bool good = replaced == table[i].replaced && strcmp(out.text, table[i].clean) == 0;
		strbuf_release(&out);
		if (!good)
			fail_msg("row %zu: %zu replaced", i, replaced);
		assert_false(utf8_valid(slice_of(table[i].text)));
	}
}

static size_t unhex(const char *at, const char *end, char *out)
{
	size_t count = 0;

	for (; at < end; at++) {
		char two[3] = { at[0], 0, 0 };
		if (*at == ' ')
			continue;
		two[1] = *++at;
		out[count++] = (char)strtol(two, NULL, 16);
	}
	return count;
}

/* github.com/flenniken/utf8tests: "num:valid hex:A" and "num:invalid hex:A:skipped:replaced". */
static void test_flenniken_table(void **state)
{
	struct fixture *fixture = *state;
	const char *path = test_data(fixture, "hostile/flenniken_utf8tests/utf8tests.txt");
	struct slice text;
	int cases = 0;

	assert_int_equal(file_read(&fixture->arena, path, 0, &text, NULL), STATUS_OK);
	for (const char *line = text.at, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		const char *colon = memchr(line, ':', (size_t)(end - line));
		if (*line == '#' || !colon)
			continue;
		bool invalid = strncmp(colon, ":invalid hex:", 13) == 0;
		if (!invalid && strncmp(colon, ":valid hex:", 11) != 0)
			continue;
		char given[256], expected[256];
		const char *hex = colon + (invalid ? 13 : 11), *last = end;
		while (last[-1] != ':')
			last--;
		const char *hex_end = invalid ? memchr(hex, ':', (size_t)(end - hex)) : end;
		struct slice bytes = { given, unhex(hex, hex_end, given) };
		size_t expected_len = invalid ? unhex(last, end, expected) : bytes.len_bytes;
		if (!invalid)
			memcpy(expected, given, expected_len);

		if (utf8_valid(bytes) == invalid)
			fail_msg("%.*s", (int)(end - line), line);
		if (memchr(given, '\0', bytes.len_bytes))
			continue; /* shown as U+2400 here */
		const char *clean = utf8_clean(&fixture->arena, bytes);
		if (strlen(clean) != expected_len || memcmp(clean, expected, expected_len) != 0)
			fail_msg("%.*s", (int)(end - line), line);
		cases++;
	}
	assert_true(cases > 100);
}

static void test_clean_nul(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(utf8_clean(&fixture->arena, SLICE("a\0b")), "a\xE2\x90\x80" "b");
	assert_string_equal(utf8_clean(&fixture->arena, SLICE("")), "");
	assert_null(utf8_clean(&fixture->arena, (struct slice){ NULL, 0 }));
}

static void test_columns(void **state)
{
	(void)state;
	static const struct { uint32_t code_point; int columns; } table[] = {
		{ 'a', 1 }, { ' ', 1 }, { 0, -1 }, { '\t', -1 }, { '\n', -1 }, { 0x1B, -1 }, { 0x7F, -1 },
		{ 0x9B, -1 }, { 0xA0, 1 }, { 0xAD, -1 }, { 0xE9, 1 }, { 0x301, 0 }, { 0x903, 1 },
		{ 0x600, 1 }, { 0x4E2D, 2 }, { 0xAC00, 2 }, { 0x1100, 2 }, { 0x1161, 0 }, { 0x1160, -1 },
		{ 0xFF21, 2 }, { 0x1F600, 2 }, { 0x200B, -1 }, { 0x200D, -1 }, { 0x202E, -1 },
		{ 0x2028, -1 }, { 0x2029, -1 }, { 0x2066, -1 }, { 0xFEFF, -1 }, { 0xFE0F, -1 },
		{ 0xE000, 1 }, { 0xE0041, -1 }, { 0xE0100, -1 }, { 0xD800, -1 }, { 0xFFFD, 1 },
		{ 0xFFFE, -1 }, { 0x378, -1 }, { 0x1FAE8, -1 }, { 0x110000, -1 }, { 0xFFFFFFFF, -1 },
		{ 0x2192, 1 }, { 0x2588, 1 }, { 0x20AC, 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (utf8_columns(table[i].code_point) != table[i].columns)
			fail_msg("U+%04X has %d", table[i].code_point, utf8_columns(table[i].code_point));
}

/* Where a character is drawn at all, the terminal library must measure the same. The
 * table is that of this glibc; another libc may know fewer or more characters. */
static void test_columns_agree_with_wcwidth(void **state)
{
	(void)state;
#if defined(__GLIBC__) && __GLIBC__ == 2 && __GLIBC_MINOR__ == 36
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	int wrong = 0;
	for (uint32_t c = 0; c < 0x110000; c++) {
		int columns = utf8_columns(c);
		if (columns >= 0 && columns != wcwidth((wchar_t)c)) {
			print_message("U+%04X: %d, wcwidth %d\n", c, columns, wcwidth((wchar_t)c));
			wrong++;
		}
	}
	setlocale(LC_CTYPE, "C");
	assert_int_equal(wrong, 0);
#else
	skip();
#endif
}

static void test_hidden(void **state)
{
	(void)state;
	static const uint32_t hidden[] = { 0x00, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x34F, 0x61C, 0x115F, 0x180E,
		0x200B, 0x200E, 0x2028, 0x202A, 0x2060, 0x2069, 0x3164, 0xFE0F, 0xFEFF, 0xFFF9, 0xE0001,
		0xE007F, 0xE01EF };
	static const uint32_t shown[] = { '\t', '\r', '\n', ' ', 'a', 0xA0, 0x301, 0x600, 0x3000, 0xFFFD, 0x1F600,
		0xE000, 0x110000 };

	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		if (!utf8_is_hidden(hidden[i]) || utf8_columns(hidden[i]) >= 0)
			fail_msg("U+%04X", hidden[i]);
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		if (utf8_is_hidden(shown[i]))
			fail_msg("U+%04X", shown[i]);
}

static void test_marks_and_text_columns(void **state)
{
	(void)state;
	static const struct { uint32_t code_point; const char *mark; } table[] = {
		{ 'a', "" }, { 0x301, "" }, { 0x4E2D, "" }, { '\t', ">" }, { '\n', "^J" }, { '\r', "^M" },
		{ 0, "^@" }, { 0x1B, "^[" }, { 0x1F, "^_" }, { 0x7F, "^?" }, { 0x9B, "<U+009B>" },
		{ 0x202E, "<U+202E>" }, { 0xE0041, "<U+E0041>" }, { 0x10FFFF, "<U+10FFFF>" },
		{ 0xFFFFFFFF, "<U+FFFFFFFF>" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char mark[16];
		assert_int_equal(utf8_mark(table[i].code_point, mark), strlen(table[i].mark));
		assert_string_equal(mark, table[i].mark);
	}
	assert_int_equal(utf8_text_columns(SLICE("")), 0);
	assert_int_equal(utf8_text_columns(SLICE("abc")), 3);
	assert_int_equal(utf8_text_columns(SLICE("e\xCC\x81")), 1);
	assert_int_equal(utf8_text_columns(SLICE("\xE4\xB8\xAD!")), 3);
	assert_int_equal(utf8_text_columns(SLICE("\t\x1B\x7F")), 5);
	assert_int_equal(utf8_text_columns(SLICE("a\xE2\x80\xAE" "b")), 10);
	assert_int_equal(utf8_text_columns(SLICE("\xFF\xE2\x80")), 2);
}

static void test_graphemes(void **state)
{
	(void)state;
	struct slice text = SLICE("ae\xCC\x81\r\n\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7"
				  "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\xF0\x9F\x87\xAB" "z");
	static const size_t ends[] = { 1, 4, 6, 17, 25, 29, 30 };
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		at = utf8_grapheme_end(text, at);
		assert_int_equal(at, ends[i]);
	}
	assert_int_equal(utf8_grapheme_end(text, at), at);
	assert_int_equal(utf8_grapheme_end(SLICE("\xFF\xFE"), 0), 1);
}

static void test_fold(void **state)
{
	(void)state;
	static const struct { uint32_t from, to; } table[] = {
		{ 'A', 'a' }, { 'z', 'z' }, { '@', '@' }, { '[', '[' }, { 0xC4, 0xE4 }, { 0xDF, 0xDF }, { 0x1E9E, 0xDF },
		{ 0x3A3, 0x3C3 }, { 0x3C2, 0x3C3 }, { 0x17F, 's' }, { 0x212A, 'k' }, { 0x416, 0x436 },
		{ 0x10400, 0x10428 }, { 0x4E2D, 0x4E2D }, { 0x110000, 0x110000 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (utf8_fold(table[i].from) != table[i].to)
			fail_msg("U+%04X gives U+%04X", table[i].from, utf8_fold(table[i].from));
}

static void test_find_folded(void **state)
{
	(void)state;
	char longer[200];

	assert_int_equal(utf8_find_folded(SLICE("Hello World"), SLICE("world")), 6);
	assert_int_equal(utf8_find_folded(SLICE("aaab"), SLICE("AAB")), 1);
	assert_int_equal(utf8_find_folded(SLICE("abc"), SLICE("")), 0);
	assert_int_equal(utf8_find_folded((struct slice){ NULL, 0 }, SLICE("")), 0);
	assert_int_equal(utf8_find_folded((struct slice){ NULL, 0 }, SLICE("a")), -1);
	assert_int_equal(utf8_find_folded(SLICE("abc"), SLICE("abcd")), -1);
	assert_int_equal(utf8_find_folded(SLICE("GR\xC3\x9C\xC3\x9F" "E"), SLICE("gr\xC3\xBC\xC3\x9F" "e")), 0);
	assert_int_equal(utf8_find_folded(SLICE("x\0\xFFy"), SLICE("\xFFY")), 2);
	assert_int_equal(utf8_find_folded(SLICE("\xFE"), SLICE("\xFF")), -1);
	assert_int_equal(utf8_find_folded(SLICE("\xC3\xBF"), SLICE("\xC3")), -1); /* no half characters */
	memset(longer, 'Q', sizeof(longer));
	assert_int_equal(utf8_find_folded((struct slice){ longer, 200 }, (struct slice){ longer + 1, 150 }), 0);
}

/* utf8_find.c looks for words without these three letters by bytes alone. */
static void test_what_folds_to_ascii(void **state)
{
	(void)state;

	for (uint32_t c = 0x80; c <= 0x10FFFF; c++)
		if (utf8_fold(c) < 0x80 && !strchr("iks", (int)utf8_fold(c)))
			fail_msg("U+%04X gives U+%04X", c, utf8_fold(c));
}

/* The text as units that are to be equal, as utf8.h has it. */
static size_t units_of(struct slice text, uint32_t *units)
{
	size_t count = 0;

	for (size_t at = 0; at < text.len_bytes; count++) {
		bool valid;
		size_t used = utf8_decode(text.at + at, text.len_bytes - at, &units[count], &valid);
		units[count] = valid ? utf8_fold(units[count]) : 0x80000000u | (unsigned char)text.at[at];
		at += valid ? used : 1;
	}
	return count;
}

/* Where it is found first: by units from each character on. */
static long find_plainly(struct slice text, struct slice word)
{
	uint32_t units[256], looked_for[256];
	size_t count = units_of(word, looked_for);

	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t unit;
		bool valid;
		size_t left = units_of((struct slice){ text.at + at, text.len_bytes - at }, units);
		if (left >= count && memcmp(units, looked_for, count * sizeof(*units)) == 0)
			return (long)at;
		size_t used = utf8_decode(text.at + at, text.len_bytes - at, &unit, &valid);
		at += valid ? used : 1;
	}
	return -1;
}

static void test_find_folded_as_plainly(void **state)
{
	static const char *const parts[] = { "a", "A", "e", "z", "Z", "k", "K", "S", "i", "-", "\xE2\x84\xAA", "\xC5\xBF",
					     "\xC4\xB0", "\xC3\xBC", "\xFF", "\xE2", "\x80" };
	uint32_t seed = 7;
	long found = 0;

	(void)state;
	for (int round = 0; round < 6000; round++) {
		char bytes[256];
		size_t in_text = (size_t)(round % 60), kinds = round % 3 ? ARRAY_LEN(parts) : 10, len = 0;
		struct slice text = { bytes, 0 }, word;
		for (size_t i = 0; i < in_text + 1 + (size_t)(round % 4); i++) {
			const char *part;
			seed = seed * 1664525 + 1013904223;
			part = parts[(seed >> 16) % kinds];
			memcpy(bytes + len, part, strlen(part));
			len += strlen(part);
			text.len_bytes = i < in_text ? len : text.len_bytes;
		}
		word = (struct slice){ bytes + text.len_bytes, len - text.len_bytes };
		found += find_plainly(text, word) >= 0;
		if (utf8_find_folded(text, word) != find_plainly(text, word))
			fail_msg("round %d", round);
	}
	assert_true(found > 600);
}

static void test_cut(void **state)
{
	(void)state;
	const char *text = "a\xC3\xA9\xF0\x9F\x98\x80z"; /* 1 + 2 + 4 + 1 */
	static const size_t expected[] = { 0, 1, 1, 3, 3, 3, 3, 7, 8, 8 };

	for (size_t limit = 0; limit < ARRAY_LEN(expected); limit++)
		assert_int_equal(utf8_cut(text, 8, limit), expected[limit]);
	for (size_t len = 4; len < 7; len++) /* a text that is itself cut off */
		assert_int_equal(utf8_cut(text, len, len), 3);
	assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
	assert_int_equal(utf8_cut("", 0, 5), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_decode_valid),
		unit(test_every_code_point_there_and_back),
		unit(test_maximal_subparts),
		unit(test_flenniken_table),
		unit(test_clean_nul),
		unit(test_columns),
		unit(test_columns_agree_with_wcwidth),
		unit(test_hidden),
		unit(test_marks_and_text_columns),
		unit(test_graphemes),
		unit(test_fold),
		unit(test_find_folded),
		unit(test_what_folds_to_ascii),
		unit(test_find_folded_as_plainly),
		unit(test_cut),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
