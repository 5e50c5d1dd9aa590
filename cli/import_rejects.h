/*
 * --rejects FILE: the raw bytes of rejected records, framed so that the file is one of
 * their format again (before, between and after of struct importer). What one file cannot
 * hold together goes to files of its own: FILE takes the records of the first format
 * that rejects some, FILE.csv those of CSV files that come later, FILE.csv-2 those of
 * CSV files with another header.
 *
 * Each file of the run is a step: what its rejects added is kept or taken back as a
 * whole. Nothing is at the paths before import_rejects_finish().
 */
#ifndef AITIA_CLI_IMPORT_REJECTS_H
#define AITIA_CLI_IMPORT_REJECTS_H

#include "cli/import_walk.h"
#include "core/import/import.h"

struct import_rejects;

/* `path` must be somewhere where a file can be made, and none of `guarded`, which lives as
 * long as the result: STATUS_USAGE. */
enum status import_rejects_new(const char *path, const struct import_input *guarded, size_t guarded_count,
			       struct import_rejects **out, struct error *err) MUST_CHECK;
void import_rejects_free(struct import_rejects *rejects); /* NULL: nothing to do */

enum status import_rejects_add(struct import_rejects *rejects, const struct importer *importer,
			       const struct import_source *source, const struct batch_reject *reject,
			       struct error *err) MUST_CHECK;
/* Ends a file's step. */
void import_rejects_keep(struct import_rejects *rejects);
enum status import_rejects_take_back(struct import_rejects *rejects, struct error *err) MUST_CHECK;

/* Writes the files. To be asked afterwards: what was written where, and how many records
 * could not be kept, since nobody knows where they stand in their file. */
enum status import_rejects_finish(struct import_rejects *rejects, struct error *err) MUST_CHECK;
size_t import_rejects_file_count(const struct import_rejects *rejects);
const char *import_rejects_file(const struct import_rejects *rejects, size_t index, int64_t *records);
int64_t import_rejects_lost(const struct import_rejects *rejects);

#endif
