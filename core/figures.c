#include "core/figures.h"

void figure_text(struct strbuf *out, double value, struct interval within, int digits)
{
	if (isnan(value)) {
		strbuf_addch(out, '-');
		return;
	}
	strbuf_addf(out, "%.*f", digits, value);
	if (!isnan(within.low) && !isnan(within.high))
		strbuf_addf(out, " (%.*f … %.*f)", digits, within.low, digits, within.high);
}

void figure_percent(struct strbuf *out, double share, struct interval within)
{
	double greatest = isnan(within.high) ? share : within.high;
	int digits = greatest >= 0.1 ? 1 : greatest >= 0.01 ? 2 : 3;

	if (isnan(share)) {
		strbuf_addch(out, '-');
		return;
	}
	strbuf_addf(out, "%.*f %%", digits, 100 * share);
	if (!isnan(within.low) && !isnan(within.high))
		strbuf_addf(out, " (%.*f … %.*f)", digits, 100 * within.low, digits, 100 * within.high);
}
