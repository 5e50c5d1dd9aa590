/* Which list the queue shows: filter, order, columns, views, jumps, back and forward. */
#include "tui/queue.h"

#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

enum { TAG_FILTER = QUEUE_TAG_LISTS, TAG_SORT, TAG_JUMP_PERCENT, TAG_JUMP_DATE, TAG_JUMP_SAMPLE, TAG_COLUMNS, TAG_VIEW, TAG_VIEW_NAME, TAG_END };

static void show_list(struct queue *self, struct app *app, const char *query, enum sort_key sort)
{
	queue_marks_end_range(&self->marks, &self->list, true);
	self->marks.all = false;
	queue_progress_change_list(&self->progress, app, self->list.query, query);
	queue_marks_change_list(&self->marks, self->list.query, query);
	sample_list_open(&self->list, app, &self->screen, query, sort);
	/* For completion, and for how much is left to do; a large store is read for it once. */
	query_counts_ask(&self->counts, app, &self->screen, self->list.query, sort); /* `query` may have been the old one */
	sample_view_find(&self->preview, self->list.query);
	strbuf_clear(&self->crumb);
	strbuf_addstr(&self->crumb, "Queue");
	if (self->list.query[0])
		strbuf_addf(&self->crumb, " /%s", self->list.query);
}

static int64_t selected_id(const struct queue *self)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	return row ? row->id : 0;
}

void queue_open_list(struct queue *self, struct app *app, const char *query, enum sort_key sort)
{
	places_go(&self->places, query, sort, selected_id(self));
	show_list(self, app, query, sort);
}

static void go_to_sample(struct queue *self, struct app *app, int64_t sample)
{
	if (sample)
		sample_list_jump(&self->list, app, &self->screen,
				 &(struct jump){ .kind = SEEK_ID, .number = sample, .may_miss = true });
}

static void step_list(struct queue *self, struct app *app, int step)
{
	const struct place_been *place = places_step(&self->places, step, selected_id(self));

	if (!place) {
		app_message(app, false, step < 0 ? "there is no list before this one" : "there is none to go forward to");
		return;
	}
	show_list(self, app, place->query, place->sort);
	go_to_sample(self, app, place->sample);
}

/* ---- the filter -------------------------------------------------------------------------------- */

static bool check_query(void *context, const char *text, struct strbuf *hint)
{
	const struct queue *self = context;
	struct arena arena = ARENA_INIT;
	struct query query;
	struct error err;
	bool good = query_parse(&arena, text, app_options(self->app)->reviewer, &query, &err) == STATUS_OK &&
		    query_check_codes(&query, app_codebook(self->app), &err) == STATUS_OK;

	strbuf_addstr(hint, good ? "Enter applies · Tab completes · key:value -key:value key>=value \"words\"" : err.text);
	arena_release(&arena);
	return good;
}

static void complete_query(void *context, struct line_edit *line, struct strbuf *words)
{
	struct queue *self = context;

	query_complete(line, app_codebook(self->app), &self->counts, &self->values, words);
	query_values_ask(&self->values, self->app, &self->screen);
}

static void open_filter(struct queue *self, struct app *app)
{
	self->app = app;
	query_counts_ask(&self->counts, app, &self->screen, self->list.query, self->list.sort);
	query_values_forget(&self->values);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Filter",
		.initial = self->list.query,
		.history = HISTORY_FILTER,
		.tag = TAG_FILTER,
		.may_be_empty = true,
		.check = check_query,
		.complete = complete_query,
		.context = self,
	}));
}

static void open_sort(struct queue *self, struct app *app)
{
	struct screen *screen = menu_screen_new("Order", TAG_SORT);

	for (int key = 0; key < SORT_COUNT; key++)
		menu_add(menu_of(screen), sort_word((enum sort_key)key), sort_help((enum sort_key)key), 0, key);
	menu_assign_keys(menu_of(screen));
	menu_select_value(menu_of(screen), (int64_t)self->list.sort);
	app_push(app, screen);
}

/* Ticked: those that are chosen, or that would be shown where there is room. */
static void open_columns(struct app *app)
{
	struct screen *screen = menu_screen_new("Columns (none: what there is room for)", TAG_COLUMNS);
	const struct list_columns *now = app_columns(app);

	menu_of(screen)->several = true;
	for (int column = 0; column < COLUMN_COUNT; column++) {
		const struct column_info *info = column_info((enum list_column)column);
		bool on = !now->chosen && info->title;
		for (size_t i = 0; i < now->count; i++)
			on |= now->shown[i] == (enum list_column)column;
		menu_add(menu_of(screen), info->name, info->help, 0, column);
		menu_of(screen)->items.items[column].on = on;
	}
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

static const char *trimmed_name(struct arena *arena, const char *text)
{
	size_t len;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	return arena_text(arena, (struct slice){ text, len });
}

/* A name that is taken: what stands under it is said, and replaced. */
static bool check_view_name(void *context, const char *text, struct strbuf *hint)
{
	const struct queue *self = context;
	struct arena arena = ARENA_INIT;
	const char *name = trimmed_name(&arena, text);
	bool good = true;

	for (size_t i = 0; good && i < app_view_count(self->app); i++) {
		const struct saved_view *view = app_view_at(self->app, i);
		if (strcmp(view->name, name) != 0)
			continue;
		good = app_view_is_kept(self->app, i);
		strbuf_addf(hint, good ? "Enter replaces the view of that name: %s" :
			    "that is a view of the configuration: %s", view->query[0] ? view->query : "all samples");
	}
	arena_release(&arena);
	return good;
}

static void open_keep_view(struct queue *self, struct app *app)
{
	self->app = app;
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Keep this list as the view",
		.history = HISTORY_VIEW,
		.tag = TAG_VIEW_NAME,
		.hint = "a name; its filter, order and chosen columns are kept, O opens it",
		.check = check_view_name,
		.context = self,
	}));
}

