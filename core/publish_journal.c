#include "core/publish_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/file_temp.h"
#include "core/base/strbuf.h"
#include "core/publish.h"

#define JOURNAL_BYTES_MAX (256u << 20)

void publish_journal_init(struct publish_journal *journal, const struct publish_place *place, const char *path, int *lock)
{
	*journal = (struct publish_journal){ .place = place, .path = path, .lock = lock, .fd = -1 };
	pthread_mutex_init(&journal->mutex, NULL);
}

void publish_journal_release(struct publish_journal *journal)
{
	if (journal->fd >= 0) {
		close(journal->fd);
		unlink(journal->path);
	}
	pthread_mutex_destroy(&journal->mutex);
}

/* ---- what was left -------------------------------------------------------------------- */

/* A folder of pages is made again when it is needed; one that holds anything stays. */
static void remove_folder(const struct publish_journal *journal, const char *path)
{
	char *folder = file_folder_of(path);

	if (strcmp(folder, journal->place->root) != 0 && strcmp(folder, journal->place->content) != 0)
		rmdir(folder);
	free(folder);
}

static bool is_below(const char *real, const char *top)
{
	char *real_top = realpath(top, NULL);
	size_t len = real_top ? strlen(real_top) : 0;
	bool good = len && strncmp(real, real_top, len) == 0 && (real_top[len - 1] == '/' || real[len] == '/' || !real[len]);

	free(real_top);
	return good;
}

/* A link in the site may lead anywhere; its folder of pages may be one. */
static bool is_in_site(const struct publish_journal *journal, const char *path)
{
	char *folder = file_folder_of(path), *real = realpath(folder, NULL);
	bool good = real && (is_below(real, journal->place->root) || is_below(real, journal->place->content));

	free(real);
	free(folder);
	return good;
}

/* Whoever can write to the site can write to the list: nothing goes that is not named as such files are, or lies elsewhere. */
static bool take_away(const struct publish_journal *journal, struct arena *arena, struct slice line, bool sweep)
{
	char *below = arena_text(arena, line);
	const char *path = file_join(arena, journal->place->root, below);
	struct stat info;

	if (memchr(line.at, '\0', line.len_bytes) || !publish_path_is_safe(below) || !file_is_temp_name(path) || lstat(path, &info) != 0 ||
	    !S_ISREG(info.st_mode) || !is_in_site(journal, path))
		return false;
	if (sweep && unlink(path) == 0)
		remove_folder(journal, path);
	return true;
}

static bool somebody_writes(const struct publish_journal *journal)
{
	int lock = -1;

	if (!file_try_lock_folder(journal->place->content, &lock))
		return true;
	file_unlock(lock);
	return false;
}

size_t publish_journal_left(const struct publish_journal *journal, bool sweep)
{
	struct arena arena = ARENA_INIT, scratch = ARENA_INIT;
	struct slice text = { "", 0 }, line;
	size_t count = 0;
	struct stat info;

	if (lstat(journal->path, &info) != 0 || (*journal->lock < 0 && somebody_writes(journal)))
		return 0;
	/* A link, or a pipe that nobody writes to, is no list. */
	if (!S_ISREG(info.st_mode) || file_read(&arena, journal->path, JOURNAL_BYTES_MAX, &text, NULL) != STATUS_OK)
		text = (struct slice){ "", 0 };
	while (slice_next_line(&text, &line)) {
		arena_clear(&scratch);
		count += line.len_bytes && take_away(journal, &scratch, line, sweep);
	}
	if (sweep)
		unlink(journal->path);
	arena_release(&scratch);
	arena_release(&arena);
	return count;
}

/* ---- what is about to be laid there ------------------------------------------------------ */

/* The mutex is held. */
static bool begin(struct publish_journal *journal)
{
	if (*journal->lock < 0) {
		if (file_make_folders(journal->place->content, NULL) != STATUS_OK ||
		    file_lock_folder(journal->place->content, journal->lock, NULL) != STATUS_OK)
			return false;
		journal->locked_late = true;
		(void)publish_journal_left(journal, true);
	}
	/* Not through a link that somebody has put there. */
	journal->fd = open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
	return journal->fd >= 0;
}

bool publish_journal_note(void *context, const char *temp_path)
{
	struct publish_journal *journal = context;
	const char *root = journal->place->root;
	size_t len = strlen(root);
	struct strbuf line = STRBUF_INIT;
	bool good;

	while (len > 1 && root[len - 1] == '/')
		len--;
	if (strncmp(temp_path, root, len) == 0)
		temp_path += len;
	strbuf_addstr(&line, temp_path + strspn(temp_path, "/"));
	strbuf_addch(&line, '\n');
	pthread_mutex_lock(&journal->mutex);
	good = (journal->fd >= 0 || begin(journal)) && file_write_all(journal->fd, strbuf_slice(&line));
	pthread_mutex_unlock(&journal->mutex);
	strbuf_release(&line);
	return good;
}
