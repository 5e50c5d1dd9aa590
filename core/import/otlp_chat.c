/*
 * What was asked and answered. It may stand in the span's attributes as a list of messages
 * (OpenTelemetry), as one attribute for each field of each message (OpenLLMetry,
 * OpenInference), as one text, or in the span's events. Every form is brought into the
 * shape of chat messages, which chat.h turns into text.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/chat.h"
#include "core/import/otlp.h"

#define MESSAGES_MAX 1024
#define CALLS_MAX 16

/* ---- building messages ------------------------------------------------------------- */

static struct json *make(struct arena *arena, enum json_type type, const char *name)
{
	struct json *node = arena_alloc(arena, sizeof(*node));

	*node = (struct json){ .type = type, .name = slice_of(name) };
	return node;
}

/* In front of the other members, whose order does not matter. */
static void put(struct json *object, struct json *member)
{
	member->next = object->first;
	object->first = member;
	object->count++;
}

static void put_string(struct arena *arena, struct json *object, const char *name, struct slice text)
{
	struct json *member = make(arena, JSON_STRING, name);

	if (!text.at)
		return;
	member->text = text;
	put(object, member);
}

/* A copy under another name. */
static void put_as(struct arena *arena, struct json *object, const char *name, const struct json *value)
{
	struct json *member = make(arena, JSON_NULL, name);

	if (!value)
		return;
	struct slice renamed = member->name;
	*member = *value;
	member->name = renamed;
	put(object, member);
}

static struct json *part_of(struct arena *arena, const struct json *part)
{
	struct slice type = json_slice(json_get(part, "type"));
	struct json *out = make(arena, JSON_OBJECT, NULL);
	const struct json *response = json_get(part, "response");

	if (slice_is(type, "text")) {
		put_string(arena, out, "type", type);
		put_as(arena, out, "text", json_get(part, "content"));
	} else if (slice_is(type, "tool_call")) {
		put_string(arena, out, "type", slice_of("tool_use"));
		put_as(arena, out, "name", json_get(part, "name"));
		put_as(arena, out, "input", json_get(part, "arguments"));
	} else if (slice_is(type, "tool_call_response")) {
		if (!response)
			response = json_get(part, "result"); /* as the schema had it first */
		put_string(arena, out, "type", slice_of("tool_result"));
		if (json_is(response, JSON_STRING))
			put_as(arena, out, "content", response);
		else if (response)
			put_string(arena, out, "content", response->raw);
	} else if (slice_is(type, "reasoning")) {
		put_string(arena, out, "type", type);
		put_as(arena, out, "reasoning", json_get(part, "content"));
	} else {
		put_string(arena, out, "type", type.len_bytes ? type : slice_of("part"));
	}
	return out;
}

/* gen_ai.input.messages and their like: {"role", "parts": [{"type", "content"}]}. */
static struct json *message_of_parts(struct arena *arena, struct slice role, const struct json *parts)
{
	struct json *message = make(arena, JSON_OBJECT, NULL), *content = make(arena, JSON_ARRAY, "content");
	const struct json **end = &content->first;

	for (const struct json *part = json_is(parts, JSON_ARRAY) ? parts->first : NULL; part; part = part->next) {
		struct json *out = part_of(arena, part);
		*end = out;
		end = &out->next;
		content->count++;
	}
	put(message, content);
	put_string(arena, message, "role", role);
	return message;
}

/* Messages of any shape as chat messages; a text is one without a role. */
static const struct json *messages_of(struct arena *arena, const struct json *messages)
{
	struct json *out = make(arena, JSON_ARRAY, NULL);
	const struct json **end = &out->first;

	if (!json_is(messages, JSON_ARRAY))
		return messages;
	for (const struct json *one = messages->first; one; one = one->next) {
		const struct json *parts = json_get(one, "parts"), *inner = json_get(one, "message");
		struct json *message;
		if (parts) {
			message = message_of_parts(arena, json_slice(json_get(one, "role")), parts);
		} else {
			message = make(arena, JSON_NULL, NULL);
			*message = json_is(inner, JSON_OBJECT) ? *inner : *one; /* {"index", "message"}: a choice */
			message->next = NULL;
		}
		*end = message;
		end = &message->next;
		out->count++;
	}
	return out;
}

