/* Outputs in the shapes in which interfaces and harnesses write them. */
#include "tests/core/test_import_store.h"

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

static const struct sample *one(struct fixture *f, const char *line)
{
	must_import_text(f, line);
	if (f->store->samples.len != 1 || f->batch.rejected)
		fail_msg("%s: %zu samples", line, f->store->samples.len);
	return sample_at(f, 0);
}

/* The code of each sample, joined. */
static void assert_codes(struct fixture *f, const char *line, const char *expected)
{
	struct strbuf codes = STRBUF_INIT;

	must_import_text(f, line);
	for (size_t i = 0; i < f->store->samples.len; i++) {
		if (i)
			strbuf_addch(&codes, '|');
		strbuf_addslice(&codes, sample_at(f, i)->code);
	}
	char *text = arena_strdup(&f->arena, codes.text);
	strbuf_release(&codes);
	if (strcmp(text, expected) != 0)
		fail_msg("%s: \"%s\" is not \"%s\"", line, text, expected);
}

static void test_lists(void **state)
{
	static const struct {
		const char *line, *codes;
	} rows[] = {
		{ "{\"prompt\":\"p\",\"completions\":[\"a\",\"b\",\"c\"]}", "a|b|c" },
		{ "{\"samples\":[{\"completion\":\"a\"},{\"text\":\"b\"},{\"solution\":\"c\"}],\"prompt\":\"p\"}", "a|b|c" },
		{ "{\"generations\":[[\"a\",\"b\"],[\"c\"]]}", "a|b|c" },
		{ "{\"responses\":[\"a\",null,\"b\",7,{}]}", "a|b" },
		{ "{\"prompt\":\"p\",\"outputs\":[{\"text\":\"a\",\"finish_reason\":\"stop\"},{\"text\":\"b\"}]}", "a|b" },
		{ "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"a\"}},{\"text\":\"b\"}]}", "a|b" },
		{ "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}],\"role\":\"model\"}}]}", "ab" },
		{ "{\"attempts\":[\"a\",\"b\"],\"task_id\":\"t\"}", "a|b" },
		{ "{\"implementations\":[\"a\",\"b\"]}", "a|b" },
		{ "{\"resps\":[[\"a\"]],\"filtered_resps\":[\"b\"]}", "a" },
		{ "{\"completion\":[\"a\",\"b\"],\"prompt\":\"p\"}", "a|b" },
		{ "{\"code_list\":[\"a\"],\"output_list\":[\"x a\"],\"question_content\":\"q\"}", "a" },
		/* An output of its own: the list is the way there. */
		{ "{\"solution\":\"s\",\"implementations\":[\"a\",\"b\"]}", "s" },
		{ "{\"completion\":\"s\",\"samples\":[\"a\",\"b\"]}", "s" },
		{ "{\"prompt\":\"p\",\"completions\":[]}", "" },
		{ "{\"prompt\":\"p\",\"resps\":[[[-1.5,false]]]}", "" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_codes(f, rows[i].line, rows[i].codes);
	const struct sample *s = one(f, "{\"solution\":\"s\",\"implementations\":[\"a\",\"b\"],\"samples\":[1,2,3]}");
	assert_text(sample_provenance(s, "attempts"), "2");
	assert_text(sample_provenance(s, "samples"), "3");
}

static void test_several_samples(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"task_id\":\"t\",\"prompt\":\"p\",\"model\":\"m\",\"seed\":3,\"canonical_solution\":\"e\","
			    "\"samples\":[\"x\",\"x\",{\"completion\":\"y\",\"model\":\"n\",\"id\":\"s3\",\"passed\":false}]}\n");
	assert_int_equal(f->store->samples.len, 3);
	assert_int_equal(f->batch.rejected, 0);
	for (size_t i = 0; i < 3; i++) {
		char number[2] = { (char)('1' + i), '\0' };
		const struct sample *s = sample_at(f, i);
		assert_text(s->external_id, "t");
		assert_slice(s->prompt, "p");
		assert_slice(s->expected, "e");
		assert_text(sample_provenance(s, "attempt"), number);
		assert_text(sample_provenance(s, "seed"), "3");
		assert_text(sample_provenance(s, PROVENANCE_MODEL), i == 2 ? "n" : "m");
		for (size_t k = 0; k < i; k++) /* the same text twice is two samples */
			assert_memory_not_equal(s->fingerprint.bytes, sample_at(f, k)->fingerprint.bytes, DIGEST_BYTES);
	}
	assert_text(sample_provenance(sample_at(f, 2), "id"), "s3");
	assert_text(sample_at(f, 2)->flags[0].message, "passed: false");
	assert_int_equal(sample_at(f, 0)->flag_count, 0);
	assert_null(sample_provenance(one(f, "{\"completions\":[\"x\"]}"), "attempt"));

	/* With a path and a verdict first it is still no finding of static analysis. */
	must_import_text(f, "{\"path\":\"a.py\",\"completions\":[\"x\",\"x\"],\"passed\":[false,false]}");
	assert_memory_not_equal(sample_at(f, 0)->fingerprint.bytes, sample_at(f, 1)->fingerprint.bytes, DIGEST_BYTES);
}

static void test_verdicts_of_lists(void **state)
{
	static const struct {
		const char *member;
		int levels[2]; /* -1: no flag */
	} rows[] = {
		{ "\"passed\":[true,false]", { LEVEL_NONE, LEVEL_ERROR } },
		{ "\"is_correct\":[0,1]", { LEVEL_ERROR, LEVEL_NONE } },
		{ "\"result\":[\"passed\",\"failed: NameError\"]", { LEVEL_NONE, LEVEL_ERROR } },
		{ "\"graded_list\":[false,null]", { LEVEL_ERROR, -1 } },
		{ "\"passed\":[true]", { -1, -1 } },       /* whose? */
		{ "\"passed\":[[true],[false]]", { -1, -1 } },
		{ "\"passed\":false", { LEVEL_ERROR, LEVEL_ERROR } },
		{ "\"passed\":true", { -1, -1 } },         /* one of them did */
	};
	struct fixture *f = *state;
	char line[160];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(line, sizeof(line), "{\"completions\":[\"a\",\"b\"],%s}", rows[i].member);
		must_import_text(f, line);
		for (size_t k = 0; k < 2; k++) {
			assert_int_equal(sample_at(f, k)->flag_count, rows[i].levels[k] >= 0);
			if (rows[i].levels[k] >= 0)
				assert_int_equal(sample_at(f, k)->flags[0].level, rows[i].levels[k]);
		}
	}
	assert_text(sample_provenance(sample_at(f, 0), "passed"), "true");
	assert_int_equal(one(f, "{\"completions\":[\"a\"],\"passed\":true}")->flags[0].level, LEVEL_NONE);
	assert_int_equal(one(f, "{\"completion\":\"a\",\"passed\":[false]}")->flags[0].level, LEVEL_ERROR);
}

