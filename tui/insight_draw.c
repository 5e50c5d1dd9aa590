/* Rows of analyses and the chart of days, drawn. */
#include <stdlib.h>

#include "core/base/utf8.h"
#include "tui/insights.h"
#include "tui/text_run.h"

#define CHART_ROWS 6
#define CHART_AREA_LEAST 16 /* rows of the part's area from which on there is room for it */
#define SCALE_COLUMNS 11
#define FIGURE_COLUMNS 9
#define BAR_MOST 60

/* ---- rows ------------------------------------------------------------------------------------ */

static void draw_bar(struct surface *surface, struct area line, int column, int columns, double share, bool ascii)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	int whole = (int)(fmin(fmax(share, 0), 1) * columns * 8 + 0.5);

	for (int i = 0; i < whole / 8; i++)
		surface_puts(surface, line, 0, column + i, STYLE_NOTE, ascii ? "#" : "█");
	if (whole % 8 && !ascii)
		surface_puts(surface, line, 0, column + whole / 8, STYLE_NOTE, eighths[whole % 8]);
	else if (whole % 8 >= 4)
		surface_puts(surface, line, 0, column + whole / 8, STYLE_NOTE, "#");
}

/* One thing a line, in words. */
void insight_row_say(const struct insight_row *row, struct strbuf *out)
{
	strbuf_addstr(out, row->label);
	if (row->kind == INSIGHT_FIGURE && row->figure)
		strbuf_addf(out, ": %s", row->figure);
	if (row->kind == INSIGHT_FIGURE && row->note)
		strbuf_addf(out, "%s%s", row->figure ? ", " : ": ", row->note);
}

void insight_detail_draw(const struct insight_row *row, struct surface *surface, struct area line)
{
	int column = 1, width = line.columns - 2;

	if (row->kind != INSIGHT_FIGURE && utf8_text_columns(slice_of(row->label)) > width) /* the rest of it */
		surface_fit(surface, line, 0, column, width, STYLE_TEXT, row->label + text_fitting(slice_of(row->label), width - 12));
	if (row->kind == INSIGHT_FIGURE && row->note)
		column += surface_fit(surface, line, 0, column, line.columns - column - 1, STYLE_TEXT, row->note) + 2;
	if (row->query && column < line.columns - 1)
		surface_fit(surface, line, 0, column, line.columns - column - 1, STYLE_MUTED, row->query);
}

struct insight_look insight_look_of(const struct insight_rows *rows, int columns)
{
	struct insight_look look = { columns >= 120 ? 44 : columns >= 60 ? 30 : columns / 2, columns >= 120 ? 20 : columns >= 70 ? 6 : 0 };
	int labels = 0, notes = 0, left;
	bool bars = false;

	for (size_t i = 0; i < rows->list.len; i++) {
		const struct insight_row *row = &rows->list.items[i];
		if (row->kind != INSIGHT_FIGURE)
			continue;
		int label = utf8_text_columns(slice_of(row->label)), note = row->note ? utf8_text_columns(slice_of(row->note)) : 0;
		labels = label > labels ? label : labels;
		notes = note > notes ? note : notes;
		bars = bars || !isnan(row->bar);
	}
	left = columns - 2 - look.label - 1 - FIGURE_COLUMNS - (bars ? look.bar + 1 : 0) - notes;
	if (columns < 60 || left <= 0)
		return look;
	if (labels > look.label) {
		int more = labels - look.label < left ? labels - look.label : left;
		look.label += more;
		left -= more;
	}
	if (look.bar >= 20)
		look.bar += left < BAR_MOST - look.bar ? left : BAR_MOST - look.bar;
	return look;
}

void insight_row_draw(const struct insight_row *row, const struct insight_look *look, struct surface *surface, struct area line,
		      bool ascii)
{
	int label = look->label, bar = look->bar;
	int column = 1;

	if (row->kind != INSIGHT_FIGURE) {
		surface_fit(surface, line, 0, 1, line.columns - 2, row->style, row->label);
		return;
	}
	surface_fit(surface, line, 0, column, label, row->style, row->label);
	column += label + 1;
	if (row->figure)
		surface_printf(surface, line, 0, column, row->style, "%8s", row->figure);
	else if (isnan(row->bar))
		column -= FIGURE_COLUMNS; /* the note may begin there */
	column += FIGURE_COLUMNS;
	if (!isnan(row->bar) && bar) {
		draw_bar(surface, line, column, bar, row->bar, ascii);
		column += bar + 1;
	}
	if (row->note)
		surface_fit(surface, line, 0, column, line.columns - column - 1, row->style == STYLE_TEXT ? STYLE_MUTED : row->style, row->note);
}

