/* Requests that only read. */
#include "tui/request_run.h"

#include "core/edit_filter.h"

#define PAGE_LIMIT_DEFAULT 100u
#define EDITS_LIMIT_DEFAULT 200u

enum status request_need_key(const struct request *request, struct error *err)
{
	if (request->key && *request->key)
		return STATUS_OK;
	return error_set(err, STATUS_USAGE, "no incident is named");
}

static enum status parse(const struct request *request, struct answer *answer, struct query *out,
			 struct error *err)
{
	return query_parse(&answer->arena, request->query ? request->query : "", request->reviewer, out, err);
}

enum status request_page(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	struct query query;
	struct page_request page = {
		.query = &query,
		.sort = request->sort,
		.from = request->from,
		.backward = request->backward,
		.limit = request->limit ? request->limit : PAGE_LIMIT_DEFAULT,
		.budget_ms = request->budget_ms,
		.with_total = request->with_total,
	};
	enum status status = parse(request, answer, &query, err);

	if (status != STATUS_OK)
		return status;
	status = backend->store->ops->sample_page(backend->store, &answer->arena, &page, &answer->page, err);
	return status == STATUS_OK && request->blind ? blind_rows(backend, request, answer, err) : status;
}

/* The count of what matches, and of the values of keys. */
static enum status count_values(const struct backend *backend, const struct request *request,
				const enum facet_key *keys, size_t key_count, struct answer *answer, struct error *err)
{
	struct query query;
	struct facet_request facets = { &query, keys, key_count, FACET_VALUES, request->sort };
	enum status status = parse(request, answer, &query, err);

	if (status == STATUS_OK)
		status = backend->store->ops->facets(backend->store, &answer->arena, &facets, &answer->facets, err);
	answer->count = answer->facets.count;
	answer->readiness = answer->facets.readiness;
	return status;
}

enum status request_count(const struct backend *backend, const struct request *request,
			  struct answer *answer, struct error *err)
{
	return count_values(backend, request, NULL, 0, answer, err);
}

enum status request_facets(const struct backend *backend, const struct request *request,
			   struct answer *answer, struct error *err)
{
	enum facet_key keys[FACET_COUNT];

	for (int key = 0; key < FACET_COUNT; key++)
		keys[key] = (enum facet_key)key;
	return count_values(backend, request, keys, FACET_COUNT, answer, err);
}

enum status request_values(const struct backend *backend, const struct request *request,
			   struct answer *answer, struct error *err)
{
	enum facet_key keys[FACET_COUNT];
	size_t count = 0;

	if (strcmp(request->facet, query_key_word(QUERY_KEY_PATH)) == 0)
		return request_paths(backend, request, answer, err);
	for (int key = 0; key < FACET_COUNT; key++)
		if (strcmp(facet_query_word((enum facet_key)key), request->facet) == 0)
			keys[count++] = (enum facet_key)key;
	return count_values(backend, request, keys, count, answer, err);
}

enum status request_seek(const struct backend *backend, const struct request *request,
			 struct answer *answer, struct error *err)
{
	struct query query;
	struct seek_request seek = { &query, request->sort, request->seek, request->seek_number, request->seek_end };
	enum status status = parse(request, answer, &query, err);

	if (status == STATUS_OK)
		status = backend->store->ops->sample_seek(backend->store, &answer->arena, &seek, &answer->seek, err);
	answer->readiness = answer->seek.readiness;
	return status;
}

enum status request_ids(const struct backend *backend, const struct request *request,
			struct answer *answer, struct error *err)
{
	struct query query;
	enum status status = parse(request, answer, &query, err);

	if (status != STATUS_OK)
		return status;
	return backend->store->ops->sample_ids(backend->store, &answer->arena, &query, &answer->ids,
					       &answer->id_count, err);
}

/* Those whose standing verdict says that they show the same as this one. */
static enum status find_duplicates(struct store *store, int64_t sample, struct answer *answer, struct error *err)
{
	struct query query;
	struct sample_page page = { .count = 0 };
	int64_t *ids;
	enum status status = query_parse(&answer->arena, arena_printf(&answer->arena, "duplicate-of:%lld", (long long)sample), NULL,
					 &query, err);

