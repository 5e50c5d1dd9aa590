/*
 * Inside the engine: the connection, its statements, errors, transactions.
 *
 * Statements are SQL texts in statements.def, prepared on first use and kept.
 * Values are bound by type, never formatted into SQL. A loop over rows reads
 *
 *     stmt = sql_start(db, SQL_FLAGS_OF, SQL_INT(sample));
 *     while (sql_next(db, stmt)) …
 *     status = sql_end(db, stmt, err);
 *
 * and every path reaches sql_end(), which resets the statement: one left open
 * would block checkpoints.
 */
#ifndef AITIA_STORAGE_SQLITE_DB_H
#define AITIA_STORAGE_SQLITE_DB_H

#include <sqlite3.h>
#include <stdint.h>
#include <time.h>

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "storage/sqlite/sqlite_store.h"

#define BUSY_TURN_MS 4 /* between transactions that follow one another: others who wait get their turn (busy.c) */
#define STORE_APPLICATION_ID 0x41495441 /* "AITA" */
#define TIME_UNKNOWN_US (-((int64_t)1 << 58)) /* sample.produced_us where there is none */

enum statement {
#define STATEMENT(name, sql) SQL_##name,
#include "storage/sqlite/statements.def"
	STATEMENT_COUNT
};

/* Lists are compiled to SQL (query_sql.c); the latest few stay prepared. */
#define DYNAMIC_COUNT 24
struct dynamic_statement {
	char *sql;
	sqlite3_stmt *stmt;
	uint64_t used; /* clock of the last use; the oldest makes room */
};

struct importing;
struct search_plan;
struct columns;
struct edit_group;
struct alike_pass;
struct table_shape;

struct sqlite_store {
	struct store base;
	sqlite3 *handle;
	char *path;          /* for messages: as SQLite resolved it, or as given */
	char *journal_mode;
	bool read_only;
	bool header_says_wal; /* as it was opened */
	bool has_moved;       /* while it was opened, another file got its name */
	const char *network;  /* kind of the network file system that it lies on, or NULL */
	bool must_roll_back; /* a transaction is open that should have ended */
	int rc;              /* of the last call that failed, for sql_end() and db_error() */

	sqlite3_stmt *statements[STATEMENT_COUNT];
	struct dynamic_statement dynamic[DYNAMIC_COUNT];
	uint64_t clock;

	/* The codebook, as of data_version book_version (-1: not read yet). */
	struct arena book_arena;
	struct codebook book;
	char **code_names;   /* "model/hallucination", by index in the book */
	int64_t book_version;

	bool (*waiting)(void *context, int64_t waited_ms); /* busy.c */
	void *waiting_context;
	int64_t busy_since_ms, busy_told_ms; /* monotonic */

	struct importing *import; /* NULL: none under way */
	struct edit_group *group; /* likewise */
	struct search_plan *plan; /* of the list being read (search.h); NULL: none */
	int64_t index_bytes, index_pages; /* for the next step of the index, of texts or of merging; 0: none taken yet */
	bool index_merged;        /* there is nothing to merge, as far as is known */
	int64_t index_lock_us;    /* so long others could not write during the last step */
	int64_t index_changes;    /* rows that steps wrote: they change nothing that is to be seen */
	struct page_time *time;   /* what it may take; NULL: as long as it needs */
	struct columns *columns;  /* shared by the process (columns.h); NULL: not looked for yet */
	int64_t columns_least;    /* rows from which on lists are answered from them */
	int64_t snapshot_least;   /* … and kept in a file */
	unsigned far_rows;        /* walked past before the index is asked where hits are (search.h) */
	int64_t facets_few;       /* samples up to which facets are read from them one by one */
	size_t bulk_least;        /* samples from which on an edit goes by edit_bulk.h; tests compare the two ways */
	int64_t renewed_most;     /* samples that an import names which it wrote over (import.h) */
	struct table_shape *shapes; /* columns of tables (changeset.c), as of this version of the schema: */
	int64_t shapes_version;
	struct alike_pass *alike; /* groups of alike samples under way (alike.h); NULL: none */
	atomic_bool console_stopped; /* its question is to end (interrupt) */
	bool merging;             /* a transaction is under way of which others are parts */
};

