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

/* Whether `part`, which is not empty, stands somewhere in it. */
static inline bool slice_has(struct slice text, struct slice part)
{
	while (text.len_bytes >= part.len_bytes) {
		const char *first = (const char *)memchr(text.at, part.at[0], text.len_bytes - part.len_bytes + 1);

		if (!first)
			return false;
		if (memcmp(first, part.at, part.len_bytes) == 0)
			return true;
		text.len_bytes -= (size_t)(first + 1 - text.at);
		text.at = first + 1;
	}
	return false;
}

/* Takes the next line off the text, without its line feed; false: there is none left. */
static inline bool slice_next_line(struct slice *text, struct slice *line)
{
	const char *feed = text->len_bytes ? (const char *)memchr(text->at, '\n', text->len_bytes) : NULL;
	size_t len = feed ? (size_t)(feed - text->at) : text->len_bytes;

	if (!text->len_bytes)
		return false;
	*line = (struct slice){ text->at, len };
	text->at += len + (feed != NULL);
	text->len_bytes -= len + (feed != NULL);
	return true;
}

#endif
