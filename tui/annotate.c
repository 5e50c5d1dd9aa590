#include "tui/annotate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/defer.h"
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
	TAG_BULK,
	TAG_INCIDENT,
	TAG_INCIDENT_TITLE,
	TAG_DEFER,
	TAG_DEFER_INCIDENT,
	TAG_DEFER_TEXT,
	TAG_DUPLICATE,
	TAG_GO_TO,
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

/* ---- putting off --------------------------------------------------------------------- */

enum { DEFER_CHOICES = 5, DEFER_INCIDENT = 100, DEFER_OTHER };
static const struct {
	const char *until, *label, *help;
	char hotkey;
} defer_choices[DEFER_CHOICES] = {
	{ "tomorrow", "tomorrow", "from midnight on, UTC", 't' },
	{ "3d", "in 3 days", "to the minute", '3' },
	{ "1w", "in a week", "to the minute", 'w' },
	{ "monday", "next Monday", "from midnight on, UTC", 'm' },
	{ DEFER_RULE, "the rule is met again", "when an import brings a new sample of it", 'r' },
};

static void open_defer(struct app *app, const struct judging_target *target)
{
	struct screen *menu;
	char title[80];

	title_of(title, "Put off until", target);
	menu = menu_screen_new(title, TAG_DEFER);
	for (int i = 0; i < DEFER_CHOICES; i++)
		menu_add(menu_of(menu), defer_choices[i].label, defer_choices[i].help, defer_choices[i].hotkey, i);
	menu_add(menu_of(menu), "an incident is resolved", "or watched, or closed", 'i', DEFER_INCIDENT);
	menu_add(menu_of(menu), "another time, or hits", "2026-12-05, 6h, hits:QUERY", 'o', DEFER_OTHER);
	app_push(app, menu);
}

static bool check_until(void *context, const char *text, struct strbuf *hint)
{
	struct arena arena = ARENA_INIT;
	struct error err;
	const char *until = NULL;
	bool good;

	(void)context;
	good = strcmp(text, DEFER_RULE) == 0 || defer_read(&arena, text, instant_now(), &until, &err) == STATUS_OK;
	if (good && until)
		strbuf_addf(hint, "deferred %s", defer_words(&arena, until));
	else if (!good)
		strbuf_addstr(hint, err.text);
	arena_release(&arena);
	return good;
}

static void open_until(struct app *app, const struct judging_target *target)
{
	char title[80];

	title_of(title, "Put off until", target);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title,
		.history = HISTORY_UNTIL,
		.tag = TAG_DEFER_TEXT,
		.hint = "2026-12-05  2026-12-05T14:00  6h  3d  2w  monday  INC-2026-0001  hits:QUERY  rule",
		.check = check_until,
	}));
}

static enum judging_outcome defer_chosen(struct app *app, const struct judging_target *target, int64_t choice)
{
	char title[80] = "Put off until this is resolved";

	if (choice == DEFER_INCIDENT) {
		if (target->count > 1)
			snprintf(title, sizeof(title), "Put off %zu samples until this is resolved", target->count);
		push(app, screen_incident_pick_new(title, TAG_DEFER_INCIDENT), TAG_DEFER_INCIDENT);
		return JUDGING_GOES_ON;
	}
	if (choice < 0 || choice >= DEFER_CHOICES) {
		open_until(app, target);
		return JUDGING_GOES_ON;
	}
	judge_defer(app, target, defer_choices[choice].until);
	return JUDGING_DONE;
}

static enum judging_outcome defer_until_incident(struct app *app, const struct judging_target *target, const char *key)
{
	if (!key) {
		app_message(app, true, "an incident that is yet to be made cannot be waited for: choose one that is there");
		return JUDGING_GOES_ON;
	}
	judge_defer(app, target, key);
	return JUDGING_DONE;
}

/* ---- duplicates ------------------------------------------------------------------------ */

static bool read_sample_number(const char *text, int64_t *out)
{
	char *end;

	while (*text == ' ' || *text == '#')
		text++;
	*out = *text >= '0' && *text <= '9' && strlen(text) < 19 ? strtoll(text, &end, 10) : 0;
	return *text == '\0' || (*out > 0 && *end == '\0');
}

static bool check_number(void *context, const char *text, struct strbuf *hint)
{
	int64_t number;

	(void)context;
	if (read_sample_number(text, &number))
		return true;
	strbuf_addstr(hint, "the number of a sample; nothing: a duplicate, and not said of which");
	return false;
}

