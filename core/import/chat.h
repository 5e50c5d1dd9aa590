/*
 * Chat messages as a text that people read: what the APIs of OpenAI (Chat Completions
 * and Responses), Anthropic (Messages) and the logs of Inspect write, which agree but for
 * details. Each message stands under a line with its role; tool calls stand with their
 * arguments, a line each; pictures and sounds are named, not shown:
 *
 *     [system]
 *     Answer with a number.
 *
 *     [assistant]
 *     tool call: python
 *       code: 6 * 7
 *
 *     [tool python]
 *     42
 *
 * Results are raw bytes in the arena or in the tree. Whatever has another shape than
 * these is passed over.
 */
#ifndef AITIA_CORE_IMPORT_CHAT_H
#define AITIA_CORE_IMPORT_CHAT_H

#include "core/base/json.h"

/* A list of messages, one message, or a string, which is its own text. Absent when there is
 * nothing to read in it. `attachments` is an object with what strings of the form
 * "attachment://NAME" stand for, as in Inspect's logs, or NULL. */
struct slice chat_text(struct arena *arena, const struct json *messages, const struct json *attachments);

/* What one message says, without its role: its text parts, joined by newlines; if it
 * has none, its tool calls. Absent when it has neither. Reasoning is no part of it. */
struct slice chat_answer(struct arena *arena, const struct json *message, const struct json *attachments);

/* Of a message; 0 where it has none. */
size_t chat_tool_call_count(const struct json *message);

/* A string's bytes, or of what it stands for. Absent for what is no string. */
struct slice chat_string(const struct json *value, const struct json *attachments);

#endif
