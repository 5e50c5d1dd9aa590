/* Keys, the table of actions, themes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "tui/action.h"
#include "tui/ascii.h"
#include "tui/theme.h"

/* ---- keys ------------------------------------------------------------------------ */

static uint32_t code_of(const char *name)
{
	struct key key;

	if (!key_parse(name, &key))
		fail_msg("%s is no key", name);
	return key.code;
}

static void keys_have_names(void **state)
{
	struct key key;

	(void)state;
	assert_int_equal(code_of("j"), 'j');
	assert_int_equal(code_of("Space"), ' ');
	assert_int_equal(code_of("Enter"), 13);
	assert_int_equal(code_of("Esc"), 27);
	assert_int_equal(code_of("^D"), 4);
	assert_int_equal(code_of("^d"), 4);
	assert_int_equal(code_of("^"), '^');
	assert_int_equal(code_of("^?"), INPUT_BACKSPACE);
	assert_int_equal(code_of("M"), 'M');
	assert_int_equal(code_of("-"), '-');
	assert_int_equal(code_of("PgDn"), INPUT_PAGE_DOWN);
	assert_int_equal(code_of("F10"), INPUT_F10);
	assert_int_equal(code_of("漢"), 0x6F22);
	assert_true(key_parse("M-x", &key));
	assert_true(key.alt);
	assert_int_equal(key.code, 'x');
}

static void what_is_no_key_is_refused(void **state)
{
	static const char *const names[] = { "", "jk", "Entre", "^DD", "^1", "F13", "\xFF", "漢字" };
	struct key key;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (key_parse(names[i], &key))
			fail_msg("'%s' was taken for a key", names[i]);
}

static void keys_are_written_as_they_are_read(void **state)
{
	static const char *const names[] = {
		"j", "Space", "Enter", "Tab", "S-Tab", "Esc", "Backspace", "^D", "^@", "^_", "M-x", "Up", "Down", "Left",
		"Right", "PgUp", "PgDn", "Home", "End", "Ins", "Del", "F1", "F12", "Mouse", "Paste", "é", "~",
	};
	struct strbuf out = STRBUF_INIT;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct key key;
		strbuf_clear(&out);
		if (key_parse(names[i], &key))
			key_format(&key, &out);
		if (strcmp(out.text, names[i]) != 0) {
			print_message("%s came back as '%s'\n", names[i], out.text);
			wrong++;
		}
	}
	strbuf_release(&out);
	assert_int_equal(wrong, 0);
}

/* ---- actions --------------------------------------------------------------------- */

/* The words of a list of keys, one after the other; false at the end. */
static bool next_word(const char **list, char word[16])
{
	*list += strspn(*list, " ");
	size_t len = strcspn(*list, " ");
	if (len == 0)
		return false;
	assert_in_range(len, 1, 15);
	memcpy(word, *list, len);
	word[len] = '\0';
	*list += len;
	return true;
}

static void every_action_is_found_by_each_of_its_keys(void **state)
{
	(void)state;
	for (int i = 1; i < ACTION_ID_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		const char *keys = info->keys;
		char word[16];

		assert_true(info->help[0]);
		assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", info->help[0]));
		assert_null(strchr(info->name, '_'));
		while (next_word(&keys, word)) {
			struct key key;
			if (!key_parse(word, &key))
				fail_msg("%s: '%s' is no key", info->name, word);
			enum action found = action_find(&info->scope, 1, &key);
			if (found != (enum action)i)
				fail_msg("'%s' means %s and %s in one scope", word, info->name, action_info(found)->name);
		}
	}
}

static void names_of_actions_are_unique(void **state)
{
	(void)state;
	for (int i = 1; i < ACTION_ID_COUNT; i++)
		for (int j = 0; j < i; j++)
			assert_string_not_equal(action_info((enum action)i)->name, action_info((enum action)j)->name);
	assert_string_equal(action_info(ACTION_ID_half_down)->name, "half-down");
}

