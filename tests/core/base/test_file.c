#include "base_test.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static void assert_content(struct fixture *fixture, const char *path, const char *expected)
{
	struct slice content;

	assert_int_equal(file_read(&fixture->arena, path, 0, &content, NULL), STATUS_OK);
	assert_string_equal(content.at, expected); /* a NUL stands behind it */
	assert_int_equal(content.len_bytes, strlen(expected));
}

/* No temporary file may stay behind, whatever happened. */
static int entries(const char *folder)
{
	DIR *dir = opendir(folder);
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

static mode_t mode_of(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	return info.st_mode & 07777;
}

static void test_read(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "file");
	struct slice content;
	struct error err;

	put(path, "twelve bytes");
	assert_content(fixture, path, "twelve bytes");
	assert_int_equal(file_read(&fixture->arena, path, 12, &content, &err), STATUS_OK);
	assert_int_equal(file_read(&fixture->arena, path, 11, &content, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "larger than 11 bytes"));
	assert_null(content.at);

	put(path, "");
	assert_content(fixture, path, "");
	assert_int_equal(file_read(&fixture->arena, fixture->folder, 0, &content, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "is a folder"));
	assert_int_equal(file_read(&fixture->arena, fixture_path(fixture, "none"), 0, &content, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, "none: No such file"));
}

struct feeder {
	int fd;
	size_t len_bytes;
};

static void *feed(void *data)
{
	struct feeder *feeder = data;

	for (size_t i = 0; i < feeder->len_bytes; i += 1000) {
		char part[1000];
		memset(part, 'a' + (int)(i / 1000 % 26), sizeof(part));
		if (write(feeder->fd, part, sizeof(part)) < 0)
			break;
	}
	close(feeder->fd);
	return NULL;
}

static void read_pipe(struct fixture *fixture, size_t limit, enum status expected, struct slice *content)
{
	int ends[2], saved = dup(STDIN_FILENO);
	pthread_t thread;

	assert_int_equal(pipe(ends), 0);
	struct feeder feeder = { ends[1], 500000 };
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(pthread_create(&thread, NULL, feed, &feeder), 0);
	enum status status = file_read(&fixture->arena, "-", limit, content, NULL);
	dup2(saved, STDIN_FILENO); /* also closes the pipe's end, so that the feeder stops */
	close(saved);
	pthread_join(thread, NULL);
	assert_int_equal(status, expected);
}

static void test_read_what_need_not_be_there(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "maybe"), *below = fixture_path(fixture, "maybe/below");
	struct slice content;
	struct error err;

	assert_int_equal(file_read_optional(&fixture->arena, path, 0, &content, &err), STATUS_OK);
	assert_null(content.at);
	put(path, "");
	assert_int_equal(file_read_optional(&fixture->arena, path, 0, &content, &err), STATUS_OK);
	assert_non_null(content.at);
	assert_int_equal(file_read_optional(&fixture->arena, below, 0, &content, &err), STATUS_OK);
	assert_null(content.at);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(file_read_optional(&fixture->arena, path, 0, &content, &err), STATUS_INPUT);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(file_read_optional(&fixture->arena, path, 0, &content, &err), STATUS_INPUT);
}

static void test_read_standard_input(void **state)
{
	struct fixture *fixture = *state;
	struct slice content;

	signal(SIGPIPE, SIG_IGN);
	read_pipe(fixture, 0, STATUS_OK, &content);
	assert_int_equal(content.len_bytes, 500000);
	for (size_t i = 0; i < content.len_bytes; i++)
		if (content.at[i] != 'a' + (int)(i / 1000 % 26))
			fail_msg("byte %zu", i);
	read_pipe(fixture, 499999, STATUS_INPUT, &content);
	read_pipe(fixture, 500000, STATUS_OK, &content);
	signal(SIGPIPE, SIG_DFL);
}

