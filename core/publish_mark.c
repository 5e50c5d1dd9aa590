/* How pages are known as ours, the list of them, and what it was made from. */
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/publish.h"
#include "core/redact.h"

#define MANIFEST_BYTES_MAX (64u << 20)

#define DIGEST_HEAD "sha256:"
#define LISTED_MARK_HEAD "mark:"
#define MARK_HEAD "<!-- aitia:sha256:"
#define MARK_TAIL " -->\n"
#define MARK_LEN (sizeof(MARK_HEAD) - 1 + DIGEST_HEX_LEN + sizeof(MARK_TAIL) - 1)

static void write_mark(struct slice content, char out[MARK_LEN + 1])
{
	struct digest digest = digest_of(content);
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, hex);
	snprintf(out, MARK_LEN + 1, "%s%s%s", MARK_HEAD, hex, MARK_TAIL);
}

bool publish_about_many(const char *key)
{
	return strcmp(key, PUBLISH_MANY) == 0 || strcmp(key, PUBLISH_AT_ROOT) == 0;
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

bool publish_mark_find(struct slice page, size_t *at, size_t *len, char hex[DIGEST_HEX_LEN + 1])
{
	size_t head = sizeof(MARK_HEAD) - 1, tail = sizeof(MARK_TAIL) - 2; /* its LF may be gone */

	for (size_t from = page.len_bytes; from-- > 0;) {
		if (page.len_bytes - from < MARK_LEN - 1 || memcmp(page.at + from, MARK_HEAD, head) != 0 ||
		    memcmp(page.at + from + head + DIGEST_HEX_LEN, MARK_TAIL, tail) != 0)
			continue;
		memcpy(hex, page.at + from + head, DIGEST_HEX_LEN);
		hex[DIGEST_HEX_LEN] = '\0';
		*at = from;
		*len = MARK_LEN - 1 + (from + MARK_LEN <= page.len_bytes && page.at[from + MARK_LEN - 1] == '\n');
		return true;
	}
	return false;
}

bool publish_path_is_safe(const char *path)
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

bool publish_bears_mark(const char *path)
{
	static const char *const endings[] = { ".md", ".markdown", ".mdx", ".html", ".htm", ".xml", ".svg" };
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t ending = strlen(endings[i]);
		if (len > ending && strcmp(path + len - ending, endings[i]) == 0)
			return true;
	}
	return false;
}

bool publish_is_ours(const struct publish_listed *listed, struct slice content)
{
	struct digest digest;
	char hex[DIGEST_HEX_LEN + 1];

	if (!listed || !listed->digest)
		return publish_mark_holds(content);
	digest = digest_of(content);
	digest_hex(&digest, hex);
	return strcmp(hex, listed->digest) == 0;
}

bool publish_is_newest(const struct publish_listed *listed, struct slice content)
{
	char hex[DIGEST_HEX_LEN + 1];
	size_t at, len;

	if (!publish_is_ours(listed, content))
		return false;
	return listed->digest || (listed->mark && publish_mark_find(content, &at, &len, hex) && strcmp(hex, listed->mark) == 0);
}

/* ---- the manifest ----------------------------------------------------------------- */

/* "sha256:DIGITS path": the digits, and `path` moved behind them; NULL: it has none. */
static const char *take_digits(const char *head, const char **path)
{
	const char *digits = *path + strlen(head);
	char *blank = strncmp(*path, head, strlen(head)) == 0 ? strchr(digits, ' ') : NULL;

	if (!blank)
		return NULL;
	*blank = '\0';
	*path = blank + 1;
	return digits;
}

