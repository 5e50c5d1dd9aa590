#include "base_test.h"

#include <locale.h>
#include <math.h>

#include "core/base/json.h"

/* From a copy of exactly its size, so that ASan and valgrind see a look behind the end. */
static const struct json *parse(struct fixture *fixture, struct slice text)
{
	const struct json *value;
	struct error err;
	char *copy = malloc(text.len_bytes ? text.len_bytes : 1);

	memcpy(copy, text.at, text.len_bytes);
	enum status status = json_parse(&fixture->arena, (struct slice){ copy, text.len_bytes }, false, NULL, &value, &err);
	free(copy);
	if (status != STATUS_OK)
		fail_msg("%s", err.text);
	/* The copy is gone, and strings may point into it. */
	assert_int_equal(json_parse(&fixture->arena, text, false, NULL, &value, NULL), STATUS_OK);
	return value;
}
#define PARSE(literal) parse(fixture, SLICE(literal))

static void test_tree(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value = PARSE(" {\"a\": {\"b\" :[1, {\"c\":\"x\"} ,null,true ,false]},\"\":\"e\", \"a.b\":2 } ");

	assert_true(json_is(value, JSON_OBJECT));
	assert_int_equal(value->count, 3);
	const struct json *array = json_path(value, "a.b");
	assert_true(json_is(array, JSON_ARRAY));
	assert_int_equal(array->count, 5);
	assert_slice_is(array->name, "b");
	assert_slice_is(array->raw, "[1, {\"c\":\"x\"} ,null,true ,false]");
	assert_int_equal(json_int(json_path(value, "a.b.0"), -1), 1);
	assert_slice_is(json_slice(json_path(value, "a.b.1.c")), "x");
	assert_slice_is(json_path(value, "a.b.1.c")->raw, "\"x\"");
	assert_slice_is(json_at(array, 1)->raw, "{\"c\":\"x\"}");
	assert_true(json_is(json_at(array, 2), JSON_NULL));
	assert_true(json_bool(json_at(array, 3), false));
	assert_false(json_bool(json_at(array, 4), true));
	assert_true(json_bool(json_at(array, 2), true)); /* null: the fallback */
	assert_slice_is(json_slice(json_get(value, "")), "e");
	assert_slice_is(json_slice(json_path(value, "")), "e");
	assert_int_equal(json_int(json_get(value, "a.b"), 0), 2);
	assert_slice_is(value->raw, "{\"a\": {\"b\" :[1, {\"c\":\"x\"} ,null,true ,false]},\"\":\"e\", \"a.b\":2 }");

	/* Chains over what is not there. */
	assert_null(json_path(value, "a.b.5"));
	assert_null(json_path(value, "a.b.-1"));
	assert_null(json_path(value, "a.b.x"));
	assert_null(json_path(value, "a.b.99999999999999999999"));
	assert_null(json_path(value, "a.b.0.c"));
	assert_null(json_path(value, "x.y.z"));
	assert_null(json_get(array, "a"));
	assert_null(json_at(value, 0));
	assert_null(json_path(NULL, "a"));
	assert_null(json_text(&fixture->arena, json_get(NULL, "a")));
	assert_null(json_slice(array).at);
	assert_int_equal(json_int(json_get(value, ""), 9), 9);
	assert_false(json_is(NULL, JSON_NULL));
}

static void test_last_of_equal_names_wins(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(json_int(json_get(PARSE("{\"a\":1,\"a\":2,\"\\u0061\":3,\"b\":4}"), "a"), 0), 3);
}

static void test_strings(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text; struct slice value; } table[] = {
#define V(literal) { literal, sizeof(literal) - 1 }
		{ "\"\"", V("") },
		{ "\"plain text of more than eight bytes\"", V("plain text of more than eight bytes") },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", V("\"\\/\b\f\n\r\t") },
		{ "\"a\\u0000b\"", V("a\0b") },
		{ "\"\\u00e9\\u20AC\\uD83D\\uDE00\"", V("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") },
		{ "\"\\uD83D\"", V("\xEF\xBF\xBD") },
		{ "\"\\uDE00x\"", V("\xEF\xBF\xBDx") },
		{ "\"\\uD83D\\uD83D\\uDE00\"", V("\xEF\xBF\xBD\xF0\x9F\x98\x80") },
		{ "\"\\uD83D\\n\"", V("\xEF\xBF\xBD\n") },
		{ "\"\\uD83D\\u0041\"", V("\xEF\xBF\xBD" "A") },
		{ "\"\\uD83Dabcdef\"", V("\xEF\xBF\xBD" "abcdef") },
		{ "\"\xE4\xB8\xAD\xF0\x9F\x98\x80\\n\xC3\xA9\"", V("\xE4\xB8\xAD\xF0\x9F\x98\x80\n\xC3\xA9") },
		{ "\"\x7F\"", V("\x7F") },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct slice text = slice_of(table[i].text);
		struct slice value = json_slice(parse(fixture, text));
		assert_slice(value, table[i].value.at, table[i].value.len_bytes);
		assert_non_null(value.at);
		if (!strchr(table[i].text, '\\')) /* borrowed, not copied */
			assert_ptr_equal(value.at, text.at + 1);
	}
	assert_string_equal(json_text(&fixture->arena, PARSE("\"a\\u0000b\"")), "a\xE2\x90\x80" "b");
	assert_string_equal(json_text(&fixture->arena, PARSE("\"\"")), "");
	assert_null(json_text(&fixture->arena, PARSE("3")));
}

