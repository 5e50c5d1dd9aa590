/* A block of a page, as a site's writer or a hand wrote it, as Markdown for the record. */
#include "templates/adopt.h"

#include "core/base/utf8.h"

struct reading {
	const struct site_writer *site;
	const struct page_map *map;
	enum adopt_form form;
	struct strbuf *out;
	struct slice text;
	size_t at;
	bool in_html;       /* a block that the writer made HTML of (site->alters) */
	int lists;          /* of it, open */
	bool ordered[8];
	int numbers[8];
};

static bool here(const struct reading *r, const char *words)
{
	size_t len = strlen(words);
	return r->text.len_bytes - r->at >= len && memcmp(r->text.at + r->at, words, len) == 0;
}

static bool take(struct reading *r, const char *words)
{
	if (!here(r, words))
		return false;
	r->at += strlen(words);
	return true;
}

/* The offset of `words` at or behind the place; the end if there are none. */
static size_t find(const struct reading *r, const char *words)
{
	size_t len = strlen(words), at = r->at;

	while (at + len <= r->text.len_bytes && memcmp(r->text.at + at, words, len) != 0)
		at++;
	return at + len <= r->text.len_bytes ? at : r->text.len_bytes;
}

/* A character that was text, whatever Markdown would make of it. */
static void put_char(struct reading *r, uint32_t c)
{
	char bytes[4];

	if (r->form == ADOPT_ESCAPED && c < 0x80 && strchr("\\`*_{}[]<>#+-!|~&", (int)c))
		strbuf_addch(r->out, '\\');
	if (r->form == ADOPT_REFERENCES && (c >= 0x80 || !strchr(" \n", (int)c))) {
		strbuf_addf(r->out, "&#%u;", (unsigned)c);
		return;
	}
	strbuf_add(r->out, bytes, utf8_encode(c, bytes));
}

static void decode(struct strbuf *out, struct slice text)
{
	for (size_t at = 0, len; at < text.len_bytes; at += len) {
		uint32_t c = text.at[at] == '&' ? adopt_reference_at(text, at, &len) : 0;
		char bytes[4];

		if (!c && text.at[at] == '\\' && at + 1 < text.len_bytes && strchr("\\`*[]~|$_:.#^!", text.at[at + 1]))
			at++;
		if (!c) {
			len = 1;
			strbuf_addch(out, text.at[at]);
		} else
			strbuf_add(out, bytes, utf8_encode(c, bytes));
	}
}

/* Code in a line, of which every mark may be a reference. */
static bool put_span(struct reading *r, const char *open, const char *close)
{
	struct strbuf code = STRBUF_INIT;
	size_t end;

	if (!take(r, open))
		return false;
	end = find(r, close);
	for (size_t at = r->at, len; at < end; at += len) {
		uint32_t c = r->text.at[at] == '&' ? adopt_reference_at(r->text, at, &len) : 0;
		if (!c) {
			c = (unsigned char)r->text.at[at];
			len = 1;
		}
		strbuf_addch(&code, c < 0x80 || len == 1 ? (char)c : '?');
	}
	site_put_code_span(&site_plain, r->out, strbuf_slice(&code), ESCAPE_PROSE);
	strbuf_release(&code);
	r->at = end < r->text.len_bytes ? end + strlen(close) : end;
	return true;
}

static void put_code(struct reading *r, struct slice code)
{
	if (r->site->uncode)
		r->site->uncode(r->out, code);
	else
		strbuf_addslice(r->out, code);
}

static size_t run_at(const struct reading *r, size_t at, char c)
{
	size_t end = at;

	while (end < r->text.len_bytes && r->text.at[end] == c)
		end++;
	return end - at;
}

/* A span of code in backticks. */
static void put_ticks(struct reading *r)
{
	size_t run = run_at(r, r->at, '`'), at = r->at + run;

	while (at < r->text.len_bytes) {
		size_t other = run_at(r, at, '`');
		if (other == run)
			break;
		at += other ? other : 1;
	}
	if (at >= r->text.len_bytes) /* none ends it: they are text */
		at = r->at;
	put_code(r, (struct slice){ r->text.at + r->at, at + run - r->at });
	r->at = at + run;
}

/* "[https://x](https://x)": the writer made it of the bare address. */
static bool put_bare_link(struct reading *r)
{
	struct strbuf label = STRBUF_INIT, url = STRBUF_INIT;
	size_t middle = find(r, "]("), end;
	bool bare = false;

	if (middle < r->text.len_bytes) {
		struct reading rest = *r;
		rest.at = middle + 2;
		end = find(&rest, ")");
		decode(&label, (struct slice){ r->text.at + r->at + 1, middle - r->at - 1 });
		decode(&url, (struct slice){ r->text.at + middle + 2, end - middle - 2 });
		bare = end < r->text.len_bytes && url_is_web(strbuf_slice(&url)) && slice_eq(strbuf_slice(&label), strbuf_slice(&url));
		if (bare) {
			strbuf_addslice(r->out, strbuf_slice(&url));
			r->at = end + 1;
		}
	}
	strbuf_release(&label);
	strbuf_release(&url);
	return bare;
}

