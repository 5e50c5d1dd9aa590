/*
 * What some samples (cases) have in common that others (controls) have not: over every
 * value of every key, every pair of values, and every range of versions.
 *
 * Two figures for each:
 *
 *   crude     the risk ratio: the share of cases among the samples with the value, over the
 *             share among all others, with Katz's interval (interval_ratio()).
 *   adjusted  (O / E of the value) / (O / E of all others). O is the number of cases, E the
 *             number expected from all that the other keys, and the day of production, say
 *             of those samples: a log-linear model of main effects, rate = Π factor of each
 *             key's value, fitted by iterative proportional fitting (Deming and Stephan,
 *             Annals of Mathematical Statistics 11, 1940; the maximum likelihood estimate
 *             of a Poisson regression). For a pair E comes from the model of all keys, so
 *             that it counts only what goes beyond both values together.
 *
 * Keys whose values all have the same share of cases, as far as chi-square tells (within two
 * standard deviations of its mean), confound nothing and are not in the models.
 *
 * So a value is not blamed for the company it keeps: a language that is asked for more
 * often, a day on which everything was worse, a version that came when a model went.
 *
 *             For a single value (or range) that is not near 1 in every respect, the
 *             value gets a factor of its own in the model of the other keys: `ratio` is
 *             that factor, its variance what closes the gap between O and E.
 *
 * The test is the likelihood ratio: what the factor wins; for pairs O against E within the
 * total (Kulldorff, Communications in Statistics 26, 1997, as for the search of ranges), where
 * E (its binomial part) is an upper bound of the variance, so that it claims less, not more.
 * It is divided by the binomial variance and by the dispersion: the median of (O - E)² / V
 * among cells of value and day with E >= 5, over that of chi-square (0.4549), at least 1.
 * Ranges are corrected for their number in the key. All looks together, singles, pairs and
 * ranges, are corrected by Benjamini and Hochberg (JRSS B 57, 1995): of what is claimed, a
 * share of at most `rate` is expected to be false; where nothing is there, anything is
 * claimed at all in at most that share of times.
 *
 * What cannot be separated is said: keys that mean the same, or of which one follows from
 * the other, do not adjust each other, and values on the same samples are one finding
 * (`same`); a key that follows from the day (a prompt that everybody got at once) is
 * `with_time`, and only its crude figure is known. A key that is recorded of cases alone, or
 * of the others alone, is the question in other words (`of_cases`), and is left out. What is
 * beyond chance as counted and lost among the other keys is `confounded`: several keys that
 * mark the same samples leave nothing to each once all others are allowed for.
 */
#ifndef AITIA_CORE_ANALYSIS_CONTRAST_H
#define AITIA_CORE_ANALYSIS_CONTRAST_H

#include <stdatomic.h>

#include "core/analysis/interval.h"
#include "core/table.h"

#define CONTRAST_NONE UINT32_MAX
#define CONTRAST_DAY (UINT32_MAX - 1) /* the day of production, as a reason */

#define CONTRAST_VALUES_MAX 65536     /* of a key; one of more is not looked at (too_many) */

struct contrast_place { /* a value of a key, or a range of values in their order */
	uint32_t key;   /* column of contrast.keys; CONTRAST_NONE: no second one */
	uint32_t value, last; /* of the key's values; equal unless it is a range */
};

struct contrast_finding {
	struct contrast_place first, second; /* second: of a pair */
	int64_t cases, total;       /* support: samples there, and how many of them are cases */
	double crude;
	struct interval crude_within;
	double expected;            /* cases */
	double ratio;               /* adjusted */
	struct interval within;
	double z, p, q;             /* two-sided; q: after the correction */
	bool claimed;               /* q <= rate, 1 is not in `within`, and not with_time */
	bool reversed;              /* crude and adjusted say the opposite, both beyond their intervals */
	bool with_time;
	uint32_t explained_by;      /* the key that takes most of the crude ratio away, where not claimed */
	const uint32_t *same;       /* findings on nearly the same samples (Jaccard >= 0.9), further down */
	size_t same_count;
	bool is_same;               /* it stands in another one's `same` */
	bool in_range;              /* one value of a range that is claimed as over-represented and says as much */
	bool confounded;            /* over-represented as counted, whatever the looks (Bonferroni); adjusted it is not, and no
	                             * single key explains that: it cannot be told apart from the others together */
};

struct contrast_key {
	struct table_key key;
	const char *const *values;  /* in natural order, so that 2.9 comes before 2.10; [0] NULL: none */
	size_t value_count;
	bool is_ordered;            /* values are versions, numbers or dates: ranges are looked at */
	bool with_time;
	bool too_many;              /* values: it counts as a key of one */
	bool of_cases;              /* it is known of cases alone or of others alone, or tells them apart */
	uint32_t same_as;           /* a key before it that says the same, or CONTRAST_NONE */
};

struct contrast {
	int64_t cases, controls;
	const struct contrast_key *keys; /* the tables' columns */
	size_t key_count;
	/* Of enough support. First what is claimed and over-represented, greatest lower bound of `within` first; then
	 * the others by z; last what is claimed and under-represented. */
	const struct contrast_finding *findings;
	size_t finding_count;
	size_t looks;               /* values, pairs and ranges that were tested */
	double dispersion;
	bool by_day;                /* the model knows the day; false: no times, or cases and controls are
	                             * not of the same days */
};

struct contrast_options {
	double rate;                /* 0.05 */
	double confidence;          /* 0.95 */
	const atomic_bool *cancel;  /* or NULL */
	/* Called now and then, or NULL: steps that are done, of about equal length. */
	void (*progress)(void *context, int64_t done, int64_t total);
	void *context;
	struct arena *tables;       /* in which the tables are: released as soon as they have been read; or NULL */
};

/*
 * Tables of the same keys: of the cases, of the samples to compare with (cases among them
 * or not), and of those that are both. A column of FACET_DAY is what the model knows of
 * time; the others are looked at. `both` may be NULL: the cases are all among those to compare with, and are themselves both. In
 * the arena, with no part of the tables. STATUS_CANCELLED; STATUS_REFUSED: there are
 * no cases, or nothing to compare them with.
 */
enum status contrast_of(struct arena *arena, const struct table *cases, const struct table *against,
			const struct table *both, const struct contrast_options *options, struct contrast *out,
			struct error *err) MUST_CHECK;

/* Over-represented as counted and not claimed, with what can be said of why: with_time, explained_by or confounded. */
bool contrast_is_unproven(const struct contrast_finding *finding);

/* By their numbers where they have some: -1, 0, 1. NULL first. */
int natural_compare(const char *a, const char *b);

#endif
