/* The contract of groups of alike samples: likeness, words of people, undo, imports that come later. */
#include <string.h>

#include "tests/support/store_contract.h"

/* Families of bodies, whose members differ by a few lines; family 'z' has members that are each alone. */
static const char *body_of(struct arena *arena, char family, int member)
{
	char *text = arena_strdup(arena, "");

	for (int line = 0; line < 30; line++) {
		bool own = family == 'z' || (line == 29 && member > 0);
		/* Numbers tell them apart: names alone would be the same code renamed. */
		text = arena_printf(arena, "%s    %c_%d = load_%c(%d, %d);\n", text, family, line * 7, family,
				    line * 31 + family * 1000, own ? member * 100 + line : 0);
	}
	return text;
}

static void import_codes(struct contract_state *c, const char *const *codes, size_t count, int64_t first)
{
	struct batch batch = { .source = "set.jsonl", .format = "jsonl", .reviewer = "importer" }, done;
	enum import_outcome outcome;

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
	for (size_t i = 0; i < count; i++) {
		struct sample sample = { .kind = SAMPLE_KIND_COMPLETION,
					 .external_id = arena_printf(&c->arena, "alike-%d", (int)(first + (int64_t)i)) };
		if (codes[i])
			sample.code = slice_of(codes[i]);
		else
			sample.prompt = slice_of("no code");
		sample.fingerprint = sample_fingerprint(&sample);
		assert_ok(c, c->ops->import_add(c->store, &sample, &outcome, &c->err));
	}
	assert_ok(c, c->ops->import_commit(c->store, NULL, &done, &c->err));
}

static void make_groups(struct contract_state *c)
{
	bool whole = false;

	for (int steps = 0; !whole && steps < 1000; steps++)
		assert_ok(c, c->ops->alike_step(c->store, 20, true, &whole, &c->err));
	assert_true(whole);
}

/* "1,2,5": what a query lists, by id. */
static const char *ids_of(struct contract_state *c, const char *query)
{
	char *text = arena_strdup(&c->arena, "");
	const int64_t *ids;
	size_t count;

	assert_ok(c, c->ops->sample_ids(c->store, &c->arena, contract_query(c, query, NULL), &ids, &count, &c->err));
	for (size_t i = 0; i < count; i++)
		text = arena_printf(&c->arena, "%s%s%d", text, i ? "," : "", (int)ids[i]);
	return text;
}

static int64_t say(struct contract_state *c, const char *reviewer, int64_t a, int64_t b, enum alike_word word)
{
	int64_t edit = -1;

	assert_ok(c, c->ops->alike_say(c->store, reviewer, (const int64_t[]){ a, b }, 2, word, &edit, &c->err));
	return edit;
}

/* 1 a, 2 b, 3 a', 4 a again, 5 alone, 6 without code, 7 b', 8 alone */
static void fill(struct contract_state *c)
{
	const char *const codes[] = { body_of(&c->arena, 'a', 0), body_of(&c->arena, 'b', 0), body_of(&c->arena, 'a', 1),
				      body_of(&c->arena, 'a', 0), body_of(&c->arena, 'z', 1), NULL, body_of(&c->arena, 'b', 1),
				      body_of(&c->arena, 'z', 2) };

	import_codes(c, codes, ARRAY_LEN(codes), 1);
	make_groups(c);
}