/* ---- the chart ---------------------------------------------------------------------------------- */

int insight_chart_rows(const struct insight_data *data, struct area area, bool accessible)
{
	if (!data->onset || accessible || data->onset->series.days < 2 || area.rows < CHART_AREA_LEAST || area.columns < 40)
		return 0;
	return CHART_ROWS + 2;
}

struct chart {
	const struct series *series;
	size_t per, columns;  /* days of a column */
	double *rates, most;
};

static void measure(struct chart *chart)
{
	const struct series *series = chart->series;
	double mean = 0;

	for (size_t t = 0; t < series->days; t++)
		mean += series->exposure[t];
	mean /= (double)chart->columns;
	for (size_t c = 0; c < chart->columns; c++) {
		double count = 0, exposure = 0;
		for (size_t t = c * chart->per; t < (c + 1) * chart->per && t < series->days; t++) {
			count += series->count[t];
			exposure += series->exposure[t];
		}
		chart->rates[c] = exposure > 0 ? count / exposure : NAN;
		if (exposure > mean / 4) /* a day of two outputs is no measure for the others */
			chart->most = fmax(chart->most, chart->rates[c]);
	}
}

static void draw_columns(const struct chart *chart, struct surface *surface, struct area area, bool ascii)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };

	for (size_t c = 0; c < chart->columns; c++)
		for (int row = 0; row < CHART_ROWS; row++) {
			double height = isnan(chart->rates[c]) || chart->most <= 0 ? 0 : chart->rates[c] / chart->most * CHART_ROWS * 8 - (CHART_ROWS - 1 - row) * 8.0;
			int eighths = height >= 8 ? 8 : height > 0 ? (int)height : 0;
			if (eighths > 0)
				surface_puts(surface, area, row, (int)c + 1, STYLE_NOTE, !ascii ? blocks[eighths] : eighths >= 6 ? "#" : eighths >= 3 ? ":" : ".");
		}
}

static void put_mark(const struct chart *chart, struct surface *surface, struct area area, int64_t day, enum style style, const char *mark)
{
	int64_t at = day - chart->series->first_day;

	if (at >= 0 && at < (int64_t)chart->series->days)
		surface_puts(surface, area, CHART_ROWS, 1 + (int)((size_t)at / chart->per), style, mark);
}

/* Below the days: what shipped, then what was found over it. */
static void draw_marks(const struct insight_data *data, const struct chart *chart, struct surface *surface, struct area area)
{
	const struct onset *onset = &data->onset->onset;

	for (size_t i = 0; data->counts && i < data->counts->change_count; i++) {
		int64_t us = data->counts->changes[i].at.at_us;
		put_mark(chart, surface, area, us / DAY_US - (us % DAY_US < 0), STYLE_LINK, "c");
	}
	for (size_t i = 0; i < onset->change_count; i++) {
		if (onset->changes[i].detectable != SIZE_MAX)
			put_mark(chart, surface, area, chart->series->first_day + (int64_t)onset->changes[i].detectable, STYLE_ERROR, "!");
		put_mark(chart, surface, area, chart->series->first_day + (int64_t)onset->changes[i].day, STYLE_WARNING, "^");
	}
}

void insight_chart_draw(const struct insight_data *data, struct surface *surface, struct area area, bool ascii)
{
	const struct series *series = &data->onset->series;
	struct arena arena = ARENA_INIT;
	size_t room = area.columns > SCALE_COLUMNS + 2 ? (size_t)(area.columns - SCALE_COLUMNS - 2) : 1;
	struct chart chart = { .series = series };

	chart.per = (series->days + room - 1) / room;
	chart.columns = (series->days + chart.per - 1) / chart.per;
	chart.rates = arena_array(&arena, chart.columns, sizeof(*chart.rates));
	measure(&chart);
	draw_columns(&chart, surface, area, ascii);
	draw_marks(data, &chart, surface, area);
	surface_printf(surface, area, 0, (int)chart.columns + 2, STYLE_MUTED, series->has_outputs ? "%.2f %%" : "%.1f/day",
		       series->has_outputs ? 100 * chart.most : chart.most);
	surface_printf(surface, area, CHART_ROWS + 1, 1, STYLE_MUTED, "%s to %s; ^ the rate changed  ! detectable  c something shipped",
		       series_day(&arena, series, 0), series_day(&arena, series, (double)series->days - 1));
	arena_release(&arena);
}
