/* The tab of the draft: its text with findings, the document that follows the cursor, sections in the editor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fake_store.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/draft_rows.h"

static struct arena arena;

static struct incident *stored(struct screen_test *t)
{
	struct incident *incident;
	struct store *store = screen_test_store(t);

	assert_int_equal(store->ops->incident_get(store, &arena, "INC-2026-0001", &incident, NULL), STATUS_OK);
	return incident;
}

static void write_sections(struct screen_test *t, const char *const (*sections)[2], size_t count)
{
	struct store *store = screen_test_store(t);
	struct incident *copy = incident_copy(&arena, stored(t));
	const char *key;
	int64_t edit;

	for (size_t i = 0; i < count; i++)
		incident_set_section(copy, &arena, sections[i][0], sections[i][1]);
	assert_int_equal(store->ops->incident_put(store, &arena, "bob", copy, "text", &key, &edit, NULL), STATUS_OK);
}

static int setup(void **state)
{
	static const char *const sections[][2] = {
		{ "impact", "Some users.\n\nThe engineer should have tested it, and the rest of this line goes on for longer than the pane is wide.\n\n"
			    "```\ncode that is not broken however long it is, because it is code and no prose at all; TAIL\n```\n" },
		{ "background", "One.\n\nTwo.\n\nThree.\n\nFour." },
		{ "resolution", "\x1b[31mred \xe2\x80\xaetxt" },
	};
	struct screen_test_options options = { .renderer = fixture_renderer() };
	struct screen_test *t = screen_test_new(&options);

	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	write_sections(t, sections, ARRAY_LEN(sections));
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	arena_release(&arena);
	return 0;
}

static void at_three_sizes(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 6 j j j j j j");
	screen_test_golden(t, "draft_80x24", true);
	screen_test_keys(t, "p");
	screen_test_golden(t, "draft_read_80x24", false);
	screen_test_keys(t, "p");
	screen_test_resize(t, 40, 120);
	screen_test_golden(t, "draft_120x40", true);
	screen_test_resize(t, 60, 200);
	screen_test_golden(t, "draft_200x60", false);
}

/* The row of the screen that has the text in those columns. */
static int row_of(struct screen_test *t, const char *text, int from, int to)
{
	const struct surface *surface;

	screen_test_text(t, false);
	surface = screen_test_surface(t);
	for (int row = 4; row < surface->rows; row++)
		for (int column = from; column + (int)strlen(text) <= to; column++) {
			size_t i = 0;
			while (text[i] && surface_cell(surface, row, column + (int)i).chars[0] == (uint32_t)text[i])
				i++;
			if (!text[i])
				return row;
		}
	fail_msg("'%s' is not there", text);
	return -1;
}

static void the_document_follows(void **state)
{
	struct screen_test *t = *state;
	int text, document;

	screen_test_resize(t, 16, 120); /* so that it has to scroll */
	screen_test_keys(t, "I Enter 6 G g");
	for (int i = 0; i < 24; i++)
		screen_test_keys(t, "j");
	text = row_of(t, "Three.", 0, 60);
	document = row_of(t, "Three.", 60, 120);
	assert_true(surface_cell(screen_test_surface(t), text, 5).selected);
	assert_int_equal(text, document);
	/* A click on the document: the cursor is there, and the document stays. */
	document = row_of(t, "One.", 60, 120);
	screen_test_click(t, document, 70, MOUSE_CLICK);
	text = row_of(t, "One.", 0, 60);
	assert_true(surface_cell(screen_test_surface(t), text, 5).selected);
	assert_int_equal(row_of(t, "One.", 60, 120), document);
	/* The wheel scrolls the document alone. */
	screen_test_click(t, document, 70, MOUSE_WHEEL_DOWN);
	assert_int_equal(row_of(t, "One.", 0, 60), text);
	/* One after the other the place stays, too. */
	screen_test_resize(t, 12, 80);
	screen_test_keys(t, "p");
	row_of(t, "One.", 0, 80);
	screen_test_lacks(t, "(empty)");
}

