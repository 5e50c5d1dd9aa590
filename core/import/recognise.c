/*
 * Which importer a content is for. Names of files are not believed, with one
 * exception: an empty file can only be known by its ending. What no importer takes
 * is named as far as it can be, so that its owner knows what to do.
 */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/importers.h"

/* So sure an importer must be to be given what bears the mark of no text. */
#define PACKED_CERTAINTY_MIN 50

const struct importer *importers(void)
{
	static const struct importer all[] = {
#define IMPORTER_AS(name, word, help, before, between, after) { word, help, name##_recognise, name##_run, before, between, after },
#define IMPORTER(name, help, before, between, after) IMPORTER_AS(name, #name, help, before, between, after)
#include "core/import/importers.def"
		{ .name = NULL },
	};
	return all;
}

struct slice import_skip_mark(struct slice text)
{
	if (text.len_bytes >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
		return (struct slice){ text.at + 3, text.len_bytes - 3 };
	return text;
}

static bool starts_with(struct slice text, const char *bytes, size_t len)
{
	return text.len_bytes >= len && memcmp(text.at, bytes, len) == 0;
}

/* What is no text: a sentence that says what to do. gzip, zstd and UTF-16 were taken off
 * before, as many layers of them as are (core/import/layers.h). */
static const char *packed(struct slice head)
{
	static const struct {
		size_t at;
		const char *bytes;
		size_t len;
		const char *says;
	} marks[] = {
		{ 0, "\x1F\x8B", 2, "gzip data, packed more than three times over; unpack it first: gzip -dc FILE | aitia import -" },
		{ 0, "\x28\xB5\x2F\xFD", 4,
		  "zstd data, packed more than three times over; unpack it first: zstd -dc FILE | aitia import -" },
		{ 0, "\xFD" "7zXZ", 5, "xz data; unpack it first: xz -dc FILE | aitia import -" },
		{ 0, "BZh", 3, "bzip2 data; unpack it first: bzip2 -dc FILE | aitia import -" },
		{ 0, "PK\x03\x04", 4, "a zip archive; unpack it first" },
		{ 0, "PK\x05\x06", 4, "an empty zip archive" },
		{ 0, "7z\xBC\xAF\x27\x1C", 6, "a 7z archive; unpack it first" },
		{ 257, "ustar", 5, "a tar archive; unpack it first: tar -xf FILE" },
		{ 0, "SQLite format 3", 15, "an SQLite database" },
		{ 0, "\x7F" "ELF", 4, "a program" },
		{ 0, "\x89PNG", 4, "a PNG image" },
		{ 0, "\xFF\xD8\xFF", 3, "a JPEG image" },
		{ 0, "%PDF-", 5, "a PDF document" },
		{ 0, "version https://git-lfs", 23, "a Git LFS pointer, not the file itself; fetch it: git lfs pull" },
	};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (head.len_bytes >= marks[i].at + marks[i].len &&
		    memcmp(head.at + marks[i].at, marks[i].bytes, marks[i].len) == 0)
			return marks[i].says;
	return NULL;
}

static struct slice first_line(struct slice text)
{
	const char *end = memchr(text.at, '\n', text.len_bytes);

	return end ? (struct slice){ text.at, (size_t)(end - text.at) } : text;
}

static size_t count(struct slice text, char c)
{
	size_t found = 0;

	for (size_t i = 0; i < text.len_bytes; i++)
		found += text.at[i] == c;
	return found;
}

static const char *looks_like(struct slice head)
{
	head = import_skip_mark(head);
	while (head.len_bytes && memchr(" \t\r\n", head.at[0], 4)) {
		head.at++;
		head.len_bytes--;
	}
	if (head.len_bytes == 0)
		return "an empty file";
	if (head.at[0] == '{')
		return "JSON that is broken at its start";
	if (head.at[0] == '[')
		return "text in brackets, or JSON that is broken at its start";
	if (starts_with(head, "<?xml", 5))
		return "XML";
	if (head.at[0] == '<')
		return "HTML or XML";
	if (starts_with(head, "diff ", 5) || starts_with(head, "--- ", 4) || starts_with(head, "Index: ", 7))
		return "a diff";
	if (memchr(head.at, '\0', head.len_bytes))
		return "binary data";
	/* The head may end inside a character. */
	if (!utf8_valid((struct slice){ head.at, utf8_cut(head.at, head.len_bytes, head.len_bytes) }))
		return "binary data, or text in an old encoding";
	struct slice line = first_line(head);
	if (count(line, ',') >= 2)
		return "CSV";
	if (count(line, ';') >= 2)
		return "CSV with semicolons";
	if (count(line, '\t') >= 2)
		return "tab-separated values";
	return "plain text";
}

/* The names of all formats, in `out`. */
static void add_names(struct strbuf *out)
{
	for (const struct importer *importer = importers(); importer->name; importer++)
		strbuf_addf(out, "%s%s", importer == importers() ? "" : ", ", importer->name);
}

static enum status refuse(const struct import_source *source, const char *format, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	enum status status;

	add_names(&names);
	if (format)
		status = error_set(err, STATUS_USAGE, "unknown format '%s'; one of %s", format, names.text);
	else
		status = error_set(err, STATUS_INPUT,
				   "the format was not recognised: it looks like %s; formats: %s (--format names one)",
				   looks_like(source->head), names.text);
	strbuf_release(&names);
	return status;
}

/* The one that is surest of it; how sure, in *best. */
static const struct importer *surest(const struct import_source *source, const char *format, int *best)
{
	const struct importer *found = NULL;

	*best = 0;
	for (const struct importer *importer = importers(); importer->name; importer++) {
		if (format && strcmp(format, importer->name) != 0)
			continue;
		int certainty = importer->recognise(source->head, source->name);
		if (certainty > *best || format) {
			*best = certainty;
			found = importer;
		}
	}
	return found;
}

enum status importer_choose(const struct import_source *source, const char *format,
			    const struct importer **out, struct error *err)
{
	int certainty;
	const char *says = packed(source->head);

	*out = surest(source, format, &certainty);
	/* An archive may be a format of its own; a guess at one is worth less than the mark. */
	if (says && (!*out || certainty < PACKED_CERTAINTY_MIN))
		return error_set(err, STATUS_INPUT, "this is %s", says);
	return *out ? STATUS_OK : refuse(source, format, err);
}
