#include "tui/jump.h"

#include <inttypes.h>

/* A whole number, all of the text; at most 18 digits. */
static bool parse_number(struct slice text, int64_t *out)
{
	if (text.len_bytes == 0 || text.len_bytes > 18)
		return false;
	*out = 0;
	for (size_t i = 0; i < text.len_bytes; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		*out = *out * 10 + (text.at[i] - '0');
	}
	return true;
}

static bool parse_percent(struct slice text, struct jump *out, struct strbuf *why)
{
	if (parse_number(text, &out->number) && out->number <= 100)
		return true;
	strbuf_addstr(why, "a percentage is a whole number from 0 to 100");
	return false;
}

static bool parse_time(struct slice text, struct jump *out, struct strbuf *why)
{
	struct instant time;
	struct error err;

	if (instant_parse(text, &time, &err) != STATUS_OK) {
		strbuf_addstr(why, err.text);
		return false;
	}
	out->number = time.at_us;
	out->number_end = instant_end_us(time);
	return true;
}

static bool parse_id(struct slice text, struct jump *out, struct strbuf *why)
{
	if (parse_number(text, &out->number) && out->number > 0)
		return true;
	strbuf_addstr(why, "a sample is named by its number, as #17");
	return false;
}

bool jump_parse(const char *text, enum seek_kind bare, struct jump *out, struct strbuf *why)
{
	struct slice place = slice_of(text);

	while (place.len_bytes && place.at[0] == ' ')
		place = (struct slice){ place.at + 1, place.len_bytes - 1 };
	while (place.len_bytes && place.at[place.len_bytes - 1] == ' ')
		place.len_bytes--;
	*out = (struct jump){ .kind = bare };
	if (place.len_bytes && place.at[place.len_bytes - 1] == '%') {
		out->kind = SEEK_PERCENT;
		place.len_bytes--;
	} else if (place.len_bytes && (place.at[0] == '#' || place.at[0] == '@')) {
		out->kind = place.at[0] == '#' ? SEEK_ID : SEEK_TIME;
		place = (struct slice){ place.at + 1, place.len_bytes - 1 };
	} else if (place.len_bytes && memchr(place.at, '-', place.len_bytes)) {
		out->kind = SEEK_TIME;
	}
	switch (out->kind) {
	case SEEK_PERCENT: return parse_percent(place, out, why);
	case SEEK_TIME: return parse_time(place, out, why);
	case SEEK_ID: return parse_id(place, out, why);
	}
	return false;
}

const char *jump_hint(enum seek_kind bare)
{
	switch (bare) {
	case SEEK_PERCENT: return "how much of the list lies before it: 50, or 2026-03-04 a date, #17 a sample";
	case SEEK_TIME: return "a date: 2026-03-04, 2026-03, 2026; or 50% of the list, #17 a sample";
	case SEEK_ID: return "the number of a sample: 17; or 50% of the list, 2026-03-04 a date";
	}
	return "";
}
