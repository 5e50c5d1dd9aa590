/*
 * What questions cost, asked of a store with all its texts: words (50 hits), parts of words and
 * patterns (the first hits, and a scan of all), lists and counts by value.
 *
 *     store_search STORE      whose index is whole
 *
 * Times are ms of CPU: others on the machine do not count.
 */
#include <string.h>

#include "tests/bench/store.h"

#define ROUNDS 15
#define HITS 50

struct asking {
	struct store *store;
	struct arena arena, query_arena;
	struct query query;
	struct page_cursor from;
};

static void parse(struct asking *asking, const char *text, int round)
{
	char varied[256];
	struct error err;

	/* Another query each time, as far as the engine can tell. */
	snprintf(varied, sizeof(varied), "%s%*s", text, text[0] ? round : 0, "");
	arena_clear(&asking->query_arena);
	need(query_parse(&asking->query_arena, varied, "bench", &asking->query, &err), &err);
}

static struct sample_page page(struct asking *asking)
{
	struct page_request request = { .query = &asking->query, .sort = SORT_NEWEST, .from = asking->from, .limit = HITS };
	struct sample_page out;
	struct error err;

	need(asking->store->ops->sample_page(asking->store, &asking->arena, &request, &out, &err), &err);
	return out;
}

static void pages(struct asking *asking, const char *what, const char *text, bool next)
{
	double times[ROUNDS], began = wall_ms();
	int rounds = 0;
	char line[128];

	while (rounds < ROUNDS && (rounds == 0 || wall_ms() - began < 3000)) {
		double from;
		asking->from = (struct page_cursor){ .set = false };
		parse(asking, text, rounds);
		if (next)
			asking->from = page(asking).after_last;
		from = cpu_ms();
		page(asking);
		times[rounds++] = cpu_ms() - from;
		if (!next)
			arena_clear(&asking->arena);
	}
	snprintf(line, sizeof(line), "%s ms", what);
	say(line, quantile(times, (size_t)rounds, 0.5));
}

static void scan(struct asking *asking, const char *what, const char *text)
{
	double times[3];
	struct error err;
	int64_t count;

	for (int i = 0; i < 3; i++) {
		double from = cpu_ms();
		parse(asking, text, i);
		need(asking->store->ops->sample_count(asking->store, &asking->query, &count, &err), &err);
		times[i] = cpu_ms() - from;
	}
	say(what, quantile(times, 3, 0.5));
}

static void facets(struct asking *asking, const char *what, const char *text, int rounds)
{
	static const enum facet_key keys[] = { FACET_MODEL, FACET_STATUS, FACET_RULE, FACET_LANG, FACET_CATEGORY, FACET_DAY };
	struct facet_request request = { &asking->query, keys, 6, 10, SORT_ID };
	double times[ROUNDS];
	struct facets out;
	struct error err;

	for (int i = 0; i < rounds; i++) {
		double from = cpu_ms();
		parse(asking, text, i);
		do
			need(asking->store->ops->facets(asking->store, &asking->arena, &request, &out, &err), &err);
		while (!out.readiness.ready);
		times[i] = cpu_ms() - from;
	}
	say(what, quantile(times, (size_t)rounds, 0.5));
}

static void jump(struct asking *asking)
{
	struct seek_request request = { &asking->query, SORT_NEWEST, SEEK_PERCENT, 50, 0 };
	double times[ROUNDS];
	struct seek out;
	struct error err;

	for (int i = 0; i < ROUNDS; i++) {
		double from = cpu_ms();
		parse(asking, "", i);
		do
			need(asking->store->ops->sample_seek(asking->store, &asking->arena, &request, &out, &err), &err);
		while (!out.readiness.ready);
		asking->from = out.from;
		page(asking);
		times[i] = cpu_ms() - from;
	}
	say("page at 50 % ms", quantile(times, ROUNDS, 0.5));
}

int main(int argc, char **argv)
{
	struct asking asking = { .store = NULL };

	if (argc != 2) {
		fprintf(stderr, "usage: store_search STORE\n");
		return 2;
	}
	asking.store = need_store(argv[1]);
	pages(&asking, "first page", "", false);
	pages(&asking, "next page", "", true);
	pages(&asking, "one model", "model:lumen-2", false);
	pages(&asking, "two filters", "model:lumen-2 lang:rust", false);
	pages(&asking, "common word", "return", false);
	pages(&asking, "rare word", "merge557", false);
	pages(&asking, "two words", "fetch retry", false);
	pages(&asking, "phrase", "\"catch err\"", false);
	pages(&asking, "prefix", "mer*", false);
	pages(&asking, "part of words", "text:\"ync func\"", false);
	pages(&asking, "pattern", "re:log\\.warn\\(.query", false);
	scan(&asking, "scan for a part ms", "text:zqxjkv");
	facets(&asking, "six facets, cold ms", "", 1);
	facets(&asking, "six facets ms", "", ROUNDS);
	facets(&asking, "six facets of a filter ms", "lang:rust", ROUNDS);
	jump(&asking);
	arena_release(&asking.arena);
	arena_release(&asking.query_arena);
	asking.store->ops->close(asking.store);
	return 0;
}
