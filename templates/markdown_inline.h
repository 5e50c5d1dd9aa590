/* Inlines of a parsed tree as Markdown for a site. */
#ifndef AITIA_TEMPLATES_MARKDOWN_INLINE_H
#define AITIA_TEMPLATES_MARKDOWN_INLINE_H

#include "templates/markdown.h"
#include "templates/markdown_tree.h"
#include "templates/site.h"

#define INLINE_NOTES_MAX 16 /* within one link */

struct inline_writer {
	const struct site_writer *site;
	struct arena *arena;          /* scratch */
	struct strbuf *out;
	enum escape_context context;
	bool one_line;                /* line breaks become blanks */
	bool line_start;              /* nothing stands on this line yet */
	int emphasis, strong, images, links; /* how many are open in the tree */
	bool emphasis_open, strong_open;
	size_t closed_at;             /* where the last * or ** was closed; 0: nowhere */
	size_t label_at;              /* where the open link's label starts */
	const struct reference_taker *taker; /* or NULL */
	const struct markdown_notes *around; /* that the text defines */
	const struct markdown_note *waiting[INLINE_NOTES_MAX]; /* for the end of the link that they stand in */
	size_t waiting_count;
};

/* Text in no link, picture or heading: its references and bare addresses, and the rest. */
void inline_put_text(struct inline_writer *w, struct slice line);

/* Handles one event; false if its node is no inline. */
bool inline_write(struct inline_writer *w, cmark_event_type event, cmark_node *node);

#endif
