/* Pictures of the record, with the same in words: the timeline, samples by day, causes found. */
#include <inttypes.h>
#include <math.h>

#include "core/figures.h"
#include "templates/build.h"
#include "templates/chart_svg.h"

#define ROWS_MAX 40          /* of the timeline: more are in its table */
#define DAYS_MAX 366         /* bars; more become weeks */
#define SHIPPED_MAX 20       /* changes marked over them: all are in the record's own table */
#define PLOT_LEFT (double)SVG_LABEL_WIDTH
#define PLOT_WIDTH (double)(SVG_WIDTH - SVG_LABEL_WIDTH - 30)

/* The file, and the page's picture of it. `alt` is ours, of letters, digits, commas and semicolons
 * alone: Hugo resolves no references there. */
static struct value *picture(struct builder *b, const char *name, struct strbuf *svg, const char *alt)
{
	struct attachment file = { name, arena_slice(b->arena, strbuf_slice(svg)), true };
	struct value *chart = value_object(b->arena);
	struct strbuf markup = STRBUF_INIT;

	vec_push(&b->attachments, file);
	strbuf_addstr(&markup, "![");
	build_put(b, &markup, alt, ESCAPE_PROSE);
	strbuf_addf(&markup, "](%s)", site_beside_link(b->arena, &b->site->images, b->slug, name));
	value_set(chart, "picture", build_markup(b, &markup, VALUE_BLOCK));
	strbuf_release(svg);
	return chart;
}

/* ---- an axis of time ------------------------------------------------------------------- */

struct axis {
	int64_t from_us, to_us;
};

static void include_us(struct axis *axis, int64_t first_us, int64_t last_us)
{
	if (axis->from_us > axis->to_us || first_us < axis->from_us)
		axis->from_us = first_us;
	if (axis->from_us > axis->to_us || last_us > axis->to_us)
		axis->to_us = last_us;
}

static void include(struct axis *axis, struct instant at)
{
	int64_t first_us, last_us;

	if (!instant_known(at))
		return;
	instant_span(at, &first_us, &last_us);
	if (axis->from_us > axis->to_us)
		*axis = (struct axis){ first_us, last_us };
	include_us(axis, first_us, last_us);
}

static double x_of(const struct axis *axis, int64_t at_us)
{
	double share = (double)(at_us - axis->from_us) / (double)(axis->to_us - axis->from_us);

	return PLOT_LEFT + PLOT_WIDTH * (share < 0 ? 0 : share > 1 ? 1 : share);
}

static void put_axis(struct builder *b, struct strbuf *svg, const struct axis *axis, double top, double bottom)
{
	int64_t length = axis->to_us - axis->from_us;
	enum precision precision = length < 3 * DAY_US ? PRECISION_MINUTE : PRECISION_DAY;

	for (int tick = 0; tick <= 5; tick++) {
		struct instant at = { axis->from_us + length / 5 * tick, precision };
		double x = x_of(axis, at.at_us);

		svg_line(svg, x, top, x, bottom, "grid");
		svg_text(svg, x, bottom + 16, tick == 5 ? SVG_END : tick ? SVG_MIDDLE : SVG_START, "soft", instant_text(b->arena, at), 20);
	}
}

/* ---- the timeline ---------------------------------------------------------------------- */

struct gantt {
	struct strbuf rows;
	struct axis axis;
	double y;
	size_t count, left_out;
};

static bool next_row(struct gantt *g, const char *label)
{
	if (g->count == ROWS_MAX) {
		g->left_out++;
		return false;
	}
	g->count++;
	g->y += SVG_ROW_HEIGHT;
	svg_text(&g->rows, 8, g->y - 6, SVG_START, "ink", label, 35);
	return true;
}

static void heading(struct gantt *g, const char *text)
{
	g->y += SVG_ROW_HEIGHT + 6;
	svg_text(&g->rows, 8, g->y - 6, SVG_START, "bold", text, 60);
}

