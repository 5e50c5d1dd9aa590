/*
 * What a review asks, answered from a store: how it is getting on, since when, what samples
 * share, whether fixes held. `aitia stats`, `onset`, `contrast` and `watch` print these
 * answers, and the workbench shows them; the mathematics is in core/analysis/. Everything
 * lives in the inquiry's arena. STATUS_CANCELLED where nobody wants it any more.
 */
#ifndef AITIA_CORE_INSIGHT_H
#define AITIA_CORE_INSIGHT_H

#include "core/analysis/agreement.h"
#include "core/analysis/coding.h"
#include "core/analysis/contrast.h"
#include "core/analysis/onset.h"
#include "core/analysis/overview.h"
#include "core/analysis/sampling.h"
#include "core/analysis/watch.h"
#include "core/history.h"
#include "core/plan.h"
#include "core/recurrence_ask.h"

/*
 * ---- what a plan says of all (insight_plan.c) ------------------------------------------------------
 *
 * The estimate is sampling_estimate()'s, Σ W_h p_h with p_h = hits / n_h, and it is one where the n_h that are counted are drawn by
 * chance. All n_h that were drawn of a stratum are; some of them are not: what was annotated before the plan was made, or is easy, or
 * first in a list, is among them from the start and differs from what waits. A plan keeps no order of drawing whose beginning would
 * be a random part too (struct plan has samples by number). So a stratum counts once all that was drawn of it is annotated, and
 * until all do there are counts, and neither shares nor intervals.
 */

struct plan_answer {
	struct plan plan;
	int64_t population;                /* of all strata */
	struct sampling_stratum *strata;   /* of each, how many of those drawn are annotated */
	size_t done;                       /* all together */
};

#define PLAN_USUAL_COUNT 5
extern const char *const plan_usual[PLAN_USUAL_COUNT]; /* queries whose shares are told unless others are asked for */

enum status plan_ask(const struct inquiry *inquiry, const char *name, struct plan_answer *out, struct error *err) MUST_CHECK;
/* Whether all that was drawn of that stratum is annotated, and that is as many as sampling_says() needs. */
bool plan_says(const struct plan_answer *answer, size_t stratum);
/* The share of what matches among all that it was drawn from. NAN: not plan_says() of each stratum, or it does not represent them. */
enum status plan_estimate(const struct inquiry *inquiry, const struct plan_answer *answer, const char *query,
			  struct sampling_estimate *out, struct error *err) MUST_CHECK;

/* A plan at a glance, with the usual estimates. */
struct stats_plan {
	const char *name, *from; /* `from`: the query that it was drawn from */
	enum plan_form form;
	int64_t population;
	size_t samples, done;
	const char *query;       /* lists its samples */
	struct sampling_estimate estimates[PLAN_USUAL_COUNT]; /* of plan_usual; NAN: nothing can be said */
	const char *queries[PLAN_USUAL_COUNT]; /* the annotated samples that each rests on */
};
#define STATS_PLANS_MAX 20 /* the newest */

enum status plans_ask(const struct inquiry *inquiry, const struct stats_plan **out, size_t *count, struct error *err) MUST_CHECK;

/* ---- at a glance (insight_stats.c) ----------------------------------------------------------- */

struct stats_row {
	const char *name;
	int64_t count;
	const char *query;    /* finds them */
	double outputs;       /* produced in that time, by the store's denominators; NAN: not known of each of its days */
};

struct stats_change {
	const char *incident, *text, *query; /* query: flags after it, or NULL */
	int64_t number;
	struct instant at;
	int64_t announced;    /* as of an incident's change */
	struct followed flags;
};

struct stats_action {
	const char *incident, *text;
	int64_t number;
	struct instant due;
	bool overdue;
};