static void open_duplicate(struct app *app, const struct judging_target *target)
{
	char title[80], initial[32] = "";

	if (target->count > 1)
		snprintf(title, sizeof(title), "%zu samples duplicate sample number", target->count);
	else
		snprintf(title, sizeof(title), "Sample %" PRId64 " is a duplicate of sample number", target->samples[0]);
	if (target->other)
		snprintf(initial, sizeof(initial), "%" PRId64, target->other);
	else if (target->is_read && target->duplicate_of)
		snprintf(initial, sizeof(initial), "%" PRId64, target->duplicate_of);
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title,
		.initial = initial,
		.history = HISTORY_NUMBER,
		.tag = TAG_DUPLICATE,
		.may_be_empty = true,
		.hint = target->other ? "the one that is marked stands here; nothing: not said of which" : "nothing: not said of which",
		.check = check_number,
	}));
}

static enum judging_outcome judge_duplicate(struct app *app, const struct judging_target *target, const char *text)
{
	struct annotate_request said = { .annotation.verdict = VERDICT_DUPLICATE };
	char label[48] = "duplicate";

	if (!read_sample_number(text, &said.annotation.duplicate_of))
		return JUDGING_GOES_ON;
	if (said.annotation.duplicate_of)
		snprintf(label, sizeof(label), "duplicate of sample %" PRId64, said.annotation.duplicate_of);
	judge(app, target, &said, label);
	return JUDGING_DONE;
}

static void open_sample(struct app *app, int64_t id)
{
	app_push(app, screen_sample_new(id, "", (struct sample_source){ NULL, NULL }));
}

static void go_to_duplicate(struct app *app, const struct judging_target *target)
{
	struct screen *menu;

	if (target->count != 1 || !target->is_read)
		app_message(app, false, "of one sample at a time");
	else if (target->duplicate_of)
		open_sample(app, target->duplicate_of);
	else if (target->duplicate_count == 1)
		open_sample(app, target->duplicates[0]);
	else if (!target->duplicate_count)
		app_message(app, false, "it duplicates none, and none duplicates it, as far as was said");
	else {
		menu = menu_screen_new("Duplicates of this sample", TAG_GO_TO);
		for (size_t i = 0; i < target->duplicate_count; i++) {
			char label[32];
			snprintf(label, sizeof(label), "sample %" PRId64, target->duplicates[i]);
			menu_add(menu_of(menu), label, NULL, 0, target->duplicates[i]);
		}
		menu_assign_keys(menu_of(menu));
		app_push(app, menu);
	}
}

/* ---- notes ------------------------------------------------------------------------------ */

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
	case ACTION_ID_accept_proposal:
	case ACTION_ID_severity:
	case ACTION_ID_status:
	case ACTION_ID_defer:
	case ACTION_ID_duplicate:
	case ACTION_ID_go_to_duplicate:
	case ACTION_ID_decide:
	case ACTION_ID_note:
	case ACTION_ID_note_editor:
	case ACTION_ID_add_to_incident:
		return true;
	default:
		return false;
	}
}

bool judging_needs_text(enum action action)
{
	return action == ACTION_ID_symptoms || action == ACTION_ID_note || action == ACTION_ID_note_editor ||
	       action == ACTION_ID_duplicate || action == ACTION_ID_go_to_duplicate || action == ACTION_ID_decide;
}

static enum judging_outcome judge_verdict(struct app *app, const struct judging_target *target, enum verdict verdict)
{
	judge(app, target, &(struct annotate_request){ .annotation.verdict = verdict }, verdict_word(verdict));
	return JUDGING_DONE;
}

/* ---- what a key does at once --------------------------------------------------------- */

/* Of one sample it is seen at once what a key did; of several it is said first, and how
 * many they are. NULL: the action opens a menu or a prompt, which says so in its title. */
static const char *at_once_label(const struct app *app, enum action action)
{
	switch (action) {
	case ACTION_ID_confirmed:
		return verdict_word(VERDICT_CONFIRMED);
	case ACTION_ID_false_positive:
		return verdict_word(VERDICT_FALSE_POSITIVE);
	case ACTION_ID_repeat:
		return judge_again_label(app);
	case ACTION_ID_accept_proposal:
		return "the cause proposed for each";
	case ACTION_ID_note_editor:
		return "a note from $EDITOR, the same for all";
	default:
		return NULL;
	}
}

static enum judging_outcome ask_first(struct app *app, const struct judging_target *target, enum action action)
{
	const char *what = action == ACTION_ID_repeat ? "Say again" :
			   action == ACTION_ID_note_editor ? "Note" :
			   action == ACTION_ID_accept_proposal ? "Cause" : "Verdict";
	struct screen *menu;
	char title[80];

	title_of(title, what, target);
	menu = menu_screen_new(title, TAG_BULK);
	menu_add(menu_of(menu), at_once_label(app, action), "one step, and one undo", 'y', action);
	menu_add(menu_of(menu), "no", "leave them as they are", 'n', ACTION_UNBOUND);
	app_push(app, menu);
	return JUDGING_GOES_ON;
}

