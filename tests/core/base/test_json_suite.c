/*
 * JSONTestSuite (github.com/nst/JSONTestSuite, "Parsing JSON is a minefield"): y_ must be
 * accepted, n_ refused, i_ may be either. The tree parser and the pull reader, the latter
 * over a slice and through windows of several sizes, must be of one opinion.
 */
#include "base_test.h"
#include "test_data.h"

#include <dirent.h>

#include "core/base/json_scan.h"

enum { SUITE_FILES = 318 };

static bool parse_accepts(struct slice text)
{
	struct arena arena = ARENA_INIT;
	const struct json *value;
	struct error err;
	bool good = json_parse(&arena, text, false, NULL, &value, &err) == STATUS_OK;

	arena_release(&arena);
	return good;
}

static bool reader_accepts(struct json_reader *reader)
{
	struct arena arena = ARENA_INIT;
	const struct json *value;
	struct error err;
	bool good = json_reader_value(reader, &arena, 0, &value, &err) == STATUS_OK;

	if (json_reader_finish(reader, &err) != STATUS_OK)
		good = false;
	json_reader_free(reader);
	arena_release(&arena);
	return good;
}

/* Walks through all containers by enter() and next(), reading scalars as values. */
static bool walk(struct json_reader *reader, struct arena *arena)
{
	enum json_type type;
	const struct json *value;

	if (!json_reader_peek(reader, &type))
		return false;
	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return json_reader_value(reader, arena, 0, &value, NULL) == STATUS_OK;
	if (!json_reader_enter(reader, type))
		return false;
	struct slice name;
	while (json_reader_next(reader, &name))
		if (!walk(reader, arena))
			return false;
	return !json_reader_failed(reader, NULL);
}

static bool walk_accepts(struct json_reader *reader)
{
	struct arena arena = ARENA_INIT;
	bool good = walk(reader, &arena) && json_reader_finish(reader, NULL) == STATUS_OK;

	json_reader_free(reader);
	arena_release(&arena);
	return good;
}

static void check(const char *name, const char *reader, bool accepted)
{
	if (name[0] == 'y' && !accepted)
		fail_msg("%s refused by %s", name, reader);
	if (name[0] == 'n' && accepted)
		fail_msg("%s accepted by %s", name, reader);
}

static void test_suite(void **state)
{
	struct fixture *fixture = *state;
	const char *folder = test_data(fixture, "hostile/nst_JSONTestSuite/test_parsing");
	static const size_t windows[] = { 1, 2, 7, 16, 65536 };
	struct dirent *entry;
	int files = 0;

	DIR *dir = opendir(folder);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		struct slice text;
		if (!strchr("yni", name[0]) || name[1] != '_')
			continue;
		files++;
		const char *path = file_join(&fixture->arena, folder, name);
		assert_int_equal(file_read(&fixture->arena, path, 0, &text, NULL), STATUS_OK);
		char *exact = malloc(text.len_bytes + !text.len_bytes);
		memcpy(exact, text.at, text.len_bytes);
		text.at = exact;

		bool parsed = parse_accepts(text);
		check(name, "json_parse", parsed);
		bool by_slice = reader_accepts(json_reader_open_slice(text));
		check(name, "the reader over a slice", by_slice);
		check(name, "walking over a slice", walk_accepts(json_reader_open_slice(text)));
		free(exact);
		int fd = open(path, O_RDONLY);
		assert_true(fd >= 0);
		for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
			struct json_reader *reader = json_reader_open_fd(fd);
			json_reader_set_window(reader, windows[i]);
			bool by_window = reader_accepts(reader);
			check(name, "the reader over a file", by_window);
			assert_int_equal(by_window, by_slice);
			reader = json_reader_open_fd(fd);
			json_reader_set_window(reader, windows[i]);
			check(name, "walking over a file", walk_accepts(reader));
		}
		close(fd);
		/* Only a byte-order mark makes a difference: the reader skips it. */
		if (parsed != by_slice && !strstr(name, "BOM"))
			fail_msg("%s: json_parse and the reader differ", name);
	}
	closedir(dir);
	assert_int_equal(files, SUITE_FILES);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_suite),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
