/* What readers see of Markdown that a site's writer, or a hand, wrote: HTML in one form. */
#include "templates/adopt.h"

#include "core/base/utf8.h"
#include "core/language.h"
#include "templates/markdown_tree.h"

/* In the places of < and > of tags: what stands for these in a text is text. */
#define TAG_OPEN '\x01'
#define TAG_CLOSE '\x02'

static bool starts(struct slice text, size_t at, const char *words)
{
	size_t len = strlen(words);
	return text.len_bytes - at >= len && memcmp(text.at + at, words, len) == 0;
}

uint32_t adopt_reference_at(struct slice text, size_t at, size_t *len)
{
	static const struct {
		const char *name;
		uint32_t c;
	} named[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' } };
	uint32_t c = 0;
	size_t end = at + 2;

	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (starts(text, at, named[i].name)) {
			*len = strlen(named[i].name);
			return named[i].c;
		}
	if (!starts(text, at, "&#"))
		return 0;
	while (end < text.len_bytes && text.at[end] >= '0' && text.at[end] <= '9' && c < 0x110000)
		c = c * 10 + (uint32_t)(text.at[end++] - '0');
	if (end == at + 2 || end >= text.len_bytes || text.at[end] != ';' || c >= 0x110000 || (c >= 0xd800 && c < 0xe000))
		return 0;
	*len = end + 1 - at;
	return c;
}

static size_t number_at(struct slice text, size_t *at)
{
	size_t number = 0;

	while (*at < text.len_bytes && text.at[*at] >= '0' && text.at[*at] <= '9' && number < 100000)
		number = number * 10 + (size_t)(text.at[(*at)++] - '0');
	return number;
}

const char *adopt_note_at(const struct site_writer *site, struct slice text, size_t at, const struct page_map *map, size_t *len)
{
	static const char head[] = "<sup><a href=\"#note-", tail[] = "</a></sup>";
	size_t from = at, number;

	if (site->notes_in_html ? !starts(text, at, head) : !starts(text, at, "[^"))
		return NULL;
	at += site->notes_in_html ? strlen(head) : 2;
	number = number_at(text, &at);
	if (!number || number > map->notes.len)
		return NULL;
	if (!site->notes_in_html && !starts(text, at, "]"))
		return NULL;
	if (site->notes_in_html) {
		if (!starts(text, at, "\">"))
			return NULL;
		at += 2;
		if (number_at(text, &at) != number || !starts(text, at, tail))
			return NULL;
	}
	*len = at + (site->notes_in_html ? strlen(tail) : 1) - from;
	return map->notes.items[number - 1];
}

struct seeing {
	const struct site_writer *site;
	const struct page_map *map;
	struct strbuf *out;
	bool in_pre, in_code, skip_blank; /* in_code: of a line */
	size_t link_at, link_text; /* of the link that is open: where its tag, and its text, begin */
};

static bool is_block_tag(struct slice name)
{
	static const char *const names[] = { "p", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
					     "table", "thead", "tbody", "tr", "td", "th", "br" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

static void trim_blank(struct seeing *w)
{
	if (w->out->len_bytes && w->out->text[w->out->len_bytes - 1] == ' ')
		strbuf_truncate(w->out, w->out->len_bytes - 1);
}

static void see_char(struct seeing *w, uint32_t c)
{
	bool exact = w->in_pre || w->in_code;
	char bytes[4];

	if (!exact && (c == ' ' || c == '\n' || c == '\t')) {
		if (!w->skip_blank && w->out->len_bytes && w->out->text[w->out->len_bytes - 1] != ' ')
			strbuf_addch(w->out, ' ');
		return;
	}
	if (c == '|' && !exact) /* blanks beside it, in a table, are nobody's words */
		trim_blank(w);
	strbuf_add(w->out, bytes, utf8_encode(c, bytes));
	w->skip_blank = c == '|' && !exact;
}

static void see_words(struct seeing *w, const char *words)
{
	while (*words)
		see_char(w, (unsigned char)*words++);
}

/* A link whose text is its address is the address. */
static void end_link(struct seeing *w)
{
	struct slice address = { w->out->text + w->link_at + 3, w->link_text - w->link_at - 4 };
	struct slice label = { w->out->text + w->link_text, w->out->len_bytes - w->link_text };

	if (w->link_text && slice_eq(address, label)) {
		strbuf_remove(w->out, w->link_at, w->link_text - w->link_at);
		w->link_text = 0;
		return;
	}
	strbuf_addf(w->out, "%c/a%c", TAG_OPEN, TAG_CLOSE);
	w->link_text = 0;
}

static void put_decoded(struct strbuf *out, struct slice text)
{
	for (size_t at = 0, len; at < text.len_bytes; at += len) {
		uint32_t c = text.at[at] == '&' ? adopt_reference_at(text, at, &len) : 0;
		char bytes[4];

		if (c)
			strbuf_add(out, bytes, utf8_encode(c, bytes));
		else {
			strbuf_addch(out, text.at[at]);
			len = 1;
		}
	}
}

/* `tag` without its < and >. */
static void see_tag(struct seeing *w, struct slice tag)
{
	bool closes = tag.len_bytes && tag.at[0] == '/';
	struct slice name = { tag.at + closes, 0 };

	while (name.len_bytes + closes < tag.len_bytes && !strchr(" \n/", name.at[name.len_bytes]))
		name.len_bytes++;
	if (slice_is(name, "del") && name.len_bytes + closes == tag.len_bytes) {
		see_words(w, "~~");
		return;
	}
	if (slice_is(name, "span") && w->in_pre)
		return;
	if (slice_is(name, "pre"))
		w->in_pre = !closes;
	if (slice_is(name, "code"))
		w->in_code = !closes && !w->in_pre;
	if (is_block_tag(name)) {
		trim_blank(w);
		w->skip_blank = true;
	}
	if (slice_is(name, "a") && closes) {
		end_link(w);
		return;
	}
	if (slice_is(name, "a"))
		w->link_at = w->out->len_bytes;
	/* What keeps Vue from code is not what readers see; its language is (see_fences). */
	strbuf_addch(w->out, TAG_OPEN);
	if (slice_is(name, "a") && starts(tag, 0, "a href=\"") && tag.at[tag.len_bytes - 1] == '"') {
		strbuf_addstr(w->out, "a ");
		put_decoded(w->out, (struct slice){ tag.at + 8, tag.len_bytes - 9 });
	} else if (slice_is(name, "code") && !starts(tag, 0, "code class="))
		strbuf_addf(w->out, "%scode", closes ? "/" : "");
	else
		put_decoded(w->out, tag);
	strbuf_addch(w->out, TAG_CLOSE);
	if (slice_is(name, "a"))
		w->link_text = w->out->len_bytes;
}

static void see_html(struct seeing *w, struct slice html)
{
	for (size_t at = 0, len; at < html.len_bytes; at += len) {
		const char *note = w->in_pre || w->in_code ? NULL : adopt_note_at(w->site, html, at, w->map, &len), *end;
		uint32_t c;

		if (note) {
			see_words(w, note);
			continue;
		}
		end = html.at[at] == '<' ? memchr(html.at + at, '>', html.len_bytes - at) : NULL;
		if (end) {
			len = (size_t)(end - html.at) - at + 1;
			see_tag(w, (struct slice){ html.at + at + 1, len - 2 });
			continue;
		}
		c = html.at[at] == '&' ? adopt_reference_at(html, at, &len) : 0;
		if (!c) {
			len = utf8_decode(html.at + at, html.len_bytes - at, &c, NULL);
			if (!w->in_pre && !w->in_code && (c == 0x2610 || c == 0x2611)) { /* tasks where a site knows none */
				see_words(w, c == 0x2610 ? "[ ]" : "[x]");
				continue;
			}
		}
		see_char(w, c);
	}
}

/* A fence's words as they stand on a page that was written: the language by its name, without what the
 * writer puts behind it; none where it writes HTML, which has none. Others stay, in one word. */
static void see_fence(const struct site_writer *site, cmark_node *node)
{
	struct strbuf words = STRBUF_INIT;
	struct slice code = slice_of(cmark_node_get_literal(node));
	const struct language *known;
	bool nested = cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_DOCUMENT;
	char *added;

	strbuf_addstr(&words, cmark_node_get_fence_info(node));
	added = site->fence_words ? strstr(words.text, site->fence_words) : NULL;
	if (added && !added[strlen(site->fence_words)]) {
		strbuf_truncate(&words, (size_t)(added - words.text));
		while (words.len_bytes && words.text[words.len_bytes - 1] == ' ')
			strbuf_truncate(&words, words.len_bytes - 1);
	}
	known = language_find(words.text);
	if ((site->fence_words && strcmp(words.text, "text") == 0) ||
	    (site->pre_open && ((nested && site->flat_fences) ||
				(site->acts_on_code && site->acts_on_code(slice_of(known ? known->name : ""), code)))))
		strbuf_clear(&words);
	for (char *c = words.text; *c; c++)
		if (*c == ' ' || *c == '\t')
			*c = '+';
	cmark_node_set_fence_info(node, known && words.len_bytes ? known->name : words.text);
	strbuf_release(&words);
}

static void see_fences(const struct site_writer *site, cmark_node *root)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
		if (event == CMARK_EVENT_ENTER && cmark_node_get_type(cmark_iter_get_node(iter)) == CMARK_NODE_CODE_BLOCK)
			see_fence(site, cmark_iter_get_node(iter));
	cmark_iter_free(iter);
}

void adopt_seen(struct strbuf *out, const struct site_writer *site, struct slice text, const struct page_map *map)
{
	struct seeing w = { .site = site, .map = map, .out = out, .skip_blank = true };
	cmark_node *root = cmark_parse_document(text.at, text.len_bytes, CMARK_OPT_DEFAULT);
	char *html;

	see_fences(site, root);
	html = cmark_render_html(root, CMARK_OPT_UNSAFE);
	see_html(&w, slice_of(html));
	trim_blank(&w);
	cmark_get_default_mem_allocator()->free(html);
	cmark_node_free(root);
}
