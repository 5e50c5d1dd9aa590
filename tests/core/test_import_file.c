/* import_file(): what is no file, what is no format of ours, broken and stopped imports. */
#include "tests/core/test_import_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/import/importers.h"
#include "core/import/lines.h"

#define TUTORIALS DATA "sarif/microsoft_sarif-tutorials/"

static void assert_refused(struct fixture *f, enum status status, const char *says)
{
	assert_int_equal(status, STATUS_INPUT);
	assert_contains(f->error.text, says);
	assert_int_equal(f->store->committed, 0);
}

static void test_what_is_no_file(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, import_path(f, "/nonexistent/x.sarif"), "/nonexistent/x.sarif: cannot be opened: No such file");
	assert_refused(f, import_path(f, "/tmp"), "/tmp: is a folder, not a file");
	assert_refused(f, import_path(f, "/dev/null"), "is a device");
	remove(f->path);
	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_refused(f, import_path(f, f->path), "is a named pipe"); /* and does not wait for a writer */
	assert_int_equal(f->store->begun, 0);
}

static void test_recognition(void **state)
{
	static const struct {
		const char *text, *format;
	} known[] = {
		{ "{\"version\":\"2.1.0\",\"runs\":[]}", "sarif" },
		{ "\xEF\xBB\xBF {\"runs\":null}", "sarif" },
		{ "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\"}", "sarif" },
		{ "{\"properties\":{\"a\":[1,{\"b\":\"}\"}]},\"runs\":[]}", "sarif" },
		{ "{\"code\":\"x\"}", "jsonl" },
		{ "{\"code\":\"x\",\"runs\":3}\n{\"code\":\"y\"}\n", "jsonl" },
		{ "{\"code\":\"$schema sarif \\\"runs\\\": [\"}\n{\"code\":\"y\"}\n", "jsonl" },
		{ "\n\r\n{\"code\":\"x\"}\r\n", "jsonl" },
		{ "[{\"code\":\"x\"}]", "json" },
		{ "{\"results\":[{\"code\":\"x\"}]}", "json" },
		{ "{\n\"code\":\"x\"\n}\n{\n\"code\":\"y\"\n}\n", "json" },
		{ "{broken\n{\"code\":\"x\"}\n", "jsonl" },
	};
	static const struct {
		const char *text, *says;
	} unknown[] = {
		{ "", "it looks like an empty file; formats: sarif, " },
		{ " \n\n", "an empty file" },
		{ "{a: 1}", "JSON that is broken at its start" },
		{ "[section]\nkey=1\n", "text in brackets" },
		{ "<?xml version=\"1.0\"?>", "XML" },
		{ "<html>", "HTML" },
		{ "Index: a.c\n", "a diff" },
		{ "a,b,c\n1\n2,3\n", "CSV" },
		{ "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer" },
		{ "hello world\n", "plain text" },
		{ "\x1F\x8B\x08", "gzip" },
		{ "\xE4\xF6\xFC", "binary data, or text in an old encoding" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		must_import_text(f, known[i].text);
		assert_string_equal(f->batch.format, known[i].format);
	}
	f->store->committed = f->store->begun = f->store->aborted = 0;
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_refused(f, import_text(f, unknown[i].text), unknown[i].says);
	assert_int_equal(f->store->begun, 0);
	f->options.format = "nonsense";
	assert_int_equal(import_text(f, "{\"code\":\"x\"}"), STATUS_USAGE);
	assert_contains(f->error.text, "unknown format 'nonsense'; one of sarif, ");
}

static void test_named_formats(void **state)
{
	struct fixture *f = *state;

	f->options.format = "jsonl";
	must_import_text(f, "");
	assert_int_equal(f->batch.records, 0);
	must_import_text(f, "\n \n");
	assert_int_equal(f->batch.records, 0);
	assert_int_equal(import_text(f, "[1,\n2]\n"), STATUS_INPUT);
	assert_contains(f->error.text, "no line of it is a JSON object");
	f->options.format = "sarif";
	assert_int_equal(import_text(f, ""), STATUS_INPUT);
	assert_int_equal(import_text(f, "[1]"), STATUS_INPUT);
	assert_contains(f->error.text, "the top level is an array");
	assert_int_equal(import_text(f, "{\"a\":1}"), STATUS_INPUT);
	assert_contains(f->error.text, "neither \"version\" nor \"runs\"");
	assert_int_equal(import_text(f, "{\"runs\":5}"), STATUS_INPUT);
	assert_int_equal(import_text(f, "{\"version\":\"2.1.0\",\"runs\":[]} x"), STATUS_INPUT);
	assert_contains(f->error.text, "byte 30");
	must_import_text(f, "{\"version\":\"2.1.0\"}");
	assert_int_equal(f->batch.records, 0);
}

static void test_empty_by_its_name(void **state)
{
	struct fixture *f = *state;
	char path[80];

	snprintf(path, sizeof(path), "%s.jsonl", f->path);
	assert_int_equal(rename(f->path, path), 0);
	enum status status = import_path(f, path);
	assert_int_equal(rename(path, f->path), 0);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(f->batch.records, 0);
	assert_string_equal(f->batch.format, "jsonl");
}

static void test_lines(void **state)
{
	struct fixture *f = *state;

	must_import_text(f, "\xEF\xBB\xBF{\"code\":\"a\"}\r\n\r\n{\"code\":\r\n[2]\n{\"code\":\"\xFF\"}\n   \n{\"code\":\"z\"}");
	assert_int_equal(f->batch.records, 5);
	assert_int_equal(f->batch.rejected, 2);
	assert_int_equal(f->store->rejects.items[0].record, 2);
	assert_int_equal(f->store->rejects.items[0].offset_bytes, 19);
	assert_contains(f->store->rejects.items[0].reason, "broken JSON");
	assert_int_equal(f->store->rejects.items[1].offset_bytes, 29);
	assert_contains(f->store->rejects.items[1].reason, "not an object but an array");
	assert_slice(sample_at(f, 1)->code, "\xFF"); /* the byte that was produced */
	assert_text(sample_provenance(sample_at(f, 1), "import.invalid_utf8"), "1");
	assert_slice(sample_at(f, 2)->code, "z");
}

/* A line over the limit is passed over in little memory, and the next one is read. */
static void test_long_lines(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	struct line line;
	bool found;

	for (int i = 0; i < 600 * 1024; i++)
		strbuf_addch(&text, 'a');
	strbuf_addstr(&text, "\nbb\n");
	for (int i = 0; i < 300 * 1024; i++)
		strbuf_addch(&text, 'c');
	write_bytes(f->path, strbuf_slice(&text));
	strbuf_release(&text);
	int fd = open(f->path, O_RDONLY);
	assert_true(fd >= 0);
	static const size_t limits[] = { 1, 2, 10, 256 * 1024, 300 * 1024, 512 * 1024, 600 * 1024, 1024 * 1024 };
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		struct line_reader *reader = line_reader_open(fd, limits[i]);
		assert_int_equal(line_reader_next(reader, &line, &found, &f->error), STATUS_OK);
		assert_int_equal(line.too_long, limits[i] < 600 * 1024);
		assert_int_equal(line_reader_next(reader, &line, &found, &f->error), STATUS_OK);
		assert_int_equal(line.offset_bytes, 600 * 1024 + 1);
		assert_int_equal(line.too_long, limits[i] < 2);
		if (!line.too_long)
			assert_slice(line.text, "bb");
		assert_int_equal(line_reader_next(reader, &line, &found, &f->error), STATUS_OK);
		assert_true(found);
		assert_int_equal(line.too_long, limits[i] < 300 * 1024);
		assert_int_equal(line_reader_next(reader, &line, &found, &f->error), STATUS_OK);
		assert_false(found);
		line_reader_free(reader);
	}
	close(fd);
}

