#include "base_test.h"

#include <pthread.h>

#include "core/base/json_scan.h"

/* A reader over a file with this text, and the file's descriptor, to be closed. */
static struct json_reader *open_text(struct fixture *fixture, struct slice text, size_t window, int *fd)
{
	char *path = fixture_path(fixture, "text");

	*fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(*fd >= 0);
	assert_int_equal(write(*fd, text.at, text.len_bytes), text.len_bytes);
	struct json_reader *reader = json_reader_open_fd(*fd);
	json_reader_set_window(reader, window);
	return reader;
}

/* Walks over what the reader gives and tells it as text: "{a=1 b=[2 3 ] }", "!" for a
 * rejected element. Containers are entered down to `depth`; below they are trees. */
static void tell(struct json_reader *reader, struct arena *arena, struct strbuf *out, int depth)
{
	enum json_type type;
	struct slice name;
	bool container = json_reader_peek(reader, &type) && (type == JSON_ARRAY || type == JSON_OBJECT);

	if (!container || depth == 0) {
		const struct json *value;
		if (json_reader_value(reader, arena, 0, &value, NULL) == STATUS_OK)
			strbuf_addslice(out, value->raw);
		else
			strbuf_addch(out, '!');
		return;
	}
	assert_true(json_reader_enter(reader, type));
	strbuf_addch(out, type == JSON_ARRAY ? '[' : '{');
	while (json_reader_next(reader, &name)) {
		strbuf_addslice(out, name);
		if (type == JSON_OBJECT)
			strbuf_addch(out, '=');
		tell(reader, arena, out, depth - 1);
		strbuf_addch(out, ' ');
	}
	if (!json_reader_failed(reader, NULL))
		strbuf_addch(out, type == JSON_ARRAY ? ']' : '}');
}

struct told {
	char *text, *error; /* error: "" if all was well */
};

static struct told told_by(struct fixture *fixture, struct json_reader *reader, int depth)
{
	struct strbuf out = STRBUF_INIT;
	struct error err = { .text = "" };
	struct arena arena = ARENA_INIT;

	tell(reader, &arena, &out, depth);
	if (json_reader_finish(reader, &err) == STATUS_OK)
		err.text[0] = '\0';
	json_reader_free(reader);
	struct told told = { arena_text(&fixture->arena, strbuf_slice(&out)), arena_strdup(&fixture->arena, err.text) };
	strbuf_release(&out);
	arena_release(&arena);
	return told;
}

/* The same over a slice and through windows of all small sizes. */
static struct told told(struct fixture *fixture, struct slice text, int depth)
{
	struct told first = told_by(fixture, json_reader_open_slice(text), depth);

	for (size_t window = 1; window <= 20; window++) {
		int fd;
		struct json_reader *reader = open_text(fixture, text, window, &fd);
		struct told again = told_by(fixture, reader, depth);
		close(fd);
		assert_string_equal(again.text, first.text);
		assert_string_equal(again.error, first.error);
	}
	return first;
}

static void test_walk_through_any_window(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text; int depth; const char *told; } table[] = {
		{ "\xEF\xBB\xBF { \"runs\" : [ {\"a\":\"x\\\"]\"} , 12.5e3, \"s\\\\\" ] , \"v\\u0031\":null}\n", 2,
		  "{runs=[{\"a\":\"x\\\"]\"} 12.5e3 \"s\\\\\" ] v1=null }" },
		{ "[]", 1, "[]" }, { " {\n} ", 1, "{}" }, { "[[],{}]", 1, "[[] {} ]" }, { "[[],{}]", 2, "[[] {} ]" },
		{ "12", 0, "12" }, { "\"a\"", 0, "\"a\"" }, { "true ", 0, "true" },
		{ "[1,22,333]", 1, "[1 22 333 ]" },
		{ "{\"\":\"\\\\\\\"\",\"\xC3\xA9\":[\"]\",\"}\"]}", 1, "{=\"\\\\\\\"\" \xC3\xA9=[\"]\",\"}\"] }" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct told found = told(fixture, slice_of(table[i].text), table[i].depth);
		assert_string_equal(found.text, table[i].told);
		assert_string_equal(found.error, "");
	}
}

