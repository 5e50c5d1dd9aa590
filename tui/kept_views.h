/*
 * Views: a filter, an order and, where some were chosen, the columns of the list, under a name. Those of the
 * configuration are the person's to write; those that are kept on a screen stand in a file of their own, which
 * the program writes, in the same form:
 *
 *     [view mine to do]
 *     query = is:mine status:needs_info
 *     sort = oldest
 *     columns = cause path
 */
#ifndef AITIA_TUI_KEPT_VIEWS_H
#define AITIA_TUI_KEPT_VIEWS_H

#include "core/base/strbuf.h"
#include "core/query.h"

#define KEPT_VIEWS_BYTES_MAX (4u << 20)

struct saved_view {
	const char *name, *query;
	enum sort_key sort;
	const char *columns; /* names, as list_columns_parse() takes them; NULL or "": they stay as they are */
	int unasked_line;    /* query "" because no line of the file says it: the line, from 1, where the view begins; else 0 */
};

/* In the arena; *count of them, each name once. What nobody knows (of a newer program, of a
 * damaged file) is passed over. */
const struct saved_view *kept_views_parse(struct arena *arena, struct slice text, size_t *count);
/* The text with that view in it: in place of the one of its name, else at the end. `query` NULL: without
 * it. All else stays as it is. */
void kept_views_put(struct slice text, const struct saved_view *view, struct strbuf *out);

#endif
