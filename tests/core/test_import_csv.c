/* CSV: the real files of the shared data, csv-spectrum against its own answers, and edges by hand. */
#include <fcntl.h>
#include <unistd.h>

#include "core/base/json.h"
#include "core/import/csv_reader.h"
#include "tests/core/test_import_store.h"

#define SPECTRUM DATA "csv/max-mapper_csv-spectrum/"
#define DOJO DATA "csv/DefectDojo_django-DefectDojo/"

/* ---- the reader against csv-spectrum ---------------------------------------------------- */

static void assert_row(const struct csv_row *row, const struct slice *names, size_t count, const struct json *expected)
{
	struct arena arena = ARENA_INIT;

	assert_int_equal(row->count, count);
	assert_int_equal(expected->count, count);
	for (size_t i = 0; i < count; i++) {
		const struct json *value = json_get(expected, arena_text(&arena, names[i]));
		assert_non_null(value);
		assert_slice(row->cells[i], arena_text(&arena, value->text));
	}
	arena_release(&arena);
}

static void check_spectrum(const char *name)
{
	struct arena arena = ARENA_INIT;
	struct slice text, json, names[8];
	const struct json *expected;
	struct csv_row row;
	struct error error;
	bool found;

	const char *path = arena_printf(&arena, SPECTRUM "csvs/%s.csv", name);
	assert_int_equal(file_read(&arena, path, 0, &text, &error), STATUS_OK);
	assert_int_equal(file_read(&arena, arena_printf(&arena, SPECTRUM "json/%s.json", name), 0, &json, &error), STATUS_OK);
	assert_int_equal(json_parse(&arena, json, true, NULL, &expected, &error), STATUS_OK);
	const struct json *first = expected->type == JSON_ARRAY ? expected->first : expected;
	int fd = open(path, O_RDONLY);
	struct csv_reader *reader = csv_reader_open(fd, 0, csv_delimiter(text), 1000);
	assert_int_equal(csv_reader_next(reader, &row, &found, &error), STATUS_OK);
	size_t count = row.count;
	assert_true(count <= ARRAY_LEN(names));
	for (size_t i = 0; i < count; i++)
		names[i] = arena_slice(&arena, row.cells[i]);
	for (; first; first = expected->type == JSON_ARRAY ? first->next : NULL) {
		assert_int_equal(csv_reader_next(reader, &row, &found, &error), STATUS_OK);
		assert_true(found);
		assert_row(&row, names, count, first);
	}
	assert_int_equal(csv_reader_next(reader, &row, &found, &error), STATUS_OK);
	assert_false(found);
	csv_reader_free(reader);
	close(fd);
	arena_release(&arena);
}

static void test_spectrum(void **state)
{
	static const char *const names[] = { "comma_in_quotes", "empty", "escaped_quotes", "json", "newlines",
					     "quotes_and_newlines", "simple", "utf8" };
	struct fixture *f = *state;
	static const struct field_map maps[] = { { "code", "Location Coordinates" } };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		check_spectrum(names[i]);
	/* The answer to this one has another telephone number than the question. */
	f->options.maps = maps;
	f->options.map_count = ARRAY_LEN(maps);
	must_import(f, SPECTRUM "csvs/location_coordinates.csv");
	assert_slice(sample_at(f, 0)->code, "37\xEF\xBF\xBD" "36'37.8\"N 121\xEF\xBF\xBD" "2'17.9\"W");
	assert_text(sample_provenance(sample_at(f, 0), "Contact Phone Number"), "2095257564");
}

/* ---- real files ----------------------------------------------------------------------------- */

static size_t count_level(const struct fixture *f, enum level level)
{
	return (size_t)f->store->levels[level];
}

