/* The contract of what analysis asks of a store. */
#include <string.h>

#include "tests/support/store_contract.h"

static void judge(struct contract_state *c, const char *reviewer, int64_t sample, const struct annotation *annotation)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = *annotation };
	int64_t edit;

	assert_ok(c, c->ops->annotate(c->store, reviewer, &request, &edit, &c->err));
}

/* Sample 1: alike. 2: other causes. 3: other sub-causes on lines of their own, one shared. 4: a cause against
 * "false positive". 5: one reviewer, two minds. 6: other severities only. */
static void fill(struct contract_state *c)
{
	const struct annotation model = { .cause = "model" }, cache = { .cause = "infrastructure/cache" };
	const struct annotation lines = { .cause = "model", .first_line = 1, .last_line = 1 };
	const struct annotation wrong = { .verdict = VERDICT_FALSE_POSITIVE };
	const struct annotation wrong_lines = { .cause = "testing", .first_line = 2, .last_line = 3 };
	const struct annotation mild = { .severity = SEVERITY_Q4 }, grave = { .severity = SEVERITY_Q1 };

	contract_import(c, 1, 12);
	judge(c, "ann", 1, &model);
	judge(c, "bob", 1, &model);
	judge(c, "ann", 2, &model);
	judge(c, "bob", 2, &cache);
	judge(c, "ann", 3, &cache);
	judge(c, "ann", 3, &lines);
	judge(c, "bob", 3, &model);
	judge(c, "ann", 4, &model);
	judge(c, "bob", 4, &wrong);
	judge(c, "ann", 5, &model);
	judge(c, "ann", 5, &wrong_lines);
	judge(c, "ann", 6, &mild);
	judge(c, "bob", 6, &grave);
}

