#include "base_test.h"

#include "core/base/instant.h"

static const struct {
	const char *text;
	int64_t at_us;
	enum precision precision;
	const char *shown, *iso;
} readable[] = {
#define S INT64_C(1000000)
	{ "1970", 0, PRECISION_YEAR, "1970", "1970" },
	{ "2026-03", 1772323200 * S, PRECISION_MONTH, "2026-03", "2026-03" },
	{ "2026-03-04", 1772582400 * S, PRECISION_DAY, "2026-03-04", "2026-03-04" },
	{ "20260304", 1772582400 * S, PRECISION_DAY, "2026-03-04", "2026-03-04" },
	{ "2026-03-04T10", 1772618400 * S, PRECISION_HOUR, "2026-03-04 10", "2026-03-04T10Z" },
	{ "2026-03-04T10:10", 1772619000 * S, PRECISION_MINUTE, "2026-03-04 10:10", "2026-03-04T10:10Z" },
	{ "2026-03-04 10:10:05Z", 1772619005 * S, PRECISION_SECOND, "2026-03-04 10:10:05", "2026-03-04T10:10:05Z" },
	{ "2026-03-04t10:10:05.5z", 1772619005 * S + 500000, PRECISION_MICROSECOND, "2026-03-04 10:10:05.500",
	  "2026-03-04T10:10:05.500Z" },
	{ "2026-03-04T10:10:05,123456789Z", 1772619005 * S + 123456, PRECISION_MICROSECOND,
	  "2026-03-04 10:10:05.123456", "2026-03-04T10:10:05.123456Z" },
	{ "2026-03-04T10:10:05.000Z", 1772619005 * S, PRECISION_MICROSECOND, "2026-03-04 10:10:05.000",
	  "2026-03-04T10:10:05.000Z" },
	{ "2026-03-04T10:10+02:00", 1772611800 * S, PRECISION_MINUTE, "2026-03-04 08:10", "2026-03-04T08:10Z" },
	{ "2026-03-04T10:10-0530", 1772638800 * S, PRECISION_MINUTE, "2026-03-04 15:40", "2026-03-04T15:40Z" },
	{ "2026-03-04T10+02", 1772611200 * S, PRECISION_HOUR, "2026-03-04 08", "2026-03-04T08Z" },
	{ "2026-03-04T10+05:30", 1772598600 * S, PRECISION_MINUTE, "2026-03-04 04:30", "2026-03-04T04:30Z" },
	{ "2026-03-04T24:00", 1772668800 * S, PRECISION_MINUTE, "2026-03-05 00:00", "2026-03-05T00:00Z" },
	{ "2016-12-31T23:59:60Z", 1483228799 * S, PRECISION_SECOND, "2016-12-31 23:59:59", "2016-12-31T23:59:59Z" },
	{ "1969-12-31T23:59:59.999999", -1, PRECISION_MICROSECOND, "1969-12-31 23:59:59.999999",
	  "1969-12-31T23:59:59.999999Z" },
	{ "2000-02-29", 951782400 * S, PRECISION_DAY, "2000-02-29", "2000-02-29" },
	{ "2024-02-29", 1709164800 * S, PRECISION_DAY, "2024-02-29", "2024-02-29" },
	{ "0001-01-01", -62135596800 * S, PRECISION_DAY, "0001-01-01", "0001-01-01" },
	{ "9999-12-31T23:59:59.999999Z", 253402300799 * S + 999999, PRECISION_MICROSECOND,
	  "9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z" },
};

