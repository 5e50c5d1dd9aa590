#include "templates/mustache_parse.h"

#include "core/base/vec.h"

struct parser {
	const char *name;
	struct slice text;
	size_t at;
	int line;
	size_t line_counted_to;  /* `line` is right for this offset */
	struct slice open, close;
	VEC_OF(struct mustache_node) nodes;
	size_t open_sections[MUSTACHE_SECTION_DEPTH_MAX];
	size_t depth;
	struct error *err;
};

struct tag {
	size_t start, end;   /* offsets of its first byte and behind its last */
	char sigil;          /* 0 for a plain variable, '{' for the triple form */
	struct slice body;   /* trimmed */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

static struct slice trimmed(struct slice s)
{
	while (s.len_bytes && is_space(s.at[0])) {
		s.at++;
		s.len_bytes--;
	}
	while (s.len_bytes && is_space(s.at[s.len_bytes - 1]))
		s.len_bytes--;
	return s;
}

static int line_at(struct parser *p, size_t offset)
{
	for (; p->line_counted_to < offset; p->line_counted_to++)
		if (p->text.at[p->line_counted_to] == '\n')
			p->line++;
	return p->line;
}

/* Offset of `needle` from `from` on, or -1. */
static long find(struct slice text, size_t from, struct slice needle)
{
	for (size_t i = from; i + needle.len_bytes <= text.len_bytes; i++) {
		const char *first = memchr(text.at + i, needle.at[0], text.len_bytes - needle.len_bytes - i + 1);

		if (!first)
			break;
		i = (size_t)(first - text.at);
		if (memcmp(first, needle.at, needle.len_bytes) == 0)
			return (long)i;
	}
	return -1;
}

static enum status fault(struct parser *p, size_t offset, const char *reason, struct slice what)
{
	return error_set(p->err, STATUS_INPUT, "%s:%d: %s \"%.*s\"", p->name, line_at(p, offset), reason,
			 what.len_bytes > 80 ? 80 : (int)what.len_bytes, what.at);
}

static void add_text(struct parser *p, size_t from, size_t to)
{
	struct mustache_node node = { .type = MUSTACHE_TEXT, .line = p->line };

	if (to <= from)
		return;
	node.text = (struct slice){ p->text.at + from, to - from };
	vec_push(&p->nodes, node);
}

static enum status read_tag(struct parser *p, size_t start, struct tag *tag)
{
	static const struct slice triple = { "}}}", 3 };
	static const struct slice double_close = { "}}", 2 };
	struct slice close = p->close;
	size_t at = start + p->open.len_bytes;
	long end;

	*tag = (struct tag){ .start = start };
	while (at < p->text.len_bytes && is_space(p->text.at[at]))
		at++;
	if (at < p->text.len_bytes && memchr("#^/>!&={", p->text.at[at], 8))
		tag->sigil = p->text.at[at++];
	if (tag->sigil == '{') {
		if (!slice_eq(p->close, double_close))
			return fault(p, start, "{ needs the default delimiters, not", p->close);
		close = triple;
	}
	end = find(p->text, at, close);
	if (end < 0)
		return fault(p, start, "this tag has no end:", p->open);
	tag->body = trimmed((struct slice){ p->text.at + at, (size_t)end - at });
	tag->end = (size_t)end + close.len_bytes;
	if (tag->sigil != '!' && tag->body.len_bytes == 0)
		return fault(p, start, "this tag has no name:", p->open);
	return STATUS_OK;
}

/* A tag that shows nothing itself and stands alone on its line takes the whole
 * line with it. *line_start and *after: the range to drop. */
static bool stands_alone(const struct parser *p, const struct tag *tag, size_t *line_start, size_t *after)
{
	size_t from = tag->start, to = tag->end;

	if (tag->sigil == 0 || tag->sigil == '&' || tag->sigil == '{')
		return false;
	while (from > 0 && is_blank(p->text.at[from - 1]))
		from--;
	if (from > 0 && p->text.at[from - 1] != '\n')
		return false;
	while (to < p->text.len_bytes && is_blank(p->text.at[to]))
		to++;
	if (to + 1 < p->text.len_bytes && p->text.at[to] == '\r' && p->text.at[to + 1] == '\n')
		to += 2;
	else if (to < p->text.len_bytes && p->text.at[to] == '\n')
		to++;
	else if (to < p->text.len_bytes)
		return false;
	*line_start = from;
	*after = to;
	return true;
}

/* The line of the template around a tag. */
static struct slice line_around(const struct parser *p, const struct tag *tag)
{
	size_t from = tag->start, to = tag->end;

