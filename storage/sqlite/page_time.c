/* The time that a page may take; see sqlite_db.h. */
#include <time.h>

#include "storage/sqlite/sqlite_db.h"

/* Rows between two looks at the clock, while each costs next to nothing. */
#define CALLS_PER_LOOK 16

static int64_t clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

static struct page_time time_of(clockid_t clock, int64_t budget_ms)
{
	return (struct page_time){ .clock = clock, .until_us = clock_us(clock) + budget_ms * 1000 };
}

struct page_time page_time_of(int64_t budget_ms)
{
	return time_of(CLOCK_MONOTONIC, budget_ms);
}

struct page_time page_time_of_glance(int64_t cpu_ms, int64_t wall_ms)
{
	struct page_time time = time_of(CLOCK_THREAD_CPUTIME_ID, cpu_ms);

	time.wall_until_us = monotonic_us() + wall_ms * 1000;
	return time;
}

bool page_due(struct sqlite_store *db)
{
	struct page_time *time = db->time;

	if (!time)
		return false;
	if (time->calls_most && time->calls >= time->calls_most)
		time->over = true;
	/* A glance's rows may each have to come from the disk. */
	if (!time->over && time->calls++ % CALLS_PER_LOOK != 0 && !time->wall_until_us)
		return false;
	time->over = time->over || clock_us(time->clock) >= time->until_us ||
		     (time->wall_until_us && monotonic_us() >= time->wall_until_us);
	return time->over;
}
