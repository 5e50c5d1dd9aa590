#include "cli/answer.h"

#include <string.h>

#include "cli/output.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"
#include "core/findings.h"

char *answer_fingerprint(struct arena *arena, const struct digest *digest)
{
	char hex[DIGEST_HEX_LEN + 1];
	digest_hex(digest, hex);
	return arena_printf(arena, "sha256:%s", hex);
}

void answer_instant(struct json_writer *json, const char *name, struct instant t)
{
	struct strbuf text = STRBUF_INIT;
	if (instant_known(t))
		instant_format_iso(&text, t);
	json_write_member(json, name, instant_known(t) ? text.text : NULL);
	strbuf_release(&text);
}

void answer_number(struct json_writer *json, const char *name, int64_t number)
{
	json_write_name(json, name);
	if (number)
		json_write_int(json, number);
	else
		json_write_null(json);
}

static void write_bool(struct json_writer *json, const char *name, bool truth)
{
	json_write_name(json, name);
	json_write_bool(json, truth);
}

/* Words whose first, "none", says that nothing is known. */
static void write_word(struct json_writer *json, const char *name, unsigned value, const char *word)
{
	json_write_member(json, name, value ? word : NULL);
}

/* ---- a row of the list ------------------------------------------------------------ */

const struct answer_key answer_row_keys[] = {
	{ "id", "number of the sample" },
	{ "status", "where triage stands: untriaged, in_review, annotated, …" },
	{ "disposition", "the verdict that stands for the sample, or null" },
	{ "level", "of the heaviest flag: error, warning, note, none" },
	{ "severity", "Q1 to Q5 of the standing annotation, or null" },
	{ "illustrative", "true: made to show something, never real output" },
	{ "produced_at", "when it was produced, or null" },
	{ "title", "message of the first flag, or first line of the code" },
	{ "path", "file path, or null" },
	{ "line", "line in that file, or null" },
	{ "language", "programming language, or null" },
	{ "rule", "rule id of the first flag, or null" },
	{ "model", "model served, or null" },
	{ "cause", "standing cause, or null" },
	{ "incidents", "number of incidents it belongs to" },
	{ "deferred_until", "what a deferred one waits for: a time, INC-…, hits:QUERY, or null" },
	{ NULL, NULL },
};

void answer_row(struct json_writer *json, const struct sample_row *row)
{
	json_write_begin(json, '{');
	json_write_member_int(json, "id", row->id);
	json_write_member(json, "status", sample_status_word(row->status));
	write_word(json, "disposition", row->disposition, verdict_word(row->disposition));
	json_write_member(json, "level", level_word(row->level));
	write_word(json, "severity", row->severity, severity_word(row->severity));
	write_bool(json, "illustrative", row->illustrative);
	answer_instant(json, "produced_at", row->produced_at);
	json_write_member(json, "title", row->title);
	json_write_member(json, "path", row->path);
	answer_number(json, "line", row->line);
	json_write_member(json, "language", row->language);
	json_write_member(json, "rule", row->rule);
	json_write_member(json, "model", row->model);
	json_write_member(json, "cause", row->cause);
	json_write_member_int(json, "incidents", row->incident_count);
	json_write_member(json, "deferred_until", row->deferred_until);
	json_write_end(json, '}');
}

/* ---- a whole sample ---------------------------------------------------------------- */

