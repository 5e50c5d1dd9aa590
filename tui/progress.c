#include "tui/progress.h"

void progress_release(struct progress *progress)
{
	for (size_t i = 0; i < progress->edits.len; i++)
		id_set_release(&progress->edits.items[i].samples);
	vec_release(&progress->edits);
	id_set_release(&progress->judged);
}

void progress_judged(struct progress *progress, int64_t edit, const int64_t *samples, size_t count, int64_t now_us)
{
	struct progress_edit new = { .edit = edit };
	int64_t gap = progress->last_us ? now_us - progress->last_us : 0;

	for (size_t i = 0; i < count; i++)
		if (!id_set_has(&progress->judged, samples[i]))
			vec_push(&new.samples.ids, samples[i]);
	if (new.samples.ids.len && progress->last_us) {
		size_t at = progress->gap_count++ % PROGRESS_PACE_EDITS;
		progress->gaps[at].us = gap < 0 ? 0 : gap > PROGRESS_PAUSE_US ? PROGRESS_PAUSE_US : gap;
		progress->gaps[at].samples = new.samples.ids.len;
	}
	progress->last_us = now_us;
	if (!new.samples.ids.len)
		return;
	id_set_join(&progress->judged, new.samples.ids.items, new.samples.ids.len);
	vec_push(&progress->edits, new);
}

void progress_undone(struct progress *progress, int64_t edit, bool undone)
{
	for (size_t i = progress->edits.len; i-- > 0;) {
		struct progress_edit *is = &progress->edits.items[i];
		if (is->edit != edit || is->undone == undone)
			continue;
		is->undone = undone;
		if (undone)
			for (size_t k = 0; k < is->samples.ids.len; k++)
				id_set_put(&progress->judged, is->samples.ids.items[k], false);
		else
			id_set_join(&progress->judged, is->samples.ids.items, is->samples.ids.len);
		return;
	}
}

size_t progress_count(const struct progress *progress)
{
	return progress->judged.ids.len;
}

int64_t progress_left_s(const struct progress *progress, int64_t todo)
{
	size_t count = progress->gap_count < PROGRESS_PACE_EDITS ? progress->gap_count : PROGRESS_PACE_EDITS;
	double us = 0, samples = 0;

	for (size_t i = 0; i < count; i++) {
		us += (double)progress->gaps[i].us;
		samples += (double)progress->gaps[i].samples;
	}
	if (samples < PROGRESS_PACE_FROM || todo < 0)
		return -1;
	return (int64_t)(us / samples * (double)todo / 1e6);
}
