/* Trajectories of SWE-agent: the real files of the shared data; of mini-SWE-agent in its shape. */
#include "tests/core/test_import_store.h"

#define FOLDER DATA "llm/SWE-agent_SWE-agent/"
#define PYDICOM FOLDER "gpt4__swe-bench-dev-easy_first_only__default__t-0.00__p-0.95__c-3.00__install-1/pydicom__pydicom-1458.traj"
#define MARSHMALLOW FOLDER "demonstrations/replay__marshmallow-code__marshmallow-1867__function_calling_replace_from_source/" \
	"marshmallow-code__marshmallow-1867.traj"
#define OLD_REPO FOLDER "gpt4__swe-agent__test-repo__default_from_url__t-0.00__p-0.95__c-3.00__install-1/swe-agent__test-repo-i1.traj"
#define NEW_REPO FOLDER "gpt4__swe-agent-test-repo__default_from_url__t-0.00__p-0.95__c-3.00__install-1/6e44b9__sweagenttestrepo-1c2844.traj"

static const char *fact(const struct sample *sample, const char *key)
{
	const char *value = sample_provenance(sample, key);

	return value ? value : "";
}

/* Entries as data/MANIFEST.tsv has them, and one patch each. */
static void test_real_files(void **state)
{
	static const struct {
		const char *path, *instance;
		int64_t steps;
	} files[] = {
		{ OLD_REPO, "swe-agent__test-repo-i1", 5 }, { NEW_REPO, "SWE-agent__test-repo-i1", 5 },
		{ PYDICOM, "pydicom__pydicom-1458", 12 }, { MARSHMALLOW, "marshmallow-code__marshmallow-1867", 13 },
	};
	struct fixture *f = *state;
	int64_t steps = 0;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		must_import(f, files[i].path);
		assert_string_equal(f->batch.format, "swe-agent");
		assert_int_equal(f->batch.records, files[i].steps + 1);
		assert_int_equal(f->batch.rejected, 0);
		for (int64_t k = 0; k < files[i].steps; k++) {
			const struct sample *step = sample_at(f, (size_t)k);
			assert_int_equal(step->kind, SAMPLE_KIND_AGENT_TURN);
			assert_int_equal(step->turn, k + 1);
			assert_text(step->session, files[i].instance);
			assert_true(step->code.len_bytes > 0);
			assert_true(k > 0 || step->prompt.len_bytes > 0); /* rm answers nothing */
		}
		const struct sample *patch = sample_at(f, (size_t)files[i].steps);
		assert_int_equal(patch->kind, SAMPLE_KIND_PATCH);
		assert_text(patch->external_id, files[i].instance);
		assert_contains(arena_text(&f->arena, patch->diff), "diff --git a/");
		assert_contains(arena_text(&f->arena, patch->prompt), "We're currently solving the following issue");
		assert_int_equal(patch->flag_count, 0);
		assert_string_equal(fact(patch, "exit_status"), "submitted");
		steps += files[i].steps;
	}
	assert_int_equal(steps, 35);
}

/* Three edits that the linter of the environment refused (counted with grep). */
static void test_refused_edits(void **state)
{
	struct fixture *f = *state;
	size_t refused = 0;

	must_import(f, PYDICOM);
	for (size_t i = 0; i < f->store->samples.len; i++) {
		const struct sample *sample = sample_at(f, i);
		if (!sample->flag_count)
			continue;
		assert_int_equal(sample->flag_count, 1);
		assert_text(sample->flags[0].rule, "edit_syntax_error");
		assert_int_equal(sample->flags[0].level, LEVEL_ERROR);
		assert_int_equal(sample->flags[0].source, SOURCE_LINTER);
		assert_contains(sample->flags[0].message, "ERRORS:\n- E999 ");
		assert_string_equal(fact(sample, "action"), "edit");
		refused++;
	}
	assert_int_equal(refused, 3);
	assert_string_equal(fact(sample_at(f, 12), "gen_ai.usage.input_tokens"), "122612");
	assert_string_equal(fact(sample_at(f, 12), "api_calls"), "12");
}