static void disputed_samples_are_found(void **state)
{
	struct contract_state *c = *state;
	const int64_t *ids;
	size_t count;

	fill(c);
	assert_ok(c, c->ops->sample_ids(c->store, &c->arena, contract_query(c, "is:disputed", NULL), &ids, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(ids[0], 2);
	assert_int_equal(ids[1], 4);
	assert_int_equal(contract_count(c, "-is:disputed"), 10);
	assert_int_equal(contract_count(c, "is:disputed cause:cache"), 1);
	/* Who comes round ends it. */
	contract_annotate(c, "bob", 2, "model");
	assert_int_equal(contract_count(c, "is:disputed"), 1);
}

/* The same in the rows of a list. */
static enum judged judged(struct contract_state *c, const char *query)
{
	const struct page_request request = { .query = contract_query(c, query, NULL), .sort = SORT_ID, .limit = 1 };
	struct sample_page page;

	assert_ok(c, c->ops->sample_page(c->store, &c->arena, &request, &page, &c->err));
	assert_int_equal(page.count, 1);
	return page.rows[0].judged;
}

static void refuse(struct contract_state *c, const struct annotation *annotation)
{
	struct annotate_request request = { .samples = (const int64_t[]){ 2 }, .sample_count = 1, .annotation = *annotation };
	int64_t edit;

	assert_status(c, STATUS_USAGE, c->ops->annotate(c->store, "eve", &request, &edit, &c->err));
}

struct judgements {
	struct contract_state *c;
	VEC_OF(struct annotation) list;
	size_t most;
};

static bool keep_judgement(void *context, const struct annotation *annotation)
{
	struct judgements *out = context;

	vec_push(&out->list, *annotation);
	out->list.items[out->list.len - 1].symptoms = NULL; /* they live during the visit alone */
	return out->list.len < out->most;
}

/* In the arena of the test. */
static const struct annotation *judgements(struct contract_state *c, const char *query, size_t *count)
{
	struct judgements out = { c, VEC_INIT, SIZE_MAX };
	struct annotation *kept;

	assert_ok(c, c->ops->judgements(c->store, &c->arena, contract_query(c, query, NULL), keep_judgement, &out, &c->err));
	kept = arena_array(&c->arena, out.list.len, sizeof(*kept));
	if (out.list.len)
		memcpy(kept, out.list.items, out.list.len * sizeof(*kept));
	*count = out.list.len;
	vec_release(&out.list);
	return kept;
}

static void a_decision_ends_a_dispute(void **state)
{
	const struct annotation decision = { .cause = "testing", .severity = SEVERITY_Q2, .note = "both looked again", .adjudicated = true };
	const struct annotation other = { .verdict = VERDICT_INTENDED, .note = "it was asked for", .adjudicated = true };
	struct contract_state *c = *state;
	const struct annotation *list;
	struct sample *sample;
	struct edit undone;
	size_t count;

	fill(c);
	assert_int_equal(judged(c, "id:1"), JUDGED_ALIKE);
	assert_int_equal(judged(c, "id:2"), JUDGED_DIFFERENTLY);
	judge(c, "ann", 2, &decision);
	assert_int_equal(judged(c, "id:2"), JUDGED_BY_DECISION);
	assert_int_equal(contract_count(c, "is:disputed"), 1);
	assert_int_equal(contract_count(c, "is:adjudicated"), 1);
	assert_int_equal(contract_count(c, "id:2 reviewers:2"), 1); /* the decision is nobody's own */
	/* It is what counts, beside what reviewers said, the decider too. */
	assert_int_equal(contract_count(c, "id:2 cause:testing"), 1);
	assert_int_equal(contract_count(c, "id:2 cause:model,cache"), 0);
	assert_int_equal(contract_count(c, "id:2 severity:Q2 reviewer:bob"), 1);
	assert_int_equal(contract_count(c, "cause:model"), 4);
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 2, &list, &count, &c->err));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(list[i].superseded_by, 0);
	assert_true(list[0].adjudicated && !list[1].adjudicated && !list[2].adjudicated);
	assert_string_equal(annotation_decision(list, count)->note, "both looked again");
	list = judgements(c, "id:2", &count);
	assert_int_equal(count, 3);
	assert_int_equal(list[0].adjudicated + list[1].adjudicated + list[2].adjudicated, 1);
	/* Who agrees leaves it settled; who judges otherwise afterwards opens it, and the decision still counts. */
	contract_annotate(c, "eve", 2, "testing");
	assert_int_equal(contract_count(c, "is:disputed"), 1);
	contract_annotate(c, "bob", 2, "data_gap");
	assert_int_equal(contract_count(c, "id:2 is:disputed"), 1);
	assert_int_equal(judged(c, "id:2"), JUDGED_DIFFERENTLY);
	assert_int_equal(contract_count(c, "id:2 cause:data_gap"), 0);
	/* Somebody decides anew: one decision stands. */
	judge(c, "bob", 2, &other);
	assert_int_equal(contract_count(c, "id:2 is:disputed"), 0);
	assert_ok(c, c->ops->sample_get(c->store, &c->arena, 2, &sample, &c->err));
	assert_int_equal(sample->disposition, VERDICT_INTENDED);
	assert_int_equal(contract_count(c, "id:2 cause:testing severity:Q2"), 1); /* carried over */
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 2, &list, &count, &c->err));
	assert_int_equal(list[count - 3].superseded_by, list[0].id);
	/* Undone: open again. */
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &undone, &c->err));
	assert_int_equal(contract_count(c, "id:2 is:disputed is:adjudicated"), 1);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &undone, &c->err));
	assert_int_equal(contract_count(c, "id:2 is:disputed"), 0);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &undone, &c->err));
	assert_int_equal(contract_count(c, "id:2 is:disputed -is:adjudicated cause:model"), 1);
	contract_check_clean(c);
	/* It needs something to say, and why; it is of the whole sample. */
	refuse(c, &(struct annotation){ .cause = "model", .adjudicated = true });
	refuse(c, &(struct annotation){ .note = "hm", .adjudicated = true });
	refuse(c, &(struct annotation){ .cause = "model", .note = "hm", .first_line = 2, .adjudicated = true });
	refuse(c, &(struct annotation){ .cause = "model", .note = "hm", .blind = true, .adjudicated = true });
}

static void decide(struct contract_state *c, int64_t sample, struct annotation decision)
{
	decision.adjudicated = true;
	decision.note = "looked";
	judge(c, "eve", sample, &decision);
}

