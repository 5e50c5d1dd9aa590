/* What the tests of screens look at: a small store with a bit of everything. */
#ifndef AITIA_TESTS_TUI_FIXTURE_H
#define AITIA_TESTS_TUI_FIXTURE_H

#include "core/render.h"
#include "core/store.h"

#define FIXTURE_SAMPLES 14

/* FIXTURE_SAMPLES samples, ids from 1, the newest first in the queue: sample 1. */
void fixture_samples(struct store *store);
/* `count` more of them, all alike but for their number. */
void fixture_many(struct store *store, int count);
/* `count` that were made to show something. */
void fixture_illustrative(struct store *store, int count);
/* `count` rules, the first of which flag the most samples. */
void fixture_rules(struct store *store, int count);
/* INC-2026-0001 with causes, events, actions and samples 1 to 3 as members. */
void fixture_incident(struct store *store);
/* A renderer that lays the incident's title and causes out line by line, and writes one page. */
const struct renderer *fixture_renderer(void);

/* A screen of that size over a store with fixture_samples(). Free it. */
struct screen_test;
struct screen_test *fixture_screen(int rows, int columns);

/* The annotation of `reviewer` that stands on the sample, or NULL; in the arena. */
const struct annotation *fixture_standing(struct store *store, struct arena *arena, int64_t sample,
					  const char *reviewer);
/* The sample's standing cause is this one; NULL: it has none. */
void assert_cause(struct screen_test *t, int64_t sample, const char *cause);
/* How many samples match; fails the test when the query is wrong. */
int64_t fixture_count(struct store *store, const char *query);

#endif
