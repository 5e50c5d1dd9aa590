/* What must survive: crashes, full disks, other connections, damaged files. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "tests/storage/sqlite_fixture.h"

static uint64_t seed = 88172645463325252u;

static uint32_t roll(uint32_t sides)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % sides;
}

/* ---- crashes ------------------------------------------------------------------------- */

#define CRASH_SAMPLES 40

/* The child: says each sample whose annotation was acknowledged, until it is killed. */
static void annotate_until_killed(struct fixture *f, int out, int64_t first)
{
	struct store *store;
	struct error err;

	if (sqlite_store_open(f->path, NULL, &store, &err) != STATUS_OK)
		_exit(1);
	for (int64_t id = first; id <= CRASH_SAMPLES; id++) {
		struct annotate_request request = { &id, 1, { .cause = "model/hallucination" }, false, false };
		unsigned char said = (unsigned char)id;
		int64_t edit;
		if (store->ops->annotate(store, "ann", &request, &edit, &err) != STATUS_OK || write(out, &said, 1) != 1)
			_exit(2);
	}
	_exit(0);
}

static void acknowledged_edits_survive_a_kill(void **state)
{
	struct fixture *f = *state;
	int64_t acknowledged = 0;

	fixture_create(f);
	contract_import(&f->c, 1, CRASH_SAMPLES);
	fixture_close(f);
	for (int round = 0; round < 12 && acknowledged < CRASH_SAMPLES; round++) {
		int pipes[2], code;
		unsigned char said;
		pid_t child;
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0)
			annotate_until_killed(f, pipes[1], acknowledged + 1);
		assert_true(child > 0);
		close(pipes[1]);
		/* Killed somewhere behind the n-th acknowledgement. */
		for (uint32_t n = 1 + roll(4); n > 0 && read(pipes[0], &said, 1) == 1; n--)
			acknowledged = said;
		usleep(roll(1500));
		kill(child, SIGKILL);
		waitpid(child, &code, 0);
		while (read(pipes[0], &said, 1) == 1)
			acknowledged = said;
		close(pipes[0]);
		if (WIFEXITED(code))
			assert_int_equal(WEXITSTATUS(code), 0);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		for (int64_t id = 1; id <= acknowledged; id++)
			assert_int_equal(contract_get(&f->c, id)->status, SAMPLE_ANNOTATED);
		/* At most one more, done and not yet said; whole if it is there. */
		int64_t done = contract_count(&f->c, "is:annotated cause:model/hallucination");
		assert_in_range(done, acknowledged, acknowledged + 1);
		acknowledged = done;
		contract_check_clean(&f->c);
		fixture_close(f);
	}
	assert_true(acknowledged > 5);
}

static void import_until_killed(struct fixture *f, int out)
{
	const struct batch batch = { .source = "x", .format = "jsonl", .reviewer = "ann" };
	struct arena arena = ARENA_INIT;
	enum import_outcome outcome;
	struct store *store;
	struct error err;

	if (sqlite_store_open(f->path, NULL, &store, &err) != STATUS_OK ||
	    store->ops->import_begin(store, &batch, &err) != STATUS_OK)
		_exit(1);
	for (int64_t n = 100;; n++) {
		struct sample sample = contract_sample(&arena, n);
		if (store->ops->import_add(store, &sample, &outcome, &err) != STATUS_OK ||
		    (n % 100 == 0 && write(out, "x", 1) != 1))
			_exit(2);
		arena_clear(&arena);
	}
}

static void killed_import_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	const struct edit *edits;

	fixture_create(f);
	contract_import(&f->c, 1, 10);
	fixture_close(f);
	for (int round = 0; round < 3; round++) {
		int pipes[2], code;
		char said;
		pid_t child;
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		if (child == 0)
			import_until_killed(f, pipes[1]);
		assert_true(child > 0);
		close(pipes[1]);
		for (int n = 0; n < 5 + round * 20; n++)
			assert_int_equal(read(pipes[0], &said, 1), 1);
		kill(child, SIGKILL);
		waitpid(child, &code, 0);
		close(pipes[0]);
		assert_true(WIFSIGNALED(code));
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_int_equal(contract_count(&f->c, ""), 10);
		assert_int_equal(contract_edits(&f->c, &edits), 1);
		contract_check_clean(&f->c);
		fixture_close(f);
	}
}

