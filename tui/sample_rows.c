/* How a list of samples is drawn: which columns there is room for, and the rows. */
#include "tui/sample_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/defer.h"
#include "tui/spoken.h"

/* In the order in which they get room, unless somebody has chosen. */
static const enum list_column wanted[] = { COLUMN_CAUSE, COLUMN_PATH, COLUMN_AGE, COLUMN_RULE, COLUMN_LANG, COLUMN_MODEL };

/* What the title has over `title` columns makes others longer, in this order: a path says little in its first ones. */
static const struct {
	enum list_column column;
	int most, title;
} longer[] = { { COLUMN_PATH, 26, 46 }, { COLUMN_CAUSE, 36, 60 }, { COLUMN_PATH, 36, 60 }, { COLUMN_RULE, 28, 60 }, { COLUMN_MODEL, 28, 60 } };
#define LONGEST 36
#define LONG_LABEL_COLUMNS 70 /* of a title: in a wider one the whole word leaves room enough */
#define TITLE "title"
#define ALL_LABEL "[all ILLUSTRATIVE]"
#define READ_LABEL "[these ILLUSTRATIVE]" /* of a list whose rest is not read nobody knows */
#define MEASURED_MOST 200 /* rows: columns are as wide as these need */
#define PATH_BYTES_MAX 512
#define TITLE_LEAST 20 /* columns that no choice of others takes from it */
#define SIGNS_COLUMNS 6 /* mark, status, dispute, level sign and letter, a blank */

/* What the rows on the page say in each column, as wide as it is: a column takes no more than
 * that, and an empty one only its heading. */
struct needs {
	int widths[COLUMN_COUNT]; /* up to LONGEST; 0: not to be shown */
	const char *label;     /* every row that is in memory is illustrative, which this says; or NULL */
};

static bool take_room(struct sample_columns *layout, const struct needs *needs, enum list_column column, int title_left)
{
	int width = needs->widths[column], most = column_info(column)->width;

	if (!width)
		return true;
	if (width > most)
		width = most;
	if (layout->title - width - 1 < title_left)
		return false;
	layout->widths[column] = width;
	layout->title -= width + 1;
	return true;
}

static struct sample_columns layout_of(int columns, const struct list_columns *chosen, const struct needs *needs)
{
	struct sample_columns layout = { .title = columns - SIGNS_COLUMNS - 1 }; /* a blank before the border */

	for (size_t i = 0; i < chosen->count; i++)
		if (take_room(&layout, needs, chosen->shown[i], TITLE_LEAST) && layout.widths[chosen->shown[i]])
			layout.order[layout.count++] = chosen->shown[i];
	for (size_t i = 0; !chosen->chosen && i < ARRAY_LEN(wanted); i++)
		if (!take_room(&layout, needs, wanted[i], column_info(wanted[i])->title))
			break;
	for (int column = 0; !chosen->chosen && column < COLUMN_COUNT; column++)
		if (layout.widths[column])
			layout.order[layout.count++] = (enum list_column)column;
	for (size_t i = 0; i < ARRAY_LEN(longer); i++) {
		int *width = &layout.widths[longer[i].column], most = needs->widths[longer[i].column];
		int over = (most < longer[i].most ? most : longer[i].most) - *width;
		int more = layout.title - longer[i].title > over ? over : layout.title - longer[i].title;
		if (*width && more > 0) {
			*width += more;
			layout.title -= more;
		}
	}
	/* A label that is cut says less than those of the rows. */
	if (needs->label && layout.title >= (int)(strlen(TITLE "  ") + strlen(needs->label)))
		layout.label = needs->label;
	return layout;
}

static void draw_titles(struct surface *surface, struct area line, const struct sample_columns *layout)
{
	int column;

	column = SIGNS_COLUMNS + surface_puts(surface, line, 0, SIGNS_COLUMNS, STYLE_MUTED, TITLE) + 2;
	if (layout->label)
		surface_puts(surface, line, 0, column, STYLE_ILLUSTRATIVE, layout->label);
	column = SIGNS_COLUMNS + layout->title + 1;
	for (size_t i = 0; i < layout->count; i++) {
		surface_puts(surface, line, 0, column, STYLE_MUTED, column_info(layout->order[i])->name);
		column += layout->widths[layout->order[i]] + 1;
	}
}

