#include "core/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"

static const char ellipsis[] = "\xE2\x80\xA6";

/* Copies `text` there, cut at a character's border with an ellipsis when it is too long. */
static void put_text(struct error *err, const char *text, size_t len_bytes)
{
	size_t room = sizeof(err->text) - 1;

	if (len_bytes <= room) {
		memcpy(err->text, text, len_bytes);
		err->text[len_bytes] = '\0';
		return;
	}
	size_t kept = utf8_cut(text, len_bytes, room - (sizeof(ellipsis) - 1));
	memcpy(err->text, text, kept);
	memcpy(err->text + kept, ellipsis, sizeof(ellipsis));
}

/* What vsnprintf() says, limited to what it wrote into `size` bytes. One byte more than
 * an error can hold is kept, so that put_text() sees that something is missing. */
static size_t written(int len, size_t size)
{
	if (len < 0)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}

/* The text is made in a buffer of its own: the arguments may point into err->text. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
{
	if (!err)
		return status;

	char text[sizeof(err->text) + 8];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	err->status = status;
	put_text(err, text, written(len, sizeof(text)));
	return status;
}

enum status error_wrap(struct error *err, enum status status, const char *format, ...)
{
	if (!err)
		return status;

	char text[2 * sizeof(err->text) + 16];
	size_t room = sizeof(err->text);
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, room, format, args);
	va_end(args);

	size_t len_bytes = written(len, room);
	len_bytes = utf8_cut(text, len_bytes, len_bytes); /* vsnprintf() may have cut a character */
	memcpy(text + len_bytes, ": ", 2);
	len_bytes += 2;
	size_t old_len = strlen(err->text);
	memcpy(text + len_bytes, err->text, old_len);
	len_bytes += old_len;

	if (status != STATUS_OK)
		err->status = status;
	put_text(err, text, len_bytes);
	return err->status;
}

int status_exit_code(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return 0;
	case STATUS_REFUSED:
	case STATUS_NOT_FOUND:
	case STATUS_CONFLICT:
	case STATUS_CANCELLED:
		return 1;
	case STATUS_USAGE:
		return 2;
	case STATUS_INPUT:
	case STATUS_OUTPUT:
		return 3;
	case STATUS_STORE:
		return 4;
	}
	return 1;
}
