/* What results of SARIF logs become: the specification's rules one by one. */
#include "tests/core/test_sarif.h"

static enum level level_of(struct fixture *f, const char *result)
{
	static const char tool[] =
		"\"tool\":{\"driver\":{\"name\":\"T\",\"rules\":["
		"{\"id\":\"E\",\"defaultConfiguration\":{\"level\":\"error\"}},"
		"{\"id\":\"CA1000\",\"defaultConfiguration\":{\"level\":\"note\"}},{\"id\":\"W\"},7,null,"
		"{\"id\":\"CA1000/2\",\"guid\":\"g-2\",\"defaultConfiguration\":{\"level\":\"none\"}}]},"
		"\"extensions\":[{\"name\":\"X\",\"rules\":[{\"id\":\"XE\",\"defaultConfiguration\":{\"level\":\"error\"}}]}]}";

	return one(f, tool, result)->flags[0].level;
}

/* 3.27.10 */
static void test_levels(void **state)
{
	static const struct {
		const char *result;
		enum level level;
	} cases[] = {
		{ "{}", LEVEL_WARNING },
		{ "{\"level\":\"note\",\"ruleId\":\"E\"}", LEVEL_NOTE },
		{ "{\"level\":\"odd\",\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"level\":null,\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"ruleIndex\":0}", LEVEL_ERROR },
		{ "{\"ruleIndex\":1,\"ruleId\":\"CA1000/7\"}", LEVEL_NOTE },
		{ "{\"ruleId\":\"CA1000/7\"}", LEVEL_NOTE },
		{ "{\"ruleId\":\"CA1000/7/9\"}", LEVEL_NOTE },
		{ "{\"ruleId\":\"CA1000/2\"}", LEVEL_NONE },
		{ "{\"ruleId\":\"CA100\"}", LEVEL_WARNING },
		{ "{\"ruleId\":\"W\"}", LEVEL_WARNING },
		{ "{\"ruleIndex\":3}", LEVEL_WARNING },
		{ "{\"ruleIndex\":99,\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"ruleIndex\":\"x\",\"ruleId\":5}", LEVEL_WARNING },
		{ "{\"ruleId\":\"XE\"}", LEVEL_ERROR },
		{ "{\"rule\":{\"index\":0,\"toolComponent\":{\"index\":0}}}", LEVEL_ERROR },
		{ "{\"rule\":{\"index\":0,\"toolComponent\":{\"name\":\"X\"}}}", LEVEL_ERROR },
		{ "{\"rule\":{\"id\":\"XE\"}}", LEVEL_ERROR },
		{ "{\"rule\":{\"guid\":\"g-2\"}}", LEVEL_NONE },
		{ "{\"kind\":\"pass\",\"ruleId\":\"E\"}", LEVEL_NONE },
		{ "{\"kind\":\"fail\",\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"kind\":\"odd\",\"ruleId\":\"E\"}", LEVEL_ERROR },
		{ "{\"kind\":\"pass\",\"level\":\"error\"}", LEVEL_ERROR },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (level_of(f, cases[i].result) != cases[i].level)
			fail_msg("%s is not %s", cases[i].result, level_word(cases[i].level));
}

/* 3.20.5, 3.51, 3.48.6 and 3.27.25 */
static void test_overrides(void **state)
{
	static const char run[] =
		"\"tool\":{\"driver\":{\"name\":\"T\",\"rules\":["
		"{\"id\":\"A\",\"defaultConfiguration\":{\"level\":\"error\",\"rank\":10}},"
		"{\"id\":\"B\",\"guid\":\"gb\",\"defaultConfiguration\":{\"level\":\"error\"}},{\"id\":\"C\"}]},"
		"\"extensions\":[{\"name\":\"X\",\"rules\":[{\"id\":\"A\"}]}]},"
		"\"invocations\":[{\"ruleConfigurationOverrides\":["
		"{\"descriptor\":{\"index\":0},\"configuration\":{\"level\":\"note\",\"rank\":70}},"
		"{\"descriptor\":{\"guid\":\"gb\"},\"configuration\":{\"enabled\":false}},"
		"{\"descriptor\":{\"id\":\"C\"},\"configuration\":{\"level\":\"none\"}},"
		"{\"descriptor\":{\"index\":0,\"toolComponent\":{\"index\":0}},\"configuration\":{\"level\":\"error\"}},"
		"{\"descriptor\":{\"index\":77},\"configuration\":{\"level\":\"error\"}},null,5]}%s]";
	static const struct {
		const char *result;
		enum level one_level, two_level; /* with a single invocation; with a second one */
		double one_rank, two_rank;
	} cases[] = {
		{ "{\"ruleId\":\"A\"}", LEVEL_NOTE, LEVEL_ERROR, 70, 10 },
		{ "{\"ruleId\":\"A/sub\",\"provenance\":{\"invocationIndex\":0}}", LEVEL_NOTE, LEVEL_NOTE, 70, 70 },
		{ "{\"ruleId\":\"A\",\"provenance\":{\"invocationIndex\":1}}", LEVEL_ERROR, LEVEL_WARNING, 10, 99 },
		{ "{\"ruleId\":\"A\",\"level\":\"warning\",\"rank\":3}", LEVEL_WARNING, LEVEL_WARNING, 3, 3 },
		{ "{\"ruleId\":\"A\",\"kind\":\"pass\"}", LEVEL_NONE, LEVEL_NONE, -1, -1 },
		{ "{\"ruleIndex\":1}", LEVEL_ERROR, LEVEL_ERROR, -1, -1 },
		{ "{\"ruleIndex\":2}", LEVEL_NONE, LEVEL_WARNING, -1, -1 },
		{ "{\"rule\":{\"index\":0,\"toolComponent\":{\"index\":0}}}", LEVEL_ERROR, LEVEL_WARNING, -1, -1 },
	};
	static const char second[] = ",{\"ruleConfigurationOverrides\":[{\"descriptor\":{\"index\":0},"
				     "\"configuration\":{\"level\":\"warning\",\"rank\":99}}]}";
	struct fixture *f = *state;
	char text[2048];

	for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
		bool two = i % 2;
		double rank = two ? cases[i / 2].two_rank : cases[i / 2].one_rank;
		snprintf(text, sizeof(text), run, two ? second : "");
		const struct flag *flag = one(f, text, cases[i / 2].result)->flags;
		if (flag->level != (two ? cases[i / 2].two_level : cases[i / 2].one_level))
			fail_msg("%s: %s", cases[i / 2].result, level_word(flag->level));
		assert_int_equal(flag->has_score, rank >= 0);
		assert_true(!flag->has_score || flag->score == rank);
	}
}

