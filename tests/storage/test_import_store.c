/* Real files through the importers into the SQLite engine: idempotence, all or nothing. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/import/import.h"
#include "storage/sqlite/sqlite_store.h"

#define DATA "../shared/data/"
#define SARIF DATA "sarif/"
#define LLM DATA "llm/"

struct fixture {
	char folder[64], path[96], file[96];
	struct store *store;
	struct arena arena;
	struct import_options options;
	struct batch batch;
	struct error error;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	struct sqlite_open_options options = { .create = true };

	arena_init(&f->arena);
	snprintf(f->folder, sizeof(f->folder), "/tmp/aitia-test-import-XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/store.db", f->folder);
	snprintf(f->file, sizeof(f->file), "%s/input", f->folder);
	f->options.reviewer = "ann";
	*state = f;
	return sqlite_store_open(f->path, &options, &f->store, &f->error) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	struct fixture *f = *state;
	char path[112];

	if (f->store)
		f->store->ops->close(f->store);
	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		snprintf(path, sizeof(path), "%s%s", f->path, endings[i]);
		remove(path);
	}
	remove(f->file);
	rmdir(f->folder);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void must_import(struct fixture *f, const char *path)
{
	if (import_file(f->store, &f->arena, path, &f->options, &f->batch, &f->error) != STATUS_OK)
		fail_msg("%s", f->error.text);
	assert_int_equal(f->batch.records,
			 f->batch.imported + f->batch.updated + f->batch.duplicates + f->batch.rejected);
}

static int64_t count(struct fixture *f, const char *text)
{
	struct query query;
	int64_t found = -1;

	assert_int_equal(query_parse(&f->arena, text, "ann", &query, &f->error), STATUS_OK);
	assert_int_equal(f->store->ops->sample_count(f->store, &query, &found, &f->error), STATUS_OK);
	return found;
}

static int64_t batches(struct fixture *f)
{
	const struct batch *list;
	size_t number;

	assert_int_equal(f->store->ops->batch_list(f->store, &f->arena, &list, &number, &f->error), STATUS_OK);
	return (int64_t)number;
}

static int64_t edits(struct fixture *f)
{
	const struct edit *list;
	size_t number;

	assert_int_equal(f->store->ops->edit_list(f->store, &f->arena, &(struct edit_filter){ 0 }, 0, 10000, &list, &number, &f->error), STATUS_OK);
	return (int64_t)number;
}

static void write_file(struct fixture *f, struct slice bytes)
{
	assert_int_equal(file_write_atomic(f->file, bytes, &f->error), STATUS_OK);
}

static void report(void *context, const char *finding)
{
	(void)context;
	print_error("check: %s\n", finding);
}

static void must_be_sound(struct fixture *f)
{
	int64_t findings = -1;

	assert_int_equal(f->store->ops->check(f->store, false, report, NULL, &findings, &f->error), STATUS_OK);
	assert_int_equal(findings, 0);
}

static const struct {
	const char *path;
	int64_t records, rejected;
} files[] = {
	{ SARIF "microsoft_sarif-tutorials/RegionVariants.sarif", 18, 0 },
	{ SARIF "microsoft_sarif-tutorials/Suppressions.sarif", 9, 0 },
	{ SARIF "DefectDojo_django-DefectDojo/sarif/DefectDojo_django-DefectDojo__2020-12-11_13 42 10__export.sarif", 510, 0 },
	{ SARIF "DefectDojo_django-DefectDojo/mayhem/mayhem_api_many_vulns.sarif", 20, 0 },
	{ LLM "noahshinn_reflexion/simple_mbpp_py/mbpp-py._simple_1_gpt-4_pass_at_k_1_py.jsonl", 397, 0 },
	{ LLM "paul-gauthier_aider-swe-bench/multi-models--gpt-4o--openrouter-anthropic-claude-3-opus/all_preds.jsonl", 300, 0 },
	{ LLM "FloridSleeves_LLMDebugger/humaneval/codellama/results.jsonl", 164, 0 },
	{ LLM "daaain_claude-code-log/edge_cases.jsonl", 8, 4 },
	{ DATA "hostile/nickboucher_trojan-source/trojan_source.jsonl", 53, 0 },
};

static void test_second_import_changes_nothing(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		int64_t before = count(f, ""), after;
		must_import(f, files[i].path);
		assert_int_equal(f->batch.records, files[i].records);
		assert_int_equal(f->batch.rejected, files[i].rejected);
		assert_int_equal(f->batch.updated, 0);
		int64_t imported = f->batch.imported;
		after = count(f, "");
		assert_int_equal(after, before + imported);
		int64_t batches_before = batches(f), edits_before = edits(f);

		must_import(f, files[i].path);
		if (f->batch.imported || f->batch.updated)
			fail_msg("%s again: %lld new, %lld updated", files[i].path, (long long)f->batch.imported,
				 (long long)f->batch.updated);
		assert_int_equal(f->batch.duplicates, files[i].records - files[i].rejected);
		assert_int_equal(f->batch.rejected, files[i].rejected);
		assert_int_equal(count(f, ""), after);
		assert_int_equal(batches(f), batches_before);
		assert_int_equal(edits(f), edits_before);
	}
	must_be_sound(f);
}

/* Every log of the shared data twice, into one store: nothing is new the second time. */
static void test_every_log_twice(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct slice text;
	const struct json *logs;
	int imported = 0;

	assert_int_equal(file_read(&arena, SARIF "EXPECTED.json", 0, &text, &f->error), STATUS_OK);
	assert_int_equal(json_parse(&arena, text, false, NULL, &logs, &f->error), STATUS_OK);
	for (int round = 0; round < 2; round++) {
		for (const struct json *log = logs->first; log; log = log->next) {
			char *path = arena_printf(&arena, DATA "%s", arena_text(&arena, log->name));
			if (strcmp(json_text(&arena, json_get(log, "version")), "2.1.0") != 0)
				continue;
			arena_clear(&f->arena);
			must_import(f, path);
			imported++;
			if (round == 1 && (f->batch.imported))
				fail_msg("%s: %lld new in the second round", path, (long long)f->batch.imported);
		}
	}
	arena_release(&arena);
	assert_int_equal(imported, 2 * 345);
	must_be_sound(f);
}

