/*
 * Judging samples: from the keys of the queue and of the sample screen over
 * pickers and prompts to the edit in the store. Only what the reviewer says is
 * sent; the store carries over, sample by sample, what stands besides.
 */
#ifndef AITIA_TUI_ANNOTATE_H
#define AITIA_TUI_ANNOTATE_H

#include "tui/app.h"

/* Which samples are meant: the marked ones, or the one at hand. */
struct judging_target {
	const int64_t *samples;
	size_t count;
	bool is_read;                      /* one sample, and what stands of it is known: */
	const struct annotation *standing; /* the reviewer's annotation, or NULL */
	int64_t first_line, last_line;     /* of one sample: only these lines; 0: all of it */
	bool is_out_of_hand;               /* one sample that is marked, and another row is at hand: messages name it */
	const char *marked_in;             /* they are the marks of this list, which the judgement takes; or NULL */
	uint32_t queue;                    /* … and of this screen */
	int64_t other;                     /* a sample that is marked, or at hand, besides: may be what they duplicate */
	/* is_read: which sample it duplicates (0: none), and the first of those that duplicate it */
	int64_t duplicate_of;
	const int64_t *duplicates;
	size_t duplicate_count;
	const struct annotation *annotations; /* all of it, newest first */
	size_t annotation_count;
};

/* Sends what `said` says (its samples are the target's); `label` says in the message
 * line what was done. All is copied. */
void judge(struct app *app, const struct judging_target *target, const struct annotate_request *said, const char *label);
void judge_status(struct app *app, const struct judging_target *target, enum sample_status status);
/* Puts off until what defer.h reads from `until`. */
void judge_defer(struct app *app, const struct judging_target *target, const char *until);
/* As the groups of alike samples propose; the answer says what that was. */
void judge_as_proposed(struct app *app, const struct judging_target *target);
/* Members of the incident `key`, or (NULL) of a new one with this title. */
void judge_members(struct app *app, const struct judging_target *target, const char *key, const char *title);

bool judging_is(enum action action);
/* Whether it starts from what stands of the sample, which must have been read then. */
bool judging_needs_text(enum action action);
enum judging_outcome {
	JUDGING_NOT_OURS, /* another child's result */
	JUDGING_GOES_ON,  /* cancelled, or the next step was opened */
	JUDGING_DONE,     /* something was said about the target */
	JUDGING_BESIDE,   /* … beside what it is: symptoms, severity, a note. The queue and its marks stay for that */
	JUDGING_ADDED,    /* it was added to an incident */
};
/* Opens what the action needs, over `screen`, or does it at once. */
enum judging_outcome judging_action(struct screen *screen, struct app *app, enum action action,
				    const struct judging_target *target);
/* For the screen's result(). */
enum judging_outcome judging_result(struct screen *screen, struct app *app, struct screen *child,
				    const struct judging_target *target);
/* For editor_done(): a note from the editor. False if it is as it was. */
bool judging_note(struct app *app, const struct judging_target *target, struct slice text);

/* Whether the action has something to act on in the sample that is shown (screen_ops.can). */
struct sample_view;
bool judging_can(const struct app *app, const struct sample_view *view, enum action action);

/* Says of the target what was last said of another: all of it, since a target is judged
 * in several steps, but for a note, unless that was all. False: nothing was said yet. */
bool judge_again(struct app *app, const struct judging_target *target);
/* Whether the last of it was said of this one sample, beside what it is (JUDGING_BESIDE), so that the queue is there still:
 * it is the next one that the same is to be said of. Not once it was undone. */
bool judge_again_stands(const struct app *app, int64_t sample);
/* What that would be ("model/cache, Q2"), or NULL. */
const char *judge_again_label(const struct app *app);

/* Ending a dispute (deciding.c): opens the menu of what reviewers say; takes what its children say. */
void decide_open(struct app *app, const struct judging_target *target);
bool decide_is(int tag);
enum judging_outcome decide_result(struct app *app, struct screen *child, const struct judging_target *target);
#define TAG_DECIDE 2000 /* the first of its tags */
struct deciding;
void deciding_free(struct deciding *deciding); /* NULL is fine */

/* Marks that a judgement took, of a queue's list: they are there again when it is undone,
 * or was refused, and gone when it is done again. */
struct marks_taken {
	uint32_t queue;
	int64_t edit;     /* 0: it came to none */
	char *list;
	int64_t *samples; /* in ascending order */
	size_t count;
	bool wanted, marked; /* they should be there; they are */
};
/* What the queue is to mark, or not to (`wanted`), next: borrowed until the next call; NULL: nothing. */
const struct marks_taken *judging_next_marks(struct app *app, uint32_t queue);

/* The judgements on their way, what was said last, and how far one has come; app.c alone. */
struct judging;
struct judging *judging_new(void);
void judging_free(struct judging *judging);
const struct progress *judging_progress(const struct judging *judging);
void judging_undone(struct judging *judging, int64_t edit, bool undone);
/* The one sample that an edit of this session was about; 0: it was about several, or is not known. */
int64_t judging_sample_of(const struct judging *judging, int64_t edit);
void judging_answer(struct judging *judging, struct app *app, struct answer *answer);

#endif