static void test_broken_elements_are_stepped_over(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text, *told; } table[] = {
		{ "[1,{\"a\" 2},3]", "[1 ! 3 ]" },
		{ "[{\"a\":[1,2},{\"b\":1}]", NULL }, /* does not balance: fails */
		{ "[{\"a\":[1,}],\"b\":\"]\"},3]", NULL },
		{ "[{\"a\":[1,]},3]", "[! 3 ]" },
		{ "[\"\\x\",3]", "[! 3 ]" },
		{ "[\"\xFF\",3]", "[! 3 ]" },
		{ "[tru,nul,1.,01,-,3]", "[! ! ! ! ! 3 ]" },
		{ "[1,,3]", "[1 ! 3 ]" },
		{ "[,3]", "[! 3 ]" },
		{ "[{\"a\":\"x\ny\"},3]", "[! 3 ]" },
		{ "[[1}, 3]", "[! 3 ]" }, /* kinds of brackets are not told apart */
		{ "{\"a\":tru,\"b\":3}", "{a=! b=3 }" },
		{ "{\"a\":,\"b\":3}", "{a=! b=3 }" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct told found = told(fixture, slice_of(table[i].text), 1);
		if (!table[i].told) {
			assert_string_not_equal(found.error, "");
			continue;
		}
		assert_string_equal(found.text, table[i].told);
		assert_string_equal(found.error, "");
	}
}

static void test_value_errors_name_the_offset(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value;
	struct error err;
	int fd;
	struct json_reader *reader = open_text(fixture, SLICE("[ 1, {\"a\" 2}, 3]"), 4, &fd);

	assert_true(json_reader_enter(reader, JSON_ARRAY));
	assert_true(json_reader_next(reader, NULL));
	assert_true(json_reader_next(reader, NULL)); /* the first one is skipped */
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_null(value);
	assert_string_equal(err.text, "byte 10: a colon is expected behind a name");
	assert_false(json_reader_failed(reader, NULL));
	assert_int_equal(json_reader_offset(reader), 12);
	assert_true(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_OK);
	assert_int_equal(json_int(value, 0), 3);
	assert_false(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_finish(reader, &err), STATUS_OK);
	json_reader_free(reader);
	close(fd);
}

