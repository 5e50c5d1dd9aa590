/* Files: whole reads, atomic writes, folders. Paths are bytes, NUL-terminated. */
#ifndef AITIA_BASE_FILE_H
#define AITIA_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"

/* Reads all of `path` ("-" is standard input) into the arena; STATUS_INPUT with
 * path and reason otherwise, also when it is larger than limit_bytes (0: none). */
enum status file_read(struct arena *arena, const char *path, size_t limit_bytes,
		      struct slice *out, struct error *err) MUST_CHECK;

/* The same of a file that need not be there: then *out is absent. What is there and cannot be read,
 * a link that leads nowhere and what a closed folder hides are STATUS_INPUT. */
enum status file_read_optional(struct arena *arena, const char *path, size_t limit_bytes, struct slice *out,
			       struct error *err) MUST_CHECK;

/* All of it at the descriptor's place, however many writes that takes; false and errno. */
bool file_write_all(int fd, struct slice content);

/* The whole content or nothing: a temporary file in the same folder, fsync,
 * rename, fsync of the folder. Keeps the mode of a file that was there, else
 * 0666 less umask. An old file survives every failure. STATUS_OUTPUT. */
enum status file_write_atomic(const char *path, struct slice content, struct error *err) MUST_CHECK;

/* The same, for its user's eyes alone: 0600, whatever was there. */
enum status file_write_private(const char *path, struct slice content, struct error *err) MUST_CHECK;

/* The same for content that comes in pieces, of which the last may be taken back: to be
 * ended by commit or abandon, which both free it. Nothing is at `path` before the commit. */
struct atomic_file;
enum status atomic_file_open(const char *path, struct atomic_file **out, struct error *err) MUST_CHECK;
enum status atomic_file_add(struct atomic_file *file, struct slice piece, struct error *err) MUST_CHECK;
uint64_t atomic_file_len(const struct atomic_file *file); /* bytes added so far */
/* Back to what it was when it had so many bytes. */
enum status atomic_file_truncate(struct atomic_file *file, uint64_t len_bytes, struct error *err) MUST_CHECK;
enum status atomic_file_commit(struct atomic_file *file, struct error *err) MUST_CHECK;
void atomic_file_abandon(struct atomic_file *file); /* NULL: nothing to do */

/* Like mkdir -p, mode 0777 less umask. STATUS_OUTPUT. */
enum status file_make_folders(const char *path, struct error *err) MUST_CHECK;
/* The last of them, if it is made now, is its user's alone: 0700. */
enum status file_make_private_folder(const char *path, struct error *err) MUST_CHECK;

/* Alone with what is in the folder, as far as others ask too; waits for them. To be ended
 * by file_unlock; the end of the process ends it as well. STATUS_OUTPUT. */
enum status file_lock_folder(const char *path, int *lock, struct error *err) MUST_CHECK;
bool file_try_lock_folder(const char *path, int *lock); /* without waiting; false: others have it, or it cannot be */
void file_unlock(int lock);

/* Where links lead to: the path of the file itself, in the arena; `path` if nothing is
 * there. STATUS_OUTPUT: a link that leads nowhere. */
enum status file_real_path(struct arena *arena, const char *path, const char **out, struct error *err) MUST_CHECK;
char *file_folder_of(const char *path); /* to be freed; "." where the path names none */

bool file_exists(const char *path);
bool file_is_folder(const char *path);

/* "dir" + "/" + "name", one slash between. */
char *file_join(struct arena *arena, const char *dir, const char *name);

/* An XDG base folder with "aitia" appended: DATA (~/.local/share), CONFIG
 * (~/.config), STATE (~/.local/state). A relative value of the variable is
 * ignored, as the XDG specification demands. NULL when $HOME is unset too. */
enum xdg_folder { XDG_DATA, XDG_CONFIG, XDG_STATE };
char *file_xdg_folder(struct arena *arena, enum xdg_folder which);

#endif
