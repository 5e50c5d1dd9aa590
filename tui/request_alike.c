/* Groups of alike samples: the list, one, and taking over what they propose. */
#include "tui/request_run.h"

#include <inttypes.h>

#include "core/alike_accept.h"

#define STEPS_AT_ONCE 10 /* each lets others write behind it */

/* The rows of their representatives, by number. */
static enum status read_rows(struct store *store, const struct request *request, struct answer *answer, struct error *err)
{
	struct strbuf ids = STRBUF_INIT;
	struct query query;
	struct page_request page = { .query = &query, .sort = SORT_ID, .limit = GROUPS_LIST };
	enum status status;

	if (!answer->group_count)
		return STATUS_OK;
	for (size_t i = 0; i < answer->group_count; i++)
		strbuf_addf(&ids, "%s%" PRId64, i ? "," : "status:* id:", answer->groups[i].representative);
	status = query_parse(&answer->arena, arena_text(&answer->arena, strbuf_slice(&ids)), request->reviewer, &query, err);
	if (status == STATUS_OK)
		status = store->ops->sample_page(store, &answer->arena, &page, &answer->page, err);
	strbuf_release(&ids);
	return status;
}

/* Some steps now, since idle work waits until nothing has been asked for a while: a small store is whole at once, and
 * whoever asks again gets on. What hinders a step is no reason not to list what there is. */
static enum status step_and_status(const struct backend *backend, struct alike_status *is, struct error *err)
{
	struct store *store = backend->store;
	enum status status = store->ops->alike_status(store, is, err);
	const char *note = NULL;
	bool whole = false;

	if (status != STATUS_OK || is->whole || backend_place(backend, &note) != STORE_HERE)
		return status;
	for (int i = 0; i < STEPS_AT_ONCE && !whole; i++)
		if (store->ops->alike_step(store, INDEX_STEP_MS, false, &whole, NULL) != STATUS_OK)
			break;
	return store->ops->alike_status(store, is, err);
}

enum status request_groups(const struct backend *backend, const struct request *request, struct answer *answer,
			   struct error *err)
{
	struct store *store = backend->store;
	struct query query;
	enum status status = query_parse(&answer->arena, request->query, request->reviewer, &query, err);

	if (status == STATUS_OK)
		status = step_and_status(backend, &answer->alike, err);
	if (status == STATUS_OK)
		status = store->ops->alike_groups(store, &answer->arena, &query, GROUPS_LIST, &answer->groups, &answer->group_count, err);
	if (status == STATUS_OK)
		status = read_rows(store, request, answer, err);
	if (status == STATUS_OK && request->blind) {
		blind_groups(answer);
		status = blind_rows(backend, request, answer, err);
	}
	return status;
}

enum status request_group(const struct backend *backend, const struct request *request, struct answer *answer,
			  struct error *err)
{
	struct alike_group *group = arena_alloc(&answer->arena, sizeof(*group));
	enum status status = backend->store->ops->alike_group(backend->store, &answer->arena, request->sample, group, err);

	answer->groups = group;
	answer->group_count = status == STATUS_OK;
	if (request->blind)
		blind_groups(answer);
	return status;
}

/* Of the samples, or (none) of those that match the query. */
enum status request_accept(const struct backend *backend, const struct request *request, struct answer *answer,
			   struct error *err)
{
	struct store *store = backend->store;
	const int64_t *samples = request->samples;
	size_t count = request->sample_count, accepted = 0;
	const char *cause = NULL;
	struct query query;
	enum status status = STATUS_OK;

	if (request->blind)
		return error_set(err, STATUS_REFUSED, "a proposal is what others said: it is not taken over while you judge blind");
	if (!count) {
		status = query_parse(&answer->arena, request->query, request->reviewer, &query, err);
		if (status == STATUS_OK)
			status = store->ops->sample_ids(store, &answer->arena, &query, &samples, &count, err);
	}
	if (status == STATUS_OK)
		status = alike_accept(store, &answer->arena, request->reviewer, samples, count, &accepted, &cause, &answer->edit, err);
	if (status != STATUS_OK)
		return status;
	answer->count = (int64_t)accepted;
	if (!accepted)
		answer->message = "no group of alike samples proposes a cause here";
	else
		answer->message = arena_printf(&answer->arena, "%zu sample%s: %s, as proposed", accepted, accepted == 1 ? "" : "s",
					       cause ? cause : "causes");
	return STATUS_OK;
}
