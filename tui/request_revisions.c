/* Requests about earlier texts of an incident's sections. */
#include "tui/request_run.h"

#include "core/revisions.h"
#include "tui/prose.h"

enum status request_revisions(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	const struct revision *all;
	struct revision *kept;
	size_t count = 0;
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_list(backend->store, &answer->arena, request->key, &all, &count, err);
	if (status != STATUS_OK)
		return status;
	kept = arena_array(&answer->arena, count + 1, sizeof(*kept));
	for (size_t i = 0; i < count; i++)
		if (revision_changes(&all[i], request->section))
			kept[answer->revision_count++] = all[i];
	answer->revisions = kept;
	return STATUS_OK;
}

static struct slice text_of(struct arena *arena, const struct incident *incident, const struct request *request)
{
	struct strbuf text = STRBUF_INIT;
	struct slice out;

	if (request->section)
		strbuf_addstr(&text, incident_section(incident, request->section));
	else
		revision_text(incident, &text);
	out = prose_broken(arena, strbuf_slice(&text), request->text_width);
	strbuf_release(&text);
	return out;
}

enum status request_revision(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	struct incident *then, *now;
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_get(backend->store, &answer->arena, request->key, request->edit, &then, err);
	if (status == STATUS_OK)
		status = revision_get(backend->store, &answer->arena, request->key, 0, &now, err);
	if (status != STATUS_OK)
		return status;
	answer->then = text_of(&answer->arena, then, request);
	answer->now = text_of(&answer->arena, now, request);
	return STATUS_OK;
}

enum status request_restore(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_restore(backend->store, &answer->arena, request->reviewer, request->key, request->edit, request->section,
					  &answer->edit, err);
	if (status == STATUS_OK)
		answer->message = arena_printf(&answer->arena, "%s: %s as of edit %lld", request->key,
					       request->section ? request->section : "sections", (long long)request->edit);
	return status;
}
