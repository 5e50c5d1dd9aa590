#include "tests/support/screen_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "tests/support/fake_store.h"

#define GOLDEN_FOLDER "tests/golden/tui"
/* An app that asks again upon every answer would keep a test for ever. */
#define REQUESTS_MAX 1000

struct screen_test {
	struct screen_test_options options;
	struct backend backend;
	struct app *app;
	struct surface surface;
	bool hold;
	bool has_quit, reopens;
	enum store_place place;
	size_t request_counts[REQUEST_KINDS];
	VEC_OF(struct request *) held;
	char *editor_text;        /* what the editor answers; NULL: cancelled */
	char *edited, *edited_suffix, *copied, *paged;
	struct strbuf text;       /* of screen_test_text() */
	struct arena arena;       /* freed with the test, since an assertion jumps out */
};

static enum store_place place_of(void *context, struct store *store, const char **note)
{
	(void)store;
	*note = NULL;
	return ((const struct screen_test *)context)->place;
}

void screen_test_place(struct screen_test *test, enum store_place place)
{
	test->place = place;
}

bool screen_test_reopens(const struct screen_test *test)
{
	return test->reopens;
}

struct screen_test *screen_test_new(const struct screen_test_options *options)
{
	struct screen_test *test = mem_zalloc(1, sizeof(*test));

	if (options)
		test->options = *options;
	if (!test->options.rows)
		test->options.rows = 24;
	if (!test->options.columns)
		test->options.columns = 80;
	if (!test->options.reviewer)
		test->options.reviewer = "ada";
	test->backend.store = test->options.store ? test->options.store : fake_store_new();
	test->backend.renderer = test->options.renderer;
	test->backend.place = place_of;
	test->backend.place_context = test;
	surface_init(&test->surface, test->options.rows, test->options.columns);
	strbuf_init(&test->text);
	arena_init(&test->arena);
	setenv("AITIA_NOW", SCREEN_TEST_NOW, 1);
	return test;
}

void screen_test_free(struct screen_test *test)
{
	if (!test)
		return;
	app_free(test->app);
	for (size_t i = 0; i < test->held.len; i++)
		request_free(test->held.items[i]);
	vec_release(&test->held);
	test->backend.store->ops->close(test->backend.store);
	surface_release(&test->surface);
	strbuf_release(&test->text);
	arena_release(&test->arena);
	free(test->editor_text);
	free(test->edited);
	free(test->copied);
	free(test->paged);
	free(test->edited_suffix);
	free(test);
}

struct store *screen_test_store(struct screen_test *test)
{
	return test->backend.store;
}

/* ---- requests and effects ---------------------------------------------------------- */

static void replace(char **text, const char *with)
{
	free(*text);
	*text = with ? mem_strdup(with) : NULL;
}

static void run_request(struct screen_test *test, struct request *request)
{
	test->request_counts[request->kind]++;
	struct answer *answer = request_run(&test->backend, request);
	request_free(request);
	app_answer(test->app, answer);
}

static void run_editor(struct screen_test *test, const struct effect *effect)
{
	struct error err = { 0 };

	replace(&test->edited, effect->text ? effect->text : "");
	replace(&test->edited_suffix, effect->suffix);
	if (test->editor_text) {
		app_editor_done(test->app, STATUS_OK, slice_of(test->editor_text), NULL);
		return;
	}
	error_set(&err, STATUS_CANCELLED, "nothing was changed");
	app_editor_done(test->app, STATUS_CANCELLED, slice_of(test->edited), &err);
	app_message(test->app, false, "%s", err.text);
}

static bool run_effect(struct screen_test *test)
{
	struct effect effect = app_take_effect(test->app);

	if (effect.kind == EFFECT_QUIT || effect.kind == EFFECT_DEMO)
		test->has_quit = true;
	else if (effect.kind == EFFECT_REOPEN)
		test->has_quit = test->reopens = true;
	else if (effect.kind == EFFECT_EDITOR)
		run_editor(test, &effect);
	else if (effect.kind == EFFECT_PAGER)
		replace(&test->paged, effect.text);
	else if (effect.kind == EFFECT_COPY)
		replace(&test->copied, effect.text);
	effect_release(&effect);
	return effect.kind != EFFECT_NONE;
}

