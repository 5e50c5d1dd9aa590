/* Help, and what holds for all screens: keys that are always there, odd sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/screen_test.h"
#include "tests/support/tui_fixture.h"
#include "tui/action.h"

static int setup(void **state)
{
	struct screen_test_options options = { .renderer = fixture_renderer() };
	struct screen_test *t = screen_test_new(&options);

	fixture_samples(screen_test_store(t));
	fixture_incident(screen_test_store(t));
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	screen_test_free(*state);
	return 0;
}

static void help_of_the_queue(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "?");
	screen_test_golden(t, "help", false);
	screen_test_keys(t, "undo");
	screen_test_shows(t, "Undo your last edit");
	screen_test_lacks(t, "Cause: model");
	screen_test_keys(t, "^U 'severity:'");
	screen_test_shows(t, "Q1 (worst) to Q5");
	screen_test_keys(t, "^U 'xyzzy'");
	screen_test_shows(t, "nothing matches");
	screen_test_keys(t, "Esc");
	screen_test_lacks(t, "nothing matches");
	screen_test_shows(t, "1 of 14");
}

/* Every action that a screen has is in its help, with a key that works there. */
static void help_is_complete(void **state)
{
	static const enum scope scopes[] = { SCOPE_JUDGING, SCOPE_QUEUE, SCOPE_LIST, SCOPE_GLOBAL };
	struct screen_test *t = *state;

	screen_test_resize(t, 120, 120);
	screen_test_keys(t, "?");
	for (int action = 1; action < ACTION_ID_COUNT; action++) {
		const struct action_info *info = action_info((enum action)action);
		bool wanted = false;
		for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
			wanted |= info->scope == scopes[i];
		if (wanted)
			screen_test_shows(t, info->name);
		if (info->scope == SCOPE_INCIDENT)
			screen_test_lacks(t, info->help);
	}
}

/* On all screens the way out and the help stand at the same place, in 80 columns too; none
 * of the keys that are offered there finds nothing to act on. */
static void footers_show_the_ways_out(void **state)
{
	static const char *const screens[] = { "Enter", "~", "L", "I", "I Enter", "I Enter 2", "I Enter 3", "I Enter 4", "I Enter 5",
					       "I Enter 6", "I Enter 7", "U", ";", "A" };

	for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
		teardown(state);
		setup(state);
		screen_test_keys(*state, screens[i]);
		if (strcmp(screens[i], ";") == 0)
			screen_test_keys(*state, "Esc Left"); /* the prompt, and what it said */
		screen_test_shows(*state, "  q back  ? help");
	}
}

/* Another program's: nothing is done, which is said, and where the keys stand. */
static void a_key_without_a_meaning(void **state)
{
	screen_test_keys(*state, "p");
	screen_test_shows(*state, "p does nothing here · ? shows the keys");
	screen_test_keys(*state, "j");
	screen_test_lacks(*state, "does nothing here");
	screen_test_keys(*state, "v p");
	screen_test_lacks(*state, "does nothing here"); /* a menu has its own letters */
	screen_test_keys(*state, "Esc I ^T");
	screen_test_shows(*state, "^T does nothing here");
}

static void keys_are_offered_where_they_act(void **state)
{
	struct screen_test *t = *state;

	screen_test_shows(t, "m i t d cause  v verdict  s symptoms");
	screen_test_shows(t, "  Q quit  ? help"); /* nothing is left to go back from */
	screen_test_keys(t, "/ 'lang:nosuch' Enter");
	screen_test_lacks(t, "cause");
	screen_test_shows(t, "/ filter");
	screen_test_shows(t, "q back");
	screen_test_keys(t, ":");
	screen_test_keys(t, "'cause'");
	screen_test_lacks(t, "cause-model");
	screen_test_keys(t, "Esc Esc I Enter 3");
	screen_test_shows(t, "v evidence");
	screen_test_keys(t, ": 'evidence'");
	screen_test_shows(t, "cause-evidence");
	screen_test_keys(t, "Esc 4");
	screen_test_lacks(t, "v evidence");
	screen_test_keys(t, ": 'evidence'");
	screen_test_lacks(t, "cause-evidence");
	screen_test_keys(t, "Esc ? 'evidence'");
	screen_test_shows(t, "(not now) On a cause");
}

static void help_scrolls(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "? PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn");
	screen_test_shows(t, "any other key is one of the provenance");
	screen_test_click(t, 10, 10, MOUSE_WHEEL_UP);
	screen_test_keys(t, "PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp PgUp");
	screen_test_shows(t, "Queue");
}

static void help_of_others(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter ?");
	screen_test_shows(t, "Next tab: overview");
	screen_test_keys(t, "Esc q q / F1");
	screen_test_shows(t, "Complete a key or value");
	screen_test_keys(t, "Esc 'lang:c' Enter"); /* what was typed before is still there */
	screen_test_shows(t, "Queue /lang:c");
	screen_test_keys(t, "Enter ?");
	screen_test_shows(t, "Go to the next sample");
}

static void sample_screen(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "Enter");
	screen_test_golden(t, "sample", true);
	screen_test_keys(t, "j j G");
	screen_test_shows(t, "return taken");
	screen_test_keys(t, "m h");
	screen_test_shows(t, "model/hallucination · u undoes");
	screen_test_shows(t, "Sample 1"); /* it stays */
	screen_test_keys(t, "J > K");
	screen_test_shows(t, "Sample 2");
	screen_test_keys(t, "q");
	screen_test_shows(t, "2 of 14");
	screen_test_shows(t, "model/hallucination");
}

