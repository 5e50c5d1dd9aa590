/*
 * One writer per documentation site: how it wants text, code, links, front
 * matter and paths. Everything else (the document's order, the walk over
 * people's Markdown) is shared and takes this table, so that a new site is one
 * file with one table. What each site needs was tried, not read: the comments
 * in site_*.c say what breaks without it.
 */
#ifndef AITIA_TEMPLATES_SITE_H
#define AITIA_TEMPLATES_SITE_H

#include "core/render.h"
#include "templates/escape.h"

/* What front matter and paths are made from; strings may hold anything. */
struct site_page {
	const char *key;          /* "INC-2026-0001" */
	const char *title;
	const char *description;  /* plain text, one line; "" if there is none */
	const char *slug;         /* [a-z0-9-], at most 80 bytes, never empty */
	const char *key_slug;     /* the key alone as a slug: stays when the title changes */
	struct instant date;      /* unknown: none is written */
	struct instant modified;
	const char *const *tags;
	size_t tag_count;
	const char *const *categories;
	size_t category_count;
};

struct site_writer {
	const char *name;         /* as in sites.def */
	/* A line of cleaned text as Markdown that shows exactly that text. */
	void (*text)(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges);
	/* Code as it must stand within a span or block; NULL: as it is. `uncode`
	 * takes that back, to check what a page holds. */
	void (*code)(struct strbuf *out, struct slice code);
	void (*uncode)(struct strbuf *out, struct slice code);
	/* A value of the front matter, quotes included. */
	void (*scalar)(struct strbuf *out, struct slice line);
	void (*link_dest)(struct strbuf *out, struct slice url);
	const char *hard_break;   /* behind a line that ends early, before its LF */
	int list_indent_columns;  /* least indent of what belongs to a list item */
	bool title_in_body;       /* the page opens with "# Title" */
	/* The page's path under the output folder, in the arena. */
	const char *(*path)(struct arena *arena, const struct site_page *page);
	/* NULL: the site knows none. */
	void (*front_matter)(struct strbuf *out, const struct site_page *page);
	/* Pages that are the same for every incident (an index), or NULL. */
	const struct page *(*shared_pages)(size_t *count);
};

#define SITE(name, help) extern const struct site_writer site_##name;
#include "templates/sites.def"

/* By name, or NULL. */
const struct site_writer *site_find(const char *name);
const struct site *site_list(size_t *count);

/* Shared by all writers. `text` is cleaned here; `line` and `code` must be clean. */
void site_put_text(const struct site_writer *site, struct strbuf *out, struct slice raw,
		   enum escape_context context, unsigned edges);
/* Inline code. In a cell, code that holds a pipe is written as text: sites
 * disagree on how a code span there escapes it. */
void site_put_code_span(const struct site_writer *site, struct strbuf *out, struct slice line,
			enum escape_context context);
/* A fenced block, LF at the end; the fence is longer than any in the code. */
void site_put_code_block(const struct site_writer *site, struct strbuf *out, const char *language,
			 struct slice code);
/* [text](url) for web and mail addresses, else the text and the address as text.
 * An empty text shows the address. */
void site_put_link(const struct site_writer *site, struct strbuf *out, struct slice text, struct slice url,
		   enum escape_context context);
/* Text whose web addresses become links. */
void site_put_linked(const struct site_writer *site, struct strbuf *out, struct slice raw,
		     enum escape_context context);
/* A box that stands out: a quote with a bold lead. */
void site_put_note(const struct site_writer *site, struct strbuf *out, const char *title, const char *body);
/* Lines of YAML front matter: name: "text" and name: ["a", "b"]. */
void site_put_field(const struct site_writer *site, struct strbuf *out, const char *name, const char *text);
void site_put_field_list(const struct site_writer *site, struct strbuf *out, const char *name,
			 const char *const *items, size_t count);

#endif