	while (from > 0 && p->text.at[from - 1] != '\n')
		from--;
	while (to < p->text.len_bytes && p->text.at[to] != '\n')
		to++;
	return (struct slice){ p->text.at + from, to - from };
}

static void find_place(const struct parser *p, const struct tag *tag, struct mustache_node *node)
{
	struct slice line = line_around(p, tag);
	const char *at = p->text.at + tag->start, *end = p->text.at + tag->end, *line_end = line.at + line.len_bytes;
	size_t marks = 0;

	while (marks < line.len_bytes && line.at[marks] == '#')
		marks++;
	if (marks && marks < line.len_bytes && is_blank(line.at[marks])) {
		node->place = MUSTACHE_HEADING;
		node->whole = at == line.at + marks + 1 && end == line_end;
	} else if (line.len_bytes && memchr(line.at, '|', line.len_bytes)) {
		node->place = MUSTACHE_ROW;
		while (at > line.at && is_blank(at[-1]))
			at--;
		while (end < line_end && is_blank(*end))
			end++;
		node->whole = at > line.at && at[-1] == '|' && end < line_end && *end == '|';
	} else
		node->whole = at == line.at && end == line_end;
}

static enum status set_delimiters(struct parser *p, const struct tag *tag)
{
	struct slice body = tag->body;
	size_t at = 0;

	if (!body.at || body.at[body.len_bytes - 1] != '=')
		return fault(p, tag->start, "delimiters must end in =:", body);
	body.len_bytes--;
	body = trimmed(body);
	while (at < body.len_bytes && !is_space(body.at[at]))
		at++;
	p->open = (struct slice){ body.at, at };
	p->close = trimmed((struct slice){ body.at + at, body.len_bytes - at });
	if (!p->open.len_bytes || !p->close.len_bytes || memchr(p->close.at, ' ', p->close.len_bytes) ||
	    memchr(body.at, '=', body.len_bytes))
		return fault(p, tag->start, "two delimiters are needed, not", tag->body);
	return STATUS_OK;
}

static enum status close_section(struct parser *p, const struct tag *tag)
{
	struct mustache_node *section;

	if (p->depth == 0)
		return fault(p, tag->start, "no section is open here to end", tag->body);
	section = &p->nodes.items[p->open_sections[--p->depth]];
	if (!slice_eq(section->text, tag->body))
		return fault(p, tag->start, "another section is open here than", tag->body);
	section->end = p->nodes.len;
	return STATUS_OK;
}

static enum status add_node(struct parser *p, const struct tag *tag, size_t line_start, bool alone)
{
	struct mustache_node node = { .line = line_at(p, tag->start), .text = tag->body };

	find_place(p, tag, &node);
	switch (tag->sigil) {
	case '!': return STATUS_OK;
	case '=': return set_delimiters(p, tag);
	case '/': return close_section(p, tag);
	case '#': node.type = MUSTACHE_SECTION; break;
	case '^': node.type = MUSTACHE_INVERTED; break;
	case '>':
		node.type = MUSTACHE_PARTIAL;
		if (alone)
			node.indent = (struct slice){ p->text.at + line_start, tag->start - line_start };
		break;
	case '&':
	case '{': node.type = MUSTACHE_UNESCAPED; break;
	default: node.type = MUSTACHE_VARIABLE;
	}
	if (node.type == MUSTACHE_SECTION || node.type == MUSTACHE_INVERTED) {
		if (p->depth == MUSTACHE_SECTION_DEPTH_MAX)
			return fault(p, tag->start, "too many sections within each other at", tag->body);
		p->open_sections[p->depth++] = p->nodes.len;
	}
	vec_push(&p->nodes, node);
	return STATUS_OK;
}

static enum status parse_all(struct parser *p)
{
	while (p->at < p->text.len_bytes) {
		long start = find(p->text, p->at, p->open);
		size_t line_start = 0, after = 0;
		struct tag tag;
		enum status status;
		bool alone;

		if (start < 0)
			break;
		line_at(p, p->at);
		status = read_tag(p, (size_t)start, &tag);
		if (status != STATUS_OK)
			return status;
		alone = stands_alone(p, &tag, &line_start, &after);
		add_text(p, p->at, alone ? line_start : tag.start);
		p->at = alone ? after : tag.end;
		status = add_node(p, &tag, line_start, alone);
		if (status != STATUS_OK)
			return status;
	}
	add_text(p, p->at, p->text.len_bytes);
	if (p->depth > 0)
		return fault(p, p->text.len_bytes, "this section is never ended:",
			     p->nodes.items[p->open_sections[p->depth - 1]].text);
	return STATUS_OK;
}

enum status mustache_parse(struct arena *arena, const char *name, struct slice text,
			   struct mustache_template *out, struct error *err)
{
	struct parser p = { .name = name, .text = text, .line = 1, .open = { "{{", 2 }, .close = { "}}", 2 },
			    .nodes = VEC_INIT, .err = err };
	enum status status = parse_all(&p);

	*out = (struct mustache_template){ .name = name };
	if (status == STATUS_OK && p.nodes.len) {
		out->nodes = arena_array(arena, p.nodes.len, sizeof(*out->nodes));
		memcpy(out->nodes, p.nodes.items, p.nodes.len * sizeof(*out->nodes));
		out->count = p.nodes.len;
	}
	vec_release(&p.nodes);
	return status;
}
