/*
 * How texts stand in a draft so that each reads back byte for byte. Private to
 * draft*.c.
 *
 * Fields (titles, entries of the timeline, actions) use escapes: \\ \n \r \t \s
 * (a blank at the edge of a line) \| \( \:. Any other backslash is a backslash;
 * the writer doubles one only where it would be taken for an escape.
 *
 * Blocks (sections, causes' statements) stand as they are, line by line. A line that
 * would be taken for structure gets a backslash in front, and so does one that
 * already looks like that: "# x" → "\# x" → "\\# x". Structure is
 *     outside code fences: a heading of level 1, "===" (which makes one of the line above), in
 *     statements "## " too, HTML that no blank line ends ("<!--", "<pre>"), and the opening line of
 *     a fence that its own text does not close (they would swallow what follows);
 *     inside them, at column 0: a part's heading, in statements "## C1 …".
 * Where the outline of a block sees other fences than a walk over its lines (some stand in
 * lists or in HTML), all of them are structure.
 */
#ifndef AITIA_CORE_DRAFT_TEXT_H
#define AITIA_CORE_DRAFT_TEXT_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"

/* ---- parts --------------------------------------------------------------------- */

/* The document's sections come first in number, then these. */
enum draft_part { DRAFT_CAUSES = 1000, DRAFT_TIMELINE, DRAFT_ACTIONS, DRAFT_RECORD, DRAFT_FRONT };

/* Whether the heading is "Title" of a part, or "… {#key}", however it is titled; a section's place in section_kinds() or
 * one of the parts above. The same of a line "# Title". */
bool draft_part_title(struct slice title, int *part);
bool draft_part_line(struct slice line, int *part);
/* "C12" + blank or end, with the letter given: the number, and what follows it. */
bool draft_number(struct slice *text, char letter, int64_t *number);

/* draft_record.c: "# Record", all parts without a form of their own. */
struct incident;
struct renderer;
void draft_record_write(struct strbuf *out, const struct incident *incident);

/* ---- fields -------------------------------------------------------------------- */

enum draft_field {
	DRAFT_LINE,  /* on one line */
	DRAFT_EVENT, /* of an entry: "|" parts fields; may go on in indented lines */
	DRAFT_PART,  /* of "# Record"; may go on in lines that are indented by four, which open nothing in Markdown */
	DRAFT_OWNER, /* ends at ":" or " due"; on one line */
	DRAFT_TEXT,  /* of an action: "(criterion:" and "(link:" end it; may go on */
	DRAFT_CODE,  /* ends at a blank or "("; on one line */
};

void draft_field_write(struct strbuf *out, const char *text, enum draft_field field);
char *draft_field_read(struct arena *arena, struct slice raw);
/* The next byte `c` from `from` on that no escape hides; len if there is none. */
size_t draft_find(struct slice raw, size_t from, char c);
struct slice draft_trim(struct slice text); /* of blanks, tabs, CR, LF */

/* ---- blocks -------------------------------------------------------------------- */

enum draft_block { DRAFT_SECTION_BLOCK, DRAFT_STATEMENT_BLOCK };

struct draft_fence {
	char mark;      /* '`' or '~'; 0: outside */
	size_t len;
};

bool draft_fence_opens(struct slice line, struct draft_fence *fence);
bool draft_fence_closes(struct slice line, const struct draft_fence *fence);

void draft_block_write(struct strbuf *out, const char *markdown, enum draft_block block, const struct renderer *renderer);
/* The line as it was, without the backslash that draft_block_write() put there. */
struct slice draft_block_line(struct slice line, enum draft_block block, bool in_fence);
/* Without blank lines at its edges: what a block is compared by. */
struct slice draft_block_trim(struct slice text);

/* The line that starts at `at`, without its line feed. */
struct slice draft_line_at(struct slice text, size_t at);

#endif
