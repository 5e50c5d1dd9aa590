/* What SARIF logs say of places: units, offsets, links, flows, stacks, fixes. */
#include "tests/core/test_sarif.h"

#define PLACE(json) "{\"locations\":[{\"physicalLocation\":" json "}]}"

static void assert_region(const struct region *region, int64_t line, int64_t column, int64_t end_line, int64_t end_column)
{
	if (region->start_line != line || region->start_column != column || region->end_line != end_line ||
	    region->end_column != end_column)
		fail_msg("%lld:%lld-%lld:%lld", (long long)region->start_line, (long long)region->start_column,
			 (long long)region->end_line, (long long)region->end_column);
}

/* 3.30.2: the standard's own example, and offsets behind characters of several bytes and units. */
static void test_offsets(void **state)
{
	static const char run[] =
		"\"columnKind\":\"%s\",\"artifacts\":["
		"{\"location\":{\"uri\":\"s.txt\"},\"contents\":{\"text\":\"abcd\\r\\nefg\\r\\nhijk\\r\\nlmn\\r\\n\"}},"
		"{\"location\":{\"uri\":\"u.txt\"},\"contents\":{\"text\":\"\\ufeff\\u00e4\\ud83d\\ude00b\\ncd\"}},"
		"{\"location\":{\"uri\":\"l.txt\"},\"encoding\":\"ISO-8859-1\",\"contents\":{\"text\":\"abc\\ndef\"}}]";
	static const struct {
		const char *place;
		struct region utf16, points;
	} cases[] = {
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":1,\"charLength\":2}}", { 1, 2, 1, 4 }, { 1, 2, 1, 4 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":0}}", { 1, 1, 1, 1 }, { 1, 1, 1, 1 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":22}}", { 5, 1, 5, 1 }, { 5, 1, 5, 1 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":23}}", { 0 }, { 0 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":6,\"charLength\":5}}", { 2, 1, 3, 1 }, { 2, 1, 3, 1 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"byteOffset\":2,\"byteLength\":6}}", { 1, 3, 2, 3 }, { 1, 3, 2, 3 } },
		{ "{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":9223372036854775807,\"charLength\":9}}", { 0 }, { 0 } },
		{ "{\"artifactLocation\":{\"index\":1},\"region\":{\"charOffset\":3,\"charLength\":1}}", { 1, 3, 1, 4 }, { 1, 4, 2, 1 } },
		{ "{\"artifactLocation\":{\"index\":1},\"region\":{\"byteOffset\":9,\"byteLength\":1}}", { 1, 3, 1, 4 }, { 1, 3, 1, 4 } },
		{ "{\"artifactLocation\":{\"index\":2},\"region\":{\"byteOffset\":4,\"byteLength\":1}}", { 0 }, { 0 } },
		{ "{\"artifactLocation\":{\"index\":1},\"region\":{\"startLine\":1,\"startColumn\":4,\"endColumn\":5}}",
		  { 1, 3, 0, 4 }, { 1, 4, 0, 5 } },
		{ "{\"artifactLocation\":{\"index\":1},\"region\":{\"startLine\":1,\"startColumn\":40}}", { 1, 39, 0, 0 }, { 1, 40, 0, 0 } },
	};
	struct fixture *f = *state;
	char text[1024], result[512];

	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		bool utf16 = i % 2;
		const struct region *want = utf16 ? &cases[i / 2].utf16 : &cases[i / 2].points;
		snprintf(text, sizeof(text), run, utf16 ? "utf16CodeUnits" : "unicodeCodePoints");
		snprintf(result, sizeof(result), "{\"locations\":[{\"physicalLocation\":%s}]}", cases[i / 2].place);
		const struct sample *s = one(f, text, result);
		assert_region(&s->flags[0].region, want->start_line, want->start_column, want->end_line, want->end_column);
		assert_null(sample_provenance(s, "sarif.columnKind"));
		bool kept = sample_provenance(s, "sarif.charOffset") || sample_provenance(s, "sarif.byteOffset");
		assert_int_equal(kept, want->start_line == 0);
	}
}

/* A column that nothing tells apart from UTF-16 is kept as it came, and marked. */
static void test_units_without_text(void **state)
{
	static const char kind[] = "\"columnKind\":\"utf16CodeUnits\"";
	struct fixture *f = *state;
	const struct sample *s = one(f, kind, PLACE("{\"region\":{\"startLine\":2,\"startColumn\":4}}"));

	assert_region(&s->flags[0].region, 2, 4, 0, 0);
	assert_text(sample_provenance(s, "sarif.columnKind"), "utf16CodeUnits");
	s = one(f, kind, PLACE("{\"region\":{\"startLine\":2,\"startColumn\":4},\"contextRegion\":{\"startLine\":1,"
			       "\"snippet\":{\"text\":\"x\\n\\ud83d\\ude00bc\\n\"}}}"));
	assert_region(&s->flags[0].region, 2, 3, 0, 0);
	assert_null(sample_provenance(s, "sarif.columnKind"));
	s = one(f, kind, PLACE("{\"region\":{\"startLine\":2,\"startColumn\":1}}"));
	assert_null(sample_provenance(s, "sarif.columnKind"));
}

/* Lines and offsets deep in a text of several megabytes, of which the first are kept. */
static void test_large_text(void **state)
{
	struct fixture *f = *state;
	struct strbuf run = STRBUF_INIT;

	strbuf_addstr(&run, "\"artifacts\":[{\"location\":{\"uri\":\"big.c\"},\"contents\":{\"text\":\"");
	for (int i = 1; i <= 600000; i++)
		strbuf_addf(&run, "line %d\\n", i);
	strbuf_addstr(&run, "\"}}]");
	const struct sample *s = one(f, run.text, PLACE("{\"artifactLocation\":{\"uri\":\"big.c\"},\"region\":{\"startLine\":123456}}"));
	assert_slice(s->code, "line 123453\nline 123454\nline 123455\nline 123456\nline 123457\nline 123458\nline 123459\n");
	assert_int_equal(s->region.start_line, 123453);
	/* Up to line 99,999: 9 × 7 + 90 × 8 + 900 × 9 + 9,000 × 10 + 90,000 × 11 bytes. */
	s = one(f, run.text, PLACE("{\"artifactLocation\":{\"index\":0},\"region\":{\"charOffset\":1088888,\"charLength\":4}}"));
	assert_region(&s->flags[0].region, 100000, 6, 100000, 10);
	s = one(f, run.text, PLACE("{\"artifactLocation\":{\"index\":0},\"region\":{\"startLine\":599999}}"));
	assert_int_equal(s->code.len_bytes, 0); /* beyond what is kept */
	assert_int_equal(s->region.start_line, 599999);
	strbuf_release(&run);
}

/* 3.24.3, 3.3.3, 3.24.11 */
static void test_artifacts(void **state)
{
	static const char run[] =
		"\"originalUriBaseIds\":{\"B\":{\"uri\":\"base/\"}},\"artifacts\":[{\"location\":{\"uri\":\"app.zip\",\"uriBaseId\":\"B\"}},"
		"{\"location\":{\"uri\":\"/docs/a%20b.c\"},\"parentIndex\":0,\"sourceLanguage\":\"csharp/7\",\"length\":12,"
		"\"encoding\":\"UTF-16LE\",\"hashes\":{\"md5\":\"m\",\"sha-256\":\"s\"},\"contents\":{\"binary\":\"QUJD\"}},"
		"{\"offset\":5,\"parentIndex\":1},{\"location\":{\"uri\":\"x\"},\"parentIndex\":3},7]";
	struct fixture *f = *state;
	const struct sample *s = one(f, run, PLACE("{\"artifactLocation\":{\"index\":1}}"));

	assert_text(s->path, "base/app.zip/docs/a b.c");
	assert_text(s->language, "csharp");
	assert_text(sample_provenance(s, "sarif.artifactHash"), "sha-256:s");
	assert_text(sample_provenance(s, "sarif.encoding"), "UTF-16LE");
	assert_text(sample_provenance(s, "sarif.artifactLength"), "12");
	assert_text(sample_provenance(s, "sarif.artifactContents"), "binary");
	assert_null(s->code.at);
	s = one(f, run, PLACE("{\"artifactLocation\":{\"index\":2}}"));
	assert_text(s->path, "base/app.zip/docs/a b.c");
	assert_non_null(one(f, run, PLACE("{\"artifactLocation\":{\"index\":3}}"))->path); /* its own parent: ended */
}

/* 3.11.6 */
static void test_links(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "from [here](3).", "from here (in put.c:25:19)." },
		{ "[para\\\\[0\\\\]\\\\\\\\spans\\\\[2\\\\]](3).", "para[0]\\spans[2] (in put.c:25:19)." },
		{ "[a](7) and [b](8)", "a (n::f) and b (g.c:1)" },
		{ "[nowhere](9)", "nowhere" },
		{ "table[i](1) [x](44)", "table[i](1) [x](44)" },
		{ "[other](sarif:/runs/0/results/1)", "other" },
		{ "[web](https://h/x)", "[web](https://h/x)" },
		{ "[open](3", "[open](3" },
		{ "[[in](3)]", "[in (in put.c:25:19)]" },
	};
	struct fixture *f = *state;
	char result[1024];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(result, sizeof(result), "{\"message\":{\"text\":\"%s\"},\"relatedLocations\":[{\"id\":3,\"physicalLocation\":"
			 "{\"artifactLocation\":{\"uri\":\"in%%20put.c\"},\"region\":{\"startLine\":25,\"startColumn\":19}}},"
			 "{\"id\":7,\"logicalLocations\":[{\"fullyQualifiedName\":\"n::f\"}]},{\"id\":9}],\"codeFlows\":[{\"threadFlows\":"
			 "[{\"locations\":[{\"location\":{\"id\":8,\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"g.c\"},"
			 "\"region\":{\"startLine\":1}}}}]}]}]}", cases[i].text);
		assert_text(one(f, "", result)->flags[0].message, cases[i].message);
	}
}