static void draw_status(struct surface *surface, struct area line, const struct app *app, enum sample_status status)
{
	static const struct {
		const char *sign, *ascii;
		enum style style;
	} signs[SAMPLE_COUNT] = {
		[SAMPLE_UNTRIAGED] = { "·", ".", STYLE_MUTED },
		[SAMPLE_IN_REVIEW] = { "»", ">", STYLE_TEXT },
		[SAMPLE_ANNOTATED] = { "✓", "+", STYLE_GOOD },
		[SAMPLE_NEEDS_INFO] = { "?", "?", STYLE_WARNING },
		[SAMPLE_DEFERRED] = { "~", "~", STYLE_MUTED },
		[SAMPLE_EXCLUDED] = { "×", "x", STYLE_MUTED },
	};

	if ((size_t)status < SAMPLE_COUNT)
		surface_puts(surface, line, 0, 1, signs[status].style,
			     app_sign(app, signs[status].sign, signs[status].ascii));
}

/* Beside the status: reviewers differ, or somebody has decided. */
static void draw_dispute(struct surface *surface, struct area line, const struct app *app, enum judged judged)
{
	if (judged == JUDGED_DIFFERENTLY)
		surface_puts(surface, line, 0, 2, STYLE_WARNING, app_sign(app, "≠", "/"));
	else if (judged == JUDGED_BY_DECISION)
		surface_puts(surface, line, 0, 2, STYLE_GOOD, "=");
}

static void draw_level(struct surface *surface, struct area line, const struct app *app, enum level level)
{
	static const struct {
		const char *sign, *ascii;
		enum style style;
	} signs[LEVEL_COUNT] = {
		[LEVEL_NONE] = { "  ", "  ", STYLE_MUTED },
		[LEVEL_NOTE] = { "iN", "iN", STYLE_NOTE },
		[LEVEL_WARNING] = { "▲W", "!W", STYLE_WARNING },
		[LEVEL_ERROR] = { "✗E", "#E", STYLE_ERROR },
	};

	if ((size_t)level < LEVEL_COUNT)
		surface_puts(surface, line, 0, 3, signs[level].style,
			     app_sign(app, signs[level].sign, signs[level].ascii));
}

/* The end of a path says more than its start: "…/queue/drain.py:41". Paths are as
 * hostile as the rest: of an endless one only the end is looked at. */
static void draw_path(struct surface *surface, struct area line, int column, int width, const struct app *app,
		      const struct sample_row *row)
{
	struct strbuf text = STRBUF_INIT;
	size_t len = row->path ? strlen(row->path) : 0, at = 0;
	int columns;

	if (!row->path)
		return;
	if (len > PATH_BYTES_MAX) {
		at = len - PATH_BYTES_MAX;
		while (at < len && ((unsigned char)row->path[at] & 0xC0) == 0x80)
			at++;
	}
	strbuf_add(&text, row->path + at, len - at);
	if (row->line)
		strbuf_addf(&text, ":%" PRId64, row->line);
	columns = utf8_text_columns(strbuf_slice(&text));
	if (columns <= width && !at) {
		surface_fit(surface, line, 0, column, width, STYLE_MUTED, text.text);
	} else {
		for (at = 0; at < text.len_bytes && 1 + columns > width;) {
			size_t end = utf8_grapheme_end(strbuf_slice(&text), at);
			columns -= utf8_text_columns((struct slice){ text.text + at, end - at });
			at = end;
		}
		surface_puts(surface, line, 0, column, STYLE_MUTED, app_sign(app, "…", "."));
		surface_fit(surface, line, 0, column + 1, width - 1, STYLE_MUTED, text.text + at);
	}
	strbuf_release(&text);
}

