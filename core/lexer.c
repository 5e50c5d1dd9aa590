/*
 * One scanner for all languages, driven by languages.def. Each branch consumes
 * at least one byte and looks ahead a bounded number of bytes (runs of # are
 * looked at twice at most), which makes a line linear. Diffs, markup and prose have
 * their own scanners in lexer_line.c, since words mean nothing there.
 */
#include <string.h>

#include "core/base/ascii.h"
#include "core/lexer_scan.h"

/* Longer words are no keywords; the longest in the list has 24 bytes. */
#define KEYWORD_BYTES_MAX 32
/* No screen is that wide: behind it words are not looked up, which would take most of the time. */
#define KEYWORDS_UNTIL_BYTE 65536
/* "'\U0010FFFF'" in C, the longest character literal of any of them. */
#define CHAR_LITERAL_BYTES_MAX 12

void scan_emit(struct scan *s, size_t start, size_t end, enum token_class token)
{
	if (start >= end || token == TOKEN_PLAIN)
		return;
	if (s->count && s->count <= s->max) {
		struct token_span *last = &s->out[s->count - 1];
		if (last->token == token && last->start + last->len == start) {
			last->len += end - start;
			return;
		}
	}
	if (s->count < s->max)
		s->out[s->count++] = (struct token_span){ start, end - start, token };
}

static bool is_word_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool has(const struct scan *s, enum language_traits trait)
{
	return (s->language->traits & (unsigned)trait) != 0;
}

/* Whether the bytes at the place are the word list[0..len). */
static bool is_here(const struct scan *s, const char *text, size_t len)
{
	return len && s->line.len_bytes - s->at >= len && memcmp(s->line.at + s->at, text, len) == 0;
}

/* The word of the list that stands at the place: its index and length, or false. */
static bool listed_here(const struct scan *s, const char *list, size_t *index, size_t *len)
{
	for (*index = 0; *list; (*index)++) {
		*len = strcspn(list, " ");
		if (is_here(s, list, *len))
			return true;
		list += *len;
		list += *list == ' ';
	}
	return false;
}

static bool in_list(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t same = 0;
		while (same < len && list[same] == word[same])
			same++;
		if (same == len && (list[same] == ' ' || !list[same]))
			return true;
		list = strchr(list + same, ' ');
		if (!list)
			return false;
		list++;
	}
	return false;
}

static enum token_class class_of_word(const struct scan *s, size_t start, size_t len)
{
	char word[KEYWORD_BYTES_MAX];

	if (len > sizeof(word) || s->count >= s->max || start > KEYWORDS_UNTIL_BYTE)
		return TOKEN_PLAIN;
	for (size_t i = 0; i < len; i++) {
		char c = s->line.at[start + i];
		word[i] = has(s, LANGUAGE_ANY_CASE) ? ascii_lower(c) : c;
	}
	if (in_list(s->language->keywords, word, len))
		return TOKEN_KEYWORD;
	return in_list(s->language->types, word, len) ? TOKEN_TYPE : TOKEN_PLAIN;
}

/* From the place on, inside a block comment, to its end or the line's. */
void scan_comment(struct scan *s, size_t start)
{
	const char *open = s->language->block_open, *close = s->language->block_close;
	size_t open_len = strlen(open), close_len = strlen(close);

	while (s->at < s->line.len_bytes) {
		if (is_here(s, close, close_len)) {
			s->at += close_len;
			if (--s->state->detail == 0) {
				s->state->mode = LEXER_CODE;
				break;
			}
		} else if (has(s, LANGUAGE_NESTED) && s->state->detail < UINT16_MAX && is_here(s, open, open_len)) {
			s->at += open_len;
			s->state->detail++;
		} else {
			s->at++;
		}
	}
	scan_emit(s, start, s->at, TOKEN_COMMENT);
}