static void test_parse_and_format(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_LEN(readable); i++) {
		struct instant t, again;
		struct error err = { .text = "" };
		if (instant_parse(slice_of(readable[i].text), &t, &err) != STATUS_OK)
			fail_msg("%s: %s", readable[i].text, err.text);
		if (t.at_us != readable[i].at_us || t.precision != readable[i].precision)
			fail_msg("%s: %lld us, precision %d", readable[i].text, (long long)t.at_us, t.precision);
		assert_string_equal(instant_text(&fixture->arena, t), readable[i].shown);

		struct strbuf iso = STRBUF_INIT;
		instant_format_iso(&iso, t);
		char *copy = arena_strdup(&fixture->arena, iso.text);
		strbuf_release(&iso);
		assert_string_equal(copy, readable[i].iso);
		for (int form = 0; form < 2; form++) {
			const char *text = form ? readable[i].shown : copy;
			assert_int_equal(instant_parse(slice_of(text), &again, NULL), STATUS_OK);
			assert_true(again.at_us == t.at_us && again.precision == t.precision);
		}
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", "x", "26", "202", "02026", "0000", "2026-", "2026-3", "2026-13", "2026-00", "202603", "2026-03-",
		"2026-03-4", "2026-02-30", "2026-02-29", "1900-02-29", "2026-04-31", "2026-03-00", "20261301",
		"2026-03-04T", "2026-03-04T1", "2026-03-04T24:01", "2026-03-04T25", "2026-03-04T10:60",
		"2026-03-04T10:10:61", "2026-03-04T10:10:05.", "2026-03-04T10:10:05.Z", "2026-03-04T10:10Zz",
		"2026-03-04T10:10+", "2026-03-04T10:10+2", "2026-03-04T10:10+24:00", "2026-03-04T10:10+02:60",
		"2026-03-04T10:10 CET", "2026-03-04Z", "2026-03-04x10", " 2026", "2026 ", "2026-03-04 ",
		"0001-01-01T00:00+00:01", "9999-12-31T23:59-00:01", "9999-12-31T24:00", "-2026", "+2026", "2026-W10",
		"20260304T101112Z",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct instant t = { 5, PRECISION_DAY };
		struct error err = { .text = "" };
		if (instant_parse(slice_of(texts[i]), &t, &err) != STATUS_INPUT)
			fail_msg("\"%s\" was accepted", texts[i]);
		assert_false(instant_known(t));
		assert_int_equal(err.status, STATUS_INPUT);
		assert_non_null(strstr(err.text, "is not a time: "));
	}
	struct instant t;
	assert_int_equal(instant_parse(SLICE("2026\0"), &t, NULL), STATUS_INPUT);
	assert_int_equal(instant_parse((struct slice){ NULL, 0 }, &t, NULL), STATUS_INPUT);
}

/* Every day of the 400 years after which the calendar repeats, against plain counting. */
static void test_calendar(void **state)
{
	(void)state;
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t day_number = -135140; /* 1600-01-01 */

	for (int year = 1600; year < 2001; year++) {
		for (int month = 1; month <= 12; month++) {
			bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
			int length = lengths[month - 1] + (month == 2 && leap);
			for (int day = 1; day <= length; day++, day_number++) {
				char text[32];
				struct instant t;
				struct strbuf back = STRBUF_INIT;
				snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
				enum status status = instant_parse(slice_of(text), &t, NULL);
				instant_format(&back, t);
				bool good = status == STATUS_OK && t.at_us == day_number * 86400 * S &&
					    strcmp(back.text, text) == 0;
				strbuf_release(&back);
				if (!good)
					fail_msg("%s", text);
			}
		}
	}
}

static void test_unknown_and_rfc3339(void **state)
{
	struct fixture *fixture = *state;
	struct strbuf out = STRBUF_INIT;

	instant_format(&out, INSTANT_UNKNOWN);
	instant_format_iso(&out, INSTANT_UNKNOWN);
	instant_format_rfc3339(&out, INSTANT_UNKNOWN);
	assert_string_equal(out.text, "");
	assert_string_equal(instant_text(&fixture->arena, INSTANT_UNKNOWN), "");
	instant_format_rfc3339(&out, (struct instant){ 1772323200 * S, PRECISION_MONTH });
	assert_string_equal(out.text, "2026-03-01T00:00:00Z");
	strbuf_release(&out);
}