static void test_openai_batch(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"id\":\"batch_req_1\",\"custom_id\":\"request-1\",\"response\":{\"status_code\":200,\"body\":{\"id\":\"chatcmpl-1\","
		"\"created\":1741083072,\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
		"\"content\":\"def f(): pass\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":22,\"completion_tokens\":2,"
		"\"total_tokens\":24}}},\"error\":null}");

	assert_text(s->external_id, "request-1");
	assert_slice(s->code, "def f(): pass");
	assert_string_equal(instant_text(&f->arena, s->produced_at), "2025-03-04 10:11:12");
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "gpt-4o-mini");
	assert_text(sample_provenance(s, PROVENANCE_INPUT_TOKENS), "22");
	assert_text(sample_provenance(s, PROVENANCE_OUTPUT_TOKENS), "2");
	assert_text(sample_provenance(s, PROVENANCE_FINISH_REASON), "stop");
	assert_text(sample_provenance(s, "response.status_code"), "200");
	assert_text(sample_provenance(s, "response.body.usage.total_tokens"), "24");
	assert_text(sample_provenance(s, "id"), "batch_req_1");
	s = one(f, "{\"custom_id\":\"r3\",\"response\":null,\"error\":{\"code\":\"expired\",\"message\":\"too late\"}}");
	assert_text(s->flags[0].message, "too late");
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
	/* Nothing but calls of tools. */
	s = one(f, "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]}}]}");
	assert_slice(s->code, "[{\"id\":\"1\"}]");
	/* The Responses interface: what it thought is no output. */
	s = one(f, "{\"id\":\"r\",\"model\":\"m\",\"output\":[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"t\",\"text\":\"hm\"}]},"
		   "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"print(1)\"}]}]}");
	assert_slice(s->code, "print(1)");
}

static void test_anthropic_batch(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"custom_id\":\"a1\",\"result\":{\"type\":\"succeeded\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\","
		"\"model\":\"claude-x\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"a\"},"
		"{\"type\":\"text\",\"text\":\"b\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":10,\"output_tokens\":34}}}}");

	assert_text(s->external_id, "a1");
	assert_slice(s->code, "ab");
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "claude-x");
	assert_text(sample_provenance(s, PROVENANCE_INPUT_TOKENS), "10");
	assert_text(sample_provenance(s, PROVENANCE_FINISH_REASON), "end_turn");
	s = one(f, "{\"custom_id\":\"a2\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":"
		   "{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}}}");
	assert_text(s->flags[0].message, "too long");
	s = one(f, "{\"custom_id\":\"a3\",\"result\":{\"message\":{\"content\":[{\"type\":\"tool_use\",\"name\":\"edit\"}]}}}");
	assert_slice(s->code, "[{\"type\":\"tool_use\",\"name\":\"edit\"}]");
}

