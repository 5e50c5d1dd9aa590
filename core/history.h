/*
 * A history of samples day by day: cases, and what rates are of. Whose denominators those
 * are, in this order:
 *
 *   a file       that was named
 *   among        the samples of a query that was named
 *   the store    its denominators (exposure.h), where it has any: those of the breakdown that
 *                tells all keys that are asked for. None does: it cannot be told, and `cannot`
 *                says so; nothing else is taken in their stead, for that would be another
 *                question's answer
 *   samples      all that could have been cases, where some of them passed
 *   none         counts are looked at as counts
 *
 * A query that asks for some outputs (model:, lang:, before:, …) asks for the same of the
 * denominators; what it says of flags and judgements makes cases of them.
 */
#ifndef AITIA_CORE_HISTORY_H
#define AITIA_CORE_HISTORY_H

#include "core/analysis/series.h"
#include "core/inquiry.h"

enum outputs_from { OUTPUTS_NONE, OUTPUTS_SAMPLES, OUTPUTS_AMONG, OUTPUTS_STORE, OUTPUTS_FILE };
/* "none", "samples", "among", "store", "file" */
const char *outputs_from_word(enum outputs_from from);

struct history_wish {
	const char *query;    /* of the cases */
	const char *among;    /* or NULL */
	const char *exposure; /* path of a file, or NULL */
	const char *adjust;   /* keys with commas between them, whose mix may shift; or NULL */
	const char *by;       /* a key, or NULL */
};

struct history {
	const char *query;    /* of the cases */
	struct table_key keys[TABLE_KEYS_MAX]; /* the day, the strata, `by` */
	size_t key_count;
	size_t by_column;     /* of `by`; 0: none */
	struct table cases, all; /* all: the outputs; without any, the days on which there could have been cases */
	enum outputs_from from;
	const char *breakdown; /* of OUTPUTS_STORE and OUTPUTS_FILE: its keys, "" of none */
	const char *cannot;   /* why nothing can be told of rates; NULL: it can */
};

/* STATUS_INPUT names a file, its line and the reason. In the inquiry's arena. */
enum status history_ask(const struct inquiry *inquiry, const struct history_wish *wish, struct history *out,
			struct error *err) MUST_CHECK;
/* Finds the cases of days that have a time and no outputs: those of series->without_outputs. `more` narrows to what the series is
 * of, or is "". In the arena. */
char *history_without_outputs(struct arena *arena, const struct history *history, const struct series *series, const char *more);
/* Of all, or of the tables given, which are parts of the history's. */
void history_series(const struct inquiry *inquiry, const struct history *history, const struct table *cases,
		    const struct table *all, struct series *out);
/* What its rates are adjusted for, as far as it differs: "lang, weekdays (Sat 0.45 to Tue 1.33 times their week)"; NULL: nothing. In
 * the arena. */
char *history_adjusted(struct arena *arena, const struct history *history, const struct series *series);

#endif
