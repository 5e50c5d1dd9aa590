/* JSON documents: where the rows are found, what is rejected, and memory that stays flat. */
#include "tests/core/test_import_store.h"

#include "core/base/strbuf.h"

#define HARNESS DATA "llm/bigcode-project_bigcode-evaluation-harness/"
#define AIDER DATA "llm/paul-gauthier_aider-swe-bench/multi-models--gpt-4o--openrouter-anthropic-claude-3-opus/"

/* Every shape gives the rows "a" and "b", in this order. */
static void test_shapes(void **state)
{
	static const char *const documents[] = {
		"[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]",
		"\xEF\xBB\xBF \n[\n{\"id\":\"a\",\"code\":\"1\"}\n,\n{\"id\":\"b\",\"code\":\"2\"}\n]\n",
		"{\"results\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]}",
		"{\"n\":2,\"other\":[1,2],\"whatever\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]}",
		"{\"log\":[{\"at\":1}],\"data\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}],\"end\":{}}",
		"{\"message\":\"ok\",\"data\":{\"rows\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]}}",
		"{\"prompt\":\"template\",\"results\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]}",
		"{\"results\":3,\"results\":[{\"id\":\"a\",\"code\":\"1\"},{\"id\":\"b\",\"code\":\"2\"}]}",
		"{\"a\":{\"model_patch\":\"1\"},\"b\":{\"model_patch\":\"2\"}}",
		"{\"date\":\"x\",\"eval\":{\"a\":[{\"task_id\":\"a\",\"solution\":\"1\"}],\"b\":[{\"solution\":\"2\"}]}}",
		"{\n \"id\": \"a\", \"code\": \"1\"\n}\n{\n \"id\": \"b\", \"code\": \"2\"\n}\n",
		"{\"id\": \"a\", \"code\": \"1\"}{\"id\": \"b\", \"code\": \"2\"}",
		"[{\"id\":\"a\",\"code\":\"1\"}]\n[{\"id\":\"b\",\"code\":\"2\"}]",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		must_import_text(f, documents[i]);
		if (f->store->samples.len != 2 || f->batch.rejected)
			fail_msg("%s: %zu samples", documents[i], f->store->samples.len);
		assert_string_equal(f->batch.format, "json");
		for (size_t k = 0; k < 2; k++) {
			const struct sample *s = sample_at(f, k);
			assert_text(s->external_id, k ? "b" : "a");
			assert_slice(s->diff.at ? s->diff : s->code, k ? "2" : "1");
		}
	}
}

/* Outputs by their ids; lists of names are settings of some program. */
static void test_texts_by_id(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"a\":[\"return 1\"],\"b\":[\"\",\"2\"]}");
	assert_int_equal(f->store->samples.len, 3);
	assert_text(sample_at(f, 0)->external_id, "a");
	assert_slice(sample_at(f, 0)->code, "return 1");
	assert_int_equal(import_text(f, "{\"extends\":[\"config:base\"],\"ignore\":[\"a.c\"]}"), STATUS_INPUT);
}

/* One record, whatever lists stand in it. */
static void test_single_rows(void **state)
{
	static const char *const documents[] = {
		"{\n\"prompt\":\"p\"}",
		"{\n\"code\":\"c\",\"results\":[{\"code\":\"x\"},{\"code\":\"y\"}]}",
		"{\n\"model_patch\":\"c\",\"all_results\":[{\"model_patch\":\"x\"},{\"model_patch\":\"y\"}]}",
		"{\n\"custom_id\":\"1\",\"response\":{\"body\":{\"choices\":[{\"message\":{\"content\":\"x\"}}]}},\"error\":null}",
		"{\n\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"model\":\"m\"}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		must_import_text(f, documents[i]);
		if (f->store->samples.len != 1 || f->batch.rejected)
			fail_msg("%s: %zu samples", documents[i], f->store->samples.len);
	}
}

