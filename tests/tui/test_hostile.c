/*
 * Samples that try to leave their place: every file of data/hostile, and lines
 * made for it, as code, title, path, rule and so on. Whatever they hold, the
 * screen has its rows and columns, shows no control or hidden character, and
 * what does not belong to the sample looks as it does without it.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"

#define HOSTILE "../shared/data/hostile"
#define ATTACK "\x1b[2J\x1b]0;owned\x07\x1b[1;1Hgone\r\n\xE2\x80\xAE" "desrever\xE2\x81\xA6 \xC2\x9B" "31m \xff\xfe\xE2\x80\x8B\t\xF3\xA0\x81\x81" \
	"\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xE4\xBD\xA0\xE5\xA5\xBD"

static struct arena arena;

static int teardown(void **state)
{
	screen_test_free(*state);
	*state = NULL;
	arena_release(&arena);
	return 0;
}

static int setup(void **state)
{
	*state = NULL;
	return 0;
}

/* Sample 1 is what is given, sample 2 a harmless neighbour. */
static struct screen_test *open_with(const struct sample *sample, const char *reviewer)
{
	struct screen_test_options options = { .renderer = fixture_renderer(), .reviewer = reviewer };
	struct screen_test *t = screen_test_new(&options);
	static const struct flag flag = { .level = LEVEL_NOTE, .message = "a harmless neighbour" };

	assert_true(fake_store_add(screen_test_store(t), sample) > 0);
	assert_true(fake_store_add(screen_test_store(t), &(struct sample){
		.code = slice_of("fine\n"), .path = "neighbour.py", .flags = &flag, .flag_count = 1 }) > 0);
	return t;
}

static struct slice line_of(const char *screen, int line)
{
	for (; line > 0 && *screen; line--)
		screen += strcspn(screen, "\n") + (screen[strcspn(screen, "\n")] == '\n');
	return (struct slice){ screen, strcspn(screen, "\n") };
}

/* Nothing on the screen could move the cursor, hide, or turn text around. */
static void assert_clean(struct screen_test *t, const char *what, int rows, int columns)
{
	const char *screen = screen_test_text(t, false);
	struct slice text = slice_of(screen);
	int lines = 0;

	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t code_point;
		bool valid;
		at += utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		if (code_point == '\n')
			lines++;
		else if (!valid || utf8_columns(code_point) < 0)
			fail_msg("%s: U+%04X is on the screen:\n%s", what, (unsigned)code_point, screen);
	}
	if (strstr(screen, "\ncursor: "))
		lines--;
	assert_int_equal(lines, rows);
	for (int line = 0; line < rows; line++)
		if (utf8_text_columns(line_of(screen, line)) > columns)
			fail_msg("%s: line %d is too wide:\n%s", what, line, screen);
}

/* Rows that show nothing of sample 1 are as they are beside a harmless sample. */
static void assert_frame(struct screen_test *t, const char *what)
{
	const char *screen = screen_test_text(t, false);
	struct slice header = line_of(screen, 0), neighbour = line_of(screen, 3), footer = line_of(screen, 23);
	const char *title = " test.db › Queue                                                1 of 2 · newest";

	if (!slice_is(header, title))
		fail_msg("%s: the header is changed:\n%s", what, screen);
	if (!strstr(arena_text(&arena, neighbour), "a harmless neighbour"))
		fail_msg("%s: the neighbour is changed:\n%s", what, screen);
	if (!strstr(arena_text(&arena, footer), "? help"))
		fail_msg("%s: the footer is changed:\n%s", what, screen);
}

static void look_everywhere(struct screen_test *t, const char *what)
{
	assert_clean(t, what, 24, 80);
	assert_frame(t, what);
	screen_test_keys(t, "l l l ] l");
	assert_clean(t, what, 24, 80);
	assert_frame(t, what);
	screen_test_keys(t, "h h h h ] h h ] ] ]");
	assert_clean(t, what, 24, 80);
	screen_test_keys(t, "] ] ] ]");
	assert_clean(t, what, 24, 80);
	screen_test_keys(t, "w W");
	assert_clean(t, what, 24, 80);
	screen_test_keys(t, "Enter G PgUp / 'o' Enter n n V j :");
	assert_clean(t, what, 24, 80);
	screen_test_keys(t, "Esc");
	for (int i = 0; i < 3 && strstr(screen_test_text(t, false), "› Sample"); i++)
		screen_test_keys(t, "q"); /* the lines, the sample */
	screen_test_keys(t, "Enter");
	for (int part = 0; part < 8; part++) {
		screen_test_keys(t, "]");
		assert_clean(t, what, 24, 80);
	}
	screen_test_resize(t, 60, 200);
	assert_clean(t, what, 60, 200);
	screen_test_keys(t, "q z z");
	assert_clean(t, what, 60, 200);
	screen_test_resize(t, 9, 23);
	assert_clean(t, what, 9, 23);
}

/* Half of a wide character, the cut of a mark: each column in turn as the left border. */
static void scrolled_sideways(void **state)
{
	struct screen_test *t = *state = open_with(&(struct sample){ .code = slice_of(ATTACK "\n" ATTACK ATTACK) }, NULL);

	screen_test_keys(t, "Enter");
	for (int columns = 80; columns > 8; columns--) {
		screen_test_resize(t, 24, columns);
		screen_test_keys(t, columns % 3 ? "l" : "h");
		assert_clean(t, "columns", 24, columns);
	}
}

