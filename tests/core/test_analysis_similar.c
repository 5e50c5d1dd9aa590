/* Likeness of code: what is found of what is there, against the Jaccard index itself. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/analysis/random.h"
#include "core/analysis/similar_one.h"
#include "core/base/strbuf.h"

static const char *const words[] = { "cache", "index", "total", "row", "header", "limit", "batch", "query", "token", "shard", "node",
				     "price", "entry", "label", "route", "stream" };

static void add_line(struct strbuf *out, struct random *random)
{
	const char *a = words[random_below(random, 16)], *b = words[random_below(random, 16)];
	unsigned n = (unsigned)random_below(random, 900);

	switch (random_below(random, 4)) {
	case 0: strbuf_addf(out, "    %s_%u = load_%s(%s, %u);\n", a, n, b, a, n); break;
	case 1: strbuf_addf(out, "    if (%s > %u) { return %s; }\n", a, n, b); break;
	case 2: strbuf_addf(out, "    for (i = 0; i < %u; i++) %s[i] += %s;\n", n, a, b); break;
	default: strbuf_addf(out, "    log(\"%s %%d\", %s->%s);\n", a, b, a); break;
	}
}

/* A body of so many lines, of which the ones that `like` has are kept unless chance changes them. */
static char *make_body(struct arena *arena, struct random *random, const char *like, double changed)
{
	struct strbuf out = STRBUF_INIT;
	char *body;

	if (!like) {
		for (size_t lines = 12 + random_below(random, 40); lines > 0; lines--)
			add_line(&out, random);
	}
	for (const char *line = like; line && *line;) {
		const char *end = strchr(line, '\n') + 1;
		if (random_uniform(random) < changed)
			add_line(&out, random);
		else
			strbuf_add(&out, line, (size_t)(end - line));
		line = end;
	}
	body = arena_text(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return body;
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct arena));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	arena_release(*state);
	free(*state);
	return 0;
}

/* Recall of pairs of 0.8 and more, and how alike those are that are taken for alike. */
static void recall_and_precision(void **state)
{
	const char *asked = getenv("AITIA_PROOF");
	size_t pairs = asked ? 20000 : 1500, alike = 0, found = 0, taken = 0, far = 0;
	struct arena *arena = *state;
	struct random random;
	double off = 0;

	random_init(&random, 11);
	for (size_t i = 0; i < pairs; i++) {
		char *a = make_body(arena, &random, NULL, 0), *b = make_body(arena, &random, a, random_uniform(&random) * 0.3);
		double is = similar_jaccard(slice_of(a), slice_of(b));
		const struct similar_group *groups;
		struct similar *similar = similar_new();
		struct similar_signature sign_a, sign_b;
		size_t count;
		similar_add(similar, 1, 1, slice_of(a));
		similar_add(similar, 2, 2, slice_of(b));
		similar_groups(similar, arena, SIMILAR_NEAR, 0.7, &groups, &count);
		similar_sign(slice_of(a), &sign_a);
		similar_sign(slice_of(b), &sign_b);
		off += fabs(similar_estimate(&sign_a, &sign_b) - is);
		alike += is >= 0.8;
		found += is >= 0.8 && count == 1;
		taken += count == 1;
		far += count == 1 && is < 0.55;
		similar_free(similar);
		arena_clear(arena);
	}
	print_message("%zu pairs: of %zu at 0.8 and more %zu found (%.4f); of %zu taken for alike %zu are below 0.55; "
		      "mean error of the estimate %.3f\n", pairs, alike, found, (double)found / (double)alike, taken, far,
		      off / (double)pairs);
	assert_true(alike > pairs / 10);
	assert_true((double)found >= 0.985 * (double)alike);
	assert_true((double)far <= 0.01 * (double)taken);
	assert_true(off / (double)pairs < 0.05);
}

static void kinds_of_likeness(void **state)
{
	static const char *const bodies[] = {
		"int sum(int *list, int n)\n{\n\tint s = 0;\n\tfor (int i = 0; i < n; i++)\n\t\ts += list[i];\n\treturn s;\n}\n",
		"int sum(int *list, int n)\n{\n\tint s = 0;\n\tfor (int i = 0; i < n; i++)\n\t\ts += list[i];\n\treturn s;\n}\n",
		/* other names, other blanks */
		"int add( int *all, int k ) {\n  int t = 0;\n  for (int j = 0; j < k; j++) t += all[j];\n  return t;\n}\n",
		/* the names change places: not the same */
		"int add( int *all, int k ) {\n  int t = 0;\n  for (int j = 0; j < k; j++) all += t[j];\n  return t;\n}\n",
		"x = 1\n", "y=1", "while (y) = 1", "",
	};
	struct similar *similar = similar_new();
	const struct similar_group *groups;
	size_t count;

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		similar_add(similar, (int64_t)i + 1, i < 2 ? 1 : (int64_t)i, slice_of(bodies[i]));
	assert_int_equal(similar_bodies(similar), ARRAY_LEN(bodies) - 1);
	similar_groups(similar, *state, SIMILAR_EXACT, 0.7, &groups, &count);
	assert_int_equal(count, 1);
	assert_int_equal(groups[0].count, 2);
	similar_groups(similar, *state, SIMILAR_NORMALISED, 0.7, &groups, &count);
	assert_int_equal(count, 2);
	assert_int_equal(groups[0].count, 3);
	assert_int_equal(groups[0].exact, 2);
	assert_int_equal(groups[0].normalised, 1);
	assert_int_equal(groups[0].members[0].sample, 1);
	assert_int_equal(groups[0].members[2].sample, 3);
	assert_int_equal(groups[0].members[2].kind, SIMILAR_NORMALISED);
	assert_int_equal(groups[1].members[0].sample, 5); /* x = 1 and y=1, not while (y) = 1 */
	assert_int_equal(groups[1].count, 2);
	similar_free(similar);
}

