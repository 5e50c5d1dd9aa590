/* Requests for analyses: what they ask is in core/insight.h; here is under which filter. */
#include "tui/request_run.h"

#include "core/insight.h"

#define SIMULATIONS 199
#define SEED 1 /* as `aitia onset`: the same answer */

/* What is not ready is an answer too: ask again. */
static enum status answered(enum status status, struct answer *answer, struct error *err)
{
	if (status != STATUS_CANCELLED || answer->readiness.ready)
		return status;
	*err = (struct error){ .status = STATUS_OK };
	return STATUS_OK;
}

/* The question, and the samples that it is about: those of the request's filter, or of an incident. */
static enum status begin(const struct backend *backend, const struct request *request, struct answer *answer,
			 struct inquiry *inquiry, struct error *err)
{
	struct incident *incident;
	enum status status = STATUS_OK;

	*inquiry = (struct inquiry){ .store = backend->store, .arena = &answer->arena, .reviewer = request->reviewer,
				     .cancel = &request->cancelled, .not_yet = &answer->readiness };
	answer->readiness.ready = true;
	answer->query = arena_strdup(&answer->arena, request->query ? request->query : "");
	if (request->key && !request->query) {
		status = backend->store->ops->incident_get(backend->store, &answer->arena, request->key, &incident, err);
		if (status == STATUS_OK)
			status = watch_query(inquiry, incident, &answer->query, NULL, err);
	}
	return status;
}

static char *flagged(const struct answer *answer, struct arena *arena)
{
	return inquiry_both(arena, answer->query, "-level:none");
}

static unsigned part_of(enum request_kind kind)
{
	return kind == REQUEST_STATS_INCIDENTS ? STATS_INCIDENTS : kind == REQUEST_STATS_COUNTS ? STATS_COUNTS : STATS_CODING;
}

enum status request_stats(const struct backend *backend, const struct request *request, struct answer *answer,
			  struct error *err)
{
	struct stats *stats = arena_alloc(&answer->arena, sizeof(*stats));
	struct inquiry inquiry;
	enum status status = begin(backend, request, answer, &inquiry, err);

	if (status == STATUS_OK)
		status = stats_ask(&inquiry, answer->query, part_of(request->kind), instant_now().at_us / DAY_US, stats, err);
	answer->stats = stats;
	return answered(status, answer, err);
}

enum status request_onset(const struct backend *backend, const struct request *request, struct answer *answer,
			  struct error *err)
{
	const struct onset_options options = { .rate = 0.05, .alarm_days = ONSET_ALARM_DAYS, .simulations = SIMULATIONS, .with_power = true, .seed = SEED,
					       .cancel = &request->cancelled };
	struct history *history = arena_alloc(&answer->arena, sizeof(*history));
	struct onset_answer *onset = arena_alloc(&answer->arena, sizeof(*onset));
	struct history_wish wish = { .adjust = ONSET_ADJUSTED };
	struct inquiry inquiry;
	enum status status = begin(backend, request, answer, &inquiry, err);

	if (status == STATUS_OK) {
		wish.query = flagged(answer, &answer->arena);
		status = history_ask(&inquiry, &wish, history, err);
	}
	if (status == STATUS_OK)
		status = onset_ask(&inquiry, history, NULL, NULL, &options, onset, err);
	answer->onset = onset;
	return answered(status, answer, err);
}

static void say_how_far(void *context, int64_t done, int64_t total)
{
	const struct backend *backend = context;

	if (backend->progress && total > 0)
		(void)backend->progress(backend->progress_context, done * 100 / total);
}

/* The flagged ones among the filter's, against the outputs that it speaks of. */
enum status request_contrast(const struct backend *backend, const struct request *request, struct answer *answer,
			     struct error *err)
{
	struct backend told = *backend;
	const struct contrast_options options = { .rate = 0.05, .confidence = 0.95, .cancel = &request->cancelled,
						  .progress = backend->progress ? say_how_far : NULL, .context = &told };
	struct contrast_answer *contrast = arena_alloc(&answer->arena, sizeof(*contrast));
	struct inquiry inquiry;
	enum status status = begin(backend, request, answer, &inquiry, err);

	if (status == STATUS_OK)
		status = contrast_ask(&inquiry, flagged(answer, &answer->arena), NULL, &options, contrast, err);
	answer->contrast = contrast;
	return answered(status, answer, err);
}

enum status request_watch(const struct backend *backend, const struct request *request, struct answer *answer,
			  struct error *err)
{
	const struct history_wish wish = { .adjust = ONSET_ADJUSTED };
	const struct incident_row *rows;
	struct watched *watched;
	struct inquiry inquiry;
	size_t count;
	enum status status = begin(backend, request, answer, &inquiry, err);

	if (status == STATUS_OK)
		status = backend->store->ops->incident_list(backend->store, &answer->arena, &rows, &count, err);
	if (status != STATUS_OK)
		return answered(status, answer, err);
	watched = arena_array(&answer->arena, count, sizeof(*watched));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct watched *out = &watched[answer->watched_count];
		status = inquiry_cancelled(&inquiry) ? error_set(err, STATUS_CANCELLED, "stopped") :
						       watch_ask(&inquiry, rows[i].key, &wish, out, err);
		answer->watched_count += status == STATUS_OK && out->has_fix;
	}
	answer->watched = watched;
	if (status == STATUS_OK)
		status = recurred_ask(&inquiry, &answer->recurred, &answer->recurred_count, err);
	return answered(status, answer, err);
}

enum status request_watch_hits(const struct backend *backend, const struct request *request, struct answer *answer,
			       struct error *err)
{
	const struct inquiry inquiry = { .store = backend->store, .arena = &answer->arena, .reviewer = request->reviewer,
					 .cancel = &request->cancelled, .not_yet = &answer->readiness };
	struct watched *watched = arena_alloc(&answer->arena, sizeof(*watched));
	enum status status;

	answer->readiness.ready = true;
	status = watch_look(&inquiry, request->key, watched, &answer->count, err);
	answer->watched = watched;
	return answered(status, answer, err);
}

enum status request_stop(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	(void)backend, (void)request, (void)answer, (void)err;
	return STATUS_OK;
}
