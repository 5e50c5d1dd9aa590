/*
 * Lines as a program or a browser reads them, for the rules of redaction: escapes of strings ("\u0040", "\x40", "\""),
 * of addresses ("%40") and of HTML ("&#64;") are resolved, strings that stand side by side ("ab" + "cd", over lines of a
 * patch too) are one, what nobody sees is left out, and full-width letters are plain ones. Where there is nothing of
 * these, there is no view.
 */
#ifndef AITIA_CORE_REDACT_VIEW_H
#define AITIA_CORE_REDACT_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

struct redact_view {
	struct slice text;
	const size_t *from; /* of each byte, and of the end, where it stands in the source */
};

/* The next lines at or behind *at that read otherwise than they stand; *at moves behind them. In the arena. */
bool redact_view_next(struct arena *arena, struct slice source, size_t *at, struct redact_view *out);

#endif