static void alike_samples_are_one_group(void **state)
{
	struct contract_state *c = *state;
	const struct alike_group *groups;
	struct alike_group group;
	size_t count;

	fill(c);
	assert_string_equal(ids_of(c, "group:1"), "1,3,4");
	assert_string_equal(ids_of(c, "group:4"), "1,3,4");
	assert_string_equal(ids_of(c, "group:7"), "2,7");
	assert_string_equal(ids_of(c, "group:5,6"), "5,6");
	assert_string_equal(ids_of(c, "group:99"), "");
	assert_string_equal(ids_of(c, "-group:1 group:1,2"), "2,7");
	assert_string_equal(ids_of(c, "is:alike"), "1,2,3,4,7");
	assert_string_equal(ids_of(c, "is:representative"), "1,2,5,6,8");
	assert_string_equal(ids_of(c, "-is:representative"), "3,4,7");
	contract_annotate(c, "ann", 3, "model");
	assert_ok(c, c->ops->alike_groups(c->store, &c->arena, contract_query(c, "id>1", NULL), 0, &groups, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(groups[0].representative, 2);
	assert_int_equal(groups[1].representative, 1);
	assert_int_equal(groups[1].first, 3);
	assert_int_equal(groups[1].members, 3);
	assert_int_equal(groups[1].matching, 2);
	assert_int_equal(groups[1].open, 2);
	assert_int_equal(groups[1].judged, 1);
	/* A group of which one sample matches is a group all the same. */
	assert_ok(c, c->ops->alike_groups(c->store, &c->arena, contract_query(c, "id:3,7", NULL), 0, &groups, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(groups[0].matching, 1);
	assert_ok(c, c->ops->alike_groups(c->store, &c->arena, contract_query(c, "id:4", NULL), 0, &groups, &count, &c->err));
	assert_int_equal(count, 1);
	assert_ok(c, c->ops->alike_groups(c->store, &c->arena, contract_query(c, "", NULL), 1, &groups, &count, &c->err));
	assert_int_equal(count, 1);
	assert_int_equal(groups[0].representative, 1);
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 6, &group, &c->err));
	assert_int_equal(group.members, 1);
	assert_int_equal(group.representative, 6);
	assert_status(c, STATUS_NOT_FOUND, c->ops->alike_group(c->store, &c->arena, 99, &group, &c->err));
	contract_check_clean(c);
}

static void a_cause_is_proposed_by_most(void **state)
{
	struct contract_state *c = *state;
	struct alike_group group;

	fill(c);
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 4, &group, &c->err));
	assert_null(alike_proposal(&group));
	contract_annotate(c, "ann", 1, "model");
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 4, &group, &c->err));
	assert_string_equal(alike_proposal(&group), "model");
	contract_annotate(c, "ann", 3, "testing");
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 4, &group, &c->err));
	assert_int_equal(group.judged, 2);
	assert_null(alike_proposal(&group));
	contract_annotate(c, "bob", 4, "testing");
	assert_ok(c, c->ops->alike_group(c->store, &c->arena, 1, &group, &c->err));
	assert_string_equal(alike_proposal(&group), "testing");
	assert_int_equal(group.agree, 2);
	/* Nothing is set by it. */
	assert_int_equal(contract_count(c, "cause:testing"), 2);
}

static void words_join_and_part(void **state)
{
	struct contract_state *c = *state;
	const struct alike_link *links;
	struct edit undone;
	const struct edit *edits;
	int64_t edit;
	size_t count;

	fill(c);
	edit = say(c, "ann", 5, 1, ALIKE_TOGETHER);
	assert_true(edit > 0);
	assert_string_equal(ids_of(c, "group:5"), "1,3,4,5");
	assert_int_equal(say(c, "ann", 1, 5, ALIKE_TOGETHER), 0); /* is said already */
	say(c, "bob", 1, 3, ALIKE_APART);
	assert_string_equal(ids_of(c, "group:1"), "1,4,5");
	assert_string_equal(ids_of(c, "group:3"), "3");
	assert_string_equal(ids_of(c, "is:representative"), "1,2,3,6,8");
	assert_ok(c, c->ops->alike_links(c->store, &c->arena, 0, &links, &count, &c->err));
	assert_int_equal(count, 2);
	assert_int_equal(links[0].low, 1);
	assert_int_equal(links[0].high, 3);
	assert_true(links[0].word == ALIKE_APART);
	assert_string_equal(links[0].reviewer, "bob");
	assert_ok(c, c->ops->alike_links(c->store, &c->arena, 5, &links, &count, &c->err));
	assert_int_equal(count, 1);
	assert_int_equal(contract_edits(c, &edits), 3);
	assert_string_equal(edits[0].verb, "alike");
	/* Each is taken back by who said it, whatever the other said since. */
	assert_ok(c, c->ops->undo(c->store, &c->arena, "ann", 0, &undone, &c->err));
	assert_int_equal(undone.id, edit);
	assert_string_equal(ids_of(c, "group:1"), "1,4");
	assert_string_equal(ids_of(c, "group:5"), "5");
	assert_ok(c, c->ops->redo(c->store, &c->arena, "ann", &undone, &c->err));
	assert_string_equal(ids_of(c, "group:1"), "1,4,5");
	/* The newest word counts; then none. */
	say(c, "ann", 1, 3, ALIKE_TOGETHER);
	assert_string_equal(ids_of(c, "group:3"), "1,3,4,5");
	say(c, "ann", 3, 1, ALIKE_APART);
	say(c, "ann", 1, 3, ALIKE_UNSAID);
	assert_string_equal(ids_of(c, "group:3"), "1,3,4,5");
	assert_int_equal(say(c, "ann", 1, 3, ALIKE_UNSAID), 0);
	contract_check_clean(c);
}

