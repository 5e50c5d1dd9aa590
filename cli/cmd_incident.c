/* incident create, list, show, set, status */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/cmd_redact.h"
#include "cli/output.h"
#include "core/postmortem_state.h"
#include "core/base/utf8.h"

static const char *clean_word(struct arena *arena, const char *text)
{
	return text ? utf8_clean(arena, slice_of(text)) : NULL;
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n")];
}

/* ---- create ---------------------------------------------------------------------- */

struct create_values {
	int severity, status;
	const char *key;
	bool json;
};

static const struct option_spec create_options[] = {
	{ "severity", 0, OPTION_CHOICE, "Q", "severity", NULL, "severity", offsetof(struct create_values, severity) },
	{ "status", 0, OPTION_CHOICE, "WORD", "status", "suspected", "incident_status",
	  offsetof(struct create_values, status) },
	{ "key", 0, OPTION_TEXT, "INC-YYYY-NNNN", "its key; else the next free one of this year", NULL, NULL,
	  offsetof(struct create_values, key) },
	OPTION_JSON(struct create_values, json),
	OPTIONS_END
};

static const char *const create_examples[] = {
	"aitia incident create 'Answers forget earlier turns' --severity Q2", "Prints the key of the new incident.", NULL
};

static int create_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct create_values *values = options_given;
	struct incident_edit edit = { .summary = "created" };
	const char *reviewer, *key;
	struct incident incident;
	struct codebook book;
	struct store *store;
	struct error err;

	if (values->key && !incident_key_valid(values->key))
		return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", values->key);
	const char *title = clean_word(&cli->arena, words->items[0]);
	if (is_blank(title))
		return cli_usage(cli, "TITLE is empty: say in a few words what went wrong");
	incident_init(&incident, &cli->arena, title);
	incident.key = values->key;
	incident.status = (enum incident_status)values->status;
	if (values->severity >= 0)
		incident.severity = (enum severity)values->severity;
	if (cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK ||
	    store->ops->codebook_get(store, &cli->arena, &book, &err) != STATUS_OK ||
	    incident_check(&incident, &book, &err) != STATUS_OK ||
	    store->ops->incident_put(store, &cli->arena, reviewer, &incident, edit.summary, &key, &edit.edit, &err) !=
		    STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		incident_answer(key, &edit, true, NULL);
	else
		out_printf("%s\n", key); /* alone, for $(…) */
	return 0;
}

const struct command_body command_incident_create = {
	.options = create_options,
	.values_bytes = sizeof(struct create_values),
	.words_min = 1,
	.words_max = 1,
	.text = "",
	.examples = create_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = create_run,
};

/* ---- list ------------------------------------------------------------------------ */

struct json_values {
	bool json;
};
static const struct option_spec json_options[] = { OPTION_JSON(struct json_values, json), OPTIONS_END };

static void print_row(struct arena *arena, const struct incident_row *row, enum postmortem_state state, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		answer_incident(&json, row, state);
	} else {
		const char *started = instant_known(row->started_at) ? out_time(arena, row->started_at) : "-";
		strbuf_addf(&line, "%-14s %-4s %-13s %-10s %-16s %5zu sample%s  ", row->key,
			    row->severity ? severity_word(row->severity) : "-", incident_status_word(row->status),
			    postmortem_state_word(state), started,
			    row->member_count, row->member_count == 1 ? " " : "s");
		if (row->illustrative)
			strbuf_addstr(&line, "(illustrative) ");
		out_clean(&line, slice_of(row->title));
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct json_values *values = options_given;
	const struct incident_row *rows;
	struct store *store;
	struct error err;
	size_t count;

	(void)words;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->incident_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		struct arena scratch = ARENA_INIT;
		struct incident *incident;
		enum status status = store->ops->incident_get(store, &scratch, rows[i].key, &incident, &err);
		if (status == STATUS_OK)
			print_row(&cli->arena, &rows[i], postmortem_review(incident).state, values->json);
		arena_release(&scratch);
		if (status != STATUS_OK)
			return cli_fail(cli, &err);
	}
	return 0;
}

const struct command_body command_incident_list = {
	.options = json_options,
	.values_bytes = sizeof(struct json_values),
	.text = "Newest first: key, severity, status, how far the postmortem is, start, number of samples, title.",
	.answer = answer_incident_keys,
	.answer_text = "an incident",
	.run = list_run,
};

/* ---- show ------------------------------------------------------------------------ */

static const struct answer_key show_keys[] = {
	{ "aitia", "version of the document's form: 1" },
	{ "incidents", "the incident, in the form that docs/apply.md describes" },
	{ NULL, NULL },
};

struct show_values {
	const char *rules;
	int audience;
	bool json;
};

static const struct option_spec show_options[] = {
	{ "audience", 0, OPTION_CHOICE, "WHO", "who will read it: for the public, restrictions and redaction hold as in an export",
	  "internal", "audience", offsetof(struct show_values, audience) },
	{ "rules", 0, OPTION_FILE, "FILE", "rules and decisions of redaction; else redact.rules beside the configuration", NULL, NULL,
	  offsetof(struct show_values, rules) },
	OPTION_JSON(struct show_values, json),
	OPTIONS_END
};

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct show_values *values = options_given;

	if (values->audience == AUDIENCE_PUBLIC)
		return incident_print_public(cli, words->items[0], values->rules, values->json);
	return incident_print(cli, words->items[0], values->json);
}