static inline struct sqlite_store *sqlite_of(struct store *store)
{
	return (struct sqlite_store *)(void *)store;
}

/* ---- values ------------------------------------------------------------------- */

struct sql_value {
	enum { VALUE_NULL, VALUE_INT, VALUE_DOUBLE, VALUE_TEXT, VALUE_BLOB } type;
	int64_t number;
	double real;
	struct slice bytes;
};

static inline struct sql_value SQL_INT(int64_t number)
{
	return (struct sql_value){ .type = VALUE_INT, .number = number };
}

/* 0 means "not known" in the domain and NULL in the store. */
static inline struct sql_value SQL_INT_OR_NULL(int64_t number)
{
	return (struct sql_value){ .type = number ? VALUE_INT : VALUE_NULL, .number = number };
}

static inline struct sql_value SQL_TEXT(const char *text)
{
	return (struct sql_value){ .type = text ? VALUE_TEXT : VALUE_NULL, .bytes = slice_of(text) };
}

static inline struct sql_value SQL_BLOB(const void *at, size_t len_bytes)
{
	return (struct sql_value){ .type = at ? VALUE_BLOB : VALUE_NULL, .bytes = { at, len_bytes } };
}

static inline struct sql_value SQL_DIGEST(const struct digest *digest)
{
	return SQL_BLOB(digest->bytes, DIGEST_BYTES);
}

static inline struct sql_value SQL_NULL(void)
{
	return (struct sql_value){ .type = VALUE_NULL };
}

/* ---- statements --------------------------------------------------------------- */

sqlite3_stmt *sql_start_with(struct sqlite_store *db, enum statement id, const struct sql_value *values, size_t count);
sqlite3_stmt *sql_start_dynamic(struct sqlite_store *db, const char *sql, const struct sql_value *values, size_t count);
bool sql_next(struct sqlite_store *db, sqlite3_stmt *stmt);
enum status sql_end(struct sqlite_store *db, sqlite3_stmt *stmt, struct error *err) MUST_CHECK;
/* Runs a statement that answers no rows, or only the first of whose rows' first
 * number is wanted: *found says whether there was one (both may be NULL). */
enum status sql_run_with(struct sqlite_store *db, enum statement id, int64_t *number, bool *found, struct error *err,
			 const struct sql_value *values, size_t count) MUST_CHECK;

/* Runs an INSERT of one row and answers its id. (RETURNING would do so too, but makes SQLite
 * copy each page that it changes to a file, in case the statement fails half-way.) */
enum status sql_insert_with(struct sqlite_store *db, enum statement id, int64_t *row, struct error *err,
			    const struct sql_value *values, size_t count) MUST_CHECK;

#define SQL_VALUES(...) \
	(const struct sql_value[]){ __VA_ARGS__ }, sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value)
#define sql_start(db, id, ...) sql_start_with((db), (id), SQL_VALUES(__VA_ARGS__))
#define sql_start_plain(db, id) sql_start_with((db), (id), NULL, 0)
#define sql_run(db, id, err, ...) sql_run_with((db), (id), NULL, NULL, (err), SQL_VALUES(__VA_ARGS__))
#define sql_run_plain(db, id, err) sql_run_with((db), (id), NULL, NULL, (err), NULL, 0)
#define sql_number(db, id, number, found, err, ...) \
	sql_run_with((db), (id), (number), (found), (err), SQL_VALUES(__VA_ARGS__))
