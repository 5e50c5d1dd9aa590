#include "core/base/instant.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/utf8.h"

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)

struct civil {
	int64_t year;
	int month, day, hour, minute, second, us;
};

/*
 * Days since 1970-01-01 in the proleptic Gregorian calendar and back: Howard
 * Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and
 * civil_from_days. Years begin in March, so that the leap day is their last; an
 * era is 400 years of 146,097 days.
 */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, struct civil *out)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	out->day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	out->month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	out->year = year_of_era + era * 400 + (out->month <= 2);
}

static struct civil civil_of(int64_t at_us)
{
	struct civil civil;
	int64_t days = at_us / US_PER_DAY;
	int64_t rest = at_us % US_PER_DAY;

	if (rest < 0) {
		rest += US_PER_DAY;
		days--;
	}
	civil_from_days(days, &civil);
	civil.hour = (int)(rest / US_PER_HOUR);
	civil.minute = (int)(rest / US_PER_MINUTE % 60);
	civil.second = (int)(rest / US_PER_SECOND % 60);
	civil.us = (int)(rest % US_PER_SECOND);
	return civil;
}

static int64_t us_of(const struct civil *civil)
{
	return days_from_civil(civil->year, civil->month, civil->day) * US_PER_DAY + civil->hour * US_PER_HOUR +
	       civil->minute * US_PER_MINUTE + civil->second * US_PER_SECOND + civil->us;
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* ---- reading ----------------------------------------------------------------- */

struct cursor {
	const char *at, *end;
};

static bool accept(struct cursor *in, const char *one_of)
{
	if (in->at == in->end || !*in->at || !strchr(one_of, *in->at))
		return false;
	in->at++;
	return true;
}

/* Exactly `count` digits. */
static bool digits(struct cursor *in, int count, int *out)
{
	int value = 0;

	if (in->end - in->at < count)
		return false;
	for (int i = 0; i < count; i++) {
		if (in->at[i] < '0' || in->at[i] > '9')
			return false;
		value = value * 10 + (in->at[i] - '0');
	}
	in->at += count;
	*out = value;
	return true;
}

/* Each part answers NULL or what is wrong. */
static const char *read_date(struct cursor *in, struct civil *civil, enum precision *precision)
{
	int year;

	if (!digits(in, 4, &year))
		return "a year of four digits is expected";
	if (year == 0)
		return "the years are 0001 to 9999";
	civil->year = year;
	*precision = PRECISION_YEAR;
	if (in->at == in->end)
		return NULL;

	bool dashes = accept(in, "-");
	if (!dashes && in->end - in->at != 4)
		return "\"-\" and a month are expected behind the year";
	if (!digits(in, 2, &civil->month))
		return "a month of two digits is expected";
	if (civil->month < 1 || civil->month > 12)
		return "there is no such month";
	*precision = PRECISION_MONTH;
	if (in->at == in->end)
		return NULL;

	if (dashes && !accept(in, "-"))
		return "\"-\" and a day are expected behind the month";
	if (!digits(in, 2, &civil->day))
		return "a day of two digits is expected";
	if (civil->day < 1 || civil->day > days_in_month(year, civil->month))
		return "that month has no such day";
	*precision = PRECISION_DAY;
	return NULL;
}

/* Digits beyond the sixth are dropped: nothing here is known to less than 1 us. */
static const char *read_fraction(struct cursor *in, struct civil *civil)
{
	int scale = 100000;

	if (in->at == in->end || *in->at < '0' || *in->at > '9')
		return "digits are expected behind the seconds";
	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		civil->us += (*in->at - '0') * scale;
		scale /= 10;
	}
	return NULL;
}

static const char *read_time(struct cursor *in, struct civil *civil, enum precision *precision)
{
	if (!digits(in, 2, &civil->hour))
		return "an hour of two digits is expected";
	*precision = PRECISION_HOUR;
	if (accept(in, ":")) {
		if (!digits(in, 2, &civil->minute))
			return "minutes of two digits are expected";
		*precision = PRECISION_MINUTE;
		if (accept(in, ":")) {
			if (!digits(in, 2, &civil->second))
				return "seconds of two digits are expected";
			*precision = PRECISION_SECOND;
			if (accept(in, ".,")) { /* ISO 8601 has both signs */
				const char *reason = read_fraction(in, civil);
				if (reason)
					return reason;
				*precision = PRECISION_MICROSECOND;
			}
		}
	}
	/* 24:00 is the end of the day in ISO 8601; us_of() carries it over. */
	if (civil->hour > 24 || (civil->hour == 24 && (civil->minute || civil->second || civil->us)))
		return "the hours are 00 to 23";
	if (civil->minute > 59)
		return "the minutes are 00 to 59";
	if (civil->second > 60)
		return "the seconds are 00 to 59";
	if (civil->second == 60)
		civil->second = 59;
	return NULL;
}

