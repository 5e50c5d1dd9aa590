/* Requests that change the store; each says in one line what was done. */
#include "core/defer.h"
#include "tui/request_run.h"

#include <inttypes.h>
#include <string.h>

#include "core/evidence.h"
#include "core/incident_merge.h"
#include "core/postmortem_state.h"

/* So often is an incident merged with what others put in between, before the reviewer is told. */
#define MERGES_MAX 5

/* "1 sample", "1,234 samples" */
static const char *samples_text(struct arena *arena, size_t count)
{
	char digits[24];
	char *out = arena_alloc(arena, 40);
	int len = snprintf(digits, sizeof(digits), "%zu", count);
	size_t used = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	snprintf(out + used, 40 - used, " sample%s", count == 1 ? "" : "s");
	return out;
}

static enum status need_samples(size_t count, struct error *err)
{
	return count > 0 ? STATUS_OK : error_set(err, STATUS_USAGE, "no sample is selected");
}

/* What an annotation says, shortest first: its cause, else its symptoms, verdict, … */
static const char *annotation_text(struct arena *arena, const struct annotation *annotation)
{
	if (annotation->cause)
		return annotation->cause;
	if (annotation->symptom_count == 1)
		return annotation->symptoms[0];
	if (annotation->symptom_count > 1)
		return arena_printf(arena, "%s and %zu more", annotation->symptoms[0], annotation->symptom_count - 1);
	if (annotation->verdict != VERDICT_NONE)
		return verdict_word(annotation->verdict);
	if (annotation->severity != SEVERITY_NONE)
		return severity_word(annotation->severity);
	return annotation->note ? "noted" : "annotated";
}

enum status request_annotate(const struct backend *backend, const struct request *request,
			     struct answer *answer, struct error *err)
{
	const struct annotate_request *annotate = &request->annotate;
	enum status status = need_samples(annotate->sample_count, err);

	if (status == STATUS_OK)
		status = backend->store->ops->annotate(backend->store, request->reviewer, annotate, &answer->edit, err);
	if (status != STATUS_OK)
		return status;
	answer->count = answer->edit ? (int64_t)annotate->sample_count : 0;
	answer->message = answer->edit
		? arena_printf(&answer->arena, "%s: %s", samples_text(&answer->arena, annotate->sample_count),
			       annotation_text(&answer->arena, &annotate->annotation))
		: "nothing to change";
	return STATUS_OK;
}

enum status request_triage(const struct backend *backend, const struct request *request,
			   struct answer *answer, struct error *err)
{
	struct triage_request triage = { .samples = request->samples, .sample_count = request->sample_count,
					 .status = request->status };
	enum status status = need_samples(triage.sample_count, err);

	if (status == STATUS_OK && request->until)
		status = defer_samples(backend->store, request->reviewer, triage.samples, triage.sample_count, request->until,
				       instant_now(), &answer->edit, err);
	else if (status == STATUS_OK)
		status = backend->store->ops->triage(backend->store, request->reviewer, &triage, &answer->edit, err);
	if (status != STATUS_OK)
		return status;
	answer->count = answer->edit ? (int64_t)triage.sample_count : 0;
	answer->message = answer->edit
		? arena_printf(&answer->arena, "%s: %s%s%s", samples_text(&answer->arena, triage.sample_count),
			       sample_status_word(triage.status), request->until ? " until " : "",
			       request->until ? request->until : "")
		: "nothing to change";
	return STATUS_OK;
}

enum status request_wake(const struct backend *backend, const struct request *request, struct answer *answer,
			 struct error *err)
{
	return defer_wake(backend->store, request->reviewer, DEFER_ALL, instant_now(), &answer->edit, err);
}

static enum status put(const struct backend *backend, const struct request *request,
		       const struct incident *incident, struct answer *answer, struct error *err)
{
	return backend->store->ops->incident_put(backend->store, &answer->arena, request->reviewer, incident,
						 request->summary ? request->summary : "incident", &answer->key,
						 &answer->edit, err);
}

/* It was changed since `base` was read: theirs is read, and both are put together. */
static enum status put_merged(const struct backend *backend, const struct request *request,
			      struct answer *answer, struct error *err)
{
	struct strbuf both = STRBUF_INIT;
	struct incident *theirs;
	enum status status = backend->store->ops->incident_get(backend->store, &answer->arena, request->base->key,
							       &theirs, err);

	if (status == STATUS_OK)
		status = put(backend, request,
			     incident_merge(&answer->arena, request->base, request->incident, theirs, &both),
			     answer, err);
	if (status == STATUS_OK)
		answer->both_changed = arena_text(&answer->arena, strbuf_slice(&both));
	strbuf_release(&both);
	return status;
}

enum status request_incident_put(const struct backend *backend, const struct request *request,
				 struct answer *answer, struct error *err)
{
	if (!request->incident)
		return error_set(err, STATUS_USAGE, "no incident is given");

	bool is_new = request->incident->version == 0;
	enum status status = put(backend, request, request->incident, answer, err);
	for (int i = 0; status == STATUS_CONFLICT && request->base && i < MERGES_MAX; i++) {
		*err = (struct error){ 0 };
		status = put_merged(backend, request, answer, err);
	}
	if (status == STATUS_OK)
		answer->message = arena_printf(&answer->arena, "%s %s", answer->key,
					       is_new ? "made" : answer->edit ? "saved" : "is as it was");
	return status;
}

/* A new incident of that title, with nothing in it yet. */
static enum status make_incident(const struct backend *backend, const struct request *request,
				 struct answer *answer, struct error *err)
{
	struct incident incident;

