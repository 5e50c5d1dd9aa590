#include "templates/escape.h"

#include "core/base/ascii.h"
#include "core/base/utf8.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_alnum(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }
static bool is_punct(char c) { return c > ' ' && c < 0x7f && !is_alnum(c); }

/* What a reader could not see, or a program would act on. */
static bool needs_mark(uint32_t c)
{
	if (c == '\n' || c == '\t')
		return false;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
		return true;
	if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
		return true; /* noncharacters */
	return c > 0x7f && utf8_is_hidden(c);
}

void text_clean(struct strbuf *out, struct slice raw, enum text_shape shape)
{
	size_t at = 0;

	strbuf_reserve(out, raw.len_bytes); /* most is clean */
	while (at < raw.len_bytes) {
		char c = raw.at[at];
		uint32_t code_point;
		char bytes[4];

		if (c >= ' ' && c < 0x7f) { /* most text: a run at a time */
			size_t run = ascii_plain_run(raw.at + at, raw.len_bytes - at);
			strbuf_add(out, raw.at + at, run);
			at += run;
			continue;
		}
		if (c == '\r') {
			at++;
			if (at < raw.len_bytes && raw.at[at] == '\n')
				at++;
			strbuf_addch(out, shape == TEXT_LINE ? ' ' : '\n');
			continue;
		}
		if (c == '\n' || c == '\t') {
			at++;
			strbuf_addch(out, shape == TEXT_LINE ? ' ' : c);
			continue;
		}
		at += utf8_decode(raw.at + at, raw.len_bytes - at, &code_point, NULL);
		if (needs_mark(code_point))
			strbuf_addf(out, "<U+%04X>", (unsigned)code_point);
		else
			strbuf_add(out, bytes, utf8_encode(code_point, bytes));
	}
}

struct slice text_clean_slice(struct arena *arena, struct slice raw, enum text_shape shape)
{
	struct strbuf buf = STRBUF_INIT;
	struct slice clean;
	size_t at = 0;

	while (at < raw.len_bytes) {
		uint32_t c;
		bool valid;
		size_t len = ascii_plain_run(raw.at + at, raw.len_bytes - at);

		if (!len && (unsigned char)raw.at[at] >= 0x80) {
			len = utf8_decode(raw.at + at, raw.len_bytes - at, &c, &valid);
			len = valid && !needs_mark(c) ? len : 0;
		} else if (!len && shape == TEXT_BLOCK)
			len = raw.at[at] == '\n' || raw.at[at] == '\t';
		if (!len)
			break;
		at += len;
	}
	if (at && at == raw.len_bytes) /* nearly always: it is clean as it stands */
		return arena_slice(arena, raw);
	text_clean(&buf, raw, shape);
	clean = arena_slice(arena, strbuf_slice(&buf));
	strbuf_release(&buf);
	if (!clean.at)
		clean = (struct slice){ "", 0 };
	return clean;
}

static void add_reference(struct strbuf *out, unsigned code_point)
{
	strbuf_addf(out, "&#%u;", code_point);
}

