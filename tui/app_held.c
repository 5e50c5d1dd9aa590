/*
 * Keys that are kept back: what was typed ahead of an answer, or behind what the loop must do
 * first, goes where it was meant to, in its order.
 */
#include "tui/app_state.h"

/* Nobody types that far ahead of an answer. */
#define HELD_KEYS_MAX 256

void app_release_held(struct app *app)
{
	for (size_t i = 0; i < app->held.len; i++)
		free((void *)(uintptr_t)app->held.items[i].paste.at);
	vec_clear(&app->held);
}

static struct key copy_of(const struct key *key)
{
	struct key copy = *key;

	copy.paste = (struct slice){ NULL, 0 };
	if (key->code == INPUT_PASTE && key->paste.len_bytes) {
		char *text = mem_alloc(key->paste.len_bytes);
		memcpy(text, key->paste.at, key->paste.len_bytes);
		copy.paste = (struct slice){ text, key->paste.len_bytes };
	}
	return copy;
}

void app_drop_keys(struct app *app)
{
	app->holding = false;
	app_release_held(app);
}

void app_key(struct app *app, const struct key *key)
{
	if (app->holding && key->code == INPUT_ESCAPE)
		app_drop_keys(app);
	if (!app->holding && !app->held.len) {
		app_run_key(app, key);
		return;
	}
	if (app->held.len < HELD_KEYS_MAX)
		vec_push(&app->held, copy_of(key));
}

/* One after the other, as long as none of them starts to wait again, or asks for what
 * the loop must do first: the keys behind it are for what will be then. */
void app_run_held(struct app *app)
{
	while (!app->holding && !app->effects.len && app->held.len) {
		struct key key = app->held.items[0];
		app->held.len--;
		memmove(app->held.items, app->held.items + 1, app->held.len * sizeof(app->held.items[0]));
		app_run_key(app, &key);
		free((void *)(uintptr_t)key.paste.at);
	}
}

void app_hold_keys(struct app *app, bool hold)
{
	app->holding = hold;
	app_run_held(app);
}

void app_hold_key(struct app *app, const struct key *key)
{
	vec_reserve(&app->held, 1);
	memmove(app->held.items + 1, app->held.items, app->held.len * sizeof(app->held.items[0]));
	app->held.items[0] = copy_of(key);
	app->held.len++;
	app->holding = true;
}
