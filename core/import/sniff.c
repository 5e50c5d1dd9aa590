#include "core/import/sniff.h"

#include <stdlib.h>
#include <string.h>

/* Steps to the member or element that `step` names in the container at hand. */
static bool step_into(struct json_reader *reader, struct slice step)
{
	enum json_type type;
	struct slice name;

	if (!json_reader_peek(reader, &type))
		return false;
	if (type == JSON_OBJECT && json_reader_enter(reader, JSON_OBJECT)) {
		while (json_reader_next(reader, &name))
			if (slice_eq(name, step))
				return true;
	} else if (type == JSON_ARRAY && step.at[0] >= '0' && step.at[0] <= '9' && json_reader_enter(reader, JSON_ARRAY)) {
		for (long left = strtol(step.at, NULL, 10); json_reader_next(reader, NULL); left--)
			if (left == 0)
				return true;
	}
	return false;
}

/* A reader that stands at the path, or NULL. */
static struct json_reader *find(struct slice head, const char *path)
{
	struct json_reader *reader = json_reader_open_slice(head);

	json_reader_set_relaxed(reader, true);
	while (*path) {
		size_t len = strcspn(path, ".");
		if (!step_into(reader, (struct slice){ path, len })) {
			json_reader_free(reader);
			return NULL;
		}
		path += len + (path[len] == '.');
	}
	return reader;
}

bool sniff_json(struct slice head, const char *path, enum json_type *type)
{
	struct json_reader *reader = find(head, path);
	bool found = reader && json_reader_peek(reader, type);

	json_reader_free(reader);
	return found;
}

bool sniff_json_is(struct slice head, const char *path, enum json_type type)
{
	enum json_type found;

	return sniff_json(head, path, &found) && found == type;
}

bool sniff_json_starts(struct slice head, const char *path, const char *prefix)
{
	struct json_reader *reader = find(head, path);
	struct arena arena = ARENA_INIT;
	const struct json *value;
	bool starts = false;

	if (reader && json_reader_value(reader, &arena, 0, &value, NULL) == STATUS_OK) {
		struct slice text = json_slice(value);
		size_t len = strlen(prefix);
		starts = text.len_bytes >= len && memcmp(text.at, prefix, len) == 0;
	}
	arena_release(&arena);
	json_reader_free(reader);
	return starts;
}
