/* Signals: none for threads that are started, all as before for who starts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>

#include "core/base/thread.h"

static void *mask_of_mine(void *context)
{
	pthread_sigmask(SIG_SETMASK, NULL, context);
	return NULL;
}

static void test_signals_are_for_others(void **state)
{
	sigset_t theirs, before, behind;
	pthread_t thread;

	(void)state;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(thread_start(&thread, mask_of_mine, &theirs), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_sigmask(SIG_SETMASK, NULL, &behind);
	for (int number = 1; number < 32; number++)
		assert_int_equal(sigismember(&behind, number), sigismember(&before, number));
	assert_true(sigismember(&theirs, SIGINT));
	assert_true(sigismember(&theirs, SIGTERM));
	assert_true(sigismember(&theirs, SIGHUP));
	assert_false(sigismember(&theirs, SIGSEGV));
	assert_false(sigismember(&theirs, SIGABRT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_are_for_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
