/* promptfoo: recognition, and the walk over the results of a file (see promptfoo.h). */
#include <string.h>

#include "core/import/importers.h"
#include "core/import/lines.h"
#include "core/import/promptfoo.h"
#include "core/import/sniff.h"

#define HEAD_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct promptfoo {
	struct import_source *source;
	struct import_sink *sink;
	struct promptfoo_run run;
	struct record record;
	int64_t number; /* of the result at hand, from 1 */
};

/* ---- recognition ----------------------------------------------------------------- */

/* How many of a result's members there are at the path, which ends in a point. */
static int members_of(struct slice head, const char *path)
{
	static const char *const members[] = { "prompt", "promptIdx", "testIdx", "vars", "response", "gradingResult", "latencyMs",
					       "namedScores", "success", "provider", "testCase", "promptId", "failureReason" };
	int found = 0;
	enum json_type type;
	char at[64];

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		snprintf(at, sizeof(at), "%s%s", path, members[i]);
		found += sniff_json(head, at, &type);
	}
	return found;
}

/* A result without a file around it must show what only promptfoo writes. */
static bool is_result(struct slice head, const char *path)
{
	char at[64];

	snprintf(at, sizeof(at), "%spromptIdx", path);
	if (!sniff_json_is(head, at, JSON_NUMBER)) {
		snprintf(at, sizeof(at), "%sgradingResult", path);
		if (!sniff_json_is(head, at, JSON_OBJECT))
			return false;
	}
	return members_of(head, path) >= 4;
}

int promptfoo_recognise(struct slice head, const char *file)
{
	enum json_type type;

	(void)file;
	if (sniff_json_is(head, "results", JSON_OBJECT)) {
		if (members_of(head, "results.results.0.") >= 3)
			return 96;
		bool is_summary = sniff_json_is(head, "results.version", JSON_NUMBER) &&
				  (sniff_json_is(head, "results.timestamp", JSON_STRING) || sniff_json(head, "results.prompts", &type));
		return is_summary || sniff_json_is(head, "results.stats.successes", JSON_NUMBER) ? 95 : 0;
	}
	if (sniff_json_is(head, "results", JSON_ARRAY))
		return members_of(head, "results.0.") >= 3 || sniff_json_is(head, "stats.successes", JSON_NUMBER) ? 96 : 0;
	if (sniff_json_is(head, "", JSON_ARRAY))
		return is_result(head, "0.") ? 96 : 0;
	return is_result(head, "") ? 96 : 0;
}

/* ---- results --------------------------------------------------------------------- */

static enum status reject(struct promptfoo *self, uint64_t start, uint64_t end, const char *reason, struct error *err)
{
	struct batch_reject reject = { self->number, (int64_t)start, (int64_t)(end - start), reason, { NULL, 0 } };

	return self->sink->reject(self->sink, &reject, err);
}

static enum status take_result(struct promptfoo *self, const struct json *result, uint64_t start, uint64_t end,
			       struct error *err)
{
	if (result->type != JSON_OBJECT)
		return reject(self, start, end, "the result is no object", err);
	if (!promptfoo_result_read(&self->record, &self->run, result))
		return reject(self, start, end, "it has no prompt, response or verdict: no result of promptfoo", err);
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
}

static enum status broken(struct json_reader *reader, struct error *err)
{
	struct error fault;

	if (!json_reader_failed(reader, &fault))
		return error_set(err, STATUS_NOT_FOUND, "these are no results of promptfoo: no \"results\" are in it");
	return error_set(err, STATUS_INPUT, "broken JSON: %s", fault.text);
}

/* The array at hand. */
static enum status take_results(struct promptfoo *self, struct json_reader *reader, struct error *err)
{
	enum status status = STATUS_OK;
	const struct json *result;
	struct error fault;
	enum json_type type;

	json_reader_enter(reader, JSON_ARRAY);
	while (status == STATUS_OK && json_reader_next(reader, NULL)) {
		json_reader_peek(reader, &type); /* to stand behind blanks */
		uint64_t start = json_reader_offset(reader);
		self->number++;
		record_begin(&self->record);
		if (json_reader_value(reader, &self->record.arena, 0, &result, &fault) == STATUS_OK)
			status = take_result(self, result, start, json_reader_offset(reader), err);
		else if (json_reader_failed(reader, NULL))
			return broken(reader, err);
		else
			status = reject(self, start, json_reader_offset(reader), fault.text, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, self->source->len_bytes / 2 + json_reader_offset(reader) / 2, err);
	}
	return status == STATUS_OK && json_reader_failed(reader, NULL) ? broken(reader, err) : status;
}

/* ---- a file with a head -------------------------------------------------------------- */

static struct json_reader *open_json(const struct promptfoo *self)
{
	struct json_reader *reader = json_reader_open_fd(self->source->fd);

	json_reader_set_relaxed(reader, true);
	return reader;
}

static enum status keep(struct promptfoo *self, struct json_reader *reader, const struct json **slot, struct error *err)
{
	struct error fault;

	if (json_reader_value(reader, &self->run.arena, HEAD_BYTES_MAX, slot, &fault) != STATUS_OK)
		return error_set(err, STATUS_INPUT, "broken JSON: %s", fault.text);
	return STATUS_OK;
}

/* Steps over the results one by one, so that a large file can be stopped here too. */
static enum status pass_results(struct promptfoo *self, struct json_reader *reader, struct error *err)
{
	enum status status = STATUS_OK;

