#include "core/publish_seen.h"

#include <string.h>

#include "core/base/file.h"
#include "core/document.h"
#include "core/lint.h"
#include "core/postmortem_state.h"
#include "core/redact.h"

#define VIEWS_MOST 5 /* of one incident, while others write */

/* ---- a publication ------------------------------------------------------------------ */

static enum status find_place(struct publication *p, struct error *err)
{
	size_t count = 0;
	const struct site *sites = p->renderer->sites ? p->renderer->sites(&count) : NULL;

	p->place = (struct publish_place){ .root = p->options->out_folder, .content = p->options->out_folder };
	for (size_t i = 0; i < count; i++)
		if (strcmp(sites[i].name, p->options->site) == 0) {
			p->site = &sites[i];
			return publish_find_place(&p->arena, p->site, p->options->out_folder, &p->place, err);
		}
	return STATUS_OK; /* the renderer says what is wrong with the name */
}

/* Two at a time would each write a list of pages without the other's. */
static enum status lock_pages(struct publication *p, struct error *err)
{
	if (p->lock >= 0 || p->options->check_only || !file_is_folder(p->place.content))
		return STATUS_OK;
	return file_lock_folder(p->place.content, &p->lock, err);
}

/* The lock goes last: until then nobody takes what the journal names for left behind. */
static void publication_free(struct publication *p)
{
	publish_journal_release(&p->journal);
	if (p->lock >= 0)
		file_unlock(p->lock);
	publish_team_free(p->team);
	vec_release(&p->outcomes);
	vec_release(&p->entries);
	vec_release(&p->listed);
	vec_release(&p->seen);
	strbuf_release(&p->unapproved);
	strbuf_release(&p->menu);
	arena_release(&p->page);
	arena_release(&p->arena);
	free(p);
}

static enum status read_manifest(struct publication *p, struct error *err)
{
	const struct publish_listed *pages;
	enum status status = publish_manifest_read(&p->arena, p->manifest, &pages, &p->old_count, &p->old_source, &p->manifest_digest, err);

	if (status != STATUS_OK)
		return status;
	p->old = arena_array(&p->arena, p->old_count + 1, sizeof(*p->old));
	if (p->old_count)
		memcpy(p->old, pages, p->old_count * sizeof(*p->old));
	publish_manifest_sort(p->old, p->old_count);
	return status;
}

enum status publish_begin(struct store *store, const struct renderer *renderer, const struct publish_options *options,
			  struct publication **out, struct error *err)
{
	struct publication *p = mem_zalloc(1, sizeof(*p));
	enum status status;

	p->store = store;
	p->renderer = renderer;
	p->options = options;
	p->lock = -1;
	strbuf_init(&p->unapproved);
	strbuf_init(&p->menu);
	status = find_place(p, err);
	publish_journal_init(&p->journal, &p->place, file_join(&p->arena, p->place.content,
							       arena_printf(&p->arena, "%s%s", PUBLISH_JOURNAL, options->site)), &p->lock);
	if (status == STATUS_OK)
		status = lock_pages(p, err);
	if (status == STATUS_OK)
		p->left = publish_journal_left(&p->journal, !options->check_only);
	if (p->left && options->left)
		options->left(options->context, p->place.content, p->left);
	if (status != STATUS_OK) {
		publication_free(p);
		return status;
	}
	p->files = file_set_new();
	file_set_note(p->files, publish_journal_note, &p->journal);
	p->manifest = file_join(&p->arena, p->place.content, arena_printf(&p->arena, "%s%s", PUBLISH_MANIFEST, options->site));
	p->source = publish_source(&p->arena, store, options);
	status = read_manifest(p, err);
	if (status == STATUS_OK) {
		*out = p;
		return status;
	}
	file_set_abandon(p->files);
	publication_free(p);
	return status;
}

/* Whether it is what was written last: known by its stamp, or read. Without a digest the list is of an older program. */
static bool page_is_current(struct publication *p, const struct publish_listed *listed, const char *path)
{
	struct file_stamp stamp;
	struct slice page;

	if ((!listed->digest && !listed->mark) || !file_stamp(path, &stamp))
		return false;
	if (!publish_seen_holds(p, listed, &stamp)) {
		bool settled = file_stamp_settled(&stamp, file_clock_ns());

		if (file_read(&p->page, path, PUBLISH_PAGE_BYTES_MAX, &page, NULL) != STATUS_OK || !publish_is_newest(listed, page))
			return false;
		p->seen_more = p->seen_more || settled;
		if (!settled)
			return true;
	}
	publish_seen_add(p, path, &stamp);
	return true;
}

