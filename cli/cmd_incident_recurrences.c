/* incident recurrences: earlier incidents that are like one, and what is said of them. */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/recurrence_ask.h"

struct recurrences_values {
	const char *accept, *dismiss;
	int kind;
	bool all, json;
};

static const struct option_spec recurrences_options[] = {
	{ "accept", 0, OPTION_TEXT, "EARLIER", "record that it is a recurrence of this one", NULL, NULL,
	  offsetof(struct recurrences_values, accept) },
	{ "kind", 0, OPTION_CHOICE, "WORD", "with --accept: how they are related; else as it was offered", NULL, "recurrence_kind",
	  offsetof(struct recurrences_values, kind) },
	{ "dismiss", 0, OPTION_TEXT, "EARLIER", "record that it was looked at and is not related: it is not offered again", NULL, NULL,
	  offsetof(struct recurrences_values, dismiss) },
	{ "all", 0, OPTION_FLAG, NULL, "those too that the record speaks of already", NULL, NULL, offsetof(struct recurrences_values, all) },
	OPTION_JSON(struct recurrences_values, json),
	OPTIONS_END
};

static const struct answer_key recurrences_keys[] = {
	{ "key", "the earlier incident" },
	{ "title", "its title" },
	{ "score", "0 to 100 points, the sum of the reasons' points" },
	{ "kind", "how they are most likely related, or, with --all, how the record says they are" },
	{ "mentioned", "number of the entry of the record that speaks of it, null: it is offered" },
	{ "reasons", "what makes it alike, an entry a part" },
	{ "reasons[].part", "causes, symptoms, members, provenance" },
	{ "reasons[].points", "of so many: 40, 25, 25, 10" },
	{ "reasons[].text", "what is alike" },
	{ NULL, NULL },
};

static void print_json(const struct recurrence_offer *offer)
{
	const struct incident_recurrence *mentioned = offer->mentioned;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "key", offer->key);
	json_write_member(&json, "title", offer->title);
	json_write_name(&json, "score");
	json_write_double(&json, offer->score.points);
	json_write_member(&json, "kind", recurrence_kind_word(mentioned ? mentioned->kind : offer->score.kind));
	answer_number(&json, "mentioned", mentioned ? mentioned->number : 0);
	json_write_name(&json, "reasons");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < offer->score.reason_count; i++) {
		const struct recurrence_reason *reason = &offer->score.reasons[i];
		json_write_begin(&json, '{');
		json_write_member(&json, "part", recurrence_part_word(reason->part));
		json_write_name(&json, "points");
		json_write_double(&json, reason->points);
		json_write_member(&json, "text", reason->text);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void print_text(const struct recurrence_offer *offer)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s  %3.0f  %-22s  ", offer->key, offer->score.points,
		    offer->mentioned ? recurrence_kind_word(offer->mentioned->kind) : recurrence_kind_word(offer->score.kind));
	out_clean(&text, slice_of(offer->title));
	strbuf_addch(&text, '\n');
	for (size_t i = 0; i < offer->score.reason_count; i++) {
		strbuf_addf(&text, "    %-10s %3.0f  ", recurrence_part_word(offer->score.reasons[i].part), offer->score.reasons[i].points);
		out_clean(&text, slice_of(offer->score.reasons[i].text));
		strbuf_addch(&text, '\n');
	}
	out_flush(&text);
	strbuf_release(&text);
}

static enum status add_entry(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			     const struct codebook *book, struct error *err)
{
	const struct incident_recurrence *entry = edit->context;

	(void)book;
	for (size_t i = 0; i < incident->recurrence_count; i++)
		if (incident->recurrences[i].earlier && strcmp(incident->recurrences[i].earlier, entry->earlier) == 0)
			return error_set(err, STATUS_REFUSED, "RE%lld speaks of %s already", (long long)incident->recurrences[i].number,
					 entry->earlier);
	edit->number = incident_add(incident, arena, INCIDENT_RECURRENCE, entry);
	return STATUS_OK;
}

