/*
 * Search in the SQLite engine: the same lists whether the index is empty, half built or
 * whole, and whatever happened meanwhile; building that survives being killed; pages
 * that come when their time is over; damage that is named and mended.
 */
#include <signal.h>
#include <sys/wait.h>

#include "storage/sqlite/search.h"
#include "tests/storage/sqlite_fixture.h"
#include "tests/support/fake_store.h"

#define SAMPLES 300

static const char *const queries[] = {
	"return", "null", "ret*", "\"return null\"", "\"return nu\"*", "message", "message linter", "\"message 1 of\"",
	"greatness", "great*", "greatness message", "greatness return", "-return", "-greatness message", "nosuchword", "()",
	"text:ssage", "text:\"ssage 1 of\"", "text:\"essage 12\"", "re:Message.[0-9]+.of", "re:\"Message 1\\\\d of the\"",
	"re:nosuch\\(", "return lang:c", "message level:error", "get", "user", "getUserName", "user_name",
	"getUserName text:ser", "\"see the\" user",
};

static struct sample sample_of(struct arena *arena, int64_t n)
{
	struct sample sample = contract_sample(arena, n);

	if (n % 7 == 0)
		sample.code = slice_of(arena_printf(arena, "int getUserName%d(user_name)\n", (int)n % 3));
	return sample;
}

static void import_samples(struct store *store, struct arena *arena, int64_t first, int64_t last, bool renewed)
{
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "i" }, done;
	enum import_outcome outcome;
	struct error err;

	assert_int_equal(store->ops->import_begin(store, &batch, &err), STATUS_OK);
	for (int64_t n = first; n <= last; n++) {
		struct sample sample = sample_of(arena, n);
		if (renewed) {
			struct flag *flags = arena_array(arena, sample.flag_count + 1, sizeof(*flags));
			for (size_t i = 0; i < sample.flag_count; i++)
				flags[i] = sample.flags[i];
			flags[sample.flag_count] = (struct flag){ .source = SOURCE_CI, .message = "return the user_name" };
			sample.flags = flags;
			sample.flag_count++;
		}
		assert_int_equal(store->ops->import_add(store, &sample, &outcome, &err), STATUS_OK);
	}
	assert_int_equal(store->ops->import_commit(store, NULL, &done, &err), STATUS_OK);
}

static void note_on(struct store *store, int64_t sample, const char *note)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .note = note } };
	struct error err;
	int64_t edit;

	assert_int_equal(store->ops->annotate(store, "ann", &request, &edit, &err), STATUS_OK);
}

/* The engine and the one that reads everything, side by side. */
struct twins {
	struct fixture *f;
	struct store *fake;
	const char *stage;
};

static void compare_query(struct twins *t, const char *text)
{
	struct fixture *f = t->f;
	const struct query *query = contract_query(&f->c, text, "ann");
	const int64_t *is, *meant;
	size_t count_is, count_meant;

	assert_ok(&f->c, f->c.ops->sample_ids(f->c.store, &f->c.arena, query, &is, &count_is, &f->c.err));
	assert_ok(&f->c, t->fake->ops->sample_ids(t->fake, &f->c.arena, query, &meant, &count_meant, &f->c.err));
	if (count_is != count_meant || (count_is && memcmp(is, meant, count_is * sizeof(*is)) != 0))
		fail_msg("%s: '%s': %zu samples, not %zu", t->stage, text, count_is, count_meant);
	for (int sort = 0; sort < SORT_RELEVANCE; sort++) {
		struct page_request request = { .query = query, .sort = (enum sort_key)sort, .limit = 7 };
		struct sample_page a, b;
		for (int pages = 0; pages < 3; pages++) {
			assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &a, &f->c.err));
			assert_ok(&f->c, t->fake->ops->sample_page(t->fake, &f->c.arena, &request, &b, &f->c.err));
			if (a.count != b.count || a.at_end != b.at_end || a.at_start != b.at_start)
				fail_msg("%s: '%s' by %s: another page", t->stage, text, sort_word(request.sort));
			for (size_t i = 0; i < a.count; i++)
				if (a.rows[i].id != b.rows[i].id)
					fail_msg("%s: '%s' by %s: another order", t->stage, text, sort_word(request.sort));
			request.from = a.after_last;
		}
	}
}

