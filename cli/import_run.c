#include "cli/import_run.h"

#include <string.h>

#include "cli/import_report.h"
#include "cli/interrupt.h"
#include "cli/output.h"

#define PASSED_NAMED_MAX ((size_t)20)
/* Of a file with a note on each of its million runs, these many are in the answer. */
#define NOTES_KEPT_MAX ((size_t)1000)

static const char *name_of(const struct import_input *input)
{
	return strcmp(input->path, "-") == 0 ? "standard input" : input->path;
}

/* ---- while a file is read --------------------------------------------------------- */

static void on_progress(void *context, uint64_t done, uint64_t total, int64_t records)
{
	const struct import_run *run = context;

	out_progress(run->title, done, total, records);
}

static void on_rejected(void *context, const struct batch_reject *reject)
{
	struct import_run *run = context;

	if (run->rejected++ >= run->rejects_named)
		return;
	if (reject->offset_bytes >= 0)
		out_note("%s: record %lld (byte %lld): %s", run->input->path, (long long)reject->record,
			 (long long)reject->offset_bytes, reject->reason);
	else
		out_note("%s: record %lld: %s", run->input->path, (long long)reject->record, reject->reason);
}

static void on_note(void *context, const char *sentence)
{
	struct import_run *run = context;
	struct arena arena = ARENA_INIT;
	char *line = arena_strdup(&arena, sentence);

	for (char *at = line; (at = strpbrk(at, "\r\n")) != NULL;)
		*at = ' '; /* what a tool says of itself may have lines */
	out_note("%s: %s", run->input->path, line);
	if (run->json && run->notes.len < NOTES_KEPT_MAX)
		vec_push(&run->notes, arena_strdup(&run->notes_arena, line));
	arena_release(&arena);
}

static enum status on_keep_reject(void *context, const struct importer *importer, const struct import_source *source,
				  const struct batch_reject *reject, struct error *err)
{
	struct import_run *run = context;

	return import_rejects_add(run->rejects, importer, source, reject, err);
}

/* A map that nothing came of is most likely a slip in its path. */
static void note_unused_maps(const char *file, const struct import_options *options)
{
	for (size_t i = 0; i < options->map_count; i++) {
		const struct field_map *map = &options->maps[i];
		if (options->map_uses[i] == MAP_ABSENT)
			out_note("%s: --map %s=%s: no record has '%s'", file, map->field, map->path, map->path);
		else if (options->map_uses[i] == MAP_UNFIT)
			out_note("%s: --map %s=%s: nothing that stands there can be '%s'", file, map->field, map->path,
				 map->field);
	}
}

/* ---- what became of it ------------------------------------------------------------ */

/* A file that nobody named and that is no input of ours. */
static void pass_over(struct import_run *run, const char *path, const char *reason)
{
	run->totals.passed++;
	if (run->verbose)
		vec_push(&run->passed, arena_printf(&run->passed_arena, "%s: %s", path, reason));
	else if (run->passed.len < PASSED_NAMED_MAX)
		vec_push(&run->passed, arena_strdup(&run->passed_arena, path));
}

static void count_file(struct import_totals *totals, const struct batch *batch)
{
	totals->files++;
	totals->records += batch->records;
	totals->imported += batch->imported;
	totals->updated += batch->updated;
	totals->duplicates += batch->duplicates;
	totals->rejected += batch->rejected;
}

/* import_file() puts the path and a colon in front, and cuts what is too long. */
static const char *without_path(const struct error *err, const char *path)
{
	size_t len = strlen(path);

	return strncmp(err->text, path, len) == 0 && strlen(err->text) > len + 2 ? err->text + len + 2 : err->text;
}

/* Rejects of a file of which something was kept, or which was refused for their sake. */
static int settle_rejects(struct import_run *run, enum status status)
{
	struct error err;

	if (!run->rejects)
		return 0;
	if (status == STATUS_OK || status == STATUS_REFUSED) {
		import_rejects_keep(run->rejects);
		return 0;
	}
	return import_rejects_take_back(run->rejects, &err) == STATUS_OK ? 0 : cli_fail(run->cli, &err);
}

/* What went wrong was said as it happened, which may be far above the end. */
static void note_failed(struct import_run *run, const char *path)
{
	run->totals.failed++;
	if (run->failed.len < PASSED_NAMED_MAX)
		vec_push(&run->failed, arena_strdup(&run->passed_arena, path));
}

static int report_failure(struct import_run *run, enum status status, const struct error *err)
{
	note_failed(run, name_of(run->input));
	if (run->json)
		import_report_error(run->input->path, err->text, run->notes.items, run->notes.len);
	if (status != STATUS_CANCELLED)
		return cli_fail(run->cli, err);
	if (run->preview)
		out_error("interrupted while %s was read; a dry run writes nothing", name_of(run->input));
	else
		out_error("interrupted; nothing of %s was kept", name_of(run->input));
	return interrupt_exit_code();
}

static void report_success(struct import_run *run, const struct batch *batch)
{
	count_file(&run->totals, batch);
	if (run->preview)
		import_preview_print(run->preview, run->input->path, batch, run->notes.items, run->notes.len);
	else if (run->json)
		import_report_json(run->input->path, batch, run->notes.items, run->notes.len);
	else
		import_report_text(run->input->path, batch);
}

