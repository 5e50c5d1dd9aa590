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
	const char *key_slug;     /* the key as a slug, [a-z0-9-]: stays when the title changes */
	const char *permalink;    /* "/postmortems/inc-2026-0001/": for sites that ask for one */
	struct instant begun;     /* when the record was made: never changes */
	struct instant date;      /* unknown: none is written */
	struct instant modified;
	const char *const *tags;
	size_t tag_count;
	const char *const *categories;
	size_t category_count;
};

/* Where a file beside a page goes, FOLDER KEY-SLUG BETWEEN NAME, and what stands before its
 * name in the page's link. */
struct site_beside {
	const char *folder, *between;
	bool at_root;      /* under the site's root, not where pages are */
	const char *link;  /* NULL: NAME alone is the link, since the page is the folder's own */
};

enum { SITE_SPAN_BEGINS = 1, SITE_SPAN_ENDS = 2 };

struct site_writer {
	const char *name;         /* as in sites.def */
	/* A line of cleaned text as Markdown that shows exactly that text. */
	void (*text)(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges);
	/* Code as it must stand within a span or block; NULL: as it is. `uncode`
	 * takes that back, to check what a page holds. */
	void (*code)(struct strbuf *out, struct slice code);
	void (*uncode)(struct strbuf *out, struct slice code);
	/* Marks of ASCII that must not stand in the front matter, since the site or its themes
	 * put them unescaped into pages or programs: there their full-width likenesses stand,
	 * which mean nothing. NULL: all may. The page itself is exact. */
	const char *bare_marks;
	/* A value of the front matter, quotes included. */
	void (*scalar)(struct strbuf *out, struct slice line);
	void (*link_dest)(struct strbuf *out, struct slice url);
	/* What stands around a block and around a span of code whose every mark is a
	 * reference, where raw HTML reaches the reader; NULL where it does not. */
	const char *pre_open, *pre_close, *span_open, *span_close;
	/* Whether the site would act on that code in a fence; NULL: on none. */
	bool (*acts_on_code)(struct slice language, struct slice code);
	const char *strike_open, *strike_close; /* around what is struck through */
	const char *task_open, *task_done;      /* before a task of a list, blank at the end */
	const char *fence_words;  /* behind a fence's language; NULL: none */
	const char *hard_break;   /* behind a line that ends early, before its LF */
	int list_indent_columns;  /* least indent of what belongs to a list item */
	bool flat_fences;         /* fences within lists and quotes are not read */
	bool title_in_body;       /* the page opens with "# Title" */
	bool relative_links;      /* kept; else they are text, since sites refuse to be built with dead ones */
	bool links_in_markdown;   /* a link to a page leads there only if the site reads it as Markdown */
	bool plain_hosts;         /* only links to such: one to "xn--a" ends the build */
	bool no_images;           /* images become links to them */
	bool notes_in_html;       /* the site's Markdown has no footnotes of its own (notes.h) */
	/* A box that stands out, LF at the end; NULL: a quote with a bold lead. */
	void (*note)(struct strbuf *out, const char *title, const char *body);
	/* Whether the site would change that text, although it is escaped, by rules that look
	 * at what the reader sees; NULL: never. Such blocks are written as HTML. Code between
	 * tags stands between SITE_SPAN_BEGINS and SITE_SPAN_ENDS, which no cleaned text holds. */
	bool (*alters)(struct slice text);
	/* The page's path under the site's content folder, in the arena. */
	const char *(*path)(struct arena *arena, const struct site_page *page);
	/* NULL: the site knows none. */
	void (*front_matter)(struct strbuf *out, const struct site_page *page);
	/* Makes the file's bytes of the body's Markdown; NULL: front matter and the body. */
	void (*document)(struct strbuf *out, const struct site_page *page, struct slice body);
	/* Pages about pages: the path of the first one; what stands around the names of the
	 * others, lists_at[0] NAME lists_at[1], and around a page's name in a link from the
	 * first one and from a list. */
	const char *index_path;
	const char *lists_at[2], *link_from_index[2], *link_from_list[2];
	/* Where a feed goes, NULL: the site makes one of its own; and what stands around a
	 * page's name in its address. */
	const char *feed_path;
	bool feed_at_root;
	const char *address[2];
	struct site_beside files, images; /* for programs; and what the page itself shows */
	const char *summary_path; /* of a list of all pages that the site reads, or NULL */
};

