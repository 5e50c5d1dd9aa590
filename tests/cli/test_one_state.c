/* Commands that read more than once answer of one state of the store, whoever writes meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"
#include "core/base/file.h"
#include "storage/sqlite/sqlite_store.h"

struct fixture {
	struct arena arena;
	char *folder, *path;
};

/* A store between the command and the real one: somebody else judges the sample after each reading. */
static struct {
	const struct store_ops *real;
	struct store *other;
	size_t readings, seen[4];
	bool (*visit)(void *context, const struct annotation *annotation);
	void *context;
} between;

static bool count_visit(void *context, const struct annotation *annotation)
{
	(void)context;
	between.seen[between.readings]++;
	return between.visit(between.context, annotation);
}

static enum status read_then_judge(struct store *store, struct arena *arena, const struct query *query,
				   bool (*visit)(void *context, const struct annotation *annotation), void *context, struct error *err)
{
	static const int64_t sample = 1;
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .verdict = VERDICT_INTENDED } };
	int64_t edit;
	enum status status;

	between.visit = visit;
	between.context = context;
	status = between.real->judgements(store, arena, query, count_visit, NULL, err);
	between.readings++;
	assert_int_equal(between.other->ops->annotate(between.other, between.readings == 1 ? "cy" : "dee", &request, &edit, err), STATUS_OK);
	return status;
}

static void aitia(struct fixture *f, const char *const *words, size_t count)
{
	char **args = arena_array(&f->arena, count + 4, sizeof(*args));

	args[0] = arena_strdup(&f->arena, "aitia");
	args[1] = arena_strdup(&f->arena, "--store");
	args[2] = f->path;
	for (size_t i = 0; i < count; i++)
		args[3 + i] = arena_strdup(&f->arena, words[i]);
	assert_int_equal(cli_main((int)count + 3, args), 0);
}
#define AITIA(f, ...) aitia(f, (const char *const[]){ __VA_ARGS__ }, ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })))

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->folder = arena_strdup(&f->arena, "/tmp/aitia-test-state-XXXXXX");
	*state = f;
	if (!mkdtemp(f->folder) || setenv("HOME", f->folder, 1) != 0 || unsetenv("XDG_CONFIG_HOME") != 0 ||
	    unsetenv("XDG_STATE_HOME") != 0)
		return -1;
	f->path = file_join(&f->arena, f->folder, "store.db");
	return 0;
}

static int teardown(void **state)
{
	static const char *const made[] = { "a.jsonl", "store.db", "store.db-wal", "store.db-shm" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		unlink(file_join(&f->arena, f->folder, made[i]));
	int left = rmdir(f->folder); /* fails when a temporary file stayed behind */
	arena_release(&f->arena);
	free(f);
	return left;
}

static void agreement_on_symptoms_is_of_one_state(void **state)
{
	static const char *const name[] = { "agreement" }, *const words[] = { "--on=symptom" };
	size_t used;
	const struct command_body *body = command_find(name, 1, &used)->body;
	struct fixture *f = *state;
	struct cli cli = { .globals = { .store = f->path } };
	struct option_set set = { body->options, NULL };
	struct option_words rest;
	struct store_ops ops;
	struct error err;
	char *source = file_join(&f->arena, f->folder, "a.jsonl");

	assert_int_equal(file_write_atomic(source, slice_of("{\"code\": \"x = 1\"}\n"), NULL), STATUS_OK);
	AITIA(f, "import", source);
	AITIA(f, "--reviewer=ann", "annotate", "1", "--symptom=wrong_logic");
	AITIA(f, "--reviewer=ben", "annotate", "1", "--symptom=wrong_logic");

	arena_init(&cli.arena);
	set.values = arena_alloc(&cli.arena, body->values_bytes);
	assert_int_equal(options_parse(&cli.arena, &set, 1, body->dash_words, words, 1, &rest, &err), STATUS_OK);
	assert_int_equal(sqlite_store_open(f->path, NULL, &between.other, &err), STATUS_OK);
	assert_int_equal(sqlite_store_open(f->path, NULL, &cli.store, &err), STATUS_OK);
	between.real = cli.store->ops;
	ops = *between.real;
	ops.judgements = read_then_judge;
	cli.store->ops = &ops;
	assert_int_equal(body->run(&cli, set.values, &rest), 0);
	assert_int_equal(between.readings, 2);
	assert_int_equal(between.seen[0], 2);
	assert_int_equal(between.seen[1], 2);
	cli_close(&cli);
	between.other->ops->close(between.other);
	arena_release(&cli.arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(agreement_on_symptoms_is_of_one_state, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
