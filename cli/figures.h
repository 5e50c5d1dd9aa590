/* Figures of the analysis as people and machines read them: a value with its interval, bars. */
#ifndef AITIA_CLI_FIGURES_H
#define AITIA_CLI_FIGURES_H

#include "core/analysis/interval.h"
#include "core/base/json.h"

/* "name", "name_low", "name_high"; what is not known is null. */
void figure_json(struct json_writer *json, const char *name, double value, struct interval within);
void figure_json_double(struct json_writer *json, const char *name, double value);

/* "0.743 (0.601 … 0.870)"; "-" where it is not known, no brackets where the interval is not. */
void figure_text(struct strbuf *out, double value, struct interval within, int digits);
/* "74.3 % (60.1 … 87.0)" of a share; more digits where it is small. */
void figure_percent(struct strbuf *out, double share, struct interval within);

/* A bar of `share` (0 … 1) of `columns`, filled up with blanks. */
void figure_bar(struct strbuf *out, double share, int columns);

#endif
