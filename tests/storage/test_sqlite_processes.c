/*
 * Several processes on one store, for real: annotators, importers and a reader at the
 * same time. Nobody fails for another's sake, every edit that was acknowledged is there
 * afterwards, and nothing else. $AITIA_SLOW: for longer.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/storage/sqlite_fixture.h"

#define SAMPLES 60
#define ANNOTATORS 3
#define EDITS_LEAST 8 /* of each */
#define IMPORTERS 2
#define BATCH_SAMPLES 400

enum { EXIT_GOOD, EXIT_OPEN, EXIT_EDIT, EXIT_READ, EXIT_PIPE };

/* What an annotator says when the store has answered. */
struct word {
	int64_t sample, edit;
	int who;
	int severity;
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double duration(void)
{
	return getenv("AITIA_SLOW") ? 30 : 2;
}

static bool wait_on(void *context, int64_t waited_ms)
{
	(void)context;
	return waited_ms < 60000;
}

static struct store *open_or_exit(const char *path)
{
	struct store *store;
	struct error err;

	if (sqlite_store_open(path, NULL, &store, &err) != STATUS_OK) {
		fprintf(stderr, "%s\n", err.text);
		_exit(EXIT_OPEN);
	}
	store->ops->on_wait(store, wait_on, NULL);
	return store;
}

static void fail_child(int code, const struct error *err)
{
	fprintf(stderr, "%s\n", err->text);
	_exit(code);
}

/* Judges sample after sample; now and then the last judgement is taken back and made again. */
static void annotate(const char *path, int who, int out, double until)
{
	struct store *store = open_or_exit(path);
	struct arena arena = ARENA_INIT;
	char reviewer[32];
	struct error err;

	snprintf(reviewer, sizeof(reviewer), "reviewer-%d", who);
	for (int n = 0, said = 0; seconds() < until || said < EDITS_LEAST; n++) { /* however busy the machine is */
		struct word word = { .sample = 1 + (n * 7 + who) % SAMPLES, .who = who,
				     .severity = SEVERITY_Q1 + n % (SEVERITY_COUNT - 1) };
		struct annotate_request request = { &word.sample, 1, { .severity = (enum severity)word.severity }, false,
						    false };
		struct edit edit;
		if (store->ops->annotate(store, reviewer, &request, &word.edit, &err) != STATUS_OK)
			fail_child(EXIT_EDIT, &err);
		if (n % 5 == 4 && (store->ops->undo(store, &arena, reviewer, 0, &edit, &err) != STATUS_OK ||
				   store->ops->redo(store, &arena, reviewer, &edit, &err) != STATUS_OK))
			fail_child(EXIT_EDIT, &err);
		if (word.edit && write(out, &word, sizeof(word)) != (ssize_t)sizeof(word))
			_exit(EXIT_PIPE);
		said += word.edit != 0;
		arena_clear(&arena);
	}
	store->ops->close(store);
	_exit(EXIT_GOOD);
}

static void import(const char *path, int who, double until)
{
	struct store *store = open_or_exit(path);
	struct arena arena = ARENA_INIT;
	struct error err;

	for (int round = 0; seconds() < until; round++) {
		struct batch batch = { .source = "b", .format = "jsonl", .reviewer = "importer" }, done;
		enum import_outcome outcome;
		if (store->ops->import_begin(store, &batch, &err) != STATUS_OK)
			fail_child(EXIT_EDIT, &err);
		for (int64_t n = 0; n < BATCH_SAMPLES; n++) {
			struct sample sample = contract_sample(&arena, 1000 + who * 1000000 + round * BATCH_SAMPLES + n);
			if (store->ops->import_add(store, &sample, &outcome, &err) != STATUS_OK)
				fail_child(EXIT_EDIT, &err);
			arena_clear(&arena);
		}
		if (store->ops->import_commit(store, NULL, &done, &err) != STATUS_OK)
			fail_child(EXIT_EDIT, &err);
	}
	store->ops->close(store);
	_exit(EXIT_GOOD);
}

/* Sees changes come, never goes back, never waits. */
static void look(const char *path, double until)
{
	struct store *store = open_or_exit(path);
	struct arena arena = ARENA_INIT;
	int64_t newest = 0, counter = 0, seen = 0, changes = 0;
	struct error err;

	while (seconds() < until) {
		const struct edit_filter all = { 0 };
		const struct edit *edits;
		size_t count = 0;
		if (store->ops->change_counter(store, &counter, &err) != STATUS_OK ||
		    store->ops->edit_list(store, &arena, &all, 0, 1, &edits, &count, &err) != STATUS_OK)
			fail_child(EXIT_READ, &err);
		if (!count || edits[0].id < newest)
			_exit(EXIT_READ);
		if (edits[0].id > newest)
			changes += counter != seen; /* an edit of somebody else is seen by the counter too */
		newest = edits[0].id;
		seen = counter;
		arena_clear(&arena);
		usleep(1000);
	}
	store->ops->close(store);
	_exit(changes > 1 ? EXIT_GOOD : EXIT_READ);
}

static int64_t scalar(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t number = -1;

	assert_int_equal(sqlite3_prepare_v2(sqlite_of(f->c.store)->handle, sql, -1, &stmt, NULL), SQLITE_OK);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return number;
}

static void nothing_is_lost_between_processes(void **state)
{
	struct fixture *f = *state;
	int pipes[2], code, alive = 0;
	double until;
	int64_t said = 0;
	struct word word;

	fixture_create(f);
	contract_import(&f->c, 1, SAMPLES);
	fixture_close(f);
	assert_int_equal(pipe(pipes), 0);
	until = seconds() + duration();
	for (int i = 0; i < ANNOTATORS + IMPORTERS + 1; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0 && i < ANNOTATORS)
			annotate(f->path, i, pipes[1], until);
		else if (child == 0 && i < ANNOTATORS + IMPORTERS)
			import(f->path, i, until);
		else if (child == 0)
			look(f->path, until);
		alive++;
	}
	close(pipes[1]);
	char sql[400];
	VEC_OF(struct word) words = VEC_INIT;
	while (read(pipes[0], &word, sizeof(word)) == (ssize_t)sizeof(word))
		vec_push(&words, word);
	close(pipes[0]);
	for (; alive > 0; alive--) {
		assert_true(wait(&code) > 0);
		assert_true(WIFEXITED(code));
		assert_int_equal(WEXITSTATUS(code), EXIT_GOOD);
	}
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	for (size_t i = 0; i < words.len; i++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM annotation a JOIN edit e ON e.id = a.edit WHERE a.edit = %lld AND"
			 " a.sample = %lld AND a.severity = %d AND e.state = 0 AND e.reviewer = 'reviewer-%d'",
			 (long long)words.items[i].edit, (long long)words.items[i].sample, words.items[i].severity,
			 words.items[i].who);
		if (scalar(f, sql) != 1)
			fail_msg("edit %lld of reviewer-%d is lost", (long long)words.items[i].edit, words.items[i].who);
		said++;
	}
	vec_release(&words);
	print_message("%lld edits, %lld samples\n", (long long)said, (long long)contract_count(&f->c, ""));
	assert_true(said > 20);
	assert_int_equal(scalar(f, "SELECT count(*) FROM edit WHERE verb = 'annotate'"), said);
	assert_int_equal((contract_count(&f->c, "") - SAMPLES) % BATCH_SAMPLES, 0);
	assert_true(contract_count(&f->c, "") > SAMPLES);
	contract_check_clean(&f->c);
}

