/* import: what its words and options say; the work is done in import_run.c. */
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/import_report.h"
#include "cli/import_run.h"
#include "cli/index.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "core/base/file.h"
#include "core/import/verdicts.h"
#include "core/nearest.h"

struct import_values {
	int format;
	const char *profile;
	struct option_texts map;
	const char *verdicts;
	const char *source_root;
	int per;
	bool illustrative;
	bool strict;
	bool dry_run;
	int64_t show;
	const char *rejects;
	int64_t name_rejects;
	bool verbose;
	bool list_formats;
	bool json;
};

static const struct option_spec import_options[] = {
	{ "format", 0, OPTION_CHOICE, "NAME", "take the files for this format instead of recognising it; of folders, "
	  "only files of this format", NULL, "format", offsetof(struct import_values, format) },
	{ "profile", 0, OPTION_TEXT, "NAME", "the options that the configuration keeps under [import NAME]", NULL, NULL,
	  offsetof(struct import_values, profile) },
	{ "map", 0, OPTION_LIST, "FIELD=PATH",
	  "where a field stands in a JSON record: code=info.submission; FIELD is one of docs/terms.md, or any provenance "
	  "key; @KEY=PATH is a key also where it looks like a field",
	  NULL, NULL, offsetof(struct import_values, map) },
	{ "verdicts", 0, OPTION_FILE, "FILE",
	  "verdicts on the records, joined by id: rows, an object by id, or a report of the SWE-bench harness; held in memory",
	  NULL, NULL, offsetof(struct import_values, verdicts) },
	{ "source-root", 0, OPTION_FOLDER, "DIR", "read code that a file only points at from this checkout", NULL, NULL,
	  offsetof(struct import_values, source_root) },
	{ "per", 0, OPTION_CHOICE, "WHAT", "what becomes a sample of a diff; hunk unless a profile says otherwise", NULL,
	  "per", offsetof(struct import_values, per) },
	{ "illustrative", 0, OPTION_FLAG, NULL, "these samples were made to show something; they are labelled wherever shown",
	  NULL, NULL, offsetof(struct import_values, illustrative) },
	{ "strict", 0, OPTION_FLAG, NULL, "all or nothing of each file: one rejected record, and none of the file is kept",
	  NULL, NULL, offsetof(struct import_values, strict) },
	{ "dry-run", 0, OPTION_FLAG, NULL, "show what would be taken, and write nothing", NULL, NULL,
	  offsetof(struct import_values, dry_run) },
	{ "show", 0, OPTION_NUMBER, "N", "with --dry-run, show the first N samples of each file", "3", NULL,
	  offsetof(struct import_values, show) },
	{ "rejects", 0, OPTION_FILE, "FILE", "keep the rejected records as they came, for another try", NULL, NULL,
	  offsetof(struct import_values, rejects) },
	{ "name-rejects", 0, OPTION_NUMBER, "N", "name at most N rejected records of a file", "20", NULL,
	  offsetof(struct import_values, name_rejects) },
	{ "verbose", 0, OPTION_FLAG, NULL, "name every file of a folder that was passed over, with the reason", NULL, NULL,
	  offsetof(struct import_values, verbose) },
	{ "list-formats", 0, OPTION_FLAG, NULL, "list the formats, and the profiles of the configuration", NULL, NULL,
	  offsetof(struct import_values, list_formats) },
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
	{ "notes", "what is worth knowing of the file as a whole, sentences: what it was read as, what of it was left out" },
	{ "error", "only there when nothing of the file could be taken: why; the counts are null then" },
	{ "dry_run", "only there, and true, with --dry-run; imported, updated, duplicates and batch are null then" },
	{ "new", "with --dry-run: samples that the store does not know" },
	{ "known", "with --dry-run: samples that it knows; null where there is no store" },
	{ "samples", "with --dry-run: the first samples, each with the keys of `aitia show --json`" },
	{ "kind", "with --list-formats: format or profile" },
	{ "name", "with --list-formats: for --format or --profile" },
	{ "help", "with --list-formats: what the format is" },
	{ "origin", "with --list-formats: the file that the profile is kept in; it has format, map, per, illustrative and "
		    "strict too" },
	{ "map", "of a profile: its maps, FIELD=PATH" },
	{ "per", "of a profile: hunk, file, or null" },
	{ "illustrative", "of a profile: whether it says so" },
	{ "strict", "of a profile: whether it says so" },
	{ NULL, NULL },
};

static const char *const import_examples[] = {
	"aitia import scan.sarif", "One log of a scanner.",
	"aitia import results/", "Everything below a folder that is of a known format.",
	"aitia import --dry-run --show=1 eval.jsonl", "Look before anything is written.",
	"aitia import --map code=completion --map model=meta.model eval.jsonl", "Rows with key names of their own.",
	"aitia import --verdicts results.json all_preds.jsonl", "Predictions, and what an evaluation said of them.",
	"aitia import --rejects bad.jsonl eval.jsonl", "Keep what was rejected; mend it, and import bad.jsonl.",
	"aitia import samples.jsonl.gz", "gzip and zstd are unpacked on the way.",
	"xzcat samples.jsonl.xz | aitia import -", "From another program.",
	NULL
};

