/* Changes of an incident, item by item: menus and prompts put a cause, an event or
 * an action together, then a changed copy of the record goes to the store. */
#include <inttypes.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

/* Longer texts, and those of several lines, go to the editor. */
#define PROMPT_BYTES_MAX 300

void incident_send(struct incident_screen *self, struct app *app, const struct incident *base,
		   const struct incident *changed, const char *summary)
{
	struct request *request = request_new(REQUEST_INCIDENT_PUT);

	request->base = incident_copy(&request->arena, base);
	request->incident = incident_copy(&request->arena, changed);
	request->summary = arena_printf(&request->arena, "%s: %s", self->key, summary);
	self->put_summary = arena_strdup(&self->flow.arena, request->summary);
	self->put_is_record = false;
	self->put_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true); /* what is typed next is meant for the record as it will be */
}

void incident_edit_start(struct incident_screen *self)
{
	arena_clear(&self->flow.arena);
	self->put_summary = NULL;
	self->flow.cause = (struct incident_cause){ .intent = INTENT_UNKNOWN };
	self->flow.event = (struct incident_event){ .certainty = EVENT_CERTAINTY_EXACT };
	self->flow.action = (struct incident_action){ .status = ACTION_STATUS_OPEN };
	self->flow.number = 0;
	self->flow.has_text = false;
	self->flow.section = NULL;
}

static void prompt(struct app *app, const char *title, int tag, enum app_history history, const char *initial,
		   bool may_be_empty)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title, .initial = initial, .history = history, .tag = tag, .may_be_empty = may_be_empty }));
}

/* ---- adding, step by step ------------------------------------------------------------ */

static bool check_time(void *context, const char *text, struct strbuf *hint)
{
	static const char *const precisions[] = { "", "year", "month", "day", "hour", "minute", "second", "microsecond" };
	struct instant at;
	struct error err;

	(void)context;
	if (instant_parse(slice_of(text), &at, &err) != STATUS_OK) {
		strbuf_addstr(hint, err.text);
		return false;
	}
	instant_format(hint, at);
	strbuf_addf(hint, " UTC, known to the %s", precisions[at.precision]);
	return true;
}

static void open_time(struct app *app)
{
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "When (UTC)",
		.hint = "as far as it is known: 2026-03, 2026-03-04, 2026-03-04 10:10, 2026-03-04T10:10+02:00",
		.history = HISTORY_TIME,
		.tag = INCIDENT_TAG_EVENT_TIME,
		.check = check_time,
	}));
}

static void open_cause_menu(struct incident_screen *self, struct app *app)
{
	struct screen *screen = menu_screen_new("For which cause", INCIDENT_TAG_ACTION_CAUSE);

	for (size_t i = 0; i < self->incident->cause_count; i++) {
		const struct incident_cause *cause = &self->incident->causes[i];
		char label[64];
		snprintf(label, sizeof(label), "C%" PRId64 " %s", cause->number, cause->code ? cause->code : "");
		menu_add(menu_of(screen), label, cause->statement, i < 9 ? (char)('1' + i) : 0, cause->number);
	}
	menu_add(menu_of(screen), "none named", NULL, 'n', 0);
	app_push(app, screen);
}

static void add(struct incident_screen *self, struct app *app)
{
	incident_edit_start(self);
	switch (self->tab) {
	case TAB_TIMELINE:
		open_time(app);
		break;
	case TAB_ACTIONS:
		app_push(app, menu_terms_new("Type of the action", INCIDENT_TAG_ACTION_TYPE, "action_type", 0, 0));
		break;
	case TAB_RECORD:
		incident_part_add(app);
		break;
	case TAB_MEMBERS:
		app_message(app, false, "samples are added from the queue: mark them there and press a");
		break;
	default: { /* a cause is what an incident needs most */
		struct screen *screen = screen_cause_new(app, CATEGORY_NONE, "Cause of the incident");
		screen->tag = INCIDENT_TAG_CAUSE_CODE;
		self->tab = TAB_CAUSES;
		app_push(app, screen);
		break;
	}
	}
}

