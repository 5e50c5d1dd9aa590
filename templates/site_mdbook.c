/*
 * mdBook. It knows no front matter, and shows the pages that SUMMARY.md lists.
 * "{{#include file}}" and its kin are replaced by files of the building machine, in
 * fences too, and with any white space, line ends even, behind the braces. Of Rust,
 * lines that begin with "#" are hidden, lines that are not there are put around it,
 * and a button sends it to a server to be run. Such code is written as HTML without
 * a language.
 */
#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	static const char *const words[] = { "{{", NULL };

	return site_has_any(code, words) || slice_is(language, "rust");
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s.md", page->key_slug);
}

const struct site_writer site_mdbook = {
	.name = "mdbook",
	.text = escape_numeric,
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.pre_open = "<pre><code>",
	.pre_close = "</code></pre>",
	.span_open = "<code>",
	.span_close = "</code>",
	.acts_on_code = acts_on_code,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "[ ] ",
	.task_done = "[x] ",
	.hard_break = "\\",
	.list_indent_columns = 2,
	.title_in_body = true,
	.summary_path = "SUMMARY.md",
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "", ".md" },
	.link_from_list = { "", ".md" },
	.feed_path = "postmortems/feed.xml",
	.address = { "postmortems/", ".html" },
	.files = { "postmortems/", ".", false, "" },
	.images = { "postmortems/", ".", false, "" },
	.path = path,
};
