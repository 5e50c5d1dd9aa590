#include "cli/config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/output.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "core/nearest.h"
#include "core/query.h"

struct reading {
	struct arena *arena;
	struct config *config;
	VEC_OF(struct import_profile) profiles;
	VEC_OF(struct config_key) keys;
	VEC_OF(struct saved_view) views;
	VEC_OF(struct code_key) code_keys;
	FILE *file;
	VEC_OF(struct config_fault) faults;
	VEC_OF(const char *) bad_views;
	int line;           /* at hand, from 1 */
	bool cut;           /* the line at hand is the rest of one that was too long */
};

static void note_fault(struct reading *reading, const char *text, bool of_workbench)
{
	/* A section that nobody knows is said once, not for each of its lines. */
	if (reading->faults.len && (reading->faults.items[reading->faults.len - 1].line == reading->line ||
				    strcmp(reading->faults.items[reading->faults.len - 1].text, text) == 0))
		return;
	vec_push(&reading->faults, ((struct config_fault){ reading->line, arena_strdup(reading->arena, text), of_workbench }));
}

/* inih tells of the first such line alone. One that is indented goes on with the value before it. */
static bool is_of_form(const char *line)
{
	if (line[strspn(line, " \t\r\n")] == '\0' || strchr(" \t;#", line[0]))
		return true;
	return line[0] == '[' ? strchr(line, ']') != NULL : strpbrk(line, "=:") != NULL;
}

/* inih's reader. It would take the rest of a long line for another one. */
static char *read_line(char *into, int size, void *stream)
{
	struct reading *reading = stream;
	char *line = fgets(into, size, reading->file);
	bool goes_on = line && !strchr(line, '\n') && strlen(line) + 1 == (size_t)size, cut = reading->cut;

	if (line && !cut)
		reading->line++;
	reading->cut = goes_on;
	if (goes_on && !cut) {
		char text[64];
		snprintf(text, sizeof(text), "longer than %d bytes", size - 2);
		note_fault(reading, text, false);
	} else if (line && !cut && !is_of_form(line)) {
		note_fault(reading, "not of the form 'name = value'", false);
	}
	return line;
}

static enum status set_plain(struct reading *reading, const char *name, const char *value, struct error *err)
{
	enum setting setting = SETTING_COUNT;
	enum status status = setting_find(name, &setting, err);

	if (status == STATUS_OK)
		status = setting_check(setting, value, err);
	if (status != STATUS_OK)
		return status;
	reading->config->settings[setting].value = value[0] ? utf8_clean(reading->arena, slice_of(value)) : NULL;
	reading->config->settings[setting].line = reading->line;
	return STATUS_OK;
}

/* Whether the keys can be is seen when all of them are known: config_bind_keys(). */
static enum status set_key(struct reading *reading, const char *name, const char *value, struct error *err)
{
	const char *near = NULL;
	enum action action = action_by_name(name, &near);
	struct config_key key = { action, utf8_clean(reading->arena, slice_of(value)), reading->line };

	if (action == ACTION_UNBOUND && near)
		return error_set(err, STATUS_INPUT, "unknown command '%s': did you mean '%s'?", name, near);
	if (action == ACTION_UNBOUND)
		return error_set(err, STATUS_INPUT, "unknown command '%s'; docs/keys.md has their names", name);
	vec_push(&reading->keys, key);
	return STATUS_OK;
}

/* The code of that name, of the default codebook; causes go before symptoms of the same name. */
static const struct code *code_of(const char *name, struct error *err)
{
	const struct codebook *book = codebook_default();
	const struct code *code = codebook_cause(book, name), *near;
	struct arena arena = ARENA_INIT;

	if (!code)
		code = codebook_symptom(book, name);
	if (code && (code->kind == CODE_SYMPTOM || code->word[0]))
		return code;
	if (code) {
		error_set(err, STATUS_INPUT, "%s is a category: it has the key of its command, cause-%.*s in [keys]", name,
			  (int)strcspn(name, "_"), name);
		return NULL;
	}
	near = codebook_nearest(book, CODE_CAUSE, name);
	if (!near)
		near = codebook_nearest(book, CODE_SYMPTOM, name);
	if (near)
		error_set(err, STATUS_INPUT, "unknown cause or symptom '%.80s': did you mean '%s'?", name, code_name(&arena, near));
	else
		error_set(err, STATUS_INPUT, "unknown cause or symptom '%.80s'; `aitia docs terms` lists them", name);
	arena_release(&arena);
	return NULL;
}

