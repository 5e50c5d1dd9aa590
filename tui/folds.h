/*
 * Which lines of a long text are folded: prompts, agent turns, test logs, diffs of many files.
 *
 * A text is taken as blocks. A block begins with a line that says who speaks ("[tool bash]",
 * as core/import/chat.h writes it, behind an empty line or at the start) or with a file of a
 * diff ("diff --git"); a text without such lines is one block. Of a block of more than
 * FOLD_BLOCK_LINES lines the first and the last FOLD_EDGE_LINES are shown, since a log says
 * at its start what it is of, and at its end what came of it; what lies between is folded.
 */
#ifndef AITIA_TUI_FOLDS_H
#define AITIA_TUI_FOLDS_H

#include <stdbool.h>

#include "core/base/slice.h"
#include "core/base/vec.h"

#define FOLD_BLOCK_LINES 60u
#define FOLD_EDGE_LINES 20u

struct fold {
	size_t first, count; /* lines, from 0 */
	bool open;
};

struct folds {
	VEC_OF(struct fold) list; /* in order, none touches another */
};

/* All closed. Lines are what stands between line feeds; one at the end begins no line. Linear. */
void folds_find(struct slice text, struct folds *out);
/* The fold that holds a line, or NULL. */
struct fold *folds_at(const struct folds *folds, size_t line);

#endif
