/*
 * Inside the in-memory engine. Values are never changed once they are in the
 * store, only replaced; so an edit is a list of (cell, value before, value
 * after), and undoing it means putting the values before back.
 */
#ifndef AITIA_TESTS_SUPPORT_FAKE_STATE_H
#define AITIA_TESTS_SUPPORT_FAKE_STATE_H

#include "core/base/vec.h"
#include "tests/support/fake_store.h"

struct fake_triage {
	enum sample_status status;
	enum verdict disposition;
	enum severity severity;   /* of the newest standing annotation that has one */
	const char *cause;        /* likewise; or NULL */
	int64_t version;
	const char *deferred_until;
};

struct fake_sample {
	struct sample content;    /* triage fields unset: see triage */
	struct digest content_digest;
	const char *title;
	enum level level;
	const struct fake_triage *triage;
};

struct fake_incident {
	struct incident incident;
	int64_t next[INCIDENT_CHILD_KINDS]; /* next free number of each kind of part */
};

struct fake_member {
	const char *key;
	int64_t sample;
	const enum member_role *role; /* NULL: none */
};

enum fake_cell { FAKE_TRIAGE, FAKE_ANNOTATION, FAKE_INCIDENT, FAKE_EXPOSURE, FAKE_MEMBER, FAKE_LINK, FAKE_PLAN };

struct fake_exposure {
	const char *attributes;   /* exposure_attributes() */
	int64_t day, edit;
	const int64_t *outputs;   /* NULL: undone */
};

struct fake_change {
	enum fake_cell cell;
	const char *key;          /* incidents and members; of denominators "EDIT attributes" */
	int64_t id;               /* samples (members too) and annotations; days of denominators */
	const void *before, *after;
};

struct fake_edit {
	struct edit edit;
	bool redoable;            /* undone, and no newer change by the same reviewer */
	VEC_OF(struct fake_change) changes;
};

struct fake_named_incident {
	const char *key;
	const struct fake_incident *value; /* NULL: undone */
};

struct fake_year {
	char year[8];
	int64_t last;             /* greatest number used for a key of that year */
};

struct fake_reject {
	int64_t batch;
	struct batch_reject reject;
};

struct fake_store {
	struct store base;
	struct arena arena;
	struct code *codes;
	bool viewing;                                  /* within a view */
	struct codebook book;
	VEC_OF(struct fake_sample) samples;            /* id - 1 is the index */
	VEC_OF(const struct annotation *) annotations; /* likewise; NULL: undone */
	VEC_OF(const struct alike_link *) links;       /* likewise */
	VEC_OF(const struct plan *) plans;             /* likewise */
	VEC_OF(struct fake_named_incident) incidents;
	VEC_OF(struct fake_member) members;
	VEC_OF(struct fake_exposure) exposures;
	VEC_OF(struct batch) batches;
	VEC_OF(struct fake_reject) rejects;           /* of all batches, in their order */
	VEC_OF(struct fake_edit) edits;
	VEC_OF(struct fake_year) years;
	int64_t counter;
	size_t samples_in_time;                       /* fake_store_slow() */
	size_t indexed;                               /* samples */

	int64_t *alike_of;                            /* by sample: the first of its group, as of alike_made */
	int64_t alike_made;                           /* counter + 1; 0: not made */
	size_t alike_count, alike_stepped;            /* samples then; samples that steps were taken for */

	size_t edit_changed;                          /* cells, by the edit at hand */
	/* the group of edits under way: the last of `edits` */
	bool grouping;
	size_t annotations_before;
	VEC_OF(struct fake_year) years_before;

	/* the import under way */
	bool importing;
	struct batch batch;
	size_t samples_before, rejects_before;
	VEC_OF(int64_t) touched;
	VEC_OF(struct fake_sample) replaced;           /* for an abort */

	size_t not_ready;                             /* so often do facets and jumps say "not yet" */
	bool failing;
	size_t fail_after;
	struct error failure;
};

static inline struct fake_store *fake_of(struct store *store)
{
	return (struct fake_store *)(void *)store;
}

/* Whether this call is the one that is to fail (fake_store_fail). */
bool fake_fails(struct fake_store *fake, struct error *err);

