/* Files of denominators: how many outputs were produced each day, as CSV. */
#ifndef AITIA_CLI_EXPOSURE_FILE_H
#define AITIA_CLI_EXPOSURE_FILE_H

#include "core/table.h"

/*
 * Reads a file with a header: a column "day" (or "date"), a column "outputs" (or "count"), and
 * if `by` is not NULL one named as that key is ("model", "gen_ai.response.model"). Other
 * columns are summed over; rows of the same day are summed up. The table has FACET_DAY and, if
 * asked for, `by`. STATUS_INPUT names file, line and reason; nothing of a broken file is used.
 */
enum status exposure_file_read(struct arena *arena, const char *path, const struct table_key *by, struct table *out,
			       struct error *err) MUST_CHECK;

#endif
