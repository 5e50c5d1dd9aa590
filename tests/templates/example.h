/*
 * An incident to render: real facts of a public one (a coding assistant, March
 * and April 2026), with two samples, one of them made up to show the fault.
 */
#ifndef AITIA_TESTS_TEMPLATES_EXAMPLE_H
#define AITIA_TESTS_TEMPLATES_EXAMPLE_H

#include "core/incident_table.h"
#include "core/base/vec.h"
#include "core/codebook.h"
#include "core/render.h"

struct example {
	struct incident incident;
	struct incident_cause causes[3];
	struct incident_event events[9];
	struct incident_action actions[3];
	struct incident_section sections[3];
	struct sample samples[2];
	const struct sample *sample_list[2];
	struct annotation annotation;
	const struct annotation *annotation_list[2];
	struct postmortem_input input;
	/* one part of each kind, for example_fill() */
#define KIND(word, words, NAME, article, tag, help) struct incident_##word word##_part;
#include "core/incident_fields.def"
};

static inline struct instant example_at(const char *text)
{
	struct instant t;

	if (instant_parse(slice_of(text), &t, NULL) != STATUS_OK)
		abort();
	return t;
}

static inline void example_init_events(struct example *x)
{
	const struct incident_event events[] = {
		{ .number = 1, .at = example_at("2026-02"), .certainty = EVENT_CERTAINTY_APPROXIMATE,
		  .kind = EVENT_REPORT, .text = "Reports that the interface seems *frozen*", .sources = "P" },
		{ .number = 2, .at = example_at("2026-03-04T10:10Z"), .kind = EVENT_MILESTONE,
		  .milestone = MILESTONE_INTRODUCED, .text = "Default effort changed from `high` to `medium`",
		  .sources = "P, C, https://example.org/changelog?a=1&b=2." },
		{ .number = 3, .at = example_at("2026-03-26"), .kind = EVENT_MILESTONE,
		  .milestone = MILESTONE_FIRST_IMPACT,
		  .text = "A cache optimisation clears old thinking on *every* turn (`a || b`)", .sources = "P",
		  .cohort = "sessions idle for over an hour" },
		{ .number = 4, .at = example_at("2026-04-02"), .kind = EVENT_MILESTONE, .milestone = MILESTONE_DETECTED,
		  .text = "A user's measured report: [issue](https://example.org/issues/42796)" },
		{ .number = 5, .at = example_at("2026-04-07T21:18Z"), .certainty = EVENT_CERTAINTY_DISPUTED,
		  .kind = EVENT_MILESTONE, .milestone = MILESTONE_MITIGATED, .text = "Effort change reverted",
		  .sources = "P against C", .cohort = "all, by P; API key, Team and Enterprise, by C" },
		{ .number = 6, .at = example_at("2026-04-10T19:03Z"), .kind = EVENT_MILESTONE,
		  .milestone = MILESTONE_MITIGATED, .text = "Caching bug fixed", .sources = "P" },
		{ .number = 7, .at = example_at("2026-04-20T22:18Z"), .kind = EVENT_MILESTONE,
		  .milestone = MILESTONE_RESOLVED, .text = "Prompt line reverted; all resolved", .sources = "P" },
		{ .number = 8, .at = example_at("2026-04-23"), .kind = EVENT_MILESTONE,
		  .milestone = MILESTONE_PUBLISHED, .text = "Postmortem published", .sources = "P" },
		{ .number = 9, .kind = EVENT_HYPOTHESIS, .text = "A cache lifetime was changed",
		  .certainty = EVENT_CERTAINTY_INFERRED, .sources = "U" },
	};

	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		x->events[i] = events[i];
	x->incident.events = x->events;
	x->incident.event_count = ARRAY_LEN(events);
}

