#include "tui/sample_text.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "core/defer.h"
#include "core/hidden_text.h"

#define NAME_COLUMNS 24

/* "name   value", the value broken under itself; nothing for an unknown value. */
static void field(struct pane *pane, int columns, const char *name, const char *value, const char *remark)
{
	struct strbuf label = STRBUF_INIT;
	int pad;

	if (!value || !value[0])
		return;
	strbuf_addstr(&label, " ");
	strbuf_addstr(&label, name);
	pad = NAME_COLUMNS - utf8_text_columns(strbuf_slice(&label));
	for (int i = 0; i < pad; i++)
		strbuf_addch(&label, ' ');
	strbuf_addch(&label, ' ');
	pane_add(pane, STYLE_MUTED, label.text);
	if (strchr(value, '\n') || utf8_text_columns(slice_of(value)) + NAME_COLUMNS + 2 > columns) {
		if (remark)
			pane_add(pane, STYLE_MUTED, remark);
		pane_end(pane, 0);
		pane_wrap(pane, STYLE_TEXT, 3, columns - 1, value);
	} else {
		int used = NAME_COLUMNS + 1 + utf8_text_columns(slice_of(value));
		pane_add(pane, STYLE_TEXT, value);
		if (remark && used + 2 + utf8_text_columns(slice_of(remark)) < columns) {
			pane_add(pane, STYLE_MUTED, "  ");
			pane_add(pane, STYLE_MUTED, remark);
			remark = NULL;
		}
		pane_end(pane, 0);
		if (remark)
			pane_wrap(pane, STYLE_MUTED, NAME_COLUMNS + 1, columns - 1, remark);
	}
	strbuf_release(&label);
}

static const char *place_of(struct arena *arena, const struct sample *sample)
{
	if (!sample->path)
		return NULL;
	if (sample->region.start_line && sample->region.end_line > sample->region.start_line)
		return arena_printf(arena, "%s:%" PRId64 "-%" PRId64, sample->path, sample->region.start_line,
				    sample->region.end_line);
	if (sample->region.start_line)
		return arena_printf(arena, "%s:%" PRId64, sample->path, sample->region.start_line);
	return sample->path;
}

void sample_text_provenance(struct pane *pane, const struct sample *sample, const struct query *query, int columns)
{
	struct arena arena = ARENA_INIT;

	/* What tells causes apart comes first: the preview may have few rows. */
	field(pane, columns, "kind", sample_kind_word(sample->kind),
	      sample->illustrative ? "illustrative: made to show something, not real output" : NULL);
	for (size_t i = 0; i < sample->provenance_count; i++)
		field(pane, columns, sample->provenance[i].key, sample->provenance[i].value,
		      sample->provenance[i].certainty == CERTAINTY_RECORDED ?
			      NULL : certainty_word(sample->provenance[i].certainty));
	field(pane, columns, "produced", instant_text(&arena, sample->produced_at), NULL);
	field(pane, columns, "session", sample->session, NULL);
	if (sample->turn)
		field(pane, columns, "turn", arena_printf(&arena, "%" PRId64, sample->turn), NULL);
	field(pane, columns, "place", place_of(&arena, sample), NULL);
	field(pane, columns, "language", sample->language, NULL);
	field(pane, columns, "status", sample_status_word(sample->status), NULL);
	if (sample->disposition != VERDICT_NONE)
		field(pane, columns, "disposition", verdict_word(sample->disposition), NULL);
	if (sample->duplicate_of)
		field(pane, columns, "duplicates", arena_printf(&arena, "sample %" PRId64, sample->duplicate_of), NULL);
	if (sample->deferred_until)
		field(pane, columns, "put off", defer_words(&arena, sample->deferred_until), NULL);
	if (sample->baseline != BASELINE_NONE)
		field(pane, columns, "baseline", baseline_word(sample->baseline), NULL);
	field(pane, columns, "sample", arena_printf(&arena, "%" PRId64, sample->id), NULL);
	field(pane, columns, "producer's id", sample->external_id, NULL);
	field(pane, columns, "import", arena_printf(&arena, "%" PRId64, sample->batch), NULL);
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		field(pane, columns, "flag",
		      arena_printf(&arena, "%s, %s%s%s%s%s", flag_source_word(flag->source), level_word(flag->level),
				   flag->tool ? ", " : "", flag->tool ? flag->tool : "", flag->rule ? " " : "",
				   flag->rule ? flag->rule : ""), NULL);
		if (flag->has_score)
			field(pane, columns, "score", arena_printf(&arena, "%g", flag->score), NULL);
		size_t line = pane->lines.len;
		field(pane, columns, "message", flag->message, NULL);
		pane_find(pane, line, query);
	}
	arena_release(&arena);
}

