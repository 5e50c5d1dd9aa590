/*
 * Docusaurus 3. Its MDX takes braces and tags for programs, so the page's front
 * matter asks for plain Markdown ("format: md" at the top level is ignored).
 * Comments in code that it takes for its own (highlight-next-line) vanish, from
 * <pre> too unless an element stands in it. Before any Markdown is read, fences named "mdx-code-block"
 * are unwrapped, the title behind ":::note" gets brackets, and "{#id}" behind a heading a backslash, in
 * fences too: code that holds any is written as HTML. Emoji names and "{#id}" behind a
 * heading are found after references are resolved, and so are addresses: such blocks become HTML.
 * The front matter and the first heading become a program's texts in quotes, with
 * backslashes as they are: "\\'" would end one, so there none stand in either.
 */
#include <strings.h>

#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	static const char *const words[] = { "highlight-", "mdx-code-block", ":::", "{#", NULL };

	(void)language;
	return site_has_any(code, words) || site_code_is_ragged(code);
}

static bool is_emoji_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

/* "http://", "https://" or "www." at `at`: their index, or -1. */
static int address_start(struct slice text, size_t at, const char *const starts[3])
{
	for (int i = 0; i < 3; i++)
		if (text.len_bytes - at >= strlen(starts[i]) && strncasecmp(text.at + at, starts[i], strlen(starts[i])) == 0)
			return i;
	return -1;
}

/* Its Markdown makes links of what looks like an address once references are resolved. Whoever
 * reads these then ends the build over "http://1.2.3.999"; and code in a line becomes a block
 * of its own if a link stands in it, one to "a@b.c" too. */
static bool has_address_to_hide(struct slice text)
{
	static const char *const starts[] = { "http://", "https://", "www." };
	struct strbuf url = STRBUF_INIT;
	bool found = false, in_code = false;

	for (size_t at = 0; at < text.len_bytes && !found; at++) {
		int start = address_start(text, at, starts);
		size_t end = at;

		if (text.at[at] == SITE_SPAN_BEGINS || text.at[at] == SITE_SPAN_ENDS)
			in_code = text.at[at] == SITE_SPAN_BEGINS;
		found = in_code && (start >= 0 || text.at[at] == '@');
		if (start < 0 || found)
			continue;
		while (end < text.len_bytes && !strchr(" \t\n", text.at[end]) && text.at[end] != SITE_SPAN_BEGINS)
			end++;
		while (end > at && strchr("!\"&'),.:;<>?]}", text.at[end - 1]))
			end--;
		strbuf_clear(&url);
		strbuf_addstr(&url, start == 2 ? starts[0] : "");
		strbuf_add(&url, text.at + at, end - at);
		found = !url_is_web(strbuf_slice(&url)) || url_has_encoded_host(strbuf_slice(&url));
	}
	strbuf_release(&url);
	return found;
}

static bool alters(struct slice text)
{
	static const char *const words[] = { "{#", "{/*", "\\", NULL };

	if (has_address_to_hide(text))
		return true;
	for (size_t at = 0; at < text.len_bytes; at++) {
		size_t end = at + 1;

		if (text.at[at] != ':')
			continue;
		while (end < text.len_bytes && is_emoji_letter(text.at[end]))
			end++;
		if (end > at + 1 && end < text.len_bytes && text.at[end] == ':')
			return true;
	}
	return site_has_any(text, words);
}

static void note(struct strbuf *out, const char *title, const char *body)
{
	site_put_directive(&site_docusaurus, out, ":::warning", title, body);
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s.md", page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	strbuf_addstr(out, "---\n");
	site_put_field(&site_docusaurus, out, "title", page->title);
	site_put_field(&site_docusaurus, out, "sidebar_label", *page->key ? page->key : page->title);
	site_put_field(&site_docusaurus, out, "description", page->description);
	site_put_field_list(&site_docusaurus, out, "tags", page->tags, page->tag_count);
	strbuf_addstr(out, "hide_title: true\nmdx:\n  format: md\n---\n\n");
}

const struct site_writer site_docusaurus = {
	.name = "docusaurus",
	.text = escape_numeric,
	.bare_marks = "\\",
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.pre_open = "<pre><code><span>",
	.pre_close = "</span></code></pre>",
	.span_open = "<code>",
	.span_close = "</code>",
	.acts_on_code = acts_on_code,
	.alters = alters,
	.note = note,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "[ ] ",
	.task_done = "[x] ",
	.notes_in_html = true, /* blocks that become HTML refer to them too */
	.hard_break = "\\",
	.list_indent_columns = 2,
	.title_in_body = true,
	.links_in_markdown = true,
	.plain_hosts = true,
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "./", ".md" },
	.link_from_list = { "./", ".md" },
	.feed_path = "static/postmortems/feed.xml",
	.feed_at_root = true,
	.address = { "docs/postmortems/", "" }, /* unless routeBasePath says otherwise, which is a program's business */
	.files = { "postmortems/", ".", false, "./" },
	.images = { "postmortems/", ".", false, "./" },
	.path = path,
	.front_matter = front_matter,
};
