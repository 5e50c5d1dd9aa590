#include "core/hidden_text.h"

#include "core/base/utf8.h"

#define TEXT_SELECTOR 0xFE0Eu
#define EMOJI_SELECTOR 0xFE0Fu
#define JOINER 0x200Du

/* What is drawn as an emoji, alone or with a selector; roughly, and as the pattern has it. */
static bool is_emoji(uint32_t c)
{
	return c == '#' || c == '*' || (c >= '0' && c <= '9') || c == 0xA9 || c == 0xAE || (c >= 0x203C && c <= 0x3299) ||
	       (c >= 0x1F000 && c <= 0x1FAFF);
}

static bool has_a_purpose(uint32_t c, uint32_t before)
{
	if (c == TEXT_SELECTOR || c == EMOJI_SELECTOR)
		return is_emoji(before);
	return c == JOINER && (is_emoji(before) || before == EMOJI_SELECTOR);
}

size_t hidden_text_count(struct slice text)
{
	size_t count = 0;
	uint32_t before = 0;

	for (size_t at = 0; at < text.len_bytes;) {
		unsigned char byte = (unsigned char)text.at[at];
		uint32_t c = byte;
		bool valid = true;
		if (byte >= 0x20 && byte < 0x7F)
			at++;
		else
			at += utf8_decode(text.at + at, text.len_bytes - at, &c, &valid);
		count += valid && utf8_is_hidden(c) && !has_a_purpose(c, before);
		before = valid ? c : 0;
	}
	return count;
}
