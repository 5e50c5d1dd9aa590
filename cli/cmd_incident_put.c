/* incident put: any part of the record, by the table of its fields; change add and list */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/codes.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "core/incident_review.h"
#include "core/incident_table.h"
#include "core/nearest.h"
#include "core/words.h"

struct put_values {
	bool json;
};
static const struct option_spec put_options[] = { OPTION_JSON(struct put_values, json), OPTIONS_END };

/* A part that is to be added (number 0) or changed. */
struct put_context {
	struct cli *cli;
	struct store *store;
	enum incident_child kind;
	int64_t number;
	const char *text;            /* of "change add"; or NULL */
	const char *const *pairs;    /* "field=value" */
	size_t pair_count;
	bool unexplained;            /* result: a workaround that went, and what it masked is not said */
};

static enum status no_field(const struct put_context *put, const char *name, struct error *err)
{
	const struct incident_kind *table = incident_kind(put->kind);
	const char *names[32];
	const char *nearest;
	struct strbuf list = STRBUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < table->field_count && count < ARRAY_LEN(names); i++) {
		names[count++] = table->fields[i].name;
		strbuf_addf(&list, "%s%s", i ? ", " : "", table->fields[i].name);
	}
	nearest = nearest_word(names, count, name);
	error_set(err, STATUS_USAGE, "%s has no field '%.40s'%s%s%s; it has: %s", table->article, name,
		  nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "", list.text);
	strbuf_release(&list);
	return STATUS_USAGE;
}

/* Samples by number or fingerprint, with commas between them. */
static enum status put_samples(const struct put_context *put, const struct incident_field *field, void *part,
			       const char *typed, struct error *err)
{
	VEC_OF(const char *) names = VEC_INIT;
	struct selection chosen = { NULL, 0 };
	enum status status = STATUS_OK;

	for (const char *at = typed + strspn(typed, ", "); *at; at += strspn(at, ", ")) {
		size_t len = strcspn(at, ", ");
		vec_push(&names, arena_text(&put->cli->arena, (struct slice){ at, len }));
		at += len;
	}
	if (names.len)
		status = select_samples(put->cli, put->store, names.items, names.len, NULL, &chosen, err);
	if (status == STATUS_OK)
		part_set_list(field, part, chosen.ids, chosen.count);
	vec_release(&names);
	return status;
}

static enum status put_pair(const struct put_context *put, const struct codebook *book, void *part, const char *pair,
			    struct error *err)
{
	const char *sign = strchr(pair, '=');
	struct arena *arena = &put->cli->arena;
	const char *name = arena_text(arena, (struct slice){ pair, sign ? (size_t)(sign - pair) : strlen(pair) }), *value, *code;
	const struct incident_field *field = incident_field(put->kind, name);
	enum status status;

	if (!sign)
		return error_set(err, STATUS_USAGE, "'%.40s' is not FIELD=VALUE", pair);
	if (!field)
		return no_field(put, name, err);
	value = utf8_clean(arena, slice_of(sign + 1));
	if (field->type == INCIDENT_SAMPLES)
		return put_samples(put, field, part, value, err);
	if (field->type == INCIDENT_CODE && value[0]) {
		status = codes_cause(arena, book, value, &code, err);
		if (status == STATUS_OK)
			part_set_text(field, part, code);
		return status;
	}
	return part_read(arena, field, part, value, err);
}

static enum status put_part(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			    const struct codebook *book, struct error *err)
{
	struct put_context *put = edit->target;
	const struct incident_kind *table = incident_kind(put->kind);
	const void *old = put->number ? incident_part(incident, put->kind, put->number) : NULL;
	void *part = arena_alloc(arena, table->size);
	enum status status = STATUS_OK;

	if (put->kind == INCIDENT_STEP)
		return error_set(err, STATUS_REFUSED, "steps of the review are taken by: aitia incident review %s STATE", incident->key);
	if (put->number && !old)
		return error_set(err, STATUS_NOT_FOUND, "%s has no %s%lld", incident->key, table->tag, (long long)put->number);
	if (old)
		memcpy(part, old, table->size);
	if (put->text)
		part_set_text(incident_field(put->kind, "text"), part, put->text);
	for (size_t i = 0; i < put->pair_count && status == STATUS_OK; i++)
		status = put_pair(put, book, part, put->pairs[i], err);
	if (status != STATUS_OK)
		return status;
	edit->number = put->number;
	for (size_t i = 0; old && i < incident_part_count(incident, put->kind); i++) {
		void *there = incident_part_change(incident, put->kind, i);
		if (incident_part_number(there) == put->number)
			memcpy(there, part, table->size);
	}
	if (old)
		incident_sort(incident);
	else
		edit->number = incident_add(incident, arena, put->kind, part);
	/* As soon as it goes: later nobody knows any more. */
	put->unexplained = put->kind == INCIDENT_CHANGE && change_is_unexplained(part);
	return STATUS_OK;
}

