#include "core/base/zip_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct zip_library library;
static const char *failure; /* the library's words for it, kept by it; NULL: it is here */

/* POSIX has a function in a void pointer there, which ISO C knows no conversion from. */
static bool find(void *handle, const char *name, void *function, size_t bytes)
{
	void *at = dlsym(handle, name);

	memcpy(function, &at, bytes);
	return at != NULL;
}

/* ZIP_SONAME is the file that the headers at hand are of (Makefile); without it the program is linked with it. */
static void load(void)
{
#ifdef ZIP_SONAME
	void *handle = dlopen(ZIP_SONAME, RTLD_NOW | RTLD_LOCAL);
#else
	void *handle = dlopen(NULL, RTLD_NOW);
#endif
	bool whole = handle != NULL;

#define X(name) whole = whole && find(handle, #name, &library.name, sizeof(library.name));
	ZIP_FUNCTIONS(X)
#undef X
	if (!whole)
		failure = dlerror();
	if (!whole && !failure)
		failure = "it cannot be loaded";
}

enum status zip_library_load(const struct zip_library **out, struct error *err)
{
	pthread_once(&once, load);
	*out = failure ? NULL : &library;
	return failure ? error_set(err, STATUS_INPUT, "a zip archive needs libzip, which is not installed here (%s)", failure) : STATUS_OK;
}