static enum judging_outcome do_at_once(struct app *app, const struct judging_target *target, enum action action)
{
	switch (action) {
	case ACTION_ID_confirmed:
		return judge_verdict(app, target, VERDICT_CONFIRMED);
	case ACTION_ID_false_positive:
		return judge_verdict(app, target, VERDICT_FALSE_POSITIVE);
	case ACTION_ID_repeat:
		if (judge_again(app, target))
			return JUDGING_DONE;
		app_message(app, false, "nothing was said yet that could be said again");
		return JUDGING_GOES_ON;
	case ACTION_ID_accept_proposal:
		judge_as_proposed(app, target);
		return JUDGING_DONE;
	case ACTION_ID_note_editor:
		open_editor(app, target);
		return JUDGING_GOES_ON;
	default:
		return JUDGING_GOES_ON;
	}
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
	if (target->count > 1 && at_once_label(app, action))
		return ask_first(app, target, action);
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
	case ACTION_ID_false_positive:
	case ACTION_ID_repeat:
	case ACTION_ID_accept_proposal:
	case ACTION_ID_note_editor:
		return do_at_once(app, target, action);
	case ACTION_ID_severity:
		open_terms(app, "Severity", TAG_SEVERITY, "severity", SEVERITY_Q1, target);
		break;
	case ACTION_ID_status:
		open_terms(app, "Status", TAG_STATUS, "sample_status", SAMPLE_UNTRIAGED, target);
		break;
	case ACTION_ID_defer:
		open_defer(app, target);
		break;
	case ACTION_ID_duplicate:
		open_duplicate(app, target);
		break;
	case ACTION_ID_go_to_duplicate:
		go_to_duplicate(app, target);
		break;
	case ACTION_ID_decide:
		decide_open(app, target);
		break;
	case ACTION_ID_note:
		open_note(app, target);
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
/* Takes no marks: what the samples are remains to be said. */
static void judge_beside(struct app *app, const struct judging_target *target, const struct annotate_request *said,
			 const char *label)
{
	struct judging_target kept = *target;

	kept.marked_in = NULL;
	judge(app, &kept, said, label);
}

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
	judge_beside(app, target, &said, label);
	free(words);
	return JUDGING_BESIDE;
}

enum judging_outcome judging_result(struct screen *screen, struct app *app, struct screen *child,
				    const struct judging_target *target)
{
	struct annotate_request said = { .keep_status = false };
	struct annotation *what = &said.annotation;
	char title[80] = "Title of the new incident";

	(void)screen;
	if (child && decide_is(child->tag))
		return decide_result(app, child, target);
	if (!child || child->tag < TAG_CAUSE || child->tag >= TAG_END)
		return JUDGING_NOT_OURS;
	switch (child->tag) {
	case TAG_CAUSE:
		what->cause = screen_cause_name(child);
		judge(app, target, &said, what->cause);
		return JUDGING_DONE;
	case TAG_SYMPTOMS:
		return judge_symptoms(app, target, child);
	case TAG_DEFER:
		return defer_chosen(app, target, menu_value(child));
	case TAG_DEFER_INCIDENT:
		return defer_until_incident(app, target, screen_incident_pick_key(child));
	case TAG_DEFER_TEXT:
		judge_defer(app, target, prompt_text(child));
		return JUDGING_DONE;
	case TAG_DUPLICATE:
		return judge_duplicate(app, target, prompt_text(child));
	case TAG_GO_TO:
		open_sample(app, menu_value(child));
		return JUDGING_GOES_ON;
	case TAG_VERDICT:
		what->verdict = (enum verdict)menu_value(child);
		if (what->verdict == VERDICT_DUPLICATE) {
			open_duplicate(app, target);
			return JUDGING_GOES_ON;
		}
		judge(app, target, &said, verdict_word(what->verdict));
		return JUDGING_DONE;
	case TAG_SEVERITY:
		what->severity = (enum severity)menu_value(child);
		judge_beside(app, target, &said, severity_word(what->severity));
		return JUDGING_BESIDE;
	case TAG_STATUS:
		judge_status(app, target, (enum sample_status)menu_value(child));
		return JUDGING_DONE;
	case TAG_NOTE:
		what->note = prompt_text(child);
		judge_beside(app, target, &said, "note");
		return JUDGING_BESIDE;
	case TAG_BULK:
		return do_at_once(app, target, (enum action)menu_value(child));
	case TAG_INCIDENT:
		if (screen_incident_pick_key(child)) {
			judge_members(app, target, screen_incident_pick_key(child), NULL);
			return JUDGING_ADDED;
		}
		if (target->count > 1)
			snprintf(title, sizeof(title), "Title of the new incident with %zu samples", target->count);
		app_push(app, prompt_new(app, &(struct prompt_options){
			.title = title,
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
		judge_beside(app, target, &said, "note");
	else if (!note.len_bytes && standing_note(target)[0])
		app_message(app, true, "an empty note is none: the old one stands (u takes back an edit)");
	else
		app_message(app, false, "the note is as it was");
	strbuf_release(&note);
	return changes;
}
