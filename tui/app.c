#include "tui/app_state.h"

#include <stdarg.h>

#include "tui/annotate.h"
#include "tui/screens.h"

void app_ask_codebook(struct app *app)
{
	app_request(app, NULL, request_new(REQUEST_CODEBOOK));
}

struct app *app_new(const struct app_options *options, int rows, int columns)
{
	struct app *app = mem_zalloc(1, sizeof(*app));

	app->options = *options;
	app->options.ascii |= options->accessible;
	app->options.store_name = mem_strdup(options->store_name ? options->store_name : "");
	app->options.reviewer = mem_strdup(options->reviewer ? options->reviewer : "");
	app->options.export_folder = mem_strdup(options->export_folder ? options->export_folder : "");
	app->rows = rows;
	app->columns = columns;
	app->change_serial = 1;
	strbuf_init(&app->message);
	strbuf_init(&app->refusal);
	arena_init(&app->codebook_arena);
	app->judging = judging_new();
	app->options.session_path = options->session_path ? mem_strdup(options->session_path) : NULL;
	app->options.copy_path = options->copy_path ? mem_strdup(options->copy_path) : NULL;
	app->options.views_path = options->views_path ? mem_strdup(options->views_path) : NULL;
	app->options.session = NULL;
	app_take_views(app, options->kept_views);
	app->options.kept_views = NULL;
	arena_init(&app->session_arena);
	app_ask_codebook(app);
	app_take_session(app, options->session);
	if (options->notice)
		app_message(app, true, "%s%s%s", options->notice, app->message.len_bytes ? app_sign(app, " · ", " - ") : "",
			    app->message.len_bytes ? arena_strdup(&app->session_arena, app->message.text) : "");
	app_push(app, screen_queue_new(options->session ? &app->session : NULL));
	return app;
}

static void free_text(const char *text)
{
	free((void *)(uintptr_t)text);
}

void app_release_screen(struct screen *screen)
{
	if (screen->ops->release)
		screen->ops->release(screen);
	free(screen);
}

void app_free(struct app *app)
{
	if (!app)
		return;
	app_forget_answered(app);
	strbuf_release(&app->refusal);
	app_release_accepted(app);
	while (app->stack.len)
		app_release_screen(app->stack.items[--app->stack.len]);
	vec_release(&app->stack);
	vec_release(&app->closed);
	for (size_t i = 0; i < app->requests.len; i++)
		request_free(app->requests.items[i]);
	vec_release(&app->requests);
	for (size_t i = 0; i < app->effects.len; i++)
		effect_release(&app->effects.items[i]);
	vec_release(&app->effects);
	app_release_held(app);
	vec_release(&app->held);
	for (size_t i = 0; i < HISTORY_COUNT; i++)
		line_history_release(&app->histories[i]);
	judging_free(app->judging);
	deciding_free(app->deciding);
	free(app->changed);
	vec_release(&app->own_edits);
	strbuf_release(&app->message);
	arena_release(&app->codebook_arena);
	free_text(app->options.store_name);
	free_text(app->options.reviewer);
	free_text(app->options.export_folder);
	free_text(app->options.session_path);
	free_text(app->options.copy_path);
	free_text(app->options.views_path);
	arena_release(&app->views_arena);
	arena_release(&app->session_arena);
	free(app->kept);
	free(app);
}

/* ---- screens ------------------------------------------------------------------ */

struct screen *app_top(const struct app *app)
{
	return app->stack.len ? app->stack.items[app->stack.len - 1] : NULL;
}

void app_push(struct app *app, struct screen *screen)
{
	screen->id = ++app->last_screen_id;
	screen->below = app_top(app);
	vec_push(&app->stack, screen);
}

void app_pop(struct app *app, bool accepted)
{
	struct screen *child = app_top(app), *opener = child->below;

	app->stack.len--;
	app_result_begins(app);
	if (opener && opener->ops->result)
		opener->ops->result(opener, app, accepted ? child : NULL);
	if (app->shown_screen == child)
		app->shown_screen = NULL; /* its memory may be handed out again */
	if (app_result_ends(app, child, accepted))
		return;
	vec_push(&app->closed, child->id);
	app_release_screen(child);
}

struct screen *app_find_screen(const struct app *app, uint32_t id)
{
	for (size_t i = 0; i < app->stack.len; i++)
		if (app->stack.items[i]->id == id)
			return app->stack.items[i];
	return NULL;
}

void app_settle(struct app *app)
{
	for (int rounds = 0; rounds < 4; rounds++) {
		struct screen *top = app_top(app);
		if (!top || (app->shown_screen == top && app->shown_serial == app->change_serial))
			return;
		app->shown_screen = top;
		app->shown_serial = app->change_serial;
		for (struct screen *screen = top; screen; screen = screen->ops->overlay ? screen->below : NULL)
			if (screen->ops->shown)
				screen->ops->shown(screen, app);
	}
}

/* ---- requests, effects, messages ----------------------------------------------- */

uint64_t app_request(struct app *app, struct screen *screen, struct request *request)
{
	request->serial = ++app->last_serial;
	request->owner = screen ? screen->id : 0;
	if (!request->reviewer)
		request->reviewer = arena_strdup(&request->arena, app->options.reviewer);
	request->blind = app->options.blind;
	vec_push(&app->requests, request);
	app_result_asks(app, request);
	return request->serial;
}

