/* SARIF of versions before 2.1.0. */
#include "tests/core/test_sarif.h"

#define SDK DATA "sarif/microsoft_sarif-sdk/"

static void must_import_older(struct fixture *f, const char *version, const char *run)
{
	char text[4096];

	snprintf(text, sizeof(text), "{\"version\":\"%s\",\"runs\":[%s]}", version, run);
	must_import_text(f, text);
	assert_int_equal(f->batch.rejected, 0);
}

static size_t distinct(const struct fixture *f, const char *(*of)(const struct sample *))
{
	size_t count = 0;

	for (size_t i = 0; i < f->store->samples.len; i++) {
		const char *own = of(sample_at(f, i));
		size_t first = 0;
		while (own && first < i && (!of(sample_at(f, first)) || strcmp(of(sample_at(f, first)), own) != 0))
			first++;
		count += own && first == i;
	}
	return count;
}

static const char *rule_of(const struct sample *sample)
{
	return sample->flags[0].rule;
}

static const char *path_of(const struct sample *sample)
{
	return sample->path;
}

/* Numbers from a count of ruleId or ruleKey, of URIs of first locations, and of
 * suppressionStates in the logs as they stand. */
static void test_counts(void **state)
{
	static const struct {
		const char *name;
		size_t results, rules, paths;
	} logs[] = {
		{ "functional/v1/SpecExamples/Comprehensive.sarif", 1, 1, 1 },
		{ "functional/v1/SpecExamples/RecommendedWithSource.sarif", 1, 1, 1 },
		{ "functional/v1/SpecExamples/RecommendedWithoutSource.sarif", 1, 1, 0 },
		{ "functional/v1/direct/WebSkim/NestedLocationsFromAppX.sarif", 128, 8, 2 },
		{ "functional/v2/SpecExamples/Comprehensive.sarif", 1, 1, 1 },
		{ "functional/v2/SpecExamples/RecommendedWithSource.sarif", 1, 1, 1 },
		{ "functional/v2/SpecExamples/RecommendedWithoutSource.sarif", 1, 1, 0 },
		{ "functional/v2/converter/AndroidStudio/AndroidStudio.sarif", 51, 10, 7 },
		{ "unit.Sarif.Multitool.Library/ValidateCommand/ValidateSarifOneZeroZero.sarif", 1, 1, 1 },
	};
	struct fixture *f = *state;
	char path[256];

	for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
		snprintf(path, sizeof(path), "%s%s", SDK, logs[i].name);
		must_import(f, path);
		bool suppressed = strstr(logs[i].name, "Comprehensive") != NULL;
		assert_int_equal(f->store->samples.len, logs[i].results);
		assert_int_equal(distinct(f, rule_of), logs[i].rules);
		assert_int_equal(distinct(f, path_of), logs[i].paths);
		for (size_t at = 0; at < logs[i].results; at++) {
			assert_non_null(sample_at(f, at)->flags[0].message);
			assert_int_equal(sample_provenance(sample_at(f, at), "sarif.suppression") != NULL, suppressed);
		}
	}
}

/* The comprehensive examples of 1.0.0 and 2.0.0 tell the same story. */
static void check_comprehensive(struct fixture *f, const char *path)
{
	must_import(f, path);
	const struct sample *s = sample_at(f, 0);
	const struct place *p = s->places;

	assert_text(s->flags[0].tool, "CodeScanner");
	assert_text(s->flags[0].rule, "C2001");
	assert_text(s->path, "/home/buildAgent/src/collections/list.h");
	assert_int_equal(s->flags[0].region.start_line, 15);
	assert_int_equal(s->flags[0].region.start_column, 9);
	assert_int_equal(s->flags[0].region.end_column, 10);
	assert_slice(s->code, "add_core(ptr, offset, val);\n    return;");
	assert_int_equal(s->baseline, BASELINE_UNCHANGED);
	assert_text(sample_provenance(s, "sarif.suppression"), "external");
	assert_text(sample_provenance(s, "sarif.logicalLocation"), "collections::list:add");
	assert_text(sample_provenance(s, "sarif.automationId"), "Nightly code scan");
	assert_text(sample_provenance(s, "sarif.lastDetectionTimeUtc"), "2016-07-16T14:18:25Z");
	assert_contains(sample_provenance(s, "sarif.runFailure"), "Exception evaluating rule");
	assert_int_equal(s->place_count, 8);
	assert_int_equal(p[0].role, PLACE_RELATED);
	assert_text(p[0].message, "\"count\" was declared here.");
	assert_int_equal(p[0].region.start_line, 8);
	assert_int_equal(p[1].role, PLACE_CODE_FLOW);
	assert_text(p[1].message, "Path from declaration to usage: Variable \"ptr\" declared.");
	assert_slice(p[1].text, "int *ptr;");
	assert_int_equal(p[3].region.start_line, 25);
	assert_int_equal(p[4].role, PLACE_STACK);
	assert_contains(p[4].message, "platform!collections::list:add_core(null, 0, 14): Exception thrown.");
	assert_int_equal(p[4].region.start_line, 110);
	assert_int_equal(p[4].region.start_column, 15);
	assert_text(p[6].path, "/home/buildAgent/src/application/main.cpp");
	assert_int_equal(p[7].role, PLACE_FIX);
	assert_text(p[7].message, "Initialize the variable to null (byteOffset 109, byteLength 0)");
}

