#include "tui/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/strbuf.h"
#include "tui/child.h"

#define TEXT_MAX_BYTES ((size_t)64 << 20)

/* ---- the file -------------------------------------------------------------------- */

void editor_discard(const char *kept_path)
{
	struct strbuf path = STRBUF_INIT;

	if (!kept_path)
		return;
	unlink(kept_path);
	/* The backup that some editors leave beside it. */
	strbuf_addf(&path, "%s~", kept_path);
	unlink(path.text);
	strbuf_truncate(&path, (size_t)(strrchr(path.text, '/') - path.text));
	rmdir(path.text);
	strbuf_release(&path);
}

/* A folder of its own, so that the name can have the ending that the editor colours
 * by, and what the editor puts beside the file is private too. */
static enum status make_file(struct arena *arena, struct slice text, const char *suffix, char **path,
			     struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = file_join(arena, tmp && tmp[0] == '/' ? tmp : "/tmp", "aitia-XXXXXX");

	if (!mkdtemp(folder))
		return error_set(err, STATUS_OUTPUT, "%s: %s", folder, strerror(errno));
	*path = arena_printf(arena, "%s/aitia%s", folder, suffix ? suffix : "");
	int fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || !file_write_all(fd, text)) {
		enum status status = error_set(err, STATUS_OUTPUT, "%s: %s", *path, strerror(errno));
		if (fd >= 0)
			close(fd);
		editor_discard(*path);
		return status;
	}
	if (close(fd) == 0)
		return STATUS_OK;
	enum status status = error_set(err, STATUS_OUTPUT, "%s: %s", *path, strerror(errno));
	editor_discard(*path);
	return status;
}

/* ---- the program ----------------------------------------------------------------- */

static const char *editor_command(void)
{
	static const char *const variables[] = { "VISUAL", "EDITOR" };

	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		const char *value = getenv(variables[i]);
		if (value && value[strspn(value, " \t")])
			return value;
	}
	return "vi";
}

static const struct child_name editor_name = { "editor", "set $VISUAL or $EDITOR" };

/* ---- both ------------------------------------------------------------------------ */

enum status editor_run(struct arena *arena, struct slice text, const char *suffix, struct slice *out,
		       bool *changed, char **kept_path, struct error *err)
{
	bool add_line_feed = text.len_bytes > 0 && text.at[text.len_bytes - 1] != '\n';
	struct slice given = text, back;
	char *path = NULL;

	*out = text;
	*changed = false;
	if (kept_path)
		*kept_path = NULL;
	if (add_line_feed) { /* as editors would do on their own */
		char *copy = arena_alloc(arena, text.len_bytes + 1);
		memcpy(copy, text.at, text.len_bytes);
		copy[text.len_bytes] = '\n';
		given = (struct slice){ copy, text.len_bytes + 1 };
	}
	enum status status = make_file(arena, given, suffix, &path, err);
	if (status != STATUS_OK)
		return status;

	enum status edited = child_run(child_argv(arena, editor_command(), path), -1, &editor_name, err);
	struct error read_error;
	status = file_read(arena, path, TEXT_MAX_BYTES, &back, &read_error);
	bool same = status == STATUS_OK && slice_eq(back, given);
	if (edited != STATUS_OK && same) {
		editor_discard(path);
		return edited;
	}
	if (edited != STATUS_OK || status != STATUS_OK) {
		if (edited == STATUS_OK)
			error_set(err, status, "%s", read_error.text);
		if (!file_exists(path)) {
			editor_discard(path);
			return edited != STATUS_OK ? edited : status;
		}
		if (kept_path)
			*kept_path = path;
		struct error cause = { 0 };
		if (err)
			cause = *err;
		return error_set(err, edited != STATUS_OK ? edited : status, "%s; the text is kept in %s", cause.text,
				 path);
	}
	if (add_line_feed && back.len_bytes > 0 && back.at[back.len_bytes - 1] == '\n')
		back.len_bytes--;
	*out = back;
	*changed = !same && !slice_eq(back, text);
	if (*changed && kept_path)
		*kept_path = path;
	else
		editor_discard(path);
	return STATUS_OK;
}