const struct answer_key answer_sample_keys[] = {
	{ "id", "number of the sample in this store" },
	{ "fingerprint", "its identity in every store: sha256:…" },
	{ "kind", "completion, edit, patch, agent_turn, review_comment, test_run" },
	{ "external_id", "the producer's name for it, or null" },
	{ "status", "where triage stands" },
	{ "deferred_until", "what a deferred one waits for: a time, INC-…, hits:QUERY, or null" },
	{ "disposition", "the verdict that stands for the sample, or null" },
	{ "duplicate_of", "number of the sample that it duplicates, or null" },
	{ "baseline", "new, unchanged, updated, absent, or null" },
	{ "illustrative", "true: made to show something, never real output" },
	{ "language", "programming language, or null" },
	{ "path", "file path, or null" },
	{ "region", "place of the code in that file: start_line, start_column, end_line, end_column, each or null" },
	{ "session", "session id, or null" },
	{ "turn", "turn in the session, or null" },
	{ "produced_at", "when it was produced, or null" },
	{ "batch", "number of the import that brought it" },
	{ "code", "the code, or null; invalid UTF-8 is replaced by U+FFFD" },
	{ "code_base64", "the exact bytes; only there when they are not valid UTF-8 (so for the next three)" },
	{ "prompt", "the prompt, or null" },
	{ "expected", "what was expected, or null" },
	{ "diff", "the change as a diff, or null" },
	{ "flags", "why it is in the queue, one object a flag" },
	{ "flags[].source", "user_report, linter, sast, unit_test, …, or null" },
	{ "flags[].level", "error, warning, note, none" },
	{ "flags[].tool", "name of the tool, or null" },
	{ "flags[].rule", "rule id, or null" },
	{ "flags[].message", "message, or null" },
	{ "flags[].region", "place: start_line, start_column, end_line, end_column, each or null" },
	{ "flags[].score", "a number, or null" },
	{ "places", "what else the finding speaks of, one object a place, in the order of the input" },
	{ "places[].role", "location, related, code_flow, stack, fix" },
	{ "places[].group", "which flow, stack or fix it belongs to, from 1, or null" },
	{ "places[].nesting", "calls that a step is deep, or null" },
	{ "places[].path", "file path, or null" },
	{ "places[].region", "as of flags; of a fix: what is replaced" },
	{ "places[].message", "what it says, or null" },
	{ "places[].text", "the code there, of a fix what comes in its stead, or null" },
	{ "provenance", "how it came to be, one object an attribute" },
	{ "provenance[].key", "name of the attribute" },
	{ "provenance[].value", "its value, as text" },
	{ "provenance[].certainty", "recorded, derived, guessed" },
	{ "annotations", "judgements, newest first, superseded ones too" },
	{ "annotations[].id", "number of the annotation" },
	{ "annotations[].reviewer", "who made it" },
	{ "annotations[].at", "when" },
	{ "annotations[].first_line", "first line it is about, or null: the whole sample" },
	{ "annotations[].last_line", "last line it is about, or null" },
	{ "annotations[].verdict", "verdict, or null" },
	{ "annotations[].duplicate_of", "number of the sample that it is a duplicate of, or null" },
	{ "annotations[].cause", "category/sub-cause, or null" },
	{ "annotations[].symptoms", "symptom codes" },
	{ "annotations[].severity", "Q1 to Q5, or null" },
	{ "annotations[].confidence", "confirmed, likely, possible, …, or null" },
	{ "annotations[].note", "Markdown, or null" },
	{ "annotations[].blind", "true: made without seeing others' judgements" },
	{ "annotations[].adjudicated", "true: a decision where reviewers differed, which counts in place of theirs as long as it stands" },
	{ "annotations[].superseded_by", "number of the annotation that replaced it, or null: it stands" },
	{ "annotations[].edit", "number of the edit that made it" },
	{ "incidents", "keys of the incidents it belongs to" },
	{ NULL, NULL },
};

static void write_bytes(struct json_writer *json, const char *name, struct slice bytes)
{
	json_write_name(json, name);
	json_write_slice(json, bytes);
	if (!bytes.at || utf8_valid(bytes))
		return;
	struct strbuf key = STRBUF_INIT, text = STRBUF_INIT;
	strbuf_addf(&key, "%s_base64", name);
	base64_add(&text, bytes);
	json_write_member(json, key.text, text.text);
	strbuf_release(&key);
	strbuf_release(&text);
}

static void write_region(struct json_writer *json, const struct region *region)
{
	json_write_name(json, "region");
	json_write_begin(json, '{');
	answer_number(json, "start_line", region->start_line);
	answer_number(json, "start_column", region->start_column);
	answer_number(json, "end_line", region->end_line);
	answer_number(json, "end_column", region->end_column);
	json_write_end(json, '}');
}

