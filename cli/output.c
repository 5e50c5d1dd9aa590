#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/utf8.h"
#include "core/query_spans.h"

#define TAB_COLUMNS 8
#define BAR_COLUMNS 24

static int out_errno; /* of the first write to standard output that failed */
static bool progress_shown;

static struct {
	struct slice text;
	struct text_spans spans;
	size_t next; /* of the spans: texts are printed from their start to their end */
} marked;

/* Where in the marked text something stands; false: it is no piece of it. */
static bool marked_place(const char *at, size_t *place)
{
	*place = marked.spans.list.len ? (size_t)(at - marked.text.at) : 0;
	return marked.spans.list.len && at >= marked.text.at && *place < marked.text.len_bytes;
}

/* Begins or ends the tone of a hit at this byte; *in: one is under way. */
static void mark_at(struct strbuf *out, const char *at, bool *in)
{
	const struct text_span *spans = marked.spans.list.items;
	size_t place;

	if (!marked_place(at, &place))
		return;
	if (marked.next && place < spans[marked.next - 1].end)
		marked.next = 0; /* again from an earlier place */
	while (marked.next < marked.spans.list.len && spans[marked.next].end <= place)
		marked.next++;
	bool hit = marked.next < marked.spans.list.len && spans[marked.next].start <= place;
	if (hit != *in)
		out_tone(out, hit ? TONE_HIT : TONE_PLAIN);
	*in = hit;
}

/* Appends one character as it may be shown; returns its columns. */
static int clean_character(struct strbuf *out, const char *at, size_t len_bytes, uint32_t code_point, bool valid)
{
	char mark[16];
	char encoded[4];

	if (!valid) {
		strbuf_add(out, encoded, utf8_encode(UTF8_REPLACEMENT, encoded));
		return 1;
	}
	size_t mark_len = utf8_mark(code_point, mark);
	if (mark_len > 0) {
		strbuf_add(out, mark, mark_len);
		return (int)mark_len;
	}
	strbuf_add(out, at, len_bytes);
	return utf8_columns(code_point);
}

/* One line; stops before the character that would pass `most` columns (-1: no
 * limit). Returns the bytes taken; *columns is what they cover. */
static size_t clean_line(struct strbuf *out, struct slice text, bool expand_tabs, int most, int *columns)
{
	size_t at = 0;
	int used = 0;
	bool in_hit = false;

	while (at < text.len_bytes) {
		uint32_t code_point;
		bool valid;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &code_point, &valid);
		size_t mark;
		int width;
		mark_at(out, text.at + at, &in_hit);
		mark = out->len_bytes;
		if (expand_tabs && code_point == '\t') {
			width = TAB_COLUMNS - used % TAB_COLUMNS;
			for (int i = 0; i < width; i++)
				strbuf_addch(out, ' ');
		} else {
			width = clean_character(out, text.at + at, len, code_point, valid);
		}
		if (most >= 0 && used + width > most) {
			strbuf_truncate(out, mark);
			break;
		}
		used += width;
		at += len;
	}
	if (in_hit)
		out_tone(out, TONE_PLAIN);
	*columns = used;
	return at;
}

void out_clean(struct strbuf *out, struct slice text)
{
	int columns;
	clean_line(out, text, false, -1, &columns);
}

void out_shell(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\'');
	for (const char *at = text; *at;) {
		size_t plain = strcspn(at, "'");
		out_clean(out, (struct slice){ at, plain });
		at += plain;
		if (*at) {
			strbuf_addstr(out, "'\\''");
			at++;
		}
	}
	strbuf_addch(out, '\'');
}

void out_clean_lines(struct strbuf *out, struct slice text, const char *indent)
{
	size_t at = 0;
	while (at < text.len_bytes) {
		const char *feed = memchr(text.at + at, '\n', text.len_bytes - at);
		size_t end = feed ? (size_t)(feed - text.at) : text.len_bytes;
		size_t len = end - at;
		int columns;
		if (feed && len > 0 && text.at[end - 1] == '\r')
			len--;
		strbuf_addstr(out, indent);
		clean_line(out, (struct slice){ text.at + at, len }, true, -1, &columns);
		strbuf_addch(out, '\n');
		at = feed ? end + 1 : end;
	}
}

void out_clean_fit(struct strbuf *out, const char *text, int columns)
{
	struct slice bytes = slice_of(text ? text : "");
	int used;

	if (columns <= 0) {
		out_clean(out, bytes);
		return;
	}
	size_t start = out->len_bytes;
	size_t taken = clean_line(out, bytes, false, columns, &used);
	if (taken < bytes.len_bytes) {
		strbuf_truncate(out, start);
		clean_line(out, bytes, false, columns - 1, &used);
		strbuf_addstr(out, "…");
		used++;
	}
	for (; used < columns; used++)
		strbuf_addch(out, ' ');
}