static void put_dots(struct builder *b, struct gantt *g)
{
	const struct incident *incident = b->input->incident;
	bool any = false;

	for (int m = MILESTONE_NONE + 1; m < MILESTONE_COUNT; m++) {
		bool begun = false;

		for (size_t i = 0; i < incident->event_count; i++) {
			const struct incident_event *event = &incident->events[i];
			int64_t first_us, last_us;

			if (event->milestone != (enum milestone)m || !instant_known(event->at))
				continue;
			if (!any)
				heading(g, "Milestones");
			any = true;
			if (!begun && !next_row(g, build_words(b, milestone_word((enum milestone)m))))
				break;
			begun = true;
			instant_span(event->at, &first_us, &last_us);
			if (x_of(&g->axis, last_us) - x_of(&g->axis, first_us) > 10)
				svg_bar(&g->rows, x_of(&g->axis, first_us), g->y - 12, x_of(&g->axis, last_us) - x_of(&g->axis, first_us), 4,
					"a open", NULL);
			svg_dot(&g->rows, x_of(&g->axis, first_us), g->y - 10, event->certainty == EVENT_CERTAINTY_DISPUTED ? "d" : "a",
				arena_printf(b->arena, "%s UTC (%s)", instant_text(b->arena, event->at),
					     event_certainty_word(event->certainty)));
		}
	}
}

/* From when it is known to have begun to when it is known to be over; open at the right where nothing says so. */
static void put_span(struct gantt *g, int64_t from_us, int64_t to_us, bool open, const char *class, const char *hint)
{
	double x = x_of(&g->axis, from_us), end = open ? PLOT_LEFT + PLOT_WIDTH : x_of(&g->axis, to_us);

	svg_bar(&g->rows, x, g->y - 17, end - x < 3 ? 3 : end - x, 13, class, hint);
	if (open)
		svg_text(&g->rows, end + 4, g->y - 6, SVG_START, "soft", "→", 1);
}

static void put_cohorts(struct builder *b, struct gantt *g)
{
	const struct incident_times *times = b->review->times;
	bool any = false;

	for (size_t i = 0; i < times->cohort_count; i++) {
		const struct cohort_times *row = &times->cohorts[i];
		const struct time_span *from = &row->at[MILESTONE_FIRST_IMPACT], *to = &row->at[MILESTONE_RESOLVED];

		if (!from->known)
			from = &row->at[MILESTONE_INTRODUCED];
		if (!to->known)
			to = &row->at[MILESTONE_MITIGATED];
		if (!from->known || from->first_us == INT64_MIN || (to->known && to->last_us == INT64_MAX))
			continue;
		if (!any)
			heading(g, "Cohorts: impact to resolution");
		any = true;
		if (next_row(g, row->name))
			put_span(g, from->first_us, to->known ? to->last_us : 0, !to->known, "c", row->name);
	}
}

static void put_changes(struct builder *b, struct gantt *g)
{
	const struct incident *incident = b->input->incident;
	bool any = false;

	for (size_t i = 0; i < incident->change_count; i++) {
		const struct incident_change *change = &incident->changes[i];
		bool open = !instant_known(change->reverted_at);
		char *label;

		if (!instant_known(change->at))
			continue;
		if (!any)
			heading(g, "Changes: shipped to taken back");
		any = true;
		label = arena_printf(b->arena, "CH%" PRId64 " %s", change->number, markdown_plain(b->arena, slice_of(change->text), 80));
		if (next_row(g, label))
			put_span(g, change->at.at_us, open ? 0 : change->reverted_at.at_us, open, "b", label);
	}
}

struct value *build_timeline_chart(struct builder *b)
{
	static const char alt[] = "Timeline of milestones, cohorts and changes; the tables of this section say the same";
	const struct incident *incident = b->input->incident;
	struct gantt g = { .rows = STRBUF_INIT, .axis = { 1, 0 }, .y = 30 };
	struct strbuf svg = STRBUF_INIT;
	size_t dated = 0;

