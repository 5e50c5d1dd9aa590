#include <string.h>

#include "cli/command.h"
#include "cli/docs.h"
#include "cli/output.h"

static const struct docs_kind kinds[] = {
	{ "commands", "docs/commands.md", "commands, their options and the keys of their answers", docs_commands },
	{ "keys", "docs/keys.md", "keys of the workbench", docs_keys },
	{ "terms", "docs/terms.md", "words: vocabularies, codebook, sections", docs_terms },
	{ "query", "docs/query.md", "the query language", docs_query },
	{ "record", "docs/record.md", "the parts of an incident's record and their fields", docs_record },
	{ "lint", "docs/lint.md", "the rules of lint", docs_lint },
	{ "template-names", "docs/template-names.md", "the names that templates can use", docs_template_names },
	{ "schema", "docs/incident.schema.json", "JSON Schema of the apply document", docs_schema },
	{ "man", "docs/aitia.1", "the man page", docs_man },
	{ "bash", "docs/completion/aitia.bash", "completion for bash", docs_bash },
	{ NULL, NULL, NULL, NULL },
};

const struct docs_kind *docs_kinds(void)
{
	return kinds;
}

static int docs_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	struct strbuf out = STRBUF_INIT;

	(void)options_given;
	for (const struct docs_kind *kind = kinds; kind->name; kind++)
		if (strcmp(kind->name, words->items[0]) == 0) {
			kind->write(&cli->arena, &out);
			out_flush(&out);
			strbuf_release(&out);
			return 0;
		}
	return cli_usage(cli, "there is no reference '%s'", words->items[0]);
}

const struct command_body command_docs = {
	.words_min = 1,
	.words_max = 1,
	.text = "KIND is one of commands, keys, terms, query, record, template-names, schema, lint, man (all as the files in docs/), bash (completion for that "
		"shell; source it).",
	.run = docs_run,
};