static void test_what_stands_around(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"model\":\"m\",\"config\":{\"temperature\":0.5,\"harness_version\":\"3\"},\"id\":\"run\","
			    "\"results\":[{\"completion\":\"x\"},{\"completion\":\"y\",\"model\":\"own\",\"seed\":1}],"
			    "\"seed\":7,\"date\":\"2025-03-04\"}");
	const struct sample *first = sample_at(f, 0), *second = sample_at(f, 1);
	assert_text(sample_provenance(first, PROVENANCE_MODEL), "m");
	assert_text(sample_provenance(second, PROVENANCE_MODEL), "own");
	assert_text(sample_provenance(first, PROVENANCE_HARNESS), "3");
	assert_text(sample_provenance(first, "config.temperature"), "0.5");
	assert_text(sample_provenance(first, "seed"), "7");
	assert_text(sample_provenance(second, "seed"), "1");
	assert_null(first->external_id); /* "run" is the file's */
	assert_null(sample_provenance(first, "id"));
	assert_int_equal(first->produced_at.precision, PRECISION_DAY);
}

/* Each string is a sample of the task that its place says; files with the same tasks stay apart. */
static void test_generations(void **state)
{
	static const struct {
		const char *name;
		size_t samples;
	} files[] = { { "humaneval_eval_gens.json", 4 }, { "humaneval_gen_gens.json", 2 }, { "mbpp_eval_gens.json", 4 },
		      { "mbpp_gen_gens.json", 2 }, { "pal-gsm8k-greedy_eval_gens.json", 2 },
		      { "humaneval_gen_refs.json", 2 }, { "mbpp_gen_refs.json", 2 }, { "pal-gsm8k-greedy_prompt.json", 1 } };
	struct fixture *f = *state;
	struct digest all[32];
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[256];
		snprintf(path, sizeof(path), HARNESS "%s", files[i].name);
		must_import(f, path);
		assert_int_equal(f->store->samples.len, files[i].samples);
		assert_int_equal(f->batch.rejected, 0);
		for (size_t k = 0; k < files[i].samples; k++) {
			all[count] = sample_at(f, k)->fingerprint;
			for (size_t n = 0; n < count; n++)
				assert_memory_not_equal(all[n].bytes, all[count].bytes, DIGEST_BYTES);
			count++;
		}
		if (strstr(files[i].name, "mbpp_eval")) {
			assert_text(sample_at(f, 1)->external_id, "0");
			assert_text(sample_provenance(sample_at(f, 1), "attempt"), "2");
			assert_slice(sample_at(f, 3)->code, "This is some random text");
			assert_text(sample_at(f, 3)->external_id, "1");
			assert_non_null(memchr(sample_at(f, 0)->code.at, '\r', sample_at(f, 0)->code.len_bytes));
		} else if (strstr(files[i].name, "refs")) {
			assert_null(sample_at(f, 0)->code.at);
			assert_true(sample_at(f, 0)->expected.len_bytes > 0);
		}
	}
}

static void test_aider_tasks(void **state)
{
	struct fixture *f = *state;

	must_import(f, AIDER "astropy__astropy-7746.json");
	assert_string_equal(f->batch.format, "json");
	assert_int_equal(f->batch.records, 1);
	assert_text(sample_at(f, 0)->external_id, "astropy__astropy-7746");
	assert_text(sample_at(f, 0)->flags[0].message, "resolved: false");
	assert_text(sample_provenance(sample_at(f, 0), "tries"), "3");
	assert_int_equal(import_path(f, AIDER "results.json"), STATUS_INPUT);
	assert_contains(f->error.text, "aitia import --verdicts FILE PREDICTIONS");
	assert_int_equal(f->store->committed, 1);
}

