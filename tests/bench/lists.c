/*
 * What lists, counts, facets and jumps cost as a store grows: `make bench-lists`.
 *
 *     lists FOLDER ROWS…       stores of so many samples are made there (once) and asked
 *
 * The stores are filled by SQL: an import of ten million records takes longer and
 * says nothing about lists. Each figure is a median; what counts are the ratios
 * between stores in one run. Times are ms of CPU: others on the machine do not count.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "storage/sqlite/sqlite_db.h"

#define ROUNDS 15
#define PAGE 60
#define SIZES_MAX 8

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void need(enum status status, const struct error *err)
{
	if (status == STATUS_OK)
		return;
	fprintf(stderr, "lists: %s\n", err->text);
	exit(1);
}

static double resident_mib(void)
{
	long pages = 0, all = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

/* ---- stores ------------------------------------------------------------------------------ */

/* One model after the other in the course of time, rules and languages with a few
 * common and many rare ones, one sample of fifty judged. */
static const char fill_sql[] =
	"INSERT INTO batch VALUES (1, 'bench', 'jsonl', zeroblob(32), 'bench', 0, 7, 0, (SELECT n FROM size), (SELECT n FROM size), 0, 0, 0);"
	"INSERT INTO edit (id, uuid, at_us, at_precision, reviewer, kind, state, redoable, verb, summary, batch,"
	" last_annotation) VALUES (1, zeroblob(16), 0, 7, 'bench', 3, 0, 0, 'import', '', 1, (SELECT n FROM size));"
	"INSERT INTO word (text) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
	" SELECT CASE WHEN i <= 20 THEN 'lang' || i WHEN i <= 30 THEN 'model' || (i - 20) WHEN i <= 35 THEN 'tool' || (i - 30)"
	" ELSE 'rule' || (i - 35) END FROM n;"
	"INSERT INTO attribute (id, key, value) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50)"
	" SELECT i, CASE WHEN i <= 10 THEN 'gen_ai.response.model' ELSE 'harness.version' END,"
	" CASE WHEN i <= 10 THEN 'model' || i ELSE 'harness' || (i - 10) END FROM n;"
	"INSERT INTO provenance (id, sha256) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
	" SELECT i, CAST(printf('%032d', i) AS BLOB) FROM n;"
	"INSERT INTO provenance_item SELECT id, 1, (id - 1) / 40 + 1, 0, 0 FROM provenance"
	" UNION ALL SELECT id, 2, (id - 1) % 40 + 11, 0, 0 FROM provenance;"
	"INSERT INTO sample SELECT i, CAST(printf('%032d', i) AS BLOB), zeroblob(32), 1, h % 6, NULL, NULL, NULL, NULL, NULL,"
	" 1 + min(h / 7 % 20, h / 140 % 20), 'src/part' || (h % 211) || '/module' || (h / 211 % 997) || '.c', h % 500 + 1, NULL,"
	" NULL, NULL, CASE WHEN h % 3 = 0 THEN 'session-' || (i / 20) END, i % 20 + 1,"
	" 1700000000000000 + i * (31536000000000 / (SELECT n FROM size)), 6, 0, 0, (i - 1) * 10 / (SELECT n FROM size) * 40 + h % 40 + 1, 'A finding of the linter, number ' || i,"
	" h / 11 % 4, h % 500 + 1, 36 + min(h / 13 % 365, h / 17 % 365), 21 + (i - 1) * 10 / (SELECT n FROM size),"
	" CASE WHEN h % 50 = 0 THEN 2 WHEN h % 50 < 4 THEN 4 ELSE 0 END,"
	" h % 50 = 0, 0, CASE WHEN h % 50 = 0 THEN (SELECT id FROM code WHERE category = h / 50 % 4 + 1 LIMIT 1) END,"
	" h % 50 = 0 FROM"
	" (WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT n FROM size))"
	" SELECT i, (i * 2654435761) % 4294967291 AS h FROM n);"
	"INSERT INTO flag SELECT id, 1, id % 5, level, 31 + rule % 5, rule, title, line, NULL, NULL, NULL, NULL FROM sample;"
	"INSERT INTO annotation SELECT id, id, 'ann', 0, 7, 0, 0, 1, cause, 0, 0, NULL, 0, NULL, 1 FROM sample WHERE status = 2;";

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK)
		return;
	fprintf(stderr, "lists: %s\n", message ? message : "?");
	exit(1);
}

