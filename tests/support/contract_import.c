/* The contract of imports and of reading samples back. */
#include <string.h>

#include "tests/support/store_contract.h"

static void begin(struct contract_state *c)
{
	struct batch batch = { .source = "a.sarif", .format = "sarif", .reviewer = "ann" };

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
}

static enum import_outcome put(struct contract_state *c, const struct sample *sample)
{
	enum import_outcome outcome;

	assert_ok(c, c->ops->import_add(c->store, sample, &outcome, &c->err));
	return outcome;
}

static struct batch commit(struct contract_state *c, const char *file)
{
	struct digest digest = digest_of(slice_of(file));
	struct batch batch;

	assert_ok(c, c->ops->import_commit(c->store, &digest, &batch, &c->err));
	return batch;
}

static size_t batch_count(struct contract_state *c)
{
	const struct batch *batches;
	size_t count;

	assert_ok(c, c->ops->batch_list(c->store, &c->arena, &batches, &count, &c->err));
	return count;
}

static void assert_slice(struct slice a, struct slice b)
{
	assert_true((a.at == NULL) == (b.at == NULL));
	assert_true(slice_eq(a, b));
}

static void sample_comes_back_whole(void **state)
{
	struct contract_state *c = *state;
	struct flag flags[] = {
		{ SOURCE_SAST, LEVEL_WARNING, "scanner", "R1", "first \xe2\x82\xac", { 3, 4, 5, 6 }, true, -0.25 },
		{ SOURCE_USER_REPORT, LEVEL_ERROR, NULL, NULL, NULL, { 0, 0, 0, 0 }, false, 0 },
	};
	struct provenance provenance[] = {
		{ "z.last", "1", CERTAINTY_DERIVED }, { PROVENANCE_MODEL, "m1", CERTAINTY_RECORDED },
		{ "z.last", "2", CERTAINTY_GUESSED }, { "empty", "", CERTAINTY_RECORDED },
	};
	struct place places[] = {
		{ PLACE_CODE_FLOW, 2, 1, "src/b.c", { 3, 4, 5, 6 }, "tainted", { "x\0y", 3 } },
		{ PLACE_FIX, 1, 0, NULL, { 0, 0, 0, 0 }, NULL, { NULL, 0 } },
	};
	struct sample given = {
		.places = places, .place_count = 2,
		.kind = SAMPLE_KIND_PATCH, .external_id = "x/1", .code = { "a\0b\xff\n", 5 }, .prompt = { "", 0 },
		.diff = { "-x\n+y\n", 6 }, .language = "c", .path = "src/a b.c", .region = { 1, 2, 3, 4 },
		.session = "s-1", .turn = 7, .produced_at = { 1709546400000000, PRECISION_DAY }, .baseline = BASELINE_NEW,
		.illustrative = true, .flags = flags, .flag_count = 2, .provenance = provenance, .provenance_count = 4,
	};
	struct sample *is;
	int64_t id = 0;

	given.fingerprint = sample_fingerprint(&given);
	begin(c);
	assert_int_equal(put(c, &given), IMPORT_NEW);
	assert_int_equal(commit(c, "f").id, 1);
	assert_ok(c, c->ops->sample_find(c->store, &given.fingerprint, &id, &c->err));
	assert_int_equal(id, 1);
	is = contract_get(c, 1);
	assert_memory_equal(&is->fingerprint, &given.fingerprint, sizeof(given.fingerprint));
	assert_int_equal(is->kind, given.kind);
	assert_string_equal(is->external_id, "x/1");
	assert_slice(is->code, given.code);
	assert_slice(is->prompt, given.prompt);
	assert_slice(is->expected, given.expected);
	assert_slice(is->diff, given.diff);
	assert_string_equal(is->language, "c");
	assert_string_equal(is->path, "src/a b.c");
	assert_memory_equal(&is->region, &given.region, sizeof(given.region));
	assert_string_equal(is->session, "s-1");
	assert_int_equal(is->turn, 7);
	assert_true(is->produced_at.at_us == given.produced_at.at_us);
	assert_int_equal(is->produced_at.precision, PRECISION_DAY);
	assert_int_equal(is->baseline, BASELINE_NEW);
	assert_true(is->illustrative);
	assert_int_equal(is->batch, 1);
	assert_int_equal(is->version, 0);
	assert_int_equal(is->status, SAMPLE_UNTRIAGED);
	assert_int_equal(is->flag_count, 2);
	assert_int_equal(is->flags[0].source, SOURCE_SAST);
	assert_string_equal(is->flags[0].message, flags[0].message);
	assert_memory_equal(&is->flags[0].region, &flags[0].region, sizeof(flags[0].region));
	assert_true(is->flags[0].has_score && is->flags[0].score == -0.25);
	assert_null(is->flags[1].tool);
	assert_null(is->flags[1].message);
	assert_false(is->flags[1].has_score);
	assert_int_equal(is->place_count, 2);
	assert_int_equal(is->places[0].role, PLACE_CODE_FLOW);
	assert_int_equal(is->places[0].group, 2);
	assert_int_equal(is->places[0].nesting, 1);
	assert_string_equal(is->places[0].path, "src/b.c");
	assert_string_equal(is->places[0].message, "tainted");
	assert_memory_equal(&is->places[0].region, &places[0].region, sizeof(places[0].region));
	assert_slice(is->places[0].text, places[0].text);
	assert_int_equal(is->places[1].role, PLACE_FIX);
	assert_null(is->places[1].path);
	assert_null(is->places[1].message);
	assert_null(is->places[1].text.at);
	assert_int_equal(is->provenance_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(is->provenance[i].key, provenance[i].key);
		assert_string_equal(is->provenance[i].value, provenance[i].value);
		assert_int_equal(is->provenance[i].certainty, provenance[i].certainty);
	}
	contract_check_clean(c);
}