/* Cut at every byte: an error, or the whole records before the cut, and never a crash. */
static void test_truncation(void **state)
{
	static const char *const files[] = {
		TUTORIALS "3-Beyond-basics/bad-eval-with-code-flow.sarif", TUTORIALS "RuleMetadata.sarif",
		TUTORIALS "EmbeddedTextContent.sarif", DATA "llm/openai_human-eval/example_samples.jsonl",
	};
	struct fixture *f = *state;
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct slice whole;
		bool lines = strstr(files[i], ".jsonl") != NULL;
		assert_int_equal(file_read(&arena, files[i], 0, &whole, &f->error), STATUS_OK);
		for (size_t len = 0; len < whole.len_bytes; len++) {
			struct slice cut = { whole.at, len };
			size_t newlines = 0;
			for (size_t at = 0; at < len; at++)
				newlines += whole.at[at] == '\n';
			enum status status = import_bytes(f, cut);
			if (status != STATUS_OK) {
				assert_int_equal(status, STATUS_INPUT);
				assert_int_equal(f->store->samples.len, 0);
			} else if (lines) {
				assert_true(f->batch.rejected <= 1);
				assert_true(f->batch.imported >= (int64_t)newlines);
			} else {
				/* only blanks were cut off, or the reader is told that more was */
				assert_true(f->batch.rejected == 1 || whole.len_bytes - len <= 2);
			}
		}
	}
	arena_release(&arena);
}

struct told {
	atomic_bool cancel;
	int64_t stop_at, rejects;
	int calls;
	uint64_t done, total;
};