/* More rules than are kept ready, of several components. */
static void test_many_rules(void **state)
{
	struct fixture *f = *state;
	struct strbuf run = STRBUF_INIT, results = STRBUF_INIT;

	strbuf_addstr(&run, "\"tool\":{\"driver\":{\"name\":\"T\",\"rules\":[");
	for (int i = 0; i < 20000; i++)
		strbuf_addf(&run, "%s{\"id\":\"R%d\",\"guid\":\"g%d\",\"shortDescription\":{\"text\":\"rule %d\"}}", i ? "," : "", i, i, i);
	strbuf_addstr(&run, "]},\"extensions\":[{\"rules\":[{\"id\":\"R5\",\"shortDescription\":{\"text\":\"of X\"}}]}]}");
	for (int i = 0; i < 400; i++)
		strbuf_addf(&results, i % 3 == 0 ? "%s{\"ruleId\":\"R%d\"}" : i % 3 == 1 ? "%s{\"ruleIndex\":%d}"
				      : "%s{\"rule\":{\"guid\":\"g%d\"}}", i ? "," : "", i * 7919 % 20000);
	strbuf_addstr(&results, ",{\"ruleId\":\"R5\",\"rule\":{\"toolComponent\":{\"index\":0}}}");
	must_import_run(f, run.text, results.text);
	for (int i = 0; i < 400; i++) {
		char message[32];
		snprintf(message, sizeof(message), "rule %d", i * 7919 % 20000);
		assert_text(sample_at(f, (size_t)i)->flags[0].message, message);
	}
	assert_text(sample_at(f, 400)->flags[0].message, "of X");
	strbuf_release(&run);
	strbuf_release(&results);
}

