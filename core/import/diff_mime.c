#include "core/import/diff_mime.h"

#include <stdio.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

/* ---- encodings ------------------------------------------------------------------- */

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

void mime_add_base64(struct mime_base64 *state, struct slice line, struct strbuf *out)
{
	for (size_t i = 0; i < line.len_bytes; i++) {
		int value = base64_value(line.at[i]);
		if (line.at[i] == '=')
			*state = (struct mime_base64){ 0, 0 };
		if (value < 0)
			continue; /* 6.8: what is no digit is ignored */
		state->bits = (state->bits << 6 | (unsigned)value) & 0xFFFF;
		state->count += 6;
		if (state->count >= 8) {
			state->count -= 8;
			strbuf_addch(out, (char)(state->bits >> state->count & 0xFF));
		}
	}
}

/* One character of quoted-printable at text[i], or of RFC 2047's "Q"; answers how many bytes it takes. */
static size_t add_quoted_char(struct slice text, size_t i, struct strbuf *out)
{
	int high = text.at[i] == '=' && i + 2 < text.len_bytes ? ascii_hex_value(text.at[i + 1]) : -1;
	int low = high >= 0 ? ascii_hex_value(text.at[i + 2]) : -1;

	strbuf_addch(out, low >= 0 ? (char)(high * 16 + low) : text.at[i]);
	return low >= 0 ? 3 : 1;
}

void mime_add_quoted(struct slice line, struct strbuf *out)
{
	while (line.len_bytes && memchr(" \t\r", line.at[line.len_bytes - 1], 3))
		line.len_bytes--; /* 6.7 (3): white space at the end was added on the way */
	bool soft = line.len_bytes && line.at[line.len_bytes - 1] == '=';
	line.len_bytes -= soft;
	for (size_t i = 0; i < line.len_bytes;)
		i += add_quoted_char(line, i, out);
	if (!soft)
		strbuf_addch(out, '\n');
}

/* ---- encoded words (RFC 2047) ------------------------------------------------------ */

struct word {
	struct slice charset, text;
	char encoding; /* 'b', 'q' */
	size_t len_bytes;
};

/* "=?charset?encoding?text?=" at the start of `value`. */
static bool word_at(struct slice value, struct word *out)
{
	const char *end = value.at + value.len_bytes, *parts[3];
	const char *at = value.at + 2;

	if (value.len_bytes < 8 || memcmp(value.at, "=?", 2) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		parts[i] = at;
		at = memchr(at, '?', (size_t)(end - at));
		if (!at)
			return false;
		at++;
	}
	parts[2] = at;
	if (at - parts[1] != 2)
		return false;
	while ((at = memchr(at, '?', (size_t)(end - at))) && (at + 1 == end || at[1] != '='))
		at++;
	if (!at)
		return false;
	out->charset = (struct slice){ parts[0], (size_t)(parts[1] - parts[0]) - 1 };
	out->encoding = ascii_lower(parts[1][0]);
	out->text = (struct slice){ parts[2], (size_t)(at - parts[2]) };
	out->len_bytes = (size_t)(at + 2 - value.at);
	return out->encoding == 'b' || out->encoding == 'q';
}

static bool is_latin1(struct slice charset)
{
	return (charset.len_bytes >= 10 && utf8_find_folded(charset, slice_of("iso-8859-1")) == 0) ||
	       utf8_find_folded(charset, slice_of("windows-1252")) == 0;
}

static void add_word(const struct word *word, struct strbuf *out)
{
	struct strbuf bytes = STRBUF_INIT;
	struct mime_base64 state = { 0, 0 };

	if (word->encoding == 'b')
		mime_add_base64(&state, word->text, &bytes);
	for (size_t i = 0; word->encoding == 'q' && i < word->text.len_bytes;) {
		if (word->text.at[i] == '_')
			strbuf_addch(&bytes, ' ');
		i += word->text.at[i] == '_' ? 1 : add_quoted_char(word->text, i, &bytes);
	}
	if (is_latin1(word->charset)) {
		for (size_t i = 0; i < bytes.len_bytes; i++) {
			char encoded[4];
			strbuf_add(out, encoded, utf8_encode((unsigned char)bytes.text[i], encoded));
		}
	} else {
		strbuf_addslice(out, strbuf_slice(&bytes));
	}
	strbuf_release(&bytes);
}

