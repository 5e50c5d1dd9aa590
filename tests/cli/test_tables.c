/* The tables of commands and options, and what is made from them, hold together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/answer.h"
#include "cli/choices.h"
#include "cli/command.h"
#include "cli/docs.h"
#include "cli/help.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"

struct fixture {
	struct arena arena;
	struct strbuf text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	if (!f)
		return -1;
	arena_init(&f->arena);
	strbuf_init(&f->text);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_release(&f->arena);
	strbuf_release(&f->text);
	free(f);
	return 0;
}

static size_t size_of(enum option_type type)
{
	switch (type) {
	case OPTION_FLAG: return sizeof(bool);
	case OPTION_LIST: return sizeof(struct option_texts);
	case OPTION_NUMBER: return sizeof(int64_t);
	case OPTION_CHOICE: return sizeof(int);
	case OPTION_LINES: return sizeof(struct option_lines);
	case OPTION_TEXT:
	case OPTION_FILE:
	case OPTION_FOLDER:
	case OPTION_VIEW: break;
	}
	return sizeof(const char *);
}

static void test_commands_are_well_formed(void **state)
{
	struct fixture *f = *state;
	for (const struct command *command = commands(); command->name; command++) {
		const struct command_body *body = command->body;
		const char *words[2] = { command->name, NULL };
		size_t used = 0, count = 1;
		const char *blank = strchr(command->name, ' ');
		if (blank) {
			words[0] = arena_text(&f->arena, (struct slice){ command->name, (size_t)(blank - command->name) });
			words[1] = blank + 1;
			count = 2;
			assert_true(command_is_group(words[0]));
		}
		assert_ptr_equal(command_find(words, count, &used), command);
		assert_int_equal(used, count);
		assert_non_null(body->run);
		assert_non_null(body->text);
		assert_true(body->words_min <= body->words_max);
		assert_true(command->help[0] && command->help[strlen(command->help) - 1] != '.');
		assert_false(!body->options && body->values_bytes);
		bool has_json = false;
		for (const struct option_spec *spec = body->options; spec && spec->name; spec++) {
			assert_true(spec->offset + size_of(spec->type) <= body->values_bytes);
			assert_int_equal(spec->type == OPTION_FLAG, spec->argument == NULL);
			assert_true(spec->type != OPTION_CHOICE || spec->choices);
			assert_true(!spec->choices || choices(&f->arena, spec->choices));
			assert_null(option_find(cli_global_options, spec->name, strlen(spec->name)));
			assert_ptr_equal(option_find(body->options, spec->name, strlen(spec->name)), spec);
			has_json = has_json || strcmp(spec->name, "json") == 0;
		}
		/* Who answers says with which keys. */
		assert_int_equal(has_json, body->answer != NULL);
		assert_int_equal(has_json, body->answer_text != NULL);
		/* Fallbacks that do not parse abort here. */
		void *values = arena_alloc(&f->arena, body->values_bytes + 1);
		struct option_set set = { body->options, values };
		options_reset(&f->arena, &set, 1);
	}
}

static void test_unknown_commands(void **state)
{
	size_t used;
	(void)state;
	assert_null(command_find((const char *const[]){ "lst" }, 1, &used));
	assert_null(command_find((const char *const[]){ "incident" }, 1, &used));
	assert_null(command_find((const char *const[]){ "incident", "lst" }, 2, &used));
	assert_non_null(command_find((const char *const[]){ "list", "incident" }, 2, &used));
	assert_int_equal(used, 1);
	assert_false(command_is_group("list"));
	assert_false(command_is_group("inc"));
	assert_string_equal(command_nearest("imprt"), "import");
	assert_null(command_nearest("xyzzy-plugh"));
}

