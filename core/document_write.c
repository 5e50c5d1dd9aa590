/* An incident as the document that document_apply() reads. */
#include "core/document.h"
#include "core/document_read.h"

struct writer {
	struct store *store;
	struct json_writer json;
	struct error *err;
};

static void write_instant(struct writer *w, const char *name, struct instant at)
{
	struct strbuf text = STRBUF_INIT;

	if (instant_known(at)) {
		instant_format_iso(&text, at);
		json_write_member(&w->json, name, text.text);
	}
	strbuf_release(&text);
}

/* Samples are read one by one for their fingerprints; the scratch arena keeps
 * their bodies from piling up. */
static enum status write_sample(struct writer *w, struct arena *scratch, int64_t id)
{
	char text[sizeof(DOCUMENT_FINGERPRINT) + DIGEST_HEX_LEN] = DOCUMENT_FINGERPRINT;
	struct sample *sample;
	enum status status;

	arena_clear(scratch);
	status = w->store->ops->sample_get(w->store, scratch, id, &sample, w->err);
	if (status != STATUS_OK)
		return error_wrap(w->err, status, "sample %lld", (long long)id);
	digest_hex(&sample->fingerprint, text + sizeof(DOCUMENT_FINGERPRINT) - 1);
	json_write_text(&w->json, text);
	return STATUS_OK;
}

static enum status write_causes(struct writer *w, struct arena *scratch, const struct incident *incident)
{
	enum status status = STATUS_OK;

	json_write_name(&w->json, "causes");
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < incident->cause_count && status == STATUS_OK; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		json_write_begin(&w->json, '{');
		json_write_member_int(&w->json, "number", cause->number);
		json_write_member(&w->json, "code", cause->code);
		json_write_member(&w->json, "statement", cause->statement);
		json_write_member(&w->json, "role", cause_role_word(cause->role));
		json_write_member(&w->json, "confidence", confidence_word(cause->confidence));
		json_write_member(&w->json, "intent", intent_word(cause->intent));
		json_write_name(&w->json, "evidence");
		json_write_begin(&w->json, '[');
		for (size_t k = 0; k < cause->evidence_count && status == STATUS_OK; k++)
			status = write_sample(w, scratch, cause->evidence[k]);
		json_write_end(&w->json, ']');
		json_write_end(&w->json, '}');
	}
	json_write_end(&w->json, ']');
	return status;
}

static void write_events(struct writer *w, const struct incident *incident)
{
	json_write_name(&w->json, "events");
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < incident->event_count; i++) {
		const struct incident_event *event = &incident->events[i];
		json_write_begin(&w->json, '{');
		json_write_member_int(&w->json, "number", event->number);
		write_instant(w, "at", event->at);
		json_write_member(&w->json, "certainty", event_certainty_word(event->certainty));
		json_write_member(&w->json, "kind", event_kind_word(event->kind));
		if (event->milestone != MILESTONE_NONE)
			json_write_member(&w->json, "milestone", milestone_word(event->milestone));
		json_write_member(&w->json, "text", event->text);
		json_write_member_if(&w->json, "sources", event->sources);
		json_write_member_if(&w->json, "cohort", event->cohort);
		json_write_end(&w->json, '}');
	}
	json_write_end(&w->json, ']');
}

static void write_actions(struct writer *w, const struct incident *incident)
{
	json_write_name(&w->json, "actions");
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < incident->action_count; i++) {
		const struct incident_action *action = &incident->actions[i];
		json_write_begin(&w->json, '{');
		json_write_member_int(&w->json, "number", action->number);
		json_write_member(&w->json, "type", action_type_word(action->type));
		json_write_member(&w->json, "status", action_status_word(action->status));
		json_write_member(&w->json, "text", action->text);
		if (action->cause)
			json_write_member_int(&w->json, "cause", action->cause);
		json_write_member_if(&w->json, "owner", action->owner);
		write_instant(w, "due", action->due);
		json_write_member_if(&w->json, "link", action->link);
		json_write_member_if(&w->json, "criterion", action->criterion);
		json_write_end(&w->json, '}');
	}
	json_write_end(&w->json, ']');
}

static enum status write_members(struct writer *w, struct arena *arena, struct arena *scratch, const char *key)
{
	const int64_t *samples;
	const enum member_role *roles;
	size_t count = 0;
	enum status status = w->store->ops->incident_members(w->store, arena, key, &samples, &roles, &count, w->err);

	json_write_name(&w->json, "members");
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		json_write_begin(&w->json, '{');
		json_write_name(&w->json, "sample");
		status = write_sample(w, scratch, samples[i]);
		json_write_member(&w->json, "role", member_role_word(roles[i]));
		json_write_end(&w->json, '}');
	}
	json_write_end(&w->json, ']');
	return status;
}

static void write_head(struct writer *w, const struct incident *incident)
{
	json_write_member(&w->json, "key", incident->key);
	json_write_member(&w->json, "title", incident->title);
	json_write_member(&w->json, "status", incident_status_word(incident->status));
	json_write_member(&w->json, "severity", severity_word(incident->severity));
	json_write_member_if(&w->json, "severity_rationale", incident->severity_rationale);
	if (incident->illustrative) {
		json_write_name(&w->json, "illustrative");
		json_write_bool(&w->json, true);
	}
	json_write_name(&w->json, "sections");
	json_write_begin(&w->json, '{');
	for (size_t i = 0; i < incident->section_count; i++)
		json_write_member(&w->json, incident->sections[i].key, incident->sections[i].markdown);
	json_write_end(&w->json, '}');
}

enum status document_write(struct store *store, struct arena *arena, const char *key,
			   struct strbuf *out, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct writer w = { .store = store, .err = err };
	struct incident *incident;
	size_t start = out->len_bytes;
	enum status status = store->ops->incident_get(store, arena, key, &incident, err);

	if (status != STATUS_OK)
		return status;
	json_write_init(&w.json, out, 0);
	json_write_begin(&w.json, '{');
	json_write_member_int(&w.json, "aitia", DOCUMENT_VERSION);
	json_write_name(&w.json, "incidents");
	json_write_begin(&w.json, '[');
	json_write_begin(&w.json, '{');
	write_head(&w, incident);
	status = write_causes(&w, &scratch, incident);
	write_events(&w, incident);
	write_actions(&w, incident);
	if (status == STATUS_OK)
		status = write_members(&w, arena, &scratch, incident->key);
	json_write_end(&w.json, '}');
	json_write_end(&w.json, ']');
	json_write_end(&w.json, '}');
	strbuf_addch(out, '\n');
	if (status != STATUS_OK)
		strbuf_truncate(out, start);
	arena_release(&scratch);
	return status;
}