/* ---- blocks that the writer made HTML of ------------------------------------------------------ */

static void new_line(struct reading *r)
{
	if (r->out->len_bytes && r->out->text[r->out->len_bytes - 1] != '\n')
		strbuf_addch(r->out, '\n');
}

static bool put_html_link(struct reading *r)
{
	struct slice url;
	size_t end, from;

	if (!take(r, "<a href=\""))
		return false;
	end = find(r, "\">");
	url = (struct slice){ r->text.at + r->at, end - r->at };
	r->at = end < r->text.len_bytes ? end + 2 : end;
	from = r->at;
	end = find(r, "</a>");
	if (slice_eq(url, (struct slice){ r->text.at + from, end - from })) {
		decode(r->out, url);
	} else {
		struct strbuf label = STRBUF_INIT;
		struct reading inner = { r->site, r->map, r->form, &label, { r->text.at + from, end - from }, 0, false, 0, { false }, { 0 } };

		while (inner.at < inner.text.len_bytes) {
			size_t len = 1;
			uint32_t c = inner.text.at[inner.at] == '&' ? adopt_reference_at(inner.text, inner.at, &len) : 0;
			put_char(&inner, c ? c : (unsigned char)inner.text.at[inner.at]);
			inner.at += c ? len : 1;
		}
		strbuf_addf(r->out, "[%s](", label.text);
		decode(r->out, url);
		strbuf_addch(r->out, ')');
		strbuf_release(&label);
	}
	r->at = end < r->text.len_bytes ? end + 4 : end;
	return true;
}

