#include "cli/import_walk.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"

struct walk {
	struct arena *arena;
	const atomic_bool *cancel;
	struct import_inputs *out;
};

static bool cancelled(const struct walk *walk)
{
	return walk->cancel && atomic_load_explicit(walk->cancel, memory_order_relaxed);
}

static void add_file(struct walk *walk, const char *path, bool found, const struct stat *info)
{
	struct import_input input = { .path = path, .found = found };

	if (info) {
		input.identified = true;
		input.device = info->st_dev;
		input.inode = info->st_ino;
	}
	vec_push(&walk->out->files, input);
}

static void pass(struct walk *walk, const char *path, const char *reason)
{
	vec_push(&walk->out->passed, ((struct import_obstacle){ path, reason }));
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	VEC_OF(const char *) list;
};

/* All of them are read before any is looked at, so that a deep tree holds one folder open
 * and no more. 0, or the error number. */
static int read_names(struct walk *walk, const char *folder, struct names *names)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return errno;
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			vec_push(&names->list, arena_strdup(walk->arena, entry->d_name));
	int failure = errno;
	closedir(dir);
	if (names->list.len > 1)
		qsort(names->list.items, names->list.len, sizeof(*names->list.items), compare_names);
	return failure;
}

/* Recursion is bounded by the length that a path may have (PATH_MAX). */
static void walk_folder(struct walk *walk, const char *folder)
{
	struct names names = { VEC_INIT };
	int failure = read_names(walk, folder, &names);

	if (failure)
		vec_push(&walk->out->faults, ((struct import_obstacle){
						     folder, arena_strdup(walk->arena, strerror(failure)) }));
	for (size_t i = 0; i < names.list.len && !cancelled(walk); i++) {
		const char *path = file_join(walk->arena, folder, names.list.items[i]);
		struct stat info, target;

		if (lstat(path, &info) != 0)
			pass(walk, path, arena_strdup(walk->arena, strerror(errno)));
		else if (S_ISDIR(info.st_mode) && names.list.items[i][0] != '.')
			walk_folder(walk, path);
		else if (S_ISREG(info.st_mode))
			add_file(walk, path, true, &info);
		else if (S_ISLNK(info.st_mode) && stat(path, &target) != 0)
			pass(walk, path, "a link that leads nowhere");
		else if (S_ISLNK(info.st_mode) && S_ISREG(target.st_mode))
			add_file(walk, path, true, &target);
		else if (S_ISLNK(info.st_mode) && S_ISDIR(target.st_mode))
			pass(walk, path, "a link to a folder, which is not followed unless it is named");
		else if (!S_ISDIR(info.st_mode))
			pass(walk, path, "neither a file nor a folder");
	}
	vec_release(&names.list);
}

void import_walk(struct arena *arena, const struct option_words *words, const atomic_bool *cancel,
		 struct import_inputs *out)
{
	struct walk walk = { arena, cancel, out };

	*out = (struct import_inputs){ .files = VEC_INIT, .passed = VEC_INIT, .faults = VEC_INIT };
	for (size_t i = 0; i < words->count && !cancelled(&walk); i++) {
		const char *word = words->items[i];
		struct stat info;
		bool there = strcmp(word, "-") != 0 && stat(word, &info) == 0;

		if (there && S_ISDIR(info.st_mode)) {
			out->has_folder = true;
			walk_folder(&walk, word);
		} else {
			add_file(&walk, word, false, there ? &info : NULL);
		}
	}
}

void import_inputs_release(struct import_inputs *inputs)
{
	vec_release(&inputs->files);
	vec_release(&inputs->passed);
	vec_release(&inputs->faults);
}
