/* Lists that one has been to, to go back to and forward, as in a browser. */
#ifndef AITIA_TUI_PLACES_H
#define AITIA_TUI_PLACES_H

#include "core/base/vec.h"
#include "core/query.h"

#define PLACES_MAX 50u

struct place_been {
	char *query;
	enum sort_key sort;
	int64_t sample; /* that was selected; 0: none */
};

struct places {
	VEC_OF(struct place_been) items;
	size_t at; /* the list that is shown; those behind it were gone back from */
};

void places_release(struct places *places);
/* Another list is opened: what was gone back from is forgotten. `sample`: selected in the one before. */
void places_go(struct places *places, const char *query, enum sort_key sort, int64_t sample);
/* The list before (-1) or behind (1) the one that is shown, where `sample` is selected; NULL: there is none. */
const struct place_been *places_step(struct places *places, int step, int64_t sample);

#endif
