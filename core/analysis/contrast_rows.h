/* Inside the contrast: tables become rows. */
#ifndef AITIA_CORE_ANALYSIS_CONTRAST_ROWS_H
#define AITIA_CORE_ANALYSIS_CONTRAST_ROWS_H

#include "core/analysis/contrast_model.h"

/* Keys and values in the arena (with the day among them, whose number is rows->day), the rest to be
 * released. STATUS_REFUSED as contrast_of(). */
enum status contrast_rows_of(struct arena *arena, const struct table *cases, const struct table *against,
			     const struct table *both, struct contrast_rows *rows, struct contrast_key **keys,
			     struct error *err) MUST_CHECK;

#endif
