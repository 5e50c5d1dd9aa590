/* backup, compact */
#include <string.h>
#include <sys/stat.h>

#include "cli/check_report.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "core/base/json.h"
#include "storage/sqlite/sqlite_store.h"

struct backup_values {
	bool verify;
	bool restore;
	bool force;
	bool json;
};

static const struct option_spec backup_options[] = {
	{ "verify", 0, OPTION_FLAG, NULL, "check FILE, a backup made before, and copy nothing", NULL, NULL,
	  offsetof(struct backup_values, verify) },
	{ "restore", 0, OPTION_FLAG, NULL, "make FILE, a backup made before, the store; the one that is there is kept aside", NULL,
	  NULL, offsetof(struct backup_values, restore) },
	{ "force", 0, OPTION_FLAG, NULL, "replace FILE if it is there", NULL, NULL, offsetof(struct backup_values, force) },
	OPTION_JSON(struct backup_values, json),
	OPTIONS_END
};

static const struct answer_key backup_keys[] = {
	{ "file", "the copy; with --restore: the store" },
	{ "bytes", "its size; not with --verify" },
	{ "kept", "with --restore: the file that was the store; null: there was none" },
	{ "ok", "with --verify: whether nothing was found" },
	{ "findings", "with --verify: what is wrong, one text each" },
	{ NULL, NULL },
};

static void show_progress(void *context, int64_t done, int64_t total)
{
	out_progress(context, (unsigned long long)done, (unsigned long long)total, done);
}

static int64_t file_bytes(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 ? (int64_t)info.st_size : 0;
}

static void print_copy(const char *path, bool as_json)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "file", path);
		json_write_member_int(&json, "bytes", file_bytes(path));
		json_write_end(&json, '}');
	} else {
		out_clean(&line, slice_of(path));
		strbuf_addf(&line, ": %lld bytes, read back and whole", (long long)file_bytes(path));
	}
	out_json(&line);
	strbuf_release(&line);
}

/* Whatever FILE is, it is only read. */
static int verify(struct cli *cli, const char *path, bool as_json)
{
	const struct sqlite_open_options options = { .read_only = true };
	struct store *store;
	struct error err;

	if (sqlite_store_open(path, &options, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	int code = check_report(cli, store, false, path, as_json);
	store->ops->close(store);
	return code;
}

static int copy(struct cli *cli, const char *path, const struct backup_values *values)
{
	struct backup_options options = { .force = values->force, .cancel = interrupt_flag(), .progress = show_progress,
					  .context = arena_strdup(&cli->arena, path) };
	struct store *store;
	struct error err;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_catch();
	enum status status = sqlite_store_backup(store, path, &options, &err);
	out_progress_end();
	interrupt_release();
	if (status == STATUS_CANCELLED && interrupted()) {
		out_error("interrupted; nothing was left at %s", path);
		return interrupt_exit_code();
	}
	if (status != STATUS_OK) {
		int code = cli_fail(cli, &err);
		if (status == STATUS_OUTPUT && !values->force && strstr(err.text, "there already"))
			out_note("  --force replaces it");
		return code;
	}
	print_copy(path, values->json);
	return 0;
}

static void print_restored(const char *path, const char *kept, bool as_json)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	if (as_json) {
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "file", path);
		json_write_member_int(&json, "bytes", file_bytes(path));
		json_write_name(&json, "kept");
		if (kept)
			json_write_text(&json, kept);
		else
			json_write_null(&json);
		json_write_end(&json, '}');
	} else {
		out_clean(&line, slice_of(path));
		strbuf_addf(&line, ": %lld bytes, whole", (long long)file_bytes(path));
		if (kept) {
			strbuf_addstr(&line, "; what was there is ");
			out_clean(&line, slice_of(kept));
		}
	}
	out_json(&line);
	strbuf_release(&line);
}