/* The exit status for one file. */
static int import_one(struct import_run *run, struct arena *arena)
{
	struct import_options own = run->options;
	struct batch batch = { 0 };
	struct error err;

	run->rejected = 0;
	vec_clear(&run->notes);
	arena_clear(&run->notes_arena);
	own.found_in_folder = run->input->found;
	for (size_t i = 0; i < own.map_count; i++)
		own.map_uses[i] = MAP_UNTRIED;
	enum status status = import_file(run->store, arena, run->input->path, &own, &batch, &err);
	out_progress_end();
	int code = settle_rejects(run, status);
	if (status == STATUS_NOT_FOUND && run->input->found) {
		pass_over(run, run->input->path, without_path(&err, run->input->path));
		return code;
	}
	if (run->rejected > run->rejects_named)
		out_note("%s: … and %lld more; --name-rejects=%lld names them all", run->input->path,
			 (long long)(run->rejected - run->rejects_named), (long long)run->rejected);
	int worse = 0;
	if (status == STATUS_OK) {
		report_success(run, &batch);
		worse = batch.rejected > 0 ? status_exit_code(STATUS_REFUSED) : 0;
	} else {
		worse = report_failure(run, status, &err);
	}
	if (status != STATUS_CANCELLED)
		note_unused_maps(run->input->path, &own);
	return code > worse ? code : worse;
}

/* ---- all of them -------------------------------------------------------------------- */

/* "(3/120) scan.sarif": the end of a path tells more than its start. */
static const char *title_of(struct arena *arena, const struct import_run *run, size_t index)
{
	const char *path = run->input->path, *slash = strrchr(path, '/');

	if (run->inputs->files.len == 1)
		return path;
	return arena_printf(arena, "(%zu/%zu) %s", index + 1, run->inputs->files.len, slash && slash[1] ? slash + 1 : path);
}

static int import_files(struct import_run *run)
{
	size_t count = run->inputs->files.len;
	int worst = 0;

	for (size_t i = 0; i < count; i++) {
		struct arena arena = ARENA_INIT;
		run->input = &run->inputs->files.items[i];
		run->title = title_of(&arena, run, i);
		int code = import_one(run, &arena);
		arena_release(&arena);
		worst = code > worst ? code : worst;
		/* When the store itself fails there is nothing more to be done. */
		if (code == status_exit_code(STATUS_STORE))
			break;
		if (interrupted() && i + 1 < count) {
			out_note("interrupted; %zu of %zu files were not started", count - i - 1, count);
			return interrupt_exit_code();
		}
	}
	return worst;
}

/* What the walk met on its way. */
static int report_obstacles(struct import_run *run)
{
	for (size_t i = 0; i < run->inputs->passed.len; i++)
		pass_over(run, run->inputs->passed.items[i].path, run->inputs->passed.items[i].reason);
	for (size_t i = 0; i < run->inputs->faults.len; i++) {
		out_error("%s: the folder cannot be read: %s", run->inputs->faults.items[i].path,
			  run->inputs->faults.items[i].reason);
		note_failed(run, run->inputs->faults.items[i].path);
	}
	return run->inputs->faults.len > 0 ? status_exit_code(STATUS_INPUT) : 0;
}

static int finish_rejects(struct import_run *run)
{
	struct error err;

	if (import_rejects_finish(run->rejects, &err) != STATUS_OK)
		return cli_fail(run->cli, &err);
	for (size_t i = 0; i < import_rejects_file_count(run->rejects); i++) {
		int64_t records;
		const char *path = import_rejects_file(run->rejects, i, &records);
		out_note("%lld rejected record%s kept in %s", (long long)records, records == 1 ? " is" : "s are", path);
	}
	int64_t lost = import_rejects_lost(run->rejects);
	if (lost > 0)
		out_note("%lld rejected record%s could not be kept: where they stand in their file is not known",
			 (long long)lost, lost == 1 ? "" : "s");
	return 0;
}

int import_run_all(struct import_run *run)
{
	run->options.progress = on_progress;
	run->options.rejected = on_rejected;
	run->options.note = on_note;
	run->options.keep_reject = run->rejects ? on_keep_reject : NULL;
	run->options.context = run;
	arena_init(&run->passed_arena);
	arena_init(&run->notes_arena);
	int worst = import_files(run), code = report_obstacles(run);
	worst = code > worst ? code : worst;
	code = run->rejects ? finish_rejects(run) : 0;
	worst = code > worst ? code : worst;
	import_report_passed(run->passed.items, run->passed.len, run->totals.passed, run->verbose);
	if (run->inputs->has_folder || run->inputs->files.len > 1) {
		import_report_failed(run->failed.items, run->failed.len, run->totals.failed);
		if (!run->json)
			import_report_totals(&run->totals, run->preview != NULL);
	}
	vec_release(&run->notes);
	arena_release(&run->notes_arena);
	vec_release(&run->passed);
	vec_release(&run->failed);
	arena_release(&run->passed_arena);
	return worst;
}
