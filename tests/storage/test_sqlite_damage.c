/*
 * Damaged files: a store of everything, cut off at many places, with bytes changed at many
 * places: the file's header, each page's header, anywhere. It is refused with a reason, or
 * the check finds something, or all answers (but for the words of the log) are what they
 * were: none is wrong in silence. Nothing crashes (under ASan too), whatever is asked, and judged, in such a store.
 *
 * $AITIA_TORTURE: many more. $AITIA_SEED: other ones.
 */
#include "tests/storage/sqlite_fixture.h"
#include "tests/support/store_load.h"
#include "tests/support/store_read.h"

struct damaging {
	struct fixture *f;
	struct load load;
	struct slice whole;      /* the store's bytes */
	struct strbuf expected;  /* its answers */
	char *bytes;             /* to be damaged */
	size_t page_bytes;
	char what[160];
	long tried, refused, found, harmless;
};

static uint64_t seed;

/* xorshift64*, by Vigna */
static uint32_t roll(uint32_t sides)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 2685821657736338717u) >> 32) % (sides ? sides : 1);
}

static bool is_long(void)
{
	return getenv("AITIA_TORTURE") != NULL;
}

/* Without the log, whose words (names, summaries, values that did not last) nothing else tells. */
static void cut_log(struct strbuf *answers)
{
	const char *log = strstr(answers->text, "\nedit ");

	if (log)
		strbuf_truncate(answers, (size_t)(log - answers->text));
}

static int setup(void **state)
{
	struct damaging *d = calloc(1, sizeof(*d));
	const char *given = getenv("AITIA_SEED");
	void *fixture;

	if (!d || fixture_setup(&fixture) != 0)
		return -1;
	d->f = fixture;
	*state = d;
	seed = given ? strtoull(given, NULL, 10) : 20261127;
	setenv("AITIA_NOW", "2026-02-03T04:05:06Z", 1);
	load_init(&d->load, d->f->folder);
	load_make_other(&d->load);
	for (size_t i = 0; i < load_step_count; i++)
		if (load_steps[i].run(&d->load) != STATUS_OK)
			return -1;
	strbuf_init(&d->expected);
	if (store_read(d->load.store, &d->expected, &d->load.err) != STATUS_OK)
		return -1;
	cut_log(&d->expected);
	load_close(&d->load);
	d->whole = fixture_bytes(d->f, d->load.path);
	d->bytes = mem_alloc(d->whole.len_bytes);
	d->page_bytes = (size_t)((unsigned char)d->whole.at[16] << 8 | (unsigned char)d->whole.at[17]);
	return 0;
}

static int teardown(void **state)
{
	struct damaging *d = *state;
	void *fixture = d->f;

	load_release(&d->load);
	strbuf_release(&d->expected);
	free(d->bytes);
	free(d);
	return fixture_teardown(&fixture);
}

/* ---- one damage ---------------------------------------------------------------------------- */

/* Edits of all kinds; how they end does not matter. */
static void edit_something(struct damaging *d)
{
	for (size_t i = 1; i < load_step_count && d->load.store; i++)
		(void)load_steps[i].run(&d->load);
}

static void first_difference(const char *is, const char *expected)
{
	while (*is && *is == *expected) {
		is++;
		expected++;
	}
	print_error("expected: %.120s\nis:       %.120s\n", expected, is);
}

static void look(struct damaging *d, size_t len_bytes)
{
	struct strbuf answers = STRBUF_INIT;
	int64_t findings = 0;
	enum status checked, read;

	snprintf(d->f->path, sizeof(d->f->path), "%.90s", d->load.path);
	fixture_write(d->f, (struct slice){ d->bytes, len_bytes });
	d->tried++;
	d->load.err = (struct error){ .text = "" };
	if (sqlite_store_open(d->load.path, NULL, &d->load.store, &d->load.err) != STATUS_OK) {
		if (!strstr(d->load.err.text, "store.db"))
			fail_msg("%s: refused without a reason: '%s'", d->what, d->load.err.text);
		d->refused++;
		return;
	}
	checked = d->load.store->ops->check(d->load.store, false, NULL, NULL, &findings, &d->load.err);
	read = store_read(d->load.store, &answers, &d->load.err);
	cut_log(&answers);
	if (checked != STATUS_OK || findings) {
		d->found++;
	} else if (read != STATUS_OK) {
		fail_msg("%s: the check finds nothing, but reading fails: %s", d->what, d->load.err.text);
	} else if (strcmp(answers.text, d->expected.text) != 0) {
		first_difference(answers.text, d->expected.text);
		fail_msg("%s: a wrong answer, and the check finds nothing", d->what);
	} else {
		d->harmless++;
	}
	strbuf_release(&answers);
	if (d->tried % 8 == 0)
		edit_something(d);
	load_close(&d->load);
	arena_clear(&d->load.arena);
	for (int i = 0; i < 3; i++) {
		static const char *const endings[] = { "-wal", "-shm", "-journal" };
		char name[160];
		snprintf(name, sizeof(name), "%s%s", d->load.path, endings[i]);
		unlink(name);
	}
}

