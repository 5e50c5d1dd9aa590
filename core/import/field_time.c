/* Times as the world writes them. What is none of these forms is no time. */
#include <stdio.h>
#include <string.h>

#include "core/base/ascii.h"
#include "core/import/fields.h"

/* ---- numbers --------------------------------------------------------------------- */

/*
 * A number alone says neither unit nor epoch. Eight digits that are a date are one;
 * else the size tells the unit, since what is recorded lies between 1973 and 5138:
 * seconds from 1e8, milliseconds from 1e11, microseconds from 1e14, nanoseconds from
 * 1e17. Anything smaller (a duration, a count) is no time.
 */
static bool instant_of_number(const struct json *value, struct instant *out)
{
	double number = json_double(value, 0);
	int64_t whole = json_int(value, 0); /* a double cannot hold nanoseconds */

	if (number >= 1e8 && number < 1e11)
		out->at_us = whole ? whole * 1000000 : (int64_t)(number * 1e6 + 0.5);
	else if (number >= 1e11 && number < 1e14)
		out->at_us = whole ? whole * 1000 : (int64_t)(number * 1e3 + 0.5);
	else if (number >= 1e14 && number < 1e17)
		out->at_us = (int64_t)number;
	else if (number >= 1e17 && number < 9e18)
		out->at_us = whole ? whole / 1000 : (int64_t)(number / 1e3);
	else
		return false;
	out->precision = out->at_us % 1000000 ? PRECISION_MICROSECOND : PRECISION_SECOND;
	return true;
}

/* ---- words ----------------------------------------------------------------------- */

