/*
 * The port to storage. Engines live in storage/; nothing above knows SQL. A
 * `struct store` belongs to one thread; several stores (connections) on one
 * file may be open at once, in one process or many.
 *
 * Results live in the arena that the caller gives. Errors: STATUS_STORE for
 * the engine's own (locked, full, damaged, …), STATUS_NOT_FOUND, STATUS_CONFLICT
 * (the row's version differs: read again), STATUS_REFUSED (a rule forbids it).
 *
 * Every call that changes something is one transaction with its entry in the
 * operation log: when it returns STATUS_OK the change is durable, else nothing
 * has changed. Imports are the one exception: import_begin … import_commit is
 * one transaction for a file.
 */
#ifndef AITIA_CORE_STORE_H
#define AITIA_CORE_STORE_H

#include <stdatomic.h>

#include "core/alike.h"
#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/codebook.h"
#include "core/console.h"
#include "core/exposure.h"
#include "core/facets.h"
#include "core/incident.h"
#include "core/plan.h"
#include "core/query.h"
#include "core/sample.h"
#include "core/table.h"

/* ---- lists ---------------------------------------------------------------- */

/* Where a page starts: behind this row in the order (before it, if backward).
 * A zeroed cursor starts at the first row (backward: the last). */
struct page_cursor {
	bool set;
	int64_t number;    /* sort value, where it is a number */
	const char *text;  /* sort value, where it is a text */
	int64_t id;
};

struct page_request {
	const struct query *query; /* never NULL */
	enum sort_key sort;
	struct page_cursor from;
	bool backward;             /* rows still come in the list's order */
	size_t limit;
	/* For queries that look into texts: after about so many ms the page comes as far as
	 * it got (sample_page.unfinished). 0: however long it takes. */
	int64_t budget_ms;
	bool with_total;           /* sample_page.total is wanted, where it is to be had at once */
};

struct sample_page {
	const struct sample_row *rows;
	size_t count;
	struct page_cursor before_first; /* of the first row, for the page before */
	struct page_cursor after_last;   /* of the last row, for the page after */
	bool at_start, at_end;           /* nothing lies before / behind this page */
	/* The time was over before the page was full: after_last (backward: before_first) is
	 * where to go on, behind all that was looked at. There may be no rows. What has not
	 * been looked at counts as something that lies there. */
	bool unfinished;
	bool has_total;
	int64_t total;                   /* of all that match, as sample_count() has it */
};

/* How far the index of words has come. Samples that an engine finds too large for it are
 * read by every search, and not missing in a whole one. */
struct index_status {
	int64_t samples, samples_indexed;
	bool whole; /* notes too */
};

#define INDEX_STEP_MS 20 /* so long a step tries to take; one that merges a very common word may take more (docs/bench-store.md) */

/* What an engine may have to read a large store for before it can answer at once: the
 * call does a bounded part of that work (some 50 ms) and says how far it is. Ask again. */
struct readiness {
	bool ready;          /* the answer is there, and exact; else done and total say: */
	int64_t done, total; /* some measure of the work */
};

struct facet_request {
	const struct query *query;
	const enum facet_key *keys; /* none: the count alone */
	size_t key_count;
	size_t top;                 /* values of a key, those with the greatest counts; 0: all */
	enum sort_key sort;         /* of the list beside it, whose pages are made ready along with it */
};

struct facets {
	struct readiness readiness;
	int64_t count;                  /* of samples that match */
	const struct facet_list *lists; /* one for each key, in their order */
	size_t list_count;
};

#define TABLE_KEYS_MAX 64
#define TABLE_VALUES_MAX 1000 /* of a key of provenance that was not asked for by name */

struct table_request {
	const struct query *query;
	const struct table_key *keys; /* TABLE_KEYS_MAX at most */
	size_t key_count;
	bool all_provenance;        /* and each key of provenance, as far as there is room, that does not
	                             * have more values than that: they would be samples again */
	const atomic_bool *cancel; /* NULL: none. Once it is true, STATUS_CANCELLED soon */
};

/* A place in a list that is given otherwise than by a row of it. */
enum seek_kind {
	SEEK_PERCENT, /* number = 0 … 100: so much of the list lies before it; 100: its last row */
	SEEK_TIME,    /* the interval [number, number_end) in µs: its first row, or the next one
	               * in the list's direction. STATUS_USAGE unless the list is one of times */
	SEEK_ID,      /* number: that sample. STATUS_NOT_FOUND if it is not in the list */
};

