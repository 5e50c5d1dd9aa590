/* Keys, the table of actions, themes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

/* ---- themes ---------------------------------------------------------------------- */

static void depth_follows_terminal_and_no_color(void **state)
{
	(void)state;
	assert_int_equal(theme_depth(-1, NULL), 0);
	assert_int_equal(theme_depth(8, NULL), 8);
	assert_int_equal(theme_depth(88, ""), 16);
	assert_int_equal(theme_depth(16777216, NULL), 256);
	assert_int_equal(theme_depth(256, "1"), 0);
}

static void no_colour_without_depth(void **state)
{
	(void)state;
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(theme_look(0, (enum style)i, false).foreground, THEME_DEFAULT_COLOUR);
		assert_int_equal(theme_look(0, (enum style)i, true).foreground, THEME_DEFAULT_COLOUR);
		assert_true(style_help((enum style)i)[0]);
	}
	assert_string_equal(style_name(STYLE_CODE_STRING), "CODE_STRING");
	assert_int_equal(theme_look(8, STYLE_ERROR, false).foreground, 1);
	assert_int_equal(theme_look(0, STYLE_ERROR, false).attributes, ATTR_BOLD);
}

/* What is selected differs from what is not, and a mark is still seen there. */
static void selection_stands_out(void **state)
{
	(void)state;
	for (int depth = 0; depth <= 256; depth += 8) {
		unsigned text = theme_look(depth, STYLE_TEXT, true).attributes;
		assert_true(text & ATTR_REVERSE);
		assert_false(theme_look(depth, STYLE_MARK, true).attributes & ATTR_REVERSE);
		assert_true(theme_look(depth, STYLE_MARK, false).attributes & ATTR_REVERSE);
	}
}

/* sRGB to linear, in steps that the cube of 256 colours has (WCAG 2.1, relative luminance). */
static double cube_luminance(int colour)
{
	static const double linear[6] = { 0.0, 0.114435, 0.242281, 0.428690, 0.679542, 1.0 };
	int at = colour - 16;

	assert_in_range(at, 0, 215);
	return 0.2126 * linear[at / 36] + 0.7152 * linear[at / 6 % 6] + 0.0722 * linear[at % 6];
}

static void colours_are_read_on_black_and_on_white(void **state)
{
	(void)state;
	for (int i = 0; i < STYLE_COUNT; i++) {
		int colour = theme_look(256, (enum style)i, false).foreground;
		if (colour == THEME_DEFAULT_COLOUR)
			continue;
		double luminance = cube_luminance(colour < 16 ? 16 : colour);
		assert_true((luminance + 0.05) / 0.05 >= 3.0);
		assert_true(1.05 / (luminance + 0.05) >= 3.0);
	}
	/* Blue of 8 colours cannot be read on black. */
	for (int i = 0; i < STYLE_COUNT; i++)
		assert_int_not_equal(theme_look(8, (enum style)i, false).foreground, 4);
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
		cmocka_unit_test(depth_follows_terminal_and_no_color),
		cmocka_unit_test(no_colour_without_depth),
		cmocka_unit_test(selection_stands_out),
		cmocka_unit_test(colours_are_read_on_black_and_on_white),
		cmocka_unit_test(ascii_has_look_alikes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