static void unknown_stays_unknown(void **state)
{
	struct contract_state *c = *state;
	struct sample given = { .external_id = "bare" };
	struct sample *is;

	given.fingerprint = sample_fingerprint(&given);
	begin(c);
	put(c, &given);
	commit(c, "f");
	is = contract_get(c, 1);
	assert_null(is->code.at);
	assert_null(is->prompt.at);
	assert_null(is->path);
	assert_null(is->language);
	assert_null(is->session);
	assert_false(instant_known(is->produced_at));
	assert_int_equal(is->region.start_line, 0);
	assert_int_equal(is->turn, 0);
	assert_int_equal(is->flag_count + is->provenance_count + is->place_count, 0);
}

static void import_says_what_became_of_each(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1), other = contract_sample(&c->arena, 2);
	struct batch_reject reject = { 9, 1234, 20, "not JSON", { NULL, 0 } };
	struct batch batch;
	const struct batch *list;
	size_t count;

	begin(c);
	assert_int_equal(put(c, &sample), IMPORT_NEW);
	assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	assert_ok(c, c->ops->import_reject(c->store, &reject, &c->err));
	commit(c, "one");
	sample.baseline = BASELINE_UPDATED;
	begin(c);
	assert_int_equal(put(c, &sample), IMPORT_UPDATED);
	assert_int_equal(put(c, &other), IMPORT_NEW);
	batch = commit(c, "two");
	assert_int_equal(batch.id, 2);
	assert_int_equal(batch.records, 2);
	assert_int_equal(batch.imported, 1);
	assert_int_equal(batch.updated, 1);
	assert_string_equal(batch.source, "a.sarif");
	assert_int_equal(contract_get(c, 1)->baseline, BASELINE_UPDATED);
	assert_int_equal(contract_get(c, 1)->batch, 1);
	assert_ok(c, c->ops->batch_list(c->store, &c->arena, &list, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].id, 2);
	assert_int_equal(list[1].records, 3);
	assert_int_equal(list[1].duplicates, 1);
	assert_int_equal(list[1].rejected, 1);
	assert_string_equal(list[1].reviewer, "ann");
	assert_string_equal(list[1].format, "sarif");
	assert_true(instant_known(list[1].at));
	contract_check_clean(c);
}