/* As an import into an empty store does it: indexes afterwards. */
static void fill(const char *path, long long rows)
{
	char sql[128];
	sqlite3 *db;
	sqlite3_stmt *stmt;
	char *drops = sqlite3_mprintf(""), *makes = sqlite3_mprintf("");

	snprintf(sql, sizeof(sql), "CREATE TEMP TABLE size AS SELECT %lld AS n", rows);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		exit(1);
	run_sql(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
	sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN"
			   " ('sample', 'flag')", -1, &stmt, NULL);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		drops = sqlite3_mprintf("%zDROP INDEX %s;", drops, sqlite3_column_text(stmt, 0));
		makes = sqlite3_mprintf("%z%s;", makes, sqlite3_column_text(stmt, 1));
	}
	sqlite3_finalize(stmt);
	run_sql(db, sql);
	run_sql(db, "BEGIN");
	run_sql(db, drops);
	run_sql(db, fill_sql);
	run_sql(db, makes);
	run_sql(db, "COMMIT");
	run_sql(db, "PRAGMA journal_mode = WAL");
	sqlite3_free(drops);
	sqlite3_free(makes);
	sqlite3_close(db);
}

static struct store *open_store(const char *folder, long long rows, bool create)
{
	struct sqlite_open_options options = { .create = create };
	struct store *store;
	struct error err;
	char path[512];

	snprintf(path, sizeof(path), "%s/lists-%lld.db", folder, rows);
	if (create && access(path, F_OK) != 0) {
		char making[520];
		snprintf(making, sizeof(making), "%s.tmp", path);
		unlink(making);
		fprintf(stderr, "lists: making %s\n", path);
		need(sqlite_store_open(making, &options, &store, &err), &err);
		store->ops->close(store);
		fill(making, rows);
		if (rename(making, path) != 0)
			exit(1);
	}
	need(sqlite_store_open(path, &options, &store, &err), &err);
	return store;
}

/* ---- what is asked -------------------------------------------------------------------------- */

enum what { FIRST, NEXT, DEEP, BACK, COUNT, FACET, FACETS, PERCENT };

struct question {
	const char *name;
	enum what what;
	const char *query;
	enum sort_key sort;
	bool columns; /* asked again of columns: without an index */
};

static const struct question questions[] = {
	{ "first page, newest", FIRST, "", SORT_NEWEST, false },
	{ "first page, level", FIRST, "", SORT_LEVEL, false },
	{ "first page, path", FIRST, "", SORT_PATH, false },
	{ "next page, newest", NEXT, "", SORT_NEWEST, false },
	{ "page at 50 %", DEEP, "", SORT_NEWEST, false },
	{ "page back at 50 %", BACK, "", SORT_NEWEST, false },
	{ "first page, one status", FIRST, "status:annotated", SORT_NEWEST, false },
	{ "first page, common model", FIRST, "model:model10", SORT_NEWEST, false },
	{ "first page, old model", FIRST, "model:model1", SORT_NEWEST, true },
	{ "first page, rare rule", FIRST, "rule:rule360", SORT_NEWEST, true },
	{ "first page, common language", FIRST, "lang:lang1", SORT_NEWEST, false },
	{ "first page, old model and language", FIRST, "model:model2 lang:lang1 level:error", SORT_NEWEST, true },
	{ "next page of it", NEXT, "model:model2 lang:lang1 level:error", SORT_NEWEST, true },
	{ "page at 50 % of it", DEEP, "model:model2 lang:lang1 level:error", SORT_NEWEST, true },
	{ "by level, old model and language", FIRST, "model:model3 lang:lang1", SORT_LEVEL, true },
	{ "by path, old model and language", FIRST, "model:model3 lang:lang19", SORT_PATH, true },
	{ "two filters without a common hit", FIRST, "model:model1 after:2024-10", SORT_NEWEST, true },
	{ "count, one status", COUNT, "status:annotated", SORT_ID, true },
	{ "count, model and language", COUNT, "model:model2 lang:lang1 level:error", SORT_ID, true },
	{ "count of all", COUNT, "", SORT_ID, false },
	{ "one facet", FACET, "", SORT_ID, true },
	{ "six facets", FACETS, "", SORT_ID, true },
	{ "six facets under a filter", FACETS, "lang:lang1 level:error", SORT_ID, true },
	{ "jump to 50 % of a filter", PERCENT, "lang:lang1", SORT_NEWEST, true },
};

