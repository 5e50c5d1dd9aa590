/*
 * A column's dictionary: what the samples of a store say about one group of
 * things, each different saying once. The column holds the number of an entry in
 * two bytes; the entry is a part of a sample, on which query_matches() decides
 * once for all samples that share it.
 */
#ifndef AITIA_STORAGE_SQLITE_DICTIONARY_H
#define AITIA_STORAGE_SQLITE_DICTIONARY_H

#include "core/base/vec.h"
#include "core/query.h"

#define DICTIONARY_NONE 0u        /* there is no sample of this number */
#define DICTIONARY_OTHERS 1u      /* the dictionary was full: not known */
#define DICTIONARY_FIRST 2u
#define DICTIONARY_MAX 65536u

struct dictionary_entry {
	struct query_subject subject; /* only what the column is about is filled in */
	int64_t rows;                 /* that have it */
	const int64_t *key;           /* what makes it equal to another */
	size_t key_len;
	bool unfilled;                /* reading what it says failed */
};

struct dictionary {
	VEC_OF(struct dictionary_entry) entries;
	uint32_t *slots;              /* of a hash table; 0: free */
	size_t slot_count;
	uint32_t last;                /* put last; 0: none yet */
	struct arena arena;           /* entries live in it */
};

void dictionary_init(struct dictionary *dictionary);
void dictionary_release(struct dictionary *dictionary);
/* The entry of a key; a new one has *is_new and an empty subject, to be filled in
 * from dictionary->arena. DICTIONARY_OTHERS when it is full. */
uint32_t dictionary_put(struct dictionary *dictionary, const int64_t *key, size_t key_len, bool *is_new);

#endif