	json_reader_enter(reader, JSON_ARRAY);
	while (status == STATUS_OK && json_reader_next(reader, NULL)) {
		json_reader_skip(reader);
		status = self->sink->advance(self->sink, json_reader_offset(reader) / 2, err);
	}
	return status;
}

/* What stands around the results, before or behind them. "results" is the list, or the
 * summary that holds it. */
static enum status read_head(struct promptfoo *self, struct json_reader *reader, bool *has_results, struct error *err)
{
	struct promptfoo_run *run = &self->run;
	enum status status = STATUS_OK;
	enum json_type type;
	struct slice name;

	if (!json_reader_peek(reader, &type) || type != JSON_OBJECT)
		return error_set(err, STATUS_NOT_FOUND, "these are no results of promptfoo: the top level is no JSON object");
	json_reader_enter(reader, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(reader, &name)) {
		const struct json **slot = slice_is(name, "evalId") ? &run->eval_id : slice_is(name, "prompts") ? &run->prompts :
					   slice_is(name, "timestamp") ? &run->timestamp :
					   slice_is(name, "createdAt") ? &run->created_at :
					   slice_is(name, "metadata") ? &run->metadata :
					   slice_is(name, "config") ? &run->config : NULL;
		if (slot)
			status = keep(self, reader, slot, err);
		if (!slice_is(name, "results") || !json_reader_peek(reader, &type))
			continue;
		if (type == JSON_ARRAY) {
			*has_results = true;
			status = pass_results(self, reader, err);
		} else if (type == JSON_OBJECT) {
			status = read_head(self, reader, has_results, err);
		}
	}
	return status == STATUS_OK && json_reader_failed(reader, NULL) ? broken(reader, err) : status;
}

static enum status take_members(struct promptfoo *self, struct json_reader *reader, struct error *err)
{
	enum status status = STATUS_OK;
	enum json_type type;
	struct slice name;

	json_reader_enter(reader, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(reader, &name)) {
		if (!slice_is(name, "results") || !json_reader_peek(reader, &type))
			continue;
		if (type == JSON_ARRAY)
			status = take_results(self, reader, err);
		else if (type == JSON_OBJECT)
			status = take_members(self, reader, err);
	}
	return status;
}

static enum status run_file(struct promptfoo *self, struct error *err)
{
	struct json_reader *reader = open_json(self);
	bool has_results = false;

	enum status status = read_head(self, reader, &has_results, err);
	if (status == STATUS_OK && (!has_results || json_reader_finish(reader, NULL) != STATUS_OK))
		status = broken(reader, err);
	json_reader_free(reader);
	if (status != STATUS_OK)
		return status;
	reader = open_json(self);
	status = take_members(self, reader, err);
	json_reader_free(reader);
	return status;
}

/* ---- results alone -------------------------------------------------------------------- */

static enum status run_array(struct promptfoo *self, struct error *err)
{
	struct json_reader *reader = open_json(self);

	enum status status = take_results(self, reader, err);
	if (status == STATUS_OK && json_reader_finish(reader, NULL) != STATUS_OK)
		status = broken(reader, err);
	json_reader_free(reader);
	return status;
}

static bool is_blank(struct slice text)
{
	for (size_t i = 0; i < text.len_bytes; i++)
		if (!memchr(" \t\r", text.at[i], 3))
			return false;
	return true;
}

static enum status take_line(struct promptfoo *self, const struct line *line, uint64_t end, struct error *err)
{
	struct slice text = line->offset_bytes || line->too_long ? line->text : import_skip_mark(line->text);
	const struct json *result;
	struct error fault;
	char reason[sizeof(fault.text) + 64];

	self->number++;
	record_begin(&self->record);
	if (line->too_long)
		return reject(self, line->offset_bytes, end, "the line is longer than 16 MiB", err);
	if (json_parse(&self->record.arena, text, true, NULL, &result, &fault) == STATUS_OK)
		return take_result(self, result, line->offset_bytes, end, err);
	json_fault_reason(reason, sizeof(reason), &fault, "the line");
	return reject(self, line->offset_bytes, end, reason, err);
}

static enum status run_lines(struct promptfoo *self, struct error *err)
{
	struct line_reader *reader = line_reader_open(self->source->fd, RECORD_BYTES_MAX);
	enum status status;
	struct line line;
	bool found;

	while ((status = line_reader_next(reader, &line, &found, err)) == STATUS_OK && found) {
		if (!line.too_long && is_blank(line.text))
			continue;
		status = take_line(self, &line, line_reader_offset(reader), err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, line_reader_offset(reader), err);
		if (status != STATUS_OK)
			break;
	}
	line_reader_free(reader);
	return status;
}

enum status promptfoo_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct promptfoo self = { .source = source, .sink = sink };
	enum json_type type;
	enum status status;

	arena_init(&self.run.arena);
	record_init(&self.record, source->name);
	if (sniff_json(source->head, "results", &type))
		status = run_file(&self, err);
	else if (sniff_json_is(source->head, "", JSON_ARRAY))
		status = run_array(&self, err);
	else if (members_of(source->head, "") >= 2)
		status = run_lines(&self, err);
	else /* a head so large that the results lie behind what was looked at */
		status = run_file(&self, err);
	record_release(&self.record);
	arena_release(&self.run.arena);
	return status;
}
