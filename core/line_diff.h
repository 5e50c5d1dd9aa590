/* What differs between two texts, line by line, as diff -u shows it. */
#ifndef AITIA_CORE_LINE_DIFF_H
#define AITIA_CORE_LINE_DIFF_H

#include "core/base/slice.h"
#include "core/base/strbuf.h"

/* Appends "--- old_name", "+++ new_name" and hunks with three lines around each change;
 * nothing if the texts are equal. Stretches of more than 1,000 changed lines on a side
 * are shown whole, as removed and added; a last line without LF is shown like others. */
void line_diff(struct strbuf *out, const char *old_name, struct slice old_text, const char *new_name,
	       struct slice new_text);

#endif
