/* What lies around a text: packed and wide files through import_file(), bombs, full disks, being stopped. */
#include "tests/core/test_import_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/import/importers.h"
#include "tests/core/base/packed.h"

#define MIB ((size_t)1024 * 1024)
#define HUMANEVAL DATA "llm/openai_human-eval/HumanEval.jsonl.gz"

static char last_note[300];

static void remember_note(void *context, const char *sentence)
{
	(void)context;
	snprintf(last_note, sizeof(last_note), "%s", sentence);
}

/* ASCII only. */
static struct slice widen(struct arena *arena, struct slice text, size_t unit, bool big, bool mark)
{
	size_t len = 0;
	char *wide = arena_alloc(arena, (text.len_bytes + 1) * unit);

	if (mark) {
		wide[big ? unit - 1 : 0] = '\xFF';
		wide[big ? unit - 2 : 1] = '\xFE';
		len = unit;
	}
	for (size_t i = 0; i < text.len_bytes; i++, len += unit)
		wide[len + (big ? unit - 1 : 0)] = text.at[i];
	return (struct slice){ wide, len };
}

static void assert_refused(struct fixture *f, enum status status, enum status expected, const char *says)
{
	assert_int_equal(status, expected);
	assert_contains(f->error.text, says);
	assert_int_equal(f->store->committed, 0);
	assert_int_equal(f->store->begun, 0);
}

static void test_real_gzip(void **state)
{
	struct fixture *f = *state;

	must_import(f, HUMANEVAL);
	assert_int_equal(f->batch.records, 164);
	assert_int_equal(f->batch.rejected, 0);
	assert_string_equal(f->batch.source, HUMANEVAL);
	assert_text(sample_at(f, 0)->external_id, "HumanEval/0");
	assert_text(sample_at(f, 163)->external_id, "HumanEval/163");
}

/* However it is wrapped, it is the same import: same digest, same samples, same offsets. */
static void test_every_wrapping(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct slice text = slice_of("{\"id\":\"a\",\"code\":\"x = 1\"}\r\n[]\r\n{\"id\":\"b\",\"code\":\"y\"}\r\n");
	struct slice wraps[16];
	size_t count = 0;

	wraps[count++] = text;
	wraps[count++] = pack_gzip(&arena, text);
	wraps[count++] = pack_zstd(&arena, text, 0);
	wraps[count++] = pack_zstd(&arena, text, 20);
	for (int marked = 0; marked < 2; marked++)
		for (int big = 0; big < 2; big++)
			for (size_t unit = 2; unit <= 4; unit += 2)
				wraps[count++] = widen(&arena, text, unit, big, marked);
	wraps[count++] = pack_gzip(&arena, pack_zstd(&arena, widen(&arena, text, 2, false, true), 0));
	wraps[count++] = pack_zstd(&arena, pack_gzip(&arena, pack_gzip(&arena, text)), 0);
	assert_true(count <= ARRAY_LEN(wraps));
	f->options.note = remember_note;
	last_note[0] = '\0';
	struct digest digest = { { 0 } };
	for (size_t i = 0; i < count; i++) {
		if (import_bytes(f, wraps[i]) != STATUS_OK)
			fail_msg("wrapping %zu: %s", i, f->error.text);
		assert_int_equal(f->store->samples.len, 2);
		assert_slice(sample_at(f, 0)->code, "x = 1");
		assert_int_equal(f->store->rejects.len, 1);
		assert_int_equal(f->store->rejects.items[0].offset_bytes, 27);
		if (i == 0)
			digest = f->batch.file_digest;
		assert_memory_equal(digest.bytes, f->batch.file_digest.bytes, DIGEST_BYTES);
	}
	assert_string_equal(last_note, "");
	arena_release(&arena);
}

static void test_too_many_layers(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct slice packed = slice_of("{\"code\":\"x\"}\n");

	for (int i = 0; i < 4; i++)
		packed = pack_gzip(&arena, packed);
	assert_refused(f, import_bytes(f, packed), STATUS_INPUT, "packed more than three times over");
	arena_release(&arena);
}