static void test_write_new_and_old(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "file");
	mode_t umask_before = umask(027);

	assert_int_equal(file_write_atomic(path, SLICE("one"), NULL), STATUS_OK);
	umask(umask_before);
	assert_content(fixture, path, "one");
	assert_int_equal(mode_of(path), 0640);

	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(file_write_atomic(path, SLICE("two, longer"), NULL), STATUS_OK);
	assert_content(fixture, path, "two, longer");
	assert_int_equal(mode_of(path), 0604);
	assert_int_equal(file_write_atomic(path, (struct slice){ NULL, 0 }, NULL), STATUS_OK);
	assert_content(fixture, path, "");
	assert_int_equal(entries(fixture->folder), 1);

	/* A name without a folder. */
	char *before = getcwd(NULL, 0);
	assert_int_equal(chdir(fixture->folder), 0);
	enum status status = file_write_atomic("bare", SLICE("b"), NULL);
	assert_int_equal(chdir(before), 0);
	free(before);
	assert_int_equal(status, STATUS_OK);
	assert_content(fixture, fixture_path(fixture, "bare"), "b");
}

static void test_write_failures_keep_the_old_file(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "file");
	char *folder = fixture_path(fixture, "folder");
	struct error err;

	put(path, "old");
	assert_int_equal(file_make_folders(folder, NULL), STATUS_OK);
	assert_int_equal(file_write_atomic(folder, SLICE("x"), &err), STATUS_OUTPUT);
	assert_non_null(strstr(err.text, "is a folder"));
	char *below = fixture_path(fixture, "none/file");
	assert_int_equal(file_write_atomic(below, SLICE("x"), &err), STATUS_OUTPUT);
	assert_non_null(strstr(err.text, "none/file: cannot make a file in"));

	/* A full disk, as far as a test can have one. */
	struct rlimit before, small;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 1000;
	char *large = arena_alloc(&fixture->arena, 5000);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	enum status status = file_write_atomic(path, (struct slice){ large, 5000 }, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(status, STATUS_OUTPUT);
	assert_non_null(strstr(err.text, "File too large"));

	assert_content(fixture, path, "old");
	assert_int_equal(entries(fixture->folder), 2);
}

static void test_write_to_unwritable_folder(void **state)
{
	struct fixture *fixture = *state;
	char *folder = fixture_path(fixture, "closed");
	struct error err;

	if (geteuid() == 0) {
		/* Nothing is closed to root; /proc, where there is one, takes no files. */
		if (!file_is_folder("/proc/self"))
			skip();
		assert_int_equal(file_write_atomic("/proc/self/x", SLICE("x"), &err), STATUS_OUTPUT);
		return;
	}
	assert_int_equal(file_make_folders(folder, NULL), STATUS_OK);
	char *path = file_join(&fixture->arena, folder, "file");
	put(path, "old");
	assert_int_equal(chmod(folder, 0500), 0);
	enum status status = file_write_atomic(path, SLICE("x"), &err);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(status, STATUS_OUTPUT);
	assert_content(fixture, path, "old");
}

static void test_folders(void **state)
{
	struct fixture *fixture = *state;
	struct error err;
	struct stat own;
	mode_t umask_before = umask(022);

	assert_int_equal(file_make_folders(fixture_path(fixture, "a/b//c/"), &err), STATUS_OK);
	assert_true(file_is_folder(fixture_path(fixture, "a/b/c")));
	assert_int_equal(file_make_folders(fixture_path(fixture, "a/b"), &err), STATUS_OK);
	assert_int_equal(file_make_private_folder(fixture_path(fixture, "own/of/me//"), &err), STATUS_OK);
	assert_int_equal(stat(fixture_path(fixture, "own/of/me"), &own), 0);
	assert_int_equal(own.st_mode & 07777, 0700);
	assert_int_equal(stat(fixture_path(fixture, "own/of"), &own), 0);
	assert_int_equal(own.st_mode & 07777, 0755);
	umask(umask_before);
	assert_int_equal(file_make_folders("/", &err), STATUS_OK);
	put(fixture_path(fixture, "a/file"), "");
	assert_int_equal(file_make_folders(fixture_path(fixture, "a/file/d"), &err), STATUS_OUTPUT);
	assert_non_null(strstr(err.text, "a/file: Not a directory"));
	assert_true(file_exists(fixture_path(fixture, "a/file")));
	assert_false(file_is_folder(fixture_path(fixture, "a/file")));
	assert_false(file_exists(fixture_path(fixture, "a/none")));
}

