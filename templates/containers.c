#include "templates/containers.h"

#include "core/base/attr.h"

static struct container *push(struct containers *c, int width)
{
	struct container *top;

	if (c->dropped || c->depth == CONTAINERS_DEPTH_MAX ||
	    (c->columns_max && c->columns + width > c->columns_max)) {
		c->dropped++;
		return NULL;
	}
	top = &c->stack[c->depth++];
	*top = (struct container){ .width = width };
	c->columns += width;
	return top;
}

void containers_enter_quote(struct containers *c, int width)
{
	struct container *top = push(c, width);

	if (top)
		top->quote = true;
}

void containers_enter_item(struct containers *c, const char *marker, int width, bool tight, bool first)
{
	struct container *top = push(c, width);

	if (!first)
		c->boundary = tight ? 1 : 2;
	if (!top)
		return;
	top->tight = tight;
	snprintf(top->marker, sizeof(top->marker), "%s", marker);
}

bool containers_unmarked(const struct containers *c)
{
	return !c->dropped && c->depth > 0 && !c->stack[c->depth - 1].quote && !c->stack[c->depth - 1].marked;
}

bool containers_leave(struct containers *c)
{
	bool unmarked = containers_unmarked(c);

	if (c->dropped)
		c->dropped--;
	else if (c->depth > 0)
		c->columns -= c->stack[--c->depth].width;
	if (c->shared > c->depth)
		c->shared = c->depth;
	return unmarked;
}

bool containers_gap(struct containers *c, int *shared)
{
	bool gap = c->any;

	*shared = c->shared;
	if (c->boundary)
		gap = gap && c->boundary == 2;
	else if (c->shared > 0 && !c->dropped) {
		const struct container *around = &c->stack[c->shared - 1];
		gap = gap && (around->quote || !around->tight);
	}
	c->any = true;
	c->boundary = 0;
	c->shared = c->depth;
	return gap;
}
