/*
 * What judging costs: one sample, durable, against a bare commit of one row and a bare
 * fdatasync; and many at once, against a bare UPDATE of the same rows, with undo and redo.
 * And how long somebody else's columns (columns.h) are busy with ten thousand that changed here
 * and there: each step holds their lock.
 *
 *     store_edits STORE SAMPLES     a store without judgements; the first so many are judged
 */
#include <fcntl.h>
#include <unistd.h>

#include "tests/bench/store.h"

#define SINGLES 300

struct timed {
	double wall, cpu;
};

static struct timed begin(void)
{
	return (struct timed){ wall_ms(), cpu_ms() };
}

static void end(const char *what, struct timed began)
{
	char line[128];

	snprintf(line, sizeof(line), "%s wall ms", what);
	say(line, wall_ms() - began.wall);
	snprintf(line, sizeof(line), "%s cpu ms", what);
	say(line, cpu_ms() - began.cpu);
}

static void say_quantiles(const char *what, double *times)
{
	char line[128];

	snprintf(line, sizeof(line), "%s p50 ms", what);
	say(line, quantile(times, SINGLES, 0.5));
	snprintf(line, sizeof(line), "%s p99 ms", what);
	say(line, quantile(times, SINGLES, 0.99));
}

static void annotate(struct store *store, const int64_t *ids, size_t count)
{
	static const char *const symptoms[] = { "wrong_logic" };
	struct annotate_request request = {
		.samples = ids, .sample_count = count,
		.annotation = { .cause = "model/hallucination", .symptoms = symptoms, .symptom_count = 1,
				.severity = SEVERITY_Q2, .confidence = CONFIDENCE_LIKELY },
	};
	struct error err;
	int64_t edit;

	need(store->ops->annotate(store, "bench", &request, &edit, &err), &err);
}

/* In turn, so that all meet the same moods of the disk. The connection is one of the engine: WAL,
 * synchronous=EXTRA. */
static void singles(struct store *store, const char *path, int64_t first)
{
	double synced[SINGLES], committed[SINGLES], annotated[SINGLES], from;
	char name[512], bytes[4096] = { 0 };
	sqlite3 *db = sqlite_of(store)->handle;
	sqlite3_stmt *stmt;
	int fd;

	snprintf(name, sizeof(name), "%s-fdatasync", path);
	fd = open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (sqlite3_prepare_v2(db, "UPDATE sample SET baseline = baseline + 1 WHERE id = ?", -1, &stmt, NULL) != SQLITE_OK)
		exit(1);
	for (int i = 0; i < SINGLES; i++) {
		int64_t id = first + i;
		from = wall_ms();
		if (pwrite(fd, bytes, sizeof(bytes), (off_t)i * 4096) != (ssize_t)sizeof(bytes) || fdatasync(fd) != 0)
			exit(1);
		synced[i] = wall_ms() - from;
		from = wall_ms();
		sqlite3_bind_int64(stmt, 1, SINGLES + 1 - i);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			exit(1);
		sqlite3_reset(stmt);
		committed[i] = wall_ms() - from;
		from = wall_ms();
		annotate(store, &id, 1);
		annotated[i] = wall_ms() - from;
	}
	sqlite3_finalize(stmt);
	close(fd);
	unlink(name);
	say_quantiles("bare fdatasync", synced);
	say_quantiles("bare commit", committed);
	say_quantiles("annotate", annotated);
}

static void bulk(struct store *store, int64_t count)
{
	struct sqlite_store *db = sqlite_of(store);
	struct arena arena = ARENA_INIT;
	int64_t *ids = arena_array(&arena, (size_t)count, sizeof(*ids));
	struct timed began;
	struct edit edit;
	struct error err;
	char sql[256];

	for (int64_t i = 0; i < count; i++)
		ids[i] = i + 1;
	snprintf(sql, sizeof(sql), "UPDATE sample SET status = 2, disposition = 1, severity = 2, cause = 6, version = 1"
		 " WHERE id <= %lld", (long long)count);
	began = begin();
	need_sql(db->handle, sql);
	end("bare update", began);
	snprintf(sql, sizeof(sql), "UPDATE sample SET status = 0, disposition = 0, severity = 0, cause = NULL, version = 0"
		 " WHERE id <= %lld; PRAGMA wal_checkpoint(TRUNCATE)", (long long)count);
	need_sql(db->handle, sql);
	began = begin();
	annotate(store, ids, (size_t)count);
	end("bulk annotate", began);
	need_sql(db->handle, "PRAGMA wal_checkpoint(TRUNCATE)");
	began = begin();
	need(store->ops->undo(store, &arena, "bench", 0, &edit, &err), &err);
	end("bulk undo", began);
	need_sql(db->handle, "PRAGMA wal_checkpoint(TRUNCATE)");
	began = begin();
	need(store->ops->redo(store, &arena, "bench", &edit, &err), &err);
	end("bulk redo", began);
	arena_release(&arena);
}

#define SCATTERED 10000

/* Steps until values can be counted: all of them together, and the longest. */
static void steps(struct store *store, const char *what, bool tell)
{
	static const enum facet_key keys[] = { FACET_STATUS };
	struct arena arena = ARENA_INIT;
	struct facet_request request = { .keys = keys, .key_count = 1, .sort = SORT_ID };
	double began = cpu_ms(), longest = 0;
	struct facets out;
	struct query query;
	struct error err;
	char line[128];

	need(query_parse(&arena, "", "bench", &query, &err), &err);
	request.query = &query;
	do {
		double from = cpu_ms();
		need(store->ops->facets(store, &arena, &request, &out, &err), &err);
		longest = cpu_ms() - from > longest ? cpu_ms() - from : longest;
	} while (!out.readiness.ready);
	arena_release(&arena);
	if (!tell)
		return;
	snprintf(line, sizeof(line), "%s cpu ms", what);
	say(line, cpu_ms() - began);
	snprintf(line, sizeof(line), "%s, longest step cpu ms", what);
	say(line, longest);
}

static void scattered(struct store *store, const char *path)
{
	struct triage_request request = { .sample_count = SCATTERED, .status = SAMPLE_NEEDS_INFO };
	int64_t *ids = mem_zalloc(SCATTERED, sizeof(*ids)), apart = 0, edit;
	struct store *other = need_store(path);
	struct error err;

	need(sql_number_plain(sqlite_of(store), SQL_MAX_SAMPLE, &apart, NULL, &err), &err);
	apart = apart / SCATTERED;
	for (int64_t i = 0; apart && i < SCATTERED; i++)
		ids[i] = i * apart + 1;
	request.samples = ids;
	if (apart) {
		steps(other, "", false);
		need(store->ops->triage(store, "bench", &request, &edit, &err), &err);
		steps(other, "10000 read again", true);
	}
	other->ops->close(other);
	free(ids);
}

int main(int argc, char **argv)
{
	int64_t count = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
	struct store *store;

	if (count < 1) {
		fprintf(stderr, "usage: store_edits STORE SAMPLES\n");
		return 2;
	}
	store = need_store(argv[1]);
	singles(store, argv[1], count > 2 * SINGLES ? count - SINGLES + 1 : 1);
	need_sql(sqlite_of(store)->handle, "PRAGMA wal_checkpoint(TRUNCATE)");
	bulk(store, count > 2 * SINGLES ? count - SINGLES : count);
	scattered(store, argv[1]);
	store->ops->close(store);
	return 0;
}
