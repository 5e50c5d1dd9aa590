/*
 * What stands in front of the hunks of a file, as git (Documentation/diff-format.txt and
 * apply.c of git 2.40), Subversion, Mercurial, Bazaar and diff -u write it, and which file
 * it is about.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/diff.h"

/* A name of more is none (PATH_MAX is 4096); headers of more are not kept. */
#define NAME_BYTES_MAX ((size_t)8192)
#define HEADER_BYTES_MAX ((size_t)64 * 1024)
#define HEADER_TEXTS 11

static void texts_of(struct diff_header *header, struct strbuf *out[HEADER_TEXTS])
{
	struct strbuf *all[] = { &header->raw, &header->git, &header->old_name, &header->new_name, &header->rename_from,
				 &header->rename_to, &header->index_name, &header->old_mode, &header->new_mode,
				 &header->similarity, &header->blobs };

	memcpy(out, all, sizeof(all));
}

void diff_header_init(struct diff_header *header)
{
	struct strbuf *texts[HEADER_TEXTS];

	*header = (struct diff_header){ .open = false };
	texts_of(header, texts);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		strbuf_init(texts[i]);
}

void diff_header_release(struct diff_header *header)
{
	struct strbuf *texts[HEADER_TEXTS];

	texts_of(header, texts);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		strbuf_release(texts[i]);
}

void diff_header_clear(struct diff_header *header)
{
	struct strbuf *texts[HEADER_TEXTS];

	texts_of(header, texts);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		strbuf_clear(texts[i]);
	header->open = header->is_git = header->has_old = header->has_new = header->binary = false;
	header->change = DIFF_MODIFIED;
}

/* ---- lines ------------------------------------------------------------------------------ */

static bool behind(struct slice line, const char *start, struct slice *out)
{
	size_t len = strlen(start);

	while (line.len_bytes && line.at[line.len_bytes - 1] == '\r')
		line.len_bytes--;
	if (line.len_bytes < len || memcmp(line.at, start, len) != 0)
		return false;
	*out = (struct slice){ line.at + len, line.len_bytes - len };
	return true;
}

static bool ends_with(struct slice text, const char *end)
{
	size_t len = strlen(end);

	return text.len_bytes >= len && memcmp(text.at + text.len_bytes - len, end, len) == 0;
}

/* "Binary files a/x and b/x differ", also as diff -r writes it without a header. */
static bool is_binary_note(struct slice line)
{
	struct slice rest;

	return behind(line, "Binary files ", &rest) && ends_with(rest, " differ");
}

static bool is_bazaar(struct slice line)
{
	struct slice rest;

	return (behind(line, "=== added ", &rest) || behind(line, "=== removed ", &rest) ||
		behind(line, "=== modified ", &rest) || behind(line, "=== renamed ", &rest)) &&
	       memchr(rest.at, '\'', rest.len_bytes);
}

bool diff_header_begins(const struct diff_header *header, struct slice line)
{
	struct slice rest;

	if (behind(line, "diff -", &rest) || behind(line, "Index: ", &rest) || is_bazaar(line))
		return true;
	if (behind(line, "--- ", &rest))
		return !header->open || header->has_old;
	return is_binary_note(line) && (!header->open || header->has_new || header->binary);
}

static void set(struct strbuf *to, struct slice text)
{
	strbuf_clear(to);
	if (text.len_bytes <= NAME_BYTES_MAX)
		strbuf_addslice(to, text);
}

/* "Binary files A and B differ": debdiff writes the first words twice. */
static void take_binary_note(struct diff_header *header, struct slice rest)
{
	struct slice again;

	header->binary = true;
	while (behind(rest, "Binary files ", &again))
		rest = again;
	rest.len_bytes -= ends_with(rest, " differ") ? strlen(" differ") : 0;
	for (size_t i = 1; i + 5 < rest.len_bytes && !header->has_new; i++) {
		if (memcmp(rest.at + i, " and ", 5) != 0)
			continue;
		set(&header->old_name, (struct slice){ rest.at, i });
		set(&header->new_name, (struct slice){ rest.at + i + 5, rest.len_bytes - i - 5 });
		header->has_old = header->has_new = true;
	}
}

