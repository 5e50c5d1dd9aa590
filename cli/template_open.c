#include "cli/template_open.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config.h"
#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/nearest.h"
#include "templates/templates.h"

#define SUFFIX ".mustache"
#define TEMPLATE_BYTES_MAX ((size_t)1 << 20)
#define TEMPLATES_MAX 200 /* in one folder; a page needs a dozen */

const char *template_folder(struct arena *arena)
{
	char *folder = file_xdg_folder(arena, XDG_CONFIG);

	return folder ? file_join(arena, folder, "templates") : NULL;
}

static bool has_suffix(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && strcmp(name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names without the suffix. No such folder is no fault. */
static enum status names_in(struct arena *arena, const char *folder, const char *const **out, size_t *count, struct error *err)
{
	VEC_OF(const char *) names = VEC_INIT;
	DIR *dir = opendir(folder);
	struct dirent *entry;
	const char **kept;
	enum status status = STATUS_OK;

	*count = 0;
	*out = NULL;
	if (!dir)
		return errno == ENOENT ? STATUS_OK : error_set(err, STATUS_INPUT, "%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && has_suffix(entry->d_name))
			vec_push(&names, arena_text(arena, (struct slice){ entry->d_name, strlen(entry->d_name) - strlen(SUFFIX) }));
	closedir(dir);
	if (names.len > TEMPLATES_MAX)
		status = error_set(err, STATUS_INPUT, "%s: more than %d templates in one folder", folder, TEMPLATES_MAX);
	if (names.len > 1)
		qsort(names.items, names.len, sizeof(*names.items), compare_names);
	kept = arena_array(arena, names.len + 1, sizeof(*kept));
	for (size_t i = 0; i < names.len; i++)
		kept[i] = names.items[i];
	*out = kept;
	*count = names.len;
	vec_release(&names);
	return status;
}

enum status template_own_names(struct arena *arena, const char *const **names, size_t *count, struct error *err)
{
	const char *folder = template_folder(arena);

	*count = 0;
	*names = NULL;
	return folder ? names_in(arena, folder, names, count, err) : STATUS_OK;
}

static const char *path_in(struct arena *arena, const char *folder, const char *name)
{
	return file_join(arena, folder, arena_printf(arena, "%s%s", name, SUFFIX));
}

static enum status read_parts(struct arena *arena, const char *folder, struct page_template *into, struct error *err)
{
	const char *const *names;
	size_t count;
	enum status status = names_in(arena, folder, &names, &count, err);
	struct page_template_part *parts = arena_array(arena, count + 1, sizeof(*parts));

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		parts[i].name = names[i];
		status = file_read(arena, path_in(arena, folder, names[i]), TEMPLATE_BYTES_MAX, &parts[i].text, err);
	}
	into->parts = parts;
	into->part_count = count;
	return status;
}

static enum status open_file(struct arena *arena, const char *path, const struct page_template **out, struct error *err)
{
	struct page_template *made = arena_alloc(arena, sizeof(*made));
	char *folder = file_folder_of(path);
	enum status status;

	*made = (struct page_template){ .name = path, .help = "" };
	status = file_read(arena, path, TEMPLATE_BYTES_MAX, &made->text, err);
	if (status == STATUS_OK)
		status = read_parts(arena, folder, made, err);
	free(folder);
	*out = made;
	return status;
}

static enum status unknown(struct arena *arena, const char *named, const char *const *own, size_t own_count, struct error *err)
{
	size_t built_in, count = 0;
	const struct page_template *all = templates_renderer()->templates(arena, false, &built_in);
	const char **words = arena_array(arena, own_count + built_in, sizeof(*words)), *near;

	for (size_t i = 0; i < own_count; i++)
		words[count++] = own[i];
	for (size_t i = 0; i < built_in; i++)
		words[count++] = all[i].name;
	near = nearest_word(words, count, named);
	if (near)
		return error_set(err, STATUS_INPUT, "there is no template '%s': did you mean '%s'?", named, near);
	return error_set(err, STATUS_INPUT, "there is no template '%s'; aitia template list shows those that there are", named);
}

static enum status open_named(struct arena *arena, const char *named, const struct page_template **out, struct error *err)
{
	const char *const *own;
	size_t own_count, count;
	const struct page_template *all = templates_renderer()->templates(arena, false, &count);
	enum status status = template_own_names(arena, &own, &own_count, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < own_count; i++)
		if (strcmp(own[i], named) == 0)
			return open_file(arena, path_in(arena, template_folder(arena), named), out, err);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, named) == 0) {
			*out = &all[i];
			return STATUS_OK;
		}
	return unknown(arena, named, own, own_count, err);
}

enum status template_open(struct arena *arena, const char *named, const struct page_template **out, struct error *err)
{
	struct config config;
	enum status status;

	*out = NULL;
	if (!named) {
		status = config_read(arena, &config, err);
		named = status == STATUS_OK ? config_value(&config, SETTING_TEMPLATE) : NULL;
		if (status != STATUS_OK || !named[0])
			return status;
	}
	if (strchr(named, '/') || has_suffix(named))
		return open_file(arena, named, out, err);
	return open_named(arena, named, out, err);
}
