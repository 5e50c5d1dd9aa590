/*
 * Bodies of code that are alike:
 *
 *   exact       the same bytes
 *   normalised  the same tokens, whatever blanks are between them, where names are renamed
 *               throughout: each name counts as its place in the order of first appearance;
 *               words that are keywords of many languages stay what they are
 *   near        alike by MinHash: the share of 5-token shingles that two bodies have in common
 *               (Jaccard), estimated from 64 hashes of one permutation (Li, Owen and Zhang, NIPS
 *               2012; empty bins filled by optimal densification, Shrivastava, ICML 2017),
 *               of which 16 bits are kept (b-bit minwise hashing: Li and König, WWW 2010; two
 *               that differ look equal once in 65,536).
 *               Candidates agree in one of 12 bands of 5 hashes, which of bodies at a likeness
 *               of 0.8 finds more than 99 of 100; they are taken for alike from an estimate of
 *               `least` on.
 *
 * The estimate of a likeness J has a standard deviation of sqrt(J (1 - J) / 64): 0.05 at 0.8.
 * So with least = 0.7, bodies of 0.8 are missed in 1 of 50 for that reason, and some of 0.6
 * come along; bodies of 0.5 hardly ever (1 of 1,000).
 *
 * Groups are what hangs together: each member is alike some other one, exact before normalised
 * before near. 190 bytes a different body; bodies themselves are not kept.
 */
#ifndef AITIA_CORE_ANALYSIS_SIMILAR_H
#define AITIA_CORE_ANALYSIS_SIMILAR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

#define SIMILAR_HASHES 64

struct similar_signature {
	uint16_t hashes[SIMILAR_HASHES];
	uint64_t normalised;
	bool is_short;       /* fewer tokens than a shingle: alike only if normalised */
};

void similar_sign(struct slice code, struct similar_signature *out);
/* Reads the tokens and does nothing with them but add up their hashes: what signing is measured against. */
uint64_t similar_tokens(struct slice code);
/* Bodies that are alike have one of these keys in common, most probably (number 0 surely, if they are normalised
 * alike); others seldom: look at the estimate. Numbers 0 … SIMILAR_KEYS - 1; false: it has no such one. */
#define SIMILAR_KEYS 13
bool similar_key(const struct similar_signature *signature, size_t number, uint32_t *key);
/* As bytes, the same on every machine. SIMILAR_FORM changes when other bytes come out for the same code. */
#define SIMILAR_FORM 1
#define SIMILAR_PACKED_BYTES (2 * SIMILAR_HASHES + 8 + 1)
void similar_pack(const struct similar_signature *signature, unsigned char *bytes);
void similar_unpack(const unsigned char *bytes, struct similar_signature *out);
/* The estimate of the likeness, 0 … 1. */
double similar_estimate(const struct similar_signature *a, const struct similar_signature *b);
/* The likeness itself, of all shingles: slow, for proofs. */
double similar_jaccard(struct slice a, struct slice b);

enum similar_kind { SIMILAR_EXACT, SIMILAR_NORMALISED, SIMILAR_NEAR };

struct similar_member {
	int64_t sample;
	enum similar_kind kind; /* how it is like the representative, which itself is exact */
	double likeness;        /* to the representative; 1 unless near */
};

struct similar_group {
	const struct similar_member *members; /* the representative, then the others by kind, likeness and number */
	size_t count;
	size_t exact, normalised, near;       /* members of each kind, the representative among the exact ones */
};

/*
 * Gathers samples, in the order of their numbers. `body` is a number that samples with equal
 * code share; the code of a body is looked at once.
 */
struct similar;
struct similar *similar_new(void);
void similar_free(struct similar *similar);
void similar_add(struct similar *similar, int64_t sample, int64_t body, struct slice code);
size_t similar_bodies(const struct similar *similar);
/* While groups are made `progress` (or NULL) is called now and then, and `cancel` (or NULL) looked at: once it is
 * raised there are none. */
void similar_watch(struct similar *similar, const atomic_bool *cancel, void (*progress)(void *context, int64_t done, int64_t total),
		   void *context);

/* Groups of two members at least, largest first. The representative is the sample whose code most members share,
 * of those the first. `widest`: what makes them alike at most. In the arena. */
void similar_groups(struct similar *similar, struct arena *arena, enum similar_kind widest, double least,
		    const struct similar_group **out, size_t *count);
/* Those alike one sample that was added, by likeness; it comes first. *found is false where it was not. */
bool similar_to(struct similar *similar, struct arena *arena, int64_t sample, double least, struct similar_group *out);

#endif
