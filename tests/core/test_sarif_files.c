/* SARIF logs that refer to other files, and logs that are not what they should be. */
#include "tests/core/test_sarif.h"

#include <sys/stat.h>
#include <unistd.h>

/* A folder with "log.sarif", an external file, a checkout, and what must not be reached. */
struct folder {
	struct fixture *f;
	char path[64], log[128];
	char note[2048]; /* all of them, each with a newline */
	int notes;
};

static void put(const struct folder *folder, const char *name, const char *text)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	write_bytes(path, slice_of(text));
}

static void on_note(void *context, const char *text)
{
	struct folder *folder = context;

	size_t len = strlen(folder->note);

	folder->notes++;
	snprintf(folder->note + len, sizeof(folder->note) - len, "%s\n", text);
}

static int folder_setup(void **state)
{
	struct folder *folder = mem_zalloc(1, sizeof(*folder));
	void *fixture;
	char path[192];

	if (fixture_setup(&fixture) != 0)
		return -1;
	folder->f = fixture;
	folder->f->options.note = on_note;
	folder->f->options.context = folder;
	snprintf(folder->path, sizeof(folder->path), "/tmp/aitia-test-sarif-XXXXXX");
	if (!mkdtemp(folder->path))
		return -1;
	snprintf(folder->log, sizeof(folder->log), "%s/log.sarif", folder->path);
	snprintf(path, sizeof(path), "%s/src", folder->path);
	if (mkdir(path, 0700) != 0)
		return -1;
	put(folder, "src/a b.c", "1\n2\n\xC3\xA4\xF0\x9F\x98\x80x\n4\n5\n6\n7\n8\n");
	put(folder, "secret", "secret\n");
	snprintf(path, sizeof(path), "%s/src/out", folder->path);
	if (symlink("../secret", path) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/src/in", folder->path);
	if (symlink("a b.c", path) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/src/pipe", folder->path);
	if (mkfifo(path, 0600) != 0)
		return -1;
	*state = folder;
	return 0;
}

static int folder_teardown(void **state)
{
	static const char *const names[] = { "src/a b.c", "src/out", "src/in", "src/pipe", "src", "secret", "more.json",
					     "rules.json", "log.sarif" };
	struct folder *folder = *state;
	char path[192];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
		remove(path);
	}
	rmdir(folder->path);
	fixture_teardown((void **)&folder->f);
	free(folder);
	return 0;
}

static void must_import_log(struct folder *folder, const char *text)
{
	put(folder, "log.sarif", text);
	must_import(folder->f, folder->log);
}

/* ---- external properties ---------------------------------------------------------------- */

/* 3.15.2: elements are appended; 3.16.3: relative to the log; an absolute base is not of here. */
static void test_external(void **state)
{
	struct folder *folder = *state;
	struct fixture *f = folder->f;

	put(folder, "more.json",
	    "{\"results\":[{\"message\":{\"text\":\"ext 1\"},\"ruleIndex\":1,\"locations\":[{\"physicalLocation\":{\"artifactLocation\":"
	    "{\"index\":1}}}]},5,{\"message\":{\"text\":\"ext 2\"},\"rule\":{\"index\":0,\"toolComponent\":{\"index\":0}}}],\"version\":\"2.1.0\","
	    "\"artifacts\":[{\"location\":{\"uri\":\"ext.c\"},\"contents\":{\"text\":\"embedded\"}}]}");
	put(folder, "rules.json", "{\"driver\":{\"name\":\"T\",\"rules\":[{\"id\":\"E\",\"defaultConfiguration\":{\"level\":\"error\"}}]},"
				  "\"extensions\":[{\"name\":\"X\",\"rules\":[{\"id\":\"XE\"}]}],\"invocations\":[{\"executionSuccessful\":false}]}");
	must_import_log(folder,
		"{\"version\":\"2.1.0\",\"runs\":[{\"originalUriBaseIds\":{\"L\":{\"uri\":\"file:///C:/logs/\"}},\"externalPropertyFileReferences\":{"
		"\"results\":[{\"location\":{\"uri\":\"more.json\",\"uriBaseId\":\"L\"}},{\"location\":{\"uri\":\"gone.json\"}},"
		"{\"location\":{\"uri\":\"../log.sarif\"}},{\"location\":{\"uri\":\"file:///etc/passwd\"}},{\"location\":{\"uri\":\"src/pipe\"}}],"
		"\"artifacts\":[{\"location\":{\"uri\":\"more.json\"}}],\"driver\":{\"location\":{\"uri\":\"rules.json\"}},"
		"\"extensions\":[{\"location\":{\"uri\":\"rules.json\"}}],\"invocations\":[{\"location\":{\"uri\":\"rules.json\"}}],"
		"\"taxonomies\":[{\"location\":{\"uri\":\"https://h/cwe.sarif\"}}],\"graphs\":[{\"location\":{\"uri\":\"gone\"}}]},"
		"\"tool\":{\"driver\":{\"name\":\"T\",\"rules\":[{\"id\":\"own\"}]}},\"artifacts\":[{\"location\":{\"uri\":\"own.c\"}}],"
		"\"results\":[{\"message\":{\"text\":\"own\"}}]},{\"results\":[{\"message\":{\"text\":\"next\"}}]}]}");
	assert_int_equal(f->batch.imported, 4);
	assert_int_equal(f->batch.rejected, 1);
	assert_text(sample_at(f, 0)->flags[0].message, "own");
	assert_text(sample_at(f, 1)->flags[0].message, "ext 1");
	assert_text(sample_at(f, 1)->flags[0].rule, "E");
	assert_int_equal(sample_at(f, 1)->flags[0].level, LEVEL_ERROR);
	assert_text(sample_at(f, 1)->path, "ext.c");
	assert_slice(sample_at(f, 1)->code, "embedded");
	assert_text(sample_at(f, 2)->flags[0].rule, "XE");
	assert_text(sample_at(f, 3)->flags[0].message, "next");
	assert_null(sample_provenance(sample_at(f, 3), "sarif.notRead"));
	assert_contains(sample_provenance(sample_at(f, 0), "sarif.notRead"), "taxonomies in https://h/cwe.sarif");
	assert_contains(f->store->rejects.items[0].reason, "more.json: the result is no object: a number");
	assert_int_equal(f->store->rejects.items[0].offset_bytes, -1);
	assert_int_equal(folder->notes, 5);
	assert_contains(folder->note, "run 1 (T): the results in gone.json cannot be read: there is no such file\n");
	assert_contains(folder->note, "leads out of the folder");
	assert_contains(folder->note, "only files below the folder of the log");
	assert_contains(folder->note, "no regular file");
	assert_contains(folder->note, "run 1 (T) failed");
}

/* 3.13.5: by pointer, by guid, and by the run's own guid; also behind the runs. */
static void test_inline(void **state)
{
	static const char inlines[] =
		"\"inlineExternalProperties\":[{\"guid\":\"a\",\"results\":[{\"message\":{\"text\":\"A\"}}]},"
		"{\"runGuid\":\"r\",\"guid\":\"b\",\"results\":[{\"message\":{\"text\":\"B\"}}]},{\"guid\":\"c\",\"results\":[{\"message\":{\"text\":\"C\"}}]}]";
	static const char runs[] =
		"\"runs\":[{\"externalPropertyFileReferences\":{\"results\":[{\"guid\":\"c\"},{\"location\":{\"uri\":\"sarif:/inlineExternalProperties/0\"}},"
		"{\"guid\":\"zz\"}]}},{\"automationDetails\":{\"guid\":\"r\"}},{\"automationDetails\":{\"guid\":\"other\"},\"results\":[]}]";
	struct folder *folder = *state;
	char text[2048];

	for (int before = 0; before < 2; before++) {
		snprintf(text, sizeof(text), "{\"version\":\"2.1.0\",%s,%s}", before ? inlines : runs, before ? runs : inlines);
		folder->note[0] = '\0';
		must_import_log(folder, text);
		assert_int_equal(folder->f->batch.imported, 3);
		assert_int_equal(folder->f->batch.rejected, 0);
		assert_contains(folder->note, "the results in zz cannot be read: the log has no such inline properties");
		assert_text(sample_at(folder->f, 0)->flags[0].message, "C");
		assert_text(sample_at(folder->f, 1)->flags[0].message, "A");
		assert_text(sample_at(folder->f, 2)->flags[0].message, "B");
		assert_text(sample_provenance(sample_at(folder->f, 2), "sarif.run"), "1");
	}
}

/* ---- code from a checkout ----------------------------------------------------------------- */

static const struct sample *locate(struct folder *folder, const char *uri, const char *region)
{
	char text[512];

	snprintf(text, sizeof(text), "{\"version\":\"2.1.0\",\"runs\":[{\"columnKind\":\"utf16CodeUnits\",\"results\":[{\"ruleId\":\"R\","
		 "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"%s\"},\"region\":%s}}]}]}]}", uri, region);
	must_import_log(folder, text);
	return sample_at(folder->f, 0);
}

static void test_checkout(void **state)
{
	static const char *const refused[] = { "../secret", "out", "pipe", "gone.c", "a b.c/", "x/../a b.c", "..", "", "." };
	struct folder *folder = *state;
	char root[128];

	assert_null(locate(folder, "a%20b.c", "{\"startLine\":5}")->code.at); /* not asked for */
	snprintf(root, sizeof(root), "%s/src", folder->path);
	folder->f->options.source_root = root;
	const struct sample *s = locate(folder, "a%20b.c", "{\"startLine\":5}");
	assert_slice(s->code, "2\n\xC3\xA4\xF0\x9F\x98\x80x\n4\n5\n6\n7\n8\n");
	assert_int_equal(s->region.start_line, 2);
	assert_text(sample_provenance(s, "code.source"), "checkout");
	s = locate(folder, "a%20b.c", "{\"startLine\":3,\"startColumn\":4}");
	assert_int_equal(s->flags[0].region.start_column, 3);
	s = locate(folder, "in", "{\"charOffset\":5,\"charLength\":2}"); /* a link that stays inside */
	assert_int_equal(s->flags[0].region.start_line, 3);
	assert_int_equal(s->flags[0].region.start_column, 2);
	assert_int_equal(s->flags[0].region.end_column, 3);
	s = locate(folder, "a%20b.c", "{\"startLine\":5,\"snippet\":{\"text\":\"the log's\"}}");
	assert_slice(s->code, "the log's");
	assert_null(sample_provenance(s, "code.source"));
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_null(locate(folder, refused[i], "{\"startLine\":1}")->code.at);
	snprintf(root, sizeof(root), "%s/src", folder->path);
	char absolute[192];
	snprintf(absolute, sizeof(absolute), "file://%s/a%%20b.c", root);
	assert_null(locate(folder, absolute, "{\"startLine\":1}")->code.at);
	folder->f->options.source_root = "/nowhere/at/all";
	assert_null(locate(folder, "a%20b.c", "{\"startLine\":1}")->code.at);
}

/* ---- what is not as it should be ----------------------------------------------------------- */

static void test_versions(void **state)
{
	static const struct {
		const char *version, *note; /* NULL: it is what we read */
	} cases[] = {
		{ "\"2.1.0\"", NULL },
		{ "\"2.1.0-rtm.5\"", NULL },
		{ "\"2.1\"", NULL },
		{ "null", NULL },
		{ "\"\"", "the version of the log is empty: read as SARIF 2.1.0\n" },
		{ "2.1", "the version of the log is a number: read as SARIF 2.1.0\n" },
		{ "{\"a\":[1]}", "the version of the log is an object: read as SARIF 2.1.0\n" },
		{ "\"1.0.0\"", "SARIF 1.0.0: read as far as it is like 2.1.0\n" },
		{ "\"2.0.0-csd.2.beta.2019-01-24\"", "SARIF 2.0.0-csd.2.beta.2019-01-24: read as far as it is like 2.1.0\n" },
		{ "\"2.2.0\"", "SARIF 2.2.0: read as far as it is like 2.1.0\n" },
		{ "\"3.0\"", "SARIF 3.0: read as far as it is like 2.1.0\n" },
		{ "\"2.10.0\"", "SARIF 2.10.0: read as far as it is like 2.1.0\n" },
	};
	struct folder *folder = *state;
	char text[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int behind = 0; behind <= 1; behind++) {
			snprintf(text, sizeof(text), behind ? "{\"runs\":[{\"results\":[{}]}],\"version\":%s}"
							    : "{\"version\":%s,\"runs\":[{\"results\":[{}]}]}", cases[i].version);
			folder->note[0] = '\0';
			must_import_log(folder, text);
			assert_int_equal(folder->f->batch.imported, 1);
			assert_int_equal(folder->f->batch.rejected, 0);
			assert_text(folder->note, cases[i].note ? cases[i].note : "");
		}
	}
}

