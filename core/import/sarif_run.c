/* What the results of a run refer to. Wrong types read as absent; only broken JSON ends. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/import/sarif.h"

/* ---- life ------------------------------------------------------------------------- */

void sarif_log_init(struct sarif_log *log, int fd, const char *name, const char *source_root)
{
	*log = (struct sarif_log){ .file = { fd, json_reader_open_fd(fd), NULL }, .name = name, .source_root = source_root };
	json_reader_set_relaxed(log->file.reader, true);
}

void sarif_log_release(struct sarif_log *log)
{
	sarif_external_close(log);
	vec_release(&log->external_files);
	vec_release(&log->external_results);
	vec_release(&log->inlines);
	json_reader_free(log->file.reader);
}

void sarif_run_init(struct sarif_run *run, struct sarif_log *log)
{
	memset(run, 0, sizeof(*run));
	run->log = log;
	run->texts = sarif_texts_new(log->source_root);
}

static void release_components(struct sarif_run *run)
{
	sarif_component_release(&run->driver);
	for (size_t i = 0; i < run->extensions.len; i++)
		sarif_component_release(&run->extensions.items[i]);
	for (size_t i = 0; i < run->taxonomies.len; i++)
		sarif_component_release(&run->taxonomies.items[i]);
}

static void release_arrays(struct sarif_run *run)
{
	release_components(run);
	sarif_array_release(&run->artifacts);
	sarif_array_release(&run->flow_locations);
	sarif_array_release(&run->logical_locations);
	sarif_array_release(&run->invocations);
}

void sarif_run_release(struct sarif_run *run)
{
	release_arrays(run);
	for (size_t i = 0; i < SARIF_RULE_SLOTS; i++)
		arena_release(&run->rule_slots[i].arena);
	for (size_t i = 0; i < SARIF_ARTIFACT_SLOTS; i++)
		arena_release(&run->artifact_slots[i].arena);
	vec_release(&run->extensions);
	vec_release(&run->taxonomies);
	vec_release(&run->rule_names.all);
	vec_release(&run->artifact_names.all);
	vec_release(&run->bases);
	vec_release(&run->overrides);
	arena_release(&run->arena);
	arena_release(&run->scratch);
	sarif_texts_free(run->texts);
}

/* Nothing of the run before. */
static void forget(struct sarif_run *run, int64_t index)
{
	release_arrays(run);
	sarif_external_close(run->log);
	arena_clear(&run->arena);
	arena_clear(&run->scratch);
	run->file = &run->log->file;
	run->index = index;
	run->number = arena_printf(&run->arena, "%" PRId64, index);
	run->driver = (struct sarif_component){ .name = NULL };
	vec_clear(&run->extensions);
	vec_clear(&run->taxonomies);
	vec_clear(&run->rule_names.all);
	vec_clear(&run->artifact_names.all);
	vec_clear(&run->bases);
	vec_clear(&run->overrides);
	run->external = NULL;
	run->automation_id = run->automation_guid = run->column_kind = run->language = run->encoding = NULL;
	run->revision = run->repository = run->branch = run->started_at = run->failure = run->not_read = NULL;
	run->unread = NULL;
	for (size_t i = 0; i < SARIF_RULE_SLOTS; i++)
		run->rule_slots[i].of = 0;
	for (size_t i = 0; i < SARIF_ARTIFACT_SLOTS; i++)
		run->artifact_slots[i].of = 0;
	sarif_texts_forget(run->texts);
}

/* ---- reading -------------------------------------------------------------------- */

const char *sarif_word(struct arena *arena, const struct json *value)
{
	const char *text = json_text(arena, value);

	return text && text[0] ? text : NULL;
}

const char *sarif_concat(struct arena *arena, const char *a, const char *b, const char *c)
{
	size_t a_len = strlen(a), b_len = strlen(b), c_len = strlen(c);
	char *text = arena_alloc(arena, a_len + b_len + c_len + 1);

	memcpy(text, a, a_len);
	memcpy(text + a_len, b, b_len);
	memcpy(text + a_len + b_len, c, c_len);
	return text;
}

const struct json *sarif_first(const struct json *array)
{
	return json_is(array, JSON_ARRAY) ? array->first : NULL;
}

bool sarif_enter(struct json_reader *reader, enum json_type type)
{
	enum json_type found;

	return json_reader_peek(reader, &found) && found == type && json_reader_enter(reader, type);
}