static void test_failures(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *text, *error; } table[] = {
		{ "", "byte 0: a value is expected" },
		{ "  \n", "byte 3: a value is expected" },
		{ "[1 2]", "byte 3: a comma or ] is expected" },
		{ "[1,]", "byte 3: a value is expected behind the comma" },
		{ "[1}", "byte 2: a comma or ] is expected" },
		{ "[1,2", "byte 4: the input ends inside an array" },
		{ "[1,", "byte 3: a value is expected" },
		{ "{\"a\":1", "byte 6: the input ends inside an object" },
		{ "{\"a\":1,}", "byte 7: a name in quotes is expected" },
		{ "{\"a\"", "byte 4: a colon is expected behind a name" },
		{ "{\"a:1}", "byte 1: the input ends inside the value that starts here" },
		{ "{\"a\\x\":1}", "byte 3: there is no such escape in a string" },
		{ "{\"\xFF\":1}", "byte 2: a string is not valid UTF-8" },
		{ "[1,{\"a\":[2,3]", "byte 3: the input ends inside the value that starts here" },
		{ "[1] 2", "byte 4: there is something behind the last value" },
		{ "[1]]", "byte 3: there is something behind the last value" },
		{ "[\"a\\", "byte 1: the input ends inside the value that starts here" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_string_equal(told(fixture, slice_of(table[i].text), 1).error, table[i].error);
}

static void test_misuse_is_an_error(void **state)
{
	struct fixture *fixture = *state;
	const struct json *value;
	struct error err;
	enum json_type type;

	struct json_reader *reader = json_reader_open_slice(SLICE("[1]"));
	assert_false(json_reader_next(reader, NULL)); /* nothing entered */
	assert_true(json_reader_failed(reader, &err));
	json_reader_free(reader);

	reader = json_reader_open_slice(SLICE("[1]"));
	assert_false(json_reader_enter(reader, JSON_OBJECT));
	assert_true(json_reader_failed(reader, &err));
	assert_string_equal(err.text, "byte 0: an object is expected");
	assert_false(json_reader_enter(reader, JSON_ARRAY)); /* stays failed */
	assert_false(json_reader_skip(reader));
	assert_false(json_reader_peek(reader, &type));
	json_reader_free(reader);

	reader = json_reader_open_slice(SLICE("[1]"));
	assert_true(json_reader_enter(reader, JSON_ARRAY));
	assert_false(json_reader_peek(reader, &type)); /* next() was not called */
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_int_equal(json_reader_finish(reader, &err), STATUS_INPUT);
	json_reader_free(reader);

	reader = json_reader_open_slice(SLICE("[1,2]"));
	assert_true(json_reader_enter(reader, JSON_ARRAY));
	assert_int_equal(json_reader_finish(reader, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 1: an array or object was not read to its end");
	json_reader_free(reader);
	json_reader_free(NULL);

	reader = json_reader_open_fd(open(fixture_path(fixture, "text"), O_WRONLY | O_CREAT, 0600));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 0: Bad file descriptor");
	json_reader_free(reader);
}

static void test_truncated_at_every_byte(void **state)
{
	struct fixture *fixture = *state;
	struct slice whole = SLICE("{\"v\":\"1\\n\",\"runs\":[{\"a\":[true,-1.5e3]},\"\xC3\xA9\\u00e9\"],\"z\":null}");

	for (int depth = 0; depth < 4; depth++) {
		assert_string_equal(told(fixture, whole, depth).error, "");
		for (size_t len = 0; len < whole.len_bytes; len++) {
			char *exact = malloc(len + !len);
			memcpy(exact, whole.at, len);
			struct told found = told(fixture, (struct slice){ exact, len }, depth);
			free(exact);
			if (!found.error[0])
				fail_msg("%zu bytes, depth %d: %s", len, depth, found.text);
			arena_clear(&fixture->arena);
		}
	}
}

static void test_top_level_values_in_a_row(void **state)
{
	struct fixture *fixture = *state;
	struct json_reader *reader = json_reader_open_slice(SLICE("{\"a\":1}\n{\"a\" 2}\n\n[3] 4"));
	const struct json *value;
	enum json_type type;
	int good = 0, bad = 0;

	while (json_reader_peek(reader, &type)) {
		if (json_reader_value(reader, &fixture->arena, 0, &value, NULL) == STATUS_OK)
			good++;
		else
			bad++;
	}
	assert_int_equal(good, 3);
	assert_int_equal(bad, 1);
	assert_int_equal(json_reader_finish(reader, NULL), STATUS_OK);
	json_reader_free(reader);
}

static void test_relaxed(void **state)
{
	struct fixture *fixture = *state;
	struct json_reader *reader = json_reader_open_slice(SLICE("{\"\xFF\":\"\xFE\"}"));
	const struct json *value;
	struct slice name;

	json_reader_set_relaxed(reader, true);
	assert_true(json_reader_enter(reader, JSON_OBJECT));
	assert_true(json_reader_next(reader, &name));
	assert_slice_is(name, "\xFF");
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, NULL), STATUS_OK);
	assert_slice_is(value->text, "\xFE");
	assert_int_equal(json_reader_invalid(reader), 1);
	json_reader_free(reader);
}

static void test_constants(void **state)
{
	struct fixture *fixture = *state;
	static const char text[] = "[[NaN, Infinity, -Infinity, 1], [NaNs], [-Infinit], [Infinity";
	struct json_reader *reader = json_reader_open_slice(slice_of(text));
	const struct json *value;
	struct error err;

	json_reader_set_constants(reader, true);
	assert_true(json_reader_enter(reader, JSON_ARRAY));
	assert_true(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_OK);
	assert_int_equal(value->count, 4);
	for (size_t i = 0; i < 3; i++)
		assert_true(json_is(json_at(value, i), JSON_NULL));
	assert_slice_is(json_at(value, 0)->raw, "NaN");
	assert_int_equal(json_int(json_at(value, 3), 0), 1);
	assert_true(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 36: a comma or ] is expected");
	assert_true(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_false(json_reader_failed(reader, NULL));
	json_reader_free(reader);

	reader = json_reader_open_slice(slice_of("[NaN]"));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	json_reader_free(reader);
}

static void test_depth(void **state)
{
	struct fixture *fixture = *state;
	size_t many = 100000;
	char *text = arena_alloc(&fixture->arena, 2 * many);
	const struct json *value;
	struct error err;

	memset(text, '[', many);
	memset(text + many, ']', many);
	struct json_reader *reader = json_reader_open_slice((struct slice){ text, 2 * many });
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "byte 512: the brackets are nested too deep");
	assert_int_equal(json_reader_finish(reader, &err), STATUS_OK); /* stepped over */
	json_reader_free(reader);

	reader = json_reader_open_slice((struct slice){ text, 2 * many });
	int depth = 0;
	while (json_reader_enter(reader, JSON_ARRAY) && json_reader_next(reader, NULL))
		depth++;
	assert_int_equal(depth, JSON_DEPTH_MAX);
	assert_true(json_reader_failed(reader, &err));
	json_reader_free(reader);
}

/* {"head":…,"runs":[{…},…]} of about 20 MB, every hundredth element broken. */
enum { ELEMENTS = 20000, BROKEN_EACH = 100 };

static void put_stream(FILE *file)
{
	static const char filler[] = "if (x == \\\"]}\\\") {\\n\\treturn [1];\\n}\\n";

	fputs("{\"head\":{\"deep\":[[[]]]},\n\"runs\":[\n", file);
	for (int i = 0; i < ELEMENTS; i++) {
		fprintf(file, "%s{\"id\":%d,\"code\":\"", i ? ",\n" : "", i);
		for (int part = 0; part < 25; part++)
			fputs(filler, file);
		fputs(i % BROKEN_EACH == 50 ? "\",}" : "\"}", file);
	}
	fputs("],\"tail\":true}\n", file);
}

static void stream(struct json_reader *reader, size_t most_bytes)
{
	struct arena arena = ARENA_INIT;
	struct slice name;
	int good = 0, bad = 0, wrong = 0;
	size_t peak = 0;
	bool tail = false;

	assert_true(json_reader_enter(reader, JSON_OBJECT));
	while (json_reader_next(reader, &name)) {
		const struct json *value;
		if (slice_is(name, "tail") && json_reader_value(reader, &arena, 0, &value, NULL) == STATUS_OK)
			tail = json_bool(value, false);
		if (!slice_is(name, "runs"))
			continue;
		assert_true(json_reader_enter(reader, JSON_ARRAY));
		while (json_reader_next(reader, NULL)) {
			arena_clear(&arena);
			if (json_reader_value(reader, &arena, 0, &value, NULL) == STATUS_OK)
				wrong += json_int(json_get(value, "id"), -1) != good++ + bad;
			else
				bad++;
			if (json_reader_window_bytes(reader) > peak)
				peak = json_reader_window_bytes(reader);
		}
	}
	enum status status = json_reader_finish(reader, NULL);
	json_reader_free(reader);
	arena_release(&arena);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(wrong, 0);
	assert_int_equal(bad, ELEMENTS / BROKEN_EACH);
	assert_int_equal(good, ELEMENTS - ELEMENTS / BROKEN_EACH);
	assert_true(tail);
	assert_true(peak <= most_bytes);
}

static void test_stream_of_20_mb(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "stream.json");
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	put_stream(file);
	assert_true(ftell(file) > 19000000);
	assert_int_equal(fclose(file), 0);
	int fd = open(path, O_RDONLY);
	stream(json_reader_open_fd(fd), 65536);

	/* A window smaller than the elements grows to one of them, not to more. */
	struct json_reader *reader = json_reader_open_fd(fd);
	json_reader_set_window(reader, 16);
	stream(reader, 2500);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0); /* its position is untouched */
	close(fd);
}

