/*
 * Every importer over damaged files: the small samples of the fuzzers' corpora, cut off at
 * every byte, with bytes flipped, and under other names. Whatever comes, the answer is
 * either counts that agree with what was taken, or a sentence.
 */
#include <dirent.h>
#include <unistd.h>

#include "core/base/utf8.h"
#include "core/import/importers.h"
#include "tests/core/test_import_store.h"

#define CORPUS "tests/fuzz/corpus/"
/* Of a sample that is cut at every byte, unless AITIA_SLOW is set: one of each format is shorter. */
#define CUT_BYTES_MAX ((size_t)2304)
#define MUTATIONS 2000

struct told {
	int64_t records; /* as the last call of progress says */
	uint64_t len_bytes;
	int64_t last_record;
};

static void on_progress(void *context, uint64_t done, uint64_t total, int64_t records)
{
	struct told *told = context;

	assert_true(done <= total);
	assert_true(records >= told->records);
	told->records = records;
}

static void on_reject(void *context, const struct batch_reject *reject)
{
	struct told *told = context;

	assert_true(reject->record >= told->last_record);
	told->last_record = reject->record;
	assert_true(reject->reason && strlen(reject->reason) > 5);
	assert_true(utf8_valid(slice_of(reject->reason)));
	assert_true(reject->offset_bytes >= -1 && reject->len_bytes >= 0);
	if (reject->offset_bytes >= 0 && !reject->raw.at)
		assert_true((uint64_t)reject->offset_bytes + (uint64_t)reject->len_bytes <= told->len_bytes);
}

static void assert_clean(const char *text)
{
	assert_true(!text || utf8_valid(slice_of(text)));
}

static enum status add_clean(struct store *store, const struct sample *sample, enum import_outcome *outcome, struct error *err)
{
	assert_clean(sample->external_id);
	assert_clean(sample->path);
	assert_clean(sample->language);
	assert_clean(sample->session);
	for (size_t i = 0; i < sample->flag_count; i++)
		assert_clean(sample->flags[i].message);
	for (size_t i = 0; i < sample->provenance_count; i++)
		assert_clean(sample->provenance[i].value);
	return memory_add(store, sample, outcome, err);
}

/* Imports what the fixture's file holds, as `format` or as it is recognised. */
static void survive(struct fixture *f, const char *format, uint64_t len_bytes)
{
	struct told told = { .len_bytes = len_bytes };

	f->options = (struct import_options){
		.format = format, .progress = on_progress, .rejected = on_reject, .context = &told,
	};
	enum status status = import_path(f, f->path);
	if (status != STATUS_OK) {
		assert_int_equal(status, STATUS_INPUT);
		assert_true(strlen(f->error.text) > strlen(f->path) + 10);
		assert_true(utf8_valid(slice_of(f->error.text)));
		return;
	}
	assert_int_equal(told.records, f->store->added + (int64_t)f->store->rejects.len);
}

static void cut_everywhere(struct fixture *f, const char *format, struct slice bytes)
{
	if (bytes.len_bytes > CUT_BYTES_MAX && !getenv("AITIA_SLOW"))
		return;
	write_bytes(f->path, bytes);
	for (size_t len = bytes.len_bytes; len-- > 0;) {
		assert_int_equal(truncate(f->path, (off_t)len), 0);
		survive(f, format, len);
	}
}

/* A generator of its own, so that a failure comes again (Marsaglia's xorshift). */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Flips a bit, writes a byte of weight, or copies a piece to another place. */
static void mutate(char *bytes, size_t len, uint32_t *state)
{
	static const char weighty[] = "\"\\{}[],:\0\n\r\t \xff\xc0-9e";
	size_t at = next_random(state) % len, from = next_random(state) % len;
	size_t piece = next_random(state) % 16;

	switch (next_random(state) % 3) {
	case 0:
		bytes[at] = (char)(bytes[at] ^ (1 << next_random(state) % 8));
		break;
	case 1:
		bytes[at] = weighty[next_random(state) % (sizeof(weighty) - 1)];
		break;
	default:
		if (at + piece <= len && from + piece <= len)
			memmove(bytes + at, bytes + from, piece);
	}
}

static void flip_bits(struct fixture *f, const char *format, struct slice bytes, int times)
{
	uint32_t state = 2463534242;
	char *copy = mem_alloc(bytes.len_bytes + 1);

	for (int i = 0; i < times && bytes.len_bytes; i++) {
		memcpy(copy, bytes.at, bytes.len_bytes);
		for (uint32_t changes = 1 + next_random(&state) % 4; changes > 0; changes--)
			mutate(copy, bytes.len_bytes, &state);
		write_bytes(f->path, (struct slice){ copy, bytes.len_bytes });
		survive(f, format, bytes.len_bytes);
	}
	free(copy);
}

