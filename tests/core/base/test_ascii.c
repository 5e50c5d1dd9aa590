/* Letters and runs of ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/ascii.h"

static void test_letters(void **state)
{
	(void)state;
	for (int c = -128; c < 128; c++)
		assert_int_equal(ascii_is_letter((char)c), (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

/* Each byte at each place among others that are plain, and behind one that is not. */
static void test_plain_run(void **state)
{
	char text[26];

	(void)state;
	for (size_t at = 0; at < sizeof(text); at++)
		for (int c = 0; c < 256; c++) {
			for (size_t i = 0; i < sizeof(text); i++)
				text[i] = i % 3 == 0 ? ' ' : i % 3 == 1 ? '~' : 'a';
			text[at] = (char)c;
			assert_int_equal(ascii_plain_run(text, sizeof(text)), c >= ' ' && c < 0x7f ? sizeof(text) : at);
			assert_int_equal(ascii_plain_run(text, at), at);
			if (at + 1 < sizeof(text)) {
				text[at + 1] = '\n';
				assert_int_equal(ascii_plain_run(text, sizeof(text)), c >= ' ' && c < 0x7f ? at + 1 : at);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters),
		cmocka_unit_test(test_plain_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
