/* The scanners of what is no code: unified diffs, markup and Markdown. */
#include <string.h>

#include "core/base/attr.h"
#include "core/lexer_scan.h"

/* ---- diffs --------------------------------------------------------------------- */

/* A number of a hunk's header; saturates, since headers may lie. */
static uint32_t read_count(struct scan *s)
{
	uint32_t number = 0;

	for (; s->at < s->line.len_bytes && s->line.at[s->at] >= '0' && s->line.at[s->at] <= '9'; s->at++)
		number = number > UINT32_MAX / 10 - 1 ? UINT32_MAX / 10
						      : number * 10 + (uint32_t)(s->line.at[s->at] - '0');
	return number;
}

/* "-start,count" or "-start", which is one line. */
static bool read_range(struct scan *s, char sign, uint32_t *count)
{
	while (s->at < s->line.len_bytes && s->line.at[s->at] == ' ')
		s->at++;
	if (s->at == s->line.len_bytes || s->line.at[s->at] != sign)
		return false;
	s->at++;
	read_count(s);
	*count = 1;
	if (s->at < s->line.len_bytes && s->line.at[s->at] == ',') {
		s->at++;
		*count = read_count(s);
	}
	return true;
}

static bool starts(const struct scan *s, const char *text)
{
	size_t len = strlen(text);
	return s->line.len_bytes >= len && memcmp(s->line.at, text, len) == 0;
}

static enum token_class class_outside(struct scan *s)
{
	static const char *const headers[] = {
		"diff ", "--- ", "+++ ", "index ", "Index: ", "=====", "new file mode ", "deleted file mode ",
		"old mode ", "new mode ", "rename ", "copy ", "similarity index ", "dissimilarity index ",
		"Binary files ", "GIT binary patch",
	};

	if (starts(s, "@@")) {
		s->at = 2;
		if (!read_range(s, '-', &s->state->old_lines) || !read_range(s, '+', &s->state->new_lines))
			s->state->old_lines = s->state->new_lines = 0; /* svn's "@@" marks, combined diffs */
		return TOKEN_DIFF_HUNK;
	}
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (starts(s, headers[i]))
			return TOKEN_DIFF_FILE;
	/* A hunk without a header, as people paste them. */
	return starts(s, "+") ? TOKEN_DIFF_ADD : starts(s, "-") ? TOKEN_DIFF_DEL : TOKEN_PLAIN;
}

/*
 * Inside a hunk the counts of its header decide, so that a removed line
 * "-- comment", which reads "--- comment", is not taken for a file's name.
 */
void scan_diff(struct scan *s)
{
	struct lexer_state *state = s->state;
	char first = s->line.len_bytes ? s->line.at[0] : ' ';
	enum token_class token = TOKEN_PLAIN;

	if (!state->old_lines && !state->new_lines && first != '\\') {
		token = class_outside(s);
	} else if (first == '+') {
		token = TOKEN_DIFF_ADD;
		state->new_lines -= state->new_lines > 0;
	} else if (first == '-') {
		token = TOKEN_DIFF_DEL;
		state->old_lines -= state->old_lines > 0;
	} else if (first == ' ' || first == '\t') {
		state->new_lines -= state->new_lines > 0;
		state->old_lines -= state->old_lines > 0;
	} else if (first == '\\') {
		token = TOKEN_COMMENT; /* "\ No newline at end of file" */
	} else {
		state->old_lines = state->new_lines = 0;
		token = class_outside(s);
	}
	scan_emit(s, 0, s->line.len_bytes, token);
	s->at = s->line.len_bytes;
}

/* ---- markup -------------------------------------------------------------------- */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == ':' || c == '.' || (unsigned char)c >= 0x80;
}

static void scan_name(struct scan *s, enum token_class token)
{
	size_t start = s->at;
	while (s->at < s->line.len_bytes && is_name(s->line.at[s->at]))
		s->at++;
	scan_emit(s, start, s->at, token);
}

/* From the place on, inside a quoted value, to its quote or the line's end. */
static void scan_value(struct scan *s, size_t start)
{
	const char *end = memchr(s->line.at + s->at, s->state->detail, s->line.len_bytes - s->at);

	s->at = end ? (size_t)(end - s->line.at) + 1 : s->line.len_bytes;
	if (end)
		s->state->detail = 0;
	scan_emit(s, start, s->at, TOKEN_STRING);
}

static void scan_tag(struct scan *s)
{
	size_t start = s->at;
	char c = s->line.at[start];

	if (c == '"' || c == '\'') {
		s->state->detail = (uint16_t)c;
		s->at++;
		scan_value(s, start);
	} else if (is_name(c)) {
		scan_name(s, TOKEN_TYPE);
	} else {
		s->at++;
		if (c == '>')
			s->state->mode = LEXER_CODE;
		if (c != ' ' && c != '\t')
			scan_emit(s, start, s->at, TOKEN_PUNCT);
	}
}

