/* Helpers of the programs that measure a store from inside (tests/bench/store_*.c). */
#ifndef AITIA_TESTS_BENCH_STORE_H
#define AITIA_TESTS_BENCH_STORE_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "storage/sqlite/sqlite_db.h"

static inline void need(enum status status, const struct error *err)
{
	if (status == STATUS_OK)
		return;
	fprintf(stderr, "bench: %s\n", err->text);
	exit(1);
}

static inline void need_sql(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
	exit(1);
}

static inline double clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline double wall_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static inline double cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

static inline struct store *need_store(const char *path)
{
	struct sqlite_open_options options = { .create = false };
	struct store *store;
	struct error err;

	need(sqlite_store_open(path, &options, &store, &err), &err);
	return store;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Sorts them; 0.5 = the median. */
static inline double quantile(double *values, size_t count, double part)
{
	size_t at = (size_t)((double)count * part);

	if (!count)
		return 0;
	qsort(values, count, sizeof(*values), by_size);
	return values[at < count ? at : count - 1];
}

/* A line of the answer: what, and a number. tests/bench/bench_store.py reads them. */
static inline void say(const char *what, double number)
{
	printf("%s\t%.6g\n", what, number);
	fflush(stdout);
}

#endif