/* 3.27.8, 3.19.3, 3.53 */
static void test_taxa(void **state)
{
	static const char run[] =
		"\"tool\":{\"driver\":{\"name\":\"T\",\"taxa\":[{\"id\":\"own\"}],\"rules\":["
		"{\"id\":\"G\",\"relationships\":[{\"target\":{\"index\":1,\"toolComponent\":{\"guid\":\"cg\"}}}]},"
		"{\"id\":\"N\",\"relationships\":[{\"target\":{\"id\":\"22\",\"toolComponent\":{\"name\":\"CWE\"}}}]}]}},"
		"\"taxonomies\":[{\"name\":\"CWE\",\"guid\":\"cg\",\"taxa\":[{\"id\":\"5\"},{\"id\":\"79\"}],\"rules\":[{\"id\":\"G\"}]}]";
	static const struct {
		const char *result, *cwe, *taxa;
	} cases[] = {
		{ "{\"ruleId\":\"G\"}", "CWE-79", NULL },
		{ "{\"ruleId\":\"N\"}", "CWE-22", NULL },
		{ "{\"ruleId\":\"N\",\"taxa\":[{\"index\":0,\"toolComponent\":{\"guid\":\"cg\"}}]}", "CWE-5", NULL },
		{ "{\"taxa\":[{\"index\":1,\"toolComponent\":{\"name\":\"CWE\"}},{\"index\":0}]}", "CWE-79", "own" },
		{ "{\"taxa\":[{\"id\":\"7\",\"toolComponent\":{\"name\":\"OWASP\"}},{\"index\":9}]}", NULL, "OWASP/7" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct sample *s = one(f, run, cases[i].result);
		const char *cwe = sample_provenance(s, "sarif.cwe"), *taxa = sample_provenance(s, "sarif.taxa");
		assert_true(!cwe == !cases[i].cwe && !taxa == !cases[i].taxa);
		if (cwe)
			assert_text(cwe, cases[i].cwe);
		if (taxa)
			assert_text(taxa, cases[i].taxa);
	}
}

/* 3.11 */
static void test_messages(void **state)
{
	static const char tool[] =
		"\"tool\":{\"driver\":{\"name\":\"T\",\"globalMessageStrings\":{\"g\":{\"text\":\"global {0}\"}},\"rules\":["
		"{\"id\":\"R\",\"shortDescription\":{\"text\":\"short\"},\"messageStrings\":{\"a\":{\"text\":\"{1}, {0}, {{0}} {2}\"},"
		"\"m\":{\"markdown\":\"*md*\"}}}]}}";
	static const struct {
		const char *message, *text;
	} cases[] = {
		{ "{\"text\":\"plain {0} {{x}}\"}", "plain {0} {{x}}" },
		{ "{\"text\":\"of {0} {{x}}\",\"arguments\":[\"q\"]}", "of q {x}" },
		{ "{\"id\":\"a\",\"arguments\":[\"zero\",\"one\"]}", "one, zero, {0} {2}" },
		{ "{\"id\":\"g\",\"arguments\":[\"all\"]}", "global all" },
		{ "{\"id\":\"m\"}", "*md*" },
		{ "{\"markdown\":\"**b**\"}", "**b**" },
		{ "{\"text\":\"t\",\"markdown\":\"**b**\"}", "t" },
		{ "{\"id\":\"unknown\"}", "short" },
		{ "{\"text\":5}", "short" },
		{ "\"bare\"", "bare" },
		{ "null", "short" },
		{ "{\"text\":\"a\\u0000b\"}", "a\xE2\x90\x80" "b" },
	};
	struct fixture *f = *state;
	char result[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(result, sizeof(result), "{\"ruleId\":\"R\",\"message\":%s}", cases[i].message);
		assert_text(one(f, tool, result)->flags[0].message, cases[i].text);
	}
	assert_null(one(f, "\"tool\":null", "{\"message\":{}}")->flags[0].message);
	assert_null(sample_at(f, 0)->flags[0].tool);
}

/* 3.4, 3.14.14 */
static void test_paths(void **state)
{
	static const char bases[] =
		"\"originalUriBaseIds\":{\"ROOT\":{\"uri\":\"file:///C:/w%20k/\"},\"SRC\":{\"uri\":\"src/\",\"uriBaseId\":\"ROOT\"},"
		"\"LOOP\":{\"uri\":\"l/\",\"uriBaseId\":\"POOL\"},\"POOL\":{\"uri\":\"p/\",\"uriBaseId\":\"LOOP\"},\"ODD\":7},"
		"\"artifacts\":[{\"location\":{\"uri\":\"by/index.py\",\"uriBaseId\":\"SRC\"}},3]";
	static const struct {
		const char *location, *path, *uri;
	} cases[] = {
		{ "{\"uri\":\"a/b.c\"}", "a/b.c", NULL },
		{ "{\"uri\":\"a%20b/%C3%A4.c\"}", "a b/\xC3\xA4.c", NULL },
		{ "{\"uri\":\"100%/x%zz.c\"}", "100%/x%zz.c", NULL },
		{ "{\"uri\":\"file:///usr/x.h\"}", "/usr/x.h", NULL },
		{ "{\"uri\":\"file:///C:/x/y.h\"}", "C:/x/y.h", NULL },
		{ "{\"uri\":\"FILE://localhost/x\"}", "/x", NULL },
		{ "{\"uri\":\"file://server/share/x\"}", "//server/share/x", NULL },
		{ "{\"uri\":\"file:/x\"}", "/x", NULL },
		{ "{\"uri\":\"C:\\\\x\\\\y.c\"}", "C:\\x\\y.c", NULL },
		{ "{\"uri\":\"https://h/x%20y\"}", "https://h/x%20y", NULL },
		{ "{\"uri\":\"io/k.c\",\"uriBaseId\":\"SRC\"}", "src/io/k.c", "file:///C:/w%20k/src/io/k.c" },
		{ "{\"uri\":\"k.c\",\"uriBaseId\":\"NOWHERE\"}", "k.c", NULL },
		{ "{\"index\":0}", "src/by/index.py", "file:///C:/w%20k/src/by/index.py" },
		{ "{\"index\":1}", NULL, NULL },
		{ "{\"index\":-4}", NULL, NULL },
		{ "{\"uri\":\"\"}", NULL, NULL },
		{ "{\"uri\":17}", NULL, NULL },
		{ "5", NULL, NULL },
	};
	struct fixture *f = *state;
	char result[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(result, sizeof(result), "{\"locations\":[{\"physicalLocation\":{\"artifactLocation\":%s}}]}",
			 cases[i].location);
		const struct sample *s = one(f, bases, result);
		const char *uri = sample_provenance(s, "sarif.uri");
		if (!cases[i].path)
			assert_null(s->path);
		else
			assert_text(s->path, cases[i].path);
		if (!cases[i].uri)
			assert_null(uri);
		else
			assert_text(uri, cases[i].uri);
	}
	const struct sample *s = one(f, bases, "{\"locations\":[{\"physicalLocation\":{\"artifactLocation\":"
					       "{\"uri\":\"x\",\"uriBaseId\":\"LOOP\"}}}]}");
	assert_non_null(strstr(s->path, "l/x")); /* ended, wherever */
	s = one(f, "", "{\"analysisTarget\":{\"uri\":\"t.c\"}}");
	assert_text(s->path, "t.c");
}

/* 3.29, 3.30, 3.24.8: the widest piece of code that the log holds. */
static void test_code(void **state)
{
	static const char artifacts[] =
		"\"artifacts\":[{\"location\":{\"uri\":\"e.c\"},\"contents\":{\"text\":\"l1\\nl2\\nl3\\nl4\\nl5\\nl6\\nl7\\nl8\\nl9\"}}]";
	static const struct {
		const char *place, *code;
		int64_t start, end, flagged;
	} cases[] = {
		{ "\"region\":{\"startLine\":7,\"snippet\":{\"text\":\"r\"}},"
		  "\"contextRegion\":{\"startLine\":5,\"snippet\":{\"text\":\"a\\nb\\nc\\n\"}}", "a\nb\nc\n", 5, 7, 7 },
		{ "\"region\":{\"startLine\":7,\"snippet\":{\"text\":\"r\"}}", "r", 7, 7, 7 },
		{ "\"region\":{\"startLine\":5}", "l2\nl3\nl4\nl5\nl6\nl7\nl8\n", 2, 8, 5 },
		{ "\"region\":{\"startLine\":1,\"endLine\":2}", "l1\nl2\nl3\nl4\nl5\n", 1, 5, 1 },
		{ "\"region\":{\"startLine\":9}", "l6\nl7\nl8\nl9", 6, 9, 9 },
		{ "\"region\":{\"startLine\":5},\"contextRegion\":{\"startLine\":5,\"endLine\":6}", "l5\nl6\n", 5, 6, 5 },
		{ "\"region\":{\"startLine\":999999999999}", "", 999999999999, 0, 999999999999 },
		{ "\"region\":{\"charOffset\":4,\"charLength\":1}", "l1\nl2\nl3\nl4\nl5\n", 1, 5, 2 },
		{ "\"region\":{\"charOffset\":400,\"charLength\":1}", "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8\nl9", 1, 9, 0 },
		{ "\"region\":{\"startLine\":-3}", "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8\nl9", 1, 9, 0 },
		{ "\"region\":null", "l1\nl2\nl3\nl4\nl5\nl6\nl7\nl8\nl9", 1, 9, 0 },
	};
	struct fixture *f = *state;
	char result[512];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *location = i % 2 ? "{\"index\":0}" : "{\"uri\":\"e.c\"}";
		snprintf(result, sizeof(result), "{\"locations\":[{\"physicalLocation\":{\"artifactLocation\":%s,%s}}]}", location,
			 cases[i].place);
		const struct sample *s = one(f, artifacts, result);
		assert_slice(s->code, cases[i].code);
		assert_int_equal(s->region.start_line, cases[i].start);
		assert_int_equal(s->region.end_line, cases[i].end);
		assert_int_equal(s->flags[0].region.start_line, cases[i].flagged);
		assert_text(s->language, "c");
	}
	assert_null(sample_provenance(sample_at(f, 0), "sarif.charOffset"));
	const struct sample *s = one(f, artifacts, "{\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"index\":0},"
						   "\"region\":{\"charOffset\":400,\"byteLength\":9}}}]}");
	assert_text(sample_provenance(s, "sarif.charOffset"), "400");
	assert_text(sample_provenance(s, "sarif.byteLength"), "9");
	s = one(f, "", "{\"locations\":[{\"physicalLocation\":{\"region\":{\"startLine\":9,\"endLine\":3,\"startColumn\":2}}}]}");
	assert_int_equal(s->flags[0].region.end_line, 0);
	assert_null(s->code.at);
	assert_int_equal(s->region.start_line, 9);
}