/* Lines that say something of the file as a whole, and what they say. */
static bool take_fact(struct diff_header *header, struct slice line)
{
	struct slice rest;

	if (behind(line, "diff --git ", &rest)) {
		header->is_git = true;
		set(&header->git, rest);
	} else if (behind(line, "diff --cc ", &rest) || behind(line, "diff --combined ", &rest)) {
		header->is_git = true;
		set(&header->rename_to, rest); /* the bare name, as behind "rename to" */
	} else if (behind(line, "Index: ", &rest)) {
		set(&header->index_name, rest);
	} else if (behind(line, "old mode ", &rest) || behind(line, "deleted file mode ", &rest)) {
		if (line.at[0] == 'd')
			header->change = DIFF_DELETED;
		set(&header->old_mode, rest);
	} else if (behind(line, "new mode ", &rest) || behind(line, "new file mode ", &rest)) {
		if (line.at[4] == 'f')
			header->change = DIFF_ADDED;
		set(&header->new_mode, rest);
	} else if (behind(line, "rename from ", &rest) || behind(line, "copy from ", &rest)) {
		header->change = line.at[0] == 'r' ? DIFF_RENAMED : DIFF_COPIED;
		set(&header->rename_from, rest);
	} else if (behind(line, "rename to ", &rest) || behind(line, "copy to ", &rest)) {
		set(&header->rename_to, rest);
	} else if (behind(line, "similarity index ", &rest)) {
		set(&header->similarity, rest);
	} else if (behind(line, "index ", &rest)) {
		size_t len = 0;
		while (len < rest.len_bytes && rest.at[len] != ' ')
			len++;
		set(&header->blobs, (struct slice){ rest.at, len });
	} else if (is_bazaar(line)) {
		(void)behind(line, "=== ", &rest);
		header->change = rest.at[0] == 'a' ? DIFF_ADDED : rest.at[2] == 'm' ? DIFF_DELETED : DIFF_MODIFIED;
		header->change = rest.at[2] == 'n' ? DIFF_RENAMED : header->change;
	} else if (behind(line, "GIT binary patch", &rest) || behind(line, "Cannot display: file marked as a binary", &rest)) {
		header->binary = true;
	} else if (is_binary_note(line)) {
		(void)behind(line, "Binary files ", &rest);
		take_binary_note(header, rest);
	} else {
		return behind(line, "diff -", &rest) || behind(line, "=====", &rest) ||
		       behind(line, "dissimilarity index ", &rest) || behind(line, "mode ", &rest);
	}
	return true;
}

static void keep(struct diff_header *header, const struct diff_line *line)
{
	if (header->raw.len_bytes + line->text.len_bytes > HEADER_BYTES_MAX)
		return;
	if (header->raw.len_bytes == 0)
		header->offset_bytes = line->offset_bytes;
	strbuf_addslice(&header->raw, line->text);
	if (line->ended)
		strbuf_addch(&header->raw, '\n');
}

bool diff_header_take(struct diff_header *header, const struct diff_line *line)
{
	struct slice rest;
	bool takes = true;

	if (header->has_old && !header->has_new) {
		/* "--- " alone is a line of text. */
		if (!behind(line->text, "+++ ", &rest)) {
			diff_header_clear(header);
			return false;
		}
		set(&header->new_name, rest);
		header->has_new = true;
	} else if (behind(line->text, "--- ", &rest) && !header->has_old) {
		set(&header->old_name, rest);
		header->has_old = true;
	} else if (header->open || diff_header_begins(header, line->text)) {
		takes = !(header->has_new && header->raw.len_bytes && !header->binary) && take_fact(header, line->text);
	} else {
		takes = false;
	}
	if (takes) {
		header->open = true;
		keep(header, line);
	}
	return takes;
}

/* ---- names -------------------------------------------------------------------------------- */

static struct slice text_of(const struct strbuf *buf)
{
	return strbuf_slice(buf);
}

/* The length of a string in git's quotes at the start of `text`, both quotes included, or 0. */
static size_t quoted_len(struct slice text)
{
	if (text.len_bytes < 2 || text.at[0] != '"')
		return 0;
	for (size_t i = 1; i < text.len_bytes; i++) {
		if (text.at[i] == '"')
			return i + 1;
		i += text.at[i] == '\\';
	}
	return 0;
}

/* Undoes quote.c of git: C's escapes, bytes as three octal digits. */
static struct slice unquote(struct arena *arena, struct slice text)
{
	static const char letters[] = "abtnvfr", meant[] = "\a\b\t\n\v\f\r";
	size_t end = quoted_len(text), len = 0;

