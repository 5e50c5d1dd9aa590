/*
 * Named ways of importing, kept in the configuration and used by `aitia import --profile NAME`:
 *
 *     [import nightly]
 *     format = jsonl
 *     map = code=answer.text
 *     map = model=meta.model
 */
#ifndef AITIA_CLI_IMPORT_PROFILE_H
#define AITIA_CLI_IMPORT_PROFILE_H

#include "core/import/import.h"

#define PROFILE_MAPS_MAX 64

struct import_profile {
	const char *name;
	const char *format;      /* NULL: recognised from content */
	struct field_map maps[PROFILE_MAPS_MAX];
	size_t map_count;
	bool has_per;
	enum import_per per;
	bool illustrative;
	bool strict;
};

/* One line of its section. STATUS_INPUT: what is wrong with it, without the place. */
enum status import_profile_set(struct import_profile *profile, struct arena *arena, const char *key, const char *value,
			       struct error *err) MUST_CHECK;

/* "hunk" or "file" */
const char *import_per_word(enum import_per per);

#endif
