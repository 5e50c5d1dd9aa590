/* One key as the screens see it: a Unicode code point or one of the named keys. */
#ifndef AITIA_TUI_KEY_H
#define AITIA_TUI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/base/strbuf.h"

/* Named keys lie above Unicode. NAMED_KEY(constant, "name") in named_keys.def. */
enum {
	KEY_NAMED_FIRST = 0x200000,
#define NAMED_KEY(constant, name) INPUT_##constant,
#include "tui/named_keys.def"
	KEY_NAMED_END
};

/* Control characters arrive as their code (^D is 4); Enter is 13, Tab 9, Escape 27, Backspace 127. */
#define INPUT_ENTER 13u
#define INPUT_TAB 9u
#define INPUT_ESCAPE 27u
#define INPUT_BACKSPACE 127u

struct key {
	uint32_t code;
	bool alt;
	/* INPUT_MOUSE: where, from 0, and what; INPUT_PASTE: the text. */
	int row, column;
	enum mouse_event { MOUSE_NONE, MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_RELEASE } mouse;
	struct slice paste;
};

/* "j", "^D", "Enter", "PgDn", "M-x", "Space", "F1" ↔ key. */
bool key_parse(const char *name, struct key *out);
void key_format(const struct key *key, struct strbuf *out);

#endif
