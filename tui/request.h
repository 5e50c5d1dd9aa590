/*
 * Effects: what screens ask of the store, the renderer and the disk. A request is
 * run on a worker thread (worker.h), or at once in tests; its answer comes back
 * to the screen that asked, by `owner` and `serial`, so that stale answers are
 * told from fresh ones. A request owns its inputs, an answer its results.
 */
#ifndef AITIA_TUI_REQUEST_H
#define AITIA_TUI_REQUEST_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/analysis/similar.h"
#include "core/publish.h"
#include "core/recurrence_ask.h"
#include "core/render.h"
#include "core/store.h"
#include "tui/kept_views.h"

enum request_kind {
	REQUEST_PAGE,          /* a page of samples */
	REQUEST_COUNT,         /* how many match; slow lane; may be "not yet": ask again */
	REQUEST_FACETS,        /* what values they have; likewise */
	REQUEST_VALUES,        /* likewise of the key `facet` alone */
	REQUEST_SEEK,          /* where a time or a sample is in a list */
	REQUEST_SEEK_PERCENT,  /* where a percentage of it is; slow lane, and likewise */
	REQUEST_IDS,           /* all ids that match; slow lane */
	REQUEST_SAMPLE,        /* a sample with annotations and incidents */
	REQUEST_SIMILAR,       /* what is like `sample` */
	REQUEST_GROUPS,        /* of alike samples, that a query has some of; slow lane */
	REQUEST_GROUP,         /* that of `sample`; likewise */
	REQUEST_ACCEPT,        /* what groups propose, of the samples or (none) of those that match the query */
	REQUEST_CODEBOOK,
	REQUEST_ANNOTATE,
	REQUEST_TRIAGE,
	REQUEST_WAKE,          /* brings back what was put off and has waited long enough */
	REQUEST_INCIDENTS,     /* the list */
	REQUEST_INCIDENT,      /* one, for its tabs */
	REQUEST_RECURRENCES,   /* earlier incidents that are like one; slow lane */
	REQUEST_INCIDENT_PUT,  /* create or change */
	REQUEST_MEMBERS_ADD,   /* to an incident; key NULL: a new one with `title` */
	REQUEST_MEMBERS_REMOVE,
	REQUEST_EVIDENCE,      /* names the members that reviewers gave cause `number` as its evidence */
	REQUEST_STEP,          /* of the postmortem's review, to the state `number` */
	REQUEST_UNDO,
	REQUEST_REDO,
	REQUEST_EDITS,         /* the operation log */
	REQUEST_CONSOLE,       /* a question in SQL (`query`; NULL: only which views there are); slow lane */
	REQUEST_CHANGES,       /* whether others changed the store: its counter and newest edit */
	REQUEST_DRAFT,         /* an incident's document, laid out for `width` columns, and its text for `text_width` */
	REQUEST_STATS_INCIDENTS, /* core/insight.h: a review at a glance, in three parts (enum stats_part) */
	REQUEST_STATS_COUNTS,  /* may be "not yet", as those that follow */
	REQUEST_STATS_CODING,
	REQUEST_ONSET,         /* since when */
	REQUEST_CONTRAST,      /* what they share; says how many hundredths are done */
	REQUEST_WATCH,         /* whether fixes held, of all incidents */
	REQUEST_WATCH_HITS,    /* what the watch of an incident looks for, and how many samples since the fix match */
	REQUEST_STOP,          /* the owner's requests of the lane are not wanted any more */
	REQUEST_REVISIONS,     /* earlier texts of an incident's sections; slow lane */
	REQUEST_REVISION,      /* the texts as of `edit` and of now, broken at `text_width`; likewise */
	REQUEST_RESTORE,       /* them, as of `edit` */
	REQUEST_KEEP,          /* writes a file of the person's own */
	REQUEST_VIEW,          /* keeps the list `query`, `sort`, columns `text` as the view `title` in `path`; query NULL: removes it */
	REQUEST_PUBLISH,
	REQUEST_DIFFERS,       /* pages that it would leave alone now; of one, at `path` (else the first), the texts, broken at `text_width` */
	REQUEST_ADOPT,         /* takes into the record what was edited by hand on its page */
	REQUEST_KINDS
};

