/*
 * Work for a store, step by step, of every kind that changes one: what the proofs of crashes
 * and faults run. No step asserts anything: each answers how it went.
 */
#ifndef AITIA_TESTS_SUPPORT_STORE_LOAD_H
#define AITIA_TESTS_SUPPORT_STORE_LOAD_H

#include "core/store.h"

#define LOAD_SAMPLES 40

struct load {
	const char *folder;
	char path[128];       /* of the store */
	char other[128];      /* of the store that is merged in; made by load_make_other() */
	char copy[128];       /* of the backup that a step makes */
	struct store *store;  /* NULL: closed */
	struct arena arena;
	struct error err;
};

struct load_step {
	const char *name;
	enum status (*run)(struct load *load); /* on an open store, which it may close and open */
};

/* In this order; the first two make the store and fill it. */
extern const struct load_step load_steps[];
extern const size_t load_step_count;

void load_init(struct load *load, const char *folder);
void load_release(struct load *load); /* closes */
enum status load_open(struct load *load);
void load_close(struct load *load);
/* A store of somebody else, with samples and judgements of its own and an incident. */
void load_make_other(struct load *load);

/* Over all that all tables hold, but for the names of edits, which are random, and the index
 * of words, which is built in as many transactions as it takes and has a check of its own. */
uint64_t store_digest(struct store *store);
/* Opens the store with the file system `vfs` (NULL: the default), checks all of it and answers
 * the digest; 0: it cannot be opened or has findings, and `err` says so. */
uint64_t store_digest_checked(const char *path, const char *vfs, struct error *err);

#endif
