/* The samples of a turn: what the model said in it, and each of its edits. */
#include "core/import/claude_code.h"

/* One sample's start: what all of the turn's share. */
static struct sample *begin(struct claude_thread *thread, struct record *record, bool is_first)
{
	const struct claude_turn *turn = &thread->turn;
	struct sample *sample = &record->sample;

	record_begin(record);
	sample->session = turn->session;
	sample->turn = turn->number;
	sample->produced_at = turn->at;
	if (thread->prompt.len_bytes)
		sample->prompt = strbuf_slice(&thread->prompt);
	for (size_t i = 0; i < turn->facts.len; i++) {
		const struct claude_fact *fact = &turn->facts.items[i];
		if (is_first || !fact->is_figure)
			record_add(record, fact->entry.key, fact->entry.value, fact->entry.certainty);
	}
	return sample;
}

static void add_flag(struct record *record, const struct flag *flag)
{
	if (flag->level != LEVEL_NONE)
		*record_add_flag(record, flag->source, flag->level) = *flag;
}

/* A turn without a word is only told when something went wrong in it: what it edited are
 * samples of their own, and what it looked up is nobody's output. */
static bool is_told(const struct claude_turn *turn)
{
	bool told = turn->has_text || turn->flags.len > 0;

	for (size_t i = 0; i < turn->calls.len && !told; i++)
		told = !turn->calls.items[i].is_edit && turn->calls.items[i].flag.level != LEVEL_NONE;
	return told;
}

static struct sample *whole_turn(struct claude_thread *thread, struct record *record)
{
	const struct claude_turn *turn = &thread->turn;
	struct sample *sample = begin(thread, record, true);

	sample->kind = SAMPLE_KIND_AGENT_TURN;
	sample->external_id = turn->message_id;
	sample->code = strbuf_slice(&turn->text);
	for (size_t i = 0; i < turn->flags.len; i++)
		add_flag(record, &turn->flags.items[i]);
	for (size_t i = 0; i < turn->calls.len; i++)
		if (!turn->calls.items[i].is_edit)
			add_flag(record, &turn->calls.items[i].flag);
	return record_finish(record);
}

static struct sample *one_edit(struct claude_thread *thread, struct record *record, const struct claude_call *call,
			       bool is_first)
{
	struct sample *sample = begin(thread, record, is_first);

	sample->kind = SAMPLE_KIND_EDIT;
	sample->external_id = call->id;
	sample->path = call->path;
	sample->language = call->language ? record_language(record, call->language) : NULL;
	sample->region = call->region;
	sample->code = call->code;
	sample->diff = call->diff;
	record_add(record, "gen_ai.tool.name", call->tool, CERTAINTY_RECORDED);
	add_flag(record, &call->flag);
	return record_finish(record);
}

enum status claude_turn_finish(struct claude_thread *thread, struct record *record, struct import_sink *sink,
			       int64_t number, struct error *err)
{
	struct claude_turn *turn = &thread->turn;
	enum status status = STATUS_OK;
	bool is_first = true;

	if (!turn->is_open)
		return STATUS_OK;
	turn->is_open = false;
	if (is_told(turn)) {
		status = sink->sample(sink, number, whole_turn(thread, record), err);
		is_first = false;
	}
	for (size_t i = 0; i < turn->calls.len && status == STATUS_OK; i++) {
		if (!turn->calls.items[i].is_edit)
			continue;
		status = sink->sample(sink, number, one_edit(thread, record, &turn->calls.items[i], is_first), err);
		is_first = false;
	}
	return status;
}
