/* Edits: what the tools that change files were told, and the diff of what they did. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/claude_code.h"

#define DIFF_BYTES_MAX ((size_t)4 * 1024 * 1024)

const char *claude_path(struct arena *arena, const struct json *path, const char *cwd)
{
	const char *text = json_text(arena, path);
	size_t len = cwd ? strlen(cwd) : 0;

	while (len > 0 && (cwd[len - 1] == '/' || cwd[len - 1] == '\\'))
		len--;
	if (!text || len == 0 || strncmp(text, cwd, len) != 0 || (text[len] != '/' && text[len] != '\\') || !text[len + 1])
		return text;
	return text + len + 1;
}

/* ---- diffs ----------------------------------------------------------------------- */

static int64_t count_lines(struct slice text)
{
	int64_t lines = 0;

	for (size_t i = 0; i < text.len_bytes; i++)
		lines += text.at[i] == '\n';
	return lines + (text.len_bytes > 0 && text.at[text.len_bytes - 1] != '\n');
}

static void add_lines(struct strbuf *out, char mark, struct slice text)
{
	while (text.len_bytes) {
		const char *newline = memchr(text.at, '\n', text.len_bytes);
		size_t len = newline ? (size_t)(newline - text.at) : text.len_bytes;
		strbuf_addch(out, mark);
		strbuf_add(out, text.at, len);
		strbuf_addch(out, '\n');
		text.at += len + (newline != NULL);
		text.len_bytes -= len + (newline != NULL);
	}
}

static void add_header(struct strbuf *out, const char *path, bool creates)
{
	bool absolute = path[0] == '/';

	if (creates)
		strbuf_addstr(out, "--- /dev/null\n");
	else
		strbuf_addf(out, "--- a%s%s\n", absolute ? "" : "/", path);
	strbuf_addf(out, "+++ b%s%s\n", absolute ? "" : "/", path);
}

/* A hunk of which only the texts are known: it is given the first line. */
static void add_replacement(struct strbuf *out, struct slice before, struct slice after)
{
	int64_t removed = count_lines(before), added = count_lines(after);

	if (removed + added == 0)
		return;
	strbuf_addf(out, "@@ -%d,%" PRId64 " +%d,%" PRId64 " @@\n", removed > 0, removed, added > 0, added);
	add_lines(out, '-', before);
	add_lines(out, '+', after);
}

static struct slice keep(struct arena *arena, struct strbuf *diff)
{
	struct slice kept = { NULL, 0 };

	if (diff->len_bytes <= DIFF_BYTES_MAX)
		kept = arena_slice(arena, strbuf_slice(diff));
	strbuf_release(diff);
	return kept;
}

/* ---- what the tools are told -------------------------------------------------------- */

static struct slice copy_of(struct arena *arena, const struct json *value)
{
	return arena_slice(arena, json_slice(value));
}

static void read_edit(struct arena *arena, struct claude_call *call, const struct json *input)
{
	struct strbuf diff = STRBUF_INIT;

	call->code = copy_of(arena, json_get(input, "new_string"));
	add_header(&diff, call->path, false);
	add_replacement(&diff, json_slice(json_get(input, "old_string")), call->code);
	call->diff = keep(arena, &diff);
}

/* Its edits apply one after the other to one file: one sample, the new texts in order. */
static void read_multi_edit(struct arena *arena, struct claude_call *call, const struct json *input)
{
	struct strbuf diff = STRBUF_INIT, code = STRBUF_INIT;
	const struct json *edits = json_get(input, "edits");

	add_header(&diff, call->path, false);
	for (const struct json *edit = json_is(edits, JSON_ARRAY) ? edits->first : NULL; edit; edit = edit->next) {
		struct slice after = json_slice(json_get(edit, "new_string"));
		if (code.len_bytes && code.text[code.len_bytes - 1] != '\n')
			strbuf_addch(&code, '\n');
		if (after.at)
			strbuf_addslice(&code, after);
		add_replacement(&diff, json_slice(json_get(edit, "old_string")), after);
	}
	call->code = arena_slice(arena, strbuf_slice(&code));
	strbuf_release(&code);
	call->diff = keep(arena, &diff);
}