static void *feed(void *data)
{
	FILE *file = data;

	put_stream(file);
	fclose(file);
	return NULL;
}

static void test_stream_through_a_pipe(void **state)
{
	(void)state;
	int ends[2];
	pthread_t thread;

	assert_int_equal(pipe(ends), 0);
	FILE *file = fdopen(ends[1], "wb");
	assert_int_equal(pthread_create(&thread, NULL, feed, file), 0);
	stream(json_reader_open_fd(ends[0]), 65536);
	pthread_join(thread, NULL);
	close(ends[0]);
}

static void test_large_values(void **state)
{
	struct fixture *fixture = *state;
	size_t large = 3 << 20;
	struct strbuf text = STRBUF_INIT;
	const struct json *value;
	struct error err;
	int fd;

	strbuf_addstr(&text, "[\"");
	strbuf_reserve(&text, large);
	for (size_t i = 0; i < large; i++)
		strbuf_addch(&text, 'x');
	strbuf_addstr(&text, "\",");
	for (int i = 0; i < 30000; i++)
		strbuf_addf(&text, "[%d],", i);
	strbuf_addstr(&text, "7]");
	struct json_reader *reader = open_text(fixture, strbuf_slice(&text), 65536, &fd);
	struct json_reader *strict = json_reader_open_fd(fd);
	strbuf_release(&text);

	/* The window grows for the large element and is given back. */
	assert_true(json_reader_enter(reader, JSON_ARRAY));
	assert_true(json_reader_next(reader, NULL));
	assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_OK);
	assert_int_equal(value->text.len_bytes, large);
	assert_true(json_reader_window_bytes(reader) > large);
	while (json_reader_next(reader, NULL))
		assert_int_equal(json_reader_value(reader, &fixture->arena, 0, &value, &err), STATUS_OK);
	assert_int_equal(json_reader_finish(reader, &err), STATUS_OK);
	assert_true(json_reader_window_bytes(reader) <= 2 * 65536);
	json_reader_free(reader);

	/* Refused by its size, and stepped over without keeping it. */
	assert_true(json_reader_enter(strict, JSON_ARRAY));
	assert_true(json_reader_next(strict, NULL));
	assert_int_equal(json_reader_value(strict, &fixture->arena, 100000, &value, &err), STATUS_INPUT);
	assert_string_equal(err.text, "the value is too large: it is larger than 100000 bytes");
	assert_true(json_reader_window_bytes(strict) <= 4 * 65536);
	assert_false(json_reader_failed(strict, NULL));
	assert_true(json_reader_next(strict, NULL));
	assert_int_equal(json_reader_value(strict, &fixture->arena, 3, &value, &err), STATUS_OK);
	assert_slice_is(value->raw, "[0]");
	assert_true(json_reader_next(strict, NULL));
	assert_int_equal(json_reader_value(strict, &fixture->arena, 2, &value, &err), STATUS_INPUT);
	while (json_reader_next(strict, NULL))
		assert_true(json_reader_skip(strict));
	assert_int_equal(json_reader_finish(strict, &err), STATUS_OK);
	json_reader_free(strict);
	close(fd);
}

