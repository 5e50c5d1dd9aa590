/*
 * Text of compilers and linters: the outputs in tests/data/lint, made with gcc 12.2, clang
 * 14, cppcheck 2.10, shellcheck 0.9, mypy 1.0, flake8 5.0, pylint 2.16, yamllint 1.29 and go
 * 1.19 of Debian 12, javac 17, rustc 1.95, eslint 8 and TypeScript from the programs in
 * tests/data/lint/src, and forms of other tools by hand.
 */
#include "tests/core/test_import_store.h"

#define LINT "tests/data/lint/"

/* Counted by eye in the files. */
static const struct {
	const char *name;
	int findings, errors, notes; /* the rest are warnings */
	int places, with_code;
	const char *tool;            /* of all findings, or NULL */
} outputs[] = {
	{ "clang-cpp", 3, 0, 0, 1, 3, "clang" },
	{ "clang-tidy", 4, 4, 0, 8, 4, "clang-tidy" },
	{ "clang", 5, 2, 0, 3, 5, "clang" },
	{ "cppcheck", 11, 0, 0, 8, 11, "cppcheck" },
	{ "eslint-stylish", 7, 3, 0, 0, 0, "eslint" },
	{ "eslint-unix", 7, 3, 0, 0, 0, "eslint" },
	{ "flake8", 8, 0, 0, 0, 0, NULL },
	{ "gcc", 5, 1, 0, 3, 5, "gcc" },
	{ "gcc-color", 5, 1, 0, 3, 5, "gcc" },
	{ "go-vet", 3, 0, 0, 0, 0, NULL },
	{ "javac", 5, 2, 0, 0, 5, "javac" },
	{ "mypy", 5, 5, 0, 0, 0, "mypy" },
	{ "pylint", 14, 1, 6, 0, 0, "pylint" },
	{ "rustc", 2, 2, 0, 1, 2, "rustc" },
	{ "rustc-short", 2, 2, 0, 0, 0, "rustc" },
	{ "shellcheck", 12, 1, 7, 0, 0, "shellcheck" },
	{ "tsc", 3, 3, 0, 0, 0, "tsc" },
	{ "tsc-pretty", 3, 3, 0, 1, 3, "tsc" },
	{ "yamllint", 7, 4, 0, 0, 0, "yamllint" },
	{ "yamllint-standard", 7, 4, 0, 0, 0, "yamllint" },
};

static void test_outputs_of_tools(void **state)
{
	struct fixture *f = *state;
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		snprintf(path, sizeof(path), LINT "%s.txt", outputs[i].name);
		must_import(f, path);
		assert_string_equal(f->batch.format, "lint");
		assert_int_equal(f->batch.imported, outputs[i].findings);
		assert_int_equal(f->store->levels[LEVEL_ERROR], outputs[i].errors);
		assert_int_equal(f->store->levels[LEVEL_NOTE], outputs[i].notes);
		assert_int_equal(f->store->levels[LEVEL_NONE], 0);
		int places = 0, with_code = 0;
		for (size_t k = 0; k < f->store->samples.len; k++) {
			const struct sample *sample = sample_at(f, k);
			assert_non_null(sample->path);
			assert_non_null(sample->flags[0].rule);
			assert_true(sample->flags[0].region.start_line > 0);
			places += (int)sample->place_count;
			with_code += sample->code.len_bytes > 0;
			if (outputs[i].tool)
				assert_text(sample->flags[0].tool, outputs[i].tool);
			else
				assert_null(sample->flags[0].tool);
		}
		assert_int_equal(places, outputs[i].places);
		assert_int_equal(with_code, outputs[i].with_code);
	}
}

