/*
 * What the command line prints. Everything that came from outside (code, file
 * names, rule ids, messages) passes out_clean() or a function that calls it, so
 * that it cannot act on a terminal: the same marks as on the screens
 * (utf8_mark), whether standard output is a terminal or not.
 *
 * Results go to standard output, everything else to standard error.
 */
#ifndef AITIA_CLI_OUTPUT_H
#define AITIA_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/attr.h"
#include "core/base/instant.h"
#include "core/base/slice.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"

enum tone { TONE_PLAIN, TONE_STRONG, TONE_MUTED, TONE_GOOD, TONE_WARNING, TONE_ERROR, TONE_HIT };

/* Appends one line's text: controls (line feeds too), bidi and invisible
 * characters as marks, invalid UTF-8 as U+FFFD. */
void out_clean(struct strbuf *out, struct slice text);
/* The same as one word of a shell: 'level:error after:"2026-04-03 09:00"'. */
void out_shell(struct strbuf *out, const char *text);
/* The same for several lines: line feeds and their CRs end lines, tabs become blanks
 * up to every 8th column, each line is preceded by `indent`. Ends in a line feed. */
void out_clean_lines(struct strbuf *out, struct slice text, const char *indent);
/* A time for a reader: to the second at most. In the arena. */
char *out_time(struct arena *arena, struct instant t);
/* Exactly `columns` wide: cut with an ellipsis or filled with blanks; with 0
 * columns it is as wide as it is. */
void out_clean_fit(struct strbuf *out, const char *text, int columns);

/* Until the next call, what the query looks for in `text` (and in pieces of it) comes in
 * TONE_HIT wherever the functions above print it; NULL: nothing. Where there are no tones
 * nothing is looked for. */
struct query;
void out_mark(const struct query *query, struct slice text);
/* Starts and ends (TONE_PLAIN) a tone; nothing unless standard output is a
 * terminal, $NO_COLOR is empty and $TERM is not "dumb". */
void out_tone(struct strbuf *out, enum tone tone);
/* Columns of the terminal on standard output; 0 if it is none: do not cut. */
int out_columns(void);

/* Writes to standard output and empties the buffer. */
void out_flush(struct strbuf *out);
/* One line of a JSON answer: adds the line feed. */
void out_json(struct strbuf *line);
/* Formatted text to standard output, as it is: for our own words. */
void out_printf(const char *format, ...) PRINTF_LIKE(1, 2);

/* "aitia: sentence" on standard error. */
void out_error(const char *format, ...) PRINTF_LIKE(1, 2);
/* Whether a person reads standard error, who is told what a script sees for itself. */
bool out_is_watched(void);
/* A line on standard error without the prefix. */
void out_note(const char *format, ...) PRINTF_LIKE(1, 2);

/* A bar on standard error, when that is a terminal; out_progress_end() wipes it. */
void out_progress(const char *name, unsigned long long done, unsigned long long total, long long records);
/* Likewise what is under way, where nobody knows how far it is: "comparing …". */
void out_under_way(const char *name);
void out_progress_end(void);

/* Whether all of standard output could be written; to be asked at the end. */
enum status out_finish(struct error *err) MUST_CHECK;

#endif
