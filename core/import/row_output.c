#include "core/import/row_output.h"

#define DEPTH_MAX 6

static const struct slice absent;

static bool is_type_of(const struct json *part, const char *const *types, size_t count)
{
	struct slice type = json_slice(json_get(part, "type"));

	for (size_t i = 0; i < count; i++)
		if (slice_is(type, types[i]))
			return true;
	return false;
}

/* Calls of tools as Anthropic ("tool_use") and OpenAI ("function_call") write them. */
static bool is_call(const struct json *part)
{
	static const char *const types[] = { "tool_use", "server_tool_use", "function_call", "custom_tool_call" };

	return is_type_of(part, types, ARRAY_LEN(types));
}

/* What the model thought, and what others answered it: no part of the output. */
static bool is_aside(const struct json *part)
{
	static const char *const types[] = { "thinking", "redacted_thinking", "reasoning", "tool_result" };

	return is_type_of(part, types, ARRAY_LEN(types));
}

static struct slice text_of(struct arena *arena, const struct json *value, int depth);

/* The texts of the parts, one behind the other: that is how they were produced. */
static struct slice text_of_parts(struct arena *arena, const struct json *parts, int depth)
{
	struct strbuf text = STRBUF_INIT;
	struct slice first = absent;
	size_t found = 0;
	bool has_call = false;

	for (const struct json *part = parts->first; part; part = part->next) {
		has_call = has_call || is_call(part);
		if (is_call(part) || is_aside(part))
			continue;
		struct slice one = text_of(arena, part, depth);
		if (!one.at)
			continue;
		if (found++ == 0)
			first = one;
		strbuf_addslice(&text, one);
	}
	if (found > 1)
		first = arena_slice(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return !found && has_call ? parts->raw : first;
}

static struct slice text_of_object(struct arena *arena, const struct json *object, int depth)
{
	static const char *const names[] = { "text", "content", "message", "generated_text", "output_text", "completion",
					     "code", "generation", "response", "output", "answer", "parts", "value" };
	static const char *const calls[] = { "tool_calls", "function_call" };

	struct slice empty = absent;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice text = text_of(arena, json_get(object, names[i]), depth);
		if (text.len_bytes)
			return text;
		if (text.at)
			empty = text;
	}
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		const struct json *call = json_get(object, calls[i]);
		if (call && (call->type == JSON_ARRAY || call->type == JSON_OBJECT) && call->count)
			return call->raw;
	}
	return empty;
}

static struct slice text_of(struct arena *arena, const struct json *value, int depth)
{
	if (!value || depth == DEPTH_MAX)
		return absent;
	if (value->type == JSON_ARRAY)
		return text_of_parts(arena, value, depth + 1);
	if (value->type == JSON_OBJECT)
		return text_of_object(arena, value, depth + 1);
	return json_slice(value);
}

struct slice row_output_text(struct arena *arena, const struct json *value)
{
	return text_of(arena, value, 0);
}

/* ---- prompts --------------------------------------------------------------------- */

static bool has_any(const struct json *object, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (json_get(object, names[i]))
			return true;
	return false;
}

static bool is_message(const struct json *value)
{
	static const char *const roles[] = { "role", "from" }, *const contents[] = { "content", "value" };

	return has_any(value, roles, ARRAY_LEN(roles)) && has_any(value, contents, ARRAY_LEN(contents));
}

/* lm-evaluation-harness hands its model "arguments": [["prompt", {…}]] or
 * {"gen_args_0": {"arg_0": "prompt", …}}: the first string in it. */
static const struct json *first_string(const struct json *value, int depth)
{
	if (json_is(value, JSON_STRING))
		return value;
	if (!value || depth == DEPTH_MAX || (value->type != JSON_ARRAY && value->type != JSON_OBJECT))
		return NULL;
	return first_string(value->first, depth + 1);
}

struct slice row_prompt_text(struct arena *arena, const struct json *value)
{
	if (!value || value->type == JSON_STRING)
		return json_slice(value);
	const struct json *only = value->first;
	struct slice text = absent;
	if (slice_is(value->name, "arguments"))
		text = json_slice(first_string(value, 0));
	else if (value->type == JSON_ARRAY && value->count == 1 && (only->type == JSON_STRING || is_message(only)))
		text = row_output_text(arena, only);
	else if (value->type == JSON_OBJECT && value->count == 1)
		text = json_slice(only);
	return text.at ? text : value->raw;
}

/* The JSON of a list without what stands behind its element `last`. */
static struct slice list_up_to(struct arena *arena, const struct json *list, const struct json *last)
{
	size_t len = (size_t)(last->raw.at + last->raw.len_bytes - list->raw.at);
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, list->raw.at, len);
	copy[len] = ']';
	return (struct slice){ copy, len + 1 };
}

struct slice row_chat_answer(struct arena *arena, const struct json *messages, struct slice *before)
{
	static const char *const answerers[] = { "assistant", "gpt", "model", "ai" };
	const struct json *last = NULL, *last_but_one = NULL;
	struct slice answer = absent;

	*before = row_prompt_text(arena, messages);
	if (!json_is(messages, JSON_ARRAY) || messages->count == 0)
		return absent;
	for (const struct json *one = messages->first; one; one = one->next) {
		last_but_one = last;
		last = one;
	}
	struct slice role = json_slice(json_get(last, "role"));
	if (!role.at)
		role = json_slice(json_get(last, "from"));
	for (size_t i = 0; i < ARRAY_LEN(answerers) && !answer.at; i++)
		if (slice_is(role, answerers[i]))
			answer = row_output_text(arena, last);
	if (!answer.at)
		return absent;
	*before = absent;
	if (messages->count == 2 && is_message(last_but_one))
		*before = row_output_text(arena, last_but_one);
	if (!before->at && last_but_one)
		*before = list_up_to(arena, messages, last_but_one);
	return answer;
}
