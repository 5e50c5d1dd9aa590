/* UTF-16 and UTF-32 into UTF-8: recognition, pieces, what is no character. */
#include "base_test.h"

#include "core/base/strbuf.h"
#include "core/base/utf16.h"
#include "core/base/utf8.h"

static const enum wide_scheme schemes[] = { WIDE_UTF16LE, WIDE_UTF16BE, WIDE_UTF32LE, WIDE_UTF32BE };

static struct slice decode(struct arena *arena, enum wide_scheme scheme, struct slice wide, size_t piece, size_t room,
			   uint64_t *replaced)
{
	struct wide_decoder decoder = { .scheme = scheme };
	struct strbuf text = STRBUF_INIT;
	char *out = arena_alloc(arena, room);

	for (size_t at = 0; at < wide.len_bytes; at += piece) {
		struct slice in = { wide.at + at, wide.len_bytes - at < piece ? wide.len_bytes - at : piece };
		while (in.len_bytes) {
			size_t before = in.len_bytes, made = wide_decode(&decoder, &in, out, room);
			assert_true(made <= room);
			assert_true(in.len_bytes < before);
			strbuf_add(&text, out, made);
		}
	}
	strbuf_add(&text, out, wide_decode_end(&decoder, out));
	*replaced = decoder.replaced;
	struct slice copy = arena_slice(arena, strbuf_slice(&text));
	strbuf_release(&text);
	assert_true(utf8_valid(copy));
	return copy;
}

static void put(struct strbuf *out, enum wide_scheme scheme, uint32_t unit)
{
	bool big = scheme == WIDE_UTF16BE || scheme == WIDE_UTF32BE;
	int bytes = scheme == WIDE_UTF16LE || scheme == WIDE_UTF16BE ? 2 : 4;

	for (int i = 0; i < bytes; i++)
		strbuf_addch(out, (char)(unit >> 8 * (big ? bytes - 1 - i : i)));
}

static void put_character(struct strbuf *out, enum wide_scheme scheme, uint32_t c)
{
	if (c > 0xFFFF && (scheme == WIDE_UTF16LE || scheme == WIDE_UTF16BE)) {
		put(out, scheme, 0xD800 + ((c - 0x10000) >> 10));
		put(out, scheme, 0xDC00 + ((c - 0x10000) & 0x3FF));
	} else {
		put(out, scheme, c);
	}
}

static void test_recognition(void **state)
{
	static const struct {
		struct slice head;
		enum wide_scheme scheme;
	} table[] = {
		{ { "\xFF\xFE", 2 }, WIDE_UTF16LE }, { { "\xFE\xFF", 2 }, WIDE_UTF16BE },
		{ { "\xFF\xFE{\0", 4 }, WIDE_UTF16LE }, { { "\xFF\xFE\0\0", 4 }, WIDE_UTF32LE },
		{ { "\0\0\xFE\xFF", 4 }, WIDE_UTF32BE },
		{ { "{\0\"\0", 4 }, WIDE_UTF16LE }, { { "\0{\0\"", 4 }, WIDE_UTF16BE },
		{ { "\r\0\n\0", 4 }, WIDE_UTF16LE },
		{ { "{\0\0\0\"\0\0\0", 8 }, WIDE_UTF32LE }, { { "\0\0\0{\0\0\0\"", 8 }, WIDE_UTF32BE },
		{ { "{\"a\"", 4 }, WIDE_NONE }, { { "\xEF\xBB\xBF{", 4 }, WIDE_NONE }, { { "", 0 }, WIDE_NONE },
		{ { "\xFF", 1 }, WIDE_NONE }, { { "{\0", 2 }, WIDE_NONE }, { { "\0\0\0\0", 4 }, WIDE_NONE },
		{ { "\x01\0\x02\0", 4 }, WIDE_NONE }, { { "{\0\0\0", 4 }, WIDE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(wide_scheme_of(table[i].head), table[i].scheme);
	assert_string_equal(wide_scheme_name(WIDE_UTF32BE), "UTF-32BE");
}

/* All of Unicode, in every scheme, in pieces of every size. */
static void test_every_character(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	char bytes[4];

	for (uint32_t c = 0; c < 0x110000; c += c < 0x10000 ? 1 : 61)
		if (c < 0xD800 || c > 0xDFFF)
			strbuf_add(&text, bytes, utf8_encode(c, bytes));
	for (size_t s = 0; s < ARRAY_LEN(schemes); s++) {
		struct strbuf wide = STRBUF_INIT;
		uint64_t replaced;
		put(&wide, schemes[s], 0xFEFF);
		for (uint32_t c = 0; c < 0x110000; c += c < 0x10000 ? 1 : 61)
			if (c < 0xD800 || c > 0xDFFF)
				put_character(&wide, schemes[s], c);
		for (size_t piece = 1; piece < 9; piece++) {
			struct slice found = decode(&f->arena, schemes[s], strbuf_slice(&wide), piece, WIDE_ROOM_MIN + piece, &replaced);
			assert_slice(found, text.text, text.len_bytes);
			assert_int_equal(replaced, 0);
		}
		strbuf_release(&wide);
	}
	strbuf_release(&text);
}

static void test_what_is_no_character(void **state)
{
#define R "\xEF\xBF\xBD"
	static const struct {
		enum wide_scheme scheme;
		struct slice wide;
		const char *text;
		uint64_t replaced;
	} table[] = {
		{ WIDE_UTF16BE, { "\xD8\x3D\0a", 4 }, R "a", 1 },            /* first half, then a character */
		{ WIDE_UTF16BE, { "\xDE\0\0a", 4 }, R "a", 1 },              /* second half alone */
		{ WIDE_UTF16BE, { "\xD8\x3D\xD8\x3D\xDE\0", 6 }, R "\xF0\x9F\x98\x80", 1 },
		{ WIDE_UTF16BE, { "\xDE\0\xD8\x3D", 4 }, R R, 2 },           /* in the wrong order */
		{ WIDE_UTF16BE, { "\0a\xD8\x3D", 4 }, "a" R, 1 },            /* at the end */
		{ WIDE_UTF16LE, { "a\0b", 3 }, "a" R, 1 },                   /* half a unit */
		{ WIDE_UTF16LE, { "\x3D\xD8z", 3 }, R R, 2 },
		{ WIDE_UTF32BE, { "\0\0\xD8\0\0\0\0a", 8 }, R "a", 1 },
		{ WIDE_UTF32BE, { "\0\x11\0\0\xFF\xFF\xFF\xFF", 8 }, R R, 2 },
		{ WIDE_UTF32LE, { "a\0\0\0b\0\0", 7 }, "a" R, 1 },
		{ WIDE_UTF16LE, { "\xFF\xFE\xFF\xFE", 4 }, "\xEF\xBB\xBF", 0 }, /* only the first is a mark */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		for (size_t piece = 1; piece < 5; piece++) {
			uint64_t replaced;
			struct slice found = decode(&f->arena, table[i].scheme, table[i].wide, piece, WIDE_ROOM_MIN, &replaced);
			assert_slice(found, table[i].text, strlen(table[i].text));
			assert_int_equal(replaced, table[i].replaced);
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_recognition), unit(test_every_character), unit(test_what_is_no_character),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