static void test_notes(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	f->options.note = remember_note;
	struct slice packed = pack_gzip(&arena, slice_of("{\"code\":\"x\"}\n"));
	assert_int_equal(import_bytes(f, join(&arena, packed, slice_of("garbage"))), STATUS_OK);
	assert_int_equal(f->batch.records, 1);
	assert_int_equal(f->batch.rejected, 0);
	char says[100];
	snprintf(says, sizeof(says), "7 bytes behind the end of the gzip data (at byte %zu)", packed.len_bytes);
	assert_contains(last_note, says);
	/* {"code":"<D83D>"} */
	struct slice wide = { "{\0\"\0c\0o\0d\0e\0\"\0:\0\"\0\x3D\xD8\"\0}\0", 24 };
	assert_int_equal(import_bytes(f, wide), STATUS_OK);
	assert_slice(sample_at(f, 0)->code, "\xEF\xBF\xBD");
	assert_string_equal(last_note, "1 unpaired surrogate or broken character of the UTF-16LE text became U+FFFD");
	f->options.note = NULL; /* nobody listens */
	assert_int_equal(import_bytes(f, wide), STATUS_OK);
	arena_release(&arena);
}

/* By its name a file without a record is known; a packed one by the name inside. */
static void test_names(void **state)
{
	static const struct {
		const char *ending;
		bool gzip, known;
	} names[] = {
		{ ".jsonl.gz", true, true }, { ".jsonl.zst", true, true }, { ".jsonl.GZ", true, true },
		{ ".jsonl.gz.zst", true, true }, { ".gz", true, false }, { ".jsonl.gz", false, false },
	};
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[100];
		snprintf(path, sizeof(path), "%s%s", f->path, names[i].ending);
		write_bytes(path, names[i].gzip ? pack_gzip(&arena, slice_of("\n")) : slice_of("\n"));
		enum status status = import_path(f, path);
		remove(path);
		assert_int_equal(status, names[i].known ? STATUS_OK : STATUS_INPUT);
	}
	char path[100];
	snprintf(path, sizeof(path), "%s_python.jsonl.gz", f->path);
	write_bytes(path, pack_gzip(&arena, slice_of("{\"code\":\"x\"}\n")));
	enum status status = import_path(f, path);
	remove(path);
	assert_int_equal(status, STATUS_OK);
	assert_text(sample_at(f, 0)->language, "python");
	arena_release(&arena);
}

/* Cut at every byte: refused and named as such, whatever whole records came before. */
static void test_truncation(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 40; i++)
		strbuf_addf(&text, "{\"id\":\"%d\",\"code\":\"x = %d\"}\n", i, i * 7919);
	for (int kind = 0; kind < 2; kind++) {
		struct slice packed = kind ? pack_zstd(&arena, strbuf_slice(&text), 0) : pack_gzip(&arena, strbuf_slice(&text));
		for (size_t len = kind ? 4 : 2; len < packed.len_bytes; len++) {
			char says[160];
			snprintf(says, sizeof(says), "%s: the %s data is truncated: it ends at byte %zu", f->path,
				 kind ? "zstd" : "gzip", len);
			assert_refused(f, import_bytes(f, (struct slice){ packed.at, len }), STATUS_INPUT, says);
		}
		assert_int_equal(import_bytes(f, packed), STATUS_OK);
		assert_int_equal(f->batch.records, 40);
		f->store->begun = f->store->committed = 0;
	}
	strbuf_release(&text);
	arena_release(&arena);
}

/* The head starts where the text does. */
static void test_blanks_in_front(void **state)
{
	struct fixture *f = *state;
	static const size_t blanks[] = { 0, 1, 1000, 32 * 1024, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 1024 * 1024 };

	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		for (int mark = 0; mark < 2; mark++) {
			struct strbuf text = STRBUF_INIT;
			if (mark)
				strbuf_addstr(&text, "\xEF\xBB\xBF");
			for (size_t k = 0; k < blanks[i]; k++)
				strbuf_addch(&text, k % 70 == 69 ? '\n' : ' ');
			strbuf_addstr(&text, "{\"code\":\"x\"}\n{\"code\":\"y\"}\n");
			enum status status = import_bytes(f, strbuf_slice(&text));
			strbuf_release(&text);
			assert_int_equal(status, STATUS_OK);
			assert_string_equal(f->batch.format, "jsonl");
			assert_int_equal(f->batch.records, 2);
		}
	}
	struct strbuf text = STRBUF_INIT;
	for (size_t k = 0; k < 200000; k++)
		strbuf_addch(&text, '\n');
	f->store->begun = f->store->committed = 0;
	assert_refused(f, import_bytes(f, strbuf_slice(&text)), STATUS_INPUT, "an empty file");
	strbuf_release(&text);
}