static void test_comprehensive(void **state)
{
	struct fixture *f = *state;

	check_comprehensive(f, SDK "functional/v1/SpecExamples/Comprehensive.sarif");
	assert_text(sample_at(f, 0)->flags[0].message, "Variable \"ptr\" was used without being initialized.");
	assert_slice(sample_at(f, 0)->places[7].text, "= null");
	check_comprehensive(f, SDK "functional/v2/SpecExamples/Comprehensive.sarif");
	assert_contains(sample_at(f, 0)->flags[0].message, "an embedded link (/home/buildAgent/src/collections/list.h:8:5)");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.branch"), "master");
}

/* Rules in an object: by ruleKey where there is one, which the id need not be. */
static void test_rules_by_key(void **state)
{
	struct fixture *f = *state;

	must_import_older(f, "1.0.0",
		"{\"results\":[{\"ruleId\":\"A\",\"ruleKey\":\"A-2\",\"formattedRuleMessage\":{\"formatId\":\"m\",\"arguments\":[\"x\"]}},"
		"{\"ruleId\":\"A\"},{\"ruleKey\":\"A-2\"},{\"ruleId\":\"none\",\"message\":\"plain {0}\"},{\"ruleId\":\"A-2\",\"level\":\"pass\"}],"
		"\"rules\":{\"A-1\":{\"id\":\"A\",\"defaultLevel\":\"note\",\"shortDescription\":\"one\"},"
		"\"A-2\":{\"id\":\"A\",\"defaultLevel\":\"error\",\"name\":\"N\",\"fullDescription\":\"two\",\"messageFormats\":{\"m\":\"say {0}\"}}},"
		"\"tool\":{\"name\":\"T\",\"version\":\"1\",\"semanticVersion\":\"1.2\"}}");
	assert_text(sample_at(f, 0)->flags[0].rule, "A");
	assert_text(sample_at(f, 0)->flags[0].message, "say x");
	assert_int_equal(sample_at(f, 0)->flags[0].level, LEVEL_ERROR);
	assert_text(sample_provenance(sample_at(f, 0), "sarif.ruleName"), "N");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.toolVersion"), "1.2");
	assert_text(sample_at(f, 1)->flags[0].message, "one");
	assert_int_equal(sample_at(f, 1)->flags[0].level, LEVEL_NOTE);
	assert_text(sample_at(f, 2)->flags[0].rule, "A-2");
	assert_text(sample_at(f, 2)->flags[0].message, "two");
	assert_text(sample_at(f, 3)->flags[0].message, "plain {0}");
	assert_int_equal(sample_at(f, 3)->flags[0].level, LEVEL_WARNING);
	assert_int_equal(sample_at(f, 4)->flags[0].level, LEVEL_NONE);
	assert_text(sample_provenance(sample_at(f, 4), "sarif.kind"), "pass");
}

/* 1.0.0 inserts bytes in Base64. */
static void test_insertions(void **state)
{
	static const struct {
		const char *base64, *text; /* NULL: it stays what it is */
	} cases[] = { { "", "" }, { "YQ==", "a" }, { "YWI=", "ab" }, { "YWI", "ab" }, { "YWJj", "abc" }, { "YWJjZA==", "abcd" },
		      { "w6Q/Pj8+", "\xC3\xA4?>?>" }, { "/w==", NULL }, { "Y!==", NULL } };
	struct fixture *f = *state;
	char run[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(run, sizeof(run), "{\"results\":[{\"fixes\":[{\"fileChanges\":[{\"uri\":\"a.c\",\"replacements\":[{\"offset\":0,"
			 "\"deletedLength\":3,\"insertedBytes\":\"%s\"}]}]}]}]}", cases[i].base64);
		must_import_older(f, "1.0.0", run);
		const struct place *place = &sample_at(f, 0)->places[0];
		assert_text(place->path, "a.c");
		assert_text(place->message, "(byteOffset 0, byteLength 3)");
		if (cases[i].text)
			assert_slice(place->text, cases[i].text);
		else
			assert_null(place->text.at);
	}
}

