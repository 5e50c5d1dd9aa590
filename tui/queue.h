/* The queue's model, and what its files do for each other: for screen_queue.c and queue_*.c alone. */
#ifndef AITIA_TUI_QUEUE_H
#define AITIA_TUI_QUEUE_H

#include "tui/annotate.h"
#include "tui/places.h"
#include "tui/query_complete.h"
#include "tui/queue_marks.h"
#include "tui/queue_progress.h"
#include "tui/sample_list.h"
#include "tui/sample_view.h"
#include "tui/session.h"
#include "tui/split.h"

/* Tags of its children; those of queue_lists.c follow. */
enum { QUEUE_TAG_COPY = 1, QUEUE_TAG_GROUPS, QUEUE_TAG_LISTS };

struct queue {
	struct screen screen;
	struct app *app;               /* for the filter prompt's look-ups */
	struct sample_list list;
	struct sample_view preview;
	enum preview_place place;
	int share;                     /* of the preview, in percent; 0: the usual one */
	bool dragging;                 /* the border between both */
	bool place_chosen;             /* by a key: it no more follows the width */
	bool on_preview;               /* movement scrolls the preview */
	size_t selected_before;        /* row, to see which way one goes */
	bool goes_up;
	struct queue_marks marks;
	VEC_OF(int64_t) judged;        /* what a menu, a prompt or the editor was opened for, … */
	int64_t judged_other;          /* judging_target.other; 0: none */
	bool judged_is_read;           /* … whether it could show what stands of it */
	bool judged_out_of_hand;       /* … and judging_target.is_out_of_hand */
	bool awaits_row;               /* keys wait for the row that they are meant for */
	bool awaits_text;              /* or for its text */
	enum action held_action;       /* waits for the preview; ACTION_UNBOUND: none */
	struct places places;          /* lists that were shown */
	struct query_counts counts;    /* of the list's values, for the filter's completion */
	struct query_values values;    /* likewise, where those do not do */
	struct queue_progress progress;
	struct strbuf crumb;
	const struct session *resume;  /* where to begin; or NULL */
	char *opened_with;             /* on top of another screen: the filter with which leaving goes back there; or NULL */
};

/* queue_place.c */
enum preview_place queue_place(const struct queue *self, const struct app *app, struct area area);
struct split queue_layout(const struct queue *self, const struct app *app, struct area area);
/* The preview beside, below or off; more room, or less. */
void queue_place_action(struct queue *self, const struct app *app, enum action action);
/* A click or the wheel, on the border, the preview or the list. Always true. */
bool queue_mouse(struct queue *self, struct app *app, const struct key *key);

/* screen_queue.c */
void queue_open_sample(struct queue *self, struct app *app); /* that of the row at hand, if there is one */
/* After whatever happened: sizes, pages and the preview follow the selection. */
void queue_sync(struct queue *self, struct app *app);

/* queue_judging.c */
/* What the judgement that was begun last is about. */
struct judging_target queue_target(const struct queue *self, const struct app *app);
void queue_judge(struct queue *self, struct app *app, enum action action);
/* What is to be said again stands of the row at hand: the next one is meant. */
void queue_step_to_repeat(struct queue *self, struct app *app);
/* Those of judgements that were undone, done again or refused. */
void queue_take_back_marks(struct queue *self, struct app *app);
void queue_after_judging(struct queue *self, struct app *app, enum judging_outcome outcome);

/* queue_draw.c */
void queue_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area);
void queue_status(const struct screen *screen, const struct app *app, struct strbuf *out);

/* queue_lists.c */
/* Shows another list, which can be gone back from. */
void queue_open_list(struct queue *self, struct app *app, const char *query, enum sort_key sort);
/* Where the last session stopped, as far as that is there still. */
void queue_open_first_list(struct queue *self, struct app *app);
/* Filter, order, columns, views, jumps, back and forward; false: the action is none of these. */
bool queue_lists_action(struct queue *self, struct app *app, enum action action);
/* What came of a child that was opened by one of them; false: it was not. */
bool queue_lists_result(struct queue *self, struct app *app, struct screen *child);

#endif
