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
struct split split_of(struct area area, enum preview_place place);

#endif
