/*
 * The workbench's model and its update: messages in, effects out. No curses, no
 * store, no thread: the loop (loop.c) or a test feeds messages and carries out
 * effects.
 *
 *   key ──► app_key() ─┐                    ┌─► app_take_request() → worker
 *   answer ► app_answer() ─► the top screen ┤
 *   size ──► app_resize() ┘                 └─► app_take_effect(): editor, suspend, quit
 *   app_view() draws the model onto a surface and changes nothing.
 */
#ifndef AITIA_TUI_APP_H
#define AITIA_TUI_APP_H

#include "tui/action.h"
#include "tui/line_edit.h"
#include "tui/list_columns.h"
#include "tui/progress.h"
#include "tui/request.h"
#include "tui/surface.h"

struct app;
struct screen;

/* A key of one's own for a cause or symptom, in its menu. */
struct code_key {
	const char *code; /* its name: "model/hallucination", "wrong_logic" */
	bool is_cause;
	char key;
	int line;         /* of the configuration that says so */
};

struct app_options {
	const char *store_name;   /* for the header */
	const char *reviewer;
	const char *export_folder; /* offered when publishing */
	const struct renderer *renderer; /* borrowed: to write the record for the editor and read it again, and the sites to export for */
	bool ascii;               /* no line-drawing characters */
	bool accessible;          /* for screen readers: no frames, one thing a line, in words; implies ascii */
	bool blind;               /* others' judgements are hidden, and one's own are marked as made so; B changes it */
	const char *session;      /* as session.h has it: where to go on; or NULL */
	const char *session_path; /* where that is kept; NULL: nowhere */
	struct list_columns columns; /* of lists of samples */
	const struct saved_view *views; /* of the configuration; borrowed for as long as the app */
	size_t view_count;
	const char *kept_views;   /* those that were kept on screens, as kept_views.h has it; or NULL */
	const char *views_path;   /* where that is; NULL: none can be kept */
	const struct code_key *code_keys; /* borrowed likewise */
	size_t code_key_count;
	const char *notice;       /* what is to be known at the start, until the first key; borrowed; or NULL */
	const char *copy_path;    /* where what was copied last is kept; NULL: nowhere */
};

/* What the loop itself must do. */
enum effect_kind { EFFECT_NONE, EFFECT_QUIT, EFFECT_SUSPEND, EFFECT_REDRAW, EFFECT_EDITOR, EFFECT_PAGER, EFFECT_COPY, EFFECT_DEMO,
		   EFFECT_REOPEN };
struct effect {
	enum effect_kind kind;
	const char *text;         /* EFFECT_EDITOR: what to edit; EFFECT_PAGER, EFFECT_COPY: what to show, copy; copied by app_effect() */
	const char *suffix;       /* ".md" */
	uint32_t owner;           /* EFFECT_EDITOR: id of the screen, set by app_effect() */
};

struct app *app_new(const struct app_options *options, int rows, int columns);
void app_free(struct app *app);
void app_key(struct app *app, const struct key *key);
/* Takes ownership. False: nothing that is to be seen changed for it. */
bool app_answer(struct app *app, struct answer *answer);
void app_editor_done(struct app *app, enum status status, struct slice text, const struct error *err);
void app_resize(struct app *app, int rows, int columns);
struct request *app_take_request(struct app *app);       /* NULL: none; caller owns */
/* A screen that was closed, each once: what it asked for is wanted no more. 0: none. */
uint32_t app_take_closed(struct app *app);
/* The next one, which is the caller's to carry out, then to release; what the editor
 * made of its text comes back by app_editor_done() before the next is taken. Keys that
 * were kept back while effects were pending go on when there are none left. */
struct effect app_take_effect(struct app *app);
void effect_release(struct effect *effect);
void app_view(const struct app *app, struct surface *surface);
/* Nothing has happened for a while: asks whether others have changed the store. */
void app_look(struct app *app);
/* Keeps where the person is and what is being typed, if that has changed. */
void app_keep_session(struct app *app);
/* While true, the last line says that edits wait for another process. */
void app_set_waiting(struct app *app, bool waiting);
bool app_is_waiting(const struct app *app);
/* A request under way has done so much; whether that is new. */
bool app_note_done(struct app *app, enum lane lane, uint64_t serial, int64_t done);

/* ---- for screens -------------------------------------------------------------- */

/* A screen: its model behind `struct screen` (first member), its update and view. */
struct screen_ops {
	enum scope scope;         /* its own actions; SCOPE_LIST and SCOPE_GLOBAL follow where has_list / !takes_text */
	bool has_list;
	bool takes_text;          /* unbound keys and global letters are typing */
	bool overlay;             /* drawn over the screen below */
	void (*release)(struct screen *screen);
	/* Became the top one, or the store was edited while it is to be seen: ask for data. */
	void (*shown)(struct screen *screen, struct app *app);
	/* `action` is ACTION_UNBOUND for keys that no action of the scopes has. True if used. */
	bool (*action)(struct screen *screen, struct app *app, enum action action, const struct key *key);
	/* Borrowed; to keep its results, a screen moves answer->arena away (answer_take_arena). */
	void (*answer)(struct screen *screen, struct app *app, struct answer *answer);
	/* A child screen that was opened by this one ended with this result (NULL: cancelled). */
	void (*result)(struct screen *screen, struct app *app, struct screen *child);
	void (*editor_done)(struct screen *screen, struct app *app, struct slice text);
	/* Optional: whether the action has something to act on as things are (a row, a place, the
	 * right tab). Where not, it is no offer of footer and palette, and help says so. */
	bool (*can)(const struct screen *screen, const struct app *app, enum action action);
	/* Optional: the text under the cursor as it is, for the pager. */
	void (*page)(const struct screen *screen, struct strbuf *out);
	void (*resized)(struct screen *screen, struct app *app);
	const char *(*crumb)(const struct screen *screen); /* for the breadcrumbs */
	void (*view)(const struct screen *screen, const struct app *app, struct surface *surface, struct area area);
	/* Optional: a scope that comes before all others while the screen is in some mode
	 * (a search, a range of lines), else SCOPE_COUNT. */
	enum scope (*mode)(const struct screen *screen);
	/* Optional: what stands at the right end of the header ("3 of 120"). */
	void (*status)(const struct screen *screen, const struct app *app, struct strbuf *out);
};