static void assert_place(const struct place *place, enum place_role role, int64_t group, const char *path, int64_t line,
			 const char *message)
{
	assert_int_equal(place->role, role);
	assert_int_equal(place->group, group);
	assert_int_equal(place->region.start_line, line);
	assert_true(!place->path == !path && !place->message == !message);
	if (path)
		assert_text(place->path, path);
	if (message)
		assert_text(place->message, message);
}

#define AT(uri, line) "\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"" uri "\"},\"region\":{\"startLine\":" line "}}"

static void test_places(void **state)
{
	static const char run[] =
		"\"threadFlowLocations\":[{\"location\":{" AT("c.c", "8") ",\"message\":{\"text\":\"cached\"}},\"nestingLevel\":2}],"
		"\"artifacts\":[{\"location\":{\"uri\":\"t.c\"},\"contents\":{\"text\":\"one\\ntwo\\nthree\\n\"}}]";
	static const char result[] =
		"{\"locations\":[{" AT("a.c", "1") ",\"annotations\":[{\"startLine\":2,\"message\":{\"text\":\"note\"}}]},{" AT("b.c", "2") "},7],"
		"\"relatedLocations\":[{" AT("t.c", "2") "}],"
		"\"codeFlows\":[{\"message\":{\"text\":\"flow\"},\"threadFlows\":[{\"message\":{\"text\":\"thread\"},\"locations\":["
		"{\"location\":{" AT("d.c", "3") ",\"message\":{\"text\":\"{0}!\",\"arguments\":[\"step\"]}}},{\"index\":0},"
		"{\"kinds\":[\"call\",\"function\"],\"nestingLevel\":-4}]},"
		"{\"locations\":[{\"index\":5}]}]},{\"threadFlows\":[{\"locations\":[{}]}]}],"
		"\"stacks\":[{\"message\":{\"text\":\"crash\"},\"frames\":[{\"module\":\"m\",\"parameters\":[\"1\",\"x\"],\"location\":{" AT("e.c", "4")
		",\"logicalLocations\":[{\"name\":\"f\"}]}},{\"location\":{\"message\":{\"text\":\"outside\"}}}]}],"
		"\"fixes\":[{\"description\":{\"text\":\"mend\"},\"artifactChanges\":[{\"artifactLocation\":{\"uri\":\"t.c\"},\"replacements\":["
		"{\"deletedRegion\":{\"charOffset\":4,\"charLength\":3},\"insertedContent\":{\"text\":\"2\"}},"
		"{\"deletedRegion\":{\"startLine\":3}},{\"deletedRegion\":{\"byteOffset\":99,\"byteLength\":1},\"insertedContent\":{\"binary\":\"QQ==\"}}"
		"]}]},{\"description\":{\"text\":\"think\"},\"artifactChanges\":null},{\"artifactChanges\":[5,{\"replacements\":7}]}]}";
	struct fixture *f = *state;
	const struct sample *s = one(f, run, result);
	const struct place *p = s->places;

	assert_int_equal(s->place_count, 14);
	assert_place(&p[0], PLACE_LOCATION, 0, "b.c", 2, NULL);
	assert_place(&p[1], PLACE_RELATED, 0, "a.c", 2, "note");
	assert_place(&p[2], PLACE_RELATED, 0, "t.c", 2, NULL);
	assert_slice(p[2].text, "two\n");
	assert_place(&p[3], PLACE_CODE_FLOW, 1, "d.c", 3, "flow: thread: step!");
	assert_place(&p[4], PLACE_CODE_FLOW, 1, "c.c", 8, "cached");
	assert_int_equal(p[4].nesting, 2);
	assert_place(&p[5], PLACE_CODE_FLOW, 1, NULL, 0, "call, function");
	assert_int_equal(p[5].nesting, 0);
	assert_place(&p[6], PLACE_CODE_FLOW, 2, NULL, 0, "flow");
	assert_place(&p[7], PLACE_CODE_FLOW, 3, NULL, 0, NULL);
	assert_place(&p[8], PLACE_STACK, 1, "e.c", 4, "crash: m!f(1, x)");
	assert_place(&p[9], PLACE_STACK, 1, NULL, 0, "outside");
	assert_place(&p[10], PLACE_FIX, 1, "t.c", 2, "mend");
	assert_region(&p[10].region, 2, 1, 2, 4);
	assert_slice(p[10].text, "2");
	assert_place(&p[11], PLACE_FIX, 1, "t.c", 3, "mend");
	assert_true(p[11].text.at && p[11].text.len_bytes == 0); /* nothing comes in its stead */
	assert_place(&p[12], PLACE_FIX, 1, "t.c", 0, "mend (byteOffset 99, byteLength 1)");
	assert_null(p[12].text.at);
	assert_place(&p[13], PLACE_FIX, 2, NULL, 0, "think");
}