static int put_and_answer(struct cli *cli, const char *key, struct put_context *put, bool as_json)
{
	struct incident_edit edit = { .change = put_part, .target = put };
	const char *tag = incident_kind(put->kind)->tag;
	struct error err;

	put->cli = cli;
	if (incident_open(cli, key, STORE_EDIT, &put->store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	edit.summary = put->number ? arena_printf(&cli->arena, "%s%lld changed", tag, (long long)put->number) :
				     arena_printf(&cli->arena, "%s added", incident_kind(put->kind)->word);
	int code = incident_change_and_answer(cli, key, &edit, as_json, tag);
	if (code == 0 && put->unexplained)
		out_note("CH%lld is a workaround that was taken back: what did it mask? aitia incident put %s CH%lld masked=C1,C2",
			 (long long)edit.number, key, (long long)edit.number);
	return code;
}

static int unknown_kind(const struct cli *cli, const char *word)
{
	struct strbuf list = STRBUF_INIT;
	char text[400];

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		strbuf_addf(&list, "%s%s (%s)", kind ? ", " : "", incident_kind((enum incident_child)kind)->word,
			    incident_kind((enum incident_child)kind)->tag);
	snprintf(text, sizeof(text), "%s", list.text);
	strbuf_release(&list);
	return cli_usage(cli, "'%.40s' is neither a kind of part nor a part, as CO1 is; the kinds: %s", word, text);
}

static int put_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct put_values *values = options_given;
	struct put_context put = { .pairs = words->items + 2, .pair_count = words->count - 2 };

	if (!incident_part_parse(words->items[1], &put.kind, &put.number)) {
		put.number = 0;
		if (!incident_kind_find(words->items[1], &put.kind))
			return unknown_kind(cli, words->items[1]);
	}
	return put_and_answer(cli, words->items[0], &put, values->json);
}

static const char *const put_examples[] = {
	"aitia incident put INC-2026-0001 source name=P rank=primary form=postmortem", "A source, to be cited as SRC1.",
	"aitia incident put INC-2026-0001 cohort name='Pro and Max' plan=Pro,Max cites=SRC1",
	"A cohort; empty fields stand for all.",
	"aitia incident put INC-2026-0001 E3 cohorts=CO1 milestone=resolved", "Changes fields of an event.",
	"aitia incident put INC-2026-0001 CO1 fixed_in=", "Empties one.",
	NULL
};

const struct command_body command_incident_put = {
	.options = put_options,
	.values_bytes = sizeof(struct put_values),
	.words_min = 3,
	.words_max = WORDS_ANY,
	.text = "KIND is one of cause, event, action, cohort, impact, hypothesis, change, safeguard, advisory, recurrence, "
		"source, dispute, waiver, restriction; `aitia docs record` lists the fields of each. Words are those of `aitia docs terms`, times are "
		"given as far as they are known, parts as SRC1,SRC2, samples by number or fingerprint.",
	.examples = put_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = put_run,
};

/* ---- changes -------------------------------------------------------------------------- */

static int add_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct put_values *values = options_given;
	struct put_context put = { .kind = INCIDENT_CHANGE, .pairs = words->items + 2, .pair_count = words->count - 2 };

	put.text = utf8_clean(&cli->arena, slice_of(words->items[1]));
	return put_and_answer(cli, words->items[0], &put, values->json);
}

static const char *const add_examples[] = {
	"aitia change add INC-2026-0001 'Lower default effort' at=2026-03-04 type=default",
	"Prints its number, CH1.", NULL
};

const struct command_body command_change_add = {
	.options = put_options,
	.values_bytes = sizeof(struct put_values),
	.words_min = 2,
	.words_max = WORDS_ANY,
	.text = "What was shipped when, to whom, how it was announced and when it was taken back. The fields are those of a "
		"change in `aitia docs record`; `aitia incident put INC CH1 FIELD=VALUE` changes one.",
	.examples = add_examples,
	.answer = incident_edit_keys,
	.answer_text = "the edit",
	.run = add_run,
};

struct change_row {
	const char *key;
	const struct incident_change *change;
};

/* Unknown times last. */
static int by_time(const void *left, const void *right)
{
	const struct change_row *a = left, *b = right;
	bool known_a = instant_known(a->change->at), known_b = instant_known(b->change->at);

	if (known_a != known_b)
		return known_a ? -1 : 1;
	if (known_a && a->change->at.at_us != b->change->at.at_us)
		return a->change->at.at_us < b->change->at.at_us ? -1 : 1;
	return strcmp(a->key, b->key) ? strcmp(a->key, b->key) :
	       a->change->number < b->change->number ? -1 : a->change->number > b->change->number;
}