/* What we exported ourselves: a store that has the sample keeps what it has, again and
 * again; one that has not takes it. */
static void export_changes_nothing_that_is_known(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 2), copy;
	struct batch batch;

	begin(c);
	put(c, &sample);
	commit(c, "one");
	contract_annotate(c, "bob", 1, "model/hallucination");
	copy = sample;
	copy.is_export = true;
	copy.flag_count = 0;
	copy.status = SAMPLE_EXCLUDED;
	begin(c);
	assert_int_equal(put(c, &copy), IMPORT_DUPLICATE);
	assert_int_equal(put(c, &copy), IMPORT_DUPLICATE);
	copy.fingerprint.bytes[0] ^= 1;
	assert_int_equal(put(c, &copy), IMPORT_NEW);
	batch = commit(c, "two");
	assert_int_equal(batch.imported, 1);
	assert_int_equal(batch.duplicates, 2);
	assert_int_equal(contract_get(c, 1)->flag_count, sample.flag_count);
	assert_int_equal(contract_get(c, 1)->status, SAMPLE_ANNOTATED);
	assert_int_equal(contract_get(c, 2)->status, SAMPLE_EXCLUDED);
	contract_check_clean(c);
}

static void assert_reject(const struct batch_reject *is, int64_t record, int64_t offset_bytes, const char *reason)
{
	assert_int_equal(is->record, record);
	assert_int_equal(is->offset_bytes, offset_bytes);
	assert_string_equal(is->reason, reason);
}

static size_t rejects(struct contract_state *c, int64_t batch, int64_t after, size_t limit,
		      const struct batch_reject **out)
{
	size_t count;

	assert_ok(c, c->ops->batch_rejects(c->store, &c->arena, batch, after, limit, out, &count, &c->err));
	return count;
}

