/* Changes over time, and the milestones under them, as a chart of plain ASCII: for the page,
 * the screen and the command alike. */
#ifndef AITIA_CORE_CHANGE_CHART_H
#define AITIA_CORE_CHANGE_CHART_H

#include "core/incident.h"

/* Lines of at most `columns` (40 at least), each ended by a line feed; "" where no change has
 * a known time. In a row of a change: [ it shipped, ] it was taken back, = it was in force, > it
 * still is, ~ some time there. In a row of a milestone: o an entry, x a disputed one. */
char *change_chart(struct arena *arena, const struct incident *incident, int columns);

#endif
