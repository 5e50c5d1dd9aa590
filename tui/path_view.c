#include "tui/path_view.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/text_run.h"

#define BESIDE_COLUMNS_MIN 160 /* the code stands beside the list then, else below */
#define DETAIL_ROWS_MIN 4      /* less shows nothing of it */
#define MESSAGE_ROWS_MAX 4
#define NESTING_MAX 20

void path_view_init(struct path_view *view)
{
	*view = (struct path_view){ .height = 1, .columns = 1 };
	list_init(&view->list);
	arena_init(&view->arena);
	pane_init(&view->message);
	code_view_init(&view->code);
	diff_view_init(&view->fix);
}

void path_view_release(struct path_view *view)
{
	vec_release(&view->rows);
	arena_release(&view->arena);
	pane_release(&view->message);
	code_view_release(&view->code);
	diff_view_release(&view->fix);
}

static const struct place *place_at_hand(const struct path_view *view)
{
	size_t row = view->list.selected;

	return row < view->rows.len && view->rows.items[row].place != PATH_HEADING ?
		       &view->sample->places[view->rows.items[row].place] : NULL;
}

/* ---- the code of a place -------------------------------------------------------------- */

static int64_t first_line(const struct sample *sample)
{
	return sample->region.start_line > 0 ? sample->region.start_line : 1;
}

/* Where a line of the sample's code begins; its length where the code ends before. */
static size_t line_start(struct slice code, int64_t line)
{
	size_t at = 0;

	for (; line > 0 && at < code.len_bytes; line--) {
		const char *feed = memchr(code.at + at, '\n', code.len_bytes - at);
		at = feed ? (size_t)(feed - code.at) + 1 : code.len_bytes;
	}
	return at;
}

/* Whether it lies in the sample's code: in its file (as one without a path does), on one of its lines. */
static bool is_in_code(const struct sample *sample, const struct place *place)
{
	int64_t line = place->region.start_line - first_line(sample);

	if (place->region.start_line <= 0 || line < 0 || !sample->code.len_bytes)
		return false;
	if (place->path && (!sample->path || strcmp(place->path, sample->path) != 0))
		return false;
	return line_start(sample->code, line) < sample->code.len_bytes;
}

/* The byte of a column (from 1), at the line's end if that comes before. */
static size_t column_at(struct slice code, size_t start, int64_t column)
{
	const char *feed = memchr(code.at + start, '\n', code.len_bytes - start);
	size_t end = feed ? (size_t)(feed - code.at) : code.len_bytes;

	for (; column > 1 && start < end; column--) {
		uint32_t code_point;
		start += utf8_decode(code.at + start, end - start, &code_point, NULL);
	}
	return start;
}

/* The code as it is with the replacement in its stead; lines without columns are replaced whole. */
static struct slice mended(struct arena *arena, const struct sample *sample, const struct place *place)
{
	struct slice code = sample->code, text = place->text;
	const struct region *region = &place->region;
	int64_t last = region->end_line > region->start_line ? region->end_line : region->start_line;
	bool whole = !region->start_column, with_feed = !text.len_bytes || text.at[text.len_bytes - 1] == '\n';
	size_t start = line_start(code, region->start_line - first_line(sample)), end;
	char *out;

	if (whole && with_feed) {
		end = line_start(code, last - first_line(sample) + 1);
	} else {
		end = column_at(code, line_start(code, last - first_line(sample)),
				whole || !region->end_column ? INT64_MAX : region->end_column);
		start = column_at(code, start, region->start_column);
	}
	if (end < start)
		end = start;
	out = arena_alloc(arena, start + text.len_bytes + code.len_bytes - end + 1);
	memcpy(out, code.at, start);
	if (text.len_bytes)
		memcpy(out + start, text.at, text.len_bytes);
	memcpy(out + start + text.len_bytes, code.at + end, code.len_bytes - end);
	return (struct slice){ out, start + text.len_bytes + code.len_bytes - end };
}

/* In the sample's code: a bar at all places of the same path, a mark at the one at hand. */
static void open_in_code(struct path_view *view, const struct place *place)
{
	const struct sample *sample = view->sample;
	const struct region *region = &place->region;
	struct code_mark mark = { region->start_line, region->end_line, LEVEL_WARNING, region->start_column, region->end_column, NULL };
	VEC_OF(struct code_range) others = VEC_INIT;

	if (mark.last < mark.first)
		mark.last = mark.first;
	for (size_t i = 0; i < sample->place_count; i++) {
		const struct place *other = &sample->places[i];
		if (other->role == place->role && other->group == place->group && is_in_code(sample, other))
			vec_push(&others, ((struct code_range){ other->region.start_line, other->region.start_line }));
	}
	code_view_open(&view->code, sample->code, sample->language ? language_find(sample->language) : NULL, first_line(sample),
		       &mark, 1);
	code_view_note(&view->code, others.items, others.len);
	vec_release(&others);
}

static const struct language *language_at(const struct sample *sample, const struct place *place)
{
	const char *name = place->path ? language_of_path(place->path) : sample->language;

	return name ? language_find(name) : NULL;
}