static void compare(struct twins *t, const char *stage)
{
	t->stage = stage;
	for (size_t i = 0; i < ARRAY_LEN(queries); i++)
		compare_query(t, queries[i]);
	contract_check_clean(&t->f->c);
}

/* One step of the least size, a sample; whether the index is whole. */
static bool step(struct fixture *f)
{
	bool whole;

	sqlite_of(f->c.store)->index_bytes = 1;
	assert_ok(&f->c, f->c.ops->index_step(f->c.store, 1, true, &whole, &f->c.err));
	return whole;
}

static void build(struct fixture *f)
{
	for (int steps = 0; !step(f); steps++)
		assert_true(steps < 10 * SAMPLES);
}

static void lists_do_not_show_how_far_the_index_is(void **state)
{
	struct fixture *f = *state;
	struct twins t = { f, fake_store_new(), "" };
	struct store *both[] = { NULL, t.fake };
	struct index_status is;
	struct edit edit;

	fixture_create(f);
	both[0] = f->c.store;
	for (size_t i = 0; i < 2; i++)
		import_samples(both[i], &f->c.arena, 1, SAMPLES, false);
	compare(&t, "empty");
	for (int i = 0; i < 20; i++)
		assert_false(step(f));
	assert_ok(&f->c, f->c.ops->index_status(f->c.store, &is, &f->c.err));
	assert_in_range(is.samples_indexed, 1, SAMPLES - 1);
	assert_int_equal(is.samples, SAMPLES);
	compare(&t, "half built");
	for (size_t i = 0; i < 2; i++) {
		note_on(both[i], 3, "a greatness, see the user");
		import_samples(both[i], &f->c.arena, 2, 9, true);
		import_samples(both[i], &f->c.arena, SAMPLES + 1, SAMPLES + 5, false);
	}
	compare(&t, "renewed, noted, half built");
	build(f);
	assert_ok(&f->c, f->c.ops->index_status(f->c.store, &is, &f->c.err));
	assert_true(is.whole && is.samples_indexed == SAMPLES + 5);
	compare(&t, "whole");
	for (size_t i = 0; i < 2; i++) {
		import_samples(both[i], &f->c.arena, 1, 3, false); /* back to what they were */
		assert_ok(&f->c, both[i]->ops->undo(both[i], &f->c.arena, "ann", 0, &edit, &f->c.err));
		note_on(both[i], 4, "greatness");
		assert_ok(&f->c, both[i]->ops->undo(both[i], &f->c.arena, "ann", 0, &edit, &f->c.err));
	}
	compare(&t, "undone");
	build(f); /* beyond the note that is undone */
	for (size_t i = 0; i < 2; i++)
		assert_ok(&f->c, both[i]->ops->redo(both[i], &f->c.arena, "ann", &edit, &f->c.err));
	compare(&t, "redone");
	assert_int_equal(contract_count(&f->c, "greatness"), 1);
	build(f);
	compare(&t, "redone and whole");
	assert_ok(&f->c, f->c.ops->index_drop(f->c.store, &f->c.err));
	compare(&t, "dropped");
	build(f);
	compare(&t, "whole again");
	t.fake->ops->close(t.fake);
}

/* ---- large texts ------------------------------------------------------------------------ */

static int64_t import_large(struct fixture *f, size_t len, const char *last_word, const char *message)
{
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "i" }, done;
	struct strbuf code = STRBUF_INIT;
	struct flag flag = { .message = message };
	struct sample sample = { .external_id = "large", .path = "large.c", .flags = &flag, .flag_count = message != NULL };
	enum import_outcome outcome;

	while (code.len_bytes + strlen("filling ") + strlen(last_word) <= len)
		strbuf_addstr(&code, "filling ");
	strbuf_addstr(&code, last_word);
	sample.code = strbuf_slice(&code);
	sample.fingerprint = sample_fingerprint(&sample);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	strbuf_release(&code);
	return done.imported + done.updated;
}