static void finish_cause(struct incident_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	int64_t number = incident_add_cause(copy, &arena, &self->flow.cause);
	self->flow.has_text = false;

	incident_send(self, app, self->incident, copy,
		      arena_printf(&arena, "cause C%" PRId64 " %s", number, self->flow.cause.code));
	arena_release(&arena);
}

static void finish_event(struct incident_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	int64_t number = incident_add_event(copy, &arena, &self->flow.event);

	incident_send(self, app, self->incident, copy,
		      arena_printf(&arena, "event E%" PRId64 " %s", number, instant_text(&arena, self->flow.event.at)));
	arena_release(&arena);
}

static void finish_action(struct incident_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	int64_t number = incident_add_action(copy, &arena, &self->flow.action);
	self->flow.has_text = false;

	incident_send(self, app, self->incident, copy,
		      arena_printf(&arena, "action A%" PRId64 " %s", number, action_type_word(self->flow.action.type)));
	arena_release(&arena);
}

static void cause_step(struct incident_screen *self, struct app *app, const struct screen *child)
{
	struct incident_flow *flow = &self->flow;

	switch ((enum incident_tag)child->tag) {
	case INCIDENT_TAG_CAUSE_CODE:
		flow->cause.code = arena_strdup(&flow->arena, screen_cause_name(child));
		prompt(app, "What exactly caused what", INCIDENT_TAG_CAUSE_STATEMENT, HISTORY_TEXT, NULL, false);
		break;
	case INCIDENT_TAG_CAUSE_STATEMENT:
		flow->cause.statement = arena_strdup(&flow->arena, prompt_text(child));
		flow->has_text = true;
		app_push(app, menu_terms_new("Its role", INCIDENT_TAG_CAUSE_ROLE, "cause_role", ROLE_TRIGGER, ROLE_TRIGGER));
		break;
	case INCIDENT_TAG_CAUSE_ROLE:
		flow->cause.role = (enum cause_role)menu_value(child);
		app_push(app, menu_terms_new("How sure", INCIDENT_TAG_CAUSE_CONFIDENCE, "confidence", CONFIDENCE_CONFIRMED,
					     CONFIDENCE_LIKELY));
		break;
	default:
		flow->cause.confidence = (enum confidence)menu_value(child);
		finish_cause(self, app);
		break;
	}
}

static void event_step(struct incident_screen *self, struct app *app, const struct screen *child)
{
	struct incident_flow *flow = &self->flow;

	switch ((enum incident_tag)child->tag) {
	case INCIDENT_TAG_EVENT_TIME:
		if (instant_parse(slice_of(prompt_text(child)), &flow->event.at, NULL) != STATUS_OK)
			return; /* the prompt has checked it */
		app_push(app, menu_terms_new("What kind of event", INCIDENT_TAG_EVENT_KIND, "event_kind", 0, 0));
		break;
	case INCIDENT_TAG_EVENT_KIND:
		flow->event.kind = (enum event_kind)menu_value(child);
		if (flow->event.kind == EVENT_MILESTONE)
			app_push(app, menu_terms_new("Which milestone", INCIDENT_TAG_EVENT_MILESTONE, "milestone",
						     MILESTONE_INTRODUCED, MILESTONE_INTRODUCED));
		else
			prompt(app, "What happened", INCIDENT_TAG_EVENT_TEXT, HISTORY_TEXT, NULL, false);
		break;
	case INCIDENT_TAG_EVENT_MILESTONE:
		flow->event.milestone = (enum milestone)menu_value(child);
		prompt(app, "What happened", INCIDENT_TAG_EVENT_TEXT, HISTORY_TEXT, NULL, false);
		break;
	default:
		flow->event.text = arena_strdup(&flow->arena, prompt_text(child));
		finish_event(self, app);
		break;
	}
}