static void cannot_decide(struct contract_state *c, int64_t sample, struct annotation decision, const char *why)
{
	struct annotate_request request = { .samples = &sample, .sample_count = 1, .annotation = decision };
	int64_t edit;

	request.annotation.adjudicated = true;
	request.annotation.note = "looked";
	assert_status(c, STATUS_USAGE, c->ops->annotate(c->store, "eve", &request, &edit, &c->err));
	assert_string_equal(c->err.text, why);
	assert_int_equal(contract_count(c, "is:adjudicated"), 0);
}

/* What a decision does not speak of is kept as far as reviewers agree; what they dispute is to be decided. */
static void a_decision_erases_nothing(void **state)
{
	const struct annotation bob = { .cause = "model", .verdict = VERDICT_CONFIRMED, .severity = SEVERITY_Q1,
					.symptoms = (const char *const[]){ "wrong_logic" }, .symptom_count = 1 };
	const struct annotation cy = { .cause = "testing", .severity = SEVERITY_Q1,
				       .symptoms = (const char *const[]){ "repetition" }, .symptom_count = 1 };
	const struct annotation wrong = { .verdict = VERDICT_FALSE_POSITIVE, .severity = SEVERITY_Q3 };
	const struct annotation copy = { .duplicate_of = 9, .severity = SEVERITY_Q1 };
	struct contract_state *c = *state;
	const struct annotation *list;
	size_t count;

	contract_import(c, 1, 12);
	for (int64_t sample = 1; sample <= 6; sample++)
		judge(c, "bob", sample, &bob);
	for (int64_t sample = 1; sample <= 3; sample++)
		judge(c, "cy", sample, &cy);
	judge(c, "cy", 4, &wrong);
	judge(c, "cy", 5, &wrong);
	judge(c, "ann", 7, &copy);
	judge(c, "bob", 7, &copy);
	cannot_decide(c, 1, (struct annotation){ .severity = SEVERITY_Q2 },
		      "reviewers of sample 1 differ in the cause (testing, model): a decision names one, or the verdict that there is none");
	cannot_decide(c, 1, (struct annotation){ .verdict = VERDICT_CONFIRMED },
		      "reviewers of sample 1 differ in the cause (testing, model): a decision names one, or the verdict that there is none");
	cannot_decide(c, 4, (struct annotation){ .severity = SEVERITY_Q2 },
		      "reviewers of sample 4 differ in the verdict (false_positive, confirmed_defect): a decision names one");
	/* The cause alone: verdict, severity and symptoms stay. */
	decide(c, 1, (struct annotation){ .cause = "model" });
	assert_int_equal(contract_count(c, "id:1 cause:model verdict:confirmed_defect severity:Q1 symptom:wrong_logic symptom:repetition"), 1);
	assert_int_equal(contract_count(c, "id:1 cause:none,testing"), 0);
	assert_ok(c, c->ops->annotation_list(c->store, &c->arena, 1, &list, &count, &c->err));
	assert_int_equal(list[0].symptom_count, 2);
	/* Symptoms that are given are all there are. */
	decide(c, 2, (struct annotation){ .cause = "testing", .symptoms = (const char *const[]){ "incomplete" }, .symptom_count = 1 });
	assert_int_equal(contract_count(c, "id:2 symptom:incomplete -symptom:wrong_logic"), 1);
	/* A verdict that there is no defect overrules the causes; what they do not agree on stays unsaid. */
	decide(c, 3, (struct annotation){ .verdict = VERDICT_FALSE_POSITIVE });
	assert_int_equal(contract_count(c, "id:3 verdict:false_positive cause:none severity:Q1"), 1);
	decide(c, 4, (struct annotation){ .verdict = VERDICT_CONFIRMED });
	assert_int_equal(contract_count(c, "id:4 verdict:confirmed_defect cause:model severity:none"), 1);
	decide(c, 5, (struct annotation){ .cause = "testing" });
	assert_int_equal(contract_count(c, "id:5 verdict:confirmed_defect cause:testing"), 1);
	/* Nothing is in dispute but the severity. */
	decide(c, 6, (struct annotation){ .severity = SEVERITY_Q4 });
	assert_int_equal(contract_count(c, "id:6 verdict:confirmed_defect cause:model severity:Q4 symptom:wrong_logic"), 1);
	decide(c, 7, (struct annotation){ .severity = SEVERITY_Q2 });
	assert_int_equal(contract_count(c, "id:7 verdict:duplicate duplicate-of:9 severity:Q2"), 1);
	/* The next decision starts from the one before. */
	decide(c, 2, (struct annotation){ .severity = SEVERITY_Q3 });
	assert_int_equal(contract_count(c, "id:2 cause:testing severity:Q3 symptom:incomplete -symptom:wrong_logic"), 1);
	contract_check_clean(c);
}