const struct fake_sample *fake_sample(const struct fake_store *fake, int64_t id);
const struct fake_incident *fake_incident(const struct fake_store *fake, const char *key);
/* The sample as the port hands it out, deep in the caller's arena. */
struct sample *fake_sample_copy(struct arena *arena, const struct fake_sample *from);
int64_t fake_line(const struct sample *sample);

/* fake_log.c: edits. A call makes changes by fake_set() on an edit begun by
 * fake_edit_begin() and ends it; an edit without changes is dropped (id 0). */
struct fake_edit *fake_edit_begin(struct fake_store *fake, const char *reviewer, enum edit_kind kind,
				  const char *verb);
void fake_set(struct fake_store *fake, enum fake_cell cell, const char *key, int64_t id, const void *value);
const void *fake_value(const struct fake_store *fake, enum fake_cell cell, const char *key, int64_t id);
int64_t fake_edit_end(struct fake_store *fake, const char *summary);
/* How many cells the edit at hand has changed so far. */
size_t fake_edit_changed(const struct fake_store *fake);
/* STATUS_REFUSED while a group is under way. */
enum status fake_check_group(const struct fake_store *fake, struct error *err);
/* Whose edits a group takes. */
enum status fake_check_editor(const struct fake_store *fake, const char *reviewer, struct error *err);
/* Whether two samples wait for the same, or for nothing both. */
bool fake_same_until(const char *a, const char *b);
/* Whether it came back by itself since it was put off, and that was undone. (fake_log.c) */
bool fake_put_back(const struct fake_store *fake, int64_t sample);
/* What the newest standing verdict names; 0: nothing. (fake_edit.c) */
int64_t fake_duplicate_of(const struct fake_store *fake, int64_t sample);
/* What lists show of the standing annotations: the newest word on each. (fake_edit.c) */
void fake_judged(const struct fake_store *fake, int64_t sample, struct fake_triage *triage);
int64_t fake_edit_next_id(const struct fake_store *fake);
enum status fake_check_reviewer(const char *reviewer, struct error *err);
enum status fake_unique_samples(struct fake_store *fake, const int64_t *samples, size_t count,
				int64_t **out, size_t *out_count, struct error *err);

/* Takes an incident that `is` now from what an edit left to what it found, or the other way round, as far as
 * it changed it (NULL: there is none). Values of their own where others changed it since. (fake_revert.c) */
bool fake_revert(struct fake_store *fake, const struct fake_incident *from, const struct fake_incident *to,
		 const struct fake_incident *is, const struct fake_incident **out);
/* Whether both edits changed the same of an incident: from what to what each. */
bool fake_both_change(const struct fake_incident *from, const struct fake_incident *to, const struct fake_incident *later_from,
		      const struct fake_incident *later_to);

/* The operations, by file. */
enum status fake_sample_page(struct store *, struct arena *, const struct page_request *, struct sample_page *, struct error *);
enum status fake_sample_count(struct store *, const struct query *, int64_t *, struct error *);
enum status fake_sample_ids(struct store *, struct arena *, const struct query *, const int64_t **, size_t *, struct error *);
enum status fake_facets(struct store *, struct arena *, const struct facet_request *, struct facets *, struct error *);
enum status fake_sample_table(struct store *, struct arena *, const struct table_request *, struct table *, struct readiness *,
			      struct error *);
enum status fake_sample_codes(struct store *, const struct query *, bool (*)(void *, int64_t, int64_t, struct slice), void *,
			      struct error *);
enum status fake_sample_seek(struct store *, struct arena *, const struct seek_request *, struct seek *, struct error *);
enum status fake_plan_put(struct store *, const char *, const struct plan *, int64_t *, struct error *);
enum status fake_plan_list(struct store *, struct arena *, const struct plan_row **, size_t *, struct error *);
enum status fake_plan_get(struct store *, struct arena *, const char *, struct plan *, struct error *);
/* The newest of that name, or NULL. */
const struct plan *fake_plan(const struct fake_store *fake, const char *name);
enum status fake_alike_status(struct store *, struct alike_status *, struct error *);
enum status fake_alike_step(struct store *, int64_t, bool, bool *, struct error *);
enum status fake_alike_say(struct store *, const char *, const int64_t *, size_t, enum alike_word, int64_t *, struct error *);
enum status fake_alike_links(struct store *, struct arena *, int64_t, const struct alike_link **, size_t *, struct error *);
enum status fake_alike_groups(struct store *, struct arena *, const struct query *, size_t, const struct alike_group **, size_t *,
			      struct error *);