	if (status == STATUS_OK)
		status = store->ops->sample_page(store, &answer->arena, &(struct page_request){ .query = &query, .sort = SORT_ID,
						 .limit = DUPLICATES_MAX }, &page, err);
	ids = arena_array(&answer->arena, page.count, sizeof(*ids));
	for (size_t i = 0; i < page.count; i++)
		ids[i] = page.rows[i].id;
	answer->duplicates = ids;
	answer->duplicate_count = page.count;
	return status;
}

enum status request_sample(const struct backend *backend, const struct request *request,
			   struct answer *answer, struct error *err)
{
	struct store *store = backend->store;
	enum status status =
		store->ops->sample_get(store, &answer->arena, request->sample, &answer->sample, err);

	if (status == STATUS_OK)
		status = store->ops->annotation_list(store, &answer->arena, request->sample,
						     &answer->annotations, &answer->annotation_count, err);
	if (status == STATUS_OK)
		status = store->ops->sample_incidents(store, &answer->arena, request->sample,
						      &answer->incident_keys, &answer->incident_key_count, err);
	if (status == STATUS_OK)
		status = find_duplicates(store, request->sample, answer, err);
	if (status == STATUS_OK && request->blind)
		blind_sample(request, answer);
	return status;
}

enum status request_codebook(const struct backend *backend, const struct request *request,
			     struct answer *answer, struct error *err)
{
	(void)request;
	return backend->store->ops->codebook_get(backend->store, &answer->arena, &answer->codebook, err);
}

enum status request_incidents(const struct backend *backend, const struct request *request,
			      struct answer *answer, struct error *err)
{
	(void)request;
	return backend->store->ops->incident_list(backend->store, &answer->arena, &answer->incidents,
						  &answer->incident_count, err);
}

/* Its members may be many: they are read page by page, by the query `incident:KEY`. */
enum status request_incident(const struct backend *backend, const struct request *request,
			     struct answer *answer, struct error *err)
{
	enum status status = request_need_key(request, err);

	if (status != STATUS_OK)
		return status;
	status = backend->store->ops->incident_get(backend->store, &answer->arena, request->key,
						   &answer->incident, err);
	if (status == STATUS_OK)
		status = incident_review_load(backend->store, &answer->arena, answer->incident, &answer->review, err);
	if (status == STATUS_OK)
		answer->key = answer->incident->key;
	return status;
}

enum status request_recurrences(const struct backend *backend, const struct request *request,
				struct answer *answer, struct error *err)
{
	const struct inquiry inquiry = { .store = backend->store, .arena = &answer->arena, .cancel = &request->cancelled };
	enum status status = request_need_key(request, err);

	return status != STATUS_OK ? status : recurrence_ask(&inquiry, request->key, &answer->offers, &answer->offer_count, err);
}

/* From the entry before `from.id`, or from the newest. */
enum status request_edits(const struct backend *backend, const struct request *request,
			  struct answer *answer, struct error *err)
{
	struct edit_filter filter = { 0 };
	enum status status = edit_filter_parse(&answer->arena, request->query ? request->query : "", &filter, err);

	if (status != STATUS_OK)
		return status;
	return backend->store->ops->edit_list(backend->store, &answer->arena, &filter, request->from.id,
					      request->limit ? request->limit : EDITS_LIMIT_DEFAULT,
					      &answer->edits, &answer->edit_count, err);
}

enum status request_changes(const struct backend *backend, const struct request *request,
			    struct answer *answer, struct error *err)
{
	const struct edit_filter all = { 0 };
	enum status status = backend->store->ops->change_counter(backend->store, &answer->count, err);

	(void)request;
	if (status == STATUS_OK)
		status = backend->store->ops->edit_list(backend->store, &answer->arena, &all, 0, 1, &answer->edits,
							&answer->edit_count, err);
	answer->edit = status == STATUS_OK && answer->edit_count ? answer->edits[0].id : 0;
	return status;
}
