#include "core/import/export_mark.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/fields.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "sha256:" and 64 digits. */
static bool parse_fingerprint(struct slice text, struct digest *out)
{
	static const char prefix[] = "sha256:";
	const size_t head = sizeof(prefix) - 1;

	if (text.len_bytes != head + DIGEST_HEX_LEN || memcmp(text.at, prefix, head) != 0)
		return false;
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		int high = hex_digit(text.at[head + 2 * i]), low = hex_digit(text.at[head + 2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

static void take_text(struct record *record, const struct json *mark, const char *name, const char **to)
{
	const char *text = json_text(&record->arena, json_get(mark, name));

	if (text)
		*to = text;
}

static void take_bytes(const struct json *mark, const char *name, struct slice *to)
{
	struct slice bytes = json_slice(json_get(mark, name));

	if (bytes.at)
		*to = bytes;
}

/* A mark of SARIF has them all, since a result has no place for most: what it does not
 * name was not known. A row has them itself, all but the region. */
static void take_fields(struct record *record, const struct json *mark)
{
	struct sample *sample = &record->sample;
	const char *kind = json_text(&record->arena, json_get(mark, "kind"));

	if (kind && sample_kind_parse(kind, &sample->kind)) {
		sample->external_id = sample->language = sample->path = sample->session = NULL;
		sample->code = (struct slice){ NULL, 0 };
	}
	take_text(record, mark, "external_id", &sample->external_id);
	take_text(record, mark, "language", &sample->language);
	take_text(record, mark, "path", &sample->path);
	take_text(record, mark, "session", &sample->session);
	if (json_get(mark, "turn"))
		sample->turn = field_position(json_get(mark, "turn"));
	if (json_get(mark, "produced_at"))
		(void)field_instant(json_get(mark, "produced_at"), &sample->produced_at);
	sample->illustrative = json_bool(json_get(mark, "illustrative"), sample->illustrative);
	take_bytes(mark, "code", &sample->code);
	take_bytes(mark, "prompt", &sample->prompt);
	take_bytes(mark, "expected", &sample->expected);
	take_bytes(mark, "diff", &sample->diff);
}

static struct region region_of(const struct json *object)
{
	return (struct region){
		field_position(json_get(object, "start_line")), field_position(json_get(object, "start_column")),
		field_position(json_get(object, "end_line")), field_position(json_get(object, "end_column")),
	};
}

static void take_places(struct record *record, const struct json *list)
{
	vec_clear(&record->places);
	record->places_left_out = 0;
	for (const struct json *item = json_is(list, JSON_ARRAY) ? list->first : NULL; item; item = item->next) {
		const char *word = json_text(&record->arena, json_get(item, "role"));
		enum place_role role;
		struct place *place;
		if (!word || !place_role_parse(word, &role) ||
		    !(place = record_add_place(record, role, field_position(json_get(item, "group")))))
			continue;
		place->nesting = field_position(json_get(item, "nesting"));
		place->region = region_of(item);
		take_text(record, item, "path", &place->path);
		take_text(record, item, "message", &place->message);
		take_bytes(item, "text", &place->text);
	}
}

static void take_provenance(struct record *record, const struct json *list)
{
	vec_clear(&record->provenance);
	record->keys_left_out = 0;
	for (const struct json *item = json_is(list, JSON_ARRAY) ? list->first : NULL; item; item = item->next) {
		const char *word = json_text(&record->arena, json_get(item, "certainty"));
		enum certainty certainty = CERTAINTY_RECORDED;
		if (word)
			(void)certainty_parse(word, &certainty);
		record_add(record, json_text(&record->arena, json_get(item, "key")),
			   json_text(&record->arena, json_get(item, "value")), certainty);
	}
}

/* "model/cache, confirmed_defect by ann: the note" */
static void take_judgement(struct record *record, const struct json *mark)
{
	static const char *const keys[] = { "verdict", "cause", "severity", "confidence", "note", "reviewer", "reviewed_at" };
	struct strbuf message = STRBUF_INIT;
	const char *cause = json_text(&record->arena, json_get(mark, "cause"));
	const char *verdict = json_text(&record->arena, json_get(mark, "verdict"));
	const char *note = json_text(&record->arena, json_get(mark, "note"));
	const char *reviewer = json_text(&record->arena, json_get(mark, "reviewer"));

	if (!reviewer)
		return;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		record_add(record, arena_printf(&record->arena, "aitia.%s", keys[i]),
			   json_text(&record->arena, json_get(mark, keys[i])), CERTAINTY_RECORDED);
	strbuf_addf(&message, "%s%s%s by %s", cause ? cause : "", cause && verdict ? ", " : "",
		    verdict ? verdict : cause ? "" : "reviewed", reviewer);
	if (note)
		strbuf_addf(&message, ": %s", note);
	struct flag *flag = record_add_flag(record, SOURCE_REVIEWER, LEVEL_NONE);
	flag->message = arena_text(&record->arena, strbuf_slice(&message));
	flag->tool = "aitia";
	strbuf_release(&message);
}

void export_mark_apply(struct record *record, const struct json *mark)
{
	struct sample *sample = &record->sample;
	const char *status = json_text(&record->arena, json_get(mark, "status")), *word;

	if (!json_is(mark, JSON_OBJECT) ||
	    !parse_fingerprint(json_slice(json_get(mark, "fingerprint")), &sample->fingerprint))
		return;
	sample->is_export = true;
	/* The judgements themselves stay behind, and with them the status that they made. */
	if (status && sample_status_parse(status, &sample->status) && sample->status == SAMPLE_ANNOTATED)
		sample->status = SAMPLE_UNTRIAGED;
	take_fields(record, mark);
	sample->region = region_of(mark);
	word = json_text(&record->arena, json_get(mark, "baseline"));
	if (!word || !baseline_parse(word, &sample->baseline))
		sample->baseline = BASELINE_NONE;
	take_places(record, json_get(mark, "places"));
	take_provenance(record, json_get(mark, "provenance"));
	take_judgement(record, mark);
}
