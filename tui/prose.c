#include "tui/prose.h"

#include <string.h>

#include "core/draft_text.h"
#include "tui/text_run.h"

#define COLUMNS_LEAST 20

/* Behind the first sentence of the text; its length if it is one. Prose is often written as one
 * line a paragraph: by sentences, one word that differs does not make all of it differ. */
static size_t sentence(struct slice line)
{
	for (size_t i = 1; i < line.len_bytes; i++)
		if (line.at[i] == ' ' && line.at[i - 1] && strchr(".!?", line.at[i - 1]))
			return i + 1;
	return line.len_bytes;
}

/* Blanks at a break are none of the text's. */
static struct slice without_blanks(struct slice part, bool ends)
{
	while (!ends && part.len_bytes && part.at[part.len_bytes - 1] == ' ')
		part.len_bytes--;
	return part;
}

static void put_prose(struct strbuf *out, struct slice line, int width)
{
	struct slice rest = line;

	while (rest.len_bytes) {
		bool fits = rest.len_bytes <= (size_t)width || text_fitting(rest, width) == rest.len_bytes;
		struct slice part = { rest.at, fits ? rest.len_bytes : sentence(rest) };
		rest.at += part.len_bytes;
		rest.len_bytes -= part.len_bytes;
		while (part.len_bytes) {
			size_t take = text_fitting(part, width);
			bool ends = take == part.len_bytes && !rest.len_bytes;
			strbuf_addslice(out, without_blanks((struct slice){ part.at, take }, ends));
			part.at += take;
			part.len_bytes -= take;
			if (!ends)
				strbuf_addch(out, '\n');
		}
	}
	strbuf_addch(out, '\n');
}

struct slice prose_broken(struct arena *arena, struct slice text, int columns)
{
	int width = columns > COLUMNS_LEAST ? columns : COLUMNS_LEAST;
	struct draft_fence fence = { 0 };
	struct strbuf out = STRBUF_INIT;
	struct slice line, copy;

	while (slice_next_line(&text, &line)) {
		bool in_code = fence.mark != 0;
		if (in_code && draft_fence_closes(line, &fence))
			fence.mark = 0;
		else if (!in_code)
			in_code = draft_fence_opens(line, &fence);
		if (in_code) {
			strbuf_addslice(&out, line);
			strbuf_addch(&out, '\n');
		} else {
			put_prose(&out, line, width);
		}
	}
	copy = arena_slice(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return copy;
}