/* The folder of an importer's corpus: that of its fuzzer. */
static const char *corpus_of(const struct importer *importer, char *path, size_t room)
{
	int len = snprintf(path, room, CORPUS "%s", strcmp(importer->name, "json") == 0 ? "json_rows" : importer->name);

	assert_true(len > 0 && (size_t)len < room);
	for (char *at = path; *at; at++)
		if (*at == '-')
			*at = '_';
	return path;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

typedef void visit(struct fixture *f, const char *format, struct slice bytes, int files);

static void over_folder(struct fixture *f, const char *format, const char *folder, visit *look)
{
	struct arena arena = ARENA_INIT;
	struct dirent **entries;
	struct slice bytes;
	struct error error;
	int files = scandir(folder, &entries, is_shown, alphasort);

	assert_true(files > 0);
	for (int i = 0; i < files; i++) {
		arena_clear(&arena);
		const char *path = arena_printf(&arena, "%s/%s", folder, entries[i]->d_name);
		assert_int_equal(file_read(&arena, path, 0, &bytes, &error), STATUS_OK);
		look(f, format, bytes, files);
		free(entries[i]);
	}
	free(entries);
	arena_release(&arena);
}

/* Each importer has a corpus: that of its fuzzer. */
static void over_corpora(struct fixture *f, visit *look)
{
	char folder[128];

	f->store->keep_nothing = true;
	for (const struct importer *importer = importers(); importer->name; importer++)
		over_folder(f, importer->name, corpus_of(importer, folder, sizeof(folder)), look);
}

static void visit_cut(struct fixture *f, const char *format, struct slice bytes, int files)
{
	(void)files;
	cut_everywhere(f, format, bytes);
}

static void visit_recognised(struct fixture *f, const char *format, struct slice bytes, int files)
{
	(void)format;
	(void)files;
	write_bytes(f->path, bytes);
	for (size_t len = bytes.len_bytes; len > 0; len = len * 15 / 16) {
		assert_int_equal(truncate(f->path, (off_t)len), 0);
		survive(f, NULL, len);
	}
}

static void visit_flipped(struct fixture *f, const char *format, struct slice bytes, int files)
{
	flip_bits(f, format, bytes, getenv("AITIA_SLOW") ? MUTATIONS : MUTATIONS / files);
}

/* ---- tests --------------------------------------------------------------------------- */

static void test_cut_at_every_byte(void **state)
{
	over_corpora(*state, visit_cut);
}

static void test_cut_and_recognised(void **state)
{
	over_corpora(*state, visit_recognised);
}

static void test_flipped(void **state)
{
	over_corpora(*state, visit_flipped);
}

/* Of one import: fingerprints and contents in their order. */
static struct digest identity(const struct fixture *f)
{
	struct digest_builder *builder = digest_begin();

	for (size_t i = 0; i < f->store->samples.len; i++) {
		struct digest content = sample_content_digest(&f->store->samples.items[i]);
		digest_field(builder, (struct slice){ (const char *)f->store->samples.items[i].fingerprint.bytes, DIGEST_BYTES });
		digest_field(builder, (struct slice){ (const char *)content.bytes, DIGEST_BYTES });
	}
	return digest_end(builder);
}

/* A trajectory that does not name its task is known by its file: SWE-agent names it so. */
static bool is_named_by_file(const char *format)
{
	return strcmp(format, "swe-agent") == 0;
}

static void visit_renamed(struct fixture *f, const char *format, struct slice bytes, int files)
{
	char renamed[sizeof(f->path) + 64];

	(void)files;
	if (is_named_by_file(format))
		return;
	f->options = (struct import_options){ .format = format };
	if (import_bytes(f, bytes) != STATUS_OK)
		return;
	struct digest before = identity(f);
	snprintf(renamed, sizeof(renamed), "%s-humaneval-py_to_rs.java", f->path);
	write_bytes(renamed, bytes);
	enum status status = import_path(f, renamed);
	remove(renamed);
	assert_int_equal(status, STATUS_OK);
	struct digest after = identity(f);
	if (memcmp(&before, &after, sizeof(before)) != 0)
		fail_msg("%s: another name of the file makes other samples", format);
}

static void test_same_under_another_name(void **state)
{
	struct fixture *f = *state;
	char folder[128];

	for (const struct importer *importer = importers(); importer->name; importer++)
		over_folder(f, importer->name, corpus_of(importer, folder, sizeof(folder)), visit_renamed);
}

/* With a store that looks at the texts of what it is given. */
static int setup(void **state)
{
	static struct store_ops ops;
	int answer = fixture_setup(state);

	if (answer != 0)
		return answer;
	struct fixture *f = *state;
	ops = *f->store->store.ops;
	ops.import_add = add_clean;
	f->store->store.ops = &ops;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cut_at_every_byte, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_cut_and_recognised, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_flipped, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_same_under_another_name, setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
