/* What a run's invocations say (3.20), and the level and rank of a result (3.27.10). */
#include <stdlib.h>
#include <string.h>

#include "core/import/sarif.h"

/* Of all invocations of a run. */
#define OVERRIDES_MAX ((size_t)65536)

/* ---- invocations --------------------------------------------------------------------- */

static bool valid_rank(double rank)
{
	return rank >= 0 && rank <= 100;
}

/* 3.20.5, 3.51: what overrides nothing that is used here is passed over. */
static void add_override(struct sarif_run *run, const struct json *json, int64_t invocation)
{
	const struct json *configuration = json_get(json, "configuration");
	struct sarif_rule_place place = sarif_rule_find(run, json_get(json, "descriptor"), NULL, NULL);
	struct arena arena = ARENA_INIT;
	struct sarif_override override = { .component = place.component, .invocation = invocation };
	const char *level = sarif_word(&arena, json_get(configuration, "level"));

	override.has_level = level && level_parse(level, &override.level);
	override.rank = json_double(json_get(configuration, "rank"), -1);
	override.has_rank = valid_rank(override.rank);
	arena_release(&arena);
	if (place.index < 0 || (!override.has_level && !override.has_rank) || run->overrides.len == OVERRIDES_MAX)
		return;
	override.rule = (size_t)place.index;
	vec_push(&run->overrides, override);
}

static int compare(const void *a, const void *b)
{
	const struct sarif_override *left = a, *right = b;

	if (left->component != right->component)
		return left->component < right->component ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return (left->invocation > right->invocation) - (left->invocation < right->invocation);
}

static void set_failure(struct sarif_run *run, const char *text)
{
	if (!run->failure && text)
		run->failure = arena_strdup(&run->arena, text);
}

/* Its message as it stands there, else what else it says of itself. */
static const char *text_of_notification(struct arena *arena, const struct json *notification)
{
	static const char *const paths[] = { "message.text", "exception.message", "message.id", "descriptor.id" };
	const char *text = NULL;

	for (size_t i = 0; i < ARRAY_LEN(paths) && !text; i++)
		text = sarif_word(arena, json_path(notification, paths[i]));
	return text ? text : "the tool reported an error";
}

/* 3.20.21, 3.20.22: one of level error means that the run failed; in a run that failed
 * anyway (3.20.14), whatever is told first may be why. */
static void read_notifications(struct sarif_run *run, struct arena *arena, const struct json *invocation, bool failed)
{
	static const char *const lists[] = { "toolExecutionNotifications", "toolConfigurationNotifications" };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const struct json *one = sarif_first(json_get(invocation, lists[i]));
		for (; one && !run->failure; one = one->next) {
			const char *level = sarif_word(arena, json_get(one, "level"));
			if (failed || (level && strcmp(level, "error") == 0))
				set_failure(run, text_of_notification(arena, one));
		}
	}
}

static void read_invocation(struct sarif_run *run, struct arena *arena, const struct json *json, int64_t index)
{
	const char *started = sarif_word(arena, json_get(json, "startTimeUtc"));
	const struct json *one = sarif_first(json_get(json, "ruleConfigurationOverrides"));
	bool failed = json_is(json_get(json, "executionSuccessful"), JSON_FALSE);

	for (; one; one = one->next)
		add_override(run, one, index);
	/* Times of one form compare as text (3.9 has UTC alone). */
	if (started && (!run->started_at || strcmp(started, run->started_at) < 0))
		run->started_at = arena_strdup(&run->arena, started);
	set_failure(run, sarif_word(arena, json_get(json, "processStartFailureMessage")));
	read_notifications(run, arena, json, false);
	if (failed) {
		read_notifications(run, arena, json, true);
		set_failure(run, "the tool did not run successfully");
	}
}

void sarif_invocation_note(struct sarif_run *run, struct json_reader *reader)
{
	sarif_array_extend(&run->invocations, run->file, true);
	sarif_array_note(&run->invocations, json_reader_offset(reader));
}

void sarif_invocations_read(struct sarif_run *run)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < run->invocations.count; i++) {
		arena_clear(&arena);
		const struct json *value = sarif_array_value(&run->invocations, (int64_t)i, &arena);
		if (run->log->older)
			value = sarif_older_invocation(&arena, value);
		read_invocation(run, &arena, value, (int64_t)i);
	}
	arena_release(&arena);
	if (run->overrides.len)
		qsort(run->overrides.items, run->overrides.len, sizeof(*run->overrides.items), compare);
}

/* ---- results ------------------------------------------------------------------------- */

/* 3.48.6: a single invocation needs not to be named. */
static int64_t invocation_of(const struct sarif_run *run, const struct json *result)
{
	return json_int(json_path(result, "provenance.invocationIndex"), run->invocations.count == 1 ? 0 : -1);
}

static const struct sarif_override *override_of(const struct sarif_run *run, struct sarif_rule_place place,
						int64_t invocation)
{
	if (place.index < 0 || invocation < 0 || run->overrides.len == 0)
		return NULL;
	struct sarif_override key = { .component = place.component, .rule = (size_t)place.index, .invocation = invocation };
	return bsearch(&key, run->overrides.items, run->overrides.len, sizeof(key), compare);
}

/*
 * In the order of 3.27.10: the result's own level; "none" for what is no failure; an
 * override of the invocation; the rule's default; "warning". The procedure there, read by
 * the letter, never reaches the default once a result has an invocation; 3.51.3 says what is
 * meant: what an override leaves out is as the default has it.
 */
void sarif_configure(struct sarif_run *run, const struct json *result, const char *kind,
		     const struct sarif_rule *rule, struct sarif_rule_place place, struct flag *flag)
{
	const struct sarif_override *override = override_of(run, place, invocation_of(run, result));
	const struct json *level = json_get(result, "level");
	bool failed = !kind || strcmp(kind, "fail") == 0;
	double rank = json_double(json_get(result, "rank"), -1); /* 3.27.25: only of what failed, else absent */
	char word[16] = "";

	if (json_is(level, JSON_STRING) && level->text.len_bytes < sizeof(word))
		memcpy(word, level->text.at, level->text.len_bytes);
	if (!level_parse(word, &flag->level)) {
		flag->level = failed ? LEVEL_WARNING : LEVEL_NONE;
		if (failed && override && override->has_level)
			flag->level = override->level;
		else if (failed && rule && rule->has_level)
			flag->level = rule->level;
	}
	if (!valid_rank(rank) && failed)
		rank = override && override->has_rank ? override->rank : rule && rule->has_rank ? rule->rank : -1;
	flag->has_score = valid_rank(rank);
	flag->score = flag->has_score ? rank : 0;
}