static int decide(struct cli *cli, const struct recurrences_values *values, const char *key, const struct recurrence_offer *offers,
		  size_t count)
{
	const char *earlier = values->accept ? values->accept : values->dismiss;
	struct incident_edit edit = { .change = add_entry };
	struct incident_recurrence entry;
	struct error err;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(offers[i].key, earlier) != 0)
			continue;
		entry = recurrence_entry(&cli->arena, &offers[i], values->dismiss ? RECURRENCE_UNRELATED :
					 values->kind >= 0 ? (enum recurrence_kind)values->kind : offers[i].score.kind);
		edit.context = &entry;
		edit.summary = arena_printf(&cli->arena, "%s %s", recurrence_kind_word(entry.kind), earlier);
		return incident_change_and_answer(cli, key, &edit, values->json, "RE");
	}
	error_set(&err, STATUS_NOT_FOUND, "%s is not offered for %s; aitia incident put adds any recurrence", earlier, key);
	return cli_fail(cli, &err);
}

/* Those not mentioned yet, or all. */
static void print_offers(const struct recurrences_values *values, const char *key, const struct recurrence_offer *offers, size_t count)
{
	size_t shown = 0;

	for (size_t i = 0; i < count; i++) {
		if (offers[i].mentioned && !values->all)
			continue;
		shown++;
		if (values->json)
			print_json(&offers[i]);
		else
			print_text(&offers[i]);
	}
	if (!shown && !values->json)
		out_printf(count ? "no earlier incident is like %s, but for what its record names already: --all has them\n" :
				   "no earlier incident is like %s\n", key);
}

/* Until Ctrl-C. */
static enum status ask(struct cli *cli, struct store *store, const char *key, bool edits, const struct recurrence_offer **offers,
		       size_t *count, struct error *err)
{
	struct inquiry inquiry;
	enum status status = select_inquiry(cli, store, &inquiry, err);

	if (status != STATUS_OK)
		return status;
	if (!edits)
		interrupt_ends_reading(store);
	interrupt_catch();
	status = recurrence_ask(&inquiry, key, offers, count, err);
	interrupt_release();
	out_progress_end();
	return status;
}

static int recurrences_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct recurrences_values *values = options_given;
	bool edits = values->accept || values->dismiss;
	const struct recurrence_offer *offers;
	struct store *store;
	size_t count;
	struct error err;
	enum status status;

	if (values->accept && values->dismiss)
		return cli_usage(cli, "--accept or --dismiss, not both");
	if (values->kind >= 0 && !values->accept)
		return cli_usage(cli, "--kind goes with --accept");
	status = incident_open(cli, words->items[0], edits ? STORE_EDIT : STORE_READ, &store, &err);
	if (status == STATUS_OK)
		status = ask(cli, store, words->items[0], edits, &offers, &count, &err);
	if (status == STATUS_CANCELLED)
		return interrupt_exit_code();
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (edits)
		return decide(cli, values, words->items[0], offers, count);
	print_offers(values, words->items[0], offers, count);
	return 0;
}

static const char *const recurrences_examples[] = {
	"aitia incident recurrences INC-2026-0002", "Has it been there before? With what is alike, point by point.",
	"aitia incident recurrences INC-2026-0002 --accept=INC-2026-0001 --kind=fix_incomplete", "Yes.",
	"aitia incident recurrences INC-2026-0002 --dismiss=INC-2026-0001", "No; it is not offered again.",
	NULL
};

const struct command_body command_incident_recurrences = {
	.options = recurrences_options,
	.values_bytes = sizeof(struct recurrences_values),
	.words_min = 1,
	.words_max = 1,
	.text = "The newest 100 incidents that began earlier are held against this one: causes (40 points), symptoms (25), members' "
		"codes, be they nearly the same (25), models and versions (10). From 25 points on one is offered, unless a recurrence "
		"of the record names it. docs/incidents.md tells of the formula.",
	.examples = recurrences_examples,
	.answer = recurrences_keys,
	.answer_text = "an earlier incident",
	.run = recurrences_run,
};
