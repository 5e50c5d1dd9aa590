/* A log of Inspect as a zip archive, ".eval" (log/_recorders/eval.py, chunked/format.py). */
#include <stdlib.h>
#include <string.h>

#include "core/base/zip.h"
#include "core/import/inspect.h"

/* Texts that stand apart from a sample, of which so many bytes are looked at. */
#define ATTACHMENTS_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* ---- names of entries -------------------------------------------------------------- */

#define FOLDER "samples/"
#define ENDING ".json"

static bool starts_with(struct slice text, const char *start)
{
	size_t len = strlen(start);

	return text.len_bytes >= len && memcmp(text.at, start, len) == 0;
}

static bool ends_with(struct slice text, const char *end)
{
	size_t len = strlen(end);

	return text.len_bytes >= len && memcmp(text.at + text.len_bytes - len, end, len) == 0;
}

/* Of "ID_epoch_N/…", the folder of a sample that is cut into chunks, its length with the
 * slash; else 0. Slashes may also stand in an id. */
static size_t chunked_folder(struct slice name)
{
	static const char mark[] = "_epoch_";
	const size_t len = strlen(mark);

	for (size_t i = 0; i + len < name.len_bytes; i++) {
		if (memcmp(name.at + i, mark, len) != 0)
			continue;
		size_t at = i + len;
		while (at < name.len_bytes && name.at[at] >= '0' && name.at[at] <= '9')
			at++;
		if (at > i + len && at < name.len_bytes && name.at[at] == '/')
			return at + 1;
	}
	return 0;
}

/* "samples/ID_epoch_N.json", or of a chunked sample "samples/ID_epoch_N/sample.json". */
static bool is_sample(struct slice name)
{
	if (!starts_with(name, FOLDER) || !ends_with(name, ENDING))
		return false;
	size_t folder = chunked_folder(name);
	return !folder || slice_is((struct slice){ name.at + folder, name.len_bytes - folder }, "sample.json");
}

struct entry {
	struct slice name;
	size_t index;
};

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t len = x->name.len_bytes < y->name.len_bytes ? x->name.len_bytes : y->name.len_bytes;
	int order = len ? memcmp(x->name.at, y->name.at, len) : 0;

	if (order == 0)
		order = (x->name.len_bytes > y->name.len_bytes) - (x->name.len_bytes < y->name.len_bytes);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* ---- attachments of a chunked sample ---------------------------------------------------- */

/* The index of a chunk's first text: "…/attachments/20.json" is 20. */
static bool chunk_start(struct slice name, size_t folder_bytes, uint64_t *start)
{
	static const char sequence[] = "attachments/";
	struct slice rest = { name.at + folder_bytes, name.len_bytes - folder_bytes };
	size_t at = strlen(sequence);

	if (!starts_with(rest, sequence) || !ends_with(rest, ENDING) || rest.len_bytes > 32)
		return false;
	for (*start = 0; at < rest.len_bytes && rest.at[at] >= '0' && rest.at[at] <= '9'; at++)
		*start = *start * 10 + (uint64_t)(rest.at[at] - '0');
	return at == rest.len_bytes - strlen(ENDING);
}

/* The texts of one chunk as members that are named by their index. */
static void add_chunk(struct arena *arena, struct json *object, struct json **last, const struct json *chunk, uint64_t start)
{
	for (const struct json *text = chunk->first; text; text = text->next) {
		struct json *member = arena_alloc(arena, sizeof(*member));
		*member = *text;
		member->name = slice_of(arena_printf(arena, "%llu", (unsigned long long)start++));
		member->next = NULL;
		if (*last)
			(*last)->next = member;
		else
			object->first = member;
		*last = member;
		object->count++;
	}
}

/* What strings "attachment://INDEX" of a sample stand for; of a chunk that cannot be read
 * they stay as they are. The chunks are in front of the sample's own entry, since these are
 * sorted; read backwards, so that of two with one name the later written one counts. */
