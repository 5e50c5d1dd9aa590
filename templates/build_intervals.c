/* How long things took, for the whole and for each cohort; what core/incident_times.h says. */
#include "templates/build.h"

static const char *span_text(struct builder *b, const struct incident_interval *interval)
{
	const struct incident_event *from = interval->begins, *to = interval->ends;

	return arena_printf(b->arena, "%s %s → %s %s", build_words(b, milestone_word(interval->from)),
			    instant_text(b->arena, from->at), build_words(b, milestone_word(interval->to)),
			    instant_text(b->arena, to->at));
}

struct value *build_intervals(struct builder *b)
{
	const struct cohort_times *all = &b->review->times->whole;
	struct value *list = value_list(b->arena);

	for (int key = 0; key < INTERVAL_COUNT; key++) {
		const struct incident_interval *interval = &all->intervals[key];
		struct value *row;

		if (!interval->known)
			continue;
		row = value_object(b->arena);
		value_set(row, "name", value_text(b->arena, slice_of(interval_label((enum interval_key)key))));
		value_set(row, "length", build_text(b, interval_text(b->arena, interval), ESCAPE_CELL));
		value_set(row, "span", build_text(b, span_text(b, interval), ESCAPE_CELL));
		value_add(list, row);
	}
	return list;
}

/* ---- by cohort ------------------------------------------------------------------------ */

static void add_cell(struct builder *b, struct value *cells, const char *text)
{
	value_add(cells, build_text(b, text, ESCAPE_CELL));
}

static const char *row_name(struct builder *b, const struct cohort_times *row)
{
	return row->cohort ? arena_printf(b->arena, "CO%lld %s", (long long)row->cohort->number, build_clip(b, row->name)) :
			     build_clip(b, row->name);
}

static struct value *begin_table(struct builder *b, const char *corner, struct value **rows)
{
	const struct incident_times *times = b->review->times;
	struct value *table = value_object(b->arena), *columns = value_list(b->arena);

	add_cell(b, columns, corner);
	for (size_t i = 0; i < times->cohort_count; i++)
		add_cell(b, columns, row_name(b, &times->cohorts[i]));
	*rows = value_list(b->arena);
	value_set(table, "columns", columns);
	value_set(table, "rows", *rows);
	return table;
}

static void add_row(struct builder *b, struct value *rows, struct value *cells)
{
	struct value *row = value_object(b->arena);

	value_set(row, "cells", cells);
	value_add(rows, row);
}

/* "2026-04-07 21:18 (disputed)"; a dash for what is not known. */
static const char *milestone_cell(struct builder *b, const struct time_span *span)
{
	if (!span->known)
		return "–";
	return arena_printf(b->arena, "%s%s%s%s", instant_text(b->arena, span->event->at),
			    span->certainty != EVENT_CERTAINTY_EXACT ? " (" : "",
			    span->certainty != EVENT_CERTAINTY_EXACT ? event_certainty_word(span->certainty) : "",
			    span->certainty != EVENT_CERTAINTY_EXACT ? ")" : "");
}

struct value *build_truth_table(struct builder *b)
{
	const struct incident_times *times = b->review->times;
	struct value *rows, *table = begin_table(b, "Milestone", &rows), *cells;

	if (!times->cohort_count)
		return value_null(b->arena);
	for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++) {
		bool any = false;

		for (size_t i = 0; i < times->cohort_count; i++)
			any = any || times->cohorts[i].at[m].known;
		if (!any)
			continue;
		cells = value_list(b->arena);
		add_cell(b, cells, build_words(b, milestone_word((enum milestone)m)));
		for (size_t i = 0; i < times->cohort_count; i++)
			add_cell(b, cells, milestone_cell(b, &times->cohorts[i].at[m]));
		add_row(b, rows, cells);
	}
	cells = value_list(b->arena);
	add_cell(b, cells, "state");
	for (size_t i = 0; i < times->cohort_count; i++)
		add_cell(b, cells, times->cohorts[i].open ? "open" : times->cohorts[i].cohort &&
			 times->cohorts[i].cohort->state == COHORT_NOT_AFFECTED ? "not affected" : "over");
	add_row(b, rows, cells);
	return table;
}

struct value *build_cohort_intervals(struct builder *b)
{
	const struct incident_times *times = b->review->times;
	struct value *rows, *table = begin_table(b, "Interval", &rows);
	bool known = false;

	for (int key = 0; key < INTERVAL_COUNT; key++) {
		struct value *cells = value_list(b->arena);
		bool any = false;

		add_cell(b, cells, interval_label((enum interval_key)key));
		for (size_t i = 0; i < times->cohort_count; i++) {
			const struct incident_interval *interval = &times->cohorts[i].intervals[key];
			any = any || interval->known;
			add_cell(b, cells, interval->known ? interval_text(b->arena, interval) : "–");
		}
		if (any)
			add_row(b, rows, cells);
		known = known || any;
	}
	return known ? table : value_null(b->arena);
}