static void batch_tells_what_was_rejected(void **state)
{
	struct contract_state *c = *state;
	struct batch_reject given = { 3, 0, 12, "not JSON", { NULL, 0 } };
	struct sample sample = contract_sample(&c->arena, 1);
	const struct batch_reject *list;
	struct batch *batch;

	begin(c);
	put(c, &sample);
	commit(c, "clean");
	begin(c);
	assert_ok(c, c->ops->import_reject(c->store, &given, &c->err));
	c->ops->import_abort(c->store);
	begin(c);
	for (int n = 1; n <= 5; n++) {
		given.record = n == 5 ? 4 : n; /* a record may be rejected in two of its parts */
		given.offset_bytes = n == 2 ? -1 : n * 100;
		assert_ok(c, c->ops->import_reject(c->store, &given, &c->err));
	}
	commit(c, "bad");
	assert_ok(c, c->ops->batch_get(c->store, &c->arena, 2, &batch, &c->err));
	assert_int_equal(batch->id, 2);
	assert_int_equal(batch->rejected, 5);
	assert_string_equal(batch->source, "a.sarif");
	assert_string_equal(batch->reviewer, "ann");
	assert_int_equal(rejects(c, 1, 0, 100, &list), 0);
	assert_int_equal(rejects(c, 2, 0, 3, &list), 3);
	assert_reject(&list[0], 1, 100, "not JSON");
	assert_reject(&list[1], 2, -1, "not JSON");
	assert_int_equal(rejects(c, 2, 3, 3, &list), 2);
	assert_reject(&list[1], 4, 500, "not JSON");
	assert_int_equal(rejects(c, 2, 5, 3, &list), 0);
	assert_int_equal(rejects(c, 2, 0, SIZE_MAX, &list), 5);
	assert_int_equal(rejects(c, 3, 0, 100, &list), 0);
	assert_status(c, STATUS_NOT_FOUND, c->ops->batch_get(c->store, &c->arena, 3, &batch, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->batch_get(c->store, &c->arena, 0, &batch, &c->err));
}

static void update_leaves_the_triage(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 2);
	struct flag flag = sample.flags[0];
	struct provenance provenance = { "team", "red", CERTAINTY_RECORDED };
	struct place place = { .role = PLACE_RELATED, .message = "see here" };
	struct sample *is;

	begin(c);
	put(c, &sample);
	commit(c, "one");
	contract_annotate(c, "bob", 1, "model/hallucination");
	flag.level = LEVEL_ERROR;
	sample.flags = &flag;
	sample.flag_count = 1;
	sample.provenance_count = 1;
	sample.provenance = &provenance;
	sample.places = &place;
	sample.place_count = 1;
	sample.expected = slice_of("better");
	begin(c);
	/* The model is part of the identity, and it went: this one is new. */
	assert_int_equal(put(c, &sample), IMPORT_UPDATED); /* the fingerprint is as given */
	commit(c, "two");
	is = contract_get(c, 1);
	assert_int_equal(is->status, SAMPLE_ANNOTATED);
	assert_int_equal(is->disposition, VERDICT_CONFIRMED);
	assert_int_equal(is->flag_count, 1);
	assert_int_equal(is->flags[0].level, LEVEL_ERROR);
	assert_int_equal(is->provenance_count, 1);
	assert_string_equal(is->provenance[0].value, "red");
	assert_int_equal(is->place_count, 1);
	assert_string_equal(is->places[0].message, "see here");
	assert_slice(is->expected, slice_of("better"));
	assert_int_equal(contract_count(c, "level:error"), 1);
	assert_int_equal(contract_count(c, "team:blue"), 0);
	assert_int_equal(contract_count(c, "cause:hallucination"), 1);
	contract_check_clean(c);
}

static void illustrative_batch_marks_its_samples(void **state)
{
	struct contract_state *c = *state;
	struct batch batch = { .source = "demo", .format = "jsonl", .reviewer = "ann", .illustrative = true }, done;
	struct sample sample = contract_sample(&c->arena, 1);

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	put(c, &sample);
	assert_ok(c, c->ops->import_commit(c->store, NULL, &done, &c->err));
	assert_true(done.illustrative);
	assert_true(contract_get(c, 1)->illustrative);
	assert_int_equal(contract_count(c, "is:illustrative"), 1);
}

/* Imports the same file of `count` samples, three of which are the same place
 * flagged with different levels. */
static struct batch import_file(struct contract_state *c)
{
	struct batch_reject reject = { 5, -1, 0, "bad", { NULL, 0 } };

	begin(c);
	for (int n = 1; n <= 6; n++) {
		struct sample sample = contract_sample(&c->arena, n < 4 ? 1 : n);
		sample.baseline = n < 4 ? (enum baseline)n : BASELINE_NONE;
		put(c, &sample);
	}
	assert_ok(c, c->ops->import_reject(c->store, &reject, &c->err));
	return commit(c, "the file");
}

static void same_file_again_changes_nothing(void **state)
{
	struct contract_state *c = *state;
	struct batch first = import_file(c), again;
	const struct edit *edits;

	assert_int_equal(first.imported, 6);
	assert_int_equal(first.rejected, 1);
	assert_int_equal(contract_count(c, ""), 6);
	again = import_file(c);
	assert_int_equal(again.duplicates, 6);
	assert_int_equal(again.imported + again.updated, 0);
	assert_int_equal(again.rejected, 1);
	assert_int_equal(again.records, 7);
	assert_int_equal(again.id, first.id);
	assert_int_equal(contract_count(c, ""), 6);
	assert_int_equal(batch_count(c), 1);
	assert_int_equal(contract_edits(c, &edits), 1);
	assert_int_equal(edits[0].kind, EDIT_IMPORT);
	contract_check_clean(c);
}