/* They are read, to the last word, and make no step longer. */
static void large_texts_are_found(void **state)
{
	struct fixture *f = *state;
	struct index_status is;

	fixture_create(f);
	import_samples(f->c.store, &f->c.arena, 1, 20, false);
	import_large(f, 2 * SEARCH_TEXT_MAX, "needle_code", NULL);
	import_large(f, SEARCH_TEXT_MAX, "needle_edge", NULL); /* the largest that is taken up */
	import_samples(f->c.store, &f->c.arena, 21, 25, false);
	build(f);
	assert_ok(&f->c, f->c.ops->index_status(f->c.store, &is, &f->c.err));
	assert_true(is.whole);
	assert_int_equal(is.samples, 27);
	assert_int_equal(is.samples_indexed, 26);
	for (int renewed = 0; renewed < 2; renewed++) {
		assert_int_equal(contract_count(&f->c, "needle_code"), 1);
		assert_int_equal(contract_count(&f->c, "needle_edge"), 1);
		assert_int_equal(contract_count(&f->c, "needle filling"), 2);
		assert_int_equal(contract_count(&f->c, "text:edle_"), 2);
		assert_int_equal(contract_count(&f->c, "nosuchword"), 0);
		contract_check_clean(&f->c);
		if (renewed)
			break;
		import_large(f, 2 * SEARCH_TEXT_MAX, "needle_code", "and a message");
		assert_int_equal(contract_count(&f->c, "\"a message\""), 1);
		build(f);
	}
}

static bool count_and_give_up(void *context, int64_t waited_ms)
{
	(void)waited_ms;
	++*(int *)context;
	return false;
}

/* A step in an idle moment does not wait; an edit behind it does, and says so. */
static void a_step_that_does_not_wait_leaves_others_to(void **state)
{
	struct annotate_request request = { .samples = (const int64_t[]){ 1 }, .sample_count = 1,
					    .annotation = { .note = "n" } };
	struct fixture *f = *state;
	int64_t edit;
	bool whole;
	int told = 0;
	sqlite3 *other;

	fixture_create(f);
	import_samples(f->c.store, &f->c.arena, 1, 3, false);
	f->c.ops->on_wait(f->c.store, count_and_give_up, &told);
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_status(&f->c, STATUS_STORE, f->c.ops->index_step(f->c.store, 1, false, &whole, &f->c.err));
	assert_int_equal(told, 0);
	assert_status(&f->c, STATUS_STORE, f->c.ops->annotate(f->c.store, "ann", &request, &edit, &f->c.err));
	assert_int_equal(told, 1);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

/* ---- crashes ---------------------------------------------------------------------------- */

static void build_until_killed(struct fixture *f, int out)
{
	struct store *store;
	struct error err;
	bool whole = false;

	if (sqlite_store_open(f->path, NULL, &store, &err) != STATUS_OK)
		_exit(1);
	while (!whole) {
		sqlite_of(store)->index_bytes = 1;
		if (store->ops->index_step(store, 1, true, &whole, &err) != STATUS_OK || write(out, "x", 1) != 1)
			_exit(2);
	}
	_exit(0);
}

static void building_survives_a_kill(void **state)
{
	struct fixture *f = *state;
	struct index_status is = { 0 };
	int64_t before = 0, kills = 0;

	fixture_create(f);
	import_samples(f->c.store, &f->c.arena, 1, SAMPLES, false);
	note_on(f->c.store, 3, "greatness");
	fixture_close(f);
	for (int round = 0; round < 40 && !is.whole; round++) {
		int pipes[2], code;
		char said;
		pid_t child;
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0)
			build_until_killed(f, pipes[1]);
		assert_true(child > 0);
		close(pipes[1]);
		for (int n = 1 + round % 5; n > 0 && read(pipes[0], &said, 1) == 1; n--)
			;
		usleep((useconds_t)(round * 97 % 900));
		kill(child, SIGKILL);
		waitpid(child, &code, 0);
		close(pipes[0]);
		if (WIFEXITED(code))
			assert_int_equal(WEXITSTATUS(code), 0);
		kills += WIFSIGNALED(code);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_ok(&f->c, f->c.ops->index_status(f->c.store, &is, &f->c.err));
		assert_true(is.samples_indexed >= before);
		before = is.samples_indexed;
		assert_int_equal(contract_count(&f->c, "getUserName1"), SAMPLES / 7 / 3);
		assert_int_equal(contract_count(&f->c, "greatness"), 1);
		contract_check_clean(&f->c);
		fixture_close(f);
	}
	assert_true(kills > 3);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	build(f);
	contract_check_clean(&f->c);
}

/* ---- time --------------------------------------------------------------------------------- */

