#include "tui/id_set.h"

static size_t place_of(const struct id_set *set, int64_t id)
{
	size_t low = 0, high = set->ids.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->ids.items[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool id_set_has(const struct id_set *set, int64_t id)
{
	size_t at = place_of(set, id);

	return at < set->ids.len && set->ids.items[at] == id;
}

void id_set_put(struct id_set *set, int64_t id, bool present)
{
	size_t at = place_of(set, id);
	bool there = at < set->ids.len && set->ids.items[at] == id;

	if (there == present)
		return;
	if (present) {
		vec_reserve(&set->ids, 1);
		memmove(set->ids.items + at + 1, set->ids.items + at, (set->ids.len - at) * sizeof(id));
		set->ids.items[at] = id;
		set->ids.len++;
	} else {
		set->ids.len--;
		memmove(set->ids.items + at, set->ids.items + at + 1, (set->ids.len - at) * sizeof(id));
	}
}

size_t id_set_join(struct id_set *set, const int64_t *ids, size_t count)
{
	struct id_set all = { .ids = VEC_INIT };
	size_t before = set->ids.len, added;

	vec_reserve(&all.ids, count + before);
	for (size_t i = 0, j = 0; i < count || j < before;) {
		int64_t next = i < count ? ids[i] : INT64_MAX;
		if (j < before && set->ids.items[j] < next)
			next = set->ids.items[j];
		while (i < count && ids[i] == next)
			i++;
		j += j < before && set->ids.items[j] == next;
		vec_push(&all.ids, next);
	}
	added = all.ids.len - before;
	id_set_release(set);
	*set = all;
	return added;
}

void id_set_part(struct id_set *set, const int64_t *ids, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0, j = 0; i < set->ids.len; i++) {
		while (j < count && ids[j] < set->ids.items[i])
			j++;
		if (j == count || ids[j] != set->ids.items[i])
			set->ids.items[kept++] = set->ids.items[i];
	}
	set->ids.len = kept;
}

void id_set_release(struct id_set *set)
{
	vec_release(&set->ids);
}