/* The run of eight bytes must stop at each special byte in each place. */
static void test_special_bytes_at_each_offset(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value;

	for (size_t len = 0; len < 40; len++) {
		for (size_t at = 0; at < len; at++) {
			for (int byte = 0; byte < 256; byte++) {
				char text[64];
				memset(text, 'a', sizeof(text));
				text[0] = '"';
				text[1 + at] = (char)byte;
				text[1 + len] = '"';
				bool good = json_parse(&fixture->arena, (struct slice){ text, len + 2 }, false, NULL,
						       &value, NULL) == STATUS_OK;
				bool expected = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
				if (good != expected)
					fail_msg("byte %02x at %zu of %zu", (unsigned)byte, at, len);
			}
		}
		arena_clear(&fixture->arena);
	}
}

static void test_relaxed_utf8(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value;
	struct error err;
	size_t invalid = 77;
	struct slice text = SLICE("{\"k\xFF\":\"a\xC3(\\n\xE2\x80\xF0\x9F\x98\x80\x80\",\"\\u00e9\":\"\xFF\"}");

	assert_int_equal(json_parse(&fixture->arena, text, false, &invalid, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 3: a string is not valid UTF-8");
	assert_null(value);
	assert_int_equal(invalid, 0);
	assert_int_equal(json_parse(&fixture->arena, text, true, &invalid, &value, &err), STATUS_OK);
	assert_int_equal(invalid, 5);
	/* The bytes themselves; only texts are made clean. */
	assert_slice_is(value->first->name, "k\xFF");
	assert_slice_is(value->first->text, "a\xC3(\n\xE2\x80\xF0\x9F\x98\x80\x80");
	assert_string_equal(json_text(&fixture->arena, value->first),
			    "a\xEF\xBF\xBD(\n\xEF\xBF\xBD\xF0\x9F\x98\x80\xEF\xBF\xBD");
	assert_slice_is(json_slice(json_get(value, "\xC3\xA9")), "\xFF");
	assert_int_equal(json_parse(&fixture->arena, text, true, NULL, &value, NULL), STATUS_OK);
	assert_int_equal(json_parse(&fixture->arena, SLICE("\xFF"), true, NULL, &value, NULL), STATUS_INPUT);
}

static void test_integers(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text; int64_t value; } table[] = {
		{ "0", 0 }, { "-0", 0 }, { "3", 3 }, { "-3", -3 }, { "3.0", 3 }, { "3.000", 3 }, { "1e2", 100 },
		{ "1E+2", 100 }, { "300e-2", 3 }, { "0.3e1", 3 }, { "12.50e1", 125 }, { "0e999999999999999999999", 0 },
		{ "0.0", 0 }, { "0.000e-5", 0 }, { "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN }, { "922337203685477580.7e1", INT64_MAX },
		{ "1e18", INT64_C(1000000000000000000) },
		/* The rest is the fallback. */
		{ "9223372036854775808", -77 }, { "-9223372036854775809", -77 }, { "1e19", -77 }, { "1e400", -77 },
		{ "3.5", -77 }, { "1e-1", -77 }, { "1e999999999999999999999", -77 }, { "1e-999999999999999999999", -77 },
		{ "123456789012345678901234567890", -77 }, { "\"3\"", -77 }, { "true", -77 }, { "null", -77 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int64_t value = json_int(parse(fixture, slice_of(table[i].text)), -77);
		if (value != table[i].value)
			fail_msg("%s gives %lld", table[i].text, (long long)value);
	}
}

static void check_doubles(struct fixture *fixture)
{
	static const struct { const char *text; double value; } table[] = {
		{ "0", 0 }, { "3.5", 3.5 }, { "-2.5e-3", -2.5e-3 }, { "0.1", 0.1 }, { "1e400", -77 }, { "-1e400", -77 },
		{ "1e-400", 0 }, { "123456789.125", 123456789.125 }, { "2.2250738585072011e-308", 2.2250738585072011e-308 },
		{ "1.7976931348623157e308", 1.7976931348623157e308 }, { "\"1\"", -77 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		double value = json_double(parse(fixture, slice_of(table[i].text)), -77);
		if (memcmp(&value, &table[i].value, sizeof(value)) != 0)
			fail_msg("%s gives %.17g", table[i].text, value);
	}
	assert_true(signbit(json_double(PARSE("-0.0"), 1)) != 0);
}

static void test_doubles_in_any_locale(void **state)
{
	struct fixture *fixture = *state;
	static const char *const commas[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE" };

	check_doubles(fixture);
	for (size_t i = 0; i < ARRAY_LEN(commas); i++) {
		if (setlocale(LC_NUMERIC, commas[i])) {
			check_doubles(fixture);
			break;
		}
	}
	setlocale(LC_NUMERIC, "C");
}

static void test_errors_name_offset_and_reason(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text, *message; } table[] = {
		{ "", "byte 0: the text ends where a value is expected" },
		{ "  ", "byte 2: the text ends where a value is expected" },
		{ "[1 2]", "byte 3: a comma or ] is expected" },
		{ "{\"a\":1 ", "byte 7: a comma or } is expected" },
		{ "{\"a\" 1}", "byte 5: a colon is expected behind a name" },
		{ "{a:1}", "byte 1: a name in quotes is expected" },
		{ "{\"a\":1,}", "byte 7: a name in quotes is expected" },
		{ "[1,]", "byte 3: a value is expected" },
		{ "[tru]", "byte 1: a value is expected" },
		{ "[01]", "byte 1: a number starts with a superfluous zero" },
		{ "[-]", "byte 2: a digit is expected in a number" },
		{ "[1.]", "byte 3: a digit is expected in a number" },
		{ "[1e+]", "byte 4: a digit is expected in a number" },
		{ "[\"a]", "byte 4: the text ends inside a string" },
		{ "[\"a\\", "byte 4: the text ends inside a string" },
		{ "[\"\\u12", "byte 6: the text ends inside a string" },
		{ "[\"\\x\"]", "byte 2: there is no such escape in a string" },
		{ "[\"\\u12g4\"]", "byte 2: four hexadecimal digits are expected behind \\u" },
		{ "[\"a\nb\"]", "byte 3: a control character stands in a string" },
		{ "{} {}", "byte 3: there is something behind the value" },
		{ "\xEF\xBB\xBF{}", "byte 0: a value is expected" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct json *value;
		struct error err = { .text = "" };
		size_t len_bytes = strlen(table[i].text);
		char *copy = malloc(len_bytes + !len_bytes);
		memcpy(copy, table[i].text, len_bytes);
		enum status status = json_parse(&fixture->arena, (struct slice){ copy, len_bytes }, false, NULL, &value,
						&err);
		free(copy);
		assert_int_equal(status, STATUS_INPUT);
		assert_string_equal(err.text, table[i].message);
	}
	const struct json *value;
	assert_int_equal(json_parse(&fixture->arena, (struct slice){ NULL, 0 }, false, NULL, &value, NULL), STATUS_INPUT);
}

static void test_depth(void **state)
{
	struct fixture *fixture = *state;
	size_t many = 100000;
	char *text = arena_alloc(&fixture->arena, many);
	const struct json *value;
	struct error err;

	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	struct slice most = { text, 2 * (size_t)JSON_DEPTH_MAX };
	assert_int_equal(json_parse(&fixture->arena, most, false, NULL, &value, &err), STATUS_OK);
	memset(text, '[', many);
	assert_int_equal(json_parse(&fixture->arena, (struct slice){ text, many }, false, NULL, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 512: the brackets are nested too deep");
	for (size_t i = 0; i + 5 <= many; i += 5)
		memcpy(text + i, "{\"\":[", 5);
	assert_int_equal(json_parse(&fixture->arena, (struct slice){ text, many }, false, NULL, &value, &err), STATUS_INPUT);
}

/* So many values are taken, one more is not: before a tree is made of them. */
static void test_many_values(void **state)
{
	struct fixture *fixture = *state;
	const size_t most = JSON_VALUES_MAX - 1; /* and the array itself */
	char *text = arena_alloc(&fixture->arena, 2 * most + 16);
	const struct json *value;
	struct error err;

	text[0] = '[';
	for (size_t i = 0; i < most + 1; i++)
		memcpy(text + 1 + 2 * i, "0,", 2);
	text[2 * most] = ']';
	struct slice array = { text, 2 * most + 1 };
	assert_int_equal(json_parse(&fixture->arena, array, false, NULL, &value, &err), STATUS_OK);
	assert_int_equal(value->count, most);
	text[2 * most] = ',';
	text[2 * most + 2] = ']';
	array.len_bytes += 2;
	size_t used = fixture->arena.used_bytes;
	assert_int_equal(json_parse(&fixture->arena, array, false, NULL, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "the value is too large: it has more than 500000 values");
	assert_int_equal(fixture->arena.used_bytes, used);
	/* Commas and brackets in a string are none. */
	memset(text, ',', 2 * most);
	text[0] = '"';
	memcpy(text + 100, "\\\"[\\\\", 5);
	text[2 * most] = '"';
	assert_int_equal(json_parse(&fixture->arena, (struct slice){ text, 2 * most + 1 }, false, NULL, &value, &err), STATUS_OK);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_tree),
		unit(test_last_of_equal_names_wins),
		unit(test_strings),
		unit(test_special_bytes_at_each_offset),
		unit(test_relaxed_utf8),
		unit(test_integers),
		unit(test_doubles_in_any_locale),
		unit(test_errors_name_offset_and_reason),
		unit(test_depth),
		unit(test_many_values),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
