/*
 * Ending a dispute: a menu of what reviewers say of the sample, or another cause or verdict; the severity,
 * where they differ in it; then the reason, beside all that will count. What is chosen waits here meanwhile.
 */
#include <stdlib.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/decision.h"
#include "tui/annotate.h"
#include "tui/app_state.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

enum { TAG_CHOICE = TAG_DECIDE, TAG_CAUSE, TAG_VERDICT, TAG_SEVERITY, TAG_REASON, TAG_LAST };
enum { POSITIONS_MAX = 20, NOTE_COLUMNS = 72, CHOICE_CAUSE = 100, CHOICE_VERDICT };

/* What can be said, and who says so. */
struct position {
	const char *cause; /* or NULL */
	enum verdict verdict;
	struct strbuf who;
};

struct deciding {
	struct arena arena;
	struct position positions[POSITIONS_MAX];
	size_t count;
	const struct position *chosen; /* NULL until then */
	struct position other;         /* a cause or verdict that was picked */
	enum severity severity;        /* that was picked: SEVERITY_NONE stays unsaid */
	const char *outcome;           /* all that will count, in words */
};

void deciding_free(struct deciding *deciding)
{
	if (!deciding)
		return;
	for (size_t i = 0; i < deciding->count; i++)
		strbuf_release(&deciding->positions[i].who);
	arena_release(&deciding->arena);
	free(deciding);
}

static bool is_same(const struct position *position, const struct annotation *annotation)
{
	const char *a = position->cause ? position->cause : "", *b = annotation->cause ? annotation->cause : "";

	return position->verdict == annotation->verdict && strcmp(a, b) == 0;
}

static void add_position(struct deciding *deciding, const struct annotation *annotation)
{
	struct position *at = deciding->positions, *end = at + deciding->count;

	if (annotation->superseded_by || (!annotation->cause && !annotation->verdict))
		return;
	while (at < end && !is_same(at, annotation))
		at++;
	if (at == end && deciding->count == POSITIONS_MAX)
		return;
	if (at == end) {
		*at = (struct position){ arena_strdup(&deciding->arena, annotation->cause), annotation->verdict, STRBUF_INIT };
		deciding->count++;
	}
	strbuf_addf(&at->who, "%s%s%s", at->who.len_bytes ? ", " : "", annotation->reviewer ? annotation->reviewer : "",
		    annotation->adjudicated ? " (decided)" : "");
}

static const char *label_of(struct arena *arena, const struct position *position)
{
	const char *verdict = position->verdict ? verdict_word(position->verdict) : NULL;

	if (position->cause && verdict)
		return arena_printf(arena, "%s, %s", position->cause, verdict);
	return position->cause ? position->cause : verdict;
}

/* ---- what there is to know for choosing ------------------------------------------------------------- */

/* Lines of a menu, made of pieces that stand together. */
struct note {
	struct menu *menu;
	struct strbuf line;
	size_t begins; /* where a line that goes on is set in */
};

static void note_end(struct note *note)
{
	if (note->line.len_bytes)
		menu_add_note(note->menu, note->line.text);
	strbuf_clear(&note->line);
}

static void note_piece(struct note *note, const char *before, const char *piece)
{
	int columns = utf8_text_columns(strbuf_slice(&note->line)) + utf8_text_columns(slice_of(before)) +
		      utf8_text_columns(slice_of(piece));

	if (!piece || !piece[0])
		return;
	if (note->line.len_bytes > note->begins && columns > NOTE_COLUMNS) {
		strbuf_addstr(&note->line, before);
		note_end(note);
		strbuf_addf(&note->line, "%*s", (int)note->begins, "");
		before = "";
	}
	strbuf_addf(&note->line, "%s%s", before, piece);
}

static void note_said(struct note *note, const struct annotation *is)
{
	const char *before = ": ";

	strbuf_addf(&note->line, "%s%s", is->reviewer ? is->reviewer : "", is->adjudicated ? " (decided)" : "");
	note->begins = 4;
	if (is->first_line)
		strbuf_addf(&note->line, ", lines %lld-%lld", (long long)is->first_line, (long long)is->last_line);
	for (size_t i = 0; i < 3 + is->symptom_count; i++) {
		const char *piece = i == 0 ? is->cause :
				    i == 1 ? (is->verdict ? verdict_word(is->verdict) : NULL) :
				    i == 2 ? (is->severity ? severity_word(is->severity) : NULL) :
					     is->symptoms[i - 3];
		if (!piece)
			continue;
		note_piece(note, before, piece);
		before = ", ";
	}
	note_end(note);
}

