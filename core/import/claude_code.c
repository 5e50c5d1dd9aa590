/* Claude Code: recognition, and the lines of a transcript (see claude_code.h). */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/import/claude_code.h"
#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/sniff.h"

#define LINE_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* So many lines without one of a transcript, and the file is none. */
#define STRANGE_LINES_MAX 1000

struct transcript {
	struct import_sink *sink;
	struct record record;
	struct arena line_arena;
	struct claude_thread threads[CLAUDE_THREADS_MAX];
	int64_t number;   /* of the line at hand, from 1; blank ones count */
	int64_t known;    /* lines of a transcript */
	int64_t strange;  /* rejected ones */
	char first_reason[160];
};

/* ---- recognition ----------------------------------------------------------------- */

static bool is_string(struct slice line, const char *name)
{
	return sniff_json_is(line, name, JSON_STRING);
}

/* A line that no other program writes. What is asked for stands among the first members
 * or behind a message: a line that goes on behind the head is judged by its start. */
static bool is_telling(struct slice line)
{
	if (sniff_json_starts(line, "type", "summary"))
		return is_string(line, "leafUuid");
	if (sniff_json_starts(line, "type", "file-history-snapshot"))
		return is_string(line, "messageId");
	if (sniff_json_starts(line, "type", "queue-operation"))
		return is_string(line, "sessionId");
	if (is_string(line, "parentUuid") || sniff_json_is(line, "parentUuid", JSON_NULL))
		return is_string(line, "sessionId") || sniff_json_is(line, "isSidechain", JSON_FALSE) ||
		       sniff_json_is(line, "isSidechain", JSON_TRUE);
	if (sniff_json_starts(line, "type", "system"))
		return is_string(line, "subtype") && is_string(line, "session_id");
	return (sniff_json_starts(line, "type", "assistant") || sniff_json_starts(line, "type", "user")) &&
	       (is_string(line, "message.role") || sniff_json_is(line, "message.content", JSON_ARRAY));
}

int claude_code_recognise(struct slice head, const char *file)
{
	enum { LOOKED_AT = 8 };

	(void)file;
	head = import_skip_mark(head);
	for (int lines = 0; head.len_bytes && lines < LOOKED_AT; lines++) {
		const char *end = memchr(head.at, '\n', head.len_bytes);
		struct slice line = { head.at, end ? (size_t)(end - head.at) : head.len_bytes };
		if (is_telling(line))
			return 98; /* jsonl is never surer than 95 */
		head.at += line.len_bytes + (end != NULL);
		head.len_bytes -= line.len_bytes + (end != NULL);
	}
	return 0;
}

/* ---- threads --------------------------------------------------------------------- */

static void thread_release(struct claude_thread *thread)
{
	strbuf_release(&thread->key);
	strbuf_release(&thread->prompt);
	strbuf_release(&thread->permission_mode);
	claude_turn_release(&thread->turn);
}

static void thread_init(struct claude_thread *thread)
{
	*thread = (struct claude_thread){ .last_at = INSTANT_UNKNOWN };
	strbuf_init(&thread->key);
	strbuf_init(&thread->prompt);
	strbuf_init(&thread->permission_mode);
	arena_init(&thread->turn.arena);
	strbuf_init(&thread->turn.text);
}

static enum status finish(struct transcript *self, struct claude_thread *thread, struct error *err)
{
	return claude_turn_finish(thread, &self->record, self->sink, self->number, err);
}

/* The thread that a line belongs to. A new one takes a free place, else that of the one
 * that has been silent for longest. */
static enum status find_thread(struct transcript *self, const struct json *line, struct claude_thread **out,
			       struct error *err)
{
	struct slice session = json_slice(claude_session(line)), agent = json_slice(json_get(line, "agentId"));
	struct claude_thread *oldest = &self->threads[0];
	struct strbuf key = STRBUF_INIT;
	enum status status = STATUS_OK;

	strbuf_addch(&key, json_bool(json_get(line, "isSidechain"), false) ? 's' : 'm');
	if (session.at)
		strbuf_addslice(&key, session);
	strbuf_addch(&key, '\n');
	if (agent.at)
		strbuf_addslice(&key, agent);
	*out = NULL;
	for (size_t i = 0; i < CLAUDE_THREADS_MAX && !*out; i++) {
		struct claude_thread *thread = &self->threads[i];
		if (slice_eq(strbuf_slice(&thread->key), strbuf_slice(&key)))
			*out = thread;
		else if (thread->used_at < oldest->used_at)
			oldest = thread;
	}
	if (!*out) {
		status = finish(self, oldest, err);
		thread_release(oldest);
		thread_init(oldest);
		strbuf_addslice(&oldest->key, strbuf_slice(&key));
		*out = oldest;
	}
	(*out)->used_at = self->number;
	strbuf_release(&key);
	return status;
}

