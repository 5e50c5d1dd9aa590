#include "core/publish.h"

#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/publish_place.h"

/* How many samples a postmortem shows: enough to see the pattern, few enough to read. */
#define PUBLISH_SAMPLES 5

/* Pages are texts of some kilobytes; what is larger is not ours. */
#define PAGE_BYTES_MAX (64u << 20)

#define MARK_HEAD "<!-- aitia:sha256:"
#define MARK_TAIL " -->\n"
#define MARK_LEN (sizeof(MARK_HEAD) - 1 + DIGEST_HEX_LEN + sizeof(MARK_TAIL) - 1)

/* ---- the mark ------------------------------------------------------------------ */

static void write_mark(struct slice content, char out[MARK_LEN + 1])
{
	struct digest digest = digest_of(content);
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, hex);
	snprintf(out, MARK_LEN + 1, "%s%s%s", MARK_HEAD, hex, MARK_TAIL);
}

void publish_mark(struct strbuf *page)
{
	char mark[MARK_LEN + 1];

	if (page->len_bytes && page->text[page->len_bytes - 1] != '\n')
		strbuf_addch(page, '\n');
	write_mark(strbuf_slice(page), mark);
	strbuf_add(page, mark, MARK_LEN);
}

bool publish_mark_holds(struct slice page)
{
	char mark[MARK_LEN + 1];
	size_t len;

	if (page.len_bytes < MARK_LEN)
		return false;
	len = page.len_bytes - MARK_LEN;
	if (memcmp(page.at + len, MARK_HEAD, sizeof(MARK_HEAD) - 1) != 0)
		return false;
	write_mark((struct slice){ page.at, len }, mark);
	return memcmp(page.at + len, mark, MARK_LEN) == 0;
}

/* ---- pages --------------------------------------------------------------------- */

/* A page's path comes from the renderer and keys: it must stay under the folder. */
static bool path_is_safe(const char *path)
{
	if (!path || !path[0] || path[0] == '/')
		return false;
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");
		if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		at += len;
		if (*at == '/' && !*++at)
			return false;
	}
	return true;
}

/* Whether the kind of file can bear an HTML comment at its end. */
static bool bears_mark(const char *path)
{
	static const char *const endings[] = { ".md", ".markdown", ".mdx", ".html", ".htm" };
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t ending = strlen(endings[i]);
		if (len > ending && strcmp(path + len - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

static enum status write_page(const char *path, struct slice content, struct error *err)
{
	char *folder = mem_strdup(path);
	char *slash = strrchr(folder, '/');
	enum status status = STATUS_OK;

	if (slash && slash != folder) {
		*slash = '\0';
		status = file_make_folders(folder, err);
	}
	free(folder);
	return status == STATUS_OK ? file_write_atomic(path, content, err) : status;
}

/* What is to happen to the page at `path`; `content` bears its mark. A file
 * that cannot bear one is never taken for ours, unless it is equal. */
static enum status judge_page(const char *path, struct slice content, const struct publish_options *options,
			      enum publish_outcome *out, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct slice old;
	enum status status;

	*out = options->check_only ? PUBLISH_STALE : PUBLISH_WRITTEN;
	if (!file_exists(path))
		return STATUS_OK;
	status = file_read(&scratch, path, PAGE_BYTES_MAX, &old, err);
	if (status != STATUS_OK)
		status = error_set(err, STATUS_OUTPUT, "%s is in the way and cannot be read", path);
	else if (slice_eq(old, content))
		*out = PUBLISH_UNCHANGED;
	else if (!options->force && !publish_mark_holds(old))
		*out = PUBLISH_REFUSED;
	arena_release(&scratch);
	return status;
}

static enum status publish_page(struct arena *arena, const struct page *page, const char *content_folder,
				const struct publish_options *options, enum publish_outcome *outcome,
				struct error *err)
{
	struct strbuf content = STRBUF_INIT;
	char *path;
	enum status status;

	if (!path_is_safe(page->path))
		return error_set(err, STATUS_OUTPUT, "the page '%.200s' would leave the folder",
				 page->path ? page->path : "");
	path = file_join(arena, content_folder, page->path);
	strbuf_addslice(&content, page->content);
	if (bears_mark(page->path))
		publish_mark(&content);
	status = judge_page(path, strbuf_slice(&content), options, outcome, err);
	if (status == STATUS_OK && *outcome == PUBLISH_WRITTEN)
		status = write_page(path, strbuf_slice(&content), err);
	strbuf_release(&content);
	if (status == STATUS_OK && options->page)
		options->page(options->context, path, *outcome);
	return status;
}

/* The folder that pages' paths are under. */
static enum status find_content(struct arena *arena, const struct renderer *renderer,
				const struct publish_options *options, const char **out, struct error *err)
{
	struct publish_place place;
	size_t count = 0;
	const struct site *sites = renderer->sites ? renderer->sites(&count) : NULL;
	enum status status;

	*out = options->out_folder;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(sites[i].name, options->site) != 0)
			continue;
		status = publish_find_place(arena, &sites[i], options->out_folder, &place, err);
		if (status == STATUS_OK)
			*out = place.content;
		return status;
	}
	return STATUS_OK; /* the renderer says what is wrong with the name */
}

enum status publish_incident(struct store *store, const struct renderer *renderer, struct arena *arena,
			     const char *key, const struct publish_options *options,
			     struct error *err)
{
	struct postmortem_input input;
	const struct page *pages = NULL;
	const char *content_folder = "";
	size_t count = 0, refused = 0, stale = 0;
	enum status status = publish_gather(store, arena, key, PUBLISH_SAMPLES, &input, err);

	if (status == STATUS_OK)
		status = renderer->postmortem(arena, &input, options->site, &pages, &count, err);
	if (status == STATUS_OK)
		status = find_content(arena, renderer, options, &content_folder, err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		enum publish_outcome outcome = PUBLISH_UNCHANGED;
		status = publish_page(arena, &pages[i], content_folder, options, &outcome, err);
		if (status == STATUS_OK) {
			refused += outcome == PUBLISH_REFUSED;
			stale += outcome == PUBLISH_STALE;
		}
	}
	if (status != STATUS_OK)
		return status;
	if (refused)
		return error_set(err, STATUS_REFUSED,
				 "%s: %zu page%s edited by hand, or not ours, left as they are (--force overwrites)",
				 key, refused, refused == 1 ? "" : "s");
	if (stale)
		return error_set(err, STATUS_REFUSED, "%s: %zu page%s not up to date", key, stale,
				 stale == 1 ? " is" : "s are");
	return STATUS_OK;
}