/* What a decision left open opens it again once somebody speaks of it. */
static void a_decision_can_be_reopened(void **state)
{
	const struct annotation mild = { .severity = SEVERITY_Q4 }, grave = { .severity = SEVERITY_Q1 };
	struct contract_state *c = *state;

	contract_import(c, 1, 3);
	for (int64_t sample = 1; sample <= 3; sample++) {
		judge(c, "ann", sample, &mild);
		judge(c, "bob", sample, &grave);
	}
	decide(c, 1, (struct annotation){ .severity = SEVERITY_Q2 });
	decide(c, 2, (struct annotation){ .severity = SEVERITY_Q2 });
	decide(c, 3, (struct annotation){ .verdict = VERDICT_CONFIRMED });
	assert_int_equal(contract_count(c, "is:disputed"), 0);
	contract_annotate(c, "ann", 1, "model");
	judge(c, "ann", 2, &(struct annotation){ .verdict = VERDICT_INTENDED });
	contract_annotate(c, "bob", 3, "testing");
	assert_int_equal(contract_count(c, "is:disputed"), 3);
	decide(c, 1, (struct annotation){ .cause = "testing" });
	assert_int_equal(contract_count(c, "is:disputed"), 2);
	assert_int_equal(contract_count(c, "id:1 cause:testing severity:Q2"), 1);
}

static void judgements_that_stand(void **state)
{
	const struct annotation spoken = { .verdict = VERDICT_CONFIRMED, .cause = "model", .severity = SEVERITY_Q2,
					   .symptoms = (const char *const[]){ "wrong_logic", "repetition" }, .symptom_count = 2,
					   .note = "because", .blind = true };
	struct contract_state *c = *state;
	const struct annotation *list;
	size_t count;

	fill(c);
	judge(c, "cid", 8, &spoken);
	list = judgements(c, "", &count);
	assert_int_equal(count, 14);
	for (size_t i = 1; i < count; i++)
		assert_true(list[i].sample > list[i - 1].sample ||
			    (list[i].sample == list[i - 1].sample && list[i].id > list[i - 1].id));
	const struct annotation *last = &list[count - 1];
	assert_int_equal(last->sample, 8);
	assert_string_equal(last->reviewer, "cid");
	assert_int_equal(last->verdict, VERDICT_CONFIRMED);
	assert_string_equal(last->cause, "model");
	assert_int_equal(last->severity, SEVERITY_Q2);
	assert_int_equal(last->symptom_count, 2);
	assert_true(last->blind);
	assert_null(last->note);
	/* Whoever has seen enough says so. */
	struct judgements few = { c, VEC_INIT, 3 };
	enum status status = c->ops->judgements(c->store, &c->arena, contract_query(c, "", NULL), keep_judgement, &few, &c->err);
	size_t seen = few.list.len;
	vec_release(&few.list);
	assert_status(c, STATUS_CANCELLED, status);
	assert_int_equal(seen, 3);
	/* What is superseded stands no more. */
	contract_annotate(c, "cid", 8, "testing");
	list = judgements(c, "id:8", &count);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].cause, "testing");
	assert_int_equal(list[0].symptom_count, 2);
	/* Excluded samples are not looked at. */
	contract_triage(c, "ann", 1, SAMPLE_EXCLUDED);
	list = judgements(c, "cause:model", &count);
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(list[i].sample, 1);
	assert_true(count > 0);
}

static struct table table(struct contract_state *c, const char *query, const struct table_key *keys, size_t count, bool all)
{
	struct table_request request = { contract_query(c, query, NULL), keys, count, all, NULL };
	struct readiness readiness;
	struct table out;

	do
		assert_ok(c, c->ops->sample_table(c->store, &c->arena, &request, &out, &readiness, &c->err));
	while (!readiness.ready);
	return out;
}

