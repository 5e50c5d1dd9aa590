/* Atom, RFC 4287. Ids are the pages' addresses, so that they stay. */
#include "templates/index.h"

#define FEED_MAX 50

static void put_element(struct strbuf *out, const char *indent, const char *name, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	text_clean(&clean, slice_of(text), TEXT_LINE);
	strbuf_addf(out, "%s<%s>", indent, name);
	escape_html(out, strbuf_slice(&clean));
	strbuf_addf(out, "</%s>\n", name);
	strbuf_release(&clean);
}

static void put_time(struct strbuf *out, const char *indent, const char *name, struct instant t)
{
	strbuf_addf(out, "%s<%s>", indent, name);
	instant_format_rfc3339(out, t);
	strbuf_addf(out, "</%s>\n", name);
}

/* base + "/" + path, as it stands in XML. */
static void put_address(struct strbuf *out, const char *base_url, const char *before, const char *name, const char *after)
{
	struct slice base = slice_of(base_url);

	while (base.len_bytes && base.at[base.len_bytes - 1] == '/')
		base.len_bytes--;
	escape_url(out, base);
	strbuf_addf(out, "/%s%s%s", before, name, after);
}

static void put_entry(struct strbuf *out, const struct page_entry *entry, const struct site_writer *site,
		      const char *base_url)
{
	strbuf_addstr(out, "  <entry>\n");
	put_element(out, "    ", "title", entry->title);
	strbuf_addstr(out, "    <id>");
	put_address(out, base_url, site->address[0], entry->slug, site->address[1]);
	strbuf_addstr(out, "</id>\n    <link href=\"");
	put_address(out, base_url, site->address[0], entry->slug, site->address[1]);
	strbuf_addstr(out, "\"/>\n");
	if (instant_known(entry->date))
		put_time(out, "    ", "published", entry->date);
	put_time(out, "    ", "updated", instant_known(entry->modified) ? entry->modified : entry->date);
	if (*entry->description)
		put_element(out, "    ", "summary", entry->description);
	for (size_t i = 0; i < entry->category_count; i++)
		strbuf_addf(out, "    <category term=\"%s\"/>\n", entry->categories[i]); /* letters, digits, _ and - */
	strbuf_addstr(out, "  </entry>\n");
}

void feed_write(struct strbuf *out, const struct page_entry *const *entries, size_t count, const struct site_writer *site,
		const char *base_url)
{
	const char *path = site->feed_at_root ? strchr(site->feed_path, '/') + 1 : site->feed_path;
	struct instant updated = { 0, PRECISION_SECOND };

	if (strncmp(path, "public/", 7) == 0) /* a folder of the sources alone */
		path += 7;
	for (size_t i = 0; i < count; i++)
		if (instant_known(entries[i]->modified) && entries[i]->modified.at_us > updated.at_us)
			updated = entries[i]->modified;
	strbuf_addstr(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
			   "  <title>Postmortems</title>\n  <author><name>Postmortems</name></author>\n  <id>");
	put_address(out, base_url, "", path, "");
	strbuf_addstr(out, "</id>\n  <link rel=\"self\" href=\"");
	put_address(out, base_url, "", path, "");
	strbuf_addstr(out, "\"/>\n");
	put_time(out, "  ", "updated", updated);
	for (size_t i = 0; i < count && i < FEED_MAX; i++)
		put_entry(out, entries[i], site, base_url);
	strbuf_addstr(out, "</feed>\n");
}
