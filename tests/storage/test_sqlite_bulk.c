/* Imports of many samples: what is kept apart, in memory or behind, shows in nothing but time. */
#include <signal.h>
#include <sys/wait.h>

#include "storage/sqlite/import.h"
#include "storage/sqlite/own.h"
#include "storage/sqlite/migrate.h"
#include "tests/storage/sqlite_fixture.h"

static void begin(struct contract_state *c)
{
	struct batch batch = { .source = "x", .format = "jsonl", .reviewer = "ann" };

	assert_ok(c, c->ops->import_begin(c->store, &batch, &c->err));
}

static enum import_outcome put(struct contract_state *c, const struct sample *sample)
{
	enum import_outcome outcome;

	assert_ok(c, c->ops->import_add(c->store, sample, &outcome, &c->err));
	return outcome;
}

static void commit(struct contract_state *c, struct batch *batch)
{
	assert_ok(c, c->ops->import_commit(c->store, NULL, batch, &c->err));
}

static int64_t number_of(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	int64_t number;

	assert_int_equal(sqlite3_prepare_v2(sqlite_of(f->c.store)->handle, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return number;
}

static int64_t index_count(struct fixture *f)
{
	return number_of(f, "SELECT count(*) FROM sqlite_schema WHERE type = 'index'");
}

/* ---- values of a sample's own ----------------------------------------------------------- */

#define OWN_SAMPLES 3000

/* `request` is of no two samples, `latency` of hardly two, `team` of all, `zone` of a fifth. */
static struct sample measured(struct arena *arena, int n)
{
	struct provenance *p = arena_array(arena, 6, sizeof(*p));
	struct sample sample = { .external_id = arena_printf(arena, "s%d", n), .provenance = p, .provenance_count = 6 };

	p[0] = (struct provenance){ "request", arena_printf(arena, "r-%d", n), CERTAINTY_RECORDED };
	p[1] = (struct provenance){ "team", "blue", CERTAINTY_GUESSED };
	p[2] = (struct provenance){ "latency", arena_printf(arena, "%d", n * 7 % 1511), CERTAINTY_DERIVED };
	p[3] = (struct provenance){ "zone", arena_printf(arena, "z%d", n % 5), CERTAINTY_RECORDED };
	p[4] = (struct provenance){ "request", "second", CERTAINTY_GUESSED };
	p[5] = (struct provenance){ "last", "", CERTAINTY_RECORDED };
	sample.fingerprint = sample_fingerprint(&sample);
	return sample;
}

static void import_measured(struct contract_state *c, struct batch *batch)
{
	begin(c);
	for (int n = 0; n < OWN_SAMPLES; n++) {
		struct sample sample = measured(&c->arena, n);
		put(c, &sample);
	}
	commit(c, batch);
}

static void values_of_their_own_show_like_all(void **state)
{
	struct fixture *f = *state;
	struct contract_state *c = &f->c;
	struct batch batch;

	fixture_create(f);
	import_measured(c, &batch);
	assert_int_equal(batch.imported, OWN_SAMPLES);
	/* Both were taken out, and the others were not. */
	assert_int_equal(number_of(f, "SELECT count(*) FROM own_key WHERE text IN ('request', 'latency')"), 2);
	assert_int_equal(number_of(f, "SELECT count(*) FROM own_key"), 2);
	assert_in_range(number_of(f, "SELECT count(*) FROM provenance"), 5, OWN_SAMPLES / 2);
	for (int n = 0; n < OWN_SAMPLES; n += 7) {
		struct sample given = measured(&c->arena, n), *is = contract_get(c, n + 1);
		assert_int_equal(is->provenance_count, given.provenance_count);
		for (size_t i = 0; i < is->provenance_count; i++) {
			assert_string_equal(is->provenance[i].key, given.provenance[i].key);
			assert_string_equal(is->provenance[i].value, given.provenance[i].value);
			assert_int_equal(is->provenance[i].certainty, given.provenance[i].certainty);
		}
	}
	/* Of the first ones, which are in sets, and of the last ones. */
	assert_int_equal(contract_count(c, "@request:r-5"), 1);
	assert_int_equal(contract_count(c, "@request:r-2995"), 1);
	assert_int_equal(contract_count(c, "@request:r-29*"), 1 + 10 + 100); /* r-29, r-29x, r-29xx */
	assert_int_equal(contract_count(c, "-@request:r-2995"), OWN_SAMPLES - 1);
	assert_int_equal(contract_count(c, "@request:second"), 0); /* the first one counts */
	assert_int_equal(contract_count(c, "@latency:7"), 2);
	assert_int_equal(contract_count(c, "@latency:7 @zone:z1"), 1);
	assert_int_equal(contract_count(c, "@team:blue @zone:z2"), OWN_SAMPLES / 5);
	contract_check_clean(c);

	import_measured(c, &batch);
	assert_int_equal(batch.duplicates, OWN_SAMPLES);
	assert_int_equal(contract_count(c, ""), OWN_SAMPLES);
}

static void renewed_samples_have_the_new_values(void **state)
{
	struct fixture *f = *state;
	struct contract_state *c = &f->c;
	struct batch batch;

	fixture_create(f);
	import_measured(c, &batch);
	begin(c);
	for (int n = OWN_SAMPLES - 2; n < OWN_SAMPLES; n++) {
		struct sample sample = measured(&c->arena, n);
		struct provenance *p = arena_array(&c->arena, 1, sizeof(*p));
		p[0] = (struct provenance){ "latency", "none at all", CERTAINTY_RECORDED };
		sample.provenance = p;
		sample.provenance_count = 1;
		assert_int_equal(put(c, &sample), IMPORT_UPDATED);
	}
	commit(c, &batch);
	assert_int_equal(contract_count(c, "@request:r-2999"), 0);
	assert_int_equal(contract_count(c, "@latency:\"none at all\""), 2);
	assert_int_equal(contract_get(c, OWN_SAMPLES)->provenance_count, 1);
	contract_check_clean(c);
}

static void packed_values_are_read_back(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 127, 128, 16383, 16384, (uint64_t)1 << 40 };
	struct strbuf packed = STRBUF_INIT;
	struct own_item item;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		own_add(&packed, &(struct own_item){ numbers[i], numbers[i] + 1, (enum certainty)(i % CERTAINTY_COUNT),
						     { "value", i % 6 } });
	struct slice rest = strbuf_slice(&packed);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		assert_true(own_next(&rest, &item));
		assert_true(item.place == numbers[i] && item.key == numbers[i] + 1);
		assert_int_equal(item.certainty, i % CERTAINTY_COUNT);
		assert_int_equal(item.value.len_bytes, i % 6);
		assert_memory_equal(item.value.at, "value", i % 6);
	}
	assert_false(own_next(&rest, &item));
	assert_int_equal(rest.len_bytes, 0);
	/* Cut anywhere: what is whole is read, and the rest is left. */
	for (size_t len = 0; len < packed.len_bytes; len++) {
		size_t whole = 0;
		char *copy = mem_alloc(len + 1); /* of its own, so that the sanitizer sees a step too far */
		memcpy(copy, packed.text, len);
		rest = (struct slice){ copy, len };
		while (own_next(&rest, &item))
			whole++;
		assert_true(whole < ARRAY_LEN(numbers));
		free(copy);
	}
	rest = (struct slice){ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12 };
	assert_false(own_next(&rest, &item));
	strbuf_release(&packed);
}

