/* The highlighter: which bytes get which class, what goes on to the next line, and that it is linear. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/lexer.h"
#include "core/sample.h"

#define DATA "../shared/data/"

static struct arena arena;
static struct json_reader *reader;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	reader = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	json_reader_free(reader);
	return 0;
}

static const char letters[TOKEN_CLASS_COUNT] = {
	[TOKEN_PLAIN] = '.', [TOKEN_COMMENT] = 'c', [TOKEN_STRING] = 's', [TOKEN_NUMBER] = 'n',
	[TOKEN_KEYWORD] = 'k', [TOKEN_TYPE] = 't', [TOKEN_PUNCT] = 'p', [TOKEN_DIFF_ADD] = '+',
	[TOKEN_DIFF_DEL] = '-', [TOKEN_DIFF_HUNK] = '@', [TOKEN_DIFF_FILE] = 'f',
};

/* Lines of code, and below each the class of every byte: letters as above. */
static void check(const char *name, const char *const *lines, size_t count)
{
	const struct language *language = language_find(name);
	struct lexer_state state = LEXER_START, bare = LEXER_START;
	struct token_span spans[256];

	assert_non_null(language);
	for (size_t i = 0; i + 1 < count; i += 2) {
		struct slice line = slice_of(lines[i]);
		char mask[256];
		size_t n = lexer_line(language, &state, line, spans, ARRAY_LEN(spans));
		memset(mask, '.', sizeof(mask));
		for (size_t k = 0; k < n; k++)
			memset(mask + spans[k].start, letters[spans[k].token], spans[k].len);
		mask[line.len_bytes] = '\0';
		if (strcmp(mask, lines[i + 1]) != 0)
			fail_msg("%s:\n%s\n%s\n%s (expected)", name, lines[i], mask, lines[i + 1]);
		assert_int_equal(lexer_line(language, &bare, line, NULL, 0), 0);
		assert_memory_equal(&state, &bare, sizeof(state));
	}
}
#define CHECK(name, ...)                                              \
	do {                                                          \
		static const char *const lines_[] = { __VA_ARGS__ };  \
		check(name, lines_, ARRAY_LEN(lines_));               \
	} while (0)

static void test_code(void **state)
{
	(void)state;
	CHECK("python",
	      "def f(x): # y 'z'", "kkk..p.pp.ccccccc",
	      "    return \"a#b\\\"c\" + 0x1F", "....kkkkkk.ssssssss.p.nnnn",
	      "x = '''a", "..p.ssss",
	      "# not a comment \\''' still", "ssssssssssssssssssssssssss",
	      "''' + None", "sss.p.tttt",
	      "s = 'open", "..p.sssss",
	      "if s:", "kk..p",
	      "define(1.5e-3, 1..2)", "......pnnnnnnp.nppnp");
	CHECK("c",
	      "  #include <x.h>", "..kkkkkkkk.p.p.p",
	      "char c = '\\n', d='\\'', *s = \"//\"; // x", "tttt...p.ssssp..pssssp.p..p.ssssp.cccc",
	      "int a; /* b", "ttt..p.cccc",
	      "if // */ return 1;", "cccccccc.kkkkkk.np",
	      "", "",
	      "struct s \xc3\xa4 = {0};", "kkkkkk......p.pnpp");
	CHECK("rust",
	      "fn f<'a>(s: &'a str) {", "kk..pp.pp.p.pp..tttp.p",
	      "let c = 'x'; let r = r#\"a\"b", "kkk...p.sssp.kkk...p.ssssss",
	      "\"#; /* a /* b */ c", "ssp.cccccccccccccc",
	      "*/ match x {", "cc.kkkkk...p",
	      "let s = \"a", "kkk...p.ss",
	      "b\" ;", "ss.p");
	CHECK("go", "s := `a\\", "..pp.sss", "` // b", "s.cccc");
	CHECK("javascript", "const a = `x ${y}", "kkkkk...p.sssssss", "\\` z` + /* q */ null", "sssss.p.ccccccc.tttt");
	CHECK("shell",
	      "x=$#; echo a#b # c", ".p.pp.tttt..p..ccc",
	      "s='\\'; t=\"\\\"\"", ".psssp..pssss",
	      "if true; then", "kk.ttttp.kkkk");
	CHECK("sql", "SELECT 'it''s' FROM t -- x", "kkkkkk.sssssss.kkkk...cccc");
	CHECK("lua", "--[[ a", "cccccc", "]] x = 1 -- b", "cc...p.n.cccc");
	CHECK("css", "a { grid-area: 1px; } /* x */", "..p..........p.nnnp.p.ccccccc");
	CHECK("json", "{\"a\": [1, true]}", "psssp.pnp.ttttpp");
}