/* Two codes of one menu cannot have one key. */
static enum status check_taken(const struct reading *reading, const struct code_key *new, const struct code *code,
			       struct error *err)
{
	for (size_t i = 0; i < reading->code_keys.len; i++) {
		const struct code_key *old = &reading->code_keys.items[i];
		const struct code *other = old->is_cause ? codebook_cause(codebook_default(), old->code) :
							   codebook_symptom(codebook_default(), old->code);
		if (old->is_cause != new->is_cause || !other || other->category != code->category)
			continue;
		if (strcmp(old->code, new->code) == 0)
			return error_set(err, STATUS_INPUT, "%s has the key '%c' already", old->code, old->key);
		if (old->key == new->key)
			return error_set(err, STATUS_INPUT, "the key '%c' is that of %s already (line %d)", old->key, old->code,
					 old->line);
	}
	return STATUS_OK;
}

/* "model/hallucination = x" */
static enum status set_code_key(struct reading *reading, const char *name, const char *value, struct error *err)
{
	const struct code *code = code_of(name, err);
	struct code_key key;
	enum status status;

	if (!code)
		return STATUS_INPUT;
	if (!value[0] || value[1] || value[0] <= ' ' || value[0] > '~' || value[0] == '.')
		return error_set(err, STATUS_INPUT, "'%.20s' is no key of a menu: one letter, digit or sign (but for the dot, which is "
				 "the category alone)", value);
	key = (struct code_key){ code_name(reading->arena, code), code->kind == CODE_CAUSE, value[0], reading->line };
	if ((status = check_taken(reading, &key, code, err)) == STATUS_OK)
		vec_push(&reading->code_keys, key);
	return status;
}

/* NAME of a section "KIND NAME"; NULL: it is of another kind. */
static const char *section_name(struct reading *reading, const char *section, const char *kind)
{
	size_t len = strlen(kind);
	const char *name = section + len;

	if (strncmp(section, kind, len) != 0 || (name[0] != ' ' && name[0] != '\t'))
		return NULL;
	name = utf8_clean(reading->arena, slice_of(name + strspn(name, " \t")));
	return name[0] ? name : NULL;
}

/* The profile of a section, made when it is first seen. */
static struct import_profile *profile_of(struct reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->profiles.len; i++)
		if (strcmp(reading->profiles.items[i].name, name) == 0)
			return &reading->profiles.items[i];
	vec_push(&reading->profiles, ((struct import_profile){ .name = name }));
	return &reading->profiles.items[reading->profiles.len - 1];
}

static struct saved_view *view_of(struct reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->views.len; i++)
		if (strcmp(reading->views.items[i].name, name) == 0)
			return &reading->views.items[i];
	/* inih tells of no section's own line. */
	vec_push(&reading->views, ((struct saved_view){ .name = name, .query = "", .sort = SORT_NEWEST, .unasked_line = reading->line }));
	return &reading->views.items[reading->views.len - 1];
}

static enum status set_view(struct reading *reading, const char *view_name, const char *name, const char *value,
			    struct error *err)
{
	static const char *const keys[] = { "query", "sort", "columns" };
	struct list_columns columns;
	const char *wrong;
	struct saved_view *view = view_of(reading, view_name);
	struct query query;
	const char *near;

	if (strcmp(name, "query") == 0) {
		view->query = utf8_clean(reading->arena, slice_of(value));
		view->unasked_line = 0;
		return query_parse(reading->arena, view->query, NULL, &query, err) == STATUS_OK
			? STATUS_OK : error_set(err, STATUS_INPUT, "query: %s", err->text);
	}
	if (strcmp(name, "sort") == 0)
		return sort_parse(value, &view->sort) ? STATUS_OK : error_set(err, STATUS_INPUT, "unknown order '%s'", value);
	if (strcmp(name, "columns") == 0) {
		view->columns = utf8_clean(reading->arena, slice_of(value));
		return list_columns_parse(view->columns, &columns, &wrong) ? STATUS_OK :
			error_set(err, STATUS_INPUT, "'%.40s' is no column, or stands there twice", wrong);
	}
	near = nearest_word(keys, ARRAY_LEN(keys), name);
	if (near)
		return error_set(err, STATUS_INPUT, "unknown setting '%s': did you mean '%s'?", name, near);
	return error_set(err, STATUS_INPUT, "unknown setting '%s'; a view has query, sort and columns", name);
}

