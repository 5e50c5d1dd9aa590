#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "core/base/json.h"
#include "core/import/import.h"

/* What shells add to the number of the signal that ended a program. */
#define SIGNAL_EXIT_CODE 128

struct import_values {
	int format;
	struct option_texts map;
	bool illustrative;
	int64_t rejects;
	bool json;
};

static const struct option_spec import_options[] = {
	{ "format", 0, OPTION_CHOICE, "NAME", "take the files for this format instead of recognising it", NULL, "format",
	  offsetof(struct import_values, format) },
	{ "map", 0, OPTION_LIST, "FIELD=PATH",
	  "where a field stands in a JSON record: code=info.submission; FIELD is one of docs/terms.md, or any provenance "
	  "key; @KEY=PATH is a key also where it looks like a field",
	  NULL, NULL, offsetof(struct import_values, map) },
	{ "illustrative", 0, OPTION_FLAG, NULL, "these samples were made to show something; they are labelled wherever shown",
	  NULL, NULL, offsetof(struct import_values, illustrative) },
	{ "rejects", 0, OPTION_NUMBER, "N", "name at most N rejected records of a file", "20", NULL,
	  offsetof(struct import_values, rejects) },
	OPTION_JSON(struct import_values, json),
	OPTIONS_END
};

static const struct answer_key import_keys[] = {
	{ "file", "the file as named" },
	{ "format", "the format it was taken for" },
	{ "records", "records found; for SARIF a record is a result" },
	{ "imported", "new samples" },
	{ "updated", "known samples that changed" },
	{ "duplicates", "known samples that did not" },
	{ "rejected", "records that were not taken; the reasons are on standard error" },
	{ "batch", "number of this import, for batch: in queries" },
	{ "error", "only there when nothing of the file could be taken: why; the others are null then" },
	{ NULL, NULL },
};

static const char *const import_examples[] = {
	"aitia import scan.sarif", "One log of a scanner.",
	"aitia import --map code=completion --map model=meta.model eval.jsonl", "Rows with key names of their own.",
	"zcat samples.jsonl.gz | aitia import -", "From another program.",
	NULL
};

/* One file under way. */
struct running {
	const char *file;
	int64_t rejected;
	int64_t most; /* of them are named */
};

static void on_progress(void *context, uint64_t done, uint64_t total, int64_t records)
{
	const struct running *running = context;
	out_progress(running->file, done, total, records);
}

static void on_rejected(void *context, const struct batch_reject *reject)
{
	struct running *running = context;
	if (running->rejected++ >= running->most)
		return;
	if (reject->offset_bytes >= 0)
		out_note("%s: record %lld (byte %lld): %s", running->file, (long long)reject->record,
			 (long long)reject->offset_bytes, reject->reason);
	else
		out_note("%s: record %lld: %s", running->file, (long long)reject->record, reject->reason);
}

static void print_json(const char *file, const struct batch *batch, const char *error)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;
	const struct {
		const char *name;
		int64_t number;
	} counts[] = {
		{ "records", batch->records },	     { "imported", batch->imported }, { "updated", batch->updated },
		{ "duplicates", batch->duplicates }, { "rejected", batch->rejected }, { "batch", batch->id },
	};

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "file", file);
	json_write_member(&json, "format", error ? NULL : batch->format);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		json_write_name(&json, counts[i].name);
		if (error)
			json_write_null(&json);
		else
			json_write_int(&json, counts[i].number);
	}
	json_write_member_if(&json, "error", error);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static void print_text(const char *file, const struct batch *batch)
{
	struct strbuf line = STRBUF_INIT;
	out_clean(&line, slice_of(file));
	strbuf_addf(&line, ": %lld record%s: %lld imported, %lld updated, %lld duplicate%s, %lld rejected (%s, batch %lld)\n",
		    (long long)batch->records, batch->records == 1 ? "" : "s", (long long)batch->imported,
		    (long long)batch->updated, (long long)batch->duplicates, batch->duplicates == 1 ? "" : "s",
		    (long long)batch->rejected, batch->format, (long long)batch->id);
	out_flush(&line);
	strbuf_release(&line);
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

/* ---- being stopped --------------------------------------------------------------- */

/* The signal that came, or 0. It may come at any time: the handler sets these and
 * the import looks at them between two records. */
static volatile sig_atomic_t stop_signal;
static atomic_bool stop_asked;

static void on_stop(int number)
{
	stop_signal = number;
	atomic_store_explicit(&stop_asked, true, memory_order_relaxed);
}

static const int stop_signals[] = { SIGINT, SIGTERM };

/* Without SA_RESTART, so that waiting for standard input ends too; a second signal
 * ends the program at once, which costs the store nothing either. */
static void catch_signals(struct sigaction *before)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_stop;
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++) {
		sigaction(stop_signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN) /* nohup and the like mean it */
			sigaction(stop_signals[i], &action, NULL);
	}
}