static void test_markup(void **state)
{
	(void)state;
	CHECK("html",
	      "<p class='a'>don't</p><!-- x", "pk.tttttpsssp.....ppkpcccccc",
	      "--> 1 < 2 <a", "ccc.......pk",
	      "href=\"x", "ttttpss",
	      "y\">z", "ssp.");
}

static void test_diff(void **state)
{
	(void)state;
	CHECK("diff",
	      "diff --git a/x b/x", "ffffffffffffffffff",
	      "--- a/x", "fffffff",
	      "+++ b/x", "fffffff",
	      "@@ -1,3 +1,2 @@ f", "@@@@@@@@@@@@@@@@@",
	      " a", "..",
	      "--- b", "-----",
	      "-c", "--",
	      "+++ d", "+++++",
	      "\\ No newline", "cccccccccccc",
	      "--- a/y", "fffffff",
	      "+loose", "++++++",
	      "text", "....",
	      "@@ -1 +1 @@", "@@@@@@@@@@@",
	      "-a", "--",
	      "+b", "++",
	      "+++ z", "fffff");
}

static void test_few_spans(void **state)
{
	struct lexer_state start = LEXER_START;
	struct token_span spans[2];
	(void)state;
	assert_int_equal(lexer_line(language_find("c"), &start, slice_of("int a = 1; /* x"), spans, 2), 2);
	assert_int_equal(start.mode != 0, 1); /* the comment is seen all the same */
	assert_int_equal(spans[0].token, TOKEN_TYPE);
	start = LEXER_START;
	assert_int_equal(lexer_line(NULL, &start, slice_of("int a"), spans, 2), 0);
	/* The CR of a CRLF is not coloured. */
	assert_int_equal(lexer_line(language_find("c"), &start, slice_of("// x\r"), spans, 2), 1);
	assert_int_equal(spans[0].len, 4);
}

static void test_languages(void **state)
{
	static const struct { const char *path, *name; } cases[] = {
		{ "a/b.py", "python" }, { "x.TSX", "typescript" }, { "Makefile", "makefile" },
		{ "docker/Dockerfile.prod", "dockerfile" }, { "a\\b\\c.cs", "csharp" }, { "x.test.js", "javascript" },
		{ "CMakeLists.txt", "cmake" }, { ".bashrc", "shell" }, { "x.patch", "diff" }, { "a.d/README", NULL },
		{ "x.unknown", NULL }, { "", NULL }, { "py", NULL }, { "dir.py/", NULL }, { NULL, NULL },
	};
	size_t count;
	const struct language *all = languages(&count);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *name = language_of_path(cases[i].path);
		if (cases[i].name ? !name || strcmp(name, cases[i].name) != 0 : name != NULL)
			fail_msg("%s is %s", cases[i].path, name ? name : "(unknown)");
	}
	assert_string_equal(language_find("C++")->name, "cpp");
	assert_string_equal(language_find("golang")->name, "go");
	assert_null(language_find(""));
	assert_null(language_find("klingon"));
	assert_true(count >= 30);
	/* Each name and ending stands once, and no list has two blanks in a row. */
	for (size_t i = 0; i < count; i++) {
		const char *lists[] = { all[i].endings, all[i].file_names, all[i].keywords, all[i].types,
					all[i].line_comments, all[i].long_quotes, all[i].other_names };
		assert_ptr_equal(language_find(all[i].name), &all[i]);
		for (size_t k = 0; k < ARRAY_LEN(lists); k++)
			assert_null(strstr(lists[k], "  "));
		for (const char *at = all[i].endings; *at;) {
			size_t len = strcspn(at, " ");
			char *path = arena_printf(&arena, "x.%.*s", (int)len, at);
			if (strcmp(language_of_path(path), all[i].name) != 0)
				fail_msg(".%.*s is of %s and %s", (int)len, at, all[i].name, language_of_path(path));
			at += len + (at[len] == ' ');
		}
	}
}

