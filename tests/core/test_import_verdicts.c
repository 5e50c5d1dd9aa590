/* Verdicts of a second file. */
#include "tests/core/test_import_store.h"

#include "core/base/strbuf.h"
#include "core/import/verdicts.h"

#define AIDER DATA "llm/paul-gauthier_aider-swe-bench/multi-models--gpt-4o--openrouter-anthropic-claude-3-opus/"
#define REFLEXION DATA "llm/noahshinn_reflexion/"

static void open_verdicts(struct fixture *f, const char *path)
{
	verdicts_close(f->options.verdicts);
	if (verdicts_open(&f->options.verdicts, path, &f->error) != STATUS_OK)
		fail_msg("%s", f->error.text);
}

static void open_text(struct fixture *f, const char *text)
{
	write_bytes(f->path, slice_of(text));
	open_verdicts(f, f->path);
}

static int close_and_teardown(void **state)
{
	struct fixture *f = *state;

	verdicts_close(f->options.verdicts);
	return fixture_teardown(state);
}

static size_t count_rule(const struct fixture *f, const char *rule, enum level level)
{
	size_t found = 0;

	for (size_t i = 0; i < f->store->samples.len; i++)
		for (size_t k = 0; k < f->store->samples.items[i].flag_count; k++) {
			const struct flag *flag = &f->store->samples.items[i].flags[k];
			found += flag->rule && strcmp(flag->rule, rule) == 0 && flag->level == level;
		}
	return found;
}

/* As data/README.md has it: 300 rows, 79 resolved, 10 empty patches, 290 applied. */
static void test_swe_bench(void **state)
{
	struct fixture *f = *state;

	must_import(f, AIDER "all_preds.jsonl");
	struct digest alone = f->batch.file_digest, sample = sample_at(f, 0)->fingerprint;
	open_verdicts(f, AIDER "results.json");
	must_import(f, AIDER "all_preds.jsonl");
	assert_int_equal(f->batch.records, 300);
	assert_int_equal(count_rule(f, "resolved", LEVEL_NONE), 79);
	assert_int_equal(count_rule(f, "no_generation", LEVEL_ERROR), 10);
	assert_int_equal(count_rule(f, "unresolved", LEVEL_ERROR), 290 - 79);
	assert_int_equal(count_messages(f, "empty output"), 10);
	assert_int_equal(count_messages(f, "applied, but not resolved"), 290 - 79);
	for (size_t i = 0; i < 300; i++) {
		const struct sample *s = sample_at(f, i);
		assert_int_equal(s->flag_count, s->diff.len_bytes ? 1 : 2);
		assert_int_equal(s->flags[s->flag_count - 1].source, SOURCE_EVAL);
	}
	struct verdict_counts counts = verdicts_count(f->options.verdicts);
	assert_int_equal(counts.verdicts, 300);
	assert_int_equal(counts.unmatched, 0);
	assert_int_equal(counts.without, 0);
	/* The same samples, in another batch. */
	assert_memory_equal(sample.bytes, sample_at(f, 0)->fingerprint.bytes, DIGEST_BYTES);
	assert_memory_not_equal(alone.bytes, f->batch.file_digest.bytes, DIGEST_BYTES);

	must_import(f, REFLEXION "simple_mbpp_py/mbpp-py._simple_1_gpt-4_pass_at_k_1_py.jsonl");
	assert_int_equal(verdicts_count(f->options.verdicts).without, 397);
}

/* Every form says that "a" passed and "b" failed. */
static void test_forms(void **state)
{
	static const char *const forms[] = {
		"{\"id\":\"a\",\"passed\":true}\n{\"id\":\"b\",\"passed\":false}\n",
		"[{\"task_id\":\"a\",\"status\":\"pass\"},{\"task_id\":\"b\",\"status\":\"fail\"}]",
		"{\"results\":[{\"instance_id\":\"a\",\"resolved\":true},{\"instance_id\":\"b\",\"resolved\":false}]}",
		"{\"a\":{\"resolved\":true,\"tests_status\":{\"x\":{\"success\":[],\"failure\":[]}}},\"b\":{\"resolved\":false}}",
		"{\"a\":true,\"b\":false}", "{\"a\":\"passed\",\"b\":\"failed: AssertionError\"}", "{\"a\":1,\"b\":0}",
		"{\"date\":\"x\",\"eval\":{\"a\":[{\"task_id\":\"a\",\"base_status\":\"pass\"}],\"b\":[{\"base_status\":\"fail\"}]}}",
		"{\"total_instances\":2,\"submitted_ids\":[\"a\",\"b\"],\"resolved_ids\":[\"a\"],\"unresolved_ids\":[\"b\"]}",
		"{\"completed_ids\":[\"a\",\"b\"],\"resolved_ids\":[\"a\"]}",
		"{\"resolved\":[\"a\"],\"no_apply\":[\"b\"],\"generated\":[\"a\",\"b\"]}",
		"{\"custom_id\":\"a\",\"result\":\"ok\"}{\"custom_id\":\"b\",\"result\":\"timeout\"}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		open_text(f, forms[i]);
		must_import_text(f, "{\"id\":\"a\",\"code\":\"1\"}\n{\"id\":\"b\",\"code\":\"2\"}\n{\"id\":\"c\",\"code\":\"3\"}\n");
		if (sample_level(sample_at(f, 0)) != LEVEL_NONE || sample_at(f, 0)->flag_count != 1 ||
		    sample_level(sample_at(f, 1)) != LEVEL_ERROR || sample_at(f, 1)->flag_count != 1)
			fail_msg("%s", forms[i]);
		assert_non_null(sample_at(f, 1)->flags[0].message);
		assert_int_equal(sample_at(f, 2)->flag_count, 0);
		struct verdict_counts counts = verdicts_count(f->options.verdicts);
		assert_int_equal(counts.verdicts, 2);
		assert_int_equal(counts.unmatched, 0);
		assert_int_equal(counts.without, 1);
	}
}

