#include "core/alike_accept.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"

struct accepting {
	struct store *store;
	struct arena *arena;
	const char *reviewer;
	VEC_OF(int64_t) left; /* ascending */
	size_t accepted;
	const char *cause;    /* of all so far */
	bool several;         /* there are others */
};

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Takes out those of the ascending list that are left; how many, in `out`. */
static size_t take_out(struct accepting *to, const int64_t *ids, size_t count, int64_t *out)
{
	size_t kept = 0, taken = 0;

	for (size_t i = 0, k = 0; i < to->left.len; i++) {
		while (k < count && ids[k] < to->left.items[i])
			k++;
		if (k < count && ids[k] == to->left.items[i])
			out[taken++] = ids[k];
		else
			to->left.items[kept++] = to->left.items[i];
	}
	to->left.len = kept;
	return taken;
}

/* The group of the first that is left, and all of it that is. */
static enum status accept_group(struct accepting *to, struct error *err)
{
	const struct store_ops *ops = to->store->ops;
	int64_t first = to->left.items[0], edit, *taken = arena_array(to->arena, to->left.len, sizeof(*taken));
	struct annotate_request request = { .samples = taken };
	struct alike_group group;
	const int64_t *ids;
	struct query query;
	size_t count;
	enum status status = ops->alike_group(to->store, to->arena, first, &group, err);

	if (status == STATUS_OK)
		status = query_parse(to->arena, arena_printf(to->arena, "group:%" PRId64 " status:untriaged,in_review cause:none", first),
				     to->reviewer, &query, err);
	if (status == STATUS_OK)
		status = ops->sample_ids(to->store, to->arena, &query, &ids, &count, err);
	if (status != STATUS_OK)
		return status;
	request.sample_count = take_out(to, ids, count, taken);
	if (to->left.len && to->left.items[0] == first) /* it does not wait */
		memmove(to->left.items, to->left.items + 1, --to->left.len * sizeof(*to->left.items));
	request.annotation.cause = alike_proposal(&group);
	if (!request.sample_count || !request.annotation.cause)
		return STATUS_OK;
	to->accepted += request.sample_count;
	to->several |= to->cause && strcmp(to->cause, request.annotation.cause) != 0;
	to->cause = request.annotation.cause;
	return ops->annotate(to->store, to->reviewer, &request, &edit, err);
}

enum status alike_accept(struct store *store, struct arena *arena, const char *reviewer, const int64_t *samples, size_t count,
			 size_t *accepted, const char **cause, int64_t *edit, struct error *err)
{
	struct accepting to = { .store = store, .arena = arena, .reviewer = reviewer, .left = VEC_INIT };
	enum status status = store->ops->group_begin(store, reviewer, "annotate", err);
	const char *summary;

	*accepted = 0;
	*cause = NULL;
	*edit = 0;
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < count; i++)
		vec_push(&to.left, samples[i]);
	if (count)
		qsort(to.left.items, count, sizeof(*to.left.items), by_number);
	while (to.left.len && status == STATUS_OK)
		status = accept_group(&to, err);
	vec_release(&to.left);
	*accepted = to.accepted;
	*cause = to.several ? NULL : to.cause;
	summary = arena_printf(arena, "%zu sample%s: %s", to.accepted, to.accepted == 1 ? "" : "s",
			       *cause ? arena_printf(arena, "%s, as proposed", *cause) : "as their groups proposed");
	/* Why it failed was said before the end. */
	return store->ops->group_end(store, status, summary, edit, status == STATUS_OK ? err : NULL);
}