enum status fake_alike_group(struct store *, struct arena *, int64_t, struct alike_group *, struct error *);
/* Groups as they follow from what there is. */
void fake_alike_make(struct fake_store *fake);
void fake_alike_subject(struct fake_store *fake, struct arena *arena, struct query_subject *subject);
enum status fake_judgements(struct store *, struct arena *, const struct query *, bool (*visit)(void *, const struct annotation *), void *,
			    struct error *);
enum status fake_import_begin(struct store *, const struct batch *, struct error *);
enum status fake_import_add(struct store *, const struct sample *, enum import_outcome *, struct error *);
enum status fake_import_reject(struct store *, const struct batch_reject *, struct error *);
enum status fake_import_commit(struct store *, const struct digest *, struct batch *, struct error *);
void fake_import_abort(struct store *);
enum status fake_batch_list(struct store *, struct arena *, const struct batch **, size_t *, struct error *);
enum status fake_batch_get(struct store *, struct arena *, int64_t, struct batch **, struct error *);
enum status fake_batch_rejects(struct store *, struct arena *, int64_t, int64_t, size_t, const struct batch_reject **,
			       size_t *, struct error *);
enum status fake_annotate(struct store *, const char *, const struct annotate_request *, int64_t *, struct error *);
enum status fake_triage(struct store *, const char *, const struct triage_request *, int64_t *, struct error *);
enum status fake_deferrals(struct store *, struct arena *, const char *const **, size_t *, struct error *);
enum status fake_incident_list(struct store *, struct arena *, const struct incident_row **, size_t *, struct error *);
enum status fake_incident_get(struct store *, struct arena *, const char *, struct incident **, struct error *);
enum status fake_incident_put(struct store *, struct arena *, const char *, const struct incident *, const char *,
			      const char **, int64_t *, struct error *);
enum status fake_members_add(struct store *, const char *, const char *, const int64_t *, size_t, enum member_role,
			     int64_t *, struct error *);
enum status fake_members_remove(struct store *, const char *, const char *, const int64_t *, size_t, int64_t *, struct error *);
enum status fake_members(struct store *, struct arena *, const char *, const int64_t **, const enum member_role **,
			 size_t *, struct error *);
enum status fake_sample_incidents(struct store *, struct arena *, int64_t, const char *const **, size_t *, struct error *);
/* The cell of a key and a day. */
const int64_t **fake_exposure_at(struct fake_store *fake, const char *key, int64_t day);
/* What the log says of denominators: {"lang":"c"}/2026-03-04, and the number or NULL. */
char *fake_exposure_key(struct arena *arena, const char *attributes, int64_t day);
char *fake_exposure_text(struct arena *arena, const int64_t *outputs);
enum status fake_exposure_put(struct store *, const char *, const struct exposure *, size_t, const char *,
			      struct exposure_result *, int64_t *, struct error *);
enum status fake_exposure_list(struct store *, struct arena *, const struct exposure **, size_t *, struct error *);
enum status fake_edit_list(struct store *, struct arena *, const struct edit_filter *, int64_t, size_t, const struct edit **,
			   size_t *, struct error *);
enum status fake_edit_changes(struct store *, struct arena *, int64_t, size_t, const struct edit_change **, size_t *, struct error *);
enum status fake_undo(struct store *, struct arena *, const char *, int64_t, struct edit *, struct error *);
enum status fake_console(struct store *, const struct console_request *, struct error *);
const struct console_view *fake_console_views(size_t *);
enum status fake_group_begin(struct store *, const char *, const char *, struct error *);
enum status fake_group_end(struct store *, enum status, const char *, int64_t *, struct error *);
enum status fake_redo(struct store *, struct arena *, const char *, struct edit *, struct error *);

#endif
