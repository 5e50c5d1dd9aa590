/*
 * A list in words, for screen readers: a row takes as many lines as what it says needs, none is cut, and none is in columns.
 */
#ifndef AITIA_TUI_SPOKEN_H
#define AITIA_TUI_SPOKEN_H

#include <stdbool.h>

#include "core/base/strbuf.h"
#include "tui/list.h"

struct spoken {
	void (*say)(const void *of, size_t index, struct strbuf *out);
	const void *of;
};

/* After whatever moved or changed the list: list_resize() to as many rows as fit whole, the selected one among them. */
void spoken_resize(const struct spoken *spoken, struct list *list, struct area area);
/* list_mouse(), of rows of several lines. */
bool spoken_mouse(const struct spoken *spoken, struct list *list, const struct key *key, struct area area, bool *opened);
void spoken_view(const struct spoken *spoken, const struct list *list, struct surface *surface, struct area area);

#endif
