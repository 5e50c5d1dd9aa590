/*
 * Options of the command line. Each command declares its options in one table;
 * the parser, --help, the man page, docs/commands.md and the completion of
 * shells all read that table.
 *
 * Values land in a struct of the command's own, at the offset that the table
 * names, so that a command reads `options->limit` and not strings:
 *
 *     struct list_options { const char *sort; int64_t limit; };
 *     static const struct option_spec options[] = {
 *             { "limit", 0, OPTION_NUMBER, "N", "at most N rows", "50", NULL, offsetof(struct list_options, limit) },
 *             OPTIONS_END
 *     };
 *
 * Forms: --name=value, --name value, --flag, -x value, and -- which ends options.
 * Names are never abbreviated: a script must not break when an option is added.
 */
#ifndef AITIA_CLI_OPTIONS_H
#define AITIA_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/status.h"

enum option_type {
	OPTION_FLAG,   /* bool */
	OPTION_TEXT,   /* const char *; NULL unless given */
	OPTION_FILE,   /* the same, a path: for completion */
	OPTION_FOLDER, /* the same, a folder */
	OPTION_VIEW,   /* the same, a view's name */
	OPTION_LIST,   /* struct option_texts; may be given several times */
	OPTION_NUMBER, /* int64_t >= 0; -1 unless given */
	OPTION_CHOICE, /* int: index in the list named by `choices`; -1 unless given */
	OPTION_LINES,  /* struct option_lines: "7" or "7-12"; {0, 0} unless given */
};

struct option_texts {
	const char *const *items;
	size_t count;
};

struct option_lines {
	int64_t first, last;
};

struct option_spec {
	const char *name;     /* without the dashes; NULL ends the table */
	char letter;          /* 0: none */
	enum option_type type;
	const char *argument; /* as help shows it: "FILE"; NULL for flags */
	const char *help;
	const char *fallback; /* the value when it is not given, as it would be typed; or NULL */
	const char *choices;  /* name of a list of choices.h whose words it takes; or NULL */
	size_t offset;        /* in the struct of values */
};

#define OPTIONS_END { NULL, 0, OPTION_FLAG, NULL, NULL, NULL, NULL, 0 }

/* A table and the struct that its values go to. */
struct option_set {
	const struct option_spec *specs;
	void *values;
};

struct option_words {
	const char *const *items; /* what is not an option, in order; ended by NULL */
	size_t count;
};

/* Writes what stands for "not given", then the fallbacks of the tables. */
void options_reset(struct arena *arena, const struct option_set *sets, size_t set_count);

/* Parses args[0..count). With `dash_words`, an argument with a single dash that
 * is no option of one letter is a word ("-lang:python" of a query). The texts
 * are borrowed from `args`. STATUS_USAGE: which, why, and the nearest name. */
enum status options_parse(struct arena *arena, const struct option_set *sets, size_t set_count, bool dash_words,
			  const char *const *args, size_t count, struct option_words *words,
			  struct error *err) MUST_CHECK;

const struct option_spec *option_find(const struct option_spec *specs, const char *name, size_t len_bytes);

/* A whole number in decimal, 0 or more; false for anything else. */
bool option_number(const char *text, int64_t *out);

#endif
