/*
 * How a session of judging goes: how many samples were judged since it began, and
 * at what pace. A sample counts once, however often it is judged, and not any more
 * when that was undone.
 */
#ifndef AITIA_TUI_PROGRESS_H
#define AITIA_TUI_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "tui/id_set.h"

#define PROGRESS_PACE_EDITS 20u /* so many edits the pace is taken from */
#define PROGRESS_PACE_FROM 5u   /* fewer samples say nothing of it */
#define PROGRESS_PAUSE_US INT64_C(300000000) /* a longer gap was a pause, and counts as this */

struct progress_edit {
	int64_t edit;
	struct id_set samples; /* those that it was the first to judge */
	bool undone;
};

struct progress {
	struct id_set judged;
	VEC_OF(struct progress_edit) edits;
	struct { int64_t us; size_t samples; } gaps[PROGRESS_PACE_EDITS]; /* before an edit, and what it judged; a ring */
	size_t gap_count;
	int64_t last_us; /* when the newest edit was made; 0: none yet */
};

void progress_release(struct progress *progress);
/* `samples` in ascending order. */
void progress_judged(struct progress *progress, int64_t edit, const int64_t *samples, size_t count, int64_t now_us);
void progress_undone(struct progress *progress, int64_t edit, bool undone); /* or done again */
size_t progress_count(const struct progress *progress);
/* How long `todo` more will take at this pace: the time of the last edits by the samples
 * that they judged. -1: too few were judged to tell. */
int64_t progress_left_s(const struct progress *progress, int64_t todo);

#endif
