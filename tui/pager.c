#include "tui/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "tui/child.h"

#define AT_ONCE_MS 300 /* nobody has read anything by then */

/* ---- the text -------------------------------------------------------------------- */

static void add(struct strbuf *out, struct slice text, const char *kept)
{
	for (size_t at = 0; at < text.len_bytes;) {
		char mark[16];
		uint32_t code_point;
		bool valid;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		if (!valid)
			strbuf_addstr(out, "\xEF\xBF\xBD");
		else if (code_point && code_point < 0x80 && strchr(kept, (int)code_point))
			strbuf_addch(out, (char)code_point);
		else if (utf8_mark(code_point, mark))
			strbuf_addstr(out, mark);
		else
			strbuf_add(out, text.at + at, len);
		at += len;
	}
}

void pager_add_text(struct strbuf *out, struct slice text)
{
	add(out, text, "\n\t");
}

void pager_add_line(struct strbuf *out, struct slice text)
{
	add(out, text, "");
}

/* ---- the program ----------------------------------------------------------------- */

static const char *pager_command(void)
{
	const char *value = getenv("PAGER");

	return value && value[strspn(value, " \t")] ? value : "less";
}

/* Without a name, so that nothing is left behind whatever ends us. */
static enum status make_file(struct arena *arena, struct slice text, int *fd, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char *path = file_join(arena, tmp && tmp[0] == '/' ? tmp : "/tmp", "aitia-XXXXXX");

	*fd = mkstemp(path);
	if (*fd < 0)
		return error_set(err, STATUS_OUTPUT, "%s: %s", path, strerror(errno));
	unlink(path);
	fcntl(*fd, F_SETFD, FD_CLOEXEC);
	if (file_write_all(*fd, text) && lseek(*fd, 0, SEEK_SET) == 0)
		return STATUS_OK;
	enum status status = error_set(err, STATUS_OUTPUT, "%s: %s", path, strerror(errno));
	close(*fd);
	return status;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum status pager_run(struct arena *arena, struct slice text, struct error *err)
{
	static const struct child_name name = { "pager", "set pager in the configuration, or $PAGER" };
	char **argv = child_argv(arena, pager_command(), NULL);
	int fd;
	enum status status = make_file(arena, text, &fd, err);

	if (status != STATUS_OK)
		return status;
	long began_ms = now_ms();
	status = child_run(argv, fd, &name, err);
	close(fd);
	if (status == STATUS_OK && now_ms() - began_ms < AT_ONCE_MS)
		return error_set(err, STATUS_OK, "the pager '%s' ended at once (of less, -F does that, and -+F undoes it)", argv[0]);
	return status;
}