static void test_choices(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *list, *word;
	} some[] = {
		{ "severity", "Q3" },	   { "sort", "level" },	       { "format", "sarif" },	      { "site", "hugo" },
		{ "section", "summary" },  { "symptom", "wrong_logic" }, { "cause", "model" },
		{ "cause", "infrastructure/cache" },
	};
	for (size_t i = 0; i < ARRAY_LEN(some); i++)
		assert_true(choice_index(&f->arena, some[i].list, some[i].word) >= 0);
	assert_null(choices(&f->arena, "nothing"));
	assert_int_equal(choice_index(&f->arena, "severity", "Q9"), -1);
	assert_string_equal(choice_list(&f->arena, "sort"), "newest, oldest, level, path, id, relevance");
}

static void test_help_fits(void **state)
{
	struct fixture *f = *state;
	help_wrap(&f->text,
		  "one two three four five six seven eight nine ten\n\n  kept   as it is\nnext paragraph of words", 2, 20);
	assert_string_equal(f->text.text, "  one two three four\n  five six seven\n  eight nine ten\n\n    kept   as it is\n"
					  "  next paragraph of\n  words\n");
}

static void test_documents(void **state)
{
	struct fixture *f = *state;
	for (const struct docs_kind *kind = docs_kinds(); kind->name; kind++) {
		struct strbuf again = STRBUF_INIT;
		strbuf_clear(&f->text);
		kind->write(&f->arena, &f->text);
		kind->write(&f->arena, &again);
		bool same = slice_eq(strbuf_slice(&f->text), strbuf_slice(&again));
		strbuf_release(&again);
		assert_true(same);
		assert_true(f->text.len_bytes > 500);
		assert_true(utf8_valid(strbuf_slice(&f->text)));
		assert_int_equal(f->text.text[f->text.len_bytes - 1], '\n');
	}
}

/* As a man page writes it. */
static const char *with_hyphens(struct fixture *f, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	for (; *name; name++)
		strbuf_addf(&text, "%s%c", *name == '-' ? "\\" : "", *name);
	char *kept = arena_text(&f->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return kept;
}

/* Every command, option, key and vocabulary stands in the references. */
static void test_documents_are_whole(void **state)
{
	struct fixture *f = *state;
	docs_commands(&f->arena, &f->text);
	docs_man(&f->arena, &f->text);
	docs_terms(&f->arena, &f->text);
	for (const struct command *command = commands(); command->name; command++) {
		assert_non_null(strstr(f->text.text, arena_printf(&f->arena, "### aitia %s\n", command->name)));
		assert_non_null(strstr(f->text.text, arena_printf(&f->arena, ".SS \"aitia %s", with_hyphens(f, command->name))));
		for (const struct option_spec *spec = command->body->options; spec && spec->name; spec++)
			assert_non_null(strstr(f->text.text, arena_printf(&f->arena, "- `--%s", spec->name)));
		for (const struct answer_key *key = command->body->answer; key && key->name; key++)
			assert_non_null(strstr(f->text.text, arena_printf(&f->arena, "- `%s`: ", key->name)));
	}
	assert_non_null(strstr(f->text.text, "- `infrastructure/cache`: "));
	assert_non_null(strstr(f->text.text, "- `first_detectable`: "));
}

static void test_base64(void **state)
{
	struct fixture *f = *state;
	/* RFC 4648, section 10 */
	static const char *const vectors[] = { "",	   "",	       "f",	    "Zg==",	"fo",	     "Zm8=",
					       "foo",	   "Zm9v",     "foob",	    "Zm9vYg==", "fooba",     "Zm9vYmE=",
					       "foobar",   "Zm9vYmFy", "\xff\xfe\xfd", "//79" };
	for (size_t i = 0; i < ARRAY_LEN(vectors); i += 2) {
		strbuf_clear(&f->text);
		base64_add(&f->text, slice_of(vectors[i]));
		assert_string_equal(f->text.text, vectors[i + 1]);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commands_are_well_formed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_choices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_help_fits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_documents, setup, teardown),
		cmocka_unit_test_setup_teardown(test_documents_are_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_base64, setup, teardown),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
