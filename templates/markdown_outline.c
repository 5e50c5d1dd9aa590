/*
 * The outline of a text: libcmark says what is a heading, and what only looks like one since it
 * stands in code, in HTML, in a list or in a quote.
 */
#include <cmark.h>

#include "core/base/vec.h"
#include "templates/markdown.h"
#include "templates/markdown_memory.h"

/* So many marks of quotes and lists in front of a line open blocks; behind them the rest is text. It
 * bounds the memory for lines of nothing but marks: what is inside is not asked for. */
#define MARKS_MAX 64

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether the byte, in front of a line, may open a quote or a list: a bullet stands between blanks (a run of
 * dashes is a line of its own, however long). */
static bool opens(struct slice line, size_t at)
{
	char c = line.at[at];

	if (c == '>' || c == '.' || c == ')')
		return true;
	return (c == '-' || c == '+' || c == '*') && (at == 0 || is_blank(line.at[at - 1]) || line.at[at - 1] == '\n') &&
	       at + 1 < line.len_bytes && is_blank(line.at[at + 1]);
}

/* A copy in which lines end at LF alone (libcmark would end them at CR, too: behind the text of a line one is a
 * blank, within it a letter) and nest no deeper than is sane; byte for byte as long. */
static char *tamed(struct slice markdown)
{
	char *text = mem_alloc(markdown.len_bytes + 1);
	size_t marks = 0;
	bool in_front = true, behind = true;

	for (size_t i = 0; i < markdown.len_bytes; i++) {
		char c = markdown.at[i];

		text[i] = c;
		if (c == '\n') {
			marks = 0;
			in_front = true;
		} else if (in_front && opens(markdown, i)) {
			if (++marks > MARKS_MAX)
				text[i] = 'x';
		} else if (!is_blank(c) && !(c >= '0' && c <= '9')) {
			in_front = false;
		}
	}
	for (size_t i = markdown.len_bytes; i-- > 0;) {
		char c = markdown.at[i];

		if (c == '\r' || c == '\0')
			text[i] = behind && c == '\r' ? ' ' : 'x';
		else if (!is_blank(c))
			behind = c == '\n';
	}
	text[markdown.len_bytes] = '\0';
	return text;
}

static char *heading_text(struct arena *arena, cmark_node *heading)
{
	struct strbuf out = STRBUF_INIT;
	cmark_iter *iter = cmark_iter_new(heading);
	char *text;

	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE || type == CMARK_NODE_HTML_INLINE)
			strbuf_addstr(&out, cmark_node_get_literal(node));
		else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
			strbuf_addch(&out, ' ');
	}
	cmark_iter_free(iter);
	text = arena_text(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return text;
}

/* The first byte of a line that is no blank, if at most three stand before it; else NULL. */
static const char *begin_of(const char *line)
{
	size_t blanks = strspn(line, " ");

	return blanks <= 3 ? line + blanks : NULL;
}

/* libcmark 0.30 tells one line too many of a heading that is underlined, unless the text ends with it. */
static size_t lines_to_underline(const char *line, char sign)
{
	size_t count = 0;

	for (const char *next = strchr(line, '\n'); next; next = strchr(next + 1, '\n')) {
		const char *begin = begin_of(next + 1);
		size_t len = begin ? strspn(begin, sign == '=' ? "=" : "-") : 0;

		count++;
		if (len && strchr("\n", begin[len + strspn(begin + len, " \t")]))
			break;
	}
	return count;
}

static bool take(struct arena *arena, cmark_node *node, const char *line, struct outline_block *out)
{
	const char *begin = begin_of(line);
	size_t signs = begin ? strspn(begin, "#") : 0;

	out->first_line = out->last_line = (size_t)cmark_node_get_start_line(node);
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_HEADING:
		out->kind = OUTLINE_HEADING;
		out->level = cmark_node_get_heading_level(node);
		out->text = heading_text(arena, node);
		if (!signs || signs > 6 || !strchr(" \t\n", begin[signs]))
			out->last_line += lines_to_underline(line, out->level == 1 ? '=' : '-');
		return true;
	case CMARK_NODE_CODE_BLOCK:
		out->kind = OUTLINE_CODE;
		out->last_line = (size_t)cmark_node_get_end_line(node);
		return begin && (*begin == '`' || *begin == '~'); /* code that is indented has no lines of its own */
	case CMARK_NODE_HTML_BLOCK:
		out->kind = OUTLINE_HTML;
		return true;
	default:
		return false;
	}
}

void markdown_outline(struct arena *arena, struct slice markdown, const struct outline_block **blocks, size_t *count)
{
	char *text = tamed(markdown);
	cmark_node *root = markdown_parse((struct slice){ text, markdown.len_bytes });
	VEC_OF(struct outline_block) found = VEC_INIT;
	struct outline_block *copy;
	const char *at = text;
	size_t line = 1;

	for (cmark_node *node = cmark_node_first_child(root); node; node = cmark_node_next(node)) {
		struct outline_block block = { 0 };

		for (; line < (size_t)cmark_node_get_start_line(node); line++)
			at += strcspn(at, "\n") + 1;
		if (take(arena, node, at, &block))
			vec_push(&found, block);
	}
	markdown_free(root);
	free(text);
	copy = arena_array(arena, found.len, sizeof(*copy));
	if (found.len)
		memcpy(copy, found.items, found.len * sizeof(*copy));
	*blocks = copy;
	*count = found.len;
	vec_release(&found);
}
