/* aitia edit --adopt. */
#include <string.h>

#include "cli/answer.h"
#include "cli/choices.h"
#include "cli/cmd_edit.h"
#include "cli/cmd_incident.h"
#include "cli/cmd_redact.h"
#include "cli/output.h"
#include "cli/template_open.h"
#include "core/base/file.h"
#include "core/publish_adopt.h"
#include "templates/templates.h"

/* A page's list of pages lies in its folder, or above. */
#define FOLDERS_UP_MAX 4

/* The site whose list of pages is nearest to the file; NULL: none is, or several are. */
static const char *site_of(struct arena *arena, const char *file)
{
	const struct site *sites;
	size_t count;
	char *folder = file_folder_of(file);
	const char *found = NULL;

	sites = templates_renderer()->sites(&count);
	for (int up = 0; up < FOLDERS_UP_MAX && !found; up++) {
		size_t lists = 0;
		const char *here = arena_strdup(arena, folder);

		for (size_t i = 0; i < count; i++)
			if (file_exists(file_join(arena, here, arena_printf(arena, "%s%s", PUBLISH_MANIFEST, sites[i].name)))) {
				found = sites[i].name;
				lists++;
			}
		if (lists > 1) {
			found = NULL;
			break;
		}
		free(folder);
		folder = arena_strdup(arena, here)[0] && strcmp(here, ".") != 0 && strcmp(here, "/") != 0 ? file_folder_of(here) :
			 file_folder_of(arena_printf(arena, "%s/x", "."));
		if (strcmp(here, folder) == 0)
			break;
	}
	free(folder);
	return found;
}

static void put_refusals(const struct adoption_result *result)
{
	for (size_t i = 0; i < result->refusal_count; i++) {
		struct strbuf line = STRBUF_INIT, reason = STRBUF_INIT;

		out_clean(&line, slice_of(result->path));
		if (result->refusals[i].line)
			strbuf_addf(&line, ":%zu", result->refusals[i].line);
		out_clean(&reason, slice_of(result->refusals[i].reason));
		out_error("%s: %s", line.text, reason.text);
		strbuf_release(&line);
		strbuf_release(&reason);
	}
}

static void put_answer(const char *key, const struct adoption_result *result, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct incident_edit done = { .edit = result->edit };
		incident_answer(key, &done, true, NULL);
		return;
	}
	out_clean_lines(&line, slice_of(result->diff), "");
	if (!result->diff[0])
		strbuf_clear(&line);
	strbuf_addstr(&line, key);
	if (result->edit)
		strbuf_addf(&line, ", edit %lld: %zu text%s taken from ", (long long)result->edit, result->texts, result->texts == 1 ? "" : "s");
	else
		strbuf_addstr(&line, result->untouched ? ": nobody edited " : ", nothing to change: the record has what could be taken from ");
	out_clean(&line, slice_of(result->path));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
}

static int adopt_one(struct cli *cli, struct store *store, const char *reviewer, const char *key, const char *file,
		     const struct publish_options *options, bool as_json)
{
	struct arena arena = ARENA_INIT;
	struct adoption_result result;
	struct error err;
	enum status status = publish_adopt(store, templates_renderer(), &arena, reviewer, key, file, options, &result, &err);
	int code = status == STATUS_OK ? result.refusal_count > 0 : cli_fail(cli, &err);

	if (status == STATUS_OK || result.edit)
		put_answer(key, &result, as_json);
	put_refusals(&result);
	if (status == STATUS_OK && result.refusal_count)
		out_error("%zu place%s of %s stay%s on the page alone", result.refusal_count, result.refusal_count == 1 ? "" : "s", key,
			  result.refusal_count == 1 ? "s" : "");
	arena_release(&arena);
	return code;
}

int edit_adopt(struct cli *cli, const struct edit_values *values, const struct option_words *words)
{
	const char *file = words->count == 2 && !incident_key_valid(words->items[1]) ? words->items[1] : NULL;
	size_t count = file ? 1 : words->count;
	struct publish_options options = { .site = values->site, .out_folder = values->out };
	struct store *store;
	const char *reviewer;
	struct error err;
	int code = 0;

	for (size_t i = 0; i < count; i++)
		if (!incident_key_valid(words->items[i]))
			return cli_usage(cli, "'%s' is not the key of an incident (INC-YYYY-NNNN)", words->items[i]);
	if (file && values->out)
		return cli_usage(cli, "name the page, or the site's folder with --out");
	if (file && !options.site)
		options.site = site_of(&cli->arena, file);
	if (!options.site || (!file && !values->out))
		return cli_usage(cli, file ? "name the --site of %s: no list of pages beside it tells it" :
				 "--adopt needs a page, or --site and --out", file);
	if (choice_index(&cli->arena, "site", options.site) < 0)
		return cli_usage(cli, "there is no site '%s': %s", options.site, choice_list(&cli->arena, "site"));
	if (template_open(&cli->arena, values->template, &options.page_template, &err) != STATUS_OK ||
	    cli_reviewer(cli, &reviewer, &err) != STATUS_OK || cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if ((values->audience == AUDIENCE_PUBLIC || (options.page_template && options.page_template->is_public)) &&
	    redact_open(cli, values->rules, &options.redactor, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++) {
		int one = adopt_one(cli, store, reviewer, words->items[i], file, &options, values->json);
		code = one > code ? one : code;
	}
	redactor_free(options.redactor);
	return code;
}