static void what_contradicts_is_refused(void **state)
{
	struct contract_state *c = *state;
	int64_t edit = -1;

	fill(c);
	assert_status(c, STATUS_REFUSED, c->ops->alike_say(c->store, "ann", (const int64_t[]){ 1, 4 }, 2, ALIKE_APART, &edit, &c->err));
	assert_int_equal(edit, 0);
	say(c, "ann", 1, 5, ALIKE_TOGETHER);
	say(c, "ann", 5, 8, ALIKE_TOGETHER);
	assert_status(c, STATUS_REFUSED, c->ops->alike_say(c->store, "ann", (const int64_t[]){ 8, 4 }, 2, ALIKE_APART, &edit, &c->err));
	assert_string_equal(ids_of(c, "group:8"), "1,3,4,5,8");
	assert_status(c, STATUS_USAGE, c->ops->alike_say(c->store, "ann", (const int64_t[]){ 1, 1 }, 2, ALIKE_APART, &edit, &c->err));
	assert_status(c, STATUS_USAGE, c->ops->alike_say(c->store, "", (const int64_t[]){ 1, 2 }, 2, ALIKE_APART, &edit, &c->err));
	assert_status(c, STATUS_NOT_FOUND, c->ops->alike_say(c->store, "ann", (const int64_t[]){ 1, 99 }, 2, ALIKE_APART, &edit, &c->err));
	contract_check_clean(c);
}

/* In a group of edits as well, and gone with it. */
static void words_in_a_group_of_edits(void **state)
{
	struct contract_state *c = *state;
	int64_t edit;

	fill(c);
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	say(c, "ann", 5, 8, ALIKE_TOGETHER);
	contract_annotate(c, "ann", 5, "model");
	assert_ok(c, c->ops->group_end(c->store, STATUS_OK, "tidied", &edit, &c->err));
	assert_string_equal(ids_of(c, "group:8"), "5,8");
	assert_ok(c, c->ops->group_begin(c->store, "ann", "apply", &c->err));
	say(c, "ann", 1, 2, ALIKE_TOGETHER);
	assert_status(c, STATUS_CANCELLED, c->ops->group_end(c->store, error_set(&c->err, STATUS_CANCELLED, "no"), "", &edit, &c->err));
	assert_string_equal(ids_of(c, "group:1"), "1,3,4");
	assert_string_equal(ids_of(c, "group:8"), "5,8");
	contract_check_clean(c);
}

static void new_samples_join_their_group(void **state)
{
	struct contract_state *c = *state;
	const char *const later[] = { body_of(&c->arena, 'b', 2), body_of(&c->arena, 'a', 0), body_of(&c->arena, 'z', 3) };
	const char *const nearer[] = { arena_printf(&c->arena, "%s    more();\n", body_of(&c->arena, 'a', 1)) };
	struct alike_status is;

	fill(c);
	say(c, "ann", 1, 3, ALIKE_APART);
	import_codes(c, later, ARRAY_LEN(later), 9);
	assert_ok(c, c->ops->alike_status(c->store, &is, &c->err));
	assert_false(is.whole);
	assert_int_equal(is.samples, 11);
	assert_int_equal(is.samples_done, 8);
	make_groups(c);
	assert_ok(c, c->ops->alike_status(c->store, &is, &c->err));
	assert_true(is.whole);
	assert_int_equal(is.samples_done, 11);
	assert_string_equal(ids_of(c, "group:2"), "2,7,9");
	assert_string_equal(ids_of(c, "group:1"), "1,4,10");
	assert_string_equal(ids_of(c, "group:11"), "11");
	/* What is alike both sides with the one that it is more alike. */
	import_codes(c, nearer, 1, 20);
	make_groups(c);
	assert_string_equal(ids_of(c, "group:3"), "3,12");
	contract_check_clean(c);
	/* And all of it anew. */
	assert_ok(c, c->ops->index_drop(c->store, &c->err));
	make_groups(c);
	assert_string_equal(ids_of(c, "group:3"), "3,12");
	assert_string_equal(ids_of(c, "group:1"), "1,4,10");
	assert_string_equal(ids_of(c, "group:2"), "2,7,9");
	contract_check_clean(c);
}

const struct CMUnitTest contract_alike_tests[] = {
	CONTRACT_TEST(alike_samples_are_one_group),
	CONTRACT_TEST(a_cause_is_proposed_by_most),
	CONTRACT_TEST(words_join_and_part),
	CONTRACT_TEST(what_contradicts_is_refused),
	CONTRACT_TEST(words_in_a_group_of_edits),
	CONTRACT_TEST(new_samples_join_their_group),
};
const size_t contract_alike_count = ARRAY_LEN(contract_alike_tests);
