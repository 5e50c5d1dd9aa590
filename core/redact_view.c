#include "core/redact_view.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"

struct viewing {
	struct strbuf text;
	VEC_OF(size_t) from;
};

static bool has_at(struct slice text, size_t at, const char *word)
{
	size_t len = strlen(word);

	return text.len_bytes - at >= len && memcmp(text.at + at, word, len) == 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `count` digits at `at`, if what they name is a character of ASCII that is seen; else 0. */
static char hex_character(struct slice text, size_t at, size_t count)
{
	unsigned value = 0;

	if (at > text.len_bytes || text.len_bytes - at < count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		int digit = hex_digit(text.at[at + i]);
		if (digit < 0)
			return 0;
		value = value * 16 + (unsigned)digit;
	}
	return value >= ' ' && value < 0x7f ? (char)value : 0;
}

/* Of a text in quotes in a text in quotes, and so on, six times. A longer run reads as it stands but for its end: looked at
 * as a whole from each place in it, a long one would take the square of its length. */
#define BACKSLASHES_MAX 64

/* "\u0040", "\x40", "\"", behind as many backslashes, and a line that goes on; its length, or 0. */
static size_t read_backslash(struct slice text, size_t at, char *c)
{
	size_t end = at;

	while (end < text.len_bytes && end - at < BACKSLASHES_MAX && text.at[end] == '\\')
		end++;
	*c = 0;
	if (end == text.len_bytes)
		return 0;
	if (text.at[end] == 'u' && (*c = hex_character(text, end + 1, 4)))
		return end + 5 - at;
	if (text.at[end] == 'x' && (*c = hex_character(text, end + 1, 2)))
		return end + 3 - at;
	if (text.at[end] == '"' || text.at[end] == '\'' || text.at[end] == '/') {
		*c = text.at[end];
		return end + 1 - at;
	}
	if (text.at[end] != '\n' || end != at + 1)
		return 0;
	end++;
	end += end < text.len_bytes && (text.at[end] == '+' || text.at[end] == '-');
	while (end < text.len_bytes && (text.at[end] == ' ' || text.at[end] == '\t'))
		end++;
	return end - at;
}

/* "&#64;", "&#x40;" and the names of marks that secrets have; its length, or 0. */
static size_t read_reference(struct slice text, size_t at, char *c)
{
	static const struct { const char *name; char c; } named[] = {
		{ "&commat;", '@' }, { "&period;", '.' }, { "&lowbar;", '_' }, { "&colon;", ':' }, { "&sol;", '/' }, { "&equals;", '=' },
		{ "&hyphen;", '-' }, { "&dash;", '-' }, { "&quot;", '"' }, { "&plus;", '+' },
	};
	size_t end = at + 2;
	unsigned value = 0;
	bool hex;

	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		if (has_at(text, at, named[i].name)) {
			*c = named[i].c;
			return strlen(named[i].name);
		}
	if (!has_at(text, at, "&#"))
		return 0;
	hex = end < text.len_bytes && (text.at[end] == 'x' || text.at[end] == 'X');
	for (end += hex; end < text.len_bytes && end < at + 12; end++) {
		int digit = hex_digit(text.at[end]);
		if (digit < 0 || (!hex && digit > 9))
			break;
		value = value * (hex ? 16 : 10) + (unsigned)digit;
	}
	if (end == text.len_bytes || text.at[end] != ';' || value < ' ' || value >= 0x7f)
		return 0;
	*c = (char)value;
	return end + 1 - at;
}

static size_t skip_blanks(struct slice text, size_t at)
{
	while (at < text.len_bytes && (text.at[at] == ' ' || text.at[at] == '\t'))
		at++;
	return at;
}

static size_t skip_sign(struct slice text, size_t at)
{
	static const char *const signs[] = { "..", "<>", "+", ".", "&", "~" };

	at = skip_blanks(text, at);
	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (has_at(text, at, signs[i]))
			return skip_blanks(text, at + strlen(signs[i]));
	return at;
}

/* The end of one string and the beginning of the next, at the quote at `at`; its length, or 0. */
static size_t read_join(struct slice text, size_t at)
{
	char quote = text.at[at];
	size_t end = skip_sign(text, at + 1);

	if (end < text.len_bytes && text.at[end] == '\\')
		end++;
	if (end < text.len_bytes && text.at[end] == '\r')
		end++;
	if (end < text.len_bytes && text.at[end] == '\n') {
		end++;
		end += end < text.len_bytes && (text.at[end] == '+' || text.at[end] == '-'); /* of a patch */
		end = skip_sign(text, end);
	}
	return end > at + 1 && end < text.len_bytes && text.at[end] == quote ? end + 1 - at : 0;
}

/* What reads otherwise at `at`: the length of it, and as what, 0 for nothing. Length 0: it reads as it stands. */
static size_t read_coded(struct slice text, size_t at, char *c)
{
	uint32_t code_point;
	size_t len;

	*c = 0;
	switch (text.at[at]) {
	case '\\':
		return read_backslash(text, at, c);
	case '%':
		*c = hex_character(text, at + 1, 2);
		return *c ? 3 : 0;
	case '&':
		return read_reference(text, at, c);
	case '"':
	case '\'':
	case '`':
		return read_join(text, at);
	default:
		break;
	}
	if ((unsigned char)text.at[at] < 0x80)
		return 0;
	len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, NULL);
	if (code_point >= 0xff01 && code_point <= 0xff5e)
		*c = (char)(code_point - 0xfee0);
	return *c || utf8_is_hidden(code_point) ? len : 0;
}