/* All pages of a query that are given a millisecond each; how many were not finished. */
static size_t walk_in_time(struct fixture *f, const char *text, bool backward, size_t *rows)
{
	struct page_request request = { .query = contract_query(&f->c, text, "ann"), .sort = SORT_OLDEST,
					.backward = backward, .limit = 50, .budget_ms = 1 };
	size_t unfinished = 0, pages = 0;
	struct sample_page page;
	int64_t before = 0;

	*rows = 0;
	do {
		assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &page, &f->c.err));
		for (size_t i = 0; i < page.count; i++) {
			int64_t id = page.rows[backward ? page.count - 1 - i : i].id;
			assert_int_not_equal(id, before);
			before = id;
		}
		*rows += page.count;
		unfinished += page.unfinished;
		assert_true(!page.unfinished || (backward ? page.before_first.set && !page.at_start :
						  page.after_last.set && !page.at_end));
		request.from = backward ? page.before_first : page.after_last;
		assert_true(++pages < 5000);
	} while (backward ? !page.at_start : !page.at_end);
	return unfinished;
}

static void pages_come_when_their_time_is_over(void **state)
{
	struct fixture *f = *state;
	size_t rows, unfinished = 0;

	fixture_create(f);
	import_samples(f->c.store, &f->c.arena, 1, 4000, false);
	for (int backward = 0; backward < 2; backward++) {
		unfinished += walk_in_time(f, "re:(.)(.)\\2\\1nosuch", backward, &rows);
		assert_int_equal(rows, 0);
		unfinished += walk_in_time(f, "re:U[a-z]+Name[0-9]", backward, &rows);
		assert_int_equal(rows, 4000 / 7);
		(void)walk_in_time(f, "text:username1", backward, &rows);
		assert_int_equal(rows, contract_count(&f->c, "getUserName1"));
		/* Nothing of texts in it: the time does not count. */
		assert_int_equal(walk_in_time(f, "lang:c", backward, &rows), 0);
	}
	assert_true(unfinished > 4);
}

#define ROWS 6000
#define OLD 400 /* more than are fetched at once, and no great share */

static int add_step(void *context)
{
	++*(int *)context;
	return 0;
}

/* All that have a common word are old: a list from the newest on is not walked past all others. */
static void hits_far_from_the_beginning_are_fetched(void **state)
{
	struct fixture *f = *state;
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "i" }, done;
	struct page_request request = { .query = contract_query(&f->c, "needle", NULL), .sort = SORT_NEWEST, .limit = 5 };
	enum import_outcome outcome;
	struct sample_page page;
	int64_t found = 0;
	int steps[2] = { 0, 0 };

	fixture_create(f);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	for (int64_t n = 1; n <= ROWS; n++) {
		struct sample sample = contract_sample(&f->c.arena, n);
		sample.produced_at = (struct instant){ n * 1000000, PRECISION_SECOND };
		if (n <= OLD)
			sample.code = slice_of(arena_printf(&f->c.arena, "int needle%d(needle)\n", (int)n));
		assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	}
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	for (bool whole = false; !whole;)
		assert_ok(&f->c, f->c.ops->index_step(f->c.store, 1000, true, &whole, &f->c.err));
	for (int far = 0; far < 2; far++) {
		sqlite_of(f->c.store)->far_rows = far ? 200 : UINT32_MAX;
		request.from = (struct page_cursor){ .set = false };
		sqlite3_progress_handler(sqlite_of(f->c.store)->handle, 100, add_step, &steps[far]);
		assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &page, &f->c.err));
		sqlite3_progress_handler(sqlite_of(f->c.store)->handle, 0, NULL, NULL);
		found = 0;
		for (int pages = 0; page.count; pages++) {
			for (size_t i = 0; i < page.count; i++)
				assert_int_equal(page.rows[i].id, OLD - found++);
			assert_false(page.unfinished);
			request.from = page.after_last;
			assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &page, &f->c.err));
		}
		assert_int_equal(found, OLD);
	}
	assert_true(steps[1] * 3 < steps[0]);
}

static void costly_patterns_are_refused(void **state)
{
	struct fixture *f = *state;
	struct sample sample = { .code = slice_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab") };
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "i" }, done;
	enum import_outcome outcome;
	int64_t count;

	fixture_create(f);
	sample.fingerprint = sample_fingerprint(&sample);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	assert_status(&f->c, STATUS_USAGE, f->c.ops->sample_count(f->c.store, contract_query(&f->c, "re:(a+)+$", "ann"), &count,
								 &f->c.err));
	assert_non_null(strstr(f->c.err.text, "takes too long"));
}