static const char *read_zone(struct cursor *in, int64_t *offset_us)
{
	int hours, minutes = 0;

	*offset_us = 0;
	if (in->at == in->end || accept(in, "Zz"))
		return NULL;
	int sign = *in->at == '-' ? -1 : 1;
	if (!accept(in, "+-"))
		return "a zone (Z, +hh:mm or -hh:mm) or nothing is expected behind the time";
	if (!digits(in, 2, &hours))
		return "the zone must be +hh:mm or -hh:mm";
	if (in->at < in->end) {
		accept(in, ":");
		if (!digits(in, 2, &minutes))
			return "the zone must be +hh:mm or -hh:mm";
	}
	if (hours > 23 || minutes > 59)
		return "there is no such zone";
	*offset_us = sign * (hours * US_PER_HOUR + minutes * US_PER_MINUTE);
	return NULL;
}

static const char *read_instant(struct slice text, struct instant *out)
{
	struct cursor in = { text.at, text.at + text.len_bytes };
	struct civil civil = { .year = 1, .month = 1, .day = 1 };
	int64_t offset_us = 0;
	const char *reason = read_date(&in, &civil, &out->precision);

	if (!reason && in.at < in.end) {
		if (!accept(&in, "Tt "))
			return "\"T\" and a time are expected behind the date";
		reason = read_time(&in, &civil, &out->precision);
		if (!reason)
			reason = read_zone(&in, &offset_us);
	}
	if (reason)
		return reason;
	if (in.at < in.end)
		return "there is something behind it";

	out->at_us = us_of(&civil) - offset_us;
	/* An hour of India is two halves of ours: keep the minute, which is certain. */
	if (out->precision == PRECISION_HOUR && offset_us % US_PER_HOUR != 0)
		out->precision = PRECISION_MINUTE;
	int64_t year = civil_of(out->at_us).year;
	if (year < 1 || year > 9999)
		return "in UTC, the years are 0001 to 9999";
	return NULL;
}

enum status instant_parse(struct slice text, struct instant *out, struct error *err)
{
	const char *reason = text.len_bytes ? read_instant(text, out) : "it is empty";

	if (!reason)
		return STATUS_OK;
	*out = INSTANT_UNKNOWN;
	size_t shown = text.len_bytes ? utf8_cut(text.at, text.len_bytes, 40) : 0;
	return error_set(err, STATUS_INPUT, "'%.*s' is not a time: %s", (int)shown,
			 text.len_bytes ? text.at : "", reason);
}

/* ---- writing ----------------------------------------------------------------- */

/* `value` in so many digits; by hand, since an export writes some hundred times a page. */
static void add_digits(struct strbuf *out, int value, int count)
{
	char text[8];

	for (int i = count; i--; value /= 10)
		text[i] = (char)('0' + value % 10);
	strbuf_add(out, text, (size_t)count);
}

static void add_part(struct strbuf *out, char before, int value)
{
	strbuf_addch(out, before);
	add_digits(out, value, 2);
}

/* Milliseconds stay milliseconds: most sources have them. */
static void add_fraction(struct strbuf *out, int us)
{
	strbuf_addch(out, '.');
	if (us % 1000 == 0)
		add_digits(out, us / 1000, 3);
	else
		add_digits(out, us, 6);
}

static void add_date(struct strbuf *out, const struct civil *civil, enum precision precision)
{
	if (civil->year >= 0 && civil->year <= 9999)
		add_digits(out, (int)civil->year, 4);
	else
		strbuf_addf(out, "%04d", (int)civil->year);
	if (precision >= PRECISION_MONTH)
		add_part(out, '-', civil->month);
	if (precision >= PRECISION_DAY)
		add_part(out, '-', civil->day);
}