/* Row of the screen that the text's cursor is on. */
static int cursor_row(struct screen_test *t)
{
	screen_test_text(t, false);
	for (int row = 4; row < screen_test_surface(t)->rows - 1; row++)
		if (surface_cell(screen_test_surface(t), row, 5).selected)
			return row;
	fail_msg("there is no cursor");
	return -1;
}

/* Wherever the cursor is, also on the rest of a line or on a finding: reading it again moves nothing. */
static void the_cursor_stays_when_it_is_read_again(void **state)
{
	struct screen_test *t = *state;
	char before[8000];

	screen_test_resize(t, 16, 80);
	screen_test_keys(t, "I Enter 6 g");
	for (int i = 0; i < 30; i++) {
		int row = cursor_row(t);
		snprintf(before, sizeof(before), "%s", screen_test_text(t, false));
		screen_test_keys(t, "R");
		assert_int_equal(cursor_row(t), row);
		assert_string_equal(screen_test_text(t, false), before);
		screen_test_keys(t, "j");
	}
}

static void findings_stand_below_their_line(void **state)
{
	struct screen_test *t = *state;
	int line;

	screen_test_resize(t, 60, 80);
	screen_test_keys(t, "I Enter 6");
	line = row_of(t, "pane is wide.", 0, 80);
	assert_int_equal(row_of(t, "! warning: \"should have\"", 0, 80), line + 1);
	screen_test_keys(t, "G");
	screen_test_shows(t, "The rest of the record");
	screen_test_shows(t, "error, ");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "these are parts of the record");
}

static void code_is_scrolled_not_broken(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 6 j j j");
	screen_test_shows(t, "code that is not");
	screen_test_lacks(t, "TAIL");
	screen_test_keys(t, "l l l l");
	screen_test_shows(t, "TAIL");
	screen_test_shows(t, "Some users.");
}

static void a_section_is_edited(void **state)
{
	struct screen_test *t = *state;

	screen_test_editor(t, "Nobody else.\n\n");
	screen_test_keys(t, "I Enter 6 j j j j j j Enter");
	assert_int_equal(strncmp(screen_test_edited(t), "Some users.\n", 12), 0);
	assert_string_equal(screen_test_edited_suffix(t), ".md");
	assert_string_equal(incident_section(stored(t), "impact"), "Nobody else.");
	screen_test_shows(t, "section impact");
	screen_test_shows(t, "   Nobody else.");
	screen_test_keys(t, "u");
	screen_test_shows(t, "Some users.");
	screen_test_keys(t, "p Enter");
	screen_test_shows(t, "p goes to the text");
}

/* The fault of a store that takes nothing: what was typed is kept, and e has it. */
static void what_was_typed_is_kept(void **state)
{
	struct screen_test *t = *state;

	screen_test_editor(t, "Typed for long.");
	screen_test_keys(t, "I Enter 6 j j j j j j");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is full");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "not saved: ");
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "an edit of the record is not saved yet: e opens it");
	screen_test_editor(t, NULL);
	screen_test_keys(t, "e");
	assert_non_null(strstr(screen_test_edited(t), "Typed for long."));
}

static void accessible_is_one_column(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer(), .accessible = true, .rows = 30, .columns = 140 };
	struct screen_test *t;

	screen_test_free(*state);
	*state = t = screen_test_new(&options);
	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	screen_test_keys(t, "I Enter 6");
	screen_test_shows(t, "Edits called what does not exist.");
	screen_test_lacks(t, "samples shown");
	screen_test_keys(t, "p");
	screen_test_shows(t, "samples shown");
}

/* ---- revisions --------------------------------------------------------------------------- */

static void revisions_at_three_sizes(void **state)
{
	static const char *const later[][2] = {
		{ "impact", "Some users, many of them.\n\nThe engineer should have tested it, and the rest of this line goes on for longer "
			    "than the pane is wide. A sentence more.\n" },
	};
	struct screen_test *t = *state;

	write_sections(t, later, 1);
	screen_test_keys(t, "I Enter 6 j j j j j j r j");
	screen_test_shows(t, "of Impact");
	screen_test_golden(t, "revisions_80x24", true);
	screen_test_resize(t, 40, 120);
	screen_test_golden(t, "revisions_120x40", true);
	screen_test_resize(t, 60, 200);
	screen_test_golden(t, "revisions_200x60", false);
}

