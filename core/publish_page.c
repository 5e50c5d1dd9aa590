/* One page: what is to become of the file in its place, on whatever thread; and what is noted of it. */
#include <string.h>

#include "core/base/file.h"
#include "core/publish_run.h"
#include "core/publish_seen.h"

void publish_note_outcome(struct publication *p, const char *key, const char *path, enum publish_outcome outcome)
{
	struct outcome noted = { arena_strdup(&p->arena, key), arena_strdup(&p->arena, path), outcome };

	vec_push(&p->outcomes, noted);
	p->counts[outcome]++;
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

/* Whether somebody looked at just this and said that it may go. */
static bool may_go(const struct publish_options *options, const char *path, struct slice there)
{
	struct digest is;

	if (options->force)
		return true;
	if (!options->over.path || strcmp(options->over.path, path) != 0)
		return false;
	is = digest_of(there);
	return memcmp(&is, &options->over.there, sizeof(is)) == 0;
}

/* What is to happen to the page; `content` bears its mark. A file that cannot bear one is ours as it was listed
 * before, or if it is equal. */
static enum status judge_page(const struct publication *p, struct arena *arena, struct slice content, bool is_menu,
			      struct made_page *made, struct error *err)
{
	const struct publish_options *options = p->options;
	bool is_shared = !made->key;
	struct slice old;
	enum status status;

	made->outcome = options->check_only ? PUBLISH_STALE : PUBLISH_WRITTEN;
	if (!file_exists(made->path))
		return STATUS_OK;
	made->is_stamped = file_stamp(made->path, &made->stamp) && file_stamp_settled(&made->stamp, file_clock_ns());
	status = file_read(arena, made->path, PUBLISH_PAGE_BYTES_MAX, &old, err);
	if (status != STATUS_OK)
		return error_set(err, STATUS_OUTPUT, "%s is in the way and cannot be read", made->path);
	if (slice_eq(old, content)) {
		made->outcome = PUBLISH_UNCHANGED;
		return STATUS_OK;
	}
	made->is_stamped = false;
	if (publish_is_ours(find_old(p, made->listed.path), old) || (!is_shared && may_go(options, made->path, old)))
		return STATUS_OK;
	/* A site's own start page or navigation: nobody's fault. */
	made->outcome = is_shared ? PUBLISH_KEPT : PUBLISH_REFUSED;
	if (!is_shared || is_menu) {
		made->there = old;
		made->refused = (struct slice){ arena_text(arena, content), content.len_bytes };
	}
	return STATUS_OK;
}

static void list_made(struct made_page *made, const char *key, const char *listed_path, struct slice content)
{
	size_t at, len;

	made->listed = (struct publish_listed){ .key = key, .path = listed_path };
	if (publish_bears_mark(listed_path)) {
		publish_mark_find(content, &at, &len, made->digits);
		made->listed.mark = made->digits;
	} else {
		struct digest digest = digest_of(content);
		digest_hex(&digest, made->digits);
		made->listed.digest = made->digits;
	}
}

enum status publish_make_page(const struct publication *p, struct arena *arena, struct file_set *files, const struct page *page,
			      const char *key, struct made_page *made, struct error *err)
{
	struct strbuf content = STRBUF_INIT;
	enum status status;

	*made = (struct made_page){ .key = key };
	if (!publish_path_is_safe(page->path))
		return error_set(err, STATUS_OUTPUT, "the page '%.200s' would leave the folder", page->path ? page->path : "");
	made->path = file_join(arena, page->at_root ? p->place.root : p->place.content, page->path);
	strbuf_reserve(&content, page->content.len_bytes + PUBLISH_MARK_BYTES);
	strbuf_addslice(&content, page->content);
	if (publish_bears_mark(page->path))
		publish_mark(&content);
	list_made(made, key ? key : page->at_root ? PUBLISH_AT_ROOT : PUBLISH_MANY,
		  key && page->at_root ? arena_printf(arena, "/%s", page->path) : page->path, strbuf_slice(&content));
	status = judge_page(p, arena, strbuf_slice(&content), page->is_menu, made, err);
	if (status == STATUS_OK && made->outcome == PUBLISH_WRITTEN)
		status = file_set_add(files, made->path, strbuf_slice(&content), err);
	strbuf_release(&content);
	return status;
}

/* The lines of a menu whose links the site's own has not. */
static void note_missing(struct publication *p, const struct made_page *made)
{
	struct slice rest = made->refused, line;

	p->menu_path = arena_strdup(&p->arena, made->path);
	while (slice_next_line(&rest, &line)) {
		char *text = arena_text(&p->page, line), *link = strstr(text, "](");
		size_t len = link ? strcspn(link, ")") : 0;

		if (!len || !link[len] || slice_has(made->there, (struct slice){ link + 2, len - 2 }))
			continue;
		strbuf_addslice(&p->menu, line);
		strbuf_addch(&p->menu, '\n');
	}
}

void publish_note_made(struct publication *p, const struct made_page *made)
{
	publish_note_outcome(p, made->key, made->path, made->outcome);
	if (made->is_stamped && p->options->state_folder)
		publish_seen_add(p, made->path, &made->stamp);
	if (made->outcome == PUBLISH_REFUSED && p->options->differs)
		p->options->differs(p->options->context, made->path, made->there, made->refused);
	if (made->outcome == PUBLISH_KEPT && made->refused.at)
		note_missing(p, made);
	if (made->outcome != PUBLISH_KEPT)
		publish_note_page(p, &made->listed);
}

enum status publish_put_page(struct publication *p, const struct page *page, const char *key, struct error *err)
{
	struct made_page made;
	enum status status = publish_make_page(p, &p->page, p->files, page, key, &made, err);

	if (status == STATUS_OK)
		publish_note_made(p, &made);
	return status;
}
