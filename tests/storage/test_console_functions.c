/* The console's own functions: the answers of SQLite's, in a time that the clock can end. */
#include "storage/sqlite/console_guard.h"
#include "tests/storage/sqlite_fixture.h"

struct looks {
	int count, most;
};

static int look(void *context)
{
	struct looks *looks = context;

	return ++looks->count > looks->most;
}

static sqlite3_stmt *prepare(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL), SQLITE_OK);
	return stmt;
}

static void answer_of(sqlite3_stmt *stmt, const char *a, const char *b, const char *c, bool as_bytes, char *out)
{
	const char *values[] = { a, b, c };

	sqlite3_reset(stmt);
	for (int i = 0; i < sqlite3_bind_parameter_count(stmt); i++)
		if (as_bytes)
			sqlite3_bind_blob(stmt, i + 1, values[i], (int)strlen(values[i]), SQLITE_STATIC);
		else
			sqlite3_bind_text(stmt, i + 1, values[i], -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		snprintf(out, 200, "%d %s", sqlite3_column_type(stmt, 0),
			 sqlite3_column_text(stmt, 0) ? (const char *)sqlite3_column_text(stmt, 0) : "NULL");
	else
		snprintf(out, 200, "error %s", sqlite3_errmsg(sqlite3_db_handle(stmt)));
}

/* Few different characters, so that much matches. */
static void make(struct strbuf *out, unsigned *seed, unsigned most)
{
	static const char *const pieces[] = { "a", "a", "b", "A", "B", "%", "_", "*", "?", "[", "]", "^", "-", "é", "aé", "\xf0\x9f\x90\x9b" };
	unsigned count = (*seed = *seed * 1103515245u + 12345u) >> 16;

	strbuf_clear(out);
	for (count %= most; count > 0; count--) {
		*seed = *seed * 1103515245u + 12345u;
		strbuf_addstr(out, pieces[(*seed >> 16) % ARRAY_LEN(pieces)]);
	}
}

static void they_answer_as_sqlites(void **state)
{
	static const char *const asked[] = {
		"SELECT instr(?1, ?2)", "SELECT replace(?1, ?2, ?3)", "SELECT trim(?1, ?2)", "SELECT ltrim(?1, ?2)", "SELECT rtrim(?1, ?2)",
		"SELECT trim('  ' || ?1 || ' ')", "SELECT ltrim('  ' || ?1)", "SELECT rtrim(?1 || '  ')", "SELECT ?1 LIKE ?2",
		"SELECT ?1 GLOB ?2", "SELECT ?1 LIKE ?2 ESCAPE ?3", "SELECT ?1 LIKE '%' || ?2 || '%'", "SELECT ?1 GLOB '*' || ?2 || '*'",
		"SELECT ?1 GLOB '*[' || ?2 || ']' || ?3", "SELECT ?1 LIKE '%' || ?2 || '_%' || ?3 ESCAPE 'a'", "SELECT instr(12345, 34)",
		"SELECT replace(?1, NULL, ?2)", "SELECT replace(?1, '', NULL)", "SELECT replace(?1, 'a', NULL)", "SELECT instr(NULL, ?1)",
		"SELECT trim(?1, NULL)", "SELECT NULL LIKE ?1", "SELECT ?1 LIKE ?2 ESCAPE NULL", "SELECT ?1 LIKE ?2 ESCAPE '%'",
		"SELECT ?1 LIKE ?2 ESCAPE '_'", "SELECT 12 LIKE '1_'", "SELECT instr(x'61c3a962', x'62')", "SELECT instr(x'61c3a962', 'b')",
	};
	struct looks looks = { 0, 1 << 30 };
	struct console_clock clock = { look, &looks, 0 };
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT, c = STRBUF_INIT;
	sqlite3 *theirs, *ours;
	unsigned seed = 1;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &theirs), SQLITE_OK);
	assert_int_equal(sqlite3_open(":memory:", &ours), SQLITE_OK);
	assert_int_equal(console_functions(ours, &clock), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		sqlite3_stmt *is = prepare(ours, asked[i]), *wanted = prepare(theirs, asked[i]);
		/* Whether LIKE and GLOB match bytes is chosen when SQLite is built. */
		bool takes_bytes = !strstr(asked[i], "LIKE") && !strstr(asked[i], "GLOB");
		for (int n = 0; n < 4000; n++) {
			bool as_bytes = takes_bytes && n % 8 == 0;
			char first[200], second[200];
			make(&a, &seed, 12);
			make(&b, &seed, 6);
			make(&c, &seed, 3);
			answer_of(is, a.text, b.text, c.text, as_bytes, first);
			answer_of(wanted, a.text, b.text, c.text, as_bytes, second);
			if (strcmp(first, second) != 0)
				fail_msg("%s of '%s', '%s', '%s': %s, not %s", asked[i], a.text, b.text, c.text, first, second);
		}
		sqlite3_finalize(is);
		sqlite3_finalize(wanted);
	}
	strbuf_release(&a);
	strbuf_release(&b);
	strbuf_release(&c);
	sqlite3_close(theirs);
	sqlite3_close(ours);
}

