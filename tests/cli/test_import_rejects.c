/* Rejected records in their frames: formats with and without frames of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/import_rejects.h"
#include "core/base/file.h"

static const struct importer lines = { .name = "lines", .before = "", .between = "\n", .after = "\n" };
static const struct importer list = { .name = "list", .before = "[", .between = ",", .after = "]\n" };
static const struct importer table = { .name = "table", .before = NULL, .between = "\n", .after = "\n" };

static const struct importer plain = { .name = "text", .before = "", .between = "", .after = "" };

struct fixture {
	struct arena arena;
	struct error err;
	char *folder, *path;
	struct import_rejects *rejects;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena);
	f->folder = arena_strdup(&f->arena, "/tmp/aitia-test-rejects-XXXXXX");
	*state = f;
	if (!mkdtemp(f->folder))
		return -1;
	f->path = file_join(&f->arena, f->folder, "kept");
	return import_rejects_new(f->path, NULL, 0, &f->rejects, &f->err) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const made[] = { "source", "kept", "kept.lines", "kept.list", "kept.table", "kept.table-2" };
	struct fixture *f = *state;

	import_rejects_free(f->rejects);
	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		unlink(file_join(&f->arena, f->folder, made[i]));
	int left = rmdir(f->folder); /* fails when a temporary file stayed behind */
	arena_release(&f->arena);
	free(f);
	return left;
}

/* Rejects the `nth` line (from 0) of `text`, its line end included. */
static enum status reject_line(struct fixture *f, const struct importer *importer, const char *text, size_t nth)
{
	char *path = file_join(&f->arena, f->folder, "source");
	struct import_source source = { .head = slice_of(text), .len_bytes = strlen(text), .name = "source" };
	const char *start = text;

	for (; nth > 0; nth--)
		start = strchr(start, '\n') + 1;
	struct batch_reject reject = { .record = 1, .offset_bytes = start - text,
				       .len_bytes = (int64_t)strcspn(start, "\n") + (strchr(start, '\n') != NULL) };
	assert_int_equal(file_write_atomic(path, slice_of(text), NULL), STATUS_OK);
	source.fd = open(path, O_RDONLY);
	assert_true(source.fd >= 0);
	enum status status = import_rejects_add(f->rejects, importer, &source, &reject, &f->err);
	close(source.fd);
	return status;
}

static void finish(struct fixture *f)
{
	assert_int_equal(import_rejects_finish(f->rejects, &f->err), STATUS_OK);
}

static void assert_file(struct fixture *f, const char *name, const char *expected)
{
	struct slice content;

	assert_int_equal(file_read(&f->arena, file_join(&f->arena, f->folder, name), 0, &content, NULL), STATUS_OK);
	assert_string_equal(content.at, expected);
}

static void test_frames(void **state)
{
	struct fixture *f = *state;
	int64_t records;

	for (size_t nth = 0; nth < 3; nth++)
		assert_int_equal(reject_line(f, &lines, "one\ntwo\r\nthree", nth), STATUS_OK);
	for (size_t nth = 0; nth < 2; nth++)
		assert_int_equal(reject_line(f, &list, "1\n2\n", nth), STATUS_OK);
	assert_false(file_exists(f->path));
	finish(f);
	assert_file(f, "kept", "one\ntwo\nthree\n");
	assert_file(f, "kept.list", "[1\n,2\n]\n");
	assert_int_equal(import_rejects_file_count(f->rejects), 2);
	assert_string_equal(import_rejects_file(f->rejects, 0, &records), f->path);
	assert_int_equal(records, 3);
}

static void test_headers_of_their_own(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(reject_line(f, &table, "a,b\n1,2\n3,4\n", 1), STATUS_OK);
	assert_int_equal(reject_line(f, &table, "a,b\n5,6", 1), STATUS_OK);
	assert_int_equal(reject_line(f, &table, "a,\"b\nc\"\n7,8\n", 2), STATUS_OK);
	assert_int_equal(reject_line(f, &table, "x\n9\n", 1), STATUS_OK);
	finish(f);
	assert_file(f, "kept", "a,b\n1,2\n5,6\n");
	assert_file(f, "kept.table", "a,\"b\nc\"\n7,8\n");
	assert_file(f, "kept.table-2", "x\n9\n");
}

