#include "tui/annotate.h"

#include <inttypes.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

/* Tags of the children that are opened here; those of the screens are smaller. */
enum {
	TAG_CAUSE = 1000,
	TAG_SYMPTOMS,
	TAG_VERDICT,
	TAG_SEVERITY,
	TAG_STATUS,
	TAG_NOTE,
	TAG_REPEAT,
	TAG_INCIDENT,
	TAG_INCIDENT_TITLE,
	TAG_END,
};

/* "Cause", "Cause of 12 samples" or "Cause of lines 41-47". */
static void title_of(char out[80], const char *what, const struct judging_target *target)
{
	if (target->count > 1)
		snprintf(out, 80, "%s of %zu samples", what, target->count);
	else if (target->first_line)
		snprintf(out, 80, "%s of lines %" PRId64 "-%" PRId64, what, target->first_line, target->last_line);
	else
		snprintf(out, 80, "%s", what);
}

static void push(struct app *app, struct screen *child, int tag)
{
	child->tag = tag;
	app_push(app, child);
}

static void open_cause(struct app *app, enum code_category category, const struct judging_target *target)
{
	char title[80];

	title_of(title, "Cause", target);
	push(app, screen_cause_new(app, category, title), TAG_CAUSE);
}

static void open_symptoms(struct app *app, const struct judging_target *target)
{
	const struct annotation *standing = target->standing;
	char title[80];

	title_of(title, "Symptoms", target);
	push(app, screen_symptoms_new(app, title, standing ? standing->symptoms : NULL,
				      standing ? standing->symptom_count : 0), TAG_SYMPTOMS);
}

static void open_terms(struct app *app, const char *what, int tag, const char *list, size_t first,
		       const struct judging_target *target)
{
	char title[80];

	title_of(title, what, target);
	app_push(app, menu_terms_new(title, tag, list, first, first));
}

static const char *standing_note(const struct judging_target *target)
{
	return target->standing && target->standing->note ? target->standing->note : "";
}

static void open_editor(struct app *app, const struct judging_target *target)
{
	app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = standing_note(target), .suffix = ".md" });
}

static void open_note(struct app *app, const struct judging_target *target)
{
	char title[80];

	if (strchr(standing_note(target), '\n')) {
		open_editor(app, target); /* more than a line can hold */
		return;
	}
	title_of(title, "Note", target);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title,
		.initial = standing_note(target),
		.history = HISTORY_NOTE,
		.tag = TAG_NOTE,
	}));
}

bool judging_is(enum action action)
{
	switch (action) {
	case ACTION_ID_cause_model:
	case ACTION_ID_cause_infrastructure:
	case ACTION_ID_cause_testing:
	case ACTION_ID_cause_data_gap:
	case ACTION_ID_cause:
	case ACTION_ID_symptoms:
	case ACTION_ID_verdict:
	case ACTION_ID_confirmed:
	case ACTION_ID_false_positive:
	case ACTION_ID_repeat:
	case ACTION_ID_severity:
	case ACTION_ID_status:
	case ACTION_ID_note:
	case ACTION_ID_note_editor:
	case ACTION_ID_add_to_incident:
		return true;
	default:
		return false;
	}
}

static enum judging_outcome judge_verdict(struct app *app, const struct judging_target *target, enum verdict verdict)
{
	judge(app, target, &(struct annotate_request){ .annotation.verdict = verdict }, verdict_word(verdict));
	return JUDGING_DONE;
}

/* Of one sample it is seen at once; of several it is said first what will be done. */
static enum judging_outcome repeat(struct app *app, const struct judging_target *target)
{
	const char *label = judge_again_label(app);
	struct screen *menu;
	char title[80];

	if (!label) {
		app_message(app, false, "nothing was said yet that could be said again");
		return JUDGING_GOES_ON;
	}
	if (target->count == 1)
		return judge_again(app, target) ? JUDGING_DONE : JUDGING_GOES_ON;
	snprintf(title, sizeof(title), "Say again of %zu samples", target->count);
	menu = menu_screen_new(title, TAG_REPEAT);
	menu_add(menu_of(menu), label, "one step, and one undo", 'y', 1);
	menu_add(menu_of(menu), "no", "leave them as they are", 'n', 0);
	app_push(app, menu);
	return JUDGING_GOES_ON;
}

