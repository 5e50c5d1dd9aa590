/* Lists of the in-memory engine: every sample is tried, the hits are sorted. */
#include "tests/support/fake_state.h"

#include <stdlib.h>
#include <string.h>

/* Samples without a time come last, whether the newest or the oldest are first. */
#define TIME_UNKNOWN (-((int64_t)1 << 58))

struct hit {
	int64_t id;
	int64_t number; /* as in page_cursor */
	const char *text;
};

struct hits {
	struct hit *items;
	size_t len;
};

static int by_code(const void *a, const void *b)
{
	struct slice x = (*(const struct fake_sample *const *)a)->content.code;
	struct slice y = (*(const struct fake_sample *const *)b)->content.code;

	if (x.len_bytes != y.len_bytes)
		return x.len_bytes < y.len_bytes ? -1 : 1;
	return x.len_bytes ? memcmp(x.at, y.at, x.len_bytes) : 0;
}

/* By id: whether another sample has the same code. The caller's to free. */
static bool *twins_of(const struct fake_store *fake)
{
	size_t count = fake->samples.len;
	const struct fake_sample **sorted = mem_zalloc(count + 1, sizeof(const struct fake_sample *));
	bool *twins = mem_zalloc(count + 1, sizeof(bool));

	for (size_t i = 0; i < count; i++)
		sorted[i] = &fake->samples.items[i];
	qsort((void *)sorted, count, sizeof(const struct fake_sample *), by_code);
	for (size_t i = 1; i < count; i++)
		if (sorted[i]->content.code.at && by_code(&sorted[i - 1], &sorted[i]) == 0)
			twins[sorted[i - 1]->content.id] = twins[sorted[i]->content.id] = true;
	free((void *)sorted);
	return twins;
}

static const char *const *plans_of(const struct fake_store *fake, struct arena *scratch, int64_t sample, size_t *count)
{
	const char **names = arena_array(scratch, fake->plans.len, sizeof(*names));

	*count = 0;
	for (size_t i = 0; i < fake->plans.len; i++) {
		const struct plan *plan = fake->plans.items[i];
		for (size_t k = 0; plan && fake_plan(fake, plan->name) == plan && k < plan->sample_count; k++)
			if (plan->samples[k] == sample)
				names[(*count)++] = plan->name;
	}
	return names;
}

static struct query_subject subject_of(struct fake_store *fake, struct arena *scratch, const struct query *query,
				       const struct fake_sample *sample, const bool *twins)
{
	struct annotation *standing = arena_array(scratch, fake->annotations.len, sizeof(*standing));
	const char **incidents = arena_array(scratch, fake->members.len, sizeof(*incidents));
	struct query_subject subject = { .annotations = standing, .incidents = incidents };
	struct sample *copy = arena_alloc(scratch, sizeof(*copy)), whole = sample->content;

	whole.status = sample->triage->status;
	whole.deferred_until = sample->triage->deferred_until;
	whole.disposition = sample->triage->disposition;
	whole.version = sample->triage->version;
	*copy = whole;
	subject.sample = copy;
	for (size_t i = 0; i < fake->annotations.len; i++) {
		const struct annotation *row = fake->annotations.items[i];
		if (row && row->sample == whole.id && row->superseded_by == 0)
			standing[subject.annotation_count++] = *row;
	}
	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && fake->members.items[i].sample == whole.id)
			incidents[subject.incident_count++] = fake->members.items[i].key;
	subject.is_duplicate_body = twins[whole.id];
	subject.plans = plans_of(fake, scratch, whole.id, &subject.plan_count);
	if (query && query_names_groups(query))
		fake_alike_subject(fake, scratch, &subject);
	return subject;
}

static int64_t time_key(struct instant t)
{
	if (!instant_known(t))
		return TIME_UNKNOWN;
	return t.at_us <= TIME_UNKNOWN ? TIME_UNKNOWN + 1 : t.at_us >= -TIME_UNKNOWN ? -TIME_UNKNOWN - 1 : t.at_us;
}

static struct hit hit_of(const struct fake_sample *sample, enum sort_key sort)
{
	struct hit hit = { .id = sample->content.id };
	int64_t when = time_key(sample->content.produced_at);

