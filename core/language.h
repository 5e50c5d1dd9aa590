/*
 * Programming languages (languages.def): names, how files of one are called, and
 * what a highlighter must know of its lexical grammar. Names are lower case and
 * are what samples carry in `language`.
 */
#ifndef AITIA_CORE_LANGUAGE_H
#define AITIA_CORE_LANGUAGE_H

#include <stddef.h>

enum language_traits {
	LANGUAGE_PLAIN_TRAITS = 0,
	LANGUAGE_NESTED = 1 << 0,        /* block comments nest (Rust, Swift, Haskell) */
	LANGUAGE_CHAR = 1 << 1,          /* ' is a character literal of bounded length, else punctuation */
	LANGUAGE_NO_ESCAPE = 1 << 2,     /* a backslash in a string is a backslash (SQL) */
	LANGUAGE_RAW_LONG = 1 << 3,      /* … in long strings only (Go's backquotes) */
	LANGUAGE_BLANK_COMMENT = 1 << 4, /* a line comment starts a line or follows a blank (shell) */
	LANGUAGE_PREPROCESSOR = 1 << 5,  /* # as the first visible character starts a directive */
	LANGUAGE_HASH_RAW = 1 << 6,      /* r#"…"# strings (Rust) */
	LANGUAGE_ANY_CASE = 1 << 7,      /* keywords in any case (SQL) */
	LANGUAGE_MARKUP = 1 << 8,        /* words are text; only tags have structure */
	LANGUAGE_DIFF = 1 << 9,          /* lines are lines of a unified diff */
	LANGUAGE_DASH_WORD = 1 << 10,    /* - stands inside words (CSS, Clojure) */
	LANGUAGE_PROSE = 1 << 12,        /* lines are Markdown: headings, lists, code in fences */
	LANGUAGE_RAW_SINGLE = 1 << 11,   /* no escapes between single quotes (shell) */
};

/* Lists are words separated by one blank; "" is an empty list. */
struct language {
	const char *name;
	const char *other_names;    /* what people and tools also call it */
	const char *endings;        /* of paths, without the dot */
	const char *file_names;     /* whole names: "makefile dockerfile", lower case */
	unsigned traits;
	const char *line_comments;  /* "//" or "# ;" */
	const char *block_open;     /* "" if there is no block comment */
	const char *block_close;
	const char *quotes;         /* characters that delimit a string within a line */
	const char *long_quotes;    /* delimiters of strings that may span lines: "\"\"\" '''" */
	const char *keywords;
	const char *types;          /* names of built-in types and values */
};

/* By name or a common other name ("py", "c++", "golang"), in any case; NULL: unknown. */
const struct language *language_find(const char *name);
/* By the path's last component; NULL: unknown. language_of_path() in sample.h gives the name. */
const struct language *language_find_path(const char *path);
/* All of them, for completion. */
const struct language *languages(size_t *count);

#endif