/* What has the word more often, in less text, stands first; what the index does not
 * know comes behind, newest first; pages meet each once. */
static void relevance_ranks(void **state)
{
	static const char *const codes[] = { "a b c d e needle", "needle needle needle", "x y needle z needle", "nothing",
					     "needle behind the index" };
	struct fixture *f = *state;
	struct batch batch = { .source = "f", .format = "jsonl", .reviewer = "i" }, done;
	struct page_request request = { .sort = SORT_RELEVANCE, .limit = 2 };
	int64_t order[8] = { 0 };
	enum import_outcome outcome;
	size_t count = 0;

	fixture_create(f);
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct sample sample = { .code = slice_of(codes[i]) };
		sample.fingerprint = sample_fingerprint(&sample);
		if (i == 4)
			build(f);
		assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
		assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
		assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &done, &f->c.err));
	}
	note_on(f->c.store, 4, "a needle in the note");
	request.query = contract_query(&f->c, "needle", "ann");
	for (struct sample_page page = { .at_end = false }; !page.at_end; request.from = page.after_last) {
		assert_ok(&f->c, f->c.ops->sample_page(f->c.store, &f->c.arena, &request, &page, &f->c.err));
		for (size_t i = 0; i < page.count; i++)
			order[count++ % ARRAY_LEN(order)] = page.rows[i].id;
	}
	assert_int_equal(count, 5);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 3);
	assert_int_equal(order[2], 1);
	assert_int_equal(order[3], 5);
	assert_int_equal(order[4], 4);
}

/* ---- damage --------------------------------------------------------------------------------- */

struct findings {
	int count, of_index;
};

static void collect(void *context, const char *finding)
{
	struct findings *findings = context;

	findings->count++;
	findings->of_index += strstr(finding, "search index") != NULL;
}

static void damage_is_named_and_mended(void **state)
{
	static const char *const damages[] = {
		"DELETE FROM search_data WHERE id > 100 AND id % 2 = 0",
		"UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 100",
		/* A flipped bit inside a term or a position: nothing that FTS5 itself notices. */
		"UPDATE search_data SET block = CAST(replace(CAST(block AS TEXT), 'inter', 'inteq') AS BLOB) WHERE id > 100",
		"UPDATE search_state SET sample_done = sample_done + 1",
		"UPDATE search_state SET sample_done = 0",
		"DELETE FROM search_note_data WHERE id > 100",
		"DELETE FROM search_docsize WHERE id = 5",
		"DELETE FROM search_note_docsize",
	};
	struct fixture *f = *state;

	fixture_create(f);
	import_samples(f->c.store, &f->c.arena, 1, SAMPLES, false);
	note_on(f->c.store, 3, "greatness");
	build(f);
	contract_check_clean(&f->c);
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		struct findings found = { 0, 0 };
		int64_t findings;
		fixture_close(f);
		fixture_sql(f, damages[i]);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ .read_only = true }));
		assert_ok(&f->c, f->c.ops->check(f->c.store, false, collect, &found, &findings, &f->c.err));
		if (!found.of_index || found.count != found.of_index)
			fail_msg("%s: %d findings, %d of the index", damages[i], found.count, found.of_index);
		fixture_close(f);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_ok(&f->c, f->c.ops->index_drop(f->c.store, &f->c.err));
		build(f);
		contract_check_clean(&f->c);
		assert_int_equal(contract_count(&f->c, "greatness"), 1);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(lists_do_not_show_how_far_the_index_is),
		FIXTURE_TEST(large_texts_are_found),
		FIXTURE_TEST(a_step_that_does_not_wait_leaves_others_to),
		FIXTURE_TEST(building_survives_a_kill),
		FIXTURE_TEST(pages_come_when_their_time_is_over),
		FIXTURE_TEST(hits_far_from_the_beginning_are_fetched),
		FIXTURE_TEST(costly_patterns_are_refused),
		FIXTURE_TEST(relevance_ranks),
		FIXTURE_TEST(damage_is_named_and_mended),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: search", tests, NULL, NULL);
}
