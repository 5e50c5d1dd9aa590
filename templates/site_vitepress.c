/*
 * VitePress. A page is a Vue template: braces in text and in spans of code are
 * run, those of fences are not. Before that, "@include" comments are replaced by
 * files of the building machine, in fences too, and "[!code …]" comments are
 * taken out of them; what is blank at their end is cut off. The page needs its own heading. Dead links fail the build, and
 * so do tags in the front matter, which is put into a script and, unescaped, into the head.
 */
#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	static const char *const words[] = { "@include", "[!code", NULL };

	(void)language;
	return site_has_any(code, words) || site_code_is_ragged(code);
}

static void note(struct strbuf *out, const char *title, const char *body)
{
	strbuf_addstr(out, "::: warning ");
	site_put_text(&site_vitepress, out, slice_of(title), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addch(out, '\n');
	site_put_text(&site_vitepress, out, slice_of(body), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addstr(out, "\n:::\n");
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s.md", page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	strbuf_addstr(out, "---\n");
	site_put_field(&site_vitepress, out, "title", page->title);
	site_put_field(&site_vitepress, out, "description", page->description);
	strbuf_addstr(out, "---\n\n");
}

const struct site_writer site_vitepress = {
	.name = "vitepress",
	.text = escape_numeric,
	.bare_marks = "<>\"&",
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.pre_open = "<pre v-pre><code>",
	.pre_close = "</code></pre>",
	.span_open = "<code v-pre>",
	.span_close = "</code>",
	.acts_on_code = acts_on_code,
	.note = note,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "☐ ",
	.task_done = "☑ ",
	.hard_break = "\\",
	.list_indent_columns = 2,
	.title_in_body = true,
	.notes_in_html = true,
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "./", ".md" },
	.link_from_list = { "./", ".md" },
	.feed_path = "public/postmortems/feed.xml",
	.address = { "postmortems/", ".html" },
	.files = { "public/postmortems/", ".", false, "/postmortems/" },
	.images = { "postmortems/", ".", false, "./" },
	.path = path,
	.front_matter = front_matter,
};