static void test_findings_with_what_belongs_to_them(void **state)
{
	struct fixture *f = *state;

	must_import(f, LINT "gcc.txt");
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->path, "stack.h");
	assert_text(sample->flags[0].rule, "-Wunused-variable");
	assert_int_equal(sample->flags[0].source, SOURCE_LINTER);
	assert_int_equal(sample->flags[0].region.start_column, 13);
	assert_slice(sample->code, "        int unused;\n");
	assert_int_equal(sample->region.start_line, 6);
	assert_int_equal(sample->region.end_line, 6);
	assert_text(sample->places[0].path, "stack.c"); /* In file included from */
	assert_int_equal(sample->places[0].region.start_line, 1);
	sample = sample_at(f, 3);
	assert_text(sample->places[0].message, "declared here");
	assert_int_equal(sample->places[0].region.start_line, 19);
	assert_slice(sample->places[0].text, "int pop(struct stack *stack)\n");
	assert_text(sample_at(f, 4)->flags[0].rule, "error"); /* no option controls it */
	assert_text(sample_provenance(sample, "lint.tool"), "gcc");

	must_import(f, LINT "clang-tidy.txt");
	sample = sample_at(f, 3);
	assert_text(sample->flags[0].rule, "clang-analyzer-core.NullDereference");
	assert_int_equal(sample->flags[0].source, SOURCE_SAST);
	assert_int_equal(sample->place_count, 8);
	must_import(f, LINT "rustc.txt");
	sample = sample_at(f, 1);
	assert_text(sample->flags[0].rule, "E0308");
	assert_slice(sample->code, "    println!(\"{}\", total(items));\n");
	assert_text(sample->places[0].message, "function defined here");
	assert_int_equal(sample->places[0].region.start_line, 1);
	must_import(f, LINT "tsc-pretty.txt");
	assert_slice(sample_at(f, 0)->code, "  let sum: number = \"0\";\n");
	must_import(f, LINT "javac.txt");
	assert_text(sample_at(f, 0)->flags[0].rule, "rawtypes");
	assert_text(sample_at(f, 0)->flags[0].message, "found raw type: List");
	must_import(f, LINT "pylint.txt");
	assert_int_equal(sample_at(f, 3)->flags[0].region.start_column, 9); /* it counts from 0 */
}

static void test_forms_of_lines(void **state)
{
	static const struct {
		const char *line, *path;
		int64_t row, column;
		enum level level;
		const char *rule, *message, *tool;
	} cases[] = {
		{ "a.c:1:2: fatal error: x.h: No such file or directory", "a.c", 1, 2, LEVEL_ERROR, "error",
		  "x.h: No such file or directory", NULL },
		{ "./a.c:1:2: error: unused [-Werror=unused-variable]", "a.c", 1, 2, LEVEL_ERROR, "-Werror=unused-variable",
		  "unused", NULL },
		{ "a.c:1:2: error: unused [-Werror,-Wunused]", "a.c", 1, 2, LEVEL_ERROR, "-Wunused", "unused", NULL },
		{ "a.c:1:2: warning: leak [CWE-401] [-Wanalyzer-malloc-leak]", "a.c", 1, 2, LEVEL_WARNING,
		  "-Wanalyzer-malloc-leak", "leak [CWE-401]", "gcc" },
		{ "C:\\src\\a b.cpp:10:5: warning: x [-Wfoo]", "C:\\src\\a b.cpp", 10, 5, LEVEL_WARNING, "-Wfoo", "x", NULL },
		{ "C:\\src\\a.cpp(10): error C2065: 'x': undeclared identifier [C:\\src\\a.vcxproj]", "C:\\src\\a.cpp", 10, 0,
		  LEVEL_ERROR, "C2065", "'x': undeclared identifier", "MSVC" },
		{ "a.cs(1,2): warning CS0168: The variable 'x' is declared [/b/c.csproj]", "a.cs", 1, 2, LEVEL_WARNING, "CS0168",
		  "The variable 'x' is declared", "csc" },
		{ "src/x.ts(1,2): error TS1234: msg", "src/x.ts", 1, 2, LEVEL_ERROR, "TS1234", "msg", "tsc" },
		{ "a.py:1:2: F401 [*] `os` imported but unused", "a.py", 1, 2, LEVEL_WARNING, "F401", "`os` imported but unused",
		  "ruff" },
		{ "a.py:3:5:3:9: error: Bad  [return-value]", "a.py", 3, 5, LEVEL_ERROR, "return-value", "Bad", "mypy" },
		{ "Dockerfile:3 DL3008 warning: Pin versions in apt get install", "Dockerfile", 3, 0, LEVEL_WARNING, "DL3008",
		  "Pin versions in apt get install", "hadolint" },
		{ "x.go:1:2: Error return value is not checked (errcheck)", "x.go", 1, 2, LEVEL_WARNING, "errcheck",
		  "Error return value is not checked", "golangci-lint" },
		{ "x.go:1:2: this value is never used (SA4006)", "x.go", 1, 2, LEVEL_WARNING, "SA4006",
		  "this value is never used", "staticcheck" },
		{ "vet: ./x.go:1:2: undefined: y", "x.go", 1, 2, LEVEL_WARNING, "warning", "undefined: y", "go vet" },
		{ "Makefile:7: warning: overriding recipe for target 'x'", "Makefile", 7, 0, LEVEL_WARNING, "warning",
		  "overriding recipe for target 'x'", NULL },
		{ "\x1B[1ma.c:1:2: \x1B[0;31merror: \x1B[0m\x1B]8;;https://x\x1B\\msg\x1B]8;;\a [-Wx]\r", "a.c", 1, 2, LEVEL_ERROR,
		  "-Wx", "msg", NULL },
		{ "a.c:1:2: note: [x] alone", "a.c", 1, 2, LEVEL_NOTE, "note", "[x] alone", NULL },
	};
	struct fixture *f = *state;
	char text[512];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(text, sizeof(text), "%s\n", cases[i].line);
		must_import_text(f, text);
		assert_string_equal(f->batch.format, "lint");
		assert_int_equal(f->batch.imported, 1);
		const struct sample *sample = sample_at(f, 0);
		assert_text(sample->path, cases[i].path);
		assert_int_equal(sample->flags[0].region.start_line, cases[i].row);
		assert_int_equal(sample->flags[0].region.start_column, cases[i].column);
		assert_int_equal(sample->flags[0].level, cases[i].level);
		assert_text(sample->flags[0].rule, cases[i].rule);
		assert_text(sample->flags[0].message, cases[i].message);
		assert_string_equal(sample->flags[0].tool ? sample->flags[0].tool : "", cases[i].tool ? cases[i].tool : "");
	}
}