static void test_what_was_imported_can_be_found(void **state)
{
	struct fixture *f = *state;

	must_import(f, files[4].path);
	assert_int_equal(count(f, "level:error"), 397 - 318);
	assert_int_equal(count(f, "lang:python"), 397);
	assert_int_equal(count(f, "rule:is_solved"), 397);
	must_import(f, files[1].path);
	assert_int_equal(count(f, "tool:SarifSamples source:sast"), 9);
	assert_int_equal(count(f, "sarif.suppression:inSource"), 1);
	must_import(f, files[5].path);
	assert_int_equal(count(f, "\"empty output\""), 10);
	assert_int_equal(count(f, "model:aider--gpt-4o*"), 300);
}

/* A later report of the same thing, with another level: updated, not new. */
static void test_update(void **state)
{
	struct fixture *f = *state;

	write_file(f, slice_of("{\"version\":\"2.1.0\",\"runs\":[{\"results\":[{\"ruleId\":\"A\",\"message\":{\"text\":\"m\"}}]}]}"));
	must_import(f, f->file);
	assert_int_equal(f->batch.imported, 1);
	write_file(f, slice_of("{\"version\":\"2.1.0\",\"runs\":[{\"results\":[{\"ruleId\":\"A\",\"message\":{\"text\":\"m\"},"
			       "\"level\":\"error\",\"baselineState\":\"unchanged\"}]}]}"));
	must_import(f, f->file);
	assert_int_equal(f->batch.imported, 0);
	assert_int_equal(f->batch.updated, 1);
	assert_int_equal(count(f, ""), 1);
	assert_int_equal(count(f, "level:error"), 1);
}

static void cancel_at_second_reject(void *context, const struct batch_reject *reject)
{
	if (reject->record >= 3)
		atomic_store((atomic_bool *)context, true);
}

static void test_nothing_is_left_of_what_ends_early(void **state)
{
	struct fixture *f = *state;
	atomic_bool cancel = false;

	write_file(f, slice_of("{\"code\":\"a\"}\n1\n2\n{\"code\":\"b\"}\n"));
	f->options.rejected = cancel_at_second_reject;
	f->options.context = &cancel;
	f->options.cancel = &cancel;
	assert_int_equal(import_file(f->store, &f->arena, f->file, &f->options, &f->batch, &f->error), STATUS_CANCELLED);
	assert_int_equal(count(f, ""), 0);
	assert_int_equal(batches(f), 0);

	f->options.rejected = NULL;
	f->options.cancel = NULL;
	f->options.strict = true; /* the reject comes behind samples that are in the store already */
	assert_int_equal(import_file(f->store, &f->arena, f->file, &f->options, &f->batch, &f->error), STATUS_REFUSED);
	f->options.strict = false;
	assert_int_equal(count(f, ""), 0);
	assert_int_equal(batches(f), 0);
	assert_int_equal(edits(f), 0);

	/* and the store takes the next one */
	must_import(f, files[0].path);
	assert_int_equal(count(f, ""), f->batch.imported);
	must_be_sound(f);
}

static void die(void *context, const struct batch_reject *reject)
{
	(void)context;
	(void)reject;
	raise(SIGKILL);
}

/* The process is killed in the middle of a file: the next one finds none of it. */
static void test_killed(void **state)
{
	struct fixture *f = *state;
	int how;

	must_import(f, files[0].path);
	int64_t before = count(f, ""), batches_before = batches(f);
	write_file(f, slice_of("{\"code\":\"a\"}\n{\"code\":\"b\"}\nbroken\n{\"code\":\"c\"}\n"));
	f->store->ops->close(f->store); /* no connection crosses a fork */
	f->store = NULL;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		f->options.rejected = die;
		if (sqlite_store_open(f->path, NULL, &f->store, &f->error) == STATUS_OK)
			(void)!import_file(f->store, &f->arena, f->file, &f->options, &f->batch, &f->error);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
	assert_int_equal(sqlite_store_open(f->path, NULL, &f->store, &f->error), STATUS_OK);
	assert_int_equal(count(f, ""), before);
	assert_int_equal(batches(f), batches_before);
	must_import(f, f->file);
	assert_int_equal(f->batch.imported, 3);
	assert_int_equal(f->batch.rejected, 1);
	must_be_sound(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_second_import_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_log_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_was_imported_can_be_found, setup, teardown),
		cmocka_unit_test_setup_teardown(test_update, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_left_of_what_ends_early, setup, teardown),
		cmocka_unit_test_setup_teardown(test_killed, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