/* Each row counts what the query of its values counts. */
static void tables_count_combinations(void **state)
{
	static const char *const queries[] = { "", "lang:python", "level:error,warning", "is:annotated", "text:f1", "status:excluded" };
	const struct table_key keys[] = { { .facet = FACET_LANG }, { .provenance = PROVENANCE_HARNESS }, { .facet = FACET_LEVEL },
					  { .provenance = PROVENANCE_MODEL }, { .facet = FACET_KIND } };
	struct contract_state *c = *state;

	contract_import(c, 1, 60);
	contract_annotate(c, "ann", 3, "model");
	contract_annotate(c, "ann", 7, "model");
	contract_triage(c, "ann", 5, SAMPLE_EXCLUDED);
	for (size_t q = 0; q < ARRAY_LEN(queries); q++) {
		struct table is = table(c, queries[q], keys, ARRAY_LEN(keys), false);
		assert_int_equal(is.column_count, ARRAY_LEN(keys));
		assert_int_equal(is.count, contract_count(c, queries[q]));
		for (size_t row = 0; row < is.row_count; row++) {
			const char *narrower = queries[q];
			for (size_t k = 0; k < is.column_count; k++) {
				const char *value = table_value(&is, row, k), *key = table_key_query(&c->arena, &is.columns[k].key);
				narrower = value ? arena_printf(&c->arena, "%s %s:\"%s\"", narrower, key, value) :
						   arena_printf(&c->arena, "%s -%s:*", narrower, key);
			}
			assert_int_equal(is.counts[row], contract_count(c, narrower));
		}
	}
}

static void tables_of_days_and_provenance(void **state)
{
	const struct table_key day = { .facet = FACET_DAY }, team = { .provenance = "team" }, nothing = { .provenance = "nothing" };
	struct contract_state *c = *state;
	struct table is;
	int64_t without = 0;

	contract_import(c, 1, 60);
	is = table(c, "", &day, 1, true);
	assert_int_equal(is.column_count, 4);
	assert_string_equal(is.columns[1].key.provenance, PROVENANCE_MODEL);
	assert_string_equal(is.columns[2].key.provenance, PROVENANCE_HARNESS);
	assert_string_equal(is.columns[3].key.provenance, "team");
	for (size_t row = 0; row < is.row_count; row++)
		if (!table_value(&is, row, 0))
			without += is.counts[row];
	assert_int_equal(without, 15); /* every fourth has no time */
	for (size_t i = 2; i < is.columns[0].value_count; i++)
		assert_true(strcmp(is.columns[0].values[i - 1], is.columns[0].values[i]) < 0);
	is = table(c, "", &team, 1, false);
	assert_int_equal(is.row_count, 1);
	assert_string_equal(table_value(&is, 0, 0), "blue");
	is = table(c, "", &nothing, 1, false);
	assert_int_equal(is.row_count, 1);
	assert_null(table_value(&is, 0, 0));
	is = table(c, "lang:cobol", &team, 1, false);
	assert_int_equal(is.row_count, 0);
	is = table(c, "", NULL, 0, false);
	assert_int_equal(is.row_count, 1);
	assert_int_equal(is.count, 60);
}

struct codes {
	int64_t samples[64], bodies[64];
	size_t bytes, count, most;
};

static bool take_code(void *context, int64_t sample, int64_t body, struct slice code)
{
	struct codes *codes = context;

	codes->samples[codes->count] = sample;
	codes->bodies[codes->count++] = body;
	codes->bytes += code.len_bytes;
	return codes->count < codes->most;
}

