/* What users saw: output, what was expected, who flagged it, why it is wrong. */
#include "core/codebook.h"
#include "templates/build.h"

#define FLAGS_MAX 10
#define PROVENANCE_MAX 24

static const struct {
	const char *key, *label;
} well_known[] = {
	{ PROVENANCE_PROVIDER, "provider" },
	{ PROVENANCE_MODEL, "model" },
	{ PROVENANCE_MODEL_REQUESTED, "model requested" },
	{ PROVENANCE_HARNESS, "harness" },
	{ PROVENANCE_PROMPT_VERSION, "system prompt" },
	{ PROVENANCE_EFFORT, "effort" },
	{ PROVENANCE_PLAN, "plan" },
	{ PROVENANCE_PLATFORM, "platform" },
};

static const char *label_of(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(well_known); i++)
		if (strcmp(well_known[i].key, key) == 0)
			return well_known[i].label;
	return key;
}

static void put_item(struct builder *b, struct strbuf *out, const char *label, const char *text, const char *suffix)
{
	if (!build_has(text))
		return;
	if (out->len_bytes)
		strbuf_addstr(out, " · ");
	if (label) {
		build_put(b, out, build_clip(b, label), ESCAPE_PROSE);
		strbuf_addch(out, ' ');
	}
	build_put(b, out, build_clip(b, text), ESCAPE_PROSE);
	strbuf_addstr(out, suffix);
}

/* "`src/a.py:12` · python · completion · model m-1 · produced 2026-03-04" */
static struct value *build_provenance(struct builder *b, const struct sample *sample)
{
	struct strbuf buf = STRBUF_INIT;
	char fingerprint[DIGEST_HEX_LEN + 1];

	if (build_has(sample->path)) {
		struct slice place = slice_of(build_clip(b, sample->path));

		if (sample->region.start_line > 0)
			place = slice_of(arena_printf(b->arena, "%s:%lld", place.at,
						      (long long)sample->region.start_line));
		site_put_code_span(b->site, &buf, text_clean_slice(b->arena, place, TEXT_LINE), ESCAPE_PROSE);
	}
	put_item(b, &buf, NULL, sample->language, "");
	put_item(b, &buf, NULL, build_words(b, sample_kind_word(sample->kind)), "");
	for (size_t i = 0; i < sample->provenance_count && i < PROVENANCE_MAX; i++)
		put_item(b, &buf, label_of(sample->provenance[i].key), sample->provenance[i].value,
			 sample->provenance[i].certainty == CERTAINTY_GUESSED ? " (guessed)" : "");
	if (sample->provenance_count > PROVENANCE_MAX)
		strbuf_addf(&buf, " · %zu more", sample->provenance_count - PROVENANCE_MAX);
	put_item(b, &buf, "produced", instant_text(b->arena, sample->produced_at), "");
	/* Back to the store that it came from. */
	digest_hex(&sample->fingerprint, fingerprint);
	put_item(b, &buf, "known as", sample->external_id, "");
	put_item(b, &buf, "sample", arena_printf(b->arena, "%lld", (long long)sample->id), "");
	put_item(b, &buf, "fingerprint", arena_printf(b->arena, "%.16s", fingerprint), "");
	return build_markup(b, &buf, VALUE_PROSE);
}

/* "error, lint-tool, rule E1, line 3: message" */
static struct value *build_flag(struct builder *b, const struct flag *flag)
{
	struct strbuf buf = STRBUF_INIT;

	build_put(b, &buf, level_word(flag->level), ESCAPE_PROSE);
	strbuf_addstr(&buf, ", ");
	build_put(b, &buf, build_words(b, flag_source_word(flag->source)), ESCAPE_PROSE);
	if (build_has(flag->tool)) {
		strbuf_addstr(&buf, ", ");
		build_put(b, &buf, build_clip(b, flag->tool), ESCAPE_PROSE);
	}
	if (build_has(flag->rule)) {
		strbuf_addstr(&buf, ", rule ");
		build_put(b, &buf, build_clip(b, flag->rule), ESCAPE_PROSE);
	}
	if (flag->region.start_line > 0)
		strbuf_addf(&buf, ", line %lld", (long long)flag->region.start_line);
	if (flag->region.start_line > 0 && flag->region.end_line > flag->region.start_line)
		strbuf_addf(&buf, " to %lld", (long long)flag->region.end_line);
	if (flag->has_score) {
		strbuf_addstr(&buf, ", score ");
		build_put(b, &buf, arena_printf(b->arena, "%.6g", flag->score), ESCAPE_PROSE);
	}
	if (build_has(flag->message)) {
		strbuf_addstr(&buf, ": ");
		build_put(b, &buf, build_clip(b, flag->message), ESCAPE_PROSE);
	}
	return build_markup(b, &buf, VALUE_PROSE);
}