static void attacks_in_every_field(void **state)
{
	static const struct flag flags[] = {
		{ .level = LEVEL_ERROR, .tool = ATTACK, .rule = ATTACK, .message = ATTACK, .region = { 1, 1, 1, 2 } },
		{ .level = LEVEL_ERROR, .tool = "x", .rule = "\n\n\n", .message = "\n\r\n", .region = { INT64_MAX, 0, 1, 2 } },
		{ .level = LEVEL_NOTE, .message = "", .region = { -5, 0, INT64_MAX, 2 } },
	};
	static const struct provenance provenance[] = {
		{ PROVENANCE_MODEL, ATTACK, CERTAINTY_GUESSED },
		{ ATTACK, ATTACK, CERTAINTY_RECORDED },
	};
	static const struct place places[] = {
		{ .role = PLACE_CODE_FLOW, .group = INT64_MAX, .nesting = INT64_MAX, .path = ATTACK, .message = ATTACK,
		  .region = { INT64_MAX, INT64_MAX, 0, 0 }, .text = { ATTACK, sizeof(ATTACK) } },
		{ .role = PLACE_FIX, .message = "\n\r\n", .text = { "\xFF\x00\n\x1B[2J", 7 } },
	};
	struct screen_test *t = *state = open_with(&(struct sample){
		.places = places, .place_count = 2,
		.external_id = ATTACK, .code = slice_of(ATTACK "\n" ATTACK), .prompt = slice_of(ATTACK),
		.expected = slice_of(ATTACK), .diff = slice_of("+" ATTACK "\n-" ATTACK "\n@@ " ATTACK), .language = ATTACK,
		.path = ATTACK, .region = { INT64_MAX - 1, 0, 0, 0 }, .session = ATTACK,
		.produced_at = { INT64_C(1777890000000000), PRECISION_SECOND }, .flags = flags, .flag_count = 3,
		.provenance = provenance, .provenance_count = 2 }, NULL);

	screen_test_golden(t, "hostile_queue", true);
	screen_test_keys(t, "Enter");
	screen_test_golden(t, "hostile_sample", true);
	screen_test_keys(t, "q n '"  "\xE2\x80\xAE" "note' Enter g");
	look_everywhere(t, "attack");
}

static void a_hostile_reviewer(void **state)
{
	struct screen_test *t = *state = open_with(&(struct sample){ .code = slice_of("x") }, ATTACK);

	screen_test_keys(t, "m h k ] ]");
	assert_clean(t, "history", 24, 80);
	screen_test_keys(t, "U");
	assert_clean(t, "log", 24, 80);
	screen_test_keys(t, "q Space a n");
	screen_test_paste(t, ATTACK);
	assert_clean(t, "prompt", 24, 80);
	screen_test_keys(t, "Enter");
	assert_clean(t, "message", 24, 80);
	screen_test_keys(t, "I");
	assert_clean(t, "incidents", 24, 80);
	screen_test_keys(t, "Enter");
	assert_clean(t, "incident", 24, 80);
	screen_test_keys(t, "3 a m h");
	screen_test_paste(t, ATTACK);
	screen_test_keys(t, "Enter t l");
	assert_clean(t, "cause", 24, 80);
	screen_test_keys(t, "6");
	assert_clean(t, "draft", 24, 80);
	screen_test_keys(t, "q q /");
	screen_test_paste(t, ATTACK ":" ATTACK);
	assert_clean(t, "filter", 24, 80);
}

static size_t files;

static void try_file(void **state, const char *path)
{
	struct slice content;
	struct flag flag = { .level = LEVEL_ERROR, .region = { 3, 0, 3, 0 } };
	struct screen_test *t;

	assert_int_equal(file_read(&arena, path, 0, &content, NULL), STATUS_OK);
	flag.message = utf8_clean(&arena, (struct slice){ content.at, content.len_bytes > 4096 ? 4096 : content.len_bytes });
	t = *state = open_with(&(struct sample){
		.code = content, .prompt = content, .diff = content, .language = files % 2 ? "python" : "c",
		.path = flag.message, .produced_at = { INT64_C(1777890000000000), PRECISION_SECOND },
		.flags = &flag, .flag_count = 1 }, NULL);
	look_everywhere(t, path);
	files++;
	teardown(state);
}

static void try_folder(void **state, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[1024];
		struct stat info;
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		assert_int_equal(stat(path, &info), 0);
		if (S_ISDIR(info.st_mode))
			try_folder(state, path);
		else
			try_file(state, path);
	}
	closedir(dir);
}

static void every_hostile_file(void **state)
{
	files = 0;
	try_folder(state, HOSTILE);
	assert_true(files > 400);
}

/* Drawing costs what is drawn, not what the sample holds. */
static void huge_lines(void **state)
{
	struct strbuf code = STRBUF_INIT;
	struct screen_test *t;

	for (int i = 0; i < 200000; i++)
		strbuf_addstr(&code, "a(\"b\", 1); ");
	strbuf_addch(&code, '\n');
	for (int i = 0; i < 200000; i++)
		strbuf_addstr(&code, "x\n");
	t = *state = open_with(&(struct sample){ .code = arena_slice(&arena, strbuf_slice(&code)), .language = "c",
						 .produced_at = { INT64_C(1777890000000000), PRECISION_SECOND } }, NULL);
	strbuf_release(&code);
	for (int i = 0; i < 50; i++)
		screen_test_keys(t, "j k l");
	screen_test_keys(t, "k Enter G");
	screen_test_shows(t, "200001");
	assert_clean(t, "huge", 24, 80);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(attacks_in_every_field, setup, teardown),
		cmocka_unit_test_setup_teardown(scrolled_sideways, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hostile_reviewer, setup, teardown),
		cmocka_unit_test_setup_teardown(every_hostile_file, setup, teardown),
		cmocka_unit_test_setup_teardown(huge_lines, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
