/*
 * Earlier incidents that are like this one: asked for when the overview is shown, and
 * drawn under it with each reason; one key says how one is related, or that it is not.
 */
#include <inttypes.h>

#include "tui/incident_screen.h"
#include "tui/menu.h"

static bool is_open(const struct recurrence_offer *offer)
{
	return !offer->mentioned;
}

void incident_offers_ask(struct incident_screen *self, struct app *app)
{
	struct request *request = request_new(REQUEST_RECURRENCES);

	request->key = arena_strdup(&request->arena, self->key);
	self->offers_serial = app_request(app, &self->screen, request);
}

void incident_offers_take(struct incident_screen *self, struct answer *answer)
{
	struct arena old = self->offers_arena;

	self->offers_serial = 0;
	if (answer->status != STATUS_OK) /* the record is shown without them */
		return;
	self->offers_arena = answer_take_arena(answer);
	self->offers = answer->offers;
	self->offer_count = answer->offer_count;
	arena_release(&old);
	if (self->incident)
		incident_overview_draw(self);
}

void incident_offers_fill(struct pane *pane, const struct recurrence_offer *offers, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!is_open(&offers[i]))
			continue;
		if (!any) {
			pane_end(pane, 0);
			pane_add(pane, STYLE_TITLE, "Earlier incidents that are like this one (b: how they are related, or that they are not)");
			pane_end(pane, 1);
		}
		any = true;
		pane_addf(pane, STYLE_KEY, "%s", offers[i].key);
		pane_addf(pane, STYLE_WARNING, "  %.0f of 100", offers[i].score.points);
		pane_add(pane, STYLE_TEXT, "  ");
		pane_add(pane, STYLE_TEXT, offers[i].title);
		pane_end(pane, 1);
		for (size_t k = 0; k < offers[i].score.reason_count; k++) {
			const struct recurrence_reason *reason = &offers[i].score.reasons[k];
			pane_addf(pane, STYLE_MUTED, "   %-10s %3.0f  ", recurrence_part_word(reason->part), reason->points);
			pane_add(pane, STYLE_TEXT, reason->text);
			pane_end(pane, 1);
		}
	}
}

/* ---- deciding ------------------------------------------------------------------------- */

static void open_kinds(struct incident_screen *self, struct app *app, const char *key)
{
	const struct recurrence_offer *offer = NULL;
	struct screen *screen;

	for (size_t i = 0; i < self->offer_count; i++)
		if (strcmp(self->offers[i].key, key) == 0)
			offer = &self->offers[i];
	if (!offer)
		return;
	incident_edit_start(self);
	self->flow.earlier = arena_strdup(&self->flow.arena, key);
	screen = menu_terms_new("How is the earlier one related?", INCIDENT_TAG_OFFER_KIND, "recurrence_kind", 0, (size_t)offer->score.kind);
	app_push(app, screen);
}

void incident_offers_open(struct incident_screen *self, struct app *app)
{
	const char *first = NULL;
	struct screen *screen;
	size_t count = 0;

	for (size_t i = 0; i < self->offer_count; i++)
		if (is_open(&self->offers[i])) {
			first = first ? first : self->offers[i].key;
			count++;
		}
	if (count == 1)
		open_kinds(self, app, first);
	if (count > 1) {
		screen = menu_screen_new("Which earlier incident?", INCIDENT_TAG_OFFER);
		for (size_t i = 0; i < self->offer_count; i++)
			if (is_open(&self->offers[i]))
				menu_add(menu_of(screen), self->offers[i].key, self->offers[i].title, 0, (int64_t)i);
		menu_assign_keys(menu_of(screen));
		app_push(app, screen);
	}
	if (!count)
		app_message(app, false, "%s", self->offers_serial ? "earlier incidents are looked at" : "no earlier incident is like this one");
}

static void add_entry(struct incident_screen *self, struct app *app, enum recurrence_kind kind)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < self->offer_count; i++) {
		struct incident *copy;
		struct incident_recurrence entry;
		if (strcmp(self->offers[i].key, self->flow.earlier) != 0)
			continue;
		copy = incident_copy(&arena, self->incident);
		entry = recurrence_entry(&arena, &self->offers[i], kind);
		incident_add(copy, &arena, INCIDENT_RECURRENCE, &entry);
		incident_send(self, app, self->incident, copy,
			      arena_printf(&arena, "%s %s", recurrence_kind_word(kind), self->offers[i].key));
		break;
	}
	arena_release(&arena);
}

bool incident_offers_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	if (child->tag == INCIDENT_TAG_OFFER) {
		size_t index = (size_t)menu_value(child);
		if (index < self->offer_count)
			open_kinds(self, app, self->offers[index].key);
		return true;
	}
	if (child->tag == INCIDENT_TAG_OFFER_KIND) {
		add_entry(self, app, (enum recurrence_kind)menu_value(child));
		return true;
	}
	return false;
}
