#include "tui/split.h"

#define BESIDE_COLUMNS 120
#define BESIDE_COLUMNS_MIN 40
#define BELOW_ROWS_MIN 10

enum preview_place split_place(struct area area)
{
	return split_possible(area, area.columns >= BESIDE_COLUMNS ? PREVIEW_BESIDE : PREVIEW_BELOW);
}

enum preview_place split_possible(struct area area, enum preview_place place)
{
	if (place == PREVIEW_BELOW && area.rows < BELOW_ROWS_MIN)
		return PREVIEW_OFF;
	if (place == PREVIEW_BESIDE && area.columns < BESIDE_COLUMNS_MIN)
		return PREVIEW_OFF;
	return place;
}

struct split split_of(struct area area, enum preview_place place)
{
	struct split split = { .list = area };

	switch (split_possible(area, place)) {
	case PREVIEW_BESIDE:
		split.preview = area_right(&split.list, area.columns * 45 / 100);
		split.between = area_right(&split.list, 1);
		break;
	case PREVIEW_BELOW:
		split.preview = area_bottom(&split.list, area.rows - area.rows * 45 / 100 - 1);
		break;
	default:
		break;
	}
	return split;
}
