/* The default codebook: keys that pick one code each, names that find it, near misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/codebook.h"
#include "core/nearest.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void test_hotkeys_are_unique(void **state)
{
	const struct codebook *book = codebook_default();

	(void)state;
	for (size_t i = 0; i < book->count; i++) {
		const struct code *a = &book->codes[i];
		assert_true(a->hotkey >= 'a' && a->hotkey <= 'z');
		assert_true(a->help[0]);
		for (size_t k = 0; k < i; k++) {
			const struct code *b = &book->codes[k];
			bool same_menu = a->kind == b->kind && !a->word[0] == !b->word[0] &&
					 (!a->word[0] || a->category == b->category);
			if (same_menu && a->hotkey == b->hotkey)
				fail_msg("'%c' picks %s and %s", a->hotkey, code_name(&arena, a), code_name(&arena, b));
			assert_string_not_equal(code_name(&arena, a), code_name(&arena, b));
		}
	}
	assert_int_equal(code_category_key(CATEGORY_MODEL), 'm');
	assert_int_equal(code_category_key(CATEGORY_INFRASTRUCTURE), 'i');
	assert_int_equal(code_category_key(CATEGORY_TESTING), 't');
	assert_int_equal(code_category_key(CATEGORY_DATA_GAP), 'd');
	assert_int_equal(code_category_key(CATEGORY_NONE), 0);
}

static void test_names_find_codes(void **state)
{
	const struct codebook *book = codebook_default();
	size_t causes = 0, symptoms = 0;

	(void)state;
	for (size_t i = 0; i < book->count; i++) {
		const struct code *code = &book->codes[i];
		const char *name = code_name(&arena, code);
		if (code->kind == CODE_CAUSE) {
			assert_ptr_equal(codebook_cause(book, name), code);
			assert_null(codebook_symptom(book, name));
			causes++;
		} else {
			assert_ptr_equal(codebook_symptom(book, name), code);
			symptoms++;
		}
	}
	assert_int_equal(causes, 4 + 9 + 19 + 15 + 11);
	assert_int_equal(symptoms, 17);
	assert_ptr_equal(codebook_cause(book, "hallucination"), codebook_cause(book, "model/hallucination"));
	assert_int_equal(codebook_cause(book, "model")->word[0], '\0');
	assert_null(codebook_cause(book, "model/"));
	assert_null(codebook_cause(book, "modelhallucination"));
	assert_null(codebook_cause(book, "testing/hallucination"));
	assert_null(codebook_cause(book, "Hallucination"));
	assert_null(codebook_cause(book, ""));
	assert_null(codebook_cause(book, NULL));
	assert_null(codebook_cause(book, "wrong_logic"));
	assert_null(codebook_symptom(book, ""));
	assert_null(codebook_symptom(book, NULL));
}

static void test_a_word_of_two_categories_needs_one(void **state)
{
	static const struct code codes[] = {
		{ 1, CODE_CAUSE, CATEGORY_MODEL, "drift", 'd', "", false },
		{ 2, CODE_CAUSE, CATEGORY_DATA_GAP, "drift", 'd', "", false },
		{ 3, CODE_CAUSE, CATEGORY_MODEL, "old", 'o', "", true },
	};
	const struct codebook book = { codes, ARRAY_LEN(codes) };

	(void)state;
	assert_null(codebook_cause(&book, "drift"));
	assert_int_equal(codebook_cause(&book, "data_gap/drift")->id, 2);
	/* A retired code is found, since annotations name it, but not offered. */
	assert_int_equal(codebook_cause(&book, "model/old")->id, 3);
	assert_null(codebook_nearest(&book, CODE_CAUSE, "model/old2"));
}

static void test_near_misses(void **state)
{
	static const struct { const char *typed; enum code_kind kind; const char *meant; } cases[] = {
		{ "halucination", CODE_CAUSE, "model/hallucination" },
		{ "model/halluciantion", CODE_CAUSE, "model/hallucination" },
		{ "infrastructure/cahce", CODE_CAUSE, "infrastructure/cache" },
		{ "infra/cache", CODE_CAUSE, NULL },
		{ "modle", CODE_CAUSE, "model" },
		{ "MODEL/TOOL_USE", CODE_CAUSE, "model/tool_use" },
		{ "wrong_logik", CODE_SYMPTOM, "wrong_logic" },
		{ "wrong_logik", CODE_CAUSE, NULL },
		{ "xyzzy", CODE_CAUSE, NULL },
		{ "", CODE_CAUSE, NULL },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct code *code = codebook_nearest(codebook_default(), cases[i].kind, cases[i].typed);
		const char *name = code ? code_name(&arena, code) : "nothing";
		if (strcmp(name, cases[i].meant ? cases[i].meant : "nothing") != 0)
			fail_msg("'%s' is near %s", cases[i].typed, name);
	}
}

static void test_distance(void **state)
{
	static const struct { const char *a, *b; size_t distance; } cases[] = {
		{ "", "", 0 }, { "a", "", 1 }, { "", "abc", 3 }, { "kitten", "sitting", 3 }, { "ab", "ba", 1 },
		{ "abc", "cab", 2 }, { "ABC", "abc", 0 }, { "flaw", "lawn", 2 }, { "stauts", "status", 1 },
	};
	char longer[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(nearest_distance(cases[i].a, cases[i].b, 9), cases[i].distance);
		assert_int_equal(nearest_distance(cases[i].b, cases[i].a, 9), cases[i].distance);
	}
	assert_int_equal(nearest_distance("kitten", "sitting", 1), 2);
	memset(longer, 'a', sizeof(longer));
	longer[79] = '\0';
	assert_int_equal(nearest_distance(longer, longer, 5), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hotkeys_are_unique, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_find_codes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_word_of_two_categories_needs_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_near_misses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_distance, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
