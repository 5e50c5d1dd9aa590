/* JSON Lines: the real files of the shared data, and what their rows become. */
#include "tests/core/test_import_store.h"

#define REFLEXION DATA "llm/noahshinn_reflexion/"
#define DEBUGGER DATA "llm/FloridSleeves_LLMDebugger/humaneval/"

struct solved {
	const char *path;
	int64_t rows;
	size_t solved, empty;
	const char *language;
};

/* Rows and verdicts as data/README.md has them. */
static const struct solved reflexion[] = {
	{ REFLEXION "simple_human_eval_py_logging/humaneval-py..gz_simple_1_gpt-4_pass_at_k_1_py.jsonl", 164, 141, 0, "python" },
	{ REFLEXION "reflexion_humaneval_py_pass_at_1/reflexion_humaneval_py_pass_at_1.jsonl", 164, 150, 14, "python" },
	{ REFLEXION "simple_mbpp_py/mbpp-py._simple_1_gpt-4_pass_at_k_1_py.jsonl", 397, 318, 0, "python" },
	{ REFLEXION "reflexion_mbpp_py/mbpp-py._reflexion_5_gpt-4_pass_at_k_1_py.jsonl", 397, 306, 0, "python" },
	{ REFLEXION "reflexion_mbpp_rs/mbpp-rs._reflexion_5_gpt-4_pass_at_k_1_rs.jsonl", 354, 268, 0, "rust" },
	{ REFLEXION "simple_humaneval_rs_hard50/humaneval-rs._simple_1_gpt-4_pass_at_k_1_rs.jsonl", 50, 30, 0, "rust" },
	{ REFLEXION "reflexion_humaneval_rs_hard50/humaneval-rs._reflexion_5_gpt-4_pass_at_k_1_rs.jsonl", 50, 34, 0, "rust" },
};

static void test_reflexion(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(reflexion); i++) {
		const struct solved *file = &reflexion[i];
		must_import(f, file->path);
		assert_string_equal(f->batch.format, "jsonl");
		assert_int_equal(f->batch.records, file->rows);
		assert_int_equal(f->batch.imported, file->rows);
		assert_int_equal(f->batch.rejected, 0);
		assert_int_equal(count_messages(f, "is_solved: true"), file->solved);
		assert_int_equal(count_messages(f, "is_solved: false"), (size_t)file->rows - file->solved);
		assert_int_equal(count_messages(f, "empty output"), file->empty);
		assert_int_equal(f->store->levels[LEVEL_ERROR], file->rows - (int64_t)file->solved);
		for (size_t k = 0; k < f->store->samples.len; k++) {
			const struct sample *sample = sample_at(f, k);
			assert_text(sample->language, file->language);
			assert_non_null(sample->external_id);
			assert_non_null(sample->code.at);
			assert_true(sample->prompt.len_bytes > 0);
			assert_int_equal(sample->kind, SAMPLE_KIND_COMPLETION);
			assert_int_equal(sample->flags[0].source, SOURCE_EVAL);
		}
	}
}

/* "language": "py" was recorded; where the file's name alone says it, it is a guess. */
static void test_language_is_marked_when_guessed(void **state)
{
	struct fixture *f = *state;

	must_import(f, reflexion[0].path);
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample_provenance(sample, "language"), "python");
	for (size_t i = 0; i < sample->provenance_count; i++)
		if (strcmp(sample->provenance[i].key, "language") == 0)
			assert_int_equal(sample->provenance[i].certainty, CERTAINTY_GUESSED);
	must_import(f, reflexion[2].path);
	assert_null(sample_provenance(sample_at(f, 0), "language"));
	must_import_text(f, "{\"code\":\"x\",\"path\":\"src/a.rs\"}\n");
	assert_text(sample_at(f, 0)->language, "rust");
	assert_text(sample_provenance(sample_at(f, 0), "language"), "rust");
}