static void earlier_scopes_win(void **state)
{
	static const enum scope scopes[] = { SCOPE_INCIDENT, SCOPE_LIST, SCOPE_GLOBAL };
	static const enum scope turned[] = { SCOPE_QUEUE, SCOPE_INCIDENT };
	struct key key;

	(void)state;
	assert_true(key_parse("Enter", &key));
	assert_int_equal(action_find(scopes, 3, &key), ACTION_ID_item_open);
	assert_int_equal(action_find(turned, 2, &key), ACTION_ID_open);
	assert_true(key_parse("u", &key));
	assert_int_equal(action_find(scopes, 3, &key), ACTION_ID_undo);
	assert_int_equal(action_find(scopes, 2, &key), ACTION_UNBOUND);
	key.alt = true;
	assert_int_equal(action_find(scopes, 3, &key), ACTION_UNBOUND);
}

static void footer_shows_the_first_key(void **state)
{
	char out[16];

	(void)state;
	assert_string_equal(action_key(ACTION_ID_help, out), "?");
	assert_string_equal(action_key(ACTION_ID_page_down, out), "PgDn");
	assert_string_equal(action_key(ACTION_UNBOUND, out), "");
}

static void every_scope_has_a_title(void **state)
{
	(void)state;
	for (int i = 0; i < SCOPE_COUNT; i++)
		assert_true(scope_title((enum scope)i)[0]);
}

/* ---- keys of one's own ---------------------------------------------------------- */

static enum action in(enum scope scope, const char *name)
{
	struct key key;

	assert_true(key_parse(name, &key));
	return action_find(&scope, 1, &key);
}

static int reset_keys(void **state)
{
	(void)state;
	action_reset();
	return 0;
}

static void keys_of_ones_own(void **state)
{
	const char *nearest = NULL;
	struct error err;
	char key[16];

	(void)state;
	assert_int_equal(action_by_name("mark-all", NULL), ACTION_ID_mark_all);
	assert_int_equal(action_by_name("mark_all", &nearest), ACTION_UNBOUND);
	assert_string_equal(nearest, "mark-all");
	assert_int_equal(action_bind(ACTION_ID_repeat, "r C", &err), STATUS_OK);
	assert_int_equal(in(SCOPE_JUDGING, "r"), ACTION_ID_repeat);
	assert_int_equal(in(SCOPE_JUDGING, "C"), ACTION_ID_repeat); /* taken from another */
	assert_int_equal(in(SCOPE_JUDGING, "."), ACTION_UNBOUND);
	assert_string_equal(action_info(ACTION_ID_confirmed)->keys, "");
	assert_string_equal(action_key(ACTION_ID_repeat, key), "r");
	assert_int_equal(action_bind(ACTION_ID_repeat, "", &err), STATUS_OK);
	assert_int_equal(in(SCOPE_JUDGING, "r"), ACTION_UNBOUND);
	action_reset();
	assert_int_equal(in(SCOPE_JUDGING, "."), ACTION_ID_repeat);
	assert_string_equal(action_info(ACTION_ID_confirmed)->keys, "C");
}

static void keys_that_cannot_be(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(action_bind(ACTION_ID_repeat, "r Entre", &err), STATUS_INPUT);
	assert_string_equal(err.text, "'Entre' is no key (keys are written j, ^R, Enter, Space, M-x, F5)");
	assert_int_equal(action_bind(ACTION_ID_repeat, "a-word-that-is-far-too-long-for-a-key", &err), STATUS_INPUT);
	assert_int_equal(action_bind(ACTION_ID_prompt_accept, "x", &err), STATUS_INPUT);
	assert_string_equal(err.text, "'x' is typed there, it cannot be prompt-accept");
	assert_int_equal(action_bind(ACTION_ID_pick_cancel, "", &err), STATUS_INPUT);
	assert_string_equal(err.text, "pick-cancel would be left without a key");
	action_reset();
	assert_int_equal(action_bind(ACTION_ID_undo, "Q", &err), STATUS_INPUT);
	assert_string_equal(err.text, "quit would be left without a key");
}