static void damaged_values_are_found(void **state)
{
	struct fixture *f = *state;
	struct batch batch;
	int64_t findings = 0;

	fixture_create(f);
	import_measured(&f->c, &batch);
	fixture_close(f);
	fixture_sql(f, "UPDATE sample_own SET items = x'ff00ff' WHERE sample = 2000;"
		       "UPDATE sample_own SET items = x'00630000' WHERE sample = 2001;"
		       "UPDATE sample_own SET items = x'f0010100017a' WHERE sample = 2002");
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_int_equal(contract_get(&f->c, 2000)->provenance_count, 3);
	assert_int_equal(contract_get(&f->c, 2002)->provenance_count, 4); /* far behind its place */
	assert_int_equal(contract_count(&f->c, "@latency:-1"), 0);
	assert_ok(&f->c, f->c.ops->check(f->c.store, false, NULL, NULL, &findings, &f->c.err));
	assert_int_equal(findings, 2 + 3); /* and none of the three samples is what came in */
}

/* ---- what is known from memory ------------------------------------------------------------ */

static void seen_digests_are_found_until_it_is_full(void **state)
{
	struct seen seen;
	int64_t id = 1;

	(void)state;
	seen_init(&seen, true, 200000);
	for (;; id++) {
		struct digest digest = digest_of((struct slice){ (const char *)&id, sizeof(id) });
		if (!seen_add(&seen, 17, &digest, id))
			break;
		if (id % 101 == 0 || id < 5000) {
			size_t at = 0;
			int64_t row;
			while ((row = seen_next(&seen, 17, &digest, &at)) != id)
				assert_true(row != 0);
		}
	}
	assert_int_equal(id, 200001);
	assert_false(seen.complete);
}

