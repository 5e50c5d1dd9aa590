/* What keys and values of a JSON Lines record become. */
#include "tests/core/test_import_store.h"

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

static const struct sample *one(struct fixture *f, const char *line)
{
	must_import_text(f, line);
	assert_int_equal(f->batch.records, 1);
	assert_int_equal(f->batch.rejected, 0);
	return sample_at(f, 0);
}

static void map_to(struct fixture *f, struct field_map *maps, size_t count)
{
	f->options.maps = maps;
	f->options.map_count = count;
}

static void test_names(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"instruction\":\"do it\",\"response\":\"did it\",\"gold\":\"done\",\"sample_id\":7,\"lang\":\"C++\","
		"\"filename\":\"a/b.cc\",\"sessionId\":\"s1\",\"turn\":3,\"model_name\":\"m-1\",\"version\":\"2.0\","
		"\"prompt_version\":\"p3\",\"effort\":\"high\",\"provider\":\"acme\",\"kind\":\"agent_turn\","
		"\"illustrative\":true,\"temperature\":0.5,\"stream\":false,\"nothing\":null,\"list\":[1]}");

	assert_slice(s->prompt, "do it");
	assert_slice(s->code, "did it");
	assert_slice(s->expected, "done");
	assert_text(s->external_id, "7");
	assert_text(s->language, "cpp");
	assert_text(s->path, "a/b.cc");
	assert_text(s->session, "s1");
	assert_int_equal(s->turn, 3);
	assert_int_equal(s->kind, SAMPLE_KIND_AGENT_TURN);
	assert_true(s->illustrative);
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "m-1");
	assert_text(sample_provenance(s, PROVENANCE_HARNESS), "2.0");
	assert_text(sample_provenance(s, PROVENANCE_PROMPT_VERSION), "p3");
	assert_text(sample_provenance(s, PROVENANCE_EFFORT), "high");
	assert_text(sample_provenance(s, PROVENANCE_PROVIDER), "acme");
	assert_text(sample_provenance(s, "temperature"), "0.5");
	assert_text(sample_provenance(s, "stream"), "false");
	assert_null(sample_provenance(s, "nothing"));
	assert_null(sample_provenance(s, "list"));
	assert_null(sample_provenance(s, "model_name"));
	assert_int_equal(s->provenance_count, 7);
	assert_int_equal(s->flag_count, 0);
}

/* The better name wins wherever it stands; the other one is not lost. */
static void test_better_name_wins(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f, "{\"output\":\"log\",\"completion\":\"code\",\"name\":\"n\",\"id\":\"i\"}");

	assert_slice(s->code, "code");
	assert_text(sample_provenance(s, "output"), "log");
	assert_text(s->external_id, "i");
	assert_text(sample_provenance(s, "name"), "n");
	s = one(f, "{\"completion\":null,\"output\":\"log\"}");
	assert_slice(s->code, "log");
	s = one(f, "{\"completion\":{\"a\":1},\"output\":\"log\"}");
	assert_slice(s->code, "log");
	s = one(f, "{\"code\":\"a\",\"code\":\"b\"}"); /* as json_get() has it */
	assert_slice(s->code, "b");
	s = one(f, "{\"code\":\"a\",\"properties\":{\"main_model\":\"deep\"}}");
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "deep");
	s = one(f, "{\"code\":\"a\",\"gen_ai.response.model\":\"flat\"}");
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "flat");
	s = one(f, "{\"code\":\"a\",\"prompt\":[{\"role\":\"user\"}]}");
	assert_slice(s->prompt, "[{\"role\":\"user\"}]");
}