/* Two files report the same thing in different words: the first one does not win it back by coming again. */
static void file_again_after_another_changes_nothing(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1);
	struct sample *is;
	struct batch batch, first;

	begin(c);
	put(c, &sample);
	first = commit(c, "a");
	sample.baseline = BASELINE_UNCHANGED;
	begin(c);
	put(c, &sample);
	batch = commit(c, "b");
	assert_int_equal(batch.updated, 1);
	sample.baseline = BASELINE_NONE;
	begin(c);
	put(c, &sample);
	batch = commit(c, "a");
	assert_int_equal(batch.id, first.id);
	assert_int_equal(batch.updated, 0);
	assert_int_equal(batch.duplicates, 1);
	assert_int_equal(batch_count(c), 2);
	assert_ok(c, c->ops->sample_get(c->store, &c->arena, 1, &is, &c->err));
	assert_int_equal(is->baseline, BASELINE_UNCHANGED);
	contract_check_clean(c);
}

static void occurrences_within_a_file_are_kept_apart(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1);
	struct sample *is;

	begin(c);
	for (int n = 1; n <= 3; n++) {
		sample.baseline = (enum baseline)n;
		assert_int_equal(put(c, &sample), IMPORT_NEW);
	}
	sample.baseline = BASELINE_UNCHANGED; /* the second once more */
	assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	commit(c, "one");
	/* A newer report: the first and second changed, the third as before. */
	begin(c);
	sample.expected = slice_of("x");
	for (int n = 1; n <= 2; n++) {
		sample.baseline = (enum baseline)n;
		assert_int_equal(put(c, &sample), IMPORT_UPDATED);
	}
	sample.expected = (struct slice){ NULL, 0 };
	sample.baseline = (enum baseline)3;
	assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	commit(c, "two");
	assert_int_equal(contract_count(c, ""), 3);
	is = contract_get(c, 2);
	assert_slice(is->expected, slice_of("x"));
	assert_int_equal(is->baseline, 2);
	contract_check_clean(c);
}

/* In another order, and in parts: each record finds the occurrence that it is. */
static void occurrences_are_found_by_content(void **state)
{
	static const int orders[][3] = { { 2, 0, 0 }, { 2, 1, 0 }, { 3, 0, 0 }, { 3, 1, 2 }, { 2, 2, 1 } };
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1);

	begin(c);
	for (int n = 1; n <= 3; n++) {
		sample.baseline = (enum baseline)n;
		assert_int_equal(put(c, &sample), IMPORT_NEW);
	}
	commit(c, "all");
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		begin(c);
		for (size_t k = 0; k < 3 && orders[i][k]; k++) {
			sample.baseline = (enum baseline)orders[i][k];
			assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
		}
		assert_int_equal(commit(c, "part").updated, 0);
		for (int n = 1; n <= 3; n++)
			assert_int_equal(contract_get(c, n)->baseline, n);
	}
	/* One that is new renews the first which this file has not been yet. */
	begin(c);
	sample.baseline = (enum baseline)1;
	assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	sample.expected = slice_of("x");
	assert_int_equal(put(c, &sample), IMPORT_UPDATED);
	commit(c, "newer");
	assert_null(contract_get(c, 1)->expected.at);
	assert_slice(contract_get(c, 2)->expected, slice_of("x"));
	assert_int_equal(contract_count(c, ""), 3);
	contract_check_clean(c);
}

static void same_content_in_another_file_is_noted(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1);

	begin(c);
	put(c, &sample);
	commit(c, "one");
	begin(c);
	assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	assert_int_equal(commit(c, "two").id, 2);
	assert_int_equal(batch_count(c), 2);
}

