/*
 * Columns in memory: 16 bytes a sample that answer what lists of millions ask
 * again and again (counts, facets, the first page of a filter without an index,
 * the row at 50 %) in milliseconds, where SQL takes seconds. They can be made
 * anew at any time from the store, and all connections of a process to one file
 * share them.
 *
 * Six columns hold two bytes a sample, the number of an entry in a dictionary
 * (dictionary.h); four bytes more stand in the order of time. What a term of a
 * query means is decided once for each entry of a dictionary, by query_matches()
 * of core; a filter is then a scan over bytes (columns_scan.h). Terms that no
 * column holds (words, paths, sessions, …) are left to SQL.
 *
 * They are loaded in steps of bounded time, each under the lock and in a read
 * transaction of its own, by calls that may say "not yet" (facets, sample_seek).
 * Every change of a store makes an entry of the operation log: whoever uses the
 * columns first takes up the entries behind the last one that is in them, and
 * reads again the samples that these name. An import that updated more samples than it
 * names (import.c) starts the loading over.
 *
 * A transaction that began before the newest entry that is in the columns does not
 * use them.
 */
#ifndef AITIA_STORAGE_SQLITE_COLUMNS_H
#define AITIA_STORAGE_SQLITE_COLUMNS_H

#include <pthread.h>
#include <stdatomic.h>

#include "storage/sqlite/dictionary.h"
#include "storage/sqlite/query_sql.h"

/* Smaller stores are asked by SQL, which is as fast there: measured by `make
 * bench-lists`. */
#define COLUMNS_LEAST_ROWS 20000
/* So many samples are read (again) within a page; more have to wait for a step. */
#define COLUMNS_CATCH_UP 2000
#define COLUMNS_AGAIN 500 /* read again by a step between two looks at the clock */
/* From so many samples on they are kept in a file beside the store too (columns_snapshot.c). */
#define COLUMNS_SNAPSHOT_LEAST 100000

enum column {
	COLUMN_STATE,   /* status, disposition, kind, illustrative, language */
	COLUMN_FLAGS,   /* rule, tool, source and level of all flags */
	COLUMN_ORIGIN,  /* the provenance */
	COLUMN_JUDGED,  /* the standing annotations, without lines and notes */
	COLUMN_DAY,     /* of production, UTC: the first µs of it */
	COLUMN_BATCH,
	COLUMN_COUNT
};

/* Ids in an order that an index of the store gives. Samples that have no value
 * stand first there and last in lists. */
struct columns_order {
	VEC_OF(uint32_t) ids;
	size_t without;  /* how many have no value */
	bool whole;
	int64_t number, id;  /* of the last one read, to go on from: time or line, … */
	char *text;          /* … path; NULL: still among those without */
};

/* The hits of a filter, one bit a sample. */
struct columns_hits {
	char *query, *reviewer;  /* whose they are; NULL: nothing yet */
	uint64_t *bits;
	int64_t count;
	bool exact;              /* else SQL has to look at each */
	bool has_levels;
	int64_t levels[LEVEL_COUNT]; /* how many of them have which level */
};

/* Samples that entries of the log name, to be read again; some at a time. Until all are, what is in
 * the columns belongs to no moment of the store. */
struct columns_taking {
	int64_t edit;            /* the last of these entries; 0: nothing is under way */
	bool imported;           /* one of them is an import: there are new samples */
	VEC_OF(int64_t) samples; /* ascending */
	size_t next;             /* of them */
};

struct columns {
	struct columns *next;    /* of all in the process */
	bool is_file;            /* else of one connection alone: */
	int64_t device, inode;
	int users;
	atomic_bool slow;        /* who has the lock may keep it for longer than a scan takes */
	pthread_mutex_t lock;    /* of all below */
	bool began;              /* who has it began to read for this; else within a view, which goes on */

	int64_t edit;            /* the log is taken up to this entry */
	struct columns_taking taking;
	bool begun;
	struct columns_snapshot *snapshot; /* being read in place of the samples; NULL: none is */
	bool no_snapshot;        /* the one that is there is of no use */
	int64_t unsaved;         /* samples, or places in an order, that were read and that no snapshot has */
	int64_t rows;            /* samples 1 … rows are in the columns */
	int64_t target;          /* samples that there were when the loading began */
	int64_t present;         /* how many of them there are */
	uint16_t *of[COLUMN_COUNT]; /* by sample; [0] is not used */
	size_t capacity;
	struct dictionary dictionaries[COLUMN_COUNT];
	struct columns_order by_time, by_path;

	uint16_t *origins;       /* entry of a set of provenance, by its id; 0: not looked up yet */
	size_t origin_count;
	bool few_keys;           /* there are too many sets: entries have the keys with a name of their own alone */
	VEC_OF(char *) own_keys; /* of values that samples have of their own: no entry holds them */
	bool own_named;          /* one of them is asked for by a name of its own: model:, harness:, … */
	VEC_OF(char *) reviewers;

