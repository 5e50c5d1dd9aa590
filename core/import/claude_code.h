/*
 * Internal to claude_code*.c: session transcripts of Claude Code, one JSON object a line
 * (~/.claude/projects/<project>/<session>.jsonl). There is no published schema; what is
 * read here was seen in transcripts of versions 1.0 to 2.1, and in what the command line
 * writes with --output-format=stream-json, which is the same under other names.
 *
 * A turn is one answer of the model: all lines of one message.id, since each content block
 * is written as a line of its own as it arrives, with the figures of use so far. The
 * results of its tools come before the next turn, so that a turn is held until then and
 * knows which of its edits failed and why. What is held is one turn for each of a bounded
 * number of threads (a session, and each side chain of it).
 */
#ifndef AITIA_CORE_IMPORT_CLAUDE_CODE_H
#define AITIA_CORE_IMPORT_CLAUDE_CODE_H

#include "core/import/import.h"
#include "core/import/record.h"

#define CLAUDE_THREADS_MAX 32
/* Of one turn. Models answer with some hundred kilobytes at most; what is more is a file
 * that was made to be big. */
#define CLAUDE_CALLS_MAX ((size_t)256)
#define CLAUDE_TURN_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define CLAUDE_PROMPT_BYTES_MAX ((size_t)1024 * 1024)

/* A tool_use block. All texts lie in the arena of its turn. */
struct claude_call {
	const char *id, *tool;
	const char *command;    /* of a shell; else NULL */
	/* An edit of a file: a sample of its own. */
	bool is_edit;
	const char *path, *language;
	struct slice code, diff;
	struct region region;
	/* What came back; `flag.level` LEVEL_NONE: nothing to tell. */
	struct flag flag;
};

struct claude_fact {
	struct provenance entry;
	bool is_figure;         /* for the first sample of the turn alone: sums must come out right */
};

struct claude_turn {
	struct arena arena;
	bool is_open;
	const char *message_id; /* or NULL: the line is all of the turn */
	const char *session;
	struct strbuf text;     /* text blocks, and a line for each call */
	bool has_text;
	size_t text_at;         /* where the last text block starts in `text`, if has_text */
	VEC_OF(struct claude_call) calls;
	VEC_OF(struct flag) flags;            /* of the turn as a whole */
	VEC_OF(struct claude_fact) facts;
	struct instant at, ended_at;
	int64_t number;
};

struct claude_thread {
	struct strbuf key;      /* session and side chain; "" = free */
	struct strbuf prompt;   /* what the user said last; stays for all turns that answer it */
	struct strbuf permission_mode;
	int64_t turns, compactions;
	struct instant last_at; /* of the last turn's last line */
	int64_t used_at;        /* line */
	struct claude_turn turn;
};

/* ---- claude_code_turn.c: gathering ------------------------------------------------ */

void claude_turn_release(struct claude_turn *turn);
/* Adds an assistant's line to the turn, which it opens if it is not open. */
void claude_turn_add(struct claude_thread *thread, const struct json *line);
/* What a tool answered: a tool_result block, and the line's own account of it. */
void claude_turn_result(struct claude_turn *turn, const struct json *block, const struct json *account);
/* The user stopped it; `text` is what the transcript says. */
void claude_turn_interrupt(struct claude_turn *turn, struct slice text);
/* A line's session under either of its names, or NULL. */
const struct json *claude_session(const struct json *line);

/* ---- claude_code_edit.c ------------------------------------------------------------ */

/* Whether the tool edits files; then reads what it does. `cwd` may be NULL. */
bool claude_edit_read(struct arena *arena, struct claude_call *call, const struct json *input, const char *cwd);
/* What the harness says that it did: a diff with line numbers. */
void claude_edit_result(struct arena *arena, struct claude_call *call, const struct json *account);
/* `path` as seen from `cwd`, where it lies below it. */
const char *claude_path(struct arena *arena, const struct json *path, const char *cwd);

/* ---- claude_code_sample.c ---------------------------------------------------------- */

/* Hands the samples of the open turn to the sink and closes it. */
enum status claude_turn_finish(struct claude_thread *thread, struct record *record, struct import_sink *sink,
			       int64_t number, struct error *err) MUST_CHECK;

#endif
