/*
 * Screens tested as text: the app with the in-memory store, fed a script of keys;
 * every request is carried out at once, so that nothing waits or races. The clock
 * stands at SCREEN_TEST_NOW.
 *
 *     struct screen_test *t = screen_test_new(NULL);          in setup
 *     … fill screen_test_store(t) …
 *     screen_test_start(t);
 *     screen_test_keys(t, "j j Space 1 h / 'lang:python' Enter");
 *     screen_test_golden(t, "queue_filtered", false);         tests/golden/tui/queue_filtered.txt
 *     screen_test_free(t);                                    in teardown
 *
 * UPDATE_GOLDEN=1 in the environment writes the golden files afresh: look at the
 * difference before it is committed.
 */
#ifndef AITIA_TESTS_SCREEN_TEST_H
#define AITIA_TESTS_SCREEN_TEST_H

#include "core/render.h"
#include "core/store.h"
#include "tui/app.h"

#define SCREEN_TEST_NOW "2026-05-04T12:00:00Z"

struct screen_test;

struct screen_test_options {
	int rows, columns;              /* 0: 24 and 80 */
	struct store *store;            /* taken over; NULL: fake_store_new() */
	const struct renderer *renderer; /* borrowed; may be NULL */
	const char *reviewer;           /* NULL: "ada" */
	const char *export_folder;
	bool ascii, accessible;
	const struct saved_view *views;
	size_t view_count;
	const char *session, *session_path, *kept_views, *views_path; /* of app_options */
};

struct screen_test *screen_test_new(const struct screen_test_options *options); /* NULL: the defaults */
void screen_test_free(struct screen_test *test); /* NULL is allowed */

struct store *screen_test_store(struct screen_test *test);
/* Makes the app and lets it read; done by the first of the calls below otherwise. */
void screen_test_start(struct screen_test *test);
struct app *screen_test_app(struct screen_test *test);

/* Keys by name, between blanks; 'text' in quotes is typed letter by letter; a word
 * that is no name of a key is typed too ("/lang:python"). After each key all
 * requests run until there are none. */
void screen_test_keys(struct screen_test *test, const char *script);
void screen_test_key(struct screen_test *test, const struct key *key);
void screen_test_paste(struct screen_test *test, const char *text);
void screen_test_click(struct screen_test *test, int row, int column, enum mouse_event event);
void screen_test_resize(struct screen_test *test, int rows, int columns);

/* While true, requests wait instead of being run, so that a screen can be seen
 * with its answers under way; false runs them. */
void screen_test_hold(struct screen_test *test, bool hold);

/* Runs what waits, once; what is asked for by then waits in its turn. */
void screen_test_step(struct screen_test *test);

/* The newest request that waits says that it has done so much. */
void screen_test_done(struct screen_test *test, int64_t done);

/* Where the store's file is from now on; the app learns of it when it looks, or edits. */
void screen_test_place(struct screen_test *test, enum store_place place);
bool screen_test_reopens(const struct screen_test *test); /* that was asked for */

/* What the "editor" makes of its text from now on; NULL: it is cancelled (the default). */
void screen_test_editor(struct screen_test *test, const char *text);
/* What it was last given to edit, and the suffix; NULL: it was not called. */
const char *screen_test_edited(const struct screen_test *test);
const char *screen_test_edited_suffix(const struct screen_test *test);

/* What was last handed to the clipboard; NULL: nothing was. */
const char *screen_test_copied(const struct screen_test *test);
/* What was given to the pager last, or NULL. */
const char *screen_test_paged(const struct screen_test *test);

bool screen_test_has_quit(const struct screen_test *test);
size_t screen_test_request_count(const struct screen_test *test, enum request_kind kind); /* run so far */

/* The screen as text (surface_dump, then "cursor: row column" where it is shown);
 * valid until the next call. */
const char *screen_test_text(struct screen_test *test, bool styles);
/* The assertions; they show the whole screen when they fail. */
void screen_test_shows(struct screen_test *test, const char *text);
void screen_test_lacks(struct screen_test *test, const char *text);
/* The surface as of the last screen_test_text(). */
const struct surface *screen_test_surface(const struct screen_test *test);
/* Any text against the golden file of that name. */
void screen_test_golden_text(struct screen_test *test, const char *name, struct slice text);
void screen_test_golden(struct screen_test *test, const char *name, bool styles);

#endif
