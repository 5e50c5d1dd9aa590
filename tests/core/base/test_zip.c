/* Zip archives, honest and other ones. */
#include "base_test.h"

#include <zstd.h>

#include "core/base/zip.h"
#include "test_data.h"
#include "zip_writer.h"

#define LIMIT ((size_t)64 * 1024 * 1024)

struct state {
	struct fixture *base;
	struct zip_writer zip;
	struct archive *archive;
	struct strbuf out;
	struct error err;
	int fd;
};

static int setup(void **cell)
{
	struct state *state = calloc(1, sizeof(*state));
	void *base = NULL;

	if (!state || fixture_setup(&base) != 0)
		return -1;
	state->base = base;
	state->zip = (struct zip_writer)ZIP_WRITER_INIT;
	strbuf_init(&state->out);
	state->fd = -1;
	*cell = state;
	return 0;
}

static int teardown(void **cell)
{
	struct state *state = *cell;
	void *base = state->base;

	archive_close(state->archive);
	if (state->fd >= 0)
		close(state->fd);
	zip_release(&state->zip);
	strbuf_release(&state->out);
	free(state);
	return fixture_teardown(&base);
}

static enum status open_bytes(struct state *state, struct slice bytes)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len_bytes, file), bytes.len_bytes);
	assert_int_equal(fflush(file), 0);
	archive_close(state->archive);
	if (state->fd >= 0)
		close(state->fd);
	state->fd = dup(fileno(file));
	fclose(file);
	return archive_open(state->fd, &state->archive, &state->err);
}

static void open_written(struct state *state)
{
	if (open_bytes(state, zip_end(&state->zip)) != STATUS_OK)
		fail_msg("%s", state->err.text);
}

static enum status read_at(struct state *state, size_t index, size_t limit)
{
	state->err.text[0] = '\0';
	return archive_read(state->archive, index, limit, &state->out, &state->err);
}

static void expect(struct state *state, size_t index, const char *text)
{
	if (read_at(state, index, LIMIT) != STATUS_OK)
		fail_msg("%s", state->err.text);
	assert_string_equal(state->out.text, text);
}

static void refused(struct state *state, size_t index, const char *message)
{
	assert_int_equal(read_at(state, index, LIMIT), STATUS_INPUT);
	if (!strstr(state->err.text, message))
		fail_msg("\"%s\" does not say \"%s\"", state->err.text, message);
}

static struct slice zstd(struct state *state, struct slice text)
{
	size_t room = ZSTD_compressBound(text.len_bytes);
	char *packed = arena_alloc(&state->base->arena, room);
	size_t len = ZSTD_compress(packed, room, text.at, text.len_bytes, 3);

	assert_false(ZSTD_isError(len));
	return (struct slice){ packed, len };
}

static void add_zstd(struct state *state, const char *name, struct slice text)
{
	zip_add_entry(&state->zip, &(struct zip_entry){ .name = name, .method = 93, .packed = zstd(state, text),
							.size = (uint32_t)text.len_bytes, .crc = zip_crc(text) });
}

/* ---- honest archives --------------------------------------------------------------- */

/* Python's zipfile wrote this one: six deflated entries; sizes as it reads them. */
static void a_file_of_the_world(void **cell)
{
	struct state *state = *cell;
	const char *path = test_data(state->base, "llm/UKGovernmentBEIS_inspect_ai/log/test_eval_log/log_formats.eval");
	size_t index;

	state->fd = open(path, O_RDONLY);
	assert_int_equal(archive_open(state->fd, &state->archive, &state->err), STATUS_OK);
	assert_int_equal(archive_count(state->archive), 6);
	assert_true(slice_is(archive_name(state->archive, 0), "_journal/start.json"));
	assert_true(archive_find(state->archive, "samples/1_epoch_1.json", &index));
	assert_int_equal(read_at(state, index, LIMIT), STATUS_OK);
	assert_int_equal(state->out.len_bytes, 8105);
	assert_int_equal(state->out.text[0], '{');
	assert_false(archive_find(state->archive, "samples", &index));
	assert_int_equal(read_at(state, index, 8104), STATUS_INPUT);
	assert_string_equal(state->err.text, "entry \"samples/1_epoch_1.json\" of the zip archive: its 8105 bytes are "
					     "more than the 8104 that are read");
}

static void stored_and_zstd(void **cell)
{
	struct state *state = *cell;
	size_t index;

	zip_add(&state->zip, "a", slice_of("first"));
	add_zstd(state, "b", slice_of("second"));
	zip_add(&state->zip, "empty", slice_of(""));
	zip_add(&state->zip, "a", slice_of("again"));
	open_written(state);
	assert_int_equal(archive_count(state->archive), 4);
	expect(state, 0, "first");
	expect(state, 1, "second");
	expect(state, 2, "");
	assert_true(archive_find(state->archive, "a", &index));
	expect(state, index, "again");
}

/* Inspect starts a new frame every 200 MiB; three of 300 KB here, of which each goes over
 * many pieces of the reader. */