static void open_code(struct path_view *view, const struct place *place)
{
	bool in_code = is_in_code(view->sample, place);

	if (place->role == PLACE_FIX && in_code && place->text.at) {
		view->shows = PATH_SHOWS_FIX;
		diff_view_open(&view->fix, view->sample->code, first_line(view->sample),
			       mended(&view->arena, view->sample, place));
		view->fix.new_first_line = view->fix.old_first_line;
	} else if (in_code && place->role != PLACE_FIX) {
		view->shows = PATH_SHOWS_CODE;
		open_in_code(view, place);
	} else if (place->text.len_bytes) {
		view->shows = PATH_SHOWS_CODE;
		code_view_open(&view->code, place->text, language_at(view->sample, place), place->region.start_line, NULL, 0);
	}
}

/* ---- layout ------------------------------------------------------------------------------ */

struct layout {
	struct area list, title, message, code, between;
};

static struct layout layout_of(const struct path_view *view, struct area area)
{
	struct layout out = { .list = area };
	int most = (area.rows - 1) / 2, lines = (int)view->message.lines.len;

	if (!place_at_hand(view) || area.rows <= DETAIL_ROWS_MIN)
		return out;
	if (area.columns >= BESIDE_COLUMNS_MIN) {
		out.list = area_left(&area, area.columns * 2 / 5);
		out.between = area_left(&area, 1);
	} else {
		out.list = area_top(&area, view->rows.len < (size_t)most ? (int)view->rows.len : most);
	}
	out.title = area_top(&area, 1);
	out.message = area_top(&area, lines > MESSAGE_ROWS_MAX ? MESSAGE_ROWS_MAX : lines);
	out.code = area;
	return out;
}

static void resize_all(struct path_view *view)
{
	struct layout layout = layout_of(view, (struct area){ 0, 0, view->height, view->columns });

	list_resize(&view->list, layout.list.rows);
	pane_resize(&view->message, layout.message.rows);
	code_view_resize(&view->code, layout.code.rows, layout.code.columns);
	diff_view_resize(&view->fix, layout.code.rows, layout.code.columns);
}

/* The place at hand, laid out for the size that there is. */
static void lay_out(struct path_view *view)
{
	const struct place *place = place_at_hand(view);
	struct layout layout = layout_of(view, (struct area){ 0, 0, view->height, view->columns });

	pane_clear(&view->message);
	if (place && place->message)
		pane_wrap(&view->message, STYLE_TEXT, 1, layout.title.columns - 1, place->message);
	resize_all(view); /* of the rows that the message takes */
}

static void open_place(struct path_view *view)
{
	const struct place *place = place_at_hand(view);

	view->shows = PATH_SHOWS_NOTHING;
	code_view_open(&view->code, (struct slice){ NULL, 0 }, NULL, 1, NULL, 0); /* what it borrowed may be gone */
	diff_view_open(&view->fix, (struct slice){ NULL, 0 }, 1, (struct slice){ NULL, 0 });
	arena_clear(&view->arena);
	view->message.top = 0;
	lay_out(view);
	if (place)
		open_code(view, place);
}

static int indent_of(const struct place *place)
{
	return (int)(place->nesting < 0 ? 0 : place->nesting < NESTING_MAX ? place->nesting : NESTING_MAX) * 2;
}

