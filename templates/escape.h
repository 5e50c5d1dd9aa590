/*
 * The door for text into pages. Two steps, always in this order:
 *
 * 1. text_clean(): any bytes to clean UTF-8. Invalid sequences become U+FFFD;
 *    controls and what is invisible (bidi, zero width, tags) become visible
 *    marks, "<U+202E>"; CR and CRLF become LF. Cleaning twice changes nothing.
 * 2. an escape for the place where the text goes. Escapes take cleaned text.
 */
#ifndef AITIA_TEMPLATES_ESCAPE_H
#define AITIA_TEMPLATES_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/strbuf.h"

enum text_shape {
	TEXT_BLOCK, /* LF and tab stay */
	TEXT_LINE,  /* LF and tab become a blank each */
};

void text_clean(struct strbuf *out, struct slice raw, enum text_shape shape);
struct slice text_clean_slice(struct arena *arena, struct slice raw, enum text_shape shape);

/* Where a piece of text stands in the Markdown around it. */
enum escape_context { ESCAPE_PROSE, ESCAPE_CELL, ESCAPE_HEADING };
enum {
	ESCAPE_LINE_START = 1, /* it may open a line: "- x", "1. x" and leading blanks are disarmed */
	ESCAPE_LINE_END = 2,   /* it may end a line: a trailing blank is disarmed */
	ESCAPE_WHOLE = ESCAPE_LINE_START | ESCAPE_LINE_END,
};

/*
 * One line of text as Markdown that shows exactly that text.
 *
 * escape_numeric(): every ASCII punctuation mark but , ; ( ) ? / is a numeric
 * character reference. It holds on every site that was tried (template
 * languages, shortcodes, directives, smart punctuation), which backslashes do
 * not: "\{{<" is still a shortcode, "\<" means nothing to Python-Markdown.
 *
 * escape_numeric_all(): ( ) / and letters behind digits too, since extensions of
 * Python-Markdown make signs of "(c)", "1/2" and "1st".
 *
 * escape_backslash(): readable; right where CommonMark or GFM is all there is.
 */
void escape_numeric(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges);
void escape_numeric_all(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges);
void escape_backslash(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges);

/* HTML text and attribute values: & < > " */
void escape_html(struct strbuf *out, struct slice text);

/* A YAML scalar, quotes included, written as JSON writes strings: the one form
 * that PyYAML, Psych, js-yaml and go-yaml all read back to the same text. */
void escape_yaml(struct strbuf *out, struct slice text);

/* A link's destination: what is no plain URL character is percent-encoded, and
 * & is a reference, so that the result is safe between ( and ). */
void escape_url(struct strbuf *out, struct slice url);

/* Whether a link to it may be made: http, https, mailto, or no scheme at all. */
bool url_is_safe(struct slice url);
/* Whether it names a place on the web: http or https, a host in ASCII that programs
 * do not refuse to read, and UTF-8 in what is percent-encoded. */
bool url_is_web(struct slice url);
/* Whether its host has a label "xn--…": a name in another script, in letters that may stand
 * for none: some programs do not read such an address. */
bool url_has_encoded_host(struct slice url);
/* Whether it says of what kind it is: "https:", "mailto:". */
bool url_has_scheme(struct slice url);
/* The next http or https address that stands as a word of its own at or behind `from`;
 * brackets, quotes and punctuation around it belong to the sentence. Absent: none. */
struct slice url_next(struct slice text, size_t from);

/* [a-z0-9-], no "-" at the ends or twice; at most limit bytes. */
void escape_slug(struct strbuf *out, struct slice text, size_t limit_bytes);

/* The language word behind a fence: [A-Za-z0-9_+#.-], at most 40 bytes. Sites
 * read more out of it ("title=", "{1,3}"). */
void escape_info(struct strbuf *out, struct slice language);

/* Whether the colon at `at` could open the name of an emoji: ":heart:", and the ":b:" of "a::b::c" too.
 * Of digits alone there are ":100:" and ":1234:", so that times of day stay. */
bool text_opens_emoji(struct slice text, size_t at);

/* A blank other than the ASCII one: no-break, of some width, ideographic. */
bool text_is_wide_blank(uint32_t c);

/* The longest run of `c` in the text: a code span's or fence's must be longer. */
size_t text_longest_run(struct slice text, char c);

#endif
