#include "core/base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

char strbuf_empty[1]; /* shared by all empty buffers; nothing ever writes to it */

void strbuf_init(struct strbuf *buf)
{
	*buf = (struct strbuf)STRBUF_INIT;
}

void strbuf_release(struct strbuf *buf)
{
	if (buf->capacity)
		free(buf->text);
	strbuf_init(buf);
}

void strbuf_clear(struct strbuf *buf)
{
	strbuf_truncate(buf, 0);
}

void strbuf_truncate(struct strbuf *buf, size_t len_bytes)
{
	if (len_bytes >= buf->len_bytes)
		return;
	buf->len_bytes = len_bytes;
	buf->text[len_bytes] = '\0';
}

/* Room for more_bytes and the NUL. Grows by half, so that appending is linear in sum. */
void strbuf_reserve(struct strbuf *buf, size_t more_bytes)
{
	if (more_bytes < buf->capacity - buf->len_bytes)
		return;
	if (more_bytes > SIZE_MAX / 4 || buf->len_bytes > SIZE_MAX / 4)
		mem_zalloc(SIZE_MAX, 2); /* does not return */
	size_t capacity = buf->len_bytes + more_bytes + 1;
	if (capacity < buf->capacity + buf->capacity / 2)
		capacity = buf->capacity + buf->capacity / 2;
	if (capacity < 32)
		capacity = 32;
	char *text = mem_realloc(buf->capacity ? buf->text : NULL, capacity, 1);
	text[buf->len_bytes] = '\0';
	buf->text = text;
	buf->capacity = capacity;
}

char *strbuf_detach(struct strbuf *buf)
{
	strbuf_reserve(buf, 0); /* an empty buffer, too, must give what free() takes */
	char *text = buf->text;
	strbuf_init(buf);
	return text;
}

void strbuf_add(struct strbuf *buf, const char *bytes, size_t len_bytes)
{
	if (len_bytes == 0)
		return;
	strbuf_reserve(buf, len_bytes);
	memcpy(buf->text + buf->len_bytes, bytes, len_bytes);
	buf->len_bytes += len_bytes;
	buf->text[buf->len_bytes] = '\0';
}

void strbuf_addstr(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_addslice(struct strbuf *buf, struct slice bytes)
{
	strbuf_add(buf, bytes.at, bytes.len_bytes);
}

void strbuf_addch(struct strbuf *buf, char c)
{
	strbuf_add(buf, &c, 1);
}

void strbuf_addf(struct strbuf *buf, const char *format, ...)
{
	va_list args;
	size_t room;
	int len;

	strbuf_reserve(buf, 1); /* what is shared by all empty buffers is not to be written */
	room = buf->capacity - buf->len_bytes;
	va_start(args, format);
	len = vsnprintf(buf->text + buf->len_bytes, room, format, args);
	va_end(args);
	if (len > 0 && (size_t)len >= room) {
		buf->text[buf->len_bytes] = '\0';
		strbuf_reserve(buf, (size_t)len);
		va_start(args, format);
		vsnprintf(buf->text + buf->len_bytes, (size_t)len + 1, format, args);
		va_end(args);
	}
	if (len > 0)
		buf->len_bytes += (size_t)len;
	else
		buf->text[buf->len_bytes] = '\0';
}

void strbuf_insert(struct strbuf *buf, size_t at, const char *bytes, size_t len_bytes)
{
	if (len_bytes == 0)
		return;
	if (at > buf->len_bytes)
		at = buf->len_bytes;
	strbuf_reserve(buf, len_bytes);
	memmove(buf->text + at + len_bytes, buf->text + at, buf->len_bytes - at + 1);
	memcpy(buf->text + at, bytes, len_bytes);
	buf->len_bytes += len_bytes;
}

void strbuf_remove(struct strbuf *buf, size_t at, size_t len_bytes)
{
	if (at >= buf->len_bytes || len_bytes == 0)
		return;
	if (len_bytes > buf->len_bytes - at)
		len_bytes = buf->len_bytes - at;
	memmove(buf->text + at, buf->text + at + len_bytes, buf->len_bytes - at - len_bytes + 1);
	buf->len_bytes -= len_bytes;
}
