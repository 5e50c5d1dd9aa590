/* The store's file was moved away, or another one has its name: said as long as it is so, and nothing is written. */
#include "tui/app_state.h"

void app_take_place(struct app *app, const struct answer *answer)
{
	/* One that was never run says nothing. */
	bool is_told = (answer->kind == REQUEST_CHANGES && answer->status == STATUS_OK) || answer->place != STORE_HERE;

	if (!is_told || app->place == answer->place)
		return;
	if (answer->place == STORE_HERE)
		app_message(app, false, "the store's file is back: edits are saved again");
	if (answer->place == STORE_REPLACED && answer->place_note)
		app_message(app, false, "%s", answer->place_note);
	app->place = answer->place;
	app_resize(app, app->rows, app->columns); /* the notice takes a row */
}

const char *app_place_notice(const struct app *app, struct strbuf *out)
{
	char key[16];

	if (app->place == STORE_GONE)
		strbuf_addstr(out, "The store's file was moved away or removed: nothing is saved until it is back.");
	else if (app->place == STORE_REPLACED)
		strbuf_addf(out, "Another file took the store's place: nothing is saved. %s opens that one.",
			    action_key(ACTION_ID_refresh, key));
	return out->len_bytes ? out->text : NULL;
}

bool app_reopen(struct app *app)
{
	if (app->place != STORE_REPLACED)
		return false;
	app_effect(app, (struct effect){ .kind = EFFECT_REOPEN });
	return true;
}
