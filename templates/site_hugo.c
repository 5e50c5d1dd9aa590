/*
 * Hugo. It looks for shortcodes and for its summary divider in the raw file,
 * before any Markdown is read: "{{<" in a fence fails the build, even unmatched,
 * and "<!--more-->" in a fence cuts the page. No escape in the code itself
 * helps, so these openings are put in by a shortcode that every Hugo has,
 * `param`, from the page's own front matter. So are the first colon of what may be
 * an emoji's name, which enableEmoji makes a sign of in the raw file too, and a part of
 * the word that stands for shortcodes while Hugo works: found in a page that has no
 * such shortcode, it ends the build. A page dated in the future is
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
	{ ":", "{{< param _sc_co >}}" },
	{ "HAHAHUGO", "HAHA{{< param _sc_hu >}}" },
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

		if (!code.at[at] || !strchr("{<:H", code.at[at])) {
			strbuf_addch(out, code.at[at++]);
			continue;
		}
		while (i < ARRAY_LEN(openings) &&
		       !stands_at(code, at, back ? openings[i].replacement : openings[i].text))
			i++;
		if (i == ARRAY_LEN(openings) || (!back && code.at[at] == ':' && !text_opens_emoji(code, at))) {
			strbuf_addch(out, code.at[at++]);
			continue;
		}
		strbuf_addstr(out, back ? openings[i].text : openings[i].replacement);
		at += strlen(back ? openings[i].replacement : openings[i].text);
	}
}

/* Hugo's own sign is looked for in what readers see: as references it is still one, with an element in it not. */
static void text(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges)
{
	size_t from = 0;

	for (size_t at = 0; at < line.len_bytes; at++) {
		if (line.at[at] != 'H' || !stands_at(line, at, "HAHAHUGO"))
			continue;
		at += 4;
		escape_numeric(out, (struct slice){ line.at + from, at - from }, context, from ? 0 : edges & ESCAPE_LINE_START);
		strbuf_addstr(out, "*H*");
		from = at + 1;
	}
	escape_numeric(out, (struct slice){ line.at + from, line.len_bytes - from }, context,
		       from ? edges & ~(unsigned)ESCAPE_LINE_START : edges);
}

static void code(struct strbuf *out, struct slice raw)
{
	replace(out, raw, false);
}

static void uncode(struct strbuf *out, struct slice written)
{
	replace(out, written, true);
}

static void link_dest(struct strbuf *out, struct slice url)
{
	struct strbuf dest = STRBUF_INIT;

	escape_url(&dest, url);
	for (size_t at = 0; at < dest.len_bytes; at++) {
		bool sign = dest.text[at] == 'H' && at >= 4 && stands_at(strbuf_slice(&dest), at - 4, "HAHAHUGO");

		strbuf_addf(out, sign ? "%%%X" : "%c", dest.text[at]);
	}
	strbuf_release(&dest);
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
	site_put_field(&site_hugo, out, "_sc_co", ":");
	site_put_field(&site_hugo, out, "_sc_hu", "HUGO");
	strbuf_addstr(out, "---\n\n");
}

const struct site_writer site_hugo = {
	.name = "hugo",
	.text = text,
	.code = code,
	.uncode = uncode,
	.scalar = escape_yaml,
	.link_dest = link_dest,
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