/* From the place on, inside a long string, to its delimiter or the line's end. */
static void scan_long_string(struct scan *s, size_t start)
{
	const char *delimiter = s->language->long_quotes;
	size_t len;
	bool escapes;

	for (size_t i = 0; i < s->state->detail && *delimiter; i++) {
		delimiter += strcspn(delimiter, " ");
		delimiter += *delimiter == ' ';
	}
	len = strcspn(delimiter, " "); /* 0: a state of another language; the string never ends */
	escapes = !has(s, LANGUAGE_NO_ESCAPE) && !has(s, LANGUAGE_RAW_LONG) &&
		  !(has(s, LANGUAGE_RAW_SINGLE) && *delimiter == '\'');
	while (s->at < s->line.len_bytes) {
		if (is_here(s, delimiter, len)) {
			s->at += len;
			s->state->mode = LEXER_CODE;
			s->state->detail = 0;
			break;
		}
		s->at += escapes && s->line.at[s->at] == '\\' && s->at + 1 < s->line.len_bytes ? 2 : 1;
	}
	scan_emit(s, start, s->at, TOKEN_STRING);
}

static size_t hashes_at(const struct scan *s, size_t at, size_t most)
{
	size_t count = 0;
	while (count < most && at + count < s->line.len_bytes && s->line.at[at + count] == '#')
		count++;
	return count;
}

/* From the place on, inside r#"…"# with `detail` hashes. */
static void scan_hash_raw(struct scan *s, size_t start)
{
	while (s->at < s->line.len_bytes) {
		if (s->line.at[s->at++] != '"')
			continue;
		if (hashes_at(s, s->at, s->state->detail) == s->state->detail) {
			s->at += s->state->detail;
			s->state->mode = LEXER_CODE;
			s->state->detail = 0;
			break;
		}
	}
	scan_emit(s, start, s->at, TOKEN_STRING);
}

/* A string that ends with its line at the latest. */
static void scan_string(struct scan *s)
{
	size_t start = s->at;
	char quote = s->line.at[s->at++];

	while (s->at < s->line.len_bytes && s->line.at[s->at] != quote)
		s->at += !has(s, LANGUAGE_NO_ESCAPE) && s->line.at[s->at] == '\\' &&
					 s->at + 1 < s->line.len_bytes
				 ? 2
				 : 1;
	s->at += s->at < s->line.len_bytes;
	scan_emit(s, start, s->at, TOKEN_STRING);
}

/* 'x' or '\n'; else (a lifetime, a label, a prime) the quote alone. */
static void scan_char(struct scan *s)
{
	size_t start = s->at, end = s->line.len_bytes;
	size_t at = start + 1;

	if (end > start + CHAR_LITERAL_BYTES_MAX)
		end = start + CHAR_LITERAL_BYTES_MAX;
	if (at < end && s->line.at[at] == '\\') {
		at += 2;
		while (at < end && s->line.at[at] != '\'')
			at++;
	} else if (at < end) {
		at++;
		while (at < end && ((unsigned char)s->line.at[at] & 0xC0) == 0x80)
			at++;
	}
	if (at < end && at > start + 1 && s->line.at[at] == '\'') {
		s->at = at + 1;
		scan_emit(s, start, s->at, TOKEN_STRING);
	} else {
		s->at = start + 1;
		scan_emit(s, start, s->at, TOKEN_PUNCT);
	}
}

static void scan_number(struct scan *s)
{
	size_t start = s->at;
	bool hex = s->line.at[s->at] == '0' && s->at + 1 < s->line.len_bytes && (s->line.at[s->at + 1] | 0x20) == 'x';

	while (s->at < s->line.len_bytes) {
		unsigned char c = (unsigned char)s->line.at[s->at];
		unsigned char next = s->at + 1 < s->line.len_bytes ? (unsigned char)s->line.at[s->at + 1] : 0;
		if (c == '.' && !is_digit(next))
			break; /* 1..2, 1.abs() */
		if (!hex && (c | 0x20) == 'e' && (next == '+' || next == '-')) {
			s->at += 2;
			continue;
		}
		if (!is_digit(c) && c != '.' && (c == '$' || c >= 0x80 || !is_word_start(c)))
			break;
		s->at++;
	}
	scan_emit(s, start, s->at, TOKEN_NUMBER);
}

