/* Figures of the analysis for machines and as bars; core/figures.h has them as text. */
#ifndef AITIA_CLI_FIGURES_H
#define AITIA_CLI_FIGURES_H

#include "core/base/json.h"
#include "core/figures.h"

/* "name", "name_low", "name_high"; what is not known is null. */
void figure_json(struct json_writer *json, const char *name, double value, struct interval within);
void figure_json_double(struct json_writer *json, const char *name, double value);

/* A bar of `share` (0 … 1) of `columns`, filled up with blanks. */
void figure_bar(struct strbuf *out, double share, int columns);

#endif
