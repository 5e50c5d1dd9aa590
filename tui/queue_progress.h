/*
 * How far one is with a list: "45 of 100 done, 12 min left". Done is what was judged
 * in this session while the list was shown; the rest is what it holds untriaged, as it
 * was counted when it was opened (or a filter was begun): nothing is counted anew for
 * each judgement. A list that one comes back to goes on where it was.
 */
#ifndef AITIA_TUI_QUEUE_PROGRESS_H
#define AITIA_TUI_QUEUE_PROGRESS_H

#include "tui/app.h"
#include "tui/query_complete.h"

struct list_done {
	char *query;
	size_t done;
};

struct queue_progress {
	VEC_OF(struct list_done) lists; /* that were shown and left, where any was done */
	size_t before;     /* done in this list before it was opened */
	size_t entered_at; /* samples judged in the session when it was opened … */
	size_t counted_at; /* … and when it was counted */
};

void queue_progress_release(struct queue_progress *progress);
/* Another filter is about to be shown. */
void queue_progress_change_list(struct queue_progress *progress, const struct app *app, const char *from, const char *to);
void queue_progress_counted(struct queue_progress *progress, const struct app *app);
/* Nothing before anything was judged; what was done in other lists is told where there is room. */
void queue_progress_add(const struct queue_progress *progress, const struct app *app, const struct query_counts *counts,
			struct strbuf *out);

#endif
