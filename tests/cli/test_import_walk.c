/* Which files an import reads, and that a walk ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/import_walk.h"
#include "core/base/file.h"
#include "core/base/strbuf.h"

struct fixture {
	struct arena arena;
	struct import_inputs inputs;
	char *folder;
	struct strbuf seen;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena);
	strbuf_init(&f->seen);
	f->folder = arena_strdup(&f->arena, "/tmp/aitia-test-walk-XXXXXX");
	*state = f;
	return mkdtemp(f->folder) ? 0 : -1;
}

static void remove_tree(struct fixture *f)
{
	/* In the order of making them, so that going back empties folders first. */
	static const char *const made[] = { "b", "b/.git", "b/.git/x", "b/a", "b/a/2", "b/a/10", "b/a/up", "b/file",
					    "c", "b/away", "b/nowhere", "b/self", "b/pipe", ".h", ".h/y" };
	for (size_t i = ARRAY_LEN(made); i-- > 0;)
		remove(file_join(&f->arena, f->folder, made[i]));
	rmdir(f->folder);
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	remove_tree(f);
	import_inputs_release(&f->inputs);
	strbuf_release(&f->seen);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static const char *at(struct fixture *f, const char *name)
{
	return file_join(&f->arena, f->folder, name);
}

static void put(struct fixture *f, const char *name)
{
	assert_int_equal(file_write_atomic(at(f, name), slice_of(name), NULL), STATUS_OK);
}

static void make_tree(struct fixture *f)
{
	assert_int_equal(mkdir(at(f, "b"), 0777), 0);
	assert_int_equal(mkdir(at(f, "b/.git"), 0777), 0);
	assert_int_equal(mkdir(at(f, "b/a"), 0777), 0);
	assert_int_equal(mkdir(at(f, ".h"), 0777), 0);
	put(f, "b/.git/x");
	put(f, "b/a/2");
	put(f, "b/a/10");
	put(f, "b/file");
	put(f, "c");
	put(f, ".h/y");
	assert_int_equal(symlink("../../b", at(f, "b/a/up")), 0);
	assert_int_equal(symlink("../c", at(f, "b/away")), 0);
	assert_int_equal(symlink("none", at(f, "b/nowhere")), 0);
	assert_int_equal(symlink("self", at(f, "b/self")), 0);
	assert_int_equal(mkfifo(at(f, "b/pipe"), 0600), 0);
}

/* Paths below the folder, as "name name"; ! behind what was named. */
static const char *walk(struct fixture *f, const char *const *words, size_t count, const atomic_bool *cancel)
{
	size_t prefix = strlen(f->folder) + 1;

	import_inputs_release(&f->inputs);
	import_walk(&f->arena, &(struct option_words){ words, count }, cancel, &f->inputs);
	strbuf_clear(&f->seen);
	for (size_t i = 0; i < f->inputs.files.len; i++) {
		const struct import_input *input = &f->inputs.files.items[i];
		const char *path = strncmp(input->path, f->folder, prefix - 1) == 0 ? input->path + prefix : input->path;
		strbuf_addf(&f->seen, "%s%s%s", i ? " " : "", path, input->found ? "" : "!");
	}
	return f->seen.text;
}

static const char *walk_one(struct fixture *f, const char *name)
{
	const char *words[] = { name[0] ? at(f, name) : f->folder };

	return walk(f, words, 1, NULL);
}

static void test_order_links_and_what_is_hidden(void **state)
{
	struct fixture *f = *state;
	struct stat info;

	make_tree(f);
	assert_string_equal(walk_one(f, ""), "b/a/10 b/a/2 b/away b/file c");
	assert_true(f->inputs.has_folder);
	assert_int_equal(f->inputs.passed.len, 4);
	assert_string_equal(f->inputs.passed.items[0].path, at(f, "b/a/up"));
	assert_non_null(strstr(f->inputs.passed.items[0].reason, "a link to a folder"));
	assert_non_null(strstr(f->inputs.passed.items[1].reason, "nowhere"));
	assert_non_null(strstr(f->inputs.passed.items[2].reason, "neither a file nor a folder"));
	assert_non_null(strstr(f->inputs.passed.items[3].reason, "nowhere"));
	assert_int_equal(f->inputs.faults.len, 0);
	assert_int_equal(stat(at(f, "c"), &info), 0);
	assert_true(f->inputs.files.items[2].identified); /* a link is what it leads to */
	assert_int_equal(f->inputs.files.items[2].inode, info.st_ino);
	/* Named, a hidden folder and a link to one are what was asked for. */
	assert_string_equal(walk_one(f, ".h"), ".h/y");
	assert_string_equal(walk_one(f, "b/.git/"), "b/.git/x");
	assert_string_equal(walk_one(f, "b/a/up"), "b/a/up/a/10 b/a/up/a/2 b/a/up/away b/a/up/file");
}

static void test_what_is_named_is_taken_as_it_is(void **state)
{
	struct fixture *f = *state;
	const char *words[] = { "-", at(f, "c"), at(f, "none"), at(f, "b/pipe"), at(f, "b/a"), "-" };

	make_tree(f);
	assert_string_equal(walk(f, words, ARRAY_LEN(words), NULL), "-! c! none! b/pipe! b/a/10 b/a/2 -!");
	assert_false(f->inputs.files.items[0].identified);
	assert_true(f->inputs.files.items[1].identified);
	assert_false(f->inputs.files.items[2].identified);
	assert_string_equal(walk(f, words, 4, NULL), "-! c! none! b/pipe!");
	assert_false(f->inputs.has_folder);
}

static void test_it_can_be_stopped(void **state)
{
	struct fixture *f = *state;
	const char *words[] = { f->folder, "x" };
	const atomic_bool cancel = true;

	make_tree(f);
	assert_string_equal(walk(f, words, 2, &cancel), "");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_links_and_what_is_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_named_is_taken_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(test_it_can_be_stopped, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
