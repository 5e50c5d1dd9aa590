#include "core/draft_text.h"

#include <string.h>

#include "core/base/ascii.h"
#include "core/base/mem.h"
#include "core/base/vec.h"
#include "core/incident.h"
#include "core/render.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

struct slice draft_trim(struct slice text)
{
	while (text.len_bytes && (is_blank(text.at[0]) || text.at[0] == '\n')) {
		text.at++;
		text.len_bytes--;
	}
	while (text.len_bytes && (is_blank(text.at[text.len_bytes - 1]) || text.at[text.len_bytes - 1] == '\n'))
		text.len_bytes--;
	return text;
}

struct slice draft_line_at(struct slice text, size_t at)
{
	const char *end = memchr(text.at + at, '\n', text.len_bytes - at);
	return (struct slice){ text.at + at, end ? (size_t)(end - text.at) - at : text.len_bytes - at };
}

static bool starts(struct slice text, const char *with)
{
	size_t len = strlen(with);
	return text.len_bytes >= len && memcmp(text.at, with, len) == 0;
}

static bool same_in_any_case(struct slice a, const char *b)
{
	if (a.len_bytes != strlen(b))
		return false;
	for (size_t i = 0; i < a.len_bytes; i++)
		if (ascii_lower(a.at[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

/* ---- parts --------------------------------------------------------------------- */

/* "{#key}" at the end of a title, taken off it: the part, whatever the title was changed to. */
static struct slice mark_of(struct slice *title)
{
	struct slice key = { title->at, 0 };

	for (size_t at = title->len_bytes; title->len_bytes && title->at[title->len_bytes - 1] == '}' && at-- > 0;)
		if (title->at[at] == '{' && at + 2 < title->len_bytes && title->at[at + 1] == '#') {
			key = (struct slice){ title->at + at + 2, title->len_bytes - at - 3 };
			title->len_bytes = at;
			*title = draft_trim(*title);
			break;
		}
	return key;
}

bool draft_part_title(struct slice title, int *part)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	struct slice key;

	title = draft_trim(title);
	key = mark_of(&title);
	for (size_t i = 0; i < count; i++)
		if (key.len_bytes ? same_in_any_case(key, kinds[i].key) : same_in_any_case(title, kinds[i].title)) {
			*part = (int)i;
			return true;
		}
	if (key.len_bytes)
		title = key;
	*part = same_in_any_case(title, "Causes")     ? DRAFT_CAUSES
		: same_in_any_case(title, "Timeline") ? DRAFT_TIMELINE
		: same_in_any_case(title, "Actions")  ? DRAFT_ACTIONS
		: same_in_any_case(title, "Record")   ? DRAFT_RECORD
						      : DRAFT_FRONT;
	return *part != DRAFT_FRONT;
}

bool draft_part_line(struct slice line, int *part)
{
	return starts(line, "# ") && draft_part_title((struct slice){ line.at + 2, line.len_bytes - 2 }, part);
}

bool draft_number(struct slice *text, char letter, int64_t *number)
{
	size_t at = 1;
	int64_t value = 0;

	if (!text->len_bytes || text->at[0] != letter)
		return false;
	/* Nine digits: what a document may state. */
	for (; at < text->len_bytes && at <= 9 && text->at[at] >= '0' && text->at[at] <= '9'; at++)
		value = value * 10 + (text->at[at] - '0');
	if (at == 1 || (at < text->len_bytes && !is_blank(text->at[at]) && text->at[at] != '\n'))
		return false;
	*number = value;
	text->at += at;
	text->len_bytes -= at;
	*text = draft_trim(*text);
	return true;
}

/* ---- fields -------------------------------------------------------------------- */

static const char escapes[] = "\\nrts|(:";

static bool is_escape(struct slice raw, size_t at)
{
	return raw.at[at] == '\\' && at + 1 < raw.len_bytes && raw.at[at + 1] && strchr(escapes, raw.at[at + 1]);
}

size_t draft_find(struct slice raw, size_t from, char c)
{
	for (size_t at = from; at < raw.len_bytes; at++) {
		if (raw.at[at] == c)
			return at;
		if (is_escape(raw, at))
			at++;
	}
	return raw.len_bytes;
}

char *draft_field_read(struct arena *arena, struct slice raw)
{
	struct strbuf text = STRBUF_INIT;
	char *copy;

	raw = draft_trim(raw);
	for (size_t at = 0; at < raw.len_bytes; at++) {
		char c = raw.at[at];
		if (is_escape(raw, at)) {
			c = raw.at[++at];
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == 's' ? ' ' : c;
		}
		strbuf_addch(&text, c);
	}
	copy = arena_text(arena, strbuf_slice(&text));
	strbuf_release(&text);
	return copy;
}

/* Whether the byte would end the field if it stood there bare. */
static bool ends_field(const char *text, size_t at, enum draft_field field)
{
	switch (field) {
	case DRAFT_LINE:
	case DRAFT_PART: return false;
	case DRAFT_EVENT: return text[at] == '|';
	case DRAFT_OWNER: return text[at] == ':';
	case DRAFT_CODE: return text[at] == '(';
	case DRAFT_TEXT:
		return text[at] == '(' && (strncmp(text + at, "(criterion:", 11) == 0 ||
					   strncmp(text + at, "(link:", 6) == 0);
	}
	return false;
}

static void write_blank(struct strbuf *out, const char *text, size_t at, size_t len, enum draft_field field)
{
	bool at_edge = at == 0 || at + 1 == len || text[at - 1] == '\n' || text[at + 1] == '\n';

	if (at_edge || field == DRAFT_CODE || (field == DRAFT_OWNER && strncmp(text + at, " due", 4) == 0))
		strbuf_addstr(out, "\\s");
	else
		strbuf_addch(out, ' ');
}

void draft_field_write(struct strbuf *out, const char *text, enum draft_field field)
{
	size_t len = text ? strlen(text) : 0;
	size_t first = 0, last = len; /* line feeds outside [first, last) are at the edges */
	bool goes_on = field == DRAFT_EVENT || field == DRAFT_TEXT || field == DRAFT_PART;
	const char *next_line = field == DRAFT_PART ? "\n    " : "\n  ";

	while (first < len && text[first] == '\n')
		first++;
	while (last > first && text[last - 1] == '\n')
		last--;
	for (size_t at = 0; at < len; at++) {
		char c = text[at];
		if (c == '\n' && goes_on && at >= first && at < last)
			strbuf_addstr(out, text[at + 1] == '\n' ? "\n" : next_line);
		else if (c == '\n')
			strbuf_addstr(out, "\\n");
		else if (c == '\r')
			strbuf_addstr(out, "\\r");
		else if (c == '\t')
			strbuf_addstr(out, "\\t");
		else if (c == ' ')
			write_blank(out, text, at, len, field);
		else if (c == '\\' && (at + 1 == len || strchr("\n\r\t ", text[at + 1]) || strchr(escapes, text[at + 1])))
			strbuf_addstr(out, "\\\\");
		else if (ends_field(text, at, field))
			strbuf_addf(out, "\\%c", c);
		else
			strbuf_addch(out, c);
	}
}

/* ---- fences (CommonMark 0.30, section 4.5) --------------------------------------- */

static size_t run_of(struct slice line, size_t at, char c)
{
	size_t len = 0;
	while (at + len < line.len_bytes && line.at[at + len] == c)
		len++;
	return len;
}

bool draft_fence_opens(struct slice line, struct draft_fence *fence)
{
	size_t indent = run_of(line, 0, ' '), len;
	char mark;

	if (indent > 3 || indent == line.len_bytes)
		return false;
	mark = line.at[indent];
	len = run_of(line, indent, mark);
	if ((mark != '`' && mark != '~') || len < 3)
		return false;
	if (mark == '`' && memchr(line.at + indent + len, '`', line.len_bytes - indent - len))
		return false;
	*fence = (struct draft_fence){ mark, len };
	return true;
}

/* How long a run closes a fence of that mark; 0: the line closes none. */
static size_t closing_run(struct slice line, char mark)
{
	size_t indent = run_of(line, 0, ' '), len, at;

	if (indent > 3)
		return 0;
	len = run_of(line, indent, mark);
	for (at = indent + len; at < line.len_bytes && is_blank(line.at[at]); at++)
		;
	return len >= 3 && at == line.len_bytes ? len : 0;
}

bool draft_fence_closes(struct slice line, const struct draft_fence *fence)
{
	return closing_run(line, fence->mark) >= fence->len;
}

/* ---- blocks -------------------------------------------------------------------- */

static size_t backslashes(struct slice line)
{
	return run_of(line, 0, '\\');
}

/* The line from its first byte that is no blank, where at most three stand before it: there blocks begin. */
static struct slice block_begin(struct slice line)
{
	size_t indent = run_of(line, 0, ' ');

	return indent > 3 ? (struct slice){ line.at, 0 } : (struct slice){ line.at + indent, line.len_bytes - indent };
}

/* CommonMark 0.30, section 4.2: of level 1. */
static bool is_heading(struct slice line)
{
	struct slice begin = block_begin(line);

	return begin.len_bytes && begin.at[0] == '#' && (begin.len_bytes == 1 || is_blank(begin.at[1]));
}

/* Section 4.3: of level 1. */
static bool is_underline(struct slice line)
{
	struct slice begin = draft_trim(block_begin(line));

	return begin.len_bytes && run_of(begin, 0, '=') == begin.len_bytes;
}

/* Section 4.6, start conditions 1 to 5, or nearly so: one too many costs a backslash. */
static bool opens_html(struct slice line)
{
	static const char *const names[] = { "script", "pre", "style", "textarea" };
	struct slice begin = block_begin(line);

	if (begin.len_bytes < 2 || begin.at[0] != '<')
		return false;
	if (begin.at[1] == '!' || begin.at[1] == '?')
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (begin.len_bytes > strlen(names[i]) && same_in_any_case((struct slice){ begin.at + 1, strlen(names[i]) }, names[i]))
			return true;
	return false;
}

/* Whether the line, without backslashes in front, is structure there. */
static bool is_structure(struct slice line, enum draft_block block, bool in_fence)
{
	struct draft_fence fence;
	int64_t number;
	int part;

	if (in_fence) {
		struct slice rest = line;
		if (draft_part_line(line, &part))
			return true;
		if (block != DRAFT_STATEMENT_BLOCK || !starts(line, "## "))
			return false;
		rest.at += 3;
		rest.len_bytes -= 3;
		return draft_number(&rest, 'C', &number);
	}
	return is_heading(line) || is_underline(line) || opens_html(line) ||
	       (block == DRAFT_STATEMENT_BLOCK && starts(line, "## ")) || draft_fence_opens(line, &fence);
}

struct slice draft_block_line(struct slice line, enum draft_block block, bool in_fence)
{
	size_t count = backslashes(line);
	struct slice rest = { line.at + count, line.len_bytes - count };

	if (count && is_structure(rest, block, in_fence))
		return (struct slice){ line.at + 1, line.len_bytes - 1 };
	return line;
}

/* The longest closing line of each mark from each line on: so that one pass
 * tells whether a fence is closed, however many there are. */
struct closers {
	size_t backquotes, tildes;
};

static struct closers *find_closers(struct slice text, size_t *line_count)
{
	struct closers *closers;
	size_t count = 1, index = 0;

	for (size_t at = 0; at < text.len_bytes; at++)
		count += text.at[at] == '\n';
	closers = mem_zalloc(count + 1, sizeof(*closers));
	for (size_t at = 0; index < count; index++) {
		struct slice line = draft_line_at(text, at);
		closers[index] = (struct closers){ closing_run(line, '`'), closing_run(line, '~') };
		at += line.len_bytes + 1;
	}
	for (size_t i = count; i-- > 0;) {
		if (closers[i + 1].backquotes > closers[i].backquotes)
			closers[i].backquotes = closers[i + 1].backquotes;
		if (closers[i + 1].tildes > closers[i].tildes)
			closers[i].tildes = closers[i + 1].tildes;
	}
	*line_count = count;
	return closers;
}

/* The fences of a block, in its order, by lines from 1. */
struct fenced {
	size_t first_line, last_line;
};
struct fences {
	struct fenced *items;
	size_t len, capacity;
};

/* `fenced` false: every line stands as if no fence were open, and none is opened. */
static void write_lines(struct strbuf *out, struct slice text, enum draft_block block, bool fenced, struct fences *seen)
{
	struct draft_fence fence = { 0, 0 };
	struct closers *closers;
	size_t count, at = 0;

	closers = find_closers(text, &count);
	for (size_t i = 0; i < count; i++) {
		struct slice line = draft_line_at(text, at);
		size_t slashes = backslashes(line);
		struct slice rest = { line.at + slashes, line.len_bytes - slashes };
		bool in_fence = fence.mark != 0, escape;
		struct draft_fence opened;

		escape = is_structure(rest, block, in_fence);
		if (in_fence && draft_fence_closes(line, &fence)) {
			fence.mark = 0;
			seen->items[seen->len - 1].last_line = i + 1;
		} else if (fenced && !in_fence && !slashes && draft_fence_opens(line, &opened) &&
			   (opened.mark == '`' ? closers[i + 1].backquotes : closers[i + 1].tildes) >= opened.len) {
			fence = opened;
			escape = false;
			vec_push(seen, ((struct fenced){ i + 1, i + 1 }));
		}
		if (escape)
			strbuf_addch(out, '\\');
		strbuf_addslice(out, line);
		strbuf_addch(out, '\n');
		at += line.len_bytes + 1;
	}
	free(closers);
}

/* Whether the fences are those that Markdown has there at the top level. */
static bool are_fences(const struct renderer *renderer, struct slice text, const struct fences *seen)
{
	struct arena arena = ARENA_INIT;
	const struct outline_block *blocks;
	size_t count, at = 0;
	bool same = true;

	renderer->outline(&arena, text, &blocks, &count);
	for (size_t i = 0; i < count && same; i++) {
		if (blocks[i].kind != OUTLINE_CODE)
			continue;
		same = at < seen->len && seen->items[at].first_line == blocks[i].first_line &&
		       seen->items[at].last_line == blocks[i].last_line;
		at++;
	}
	arena_release(&arena);
	return same && at == seen->len;
}

void draft_block_write(struct strbuf *out, const char *markdown, enum draft_block block, const struct renderer *renderer)
{
	struct slice text = draft_block_trim(slice_of(markdown ? markdown : ""));
	struct fences seen = VEC_INIT;
	size_t before = out->len_bytes;

	if (!text.len_bytes)
		return;
	write_lines(out, text, block, true, &seen);
	if (seen.len && !are_fences(renderer, (struct slice){ out->text + before, out->len_bytes - before }, &seen)) {
		strbuf_truncate(out, before);
		write_lines(out, text, block, false, &seen);
	}
	vec_release(&seen);
}

struct slice draft_block_trim(struct slice text)
{
	for (size_t at = 0; at < text.len_bytes;) {
		struct slice line = draft_line_at(text, at);
		if (draft_trim(line).len_bytes) {
			text.at += at;
			text.len_bytes -= at;
			break;
		}
		at += line.len_bytes + 1;
		if (at >= text.len_bytes)
			return (struct slice){ text.at, 0 };
	}
	while (text.len_bytes && (is_blank(text.at[text.len_bytes - 1]) || text.at[text.len_bytes - 1] == '\n'))
		text.len_bytes--;
	return text;
}