static void release_signals(const struct sigaction *before)
{
	for (size_t i = 0; i < ARRAY_LEN(stop_signals); i++)
		sigaction(stop_signals[i], &before[i], NULL);
}

/* ---- files ----------------------------------------------------------------------- */

/* The exit status for one file. */
static int import_one(struct cli *cli, struct store *store, const char *file, const struct import_options *options,
		      const struct import_values *values)
{
	struct running running = { file, 0, values->rejects };
	struct import_options own = *options;
	struct arena arena = ARENA_INIT;
	struct batch batch;
	struct error err;

	memset(&batch, 0, sizeof(batch));
	own.context = &running;
	for (size_t i = 0; i < own.map_count; i++)
		own.map_uses[i] = MAP_UNTRIED;
	enum status status = import_file(store, &arena, file, &own, &batch, &err);
	out_progress_end();
	if (running.rejected > running.most)
		out_note("%s: … and %lld more; --rejects=%lld names them all", file,
			 (long long)(running.rejected - running.most), (long long)running.rejected);
	int code = 0;
	if (status == STATUS_CANCELLED)
		out_error("interrupted; nothing of %s was kept", strcmp(file, "-") == 0 ? "standard input" : file);
	else
		note_unused_maps(file, &own);
	if (status == STATUS_CANCELLED)
		code = SIGNAL_EXIT_CODE + stop_signal;
	else if (status != STATUS_OK)
		code = cli_fail(cli, &err);
	else if (batch.rejected > 0)
		code = status_exit_code(STATUS_REFUSED);
	if (values->json)
		print_json(file, &batch, status == STATUS_OK ? NULL : err.text);
	else if (status == STATUS_OK)
		print_text(file, &batch);
	arena_release(&arena);
	return code;
}

static int import_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct import_values *values = options_given;
	struct sigaction before[ARRAY_LEN(stop_signals)];
	struct import_options options;
	struct store *store;
	struct error err;
	int worst = 0;

	memset(&options, 0, sizeof(options));
	struct field_map *maps = arena_array(&cli->arena, values->map.count + 1, sizeof(*maps));
	for (size_t i = 0; i < values->map.count; i++)
		if (field_map_parse(&cli->arena, values->map.items[i], &maps[i], &err) != STATUS_OK)
			return cli_usage(cli, "%s", err.text);
	options.format = values->format < 0 ? NULL : importers()[values->format].name;
	options.maps = maps;
	options.map_count = values->map.count;
	options.illustrative = values->illustrative;
	options.progress = on_progress;
	options.rejected = on_rejected;
	options.map_uses = arena_array(&cli->arena, values->map.count + 1, sizeof(*options.map_uses));
	options.cancel = &stop_asked;
	if (cli_reviewer(cli, &options.reviewer, &err) != STATUS_OK ||
	    cli_open(cli, STORE_FILL, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	catch_signals(before);
	/* Each file is a batch of its own, so that a bad one does not cost the others;
	 * only when the store itself fails there is nothing more to be done. */
	for (size_t i = 0; i < words->count; i++) {
		int code = import_one(cli, store, words->items[i], &options, values);
		worst = code > worst ? code : worst;
		if (code == status_exit_code(STATUS_STORE))
			break;
		if (stop_signal && i + 1 < words->count) {
			out_note("interrupted; %zu of %zu files were not started", words->count - i - 1, words->count);
			worst = SIGNAL_EXIT_CODE + stop_signal;
			break;
		}
	}
	release_signals(before);
	return worst;
}

const struct command_body command_import = {
	.options = import_options,
	.values_bytes = sizeof(struct import_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.text = "FILE may be - for standard input. The format is recognised from the content. Each file is one batch: "
		"it is wholly in the store or not at all, also when the program is killed. What was imported before "
		"changes nothing. A record that cannot be taken is named on standard error with the reason, and the "
		"rest goes on.\n\n"
		"Interrupted (Ctrl-C, SIGTERM) it keeps nothing of the file under way and starts no further one; the files "
		"before stay.\n\n"
		"Exit status 1: some records were rejected; 3: a file could not be read or understood (the others are "
		"imported); 130 or 143: interrupted by SIGINT or SIGTERM.",
	.examples = import_examples,
	.answer = import_keys,
	.answer_text = "a file",
	.run = import_run,
};
