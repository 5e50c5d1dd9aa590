/* What the application is made of: for app*.c and annotate.c alone. */
#ifndef AITIA_TUI_APP_STATE_H
#define AITIA_TUI_APP_STATE_H

#include "core/base/vec.h"
#include "tui/app.h"
#include "tui/session.h"

struct judging;

/* A text that was accepted at a prompt, until the request that was made of it is answered well. */
struct accepted {
	uint64_t serial;  /* 0, and no step: it was left (app_text_left()) */
	uint32_t step_of; /* 0; else a step to a request that is not made yet, of the screen of that id */
	enum app_history as;
	char *at, *text; /* title of the prompt, and what was typed */
};

struct app {
	struct app_options options; /* strings owned */
	int rows, columns;
	bool columns_chosen;           /* of lists, in this session or the one before */
	struct arena views_arena;
	const struct saved_view *kept_views; /* in it */
	size_t kept_view_count;

	VEC_OF(struct screen *) stack; /* last: the top one */
	uint32_t last_screen_id;
	VEC_OF(uint32_t) closed;       /* ids, until the loop has taken them */
	uint64_t last_serial;
	VEC_OF(struct request *) requests;

	VEC_OF(struct effect) effects;
	uint32_t editor_owner;         /* of the EFFECT_EDITOR that was taken last */

	struct strbuf message;
	bool message_is_error;

	struct arena codebook_arena;
	struct codebook codebook;      /* count 0: not read yet */

	bool waiting;                  /* edits, for another process */
	enum store_place place;        /* of the store's file, as far as is known */
	struct done {
		uint64_t serial;       /* of a request of that lane … */
		int64_t done;          /* … and how much it has done */
	} done[LANE_COUNT];
	int64_t woken_us;              /* when what was put off was looked at last */
	int64_t counter, newest_edit;  /* as last seen by app_look(); counter 0: not yet */
	VEC_OF(int64_t) own_edits;     /* entries of the log behind newest_edit that were made here */

	uint64_t change_serial, others_serial;
	int64_t *changed;              /* sorted; what the newest change touched */
	size_t changed_count;
	bool changed_all;

	struct screen *answered;       /* app_refused.c: an accepted prompt, kept until what came of it is known; or NULL */
	uint64_t answered_serial;      /* of the request that was made of it; 0: none */
	bool taking_result;            /* … is being made */
	struct strbuf refusal;
	VEC_OF(struct accepted) accepted; /* app_session.c: texts on their way to the store, the oldest first */

	const struct screen *shown_screen; /* the top one when shown() was called last … */
	uint64_t shown_serial;             /* … and the change serial then */

	uint64_t undo_serial;          /* of the undo or redo that the last key asked for; 0: another key came since */
	int64_t go_to;                 /* a sample that the queue is to go to when it is on top; 0: none */

	bool holding;
	VEC_OF(struct key) held;           /* pastes owned */

	struct line_history histories[HISTORY_COUNT];
	struct arena session_arena;
	struct session session;        /* where the last one stopped */
	char *kept;                    /* the session as it was kept last; or NULL */
	struct judging *judging;           /* judging.c: judgements on their way */
	struct deciding *deciding;         /* deciding.c: what is being decided, or NULL */
};

struct screen *app_find_screen(const struct app *app, uint32_t id); /* NULL: it is closed */
void app_ask_codebook(struct app *app);
/* Tells the screens that are to be seen, once all of a message is done with. */
void app_settle(struct app *app);
/* Does what the key means on the top screen. */
void app_run_key(struct app *app, const struct key *key);
/* app_held.c: lets keys that are kept back go on, as far as nothing holds them; frees them. */
void app_run_held(struct app *app);
void app_release_held(struct app *app);
/*
 * app_refused.c: a prompt whose text is refused, at once by app_refuse() or by the answer to
 * the request that was made of it, opens again as it was, with the reason; unless another
 * key was pressed since: a prompt must not come under hands that do something else.
 */
/* Around the opener's result(). True: the child was taken over, and must not be freed. */
void app_result_begins(struct app *app);
bool app_result_ends(struct app *app, struct screen *child, bool accepted);
void app_result_asks(struct app *app, const struct request *request); /* a request was made */
/* Nothing is to come back any more. */
void app_forget_answered(struct app *app);
/* Whether this answer refuses it; to be asked before the screen gets the answer … */
bool app_is_refusal(const struct app *app, const struct answer *answer);
/* … and carried out behind that. */
void app_reopen_answered(struct app *app, const char *reason);
/* Asked for again, since it was not ready: the new request stands for the old one. */
void app_follow_answered(struct app *app, const struct answer *answer);
void app_release_screen(struct screen *screen);
/* app_session.c: `prompt` was accepted, and the edit `serial` made of it: its text is kept
 * with the session until the answer is a good one, or it is being typed again. */
void app_text_sent(struct app *app, const struct screen *prompt, uint64_t serial);
/* `child` of `opener` ended, which made the request `serial` or (0) none: what was accepted at a prompt on the way to it
 * is kept likewise, until the steps end. */
void app_step_ended(struct app *app, const struct screen *opener, const struct screen *child, bool accepted, uint64_t serial);
void app_text_answered(struct app *app, uint64_t serial, bool saved_or_reopened);
void app_release_accepted(struct app *app);
/* At the start: from the text of the last session, or NULL. */
void app_take_session(struct app *app, const char *text);
/* app_views.c: at the start, from the text of the file, or NULL; and what came of a change. */
void app_take_views(struct app *app, const char *text);
void app_view_answer(struct app *app, struct answer *answer);
/* app_place.c: what an answer says of the place of the store's file; what is to be said of it above the screens, or NULL. */
void app_take_place(struct app *app, const struct answer *answer);
const char *app_place_notice(const struct app *app, struct strbuf *out);
/* Opens the file that is there now; false: it is the one that is open. */
bool app_reopen(struct app *app);
/* Lays the header, the footer or message and all screens that are to be seen. */
void app_draw(const struct app *app, struct surface *surface);

#endif
