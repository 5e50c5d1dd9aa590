/* Samples of a trajectory: its steps, and what it came to. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/chat.h"
#include "core/import/fields.h"
#include "core/import/swe_agent.h"

#define MESSAGE_BYTES_MAX ((size_t)4096)

static bool starts_with(struct slice text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len_bytes >= len && memcmp(text.at, prefix, len) == 0;
}

static struct slice trimmed(struct slice text)
{
	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]) && text.at[text.len_bytes - 1])
		text.len_bytes--;
	while (text.len_bytes && strchr(" \t\r\n", text.at[0]) && text.at[0]) {
		text.at++;
		text.len_bytes--;
	}
	return text;
}

/* ---- the run ---------------------------------------------------------------------- */

static const char *harness_of(const struct trajectory *run)
{
	return run->is_mini ? "mini-swe-agent" : "swe-agent";
}

static void add_run(struct record *record, const struct trajectory *run)
{
	const struct json *model = json_path(run->config, "agent.model.name");
	struct sample *sample = &record->sample;

	sample->session = run->instance;
	if (run->instance)
		record_add(record, "instance", run->instance,
			   run->instance_is_derived ? CERTAINTY_DERIVED : CERTAINTY_RECORDED);
	record_add(record, "harness.name", harness_of(run), CERTAINTY_DERIVED);
	record_add_json(record, PROVENANCE_HARNESS, json_get(run->info, run->is_mini ? "mini_version" : "swe_agent_version"));
	if (run->is_mini)
		model = json_path(run->info, "config.model.model_name");
	if (!slice_is(json_slice(model), "replay")) /* steps that are played back: nobody made them now */
		record_add_json(record, PROVENANCE_MODEL, model);
	record_add(record, "environment", run->environment, CERTAINTY_RECORDED);
}

/* ---- steps of SWE-agent -------------------------------------------------------------- */

/* What the environment answers when it refuses an action, by its own templates; nothing
 * is read into the output of programs. */
static void flag_observation(struct record *record, struct slice observation)
{
	static const struct {
		const char *starts, *rule;
		enum flag_source source;
		enum level level;
	} refusals[] = {
		{ "Your proposed edit has introduced new syntax error(s)", "edit_syntax_error", SOURCE_LINTER, LEVEL_ERROR },
		{ "Your bash command contained syntax errors and was NOT executed", "command_syntax_error", SOURCE_LINTER,
		  LEVEL_WARNING },
		{ "EXECUTION TIMED OUT", "timeout", SOURCE_MONITOR, LEVEL_WARNING },
	};

	observation = trimmed(observation);
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		if (!starts_with(observation, refusals[i].starts))
			continue;
		struct flag *flag = record_add_flag(record, refusals[i].source, refusals[i].level);
		observation.len_bytes = utf8_cut(observation.at, observation.len_bytes, MESSAGE_BYTES_MAX);
		flag->tool = "swe-agent";
		flag->rule = refusals[i].rule;
		flag->message = utf8_clean(&record->arena, observation);
		return;
	}
}

/* Old versions wrote the state as the JSON text that their shell printed. */
static const struct json *state_of(struct record *record, const struct json *step)
{
	const struct json *state = json_get(step, "state"), *parsed;

	if (json_is(state, JSON_STRING) &&
	    json_parse(&record->arena, state->text, true, NULL, &parsed, NULL) == STATUS_OK)
		return parsed;
	return state;
}

/* What was thought, then what was done. A response that could not be parsed is all there is. */
static struct slice said(struct record *record, const struct json *step)
{
	struct slice thought = trimmed(json_slice(json_get(step, "thought")));
	struct slice action = trimmed(json_slice(json_get(step, "action")));
	struct strbuf text = STRBUF_INIT;
	struct slice joined;

	if (!action.len_bytes)
		return thought.len_bytes ? thought : json_slice(json_get(step, "response"));
	if (!thought.len_bytes || slice_eq(thought, action))
		return action;
	strbuf_addslice(&text, thought);
	strbuf_addstr(&text, "\n\n");
	strbuf_addslice(&text, action);
	joined = arena_slice(&record->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return joined;
}

struct sample *trajectory_step(struct record *record, const struct trajectory *run, const struct json *step,
			       struct slice seen, int64_t turn)
{
	struct sample *sample = &record->sample;
	struct slice action = trimmed(json_slice(json_get(step, "action")));
	const struct json *state = state_of(record, step);

