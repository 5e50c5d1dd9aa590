/*
 * Near duplicates against reading the same bytes: `make bench-similar N=1000000`.
 *
 *     similar N              bodies of code are made (median 1.2 KB, every fifth a changed copy
 *                            of one of the last 1,000), read as tokens alone, and gathered
 *
 * Three figures of PERF: the time of all that finding groups takes over that of tokenising
 * alone; the resident memory; how many of the pairs whose Jaccard index, computed in full, is
 * 0.8 or more end in one group. Times are those of the processor: others on the machine do
 * not count. Bodies are made in blocks and forgotten, as a store hands them out.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/analysis/random.h"
#include "core/analysis/similar.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

#define BLOCK 1000
#define PAIRS 20000
#define LEAST 0.7
#define ALIKE 0.8

static const char *const words[] = {
	"cache", "index", "total", "row", "header", "limit", "batch", "query", "token", "shard", "node", "price", "entry", "label",
	"route", "stream", "client", "server", "parser", "buffer", "config", "window", "record", "session", "value", "result",
	"handler", "context", "request", "response", "cursor", "payload",
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *word(struct random *random)
{
	return words[random_below(random, ARRAY_LEN(words))];
}

static void add_line(struct strbuf *out, struct random *random)
{
	const char *a = word(random), *b = word(random), *c = word(random);
	unsigned n = (unsigned)random_below(random, 9000);

	switch (random_below(random, 5)) {
	case 0: strbuf_addf(out, "    %s_%u = load_%s(%s, %u)\n", a, n, b, c, n); break;
	case 1: strbuf_addf(out, "    if (%s.%s > %u) { return %s; }\n", a, c, n, b); break;
	case 2: strbuf_addf(out, "    for (i = 0; i < %u; i++) %s[i] += %s;\n", n, a, b); break;
	case 3: strbuf_addf(out, "    log.warn(\"%s of %s: %%d\", self.%s_%s)\n", a, b, a, c); break;
	default: strbuf_addf(out, "\n    /* the %s of each %s */\n", a, b); break;
	}
}

static void make(struct strbuf *out, struct random *random)
{
	/* Most are short, some long. */
	size_t lines = 12 + random_below(random, 32) + (random_below(random, 20) == 0 ? random_below(random, 200) : 0);

	for (strbuf_clear(out); lines > 0; lines--)
		add_line(out, random);
}

static void change(struct strbuf *out, struct random *random, const char *from, double share)
{
	strbuf_clear(out);
	for (const char *line = from; *line;) {
		const char *end = strchr(line, '\n') + 1;
		if (random_uniform(random) < share)
			add_line(out, random);
		else
			strbuf_add(out, line, (size_t)(end - line));
		line = end;
	}
}

struct pair {
	int64_t a, b;
	double likeness;
};

struct bench {
	struct random random;
	struct strbuf block[2][BLOCK]; /* the one before as well: what is copied */
	struct similar *similar;
	VEC_OF(struct pair) pairs;     /* whose likeness was computed in full */
	double tokens_s, gather_s, groups_s;
	int64_t bytes;
	uint64_t sum;                  /* so that nothing is left out as unused */
};

static void make_block(struct bench *bench, int64_t first, size_t count, size_t pairs_a_block)
{
	struct strbuf *block = bench->block[first / BLOCK & 1], *before = bench->block[~(first / BLOCK) & 1];

	for (size_t i = 0; i < count; i++) {
		size_t from = (size_t)random_below(&bench->random, BLOCK);
		bool copied = first > 0 && i % 5 == 0;
		if (copied)
			change(&block[i], &bench->random, before[from].text, random_uniform(&bench->random) * 0.2);
		else
			make(&block[i], &bench->random);
		bench->bytes += (int64_t)block[i].len_bytes;
		if (copied && i / 5 < pairs_a_block)
			vec_push(&bench->pairs, ((struct pair){ first + (int64_t)i, first - BLOCK + (int64_t)from,
								similar_jaccard(strbuf_slice(&block[i]), strbuf_slice(&before[from])) }));
	}
}