/* Every file of the data in every language: spans in order, within the line. */
static size_t files_seen, lines_seen;

static void lex_all(const struct language *language, struct slice text)
{
	struct lexer_state state = LEXER_START, bare = LEXER_START;
	struct token_span spans[64];

	for (size_t at = 0; at < text.len_bytes;) {
		const char *end = memchr(text.at + at, '\n', text.len_bytes - at);
		struct slice line = { text.at + at, end ? (size_t)(end - text.at) - at : text.len_bytes - at };
		size_t n = lexer_line(language, &state, line, spans, ARRAY_LEN(spans)), behind = 0;
		for (size_t i = 0; i < n; i++) {
			assert_true(spans[i].len > 0 && spans[i].start >= behind);
			assert_true(spans[i].token > TOKEN_PLAIN && spans[i].token < TOKEN_CLASS_COUNT);
			behind = spans[i].start + spans[i].len;
		}
		assert_true(behind <= line.len_bytes);
		lexer_line(language, &bare, line, NULL, 0);
		assert_memory_equal(&state, &bare, sizeof(state));
		at += line.len_bytes + 1;
		lines_seen++;
	}
}

static int lex_file(const char *path, const struct stat *info, int type, struct FTW *place)
{
	struct slice text;
	size_t count;
	const struct language *all = languages(&count);

	(void)place;
	if (type != FTW_F || info->st_size > 60000)
		return 0;
	assert_int_equal(file_read(&arena, path, 0, &text, NULL), STATUS_OK);
	lex_all(&all[files_seen++ % count], text);
	lex_all(language_find("rust"), text);
	lex_all(language_find("html"), text);
	lex_all(language_find("diff"), text);
	arena_clear(&arena);
	return 0;
}

static void test_hostile_files(void **state)
{
	(void)state;
	files_seen = 0;
	assert_int_equal(nftw(DATA "hostile", lex_file, 16, FTW_PHYS), 0);
	assert_int_equal(nftw(DATA "diff", lex_file, 16, FTW_PHYS), 0);
	assert_true(files_seen > 400 && lines_seen > 10000);
}

/* All hunks of real diffs end where their headers say, so nothing is left open. */
static int diff_file(const char *path, const struct stat *info, int type, struct FTW *place)
{
	struct lexer_state state = LEXER_START;
	struct slice text;
	size_t len = strlen(path);

	(void)info;
	(void)place;
	if (type != FTW_F || strcmp(path + len - 5, ".diff") != 0)
		return 0;
	assert_int_equal(file_read(&arena, path, 0, &text, NULL), STATUS_OK);
	for (size_t at = 0; at < text.len_bytes;) {
		const char *end = memchr(text.at + at, '\n', text.len_bytes - at);
		struct slice line = { text.at + at, end ? (size_t)(end - text.at) - at : text.len_bytes - at };
		lexer_line(language_find("diff"), &state, line, NULL, 0);
		at += line.len_bytes + 1;
	}
	/* These two are shorter than their headers promise. */
	if (strstr(path, "sample2.diff") || strstr(path, "sample7.diff") ? state.old_lines == 0
									 : state.old_lines || state.new_lines)
		fail_msg("%s: %u and %u lines open", path, state.old_lines, state.new_lines);
	files_seen++;
	return 0;
}