/* Edits have a lane of their own: one that waits for another process holds up no page. */
/* Analyses take seconds, and have one too: nothing waits for them. */
enum lane { LANE_FAST, LANE_SLOW, LANE_EDIT, LANE_ANALYSIS, LANE_FILES, LANE_COUNT };

struct request {
	enum request_kind kind;
	uint64_t serial;        /* given by app_request() */
	uint32_t owner;         /* id of the screen */
	bool ahead;             /* nobody waits for it: its answer changes no picture */
	bool at_rest;           /* it has time until nobody types: work that would slow down the next picture */
	struct arena arena;     /* holds everything below that is pointed to */
	const char *reviewer;
	bool blind;             /* others' judgements are not handed out; set by app_request() */
	atomic_bool cancelled;  /* set by the worker, where nobody wants the answer any more */

	const char *facet;      /* REQUEST_VALUES: a key of the query language */
	const char *query;      /* text; parsed by the worker (REQUEST_EDITS: an edit filter) */
	enum sort_key sort;
	struct page_cursor from;
	bool backward;
	size_t limit;
	int64_t budget_ms;      /* REQUEST_PAGE: page_request.budget_ms, and .with_total */
	bool with_total;
	enum seek_kind seek;    /* with `query` and `sort`: see struct seek_request */
	int64_t seek_number, seek_end;
	int64_t sample;
	struct annotate_request annotate;
	enum sample_status status;
	const char *until;      /* REQUEST_TRIAGE, deferred: as defer_samples() takes it; or NULL */
	const int64_t *samples;
	size_t sample_count;
	int64_t edit;           /* REQUEST_UNDO: which; 0 = the newest */
	const char *key;        /* of an incident */
	const char *title;
	const char *section;    /* REQUEST_REVISIONS and what follows it: of this one alone; NULL: of all */
	int64_t number;         /* REQUEST_EVIDENCE: of the cause */
	int64_t version;        /* REQUEST_STEP: of the incident that was looked at */
	enum member_role role;
	struct incident *incident;
	const struct incident *base; /* REQUEST_INCIDENT_PUT: what it came of, to merge by; or NULL */
	const char *summary;
	int width;
	int text_width;         /* REQUEST_DRAFT: of its text beside the document */
	const char *site;
	bool is_public;           /* for readers outside: redacted */
	struct publish_looked over; /* REQUEST_PUBLISH: this page is written over, if it is still as it was shown; path NULL: none */
	const char *folder;
	const char *path, *text; /* REQUEST_KEEP, REQUEST_VIEW: where, and what; REQUEST_DIFFERS: of which page */
};

struct draft_row;
struct revision;
struct stats;
struct onset_answer;
struct contrast_answer;
struct watched;
struct recurred;

/* A page that an export left alone. */
struct refused_page {
	struct publish_looked looked;
	bool is_marked;         /* it was an export's once; else it may be anybody's */
};

#define CONSOLE_ROWS 1000

struct console_text {
	const char *text;       /* NULL where the value is */
	bool is_number;
};

struct console_answer {
	const char *const *names;
	size_t columns, rows;
	const struct console_text *cells; /* row after row */
	bool more;              /* rows behind them */
	const struct console_view *views;
	size_t view_count;
};

/* Where the file is that was opened, by its path: there still; another one is there; none is. */
enum store_place { STORE_HERE, STORE_REPLACED, STORE_GONE };

struct answer {
	enum request_kind kind;
	uint64_t serial;
	uint32_t owner;
	bool ahead;             /* as it was asked */
	bool unseen;            /* whoever took it says so: no picture changed for it */
	enum status status;
	struct error error;
	enum store_place place; /* REQUEST_CHANGES, and edits, which are refused unless it is here */
	const char *place_note; /* what is to be known of the file that was there, as long as the backend is; or NULL */
	struct arena arena;     /* holds the results */

