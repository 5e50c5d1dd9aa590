/* Groups under what people say: words hold, likeness decides the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/analysis/alike.h"
#include "core/analysis/random.h"
#include "core/base/arena.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

/* Families of bodies: member m of family f differs from others of it by a few numbers. */
static struct similar_signature sign(unsigned family, unsigned member, unsigned differs)
{
	struct strbuf text = STRBUF_INIT;
	struct similar_signature signature;

	for (unsigned line = 0; line < 40; line++)
		strbuf_addf(&text, "row_%u = load(%u, %u);\n", line, family * 1000 + line, line < differs ? member * 50 + line + 1 : 0);
	similar_sign(strbuf_slice(&text), &signature);
	strbuf_release(&text);
	return signature;
}

static void the_most_alike_join_first(void **state)
{
	/* 0 and 1 are parted; 2 is more like 1. */
	const struct similar_signature bodies[] = { sign(1, 0, 5), sign(1, 1, 5), sign(1, 1, 6), sign(2, 0, 0) };
	const struct alike_pair pairs[] = { { 0, 1, ALIKE_APART } };
	uint32_t cluster[4], group[4];

	(void)state;
	alike_make(bodies, 4, NULL, 0, cluster, group);
	assert_true(group[0] == 0 && group[1] == 0 && group[2] == 0 && group[3] == 3);
	alike_make(bodies, 4, pairs, 1, cluster, group);
	assert_true(group[0] == 0 && group[1] == 1 && group[2] == 1 && group[3] == 3);
	assert_true(cluster[1] == 0 && cluster[2] == 0 && cluster[3] == 3);
}

static void words_hold(void **state)
{
	struct random random;
	size_t wrong;

	(void)state;
	random_init(&random, 3);
	for (int round = 0; round < 200; round++) {
		struct similar_signature bodies[24];
		struct alike_pair pairs[8];
		uint32_t cluster[24], group[24];
		size_t pair_count = random_below(&random, 9);
		for (unsigned i = 0; i < 24; i++)
			bodies[i] = sign((unsigned)random_below(&random, 4), i, (unsigned)random_below(&random, 6));
		for (size_t i = 0; i < pair_count; i++) {
			pairs[i].a = (uint32_t)random_below(&random, 23);
			pairs[i].b = pairs[i].a + 1 + (uint32_t)random_below(&random, 23 - pairs[i].a);
			pairs[i].word = random_below(&random, 2) ? ALIKE_TOGETHER : ALIKE_APART;
		}
		alike_make(bodies, 24, pairs, pair_count, cluster, group);
		for (size_t i = 0; i < pair_count; i++)
			if (pairs[i].word == ALIKE_TOGETHER)
				assert_int_equal(group[pairs[i].a], group[pairs[i].b]);
			else if (!alike_contradiction(24, pairs, pair_count, &wrong))
				assert_int_not_equal(group[pairs[i].a], group[pairs[i].b]);
		for (unsigned i = 0; i < 24; i++) {
			assert_int_equal(cluster[group[i]], cluster[i]); /* a group lies within a cluster */
			assert_true(group[i] <= i && group[group[i]] == group[i]);
		}
	}
}

static void many_bodies_are_found_by_their_keys(void **state)
{
	enum { COUNT = 1500 };
	struct similar_signature *bodies = mem_zalloc(COUNT, sizeof(*bodies));
	uint32_t *cluster = mem_zalloc(COUNT, sizeof(*cluster)), *group = mem_zalloc(COUNT, sizeof(*group));
	size_t apart = 0;

	(void)state;
	for (unsigned i = 0; i < COUNT; i++)
		bodies[i] = sign(i % 300, i / 300, 2);
	alike_make(bodies, COUNT, NULL, 0, cluster, group);
	for (unsigned i = 0; i < COUNT; i++) {
		assert_int_equal(group[i] % 300, i % 300); /* none that is not alike */
		apart += group[i] != i % 300;
	}
	assert_true(apart <= 3);
	free(bodies);
	free(cluster);
	free(group);
}

static void signatures_as_bytes(void **state)
{
	const struct similar_signature signature = sign(7, 1, 3);
	struct similar_signature back;
	unsigned char bytes[SIMILAR_PACKED_BYTES];

	(void)state;
	similar_pack(&signature, bytes);
	similar_unpack(bytes, &back);
	assert_memory_equal(back.hashes, signature.hashes, sizeof(back.hashes));
	assert_true(back.normalised == signature.normalised && back.is_short == signature.is_short);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_alike_join_first),
		cmocka_unit_test(words_hold),
		cmocka_unit_test(many_bodies_are_found_by_their_keys),
		cmocka_unit_test(signatures_as_bytes),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
