#include "tui/rescue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
	char bytes[256];
	size_t len_bytes;
	int fd;
	struct termios mode;
	volatile sig_atomic_t armed;
	bool at_exit;
} data;

bool rescue_note(int fd)
{
	data.len_bytes = 0;
	data.fd = fd;
	return tcgetattr(fd, &data.mode) == 0;
}

void rescue_add(const char *bytes)
{
	while (*bytes) {
		size_t len = strcspn(bytes, "$");
		if (len > 0 || bytes[1] != '<') {
			if (len == 0)
				len = 1; /* a dollar of its own */
			if (len > sizeof(data.bytes) - data.len_bytes)
				return;
			memcpy(data.bytes + data.len_bytes, bytes, len);
			data.len_bytes += len;
		} else {
			len = strcspn(bytes, ">");
			len += bytes[len] == '>';
		}
		bytes += len;
	}
}

void rescue_arm(bool armed)
{
	if (armed && !data.at_exit)
		data.at_exit = atexit(rescue_now) == 0;
	data.armed = armed;
}

void rescue_now(void)
{
	int kept_errno = errno;

	if (!data.armed)
		return;
	data.armed = 0;
	ssize_t written = write(data.fd, data.bytes, data.len_bytes);
	(void)written;
	tcsetattr(data.fd, TCSANOW, &data.mode);
	errno = kept_errno;
}
