#include "core/publish_seen.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"

#define SEEN_BYTES_MAX (1u << 30)

/* One file for each folder of pages, by its real path, and each site. NULL: none can be. */
static const char *seen_path(struct publication *p)
{
	char *real = p->options->state_folder ? realpath(p->place.content, NULL) : NULL;
	struct digest_builder *builder;
	struct digest digest;
	char hex[DIGEST_HEX_LEN + 1];

	if (!real)
		return NULL;
	builder = digest_begin();
	digest_field(builder, slice_of(real));
	digest_field(builder, slice_of(p->options->site));
	free(real);
	digest = digest_end(builder);
	digest_hex(&digest, hex);
	return file_join(&p->arena, p->options->state_folder, arena_printf(&p->arena, "pages-%.32s", hex));
}

/* The first line is the digest of the list of pages, each further one that of a page, a blank and its path as
 * it is listed, in the order of paths. */
void publish_seen_read(struct publication *p)
{
	const char *path = p->old_count >= PUBLISH_SEEN_FILES_MIN ? seen_path(p) : NULL;
	char hex[DIGEST_HEX_LEN + 1];
	struct slice text, line;

	p->seen_rest = (struct slice){ "", 0 };
	if (!path || file_read_optional(&p->arena, path, SEEN_BYTES_MAX, &text, NULL) != STATUS_OK || !text.at)
		return;
	digest_hex(&p->manifest_digest, hex);
	if (slice_next_line(&text, &line) && slice_is(line, hex))
		p->seen_rest = text;
}

bool publish_seen_holds(struct publication *p, const struct publish_listed *listed, const struct file_stamp *stamp)
{
	char word[FILE_STAMP_WORD_BYTES];
	struct slice rest = p->seen_rest, line;

	while (slice_next_line(&rest, &line)) {
		const char *blank = memchr(line.at, ' ', line.len_bytes);
		size_t len = blank ? (size_t)(blank - line.at) : line.len_bytes, path_len = strlen(listed->path);
		size_t line_len = blank ? line.len_bytes - len - 1 : 0, common = path_len < line_len ? path_len : line_len;
		int order = blank ? memcmp(blank + 1, listed->path, common) : -1;

		if (order > 0 || (order == 0 && line_len > path_len))
			return false; /* that page comes later */
		p->seen_rest = rest;
		if (order < 0 || line_len < path_len)
			continue;
		file_stamp_word(stamp, word);
		return slice_is((struct slice){ line.at, len }, word);
	}
	return false;
}

void publish_seen_add(struct publication *p, const char *path, const struct file_stamp *stamp)
{
	struct seen_file seen = { arena_strdup(&p->arena, path), *stamp };

	vec_push(&p->seen, seen);
}

static int compare_seen(const void *left, const void *right)
{
	return strcmp(((const struct seen_file *)left)->path, ((const struct seen_file *)right)->path);
}

void publish_seen_write(struct publication *p, const struct publish_listed *pages, size_t count)
{
	const char *path = count >= PUBLISH_SEEN_FILES_MIN && p->seen.len ? seen_path(p) : NULL;
	char word[FILE_STAMP_WORD_BYTES], hex[DIGEST_HEX_LEN + 1];
	struct strbuf text = STRBUF_INIT;

	if (!path)
		return;
	digest_hex(&p->manifest_digest, hex);
	strbuf_addf(&text, "%s\n", hex);
	qsort(p->seen.items, p->seen.len, sizeof(*p->seen.items), compare_seen);
	for (size_t i = 0; i < count; i++) {
		struct seen_file key = { .path = NULL }, *found;

		arena_clear(&p->page);
		key.path = publish_page_path(p, &pages[i]);
		found = bsearch(&key, p->seen.items, p->seen.len, sizeof(key), compare_seen);
		if (!found)
			continue;
		file_stamp_word(&found->stamp, word);
		strbuf_addstr(&text, word);
		strbuf_addch(&text, ' ');
		strbuf_addstr(&text, pages[i].path);
		strbuf_addch(&text, '\n');
	}
	if (file_make_folders(p->options->state_folder, NULL) != STATUS_OK || file_write_atomic(path, strbuf_slice(&text), NULL) != STATUS_OK)
		unlink(path); /* it is quicker with it, and right without */
	strbuf_release(&text);
}