/* ---- lines ----------------------------------------------------------------------- */

static bool starts_with(struct slice text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len_bytes >= len && memcmp(text.at, prefix, len) == 0;
}

/* What stands among the user's words but was written by the harness. */
static bool is_of_harness(struct slice text)
{
	static const char *const prefixes[] = {
		"Caveat: The messages below were generated by the user while running local commands",
		"<local-command-stdout>", "<local-command-stderr>", "<local-command-caveat>",
		"<bash-stdout>", "<bash-stderr>", "<task-notification>",
	};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (starts_with(text, prefixes[i]))
			return true;
	return false;
}

/* One text of the user. The first one of a line takes the place of the last prompt. */
static enum status take_words(struct transcript *self, struct claude_thread *thread, struct slice text, bool *is_first,
			      struct error *err)
{
	enum status status = STATUS_OK;

	if (starts_with(text, "[Request interrupted by user")) {
		claude_turn_interrupt(&thread->turn, text);
		return STATUS_OK;
	}
	if (text.len_bytes == 0 || is_of_harness(text))
		return STATUS_OK;
	if (*is_first) {
		status = finish(self, thread, err);
		strbuf_clear(&thread->prompt);
	} else {
		strbuf_addch(&thread->prompt, '\n');
	}
	*is_first = false;
	if (thread->prompt.len_bytes < CLAUDE_PROMPT_BYTES_MAX) {
		size_t room = CLAUDE_PROMPT_BYTES_MAX - thread->prompt.len_bytes;
		strbuf_add(&thread->prompt, text.at, text.len_bytes < room ? text.len_bytes : room);
	}
	return status;
}

static enum status take_user(struct transcript *self, struct claude_thread *thread, const struct json *line,
			     struct error *err)
{
	const struct json *content = json_path(line, "message.content"), *account = json_get(line, "toolUseResult");
	struct slice mode = json_slice(json_get(line, "permissionMode"));
	bool is_first = true;
	/* Not said by the user: what a command expands to, and what is left of a compacted session. */
	bool is_silent = json_bool(json_get(line, "isMeta"), false) || json_bool(json_get(line, "isCompactSummary"), false);
	enum status status = STATUS_OK;

	if (!account)
		account = json_get(line, "tool_use_result");
	if (mode.at) {
		strbuf_clear(&thread->permission_mode);
		strbuf_addslice(&thread->permission_mode, mode);
	}
	if (json_is(content, JSON_STRING))
		return is_silent ? STATUS_OK : take_words(self, thread, json_slice(content), &is_first, err);
	for (const struct json *block = json_is(content, JSON_ARRAY) ? content->first : NULL;
	     block && status == STATUS_OK; block = block->next) {
		struct slice type = json_slice(json_get(block, "type"));
		if (slice_is(type, "tool_result"))
			claude_turn_result(&thread->turn, block, account);
		else if (slice_is(type, "text") && !is_silent)
			status = take_words(self, thread, json_slice(json_get(block, "text")), &is_first, err);
	}
	return status;
}

static enum status take_assistant(struct transcript *self, struct claude_thread *thread, const struct json *line,
				  struct error *err)
{
	struct claude_turn *turn = &thread->turn;
	struct slice id = json_slice(json_path(line, "message.id"));
	bool goes_on = turn->is_open && turn->message_id && id.at && slice_is(id, turn->message_id) &&
		       turn->arena.used_bytes < CLAUDE_TURN_BYTES_MAX && turn->text.len_bytes < CLAUDE_TURN_BYTES_MAX;
	enum status status = goes_on ? STATUS_OK : finish(self, thread, err);

	if (status == STATUS_OK)
		claude_turn_add(thread, line);
	return status;
}

static enum status reject(struct transcript *self, const struct line *at, uint64_t end, const char *reason,
			  struct error *err)
{
	struct batch_reject reject = { .record = self->number, .offset_bytes = (int64_t)at->offset_bytes,
				       .len_bytes = (int64_t)(end - at->offset_bytes), .reason = reason };