static void test_chats(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f, "{\"messages\":[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"U\"} , "
					"{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"A\"}]}]}");

	assert_slice(s->code, "A");
	assert_slice(s->prompt, "[{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"U\"}]");
	s = one(f, "{\"conversations\":[{\"from\":\"human\",\"value\":\"U\"},{\"from\":\"gpt\",\"value\":\"A\"}]}");
	assert_slice(s->code, "A");
	assert_slice(s->prompt, "U");
	/* Not the last one's word: all of it is the prompt. */
	s = one(f, "{\"messages\":[{\"role\":\"assistant\",\"content\":\"A\"},{\"role\":\"user\",\"content\":\"U\"}]}");
	assert_null(s->code.at);
	assert_true(s->prompt.at[0] == '[');
	s = one(f, "{\"messages\":[{\"role\":\"user\",\"content\":\"U\"},{\"role\":\"assistant\",\"content\":\"A\"}],\"completion\":\"C\"}");
	assert_slice(s->code, "C");
	assert_true(s->prompt.at[0] == '[');
	s = one(f, "{\"messages\":[{\"role\":\"user\",\"content\":\"U\"}],\"completion\":\"C\"}");
	assert_slice(s->prompt, "U");
	assert_null(one(f, "{\"messages\":[],\"id\":\"x\",\"prompt\":\"p\"}")->code.at);
}

static void test_harnesses(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f,
		"{\"doc_id\":3,\"doc\":{\"question\":\"q\"},\"target\":\"42\",\"arguments\":{\"gen_args_0\":{\"arg_0\":\"Q: 6*7?\","
		"\"arg_1\":{\"until\":[]}}},\"resps\":[[\"41\"]],\"filtered_resps\":[\"41\"],\"filter\":\"strict\",\"exact_match\":0.0}");

	assert_text(s->external_id, "3"); /* lm-evaluation-harness */
	assert_slice(s->prompt, "Q: 6*7?");
	assert_slice(s->code, "41");
	assert_slice(s->expected, "42");
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
	assert_text(s->flags[0].rule, "exact_match");
	s = one(f, "{\"doc_id\":0,\"arguments\":[[\"P\",{}]],\"resps\":[[\"r\"]],\"acc\":1.0}");
	assert_slice(s->prompt, "P");
	assert_int_equal(s->flags[0].level, LEVEL_NONE);

	s = one(f, "{\"sample_id\":\"x.1\",\"type\":\"match\",\"data\":{\"correct\":false,\"expected\":\"a\",\"picked\":\"b\","
		   "\"sampled\":\"b c\"},\"created_at\":\"2023-03-14 10:11:12.5+00:00\"}"); /* OpenAI evals */
	assert_slice(s->code, "b c");
	assert_slice(s->expected, "a");
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
	assert_true(instant_known(s->produced_at));
	s = one(f, "{\"input\":[{\"role\":\"user\",\"content\":\"q\"}],\"ideal\":\"a\",\"sampled\":[\"x\"]}");
	assert_slice(s->code, "x");
	assert_slice(s->prompt, "q");

	s = one(f, "{\"id\":\"u-1\",\"inputs\":{\"question\":\"Write f\"},\"outputs\":{\"output\":\"def f()\"},\"error\":null,"
		   "\"feedback\":[{\"key\":\"correctness\",\"score\":0,\"comment\":\"wrong\"},{\"key\":\"style\",\"score\":0.5}]}");
	assert_slice(s->prompt, "Write f"); /* LangSmith */
	assert_slice(s->code, "def f()");
	assert_int_equal(s->flag_count, 2);
	assert_text(s->flags[0].message, "wrong");
	assert_int_equal(s->flags[0].level, LEVEL_ERROR);
	assert_true(s->flags[1].has_score && s->flags[1].score == 0.5);
	s = one(f, "{\"id\":\"u-2\",\"inputs\":{\"a\":\"q\",\"b\":1},\"outputs\":null,\"error\":\"TimeoutError()\"}");
	assert_text(s->flags[0].message, "TimeoutError()");
	assert_slice(s->prompt, "{\"a\":\"q\",\"b\":1}");

	must_import_text(f, "[[{\"generated_text\":\"a\"},{\"generated_text\":\"b\"}],[{\"generated_text\":\"c\"}]]");
	assert_int_equal(f->store->samples.len, 3);
	assert_text(sample_at(f, 2)->external_id, "1");
	s = one(f, "{\"task_id\":\"HumanEval/0\",\"completion\":\"x\",\"result\":\"failed: AssertionError\",\"passed\":false}");
	assert_int_equal(s->flag_count, 2);
	assert_text(s->flags[0].message, "result: failed: AssertionError");
	s = one(f, "{\"input\":\"q\",\"actual_output\":\"a\",\"expected_output\":\"e\",\"success\":false}"); /* DeepEval */
	assert_slice(s->code, "a");
	assert_slice(s->expected, "e");
}

