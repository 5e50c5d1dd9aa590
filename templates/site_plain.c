/*
 * Markdown that reads well as it is and shows the same on GitHub and GitLab.
 * GitHub shows front matter as a table, so there is none.
 */
#include "templates/site.h"

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "%s.md", page->key_slug);
}

const struct site_writer site_plain = {
	.name = "plain",
	.text = escape_backslash,
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "[ ] ",
	.task_done = "[x] ",
	.hard_break = "\\",
	.list_indent_columns = 2,
	.relative_links = true,
	.title_in_body = true,
	.index_path = "README.md",
	.lists_at = { "", ".md" },
	.link_from_index = { "", ".md" },
	.link_from_list = { "", ".md" },
	.feed_path = "feed.xml",
	.address = { "", ".md" },
	.files = { "", ".", false, "" },
	.images = { "", ".", false, "" },
	.path = path,
};
