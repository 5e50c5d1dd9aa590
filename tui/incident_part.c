/*
 * Any part of the record by hand, by the table of its fields: a new one is made from the
 * one text without which it is none; then, and of every part, each field is chosen from a
 * menu and typed, or picked from its words.
 */
#include <inttypes.h>

#include "core/audience.h"
#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/words.h"
#include "tui/incident_screen.h"
#include "tui/menu.h"
#include "tui/prompt.h"

/* Longer texts, and those of several lines, go to the editor. */
#define PROMPT_BYTES_MAX 300

const void *incident_part_row(const struct incident *incident, size_t index, enum incident_child *kind)
{
	for (int at = INCIDENT_COHORT; at < INCIDENT_CHILD_KINDS; at++) {
		size_t count = incident_part_count(incident, (enum incident_child)at);
		*kind = (enum incident_child)at;
		if (index < count)
			return incident_part_at(incident, *kind, index);
		index -= count;
	}
	return NULL;
}

bool incident_part_selected(const struct incident_screen *self, enum incident_child *kind, int64_t *number)
{
	size_t index = self->lists[self->tab].selected;
	const void *part;

	if (!self->incident || index >= incident_row_count(self, self->tab))
		return false;
	*kind = self->tab == TAB_CAUSES ? INCIDENT_CAUSE : self->tab == TAB_TIMELINE ? INCIDENT_EVENT : INCIDENT_ACTION;
	part = self->tab == TAB_RECORD ? incident_part_row(self->incident, index, kind) :
					 incident_part_at(self->incident, *kind, index);
	*number = part ? incident_part_number(part) : 0;
	return part != NULL;
}

/* ---- making one ------------------------------------------------------------------------ */

void incident_part_add(struct app *app)
{
	struct screen *screen = menu_screen_new("Add to the record", INCIDENT_TAG_PART_KIND);

	for (int kind = INCIDENT_COHORT; kind < INCIDENT_STEP; kind++) /* steps are taken on the tab Draft */
		menu_add(menu_of(screen), incident_kind((enum incident_child)kind)->word,
			 incident_kind((enum incident_child)kind)->help, 0, kind);
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
}

/* The text that a new part begins with: what it needs, else its first text. */
static const struct incident_field *first_field(enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t i = 0; i < table->field_count; i++)
		if ((table->fields[i].flags & FIELD_NEEDED) == FIELD_NEEDED)
			return &table->fields[i];
	for (size_t i = 0; i < table->field_count; i++)
		if (field_is_text(&table->fields[i]))
			return &table->fields[i];
	return &table->fields[0];
}

static void open_first(struct incident_screen *self, struct app *app)
{
	const struct incident_field *field = self->flow.field;
	char title[64];

	snprintf(title, sizeof(title), "%s: %s", incident_kind(self->flow.kind)->word, field->name);
	app_push(app, prompt_new(app, &(struct prompt_options){ .title = title, .history = HISTORY_TEXT, .hint = field->help,
								.tag = INCIDENT_TAG_PART_FIRST }));
}

/* A waiver needs two texts: the second comes from the same prompt, behind the rule. */
static void split_waiver(struct arena *arena, struct incident_waiver *waiver)
{
	size_t len = strcspn(waiver->rule, " :");
	const char *rest = waiver->rule + len + strspn(waiver->rule + len, " :");

	waiver->reason = rest[0] ? arena_strdup(arena, rest) : "not said";
	waiver->rule = arena_text(arena, (struct slice){ waiver->rule, len });
}

static void make_part(struct incident_screen *self, struct app *app, const char *typed)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	const struct incident_kind *table = incident_kind(self->flow.kind);
	void *part = arena_alloc(&arena, table->size);
	int64_t number;

	part_set_text(self->flow.field, part, typed);
	if (self->flow.kind == INCIDENT_WAIVER)
		split_waiver(&arena, part);
	if (self->flow.kind == INCIDENT_RESTRICTION)
		restriction_read(&arena, typed, part);
	number = incident_add(copy, &arena, self->flow.kind, part);
	self->flow.has_text = false;
	incident_send(self, app, self->incident, copy, arena_printf(&arena, "%s %s%" PRId64, table->word, table->tag, number));
	arena_release(&arena);
}

/* ---- its fields -------------------------------------------------------------------------- */

