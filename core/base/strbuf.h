/*
 * A growing string of bytes. `text` is always NUL-terminated and never NULL,
 * so it can be passed on at any moment; a NUL may also stand inside.
 */
#ifndef AITIA_BASE_STRBUF_H
#define AITIA_BASE_STRBUF_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/attr.h"
#include "core/base/slice.h"

struct strbuf {
	char *text;
	size_t len_bytes;
	size_t capacity; /* 0: `text` is the shared empty string */
};

extern char strbuf_empty[];
#define STRBUF_INIT { strbuf_empty, 0, 0 }

void strbuf_init(struct strbuf *buf);
void strbuf_release(struct strbuf *buf); /* frees; the buffer is as after init */
void strbuf_clear(struct strbuf *buf);   /* empties, keeps the memory */
void strbuf_truncate(struct strbuf *buf, size_t len_bytes); /* no-op when longer */
void strbuf_reserve(struct strbuf *buf, size_t more_bytes);
char *strbuf_detach(struct strbuf *buf); /* the caller's to free(); buf is empty after */

void strbuf_add(struct strbuf *buf, const char *bytes, size_t len_bytes);
void strbuf_addstr(struct strbuf *buf, const char *text);
void strbuf_addslice(struct strbuf *buf, struct slice bytes);
void strbuf_addch(struct strbuf *buf, char c);
void strbuf_addf(struct strbuf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void strbuf_insert(struct strbuf *buf, size_t at, const char *bytes, size_t len_bytes);
void strbuf_remove(struct strbuf *buf, size_t at, size_t len_bytes);

/* The end of a noun that is counted: "%zu sample%s". */
static inline const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

static inline struct slice strbuf_slice(const struct strbuf *buf)
{
	return (struct slice){ buf->text, buf->len_bytes };
}

#endif
