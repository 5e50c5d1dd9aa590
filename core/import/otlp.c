/* OTLP: recognition, and the walk over requests (see otlp.h). */
#include <inttypes.h>
#include <string.h>

#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/otlp.h"
#include "core/import/sniff.h"

#define LINE_BYTES_MAX ((size_t)32 * 1024 * 1024)
/* A first line up to this length shows whether requests stand on lines. */
#define FIRST_LINE_BYTES_MAX ((size_t)8 * 1024 * 1024)

/* The three levels of a request. Profiles and metrics are passed over. */
static const struct signal {
	const char *resources, *scopes, *old_scopes, *records;
	struct sample *(*read)(struct record *record, const struct otlp_context *context, const struct json *value);
} signals[] = {
	{ "resourceSpans", "scopeSpans", "instrumentationLibrarySpans", "spans", otlp_span_read },
	{ "resourceLogs", "scopeLogs", "instrumentationLibraryLogs", "logRecords", otlp_log_read },
};

struct requests {
	struct import_sink *sink;
	struct json_reader *reader;
	uint64_t base_bytes; /* of what the reader reads, in the file */
	struct record record;
	struct arena resource_arena, scope_arena;
	int64_t number;      /* of the span, log record or broken line at hand, from 1 */
	bool has_request;
	bool is_ours;     /* a record was a sample, or broken */
};

/* ---- recognition ----------------------------------------------------------------- */

int otlp_recognise(struct slice head, const char *file)
{
	(void)file;
	head = import_skip_mark(head);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (sniff_json_is(head, signals[i].resources, JSON_ARRAY) ||
		    sniff_json_is(head, i == 0 ? "0.resourceSpans" : "0.resourceLogs", JSON_ARRAY))
			return 98; /* jsonl is never surer than 95 */
	return 0;
}

/* ---- records --------------------------------------------------------------------- */

static enum status broken(struct json_reader *reader, struct error *err)
{
	if (!json_reader_failed(reader, err))
		return error_set(err, STATUS_INPUT, "broken JSON");
	return error_wrap(err, STATUS_INPUT, "broken JSON");
}

static enum status reject(struct requests *self, uint64_t offset, uint64_t end, const char *reason, struct error *err)
{
	struct batch_reject reject = { .record = self->number, .offset_bytes = (int64_t)offset,
				       .len_bytes = (int64_t)(end - offset), .reason = reason };

	return self->sink->reject(self->sink, &reject, err);
}

static uint64_t offset_of(const struct requests *self)
{
	return self->base_bytes + json_reader_offset(self->reader);
}

static enum status take_record(struct requests *self, const struct signal *signal, const struct otlp_context *context,
			       struct error *err)
{
	uint64_t offset = offset_of(self);
	const struct json *value;
	struct error fault;
	char reason[sizeof(fault.text) + 32] = "the span or log record is no object";

	self->number++;
	record_begin(&self->record);
	enum status status = json_reader_value(self->reader, &self->record.arena, 0, &value, &fault);
	if (status != STATUS_OK && json_reader_failed(self->reader, NULL))
		return STATUS_OK; /* the walk ends here, and says why */
	if (status != STATUS_OK)
		json_fault_reason(reason, sizeof(reason), &fault, NULL);
	if (status != STATUS_OK || value->type != JSON_OBJECT) {
		self->is_ours = true;
		status = reject(self, offset, offset_of(self), reason, err);
	} else {
		struct sample *sample = signal->read(&self->record, context, value);
		self->is_ours = self->is_ours || sample;
		status = sample ? self->sink->sample(self->sink, self->number, sample, err) : STATUS_OK;
	}
	return status == STATUS_OK ? self->sink->advance(self->sink, offset_of(self), err) : status;
}

/* ---- the levels ------------------------------------------------------------------- */

static bool enter_if(struct json_reader *reader, enum json_type wanted)
{
	enum json_type type;

	return json_reader_peek(reader, &type) && type == wanted && json_reader_enter(reader, wanted);
}

/* A member that is needed as a whole; NULL when it is broken in itself. */
static const struct json *keep(struct requests *self, struct arena *arena)
{
	const struct json *value;

	return json_reader_value(self->reader, arena, 0, &value, NULL) == STATUS_OK ? value : NULL;
}

static enum status take_scope(struct requests *self, const struct signal *signal, struct otlp_context *context,
			      struct error *err)
{
	enum status status = STATUS_OK;
	struct slice name;

	arena_clear(&self->scope_arena);
	context->scope = NULL;
	if (!enter_if(self->reader, JSON_OBJECT))
		return STATUS_OK;
	while (status == STATUS_OK && json_reader_next(self->reader, &name)) {
		if (slice_is(name, "scope") || slice_is(name, "instrumentationLibrary"))
			context->scope = keep(self, &self->scope_arena);
		else if (slice_is(name, signal->records) && enter_if(self->reader, JSON_ARRAY))
			while (status == STATUS_OK && json_reader_next(self->reader, NULL))
				status = take_record(self, signal, context, err);
	}
	return status;
}

static enum status take_resource(struct requests *self, const struct signal *signal, struct error *err)
{
	struct otlp_context context = { NULL, NULL };
	enum status status = STATUS_OK;
	struct slice name;

