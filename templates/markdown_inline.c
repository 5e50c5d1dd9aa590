#include "templates/markdown_inline.h"

#include "templates/markdown_edge.h"

/* What becomes an attribute: no element can stand in it, as one may in text. */
static void put_attribute(struct inline_writer *w, struct slice text)
{
	struct strbuf escaped = STRBUF_INIT;

	escape_numeric(&escaped, text, w->context, 0);
	if (w->site->code)
		w->site->code(w->out, strbuf_slice(&escaped));
	else
		strbuf_addslice(w->out, strbuf_slice(&escaped));
	strbuf_release(&escaped);
}

static void put_text(struct inline_writer *w, struct slice line)
{
	if (!line.len_bytes)
		return;
	if (w->images && w->site->code)
		put_attribute(w, line);
	else
		w->site->text(w->out, line, w->context, w->line_start ? ESCAPE_LINE_START : 0);
	w->line_start = false;
}

/* Web addresses that stand bare in the text become links: sites differ in whether
 * they link them, and escaped they would be dead. */
static void put_linked(struct inline_writer *w, struct slice line)
{
	size_t from = 0;
	struct slice url;

	while ((url = url_next(line, from)).at) {
		size_t at = (size_t)(url.at - line.at);
		put_text(w, (struct slice){ line.at + from, at - from });
		site_put_link(w->site, w->out, url, url, w->context);
		w->line_start = false;
		from = at + url.len_bytes;
	}
	put_text(w, (struct slice){ line.at + from, line.len_bytes - from });
}

void inline_put_text(struct inline_writer *w, struct slice line)
{
	struct reference reference = { .at = 0 };
	size_t from = 0, at = 0;

	while (w->taker && reference_next(line, at, &reference)) {
		size_t before = w->out->len_bytes;
		struct strbuf taken = STRBUF_INIT;

		at = reference.at + reference.len_bytes;
		if (w->taker->take(w->taker->context, &reference, &taken)) {
			put_linked(w, (struct slice){ line.at + from, reference.at - from });
			strbuf_addslice(w->out, strbuf_slice(&taken));
			w->line_start = w->line_start && w->out->len_bytes == before;
			from = at;
		}
		strbuf_release(&taken);
	}
	put_linked(w, (struct slice){ line.at + from, line.len_bytes - from });
}

static void put_break(struct inline_writer *w, bool hard)
{
	if (w->one_line || w->context == ESCAPE_HEADING || w->images) {
		strbuf_addch(w->out, ' ');
		return;
	}
	if (hard)
		strbuf_addstr(w->out, w->site->hard_break);
	strbuf_addch(w->out, '\n');
	w->line_start = true;
}

/* What follows the node, or what it ends in too. */
static uint32_t edge_behind(const struct inline_writer *w, cmark_node *node)
{
	while (!cmark_node_next(node) && (cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_EMPH ||
					  cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_STRONG))
		node = cmark_node_parent(node);
	return markdown_edge(w->site, cmark_node_next(node), false);
}

static bool style_reads(const struct inline_writer *w, cmark_node *node)
{
	return markdown_edge_reads(markdown_edge_before(strbuf_slice(w->out), '*'), markdown_edge(w->site, cmark_node_first_child(node), false)) &&
	       markdown_edge_reads(edge_behind(w, node), markdown_edge(w->site, cmark_node_last_child(node), true));
}

/*
 * Styles nest once each, and one that would open right behind the end of
 * another is dropped: "*a**b*" does not read back, and so is one that some engine
 * would not read where it stands. The text stays in any case.
 */
static void put_style(struct inline_writer *w, bool enter, cmark_node *node, int *count, bool *open, const char *mark)
{
	if (w->images)
		return; /* an alternative text has no styles */
	if (enter) {
		if ((*count)++ > 0)
			return;
		*open = (!w->closed_at || w->out->len_bytes != w->closed_at) && style_reads(w, node);
		if (*open)
			strbuf_addstr(w->out, mark);
		w->line_start = w->line_start && !*open;
		return;
	}
	if (--(*count) > 0 || !*open)
		return;
	strbuf_addstr(w->out, mark);
	w->closed_at = w->out->len_bytes;
}

static void put_address(struct inline_writer *w, struct slice url)
{
	strbuf_addstr(w->out, " (");
	w->line_start = false;
	put_text(w, url);
	strbuf_addch(w->out, ')');
}