static void write_flag(struct json_writer *json, const struct flag *flag)
{
	json_write_begin(json, '{');
	write_word(json, "source", flag->source, flag_source_word(flag->source));
	json_write_member(json, "level", level_word(flag->level));
	json_write_member(json, "tool", flag->tool);
	json_write_member(json, "rule", flag->rule);
	json_write_member(json, "message", flag->message);
	write_region(json, &flag->region);
	json_write_name(json, "score");
	if (flag->has_score)
		json_write_double(json, flag->score);
	else
		json_write_null(json);
	json_write_end(json, '}');
}

static void write_annotation(struct json_writer *json, const struct annotation *annotation)
{
	json_write_begin(json, '{');
	json_write_member_int(json, "id", annotation->id);
	json_write_member(json, "reviewer", annotation->reviewer);
	answer_instant(json, "at", annotation->at);
	answer_number(json, "first_line", annotation->first_line);
	answer_number(json, "last_line", annotation->last_line);
	write_word(json, "verdict", annotation->verdict, verdict_word(annotation->verdict));
	answer_number(json, "duplicate_of", annotation->duplicate_of);
	json_write_member(json, "cause", annotation->cause);
	json_write_name(json, "symptoms");
	json_write_begin(json, '[');
	for (size_t i = 0; i < annotation->symptom_count; i++)
		json_write_text(json, annotation->symptoms[i]);
	json_write_end(json, ']');
	write_word(json, "severity", annotation->severity, severity_word(annotation->severity));
	write_word(json, "confidence", annotation->confidence, confidence_word(annotation->confidence));
	json_write_member(json, "note", annotation->note);
	write_bool(json, "blind", annotation->blind);
	write_bool(json, "adjudicated", annotation->adjudicated);
	answer_number(json, "superseded_by", annotation->superseded_by);
	json_write_member_int(json, "edit", annotation->edit);
	json_write_end(json, '}');
}

