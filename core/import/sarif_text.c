/*
 * Texts of artifacts: embedded in the log (3.24.8), or read from a checkout. A few of
 * them are kept in memory, and of each no more than its first megabytes.
 *
 * A text's characters are counted once, when it is read, and the counts noted every
 * MARK_BYTES; so that a line or an offset is found without a walk from the start. A
 * character is a byte that does not continue another one: good enough for text that is
 * not quite UTF-8, and the same in all counts.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/import/sarif.h"

#define TEXT_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define TEXTS_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define TEXTS_MAX 16
#define MARK_BYTES ((size_t)32 * 1024)

/* What stands in front of bytes[at]. */
struct mark {
	size_t at;
	int64_t lines, points, units; /* newlines, code points, UTF-16 code units */
};

struct sarif_text {
	char *key;          /* NULL: the slot is free */
	uint64_t used_at;   /* for what was not used for the longest time */
	char *buffer;       /* owned; NULL: there is no such text */
	struct slice bytes; /* without a byte-order mark: it counts for none of 3.30's numbers */
	size_t mark_bytes;  /* but for byteOffset: its length */
	bool is_checkout;
	VEC_OF(struct mark) marks;
};

struct sarif_texts {
	const char *source_root;
	uint64_t clock;
	size_t total_bytes;
	struct sarif_text all[TEXTS_MAX];
};

/* ---- life ------------------------------------------------------------------------------ */

struct sarif_texts *sarif_texts_new(const char *source_root)
{
	struct sarif_texts *texts = mem_zalloc(1, sizeof(*texts));

	texts->source_root = source_root;
	return texts;
}

static void drop(struct sarif_texts *texts, struct sarif_text *text)
{
	texts->total_bytes -= text->bytes.len_bytes;
	free(text->key);
	free(text->buffer);
	vec_release(&text->marks);
	*text = (struct sarif_text){ .key = NULL };
}

void sarif_texts_forget(struct sarif_texts *texts)
{
	for (size_t i = 0; i < TEXTS_MAX; i++)
		drop(texts, &texts->all[i]);
}

void sarif_texts_free(struct sarif_texts *texts)
{
	sarif_texts_forget(texts);
	free(texts);
}

/* The last newline in front of `end`; NULL: there is none. */
static const char *newline_before(const char *start, const char *end)
{
	while (end > start)
		if (*--end == '\n')
			return end;
	return NULL;
}

/* ---- reading ---------------------------------------------------------------------------- */

/* NULL when it is not there as a whole. */
static char *read_at(int fd, uint64_t offset, size_t len)
{
	char *bytes = mem_alloc(len + 1);
	size_t have = 0;

	while (have < len) {
		ssize_t got = pread(fd, bytes + have, len - have, (off_t)(offset + have));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			free(bytes);
			return NULL;
		}
		have += (size_t)got;
	}
	return bytes;
}

/* The end of the last whole line of a JSON string that was read in part: behind its "\n". */
static size_t last_line_end(const char *bytes, size_t len)
{
	size_t end = 0;

	for (size_t at = 1; at + 1 < len; at++) {
		if (bytes[at] != '\\')
			continue;
		at++;
		if (bytes[at] == 'n')
			end = at + 1;
	}
	return end;
}

static void read_embedded(struct sarif_text *text, const struct sarif_artifact *artifact)
{
	bool whole = artifact->text_len_bytes <= TEXT_BYTES_MAX;
	size_t len = whole ? (size_t)artifact->text_len_bytes : TEXT_BYTES_MAX;
	char *raw = read_at(artifact->fd, artifact->text_offset, len);
	struct arena arena = ARENA_INIT;
	const struct json *value;

	if (raw && !whole) {
		len = last_line_end(raw, len);
		raw[len++] = '"';
	}
	if (raw && json_parse(&arena, (struct slice){ raw, len }, true, NULL, &value, NULL) == STATUS_OK &&
	    value->type == JSON_STRING) {
		text->buffer = mem_alloc(value->text.len_bytes + 1);
		memcpy(text->buffer, value->text.at, value->text.len_bytes);
		text->bytes = (struct slice){ text->buffer, value->text.len_bytes };
	}
	arena_release(&arena);
	free(raw);
}

static void read_checkout(struct sarif_text *text, const char *folder, const char *path)
{
	const char *reason;
	struct stat info;
	int fd = sarif_open_below(folder, path, &reason);

	if (fd < 0)
		return;
	if (fstat(fd, &info) == 0 && info.st_size >= 0) {
		bool whole = (uint64_t)info.st_size <= TEXT_BYTES_MAX;
		size_t len = whole ? (size_t)info.st_size : TEXT_BYTES_MAX;
		text->buffer = read_at(fd, 0, len);
		const char *newline = text->buffer && !whole ? newline_before(text->buffer, text->buffer + len) : NULL;
		text->bytes = (struct slice){ text->buffer, newline ? (size_t)(newline - text->buffer) + 1 : len };
		if (!text->buffer)
			text->bytes.len_bytes = 0;
	}
	text->is_checkout = true;
	close(fd);
}