static void test_where_links_lead(void **state)
{
	struct fixture *fixture = *state;
	const char *real, *file = fixture_path(fixture, "file"), *link = fixture_path(fixture, "link");
	struct error err;
	int lock, again;

	put(file, "x");
	assert_int_equal(symlink("file", link), 0);
	assert_int_equal(file_real_path(&fixture->arena, link, &real, &err), STATUS_OK);
	assert_string_equal(strrchr(real, '/'), "/file");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(file_real_path(&fixture->arena, link, &real, &err), STATUS_OUTPUT);
	assert_int_equal(file_real_path(&fixture->arena, file, &real, &err), STATUS_OK);
	assert_string_equal(real, file);
	assert_int_equal(file_lock_folder(file, &lock, &err), STATUS_OUTPUT);
	assert_int_equal(file_lock_folder(fixture_path(fixture, "."), &lock, &err), STATUS_OK);
	file_unlock(lock);
	assert_int_equal(file_lock_folder(fixture_path(fixture, "."), &again, &err), STATUS_OK);
	file_unlock(again);
}

static void test_join(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *dir, *name, *joined; } table[] = {
		{ "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "a//", "/b", "a/b" }, { "/", "b", "/b" },
		{ "", "b", "b" }, { "/a", "b/c", "/a/b/c" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_string_equal(file_join(&fixture->arena, table[i].dir, table[i].name), table[i].joined);
}

static void test_xdg(void **state)
{
	struct fixture *fixture = *state;
	const char *home = getenv("HOME");
	char *saved = home ? arena_strdup(&fixture->arena, home) : NULL;

	setenv("XDG_DATA_HOME", "/data", 1);
	setenv("XDG_CONFIG_HOME", "relative/is/ignored", 1);
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", "/home/x", 1);
	assert_string_equal(file_xdg_folder(&fixture->arena, XDG_DATA), "/data/aitia");
	assert_string_equal(file_xdg_folder(&fixture->arena, XDG_CONFIG), "/home/x/.config/aitia");
	assert_string_equal(file_xdg_folder(&fixture->arena, XDG_STATE), "/home/x/.local/state/aitia");
	unsetenv("XDG_DATA_HOME");
	assert_string_equal(file_xdg_folder(&fixture->arena, XDG_DATA), "/home/x/.local/share/aitia");
	unsetenv("HOME");
	assert_null(file_xdg_folder(&fixture->arena, XDG_STATE));
	unsetenv("XDG_CONFIG_HOME");
	if (saved)
		setenv("HOME", saved, 1);
}

static void test_write_in_pieces(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "file");
	struct atomic_file *file;
	struct error err;

	put(path, "old");
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(atomic_file_open(path, &file, &err), STATUS_OK);
	assert_int_equal(atomic_file_add(file, slice_of("one "), &err), STATUS_OK);
	assert_int_equal(atomic_file_add(file, slice_of("two "), &err), STATUS_OK);
	assert_int_equal(atomic_file_len(file), 8);
	assert_int_equal(atomic_file_truncate(file, 4, &err), STATUS_OK);
	assert_int_equal(atomic_file_len(file), 4);
	assert_content(fixture, path, "old");
	assert_int_equal(atomic_file_add(file, slice_of("three"), &err), STATUS_OK);
	assert_int_equal(atomic_file_commit(file, &err), STATUS_OK);
	assert_content(fixture, path, "one three");
	assert_int_equal(mode_of(path), 0640);
	assert_int_equal(entries(fixture->folder), 1);

	assert_int_equal(atomic_file_open(path, &file, &err), STATUS_OK);
	assert_int_equal(atomic_file_add(file, slice_of("new"), &err), STATUS_OK);
	atomic_file_abandon(file);
	atomic_file_abandon(NULL);
	assert_content(fixture, path, "one three");
	assert_int_equal(entries(fixture->folder), 1);
	assert_int_equal(atomic_file_open(fixture->folder, &file, &err), STATUS_OUTPUT);
	assert_null(file);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_read),
		unit(test_read_what_need_not_be_there),
		unit(test_read_standard_input),
		unit(test_write_new_and_old),
		unit(test_write_failures_keep_the_old_file),
		unit(test_write_to_unwritable_folder),
		unit(test_write_in_pieces),
		unit(test_folders),
		unit(test_where_links_lead),
		unit(test_join),
		unit(test_xdg),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
