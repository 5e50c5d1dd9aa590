/*
 * Starlight (Astro). Quotes, dashes and dots are made typographic after references
 * are resolved, so blocks that hold any become HTML. Code that names a file in its
 * first lines loses them to the frame's title, unless there is no frame; lines of
 * a diff lose their + and -; tabs become blanks, and blanks at the end of a line
 * go: such code is written as HTML. A title is demanded, and put into the head unescaped.
 */
#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	return slice_is(language, "diff") || memchr(code.at, '\t', code.len_bytes) || site_code_is_ragged(code) ||
	       site_code_trails(code);
}

static bool alters(struct slice text)
{
	static const char *const words[] = { "\"", "'", "--", "..", ". .", "``", NULL };

	return site_has_any(text, words);
}

static void note(struct strbuf *out, const char *title, const char *body)
{
	site_put_directive(&site_starlight, out, ":::caution", title, body);
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s.md", page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	strbuf_addstr(out, "---\n");
	site_put_field(&site_starlight, out, "title", page->title);
	site_put_field(&site_starlight, out, "description", page->description);
	strbuf_addstr(out, "sidebar:\n  label: ");
	escape_yaml(out, slice_of(*page->key ? page->key : "Postmortems"));
	strbuf_addstr(out, "\n---\n\n");
}

const struct site_writer site_starlight = {
	.name = "starlight",
	.text = escape_numeric,
	.bare_marks = "<>",
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.pre_open = "<pre><code>",
	.pre_close = "</code></pre>",
	.span_open = "<code>",
	.span_close = "</code>",
	.acts_on_code = acts_on_code,
	.fence_words = "frame=\"none\"",
	.alters = alters,
	.note = note,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "[ ] ",
	.task_done = "[x] ",
	.notes_in_html = true, /* blocks that become HTML refer to them too */
	.hard_break = "\\",
	.list_indent_columns = 2,
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "", "/" },
	.link_from_list = { "../", "/" },
	.feed_path = "public/postmortems/feed.xml",
	.feed_at_root = true,
	.address = { "postmortems/", "/" },
	.files = { "public/postmortems/", ".", true, "../" },
	.images = { "postmortems/", ".", false, "./" },
	.path = path,
	.front_matter = front_matter,
};
