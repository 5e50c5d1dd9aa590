#include "tui/queue_progress.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/mem.h"

/* Columns from which on the header has room for more than the list. */
#define WIDE_COLUMNS 110

/* Undone judgements can be more than were made here. */
static size_t since(const struct app *app, size_t then)
{
	size_t now = progress_count(app_progress(app));

	return now > then ? now - then : 0;
}

static size_t done_here(const struct queue_progress *progress, const struct app *app)
{
	return progress->before + since(app, progress->entered_at);
}

void queue_progress_release(struct queue_progress *progress)
{
	for (size_t i = 0; i < progress->lists.len; i++)
		free(progress->lists.items[i].query);
	vec_release(&progress->lists);
}

static struct list_done *find(struct queue_progress *progress, const char *query)
{
	for (size_t i = 0; i < progress->lists.len; i++)
		if (strcmp(progress->lists.items[i].query, query) == 0)
			return &progress->lists.items[i];
	return NULL;
}

void queue_progress_change_list(struct queue_progress *progress, const struct app *app, const char *from, const char *to)
{
	size_t done = done_here(progress, app);
	struct list_done *left = find(progress, from), *next;

	if (strcmp(from, to) == 0)
		return;
	if (left)
		left->done = done;
	else if (done)
		vec_push(&progress->lists, ((struct list_done){ mem_strdup(from), done }));
	next = find(progress, to);
	progress->before = next ? next->done : 0;
	progress->entered_at = progress_count(app_progress(app));
}

void queue_progress_counted(struct queue_progress *progress, const struct app *app)
{
	progress->counted_at = progress_count(app_progress(app));
}

static void add_time_left(int64_t left_s, struct strbuf *out)
{
	if (left_s >= 3600)
		strbuf_addf(out, ", %" PRId64 " h %" PRId64 " min left", left_s / 3600, left_s % 3600 / 60);
	else if (left_s >= 0)
		strbuf_addf(out, ", %" PRId64 " min left", (left_s + 59) / 60);
}

void queue_progress_add(const struct queue_progress *progress, const struct app *app, const struct query_counts *counts,
			struct strbuf *out)
{
	size_t session = progress_count(app_progress(app)), done = done_here(progress, app);
	int64_t judged = (int64_t)since(app, progress->counted_at), todo;
	bool is_wide = app_area(app).columns >= WIDE_COLUMNS;

	if (!session || (!done && !is_wide))
		return;
	strbuf_addf(out, "%zu", done);
	if (query_counts_of(counts, FACET_STATUS, sample_status_word(SAMPLE_UNTRIAGED), &todo)) {
		todo = todo > judged ? todo - judged : 0;
		strbuf_addf(out, " of %" PRId64 " done", (int64_t)done + todo);
		if (todo)
			add_time_left(progress_left_s(app_progress(app), todo), out);
	} else {
		strbuf_addstr(out, " done");
	}
	if (session > done && is_wide)
		strbuf_addf(out, ", %zu in the session", session);
	strbuf_addstr(out, app_sign(app, " · ", " - "));
}