	struct columns_hits hits;
};

/* ---- who shares them (columns.c) ------------------------------------------------ */

void columns_detach(struct sqlite_store *db); /* at the close */

/* Takes the lock, attaching to the columns first. Without `wait`, NULL when somebody
 * else is at them for longer than a scan takes. NULL also while this connection
 * writes: its changes are nobody else's yet. */
struct columns *columns_lock(struct sqlite_store *db, bool wait);
void columns_unlock(struct columns *columns);

/* Empty again, as at the beginning; what is to be read again; one order; the hits kept. */
void columns_clear(struct columns *columns);
void columns_taking_end(struct columns_taking *taking);
void columns_order_reset(struct columns_order *order);
void columns_hits_reset(struct columns_hits *hits);

/* ---- what entries say (columns_entries.c) ---------------------------------------- */

#define COLUMNS_KEY_MAX 64       /* numbers in a key; a sample with more to say is one of "others" */
#define COLUMNS_STATE_NUMBERS 5
#define COLUMNS_FLAG_NUMBERS 4   /* of each flag */
#define COLUMNS_JUDGED_NUMBERS 6 /* of each annotation, and one more for each symptom */
#define COLUMNS_NO_DAY INT64_MIN

struct columns_key {
	int64_t numbers[COLUMNS_KEY_MAX];
	size_t len;
	bool too_long;
};

void columns_key_add(struct columns_key *key, int64_t number);
/* What columns_entry() relies on, of a key that comes from a file. */
bool columns_key_is_sound(const struct columns *columns, enum column column, const struct columns_key *key);
/* The number of a key's entry, which is filled in when it is new. The codebook must be loaded. After an
 * error it has no meaning, and *number is valid all the same. */
enum status columns_entry(struct sqlite_store *db, struct columns *columns, enum column column, const struct columns_key *key,
			  uint32_t *number, struct error *err) MUST_CHECK;

/* ---- a copy of them beside the store (columns_snapshot.c) -------------------------- */

bool columns_snapshot_exists(const struct sqlite_store *db); /* whatever it is */
/* Whether there is one of a state of this store's past: then *columns, which are begun, are read from it,
 * instead of from the samples, by steps. Within a transaction. */
bool columns_snapshot_open(struct sqlite_store *db, struct columns *columns);
/* A part of it. *fits = false: it is damaged, or otherwise none: they are to be begun anew without it. */
enum status columns_snapshot_step(struct sqlite_store *db, struct columns *columns, bool *fits, struct error *err) MUST_CHECK;
void columns_snapshot_close(struct columns *columns);
/* Writes one, if that is worth while. Errors are of no account: there is none then. */
void columns_snapshot_save(struct sqlite_store *db, struct columns *columns);

/* ---- keeping them current (columns_read.c, columns_load.c, columns_follow.c) -------- */

/* Within a read transaction. Works for some 40 ms at what lists in that order need
 * (SORT_ID: the rows alone); *whole: nothing is left. */
enum status columns_step(struct sqlite_store *db, struct columns *columns, enum sort_key sort, bool *whole,
			 struct error *err) MUST_CHECK;
/* How far that is; ready when the orders that it needs are there. */
struct readiness columns_readiness(const struct columns *columns, enum sort_key sort);
/* Reads samples first … last again, or for the first time. */
enum status columns_read_range(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
			       struct error *err) MUST_CHECK;
/* Room for samples up to `last`. */
void columns_reserve(struct columns *columns, int64_t last);
/* Whether a key of provenance has a key of the query language of its own. */
bool columns_name_key(const char *key);
/* Takes up the entries of the log behind columns->edit: reads again some of the samples that they
 * name, or `all`, if these are no more than COLUMNS_CATCH_UP. *done: none is left, and nothing has
 * to be loaded anew. */
enum status columns_follow(struct sqlite_store *db, struct columns *columns, bool all, bool *done,
			   struct error *err) MUST_CHECK;

/* ---- asking them (columns_query.c, columns_walk.c) --------------------------------------- */

/* Which entries of each dictionary a query lets through. */
struct columns_plan {
	uint8_t *keep[COLUMN_COUNT]; /* by entry; NULL: all */
	int64_t first, last;         /* ids */
	bool exact;                  /* else some of what is let through does not match */
};

/* Whether all that a query asks is in them, as far as can be told before they are loaded. */
bool columns_hold(const struct columns *columns, const struct query *query);
void columns_plan(const struct columns *columns, const struct query *query, struct columns_plan *out);
void columns_plan_release(struct columns_plan *plan);
bool columns_plan_has(const struct columns *columns, const struct columns_plan *plan, int64_t id);

/* The hits of a query; kept until the columns change or another query is asked. */
const struct columns_hits *columns_find(struct columns *columns, const struct query *query,
					const struct columns_plan *plan);
/* Whether those of this query are at hand. */
bool columns_are_found(const struct columns *columns, const struct query *query);
static inline bool columns_hit(const struct columns_hits *hits, int64_t id)
{
	return hits->bits[id / 64] >> (id % 64) & 1;
}