/* ---- one attribute for each field --------------------------------------------------- */

struct slot {
	struct slice role;
	struct strbuf content;
	struct {
		struct slice name, arguments;
	} calls[CALLS_MAX];
};

static bool skip_prefix(struct slice *text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (text->len_bytes < len || memcmp(text->at, prefix, len) != 0)
		return false;
	text->at += len;
	text->len_bytes -= len;
	return true;
}

/* "12.rest": the number, and the rest without the point. */
static bool skip_index(struct slice *text, size_t limit, size_t *index)
{
	size_t at = 0, number = 0;

	while (at < text->len_bytes && text->at[at] >= '0' && text->at[at] <= '9' && number < limit)
		number = number * 10 + (size_t)(text->at[at++] - '0');
	if (at == 0 || number >= limit || at >= text->len_bytes || text->at[at] != '.')
		return false;
	text->at += at + 1;
	text->len_bytes -= at + 1;
	*index = number;
	return true;
}

static void add_content(struct slot *slot, struct slice text)
{
	if (!text.len_bytes)
		return;
	if (slot->content.len_bytes)
		strbuf_addch(&slot->content, '\n');
	strbuf_addslice(&slot->content, text);
}

/* `field` is what stands behind the message's number: "role", "content", "tool_calls.0.name";
 * OpenInference: "message.role", "message.contents.0.message_content.text",
 * "message.tool_calls.0.tool_call.function.name". */
static void fill_slot(struct slot *slot, struct slice field, struct slice text)
{
	size_t index;

	skip_prefix(&field, "message.");
	if (slice_is(field, "role")) {
		slot->role = text;
	} else if (slice_is(field, "content")) {
		add_content(slot, text);
	} else if (skip_prefix(&field, "contents.") && skip_index(&field, MESSAGES_MAX, &index)) {
		if (slice_is(field, "message_content.text"))
			add_content(slot, text);
	} else if (skip_prefix(&field, "tool_calls.") && skip_index(&field, CALLS_MAX, &index)) {
		skip_prefix(&field, "tool_call.");
		skip_prefix(&field, "function.");
		if (slice_is(field, "name"))
			slot->calls[index].name = text;
		else if (slice_is(field, "arguments"))
			slot->calls[index].arguments = text;
	}
}

static struct json *message_of_slot(struct arena *arena, const struct slot *slot)
{
	struct json *message = make(arena, JSON_OBJECT, NULL), *calls = make(arena, JSON_ARRAY, "tool_calls");
	const struct json **end = &calls->first;

	for (size_t i = 0; i < CALLS_MAX; i++) {
		if (!slot->calls[i].name.at)
			continue;
		struct json *call = make(arena, JSON_OBJECT, NULL), *function = make(arena, JSON_OBJECT, "function");
		put_string(arena, function, "name", slot->calls[i].name);
		put_string(arena, function, "arguments", slot->calls[i].arguments);
		put(call, function);
		*end = call;
		end = &call->next;
		calls->count++;
	}
	if (calls->first)
		put(message, calls);
	put_string(arena, message, "content", arena_slice(arena, strbuf_slice(&slot->content)));
	put_string(arena, message, "role", slot->role);
	return message;
}

static const struct json *messages_of_slots(struct arena *arena, struct slot **slots, size_t count)
{
	struct json *out = make(arena, JSON_ARRAY, NULL);
	const struct json **end = &out->first;

	for (size_t i = 0; i < count; i++) {
		if (!slots[i])
			continue;
		struct json *message = message_of_slot(arena, slots[i]);
		strbuf_release(&slots[i]->content);
		*end = message;
		end = &message->next;
		out->count++;
	}
	return count ? out : NULL;
}

