#include "templates/markdown_edge.h"

#include "core/base/utf8.h"

static uint32_t character_at_end(struct slice text)
{
	size_t at = text.len_bytes;
	uint32_t c;

	if (!at)
		return 0;
	do
		at--;
	while (at && (text.at[at] & 0xc0) == 0x80);
	utf8_decode(text.at + at, text.len_bytes - at, &c, NULL);
	return c;
}

static uint32_t edge_of_text(const struct site_writer *site, struct slice text, bool at_end)
{
	struct slice url = { NULL, 0 };
	uint32_t c;

	if (!text.len_bytes)
		return 0;
	for (size_t at = 0; site;) { /* a bare address becomes a link */
		struct slice next = url_next(text, at);

		if (!next.at)
			break;
		url = next;
		at = (size_t)(url.at - text.at) + url.len_bytes;
		if (!at_end)
			break;
	}
	if (at_end)
		return url.at && url.at + url.len_bytes == text.at + text.len_bytes ? ')' : character_at_end(text);
	if (url.at == text.at)
		return '[';
	utf8_decode(text.at, text.len_bytes, &c, NULL);
	return c;
}

/* Of which nothing is written but what is within. */
static bool is_seen_through(const struct site_writer *site, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);

	return type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG ||
	       (site && type == CMARK_NODE_LINK && !site_links_to(site, slice_of(cmark_node_get_url(node)))) ||
	       (site && type == CMARK_NODE_IMAGE && !site_shows_image(site, slice_of(cmark_node_get_url(node))));
}

static uint32_t edge_of(const struct site_writer *site, cmark_node *node, bool at_end)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_TEXT)
		return edge_of_text(site, slice_of(cmark_node_get_literal(node)), at_end);
	return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK ? ' ' : '[';
}

/* Styles may stand in one another as often as there are stars in a text: no depth of calls could hold them. */
uint32_t markdown_edge(const struct site_writer *site, cmark_node *node, bool at_end)
{
	cmark_node *around = node ? cmark_node_parent(node) : NULL, *next;

	while (node) {
		uint32_t c = 0;

		next = NULL;
		if (is_seen_through(site, node))
			next = at_end ? cmark_node_last_child(node) : cmark_node_first_child(node);
		else
			c = edge_of(site, node, at_end);
		if (c)
			return c;
		while (!next && node != around) {
			next = at_end ? cmark_node_previous(node) : cmark_node_next(node);
			node = next ? node : cmark_node_parent(node);
		}
		node = next;
	}
	return 0;
}

static bool is_word(uint32_t c)
{
	if (c >= 0x80)
		return utf8_word_class(c) != UTF8_CLASS_OTHER;
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool markdown_edge_reads(uint32_t outside, uint32_t inside)
{
	if (!inside || inside == ' ' || inside == '\t' || inside == '\n') /* a wide one is written as a reference */
		return false;
	return is_word(inside) || !is_word(outside);
}

uint32_t markdown_edge_before(struct slice written, char skipped)
{
	while (written.len_bytes && written.at[written.len_bytes - 1] == skipped)
		written.len_bytes--;
	return character_at_end(written);
}
