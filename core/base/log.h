/*
 * The program's own diary, for its developers: one line an entry (UTC, level,
 * text) into $AITIA_LOG, or nowhere. Safe from several threads. Never a place
 * for what a user must see: that is an error or a message on the screen.
 */
#ifndef AITIA_BASE_LOG_H
#define AITIA_BASE_LOG_H

#include "core/base/attr.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Opens `path` for appending (NULL: log nothing). A file that cannot be opened
 * is not an error: there is simply no log. */
void log_open(const char *path, enum log_level most);
void log_close(void);
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