static enum status set(struct reading *reading, const char *section, const char *name, const char *value,
		       struct error *err)
{
	if (!section[0])
		return set_plain(reading, name, value, err);
	if (strcmp(section, "keys") == 0)
		return set_key(reading, name, value, err);
	if (strcmp(section, "codes") == 0)
		return set_code_key(reading, name, value, err);
	const char *view = section_name(reading, section, "view"), *profile = section_name(reading, section, "import");
	if (view)
		return set_view(reading, view, name, value, err);
	if (!profile)
		return error_set(err, STATUS_INPUT, "unknown section [%s]; [keys], [codes], [view NAME] and [import NAME] are known", section);
	return import_profile_set(profile_of(reading, profile), reading->arena, name, value, err);
}

/* inih's handler; 0: this line is wrong. */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	struct error err;

	if (reading->cut || set(reading, section, name, value, &err) == STATUS_OK)
		return 1;
	const char *view = section_name(reading, section, "view");
	if (view)
		vec_push(&reading->bad_views, view);
	note_fault(reading, err.text, view || strcmp(section, "keys") == 0 || strcmp(section, "codes") == 0);
	return 0;
}

static bool is_bad(const struct reading *reading, const char *view)
{
	for (size_t i = 0; i < reading->bad_views.len; i++)
		if (strcmp(reading->bad_views.items[i], view) == 0)
			return true;
	return false;
}

static void keep_lists(struct reading *reading)
{
	struct config_key *keys = arena_array(reading->arena, reading->keys.len, sizeof(*keys));

	size_t count = reading->profiles.len;
	struct import_profile *kept = arena_array(reading->arena, count, sizeof(*kept));

	if (count)
		memcpy(kept, reading->profiles.items, count * sizeof(*kept));
	reading->config->profiles = kept;
	reading->config->profile_count = count;
	vec_release(&reading->profiles);
	if (reading->keys.len)
		memcpy(keys, reading->keys.items, reading->keys.len * sizeof(*keys));
	reading->config->keys = keys;
	reading->config->key_count = reading->keys.len;
	vec_release(&reading->keys);
	struct code_key *code_keys = arena_array(reading->arena, reading->code_keys.len, sizeof(*code_keys));
	if (reading->code_keys.len)
		memcpy(code_keys, reading->code_keys.items, reading->code_keys.len * sizeof(*code_keys));
	reading->config->code_keys = code_keys;
	reading->config->code_key_count = reading->code_keys.len;
	vec_release(&reading->code_keys);
	struct saved_view *views = arena_array(reading->arena, reading->views.len, sizeof(*views));
	for (size_t i = 0; i < reading->views.len; i++)
		if (!is_bad(reading, reading->views.items[i].name))
			views[reading->config->view_count++] = reading->views.items[i];
	reading->config->views = views;
	vec_release(&reading->views);
	vec_release(&reading->bad_views);
	struct config_fault *faults = arena_array(reading->arena, reading->faults.len, sizeof(*faults));
	if (reading->faults.len)
		memcpy(faults, reading->faults.items, reading->faults.len * sizeof(*faults));
	reading->config->faults = faults;
	reading->config->fault_count = reading->faults.len;
	vec_release(&reading->faults);
}

/* The first that is not of the workbench alone; NULL: there is none. */
static const struct config_fault *first_grave(const struct config *config)
{
	for (size_t i = 0; i < config->fault_count; i++)
		if (!config->faults[i].of_workbench)
			return &config->faults[i];
	return NULL;
}

