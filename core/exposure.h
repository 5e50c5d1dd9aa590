/*
 * Exposure: how many outputs were produced, the denominators of rates.
 *
 * A row says: on this day so many outputs had these values of these keys. Rows of the
 * same keys are one breakdown, which counts each output once; several of them (by model,
 * by model and language) count the same outputs again, so that rows of different
 * breakdowns are never added up. A breakdown has one number for a day and its values: a
 * newer one takes its place.
 *
 * Keys are those that table_key_parse() takes, by their word ("lang",
 * "gen_ai.response.model"). Days that have no row are not known: no zero.
 */
#ifndef AITIA_CORE_EXPOSURE_H
#define AITIA_CORE_EXPOSURE_H

#include "core/base/vec.h"
#include "core/query.h"
#include "core/table.h"

#define EXPOSURE_KEYS_MAX 8
#define EXPOSURE_OUTPUTS_MAX ((int64_t)1000000000000) /* of a row: nine millions of them can be added up */
/* Days of the years 1 to 9999, which instants have. */
#define EXPOSURE_DAY_LEAST ((int64_t)-719162)
#define EXPOSURE_DAY_MOST ((int64_t)2932896)

struct exposure_value {
	const char *key;      /* the key's word */
	const char *value;    /* NULL: of outputs that have none */
};

struct exposure {
	int64_t day;          /* since 1970-01-01 */
	const struct exposure_value *values; /* in the order of their keys' bytes, each once */
	size_t value_count;
	int64_t outputs;      /* 0: nothing was produced */
};

/* What became of rows that were handed to a store. */
struct exposure_result {
	int64_t added, changed, unchanged;
	int64_t borne_out; /* of the unchanged: stood by the word of others alone, and now by this one too */
};

/* "outputs.csv: 120 denominators, 3 of them changed", for the log. */
void exposure_summary(char *out, size_t room, const char *source, const struct exposure_result *result);

/* The key of a word as it stands in a row. */
struct table_key exposure_key(const char *word);

/* STATUS_USAGE: no store would take the row. */
enum status exposure_check(const struct exposure *row, struct error *err) MUST_CHECK;
/* By their keys. */
void exposure_sort_values(struct exposure_value *values, size_t count);
/* -1, 0, 1 by their values, keys among them; the day is not looked at. */
int exposure_compare_values(const struct exposure *a, const struct exposure *b);
/* {"lang":"c","plan":null}: the same text for the same values, for engines to tell rows by. */
char *exposure_attributes(struct arena *arena, const struct exposure *row);
/* From that text; false: it is none. */
bool exposure_read_attributes(struct arena *arena, struct slice text, struct exposure *out);

/* ---- from files ---------------------------------------------------------------------------- */

struct exposure_reject {
	int64_t line;         /* of the file, from 1 */
	const char *reason;
};

struct exposure_rows {
	const struct exposure *rows; /* each day and values once: what a file says twice is added up */
	size_t count;
	const struct exposure_reject *rejects; /* in the order of the file */
	size_t reject_count;
	int64_t records;      /* lines below the header that are not empty */
	const char *keys[EXPOSURE_KEYS_MAX]; /* that the header names */
	size_t key_count;
};

/*
 * Reads a CSV file ("-": standard input; gzip, zstd, UTF-16 as imports do) with a header: a column "day" (or "date"), a column "outputs" (or
 * "count"); each other column is a key, by any of its names ("model", "harness", "lang",
 * "@plan"). An empty cell is a value that outputs do not have. STATUS_INPUT where the file
 * cannot be read, its header is wrong, or the day of a line; other lines that are wrong are
 * rejects, and so are all of their day, whose sums would be too small. In the arena.
 */
enum status exposure_read_csv(struct arena *arena, const char *path, struct exposure_rows *out, struct error *err) MUST_CHECK;

/* ---- for rates ------------------------------------------------------------------------------- */

struct exposure_wish {
	const struct table_key *keys; /* strata; FACET_DAY is not among them */
	size_t key_count;
	/* What the cases are, or NULL. Terms about outputs (model:, lang:, before:, any key of
	 * provenance) hold for the denominators too; those about flags and judgements do not. */
	const struct query *query;
	const struct table *cases; /* them, FACET_DAY first; NULL: any days are as good as others */
};

/* The terms of a query that are about outputs and their time, as a query of their own ("lang:c before:2026"), for samples
 * to be denominators; in the arena. */
char *exposure_query(struct arena *arena, const struct query *query);

struct exposure_choice {
	bool known;
	const char *missing;  /* unless known: what no breakdown tells, a key's word as in queries; NULL: there are no rows */
	const char *by;       /* the keys of the breakdown that was taken: "gen_ai.response.model, lang"; "" of none */
	struct table table;   /* FACET_DAY and the keys asked for */
	const int64_t *days;  /* that the breakdown has rows of, whatever the query; each once, ascending */
	size_t day_count;
};

/* Whether the breakdown knows each of the days first … end - 1. Where it does not, outputs of all of them would be too
 * few, and a rate over them too high. */
bool exposure_covers(const struct exposure_choice *choice, int64_t first, int64_t end);

/* Whether the breakdown knows the day of this text, as FACET_DAY has it; NULL: never. */
bool exposure_knows(const struct exposure_choice *choice, const char *day);

/* Of the breakdowns that tell all that is asked for, the one that knows most days on which there are cases, then the one
 * with most days, then with fewest keys, then the first by name. In the arena. */
void exposure_choose(struct arena *arena, const struct exposure *rows, size_t count, const struct exposure_wish *wish,
		     struct exposure_choice *out);

#endif
