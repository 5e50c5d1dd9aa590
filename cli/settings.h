/* The settings of the configuration (settings.def): their names, and the words that they take. */
#ifndef AITIA_CLI_SETTINGS_H
#define AITIA_CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/status.h"

enum setting {
#define SETTING(constant, name, kind, list, fallback, help) SETTING_##constant,
#include "cli/settings.def"
	SETTING_COUNT
};

struct setting_info {
	const char *name;
	const char *list;     /* of words; "" takes any text */
	const char *fallback;
	const char *help;
};

const struct setting_info *setting_info(enum setting setting);
/* STATUS_INPUT with the closest name. */
enum status setting_find(const char *name, enum setting *out, struct error *err) MUST_CHECK;
/* Whether it takes the value. STATUS_INPUT with the closest word. */
enum status setting_check(enum setting setting, const char *value, struct error *err) MUST_CHECK;
/* Word number `index` of a list, NULL behind the last. */
const char *setting_word(const char *list, size_t index);
/* The number of a value that was checked, in its list. */
size_t setting_index(enum setting setting, const char *value);

#endif
