#include "core/base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void);

void mem_set_exhausted_hook(void (*hook)(void))
{
	exhausted_hook = hook;
}

static void exhausted(void) NORETURN;
static void exhausted(void)
{
	static const char text[] = "aitia: out of memory; what was saved is safe\n";
	void (*hook)(void) = exhausted_hook;

	exhausted_hook = NULL; /* a hook that runs out of memory must not come back here */
	if (hook)
		hook();
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
	abort();
}

void *mem_alloc(size_t len_bytes)
{
	void *memory = malloc(len_bytes ? len_bytes : 1);

	if (!memory)
		exhausted();
	return memory;
}

void *mem_zalloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	void *memory = calloc(count, size); /* checks the product itself (C11 7.22.3.2) */
	if (!memory)
		exhausted();
	return memory;
}

void *mem_realloc(void *old, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		exhausted();
	size_t len_bytes = count * size;
	void *memory = realloc(old, len_bytes ? len_bytes : 1);
	if (!memory)
		exhausted();
	return memory;
}

char *mem_strdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(mem_alloc(size), text, size);
}
