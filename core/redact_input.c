/* All texts that a page is made from. */
#include <string.h>

#include "core/codebook.h"
#include "core/incident_review.h"
#include "core/incident_table.h"
#include "core/redact_run.h"

static const char *redact_string(struct redactor *redactor, struct arena *arena, const char *where, const char *text)
{
	return text ? arena_text(arena, redact_text(redactor, arena, where, slice_of(text))) : NULL;
}

/* The text as Markdown that shows just it: every mark is escaped, no line is indented. */
static const char *as_markdown(struct arena *arena, struct slice text)
{
	struct strbuf out = STRBUF_INIT;
	const char *result;

	for (size_t i = 0; i < text.len_bytes; i++) {
		char c = text.at[i];

		if ((c == ' ' || c == '\t') && (!out.len_bytes || out.text[out.len_bytes - 1] == '\n'))
			continue;
		if (c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
			strbuf_addch(&out, '\\');
		strbuf_addch(&out, c);
	}
	result = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return result;
}

/* Takes the hits behind `from` away which the `known` ones before it tell of already;
 * whether one of the rest is to be hidden. */
static bool is_new_to_hide(struct redactor *redactor, size_t known, size_t from)
{
	size_t kept = from;
	bool hides = false;

	for (size_t i = from; i < redactor->hits.len; i++) {
		const struct redact_hit hit = redactor->hits.items[i];
		bool is_known = false;

		for (size_t k = known; k < kept && !is_known; k++)
			is_known = strcmp(redactor->hits.items[k].hit, hit.hit) == 0;
		hides |= hit.decision != REDACT_KEEP;
		if (!is_known)
			redactor->hits.items[kept++] = hit;
	}
	redactor->hits.len = kept;
	return hides;
}

/* Escapes, references and marks inside of it keep a secret from the rules, not from readers. */
static const char *redact_markdown(struct redactor *redactor, struct arena *arena, const char *where, const char *markdown)
{
	size_t known = redactor->hits.len, from;
	const char *source = redact_string(redactor, arena, where, markdown);
	struct slice text, targets;

	if (!source || !redactor->seen)
		return source;
	redactor->seen(arena, slice_of(source), &text, &targets);
	from = redactor->hits.len;
	text = redact_text(redactor, arena, where, text);
	redact_text(redactor, arena, where, targets);
	return is_new_to_hide(redactor, known, from) ? as_markdown(arena, text) : source;
}

static void redact_incident(struct redactor *redactor, struct arena *arena, struct incident *incident)
{
	incident->title = redact_string(redactor, arena, "title", incident->title);
	incident->severity_rationale = redact_string(redactor, arena, "severity rationale", incident->severity_rationale);
	incident->partial = redact_string(redactor, arena, "what is still open", incident->partial);
	for (size_t i = 0; i < incident->section_count; i++)
		incident->sections[i].markdown = redact_markdown(redactor, arena, incident->sections[i].key,
								 incident->sections[i].markdown);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);

		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++) {
			void *part = incident_part_change(incident, (enum incident_child)kind, i);

			for (size_t f = 0; f < table->field_count; f++) {
				const struct incident_field *field = &table->fields[f];

				/* Codes, keys and numbers are words of ours. */
				if (field->type != INCIDENT_TEXT && field->type != INCIDENT_MARKDOWN)
					continue;
				const char *where = arena_printf(arena, "%s%lld %s", table->tag,
								 (long long)incident_part_number(part), field->name);
				part_set_text(field, part, field->type == INCIDENT_MARKDOWN ?
					      redact_markdown(redactor, arena, where, part_text(field, part)) :
					      redact_string(redactor, arena, where, part_text(field, part)));
			}
		}
	}
}

static const struct sample *redact_sample(struct redactor *redactor, struct arena *arena, const struct sample *from)
{
	struct sample *sample = arena_alloc(arena, sizeof(*sample));
	struct flag *flags = arena_array(arena, from->flag_count + 1, sizeof(*flags));
	struct provenance *provenance = arena_array(arena, from->provenance_count + 1, sizeof(*provenance));
	const char *name = arena_printf(arena, "sample %lld", (long long)from->id);
#define WHERE(what) arena_printf(arena, "%s " what, name)

	*sample = *from;
	sample->code = redact_text(redactor, arena, WHERE("code"), from->code);
	sample->prompt = redact_text(redactor, arena, WHERE("prompt"), from->prompt);
	sample->expected = redact_text(redactor, arena, WHERE("expected"), from->expected);
	sample->diff = redact_text(redactor, arena, WHERE("diff"), from->diff);
	sample->path = redact_string(redactor, arena, WHERE("path"), from->path);
	sample->language = redact_string(redactor, arena, WHERE("language"), from->language);
	sample->external_id = redact_string(redactor, arena, WHERE("external id"), from->external_id);
	sample->session = redact_string(redactor, arena, WHERE("session"), from->session);
	for (size_t i = 0; i < from->flag_count; i++) {
		flags[i] = from->flags[i];
		flags[i].tool = redact_string(redactor, arena, WHERE("tool"), flags[i].tool);
		flags[i].rule = redact_string(redactor, arena, WHERE("rule"), flags[i].rule);
		flags[i].message = redact_string(redactor, arena, WHERE("message"), flags[i].message);
	}
	for (size_t i = 0; i < from->provenance_count; i++) {
		provenance[i] = from->provenance[i];
		provenance[i].key = redact_string(redactor, arena, WHERE("provenance"), provenance[i].key);
		provenance[i].value = redact_string(redactor, arena, WHERE("provenance"), provenance[i].value);
	}
#undef WHERE
	sample->flags = flags;
	sample->provenance = provenance;
	sample->places = NULL; /* pages show none */
	sample->place_count = 0;
	return sample;
}

