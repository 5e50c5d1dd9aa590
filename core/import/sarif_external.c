/*
 * External property files (3.14.2, 3.15, 3.16, section 4) and inline external properties
 * (3.13.5): parts of a run that lie elsewhere. What cannot be had is reported: of results,
 * which nobody can count, in a note; of anything else in the provenance of the run's samples.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/import/sarif.h"

/* Of all properties of a run; each may bring as much as the log itself. */
#define REFERENCES_MAX 256

/* ---- files below a folder ------------------------------------------------------------- */

static bool leaves(const char *path)
{
	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return true;
	}
	return false;
}

/* From folder to folder, none of them a link: nobody can exchange one in between. */
static int open_step_by_step(int folder, char *path)
{
	int at = folder;

	for (char *slash; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
		*slash = '\0';
		int next = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (at != folder)
			close(at);
		if (next < 0)
			return -1;
		at = next;
	}
	/* O_NONBLOCK: opening a pipe that nobody writes to must not hang. */
	int fd = openat(at, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (at != folder)
		close(at);
	return fd;
}

int sarif_open_below(const char *folder, const char *path, const char **reason)
{
	char *root = NULL, *real = NULL, *joined = NULL;
	int fd = -1, root_fd = -1;
	struct arena arena = ARENA_INIT;
	struct stat info;

	*reason = "its path leads out of the folder";
	if (path[0] == '\0' || path[0] == '/' || leaves(path))
		return -1;
	joined = file_join(&arena, folder, path);
	root = realpath(folder, NULL);
	real = realpath(joined, NULL);
	size_t len = root ? strlen(root) : 0;
	if (len == 1)
		len = 0; /* "/" */
	if (!root || !real) {
		*reason = "there is no such file";
	} else if (strncmp(real, root, len) == 0 && real[len] == '/') {
		root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fd = root_fd < 0 ? -1 : open_step_by_step(root_fd, real + len + 1);
		*reason = strerror(errno);
		if (fd >= 0 && (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))) {
			*reason = "it is no regular file";
			close(fd);
			fd = -1;
		}
	}
	if (root_fd >= 0)
		close(root_fd);
	free(root);
	free(real);
	arena_release(&arena);
	return fd;
}

/* ---- files of a run --------------------------------------------------------------------- */

void sarif_external_close(struct sarif_log *log)
{
	for (size_t i = 0; i < log->external_files.len; i++) {
		struct sarif_file *file = log->external_files.items[i];
		json_reader_free(file->reader);
		close(file->fd);
		free(file->path);
		free(file);
	}
	vec_clear(&log->external_files);
	vec_clear(&log->external_results);
}

static const char *folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : arena_text(arena, (struct slice){ path, (size_t)(slash - path) });
}

/* NULL, and why. The same file is opened once. */
static struct sarif_file *open_external(struct sarif_run *run, const char *path, const char **reason)
{
	struct sarif_log *log = run->log;

	for (size_t i = 0; i < log->external_files.len; i++)
		if (strcmp(log->external_files.items[i]->path, path) == 0)
			return log->external_files.items[i];
	*reason = "the log names too many files";
	if (log->external_files.len == SARIF_EXTERNAL_FILES_MAX)
		return NULL;
	*reason = "the folder of a log from standard input is not known";
	if (strcmp(log->name, "-") == 0)
		return NULL;
	int fd = sarif_open_below(folder_of(&run->arena, log->name), path, reason);
	if (fd < 0)
		return NULL;
	struct sarif_file *file = mem_zalloc(1, sizeof(*file));
	*file = (struct sarif_file){ fd, json_reader_open_fd(fd), mem_strdup(path) };
	json_reader_set_relaxed(file->reader, true);
	vec_push(&log->external_files, file);
	return file;
}

/* ---- inline ones ------------------------------------------------------------------------- */

static void copy_guid(char out[40], struct json_reader *reader)
{
	struct arena arena = ARENA_INIT;
	const char *text = sarif_word(&arena, sarif_value(reader, &arena, SARIF_KEPT_BYTES_MAX));

	snprintf(out, 40, "%s", text ? text : "");
	arena_release(&arena);
}

static void learn_inline(struct sarif_log *log, struct json_reader *reader)
{
	struct sarif_inline entry = { .offset = json_reader_offset(reader) };
	struct slice name;

	if (sarif_enter(reader, JSON_OBJECT)) {
		while (json_reader_next(reader, &name)) {
			if (slice_is(name, "guid"))
				copy_guid(entry.guid, reader);
			else if (slice_is(name, "runGuid"))
				copy_guid(entry.run_guid, reader);
		}
	}
	if (log->inlines.len < SARIF_INLINES_MAX)
		vec_push(&log->inlines, entry);
}

/* They may stand behind the runs: looked for when a run is met that may want them. */
static void learn_inlines(struct sarif_log *log)
{
	struct slice name;

	if (log->knows_inlines)
		return;
	log->knows_inlines = true;
	struct json_reader *reader = json_reader_open_fd(log->file.fd);
	json_reader_set_relaxed(reader, true);
	if (sarif_enter(reader, JSON_OBJECT))
		while (json_reader_next(reader, &name))
			if (slice_is(name, "inlineExternalProperties") && sarif_enter(reader, JSON_ARRAY))
				while (json_reader_next(reader, NULL))
					learn_inline(log, reader);
	json_reader_free(reader);
}

/* "sarif:/inlineExternalProperties/0" (3.10.3; the example in 3.13.5 has another name), else
 * by guid (3.16.3). */
