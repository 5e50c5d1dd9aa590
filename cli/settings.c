#include "cli/settings.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/nearest.h"
#include "tui/action.h"
#include "tui/list_columns.h"
#include "tui/theme.h"

static const struct setting_info settings[SETTING_COUNT] = {
#define SETTING(constant, name, kind, list, fallback, help) [SETTING_##constant] = { name, list, fallback, help },
#include "cli/settings.def"
};

#define WORDS_MAX 16

const struct setting_info *setting_info(enum setting setting)
{
	return &settings[setting];
}

const char *setting_word(const char *list, size_t index)
{
	static const char *const switches[] = { "no", "yes", NULL };
	static const char *const colours[] = { "auto", "none", "8", "16", "256", "true", NULL };

	if (strcmp(list, "theme") == 0)
		return index < THEME_COUNT ? theme_name((enum theme)index) : NULL;
	if (strcmp(list, "keys") == 0)
		return action_preset_name(index);
	if (strcmp(list, "colours") == 0)
		return index < ARRAY_LEN(colours) ? colours[index] : NULL;
	if (strcmp(list, "switch") == 0)
		return index < ARRAY_LEN(switches) ? switches[index] : NULL;
	return NULL;
}

enum status setting_find(const char *name, enum setting *out, struct error *err)
{
	const char *names[SETTING_COUNT];
	const char *near;

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		names[i] = settings[i].name;
		if (strcmp(names[i], name) == 0) {
			*out = (enum setting)i;
			return STATUS_OK;
		}
	}
	near = nearest_word(names, SETTING_COUNT, name);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown setting '%s': did you mean '%s'?", name, near);
	return error_set(err, STATUS_INPUT, "unknown setting '%s'; `aitia config` lists those that are known", name);
}

enum status setting_check(enum setting setting, const char *value, struct error *err)
{
	const char *list = settings[setting].list, *wrong;
	struct list_columns columns;
	const char *words[WORDS_MAX] = { NULL };
	const char *near;

	if (!list[0])
		return STATUS_OK;
	if (strcmp(list, "columns") == 0)
		return list_columns_parse(value, &columns, &wrong) ? STATUS_OK
			: error_set(err, STATUS_INPUT, "'%.*s' is no column, or stands there twice (%s)", (int)strcspn(wrong, " "),
				    wrong, settings[setting].help);
	for (size_t i = 0; i < WORDS_MAX && (words[i] = setting_word(list, i)); i++)
		if (strcmp(words[i], value) == 0)
			return STATUS_OK;
	near = nearest_word(words, WORDS_MAX, value);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown %s '%s': did you mean '%s'?", settings[setting].name, value, near);
	return error_set(err, STATUS_INPUT, "unknown %s '%s' (%s)", settings[setting].name, value, settings[setting].help);
}

size_t setting_index(enum setting setting, const char *value)
{
	const char *word;

	for (size_t i = 0; (word = setting_word(settings[setting].list, i)); i++)
		if (strcmp(word, value) == 0)
			return i;
	return 0;
}