/* A step has what came back from the one before; the first one, the task. */
static void test_what_a_step_has_seen(void **state)
{
	struct fixture *f = *state;

	must_import(f, NEW_REPO);
	assert_contains(arena_text(&f->arena, sample_at(f, 0)->prompt), "SyntaxError: invalid syntax");
	assert_slice(sample_at(f, 1)->prompt, "Found 1 matches for \"missing_colon.py\" in /SWE-agent__test-repo:\r\n"
					      "/SWE-agent__test-repo/tests/missing_colon.py");
	assert_string_equal(fact(sample_at(f, 1), PROVENANCE_MODEL), "gpt-4o");
	assert_string_equal(fact(sample_at(f, 1), "harness.name"), "swe-agent");
	assert_string_equal(fact(sample_at(f, 0), "open_file"), ""); /* "n/a" */
	assert_string_equal(fact(sample_at(f, 4), "open_file"), "/SWE-agent__test-repo/tests/missing_colon.py");
	must_import(f, OLD_REPO); /* its state is a string that holds JSON */
	assert_string_equal(fact(sample_at(f, 4), "open_file"), "/klieret__swe-agent-test-repo/tests/missing_colon.py");
	must_import(f, MARSHMALLOW); /* steps that were played back */
	assert_string_equal(fact(sample_at(f, 0), PROVENANCE_MODEL), "");
}

static void test_endings(void **state)
{
	static const struct {
		const char *info, *rule, *message;
		enum level level;
	} endings[] = {
		{ "\"exit_status\":\"submitted (exit_cost)\",\"submission\":\"diff --git a/x b/x\\n\"", "exit_status",
		  "the run ended with submitted (exit_cost)", LEVEL_WARNING },
		{ "\"exit_status\":\"exit_context\",\"submission\":null", "exit_status", "the run ended with exit_context", LEVEL_ERROR },
		{ "\"exit_status\":\"submitted\",\"submission\":\"\"", "empty_submission", "nothing was submitted", LEVEL_WARNING },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		must_import_text(f, arena_printf(&f->arena, "{\"trajectory\":[{\"action\":\"ls\",\"thought\":\"Look.\"}],\"info\":{%s}}",
						 endings[i].info));
		assert_int_equal(f->batch.records, 2);
		assert_slice(sample_at(f, 0)->code, "Look.\n\nls");
		const struct sample *patch = sample_at(f, 1);
		assert_int_equal(patch->kind, SAMPLE_KIND_PATCH);
		assert_int_equal(patch->flag_count, 1);
		assert_text(patch->flags[0].rule, endings[i].rule);
		assert_text(patch->flags[0].message, endings[i].message);
		assert_int_equal(patch->flags[0].level, endings[i].level);
		assert_text(patch->flags[0].tool, "swe-agent");
	}
	/* A run that is still under way has no end. */
	must_import_text(f, "{\"trajectory\":[{\"action\":\"ls\"}],\"history\":[],\"info\":{}}");
	assert_int_equal(f->batch.records, 1);
}

static const char mini[] =
	"{\"info\":{\"model_stats\":{\"instance_cost\":0.05,\"api_calls\":2},\"mini_version\":\"2.0.0\",\"exit_status\":\"Submitted\","
	"\"submission\":\"diff --git a/f.py b/f.py\\n\",\"config\":{\"model\":{\"model_name\":\"anthropic/claude-sonnet-4-5\"}}},"
	"\"messages\":[{\"role\":\"system\",\"content\":\"You are\"},{\"role\":\"user\",\"content\":\"Please solve this issue: 7\"},"
	"{\"role\":\"assistant\",\"content\":\"Let me look.\\n\\n```mswea_bash_command\\nls\\n```\",\"extra\":{\"actions\":[{\"command\":\"ls\"}],"
	"\"cost\":0.003,\"timestamp\":1706000000.0,\"response\":{\"model\":\"claude-sonnet-4-5-20250929\",\"usage\":{\"prompt_tokens\":90,"
	"\"completion_tokens\":9}}}},"
	"{\"role\":\"user\",\"content\":\"<returncode>0</returncode>\",\"extra\":{\"returncode\":0}},"
	"{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"function\":{\"name\":\"bash\",\"arguments\":\"{\\\"command\\\":\\\"cat f.py\\\"}\"}}]},"
	"{\"role\":\"exit\",\"content\":\"\",\"extra\":{}}],\"trajectory_format\":\"mini-swe-agent-1.1\"}";

