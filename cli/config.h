/* The person's settings: $XDG_CONFIG_HOME/aitia/config.ini, read by inih in config.c alone. */
#ifndef AITIA_CLI_CONFIG_H
#define AITIA_CLI_CONFIG_H

#include "cli/import_profile.h"
#include "cli/settings.h"
#include "tui/app.h"

/* Keys of one's own for an action: a line of the section [keys]. */
struct config_key {
	enum action action;
	const char *keys;
	int line;
};

struct config {
	const char *path;     /* where it is, or would be; NULL: there is no $HOME */
	struct {
		const char *value; /* NULL: not said */
		int line;
	} settings[SETTING_COUNT];
	const struct config_key *keys; /* in the order of the file */
	size_t key_count;
	const struct code_key *code_keys; /* of the section [codes], in the order of the file */
	size_t code_key_count;
	const struct saved_view *views; /* sections [view NAME], in the order of the file */
	size_t view_count;
	const struct import_profile *profiles; /* sections [import NAME], in the order of the file */
	size_t profile_count;
};

/* No file is no error: nothing is set then. STATUS_INPUT with file and line for what
 * cannot be read, and for keys that nobody knows (most likely a typing error). */
enum status config_read(struct arena *arena, struct config *out, struct error *err) MUST_CHECK;
/* What holds: as the file has it, else the fallback. */
const char *config_value(const struct config *config, enum setting setting);
/* Where views that are kept on a screen stand (tui/kept_views.h): not in the configuration, which nobody but the
 * person writes. NULL: there is no folder for it. And their text; NULL: none that could be read. */
const char *config_views_path(struct arena *arena);
const char *config_own_text(struct arena *arena, const char *path, size_t bytes_max);
/* Gives the actions their keys: the preset, then one by one. STATUS_INPUT with file and line. */
enum status config_bind_keys(const struct config *config, struct error *err) MUST_CHECK;
/* What the process needs to know before it starts an editor or a pager. */
void config_use_programs(const struct config *config);

#endif