static void count(struct mark *mark, const char *at, const char *end)
{
	mark->at += (size_t)(end - at);
	for (; at < end; at++) {
		unsigned char byte = (unsigned char)*at;
		mark->lines += byte == '\n';
		mark->points += (byte & 0xC0) != 0x80;
		mark->units += ((byte & 0xC0) != 0x80) + (byte >= 0xF0);
	}
}

static void set_marks(struct sarif_text *text)
{
	struct mark mark = { .at = 0 };

	if (text->bytes.len_bytes >= 3 && memcmp(text->bytes.at, "\xEF\xBB\xBF", 3) == 0) {
		text->bytes.at += 3;
		text->bytes.len_bytes -= 3;
		text->mark_bytes = 3;
	}
	for (;;) {
		vec_push(&text->marks, mark);
		size_t rest = text->bytes.len_bytes - mark.at, step = rest < MARK_BYTES ? rest : MARK_BYTES;
		if (step == 0)
			return;
		count(&mark, text->bytes.at + mark.at, text->bytes.at + mark.at + step);
	}
}

/* A free slot, else that of what was not used for the longest time. */
static struct sarif_text *free_slot(struct sarif_texts *texts)
{
	for (;;) {
		struct sarif_text *oldest = &texts->all[0];
		for (size_t i = 0; i < TEXTS_MAX; i++)
			if (texts->all[i].used_at < oldest->used_at)
				oldest = &texts->all[i];
		bool was_free = !oldest->key;
		drop(texts, oldest);
		if (was_free || texts->total_bytes + TEXT_BYTES_MAX <= TEXTS_BYTES_MAX)
			return oldest;
	}
}

static struct sarif_text *find(struct sarif_texts *texts, const char *key)
{
	for (size_t i = 0; i < TEXTS_MAX; i++)
		if (texts->all[i].key && strcmp(texts->all[i].key, key) == 0)
			return &texts->all[i];
	return NULL;
}

/* `artifact` NULL: from the checkout. */
static const struct sarif_text *get(struct sarif_texts *texts, const char *key, const struct sarif_artifact *artifact)
{
	struct sarif_text *text = find(texts, key);

	if (!text) {
		text = free_slot(texts);
		text->key = mem_strdup(key);
		if (artifact)
			read_embedded(text, artifact);
		else
			read_checkout(text, texts->source_root, key);
		set_marks(text);
		texts->total_bytes += text->bytes.len_bytes;
	}
	text->used_at = ++texts->clock;
	return text->buffer ? text : NULL;
}

const struct sarif_text *sarif_text_of(struct sarif_texts *texts, const struct sarif_artifact *artifact,
				       const char *path)
{
	const struct sarif_text *text = NULL;
	char key[64];

	if (artifact && artifact->has_text) {
		/* No path starts so: those that do are absolute. */
		snprintf(key, sizeof(key), "//%d/%llu", artifact->fd, (unsigned long long)artifact->text_offset);
		text = get(texts, key, artifact);
	}
	if (!text && path && texts->source_root && path[0] != '/' && !sarif_uri_is_absolute(path))
		text = get(texts, path, NULL);
	return text;
}

bool sarif_text_is_checkout(const struct sarif_text *text)
{
	return text->is_checkout;
}

struct slice sarif_text_bytes(const struct sarif_text *text)
{
	return text->bytes;
}

/* ---- lines -------------------------------------------------------------------------------- */

enum unit { BY_LINES, BY_POINTS, BY_UNITS };

static int64_t counted(const struct mark *mark, enum unit unit)
{
	return unit == BY_LINES ? mark->lines : unit == BY_POINTS ? mark->points : mark->units;
}

/* The last mark that has not counted more than that. */
static struct mark mark_before(const struct sarif_text *text, enum unit unit, int64_t number)
{
	size_t low = 0, high = text->marks.len;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (counted(&text->marks.items[middle], unit) <= number)
			low = middle;
		else
			high = middle;
	}
	return text->marks.items[low];
}

/* Where the line starts, from 1; the end of the text for one that there is not. */
static const char *line_start(const struct sarif_text *text, int64_t line)
{
	const char *end = text->bytes.at + text->bytes.len_bytes;

	if (line <= 1)
		return text->bytes.at;
	struct mark mark = mark_before(text, BY_LINES, line - 2); /* in front of the newline before it */
	const char *at = text->bytes.at + mark.at;
	for (int64_t left = line - 1 - mark.lines; left > 0; left--) {
		const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		if (!newline)
			return end;
		at = newline + 1;
	}
	return at;
}

