/*
 * A set of files that is written whole or not at all: contents go into temporary
 * files beside their places, and at the end all of them are moved there. Until then
 * nothing has changed. Memory grows by the paths alone.
 */
#ifndef AITIA_BASE_FILE_SET_H
#define AITIA_BASE_FILE_SET_H

#include "core/base/file_stamp.h"
#include "core/base/slice.h"
#include "core/base/status.h"

struct file_set;

struct file_set *file_set_new(void); /* to be ended by commit or abandon, which free it */
/* To be told of the path of each temporary file before it is made, by the thread that adds; false and errno: that
 * fails. */
typedef bool file_set_noted(void *context, const char *temp_path);
void file_set_note(struct file_set *set, file_set_noted *noted, void *context);
/* Makes the folders that are missing. Keeps the mode of a file that is there. STATUS_OUTPUT. */
enum status file_set_add(struct file_set *set, const char *path, struct slice content, struct error *err) MUST_CHECK;
/* What `from` holds goes over to `to`, behind what that has; `from` is empty then, and may be added to again. So several
 * threads may each fill a set of their own. */
void file_set_move(struct file_set *to, struct file_set *from);
/* To be gone with the commit. */
void file_set_remove(struct file_set *set, const char *path);
/* Everything is on the disk before the first file is moved to its place. STATUS_OUTPUT:
 * nothing has changed, unless the text says how far the moving came, which no lack of
 * space can stop. */
enum status file_set_commit(struct file_set *set, struct error *err) MUST_CHECK;
/* To be told at the end of the commit of each file that is in its place: its stamp, if it is still what was
 * written. */
typedef void file_set_placed(void *context, const char *path, const struct file_stamp *stamp);
void file_set_tell(struct file_set *set, file_set_placed *placed, void *context);
/* Folders that were made for its files go too, where nothing else is in them. */
void file_set_abandon(struct file_set *set); /* NULL: nothing to do */

#endif
