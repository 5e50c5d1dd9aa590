/* Internal to rows: the text of an output or of a prompt, in the shapes that interfaces give it. */
#ifndef AITIA_CORE_IMPORT_ROW_OUTPUT_H
#define AITIA_CORE_IMPORT_ROW_OUTPUT_H

#include "core/base/json.h"

/*
 * What a model produced, of: a string; a chat message {"role", "content"}; a choice of
 * OpenAI's {"message"} or {"text"}; a list of content parts {"type": "text", "text"};
 * a candidate of Gemini's {"content": {"parts": [{"text"}]}}; {"generated_text"}. An
 * output that is nothing but calls of tools is their JSON. Absent when there is none.
 */
struct slice row_output_text(struct arena *arena, const struct json *value);

/* A prompt: a string; a list of one string or one chat message is what it says; anything
 * else (a conversation, an object of inputs) is its JSON. */
struct slice row_prompt_text(struct arena *arena, const struct json *value);

/* A chat: the content of its last message, if an assistant wrote that, else absent; and,
 * as row_prompt_text() has it, the messages before. */
struct slice row_chat_answer(struct arena *arena, const struct json *messages, struct slice *before);

#endif
