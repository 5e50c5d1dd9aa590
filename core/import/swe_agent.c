/* SWE-agent: recognition, and the two walks over a trajectory (see swe_agent.h). */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/chat.h"
#include "core/import/importers.h"
#include "core/import/sniff.h"
#include "core/import/swe_agent.h"

struct walk {
	struct import_sink *sink;
	struct json_reader *reader;
	struct trajectory run;
	struct record record;
	struct strbuf seen; /* what came back since the last step */
	int64_t number;     /* of the step or message at hand, from 1 */
	int64_t turn;
};

/* ---- recognition ----------------------------------------------------------------- */

int swe_agent_recognise(struct slice head, const char *file)
{
	(void)file;
	head = import_skip_mark(head);
	if (sniff_json_is(head, "trajectory.0.action", JSON_STRING) ||
	    sniff_json_is(head, "trajectory.0.observation", JSON_STRING))
		return 97;
	if (sniff_json_is(head, "trajectory", JSON_ARRAY) &&
	    (sniff_json_is(head, "history", JSON_ARRAY) || sniff_json_is(head, "environment", JSON_STRING)))
		return 96;
	if (sniff_json_starts(head, "trajectory_format", "mini-swe-agent"))
		return 97;
	return sniff_json_is(head, "info.mini_version", JSON_STRING) ||
	       (sniff_json_is(head, "info.model_stats", JSON_OBJECT) && sniff_json_is(head, "messages", JSON_ARRAY)) ? 96 : 0;
}

/* ---- the first walk: the run --------------------------------------------------------- */

static enum status broken(struct json_reader *reader, struct error *err)
{
	if (!json_reader_failed(reader, err))
		return error_set(err, STATUS_INPUT, "broken JSON");
	return error_wrap(err, STATUS_INPUT, "broken JSON");
}

/* A member that is kept; NULL if it is broken in itself. */
static const struct json *keep(struct walk *self)
{
	const struct json *value;

	return json_reader_value(self->reader, &self->run.arena, 0, &value, NULL) == STATUS_OK ? value : NULL;
}

/* The first words of the user that are no demonstration: the task as it was put. */
static void find_task(struct walk *self)
{
	struct arena scratch = ARENA_INIT;
	const struct json *message;

	if (!json_reader_enter(self->reader, JSON_ARRAY))
		return;
	while (json_reader_next(self->reader, NULL)) {
		if (self->run.task.at)
			continue;
		arena_clear(&scratch);
		if (json_reader_value(self->reader, &scratch, 0, &message, NULL) != STATUS_OK)
			continue;
		if (!slice_is(json_slice(json_get(message, "role")), "user") || json_bool(json_get(message, "is_demo"), false))
			continue;
		struct slice text = chat_answer(&scratch, message, NULL);
		if (text.len_bytes && text.len_bytes <= TRAJECTORY_TASK_BYTES_MAX)
			self->run.task = arena_slice(&self->run.arena, text);
	}
	arena_release(&scratch);
}

/* An object; version 1.0.1 on writes it as a string that holds one. */
static void read_config(struct walk *self)
{
	const struct json *value = keep(self), *parsed;

	if (json_is(value, JSON_STRING) &&
	    json_parse(&self->run.arena, value->text, true, NULL, &parsed, NULL) == STATUS_OK)
		value = parsed;
	self->run.config = value;
}

static bool is_array(struct walk *self)
{
	enum json_type type;

	return json_reader_peek(self->reader, &type) && type == JSON_ARRAY;
}

static enum status read_run(struct walk *self, struct error *err)
{
	struct trajectory *run = &self->run;
	enum json_type type;
	struct slice name;

	if (!json_reader_peek(self->reader, &type) || type != JSON_OBJECT)
		return error_set(err, STATUS_NOT_FOUND, "no trajectory: the top level is no JSON object");
	json_reader_enter(self->reader, JSON_OBJECT);
	while (json_reader_next(self->reader, &name)) {
		if (slice_is(name, "info")) {
			run->info = keep(self);
		} else if (slice_is(name, "replay_config")) {
			read_config(self);
		} else if (slice_is(name, "instance_id")) {
			run->instance = json_text(&run->arena, keep(self));
		} else if (slice_is(name, "environment")) {
			run->environment = json_text(&run->arena, keep(self));
		} else if (slice_is(name, "trajectory")) {
			run->has_steps = is_array(self);
		} else if (slice_is(name, "messages") && is_array(self)) {
			run->is_mini = true;
			find_task(self);
		} else if (slice_is(name, "history") && is_array(self)) {
			find_task(self);
		}
	}
	if (json_reader_finish(self->reader, err) != STATUS_OK)
		return broken(self->reader, err);
	if (run->has_steps)
		run->is_mini = false;
	if (!run->has_steps && !run->is_mini)
		return error_set(err, STATUS_NOT_FOUND, "no trajectory: it has neither \"trajectory\" nor \"messages\"");
	return STATUS_OK;
}

