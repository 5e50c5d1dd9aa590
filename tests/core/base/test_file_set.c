/* Sets of files: all or none, and no temporary file is left. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/file_set.h"
#include "core/base/file_temp.h"

static struct arena arena;
static struct error err;
static struct file_set *set;
static char folder[64];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/aitia-set-XXXXXX");
	assert_non_null(mkdtemp(folder));
	set = file_set_new();
	return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&arena);
	return 0;
}

static const char *at(const char *name)
{
	return file_join(&arena, folder, name);
}

static int files_in_folder(void)
{
	DIR *dir = opendir(folder);
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static void assert_content(const char *name, const char *expected)
{
	struct slice content;

	assert_int_equal(file_read(&arena, at(name), 0, &content, &err), STATUS_OK);
	assert_string_equal(content.at, expected);
}

static void test_commit(void **state)
{
	struct stat info;

	(void)state;
	assert_int_equal(file_write_atomic(at("old"), slice_of("before"), &err), STATUS_OK);
	assert_int_equal(file_write_atomic(at("gone"), slice_of("x"), &err), STATUS_OK);
	assert_int_equal(chmod(at("old"), 0640), 0);
	assert_int_equal(file_set_add(set, at("old"), slice_of("after"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("a/b/new"), slice_of("new"), &err), STATUS_OK);
	file_set_remove(set, at("gone"));
	file_set_remove(set, at("never there"));
	assert_content("old", "before");
	assert_false(file_exists(at("a/b/new")));
	assert_int_equal(file_set_commit(set, &err), STATUS_OK);
	assert_content("old", "after");
	assert_content("a/b/new", "new");
	assert_false(file_exists(at("gone")));
	assert_int_equal(files_in_folder(), 2);
	assert_int_equal(stat(at("old"), &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
}

static void test_abandon(void **state)
{
	(void)state;
	assert_int_equal(file_write_atomic(at("old"), slice_of("before"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("old"), slice_of("after"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("new"), slice_of("new"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("made/new"), slice_of("new"), &err), STATUS_OK);
	file_set_remove(set, at("old"));
	assert_int_equal(mkdir(at("folder"), 0777), 0);
	assert_int_equal(file_set_add(set, at("folder"), slice_of("x"), &err), STATUS_OUTPUT);
	assert_int_equal(file_set_add(set, at("old/below"), slice_of("x"), &err), STATUS_OUTPUT);
	file_set_abandon(set);
	assert_content("old", "before");
	assert_int_equal(files_in_folder(), 2); /* old, folder */
}

static char *noted[4];
static size_t noted_count;

static bool note(void *context, const char *temp_path)
{
	assert_ptr_equal(context, folder);
	assert_false(file_exists(temp_path));
	if (noted_count == 2) {
		errno = ENOSPC;
		return false;
	}
	noted[noted_count++] = arena_strdup(&arena, temp_path);
	return true;
}

/* Who is told of each file before it is there may say no. */
static void test_noted(void **state)
{
	(void)state;
	file_set_note(set, note, folder);
	assert_int_equal(file_set_add(set, at("one"), slice_of("1"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("two"), slice_of("2"), &err), STATUS_OK);
	assert_int_equal(file_set_add(set, at("three"), slice_of("3"), &err), STATUS_OUTPUT);
	assert_non_null(strstr(err.text, strerror(ENOSPC)));
	assert_int_equal(noted_count, 2);
	for (size_t i = 0; i < noted_count; i++) {
		assert_true(file_exists(noted[i]));
		assert_true(file_is_temp_name(noted[i]));
	}
	assert_false(file_is_temp_name(at(".aitia-pages.plain")));
	assert_false(file_is_temp_name(at(".aitia-abcde")));
	assert_false(file_is_temp_name(at(".aitia-abcdeF")));
	assert_false(file_is_temp_name(at("x.aitia-abcdef")));
	assert_int_equal(file_set_commit(set, &err), STATUS_OK);
	assert_int_equal(files_in_folder(), 2);
}

static void test_many(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++)
		assert_int_equal(file_set_add(set, at(arena_printf(&arena, "%d/%d", i % 7, i)), slice_of("x"), &err), STATUS_OK);
	assert_int_equal(file_set_commit(set, &err), STATUS_OK);
	assert_content("6/1994", "x");
}

/* Sets that others filled end as one, in the order in which they were moved. */
static void test_moved(void **state)
{
	struct file_set *other = file_set_new();

	(void)state;
	assert_int_equal(file_set_add(set, at("one"), slice_of("1"), &err), STATUS_OK);
	assert_int_equal(file_set_add(other, at("one"), slice_of("2"), &err), STATUS_OK);
	assert_int_equal(file_set_add(other, at("a/two"), slice_of("2"), &err), STATUS_OK);
	file_set_move(set, other);
	file_set_move(set, other); /* it is empty now */
	assert_int_equal(file_set_add(other, at("a/lost"), slice_of("x"), &err), STATUS_OK);
	file_set_abandon(other);
	assert_int_equal(file_set_commit(set, &err), STATUS_OK);
	assert_content("one", "2");
	assert_content("a/two", "2");
	assert_false(file_exists(at("a/lost")));
	assert_int_equal(files_in_folder(), 2);
}

static struct file_stamp placed[2];
static size_t placed_count;

static void note_placed(void *context, const char *path, const struct file_stamp *stamp)
{
	assert_ptr_equal(context, &placed_count);
	assert_string_equal(path, at("old"));
	placed[placed_count++] = *stamp;
}

/* What has just been written may be written again within the same tick of the clock: nothing is told of it. */
static void test_stamps(void **state)
{
	struct file_stamp stamp, other;
	char word[FILE_STAMP_WORD_BYTES], other_word[FILE_STAMP_WORD_BYTES];

	(void)state;
	assert_int_equal(file_set_add(set, at("old"), slice_of("one"), &err), STATUS_OK);
	nanosleep(&(struct timespec){ 0, 80000000 }, NULL);
	assert_int_equal(file_set_add(set, at("new"), slice_of("two"), &err), STATUS_OK);
	file_set_tell(set, note_placed, &placed_count);
	assert_int_equal(file_set_commit(set, &err), STATUS_OK);
	assert_true(file_stamp(at("old"), &stamp));
	assert_int_equal(placed_count, 1);
	assert_memory_equal(&placed[0], &stamp, sizeof(stamp));
	assert_int_equal(stamp.size_bytes, 3);
	assert_false(file_stamp(at("none"), &other));
	assert_true(file_stamp(at("new"), &other));
	assert_false(file_stamp_settled(&other, other.changed_ns));
	assert_true(file_stamp_settled(&other, other.changed_ns + INT64_C(4000000000)));
	file_stamp_word(&stamp, word);
	file_stamp_word(&other, other_word);
	assert_string_not_equal(word, other_word);
	/* Of whole seconds alone the file system may keep every other one. */
	other.modified_ns = other.changed_ns = INT64_C(1000000000);
	assert_false(file_stamp_settled(&other, INT64_C(2500000000)));
	assert_true(file_stamp_settled(&other, INT64_C(4500000000)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_abandon, setup, teardown),
		cmocka_unit_test_setup_teardown(test_noted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stamps, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