/* A flow that is longer than anybody walks. */
static void test_too_many_places(void **state)
{
	struct fixture *f = *state;
	struct strbuf result = STRBUF_INIT;

	strbuf_addstr(&result, "{\"codeFlows\":[{\"threadFlows\":[{\"locations\":[");
	for (int i = 0; i < 5000; i++)
		strbuf_addf(&result, "%s{\"index\":%d}", i ? "," : "", i);
	strbuf_addstr(&result, "]}]}]}");
	const struct sample *s = one(f, "", result.text);
	assert_true(s->place_count > 0 && s->place_count < 5000);
	assert_non_null(sample_provenance(s, "import.places_left_out"));
	strbuf_release(&result);
}

static void test_real_logs(void **state)
{
	struct fixture *f = *state;

	must_import(f, TUTORIALS "3-Beyond-basics/bad-eval-with-code-flow.sarif");
	assert_true(sample_at(f, 0)->place_count > 2);
	assert_int_equal(sample_at(f, 0)->places[sample_at(f, 0)->place_count - 1].role, PLACE_CODE_FLOW);
	must_import(f, TUTORIALS "3-Beyond-basics/link-to-location.sarif");
	assert_contains(sample_at(f, 0)->flags[0].message, " (");
	assert_null(strstr(sample_at(f, 0)->flags[0].message, "]("));
	must_import(f, DATA "sarif/llaville_sarif-php-sdk/stack.json");
	must_import(f, DATA "sarif/DefectDojo_django-DefectDojo/devskim/devskim_one_vuln.sarif");
	assert_int_equal(sample_at(f, 0)->places[0].role, PLACE_FIX);
	assert_non_null(sample_at(f, 0)->places[0].text.at);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_offsets, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_units_without_text, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_large_text, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_artifacts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_links, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_places, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_too_many_places, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_real_logs, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
