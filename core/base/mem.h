/*
 * Allocation that cannot fail: when memory is out, the hook runs (the
 * workbench restores the terminal there) and the process aborts. What was
 * acknowledged is in the store already, so nothing is lost.
 * All sizes are in bytes. Free with free().
 */
#ifndef AITIA_BASE_MEM_H
#define AITIA_BASE_MEM_H

#include <stddef.h>

#include "core/base/attr.h"

void *mem_alloc(size_t len_bytes) RETURNS_NONNULL;          /* not cleared */
void *mem_zalloc(size_t count, size_t size) RETURNS_NONNULL; /* cleared, overflow-checked */
void *mem_realloc(void *old, size_t count, size_t size) RETURNS_NONNULL; /* overflow-checked */
char *mem_strdup(const char *text) RETURNS_NONNULL;

/* Called once, before abort(). Must be async-signal-safe in spirit: no allocation. */
void mem_set_exhausted_hook(void (*hook)(void));

#endif
