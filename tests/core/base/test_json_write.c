#include "base_test.h"

#include <locale.h>
#include <math.h>

#include "core/base/json.h"
#include "core/base/utf8.h"

struct output {
	struct fixture *fixture;
	struct strbuf text;
	struct json_writer writer;
};

static struct output *begin(struct fixture *fixture, int indent)
{
	struct output *output = arena_alloc(&fixture->arena, sizeof(*output));

	output->fixture = fixture;
	strbuf_init(&output->text);
	json_write_init(&output->writer, &output->text, indent);
	return output;
}

/* The text, out of reach of a failing assertion. */
static const char *end(struct output *output)
{
	const char *text = arena_strdup(&output->fixture->arena, output->text.text);

	strbuf_release(&output->text);
	return text;
}

static const char *document(struct fixture *fixture, int indent)
{
	struct output *output = begin(fixture, indent);
	struct json_writer *w = &output->writer;

	json_write_begin(w, '{');
	json_write_member(w, "a", "x");
	json_write_member(w, "absent", NULL);
	json_write_member_if(w, "left out", NULL);
	json_write_member_if(w, "b", "y");
	json_write_member_int(w, "n", -5);
	json_write_name(w, "list");
	json_write_begin(w, '[');
	json_write_int(w, INT64_MIN);
	json_write_bool(w, true);
	json_write_bool(w, false);
	json_write_null(w);
	json_write_begin(w, '[');
	json_write_end(w, ']');
	json_write_begin(w, '{');
	json_write_end(w, '}');
	json_write_end(w, ']');
	json_write_name(w, "o");
	json_write_begin(w, '{');
	json_write_member(w, "k", "");
	json_write_end(w, '}');
	json_write_end(w, '}');
	return end(output);
}

static void test_shape(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(document(fixture, 0),
			    "{\"a\":\"x\",\"absent\":null,\"b\":\"y\",\"n\":-5,\"list\":[-9223372036854775808,"
			    "true,false,null,[],{}],\"o\":{\"k\":\"\"}}");
	assert_string_equal(document(fixture, 2),
			    "{\n"
			    "  \"a\": \"x\",\n"
			    "  \"absent\": null,\n"
			    "  \"b\": \"y\",\n"
			    "  \"n\": -5,\n"
			    "  \"list\": [\n"
			    "    -9223372036854775808,\n"
			    "    true,\n"
			    "    false,\n"
			    "    null,\n"
			    "    [],\n"
			    "    {}\n"
			    "  ],\n"
			    "  \"o\": {\n"
			    "    \"k\": \"\"\n"
			    "  }\n"
			    "}");
}

static const char *quoted(struct fixture *fixture, struct slice text)
{
	struct output *output = begin(fixture, 0);

	json_write_slice(&output->writer, text);
	return end(output);
}

static void test_strings(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(quoted(fixture, SLICE("")), "\"\"");
	assert_string_equal(quoted(fixture, (struct slice){ NULL, 0 }), "null");
	assert_string_equal(quoted(fixture, SLICE("a\"b\\c/\b\f\n\r\t")), "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\"");
	assert_string_equal(quoted(fixture, SLICE("\0\x1B[2J\x7F\xC2\x9B")), "\"\\u0000\\u001B[2J\\u007F\\u009B\"");
	assert_string_equal(quoted(fixture, SLICE("\xE2\x80\xAE\xE2\x80\xA8\xE2\x80\xA9\xE2\x81\xA6\xD8\x9C\xE2\x80\x8F")),
			    "\"\\u202E\\u2028\\u2029\\u2066\\u061C\\u200F\"");
	assert_string_equal(quoted(fixture, SLICE("\xC3\xA9\xF0\x9F\x98\x80")), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
	assert_string_equal(quoted(fixture, SLICE("x\xFFy\xE2\x80")), "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"");
}

/* What is written is read back as it was, for every code point. */
static void test_strings_there_and_back(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value;
	char *all = arena_alloc(&fixture->arena, 5 << 20);
	size_t len_bytes = 0;

	for (uint32_t c = 0; c < 0x110000; c++)
		len_bytes += utf8_encode(c, all + len_bytes);
	struct output *output = begin(fixture, 0);
	json_write_slice(&output->writer, (struct slice){ all, len_bytes });
	struct slice text = arena_slice(&fixture->arena, strbuf_slice(&output->text));
	strbuf_release(&output->text);
	assert_int_equal(json_parse(&fixture->arena, text, false, NULL, &value, NULL), STATUS_OK);
	assert_slice(json_slice(value), all, len_bytes);
}

static const char *number(struct fixture *fixture, double value)
{
	struct output *output = begin(fixture, 0);

	json_write_double(&output->writer, value);
	return end(output);
}

static void check_numbers(struct fixture *fixture)
{
	static const struct { double value; const char *text; } table[] = {
		{ 0, "0" }, { 3, "3" }, { 0.1, "0.1" }, { -2.5, "-2.5" }, { 1e22, "1e+22" }, { 1.0 / 3, "0.3333333333333333" },
		{ 5e-324, "4.94065645841247e-324" }, { 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ 0.1 + 0.2, "0.30000000000000004" }, { 123456.789, "123456.789" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct json *value;
		const char *text = number(fixture, table[i].value);
		assert_string_equal(text, table[i].text);
		assert_int_equal(json_parse(&fixture->arena, slice_of(text), false, NULL, &value, NULL), STATUS_OK);
		double back = json_double(value, -1);
		assert_memory_equal(&back, &table[i].value, sizeof(back));
	}
	assert_string_equal(number(fixture, (double)NAN), "null");
	assert_string_equal(number(fixture, (double)INFINITY), "null");
	assert_string_equal(number(fixture, -(double)INFINITY), "null");
}

static void test_numbers_in_any_locale(void **state)
{
	struct fixture *fixture = *state;

	check_numbers(fixture);
	if (setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		check_numbers(fixture);
	setlocale(LC_NUMERIC, "C");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_shape),
		unit(test_strings),
		unit(test_strings_there_and_back),
		unit(test_numbers_in_any_locale),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
