/* Places of a list as people type them: "50%", "2026-03-04", "#17". */
#ifndef AITIA_TUI_JUMP_H
#define AITIA_TUI_JUMP_H

#include "core/base/strbuf.h"
#include "core/store.h"

struct jump {
	enum seek_kind kind;
	int64_t number, number_end; /* as in struct seek_request */
	bool may_miss;              /* no word of it if there is no such place */
};

/* A bare number is a place of the kind `bare`. Else writes what is wrong with it. */
bool jump_parse(const char *text, enum seek_kind bare, struct jump *out, struct strbuf *why);
const char *jump_hint(enum seek_kind bare); /* what can be typed */

#endif
