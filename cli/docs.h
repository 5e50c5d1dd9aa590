/*
 * The references in docs/, made from the program's tables. `aitia docs KIND`
 * prints one; `make docs` writes the files, `make docs-check` compares them.
 */
#ifndef AITIA_CLI_DOCS_H
#define AITIA_CLI_DOCS_H

#include "core/base/arena.h"
#include "core/base/strbuf.h"

struct docs_kind {
	const char *name; /* "commands" */
	const char *file; /* "docs/commands.md" */
	const char *help;
	void (*write)(struct arena *arena, struct strbuf *out);
};

/* All of them, ended by a NULL name. */
const struct docs_kind *docs_kinds(void);

void docs_commands(struct arena *arena, struct strbuf *out); /* docs_commands.c */
void docs_man(struct arena *arena, struct strbuf *out);      /* docs_man.c */
void docs_bash(struct arena *arena, struct strbuf *out);     /* docs_bash.c */
void docs_keys(struct arena *arena, struct strbuf *out);     /* docs_words.c */
void docs_terms(struct arena *arena, struct strbuf *out);
void docs_query(struct arena *arena, struct strbuf *out);
void docs_schema(struct arena *arena, struct strbuf *out);   /* docs_schema.c */
void docs_record(struct arena *arena, struct strbuf *out);
void docs_lint(struct arena *arena, struct strbuf *out);     /* docs_lint.c */
void docs_template_names(struct arena *arena, struct strbuf *out); /* docs_templates.c */

/* What the man page and docs/commands.md both say: pairs of a name and its meaning, ended by NULL. */
extern const char *const docs_environment[];
extern const char *const docs_files[];
extern const char *const docs_statuses[];
extern const char docs_intro[];

#endif
