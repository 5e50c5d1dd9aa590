/*
 * A plan of what is least certain: it finds mistakes and ends disputes soonest, and says nothing of
 * all samples, for what is in it was chosen (uncertainty sampling: Lewis and Gale, "A sequential
 * algorithm for training text classifiers", SIGIR 1994). First samples on which reviewers differ;
 * then samples that wait in groups of alike ones whose judged members do not all have one cause, those first
 * where the group's word is most likely wrong: 1 - (agree + 1) / (judged + 2).
 */
#ifndef AITIA_CORE_PLAN_TARGET_H
#define AITIA_CORE_PLAN_TARGET_H

#include "core/inquiry.h"

/* Fills in samples and strata ("disputed", "alike") of a plan with query and seed; at most `size` samples. In the inquiry's arena.
 * STATUS_NOT_FOUND: nothing is in doubt. */
enum status plan_target(const struct inquiry *inquiry, size_t size, struct plan *plan, struct error *err) MUST_CHECK;

#endif
