#include "tui/line_edit.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

#define CTRL(letter) ((letter) ^ 0x40u)

/* ---- history -------------------------------------------------------------------- */

void line_history_add(struct line_history *history, const char *line)
{
	if (!*line || (history->count > 0 && strcmp(history->lines[history->count - 1], line) == 0))
		return;
	if (history->count == LINE_HISTORY_MAX) {
		free(history->lines[0]);
		memmove(history->lines, history->lines + 1, (LINE_HISTORY_MAX - 1) * sizeof(*history->lines));
		history->count--;
	}
	if (!history->lines)
		history->lines = mem_zalloc(LINE_HISTORY_MAX, sizeof(*history->lines));
	history->lines[history->count++] = mem_strdup(line);
}

void line_history_release(struct line_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->lines[i]);
	free(history->lines);
	*history = (struct line_history)LINE_HISTORY_INIT;
}

/* ---- the text ------------------------------------------------------------------- */

void line_edit_init(struct line_edit *line, const struct line_history *history)
{
	*line = (struct line_edit){ .history = history, .history_at = history ? history->count : 0 };
	strbuf_init(&line->text);
}

void line_edit_release(struct line_edit *line)
{
	strbuf_release(&line->text);
	free(line->typed);
	line->typed = NULL;
	line->cursor = 0;
}

const char *line_edit_text(const struct line_edit *line)
{
	return line->text.text;
}

/* Appends `text` as one line of valid UTF-8: runs of line ends and tabs are a blank,
 * other controls (which nobody can have meant) are dropped. */
static void append_line(struct strbuf *out, struct slice text)
{
	bool in_break = false;

	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t character;
		size_t len_bytes = utf8_decode(text.at + at, text.len_bytes - at, &character, NULL);
		bool is_break = character == '\n' || character == '\r' || character == '\t';
		char bytes[4];

		if (is_break && !in_break)
			strbuf_addch(out, ' ');
		else if (character >= 0x20 && (character < 0x7F || character >= 0xA0))
			strbuf_add(out, bytes, utf8_encode(character, bytes));
		in_break = is_break;
		at += len_bytes;
	}
}

void line_edit_set(struct line_edit *line, const char *text)
{
	strbuf_clear(&line->text);
	line->cursor = 0;
	line_edit_insert(line, slice_of(text ? text : ""));
}

/* What was typed may join the clusters beside it: the cursor goes on to the next border. */
static void to_border(struct line_edit *line)
{
	size_t at = 0;

	while (at < line->cursor)
		at = utf8_grapheme_end(strbuf_slice(&line->text), at);
	line->cursor = at;
}

bool line_edit_insert(struct line_edit *line, struct slice text)
{
	struct strbuf clean = STRBUF_INIT;
	size_t room = LINE_EDIT_MAX_BYTES - line->text.len_bytes;

	append_line(&clean, text);
	strbuf_truncate(&clean, utf8_cut(clean.text, clean.len_bytes, room));
	bool taken = clean.len_bytes > 0;
	if (taken) {
		strbuf_insert(&line->text, line->cursor, clean.text, clean.len_bytes);
		line->cursor += clean.len_bytes;
		to_border(line);
	}
	strbuf_release(&clean);
	return taken;
}

void line_edit_place(struct line_edit *line, size_t character)
{
	size_t at = 0;

	for (; character > 0 && at < line->text.len_bytes; character--)
		at += utf8_decode(line->text.text + at, line->text.len_bytes - at, &(uint32_t){ 0 }, NULL);
	line->cursor = at;
	to_border(line);
}

void line_edit_replace(struct line_edit *line, size_t at, size_t len_bytes, const char *text)
{
	if (at > line->text.len_bytes)
		at = line->text.len_bytes;
	if (len_bytes > line->text.len_bytes - at)
		len_bytes = line->text.len_bytes - at;
	strbuf_remove(&line->text, at, len_bytes);
	line->cursor = at;
	line_edit_insert(line, slice_of(text));
}

static bool delete_range(struct line_edit *line, size_t from, size_t to)
{
	if (from >= to)
		return false;
	strbuf_remove(&line->text, from, to - from);
	line->cursor = from;
	to_border(line);
	return true;
}

