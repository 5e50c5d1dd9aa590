/* incident cause, event, action, section: one part each */
#include <string.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/codes.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/incident_table.h"

#define SECTION_BYTES_MAX ((size_t)8 << 20)

static const char *clean_word(struct arena *arena, const char *text)
{
	return text && text[0] ? utf8_clean(arena, slice_of(text)) : NULL;
}

/* ---- cause ----------------------------------------------------------------------- */

struct cause_values {
	int role, confidence, intent;
	struct option_texts evidence;
	bool json;
};

static const struct option_spec cause_options[] = {
	{ "role", 0, OPTION_CHOICE, "WORD", "its part in the incident", NULL, "cause_role",
	  offsetof(struct cause_values, role) },
	{ "confidence", 0, OPTION_CHOICE, "WORD", "how sure you are", NULL, "confidence",
	  offsetof(struct cause_values, confidence) },
	{ "intent", 0, OPTION_CHOICE, "WORD", "meant or not", NULL, "intent", offsetof(struct cause_values, intent) },
	{ "evidence", 0, OPTION_LIST, "ID", "a sample that shows it", NULL, NULL,
	  offsetof(struct cause_values, evidence) },
	OPTION_JSON(struct cause_values, json),
	OPTIONS_END
};

struct cause_context {
	struct incident_cause cause;
	const char *code; /* as typed */
};

static enum status add_cause(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			     const struct codebook *book, struct error *err)
{
	const struct cause_context *context = edit->context;
	struct incident_cause cause = context->cause;
	enum status status = codes_cause(arena, book, context->code, &cause.code, err);
	if (status == STATUS_OK)
		edit->number = incident_add_cause(incident, arena, &cause);
	return status;
}

static int cause_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct cause_values *values = options_given;
	struct cause_context context = { .code = words->items[1] };
	struct incident_edit edit = { .change = add_cause, .context = &context };
	struct selection evidence = { NULL, 0 };
	struct store *store;
	struct error err;

	context.cause.statement = clean_word(&cli->arena, words->items[2]);
	if (!context.cause.statement)
		return cli_usage(cli, "STATEMENT is empty: say what exactly caused what");
	context.cause.role = values->role < 0 ? ROLE_NONE : (enum cause_role)values->role;
	context.cause.confidence = values->confidence < 0 ? CONFIDENCE_NONE : (enum confidence)values->confidence;
	context.cause.intent = values->intent < 0 ? INTENT_UNKNOWN : (enum intent)values->intent;
	if (incident_open(cli, words->items[0], STORE_EDIT, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->evidence.count > 0 && select_samples(cli, store, values->evidence.items, values->evidence.count, NULL,
							 &evidence, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	context.cause.evidence = evidence.ids;
	context.cause.evidence_count = evidence.count;
	edit.summary = arena_printf(&cli->arena, "cause %s", words->items[1]);
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, "C");
}

static const char *const cause_examples[] = {
	"aitia incident cause INC-2026-0001 cache 'Cleared every turn.' --role=trigger",
	"CODE is a cause of the codebook, in full or its sub-cause alone.", NULL
};

const struct command_body command_incident_cause = {
	.options = cause_options,
	.values_bytes = sizeof(struct cause_values),
	.words_min = 3,
	.words_max = 3,
	.text = "STATEMENT is Markdown: what exactly caused what.",
	.examples = cause_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = cause_run,
};

/* ---- event ----------------------------------------------------------------------- */

struct event_values {
	int kind, milestone, certainty;
	const char *source, *cohort;
	bool json;
};

static const struct option_spec event_options[] = {
	{ "kind", 0, OPTION_CHOICE, "WORD", "kind of event; observation unless a milestone is named", NULL, "event_kind",
	  offsetof(struct event_values, kind) },
	{ "milestone", 0, OPTION_CHOICE, "WORD", "the mark in the incident's course that it is", NULL, "milestone",
	  offsetof(struct event_values, milestone) },
	{ "certainty", 0, OPTION_CHOICE, "WORD", "of the time", "exact", "event_certainty",
	  offsetof(struct event_values, certainty) },
	{ "source", 0, OPTION_TEXT, "TEXT", "where this is known from", NULL, NULL,
	  offsetof(struct event_values, source) },
	{ "cohort", 0, OPTION_TEXT, "CO1|TEXT", "whom it concerns: a cohort of the record, or in words; else everybody", NULL, NULL,
	  offsetof(struct event_values, cohort) },
	OPTION_JSON(struct event_values, json),
	OPTIONS_END
};

static enum status add_event(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			     const struct codebook *book, struct error *err)
{
	(void)book;
	(void)err;
	edit->number = incident_add_event(incident, arena, edit->context);
	return STATUS_OK;
}

static int event_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct event_values *values = options_given;
	struct incident_event event;
	struct incident_edit edit = { .change = add_event, .context = &event };
	enum incident_child named;
	int64_t cohort;
	struct error err;

	memset(&event, 0, sizeof(event));
	if (instant_parse(slice_of(words->items[1]), &event.at, &err) != STATUS_OK)
		return cli_usage(cli, "TIME: %s", err.text);
	event.text = clean_word(&cli->arena, words->items[2]);
	if (!event.text)
		return cli_usage(cli, "TEXT is empty");
	event.milestone = values->milestone < 0 ? MILESTONE_NONE : (enum milestone)values->milestone;
	if (values->kind >= 0)
		event.kind = (enum event_kind)values->kind;
	else
		event.kind = event.milestone ? EVENT_MILESTONE : EVENT_OBSERVATION;
	event.certainty = (enum event_certainty)values->certainty;
	event.sources = clean_word(&cli->arena, values->source);
	if (values->cohort && incident_part_parse(values->cohort, &named, &cohort) && named == INCIDENT_COHORT) {
		event.cohorts = &cohort;
		event.cohorts_count = 1;
	} else {
		event.cohort = clean_word(&cli->arena, values->cohort);
	}
	edit.summary = arena_printf(&cli->arena, "event %s", words->items[1]);
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, "E");
}