static void keep_view(const struct queue *self, struct app *app, const char *text)
{
	struct arena arena = ARENA_INIT;
	struct strbuf columns = STRBUF_INIT;

	if (app_columns(app)->chosen)
		list_columns_format(app_columns(app), &columns);
	app_keep_view(app, &(struct saved_view){ trimmed_name(&arena, text), self->list.query, self->list.sort, columns.text, 0 });
	strbuf_release(&columns);
	arena_release(&arena);
}

static void open_view(struct queue *self, struct app *app, const struct saved_view *view)
{
	struct strbuf why = STRBUF_INIT;
	struct list_columns columns;
	const char *wrong;

	self->app = app;
	if (check_query(self, view->query, &why)) {
		if (view->columns && view->columns[0] && list_columns_parse(view->columns, &columns, &wrong))
			app_choose_columns(app, &columns);
		queue_open_list(self, app, view->query, view->sort);
	} else {
		app_message(app, true, "view '%s': %s", view->name, why.text);
	}
	strbuf_release(&why);
}

static void choose_columns(struct app *app, struct screen *child)
{
	const struct menu *menu = menu_of(child);
	struct list_columns columns = { .count = 0 };

	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->items.items[i].on)
			columns.shown[columns.count++] = (enum list_column)menu->items.items[i].value;
	columns.chosen = columns.count > 0;
	app_choose_columns(app, &columns);
}

/* ---- jumps ---------------------------------------------------------------------------------------- */

static bool check_jump(void *context, const char *text, struct strbuf *hint)
{
	const enum seek_kind *bare = context;
	struct jump jump;

	return jump_parse(text, *bare, &jump, hint);
}

/* What a bare number is: as the key says. */
static const enum seek_kind bare_kinds[] = { SEEK_PERCENT, SEEK_TIME, SEEK_ID };

static void open_jump(struct app *app, enum action action)
{
	size_t kind = action == ACTION_ID_go_to_percent ? 0 : action == ACTION_ID_go_to_date ? 1 : 2;

	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Go to",
		.history = HISTORY_JUMP,
		.tag = TAG_JUMP_PERCENT + (int)kind,
		.hint = jump_hint(bare_kinds[kind]),
		.check = check_jump,
		.context = (void *)(uintptr_t)&bare_kinds[kind],
	}));
}

static void jump(struct queue *self, struct app *app, const struct screen *prompt)
{
	struct strbuf none = STRBUF_INIT;
	struct jump to;

	if (jump_parse(prompt_text(prompt), bare_kinds[prompt->tag - TAG_JUMP_PERCENT], &to, &none))
		sample_list_jump(&self->list, app, &self->screen, &to);
	strbuf_release(&none);
}

/* ---- beginning ------------------------------------------------------------------------------- */

void queue_open_first_list(struct queue *self, struct app *app)
{
	const struct session *resume = self->resume;
	struct strbuf why = STRBUF_INIT;

	if (resume && resume->query) {
		self->app = app;
		if (!check_query(self, resume->query, &why))
			resume = NULL;
	}
	queue_open_list(self, app, resume && resume->query ? resume->query : "", resume ? resume->sort : SORT_NEWEST);
	if (resume)
		go_to_sample(self, app, resume->sample);
	if (resume && resume->query && !resume->typed && !app_options(app)->notice) /* of which there is more to say */
		app_message(app, false, "back where you stopped; Esc shows the whole list");
	strbuf_release(&why);
}

/* ---- what the screen hands on ------------------------------------------------------------------ */

bool queue_lists_action(struct queue *self, struct app *app, enum action action)
{
	switch (action) {
	case ACTION_ID_filter:
		open_filter(self, app);
		return true;
	case ACTION_ID_sort:
		open_sort(self, app);
		return true;
	case ACTION_ID_columns:
		open_columns(app);
		return true;
	case ACTION_ID_views:
		app_push(app, screen_views_new(app, TAG_VIEW));
		return true;
	case ACTION_ID_view_keep:
		open_keep_view(self, app);
		return true;
	case ACTION_ID_earlier_list:
	case ACTION_ID_later_list:
		step_list(self, app, action == ACTION_ID_later_list ? 1 : -1);
		return true;
	case ACTION_ID_go_to_percent:
	case ACTION_ID_go_to_date:
	case ACTION_ID_go_to_sample:
		open_jump(app, action);
		return true;
	default:
		return false;
	}
}

bool queue_lists_result(struct queue *self, struct app *app, struct screen *child)
{
	if (!child || child->tag < TAG_FILTER || child->tag >= TAG_END)
		return false;
	switch (child->tag) {
	case TAG_FILTER:
		queue_open_list(self, app, prompt_text(child), self->list.sort);
		break;
	case TAG_SORT:
		queue_open_list(self, app, self->list.query, (enum sort_key)menu_value(child));
		break;
	case TAG_COLUMNS:
		choose_columns(app, child);
		break;
	case TAG_VIEW:
		if (screen_views_choice(child))
			open_view(self, app, screen_views_choice(child));
		else
			open_keep_view(self, app);
		break;
	case TAG_VIEW_NAME:
		keep_view(self, app, prompt_text(child));
		break;
	default:
		jump(self, app, child);
		break;
	}
	return true;
}