#define sql_insert(db, id, row, err, ...) sql_insert_with((db), (id), (row), (err), SQL_VALUES(__VA_ARGS__))
#define sql_number_plain(db, id, number, found, err) sql_run_with((db), (id), (number), (found), (err), NULL, 0)

/* Around reading all of a table or an index once: pages are not kept for it, which would cost their
 * memory, drive out those that are read again, and take several times as long. */
void scan_begins(struct sqlite_store *db);
void scan_ends(struct sqlite_store *db);

/* Columns of the row at hand; copies go into the arena. */
char *column_text(struct arena *arena, sqlite3_stmt *stmt, int column); /* NULL: NULL */
/* Of a column that is NOT NULL: in a damaged store it may be all the same, which counts as "". */
char *column_string(struct arena *arena, sqlite3_stmt *stmt, int column);
/* The first column of all rows, and the end of the statement. */
enum status sql_strings(struct sqlite_store *db, sqlite3_stmt *stmt, struct arena *arena, const char *const **out, size_t *count,
			struct error *err) MUST_CHECK;
struct slice column_slice(struct arena *arena, sqlite3_stmt *stmt, int column);
/* A text or blob of a changeset, borrowed; "" for others. For sqlite3_value_text() SQLite would need
 * memory, to end it with a zero, and for want of that say NULL, as if there were nothing. */
struct slice changed_text(sqlite3_value *value);
struct instant column_instant(sqlite3_stmt *stmt, int column); /* *_us and *_precision behind it */
bool column_digest(sqlite3_stmt *stmt, int column, struct digest *out);
/* A number of a closed list; one that a damaged or newer store might hold counts as 0. */
int column_term(sqlite3_stmt *stmt, int column, int count);

void statements_finalize(struct sqlite_store *db);

/* ---- errors and transactions -------------------------------------------------- */

/* The sentence for a result code of SQLite, with the path and what to do. */
enum status db_error(struct sqlite_store *db, int rc, struct error *err);
/* STATUS_STORE: what stands in the store cannot be. */
enum status db_damaged(struct sqlite_store *db, struct error *err, const char *what);

/* A read transaction, so that several statements see one state. Nests: inside
 * another transaction it does nothing. */
bool read_begin(struct sqlite_store *db);
enum status read_must_begin(struct sqlite_store *db, bool *began, struct error *err) MUST_CHECK; /* nested: OK, and not *began */
void read_end(struct sqlite_store *db, bool began);
/* BEGIN IMMEDIATE: a read that turns into a write would fail at once, whatever
 * the timeout. Refused while an import or a group of edits is under way. */