static void codes_are_handed_out(void **state)
{
	struct contract_state *c = *state;
	struct codes codes = { .most = 64 };

	contract_import(c, 1, 30);
	assert_ok(c, c->ops->sample_codes(c->store, contract_query(c, "", NULL), take_code, &codes, &c->err));
	assert_int_equal(codes.count, 30);
	for (size_t i = 0; i < codes.count; i++) {
		assert_int_equal(codes.samples[i], i + 1);
		for (size_t k = 0; k < i; k++) /* every third shares its code */
			assert_int_equal(codes.bodies[i] == codes.bodies[k], i % 3 == 2 && k % 3 == 2);
	}
	assert_int_equal(codes.bytes, 10 * strlen("return NULL;\n") + 6 * strlen("int f1(void)\n{\n}\n") + 14 * strlen("int f10(void)\n{\n}\n"));
	codes = (struct codes){ .most = 64 };
	assert_ok(c, c->ops->sample_codes(c->store, contract_query(c, "lang:python id>10", NULL), take_code, &codes, &c->err));
	assert_int_equal(codes.samples[0], 12);
	codes = (struct codes){ .most = 3 };
	assert_status(c, STATUS_CANCELLED, c->ops->sample_codes(c->store, contract_query(c, "", NULL), take_code, &codes, &c->err));
	assert_int_equal(codes.count, 3);
}

/* ---- denominators ---------------------------------------------------------------------------- */

static struct exposure_result put(struct contract_state *c, const char *reviewer, const struct exposure *rows, size_t count,
				  int64_t *edit)
{
	struct exposure_result result;

	assert_ok(c, c->ops->exposure_put(c->store, reviewer, rows, count, "out.csv", &result, edit, &c->err));
	return result;
}

static size_t exposures(struct contract_state *c, const struct exposure **out)
{
	size_t count;

	assert_ok(c, c->ops->exposure_list(c->store, &c->arena, out, &count, &c->err));
	return count;
}

static void denominators_are_kept(void **state)
{
	const struct exposure_value c_lang[] = { { "gen_ai.response.model", "m \"1\"\\" }, { "lang", "c" } };
	const struct exposure_value none[] = { { "gen_ai.response.model", NULL }, { "lang", "c" } };
	const struct exposure rows[] = { { 20000, c_lang, 2, 7 }, { 19999, c_lang, 2, 5 }, { 20000, none, 2, 0 }, { -3, NULL, 0, 9 } };
	const struct exposure newer[] = { { 20000, c_lang, 2, 8 } };
	struct contract_state *c = *state;
	struct exposure_result result;
	const struct exposure *list;
	const struct edit *edits;
	struct edit edit;
	int64_t first, second;

	result = put(c, "ann", rows, ARRAY_LEN(rows), &first);
	assert_int_equal(result.added, 4);
	assert_int_not_equal(first, 0);
	assert_int_equal(contract_edits(c, &edits), 1);
	assert_string_equal(edits[0].summary, "out.csv: 4 denominators");
	assert_int_equal(exposures(c, &list), 4);
	assert_string_equal(list[0].values[0].value, "m \"1\"\\"); /* by what they say, then by day */
	assert_int_equal(list[0].day, 19999);
	assert_int_equal(list[1].outputs, 7);
	assert_null(list[2].values[0].value);
	assert_int_equal(list[2].outputs, 0);
	assert_int_equal(list[3].value_count, 0);
	assert_int_equal(list[3].day, -3);
	/* The same again is nothing. */
	result = put(c, "ann", rows, ARRAY_LEN(rows), &second);
	assert_int_equal(result.unchanged, 4);
	assert_int_equal(second, 0);
	result = put(c, "bob", newer, ARRAY_LEN(newer), &second);
	assert_int_equal(result.changed, 1);
	assert_int_equal(exposures(c, &list), 4);
	assert_int_equal(list[1].outputs, 8);
	contract_check_clean(c);
	const struct edit_change *changes;
	size_t count;
	assert_ok(c, c->ops->edit_changes(c->store, &c->arena, second, 10, &changes, &count, &c->err));
	assert_int_equal(count, 1);
	assert_string_equal(changes[0].key, "{\"gen_ai.response.model\":\"m \\\"1\\\"\\\\\",\"lang\":\"c\"}/2024-10-04");
	assert_string_equal(changes[0].field, "outputs");
	assert_null(changes[0].before); /* each edit's word stands for itself */
	assert_string_equal(changes[0].after, "8");
	/* Whoever takes his word back first: the newest of those that stand counts. */
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 1);
	assert_int_equal(list[0].outputs, 8);
	contract_check_clean(c);
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_int_equal(exposures(c, &list), 4);
	assert_int_equal(list[1].outputs, 8);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 4);
	assert_int_equal(list[1].outputs, 7);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 0);
	contract_check_clean(c);
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &edit, &c->err));
	assert_int_equal(exposures(c, &list), 4);
	contract_check_clean(c);
}