void path_view_open(struct path_view *view, const struct sample *sample)
{
	struct arena scratch = ARENA_INIT;
	int64_t step = 0;

	view->sample = sample;
	view->where_columns = 0;
	vec_clear(&view->rows);
	for (size_t i = 0; sample && i < sample->place_count; i++) {
		const struct place *place = &sample->places[i], *before = i ? place - 1 : NULL;
		int columns = indent_of(place) + utf8_text_columns(slice_of(place_where(&scratch, place)));
		if (!before || before->role != place->role || before->group != place->group) {
			vec_push(&view->rows, ((struct path_row){ PATH_HEADING, 0 }));
			step = 0;
		}
		vec_push(&view->rows, ((struct path_row){ i, ++step }));
		if (columns > view->where_columns)
			view->where_columns = columns;
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	list_set_count(&view->list, view->rows.len);
	list_select(&view->list, view->rows.len ? 1 : 0);
	open_place(view);
}

void path_view_resize(struct path_view *view, int rows, int columns)
{
	view->height = rows > 0 ? rows : 1;
	view->columns = columns;
	lay_out(view);
}

/* ---- walking -------------------------------------------------------------------------------- */

/* From a row, the nearest one in that direction that is a place; else the one before. */
static void settle(struct path_view *view, size_t before, int step)
{
	size_t at = view->list.selected;

	if (at < view->rows.len && view->rows.items[at].place == PATH_HEADING)
		list_select(&view->list, step > 0 || !at ? at + 1 : at - 1);
	if (view->list.selected == 1)
		view->list.top = 0; /* its heading too */
	if (view->list.selected != before)
		open_place(view);
}

void path_view_select(struct path_view *view, size_t row)
{
	size_t before = view->list.selected;

	list_select(&view->list, row);
	settle(view, before, 1);
}

bool path_view_step(struct path_view *view, int step)
{
	size_t before = view->list.selected;

	if (step > 0 ? before + 1 >= view->rows.len : before <= 1)
		return false;
	list_select(&view->list, step > 0 ? before + 1 : before - 1);
	settle(view, before, step);
	return true;
}

static bool code_action(struct path_view *view, enum action action)
{
	return view->shows == PATH_SHOWS_FIX ? diff_view_action(&view->fix, action) : code_view_action(&view->code, action);
}

bool path_view_action(struct path_view *view, enum action action)
{
	size_t before = view->list.selected;

	switch (action) {
	case ACTION_ID_down:
	case ACTION_ID_up:
		path_view_step(view, action == ACTION_ID_down ? 1 : -1);
		return true;
	case ACTION_ID_first:
	case ACTION_ID_last:
		list_action(&view->list, action);
		settle(view, before, 1);
		return true;
	default:
		return code_action(view, action);
	}
}

void path_view_page(const struct path_view *view, struct strbuf *out)
{
	pane_text(&view->message, out);
	if (view->shows == PATH_SHOWS_NOTHING)
		return;
	strbuf_addch(out, '\n');
	if (view->shows == PATH_SHOWS_FIX)
		diff_view_page(&view->fix, out);
	else
		strbuf_add(out, view->code.text.at, view->code.text.len_bytes);
}

bool path_view_wheel(struct path_view *view, const struct key *key)
{
	return view->shows == PATH_SHOWS_FIX ? diff_view_wheel(&view->fix, key) : code_view_wheel(&view->code, key);
}

/* ---- drawing ----------------------------------------------------------------------------------- */

static void draw_row(const struct path_view *view, struct surface *surface, struct area area, int row, size_t index)
{
	const struct path_row *at = &view->rows.items[index];
	struct arena scratch = ARENA_INIT;
	int most = area.columns * 2 / 5, width = view->where_columns < most ? view->where_columns : most;
	int column = 2;

	if (at->place == PATH_HEADING) {
		if (index + 1 < view->rows.len)
			surface_fit(surface, area, row, 1, area.columns - 2, STYLE_TITLE,
				    place_heading(&scratch, &view->sample->places[view->rows.items[index + 1].place]));
		arena_release(&scratch);
		return;
	}
	const struct place *place = &view->sample->places[at->place];
	int indent = indent_of(place) < width - 8 ? indent_of(place) : width > 8 ? width - 8 : 0;
	column += surface_printf(surface, area, row, column, STYLE_KEY, "%3" PRId64, at->step) + 1;
	surface_fit(surface, area, row, column + indent, width - indent, STYLE_NOTE, place_where(&scratch, place));
	column += width + 2;
	if (place->message)
		text_first_line(surface, area, row, column, area.columns - column - 1, STYLE_TEXT, place->message);
	if (index == view->list.selected)
		surface_select_row(surface, area, row);
	arena_release(&scratch);
}

/* "─ code flow 1: 2 of 3 · lib/sum.c:4:9 ───": where one is, when its row is out of sight too. */
static void draw_title(const struct path_view *view, const struct app *app, const struct place *place, struct surface *surface,
		       struct area line)
{
	struct arena scratch = ARENA_INIT;
	size_t last = view->list.selected;
	const char *where = place_where(&scratch, place);

	while (last + 1 < view->rows.len && view->rows.items[last + 1].place != PATH_HEADING)
		last++;
	surface_hline(surface, line, 0, STYLE_FRAME);
	surface_fit(surface, line, 0, 1, line.columns - 2, STYLE_TITLE,
		    arena_printf(&scratch, " %s: %" PRId64 " of %" PRId64 "%s%s ", place_heading(&scratch, place),
				 view->rows.items[view->list.selected].step, view->rows.items[last].step,
				 where[0] ? app_sign(app, " · ", " - ") : "", where));
	arena_release(&scratch);
}

void path_view_view(const struct path_view *view, const struct app *app, struct surface *surface, struct area area)
{
	struct layout layout = layout_of(view, area);
	const struct place *place = place_at_hand(view);

	for (int row = 0; row < layout.list.rows && view->list.top + (size_t)row < view->rows.len; row++)
		draw_row(view, surface, layout.list, row, view->list.top + (size_t)row);
	if (!place || layout.title.rows <= 0)
		return;
	if (layout.between.columns)
		surface_vline(surface, layout.between, 0, STYLE_FRAME);
	draw_title(view, app, place, surface, layout.title);
	pane_view(&view->message, surface, layout.message);
	if (view->shows == PATH_SHOWS_FIX)
		diff_view_view(&view->fix, surface, layout.code, "code", "mended");
	else if (view->shows == PATH_SHOWS_CODE)
		code_view_view(&view->code, surface, layout.code, app_options(app)->ascii);
	else
		surface_fit(surface, layout.code, 0, 1, layout.code.columns - 2, STYLE_MUTED, "the code there is not part of the sample");
}
