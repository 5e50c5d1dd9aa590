#include "core/import/chat.h"

#include <string.h>

#include "core/base/strbuf.h"

/* Of Inspect (log/_condense.py): texts of more than 100 characters stand once per sample. */
#define ATTACHMENT "attachment://"

struct chat {
	struct arena *arena;
	struct strbuf out;
	const struct json *attachments;
};

struct slice chat_string(const struct json *value, const struct json *attachments)
{
	struct slice text = json_slice(value);
	const size_t len = strlen(ATTACHMENT);

	if (!attachments || text.len_bytes <= len || memcmp(text.at, ATTACHMENT, len) != 0)
		return text;
	struct slice name = { text.at + len, text.len_bytes - len };
	for (const struct json *one = attachments->first; one; one = one->next)
		if (slice_eq(one->name, name) && one->type == JSON_STRING)
			return one->text;
	return text;
}

static struct slice string_of(const struct chat *chat, const struct json *object, const char *name)
{
	return chat_string(json_get(object, name), chat->attachments);
}

/* Blocks stand on lines of their own. */
static void start_line(struct chat *chat)
{
	if (chat->out.len_bytes && chat->out.text[chat->out.len_bytes - 1] != '\n')
		strbuf_addch(&chat->out, '\n');
}

static void add_text(struct chat *chat, struct slice text)
{
	if (!text.len_bytes)
		return;
	start_line(chat);
	strbuf_addslice(&chat->out, text);
}

static struct slice finish(struct chat *chat)
{
	struct slice text = { NULL, 0 };

	if (chat->out.len_bytes)
		text = arena_slice(chat->arena, strbuf_slice(&chat->out));
	strbuf_release(&chat->out);
	return text;
}

/* ---- tool calls ------------------------------------------------------------------ */

/* "  name: value"; of a string of several lines each is indented below the name, so that
 * code that was passed to a tool can be read. */
static void add_argument(struct chat *chat, const struct json *value)
{
	struct slice text = value->type == JSON_STRING ? chat_string(value, chat->attachments) : value->raw;

	strbuf_addstr(&chat->out, "\n  ");
	strbuf_addslice(&chat->out, value->name);
	strbuf_addch(&chat->out, ':');
	if (!memchr(text.len_bytes ? text.at : "", '\n', text.len_bytes)) {
		strbuf_addch(&chat->out, ' ');
		strbuf_addslice(&chat->out, text);
		return;
	}
	for (const char *at = text.at, *end = text.at + text.len_bytes; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		strbuf_addstr(&chat->out, "\n    ");
		strbuf_add(&chat->out, at, (size_t)(stop - at));
		at = newline ? newline + 1 : end;
	}
}

/* An object, or (OpenAI) a string that holds one as JSON. */
static void add_arguments(struct chat *chat, const struct json *arguments)
{
	const struct json *object = arguments;
	struct slice text = chat_string(arguments, chat->attachments);

	if (text.len_bytes && json_parse(chat->arena, text, true, NULL, &object, NULL) != STATUS_OK)
		object = NULL;
	if (object && object->type == JSON_OBJECT) {
		for (const struct json *one = object->first; one; one = one->next)
			add_argument(chat, one);
	} else if (text.len_bytes) {
		strbuf_addstr(&chat->out, "\n  ");
		strbuf_addslice(&chat->out, text);
	}
}

static void add_call(struct chat *chat, struct slice name, const struct json *arguments)
{
	start_line(chat);
	strbuf_addstr(&chat->out, "tool call: ");
	if (name.len_bytes)
		strbuf_addslice(&chat->out, name);
	else
		strbuf_addstr(&chat->out, "(no name)");
	add_arguments(chat, arguments);
}

/* One of a message's "tool_calls". OpenAI: {"function": {"name", "arguments"}} or
 * {"custom": {"name", "input"}}; Inspect: {"function": NAME, "arguments"}. */
static void add_listed_call(struct chat *chat, const struct json *call)
{
	const struct json *function = json_get(call, "function"), *custom = json_get(call, "custom");

	if (json_is(function, JSON_OBJECT))
		add_call(chat, string_of(chat, function, "name"), json_get(function, "arguments"));
	else if (json_is(custom, JSON_OBJECT))
		add_call(chat, string_of(chat, custom, "name"), json_get(custom, "input"));
	else if (json_is(function, JSON_STRING))
		add_call(chat, json_slice(function), json_get(call, "arguments"));
	else if (json_is(call, JSON_OBJECT))
		add_call(chat, string_of(chat, call, "name"), json_get(call, "args"));
}

static const struct json *listed_calls(const struct json *message)
{
	const struct json *calls = json_get(message, "tool_calls");

	return json_is(calls, JSON_ARRAY) ? calls : NULL;
}

/* A part of the content that is a call: of Anthropic's and of Inspect's servers' tools. */
static bool is_call(const struct json *part)
{
	struct slice type = json_slice(json_get(part, "type"));

	return slice_is(type, "tool_use") || slice_is(type, "server_tool_use") || slice_is(type, "function_call");
}

static void add_part_call(struct chat *chat, const struct json *part)
{
	const struct json *input = json_get(part, "input");

	add_call(chat, string_of(chat, part, "name"), input ? input : json_get(part, "arguments"));
	add_text(chat, string_of(chat, part, "result"));
}

static void add_calls(struct chat *chat, const struct json *message)
{
	const struct json *calls = listed_calls(message), *old = json_get(message, "function_call");

	if (calls)
		for (const struct json *call = calls->first; call; call = call->next)
			add_listed_call(chat, call);
	if (json_is(old, JSON_OBJECT))
		add_call(chat, string_of(chat, old, "name"), json_get(old, "arguments"));
}