/* ---- full disks -------------------------------------------------------------------------- */

static void full_disk_keeps_what_was(void **state)
{
	struct fixture *f = *state;
	struct batch batch = { .source = "x", .format = "jsonl", .reviewer = "ann" };
	enum import_outcome outcome;
	enum status status = STATUS_OK;
	struct sqlite_store *db;
	int64_t n;

	fixture_create(f);
	contract_import(&f->c, 1, 100);
	db = sqlite_of(f->c.store);
	/* No more pages than there are: how SQLite sees a full disk. */
	assert_int_equal(sqlite3_exec(db->handle, "PRAGMA max_page_count = 1", NULL, NULL, NULL), SQLITE_OK);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	for (n = 200; n < 20000 && status == STATUS_OK; n++) {
		struct sample sample = contract_sample(&f->c.arena, n);
		status = f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err);
	}
	assert_int_equal(status, STATUS_STORE);
	assert_non_null(strstr(f->c.err.text, "disk is full"));
	/* From here on the import can only be given up. */
	assert_status(&f->c, STATUS_REFUSED, f->c.ops->import_commit(f->c.store, NULL, &batch, &f->c.err));
	f->c.ops->import_abort(f->c.store);
	assert_int_equal(contract_count(&f->c, ""), 100);
	for (n = 0; n < 20000; n++) {
		int64_t id = 1 + n % 100, edit;
		struct annotate_request request = { &id, 1, { .note = "a note that takes some place in the store" }, false, false };
		status = f->c.ops->annotate(f->c.store, "ann", &request, &edit, &f->c.err);
		if (status != STATUS_OK)
			break;
	}
	assert_int_equal(status, STATUS_STORE);
	contract_check_clean(&f->c);
	assert_int_equal(sqlite3_exec(db->handle, "PRAGMA max_page_count = 1073741823", NULL, NULL, NULL), SQLITE_OK);
	contract_annotate(&f->c, "ann", 1, "model"); /* space was made: all goes on */
	contract_import(&f->c, 200, 300);
	assert_int_equal(contract_count(&f->c, ""), 201);
	contract_check_clean(&f->c);
}

/* ---- damaged files -------------------------------------------------------------------------- */

static void ignore(void *context, const char *finding)
{
	(void)context;
	assert_true(finding[0] != '\0');
}

/* All kinds of calls; what they answer does not matter, that they answer does. */
static void use(struct fixture *f)
{
	struct contract_state *c = &f->c;
	struct query *query = contract_query(c, "return level:error -cause:model", "ann");
	int64_t count, findings, edit;
	const struct edit_change *changes;
	const struct incident_row *rows;
	struct sample_page page;
	struct sample *sample;
	struct edit undone;
	size_t len;
	const int64_t one = 1;
	struct annotate_request request = { &one, 1, { .cause = "model" }, false, false };

	for (int sort = 0; sort < SORT_COUNT; sort++) {
		struct page_request list = { .query = query, .sort = (enum sort_key)sort, .backward = sort % 2, .limit = 20 };
		(void)c->ops->sample_page(c->store, &c->arena, &list, &page, &c->err);
	}
	(void)c->ops->sample_count(c->store, query, &count, &c->err);
	for (int64_t id = 1; id <= 60; id++)
		(void)c->ops->sample_get(c->store, &c->arena, id, &sample, &c->err);
	(void)c->ops->incident_list(c->store, &c->arena, &rows, &len, &c->err);
	(void)c->ops->edit_changes(c->store, &c->arena, 2, 100, &changes, &len, &c->err);
	(void)c->ops->annotate(c->store, "ann", &request, &edit, &c->err);
	(void)c->ops->undo(c->store, &c->arena, "ann", 0, &undone, &c->err);
	(void)c->ops->check(c->store, false, ignore, NULL, &findings, &c->err);
}

