/*
 * A page edited by hand, taken back: three steps, each of which may refuse, so that nothing is
 * taken that would not stand on the page again.
 *
 * 1. markdown_adopt.c lays the page beside the one that was written. What differs outside of prose
 *    (front matter, tables, samples, notes) stays where it is, and is named with its line.
 * 2. Of prose that differs the blocks that are as they were keep the record's own text; the others
 *    are read through the site's escapes (adopt_text.c), most readable form first.
 * 3. The page is written anew with that text. Only if readers see in it what the hand wrote
 *    (markdown_adopt_seen.c: as HTML, without what sites write differently) the text is taken.
 */
#ifndef AITIA_TEMPLATES_ADOPT_H
#define AITIA_TEMPLATES_ADOPT_H

#include "templates/postmortem.h"

/* See core/render.h. */
enum status adopt_page(struct arena *arena, const struct postmortem_input *input, const struct incident *whole,
		       const struct site_writer *site, struct slice page, struct adopted *out, struct error *err) MUST_CHECK;

/* How punctuation that was a reference, or behind a backslash, stands in the record. */
enum adopt_form { ADOPT_BARE, ADOPT_ESCAPED, ADOPT_REFERENCES, ADOPT_FORMS };

/* A block of the page as Markdown for the record; `notes` as in struct page_map. False: it holds
 * HTML that the site's writer does not make. */
bool adopt_text(struct strbuf *out, const struct site_writer *site, struct slice block, const struct page_map *map,
		enum adopt_form form);
/* What readers see of a text of the page, to be compared. */
void adopt_seen(struct strbuf *out, const struct site_writer *site, struct slice text, const struct page_map *map);
/* The note's name whose mark begins at text[at]; *len of the mark. NULL: none does. */
const char *adopt_note_at(const struct site_writer *site, struct slice text, size_t at, const struct page_map *map, size_t *len);
/* The character that the reference at text[at] stands for; *len of it. 0: it is none. */
uint32_t adopt_reference_at(struct slice text, size_t at, size_t *len);

#endif