	for (size_t i = 0; b->slug && i < incident->event_count; i++)
		if (incident->events[i].milestone != MILESTONE_NONE && instant_known(incident->events[i].at)) {
			include(&g.axis, incident->events[i].at);
			dated++;
		}
	for (size_t i = 0; b->slug && i < incident->change_count; i++) {
		include(&g.axis, incident->changes[i].at);
		include(&g.axis, incident->changes[i].reverted_at);
		dated += instant_known(incident->changes[i].at);
	}
	if (dated < 2 || g.axis.to_us - g.axis.from_us < 60 * (int64_t)1000000)
		return value_null(b->arena);
	put_dots(b, &g);
	put_cohorts(b, &g);
	put_changes(b, &g);
	if (g.left_out) {
		g.y += SVG_ROW_HEIGHT;
		svg_text(&g.rows, 8, g.y - 6, SVG_START, "soft", arena_printf(b->arena, "and %zu more, see the tables", g.left_out), 60);
	}
	svg_begin(&svg, (int)g.y + 34, arena_printf(b->arena, "%s: timeline", incident->key),
		  arena_printf(b->arena, "%s, from %s to %s UTC", alt, instant_text(b->arena, (struct instant){ g.axis.from_us, PRECISION_DAY }),
			       instant_text(b->arena, (struct instant){ g.axis.to_us, PRECISION_DAY })));
	put_axis(b, &svg, &g.axis, 26, g.y + 4);
	strbuf_addslice(&svg, strbuf_slice(&g.rows));
	svg_text(&svg, 8, 18, SVG_START, "bold", arena_printf(b->arena, "%s: what happened when (UTC)", incident->key), 80);
	svg_end(&svg);
	strbuf_release(&g.rows);
	return picture(b, "timeline.svg", &svg, alt);
}

/* ---- samples by day -------------------------------------------------------------------- */

struct day {
	int64_t at_us;
	int64_t count;
};

static int compare_days(const void *left, const void *right)
{
	const struct day *a = left, *b = right;

	return (a->at_us > b->at_us) - (a->at_us < b->at_us);
}

/* Those with a known day, in order; weeks from the first day on, if there are too many. */
static size_t read_days(struct builder *b, struct day **out, int64_t *step_us)
{
	const struct facet_list *list = b->input->days;
	struct day *days = arena_array(b->arena, list->count + 1, sizeof(*days));
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct instant at;

		if (list->values[i].value && instant_parse(slice_of(list->values[i].value), &at, NULL) == STATUS_OK && instant_known(at))
			days[count++] = (struct day){ at.at_us, list->values[i].count };
	}
	if (count > 1)
		qsort(days, count, sizeof(*days), compare_days);
	*step_us = count && days[count - 1].at_us - days[0].at_us >= DAYS_MAX * DAY_US ? 7 * DAY_US : DAY_US;
	for (size_t i = 0; i < count; i++) {
		int64_t at_us = days[0].at_us + (days[i].at_us - days[0].at_us) / *step_us * *step_us;

		if (kept && days[kept - 1].at_us == at_us)
			days[kept - 1].count += days[i].count;
		else
			days[kept++] = (struct day){ at_us, days[i].count };
	}
	*out = days;
	return kept;
}

static void put_mark(struct builder *b, struct strbuf *svg, const struct axis *axis, enum milestone milestone, double y,
		     double bottom, const char *class)
{
	const struct time_span *span = &b->review->times->whole.at[milestone];
	double x;

	if (!span->known || span->event->at.at_us < axis->from_us || span->event->at.at_us > axis->to_us)
		return;
	x = x_of(axis, span->event->at.at_us);
	svg_line(svg, x, y - 10, x, bottom, class);
	svg_text(svg, x > PLOT_LEFT + PLOT_WIDTH * 0.7 ? x - 5 : x + 5, y, x > PLOT_LEFT + PLOT_WIDTH * 0.7 ? SVG_END : SVG_START, "ink",
		 build_words(b, milestone_word(milestone)), 40);
}

/* What shipped in that time, over the bars; of very many the first. */
static void put_shipped(struct builder *b, struct strbuf *svg, const struct axis *axis, double top, double bottom)
{
	const struct incident *incident = b->input->incident;
	size_t count = 0;

	for (size_t i = 0; i < incident->change_count; i++) {
		const struct incident_change *change = &incident->changes[i];
		const char *text;
		double x;
		if (change->at.precision < PRECISION_DAY || change->at.at_us < axis->from_us || change->at.at_us > axis->to_us)
			continue;
		if (count++ >= SHIPPED_MAX)
			continue;
		x = x_of(axis, change->at.at_us);
		text = arena_printf(b->arena, "CH%" PRId64 " %s", change->number, markdown_plain(b->arena, slice_of(change->text), 80));
		svg_line(svg, x, top, x, bottom, "ship");
		svg_dot(svg, x, top, "b", text);
		svg_text(svg, x + 6, top + 4, SVG_START, "soft", arena_printf(b->arena, "CH%" PRId64, change->number), 20);
	}
}