const struct json *sarif_value(struct json_reader *reader, struct arena *arena, size_t max_bytes)
{
	const struct json *value;

	return json_reader_value(reader, arena, max_bytes, &value, NULL) == STATUS_OK ? value : NULL;
}

static const struct json *small_value(struct sarif_run *run, struct json_reader *reader)
{
	arena_clear(&run->scratch);
	return sarif_value(reader, &run->scratch, SARIF_KEPT_BYTES_MAX);
}

const char *sarif_kept_word(struct sarif_run *run, struct json_reader *reader)
{
	return sarif_word(&run->arena, small_value(run, reader));
}

#define read_components(run, reader, list, number)                                              \
	do {                                                                                    \
		if (!sarif_enter(reader, JSON_ARRAY))                                           \
			break;                                                                  \
		while (json_reader_next(reader, NULL)) {                                        \
			struct sarif_component read_ = { .name = NULL };                        \
			if ((list)->len == SARIF_COMPONENTS_MAX)                                \
				continue;                                                       \
			sarif_component_read(run, reader, &read_, number);                      \
			vec_push(list, read_);                                                  \
		}                                                                               \
	} while (0)

/* 3.18 */
static void read_tool(struct sarif_run *run, struct json_reader *reader)
{
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		if (slice_is(name, "driver"))
			sarif_component_read(run, reader, &run->driver, 0);
		else if (slice_is(name, "extensions"))
			read_components(run, reader, &run->extensions, run->extensions.len + 1);
		else if (run->log->older) /* which has no driver: the tool is it */
			sarif_component_member(run, reader, &run->driver, 0, name);
	}
}

/* Whether the artifact at hand has text, and what it is called then. */
static void note_artifact(struct sarif_run *run, struct json_reader *reader, size_t index, const char *key)
{
	const char *uri = key;
	bool has_text = false;
	struct slice name, member;
	enum json_type type;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		if (slice_is(name, "location")) {
			uri = sarif_word(&run->scratch,
					 json_get(sarif_value(reader, &run->scratch, SARIF_KEPT_BYTES_MAX), "uri"));
		} else if (slice_is(name, "contents") && sarif_enter(reader, JSON_OBJECT)) {
			while (json_reader_next(reader, &member))
				if (slice_is(member, "text"))
					has_text = json_reader_peek(reader, &type) && type == JSON_STRING;
		}
	}
	/* Only an embedded text makes it worth while to look by name. */
	if (uri && has_text)
		sarif_names_add(&run->artifact_names, slice_of(uri), 0, index);
}

/* Before 2.1.0 a file's key is its URI, that behind "#BASE#" where it has a base. */
static const char *uri_of_key(struct arena *arena, struct slice key)
{
	const char *text = arena_text(arena, key), *end = text[0] == '#' ? strchr(text + 1, '#') : NULL;

	return end ? end + 1 : text;
}

/* One step over each element; `note` (may be NULL) looks at it. */
static enum status read_array(struct sarif_run *run, struct json_reader *reader, struct sarif_array *array,
			      void (*note)(struct sarif_run *, struct json_reader *, size_t, const char *),
			      struct sarif_pulse *pulse, struct error *err)
{
	bool keyed = run->log->older && sarif_enter(reader, JSON_OBJECT);
	enum status status = STATUS_OK;
	struct slice key = { NULL, 0 };

	if (!keyed && !sarif_enter(reader, JSON_ARRAY))
		return STATUS_OK;
	sarif_array_extend(array, run->file, keyed);
	while (status == STATUS_OK && json_reader_next(reader, &key)) {
		sarif_array_note(array, json_reader_offset(reader)); /* one that is none keeps its index */
		arena_clear(&run->scratch);
		if (note)
			note(run, reader, array->count - 1, keyed ? uri_of_key(&run->scratch, key) : NULL);
		status = pulse->beat(pulse, json_reader_offset(reader), err);
	}
	return status;
}

static void read_bases(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *bases = small_value(run, reader);

	for (const struct json *base = json_is(bases, JSON_OBJECT) ? bases->first : NULL; base; base = base->next) {
		struct json id = { .type = JSON_STRING, .text = base->name };
		const struct json *uri = run->log->older && json_is(base, JSON_STRING) ? base : json_get(base, "uri");
		struct sarif_base entry = { sarif_word(&run->arena, &id), sarif_word(&run->arena, uri),
					    sarif_word(&run->arena, json_get(base, "uriBaseId")) };
		if (entry.id)
			vec_push(&run->bases, entry);
	}
}