bool publish_is_current(struct publication *p)
{
	bool current;

	/* Notices are to go only when pruning. */
	if (p->options->force || p->options->prune)
		return false;
	current = p->old_count && *p->source && strcmp(p->old_source, p->source) == 0;
	if (current)
		publish_seen_read(p);
	for (size_t i = 0; i < p->old_count && current; i++) {
		const char *path;

		arena_clear(&p->page);
		path = publish_page_path(p, &p->old[i]);
		current = page_is_current(p, &p->old[i], path);
		if (current)
			publish_note_outcome(p, publish_about_many(p->old[i].key) ? NULL : p->old[i].key, path, PUBLISH_UNCHANGED);
	}
	if (!current) {
		vec_clear(&p->outcomes);
		vec_clear(&p->seen);
		p->counts[PUBLISH_UNCHANGED] = 0;
	}
	p->is_current = current;
	return current;
}

static void tell_hit(struct publication *p, const char *key, const struct redact_hit *hit)
{
	p->open_hits++;
	if (p->options->open_hit)
		p->options->open_hit(p->options->context, key, hit);
}

/* For readers outside. */
static void redact(struct publication *p, struct publish_job *job)
{
	struct postmortem_input redacted;

	redact_input(p->options->redactor, &job->arena, p->renderer->seen, &job->input, &redacted, &job->hits, &job->hit_count);
	job->input = redacted;
}

/* The last gate: in what indexes and feeds say, nothing is left but what was kept. */
static void check_entry(struct publication *p, const char *key, const struct page_entry *entry)
{
	const char *const texts[][2] = { { "title on the page", entry->title }, { "description on the page", entry->description } };

	for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
		const struct redact_hit *hits;
		size_t count;

		redact_check(p->options->redactor, &p->page, texts[t][0], texts[t][1], &hits, &count);
		for (size_t i = 0; i < count; i++)
			if (hits[i].decision != REDACT_KEEP)
				tell_hit(p, key, &hits[i]);
	}
}

/* The apply document goes out as the page does; `whole` says which of its members these
 * readers are not to see. */
static enum status write_document(struct store *store, struct publish_job *job, const struct incident *whole)
{
	struct postmortem_input *input = &job->input;
	const struct document_known known = { input->is_public ? NULL : input->review, input->samples, input->sample_count };
	struct strbuf text = STRBUF_INIT;
	enum status status = document_write_shown(store, &job->arena, input->incident, input->is_public ? whole : NULL, &known, &text,
						  &job->err);

	if (status == STATUS_OK)
		input->document = arena_slice(&job->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return status;
}

static bool has_open_hit(const struct publish_job *job)
{
	for (size_t i = 0; i < job->hit_count; i++)
		if (job->hits[i].decision == REDACT_OPEN)
			return true;
	return false;
}

/* All that its pages are made from, within a view. */
static void read_all(struct publication *p, struct publish_job *job)
{
	struct incident *whole;
	enum status status = p->store->ops->incident_get(p->store, &job->arena, job->key, &whole, &job->err);

	if (status == STATUS_OK)
		status = lint_references_hold(p->store, &job->arena, whole, &job->err);
	if (status == STATUS_OK)
		status = publish_gather_of(p->store, &job->arena, whole, PUBLISH_SAMPLES, p->options->redactor != NULL, &job->input,
					   &job->err);
	job->gathered = status;
	if (status == STATUS_OK) {
		job->review = postmortem_review(whole);
		job->input.postmortem = &job->review;
		job->input.page_template = p->options->page_template;
		if (p->options->redactor && !p->options->unreviewed && !postmortem_is_approved(job->review.state))
			job->unapproved = postmortem_state_word(job->review.state);
		if (p->options->redactor)
			redact(p, job);
		/* Known here at once, though told in the order of incidents; what else is open is to be told. */
		p->is_refused = p->is_refused || job->unapproved || has_open_hit(job);
		job->is_wanted = !p->is_refused && !p->open_hits;
	}
	if (job->is_wanted)
		status = write_document(p->store, job, whole);
	job->status = status;
}

/* Of one state of the store. One that others have left behind while it was read is left for a newer one. */
static void gather(struct publication *p, struct publish_job *job, const char *key)
{
	for (int views = 1; views <= VIEWS_MOST; views++) {
		bool began;

		publish_job_clear(job);
		job->key = arena_strdup(&job->arena, key);
		job->gathered = job->status = p->store->ops->view_begin(p->store, &began, &job->err);
		if (job->status != STATUS_OK)
			return;
		read_all(p, job);
		p->store->ops->view_end(p->store, began);
		if (job->gathered != STATUS_CONFLICT) /* what was redacted is not redacted again */
			return;
	}
}

/* On any thread. */
static void make_pages(struct publish_job *job)
{
	const struct publication *p = job->publication;
	const struct page *pages = NULL;
	size_t count = 0;

	if (!job->is_wanted || job->status != STATUS_OK)
		return;
	job->status = p->renderer->postmortem(&job->arena, &job->input, p->options->site, &pages, &count, &job->err);
	job->is_rendered = job->status == STATUS_OK;
	job->pages = arena_array(&job->arena, count + 1, sizeof(*job->pages));
	for (size_t i = 0; i < count && job->status == STATUS_OK; i++) {
		job->status = publish_make_page(p, &job->arena, job->files, &pages[i], job->key, &job->pages[i], &job->err);
		job->page_count += job->status == STATUS_OK;
	}
}

static void note_entry(struct publication *p, const struct publish_job *job)
{
	struct page_entry entry;

	arena_clear(&p->page);
	p->renderer->entry(&p->arena, &job->input, p->options->site, &entry);
	if (p->options->redactor)
		check_entry(p, job->key, &entry);
	vec_push(&p->entries, entry);
}

/* As if it had been made when all before it were over, and none behind it begun. */
static enum status take_job(struct publication *p, struct publish_job *job, struct error *err)
{
	enum status status = job->gathered;