/* Whole blocks are passed at once, in small windows bytes: both must find the same end,
 * also in what is no JSON at all. */
static void test_blocks(void **state)
{
	static const char letters[] = "\"\"\\\\[]{},: abcdefghijkl";
	struct fixture *fixture = *state;
	uint32_t random = 7;
	char text[2000];

	for (size_t round = 0; round < 3000; round++) {
		size_t len = 0, limit = 64 + round % 1900, kinds = 7 + round % 16;
		text[len++] = '[';
		while (len < limit) {
			random = random * 1664525 + 1013904223;
			text[len++] = letters[(random >> 16) % kinds];
		}
		uint64_t ends[2];
		bool failed[2];
		for (int i = 0; i < 2; i++) {
			int fd;
			struct json_reader *reader = open_text(fixture, (struct slice){ text, len }, i ? 4096 : 48, &fd);
			json_reader_skip(reader);
			ends[i] = json_reader_offset(reader);
			failed[i] = json_reader_failed(reader, NULL);
			json_reader_free(reader);
			close(fd);
		}
		if (failed[0] != failed[1] || (!failed[0] && ends[0] != ends[1]))
			fail_msg("%.*s: %d %d, not %d %d", (int)len, text, failed[1], (int)ends[1], failed[0], (int)ends[0]);
	}
}

