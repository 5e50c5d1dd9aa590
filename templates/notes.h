/*
 * References in texts ("[[s:123]]", core/reference.h) and the notes that people write
 * ("[^name]", markdown_marks.h) as numbered notes of a page.
 *
 * While the page is built each reference leaves a mark that no text of users can hold; once
 * the page stands, marks get numbers in its order and the site's form, and the notes follow
 * at its end. So it does not matter which sections a template shows, nor in which order.
 *
 * Sites whose Markdown has footnotes get those ("[^1]"), the others links and a list, whose
 * tags are the only ones let through (site_is_own_tag). What a note may say follows from the
 * page: a sample that it does not show, or a part that its readers are not to see, is named
 * by number alone.
 */
#ifndef AITIA_TEMPLATES_NOTES_H
#define AITIA_TEMPLATES_NOTES_H

#include "core/reference.h"
#include "templates/build.h"
#include "templates/markdown.h"

/* For texts of this page; the builder must outlive it. */
struct reference_taker notes_taker(struct builder *b);
/* Numbers for marks, the notes at the end; what these must read back as is in the builder then. */
void notes_finish(struct builder *b, struct strbuf *body);

#endif
