/*
 * Loss of power. While the steps of store_load.c run, at moments taken by chance just
 * before a call that changes the disk, the disk is set down as it would be found after
 * the power is back (disk_model.c), opened and looked through: the check is clean, and
 * what is there is exactly what was there before the step that was under way, or after
 * it. So whatever was acknowledged is there, and nothing is half.
 *
 * $AITIA_SEED: another course of chance. $AITIA_TORTURE: every moment, several losses each.
 */
#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.h"
#include "tests/storage/sqlite_fixture.h"
#include "tests/support/old_store.h"
#include "tests/support/store_load.h"
#include "tests/support/test_vfs.h"

#define MOMENTS 70 /* of a run, about; $AITIA_TORTURE: all of them, each LOSSES times */
#define LOSSES 4

/* What was found after a loss, to be judged when the step is over. */
struct found {
	long call;
	enum disk_loss loss;
	struct digest disk;          /* names and bytes of all files: what is the same is looked at once */
	uint64_t store, copy, kept; /* digests; 0: cannot be used; copy, kept 1: there is none */
	struct error err;
};

struct power {
	struct fixture *f;
	struct load load;
	char after[80];       /* the folder of what is found */
	uint32_t every;       /* one moment of so many */
	long calls, losses, same;
	bool making;          /* there may be no store yet */
	bool keeps;           /* the step replaces the store, and what was there is kept */
	uint64_t found_only;  /* digest of the store that there was before the first step; 0: none */
	VEC_OF(struct found) found;
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

/* Rubbish where the first page of a new store was written could be somebody's file, so it is left alone. */
static bool begins_with_rubbish(const char *path)
{
	static const char magic[16] = "SQLite format 3", nothing[16] = "";
	char start[16] = "";
	FILE *file = fopen(path, "rb");
	size_t len = file ? fread(start, 1, sizeof(start), file) : 0;

	if (file)
		fclose(file);
	return len == sizeof(start) && memcmp(start, magic, len) != 0 && memcmp(start, nothing, len) != 0;
}

/* A store that was being made is made now, from whatever is there of it. */
static void make_again(const char *path, struct error *err)
{
	const struct sqlite_open_options options = { .create = true };
	bool rubbish = begins_with_rubbish(path);
	struct store *fresh;
	char journal[160];
	enum status status = sqlite_store_open(path, &options, &fresh, err);

	if (status == STATUS_STORE && rubbish && strstr(err->text, "it can be removed with its journal")) {
		snprintf(journal, sizeof(journal), "%s-journal", path);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(unlink(journal), 0);
		status = sqlite_store_open(path, &options, &fresh, err);
	}
	if (status == STATUS_OK)
		fresh->ops->close(fresh);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Of what lies in the folder. */
static struct digest digest_of_disk(const char *folder)
{
	struct digest_builder *builder = digest_begin();
	struct arena arena;
	VEC_OF(char *) names = VEC_INIT;
	DIR *dir = opendir(folder);
	struct error err;

	assert_non_null(dir);
	arena_init(&arena);
	for (struct dirent *entry; (entry = readdir(dir));)
		if (entry->d_name[0] != '.')
			vec_push(&names, file_join(&arena, folder, entry->d_name));
	closedir(dir);
	if (names.len)
		qsort(names.items, names.len, sizeof(names.items[0]), by_name);
	for (size_t i = 0; i < names.len; i++) {
		struct slice bytes;
		digest_field(builder, slice_of(names.items[i]));
		assert_int_equal(file_read(&arena, names.items[i], 0, &bytes, &err), STATUS_OK);
		digest_field(builder, bytes);
	}
	vec_release(&names);
	arena_release(&arena);
	return digest_end(builder);
}

static void look(struct power *p, enum disk_loss loss)
{
	struct found found = { .call = p->calls, .loss = loss, .copy = 1, .kept = 1 };
	char path[128];

	disk_lose_power(test_vfs.disk, loss, roll, p->after);
	p->losses++;
	found.disk = digest_of_disk(p->after);
	for (size_t i = 0; i < p->found.len; i++) /* of this step */
		if (memcmp(&p->found.items[i].disk, &found.disk, sizeof(found.disk)) == 0) {
			p->same++;
			return;
		}
	snprintf(path, sizeof(path), "%s/store.db", p->after);
	if (p->making)
		make_again(path, &found.err);
	found.store = store_digest_checked(path, NULL, &found.err);
	snprintf(path, sizeof(path), "%s/copy.db", p->after);
	if (file_exists(path))
		found.copy = store_digest_checked(path, NULL, &found.err);
	snprintf(path, sizeof(path), "%s/store.db.replaced", p->after);
	if (file_exists(path))
		found.kept = store_digest_checked(path, NULL, &found.err);
	vec_push(&p->found, found);
}

static void moment(void *context, enum vfs_call call)
{
	struct power *p = context;

	(void)call;
	p->calls++;
	if (p->every == 1)
		for (int i = 0; i < LOSSES; i++)
			look(p, (enum disk_loss)((p->calls * LOSSES + i) % LOSS_COUNT));
	else if (roll(p->every) == 0)
		look(p, (enum disk_loss)roll(LOSS_COUNT));
}

/* Each of what was found is one of two states. */
static void judge(struct power *p, const char *step, const uint64_t states[2], const uint64_t copies[2])
{
	for (size_t i = 0; i < p->found.len; i++) {
		const struct found *found = &p->found.items[i];
		if (found->store != states[0] && found->store != states[1])
			fail_msg("%s, call %ld, loss %d: the store is neither as before nor as after it (%s)", step, found->call,
				 (int)found->loss, found->store ? "clean" : found->err.text);
		if (found->copy != copies[0] && found->copy != copies[1])
			fail_msg("%s, call %ld, loss %d: the backup is not whole (%s)", step, found->call, (int)found->loss,
				 found->copy ? "clean" : found->err.text);
		if (p->keeps && found->store == states[1] && found->kept != states[0])
			fail_msg("%s, call %ld, loss %d: what was replaced is not kept whole (%s)", step, found->call,
				 (int)found->loss, found->kept ? "clean" : found->err.text);
	}
	vec_clear(&p->found);
}

static void run_steps(struct power *p, const struct load_step *steps, size_t count)
{
	uint64_t states[2] = { p->found_only, 0 }, copies[2] = { 1, 1 };

	for (size_t i = 0; i < count; i++) {
		p->making = i == 0 && !p->found_only;
		if (steps[i].run(&p->load) != STATUS_OK)
			fail_msg("%s: %s", steps[i].name, p->load.err.text);
		test_vfs.before = NULL;
		states[1] = store_digest(p->load.store);
		if (file_exists(p->load.copy))
			copies[1] = store_digest_checked(p->load.copy, NULL, &p->load.err);
		if (p->found_only)
			copies[0] = copies[1]; /* the backup was there before */
		if (p->making)
			states[0] = states[1];
		judge(p, steps[i].name, states, copies);
		states[0] = states[1];
		copies[0] = copies[1];
		test_vfs.before = moment;
	}
}

static void start(struct power *p, struct fixture *f, uint32_t calls_expected)
{
	const char *given = getenv("AITIA_SEED");

	*p = (struct power){ .f = f, .found = VEC_INIT };
	seed = given ? strtoull(given, NULL, 10) : 20261127;
	setenv("AITIA_NOW", "2026-02-03T04:05:06Z", 1);
	p->every = getenv("AITIA_TORTURE") ? 1 : calls_expected / MOMENTS + 1;
	snprintf(p->after, sizeof(p->after), "%s/after", f->folder);
	assert_int_equal(mkdir(p->after, 0700), 0);
	load_init(&p->load, f->folder);
	test_vfs_install();
	test_vfs.disk = NULL; /* a test that failed left it */
	test_vfs.no_shm = false;
	test_vfs.folder = f->folder;
	test_vfs.before = moment;
	test_vfs.context = p;
}

static void finish(struct power *p)
{
	char command[128];

	load_release(&p->load);
	test_vfs.before = NULL;
	disk_free(test_vfs.disk);
	test_vfs.disk = NULL;
	test_vfs.no_shm = false;
	for (int i = 0; i < 3; i++) { /* what the last look left */
		static const char *const names[] = { "store.db", "copy.db", "store.db.replaced" };
		snprintf(command, sizeof(command), "%s/%s", p->after, names[i]);
		unlink(command);
	}
	print_message("    %ld calls, %ld losses of power, %ld of them with the same outcome as another\n", p->calls, p->losses,
		      p->same);
	assert_true(p->losses > 10);
	vec_release(&p->found);
}

static void all_steps(struct fixture *f, bool no_shm)
{
	struct power p;

	start(&p, f, 1500);
	test_vfs.no_shm = no_shm;
	load_make_other(&p.load);
	test_vfs.disk = disk_new(f->folder);
	run_steps(&p, load_steps, load_step_count);
	finish(&p);
}

static void under_wal(void **state)
{
	all_steps(*state, false);
}

static void under_a_rollback_journal(void **state)
{
	all_steps(*state, true);
}

static enum status restore(struct load *load)
{
	char *kept = NULL;
	enum status status;

	load_close(load);
	status = sqlite_store_restore(load->path, load->copy, NULL, &kept, &load->err);
	free(kept);
	return status == STATUS_OK ? load_open(load) : status;
}

/* A judgement since the backup, by a program that is killed: it stands in the log alone. */
static uint64_t annotate_and_die(struct load *load)
{
	uint64_t digest = 0;
	char wal[160];
	int ends[2], code;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (load_open(load) != STATUS_OK || load_steps[8].run(load) != STATUS_OK)
			_exit(1);
		digest = store_digest(load->store);
		_exit(write(ends[1], &digest, sizeof(digest)) != (ssize_t)sizeof(digest));
	}
	assert_int_equal(waitpid(child, &code, 0), child);
	assert_int_equal(code, 0);
	assert_int_equal(read(ends[0], &digest, sizeof(digest)), sizeof(digest));
	close(ends[0]);
	close(ends[1]);
	snprintf(wal, sizeof(wal), "%s-wal", load->path);
	assert_true(file_exists(wal));
	return digest;
}

/* Between any two of its steps the store is what it was, or what the backup is; then what was
 * replaced is whole. */
static void while_a_backup_is_restored(void **state)
{
	const struct load_step step = { "restore", restore };
	struct fixture *f = *state;
	struct power p;

	start(&p, f, 300);
	test_vfs.before = NULL;
	load_make_other(&p.load);
	for (size_t i = 0; i < load_step_count; i++)
		assert_ok(&p.load, load_steps[i].run(&p.load));
	assert_ok(&p.load, load_steps[17].run(&p.load)); /* without its log the store is not what the backup is */
	load_close(&p.load);
	p.found_only = annotate_and_die(&p.load);
	p.keeps = true;
	assert_true(p.found_only != store_digest_checked(p.load.copy, NULL, &p.load.err));
	test_vfs.disk = disk_new(f->folder);
	test_vfs.before = moment;
	run_steps(&p, &step, 1);
	finish(&p);
}

/* Where a migration was cut short, the next program to open the store makes it whole. */
static void while_a_store_is_migrated(void **state)
{
	const struct load_step step = { "migrate", load_open };
	struct fixture *f = *state;
	struct power p;
	char name[160];

	start(&p, f, 400);
	test_vfs.before = NULL;
	assert_true(old_store_write(1, p.load.path));
	p.found_only = store_digest_checked(p.load.path, NULL, &p.load.err);
	assert_true(p.found_only);
	snprintf(name, sizeof(name), "%s.v1.bak", p.load.path);
	assert_int_equal(unlink(name), 0);
	assert_true(old_store_write(1, p.load.path));
	test_vfs.disk = disk_new(f->folder);
	test_vfs.before = moment;
	run_steps(&p, &step, 1);
	finish(&p);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(under_wal), FIXTURE_TEST(under_a_rollback_journal), FIXTURE_TEST(while_a_backup_is_restored),
		FIXTURE_TEST(while_a_store_is_migrated),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("sqlite: loss of power", tests, NULL, NULL);
}
