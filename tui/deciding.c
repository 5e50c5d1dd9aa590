/*
 * Ending a dispute: a menu of what reviewers say of the sample, or another cause or verdict, then the
 * reason. What is chosen waits here while its reason is typed.
 */
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/annotate.h"
#include "tui/app_state.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/screens.h"

enum { TAG_CHOICE = TAG_DECIDE, TAG_CAUSE, TAG_VERDICT, TAG_REASON, TAG_LAST };
enum { POSITIONS_MAX = 20, CHOICE_CAUSE = 100, CHOICE_VERDICT };

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

static bool check_reason(void *context, const char *text, struct strbuf *hint)
{
	(void)context;
	if (text[strspn(text, " \t")])
		return true;
	strbuf_addstr(hint, "a decision needs its reason");
	return false;
}

static enum judging_outcome ask_reason(struct app *app, const struct position *chosen)
{
	struct deciding *deciding = app->deciding;
	char title[160];

	deciding->chosen = chosen;
	snprintf(title, sizeof(title), "Why %s", label_of(&deciding->arena, chosen));
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = title,
		.history = HISTORY_NOTE,
		.tag = TAG_REASON,
		.hint = "the reason, kept with the decision; what reviewers said stays beside it",
		.check = check_reason,
	}));
	return JUDGING_GOES_ON;
}

static enum judging_outcome take_choice(struct app *app, const struct judging_target *target, int64_t choice)
{
	char title[80];
	struct screen *picker;

	if (choice >= 0 && (size_t)choice < app->deciding->count)
		return ask_reason(app, &app->deciding->positions[choice]);
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
							 .adjudicated = true } };
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
		return ask_reason(app, &deciding->other);
	case TAG_VERDICT:
		deciding->other = (struct position){ .verdict = (enum verdict)menu_value(child) };
		return ask_reason(app, &deciding->other);
	default:
		return decide(app, target, prompt_text(child));
	}
}
