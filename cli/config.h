/* The person's settings: $XDG_CONFIG_HOME/aitia/config.ini, read by inih in config.c alone. */
#ifndef AITIA_CLI_CONFIG_H
#define AITIA_CLI_CONFIG_H

#include "cli/import_profile.h"

struct config {
	const char *path;     /* where it is, or would be; NULL: there is no $HOME */
	const char *reviewer; /* key `reviewer`; or NULL */
	const struct import_profile *profiles; /* sections [import NAME], in the order of the file */
	size_t profile_count;
};

/* No file is no error: nothing is set then. STATUS_INPUT with file and line for what
 * cannot be read, and for keys that nobody knows (most likely a typing error). */
enum status config_read(struct arena *arena, struct config *out, struct error *err) MUST_CHECK;

#endif
