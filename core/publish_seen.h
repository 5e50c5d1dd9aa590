/*
 * What a whole publication saw of its files: their stamps, kept in a file outside of the site, which
 * is this machine's business alone. A page whose stamp is the same is not read again to know that
 * nobody edited it. All of it counts only as long as the list of pages is the one that it was made
 * for; it is a shortcut, and whatever is wrong with it means that pages are read.
 */
#ifndef AITIA_CORE_PUBLISH_SEEN_H
#define AITIA_CORE_PUBLISH_SEEN_H

#include "core/base/file_stamp.h"
#include "core/publish_run.h"

/* So few files are read as quickly; and the folder of state is not to fill with trifles. */
#define PUBLISH_SEEN_FILES_MIN 200

/* The stamps that were kept for these pages; in p->arena. */
void publish_seen_read(struct publication *p);
/* Whether the page, of p->old in its order, is as it was seen; each is asked for once. */
bool publish_seen_holds(struct publication *p, const struct publish_listed *listed, const struct file_stamp *stamp);
/* A file that was read, and is ours, or was written; `path` as publish_page_path() has it. */
void publish_seen_add(struct publication *p, const char *path, const struct file_stamp *stamp);
/* Keeps what was added: for those of `pages`, in their order. What fails leaves no file. */
void publish_seen_write(struct publication *p, const struct publish_listed *pages, size_t count);

#endif
