/*
 * What the watch after the fix looks for: the incident's signature, typed as a filter is, and
 * how many samples since the fix match. That is asked for when the record is read, so that
 * what an import brought shows without anybody's asking.
 */
#include <inttypes.h>

#include "core/insight.h"
#include "core/signature.h"
#include "tui/incident_screen.h"
#include "tui/prompt.h"
#include "tui/screens.h"

void incident_watch_ask(struct incident_screen *self, struct app *app)
{
	struct request *request = request_new(REQUEST_WATCH_HITS);

	request->key = arena_strdup(&request->arena, self->key);
	self->watch.serial = app_request(app, &self->screen, request);
}

void incident_watch_take(struct incident_screen *self, struct app *app, struct answer *answer)
{
	struct arena old = self->watch.arena;

	self->watch.serial = 0;
	if (answer->status == STATUS_OK && !answer->readiness.ready)
		incident_watch_ask(self, app);
	if (answer->status != STATUS_OK || !answer->readiness.ready) /* the record is shown without it */
		return;
	self->watch.arena = answer_take_arena(answer);
	self->watch.looked = answer->watched;
	self->watch.count = answer->count;
	arena_release(&old);
	incident_overview_draw(self);
}

void incident_watch_release(struct incident_screen *self)
{
	arena_release(&self->watch.arena);
	query_counts_release(&self->watch.counts);
	query_values_release(&self->watch.values);
}

/* ---- the signature ---------------------------------------------------------------------- */

static bool is_blank(const char *text)
{
	return !text[strspn(text, " ")];
}

static bool check_signature(void *context, const char *text, struct strbuf *hint)
{
	const struct incident_screen *self = context;
	struct error err;
	bool good = is_blank(text) || signature_check(text, app_codebook(self->watch.app), &err) == STATUS_OK;

	strbuf_addstr(hint, !good ? err.text : is_blank(text) ? "empty: the rules that flagged its members" :
		      "Enter keeps it · Tab completes · Up: filters of before");
	return good;
}

static void complete_signature(void *context, struct line_edit *line, struct strbuf *words)
{
	struct incident_screen *self = context;

	query_complete(line, app_codebook(self->watch.app), &self->watch.counts, &self->watch.values, words);
	query_values_ask(&self->watch.values, self->watch.app, &self->screen);
}

/* Without one, what its members tell is offered. */
void incident_signature_open(struct incident_screen *self, struct app *app)
{
	const char *offer = self->watch.looked ? self->watch.looked->query : NULL;

	self->watch.app = app;
	query_counts_ask(&self->watch.counts, app, &self->screen, "", SORT_NEWEST);
	query_values_forget(&self->watch.values);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "Signature", .initial = self->incident->signature ? self->incident->signature : offer,
		.history = HISTORY_FILTER, .tag = INCIDENT_TAG_SIGNATURE, .may_be_empty = true,
		.check = check_signature, .complete = complete_signature, .context = self }));
}

const char *incident_signature_typed(const struct screen *prompt)
{
	return is_blank(prompt_text(prompt)) ? NULL : prompt_text(prompt);
}

void incident_watch_list(const struct incident_screen *self, struct app *app)
{
	if (self->watch.looked && self->watch.looked->hits)
		app_push(app, screen_queue_of(self->watch.looked->hits));
	else
		app_message(app, false, self->watch.serial ? "the store is being read" : "there is no milestone fix_deployed: nothing is watched");
}
