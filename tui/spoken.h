/*
 * A list in words, for screen readers: a row takes as many lines as what it says needs, none is cut, and none is in columns.
 */
#ifndef AITIA_TUI_SPOKEN_H
#define AITIA_TUI_SPOKEN_H

#include "core/base/strbuf.h"
#include "tui/list.h"

struct spoken {
	void (*say)(const void *of, size_t index, struct strbuf *out);
	const void *of;
};

/* list_resize() to as many rows as fit into the area, whatever they say. */
void spoken_resize(const struct spoken *spoken, struct list *list, struct area area);
void spoken_view(const struct spoken *spoken, const struct list *list, struct surface *surface, struct area area);

#endif
