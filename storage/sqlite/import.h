/* Inside an import: what is kept while it is under way. All of it is bounded, whatever
 * the file: what no longer fits in memory is looked up in the store. */
#ifndef AITIA_STORAGE_SQLITE_IMPORT_H
#define AITIA_STORAGE_SQLITE_IMPORT_H

#include "core/base/strbuf.h"
#include "storage/sqlite/changeset.h"
#include "storage/sqlite/edit_log.h"

/* More samples that are written over are not named in the log: 150 bytes each, and to read as many again, one by one,
 * takes 140 ms, while others wait. (sqlite_store.renewed_most) */
#define RENEWED_MOST 10000

/* A name → its id. Open addressing; 0 = free. */
struct name_slot {
	struct slice name;  /* any bytes: a word, a value behind its key, the items of a provenance */
	uint64_t hash;
	int64_t id;
};

struct name_table {
	struct name_slot *slots;
	size_t capacity, len;
};

/* A digest → the id of the row that may have it: 32 bits of the digest are kept, the row
 * decides. Open addressing; id 0 = free. */
struct seen_slot {
	uint32_t tag, id;
};

struct seen_part {
	struct seen_slot *slots;
	uint32_t capacity, len;
};

#define SEEN_PARTS 256

struct seen {
	struct seen_part parts[SEEN_PARTS];
	size_t len, len_max;
	bool complete;          /* all rows of the store are in it: it answers instead of the index */
};

/* A key of provenance in this import. */
struct provenance_key {
	const char *text;
	size_t values;          /* different ones so far */
	int64_t own;            /* id in own_key: its values stand with the samples; 0: in sets */
};

struct dropped_index {
	char *name, *sql;       /* CREATE INDEX … */
};

struct importing {
	struct batch batch;
	bool broken;            /* a call failed: only abort is left */
	uint64_t seed;          /* of the hashes, random: names and bodies are hostile */
	int64_t first_new;      /* greatest id of a sample before this import */
	int64_t last_sample, last_body;
	unsigned char *touched; /* bit per older sample that this file was already; NULL: none */
	struct arena scratch;   /* of one record */

	struct arena names;     /* of the tables */
	size_t names_bytes;     /* what they and their names take, about */
	struct name_table words, keys, attributes, provenances;
	VEC_OF(struct provenance_key) provenance_keys; /* by id in `keys` - 1 */
	int64_t sets, samples_asked;  /* made by this import; samples that have one */
	int64_t sets_new, sets_asked; /* the same, since a key was last looked for (provenance.c) */
	struct strbuf items, own; /* of the sample at hand: its set, and what is beside it */

	struct strbuf renewed;  /* samples that were written over, as changes of their content_digest (changeset.h) */
	struct changed_table renewed_table; /* of the first on; .count 0: there was none yet */

	struct seen bodies, samples;
	VEC_OF(struct dropped_index) dropped;
	bool left_log;          /* for a rollback journal, until the end */
};

/* ---- names.c ------------------------------------------------------------------------ */

uint64_t name_hash(const struct importing *import, struct slice name);
/* 0: not in memory. */
int64_t name_find(const struct name_table *table, struct slice name, uint64_t hash);
/* Nothing, where memory's bound is reached. */
void name_remember(struct importing *import, struct name_table *table, struct slice name, uint64_t hash, int64_t id);
void names_release(struct importing *import);
/* Made where it is new. NULL: 0. */
enum status word_id(struct sqlite_store *db, const char *text, int64_t *id, struct error *err) MUST_CHECK;

/* ---- provenance.c --------------------------------------------------------------------- */

/* The id of the sample's shared set, 0 if that is empty; the rest is in import->own,
 * packed, until the next call. */
enum status provenance_id(struct sqlite_store *db, const struct sample *sample, int64_t *id,
			  struct error *err) MUST_CHECK;

/* ---- seen.c --------------------------------------------------------------------------- */

void seen_init(struct seen *seen, bool complete, size_t len_max);
void seen_release(struct seen *seen);
/* False: its bound is reached, and it is given up: `complete` no more. */
bool seen_add(struct seen *seen, uint64_t seed, const struct digest *digest, int64_t id);
/* The next row that may have the digest, 0: none. *at starts at 0. */
int64_t seen_next(const struct seen *seen, uint64_t seed, const struct digest *digest, size_t *at);

/* ---- body.c --------------------------------------------------------------------------- */

/* Made where it is new. `digest` is that of the bytes. Absent: 0. */
enum status body_id(struct sqlite_store *db, struct slice bytes, const struct digest *digest, int64_t *id,
		    struct error *err) MUST_CHECK;

/* ---- bulk.c --------------------------------------------------------------------------- */

/* How the connection works while an import is under way: outside of its transaction.
 * The answer is for the end: whether it left the log. */
bool bulk_pace_begin(struct sqlite_store *db);
void bulk_pace_end(struct sqlite_store *db, bool left_log);
/* Behind BEGIN: what is not needed row by row is dropped, where the store is empty. */
enum status bulk_begin(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* Behind each new sample: drops indexes that are cheaper made again. */
enum status bulk_new_sample(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* Makes one that was dropped; all, before COMMIT. */
enum status bulk_index_make(struct sqlite_store *db, const char *name, struct error *err) MUST_CHECK;
enum status bulk_end(struct sqlite_store *db, struct error *err) MUST_CHECK;
void bulk_release(struct importing *import);

#endif
