/*
 * The table of commands (commands.def) and what each says of itself. Dispatch,
 * --help, the man page, docs/commands.md and the completion are made from it.
 */
#ifndef AITIA_CLI_COMMAND_H
#define AITIA_CLI_COMMAND_H

#include "cli/cli.h"

#define WORDS_ANY ((size_t)-1)

/* A key of the answer that --json prints. "flags[].rule" is a key of the
 * objects in the array "flags". */
struct answer_key {
	const char *name;
	const char *help;
};

/* Where a command takes a query, and so --view. */
enum query_place { QUERY_NOWHERE, QUERY_WORDS /* its words, or the last of them */, QUERY_WHERE /* --where */ };

struct command_body {
	const struct option_spec *options; /* ended by OPTIONS_END; NULL: none of its own */
	size_t values_bytes;               /* of the struct that they are stored in */
	size_t words_min, words_max;       /* what is not an option */
	bool dash_words;                   /* the words may be a query: "-lang:python" */
	enum query_place query;
	size_t query_at;                   /* QUERY_WORDS: the words before the query, which no view stands for */
	const char *text;                  /* paragraphs for the help; may be "" */
	const char *const *examples;       /* pairs: command line, what it does; ended by NULL; or NULL */
	const struct answer_key *answer;   /* ended by a NULL name; NULL: no --json */
	const char *answer_text;           /* what one object stands for: "a sample" */
	/* Answers the exit status; has printed whatever went wrong. */
	int (*run)(struct cli *cli, const void *values, const struct option_words *words);
};

struct command {
	const char *name;     /* "incident create" */
	const char *synopsis; /* "TITLE" */
	const char *help;     /* one line */
	const struct command_body *body;
};

/* All of them in the order of the table, ended by a NULL name. */
const struct command *commands(void);
/* The command whose name is args[0] or args[0] args[1]; *used is how many of
 * the two. NULL: none. */
const struct command *command_find(const char *const *args, size_t count, size_t *used);
/* Whether commands start with this word: "incident". */
bool command_is_group(const char *word);
/* The closest name, for "did you mean"; NULL if none is near. */
const char *command_nearest(const char *word);

/* Every command that answers takes it. */
#define OPTION_JSON(type, member) \
	{ "json", 0, OPTION_FLAG, NULL, "one JSON object a line, for machines", NULL, NULL, offsetof(type, member) }

#endif