/* Whatever the size, nothing breaks, and the right one comes back whole. */
static void odd_sizes(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 5, 3 }, { 2, 80 }, { 3, 200 }, { 24, 1 }, { 7, 13 }, { 200, 400 }, { 0, 0 } };
	static const char *const screens[] = { "", "Enter", "c", "m", "s", "/", "?", "U", "a", "n", "I", "I Enter", "I Enter 2",
					       "I Enter 3", "I Enter 4", "I Enter 5", "I Enter 6", "I Enter x",
					       "I Enter 4 a", "I Enter 5 a", "/ 'foo:' Tab", "z", "z z", "V G", ":", ": 'x'", "Enter V", "Enter V G" };
	for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
		struct screen_test *t;
		char *before;
		teardown(state);
		setup(state);
		t = *state;
		screen_test_keys(t, screens[i]);
		before = mem_strdup(screen_test_text(t, true));
		for (size_t j = 0; j < ARRAY_LEN(sizes); j++) {
			screen_test_resize(t, sizes[j][0], sizes[j][1]);
			screen_test_text(t, false);
			screen_test_keys(t, "PgDn PgUp");
			screen_test_click(t, 1, 1, MOUSE_WHEEL_DOWN);
			screen_test_click(t, 1, 1, MOUSE_WHEEL_UP);
			screen_test_text(t, true);
		}
		screen_test_resize(t, 24, 80);
		if (strlen(screen_test_text(t, false)) < 200)
			fail_msg("%s: little is left: %s", screens[i], screen_test_text(t, false));
		free(before);
	}
}

/* Every key on every screen: nothing may crash or hang, whatever it does. */
static void all_keys_everywhere(void **state)
{
	static const char *const screens[] = { "", "Enter", "I", "I Enter", "I Enter 2", "I Enter 3", "I Enter 4", "I Enter 5",
					       "I Enter 6", "U", "Space Space", ":", "Enter V" };
	static const char *const special[] = { "Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End", "Ins", "Del",
					       "S-Tab", "F1", "F5", "F12", "Enter", "Tab", "Esc", "Backspace", "^D", "^U",
					       "^R", "^L", "^Z", "^A", "^E", "M-x" };
	for (size_t i = 0; i < ARRAY_LEN(screens); i++)
		for (int c = 33; c < 127 + (int)ARRAY_LEN(special); c++) {
			struct key key = { .code = (uint32_t)c };
			teardown(state);
			setup(state);
			screen_test_keys(*state, screens[i]);
			if (c < 127)
				screen_test_key(*state, &key);
			else
				screen_test_keys(*state, special[c - 127]);
			screen_test_text(*state, true);
			if (!screen_test_has_quit(*state))
				screen_test_keys(*state, "Down Enter");
			screen_test_text(*state, true);
		}
}

static void resize_brings_the_screen_back(void **state)
{
	struct screen_test *t = *state;
	char *before = mem_strdup(screen_test_text(t, true));

	screen_test_resize(t, 1, 1);
	screen_test_text(t, false);
	screen_test_resize(t, 60, 200);
	screen_test_shows(t, "│");
	screen_test_resize(t, 24, 80);
	assert_string_equal(before, screen_test_text(t, true));
	free(before);
}

/* The palette: by name, by what it does, by its key. */
static void every_command_by_its_name(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, ":");
	screen_test_golden(t, "palette", false);
	screen_test_keys(t, "'change the order'");
	screen_test_golden(t, "palette_found", true);
	screen_test_keys(t, "Enter");
	screen_test_shows(t, "Order");
	screen_test_keys(t, "Esc : 'sev' Enter 2");
	screen_test_shows(t, "Q2 · u undoes");
	screen_test_keys(t, "^P 'xyzzy'");
	screen_test_shows(t, "no command is called so");
	screen_test_keys(t, "Enter ^U 'undo' Enter");
	screen_test_shows(t, "undid: annotate");
	screen_test_keys(t, "Enter : 'next-s' Enter");
	screen_test_shows(t, "Sample 2");
	screen_test_lacks(t, "Commands");
	/* In a mode, its commands come first; typing has none of them. */
	screen_test_keys(t, "V : Enter");
	screen_test_shows(t, "lines 4-4");
	screen_test_keys(t, "Esc q : 'help' Enter");
	screen_test_shows(t, "type to filter");
	screen_test_keys(t, "Esc : Esc");
	screen_test_lacks(t, "Commands");
	screen_test_keys(t, ": 'incidents' Enter");
	screen_test_shows(t, "INC-2026-0001");
	screen_test_keys(t, ": 'quit' Enter");
	assert_true(screen_test_has_quit(t));
}

static void quitting(void **state)
{
	struct screen_test *t = *state;

	screen_test_keys(t, "I Enter 3 Q");
	assert_true(screen_test_has_quit(t));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(help_of_the_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(help_is_complete, setup, teardown),
		cmocka_unit_test_setup_teardown(footers_show_the_ways_out, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_without_a_meaning, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_are_offered_where_they_act, setup, teardown),
		cmocka_unit_test_setup_teardown(help_scrolls, setup, teardown),
		cmocka_unit_test_setup_teardown(help_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(sample_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(odd_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(all_keys_everywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(resize_brings_the_screen_back, setup, teardown),
		cmocka_unit_test_setup_teardown(every_command_by_its_name, setup, teardown),
		cmocka_unit_test_setup_teardown(quitting, setup, teardown),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
