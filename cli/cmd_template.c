/* template list, show, check, names: what pages are made with. */
#include <string.h>

#include "cli/answer.h"
#include "cli/output.h"
#include "cli/template_open.h"
#include "core/base/file.h"
#include "templates/templates.h"

struct template_values {
	bool json;
};

static const struct option_spec template_options[] = { OPTION_JSON(struct template_values, json), OPTIONS_END };

/* ---- list -------------------------------------------------------------------------------- */

static void print_template(const char *name, const char *origin, const char *help, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "name", name);
		json_write_member(&json, "origin", origin);
		json_write_member(&json, "help", help);
		json_write_end(&json, '}');
	} else {
		out_clean_fit(&line, name, 10);
		strbuf_addstr(&line, "  ");
		out_clean(&line, slice_of(help[0] ? help : origin));
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct template_values *values = options_given;
	const char *const *own;
	size_t own_count, count;
	const struct page_template *all = templates_renderer()->templates(&cli->arena, false, &count);
	const char *folder = template_folder(&cli->arena);
	struct error err;

	(void)words;
	if (template_own_names(&cli->arena, &own, &own_count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < own_count; i++)
		print_template(own[i], file_join(&cli->arena, folder, arena_printf(&cli->arena, "%s.mustache", own[i])), "", values->json);
	for (size_t i = 0; i < count; i++) {
		bool covered = false;
		for (size_t k = 0; k < own_count; k++)
			covered |= strcmp(own[k], all[i].name) == 0;
		if (!covered)
			print_template(all[i].name, "built in", all[i].help, values->json);
	}
	return 0;
}

static const struct answer_key list_keys[] = {
	{ "name", "as --template takes it" }, { "origin", "\"built in\", or its file" }, { "help", "what it is; empty for a file" },
	{ NULL, NULL },
};

const struct command_body command_template_list = {
	.options = template_options,
	.values_bytes = sizeof(struct template_values),
	.text = "Files NAME.mustache in $XDG_CONFIG_HOME/aitia/templates come first, and in the place of a built-in one of that name.",
	.answer = list_keys,
	.answer_text = "a template",
	.run = list_run,
};

/* ---- show -------------------------------------------------------------------------------- */

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct page_template *shown, *parts;
	size_t count;
	struct error err;

	(void)options_given;
	parts = templates_renderer()->templates(&cli->arena, true, &count);
	if (template_open(&cli->arena, words->items[0], &shown, &err) == STATUS_OK) {
		out_printf("%.*s", (int)shown->text.len_bytes, shown->text.at);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(parts[i].name, words->items[0]) == 0) {
			out_printf("%.*s", (int)parts[i].text.len_bytes, parts[i].text.at);
			return 0;
		}
	return cli_fail(cli, &err);
}

static const char *const show_examples[] = {
	"aitia template show brief > ~/.config/aitia/templates/ours.mustache", "Begin one of your own.",
	"aitia template show timeline", "A part that templates share: {{>timeline}}.",
	NULL
};

const struct command_body command_template_show = {
	.words_min = 1,
	.words_max = 1,
	.text = "Prints a template, or a built-in part, as it is.",
	.examples = show_examples,
	.run = show_run,
};

/* ---- check ------------------------------------------------------------------------------- */

struct reporting {
	bool json;
};

static void print_fault(void *context, const char *fault)
{
	const struct reporting *to = context;
	struct strbuf line = STRBUF_INIT;

	if (to->json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "fault", fault);
		json_write_end(&json, '}');
	} else
		out_clean(&line, slice_of(fault));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int check_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct template_values *values = options_given;
	struct reporting to = { values->json };
	size_t faults = 0;
	struct error err;

	for (size_t i = 0; i < words->count; i++) {
		const struct page_template *one;
		if (template_open(&cli->arena, words->items[i], &one, &err) != STATUS_OK)
			return cli_fail(cli, &err);
		faults += templates_renderer()->template_faults(&cli->arena, one, print_fault, &to);
	}
	if (!faults)
		return 0;
	error_set(&err, STATUS_REFUSED, "%zu fault%s", faults, faults == 1 ? "" : "s");
	return cli_fail(cli, &err);
}

static const struct answer_key check_keys[] = {
	{ "fault", "file:line: \"name\" what is wrong, and the closest name" }, { NULL, NULL },
};

static const char *const check_examples[] = {
	"aitia template check ours ./draft.mustache", "Before it is used: does it fit whatever an incident holds?",
	NULL
};

const struct command_body command_template_check = {
	.options = template_options,
	.values_bytes = sizeof(struct template_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.text = "Finds what cannot be read, names that are not in the data (with the closest one), text that would be inserted "
		"unescaped, markup where it cannot stand, and parts that are not there or hold themselves: also in sections that "
		"no incident fills today. Exit status 1 if there is any. docs/templates.md tells of the language.",
	.examples = check_examples,
	.answer = check_keys,
	.answer_text = "a fault",
	.run = check_run,
};

/* ---- names ------------------------------------------------------------------------------- */

static int names_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct template_values *values = options_given;
	size_t count, shown = 0;
	const struct template_name *all = templates_renderer()->template_names(&cli->arena, &count);
	struct error err;

	for (size_t i = 0; i < count; i++) {
		struct strbuf line = STRBUF_INIT;
		if (words->count && !strstr(all[i].path, words->items[0]))
			continue;
		shown++;
		if (values->json) {
			struct json_writer json;
			json_write_init(&json, &line, 0);
			json_write_begin(&json, '{');
			json_write_member(&json, "path", all[i].path);
			json_write_member(&json, "type", all[i].type);
			json_write_member(&json, "help", all[i].help);
			json_write_end(&json, '}');
		} else {
			out_clean_fit(&line, all[i].path, 40);
			strbuf_addf(&line, "  %-7s  %s", all[i].type, all[i].help);
		}
		strbuf_addch(&line, '\n');
		out_flush(&line);
		strbuf_release(&line);
	}
	if (shown)
		return 0;
	error_set(&err, STATUS_NOT_FOUND, "no name holds '%s'", words->items[0]);
	return cli_fail(cli, &err);
}

static const struct answer_key names_keys[] = {
	{ "path", "timeline[].when: x[] is an item of the list x" },
	{ "type", "text, cell, prose, heading, block, number, bool, list, object" },
	{ "help", "what it is" },
	{ NULL, NULL },
};

const struct command_body command_template_names = {
	.options = template_options,
	.values_bytes = sizeof(struct template_values),
	.words_max = 1,
	.text = "All names that templates can use, or those that hold the word. docs/template-names.md lists them too.",
	.answer = names_keys,
	.answer_text = "a name",
	.run = names_run,
};