static inline void example_init_causes(struct example *x)
{
	static const int64_t evidence[] = { 11, 12, 99 };
	const struct incident_cause causes[] = {
		{ .number = 1, .code = "infrastructure/cache", .role = ROLE_TRIGGER, .confidence = CONFIDENCE_CONFIRMED,
		  .intent = INTENT_DEFECT, .evidence = evidence, .evidence_count = ARRAY_LEN(evidence),
		  .statement = "The clearing was meant to happen **once**.\n\n1. idle for an hour\n2. cleared\n\n"
			       "# Why every turn\n\nThe flag `cleared` was never kept." },
		{ .number = 2, .code = "testing/no_long_session_case", .role = ROLE_DETECTION_GAP,
		  .confidence = CONFIDENCE_LIKELY },
		{ .number = 3, .code = "model/training_regression", .confidence = CONFIDENCE_RULED_OUT,
		  .statement = "The Messages API, same model, was not affected." },
	};
	const struct incident_action actions[] = {
		{ .number = 1, .type = ACTION_REVERT, .status = ACTION_STATUS_DONE, .text = "Take the optimisation back",
		  .cause = 1, .owner = "harness team", .link = "https://example.org/t/1" },
		{ .number = 2, .type = ACTION_FIX, .status = ACTION_STATUS_OPEN, .text = "Keep the flag | with the session",
		  .cause = 1, .due = example_at("2026-06"), .criterion = "cache misses at 1 % again" },
		{ .number = 3, .type = ACTION_DETECT, .status = ACTION_STATUS_IN_PROGRESS,
		  .text = "Evals of stale sessions", .cause = 2, .link = "javascript:alert(1)" },
	};

	for (size_t i = 0; i < ARRAY_LEN(causes); i++)
		x->causes[i] = causes[i];
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		x->actions[i] = actions[i];
	x->incident.causes = x->causes;
	x->incident.cause_count = ARRAY_LEN(causes);
	x->incident.actions = x->actions;
	x->incident.action_count = ARRAY_LEN(actions);
}

static inline void example_init_samples(struct example *x)
{
	static const struct flag flags[] = {
		{ .source = SOURCE_USER_REPORT, .level = LEVEL_ERROR, .message = "It forgot what we agreed <an hour> ago" },
		{ .source = SOURCE_LINTER, .level = LEVEL_WARNING, .tool = "pylint", .rule = "W0101",
		  .message = "Unreachable code", .region = { .start_line = 3 }, .has_score = true, .score = 0.5 },
	};
	static const struct provenance provenance[] = {
		{ PROVENANCE_MODEL, "opus-4.6", CERTAINTY_RECORDED },
		{ PROVENANCE_HARNESS, "2.1.85", CERTAINTY_GUESSED },
		{ "idle.seconds", "4210", CERTAINTY_RECORDED },
	};
	static const char *const symptoms[] = { "forgetfulness" };

	x->samples[0] = (struct sample){
		.id = 12, .kind = SAMPLE_KIND_EDIT, .language = "python", .path = "src/session_state.py",
		.code = slice_of("def resume(state):\r\n\treturn state\n\tstate.clear()  # ```` {{< x >}} <!--more-->\n"),
		.expected = slice_of("def resume(state):\n\treturn state.kept()"), .region = { .start_line = 10 },
		.produced_at = example_at("2026-03-28T08:00:05Z"), .flags = flags, .flag_count = ARRAY_LEN(flags),
		.provenance = provenance, .provenance_count = ARRAY_LEN(provenance),
	};
	x->samples[1] = (struct sample){
		.id = 13, .kind = SAMPLE_KIND_PATCH, .illustrative = true,
		.diff = slice_of("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-keep(\xff)\n+drop(\xe2\x80\xae)\n"),
	};
	x->annotation = (struct annotation){
		.sample = 12, .verdict = VERDICT_CONFIRMED, .cause = "infrastructure/cache", .symptoms = symptoms,
		.symptom_count = 1, .severity = SEVERITY_Q2, .confidence = CONFIDENCE_LIKELY, .first_line = 2,
		.last_line = 3, .note = "The state is cleared *after* it was handed out.\n\n> see <b>resume</b>",
	};
	x->sample_list[0] = &x->samples[0];
	x->sample_list[1] = &x->samples[1];
	x->annotation_list[0] = &x->annotation;
}