/* 2.0.0 and its drafts: resources, files with text, messages by id, locations by index. */
static void test_drafts(void **state)
{
	struct fixture *f = *state;

	must_import_older(f, "2.0.0",
		"{\"resources\":{\"messageStrings\":{\"g\":\"global {0}\"},\"rules\":[{\"id\":\"R\",\"name\":{\"text\":\"Name\"},"
		"\"configuration\":{\"defaultLevel\":\"error\",\"defaultRank\":7},\"messageStrings\":{\"m\":\"own\"}}]},\"tool\":{\"name\":\"T\"},"
		"\"files\":{\"b.c\":{\"mimeType\":\"x\"},\"#R#a.c\":{\"contents\":{\"text\":\"one\\ntwo\\nthree\\n\"}}},"
		"\"originalUriBaseIds\":{\"R\":\"file:///r/\"},"
		"\"results\":[{\"ruleId\":\"R\",\"message\":{\"messageId\":\"m\"},\"locations\":[{\"physicalLocation\":{\"fileLocation\":"
		"{\"uri\":\"a.c\",\"uriBaseId\":\"R\"},\"region\":{\"startLine\":2}}}]},{\"ruleIndex\":0,\"message\":{\"messageId\":\"g\","
		"\"arguments\":[\"7\"]},\"suppressionStates\":[\"suppressedInSource\"],\"instanceGuid\":\"G\"}]}");
	assert_text(sample_at(f, 0)->flags[0].message, "own");
	assert_text(sample_at(f, 0)->path, "a.c");
	assert_contains(arena_text(&f->arena, sample_at(f, 0)->code), "two\n");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.ruleName"), "Name");
	assert_true(sample_at(f, 0)->flags[0].score == 7);
	assert_text(sample_at(f, 1)->flags[0].message, "global 7");
	assert_int_equal(sample_at(f, 1)->flags[0].level, LEVEL_ERROR);
	assert_text(sample_provenance(sample_at(f, 1), "sarif.suppression"), "inSource");
	assert_text(sample_provenance(sample_at(f, 1), "sarif.guid"), "G");

	must_import_older(f, "2.0.0-csd.2.beta.2019-02-20",
		"{\"tool\":{\"driver\":{\"name\":\"D\",\"ruleDescriptors\":[{\"id\":\"R\",\"shortDescription\":{\"text\":\"short\"}}]}},"
		"\"logicalLocations\":[{\"fullyQualifiedName\":\"zero\"},{\"fullyQualifiedName\":\"here\"}],"
		"\"results\":[{\"ruleIndex\":0,\"locations\":[{\"logicalLocationIndex\":1}],\"fixes\":[{\"changes\":[{\"fileLocation\":"
		"{\"uri\":\"f.c\"},\"replacements\":[{\"deletedRegion\":{\"startLine\":3},\"insertedContent\":{\"text\":\"y\"}}]}]}]}]}");
	assert_text(sample_at(f, 0)->flags[0].tool, "D");
	assert_text(sample_at(f, 0)->flags[0].message, "short");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.logicalLocation"), "here");
	assert_int_equal(sample_at(f, 0)->place_count, 1);
	assert_text(sample_at(f, 0)->places[0].path, "f.c");
	assert_slice(sample_at(f, 0)->places[0].text, "y");
}

/* Whatever stands where it does not belong reads as absent. */
static void test_wrong_types(void **state)
{
	static const char *const values[] = { "null", "5", "\"x\"", "[]", "[5,null,[[]]]", "{}", "[{}]", "{\"a\":5}", "true" };
	static const char *const members[] = { "ruleKey", "formattedRuleMessage", "message", "locations", "relatedLocations", "codeFlows",
					       "stacks", "fixes", "suppressionStates", "snippet", "level", "analysisTarget",
					       "toolFingerprintContribution" };
	static const char *const run_members[] = { "rules", "resources", "files", "invocation", "invocations", "toolNotifications",
						   "tool", "originalUriBaseIds", "logicalLocations", "stableId" };
	struct fixture *f = *state;
	char run[512];

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		for (size_t at = 0; at < ARRAY_LEN(members); at++) {
			snprintf(run, sizeof(run), "{\"results\":[{\"%s\":%s},{\"locations\":[{\"resultFile\":%s,\"snippet\":\"s\"}],"
				 "\"snippet\":\"t\",\"codeFlows\":[{\"locations\":%s}],\"fixes\":[{\"fileChanges\":[{\"replacements\":%s}]}]}]}",
				 members[at], values[i], values[i], values[i], values[i]);
			must_import_older(f, "1.0.0", run);
			assert_int_equal(f->batch.imported, 2);
			assert_slice(sample_at(f, 1)->code, "t");
		}
		for (size_t at = 0; at < ARRAY_LEN(run_members); at++) {
			snprintf(run, sizeof(run), "{\"%s\":%s,\"results\":[{\"ruleId\":\"a\"}]}", run_members[at], values[i]);
			must_import_older(f, "2.0.0", run);
			assert_int_equal(f->batch.imported, 1);
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_comprehensive, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_rules_by_key, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_insertions, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_drafts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_wrong_types, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