static void read_notebook_edit(struct arena *arena, struct claude_call *call, const struct json *input)
{
	call->code = copy_of(arena, json_get(input, "new_source"));
	if (slice_is(json_slice(json_get(input, "cell_type")), "markdown"))
		call->language = "markdown";
	else
		call->language = "python"; /* the kernel is not named; of another one the result says so */
}

bool claude_edit_read(struct arena *arena, struct claude_call *call, const struct json *input, const char *cwd)
{
	bool notebook = strcmp(call->tool, "NotebookEdit") == 0;
	bool write = strcmp(call->tool, "Write") == 0, multi = strcmp(call->tool, "MultiEdit") == 0;

	if (!notebook && !write && !multi && strcmp(call->tool, "Edit") != 0)
		return false;
	call->path = claude_path(arena, json_get(input, notebook ? "notebook_path" : "file_path"), cwd);
	if (!call->path || !call->path[0])
		return false; /* the model left out what it edits: a call like any other, that failed */
	if (notebook) {
		read_notebook_edit(arena, call, input);
	} else if (write) {
		call->code = copy_of(arena, json_get(input, "content"));
		call->region.start_line = 1;
	} else if (multi) {
		read_multi_edit(arena, call, input);
	} else {
		read_edit(arena, call, input);
	}
	return call->is_edit = true;
}

/* ---- what the harness says that it did ------------------------------------------------ */

/* Where `code` stands in the new side of a hunk (its lines without the marks), if it does. */
static void find_lines(struct claude_call *call, struct slice side, int64_t start)
{
	struct slice code = call->code;

	while (code.len_bytes && code.at[code.len_bytes - 1] == '\n')
		code.len_bytes--;
	if (code.len_bytes == 0 || start < 1 || call->region.start_line)
		return;
	for (size_t at = 0; at + code.len_bytes <= side.len_bytes; at++) {
		if (memcmp(side.at + at, code.at, code.len_bytes) == 0) {
			call->region.start_line = start;
			call->region.end_line = start + count_lines(code) - 1;
			return;
		}
		const char *newline = memchr(side.at + at, '\n', side.len_bytes - at);
		if (!newline)
			return;
		at = (size_t)(newline - side.at); /* edits are found at the start of a line or not at all */
		start++;
	}
}

static void add_hunk(struct strbuf *out, struct claude_call *call, const struct json *hunk)
{
	const struct json *lines = json_get(hunk, "lines");
	int64_t start = json_int(json_get(hunk, "newStart"), 0);
	struct strbuf side = STRBUF_INIT;

	if (!json_is(lines, JSON_ARRAY))
		return;
	strbuf_addf(out, "@@ -%" PRId64 ",%" PRId64 " +%" PRId64 ",%" PRId64 " @@\n",
		    json_int(json_get(hunk, "oldStart"), 0), json_int(json_get(hunk, "oldLines"), 0), start,
		    json_int(json_get(hunk, "newLines"), 0));
	for (const struct json *line = lines->first; line; line = line->next) {
		struct slice text = json_slice(line);
		if (!text.at)
			continue;
		strbuf_addslice(out, text);
		strbuf_addch(out, '\n');
		if (text.len_bytes == 0 || (text.at[0] != ' ' && text.at[0] != '+'))
			continue;
		strbuf_add(&side, text.at + 1, text.len_bytes - 1);
		strbuf_addch(&side, '\n');
	}
	find_lines(call, strbuf_slice(&side), start);
	strbuf_release(&side);
}

void claude_edit_result(struct arena *arena, struct claude_call *call, const struct json *account)
{
	const struct json *patch = json_get(account, "structuredPatch");
	bool creates = slice_is(json_slice(json_get(account, "type")), "create");
	const char *language = json_text(arena, json_get(account, "language"));
	struct strbuf diff = STRBUF_INIT;

	if (language && language[0])
		call->language = language;
	if (json_is(patch, JSON_ARRAY) && patch->first) {
		add_header(&diff, call->path, false);
		for (const struct json *hunk = patch->first; hunk; hunk = hunk->next)
			add_hunk(&diff, call, hunk);
	} else if (json_slice(json_get(account, "old_source")).at) {
		add_header(&diff, call->path, false);
		add_replacement(&diff, json_slice(json_get(account, "old_source")), call->code);
	} else if (creates) {
		add_header(&diff, call->path, true);
		add_replacement(&diff, (struct slice){ NULL, 0 }, call->code);
	} else {
		return;
	}
	call->diff = keep(arena, &diff);
}
