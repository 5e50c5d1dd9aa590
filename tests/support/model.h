/*
 * The SQLite engine against the in-memory one: random operations on both, whose answers
 * must be the same; lists in every order and direction, random queries and counts by value,
 * compared.
 */
#ifndef AITIA_TESTS_SUPPORT_MODEL_H
#define AITIA_TESTS_SUPPORT_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/store.h"

#define MODEL_REVIEWERS 3
extern const char *const model_reviewers[MODEL_REVIEWERS];

extern uint64_t model_seed;
uint32_t model_roll(uint32_t sides);
const char *model_query(void); /* any of some */

struct model {
	struct store *a, *b;   /* SQLite's, the one in memory */
	struct store *plain;   /* gets the imports alone; or NULL */
	struct arena arena;
	struct error err_a, err_b;
	int64_t sample_count;
	long step;
};

/* The same call on both; its arguments are evaluated twice, so nothing is rolled there. */
#define both(p, out_a, out_b, operation, ...)                                                        \
	model_both((p), (p)->a->ops->operation((p)->a, __VA_ARGS__, out_a, &(p)->err_a),             \
		   (p)->b->ops->operation((p)->b, __VA_ARGS__, out_b, &(p)->err_b), #operation)

/* Whether both did it; fails if they disagree. */
bool model_both(struct model *p, enum status a, enum status b, const char *operation);
void model_same_text(const struct model *p, const char *what, const char *a, const char *b);
void model_same_number(const struct model *p, const char *what, int64_t a, int64_t b);

void model_import(struct model *p);
void model_step(struct model *p);      /* any operation */
bool model_step_back(struct model *p, const char *reviewer, bool back); /* undo, or redo; whether there was one */
bool model_undo(struct model *p, const char *reviewer, int64_t edit); /* likewise, of one that is named */
void model_compare(struct model *p);   /* a list, a sample, an incident, the log; at times facets */
void model_check_clean(struct model *p);

#endif