	if (self->strange++ == 0)
		snprintf(self->first_reason, sizeof(self->first_reason), "line %lld: %s", (long long)self->number, reason);
	if (self->known == 0 && self->strange >= STRANGE_LINES_MAX)
		return error_set(err, STATUS_INPUT, "no line of it is one of a transcript; %s", self->first_reason);
	return self->sink->reject(self->sink, &reject, err);
}

/* NULL, or why the line is none of a transcript. */
static const char *fault_of(const struct json *value)
{
	if (value->type != JSON_OBJECT)
		return "not an object, which every line of a transcript is";
	if (!json_is(json_get(value, "type"), JSON_STRING))
		return "it has no type, by which lines of a transcript are told apart";
	if (slice_is(json_slice(json_get(value, "type")), "assistant") && !json_is(json_get(value, "message"), JSON_OBJECT))
		return "an assistant's line without a message";
	return NULL;
}

/* Lines of other types (summaries, snapshots, the state of queues, progress) are no output
 * of a model, and neither samples nor rejects. */
static enum status take_object(struct transcript *self, const struct json *line, struct error *err)
{
	struct slice type = json_slice(json_get(line, "type"));
	bool is_user = slice_is(type, "user"), is_assistant = slice_is(type, "assistant");
	bool compacts = slice_is(type, "system") && slice_is(json_slice(json_get(line, "subtype")), "compact_boundary");
	struct claude_thread *thread;

	self->known++;
	if (!is_user && !is_assistant && !compacts)
		return STATUS_OK;
	enum status status = find_thread(self, line, &thread, err);
	if (status != STATUS_OK)
		return status;
	if (is_user)
		return take_user(self, thread, line, err);
	if (is_assistant)
		return take_assistant(self, thread, line, err);
	thread->compactions++;
	return STATUS_OK;
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; text.at && i < text.len_bytes; i++)
		if (!memchr(" \t\r\n", text.at[i], 4))
			return false;
	return true;
}

static enum status take_line(struct transcript *self, const struct line *line, uint64_t end, struct error *err)
{
	const struct json *value;
	struct error fault;
	char reason[sizeof(fault.text) + 64];

	self->number++;
	if (line->too_long)
		return reject(self, line, end, "the line is longer than 64 MiB", err);
	if (is_blank(line->text))
		return STATUS_OK;
	arena_clear(&self->line_arena);
	if (json_parse(&self->line_arena, line->text, true, NULL, &value, &fault) != STATUS_OK) {
		snprintf(reason, sizeof(reason), "broken JSON: in the line, %s", fault.text);
		return reject(self, line, end, reason, err);
	}
	const char *strange = fault_of(value);
	return strange ? reject(self, line, end, strange, err) : take_object(self, value, err);
}

static enum status take_lines(struct transcript *self, struct line_reader *reader, struct error *err)
{
	struct line line;
	bool found;
	enum status status;

	while ((status = line_reader_next(reader, &line, &found, err)) == STATUS_OK && found) {
		if (line.offset_bytes == 0 && line.text.at) {
			struct slice text = import_skip_mark(line.text);
			line.offset_bytes += line.text.len_bytes - text.len_bytes;
			line.text = text;
		}
		status = take_line(self, &line, line_reader_offset(reader), err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, line_reader_offset(reader), err);
		if (status != STATUS_OK)
			return status;
	}
	for (size_t i = 0; i < CLAUDE_THREADS_MAX && status == STATUS_OK; i++)
		status = finish(self, &self->threads[i], err);
	if (status == STATUS_OK && self->known == 0 && self->strange > 0)
		status = error_set(err, STATUS_INPUT, "no line of it is one of a transcript; %s", self->first_reason);
	return status;
}

enum status claude_code_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct transcript *self = mem_zalloc(1, sizeof(*self));
	struct line_reader *reader = line_reader_open(source->fd, LINE_BYTES_MAX);

	self->sink = sink;
	record_init(&self->record, NULL); /* the file's name speaks of a session, not of a language */
	arena_init(&self->line_arena);
	for (size_t i = 0; i < CLAUDE_THREADS_MAX; i++)
		thread_init(&self->threads[i]);
	enum status status = take_lines(self, reader, err);
	for (size_t i = 0; i < CLAUDE_THREADS_MAX; i++)
		thread_release(&self->threads[i]);
	arena_release(&self->line_arena);
	record_release(&self->record);
	line_reader_free(reader);
	free(self);
	return status;
}