static void run(struct bench *bench, int64_t n)
{
	size_t pairs_a_block = (size_t)(PAIRS / (n / BLOCK + 1)) + 1;

	for (int64_t first = 0; first < n; first += BLOCK) {
		size_t count = n - first < BLOCK ? (size_t)(n - first) : BLOCK;
		const struct strbuf *block = bench->block[first / BLOCK & 1];
		double began;
		make_block(bench, first, count, pairs_a_block);
		began = now_s();
		for (size_t i = 0; i < count; i++)
			bench->sum += similar_tokens(strbuf_slice(&block[i]));
		bench->tokens_s += now_s() - began;
		began = now_s();
		for (size_t i = 0; i < count; i++)
			similar_add(bench->similar, first + (int64_t)i, first + (int64_t)i, strbuf_slice(&block[i]));
		bench->gather_s += now_s() - began;
	}
}

/* The group of each body, by its number; -1: none. */
static int64_t *groups_by_body(const struct similar_group *groups, size_t count, int64_t n)
{
	int64_t *of = mem_zalloc((size_t)n, sizeof(*of));

	for (int64_t i = 0; i < n; i++)
		of[i] = -1;
	for (size_t g = 0; g < count; g++)
		for (size_t m = 0; m < groups[g].count; m++)
			of[groups[g].members[m].sample] = (int64_t)g;
	return of;
}

static void report(const struct bench *bench, const struct similar_group *groups, size_t count, int64_t n)
{
	double all_s = bench->gather_s + bench->groups_s;
	int64_t *of = groups_by_body(groups, count, n);
	size_t alike = 0, found = 0, taken = 0, far = 0;
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	for (size_t i = 0; i < bench->pairs.len; i++) {
		const struct pair *pair = &bench->pairs.items[i];
		bool together = of[pair->a] >= 0 && of[pair->a] == of[pair->b];
		alike += pair->likeness >= ALIKE;
		found += pair->likeness >= ALIKE && together;
		taken += together;
		far += together && pair->likeness < 0.55;
	}
	free(of);
	printf("%" PRId64 " bodies, %.1f MB (sum %016" PRIx64 ")\n", n, (double)bench->bytes / 1e6, bench->sum);
	printf("tokenising alone          %7.2f s\n", bench->tokens_s);
	printf("signatures                %7.2f s\n", bench->gather_s);
	printf("bands and groups          %7.2f s, %zu groups\n", bench->groups_s, count);
	printf("all / tokenising          %7.2f     (to reach: 2.00)\n", all_s / bench->tokens_s);
	printf("peak resident             %7.0f MiB (to reach: 512, of a million)\n", (double)usage.ru_maxrss / 1024);
	printf("recall at %.1f and more    %7.4f     (to reach: 0.99), %zu of %zu pairs\n", ALIKE, (double)found / (double)alike, found,
	       alike);
	printf("below 0.55 but together   %7.4f     %zu of %zu pairs\n", (double)far / (double)(taken ? taken : 1), far, taken);
}

int main(int argc, char **argv)
{
	int64_t n = argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
	struct bench *bench = mem_zalloc(1, sizeof(*bench));
	struct arena arena = ARENA_INIT;
	const struct similar_group *groups;
	size_t count;
	double began;

	if (n < 2 * BLOCK) {
		fprintf(stderr, "similar: %d bodies at least\n", 2 * BLOCK);
		return 2;
	}
	random_init(&bench->random, 5);
	bench->similar = similar_new();
	vec_reserve(&bench->pairs, 1);
	for (size_t i = 0; i < BLOCK; i++)
		for (size_t k = 0; k < 2; k++)
			strbuf_init(&bench->block[k][i]);
	run(bench, n);
	began = now_s();
	similar_groups(bench->similar, &arena, SIMILAR_NEAR, LEAST, &groups, &count);
	bench->groups_s = now_s() - began;
	report(bench, groups, count, n);
	for (size_t i = 0; i < BLOCK; i++)
		for (size_t k = 0; k < 2; k++)
			strbuf_release(&bench->block[k][i]);
	vec_release(&bench->pairs);
	similar_free(bench->similar);
	arena_release(&arena);
	free(bench);
	return 0;
}
