/*
 * Internal to inspect*.c: logs of Inspect (UK AI Security Institute), versions 1 and 2. The
 * names of fields are those of inspect_ai 0.3, log/_log.py, whose rules for older logs
 * (migrate_deprecated) are applied too.
 *
 * A log is one JSON object (".json") or a zip archive (".eval") with the same parts as
 * entries. Its head says how the evaluation was made and is read once; of the samples one
 * at a time is in memory, and of that one neither its events nor its store.
 */
#ifndef AITIA_CORE_IMPORT_INSPECT_H
#define AITIA_CORE_IMPORT_INSPECT_H

#include "core/base/strbuf.h"
#include "core/import/import.h"
#include "core/import/record.h"

/* A sample with its pictures; a larger one is rejected. */
#define INSPECT_SAMPLE_BYTES_MAX ((size_t)256 * 1024 * 1024)

/* ---- inspect_log.c: what is true of all samples of a log ------------------------- */

struct inspect_log {
	struct arena arena;
	const struct json *eval, *plan, *results, *error; /* any may be NULL */
	const struct json *status;
	VEC_OF(struct provenance) facts;
};

void inspect_log_init(struct inspect_log *log);
void inspect_log_release(struct inspect_log *log);
/* Keeps the member at hand, if it is of the head; else steps over it. */
enum status inspect_log_member(struct inspect_log *log, struct json_reader *reader, struct slice name,
			       struct error *err) MUST_CHECK;
/* After the last member: STATUS_INPUT when this is no log of Inspect. */
enum status inspect_log_finish(struct inspect_log *log, struct error *err) MUST_CHECK;
/* Session, model and all that the log says of its making. */
void inspect_log_describe(const struct inspect_log *log, struct record *record);
/* The scorer of a log of version 1, where samples have one score without a name. */
const char *inspect_log_scorer(const struct inspect_log *log, struct record *record);

/* ---- inspect.c, inspect_archive.c: one import --------------------------------------- */

struct inspect {
	struct import_source *source;
	struct import_sink *sink;
	struct inspect_log log;
	struct record record;
	struct strbuf raw; /* of the sample at hand */
	int64_t number;    /* its, from 1 */
};

/* The head, of which parts may stand behind the samples, from the object at hand. */
enum status inspect_read_head(struct inspect *self, struct json_reader *reader, struct error *err) MUST_CHECK;
enum status inspect_archive_run(struct inspect *self, struct error *err) MUST_CHECK;

/* ---- inspect_sample.c ------------------------------------------------------------ */

/* Fills the record, which borrows from `raw`. `attachments` stand in for the sample's own,
 * where these are kept apart from it; or NULL.
 * STATUS_INPUT: it is to be rejected. */
enum status inspect_sample_read(struct record *record, const struct inspect_log *log, struct slice raw,
				const struct json *attachments, struct error *err) MUST_CHECK;

/* ---- inspect_score.c: verdicts, errors and limits as flags ----------------------- */

/* `score` is {"value", "answer", "explanation"}; of a value that is an object there is a
 * flag for each of its members. */
void inspect_add_score(struct record *record, const char *scorer, const struct json *score,
		       const struct json *attachments);
/* "error", "limit", "invalidation" and "output" of a sample, each NULL where there is none. */
void inspect_add_error(struct record *record, const struct json *error);
void inspect_add_limit(struct record *record, const struct json *limit);
void inspect_add_invalidation(struct record *record, const struct json *invalidation);
void inspect_add_stop(struct record *record, const struct json *output);
/* Calls of tools that failed; their number is kept, and a flag for each of the first. */
void inspect_add_tool_errors(struct record *record, const struct json *messages, const struct json *attachments);

#endif
