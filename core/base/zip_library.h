/*
 * libzip, loaded when the first archive is opened. It brings libcrypto and libbz2 along, and the linking of the three would
 * be a third of what it takes to start any command, of which few ever see an archive (docs/bench-tui.md).
 */
#ifndef AITIA_BASE_ZIP_LIBRARY_H
#define AITIA_BASE_ZIP_LIBRARY_H

#include <zip.h>

#include "core/base/status.h"

/* What is called of it. */
#define ZIP_FUNCTIONS(X) \
	X(zip_discard) X(zip_error_fini) X(zip_error_init_with_code) X(zip_error_strerror) X(zip_fclose) X(zip_fdopen) \
	X(zip_file_get_error) X(zip_fopen_index) X(zip_fread) X(zip_get_name) X(zip_get_num_entries) X(zip_stat_index) X(zip_strerror)

struct zip_library {
#define X(name) __typeof__(name) *name;
	ZIP_FUNCTIONS(X)
#undef X
};

/* Loads it once for the process, which keeps it; from any thread. Fails where it is not installed. */
enum status zip_library_load(const struct zip_library **out, struct error *err) MUST_CHECK;

#endif