/* One broken element is one reject, with its place; the others are taken. */
static void test_rejects(void **state)
{
	struct fixture *f = *state;
	const char *text = "[{\"code\":\"a\"}, {\"code\":nul}, {\"code\":\"b\"},7 ,[3],{\"x\":1},{\"code\":\"c\"}]";

	must_import_text(f, text);
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(f->batch.rejected, 4);
	static const struct {
		int64_t record;
		const char *text, *says;
	} rejects[] = { { 2, "{\"code\":nul}", "broken JSON: byte 23: a value is expected" },
			{ 4, "7", "not an object but a number" }, { 5, "[3]", "not an object but an array" },
			{ 6, "{\"x\":1}", "no code, prompt, diff or message" } };
	for (size_t i = 0; i < ARRAY_LEN(rejects); i++) {
		const struct batch_reject *reject = &f->store->rejects.items[i];
		assert_int_equal(reject->record, rejects[i].record);
		assert_int_equal(reject->offset_bytes, strstr(text, rejects[i].text) - text);
		assert_int_equal(reject->len_bytes, strlen(rejects[i].text));
		assert_contains(reject->reason, rejects[i].says);
	}

	/* Cut off, or broken between the elements: the rest is one reject. */
	must_import_text(f, "{\"rows\":[{\"code\":\"a\"},{\"code\":\"b\"},{\"co");
	assert_int_equal(f->batch.imported, 2);
	assert_int_equal(f->batch.rejected, 1);
	assert_int_equal(f->store->rejects.items[0].offset_bytes, 35);
	assert_int_equal(f->store->rejects.items[0].len_bytes, 4);
	must_import_text(f, "[{\"code\":\"a\"} {\"code\":\"b\"}]");
	assert_int_equal(f->batch.imported, 1);
	assert_int_equal(f->batch.rejected, 1);
	assert_contains(f->store->rejects.items[0].reason, "a comma or ] is expected");
	must_import_text(f, "{\n\"code\":\"a\"}\n{\"code\": tru}\n{\"code\":\"b\"}\n]");
	assert_int_equal(f->batch.imported, 2);
	assert_int_equal(f->batch.rejected, 2);

	assert_int_equal(import_text(f, "[1, 2, [3]]"), STATUS_INPUT);
	assert_contains(f->error.text, "no value of it is a JSON object");
	assert_int_equal(import_text(f, "{\n\"a\":1,\"b\":{}}"), STATUS_INPUT);
	assert_contains(f->error.text, "keys: a, b");
	must_import_text(f, "[]");
	assert_int_equal(f->batch.records, 0);
}

/* The same bytes give the same samples, and another file of the same name others. */
static void test_twice(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "[[\"a\",\"a\"],[\"a\"]]");
	struct digest first = sample_at(f, 0)->fingerprint, second = sample_at(f, 1)->fingerprint;
	assert_memory_not_equal(first.bytes, second.bytes, DIGEST_BYTES);
	must_import_text(f, "[[\"a\",\"a\"],[\"a\"]]");
	assert_memory_equal(first.bytes, sample_at(f, 0)->fingerprint.bytes, DIGEST_BYTES);
	must_import_text(f, "[[\"a\",\"a\"],[\"b\"]]");
	assert_memory_not_equal(first.bytes, sample_at(f, 0)->fingerprint.bytes, DIGEST_BYTES);
}

/* Many names, deep and long ones: what is kept of them is bounded. */
static void test_odd_names(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "{\"");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&text, 'n');
	strbuf_addstr(&text, "\":{\"rows\":[{\"code\":\"hidden\"}]}");
	for (int i = 0; i < 3000; i++)
		strbuf_addf(&text, ",\"key%d\":%d", i, i);
	strbuf_addstr(&text, ",\"deep\":");
	for (int i = 0; i < 400; i++)
		strbuf_addstr(&text, "{\"a\":");
	strbuf_addstr(&text, "1");
	for (int i = 0; i < 400; i++)
		strbuf_addstr(&text, "}");
	strbuf_addstr(&text, ",\"rows\":[{\"code\":\"x\"}]}");
	enum status status = import_bytes(f, strbuf_slice(&text));
	strbuf_release(&text);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(f->batch.imported, 1);
	assert_slice(sample_at(f, 0)->code, "x");
	assert_true(sample_at(f, 0)->provenance_count <= 24);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shapes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_texts_by_id, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_single_rows, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_what_stands_around, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_generations, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_aider_tasks, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_rejects, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_twice, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_odd_names, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