static void test_provenance(void **state)
{
	static const char run[] =
		"\"tool\":{\"driver\":{\"name\":\"T\",\"version\":\"1\",\"semanticVersion\":\"1.2.3\",\"rules\":[{\"id\":\"R\",\"name\":\"Rn\","
		"\"properties\":{\"tags\":[\"x\",\"external/cwe/cwe-079\",\"CWE-20\"],\"security-severity\":\"7.5\",\"precision\":\"high\","
		"\"problem.severity\":\"error\"},\"helpUri\":\"https://h/R\"}]}},"
		"\"versionControlProvenance\":[{\"repositoryUri\":\"https://g/r\",\"revisionId\":\"abc\",\"branch\":\"main\"}],"
		"\"invocations\":[{\"startTimeUtc\":\"2025-01-02T00:00:00Z\"},{\"startTimeUtc\":\"2025-01-01T00:00:00Z\"},{}],"
		"\"automationDetails\":{\"id\":\"job/1\"},\"columnKind\":\"utf16CodeUnits\","
		"\"taxonomies\":[{\"name\":\"CWE\",\"taxa\":[{\"id\":\"5\"},{\"id\":\"401\"}]},{\"name\":\"OWASP\"}]";
	struct fixture *f = *state;
	const struct sample *s = one(f, run,
		"{\"ruleId\":\"R\",\"guid\":\"g\",\"kind\":\"review\",\"rank\":12.5,\"baselineState\":\"updated\","
		"\"fingerprints\":{\"v1\":\"fp\"},\"partialFingerprints\":{\"l\":\"pf\",\"odd\":{\"a\":1}},"
		"\"suppressions\":[{\"kind\":\"inSource\"},{\"kind\":\"external\",\"status\":\"accepted\",\"justification\":\"why\"}],"
		"\"taxa\":[{\"index\":1,\"toolComponent\":{\"index\":0}},{\"id\":\"A1\",\"toolComponent\":{\"name\":\"OWASP\"}}],"
		"\"relatedLocations\":[{},{}],\"codeFlows\":[{}],\"fixes\":[{\"artifactChanges\":null}],\"occurrenceCount\":3,"
		"\"attachments\":[{\"artifactLocation\":{\"uri\":\"shot.png\"}}],\"workItemUris\":[\"https://t/1\",\"https://t/2\"],"
		"\"hostedViewerUri\":\"https://v\",\"webRequest\":{\"method\":\"GET\",\"target\":\"https://w\"},"
		"\"webResponse\":{\"statusCode\":404,\"reasonPhrase\":\"Not Found\"},\"graphs\":[{}],"
		"\"locations\":[{\"physicalLocation\":{\"region\":{\"startLine\":1,\"startColumn\":2}}},{}],"
		"\"properties\":{\"model\":\"m\",\"harness\":\"h\",\"version\":\"9\",\"ts\":\"2025-01-02\",\"session\":\"s\",\"path\":\"p\","
		"\"language\":\"Go\",\"deep\":{\"x\":\"y\"}}}");
	static const struct {
		const char *key, *value;
	} expected[] = {
		{ "sarif.run", "0" }, { "sarif.toolVersion", "1.2.3" }, { "sarif.automationId", "job/1" },
		{ "sarif.guid", "g" }, { "sarif.kind", "review" }, { "sarif.fingerprint.v1", "fp" },
		{ "sarif.partialFingerprint.l", "pf" }, { "sarif.suppression", "inSource; external, accepted: why" },
		{ "sarif.cwe", "CWE-401" }, { "sarif.taxa", "OWASP/A1" }, { "sarif.occurrenceCount", "3" },
		{ "sarif.ruleName", "Rn" }, { "sarif.security-severity", "7.5" }, { "sarif.precision", "high" },
		{ "sarif.problem.severity", "error" }, { "sarif.ruleTags", "x, external/cwe/cwe-079, CWE-20" },
		{ "sarif.helpUri", "https://h/R" }, { "sarif.columnKind", "utf16CodeUnits" }, { "sarif.repository", "https://g/r" },
		{ "sarif.revision", "abc" }, { "sarif.branch", "main" }, { "sarif.attachments", "1" },
		{ "sarif.attachmentUris", "shot.png" }, { "sarif.workItemUris", "https://t/1, https://t/2" },
		{ "sarif.hostedViewerUri", "https://v" }, { "sarif.webRequest", "GET https://w" },
		{ "sarif.webResponse", "404 Not Found" }, { "sarif.graphs", "1" },
		{ "sarif.lastDetectionTimeUtc", "2025-01-01T00:00:00Z" },
		{ PROVENANCE_MODEL, "m" }, { PROVENANCE_HARNESS, "h" }, { "version", "9" }, { "path", "p" },
	};

	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_text(sample_provenance(s, expected[i].key), expected[i].value);
	assert_int_equal(s->provenance_count, ARRAY_LEN(expected));
	assert_int_equal(s->baseline, BASELINE_UPDATED);
	assert_text(s->external_id, "fp");
	assert_text(s->session, "s");
	assert_text(s->language, "go");
	assert_null(s->path);
	assert_int_equal(s->produced_at.precision, PRECISION_DAY);
	assert_true(s->flags[0].has_score && s->flags[0].score == 12.5);
	assert_int_equal(s->flags[0].source, SOURCE_SAST);
	s = one(f, run, "{\"ruleId\":\"R\"}");
	assert_text(sample_provenance(s, "sarif.cwe"), "CWE-79, CWE-20");
	assert_false(s->flags[0].has_score);
}

