/* A list and the preview of its selected row, beside or below it. */
#ifndef AITIA_TUI_SPLIT_H
#define AITIA_TUI_SPLIT_H

#include "tui/surface.h"

enum preview_place { PREVIEW_BESIDE, PREVIEW_BELOW, PREVIEW_OFF, PREVIEW_PLACES };

struct split {
	struct area list, preview, between; /* between: one column, only when beside */
};

/* Where there is room for it by itself: beside from 120 columns on, else below. */
enum preview_place split_place(struct area area);
/* Off where there is too little room for the place. */
enum preview_place split_possible(struct area area, enum preview_place place);
/* `share`: percent of the area that the preview gets; 0: what is usual there. */
#define SPLIT_SHARE_LEAST 15
#define SPLIT_SHARE_MOST 85
struct split split_of(struct area area, enum preview_place place, int share);
/* The share that there is now, and the one at which the border would be at this cell. */
int split_share(enum preview_place place, int share);
int split_share_at(struct area area, enum preview_place place, int row, int column);
/* Whether the cell is on the border between list and preview: the line beside it, or its heading below. */
bool split_is_border(const struct split *split, int row, int column);

#endif