static bool says_anything(const struct annotation *is)
{
	return !is->superseded_by && (is->cause || is->verdict || is->severity || is->symptom_count);
}

static void add_notes(struct menu *menu, const struct judging_target *target)
{
	struct note note = { menu, STRBUF_INIT, 0 };

	for (size_t i = 0; target->is_read && i < target->annotation_count; i++)
		if (says_anything(&target->annotations[i]))
			note_said(&note, &target->annotations[i]);
	note.begins = 0;
	note_piece(&note, "", "What they agree on counts beside it, and every symptom that is named;");
	note_piece(&note, " ", target->is_read ? "all of it is shown before it is kept." :
						 "a severity they differ in stays unsaid, of each sample.");
	note_end(&note);
	strbuf_release(&note.line);
}

/* The decision with what is filled in; STATUS_USAGE: it leaves a dispute open. */
static enum status decided(struct deciding *deciding, const struct judging_target *target, struct annotation *out, struct error *err)
{
	*out = (struct annotation){ .sample = target->samples[0], .cause = deciding->chosen->cause, .verdict = deciding->chosen->verdict,
				    .severity = deciding->severity, .adjudicated = true };
	return decision_complete(&deciding->arena, target->annotations, target->annotation_count, false, out, err);
}

/* Who says so of the sample; false: nobody. */
static bool who_says(const struct judging_target *target, enum severity severity, struct strbuf *who)
{
	bool any = false;

	for (size_t i = 0; i < target->annotation_count; i++) {
		const struct annotation *is = &target->annotations[i];
		if (is->superseded_by || is->severity != severity)
			continue;
		strbuf_addf(who, "%s%s", any ? ", " : "", is->reviewer ? is->reviewer : "");
		any = true;
	}
	return any;
}

static const char *outcome_text(struct deciding *deciding, const struct annotation *decision)
{
	struct strbuf text = STRBUF_INIT;
	const char *result;

	strbuf_addstr(&text, "counts: ");
	decision_text(decision, &text);
	result = arena_text(&deciding->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return result;
}

void decide_open(struct app *app, const struct judging_target *target)
{
	struct deciding *deciding;
	struct screen *menu;
	char title[80];

	if (app_options(app)->blind) {
		app_message(app, true, "a decision is made in the sight of what reviewers say: B ends judging blind");
		return;
	}
	deciding_free(app->deciding);
	app->deciding = deciding = mem_zalloc(1, sizeof(*deciding));
	arena_init(&deciding->arena);
	for (size_t i = 0; target->is_read && i < target->annotation_count; i++)
		add_position(deciding, &target->annotations[i]);
	if (target->count == 1)
		snprintf(title, sizeof(title), "What counts of sample %lld", (long long)target->samples[0]);
	else
		snprintf(title, sizeof(title), "What counts of %zu samples", target->count);
	menu = menu_screen_new(title, TAG_CHOICE);
	add_notes(menu_of(menu), target);
	for (size_t i = 0; i < deciding->count; i++)
		menu_add(menu_of(menu), label_of(&deciding->arena, &deciding->positions[i]), deciding->positions[i].who.text,
			 i < 9 ? (char)('1' + i) : 0, (int64_t)i);
	menu_add(menu_of(menu), deciding->count ? "another cause" : "a cause", "category, then sub-cause", 'c', CHOICE_CAUSE);
	menu_add(menu_of(menu), deciding->count ? "another verdict" : "a verdict", "without a cause", 'v', CHOICE_VERDICT);
	app_push(app, menu);
}

bool decide_is(int tag)
{
	return tag >= TAG_DECIDE && tag < TAG_LAST;
}

/* ---- choosing ---------------------------------------------------------------------------------------- */

static bool check_reason(void *context, const char *text, struct strbuf *hint)
{
	(void)context;
	if (text[strspn(text, " \t")])
		return true;
	strbuf_addstr(hint, "a decision needs its reason");
	return false;
}

static enum judging_outcome ask_reason(struct app *app)
{
	struct deciding *deciding = app->deciding;
	char title[160];

	snprintf(title, sizeof(title), "Why %s", label_of(&deciding->arena, deciding->chosen));
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title,
		.history = HISTORY_NOTE,
		.tag = TAG_REASON,
		.hint = deciding->outcome ? deciding->outcome : "the reason, kept with the decision; what reviewers said stays beside it",
		.check = check_reason,
	}));
	return JUDGING_GOES_ON;
}