static void back_to_an_earlier_text(void **state)
{
	static const char *const later[][2] = { { "impact", "Wrong." }, { "background", "Another." } };
	struct screen_test *t = *state;

	write_sections(t, later, 2);
	screen_test_keys(t, "I Enter 6 j j j j j j r");
	screen_test_shows(t, "no change"); /* the newest is that of now */
	screen_test_keys(t, "r");
	screen_test_shows(t, "nothing to change");
	screen_test_keys(t, "j");
	screen_test_shows(t, "+ Wrong.");
	screen_test_keys(t, "r");
	screen_test_shows(t, "impact as of edit");
	assert_int_equal(strncmp(incident_section(stored(t), "impact"), "Some users.", 11), 0);
	assert_string_equal(incident_section(stored(t), "background"), "Another."); /* the section alone */
	screen_test_keys(t, "u");
	assert_string_equal(incident_section(stored(t), "impact"), "Wrong.");
	/* All sections: one edit as well. */
	screen_test_keys(t, "a");
	screen_test_shows(t, "of all sections");
	screen_test_keys(t, "Enter"); /* shows, and changes nothing */
	screen_test_shows(t, "of all sections");
	screen_test_keys(t, "r");
	screen_test_shows(t, "every section becomes what it was then");
	screen_test_keys(t, "l");
	assert_string_equal(incident_section(stored(t), "background"), "Another.");
	screen_test_keys(t, "r r");
	assert_int_equal(strncmp(incident_section(stored(t), "background"), "One.", 4), 0);
	screen_test_keys(t, "q");
	screen_test_shows(t, "Some users.");
	/* A section that nobody wrote has none; what is left out of it, the whole has. */
	screen_test_keys(t, "g j j j r");
	screen_test_shows(t, "nothing was saved yet; a shows all sections");
	screen_test_keys(t, "r a");
	screen_test_shows(t, "background");
}

static void restoring_that_fails_says_why(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 6 r");
	screen_test_shows(t, "no change");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is full");
	screen_test_keys(t, "r");
	screen_test_shows(t, "not restored: the store is full");
	fake_store_fail(screen_test_store(t), 0, STATUS_STORE, "the store is gone");
	screen_test_keys(t, "a");
	screen_test_shows(t, "the store is gone");
}

/* Texts of any size: a line of code per row, nothing quadratic (this takes far below a second). */
static void large_texts(void **state)
{
	struct incident incident;
	struct strbuf text = STRBUF_INIT;
	struct rich_text shown;
	struct lint_report report = { NULL, 0, { 0 } };
	struct draft_text_request request = { .incident = &incident, .report = &report, .renderer = fixture_renderer(),
					      .shown = &shown, .shown_columns = 60, .columns = 60 };
	const struct draft_row *rows;
	size_t count;

	(void)state;
	incident_init(&incident, &arena, "large");
	strbuf_addstr(&text, "```\n");
	for (int i = 0; i < 100000; i++)
		strbuf_addf(&text, "line %d\n", i);
	strbuf_addstr(&text, "```");
	incident_set_section(&incident, &arena, "impact", text.text);
	request.renderer->layout(&arena, strbuf_slice(&text), 60, &shown);
	rows = draft_rows(&arena, &request, &count);
	assert_true(count > 100000);
	for (size_t i = 0; i < count; i++)
		if (rows[i].kind == DRAFT_ROW_CODE)
			assert_int_equal(rows[i].place, rows[i].line - 1);
	strbuf_release(&text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(at_three_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(the_document_follows, setup, teardown),
		cmocka_unit_test_setup_teardown(the_cursor_stays_when_it_is_read_again, setup, teardown),
		cmocka_unit_test_setup_teardown(findings_stand_below_their_line, setup, teardown),
		cmocka_unit_test_setup_teardown(code_is_scrolled_not_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(a_section_is_edited, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_typed_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(accessible_is_one_column, setup, teardown),
		cmocka_unit_test_setup_teardown(revisions_at_three_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(back_to_an_earlier_text, setup, teardown),
		cmocka_unit_test_setup_teardown(restoring_that_fails_says_why, setup, teardown),
		cmocka_unit_test_setup_teardown(large_texts, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