/* Where it does not fit, its category gives way first: "infrastr…/cache". */
static void draw_cause(struct surface *surface, struct area line, int column, int width, const char *cause)
{
	const char *sub = strchr(cause, '/');
	int over = utf8_text_columns(slice_of(cause)) - width, used = 0;

	if (sub && over > 0) {
		struct arena arena = ARENA_INIT;
		struct slice category = { cause, (size_t)(sub - cause) };
		int room = utf8_text_columns(category) - over;
		if (room < 2) /* for one letter with an ellipsis: its first alone says as much */
			used = surface_text(surface, line, 0, column, STYLE_TEXT, (struct slice){ cause, utf8_grapheme_end(category, 0) });
		else
			used = surface_fit(surface, line, 0, column, room, STYLE_TEXT, arena_text(&arena, category));
		cause = sub;
		arena_release(&arena);
	}
	surface_fit(surface, line, 0, column + used, width - used, STYLE_TEXT, cause);
}

/* What a row says in a column, but for the path; NULL: nothing. */
static const char *text_of(const struct sample_row *row, enum list_column column, struct arena *arena, struct instant now)
{
	switch (column) {
	case COLUMN_CAUSE:
		return row->cause ? row->cause : row->disposition ? verdict_word(row->disposition) : NULL;
	case COLUMN_LANG:
		return row->language;
	case COLUMN_RULE:
		return row->rule;
	case COLUMN_MODEL:
		return row->model;
	case COLUMN_AGE:
		return instant_known(row->produced_at) ? instant_ago(arena, row->produced_at, now) : NULL;
	case COLUMN_SEVERITY:
		return row->severity ? severity_word(row->severity) : NULL;
	case COLUMN_VERDICT:
		return row->disposition ? verdict_word(row->disposition) : NULL;
	case COLUMN_UNTIL:
		return row->deferred_until ? defer_words(arena, row->deferred_until) + strlen("until ") : NULL;
	case COLUMN_INCIDENTS:
		return row->incident_count ? arena_printf(arena, "%" PRId64, row->incident_count) : NULL;
	case COLUMN_NUMBER:
		return arena_printf(arena, "%" PRId64, row->id);
	case COLUMN_PATH:
	case COLUMN_COUNT:
		break;
	}
	return NULL;
}

static int path_columns(const struct sample_row *row)
{
	char line[24] = "";
	size_t len = row->path ? strlen(row->path) : 0;

	if (!row->path || len > LONGEST * 4)
		return row->path ? LONGEST : 0;
	if (row->line)
		snprintf(line, sizeof(line), ":%" PRId64, row->line);
	return utf8_text_columns(slice_of(row->path)) + (int)strlen(line);
}

static int most_columns(enum list_column column)
{
	int most = column_info(column)->width;

	for (size_t i = 0; i < ARRAY_LEN(longer); i++)
		if (longer[i].column == column && longer[i].most > most)
			most = longer[i].most;
	return most;
}

/* A column that is as wide already as it may be needs no look. */
static void need_column(struct needs *needs, const struct sample_row *row, enum list_column column, struct arena *arena,
			struct instant now)
{
	int most = most_columns(column), width = 0;

	if (needs->widths[column] >= most)
		return;
	if (column == COLUMN_PATH) {
		width = path_columns(row);
	} else {
		const char *text = text_of(row, column, arena, now);
		width = text ? utf8_text_columns(slice_of(text)) : 0;
	}
	if (width > most)
		width = most;
	if (width > needs->widths[column])
		needs->widths[column] = width;
}

/* Only of columns that may be shown. */
static void need(struct needs *needs, const struct sample_row *row, const struct list_columns *chosen, struct arena *arena,
		 struct instant now)
{
	const enum list_column *columns = chosen->chosen ? chosen->shown : wanted;
	size_t count = chosen->chosen ? chosen->count : ARRAY_LEN(wanted);

	for (size_t i = 0; i < count; i++)
		need_column(needs, row, columns[i], arena, now);
}

/* What reviewers give has its room before it is given: no column moves under the hands of one who judges. */
static void need_given(struct needs *needs)
{
	static const enum list_column given[] = { COLUMN_CAUSE, COLUMN_VERDICT, COLUMN_SEVERITY, COLUMN_UNTIL };

	for (size_t i = 0; i < ARRAY_LEN(given); i++)
		needs->widths[given[i]] = most_columns(given[i]);
}

/* Columns are as wide as their headings at least. */
static struct needs needs_of_titles(void)
{
	struct needs needs = { .label = NULL };