static void action_step(struct incident_screen *self, struct app *app, const struct screen *child)
{
	struct incident_flow *flow = &self->flow;

	switch ((enum incident_tag)child->tag) {
	case INCIDENT_TAG_ACTION_TYPE:
		flow->action.type = (enum action_type)menu_value(child);
		prompt(app, "What is to be done", INCIDENT_TAG_ACTION_TEXT, HISTORY_TEXT, NULL, false);
		break;
	case INCIDENT_TAG_ACTION_TEXT:
		flow->action.text = arena_strdup(&flow->arena, prompt_text(child));
		flow->has_text = true;
		if (self->incident->cause_count)
			open_cause_menu(self, app);
		else
			prompt(app, "Owner (may be empty)", INCIDENT_TAG_ACTION_OWNER, HISTORY_OWNER, NULL, true);
		break;
	case INCIDENT_TAG_ACTION_CAUSE:
		flow->action.cause = menu_value(child);
		prompt(app, "Owner (may be empty)", INCIDENT_TAG_ACTION_OWNER, HISTORY_OWNER, NULL, true);
		break;
	default:
		flow->action.owner = prompt_text(child)[0] ? arena_strdup(&flow->arena, prompt_text(child)) : NULL;
		finish_action(self, app);
		break;
	}
}

/* ---- changing what is there -------------------------------------------------------------- */

/* "C2", and where the item's text stands in an incident; NULL: no such item. */
static const char **item_text(struct incident *incident, enum incident_tab tab, int64_t number, char name[24])
{
	for (size_t i = 0; tab == TAB_CAUSES && i < incident->cause_count; i++)
		if (incident->causes[i].number == number) {
			snprintf(name, 24, "C%" PRId64, number);
			return &incident->causes[i].statement;
		}
	for (size_t i = 0; tab == TAB_TIMELINE && i < incident->event_count; i++)
		if (incident->events[i].number == number) {
			snprintf(name, 24, "E%" PRId64, number);
			return &incident->events[i].text;
		}
	for (size_t i = 0; tab == TAB_ACTIONS && i < incident->action_count; i++)
		if (incident->actions[i].number == number) {
			snprintf(name, 24, "A%" PRId64, number);
			return &incident->actions[i].text;
		}
	return NULL;
}

static int64_t selected_number(const struct incident_screen *self)
{
	size_t index = self->lists[self->tab].selected;

	if (index >= incident_row_count(self, self->tab))
		return 0;
	switch (self->tab) {
	case TAB_CAUSES:
		return self->incident->causes[index].number;
	case TAB_TIMELINE:
		return self->incident->events[index].number;
	default:
		return self->incident->actions[index].number;
	}
}

static void open_text(struct incident_screen *self, struct app *app)
{
	char name[24], title[32];
	const char **text;

	incident_edit_start(self);
	self->flow.number = selected_number(self);
	text = item_text(self->incident, self->tab, self->flow.number, name);
	if (!text)
		return;
	if (*text && (strchr(*text, '\n') || strlen(*text) > PROMPT_BYTES_MAX)) {
		self->editor = EDITOR_ITEM;
		app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = *text, .suffix = ".md" });
		return;
	}
	snprintf(title, sizeof(title), "Text of %s", name);
	prompt(app, title, INCIDENT_TAG_ITEM_TEXT, HISTORY_TEXT, *text, false);
}

static void set_text(struct incident_screen *self, struct app *app, const char *typed)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	char name[24];
	const char **text = item_text(copy, self->tab, self->flow.number, name);

	if (!text) {
		app_message(app, true, "it is gone meanwhile; Up at a prompt brings back what you typed");
	} else {
		*text = typed;
		incident_send(self, app, self->incident, copy, arena_printf(&arena, "text of %s", name));
	}
	arena_release(&arena);
}

