#include "cli/config.h"

#include <errno.h>
#include <ini.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "core/nearest.h"

struct reading {
	struct arena *arena;
	struct config *config;
	VEC_OF(struct import_profile) profiles;
	FILE *file;
	int line;           /* at hand, from 1 */
	struct error fault; /* of the first line that is wrong in its own way; */
	int fault_line;     /* 0: there is none */
};

static void note_fault(struct reading *reading, const struct error *err)
{
	if (reading->fault_line)
		return;
	reading->fault = *err;
	reading->fault_line = reading->line;
}

/* inih's reader. It would take the rest of a long line for another one. */
static char *read_line(char *into, int size, void *stream)
{
	struct reading *reading = stream;
	struct error err;
	char *line = fgets(into, size, reading->file);

	reading->line++;
	if (line && !strchr(line, '\n') && strlen(line) + 1 == (size_t)size && !reading->fault_line) {
		error_set(&err, STATUS_INPUT, "longer than %d bytes", size - 2);
		note_fault(reading, &err);
	}
	return line;
}

static enum status set_plain(struct reading *reading, const char *name, const char *value, struct error *err)
{
	static const char *const keys[] = { "reviewer" };

	if (strcmp(name, "reviewer") == 0) {
		reading->config->reviewer = value[0] ? utf8_clean(reading->arena, slice_of(value)) : NULL;
		return STATUS_OK;
	}
	const char *near = nearest_word(keys, ARRAY_LEN(keys), name);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown setting '%s': did you mean '%s'?", name, near);
	return error_set(err, STATUS_INPUT, "unknown setting '%s'; 'reviewer' is known", name);
}

/* The profile of a section "import NAME", made when it is first seen; NULL: another section. */
static struct import_profile *profile_of(struct reading *reading, const char *section)
{
	static const char prefix[] = "import";
	const char *name = section + sizeof(prefix) - 1;

	if (strncmp(section, prefix, sizeof(prefix) - 1) != 0 || (name[0] != ' ' && name[0] != '\t'))
		return NULL;
	name = utf8_clean(reading->arena, slice_of(name + strspn(name, " \t")));
	if (!name[0])
		return NULL;
	for (size_t i = 0; i < reading->profiles.len; i++)
		if (strcmp(reading->profiles.items[i].name, name) == 0)
			return &reading->profiles.items[i];
	vec_push(&reading->profiles, ((struct import_profile){ .name = name }));
	return &reading->profiles.items[reading->profiles.len - 1];
}

static enum status set(struct reading *reading, const char *section, const char *name, const char *value,
		       struct error *err)
{
	if (!section[0])
		return set_plain(reading, name, value, err);
	struct import_profile *profile = profile_of(reading, section);
	if (!profile)
		return error_set(err, STATUS_INPUT, "unknown section [%s]; [import NAME] is known", section);
	return import_profile_set(profile, reading->arena, name, value, err);
}

/* inih's handler; 0: this line is wrong. */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	struct error err;

	if (set(reading, section, name, value, &err) == STATUS_OK)
		return 1;
	note_fault(reading, &err);
	return 0;
}

static void keep_profiles(struct reading *reading)
{
	size_t count = reading->profiles.len;
	struct import_profile *kept = arena_array(reading->arena, count, sizeof(*kept));

	if (count)
		memcpy(kept, reading->profiles.items, count * sizeof(*kept));
	reading->config->profiles = kept;
	reading->config->profile_count = count;
	vec_release(&reading->profiles);
}

enum status config_read(struct arena *arena, struct config *out, struct error *err)
{
	struct reading reading = { .arena = arena, .config = out, .profiles = VEC_INIT };
	char *folder = file_xdg_folder(arena, XDG_CONFIG);

	memset(out, 0, sizeof(*out));
	if (!folder)
		return STATUS_OK;
	const char *path = out->path = file_join(arena, folder, "config.ini");
	/* A folder that may not be entered (another user's $HOME) holds no settings of
	 * this person; a file that is there and cannot be read is an error. */
	struct stat there;
	if (stat(path, &there) != 0)
		return STATUS_OK;
	FILE *file = fopen(path, "r");
	if (!file)
		return error_set(err, STATUS_INPUT, "%s: %s", path, strerror(errno));
	reading.file = file;
	int line = ini_parse_stream(read_line, &reading, on_key, &reading);
	bool failed = ferror(file);
	fclose(file);
	keep_profiles(&reading);
	if (failed || line < 0)
		return error_set(err, STATUS_INPUT, "%s: cannot be read", path);
	if (reading.fault_line && (line == 0 || line >= reading.fault_line))
		return error_set(err, STATUS_INPUT, "%s: line %d: %s", path, reading.fault_line, reading.fault.text);
	if (line > 0)
		return error_set(err, STATUS_INPUT, "%s: line %d: not of the form 'name = value'", path, line);
	return STATUS_OK;
}
