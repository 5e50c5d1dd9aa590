/* view list */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/views.h"
#include "core/base/utf8.h"

#define NAME_COLUMNS_MAX 24

struct list_values {
	bool json;
};

static const struct option_spec list_options[] = {
	OPTION_JSON(struct list_values, json),
	OPTIONS_END
};

static const struct answer_key list_keys[] = {
	{ "name", "what --view takes" },
	{ "query", "what it asks for" },
	{ "sort", "the order of its list" },
	{ "columns", "those of its list in the workbench; null: they stay as they are" },
	{ "origin", "the file that it stands in" },
	{ NULL, NULL }
};

static void print_json(const struct named_view *view)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "name", view->is.name);
	json_write_member(&json, "query", view->is.query);
	json_write_member(&json, "sort", sort_word(view->is.sort));
	json_write_member(&json, "columns", view->is.columns && view->is.columns[0] ? view->is.columns : NULL);
	json_write_member(&json, "origin", view->origin);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* On a terminal in columns; elsewhere name, order and query between tabs. */
static void print_text(const struct named_view *view, int name_columns)
{
	struct strbuf line = STRBUF_INIT;
	bool to_terminal = out_columns() > 0;

	if (to_terminal)
		out_clean_fit(&line, view->is.name, name_columns);
	else
		out_clean(&line, slice_of(view->is.name));
	strbuf_addf(&line, to_terminal ? "  %-8s  " : "\t%s\t", sort_word(view->is.sort));
	out_clean(&line, slice_of(view->is.query));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct list_values *values = options_given;
	const struct named_view *views;
	int widest = 0;
	struct error err;
	size_t count;

	(void)words;
	if (views_read(cli, &views, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		int columns = utf8_text_columns(slice_of(views[i].is.name));
		widest = columns > widest ? columns : widest;
	}
	for (size_t i = 0; i < count; i++)
		if (values->json)
			print_json(&views[i]);
		else
			print_text(&views[i], widest < NAME_COLUMNS_MAX ? widest : NAME_COLUMNS_MAX);
	if (!count && !values->json && out_is_watched())
		out_note("no view is kept; b in the workbench's queue keeps one (docs/configuration.md)");
	return 0;
}

static const char *const list_examples[] = {
	"aitia view list", "The names that --view takes, and what they ask for.",
	"aitia count --view 'to do' level:error", "How many of a view are errors.",
	NULL
};

const struct command_body command_view_list = {
	.options = list_options,
	.values_bytes = sizeof(struct list_values),
	.text = "Views are kept in the workbench (b in the queue keeps one, O opens one) and in sections [view NAME] of the "
		"configuration. Commands that take a query take a view with --view NAME; where a QUERY is given besides, both hold.",
	.examples = list_examples,
	.answer = list_keys,
	.answer_text = "a view",
	.run = list_run,
};