/* A field as the document has it, null where nothing is known. */
static void answer_field(struct json_writer *json, const struct incident_field *field, const void *part)
{
	const char *word, *text;
	const int64_t *ids;
	size_t count;

	if (field->type == INCIDENT_TERMS || field_is_list(field)) {
		json_write_name(json, field->name);
		json_write_begin(json, '[');
		for (size_t i = 0; field->type == INCIDENT_TERMS && (word = words_at(field->list, i)); i++)
			if (part_value(field, part) & (int64_t)1 << i)
				json_write_text(json, word);
		ids = field_is_list(field) ? part_list(field, part, &count) : NULL;
		for (size_t i = 0; ids && i < count; i++)
			json_write_int(json, ids[i]);
		json_write_end(json, ']');
	} else if (field->type == INCIDENT_INSTANT) {
		answer_instant(json, field->name, part_instant(field, part));
	} else if (field->type == INCIDENT_REF) {
		answer_number(json, field->name, part_value(field, part));
	} else {
		text = field->type == INCIDENT_TERM ? words_at(field->list, (size_t)part_value(field, part)) :
						      part_text(field, part);
		json_write_member(json, field->name, text && text[0] ? text : NULL);
	}
}

static void print_change(struct arena *arena, const struct change_row *row, bool as_json)
{
	const struct incident_kind *table = incident_kind(INCIDENT_CHANGE);
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "incident", row->key);
		json_write_member_int(&json, "number", row->change->number);
		for (size_t i = 0; i < table->field_count; i++)
			answer_field(&json, &table->fields[i], row->change);
		json_write_end(&json, '}');
	} else {
		strbuf_addf(&line, "%-14s CH%-3lld %-17s %-17s ", row->key, (long long)row->change->number,
			    instant_known(row->change->at) ? out_time(arena, row->change->at) : "-",
			    instant_known(row->change->reverted_at) ? out_time(arena, row->change->reverted_at) : "(in force)");
		out_clean(&line, slice_of(row->change->text));
	}
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct put_values *values = options_given;
	VEC_OF(struct change_row) rows = VEC_INIT;
	const struct incident_row *incidents = NULL;
	struct store *store;
	struct error err;
	size_t count = 0;
	enum status status = cli_open(cli, STORE_READ, &store, &err);

	if (status == STATUS_OK && !words->count)
		status = store->ops->incident_list(store, &cli->arena, &incidents, &count, &err);
	for (size_t i = 0; i < (words->count ? words->count : count) && status == STATUS_OK; i++) {
		const char *key = words->count ? words->items[i] : incidents[i].key;
		struct incident *incident;
		status = store->ops->incident_get(store, &cli->arena, key, &incident, &err);
		for (size_t k = 0; status == STATUS_OK && k < incident->change_count; k++) {
			struct change_row row = { incident->key, &incident->changes[k] };
			vec_push(&rows, row);
		}
	}
	if (rows.len > 1)
		qsort(rows.items, rows.len, sizeof(*rows.items), by_time);
	for (size_t i = 0; i < rows.len && status == STATUS_OK; i++)
		print_change(&cli->arena, &rows.items[i], values->json);
	vec_release(&rows);
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

static const struct answer_key change_keys[] = {
	{ "incident", "the incident whose record has it" },
	{ "number", "its number there: CH1" },
	{ "text", "what was changed, Markdown" },
	{ "type", "what sort of thing (docs/terms.md: change_type)" },
	{ "at", "when it shipped" },
	{ "version", "in which version" },
	{ "before", "the value before" },
	{ "after", "the value after" },
	{ "cohorts", "for which cohorts of the record; none: for all" },
	{ "intent", "whether what it did was meant" },
	{ "announced", "how users were told; none: not known" },
	{ "changelog", "what the changelog says of it" },
	{ "reverted_at", "when it was taken back or mended; null: in force, or not known" },
	{ "reverted_in", "in which version" },
	{ "cause", "number of the cause that it is" },
	{ "masked", "of a workaround: the causes that it hid" },
	{ "cites", "sources that say so" },
	{ NULL, NULL },
};

const struct command_body command_change_list = {
	.options = put_options,
	.values_bytes = sizeof(struct put_values),
	.words_max = WORDS_ANY,
	.text = "Incident, number, when it shipped, when it was taken back, what it was. Without INC those of all incidents.",
	.answer = change_keys,
	.answer_text = "a change",
	.run = list_run,
};