struct seek_request {
	const struct query *query;
	enum sort_key sort;
	enum seek_kind kind;
	int64_t number, number_end;
};

struct seek {
	struct readiness readiness;
	struct page_cursor from; /* a page from there starts with the row sought */
	int64_t before;          /* rows that lie before it; -1: not known */
};

/* ---- imports -------------------------------------------------------------- */

struct batch {
	int64_t id;
	const char *source;      /* file name as given, or "-" */
	const char *format;      /* "sarif", "jsonl" */
	struct digest file_digest; /* of its records and of how they were read (format, --map, --illustrative) */
	const char *reviewer;    /* who imported it */
	struct instant at;
	bool illustrative;
	int64_t records, imported, updated, duplicates, rejected;
};

struct batch_reject {
	int64_t record;          /* from 1 */
	int64_t offset_bytes;    /* of the record in the file, unpacked and as UTF-8; -1 unknown */
	int64_t len_bytes;       /* of the record there; 0 unknown */
	const char *reason;      /* one sentence */
	/* The record itself, where it does not lie in the file as it is (in a member of an
	 * archive); for --rejects, not kept by stores. */
	struct slice raw;
};

enum import_outcome { IMPORT_NEW, IMPORT_UPDATED, IMPORT_DUPLICATE };

/* ---- edits ---------------------------------------------------------------- */

/* What to write on samples; one call, one undoable entry, however many samples. */
/*
 * A reviewer has one standing annotation per sample and line range. A new one
 * supersedes it and carries over, sample by sample, what it leaves unsaid: verdict,
 * cause, severity, confidence, note (NULL) and symptoms (none given). So a severity
 * given to a hundred samples costs none of them its cause. A bare note is no
 * judgement: the sample's status stays.
 *
 * annotation.adjudicated makes it a decision (struct annotation), which supersedes, and carries
 * over, what was decided before by whomever. What it leaves unsaid is filled in, sample by sample,
 * by decision_complete(). STATUS_USAGE without a judgement and a note in the request, with lines,
 * or blind, and for all samples if reviewers of one dispute what it says nothing of.
 *
 * annotation.duplicate_of makes the verdict a duplicate, if none is given (STATUS_USAGE
 * with another one), and goes with it: another verdict takes it back. STATUS_REFUSED if
 * a sample would duplicate itself, be it by way of others.
 */
struct annotate_request {
	const int64_t *samples;
	size_t sample_count;
	struct annotation annotation;  /* id, sample, reviewer, at, edit are filled in by the store */
	bool whole_symptoms;           /* the symptoms given are all there are, also when there are none */
	bool keep_status;              /* else: annotated (a note alone keeps it) */
};

struct triage_request { /* status and disposition without a judgement: defer, exclude, … */
	const int64_t *samples;
	size_t sample_count;
	enum sample_status status;
	/* With SAMPLE_DEFERRED: until when, as defer_read() of defer.h writes it, or NULL. */
	const char *deferred_until;
	/* They come back by themselves (defer_wake()): an entry of its own in the log, "due", which
	 * "the newest edit" of undo passes over. What was undone so is left as it is. */
	bool due;
};

/* One entry of the operation log. */
enum edit_kind { EDIT_CHANGE, EDIT_UNDO, EDIT_REDO, EDIT_IMPORT };
enum edit_state { EDIT_APPLIED, EDIT_UNDONE };

struct edit {
	int64_t id;
	struct instant at;
	const char *reviewer;
	enum edit_kind kind;
	enum edit_state state;
	const char *verb;      /* "annotate", "incident", … */
	const char *summary;   /* one line: "3 samples: model/hallucination" */
	int64_t of;            /* undo, redo: the entry that it is about */
	int64_t merge;         /* the entry that brought it from another store; 0: done here */
};

/* Which entries of the log; zeroed: all. edit_filter.h reads one from a text. */
struct edit_filter {
	const char *reviewer;
	const char *verb;
	struct instant since, until; /* at >= since, at < until; unknown: no bound */
	int64_t sample;        /* that judged, triaged or noted it, or were about its membership */
	const char *incident;  /* that made or changed it or its members */
	const char *const *words; /* each occurs in the summary, case ignored */
	size_t word_count;
};