/* The store is not opened: it may be too damaged for that. */
static int restore(struct cli *cli, const char *backup, bool as_json)
{
	struct backup_options options = { .cancel = interrupt_flag(), .progress = show_progress,
					  .context = arena_strdup(&cli->arena, backup) };
	const char *path;
	char *kept = NULL;
	struct error err;

	if (cli_store_path(cli, &path, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_catch();
	enum status status = sqlite_store_restore(path, backup, &options, &kept, &err);
	out_progress_end();
	interrupt_release();
	if (status == STATUS_CANCELLED && interrupted()) {
		out_error("interrupted; the store is as it was");
		return interrupt_exit_code();
	}
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	print_restored(path, kept, as_json);
	free(kept);
	return 0;
}

static int backup_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct backup_values *values = options_given;

	if (values->verify && values->force)
		return cli_usage(cli, "--verify only reads: --force does not go with it");
	if (values->restore && (values->verify || values->force))
		return cli_usage(cli, "--restore goes with neither --verify nor --force");
	if (values->restore)
		return restore(cli, words->items[0], values->json);
	return values->verify ? verify(cli, words->items[0], values->json) : copy(cli, words->items[0], values);
}

static const char *const backup_examples[] = {
	"aitia backup /mnt/safe/aitia-monday.db", "A copy of this moment.",
	"aitia backup --force latest.db", "The same, in place of the last one.",
	"aitia backup --verify latest.db", "Is the copy still whole?",
	"aitia backup --restore latest.db", "Go back to it, from a damaged store for instance.",
	"aitia --store latest.db list", "A backup is a store.",
	NULL
};

const struct command_body command_backup = {
	.options = backup_options,
	.values_bytes = sizeof(struct backup_values),
	.words_min = 1,
	.words_max = 1,
	.text = "The copy is of one moment, however long it takes; others read and write meanwhile. It is read back and on the "
		"disk before it gets its name: FILE is a whole copy or what it was before, also when the power fails, and "
		"nothing is left when it is interrupted. It has the rights of the store's file.\n\n"
		"--restore checks FILE and makes a copy of it the store, when no program has the store open. The file that was "
		"the store until then, damaged or not, is kept as PATH.replaced (PATH.replaced2 …) with its log: nothing "
		"of it is lost, and what was done in it since the backup can be had by `aitia merge PATH.replaced` if it is "
		"whole.",
	.examples = backup_examples,
	.answer = backup_keys,
	.answer_text = "the result",
	.run = backup_run,
};

/* ---- compact ------------------------------------------------------------------------- */

struct compact_values {
	bool json;
};

static const struct option_spec compact_options[] = { OPTION_JSON(struct compact_values, json), OPTIONS_END };

static const struct answer_key compact_keys[] = {
	{ "before_bytes", "what the store took, with its log" },
	{ "after_bytes", "what it takes now" },
	{ NULL, NULL },
};

static int compact_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct compact_values *values = options_given;
	struct compact_result result;
	struct store *store;
	struct error err;

	(void)words;
	if (cli_open(cli, STORE_EDIT, &store, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_catch();
	enum status status = sqlite_store_compact(store, interrupt_flag(), &result, &err);
	interrupt_release();
	if (status == STATUS_CANCELLED && interrupted()) {
		out_error("interrupted; the store is as it was");
		return interrupt_exit_code();
	}
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		out_printf("{\"before_bytes\":%lld,\"after_bytes\":%lld}\n", (long long)result.before_bytes,
			   (long long)result.after_bytes);
	else
		out_printf("%lld bytes before, %lld after\n", (long long)result.before_bytes, (long long)result.after_bytes);
	return 0;
}

const struct command_body command_compact = {
	.options = compact_options,
	.values_bytes = sizeof(struct compact_values),
	.text = "Writes the store anew without the room that replaced things left, and empties its log (PATH-wal). The store "
		"is as it was until all is done, also when the power fails or it is interrupted. Others may read meanwhile; "
		"while another process writes it is refused. It takes twice the store's size of its disk for a while, which "
		"is looked at first.",
	.answer = compact_keys,
	.answer_text = "the result",
	.run = compact_run,
};
