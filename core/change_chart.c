#include "core/change_chart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/incident_times.h"

#define LABEL_COLUMNS 20
#define CHART_COLUMNS_MAX 200

struct chart {
	int64_t from_us, to_us;
	int columns;                 /* of the rows, labels not counted */
	char row[CHART_COLUMNS_MAX + 1];
	struct strbuf out;
};

static void include(struct chart *chart, struct instant at)
{
	int64_t first_us, last_us;

	if (!instant_known(at))
		return;
	instant_span(at, &first_us, &last_us);
	chart->from_us = first_us < chart->from_us ? first_us : chart->from_us;
	chart->to_us = last_us > chart->to_us ? last_us : chart->to_us;
}

static int column_of(const struct chart *chart, int64_t at_us)
{
	double share = (double)(at_us - chart->from_us) / (double)(chart->to_us - chart->from_us);

	return (int)(share * (chart->columns - 1) + 0.5);
}

static void begin_row(struct chart *chart)
{
	memset(chart->row, ' ', (size_t)chart->columns);
	chart->row[chart->columns] = '\0';
}

static void end_row(struct chart *chart, const char *label)
{
	int len = chart->columns;

	while (len > 0 && chart->row[len - 1] == ' ')
		len--;
	strbuf_addf(&chart->out, "%-*.*s%.*s\n", LABEL_COLUMNS, LABEL_COLUMNS - 1, label, len, chart->row);
}

/* The columns in which it may have been; one, where it is known well enough. */
static void mark(struct chart *chart, struct instant at, char sure)
{
	int64_t first_us, last_us;
	int first, last;

	instant_span(at, &first_us, &last_us);
	first = column_of(chart, first_us);
	last = column_of(chart, last_us);
	if (last - first <= 1)
		chart->row[first] = sure;
	else
		memset(&chart->row[first], '~', (size_t)(last - first) + 1);
}

static void add_change(struct chart *chart, const struct incident_change *change)
{
	char label[64];
	int from = column_of(chart, change->at.at_us), to = chart->columns - 1;

	begin_row(chart);
	if (instant_known(change->reverted_at))
		to = column_of(chart, change->reverted_at.at_us);
	for (int i = from; i <= to && i < chart->columns; i++)
		chart->row[i] = '=';
	if (instant_known(change->reverted_at))
		mark(chart, change->reverted_at, ']');
	else
		chart->row[to] = '>';
	mark(chart, change->at, '[');
	snprintf(label, sizeof(label), "CH%" PRId64 " %s", change->number,
		 change->type == CHANGE_UNKNOWN ? "" : change_type_word(change->type));
	end_row(chart, label);
}

static void add_milestone(struct chart *chart, const struct incident *incident, enum milestone milestone)
{
	bool any = false;

	begin_row(chart);
	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		if (event->milestone != milestone || !instant_known(event->at))
			continue;
		mark(chart, event->at, event->certainty == EVENT_CERTAINTY_DISPUTED ? 'x' : 'o');
		any = true;
	}
	if (any)
		end_row(chart, milestone_word(milestone));
}

static void add_axis(struct chart *chart, struct arena *arena)
{
	const char *from = instant_text(arena, (struct instant){ chart->from_us, PRECISION_DAY });
	const char *to = instant_text(arena, (struct instant){ chart->to_us - 1, PRECISION_DAY });

	strbuf_addf(&chart->out, "%-*s%s%*s\n", LABEL_COLUMNS, "", from, chart->columns - (int)strlen(from), to);
}

char *change_chart(struct arena *arena, const struct incident *incident, int columns)
{
	struct chart chart = { .from_us = INT64_MAX, .to_us = INT64_MIN, .out = STRBUF_INIT };
	bool any = false;
	char *text;

	columns = columns < 40 ? 40 : columns;
	chart.columns = columns - LABEL_COLUMNS < CHART_COLUMNS_MAX ? columns - LABEL_COLUMNS : CHART_COLUMNS_MAX;
	for (size_t i = 0; i < incident->change_count; i++) {
		any |= instant_known(incident->changes[i].at);
		include(&chart, incident->changes[i].at);
		include(&chart, incident->changes[i].reverted_at);
	}
	for (size_t i = 0; i < incident->event_count; i++)
		if (incident->events[i].milestone != MILESTONE_NONE)
			include(&chart, incident->events[i].at);
	if (any && chart.to_us > chart.from_us) {
		add_axis(&chart, arena);
		for (size_t i = 0; i < incident->change_count; i++)
			if (instant_known(incident->changes[i].at))
				add_change(&chart, &incident->changes[i]);
		for (int m = MILESTONE_INTRODUCED; m < MILESTONE_COUNT; m++)
			add_milestone(&chart, incident, (enum milestone)m);
	}
	text = arena_strdup(arena, chart.out.text);
	strbuf_release(&chart.out);
	return text;
}