static inline void example_init(struct example *x)
{
	const struct incident_section sections[] = {
		{ "summary", "Sessions that had been idle for an hour **forgot** what was said.\nThree changes overlapped.\n" },
		{ "impact", "# By plan\n\n| Plan | Share |\n|---|---|\n| Pro \\| Max | 3 % |\n| Team | *unknown* |\n\n"
			    "## Not affected\n\n- the Messages API\n  - at all\n- nobody else\n" },
		{ "sources", "P: [the postmortem](https://example.org/p \"of 23 April\"); C: <https://example.org/c>" },
	};

	*x = (struct example){ .incident = { .key = "INC-2026-0001", .title = "Forgetful sessions after an idle hour #1",
					     .status = INCIDENT_RESOLVED, .severity = SEVERITY_Q2,
					     .severity_rationale = "Measured: read:edit fell from 6.6 to 2.0" } };
	x->incident.created_at = example_at("2026-04-03T09:00:00Z");
	x->incident.updated_at = example_at("2026-05-25T12:30:00Z");
	x->incident.member_counts[MEMBER_CORE] = 3;
	x->incident.member_counts[MEMBER_CONTROL] = 2;
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		x->sections[i] = sections[i];
	x->incident.sections = x->sections;
	x->incident.section_count = ARRAY_LEN(sections);
	example_init_events(x);
	example_init_causes(x);
	example_init_samples(x);
	x->input = (struct postmortem_input){ .incident = &x->incident, .codebook = codebook_default(),
					      .samples = x->sample_list, .annotations = x->annotation_list,
					      .sample_count = 2, .illustrative = true };
}

static inline void example_fill_parts(struct example *x, const char *text)
{
	void *const parts[] = {
#define KIND(word, words, NAME, article, tag, help) &x->word##_part,
#include "core/incident_fields.def"
	};

	for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);
		incident_part_set_number(parts[kind], 1);
		for (size_t i = 0; i < table->field_count; i++)
			if (field_is_text(&table->fields[i]))
				part_set_text(&table->fields[i], parts[kind], text);
		incident_set_parts(&x->incident, (enum incident_child)kind, parts[kind], 1);
	}
	x->dispute_part.event = x->events[0].number;
	x->dispute_part.at = example_at("2020");
	x->change_part.at = example_at("2026-03-01");
	x->change_part.reverted_at = example_at("2026-03-09");
	x->change_part.announced = 1 << ANNOUNCED_DOCS;
	x->change_part.changelog = CHANGELOG_NO_ENTRY;
	x->incident.partial = x->incident.duplicate_of = x->incident.signature = text;
}

/* The same text in every field that can hold one. */
static inline void example_fill(struct example *x, struct flag *flag, struct provenance *provenance, const char *text)
{
	example_init(x);
	x->incident.title = x->incident.severity_rationale = text;
	for (size_t i = 0; i < x->incident.event_count; i++)
		x->events[i].text = x->events[i].sources = x->events[i].cohort = text;
	for (size_t i = 0; i < x->incident.cause_count; i++)
		x->causes[i].code = x->causes[i].statement = text;
	for (size_t i = 0; i < x->incident.action_count; i++) {
		x->actions[i].text = x->actions[i].owner = text;
		x->actions[i].link = x->actions[i].criterion = x->actions[i].result = text;
	}
	example_fill_parts(x, text);
	for (size_t i = 0; i < x->incident.section_count; i++)
		x->sections[i].markdown = text;
	*flag = (struct flag){ .tool = text, .rule = text, .message = text };
	*provenance = (struct provenance){ text, text, CERTAINTY_RECORDED };
	for (size_t i = 0; i < 2; i++) {
		struct sample *sample = &x->samples[i];

		sample->code = sample->expected = sample->diff = slice_of(text);
		sample->language = sample->path = text;
		sample->flags = flag;
		sample->provenance = provenance;
		sample->flag_count = sample->provenance_count = 1;
	}
	x->annotation.cause = x->annotation.note = text;
}

#endif