static bool is_digits(struct slice text)
{
	for (size_t i = 0; i < text.len_bytes; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len_bytes > 0;
}

/* 1 to 12 by the first three letters, or 0. */
static int month_of(struct slice word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	char low[3];

	if (word.len_bytes < 3)
		return 0;
	for (size_t i = 0; i < 3; i++)
		low[i] = ascii_lower(word.at[i]);
	for (int month = 0; month < 12; month++)
		if (memcmp(names + month * 3, low, 3) == 0)
			return month + 1;
	return 0;
}

static struct slice next_word(struct slice *rest)
{
	while (rest->len_bytes && (rest->at[0] == ' ' || rest->at[0] == ',')) {
		rest->at++;
		rest->len_bytes--;
	}
	struct slice word = { rest->at, 0 };
	while (word.len_bytes < rest->len_bytes && word.at[word.len_bytes] != ' ' && word.at[word.len_bytes] != ',')
		word.len_bytes++;
	rest->at += word.len_bytes;
	rest->len_bytes -= word.len_bytes;
	return word;
}

/*
 * Dates with the month as a word: "Tue, 4 Mar 2025 10:11:12 +0100" (RFC 5322, 3.3, and
 * of HTTP), "Tue Mar  4 10:11:12 2025 +0100" (ctime() and git). Put in order they are
 * ISO 8601, which judges them.
 */
static bool instant_of_words(struct slice text, struct instant *out)
{
	struct slice year = { "", 0 }, day = { "", 0 }, clock = { "", 0 }, zone = { "", 0 };
	int month = 0;
	char iso[64];

	if (text.len_bytes >= sizeof(iso))
		return false;
	for (struct slice word = next_word(&text); word.len_bytes; word = next_word(&text)) {
		if (memchr(word.at, ':', word.len_bytes) && !clock.len_bytes)
			clock = word;
		else if (is_digits(word) && word.len_bytes <= 2 && !day.len_bytes)
			day = word;
		else if (is_digits(word) && word.len_bytes == 4 && !year.len_bytes)
			year = word;
		else if (!month && month_of(word))
			month = month_of(word);
		else if (clock.len_bytes && !zone.len_bytes)
			zone = word;
		else if (clock.len_bytes || day.len_bytes || month)
			return false; /* only the weekday stands in front of all */
	}
	if (!year.len_bytes || !day.len_bytes || !month)
		return false;
	if (slice_is(zone, "GMT") || slice_is(zone, "UTC") || slice_is(zone, "UT"))
		zone.len_bytes = 0; /* which is what no zone means */
	int len = snprintf(iso, sizeof(iso), "%.*s-%02d-%s%.*s%s%.*s%.*s", (int)year.len_bytes, year.at, month,
			   day.len_bytes == 1 ? "0" : "", (int)day.len_bytes, day.at, clock.len_bytes ? "T" : "",
			   (int)clock.len_bytes, clock.at, (int)zone.len_bytes, zone.at);
	return len > 0 && (size_t)len < sizeof(iso) &&
	       instant_parse((struct slice){ iso, (size_t)len }, out, NULL) == STATUS_OK;
}

/* ---- near ISO 8601 --------------------------------------------------------------- */

static bool ends_with(struct slice text, const char *ending)
{
	size_t len = strlen(ending);

	return text.len_bytes > len && memcmp(text.at + text.len_bytes - len, ending, len) == 0;
}

/* "20250304T101112Z": the basic format, brought into the extended one. */
static int from_basic(struct slice text, char *iso, size_t size)
{
	const char *at = text.at;
	size_t clock = 0;

	if (text.len_bytes < 13 || !is_digits((struct slice){ at, 8 }) || (at[8] != 'T' && at[8] != 't'))
		return 0;
	while (9 + clock < text.len_bytes && at[9 + clock] >= '0' && at[9 + clock] <= '9')
		clock++;
	if (clock != 4 && clock != 6)
		return 0;
	return snprintf(iso, size, "%.4s-%.2s-%.2sT%.2s:%.2s%s%.*s%.*s", at, at + 4, at + 6, at + 9, at + 11,
			clock == 6 ? ":" : "", (int)clock - 4, at + 13, (int)(text.len_bytes - 9 - clock), at + 9 + clock);
}

/* What differs from ISO 8601 in signs alone: "2025/03/04 10:11:12", "… 10:11:12 +0100" (git,
 * Ruby), "… 10:11:12 UTC" (Go, Rails), "20250304T101112Z". */
static bool instant_of_near_iso(struct slice text, struct instant *out)
{
	char iso[64];

	if (text.len_bytes < 10 || text.len_bytes >= sizeof(iso))
		return false;
	int len = from_basic(text, iso, sizeof(iso));
	if (len == 0) {
		len = (int)text.len_bytes;
		memcpy(iso, text.at, text.len_bytes);
		if (iso[4] == '/' && iso[7] == '/')
			iso[4] = iso[7] = '-';
		if (ends_with(text, " UTC") || ends_with(text, " GMT"))
			len -= 4;
		for (int at = 16; at + 1 < len; at++) /* behind the minutes */
			if (iso[at] == ' ' && (iso[at + 1] == '+' || iso[at + 1] == '-' || iso[at + 1] == 'Z')) {
				memmove(iso + at, iso + at + 1, (size_t)(len - at - 1));
				len--;
			}
	}
	return len > 0 && (size_t)len < sizeof(iso) &&
	       instant_parse((struct slice){ iso, (size_t)len }, out, NULL) == STATUS_OK;
}

/* ---- all of them ----------------------------------------------------------------- */

static struct slice trimmed(struct slice text)
{
	while (text.len_bytes && text.at[0] == ' ') {
		text.at++;
		text.len_bytes--;
	}
	while (text.len_bytes && text.at[text.len_bytes - 1] == ' ')
		text.len_bytes--;
	return text;
}

bool field_instant(const struct json *value, struct instant *out)
{
	if (!json_is(value, JSON_STRING) && !json_is(value, JSON_NUMBER))
		return false;
	struct slice text = trimmed(value->text);
	size_t digits = 0, points = 0;
	for (size_t i = 0; i < text.len_bytes; i++) {
		digits += text.at[i] >= '0' && text.at[i] <= '9';
		points += text.at[i] == '.' && i > 0 && i + 1 < text.len_bytes;
	}
	/* A string of digits is a number that somebody quoted. */
	bool numeric = json_is(value, JSON_NUMBER) || (digits && digits + points == text.len_bytes && points <= 1);
	if ((!numeric || (digits == text.len_bytes && (digits == 4 || digits == 8))) &&
	    instant_parse(text, out, NULL) == STATUS_OK)
		return true;
	if (numeric) {
		struct json number = { .type = JSON_NUMBER, .text = text };
		return instant_of_number(&number, out);
	}
	return instant_of_near_iso(text, out) || instant_of_words(text, out);
}