void incident_item_edited(struct incident_screen *self, struct app *app, struct slice text)
{
	struct strbuf typed = STRBUF_INIT;

	self->editor = EDITOR_NONE;
	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	utf8_append_clean(&typed, text);
	line_history_add(app_history(app, HISTORY_TEXT), typed.text);
	if (typed.len_bytes)
		set_text(self, app, typed.text);
	else
		app_message(app, true, "an empty text is not saved; D removes the row");
	strbuf_release(&typed);
}

static void open_state(struct incident_screen *self, struct app *app)
{
	size_t index = self->lists[self->tab].selected;

	if (index >= incident_row_count(self, self->tab))
		return;
	incident_edit_start(self);
	self->flow.number = selected_number(self);
	if (self->tab == TAB_CAUSES)
		app_push(app, menu_terms_new("How sure", INCIDENT_TAG_ITEM_STATE, "confidence", CONFIDENCE_CONFIRMED,
					     (size_t)self->incident->causes[index].confidence));
	else if (self->tab == TAB_TIMELINE)
		app_push(app, menu_terms_new("How certain", INCIDENT_TAG_ITEM_STATE, "event_certainty", 0,
					     (size_t)self->incident->events[index].certainty));
	else
		app_push(app, menu_terms_new("Status of the action", INCIDENT_TAG_ITEM_STATE, "action_status", 0,
					     (size_t)self->incident->actions[index].status));
}

static void set_state(struct incident_screen *self, struct app *app, int64_t value, const char *word)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	char name[24] = "";

	for (size_t i = 0; self->tab == TAB_CAUSES && i < copy->cause_count; i++)
		if (copy->causes[i].number == self->flow.number)
			copy->causes[i].confidence = (enum confidence)value;
	for (size_t i = 0; self->tab == TAB_TIMELINE && i < copy->event_count; i++)
		if (copy->events[i].number == self->flow.number)
			copy->events[i].certainty = (enum event_certainty)value;
	for (size_t i = 0; self->tab == TAB_ACTIONS && i < copy->action_count; i++)
		if (copy->actions[i].number == self->flow.number)
			copy->actions[i].status = (enum action_status)value;
	item_text(copy, self->tab, self->flow.number, name);
	incident_send(self, app, self->incident, copy, arena_printf(&arena, "%s %s", name, word));
	arena_release(&arena);
}

static void set_header(struct incident_screen *self, struct app *app, const struct screen *child)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	const char *summary;

	incident_edit_start(self);
	if (child->tag == INCIDENT_TAG_STATUS) {
		copy->status = (enum incident_status)menu_value(child);
		summary = arena_printf(&arena, "status %s", incident_status_word(copy->status));
	} else if (child->tag == INCIDENT_TAG_SEVERITY) {
		copy->severity = (enum severity)menu_value(child);
		summary = arena_printf(&arena, "severity %s", severity_word(copy->severity));
	} else if (child->tag == INCIDENT_TAG_PARTIAL) {
		copy->partial = prompt_text(child)[0] ? prompt_text(child) : NULL;
		summary = "what is still open";
	} else if (child->tag == INCIDENT_TAG_SIGNATURE) {
		copy->signature = incident_signature_typed(child);
		summary = "signature";
	} else if (child->tag == INCIDENT_TAG_DUPLICATE) {
		copy->duplicate_of = prompt_text(child)[0] ? prompt_text(child) : NULL;
		summary = "covered by";
	} else {
		copy->title = prompt_text(child);
		summary = "title";
	}
	incident_send(self, app, self->incident, copy, summary);
	arena_release(&arena);
}

/* ---- doors -------------------------------------------------------------------------------- */

