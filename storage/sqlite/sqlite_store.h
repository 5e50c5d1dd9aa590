/*
 * The engine behind core/store.h that keeps a store in one SQLite file.
 *
 * Needs an SQLite with the session extension (SQLITE_ENABLE_SESSION and
 * SQLITE_ENABLE_PREUPDATE_HOOK, as Debian builds it): the operation log is made
 * of its changesets.
 */
#ifndef AITIA_STORAGE_SQLITE_STORE_H
#define AITIA_STORAGE_SQLITE_STORE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/store.h"

struct sqlite_open_options {
	bool create;    /* make a store where there is no file, or an empty one */
	bool read_only; /* never write; an older store is then refused, not migrated */
	/* Likewise, but opened as a writer is: a reader that may not write leaves the files
	 * that it shares with writers (PATH-wal, PATH-shm) behind. */
	bool look;
	/* As struct store_ops, on_wait, from the opening on: a first import into a new store keeps
	 * others from opening it. NULL: some seconds are waited. */
	bool (*waiting)(void *context, int64_t waited_ms);
	void *waiting_context;
};

/*
 * Opens the store at `path`, which may also be a "file:" URI as SQLite
 * understands it. An older store is migrated, after a copy of it was made beside
 * it (PATH.v1.bak). Everything else that is not a store of ours (another
 * program's database, another kind of file, a newer store) is refused with
 * STATUS_STORE and left as it is, byte for byte. `options` may be NULL: none.
 * Close with store->ops->close().
 */
enum status sqlite_store_open(const char *path, const struct sqlite_open_options *options,
			      struct store **out, struct error *err) MUST_CHECK;

/* The file, as SQLite resolved it; "" for a store in memory. */
const char *sqlite_store_path(const struct store *store);
/* Whether its path is another file's now, or nobody's: then what others do is not seen here. */
bool sqlite_store_has_moved(const struct store *store);
/* Writes the log (PATH-wal) to the file and empties it, as far as those who read and write allow, without waiting for
 * them; also when the file has another name now. Whether all of it is in the file. */
bool sqlite_store_save_log(struct store *store);
/* "wal", or "delete" and the like where WAL cannot be had. */
const char *sqlite_store_journal_mode(const struct store *store);

struct backup_options {
	bool force;                 /* replace a file that is at `path` */
	const atomic_bool *cancel;  /* looked at now and then: STATUS_CANCELLED; or NULL */
	void (*progress)(void *context, int64_t done, int64_t total); /* pages; or NULL */
	void *context;
};

/* A copy of the whole store at one moment, while readers and writers go on. It was read
 * back and is on the disk when it gets its name; until then nothing is at `path`, and what
 * was there stays. `options` may be NULL. STATUS_OUTPUT if `path` exists or cannot be
 * written, STATUS_STORE if the store is damaged. */
enum status sqlite_store_backup(struct store *store, const char *path, const struct backup_options *options,
				struct error *err) MUST_CHECK;

/*
 * The store at `path` becomes what `backup` is, which is checked first and stays. The file
 * that was there is kept beside it, with its log: *aside is its name, the caller's to
 * free() (NULL: there was none). A log whose store is gone is kept likewise. The new file has the
 * rights of the one that it replaces; where there is none, they are its user's alone. Where it
 * fails, all is as it was. STATUS_STORE if the backup is damaged, or while anybody
 * has the store open (without a log, who is idle is not noticed, and told so with the next
 * call). `options` as above, without `force`; may be NULL.
 */
enum status sqlite_store_restore(const char *path, const char *backup, const struct backup_options *options, char **aside,
				 struct error *err) MUST_CHECK;

struct compact_result {
	int64_t before_bytes, after_bytes; /* the file with its log */
};

/* Gives room back to the disk that deleted and replaced things took, and brings what
 * belongs together side by side; the log is emptied. All or nothing, also when the power
 * fails. STATUS_REFUSED where the disk has no room for the copy that it needs on the way
 * (twice the store, in its folder), STATUS_STORE while another process writes. */
enum status sqlite_store_compact(struct store *store, const atomic_bool *cancel, struct compact_result *out,
				 struct error *err) MUST_CHECK;

struct merge_options {
	bool dry_run;               /* all is counted, and nothing kept */
	const atomic_bool *cancel;  /* as above */
	/* What is for people to look at: one sentence each; or NULL. */
	void (*conflict)(void *context, const char *what);
	void *context;
};

struct merge_result {
	int64_t samples_new, samples_updated;
	int64_t edits;              /* entries of the log that came */
	int64_t annotations;
	int64_t flipped;            /* edits known here that were undone or redone there since */
	int64_t incidents_new, incidents_updated;
	int64_t conflicts;
	int64_t edit;               /* the entry that holds all of it, and undoes it; 0: nothing came */
};

/*
 * Brings in what another store (of the same version, which is only read) has and this one
 * does not: samples by fingerprint, edits by their uuid with all that they judged and
 * changed. Samples are taken in as by an import; all else is one edit of `reviewer`.
 *
 * Of what both sides decided, the newest decision counts, by the clock of whoever made it:
 * so both stores, each merged into the other, come to hold the same. Nothing is lost:
 * judgements stand side by side, and where both changed an incident, the older version
 * becomes an incident of its own. An incident whose key another one has here gets a new key.
 */
enum status sqlite_store_merge(struct store *store, const char *path, const char *reviewer,
			       const struct merge_options *options, struct merge_result *out,
			       struct error *err) MUST_CHECK;

#endif