static void end_link(struct inline_writer *w, cmark_node *node, bool is_link, struct slice url)
{
	struct slice title = markdown_clean(w->arena, cmark_node_get_title(node), false);

	if (!is_link) {
		put_address(w, markdown_clean(w->arena, url.at, false));
		return;
	}
	if (w->out->len_bytes == w->label_at) /* nothing to see or click on */
		put_text(w, markdown_clean(w->arena, url.at, false));
	strbuf_addstr(w->out, "](");
	w->site->link_dest(w->out, url);
	if (title.len_bytes) {
		strbuf_addstr(w->out, " \"");
		put_attribute(w, title);
		strbuf_addch(w->out, '"');
	}
	strbuf_addch(w->out, ')');
}

static void put_link(struct inline_writer *w, bool enter, cmark_node *node)
{
	struct slice url = slice_of(cmark_node_get_url(node));
	bool is_link = site_links_to(w->site, url);

	w->links += enter ? 1 : -1;
	if (w->images)
		return;
	if (!enter) {
		end_link(w, node, is_link, url);
	} else if (is_link) {
		strbuf_addch(w->out, '[');
		w->line_start = false;
		w->label_at = w->out->len_bytes;
	}
}

static void put_image(struct inline_writer *w, bool enter, cmark_node *node)
{
	struct slice url = slice_of(cmark_node_get_url(node));
	bool is_image = site_shows_image(w->site, url);

	if (enter) {
		if (w->images++ == 0 && is_image) {
			strbuf_addstr(w->out, "![");
			w->line_start = false;
		}
		return;
	}
	if (--w->images > 0)
		return;
	if (!is_image) {
		put_address(w, markdown_clean(w->arena, url.at, false));
		return;
	}
	strbuf_addstr(w->out, "](");
	w->site->link_dest(w->out, url);
	strbuf_addch(w->out, ')');
}

/* A mark is a link of its own, so none stands in another one. */
static void put_note(struct inline_writer *w, const struct markdown_note *note)
{
	if ((w->links || w->images) && w->waiting_count < INLINE_NOTES_MAX)
		w->waiting[w->waiting_count++] = note;
	else if (!w->links && !w->images) {
		w->taker->note(w->taker->context, note, w->around, w->out);
		w->line_start = false;
	}
}

static void put_waiting(struct inline_writer *w)
{
	size_t count = w->waiting_count;

	if (w->links || w->images)
		return;
	w->waiting_count = 0;
	for (size_t i = 0; i < count; i++)
		put_note(w, w->waiting[i]);
}

static void put_mark(struct inline_writer *w, bool enter, const struct mark *mark)
{
	switch (mark->kind) {
	case MARK_STRIKE:
		if (w->images)
			return;
		strbuf_addstr(w->out, enter ? w->site->strike_open : w->site->strike_close);
		w->line_start = false;
		break;
	case MARK_TASK:
	case MARK_TASK_DONE:
		strbuf_addstr(w->out, !enter ? "" : mark->kind == MARK_TASK ? w->site->task_open : w->site->task_done);
		w->line_start = false;
		break;
	case MARK_NOTE:
		if (enter)
			put_note(w, mark->note);
	}
}

bool inline_write(struct inline_writer *w, cmark_event_type event, cmark_node *node)
{
	bool enter = event == CMARK_EVENT_ENTER;

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		if (!w->links && !w->images && w->context != ESCAPE_HEADING) {
			inline_put_text(w, markdown_clean(w->arena, cmark_node_get_literal(node), false));
			return true;
		}
		put_text(w, markdown_clean(w->arena, cmark_node_get_literal(node), false));
		return true;
	case CMARK_NODE_HTML_INLINE: /* raw HTML is shown, not obeyed */
		put_text(w, markdown_clean(w->arena, cmark_node_get_literal(node), false));
		return true;
	case CMARK_NODE_SOFTBREAK:
		put_break(w, false);
		return true;
	case CMARK_NODE_LINEBREAK:
		put_break(w, true);
		return true;
	case CMARK_NODE_CODE:
		site_put_code_span(w->site, w->out, markdown_clean(w->arena, cmark_node_get_literal(node), false),
				   w->context);
		w->line_start = false;
		return true;
	case CMARK_NODE_EMPH:
		put_style(w, enter, node, &w->emphasis, &w->emphasis_open, "*");
		return true;
	case CMARK_NODE_STRONG:
		put_style(w, enter, node, &w->strong, &w->strong_open, "**");
		return true;
	case CMARK_NODE_LINK:
		put_link(w, enter, node);
		put_waiting(w);
		return true;
	case CMARK_NODE_IMAGE:
		put_image(w, enter, node);
		put_waiting(w);
		return true;
	case CMARK_NODE_CUSTOM_INLINE:
		if (markdown_mark(node))
			put_mark(w, enter, markdown_mark(node));
		return true;
	default:
		return false;
	}
}
