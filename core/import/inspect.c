/* Inspect: recognition, and the walk over the samples of a log (see inspect.h). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/base/zip.h"
#include "core/import/importers.h"
#include "core/import/inspect.h"
#include "core/import/sniff.h"

struct inspect {
	struct import_source *source;
	struct import_sink *sink;
	struct inspect_log log;
	struct record record;
	struct strbuf raw; /* of the sample at hand */
	int64_t number;    /* its, from 1 */
};

/* ---- recognition ----------------------------------------------------------------- */

static uint32_t little_endian(const char *at, int bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | (unsigned char)at[bytes];
	return value;
}

static bool starts_with(struct slice text, const char *start)
{
	size_t len = strlen(start);

	return text.len_bytes >= len && memcmp(text.at, start, len) == 0;
}

/* Whether an entry of the archive is named as a log's are. The local headers stand in front of
 * the entries (APPNOTE.TXT 4.3.7); behind one whose length is not stated there is no next. */
static int recognise_zip(struct slice head)
{
	while (head.len_bytes >= 30 && starts_with(head, "PK\3\4")) {
		size_t name_bytes = little_endian(head.at + 26, 2), extra_bytes = little_endian(head.at + 28, 2);
		uint64_t step = 30 + (uint64_t)name_bytes + extra_bytes + little_endian(head.at + 18, 4);
		struct slice name = { head.at + 30, name_bytes };
		if (head.len_bytes - 30 < name_bytes)
			return 0;
		if (slice_is(name, "header.json") || starts_with(name, "_journal/"))
			return 95;
		if (head.at[6] & 8 || step >= head.len_bytes)
			return 0;
		head = (struct slice){ head.at + step, head.len_bytes - (size_t)step };
	}
	return 0;
}

int inspect_recognise(struct slice head, const char *file)
{
	static const char *const members[] = { "eval.task", "eval.run_id", "eval.eval_id", "eval.created", "eval.dataset",
					       "eval.model", "eval.config" };
	int found = 0;
	enum json_type type;

	(void)file;
	if (starts_with(head, "PK\3\4"))
		return recognise_zip(head);
	if (!sniff_json_is(head, "eval", JSON_OBJECT))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		found += sniff_json(head, members[i], &type);
	return found >= 3 ? 96 : 0;
}

/* ---- samples --------------------------------------------------------------------- */

static enum status reject(struct inspect *self, int64_t offset_bytes, size_t len_bytes, struct slice raw,
			  const char *reason, struct error *err)
{
	struct batch_reject reject = { self->number, offset_bytes, (int64_t)len_bytes, reason, raw };

	return self->sink->reject(self->sink, &reject, err);
}

/* What stands in self->raw; of an archive there is no offset (-1). */
static enum status take_raw(struct inspect *self, int64_t offset_bytes, struct error *err)
{
	struct slice raw = strbuf_slice(&self->raw);
	struct error fault;

	record_begin(&self->record);
	if (inspect_sample_read(&self->record, &self->log, raw, &fault) != STATUS_OK)
		return reject(self, offset_bytes, raw.len_bytes, offset_bytes < 0 ? raw : (struct slice){ NULL, 0 },
			      fault.text, err);
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
}

/* ---- a log in JSON ------------------------------------------------------------------ */

static enum status broken(struct json_reader *reader, struct error *err)
{
	struct error fault;

	if (!json_reader_failed(reader, &fault))
		return error_set(err, STATUS_INPUT, "the log is no JSON object");
	return error_set(err, STATUS_INPUT, "broken JSON: %s", fault.text);
}

static struct json_reader *open_json(const struct inspect *self)
{
	struct json_reader *reader = json_reader_open_fd(self->source->fd);

	json_reader_set_relaxed(reader, true);
	json_reader_set_constants(reader, true);
	return reader;
}