enum status publish_manifest_read(struct arena *arena, const char *path, const struct publish_listed **out,
				  size_t *count, const char **source, struct digest *digest, struct error *err)
{
	VEC_OF(struct publish_listed) found = VEC_INIT;
	struct publish_listed *all;
	struct slice text;
	enum status status;

	*out = NULL;
	*count = 0;
	*source = "";
	*digest = (struct digest){ { 0 } };
	if (!file_exists(path))
		return STATUS_OK;
	status = file_read(arena, path, MANIFEST_BYTES_MAX, &text, err);
	if (status != STATUS_OK)
		return status;
	*digest = digest_of(text);
	for (char *line = arena_text(arena, text), *next; line && *line; line = next) {
		char *end = strchr(line, '\n'), *blank;
		struct publish_listed listed;

		next = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		blank = strchr(line, ' ');
		if (!blank)
			continue;
		if (line[0] == '#') {
			*source = blank + 1;
			continue;
		}
		*blank = '\0';
		listed = (struct publish_listed){ .key = line, .path = blank + 1 };
		listed.digest = take_digits(DIGEST_HEAD, &listed.path);
		if (!listed.digest)
			listed.mark = take_digits(LISTED_MARK_HEAD, &listed.path);
		/* Anybody may have written the file: only what could be ours counts. */
		if ((incident_key_valid(line) || publish_about_many(line)) &&
		    publish_path_is_safe(listed.path + (listed.path[0] == '/')))
			vec_push(&found, listed);
	}
	all = arena_array(arena, found.len ? found.len : 1, sizeof(*all));
	if (found.len)
		memcpy(all, found.items, found.len * sizeof(*all));
	*out = all;
	*count = found.len;
	vec_release(&found);
	return STATUS_OK;
}

static int compare_paths(const void *left, const void *right)
{
	const struct publish_listed *a = left, *b = right;
	int order = strcmp(a->path, b->path);

	return order ? order : strcmp(a->key, b->key);
}

void publish_manifest_sort(struct publish_listed *pages, size_t count)
{
	if (count > 1)
		qsort(pages, count, sizeof(*pages), compare_paths);
}

void publish_manifest_write(struct strbuf *out, struct publish_listed *pages, size_t count, const char *source)
{
	if (*source)
		strbuf_addf(out, "# %s\n", source);
	publish_manifest_sort(pages, count);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(pages[i].path, pages[i - 1].path) != 0) {
			const char *digits = pages[i].digest ? pages[i].digest : pages[i].mark;

			strbuf_addf(out, "%s %s%s%s%s\n", pages[i].key, !digits ? "" : pages[i].digest ? DIGEST_HEAD : LISTED_MARK_HEAD,
				    digits ? digits : "", digits ? " " : "", pages[i].path);
		}
}

/* ---- the source --------------------------------------------------------------------- */

#define NEWEST_EDITS 20

static void add_text(struct digest_builder *builder, const char *text)
{
	digest_field(builder, text ? slice_of(text) : (struct slice){ NULL, 0 });
}

static void add_template(struct digest_builder *builder, const struct page_template *page_template)
{
	if (!page_template)
		return;
	digest_field(builder, page_template->text);
	for (size_t i = 0; i < page_template->part_count; i++) {
		add_text(builder, page_template->parts[i].name);
		digest_field(builder, page_template->parts[i].text);
	}
}

/* Every change of a store, imports too, is an entry of its log: the newest ones tell its state. */
const char *publish_source(struct arena *arena, struct store *store, const struct publish_options *options)
{
	static const struct edit_filter all;
	struct digest_builder *builder;
	struct digest digest;
	const struct edit *edits;
	char hex[DIGEST_HEX_LEN + 1];
	size_t count;

	if (!options->program ||
	    store->ops->edit_list(store, arena, &all, 0, NEWEST_EDITS, &edits, &count, NULL) != STATUS_OK || !count)
		return "";
	builder = digest_begin();
	add_text(builder, options->program);
	add_text(builder, options->site);
	add_text(builder, options->base_url);
	digest_number(builder, options->unreviewed);
	if (options->redactor) {
		struct digest rules = redactor_digest(options->redactor);
		digest_field(builder, (struct slice){ (const char *)rules.bytes, DIGEST_BYTES });
	}
	add_template(builder, options->page_template);
	for (size_t i = 0; i < count; i++) {
		digest_number(builder, edits[i].id);
		digest_number(builder, edits[i].at.at_us);
		add_text(builder, edits[i].reviewer);
		add_text(builder, edits[i].summary);
	}
	digest = digest_end(builder);
	digest_hex(&digest, hex);
	return arena_strdup(arena, hex);
}