static const struct annotation *redact_annotation(struct redactor *redactor, struct arena *arena,
						  const struct annotation *from)
{
	struct annotation *annotation = arena_alloc(arena, sizeof(*annotation));

	*annotation = *from;
	annotation->note = redact_markdown(redactor, arena, arena_printf(arena, "note on sample %lld", (long long)from->sample),
					   from->note);
	return annotation;
}

/* Whether a page of the input says what the code means. */
static bool names_code(const struct postmortem_input *input, const struct code *code)
{
	const struct codebook *book = input->codebook;

	for (size_t i = 0; i < input->incident->cause_count; i++)
		if (codebook_cause(book, input->incident->causes[i].code) == code)
			return true;
	for (size_t i = 0; i < input->sample_count; i++) {
		const struct annotation *annotation = input->annotations ? input->annotations[i] : NULL;

		if (annotation && annotation->cause && codebook_cause(book, annotation->cause) == code)
			return true;
		for (size_t k = 0; annotation && k < annotation->symptom_count; k++)
			if (codebook_symptom(book, annotation->symptoms[k]) == code)
				return true;
	}
	return false;
}

/* What a team says of its codes stands on pages too. */
static const struct codebook *redact_codebook(struct redactor *redactor, struct arena *arena, const struct postmortem_input *input)
{
	const struct codebook *book = input->codebook;
	struct codebook *out = arena_alloc(arena, sizeof(*out));
	struct code *codes = arena_array(arena, book->count + 1, sizeof(*codes));

	for (size_t i = 0; i < book->count; i++) {
		codes[i] = book->codes[i];
		if (names_code(input, &book->codes[i]))
			codes[i].help = redact_string(redactor, arena, arena_printf(arena, "the code %s", code_name(arena, &codes[i])), codes[i].help);
	}
	*out = (struct codebook){ codes, book->count };
	return out;
}

static void give_hits(const struct redactor *redactor, struct arena *arena, const struct redact_hit **hits, size_t *count)
{
	struct redact_hit *all = arena_array(arena, redactor->hits.len + 1, sizeof(*all));

	if (redactor->hits.len)
		memcpy(all, redactor->hits.items, redactor->hits.len * sizeof(*all));
	*hits = all;
	*count = redactor->hits.len;
}

void redact_check(struct redactor *redactor, struct arena *arena, const char *where, const char *text,
		  const struct redact_hit **hits, size_t *count)
{
	vec_clear(&redactor->hits);
	redact_string(redactor, arena, where, text);
	give_hits(redactor, arena, hits, count);
}

void redact_input(struct redactor *redactor, struct arena *arena, redact_seen seen, const struct postmortem_input *input,
		  struct postmortem_input *out, const struct redact_hit **hits, size_t *count)
{
	struct incident *incident = incident_copy(arena, input->incident);
	const struct sample **samples = arena_array(arena, input->sample_count + 1, sizeof(*samples));
	const struct annotation **annotations = arena_array(arena, input->sample_count + 1, sizeof(*annotations));

	vec_clear(&redactor->hits);
	redactor->seen = seen;
	redact_incident(redactor, arena, incident);
	for (size_t i = 0; i < input->sample_count; i++) {
		samples[i] = redact_sample(redactor, arena, input->samples[i]);
		if (input->annotations && input->annotations[i])
			annotations[i] = redact_annotation(redactor, arena, input->annotations[i]);
	}
	*out = *input;
	out->incident = incident;
	if (input->codebook)
		out->codebook = redact_codebook(redactor, arena, input);
	out->samples = samples;
	out->annotations = annotations;
	if (input->review) /* its texts are the incident's */
		out->review = incident_review(arena, incident, input->review->flagged_after);
	give_hits(redactor, arena, hits, count);
}