static void test_real_diffs(void **state)
{
	(void)state;
	files_seen = 0;
	assert_int_equal(nftw(DATA "diff", diff_file, 16, FTW_PHYS), 0);
	assert_true(files_seen >= 20);
}

/* Languages as a public data set names them are known, by name and by path. */
static void test_real_languages(void **state)
{
	struct slice text;
	size_t rows = 0;

	(void)state;
	assert_int_equal(file_read(&arena, DATA "hostile/nickboucher_trojan-source/trojan_source.jsonl", 0, &text, NULL),
			 STATUS_OK);
	reader = json_reader_open_slice(text);
	for (const struct json *row; json_reader_value(reader, &arena, 0, &row, NULL) == STATUS_OK; rows++) {
		const char *name = json_text(&arena, json_get(row, "language"));
		const char *path = json_text(&arena, json_get(row, "path"));
		if (strcmp(name, "RegEx") == 0)
			continue;
		/* Its SQL stands inside Python. */
		if (!language_find(name) ||
		    (language_find(name) != language_find_path(path) && strcmp(name, "SQL") != 0))
			fail_msg("%s and %s are not the same", name, path);
		if (rows == 52)
			break;
	}
	assert_int_equal(rows, 52);
}

/* A long line of whatever is hard on a scanner; a wide margin against a busy machine. */
static void test_linear(void **state)
{
	static const char *const pieces[] = {
		"\"", "'", "\\", "/*", "r#", "\"#", "a", "a ", "1e+", "<", "<a b='", "--", "`", "'''", "((", "/* */", "=#", "r##\"", "@@ -",
	};
	static const char *const names[] = { "c", "rust", "python", "html", "sql", "shell", "ocaml", "diff" };
	struct strbuf line = STRBUF_INIT;
	struct token_span *spans = arena_array(&arena, 4000, sizeof(*spans));

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(pieces); p++)
		for (size_t l = 0; l < ARRAY_LEN(names); l++) {
			struct lexer_state start = LEXER_START;
			struct timespec before, after;
			strbuf_clear(&line);
			while (line.len_bytes < 1u << 18)
				strbuf_addstr(&line, pieces[p]);
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
			lexer_line(language_find(names[l]), &start, strbuf_slice(&line), spans, 4000);
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
			/* A quadratic scan of 256 KiB takes a minute; this takes some milliseconds. */
			double seconds = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
			if (seconds > 3.0)
				fail_msg("'%s' in %s: %.1f s", pieces[p], names[l], seconds);
		}
	strbuf_release(&line);
}

static void markdown(void **state)
{
	static const char *const lines[] = {
		"# Drain the queue", "kkkkkkkkkkkkkkkkk",
		"#not one", "........",
		"- use `get()`, not ``a`b``", "p.....sssssss......sssssss",
		"12. then", "ppp.....",
		"> quoted `open", "p.............",
		"```python", "sssssssss",
		"# a comment", "sssssssssss",
		"~~~", "sss",
		"``````", "ssssss",
		"plain", ".....",
	};
	(void)state;
	check("md", lines, ARRAY_LEN(lines));
}

static void languages_of_more_kinds(void **state)
{
	static const char *const fsharp[] = { "let x = (* a (* b *) *) 1", "kkk...p.ccccccccccccccc.n" };
	static const char *const cobol[] = { "MOVE ZERO TO WS-X. *> why", "kkkk.tttt.kk.....p.cccccc" };
	(void)state;
	check("f#", fsharp, ARRAY_LEN(fsharp));
	check("cobol", cobol, ARRAY_LEN(cobol));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(markdown, setup, teardown),
		cmocka_unit_test_setup_teardown(languages_of_more_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_code, setup, teardown),
		cmocka_unit_test_setup_teardown(test_markup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_diff, setup, teardown),
		cmocka_unit_test_setup_teardown(test_few_spans, setup, teardown),
		cmocka_unit_test_setup_teardown(test_languages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real_diffs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real_languages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_linear, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