/* False: a tag that is not known. */
static bool put_tag(struct reading *r)
{
	static const struct {
		const char *tag, *text;
	} tags[] = {
		{ "<p>", "" }, { "</p>\n", "\n" }, { "</p>", "" }, { "<em>", "*" }, { "</em>", "*" }, { "<strong>", "**" }, { "</strong>", "**" },
		{ "<h3>", "### " }, { "<h4>", "#### " }, { "<h5>", "##### " }, { "<h6>", "###### " },
		{ "</h3>", "" }, { "</h4>", "" }, { "</h5>", "" }, { "</h6>", "" }, { "<br />\n", "\\\n" }, { "</li>\n", "" }, { "</li>", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (take(r, tags[i].tag)) {
			strbuf_addstr(r->out, tags[i].text);
			return true;
		}
	if (here(r, "<code>"))
		return put_span(r, "<code>", "</code>");
	if (here(r, "<ul>") || here(r, "<ol>")) {
		if (r->lists == (int)ARRAY_LEN(r->ordered))
			return false;
		r->ordered[r->lists] = here(r, "<ol>");
		r->numbers[r->lists++] = 1;
		r->at += 4;
		return take(r, "\n") || true;
	}
	if (take(r, "</ul>") || take(r, "</ol>")) {
		r->lists -= r->lists > 0;
		return take(r, "\n") || true;
	}
	if (take(r, "<li>")) {
		new_line(r);
		for (int i = 0; i + 1 < r->lists; i++)
			strbuf_addstr(r->out, r->ordered[i] ? "   " : "  ");
		if (r->lists && r->ordered[r->lists - 1])
			strbuf_addf(r->out, "%d. ", r->numbers[r->lists - 1]++);
		else
			strbuf_addstr(r->out, "- ");
		return true;
	}
	return put_html_link(r);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

/* A block of code at the start of a line: a fence, or the HTML that stands for one. */
static bool put_block(struct reading *r)
{
	struct strbuf code = STRBUF_INIT;
	size_t indent = run_at(r, r->at, ' '), from = r->at + indent, run = run_at(r, from, '`'), end;
	struct slice line;

	if (r->site->pre_open && !run) {
		const char *newline = memchr(r->text.at + from, '\n', r->text.len_bytes - from);
		line = (struct slice){ r->text.at + from, newline ? (size_t)(newline - r->text.at) - from : r->text.len_bytes - from };
		if (site_read_pre(r->site, line, &code)) {
			struct strbuf block = STRBUF_INIT;

			site_put_code_block(&site_plain, &block, "", strbuf_slice(&code), false);
			for (size_t at = 0; at < block.len_bytes; at++) {
				if (at == 0 || block.text[at - 1] == '\n')
					strbuf_addf(r->out, "%*s", (int)indent, "");
				if (at + 1 < block.len_bytes)
					strbuf_addch(r->out, block.text[at]);
			}
			r->at = from + line.len_bytes;
			strbuf_release(&block);
			strbuf_release(&code);
			return true;
		}
	}
	strbuf_release(&code);
	if (run < 3)
		return false;
	end = from + run;
	while (end < r->text.len_bytes) { /* to the line that closes it */
		const char *newline = memchr(r->text.at + end, '\n', r->text.len_bytes - end);
		size_t blanks;

		end = newline ? (size_t)(newline - r->text.at) + 1 : r->text.len_bytes;
		blanks = run_at(r, end, ' ');
		if (run_at(r, end + blanks, '`') >= run) {
			end += blanks + run_at(r, end + blanks, '`');
			break;
		}
	}
	line = (struct slice){ r->text.at + r->at, end - r->at };
	if (r->site->fence_words) { /* "```text frame="none"" */
		struct reading words = *r;
		size_t at = find(&words, r->site->fence_words), len = strlen(r->site->fence_words);
		const char *newline = memchr(line.at, '\n', line.len_bytes);

		if (newline && at < (size_t)(newline - r->text.at)) {
			size_t head = at - r->at;
			while (head && line.at[head - 1] == ' ')
				head--;
			if (head >= 4 && memcmp(line.at + head - 4, "text", 4) == 0)
				head -= 4;
			strbuf_add(r->out, line.at, head);
			line = (struct slice){ r->text.at + at + len, end - at - len };
		}
	}
	put_code(r, line);
	r->at = end;
	return true;
}

/* A list's marker that is as wide as the site wants it, as people write it. */
static void put_marker(struct reading *r)
{
	size_t indent = run_at(r, r->at, ' '), mark = r->at + indent, digits = mark;

	while (digits < r->text.len_bytes && r->text.at[digits] >= '0' && r->text.at[digits] <= '9')
		digits++;
	if (r->site->list_indent_columns <= 2 || digits >= r->text.len_bytes || !strchr(digits > mark ? ".)" : "-+", r->text.at[digits]) ||
	    digits + 1 - mark + run_at(r, digits + 1, ' ') != (size_t)r->site->list_indent_columns)
		return;
	strbuf_add(r->out, r->text.at + r->at, digits + 1 - r->at);
	strbuf_addch(r->out, ' ');
	r->at = digits + 1 + run_at(r, digits + 1, ' ');
}

static bool is_escaped_mark(const struct reading *r)
{
	return r->text.at[r->at] == '\\' && r->at + 1 < r->text.len_bytes && r->text.at[r->at + 1] > ' ' &&
	       strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r->text.at[r->at + 1]);
}

static bool put_next(struct reading *r)
{
	size_t len = 0;
	const char *note = adopt_note_at(r->site, r->text, r->at, r->map, &len);
	uint32_t c = r->text.at[r->at] == '&' && !note ? adopt_reference_at(r->text, r->at, &len) : 0;

	if (note || c) {
		if (note)
			strbuf_addstr(r->out, note);
		else
			put_char(r, c);
		r->at += len;
		return true;
	}
	if (r->site->span_open && put_span(r, r->site->span_open, r->site->span_close))
		return true;
	if (strcmp(r->site->strike_open, "<del>") == 0 && (take(r, "<del>") || take(r, "</del>"))) {
		strbuf_addstr(r->out, "~~");
		return true;
	}
	if (r->in_html && r->text.at[r->at] == '<')
		return put_tag(r);
	if (r->in_html) {
		len = utf8_decode(r->text.at + r->at, r->text.len_bytes - r->at, &c, NULL);
		if (len > 1 || !strchr("\\`*_{}[]<>#+-!|~&", (int)c))
			strbuf_add(r->out, r->text.at + r->at, len);
		else
			put_char(r, c);
		r->at += len;
		return true;
	}
	if (r->site->task_open[0] != '[' && (here(r, r->site->task_open) || here(r, r->site->task_done))) {
		strbuf_addstr(r->out, here(r, r->site->task_open) ? "[ ] " : "[x] ");
		r->at += strlen(r->site->task_open);
		return true;
	}
	if (r->text.at[r->at] == '`') {
		put_ticks(r);
		return true;
	}
	if (r->text.at[r->at] == '[' && put_bare_link(r))
		return true;
	if (is_escaped_mark(r) && r->form == ADOPT_BARE)
		r->at++;
	else if (is_escaped_mark(r))
		strbuf_addch(r->out, r->text.at[r->at++]);
	strbuf_addch(r->out, r->text.at[r->at++]);
	return true;
}

bool adopt_text(struct strbuf *out, const struct site_writer *site, struct slice block, const struct page_map *map,
		enum adopt_form form)
{
	struct reading r = { .site = site, .map = map, .form = form, .out = out, .text = block };

	r.in_html = site->alters && block.len_bytes && block.at[0] == '<' && !here(&r, site->pre_open);
	while (r.at < r.text.len_bytes) {
		bool line_start = r.at == 0 || r.text.at[r.at - 1] == '\n';
		if (line_start && !r.in_html && put_block(&r))
			continue;
		if (line_start && !r.in_html && form != ADOPT_REFERENCES)
			put_marker(&r);
		if (r.at < r.text.len_bytes && !put_next(&r))
			return false;
	}
	return true;
}
