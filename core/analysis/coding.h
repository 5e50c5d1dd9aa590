/*
 * How the coding of samples goes: whether judging more of them still brings new codes, and
 * how long one takes.
 *
 * Saturation: samples in the order in which they were judged, in blocks of fifty; a code
 * (a cause or a symptom) is new in the block that has it first. It is reached when the last
 * whole block brought at most 5 % of what was known before it (the threshold of Guest, Namey
 * and Chen, "A simple method to assess and report thematic saturation in qualitative
 * research", PLoS ONE 15(5), 2020). Beside it the chance that the next code named is one that
 * was never seen: codes named once over all namings (Good, Biometrika 40, 1953).
 *
 * Pace: a reviewer's edits in their order; the time from one to the next, unless it was a
 * pause, is what the samples of the later one took.
 */
#ifndef AITIA_CORE_ANALYSIS_CODING_H
#define AITIA_CORE_ANALYSIS_CODING_H

#include "core/base/arena.h"
#include "core/sample.h"

#define SATURATION_BLOCK 50
#define SATURATION_SHARE 0.05
#define PACE_PAUSE_US ((int64_t)300000000) /* a longer gap was a pause, and says nothing */
#define PACE_LEAST 0.5 /* seconds */

enum saturation_verdict { SATURATION_CANNOT_TELL, SATURATION_GOES_ON, SATURATION_REACHED };

struct saturation_block {
	size_t samples;  /* SATURATION_BLOCK, or fewer in the last one */
	size_t fresh;    /* codes that it has first */
};

struct saturation {
	enum saturation_verdict verdict; /* cannot tell: fewer than two whole blocks */
	size_t samples, codes;
	const struct saturation_block *blocks;
	size_t block_count;
	double unseen;   /* chance that the next code named is a new one; NAN: none was named */
};

struct coding_pace {
	const char *reviewer;
	size_t samples;  /* judged, each once */
	size_t timed;    /* of them, those whose time is known */
	double seconds;  /* of one of those; NAN: none is, or it is less than PACE_LEAST, which a script takes and no reader */
};

/* From standing annotations, those of a sample one behind the other; for saturation those that name no code count for nothing. */
struct coding_builder *coding_builder_new(struct arena *arena);
void coding_builder_add(struct coding_builder *builder, const struct annotation *annotation);
/* Paces: of each reviewer, most samples first. In the arena; frees the builder. */
void coding_builder_end(struct coding_builder *builder, struct saturation *saturation, const struct coding_pace **paces, size_t *count);
void coding_builder_free(struct coding_builder *builder); /* NULL is allowed */

#endif
