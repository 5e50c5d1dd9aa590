/* Inside a merge: merge.c drives, each part brings its own. The other store is attached
 * as "other"; temporary tables map its ids to ours. */
#ifndef AITIA_STORAGE_SQLITE_MERGE_H
#define AITIA_STORAGE_SQLITE_MERGE_H

#include "storage/sqlite/edit_log.h"

struct merging {
	struct sqlite_store *db;
	struct store *other;     /* a connection of its own to the other store */
	const char *reviewer, *path;
	const struct merge_options *options;
	struct merge_result *result;
	struct edit_work work;
	struct arena arena;
};

/* Runs statements of ours, without values. */
enum status merge_run(struct merging *merge, const char *sql, struct error *err) MUST_CHECK;
/* The first number of the first row, 0 if there is none. `value`: of ?1. */
enum status merge_number(struct merging *merge, const char *sql, struct sql_value value, int64_t *out,
			 struct error *err) MUST_CHECK;
/* One with values. */
enum status merge_run_with(struct merging *merge, const char *sql, const struct sql_value *values, size_t count,
			   struct error *err) MUST_CHECK;
void merge_conflict(struct merging *merge, const char *format, ...) PRINTF_LIKE(2, 3);

/* Samples that are new here, or newer; as an import. (merge_samples.c) */
enum status merge_samples(struct merging *merge, struct error *err) MUST_CHECK;
/* Entries of the log, annotations, the triage of samples. (merge_edits.c) */
/* Behind merge_log(): which samples and codes are the same. */
enum status merge_map(struct merging *merge, struct error *err) MUST_CHECK;
enum status merge_log(struct merging *merge, struct error *err) MUST_CHECK;
/* Behind merge_incidents(): samples wait for incidents by their keys here. */
enum status merge_annotations(struct merging *merge, struct error *err) MUST_CHECK;
/* What was said of alike samples. (merge_alike.c) */
enum status merge_alike(struct merging *merge, struct error *err) MUST_CHECK;
/* Sampling plans. (merge_plan.c) */
enum status merge_plans(struct merging *merge, struct error *err) MUST_CHECK;
/* Incidents and their members. (merge_incidents.c) */
enum status merge_incidents(struct merging *merge, struct error *err) MUST_CHECK;
/* Denominators. (exposure.c) */
enum status merge_exposures(struct merging *merge, struct error *err) MUST_CHECK;

#endif