/* What came before the fault is taken, and the fault told. */
static void test_broken_behind(void **state)
{
	static const struct {
		const char *rest, *reason;
	} cases[] = {
		{ "]}]} trailing", "there is something behind the last value" },
		{ "]}]}{\"version\":\"2.1.0\"}", "there is something behind the last value" },
		{ "", "the input ends inside" },
		{ ",{\"message\":{\"text\":\"cut o", "the input ends inside" },
		{ "]},{\"tool\":tru}]}]", "a" },
		{ "]}],\"runs\":[{\"results\":[{}]}]}", "a second \"runs\" in the same log was not read" },
		{ "}]}]}", "a comma or ] is expected" },
	};
	struct folder *folder = *state;
	struct fixture *f = folder->f;
	char text[256];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(text, sizeof(text), "{\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"T\"}},\"results\":[{},{}%s",
			 cases[i].rest);
		must_import_log(folder, text);
		assert_int_equal(f->batch.imported, 2);
		assert_text(sample_at(f, 0)->flags[0].tool, "T");
		if (i == 4)
			continue; /* a fault inside of a value that nobody wants is passed over */
		assert_int_equal(f->batch.rejected, 1);
		assert_contains(f->store->rejects.items[0].reason, cases[i].reason);
		assert_int_equal(f->store->rejects.items[0].record, 3);
	}
	assert_int_equal(import_text(f, "{\"version\":\"2.1.0\",\"runs\":[{\"results\":["), STATUS_INPUT);
	assert_contains(f->error.text, "byte ");
	assert_int_equal(import_text(f, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"), STATUS_INPUT);
	assert_int_equal(import_text(f, "{\"version\":\"2.1.0\",\"runs\":7}"), STATUS_INPUT);
}

/* gosec's "fixes", nulls everywhere, and objects where arrays belong. */
static void test_odd_members(void **state)
{
	static const char *const members[] = {
		"codeFlows", "threadFlows", "stacks", "fixes", "relatedLocations", "locations", "graphs", "attachments",
		"suppressions", "taxa", "workItemUris", "fingerprints", "properties", "message", "rule", "provenance", "webRequest",
	};
	static const char *const values[] = { "null", "7", "\"x\"", "[null]", "[[]]", "[{}]", "{}", "{\"a\":null}", "[{\"artifactChanges\":null}]",
					      "[{\"threadFlows\":null}]", "[{\"physicalLocation\":{\"region\":[]}}]" };
	static const char *const run_members[] = { "tool", "artifacts", "invocations", "taxonomies", "originalUriBaseIds",
						   "threadFlowLocations", "logicalLocations", "versionControlProvenance", "automationDetails",
						   "externalPropertyFileReferences", "columnKind", "defaultEncoding" };
	struct folder *folder = *state;
	char text[256];

	for (size_t v = 0; v < ARRAY_LEN(values); v++) {
		for (size_t i = 0; i < ARRAY_LEN(members); i++) {
			snprintf(text, sizeof(text), "{\"%s\":%s,\"ruleId\":\"R\"}", members[i], values[v]);
			assert_text(one(folder->f, "", text)->flags[0].rule, "R");
		}
		for (size_t i = 0; i < ARRAY_LEN(run_members); i++) {
			snprintf(text, sizeof(text), "\"%s\":%s", run_members[i], values[v]);
			one(folder->f, text, "{\"ruleIndex\":0,\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"index\":0}},"
					     "\"logicalLocations\":[{\"index\":0}]}],\"codeFlows\":[{\"threadFlows\":[{\"locations\":[{\"index\":0}]}]}]}");
		}
	}
}

/* 3.20.14, 3.20.21: the tool failed; a run without results has nobody else to tell. */
static void test_failed_runs(void **state)
{
	struct folder *folder = *state;

	must_import(folder->f, TUTORIALS "ExceptionalConditions/Catastrophic execution error.sarif");
	assert_int_equal(folder->notes, 1);
	assert_contains(folder->note, "failed and may lack results");
	const struct sample *s = one(folder->f, "\"invocations\":[{\"executionSuccessful\":true,\"toolExecutionNotifications\":["
				     "{\"level\":\"warning\",\"message\":{\"text\":\"w\"}},{\"level\":\"error\",\"message\":{\"text\":\"boom\"}}]}]", "{}");
	assert_text(sample_provenance(s, "sarif.runFailure"), "boom");
	s = one(folder->f, "\"invocations\":[{\"executionSuccessful\":false,\"toolExecutionNotifications\":[{\"message\":"
			   "{\"text\":\"some\"}}],\"toolConfigurationNotifications\":[{\"level\":\"error\",\"exception\":{\"message\":\"why\"}}]}]", "{}");
	assert_text(sample_provenance(s, "sarif.runFailure"), "why");
	s = one(folder->f, "\"invocations\":[{\"executionSuccessful\":false,\"toolExecutionNotifications\":[{\"message\":"
			   "{\"text\":\"some\"}}]}]", "{}");
	assert_text(sample_provenance(s, "sarif.runFailure"), "some");
	assert_text(sample_provenance(one(folder->f, "\"invocations\":[{\"executionSuccessful\":false}]", "{}"), "sarif.runFailure"),
		    "the tool did not run successfully");
	assert_null(sample_provenance(one(folder->f, "\"invocations\":[{\"executionSuccessful\":true}]", "{}"), "sarif.runFailure"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_external, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_inline, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_checkout, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_versions, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_broken_behind, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_odd_members, folder_setup, folder_teardown),
		cmocka_unit_test_setup_teardown(test_failed_runs, folder_setup, folder_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
