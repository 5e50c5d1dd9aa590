/* What an import says: of a file, and of all of them. */
#ifndef AITIA_CLI_IMPORT_REPORT_H
#define AITIA_CLI_IMPORT_REPORT_H

#include "cli/config.h"
#include "cli/import_run.h"
#include "core/base/json.h"

void import_report_text(const char *file, const struct batch *batch);
/* `notes`: what was noted of the file, sentences. */
void import_report_json(const char *file, const struct batch *batch, const char *const *notes, size_t note_count);
/* The JSON answer for a file of which nothing was taken. */
void import_report_error(const char *file, const char *error, const char *const *notes, size_t note_count);
/* Their member of an answer. */
void import_report_notes(struct json_writer *json, const char *const *notes, size_t count);

/* `names` are all of `count` or the first of them. */
void import_report_passed(const char *const *names, size_t name_count, size_t count, bool verbose);
void import_report_failed(const char *const *names, size_t name_count, size_t count);
void import_report_totals(const struct import_totals *totals, bool dry_run);

/* --list-formats */
void import_report_formats(const struct config *config, bool json);

#endif
