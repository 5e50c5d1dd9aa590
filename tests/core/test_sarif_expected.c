/* Every log of the shared data against its expected answers (EXPECTED.json). */
#include "tests/core/test_import_store.h"

#include "core/base/json.h"

struct expectation {
	int64_t results, suppressed, levels[LEVEL_COUNT];
	size_t tool_names;
};

static void add_run(const struct json *run, struct expectation *out)
{
	const struct json *levels = json_get(run, "levels_resolved");
	const struct json *level = levels ? levels->first : NULL;

	out->results += json_int(json_get(run, "results"), 0);
	out->suppressed += json_int(json_get(run, "suppressed"), 0);
	for (; level; level = level->next) {
		/* One log states the level "", which the list has as it stands; to us it is absent. */
		enum level resolved = LEVEL_WARNING;
		for (int known = 0; known < LEVEL_COUNT; known++)
			if (slice_is(level->name, level_word((enum level)known)))
				resolved = (enum level)known;
		out->levels[resolved] += json_int(level, 0);
	}
}

static struct expectation expectation_of(const struct json *log)
{
	struct expectation out = { .results = 0 };

	for (const struct json *run = json_get(log, "runs")->first; run; run = run->next)
		add_run(run, &out);
	return out;
}

/* In the order of import, run after run: tool name, and where absent that too. */
static void check_samples(const struct fixture *f, const struct json *log, const char *name)
{
	size_t at = 0;
	int64_t suppressed = 0;

	for (const struct json *run = json_get(log, "runs")->first; run; run = run->next) {
		const struct json *tool = json_get(run, "tool");
		int64_t longest = 0, longest_expected = json_int(json_get(run, "longest_message"), 0);
		for (int64_t i = json_int(json_get(run, "results"), 0); i > 0; i--, at++) {
			const struct sample *sample = sample_at(f, at);
			assert_int_equal(sample->flag_count, 1);
			const char *message = sample->flags[0].message;
			suppressed += sample_provenance(sample, "sarif.suppression") != NULL;
			if (json_is(tool, JSON_STRING) && tool->text.len_bytes)
				assert_text(sample->flags[0].tool, json_text(&((struct fixture *)(uintptr_t)f)->arena, tool));
			int64_t characters = 0;
			for (const char *c = message ? message : ""; *c; c++)
				characters += ((unsigned char)*c & 0xC0) != 0x80;
			longest = characters > longest ? characters : longest;
		}
		/* The expectation counts message.text alone: ours may come from an id, or be longer by
		 * its arguments; in one log it is shorter, by the doubled braces. */
		if (longest < longest_expected && !strstr(name, "RewriteCommand/ExpectedOutputs/RunWithArtifacts.sarif"))
			fail_msg("%s: longest message %lld, not %lld", name, (long long)longest, (long long)longest_expected);
	}
	assert_int_equal(at, f->store->samples.len);
	assert_int_equal(suppressed, expectation_of(log).suppressed);
}

static void check_supported(struct fixture *f, const struct json *log, const char *name, const char *path)
{
	struct expectation expected = expectation_of(log);
	/* "results": 42 is the one thing among them that is rejected. */
	int64_t rejected = strstr(name, "invalid-sarif.sarif") ? 1 : 0;

	must_import(f, path);
	if (f->batch.records != expected.results + rejected || f->batch.rejected != rejected)
		fail_msg("%s: %lld records, %lld rejected, not %lld and %lld", name, (long long)f->batch.records,
			 (long long)f->batch.rejected, (long long)expected.results, (long long)rejected);
	for (int level = 0; level < LEVEL_COUNT; level++)
		if (f->store->levels[level] != expected.levels[level])
			fail_msg("%s: %lld of level %s, not %lld", name, (long long)f->store->levels[level],
				 level_word((enum level)level), (long long)expected.levels[level]);
	check_samples(f, log, name);
}

static void check_unsupported(struct fixture *f, const char *version, const char *path)
{
	assert_int_equal(import_path(f, path), STATUS_INPUT);
	assert_contains(f->error.text, version);
	assert_contains(f->error.text, "is not supported; convert with sarif-multitool");
	assert_int_equal(f->store->samples.len, 0);
}

static void test_every_log(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct slice text;
	const struct json *logs;
	int supported = 0, tutorials = 0, others = 0;
	int64_t results = 0;

	assert_int_equal(file_read(&arena, DATA "sarif/EXPECTED.json", 0, &text, &f->error), STATUS_OK);
	assert_int_equal(json_parse(&arena, text, false, NULL, &logs, &f->error), STATUS_OK);
	for (const struct json *log = logs->first; log; log = log->next) {
		char *name = arena_text(&arena, log->name);
		char *path = arena_printf(&arena, DATA "%s", name);
		char *version = json_text(&arena, json_get(log, "version"));
		if (strcmp(version, "2.1.0") != 0) {
			check_unsupported(f, version, path);
			others++;
			continue;
		}
		check_supported(f, log, name, path);
		results += f->batch.imported;
		supported++;
		tutorials += strstr(name, "sarif-tutorials/") != NULL;
	}
	arena_release(&arena);
	assert_int_equal(supported, 345);
	assert_int_equal(tutorials, 31);
	assert_int_equal(others, 14);
	assert_int_equal(results, 5546);
}

static void test_what_is_not_json(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(import_path(f, DATA "sarif/microsoft_sarif-sdk/functional/Multitool/ValidateCommand/Inputs/"
					"JSON1001.SyntaxError.sarif"), STATUS_INPUT);
	assert_contains(f->error.text, "byte ");
	assert_contains(f->error.text, "JSON1001.SyntaxError.sarif");
	assert_int_equal(f->store->committed, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_log, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_what_is_not_json, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