	for (int column = 0; column < COLUMN_COUNT; column++)
		needs.widths[column] = utf8_text_columns(slice_of(column_info((enum list_column)column)->name));
	return needs;
}

static const char *window_label(const struct sample_window *window)
{
	if (window->rows.len < 2)
		return NULL;
	for (size_t i = 0; i < window->rows.len; i++)
		if (!window->rows.items[i].row.illustrative)
			return NULL;
	return window->at_start && window->at_end ? ALL_LABEL : READ_LABEL;
}

/* Of the page shown and those beside it, so that columns seldom move under one who scrolls. */
static struct needs needs_of_page(const struct sample_list *list, int rows, const struct list_columns *chosen, struct instant now)
{
	struct needs needs = needs_of_titles();
	struct arena arena = ARENA_INIT;
	size_t page = rows > 0 ? (size_t)rows : 0, first = list->list.top > page ? list->list.top - page : 0;

	need_given(&needs);
	for (size_t i = first; i < list->window.rows.len && i < list->list.top + 2 * page; i++)
		need(&needs, &list->window.rows.items[i].row, chosen, &arena, now);
	needs.label = window_label(&list->window);
	arena_release(&arena);
	return needs;
}

/* As far as the columns behind it say nothing: a sample that nobody has judged yet has no cause, and its title the room. */
static int title_room(const struct sample_columns *layout, const struct sample_row *row, struct arena *arena, struct instant now)
{
	int room = layout->title;

	for (size_t i = 0; i < layout->count; i++) {
		enum list_column is = layout->order[i];
		const char *text = is == COLUMN_PATH ? row->path : text_of(row, is, arena, now);
		if (text && text[0])
			break;
		room += layout->widths[is] + 1;
	}
	return room;
}

static void draw_row(struct surface *surface, struct area line, const struct app *app, const struct sample_columns *layout,
		     const struct sample_row *row, bool marked, struct arena *arena, struct instant now)
{
	int column = SIGNS_COLUMNS, title = title_room(layout, row, arena, now);

	if (marked)
		surface_puts(surface, line, 0, 0, STYLE_MARKED, "*");
	draw_status(surface, line, app, row->status);
	draw_dispute(surface, line, app, row->judged);
	draw_level(surface, line, app, row->level);
	if (row->illustrative && !layout->label) {
		int used = surface_fit(surface, line, 0, column, title, STYLE_ILLUSTRATIVE,
				       title > LONG_LABEL_COLUMNS ? "[ILLUSTRATIVE] " : "[ILL] ");
		column += used;
		title -= used;
	}
	surface_fit(surface, line, 0, column, title, STYLE_TEXT, row->title ? row->title : "");
	column = SIGNS_COLUMNS + layout->title + 1;
	for (size_t i = 0; i < layout->count; i++) {
		enum list_column is = layout->order[i];
		const char *text = text_of(row, is, arena, now);
		if (is == COLUMN_PATH)
			draw_path(surface, line, column, layout->widths[is], app, row);
		else if (text && is == COLUMN_CAUSE)
			draw_cause(surface, line, column, layout->widths[is], text);
		else if (text)
			surface_fit(surface, line, 0, column, layout->widths[is],
				    is == COLUMN_VERDICT || is == COLUMN_SEVERITY ? STYLE_TEXT : STYLE_MUTED, text);
		column += layout->widths[is] + 1;
	}
}

/* The same in words, one after the other: "marked, untriaged, error: title, path:41, model/cache". */
void sample_row_say(const struct sample_row *row, bool marked, struct strbuf *out)
{
	strbuf_addf(out, "%s%s, %s: %s", marked ? "marked, " : "", sample_status_word(row->status), level_word(row->level),
		    row->title ? row->title : "");
	if (row->path)
		strbuf_addf(out, ", %s", row->path);
	if (row->path && row->line)
		strbuf_addf(out, ":%" PRId64, row->line);
	if (row->cause)
		strbuf_addf(out, ", %s", row->cause);
	if (row->disposition)
		strbuf_addf(out, ", %s", verdict_word(row->disposition));
	if (row->judged)
		strbuf_addstr(out, row->judged == JUDGED_DIFFERENTLY ? ", disputed" : ", decided");
	if (row->illustrative)
		strbuf_addstr(out, ", illustrative");
}