/* Messages come along; other ids of a row match too; several verdicts go in their order. */
static void test_joining(void **state)
{
	struct fixture *f = *state;

	open_text(f, "{\"id\":7,\"task_id\":\"t\",\"passed\":false,\"error\":\"NameError\",\"test_feedback\":[\"1 failed\"]}\n"
		     "{\"id\":8,\"task_id\":\"nobody\",\"passed\":true}\n");
	must_import_text(f, "{\"task_id\":\"t\",\"completions\":[\"x\",\"y\"]}");
	for (size_t i = 0; i < 2; i++) { /* one verdict is on all samples of the id */
		assert_int_equal(sample_at(f, i)->flag_count, 3);
		assert_text(sample_at(f, i)->flags[0].message, "passed: false");
		assert_text(sample_at(f, i)->flags[1].message, "1 failed");
		assert_text(sample_at(f, i)->flags[2].message, "NameError");
	}
	assert_int_equal(verdicts_count(f->options.verdicts).unmatched, 1);
	must_import_text(f, "{\"id\":\"own\",\"instance_id\":\"t\",\"code\":\"x\"}");
	assert_int_equal(sample_at(f, 0)->flag_count, 3);

	open_text(f, "{\"id\":\"t\",\"passed\":false}\n{\"id\":\"t\",\"passed\":true}\n");
	for (int round = 0; round < 2; round++) {
		must_import_text(f, "{\"id\":\"t\",\"code\":\"x\"}\n{\"id\":\"t\",\"code\":\"y\"}\n{\"id\":\"t\",\"code\":\"z\"}\n");
		assert_int_equal(sample_level(sample_at(f, 0)), LEVEL_ERROR);
		assert_int_equal(sample_level(sample_at(f, 1)), LEVEL_NONE);
		assert_int_equal(sample_at(f, 2)->flag_count, 0);
	}
	/* Also where another importer made the samples, behind their own flags. */
	open_text(f, "{\"g-1\":false}");
	must_import_text(f, "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"t\"}},\"results\":[{\"ruleId\":\"R\","
			    "\"correlationGuid\":\"g-1\",\"message\":{\"text\":\"m\"}}]}]}");
	assert_int_equal(sample_at(f, 0)->flag_count, 2);
	assert_text(sample_at(f, 0)->flags[0].rule, "R");
	assert_text(sample_at(f, 0)->flags[1].rule, "verdict");
}

static void test_many(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 5000; i++)
		strbuf_addf(&text, "{\"id\":\"task %d\",\"passed\":%s}\n", i, i % 3 ? "true" : "false");
	open_text(f, text.text);
	strbuf_clear(&text);
	for (int i = 5000; i-- > 0;)
		strbuf_addf(&text, "{\"id\":\"task %d\",\"code\":\"%d\"}\n", i, i);
	must_import_text(f, text.text);
	strbuf_release(&text);
	assert_int_equal(f->store->levels[LEVEL_ERROR], 1667);
	assert_int_equal(verdicts_count(f->options.verdicts).unmatched, 0);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} files[] = {
		{ "", "no verdict in it" }, { "[1,2]", "no verdict in it" }, { "{\"a\":\"maybe\"}", "no verdict in it" },
		{ "{\"passed\":true}\n", "" }, /* a verdict on "passed": true */
		{ "{\"id\":\"a\",\"passed\":true}\n{broken", "byte 25: the input ends" }, { "id,passed\na,1\n", "it is no JSON" },
		{ "{\"resolved\":[\"\",7,null]}", "no verdict in it" },
	};
	struct fixture *f = *state;
	struct verdicts *verdicts;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		write_bytes(f->path, slice_of(files[i].text));
		enum status status = verdicts_open(&verdicts, f->path, &f->error);
		assert_int_equal(status, files[i].says[0] ? STATUS_INPUT : STATUS_OK);
		if (status == STATUS_OK)
			verdicts_close(verdicts);
		else
			assert_contains(f->error.text, files[i].says);
	}
	assert_int_equal(verdicts_open(&verdicts, "/nonexistent/v.json", &f->error), STATUS_INPUT);
	assert_contains(f->error.text, "--verdicts /nonexistent/v.json: cannot be opened");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_swe_bench, fixture_setup, close_and_teardown),
		cmocka_unit_test_setup_teardown(test_forms, fixture_setup, close_and_teardown),
		cmocka_unit_test_setup_teardown(test_joining, fixture_setup, close_and_teardown),
		cmocka_unit_test_setup_teardown(test_many, fixture_setup, close_and_teardown),
		cmocka_unit_test_setup_teardown(test_refused, fixture_setup, close_and_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