	if (sort == SORT_NEWEST || sort == SORT_OLDEST || sort == SORT_RELEVANCE)
		hit.number = when;
	else if (sort == SORT_LEVEL)
		hit.number = (int64_t)sample->level * ((int64_t)1 << 60) + (when - TIME_UNKNOWN);
	else if (sort == SORT_PATH) {
		hit.text = sample->content.path;
		hit.number = fake_line(&sample->content);
	}
	return hit;
}

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const struct hit *a, const struct hit *b, enum sort_key sort)
{
	int order;

	switch (sort) {
	case SORT_NEWEST:
	case SORT_RELEVANCE: /* this engine cannot tell */
	case SORT_LEVEL:
		order = compare_numbers(b->number, a->number);
		return order ? order : compare_numbers(b->id, a->id);
	case SORT_OLDEST:
		order = (a->number == TIME_UNKNOWN) - (b->number == TIME_UNKNOWN);
		if (!order)
			order = compare_numbers(a->number, b->number);
		return order ? order : compare_numbers(a->id, b->id);
	case SORT_PATH:
		order = (a->text == NULL) - (b->text == NULL);
		if (!order && a->text)
			order = strcmp(a->text, b->text);
		if (!order)
			order = compare_numbers(a->number, b->number);
		return order ? order : compare_numbers(a->id, b->id);
	default:
		return compare_numbers(a->id, b->id);
	}
}

/* Groups of alike samples are kept in it until something changes. */
static struct hits find(struct fake_store *fake, const struct query *query, enum sort_key sort)
{
	struct hits hits = { mem_zalloc(fake->samples.len + 1, sizeof(*hits.items)), 0 };
	struct arena scratch = ARENA_INIT;
	bool *twins = twins_of(fake);

	for (size_t i = 0; i < fake->samples.len; i++) {
		const struct fake_sample *sample = &fake->samples.items[i];
		struct query_subject subject = subject_of(fake, &scratch, query, sample, twins);
		if (query_matches(query, &subject))
			hits.items[hits.len++] = hit_of(sample, sort);
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	free(twins);
	/* Insertion by halves: qsort() cannot be told the order, and libc's must not call back globals. */
	for (size_t i = 1; i < hits.len; i++) {
		struct hit moved = hits.items[i];
		size_t low = 0, high = i;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (compare(&moved, &hits.items[middle], sort) < 0)
				high = middle;
			else
				low = middle + 1;
		}
		memmove(&hits.items[low + 1], &hits.items[low], (i - low) * sizeof(moved));
		hits.items[low] = moved;
	}
	return hits;
}

static struct page_cursor cursor_of(struct arena *arena, const struct hit *hit)
{
	return (struct page_cursor){ true, hit->number, arena_strdup(arena, hit->text), hit->id };
}

static enum judged judged_of(const struct fake_store *fake, int64_t sample)
{
	VEC_OF(struct annotation) of_it = VEC_INIT;
	enum judged judged;

	for (size_t i = 0; i < fake->annotations.len; i++)
		if (fake->annotations.items[i] && fake->annotations.items[i]->sample == sample)
			vec_push(&of_it, *fake->annotations.items[i]);
	judged = annotations_judged(of_it.items, of_it.len);
	vec_release(&of_it);
	return judged;
}

static struct sample_row row_of(const struct fake_store *fake, struct arena *arena, const struct fake_sample *sample)
{
	const struct sample *content = &sample->content;
	struct sample_row row = {
		.id = content->id,
		.status = sample->triage->status,
		.disposition = sample->triage->disposition,
		.level = sample->level,
		.severity = sample->triage->severity,
		.illustrative = content->illustrative,
		.produced_at = content->produced_at,
		.title = arena_strdup(arena, sample->title),
		.path = arena_strdup(arena, content->path),
		.line = fake_line(content),
		.language = arena_strdup(arena, content->language),
		.rule = arena_strdup(arena, content->flag_count ? content->flags[0].rule : NULL),
		.model = arena_strdup(arena, sample_provenance(content, PROVENANCE_MODEL)),
		.cause = arena_strdup(arena, sample->triage->cause),
		.deferred_until = arena_strdup(arena, sample->triage->deferred_until),
	};

	for (size_t i = 0; i < fake->members.len; i++)
		if (fake->members.items[i].role && fake->members.items[i].sample == content->id)
			row.incident_count++;
	row.judged = judged_of(fake, content->id);
	return row;
}

static bool reads_texts(const struct query *query)
{
	for (size_t i = 0; i < query->term_count; i++)
		if (query->terms[i].key == QUERY_KEY_WORDS || query->terms[i].key == QUERY_KEY_TEXT ||
		    query->terms[i].key == QUERY_KEY_RE)
			return true;
	return false;
}

