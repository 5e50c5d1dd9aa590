/*
 * Internal to promptfoo*.c: results of promptfoo, versions 1 to 3 and the files of 2023 without
 * a number. The names of fields are those of its src/types/index.ts (EvaluateResult,
 * GradingResult, EvaluateSummaryV2 and V3, OutputFile).
 *
 *     { "evalId", "results": { "version": 3, "timestamp", "prompts", "results": [ … ] }, "metadata" }
 *     { "version": 1, "results": [ … ], "stats", "table" }
 *     [ … ]                       results alone
 *     …                           one a line, as with --output FILE.jsonl
 */
#ifndef AITIA_CORE_IMPORT_PROMPTFOO_H
#define AITIA_CORE_IMPORT_PROMPTFOO_H

#include "core/import/import.h"
#include "core/import/record.h"

/* What is true of all results of a file; any may be NULL. */
struct promptfoo_run {
	struct arena arena;
	const struct json *eval_id, *prompts, *timestamp, *created_at, *metadata, *config;
};

/* Fills the record from a result, which must be a JSON_OBJECT. False: there is neither a
 * prompt nor a response nor a verdict in it. */
bool promptfoo_result_read(struct record *record, const struct promptfoo_run *run, const struct json *result) MUST_CHECK;

/* promptfoo_grade.c: success, assertions and errors as flags. */
void promptfoo_add_flags(struct record *record, const struct json *result);

#endif
