#include "tui/places.h"

#include <string.h>

static void drop(struct places *places, size_t at)
{
	if (!places->items.items) /* for the analyser: there are none then */
		return;
	free(places->items.items[at].query);
	places->items.len--;
	memmove(places->items.items + at, places->items.items + at + 1,
		(places->items.len - at) * sizeof(places->items.items[0]));
}

void places_release(struct places *places)
{
	while (places->items.len)
		drop(places, places->items.len - 1);
	vec_release(&places->items);
}

void places_go(struct places *places, const char *query, enum sort_key sort, int64_t sample)
{
	if (places->items.len) {
		struct place_been *now = &places->items.items[places->at];
		if (now->sort == sort && strcmp(now->query, query) == 0)
			return;
		now->sample = sample;
	}
	while (places->items.len > places->at + 1)
		drop(places, places->items.len - 1);
	if (places->items.len == PLACES_MAX)
		drop(places, 0);
	vec_push(&places->items, ((struct place_been){ mem_strdup(query), sort, 0 }));
	places->at = places->items.len - 1;
}

const struct place_been *places_step(struct places *places, int step, int64_t sample)
{
	if (!places->items.len || (step < 0 ? places->at == 0 : places->at + 1 >= places->items.len))
		return NULL;
	places->items.items[places->at].sample = sample;
	places->at = step < 0 ? places->at - 1 : places->at + 1;
	return &places->items.items[places->at];
}
