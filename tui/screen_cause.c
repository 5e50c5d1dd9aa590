/* The cause picker: categories, then the sub-causes of one. The hotkey of a
 * sub-cause picks it at once; the first row is the category by itself. */
#include "core/base/mem.h"
#include "tui/menu.h"
#include "tui/screens.h"

struct cause_picker {
	struct screen screen;
	struct menu menu;
	enum code_category category; /* CATEGORY_NONE: the categories are shown */
	char *title;
	char *name;                  /* the result */
};

static struct cause_picker *self_of(struct screen *screen)
{
	return (struct cause_picker *)screen;
}

static void fill_categories(struct cause_picker *self)
{
	menu_clear(&self->menu, self->title);
	for (int category = CATEGORY_MODEL; category < CATEGORY_COUNT; category++)
		menu_add(&self->menu, code_category_word((enum code_category)category),
			 code_category_help((enum code_category)category),
			 code_category_key((enum code_category)category), category);
}

static void fill_causes(struct cause_picker *self, const struct app *app)
{
	const struct codebook *book = app_codebook(app);
	struct strbuf title = STRBUF_INIT;

	strbuf_addf(&title, "%s: %s", self->title, code_category_word(self->category));
	menu_clear(&self->menu, title.text);
	strbuf_release(&title);
	for (int bare = 1; bare >= 0; bare--)
		for (size_t i = 0; i < book->count; i++) {
			const struct code *code = &book->codes[i];
			if (code->kind != CODE_CAUSE || code->category != self->category || code->retired ||
			    (code->word[0] == '\0') != (bare == 1))
				continue;
			menu_add(&self->menu, bare ? code_category_word(code->category) : code->word, code->help,
				 bare ? 0 : app_code_key(app, code), !bare);
		}
	/* A team's own sub-causes may come without a key; the bare category is Enter. */
	if (self->menu.items.len) {
		self->menu.items.items[0].hotkey = '.';
		menu_assign_keys(&self->menu);
	}
}

static void fill(struct cause_picker *self, const struct app *app)
{
	if (self->category == CATEGORY_NONE)
		fill_categories(self);
	else
		fill_causes(self, app);
}

static void cause_release(struct screen *screen)
{
	struct cause_picker *self = self_of(screen);

	menu_release(&self->menu);
	free(self->title);
	free(self->name);
}

static void pick(struct cause_picker *self, struct app *app)
{
	const struct menu_item *item = menu_selected(&self->menu);
	struct strbuf name = STRBUF_INIT;

	if (self->category == CATEGORY_NONE) {
		self->category = (enum code_category)item->value;
		fill(self, app);
		return;
	}
	strbuf_addstr(&name, code_category_word(self->category));
	if (item->value) /* not the category by itself */
		strbuf_addf(&name, "/%s", item->label);
	self->name = strbuf_detach(&name);
	app_pop(app, true);
}

static bool cause_action(struct screen *screen, struct app *app, enum action action, const struct key *key)
{
	struct cause_picker *self = self_of(screen);
	struct key as_letter = *key;

	if (action > ACTION_UNBOUND && action_info(action)->scope == SCOPE_GLOBAL)
		return false;
	if (self->category != CATEGORY_NONE && key->code == INPUT_BACKSPACE) {
		self->category = CATEGORY_NONE;
		fill(self, app);
		return true;
	}
	if (self->category == CATEGORY_NONE && key->code >= '1' && key->code < '0' + CATEGORY_COUNT)
		as_letter.code = (uint32_t)code_category_key((enum code_category)(key->code - '0'));
	switch (menu_event(&self->menu, app_area(app), action, &as_letter)) {
	case MENU_PICKED:
		if (menu_selected(&self->menu))
			pick(self, app);
		break;
	case MENU_CANCELLED:
		app_pop(app, false);
		break;
	case MENU_NOTHING:
		break;
	}
	return true;
}

static void cause_view(const struct screen *screen, const struct app *app, struct surface *surface, struct area area)
{
	menu_view(&((const struct cause_picker *)screen)->menu, app, surface, area);
}

static const struct screen_ops cause_ops = {
	.scope = SCOPE_PICKER,
	.takes_text = true,
	.overlay = true,
	.release = cause_release,
	.action = cause_action,
	.view = cause_view,
};

struct screen *screen_cause_new(struct app *app, enum code_category category, const char *title)
{
	struct cause_picker *self = mem_zalloc(1, sizeof(*self));

	self->screen.ops = &cause_ops;
	self->category = category;
	self->title = mem_strdup(title);
	menu_init(&self->menu, title);
	fill(self, app);
	return &self->screen;
}

const char *screen_cause_name(const struct screen *screen)
{
	return ((const struct cause_picker *)screen)->name;
}
