/* Errors, the log, digests. */
#include "base_test.h"

#include <pthread.h>

#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/utf8.h"

static void test_set_and_wrap(void **state)
{
	(void)state;
	struct error err;

	assert_int_equal(error_set(&err, STATUS_INPUT, "line %d is bad", 3), STATUS_INPUT);
	assert_string_equal(err.text, "line 3 is bad");
	assert_int_equal(error_wrap(&err, STATUS_INPUT, "%s", "a.json"), STATUS_INPUT);
	assert_string_equal(err.text, "a.json: line 3 is bad");
	assert_int_equal(error_wrap(&err, STATUS_STORE, "store"), STATUS_STORE);
	assert_int_equal(err.status, STATUS_STORE);

	/* Its own text as an argument. */
	error_set(&err, STATUS_REFUSED, "<%s>", err.text);
	assert_string_equal(err.text, "<store: a.json: line 3 is bad>");

	assert_int_equal(error_set(NULL, STATUS_USAGE, "x"), STATUS_USAGE);
	assert_int_equal(error_wrap(NULL, STATUS_USAGE, "x"), STATUS_USAGE);
}

static void check_cut(const struct error *err)
{
	size_t len_bytes = strlen(err->text);

	assert_true(len_bytes < sizeof(err->text));
	assert_true(len_bytes > sizeof(err->text) - 10);
	assert_string_equal(err->text + len_bytes - 3, "\xE2\x80\xA6");
	assert_true(utf8_valid(slice_of(err->text)));
}

static void test_long_texts_are_cut_at_a_character(void **state)
{
	(void)state;
	char text[3000];
	struct error err;

	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xF0\x9F\x98\x80", 5);
		error_set(&err, STATUS_INPUT, "%s", text);
		check_cut(&err);
		error_wrap(&err, STATUS_INPUT, "context");
		assert_memory_equal(err.text, "context: ", 9);
		check_cut(&err);
		error_wrap(&err, STATUS_INPUT, "%s", text);
		check_cut(&err);
	}
	memset(text, 'y', 1023);
	text[1023] = '\0';
	error_set(&err, STATUS_INPUT, "%s", text);
	assert_string_equal(err.text, text); /* just fits */
}

static void test_exit_codes(void **state)
{
	(void)state;
	static const struct { enum status status; int code; } table[] = {
		{ STATUS_OK, 0 }, { STATUS_REFUSED, 1 }, { STATUS_NOT_FOUND, 1 }, { STATUS_CONFLICT, 1 },
		{ STATUS_CANCELLED, 1 }, { STATUS_USAGE, 2 }, { STATUS_INPUT, 3 }, { STATUS_OUTPUT, 3 },
		{ STATUS_STORE, 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(status_exit_code(table[i].status), table[i].code);
}

static void *log_many(void *number)
{
	for (int i = 0; i < 200; i++)
		log_line(LOG_INFO, "thread %d entry %d end", *(int *)number, i);
	return NULL;
}

static void test_log(void **state)
{
	struct fixture *fixture = *state;
	char *path = fixture_path(fixture, "log");
	pthread_t threads[4];
	int numbers[4];

	setenv("AITIA_NOW", "2026-03-04T10:11:12Z", 1);
	log_line(LOG_ERROR, "nowhere");
	log_open("/nonexistent/folder/log", LOG_DEBUG);
	log_line(LOG_ERROR, "nowhere");
	log_open(path, LOG_INFO);
	log_line(LOG_DEBUG, "too fine");
	log_line(LOG_WARNING, "two\nlines \x1b[2J");
	for (int i = 0; i < 4; i++) {
		numbers[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, &numbers[i]), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	char *filler = arena_alloc(&fixture->arena, 5000);
	memset(filler, 'z', 4999);
	log_line(LOG_ERROR, "%s", filler);
	log_close();
	log_line(LOG_ERROR, "closed");
	unsetenv("AITIA_NOW");

	struct slice text;
	assert_int_equal(file_read(&fixture->arena, path, 0, &text, NULL), STATUS_OK);
	int lines = 0;
	for (const char *at = text.at; *at; lines++) {
		const char *end = strchr(at, '\n');
		assert_non_null(end);
		assert_memory_equal(at, "2026-03-04T10:11:12.000Z ", 25);
		if (lines == 0)
			assert_memory_equal(at + 25, "warning two?lines ?[2J\n", 23);
		else if (lines <= 800)
			assert_memory_equal(end - 4, " end", 4);
		at = end + 1;
	}
	assert_int_equal(lines, 802);
}

static void assert_digest(struct digest digest, const char *expected)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, hex);
	assert_string_equal(hex, expected);
}

static struct digest digest_two(struct slice a, struct slice b)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, a);
	digest_field(builder, b);
	return digest_end(builder);
}

static bool same(struct digest a, struct digest b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static void test_digest(void **state)
{
	(void)state;
	const struct slice absent = { NULL, 0 };

	/* NIST's examples for SHA-256. */
	assert_digest(digest_of(SLICE("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(digest_of(absent), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

	assert_false(same(digest_two(SLICE("ab"), SLICE("c")), digest_two(SLICE("a"), SLICE("bc"))));
	assert_false(same(digest_two(absent, SLICE("c")), digest_two(SLICE(""), SLICE("c"))));
	assert_true(same(digest_two(SLICE("ab"), absent), digest_two(SLICE("ab"), absent)));

	struct digest_builder *number = digest_begin(), *bytes = digest_begin();
	digest_number(number, -2);
	digest_field(bytes, SLICE("\xff\xff\xff\xff\xff\xff\xff\xfe"));
	struct digest of_number = digest_end(number);
	assert_false(same(of_number, digest_end(bytes)));

	/* Stored in files: the form may never change. printf 'b\0\0\0\0\0\0\0\2abn\0…\7' | sha256sum */
	struct digest_builder *builder = digest_begin();
	digest_field(builder, SLICE("ab"));
	digest_number(builder, 7);
	assert_digest(digest_end(builder), "105a683bfab3240958740df5697ca94c3e52c4b7ed7066117c61c58ab7a3b122");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		unit(test_set_and_wrap),
		unit(test_long_texts_are_cut_at_a_character),
		unit(test_exit_codes),
		unit(test_log),
		unit(test_digest),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
