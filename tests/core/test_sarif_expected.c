/* Every log of the shared data against its expected answers (EXPECTED.json). */
#include "tests/core/test_import_store.h"

#include "core/base/json.h"

/* What the samples of a run show, to be compared with what is stated of it. */
struct seen {
	int64_t suppressed, without_location, with_flows, with_fixes, with_fingerprints, longest;
	int64_t levels[LEVEL_COUNT], baselines[BASELINE_COUNT];
	struct { char *items[4096]; size_t len; } rules, paths;
};

static void add_distinct(struct fixture *f, char **items, size_t *len, const char *text)
{
	for (size_t i = 0; i < *len; i++)
		if (strcmp(items[i], text) == 0)
			return;
	assert_true(*len < 4096);
	items[(*len)++] = arena_strdup(&f->arena, text);
}

static bool has_key(const struct sample *sample, const char *prefix)
{
	for (size_t i = 0; i < sample->provenance_count; i++)
		if (strncmp(sample->provenance[i].key, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

static bool has_place(const struct sample *sample, enum place_role role)
{
	for (size_t i = 0; i < sample->place_count; i++)
		if (sample->places[i].role == role)
			return true;
	return false;
}

static void look_at(struct fixture *f, const struct sample *sample, struct seen *seen)
{
	const struct flag *flag = &sample->flags[0];
	int64_t characters = 0;

	assert_int_equal(sample->flag_count, 1);
	for (const char *c = flag->message ? flag->message : ""; *c; c++)
		characters += ((unsigned char)*c & 0xC0) != 0x80;
	seen->longest = characters > seen->longest ? characters : seen->longest;
	seen->levels[flag->level]++;
	seen->baselines[sample->baseline]++;
	seen->suppressed += sample_provenance(sample, "sarif.suppression") != NULL;
	seen->with_flows += has_place(sample, PLACE_CODE_FLOW);
	seen->with_fixes += has_place(sample, PLACE_FIX);
	seen->with_fingerprints += has_key(sample, "sarif.fingerprint.") || has_key(sample, "sarif.partialFingerprint.");
	seen->without_location += !sample->path && !flag->region.start_line && !has_key(sample, "sarif.logicalLocation") &&
				  !has_place(sample, PLACE_LOCATION) && !has_key(sample, "sarif.address") &&
				  !has_key(sample, "sarif.absoluteAddress");
	if (flag->rule)
		add_distinct(f, seen->rules.items, &seen->rules.len, flag->rule);
	if (sample->path)
		add_distinct(f, seen->paths.items, &seen->paths.len, sample->path);
	for (size_t i = 0; i < sample->place_count; i++)
		if (sample->places[i].role == PLACE_LOCATION && sample->places[i].path)
			add_distinct(f, seen->paths.items, &seen->paths.len, sample->places[i].path);
}

static void same(const char *name, const char *what, int64_t ours, const struct json *run, const char *key)
{
	int64_t expected = json_int(json_get(run, key), 0);

	if (ours != expected)
		fail_msg("%s: %s: %lld, not %lld", name, what, (long long)ours, (long long)expected);
}

static void check_levels(const struct json *run, const struct seen *seen, const char *name)
{
	int64_t resolved[LEVEL_COUNT] = { 0 };

	for (const struct json *level = json_get(run, "levels_resolved")->first; level; level = level->next) {
		enum level known = LEVEL_WARNING; /* one log states the level "", which is as good as absent */
		char word[16] = "";
		if (level->name.len_bytes < sizeof(word))
			memcpy(word, level->name.at, level->name.len_bytes);
		(void)level_parse(word, &known);
		resolved[known] += json_int(level, 0);
	}
	for (int level = 0; level < LEVEL_COUNT; level++) {
		const char *word = level_word((enum level)level);
		if (seen->levels[level] != resolved[level])
			fail_msg("%s: %lld of level %s, not %lld", name, (long long)seen->levels[level], word,
				 (long long)resolved[level]);
		assert_true(json_int(json_get(json_get(run, "levels_explicit"), word), 0) <= seen->levels[level]);
	}
}

static void check_words(const struct fixture *f, const struct json *run, const struct seen *seen, size_t first,
			size_t count)
{
	const struct json *states = json_get(run, "baselineState"), *kinds = json_get(run, "kinds");

	for (int state = BASELINE_NEW; state < BASELINE_COUNT; state++) {
		int64_t stated = json_int(json_get(states, baseline_word((enum baseline)state)), 0);
		if (state == BASELINE_UNCHANGED) /* its name before 2.1.0 */
			stated += json_int(json_get(states, "existing"), 0);
		assert_int_equal(seen->baselines[state], stated);
	}
	for (const struct json *kind = kinds ? kinds->first : NULL; kind; kind = kind->next) {
		int64_t found = 0;
		for (size_t i = first; i < first + count; i++) {
			const char *ours = sample_provenance(sample_at(f, i), "sarif.kind");
			found += ours && slice_is(kind->name, ours);
		}
		/* "fail" is what is said of nearly all: not kept. */
		if (!slice_is(kind->name, "fail") && !slice_is(kind->name, "None"))
			assert_int_equal(found, json_int(kind, 0));
	}
}

/* Logs of which the samples rightly show something else than the results by the letter. */
static bool is_in(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strstr(name, *list))
			return true;
	return false;
}

/* `older`: the expectation looks only where 2.1.0 has things, and so finds no URIs, no
 * suppressions and no rules by key in logs that state another version. Those three are
 * compared in test_sarif_older.c with a count of its own. */
static void check_counts(const struct json *run, const struct seen *seen, const char *name, bool older)
{
	if (!older)
		same(name, "suppressed", seen->suppressed, run, "suppressed");
	same(name, "with code flows", seen->with_flows, run, "with_codeFlows");
	same(name, "with fixes", seen->with_fixes, run, "with_fixes");
	same(name, "with fingerprints", seen->with_fingerprints, run, "with_fingerprints");
	if (!older)
		same(name, "rules", (int64_t)seen->rules.len, run, "distinct_rules_used");
	/* The expectation counts URIs of locations as they stand there: not those that are named
	 * by index (3.4.5), nor an analysis target. */
	static const char *const more_paths[] = {
		"BaselineOption/Inputs/TEST10", "/fingerprinting.", "GH1001.ProvideRequired", "SARIF1002.UrisMustBeValid",
		"SARIF2004.OptimizeFileSize_Valid", "FilterByPredicate.sarif", "Partition.sarif", "DuplicatedResults.sarif",
		"RunWithArtifacts.sarif", "WithArtifacts.sarif", "InsertOptionalDataVisitor/ExpectedOutputs/", NULL
	};
	/* Locations that point nowhere: an empty URI, an index that there is not. Targets again. */
	static const char *const other_places[] = { "SARIF1002.UrisMustBeValid", "ClangTidyConverter/ExpectedOutputs/ValidResults",
						    "IndexPropertiesMustBeConsistentWithArrays_Invalid.sarif", NULL };
	if (!older && !is_in(name, more_paths) && !is_in(name, other_places))
		same(name, "paths", (int64_t)seen->paths.len, run, "distinct_uris");
	else if (!is_in(name, other_places))
		assert_true((int64_t)seen->paths.len >= json_int(json_get(run, "distinct_uris"), 0));
	if (!is_in(name, other_places))
		same(name, "without location", seen->without_location, run, "without_location");
}

static void check_run(struct fixture *f, const struct json *run, const char *name, size_t first, bool older)
{
	static struct seen seen;
	size_t count = (size_t)json_int(json_get(run, "results"), 0);
	char *tool = json_text(&f->arena, json_get(run, "tool")), *version = json_text(&f->arena, json_get(run, "tool_version"));

	memset(&seen, 0, sizeof(seen));
	for (size_t i = first; i < first + count; i++) {
		const struct sample *sample = sample_at(f, i);
		look_at(f, sample, &seen);
		if (tool && tool[0])
			assert_text(sample->flags[0].tool, tool);
		if (version && version[0])
			assert_text(sample_provenance(sample, "sarif.toolVersion"), version);
	}
	/* It does not apply overrides by the invocation. That log says itself what is right: "note". */
	if (!strstr(name, "RoundTripping/Inputs/InvocationOverridesRuleDefaultConfigurationOfError.sarif"))
		check_levels(run, &seen, name);
	check_words(f, run, &seen, first, count);
	check_counts(run, &seen, name, older);
	/* The expectation counts message.text alone: ours may come from an id, or be longer by
	 * its arguments; in one log it is shorter, by the doubled braces. */
	if (!strstr(name, "RewriteCommand/ExpectedOutputs/RunWithArtifacts.sarif"))
		assert_true(seen.longest >= json_int(json_get(run, "longest_message"), 0));
}

/* In the order of import, run after run. */
static int64_t check_log(struct fixture *f, const struct json *log, const char *name, const char *path, bool older)
{
	size_t first = 0;

	must_import(f, path);
	for (const struct json *run = json_get(log, "runs")->first; run; run = run->next)
		first += (size_t)json_int(json_get(run, "results"), 0);
	if (f->store->samples.len != first || f->batch.records != (int64_t)first || f->batch.rejected != 0)
		fail_msg("%s: %zu results, %lld rejected, not %zu and 0", name, f->store->samples.len,
			 (long long)f->batch.rejected, first);
	first = 0;
	for (const struct json *run = json_get(log, "runs")->first; run; run = run->next) {
		check_run(f, run, name, first, older);
		first += (size_t)json_int(json_get(run, "results"), 0);
	}
	return (int64_t)first;
}

static void test_every_log(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct slice text;
	const struct json *logs;
	int current = 0, tutorials = 0, older = 0;
	int64_t results = 0;

	assert_int_equal(file_read(&arena, DATA "sarif/EXPECTED.json", 0, &text, &f->error), STATUS_OK);
	assert_int_equal(json_parse(&arena, text, false, NULL, &logs, &f->error), STATUS_OK);
	for (const struct json *log = logs->first; log; log = log->next) {
		char *name = arena_text(&arena, log->name);
		char *path = arena_printf(&arena, DATA "%s", name);
		char *version = json_text(&arena, json_get(log, "version"));
		bool is_older = strcmp(version, "2.1.0") != 0;
		results += check_log(f, log, name, path, is_older);
		current += !is_older;
		older += is_older;
		tutorials += strstr(name, "sarif-tutorials/") != NULL;
	}
	arena_release(&arena);
	assert_int_equal(current, 345);
	assert_int_equal(tutorials, 31);
	assert_int_equal(older, 14);
	assert_int_equal(results, 5732);
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
