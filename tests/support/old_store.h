/* Stores of earlier versions, as their programs made them: tests/data/stores. */
#ifndef AITIA_TESTS_SUPPORT_OLD_STORE_H
#define AITIA_TESTS_SUPPORT_OLD_STORE_H

#include <stdbool.h>

/* Writes the store of schema `version` to `path`; false: none is kept. Aborts if it cannot. */
bool old_store_write(int version, const char *path);

#endif
