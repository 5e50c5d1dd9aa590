/* The person's settings: $XDG_CONFIG_HOME/aitia/config.ini, read by inih in config.c alone. */
#ifndef AITIA_CLI_CONFIG_H
#define AITIA_CLI_CONFIG_H

#include "core/base/arena.h"
#include "core/base/status.h"

struct config {
	const char *reviewer; /* key `reviewer`; or NULL */
};

/* No file is no error: everything is NULL then. STATUS_INPUT with file and line
 * for what cannot be read, and for keys that nobody knows (most likely a typing error). */
enum status config_read(struct arena *arena, struct config *out, struct error *err) MUST_CHECK;

#endif
