/*
 * JSONTestSuite (github.com/nst/JSONTestSuite) through the importers: each of its inputs as
 * a member of a row, as an element among rows and as a line among lines. What must be
 * accepted (y_) must never be called broken; what must be refused (n_) must be rejected with
 * its place, and cost no row before it; i_ may be either.
 */
#include "tests/core/test_import_store.h"

#include <dirent.h>

#include "core/base/strbuf.h"

#define SUITE DATA "hostile/nst_JSONTestSuite/test_parsing"

enum { SUITE_FILES = 318 };

static size_t count_broken(const struct fixture *f)
{
	size_t broken = 0;

	for (size_t i = 0; i < f->store->rejects.len; i++) {
		const struct batch_reject *reject = &f->store->rejects.items[i];
		assert_true(reject->offset_bytes >= 0);
		broken += strstr(reject->reason, "broken JSON") != NULL;
	}
	return broken;
}

static enum status import_around(struct fixture *f, const char *format, const char *before, struct slice input,
				 const char *after)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, before);
	strbuf_addslice(&text, input);
	strbuf_addstr(&text, after);
	f->options.format = format;
	enum status status = import_bytes(f, strbuf_slice(&text));
	strbuf_release(&text);
	return status;
}

/* Alone, so that the row is the whole file. */
static void as_member(struct fixture *f, const char *name, struct slice input)
{
	enum status status = import_around(f, "json", "{\"code\":\"x\",\"data\":", input, "}");

	if (name[0] == 'y' && (status != STATUS_OK || f->batch.imported != 1 || f->batch.rejected))
		fail_msg("%s: as a member: %s", name, f->error.text);
	if (name[0] == 'n' && status == STATUS_OK && count_broken(f) == 0)
		fail_msg("%s: as a member: accepted", name);
	if (status != STATUS_OK)
		assert_int_equal(status, STATUS_INPUT);
}

static void as_element(struct fixture *f, const char *name, struct slice input)
{
	assert_int_equal(import_around(f, "json", "[{\"code\":\"first\"},", input, ",{\"code\":\"last\"}]"), STATUS_OK);
	size_t broken = count_broken(f);
	assert_slice(sample_at(f, 0)->code, "first");
	/* A list of texts is a row, of other things it is rejected for what it is. */
	if (name[0] == 'y' && (broken || !slice_is(sample_at(f, f->store->samples.len - 1)->code, "last")))
		fail_msg("%s: as an element: %s", name, f->store->rejects.len ? f->store->rejects.items[0].reason : "lost");
	if (name[0] == 'n' && !broken)
		fail_msg("%s: as an element: accepted", name);
}

static void as_line(struct fixture *f, const char *name, struct slice input)
{
	if (input.len_bytes && memchr(input.at, '\n', input.len_bytes))
		return; /* several lines */
	assert_int_equal(import_around(f, "jsonl", "{\"code\":\"x\",\"data\":", input, "}\n{\"code\":\"last\"}\n"), STATUS_OK);
	size_t broken = count_broken(f);
	assert_slice(sample_at(f, f->store->samples.len - 1)->code, "last");
	if (name[0] == 'y' && (broken || f->batch.imported != 2))
		fail_msg("%s: as a line: %s", name, f->store->rejects.len ? f->store->rejects.items[0].reason : "lost");
	if (name[0] == 'n' && (broken != 1 || f->batch.imported != 1))
		fail_msg("%s: as a line: accepted", name);
}

static void test_suite(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	DIR *folder = opendir(SUITE);
	int files = 0;

	assert_non_null(folder);
	for (const struct dirent *entry; (entry = readdir(folder));) {
		struct slice input;
		if (entry->d_name[0] == '.')
			continue;
		files++;
		arena_clear(&arena);
		const char *path = file_join(&arena, SUITE, entry->d_name);
		assert_int_equal(file_read(&arena, path, 0, &input, &f->error), STATUS_OK);
		as_member(f, entry->d_name, input);
		as_element(f, entry->d_name, input);
		as_line(f, entry->d_name, input);
		f->options.format = NULL;
		enum status status = import_path(f, path);
		if (entry->d_name[0] == 'n' && status == STATUS_OK && count_broken(f) == 0)
			fail_msg("%s: as it is: accepted", entry->d_name);
	}
	closedir(folder);
	arena_release(&arena);
	assert_int_equal(files, SUITE_FILES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_suite, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