static void test_times(void **state)
{
	static const struct {
		const char *value, *text;
		enum precision precision;
	} times[] = {
		{ "\"2025-03-04T10:11:12Z\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"2025-03-04T10:11:12.345Z\"", "2025-03-04 10:11:12.345", PRECISION_MICROSECOND },
		{ "\"2025-03-04 12:11:12+02:00\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"2025-03\"", "2025-03", PRECISION_MONTH },
		{ "\"20250304\"", "2025-03-04", PRECISION_DAY },
		{ "20250304", "2025-03-04", PRECISION_DAY },
		{ "2025", "2025", PRECISION_YEAR },
		{ "1741083072", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"1741083072\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "1741083072345", "2025-03-04 10:11:12.345", PRECISION_MICROSECOND },
		{ "1741083072000", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "1741083072345000", "2025-03-04 10:11:12.345", PRECISION_MICROSECOND },
		{ "1741083072.5", "2025-03-04 10:11:12.500", PRECISION_MICROSECOND },
		{ "\"1741083072.345\"", "2025-03-04 10:11:12.345", PRECISION_MICROSECOND },
		{ "1.741083072e9", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "1741083072345678901", "2025-03-04 10:11:12.345678", PRECISION_MICROSECOND },
		{ "\"1741083072345678901\"", "2025-03-04 10:11:12.345678", PRECISION_MICROSECOND },
		{ "\" 2025-03-04T10:11:12Z \"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"2025-03-04T10:11:12.123456789Z\"", "2025-03-04 10:11:12.123456", PRECISION_MICROSECOND },
		{ "\"2025-03-04T10:11:12,5+0530\"", "2025-03-04 04:41:12.500", PRECISION_MICROSECOND },
		{ "\"2025-03-04T10:11:12-07\"", "2025-03-04 17:11:12", PRECISION_SECOND },
		{ "\"2025-03-04 10:11:12 +0100\"", "2025-03-04 09:11:12", PRECISION_SECOND },
		{ "\"2025-03-04 10:11:12 UTC\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"2025-03-04t10:11z\"", "2025-03-04 10:11", PRECISION_MINUTE },
		{ "\"2025-03-04\"", "2025-03-04", PRECISION_DAY },
		{ "\"20250304T101112Z\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"20250304T1011\"", "2025-03-04 10:11", PRECISION_MINUTE },
		{ "\"2025/03/04 10:11:12\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"Tue, 04 Mar 2025 10:11:12 +0100\"", "2025-03-04 09:11:12", PRECISION_SECOND },
		{ "\"Tue, 04 Mar 2025 10:11:12 GMT\"", "2025-03-04 10:11:12", PRECISION_SECOND },
		{ "\"4 March 2025 10:11 Z\"", "2025-03-04 10:11", PRECISION_MINUTE },
		{ "\"Tue Mar  4 10:11:12 2025 -0800\"", "2025-03-04 18:11:12", PRECISION_SECOND },
		{ "\"Mar 4, 2025\"", "2025-03-04", PRECISION_DAY },
	};
	struct fixture *f = *state;
	char line[128];

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		snprintf(line, sizeof(line), "{\"code\":\"x\",\"ts\":%s}", times[i].value);
		const struct sample *s = one(f, line);
		assert_int_equal(s->produced_at.precision, times[i].precision);
		assert_string_equal(instant_text(&f->arena, s->produced_at), times[i].text);
		assert_null(sample_provenance(s, "ts"));
	}
	/* No time at all: kept as what it is. */
	static const char *const others[] = { "12.5", "\"yesterday\"", "99999999999999999999999", "-5", "\"2025-02-30\"", "true",
					 "\"30 Feb 2025\"", "\"4 Mar\"", "\"Mar 4 2025 noon o'clock\"", "\"2025-03-04 CEST\"",
					 "\"04/03/2025\"", "\"10:11:12\"", "\"1e9 s\"", "\"..\"", "\" \"", "1e400",
					 "\"9223372036854775808\"" };
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		snprintf(line, sizeof(line), "{\"code\":\"x\",\"time\":%s}", others[i]);
		const struct sample *s = one(f, line);
		assert_false(instant_known(s->produced_at));
		assert_non_null(sample_provenance(s, "time"));
	}
}

