/*
 * How far reviewers agree. Codes are nominal: two are equal or they are not. Units are
 * samples; each was rated by some reviewers, not by all of them. A unit with fewer than
 * two ratings has nobody to agree and is left out everywhere.
 *
 * With m ratings of a unit, n_c of them code c:
 *
 *   percent   mean over units of P = Σ n_c (n_c - 1) / (m (m - 1)), the share of pairs of
 *             reviewers who agree.
 *   Cohen     two reviewers, units that both rated: (p_o - p_e) / (1 - p_e), where p_e is
 *             the sum over codes of the product of both reviewers' shares.
 *             Cohen, Educational and Psychological Measurement 20, 1960, 37-46.
 *   Fleiss    (percent - P_e) / (1 - P_e), P_e = Σ p_c², p_c the share of code c among all
 *             ratings. Fleiss, Psychological Bulletin 76, 1971, 378-382, who has the same m
 *             for all units; where they differ each unit's P counts the same. Of one code:
 *             his equation for a category, (o - p_c) / (1 - p_c) with o as below.
 *   alpha     1 - (n - 1) D / (n² - Σ n_c²), n ratings in all, n_c of code c among them, D
 *             the sum over units of (pairs that differ, both ways) / (m - 1). Krippendorff,
 *             Content Analysis, 3rd edition 2013, 12.2; "Computing Krippendorff's
 *             alpha-reliability", 2011. Of one code: the same of "this code or another".
 *             Needs no equal m, and is right for small samples: the figure to quote.
 *   specific  of one code: how often a second reviewer chose it where one had: the
 *             coincidences o_cc / n_c. Equals Fleiss's conditional probability.
 *
 * None is defined where all ratings are one code: NAN. 1 is full agreement, 0 what chance
 * alone gives.
 *
 * Intervals say what other samples of the same kind might give, by the same reviewers.
 *   percent   Wilson's (interval.h) of so many units; where units have more than two ratings, of
 *             as many as would vary as much: n p (1 - p) / v, v the variance of P over units, two
 *             units more of full variance added to it, so that few which vary little are not
 *             taken for many.
 *   the rest  percentile bootstrap over units (Efron and Tibshirani, An Introduction to the
 *             Bootstrap, 1993, 13.3), with a fixed seed, widened to what Wilson's interval of the
 *             pairs that agree comes to with chance held fast. Of units that are all alike the
 *             bootstrap alone has no width, as if nothing could ever be otherwise.
 * Of fewer than AGREEMENT_UNITS_LEAST units, or of a code that was chosen (or not chosen) fewer
 * times than that, chance itself is not known well enough: those are NAN, too few to say. So they
 * are where more than one resample of twenty is all one code.
 */
#ifndef AITIA_CORE_ANALYSIS_AGREEMENT_H
#define AITIA_CORE_ANALYSIS_AGREEMENT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "core/analysis/interval.h"
#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/sample.h"

#define AGREEMENT_UNITS_LEAST 10u

/* Ratings, unit by unit, of units that have two or more: those of unit u are at starts[u] … starts[u + 1] - 1. */
struct ratings {
	size_t unit_count;
	const size_t *starts;      /* unit_count + 1 */
	const uint32_t *raters;    /* of each rating; within a unit in their order, each once */
	const uint32_t *codes;     /* of each rating */
	const int64_t *samples;    /* of each unit */
	size_t rater_count, code_count;
	const char *const *rater_names, *const *code_names; /* in the order of bytes */
};

/* What a judgement says that can be agreed on. */
enum rating_of { RATING_VERDICT, RATING_CATEGORY, RATING_CAUSE, RATING_SEVERITY, RATING_SYMPTOM };

/*
 * From standing annotations, those of a sample one behind the other; decisions where reviewers
 * differed are left out: they are nobody's own reading. A reviewer's newest word on a sample
 * counts, whichever lines it is about. A cause without a verdict says that the output is
 * wrong, as everywhere. RATING_SYMPTOM: `symptom` is the code asked for, and each reviewer
 * who judged the sample names it ("yes") or not ("no"). `blind_only`: judgements made
 * without seeing others'. A sample that one alone has rated is in no unit.
 */
struct ratings_builder *ratings_builder_new(struct arena *arena, enum rating_of what, const char *symptom, bool blind_only);
void ratings_builder_add(struct ratings_builder *builder, const struct annotation *annotation);
/* In the arena; frees the builder. */
void ratings_builder_end(struct ratings_builder *builder, struct ratings *out);
void ratings_builder_free(struct ratings_builder *builder); /* NULL is allowed */

struct agreement_code {
	uint32_t code;
	size_t ratings;
	double specific, kappa, alpha;
	struct interval alpha_within;
};

struct agreement_pair {
	uint32_t a, b;          /* raters */
	size_t units;           /* that both rated */
	double percent, kappa;  /* Cohen's */
	struct interval kappa_within;
};

struct agreement_confusion { /* one reviewer says the one, another the other */
	uint32_t code, other;   /* code < other */
	double coincidences;    /* each unit's pairs, both ways, over m - 1 */
	size_t units;
};

struct agreement {
	size_t units, ratings;  /* with two ratings at least */
	size_t raters;          /* whose those ratings are */
	size_t agreed;          /* units in which all agree */
	double percent, fleiss, alpha;
	struct interval percent_within, fleiss_within, alpha_within;
	const struct agreement_code *codes;   /* that occur, most ratings first */
	size_t code_count;
	const struct agreement_pair *pairs;   /* of raters who share units, most units first */
	size_t pair_count;
	const struct agreement_confusion *confusions; /* most first */
	size_t confusion_count;
	const int64_t *disputed; /* samples whose ratings differ, most disagreement first, then by number */
	size_t disputed_count;
	size_t resamples;       /* that the intervals rest on */
};

struct agreement_options {
	double confidence;      /* of the intervals: 0.95 */
	size_t resamples;       /* 0: none, and no intervals; fewer where there are very many ratings */
	uint64_t seed;
	const atomic_bool *cancel; /* or NULL */
};

/* STATUS_CANCELLED, or STATUS_OK. In the arena. */
enum status agreement_of(struct arena *arena, const struct ratings *ratings, const struct agreement_options *options,
			 struct agreement *out, struct error *err) MUST_CHECK;

/* Cohen's kappa of a table of size × size counts; rows are one reviewer's codes. */
double agreement_cohen(const double *table, size_t size);

#endif
