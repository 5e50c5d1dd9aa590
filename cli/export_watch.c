/*
 * aitia export --watch: the pages follow the store. Twice a second is asked whether the store,
 * the rules of redaction or the template have changed; then all is exported anew, and one line
 * says what came of it. What goes wrong is said once and tried again: a disk may have room
 * again, a hit may be decided on. A signal ends it between two exports, or in the midst of one
 * before anything of it was written.
 *
 * An editor that saves, or `git checkout`, has a file gone or half written for a moment. What
 * is missing then would be shown to the public: so a file that was there must be there, and
 * files count once two looks in a row have read the same.
 *
 * Of a store that another file took the place of no look tells any more: that ends it, and the
 * new one is left to a new process. Its log may still be the old one's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cmd_export.h"
#include "cli/cmd_redact.h"
#include "cli/config.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/template_open.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "storage/sqlite/sqlite_store.h"

#define POLL_NS 500000000L
#define POLLS_TO_RETRY 10 /* after what may pass of itself */

struct watch {
	struct store *store;
	const struct export_job *job;
	const char *rules;                /* path, NULL: pages show everything, or there are no rules */
	size_t counts[PUBLISH_OUTCOMES];  /* of the round */
	bool first;
	bool has_rules, has_template;     /* they were there once */
	char *template_file;              /* of the team's, once it was read; or NULL */
	struct digest files;              /* what the look before this one read of them */
	struct digest done;               /* the state that was exported, or could not be */
	int polls_to_retry;               /* 0: what was done last did not fail */
	bool again;                       /* the round is such a retry */
	void (*differs)(void *context, const char *path, struct slice there, struct slice made);
	struct strbuf refused, refused_before; /* a line a path, of this round and the one before */
	char said[sizeof(((struct error *)NULL)->text)]; /* of what went wrong, not to be said again */
};

static void put_name(struct strbuf *out, const char *path)
{
	strbuf_addf(out, "\n%s\n", path);
}

/* A retry tells only what is new. */
static bool was_told(const struct watch *watch, const char *path)
{
	struct strbuf name = STRBUF_INIT;
	bool told;

	put_name(&name, path);
	told = watch->again && watch->refused_before.len_bytes && strstr(watch->refused_before.text, name.text);
	strbuf_release(&name);
	return told;
}

static void count_page(void *context, const char *key, const char *path, enum publish_outcome outcome)
{
	struct watch *watch = context;

	watch->counts[outcome]++;
	if (outcome == PUBLISH_REFUSED) {
		put_name(&watch->refused, path);
		if (was_told(watch, path))
			return;
	}
	/* Programs are told of each page, the first time of all. */
	if (watch->job->as_json && (watch->first || outcome != PUBLISH_UNCHANGED))
		export_put_page(key, path, outcome, true);
}

static void show_diff(void *context, const char *path, struct slice there, struct slice made)
{
	const struct watch *watch = context;

	if (!was_told(watch, path))
		watch->differs(context, path, there, made);
}

static void put_line(const struct watch *watch)
{
	struct arena arena = ARENA_INIT;
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, "%s UTC:", out_time(&arena, instant_now()));
	for (int i = 0; i < PUBLISH_OUTCOMES; i++)
		if (watch->counts[i] || i == PUBLISH_WRITTEN)
			strbuf_addf(&line, "%s %zu %s", i ? "," : "", watch->counts[i], export_outcome_word((enum publish_outcome)i));
	strbuf_addch(&line, '\n');
	out_flush(&line);
	strbuf_release(&line);
	arena_release(&arena);
}

/* What beside the store makes the pages. */
struct inputs {
	struct arena arena;
	const struct page_template *page_template;
	struct slice rules;
	struct digest files; /* of these */
	struct digest state; /* of these and the store */
};

static enum status gone(struct error *err, const char *path)
{
	return error_set(err, STATUS_INPUT, "%s is gone: nothing is exported until it is back", path);
}

static enum status read_rules(struct watch *watch, struct inputs *in, struct error *err)
{
	enum status status;