static void add_instant(struct strbuf *out, struct instant t, char between, const char *zone)
{
	if (!instant_known(t))
		return;
	struct civil civil = civil_of(t.at_us);
	add_date(out, &civil, t.precision);
	if (t.precision < PRECISION_HOUR)
		return;
	add_part(out, between, civil.hour);
	if (t.precision >= PRECISION_MINUTE)
		add_part(out, ':', civil.minute);
	if (t.precision >= PRECISION_SECOND)
		add_part(out, ':', civil.second);
	if (t.precision >= PRECISION_MICROSECOND)
		add_fraction(out, civil.us);
	strbuf_addstr(out, zone);
}

void instant_format(struct strbuf *out, struct instant t)
{
	add_instant(out, t, ' ', "");
}

char *instant_text(struct arena *arena, struct instant t)
{
	struct strbuf text = STRBUF_INIT;

	instant_format(&text, t);
	char *copy = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

void instant_format_iso(struct strbuf *out, struct instant t)
{
	add_instant(out, t, 'T', "Z");
}

void instant_format_rfc3339(struct strbuf *out, struct instant t)
{
	if (instant_known(t) && t.precision < PRECISION_SECOND)
		t.precision = PRECISION_SECOND;
	instant_format_iso(out, t);
}

int64_t instant_end_us(struct instant t)
{
	struct civil next = civil_of(t.at_us);

	switch (t.precision) {
	case PRECISION_UNKNOWN:
		break;
	case PRECISION_YEAR:
		return days_from_civil(next.year + 1, 1, 1) * US_PER_DAY;
	case PRECISION_MONTH:
		if (next.month == 12)
			return days_from_civil(next.year + 1, 1, 1) * US_PER_DAY;
		return days_from_civil(next.year, next.month + 1, 1) * US_PER_DAY;
	case PRECISION_DAY:
		return t.at_us + US_PER_DAY;
	case PRECISION_HOUR:
		return t.at_us + US_PER_HOUR;
	case PRECISION_MINUTE:
		return t.at_us + US_PER_MINUTE;
	case PRECISION_SECOND:
		return t.at_us + US_PER_SECOND;
	case PRECISION_MICROSECOND:
		return t.at_us + 1;
	}
	return t.at_us;
}

/* ---- now --------------------------------------------------------------------- */

/* https://reproducible-builds.org/specs/source-date-epoch: seconds, decimal. */
static bool source_date_epoch(int64_t *at_us)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	int64_t seconds = 0;

	if (!text || !*text || strlen(text) > 12)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		seconds = seconds * 10 + (*text - '0');
	}
	*at_us = seconds * US_PER_SECOND;
	return civil_of(*at_us).year <= 9999;
}

struct instant instant_now(void)
{
	const char *fixed = getenv("AITIA_NOW");
	struct instant now;

	if (!fixed || instant_parse(slice_of(fixed), &now, NULL) != STATUS_OK) {
		if (!source_date_epoch(&now.at_us)) {
			struct timespec clock;
			clock_gettime(CLOCK_REALTIME, &clock);
			now.at_us = (int64_t)clock.tv_sec * US_PER_SECOND + clock.tv_nsec / 1000;
		}
	}
	now.precision = PRECISION_MICROSECOND;
	return now;
}

/* Never claims more than the precision holds: a day is "today", not "7 h ago". */
char *instant_ago(struct arena *arena, struct instant t, struct instant now)
{
	int64_t past_us = now.at_us - t.at_us;

	if (t.precision < PRECISION_DAY || past_us < 0)
		return instant_text(arena, t);
	int64_t days = past_us / US_PER_DAY;
	if (days >= 7) {
		t.precision = PRECISION_DAY;
		return instant_text(arena, t);
	}
	if (t.precision == PRECISION_DAY && days == 0)
		return arena_strdup(arena, "today");
	if (days > 0)
		return arena_printf(arena, "%" PRId64 " d ago", days);
	if (past_us >= US_PER_HOUR)
		return arena_printf(arena, "%" PRId64 " h ago", past_us / US_PER_HOUR);
	if (t.precision >= PRECISION_MINUTE && past_us >= US_PER_MINUTE)
		return arena_printf(arena, "%" PRId64 " min ago", past_us / US_PER_MINUTE);
	return arena_strdup(arena, "now");
}
