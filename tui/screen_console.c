/* The console: a question in SQL above, its answer as a table below. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/pager.h"
#include "tui/prompt.h"
#include "tui/screens.h"
#include "tui/spoken.h"

#define COLUMN_MOST 48 /* wide, where there are several */
#define GAP 2

enum { TAG_QUESTION = 1, TAG_VIEWS };

struct console {
	struct screen screen;
	struct list list;
	char *text;              /* the question; NULL: none yet */
	char *failure;           /* what was wrong with it; or NULL */
	struct arena arena;      /* holds the answer */
	struct console_answer answer;
	int *widths;             /* of its columns */
	size_t first;            /* column shown first */
	const struct console_view *views; /* NULL: not known yet */
	size_t view_count;
	uint64_t serial;         /* of the question under way; 0: none */
};

static struct console *self_of(struct screen *screen)
{
	return (struct console *)screen;
}

/* ---- asking -------------------------------------------------------------------------- */

static struct area rows_area(struct area area)
{
	area_top(&area, 3); /* the question, what became of it, the names */
	return area;
}

/* "id: 1, level: error, …": what has a value, by its name. */
static void say(const void *of, size_t index, struct strbuf *out)
{
	const struct console_answer *answer = of;
	const struct console_text *cells = answer->cells + index * answer->columns;

	for (size_t c = 0; c < answer->columns; c++)
		if (cells[c].text)
			strbuf_addf(out, "%s%s: %s", out->len_bytes ? ", " : "", answer->names[c], cells[c].text);
}

static bool mouse(struct console *self, const struct app *app, const struct key *key, bool *opened)
{
	struct area rows = rows_area(app_area(app));

	return app_options(app)->accessible ? spoken_mouse(&(struct spoken){ say, &self->answer }, &self->list, key, rows, opened) :
					      list_mouse(&self->list, key, rows, opened);
}

static void sync(struct console *self, const struct app *app)
{
	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say, &self->answer }, &self->list, rows_area(app_area(app)));
	else
		list_resize(&self->list, rows_area(app_area(app)).rows);
}

static void ask(struct console *self, struct app *app, const char *text)
{
	struct request *request = request_new(REQUEST_CONSOLE);

	request->query = arena_strdup(&request->arena, text);
	self->serial = app_request(app, &self->screen, request);
}

static void forget_answer(struct console *self)
{
	arena_release(&self->arena);
	free(self->failure);
	free(self->widths);
	self->answer = (struct console_answer){ .rows = 0 };
	self->failure = NULL;
	self->widths = NULL;
	self->first = 0;
	list_set_count(&self->list, 0);
}

static void open_prompt(struct console *self, struct app *app, const char *initial);

static void ask_text(struct console *self, struct app *app, const char *text)
{
	char *copy = mem_strdup(text);

	free(self->text);
	self->text = copy;
	forget_answer(self);
	ask(self, app, copy);
}

static void measure(struct console *self)
{
	const struct console_answer *answer = &self->answer;

	self->widths = mem_zalloc(answer->columns + 1, sizeof(*self->widths));
	for (size_t c = 0; c < answer->columns; c++)
		self->widths[c] = utf8_text_columns(slice_of(answer->names[c]));
	for (size_t i = 0; i < answer->rows * answer->columns; i++) {
		int width = answer->cells[i].text ? utf8_text_columns(slice_of(answer->cells[i].text)) : 1;
		if (width > self->widths[i % answer->columns])
			self->widths[i % answer->columns] = width;
	}
	for (size_t c = 0; c < answer->columns && answer->columns > 1; c++)
		if (self->widths[c] > COLUMN_MOST)
			self->widths[c] = COLUMN_MOST;
}

static void console_answer(struct screen *screen, struct app *app, struct answer *answer)
{
	struct console *self = self_of(screen);

	if (answer->kind != REQUEST_CONSOLE || answer->serial != self->serial)
		return;
	self->serial = 0;
	self->views = answer->console.views;
	self->view_count = answer->console.view_count;
	if (!self->text)
		return; /* it was about the views */
	forget_answer(self);
	if (answer->status != STATUS_OK)
		self->failure = mem_strdup(answer->error.text);
	/* What came before it failed is shown too. */
	self->answer = answer->console;
	self->arena = answer_take_arena(answer);
	measure(self);
	list_set_count(&self->list, self->answer.rows);
	list_select(&self->list, 0);
	sync(self, app);
}

/* ---- typing ---------------------------------------------------------------------------- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The names that begin with the word before the cursor: their common beginning, and, into `words`, which. */
struct completing {
	const char *word;
	size_t len, found, common;
	const char *first;
	struct strbuf *words;
};