/* The bounds are met in the middle of the file. */
static void what_memory_cannot_hold_is_looked_up(void **state)
{
	struct fixture *f = *state;
	struct contract_state *c = &f->c;
	struct sqlite_store *db;
	struct batch batch;
	int64_t indexes;

	fixture_create(f);
	db = sqlite_of(c->store);
	indexes = index_count(f);
	begin(c);
	db->import->bodies.len_max = db->import->samples.len_max = 3000;
	for (int64_t n = 1; n <= 8000; n++) {
		struct sample sample = contract_sample(&c->arena, n), earlier = contract_sample(&c->arena, 1 + n / 2);
		assert_int_equal(put(c, &sample), IMPORT_NEW);
		if (n % 3 == 0)
			assert_int_equal(put(c, &earlier), IMPORT_DUPLICATE);
	}
	assert_false(db->import->bodies.complete);
	assert_false(db->import->samples.complete);
	commit(c, &batch);
	assert_int_equal(batch.imported, 8000);
	assert_int_equal(index_count(f), indexes);
	/* Prompts are of one sample each, and every third shares its code. */
	assert_int_equal(number_of(f, "SELECT count(*) FROM body"), 8000 + 8000 - 8000 / 3 + 1);
	contract_check_clean(c);
}

/* `most`: digests that may be in memory; `hostile`: what somebody did to the store before, NULL: nothing; *keys: the indexes
 * of digests that are left behind many. */