/* The messages under "prefix.N."; NULL if there are none. */
static const struct json *numbered(struct arena *arena, const struct json *attributes, const char *prefix)
{
	struct slot **slots = NULL; /* by number */
	size_t index, count = 0;

	for (const struct json *one = json_is(attributes, JSON_ARRAY) ? attributes->first : NULL; one; one = one->next) {
		struct slice key = json_slice(json_get(one, "key")), text = otlp_string(json_get(one, "value"));
		if (!text.at || !skip_prefix(&key, prefix) || !skip_index(&key, MESSAGES_MAX, &index))
			continue;
		if (!slots)
			slots = arena_array(arena, MESSAGES_MAX, sizeof(struct slot *));
		if (index >= count)
			count = index + 1;
		if (!slots[index]) {
			slots[index] = arena_alloc(arena, sizeof(*slots[index]));
			strbuf_init(&slots[index]->content);
		}
		fill_slot(slots[index], key, text);
	}
	return messages_of_slots(arena, slots, count);
}

/* ---- events -------------------------------------------------------------------------- */

/* One message as an event (conventions 1.28 to 1.36): its fields are attributes, or a JSON
 * text under one of them. */
static struct json *message_of_event(struct arena *arena, struct slice role, const struct json *attributes)
{
	static const char *const bodies[] = { "gen_ai.event.content", "message", NULL };
	const struct json *body = otlp_plain(arena, otlp_get_any(attributes, bodies));
	const struct json *inner = json_get(body, "message"), *calls = otlp_plain(arena, otlp_get(attributes, "tool_calls"));
	struct json *message = make(arena, JSON_OBJECT, NULL);

	if (json_is(inner, JSON_OBJECT))
		body = inner;
	put_as(arena, message, "content", json_is(body, JSON_OBJECT) ? json_get(body, "content") : body);
	put_as(arena, message, "content", otlp_plain(arena, otlp_get(attributes, "content")));
	put_as(arena, message, "tool_calls", calls ? calls : json_get(body, "tool_calls"));
	put_string(arena, message, "role", role);
	return message;
}

struct event_messages {
	struct json *asked, *answered;
	const struct json **asked_end, **answered_end;
};

static void add_event(struct arena *arena, struct event_messages *out, const struct json *event)
{
	struct slice name = json_slice(json_get(event, "name")), role = name;
	const struct json *attributes = json_get(event, "attributes");
	struct json *message;

	if (slice_is(name, "gen_ai.choice")) {
		message = message_of_event(arena, slice_of("assistant"), attributes);
		*out->answered_end = message;
		out->answered_end = &message->next;
		out->answered->count++;
		return;
	}
	/* "gen_ai.user.message" */
	if (!skip_prefix(&role, "gen_ai.") || role.len_bytes <= 8 || memcmp(role.at + role.len_bytes - 8, ".message", 8) != 0)
		return;
	role.len_bytes -= 8;
	message = message_of_event(arena, role, attributes);
	*out->asked_end = message;
	out->asked_end = &message->next;
	out->asked->count++;
}

static const struct json *first_event(const struct json *events, const char *name)
{
	for (const struct json *one = json_is(events, JSON_ARRAY) ? events->first : NULL; one; one = one->next)
		if (slice_is(json_slice(json_get(one, "name")), name))
			return json_get(one, "attributes");
	return NULL;
}

/* ---- reading --------------------------------------------------------------------------- */

/* One message without its role, several as a conversation. */
static struct slice answer_of(struct arena *arena, const struct json *messages)
{
	if (json_is(messages, JSON_ARRAY) && messages->count == 1 && json_is(messages->first, JSON_OBJECT))
		return chat_answer(arena, messages->first, NULL);
	if (json_is(messages, JSON_OBJECT) && (json_get(messages, "content") || json_get(messages, "tool_calls")))
		return chat_answer(arena, messages, NULL);
	return chat_text(arena, messages, NULL);
}

/* The texts that some writers put into one attribute; what is JSON but no message stays as it came. */
static struct slice text_of(struct arena *arena, const struct json *value, bool is_answer)
{
	const struct json *found = messages_of(arena, otlp_plain(arena, value));
	const struct json *wrapped = json_get(found, "messages");
	struct slice text;

