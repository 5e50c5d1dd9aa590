/* The time that a page may take; see sqlite_db.h. */
#include <time.h>

#include "storage/sqlite/sqlite_db.h"

/* Rows between two looks at the clock, while each costs next to nothing. */
#define CALLS_PER_LOOK 16

int64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct page_time page_time_of(int64_t budget_ms)
{
	return (struct page_time){ .until_us = monotonic_us() + budget_ms * 1000 };
}

bool page_due(struct sqlite_store *db)
{
	struct page_time *time = db->time;

	if (!time || (!time->over && time->calls++ % CALLS_PER_LOOK != 0))
		return false;
	time->over = time->over || monotonic_us() >= time->until_us;
	return time->over;
}