/* The newest request of a screen and kind replaces older ones, as in worker.c. */
static void hold_request(struct screen_test *test, struct request *request)
{
	size_t kept = 0;

	for (size_t i = 0; i < test->held.len; i++) {
		struct request *older = test->held.items[i];
		bool same = older->owner == request->owner && !request_is_edit(older->kind);
		if (same && older->kind == request->kind) {
			request_free(older);
			test->held.items[i] = request;
			return;
		}
		if (same && request->kind == REQUEST_STOP)
			request_free(older);
		else
			test->held.items[kept++] = older;
	}
	test->held.len = kept;
	vec_push(&test->held, request);
}

/* Keys that were held back may go on once the effects are done, and ask again. */
static void until_idle(struct screen_test *test)
{
	struct request *request;
	size_t count = 0;

	while (app_take_closed(test->app))
		continue; /* what they asked for is answered, and dropped, all the same */
	while ((request = app_take_request(test->app)) || run_effect(test) || (request = app_take_request(test->app))) {
		if (!request)
			continue;
		if (test->hold) {
			hold_request(test, request);
			continue;
		}
		if (++count > REQUESTS_MAX)
			fail_msg("the app does not come to rest: request %d again and again", (int)request->kind);
		run_request(test, request);
	}
}

void screen_test_step(struct screen_test *test)
{
	size_t count = test->held.len;
	struct request **held = mem_alloc(count * sizeof(struct request *) + 1);

	if (count)
		memcpy(held, test->held.items, count * sizeof(struct request *));
	test->held.len = 0;
	for (size_t i = 0; i < count; i++)
		run_request(test, held[i]);
	free(held);
	until_idle(test);
}

void screen_test_done(struct screen_test *test, int64_t done)
{
	const struct request *request = test->held.items[test->held.len - 1];

	assert_true(app_note_done(test->app, request_lane(request->kind), request->serial, done));
}

void screen_test_hold(struct screen_test *test, bool hold)
{
	test->hold = hold;
	if (hold)
		return;
	for (size_t i = 0; i < test->held.len; i++)
		run_request(test, test->held.items[i]);
	vec_clear(&test->held);
	if (test->app)
		until_idle(test);
}

void screen_test_start(struct screen_test *test)
{
	struct app_options options = {
		.store_name = "test.db",
		.reviewer = test->options.reviewer,
		.renderer = test->options.renderer,
		.export_folder = test->options.export_folder ? test->options.export_folder : "site",
		.ascii = test->options.ascii,
		.accessible = test->options.accessible,
		.session = test->options.session,
		.views = test->options.views,
		.view_count = test->options.view_count,
		.session_path = test->options.session_path,
		.kept_views = test->options.kept_views,
		.views_path = test->options.views_path,
	};

	if (test->app)
		return;
	test->app = app_new(&options, test->options.rows, test->options.columns);
	until_idle(test);
}

struct app *screen_test_app(struct screen_test *test)
{
	screen_test_start(test);
	return test->app;
}

/* ---- input ----------------------------------------------------------------------- */

void screen_test_key(struct screen_test *test, const struct key *key)
{
	screen_test_start(test);
	assert_false(test->has_quit);
	app_key(test->app, key);
	until_idle(test);
}

static void type(struct screen_test *test, struct slice text)
{
	for (size_t at = 0; at < text.len_bytes;) {
		struct key key = { 0 };
		at += utf8_decode(text.at + at, text.len_bytes - at, &key.code, NULL);
		screen_test_key(test, &key);
	}
}