/* Bob is told that his numbers are there: they do not go with ann's word. */
static void denominators_that_two_bring(void **state)
{
	const struct exposure_value c_lang[] = { { "lang", "c" } };
	const struct exposure rows[] = { { 20000, c_lang, 1, 7 }, { 20001, c_lang, 1, 5 } }, other[] = { { 20000, c_lang, 1, 6 } };
	struct contract_state *c = *state;
	struct exposure_result result;
	const struct exposure *list;
	const struct edit *edits;
	struct edit edit;
	int64_t number;

	put(c, "ann", rows, 2, &number);
	result = put(c, "bob", rows, 2, &number);
	assert_int_equal(result.unchanged, 2);
	assert_int_equal(result.borne_out, 2);
	assert_int_not_equal(number, 0);
	assert_true(contract_edits(c, &edits) >= 1);
	assert_string_equal(edits[0].summary, "out.csv: 0 denominators, 2 as others had said");
	put(c, "bob", rows, 2, &number);
	assert_int_equal(number, 0);
	put(c, "ann", rows, 2, &number);
	assert_int_equal(number, 0);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 2);
	assert_int_equal(list[0].outputs, 7);
	contract_check_clean(c);
	/* What was said before somebody said otherwise is said anew. */
	put(c, "eve", other, 1, &number);
	put(c, "carol", rows, 1, &number);
	result = put(c, "bob", rows, 1, &number);
	assert_int_equal(result.borne_out, 1);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "carol", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 2);
	assert_int_equal(list[0].outputs, 7);
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_ok(c, c->ops->undo(c->store, &c->arena, "bob", 0, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 1);
	assert_int_equal(list[0].outputs, 6);
	contract_check_clean(c);
}

static void denominators_that_cannot_be(void **state)
{
	const struct exposure_value twice[] = { { "lang", "c" }, { "lang", "d" } }, nameless[] = { { "", "c" } };
	const struct exposure wrong[] = { { 1, twice, 2, 1 }, { 1, nameless, 1, 1 }, { 1, NULL, 0, -1 },
					  { 1, NULL, 0, EXPOSURE_OUTPUTS_MAX + 1 }, { EXPOSURE_DAY_MOST + 1, NULL, 0, 1 } };
	struct contract_state *c = *state;
	struct exposure_result result;
	const struct exposure *list;
	int64_t edit;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const struct exposure rows[] = { { 5, NULL, 0, 5 }, wrong[i] };
		assert_status(c, STATUS_USAGE, c->ops->exposure_put(c->store, "ann", rows, 2, NULL, &result, &edit, &c->err));
	}
	assert_status(c, STATUS_USAGE, c->ops->exposure_put(c->store, "", NULL, 0, NULL, &result, &edit, &c->err));
	assert_int_equal(exposures(c, &list), 0);
	/* Within a group they are part of it. */
	const struct exposure row = { 5, NULL, 0, 5 };
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	put(c, "ann", &row, 1, &edit);
	assert_status(c, STATUS_CONFLICT, c->ops->group_end(c->store, STATUS_CONFLICT, "", &edit, &c->err));
	assert_int_equal(exposures(c, &list), 0);
}

const struct CMUnitTest contract_analysis_tests[] = {
	CONTRACT_TEST(disputed_samples_are_found),
	CONTRACT_TEST(a_decision_ends_a_dispute),
	CONTRACT_TEST(a_decision_erases_nothing),
	CONTRACT_TEST(a_decision_can_be_reopened),
	CONTRACT_TEST(judgements_that_stand),
	CONTRACT_TEST(tables_count_combinations),
	CONTRACT_TEST(tables_of_days_and_provenance),
	CONTRACT_TEST(codes_are_handed_out),
	CONTRACT_TEST(denominators_are_kept),
	CONTRACT_TEST(denominators_that_two_bring),
	CONTRACT_TEST(denominators_that_cannot_be),
};
const size_t contract_analysis_count = sizeof(contract_analysis_tests) / sizeof(contract_analysis_tests[0]);