static void import_many(struct fixture *f, size_t most, const char *hostile, int64_t *keys)
{
	struct contract_state *c = &f->c;
	struct batch batch;
	int64_t indexes, during;

	fixture_create(f);
	contract_import(c, 1, 50);
	if (hostile) {
		fixture_close(f);
		fixture_sql(f, hostile);
		assert_ok(c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	}
	indexes = index_count(f);
	begin(c);
	sqlite_of(c->store)->import->bodies.len_max = most;
	for (int64_t n = 40; n <= 10100; n++) {
		struct sample sample = contract_sample(&c->arena, n);
		assert_int_equal(put(c, &sample), n <= 50 ? IMPORT_DUPLICATE : IMPORT_NEW);
	}
	during = index_count(f);
	assert_true(during < indexes);
	*keys = number_of(f, "SELECT count(*) FROM sqlite_schema WHERE name IN ('sample_fingerprint', 'body_sha256')");
	/* Of before this import, of before the indexes went, and of after it. */
	for (size_t i = 0; i < 3; i++) {
		struct sample sample = contract_sample(&c->arena, ((const int64_t[]){ 7, 2000, 10090 })[i]);
		assert_int_equal(put(c, &sample), IMPORT_DUPLICATE);
	}
	commit(c, &batch);
	assert_int_equal(index_count(f), indexes);
	assert_int_equal(contract_count(c, ""), 10100);
	if (!hostile)
		contract_check_clean(c);
}

static void indexes_are_made_again_behind_many(void **state)
{
	int64_t keys;

	import_many(*state, 3000000, NULL, &keys);
	assert_int_equal(keys, 0);
}

static void digests_that_do_not_fit_keep_their_indexes(void **state)
{
	int64_t keys;

	import_many(*state, 20000, NULL, &keys);
	assert_int_equal(keys, 2);
}

/* One "character", as substr() counts them, of thousands of bytes. */
static void digests_that_are_texts_keep_their_indexes(void **state)
{
	struct fixture *f = *state;
	struct strbuf sql = STRBUF_INIT;
	int64_t keys;

	strbuf_addstr(&sql, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'body';"
			    "PRAGMA writable_schema = RESET; UPDATE body SET sha256 = CAST(x'c2");
	for (int i = 0; i < 20000; i++)
		strbuf_addstr(&sql, "80");
	strbuf_addstr(&sql, "' AS TEXT) WHERE id = 5");
	import_many(f, 3000000, sql.text, &keys);
	strbuf_release(&sql);
	assert_int_equal(keys, 2);
}

/* More than the greatest id says. */
static void digests_of_negative_rows_keep_their_indexes(void **state)
{
	int64_t keys;

	import_many(*state, 3000000, "INSERT INTO body SELECT -id, randomblob(32), 0, x'' FROM body", &keys);
	assert_int_equal(keys, 2);
}

/* ---- a new store ---------------------------------------------------------------------------- */

/* Larger than the page cache, so that the file is written before the end. */
static void add_large(struct contract_state *c)
{
	char *code = mem_zalloc(1, 65537);

	memset(code, 'x', 65536);
	for (int n = 0; n < 600; n++) {
		struct sample sample = { .external_id = arena_printf(&c->arena, "%d", n), .code = { code, 65536 } };
		snprintf(code, 16, "%d", n);
		sample.fingerprint = sample_fingerprint(&sample);
		assert_int_equal(put(c, &sample), IMPORT_NEW);
	}
	free(code);
}

static bool has_journal(struct fixture *f)
{
	char path[128];

	snprintf(path, sizeof(path), "%s-journal", f->path);
	return access(path, F_OK) == 0;
}

static void new_store_is_filled_without_the_log(void **state)
{
	struct fixture *f = *state;
	struct batch batch;

	fixture_create(f);
	begin(&f->c);
	add_large(&f->c);
	assert_true(has_journal(f));
	f->c.ops->import_abort(f->c.store);
	assert_false(has_journal(f));
	assert_int_equal(contract_count(&f->c, ""), 0);
	contract_check_clean(&f->c);
	begin(&f->c);
	add_large(&f->c);
	commit(&f->c, &batch);
	assert_false(has_journal(f));
	assert_int_equal(contract_count(&f->c, ""), 600);
	contract_check_clean(&f->c);
	fixture_close(f);
	assert_int_equal(fixture_files(f), 1);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_string_equal(sqlite_store_journal_mode(f->c.store), "wal");
	/* From now on there is something to read meanwhile. */
	begin(&f->c);
	assert_false(has_journal(f));
	f->c.ops->import_abort(f->c.store);
}

static void killed_first_import_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	int how;

	fixture_create(f);
	fixture_close(f);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (fixture_open(f, (struct sqlite_open_options){ 0 }) == STATUS_OK) {
			begin(&f->c);
			add_large(&f->c);
			raise(SIGKILL);
		}
		_exit(1);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
	assert_true(has_journal(f));
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_string_equal(sqlite_store_journal_mode(f->c.store), "wal");
	assert_int_equal(contract_count(&f->c, ""), 0);
	contract_check_clean(&f->c);
	contract_import(&f->c, 1, 100);
	assert_int_equal(contract_count(&f->c, ""), 100);
	contract_check_clean(&f->c);
}