static void fresh(struct damaging *d)
{
	memcpy(d->bytes, d->whole.at, d->whole.len_bytes);
}

static void set_byte(struct damaging *d, size_t at, uint32_t value)
{
	fresh(d);
	snprintf(d->what, sizeof(d->what), "byte %zu (page %zu, %zu) is %u, was %u", at, at / d->page_bytes + 1,
		 at % d->page_bytes, value, (unsigned char)d->bytes[at]);
	d->bytes[at] = (char)value;
	look(d, d->whole.len_bytes);
}

static void report(struct damaging *d)
{
	print_message("    %ld damages: %ld refused, %ld found by the check, %ld harmless\n", d->tried, d->refused, d->found,
		      d->harmless);
}

/* ---- many -------------------------------------------------------------------------------------- */

static void cut_off(void **state)
{
	struct damaging *d = *state;
	size_t pages = d->whole.len_bytes / d->page_bytes;
	int times = is_long() ? 500 : 12;

	for (int i = 0; i < times; i++) {
		size_t len = i % 2 ? roll((uint32_t)d->whole.len_bytes) : d->page_bytes * roll((uint32_t)pages);
		fresh(d);
		snprintf(d->what, sizeof(d->what), "cut off at %zu of %zu", len, d->whole.len_bytes);
		look(d, len);
	}
	report(d);
	assert_int_equal(d->harmless, 0);
}

static void header_of_the_file(void **state)
{
	struct damaging *d = *state;

	for (size_t at = 0; at < STORE_HEADER_BYTES; at += is_long() ? 1 : 1 + roll(9)) {
		set_byte(d, at, (unsigned char)d->whole.at[at] ^ 1u << roll(8));
		if (is_long())
			set_byte(d, at, roll(256));
	}
	report(d);
	assert_true(d->refused > 1);
}

/* Type, free blocks, number of cells, start of the cells, of every page; then of its cells. */
static void headers_of_pages(void **state)
{
	struct damaging *d = *state;

	for (size_t page = 0; page * d->page_bytes < d->whole.len_bytes; page += is_long() ? 1 : 2) {
		size_t start = page ? page * d->page_bytes : STORE_HEADER_BYTES;
		for (size_t i = is_long() ? 0 : roll(12); i < 20; i += is_long() ? 1 : 40)
			set_byte(d, start + i, roll(256));
	}
	report(d);
	assert_true(d->found > 10);
}

static void bytes_anywhere(void **state)
{
	struct damaging *d = *state;
	int times = is_long() ? 5000 : 30;

	for (int i = 0; i < times; i++) {
		size_t at = roll((uint32_t)d->whole.len_bytes);
		/* Much of it is empty: where something stands, if it can be found. */
		for (int tries = 0; tries < 50 && d->whole.at[at] == 0; tries++)
			at = roll((uint32_t)d->whole.len_bytes);
		set_byte(d, at, (unsigned char)d->whole.at[at] ^ 1u << roll(8));
	}
	report(d);
	assert_true(d->found > 5);
}

/* Whole sectors that are those of another place, or nothing. */
static void sectors_anywhere(void **state)
{
	struct damaging *d = *state;
	int times = is_long() ? 1000 : 12;
	size_t sectors = d->whole.len_bytes / 512;

	for (int i = 0; i < times; i++) {
		size_t to = roll((uint32_t)sectors), from = roll((uint32_t)sectors);
		fresh(d);
		snprintf(d->what, sizeof(d->what), "sector %zu is that of %zu", to, from);
		if (i % 3)
			memcpy(d->bytes + to * 512, d->whole.at + from * 512, 512);
		else
			memset(d->bytes + to * 512, 0, 512);
		look(d, d->whole.len_bytes);
	}
	report(d);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cut_off, setup, teardown),
		cmocka_unit_test_setup_teardown(header_of_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(headers_of_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_anywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(sectors_anywhere, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: damage", tests, NULL, NULL);
}
