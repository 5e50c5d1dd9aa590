/* The tab of the draft: the steps of the postmortem's review. */
#include "core/postmortem_state.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"

void incident_step_open(struct incident_screen *self, struct app *app)
{
	struct postmortem_review review = postmortem_review(self->incident);
	struct screen *screen = menu_screen_new("The postmortem becomes", INCIDENT_TAG_STEP);

	for (int state = 0; state < POSTMORTEM_COUNT; state++)
		if (postmortem_may_move(review.state, (enum postmortem_state)state, NULL) == STATUS_OK)
			menu_add(menu_of(screen), postmortem_state_word((enum postmortem_state)state),
				 postmortem_state_help((enum postmortem_state)state), 0, state);
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

/* On the record as it is shown: what somebody changed since is to be looked at first. */
void incident_step_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	struct request *request = request_new(REQUEST_STEP);

	request->key = arena_strdup(&request->arena, self->key);
	request->number = menu_value(child);
	request->version = self->incident->version;
	self->put_summary = NULL;
	self->put_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true);
}