	in->rules = (struct slice){ "", 0 };
	if (!watch->rules)
		return STATUS_OK;
	if (watch->has_rules && !file_exists(watch->rules))
		return gone(err, watch->rules);
	status = redact_read_rules(&in->arena, watch->rules, watch->job->rules != NULL, &in->rules, err);
	if (status == STATUS_OK && watch->has_rules && !in->rules.len_bytes) /* about to be written, by the look of it */
		return error_set(err, STATUS_INPUT, "%s is empty: nothing is exported until its rules are back", watch->rules);
	watch->has_rules = watch->has_rules || (status == STATUS_OK && in->rules.len_bytes);
	return status;
}

/* The team's own are named by their paths. */
static bool is_of_a_file(const struct page_template *page_template)
{
	return page_template && strchr(page_template->name, '/');
}

/* Without the file that names it there is no template, without the team's a built-in one of that name. */
static enum status read_template(struct watch *watch, struct inputs *in, struct error *err)
{
	enum status status = template_open(&in->arena, watch->job->page_template, &in->page_template, err);
	struct config config = { 0 };

	if (status == STATUS_OK && watch->has_template && !in->page_template)
		status = config_read(&in->arena, &config, err);
	if (status != STATUS_OK)
		return status;
	if (config.path && !file_exists(config.path))
		return gone(err, config.path);
	if (is_of_a_file(in->page_template)) {
		free(watch->template_file);
		watch->template_file = mem_strdup(in->page_template->name);
	} else if (watch->template_file && !file_exists(watch->template_file)) {
		return gone(err, watch->template_file);
	}
	watch->has_template = watch->has_template || in->page_template;
	return STATUS_OK;
}

static enum status read_inputs(struct watch *watch, struct inputs *in, struct error *err)
{
	struct digest_builder *builder;
	int64_t counter = 0;
	enum status status = watch->store->ops->change_counter(watch->store, &counter, err);

	arena_clear(&in->arena);
	if (status == STATUS_OK)
		status = read_template(watch, in, err);
	if (status == STATUS_OK)
		status = read_rules(watch, in, err);
	if (status != STATUS_OK)
		return status;
	builder = digest_begin();
	digest_field(builder, in->rules);
	if (in->page_template) {
		digest_field(builder, slice_of(in->page_template->name));
		digest_field(builder, in->page_template->text);
	}
	for (size_t i = 0; in->page_template && i < in->page_template->part_count; i++) {
		digest_field(builder, slice_of(in->page_template->parts[i].name));
		digest_field(builder, in->page_template->parts[i].text);
	}
	in->files = digest_end(builder);
	builder = digest_begin();
	digest_number(builder, counter);
	digest_field(builder, (struct slice){ (const char *)in->files.bytes, DIGEST_BYTES });
	in->state = digest_end(builder);
	return STATUS_OK;
}

static bool digests_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_BYTES) == 0;
}

static enum status export_round(struct watch *watch, const struct inputs *in, struct error *err)
{
	struct publish_options options = watch->job->options;
	enum status status = STATUS_OK;

	export_tell(&options);
	watch->differs = options.differs;
	options.differs = show_diff;
	if (!watch->first)
		options.hint = NULL;
	options.page = count_page;
	options.context = watch;
	options.page_template = in->page_template;
	memset(watch->counts, 0, sizeof(watch->counts));
	strbuf_clear(&watch->refused_before);
	strbuf_addslice(&watch->refused_before, strbuf_slice(&watch->refused));
	strbuf_clear(&watch->refused);
	if (in->page_template && in->page_template->is_public && !watch->job->is_public)
		return error_set(err, STATUS_REFUSED, "the template '%s' is for users now: begin again with --audience=public",
				 in->page_template->name);
	if (watch->job->is_public)
		status = redactor_new(in->rules, watch->rules ? watch->rules : "", &options.redactor, err);
	if (status == STATUS_OK)
		status = export_write(watch->store, watch->job, &options, interrupt_flag(), err);
	redactor_free(options.redactor);
	return status;
}