static void try_name(struct completing *to, const char *name)
{
	size_t same = 0;

	while (same < to->len && ascii_lower(name[same]) == ascii_lower(to->word[same]))
		same++;
	if (same < to->len)
		return;
	if (to->found && strstr(to->words->text, name)) /* a column of several views */
		for (const char *at = to->words->text; (at = strstr(at, name)) != NULL; at++)
			if ((at == to->words->text || at[-1] == ' ') && !is_name_char(at[strlen(name)]))
				return;
	if (!to->found++) {
		to->first = name;
		to->common = strlen(name);
	}
	for (size_t i = 0; i < to->common; i++)
		if (name[i] != to->first[i])
			to->common = i;
	strbuf_addf(to->words, "%s%s", to->found > 1 ? " " : "", name);
}

static void complete(void *context, struct line_edit *line, struct strbuf *words)
{
	const struct console *self = context;
	struct completing to = { .words = words };
	struct strbuf text = STRBUF_INIT;
	size_t start = line->cursor;

	while (start > 0 && is_name_char(line->text.text[start - 1]))
		start--;
	to.word = line->text.text + start;
	to.len = line->cursor - start;
	for (size_t v = 0; v < self->view_count; v++)
		try_name(&to, self->views[v].name);
	for (size_t v = 0; v < self->view_count; v++)
		for (size_t c = 0; c < self->views[v].column_count; c++)
			try_name(&to, self->views[v].columns[c].name);
	if (to.found == 1)
		strbuf_clear(words);
	if (!to.found || to.common <= to.len)
		return;
	strbuf_add(&text, line->text.text, start);
	strbuf_add(&text, to.first, to.common);
	if (to.found == 1)
		strbuf_addch(&text, ' ');
	size_t cursor = text.len_bytes;
	strbuf_addstr(&text, line->text.text + line->cursor);
	line_edit_set(line, text.text);
	line->cursor = cursor;
	strbuf_release(&text);
}

static void open_prompt(struct console *self, struct app *app, const char *initial)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "SQL",
		.initial = initial,
		.history = HISTORY_SQL,
		.tag = TAG_QUESTION,
		.hint = "SELECT … FROM samples · Tab completes · Up: earlier ones · Esc, then v shows the views",
		.complete = complete,
		.context = self,
	}));
}

static void open_views(const struct console *self, struct app *app)
{
	struct screen *menu = menu_screen_new("Views", TAG_VIEWS);

	for (size_t i = 0; i < self->view_count; i++)
		menu_add(menu_of(menu), self->views[i].name, self->views[i].help, 0, (int64_t)i);
	menu_assign_keys(menu_of(menu));
	app_push(app, menu);
}

/* "SELECT all, its, columns FROM view": to strike out what is not wanted. */
static void question_of_view(struct console *self, struct app *app, size_t number)
{
	struct strbuf text = STRBUF_INIT;

	if (number >= self->view_count)
		return;
	strbuf_addstr(&text, "SELECT ");
	for (size_t i = 0; i < self->views[number].column_count; i++)
		strbuf_addf(&text, "%s%s", i ? ", " : "", self->views[number].columns[i].name);
	strbuf_addf(&text, " FROM %s", self->views[number].name);
	open_prompt(self, app, text.text);
	strbuf_release(&text);
}

static void console_result(struct screen *screen, struct app *app, struct screen *child)
{
	struct console *self = self_of(screen);

	if (child && child->tag == TAG_QUESTION)
		ask_text(self, app, prompt_text(child));
	else if (child && child->tag == TAG_VIEWS)
		question_of_view(self, app, (size_t)menu_value(child));
	else if (!child && !self->text)
		app_message(app, false, "/ asks, v shows what can be asked about");
}

static void console_editor_done(struct screen *screen, struct app *app, struct slice text)
{
	struct arena arena = ARENA_INIT;
	char *clean = utf8_clean(&arena, text);

	if (clean[strspn(clean, " \t\r\n;")])
		ask_text(self_of(screen), app, clean);
	arena_release(&arena);
}

/* ---- opening a row ------------------------------------------------------------------------ */

static bool is_name(const char *name, const char *wanted)
{
	while (*name && ascii_lower(*name) == *wanted)
		name++, wanted++;
	return !*name && !*wanted;
}

static const char *value_of(const struct console *self, const char *column)
{
	const struct console_answer *answer = &self->answer;

	for (size_t c = 0; c < answer->columns && answer->rows; c++)
		if (is_name(answer->names[c], column))
			return answer->cells[self->list.selected * answer->columns + c].text;
	return NULL;
}