struct stats {
	int64_t samples, judged;
	const struct stats_row *statuses, *backlog, *weeks;
	size_t status_count, backlog_count, week_count;
	int64_t backlog_undated;
	const char *undated_query;
	const struct pareto_row *categories, *causes;
	size_t category_count, cause_count;
	struct agreement agreement;
	struct saturation saturation;
	const struct coding_pace *paces;
	const char **pace_queries; /* the samples of each */
	size_t pace_count;
	struct stats_row disputed;
	struct stats_row rated; /* judged by two reviewers or more; where both name a cause, `agreement` is of it */
	const struct stats_plan *plans;      /* of the whole store, newest first */
	size_t plan_count;
	const char *open_query; /* members of open incidents; NULL: none is open */
	int64_t incidents, open_incidents, open_actions, overdue_actions;
	const struct stats_action *actions;  /* that are open: overdue ones first, then by due date, unknown last */
	size_t action_count;
	struct stats_change *changes;
	size_t change_count, changes_left_out; /* the newest are in it, newest first */
	/* Whose outputs are in `weeks` and `changes`: OUTPUTS_STORE, or OUTPUTS_NONE, and then these are counts. */
	enum outputs_from outputs;
	const char *cannot;   /* why there are no rates though the store has denominators, or NULL */
};

#define STATS_CHANGES_MAX 200
#define STATS_CHANGE_DAYS 14
#define STATS_WEEKS 12

/*
 * What there is to ask, soonest answered first, so that a screen need not wait for the last of it:
 *   incidents  incidents and their actions, of the whole store: a handful of records
 *   counts     statuses, causes, backlog, weeks, changes: the engine's counts by value
 *   coding     reviewers and plans: reads every judgement
 */
enum stats_part { STATS_INCIDENTS = 1, STATS_COUNTS = 2, STATS_CODING = 4, STATS_ALL = 7 };

/* `parts`: of enum stats_part; what others tell is not to be read. `today`: days since 1970, from which ages count. */
enum status stats_ask(const struct inquiry *inquiry, const char *query, unsigned parts, int64_t today, struct stats *out,
		      struct error *err) MUST_CHECK;

/* ---- since when (insight_onset.c) --------------------------------------------------------------- */

#define ONSET_ADJUSTED "lang"    /* rates are adjusted for it, unless something else is said */
#define ONSET_ALARM_DAYS 365     /* and the monitor cries wolf once in so many days */

struct onset_answer {
	const char *by, *value; /* of which value it is; NULL: of all; a NULL value of a key: of those without one */
	const struct history *history;
	struct series series;
	struct onset onset;
	double alarm_days;
	const char *incident;   /* the one that was asked about; NULL: none */
	int64_t cohort;         /* of it; 0: the whole */
	const char *without_outputs; /* finds the cases of series.without_outputs, or NULL: there are none */
	struct instant detected; /* of it, or of its cohort */
};

/* One history, or that part of it which the tables are (NULL: all). Without denominators that tell what is asked,
 * the verdict is "cannot tell". */
enum status onset_ask(const struct inquiry *inquiry, const struct history *history, const struct table *cases,
		      const struct table *all, const struct onset_options *options, struct onset_answer *out,
		      struct error *err) MUST_CHECK;
/* The command that gives the answer again: "aitia onset -level:none --among=lang:c". In the arena. */
char *onset_command(struct arena *arena, const struct history_wish *wish, double alarm_days);
/* The strongest change that a monitor would have seen, or NULL. */
const struct onset_change *onset_first_detectable(const struct onset_answer *answer);
/* From the day on which it could have been known to `detected`; false: not known. */
bool onset_gap(const struct onset_answer *answer, int64_t *days);
/* Whose gap it is: the whole incident's (0), or that of a cohort of its record, to which what is said of all applies
 * where nothing is said of it alone. */
void onset_take_incident(struct arena *arena, const struct incident *incident, int64_t cohort, struct onset_answer *answer);
/*
 * Makes the day an incident's milestone first_detectable, with its evidence; *number is the event's. `cohort`: of the
 * record, or 0: of the whole. What was set before for the same takes its place, what stands of others stays. `asked`:
 * the command that gives the answer (onset_command()). STATUS_REFUSED: nothing was detectable.
 */
enum status onset_set_milestone(struct arena *arena, const struct onset_answer *answer, const char *asked, int64_t cohort,
				struct incident *incident, int64_t *number, struct error *err) MUST_CHECK;

/* ---- what they share (insight_contrast.c) --------------------------------------------------------- */

struct named_change {
	const char *incident; /* its key */
	struct incident_change change;
};

struct left_out_cases {
	const char *of;          /* "days without denominators", or the values that they never tell: "model x, lang c" */
	const char *query;
	int64_t cases;
};

