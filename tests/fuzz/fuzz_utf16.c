/*
 * Any bytes as UTF-16 or UTF-32, in pieces whose size the first bytes choose: valid UTF-8
 * comes out, the same whatever the pieces, and as much of it as there are units.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf16.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t decode(enum wide_scheme scheme, struct slice wide, size_t piece, size_t room, struct strbuf *text)
{
	struct wide_decoder decoder = { .scheme = scheme };
	char *out = malloc(room);

	for (size_t at = 0; at < wide.len_bytes; at += piece) {
		struct slice in = { wide.at + at, wide.len_bytes - at < piece ? wide.len_bytes - at : piece };
		while (in.len_bytes) {
			size_t before = in.len_bytes, made = wide_decode(&decoder, &in, out, room);
			if (made > room || in.len_bytes == before)
				abort();
			strbuf_add(text, out, made);
		}
	}
	strbuf_add(text, out, wide_decode_end(&decoder, out));
	free(out);
	return decoder.replaced;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum wide_scheme schemes[] = { WIDE_UTF16LE, WIDE_UTF16BE, WIDE_UTF32LE, WIDE_UTF32BE };
	struct strbuf pieces = STRBUF_INIT, whole = STRBUF_INIT;

	if (size < 3)
		return 0;
	struct slice wide = { (const char *)data + 3, size - 3 };
	enum wide_scheme scheme = schemes[data[0] & 3];
	(void)wide_scheme_of(wide);
	uint64_t replaced = decode(scheme, wide, (size_t)data[1] + 1, (size_t)data[2] + WIDE_ROOM_MIN, &pieces);
	if (replaced != decode(scheme, wide, size, 4 * size + WIDE_ROOM_MIN, &whole))
		abort();
	if (!slice_eq(strbuf_slice(&pieces), strbuf_slice(&whole)) || !utf8_valid(strbuf_slice(&whole)))
		abort();
	strbuf_release(&pieces);
	strbuf_release(&whole);
	return 0;
}
