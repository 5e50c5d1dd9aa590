#include "core/publish_place.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/vec.h"

#define CONFIG_BYTES_MAX (1u << 20)

/* A path that stays under its folder; "." is the folder itself. */
static bool stays_inside(struct slice path)
{
	size_t at = 0;

	if (!path.len_bytes || path.at[0] == '/' || memchr(path.at, '\\', path.len_bytes))
		return false;
	while (at < path.len_bytes) {
		const char *slash = memchr(path.at + at, '/', path.len_bytes - at);
		size_t len = slash ? (size_t)(slash - path.at) - at : path.len_bytes - at;

		if (len == 2 && memcmp(path.at + at, "..", 2) == 0)
			return false;
		at += len + 1;
	}
	return true;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The text behind `key` and ":" or "=" at the beginning of `text`, quoted or, unless `is_script`, bare. */
static bool setting_at(struct slice text, const char *key, bool is_script, struct slice *out)
{
	size_t key_len = strlen(key), from = 0, end = text.len_bytes;
	char quote;

	while (from < end && strchr(" \t\"'", text.at[from]))
		from++;
	if (end - from <= key_len || memcmp(text.at + from, key, key_len) != 0 || is_word(text.at[from + key_len]))
		return false;
	from += key_len;
	while (from < end && strchr(" \t\"'", text.at[from]))
		from++;
	if (from == end || (text.at[from] != ':' && text.at[from] != '='))
		return false;
	from++;
	while (from < end && (text.at[from] == ' ' || text.at[from] == '\t'))
		from++;
	quote = from < end && (text.at[from] == '"' || text.at[from] == '\'') ? text.at[from++] : '\0';
	if (is_script && !quote)
		return false;
	out->at = text.at + from;
	for (out->len_bytes = 0; from + out->len_bytes < end; out->len_bytes++) {
		char c = out->at[out->len_bytes];
		if (quote ? c == quote : strchr(" \t\r,#", c) != NULL)
			break;
	}
	return out->len_bytes > 0;
}

/* In a line of a script a setting begins behind a brace or a comma too, where these are no part of a text or a comment. */
static bool setting_within(struct slice line, const char *key, struct slice *out)
{
	char quote = '\0';

	for (size_t at = 0; at < line.len_bytes; at++) {
		char c = line.at[at];
		if (quote) {
			if (c == '\\')
				at++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'' || c == '`') {
			quote = c;
		} else if (c == '/' && at + 1 < line.len_bytes && strchr("/*", line.at[at + 1])) {
			return false;
		} else if ((c == '{' || c == ',') && setting_at((struct slice){ line.at + at + 1, line.len_bytes - at - 1 }, key, true, out)) {
			return true;
		}
	}
	return false;
}

/*
 * As TOML, YAML and JavaScript write a setting alike where people keep to one a line, and
 * as JavaScript has it within one. Comments are not taken for settings; what is computed
 * is not known.
 */
static bool find_setting(struct slice text, const char *key, bool is_script, struct slice *out)
{
	while (text.len_bytes) {
		const char *newline = memchr(text.at, '\n', text.len_bytes);
		struct slice line = { text.at, newline ? (size_t)(newline - text.at) : text.len_bytes };
		size_t whole = line.len_bytes + (newline != NULL);

		if (setting_at(line, key, is_script, out) || (is_script && setting_within(line, key, out)))
			return true;
		text.at += whole;
		text.len_bytes -= whole;
	}
	return false;
}

/* JavaScript or TypeScript, by its name: .js, .mjs, .cjs, .ts, .mts. */
static bool is_script(const char *config)
{
	size_t len = strlen(config);

	return len > 2 && config[len - 1] == 's' && strchr("jt", config[len - 2]);
}

static enum status read_place(struct arena *arena, const struct site *site, const char *root, const char *config,
			      struct publish_place *out, struct error *err)
{
	const char *content = site->content;
	struct slice text, value;
	enum status status = file_read(arena, config, CONFIG_BYTES_MAX, &text, err);

	if (status != STATUS_OK)
		return status;
	if (site->content_key[0] && find_setting(text, site->content_key, is_script(config), &value)) {
		if (!stays_inside(value))
			return error_set(err, STATUS_INPUT, "%s: %s '%.*s' lies outside of the site", config,
					 site->content_key, (int)(value.len_bytes < 200 ? value.len_bytes : 200), value.at);
		while (value.len_bytes >= 2 && memcmp(value.at, "./", 2) == 0)
			value = (struct slice){ value.at + 2, value.len_bytes - 2 };
		content = slice_is(value, ".") ? "" : arena_text(arena, value);
	}
	out->root = root;
	out->config = config;
	out->content = *content ? file_join(arena, root, content) : root;
	return STATUS_OK;
}

static const char *config_in(struct arena *arena, const struct site *site, const char *root)
{
	const char *name = site->configs;

	while (*name) {
		size_t len = strcspn(name, " ");
		const char *config = file_join(arena, root, arena_text(arena, (struct slice){ name, len }));

		if (file_exists(config))
			return config;
		name += len + strspn(name + len, " ");
	}
	return NULL;
}

static bool is_within(const char *path, const char *folder)
{
	char *whole = realpath(folder, NULL);
	size_t len = whole ? strlen(whole) : 0;
	bool is = len > 1 && strncmp(path, whole, len) == 0 && (path[len] == '/' || path[len] == '\0');

	free(whole);
	return is;
}

/* Somebody stands among a site's pages: its root is above. Only where pages have a folder of their own in the site: elsewhere
 * a folder in it may be meant to be another site. */
static bool find_above(struct arena *arena, const struct site *site, const char *folder, struct publish_place *out)
{
	char *above = realpath(folder, NULL), *slash;
	bool found = false;

	if (!above)
		return false; /* a folder to come */
	const char *here = arena_strdup(arena, above), *config = NULL;
	while (!config && (slash = strrchr(above, '/')) != NULL && slash > above) {
		*slash = '\0';
		config = config_in(arena, site, above);
	}
	if (config) {
		const char *root = arena_strdup(arena, above);
		/* One that cannot be read is of somebody else. */
		found = read_place(arena, site, root, config, out, NULL) == STATUS_OK && strcmp(out->content, root) != 0 &&
			is_within(here, out->content);
	}
	free(above);
	return found;
}

enum status publish_find_place(struct arena *arena, const struct site *site, const char *folder,
			       struct publish_place *out, struct error *err)
{
	static const char *const below[] = { "", "docs", "website", "site" };

	for (size_t i = 0; i < ARRAY_LEN(below); i++) {
		const char *root = *below[i] ? file_join(arena, folder, below[i]) : folder;
		const char *config = config_in(arena, site, root);

		if (config)
			return read_place(arena, site, root, config, out, err);
	}
	if (*site->content && find_above(arena, site, folder, out))
		return STATUS_OK;
	out->root = folder;
	out->config = NULL;
	out->content = *site->content ? file_join(arena, folder, site->content) : folder;
	return STATUS_OK;
}