/* Steps over the samples one by one, so that a large log can be stopped here too. */
static enum status pass_samples(struct inspect *self, struct json_reader *reader, struct error *err)
{
	enum json_type type;
	enum status status = STATUS_OK;

	if (!json_reader_peek(reader, &type) || type != JSON_ARRAY)
		return STATUS_OK;
	json_reader_enter(reader, JSON_ARRAY);
	while (status == STATUS_OK && json_reader_next(reader, NULL)) {
		json_reader_skip(reader);
		status = self->sink->advance(self->sink, json_reader_offset(reader) / 2, err);
	}
	return status;
}

/* The head, parts of which stand behind the samples. */
static enum status read_head(struct inspect *self, struct json_reader *reader, struct error *err)
{
	struct slice name;
	enum status status = STATUS_OK;

	if (!json_reader_enter(reader, JSON_OBJECT))
		return broken(reader, err);
	while (status == STATUS_OK && json_reader_next(reader, &name)) {
		if (slice_is(name, "samples"))
			status = pass_samples(self, reader, err);
		else
			status = inspect_log_member(&self->log, reader, name, err);
	}
	if (status == STATUS_OK && json_reader_finish(reader, NULL) != STATUS_OK)
		return broken(reader, err);
	return status == STATUS_OK ? inspect_log_finish(&self->log, err) : status;
}

static enum status load(struct inspect *self, uint64_t offset, size_t len, struct error *err)
{
	strbuf_clear(&self->raw);
	strbuf_reserve(&self->raw, len);
	while (self->raw.len_bytes < len) {
		char piece[16 * 1024];
		size_t want = len - self->raw.len_bytes;
		ssize_t got = pread(self->source->fd, piece, want < sizeof(piece) ? want : sizeof(piece),
				    (off_t)(offset + self->raw.len_bytes));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return error_set(err, STATUS_INPUT, "cannot be read: %s", got ? strerror(errno) : "it became shorter");
		strbuf_add(&self->raw, piece, (size_t)got);
	}
	return STATUS_OK;
}

/* The element at hand. Its extent is found by its brackets, so that the rest of the log
 * can be read whatever is wrong inside. */
static enum status take_element(struct inspect *self, struct json_reader *reader, struct error *err)
{
	enum json_type type;
	bool is_object = json_reader_peek(reader, &type) && type == JSON_OBJECT;
	uint64_t start = json_reader_offset(reader);

	self->number++;
	if (!json_reader_skip(reader))
		return broken(reader, err);
	uint64_t len = json_reader_offset(reader) - start;
	if (!is_object)
		return reject(self, (int64_t)start, (size_t)len, (struct slice){ NULL, 0 }, "the sample is no object", err);
	if (len > INSPECT_SAMPLE_BYTES_MAX)
		return reject(self, (int64_t)start, (size_t)len, (struct slice){ NULL, 0 },
			      "the sample is larger than 256 MiB", err);
	enum status status = load(self, start, (size_t)len, err);
	return status == STATUS_OK ? take_raw(self, (int64_t)start, err) : status;
}

static enum status take_elements(struct inspect *self, struct json_reader *reader, struct error *err)
{
	enum json_type type;
	enum status status = STATUS_OK;

	if (!json_reader_peek(reader, &type) || type != JSON_ARRAY)
		return STATUS_OK; /* null: the log keeps no samples */
	json_reader_enter(reader, JSON_ARRAY);
	while (status == STATUS_OK && json_reader_next(reader, NULL)) {
		status = take_element(self, reader, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, self->source->len_bytes / 2 + json_reader_offset(reader) / 2, err);
	}
	return status;
}

static enum status run_json(struct inspect *self, struct error *err)
{
	struct json_reader *reader = open_json(self);
	struct slice name;