/* A value that an edit changed, as far as it can be shown. */
struct edit_change {
	const char *table;     /* "annotation" */
	const char *key;       /* "17" */
	const char *field;     /* "status" */
	const char *before;    /* NULL: was not there */
	const char *after;     /* NULL: gone */
};

/* ---- the table of an engine ----------------------------------------------- */

struct store;

struct store_ops {
	void (*close)(struct store *store);

	/* samples */
	enum status (*sample_page)(struct store *, struct arena *, const struct page_request *,
				   struct sample_page *out, struct error *);
	enum status (*sample_count)(struct store *, const struct query *, int64_t *out, struct error *);
	/* Counts by value, and the count of all that match. */
	enum status (*facets)(struct store *, struct arena *, const struct facet_request *, struct facets *out,
			      struct error *);
	/* A cross table of all that match. *readiness: unless ready, ask again, as for facets. STATUS_REFUSED:
	 * a key asked for has values of one sample each. */
	enum status (*sample_table)(struct store *, struct arena *, const struct table_request *, struct table *out,
				    struct readiness *readiness, struct error *);
	enum status (*sample_seek)(struct store *, struct arena *, const struct seek_request *, struct seek *out,
				   struct error *);
	/* All ids that match, in the order of id; for bulk edits. */
	enum status (*sample_ids)(struct store *, struct arena *, const struct query *,
				  const int64_t **ids, size_t *count, struct error *);
	/* Hands out the code of each sample that matches and has some, in the order of id, borrowed for the
	 * call; `body` is a number that equal codes share. `visit` answers whether to go on: STATUS_CANCELLED
	 * if not. It must not call the store. */
	enum status (*sample_codes)(struct store *, const struct query *,
				    bool (*visit)(void *context, int64_t sample, int64_t body, struct slice code),
				    void *context, struct error *);
	enum status (*sample_get)(struct store *, struct arena *, int64_t id,
				  struct sample **out, struct error *);
	enum status (*sample_find)(struct store *, const struct digest *fingerprint,
				   int64_t *id, struct error *);
	/* All of them, superseded ones too, newest first. */
	enum status (*annotation_list)(struct store *, struct arena *, int64_t sample,
				       const struct annotation **out, size_t *count, struct error *);
	/* Standing annotations of the samples that match, one after the other in the order of sample and id, without
	 * their notes; they may be more than memory has room for. Each lives during its visit alone, the texts of
	 * reviewers and codes as long as the arena. `visit` answers false: STATUS_CANCELLED. */
	enum status (*judgements)(struct store *, struct arena *, const struct query *,
				  bool (*visit)(void *context, const struct annotation *annotation), void *context, struct error *);
	enum status (*codebook_get)(struct store *, struct arena *, struct codebook *out, struct error *);

	/* imports: one at a time per store; abort leaves no trace. import_add and
	 * import_reject are fast; the file's digest may be given at commit. A file that
	 * was imported before and brings nothing new changes nothing, however much was
	 * updated by others since: its records count as duplicates, and no batch is made. */
	enum status (*import_begin)(struct store *, const struct batch *batch, struct error *);
	enum status (*import_add)(struct store *, const struct sample *sample,
				  enum import_outcome *outcome, struct error *);
	enum status (*import_reject)(struct store *, const struct batch_reject *, struct error *);
	enum status (*import_commit)(struct store *, const struct digest *file_digest,
				     struct batch *out, struct error *); /* numbers filled in; strings borrowed from import_begin's */
	void (*import_abort)(struct store *);
	enum status (*batch_list)(struct store *, struct arena *, const struct batch **out,
				  size_t *count, struct error *); /* newest first */
	enum status (*batch_get)(struct store *, struct arena *, int64_t id, struct batch **out, struct error *);
	/* Of the batch's rejects, in their order, those behind the first `after`: record,
	 * offset_bytes and reason alone are kept. None of a batch that does not exist. */
	enum status (*batch_rejects)(struct store *, struct arena *, int64_t batch, int64_t after, size_t limit,
				     const struct batch_reject **out, size_t *count, struct error *);

	/* edits of samples. *edit_id is the entry made (0: nothing to change). */
	enum status (*annotate)(struct store *, const char *reviewer, const struct annotate_request *,
				int64_t *edit_id, struct error *);
	enum status (*triage)(struct store *, const char *reviewer, const struct triage_request *,
			      int64_t *edit_id, struct error *);
	/* What samples wait for that have not been put back by undo: each thing once, in the order of bytes
	 * (times come first, the earliest first). */
	enum status (*deferrals)(struct store *, struct arena *, const char *const **out, size_t *count, struct error *);

