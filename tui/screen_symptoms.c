/* The symptom picker: any number of the codebook's symptoms, by hotkey or Space. */
#include "core/base/mem.h"
#include "tui/menu.h"
#include "tui/screens.h"

struct symptom_picker {
	struct screen screen;
	struct menu menu;
};

static void symptoms_release(struct screen *screen)
{
	menu_release(&((struct symptom_picker *)screen)->menu);
}

static bool symptoms_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	return menu_action(&((struct symptom_picker *)screen)->menu, app, action, key);
}

static void symptoms_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	menu_view(&((const struct symptom_picker *)screen)->menu, app, surface, area);
}

static const struct screen_ops symptoms_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = symptoms_release,
	.action = symptoms_action,
	.view = symptoms_view,
};

static bool is_on(const char *word, const char *const *on, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(on[i], word) == 0)
			return true;
	return false;
}

struct screen *screen_symptoms_new(struct app *app, const char *title, const char *const *on, size_t on_count)
{
	struct symptom_picker *self = mem_zalloc(1, sizeof(*self));
	const struct codebook *book = app_codebook(app);

	self->screen.ops = &symptoms_ops;
	menu_init(&self->menu, title);
	self->menu.several = true;
	for (size_t i = 0; i < book->count; i++) {
		const struct code *code = &book->codes[i];
		bool ticked = code->kind == CODE_SYMPTOM && is_on(code->word, on, on_count);
		if (code->kind != CODE_SYMPTOM || (code->retired && !ticked))
			continue;
		menu_add(&self->menu, code->word, code->help, app_code_key(app, code), (int64_t)i);
		self->menu.items.items[self->menu.items.len - 1].on = ticked;
	}
	menu_assign_keys(&self->menu);
	return &self->screen;
}

size_t screen_symptoms_count(const struct screen *screen)
{
	const struct menu *menu = &((const struct symptom_picker *)screen)->menu;
	size_t count = 0;

	for (size_t i = 0; i < menu->items.len; i++)
		count += menu->items.items[i].on;
	return count;
}

const char *screen_symptoms_word(const struct screen *screen, size_t index)
{
	const struct menu *menu = &((const struct symptom_picker *)screen)->menu;

	for (size_t i = 0; i < menu->items.len; i++)
		if (menu->items.items[i].on && index-- == 0)
			return menu->items.items[i].label;
	return NULL;
}
