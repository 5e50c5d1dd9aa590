/* What is like a sample: all code of the store against its own. */
#include "tui/request_run.h"

#include <inttypes.h>

#include "core/analysis/similar_one.h"

#define SAY_EVERY 512 /* samples; some ms */

struct looking {
	const struct backend *backend;
	struct similar_one one;
	int64_t done;
};

static bool look(void *context, int64_t sample, int64_t body, struct slice code)
{
	struct looking *looking = context;

	similar_one_add(&looking->one, sample, body, code);
	return ++looking->done % SAY_EVERY || !looking->backend->progress ||
	       looking->backend->progress(looking->backend->progress_context, looking->done);
}

/* The likest, and the rows of their samples. */
static enum status list(const struct backend *backend, struct similar_one *one, struct answer *answer, struct error *err)
{
	struct strbuf ids = STRBUF_INIT;
	struct query query;
	struct page_request page = { .query = &query, .sort = SORT_ID, .limit = SIMILAR_LIST };
	struct similar_member *members;
	enum status status;

	similar_one_sort(one);
	answer->similar_count = one->members.len < SIMILAR_LIST ? one->members.len : SIMILAR_LIST;
	memcpy(answer->similar_kinds, one->counts, sizeof(one->counts));
	if (!answer->similar_count)
		return STATUS_OK;
	members = arena_array(&answer->arena, answer->similar_count, sizeof(*members));
	memcpy(members, one->members.items, answer->similar_count * sizeof(*members));
	answer->similar = members;
	for (size_t i = 0; i < answer->similar_count; i++)
		strbuf_addf(&ids, "%s%" PRId64, i ? "," : "id:", members[i].sample);
	status = query_parse(&answer->arena, ids.text, NULL, &query, err);
	if (status == STATUS_OK)
		status = backend->store->ops->sample_page(backend->store, &answer->arena, &page, &answer->page, err);
	strbuf_release(&ids);
	return status;
}

enum status request_similar(const struct backend *backend, const struct request *request, struct answer *answer,
			    struct error *err)
{
	struct looking looking = { .backend = backend };
	struct sample *sample;
	struct query all;
	enum status status;

	status = backend->store->ops->sample_get(backend->store, &answer->arena, request->sample, &sample, err);
	if (status == STATUS_OK && !sample->code.len_bytes)
		return error_set(err, STATUS_REFUSED, "sample %" PRId64 " has no code that others could be like", request->sample);
	if (status == STATUS_OK)
		status = query_parse(&answer->arena, "", NULL, &all, err);
	if (status != STATUS_OK)
		return status;
	similar_one_init(&looking.one, sample->id, sample->code, SIMILAR_LEAST);
	status = backend->store->ops->sample_codes(backend->store, &all, look, &looking, err);
	if (status == STATUS_OK)
		status = list(backend, &looking.one, answer, err);
	similar_one_release(&looking.one);
	return status;
}
