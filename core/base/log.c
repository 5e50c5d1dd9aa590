#include "core/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/instant.h"
#include "core/base/utf8.h"

#define LINE_BYTES 2048

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static enum log_level log_most = LOG_ERROR;

void log_open(const char *path, enum log_level most)
{
	/* Only for the user's eyes: texts of samples may stand in it. */
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600) : -1;

	pthread_mutex_lock(&lock);
	if (log_fd >= 0)
		close(log_fd);
	log_fd = fd;
	log_most = most;
	pthread_mutex_unlock(&lock);
}

void log_close(void)
{
	log_open(NULL, LOG_ERROR);
}

void log_line(enum log_level level, const char *format, ...)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	struct strbuf stamp = STRBUF_INIT;
	char line[LINE_BYTES];
	int saved_errno = errno; /* a log line must not change what its caller reports next */

	pthread_mutex_lock(&lock);
	if (log_fd < 0 || level > log_most)
		goto out;

	instant_format_iso(&stamp, instant_now());
	int head = snprintf(line, sizeof(line), "%s %s ", stamp.text, names[level]);
	if (head < 0)
		goto out;
	size_t len_bytes = (size_t)head;
	va_list args;
	va_start(args, format);
	int body = vsnprintf(line + len_bytes, sizeof(line) - 1 - len_bytes, format, args);
	va_end(args);
	if (body < 0)
		goto out;
	len_bytes = strlen(line);
	len_bytes = utf8_cut(line, len_bytes, len_bytes);
	/* One entry is one line, whatever text it quotes. */
	for (size_t i = 0; i < len_bytes; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
			line[i] = '?';
	line[len_bytes++] = '\n';

	/* One write() on a descriptor opened for appending: lines of two processes
	 * do not mix. A diary that cannot be written is given up silently. */
	ssize_t ignored = write(log_fd, line, len_bytes);
	(void)ignored;
out:
	pthread_mutex_unlock(&lock);
	strbuf_release(&stamp);
	errno = saved_errno;
}
