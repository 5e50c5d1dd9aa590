#include "cli/config.h"

#include <errno.h>
#include <ini.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/utf8.h"

struct reading {
	struct arena *arena;
	struct config *config;
	char *unknown; /* the first key that nobody knows */
};

/* inih's handler: 0 ends the reading with the number of this line. */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;

	if (!section[0] && strcmp(name, "reviewer") == 0) {
		reading->config->reviewer = value[0] ? utf8_clean(reading->arena, slice_of(value)) : NULL;
		return 1;
	}
	if (!reading->unknown)
		reading->unknown = arena_printf(reading->arena, "%s%s%s", section, section[0] ? "." : "", name);
	return 0;
}

enum status config_read(struct arena *arena, struct config *out, struct error *err)
{
	struct reading reading = { arena, out, NULL };
	char *folder = file_xdg_folder(arena, XDG_CONFIG);

	memset(out, 0, sizeof(*out));
	if (!folder)
		return STATUS_OK;
	char *path = file_join(arena, folder, "config.ini");
	/* A folder that may not be entered (another user's $HOME) holds no settings of
	 * this person; a file that is there and cannot be read is an error. */
	struct stat there;
	if (stat(path, &there) != 0)
		return STATUS_OK;
	FILE *file = fopen(path, "r");
	if (!file)
		return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
	int line = ini_parse_file(file, on_key, &reading);
	bool failed = ferror(file);
	fclose(file);
	if (failed || line < 0)
		return error_set(err, STATUS_INPUT, "%s: cannot be read", path);
	if (reading.unknown)
		return error_set(err, STATUS_INPUT, "%s: line %d: unknown setting '%s'; 'reviewer' is known", path, line,
				 reading.unknown);
	if (line > 0)
		return error_set(err, STATUS_INPUT, "%s: line %d: not of the form 'name = value'", path, line);
	return STATUS_OK;
}