/* ruff check, whose full form is the default since 0.5, with the place on a line of its own. */
static void test_ruff_in_full(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "F401 [*] `os` imported but unused\n --> src/a.py:1:8\n  |\n1 | import os\n  |        ^^\n2 | import sys\n  |\n"
			    "help: Remove unused import: `os`\n\nFound 1 error.\n[*] 1 fixable with the `--fix` option.\n");
	assert_int_equal(f->batch.imported, 1);
	const struct sample *sample = sample_at(f, 0);
	assert_text(sample->flags[0].tool, "ruff");
	assert_text(sample->flags[0].rule, "F401");
	assert_text(sample->path, "src/a.py");
	assert_slice(sample->code, "import os\nimport sys\n");
	assert_int_equal(sample->region.end_line, 2);
	must_import_text(f, "warning: unused variable: `x`\n --> src/main.rs:3:9\n  |\n3 |     let x = 5;\n  |         ^ help: y\n  |\n"
			    "  = note: `#[warn(unused_variables)]` on by default\n\n");
	assert_text(sample_at(f, 0)->flags[0].rule, "unused_variables");
	assert_text(sample_at(f, 0)->flags[0].tool, "rustc");
}

static void test_what_is_no_finding(void **state)
{
	static const char *const lines[] = {
		"12:30:45: error: the clock", "http://host:80: error: x", "10.0.0.1:8080: error: x",
		"make: *** [Makefile:10: all] Error 1", "error: no place", "  \"message\": \"src/a.c:10:5: error: x\"",
		"a.c:12:  int x;", "a.c:12: * a comment", "see src/a.c:12:3: it is said", "a.c:0x1: error: x", "a.c:1:2:",
		"a.c:99999999999999999999:1: error: x", "    at Foo.java:12:3: x", "key: a.c:1:2: error: y",
	};
	struct fixture *f = *state;
	struct strbuf log = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		assert_int_equal(import_text(f, lines[i]), STATUS_INPUT);
		strbuf_addf(&log, "%s\n", lines[i]);
	}
	/* Between findings of a build they are passed over; alone with one they are no log of a linter. */
	strbuf_addstr(&log, "a.c:1:2: error: x\n");
	assert_int_equal(import_bytes(f, strbuf_slice(&log)), STATUS_INPUT);
	strbuf_addstr(&log, "a.c:2:2: error: x\na.c:3:2: error: x\na.c:4:2: note: y\n");
	assert_int_equal(import_bytes(f, strbuf_slice(&log)), STATUS_OK);
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(sample_at(f, 2)->place_count, 1);
	strbuf_release(&log);
	f->options.format = "lint";
	assert_int_equal(import_text(f, "nothing\n"), STATUS_INPUT);
	assert_contains(f->error.text, "no line of it is a finding");
	f->options.format = NULL;
}

static void test_truncated_at_every_byte(void **state)
{
	static const char text[] = "In file included from a.c:1,\n                 from b.c:2:\n"
				   "\x1B[1ma.c:1:2: \x1B[0merror: x [-Wy]\n    1 | int x;\n      |     ^\na.c:3:1: note: z\nint y;\n   ^\n"
				   "error[E1]: m\n --> q.rs:1:1\n";
	struct fixture *f = *state;

	for (size_t len = 0; len < sizeof(text); len++) {
		enum status status = import_bytes(f, (struct slice){ text, len });
		assert_true(status == STATUS_OK || status == STATUS_INPUT);
	}
	assert_int_equal(f->batch.imported, 2);
	assert_int_equal(sample_at(f, 0)->place_count, 3);
	assert_slice(sample_at(f, 0)->places[2].text, "int y;\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_outputs_of_tools, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_findings_with_what_belongs_to_them, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_forms_of_lines, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_ruff_in_full, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_what_is_no_finding, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_truncated_at_every_byte, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