static void scan_word(struct scan *s)
{
	size_t start = s->at, len, hashes;

	while (s->at < s->line.len_bytes) {
		unsigned char c = (unsigned char)s->line.at[s->at];
		if (!is_word_start(c) && !is_digit(c) && !(c == '-' && has(s, LANGUAGE_DASH_WORD)))
			break;
		s->at++;
	}
	len = s->at - start;
	if (has(s, LANGUAGE_HASH_RAW) && len <= 2 && s->line.at[s->at - 1] == 'r') {
		hashes = hashes_at(s, s->at, UINT16_MAX);
		if (s->at + hashes < s->line.len_bytes && s->line.at[s->at + hashes] == '"') {
			s->state->mode = LEXER_HASH_RAW;
			s->state->detail = (uint16_t)hashes;
			s->at += hashes + 1;
			scan_hash_raw(s, start);
			return;
		}
	}
	scan_emit(s, start, s->at, class_of_word(s, start, len));
}

static bool starts_line_comment(const struct scan *s)
{
	size_t index, len;

	if (!listed_here(s, s->language->line_comments, &index, &len))
		return false;
	if (!has(s, LANGUAGE_BLANK_COMMENT) || s->at == 0)
		return true;
	return s->line.at[s->at - 1] == ' ' || s->line.at[s->at - 1] == '\t';
}

/* Comments, strings and single characters that are no words, numbers or blanks. */
static void scan_mark(struct scan *s)
{
	size_t start = s->at, index, len;
	char c = s->line.at[start];

	if (is_here(s, s->language->block_open, strlen(s->language->block_open))) {
		s->state->mode = LEXER_COMMENT;
		s->state->detail = 1;
		s->at += strlen(s->language->block_open);
		scan_comment(s, start);
	} else if (starts_line_comment(s)) {
		s->at = s->line.len_bytes;
		scan_emit(s, start, s->at, TOKEN_COMMENT);
	} else if (listed_here(s, s->language->long_quotes, &index, &len)) {
		s->state->mode = LEXER_STRING;
		s->state->detail = (uint16_t)index;
		s->at += len;
		scan_long_string(s, start);
	} else if (c && strchr(s->language->quotes, c)) {
		scan_string(s);
	} else if (c == '\'' && has(s, LANGUAGE_CHAR)) {
		scan_char(s);
	} else {
		s->at++;
		if ((unsigned char)c > ' ' && c != 0x7F)
			scan_emit(s, start, s->at, TOKEN_PUNCT);
	}
}

/* "#include" and the like: the mark and the word are one keyword. */
static void scan_directive(struct scan *s)
{
	size_t at = 0;

	while (at < s->line.len_bytes && (s->line.at[at] == ' ' || s->line.at[at] == '\t'))
		at++;
	if (at == s->line.len_bytes || s->line.at[at] != '#')
		return;
	s->at = at + 1;
	while (s->at < s->line.len_bytes && (s->line.at[s->at] == ' ' || s->line.at[s->at] == '\t'))
		s->at++;
	while (s->at < s->line.len_bytes && is_word_start((unsigned char)s->line.at[s->at]))
		s->at++;
	scan_emit(s, at, s->at, TOKEN_KEYWORD);
}

static void scan_code(struct scan *s)
{
	if (s->state->mode == LEXER_COMMENT)
		scan_comment(s, 0);
	else if (s->state->mode == LEXER_STRING)
		scan_long_string(s, 0);
	else if (s->state->mode == LEXER_HASH_RAW)
		scan_hash_raw(s, 0);
	else if (has(s, LANGUAGE_PREPROCESSOR))
		scan_directive(s);
	while (s->at < s->line.len_bytes) {
		unsigned char c = (unsigned char)s->line.at[s->at];
		if (c == ' ' || c == '\t')
			s->at++;
		else if (is_word_start(c))
			scan_word(s);
		else if (is_digit(c))
			scan_number(s);
		else
			scan_mark(s);
	}
}

size_t lexer_line(const struct language *language, struct lexer_state *state, struct slice line,
		  struct token_span *out, size_t max)
{
	struct scan s = { language, state, line, 0, out, 0, out ? max : 0 };

	if (!language)
		return 0;
	/* A view may hand over a line with the CR of a CRLF. */
	if (s.line.len_bytes && s.line.at[s.line.len_bytes - 1] == '\r')
		s.line.len_bytes--;
	if (has(&s, LANGUAGE_DIFF))
		scan_diff(&s);
	else if (has(&s, LANGUAGE_MARKUP))
		scan_markup(&s);
	else if (has(&s, LANGUAGE_PROSE))
		scan_prose(&s);
	else
		scan_code(&s);
	return s.count;
}