	/* incidents */
	enum status (*incident_list)(struct store *, struct arena *, const struct incident_row **out,
				     size_t *count, struct error *); /* newest key first */
	enum status (*incident_get)(struct store *, struct arena *, const char *key,
				    struct incident **out, struct error *);
	/* Creates (version 0; a NULL key takes the next free of this year) or updates
	 * (version must match). `key_out` in the arena. An unchanged one makes no entry.
	 * `verb`/`summary` describe the edit for the log. */
	enum status (*incident_put)(struct store *, struct arena *, const char *reviewer,
				    const struct incident *, const char *summary,
				    const char **key_out, int64_t *edit_id, struct error *);
	enum status (*incident_members_add)(struct store *, const char *reviewer, const char *key,
					    const int64_t *samples, size_t count, enum member_role role,
					    int64_t *edit_id, struct error *);
	enum status (*incident_members_remove)(struct store *, const char *reviewer, const char *key,
					       const int64_t *samples, size_t count,
					       int64_t *edit_id, struct error *);
	/* Members by id and role, in the order of id. */
	enum status (*incident_members)(struct store *, struct arena *, const char *key,
					const int64_t **samples, const enum member_role **roles,
					size_t *count, struct error *);
	/* Keys of the incidents that a sample belongs to. */
	enum status (*sample_incidents)(struct store *, struct arena *, int64_t sample,
					const char *const **keys, size_t *count, struct error *);

	/* denominators (core/exposure.h) */
	/* Takes rows in, as one edit; *edit_id is 0 if all of them were there. Of what several edits say of
	 * a day and its values the newest counts, so that undoing one brings back what was said before,
	 * and never stands in another one's way. `source`: where they come from, for the log; or NULL. */
	enum status (*exposure_put)(struct store *, const char *reviewer, const struct exposure *rows, size_t count,
				    const char *source, struct exposure_result *out, int64_t *edit_id, struct error *);
	/* All of them, each breakdown's side by side, by values and day. */
	enum status (*exposure_list)(struct store *, struct arena *, const struct exposure **out, size_t *count,
				     struct error *);

	/* the operation log */
	/* Newest first, from the entry before before_id on (0: from the top). */
	enum status (*edit_list)(struct store *, struct arena *, const struct edit_filter *, int64_t before_id,
				 size_t limit, const struct edit **out, size_t *count, struct error *);
	enum status (*edit_changes)(struct store *, struct arena *, int64_t edit, size_t limit,
				    const struct edit_change **out, size_t *count, struct error *);
	/* Undoes this reviewer's newest applied edit, or the one named (`edit` not 0),
	 * which may be an older one that later edits do not touch / redoes the one
	 * undone last (if no newer edit was made). STATUS_NOT_FOUND: there is none.
	 * STATUS_CONFLICT: what it changed, the same field or the same part, was changed since, or
	 * something depends on it; the text shows both versions. An incident whose other fields
	 * were changed since keeps those, and gets a version of its own. */
	enum status (*undo)(struct store *, struct arena *, const char *reviewer, int64_t edit,
			    struct edit *undone, struct error *);
	enum status (*redo)(struct store *, struct arena *, const char *reviewer, struct edit *redone, struct error *);

	/*
	 * Several edits as one: what is edited between begin and end is one entry of
	 * the log, one step of undo, one transaction. `end` with another status than
	 * STATUS_OK takes all of it back and hands that status on; so does a store that
	 * is closed in between. An edit that fails inside leaves the others standing
	 * until `end` decides. Groups do not nest; imports, undo and redo are refused
	 * inside. *edit_id is 0 if nothing has changed.
	 */
	enum status (*group_begin)(struct store *, const char *reviewer, const char *verb, struct error *);
	enum status (*group_end)(struct store *, enum status status, const char *summary,
				 int64_t *edit_id, struct error *);