static void put_counts(struct builder *b, struct strbuf *svg, const struct day *days, size_t count, const struct axis *axis,
		       int64_t step_us)
{
	const double top = 74, bottom = 254;
	double width = x_of(axis, axis->from_us + step_us) - PLOT_LEFT;
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		most = days[i].count > most ? days[i].count : most;
	put_axis(b, svg, axis, top, bottom);
	svg_text(svg, PLOT_LEFT - 8, top + 4, SVG_END, "soft", arena_printf(b->arena, "%" PRId64, most), 20);
	svg_text(svg, PLOT_LEFT - 8, bottom, SVG_END, "soft", "0", 1);
	for (size_t i = 0; i < count; i++) {
		double height = (bottom - top) * (double)days[i].count / (double)most;

		svg_bar(svg, x_of(axis, days[i].at_us), bottom - height, width > 2 ? width - 1 : width, height, "a",
			arena_printf(b->arena, "%s: %" PRId64, instant_text(b->arena, (struct instant){ days[i].at_us, PRECISION_DAY }),
				     days[i].count));
	}
	put_shipped(b, svg, axis, top, bottom);
	put_mark(b, svg, axis, MILESTONE_FIRST_DETECTABLE, 48, bottom, "mark");
	put_mark(b, svg, axis, MILESTONE_DETECTED, 66, bottom, "line");
}

static struct value *day_rows(struct builder *b, const struct day *days, size_t count)
{
	struct value *rows = value_list(b->arena);

	for (size_t i = 0; i < count; i++) {
		struct value *row = value_object(b->arena);

		value_set(row, "label", build_cell(b, instant_text(b->arena, (struct instant){ days[i].at_us, PRECISION_DAY })));
		value_set(row, "count", value_int(b->arena, days[i].count));
		value_add(rows, row);
	}
	return rows;
}

struct value *build_days_chart(struct builder *b)
{
	struct strbuf svg = STRBUF_INIT;
	struct axis axis = { 1, 0 };
	struct value *chart;
	struct day *days;
	int64_t step_us, total = 0;
	size_t count;
	const char *alt;

	if (!b->slug || !b->input->days || (count = read_days(b, &days, &step_us)) < 2)
		return value_null(b->arena);
	for (size_t i = 0; i < count; i++)
		total += days[i].count;
	axis = (struct axis){ days[0].at_us, days[count - 1].at_us + step_us };
	for (int m = 0; m < 2; m++) {
		const struct time_span *span = &b->review->times->whole.at[m ? MILESTONE_DETECTED : MILESTONE_FIRST_DETECTABLE];

		/* A mark far away would press the days together. */
		if (span->known && llabs((long long)(span->event->at.at_us - axis.from_us)) < 2 * (axis.to_us - axis.from_us))
			include(&axis, span->event->at);
	}
	alt = arena_printf(b->arena, "%" PRId64 " sample%s by the %s on which they were produced, with when the fault could first have been "
				     "detected, when it was, and what shipped; the table below has the numbers",
			   total, plural(total), step_us > DAY_US ? "week" : "day");
	svg_begin(&svg, 290, arena_printf(b->arena, "%s: samples by day", b->input->incident->key), alt);
	svg_text(&svg, 8, 18, SVG_START, "bold", arena_printf(b->arena, "%s: samples by %s produced", b->input->incident->key,
							       step_us > DAY_US ? "week" : "day"), 80);
	put_counts(b, &svg, days, count, &axis, step_us);
	svg_end(&svg);
	chart = picture(b, "samples.svg", &svg, alt);
	value_set(chart, "rows", day_rows(b, days, count));
	return chart;
}

/* ---- causes ---------------------------------------------------------------------------- */