	if (job->unapproved)
		strbuf_addf(&p->unapproved, "%s%s (%s)", p->unapproved.len_bytes ? ", " : "", job->key, job->unapproved);
	for (size_t i = 0; i < job->hit_count; i++)
		if (job->hits[i].decision == REDACT_OPEN)
			tell_hit(p, job->key, &job->hits[i]);
	if (job->is_wanted && !p->unapproved.len_bytes && !p->open_hits) {
		status = job->status;
		if (job->is_rendered && p->renderer->entry)
			note_entry(p, job);
		if (p->open_hits)
			return STATUS_OK;
	}
	if (status != STATUS_OK) {
		if (err)
			*err = job->err;
		return status;
	}
	for (size_t i = 0; i < job->page_count && !p->open_hits && !p->unapproved.len_bytes; i++)
		publish_note_made(p, &job->pages[i]);
	return status;
}

/* With another status than STATUS_OK it only goes; what it laid beside its places goes with the others. */
static enum status end_oldest(struct publication *p, enum status status, struct error *err)
{
	struct publish_job *job = publish_team_oldest(p->team);

	if (status == STATUS_OK)
		status = take_job(p, job, err);
	file_set_move(p->files, job->files);
	publish_team_drop(p->team);
	return status;
}

enum status publish_add(struct publication *p, const char *key, struct error *err)
{
	struct publish_job *job;
	enum status status = STATUS_OK;

	if (!p->team)
		p->team = publish_team_new(p, make_pages);
	while (!(job = publish_team_next(p->team)) && status == STATUS_OK)
		status = end_oldest(p, status, err);
	if (status != STATUS_OK)
		return status;
	gather(p, job, key);
	publish_team_put(p->team);
	return STATUS_OK;
}

/* How to make the site show what was written, unless it speaks of it already. */
static enum status give_hint(struct publication *p, struct error *err)
{
	struct slice config;
	enum status status;

	if (!p->options->hint || p->options->check_only)
		return STATUS_OK;
	if (p->menu.len_bytes)
		p->options->hint(p->options->context, p->menu_path, p->menu.text);
	if (!p->place.config || !p->site->wiring[0])
		return STATUS_OK;
	status = file_read(&p->page, p->place.config, PUBLISH_PAGE_BYTES_MAX, &config, err);
	if (status == STATUS_OK && !strstr(config.at, "postmortems"))
		p->options->hint(p->options->context, p->place.config, p->site->wiring);
	return status;
}

static enum status put_indexes(struct publication *p, struct error *err)
{
	const struct page *pages;
	size_t count = 0;
	enum status status;

