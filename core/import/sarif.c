/* SARIF: recognition, and the walk over a log with two readers (see sarif.h). */
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/importers.h"
#include "core/import/sarif.h"

struct sarif {
	struct sarif_pulse pulse; /* first */
	struct import_source *source;
	struct import_sink *sink;
	struct field_table *fields;
	struct json_reader *metadata, *results;
	struct sarif_log log;
	struct sarif_run run;
	struct record record;
	int64_t number; /* of the result at hand, from 1, over all runs */
	const char *external; /* the file that it lies in, if that is not the log; else NULL */
	bool has_version;
};

/* ---- recognition ----------------------------------------------------------------- */

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	return at;
}

/* The inside of the string at its opening quote; *at is set behind the closing one.
 * Absent when the text ends inside. Escapes stay: the names sought have none. */
static struct slice string_at(const char **at, const char *end)
{
	const char *start = *at + 1;

	for (const char *c = start; c < end; c++) {
		if (*c == '\\')
			c++;
		else if (*c == '"') {
			*at = c + 1;
			return (struct slice){ start, (size_t)(c - start) };
		}
	}
	*at = end;
	return (struct slice){ NULL, 0 };
}

static bool contains(struct slice text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= text.len_bytes; i++)
		if (memcmp(text.at + i, word, len) == 0)
			return true;
	return false;
}

/* How much a member of the top level speaks for SARIF; `at` is behind its colon. */
static int weigh(struct slice name, const char *at, const char *end)
{
	struct slice value = { NULL, 0 };

	at = skip_blanks(at, end);
	if (at < end && *at == '"')
		value = string_at(&at, end);
	if (slice_is(name, "$schema"))
		return contains(value, "sarif") ? 100 : 0;
	if (slice_is(name, "runs"))
		return at < end && (*at == '[' || *at == 'n') ? 80 : 0;
	return 0;
}