static const struct json *read_attachments(struct inspect *self, struct archive *archive, const struct entry *entries,
					   size_t sample)
{
	struct arena *arena = &self->record.arena;
	struct json *object = arena_alloc(arena, sizeof(*object)), *last = NULL;
	struct slice name = entries[sample].name;
	size_t folder = chunked_folder(name), left = ATTACHMENTS_BYTES_MAX;
	struct strbuf raw = STRBUF_INIT;
	const struct json *chunk;
	uint64_t start;

	object->type = JSON_OBJECT;
	for (size_t i = sample; folder && i-- > 0;) {
		struct slice other = entries[i].name;
		if (other.len_bytes <= folder || memcmp(other.at, name.at, folder) != 0)
			break;
		if (!chunk_start(other, folder, &start) ||
		    archive_read(archive, entries[i].index, left, &raw, NULL) != STATUS_OK)
			continue;
		left -= raw.len_bytes;
		if (json_parse(arena, arena_slice(arena, strbuf_slice(&raw)), true, NULL, &chunk, NULL) == STATUS_OK &&
		    json_is(chunk, JSON_ARRAY))
			add_chunk(arena, object, &last, chunk, start);
	}
	strbuf_release(&raw);
	return object;
}

/* ---- the walk ------------------------------------------------------------------------- */

/* "header.json" is written at the end of a run; until then "_journal/start.json" says how
 * it began. */
static enum status read_header(struct inspect *self, struct archive *archive, struct error *err)
{
	size_t index;

	if (!archive_find(archive, "header.json", &index) && !archive_find(archive, "_journal/start.json", &index))
		return error_set(err, STATUS_NOT_FOUND, "this zip archive is no log of Inspect: it has neither "
				 "header.json nor _journal/start.json");
	enum status status = archive_read(archive, index, INSPECT_SAMPLE_BYTES_MAX, &self->raw, err);
	if (status != STATUS_OK)
		return status;
	struct json_reader *reader = json_reader_open_slice(arena_slice(&self->log.arena, strbuf_slice(&self->raw)));
	json_reader_set_relaxed(reader, true);
	json_reader_set_constants(reader, true);
	status = inspect_read_head(self, reader, err);
	json_reader_free(reader);
	return status;
}

/* An entry has no offset in the file: the raw bytes go with a reject. */
static enum status reject(struct inspect *self, struct slice raw, const char *reason, struct error *err)
{
	struct batch_reject reject = { self->number, -1, (int64_t)raw.len_bytes, reason, raw };

	return self->sink->reject(self->sink, &reject, err);
}

static enum status take_entry(struct inspect *self, struct archive *archive, const struct entry *entries, size_t sample,
			      struct error *err)
{
	struct error fault;

	self->number++;
	record_begin(&self->record);
	if (archive_read(archive, entries[sample].index, INSPECT_SAMPLE_BYTES_MAX, &self->raw, &fault) != STATUS_OK)
		return reject(self, (struct slice){ NULL, 0 }, fault.text, err);
	struct slice raw = strbuf_slice(&self->raw);
	const struct json *attachments = read_attachments(self, archive, entries, sample);
	if (inspect_sample_read(&self->record, &self->log, raw, attachments, &fault) != STATUS_OK)
		return reject(self, raw, fault.text, err);
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
}

/* In the order of their names, so that a log gives the same records however its samples
 * finished. A sample that was run again stands twice, and the last one counts. */
static enum status take_entries(struct inspect *self, struct archive *archive, struct error *err)
{
	VEC_OF(struct entry) entries = VEC_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < archive_count(archive); i++) {
		struct entry entry = { archive_name(archive, i), i };
		if (starts_with(entry.name, FOLDER))
			vec_push(&entries, entry);
	}
	if (entries.len)
		qsort(entries.items, entries.len, sizeof(*entries.items), by_name);
	for (size_t i = 0; i < entries.len && status == STATUS_OK; i++) {
		bool is_older = i + 1 < entries.len && slice_eq(entries.items[i].name, entries.items[i + 1].name);
		if (is_older || !is_sample(entries.items[i].name))
			continue;
		status = take_entry(self, archive, entries.items, i, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, self->source->len_bytes / entries.len * (i + 1), err);
	}
	vec_release(&entries);
	return status;
}

enum status inspect_archive_run(struct inspect *self, struct error *err)
{
	struct archive *archive;

	enum status status = archive_open(self->source->fd, &archive, err);
	if (status != STATUS_OK)
		return status;
	status = read_header(self, archive, err);
	if (status == STATUS_OK)
		status = take_entries(self, archive, err);
	archive_close(archive);
	return status;
}
