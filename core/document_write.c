/* An incident as the document that document_apply() reads. */
#include "core/audience.h"
#include "core/document.h"
#include "core/document_part.h"
#include "core/incident_review.h"

struct writer {
	struct store *store;
	struct json_writer json;
	struct arena scratch;
	const struct document_known *known;
	struct error *err;
};

/* Samples are read one by one for their fingerprints; the scratch arena keeps
 * their bodies from piling up. */
static enum status get_sample(struct writer *w, int64_t id, const struct sample **out)
{
	struct sample *sample;
	enum status status;

	for (size_t i = 0; i < w->known->sample_count; i++)
		if (w->known->samples[i]->id == id) {
			*out = w->known->samples[i];
			return STATUS_OK;
		}
	arena_clear(&w->scratch);
	status = w->store->ops->sample_get(w->store, &w->scratch, id, &sample, w->err);
	*out = sample;
	return status;
}

static enum status write_sample(void *context, int64_t id)
{
	struct writer *w = context;
	char text[sizeof(DOCUMENT_FINGERPRINT) + DIGEST_HEX_LEN] = DOCUMENT_FINGERPRINT;
	const struct sample *sample;
	enum status status = get_sample(w, id, &sample);

	if (status != STATUS_OK)
		return error_wrap(w->err, status, "sample %lld", (long long)id);
	digest_hex(&sample->fingerprint, text + sizeof(DOCUMENT_FINGERPRINT) - 1);
	json_write_text(&w->json, text);
	return STATUS_OK;
}

static enum status write_parts(struct writer *w, const struct incident *incident, enum incident_child kind)
{
	enum status status = STATUS_OK;

	json_write_name(&w->json, incident_kind(kind)->words);
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < incident_part_count(incident, kind) && status == STATUS_OK; i++)
		status = document_write_part(&w->json, kind, incident_part_at(incident, kind, i), write_sample, w);
	json_write_end(&w->json, ']');
	return status;
}

static enum status write_members(struct writer *w, struct arena *arena, const char *key, const struct incident *whole)
{
	const int64_t *samples;
	const enum member_role *roles;
	size_t count = 0;
	enum status status = w->store->ops->incident_members(w->store, arena, key, &samples, &roles, &count, w->err);

	json_write_name(&w->json, "members");
	json_write_begin(&w->json, '[');
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (whole && audience_hides_sample(whole, samples[i]))
			continue;
		json_write_begin(&w->json, '{');
		json_write_name(&w->json, "sample");
		status = write_sample(w, samples[i]);
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
	json_write_member_if(&w->json, "partial", incident->partial);
	json_write_member_if(&w->json, "duplicate_of", incident->duplicate_of);
	json_write_member_if(&w->json, "signature", incident->signature);
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
	struct incident *incident;
	enum status status = store->ops->incident_get(store, arena, key, &incident, err);

	return status == STATUS_OK ? document_write_shown(store, arena, incident, NULL, NULL, out, err) : status;
}

enum status document_write_shown(struct store *store, struct arena *arena, const struct incident *incident, const struct incident *whole,
				 const struct document_known *known, struct strbuf *out, struct error *err)
{
	static const struct document_known nothing;
	struct writer w = { .store = store, .scratch = ARENA_INIT, .known = known ? known : &nothing, .err = err };
	const struct incident_review *review = w.known->review;
	size_t start = out->len_bytes;
	enum status status = STATUS_OK;

	if (whole)
		incident = audience_strip(arena, whole, incident);
	json_write_init(&w.json, out, 0);
	json_write_begin(&w.json, '{');
	json_write_member_int(&w.json, "aitia", DOCUMENT_VERSION);
	json_write_name(&w.json, "incidents");
	json_write_begin(&w.json, '[');
	json_write_begin(&w.json, '{');
	write_head(&w, incident);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS && status == STATUS_OK; kind++)
		status = write_parts(&w, incident, (enum incident_child)kind);
	if (status == STATUS_OK)
		status = write_members(&w, arena, incident->key, whole);
	if (status == STATUS_OK && !review)
		status = incident_review_load_shown(store, arena, incident, whole, &review, err);
	if (status == STATUS_OK)
		document_write_computed(&w.json, review, whole ? whole : incident);
	json_write_end(&w.json, '}');
	json_write_end(&w.json, ']');
	json_write_end(&w.json, '}');
	strbuf_addch(out, '\n');
	if (status != STATUS_OK)
		strbuf_truncate(out, start);
	arena_release(&w.scratch);
	return status;
}