/* A sample by its number, else an incident by its key. An "id" is of a sample where `samples` were asked for. */
static void open_row(const struct console *self, struct app *app)
{
	const char *sample = value_of(self, "sample"), *incident = value_of(self, "incident");
	char *end;

	if (!sample && self->text && strstr(self->text, "samples"))
		sample = value_of(self, "id");
	if (!incident)
		incident = value_of(self, "key");
	if (sample && sample[0] >= '1' && sample[0] <= '9' && strlen(sample) < 19) {
		int64_t id = strtoll(sample, &end, 10);
		if (!*end) {
			app_push(app, screen_sample_new(id, "", (struct sample_source){ NULL, NULL }));
			return;
		}
	}
	if (incident && incident_key_valid(incident))
		app_push(app, screen_incident_new(incident));
	else
		app_message(app, false, "this row names no sample (a column sample, or id of samples) and no incident");
}

/* ---- for the pager ------------------------------------------------------------------------- */

static void add_cell(struct strbuf *out, struct slice text, bool to_the_right, int width, bool is_last)
{
	int blanks = width - utf8_text_columns(text);

	for (int i = 0; to_the_right && i < blanks; i++)
		strbuf_addch(out, ' ');
	pager_add_line(out, text);
	for (int i = 0; !to_the_right && !is_last && i < blanks; i++)
		strbuf_addch(out, ' ');
	strbuf_addstr(out, is_last ? "\n" : "  ");
}

/* The question and all of its answer, nothing cut. */
static void console_page(const struct screen *screen, struct strbuf *out)
{
	const struct console *self = (const struct console *)screen;
	const struct console_answer *answer = &self->answer;
	int *widths;

	if (!self->text)
		return;
	strbuf_addf(out, "%s\n\n", self->text);
	if (self->failure)
		strbuf_addf(out, "%s\n\n", self->failure);
	if (!answer->columns)
		return;
	widths = mem_zalloc(answer->columns + 1, sizeof(*widths));
	for (size_t i = 0; i < (answer->rows + 1) * answer->columns; i++) {
		const char *text = i < answer->columns ? answer->names[i] : answer->cells[i - answer->columns].text;
		int width = utf8_text_columns(slice_of(text ? text : "-"));
		if (width > widths[i % answer->columns])
			widths[i % answer->columns] = width;
	}
	for (size_t i = 0; i < (answer->rows + 1) * answer->columns; i++) {
		size_t column = i % answer->columns;
		const struct console_text *cell = i < answer->columns ? NULL : &answer->cells[i - answer->columns];
		const char *text = cell ? cell->text : answer->names[i];
		add_cell(out, slice_of(text ? text : "-"), cell && cell->is_number, widths[column], column + 1 == answer->columns);
	}
	if (answer->more)
		strbuf_addf(out, "\nthe first %zu rows\n", answer->rows);
	free(widths);
}

/* ---- events ----------------------------------------------------------------------------------- */

static bool cancel(struct console *self, struct app *app)
{
	if (!self->serial || !self->text)
		return false;
	ask(self, app, NULL); /* takes its place on the worker, which stops it */
	self->serial = 0;
	self->failure = mem_strdup("stopped");
	return true;
}

static bool act(struct console *self, struct app *app, enum action action, const struct key *key)
{
	bool opened = false, used;

	switch (action) {
	case ACTION_ID_console_ask:
		open_prompt(self, app, self->text);
		return true;
	case ACTION_ID_console_editor:
		app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = self->text ? self->text : "", .suffix = ".sql" });
		return true;
	case ACTION_ID_console_views:
		open_views(self, app);
		return true;
	case ACTION_ID_console_open:
		open_row(self, app);
		return true;
	case ACTION_ID_left:
		self->first -= self->first > 0;
		return true;
	case ACTION_ID_right:
		self->first += self->first + 1 < self->answer.columns;
		return true;
	case ACTION_ID_back:
		return cancel(self, app);
	default:
		used = list_action(&self->list, action) || mouse(self, app, key, &opened);
		if (opened)
			open_row(self, app);
		return used;
	}
}

static bool console_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	bool used = act(self_of(screen), app, action, key);

	sync(self_of(screen), app);
	return used;
}

static void console_shown(struct screen *screen, struct app *app)
{
	struct console *self = self_of(screen);

	sync(self, app);
	if (self->views || self->serial || self->text)
		return;
	ask(self, app, NULL);
	open_prompt(self, app, NULL);
}

static void console_resized(struct screen *screen, struct app *app)
{
	sync(self_of(screen), app);
}

/* ---- drawing ------------------------------------------------------------------------------------- */

/* The place in "at 8: …", from 0; -1: there is none. */
static int place_of(const char *failure)
{
	return failure && strncmp(failure, "at ", 3) == 0 ? (int)strtol(failure + 3, NULL, 10) - 1 : -1;
}