/* ---- bombs ----------------------------------------------------------------------- */

static void add_le32(struct strbuf *out, uint32_t value)
{
	for (int shift = 0; shift < 32; shift += 8)
		strbuf_addch(out, (char)(value >> shift));
}

/* Zeros of `mib` MiB: one MiB is packed, so that it can be read by itself, and said as often (RFC 1951, 1952). */
static struct slice gzip_bomb(struct arena *arena, size_t mib)
{
	static const char head[] = "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\xFF", last_block[] = "\x03\x00";
	Bytef *zeros = arena_alloc(arena, MIB), packed[4096];
	struct strbuf out = STRBUF_INIT;
	uLong one, all = crc32(0, NULL, 0);
	z_stream z;

	memset(&z, 0, sizeof(z));
	memset(zeros, 0, MIB);
	one = crc32(all, zeros, MIB);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = zeros;
	z.avail_in = MIB;
	z.next_out = packed;
	z.avail_out = sizeof(packed);
	assert_int_equal(deflate(&z, Z_FULL_FLUSH), Z_OK);
	assert_int_equal(z.avail_in, 0);
	strbuf_add(&out, head, sizeof(head) - 1);
	for (size_t i = 0; i < mib; i++) {
		strbuf_add(&out, (const char *)packed, sizeof(packed) - z.avail_out);
		all = crc32_combine(all, one, MIB);
	}
	strbuf_add(&out, last_block, sizeof(last_block) - 1);
	add_le32(&out, (uint32_t)all);
	add_le32(&out, (uint32_t)(mib * MIB));
	deflateEnd(&z);
	struct slice copy = arena_slice(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return copy;
}

/* RFC 8878, 3.1.1.2: frames of one segment, each of blocks that say "128 KiB of this byte"
 * in four bytes: 32,000 to one. */
static struct slice zstd_bomb(struct arena *arena, size_t mib)
{
	struct strbuf out = STRBUF_INIT;
	static const char head[] = "\x28\xB5\x2F\xFD\x00\x38"; /* no size, a window of 128 KiB */