static void test_nested_attributes(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f, "{\"code\":\"x\",\"metadata\":{\"seed\":1,\"deep\":{\"a\":1},\"list\":[1],\"nothing\":null},"
					"\"other\":{\"seed\":2},\"properties\":{\"model\":\"m\",\"plan\":\"pro\"}}");

	assert_text(sample_provenance(s, "metadata.seed"), "1");
	assert_text(sample_provenance(s, "properties.plan"), "pro");
	assert_text(sample_provenance(s, PROVENANCE_MODEL), "m");
	assert_null(sample_provenance(s, "properties.model"));
	assert_int_equal(s->provenance_count, 3);
}

/* ---- hostile values ---------------------------------------------------------------- */

static void test_raw_bytes(void **state)
{
	struct fixture *f = *state;
	const struct sample *s = one(f, "{\"code\":\"a\xFF\\n\xC3(\",\"message\":\"m\xFE\",\"k\xFD\":\"v\xFC\"}");

	assert_slice(s->code, "a\xFF\n\xC3("); /* as it was produced */
	assert_text(s->flags[0].message, "m\xEF\xBF\xBD");
	assert_text(sample_provenance(s, "k\xEF\xBF\xBD"), "v\xEF\xBF\xBD");
	assert_text(sample_provenance(s, "import.invalid_utf8"), "5");
	s = one(f, "[{\"code\":\"\x80\"}]");
	assert_slice(s->code, "\x80");
	assert_text(sample_provenance(s, "import.invalid_utf8"), "1");

	s = one(f, "{\"code\":\"a\\u0000b\",\"message\":\"c\\u0000d\"}");
	assert_int_equal(s->code.len_bytes, 3);
	assert_memory_equal(s->code.at, "a\0b", 3);
	assert_text(s->flags[0].message, "c\xE2\x90\x80" "d");
	s = one(f, "{\"code\":\"\\ud800x\\udfff\",\"id\":\"\\udead\"}"); /* lone surrogates have no bytes */
	assert_slice(s->code, "\xEF\xBF\xBDx\xEF\xBF\xBD");
	assert_text(s->external_id, "\xEF\xBF\xBD");
	s = one(f, "{\"code\":\"a\",\"id\":1,\"code\":\"b\",\"id\":2,\"x\":1,\"x\":2}");
	assert_slice(s->code, "b");
	assert_text(s->external_id, "2");
	assert_text(sample_provenance(s, "x"), "2");
}

static void test_huge_values(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "{\"code\":\"x\",\"line\":");
	for (int i = 0; i < 10000; i++)
		strbuf_addch(&text, '9');
	strbuf_addstr(&text, ",\"ts\":1");
	for (int i = 0; i < 10000; i++)
		strbuf_addch(&text, '0');
	strbuf_addstr(&text, ",\"turn\":1e999999999}");
	must_import_text(f, text.text);
	const struct sample *s = sample_at(f, 0);
	assert_false(instant_known(s->produced_at));
	assert_int_equal(s->turn, 0);
	assert_true(strlen(sample_provenance(s, "line")) <= 4096);

	/* 500 brackets are read, a hundred thousand are one reject among good rows. */
	for (int depth = 500; depth <= 100000; depth += 99500) {
		strbuf_clear(&text);
		strbuf_addstr(&text, "{\"code\":\"a\"}\n{\"code\":\"b\",\"deep\":");
		for (int i = 0; i < depth; i++)
			strbuf_addch(&text, '[');
		for (int i = 0; i < depth; i++)
			strbuf_addch(&text, ']');
		strbuf_addstr(&text, "}\n{\"code\":\"c\"}\n");
		must_import_text(f, text.text);
		assert_int_equal(f->batch.records, 3);
		assert_int_equal(f->batch.rejected, depth > 500);
		if (depth > 500)
			assert_contains(f->store->rejects.items[0].reason, "nested too deep");
		/* The same as a document. */
		strbuf_insert(&text, 0, "[", 1);
		for (char *at = text.text; (at = strchr(at, '\n')) != NULL;)
			*at = at[1] ? ',' : ']';
		must_import_text(f, text.text);
		assert_string_equal(f->batch.format, "json");
		assert_int_equal(f->batch.records, 3);
		assert_int_equal(f->batch.rejected, depth > 500);
	}
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_several_samples, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_verdicts_of_lists, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_openai_batch, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_anthropic_batch, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_chats, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_harnesses, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_nested_attributes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_raw_bytes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_huge_values, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