static void test_debugger(void **state)
{
	static const struct {
		const char *path;
		size_t solved, passing;
	} files[] = {
		{ DEBUGGER "gpt-3.5-turbo-0613/results.jsonl", 136, 144 },
		{ DEBUGGER "codellama/results.jsonl", 91, 104 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		must_import(f, files[i].path);
		assert_int_equal(f->batch.records, 164);
		assert_int_equal(f->batch.rejected, 0);
		assert_int_equal(count_messages(f, "is_solved: true"), files[i].solved);
		assert_int_equal(count_messages(f, "is_passing: true"), files[i].passing);
		assert_int_equal(count_messages(f, "is_passing: false"), 164 - files[i].passing);
		size_t feedback = 0, expected = 0;
		for (size_t k = 0; k < f->store->samples.len; k++) {
			const struct sample *sample = sample_at(f, k);
			assert_non_null(sample_provenance(sample, "attempts"));
			expected += sample->expected.len_bytes > 0;
			for (size_t n = 0; n < sample->flag_count; n++)
				feedback += sample->flags[n].source == SOURCE_UNIT_TEST &&
					    strstr(sample->flags[n].message, "Real Execution Output") != NULL;
		}
		assert_true(feedback > 10);
		assert_int_equal(expected, 164);
	}
}

static void test_aider_patches(void **state)
{
	struct fixture *f = *state;
	size_t empty = 0, paths = 0, python = 0;

	must_import(f, DATA "llm/paul-gauthier_aider-swe-bench/"
		       "multi-models--gpt-4o--openrouter-anthropic-claude-3-opus/all_preds.jsonl");
	assert_int_equal(f->batch.records, 300);
	assert_int_equal(f->batch.rejected, 0);
	for (size_t i = 0; i < 300; i++) {
		const struct sample *sample = sample_at(f, i);
		assert_int_equal(sample->kind, SAMPLE_KIND_PATCH);
		assert_non_null(sample->diff.at);
		assert_null(sample->code.at);
		empty += sample->diff.len_bytes == 0;
		paths += sample->path != NULL;
		python += sample->language && strcmp(sample->language, "python") == 0;
		assert_text(sample_provenance(sample, PROVENANCE_MODEL),
			    "aider--gpt-4o--openrouter-anthropic-claude-3-opus");
	}
	assert_int_equal(empty, 10);
	assert_int_equal(count_messages(f, "empty output"), 10);
	assert_text(sample_at(f, 0)->external_id, "sympy__sympy-23117");
	assert_text(sample_at(f, 0)->path, "sympy/tensor/array/ndim_array.py");
	assert_true(paths > 200 && python > 200);
}

static void test_human_eval(void **state)
{
	struct fixture *f = *state;

	must_import(f, DATA "llm/openai_human-eval/example_samples.jsonl");
	assert_int_equal(f->batch.records, 6);
	assert_slice(sample_at(f, 0)->code, "    import subprocess\n    subprocess.check_output('rm -rf tmp')");
	assert_text(sample_at(f, 0)->external_id, "test/0");
	must_import(f, DATA "llm/openai_human-eval/example_problem.jsonl");
	assert_int_equal(f->batch.records, 1);
	assert_slice(sample_at(f, 0)->prompt, "def return1():\n");
	assert_slice(sample_at(f, 0)->expected, "    return 1");
	assert_null(sample_at(f, 0)->code.at);
}

/* A transcript is another importer's; of what is forced on this one, what fits is taken and the rest told. */
static void test_edge_cases(void **state)
{
	struct fixture *f = *state;
	size_t no_objects = 0;

	f->options.format = "jsonl";
	must_import(f, DATA "llm/daaain_claude-code-log/edge_cases.jsonl");
	assert_int_equal(f->batch.records, 19);
	assert_int_equal(f->batch.rejected, 18);
	assert_int_equal(f->batch.imported, 1);
	for (size_t i = 0; i < f->store->rejects.len; i++) {
		const struct batch_reject *reject = &f->store->rejects.items[i];
		assert_true(i == 0 || reject->record > f->store->rejects.items[i - 1].record);
		no_objects += strstr(reject->reason, "not an object but") != NULL;
	}
	assert_int_equal(no_objects, 3);
	assert_int_equal(f->store->rejects.items[0].offset_bytes, 0);
	assert_text(sample_at(f, 0)->flags[0].message, "error");
	assert_text(sample_at(f, 0)->session, "edge_cases");
}

static void test_trojan_source(void **state)
{
	struct fixture *f = *state;
	struct digest raw[53];
	size_t bidi = 0;

	must_import(f, DATA "hostile/nickboucher_trojan-source/trojan_source.jsonl");
	assert_int_equal(f->batch.records, 53);
	for (size_t i = 0; i < 53; i++) {
		raw[i] = digest_of(sample_at(f, i)->code);
		for (size_t at = 0; at + 2 < sample_at(f, i)->code.len_bytes; at++)
			if (memcmp(sample_at(f, i)->code.at + at, "\xE2\x80\xAE", 3) == 0) {
				bidi++;
				break;
			}
		assert_non_null(sample_at(f, i)->path);
		assert_non_null(sample_at(f, i)->language);
		assert_non_null(sample_provenance(sample_at(f, i), "attack"));
	}
	assert_true(bidi > 10); /* the bytes themselves, neither cleaned nor escaped */
	must_import(f, DATA "hostile/nickboucher_trojan-source/trojan_source.ascii.jsonl");
	assert_int_equal(f->batch.records, 53);
	for (size_t i = 0; i < 53; i++) {
		struct digest ascii = digest_of(sample_at(f, i)->code);
		assert_memory_equal(ascii.bytes, raw[i].bytes, DIGEST_BYTES);
	}
}

static void test_nothing_known(void **state)
{
	struct fixture *f = *state;
	const char *analytics = DATA "llm/Aider-AI_aider/assets/sample-analytics.jsonl";
	struct field_map map;

	assert_int_equal(import_path(f, analytics), STATUS_INPUT);
	assert_contains(f->error.text, "keys: event, properties, user_id, time");
	assert_contains(f->error.text, "--map");
	assert_contains(f->error.text, "sample-analytics.jsonl");
	assert_int_equal(f->store->committed, 0);
	assert_int_equal(f->store->aborted, 1);

	assert_int_equal(field_map_parse(&f->arena, "message=event", &map, &f->error), STATUS_OK);
	map = (struct field_map){ "message", "event" };
	f->options.maps = &map;
	f->options.map_count = 1;
	must_import(f, analytics);
	assert_int_equal(f->batch.imported, 1000);
	assert_true(instant_known(sample_at(f, 0)->produced_at));
	assert_int_equal(sample_at(f, 0)->produced_at.precision, PRECISION_SECOND);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reflexion, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_language_is_marked_when_guessed, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_debugger, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_aider_patches, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_human_eval, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_edge_cases, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_trojan_source, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_known, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