#define SITE(name, content, key, configs, wiring, help) extern const struct site_writer site_##name;
#include "templates/sites.def"

/* By name, or NULL. */
const struct site_writer *site_find(const char *name);
const struct site *site_list(size_t *count);

/* Shared by all writers. `text` is cleaned here; `line` and `code` must be clean. */
void site_put_text(const struct site_writer *site, struct strbuf *out, struct slice raw,
		   enum escape_context context, unsigned edges);
/* Full-width likenesses of all marks, which mean nothing to any site. */
void site_put_likeness(struct strbuf *out, struct slice line);
/* Code, in site_code.c. Inline code; in a cell, code that holds a pipe is written as
 * text where there is no raw HTML: sites disagree on how a code span there escapes it. */
void site_put_code_span(const struct site_writer *site, struct strbuf *out, struct slice line,
			enum escape_context context);
/* A fenced block, LF at the end, whose fence is longer than any in the code, or, where
 * the site would act on it, one line of HTML. `nested`: within a list or a quote. A
 * language is named if it is one of languages.def: sites draw diagrams of others. */
void site_put_code_block(const struct site_writer *site, struct strbuf *out, const char *language,
			 struct slice code, bool nested);
/* Whether a block of HTML on a page is site_put_code_block()'s; its code then. */
bool site_read_pre(const struct site_writer *site, struct slice html, struct strbuf *code);
bool site_is_span_tag(const struct site_writer *site, struct slice html);
/* That, or a tag of a note (notes.c), or of text struck through. */
bool site_is_own_tag(const struct site_writer *site, struct slice html);
/* Whether links to it are made, and pictures of it shown. */
bool site_links_to(const struct site_writer *site, struct slice url);
bool site_shows_image(const struct site_writer *site, struct slice url);
/* [text](url) for web and mail addresses, else the text and the address as text.
 * An empty text shows the address. */
void site_put_link(const struct site_writer *site, struct strbuf *out, struct slice text, struct slice url,
		   enum escape_context context);
/* Text whose web addresses become links. */
void site_put_linked(const struct site_writer *site, struct strbuf *out, struct slice raw,
		     enum escape_context context);
void site_put_note(const struct site_writer *site, struct strbuf *out, const char *title, const char *body);
/* The path of a file beside the page of that slug, and the page's link to it; in the arena. */
const char *site_beside_path(struct arena *arena, const struct site_beside *beside, const char *slug, const char *name);
const char *site_beside_link(struct arena *arena, const struct site_beside *beside, const char *slug, const char *name);
/* The file of a page: front matter, what the site would change as HTML, or a document. */
void site_put_document(const struct site_writer *site, struct strbuf *out, const struct site_page *page,
		       struct slice body);
/* Lines of YAML front matter: name: "text" and name: ["a", "b"]. */
void site_put_field(const struct site_writer *site, struct strbuf *out, const char *name, const char *text);
void site_put_field_list(const struct site_writer *site, struct strbuf *out, const char *name,
			 const char *const *items, size_t count);
/* name: 2026-04-23T00:00:00Z; nothing if it is not known. */
void site_put_date(struct strbuf *out, const char *name, struct instant t);
/* A box as directives know it, "opening[Title]" … ":::". */
void site_put_directive(const struct site_writer *site, struct strbuf *out, const char *opening, const char *title,
			const char *body);
/* White space that sites take away: at the code's ends, but for its last LF; at any line's. */
bool site_code_is_ragged(struct slice code);
bool site_code_trails(struct slice code);
/* Whether the text holds one of the words, a list that ends in NULL. */
bool site_has_any(struct slice text, const char *const *words);

#endif
