/*
 * Jekyll with kramdown. Liquid runs over the raw file, fences and all, and can
 * include files; an unknown tag fails the build. Code that holds the opening of
 * one is written as HTML. A post's file name must begin with a date; it is that
 * of the record's beginning, which never changes, and the front matter has the
 * date to be shown. Posts of the future are dropped without a word. Liquid escapes
 * nothing of itself, and many themes forget to; and lists of posts in Markdown make
 * links, pictures and attributes of what titles hold.
 */
#include "templates/site.h"

static bool acts_on_code(struct slice language, struct slice code)
{
	static const char *const words[] = { "{{", "{%", NULL };

	(void)language;
	return site_has_any(code, words) || site_code_is_ragged(code);
}

static const char *path(struct arena *arena, const struct site_page *page)
{
	struct instant begun = page->begun;

	begun.precision = PRECISION_DAY;
	return arena_printf(arena, "_posts/%s-%s.md", instant_text(arena, begun), page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	/* An index is no post: it has no date, and stands where its address is. */
	strbuf_addf(out, "---\nlayout: %s\n", *page->key ? "post" : "page");
	site_put_field(&site_jekyll, out, "title", page->title);
	site_put_date(out, "date", page->date);
	site_put_date(out, "last_modified_at", page->modified);
	site_put_field(&site_jekyll, out, "description", page->description);
	site_put_field_list(&site_jekyll, out, "tags", page->tags, page->tag_count);
	site_put_field_list(&site_jekyll, out, "categories", page->categories, page->category_count);
	site_put_field(&site_jekyll, out, "permalink", page->permalink);
	strbuf_addstr(out, "---\n\n");
}

const struct site_writer site_jekyll = {
	.name = "jekyll",
	.text = escape_numeric,
	.bare_marks = "<>\"&]{",
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
	.hard_break = "  ",
	.list_indent_columns = 2,
	.index_path = "postmortems/index.md",
	.lists_at = { "postmortems/", ".md" },
	.link_from_index = { "", "/" },
	.link_from_list = { "../", "/" },
	.feed_path = "postmortems/feed.xml",
	.address = { "postmortems/", "/" },
	.files = { "postmortems/", "/", false, NULL },
	.images = { "postmortems/", "/", false, NULL },
	.path = path,
	.front_matter = front_matter,
};