/* 3.23: of several repositories the first. */
static void read_version_control(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *first = json_at(small_value(run, reader), 0);

	run->repository = sarif_word(&run->arena, json_get(first, "repositoryUri"));
	run->revision = sarif_word(&run->arena, json_get(first, "revisionId"));
	run->branch = sarif_word(&run->arena, json_get(first, "branch"));
}

static void read_automation(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *details = small_value(run, reader);

	run->automation_id = sarif_word(&run->arena, json_get(details, "id"));
	run->automation_guid = sarif_word(&run->arena, json_get(details, "guid"));
}

static void read_references(struct sarif_run *run, struct json_reader *reader)
{
	const struct json *value = sarif_value(reader, &run->arena, SARIF_KEPT_BYTES_MAX);

	run->external = json_is(value, JSON_OBJECT) ? value : NULL;
}

bool sarif_run_member(struct sarif_run *run, struct json_reader *reader, struct slice name,
		      struct sarif_pulse *pulse, enum status *status, struct error *err)
{
	if (slice_is(name, "tool"))
		read_tool(run, reader);
	else if (slice_is(name, "driver"))
		sarif_component_read(run, reader, &run->driver, 0);
	else if (slice_is(name, "extensions"))
		read_components(run, reader, &run->extensions, run->extensions.len + 1);
	else if (slice_is(name, "taxonomies"))
		read_components(run, reader, &run->taxonomies, SARIF_TAXONOMY);
	else if (slice_is(name, "artifacts"))
		*status = read_array(run, reader, &run->artifacts, note_artifact, pulse, err);
	else if (slice_is(name, "threadFlowLocations"))
		*status = read_array(run, reader, &run->flow_locations, NULL, pulse, err);
	else if (slice_is(name, "logicalLocations"))
		*status = read_array(run, reader, &run->logical_locations, NULL, pulse, err);
	else if (slice_is(name, "invocations"))
		*status = read_array(run, reader, &run->invocations, NULL, pulse, err);
	else if (slice_is(name, "originalUriBaseIds"))
		read_bases(run, reader);
	else if (slice_is(name, "versionControlProvenance"))
		read_version_control(run, reader);
	else if (slice_is(name, "automationDetails"))
		read_automation(run, reader);
	else if (slice_is(name, "externalPropertyFileReferences"))
		read_references(run, reader);
	else if (slice_is(name, "columnKind"))
		run->column_kind = sarif_kept_word(run, reader);
	else if (slice_is(name, "defaultSourceLanguage"))
		run->language = sarif_kept_word(run, reader);
	else if (slice_is(name, "defaultEncoding"))
		run->encoding = sarif_kept_word(run, reader);
	else
		return run->log->older && sarif_older_run_member(run, reader, name, pulse, status, err);
	return true;
}

/* Results are the second reader's; here they are only stepped over, one by one. */
static enum status pass_results(struct json_reader *reader, struct sarif_pulse *pulse, struct error *err)
{
	enum status status = STATUS_OK;

	if (!sarif_enter(reader, JSON_ARRAY))
		return STATUS_OK;
	while (status == STATUS_OK && json_reader_next(reader, NULL) && json_reader_skip(reader))
		status = pulse->beat(pulse, json_reader_offset(reader), err);
	return status;
}

enum status sarif_run_read(struct sarif_run *run, struct json_reader *reader, int64_t index,
			   struct sarif_pulse *pulse, struct error *err)
{
	enum status status = STATUS_OK;
	struct slice name;

	forget(run, index);
	if (!sarif_enter(reader, JSON_OBJECT))
		return STATUS_OK;
	while (status == STATUS_OK && json_reader_next(reader, &name)) {
		if (slice_is(name, "results"))
			status = pass_results(reader, pulse, err);
		else
			sarif_run_member(run, reader, name, pulse, &status, err);
	}
	if (status == STATUS_OK)
		status = sarif_external_read(run, pulse, err);
	if (status == STATUS_OK)
		sarif_invocations_read(run);
	arena_clear(&run->scratch);
	return status;
}