bool text_is_wide_blank(uint32_t c)
{
	return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Copies the character at `at`, which is no ASCII; returns the offset behind it. */
static size_t add_character(struct strbuf *out, struct slice line, size_t at)
{
	uint32_t c;
	size_t len = utf8_decode(line.at + at, line.len_bytes - at, &c, NULL);

	/* It counts as white space beside * and _, and looks the same as a blank: as a reference it does neither. */
	if (text_is_wide_blank(c))
		add_reference(out, c);
	else
		strbuf_add(out, line.at + at, len);
	return at + len;
}

/* The offset of the mark that makes "12)" or "12." at the start of a line a list
 * item, or line.len_bytes. CommonMark 5.2: at most nine digits. */
static size_t list_mark_at(struct slice line)
{
	size_t at = 0;

	while (at < line.len_bytes && at < 10 && is_digit(line.at[at]))
		at++;
	if (at > 0 && at < line.len_bytes && (line.at[at] == '.' || line.at[at] == ')'))
		return at;
	return line.len_bytes;
}

static bool starts_with(struct slice text, const char *word)
{
	size_t len = strlen(word);
	return text.len_bytes >= len && memcmp(text.at, word, len) == 0;
}

/* A blank at the very start or end of a line would be dropped. */
static bool is_edge_blank(struct slice line, size_t at, unsigned edges)
{
	return line.at[at] == ' ' && ((at == 0 && (edges & ESCAPE_LINE_START)) ||
				      (at + 1 == line.len_bytes && (edges & ESCAPE_LINE_END)));
}

/* What means nothing alone: ";)" and ";(", of which VitePress makes emoji as it does of smileys whose marks are
 * references anyway, and "???", which opens a box on MkDocs. */
static bool opens_pair(struct slice line, size_t at)
{
	char c = line.at[at], next = at + 1 < line.len_bytes ? line.at[at + 1] : ' ';

	return (c == ';' && (next == ')' || next == '(')) || (c == '?' && next == '?');
}

/* `kept`: the punctuation that stays; the rule holds in prose, cells and headings alike. */
static void put_numeric(struct strbuf *out, struct slice line, unsigned edges, const char *kept, bool split_ordinals)
{
	bool line_start = edges & ESCAPE_LINE_START;
	size_t mark = line_start ? list_mark_at(line) : line.len_bytes;
	/* MDX takes lines that start so for JavaScript. */
	bool is_module = line_start && (starts_with(line, "import") || starts_with(line, "export"));
	size_t at = 0;

	while (at < line.len_bytes) {
		char c = line.at[at];

		if ((unsigned char)c >= 0x80) {
			at = add_character(out, line, at);
			continue;
		}
		if (is_edge_blank(line, at, edges) || at == mark || (at == 0 && is_module) ||
		    (is_punct(c) && !strchr(kept, c)) || opens_pair(line, at) ||
		    (split_ordinals && at > 0 && is_digit(line.at[at - 1]) && (is_lower(c) || is_upper(c))))
			add_reference(out, (unsigned char)c);
		else
			strbuf_addch(out, c);
		at++;
	}
}

void escape_numeric(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges)
{
	(void)context;
	put_numeric(out, line, edges, ",;()?/", false);
}

void escape_numeric_all(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges)
{
	(void)context;
	put_numeric(out, line, edges, ",;?", true);
}

static bool is_w(char c) { return c == 'w' || c == 'W'; }

/* GFM 6.9 makes links of bare addresses before it reads escapes, so that "&amp;"
 * within one would show as it stands. The mark at `at` is what it looks for. */
static bool opens_autolink(struct slice line, size_t at)
{
	if (line.at[at] == ':')
		return at + 2 < line.len_bytes && line.at[at + 1] == '/' && line.at[at + 2] == '/';
	return line.at[at] == '.' && at >= 3 && is_w(line.at[at - 1]) && is_w(line.at[at - 2]) && is_w(line.at[at - 3]);
}

/* GitLab makes links of "@ada", "#12", "!12", "%12" and "&12", also in files, but not behind backslashes. */
static bool opens_reference(struct slice line, size_t at)
{
	char c = line.at[at], next = at + 1 < line.len_bytes ? line.at[at + 1] : ' ';
	bool in_word = at > 0 && is_alnum(line.at[at - 1]);

	return (strchr("#!&", c) && is_digit(next)) || (strchr("@%", c) && !in_word && (is_alnum(next) || next == '_'));
}

void escape_backslash(struct strbuf *out, struct slice line, enum escape_context context, unsigned edges)
{
	/* In a cell or behind "## " no block can start. */
	bool line_start = (edges & ESCAPE_LINE_START) && context == ESCAPE_PROSE;
	size_t mark = line_start ? list_mark_at(line) : line.len_bytes;
	size_t at = 0;

	while (at < line.len_bytes) {
		char c = line.at[at];
		bool escaped;

		if (is_alnum(c)) { /* most text: a run at a time; blanks within the line are nothing but blanks */
			size_t end = at + 1;
			while (end < line.len_bytes && (is_alnum(line.at[end]) || (line.at[end] == ' ' && end + 1 < line.len_bytes)))
				end++;
			strbuf_add(out, line.at + at, end - at);
			at = end;
			continue;
		}
		if ((unsigned char)c >= 0x80) {
			at = add_character(out, line, at);
			continue;
		}
		escaped = strchr("\\`*[]~|$", c) || at == mark;
		if (line_start && at == 0 && strchr("#+-=:", c))
			escaped = true;
		if (c == '#' && context == ESCAPE_HEADING)
			escaped = true; /* "## x ##" drops the second run */
		if (opens_autolink(line, at))
			escaped = true;
		if (c == '^' && at == 0)
			escaped = true; /* a link's label so becomes a footnote's mark */
		if (c == '!' && at + 1 == line.len_bytes)
			escaped = true; /* a link may follow: it would become an image */
		if (opens_reference(line, at))
			escaped = true;
		if (c == '_' && !(at > 0 && is_alnum(line.at[at - 1]) && at + 1 < line.len_bytes &&
				  is_alnum(line.at[at + 1])))
			escaped = true; /* between letters it is just itself */

		if (c == '<')
			strbuf_addstr(out, "&lt;");
		else if (c == '>')
			strbuf_addstr(out, "&gt;");
		else if (c == '&' && !escaped)
			strbuf_addstr(out, "&amp;");
		else if (is_edge_blank(line, at, edges))
			add_reference(out, ' ');
		else {
			if (escaped)
				strbuf_addch(out, '\\');
			strbuf_addch(out, c);
		}
		at++;
	}
}

void escape_html(struct strbuf *out, struct slice text)
{
	for (size_t i = 0; i < text.len_bytes; i++) {
		switch (text.at[i]) {
		case '&': strbuf_addstr(out, "&amp;"); break;
		case '<': strbuf_addstr(out, "&lt;"); break;
		case '>': strbuf_addstr(out, "&gt;"); break;
		case '"': strbuf_addstr(out, "&quot;"); break;
		default: strbuf_addch(out, text.at[i]);
		}
	}
}

void escape_yaml(struct strbuf *out, struct slice text)
{
	size_t at = 0;

	strbuf_addch(out, '"');
	while (at < text.len_bytes) {
		uint32_t c;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &c, NULL);

		if (c == '"' || c == '\\')
			strbuf_addf(out, "\\%c", (char)c);
		else if (c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff)
			strbuf_addf(out, "\\u%04X", (unsigned)c);
		else
			strbuf_add(out, text.at + at, len);
		at += len;
	}
	strbuf_addch(out, '"');
}

