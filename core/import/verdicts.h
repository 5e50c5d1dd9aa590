/*
 * Verdicts that stand in a second file, joined to samples by id: what an evaluation said
 * of predictions that were written before it. The table lies in memory: as large as the
 * ids and messages of that file, of which one value (a line of JSON Lines; a whole report)
 * may have 64 MiB.
 *
 * The forms: rows with an id and a verdict, one a line or in an array; an object of
 * verdicts by id ({"astropy__astropy-7746": {"resolved": true}}, or true, or "pass");
 * reports of the SWE-bench harness, lists of ids under the names of results; eval_results
 * of EvalPlus.
 */
#ifndef AITIA_CORE_IMPORT_VERDICTS_H
#define AITIA_CORE_IMPORT_VERDICTS_H

#include "core/sample.h"
#include "core/base/status.h"

struct verdicts;

/* STATUS_INPUT when it cannot be read, is broken or has no verdict that is understood. */
enum status verdicts_open(struct verdicts **out, const char *path, struct error *err) MUST_CHECK;
void verdicts_close(struct verdicts *verdicts);
/* Of the file's content. */
struct digest verdicts_digest(const struct verdicts *verdicts);

/* Before each file of samples: of several verdicts with one id, the first sample of that
 * id takes the first. */
void verdicts_rewind(struct verdicts *verdicts);
/* The flags of the sample's verdict, which live as long as the table; 0 without one. A
 * single verdict goes to every sample of its id. */
size_t verdicts_find(struct verdicts *verdicts, const struct sample *sample, const struct flag **flags);

/* Since it was opened. */
struct verdict_counts {
	int64_t verdicts;  /* in the file */
	int64_t unmatched; /* of them, without a sample */
	int64_t without;   /* samples without a verdict */
};
struct verdict_counts verdicts_count(const struct verdicts *verdicts);

/* Whether a report lists ids under this name: "resolved", "empty_patch_ids", … */
bool verdicts_is_list(struct slice name);

#endif