	if (!p->renderer->indexes)
		return STATUS_OK;
	arena_clear(&p->page);
	status = p->renderer->indexes(&p->page, p->entries.items, p->entries.len, p->options->site, p->options->base_url,
				      &pages, &count, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = publish_put_page(p, &pages[i], NULL, err);
	return status;
}

/* ---- the end --------------------------------------------------------------------------- */

static enum status verdict(const struct publication *p, struct error *err)
{
	size_t refused = p->counts[PUBLISH_REFUSED], stale = p->counts[PUBLISH_STALE];

	if (refused)
		return error_set(err, STATUS_REFUSED,
				 "%zu page%s edited by hand, or not ours, left as they are (`aitia edit KEY --adopt` takes the edits into the record; --force "
				 "overwrites them)",
				 refused, refused == 1 ? "" : "s");
	if (p->options->check_only && p->left)
		return error_set(err, STATUS_REFUSED, "%zu page%s not up to date, and %zu file%s left by an export that was killed", stale,
				 stale == 1 ? " is" : "s are", p->left, p->left == 1 ? " was" : "s were");
	if (stale)
		return error_set(err, STATUS_REFUSED, "%zu page%s not up to date", stale, stale == 1 ? " is" : "s are");
	return STATUS_OK;
}

static void note_placed(void *context, const char *path, const struct file_stamp *stamp)
{
	publish_seen_add(context, path, stamp);
}

/* What is kept of a whole publication, or of pages that had to be read to know that they are current. */
static void keep_seen(struct publication *p)
{
	if (p->options->check_only || p->counts[PUBLISH_REFUSED] || p->counts[PUBLISH_KEPT])
		return;
	if (!p->is_current)
		publish_seen_write(p, p->listed.items, p->listed.len);
	else if (p->seen_more)
		publish_seen_write(p, p->old, p->old_count);
}

enum status publish_finish(struct publication *p, bool whole, enum status status, struct error *err)
{
	while (p->team && publish_team_oldest(p->team))
		status = end_oldest(p, status, err);
	if (status == STATUS_OK && p->open_hits)
		status = error_set(err, STATUS_REFUSED,
				   "%zu place%s with secrets or personal data that nobody decided on; nothing was written "
				   "(aitia redact lists them)", p->open_hits, p->open_hits == 1 ? "" : "s");
	if (status == STATUS_OK && p->unapproved.len_bytes)
		status = error_set(err, STATUS_REFUSED, "nobody approved %s; nothing was written (aitia incident review; --unreviewed "
				   "publishes it, marked so)", p->unapproved.text);
	if (status == STATUS_OK && whole && !p->is_current)
		status = put_indexes(p, err);
	if (status == STATUS_OK && p->journal.locked_late) /* others may have been there first */
		status = read_manifest(p, err);
	if (status == STATUS_OK && !p->is_current)
		status = publish_renew_manifest(p, whole, err);
	if (whole && p->options->state_folder)
		file_set_tell(p->files, note_placed, p);
	if (status == STATUS_OK)
		status = file_set_commit(p->files, err);
	else
		file_set_abandon(p->files);
	if (status == STATUS_OK && whole)
		keep_seen(p);
	if (status == STATUS_OK && whole)
		status = give_hint(p, err);
	for (size_t i = 0; status == STATUS_OK && p->options->page && i < p->outcomes.len; i++)
		p->options->page(p->options->context, p->outcomes.items[i].key, p->outcomes.items[i].path,
				 p->outcomes.items[i].outcome);
	if (status == STATUS_OK)
		status = verdict(p, err);
	publication_free(p);
	return status;
}

enum status publish_incident(struct store *store, const struct renderer *renderer, struct arena *arena,
			     const char *key, const struct publish_options *options, struct error *err)
{
	struct publication *publication;
	enum status status = publish_begin(store, renderer, options, &publication, err);

	(void)arena;
	if (status != STATUS_OK)
		return status;
	status = publish_finish(publication, false, publish_add(publication, key, err), err);
	return status == STATUS_REFUSED ? error_wrap(err, status, "%s", key) : status;
}

enum status publish_hits(struct store *store, const struct renderer *renderer, struct arena *arena, const char *key,
			 struct redactor *redactor, const struct redact_hit **hits, size_t *count, struct error *err)
{
	struct postmortem_input input, redacted;
	enum status status = publish_gather_public(store, arena, key, PUBLISH_SAMPLES, &input, err);

	if (status == STATUS_OK)
		redact_input(redactor, arena, renderer->seen, &input, &redacted, hits, count);
	return status;
}