/* The order that lists of this kind are read from; NULL: by id. */
struct columns_order *columns_order_of(struct columns *columns, enum sort_key sort);
/* A list in an order: rows are numbered from 0 to columns_length() - 1, hits or not. */
size_t columns_length(const struct columns *columns, enum sort_key sort);
int64_t columns_at(const struct columns *columns, enum sort_key sort, size_t at); /* 0: none here */
/* The number of the first row behind the cursor, or (inclusive) at it. */
enum status columns_place(struct sqlite_store *db, const struct columns *columns, enum sort_key sort,
			  const struct page_cursor *from, bool inclusive, size_t *at, struct error *err) MUST_CHECK;
enum status columns_cursor(struct sqlite_store *db, struct arena *arena, enum sort_key sort, int64_t id,
			   struct page_cursor *out, struct error *err) MUST_CHECK;
/* Up to `limit` hits from row `at` on (backward: before it), nearest first; how many. */
size_t columns_walk(struct columns *columns, const struct query *query, const struct columns_plan *plan,
		    enum sort_key sort, size_t at, bool forward, size_t limit, int64_t *ids);
/* The id of hit n, from 0, of those found last; 0: there is none. */
int64_t columns_nth(struct columns *columns, enum sort_key sort, int64_t n);
/* How many hits of those found last stand before row `place`. */
int64_t columns_rank(struct columns *columns, enum sort_key sort, size_t place);

/* ---- counts by value (facets.c) ---------------------------------------------------------------- */

/* Takes the lock (as columns_lock) and begins reading, unless a view has; a step of loading. To be ended by columns_end(), whatever it
 * answers. */
enum status columns_begin(struct sqlite_store *db, enum sort_key sort, bool wait, struct columns **columns, bool *whole,
			  struct error *err) MUST_CHECK;
void columns_end(struct sqlite_store *db, struct columns *columns);
/* How far a step that left something to do has come: never "ready", also where the rows are all
 * there and only the log behind them was not looked at any more. */
struct readiness columns_not_yet(const struct columns *columns, enum sort_key sort);
/* The hits of any query: where columns do not hold all that it asks, SQL picks them. */
enum status columns_hits_of(struct sqlite_store *db, struct columns *columns, const struct query *query,
			    struct error *err) MUST_CHECK;

/* ---- facets of few samples (facets_few.c) ---------------------------------------------------------- */

/* So many samples are read in less time than a scan of columns takes in large stores. */
#define FACETS_FEW_MOST 64

/* Where an index finds all samples that can match and they are few, their facets; else *done is false. */
enum status facets_of_few(struct sqlite_store *db, struct arena *arena, const struct facet_request *request,
			  struct facets *out, bool *done, struct error *err) MUST_CHECK;
/* A sample as queries and facets see it; `judged`: with its standing annotations. */
enum status facet_subject_read(struct sqlite_store *db, struct arena *arena, int64_t id, bool judged,
			       struct query_subject *out, struct error *err) MUST_CHECK;
/* Counts its values of the key, or that it has none. */
void facet_add_subject(struct arena *scratch, const struct query_subject *subject, enum facet_key key, int64_t count,
		       struct facet_table *table);

/* ---- SQL where columns do not know (sample_ids.c) ------------------------------------------------- */

/* Hands out the ids of all that match, in no order. */
enum status sample_ids_by_sql(struct sqlite_store *db, const struct query *query, void (*take)(void *context, int64_t id),
			      void *context, struct error *err) MUST_CHECK;

/* ---- lists (columns_list.c) ----------------------------------------------------------------- */

/* A list of all, and the queue of one status or level by time, have an index that leads
 * straight to their rows (sample_page.c): neither columns nor ids can be quicker. */
bool columns_have_index(const struct query *query, enum sort_key sort);

/* Each answers false when a walk by SQL has to do it: the store is small, the columns
 * are not loaded, or the query looks at something else. */
bool columns_page(struct sqlite_store *db, struct arena *arena, const struct page_request *request,
		  struct sample_page *out, enum status *status, struct error *err);
bool columns_count(struct sqlite_store *db, const struct query *query, int64_t *count, enum status *status,
		   struct error *err);
/* Of a page of a query without terms; other queries, and stores where many samples are excluded, have none. */
enum status total_at_once(struct sqlite_store *db, const struct query *query, struct sample_page *out,
			  struct error *err) MUST_CHECK;
/* Where columns hold some of what a query asks and let few samples through, at most
 * `most`: appends "s.id IN (…) AND ", as query_narrow() does. Within a transaction. */
bool columns_narrow(struct sqlite_store *db, const struct query *query, int64_t most, struct sql_text *out);
bool columns_ids(struct sqlite_store *db, struct arena *arena, const struct query *query, const int64_t **ids,
		 size_t *count, enum status *status, struct error *err);

#endif