	strbuf_add(&out, head, 6);
	for (size_t i = 0; i < mib * 8; i++) {
		uint32_t block = (uint32_t)(128 * 1024) << 3 | 1 << 1 | (i + 1 == mib * 8);
		strbuf_addch(&out, (char)block);
		strbuf_addch(&out, (char)(block >> 8));
		strbuf_addch(&out, (char)(block >> 16));
		strbuf_addch(&out, 'a');
	}
	struct slice copy = arena_slice(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return copy;
}

static size_t entries_of(const char *folder)
{
	DIR *open_folder = opendir(folder);
	size_t count = 0;

	assert_non_null(open_folder);
	for (struct dirent *entry; (entry = readdir(open_folder));)
		count += entry->d_name[0] != '.';
	closedir(open_folder);
	return count;
}

static void test_bombs(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	char folder[] = "/tmp/aitia-test-bomb-XXXXXX";

	assert_non_null(mkdtemp(folder));
	setenv("TMPDIR", folder, 1);
	struct slice bombs[] = {
		gzip_bomb(&arena, 300), zstd_bomb(&arena, 300), pack_gzip(&arena, gzip_bomb(&arena, 300)),
		pack_zstd(&arena, pack_gzip(&arena, zstd_bomb(&arena, 300)), 0), join(&arena, gzip_bomb(&arena, 130), gzip_bomb(&arena, 130)),
	};
	for (size_t i = 0; i < ARRAY_LEN(bombs); i++) {
		assert_true(bombs[i].len_bytes < MIB);
		assert_refused(f, import_bytes(f, bombs[i]), STATUS_INPUT, "unpacks to more than 256 MiB");
		assert_int_equal(entries_of(folder), 0);
	}
	/* As much as is always allowed is no bomb, though nothing that is known. */
	assert_refused(f, import_bytes(f, gzip_bomb(&arena, 256)), STATUS_INPUT, "the format was not recognised");
	assert_refused(f, import_bytes(f, zstd_bomb(&arena, 256)), STATUS_INPUT, "the format was not recognised");
	unsetenv("TMPDIR");
	assert_int_equal(rmdir(folder), 0);
	arena_release(&arena);
}

static void test_temporary_folder(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	setenv("TMPDIR", "/dev/null/none", 1);
	assert_refused(f, import_path(f, HUMANEVAL), STATUS_OUTPUT, "cannot make a temporary file in /dev/null/none");
	assert_refused(f, import_path(f, "-"), STATUS_OUTPUT, "$TMPDIR names another folder");
	unsetenv("TMPDIR");
	/* A disk that is full, as far as a process can have one of its own. */
	struct rlimit before, limit = { 100 * 1024, RLIM_INFINITY };
	write_bytes(f->path, gzip_bomb(&arena, 1));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	enum status status = import_path(f, f->path);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_DFL);
	assert_refused(f, status, STATUS_OUTPUT, "cannot be copied to the temporary folder /tmp: File too large");
	arena_release(&arena);
}

struct stop {
	atomic_bool cancel;
	int calls;
};

static void stop_soon(void *context, uint64_t done, uint64_t total, int64_t records)
{
	struct stop *stop = context;

	assert_true(done <= total);
	assert_int_equal(records, 0);
	if (++stop->calls == 3)
		atomic_store(&stop->cancel, true);
}

/* Ctrl-C while a file is being unpacked. */
static void test_stopped_while_unpacking(void **state)
{
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;
	struct stop stop = { .calls = 0 };
	struct slice member = zstd_bomb(&arena, 1);
	char *skippable = arena_alloc(&arena, 4 * MIB); /* a frame of much input and no output */

	memcpy(skippable, "\x50\x2A\x4D\x18\xF8\xFF\x3F\x00", 8); /* 4 MiB - 8 */
	write_bytes(f->path, join(&arena, (struct slice){ skippable, 4 * MIB }, member));
	f->options.context = &stop;
	f->options.progress = stop_soon;
	f->options.cancel = &stop.cancel;
	assert_refused(f, import_path(f, f->path), STATUS_CANCELLED, "the import was stopped");
	assert_int_equal(stop.calls, 3);
	arena_release(&arena);
}

/* ---- what is no text ------------------------------------------------------------- */

static void test_no_text(void **state)
{
	static const struct {
		struct slice bytes;
		const char *says;
	} table[] = {
		{ { "\xFD" "7zXZ\0", 6 }, "this is xz data; unpack it first: xz -dc FILE | aitia import -" },
		{ { "BZh91AY", 7 }, "this is bzip2 data" },
		{ { "PK\x03\x04\x14\0", 6 }, "this is a zip archive" },
		{ { "PK\x05\x06\0\0", 6 }, "this is an empty zip archive" },
		{ { "7z\xBC\xAF\x27\x1C", 6 }, "this is a 7z archive" },
		{ { "\x7F" "ELF\x02", 5 }, "this is a program" },
		{ { "\x89PNG\r\n", 6 }, "this is a PNG image" },
		{ { "\xFF\xD8\xFF\xE0", 4 }, "this is a JPEG image" },
		{ { "%PDF-1.7", 8 }, "this is a PDF document" },
		{ { "SQLite format 3\0", 16 }, "this is an SQLite database" },
		{ { "version https://git-lfs.github.com/spec/v1\n", 43 }, "fetch it: git lfs pull" },
	};
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		f->options.format = NULL;
		assert_refused(f, import_bytes(f, table[i].bytes), STATUS_INPUT, table[i].says);
		assert_refused(f, import_bytes(f, pack_gzip(&arena, table[i].bytes)), STATUS_INPUT, table[i].says);
		f->options.format = "jsonl"; /* naming a format makes no text of it */
		assert_refused(f, import_bytes(f, table[i].bytes), STATUS_INPUT, table[i].says);
	}
	f->options.format = NULL;
	char tar[512] = "eval.jsonl";
	memcpy(tar + 257, "ustar", 5);
	assert_refused(f, import_bytes(f, pack_gzip(&arena, (struct slice){ tar, sizeof(tar) })), STATUS_INPUT,
		       "this is a tar archive");
	arena_release(&arena);
}

int main(int argc, char **argv)
{
#define unit(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		unit(test_real_gzip), unit(test_every_wrapping), unit(test_too_many_layers), unit(test_notes),
		unit(test_names), unit(test_truncation), unit(test_blanks_in_front), unit(test_bombs),
		unit(test_temporary_folder), unit(test_stopped_while_unpacking), unit(test_no_text),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