/* Cuts the page down to what a look at so many samples finds; whether the time was over. */
static bool end_in_time(struct fake_store *fake, const struct page_request *request, const struct hits *hits,
			size_t *first, size_t *end, struct hit *stopped_at)
{
	static const struct query everything = { .names_status = true };
	struct hit from = { request->from.id, request->from.number, request->from.text };
	bool back = request->backward, over;
	struct hits all = find(fake, &everything, request->sort);
	size_t most = fake->samples_in_time, seen = 0, at;

	for (size_t i = 0; i < all.len && seen < most; i++) {
		at = back ? all.len - 1 - i : i;
		int order = request->from.set ? compare(&all.items[at], &from, request->sort) : back ? -1 : 1;
		if (back ? order < 0 : order > 0) {
			*stopped_at = all.items[at];
			seen++;
		}
	}
	over = seen == most;
	while (over && *first < *end && (back ? compare(&hits->items[*first], stopped_at, request->sort) < 0 :
					 compare(&hits->items[*end - 1], stopped_at, request->sort) > 0))
		back ? (*first)++ : (*end)--;
	free(all.items);
	return over && *end - *first < request->limit;
}

enum status fake_sample_page(struct store *store, struct arena *arena, const struct page_request *request,
			     struct sample_page *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;
	struct sample_row *rows;
	size_t first = 0, end, at = 0;
	struct hit stopped_at = { 0 };

	if (fake_fails(fake, err))
		return fake->failure.status;
	hits = find(fake, request->query, request->sort);
	*out = (struct sample_page){ 0 };
	if (request->from.set) {
		struct hit from = { request->from.id, request->from.number, request->from.text };
		/* Backward: the hits before the cursor; forward: those behind it. */
		while (at < hits.len && (request->backward ? compare(&hits.items[at], &from, request->sort) < 0 :
					 compare(&hits.items[at], &from, request->sort) <= 0))
			at++;
	} else if (request->backward) {
		at = hits.len;
	}
	if (request->backward) {
		end = at;
		first = end > request->limit ? end - request->limit : 0;
	} else {
		first = at;
		end = hits.len - first > request->limit ? first + request->limit : hits.len;
	}
	if (request->budget_ms && fake->samples_in_time && reads_texts(request->query))
		out->unfinished = end_in_time(fake, request, &hits, &first, &end, &stopped_at);
	rows = arena_array(arena, end - first, sizeof(*rows));
	for (size_t i = first; i < end; i++)
		rows[i - first] = row_of(fake, arena, &fake->samples.items[hits.items[i].id - 1]);
	out->rows = rows;
	out->count = end - first;
	out->at_start = first == 0;
	out->at_end = end == hits.len;
	if (out->count) {
		out->before_first = cursor_of(arena, &hits.items[first]);
		out->after_last = cursor_of(arena, &hits.items[end - 1]);
	} else if (request->backward) {
		out->before_first = request->from; /* after_last unset: forward from the start */
	} else {
		out->after_last = request->from;
	}
	if (out->unfinished) {
		*(request->backward ? &out->before_first : &out->after_last) = cursor_of(arena, &stopped_at);
		*(request->backward ? &out->at_start : &out->at_end) = false;
	}
	out->has_total = request->with_total && !request->query->term_count && !request->query->names_status;
	out->total = out->has_total ? (int64_t)hits.len : 0;
	free(hits.items);
	return STATUS_OK;
}

enum status fake_sample_count(struct store *store, const struct query *query, int64_t *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;

	if (fake_fails(fake, err))
		return fake->failure.status;
	hits = find(fake, query, SORT_ID);
	*out = (int64_t)hits.len;
	free(hits.items);
	return STATUS_OK;
}

enum status fake_sample_ids(struct store *store, struct arena *arena, const struct query *query, const int64_t **ids,
			    size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;
	int64_t *list;

	if (fake_fails(fake, err))
		return fake->failure.status;
	hits = find(fake, query, SORT_ID);
	list = arena_array(arena, hits.len, sizeof(*list));
	for (size_t i = 0; i < hits.len; i++)
		list[i] = hits.items[i].id;
	*ids = list;
	*count = hits.len;
	free(hits.items);
	return STATUS_OK;
}

