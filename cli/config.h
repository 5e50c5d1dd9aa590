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

/* A line that is wrong, and dropped. */
struct config_fault {
	int line;
	const char *text;      /* what is wrong */
	bool of_workbench;     /* of keys, codes or views: how it is worked, and nothing that comes into the store */
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
	const struct config_fault *faults; /* all that is wrong, by line */
	size_t fault_count;
};

/* No file is no error: nothing is set then. STATUS_INPUT with file and line for what
 * cannot be read, and for settings that nobody knows (most likely a typing error): who the reviewer is may
 * hang on it. A fault that is of_workbench is none: that line counts for nothing, and with it the whole view. */
enum status config_read(struct arena *arena, struct config *out, struct error *err) MUST_CHECK;
/* What holds: as the file has it, else the fallback. */
const char *config_value(const struct config *config, enum setting setting);
/* Where views that are kept on a screen stand (tui/kept_views.h): not in the configuration, which nobody but the
 * person writes. NULL: there is no folder for it. And their text; NULL: none that could be read. */
const char *config_views_path(struct arena *arena);
const char *config_own_text(struct arena *arena, const char *path, size_t bytes_max);
/* Gives the actions their keys: the preset, then one by one; a line that cannot be followed becomes a fault. */
void config_bind_keys(struct arena *arena, struct config *config);
/* What is wrong in the file, in one line for a message; NULL: nothing. */
const char *config_notice(struct arena *arena, const struct config *config);
/* Says all that is wrong in the file, each with its line. */
void config_say_faults(const struct config *config);
/* What the process needs to know before it starts an editor or a pager. */
void config_use_programs(const struct config *config);

#endif
