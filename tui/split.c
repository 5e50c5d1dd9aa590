#include "tui/split.h"

#include "tui/list.h"

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

#define BESIDE_SHARE 45
#define BELOW_SHARE 55

static int bounded(int share)
{
	return share < SPLIT_SHARE_LEAST ? SPLIT_SHARE_LEAST : share > SPLIT_SHARE_MOST ? SPLIT_SHARE_MOST : share;
}

int split_share(enum preview_place place, int share)
{
	return share ? bounded(share) : place == PREVIEW_BESIDE ? BESIDE_SHARE : BELOW_SHARE;
}

int split_share_at(struct area area, enum preview_place place, int row, int column)
{
	int rows = area.row + area.rows - row, columns = area.column + area.columns - column - 1;

	if (place == PREVIEW_BESIDE)
		return bounded(area.columns > 0 ? (columns * 100 + area.columns / 2) / area.columns : 0);
	return bounded(area.rows > 0 ? (rows * 100 + area.rows / 2) / area.rows : 0);
}

bool split_is_border(const struct split *split, int row, int column)
{
	struct area heading = split->preview;

	heading.rows = heading.rows > 0 ? 1 : 0;
	return area_holds(split->between.columns ? split->between : heading, row, column);
}

struct split split_of(struct area area, enum preview_place place, int share)
{
	struct split split = { .list = area };

	place = split_possible(area, place);
	share = split_share(place, share);
	switch (place) {
	case PREVIEW_BESIDE:
		split.preview = area_right(&split.list, area.columns * share / 100);
		split.between = area_right(&split.list, 1);
		break;
	case PREVIEW_BELOW:
		split.preview = area_bottom(&split.list, area.rows - area.rows * (100 - share) / 100 - 1);
		break;
	default:
		break;
	}
	return split;
}
