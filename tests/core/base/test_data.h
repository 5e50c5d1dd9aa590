/*
 * Public test data, written by others: below $AITIA_TEST_DATA, else beside the
 * project in ../shared/data. A test whose data is missing fails.
 */
#ifndef AITIA_TESTS_TEST_DATA_H
#define AITIA_TESTS_TEST_DATA_H

#include "base_test.h"
#include "core/base/file.h"

static inline const char *test_data(struct fixture *fixture, const char *name)
{
	const char *folder = getenv("AITIA_TEST_DATA");
	const char *path = file_join(&fixture->arena, folder ? folder : "../shared/data", name);

	if (!file_exists(path))
		fail_msg("%s is missing", path);
	return path;
}

#endif
