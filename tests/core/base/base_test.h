/* What the tests of core/base share: cmocka with what it needs, an arena a test, files. */
#ifndef AITIA_TESTS_BASE_TEST_H
#define AITIA_TESTS_BASE_TEST_H

/* cmocka 1.1.5 wants these in front of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/slice.h"
#include "core/base/status.h"

/* A failed assertion jumps out of its test, so what it would leak hangs in here. */
struct fixture {
	struct arena arena;
	char folder[64]; /* a temporary one, made on demand by fixture_path() */
};

static inline int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	arena_init(&fixture->arena);
	*state = fixture;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;

	arena_release(&fixture->arena);
	if (fixture->folder[0]) {
		pid_t child = fork();
		if (child == 0) {
			execlp("rm", "rm", "-rf", "--", fixture->folder, (char *)NULL);
			_exit(127);
		}
		waitpid(child, NULL, 0);
	}
	free(fixture);
	return 0;
}

/* A path inside the test's own folder. */
static inline char *fixture_path(struct fixture *fixture, const char *name)
{
	if (!fixture->folder[0]) {
		snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/aitia-test-XXXXXX");
		assert_non_null(mkdtemp(fixture->folder));
	}
	return arena_printf(&fixture->arena, "%s/%s", fixture->folder, name);
}

/* A literal with its NULs. */
#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

static inline void assert_slice(struct slice found, const char *expected, size_t len_bytes)
{
	assert_int_equal(found.len_bytes, len_bytes);
	if (len_bytes)
		assert_memory_equal(found.at, expected, len_bytes);
}
#define assert_slice_is(found, literal) assert_slice((found), (literal), sizeof(literal) - 1)

#define unit(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

#endif