static void test_maps(void **state)
{
	struct fixture *f = *state;
	struct field_map maps[] = { { "prompt", "properties.ask" }, { "plan", "properties.deep.plan" }, { "path", "properties.p" } };

	f->options.maps = maps;
	f->options.map_count = ARRAY_LEN(maps);
	const struct sample *s = one(f, "", "{\"properties\":{\"ask\":\"why\",\"deep\":{\"plan\":\"pro\"},\"p\":\"m.py\"}}");
	assert_slice(s->prompt, "why");
	assert_text(sample_provenance(s, "plan"), "pro");
	assert_text(s->path, "m.py");
}

static void test_odd_results(void **state)
{
	struct fixture *f = *state;

	must_import_run(f, "", "{},5,null,\"x\",[1],{\"message\":[]},{\"locations\":[5]},{\"a\":tru},{\"suppressions\":7},{}");
	assert_int_equal(f->batch.records, 10);
	assert_int_equal(f->batch.rejected, 5);
	assert_int_equal(f->store->rejects.items[0].record, 2);
	assert_contains(f->store->rejects.items[0].reason, "the result is no object: a number");
	assert_int_equal(f->store->rejects.items[4].record, 8);
	assert_contains(f->store->rejects.items[4].reason, "byte ");
	assert_true(f->store->rejects.items[4].offset_bytes > f->store->rejects.items[3].offset_bytes);

	must_import_text(f, "{\"version\":\"2.1.0\",\"runs\":[null,7,{\"results\":null},{\"results\":{}},{},{\"results\":[{}]}]}");
	assert_int_equal(f->batch.imported, 1);
	assert_int_equal(f->batch.records, 1); /* what is no array has no records */
	assert_text(sample_provenance(sample_at(f, 0), "sarif.run"), "5");
}

