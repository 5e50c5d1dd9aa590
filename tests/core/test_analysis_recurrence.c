/* How like two incidents are: the score by hand, and its bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/analysis/recurrence.h"
#include "core/base/attr.h"

static struct recurrence_score score_of(struct arena *arena, struct incident_cause *a, size_t a_count, struct incident_cause *b,
					size_t b_count)
{
	struct incident now = { .causes = a, .cause_count = a_count }, earlier = { .causes = b, .cause_count = b_count };

	return recurrence_score(arena, &(struct recurrence_side){ .incident = &now }, &(struct recurrence_side){ .incident = &earlier });
}

static void causes(void **state)
{
	struct arena arena = ARENA_INIT;
	struct incident_cause a[] = {
		{ .code = "infrastructure/cache", .role = ROLE_TRIGGER },
		{ .code = "testing/no_soak", .role = ROLE_DETECTION_GAP },
		{ .code = "model/tool_use", .confidence = CONFIDENCE_RULED_OUT },
	};
	struct incident_cause b[] = {
		{ .code = "infrastructure/cache" }, { .code = "infrastructure/cache" }, { .code = "model/tool_use" },
	};
	struct recurrence_score score = score_of(&arena, a, 3, b, 3);

	(void)state;
	/* {cache, no_soak} and {cache, tool_use}: one of three */
	assert_true(score.points > 13.33 && score.points < 13.34);
	assert_int_equal(score.kind, RECURRENCE_SAME_CAUSE);
	assert_int_equal(score.reason_count, 1);
	assert_string_equal(score.reasons[0].text, "both have infrastructure/cache");
	b[0].code = b[1].code = b[2].code = "testing/no_soak";
	assert_int_equal(score_of(&arena, a, 3, b, 3).kind, RECURRENCE_SAME_LATENT);
	assert_true(score_of(&arena, a, 2, a, 2).points > 39.99);
	assert_true(score_of(&arena, a, 2, NULL, 0).points < 0.01);
	assert_int_equal(score_of(&arena, NULL, 0, NULL, 0).reason_count, 0);
	arena_release(&arena);
}

static void shares(void **state)
{
	static const struct facet a_values[] = { { "slow_code", 6 }, { NULL, 2 }, { "repetition", 2 } };
	static const struct facet b_values[] = { { "slow_code", 3 }, { "odd_tool_choice", 1 } };
	static const struct facet model[] = { { "m-1", 10 } };
	struct facet_list a_list = { .values = a_values, .count = 3 }, b_list = { .values = b_values, .count = 2 };
	struct facet_list models = { .values = model, .count = 1 };
	struct incident incident = { .key = "x" };
	struct recurrence_side a = { .incident = &incident, .members = 10, .symptoms = &a_list };
	struct recurrence_side b = { .incident = &incident, .members = 10, .symptoms = &b_list };
	struct arena arena = ARENA_INIT;
	struct recurrence_score score = recurrence_score(&arena, &a, &b);

	(void)state;
	/* min: 0.3; max: 0.6 + 0.2 + 0.1 */
	assert_true(score.points > 25 * 0.3 / 0.9 - 0.001 && score.points < 25 * 0.3 / 0.9 + 0.001);
	assert_string_equal(score.reasons[0].text, "both show slow_code");
	assert_int_equal(score.kind, RECURRENCE_VARIANT);
	assert_true(recurrence_score(&arena, &b, &a).points - score.points < 1e-9 && score.points - recurrence_score(&arena, &b, &a).points < 1e-9);
	/* The same model alone is half of the ten points, and never offered. */
	a.models = b.models = &models;
	a.symptoms = b.symptoms = NULL;
	score = recurrence_score(&arena, &a, &b);
	assert_true(score.points > 4.999 && score.points < 5.001 && score.points < RECURRENCE_OFFERED);
	a.members = 0;
	assert_int_equal(recurrence_score(&arena, &a, &b).reason_count, 0);
	arena_release(&arena);
}

static void codes(void **state)
{
	static const char *const texts[] = {
		"def resume(state):\n    kept = state.load()\n    for item in kept:\n        item.clear()\n    return kept\n",
		"def go_on(s):\n    k = s.load()\n    for i in k:\n        i.clear()\n    return k\n", /* renamed */
		"int main(void)\n{\n\tputs(\"something else altogether\");\n\treturn 0;\n}\n",
	};
	struct similar_signature signs[ARRAY_LEN(texts)];
	struct incident incident = { .key = "x" };
	struct recurrence_side a = { .incident = &incident, .codes = signs, .code_count = 1 };
	struct recurrence_side b = { .incident = &incident, .codes = signs + 1, .code_count = 2 };
	struct arena arena = ARENA_INIT;
	struct recurrence_score score;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		similar_sign(slice_of(texts[i]), &signs[i]);
	score = recurrence_score(&arena, &a, &b);
	assert_true(score.points > 24.99 && score.points <= 25.0);
	assert_string_equal(score.reasons[0].text, "1 of 1 code is the same, or nearly");
	b.codes = signs + 2;
	b.code_count = 1;
	assert_int_equal(recurrence_score(&arena, &a, &b).reason_count, 0);
	arena_release(&arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(causes), cmocka_unit_test(shares), cmocka_unit_test(codes) };

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
