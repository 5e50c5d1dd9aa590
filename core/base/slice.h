/*
 * A borrowed run of bytes: any bytes, NUL and invalid UTF-8 included. Never
 * owns; never NUL-terminated unless a function says so. {NULL, 0} is "absent".
 */
#ifndef AITIA_BASE_SLICE_H
#define AITIA_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char *at;
	size_t len_bytes;
};

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.len_bytes == b.len_bytes &&
	       (a.len_bytes == 0 || memcmp(a.at, b.at, a.len_bytes) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_eq(a, slice_of(text));
}

#endif