/* ---- moving --------------------------------------------------------------------- */

static size_t border_before(const struct line_edit *line)
{
	size_t at = 0, before = 0;

	while (at < line->cursor) {
		before = at;
		at = utf8_grapheme_end(strbuf_slice(&line->text), at);
	}
	return before;
}

static size_t border_after(const struct line_edit *line)
{
	return utf8_grapheme_end(strbuf_slice(&line->text), line->cursor);
}

/* As ^W in a shell: blanks before the cursor, then what is not blank. */
static size_t word_before(const struct line_edit *line)
{
	size_t at = line->cursor;

	while (at > 0 && line->text.text[at - 1] == ' ')
		at--;
	while (at > 0 && line->text.text[at - 1] != ' ')
		at--;
	return at;
}

/* Shows entry `at`; the line that was being typed is kept and comes last. */
static enum line_edit_result recall(struct line_edit *line, size_t at)
{
	const struct line_history *history = line->history;

	if (!history || at > history->count || at == line->history_at)
		return LINE_EDIT_MOVED;
	if (line->history_at == history->count) {
		free(line->typed);
		line->typed = mem_strdup(line->text.text);
	}
	line->history_at = at;
	line_edit_set(line, at == history->count ? line->typed : history->lines[at]);
	return LINE_EDIT_CHANGED;
}

static enum line_edit_result move_to(struct line_edit *line, size_t at)
{
	line->cursor = at;
	return LINE_EDIT_MOVED;
}

static enum line_edit_result changed_if(bool changed)
{
	return changed ? LINE_EDIT_CHANGED : LINE_EDIT_MOVED;
}

enum line_edit_result line_edit_key(struct line_edit *line, const struct key *key)
{
	char bytes[4];

	if (key->code == INPUT_PASTE)
		return changed_if(line_edit_insert(line, key->paste));
	if (key->alt)
		return LINE_EDIT_UNUSED;
	switch (key->code) {
	case INPUT_LEFT:
	case CTRL('B'):
		return move_to(line, border_before(line));
	case INPUT_RIGHT:
	case CTRL('F'):
		return move_to(line, border_after(line));
	case INPUT_HOME:
	case CTRL('A'):
		return move_to(line, 0);
	case INPUT_END:
	case CTRL('E'):
		return move_to(line, line->text.len_bytes);
	case INPUT_BACKSPACE:
		return changed_if(delete_range(line, border_before(line), line->cursor));
	case INPUT_DELETE:
		return changed_if(delete_range(line, line->cursor, border_after(line)));
	case CTRL('W'):
		return changed_if(delete_range(line, word_before(line), line->cursor));
	case CTRL('U'):
		return changed_if(delete_range(line, 0, line->cursor));
	case CTRL('K'):
		return changed_if(delete_range(line, line->cursor, line->text.len_bytes));
	case INPUT_UP:
	case CTRL('P'):
		return line->history_at > 0 ? recall(line, line->history_at - 1) : LINE_EDIT_MOVED;
	case INPUT_DOWN:
	case CTRL('N'):
		return recall(line, line->history_at + 1);
	default:
		break;
	}
	if (key->code < 0x20 || key->code > 0x10FFFF)
		return LINE_EDIT_UNUSED;
	return changed_if(line_edit_insert(line, (struct slice){ bytes, utf8_encode(key->code, bytes) }));
}

/* ---- on the screen -------------------------------------------------------------- */

void line_edit_view(const struct line_edit *line, struct surface *surface, struct area clip, int row,
		    int column, int width, enum style style)
{
	int before = utf8_text_columns((struct slice){ line->text.text, line->cursor });
	struct area field = { clip.row + row, clip.column + column, 1, width };

	if (column < 0 || column >= clip.columns || row < 0 || row >= clip.rows || width <= 0)
		return;
	if (field.columns > clip.columns - column)
		field.columns = clip.columns - column;
	/* The cursor stands on a column of its own, behind the text at the latest. */
	int scrolled = before > field.columns - 1 ? before - (field.columns - 1) : 0;

	surface_fill(surface, field, style, ' ');
	surface_text(surface, field, 0, -scrolled, style, strbuf_slice(&line->text));
	surface_cursor(surface, field, 0, before - scrolled);
}
