/*
 * Code on a site's page. A fence is the rule. Some sites read their raw files
 * before any Markdown, or change what stands in a fence: for code that they would
 * act on, every mark becomes a numeric reference, which nothing but the reader's
 * browser resolves, and the whole is one line, so that neither lists nor blank
 * lines can end it.
 */
#include "core/base/utf8.h"
#include "core/language.h"
#include "templates/site.h"

static void put_run(struct strbuf *out, char c, size_t count)
{
	while (count--)
		strbuf_addch(out, c);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* Blanks too, but for single ones: minifiers and typesetters collapse them. */
static void put_references(struct strbuf *out, struct slice code)
{
	for (size_t i = 0; i < code.len_bytes; i++) {
		char c = code.at[i];
		bool single = c == ' ' && i > 0 && i + 1 < code.len_bytes && is_letter(code.at[i - 1]) &&
			      is_letter(code.at[i + 1]);

		if (is_letter(c) || single)
			strbuf_addch(out, c);
		else
			strbuf_addf(out, "&#%u;", (unsigned)(unsigned char)c);
	}
}

/* What libcmark and cmark-gfm count of a fence is at most 255 long: a longer one ends where 255 stand. */
#define FENCE_MAX 255

static size_t fence_length(struct slice code, char mark)
{
	size_t length = text_longest_run(code, mark) + 1;

	return length < 3 ? 3 : length;
}

static void put_code(const struct site_writer *site, struct strbuf *out, struct slice code)
{
	if (site->code)
		site->code(out, code);
	else
		strbuf_addslice(out, code);
	if (code.len_bytes && code.at[code.len_bytes - 1] != '\n')
		strbuf_addch(out, '\n');
}

static void put_indented(struct strbuf *out, struct slice lines)
{
	struct slice line;

	while (slice_next_line(&lines, &line)) {
		strbuf_addstr(out, line.len_bytes ? "    " : "");
		strbuf_addslice(out, line);
		strbuf_addch(out, '\n');
	}
}

static void put_fenced(const struct site_writer *site, struct strbuf *out, const char *language, struct slice lines, char mark,
		       size_t length)
{
	put_run(out, mark, length);
	strbuf_addstr(out, language);
	if (site->fence_words)
		strbuf_addf(out, "%s%s", *language ? " " : "text ", site->fence_words);
	strbuf_addch(out, '\n');
	strbuf_addslice(out, lines);
	put_run(out, mark, length);
	strbuf_addch(out, '\n');
}

/* Behind backticks; behind tildes what has 255 backticks in a row; indented what has both. */
static void put_block(const struct site_writer *site, struct strbuf *out, const char *language, struct slice code)
{
	char mark = fence_length(code, '`') > FENCE_MAX ? '~' : '`';
	size_t length = fence_length(code, mark);
	struct strbuf written = STRBUF_INIT;

	put_code(site, &written, code);
	/* What stands in for a part of the code is found again in one piece only: no highlighter looks into text. */
	if (written.len_bytes > code.len_bytes + 1)
		language = "text";
	if (length > FENCE_MAX)
		put_indented(out, strbuf_slice(&written));
	else
		put_fenced(site, out, language, strbuf_slice(&written), mark, length);
	strbuf_release(&written);
}

void site_put_code_block(const struct site_writer *site, struct strbuf *out, const char *language,
			 struct slice code, bool nested)
{
	struct strbuf word = STRBUF_INIT;
	const struct language *known;
	const char *name;

	escape_info(&word, slice_of(language));
	known = language_find(word.text);
	name = known ? known->name : "";
	if (site->pre_open && ((nested && site->flat_fences) ||
			       (site->acts_on_code && site->acts_on_code(slice_of(name), code)))) {
		strbuf_addstr(out, site->pre_open);
		put_references(out, code);
		strbuf_addf(out, "%s\n", site->pre_close);
	} else
		put_block(site, out, name, code);
	strbuf_release(&word);
}

/* Nothing that any site's span of code gives a meaning to. */
static bool is_tame(struct slice line)
{
	for (size_t i = 0; i < line.len_bytes; i++)
		if (!is_letter(line.at[i]) && !strchr(" _.,:;()/=+-", line.at[i]))
			return false;
	return is_letter(line.at[0]) && line.at[line.len_bytes - 1] != ' ';
}

void site_put_code_span(const struct site_writer *site, struct strbuf *out, struct slice line,
			enum escape_context context)
{
	size_t fence, blanks = 0;
	bool padded;

	while (blanks < line.len_bytes && line.at[blanks] == ' ')
		blanks++;
	if (blanks == line.len_bytes) {
		site->text(out, line, context, ESCAPE_WHOLE);
		return;
	}
	if (site->span_open && !is_tame(line)) {
		strbuf_addstr(out, site->span_open);
		put_references(out, line);
		strbuf_addstr(out, site->span_close);
		return;
	}
	if (context == ESCAPE_CELL && memchr(line.at, '|', line.len_bytes)) {
		site->text(out, line, context, ESCAPE_WHOLE);
		return;
	}
	/* CommonMark 6.1: a span ends at a run of the same length; one blank at
	 * each end is dropped if both ends have one. */
	fence = text_longest_run(line, '`') + 1;
	padded = line.at[0] == '`' || line.at[line.len_bytes - 1] == '`' ||
		 (line.at[0] == ' ' && line.at[line.len_bytes - 1] == ' ');
	put_run(out, '`', fence);
	if (padded)
		strbuf_addch(out, ' ');
	if (site->code)
		site->code(out, line);
	else
		strbuf_addslice(out, line);
	if (padded)
		strbuf_addch(out, ' ');
	put_run(out, '`', fence);
}

/* Sites cut off what JavaScript and Python call white space: no-break and ideographic blanks too. */
static bool ends_in_blank(struct slice text)
{
	size_t at = text.len_bytes;
	uint32_t c;

	if (!at)
		return false;
	do
		at--;
	while (at && (text.at[at] & 0xc0) == 0x80);
	utf8_decode(text.at + at, text.len_bytes - at, &c, NULL);
	return c == ' ' || c == '\t' || text_is_wide_blank(c);
}

bool site_code_is_ragged(struct slice code)
{
	size_t end = code.len_bytes;

	if (end && code.at[end - 1] == '\n')
		end--;
	return code.len_bytes && (code.at[0] == '\n' || !end || ends_in_blank((struct slice){ code.at, end }) || code.at[end - 1] == '\n');
}

bool site_code_trails(struct slice code)
{
	for (size_t i = 1; i < code.len_bytes; i++)
		if (code.at[i] == '\n' && ends_in_blank((struct slice){ code.at, i }))
			return true;
	return ends_in_blank(code);
}

/* Takes `words` off the start of `text`. */
static bool skip(struct slice *text, const char *words)
{
	size_t len = strlen(words);

	if (text->len_bytes < len || memcmp(text->at, words, len) != 0)
		return false;
	text->at += len;
	text->len_bytes -= len;
	return true;
}

bool site_read_pre(const struct site_writer *site, struct slice html, struct strbuf *code)
{
	if (!site->pre_open || !skip(&html, site->pre_open))
		return false;
	while (html.len_bytes && html.at[0] != '<') {
		unsigned number = 0;

		if (html.at[0] != '&') {
			strbuf_addch(code, html.at[0]);
			html.at++;
			html.len_bytes--;
			continue;
		}
		if (!skip(&html, "&#"))
			return false;
		while (html.len_bytes && html.at[0] >= '0' && html.at[0] <= '9' && number < 0x80) {
			number = number * 10 + (unsigned)(html.at[0] - '0');
			html.at++;
			html.len_bytes--;
		}
		if (!skip(&html, ";") || number >= 0x80)
			return false;
		strbuf_addch(code, (char)number);
	}
	return skip(&html, site->pre_close) && (!html.len_bytes || slice_is(html, "\n"));
}

bool site_is_span_tag(const struct site_writer *site, struct slice html)
{
	return site->span_open && (slice_is(html, site->span_open) || slice_is(html, site->span_close));
}