enum judging_outcome judging_action(struct screen *screen, struct app *app, enum action action,
				    const struct judging_target *target)
{
	char title[80];

	(void)screen;
	if (!target->count) {
		app_message(app, false, "there is no sample here to judge");
		return JUDGING_GOES_ON;
	}
	switch (action) {
	case ACTION_ID_cause_model:
		open_cause(app, CATEGORY_MODEL, target);
		break;
	case ACTION_ID_cause_infrastructure:
		open_cause(app, CATEGORY_INFRASTRUCTURE, target);
		break;
	case ACTION_ID_cause_testing:
		open_cause(app, CATEGORY_TESTING, target);
		break;
	case ACTION_ID_cause_data_gap:
		open_cause(app, CATEGORY_DATA_GAP, target);
		break;
	case ACTION_ID_cause:
		open_cause(app, CATEGORY_NONE, target);
		break;
	case ACTION_ID_symptoms:
		open_symptoms(app, target);
		break;
	case ACTION_ID_verdict:
		open_terms(app, "Verdict", TAG_VERDICT, "verdict", VERDICT_CONFIRMED, target);
		break;
	case ACTION_ID_confirmed:
		return judge_verdict(app, target, VERDICT_CONFIRMED);
	case ACTION_ID_false_positive:
		return judge_verdict(app, target, VERDICT_FALSE_POSITIVE);
	case ACTION_ID_repeat:
		return repeat(app, target);
	case ACTION_ID_severity:
		open_terms(app, "Severity", TAG_SEVERITY, "severity", SEVERITY_Q1, target);
		break;
	case ACTION_ID_status:
		open_terms(app, "Status", TAG_STATUS, "sample_status", SAMPLE_UNTRIAGED, target);
		break;
	case ACTION_ID_note:
		open_note(app, target);
		break;
	case ACTION_ID_note_editor:
		open_editor(app, target);
		break;
	default:
		snprintf(title, sizeof(title), "Add %zu sample%s to", target->count, target->count == 1 ? "" : "s");
		app_push(app, screen_incident_pick_new(title, TAG_INCIDENT));
		break;
	}
	return JUDGING_GOES_ON;
}

/* ---- results ------------------------------------------------------------------------ */

/* Of one sample the picker has shown what stands: what is ticked now is all there is.
 * Several have each their own: what is ticked is said of all of them, the rest stays. */
static enum judging_outcome judge_symptoms(struct app *app, const struct judging_target *target,
					   const struct screen *child)
{
	struct annotate_request said = { .whole_symptoms = target->count == 1 && target->is_read };
	size_t count = screen_symptoms_count(child);
	const char **words;
	char label[64];

	if (!count && !said.whole_symptoms) {
		app_message(app, false, "no symptom was ticked");
		return JUDGING_GOES_ON;
	}
	words = mem_zalloc(count ? count : 1, sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = screen_symptoms_word(child, i);
	said.annotation.symptoms = words;
	said.annotation.symptom_count = count;
	if (count == 1)
		snprintf(label, sizeof(label), "%s", words[0]);
	else
		snprintf(label, sizeof(label), "%zu symptoms", count);
	judge(app, target, &said, label);
	free(words);
	return JUDGING_DONE;
}

enum judging_outcome judging_result(struct screen *screen, struct app *app, struct screen *child,
				    const struct judging_target *target)
{
	struct annotate_request said = { .keep_status = false };
	struct annotation *what = &said.annotation;

	(void)screen;
	if (!child || child->tag < TAG_CAUSE || child->tag >= TAG_END)
		return JUDGING_NOT_OURS;
	switch (child->tag) {
	case TAG_CAUSE:
		what->cause = screen_cause_name(child);
		judge(app, target, &said, what->cause);
		return JUDGING_DONE;
	case TAG_SYMPTOMS:
		return judge_symptoms(app, target, child);
	case TAG_VERDICT:
		what->verdict = (enum verdict)menu_value(child);
		judge(app, target, &said, verdict_word(what->verdict));
		return JUDGING_DONE;
	case TAG_SEVERITY:
		what->severity = (enum severity)menu_value(child);
		judge(app, target, &said, severity_word(what->severity));
		return JUDGING_DONE;
	case TAG_STATUS:
		judge_status(app, target, (enum sample_status)menu_value(child));
		return JUDGING_DONE;
	case TAG_NOTE:
		what->note = prompt_text(child);
		judge(app, target, &said, "note");
		return JUDGING_DONE;
	case TAG_REPEAT:
		if (menu_value(child) != 1)
			return JUDGING_GOES_ON;
		judge_again(app, target);
		return JUDGING_DONE;
	case TAG_INCIDENT:
		if (screen_incident_pick_key(child)) {
			judge_members(app, target, screen_incident_pick_key(child), NULL);
			return JUDGING_ADDED;
		}
		app_push(app, prompt_new(app, &(struct prompt_options){
			.title = "Title of the new incident",
			.history = HISTORY_TITLE,
			.tag = TAG_INCIDENT_TITLE,
		}));
		return JUDGING_GOES_ON;
	default: /* TAG_INCIDENT_TITLE */
		judge_members(app, target, NULL, prompt_text(child));
		return JUDGING_ADDED;
	}
}

bool judging_note(struct app *app, const struct judging_target *target, struct slice text)
{
	struct annotate_request said = { .keep_status = false };
	struct strbuf note = STRBUF_INIT;
	bool changes;

	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	utf8_append_clean(&note, text);
	said.annotation.note = note.text;
	changes = note.len_bytes && strcmp(note.text, standing_note(target)) != 0;
	if (changes)
		judge(app, target, &said, "note");
	else if (!note.len_bytes && standing_note(target)[0])
		app_message(app, true, "an empty note is none: the old one stands (u takes back an edit)");
	else
		app_message(app, false, "the note is as it was");
	strbuf_release(&note);
	return changes;
}