/* ---- options --------------------------------------------------------------------------- */

static enum status find_profile(struct cli *cli, const char *name, const struct import_profile **out, struct error *err)
{
	struct config config;
	enum status status = config_read(&cli->arena, &config, err);

	*out = NULL;
	if (status != STATUS_OK)
		return status;
	const struct import_profile *profiles = config.profiles;
	const char **names = arena_array(&cli->arena, config.profile_count + 1, sizeof(*names));
	for (size_t i = 0; i < config.profile_count; i++) {
		names[i] = profiles[i].name;
		if (strcmp(names[i], name) == 0) {
			*out = &profiles[i];
			return STATUS_OK;
		}
	}
	const char *near = nearest_word(names, config.profile_count, name);
	const char *path = config.path ? config.path : "the configuration";
	if (near)
		return error_set(err, STATUS_USAGE, "there is no profile '%s' in %s: did you mean '%s'?", name, path, near);
	return error_set(err, STATUS_USAGE, "there is no profile '%s': it would be a section [import %s] of %s", name, name,
			 path);
}

/* The profile's maps come first, so that those of the command line have the last word. */
static enum status take_maps(struct cli *cli, const struct import_profile *profile, const struct option_texts *given,
			     struct import_options *options, struct error *err)
{
	size_t count = profile ? profile->map_count : 0;
	struct field_map *maps = arena_array(&cli->arena, count + given->count + 1, sizeof(*maps));

	for (size_t i = 0; i < count; i++)
		maps[i] = profile->maps[i];
	for (size_t i = 0; i < given->count; i++) {
		enum status status = field_map_parse(&cli->arena, given->items[i], &maps[count++], err);
		if (status != STATUS_OK)
			return status;
	}
	options->maps = maps;
	options->map_count = count;
	options->map_uses = arena_array(&cli->arena, count + 1, sizeof(*options->map_uses));
	return STATUS_OK;
}

static enum status take_options(struct cli *cli, const struct import_values *values, struct import_options *options,
				struct error *err)
{
	const struct import_profile *profile = NULL;

	if (values->dry_run && values->rejects)
		return error_set(err, STATUS_USAGE, "a dry run writes nothing: --rejects does not go with --dry-run");
	if (values->source_root && !file_is_folder(values->source_root))
		return error_set(err, STATUS_USAGE, "--source-root %s: there is no such folder", values->source_root);
	if (values->profile) {
		enum status status = find_profile(cli, values->profile, &profile, err);
		if (status != STATUS_OK)
			return status;
	}
	if (values->format >= 0)
		options->format = importers()[values->format].name;
	else if (profile)
		options->format = profile->format;
	if (values->per >= 0)
		options->per = (enum import_per)values->per;
	else if (profile && profile->has_per)
		options->per = profile->per;
	options->illustrative = values->illustrative || (profile && profile->illustrative);
	options->strict = values->strict || (profile && profile->strict);
	options->source_root = values->source_root;
	options->cancel = interrupt_flag();
	return take_maps(cli, profile, &values->map, options, err);
}

/* A file of verdicts on something else is most likely a slip too. */
static void note_verdicts(const char *file, const struct verdicts *verdicts)
{
	struct verdict_counts counts = verdicts_count(verdicts);

	if (counts.unmatched || counts.without)
		out_note("--verdicts %s: %lld of %lld verdicts matched no record; %lld record%s had no verdict", file,
			 (long long)counts.unmatched, (long long)counts.verdicts, (long long)counts.without,
			 counts.without == 1 ? "" : "s");
}

/* ---- the command ------------------------------------------------------------------------- */

/* What --rejects must not overwrite: the inputs, and the store. */
static enum status open_rejects(struct cli *cli, const struct import_inputs *inputs, const char *path,
				struct import_rejects **out, struct error *err)
{
	struct import_input *guarded = arena_array(&cli->arena, inputs->files.len + 1, sizeof(*guarded));
	struct stat info;
	const char *store;
	size_t count = 0;
	enum status status = cli_store_path(cli, &store, err);

	*out = NULL;
	if (status != STATUS_OK)
		return status;
	for (; count < inputs->files.len; count++)
		guarded[count] = inputs->files.items[count];
	if (stat(store, &info) == 0)
		guarded[count++] = (struct import_input){ .path = "the store", .identified = true,
							  .device = info.st_dev, .inode = info.st_ino };
	return import_rejects_new(path, guarded, count, out, err);
}

/* A dry run goes on without a store that it cannot look into. */
static struct store *look_into_store(struct cli *cli)
{
	struct store *store;
	struct error err;
	const char *path;

