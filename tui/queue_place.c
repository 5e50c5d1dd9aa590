/* How list and preview share the screen: where the preview stands, how much room it has, by keys and by the mouse. */
#include "tui/queue.h"

enum preview_place queue_place(const struct queue *self, const struct app *app, struct area area)
{
	if (!self->place_chosen && app_options(app)->accessible)
		return PREVIEW_OFF; /* one thing a line; z shows it */
	return self->place_chosen ? split_possible(area, self->place) : split_place(area);
}

struct split queue_layout(const struct queue *self, const struct app *app, struct area area)
{
	return split_of(area, queue_place(self, app, area), self->share);
}

#define SHARE_STEP 5

static void grow_preview(struct queue *self, const struct app *app, int by)
{
	enum preview_place place = queue_place(self, app, app_area(app));
	int share = split_share(place, self->share) + by;

	if (place != PREVIEW_OFF)
		self->share = share < SPLIT_SHARE_LEAST ? SPLIT_SHARE_LEAST : share > SPLIT_SHARE_MOST ? SPLIT_SHARE_MOST : share;
}

static void next_place(struct queue *self, const struct app *app)
{
	enum preview_place now = queue_place(self, app, app_area(app));

	self->place_chosen = true;
	self->place = (enum preview_place)((now + 1) % PREVIEW_PLACES);
}

void queue_place_action(struct queue *self, const struct app *app, enum action action)
{
	if (action == ACTION_ID_zoom)
		next_place(self, app);
	else
		grow_preview(self, app, action == ACTION_ID_preview_larger ? SHARE_STEP : -SHARE_STEP);
}

bool queue_mouse(struct queue *self, struct app *app, const struct key *key)
{
	struct split layout = queue_layout(self, app, app_area(app));
	bool opened = false;

	if (key->mouse == MOUSE_RELEASE) {
		if (self->dragging)
			self->share = split_share_at(app_area(app), queue_place(self, app, app_area(app)), key->row, key->column);
		self->dragging = false;
		return true;
	}
	if (sample_view_click(&self->preview, layout.preview, key)) /* before the border, which is the rest of that line */
		return true;
	self->dragging = key->mouse == MOUSE_CLICK && split_is_border(&layout, key->row, key->column);
	if (self->dragging)
		return true;
	if (area_holds(layout.preview, key->row, key->column)) {
		if (!sample_view_wheel(&self->preview, key) && key->mouse == MOUSE_DOUBLE)
			queue_open_sample(self, app);
		return true;
	}
	const struct sample_marks marks = queue_marks_shown(&self->marks, &self->list);
	sample_list_mouse(&self->list, app, key, sample_list_rows_area(layout.list), &marks, &opened);
	if (opened)
		queue_open_sample(self, app);
	return true;
}
