/* Splitting areas. What does not fit gets no rows or columns, never negative ones. */
#include "tui/surface.h"

static int at_most(int wanted, int there)
{
	return wanted < 0 || there < 0 ? 0 : wanted < there ? wanted : there;
}

struct area area_top(struct area *rest, int rows)
{
	struct area cut = *rest;

	cut.rows = at_most(rows, rest->rows);
	rest->row += cut.rows;
	rest->rows -= cut.rows;
	return cut;
}

struct area area_bottom(struct area *rest, int rows)
{
	struct area cut = *rest;

	cut.rows = at_most(rows, rest->rows);
	rest->rows -= cut.rows;
	cut.row += rest->rows;
	return cut;
}

struct area area_left(struct area *rest, int columns)
{
	struct area cut = *rest;

	cut.columns = at_most(columns, rest->columns);
	rest->column += cut.columns;
	rest->columns -= cut.columns;
	return cut;
}

struct area area_right(struct area *rest, int columns)
{
	struct area cut = *rest;

	cut.columns = at_most(columns, rest->columns);
	rest->columns -= cut.columns;
	cut.column += rest->columns;
	return cut;
}

struct area area_centre(struct area outer, int rows, int columns)
{
	struct area inner;

	inner.rows = at_most(rows, outer.rows);
	inner.columns = at_most(columns, outer.columns);
	inner.row = outer.row + (outer.rows - inner.rows) / 2;
	inner.column = outer.column + (outer.columns - inner.columns) / 2;
	return inner;
}
