/* Markdown that is compared line by line on a screen. */
#ifndef AITIA_TUI_PROSE_H
#define AITIA_TUI_PROSE_H

#include "core/base/arena.h"
#include "core/base/slice.h"

/* Its prose in lines no wider than that, broken behind sentences first; code stays. In the arena. */
struct slice prose_broken(struct arena *arena, struct slice text, int columns);

#endif