static void test_seek(void **state)
{
	static const char text[] = " {\"a\": [10, {\"x\": [1]} , \"three\", 40], \"b\": [ ";
	struct fixture *fixture = *state;
	const struct json *value = NULL;
	struct arena arena = ARENA_INIT;
	uint64_t offsets[4];
	struct slice name;

	for (size_t window = 1; window < 80; window += 13) {
		int fd;
		struct json_reader *reader = open_text(fixture, slice_of(text), window, &fd);
		assert_true(json_reader_enter(reader, JSON_OBJECT) && json_reader_next(reader, &name));
		assert_true(json_reader_enter(reader, JSON_ARRAY));
		for (size_t i = 0; json_reader_next(reader, NULL); i++)
			offsets[i] = json_reader_offset(reader);
		while (json_reader_next(reader, &name))
			;
		assert_true(json_reader_failed(reader, NULL));
		for (size_t i = 4; i-- > 0;) {
			json_reader_seek_element(reader, offsets[i]);
			assert_false(json_reader_failed(reader, NULL));
			if (i == 1)
				assert_true(json_reader_skip(reader));
			else
				assert_int_equal(json_reader_value(reader, &arena, 0, &value, NULL), STATUS_OK);
			assert_int_equal(json_reader_next(reader, NULL), i < 3);
			assert_false(json_reader_failed(reader, NULL));
		}
		assert_int_equal(json_int(value, 0), 10);
		json_reader_seek_element(reader, 1000);
		assert_false(json_reader_skip(reader));
		json_reader_free(reader);
		close(fd);
	}
	struct json_reader *reader = json_reader_open_slice(slice_of(text));
	json_reader_seek_element(reader, offsets[3]);
	assert_int_equal(json_reader_value(reader, &arena, 0, &value, NULL), STATUS_OK);
	assert_int_equal(json_int(value, 0), 40);
	json_reader_free(reader);
	arena_release(&arena);
}

/* In front of a member's value, next() goes on to the other members. */
static void test_seek_member(void **state)
{
	static const char text[] = "{\"a\": {\"x\": 1}, \"b\": [2], \"c\": 3}";
	struct json_reader *reader = json_reader_open_slice(slice_of(text));
	struct slice name;

	(void)state;
	json_reader_seek_member(reader, (uint64_t)(strchr(text, ':') + 2 - text));
	assert_true(json_reader_next(reader, &name) && slice_is(name, "b"));
	assert_true(json_reader_skip(reader));
	assert_true(json_reader_next(reader, &name) && slice_is(name, "c"));
	assert_false(json_reader_next(reader, &name));
	assert_false(json_reader_failed(reader, NULL));
	json_reader_free(reader);
}

static void test_unreadable(void **state)
{
	enum json_type type;
	int fd = open("/", O_RDONLY | O_CLOEXEC); /* a folder cannot be read as a file */
	struct json_reader *reader = json_reader_open_fd(fd);

	(void)state;
	assert_false(json_reader_peek(reader, &type));
	assert_true(json_reader_failed(reader, NULL) && json_reader_unreadable(reader));
	json_reader_free(reader);
	close(fd);
	reader = json_reader_open_slice(slice_of("[tru"));
	assert_false(json_reader_skip(reader));
	assert_true(json_reader_failed(reader, NULL) && !json_reader_unreadable(reader));
	json_reader_free(reader);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_walk_through_any_window),
		unit(test_broken_elements_are_stepped_over),
		unit(test_value_errors_name_the_offset),
		unit(test_failures),
		unit(test_misuse_is_an_error),
		unit(test_truncated_at_every_byte),
		unit(test_top_level_values_in_a_row),
		unit(test_relaxed),
		unit(test_constants),
		unit(test_depth),
		unit(test_stream_of_20_mb),
		unit(test_stream_through_a_pipe),
		unit(test_large_values),
		unit(test_blocks),
		unit(test_seek),
		unit(test_seek_member),
		unit(test_unreadable),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