static void the_most_shared_represents(void **state)
{
	struct arena *arena = *state;
	struct random random;
	struct similar *similar = similar_new();
	struct similar_group of;
	const struct similar_group *groups;
	size_t count;

	random_init(&random, 4);
	char *a = make_body(arena, &random, NULL, 0);
	char *b = arena_printf(arena, "%s    total += 1;\n", a), *other = make_body(arena, &random, NULL, 0);
	similar_add(similar, 1, 1, slice_of(b));
	similar_add(similar, 2, 2, slice_of(a));
	similar_add(similar, 3, 2, slice_of(a));
	similar_add(similar, 4, 3, slice_of(other));
	similar_groups(similar, arena, SIMILAR_NEAR, 0.7, &groups, &count);
	assert_int_equal(count, 1);
	assert_int_equal(groups[0].members[0].sample, 2);
	assert_int_equal(groups[0].members[1].sample, 3);
	assert_int_equal(groups[0].members[2].sample, 1);
	assert_true(groups[0].members[2].kind == SIMILAR_NEAR && groups[0].members[2].likeness < 1);
	assert_true(similar_to(similar, arena, 3, 0.7, &of));
	assert_int_equal(of.count, 3);
	assert_int_equal(of.members[0].sample, 3);
	assert_true(similar_to(similar, arena, 4, 0.7, &of));
	assert_int_equal(of.count, 1);
	assert_false(similar_to(similar, arena, 5, 0.7, &of));
	similar_free(similar);
}

static void note_key(void *context, int64_t done, int64_t total)
{
	int *calls = context;

	assert_true(done == *calls && done < total);
	++*calls;
}

/* Progress is told, and of groups that nobody waits for there are none. */
static void grouping_is_watched(void **state)
{
	struct arena *arena = *state;
	struct similar *similar = similar_new();
	const struct similar_group *groups;
	atomic_bool cancel = false;
	size_t count;
	int calls = 0;

	similar_add(similar, 1, 1, slice_of("int a;"));
	similar_add(similar, 2, 1, slice_of("int a;"));
	similar_watch(similar, &cancel, note_key, &calls);
	similar_groups(similar, arena, SIMILAR_NEAR, 0.7, &groups, &count);
	assert_int_equal(count, 1);
	assert_true(calls > 1);
	atomic_store(&cancel, true);
	similar_groups(similar, arena, SIMILAR_NEAR, 0.7, &groups, &count);
	assert_int_equal(count, 0);
	similar_free(similar);
}

/* One sample against the others one by one: what gathering them all says too. */
static void one_against_all_says_the_same(void **state)
{
	struct arena *arena = *state;
	struct random random;
	struct similar *similar = similar_new();
	struct similar_group of;
	struct similar_one one;
	char *codes[40];

	random_init(&random, 9);
	codes[0] = make_body(arena, &random, NULL, 0);
	for (int i = 1; i < 40; i++)
		codes[i] = i % 4 == 0 ? codes[0] : i % 4 == 1 ? make_body(arena, &random, NULL, 0) :
			   arena_printf(arena, i % 4 == 2 ? "%s    total += %d;\n" : "  %s", codes[0], i);
	similar_one_init(&one, 8, slice_of(codes[8]), 0.7);
	for (int i = 0; i < 40; i++) {
		int64_t body = codes[i] == codes[0] ? 7 : 100 + i;
		similar_add(similar, i, body, slice_of(codes[i]));
		similar_one_add(&one, i, body, slice_of(codes[i]));
	}
	similar_one_add(&one, 99, 101, slice_of(codes[1])); /* a body that was seen already, and is unlike */
	similar_one_sort(&one);
	assert_true(similar_to(similar, arena, 8, 0.7, &of));
	assert_int_equal(one.members.len + 1, of.count);
	assert_int_equal(one.counts[SIMILAR_EXACT], 9);
	assert_int_equal(one.counts[SIMILAR_NORMALISED], 10);
	assert_int_equal(one.counts[SIMILAR_NEAR], 10);
	for (size_t i = 0; i < one.members.len; i++) {
		assert_int_equal(one.members.items[i].sample, of.members[i + 1].sample);
		assert_int_equal(one.members.items[i].kind, of.members[i + 1].kind);
		assert_true(one.members.items[i].likeness == of.members[i + 1].likeness);
	}
	similar_one_release(&one);
	similar_free(similar);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_against_all_says_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(recall_and_precision, setup, teardown),
		cmocka_unit_test_setup_teardown(kinds_of_likeness, setup, teardown),
		cmocka_unit_test_setup_teardown(the_most_shared_represents, setup, teardown),
		cmocka_unit_test_setup_teardown(grouping_is_watched, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
