/* Edits of many samples at once: the same rows and the same log as sample by sample. */
#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 40

/* All that edits write, without what no two runs have in common. */
static const char dump_sql[] =
	"SELECT 'sample ' || id || ' ' || status || ' ' || disposition || ' ' || severity || ' ' || ifnull(cause, '-') || ' '"
	" || version || ' ' || ifnull(deferred_until, '-') FROM sample UNION ALL"
	" SELECT 'annotation ' || sample || ' ' || reviewer || ' ' || first_line || ' ' || verdict || ' ' || ifnull(cause, '-')"
	" || ' ' || severity || ' ' || confidence || ' ' || ifnull(note, '-') || ' ' || blind || ' ' || (superseded_by IS NULL)"
	" || ' ' || ifnull(duplicate_of, '-')"
	" || ' ' || edit || ' ' || ifnull((SELECT group_concat(code) FROM annotation_symptom WHERE annotation = a.id), '-')"
	" FROM annotation a UNION ALL"
	" SELECT 'note ' || sample || ' ' || edit || ' ' || triaged || ' ' || ifnull(status, '-') || ' ' || ifnull(was, '-')"
	" || ' ' || ifnull(deferred_until, '-')"
	" FROM edit_sample UNION ALL"
	" SELECT 'edit ' || id || ' ' || kind || ' ' || state || ' ' || verb || ' ' || summary || ' ' || last_annotation"
	" FROM edit ORDER BY 1";

