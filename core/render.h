/*
 * The port to the renderer (templates/): documents for sites, Markdown for the
 * screen. Pure: no files, no clock, the same input gives the same bytes.
 */
#ifndef AITIA_CORE_RENDER_H
#define AITIA_CORE_RENDER_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/strbuf.h"
#include "core/facets.h"
#include "core/incident_review.h"
#include "core/outline.h"
#include "core/sample.h"

struct postmortem_review;

/* A template in Mustache; its texts are borrowed. */
struct page_template_part {
	const char *name;          /* as {{>name}} calls it */
	struct slice text;
};
struct page_template {
	const char *name;          /* "brief"; of a team's own as errors name it: "team/brief.mustache" */
	const char *help;          /* one line; "" if there is none */
	struct slice text;
	bool is_public;            /* made for users: it is shown to the public alone */
	const struct page_template_part *parts; /* of its own, before built-in ones */
	size_t part_count;
};

/* A name that templates can use. */
struct template_name {
	const char *path;          /* "timeline[].when" */
	const char *type;          /* "cell" */
	const char *help;
};

/* What a postmortem is made from. */
struct postmortem_input {
	const struct incident *incident;
	const struct incident_review *review;     /* of it; NULL: made without a store's help */
	const struct codebook *codebook;
	const struct sample *const *samples;      /* to show: some core members, at most a handful */
	const struct annotation *const *annotations; /* of each: the standing one, or NULL */
	size_t sample_count;
	bool illustrative;
	const struct postmortem_review *postmortem; /* how far it is; NULL: nothing is said of it */
	bool is_public;                           /* for readers outside (audience.h) */
	bool withheld;                            /* parts were left out that these readers are not to see */
	const struct page_template *page_template; /* NULL: the one that holds everything */
	const struct facet_list *days, *found;    /* its members by day produced, by standing cause; NULL: not counted */
	struct slice document;                    /* the apply document, which goes beside the page; absent: none does */
};

/* One page of a site: where it belongs under the site's content folder and its bytes. */
struct page {
	const char *path;      /* relative: "postmortems/inc-2026-0001.md" */
	struct slice content;
	bool at_root;          /* under the site's root instead: files that it serves as they are */
	bool is_menu; /* lists pages, one link a line; of a site's own, what it lacks is told */
};

/* What indexes and feeds say of a page; strings in the arena of whoever made it. */
struct page_entry {
	const char *key, *title;
	const char *description;   /* plain text, one line; "" if there is none */
	const char *slug;          /* the page's name on the site, as links need it */
	struct instant date, modified;
	enum severity severity;
	enum incident_status status;
	const char *const *categories; /* of causes that were not ruled out, each once */
	size_t category_count;
	const char *const *models; /* served, of the samples shown, each once */
	size_t model_count;
};

struct site {
	const char *name;      /* "hugo" */
	const char *help;
	const char *content;   /* folder of pages under the site's root, "" is the root itself */
	const char *content_key; /* under which the configuration names another one; "": nowhere */
	const char *configs;   /* files that tell a root, separated by blanks; "": none */
	const char *wiring;    /* what the configuration needs so that readers find the pages; "": nothing */
};

/* What a page that people edited by hand gives back. Strings in the arena. */
struct adopted_text {
	const char *name;      /* a section's key, or "C1": that cause's statement */
	const char *text;      /* Markdown, as the record is to have it */
};
struct adopt_refusal {
	size_t line;           /* of the page, from 1 */
	const char *reason;
};
struct adopted {
	const struct adopted_text *texts;
	size_t count;
	const struct adopt_refusal *refusals; /* what was edited and stays in the page alone, by line */
	size_t refusal_count;
};

/* Markdown laid out for a screen of a given width. */
enum rich_style {
	RICH_PLAIN, RICH_HEADING, RICH_EMPHASIS, RICH_STRONG, RICH_CODE, RICH_LINK, RICH_QUOTE, RICH_RULE, RICH_MUTED
};
struct rich_span {
	enum rich_style style;
	const char *text;      /* clean UTF-8 (still to pass the screen's door) */
};
struct rich_line {
	const struct rich_span *spans;
	size_t count;
	int indent_columns;
	size_t source_line;    /* of the Markdown, from 1, on which its block begins */
};
struct rich_text {
	const struct rich_line *lines;
	size_t count;
};

struct renderer {
	/* The sites that can be written; *count of them. */
	const struct site *(*sites)(size_t *count);
	/* The incident's page(s) for a site. STATUS_USAGE: unknown site;
	 * STATUS_INPUT: a template's or the Markdown's fault, named. */
	enum status (*postmortem)(struct arena *, const struct postmortem_input *, const char *site,
				  const struct page **pages, size_t *count, struct error *);
	/* Takes back what people edited in the prose of a page that postmortem() made of `input`; `whole`
	 * has the record's own texts, which readers of the page may not be shown. STATUS_USAGE: the site's
	 * pages give nothing back. */
	enum status (*adopt)(struct arena *, const struct postmortem_input *, const struct incident *whole, const char *site,
			     struct slice page, struct adopted *out, struct error *);
	/* What indexes say of that page. */
	void (*entry)(struct arena *, const struct postmortem_input *, const char *site, struct page_entry *out);
	/* Pages about all pages: lists by date, cause, severity, model and status, navigation
	 * and, with the address where the site is on the web, a feed (Atom, RFC 4287). */
	enum status (*indexes)(struct arena *, const struct page_entry *, size_t entry_count, const char *site,
			       const char *base_url, const struct page **pages, size_t *count, struct error *);
	/* The templates that it has itself, or the parts that they share. */
	const struct page_template *(*templates)(struct arena *, bool parts, size_t *count);
	/* What templates can say, in the arena. */
	const struct template_name *(*template_names)(struct arena *, size_t *count);
	/* Whether a template can be read and fits the data: each fault as "name:line: reason"; how many. */
	size_t (*template_faults)(struct arena *, const struct page_template *,
				  void (*found)(void *context, const char *fault), void *context);
	/* What stands in the place of a page whose incident was withdrawn. */
	enum status (*notice)(struct arena *, const char *key, const char *site, struct slice *content, struct error *);
	/* The document as plain Markdown, as the preview shows it (no front matter). */
	enum status (*draft)(struct arena *, const struct postmortem_input *, struct slice *markdown,
			     struct error *);
	/* Any Markdown as readers see it: *text is what it says, blocks apart, without marks and
	 * escapes; *targets what links and images lead to, and their titles, one a line. */
	void (*seen)(struct arena *, struct slice markdown, struct slice *text, struct slice *targets);
	/* What headings, fences and HTML stand at the top level of any Markdown, in its order. */
	void (*outline)(struct arena *, struct slice markdown, const struct outline_block **blocks, size_t *count);
	/* Any Markdown as lines of at most width columns. */
	void (*layout)(struct arena *, struct slice markdown, int width_columns, struct rich_text *out);
};

#endif
