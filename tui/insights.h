/*
 * The Insights screen in parts: screen_insights.c has the events, insight_rows.c makes rows
 * of answers, insight_draw.c draws rows and the chart of days, insight_milestone.c sets the
 * day from which one could have known in the record of an incident.
 */
#ifndef AITIA_TUI_INSIGHTS_H
#define AITIA_TUI_INSIGHTS_H

#include "core/base/vec.h"
#include "core/insight.h"
#include "tui/surface.h"

struct answer;
struct app;
struct screen;

enum insight_part { INSIGHT_OVERVIEW, INSIGHT_CAUSES, INSIGHT_TREND, INSIGHT_SHARED, INSIGHT_FIXES, INSIGHT_ACTIONS,
		    INSIGHT_CHANGES, INSIGHT_PARTS };

enum insight_kind { INSIGHT_TEXT, INSIGHT_HEADING, INSIGHT_FIGURE };

struct insight_row {
	enum insight_kind kind;
	enum style style;
	const char *label;    /* what it is; of a text all of it */
	const char *figure;   /* the number, or NULL */
	double bar;           /* 0 … 1; NAN: none */
	const char *note;     /* interval and more, or NULL */
	const char *query;    /* the samples behind it, or NULL */
	const char *incident; /* the incident behind it, or NULL */
	const char *narrower; /* of a finding: the filter that drills down into it, or NULL */
	enum insight_part part; /* the part that tells more, or 0: none */
};

/* Where parts come from, each asked for by itself. */
enum insight_source { INSIGHT_OF_INCIDENTS, INSIGHT_OF_COUNTS, INSIGHT_OF_CODING, INSIGHT_OF_DAYS, INSIGHT_OF_CONTRAST,
		      INSIGHT_OF_FIXES, INSIGHT_SOURCES };

/* What is known so far; NULL: not yet. */
struct insight_data {
	const char *query;    /* the filter */
	const struct stats *incidents, *counts, *coding; /* each of that part of them (enum stats_part) */
	const struct onset_answer *onset;
	const struct contrast_answer *contrast;
	const struct watched *watched;
	size_t watched_count;
	bool has_watched;
	const struct recurred *recurred;
	size_t recurred_count;
	const char *waits[INSIGHT_SOURCES]; /* why the answer is not there: under way, or it failed */
	const char *olds[INSIGHT_SOURCES];  /* of what the part is made of: why the answer is still the one of before; NULL: it is not */
};

struct insight_rows {
	struct arena arena;   /* of the texts */
	VEC_OF(struct insight_row) list;
};

/* Of one part; none where its answer is not there. `ascii`: small pictures in letters. */
void insight_rows_make(struct insight_rows *rows, enum insight_part part, const struct insight_data *data, bool ascii);
void insight_rows_clear(struct insight_rows *rows);
void insight_rows_release(struct insight_rows *rows);

/* How many rows the chart of days takes of an area; 0: there is none, or no room. */
int insight_chart_rows(const struct insight_data *data, struct area area, bool accessible);
void insight_chart_draw(const struct insight_data *data, struct surface *surface, struct area area, bool ascii);
/* The row at hand once more: all of its note, and the query that finds what is behind it. */
void insight_detail_draw(const struct insight_row *row, struct surface *surface, struct area line);
/* How wide labels and bars are, in so many columns: more than the least where the rows' texts leave room. */
struct insight_look {
	int label, bar;
};
struct insight_look insight_look_of(const struct insight_rows *rows, int columns);
void insight_row_draw(const struct insight_row *row, const struct insight_look *look, struct surface *surface, struct area line,
		      bool ascii);
/* The same in words. */
void insight_row_say(const struct insight_row *row, struct strbuf *out);

/* Of the screens that Insights opens, by which it knows whose result is there. */
enum insight_tag { INSIGHT_TAG_FILTER = 1, INSIGHT_TAG_INCIDENT, INSIGHT_TAG_COHORT };

/* A milestone on its way: the incident is read, the cohort picked where it has some, then it is read again and put. */
struct insight_milestone {
	uint64_t read_serial, put_serial;
	char *picked;         /* the incident, while its cohort is picked; the screen frees it */
	int64_t cohort;       /* 0: everybody; -1: not picked yet */
};
/* Of `incident`, NULL: it is asked for. Says why where there is no day to set. */
void insight_milestone_set(struct insight_milestone *self, struct app *app, struct screen *screen, const struct insight_data *data,
			   const char *incident);
/* The result of a screen that was opened for it, and the answer to its requests; others are passed over. */
void insight_milestone_result(struct insight_milestone *self, struct app *app, struct screen *screen, struct screen *child);
void insight_milestone_answer(struct insight_milestone *self, struct app *app, struct screen *screen, const struct insight_data *data,
			      struct answer *answer);

#endif
