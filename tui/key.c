#include "tui/key.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/base/utf8.h"

static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{ "Enter", INPUT_ENTER },
	{ "Tab", INPUT_TAB },
	{ "Esc", INPUT_ESCAPE },
	{ "Backspace", INPUT_BACKSPACE },
	{ "Space", ' ' },
#define NAMED_KEY(constant, name) { name, INPUT_##constant },
#include "tui/named_keys.def"
};

bool key_parse(const char *name, struct key *out)
{
	struct key key = { 0 };

	if (name[0] == 'M' && name[1] == '-' && name[2] != '\0') {
		key.alt = true;
		name += 2;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(name, names[i].name) == 0) {
			key.code = names[i].code;
			*out = key;
			return true;
		}
	}
	/* "^A" … "^_", and "^?"; "^" alone is itself. */
	if (name[0] == '^' && name[1] != '\0' && name[2] == '\0') {
		char letter = name[1] >= 'a' && name[1] <= 'z' ? (char)(name[1] - 32) : name[1];
		if (letter != '?' && (letter < '@' || letter > '_'))
			return false;
		key.code = (uint32_t)letter ^ 0x40;
		*out = key;
		return true;
	}
	size_t len_bytes = strlen(name);
	bool valid;
	if (len_bytes == 0 || utf8_decode(name, len_bytes, &key.code, &valid) != len_bytes || !valid)
		return false;
	*out = key;
	return true;
}

void key_format(const struct key *key, struct strbuf *out)
{
	char bytes[4];

	if (key->alt)
		strbuf_addstr(out, "M-");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (names[i].code == key->code) {
			strbuf_addstr(out, names[i].name);
			return;
		}
	}
	if (key->code < 0x20)
		strbuf_addf(out, "^%c", (int)(key->code ^ 0x40));
	else
		strbuf_add(out, bytes, utf8_encode(key->code, bytes));
}
