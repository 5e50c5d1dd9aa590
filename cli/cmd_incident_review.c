/* aitia incident review: how far the postmortem is, and the steps of its review. */
#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/output.h"
#include "core/lint.h"
#include "core/postmortem_state.h"

struct review_values {
	const char *note;
	bool json;
};

static const struct option_spec review_options[] = {
	{ "note", 0, OPTION_TEXT, "TEXT", "a remark that stands with the step", NULL, NULL, offsetof(struct review_values, note) },
	OPTION_JSON(struct review_values, json),
	OPTIONS_END
};

static const struct answer_key review_keys[] = {
	{ "key", "the incident" },
	{ "state", "draft, in_review, reviewed, published or superseded" },
	{ "changed", "whether the text was changed since it was approved: then it is in review again" },
	{ "authors", "who changed the text since it was approved last, and cannot approve it" },
	{ "steps", "how many were taken" },
	{ "lint_errors", "how many errors `aitia lint` lists" },
	{ "edit", "number of the edit, for the log; null: nothing was asked for" },
	{ NULL, NULL },
};

static const char *const review_examples[] = {
	"aitia incident review INC-2026-0001", "How far it is, who wrote it, which steps were taken.",
	"aitia incident review INC-2026-0001 in_review", "It is written: somebody else is to read it.",
	"aitia --reviewer bob incident review INC-2026-0001 reviewed --note='all is told'", "Approved.",
	NULL
};

static void print_json(const struct incident *incident, const struct postmortem_review *review,
		       const struct postmortem_author *authors, size_t count, size_t lint_errors, int64_t edit)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "key", incident->key);
	json_write_member(&json, "state", postmortem_state_word(review->state));
	json_write_name(&json, "changed");
	json_write_bool(&json, review->changed);
	json_write_name(&json, "authors");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < count; i++)
		json_write_text(&json, authors[i].reviewer);
	json_write_end(&json, ']');
	json_write_member_int(&json, "steps", (int64_t)incident->step_count);
	json_write_member_int(&json, "lint_errors", (int64_t)lint_errors);
	answer_number(&json, "edit", edit);
	json_write_end(&json, '}');
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static bool was_approved(const struct incident *incident)
{
	for (size_t i = 0; i < incident->step_count; i++)
		if (postmortem_is_approved(incident->steps[i].state))
			return true;
	return false;
}

static void print_text(struct arena *arena, const struct incident *incident, const struct postmortem_review *review,
		       const struct postmortem_author *authors, size_t count, size_t lint_errors)
{
	struct strbuf out = STRBUF_INIT;
	bool before = was_approved(incident);

	strbuf_addf(&out, "%s  ", incident->key);
	out_clean(&out, slice_of(postmortem_review_text(arena, review, false)));
	if (count)
		strbuf_addstr(&out, before ? "\n  written since it was approved last by: " : "\n  never approved; written by: ");
	else
		strbuf_addstr(&out, before ? "\n  nothing was written since it was approved" : "\n  never approved");
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(&out, i ? ", " : "");
		out_clean(&out, slice_of(authors[i].reviewer));
	}
	strbuf_addch(&out, '\n');
	for (size_t i = 0; i < incident->step_count; i++) {
		const struct incident_step *step = &incident->steps[i];
		strbuf_addf(&out, "  ST%lld %s  %s  ", (long long)step->number, instant_text(arena, step->at),
			    postmortem_state_word(step->state));
		out_clean(&out, slice_of(step->reviewer));
		if (step->text) {
			strbuf_addstr(&out, ": ");
			out_clean(&out, slice_of(step->text));
		}
		strbuf_addch(&out, '\n');
	}
	if (lint_errors)
		strbuf_addf(&out, "  %zu lint error%s: aitia lint %s\n", lint_errors, lint_errors == 1 ? "" : "s", incident->key);
	out_flush(&out);
	strbuf_release(&out);
}

static enum status take_step(struct cli *cli, struct store *store, const char *key, const char *word, const char *note,
			     int64_t *edit, struct error *err)
{
	struct postmortem_request request = { .key = key, .text = note };
	const char *reviewer;
	int64_t number;
	enum status status = cli_reviewer(cli, &reviewer, err);

	if (status != STATUS_OK)
		return status;
	if (!postmortem_state_parse(word, &request.state))
		return error_set(err, STATUS_USAGE, "'%s' is no state of a postmortem: draft, in_review, reviewed, published, superseded",
				 word);
	return postmortem_step(store, &cli->arena, reviewer, &request, &number, edit, err);
}

static int review_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct review_values *values = options_given;
	bool takes = words->count > 1;
	const struct postmortem_author *authors;
	struct postmortem_review review;
	struct incident *incident;
	struct lint_report lint;
	struct store *store;
	struct error err;
	size_t count;
	int64_t edit = 0;

	if (values->note && !takes)
		return cli_usage(cli, "--note stands with a step: say which state");
	if (incident_open(cli, words->items[0], takes ? STORE_EDIT : STORE_READ, &store, &err) != STATUS_OK ||
	    (takes && take_step(cli, store, words->items[0], words->items[1], values->note, &edit, &err) != STATUS_OK) ||
	    store->ops->incident_get(store, &cli->arena, words->items[0], &incident, &err) != STATUS_OK ||
	    postmortem_authors(store, &cli->arena, incident->key, &authors, &count, &err) != STATUS_OK ||
	    lint_load(store, &cli->arena, incident->key, NULL, 0, &lint, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	review = postmortem_review(incident);
	if (values->json)
		print_json(incident, &review, authors, count, lint.counted[LEVEL_ERROR], edit);
	else
		print_text(&cli->arena, incident, &review, authors, count, lint.counted[LEVEL_ERROR]);
	return 0;
}

const struct command_body command_incident_review = {
	.options = review_options,
	.values_bytes = sizeof(struct review_values),
	.words_min = 1,
	.words_max = 2,
	.text = "STATE is one of draft, in_review, reviewed, published, superseded; without it nothing is changed. Whoever "
		"changed the text since it was approved last cannot approve it, and what is changed after that is in review "
		"again. docs/incidents.md tells which state may follow which.",
	.examples = review_examples,
	.answer = review_keys,
	.answer_text = "the state",
	.run = review_run,
};