/* Goes on to the reason, with all that will count. */
static enum judging_outcome settle(struct app *app, const struct judging_target *target)
{
	struct annotation decision;
	struct error err;

	app->deciding->outcome = NULL;
	if (target->is_read) {
		if (decided(app->deciding, target, &decision, &err) != STATUS_OK) {
			app_message(app, true, "%s", err.text);
			return JUDGING_GOES_ON;
		}
		app->deciding->outcome = outcome_text(app->deciding, &decision);
	}
	return ask_reason(app);
}

/* Asks for the severity first, where that would stay unsaid though some said one. */
static enum judging_outcome choose(struct app *app, const struct judging_target *target, const struct position *chosen)
{
	struct deciding *deciding = app->deciding;
	struct annotation decision;
	struct error err;
	struct screen *menu;

	deciding->chosen = chosen;
	deciding->severity = SEVERITY_NONE;
	if (!target->is_read || decided(deciding, target, &decision, &err) != STATUS_OK || decision.severity)
		return settle(app, target);
	menu = menu_screen_new("Severity that counts: they differ", TAG_SEVERITY);
	for (int s = SEVERITY_NONE + 1; s < SEVERITY_COUNT; s++) {
		struct strbuf who = STRBUF_INIT;
		if (who_says(target, (enum severity)s, &who))
			menu_add(menu_of(menu), severity_word((enum severity)s), who.text, 0, s);
		strbuf_release(&who);
	}
	if (!menu_selected(menu_of(menu))) {
		app_release_screen(menu);
		return settle(app, target);
	}
	menu_add(menu_of(menu), "none", "it stays unsaid", 0, SEVERITY_NONE);
	menu_assign_keys(menu_of(menu));
	app_push(app, menu);
	return JUDGING_GOES_ON;
}

static enum judging_outcome take_choice(struct app *app, const struct judging_target *target, int64_t choice)
{
	char title[80];
	struct screen *picker;

	if (choice >= 0 && (size_t)choice < app->deciding->count)
		return choose(app, target, &app->deciding->positions[choice]);
	snprintf(title, sizeof(title), "%s that counts of %zu sample%s", choice == CHOICE_CAUSE ? "Cause" : "Verdict", target->count,
		 target->count == 1 ? "" : "s");
	if (choice == CHOICE_CAUSE) {
		picker = screen_cause_new(app, CATEGORY_NONE, title);
		picker->tag = TAG_CAUSE;
	} else {
		picker = menu_terms_new(title, TAG_VERDICT, "verdict", VERDICT_CONFIRMED, VERDICT_CONFIRMED);
	}
	app_push(app, picker);
	return JUDGING_GOES_ON;
}

static enum judging_outcome decide(struct app *app, const struct judging_target *target, const char *reason)
{
	const struct position *chosen = app->deciding->chosen;
	struct annotate_request said = { .annotation = { .cause = chosen->cause, .verdict = chosen->verdict, .note = reason,
							 .severity = app->deciding->severity, .adjudicated = true } };
	char label[160];

	snprintf(label, sizeof(label), "decided: %s", label_of(&app->deciding->arena, chosen));
	judge(app, target, &said, label);
	return JUDGING_DONE;
}

enum judging_outcome decide_result(struct app *app, struct screen *child, const struct judging_target *target)
{
	struct deciding *deciding = app->deciding;

	switch (child->tag) {
	case TAG_CHOICE:
		return take_choice(app, target, menu_value(child));
	case TAG_CAUSE:
		deciding->other = (struct position){ .cause = arena_strdup(&deciding->arena, screen_cause_name(child)) };
		return choose(app, target, &deciding->other);
	case TAG_VERDICT:
		deciding->other = (struct position){ .verdict = (enum verdict)menu_value(child) };
		return choose(app, target, &deciding->other);
	case TAG_SEVERITY:
		deciding->severity = (enum severity)menu_value(child);
		return settle(app, target);
	default:
		return decide(app, target, prompt_text(child));
	}
}
