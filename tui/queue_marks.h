/*
 * The marks of a list: one by one, in ranges, or all that match. A range that is
 * being made counts as marked from where it began to the selection.
 *
 * Marks belong to the list that they were made in, as in mail readers: under another
 * filter what is judged is what is marked there (else the row at hand), and the others
 * wait until one comes back to their list. What a key hits never depends on which rows
 * were scrolled by.
 */
#ifndef AITIA_TUI_QUEUE_MARKS_H
#define AITIA_TUI_QUEUE_MARKS_H

#include "tui/annotate.h"
#include "tui/id_set.h"
#include "tui/sample_list.h"

struct marked_list {
	char *query;
	struct id_set set;
};

struct queue_marks {
	struct id_set set;   /* of this list */
	VEC_OF(struct marked_list) others;
	size_t elsewhere;    /* how many samples are in `others`: counted when they change, since it is drawn */
	int64_t range_from;  /* sample that the range was begun on; 0: no range */
	uint64_t ids_serial; /* of the request for all ids; 0: none */
	bool all;            /* all that match were marked */
};

void queue_marks_release(struct queue_marks *marks);
/* Marks all that match, when the answer is here; keys wait for it. */
void queue_marks_ask(struct queue_marks *marks, struct app *app, struct screen *screen, const char *query);
/* ACTION_ID_mark, _mark_range and _mark_all. All that match are asked for; keys wait for them. */
void queue_marks_action(struct queue_marks *marks, struct sample_list *list, struct app *app, struct screen *screen,
			enum action action);
/* True if it was the answer to that: keys may go on. */
bool queue_marks_answer(struct queue_marks *marks, struct sample_list *list, struct app *app, const struct answer *answer);
/* False, and the message says so: the range began on a row that is not in the list's
 * window any more (it was left by a jump), so that what lies between is not known. */
bool queue_marks_within_reach(const struct queue_marks *marks, const struct sample_list *list, struct app *app);
/* The rows of the range become marks (`keep`), or go back to what they were. */
void queue_marks_end_range(struct queue_marks *marks, struct sample_list *list, bool keep);
void queue_marks_clear(struct queue_marks *marks, struct sample_list *list);
/* Another filter is about to be shown: its marks take the place of those of this list. */
void queue_marks_change_list(struct queue_marks *marks, const char *from, const char *to);
/* Marks them in their list, be it the one that is shown or another, or (not `wanted`) unmarks them. */
void queue_marks_put(struct queue_marks *marks, const char *shown, const struct marks_taken *taken);
int64_t queue_marks_only_one(const struct queue_marks *marks); /* the sample, if one is marked in all; else 0 */
size_t queue_marks_count(const struct queue_marks *marks, const struct sample_list *list);
/* As the list is to show them, the range among them. */
struct sample_marks queue_marks_shown(const struct queue_marks *marks, const struct sample_list *list);

#endif