const struct command_body command_incident_show = {
	.options = show_options,
	.values_bytes = sizeof(struct show_values),
	.words_min = 1,
	.words_max = 1,
	.text = "With --json, `aitia apply` reads what is printed, here or in another store. For the public, what restrictions "
		"withhold is left out and what redaction finds stands as marks; exit status 1, and nothing is printed, while "
		"something was found that nobody decided on.",
	.answer = show_keys,
	.answer_text = "the document",
	.run = show_run,
};

/* ---- set and status ---------------------------------------------------------------- */

struct set_values {
	const char *title;
	const char *rationale;
	const char *partial, *duplicate_of, *signature;
	int severity, status;
	bool json;
};

static const struct option_spec set_options[] = {
	{ "title", 0, OPTION_TEXT, "TEXT", "its title", NULL, NULL, offsetof(struct set_values, title) },
	{ "severity", 0, OPTION_CHOICE, "Q", "severity", NULL, "severity", offsetof(struct set_values, severity) },
	{ "rationale", 0, OPTION_TEXT, "TEXT", "why this severity", NULL, NULL, offsetof(struct set_values, rationale) },
	{ "status", 0, OPTION_CHOICE, "WORD", "status", NULL, "incident_status", offsetof(struct set_values, status) },
	{ "partial", 0, OPTION_TEXT, "TEXT", "what is still open although it counts as resolved; empty: nothing", NULL, NULL,
	  offsetof(struct set_values, partial) },
	{ "duplicate-of", 0, OPTION_TEXT, "INC", "the incident that covers it", NULL, NULL,
	  offsetof(struct set_values, duplicate_of) },
	{ "signature", 0, OPTION_TEXT, "QUERY", "finds what it was about, for the watch after the fix; empty: the rules that flagged its members",
	  NULL, NULL, offsetof(struct set_values, signature) },
	OPTION_JSON(struct set_values, json),
	OPTIONS_END
};

static enum status change_head(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			       const struct codebook *book, struct error *err)
{
	const struct set_values *values = edit->context;
	(void)book;
	(void)err;
	if (values->title)
		incident->title = clean_word(arena, values->title);
	if (values->rationale)
		incident->severity_rationale = values->rationale[0] ? clean_word(arena, values->rationale) : NULL;
	if (values->partial)
		incident->partial = values->partial[0] ? clean_word(arena, values->partial) : NULL;
	if (values->duplicate_of)
		incident->duplicate_of = values->duplicate_of[0] ? clean_word(arena, values->duplicate_of) : NULL;
	if (values->signature)
		incident->signature = is_blank(values->signature) ? NULL : clean_word(arena, values->signature);
	if (values->severity >= 0)
		incident->severity = (enum severity)values->severity;
	if (values->status >= 0)
		incident->status = (enum incident_status)values->status;
	return STATUS_OK;
}

static int set_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct set_values *values = options_given;
	struct incident_edit edit = { .change = change_head, .context = values };

	if (!values->title && !values->rationale && !values->partial && !values->duplicate_of && !values->signature &&
	    values->severity < 0 && values->status < 0)
		return cli_usage(cli, "nothing to set: give --title, --status, --severity, --rationale, --partial, --duplicate-of or --signature");
	if (values->title && is_blank(values->title))
		return cli_usage(cli, "--title is empty: say in a few words what went wrong");
	edit.summary = arena_printf(&cli->arena, "set%s%s%s%s%s%s%s", values->title ? " title" : "",
				    values->status >= 0 ? " status" : "", values->severity >= 0 ? " severity" : "",
				    values->rationale ? " rationale" : "", values->partial ? " partial" : "",
				    values->duplicate_of ? " duplicate_of" : "", values->signature ? " signature" : "");
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, NULL);
}

const struct command_body command_incident_set = {
	.options = set_options,
	.values_bytes = sizeof(struct set_values),
	.words_min = 1,
	.words_max = 1,
	.text = "",
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = set_run,
};

static int status_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct json_values *values = options_given;
	struct set_values set = { .severity = -1, .status = -1 };
	struct incident_edit edit = { .change = change_head, .context = &set };
	enum incident_status status;

	if (!incident_status_parse(words->items[1], &status))
		return cli_usage(cli, "'%s' is not the status of an incident; `aitia docs terms` lists them", words->items[1]);
	set.status = (int)status;
	edit.summary = arena_printf(&cli->arena, "status %s", words->items[1]);
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, NULL);
}

const struct command_body command_incident_status = {
	.options = json_options,
	.values_bytes = sizeof(struct json_values),
	.words_min = 2,
	.words_max = 2,
	.text = "STATUS is one of suspected, declared, investigating, mitigated, resolved, watching, closed, reopened, "
		"duplicate.",
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = status_run,
};