static void test_mini(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, mini);
	assert_string_equal(f->batch.format, "swe-agent");
	assert_int_equal(f->batch.records, 3);
	const struct sample *first = sample_at(f, 0), *second = sample_at(f, 1), *patch = sample_at(f, 2);
	assert_slice(first->prompt, "Please solve this issue: 7");
	assert_slice(first->code, "Let me look.\n\n```mswea_bash_command\nls\n```");
	assert_int_equal(first->produced_at.at_us, 1706000000000000);
	assert_string_equal(fact(first, PROVENANCE_MODEL), "claude-sonnet-4-5-20250929");
	assert_string_equal(fact(first, "gen_ai.usage.output_tokens"), "9");
	assert_string_equal(fact(first, "harness.name"), "mini-swe-agent");
	assert_string_equal(fact(first, PROVENANCE_HARNESS), "2.0.0");
	assert_slice(second->prompt, "<returncode>0</returncode>");
	assert_contains(arena_text(&f->arena, second->code), "cat f.py");
	assert_string_equal(fact(second, PROVENANCE_MODEL), "anthropic/claude-sonnet-4-5");
	assert_int_equal(patch->kind, SAMPLE_KIND_PATCH);
	assert_int_equal(patch->flag_count, 0);
	assert_slice(patch->prompt, "Please solve this issue: 7");
	/* What is no patch is an answer. */
	must_import_text(f, "{\"trajectory_format\":\"mini-swe-agent-1\",\"instance_id\":\"django__django-1\",\"info\":{\"exit_status\":\"Submitted\",\"submission\":\"42\"},"
			    "\"messages\":[]}");
	assert_slice(sample_at(f, 0)->code, "42");
	assert_text(sample_at(f, 0)->external_id, "django__django-1");
	assert_int_equal(sample_at(f, 0)->kind, SAMPLE_KIND_COMPLETION);
}

static void test_odd_steps(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"environment\":7,\"trajectory\":[{\"action\":\"ls\",\"observation\":null,\"state\":\"{broken\"},5,{\"a\":tru},"
			    "{\"response\":\"only words\"},{}],\"info\":[],\"history\":7,\"replay_config\":\"no json\"}");
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(f->batch.rejected, 2);
	assert_int_equal(f->store->rejects.items[0].record, 2);
	assert_string_equal(f->store->rejects.items[0].reason, "the step is no object");
	assert_int_equal(f->store->rejects.items[1].record, 3);
	assert_slice(sample_at(f, 1)->code, "only words");
}

static void test_what_is_no_trajectory(void **state)
{
	struct fixture *f = *state;

	f->options.format = "swe-agent";
	assert_int_equal(import_text(f, "[]"), STATUS_INPUT);
	assert_contains(f->error.text, "the top level is no JSON object");
	assert_int_equal(import_text(f, "{\"a\":1}"), STATUS_INPUT);
	assert_contains(f->error.text, "neither \"trajectory\" nor \"messages\"");
	assert_int_equal(import_text(f, ""), STATUS_INPUT);
}

/* Cut anywhere it is broken: nothing half is taken. */
static void test_truncation(void **state)
{
	struct fixture *f = *state;

	f->options.format = "swe-agent";
	for (size_t len = 0; len < sizeof(mini) - 1; len++)
		assert_int_equal(import_bytes(f, (struct slice){ mini, len }), STATUS_INPUT);
}

int main(int argc, char **argv)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_real_files), CASE(test_refused_edits), CASE(test_what_a_step_has_seen), CASE(test_endings),
		CASE(test_mini), CASE(test_odd_steps), CASE(test_what_is_no_trajectory), CASE(test_truncation),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
