/* What is judged in the queue: the marked samples, else the row at hand, and where one is after that. */
#include "tui/queue.h"

/* Whether it is the marks that are judged. What the row at hand duplicates stays marked, for the next one. */
static bool takes_marks(const struct queue *self)
{
	return self->marks.set.ids.len && (!self->judged_other || id_set_has(&self->marks.set, self->judged.items[0]));
}

/* What a judgement was begun on. It stays that, wherever the selection has gone since. */
struct judging_target queue_target(const struct queue *self, const struct app *app)
{
	struct judging_target target = { .samples = self->judged.items, .count = self->judged.len,
					 .is_read = self->judged_is_read, .is_out_of_hand = self->judged_out_of_hand,
					 .queue = self->screen.id, .other = self->judged_other };

	if (takes_marks(self))
		target.marked_in = self->list.query;

	if (target.is_read && sample_view_ready(&self->preview) && self->preview.sample->id == target.samples[0]) {
		target.standing = standing_annotation(self->preview.annotations, self->preview.annotation_count,
						      app_options(app)->reviewer, 0, 0);
		target.duplicate_of = self->preview.sample->duplicate_of;
		target.duplicates = self->preview.duplicates;
		target.duplicate_count = self->preview.duplicate_count;
		target.annotations = self->preview.annotations;
		target.annotation_count = self->preview.annotation_count;
	}
	return target;
}

/* A duplicate is the row at hand, of the one sample that is marked, in whichever list; or
 * all that are marked in this one, of the row at hand. */
static void choose_other(struct queue *self, const struct sample_row *row)
{
	const struct id_set *marked = &self->marks.set;

	if (row && !marked->ids.len && queue_marks_only_one(&self->marks) != row->id)
		self->judged_other = queue_marks_only_one(&self->marks);
	if (!row || !marked->ids.len || id_set_has(marked, row->id))
		return;
	self->judged_other = row->id;
	if (marked->ids.len > 1)
		return;
	self->judged_other = marked->ids.items[0];
	self->judged.items[0] = row->id;
}

/* The samples that are marked in this list, else the one at hand. */
static struct judging_target queue_begin_judging(struct queue *self, const struct app *app, enum action action)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	queue_marks_end_range(&self->marks, &self->list, self->marks.range_from != 0);
	vec_clear(&self->judged);
	for (size_t i = 0; i < self->marks.set.ids.len && action != ACTION_ID_go_to_duplicate; i++)
		vec_push(&self->judged, self->marks.set.ids.items[i]);
	if (!self->judged.len && row)
		vec_push(&self->judged, row->id);
	self->judged_other = 0;
	if (action == ACTION_ID_duplicate)
		choose_other(self, row);
	self->judged_out_of_hand = self->judged.len == 1 && (!row || row->id != self->judged.items[0]);
	self->judged_is_read = self->judged.len == 1 && sample_view_ready(&self->preview) &&
			       self->preview.sample->id == self->judged.items[0];
	return queue_target(self, app);
}

void queue_after_judging(struct queue *self, struct app *app, enum judging_outcome outcome)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	if (outcome != JUDGING_DONE && outcome != JUDGING_BESIDE && outcome != JUDGING_ADDED)
		return;
	if (takes_marks(self) && outcome != JUDGING_BESIDE)
		queue_marks_clear(&self->marks, &self->list);
	else if (outcome == JUDGING_DONE && row && row->id == self->judged.items[0])
		sample_list_move(&self->list, app, &self->screen, 1);
	queue_sync(self, app);
}

void queue_take_back_marks(struct queue *self, struct app *app)
{
	const struct marks_taken *taken;

	while ((taken = judging_next_marks(app, self->screen.id)))
		queue_marks_put(&self->marks, self->list.query, taken);
}

void queue_step_to_repeat(struct queue *self, struct app *app)
{
	const struct sample_row *row = sample_list_selected(&self->list);

	if (row && !self->marks.set.ids.len && !self->marks.range_from && judge_again_stands(app, row->id))
		sample_list_move(&self->list, app, &self->screen, 1);
}

void queue_judge(struct queue *self, struct app *app, enum action action)
{
	struct judging_target target;
	bool changes_what_stands = judging_needs_text(action);

	if (!queue_marks_within_reach(&self->marks, &self->list, app))
		return;
	target = queue_begin_judging(self, app, action);
	/* These start from what stands: it must have been read, keys typed meanwhile wait. */
	if (changes_what_stands && target.count == 1 && self->preview.wanted == target.samples[0] &&
	    !sample_view_ready(&self->preview) && !self->preview.failure) {
		self->held_action = action;
		app_hold_keys(app, true);
		return;
	}
	queue_after_judging(self, app, judging_action(&self->screen, app, action, &target));
}