/* Rows as Python's csv.reader counts them, levels as its DictReader and a Counter do. */
static void test_scanners(void **state)
{
	static const struct {
		const char *path, *tool;
		int64_t rows;
		size_t errors, warnings, notes;
	} files[] = {
		{ DOJO "kiuwan/kiuwan_many_vuln.csv", "Kiuwan", 145, 75 + 37, 33, 0 },
		{ DOJO "openvas/report_using_CVE.csv", "OpenVAS", 43, 21, 22, 0 },
		{ DOJO "bugcrowd/BugCrowd-many.csv", "Bugcrowd", 5, 2, 2, 1 },
		{ DOJO "testssl/overall_critical.csv", "testssl.sh", 198, 12, 12, 99 + 34 },
		{ DOJO "wiz/multiple_findings.csv", "Wiz", 98, 6 + 6, 13, 43 + 30 },
		{ DOJO "skf/export.csv", NULL, 27, 0, 27, 0 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		must_import(f, files[i].path);
		assert_string_equal(f->batch.format, "csv");
		assert_int_equal(f->batch.imported, files[i].rows);
		assert_int_equal(f->batch.rejected, 0);
		assert_int_equal(count_level(f, LEVEL_ERROR), files[i].errors);
		assert_int_equal(count_level(f, LEVEL_WARNING), files[i].warnings);
		assert_int_equal(count_level(f, LEVEL_NOTE), files[i].notes);
		for (size_t k = 0; k < f->store->samples.len; k++) {
			const struct sample *sample = sample_at(f, k);
			assert_int_equal(sample->flag_count, 1);
			assert_non_null(sample->flags[0].message);
			if (files[i].tool)
				assert_text(sample->flags[0].tool, files[i].tool);
		}
	}
}

static void test_a_finding(void **state)
{
	struct fixture *f = *state;

	must_import(f, DOJO "kiuwan/kiuwan_many_vuln.csv");
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->path, "xpath-injection/src/main/java/org/owasp/webgoat/plugin/XPATHInjection.java");
	assert_text(sample->language, "java");
	assert_slice(sample->code, "nodes = (NodeList) xPath.evaluate(expression, inputSource, XPathConstants.NODESET);");
	assert_int_equal(sample->region.start_line, 144);
	assert_int_equal(sample->flags[0].region.start_line, 144);
	assert_int_equal(sample->flags[0].source, SOURCE_SAST);
	assert_text(sample->flags[0].rule, "OPT.JAVA.SEC_JAVA.XPathInjectionRule");
	assert_text(sample->flags[0].message, "Improper Neutralization of Data within XPath Expressions ('XPath Injection')");
	/* What was written stays under its own name. */
	assert_text(sample_provenance(sample, "Priority"), "Very High");
	assert_text(sample_provenance(sample, "Effort"), "30m");
	assert_null(sample_provenance(sample, PROVENANCE_EFFORT));
	assert_null(sample_provenance(sample, "Framework")); /* an empty cell says nothing */
	must_import(f, DOJO "openvas/report_using_CVE.csv");
	assert_true(sample_at(f, 0)->flags[0].has_score);
	assert_true(sample_at(f, 0)->flags[0].score > 7.4 && sample_at(f, 0)->flags[0].score < 7.6);
}

static void test_agentless(void **state)
{
	struct fixture *f = *state;
	size_t multiline = 0;

	must_import(f, DATA "csv/OpenAutoCoder_Agentless/swebench_lite_classifications.csv");
	assert_int_equal(f->batch.imported, 300);
	for (size_t i = 0; i < 300; i++) {
		const struct sample *sample = sample_at(f, i);
		assert_int_equal(sample->kind, SAMPLE_KIND_PATCH);
		assert_int_equal(strncmp(sample->diff.at, "diff --git a/", 13), 0);
		assert_non_null(sample->external_id);
		assert_non_null(sample_provenance(sample, "description quality"));
		multiline += memchr(sample->prompt.at, '\n', sample->prompt.len_bytes) != NULL;
	}
	assert_int_equal(multiline, 300);
	assert_text(sample_at(f, 0)->external_id, "django__django-15202");
}

static void test_promptfoo(void **state)
{
	struct fixture *f = *state;

	must_import(f, DATA "llm/typpo_promptfoo/simple-test/output.csv");
	assert_int_equal(f->batch.imported, 10); /* five tests of two prompts */
	assert_int_equal(count_level(f, LEVEL_ERROR), 2);
	const struct sample *sample = sample_at(f, 0);
	assert_slice(sample->code, "Aye.");
	assert_slice(sample->prompt, "Rephrase this from English to Pirate: {{body}}");
	assert_text(sample->flags[0].message, "Expected output \"Yarr\"");
	assert_text(sample_provenance(sample, "body"), "Yes");
	must_import(f, DATA "llm/typpo_promptfoo/gpt-3.5-vs-4/output.csv");
	assert_int_equal(f->batch.imported, 10);
	assert_text(sample_provenance(sample_at(f, 1), PROVENANCE_MODEL), "openai:gpt-4");
	assert_int_equal(strncmp(sample_at(f, 1)->prompt.at, "Monty Hall", 10), 0);
}