	enum status status = read_head(self, reader, err);
	json_reader_free(reader);
	reader = open_json(self);
	if (status == STATUS_OK && json_reader_enter(reader, JSON_OBJECT))
		while (status == STATUS_OK && json_reader_next(reader, &name))
			if (slice_is(name, "samples"))
				status = take_elements(self, reader, err);
	if (status == STATUS_OK && json_reader_failed(reader, NULL))
		status = broken(reader, err);
	json_reader_free(reader);
	return status;
}

/* ---- a log as an archive -------------------------------------------------------------- */

/* "header.json" is written at the end of a run; until then "_journal/start.json" says how
 * it began (log/_recorders/eval.py). */
static enum status read_header(struct inspect *self, struct archive *archive, struct error *err)
{
	size_t index;

	if (!archive_find(archive, "header.json", &index) && !archive_find(archive, "_journal/start.json", &index))
		return error_set(err, STATUS_INPUT, "this zip archive is no log of Inspect: it has neither "
				 "header.json nor _journal/start.json");
	enum status status = archive_read(archive, index, INSPECT_SAMPLE_BYTES_MAX, &self->raw, err);
	if (status != STATUS_OK)
		return status;
	struct json_reader *reader = json_reader_open_slice(arena_slice(&self->log.arena, strbuf_slice(&self->raw)));
	json_reader_set_relaxed(reader, true);
	json_reader_set_constants(reader, true);
	status = read_head(self, reader, err);
	json_reader_free(reader);
	return status;
}

/* "samples/ID_epoch_N.json", or in logs that are cut into chunks "samples/ID_epoch_N/sample.json"
 * (log/_recorders/chunked/format.py). */
static bool is_sample(struct slice name)
{
	static const char folder[] = "samples/", ending[] = ".json", shell[] = "/sample.json";
	size_t len = strlen(folder);

	if (!starts_with(name, folder) || name.len_bytes <= len + strlen(ending) ||
	    memcmp(name.at + name.len_bytes - strlen(ending), ending, strlen(ending)) != 0)
		return false;
	struct slice rest = { name.at + len, name.len_bytes - len };
	const char *slash = memchr(rest.at, '/', rest.len_bytes);
	return !slash || slice_is((struct slice){ slash, (size_t)(rest.at + rest.len_bytes - slash) }, shell);
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

static enum status take_entry(struct inspect *self, struct archive *archive, size_t index, struct error *err)
{
	struct error fault;

	self->number++;
	if (archive_read(archive, index, INSPECT_SAMPLE_BYTES_MAX, &self->raw, &fault) != STATUS_OK)
		return reject(self, -1, 0, (struct slice){ NULL, 0 }, fault.text, err);
	return take_raw(self, -1, err);
}

/* In the order of their names, so that a log gives the same records however its samples
 * finished. A sample that was run again stands twice, and the last one counts. */
static enum status take_entries(struct inspect *self, struct archive *archive, struct error *err)
{
	VEC_OF(struct entry) entries = VEC_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < archive_count(archive); i++) {
		struct entry entry = { archive_name(archive, i), i };
		if (is_sample(entry.name))
			vec_push(&entries, entry);
	}
	if (entries.len)
		qsort(entries.items, entries.len, sizeof(*entries.items), by_name);
	for (size_t i = 0; i < entries.len && status == STATUS_OK; i++) {
		if (i + 1 < entries.len && slice_eq(entries.items[i].name, entries.items[i + 1].name))
			continue;
		status = take_entry(self, archive, entries.items[i].index, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, self->source->len_bytes * (i + 1) / entries.len, err);
	}
	vec_release(&entries);
	return status;
}

static enum status run_zip(struct inspect *self, struct error *err)
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

enum status inspect_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct inspect self = { .source = source, .sink = sink };

	record_init(&self.record, source->name);
	inspect_log_init(&self.log);
	strbuf_init(&self.raw);
	enum status status = starts_with(source->head, "PK\3\4") ? run_zip(&self, err) : run_json(&self, err);
	strbuf_release(&self.raw);
	inspect_log_release(&self.log);
	record_release(&self.record);
	return status;
}
