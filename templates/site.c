#include "templates/site.h"

static const struct site_writer *const writers[] = {
#define SITE(name, help) &site_##name,
#include "templates/sites.def"
};

static const struct site sites[] = {
#define SITE(name, help) { #name, help },
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

static void put_run(struct strbuf *out, char c, size_t count)
{
	while (count--)
		strbuf_addch(out, c);
}

void site_put_code_span(const struct site_writer *site, struct strbuf *out, struct slice line,
			enum escape_context context)
{
	size_t fence = 1, blanks = 0;
	bool padded;

	while (blanks < line.len_bytes && line.at[blanks] == ' ')
		blanks++;
	if (blanks == line.len_bytes || (context == ESCAPE_CELL && memchr(line.at, '|', line.len_bytes))) {
		site->text(out, line, context, ESCAPE_WHOLE);
		return;
	}
	/* CommonMark 6.1: a span ends at a run of the same length; one blank at
	 * each end is dropped if both ends have one. */
	fence = text_longest_run(line, '`') + 1;
	padded = line.at[0] == '`' || line.at[line.len_bytes - 1] == '`' ||
		 (line.at[0] == ' ' && line.at[line.len_bytes - 1] == ' ');
	put_run(out, '`', fence);
	if (padded)
		strbuf_addch(out, ' ');
	if (site->code)
		site->code(out, line);
	else
		strbuf_addslice(out, line);
	if (padded)
		strbuf_addch(out, ' ');
	put_run(out, '`', fence);
}

void site_put_code_block(const struct site_writer *site, struct strbuf *out, const char *language,
			 struct slice code)
{
	size_t fence = text_longest_run(code, '`') + 1;

	if (fence < 3)
		fence = 3;
	put_run(out, '`', fence);
	escape_info(out, slice_of(language));
	strbuf_addch(out, '\n');
	if (site->code)
		site->code(out, code);
	else
		strbuf_addslice(out, code);
	if (code.len_bytes && code.at[code.len_bytes - 1] != '\n')
		strbuf_addch(out, '\n');
	put_run(out, '`', fence);
	strbuf_addch(out, '\n');
}

void site_put_link(const struct site_writer *site, struct strbuf *out, struct slice text, struct slice url,
		   enum escape_context context)
{
	if (!text.len_bytes)
		text = url;
	if (!url_is_safe(url)) {
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
	strbuf_addstr(out, "> **");
	site_put_text(site, out, slice_of(title), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addstr(out, "** ");
	site_put_text(site, out, slice_of(body), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addch(out, '\n');
}

static void put_scalar(const struct site_writer *site, struct strbuf *out, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	text_clean(&clean, slice_of(text), TEXT_LINE);
	site->scalar(out, strbuf_slice(&clean));
	strbuf_release(&clean);
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
