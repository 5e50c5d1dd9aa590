#include "core/base/base64.h"

#include <stdint.h>

void base64_add(struct strbuf *out, struct slice bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	strbuf_reserve(out, (bytes.len_bytes + 2) / 3 * 4);
	for (size_t i = 0; i < bytes.len_bytes; i += 3) {
		uint32_t group = 0;
		size_t len = bytes.len_bytes - i < 3 ? bytes.len_bytes - i : 3;
		for (size_t k = 0; k < 3; k++)
			group = group << 8 | (k < len ? (unsigned char)bytes.at[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			strbuf_addch(out, k <= len ? digits[group >> (18 - 6 * k) & 63] : '=');
	}
}
