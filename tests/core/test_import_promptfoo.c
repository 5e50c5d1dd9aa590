/*
 * Results of promptfoo: the files of 2023 in data/llm/typpo_promptfoo, counted with Python's
 * json, and made ones in the shapes that later versions write.
 */
#include "tests/core/test_import_store.h"

#define FILES DATA "llm/typpo_promptfoo/"

static const char *provenance(const struct sample *sample, const char *key)
{
	return sample_provenance(sample, key);
}

/* ---- files of 2023 ----------------------------------------------------------------- */

static void every_real_file(void **state)
{
	struct fixture *f = *state;
	/* len(json.load(...)["results"]); all succeeded, and none has a grading */
	static const struct {
		const char *path;
		size_t results;
	} files[] = {
		{ "js-config/output.json", 8 },
		{ "multishot/output.json", 8 },
		{ "node-package/output.json", 4 }, /* no version, and the table is an array */
		{ "simple-test/output.json", 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s%s", FILES, files[i].path);
		must_import(f, path);
		assert_string_equal(f->batch.format, "promptfoo");
		assert_int_equal(f->store->samples.len, files[i].results);
		assert_int_equal(f->store->rejects.len, 0);
		assert_int_equal(f->store->levels[LEVEL_NONE], files[i].results);
		assert_int_equal(sample_at(f, 0)->flag_count, 0);
	}
}

static void what_an_old_result_knows(void **state)
{
	struct fixture *f = *state;

	must_import(f, FILES "js-config/output.json");
	const struct sample *sample = sample_at(f, 2);
	assert_slice(sample->code, "J'ai faim.");
	assert_slice(sample->prompt, "Rephrase this in French: I&#39;m hungry");
	assert_text(provenance(sample, "vars.language"), "French");
	assert_text(provenance(sample, "vars.body"), "I'm hungry");
	assert_text(provenance(sample, "tokens_cached"), "24");
	assert_text(provenance(sample, PROVENANCE_PROMPT_VERSION), "Rephrase this in {{language}}: {{body}}");
	must_import(f, FILES "node-package/output.json");
	assert_text(provenance(sample_at(f, 0), "gen_ai.usage.input_tokens"), "16");
	assert_text(provenance(sample_at(f, 0), "gen_ai.usage.output_tokens"), "3");
}

/* The prompt is a conversation, as JSON in a string. */
static void a_conversation_is_readable(void **state)
{
	struct fixture *f = *state;

	must_import(f, FILES "multishot/output.json");
	assert_slice(sample_at(f, 0)->prompt,
		     "[system]\nYou are a helpful assistant.\n\n[user]\nWho won the world series in 1950?");
}

/* ---- version 3 --------------------------------------------------------------------- */

#define PASSED "{\"pass\":true,\"score\":1,\"reason\":\"Assertion passed\",\"assertion\":{\"type\":\"equals\",\"value\":\"a\"}}"
#define FAILED "{\"pass\":false,\"score\":0.25,\"reason\":\"not there\",\"assertion\":{\"type\":\"contains\",\"value\":\"{{x}}\"}," \
	       "\"metadata\":{\"renderedAssertionValue\":\"b\"}}"
#define RESULT "{\"id\":\"u-1\",\"promptIdx\":0,\"testIdx\":4,\"promptId\":\"p1\",\"prompt\":{\"raw\":\"Say a\",\"label\":\"say\"}," \
	       "\"provider\":{\"id\":\"openai:chat:gpt-4o\",\"label\":\"big\"},\"vars\":{\"x\":\"b\",\"list\":[1]}," \
	       "\"response\":{\"output\":{\"answer\":\"a\"},\"tokenUsage\":{\"total\":12,\"prompt\":10,\"completion\":2}," \
	       "\"finishReason\":\"stop\"},\"success\":false,\"score\":0.5,\"latencyMs\":812,\"cost\":0.001,\"failureReason\":1," \
	       "\"error\":\"not there\",\"namedScores\":{\"tone\":0.3},\"metadata\":{\"k\":\"v\"},\"testCase\":{\"description\":\"first\"}," \
	       "\"gradingResult\":{\"pass\":false,\"score\":0.5,\"reason\":\"not there\",\"componentResults\":[" PASSED "," FAILED "]}}"
#define SUMMARY(results) "{\"version\":3,\"timestamp\":\"2025-03-01T10:00:00.000Z\",\"prompts\":[{\"raw\":\"Q {{x}}\",\"provider\":" \
			 "\"anthropic:messages:claude\"}],\"results\":[" results "],\"stats\":{\"successes\":0}}"
#define FILE_OF(results) "{\"evalId\":\"eval-1\",\"results\":" SUMMARY(results) ",\"config\":{\"description\":\"mine\",\"env\":{\"K\":\"s\"}}," \
			 "\"shareableUrl\":null,\"metadata\":{\"promptfooVersion\":\"0.105.1\",\"exportedAt\":\"2026-01-01T00:00:00Z\"}}"

static void a_result_of_version_3(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, FILE_OF(RESULT));
	assert_string_equal(f->batch.format, "promptfoo");
	const struct sample *sample = sample_at(f, 0);
	assert_slice(sample->code, "{\"answer\":\"a\"}");
	assert_slice(sample->prompt, "Say a");
	assert_slice(sample->expected, "a\nb");
	assert_text(sample->external_id, "u-1");
	assert_text(sample->session, "eval-1");
	assert_int_equal(sample->produced_at.at_us, INT64_C(1740823200000000));
	assert_text(provenance(sample, PROVENANCE_MODEL), "openai:chat:gpt-4o");
	assert_text(provenance(sample, PROVENANCE_PROVIDER), "openai");
	assert_text(provenance(sample, PROVENANCE_HARNESS), "0.105.1");
	assert_text(provenance(sample, PROVENANCE_PROMPT_VERSION), "say");
	assert_text(provenance(sample, "test_index"), "4");
	assert_text(provenance(sample, "test"), "first");
	assert_text(provenance(sample, "latency_ms"), "812");
	assert_text(provenance(sample, "score.tone"), "0.3");
	assert_text(provenance(sample, "metadata.k"), "v");
	assert_text(provenance(sample, "eval"), "mine");
	assert_text(provenance(sample, "gen_ai.usage.input_tokens"), "10");
	assert_null(provenance(sample, "vars.list"));
	/* The one that failed leads; "error" repeats it and is no flag of its own. */
	assert_int_equal(sample->flag_count, 2);
	assert_text(sample->flags[0].rule, "contains");
	assert_text(sample->flags[0].message, "contains failed: not there");
	assert_int_equal(sample->flags[0].level, LEVEL_ERROR);
	assert_true(sample->flags[0].has_score && sample->flags[0].score == 0.25);
	assert_text(sample->flags[1].message, "equals passed: Assertion passed");
	assert_int_equal(sample->flags[1].level, LEVEL_NONE);
}

