#include "cli/command.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/nearest.h"

#define COMMAND(constant, name, synopsis, help) extern const struct command_body command_##constant;
#include "cli/commands.def"

static const struct command all[] = {
#define COMMAND(constant, name, synopsis, help) { name, synopsis, help, &command_##constant },
#include "cli/commands.def"
	{ NULL, NULL, NULL, NULL },
};

const struct command *commands(void)
{
	return all;
}

/* Whether the name is `first`, or `first` and `second` with one blank between. */
static bool is_named(const char *name, const char *first, const char *second)
{
	size_t len = strlen(first);
	if (strncmp(name, first, len) != 0)
		return false;
	if (!second)
		return name[len] == '\0';
	return name[len] == ' ' && strcmp(name + len + 1, second) == 0;
}

const struct command *command_find(const char *const *args, size_t count, size_t *used)
{
	for (size_t wanted = count < 2 ? count : 2; wanted > 0; wanted--)
		for (const struct command *command = all; command->name; command++)
			if (is_named(command->name, args[0], wanted == 2 ? args[1] : NULL)) {
				*used = wanted;
				return command;
			}
	return NULL;
}

bool command_is_group(const char *word)
{
	size_t len = strlen(word);
	for (const struct command *command = all; command->name; command++)
		if (strncmp(command->name, word, len) == 0 && command->name[len] == ' ')
			return true;
	return false;
}

const char *command_nearest(const char *word)
{
	const char *names[ARRAY_LEN(all)];
	size_t count = 0;
	for (const struct command *command = all; command->name; command++)
		names[count++] = command->name;
	return nearest_word(names, count, word);
}