enum status fake_sample_codes(struct store *store, const struct query *query,
			      bool (*visit)(void *, int64_t, int64_t, struct slice), void *context, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;
	bool goes_on = true;

	if (fake_fails(fake, err))
		return fake->failure.status;
	hits = find(fake, query, SORT_ID);
	for (size_t i = 0; i < hits.len && goes_on; i++) {
		const struct sample *sample = &fake_sample(fake, hits.items[i].id)->content;
		size_t first = 0;
		if (!sample->code.at)
			continue;
		while (!fake->samples.items[first].content.code.at || !slice_eq(fake->samples.items[first].content.code, sample->code))
			first++;
		goes_on = visit(context, sample->id, (int64_t)first + 1, sample->code);
	}
	free(hits.items);
	return goes_on ? STATUS_OK : error_set(err, STATUS_CANCELLED, "stopped");
}

enum status fake_judgements(struct store *store, struct arena *arena, const struct query *query,
			    bool (*visit)(void *, const struct annotation *), void *context, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;
	bool goes_on = true;

	(void)arena;
	if (fake_fails(fake, err))
		return fake->failure.status;
	hits = find(fake, query, SORT_ID);
	for (size_t i = 0; i < hits.len; i++)
		for (size_t k = 0; k < fake->annotations.len && goes_on; k++) {
			struct annotation row;
			if (!fake->annotations.items[k])
				continue;
			row = *fake->annotations.items[k];
			row.note = NULL;
			if (row.sample == hits.items[i].id && !row.superseded_by)
				goes_on = visit(context, &row);
		}
	free(hits.items);
	return goes_on ? STATUS_OK : error_set(err, STATUS_CANCELLED, "stopped");
}

/* ---- facets and jumps ------------------------------------------------------------------ */

static struct facet_list facet_of(struct fake_store *fake, struct arena *arena, const struct hits *hits,
				  enum facet_key key, size_t top)
{
	struct facet_table *table = facet_table_new();
	struct arena scratch = ARENA_INIT;
	struct facet_list list;
	bool *twins = twins_of(fake);

	for (size_t i = 0; i < hits->len; i++) {
		struct query_subject subject = subject_of(fake, &scratch, NULL, fake_sample(fake, hits->items[i].id), twins);
		const char *const *values;
		size_t count = facet_values(&scratch, &subject, key, &values);
		for (size_t v = 0; v < count; v++)
			facet_table_add(table, values[v], 1);
		if (!count)
			facet_table_add(table, NULL, 1);
		arena_clear(&scratch);
	}
	list = facet_table_list(table, arena, key, top);
	facet_table_free(table);
	free(twins);
	arena_release(&scratch);
	return list;
}

/* "Not yet", as often as a test wants it. */
static struct readiness readiness_of(struct fake_store *fake)
{
	struct readiness readiness = { fake->not_ready == 0, 10 - (int64_t)fake->not_ready, 10 };

	if (fake->not_ready)
		fake->not_ready--;
	return readiness;
}

void fake_store_delay(struct store *store, size_t calls)
{
	fake_of(store)->not_ready = calls;
}

enum status fake_facets(struct store *store, struct arena *arena, const struct facet_request *request,
			struct facets *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct facet_list *lists;
	struct hits hits;

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = (struct facets){ .readiness = readiness_of(fake) };
	if (!out->readiness.ready)
		return STATUS_OK;
	hits = find(fake, request->query, SORT_ID);
	lists = arena_array(arena, request->key_count, sizeof(*lists));
	for (size_t i = 0; i < request->key_count; i++)
		lists[i] = facet_of(fake, arena, &hits, request->keys[i], request->top);
	out->count = (int64_t)hits.len;
	out->lists = lists;
	out->list_count = request->key_count;
	free(hits.items);
	return STATUS_OK;
}

/* The keys asked for, and then those of all samples' provenance. */
static size_t table_keys(const struct fake_store *fake, const struct table_request *request, struct table_key *keys)
{
	size_t count = 0;

	for (; count < request->key_count; count++)
		keys[count] = request->keys[count];
	for (size_t i = 0; request->all_provenance && i < fake->samples.len; i++) {
		const struct sample *sample = &fake->samples.items[i].content;
		for (size_t p = 0; p < sample->provenance_count; p++) {
			bool known = count == TABLE_KEYS_MAX;
			for (size_t k = 0; k < count && !known; k++)
				known = keys[k].provenance && strcmp(keys[k].provenance, sample->provenance[p].key) == 0;
			if (!known)
				keys[count++] = (struct table_key){ .provenance = sample->provenance[p].key };
		}
	}
	return count;
}

