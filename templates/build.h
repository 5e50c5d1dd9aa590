/*
 * The postmortem as data for its template: shared by the parts that build it.
 * Every text goes through the site's writer here, or is left as text for the
 * template engine to escape.
 */
#ifndef AITIA_TEMPLATES_BUILD_H
#define AITIA_TEMPLATES_BUILD_H

#include "core/base/vec.h"
#include "core/reference.h"
#include "core/render.h"
#include "templates/markdown.h"
#include "templates/site.h"
#include "templates/value.h"

#define BUILD_TEXT_MAX_BYTES 1000           /* of a tool's message, a title, an attribute */
#define BUILD_CODE_MAX_BYTES ((size_t)64 << 10)
#define BUILD_CODE_MAX_LINES 500

/* Of a reference, or what people wrote. */
struct page_note {
	struct reference reference;
	const char *name;             /* "[^name]"; NULL: it is a reference */
	struct slice text;            /* Markdown; its blocks become one line */
	struct markdown_notes around; /* what it may refer to in turn */
};

/* Prose of the record within a page that is being mapped (postmortem_map()): between these marks, which
 * text_clean() leaves in nothing that people wrote, behind the first the index of its name and PROSE_NAMED. */
#define PROSE_OPEN '\x03'
#define PROSE_NAMED '\x04'
#define PROSE_CLOSE '\x05'

/* A file beside the page. */
struct attachment {
	const char *name;             /* "osv.json" */
	struct slice content;
	bool is_image;
};

struct builder {
	struct arena *arena;
	const struct site_writer *site;
	const struct postmortem_input *input;
	const struct incident_review *review;
	VEC_OF(struct slice) codes;         /* what the page's code blocks must read back as */
	VEC_OF(struct slice) headings, cells; /* and headings, and cells (build_cell) */
	const char *slug;                   /* of the page, which its files are named by; NULL: it has none */
	VEC_OF(struct attachment) attachments;
	VEC_OF(struct page_note) notes;     /* that texts of the page refer to, each once (notes.h) */
	VEC_OF(struct slice) note_texts;    /* what they must read back as, in the order of the page */
	VEC_OF(size_t) note_order;          /* their indexes in `notes`, in the order of the page */
	bool is_mapped;                     /* prose stands between marks, until render() takes them out */
	VEC_OF(const char *) prose_names;   /* "summary", "C1" */
};

/* The parts, each an object or list; null when there is nothing. */
struct value *build_facts(struct builder *b);
/* When it began for the first cohort and was over for the last, and how long that took; "": not known, or it is not over. */
const char *build_begin(struct builder *b);
const char *build_end(struct builder *b);
/* By its status or for a cohort; else, where no end is known, nobody recorded it. */
bool build_is_open(struct builder *b);
const char *build_length(struct builder *b);
struct value *build_intervals(struct builder *b);
struct value *build_truth_table(struct builder *b);      /* milestones by cohort */
struct value *build_cohort_intervals(struct builder *b);
struct timeline_columns {
	bool certainty, cohort, sources; /* whether any entry has one to show */
};
struct value *build_timeline(struct builder *b, struct timeline_columns *has);
struct value *build_samples(struct builder *b);
enum causes_shown { CAUSES_ALL, CAUSES_TRIGGERS, CAUSES_ROOT, CAUSES_GAPS }; /* never those ruled out */
struct value *build_causes(struct builder *b, enum causes_shown shown);
struct value *build_ruled_out(struct builder *b);
struct value *build_actions(struct builder *b);

/* Helpers. Strings may be NULL: they give nothing. */
/* Sets `list` as name and whether it has any items as has_name. */
void build_set_list(struct builder *b, struct value *object, const char *name, const char *has_name,
		    struct value *list);
struct value *build_markup(struct builder *b, struct strbuf *buf, enum value_place place); /* takes and releases it */
struct value *build_text(struct builder *b, const char *text, enum escape_context context);
/* A whole cell that the page shows in any case: it is checked to read back. */
struct value *build_cell(struct builder *b, const char *text);
struct value *build_heading(struct builder *b, const char *lead, const char *text); /* `lead` is ours */
struct value *build_markdown(struct builder *b, const char *markdown, int section_level);
/* The same of a text of the record that a page may give back (adopt.h); `name` is its section's or cause's. */
struct value *build_prose(struct builder *b, const char *name, const char *markdown, int section_level);
void build_put_markdown(struct builder *b, struct strbuf *out, const char *markdown); /* for a cell */
struct value *build_markdown_cell(struct builder *b, const char *markdown);
/* A fenced block of at most BUILD_CODE_MAX; *note: what was left out, or NULL. */
struct value *build_code(struct builder *b, const char *language, struct slice code, const char **note);
struct value *build_note(struct builder *b, const char *title, const char *body);
/* Pictures of the record, as attachments: {picture, table} with the same in words. null: nothing to draw,
 * or the page has no files. */
struct value *build_timeline_chart(struct builder *b);
struct value *build_days_chart(struct builder *b);
struct value *build_found_chart(struct builder *b);
/* What programs read of the incident, as attachments and as links to them. */
struct value *build_files(struct builder *b);
/* `out` holds one line: what is put behind something opens no block. */
void build_put(struct builder *b, struct strbuf *out, const char *text, enum escape_context context);
/* "first_impact" as "first impact". */
const char *build_words(struct builder *b, const char *word);
/* At most BUILD_TEXT_MAX_BYTES of it. */
const char *build_clip(struct builder *b, const char *text);
static inline bool build_has(const char *text)
{
	return text && *text;
}

#endif