static void count_progress(void *context, uint64_t done, uint64_t total, int64_t records)
{
	struct told *told = context;

	told->calls++;
	assert_true(done >= told->done && done <= total);
	told->done = done;
	told->total = total;
	if (told->stop_at && records >= told->stop_at)
		atomic_store(&told->cancel, true);
}

static void stop_at_reject(void *context, const struct batch_reject *reject)
{
	struct told *told = context;

	assert_non_null(reject->reason);
	if (++told->rejects == told->stop_at)
		atomic_store(&told->cancel, true);
}

static void test_cancel(void **state)
{
	struct fixture *f = *state;
	struct told told = { .stop_at = 0 };
	const char *log = DATA "sarif/DefectDojo_django-DefectDojo/sarif/bash-report.sarif";

	f->options.context = &told;
	f->options.progress = count_progress;
	f->options.rejected = stop_at_reject;
	f->options.cancel = &told.cancel;
	must_import(f, log);
	assert_true(told.calls > 0);
	assert_int_equal(told.done, told.total);
	assert_true(told.total > 0);

	told = (struct told){ .stop_at = -1 }; /* at the first call */
	assert_int_equal(import_path(f, log), STATUS_CANCELLED);
	assert_int_equal(f->store->samples.len, 0);
	assert_int_equal(f->store->aborted, 1);

	/* In the middle: at the third reject. */
	told = (struct told){ .stop_at = 3 };
	f->options.progress = NULL;
	assert_int_equal(import_text(f, "{\"code\":\"1\"}\n1\n2\n3\n4\n{\"code\":\"2\"}\n"), STATUS_CANCELLED);
	assert_int_equal(told.rejects, 3);
	assert_int_equal(f->store->samples.len, 0);
	assert_int_equal(f->store->aborted, 2);

	/* Before anything, standard input included. */
	told = (struct told){ .stop_at = 0 };
	atomic_store(&told.cancel, true);
	assert_int_equal(import_path(f, log), STATUS_CANCELLED);
	assert_int_equal(import_path(f, "-"), STATUS_CANCELLED);
}

static void test_store_that_fails(void **state)
{
	struct fixture *f = *state;

	f->store->fail_at = 3;
	assert_int_equal(import_path(f, TUTORIALS "Baseline.sarif"), STATUS_STORE);
	assert_contains(f->error.text, "Baseline.sarif: record 3: the store is full");
	assert_int_equal(f->store->aborted, 1);
	assert_int_equal(f->store->committed, 0);
}

static void test_standard_input(void **state)
{
	struct fixture *f = *state;
	int saved = dup(STDIN_FILENO), ends[2];
	static const char text[] = "{\"code\":\"a\"}\n{\"code\":\"b\"}\n";

	assert_true(saved >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	enum status status = import_path(f, "-");
	struct digest piped = f->batch.file_digest;
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(f->batch.records, 2);
	assert_string_equal(f->batch.source, "-");
	must_import_text(f, text);
	assert_memory_equal(piped.bytes, f->batch.file_digest.bytes, DIGEST_BYTES);
	must_import_text(f, "{\"code\":\"a\"}\n{\"code\":\"c\"}\n");
	assert_memory_not_equal(piped.bytes, f->batch.file_digest.bytes, DIGEST_BYTES);
}

static void test_batch(void **state)
{
	struct fixture *f = *state;

	f->options.reviewer = "ann";
	f->options.illustrative = true;
	must_import_text(f, "{\"code\":\"a\"}\n");
	assert_string_equal(f->store->batch.reviewer, "ann");
	assert_string_equal(f->store->batch.source, f->path);
	assert_true(f->store->batch.illustrative);
	assert_true(instant_known(f->store->batch.at));
	assert_true(sample_at(f, 0)->illustrative);
}

static void test_many_rejects(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;
	struct told told = { .stop_at = -1 };

	strbuf_addstr(&text, "{\"code\":\"a\"}\n");
	for (int i = 0; i < 10005; i++)
		strbuf_addstr(&text, "7\n");
	f->options.context = &told;
	f->options.rejected = stop_at_reject;
	enum status status = import_bytes(f, strbuf_slice(&text));
	strbuf_release(&text);
	assert_int_equal(status, STATUS_OK);
	assert_int_equal(f->batch.rejected, 10005);
	assert_int_equal(told.rejects, 10005);
	assert_contains(f->store->rejects.items[9999].reason, "not an object but a number");
	assert_contains(f->store->rejects.items[10000].reason, "only the first 10,000 reasons");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_no_file, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_recognition, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_named_formats, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_empty_by_its_name, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_lines, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_long_lines, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_truncation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_cancel, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_store_that_fails, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_standard_input, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_batch, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_many_rejects, fixture_setup, fixture_teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
