#include <string.h>

#include "core/findings_parts.h"

static bool is_judgement(const struct annotation *annotation)
{
	return !annotation->superseded_by && (annotation->verdict || annotation->cause || annotation->severity ||
					      annotation->symptom_count);
}

bool finding_is_reviewed(const struct finding *finding)
{
	for (size_t i = 0; i < finding->annotation_count; i++)
		if (is_judgement(&finding->annotations[i]))
			return true;
	return false;
}

const struct annotation *finding_judgement(const struct finding *finding)
{
	const struct annotation *of_lines = NULL;

	for (size_t i = 0; i < finding->annotation_count; i++) {
		const struct annotation *annotation = &finding->annotations[i];
		if (!is_judgement(annotation) || !annotation_counts(finding->annotations, finding->annotation_count, i))
			continue;
		if (!annotation->first_line)
			return annotation;
		if (!of_lines)
			of_lines = annotation;
	}
	return of_lines;
}

/* ---- values -------------------------------------------------------------------------- */

void finding_number(struct json_writer *json, const char *name, int64_t number)
{
	if (number)
		json_write_member_int(json, name, number);
}

void finding_bytes(struct json_writer *json, const char *name, struct slice bytes)
{
	if (!bytes.at)
		return;
	json_write_name(json, name);
	json_write_slice(json, bytes);
}

static void write_time(struct json_writer *json, const char *name, struct instant t)
{
	struct strbuf text = STRBUF_INIT;

	if (!instant_known(t))
		return;
	instant_format_iso(&text, t);
	json_write_member(json, name, text.text);
	strbuf_release(&text);
}

void finding_fingerprint(struct json_writer *json, const char *name, const struct sample *sample)
{
	char text[sizeof("sha256:") + DIGEST_HEX_LEN] = "sha256:";

	digest_hex(&sample->fingerprint, text + strlen("sha256:"));
	json_write_member(json, name, text);
}

void finding_region(struct json_writer *json, const struct region *region, const char *const names[4])
{
	finding_number(json, names[0], region->start_line);
	finding_number(json, names[1], region->start_column);
	finding_number(json, names[2], region->end_line);
	finding_number(json, names[3], region->end_column);
}

static const char *const row_names[4] = { "start_line", "start_column", "end_line", "end_column" };

/* ---- what both formats carry ------------------------------------------------------------- */

static void write_judgement(struct json_writer *json, const struct annotation *annotation)
{
	if (annotation->verdict)
		json_write_member(json, "verdict", verdict_word(annotation->verdict));
	json_write_member_if(json, "cause", annotation->cause);
	if (annotation->symptom_count) {
		json_write_name(json, "symptoms");
		json_write_begin(json, '[');
		for (size_t i = 0; i < annotation->symptom_count; i++)
			json_write_text(json, annotation->symptoms[i]);
		json_write_end(json, ']');
	}
	if (annotation->severity)
		json_write_member(json, "severity", severity_word(annotation->severity));
	if (annotation->confidence)
		json_write_member(json, "confidence", confidence_word(annotation->confidence));
	json_write_member_if(json, "note", annotation->note);
	json_write_member(json, "reviewer", annotation->reviewer);
	write_time(json, "reviewed_at", annotation->at);
}

/* Every judgement that stands, in the words of the codebook. */
static void write_annotations(struct json_writer *json, const struct finding *finding)
{
	json_write_name(json, "annotations");
	json_write_begin(json, '[');
	for (size_t i = 0; i < finding->annotation_count; i++) {
		const struct annotation *annotation = &finding->annotations[i];
		if (annotation->superseded_by)
			continue;
		json_write_begin(json, '{');
		finding_number(json, "first_line", annotation->first_line);
		finding_number(json, "last_line", annotation->last_line);
		if (annotation->adjudicated) {
			json_write_name(json, "adjudicated");
			json_write_bool(json, true);
		}
		write_judgement(json, annotation);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void write_places(struct json_writer *json, const struct sample *sample)
{
	json_write_name(json, "places");
	json_write_begin(json, '[');
	for (size_t i = 0; i < sample->place_count; i++) {
		const struct place *place = &sample->places[i];
		json_write_begin(json, '{');
		json_write_member(json, "role", place_role_word(place->role));
		finding_number(json, "group", place->group);
		finding_number(json, "nesting", place->nesting);
		json_write_member_if(json, "path", place->path);
		finding_region(json, &place->region, row_names);
		json_write_member_if(json, "message", place->message);
		finding_bytes(json, "text", place->text);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

void finding_write_provenance(struct json_writer *json, const struct sample *sample)
{
	json_write_name(json, "provenance");
	json_write_begin(json, '[');
	for (size_t i = 0; i < sample->provenance_count; i++) {
		json_write_begin(json, '{');
		json_write_member(json, "key", sample->provenance[i].key);
		json_write_member(json, "value", sample->provenance[i].value);
		json_write_member(json, "certainty", certainty_word(sample->provenance[i].certainty));
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

/* What rows have a name for, and results have not. */
static void write_fields(struct json_writer *json, const struct sample *sample)
{
	json_write_member(json, "kind", sample_kind_word(sample->kind));
	json_write_member_if(json, "external_id", sample->external_id);
	json_write_member_if(json, "language", sample->language);
	json_write_member_if(json, "path", sample->path);
	json_write_member_if(json, "session", sample->session);
	finding_number(json, "turn", sample->turn);
	write_time(json, "produced_at", sample->produced_at);
	if (sample->illustrative) {
		json_write_name(json, "illustrative");
		json_write_bool(json, true);
	}
	finding_bytes(json, "code", sample->code);
	finding_bytes(json, "prompt", sample->prompt);
	finding_bytes(json, "expected", sample->expected);
	finding_bytes(json, "diff", sample->diff);
}

void finding_mark(struct json_writer *json, const struct finding *finding, bool with_fields)
{
	const struct sample *sample = finding->sample;
	const struct annotation *standing = finding_judgement(finding);

	json_write_name(json, "aitia");
	json_write_begin(json, '{');
	finding_fingerprint(json, "fingerprint", sample);
	json_write_member(json, "status", sample_status_word(sample->status));
	if (standing)
		write_judgement(json, standing);
	write_annotations(json, finding);
	finding_region(json, &sample->region, row_names);
	if (with_fields)
		write_fields(json, sample);
	if (sample->baseline)
		json_write_member(json, "baseline", baseline_word(sample->baseline));
	if (sample->place_count)
		write_places(json, sample);
	finding_write_provenance(json, sample);
	json_write_end(json, '}');
}

/* ---- JSON Lines ---------------------------------------------------------------------------- */

static void write_flag(struct json_writer *json, const struct flag *flag)
{
	json_write_begin(json, '{');
	json_write_member(json, "source", flag_source_word(flag->source));
	json_write_member(json, "level", level_word(flag->level));
	json_write_member_if(json, "tool", flag->tool);
	json_write_member_if(json, "rule", flag->rule);
	json_write_member_if(json, "message", flag->message);
	finding_region(json, &flag->region, row_names);
	if (flag->has_score) {
		json_write_name(json, "score");
		json_write_double(json, flag->score);
	}
	json_write_end(json, '}');
}

void finding_write_row(struct json_writer *json, const struct finding *finding)
{
	const struct sample *sample = finding->sample;

	json_write_begin(json, '{');
	write_fields(json, sample);
	json_write_name(json, "flags");
	json_write_begin(json, '[');
	for (size_t i = 0; i < sample->flag_count; i++)
		write_flag(json, &sample->flags[i]);
	json_write_end(json, ']');
	finding_mark(json, finding, false);
	json_write_end(json, '}');
}