/* Rules and artifacts may stand behind the results, the version behind the runs. */
static void test_any_order(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "{\"runs\":[{\"results\":[{\"ruleIndex\":0}],\"tool\":{\"driver\":{\"rules\":[{\"id\":\"A\","
			    "\"defaultConfiguration\":{\"level\":\"error\"}}],\"name\":\"one\"}}},"
			    "{\"results\":[{\"ruleIndex\":0},{}],\"tool\":{\"driver\":{\"name\":\"two\"}}}],\"version\":\"2.1.0\"}");
	assert_int_equal(f->batch.records, 3);
	assert_text(sample_at(f, 0)->flags[0].rule, "A");
	assert_int_equal(sample_at(f, 0)->flags[0].level, LEVEL_ERROR);
	assert_text(sample_at(f, 1)->flags[0].tool, "two");
	assert_null(sample_at(f, 1)->flags[0].rule); /* nothing of the run before */
}

static void test_tutorials(void **state)
{
	struct fixture *f = *state;

	must_import(f, TUTORIALS "Baseline.sarif");
	assert_int_equal(sample_at(f, 0)->baseline, BASELINE_ABSENT);
	assert_int_equal(sample_at(f, 1)->baseline, BASELINE_UNCHANGED);
	assert_int_equal(sample_at(f, 2)->baseline, BASELINE_UPDATED);
	assert_int_equal(sample_at(f, 3)->baseline, BASELINE_NEW);
	must_import(f, TUTORIALS "3-Beyond-basics/message-with-arguments.sarif");
	assert_text(sample_at(f, 0)->flags[0].message, "Variable 'x' was used without being initialized.");
	must_import(f, TUTORIALS "3-Beyond-basics/message-from-metadata.sarif");
	assert_text(sample_at(f, 0)->flags[0].message, "This is the message text. It might be very long.");
	must_import(f, TUTORIALS "3-Beyond-basics/standard-taxonomy.sarif");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.cwe"), "CWE-401");
	must_import(f, TUTORIALS "OriginalUriBaseIds.sarif");
	assert_text(sample_at(f, 1)->path, "src/io/kb.c");
	must_import(f, TUTORIALS "ContextRegion.sarif");
	assert_slice(sample_at(f, 0)->code, "/// This is a BAD word.");
	assert_int_equal(sample_at(f, 0)->region.start_line, 4);
	assert_int_equal(sample_at(f, 0)->flags[0].region.end_column, 22);
	must_import(f, TUTORIALS "EmbeddedTextContent.sarif");
	assert_slice(sample_at(f, 0)->code, "Hello,\r\nworld");
	must_import(f, TUTORIALS "EmbeddedBinaryContent.sarif");
	assert_text(sample_provenance(sample_at(f, 0), "sarif.byteOffset"), "2");
	must_import(f, TUTORIALS "ExceptionalConditions/No runs.sarif");
	assert_int_equal(f->batch.records, 0);
	assert_int_equal(f->store->committed, f->store->begun);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_levels, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_overrides, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_many_rules, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_taxa, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_messages, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_paths, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_code, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_provenance, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_maps, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_odd_results, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_any_order, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_tutorials, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