/* Members that have a cause: each has one day, or none, and one entry there. */
static int64_t judged_of(const struct facet_list *found, const struct facet_list *days)
{
	int64_t judged = 0;

	for (size_t i = 0; days && i < days->count; i++)
		judged += days->values[i].count;
	for (size_t i = 0; i < found->count; i++)
		if (!found->values[i].value)
			judged -= found->values[i].count;
	return judged;
}

/* The bar of a share, and what it may be where more were judged: Wilson's interval. Returns where it ends. */
static double put_share(struct builder *b, struct strbuf *svg, double y, double share, struct interval within, double most, const char *words)
{
	double scale = (PLOT_WIDTH - 110) / most, low = PLOT_LEFT + within.low * scale, high = PLOT_LEFT + within.high * scale;

	svg_bar(svg, PLOT_LEFT, y, share * scale, 15, "a", arena_strdup(b->arena, words));
	svg_line(svg, low, y + 7.5, high, y + 7.5, "within");
	svg_line(svg, low, y + 3, low, y + 12, "within");
	svg_line(svg, high, y + 3, high, y + 12, "within");
	return high;
}

static const char *percent(struct builder *b, double share, struct interval within)
{
	struct strbuf text = STRBUF_INIT;
	const char *out;

	figure_percent(&text, share, within);
	out = arena_text(b->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out;
}

/* Pareto: the greatest first, its share of the judged members with its interval, and how much of all that makes. */
struct value *build_found_chart(struct builder *b)
{
	const struct facet_list *list = b->slug ? b->input->found : NULL;
	struct strbuf svg = STRBUF_INIT;
	struct value *chart, *rows;
	int64_t total = 0, sum = 0, judged;
	double most = 0;
	size_t shown = 0;
	double y = 40;
	const char *alt;

	for (size_t i = 0; list && i < list->count; i++)
		if (list->values[i].value) {
			total += list->values[i].count;
			shown++;
		}
	judged = shown ? judged_of(list, b->input->days) : 0;
	if (judged <= 0)
		return value_null(b->arena);
	for (size_t i = 0; i < list->count; i++)
		if (list->values[i].value)
			most = fmax(most, interval_share((double)list->values[i].count, (double)judged, 0.95).high);
	rows = value_list(b->arena);
	alt = arena_printf(b->arena, "Standing causes that reviewers gave samples of the incident, %zu in all, the most frequent first, as shares of "
				     "the %" PRId64 " judged samples with their intervals of 95 percent; the table below has the numbers", shown, judged);
	svg_begin(&svg, 60 + SVG_ROW_HEIGHT * (int)(shown < ROWS_MAX ? shown : ROWS_MAX),
		  arena_printf(b->arena, "%s: causes found", b->input->incident->key), alt);
	svg_text(&svg, 8, 18, SVG_START, "bold", arena_printf(b->arena, "%s: causes that reviewers found, of %" PRId64 " judged samples",
							       b->input->incident->key, judged), 80);
	shown = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct facet *facet = &list->values[i];
		struct interval within = interval_share((double)facet->count, (double)judged, 0.95);
		double of_judged = (double)facet->count / (double)judged, end;
		struct value *row;
		const char *share;

		if (!facet->value)
			continue;
		sum += facet->count;
		share = arena_printf(b->arena, "%.0f %%", 100.0 * (double)sum / (double)total);
		row = value_object(b->arena);
		value_set(row, "label", build_cell(b, facet->value));
		value_set(row, "count", value_int(b->arena, facet->count));
		value_set(row, "within", value_text(b->arena, slice_of(percent(b, of_judged, within))));
		value_set(row, "share", value_text(b->arena, slice_of(share)));
		value_add(rows, row);
		if (shown++ >= ROWS_MAX)
			continue;
		svg_text(&svg, 8, y + 13, SVG_START, "ink", facet->value, 35);
		end = put_share(b, &svg, y, of_judged, within, most, percent(b, of_judged, within));
		svg_text(&svg, end + 6, y + 13, SVG_START, "soft", arena_printf(b->arena, "%" PRId64 " · %s", facet->count, share), 30);
		y += SVG_ROW_HEIGHT;
	}
	svg_end(&svg);
	chart = picture(b, "causes.svg", &svg, alt);
	value_set(chart, "rows", rows);
	return chart;
}