enum status write_begin(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* Takes the transaction back, if one is open. If that fails, the next statement tries again first. */
bool roll_back(struct sqlite_store *db);
/* Commits if status is STATUS_OK, else rolls back; the status to return. */
enum status write_end(struct sqlite_store *db, enum status status, struct error *err) MUST_CHECK;

/* How long a list may be looked for. Once the time is over, page_due() answers true for
 * one row, which so becomes a row of the list without being a hit: where to go on. */
struct page_time {
	clockid_t clock;
	int64_t until_us;    /* of that clock */
	unsigned calls;      /* rows that were no hits */
	unsigned calls_most; /* after so many the time is over, too; 0: however many */
	bool over;
	int64_t wall_until_us; /* of a glance; 0: none is */
};
struct page_time page_time_of(int64_t budget_ms);
/* A glance at the nearest rows, whose clocks are looked at for each: so much on the processor, and so much at all. */
struct page_time page_time_of_glance(int64_t cpu_ms, int64_t wall_ms);
bool page_due(struct sqlite_store *db);
int64_t monotonic_us(void);

/* ---- parts of the engine -------------------------------------------------------- */

#define STORE_HEADER_BYTES 100 /* https://sqlite.org/fileformat2.html, section 1.3 */
/* What the journal or the log beside a file tells of its first page. (header_beside.c) */
enum header_beside {
	HEADER_NONE,  /* nothing */
	HEADER_EMPTY, /* the file was empty before what the journal takes back */
	HEADER_FOUND, /* its beginning, which is in `header` */
};
enum header_beside header_beside(const char *path, unsigned char header[STORE_HEADER_BYTES]);

enum status migrate(struct sqlite_store *db, struct error *err) MUST_CHECK;
void busy_register(struct sqlite_store *db);
/* A pause before the lock is tried again, for the first time if `tries` is 0; false: it is given up. */
bool busy_wait(struct sqlite_store *db, int tries);
enum status functions_register(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* For views of another connection. */
int own_value_register(sqlite3 *handle);

/* The codebook as it stands now. */
enum status codebook_load(struct sqlite_store *db, struct error *err) MUST_CHECK;
const char *code_name_of(const struct sqlite_store *db, int64_t id); /* NULL: 0 or unknown */
/* By name, for a judgement: STATUS_USAGE with the nearest name, or STATUS_REFUSED if retired. */
enum status code_resolve(struct sqlite_store *db, enum code_kind kind, const char *name, int64_t *id,
			 struct error *err) MUST_CHECK;

enum status check_reviewer(const char *reviewer, struct error *err) MUST_CHECK;
/* In order, each once; how many are left. */
size_t sort_unique_ids(int64_t *ids, size_t count);
/* As a JSON array in `buf`, for json_each(). */
struct sql_value ids_as_json(struct strbuf *buf, const int64_t *ids, size_t count);
/* The same of a list, which is left as it is. Free the answer. */
int64_t *unique_ids(const int64_t *ids, size_t count, size_t *out_count);
/* The samples named, each once, by id; all must exist. Free *out. */
enum status unique_samples(struct sqlite_store *db, const int64_t *samples, size_t count, int64_t **out,
			   size_t *out_count, struct error *err) MUST_CHECK;
enum status sample_exists(struct sqlite_store *db, int64_t id, struct error *err) MUST_CHECK;

/* Operations of the port, by file. */
enum status db_sample_page(struct store *, struct arena *, const struct page_request *, struct sample_page *, struct error *);
enum status db_sample_count(struct store *, const struct query *, int64_t *, struct error *);
enum status db_facets(struct store *, struct arena *, const struct facet_request *, struct facets *, struct error *);
enum status db_sample_table(struct store *, struct arena *, const struct table_request *, struct table *, struct readiness *,
			    struct error *);
enum status db_sample_seek(struct store *, struct arena *, const struct seek_request *, struct seek *, struct error *);
/* What a list shows of a sample (sample_page.c); the codebook must be loaded. */
enum status sample_row_read(struct sqlite_store *db, struct arena *arena, int64_t id, struct sample_row *row,
			    struct error *err) MUST_CHECK;
enum status db_sample_ids(struct store *, struct arena *, const struct query *, const int64_t **, size_t *, struct error *);
enum status db_plan_put(struct store *, const char *, const struct plan *, int64_t *, struct error *);
enum status db_plan_list(struct store *, struct arena *, const struct plan_row **, size_t *, struct error *);
enum status db_plan_get(struct store *, struct arena *, const char *, struct plan *, struct error *);
enum status db_alike_status(struct store *, struct alike_status *, struct error *);
enum status db_alike_step(struct store *, int64_t, bool, bool *, struct error *);
enum status db_alike_say(struct store *, const char *, const int64_t *, size_t, enum alike_word, int64_t *, struct error *);
enum status db_alike_links(struct store *, struct arena *, int64_t, const struct alike_link **, size_t *, struct error *);
enum status db_alike_groups(struct store *, struct arena *, const struct query *, size_t, const struct alike_group **, size_t *,
			    struct error *);
enum status db_alike_group(struct store *, struct arena *, int64_t, struct alike_group *, struct error *);
enum status db_sample_codes(struct store *, const struct query *, bool (*)(void *, int64_t, int64_t, struct slice), void *,
			    struct error *);
enum status db_sample_get(struct store *, struct arena *, int64_t, struct sample **, struct error *);
enum status db_sample_find(struct store *, const struct digest *, int64_t *, struct error *);
enum status db_annotation_list(struct store *, struct arena *, int64_t, const struct annotation **, size_t *, struct error *);
enum status db_judgements(struct store *, struct arena *, const struct query *, bool (*visit)(void *, const struct annotation *), void *,
			  struct error *);
enum status db_codebook_get(struct store *, struct arena *, struct codebook *, struct error *);
enum status db_import_begin(struct store *, const struct batch *, struct error *);
enum status db_import_add(struct store *, const struct sample *, enum import_outcome *, struct error *);
enum status db_import_reject(struct store *, const struct batch_reject *, struct error *);
enum status db_import_commit(struct store *, const struct digest *, struct batch *, struct error *);
void db_import_abort(struct store *);
enum status db_batch_list(struct store *, struct arena *, const struct batch **, size_t *, struct error *);
enum status db_batch_get(struct store *, struct arena *, int64_t, struct batch **, struct error *);
enum status db_batch_rejects(struct store *, struct arena *, int64_t, int64_t, size_t, const struct batch_reject **, size_t *,
			     struct error *);
enum status db_annotate(struct store *, const char *, const struct annotate_request *, int64_t *, struct error *);
enum status db_triage(struct store *, const char *, const struct triage_request *, int64_t *, struct error *);
enum status db_deferrals(struct store *, struct arena *, const char *const **, size_t *, struct error *);
enum status db_incident_list(struct store *, struct arena *, const struct incident_row **, size_t *, struct error *);
enum status db_incident_get(struct store *, struct arena *, const char *, struct incident **, struct error *);
enum status db_incident_put(struct store *, struct arena *, const char *, const struct incident *, const char *,
			    const char **, int64_t *, struct error *);
enum status db_members_add(struct store *, const char *, const char *, const int64_t *, size_t, enum member_role,
			   int64_t *, struct error *);
enum status db_members_remove(struct store *, const char *, const char *, const int64_t *, size_t, int64_t *, struct error *);
enum status db_members(struct store *, struct arena *, const char *, const int64_t **, const enum member_role **,
		       size_t *, struct error *);
enum status db_sample_incidents(struct store *, struct arena *, int64_t, const char *const **, size_t *, struct error *);
enum status db_exposure_put(struct store *, const char *, const struct exposure *, size_t, const char *, struct exposure_result *,
			    int64_t *, struct error *);
enum status db_exposure_list(struct store *, struct arena *, const struct exposure **, size_t *, struct error *);
enum status db_edit_list(struct store *, struct arena *, const struct edit_filter *, int64_t, size_t, const struct edit **,
			 size_t *, struct error *);
enum status db_edit_changes(struct store *, struct arena *, int64_t, size_t, const struct edit_change **, size_t *, struct error *);
enum status db_undo(struct store *, struct arena *, const char *, int64_t, struct edit *, struct error *);
enum status db_redo(struct store *, struct arena *, const char *, struct edit *, struct error *);
enum status db_group_begin(struct store *, const char *, const char *, struct error *);
enum status db_group_end(struct store *, enum status, const char *, int64_t *, struct error *);
enum status db_console(struct store *, const struct console_request *, struct error *);
const struct console_view *db_console_views(size_t *);
enum status db_index_status(struct store *, struct index_status *, struct error *);
enum status db_index_step(struct store *, int64_t, bool, bool *, struct error *);
enum status db_index_drop(struct store *, struct error *);
enum status db_view_begin(struct store *, bool *, struct error *);
void db_view_end(struct store *, bool);
void db_on_wait(struct store *, bool (*)(void *, int64_t), void *);
enum status db_check(struct store *, bool, void (*)(void *, const char *), void *, int64_t *, struct error *);

#endif
