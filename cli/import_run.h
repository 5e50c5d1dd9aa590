/*
 * The files of one import, one after another: each is a batch of its own, so that a bad
 * one does not cost the others; what is said of each, and of all at the end.
 */
#ifndef AITIA_CLI_IMPORT_RUN_H
#define AITIA_CLI_IMPORT_RUN_H

#include "cli/cli.h"
#include "cli/import_preview.h"
#include "cli/import_rejects.h"
#include "cli/import_walk.h"
#include "core/import/import.h"

struct import_totals {
	size_t files;                /* taken */
	size_t failed, passed;
	int64_t records, imported, updated, duplicates, rejected;
};

struct import_run {
	struct cli *cli;
	struct store *store;         /* of a dry run: preview's */
	struct import_preview *preview; /* NULL: it is no dry run */
	struct import_rejects *rejects; /* NULL: they are not kept */
	struct import_options options;  /* the callbacks and their context are filled in by import_run_all() */
	const struct import_inputs *inputs;
	int64_t rejects_named;       /* at most so many of a file */
	bool verbose;
	bool json;

	/* the file under way */
	const struct import_input *input;
	const char *title;           /* for the bar */
	int64_t rejected;
	struct arena notes_arena;
	VEC_OF(const char *) notes;  /* sentences, for the JSON answer */

	struct import_totals totals;
	struct arena passed_arena;
	VEC_OF(const char *) passed; /* names, with the reason if verbose */
	VEC_OF(const char *) failed; /* names, in the same arena */
};

/* The exit status. Everything has been printed. */
int import_run_all(struct import_run *run);

#endif
