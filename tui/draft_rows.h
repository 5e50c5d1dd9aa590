/*
 * A draft as it is written, in rows of a pane: the sections' texts line by line, below each
 * line what lint finds in it, and of every row the line of the rendered document where it is
 * read. Made on the worker: linear in the texts, but for sorting. Prose is broken at the
 * pane's width, code (between fences) is not.
 *
 * Where a section is read is found by its own lines: each section is laid out by itself, and
 * those lines are sought in the document in their order (core/diff.h). What differs there
 * (references, what the template adds) lies between lines that are the same.
 */
#ifndef AITIA_TUI_DRAFT_ROWS_H
#define AITIA_TUI_DRAFT_ROWS_H

#include "core/lint.h"
#include "core/render.h"

/* The heading of findings behind the document, with those of no section. */
#define DRAFT_FINDINGS_TITLE "Findings"

enum draft_row_kind {
	DRAFT_ROW_SECTION, /* its title; `level`: the worst that was found in it */
	DRAFT_ROW_EMPTY,   /* what belongs there */
	DRAFT_ROW_TEXT,
	DRAFT_ROW_CODE,
	DRAFT_ROW_FINDING, /* of `level` */
	DRAFT_ROW_BLANK,
};

struct draft_row {
	enum draft_row_kind kind;
	enum level level;
	const char *section; /* its key; NULL: what is behind the sections, findings of the record */
	size_t line;         /* of the section's text, from 1; 0: none */
	size_t findings;     /* DRAFT_ROW_SECTION: how many */
	bool goes_on;        /* the row before has the beginning of the same line or finding */
	struct slice text;
	size_t place;        /* line of the rendered document */
};

struct draft_text_request {
	const struct incident *incident;   /* its texts are borrowed by the rows */
	const struct lint_report *report;  /* waived findings are left out */
	const struct renderer *renderer;
	const struct rich_text *shown;     /* the rendered document … */
	int shown_columns;                 /* … and the width that it was laid out for */
	int columns;                       /* of a row's text */
};

/* In the arena; *count of them. */
const struct draft_row *draft_rows(struct arena *arena, const struct draft_text_request *request, size_t *count);

#endif
