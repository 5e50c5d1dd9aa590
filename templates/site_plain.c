/*
 * Markdown that reads well as it is and shows the same on GitHub and GitLab.
 * GitHub shows front matter as a table, so there is none.
 */
#include "templates/site.h"

/* GitHub and GitLab look for ":smile:" in what readers see, where no escape is left of it; in code they do not. The
 * name alone is code: between colons it never stands beside other backticks, which would become one run with its own. */
static void text(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges)
{
	size_t from = 0;

	for (size_t at = 0; at < line.len_bytes; at++) {
		size_t end = at + 1;

		if (line.at[at] != ':' || !text_opens_emoji(line, at))
			continue;
		while (line.at[end] != ':')
			end++;
		escape_backslash(out, (struct slice){ line.at + from, at + 1 - from }, context, from ? 0 : edges & ESCAPE_LINE_START);
		strbuf_addch(out, '`');
		strbuf_add(out, line.at + at + 1, end - at - 1);
		strbuf_addch(out, '`');
		from = end; /* this colon may open the next one */
		at = end - 1;
	}
	escape_backslash(out, (struct slice){ line.at + from, line.len_bytes - from }, context,
			 from ? edges & ~(unsigned)ESCAPE_LINE_START : edges);
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "%s.md", page->key_slug);
}

const struct site_writer site_plain = {
	.name = "plain",
	.text = text,
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