	arena_clear(&self->resource_arena);
	if (!enter_if(self->reader, JSON_OBJECT))
		return STATUS_OK;
	while (status == STATUS_OK && json_reader_next(self->reader, &name)) {
		if (slice_is(name, "resource"))
			context.resource = json_get(keep(self, &self->resource_arena), "attributes");
		else if ((slice_is(name, signal->scopes) || slice_is(name, signal->old_scopes)) &&
			 enter_if(self->reader, JSON_ARRAY))
			while (status == STATUS_OK && json_reader_next(self->reader, NULL))
				status = take_scope(self, signal, &context, err);
	}
	return status;
}

/* The object at hand. */
static enum status take_request(struct requests *self, struct error *err)
{
	enum status status = STATUS_OK;
	struct slice name;

	json_reader_enter(self->reader, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(self->reader, &name))
		for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
			if (!slice_is(name, signals[i].resources) || !enter_if(self->reader, JSON_ARRAY))
				continue;
			self->has_request = true;
			while (status == STATUS_OK && json_reader_next(self->reader, NULL))
				status = take_resource(self, &signals[i], err);
			break;
		}
	return status;
}

/* Requests one after the other, or in an array. Anything else is stepped over. */
static enum status take_values(struct requests *self, struct error *err)
{
	enum status status = STATUS_OK;
	enum json_type type;

	while (status == STATUS_OK && json_reader_peek(self->reader, &type)) {
		if (type == JSON_OBJECT) {
			status = take_request(self, err);
		} else if (enter_if(self->reader, JSON_ARRAY)) {
			while (status == STATUS_OK && json_reader_next(self->reader, NULL))
				if (json_reader_peek(self->reader, &type) && type == JSON_OBJECT)
					status = take_request(self, err);
		} else {
			json_reader_skip(self->reader);
		}
	}
	if (status == STATUS_OK && json_reader_failed(self->reader, NULL))
		return broken(self->reader, err);
	return status;
}

/* ---- files ------------------------------------------------------------------------- */

static enum status take_document(struct requests *self, int fd, struct error *err)
{
	self->reader = json_reader_open_fd(fd);
	json_reader_set_relaxed(self->reader, true);
	enum status status = take_values(self, err);
	json_reader_free(self->reader);
	return status;
}

/* A line that is broken is rejected where it breaks; what stands before it is taken. */
static enum status take_line(struct requests *self, const struct line *line, uint64_t end, struct error *err)
{
	struct error fault = { .status = STATUS_OK };
	char reason[sizeof(fault.text) + 16];

	if (line->too_long) {
		self->number++;
		return reject(self, line->offset_bytes, end, "the line is longer than 32 MiB", err);
	}
	self->base_bytes = line->offset_bytes;
	self->reader = json_reader_open_slice(line->text);
	json_reader_set_relaxed(self->reader, true);
	enum status status = take_values(self, &fault);
	bool is_broken = status == STATUS_INPUT && json_reader_failed(self->reader, NULL);
	json_reader_free(self->reader);
	if (is_broken) {
		self->number++;
		snprintf(reason, sizeof(reason), "in the line: %s", fault.text);
		return reject(self, line->offset_bytes, end, reason, err);
	}
	if (status != STATUS_OK && err)
		*err = fault;
	return status;
}

static enum status take_lines(struct requests *self, int fd, struct error *err)
{
	struct line_reader *lines = line_reader_open(fd, LINE_BYTES_MAX);
	enum status status;
	struct line line;
	bool found;

	while ((status = line_reader_next(lines, &line, &found, err)) == STATUS_OK && found) {
		status = take_line(self, &line, line_reader_offset(lines), err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, line_reader_offset(lines), err);
		if (status != STATUS_OK)
			break;
	}
	line_reader_free(lines);
	return status;
}

/* Whether the first line is a whole value and more follows. A document of one line, however
 * long, is walked as such: no more than a span of it is ever in memory. */
static enum status stands_on_lines(const struct import_source *source, bool *out, struct error *err)
{
	struct line_reader *lines = line_reader_open(source->fd, FIRST_LINE_BYTES_MAX);
	struct line line;
	bool found;

	*out = false;
	enum status status = line_reader_next(lines, &line, &found, err);
	if (status == STATUS_OK && found && !line.too_long && line_reader_offset(lines) < source->len_bytes) {
		struct json_reader *reader = json_reader_open_slice(line.text);
		*out = json_reader_skip(reader) && json_reader_finish(reader, NULL) == STATUS_OK;
		json_reader_free(reader);
	}
	line_reader_free(lines);
	return status;
}

enum status otlp_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct requests self = { .sink = sink };
	bool by_line;

	record_init(&self.record, NULL); /* no guess from the name of the file */
	arena_init(&self.resource_arena);
	arena_init(&self.scope_arena);
	enum status status = stands_on_lines(source, &by_line, err);
	if (status == STATUS_OK)
		status = by_line ? take_lines(&self, source->fd, err) : take_document(&self, source->fd, err);
	if (status == STATUS_OK && !self.has_request && source->len_bytes > 0)
		status = error_set(err, STATUS_NOT_FOUND, "no OTLP: it has neither \"resourceSpans\" nor \"resourceLogs\"");
	if (status == STATUS_OK && self.number > 0 && !self.is_ours)
		status = error_set(err, STATUS_NOT_FOUND, "none of its %" PRId64 " spans and log records is one that is taken: spans with attributes "
				   "gen_ai.…, events gen_ai.client.inference.operation.details and gen_ai.evaluation.result",
				   self.number);
	arena_release(&self.scope_arena);
	arena_release(&self.resource_arena);
	record_release(&self.record);
	return status;
}
