/* Inspect: recognition, and the walk over a log in JSON (see inspect.h). */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/import/importers.h"
#include "core/import/inspect.h"
#include "core/import/sniff.h"

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

static enum status reject(struct inspect *self, uint64_t offset_bytes, uint64_t len_bytes, const char *reason,
			  struct error *err)
{
	struct batch_reject reject = { self->number, (int64_t)offset_bytes, (int64_t)len_bytes, reason, { NULL, 0 } };

	return self->sink->reject(self->sink, &reject, err);
}

/* ---- a log in JSON ------------------------------------------------------------------ */

static enum status broken(struct json_reader *reader, struct error *err)
{
	struct error fault;

	if (!json_reader_failed(reader, &fault))
		return error_set(err, STATUS_INPUT, "the log is broken");
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

enum status inspect_read_head(struct inspect *self, struct json_reader *reader, struct error *err)
{
	struct slice name;
	enum status status = STATUS_OK;
	enum json_type type;

	if (!json_reader_peek(reader, &type) || type != JSON_OBJECT)
		return error_set(err, STATUS_NOT_FOUND, "this is no log of Inspect: the top level is no JSON object");
	json_reader_enter(reader, JSON_OBJECT);
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
	struct error fault;

	self->number++;
	if (!json_reader_skip(reader))
		return broken(reader, err);
	uint64_t len = json_reader_offset(reader) - start;
	if (!is_object)
		return reject(self, start, len, "the sample is no object", err);
	if (len > INSPECT_SAMPLE_BYTES_MAX)
		return reject(self, start, len, "the sample is larger than 256 MiB", err);
	enum status status = load(self, start, (size_t)len, err);
	if (status != STATUS_OK)
		return status;
	record_begin(&self->record);
	if (inspect_sample_read(&self->record, &self->log, strbuf_slice(&self->raw), NULL, &fault) != STATUS_OK)
		return reject(self, start, len, fault.text, err);
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
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

	enum status status = inspect_read_head(self, reader, err);
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

/* ---- either ------------------------------------------------------------------------- */

enum status inspect_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct inspect self = { .source = source, .sink = sink };

	record_init(&self.record, source->name);
	inspect_log_init(&self.log);
	strbuf_init(&self.raw);
	enum status status = starts_with(source->head, "PK\3\4") ? inspect_archive_run(&self, err) : run_json(&self, err);
	strbuf_release(&self.raw);
	inspect_log_release(&self.log);
	record_release(&self.record);
	return status;
}