	if (wrapped) /* a request as it was sent */
		found = messages_of(arena, wrapped);
	text = is_answer ? answer_of(arena, found) : chat_text(arena, found, NULL);
	if (json_is(found, JSON_OBJECT) && !json_get(found, "content"))
		text = otlp_string(value);
	return text.at ? text : otlp_string(value);
}

static struct slice asked(struct arena *arena, const struct json *attributes)
{
	static const char *const texts[] = { "gen_ai.prompt", "input.value", "traceloop.entity.input", NULL };
	const struct json *messages = messages_of(arena, otlp_plain(arena, otlp_get(attributes, "gen_ai.input.messages")));
	const struct json *system = otlp_plain(arena, otlp_get(attributes, "gen_ai.system_instructions"));

	if (json_is(system, JSON_ARRAY) && json_is(messages, JSON_ARRAY)) {
		struct json *all = make(arena, JSON_ARRAY, NULL), *first = message_of_parts(arena, slice_of("system"), system);
		first->next = messages->first;
		all->first = first;
		all->count = messages->count + 1;
		messages = all;
	}
	if (!messages)
		messages = numbered(arena, attributes, "gen_ai.prompt.");
	if (!messages)
		messages = numbered(arena, attributes, "llm.input_messages.");
	return messages ? chat_text(arena, messages, NULL) : text_of(arena, otlp_get_any(attributes, texts), false);
}

static struct slice answered(struct arena *arena, const struct json *attributes)
{
	static const char *const texts[] = { "gen_ai.completion", "output.value", "traceloop.entity.output", NULL };
	const struct json *messages = messages_of(arena, otlp_plain(arena, otlp_get(attributes, "gen_ai.output.messages")));

	if (!messages)
		messages = numbered(arena, attributes, "gen_ai.completion.");
	if (!messages)
		messages = numbered(arena, attributes, "llm.output_messages.");
	return messages ? answer_of(arena, messages) : text_of(arena, otlp_get_any(attributes, texts), true);
}

static void read_events(struct arena *arena, struct otlp_chat *chat, const struct json *events)
{
	struct event_messages found = { .asked = make(arena, JSON_ARRAY, NULL), .answered = make(arena, JSON_ARRAY, NULL) };

	found.asked_end = &found.asked->first;
	found.answered_end = &found.answered->first;
	for (const struct json *one = json_is(events, JSON_ARRAY) ? events->first : NULL; one; one = one->next)
		add_event(arena, &found, one);
	if (!chat->prompt.at && found.asked->first)
		chat->prompt = chat_text(arena, found.asked, NULL);
	if (!chat->answer.at && found.answered->first)
		chat->answer = answer_of(arena, found.answered);
}

struct otlp_chat otlp_chat_read(struct arena *arena, const struct json *attributes, const struct json *events)
{
	/* Where the same attributes may stand on an event of the span (1.27, 1.37 on). */
	static const char *const details[] = { "gen_ai.client.inference.operation.details", "gen_ai.content.prompt",
					       "gen_ai.content.completion" };
	struct otlp_chat chat = { asked(arena, attributes), answered(arena, attributes) };

	for (size_t i = 0; i < ARRAY_LEN(details) && (!chat.prompt.at || !chat.answer.at); i++) {
		const struct json *of_event = first_event(events, details[i]);
		if (!chat.prompt.at)
			chat.prompt = asked(arena, of_event);
		if (!chat.answer.at)
			chat.answer = answered(arena, of_event);
	}
	read_events(arena, &chat, events);
	return chat;
}

bool otlp_is_chat_key(struct slice key)
{
	static const char *const prefixes[] = {
		"gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.prompt",
		"gen_ai.completion", "llm.input_messages", "llm.output_messages", "input.value", "output.value",
		"traceloop.entity.input", "traceloop.entity.output", "gen_ai.tool.definitions", "llm.tools", "llm.prompts",
		"llm.request.functions", "gen_ai.event.content",
	};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		struct slice rest = key;
		if (skip_prefix(&rest, prefixes[i]))
			return true;
	}
	return false;
}