struct slice sarif_text_lines(const struct sarif_text *text, int64_t first, int64_t last)
{
	const char *from = line_start(text, first);
	const char *to = last < INT64_MAX ? line_start(text, last + 1) : text->bytes.at + text->bytes.len_bytes;

	return (struct slice){ from, to > from ? (size_t)(to - from) : 0 };
}

/* ---- offsets -------------------------------------------------------------------------------- */

/* The byte at which character number `offset` (from 0) starts; -1: the text has no such. */
static int64_t byte_of(const struct sarif_text *text, int64_t offset, enum unit unit)
{
	struct mark mark = mark_before(text, unit, offset);
	const char *start = text->bytes.at, *end = start + text->bytes.len_bytes, *at = start + mark.at;
	int64_t passed = counted(&mark, unit);

	for (; at < end; at++) {
		unsigned char byte = (unsigned char)*at;
		if ((byte & 0xC0) == 0x80)
			continue;
		if (passed >= offset)
			break;
		passed += unit == BY_UNITS && byte >= 0xF0 ? 2 : 1;
	}
	return passed >= offset ? at - start : -1;
}

static int64_t points_in(const char *at, const char *end)
{
	int64_t points = 0;

	for (; at < end; at++)
		points += ((unsigned char)*at & 0xC0) != 0x80;
	return points;
}

static void position_of(const struct sarif_text *text, size_t byte, int64_t *line, int64_t *column)
{
	struct mark mark = text->marks.items[byte / MARK_BYTES];
	const char *start = text->bytes.at, *at = start + byte;
	const char *newline = newline_before(start, at);

	count(&mark, start + mark.at, at);
	*line = mark.lines + 1;
	*column = points_in(newline ? newline + 1 : start, at) + 1;
}

static bool range_of(const struct sarif_text *text, const struct json *region, bool utf16, bool by_bytes,
		     int64_t *start, int64_t *end)
{
	int64_t offset = json_int(json_get(region, by_bytes ? "byteOffset" : "charOffset"), -1);
	int64_t length = json_int(json_get(region, by_bytes ? "byteLength" : "charLength"), 0);

	if (offset < 0 || length < 0 || offset > INT64_MAX - length)
		return false;
	if (by_bytes) {
		*start = offset - (int64_t)text->mark_bytes;
		*end = *start + length;
	} else {
		*start = byte_of(text, offset, utf16 ? BY_UNITS : BY_POINTS);
		*end = byte_of(text, offset + length, utf16 ? BY_UNITS : BY_POINTS);
	}
	return *start >= 0 && *end >= *start && *end <= (int64_t)text->bytes.len_bytes;
}

bool sarif_text_resolve(const struct sarif_text *text, const struct json *region, bool utf16, bool by_bytes,
			struct region *out)
{
	int64_t start, end;

	if (!range_of(text, region, utf16, by_bytes, &start, &end))
		return false;
	position_of(text, (size_t)start, &out->start_line, &out->start_column);
	position_of(text, (size_t)end, &out->end_line, &out->end_column);
	return true;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* A column of the line that starts at `at`. Behind the line's end a unit is a character. */
static int64_t column_in_points(const char *at, const char *end, int64_t column)
{
	int64_t units = 0, points = 0;

	for (; at < end && *at != '\n'; at++) {
		unsigned char byte = (unsigned char)*at;
		if ((byte & 0xC0) == 0x80)
			continue;
		if (units >= column - 1)
			return points + 1;
		units += 1 + (byte >= 0xF0);
		points++;
	}
	return column <= units ? points + 1 : column - units + points;
}

void sarif_text_recount(const struct sarif_text *text, struct region *region)
{
	const char *end = text->bytes.at + text->bytes.len_bytes;

	if (region->start_column > 1)
		region->start_column = column_in_points(line_start(text, region->start_line), end, region->start_column);
	if (region->end_column > 1)
		region->end_column = column_in_points(line_start(text, region->end_line ? region->end_line : region->start_line),
						      end, region->end_column);
}

static const char *line_of_piece(struct slice text, int64_t line)
{
	const char *at = text.at, *end = text.at + text.len_bytes;

	for (; line > 0 && at < end; line--) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
	}
	return at;
}

void sarif_recount(struct slice text, int64_t first_line, struct region *region)
{
	const char *end = text.at + text.len_bytes;
	int64_t last_line = region->end_line ? region->end_line : region->start_line;

	if (region->start_column > 1 && region->start_line >= first_line)
		region->start_column = column_in_points(line_of_piece(text, region->start_line - first_line), end,
							region->start_column);
	if (region->end_column > 1 && last_line >= first_line)
		region->end_column = column_in_points(line_of_piece(text, last_line - first_line), end, region->end_column);
}