static const char *const event_examples[] = {
	"aitia incident event INC-2026-0001 2026-03-04T10:10Z 'It ships.' --milestone=introduced",
	"Known to the minute.",
	"aitia incident event INC-2026-0001 2026-02 'First reports.' --certainty=approximate",
	"Known to the month.", NULL
};

const struct command_body command_incident_event = {
	.options = event_options,
	.values_bytes = sizeof(struct event_values),
	.words_min = 3,
	.words_max = 3,
	.text = "TIME is ISO 8601, UTC unless it names a zone, as exact as it is known: 2026-03, 2026-03-04, "
		"2026-03-04T10:10Z.",
	.examples = event_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = event_run,
};

/* ---- action ---------------------------------------------------------------------- */

struct action_values {
	int64_t cause;
	int status;
	const char *owner, *due, *link, *criterion;
	bool json;
};

static const struct option_spec action_options[] = {
	{ "cause", 0, OPTION_NUMBER, "N", "number of the cause that it addresses", NULL, NULL,
	  offsetof(struct action_values, cause) },
	{ "status", 0, OPTION_CHOICE, "WORD", "how far it is", "open", "action_status",
	  offsetof(struct action_values, status) },
	{ "owner", 0, OPTION_TEXT, "NAME", "who does it", NULL, NULL, offsetof(struct action_values, owner) },
	{ "due", 0, OPTION_TEXT, "DATE", "when it is to be done", NULL, NULL, offsetof(struct action_values, due) },
	{ "link", 0, OPTION_TEXT, "URL", "its entry in the tracker", NULL, NULL, offsetof(struct action_values, link) },
	{ "criterion", 0, OPTION_TEXT, "TEXT", "how its success would show", NULL, NULL,
	  offsetof(struct action_values, criterion) },
	OPTION_JSON(struct action_values, json),
	OPTIONS_END
};