char *out_time(struct arena *arena, struct instant t)
{
	if (t.precision == PRECISION_MICROSECOND)
		t.precision = PRECISION_SECOND;
	return instant_text(arena, t);
}

static bool has_colour(void)
{
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	return (!none || !none[0]) && term && term[0] && strcmp(term, "dumb") != 0 && isatty(STDOUT_FILENO);
}

void out_tone(struct strbuf *out, enum tone tone)
{
	/* ECMA-48, 8.3.117 (SGR): what every terminal of today knows. */
	static const char *const sequences[] = {
		[TONE_PLAIN] = "\033[0m",  [TONE_STRONG] = "\033[1m",	[TONE_MUTED] = "\033[2m",
		[TONE_GOOD] = "\033[32m",  [TONE_WARNING] = "\033[33m", [TONE_ERROR] = "\033[31m",
		[TONE_HIT] = "\033[1;7m",
	};
	if (has_colour())
		strbuf_addstr(out, sequences[tone]);
}

void out_mark(const struct query *query, struct slice text)
{
	vec_release(&marked.spans.list);
	marked.text = text;
	marked.next = 0;
	if (query && text.at && has_colour())
		query_spans(query, text, &marked.spans);
}

bool out_is_watched(void)
{
	return isatty(STDERR_FILENO);
}

int out_columns(void)
{
	struct winsize size;
	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static void note_failure(bool written)
{
	if (!written && out_errno == 0)
		out_errno = errno ? errno : EIO;
}

void out_flush(struct strbuf *out)
{
	note_failure(fwrite(out->text, 1, out->len_bytes, stdout) == out->len_bytes);
	strbuf_clear(out);
}

void out_json(struct strbuf *line)
{
	strbuf_addch(line, '\n');
	out_flush(line);
}

void out_printf(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	note_failure(vprintf(format, args) >= 0);
	va_end(args);
}

PRINTF_LIKE(2, 0) static void to_stderr(const char *prefix, const char *format, va_list args)
{
	char text[4096];
	struct strbuf line = STRBUF_INIT;
	int len = vsnprintf(text, sizeof(text), format, args);
	size_t kept = len < 0 ? 0 : utf8_cut(text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1,
					     sizeof(text) - 1);

	out_progress_end();
	/* What was answered so far stands before what is said about it. */
	note_failure(fflush(stdout) == 0);
	strbuf_addstr(&line, prefix);
	out_clean(&line, (struct slice){ text, kept });
	strbuf_addch(&line, '\n');
	fwrite(line.text, 1, line.len_bytes, stderr);
	strbuf_release(&line);
}

void out_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	to_stderr("aitia: ", format, args);
	va_end(args);
}

void out_note(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	to_stderr("", format, args);
	va_end(args);
}

void out_progress(const char *name, unsigned long long done, unsigned long long total, long long records)
{
	struct strbuf line = STRBUF_INIT;

	if (!isatty(STDERR_FILENO))
		return;
	strbuf_addstr(&line, "\r  ");
	out_clean_fit(&line, name, 30);
	if (total > 0) {
		if (done > total)
			done = total;
		int filled = (int)((double)done / (double)total * BAR_COLUMNS);
		strbuf_addstr(&line, " [");
		for (int i = 0; i < BAR_COLUMNS; i++)
			strbuf_addch(&line, i < filled ? '#' : '.');
		strbuf_addf(&line, "] %3d%%", (int)((double)done / (double)total * 100));
	}
	strbuf_addf(&line, " %lld\033[K", records);
	fwrite(line.text, 1, line.len_bytes, stderr);
	fflush(stderr);
	progress_shown = true;
	strbuf_release(&line);
}

void out_under_way(const char *name)
{
	struct strbuf line = STRBUF_INIT;

	if (!isatty(STDERR_FILENO))
		return;
	strbuf_addstr(&line, "\r  ");
	out_clean(&line, slice_of(name));
	strbuf_addstr(&line, " …\033[K");
	fwrite(line.text, 1, line.len_bytes, stderr);
	fflush(stderr);
	progress_shown = true;
	strbuf_release(&line);
}

void out_progress_end(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

enum status out_finish(struct error *err)
{
	note_failure(fflush(stdout) == 0);
	if (out_errno == 0 || out_errno == EPIPE) /* a reader that had enough is no fault */
		return STATUS_OK;
	return error_set(err, STATUS_OUTPUT, "cannot write the answer: %s", strerror(out_errno));
}
