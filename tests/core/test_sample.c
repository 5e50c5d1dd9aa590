/* What makes two samples the same, what makes one updated, and what a list shows of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/sample.h"

static struct arena arena;
static struct sample sample;
static struct flag flags[2];
static struct provenance provenance[2];

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	flags[0] = (struct flag){ SOURCE_SAST, LEVEL_WARNING, "CodeQL", "py/x", "is wrong", { 3, 1, 3, 9 }, true, 0.5 };
	flags[1] = (struct flag){ SOURCE_LINTER, LEVEL_ERROR, "Ruff", "E1", "also wrong", { 4, 0, 0, 0 }, false, 0 };
	provenance[0] = (struct provenance){ PROVENANCE_MODEL, "m-1", CERTAINTY_RECORDED };
	provenance[1] = (struct provenance){ "plan", "max", CERTAINTY_GUESSED };
	sample = (struct sample){ .kind = SAMPLE_KIND_EDIT, .external_id = "e", .code = slice_of("x = 1\n"),
				  .prompt = slice_of("do"), .expected = slice_of("x = 2\n"), .diff = slice_of("-x"),
				  .language = "python", .path = "a.py", .region = { 1, 0, 2, 0 }, .session = "s",
				  .turn = 2, .produced_at = { 1000, PRECISION_SECOND }, .baseline = BASELINE_NEW,
				  .flags = flags, .flag_count = 2, .provenance = provenance, .provenance_count = 2 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static bool equal(struct digest a, struct digest b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

/* Changes `field`, tells whether each digest changed, and puts it back. */
#define CHANGED(field, value, identity, content)                                            \
	do {                                                                                \
		struct digest id_ = sample_fingerprint(&sample);                            \
		struct digest content_ = sample_content_digest(&sample);                    \
		struct sample sample_ = sample;                                             \
		struct flag flag_ = flags[0];                                               \
		struct provenance provenance_ = provenance[0], second_ = provenance[1];     \
		field = value;                                                              \
		if (equal(id_, sample_fingerprint(&sample)) == (identity))                  \
			fail_msg("%s: fingerprint", #field);                                \
		if (equal(content_, sample_content_digest(&sample)) == (content))           \
			fail_msg("%s: content", #field);                                    \
		sample = sample_;                                                           \
		flags[0] = flag_;                                                           \
		provenance[0] = provenance_;                                                \
		provenance[1] = second_;                                                    \
	} while (0)

static void test_what_is_identity(void **state)
{
	(void)state;
	CHANGED(sample.kind, SAMPLE_KIND_PATCH, true, true);
	CHANGED(flags[0].tool, "Other", true, true);
	CHANGED(flags[0].tool, NULL, true, true);
	CHANGED(flags[0].rule, "py/y", true, true);
	CHANGED(flags[0].message, "is worse", true, true);
	CHANGED(flags[0].region.start_line, 4, true, true);
	CHANGED(flags[0].region.end_column, 4, true, true);
	CHANGED(sample.path, "b.py", true, true);
	CHANGED(sample.external_id, NULL, true, true);
	CHANGED(sample.session, "t", true, true);
	CHANGED(sample.turn, 3, true, true);
	CHANGED(provenance[0].value, "m-2", true, true);
	CHANGED(sample.code, slice_of("x = 3\n"), true, true);
	CHANGED(sample.prompt, slice_of(""), true, true);

	CHANGED(sample.diff, ((struct slice){ NULL, 0 }), true, true);

	CHANGED(flags[0].level, LEVEL_ERROR, false, true);
	CHANGED(flags[0].source, SOURCE_CI, false, true);
	CHANGED(flags[0].score, 0.75, false, true);
	CHANGED(flags[0].has_score, false, false, true);
	CHANGED(sample.flag_count, 1, false, true);
	CHANGED(provenance[1].value, "pro", false, true);
	CHANGED(provenance[1].certainty, CERTAINTY_RECORDED, false, true);
	CHANGED(sample.provenance_count, 1, false, true);
	CHANGED(sample.expected, slice_of(""), false, true);
	CHANGED(sample.language, "perl", false, true);
	CHANGED(sample.region.start_line, 7, false, true);
	CHANGED(sample.produced_at.at_us, 1001, false, true);
	CHANGED(sample.produced_at.precision, PRECISION_DAY, false, true);
	CHANGED(sample.baseline, BASELINE_UNCHANGED, false, true);
	CHANGED(sample.illustrative, true, false, true);

	CHANGED(sample.id, 9, false, false);
	CHANGED(sample.status, SAMPLE_DEFERRED, false, false);
	CHANGED(sample.disposition, VERDICT_INTENDED, false, false);
	CHANGED(sample.batch, 9, false, false);
	CHANGED(sample.version, 9, false, false);
}

/* Not a finding at a place: what a model gave at one time, in one setting. */
static void test_what_is_identity_of_an_output(void **state)
{
	(void)state;
	flags[0].rule = NULL;
	CHANGED(sample.code, slice_of("x = 3\n"), true, true);
	CHANGED(sample.external_id, NULL, true, true);
	CHANGED(sample.produced_at.at_us, 1001, true, true);
	CHANGED(provenance[1].value, "pro", true, true);
	CHANGED(flags[0].message, "is worse", false, true);
	CHANGED(flags[0].tool, "Other", false, true);
	CHANGED(flags[0].level, LEVEL_ERROR, false, true);
	CHANGED(sample.expected, slice_of(""), false, true);
	CHANGED(sample.baseline, BASELINE_UNCHANGED, false, true);
	CHANGED(sample.status, SAMPLE_DEFERRED, false, false);
}

static void test_fields_do_not_run_together(void **state)
{
	struct sample other = sample;

	(void)state;
	sample.path = "ab";
	sample.external_id = "c";
	other.path = "a";
	other.external_id = "bc";
	assert_false(equal(sample_fingerprint(&sample), sample_fingerprint(&other)));
	other = sample;
	other.session = "";
	sample.session = NULL;
	assert_false(equal(sample_fingerprint(&sample), sample_fingerprint(&other)));
}

/* The identity is stored: it must not change from one release to the next. (The digest is from
 * Python: hashlib over the fields as core/base/digest.h frames them, texts by their own digests.) */
static void test_fingerprint_stays(void **state)
{
	struct digest digest = sample_fingerprint(&sample);
	char hex[DIGEST_HEX_LEN + 1];

	(void)state;
	digest_hex(&digest, hex);
	assert_string_equal(hex, "5206ead2b6b33b06b1019fa05ad170d19678661d96c15d3e3106f45b40851ec7");
}

static void test_looks(void **state)
{
	(void)state;
	assert_int_equal(sample_level(&sample), LEVEL_ERROR);
	assert_string_equal(sample_provenance(&sample, "plan"), "max");
	assert_null(sample_provenance(&sample, "Plan"));
	assert_string_equal(sample_title(&arena, &sample), "is wrong");
	flags[0].message = "  \n\t first  line \t of\x1b[1m it\n second";
	assert_string_equal(sample_title(&arena, &sample), "first line of\x1b[1m it");
	flags[0].message = " \n ";
	assert_string_equal(sample_title(&arena, &sample), "x = 1");
	sample.code = (struct slice){ "\r\n\n  a\0b\xff\r\nc", 14 };
	assert_string_equal(sample_title(&arena, &sample), "a\xe2\x90\x80""b\xef\xbf\xbd");
	sample.code = slice_of("");
	assert_string_equal(sample_title(&arena, &sample), "py/x");
	flags[0].rule = NULL;
	assert_string_equal(sample_title(&arena, &sample), "-x");
	sample.diff = slice_of("");
	assert_string_equal(sample_title(&arena, &sample), "e");
	sample = (struct sample){ 0 };
	assert_string_equal(sample_title(&arena, &sample), "");
	assert_int_equal(sample_level(&sample), LEVEL_NONE);
	assert_null(sample_provenance(&sample, "plan"));
}

static void test_long_titles_are_cut_between_characters(void **state)
{
	struct strbuf text = STRBUF_INIT;
	char *title;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		strbuf_clear(&text);
		strbuf_add(&text, "abc", shift);
		for (int i = 0; i < 1000; i++)
			strbuf_addstr(&text, "\xf0\x9f\x98\x80");
		sample.flag_count = 0;
		sample.code = strbuf_slice(&text);
		title = sample_title(&arena, &sample);
		assert_true(strlen(title) > 200 && strlen(title) < 260);
		assert_null(strstr(title, "\xef\xbf\xbd"));
		assert_string_equal(title + strlen(title) - 3, "\xe2\x80\xa6");
	}
	strbuf_release(&text);
}

/* Real hostile strings: every title is one line of valid UTF-8. */
static void test_hostile_titles(void **state)
{
	struct slice text;
	const struct json *strings;

	(void)state;
	assert_int_equal(file_read(&arena, "../shared/data/hostile/minimaxir_big-list-of-naughty-strings/blns.json", 0,
				   &text, NULL), STATUS_OK);
	assert_int_equal(json_parse(&arena, text, true, NULL, &strings, NULL), STATUS_OK);
	assert_int_equal(strings->count, 515);
	for (const struct json *item = strings->first; item; item = item->next) {
		struct sample hostile = { .code = json_slice(item) };
		char *title = sample_title(&arena, &hostile);
		assert_null(strchr(title, '\n'));
		assert_true(utf8_valid(slice_of(title)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_identity, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_identity_of_an_output, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fields_do_not_run_together, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fingerprint_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_looks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_titles_are_cut_between_characters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_titles, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