static void add_word(struct pane *pane, enum style style, const char *word)
{
	if (!word || !word[0])
		return;
	pane_add(pane, style, "  ");
	pane_add(pane, style, word);
}

static void add_annotation(struct pane *pane, struct arena *arena, const struct annotation *annotation,
			   const struct query *query, int columns)
{
	bool stands = !annotation->superseded_by;
	enum style style = stands ? STYLE_TEXT : STYLE_MUTED;

	pane_addf(pane, STYLE_MUTED, " %s",
		  instant_text(arena, (struct instant){ annotation->at.at_us, PRECISION_MINUTE }));
	add_word(pane, stands ? STYLE_TITLE : STYLE_MUTED, annotation->reviewer);
	if (annotation->adjudicated)
		add_word(pane, stands ? STYLE_GOOD : STYLE_MUTED, "decided:");
	add_word(pane, style, annotation->cause);
	if (annotation->verdict != VERDICT_NONE)
		add_word(pane, style, verdict_word(annotation->verdict));
	if (annotation->duplicate_of) {
		char of[40];
		snprintf(of, sizeof(of), "of sample %lld", (long long)annotation->duplicate_of);
		add_word(pane, style, of);
	}
	if (annotation->severity != SEVERITY_NONE)
		add_word(pane, style, severity_word(annotation->severity));
	if (annotation->confidence != CONFIDENCE_NONE)
		add_word(pane, style, confidence_word(annotation->confidence));
	if (annotation->first_line)
		add_word(pane, style, arena_printf(arena, "lines %" PRId64 "-%" PRId64, annotation->first_line,
						   annotation->last_line));
	if (!stands)
		add_word(pane, STYLE_MUTED, "(superseded)");
	pane_end(pane, 0);
	if (annotation->symptom_count) {
		struct strbuf line = STRBUF_INIT;
		strbuf_addstr(&line, "symptoms: ");
		for (size_t i = 0; i < annotation->symptom_count; i++)
			strbuf_addf(&line, "%s%s", i ? ", " : "", annotation->symptoms[i]);
		pane_wrap(pane, style, 3, columns - 1, line.text);
		strbuf_release(&line);
	}
	if (annotation->note) {
		size_t line = pane->lines.len;
		pane_wrap(pane, style, 3, columns - 1, annotation->note);
		if (stands)
			pane_find(pane, line, query);
	}
}

void sample_text_history(struct pane *pane, bool blind, const struct annotation *annotations, size_t count,
			 const char *const *incidents, size_t incident_count, const struct query *query, int columns)
{
	struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < incident_count; i++)
		pane_line(pane, STYLE_TEXT, arena_printf(&arena, " in %s", incidents[i]));
	if (blind)
		pane_line(pane, STYLE_WARNING, " blind: what others say of it is not shown (B)");
	else if (!count)
		pane_line(pane, STYLE_MUTED, " nobody has annotated this sample yet");
	for (size_t i = 0; i < count; i++)
		add_annotation(pane, &arena, &annotations[i], query, columns);
	arena_release(&arena);
}

static void add_hidden(struct strbuf *out, size_t count, const char *where)
{
	if (!count)
		return;
	if (out->len_bytes)
		strbuf_addf(out, ", %zu in %s", count, where);
	else
		strbuf_addf(out, "hidden text: %zu character%s in %s", count, count == 1 ? "" : "s", where);
}

char *sample_text_hidden(struct arena *arena, const struct sample *sample)
{
	struct strbuf text = STRBUF_INIT;
	size_t messages = 0;
	char *warning = NULL;

	for (size_t i = 0; i < sample->flag_count; i++)
		if (sample->flags[i].message)
			messages += hidden_text_count(slice_of(sample->flags[i].message));
	add_hidden(&text, hidden_text_count(sample->code), "the code");
	add_hidden(&text, hidden_text_count(sample->prompt), "the prompt");
	add_hidden(&text, hidden_text_count(sample->expected), "what was expected");
	add_hidden(&text, hidden_text_count(sample->diff), "the diff");
	add_hidden(&text, messages, "messages");
	if (text.len_bytes) {
		strbuf_addstr(&text, "; shown by marks like <U+202E>");
		warning = arena_strdup(arena, text.text);
	}
	strbuf_release(&text);
	return warning;
}