	/* The index of words (what an engine needs for queries over texts). Lists are right
	 * whether or not it is whole; what it lacks is read, which takes longer. */
	enum status (*index_status)(struct store *, struct index_status *out, struct error *);
	/* Takes up some of what it lacks: one transaction of about budget_ms, during which
	 * others that write wait. Durable when it returns, and gone on with by the next step,
	 * also of another process. *whole: nothing is left to do. While somebody else writes
	 * it waits as an edit does if `patient`, else it fails at once. */
	enum status (*index_step)(struct store *, int64_t budget_ms, bool patient, bool *whole, struct error *);
	/* Throws it away, to be made anew by steps: a damaged one is repaired so. */
	enum status (*index_drop)(struct store *, struct error *);

	/* Groups of alike samples (core/alike.h). They are made by steps, as the index is: one of about budget_ms, durable,
	 * gone on with by the next one of this connection, and by others from the last that wrote. What has no group
	 * yet is alike what has equal code. Steps throw no edit away and make none. */
	enum status (*alike_status)(struct store *, struct alike_status *out, struct error *);
	enum status (*alike_step)(struct store *, int64_t budget_ms, bool patient, bool *whole, struct error *);
	/* What a reviewer says of samples: all of them are one thing (ALIKE_TOGETHER), the first is another thing than
	 * each of the others (ALIKE_APART), or nothing any more of any two of them (ALIKE_UNSAID). One edit; groups that are
	 * made follow at once. STATUS_REFUSED: equal code cannot be parted, nor what is put together by way of others. */
	enum status (*alike_say)(struct store *, const char *reviewer, const int64_t *samples, size_t count,
				 enum alike_word word, int64_t *edit_id, struct error *);
	/* The words that stand, about one sample or (0) all, newest first. */
	enum status (*alike_links)(struct store *, struct arena *, int64_t sample, const struct alike_link **out,
				   size_t *count, struct error *);
	/* Groups of two members at least, of which some match: those with the most of them first, then by their
	 * representative. At most `limit`; 0: all. */
	enum status (*alike_groups)(struct store *, struct arena *, const struct query *, size_t limit,
				    const struct alike_group **out, size_t *count, struct error *);
	/* The group of a sample, which may be its only member. STATUS_NOT_FOUND: there is no such sample. */
	enum status (*alike_group)(struct store *, struct arena *, int64_t sample, struct alike_group *out, struct error *);

	/* Sampling plans (core/plan.h). One edit; not within a group of edits. */
	enum status (*plan_put)(struct store *, const char *reviewer, const struct plan *, int64_t *edit_id, struct error *);
	enum status (*plan_list)(struct store *, struct arena *, const struct plan_row **out, size_t *count,
				 struct error *); /* newest first, of each name the newest */
	enum status (*plan_get)(struct store *, struct arena *, const char *name, struct plan *out, struct error *);

	/* Integrity, foreign keys, log against state, index against texts; quick: the file's structure and the flags
	 * of the log alone. Calls `found` per finding; STATUS_OK when the check itself ran. */
	enum status (*check)(struct store *, bool quick, void (*found)(void *context, const char *finding),
			     void *context, int64_t *findings, struct error *);
	/* What to do while a call waits for another process that writes: `waiting` is called some
	 * times a second, on the thread of the call; when it answers false, the call ends
	 * with STATUS_STORE and has changed nothing. NULL (the default): after 5 s. */
	void (*on_wait)(struct store *, bool (*waiting)(void *context, int64_t waited_ms), void *context);
	/* A question at the console; STATUS_USAGE says what is wrong with it, and where ("at 8: …"). */
	enum status (*console)(struct store *, const struct console_request *, struct error *);
	/* What it can be asked about; static. */
	const struct console_view *(*console_views)(size_t *count);
	/* Between the two all that is read is of one state, whoever writes meanwhile, and many small questions
	 * cost less. For moments: what others write piles up until the end. Nothing is to be written between
	 * them. Of two that nest the inner one does nothing; *began is for the end. STATUS_STORE: there is no view. Within
	 * it, what counts values (facets, sample_table, sample_seek) answers STATUS_CONFLICT where others have had newer values counted:
	 * that is to be begun again, in a view of its own. */
	enum status (*view_begin)(struct store *, bool *began, struct error *);
	void (*view_end)(struct store *, bool began);
	/* A number that grows when anything in the store changed, by anybody. */
	enum status (*change_counter)(struct store *, int64_t *out, struct error *);
	/* May be called from another thread: makes the running call end with STATUS_CANCELLED. */
	void (*interrupt)(struct store *);
};

struct store {
	const struct store_ops *ops;
	/* the engine's own fields follow */
};

#endif
