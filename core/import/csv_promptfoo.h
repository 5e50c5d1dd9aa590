/*
 * promptfoo's CSV output (its "eval -o output.csv"): a column per prompt, headed by the
 * prompt itself, behind "[provider] " where there are several providers; a row per test,
 * with the output in the prompt's column, behind "[PASS] " or "[FAIL] reason\n---\n"
 * where something was asserted; a column per variable. Each output is a sample.
 */
#ifndef AITIA_CORE_IMPORT_CSV_PROMPTFOO_H
#define AITIA_CORE_IMPORT_CSV_PROMPTFOO_H

#include "core/import/csv_columns.h"
#include "core/import/csv_reader.h"
#include "core/import/rows.h"

struct csv_promptfoo {
	bool looked_at, is; /* the first row decides for the file */
};

bool csv_promptfoo_is(struct csv_promptfoo *self, const struct csv_columns *columns, const struct csv_row *row);
enum status csv_promptfoo_take(const struct csv_columns *columns, struct rows *rows, const struct extent *at,
			       const struct csv_row *row, struct error *err) MUST_CHECK;

#endif