struct asked {
	struct store *store;
	struct arena arena, query_arena;
	struct query query;
	struct page_cursor from;
	int64_t rows_seen;
};

/* Another query each time, as far as the engine can tell: nothing of the last answer is kept. */
static void parse(struct asked *asked, const char *text, int round)
{
	char varied[256];
	struct error err;

	snprintf(varied, sizeof(varied), "%s%*s", text, text[0] ? round : 0, "");
	arena_clear(&asked->query_arena);
	need(query_parse(&asked->query_arena, varied, "ann", &asked->query, &err), &err);
}

static struct sample_page page(struct asked *asked, const struct question *question, struct page_cursor from, bool backward)
{
	struct page_request request = { &asked->query, question->sort, from, backward, PAGE, 0, false };
	struct sample_page out;
	struct error err;

	need(asked->store->ops->sample_page(asked->store, &asked->arena, &request, &out, &err), &err);
	asked->rows_seen += (int64_t)out.count;
	return out;
}

static struct seek seek(struct asked *asked, const struct question *question)
{
	struct seek_request request = { &asked->query, question->sort, SEEK_PERCENT, 50, 0 };
	struct seek out;
	struct error err;

	do
		need(asked->store->ops->sample_seek(asked->store, &asked->arena, &request, &out, &err), &err);
	while (!out.readiness.ready);
	return out;
}

static int64_t facets(struct asked *asked, size_t key_count, enum sort_key sort)
{
	static const enum facet_key keys[] = { FACET_MODEL, FACET_STATUS, FACET_RULE, FACET_LANG, FACET_CATEGORY, FACET_DAY };
	struct facet_request request = { &asked->query, keys, key_count, 10, sort };
	struct facets out;
	struct error err;

	do
		need(asked->store->ops->facets(asked->store, &asked->arena, &request, &out, &err), &err);
	while (!out.readiness.ready);
	return out.count;
}

/* What has to be known before the clock runs. */
static void prepare(struct asked *asked, const struct question *question)
{
	asked->from = (struct page_cursor){ .set = false };
	if (question->what == NEXT)
		asked->from = page(asked, question, asked->from, false).after_last;
	if (question->what == DEEP || question->what == BACK)
		asked->from = seek(asked, question).from;
}