static void presets(void **state)
{
	(void)state;
	assert_false(action_preset("vi"));
	assert_true(action_preset("default"));
	for (size_t i = 0; action_preset_name(i); i++)
		assert_true(action_preset(action_preset_name(i)));
	assert_int_equal(in(SCOPE_LIST, "^N"), ACTION_ID_down);
	assert_int_equal(in(SCOPE_LIST, "j"), ACTION_UNBOUND);
	assert_int_equal(in(SCOPE_GLOBAL, "M-x"), ACTION_ID_palette);
	assert_int_equal(in(SCOPE_PROMPT, "^G"), ACTION_ID_prompt_cancel);
	/* Each of its keys does what it says, and nothing is lost but what was given away. */
	for (int action = 1; action < ACTION_ID_COUNT; action++)
		assert_true(action_info((enum action)action)->keys[0]);
}

/* ---- themes ---------------------------------------------------------------------- */

static void depth_follows_terminal_and_no_color(void **state)
{
	(void)state;
	assert_int_equal(theme_depth(-1, -1, NULL), 0);
	assert_int_equal(theme_depth(8, -1, NULL), 8);
	assert_int_equal(theme_depth(88, -1, ""), 16);
	assert_int_equal(theme_depth(16777216, -1, NULL), THEME_TRUE_COLOUR);
	assert_int_equal(theme_depth(16777216, 256, NULL), 256);
	assert_int_equal(theme_depth(256, THEME_TRUE_COLOUR, NULL), 256);
	assert_int_equal(theme_depth(256, 0, NULL), 0);
	assert_int_equal(theme_depth(256, -1, "1"), 0);
	/* What was set by hand goes before the variable. */
	assert_int_equal(theme_depth(256, 16, "1"), 16);
}

static void no_colour_without_depth(void **state)
{
	(void)state;
	for (int theme = 0; theme < THEME_COUNT; theme++)
		for (int i = 0; i < STYLE_COUNT; i++) {
			assert_int_equal(theme_look((enum theme)theme, 0, (enum style)i, false).foreground, THEME_DEFAULT_COLOUR);
			assert_int_equal(theme_look((enum theme)theme, 0, (enum style)i, true).foreground, THEME_DEFAULT_COLOUR);
			assert_int_equal(theme_look(THEME_PLAIN, 256, (enum style)i, false).foreground, THEME_DEFAULT_COLOUR);
			assert_true(style_help((enum style)i)[0]);
		}
	assert_string_equal(style_name(STYLE_CODE_STRING), "CODE_STRING");
	assert_string_equal(theme_name(THEME_COLOUR_BLIND), "colour-blind");
	assert_int_equal(theme_look(THEME_ANY, 8, STYLE_ERROR, false).foreground, 1);
	assert_int_equal(theme_look(THEME_ANY, 0, STYLE_ERROR, false).attributes, ATTR_BOLD);
}

/* What is selected differs from what is not, and a mark is still seen there. */
static void selection_stands_out(void **state)
{
	(void)state;
	for (int depth = 0; depth <= 256; depth += 8) {
		unsigned text = theme_look(THEME_ANY, depth, STYLE_TEXT, true).attributes;
		assert_true(text & ATTR_REVERSE);
		assert_false(theme_look(THEME_ANY, depth, STYLE_MARK, true).attributes & ATTR_REVERSE);
		assert_true(theme_look(THEME_ANY, depth, STYLE_MARK, false).attributes & ATTR_REVERSE);
	}
}

