#include "tests/support/store_contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct store_contract *current;

int contract_setup(void **state)
{
	struct contract_state *c = calloc(1, sizeof(*c));

	if (!c)
		return -1;
	c->contract = current;
	c->store = current->open();
	if (!c->store) {
		free(c);
		return -1;
	}
	c->ops = c->store->ops;
	*state = c;
	return 0;
}

int contract_teardown(void **state)
{
	struct contract_state *c = *state;

	c->ops->close(c->store);
	arena_release(&c->arena);
	free(c);
	return 0;
}

int store_contract_run(const struct store_contract *contract, const char *filter)
{
	const struct {
		const struct CMUnitTest *tests;
		size_t count;
	} parts[] = {
		{ contract_import_tests, contract_import_count }, { contract_list_tests, contract_list_count },
		{ contract_edit_tests, contract_edit_count },     { contract_undo_tests, contract_undo_count },
		{ contract_incident_tests, contract_incident_count }, { contract_facet_tests, contract_facet_count },
		{ contract_analysis_tests, contract_analysis_count }, { contract_triage_tests, contract_triage_count },
		{ contract_alike_tests, contract_alike_count },
		{ contract_console_tests, contract_console_count },
		{ contract_plan_tests, contract_plan_count },
	};
	struct CMUnitTest tests[160];
	size_t count = 0;

	current = contract;
	for (size_t p = 0; p < ARRAY_LEN(parts); p++)
		for (size_t i = 0; i < parts[p].count && count < ARRAY_LEN(tests); i++)
			tests[count++] = parts[p].tests[i];
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests(contract->name, tests, count, NULL, NULL);
}

/* ---- data -------------------------------------------------------------------------- */

struct sample contract_sample(struct arena *arena, int64_t n)
{
	static const char *const rules[] = { "S101", "E501", "W605", "B006" };
	static const char *const models[] = { "model-a", "model-b", "model-b-2" };
	static const char *const languages[] = { "python", "c", NULL };
	struct flag *flags = arena_array(arena, 2, sizeof(*flags));
	struct provenance *provenance = arena_array(arena, 3, sizeof(*provenance));
	long long number = (long long)n;
	struct sample sample = {
		.kind = (enum sample_kind)(n % SAMPLE_KIND_COUNT),
		.external_id = n % 2 ? arena_printf(arena, "ext-%lld", number) : NULL,
		.code = slice_of(n % 3 == 0 ? "return NULL;\n" : arena_printf(arena, "int f%lld(void)\n{\n}\n", number)),
		.prompt = slice_of(arena_printf(arena, "write function %lld", number)),
		.language = languages[n % 3],
		.path = n % 5 == 0 ? NULL : arena_printf(arena, "src/dir%lld/file%lld.c", number % 7, number % 11),
		.region = { n % 6 * 10, 0, 0, 0 },
		.session = n % 4 == 1 ? arena_printf(arena, "session-%lld", number % 3) : NULL,
		.turn = n % 5,
		.produced_at = n % 4 == 0 ? INSTANT_UNKNOWN :
			       (struct instant){ 1700000000000000 + (n * 7919 % 13) * 86400000000, PRECISION_SECOND },
		.flags = flags,
		.flag_count = (size_t)(n % 3),
		.provenance = provenance,
		.provenance_count = 3,
	};

	flags[0] = (struct flag){ .source = (enum flag_source)(n % SOURCE_COUNT), .level = (enum level)(n % LEVEL_COUNT),
				  .tool = "linter", .rule = rules[n % 4],
				  .message = arena_printf(arena, "Message %lld of the linter", number),
				  .region = { n, 1, 0, 0 } };
	flags[1] = (struct flag){ .source = SOURCE_USER_REPORT, .level = LEVEL_WARNING, .rule = "user", .message = NULL };
	provenance[0] = (struct provenance){ PROVENANCE_MODEL, models[n % 3], CERTAINTY_RECORDED };
	provenance[1] = (struct provenance){ PROVENANCE_HARNESS, n % 2 ? "1.0" : "1.1", CERTAINTY_RECORDED };
	provenance[2] = (struct provenance){ "team", "blue", CERTAINTY_GUESSED };
	sample.fingerprint = sample_fingerprint(&sample);
	return sample;
}

void contract_import(struct contract_state *c, int64_t first, int64_t last)
{
	struct batch batch = { .source = "set.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	enum import_outcome outcome;

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	for (int64_t n = first; n <= last; n++) {
		struct sample sample = contract_sample(&c->arena, n);
		assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	}
	assert_ok(c, c->ops->import_commit(c->store, NULL, &done, &c->err));
}

struct query *contract_query(struct contract_state *c, const char *text, const char *reviewer)
{
	struct query *query = arena_alloc(&c->arena, sizeof(*query));

	assert_ok(c, query_parse(&c->arena, text, reviewer, query, &c->err));
	return query;
}

int64_t contract_count(struct contract_state *c, const char *query)
{
	int64_t count = -1;

	assert_ok(c, c->ops->sample_count(c->store, contract_query(c, query, NULL), &count, &c->err));
	return count;
}

struct sample *contract_get(struct contract_state *c, int64_t id)
{
	struct sample *sample = NULL;

	assert_ok(c, c->ops->sample_get(c->store, &c->arena, id, &sample, &c->err));
	return sample;
}

int64_t contract_annotate(struct contract_state *c, const char *reviewer, int64_t sample, const char *cause)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = { .cause = cause } };
	int64_t edit = -1;

	assert_ok(c, c->ops->annotate(c->store, reviewer, &request, &edit, &c->err));
	return edit;
}

int64_t contract_triage(struct contract_state *c, const char *reviewer, int64_t sample, enum sample_status status)
{
	struct triage_request request = { .samples = &sample, .sample_count = 1, .status = status };
	int64_t edit = -1;

	assert_ok(c, c->ops->triage(c->store, reviewer, &request, &edit, &c->err));
	return edit;
}

size_t contract_edits(struct contract_state *c, const struct edit **out)
{
	size_t count = 0;

	assert_ok(c, c->ops->edit_list(c->store, &c->arena, &(struct edit_filter){ 0 }, 0, 1000, out, &count, &c->err));
	return count;
}

static void print_finding(void *context, const char *finding)
{
	(void)context;
	print_error("finding: %s\n", finding);
}

void contract_check_clean(struct contract_state *c)
{
	int64_t findings = -1;

	assert_ok(c, c->ops->check(c->store, false, print_finding, NULL, &findings, &c->err));
	assert_int_equal(findings, 0);
}