/* Length of the scheme, without ":"; 0: none. What stands before a colon counts
 * as one even where it is no valid scheme: programs drop blanks and controls
 * from it ("java\tscript:"). */
static size_t scheme_len(struct slice url)
{
	for (size_t i = 0; i < url.len_bytes; i++) {
		if (url.at[i] == ':')
			return i ? i : 1;
		if (strchr("/?#", url.at[i]))
			break;
	}
	return 0;
}

static bool scheme_is(struct slice url, const char *scheme)
{
	size_t len = scheme_len(url);

	if (len != strlen(scheme))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((is_upper(url.at[i]) ? url.at[i] - 'A' + 'a' : url.at[i]) != scheme[i])
			return false;
	return true;
}

/* "1.2.3.4": whatever ends in a number must be one, or programs take the address for none. */
static bool is_ipv4(struct slice host)
{
	size_t at = 0, parts = 0;

	for (; parts < 4 && at < host.len_bytes; parts++) {
		unsigned number = 0;
		size_t from = at;

		while (at < host.len_bytes && is_digit(host.at[at]) && at - from < 4)
			number = number * 10 + (unsigned)(host.at[at++] - '0');
		if (at == from || number > 255 || (at - from > 1 && host.at[from] == '0'))
			return false;
		if (at < host.len_bytes && host.at[at++] != '.')
			return false;
	}
	return parts == 4 && at == host.len_bytes && host.at[at - 1] != '.';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* "7", "0x1f" and "0x", as the WHATWG URL standard has it: a host that ends in one is an address in numbers. */
static bool is_number(struct slice label)
{
	bool hex = label.len_bytes >= 2 && label.at[0] == '0' && (label.at[1] == 'x' || label.at[1] == 'X');

	for (size_t i = hex ? 2 : 0; i < label.len_bytes; i++)
		if (!(hex ? is_hex(label.at[i]) : is_digit(label.at[i])))
			return false;
	return label.len_bytes > 0;
}

/* A host that every program takes for one, but for names in other scripts (url_has_encoded_host). The WHATWG URL
 * standard refuses "[::1" and "1.2.3.999": one such address in a page ends the build of Docusaurus. Of IPv6 none is
 * taken, since brackets do not stay as they are in a link. */
static bool is_host(struct slice host)
{
	size_t last, end = host.len_bytes;

	for (size_t i = 0; i < host.len_bytes; i++) {
		if (!host.at[i] || (!is_alnum(host.at[i]) && !strchr(".-_", host.at[i])))
			return false;
		if (host.at[i] == '.' && (i == 0 || host.at[i - 1] == '.'))
			return false;
	}
	if (end && host.at[end - 1] == '.')
		end--;
	for (last = end; last && host.at[last - 1] != '.';)
		last--;
	return host.len_bytes && (!is_number((struct slice){ host.at + last, end - last }) || is_ipv4(host));
}

/* Of http and https; behind the scheme: "//", who asks, the host, a port. */
static bool host_of(struct slice url, struct slice *host)
{
	size_t scheme = scheme_len(url) + 1, end = 0, from, port = 0;
	struct slice rest;

	if ((!scheme_is(url, "http") && !scheme_is(url, "https")) ||
	    !starts_with((struct slice){ url.at + scheme, url.len_bytes - scheme }, "//"))
		return false;
	rest = (struct slice){ url.at + scheme + 2, url.len_bytes - scheme - 2 };
	while (end < rest.len_bytes && !strchr("/?#", rest.at[end]))
		end++;
	for (from = end; from > 0 && rest.at[from - 1] != '@';)
		from--;
	rest = (struct slice){ rest.at + from, end - from };
	for (end = 0; end < rest.len_bytes && rest.at[end] != ':';)
		end++;
	for (size_t i = end + 1; i < rest.len_bytes; i++) {
		if (!is_digit(rest.at[i]) || i > end + 5)
			return false;
		port = port * 10 + (size_t)(rest.at[i] - '0');
	}
	*host = (struct slice){ rest.at, end };
	return port <= 65535;
}

bool url_has_encoded_host(struct slice url)
{
	struct slice host;

	if (!host_of(url, &host))
		return false;
	for (size_t i = 0; i + 4 <= host.len_bytes; i++)
		if ((i == 0 || host.at[i - 1] == '.') && (host.at[i] | 0x20) == 'x' && (host.at[i + 1] | 0x20) == 'n' &&
		    host.at[i + 2] == '-' && host.at[i + 3] == '-')
			return true;
	return false;
}

static unsigned hex_digit(char c)
{
	return (unsigned)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Whether what is percent-encoded in it is UTF-8: else Starlight leaves the page that shows such a picture empty. */
static bool decodes(struct slice url)
{
	struct strbuf bytes = STRBUF_INIT;
	bool valid;

	for (size_t i = 0; i < url.len_bytes; i++) {
		if (url.at[i] == '%' && i + 2 < url.len_bytes && is_hex(url.at[i + 1]) && is_hex(url.at[i + 2])) {
			strbuf_addch(&bytes, (char)(hex_digit(url.at[i + 1]) << 4 | hex_digit(url.at[i + 2])));
			i += 2;
		} else
			strbuf_addch(&bytes, '.');
	}
	valid = utf8_valid(strbuf_slice(&bytes));
	strbuf_release(&bytes);
	return valid;
}

bool url_is_web(struct slice url)
{
	struct slice host;

	return host_of(url, &host) && is_host(host) && decodes(url);
}

bool url_has_scheme(struct slice url)
{
	return scheme_len(url) > 0;
}

struct slice url_next(struct slice text, size_t from)
{
	const char *colon = NULL;

	for (size_t at = from; at < text.len_bytes;) {
		size_t end = at;
		struct slice word;

		if (!colon || colon < text.at + at)
			colon = memchr(text.at + at, ':', text.len_bytes - at);
		if (!colon) /* without one there is no scheme: so are most texts */
			break;
		while (end < text.len_bytes && text.at[end] != ' ')
			end++;
		while (at < end && strchr("([\"'", text.at[at]))
			at++;
		word = (struct slice){ text.at + at, end - at };
		while (word.len_bytes && strchr(".,;:!?)]>\"'", word.at[word.len_bytes - 1]))
			word.len_bytes--;
		if (colon < text.at + end && url_is_web(word))
			return word;
		at = end < text.len_bytes ? end + 1 : end;
	}
	return (struct slice){ NULL, 0 };
}

bool url_is_safe(struct slice url)
{
	return url.len_bytes > 0 && (scheme_len(url) == 0 || url_is_web(url) || scheme_is(url, "mailto"));
}

void escape_url(struct strbuf *out, struct slice url)
{
	size_t scheme = url_is_safe(url) ? scheme_len(url) : 0;

	for (size_t i = 0; i < url.len_bytes; i++) {
		char c = url.at[i];

		if (i < scheme && is_upper(c)) /* VitePress takes a picture's "HTTP:" for a folder */
			strbuf_addch(out, (char)(c - 'A' + 'a'));
		else if (c == '&')
			strbuf_addstr(out, "&amp;");
		else if (c == '%' && i + 2 < url.len_bytes && is_hex(url.at[i + 1]) && is_hex(url.at[i + 2]))
			strbuf_addch(out, c);
		else if (c && (is_alnum(c) || strchr("-._~:/?#@!+,;=", c)))
			strbuf_addch(out, c);
		else
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

void escape_slug(struct strbuf *out, struct slice text, size_t limit_bytes)
{
	size_t start = out->len_bytes;
	bool gap = false;

	for (size_t i = 0; i < text.len_bytes; i++) {
		char c = text.at[i];

		if (!is_alnum(c)) {
			gap = true;
			continue;
		}
		if (out->len_bytes - start + (gap ? 2 : 1) > limit_bytes) {
			size_t word = out->len_bytes;

			/* Not half a word, unless it is the only one. */
			while (!gap && word > start && out->text[word - 1] != '-')
				word--;
			if (!gap && word > start)
				strbuf_truncate(out, word - 1);
			break;
		}
		if (gap && out->len_bytes > start)
			strbuf_addch(out, '-');
		gap = false;
		strbuf_addch(out, is_upper(c) ? (char)(c - 'A' + 'a') : c);
	}
}

void escape_info(struct strbuf *out, struct slice language)
{
	size_t kept = 0;

	for (size_t i = 0; i < language.len_bytes && kept < 40; i++) {
		char c = language.at[i];

		if (c == ' ' || c == '\t' || c == '\n')
			break; /* the first word is the language */
		if (c && (is_alnum(c) || strchr("_+#.-", c))) {
			strbuf_addch(out, c);
			kept++;
		}
	}
}

size_t text_longest_run(struct slice text, char c)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < text.len_bytes; i++) {
		run = text.at[i] == c ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest;
}

bool text_opens_emoji(struct slice text, size_t at)
{
	size_t end = at + 1;
	bool digits = true;

	for (; end < text.len_bytes && text.at[end] != ':'; end++) {
		char c = text.at[end];

		if (!(c >= '0' && c <= '9')) {
			digits = false;
			if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !strchr("_+-", c))
				return false;
		}
	}
	return end < text.len_bytes && end > at + (digits ? 3 : 1) && (!digits || end <= at + 5);
}
