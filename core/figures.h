/* Figures of the analysis as people read them: a value with its interval. */
#ifndef AITIA_CORE_FIGURES_H
#define AITIA_CORE_FIGURES_H

#include "core/analysis/interval.h"
#include "core/base/strbuf.h"

/* "0.743 (0.601 … 0.870)"; "-" where it is not known, no brackets where the interval is not. */
void figure_text(struct strbuf *out, double value, struct interval within, int digits);
/* "74.3 % (60.1 … 87.0)" of a share; more digits where it is small. */
void figure_percent(struct strbuf *out, double share, struct interval within);

#endif