static void zstd_in_several_frames(void **cell)
{
	struct state *state = *cell;
	struct strbuf text = STRBUF_INIT, packed = STRBUF_INIT;

	for (int frame = 0; frame < 3; frame++) {
		struct strbuf part = STRBUF_INIT;
		uint32_t noise = (uint32_t)frame + 1;
		while (part.len_bytes < 300 * 1000)
			strbuf_addf(&part, "%u ", noise = noise * UINT32_C(1664525) + UINT32_C(1013904223));
		strbuf_addslice(&packed, zstd(state, strbuf_slice(&part)));
		strbuf_addslice(&text, strbuf_slice(&part));
		strbuf_release(&part);
	}
	zip_add_entry(&state->zip, &(struct zip_entry){ .name = "x", .method = 93, .packed = strbuf_slice(&packed),
							.size = (uint32_t)text.len_bytes });
	open_written(state);
	enum status status = read_at(state, 0, LIMIT);
	bool same = slice_eq(strbuf_slice(&state->out), strbuf_slice(&text));
	strbuf_release(&text);
	strbuf_release(&packed);
	assert_int_equal(status, STATUS_OK);
	assert_true(same);
}

/* ---- other archives ----------------------------------------------------------------- */

static void no_archive(void **cell)
{
	struct state *state = *cell;
	static const char *const texts[] = { "", "PK", "PK\3\4", "{\"a\": 1}" };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_int_equal(open_bytes(state, slice_of(texts[i])), STATUS_INPUT);
		assert_non_null(strstr(state->err.text, "has no directory at its end"));
	}
}

static void cut_off_at_every_byte(void **cell)
{
	struct state *state = *cell;
	const char *path = test_data(state->base, "llm/UKGovernmentBEIS_inspect_ai/log/test_eval_log/log_formats.eval");
	struct slice bytes;

	assert_int_equal(file_read(&state->base->arena, path, 0, &bytes, &state->err), STATUS_OK);
	for (size_t len = 0; len < bytes.len_bytes; len++) {
		state->err.text[0] = '\0';
		assert_int_equal(open_bytes(state, (struct slice){ bytes.at, len }), STATUS_INPUT);
		assert_true(state->err.text[0] != '\0');
	}
}

static void entries_that_lie(void **cell)
{
	struct state *state = *cell;
	struct slice text = slice_of("some text"), packed = zstd(state, text);
	uint32_t len = (uint32_t)text.len_bytes;
	const struct zip_entry entries[] = {
		{ .name = "crc", .packed = text, .size = len, .crc = 1 },
		{ .name = "method", .method = 12, .packed = text, .size = len },
		{ .name = "secret", .flags = 1, .packed = text, .size = len },
		{ .name = "more", .method = 93, .packed = packed, .size = len - 1 },
		{ .name = "less", .method = 93, .packed = packed, .size = len + 1 },
		{ .name = "cut", .method = 93, .packed = { packed.at, packed.len_bytes - 2 }, .size = len },
		{ .name = "no zstd", .method = 93, .packed = text, .size = len },
		{ .name = "no deflate", .method = 8, .packed = text, .size = len },
		{ .name = "bomb", .packed = text, .size = len * 2000 + 2000 },
	};
	static const char *const messages[] = {
		"it is damaged: CRC error", "compressed by method 12", "it is encrypted", "more than the 8 bytes",
		"to 9 bytes, not to the 10", "it is damaged: ", "it is damaged: ", "it is damaged: ", "more than 2000 times",
	};

	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		zip_add_entry(&state->zip, &entries[i]);
	open_written(state);
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		refused(state, i, messages[i]);
}

/* Two entries whose packed bytes are the same, as in bombs that exceed deflate's ratio. */
static void overlapping_entries(void **cell)
{
	struct state *state = *cell;
	char *text = arena_alloc(&state->base->arena, 10000);

	struct slice bytes = { text, 10000 };
	zip_add(&state->zip, "one", bytes);
	zip_add_entry(&state->zip, &(struct zip_entry){ .name = "two", .packed = bytes, .size = 10000,
							.crc = zip_crc(bytes), .is_elsewhere = true });
	assert_int_equal(open_bytes(state, zip_end(&state->zip)), STATUS_INPUT);
	assert_non_null(strstr(state->err.text, "overlap"));
}

/* 32 MiB and more of directory are stated, which no library needs to see. */
static void a_huge_directory(void **cell)
{
	struct state *state = *cell;

	zip_add(&state->zip, "one", slice_of("x"));
	struct slice bytes = zip_end(&state->zip);
	state->zip.out.text[bytes.len_bytes - 22 + 15] = 0x02; /* the highest byte of its size */
	assert_int_equal(open_bytes(state, bytes), STATUS_INPUT);
	assert_non_null(strstr(state->err.text, "larger than 32 MiB"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_of_the_world, setup, teardown),
		cmocka_unit_test_setup_teardown(stored_and_zstd, setup, teardown),
		cmocka_unit_test_setup_teardown(zstd_in_several_frames, setup, teardown),
		cmocka_unit_test_setup_teardown(no_archive, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_off_at_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(entries_that_lie, setup, teardown),
		cmocka_unit_test_setup_teardown(overlapping_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(a_huge_directory, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