static void test_lines_that_end_themselves(void **state)
{
	struct fixture *f = *state;
	const struct import_source source = { .fd = -1 };
	struct batch_reject raw = { .raw = slice_of("four") };

	assert_int_equal(reject_line(f, &plain, "one\ntwo", 0), STATUS_OK);
	assert_int_equal(reject_line(f, &plain, "one\ntwo", 1), STATUS_OK);
	assert_int_equal(reject_line(f, &plain, "three\r\n", 0), STATUS_OK);
	assert_int_equal(import_rejects_add(f->rejects, &plain, &source, &raw, &f->err), STATUS_OK);
	finish(f);
	assert_file(f, "kept", "one\ntwo\nthree\r\nfour\n");
}

static void test_records_that_do_not_lie_in_the_file(void **state)
{
	struct fixture *f = *state;
	const struct import_source source = { .fd = -1 };
	struct batch_reject raw = { .offset_bytes = 5, .len_bytes = 7, .raw = slice_of("member\n") };
	struct batch_reject nowhere = { .offset_bytes = -1 }, endless = { .offset_bytes = 3 };

	assert_int_equal(import_rejects_add(f->rejects, &lines, &source, &raw, &f->err), STATUS_OK);
	assert_int_equal(import_rejects_add(f->rejects, &lines, &source, &nowhere, &f->err), STATUS_OK);
	assert_int_equal(import_rejects_add(f->rejects, &lines, &source, &endless, &f->err), STATUS_OK);
	assert_int_equal(import_rejects_lost(f->rejects), 2);
	finish(f);
	assert_file(f, "kept", "member\n");
}

static void test_steps(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(reject_line(f, &list, "0\n", 0), STATUS_OK);
	assert_int_equal(import_rejects_take_back(f->rejects, &f->err), STATUS_OK);
	assert_int_equal(reject_line(f, &lines, "one\n", 0), STATUS_OK);
	import_rejects_keep(f->rejects);
	assert_int_equal(reject_line(f, &lines, "two\n", 0), STATUS_OK);
	assert_int_equal(reject_line(f, &list, "1\n", 0), STATUS_OK);
	assert_int_equal(import_rejects_take_back(f->rejects, &f->err), STATUS_OK);
	assert_int_equal(reject_line(f, &lines, "three\n", 0), STATUS_OK);
	import_rejects_keep(f->rejects);
	finish(f);
	assert_int_equal(import_rejects_file_count(f->rejects), 1);
	assert_file(f, "kept", "one\nthree\n");
}

static void test_a_file_that_shrinks(void **state)
{
	struct fixture *f = *state;
	char *path = file_join(&f->arena, f->folder, "source");
	struct batch_reject reject = { .record = 1, .offset_bytes = 0, .len_bytes = 100 };

	assert_int_equal(file_write_atomic(path, slice_of("short"), NULL), STATUS_OK);
	struct import_source source = { .fd = open(path, O_RDONLY) };
	enum status status = import_rejects_add(f->rejects, &lines, &source, &reject, &f->err);
	close(source.fd);
	assert_int_equal(status, STATUS_INPUT);
	assert_non_null(strstr(f->err.text, "shorter"));
}

static void test_nothing_rejected_nothing_made(void **state)
{
	struct fixture *f = *state;

	finish(f);
	assert_int_equal(import_rejects_file_count(f->rejects), 0);
	assert_false(file_exists(f->path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_frames), TEST(test_lines_that_end_themselves),
		TEST(test_headers_of_their_own), TEST(test_records_that_do_not_lie_in_the_file),
		TEST(test_steps), TEST(test_a_file_that_shrinks), TEST(test_nothing_rejected_nothing_made),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