static bool is_step(struct app *app, enum incident_child kind)
{
	if (kind == INCIDENT_STEP)
		app_message(app, false, "steps of the review stay as they were taken; u undoes one");
	return kind == INCIDENT_STEP;
}

void incident_part_fields(struct incident_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	enum incident_child kind;
	int64_t number;
	const struct incident_kind *table;
	struct screen *screen;
	const void *part;

	if (!incident_part_selected(self, &kind, &number) || is_step(app, kind))
		return;
	incident_edit_start(self);
	self->flow.kind = kind;
	self->flow.number = number;
	table = incident_kind(kind);
	part = incident_part(self->incident, kind, number);
	screen = menu_screen_new(arena_printf(&arena, "%s%" PRId64 ": which field", table->tag, number), INCIDENT_TAG_PART_FIELD);
	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		menu_add(menu_of(screen), field->name, part_is_blank(field, part) ? field->help : part_shown(&arena, field, part), 0,
			 (int64_t)i);
	}
	menu_assign_keys(menu_of(screen));
	app_push(app, screen);
	arena_release(&arena);
}

static bool check_value(void *context, const char *text, struct strbuf *hint)
{
	const struct incident_screen *self = context;
	struct arena arena = ARENA_INIT;
	const struct incident_field *field = self->flow.field;
	void *part = arena_alloc(&arena, incident_kind(self->flow.kind)->size);
	struct error err;
	bool good = part_read(&arena, field, part, text, &err) == STATUS_OK;

	if (!good)
		strbuf_addstr(hint, err.text);
	else if (!text[0])
		strbuf_addstr(hint, (field->flags & FIELD_NEEDED) == FIELD_NEEDED ? "it cannot be empty" : "empties it");
	else if (!field_is_text(field))
		strbuf_addstr(hint, part_shown(&arena, field, part));
	good = good && (text[0] || (field->flags & FIELD_NEEDED) != FIELD_NEEDED);
	arena_release(&arena);
	return good;
}

static const char *hint_of(const struct incident_field *field)
{
	switch (field->type) {
	case INCIDENT_REFS:
		return "which, with commas between them: 1, 2";
	case INCIDENT_SAMPLES:
		return "numbers of samples, with commas between them: 17, 240";
	case INCIDENT_TERMS:
		return "words with commas between them";
	case INCIDENT_INSTANT:
		return "as far as it is known: 2026-03, 2026-03-04, 2026-03-04 10:10";
	default:
		return field->help;
	}
}

/* Kinds of parts to choose one from: "C1 infrastructure/cache". */
static void open_reference(struct incident_screen *self, struct app *app, const struct incident_field *field, int64_t selected)
{
	struct screen *screen = menu_screen_new(field->help, INCIDENT_TAG_PART_WORD);

	for (size_t i = 0; i < incident_part_count(self->incident, field->kind); i++) {
		const void *part = incident_part_at(self->incident, field->kind, i);
		char label[24];
		snprintf(label, sizeof(label), "%s%" PRId64, incident_kind(field->kind)->tag, incident_part_number(part));
		menu_add(menu_of(screen), label, incident_part_title(field->kind, part), 0, incident_part_number(part));
	}
	menu_add(menu_of(screen), "none", NULL, 0, 0);
	menu_assign_keys(menu_of(screen));
	menu_select_value(menu_of(screen), selected);
	app_push(app, screen);
}

static void open_value(struct incident_screen *self, struct app *app, const void *part)
{
	const struct incident_field *field = self->flow.field;
	const char *text = part_shown(&self->flow.arena, field, part);
	char title[64];

	if (field->type == INCIDENT_TERM) {
		app_push(app, menu_terms_new(field->help, INCIDENT_TAG_PART_WORD, field->list, 0, (size_t)part_value(field, part)));
	} else if (field->type == INCIDENT_REF) {
		open_reference(self, app, field, part_value(field, part));
	} else if (strchr(text, '\n') || strlen(text) > PROMPT_BYTES_MAX) {
		self->editor = EDITOR_FIELD;
		app_effect(app, (struct effect){ .kind = EFFECT_EDITOR, .text = text, .suffix = ".md" });
	} else {
		snprintf(title, sizeof(title), "%s%" PRId64 " %s", incident_kind(self->flow.kind)->tag, self->flow.number, field->name);
		app_push(app, prompt_new(app, &(struct prompt_options){
			.title = title, .initial = text, .tag = INCIDENT_TAG_PART_VALUE, .hint = hint_of(field), .may_be_empty = true,
			.history = field->type == INCIDENT_INSTANT ? HISTORY_TIME : HISTORY_TEXT, .check = check_value, .context = self }));
	}
}

