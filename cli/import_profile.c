#include "cli/import_profile.h"

#include <strings.h>

#include "cli/choices.h"
#include "core/nearest.h"

const char *import_per_word(enum import_per per)
{
	return per == IMPORT_PER_FILE ? "file" : "hunk";
}

static enum status take_choice(struct arena *arena, const char *key, const char *list, const char *value, long *index,
			       struct error *err)
{
	const struct choice *all = choices(arena, list);
	size_t count = 0;

	*index = choice_index(arena, list, value);
	if (*index >= 0)
		return STATUS_OK;
	while (all[count].word)
		count++;
	const char **words = arena_array(arena, count, sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = all[i].word;
	const char *near = nearest_word(words, count, value);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown %s '%s': did you mean '%s'?", key, value, near);
	return error_set(err, STATUS_INPUT, "unknown %s '%s'; one of %s", key, value, choice_list(arena, list));
}

static enum status take_truth(const char *key, const char *value, bool *out, struct error *err)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(value, words[i]) == 0) {
			*out = i % 2;
			return STATUS_OK;
		}
	return error_set(err, STATUS_INPUT, "%s is yes or no, not '%s'", key, value);
}

static enum status take_map(struct import_profile *profile, struct arena *arena, const char *value, struct error *err)
{
	if (profile->map_count == PROFILE_MAPS_MAX)
		return error_set(err, STATUS_INPUT, "a profile takes at most %d maps", PROFILE_MAPS_MAX);
	if (field_map_parse(arena, value, &profile->maps[profile->map_count], err) != STATUS_OK)
		return STATUS_INPUT;
	profile->map_count++;
	return STATUS_OK;
}

enum status import_profile_set(struct import_profile *profile, struct arena *arena, const char *key, const char *value,
			       struct error *err)
{
	static const char *const keys[] = { "format", "map", "per", "illustrative", "strict" };
	enum status status;
	long index;

	if (strcmp(key, "map") == 0)
		return take_map(profile, arena, value, err);
	if (strcmp(key, "illustrative") == 0)
		return take_truth(key, value, &profile->illustrative, err);
	if (strcmp(key, "strict") == 0)
		return take_truth(key, value, &profile->strict, err);
	if (strcmp(key, "format") == 0) {
		status = take_choice(arena, key, "format", value, &index, err);
		if (status == STATUS_OK)
			profile->format = importers()[index].name;
		return status;
	}
	if (strcmp(key, "per") == 0) {
		status = take_choice(arena, key, "per", value, &index, err);
		if (status == STATUS_OK) {
			profile->per = (enum import_per)index;
			profile->has_per = true;
		}
		return status;
	}
	const char *near = nearest_word(keys, ARRAY_LEN(keys), key);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown setting '%s': did you mean '%s'?", key, near);
	return error_set(err, STATUS_INPUT, "unknown setting '%s'; an import has format, map, per, illustrative, strict", key);
}