static void write_places(struct json_writer *json, const struct sample *sample)
{
	json_write_name(json, "places");
	json_write_begin(json, '[');
	for (size_t i = 0; i < sample->place_count; i++) {
		const struct place *place = &sample->places[i];
		json_write_begin(json, '{');
		json_write_member(json, "role", place_role_word(place->role));
		answer_number(json, "group", place->group);
		answer_number(json, "nesting", place->nesting);
		json_write_member(json, "path", place->path);
		write_region(json, &place->region);
		json_write_member(json, "message", place->message);
		write_bytes(json, "text", place->text);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

void answer_sample(struct json_writer *json, const struct answer_sample *all)
{
	const struct sample *sample = all->sample;
	struct arena arena = ARENA_INIT;

	json_write_begin(json, '{');
	answer_number(json, "id", sample->id);
	json_write_member(json, "fingerprint", answer_fingerprint(&arena, &sample->fingerprint));
	json_write_member(json, "kind", sample_kind_word(sample->kind));
	json_write_member(json, "external_id", sample->external_id);
	json_write_member(json, "status", sample_status_word(sample->status));
	json_write_member(json, "deferred_until", sample->deferred_until);
	write_word(json, "disposition", sample->disposition, verdict_word(sample->disposition));
	answer_number(json, "duplicate_of", sample->duplicate_of);
	write_word(json, "baseline", sample->baseline, baseline_word(sample->baseline));
	write_bool(json, "illustrative", sample->illustrative);
	json_write_member(json, "language", sample->language);
	json_write_member(json, "path", sample->path);
	write_region(json, &sample->region);
	json_write_member(json, "session", sample->session);
	answer_number(json, "turn", sample->turn);
	answer_instant(json, "produced_at", sample->produced_at);
	answer_number(json, "batch", sample->batch);
	write_bytes(json, "code", sample->code);
	write_bytes(json, "prompt", sample->prompt);
	write_bytes(json, "expected", sample->expected);
	write_bytes(json, "diff", sample->diff);
	json_write_name(json, "flags");
	json_write_begin(json, '[');
	for (size_t i = 0; i < sample->flag_count; i++)
		write_flag(json, &sample->flags[i]);
	json_write_end(json, ']');
	write_places(json, sample);
	finding_write_provenance(json, sample);
	json_write_name(json, "annotations");
	json_write_begin(json, '[');
	for (size_t i = 0; i < all->annotation_count; i++)
		write_annotation(json, &all->annotations[i]);
	json_write_end(json, ']');
	json_write_name(json, "incidents");
	json_write_begin(json, '[');
	for (size_t i = 0; i < all->incident_count; i++)
		json_write_text(json, all->incidents[i]);
	json_write_end(json, ']');
	json_write_end(json, '}');
	arena_release(&arena);
}

/* ---- incidents and edits ------------------------------------------------------------- */

const struct answer_key answer_incident_keys[] = {
	{ "key", "INC-YYYY-NNNN" },
	{ "title", "title" },
	{ "status", "suspected, declared, investigating, …" },
	{ "severity", "Q1 to Q5, or null" },
	{ "postmortem", "draft, in_review, reviewed, published, superseded" },
	{ "created_at", "when the record was made" },
	{ "started_at", "first known of introduced and first_impact, else the first event, or null" },
	{ "members", "number of samples" },
	{ "causes", "number of causes" },
	{ "open_actions", "number of actions not done" },
	{ "illustrative", "true: some members were made to show something" },
	{ NULL, NULL },
};

void answer_incident(struct json_writer *json, const struct incident_row *row, enum postmortem_state state)
{
	json_write_begin(json, '{');
	json_write_member(json, "key", row->key);
	json_write_member(json, "title", row->title);
	json_write_member(json, "status", incident_status_word(row->status));
	write_word(json, "severity", row->severity, severity_word(row->severity));
	json_write_member(json, "postmortem", postmortem_state_word(state));
	answer_instant(json, "created_at", row->created_at);
	answer_instant(json, "started_at", row->started_at);
	json_write_member_int(json, "members", (int64_t)row->member_count);
	json_write_member_int(json, "causes", (int64_t)row->cause_count);
	json_write_member_int(json, "open_actions", (int64_t)row->open_action_count);
	write_bool(json, "illustrative", row->illustrative);
	json_write_end(json, '}');
}

const struct answer_key answer_edit_keys[] = {
	ANSWER_EDIT_KEYS,
	{ NULL, NULL },
};

const char *edit_kind_word(enum edit_kind kind)
{
	static const char *const words[] = {
		[EDIT_CHANGE] = "change", [EDIT_UNDO] = "undo", [EDIT_REDO] = "redo", [EDIT_IMPORT] = "import"
	};
	return words[kind];
}

const char *edit_state_word(enum edit_state state)
{
	return state == EDIT_UNDONE ? "undone" : "applied";
}

void answer_edit_members(struct json_writer *json, const struct edit *edit)
{
	json_write_member_int(json, "id", edit->id);
	answer_instant(json, "at", edit->at);
	json_write_member(json, "reviewer", edit->reviewer);
	json_write_member(json, "kind", edit_kind_word(edit->kind));
	json_write_member(json, "state", edit_state_word(edit->state));
	json_write_member(json, "verb", edit->verb);
	json_write_member(json, "summary", edit->summary);
	answer_number(json, "of", edit->of);
	answer_number(json, "merge", edit->merge);
}

void answer_edit(struct json_writer *json, const struct edit *edit)
{
	json_write_begin(json, '{');
	answer_edit_members(json, edit);
	json_write_end(json, '}');
}

void answer_edited(bool as_json, size_t samples, int64_t edit)
{
	const char *ending = plural((int64_t)samples);

	if (as_json) {
		struct strbuf line = STRBUF_INIT;
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member_int(&json, "samples", (int64_t)samples);
		answer_number(&json, "edit", edit);
		json_write_end(&json, '}');
		out_json(&line);
		strbuf_release(&line);
	} else if (edit) {
		out_printf("%zu sample%s, edit %lld\n", samples, ending, (long long)edit);
	} else {
		out_printf("%zu sample%s, nothing to change\n", samples, ending);
	}
}