	add_run(record, run);
	sample->kind = SAMPLE_KIND_AGENT_TURN;
	sample->turn = turn;
	sample->code = said(record, step);
	sample->prompt = seen;
	if (action.len_bytes) { /* the command's name: what one looks for first */
		size_t len = 0;
		while (len < action.len_bytes && len < 64 && !strchr(" \t\r\n", action.at[len]))
			len++;
		record_add(record, "action", utf8_clean(&record->arena, (struct slice){ action.at, len }), CERTAINTY_DERIVED);
	}
	if (!slice_is(json_slice(json_get(state, "open_file")), "n/a"))
		record_add_json(record, "open_file", json_get(state, "open_file"));
	record_add_json(record, "working_dir", json_get(state, "working_dir"));
	record_add_json(record, "execution_time", json_get(step, "execution_time"));
	flag_observation(record, json_slice(json_get(step, "observation")));
	return record_finish(record);
}

/* ---- messages of mini-SWE-agent --------------------------------------------------------- */

struct sample *trajectory_message(struct record *record, const struct trajectory *run, const struct json *message,
				  struct slice seen, int64_t turn)
{
	static const struct {
		const char *path, *key;
	} facts[] = {
		{ "extra.response.model", PROVENANCE_MODEL }, { "extra.response.id", "gen_ai.response.id" },
		{ "extra.response.choices.0.finish_reason", "gen_ai.response.finish_reasons" },
		{ "extra.response.usage.prompt_tokens", "gen_ai.usage.input_tokens" },
		{ "extra.response.usage.completion_tokens", "gen_ai.usage.output_tokens" },
		{ "extra.response.usage.prompt_tokens_details.cached_tokens", "gen_ai.usage.cache_read.input_tokens" },
		{ "extra.cost", "cost" },
	};
	struct sample *sample = &record->sample;

	add_run(record, run);
	sample->kind = SAMPLE_KIND_AGENT_TURN;
	sample->turn = turn;
	sample->code = chat_answer(&record->arena, message, NULL);
	sample->prompt = seen;
	if (!field_instant(json_path(message, "extra.timestamp"), &sample->produced_at))
		sample->produced_at = INSTANT_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		record_add_json(record, facts[i].key, json_path(message, facts[i].path));
	return record_finish(record);
}

/* ---- the result ------------------------------------------------------------------------ */

static bool is_diff(struct slice text)
{
	text = trimmed(text);
	return starts_with(text, "diff ") || starts_with(text, "--- ") || starts_with(text, "Index: ");
}

/* A run that ended by itself says "submitted" (mini-SWE-agent: "Submitted"); one that was
 * stopped and gave what it had, "submitted (exit_cost)"; any other word is why there is nothing. */
static void flag_ending(struct record *record, const char *tool, const char *ending)
{
	bool submitted = ending && strncmp(ending, "submitted", 9) == 0;
	bool is_empty = !record->sample.diff.len_bytes && !record->sample.code.len_bytes;
	bool by_itself = ending && (strcmp(ending, "submitted") == 0 || strcmp(ending, "Submitted") == 0);

	if (ending && ending[0] && !by_itself) {
		struct flag *flag = record_add_flag(record, SOURCE_MONITOR, submitted ? LEVEL_WARNING : LEVEL_ERROR);
		flag->tool = tool;
		flag->rule = "exit_status";
		flag->message = arena_printf(&record->arena, "the run ended with %s", ending);
	}
	if (is_empty && (submitted || by_itself)) {
		struct flag *flag = record_add_flag(record, SOURCE_MONITOR, LEVEL_WARNING);
		flag->tool = tool;
		flag->rule = "empty_submission";
		flag->message = "nothing was submitted";
	}
}

struct sample *trajectory_result(struct record *record, const struct trajectory *run)
{
	static const struct {
		const char *path, *key;
	} facts[] = {
		{ "exit_status", "exit_status" }, { "model_stats.tokens_sent", "gen_ai.usage.input_tokens" },
		{ "model_stats.tokens_received", "gen_ai.usage.output_tokens" }, { "model_stats.instance_cost", "cost" },
		{ "model_stats.api_calls", "api_calls" },
	};
	struct slice submission = json_slice(json_get(run->info, "submission"));
	const char *ending = json_text(&record->arena, json_get(run->info, "exit_status"));
	struct sample *sample = &record->sample;

	if (!submission.len_bytes && (!ending || !ending[0]))
		return NULL; /* still under way */
	add_run(record, run);
	sample->external_id = run->instance;
	sample->prompt = run->task;
	if (submission.len_bytes && !is_diff(submission)) {
		sample->kind = SAMPLE_KIND_COMPLETION; /* mini-SWE-agent is also given tasks that are no patches */
		sample->code = submission;
	} else {
		sample->kind = SAMPLE_KIND_PATCH;
		sample->diff = submission;
	}
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		record_add_json(record, facts[i].key, json_path(run->info, facts[i].path));
	flag_ending(record, harness_of(run), ending);
	return record_finish(record);
}