	struct sample_page page;
	int64_t count;          /* REQUEST_COUNT; samples touched by edits; REQUEST_CHANGES: the counter */
	struct readiness readiness; /* of what may be "not yet" */
	struct facets facets;   /* FACET_VALUES of each key at most */
	struct seek seek;
	const int64_t *ids;
	size_t id_count;
	struct sample *sample;
	bool blind;             /* others' judgements are not in it */
	const struct annotation *annotations;
	size_t annotation_count;
	const int64_t *duplicates; /* REQUEST_SAMPLE: the first of those that duplicate it */
	size_t duplicate_count;
	const char *const *incident_keys;
	size_t incident_key_count;
	const struct similar_member *similar; /* REQUEST_SIMILAR: the likest SIMILAR_LIST; their rows are in page, by number */
	size_t similar_count;
	size_t similar_kinds[SIMILAR_NEAR + 1]; /* how many there are of each kind */
	const struct alike_group *groups; /* REQUEST_GROUPS: GROUPS_LIST at most, the rows of their representatives are in page */
	size_t group_count;
	struct alike_status alike;
	struct codebook codebook;
	const struct incident_row *incidents;
	size_t incident_count;
	struct incident *incident;
	const struct incident_review *review; /* REQUEST_INCIDENT: of that incident */
	const char *key;
	const struct recurrence_offer *offers; /* REQUEST_RECURRENCES */
	size_t offer_count;
	const char *both_changed; /* REQUEST_INCIDENT_PUT: NULL unless it was merged; then incident_merge()'s */
	int64_t edit;           /* the log entry that an edit made; REQUEST_CHANGES: the newest one */
	struct edit edited;     /* undo, redo: what was undone or redone */
	const struct edit *edits;
	size_t edit_count;
	struct rich_text rich;
	const struct draft_row *draft_rows; /* REQUEST_DRAFT: the text (draft_rows.h); message: how far its review is */
	size_t draft_row_count;
	const struct revision *revisions;
	size_t revision_count;
	struct slice then, now; /* REQUEST_REVISION; REQUEST_DIFFERS: as it is there, as it would be written */
	struct console_answer console;
	const char *message;    /* what was done, for the message line */
	const char *query;      /* analyses: of the samples that they are about */
	const struct stats *stats;
	const struct onset_answer *onset;
	const struct contrast_answer *contrast;
	const struct watched *watched; /* incidents with a fix, newest first; REQUEST_WATCH_HITS: the incident, count of its hits */
	size_t watched_count;
	const struct recurred *recurred; /* incidents like earlier ones, newest first */
	size_t recurred_count;
	const struct refused_page *refused; /* REQUEST_PUBLISH: pages that were left alone; all else is written */
	size_t refused_count;
	size_t refused_at;      /* REQUEST_DIFFERS: the one whose texts these are */
	bool has_rest;          /* REQUEST_ADOPT: the page, or a file beside it, still has what the record has not */
	const struct saved_view *views; /* REQUEST_VIEW: those that are kept now; of the one at hand the name is in message, and query as asked */
	size_t view_count;
};

struct backend {
	struct store *store;
	const struct renderer *renderer;
	/* By what takes long, now and then: how many samples (or what the request says) are done. False: the answer is not
	 * wanted any more (STATUS_CANCELLED then). May be NULL. */
	bool (*progress)(void *progress_context, int64_t done);
	void *progress_context;
	const struct page_template *page_template; /* of drafts and exports; NULL: the one that holds everything */
	/* On any thread. *note as of answers, or NULL. NULL: the store is nowhere else. */
	enum store_place (*place)(void *place_context, struct store *store, const char **note);
	void *place_context;
	const char *redact_rules; /* file of rules and decisions of redaction, which need not be there; or NULL */
};

#define FACET_VALUES 40
#define SIMILAR_LIST 200
#define SIMILAR_LEAST 0.7 /* estimated likeness of what is called near; as `aitia similar` has it */
#define DUPLICATES_MAX 20
#define GROUPS_LIST 500

enum lane request_lane(enum request_kind kind);
bool request_is_edit(enum request_kind kind); /* never dropped or interrupted */

struct request *request_new(enum request_kind kind); /* zeroed, arena ready */
void request_free(struct request *request);
/* Runs it; never fails: failure is in the answer, which is the caller's. */
struct answer *request_run(const struct backend *backend, const struct request *request);
/* The answer to one that there is no backend for. */
struct answer *request_refuse(const struct request *request, enum status status, const struct error *err);
enum store_place backend_place(const struct backend *backend, const char **note);
void answer_free(struct answer *answer);

#endif
