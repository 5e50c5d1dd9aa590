/*
 * How long things took. A milestone known to the day leaves a day open at each
 * end, so an interval is a range; unknown stays blank. Where several events
 * claim one milestone, the course counts: the first for what begins, the last
 * for what must hold for everybody. Disputed claims widen the range.
 */
#include "templates/build.h"

#define SECOND_US ((int64_t)1000000)

struct bounds {
	bool known;
	int64_t first_us, last_us;       /* it happened between these */
	enum event_certainty certainty;  /* the weakest of the claims */
	const char *when;
};

struct interval {
	const char *name;
	enum milestone from, from_else;  /* from_else counts where from is unknown */
	enum milestone to;
	bool last;                       /* `to` is reached when its last event is */
};

static const struct interval intervals[] = {
	{ "Time to detect", MILESTONE_FIRST_IMPACT, MILESTONE_INTRODUCED, MILESTONE_DETECTED, false },
	{ "Time to mitigate", MILESTONE_FIRST_IMPACT, MILESTONE_INTRODUCED, MILESTONE_MITIGATED, true },
	{ "Time to resolve", MILESTONE_FIRST_IMPACT, MILESTONE_INTRODUCED, MILESTONE_RESOLVED, true },
	{ "Notice lag", MILESTONE_DETECTED, MILESTONE_DECLARED, MILESTONE_USERS_NOTIFIED, false },
	{ "Publication lag", MILESTONE_RESOLVED, MILESTONE_ROLLOUT_COMPLETE, MILESTONE_PUBLISHED, false },
};

static void claim_range(const struct incident_event *event, int64_t *first_us, int64_t *last_us)
{
	*first_us = event->at.at_us;
	*last_us = event->at.precision >= PRECISION_SECOND ? event->at.at_us : instant_end_us(event->at);
}

static struct bounds find_bounds(struct builder *b, enum milestone milestone, bool last)
{
	const struct incident *incident = b->input->incident;
	struct bounds bounds = { false, 0, 0, EVENT_CERTAINTY_EXACT, "" };

	for (int disputed = 0; disputed < 2; disputed++)
		for (size_t i = 0; i < incident->event_count; i++) {
			const struct incident_event *event = &incident->events[i];
			int64_t first_us, last_us;
			bool better;

			if (event->milestone != milestone || !instant_known(event->at) ||
			    (event->certainty == EVENT_CERTAINTY_DISPUTED) != disputed)
				continue;
			claim_range(event, &first_us, &last_us);
			if (disputed && bounds.known) {
				bounds.first_us = first_us < bounds.first_us ? first_us : bounds.first_us;
				bounds.last_us = last_us > bounds.last_us ? last_us : bounds.last_us;
				bounds.certainty = EVENT_CERTAINTY_DISPUTED;
				continue;
			}
			better = !bounds.known || (last ? last_us > bounds.last_us : first_us < bounds.first_us);
			if (!better)
				continue;
			bounds = (struct bounds){ true, first_us, last_us, event->certainty,
						  instant_text(b->arena, event->at) };
		}
	return bounds;
}

/* The two largest units: "34 d 11 h", "8 min", "45 s". */
static void put_duration(struct strbuf *out, int64_t us)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = { { "d", 86400 }, { "h", 3600 }, { "min", 60 }, { "s", 1 } };
	int64_t left = (us < 0 ? -us : us) / SECOND_US;
	int shown = 0;

	if (us < 0 && left > 0)
		strbuf_addstr(out, "−");
	for (size_t i = 0; i < ARRAY_LEN(units) && shown < 2; i++) {
		int64_t count = left / units[i].seconds;

		if (count == 0 && (shown == 0 || left == 0)) {
			shown += shown > 0;
			continue;
		}
		if (count)
			strbuf_addf(out, "%s%lld %s", shown ? " " : "", (long long)count, units[i].unit);
		left -= count * units[i].seconds;
		shown++;
	}
	if (shown == 0)
		strbuf_addstr(out, "0 s");
}

static void put_range(struct strbuf *out, int64_t least_us, int64_t most_us)
{
	struct strbuf least = STRBUF_INIT, most = STRBUF_INIT;

	put_duration(&least, least_us);
	put_duration(&most, most_us);
	if (least_us < 0 && most_us > 0)
		strbuf_addf(out, "at most %s", most.text);
	else if (slice_eq(strbuf_slice(&least), strbuf_slice(&most)))
		strbuf_addslice(out, strbuf_slice(&most));
	else
		strbuf_addf(out, "%s to %s", least.text, most.text);
	strbuf_release(&least);
	strbuf_release(&most);
}

static enum event_certainty weaker(enum event_certainty a, enum event_certainty b)
{
	return a > b ? a : b; /* terms.def lists them in that order */
}

static struct value *build_interval(struct builder *b, const struct interval *interval)
{
	enum milestone from_name = interval->from, to_name = interval->to;
	struct bounds from = find_bounds(b, from_name, false), to = find_bounds(b, to_name, interval->last);
	struct value *row;
	struct strbuf length = STRBUF_INIT;
	enum event_certainty certainty;

	/* The end of one is the start of the next: it starts when all of it was over. */
	if (from_name == MILESTONE_RESOLVED)
		from = find_bounds(b, from_name, true);
	if (!from.known) {
		from_name = interval->from_else;
		from = find_bounds(b, from_name, false);
	}
	if (!from.known || !to.known)
		return NULL;
	put_range(&length, to.first_us - from.last_us, to.last_us - from.first_us);
	certainty = weaker(from.certainty, to.certainty);
	if (certainty != EVENT_CERTAINTY_EXACT)
		strbuf_addf(&length, " (%s)", event_certainty_word(certainty));

	row = value_object(b->arena);
	value_set(row, "name", value_text(b->arena, slice_of(interval->name)));
	value_set(row, "length", build_text(b, length.text, ESCAPE_CELL));
	value_set(row, "span", build_text(b, arena_printf(b->arena, "%s %s → %s %s",
							  build_words(b, milestone_word(from_name)), from.when,
							  build_words(b, milestone_word(to_name)), to.when),
					  ESCAPE_CELL));
	strbuf_release(&length);
	return row;
}

struct value *build_intervals(struct builder *b)
{
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < ARRAY_LEN(intervals); i++) {
		struct value *row = build_interval(b, &intervals[i]);

		if (row)
			value_add(list, row);
	}
	return list;
}