/* The same results in every shape that a file of them has. */
static void every_shape(void **state)
{
	struct fixture *f = *state;
	static const char *const shapes[] = {
		FILE_OF(RESULT "," RESULT), SUMMARY(RESULT "," RESULT), "[" RESULT ",\n" RESULT "]", RESULT "\n" RESULT "\n",
		"{\"results\":{\"results\":[" RESULT "," RESULT "]}}", "{\"results\":[" RESULT "," RESULT "]}",
	};

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		must_import_text(f, shapes[i]);
		assert_string_equal(f->batch.format, "promptfoo");
		assert_int_equal(f->store->samples.len, 2);
		assert_text(sample_at(f, 1)->external_id, "u-1");
	}
	must_import_text(f, FILE_OF(""));
	assert_int_equal(f->store->samples.len, 0);
}

static void verdicts(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *result, *rule, *message;
		enum level level;
		enum flag_source source;
		size_t flags;
	} cases[] = {
		{ "\"success\":false,\"failureReason\":2,\"error\":\"429\"", "error", "429", LEVEL_ERROR, SOURCE_EVAL, 1 },
		{ "\"success\":false,\"response\":{\"error\":\"down\"}", "error", "down", LEVEL_ERROR, SOURCE_EVAL, 1 },
		{ "\"success\":false", "test", "the test failed; no reason is given", LEVEL_ERROR, SOURCE_EVAL, 1 },
		{ "\"success\":true", NULL, NULL, LEVEL_NONE, SOURCE_EVAL, 0 },
		{ "\"success\":true,\"gradingResult\":null", NULL, NULL, LEVEL_NONE, SOURCE_EVAL, 0 },
		{ "\"success\":true,\"gradingResult\":{\"pass\":true,\"score\":1,\"reason\":\"fine\"}", "test", "test passed: fine",
		  LEVEL_NONE, SOURCE_EVAL, 1 },
		/* a threshold: the parts passed, the whole did not */
		{ "\"success\":false,\"error\":\"low\",\"gradingResult\":{\"pass\":false,\"reason\":\"low\",\"componentResults\":[" PASSED "]}",
		  "test", "test failed: low", LEVEL_ERROR, SOURCE_EVAL, 2 },
		{ "\"success\":true,\"gradingResult\":{\"pass\":true,\"componentResults\":[{\"pass\":false,\"reason\":\"r\",\"assertion\":"
		  "{\"type\":\"latency\",\"metricOnly\":true}}]}", "latency", "latency scored: r", LEVEL_NOTE, SOURCE_EVAL, 1 },
		{ "\"success\":false,\"gradingResult\":{\"pass\":false,\"comment\":\"bad tone\",\"componentResults\":[{\"pass\":false,"
		  "\"reason\":\"Manual result\",\"assertion\":{\"type\":\"human\"}},null,7]}", "human", "human failed: Manual result",
		  LEVEL_ERROR, SOURCE_REVIEWER, 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[1024];
		snprintf(text, sizeof(text), "{\"promptIdx\":0,\"testIdx\":1,\"vars\":{},\"prompt\":{\"raw\":\"q\"},%s}", cases[i].result);
		must_import_text(f, text);
		const struct sample *sample = sample_at(f, 0);
		assert_int_equal(sample->flag_count, cases[i].flags);
		if (!cases[i].rule)
			continue;
		assert_text(sample->flags[0].rule, cases[i].rule);
		assert_text(sample->flags[0].message, cases[i].message);
		assert_int_equal(sample->flags[0].level, cases[i].level);
		assert_int_equal(sample->flags[0].source, cases[i].source);
	}
}