/* sRGB to linear (WCAG 2.1, relative luminance). */
static double luminance_of(int rgb)
{
	double sum = 0;
	static const double weights[3] = { 0.2126, 0.7152, 0.0722 };

	for (int i = 0; i < 3; i++) {
		double part = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;
		sum += weights[i] * (part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

/* A colour of the 256 as RGB: the cube of 6 × 6 × 6. */
static int rgb_of_256(int colour)
{
	static const int steps[6] = { 0, 0x5F, 0x87, 0xAF, 0xD7, 0xFF };
	int at = colour - 16;

	assert_in_range(at, 0, 215);
	return steps[at / 36] << 16 | steps[at / 6 % 6] << 8 | steps[at % 6];
}

static void colours_can_be_read(void **state)
{
	static const struct {
		enum theme theme;
		double on_black, on_white; /* contrast at least */
	} wanted[] = { { THEME_ANY, 3, 3 }, { THEME_DARK, 4.5, 1 }, { THEME_LIGHT, 1, 4.5 }, { THEME_COLOUR_BLIND, 3, 3 } };

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(wanted); t++)
		for (int i = 0; i < STYLE_COUNT; i++)
			for (int all = 0; all <= 1; all++) {
				int depth = all ? THEME_TRUE_COLOUR : 256;
				int colour = theme_look(wanted[t].theme, depth, (enum style)i, false).foreground;
				if (colour == THEME_DEFAULT_COLOUR)
					continue;
				double luminance = luminance_of(all ? colour : rgb_of_256(colour));
				if ((luminance + 0.05) / 0.05 < wanted[t].on_black || 1.05 / (luminance + 0.05) < wanted[t].on_white)
					fail_msg("%s: %s at %d: %d", theme_name(wanted[t].theme), style_name((enum style)i), depth, colour);
			}
	/* Blue of 8 colours cannot be read on black. */
	for (int i = 0; i < STYLE_COUNT; i++)
		assert_int_not_equal(theme_look(THEME_ANY, 8, (enum style)i, false).foreground, 4);
}

/* Good and bad differ in blue, which those who see red and green alike do see. */
static void good_and_bad_without_red_and_green(void **state)
{
	int good = rgb_of_256(theme_look(THEME_COLOUR_BLIND, 256, STYLE_GOOD, false).foreground);
	int bad = rgb_of_256(theme_look(THEME_COLOUR_BLIND, 256, STYLE_ERROR, false).foreground);

	(void)state;
	assert_true((good & 0xFF) > 0x60 + (bad & 0xFF));
	assert_int_not_equal(theme_look(THEME_COLOUR_BLIND, 8, STYLE_DIFF_ADD, false).foreground, 2);
}

static void ascii_has_look_alikes(void **state)
{
	(void)state;
	assert_int_equal(ascii_for('x'), 'x');
	assert_int_equal(ascii_for(0x2500), '-');
	assert_int_equal(ascii_for(0x2502), '|');
	assert_int_equal(ascii_for(0x250C), '+');
	assert_int_equal(ascii_for(0x2026), '~');
	assert_int_equal(ascii_for(0x6F22), '?');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_names),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(keys_are_written_as_they_are_read),
		cmocka_unit_test(every_action_is_found_by_each_of_its_keys),
		cmocka_unit_test(names_of_actions_are_unique),
		cmocka_unit_test(earlier_scopes_win),
		cmocka_unit_test(footer_shows_the_first_key),
		cmocka_unit_test(every_scope_has_a_title),
		cmocka_unit_test_teardown(keys_of_ones_own, reset_keys),
		cmocka_unit_test_teardown(keys_that_cannot_be, reset_keys),
		cmocka_unit_test_teardown(presets, reset_keys),
		cmocka_unit_test(depth_follows_terminal_and_no_color),
		cmocka_unit_test(no_colour_without_depth),
		cmocka_unit_test(selection_stands_out),
		cmocka_unit_test(colours_can_be_read),
		cmocka_unit_test(good_and_bad_without_red_and_green),
		cmocka_unit_test(ascii_has_look_alikes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