static void damaged_files_never_crash(void **state)
{
	struct fixture *f = *state;
	struct incident incident = { .title = "T" };
	struct slice whole;
	const char *key;
	char *bytes;
	int64_t edit;
	size_t opened = 0;

	fixture_create(f);
	contract_import(&f->c, 1, 60);
	for (int64_t id = 1; id < 20; id++)
		contract_annotate(&f->c, "ann", id, "model/hallucination");
	assert_ok(&f->c, f->c.ops->incident_put(f->c.store, &f->c.arena, "ann", &incident, NULL, &key, &edit, &f->c.err));
	fixture_close(f);
	whole = fixture_bytes(f, f->path);
	bytes = arena_alloc(&f->c.arena, whole.len_bytes);
	for (int round = 0; round < 80; round++) {
		size_t len = whole.len_bytes;
		memcpy(bytes, whole.at, len);
		if (round % 4 == 0)
			len = roll((uint32_t)len);
		for (uint32_t flips = round % 4 ? 1 + roll(30) : 0; flips > 0; flips--)
			bytes[roll((uint32_t)len)] = (char)roll(256);
		if (round % 4 == 3) /* a whole page of rubbish */
			memset(bytes + roll((uint32_t)(len / 16384)) * 16384, (int)roll(256), 16384);
		fixture_write(f, (struct slice){ bytes, len });
		if (fixture_open(f, (struct sqlite_open_options){ 0 }) == STATUS_OK) {
			opened++;
			use(f);
		} else {
			assert_true(f->c.err.text[0] != '\0');
		}
		fixture_close(f);
	}
	assert_true(opened > 10);
}

static void collect(void *context, const char *finding)
{
	strbuf_addstr(context, finding);
	strbuf_addch(context, '\n');
}

static void check_finds_what_is_wrong(void **state)
{
	static const struct { const char *sql, *finding; } cases[] = {
		{ "UPDATE body SET bytes = x'00' WHERE id = 1", "body 1" },
		{ "UPDATE sample SET level = 2 WHERE id = 3", "sample 3: its level" },
		{ "UPDATE sample SET severity = 1 WHERE id = 2", "sample 2: its disposition, severity or cause" },
		{ "UPDATE sample SET disposition = 3 WHERE id = 2", "sample 2: its disposition, severity or cause" },
		{ "UPDATE edit SET changes = x'54ffff' WHERE kind = 0", "cannot be read" },
		{ "PRAGMA foreign_keys = OFF; DELETE FROM body WHERE id = 1", "missing body" },
		{ "UPDATE batch SET imported = 7", "batch 1" },
		{ "UPDATE edit SET state = 1 WHERE kind = 0", "missing or undone" },
		{ "UPDATE sample SET status = 3 WHERE id = 1", "sample 1: its status or version" },
		{ "UPDATE sample SET version = 0 WHERE id = 1", "sample 1: its status or version" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf found = STRBUF_INIT;
		int64_t findings = 0;
		fixture_create(f);
		contract_import(&f->c, 1, 5);
		contract_annotate(&f->c, "ann", 1, "model");
		fixture_close(f);
		fixture_sql(f, cases[i].sql);
		assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
		assert_ok(&f->c, f->c.ops->check(f->c.store, false, collect, &found, &findings,
						 &f->c.err));
		if (findings < 1 || !strstr(found.text, cases[i].finding))
			fail_msg("%s: %d findings: %s", cases[i].sql, (int)findings, found.text);
		strbuf_release(&found);
		fixture_close(f);
		unlink(f->path);
	}
}

/* ---- several connections ---------------------------------------------------------------------- */

static void closing_within_a_group_takes_it_back(void **state)
{
	struct fixture *f = *state;

	fixture_create(f);
	contract_import(&f->c, 1, 3);
	contract_triage(&f->c, "ann", 1, SAMPLE_DEFERRED);
	assert_ok(&f->c, f->c.ops->group_begin(f->c.store, "ann", "apply", &f->c.err));
	contract_triage(&f->c, "ann", 2, SAMPLE_DEFERRED);
	f->c.ops->close(f->c.store);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &f->c.store, &f->c.err));
	assert_int_equal(contract_count(&f->c, "is:untriaged"), 2);
	contract_check_clean(&f->c);
}

