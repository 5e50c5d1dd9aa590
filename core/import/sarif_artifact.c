/* Artifacts (3.24), read from the file when a location means one. */
#include <string.h>

#include "core/import/sarif.h"

/* An archive in an archive in …; a longer chain is a circle. */
#define PARENTS_MAX 8

/* {"text": …, "binary": …} (3.3): only where the text is. */
static void read_contents(struct json_reader *reader, struct sarif_artifact *artifact)
{
	enum json_type type;
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		bool is_string = json_reader_peek(reader, &type) && type == JSON_STRING;
		if (slice_is(name, "text") && is_string) {
			artifact->has_text = true;
			artifact->text_offset = json_reader_offset(reader);
			json_reader_skip(reader);
			artifact->text_len_bytes = json_reader_offset(reader) - artifact->text_offset;
		} else if (slice_is(name, "binary") && is_string) {
			artifact->has_binary = true;
		}
	}
}

/* 3.24.11: "sha-256" if it is there, else the first. */
static const char *hash_of(struct arena *arena, const struct json *hashes)
{
	const struct json *best = json_is(hashes, JSON_OBJECT) ? hashes->first : NULL;

	for (const struct json *one = best; one; one = one->next)
		if (slice_is(one->name, "sha-256"))
			best = one;
	struct json name = { .type = JSON_STRING, .text = best ? best->name : (struct slice){ NULL, 0 } };
	const char *text = sarif_word(arena, best);
	return text ? arena_printf(arena, "%s:%s", json_text(arena, &name), text) : NULL;
}

static void read_artifact(struct json_reader *reader, struct arena *arena, struct sarif_artifact *artifact)
{
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name)) {
		if (slice_is(name, "contents")) {
			read_contents(reader, artifact);
			continue;
		}
		const struct json *value = NULL;
		if (slice_is(name, "fileLocation")) /* before 2.1.0 */
			name = slice_of("location");
		if (slice_is(name, "location") || slice_is(name, "parentIndex") || slice_is(name, "length") ||
		    slice_is(name, "sourceLanguage") || slice_is(name, "encoding") || slice_is(name, "hashes"))
			value = sarif_value(reader, arena, SARIF_KEPT_BYTES_MAX);
		if (slice_is(name, "location")) {
			artifact->uri = sarif_word(arena, json_get(value, "uri"));
			artifact->base_id = sarif_word(arena, json_get(value, "uriBaseId"));
		} else if (slice_is(name, "parentIndex")) {
			artifact->parent = json_int(value, -1);
		} else if (slice_is(name, "length")) {
			artifact->length_bytes = json_int(value, -1);
		} else if (slice_is(name, "sourceLanguage")) {
			artifact->language = sarif_word(arena, value);
		} else if (slice_is(name, "encoding")) {
			artifact->encoding = sarif_word(arena, value);
		} else if (slice_is(name, "hashes")) {
			artifact->hash = hash_of(arena, value);
		}
	}
}

static const struct sarif_artifact *artifact_at(struct sarif_run *run, int64_t index)
{
	if (index < 0 || (uint64_t)index >= run->artifacts.count)
		return NULL;
	struct sarif_artifact_slot *slot = &run->artifact_slots[(size_t)index % SARIF_ARTIFACT_SLOTS];
	if (slot->of != (size_t)index + 1) {
		const struct sarif_file *file = sarif_array_seek(&run->artifacts, index);
		arena_clear(&slot->arena);
		slot->artifact = (struct sarif_artifact){ .parent = -1, .length_bytes = -1, .fd = file ? file->fd : -1 };
		if (file)
			read_artifact(file->reader, &slot->arena, &slot->artifact);
		slot->of = (size_t)index + 1;
	}
	return &slot->artifact;
}

const struct sarif_artifact *sarif_artifact_of(struct sarif_run *run, const struct json *location)
{
	const struct sarif_artifact *artifact = artifact_at(run, json_int(json_get(location, "index"), -1));
	struct slice uri = json_slice(json_get(location, "uri"));

	if (artifact || !uri.len_bytes)
		return artifact;
	const struct sarif_name *end, *entry = sarif_names_find(&run->artifact_names, uri, &end);
	for (int left = 4; entry && entry < end && left > 0; entry++, left--) {
		artifact = artifact_at(run, entry->index);
		/* Without a URI it had its name from its key. */
		if (artifact && (!artifact->uri || slice_is(uri, artifact->uri)))
			return artifact;
	}
	return NULL;
}

/* 3.24.3: "app.zip" and "/docs/intro.docx" are "app.zip/docs/intro.docx"; what has no path
 * of its own inside its parent has the parent's. */
static const char *inside(struct arena *arena, const char *parent, const char *path)
{
	if (!parent || !path)
		return parent ? parent : path;
	return sarif_concat(arena, parent, path[0] == '/' ? "" : "/", path);
}

const char *sarif_artifact_path(struct sarif_run *run, struct arena *arena, const struct json *location,
				const char **whole)
{
	const struct sarif_artifact *artifact = artifact_at(run, json_int(json_get(location, "index"), -1));
	const char *uri = sarif_word(arena, json_get(location, "uri"));
	const char *base_id = sarif_word(arena, json_get(location, "uriBaseId")), *ignored;

	if (!uri && artifact) {
		uri = artifact->uri;
		base_id = artifact->base_id;
	}
	const char *path = sarif_path_of(run, arena, uri, base_id, whole);
	for (int depth = 0; artifact && artifact->parent >= 0 && depth < PARENTS_MAX; depth++) {
		artifact = artifact_at(run, artifact->parent);
		if (artifact)
			path = inside(arena, sarif_path_of(run, arena, artifact->uri, artifact->base_id, &ignored), path);
	}
	return path;
}