struct sample_columns sample_columns_of(const struct app *app, int columns, const struct sample_row *const *rows,
					size_t count, bool without_cause)
{
	struct needs needs = needs_of_titles();
	struct instant now = instant_now();
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < count && i < MEASURED_MOST; i++)
		need(&needs, rows[i], app_columns(app), &arena, now);
	needs.label = count > 1 ? ALL_LABEL : NULL;
	for (size_t i = 0; i < count && needs.label; i++)
		if (!rows[i]->illustrative)
			needs.label = NULL;
	arena_release(&arena);
	if (without_cause && !app_columns(app)->chosen)
		needs.widths[COLUMN_CAUSE] = 0;
	return layout_of(columns, app_columns(app), &needs);
}

void sample_row_view(const struct sample_row *row, const struct app *app, const struct sample_columns *columns,
		     struct surface *surface, struct area line)
{
	struct arena arena = ARENA_INIT;

	draw_row(surface, line, app, columns, row, false, &arena, instant_now());
	arena_release(&arena);
}

void sample_row_titles(const struct sample_columns *columns, struct surface *surface, struct area line)
{
	draw_titles(surface, line, columns);
}

struct area sample_list_rows_area(struct area area)
{
	if (area.rows > 2)
		area_top(&area, 1);
	return area;
}

/* What is drawn, with its marks. */
struct marked_list {
	const struct sample_list *list;
	const struct sample_marks *marks;
};

static bool is_marked(const struct marked_list *of, size_t index)
{
	return of->marks && (id_set_has(of->marks->set, of->list->window.rows.items[index].row.id) ||
			     (index >= of->marks->range_from && index <= of->marks->range_to));
}

static void say_row(const void *context, size_t index, struct strbuf *out)
{
	const struct marked_list *of = context;

	if (index < of->list->window.rows.len)
		sample_row_say(&of->list->window.rows.items[index].row, is_marked(of, index), out);
}

void sample_list_resize(struct sample_list *self, const struct app *app, struct area area, const struct sample_marks *marks)
{
	struct area rows = sample_list_rows_area(area);

	if (app_options(app)->accessible)
		spoken_resize(&(struct spoken){ say_row, &(struct marked_list){ self, marks } }, &self->list, rows);
	else
		list_resize(&self->list, rows.rows);
}

bool sample_list_mouse(struct sample_list *self, const struct app *app, const struct key *key, struct area rows,
		       const struct sample_marks *marks, bool *opened)
{
	self->owed = 0; /* the row that is pointed at is there */
	if (app_options(app)->accessible)
		return spoken_mouse(&(struct spoken){ say_row, &(struct marked_list){ self, marks } }, &self->list, key, rows, opened);
	return list_mouse(&self->list, key, rows, opened);
}

void sample_list_view(const struct sample_list *self, const struct app *app, struct surface *surface,
		      struct area area, const struct sample_marks *marks)
{
	const struct marked_list of = { self, marks };
	struct area rows = sample_list_rows_area(area);
	struct instant now = instant_now();
	struct needs needs = needs_of_page(self, rows.rows, app_columns(app), now);
	struct sample_columns layout = layout_of(area.columns, app_columns(app), &needs);
	struct arena arena = ARENA_INIT;

	if (app_options(app)->accessible) {
		spoken_view(&(struct spoken){ say_row, &of }, &self->list, surface, rows);
		return;
	}
	if (rows.rows == area.rows) /* no titles to say it */
		layout.label = NULL;
	else
		draw_titles(surface, area_top(&area, 1), &layout);
	for (int row = 0; row < rows.rows; row++) {
		size_t index = self->list.top + (size_t)row;
		struct area line = { rows.row + row, rows.column, 1, rows.columns };
		if (index >= self->window.rows.len)
			break;
		draw_row(surface, line, app, &layout, &self->window.rows.items[index].row, is_marked(&of, index), &arena, now);
		if (index == self->list.selected)
			surface_select_row(surface, line, 0);
	}
	arena_release(&arena);
}