bool incident_edit_action(struct incident_screen *self, struct app *app, enum action action)
{
	bool has_rows = self->tab == TAB_CAUSES || self->tab == TAB_TIMELINE || self->tab == TAB_ACTIONS;

	if (self->tab == TAB_DRAFT && action == ACTION_ID_item_status) {
		incident_step_open(self, app);
		return true;
	}
	if (self->tab == TAB_DRAFT && action == ACTION_ID_item_open) {
		incident_section_open(self, app);
		return true;
	}
	if (self->tab == TAB_RECORD && (action == ACTION_ID_item_open || action == ACTION_ID_item_status)) {
		incident_part_fields(self, app);
		return true;
	}
	switch (action) {
	case ACTION_ID_item_fields:
		incident_part_fields(self, app);
		return true;
	case ACTION_ID_item_add:
		add(self, app);
		return true;
	case ACTION_ID_item_open:
		if (has_rows)
			open_text(self, app);
		return true;
	case ACTION_ID_item_remove:
		if (has_rows || self->tab == TAB_RECORD)
			incident_part_remove(self, app);
		return true;
	case ACTION_ID_item_status:
		if (has_rows)
			open_state(self, app);
		return true;
	case ACTION_ID_incident_status:
		app_push(app, menu_terms_new("Status of the incident", INCIDENT_TAG_STATUS, "incident_status", 0,
					     (size_t)self->incident->status));
		return true;
	case ACTION_ID_incident_severity:
		app_push(app, menu_terms_new("Severity", INCIDENT_TAG_SEVERITY, "severity", SEVERITY_NONE,
					     (size_t)self->incident->severity));
		return true;
	case ACTION_ID_incident_partial:
		prompt(app, "Still open (empty: nothing)", INCIDENT_TAG_PARTIAL, HISTORY_TEXT, self->incident->partial, true);
		return true;
	case ACTION_ID_incident_duplicate:
		prompt(app, "Covered by the incident (empty: none)", INCIDENT_TAG_DUPLICATE, HISTORY_TITLE,
		       self->incident->duplicate_of, true);
		return true;
	case ACTION_ID_incident_signature:
		incident_signature_open(self, app);
		return true;
	case ACTION_ID_incident_hits:
		incident_watch_list(self, app);
		return true;
	case ACTION_ID_incident_offers:
		incident_offers_open(self, app);
		return true;
	case ACTION_ID_incident_title:
		prompt(app, "Title", INCIDENT_TAG_TITLE, HISTORY_TITLE, self->incident->title, false);
		return true;
	default:
		return false;
	}
}

bool incident_edit_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	switch ((enum incident_tag)child->tag) {
	case INCIDENT_TAG_CAUSE_CODE:
	case INCIDENT_TAG_CAUSE_STATEMENT:
	case INCIDENT_TAG_CAUSE_ROLE:
	case INCIDENT_TAG_CAUSE_CONFIDENCE:
		cause_step(self, app, child);
		return true;
	case INCIDENT_TAG_EVENT_TIME:
	case INCIDENT_TAG_EVENT_KIND:
	case INCIDENT_TAG_EVENT_MILESTONE:
	case INCIDENT_TAG_EVENT_TEXT:
		event_step(self, app, child);
		return true;
	case INCIDENT_TAG_ACTION_TYPE:
	case INCIDENT_TAG_ACTION_TEXT:
	case INCIDENT_TAG_ACTION_CAUSE:
	case INCIDENT_TAG_ACTION_OWNER:
		action_step(self, app, child);
		return true;
	case INCIDENT_TAG_ITEM_TEXT:
		set_text(self, app, prompt_text(child));
		return true;
	case INCIDENT_TAG_ITEM_STATE:
		set_state(self, app, menu_value(child), menu_label(child));
		return true;
	case INCIDENT_TAG_TITLE:
	case INCIDENT_TAG_STATUS:
	case INCIDENT_TAG_SEVERITY:
	case INCIDENT_TAG_PARTIAL:
	case INCIDENT_TAG_DUPLICATE:
	case INCIDENT_TAG_SIGNATURE:
		set_header(self, app, child);
		return true;
	default:
		return incident_offers_result(self, app, child) || incident_part_result(self, app, child);
	}
}