	if (cli_store_path(cli, &path, &err) == STATUS_OK && strncmp(path, "file:", 5) != 0 && !file_exists(path))
		return NULL;
	if (cli_open(cli, STORE_LOOK, &store, &err) == STATUS_OK)
		return store;
	out_note("what the store knows already cannot be told: %s", err.text);
	return NULL;
}

static int run_dry(struct import_run *run, struct import_preview *preview, int64_t show)
{
	import_preview_init(preview, look_into_store(run->cli), show, run->json);
	run->preview = preview;
	run->store = &preview->store;
	int code = import_run_all(run);
	import_preview_release(preview);
	return code;
}

static int run_real(struct import_run *run, const char *rejects)
{
	struct error err;

	int code;

	if (cli_reviewer(run->cli, &run->options.reviewer, &err) != STATUS_OK ||
	    (rejects && open_rejects(run->cli, run->inputs, rejects, &run->rejects, &err) != STATUS_OK) ||
	    cli_open(run->cli, STORE_FILL, &run->store, &err) != STATUS_OK)
		code = cli_fail(run->cli, &err);
	else
		code = import_run_all(run);
	if (run->store && code != status_exit_code(STATUS_STORE) && !interrupted())
		index_tail(run->store);
	import_rejects_free(run->rejects);
	return code;
}

static int list_formats(struct cli *cli, bool json)
{
	struct config config;
	struct error err;

	if (config_read(&cli->arena, &config, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	import_report_formats(&config, json);
	return 0;
}

static int import_command(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct import_values *values = options_given;
	struct import_preview preview;
	struct import_run run;
	struct import_inputs inputs;
	struct error err;

	if (values->list_formats)
		return list_formats(cli, values->json);
	if (words->count == 0)
		return cli_usage(cli, "'aitia %s' needs %s", cli->command->name, cli->command->synopsis);
	memset(&run, 0, sizeof(run));
	if (take_options(cli, values, &run.options, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->verdicts && verdicts_open(&run.options.verdicts, values->verdicts, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	run.cli = cli;
	run.inputs = &inputs;
	run.rejects_named = values->name_rejects;
	run.verbose = values->verbose;
	run.json = values->json;
	interrupt_catch();
	import_walk(&cli->arena, words, interrupt_flag(), &inputs);
	int code;
	if (interrupted()) {
		out_error("interrupted before anything was read");
		code = interrupt_exit_code();
	} else {
		code = values->dry_run ? run_dry(&run, &preview, values->show) : run_real(&run, values->rejects);
	}
	interrupt_release();
	if (run.options.verdicts && !interrupted())
		note_verdicts(values->verdicts, run.options.verdicts);
	verdicts_close(run.options.verdicts);
	import_inputs_release(&inputs);
	return code;
}

const struct command_body command_import = {
	.options = import_options,
	.values_bytes = sizeof(struct import_values),
	.words_max = WORDS_ANY,
	.text = "FILE may be - for standard input, or a folder. The format is recognised from the content. Each file is one "
		"batch: it is wholly in the store or not at all, also when the program is killed. What was imported before "
		"changes nothing. A record that cannot be taken is named on standard error with the reason, and the "
		"rest goes on; `aitia batch show` names it later.\n\n"
		"A folder is read with all below it, in the order of the names. Hidden folders (.git) are left out, and links "
		"to folders are not followed. Files that are no input of any known format are passed over and counted; a "
		"file that is named, or that is of a known format and broken, is an error.\n\n"
		"--rejects FILE is made when records were rejected, and is a file of their format again. Records of a second "
		"format go to FILE.FORMAT. With --strict a file that had rejected records is refused as a whole; the other "
		"files are not.\n\n"
		"A profile is a section of the configuration:\n\n"
		"    [import nightly]\n"
		"    format = jsonl\n"
		"    map = code=answer.text\n"
		"    map = model=meta.model\n\n"
		"It may also say per, illustrative and strict. Options of the command line have the last word.\n\n"
		"gzip and zstd, UTF-16 and UTF-32 (with or without a byte-order mark) are taken as they are, up to three in one "
		"another, also from standard input; offsets in messages are those of the UTF-8 text inside. They are unpacked "
		"to $TMPDIR (/tmp), under no name. A packed file that is damaged or truncated is refused whole, and so is one "
		"that unpacks to more than 200 times its size (256 MiB are always allowed, over 64 GiB never) or needs a zstd "
		"window over 128 MiB: unpack these first, gzip -dc FILE | aitia import -.\n\n"
		"A record (a line, a result) may have 16 MiB and 500,000 JSON values; a larger one is rejected.\n\n"
		"Interrupted (Ctrl-C, SIGTERM) it keeps nothing of the file under way and starts no further one; the files "
		"before stay.\n\n"
		"Exit status 1: some records were rejected; 3: a file could not be read or understood (the others are "
		"imported); 130 or 143: interrupted by SIGINT or SIGTERM.",
	.examples = import_examples,
	.answer = import_keys,
	.answer_text = "a file",
	.run = import_command,
};