static struct value *build_flags(struct builder *b, const struct sample *sample)
{
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < sample->flag_count && i < FLAGS_MAX; i++)
		value_add(list, build_flag(b, &sample->flags[i]));
	if (sample->flag_count > FLAGS_MAX)
		value_add(list, build_text(b, arena_printf(b->arena, "%zu more", sample->flag_count - FLAGS_MAX),
					   ESCAPE_PROSE));
	return list;
}

static void add_reason(struct builder *b, struct value *reasons, const char *name, const char *text)
{
	struct value *reason = value_object(b->arena);

	value_set(reason, "name", value_text(b->arena, slice_of(name)));
	value_set(reason, "value", build_text(b, text, ESCAPE_PROSE));
	value_add(reasons, reason);
}

/* A code of the codebook with what it means. */
static const char *explained(struct builder *b, const struct code *code, const char *name)
{
	if (!code || !build_has(code->help))
		return name;
	return arena_printf(b->arena, "%s: %s", name, code->help);
}

static struct value *build_reasons(struct builder *b, const struct annotation *annotation)
{
	const struct codebook *book = b->input->codebook;
	struct value *reasons = value_list(b->arena);

	if (annotation->verdict != VERDICT_NONE)
		add_reason(b, reasons, "Verdict", build_words(b, verdict_word(annotation->verdict)));
	if (build_has(annotation->cause))
		add_reason(b, reasons, "Cause",
			   explained(b, book ? codebook_cause(book, annotation->cause) : NULL, annotation->cause));
	for (size_t i = 0; i < annotation->symptom_count; i++)
		add_reason(b, reasons, "Symptom",
			   explained(b, book ? codebook_symptom(book, annotation->symptoms[i]) : NULL,
				     annotation->symptoms[i]));
	if (annotation->severity != SEVERITY_NONE)
		add_reason(b, reasons, "Severity", arena_printf(b->arena, "%s: %s", severity_word(annotation->severity),
								severity_help(annotation->severity)));
	if (annotation->confidence != CONFIDENCE_NONE)
		add_reason(b, reasons, "Confidence", build_words(b, confidence_word(annotation->confidence)));
	if (annotation->first_line > 0 && annotation->last_line > annotation->first_line)
		add_reason(b, reasons, "Lines", arena_printf(b->arena, "%lld to %lld", (long long)annotation->first_line,
							     (long long)annotation->last_line));
	else if (annotation->first_line > 0)
		add_reason(b, reasons, "Line", arena_printf(b->arena, "%lld", (long long)annotation->first_line));
	return reasons;
}

static void set_code(struct builder *b, struct value *item, const char *name, const char *note_name,
		     const char *language, struct slice code)
{
	const char *note = NULL;

	value_set(item, name, code.len_bytes ? build_code(b, language, code, &note) : value_null(b->arena));
	value_set(item, note_name, value_text(b->arena, slice_of(note)));
}

static struct value *build_sample(struct builder *b, size_t index)
{
	const struct sample *sample = b->input->samples[index];
	const struct annotation *annotation = b->input->annotations ? b->input->annotations[index] : NULL;
	bool show_diff = !sample->code.len_bytes; /* code says more than a patch of it */
	struct value *item = value_object(b->arena);

	value_set(item, "heading", build_heading(b, arena_printf(b->arena, "Sample %zu: ", index + 1),
						 build_clip(b, sample_title(b->arena, sample))));
	value_set(item, "illustrative", sample->illustrative ?
		  build_note(b, "Illustrative.", "This sample was made to show the fault; it is no recorded output.") :
		  value_null(b->arena));
	value_set(item, "provenance", build_provenance(b, sample));
	/* In the order of the page: it is checked to read back in that order. */
	set_code(b, item, "code", "code_note", sample->language, sample->code);
	set_code(b, item, "diff", "diff_note", "diff", show_diff ? sample->diff : (struct slice){ NULL, 0 });
	set_code(b, item, "expected", "expected_note", sample->language, sample->expected);
	value_set(item, "nothing", value_bool(b->arena, !sample->code.len_bytes && !sample->diff.len_bytes));
	build_set_list(b, item, "flags", "has_flags", build_flags(b, sample));
	build_set_list(b, item, "reasons", "has_reasons",
		       annotation ? build_reasons(b, annotation) : value_list(b->arena));
	value_set(item, "note", annotation ? build_markdown(b, annotation->note, 3) : value_null(b->arena));
	value_set(item, "judged", value_bool(b->arena, value_is_true(value_get(item, slice_of("reasons"))) ||
						       value_is_true(value_get(item, slice_of("note")))));
	return item;
}

struct value *build_samples(struct builder *b)
{
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < b->input->sample_count; i++)
		value_add(list, build_sample(b, i));
	return list;
}