static void connections_see_each_other(void **state)
{
	struct fixture *f = *state;
	struct contract_state other = { 0 };
	struct batch batch = { .source = "x", .format = "y", .reviewer = "z" };
	struct sample sample;
	enum import_outcome outcome;
	struct edit edit;
	int64_t before, after;

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &other.store, &f->c.err));
	other.ops = other.store->ops;
	assert_ok(&f->c, other.ops->change_counter(other.store, &before, &f->c.err));
	contract_annotate(&f->c, "ann", 1, "model");
	assert_ok(&f->c, other.ops->change_counter(other.store, &after, &f->c.err));
	assert_true(after > before);
	assert_int_equal(contract_count(&other, "cause:model"), 1);
	contract_triage(&other, "bob", 1, SAMPLE_NEEDS_INFO);
	assert_status(&f->c, STATUS_CONFLICT, f->c.ops->undo(f->c.store, &f->c.arena, "ann", 0, &edit, &f->c.err));
	/* Who it was, and both versions. */
	assert_string_equal(f->c.err.text, "edit 2 (1 sample: model) cannot be undone: sample 1 was changed since (bob, edit "
			    "3: 1 sample: needs_info); its status is now 'needs_info', this edit had 'annotated'");
	/* While one imports, the other reads what was, and is told to wait for writing. */
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	sample = contract_sample(&f->c.arena, 9);
	assert_ok(&f->c, f->c.ops->import_add(f->c.store, &sample, &outcome, &f->c.err));
	assert_int_equal(contract_count(&other, ""), 5);
	sqlite3_busy_timeout(sqlite_of(other.store)->handle, 20);
	struct triage_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	assert_status(&f->c, STATUS_STORE, other.ops->triage(other.store, "bob", &request, &after, &f->c.err));
	assert_non_null(strstr(f->c.err.text, "locked"));
	assert_ok(&f->c, f->c.ops->import_commit(f->c.store, NULL, &batch, &f->c.err));
	assert_int_equal(contract_count(&other, ""), 6);
	contract_triage(&other, "bob", 2, SAMPLE_DEFERRED);
	assert_int_equal(contract_get(&f->c, 2)->status, SAMPLE_DEFERRED);
	other.ops->close(other.store);
	arena_release(&other.arena);
}

static void edits_wait_while_an_import_is_under_way(void **state)
{
	struct fixture *f = *state;
	struct batch batch = { .source = "x", .format = "y", .reviewer = "z" };
	struct triage_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .status = SAMPLE_DEFERRED };
	int64_t edit;

	fixture_create(f);
	contract_import(&f->c, 1, 5);
	assert_ok(&f->c, f->c.ops->import_begin(f->c.store, &batch, &f->c.err));
	assert_status(&f->c, STATUS_REFUSED, f->c.ops->triage(f->c.store, "bob", &request, &edit, &f->c.err));
	fixture_close(f); /* gives the import up */
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_count(&f->c, ""), 5);
	contract_check_clean(&f->c);
}

struct nagging {
	struct store *store;
	atomic_bool stop;
};

static void *nag(void *argument)
{
	struct nagging *nagging = argument;

	while (!atomic_load(&nagging->stop)) {
		nagging->store->ops->interrupt(nagging->store);
		usleep(200);
	}
	return NULL;
}

static void interrupted_calls_end(void **state)
{
	struct fixture *f = *state;
	struct nagging nagging = { .stop = false };
	struct query *query;
	pthread_t thread;
	int64_t count;
	enum status status = STATUS_OK;

	fixture_create(f);
	contract_import(&f->c, 1, 3000);
	query = contract_query(&f->c, "-aaaa -bbbb -cccc -dddd -eeee -ffff -gggg -hhhh", NULL);
	nagging.store = f->c.store;
	assert_int_equal(pthread_create(&thread, NULL, nag, &nagging), 0);
	for (int i = 0; i < 200 && status == STATUS_OK; i++)
		status = f->c.ops->sample_count(f->c.store, query, &count, &f->c.err);
	atomic_store(&nagging.stop, true);
	pthread_join(thread, NULL);
	assert_int_equal(status, STATUS_CANCELLED);
	assert_int_equal(contract_count(&f->c, ""), 3000); /* and the next one goes on */
	contract_annotate(&f->c, "ann", 1, "model");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(acknowledged_edits_survive_a_kill), FIXTURE_TEST(killed_import_leaves_nothing),
		FIXTURE_TEST(full_disk_keeps_what_was),          FIXTURE_TEST(damaged_files_never_crash),
		FIXTURE_TEST(closing_within_a_group_takes_it_back),
		FIXTURE_TEST(check_finds_what_is_wrong),         FIXTURE_TEST(connections_see_each_other),
		FIXTURE_TEST(edits_wait_while_an_import_is_under_way), FIXTURE_TEST(interrupted_calls_end),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: what survives", tests, NULL, NULL);
}