void mime_add_words(struct slice value, struct strbuf *out)
{
	size_t blanks = 0; /* since the last word: dropped when another one follows (6.2) */
	bool after_word = false;
	struct word word;

	for (size_t i = 0; i < value.len_bytes;) {
		struct slice rest = { value.at + i, value.len_bytes - i };
		if (word_at(rest, &word)) {
			if (after_word)
				strbuf_truncate(out, out->len_bytes - blanks);
			add_word(&word, out);
			i += word.len_bytes;
			after_word = true;
			blanks = 0;
			continue;
		}
		bool blank = rest.at[0] == ' ' || rest.at[0] == '\t';
		after_word = after_word && blank;
		blanks = blank ? blanks + 1 : 0;
		strbuf_addch(out, rest.at[0]);
		i++;
	}
}

/* ---- dates ------------------------------------------------------------------------- */

struct date {
	int year, month, day, hour, minute, second;
	int zone_min; /* east of UTC */
	bool has_time;
};

/* "Dec": its number, or 0. */
static int month_of(struct slice word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	if (word.len_bytes < 3)
		return 0;
	for (int i = 0; i < 12; i++)
		if (ascii_lower(word.at[0]) == names[i * 3] && ascii_lower(word.at[1]) == names[i * 3 + 1] &&
		    ascii_lower(word.at[2]) == names[i * 3 + 2])
			return i + 1;
	return 0;
}

/* A word of a date; those that say nothing (the day of the week, "(CET)") are passed over. */
static void take_word(struct date *date, struct slice word)
{
	char text[32];
	int a, b, c = 0, used = 0;

	if (word.len_bytes >= sizeof(text))
		return;
	memcpy(text, word.at, word.len_bytes);
	text[word.len_bytes] = '\0';
	if (sscanf(text, "%4d-%2d-%2d%n", &a, &b, &c, &used) == 3 && (size_t)used == word.len_bytes && a > 0) {
		date->year = a;
		date->month = b;
		date->day = c;
	} else if ((text[0] == '+' || text[0] == '-') && word.len_bytes == 5 && sscanf(text + 1, "%2d%2d", &a, &b) == 2) {
		date->zone_min = (a * 60 + b) * (text[0] == '-' ? -1 : 1);
	} else if (text[0] != '+' && text[0] != '-' && sscanf(text, "%2d:%2d:%2d", &a, &b, &c) >= 2) {
		date->hour = a;
		date->minute = b;
		date->second = c;
		date->has_time = true;
	} else if (!date->month && month_of(word)) {
		date->month = month_of(word);
	} else if (text[0] >= '0' && text[0] <= '9' && sscanf(text, "%4d%n", &a, &used) == 1) {
		if (used == 4 && (size_t)used == word.len_bytes)
			date->year = a;
		else if (used <= 2)
			date->day = a;
	}
}

bool mime_date(struct slice text, struct instant *out)
{
	struct date date = { 0 };
	char iso[80];

	for (size_t i = 0; i < text.len_bytes;) {
		size_t start = i;
		while (i < text.len_bytes && !memchr(" \t\r,", text.at[i], 4))
			i++;
		if (i > start)
			take_word(&date, (struct slice){ text.at + start, i - start });
		i += i < text.len_bytes;
	}
	if (!date.year || !date.month || !date.day || !date.has_time)
		return false;
	int zone = date.zone_min < 0 ? -date.zone_min : date.zone_min;
	snprintf(iso, sizeof(iso), "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", date.year, date.month, date.day, date.hour,
		 date.minute, date.second, date.zone_min < 0 ? '-' : '+', zone / 60, zone % 60);
	return instant_parse(slice_of(iso), out, NULL) == STATUS_OK;
}
