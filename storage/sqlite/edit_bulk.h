/*
 * Edits of samples at once, many or one. Row by row, judging a sample asks what stands of it, adds
 * rows, and computes its state anew, under a session that records each change; of many
 * samples nobody has judged yet, and for them all of that follows from what is said. They
 * are written by a few statements each for all of them, and their changes by changeset.h.
 * What is left is for the way row by row. Both give the same rows and the same log.
 * One sample goes this way too: for a single row, a session costs more than all else.
 */
#ifndef AITIA_STORAGE_SQLITE_EDIT_BULK_H
#define AITIA_STORAGE_SQLITE_EDIT_BULK_H

#include "storage/sqlite/edit_log.h"

#define BULK_MANY 200 /* samples for which it pays to change the settings of the connection */

/* All that an edit touches is written once, instead of whenever the cache is full: within a
 * transaction too, and set back behind it. */
void bulk_cache(struct sqlite_store *db, bool large);
/* Around the transaction of an edit of `count` samples: more of the cache, and no foreign keys
 * looked up, where there are many. (All ids are looked up by the edit itself.) */
void bulk_edit_begin(struct sqlite_store *db, size_t count);
void bulk_edit_end(struct sqlite_store *db, size_t count);

/* What is said of each, all of one reviewer on the same lines; `symptoms` by code, ascending. */
struct bulk_judgement {
	const struct annotation *annotation;
	int64_t cause;
	const int64_t *symptoms;
	size_t symptom_count;
	bool judging;      /* more than a note */
	bool keep_status;
	/* Judges a sample of which something stands; *judged is one more if that changed it. */
	enum status (*one)(void *context, int64_t sample, size_t *judged, struct error *err);
	void *context;
};

/* Judges all of `ids` (ascending, each once), in that order: those that have no standing annotation
 * by runs. *judged grows. STATUS_NOT_FOUND: one of them does not exist. Within a transaction, of
 * no group of edits. */
enum status bulk_annotate(struct sqlite_store *db, const struct bulk_judgement *said, const char *reviewer,
			  const int64_t *ids, size_t count, size_t *judged, struct edit_work *work,
			  struct error *err) MUST_CHECK;
/* Gives all that have another one this status, or wait for something else; `ids` are used up. */
enum status bulk_triage(struct sqlite_store *db, enum sample_status to, const char *until, int64_t *ids, size_t count,
			size_t *changed, struct edit_work *work, struct error *err) MUST_CHECK;

#endif