static void ask(struct asked *asked, const struct question *question)
{
	struct error err;
	int64_t count;

	switch (question->what) {
	case FIRST:
	case NEXT:
	case DEEP: page(asked, question, asked->from, false); break;
	case BACK: page(asked, question, asked->from, true); break;
	case COUNT: need(asked->store->ops->sample_count(asked->store, &asked->query, &count, &err), &err); break;
	case FACET: facets(asked, 1, SORT_ID); break;
	case FACETS: facets(asked, 6, SORT_ID); break;
	case PERCENT: seek(asked, question); break;
	}
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double measure(struct store *store, const struct question *question)
{
	struct asked asked = { .store = store };
	double times[ROUNDS], began = now_ms();
	int rounds = 0;

	/* What takes seconds is asked once. */
	while (rounds < ROUNDS && (rounds == 0 || now_ms() - began < 1000)) {
		double from;
		parse(&asked, question->query, rounds);
		prepare(&asked, question);
		parse(&asked, question->query, ROUNDS + rounds);
		from = now_ms();
		ask(&asked, question);
		times[rounds++] = now_ms() - from;
		if (question->what != NEXT && question->what != DEEP && question->what != BACK)
			arena_clear(&asked.arena);
	}
	arena_release(&asked.arena);
	arena_release(&asked.query_arena);
	qsort(times, (size_t)rounds, sizeof(times[0]), by_size);
	return times[rounds / 2];
}

struct column {
	long long rows;
	double sql[sizeof(questions) / sizeof(questions[0])], in_columns[sizeof(questions) / sizeof(questions[0])];
	double load_ms, longest_ms, resident_mib;
};

/* A count by value that waits for nothing but the loading. */
static void load(struct store *store, struct column *out)
{
	struct asked asked = { .store = store };
	struct facet_request request = { &asked.query, (const enum facet_key[]){ FACET_STATUS }, 1, 1, SORT_NEWEST };
	struct facets facets_out;
	struct error err;
	double before = resident_mib(), began = now_ms();

	parse(&asked, "", 0);
	do {
		double from = now_ms();
		need(store->ops->facets(store, &asked.arena, &request, &facets_out, &err), &err);
		if (now_ms() - from > out->longest_ms)
			out->longest_ms = now_ms() - from;
	} while (!facets_out.readiness.ready);
	out->load_ms = now_ms() - began;
	request.sort = SORT_PATH;
	do
		need(store->ops->facets(store, &asked.arena, &request, &facets_out, &err), &err);
	while (!facets_out.readiness.ready);
	out->resident_mib = resident_mib() - before;
	arena_release(&asked.arena);
	arena_release(&asked.query_arena);
}

static void measure_store(const char *folder, struct column *out)
{
	struct store *store = open_store(folder, out->rows, true);
	const size_t count = sizeof(questions) / sizeof(questions[0]);

	sqlite_of(store)->columns_least = INT64_MAX;
	for (size_t i = 0; i < count; i++)
		out->sql[i] = questions[i].what == FACET || questions[i].what == FACETS || questions[i].what == DEEP ||
			      questions[i].what == BACK || questions[i].what == PERCENT ? -1 : measure(store, &questions[i]);
	store->ops->close(store);
	store = open_store(folder, out->rows, true);
	load(store, out);
	sqlite_of(store)->columns_least = 0;
	for (size_t i = 0; i < count; i++)
		out->in_columns[i] = measure(store, &questions[i]);
	store->ops->close(store);
}

static void print_times(const struct column *columns, size_t count, size_t question)
{
	for (size_t c = 0; c < count; c++) {
		if (columns[c].sql[question] >= 0)
			printf(" %.2f /", columns[c].sql[question]);
		printf(" %.2f |", columns[c].in_columns[question]);
	}
	printf(" %.1f |\n", columns[count - 1].in_columns[question] / columns[0].in_columns[question]);
}

int main(int argc, char **argv)
{
	struct column columns[SIZES_MAX] = { { 0 } };
	size_t count = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: lists FOLDER ROWS...\n");
		return 2;
	}
	for (int i = 2; i < argc && count < SIZES_MAX; i++) {
		columns[count].rows = strtoll(argv[i], NULL, 10);
		measure_store(argv[1], &columns[count++]);
	}
	printf("ms: SQL / with columns in memory; the ratio is that of the largest store to the smallest, with columns\n\n| what |");
	for (size_t c = 0; c < count; c++)
		printf(" %lld |", columns[c].rows);
	printf(" ratio |\n| --- |");
	for (size_t c = 0; c <= count; c++)
		printf(" --- |");
	printf("\n");
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		printf("| %s |", questions[i].name);
		print_times(columns, count, i);
	}
	printf("| loading, ms a million |");
	for (size_t c = 0; c < count; c++)
		printf(" %.0f |", columns[c].load_ms * 1e6 / (double)columns[c].rows);
	printf("  |\n| longest step of it |");
	for (size_t c = 0; c < count; c++)
		printf(" %.0f |", columns[c].longest_ms);
	printf("  |\n| memory, bytes a row (20 with the order of paths) |");
	for (size_t c = 0; c < count; c++)
		printf(" %.1f |", columns[c].resident_mib * 1048576 / (double)columns[c].rows);
	printf("  |\n");
	return 0;
}
