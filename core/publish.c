#include "core/publish_seen.h"

#include <string.h>

#include "core/base/file.h"
#include "core/document.h"
#include "core/line_diff.h"
#include "core/lint.h"
#include "core/postmortem_state.h"
#include "core/redact.h"

/* ---- one page --------------------------------------------------------------------- */

void publish_note_outcome(struct publication *p, const char *key, const char *path, enum publish_outcome outcome)
{
	struct outcome noted = { arena_strdup(&p->arena, key), arena_strdup(&p->arena, path), outcome };

	vec_push(&p->outcomes, noted);
	p->counts[outcome]++;
}

static void show_diff(struct publication *p, const char *path, struct slice old, struct slice content)
{
	struct strbuf text = STRBUF_INIT;

	if (!p->options->diff)
		return;
	line_diff(&text, path, old, "what would be written", content);
	p->options->diff(p->options->context, path, text.text);
	strbuf_release(&text);
}

/* As it was listed before, or NULL. */
static const struct publish_listed *find_old(const struct publication *p, const char *listed_path)
{
	size_t low = 0, high = p->old_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(p->old[middle].path, listed_path);

		if (order == 0)
			return &p->old[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* What is to happen to the page at `path`; `content` bears its mark. A file that cannot
 * bear one is ours as it was listed (`old`), or if it is equal. */
static enum status judge_page(struct publication *p, const char *path, struct slice content, bool is_shared,
			      const struct publish_listed *old_listed, enum publish_outcome *out, struct error *err)
{
	const struct publish_options *options = p->options;
	struct file_stamp stamp;
	struct slice old;
	bool stamped;
	enum status status;

	*out = options->check_only ? PUBLISH_STALE : PUBLISH_WRITTEN;
	if (!file_exists(path))
		return STATUS_OK;
	stamped = file_stamp(path, &stamp) && file_stamp_settled(&stamp, file_clock_ns());
	status = file_read(&p->page, path, PUBLISH_PAGE_BYTES_MAX, &old, err);
	if (status != STATUS_OK)
		return error_set(err, STATUS_OUTPUT, "%s is in the way and cannot be read", path);
	if (slice_eq(old, content)) {
		*out = PUBLISH_UNCHANGED;
		if (stamped && p->options->state_folder)
			publish_seen_add(p, path, &stamp);
	} else if (publish_is_ours(old_listed, old) || (options->force && !is_shared))
		return STATUS_OK;
	else if (is_shared) /* a site's own start page or navigation: nobody's fault */
		*out = PUBLISH_KEPT;
	else {
		*out = PUBLISH_REFUSED;
		show_diff(p, path, old, content);
	}
	return STATUS_OK;
}

void publish_note_page(struct publication *p, const struct publish_listed *page)
{
	struct publish_listed listed = { arena_strdup(&p->arena, page->key), arena_strdup(&p->arena, page->path),
					 arena_strdup(&p->arena, page->digest), arena_strdup(&p->arena, page->mark) };

	vec_push(&p->listed, listed);
}

/* Of a listed page. */
const char *publish_page_path(struct publication *p, const struct publish_listed *listed)
{
	bool rooted = listed->path[0] == '/';

	return file_join(&p->page, rooted || strcmp(listed->key, PUBLISH_AT_ROOT) == 0 ? p->place.root : p->place.content,
			 listed->path + rooted);
}

static void note_written(struct publication *p, const char *key, const char *path, struct slice content)
{
	struct publish_listed listed = { .key = key, .path = path };
	char hex[DIGEST_HEX_LEN + 1] = "";
	size_t at, len;

	if (publish_bears_mark(path)) {
		publish_mark_find(content, &at, &len, hex);
		listed.mark = hex;
	} else {
		struct digest digest = digest_of(content);
		digest_hex(&digest, hex);
		listed.digest = hex;
	}
	publish_note_page(p, &listed);
}

/* `key` NULL: a page about many. */
enum status publish_put_page(struct publication *p, const struct page *page, const char *key, struct error *err)
{
	const char *folder = page->at_root ? p->place.root : p->place.content;
	struct strbuf content = STRBUF_INIT;
	enum publish_outcome outcome;
	const char *listed = key && page->at_root ? arena_printf(&p->page, "/%s", page->path) : page->path;
	char *path;
	enum status status;

	if (!publish_path_is_safe(page->path))
		return error_set(err, STATUS_OUTPUT, "the page '%.200s' would leave the folder", page->path ? page->path : "");
	path = file_join(&p->page, folder, page->path);
	strbuf_addslice(&content, page->content);
	if (publish_bears_mark(page->path))
		publish_mark(&content);
	status = judge_page(p, path, strbuf_slice(&content), !key, find_old(p, listed), &outcome, err);
	if (status == STATUS_OK && outcome == PUBLISH_WRITTEN)
		status = file_set_add(p->files, path, strbuf_slice(&content), err);
	if (status == STATUS_OK)
		publish_note_outcome(p, key, path, outcome);
	if (status == STATUS_OK && outcome != PUBLISH_KEPT)
		note_written(p, key ? key : page->at_root ? PUBLISH_AT_ROOT : PUBLISH_MANY, listed, strbuf_slice(&content));
	strbuf_release(&content);
	return status;
}

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

static void publication_free(struct publication *p)
{
	if (p->lock >= 0)
		file_unlock(p->lock);
	vec_release(&p->outcomes);
	vec_release(&p->entries);
	vec_release(&p->listed);
	vec_release(&p->seen);
	strbuf_release(&p->unapproved);
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
	status = find_place(p, err);
	if (status == STATUS_OK)
		status = lock_pages(p, err);
	if (status != STATUS_OK) {
		publication_free(p);
		return status;
	}
	p->files = file_set_new();
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
static void redact(struct publication *p, const char *key, struct postmortem_input *input)
{
	struct postmortem_input redacted;
	const struct redact_hit *hits;
	size_t count;

	redact_input(p->options->redactor, &p->page, p->renderer->seen, input, &redacted, &hits, &count);
	*input = redacted;
	for (size_t i = 0; i < count; i++)
		if (hits[i].decision == REDACT_OPEN)
			tell_hit(p, key, &hits[i]);
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
static enum status write_document(struct publication *p, const struct incident *whole, struct postmortem_input *input,
				  struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum status status = document_write_shown(p->store, &p->page, input->incident, input->is_public ? whole : NULL, &text, err);

	if (status == STATUS_OK)
		input->document = arena_slice(&p->page, strbuf_slice(&text));
	strbuf_release(&text);
	return status;
}

enum status publish_add(struct publication *p, const char *key, struct error *err)
{
	struct postmortem_input input;
	struct incident *whole;
	struct postmortem_review review;
	const struct page *pages = NULL;
	size_t count = 0;
	enum status status;

	arena_clear(&p->page);
	status = p->store->ops->incident_get(p->store, &p->page, key, &whole, err);
	if (status == STATUS_OK)
		status = lint_references_hold(p->store, &p->page, whole, err);
	if (status == STATUS_OK)
		status = publish_gather_of(p->store, &p->page, whole, PUBLISH_SAMPLES, p->options->redactor != NULL, &input, err);
	if (status == STATUS_OK) {
		review = postmortem_review(whole);
		input.postmortem = &review;
	}
	if (status == STATUS_OK && p->options->redactor && !p->options->unreviewed && !postmortem_is_approved(review.state))
		strbuf_addf(&p->unapproved, "%s%s (%s)", p->unapproved.len_bytes ? ", " : "", key, postmortem_state_word(review.state));
	input.page_template = p->options->page_template;
	if (status == STATUS_OK && p->options->redactor)
		redact(p, key, &input);
	if (p->unapproved.len_bytes)
		return status;
	if (p->open_hits)
		return status; /* nothing will be written; what else is open is to be told */
	if (status == STATUS_OK)
		status = write_document(p, whole, &input, err);
	if (status == STATUS_OK)
		status = p->renderer->postmortem(&p->page, &input, p->options->site, &pages, &count, err);
	if (status == STATUS_OK && p->renderer->entry) {
		struct page_entry entry;

		p->renderer->entry(&p->arena, &input, p->options->site, &entry);
		if (p->options->redactor)
			check_entry(p, key, &entry);
		vec_push(&p->entries, entry);
	}
	if (p->open_hits)
		return status;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = publish_put_page(p, &pages[i], key, err);
	return status;
}

/* How to make the site show what was written, unless it speaks of it already. */
static enum status give_hint(struct publication *p, struct error *err)
{
	struct slice config;
	enum status status;

	if (!p->options->hint || p->options->check_only || !p->place.config || !p->site->wiring[0])
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
	if (status == STATUS_OK && p->open_hits)
		status = error_set(err, STATUS_REFUSED,
				   "%zu place%s with secrets or personal data that nobody decided on; nothing was written "
				   "(aitia redact lists them)", p->open_hits, p->open_hits == 1 ? "" : "s");
	if (status == STATUS_OK && p->unapproved.len_bytes)
		status = error_set(err, STATUS_REFUSED, "nobody approved %s; nothing was written (aitia incident review; --unreviewed "
				   "publishes it, marked so)", p->unapproved.text);
	if (status == STATUS_OK && whole && !p->is_current)
		status = put_indexes(p, err);
	if (status == STATUS_OK && p->lock < 0) { /* a folder that the pages made; others may have been there first */
		status = lock_pages(p, err);
		if (status == STATUS_OK)
			status = read_manifest(p, err);
	}
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
