/* What the options of an import come to, whatever the format: all or nothing, rejects that are
 * kept, files that nobody named, and that the same bytes read in another way are another import. */
#include "tests/core/test_import_store.h"

#include <unistd.h>

#include "core/base/strbuf.h"

static const char two_bad[] = "{\"code\":\"a\"}\n17\n{\"code\":\"b\"}\n{broken\n";

static void count_reject(void *context, const struct batch_reject *reject)
{
	(void)reject;
	++*(int *)context;
}

static void test_strict(void **state)
{
	struct fixture *f = *state;
	int told = 0;

	f->options.strict = true;
	f->options.rejected = count_reject;
	f->options.context = &told;
	assert_int_equal(import_text(f, two_bad), STATUS_REFUSED);
	assert_contains(f->error.text, "2 of 4 records were rejected, so nothing of it was kept");
	assert_int_equal(told, 2);
	assert_int_equal(f->store->aborted, 1);
	assert_int_equal(f->store->committed, 0);
	must_import_text(f, "{\"code\":\"a\"}\n{\"code\":\"b\"}\n");
	assert_int_equal(f->batch.imported, 2);
}

struct kept {
	struct strbuf text;
	const char *format;
	bool fail;
};

static enum status keep(void *context, const struct importer *importer, const struct import_source *source,
			const struct batch_reject *reject, struct error *err)
{
	struct kept *kept = context;
	char bytes[64];

	if (kept->fail)
		return error_set(err, STATUS_OUTPUT, "the disk is full");
	assert_true(reject->len_bytes <= (int64_t)sizeof(bytes));
	ssize_t got = pread(source->fd, bytes, (size_t)reject->len_bytes, (off_t)reject->offset_bytes);
	assert_int_equal(got, reject->len_bytes);
	strbuf_add(&kept->text, bytes, (size_t)got);
	kept->format = importer->name;
	return STATUS_OK;
}

static void test_rejects_are_handed_out_with_their_source(void **state)
{
	struct fixture *f = *state;
	struct kept kept = { .text = STRBUF_INIT };

	f->options.keep_reject = keep;
	f->options.context = &kept;
	enum status status = import_text(f, two_bad);
	char *text = strbuf_detach(&kept.text);
	bool right = strcmp(text, "17\n{broken\n") == 0;
	free(text);
	assert_int_equal(status, STATUS_OK);
	assert_true(right);
	assert_string_equal(kept.format, "jsonl");

	kept.fail = true;
	f->store->committed = f->store->begun = f->store->aborted = 0;
	assert_int_equal(import_text(f, two_bad), STATUS_OUTPUT);
	assert_contains(f->error.text, "the disk is full");
	assert_int_equal(f->store->aborted, 1);
}

static void test_found_in_a_folder(void **state)
{
	static const char *const not_ours[] = {
		"", "hello world\n", "\x89PNG\r\n", "{\"name\":\"package\",\"version\":1}\n", "[1]\n7\n", "[{\"a\": 1}]\n",
	};
	struct fixture *f = *state;

	for (int found = 0; found < 2; found++) {
		f->options.found_in_folder = found;
		for (size_t i = 0; i < ARRAY_LEN(not_ours); i++)
			assert_int_equal(import_text(f, not_ours[i]), found ? STATUS_NOT_FOUND : STATUS_INPUT);
		/* Ours, and broken: that is always said. */
		assert_int_equal(import_text(f, "{\"version\":\"2.1.0\",\"runs\":[{"), STATUS_INPUT);
		assert_int_equal(import_path(f, "/nonexistent"), STATUS_INPUT);
		must_import_text(f, "{\"code\":\"x\"}\n");
	}
	f->options.format = "sarif"; /* narrows, and forces nobody */
	assert_int_equal(import_text(f, "{\"code\":\"x\"}\n"), STATUS_NOT_FOUND);
	must_import_text(f, "{\"version\":\"2.1.0\",\"runs\":[]}");
}

static void test_how_it_was_read_is_part_of_the_digest(void **state)
{
	static const struct field_map map = { "code", "code" };
	struct fixture *f = *state;
	struct digest digests[6];
	const struct import_options plain = f->options;

	for (size_t i = 0; i < ARRAY_LEN(digests); i++) {
		f->options = plain;
		switch (i) {
		case 1: f->options.per = IMPORT_PER_FILE; break;
		case 2: f->options.source_root = "a"; break;
		case 3: f->options.source_root = "b"; break;
		case 4: f->options.maps = &map; f->options.map_count = 1; break;
		case 5: f->options.illustrative = true; break;
		default: break;
		}
		must_import_text(f, "{\"code\":\"x\"}\n");
		digests[i] = f->batch.file_digest;
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(digests[i].bytes, digests[k].bytes, DIGEST_BYTES);
	}
	f->options = plain;
	f->options.strict = f->options.found_in_folder = true; /* nothing about how it is read */
	must_import_text(f, "{\"code\":\"x\"}\n");
	assert_memory_equal(digests[0].bytes, f->batch.file_digest.bytes, DIGEST_BYTES);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_strict, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_rejects_are_handed_out_with_their_source, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_found_in_a_folder, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_how_it_was_read_is_part_of_the_digest, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