static enum status add_action(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			      const struct codebook *book, struct error *err)
{
	const struct incident_action *action = edit->context;
	(void)book;
	if (action->cause && !incident_cause(incident, action->cause))
		return error_set(err, STATUS_NOT_FOUND, "%s has no cause C%lld", incident->key, (long long)action->cause);
	edit->number = incident_add_action(incident, arena, action);
	return STATUS_OK;
}

static int action_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct action_values *values = options_given;
	struct incident_action action;
	struct incident_edit edit = { .change = add_action, .context = &action };
	struct error err;

	memset(&action, 0, sizeof(action));
	if (!action_type_parse(words->items[1], &action.type))
		return cli_usage(cli, "'%s' is not a type of action; `aitia docs terms` lists them", words->items[1]);
	if (values->due && instant_parse(slice_of(values->due), &action.due, &err) != STATUS_OK)
		return cli_usage(cli, "--due: %s", err.text);
	action.text = clean_word(&cli->arena, words->items[2]);
	if (!action.text)
		return cli_usage(cli, "TEXT is empty");
	action.status = (enum action_status)values->status;
	action.cause = values->cause > 0 ? values->cause : 0;
	action.owner = clean_word(&cli->arena, values->owner);
	action.link = clean_word(&cli->arena, values->link);
	action.criterion = clean_word(&cli->arena, values->criterion);
	edit.summary = arena_printf(&cli->arena, "action %s", words->items[1]);
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, "A");
}

const struct command_body command_incident_action = {
	.options = action_options,
	.values_bytes = sizeof(struct action_values),
	.words_min = 3,
	.words_max = 3,
	.text = "TYPE is one of fix, revert, mitigate, prevent, detect, process, communicate.",
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = action_run,
};

/* ---- section --------------------------------------------------------------------- */

struct section_values {
	bool json;
};
static const struct option_spec section_options[] = { OPTION_JSON(struct section_values, json), OPTIONS_END };

struct section_context {
	const char *name;
	const char *markdown;
};

static enum status set_section(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			       const struct codebook *book, struct error *err)
{
	const struct section_context *context = edit->context;
	(void)book;
	(void)err;
	incident_set_section(incident, arena, context->name, context->markdown);
	return STATUS_OK;
}

static int section_print(struct cli *cli, const char *key, const char *name)
{
	struct strbuf out = STRBUF_INIT;
	struct incident *incident;
	struct store *store;
	struct error err;

	if (incident_open(cli, key, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->incident_get(store, &cli->arena, key, &incident, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	/* Exact bytes for a program, marks for a person's terminal. */
	struct slice markdown = slice_of(incident_section(incident, name));
	if (isatty(STDOUT_FILENO))
		out_clean_lines(&out, markdown, "");
	else
		strbuf_addslice(&out, markdown);
	out_flush(&out);
	strbuf_release(&out);
	return 0;
}

static int section_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct section_values *values = options_given;
	struct section_context context = { words->items[1], NULL };
	struct incident_edit edit = { .change = set_section, .context = &context };
	struct slice content;
	struct error err;

	if (!section_kind_find(context.name))
		return cli_usage(cli, "there is no section '%s'; `aitia docs terms` lists them", context.name);
	if (words->count == 2)
		return section_print(cli, words->items[0], context.name);
	if (file_read(&cli->arena, words->items[2], SECTION_BYTES_MAX, &content, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	context.markdown = utf8_clean(&cli->arena, content);
	edit.summary = arena_printf(&cli->arena, "section %s", context.name);
	return incident_change_and_answer(cli, words->items[0], &edit, values->json, NULL);
}

static const char *const section_examples[] = {
	"aitia incident section INC-2026-0001 summary", "Prints the Markdown.",
	"aitia incident section INC-2026-0001 summary notes.md", "Replaces it; - reads standard input.",
	NULL
};

const struct command_body command_incident_section = {
	.options = section_options,
	.values_bytes = sizeof(struct section_values),
	.words_min = 2,
	.words_max = 3,
	.text = "NAME is one of the sections of `aitia docs terms`. An empty file empties the section.",
	.examples = section_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit, when a file is given",
	.run = section_run,
};