struct screen {
	const struct screen_ops *ops;
	uint32_t id;
	struct screen *below;     /* the one that it was opened from */
	int tag;                  /* the opener's, to know what a result is for */
};

struct screen *app_top(const struct app *app);
void app_push(struct app *app, struct screen *screen);   /* takes ownership */
void app_pop(struct app *app, bool accepted);            /* the opener's result() is called, then the screen is released */
/* From within result(): what was typed at that prompt cannot be, for this reason. The prompt
 * stays open with its text. (A request that is made there and fails does the same.) */
void app_refuse(struct app *app, const char *format, ...) PRINTF_LIKE(2, 3);
/* Does what a key of the action would do on the top screen. */
void app_do(struct app *app, enum action action);
/* Sets owner, serial and reviewer, queues it (takes ownership); the serial, to know its answer by. */
uint64_t app_request(struct app *app, struct screen *screen, struct request *request);
/* How much the request has done (samples; REQUEST_CONTRAST: hundredths), as far as is known. */
int64_t app_done(const struct app *app, uint64_t serial);
/* Keys kept back go on behind it. Only behind the editor and the pager they do not: what is typed
 * after the key that opens one was meant for it, and must not run as commands. */
void app_effect(struct app *app, struct effect effect);
/* The message line: what was done, or what went wrong. Cleared by the next key. */
void app_message(struct app *app, bool is_error, const char *format, ...) PRINTF_LIKE(3, 4);
const struct codebook *app_codebook(const struct app *app); /* the store's, or the default until it is read */
/* The key of a code in its menu: one's own, else the codebook's, if no other code of the menu has that now; 0: none. */
char app_code_key(const struct app *app, const struct code *code);
const struct list_columns *app_columns(const struct app *app);
void app_choose_columns(struct app *app, const struct list_columns *columns);
/* Views: first those of the configuration, then those that were kept on screens. */
size_t app_view_count(const struct app *app);
const struct saved_view *app_view_at(const struct app *app, size_t index);
bool app_view_is_kept(const struct app *app, size_t index);
/* Keeps that one, in place of one of its name; `query` NULL: removes it. */
void app_keep_view(struct app *app, const struct saved_view *view);
const struct progress *app_progress(const struct app *app); /* of judging, since the program began */
const struct app_options *app_options(const struct app *app);
struct area app_area(const struct app *app);                /* of the screens: without header and footer */
/* Something in the store was edited: screens below are told to read again when shown. */
void app_changed(struct app *app);
/* Likewise, when only these samples can look different (not their number or order). */
void app_changed_samples(struct app *app, const int64_t *samples, size_t count);
uint64_t app_change_serial(const struct app *app);
uint64_t app_others_serial(const struct app *app); /* what it was after the newest change by others; 0: there was none */
/* Whether sample may look different from what it was at change `since`. */
bool app_sample_changed(const struct app *app, uint64_t since, int64_t sample);
/* While true, keys are kept back (but for Escape, which ends it), so that typing
 * ahead of an answer goes where it was meant to; false hands them on. */
void app_hold_keys(struct app *app, bool hold);
/* The sample that was undone or redone last, once: the queue goes to it, where hands do nothing else. 0: none. */
int64_t app_take_go_to(struct app *app);
/* The key at hand came too early: it is kept back too, before those behind it. */
void app_hold_key(struct app *app, const struct key *key);
/* Those that are kept back are for what did not come: nobody meant them for what is there instead. */
void app_drop_keys(struct app *app);
/* Lines accepted at the prompts of one kind. */
enum app_history { HISTORY_FILTER, HISTORY_NOTE, HISTORY_TITLE, HISTORY_TEXT, HISTORY_TIME, HISTORY_OWNER,
		   HISTORY_FOLDER, HISTORY_JUMP, HISTORY_LOG, HISTORY_FIND, HISTORY_UNTIL,
		   HISTORY_NUMBER, HISTORY_SQL, HISTORY_VIEW, HISTORY_COUNT };
struct line_history *app_history(struct app *app, enum app_history kind);
/* A line of that kind was accepted: none that the last session left unfinished is any more. */
void app_accepted(struct app *app, enum app_history kind);
/* `prompt` is left without its text: where the store's file is not there, which cannot have it, it is kept with the session
 * for whoever opens the file in its place. */
void app_text_left(struct app *app, const struct screen *prompt);
/* The scopes in which the keys of a screen are looked up, in order; their number. */
#define APP_SCOPES_MAX 5
size_t app_scopes(const struct screen *screen, enum scope out[APP_SCOPES_MAX]);
/* Whether the action would do something on this screen now; of one of another scope: true. */
bool app_can(const struct app *app, const struct screen *screen, enum action action);
/* Whether its first key means it there, and not what an earlier scope has on that key. */
bool app_is_reachable(const struct screen *screen, enum action action);
/* The results of an answer become the caller's, with the memory that they lie in. */
struct arena answer_take_arena(struct answer *answer);
/* `sign`, or `ascii` where only that can be shown. */
const char *app_sign(const struct app *app, const char *sign, const char *ascii);

#endif
