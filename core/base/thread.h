/* Threads for which signals are nobody's business: these are for the threads that are there already. */
#ifndef AITIA_CORE_BASE_THREAD_H
#define AITIA_CORE_BASE_THREAD_H

#include <pthread.h>

/* 0, or why it does not run (errno). A fault of its own (SIGSEGV and the like) is not blocked in it. */
int thread_start(pthread_t *thread, void *(*run)(void *), void *context);

#endif
