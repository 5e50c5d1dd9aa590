/*
 * Hugo. It looks for shortcodes and for its summary divider in the raw file,
 * before any Markdown is read: "{{<" in a fence fails the build, even unmatched,
 * and "<!--more-->" in a fence cuts the page. No escape in the code itself
 * helps, so these three openings are put in by a shortcode that every Hugo has,
 * `param`, from the page's own front matter. A page dated in the future is
 * dropped without a word, so dates are never later than the record.
 */
#include "core/base/vec.h"
#include "templates/site.h"

static const struct {
	const char *text, *replacement;
} openings[] = {
	{ "{{<", "{{< param _sc_lt >}}" },
	{ "{{%", "{{< param _sc_pc >}}" },
	{ "<!--", "{{< param _sc_cm >}}" },
};

static bool stands_at(struct slice code, size_t at, const char *text)
{
	size_t len = strlen(text);
	return code.len_bytes - at >= len && memcmp(code.at + at, text, len) == 0;
}

static void replace(struct strbuf *out, struct slice code, bool back)
{
	size_t at = 0;

	while (at < code.len_bytes) {
		size_t i = 0;

		if (code.at[at] != '{' && code.at[at] != '<') {
			strbuf_addch(out, code.at[at++]);
			continue;
		}
		while (i < ARRAY_LEN(openings) &&
		       !stands_at(code, at, back ? openings[i].replacement : openings[i].text))
			i++;
		if (i == ARRAY_LEN(openings)) {
			strbuf_addch(out, code.at[at++]);
			continue;
		}
		strbuf_addstr(out, back ? openings[i].text : openings[i].replacement);
		at += strlen(back ? openings[i].replacement : openings[i].text);
	}
}

static void code(struct strbuf *out, struct slice text)
{
	replace(out, text, false);
}

static void uncode(struct strbuf *out, struct slice text)
{
	replace(out, text, true);
}

/* A page bundle: images may be put beside it. The folder is named by the key
 * alone, so that a new title does not leave the old page behind. */
static const char *path(struct arena *arena, const struct site_page *page)
{
	return arena_printf(arena, "postmortems/%s/index.md", page->key_slug);
}

static void front_matter(struct strbuf *out, const struct site_page *page)
{
	strbuf_addstr(out, "---\n");
	site_put_field(&site_hugo, out, "title", page->title);
	site_put_date(out, "date", page->date);
	site_put_date(out, "lastmod", page->modified);
	strbuf_addstr(out, "draft: false\n");
	if (*page->key) /* the address too stays when the title changes */
		site_put_field(&site_hugo, out, "slug", page->key_slug);
	site_put_field(&site_hugo, out, "description", page->description);
	site_put_field_list(&site_hugo, out, "tags", page->tags, page->tag_count);
	site_put_field_list(&site_hugo, out, "categories", page->categories, page->category_count);
	if (*page->key)
		site_put_field(&site_hugo, out, "incident", page->key);
	site_put_field(&site_hugo, out, "_sc_lt", "{{<");
	site_put_field(&site_hugo, out, "_sc_pc", "{{%");
	site_put_field(&site_hugo, out, "_sc_cm", "<!--");
	strbuf_addstr(out, "---\n\n");
}

const struct site_writer site_hugo = {
	.name = "hugo",
	.text = escape_numeric,
	.code = code,
	.uncode = uncode,
	.scalar = escape_yaml,
	.link_dest = escape_url,
	.strike_open = "~~",
	.strike_close = "~~",
	.task_open = "[ ] ",
	.task_done = "[x] ",
	.hard_break = "\\",
	.list_indent_columns = 2,
	.relative_links = true,
	.title_in_body = false,
	/* References are checked by Hugo, whatever the site's addresses look like; it makes feeds of its own. */
	.index_path = "postmortems/_index.md",
	.lists_at = { "postmortems/", "/index.md" },
	.link_from_index = { "{{< relref \"/postmortems/", "\" >}}" },
	.link_from_list = { "{{< relref \"/postmortems/", "\" >}}" },
	.files = { "postmortems/", "/", false, NULL },
	.images = { "postmortems/", "/", false, NULL },
	.path = path,
	.front_matter = front_matter,
};