uint32_t app_take_closed(struct app *app)
{
	return app->closed.len ? app->closed.items[--app->closed.len] : 0;
}

struct request *app_take_request(struct app *app)
{
	struct request *request;

	app_settle(app);
	if (!app->requests.len)
		return NULL;
	request = app->requests.items[0];
	app->requests.len--;
	memmove(app->requests.items, app->requests.items + 1, app->requests.len * sizeof(app->requests.items[0]));
	return request;
}

void app_effect(struct app *app, struct effect effect)
{
	bool has_text = effect.kind == EFFECT_EDITOR || effect.kind == EFFECT_PAGER || effect.kind == EFFECT_COPY;

	effect.text = has_text ? mem_strdup(effect.text ? effect.text : "") : NULL;
	if (effect.kind == EFFECT_EDITOR || effect.kind == EFFECT_PAGER) {
		effect.owner = app_top(app) ? app_top(app)->id : 0;
		app_release_held(app);
	}
	vec_push(&app->effects, effect);
}

struct effect app_take_effect(struct app *app)
{
	struct effect effect = { .kind = EFFECT_NONE };

	app_run_held(app);
	if (!app->effects.len)
		return effect;
	effect = app->effects.items[0];
	app->effects.len--;
	memmove(app->effects.items, app->effects.items + 1, app->effects.len * sizeof(app->effects.items[0]));
	if (effect.kind == EFFECT_EDITOR)
		app->editor_owner = effect.owner;
	return effect;
}

void effect_release(struct effect *effect)
{
	free_text(effect->text);
	effect->text = NULL;
}

void app_message(struct app *app, bool is_error, const char *format, ...)
{
	char line[1200];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	strbuf_clear(&app->message);
	strbuf_addstr(&app->message, line);
	app->message_is_error = is_error;
}

const struct codebook *app_codebook(const struct app *app)
{
	return app->codebook.count ? &app->codebook : codebook_default();
}

/* Of a cause, the sub-causes of one category are a menu; of symptoms all of them are. */
static bool same_menu(const char *a, const char *b, bool are_causes)
{
	size_t len = strcspn(a, "/");

	return !are_causes || (strncmp(a, b, len) == 0 && b[len] == '/');
}

char app_code_key(const struct app *app, const struct code *code)
{
	struct arena arena = ARENA_INIT;
	const char *name = code_name(&arena, code);
	bool is_cause = code->kind == CODE_CAUSE;
	char key = code->hotkey;

	for (size_t i = 0; i < app->options.code_key_count; i++) {
		const struct code_key *own = &app->options.code_keys[i];
		if (own->is_cause != is_cause)
			continue;
		if (strcmp(own->code, name) == 0) {
			key = own->key;
			break;
		}
		if (own->key == key && same_menu(own->code, name, is_cause))
			key = '\0';
	}
	/* Another one's own key goes before that of the codebook, wherever it stands in the file. */
	arena_release(&arena);
	return key;
}

const struct list_columns *app_columns(const struct app *app)
{
	return &app->options.columns;
}

void app_choose_columns(struct app *app, const struct list_columns *columns)
{
	app->options.columns = *columns;
	app->columns_chosen = true;
}

const struct progress *app_progress(const struct app *app)
{
	return judging_progress(app->judging);
}

const struct app_options *app_options(const struct app *app)
{
	return &app->options;
}

const char *app_sign(const struct app *app, const char *sign, const char *ascii)
{
	return app->options.ascii ? ascii : sign;
}

struct area app_area(const struct app *app)
{
	int rows = app->rows > 2 ? app->rows - 2 : app->rows, notice = app->place != STORE_HERE && rows > 2;

	rows -= notice;
	return (struct area){ app->rows > 2 ? 1 + notice : 0, 0, rows > 0 ? rows : 0, app->columns > 0 ? app->columns : 0 };
}

void app_set_waiting(struct app *app, bool waiting)
{
	app->waiting = waiting;
}

bool app_note_done(struct app *app, enum lane lane, uint64_t serial, int64_t done)
{
	struct done *is = &app->done[lane];
	bool is_new = is->serial != serial || is->done != done;

	*is = (struct done){ serial, done };
	return is_new;
}

int64_t app_done(const struct app *app, uint64_t serial)
{
	for (size_t i = 0; serial && i < LANE_COUNT; i++)
		if (app->done[i].serial == serial)
			return app->done[i].done;
	return 0;
}

bool app_is_waiting(const struct app *app)
{
	return app->waiting;
}

struct line_history *app_history(struct app *app, enum app_history kind)
{
	return &app->histories[kind];
}

void app_editor_done(struct app *app, enum status status, struct slice text, const struct error *err)
{
	struct screen *owner = app_find_screen(app, app->editor_owner);

	if (status != STATUS_OK)
		app_message(app, true, "%s", err && err->text[0] ? err->text : "the editor failed; nothing was changed");
	else if (owner && owner->ops->editor_done)
		owner->ops->editor_done(owner, app, text);
	app_settle(app);
}

void app_resize(struct app *app, int rows, int columns)
{
	app->rows = rows;
	app->columns = columns;
	for (size_t i = 0; i < app->stack.len; i++)
		if (app->stack.items[i]->ops->resized)
			app->stack.items[i]->ops->resized(app->stack.items[i], app);
	app_settle(app);
}

void app_view(const struct app *app, struct surface *surface)
{
	app_draw(app, surface);
}
