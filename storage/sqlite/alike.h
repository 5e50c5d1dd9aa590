/*
 * Groups of alike samples (core/alike.h), kept beside the samples and made anew at any time.
 *
 *   alike_step.c    bodies get signatures and groups, in bounded steps behind the imports
 *   alike_pass.c    which bodies of a chunk are alike which others: in memory, between steps
 *   alike_words.c   what people say, and groups that it changes
 *   alike_read.c    groups and words, as the port hands them out
 *   check_alike.c   whether it all fits
 *
 * A chunk of new bodies is read, then all older signatures are walked past it, some thousand
 * a step and without the lock; what is found is written in the order of the new bodies, so
 * that whoever is killed in between leaves groups that are right as far as they go. Two
 * processes at it do the same walk; the second finds that it has been written, and begins anew.
 */
#ifndef AITIA_STORAGE_SQLITE_ALIKE_H
#define AITIA_STORAGE_SQLITE_ALIKE_H

#include "core/analysis/alike.h"
#include "storage/sqlite/edit_log.h"
#include "storage/sqlite/query_sql.h"

/* A new body is alike another one, new and before it or older. */
struct alike_edge {
	uint32_t node; /* its place in the chunk */
	int64_t body;
};

struct alike_node {
	int64_t number, body;
	struct similar_signature signature;
};

/* A key, and the first and last new body that has it. */
struct alike_slot {
	uint32_t key, first, last; /* places in the chunk + 1; first 0: free */
	uint32_t links;            /* older bodies that were found under it */
};

struct alike_pass {
	int64_t epoch;
	int64_t first, last;  /* signatures of the chunk: first < number <= last */
	int64_t at;           /* the last that was loaded, then (walking) the last older one that was passed */
	bool walking, found;  /* found: what remains is to write */
	VEC_OF(struct alike_node) nodes;
	struct alike_slot *slots;
	size_t slot_count;    /* a power of two */
	VEC_OF(struct alike_edge) edges; /* found: in order, each once */
	size_t node_at, edge_at; /* written up to here */
};

struct alike_pass *alike_pass_new(int64_t epoch, int64_t first, int64_t last);
void alike_pass_free(struct alike_pass *pass); /* NULL: nothing */
void alike_pass_load(struct alike_pass *pass, int64_t number, int64_t body, const unsigned char *sign);
void alike_pass_walk(struct alike_pass *pass, int64_t body, const unsigned char *sign);
void alike_pass_end(struct alike_pass *pass);

/* Within a transaction. If what people say is not what the groups were made with: makes those
 * anew that it is about. */
enum status alike_follow_words(struct sqlite_store *db, struct error *err) MUST_CHECK;
/* The clusters of those bodies, each anew, by all that is said. */
enum status alike_make_anew(struct sqlite_store *db, const int64_t *bodies, size_t count, struct error *err) MUST_CHECK;
/* Of those clusters, the ones that words are about: anew. */
enum status alike_mend(struct sqlite_store *db, const int64_t *clusters, size_t count, struct error *err) MUST_CHECK;
/* Throws all away but the words. Within a transaction. */
enum status alike_drop(struct sqlite_store *db, struct error *err) MUST_CHECK;

#endif
