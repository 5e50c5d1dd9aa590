#include <ctype.h>

#include "core/base/utf8.h"
#include "templates/markdown_html.h"
#include "templates/site.h"

static const struct site_writer *const writers[] = {
#define SITE(name, content, key, configs, wiring, help) &site_##name,
#include "templates/sites.def"
};

static const struct site sites[] = {
#define SITE(name, content, key, configs, wiring, help) { #name, help, content, key, configs, wiring },
#include "templates/sites.def"
};

const struct site_writer *site_find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(sites); i++)
		if (strcmp(sites[i].name, name) == 0)
			return writers[i];
	return NULL;
}

const struct site *site_list(size_t *count)
{
	*count = ARRAY_LEN(sites);
	return sites;
}

void site_put_text(const struct site_writer *site, struct strbuf *out, struct slice raw,
		   enum escape_context context, unsigned edges)
{
	struct strbuf clean = STRBUF_INIT;

	text_clean(&clean, raw, TEXT_LINE);
	site->text(out, strbuf_slice(&clean), context, edges);
	strbuf_release(&clean);
}

bool site_links_to(const struct site_writer *site, struct slice url)
{
	return url_is_safe(url) && !(site->plain_hosts && url_has_encoded_host(url)) &&
	       (site->relative_links || url_has_scheme(url));
}

bool site_shows_image(const struct site_writer *site, struct slice url)
{
	/* A relative one is no file of the site's, and what programs cannot read they may take for one. */
	return !site->no_images && url_is_web(url) && !url_has_encoded_host(url);
}

void site_put_link(const struct site_writer *site, struct strbuf *out, struct slice text, struct slice url,
		   enum escape_context context)
{
	if (!text.len_bytes)
		text = url;
	if (!site_links_to(site, url)) {
		site_put_text(site, out, text, context, ESCAPE_WHOLE);
		if (!slice_eq(text, url)) {
			strbuf_addstr(out, " (");
			site_put_text(site, out, url, context, ESCAPE_WHOLE);
			strbuf_addch(out, ')');
		}
		return;
	}
	strbuf_addch(out, '[');
	site_put_text(site, out, text, context, ESCAPE_WHOLE);
	strbuf_addstr(out, "](");
	site->link_dest(out, url);
	strbuf_addch(out, ')');
}

void site_put_linked(const struct site_writer *site, struct strbuf *out, struct slice raw,
		     enum escape_context context)
{
	struct strbuf clean = STRBUF_INIT;
	size_t from = 0;
	struct slice url;

	text_clean(&clean, raw, TEXT_LINE);
	while ((url = url_next(strbuf_slice(&clean), from)).at) {
		size_t at = (size_t)(url.at - clean.text);
		site->text(out, (struct slice){ clean.text + from, at - from }, context, from ? 0 : ESCAPE_LINE_START);
		site_put_link(site, out, url, url, context);
		from = at + url.len_bytes;
	}
	site->text(out, (struct slice){ clean.text + from, clean.len_bytes - from }, context,
		   from ? ESCAPE_LINE_END : ESCAPE_WHOLE);
	strbuf_release(&clean);
}

void site_put_note(const struct site_writer *site, struct strbuf *out, const char *title, const char *body)
{
	if (site->note) {
		site->note(out, title, body);
		return;
	}
	strbuf_addstr(out, "> **");
	site_put_text(site, out, slice_of(title), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addstr(out, "** ");
	site_put_text(site, out, slice_of(body), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addch(out, '\n');
}

void site_put_document(const struct site_writer *site, struct strbuf *out, const struct site_page *page,
		       struct slice body)
{
	if (site->document) {
		site->document(out, page, body);
		return;
	}
	if (site->front_matter)
		site->front_matter(out, page);
	if (site->alters)
		markdown_put_unaltered(out, site, body);
	else
		strbuf_addslice(out, body);
}

const char *site_beside_path(struct arena *arena, const struct site_beside *beside, const char *slug, const char *name)
{
	return arena_printf(arena, "%s%s%s%s", beside->folder, slug, beside->between, name);
}

const char *site_beside_link(struct arena *arena, const struct site_beside *beside, const char *slug, const char *name)
{
	if (!beside->link)
		return name;
	return arena_printf(arena, "%s%s%s%s", beside->link, slug, beside->between, name);
}

/* Is the mark at `i` one that a theme could act on? "&" means something only where a reference may follow, "]" only
 * where an address may, and "{" where attributes do. */
static bool is_bare_mark(const struct site_writer *site, struct slice text, size_t i)
{
	char c = text.at[i], next = i + 1 < text.len_bytes ? text.at[i + 1] : ' ';

	if (!site->bare_marks || !strchr(site->bare_marks, c))
		return false;
	if (c == ']')
		return strchr("([{:", next);
	if (c == '{')
		return next == ':';
	return c != '&' || next == '#' || (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
}

/* U+FF01 to U+FF5E are those of ! to ~. */
static void put_likeness(struct strbuf *out, char c)
{
	char likeness[4];

	strbuf_add(out, likeness, utf8_encode(0xfee0u + (uint32_t)c, likeness));
}

void site_put_likeness(struct strbuf *out, struct slice line)
{
	for (size_t i = 0; i < line.len_bytes; i++)
		if (line.at[i] > ' ' && line.at[i] < 0x7f && ispunct(line.at[i]))
			put_likeness(out, line.at[i]);
		else
			strbuf_addch(out, line.at[i]);
}

static void put_scalar(const struct site_writer *site, struct strbuf *out, const char *text)
{
	struct strbuf clean = STRBUF_INIT, safe = STRBUF_INIT;

	text_clean(&clean, slice_of(text), TEXT_LINE);
	for (size_t i = 0; i < clean.len_bytes; i++) {
		if (is_bare_mark(site, strbuf_slice(&clean), i))
			put_likeness(&safe, clean.text[i]);
		else
			strbuf_addch(&safe, clean.text[i]);
	}
	site->scalar(out, strbuf_slice(&safe));
	strbuf_release(&clean);
	strbuf_release(&safe);
}

void site_put_field(const struct site_writer *site, struct strbuf *out, const char *name, const char *text)
{
	strbuf_addf(out, "%s: ", name);
	put_scalar(site, out, text);
	strbuf_addch(out, '\n');
}

void site_put_field_list(const struct site_writer *site, struct strbuf *out, const char *name,
			 const char *const *items, size_t count)
{
	strbuf_addf(out, "%s: [", name);
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(out, i ? ", " : "");
		put_scalar(site, out, items[i]);
	}
	strbuf_addstr(out, "]\n");
}

void site_put_date(struct strbuf *out, const char *name, struct instant t)
{
	if (!instant_known(t))
		return;
	strbuf_addf(out, "%s: ", name);
	instant_format_rfc3339(out, t);
	strbuf_addch(out, '\n');
}

void site_put_directive(const struct site_writer *site, struct strbuf *out, const char *opening, const char *title,
			const char *body)
{
	strbuf_addf(out, "%s[", opening);
	site_put_text(site, out, slice_of(title), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addstr(out, "]\n");
	site_put_text(site, out, slice_of(body), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addstr(out, "\n:::\n");
}

bool site_has_any(struct slice text, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		for (size_t at = 0; at + len <= text.len_bytes; at++)
			if (memcmp(text.at + at, *words, len) == 0)
				return true;
	}
	return false;
}