/* Text, up to the next tag or comment and its name. */
static void scan_text(struct scan *s)
{
	const char *open = memchr(s->line.at + s->at, '<', s->line.len_bytes - s->at);
	size_t start, left;

	if (!open) {
		s->at = s->line.len_bytes;
		return;
	}
	start = (size_t)(open - s->line.at);
	left = s->line.len_bytes - start;
	s->at = start + 1;
	if (left >= 4 && memcmp(open, "<!--", 4) == 0) {
		s->state->mode = LEXER_COMMENT;
		s->state->detail = 1;
		s->at = start + 4;
		scan_comment(s, start);
	} else if (left >= 2 && (open[1] == '/' || open[1] == '!' || open[1] == '?' ||
				 (is_name(open[1]) && !(open[1] >= '0' && open[1] <= '9')))) {
		s->at += open[1] == '/' || open[1] == '!' || open[1] == '?';
		scan_emit(s, start, s->at, TOKEN_PUNCT);
		scan_name(s, TOKEN_KEYWORD);
		s->state->mode = LEXER_TAG;
		s->state->detail = 0;
	}
}

void scan_markup(struct scan *s)
{
	if (s->state->mode == LEXER_COMMENT)
		scan_comment(s, 0);
	else if (s->state->mode == LEXER_TAG && s->state->detail && s->line.len_bytes)
		scan_value(s, 0);
	while (s->at < s->line.len_bytes) {
		if (s->state->mode == LEXER_TAG)
			scan_tag(s);
		else
			scan_text(s);
	}
}

/* ---- Markdown ------------------------------------------------------------------ */

/* A fence (CommonMark 0.30, 4.5): at least three ` or ~, indented by three blanks at most;
 * its length, 0: none. */
static size_t fence_at(const struct scan *s, char *character)
{
	size_t at = 0, len = 0;

	while (at < s->line.len_bytes && at < 3 && s->line.at[at] == ' ')
		at++;
	*character = at < s->line.len_bytes ? s->line.at[at] : ' ';
	if (*character != '`' && *character != '~')
		return 0;
	while (at + len < s->line.len_bytes && s->line.at[at + len] == *character)
		len++;
	return len >= 3 ? len : 0;
}

#define TILDE_FENCE 0x8000u /* in the state's detail, above the length */
#define FENCE_MOST 0x7FFFu

static void scan_fenced(struct scan *s, size_t len, char character)
{
	unsigned tilde = character == '~' ? TILDE_FENCE : 0;

	if (len >= (s->state->detail & FENCE_MOST) && tilde == (s->state->detail & TILDE_FENCE)) {
		s->state->mode = LEXER_CODE;
		s->state->detail = 0;
	}
	scan_emit(s, 0, s->line.len_bytes, TOKEN_STRING);
}

/* "- ", "* ", "+ ", "1. ", "> " and blanks before them: what the line is, not what it says. */
static size_t scan_mark_of_line(struct scan *s)
{
	size_t at = 0, digits;

	while (at < s->line.len_bytes && (s->line.at[at] == ' ' || s->line.at[at] == '\t' || s->line.at[at] == '>')) {
		if (s->line.at[at] == '>')
			scan_emit(s, at, at + 1, TOKEN_PUNCT);
		at++;
	}
	for (digits = 0; at + digits < s->line.len_bytes && s->line.at[at + digits] >= '0' && s->line.at[at + digits] <= '9';)
		digits++;
	if (at + digits + 1 < s->line.len_bytes && s->line.at[at + digits + 1] == ' ' &&
	    (digits ? s->line.at[at + digits] == '.' : s->line.at[at] == '-' || s->line.at[at] == '*' || s->line.at[at] == '+')) {
		scan_emit(s, at, at + digits + 1, TOKEN_PUNCT);
		at += digits + 1;
	}
	return at;
}

/* Code spans: as many ` close one as opened it. */
static void scan_spans(struct scan *s, size_t at)
{
	while (at < s->line.len_bytes) {
		const char *open = memchr(s->line.at + at, '`', s->line.len_bytes - at);
		size_t start, len = 0, run = 0, end;
		if (!open)
			return;
		start = (size_t)(open - s->line.at);
		while (start + len < s->line.len_bytes && s->line.at[start + len] == '`')
			len++;
		for (end = start + len; end < s->line.len_bytes; end++) {
			run = s->line.at[end] == '`' ? run + 1 : 0;
			if (run == len && (end + 1 == s->line.len_bytes || s->line.at[end + 1] != '`'))
				break;
		}
		if (end == s->line.len_bytes) /* none closes it; nor one as long behind it */
			return;
		scan_emit(s, start, end + 1, TOKEN_STRING);
		at = end + 1;
	}
}

/* One to six # and a blank. */
static bool is_heading(const struct scan *s)
{
	size_t count = 0;

	while (count < s->line.len_bytes && s->line.at[count] == '#')
		count++;
	return count >= 1 && count <= 6 && count < s->line.len_bytes && s->line.at[count] == ' ';
}

void scan_prose(struct scan *s)
{
	char character;
	size_t len = fence_at(s, &character), at;

	if (s->state->mode == LEXER_FENCE) {
		scan_fenced(s, len, character);
	} else if (len) {
		s->state->mode = LEXER_FENCE;
		s->state->detail = (uint16_t)((len > FENCE_MOST ? FENCE_MOST : len) | (character == '~' ? TILDE_FENCE : 0));
		scan_emit(s, 0, s->line.len_bytes, TOKEN_STRING);
	} else if (is_heading(s)) {
		scan_emit(s, 0, s->line.len_bytes, TOKEN_KEYWORD);
	} else {
		at = scan_mark_of_line(s);
		scan_spans(s, at);
	}
	s->at = s->line.len_bytes;
}