void screen_test_keys(struct screen_test *test, const char *script)
{
	for (script += strspn(script, " \n"); *script; script += strspn(script, " \n")) {
		const char *end = *script == '\'' ? strchr(script + 1, '\'') : NULL;
		if (end) {
			type(test, (struct slice){ script + 1, (size_t)(end - script - 1) });
			script = end + 1;
			continue;
		}
		struct slice word = { script, strcspn(script, " \n") };
		const char *name = arena_text(&test->arena, word);
		struct key key;
		if (key_parse(name, &key))
			screen_test_key(test, &key);
		else
			type(test, word);
		script += word.len_bytes;
	}
}

void screen_test_paste(struct screen_test *test, const char *text)
{
	struct key key = { .code = INPUT_PASTE, .paste = slice_of(text) };

	screen_test_key(test, &key);
}

void screen_test_click(struct screen_test *test, int row, int column, enum mouse_event event)
{
	struct key key = { .code = INPUT_MOUSE, .row = row, .column = column, .mouse = event };

	screen_test_key(test, &key);
}

void screen_test_resize(struct screen_test *test, int rows, int columns)
{
	screen_test_start(test);
	surface_resize(&test->surface, rows, columns);
	app_resize(test->app, rows, columns);
	until_idle(test);
}

void screen_test_editor(struct screen_test *test, const char *text)
{
	replace(&test->editor_text, text);
}

/* ---- what came of it --------------------------------------------------------------- */

const char *screen_test_edited(const struct screen_test *test)
{
	return test->edited;
}

const char *screen_test_paged(const struct screen_test *test)
{
	return test->paged;
}

const char *screen_test_copied(const struct screen_test *test)
{
	return test->copied;
}

const char *screen_test_edited_suffix(const struct screen_test *test)
{
	return test->edited_suffix;
}

bool screen_test_has_quit(const struct screen_test *test)
{
	return test->has_quit;
}

size_t screen_test_request_count(const struct screen_test *test, enum request_kind kind)
{
	return test->request_counts[kind];
}

const char *screen_test_text(struct screen_test *test, bool styles)
{
	screen_test_start(test);
	surface_clear(&test->surface);
	app_view(test->app, &test->surface);
	strbuf_clear(&test->text);
	surface_dump(&test->surface, styles, &test->text);
	if (test->surface.cursor_shown)
		strbuf_addf(&test->text, "cursor: %d %d\n", test->surface.cursor_row, test->surface.cursor_column);
	return test->text.text;
}

void screen_test_shows(struct screen_test *test, const char *text)
{
	const char *screen = screen_test_text(test, false);

	if (!strstr(screen, text))
		fail_msg("'%s' is not on the screen:\n%s", text, screen);
}

void screen_test_lacks(struct screen_test *test, const char *text)
{
	const char *screen = screen_test_text(test, false);

	if (strstr(screen, text))
		fail_msg("'%s' is on the screen:\n%s", text, screen);
}

const struct surface *screen_test_surface(const struct screen_test *test)
{
	return &test->surface;
}

void screen_test_golden_text(struct screen_test *test, const char *name, struct slice text)
{
	const char *path = arena_printf(&test->arena, GOLDEN_FOLDER "/%s.txt", name);
	const char *folder = arena_text(&test->arena, (struct slice){ path, (size_t)(strrchr(path, '/') - path) });
	const char *update = getenv("UPDATE_GOLDEN");
	struct slice wanted;
	struct error err = { 0 };

	if (update && *update && strcmp(update, "0") != 0) {
		if (file_make_folders(folder, &err) != STATUS_OK || file_write_atomic(path, text, &err) != STATUS_OK)
			fail_msg("%s", err.text);
		return;
	}
	if (file_read(&test->arena, path, 0, &wanted, &err) != STATUS_OK)
		fail_msg("%s (UPDATE_GOLDEN=1 writes it)\nthe screen is:\n%s", err.text, text.at);
	if (!slice_eq(text, wanted))
		fail_msg("the screen is not %s\n---- wanted:\n%.*s---- is:\n%s", path, (int)wanted.len_bytes, wanted.at, text.at);
}

void screen_test_golden(struct screen_test *test, const char *name, bool styles)
{
	screen_test_golden_text(test, name, slice_of(screen_test_text(test, styles)));
}
