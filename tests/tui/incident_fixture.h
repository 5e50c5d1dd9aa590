/* What the tests of incidents on the screen share: one incident with its samples, and how it is stored. */
#ifndef AITIA_TESTS_TUI_INCIDENT_FIXTURE_H
#define AITIA_TESTS_TUI_INCIDENT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

static struct arena arena; /* of what is read back; released by teardown */

static inline int setup(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer(), .export_folder = "site" };
	struct screen_test *t = screen_test_new(&options);

	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	*state = t;
	return 0;
}

static inline int setup_bare(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer() };

	*state = screen_test_new(&options);
	return 0;
}

static inline int teardown(void **state)
{
	screen_test_free(*state);
	arena_release(&arena);
	return 0;
}

static inline struct incident *stored(struct screen_test *t)
{
	struct incident *incident;
	struct store *store = screen_test_store(t);

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, NULL), STATUS_OK);
	return incident;
}

/* Somebody else changes the title while the screen is open. */
static inline void change_elsewhere(struct screen_test *t, const char *title)
{
	struct incident *copy = incident_copy(&arena, stored(t));
	struct store *store = screen_test_store(t);
	const char *key;
	int64_t edit;

	copy->title = title;
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "title", &key, &edit, NULL), STATUS_OK);
}

#endif