/* The task's name as the run recorded it, else that of the file: "django__django-11099.traj". */
static void name_instance(struct walk *self, const char *file)
{
	const char *slash = file ? strrchr(file, '/') : NULL, *base = slash ? slash + 1 : file;

	if (!self->run.instance)
		self->run.instance = json_text(&self->run.arena, json_path(self->run.config, "problem_statement.id"));
	if ((self->run.instance && self->run.instance[0]) || !base || !base[0] || strcmp(base, "-") == 0)
		return;
	const char *end = strstr(base, ".traj");
	self->run.instance_is_derived = true;
	self->run.instance = utf8_clean(&self->run.arena, (struct slice){ base, end ? (size_t)(end - base) : strlen(base) });
}

/* ---- the second walk: steps ------------------------------------------------------------ */

static struct slice seen(struct walk *self)
{
	return self->seen.len_bytes ? strbuf_slice(&self->seen) : self->turn <= 1 ? self->run.task : (struct slice){ NULL, 0 };
}

static void see(struct walk *self, struct slice text)
{
	if (!text.len_bytes)
		return;
	if (self->seen.len_bytes)
		strbuf_addch(&self->seen, '\n');
	if (self->seen.len_bytes + text.len_bytes <= TRAJECTORY_TASK_BYTES_MAX)
		strbuf_addslice(&self->seen, text);
}

static enum status take_step(struct walk *self, const struct json *step, struct error *err)
{
	struct sample *sample;

	self->turn++;
	sample = trajectory_step(&self->record, &self->run, step, seen(self), self->turn);
	enum status status = self->sink->sample(self->sink, self->number, sample, err);
	strbuf_clear(&self->seen);
	see(self, json_slice(json_get(step, "observation")));
	return status;
}

/* Answers are steps; all else is what the next one has seen. */
static enum status take_message(struct walk *self, const struct json *message, struct error *err)
{
	struct slice role = json_slice(json_get(message, "role"));
	struct sample *sample;

	if (!slice_is(role, "assistant")) {
		if (!slice_is(role, "system") && !slice_is(role, "exit"))
			see(self, chat_answer(&self->record.arena, message, NULL));
		return STATUS_OK;
	}
	self->turn++;
	sample = trajectory_message(&self->record, &self->run, message, seen(self), self->turn);
	enum status status = self->sink->sample(self->sink, self->number, sample, err);
	strbuf_clear(&self->seen);
	return status;
}

static enum status take_element(struct walk *self, struct error *err)
{
	uint64_t offset = json_reader_offset(self->reader);
	const struct json *value;
	struct error fault;

	self->number++;
	record_begin(&self->record);
	enum status status = json_reader_value(self->reader, &self->record.arena, 0, &value, &fault);
	if (status == STATUS_OK && value->type == JSON_OBJECT)
		return self->run.is_mini ? take_message(self, value, err) : take_step(self, value, err);
	if (status != STATUS_OK && json_reader_failed(self->reader, NULL))
		return broken(self->reader, err);
	struct batch_reject reject = { .record = self->number, .offset_bytes = (int64_t)offset,
				       .len_bytes = (int64_t)(json_reader_offset(self->reader) - offset),
				       .reason = status == STATUS_OK ? "the step is no object" : fault.text };
	return self->sink->reject(self->sink, &reject, err);
}

static enum status take_elements(struct walk *self, struct error *err)
{
	enum status status = STATUS_OK;

	json_reader_enter(self->reader, JSON_ARRAY);
	while (status == STATUS_OK && json_reader_next(self->reader, NULL)) {
		status = take_element(self, err);
		if (status == STATUS_OK)
			status = self->sink->advance(self->sink, json_reader_offset(self->reader), err);
	}
	return status;
}

static enum status take_run(struct walk *self, struct error *err)
{
	const char *steps = self->run.is_mini ? "messages" : "trajectory";
	enum status status = STATUS_OK;
	struct slice name;

	json_reader_enter(self->reader, JSON_OBJECT);
	while (status == STATUS_OK && json_reader_next(self->reader, &name))
		if (slice_is(name, steps) && is_array(self))
			status = take_elements(self, err);
	if (status != STATUS_OK)
		return status;
	record_begin(&self->record);
	struct sample *sample = trajectory_result(&self->record, &self->run);
	return sample ? self->sink->sample(self->sink, self->number + 1, sample, err) : STATUS_OK;
}

enum status swe_agent_run(struct import_source *source, struct import_sink *sink, struct error *err)
{
	struct walk self = { .sink = sink, .reader = json_reader_open_fd(source->fd) };

	arena_init(&self.run.arena);
	strbuf_init(&self.seen);
	record_init(&self.record, NULL); /* the file is named for a task, not for a language */
	json_reader_set_relaxed(self.reader, true);
	enum status status = read_run(&self, err);
	json_reader_free(self.reader);
	self.reader = json_reader_open_fd(source->fd);
	json_reader_set_relaxed(self.reader, true);
	name_instance(&self, source->name);
	if (status == STATUS_OK)
		status = take_run(&self, err);
	json_reader_free(self.reader);
	record_release(&self.record);
	strbuf_release(&self.seen);
	arena_release(&self.run.arena);
	return status;
}