/* The question in one line, and where it is wrong. */
static void draw_question(const struct console *self, struct surface *surface, struct area line)
{
	int place = place_of(self->failure), start = 0;
	struct slice before, rest;

	if (!self->text) {
		surface_puts(surface, line, 0, 1, STYLE_MUTED, "/ asks in SQL; v shows the views; E asks in the editor");
		return;
	}
	before = rest = slice_of(self->text);
	for (int i = 0; place >= 0 && i < place && rest.len_bytes; i++)
		do {
			rest.at++;
			rest.len_bytes--;
		} while (rest.len_bytes && (*rest.at & 0xc0) == 0x80);
	before.len_bytes -= rest.len_bytes;
	if (place > 0 && utf8_text_columns(before) > line.columns * 2 / 3)
		start = utf8_text_columns(before) - line.columns / 2; /* scrolled to the place */
	surface_text(surface, line, 0, 1 - start, STYLE_INPUT, slice_of(self->text));
	if (place >= 0 && rest.len_bytes) {
		size_t word = 1;
		while (word < rest.len_bytes && is_name_char(rest.at[word]))
			word++;
		surface_text(surface, line, 0, 1 - start + utf8_text_columns(before), STYLE_ERROR, (struct slice){ rest.at, word });
	}
}

static void draw_outcome(const struct console *self, struct surface *surface, struct area line)
{
	if (self->serial && self->text)
		surface_puts(surface, line, 0, 1, STYLE_MUTED, "asking; Esc stops it");
	else if (self->failure)
		surface_fit(surface, line, 0, 1, line.columns - 2, STYLE_ERROR, self->failure);
	else if (self->text && !self->answer.rows)
		surface_puts(surface, line, 0, 1, STYLE_MUTED, "no rows");
}

static void draw_line(const struct console *self, struct surface *surface, struct area line, const struct console_text *cells)
{
	int column = 1;

	for (size_t c = self->first; c < self->answer.columns && column < line.columns; c++) {
		int width = self->widths[c], room = line.columns - column - 1;
		int used = width < room ? width : room;
		const char *text = cells ? cells[c].text : self->answer.names[c];
		int shift = cells && cells[c].is_number ? used - utf8_text_columns(slice_of(text)) : 0;
		if (!text)
			surface_puts(surface, line, 0, column, STYLE_MUTED, "-");
		else
			surface_fit(surface, line, 0, column + (shift > 0 ? shift : 0), used, cells ? STYLE_TEXT : STYLE_TITLE, text);
		column += width + GAP;
	}
}

static void console_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	const struct console *self = (const struct console *)screen;

	draw_question(self, surface, area_top(&area, 1));
	draw_outcome(self, surface, area_top(&area, 1));
	if (!self->widths)
		return;
	if (app_options(app)->accessible) {
		area_top(&area, 1);
		spoken_view(&(struct spoken){ say, &self->answer }, &self->list, surface, area);
		return;
	}
	draw_line(self, surface, area_top(&area, 1), NULL);
	for (int row = 0; row < area.rows && self->list.top + (size_t)row < self->answer.rows; row++) {
		size_t index = self->list.top + (size_t)row;
		draw_line(self, surface, (struct area){ area.row + row, area.column, 1, area.columns },
			  self->answer.cells + index * self->answer.columns);
		if (index == self->list.selected)
			surface_select_row(surface, area, row);
	}
}

static const char *console_crumb(const struct screen *screen)
{
	(void)screen;
	return "Console";
}

static void console_status(const struct screen *screen, const struct app *app, struct strbuf *out)
{
	const struct console *self = (const struct console *)screen;
	const char *between = app_sign(app, " · ", " - ");

	if (!self->answer.rows)
		return;
	strbuf_addf(out, "%zu of %s%zu", self->list.selected + 1, self->answer.more ? "the first " : "", self->answer.rows);
	if (self->first)
		strbuf_addf(out, "%scolumn %zu of %zu", between, self->first + 1, self->answer.columns);
}

static void console_release(struct screen *screen)
{
	forget_answer(self_of(screen));
	free(self_of(screen)->text);
}

static const struct screen_ops console_ops = {
	.scope = SCOPE_CONSOLE,
	.has_list = true,
	.release = console_release,
	.shown = console_shown,
	.action = console_action,
	.answer = console_answer,
	.result = console_result,
	.editor_done = console_editor_done,
	.resized = console_resized,
	.page = console_page,
	.crumb = console_crumb,
	.view = console_view,
	.status = console_status,
};

struct screen *screen_console_new(void)
{
	struct console *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &console_ops;
	list_init(&self->list);
	arena_init(&self->arena);
	return &self->screen;
}