/* ---- edges ------------------------------------------------------------------------------------ */

static void test_delimiters_and_line_ends(void **state)
{
	static const char *const texts[] = {
		"id,code\na,x\nb,\"y\n,z\"\n",
		"id;code\r\na;x\r\nb;\"y\n;z\"\r\n",
		"id\tcode\na\tx\r\nb\t\"y\n\tz\"",
		"id|code\ra|x\rb|\"y\n|z\"\r",
		"\xEF\xBB\xBF\"id\",\"code\"\n\n\"a\",\"x\"\n\r\n\"b\",\"y\n,z\"\n",
		"\"i\"d,code\na,x\nb,\"y\n,\"z\n", /* text behind a closing quote is kept */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		must_import_text(f, texts[i]);
		assert_int_equal(f->batch.imported, 2);
		assert_slice(sample_at(f, 0)->code, "x");
		assert_text(sample_at(f, 1)->external_id, "b");
		assert_int_equal(sample_at(f, 1)->code.len_bytes, 4);
		assert_int_equal(sample_at(f, 1)->code.at[1], '\n');
	}
}

static void test_names_of_columns(void **state)
{
	struct fixture *f = *state;

	f->options.format = "csv"; /* so few rows, and no two alike */
	must_import_text(f, "code,,name,name,note,note,note_2\nx,1,n,2,3,4,5,6,7\ny\n");
	f->options.format = NULL;
	assert_int_equal(f->batch.imported, 2);
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->external_id, "n");
	assert_text(sample_provenance(sample, "column_2"), "1");
	assert_text(sample_provenance(sample, "name_2"), "2");
	assert_text(sample_provenance(sample, "note"), "3");
	assert_text(sample_provenance(sample, "note_2"), "4");
	assert_text(sample_provenance(sample, "note_2_2"), "5");
	assert_text(sample_provenance(sample, "column_8"), "6"); /* behind the header's last column */
	assert_text(sample_provenance(sample, "column_9"), "7");
	assert_int_equal(sample_at(f, 1)->provenance_count, 0);

	/* Any spelling; of several columns for one field the best that is filled. */
	must_import_text(f, "Severity,Title,Description,File Path,Rule-ID,Line Number,Tool,Version\n"
			    "Critical,t,d,a.c,R1,7,lint,2.0\nunheard of,,d,a.c,R1,7,lint,\n");
	sample = sample_at(f, 0);
	assert_text(sample->path, "a.c");
	assert_int_equal(sample->flags[0].level, LEVEL_ERROR);
	assert_text(sample->flags[0].message, "t");
	assert_text(sample->flags[0].rule, "R1");
	assert_text(sample->flags[0].tool, "lint");
	assert_int_equal(sample->flags[0].region.start_line, 7);
	assert_text(sample_provenance(sample, "Description"), "d");
	assert_text(sample_provenance(sample, "Severity"), "Critical");
	assert_text(sample_provenance(sample, "Version"), "2.0");
	assert_text(sample_at(f, 1)->flags[0].message, "d");
	assert_text(sample_provenance(sample_at(f, 1), "Severity"), "unheard of");
	/* Where nothing is found wrong a title is no message. */
	must_import_text(f, "Code,Title\nx,t\n");
	assert_int_equal(sample_at(f, 0)->flag_count, 0);
	assert_text(sample_provenance(sample_at(f, 0), "Title"), "t");
}

static void test_maps_see_the_names_as_written(void **state)
{
	static const struct field_map maps[] = { { "message", "Description" }, { "@title", "Title" }, { "code", "Line Text" } };
	struct fixture *f = *state;

	f->options.maps = maps;
	f->options.map_count = ARRAY_LEN(maps);
	must_import_text(f, "Severity,Title,Description,Line Text\nhigh,t,d,x = 1\n");
	assert_text(sample_at(f, 0)->flags[0].message, "d");
	assert_text(sample_provenance(sample_at(f, 0), "title"), "t");
	assert_slice(sample_at(f, 0)->code, "x = 1");
	f->options.map_count = 0;
}