struct waiting {
	int64_t told, most_ms;
};

static bool give_up_soon(void *context, int64_t waited_ms)
{
	struct waiting *waiting = context;

	waiting->told++;
	waiting->most_ms = waited_ms;
	return waited_ms < 600;
}

static void who_waits_is_told(void **state)
{
	struct fixture *f = *state;
	struct waiting waiting = { 0, 0 };
	struct triage_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	sqlite3 *other;
	bool whole;
	int64_t edit;

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	f->c.ops->on_wait(f->c.store, give_up_soon, &waiting);
	/* Also after a step of the index that waited for nobody. */
	assert_ok(&f->c, f->c.ops->index_step(f->c.store, INDEX_STEP_MS, false, &whole, &f->c.err));
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(contract_count(&f->c, ""), 5); /* readers go on */
	assert_int_equal(waiting.told, 0);
	assert_status(&f->c, STATUS_STORE, f->c.ops->triage(f->c.store, "ann", &request, &edit, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "another process is writing to it"));
	assert_in_range(waiting.told, 2, 100);
	assert_in_range(waiting.most_ms, 600, 3000);
	assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	contract_triage(&f->c, "ann", 2, SAMPLE_DEFERRED);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

/* ---- while a backup is restored ----------------------------------------------------------- */

struct meeting {
	int go[2], waits[2]; /* pipes */
	bool met;
};

static bool say_that_it_waits(void *context, int64_t waited_ms)
{
	struct meeting *meeting = context;

	if (!meeting->met && write(meeting->waits[1], "w", 1) != 1)
		_exit(EXIT_PIPE);
	meeting->met = true;
	return waited_ms < 60000;
}

/* Begins to open the store once the copy is under way, and judges a sample of what it gets. */
static void start_meanwhile(const char *path, struct meeting *meeting)
{
	const struct sqlite_open_options options = { .waiting = say_that_it_waits, .waiting_context = meeting };
	struct triage_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	struct store *store;
	struct error err;
	int64_t edit;
	char byte;

	if (read(meeting->go[0], &byte, 1) != 1)
		_exit(EXIT_PIPE);
	if (sqlite_store_open(path, &options, &store, &err) != STATUS_OK)
		fail_child(EXIT_OPEN, &err);
	if (store->ops->triage(store, "ann", &request, &edit, &err) != STATUS_OK)
		fail_child(EXIT_EDIT, &err);
	store->ops->close(store);
	_exit(EXIT_GOOD);
}

static void meet(void *context, int64_t done, int64_t total)
{
	struct meeting *meeting = context;
	char byte;

	(void)done;
	(void)total;
	if (meeting->met)
		return;
	meeting->met = true;
	assert_int_equal(write(meeting->go[1], "g", 1), 1);
	assert_int_equal(read(meeting->waits[0], &byte, 1), 1);
}

static void who_starts_during_a_restore_gets_what_is_restored(void **state)
{
	struct fixture *f = *state;
	struct meeting meeting = { .met = false };
	struct backup_options options = { .progress = meet, .context = &meeting };
	char copy[128], *kept = NULL;
	pid_t child;
	int code;

	snprintf(copy, sizeof(copy), "%s/copy.db", f->folder);
	fixture_create(f);
	contract_import(&f->c, 1, 5);
	assert_ok(&f->c, sqlite_store_backup(f->c.store, copy, NULL, &f->c.err));
	contract_import(&f->c, 6, SAMPLES);
	fixture_close(f);
	assert_int_equal(pipe(meeting.go), 0);
	assert_int_equal(pipe(meeting.waits), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		start_meanwhile(f->path, &meeting);
	assert_ok(&f->c, sqlite_store_restore(f->path, copy, &options, &kept, &f->c.err));
	assert_true(meeting.met);
	assert_int_equal(waitpid(child, &code, 0), child);
	assert_true(WIFEXITED(code));
	assert_int_equal(WEXITSTATUS(code), EXIT_GOOD);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_count(&f->c, ""), 5);
	assert_int_equal(scalar(f, "SELECT count(*) FROM edit WHERE verb = 'triage'"), 1);
	contract_check_clean(&f->c);
	for (int i = 0; i < 2; i++) {
		close(meeting.go[i]);
		close(meeting.waits[i]);
	}
	free(kept);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(nothing_is_lost_between_processes),
		FIXTURE_TEST(who_waits_is_told),
		FIXTURE_TEST(who_starts_during_a_restore_gets_what_is_restored),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: several processes", tests, NULL, NULL);
}