/* Takes out of keys `first` … those with very many values. */
static size_t drop_many(const struct fake_store *fake, struct arena *arena, struct table_key *keys, size_t first,
			size_t count, struct table *out)
{
	const char **left_out = arena_array(arena, count, sizeof(*left_out));
	struct table_builder *builder = table_builder_new(keys, count);
	size_t kept = first;

	for (size_t i = 0; i < fake->samples.len; i++)
		for (size_t k = first; k < count; k++)
			table_builder_value(builder, k, sample_provenance(&fake->samples.items[i].content, keys[k].provenance));
	for (size_t k = first; k < count; k++) {
		if (table_builder_values(builder, k) <= TABLE_VALUES_MAX + 1)
			keys[kept++] = keys[k];
		else
			left_out[out->left_out_count++] = arena_strdup(arena, keys[k].provenance);
	}
	table_builder_free(builder);
	out->left_out = left_out;
	return kept;
}

enum status fake_sample_table(struct store *store, struct arena *arena, const struct table_request *request,
			      struct table *out, struct readiness *readiness, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct table_key keys[TABLE_KEYS_MAX] = { { .provenance = NULL } };
	struct table_builder *builder;
	struct table left = { .count = 0 };
	struct arena scratch = ARENA_INIT;
	struct hits hits;
	size_t count;
	bool *twins;

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = (struct table){ .count = 0 };
	*readiness = readiness_of(fake);
	if (!readiness->ready)
		return STATUS_OK;
	hits = find(fake, request->query, SORT_ID);
	twins = twins_of(fake);
	count = table_keys(fake, request, keys);
	count = drop_many(fake, arena, keys, request->key_count, count, &left);
	builder = table_builder_new(keys, count);
	for (size_t i = 0; i < hits.len; i++) {
		struct query_subject subject = subject_of(fake, &scratch, request->query, fake_sample(fake, hits.items[i].id), twins);
		uint32_t cells[TABLE_KEYS_MAX] = { 0 };
		for (size_t k = 0; k < count; k++)
			cells[k] = table_builder_value(builder, k, table_value_of(&scratch, &subject, &keys[k]));
		table_builder_add(builder, cells, 1);
		arena_clear(&scratch);
	}
	table_builder_end(builder, arena, out);
	out->left_out = left.left_out;
	out->left_out_count = left.left_out_count;
	table_builder_free(builder);
	arena_release(&scratch);
	free(twins);
	free(hits.items);
	return STATUS_OK;
}

static enum status seek_id(struct fake_store *fake, struct arena *arena, const struct seek_request *request,
			   struct seek *out, struct error *err)
{
	struct hits hits = find(fake, request->query, request->sort);
	enum status status = STATUS_OK;
	size_t at = 0;

	while (at < hits.len && hits.items[at].id != request->number)
		at++;
	if (at == hits.len)
		status = error_set(err, STATUS_NOT_FOUND, "sample %lld is not in this list", (long long)request->number);
	else if (at > 0)
		out->from = cursor_of(arena, &hits.items[at - 1]);
	free(hits.items);
	return status;
}

enum status fake_sample_seek(struct store *store, struct arena *arena, const struct seek_request *request,
			     struct seek *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct hits hits;

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = (struct seek){ .readiness = { true, 0, 0 }, .before = -1 };
	if (request->kind == SEEK_ID)
		return seek_id(fake, arena, request, out, err);
	if (request->kind == SEEK_TIME) {
		if (request->sort != SORT_NEWEST && request->sort != SORT_OLDEST)
			return error_set(err, STATUS_USAGE, "a list in the order of %s has no place for a time: sort it by newest "
					 "or oldest", sort_word(request->sort));
		out->from = (struct page_cursor){ true, request->sort == SORT_NEWEST ? request->number_end : request->number,
						  NULL, 0 };
		return STATUS_OK;
	}
	if (request->number < 0 || request->number > 100)
		return error_set(err, STATUS_USAGE, "%lld %% is no place in a list", (long long)request->number);
	out->readiness = readiness_of(fake);
	if (!out->readiness.ready)
		return STATUS_OK;
	hits = find(fake, request->query, request->sort);
	out->before = (int64_t)hits.len * request->number / 100;
	if (out->before >= (int64_t)hits.len)
		out->before = hits.len ? (int64_t)hits.len - 1 : 0;
	if (out->before > 0)
		out->from = cursor_of(arena, &hits.items[out->before - 1]);
	free(hits.items);
	return STATUS_OK;
}