static void say(struct watch *watch, enum status status, const struct error *err)
{
	bool told = status == STATUS_REFUSED && watch->counts[PUBLISH_REFUSED]; /* all others are written */
	bool wrote = watch->counts[PUBLISH_WRITTEN] || watch->counts[PUBLISH_REMOVED];
	bool is_news = status != STATUS_OK && status != STATUS_CANCELLED;

	if (is_news && (!told || watch->again))
		is_news = strcmp(watch->said, err->text) != 0;
	if (!watch->job->as_json && (status == STATUS_OK || (told && (is_news || wrote))))
		put_line(watch);
	fflush(stdout); /* whoever reads it waits for it */
	if (status == STATUS_OK)
		watch->said[0] = '\0';
	if (is_news) {
		out_error("%s%s", err->text, told ? "" : "; going on");
		memcpy(watch->said, err->text, sizeof(watch->said));
	}
}

/* What may pass of itself, as a page that somebody puts back: no look tells of it. */
static bool is_to_retry(const struct watch *watch, enum status status)
{
	return status != STATUS_OK && (status != STATUS_REFUSED || watch->counts[PUBLISH_REFUSED]);
}

static void poll_once(struct watch *watch, struct inputs *in)
{
	struct error err;
	enum status status = read_inputs(watch, in, &err);
	bool same = status == STATUS_OK && digests_equal(&in->state, &watch->done);
	bool settled = status != STATUS_OK || digests_equal(&in->files, &watch->files);

	if (status == STATUS_OK)
		watch->files = in->files;
	if (!settled || (same && (!watch->polls_to_retry || --watch->polls_to_retry)))
		return;
	watch->again = same;
	if (status == STATUS_OK) {
		watch->done = in->state;
		status = export_round(watch, in, &err);
	}
	watch->polls_to_retry = is_to_retry(watch, status) ? POLLS_TO_RETRY : 0;
	say(watch, status, &err);
}

/* The first time what is wrong with the words of the command shows, and ends it. */
static int begin(struct cli *cli, struct watch *watch, struct inputs *in)
{
	struct error err;
	enum status status = read_inputs(watch, in, &err);

	watch->first = true;
	if (status == STATUS_OK) {
		watch->files = in->files;
		watch->done = in->state;
		status = export_round(watch, in, &err);
	}
	watch->first = false;
	if (status != STATUS_OK && status != STATUS_REFUSED && status != STATUS_CANCELLED)
		return cli_fail(cli, &err);
	watch->polls_to_retry = is_to_retry(watch, status) ? POLLS_TO_RETRY : 0;
	say(watch, status, &err);
	return 0;
}

/* 0: it is where it was. */
static int look_for_store(struct cli *cli, const struct store *store)
{
	struct error err;

	if (!sqlite_store_has_moved(store))
		return 0;
	error_set(&err, STATUS_STORE, "%s was replaced or moved away while it was open: its pages are those of before; start again",
		  sqlite_store_path(store));
	return cli_fail(cli, &err);
}

int export_watch(struct cli *cli, struct store *store, const struct export_job *job)
{
	const struct timespec pause = { 0, POLL_NS };
	struct watch watch = { .store = store, .job = job, .refused = STRBUF_INIT, .refused_before = STRBUF_INIT };
	struct inputs inputs = { .arena = ARENA_INIT };
	int code;

	if (job->is_public)
		watch.rules = redact_rules_path(cli, job->rules);
	interrupt_catch();
	code = begin(cli, &watch, &inputs);
	while (!code && !interrupted()) {
		nanosleep(&pause, NULL); /* a signal ends it */
		if (interrupted())
			break;
		code = look_for_store(cli, store);
		if (!code)
			poll_once(&watch, &inputs);
	}
	interrupt_release();
	arena_release(&inputs.arena);
	strbuf_release(&watch.refused);
	strbuf_release(&watch.refused_before);
	free(watch.template_file);
	return code;
}