/* Where the line that `at` is in begins, and the line behind it. */
static size_t line_start(struct slice text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct slice text, size_t at)
{
	const char *feed = at < text.len_bytes ? memchr(text.at + at, '\n', text.len_bytes - at) : NULL;

	return feed ? (size_t)(feed - text.at) + 1 : text.len_bytes;
}

/* The first place at or behind `at` that reads otherwise, or the text's end. */
static size_t next_coded(struct slice text, size_t at)
{
	char c;

	while (at < text.len_bytes && !read_coded(text, at, &c))
		at++;
	return at;
}

static void add(struct viewing *v, char c, size_t from)
{
	strbuf_addch(&v->text, c);
	vec_push(&v->from, from);
}

bool redact_view_next(struct arena *arena, struct slice source, size_t *at, struct redact_view *out)
{
	size_t coded = next_coded(source, *at), start, end, *from;
	struct viewing v = { .text = STRBUF_INIT, .from = VEC_INIT };

	if (coded == source.len_bytes)
		return false;
	start = line_start(source, coded);
	start = start > *at ? line_start(source, start - 1) : *at; /* the name may stand on the line before */
	start = start < *at ? *at : start;
	end = line_end(source, coded);
	for (size_t i = start; i < end;) {
		char c;
		size_t len = read_coded(source, i, &c);

		if (len && c)
			add(&v, c, i);
		else if (!len)
			add(&v, source.at[i], i);
		i += len ? len : 1;
		if (len && i >= end && i < source.len_bytes) /* what goes on in the next line */
			end = line_end(source, i);
		/* Lines that follow each other are one view. */
		if (i >= end && next_coded((struct slice){ source.at, line_end(source, end) }, end) < line_end(source, end))
			end = line_end(source, end);
	}
	from = arena_array(arena, v.from.len + 1, sizeof(*from));
	if (v.from.len)
		memcpy(from, v.from.items, v.from.len * sizeof(*from));
	from[v.from.len] = end;
	*out = (struct redact_view){ arena_slice(arena, strbuf_slice(&v.text)), from };
	*at = end;
	strbuf_release(&v.text);
	vec_release(&v.from);
	return true;
}