size_t chat_tool_call_count(const struct json *message)
{
	const struct json *calls = listed_calls(message), *content = json_get(message, "content");
	size_t count = calls ? calls->count : 0;

	count += json_is(json_get(message, "function_call"), JSON_OBJECT);
	if (json_is(content, JSON_ARRAY))
		for (const struct json *part = content->first; part; part = part->next)
			count += is_call(part);
	return count;
}

/* ---- content --------------------------------------------------------------------- */

static bool is_text(const struct json *part)
{
	struct slice type = json_slice(json_get(part, "type"));

	return !type.at || slice_is(type, "text") || slice_is(type, "input_text") || slice_is(type, "output_text") ||
	       slice_is(type, "refusal");
}

static void add_text_part(struct chat *chat, const struct json *part)
{
	if (json_is(part, JSON_STRING))
		add_text(chat, chat_string(part, chat->attachments));
	else if (json_is(json_get(part, "text"), JSON_STRING))
		add_text(chat, string_of(chat, part, "text"));
	else if (json_is(json_get(part, "refusal"), JSON_STRING))
		add_text(chat, string_of(chat, part, "refusal"));
}

/* The text of Anthropic's "thinking", of Inspect's and OpenAI's "reasoning". */
static void add_reasoning(struct chat *chat, const struct json *part)
{
	static const char *const names[] = { "thinking", "reasoning", "summary" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice text = string_of(chat, part, names[i]);
		if (!text.len_bytes)
			continue;
		start_line(chat);
		strbuf_addstr(&chat->out, "(reasoning) ");
		strbuf_addslice(&chat->out, text);
		return;
	}
}

static void add_any_part(struct chat *chat, const struct json *part)
{
	struct slice type = json_slice(json_get(part, "type"));
	const struct json *content = json_get(part, "content");

	if (is_text(part)) {
		add_text_part(chat, part);
	} else if (is_call(part)) {
		add_part_call(chat, part);
	} else if (slice_is(type, "thinking") || slice_is(type, "reasoning")) {
		add_reasoning(chat, part);
	} else if (slice_is(type, "tool_result")) {
		start_line(chat);
		strbuf_addstr(&chat->out, json_bool(json_get(part, "is_error"), false) ? "tool error:" : "tool result:");
		add_text(chat, chat_string(content, chat->attachments));
		if (json_is(content, JSON_ARRAY))
			for (const struct json *inner = content->first; inner; inner = inner->next)
				add_text_part(chat, inner);
	} else {
		start_line(chat);
		strbuf_addch(&chat->out, '(');
		strbuf_addslice(&chat->out, type);
		strbuf_addch(&chat->out, ')');
	}
}

static void add_content(struct chat *chat, const struct json *content,
			void (*add_part)(struct chat *chat, const struct json *part))
{
	if (json_is(content, JSON_STRING))
		add_text(chat, chat_string(content, chat->attachments));
	if (json_is(content, JSON_ARRAY))
		for (const struct json *part = content->first; part; part = part->next)
			add_part(chat, part);
}

static void add_said_part(struct chat *chat, const struct json *part)
{
	if (is_text(part))
		add_text_part(chat, part);
}

struct slice chat_answer(struct arena *arena, const struct json *message, const struct json *attachments)
{
	struct chat chat = { arena, STRBUF_INIT, attachments };
	const struct json *content = json_get(message, "content");
	struct slice text = chat_string(content, attachments);

	if (text.len_bytes)
		return text;
	add_content(&chat, content, add_said_part);
	if (!chat.out.len_bytes)
		add_text(&chat, chat_string(json_get(message, "refusal"), attachments));
	if (!chat.out.len_bytes) {
		if (json_is(content, JSON_ARRAY))
			for (const struct json *part = content->first; part; part = part->next)
				if (is_call(part))
					add_part_call(&chat, part);
		add_calls(&chat, message);
	}
	return finish(&chat);
}

/* ---- conversations --------------------------------------------------------------- */

/* "[tool python]": who speaks, and for a tool its name (OpenAI "name", Inspect "function"). */
static void add_role(struct chat *chat, const struct json *message)
{
	struct slice role = json_slice(json_get(message, "role"));
	struct slice name = json_slice(json_get(message, "function"));

	if (!name.at)
		name = json_slice(json_get(message, "name"));
	if (chat->out.len_bytes) {
		start_line(chat);
		strbuf_addch(&chat->out, '\n');
	}
	strbuf_addch(&chat->out, '[');
	strbuf_addslice(&chat->out, role.len_bytes ? role : slice_of("message"));
	if (name.len_bytes) {
		strbuf_addch(&chat->out, ' ');
		strbuf_addslice(&chat->out, name);
	}
	strbuf_addstr(&chat->out, "]\n");
}

static void add_message(struct chat *chat, const struct json *message)
{
	const struct json *error = json_get(message, "error");

	if (!json_is(message, JSON_OBJECT)) {
		add_text(chat, chat_string(message, chat->attachments));
		return;
	}
	add_role(chat, message);
	add_content(chat, json_get(message, "content"), add_any_part);
	add_calls(chat, message);
	if (json_is(error, JSON_OBJECT)) {
		start_line(chat);
		strbuf_addstr(&chat->out, "error: ");
		strbuf_addslice(&chat->out, string_of(chat, error, "message"));
	}
}

struct slice chat_text(struct arena *arena, const struct json *messages, const struct json *attachments)
{
	struct chat chat = { arena, STRBUF_INIT, attachments };

	if (json_is(messages, JSON_STRING))
		return chat_string(messages, attachments);
	if (json_is(messages, JSON_ARRAY))
		for (const struct json *message = messages->first; message; message = message->next)
			add_message(&chat, message);
	else if (json_is(messages, JSON_OBJECT))
		add_message(&chat, messages);
	return finish(&chat);
}
