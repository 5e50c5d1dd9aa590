/*
 * Attributes of one sample alone, packed into sample_own.items. Of each, in the order of
 * the input:
 *
 *     place in the sample's provenance, from 0     number
 *     id of its key in own_key                     number
 *     certainty                                    1 byte
 *     length of the value in bytes                 number
 *     the value
 *
 * Numbers are unsigned LEB128: 7 bits a byte, the lowest first, the high bit while more
 * follow. The places between are those of the shared set, in its order. All values of a
 * key are either here or there, so the first one here is the one that queries mean.
 */
#ifndef AITIA_STORAGE_SQLITE_OWN_H
#define AITIA_STORAGE_SQLITE_OWN_H

#include "core/base/strbuf.h"
#include "storage/sqlite/sqlite_db.h"

struct own_item {
	uint64_t place;
	uint64_t key;
	enum certainty certainty;
	struct slice value;
};

void own_add(struct strbuf *items, const struct own_item *item);
/* The first item of *items, which then holds the rest; false at the end. What cannot be
 * read ends the list and leaves *items not empty. */
bool own_next(struct slice *items, struct own_item *out);

/* The key's id, or 0: no sample has it among its own. */
enum status own_key_find(struct sqlite_store *db, const char *key, int64_t *id, struct error *err) MUST_CHECK;

#endif
