/* Any part of an incident that the rules allow, for tests of what must hold for all. */
#ifndef AITIA_TESTS_RANDOM_PART_H
#define AITIA_TESTS_RANDOM_PART_H

#include "core/incident_table.h"

/* `roll` answers 0 to sides - 1. It names parts that the incident has, and samples 1 to
 * sample_count. Its number is 0. */
void *random_part(struct arena *arena, const struct incident *incident, enum incident_child kind, size_t sample_count,
		  uint32_t (*roll)(uint32_t sides));

#endif