/* Somebody else has the empty store open: it is filled so that they can go on. */
static void others_go_on_reading_a_new_store(void **state)
{
	struct fixture *f = *state;
	struct contract_state other = { 0 };
	struct batch batch;

	fixture_create(f);
	assert_ok(&f->c, sqlite_store_open(f->path, NULL, &other.store, &f->c.err));
	other.ops = other.store->ops;
	assert_int_equal(contract_count(&other, ""), 0);
	begin(&f->c);
	add_large(&f->c);
	assert_false(has_journal(f));
	assert_int_equal(contract_count(&other, ""), 0);
	commit(&f->c, &batch);
	assert_int_equal(contract_count(&other, ""), 600);
	contract_check_clean(&other);
	other.ops->close(other.store);
	arena_release(&other.arena);
}

/* ---- a store of before -------------------------------------------------------------------- */

static void bodies_survive_being_made_anew(void **state)
{
	struct fixture *f = *state;
	const struct sample sample = { .code = slice_of("int x;") };
	struct digest digest = digest_of(sample.code), content = sample_content_digest(&sample);
	char hex[DIGEST_HEX_LEN + 1], content_hex[DIGEST_HEX_LEN + 1], *sql;

	digest_hex(&digest, hex);
	digest_hex(&content, content_hex);
	fixture_sql(f, migrations[0].sql);
	fixture_sql(f, migrations[1].sql);
	sql = arena_printf(&f->c.arena,
		"PRAGMA application_id = %d; PRAGMA user_version = 2;"
		"INSERT INTO body VALUES (4, x'%s', 6, CAST('int x;' AS BLOB));"
		"INSERT INTO batch VALUES (1, 's', 'jsonl', NULL, 'ann', 0, 0, 0, 1, 1, 0, 0, 0);"
		"INSERT INTO sample (id, fingerprint, content_digest, batch, kind, code, produced_us, produced_precision, baseline,"
		" illustrative, title, level, line, status, disposition, severity, version)"
		" VALUES (1, x'%s', x'%s', 1, 0, 4, %lld, 0, 0, 0, '%s', 0, 0, 0, 0, 0, 0)",
		STORE_APPLICATION_ID, hex, hex, content_hex, (long long)TIME_UNKNOWN_US,
		sample_title(&f->c.arena, &sample));
	fixture_sql(f, sql);
	assert_ok(&f->c, fixture_open(f, (struct sqlite_open_options){ 0 }));
	assert_true(slice_eq(contract_get(&f->c, 1)->code, slice_of("int x;")));
	contract_check_clean(&f->c);
	assert_int_equal(number_of(f, "PRAGMA foreign_keys"), 1);
	contract_import(&f->c, 1, 20);
	assert_int_equal(contract_count(&f->c, ""), 21);
	contract_check_clean(&f->c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(values_of_their_own_show_like_all), FIXTURE_TEST(renewed_samples_have_the_new_values),
		FIXTURE_TEST(packed_values_are_read_back),       FIXTURE_TEST(damaged_values_are_found),
		FIXTURE_TEST(seen_digests_are_found_until_it_is_full),
		FIXTURE_TEST(what_memory_cannot_hold_is_looked_up), FIXTURE_TEST(indexes_are_made_again_behind_many),
		FIXTURE_TEST(digests_that_do_not_fit_keep_their_indexes),
		FIXTURE_TEST(digests_that_are_texts_keep_their_indexes),
		FIXTURE_TEST(digests_of_negative_rows_keep_their_indexes),
		FIXTURE_TEST(new_store_is_filled_without_the_log), FIXTURE_TEST(killed_first_import_leaves_nothing),
		FIXTURE_TEST(others_go_on_reading_a_new_store),  FIXTURE_TEST(bodies_survive_being_made_anew),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: imports of many", tests, NULL, NULL);
}
