/* Views: those of the configuration, and those that are kept on screens (kept_views.h). */
#include "tui/app_state.h"
#include "tui/screens.h"

void app_take_views(struct app *app, const char *text)
{
	arena_init(&app->views_arena);
	app->kept_views = kept_views_parse(&app->views_arena, slice_of(text ? text : ""), &app->kept_view_count);
}

size_t app_view_count(const struct app *app)
{
	return app->options.view_count + app->kept_view_count;
}

bool app_view_is_kept(const struct app *app, size_t index)
{
	return index >= app->options.view_count;
}

const struct saved_view *app_view_at(const struct app *app, size_t index)
{
	return app_view_is_kept(app, index) ? &app->kept_views[index - app->options.view_count] : &app->options.views[index];
}

void app_keep_view(struct app *app, const struct saved_view *view)
{
	struct request *request;

	if (!app->options.views_path) {
		app_message(app, true, "there is no folder to keep views in: neither $XDG_DATA_HOME nor $HOME says where");
		return;
	}
	request = request_new(REQUEST_VIEW);
	request->path = arena_strdup(&request->arena, app->options.views_path);
	request->title = arena_strdup(&request->arena, view->name);
	request->query = view->query ? arena_strdup(&request->arena, view->query) : NULL;
	request->sort = view->sort;
	request->text = view->columns ? arena_strdup(&request->arena, view->columns) : NULL;
	app_request(app, NULL, request);
}

void app_view_answer(struct app *app, struct answer *answer)
{
	if (answer->status != STATUS_OK) {
		app_message(app, true, "%s", answer->error.text);
		return;
	}
	char key[16];
	if (answer->query)
		app_message(app, false, "the view '%s' is kept; %s opens it", answer->message, action_key(ACTION_ID_views, key));
	else
		app_message(app, false, "the view '%s' is removed", answer->message);
	arena_release(&app->views_arena);
	app->views_arena = answer_take_arena(answer);
	app->kept_views = answer->views;
	app->kept_view_count = answer->view_count;
	for (size_t i = 0; i < app->stack.len; i++)
		screen_views_follow(app->stack.items[i], app);
}