/* What a result does not say stands in the list of prompts. */
static void the_list_of_prompts_helps_out(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, FILE_OF("{\"promptIdx\":0,\"testIdx\":2,\"vars\":{},\"success\":true,\"response\":{\"output\":\"x\"}}"));
	assert_slice(sample_at(f, 0)->prompt, "Q {{x}}");
	assert_text(provenance(sample_at(f, 0), PROVENANCE_MODEL), "anthropic:messages:claude");
	assert_text(sample_at(f, 0)->external_id, "2.0");
}

static void programs_are_no_providers(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, SUMMARY("{\"promptIdx\":0,\"vars\":{},\"success\":true,\"prompt\":\"plain\",\"provider\":\"file://mine.py\"},"
				    "{\"promptIdx\":0,\"vars\":{},\"success\":true,\"prompt\":\"plain\",\"provider\":\"echo\"}"));
	assert_null(provenance(sample_at(f, 0), PROVENANCE_PROVIDER));
	assert_text(provenance(sample_at(f, 0), PROVENANCE_MODEL), "file://mine.py");
	assert_null(provenance(sample_at(f, 1), PROVENANCE_PROVIDER));
	assert_slice(sample_at(f, 1)->prompt, "plain");
}

/* ---- bad input ---------------------------------------------------------------------- */

static void bad_results_are_rejected_alone(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, FILE_OF(RESULT ",7,{},{\"prompt\":},{\"vars\":{}}," RESULT));
	assert_int_equal(f->store->samples.len, 2);
	assert_int_equal(f->store->rejects.len, 4);
	assert_text(f->store->rejects.items[0].reason, "the result is no object");
	assert_contains(f->store->rejects.items[1].reason, "no result of promptfoo");
	assert_contains(f->store->rejects.items[2].reason, "a value is expected");
	assert_int_equal(f->store->rejects.items[3].record, 5);
	assert_int_equal(f->store->rejects.items[3].len_bytes, (int64_t)strlen("{\"vars\":{}}"));

	/* Cut off in its last line, as by a run that was killed. */
	must_import_text(f, RESULT "\n" RESULT "\n{\"id\":\"u-3\",\"promptI");
	assert_int_equal(f->store->samples.len, 2);
	assert_int_equal(f->store->rejects.len, 1);
	assert_contains(f->store->rejects.items[0].reason, "broken JSON: byte ");
}

static void wrong_types_read_as_absent(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, SUMMARY("{\"promptIdx\":\"x\",\"testIdx\":[],\"prompt\":[],\"response\":7,\"success\":1,\"error\":{},\"vars\":3,"
				    "\"provider\":[],\"gradingResult\":[],\"namedScores\":null,\"testCase\":{\"assert\":[1,{\"type\":\"equals\"}]},"
				    "\"metadata\":\"m\",\"id\":{},\"failureReason\":\"2\"}"));
	const struct sample *sample = sample_at(f, 0);
	assert_null(sample->code.at);
	assert_null(sample->external_id);
	assert_int_equal(sample->flag_count, 0);
}

static void a_broken_file(void **state)
{
	struct fixture *f = *state;
	static const char file[] = FILE_OF(RESULT);

	f->options.format = "promptfoo";
	for (size_t len = 0; len < sizeof(file) - 1; len++)
		assert_int_equal(import_bytes(f, (struct slice){ file, len }), STATUS_INPUT);
	assert_int_equal(import_text(f, "{\"a\":1}"), STATUS_INPUT);
	assert_contains(f->error.text, "no results of promptfoo");
}

/* Other tools' reports have "results" too, and other evaluations prompts. */
static void others_are_not_taken(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {
		"{\"results\":[{\"check_id\":\"x\",\"path\":\"a.py\",\"extra\":{\"message\":\"m\"}}],\"errors\":[]}",
		"{\"prompt\":\"q\",\"response\":\"a\",\"success\":true,\"provider\":\"p\"}\n",
		"[{\"prompt\":\"q\",\"response\":\"a\",\"success\":true,\"provider\":\"p\"}]",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (import_text(f, texts[i]) == STATUS_OK)
			assert_string_not_equal(f->batch.format, "promptfoo");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_real_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_an_old_result_knows, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_conversation_is_readable, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_result_of_version_3, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(every_shape, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(verdicts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(the_list_of_prompts_helps_out, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(programs_are_no_providers, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(bad_results_are_rejected_alone, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(wrong_types_read_as_absent, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_broken_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(others_are_not_taken, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