static void test_verdicts(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "id,completion,Is Solved,passed\na,x,false,1\nb,y,TRUE,1\n");
	assert_int_equal(f->store->levels[LEVEL_ERROR], 1);
	assert_int_equal(count_messages(f, "is_solved: false"), 1);
	assert_int_equal(count_messages(f, "passed: 1"), 2);
}

/* An open quote costs the lines up to the next whole row, not the rest of the file. */
static void test_unclosed_quotes(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "id,code,n\na,x,1\nb,\"y,2\nnot,whole\nc,z,3\nd,w,4\n");
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(f->batch.rejected, 1);
	const struct batch_reject *reject = &f->store->rejects.items[0];
	assert_int_equal(reject->record, 2);
	assert_int_equal(reject->offset_bytes, 16);
	assert_int_equal(reject->len_bytes, strlen("b,\"y,2\nnot,whole\n"));
	assert_contains(reject->reason, "the quote at byte 18, which opens cell 2 of the row, is not closed");
	assert_text(sample_at(f, 1)->external_id, "c");
	must_import_text(f, "id,code\na,x\nb,\"y");
	assert_int_equal(f->batch.imported, 1);
	assert_int_equal(f->batch.rejected, 1);
	f->options.format = "csv";
	assert_int_equal(import_text(f, "\"id,code\na,x\n"), STATUS_INPUT);
	assert_contains(f->error.text, "the header");
	f->options.format = NULL;
}

/* Limits are met with a small one. */
static void test_the_reader_goes_on_behind_long_rows(void **state)
{
	struct fixture *f = *state;
	struct csv_row row;
	struct error error;
	bool found;

	write_bytes(f->path, slice_of("a,b\n\"open and long enough\nc,d\n12345678901234567890,x\ne,f"));
	int fd = open(f->path, O_RDONLY);
	struct csv_reader *reader = csv_reader_open(fd, 0, ',', 10);
	static const enum csv_fault faults[] = { CSV_WHOLE, CSV_UNCLOSED, CSV_WHOLE, CSV_TOO_LONG, CSV_WHOLE };
	static const uint64_t offsets[] = { 0, 4, 26, 30, 53 };
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		assert_int_equal(csv_reader_next(reader, &row, &found, &error), STATUS_OK);
		assert_true(found);
		assert_int_equal(row.fault, faults[i]);
		assert_int_equal(row.offset_bytes, offsets[i]);
	}
	assert_slice(row.cells[1], "f");
	assert_int_equal(csv_reader_next(reader, &row, &found, &error), STATUS_OK);
	assert_false(found);
	csv_reader_free(reader);
	close(fd);
}

static void test_nothing_in_it(void **state)
{
	struct fixture *f = *state;

	f->options.format = "csv";
	must_import_text(f, "");
	assert_int_equal(f->batch.records, 0);
	must_import_text(f, "id,code\n");
	assert_int_equal(f->batch.records, 0);
	must_import_text(f, "\n\nid,code");
	assert_int_equal(f->batch.records, 0);
	assert_int_equal(import_text(f, "a,b\n1,2\n"), STATUS_INPUT);
	assert_contains(f->error.text, "--map code=KEY");
	f->options.format = NULL;
	must_import_text(f, "id,code\na,\xFF\xFE\n");
	assert_text(sample_provenance(sample_at(f, 0), "import.invalid_utf8"), "2");
	assert_slice(sample_at(f, 0)->code, "\xFF\xFE");
}

static void test_truncated_at_every_byte(void **state)
{
	static const char text[] = "\xEF\xBB\xBFid,\"code\"\r\na,\"x \"\" y\"z\r\nb,\"q\n\"\n";
	struct fixture *f = *state;

	for (size_t len = 0; len < sizeof(text); len++) {
		enum status status = import_bytes(f, (struct slice){ text, len });
		assert_true(status == STATUS_OK || status == STATUS_INPUT);
	}
	assert_int_equal(f->batch.imported, 2);
	assert_slice(sample_at(f, 0)->code, "x \" yz");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_spectrum, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_scanners, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_a_finding, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_agentless, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_promptfoo, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_delimiters_and_line_ends, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_names_of_columns, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_maps_see_the_names_as_written, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_verdicts, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_unclosed_quotes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_the_reader_goes_on_behind_long_rows, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_in_it, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_truncated_at_every_byte, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
