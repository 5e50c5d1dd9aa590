/* M in Insights: since when one could have known, as a milestone of an incident or of one of its cohorts. */
#include <inttypes.h>

#include "core/base/mem.h"
#include "tui/insights.h"
#include "tui/menu.h"
#include "tui/screens.h"

static bool is_detectable(const struct insight_data *data)
{
	return data->onset && onset_first_detectable(data->onset);
}

static void read_incident(struct insight_milestone *self, struct app *app, struct screen *screen, const char *key, int64_t cohort)
{
	struct request *request = request_new(REQUEST_INCIDENT);

	self->cohort = cohort;
	request->key = arena_strdup(&request->arena, key);
	self->read_serial = app_request(app, screen, request);
}

void insight_milestone_set(struct insight_milestone *self, struct app *app, struct screen *screen, const struct insight_data *data,
			   const char *incident)
{
	if (!data->onset)
		app_message(app, false, "the trend has the day to set, and is not there yet");
	else if (!is_detectable(data))
		app_message(app, false, "nothing was detectable: there is no milestone to set");
	else if (incident)
		read_incident(self, app, screen, incident, -1);
	else
		app_push(app, screen_incident_pick_new("Whose milestone first_detectable", INSIGHT_TAG_INCIDENT));
}

static void pick_cohort(struct insight_milestone *self, struct app *app, const struct incident *incident)
{
	struct screen *screen = menu_screen_new("For whom was it first detectable", INSIGHT_TAG_COHORT);
	struct menu *menu = menu_of(screen);
	struct strbuf label = STRBUF_INIT;

	free(self->picked);
	self->picked = mem_strdup(incident->key);
	menu_add(menu, "everybody", "of the whole incident", 0, 0);
	for (size_t i = 0; i < incident->cohort_count; i++) {
		strbuf_clear(&label);
		strbuf_addf(&label, "CO%" PRId64 " %s", incident->cohorts[i].number, incident->cohorts[i].name);
		menu_add(menu, label.text, NULL, 0, incident->cohorts[i].number);
	}
	strbuf_release(&label);
	menu_assign_keys(menu);
	app_push(app, screen);
}

void insight_milestone_result(struct insight_milestone *self, struct app *app, struct screen *screen, struct screen *child)
{
	if (child->tag == INSIGHT_TAG_COHORT && menu_value(child) >= 0)
		read_incident(self, app, screen, self->picked, menu_value(child));
	if (child->tag != INSIGHT_TAG_INCIDENT)
		return;
	if (screen_incident_pick_key(child))
		read_incident(self, app, screen, screen_incident_pick_key(child), -1);
	else
		app_message(app, false, "make the incident first: I, then a");
}

static void put(struct insight_milestone *self, struct app *app, struct screen *screen, const struct insight_data *data,
		struct answer *answer)
{
	struct request *request = request_new(REQUEST_INCIDENT_PUT);
	struct incident *incident = incident_copy(&request->arena, answer->incident);
	const struct history_wish wish = { .query = data->onset ? data->onset->history->query : "", .adjust = ONSET_ADJUSTED };
	const char *asked = onset_command(&request->arena, &wish, ONSET_ALARM_DAYS);
	struct error err;
	int64_t number;

	if (!is_detectable(data) || onset_set_milestone(&request->arena, data->onset, asked, self->cohort, incident, &number, &err) != STATUS_OK) {
		app_message(app, true, "no milestone was set: %s", is_detectable(data) ? err.text : "the trend is being asked anew");
		request_free(request);
		return;
	}
	request->base = incident_copy(&request->arena, answer->incident);
	request->incident = incident;
	request->summary = arena_printf(&request->arena, self->cohort ? "first detectable %s, of CO%" PRId64 : "first detectable %s",
					series_day(&request->arena, &data->onset->series,
						   (double)onset_first_detectable(data->onset)->detectable), self->cohort);
	self->put_serial = app_request(app, screen, request);
}

void insight_milestone_answer(struct insight_milestone *self, struct app *app, struct screen *screen, const struct insight_data *data,
			      struct answer *answer)
{
	bool was_read = answer->serial == self->read_serial && answer->kind == REQUEST_INCIDENT;
	bool was_put = answer->serial == self->put_serial && answer->kind == REQUEST_INCIDENT_PUT;

	if (answer->status != STATUS_OK && (was_read || was_put)) {
		app_message(app, true, "no milestone was set: %s", answer->error.text);
	} else if (was_read && self->cohort < 0 && answer->incident->cohort_count) {
		pick_cohort(self, app, answer->incident);
	} else if (was_read) {
		self->cohort = self->cohort < 0 ? 0 : self->cohort;
		put(self, app, screen, data, answer);
	} else if (was_put) {
		app_message(app, false, "%s: first detectable set, with its evidence%s", answer->key, app_sign(app, " · u undoes", " - u undoes"));
		app_changed(app);
	}
}