static void each_ends_when_the_clock_says_so(void **state)
{
	static const char *const endless[] = { /* with 3 MB of "a" */
		"SELECT instr(?1, substr(?1, 1, 1500000) || 'b')", "SELECT replace(?1, substr(?1, 1, 1500000) || 'b', '')",
		"SELECT trim(?1, replace(?1, 'a', 'b') || 'a')", "SELECT ltrim(?1, replace(?1, 'a', 'b') || 'a')",
		"SELECT rtrim(?1, replace(?1, 'a', 'b') || 'a')", "SELECT ?1 LIKE '%' || substr(?1, 1, 900) || 'b'",
		"SELECT ?1 LIKE '%_' || substr(?1, 1, 900) || 'b'", "SELECT ?1 GLOB '*[a]' || substr(?1, 1, 900) || 'b'",
		"SELECT ?1 LIKE '%a%a%a%a%a%' || substr(?1, 1, 900) || 'b' ESCAPE 'x'",
	};
	struct looks looks = { 0, 0 };
	struct console_clock clock = { look, &looks, 0 };
	char *text = malloc(3000000);
	sqlite3 *handle;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 3000000);
	assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
	assert_int_equal(console_functions(handle, &clock), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_LEN(endless); i++) {
		sqlite3_stmt *stmt = prepare(handle, endless[i]);
		sqlite3_bind_text(stmt, 1, text, 3000000, SQLITE_STATIC);
		looks = (struct looks){ 0, 20 };
		assert_int_equal(sqlite3_step(stmt), SQLITE_INTERRUPT);
		assert_int_equal(looks.count, 21);
		sqlite3_finalize(stmt);
	}
	sqlite3_close(handle);
	free(text);
}

static void what_gets_too_long_is_refused(void **state)
{
	struct looks looks = { 0, 1000 };
	struct console_clock clock = { look, &looks, 0 };
	sqlite3_stmt *stmt;
	sqlite3 *handle;

	(void)state;
	assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
	assert_int_equal(console_functions(handle, &clock), SQLITE_OK);
	sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 100000);
	sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
	stmt = prepare(handle, "SELECT length(replace(printf('%.*c', 1000, 'a'), 'a', printf('%.*c', 101, 'b')))");
	assert_int_equal(sqlite3_step(stmt), SQLITE_TOOBIG);
	sqlite3_finalize(stmt);
	stmt = prepare(handle, "SELECT 'a' LIKE printf('%.*c', 101, 'b')");
	assert_int_equal(sqlite3_step(stmt), SQLITE_ERROR);
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_answer_as_sqlites),
		cmocka_unit_test(each_ends_when_the_clock_says_so),
		cmocka_unit_test(what_gets_too_long_is_refused),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
