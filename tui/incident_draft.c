/* The tab of the draft: asking for it, its sections in the editor, the steps of the postmortem's review. */
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/draft.h"
#include "core/postmortem_state.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"
#include "tui/prompt.h"

/* ---- asking ----------------------------------------------------------------------- */

void incident_draft_sync(struct incident_screen *self, struct app *app, struct area body)
{
	struct draft_widths widths;
	struct request *request;

	self->draft.one_column = app_options(app)->accessible;
	draft_view_resize(&self->draft, body.rows, body.columns);
	widths = draft_view_widths(&self->draft, body.columns);
	if (self->draft_seen == app_change_serial(app) && widths.text == self->draft_widths.text &&
	    widths.document == self->draft_widths.document)
		return;
	request = request_new(REQUEST_DRAFT);
	request->key = arena_strdup(&request->arena, self->key);
	request->width = widths.document;
	request->text_width = widths.text;
	self->draft_widths = widths;
	self->draft_seen = app_change_serial(app);
	self->draft_serial = app_request(app, &self->screen, request);
}

void incident_draft_take(struct incident_screen *self, struct answer *answer)
{
	free(self->draft_failure);
	self->draft_failure = NULL;
	self->draft_serial = 0;
	if (answer->status == STATUS_OK) {
		draft_view_take(&self->draft, answer);
	} else {
		draft_view_clear(&self->draft);
		self->draft_failure = mem_strdup(answer->error.text);
	}
}

/* From another tab the document is what was asked for: beside the text, or alone. */
void incident_draft_turn(struct incident_screen *self, struct app *app)
{
	struct area body = incident_body(app_area(app));

	draft_view_resize(&self->draft, body.rows, body.columns);
	if (self->tab == TAB_DRAFT || (!self->draft.reads && !draft_view_is_beside(&self->draft)))
		draft_view_turn(&self->draft);
}

/* ---- a section ---------------------------------------------------------------------- */

void incident_section_open(struct incident_screen *self, struct app *app)
{
	const struct draft_row *row = draft_view_row(&self->draft);

	if (!row || !row->section) {
		app_message(app, false, row ? "these are parts of the record: tabs 3 to 5 and 7, or e for all of it" :
					      "p goes to the text: there Enter opens the section at hand");
		return;
	}
	if (self->kept_text) {
		app_message(app, true, "an edit of the record is not saved yet: e opens it");
		return;
	}
	incident_edit_start(self);
	self->flow.section = arena_strdup(&self->flow.arena, row->section);
	arena_clear(&self->record_arena);
	self->record_base = incident_copy(&self->record_arena, self->incident);
	self->editor = EDITOR_SECTION;
	app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = incident_section(self->record_base, row->section),
					 .suffix = ".md" });
}

/* Until it is saved it is kept as an edit of the whole record, which e opens again. */
void incident_section_edited(struct incident_screen *self, struct app *app, struct slice text)
{
	struct arena arena = ARENA_INIT;
	struct strbuf typed = STRBUF_INIT, record = STRBUF_INIT;
	struct incident *copy;

	self->editor = EDITOR_NONE;
	if (!self->record_base || !self->flow.section)
		return;
	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	utf8_append_clean(&typed, text);
	copy = incident_copy(&arena, self->record_base);
	incident_set_section(copy, &arena, self->flow.section, typed.text);
	draft_write(copy, app_options(app)->renderer, &record);
	self->kept_text = strbuf_detach(&record);
	incident_send(self, app, self->record_base, copy, arena_printf(&arena, "section %s", self->flow.section));
	self->put_is_record = true;
	strbuf_release(&typed);
	arena_release(&arena);
}

/* ---- the review ----------------------------------------------------------------------- */

void incident_step_open(struct incident_screen *self, struct app *app)
{
	struct postmortem_review review = postmortem_review(self->incident);
	struct screen *screen = menu_screen_new("The postmortem becomes", INCIDENT_TAG_STEP);
	char refusal[160];

	snprintf(refusal, sizeof(refusal), "not now: %s", postmortem_stays(review.state));

	/* What is refused stands behind what is not, with the reason. */
	for (int refused = 0; refused <= 1; refused++)
		for (int state = 0; state < POSTMORTEM_COUNT; state++)
			if ((enum postmortem_state)state != review.state &&
			    (postmortem_may_move(review.state, (enum postmortem_state)state, NULL) != STATUS_OK) == refused)
				menu_add(menu_of(screen), postmortem_state_word((enum postmortem_state)state),
					 refused ? refusal : postmortem_state_help((enum postmortem_state)state), 0, state);
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

static void take_step(struct incident_screen *self, struct app *app, const char *remark)
{
	struct request *request = request_new(REQUEST_STEP);

	request->key = arena_strdup(&request->arena, self->key);
	request->number = self->flow.number;
	request->version = self->flow.version;
	request->text = remark && remark[0] ? arena_strdup(&request->arena, remark) : NULL;
	self->put_summary = NULL;
	self->put_serial = app_request(app, &self->screen, request);
	app_hold_keys(app, true);
}

/* On the record as it is shown: what somebody changed since is to be looked at first, what is
 * changed while the remark is typed, too. A step that is refused anyway asks for no remark. */
void incident_step_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	enum postmortem_state state = (enum postmortem_state)menu_value(child);

	incident_edit_start(self);
	self->flow.number = menu_value(child);
	self->flow.version = self->incident->version;
	if (postmortem_may_move(postmortem_review(self->incident).state, state, NULL) != STATUS_OK) {
		take_step(self, app, NULL);
		return;
	}
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "A remark (Enter: none)", .tag = INCIDENT_TAG_STEP_REMARK, .history = HISTORY_TEXT,
		.may_be_empty = true, .hint = "what was looked at, what is still to be changed, why it goes back" }));
}

void incident_step_remark(struct incident_screen *self, struct app *app, struct screen *child)
{
	take_step(self, app, prompt_text(child));
}
