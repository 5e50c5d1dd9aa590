#include "tui/text_run.h"

#include "core/base/utf8.h"

/* Columns of one character as surface_text() draws it. */
static int columns_of(uint32_t code_point, bool valid)
{
	char mark[16];
	int columns = valid ? utf8_columns(code_point) : 1;

	return columns >= 0 ? columns : (int)utf8_mark(code_point, mark);
}

void text_run(struct surface *surface, struct area clip, int row, long left, long *column, enum style style,
	      struct slice text)
{
	size_t at = 0, pending = 0; /* [pending, at) waits to be drawn from pending_column on */
	long pending_column = *column, right = left + clip.columns;

	while (at < text.len_bytes && *column < right) {
		uint32_t code_point;
		bool valid;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		bool tab = valid && code_point == '\t';
		int columns = tab ? (int)(TAB_COLUMNS - *column % TAB_COLUMNS) : columns_of(code_point, valid);
		bool hidden = *column < left;

		if ((tab || hidden) && at > pending)
			surface_text(surface, clip, row, (int)(pending_column - left), style,
				     (struct slice){ text.at + pending, at - pending });
		at += len;
		*column += columns;
		if (tab || hidden) {
			/* Combining marks go with the character that is out of view. */
			while (hidden && at < text.len_bytes) {
				len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
				if (!valid || code_point == '\t' || columns_of(code_point, valid) != 0)
					break;
				at += len;
			}
			pending = at;
			pending_column = *column;
		}
	}
	/* What combines with the last character that is shown. */
	while (at > pending && at < text.len_bytes) {
		uint32_t code_point;
		bool valid;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		if (!valid || code_point == '\t' || columns_of(code_point, valid) != 0)
			break;
		at += len;
	}
	if (at > pending)
		surface_text(surface, clip, row, (int)(pending_column - left), style,
			     (struct slice){ text.at + pending, at - pending });
}

size_t text_fitting(struct slice line, int width)
{
	size_t at = 0, blank = 0;
	int used = 0;

	while (at < line.len_bytes) {
		size_t end = utf8_grapheme_end(line, at);
		int columns = line.at[at] == '\t' ? TAB_COLUMNS : utf8_text_columns((struct slice){ line.at + at, end - at });
		if (used + columns > width && at > 0)
			return blank ? blank : at;
		used += columns;
		at = end;
		if (line.at[at - 1] == ' ')
			blank = at;
	}
	return at;
}

#define LINE_BYTES_MAX 4096 /* more than any screen is wide */

int text_first_line(struct surface *surface, struct area clip, int row, int column, int width, enum style style,
		    const char *text)
{
	struct strbuf line = STRBUF_INIT;
	size_t len;
	bool more;
	int used;

	if (!text)
		return 0;
	text += strspn(text, " \t\r\n");
	len = strcspn(text, "\r\n");
	more = text[len + strspn(text + len, " \t\r\n")] != '\0';
	if (len > LINE_BYTES_MAX)
		len = utf8_cut(text, len, LINE_BYTES_MAX);
	strbuf_add(&line, text, len);
	if (more)
		strbuf_addstr(&line, " \xE2\x80\xA6");
	used = surface_fit(surface, clip, row, column, width, style, line.text);
	strbuf_release(&line);
	return used;
}