	if (!end)
		return text;
	char *out = arena_alloc(arena, end);
	for (size_t i = 1; i + 1 < end; i++) {
		if (text.at[i] != '\\' || i + 2 >= end) {
			out[len++] = text.at[i];
			continue;
		}
		char c = text.at[++i];
		unsigned byte = 0, digits = 0;
		while (digits < 3 && i + digits + 1 < end && text.at[i + digits] >= '0' && text.at[i + digits] <= '7')
			byte = byte * 8 + (unsigned)(text.at[i + digits++] - '0');
		const char *letter = c ? strchr(letters, c) : NULL;
		out[len++] = digits == 3 ? (char)(byte & 0xFF) : letter ? meant[letter - letters] : c;
		i += digits == 3 ? 2 : 0;
	}
	return (struct slice){ out, len };
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* " 2013-10-13 23:44" with blanks in place of the tab: where it begins, or the length. */
static size_t date_in(struct slice text)
{
	for (size_t i = 1; i + 16 < text.len_bytes; i++) {
		const char *at = text.at + i;
		if (at[0] == ' ' && is_digit(at[1]) && is_digit(at[4]) && at[5] == '-' && is_digit(at[7]) && at[8] == '-' &&
		    is_digit(at[10]) && at[11] == ' ' && is_digit(at[13]) && at[14] == ':')
			return i;
	}
	return text.len_bytes;
}

/* The name of a "--- " or "+++ " line, without quotes and the time behind it. */
static struct slice name_of(struct arena *arena, struct slice text)
{
	if (quoted_len(text))
		return unquote(arena, text);
	const char *tab = memchr(text.at, '\t', text.len_bytes);
	text.len_bytes = tab ? (size_t)(tab - text.at) : date_in(text);
	while (text.len_bytes && text.at[text.len_bytes - 1] == ' ')
		text.len_bytes--;
	return text;
}

/* Where the common end of the two begins in `b`. */
static size_t common_end(struct slice a, struct slice b)
{
	size_t len = 0;

	while (len < a.len_bytes && len < b.len_bytes && a.at[a.len_bytes - 1 - len] == b.at[b.len_bytes - 1 - len])
		len++;
	return b.len_bytes - len;
}

/*
 * What two names of one file have in common: "b/dir/x" beside "a/dir/x" is dir/x, whatever
 * the prefixes (--src-prefix, diff.mnemonicPrefix); equal names have none (--no-prefix).
 */
static struct slice without_prefix(struct slice other, struct slice name)
{
	size_t start = common_end(other, name);

	if (start == 0)
		return name;
	while (start < name.len_bytes && name.at[start] != '/')
		start++;
	while (start < name.len_bytes && name.at[start] == '/')
		start++;
	return start < name.len_bytes ? (struct slice){ name.at + start, name.len_bytes - start } : name;
}

static bool is_null(struct slice name)
{
	return slice_is(name, "/dev/null");
}

/*
 * The two names of "diff --git a/x b/x". Without quotes the blank between them is not
 * marked: it is the one that makes the names most alike, since they differ only in prefix
 * where git gives no other line with a name.
 */
static bool split_git(struct arena *arena, struct slice text, struct slice *old, struct slice *now)
{
	size_t best = 0, quoted = quoted_len(text);

	if (quoted && quoted + 1 < text.len_bytes) {
		*old = unquote(arena, (struct slice){ text.at, quoted });
		*now = unquote(arena, (struct slice){ text.at + quoted + 1, text.len_bytes - quoted - 1 });
		return true;
	}
	for (size_t i = 1; i + 1 < text.len_bytes; i++) {
		struct slice a = { text.at, i }, b = { text.at + i + 1, text.len_bytes - i - 1 };
		if (text.at[i] != ' ')
			continue;
		bool is_quoted = quoted_len(b) == b.len_bytes;
		size_t alike = is_quoted ? text.len_bytes : b.len_bytes - common_end(a, b);
		if (alike <= best)
			continue;
		best = alike;
		*old = a;
		*now = unquote(arena, b);
	}
	return best > 0;
}

/* The names as far as the header has them, with their prefixes; absent: not known. */
static void find_names(const struct diff_header *header, struct arena *arena, struct slice *old, struct slice *now)
{
	struct slice git_old, git_now;

	*old = name_of(arena, text_of(&header->old_name));
	*now = name_of(arena, text_of(&header->new_name));
	if (!header->is_git || !split_git(arena, text_of(&header->git), &git_old, &git_now))
		return;
	/* /dev/null says that there is no file; the name that it had stands in the first line. */
	if (!header->has_old || is_null(*old))
		*old = git_old;
	if (!header->has_new || is_null(*now))
		*now = git_now;
}

/* Prefixes of tools that do not say so: hg's, and those of git diffs that lost their first line. */
static struct slice without_letter(struct slice name, char letter)
{
	bool has = name.len_bytes > 2 && name.at[0] == letter && name.at[1] == '/';