enum status config_read(struct arena *arena, struct config *out, struct error *err)
{
	struct reading reading = { .arena = arena, .config = out, .profiles = VEC_INIT, .keys = VEC_INIT, .views = VEC_INIT,
				   .code_keys = VEC_INIT, .faults = VEC_INIT, .bad_views = VEC_INIT };
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
	if (line > 0 && !reading.faults.len) {
		reading.line = line;
		note_fault(&reading, "not of the form 'name = value'", false);
	}
	keep_lists(&reading);
	if (failed || line < 0)
		return error_set(err, STATUS_INPUT, "%s: cannot be read", path);
	const struct config_fault *fault = first_grave(out);
	if (!fault)
		return STATUS_OK;
	if (out->fault_count > 1)
		return error_set(err, STATUS_INPUT, "%s: line %d: %s (more is wrong: `aitia config` names it all)", path, fault->line,
				 fault->text);
	return error_set(err, STATUS_INPUT, "%s: line %d: %s", path, fault->line, fault->text);
}

const char *config_value(const struct config *config, enum setting setting)
{
	const char *value = config->settings[setting].value;

	return value ? value : setting_info(setting)->fallback;
}

/* In the order of lines. */
static void add_fault(struct arena *arena, struct config *config, int line, const char *text)
{
	struct config_fault *faults = arena_array(arena, config->fault_count + 1, sizeof(*faults));
	size_t at = 0;

	while (at < config->fault_count && config->faults[at].line < line)
		at++;
	if (config->fault_count) {
		memcpy(faults, config->faults, at * sizeof(*faults));
		memcpy(faults + at + 1, config->faults + at, (config->fault_count - at) * sizeof(*faults));
	}
	faults[at] = (struct config_fault){ line, arena_strdup(arena, text), true };
	config->faults = faults;
	config->fault_count++;
}

/* Those that can be followed, as if the others were not there: one that fails has taken keys from others. */
void config_bind_keys(struct arena *arena, struct config *config)
{
	struct config_key *good = arena_array(arena, config->key_count, sizeof(*good));
	size_t count = 0, tried = 0;
	struct error err;

	action_preset(config_value(config, SETTING_KEYS));
	for (size_t i = 0; i < config->key_count; i++) {
		if (action_bind(config->keys[i].action, config->keys[i].keys, &err) == STATUS_OK) {
			good[count++] = config->keys[i];
			continue;
		}
		add_fault(arena, config, config->keys[i].line, err.text);
		action_reset();
		action_preset(config_value(config, SETTING_KEYS));
		for (tried = 0; tried < count; tried++)
			if (action_bind(good[tried].action, good[tried].keys, &err) != STATUS_OK)
				break; /* each of them was, in this order */
	}
	config->keys = good;
	config->key_count = count;
}

const char *config_notice(struct arena *arena, const struct config *config)
{
	const char *name = config->path ? strrchr(config->path, '/') : NULL;
	const struct config_fault *first = config->faults;

	if (!config->fault_count)
		return NULL;
	name = name ? name + 1 : "config.ini";
	if (config->fault_count == 1)
		return arena_printf(arena, "%s, line %d, is ignored: %s", name, first->line, first->text);
	return arena_printf(arena, "%zu lines of %s are ignored (`aitia config` names them): line %d: %s", config->fault_count, name,
			    first->line, first->text);
}

void config_say_faults(const struct config *config)
{
	for (size_t i = 0; i < config->fault_count; i++)
		out_error("%s: line %d: %s", config->path, config->faults[i].line, config->faults[i].text);
}

const char *config_views_path(struct arena *arena)
{
	const char *folder = file_xdg_folder(arena, XDG_DATA);

	return folder ? file_join(arena, folder, "views.ini") : NULL;
}

const char *config_own_text(struct arena *arena, const char *path, size_t bytes_max)
{
	struct slice text;

	if (!path || !file_exists(path) || file_read(arena, path, bytes_max, &text, NULL) != STATUS_OK)
		return NULL;
	return arena_text(arena, text);
}

/* They go before the variables, as it does in git. */
void config_use_programs(const struct config *config)
{
	if (config->settings[SETTING_EDITOR].value)
		setenv("VISUAL", config->settings[SETTING_EDITOR].value, 1);
	if (config->settings[SETTING_PAGER].value)
		setenv("PAGER", config->settings[SETTING_PAGER].value, 1);
}
