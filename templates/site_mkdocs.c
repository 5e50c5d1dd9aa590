/*
 * MkDocs, its own themes and Material, whatever extensions are on. Python-Markdown
 * makes blanks of tabs and empties blank lines before it reads anything, fences
 * too; pymdownx.snippets puts files of the building machine into fences; plugins
 * (macros, include-markdown, critic) fill in braces everywhere. Code with any of
 * those is written as HTML. Fences count at the left margin only, and lists nest
 * by four columns. Themes print titles as they are, Material's after resolving
 * references: so no marks of HTML stand in the front matter.
 */
#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	static const char *const words[] = { "8<", "\t", "{{", "{%", "{#", "{!", "{+", "{-", "{~", "{=", "{>", NULL };

	(void)language;
	if (site_has_any(code, words) || site_code_is_ragged(code))
		return true;
	for (size_t at = 0; at < code.len_bytes; at++) { /* lines of blanks alone */
		size_t end = at;

		while (end < code.len_bytes && code.at[end] == ' ')
			end++;
		if (end > at && (end == code.len_bytes || code.at[end] == '\n'))
			return true;
		while (end < code.len_bytes && code.at[end] != '\n')
			end++;
		at = end;
	}
	return false;
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s.md", page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	strbuf_addstr(out, "---\n");
	site_put_field(&site_mkdocs, out, "title", page->title);
	site_put_field(&site_mkdocs, out, "description", page->description);
	site_put_field_list(&site_mkdocs, out, "tags", page->tags, page->tag_count);
	strbuf_addstr(out, "---\n\n");
}

const struct site_writer site_mkdocs = {
	.name = "mkdocs",
	.text = escape_numeric_all,
	.bare_marks = "<>\"&",
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.pre_open = "<pre><code>",
	.pre_close = "</code></pre>",
	.span_open = "<code>",
	.span_close = "</code>",
	.acts_on_code = acts_on_code,
	.flat_fences = true,
	.strike_open = "<del>",
	.strike_close = "</del>",
	.task_open = "☐ ",
	.task_done = "☑ ",
	.hard_break = "  ",
	.list_indent_columns = 4,
	.title_in_body = true,
	.notes_in_html = true,
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "", ".md" },
	.link_from_list = { "", ".md" },
	.feed_path = "postmortems/feed.xml",
	.address = { "postmortems/", "/" },
	.files = { "postmortems/", ".", false, "" },
	.images = { "postmortems/", ".", false, "" },
	.path = path,
	.front_matter = front_matter,
};