	return has ? (struct slice){ name.at + 2, name.len_bytes - 2 } : name;
}

struct names {
	struct slice old, now;
};

static struct names names_of(const struct diff_header *header, struct arena *arena)
{
	struct names names;

	find_names(header, arena, &names.old, &names.now);
	if (header->is_git && header->git.len_bytes) {
		struct slice old = without_prefix(names.now, names.old);
		names.now = without_prefix(names.old, names.now);
		names.old = old;
	} else if ((is_null(names.old) || without_letter(names.old, 'a').at != names.old.at) &&
		   (is_null(names.now) || without_letter(names.now, 'b').at != names.now.at)) {
		names.old = without_letter(names.old, 'a');
		names.now = without_letter(names.now, 'b');
	}
	if (header->rename_from.len_bytes)
		names.old = unquote(arena, text_of(&header->rename_from));
	if (header->rename_to.len_bytes)
		names.now = unquote(arena, text_of(&header->rename_to));
	if (!names.now.len_bytes && header->index_name.len_bytes)
		names.now = name_of(arena, text_of(&header->index_name));
	return names;
}

/* ---- what is said of the file --------------------------------------------------------------- */

/* A time of 1970 is how diff -N and bzr say that there is no file, "(nonexistent)" how svn does. */
static bool is_nothing(const struct strbuf *name)
{
	struct slice text = text_of(name);

	return slice_is(text, "/dev/null") || strncmp(name->text, "/dev/null\t", 10) == 0 ||
	       (memchr(text.at, '\t', text.len_bytes) &&
		(strstr(name->text, "\t1970-01-01 ") || strstr(name->text, "\t1969-12-31 ") || ends_with(text, "(nonexistent)")));
}

static enum diff_change change_of(const struct diff_header *header)
{
	if (header->change != DIFF_MODIFIED)
		return header->change;
	if (header->has_old && is_nothing(&header->old_name))
		return DIFF_ADDED;
	return header->has_new && is_nothing(&header->new_name) ? DIFF_DELETED : DIFF_MODIFIED;
}

void diff_header_apply(const struct diff_header *header, struct record *record)
{
	static const char *const words[] = { [DIFF_ADDED] = "added", [DIFF_DELETED] = "deleted",
					     [DIFF_RENAMED] = "renamed", [DIFF_COPIED] = "copied" };
	struct arena *arena = &record->arena;
	struct names names = names_of(header, arena);
	enum diff_change change = change_of(header);
	struct slice path = names.now.len_bytes && !is_null(names.now) ? names.now : names.old;

	if (path.len_bytes && !is_null(path))
		record->sample.path = utf8_clean(arena, path);
	if (change != DIFF_MODIFIED)
		record_add(record, "diff.change", words[change], CERTAINTY_DERIVED);
	if (names.old.len_bytes && !is_null(names.old) && !slice_eq(names.old, path))
		record_add(record, "diff.old_path", utf8_clean(arena, names.old), CERTAINTY_RECORDED);
	record_add(record, "diff.similarity", utf8_clean(arena, text_of(&header->similarity)), CERTAINTY_RECORDED);
	record_add(record, "diff.old_mode", utf8_clean(arena, text_of(&header->old_mode)), CERTAINTY_RECORDED);
	record_add(record, "diff.new_mode", utf8_clean(arena, text_of(&header->new_mode)), CERTAINTY_RECORDED);
	record_add(record, "diff.blobs", utf8_clean(arena, text_of(&header->blobs)), CERTAINTY_RECORDED);
	if (header->binary)
		record_add(record, "diff.binary", "true", CERTAINTY_DERIVED);
}
