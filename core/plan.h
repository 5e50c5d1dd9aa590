/*
 * Sampling plans: which samples are to be looked at, when not all can be, so that what is found in
 * them can be said of all. A plan has a name, stays in the store with the samples that it drew, and
 * is a queue: `sampled:NAME` in queries. Of two plans with one name the newer counts.
 */
#ifndef AITIA_CORE_PLAN_H
#define AITIA_CORE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/instant.h"
#include "core/base/status.h"

/* Numbers of the store. */
enum plan_form {
	PLAN_RANDOM,      /* each sample with the same chance */
	PLAN_STRATIFIED,  /* so many of each value of a key, drawn within it, in proportion */
	PLAN_UNCERTAIN,   /* likewise, more of the values of which less is certain; what it says of all is weighted */
	PLAN_TARGETED,    /* those of which least is certain, not by chance: says nothing of all */
	PLAN_FORM_COUNT
};
const char *plan_form_word(enum plan_form form);
/* Whether what is found in its samples can be said of all: it was drawn by chance. */
bool plan_represents(enum plan_form form);

struct plan_stratum {
	const char *value;    /* of the key; NULL: samples without one, or there is no key; of a targeted plan: why they are in it */
	int64_t population;   /* samples that it was drawn from */
	int64_t taken;        /* how many it got */
};

struct plan {
	const char *name;     /* letters, digits, '-', '_' and '.' */
	enum plan_form form;
	const char *query;    /* what it was drawn from */
	const char *key;      /* of the strata, or NULL */
	uint64_t seed;        /* below 2^63 */
	const struct plan_stratum *strata; /* one at least */
	size_t stratum_count;
	const int64_t *samples; /* by stratum, then number */
	size_t sample_count;
	/* Filled in by the store. */
	const char *reviewer;
	struct instant at;
	int64_t edit;
};

/* A plan in a list, with how far it has come: samples that do not wait any more (neither untriaged nor in review). */
struct plan_row {
	const char *name;
	enum plan_form form;
	const char *query, *key;
	int64_t samples, done;
	const char *reviewer;
	struct instant at;
	int64_t edit;
};

/* STATUS_USAGE: a name that queries could not name. */
enum status plan_check_name(const char *name, struct error *err) MUST_CHECK;

#endif