static void test_finding(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"completion\":\"x\",\"verdict\":\"flagged\",\"severity\":\"critical\",\"rule_id\":\"C-1\",\"cwe\":\"CWE-120\","
		"\"line\":4,\"message\":\"boom\",\"tool\":\"lint\"}");

	assert_int_equal(s->flag_count, 1);
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
	assert_int_equal(s->flags[0].source, SOURCE_SAST);
	assert_text(s->flags[0].rule, "C-1");
	assert_text(s->flags[0].tool, "lint");
	assert_text(s->flags[0].message, "boom");
	assert_int_equal(s->flags[0].region.start_line, 4);
	assert_text(sample_provenance(s, "cwe"), "CWE-120");
	assert_text(sample_provenance(s, "severity"), "critical");
	assert_text(sample_provenance(s, "verdict"), "flagged");

	static const struct {
		const char *severity;
		enum level level;
	} levels[] = { { "high", LEVEL_ERROR }, { "Medium", LEVEL_WARNING }, { "low", LEVEL_NOTE }, { "error", LEVEL_ERROR },
		       { "warning", LEVEL_WARNING }, { "note", LEVEL_NOTE }, { "none", LEVEL_NONE }, { "odd", LEVEL_WARNING } };
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		char line[96];
		snprintf(line, sizeof(line), "{\"message\":\"m\",\"severity\":\"%s\"}", levels[i].severity);
		assert_int_equal(one(f, line)->flags[0].level, levels[i].level);
	}
	s = one(f, "{\"code\":\"x\",\"verdict\":\"ok\",\"severity\":null,\"rule_id\":null,\"message\":null}");
	assert_int_equal(s->flag_count, 1);
	assert_int_equal(s->flags[0].level, LEVEL_NONE);
	assert_text(s->flags[0].message, "verdict: ok");
	s = one(f, "{\"message\":\"m\",\"source\":\"user_report\"}");
	assert_int_equal(s->flags[0].source, SOURCE_USER_REPORT);
	assert_null(sample_provenance(s, "source"));
	s = one(f, "{\"message\":\"m\",\"source\":\"github\"}");
	assert_int_equal(s->flags[0].source, SOURCE_UNKNOWN);
	assert_text(sample_provenance(s, "source"), "github");
	s = one(f, "{\"code\":\"m\",\"line\":4,\"severity\":\"low\"}"); /* of no flag: attributes */
	assert_int_equal(s->flag_count, 0);
	assert_text(sample_provenance(s, "line"), "4");
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *member;
		int level; /* -1: no verdict */
	} verdicts[] = {
		{ "\"passed\":true", LEVEL_NONE }, { "\"passed\":false", LEVEL_ERROR }, { "\"correct\":1", LEVEL_NONE },
		{ "\"correct\":0", LEVEL_ERROR }, { "\"success\":\"PASS\"", LEVEL_NONE }, { "\"resolved\":\"no\"", LEVEL_ERROR },
		{ "\"verdict\":\"I\"", LEVEL_ERROR }, { "\"passed\":17", -1 }, { "\"verdict\":\"maybe\"", -1 },
	};
	struct fixture *f = *state;
	char line[96];

	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++) {
		snprintf(line, sizeof(line), "{\"code\":\"x\",%s}", verdicts[i].member);
		const struct sample *s = one(f, line);
		assert_int_equal(s->flag_count, verdicts[i].level >= 0);
		assert_int_equal(s->provenance_count, verdicts[i].level < 0);
		if (verdicts[i].level >= 0)
			assert_int_equal(s->flags[0].level, verdicts[i].level);
	}
	const struct sample *s = one(f, "{\"code\":\"x\",\"passed\":false,\"test_feedback\":[\"first\",[\"a\",\"b\"]]}");
	assert_int_equal(s->flag_count, 2);
	assert_text(s->flags[1].message, "a\nb");
	assert_int_equal(s->flags[1].source, SOURCE_UNIT_TEST);
	assert_int_equal(s->flags[1].level, LEVEL_ERROR);
	s = one(f, "{\"code\":\"\"}");
	assert_text(s->flags[0].message, "empty output");
	assert_int_equal(s->flags[0].level, LEVEL_WARNING);
	assert_non_null(s->code.at);
	s = one(f, "{\"code\":\"\",\"patch\":\"+x\"}");
	assert_int_equal(s->flag_count, 0);
}

static void test_listed_flags(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"code\":\"x\",\"flags\":[{\"source\":\"ci\",\"level\":\"error\",\"tool\":\"t\",\"rule\":\"r\",\"message\":\"m\","
		"\"start_line\":2,\"end_line\":5,\"score\":0.25},{\"line\":3,\"message\":\"n\"},7,null]}");

	assert_int_equal(s->flag_count, 2);
	assert_int_equal(s->flags[0].source, SOURCE_CI);
	assert_int_equal(s->flags[0].region.start_line, 2);
	assert_int_equal(s->flags[0].region.end_line, 5);
	assert_true(s->flags[0].has_score && s->flags[0].score == 0.25);
	assert_int_equal(s->flags[1].region.start_line, 3);
	assert_int_equal(s->flags[1].level, LEVEL_WARNING);
	assert_int_equal(s->flags[1].source, SOURCE_UNKNOWN);
}

