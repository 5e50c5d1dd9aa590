#include "tui/queue_marks.h"

#include <string.h>

static void drop_other(struct queue_marks *marks, size_t at)
{
	free(marks->others.items[at].query);
	id_set_release(&marks->others.items[at].set);
	marks->others.items[at] = marks->others.items[--marks->others.len];
}

void queue_marks_release(struct queue_marks *marks)
{
	while (marks->others.len)
		drop_other(marks, 0);
	vec_release(&marks->others);
	id_set_release(&marks->set);
}

/* A sample can be marked in several lists, and counts once. One pass over all of them
 * at the same time: it is millions that `*` marks. */
static size_t count_others(const struct queue_marks *marks)
{
	size_t *at = mem_zalloc(marks->others.len ? marks->others.len : 1, sizeof(*at)), count = 0;
	int64_t next = INT64_MIN;

	for (bool more = true; more; count += more) {
		int64_t smallest = INT64_MAX;
		more = false;
		for (size_t i = 0; i < marks->others.len; i++) {
			const struct id_set *set = &marks->others.items[i].set;
			at[i] += at[i] < set->ids.len && set->ids.items[at[i]] == next;
			if (at[i] == set->ids.len)
				continue;
			more = true;
			if (set->ids.items[at[i]] < smallest)
				smallest = set->ids.items[at[i]];
		}
		next = smallest;
	}
	free(at);
	return count;
}

void queue_marks_change_list(struct queue_marks *marks, const char *from, const char *to)
{
	if (strcmp(from, to) == 0)
		return;
	if (marks->set.ids.len)
		vec_push(&marks->others, ((struct marked_list){ mem_strdup(from), marks->set }));
	marks->set = (struct id_set){ .ids = { .len = 0 } };
	for (size_t i = 0; i < marks->others.len; i++)
		if (strcmp(marks->others.items[i].query, to) == 0) {
			marks->set = marks->others.items[i].set;
			marks->others.items[i].set = (struct id_set){ .ids = { .len = 0 } };
			drop_other(marks, i);
			break;
		}
	marks->elsewhere = count_others(marks);
}

static void put(struct id_set *set, const struct marks_taken *taken)
{
	if (taken->wanted)
		id_set_join(set, taken->samples, taken->count);
	else
		id_set_part(set, taken->samples, taken->count);
}

void queue_marks_put(struct queue_marks *marks, const char *shown, const struct marks_taken *taken)
{
	size_t i = 0;

	if (strcmp(shown, taken->list) == 0) {
		put(&marks->set, taken);
		marks->all &= marks->set.ids.len > 0;
		return;
	}
	while (i < marks->others.len && strcmp(marks->others.items[i].query, taken->list) != 0)
		i++;
	if (i == marks->others.len)
		vec_push(&marks->others, ((struct marked_list){ mem_strdup(taken->list), { .ids = { .len = 0 } } }));
	put(&marks->others.items[i].set, taken);
	if (!marks->others.items[i].set.ids.len)
		drop_other(marks, i);
	marks->elsewhere = count_others(marks);
}

/* No set that is kept is empty, but for that of this list. */
int64_t queue_marks_only_one(const struct queue_marks *marks)
{
	int64_t only = marks->set.ids.len ? marks->set.ids.items[0] : 0;
	bool several = marks->set.ids.len > 1;

	for (size_t i = 0; i < marks->others.len; i++) {
		const struct id_set *set = &marks->others.items[i].set;
		several |= set->ids.len > 1 || (only && set->ids.items[0] != only);
		only = set->ids.items[0];
	}
	return several ? 0 : only;
}

/* Rows of the list's window that the range holds; *from > *to when there is none. */
static void find_range(const struct queue_marks *marks, const struct sample_list *list, size_t *from, size_t *to)
{
	long start = marks->range_from ? sample_window_find(&list->window, marks->range_from) : -1;
	size_t selected = list->list.selected;

	*from = 1;
	*to = 0;
	if (start < 0)
		return;
	*from = (size_t)start < selected ? (size_t)start : selected;
	*to = (size_t)start < selected ? selected : (size_t)start;
}

struct sample_marks queue_marks_shown(const struct queue_marks *marks, const struct sample_list *list)
{
	struct sample_marks shown = { .set = &marks->set };

	find_range(marks, list, &shown.range_from, &shown.range_to);
	return shown;
}

bool queue_marks_within_reach(const struct queue_marks *marks, const struct sample_list *list, struct app *app)
{
	if (!marks->range_from || sample_window_find(&list->window, marks->range_from) >= 0)
		return true;
	app_message(app, true, "the range's start is out of reach: go back to it, or Esc ends the range");
	return false;
}

void queue_marks_end_range(struct queue_marks *marks, struct sample_list *list, bool keep)
{
	size_t from, to;

	find_range(marks, list, &from, &to);
	for (size_t i = from; keep && i <= to && i < list->window.rows.len; i++)
		id_set_put(&marks->set, list->window.rows.items[i].row.id, true);
	marks->range_from = 0;
	list->keep_all = false;
}

void queue_marks_clear(struct queue_marks *marks, struct sample_list *list)
{
	id_set_release(&marks->set);
	marks->all = false;
	marks->range_from = 0;
	list->keep_all = false;
}

size_t queue_marks_count(const struct queue_marks *marks, const struct sample_list *list)
{
	size_t count = marks->set.ids.len, from, to;

	find_range(marks, list, &from, &to);
	for (size_t i = from; i <= to && i < list->window.rows.len; i++)
		count += !id_set_has(&marks->set, list->window.rows.items[i].row.id);
	return count;
}

/* What is typed next is meant for all of them. */
void queue_marks_ask(struct queue_marks *marks, struct app *app, struct screen *screen, const char *query)
{
	struct request *request = request_new(REQUEST_IDS);

	request->query = arena_strdup(&request->arena, query);
	marks->ids_serial = app_request(app, screen, request);
	app_message(app, false, "marking all that match; Esc stops");
	app_hold_keys(app, true);
}

void queue_marks_action(struct queue_marks *marks, struct sample_list *list, struct app *app, struct screen *screen,
			enum action action)
{
	const struct sample_row *row = sample_list_selected(list);

	if (!row)
		return;
	if (action == ACTION_ID_mark) {
		id_set_put(&marks->set, row->id, !id_set_has(&marks->set, row->id));
		sample_list_move(list, app, screen, 1);
	} else if (action == ACTION_ID_mark_all) {
		if (marks->all)
			queue_marks_clear(marks, list);
		else
			queue_marks_ask(marks, app, screen, list->query);
	} else if (marks->range_from) {
		if (queue_marks_within_reach(marks, list, app))
			queue_marks_end_range(marks, list, true);
	} else {
		marks->range_from = row->id;
		list->keep_all = true;
	}
}

bool queue_marks_answer(struct queue_marks *marks, struct sample_list *list, struct app *app, const struct answer *answer)
{
	if (answer->kind != REQUEST_IDS || answer->serial != marks->ids_serial)
		return false;
	marks->ids_serial = 0;
	if (answer->status == STATUS_OK) {
		queue_marks_end_range(marks, list, true);
		id_set_join(&marks->set, answer->ids, answer->id_count);
		marks->all = true;
		app_message(app, false, "%zu marked", marks->set.ids.len);
	} else if (answer->status != STATUS_CANCELLED) {
		app_message(app, true, "%s", answer->error.text);
	}
	return true;
}
