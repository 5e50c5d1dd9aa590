/*
 * What people write that libcmark does not know: text struck through (~~so~~), tasks
 * of a list ([ ], [x]) and notes ([^name], and "[^name]: text" at the top level). They
 * are found in the source, where an escape can still be told from what it escapes, are
 * parsed as signs that no cleaned text holds, and end as custom nodes of the tree.
 */
#ifndef AITIA_TEMPLATES_MARKDOWN_MARKS_H
#define AITIA_TEMPLATES_MARKDOWN_MARKS_H

#include <stdbool.h>

#include <cmark.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "templates/markdown.h"

enum mark_kind { MARK_STRIKE, MARK_TASK, MARK_TASK_DONE, MARK_NOTE };

/* Of a custom inline node; `note` with MARK_NOTE. */
struct mark {
	enum mark_kind kind;
	const struct markdown_note *note; /* of the source's arena */
};

/* The mark that a node is, or NULL. */
const struct mark *markdown_mark(cmark_node *node);

/* If not, what markdown_marks_parse() gives is what libcmark reads in the source as it stands. */
bool markdown_may_have_marks(struct slice source);

/*
 * Parses cleaned source. `known`: notes that may be referred to; where it is NULL the source
 * may define its own, which are handed out in `defined` (NULL: no notes here, they are text).
 * What is defined and referred to nowhere is no note, but text.
 */
cmark_node *markdown_marks_parse(struct arena *arena, struct slice source, const struct markdown_notes *known,
				 struct markdown_notes *defined);

#endif