/* What a workaround hid shows again without it: whoever takes one back is asked what that is. */
static void ask_masked(struct incident_screen *self, struct app *app)
{
	self->flow.field = incident_field(INCIDENT_CHANGE, "masked");
	app_push(app, prompt_new(app, &(struct prompt_options){
		.title = "What did this workaround mask?", .tag = INCIDENT_TAG_PART_VALUE, .history = HISTORY_TEXT,
		.hint = self->incident->cause_count ? "causes, with commas between them: C1, C2" : "no cause is named yet: a adds one on their tab",
		.may_be_empty = true, .check = check_value, .context = self }));
}

/* The changed copy goes to the store; `typed` NULL: the word or part with that number. */
static void set_value(struct incident_screen *self, struct app *app, const char *typed, int64_t number)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	const struct incident_kind *table = incident_kind(self->flow.kind);
	struct error err;
	void *part = NULL;

	for (size_t i = 0; i < incident_part_count(copy, self->flow.kind); i++)
		if (incident_part_number(incident_part_at(copy, self->flow.kind, i)) == self->flow.number)
			part = incident_part_change(copy, self->flow.kind, i);
	if (!part) {
		app_message(app, true, "it is gone meanwhile; Up at a prompt brings back what you typed");
	} else if (typed && part_read(&arena, self->flow.field, part, typed, &err) != STATUS_OK) {
		app_message(app, true, "%s", err.text);
	} else {
		if (!typed)
			part_set_value(self->flow.field, part, number);
		incident_sort(copy);
		incident_send(self, app, self->incident, copy, arena_printf(&arena, "%s%" PRId64 " %s", table->tag, self->flow.number,
									    self->flow.field->name));
		if (self->flow.kind == INCIDENT_CHANGE && strcmp(self->flow.field->name, "masked") != 0 && change_is_unexplained(part))
			ask_masked(self, app);
	}
	arena_release(&arena);
}

void incident_part_edited(struct incident_screen *self, struct app *app, struct slice text)
{
	struct strbuf typed = STRBUF_INIT;

	self->editor = EDITOR_NONE;
	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	utf8_append_clean(&typed, text);
	line_history_add(app_history(app, HISTORY_TEXT), typed.text);
	set_value(self, app, typed.text, 0);
	strbuf_release(&typed);
}

void incident_part_remove(struct incident_screen *self, struct app *app)
{
	struct arena arena = ARENA_INIT;
	struct incident *copy = incident_copy(&arena, self->incident);
	enum incident_child kind;
	int64_t number;

	if (incident_part_selected(self, &kind, &number) && !is_step(app, kind) && incident_remove(copy, &arena, kind, number)) {
		incident_edit_start(self);
		incident_send(self, app, self->incident, copy,
			      arena_printf(&arena, "%s%" PRId64 " removed", incident_kind(kind)->tag, number));
	}
	arena_release(&arena);
}

bool incident_part_result(struct incident_screen *self, struct app *app, struct screen *child)
{
	const void *part;

	switch ((enum incident_tag)child->tag) {
	case INCIDENT_TAG_PART_KIND:
		incident_edit_start(self);
		self->flow.kind = (enum incident_child)menu_value(child);
		self->flow.field = first_field(self->flow.kind);
		open_first(self, app);
		return true;
	case INCIDENT_TAG_PART_FIRST:
		make_part(self, app, prompt_text(child));
		return true;
	case INCIDENT_TAG_PART_FIELD:
		self->flow.field = &incident_kind(self->flow.kind)->fields[menu_value(child)];
		part = incident_part(self->incident, self->flow.kind, self->flow.number);
		if (part)
			open_value(self, app, part);
		return true;
	case INCIDENT_TAG_PART_VALUE:
		set_value(self, app, prompt_text(child), 0);
		return true;
	case INCIDENT_TAG_PART_WORD:
		set_value(self, app, NULL, menu_value(child));
		return true;
	default:
		return false;
	}
}