static void test_maps(void **state)
{
	struct fixture *f = *state;
	struct field_map maps[3];

	assert_int_equal(field_map_parse(&f->arena, "code=info.answer.0.text", &maps[0], &f->error), STATUS_OK);
	assert_string_equal(maps[0].field, "code");
	assert_string_equal(maps[0].path, "info.answer.0.text");
	assert_int_equal(field_map_parse(&f->arena, "code", &maps[0], &f->error), STATUS_USAGE);
	assert_int_equal(field_map_parse(&f->arena, "=x", &maps[0], &f->error), STATUS_USAGE);
	assert_int_equal(field_map_parse(&f->arena, "code=", &maps[0], &f->error), STATUS_USAGE);

	/* A slip is not a key that nobody will look for; who means it says so. */
	assert_int_equal(field_map_parse(&f->arena, "cod=answer", &maps[0], &f->error), STATUS_USAGE);
	assert_non_null(strstr(f->error.text, "unknown field 'cod'; did you mean 'code'? (@cod=answer names"));
	assert_int_equal(field_map_parse(&f->arena, "@cod=answer", &maps[0], &f->error), STATUS_OK);
	assert_int_equal(field_map_parse(&f->arena, "ticket=t", &maps[0], &f->error), STATUS_OK);
	assert_int_equal(field_map_parse(&f->arena, "@=answer", &maps[0], &f->error), STATUS_USAGE);

	maps[0] = (struct field_map){ "code", "info.answer.0.text" };
	maps[1] = (struct field_map){ "plan", "info.plan" };
	maps[2] = (struct field_map){ "verdict", "info.fine" };
	map_to(f, maps, 3);
	const struct sample *s = one(f, "{\"completion\":\"no\",\"info\":{\"answer\":[{\"text\":\"yes\"}],\"plan\":\"pro\","
				    "\"fine\":false}}");
	assert_slice(s->code, "yes");
	assert_text(sample_provenance(s, "plan"), "pro");
	assert_text(sample_provenance(s, "completion"), "no");
	assert_text(s->flags[0].message, "info.fine: false");
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
}

static void test_what_maps_came_to(void **state)
{
	struct fixture *f = *state;
	struct field_map maps[] = { { "code", "info.text" }, { "model", "m" }, { "@code", "key" }, { "path", "p" }, { "x", "y" } };
	enum map_use uses[ARRAY_LEN(maps)] = { MAP_UNTRIED };

	map_to(f, maps, ARRAY_LEN(maps));
	f->options.map_uses = uses;
	const struct sample *s = one(f, "{\"info\":{\"text\":\"a\"},\"m\":{},\"key\":\"k\",\"y\":[1]}");
	assert_slice(s->code, "a");
	assert_text(sample_provenance(s, "code"), "k");
	assert_null(sample_provenance(s, "@code"));
	assert_int_equal(uses[0], MAP_USED);
	assert_int_equal(uses[1], MAP_UNFIT);
	assert_int_equal(uses[2], MAP_USED);
	assert_int_equal(uses[3], MAP_ABSENT);
	assert_int_equal(uses[4], MAP_UNFIT);
}

static void test_limits(void **state)
{
	struct fixture *f = *state;
	struct strbuf line = STRBUF_INIT;

	strbuf_addstr(&line, "{\"code\":\"x\",\"long\":\"");
	for (int i = 0; i < 3000; i++)
		strbuf_addstr(&line, "\xC3\xA4");
	strbuf_addstr(&line, "\"");
	for (int i = 0; i < 100; i++)
		strbuf_addf(&line, ",\"key%d\":%d", i, i);
	strbuf_addstr(&line, "}");
	must_import_text(f, line.text);
	strbuf_release(&line);
	const struct sample *s = sample_at(f, 0);
	assert_int_equal(s->provenance_count, 64);
	assert_text(sample_provenance(s, "import.keys_left_out"), "38");
	const char *cut = sample_provenance(s, "long");
	assert_true(strlen(cut) <= 4096 && strlen(cut) > 4080);
	assert_true(utf8_valid(slice_of(cut)));
	assert_string_equal(cut + strlen(cut) - 3, "\xE2\x80\xA6");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_names, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_better_name_wins, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_times, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_finding, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_verdicts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_listed_flags, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_maps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_what_maps_came_to, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_limits, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
