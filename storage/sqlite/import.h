/* Inside an import: what is kept while it is under way. */
#ifndef AITIA_STORAGE_SQLITE_IMPORT_H
#define AITIA_STORAGE_SQLITE_IMPORT_H

#include "core/base/strbuf.h"
#include "storage/sqlite/edit_log.h"

/* A name → its id. Open addressing; 0 = free. */
struct name_slot {
	struct slice name;  /* any bytes: a word, "key NUL value", the items of a provenance */
	uint64_t hash;
	int64_t id;
};

struct name_table {
	struct name_slot *slots;
	size_t capacity, len;
};

struct importing {
	struct batch batch;
	bool broken;            /* a call failed: only abort is left */
	int64_t first_new;      /* greatest id of a sample before this import */
	int64_t last_sample, last_body;
	unsigned char *touched; /* bit per older sample that this file was already; NULL: none */
	struct arena scratch;   /* of one record */
	struct arena names;     /* of the tables */
	struct name_table words, attributes, provenances;
	struct strbuf items;    /* of the provenance at hand: ids and certainties */
	VEC_OF(char *) index_sql; /* CREATE INDEX … of those that were dropped */
};

/* Ids of names and bodies, made where they are new. Absent: 0. (names.c) */
enum status word_id(struct sqlite_store *db, const char *text, int64_t *id, struct error *err) MUST_CHECK;
enum status provenance_id(struct sqlite_store *db, const struct sample *sample, int64_t *id,
			  struct error *err) MUST_CHECK;
enum status body_id(struct sqlite_store *db, struct slice bytes, int64_t *id, struct error *err) MUST_CHECK;
void names_release(struct importing *import);

/* Drops the indexes that nothing in an import needs, and makes them again. */
enum status indexes_drop(struct sqlite_store *db, struct error *err) MUST_CHECK;
enum status indexes_make(struct sqlite_store *db, struct error *err) MUST_CHECK;

#endif