static char *dump(struct fixture *f)
{
	struct strbuf out = STRBUF_INIT;
	sqlite3_stmt *stmt;
	char *text;

	assert_int_equal(sqlite3_prepare_v2(sqlite_of(f->c.store)->handle, dump_sql, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		strbuf_addf(&out, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	text = arena_strdup(&f->c.arena, out.text);
	strbuf_release(&out);
	return text;
}

static void annotate(struct fixture *f, const char *reviewer, int64_t first, int64_t last, struct annotate_request request)
{
	int64_t ids[SAMPLES + 1], edit;

	for (int64_t id = first; id <= last; id++)
		ids[last - id] = id; /* in no order, and one of them twice */
	ids[last - first + 1] = last;
	request.samples = ids;
	request.sample_count = (size_t)(last - first + 2);
	assert_ok(&f->c, f->c.ops->annotate(f->c.store, reviewer, &request, &edit, &f->c.err));
}

static void triage(struct fixture *f, const char *reviewer, int64_t first, int64_t last, enum sample_status to)
{
	struct triage_request request = { .status = to };
	int64_t ids[SAMPLES], edit;

	for (int64_t id = first; id <= last; id++)
		ids[id - first] = id;
	request.samples = ids;
	request.sample_count = (size_t)(last - first + 1);
	assert_ok(&f->c, f->c.ops->triage(f->c.store, reviewer, &request, &edit, &f->c.err));
}

/* Judgements over fresh and judged samples, with and without what can be said; what came of
 * it after each step. */
static char *work(struct fixture *f, size_t bulk_least)
{
	static const char *const symptoms[] = { "wrong_logic", "insecure_code" };
	const struct annotation full = { .cause = "model/hallucination", .symptoms = symptoms, .symptom_count = 2,
					 .severity = SEVERITY_Q2, .confidence = CONFIDENCE_LIKELY, .note = "see \"it\"",
					 .blind = true, .first_line = 2, .last_line = 3 };
	struct annotation verdict = { .verdict = VERDICT_FALSE_POSITIVE };
	struct strbuf out = STRBUF_INIT;
	struct edit edit;
	char *text;

	fixture_create(f);
	sqlite_of(f->c.store)->bulk_least = bulk_least;
	contract_import(&f->c, 1, SAMPLES);
	annotate(f, "ann", 5, 8, (struct annotate_request){ .annotation = verdict });
	annotate(f, "ann", 1, 20, (struct annotate_request){ .annotation = full });
	annotate(f, "bob", 15, 30, (struct annotate_request){ .annotation = { .note = "only a note" } });
	triage(f, "bob", 1, 35, SAMPLE_DEFERRED);
	triage(f, "bob", 3, 4, SAMPLE_ANNOTATED);
	annotate(f, "ann", 25, SAMPLES, (struct annotate_request){ .annotation = full, .keep_status = true });
	annotate(f, "cem", 1, SAMPLES, (struct annotate_request){ .annotation = verdict });
	strbuf_addstr(&out, dump(f));
	contract_check_clean(&f->c);
	for (int i = 0; i < 3; i++)
		assert_ok(&f->c, f->c.ops->undo(f->c.store, &f->c.arena, i == 0 ? "cem" : "bob", 0, &edit, &f->c.err));
	strbuf_addstr(&out, dump(f));
	contract_check_clean(&f->c);
	assert_ok(&f->c, f->c.ops->redo(f->c.store, &f->c.arena, "bob", &edit, &f->c.err));
	strbuf_addstr(&out, dump(f));
	contract_check_clean(&f->c);
	text = arena_strdup(&f->c.arena, out.text);
	strbuf_release(&out);
	fixture_close(f);
	unlink(f->path);
	return text;
}

static void many_at_once_are_as_one_by_one(void **state)
{
	struct fixture *f = *state;
	const char *at_once = work(f, 1), *one_by_one = work(f, SIZE_MAX);

	assert_string_equal(at_once, one_by_one);
}

/* An id that does not exist: named, and nothing is written. */
static void nothing_is_written_where_one_is_missing(void **state)
{
	struct fixture *f = *state;
	const int64_t ids[] = { 1, 2, 99, 3 };
	struct annotate_request request = { .samples = ids, .sample_count = 4, .annotation = { .note = "n" } };
	struct triage_request triage_request = { .samples = ids, .sample_count = 4, .status = SAMPLE_EXCLUDED };
	const char *before;
	int64_t edit;

	fixture_create(f);
	sqlite_of(f->c.store)->bulk_least = 1;
	contract_import(&f->c, 1, 5);
	before = dump(f);
	assert_status(&f->c, STATUS_NOT_FOUND, f->c.ops->annotate(f->c.store, "ann", &request, &edit, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "99"));
	assert_status(&f->c, STATUS_NOT_FOUND, f->c.ops->triage(f->c.store, "ann", &triage_request, &edit, &f->c.err));
	assert_string_equal(dump(f), before);
	request.sample_count = 2;
	assert_ok(&f->c, f->c.ops->annotate(f->c.store, "ann", &request, &edit, &f->c.err));
	assert_true(edit > 0);
}

/* How many columns the newest entry of the log has of annotations. */
static int recorded_columns(struct fixture *f)
{
	sqlite3_changeset_iter *iter = NULL;
	sqlite3_stmt *stmt = NULL;
	const char *table = NULL;
	int columns = 0, op = 0, indirect = 0;

	assert_int_equal(sqlite3_prepare_v2(sqlite_of(f->c.store)->handle, "SELECT changes FROM edit ORDER BY id DESC LIMIT 1", -1,
					    &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3changeset_start(&iter, sqlite3_column_bytes(stmt, 0), (void *)(uintptr_t)sqlite3_column_blob(stmt, 0)),
			 SQLITE_OK);
	while (sqlite3changeset_next(iter) == SQLITE_ROW && sqlite3changeset_op(iter, &table, &columns, &op, &indirect) == SQLITE_OK &&
	       strcmp(table, "annotation") != 0)
		;
	assert_string_equal(table, "annotation");
	sqlite3changeset_finalize(iter);
	sqlite3_finalize(stmt);
	return columns;
}

/* Columns are kept between edits, but not when somebody else has changed the tables since. */
static void a_new_column_is_recorded(void **state)
{
	struct fixture *f = *state;
	const struct annotate_request request = { .annotation = { .note = "n" } };
	sqlite3 *other = NULL;
	int before;

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	annotate(f, "ann", 1, 1, request);
	annotate(f, "ann", 2, 2, request);
	before = recorded_columns(f);
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "ALTER TABLE annotation ADD COLUMN later INTEGER", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	annotate(f, "ann", 3, 3, request);
	assert_int_equal(recorded_columns(f), before + 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(many_at_once_are_as_one_by_one),
		FIXTURE_TEST(nothing_is_written_where_one_is_missing),
		FIXTURE_TEST(a_new_column_is_recorded),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: edits of many", tests, NULL, NULL);
}