int sarif_recognise(struct slice head, const char *file)
{
	head = import_skip_mark(head);
	const char *end = head.at + head.len_bytes, *at = skip_blanks(head.at, end);
	int depth = 0, best = 0;

	(void)file;
	if (at == end || *at != '{')
		return 0;
	while (at < end && best < 100) {
		if (*at == '"') {
			struct slice name = string_at(&at, end);
			at = skip_blanks(at, end);
			if (depth == 1 && name.at && at < end && *at == ':') {
				int weight = weigh(name, at + 1, end);
				best = weight > best ? weight : best;
				at++;
			}
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at++;
		if (depth <= 0)
			break; /* what follows is another value: JSON Lines, or rubbish */
	}
	/* A long head of other members: anything that smells of it. */
	if (best == 0 && depth > 0)
		best = contains(head, "\"runs\"") || contains(head, "sarif") ? 40 : 0;
	return best;
}

/* ---- the walk -------------------------------------------------------------------- */

/* Both readers pass the same bytes: half of the way each. */
static enum status beat(struct sarif_pulse *pulse, uint64_t offset_bytes, struct error *err)
{
	struct sarif *self = (struct sarif *)pulse;
	uint64_t other = json_reader_offset(self->results);

	return self->sink->advance(self->sink, offset_bytes / 2 + other / 2, err);
}

/* What stopped either of the readers: the disk, or what the log says. */
static enum status broken(const struct sarif *self, struct error *err)
{
	const struct json_reader *reader = json_reader_failed(self->metadata, NULL) ? self->metadata : self->results;

	if (!json_reader_failed(reader, err))
		return error_set(err, STATUS_INPUT, "broken JSON");
	return error_wrap(err, STATUS_INPUT, "%s", json_reader_unreadable(reader) ? "cannot be read" : "broken JSON");
}

static const char *type_name(enum json_type type)
{
	static const char *const names[] = {
		[JSON_NULL] = "null", [JSON_FALSE] = "a truth value", [JSON_TRUE] = "a truth value",
		[JSON_NUMBER] = "a number", [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};
	return names[type];
}

/* ---- notes and rejects ---------------------------------------------------------------------- */

static void note(const struct sarif *self, const char *sentence)
{
	const struct import_options *options = self->sink->options;

	if (options->note)
		options->note(options->context, sentence);
}

/* Behind "run 1 (CodeQL)", which is the subject of the rest unless that starts with a colon. */
static void note_of_run(const struct sarif *self, const char *rest)
{
	const struct sarif_run *run = &self->run;
	struct error text;

	error_set(&text, STATUS_INPUT, "run %lld (%s)%s", (long long)run->index + 1,
		  run->driver.name ? run->driver.name : "a tool without a name", rest);
	note(self, text.text);
}

/* What lies in another file has no offset in this one. */
static enum status reject_at(struct sarif *self, int64_t offset, int64_t len, const char *reason, struct error *err)
{
	struct batch_reject reject = { self->number, self->external ? -1 : offset, self->external ? 0 : len, reason,
				       { NULL, 0 } };
	struct error text;

	if (self->external) {
		error_set(&text, STATUS_INPUT, "%s", reason);
		error_wrap(&text, STATUS_INPUT, "%s", self->external);
		reject.reason = text.text;
	}
	return self->sink->reject(self->sink, &reject, err);
}

/* The value at `offset`, behind which the reader stands. */
static enum status reject(struct sarif *self, struct json_reader *reader, uint64_t offset, const char *reason,
			  struct error *err)
{
	return reject_at(self, (int64_t)offset, (int64_t)(json_reader_offset(reader) - offset), reason, err);
}

static enum status reject_type(struct sarif *self, struct json_reader *reader, const char *what, enum json_type type,
			       struct error *err)
{
	char reason[80];
	uint64_t offset = json_reader_offset(reader);

	self->number++;
	snprintf(reason, sizeof(reason), "%s: %s", what, type_name(type));
	json_reader_skip(reader);
	return reject(self, reader, offset, reason, err);
}

/* The rest of the log cannot be read. What was taken of it stays. */
static enum status reject_rest(struct sarif *self, const struct error *fault, struct error *err)
{
	struct error reason = *fault;

	if (self->number == 0) {
		*err = *fault;
		return STATUS_INPUT;
	}
	self->number++;
	self->external = NULL;
	error_wrap(&reason, STATUS_INPUT, "the rest of the log was not read");
	return reject_at(self, (int64_t)json_reader_offset(self->results), 0, reason.text, err);
}

/* ---- results ----------------------------------------------------------------------- */

/* The result at hand. */
static enum status take_result(struct sarif *self, struct json_reader *reader, struct error *err)
{
	uint64_t offset = json_reader_offset(reader);
	const struct json *value;
	enum json_type type;
	struct error fault;

	if (json_reader_peek(reader, &type) && type != JSON_OBJECT)
		return reject_type(self, reader, "the result is no object", type, err);
	record_begin(&self->record);
	if (json_reader_value(reader, &self->record.arena, 0, &value, &fault) != STATUS_OK) {
		if (json_reader_failed(reader, NULL))
			return STATUS_OK; /* the next step finds the fault */
		self->number++;
		return reject(self, reader, offset, fault.text, err);
	}
	self->number++;
	if (value->type != JSON_OBJECT)
		return reject(self, reader, offset, "the result is no object", err);
	if (self->log.older)
		value = sarif_older_result(&self->record.arena, value);
	sarif_result_read(&self->record, &self->run, self->fields, value);
	return self->sink->sample(self->sink, self->number, record_finish(&self->record), err);
}

/* Nobody can tell how many records it would have been: none are counted. */
static void note_no_array(const struct sarif *self, enum json_type type)
{
	struct error text;

	error_set(&text, STATUS_INPUT, " has %s%s%s in place of an array of results: none were read", type_name(type),
		  self->external ? " in " : "", self->external ? self->external : "");
	note_of_run(self, text.text);
}

static enum status take_results(struct sarif *self, struct json_reader *reader, struct error *err)
{
	enum json_type type;

	if (!json_reader_peek(reader, &type))
		return STATUS_OK; /* the next step finds the fault */
	if (type == JSON_NULL)
		return STATUS_OK; /* 3.14.23: the results are not known */
	if (type != JSON_ARRAY) {
		note_no_array(self, type);
		return STATUS_OK;
	}
	json_reader_enter(reader, JSON_ARRAY);
	while (json_reader_next(reader, NULL)) {
		enum status status = take_result(self, reader, err);
		if (status == STATUS_OK)
			status = self->pulse.beat(&self->pulse, json_reader_offset(self->metadata), err);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* One file of results beside the log, or what is known of why there is none. */
static enum status take_external(struct sarif *self, const struct sarif_external_results *results, struct error *err)
{
	if (results->fault) {
		note_of_run(self, results->fault); /* how many they are is not known */
		return STATUS_OK;
	}
	struct json_reader *reader = json_reader_open_fd(results->file->fd);
	struct error fault;
	json_reader_set_relaxed(reader, true);
	json_reader_seek_element(reader, results->offset);
	self->external = results->name;
	enum status status = take_results(self, reader, err);
	if (status == STATUS_OK && json_reader_failed(reader, &fault)) {
		self->number++;
		status = reject_at(self, -1, 0, fault.text, err);
	}
	self->external = NULL;
	json_reader_free(reader);
	return status;
}

static void tell_run(const struct sarif *self)
{
	const struct sarif_run *run = &self->run;
	struct error text;

	if (run->failure) {
		/* 3.20.21: a consumer shall not assume that the results are complete. */
		error_set(&text, STATUS_INPUT, " failed and may lack results: %s", run->failure);
		note_of_run(self, text.text);
	}
	if (run->unread)
		note_of_run(self, run->unread);
}

/* The run at which both readers stand. Broken JSON leaves one of them, or both, failed. */
static enum status take_run(struct sarif *self, int64_t index, struct error *err)
{
	enum status status = sarif_run_read(&self->run, self->metadata, index, &self->pulse, err);
	enum json_type type;
	struct slice name;

	if (status != STATUS_OK)
		return status;
	if (!json_reader_peek(self->results, &type) || type == JSON_NULL)
		return STATUS_OK;
	if (type != JSON_OBJECT) {
		struct error text;
		error_set(&text, STATUS_INPUT, "run %lld is %s, not an object: nothing of it was read", (long long)index + 1,
			  type_name(type));
		note(self, text.text);
		return STATUS_OK;
	}
	tell_run(self);
	json_reader_enter(self->results, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(self->results, &name))
		if (slice_is(name, "results"))
			status = take_results(self, self->results, err);
	for (size_t i = 0; status == STATUS_OK && i < self->log.external_results.len; i++)
		status = take_external(self, &self->log.external_results.items[i], err);
	return status;
}

/* "2.1.0" and its drafts. Whatever else it is, is read as far as it is like that: the
 * differences of older ones are known (sarif_older.c), those of newer ones are not. */
static void settle_version(struct sarif *self, const struct json *value, const char *version)
{
	static const char *const older[] = { "0.", "1.", "2.0", "2.1.0-" };
	struct error text;

	if (!version) {
		error_set(&text, STATUS_INPUT, "the version of the log is %s: read as SARIF 2.1.0",
			  value->type == JSON_STRING ? "empty" : type_name(value->type));
		note(self, text.text);
		return;
	}
	self->has_version = true;
	for (size_t i = 0; i < ARRAY_LEN(older); i++)
		self->log.older |= strncmp(version, older[i], strlen(older[i])) == 0;
	if (strncmp(version, "2.1", 3) == 0 && (version[3] == '\0' || strchr(".-", version[3])))
		return;
	error_set(&text, STATUS_INPUT, "SARIF %.64s: read as far as it is like 2.1.0", version);
	text.text[utf8_cut(text.text, strlen(text.text), sizeof(text.text))] = '\0';
	note(self, text.text);
}

/* It decides how the rest is read, and may stand behind it. Broken JSON is found later. */
static enum status learn_version(struct sarif *self, struct error *err)
{
	struct json_reader *reader = self->log.file.reader;
	struct arena arena = ARENA_INIT;
	struct slice name;

	if (sarif_enter(reader, JSON_OBJECT)) {
		while (json_reader_next(reader, &name) && !slice_is(name, "version"))
			;
		const struct json *value = json_reader_failed(reader, NULL) ? NULL
									    : sarif_value(reader, &arena, SARIF_KEPT_BYTES_MAX);
		if (value && value->type != JSON_NULL)
			settle_version(self, value, sarif_word(&arena, value));
	}
	arena_release(&arena);
	if (json_reader_unreadable(reader) && json_reader_failed(reader, err))
		return error_wrap(err, STATUS_INPUT, "cannot be read");
	return STATUS_OK;
}

static bool is_broken(const struct sarif *self)
{
	return json_reader_failed(self->metadata, NULL) || json_reader_failed(self->results, NULL);
}

static enum status take_runs(struct sarif *self, struct error *err)
{
	enum status status = STATUS_OK;
	enum json_type type;
	struct slice name;

	if (!json_reader_peek(self->metadata, &type) || type == JSON_NULL)
		return STATUS_OK; /* 3.13.4: null when the tool could not even start */
	if (type != JSON_ARRAY)
		return error_set(err, STATUS_INPUT, "no SARIF log: \"runs\" is %s, not an array", type_name(type));
	/* The second reader catches up with the first. */
	while (json_reader_next(self->results, &name) && !slice_is(name, "runs"))
		;
	if (!json_reader_enter(self->metadata, JSON_ARRAY) || !json_reader_enter(self->results, JSON_ARRAY))
		return broken(self, err);
	for (int64_t index = 0; status == STATUS_OK && json_reader_next(self->metadata, NULL); index++) {
		if (!json_reader_next(self->results, NULL))
			break;
		status = take_run(self, index, err);
		if (is_broken(self))
			break;
	}
	return status;
}

/* Of members with one name the last counts elsewhere (RFC 8259 leaves it open). Here the
 * results of the first are taken already. */
static enum status reject_second_runs(struct sarif *self, struct error *err)
{
	uint64_t offset = json_reader_offset(self->metadata);

	json_reader_skip(self->metadata);
	self->number++;
	return reject(self, self->metadata, offset, "a second \"runs\" in the same log was not read", err);
}

static enum status take_members(struct sarif *self, bool *has_runs, struct error *err)
{
	enum status status = STATUS_OK;
	struct slice name;

	while (status == STATUS_OK && !is_broken(self) && json_reader_next(self->metadata, &name)) {
		if (slice_is(name, "runs") && *has_runs) {
			status = reject_second_runs(self, err);
		} else if (slice_is(name, "runs")) {
			*has_runs = true;
			status = take_runs(self, err);
		}
	}
	return status;
}

static enum status take_log(struct sarif *self, struct error *err)
{
	struct error fault;
	enum json_type type;
	bool has_runs = false;

	if (!json_reader_peek(self->metadata, &type)) {
		if (json_reader_failed(self->metadata, NULL))
			return broken(self, err);
		return error_set(err, STATUS_INPUT, "no SARIF log: there is no JSON value in it");
	}
	if (type != JSON_OBJECT)
		return error_set(err, STATUS_INPUT, "no SARIF log: the top level is %s, not an object", type_name(type));
	enum status status = learn_version(self, err);
	if (status != STATUS_OK)
		return status;
	json_reader_enter(self->metadata, JSON_OBJECT);
	json_reader_enter(self->results, JSON_OBJECT);
	status = take_members(self, &has_runs, err);
	if (status != STATUS_OK)
		return status;
	if (json_reader_failed(self->results, NULL) || json_reader_finish(self->metadata, NULL) != STATUS_OK) {
		broken(self, &fault);
		return reject_rest(self, &fault, err);
	}
	/* Neither is wrong alone, but this is some other document that was forced on us. */
	if (!has_runs && !self->has_version)
		return error_set(err, STATUS_NOT_FOUND, "no SARIF log: it has neither \"version\" nor \"runs\"");
	return STATUS_OK;
}

enum status sarif_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct sarif self = {
		.pulse = { beat },
		.source = source,
		.sink = sink,
		.fields = field_table_new(sink->options),
		.metadata = json_reader_open_fd(source->fd),
		.results = json_reader_open_fd(source->fd),
	};

	json_reader_set_relaxed(self.metadata, true);
	json_reader_set_relaxed(self.results, true);
	sarif_log_init(&self.log, source->fd, source->name, sink->options->source_root);
	sarif_run_init(&self.run, &self.log);
	/* No guess from the name of the file: a log speaks of files of many languages. */
	record_init(&self.record, NULL);
	enum status status = take_log(&self, err);
	record_release(&self.record);
	sarif_run_release(&self.run);
	sarif_log_release(&self.log);
	json_reader_free(self.results);
	json_reader_free(self.metadata);
	field_table_free(self.fields);
	return status;
}