static void test_end(void **state)
{
	(void)state;
	static const struct { const char *text, *end; } table[] = {
		{ "2024", "2025-01-01" }, { "2024-02", "2024-03-01" }, { "2024-12", "2025-01-01" },
		{ "2024-02-29", "2024-03-01" }, { "2024-02-29T23", "2024-03-01" },
		{ "2024-02-29T23:59", "2024-03-01" }, { "2024-02-29T23:59:59", "2024-03-01" },
		{ "2024-02-29T23:59:59.999999", "2024-03-01" }, { "9999", "9999-12-31T24:00" },
	};

	for (size_t i = 0; i + 1 < ARRAY_LEN(table); i++) {
		struct instant t, end;
		assert_int_equal(instant_parse(slice_of(table[i].text), &t, NULL), STATUS_OK);
		assert_int_equal(instant_parse(slice_of(table[i].end), &end, NULL), STATUS_OK);
		assert_true(instant_end_us(t) == end.at_us);
	}
	assert_true(instant_end_us(INSTANT_UNKNOWN) == 0);
	struct instant last;
	assert_int_equal(instant_parse(SLICE("9999"), &last, NULL), STATUS_OK);
	assert_true(instant_end_us(last) == 253402300800 * S);
}

static void test_now(void **state)
{
	(void)state;
	unsetenv("AITIA_NOW");
	unsetenv("SOURCE_DATE_EPOCH");
	struct instant first = instant_now(), second = instant_now();
	assert_int_equal(first.precision, PRECISION_MICROSECOND);
	assert_true(first.at_us > 1700000000 * S && second.at_us >= first.at_us);

	setenv("SOURCE_DATE_EPOCH", "1772582400", 1);
	assert_true(instant_now().at_us == 1772582400 * S);
	setenv("AITIA_NOW", "2026-03-04T10:10:05.25Z", 1);
	assert_true(instant_now().at_us == 1772619005 * S + 250000);
	setenv("AITIA_NOW", "nonsense", 1);
	assert_true(instant_now().at_us == 1772582400 * S);
	setenv("SOURCE_DATE_EPOCH", "-1", 1);
	assert_true(instant_now().at_us >= second.at_us);
	setenv("SOURCE_DATE_EPOCH", "999999999999", 1); /* the year 33658 */
	assert_true(instant_now().at_us < 900000000000 * S);
	unsetenv("AITIA_NOW");
	unsetenv("SOURCE_DATE_EPOCH");
}

static void test_ago(void **state)
{
	struct fixture *fixture = *state;
	static const struct { const char *then, *said; } table[] = {
		{ "2026-03-04T12:00:00Z", "now" }, { "2026-03-04T11:59:01Z", "now" },
		{ "2026-03-04T11:59:00Z", "1 min ago" }, { "2026-03-04T11:57", "3 min ago" },
		{ "2026-03-04T11:00", "1 h ago" }, { "2026-03-04T12", "now" }, { "2026-03-04T11", "1 h ago" },
		{ "2026-03-03T12:00:01Z", "23 h ago" }, { "2026-03-03T12:00Z", "1 d ago" }, { "2026-03-02", "2 d ago" },
		{ "2026-03-04", "today" }, { "2026-02-26", "6 d ago" }, { "2026-02-25T11:00", "2026-02-25" },
		{ "2026-03", "2026-03" }, { "2026", "2026" }, { "2026-03-04T12:01", "2026-03-04 12:01" },
	};
	struct instant now;

	assert_int_equal(instant_parse(SLICE("2026-03-04T12:00:00Z"), &now, NULL), STATUS_OK);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct instant t;
		assert_int_equal(instant_parse(slice_of(table[i].then), &t, NULL), STATUS_OK);
		assert_string_equal(instant_ago(&fixture->arena, t, now), table[i].said);
	}
	assert_string_equal(instant_ago(&fixture->arena, INSTANT_UNKNOWN, now), "");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_parse_and_format),
		unit(test_refused),
		unit(test_calendar),
		unit(test_unknown_and_rfc3339),
		unit(test_end),
		unit(test_now),
		unit(test_ago),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
