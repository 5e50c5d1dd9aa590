#include "core/codebook.h"
#include "templates/build_record.h"

static void add_fact(struct builder *b, struct value *facts, const char *name, const char *text)
{
	struct value *fact = value_object(b->arena);

	value_set(fact, "name", value_text(b->arena, slice_of(name)));
	value_set(fact, "value", build_text(b, text, ESCAPE_PROSE));
	value_add(facts, fact);
}

/* "word: what it means" */
static const char *meaning(struct builder *b, const char *word, const char *help)
{
	return arena_printf(b->arena, "%s: %s", build_words(b, word), help);
}

/* Which of the samples on this page are evidence: "2 samples, of which sample 1 is shown here". */
static const char *evidence_text(struct builder *b, const struct incident_cause *cause)
{
	const struct postmortem_input *input = b->input;
	struct strbuf shown = STRBUF_INIT;
	const char *text;
	int count = 0;

	for (size_t s = 0; s < input->sample_count; s++)
		for (size_t i = 0; i < cause->evidence_count; i++)
			if (cause->evidence[i] == input->samples[s]->id) {
				strbuf_addf(&shown, "%s%zu", count++ ? ", " : "", s + 1);
				break;
			}
	text = arena_printf(b->arena, "%zu sample%s", cause->evidence_count, cause->evidence_count == 1 ? "" : "s");
	if (cause->evidence_count == 0)
		text = input->withheld ? "no samples shown here" : "no samples linked";
	else if (count)
		text = arena_printf(b->arena, "%s; shown above: %s", text, shown.text);
	strbuf_release(&shown);
	return text;
}

static struct value *build_cause_facts(struct builder *b, const struct incident_cause *cause)
{
	const struct code *code = b->input->codebook ? codebook_cause(b->input->codebook, cause->code) : NULL;
	struct value *facts = value_list(b->arena);

	if (code && code->category != CATEGORY_NONE)
		add_fact(b, facts, "Category",
			 meaning(b, code_category_word(code->category), code_category_help(code->category)));
	if (code && build_has(code->word) && build_has(code->help))
		add_fact(b, facts, "Sub-cause", meaning(b, code->word, code->help));
	add_fact(b, facts, "Role", cause->role == ROLE_NONE ? "not said" :
		 meaning(b, cause_role_word(cause->role), cause_role_help(cause->role)));
	add_fact(b, facts, "Confidence", cause->confidence == CONFIDENCE_NONE ? "not said" :
		 meaning(b, confidence_word(cause->confidence), confidence_help(cause->confidence)));
	add_fact(b, facts, "Intent", cause->intent == INTENT_UNKNOWN ? "not known" :
		 meaning(b, intent_word(cause->intent), intent_help(cause->intent)));
	add_fact(b, facts, "Evidence", evidence_text(b, cause));
	if (cause->cites_count)
		add_fact(b, facts, "Sources", build_sources(b, NULL, cause->cites, cause->cites_count));
	return facts;
}

/* In a list: no heading of the page. */
static struct value *build_ruled_out_lead(struct builder *b, const struct incident_cause *cause)
{
	struct strbuf buf = STRBUF_INIT;

	strbuf_addf(&buf, "C%lld: ", (long long)cause->number);
	build_put(b, &buf, cause->code, ESCAPE_HEADING);
	return build_markup(b, &buf, VALUE_PROSE);
}

static bool belongs(const struct incident_cause *cause, enum causes_shown shown)
{
	bool gap = cause->role == ROLE_DETECTION_GAP || cause->role == ROLE_RESPONSE_GAP;

	if (cause->confidence == CONFIDENCE_RULED_OUT)
		return false;
	return shown == CAUSES_ALL || (shown == CAUSES_TRIGGERS && cause->role == ROLE_TRIGGER) ||
	       (shown == CAUSES_GAPS && gap) || (shown == CAUSES_ROOT && !gap && cause->role != ROLE_TRIGGER);
}

struct value *build_causes(struct builder *b, enum causes_shown shown)
{
	const struct incident *incident = b->input->incident;
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < incident->cause_count; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		struct value *item;

		if (!belongs(cause, shown))
			continue;
		item = value_object(b->arena);
		value_set(item, "number", value_text(b->arena, slice_of(arena_printf(b->arena, "C%lld", (long long)cause->number))));
		value_set(item, "code", value_text(b->arena, slice_of(cause->code)));
		value_set(item, "line", build_markdown_cell(b, cause->statement));
		value_set(item, "heading", build_heading(b, arena_printf(b->arena, "C%lld: ", (long long)cause->number),
							 cause->code));
		value_set(item, "statement",
			  build_prose(b, arena_printf(b->arena, "C%lld", (long long)cause->number), cause->statement, 3));
		value_set(item, "facts", build_cause_facts(b, cause));
		value_set(item, "symptom_only", incident_symptom_only(incident, cause->number) ?
			  build_note(b, "Symptom fixed, cause open.",
				     "What was finished for this cause reverts or mitigates it; nothing finished removes it.") :
			  value_null(b->arena));
		value_add(list, item);
	}
	return list;
}

struct value *build_ruled_out(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < incident->cause_count; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		struct value *item;

		if (cause->confidence != CONFIDENCE_RULED_OUT)
			continue;
		item = value_object(b->arena);
		value_set(item, "heading", build_ruled_out_lead(b, cause));
		value_set(item, "statement", build_markdown_cell(b, cause->statement));
		value_add(list, item);
	}
	return list;
}

struct value *build_actions(struct builder *b)
{
	const struct incident *incident = b->input->incident;
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < incident->action_count; i++) {
		const struct incident_action *action = &incident->actions[i];
		struct value *row = value_object(b->arena);
		struct strbuf what = STRBUF_INIT;

		build_put_markdown(b, &what, action->text);
		if (build_has(action->link)) {
			strbuf_addstr(&what, " (");
			site_put_link(b->site, &what, (struct slice){ "", 0 }, slice_of(action->link), ESCAPE_CELL);
			strbuf_addch(&what, ')');
		}
		value_set(row, "number", value_int(b->arena, action->number));
		value_set(row, "type", build_cell(b, build_words(b, action_type_word(action->type))));
		value_set(row, "what", build_markup(b, &what, VALUE_CELL));
		value_set(row, "cause", build_text(b, action->cause ? arena_printf(b->arena, "C%lld", (long long)action->cause) : NULL,
						   ESCAPE_CELL));
		value_set(row, "owner", build_cell(b, action->owner));
		value_set(row, "due", build_text(b, instant_text(b->arena, action->due), ESCAPE_CELL));
		value_set(row, "status", build_cell(b, build_words(b, action_status_word(action->status))));
		value_set(row, "criterion", build_text(b, build_has(action->result) ?
						arena_printf(b->arena, "%s%sMeasured%s%s: %s", action->criterion ? action->criterion : "",
							     build_has(action->criterion) ? ". " : "",
							     instant_known(action->measured_at) ? " " : "",
							     instant_text(b->arena, action->measured_at), action->result) :
						action->criterion, ESCAPE_CELL));
		value_add(list, row);
	}
	return list;
}
