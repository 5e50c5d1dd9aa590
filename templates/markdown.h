/*
 * Markdown that people write, by way of libcmark: laid out for a screen, or
 * written again for a documentation site. Only markdown*.c know libcmark.
 *
 * What is written for a site comes from the parsed tree with the site's own
 * escapes, never from the source and never from cmark_render_commonmark(),
 * which damages text. Raw HTML is shown as text; links whose scheme is not
 * http, https or mailto become text. Pipe tables (at the top level), text struck through,
 * tasks and notes (markdown_marks.h) are kept.
 * Nesting is bounded, time and output are linear in the input.
 */
#ifndef AITIA_TEMPLATES_MARKDOWN_H
#define AITIA_TEMPLATES_MARKDOWN_H

#include "core/reference.h"
#include "core/render.h"
#include "templates/site.h"

/* All blocks, without a final LF. The highest heading used becomes one of
 * level section_level + 1, the others follow; level 6 is the last. */
void markdown_write(struct strbuf *out, const struct site_writer *site, struct slice markdown, int section_level);

/* A note that people define, "[^name]: text"; the text is Markdown of any blocks. */
struct markdown_note {
	const char *name;
	struct slice text;
};

/* The notes that a text defines and refers to; of a cell or of a note, those of the text around it. */
struct markdown_notes {
	const struct markdown_note *items;
	size_t count;
};

/* `take` puts what stands in a reference's place; false: the text stays as it is. `note` puts
 * what stands for a "[^name]"; the note's own text may refer to those `around`. */
struct reference_taker {
	bool (*take)(void *context, const struct reference *reference, struct strbuf *out);
	void (*note)(void *context, const struct markdown_note *note, const struct markdown_notes *around, struct strbuf *out);
	void *context;
};

/* The same, and `taker` (may be NULL) is given the references in texts: what it answers
 * stands in their place. Those in headings, links and code stay as they are. So it is with
 * notes that the text defines; without a taker they are text. */
void markdown_write_referring(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			      int section_level, const struct reference_taker *taker);
void markdown_write_line_referring(struct strbuf *out, const struct site_writer *site, struct slice markdown,
				   enum escape_context context, const struct reference_taker *taker);

/* A note's own text in one line. */
void markdown_write_note(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			 const struct reference_taker *taker, const struct markdown_notes *around);
/* What a reader sees of a line that was written so. */
void markdown_read_line(struct arena *arena, struct slice line, struct slice *text);

/* In one line, blocks joined by blanks: for table cells and list items. */
void markdown_write_line(struct strbuf *out, const struct site_writer *site, struct slice markdown,
			 enum escape_context context);

/* The text alone, in one line, cut at a word near limit_bytes with an ellipsis. */
char *markdown_plain(struct arena *arena, struct slice markdown, size_t limit_bytes);

/* See core/render.h. Tables are read cell by cell, as they are written. */
void markdown_seen(struct arena *arena, struct slice markdown, struct slice *text, struct slice *targets);

/* See core/render.h: the text is taken as it is, without the marks that are ours. */
void markdown_outline(struct arena *arena, struct slice markdown, const struct outline_block **blocks, size_t *count);

/* See core/render.h. Input beyond 16 MiB is not shown, and that is said. */
void markdown_layout(struct arena *arena, struct slice markdown, int width_columns, struct rich_text *out);

/* Reads a page (without front matter) again: no raw HTML anywhere but that which the
 * site's writer makes of code, and each of
 * the given codes, in this order, is the content of a code block, byte for
 * byte. Each code ends in LF or is empty. STATUS_INPUT says which is not. */
enum status markdown_check_page(const struct site_writer *site, struct slice page, const struct slice *codes,
				size_t count, struct error *err) MUST_CHECK;

/* Texts that a page must show, whole: its headings, cells of its tables, and all of its
 * notes in their order. */
struct page_texts {
	const struct slice *headings, *cells, *notes; /* cleaned */
	size_t heading_count, cell_count, note_count;
};
enum status markdown_check_texts(const struct site_writer *site, struct slice page, const struct page_texts *expected,
				 struct error *err) MUST_CHECK;

/* Both, of one page. */
enum status markdown_check(const struct site_writer *site, struct slice page, const struct slice *codes, size_t count,
			   const struct page_texts *expected, struct error *err) MUST_CHECK;

#endif