static void abort_leaves_no_trace(void **state)
{
	struct contract_state *c = *state;
	struct sample sample = contract_sample(&c->arena, 1), changed = sample;
	const struct edit *edits;

	begin(c);
	put(c, &sample);
	commit(c, "one");
	begin(c);
	changed.expected = slice_of("other");
	assert_int_equal(put(c, &changed), IMPORT_UPDATED);
	for (int n = 2; n < 9; n++) {
		sample = contract_sample(&c->arena, n);
		put(c, &sample);
	}
	c->ops->import_abort(c->store);
	c->ops->import_abort(c->store); /* a second one is nothing */
	assert_int_equal(contract_count(c, ""), 1);
	assert_null(contract_get(c, 1)->expected.at);
	assert_int_equal(batch_count(c), 1);
	assert_int_equal(contract_edits(c, &edits), 1);
	contract_import(c, 2, 4);
	assert_int_equal(contract_count(c, ""), 4);
	contract_check_clean(c);
}

static void one_import_at_a_time(void **state)
{
	struct contract_state *c = *state;
	struct batch batch = { .source = "x", .format = "y", .reviewer = "ann" }, done;
	struct sample sample = contract_sample(&c->arena, 1);
	enum import_outcome outcome;

	assert_status(c, STATUS_REFUSED, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	assert_status(c, STATUS_REFUSED, c->ops->import_commit(c->store, NULL, &done, &c->err));
	begin(c);
	assert_status(c, STATUS_REFUSED, c->ops->import_begin(c->store, &batch, &c->err));
	put(c, &sample);
	commit(c, "one");
	batch.reviewer = "";
	assert_status(c, STATUS_USAGE, c->ops->import_begin(c->store, &batch, &c->err));
	assert_int_equal(contract_count(c, ""), 1);
}

static void what_is_not_there_is_not_found(void **state)
{
	struct contract_state *c = *state;
	struct digest digest = digest_of(slice_of("nothing"));
	const struct annotation *annotations;
	const char *const *keys;
	struct sample *sample;
	struct incident *incident;
	int64_t id;
	size_t count;

	contract_import(c, 1, 2);
	assert_status(c, STATUS_NOT_FOUND, c->ops->sample_get(c->store, &c->arena, 3, &sample, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->sample_get(c->store, &c->arena, 0, &sample, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->sample_find(c->store, &digest, &id, &c->err));
	assert_status(c, STATUS_NOT_FOUND,
		      c->ops->annotation_list(c->store, &c->arena, -1, &annotations, &count, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->sample_incidents(c->store, &c->arena, 9, &keys, &count, &c->err));
	assert_status(c, STATUS_NOT_FOUND,
		      c->ops->incident_get(c->store, &c->arena, "INC-2026-0001", &incident, &c->err));
	assert_true(c->err.text[0] != '\0');
}

const struct CMUnitTest contract_import_tests[] = {
	CONTRACT_TEST(sample_comes_back_whole),
	CONTRACT_TEST(unknown_stays_unknown),
	CONTRACT_TEST(import_says_what_became_of_each),
	CONTRACT_TEST(batch_tells_what_was_rejected),
	CONTRACT_TEST(update_leaves_the_triage),
	CONTRACT_TEST(export_changes_nothing_that_is_known),
	CONTRACT_TEST(illustrative_batch_marks_its_samples),
	CONTRACT_TEST(same_file_again_changes_nothing),
	CONTRACT_TEST(file_again_after_another_changes_nothing),
	CONTRACT_TEST(occurrences_within_a_file_are_kept_apart),
	CONTRACT_TEST(occurrences_are_found_by_content),
	CONTRACT_TEST(same_content_in_another_file_is_noted),
	CONTRACT_TEST(abort_leaves_no_trace),
	CONTRACT_TEST(one_import_at_a_time),
	CONTRACT_TEST(what_is_not_there_is_not_found),
};
const size_t contract_import_count = ARRAY_LEN(contract_import_tests);
