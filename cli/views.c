#include "cli/views.h"

#include <stddef.h>

#include "cli/command.h"
#include "cli/config.h"
#include "core/nearest.h"

const struct option_spec view_options[] = {
	{ "view", 0, OPTION_VIEW, "NAME", "what this view asks for, and QUERY too (aitia view list)", NULL, NULL,
	  offsetof(struct view_values, name) },
	OPTIONS_END
};

enum status views_read(struct cli *cli, const struct named_view **out, size_t *count, struct error *err)
{
	struct config config;
	enum status status = config_read(&cli->arena, &config, err);
	size_t kept_count, number = 0;

	if (status != STATUS_OK)
		return status;
	const char *path = config_views_path(&cli->arena);
	const char *text = config_own_text(&cli->arena, path, KEPT_VIEWS_BYTES_MAX);
	const struct saved_view *kept = kept_views_parse(&cli->arena, slice_of(text ? text : ""), &kept_count);
	struct named_view *views = arena_array(&cli->arena, config.view_count + kept_count, sizeof(*views));
	for (size_t i = 0; i < config.view_count; i++)
		views[number++] = (struct named_view){ config.views[i], config.path };
	for (size_t i = 0; i < kept_count; i++)
		views[number++] = (struct named_view){ kept[i], path };
	*out = views;
	*count = number;
	return STATUS_OK;
}

/* A slip in the file must not stand for all samples, and what edits takes no view of all of them. */
static enum status check(struct cli *cli, const struct named_view *view, struct error *err)
{
	struct query query;
	enum status status;

	if (view->is.unasked_line)
		return error_set(err, STATUS_USAGE, "the view '%s' (%s:%d) has no line 'query = QUERY'", view->is.name, view->origin,
				 view->is.unasked_line);
	/* What was kept on a screen may be of a newer program. */
	status = query_parse(&cli->arena, view->is.query, NULL, &query, err);
	if (status != STATUS_OK)
		return error_wrap(err, STATUS_USAGE, "the view '%s' (%s)", view->is.name, view->origin);
	if (!query.term_count && cli->command->body->query == QUERY_WHERE)
		return error_set(err, STATUS_USAGE, "the view '%s' (%s) is of all samples, and `aitia %s` edits: name those that are meant",
				 view->is.name, view->origin, cli->command->name);
	return STATUS_OK;
}

enum status views_find(struct cli *cli, const char *name, const struct saved_view **out, struct error *err)
{
	const struct named_view *views = NULL;
	size_t count = 0;
	enum status status = views_read(cli, &views, &count, err);

	if (status != STATUS_OK)
		return status;
	const char **names = arena_array(&cli->arena, count + 1, sizeof(*names));
	for (size_t i = 0; i < count; i++) {
		names[i] = views[i].is.name;
		if (strcmp(name, names[i]) != 0)
			continue;
		*out = &views[i].is;
		return check(cli, &views[i], err);
	}
	const char *near = nearest_word(names, count, name);
	if (near)
		return error_set(err, STATUS_USAGE, "there is no view '%s': did you mean '%s'?", name, near);
	return error_set(err, STATUS_USAGE, count ? "there is no view '%s'; `aitia view list` names those that there are" :
			 "there is no view '%s', nor any other: b in the workbench's queue keeps one", name);
}