static struct sarif_inline *inline_of(struct sarif_log *log, const char *uri, const char *guid)
{
	learn_inlines(log);
	if (uri) {
		const char *slash = strrchr(uri, '/');
		char *end = NULL;
		unsigned long index = slash ? strtoul(slash + 1, &end, 10) : 0;
		if (slash && end != slash + 1 && *end == '\0' && index < log->inlines.len)
			return &log->inlines.items[index];
	}
	for (size_t i = 0; guid && i < log->inlines.len; i++)
		if (strcmp(log->inlines.items[i].guid, guid) == 0)
			return &log->inlines.items[i];
	return NULL;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Of the table in 3.15.3 what is read here; the rest tells nothing of a sample. */
static bool is_read(struct slice name)
{
	static const char *const names[] = { "artifacts", "driver", "extensions", "invocations", "logicalLocations",
					     "results", "taxonomies", "threadFlowLocations" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

/* The externalProperties object (4.3) at `offset`: its member of that name, or (absent) all. */
static enum status read_properties(struct sarif_run *run, struct sarif_file *file, uint64_t offset,
				   struct slice wanted, const char **reason, struct sarif_pulse *pulse, struct error *err)
{
	struct json_reader *reader = json_reader_open_fd(file->fd);
	enum status status = STATUS_OK;
	bool found = false;
	struct slice name;

	json_reader_set_relaxed(reader, true);
	if (offset)
		json_reader_seek_element(reader, offset);
	run->file = file;
	if (sarif_enter(reader, JSON_OBJECT)) {
		while (status == STATUS_OK && json_reader_next(reader, &name)) {
			if (!is_read(name) || (wanted.at && !slice_eq(name, wanted)))
				continue;
			found = true;
			if (slice_is(name, "results"))
				vec_push(&run->log->external_results,
					 ((struct sarif_external_results){ file, json_reader_offset(reader),
						 file->path ? arena_strdup(&run->arena, file->path) : NULL, NULL }));
			else
				sarif_run_member(run, reader, name, pulse, &status, err);
		}
	}
	run->file = &run->log->file;
	*reason = json_reader_failed(reader, NULL) ? "it is no JSON" : found || !wanted.at ? NULL : "it has no such property";
	json_reader_free(reader);
	return status;
}

static void report(struct sarif_run *run, struct slice property, const char *what, const char *reason)
{
	const char *name = arena_text(&run->arena, property);

	if (slice_is(property, "results")) {
		const char *fault = arena_printf(&run->arena, ": the results in %s cannot be read: %s", what, reason);
		vec_push(&run->log->external_results, ((struct sarif_external_results){ .name = what, .fault = fault }));
		return;
	}
	if (run->not_read && strlen(run->not_read) >= RECORD_VALUE_BYTES_MAX)
		return;
	run->not_read = arena_printf(&run->arena, "%s%s%s in %s: %s", run->not_read ? run->not_read : "",
				     run->not_read ? "; " : "", name, what, reason);
}

/* An externalPropertyFileReference (3.16). */
static enum status read_reference(struct sarif_run *run, struct slice property, const struct json *reference,
				  struct sarif_pulse *pulse, struct error *err)
{
	struct arena *arena = &run->arena;
	const char *uri = sarif_word(arena, json_path(reference, "location.uri"));
	const char *base_id = sarif_word(arena, json_path(reference, "location.uriBaseId"));
	const char *guid = sarif_word(arena, json_get(reference, "guid")), *reason = NULL, *whole;
	enum status status = STATUS_OK;

	if (!uri || sarif_uri_has_scheme(uri, "sarif")) {
		struct sarif_inline *found = inline_of(run->log, uri, guid);
		if (found) {
			found->used_by = run->index + 1;
			status = read_properties(run, &run->log->file, found->offset, property, &reason, pulse, err);
		} else {
			reason = "the log has no such inline properties";
		}
	} else if (sarif_uri_is_absolute(uri)) {
		reason = "only files below the folder of the log are read";
	} else {
		/* 3.16.3: relative to the root file. A base that is absolute is where the log was made. */
		const char *path = sarif_path_of(run, arena, uri, base_id, &whole);
		struct sarif_file *file = path ? open_external(run, path, &reason) : NULL;
		if (file)
			status = read_properties(run, file, 0, property, &reason, pulse, err);
	}
	if (status == STATUS_OK && reason)
		report(run, property, uri ? uri : guid ? guid : "an unnamed file", reason);
	return status;
}

/* What names the run (4.3.5) without being named by it. */
static enum status read_joined(struct sarif_run *run, struct sarif_pulse *pulse, struct error *err)
{
	const struct slice all = { NULL, 0 };
	enum status status = STATUS_OK;
	const char *reason;

	if (!run->automation_guid)
		return STATUS_OK;
	learn_inlines(run->log);
	for (size_t i = 0; i < run->log->inlines.len && status == STATUS_OK; i++) {
		struct sarif_inline *one = &run->log->inlines.items[i];
		if (one->used_by == 0 && strcmp(one->run_guid, run->automation_guid) == 0)
			status = read_properties(run, &run->log->file, one->offset, all, &reason, pulse, err);
	}
	return status;
}

enum status sarif_external_read(struct sarif_run *run, struct sarif_pulse *pulse, struct error *err)
{
	const struct json *property = run->external ? run->external->first : NULL;
	enum status status = STATUS_OK;
	int left = REFERENCES_MAX;

	for (; property && status == STATUS_OK; property = property->next) {
		if (!is_read(property->name))
			continue;
		/* An array of references, but one alone for what is an object (3.15.3). */
		const struct json *one = json_is(property, JSON_OBJECT) ? property : sarif_first(property);
		for (; one && status == STATUS_OK && left-- > 0; one = property == one ? NULL : one->next)
			status = read_reference(run, property->name, one, pulse, err);
	}
	return status == STATUS_OK ? read_joined(run, pulse, err) : status;
}
