/* What is left of earlier publications: notices, removals and the list of pages. */
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/publish_run.h"

/* Among the first `count`, which are in the order of their paths. */
static bool is_listed(const struct publication *p, const char *path, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(p->listed.items[middle].path, path);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A file that only a page leads to. */
static bool is_attachment(const char *path)
{
	const char *ending = strrchr(path, '.');

	return ending && (strcmp(ending, ".json") == 0 || strcmp(ending, ".svg") == 0);
}

/* A page whose incident is there no more: a notice stands in its place, or nothing. A
 * list that has no entries any more goes in any case, and so does a file beside a page. */
static enum status withdraw(struct publication *p, const struct publish_listed *old, struct error *err)
{
	const char *path = publish_page_path(p, old);
	bool is_shared = publish_about_many(old->key), bare = is_shared || is_attachment(old->path);
	struct page notice = { .path = old->path };
	struct slice content;
	enum status status;

	if (!file_exists(path))
		return STATUS_OK;
	if (!p->options->prune && !bare) {
		status = p->renderer->notice(&p->page, old->key, p->options->site, &notice.content, err);
		return status == STATUS_OK ? publish_put_page(p, &notice, old->key, err) : status;
	}
	status = file_read(&p->page, path, PUBLISH_PAGE_BYTES_MAX, &content, err);
	if (status != STATUS_OK)
		return error_set(err, STATUS_OUTPUT, "%s is in the way and cannot be read", path);
	if (is_shared && !publish_is_ours(old, content))
		return STATUS_OK; /* somebody made it theirs */
	if (!publish_is_ours(old, content) && !p->options->force) {
		publish_note_outcome(p, old->key, path, PUBLISH_REFUSED);
		publish_note_page(p, old);
		return STATUS_OK;
	}
	if (!p->options->check_only)
		file_set_remove(p->files, path);
	publish_note_outcome(p, is_shared ? NULL : old->key, path, p->options->check_only ? PUBLISH_STALE : PUBLISH_REMOVED);
	return STATUS_OK;
}

static int compare_keys(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The keys of the incidents that were added, in order. */
static const char **added_keys(struct publication *p)
{
	const char **keys = arena_array(&p->arena, p->entries.len + 1, sizeof(*keys));

	for (size_t i = 0; i < p->entries.len; i++)
		keys[i] = p->entries.items[i].key;
	if (p->entries.len > 1)
		qsort(keys, p->entries.len, sizeof(*keys), compare_keys);
	return keys;
}

enum status publish_renew_manifest(struct publication *p, bool whole, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	const char **keys = added_keys(p);
	size_t made = p->listed.len;
	enum status status = STATUS_OK;

	publish_manifest_sort(p->listed.items, made);
	for (size_t i = 0; i < p->old_count && status == STATUS_OK; i++) {
		const struct publish_listed *old = &p->old[i];

		arena_clear(&p->page);
		if (is_listed(p, old->path, made))
			continue;
		if (p->renderer->notice &&
		    (whole || (is_attachment(old->path) && p->entries.len &&
			       bsearch(&old->key, keys, p->entries.len, sizeof(*keys), compare_keys))))
			status = withdraw(p, old, err);
		else
			publish_note_page(p, old);
	}
	if (status == STATUS_OK && p->listed.len) {
		struct slice before = { "", 0 };

		/* Of one incident alone the list says nothing of the store; nor where a page was refused. */
		publish_manifest_write(&text, p->listed.items, p->listed.len,
				       whole && !p->counts[PUBLISH_REFUSED] && !p->counts[PUBLISH_KEPT] ? p->source : "");
		p->manifest_digest = digest_of(strbuf_slice(&text));
		if (file_exists(p->manifest))
			status = file_read(&p->page, p->manifest, PUBLISH_PAGE_BYTES_MAX, &before, err);
		if (status == STATUS_OK && !p->options->check_only && !slice_eq(before, strbuf_slice(&text)))
			status = file_set_add(p->files, p->manifest, strbuf_slice(&text), err);
	}
	strbuf_release(&text);
	return status;
}