struct contrast_answer {
	const char *query;
	struct contrast contrast;
	enum outputs_from from;  /* what the cases were compared with: OUTPUTS_SAMPLES, OUTPUTS_AMONG, OUTPUTS_STORE */
	const char *against;     /* of OUTPUTS_SAMPLES and OUTPUTS_AMONG: the query of the samples, "" for all */
	const char *breakdown;   /* of OUTPUTS_STORE: the keys that the denominators tell */
	int64_t cases_without_outputs; /* likewise: of days, or of values, that they do not tell; not among the cases */
	const struct left_out_cases *without; /* the same, each once, with what finds them */
	size_t without_count;
	const char *const *left_out; /* keys of very many values */
	size_t left_out_count;
	bool few_keys;           /* see struct table */
	const struct named_change *changes; /* of all incidents */
	size_t change_count;
};

/*
 * `against`: samples to compare with, "" for all; NULL: the outputs that the store's
 * denominators tell, if it has any that can: of the keys that they have. Else the samples that the query asks for as
 * outputs ("lang:c" of "-level:none lang:c": what it asks for itself is no finding), or all, where it asks for nothing else.
 */
enum status contrast_ask(const struct inquiry *inquiry, const char *query, const char *against,
			 const struct contrast_options *options, struct contrast_answer *out, struct error *err) MUST_CHECK;
/* "day", or the key's word; NULL: CONTRAST_NONE. */
const char *contrast_key_name(const struct contrast_answer *answer, uint32_t key);
/* Its value, or the last one of a range; NULL: none. */
const char *contrast_value_name(const struct contrast_answer *answer, const struct contrast_place *place, bool last);
/* The query of a finding's cases. */
char *contrast_query(struct arena *arena, const struct contrast_answer *answer, const struct contrast_finding *finding);
/* Any query, narrowed to the finding's values. */
char *contrast_narrow(struct arena *arena, const struct contrast_answer *answer, const struct contrast_finding *finding,
		      const char *query);
/* Whether a change speaks of a finding's values: as its version, its value before or after, or as words of its text. */
bool contrast_is_about(const struct contrast_answer *answer, const struct contrast_finding *finding,
		       const struct incident_change *change);

/* ---- again (insight_watch.c) ------------------------------------------------------------------------- */

enum watch_of { WATCH_OF_QUERY, WATCH_OF_SIGNATURE, WATCH_OF_MEMBERS };
const char *watch_of_word(enum watch_of of); /* "query", "signature", "members" */

struct watched {
	const struct incident *incident;
	bool has_fix;            /* else there is nothing to watch, and the rest is not set */
	const char *query;       /* what was watched */
	enum watch_of of;        /* where that comes from */
	const char *hits;        /* finds the samples since the fix */
	struct instant impact, deployed, complete;
	struct instant done;     /* all have the fix, as far as it is said */
	const struct history *history;
	struct series series;
	const char *without_outputs; /* finds the samples of series.without_outputs, which are in no period; NULL: there are none */
	struct watch watch;
};

/* What an incident is about, as far as its members tell: the rules that flagged them, else "-level:none". */
enum status watch_members(const struct inquiry *inquiry, const char *key, const char **out, struct error *err) MUST_CHECK;
/* What it is about: its signature, else what its members tell. `of` may be NULL. */
enum status watch_query(const struct inquiry *inquiry, const struct incident *incident, const char **out, enum watch_of *of,
			struct error *err) MUST_CHECK;
/* What is looked for (query, of), and, where there is a fix, which samples since match (hits) and how many: *count. */
enum status watch_look(const struct inquiry *inquiry, const char *key, struct watched *out, int64_t *count,
		       struct error *err) MUST_CHECK;
/* `wish`: query NULL: what the incident is about. STATUS_NOT_FOUND. */
enum status watch_ask(const struct inquiry *inquiry, const char *key, const struct history_wish *wish, struct watched *out,
		      struct error *err) MUST_CHECK;

/* ---- incidents like earlier ones (insight_recurrence.c) ------------------------------------------------ */

struct recurred {
	const char *key, *title;
	const struct recurrence_offer *offers; /* earlier ones that it is like, or a recurrence of as the record says; likest first */
	size_t offer_count;
};

#define RECURRED_MAX 20 /* the newest incidents that are neither closed nor duplicates */

/* Those of which there are any. */
enum status recurred_ask(const struct inquiry *inquiry, const struct recurred **out, size_t *count, struct error *err) MUST_CHECK;

#endif