	if (!request->title || !*request->title)
		return error_set(err, STATUS_USAGE, "an incident needs a title");
	incident_init(&incident, &answer->arena, request->title);
	return backend->store->ops->incident_put(backend->store, &answer->arena, request->reviewer, &incident,
						 arena_printf(&answer->arena, "new: %s", request->title),
						 &answer->key, &answer->edit, err);
}

static enum status add_members(const struct backend *backend, const struct request *request,
			       struct answer *answer, struct error *err)
{
	return backend->store->ops->incident_members_add(backend->store, request->reviewer, answer->key,
							 request->samples, request->sample_count, request->role,
							 &answer->edit, err);
}

/* The incident with its samples is one edit: one undo takes all of it back. */
static enum status add_to_new(const struct backend *backend, const struct request *request,
			      struct answer *answer, struct error *err)
{
	const struct store_ops *ops = backend->store->ops;
	const char *samples = samples_text(&answer->arena, request->sample_count), *summary = "";
	enum status status = ops->group_begin(backend->store, request->reviewer, "incident", err);

	if (status != STATUS_OK)
		return status;
	status = make_incident(backend, request, answer, err);
	if (status == STATUS_OK) {
		summary = arena_printf(&answer->arena, "%s: new, %s", answer->key, samples);
		status = add_members(backend, request, answer, err);
	}
	/* Why it failed was said before the end. */
	status = ops->group_end(backend->store, status, summary, &answer->edit, status == STATUS_OK ? err : NULL);
	if (status != STATUS_OK) {
		answer->key = NULL;
		answer->edit = 0;
		return status;
	}
	answer->count = (int64_t)request->sample_count;
	answer->message = arena_printf(&answer->arena, "%s made with %s", answer->key, samples);
	return STATUS_OK;
}

enum status request_members_add(const struct backend *backend, const struct request *request,
				struct answer *answer, struct error *err)
{
	struct arena *arena = &answer->arena;
	enum status status = need_samples(request->sample_count, err);

	if (status == STATUS_OK && !request->key)
		return add_to_new(backend, request, answer, err);
	answer->key = arena_strdup(arena, request->key);
	if (status == STATUS_OK)
		status = add_members(backend, request, answer, err);
	if (status != STATUS_OK)
		return status;
	answer->count = answer->edit ? (int64_t)request->sample_count : 0;
	answer->message = answer->edit
		? arena_printf(arena, "%s added to %s", samples_text(arena, request->sample_count), answer->key)
		: arena_printf(arena, "%s: already in it", answer->key);
	return STATUS_OK;
}

enum status request_members_remove(const struct backend *backend, const struct request *request,
				   struct answer *answer, struct error *err)
{
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = need_samples(request->sample_count, err);
	if (status == STATUS_OK)
		status = backend->store->ops->incident_members_remove(backend->store, request->reviewer, request->key,
								      request->samples, request->sample_count,
								      &answer->edit, err);
	if (status != STATUS_OK)
		return status;
	answer->key = arena_strdup(&answer->arena, request->key);
	answer->count = answer->edit ? (int64_t)request->sample_count : 0;
	answer->message = answer->edit
		? arena_printf(&answer->arena, "%s removed from %s",
			       samples_text(&answer->arena, request->sample_count), answer->key)
		: "they are no members of it any more";
	return STATUS_OK;
}

enum status request_evidence(const struct backend *backend, const struct request *request,
			     struct answer *answer, struct error *err)
{
	size_t count;
	enum status status = evidence_link(backend->store, &answer->arena, request->reviewer, request->key,
					   request->number, &count, &answer->edit, err);

	if (status != STATUS_OK)
		return status;
	if (answer->edit)
		answer->message = arena_printf(&answer->arena, "C%" PRId64 ": %s as evidence", request->number,
					       samples_text(&answer->arena, count));
	else if (count)
		answer->message = arena_printf(&answer->arena, "C%" PRId64 " names already all core members that reviewers gave it",
					       request->number);
	else
		answer->message = arena_printf(&answer->arena, "C%" PRId64 ": reviewers gave it to no core member yet; f names samples", request->number);
	return STATUS_OK;
}

static const char *edit_text(struct arena *arena, const char *what, const struct edit *edit)
{
	const char *summary = edit->summary && *edit->summary ? edit->summary : edit->verb;

	return arena_printf(arena, "%s: %s", what, summary ? summary : "");
}

enum status request_undo(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	enum status status = backend->store->ops->undo(backend->store, &answer->arena, request->reviewer,
						       request->edit, &answer->edited, err);
	if (status == STATUS_OK)
		answer->message = edit_text(&answer->arena, "undone", &answer->edited);
	return status;
}

enum status request_redo(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	enum status status = backend->store->ops->redo(backend->store, &answer->arena, request->reviewer,
						       &answer->edited, err);
	if (status == STATUS_OK)
		answer->message = edit_text(&answer->arena, "done again", &answer->edited);
	return status;
}

enum status request_step(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	const struct postmortem_request step = { .key = request->key, .state = (enum postmortem_state)request->number,
						 .text = request->text, .version = request->version };
	enum status status = request_need_key(request, err);
	int64_t number;

	if (status == STATUS_OK)
		status = postmortem_step(backend->store, &answer->arena, request->reviewer, &step, &number, &answer->edit, err);
	if (status == STATUS_OK)
		answer->message = arena_printf(&answer->arena, "the postmortem is now %s: %s", postmortem_state_word(step.state),
					       postmortem_state_help(step.state));
	return status;
}
