#include "templates/markdown_marks.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "templates/markdown_edge.h"
#include "templates/markdown_memory.h"

#define NOTES_MAX 500        /* of one text: more are text */
#define NAME_MAX_BYTES 64
#define NOTE_OPEN '\001'     /* and the note's number, and NOTE_CLOSE */
#define NOTE_CLOSE '\002'
#define STRIKE "~\003~"      /* a run of two; tildes, so that what stands beside it sees the same */

enum { NO_NOTE = -1, NOT_TOP = -2 /* nor can there be: no paragraph at the top level */ };

/* ---- source ---------------------------------------------------------------------------- */

struct line {
	struct slice text;      /* without its LF */
	size_t name_at;         /* "[^name]:" opens it; 0: no */
	size_t body_at;         /* behind that */
	struct slice name;
	bool is_text;           /* not within code, as far as that was asked */
	int note;               /* the definition that it belongs to, or NO_NOTE, NOT_TOP */
};

struct marking {
	struct arena *arena;
	struct line *lines;
	size_t line_count;
	struct markdown_note notes[NOTES_MAX];
	bool used[NOTES_MAX];
	size_t note_count;
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == ':' || c == '.' || (unsigned char)c >= 0x80;
}

/* The name of "[^name]" at `at`; absent: none stands there. */
static struct slice name_at(struct slice text, size_t at)
{
	size_t end = at + 2;

	if (text.len_bytes - at < 4 || text.at[at] != '[' || text.at[at + 1] != '^')
		return (struct slice){ NULL, 0 };
	while (end < text.len_bytes && is_name_byte(text.at[end]) && end - at - 2 < NAME_MAX_BYTES)
		end++;
	if (end == at + 2 || end == text.len_bytes || text.at[end] != ']')
		return (struct slice){ NULL, 0 };
	return (struct slice){ text.at + at + 2, end - at - 2 };
}

static void read_lines(struct marking *m, struct slice source)
{
	struct slice rest = source, text;
	size_t count = 0;

	while (slice_next_line(&rest, &text))
		count++;
	m->lines = arena_array(m->arena, count + 1, sizeof(*m->lines));
	while (slice_next_line(&source, &text)) {
		struct line *line = &m->lines[m->line_count++];
		size_t blanks = 0;

		*line = (struct line){ .text = text, .is_text = true, .note = NO_NOTE };
		while (blanks < text.len_bytes && blanks < 4 && text.at[blanks] == ' ')
			blanks++;
		if (blanks == 4)
			continue;
		line->name = name_at(text, blanks);
		line->body_at = line->name.at ? blanks + line->name.len_bytes + 4 : 0;
		if (!line->name.at || line->body_at > text.len_bytes || text.at[line->body_at - 1] != ':')
			line->name.at = NULL;
		line->name_at = blanks;
	}
}

static int find_note(const struct markdown_note *notes, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is(name, notes[i].name))
			return (int)i;
	return -1;
}

/* A copy of the text with signs for the strokes, and for references to those notes. */
static void put_signs(struct strbuf *out, struct slice text, const struct markdown_note *notes, size_t count)
{
	size_t at = 0;

	while (at < text.len_bytes) {
		char c = text.at[at];
		size_t run = 0;
		struct slice name;

		if (c == '\\' && at + 1 < text.len_bytes) {
			strbuf_add(out, text.at + at, 2);
			at += 2;
			continue;
		}
		while (at + run < text.len_bytes && text.at[at + run] == '~')
			run++;
		if (run) {
			if (run == 2)
				strbuf_addstr(out, STRIKE);
			else
				strbuf_add(out, text.at + at, run);
			at += run;
			continue;
		}
		name = count && c == '[' ? name_at(text, at) : (struct slice){ NULL, 0 };
		if (name.at && find_note(notes, count, name) >= 0) {
			strbuf_addf(out, "%c%d%c", NOTE_OPEN, find_note(notes, count, name), NOTE_CLOSE);
			at += name.len_bytes + 3;
			continue;
		}
		strbuf_addch(out, c);
		at++;
	}
}

/* What libcmark is to read: definitions left out or, where they are text, escaped. */
static void put_source(struct marking *m, struct strbuf *out)
{
	for (size_t i = 0; i < m->line_count; i++) {
		struct line *line = &m->lines[i];
		struct slice text = line->text;

		if (line->note < 0 && line->name.at && line->is_text) {
			/* An escape keeps it from being the address of a link, which nobody would see. */
			strbuf_add(out, text.at, line->name_at);
			strbuf_addch(out, '\\');
			text = (struct slice){ text.at + line->name_at, text.len_bytes - line->name_at };
			strbuf_add(out, text.at, 1);
			text = (struct slice){ text.at + 1, text.len_bytes - 1 };
		}
		if (line->note < 0)
			put_signs(out, text, m->notes, m->note_count);
		strbuf_addch(out, '\n');
	}
}

/* ---- the tree -------------------------------------------------------------------------- */

const struct mark *markdown_mark(cmark_node *node)
{
	return cmark_node_get_type(node) == CMARK_NODE_CUSTOM_INLINE ? cmark_node_get_user_data(node) : NULL;
}

/* Signs back to what stood in the source: in code, addresses and what pairs with nothing. */
static bool unsign(struct strbuf *out, const char *text, const struct markdown_note *notes, size_t count)
{
	bool any = false;

	for (const char *at = text; *at; at++) {
		unsigned number = 0;
		const char *end = at + 1;

		if (strncmp(at, STRIKE, strlen(STRIKE)) == 0) {
			strbuf_addstr(out, "~~");
			at += strlen(STRIKE) - 1;
			any = true;
			continue;
		}
		while (*at == NOTE_OPEN && *end >= '0' && *end <= '9' && number < NOTES_MAX)
			number = number * 10 + (unsigned)(*end++ - '0');
		if (end > at + 1 && *end == NOTE_CLOSE && number < count) {
			strbuf_addf(out, "[^%s]", notes[number].name);
			at = end;
			any = true;
			continue;
		}
		strbuf_addch(out, *at);
	}
	return any;
}

static void unsign_node(cmark_node *node, const struct markdown_note *notes, size_t count)
{
	struct strbuf text = STRBUF_INIT;

	if (cmark_node_get_literal(node) && unsign(&text, cmark_node_get_literal(node), notes, count))
		cmark_node_set_literal(node, text.text);
	strbuf_clear(&text);
	if (cmark_node_get_url(node) && unsign(&text, cmark_node_get_url(node), notes, count))
		cmark_node_set_url(node, text.text);
	strbuf_clear(&text);
	if (cmark_node_get_title(node) && unsign(&text, cmark_node_get_title(node), notes, count))
		cmark_node_set_title(node, text.text);
	strbuf_clear(&text);
	if (cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK && unsign(&text, cmark_node_get_fence_info(node), notes, count))
		cmark_node_set_fence_info(node, text.text);
	strbuf_release(&text);
}

static cmark_node *mark_node(struct arena *arena, enum mark_kind kind, const struct markdown_note *note)
{
	cmark_node *node = markdown_node_new(CMARK_NODE_CUSTOM_INLINE);
	struct mark *mark = arena_alloc(arena, sizeof(*mark));

	*mark = (struct mark){ kind, note };
	cmark_node_set_user_data(node, mark);
	/* For where blocks become HTML as they are (markdown_html.c); notes never stand there as signs. */
	if (kind == MARK_STRIKE) {
		cmark_node_set_on_enter(node, "<del>");
		cmark_node_set_on_exit(node, "</del>");
	} else if (kind == MARK_TASK || kind == MARK_TASK_DONE)
		cmark_node_set_on_enter(node, kind == MARK_TASK ? "☐ " : "☑ ");
	return node;
}

static void insert_text(cmark_node *before, struct slice text, struct arena *arena)
{
	cmark_node *node;

	if (!text.len_bytes)
		return;
	node = markdown_node_new(CMARK_NODE_TEXT);
	cmark_node_set_literal(node, arena_text(arena, text));
	cmark_node_insert_before(before, node);
}

/* The text in pieces: texts, the notes' marks, and strokes as texts of their own. */
static void split_text(struct arena *arena, cmark_node *node, const struct markdown_note *notes, size_t count, bool *used)
{
	const char *text = cmark_node_get_literal(node), *from = text;

	if (!strpbrk(text, "\001\003"))
		return;
	for (const char *at = text; *at;) {
		unsigned number = 0;
		const char *end = at + 1;

		if (strncmp(at, STRIKE, strlen(STRIKE)) == 0) {
			insert_text(node, (struct slice){ from, (size_t)(at - from) }, arena);
			insert_text(node, slice_of(STRIKE), arena);
			from = at += strlen(STRIKE);
			continue;
		}
		while (*at == NOTE_OPEN && *end >= '0' && *end <= '9' && number < NOTES_MAX)
			number = number * 10 + (unsigned)(*end++ - '0');
		if (end == at + 1 || *end != NOTE_CLOSE || number >= count) {
			at++;
			continue;
		}
		insert_text(node, (struct slice){ from, (size_t)(at - from) }, arena);
		cmark_node_insert_before(node, mark_node(arena, MARK_NOTE, &notes[number]));
		used[number] = true;
		from = at = end + 1;
	}
	insert_text(node, slice_of(from), arena);
}

static bool is_stroke(cmark_node *node)
{
	return node && cmark_node_get_type(node) == CMARK_NODE_TEXT && strcmp(cmark_node_get_literal(node), STRIKE) == 0;
}

/* A stroke opens or closes where "**" would, as GitHub has it. */
static bool reads(cmark_node *stroke, bool closes)
{
	cmark_node *before = cmark_node_previous(stroke), *after = cmark_node_next(stroke);
	cmark_node *inside = closes ? before : after, *outside = closes ? after : before;

	while (inside && cmark_node_get_type(inside) == CMARK_NODE_TEXT && !*cmark_node_get_literal(inside))
		inside = closes ? cmark_node_previous(inside) : cmark_node_next(inside);
	return inside && !is_stroke(inside) &&
	       markdown_edge_reads(markdown_edge(NULL, outside, !closes), markdown_edge(NULL, inside, closes));
}

static void pair_strokes(struct arena *arena, cmark_node *parent)
{
	cmark_node *open = NULL, *next;

	for (cmark_node *node = cmark_node_first_child(parent); node; node = next) {
		next = cmark_node_next(node);
		if (!is_stroke(node))
			continue;
		if (open && reads(node, true)) {
			cmark_node *struck = mark_node(arena, MARK_STRIKE, NULL);

			cmark_node_insert_before(open, struck);
			for (cmark_node *inner = cmark_node_next(open), *after; inner != node; inner = after) {
				after = cmark_node_next(inner);
				cmark_node_append_child(struck, inner);
			}
			cmark_node_free(open);
			cmark_node_free(node);
			open = NULL;
		} else if (!open && reads(node, false))
			open = node;
		else
			cmark_node_set_literal(node, "~~");
	}
	if (open)
		cmark_node_set_literal(open, "~~");
}

static bool is_inline_parent(cmark_node_type type)
{
	return type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING || type == CMARK_NODE_EMPH ||
	       type == CMARK_NODE_STRONG || type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE;
}

/* Texts are split as they are met, and a parent's strokes paired when it is left. */
static void mark_tree(struct arena *arena, cmark_node *root, const struct markdown_note *notes, size_t count, bool *used)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);

		if (event == CMARK_EVENT_EXIT && is_inline_parent(type))
			pair_strokes(arena, node);
		else if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_TEXT) {
			split_text(arena, node, notes, count, used);
			if (strpbrk(cmark_node_get_literal(node), "\001\003"))
				cmark_node_set_literal(node, ""); /* the iterator stands on it: its pieces are before it */
		} else if (event == CMARK_EVENT_ENTER)
			unsign_node(node, notes, count);
	}
	cmark_iter_free(iter);
}

/* "[ ] " and "[x] " at the start of an item, as it stands in the source (GFM 5.3). */
static void mark_tasks(struct arena *arena, cmark_node *root, const struct line *lines, size_t line_count)
{
	cmark_iter *iter = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		cmark_node *item = cmark_iter_get_node(iter), *paragraph = cmark_node_first_child(item), *text;
		int line, column;
		struct slice source;
		bool done;

		if (event != CMARK_EVENT_ENTER || cmark_node_get_type(item) != CMARK_NODE_ITEM || !paragraph ||
		    cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH)
			continue;
		text = cmark_node_first_child(paragraph);
		line = cmark_node_get_start_line(paragraph);
		column = cmark_node_get_start_column(paragraph);
		if (!text || cmark_node_get_type(text) != CMARK_NODE_TEXT || line < 1 || (size_t)line > line_count || column < 1)
			continue;
		source = lines[line - 1].text;
		if (source.len_bytes < (size_t)column + 3)
			continue;
		source = (struct slice){ source.at + column - 1, source.len_bytes - (size_t)column + 1 };
		done = source.at[1] == 'x' || source.at[1] == 'X';
		if (source.at[0] != '[' || (!done && source.at[1] != ' ') || source.at[2] != ']' || source.at[3] != ' ' ||
		    strncmp(cmark_node_get_literal(text), source.at, 4) != 0)
			continue;
		cmark_node_insert_before(text, mark_node(arena, done ? MARK_TASK_DONE : MARK_TASK, NULL));
		cmark_node_set_literal(text, arena_strdup(arena, cmark_node_get_literal(text) + 4));
	}
	cmark_iter_free(iter);
}

/* ---- definitions ------------------------------------------------------------------------- */

static bool is_blank(struct slice line)
{
	return strspn(line.at, " \t") >= line.len_bytes;
}

static bool is_indented(struct slice line)
{
	return (line.len_bytes > 4 && memcmp(line.at, "    ", 4) == 0) || (line.len_bytes > 1 && line.at[0] == '\t');
}

/* Which lines can define anything: paragraphs at the top level, not code that looks so. */
static void find_texts(struct marking *m)
{
	struct strbuf text = STRBUF_INIT;
	cmark_node *root;
	cmark_iter *iter;

	put_source(m, &text);
	root = markdown_parse(strbuf_slice(&text));
	for (size_t i = 0; i < m->line_count; i++)
		m->lines[i].note = NOT_TOP;
	for (cmark_node *block = cmark_node_first_child(root); block; block = cmark_node_next(block)) {
		int first = cmark_node_get_start_line(block), last = cmark_node_get_end_line(block);

		for (int line = first; cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH && line >= 1 && line <= last &&
		     (size_t)line <= m->line_count; line++)
			m->lines[line - 1].note = NO_NOTE;
	}
	iter = cmark_iter_new(root);
	while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iter);
		cmark_node_type type = cmark_node_get_type(node);
		int first = cmark_node_get_start_line(node), last = cmark_node_get_end_line(node);

		for (int line = first; (type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK) && line >= 1 &&
		     line <= last && (size_t)line <= m->line_count; line++)
			m->lines[line - 1].is_text = false;
	}
	cmark_iter_free(iter);
	markdown_free(root);
	strbuf_release(&text);
}

/* A definition goes on to the next one or the paragraph's end, and over what is indented behind that. */
static size_t end_of_note(const struct marking *m, size_t first)
{
	size_t end = first + 1, next;

	while (end < m->line_count && m->lines[end].note == NO_NOTE && !is_blank(m->lines[end].text) && !m->lines[end].name.at)
		end++;
	for (;;) {
		for (next = end; next < m->line_count && is_blank(m->lines[next].text); next++)
			;
		if (next == end || next == m->line_count || !is_indented(m->lines[next].text))
			return end;
		while (next < m->line_count && is_indented(m->lines[next].text))
			next++;
		end = next;
	}
}

static void forget_blocks(struct marking *m)
{
	for (size_t i = 0; i < m->line_count; i++)
		if (m->lines[i].note == NOT_TOP)
			m->lines[i].note = NO_NOTE;
}

static void find_notes(struct marking *m)
{
	for (size_t i = 0; i < m->line_count; i++) {
		struct line *line = &m->lines[i];
		struct strbuf text = STRBUF_INIT;
		size_t end;

		if (line->note != NO_NOTE || !line->is_text || !line->name.at || m->note_count == NOTES_MAX ||
		    find_note(m->notes, m->note_count, line->name) >= 0)
			continue;
		end = end_of_note(m, i);
		for (size_t k = i; k < end; k++) {
			struct slice part = m->lines[k].text;
			size_t skip = k == i ? line->body_at : 0;

			while (k > i && skip < 4 && skip < part.len_bytes && part.at[skip] == ' ')
				skip++;
			if (k > i && !skip && part.len_bytes && part.at[0] == '\t')
				skip = 1;
			while (k == i && skip < part.len_bytes && (part.at[skip] == ' ' || part.at[skip] == '\t'))
				skip++;
			strbuf_add(&text, part.at + skip, part.len_bytes - skip);
			strbuf_addch(&text, '\n');
			m->lines[k].note = (int)m->note_count;
		}
		m->notes[m->note_count].name = arena_text(m->arena, line->name);
		m->notes[m->note_count++].text = arena_slice(m->arena, strbuf_slice(&text));
		strbuf_release(&text);
		i = end - 1;
	}
	forget_blocks(m);
}

static cmark_node *parse_signed(struct marking *m)
{
	struct strbuf text = STRBUF_INIT;
	cmark_node *root;

	put_source(m, &text);
	root = markdown_parse(strbuf_slice(&text));
	cmark_consolidate_text_nodes(root);
	strbuf_release(&text);
	return root;
}

/* Notes that used notes refer to are used too. */
static void follow(struct marking *m)
{
	bool followed[NOTES_MAX] = { false };
	bool any = true;

	while (any) {
		any = false;
		for (size_t i = 0; i < m->note_count; i++) {
			struct strbuf text = STRBUF_INIT;
			cmark_node *root;

			if (!m->used[i] || followed[i])
				continue;
			followed[i] = any = true;
			put_signs(&text, m->notes[i].text, m->notes, m->note_count);
			root = markdown_parse(strbuf_slice(&text));
			cmark_consolidate_text_nodes(root);
			mark_tree(m->arena, root, m->notes, m->note_count, m->used);
			markdown_free(root);
			strbuf_release(&text);
		}
	}
}

/* Definitions that nothing refers to become text; true if there were any. */
static bool drop_unused(struct marking *m)
{
	int to[NOTES_MAX];
	size_t kept = 0;

	follow(m);
	for (size_t i = 0; i < m->note_count; i++) {
		to[i] = m->used[i] ? (int)kept : NO_NOTE;
		if (m->used[i])
			m->notes[kept++] = m->notes[i];
	}
	if (kept == m->note_count)
		return false;
	for (size_t i = 0; i < m->line_count; i++)
		if (m->lines[i].note >= 0)
			m->lines[i].note = to[m->lines[i].note];
	m->note_count = kept;
	return true;
}

static bool has(struct slice text, const char *word)
{
	for (size_t at = 0; at + 2 <= text.len_bytes; at++) {
		const char *found = memchr(text.at + at, word[0], text.len_bytes - at - 1);

		if (!found)
			return false;
		if (found[1] == word[1])
			return true;
		at = (size_t)(found - text.at);
	}
	return false;
}

static cmark_node *parse_marked(struct marking *m, const struct markdown_notes *known, struct markdown_notes *out)
{
	struct markdown_note *notes = arena_array(m->arena, m->note_count + 1, sizeof(*notes));
	cmark_node *root = parse_signed(m);

	if (m->note_count)
		memcpy(notes, m->notes, m->note_count * sizeof(*notes));
	*out = (struct markdown_notes){ notes, m->note_count };
	mark_tree(m->arena, root, known ? known->items : notes, m->note_count, m->used);
	return root;
}

/* Apart from the plain case, which is nearly every one: what is kept of notes is large. */
static cmark_node *parse_with_marks(struct arena *arena, struct slice source, const struct markdown_notes *known,
				    struct markdown_notes *defined)
{
	struct marking m = { .arena = arena };
	struct markdown_notes notes = { NULL, 0 };
	bool has_notes = has(source, "[^");
	cmark_node *root;

	read_lines(&m, source);
	if (has_notes && known && known->count) {
		m.note_count = known->count;
		memcpy(m.notes, known->items, known->count * sizeof(*known->items));
	}
	if (has_notes) {
		find_texts(&m);
		if (!known && defined)
			find_notes(&m);
		else
			forget_blocks(&m);
	}
	root = parse_marked(&m, known, &notes);
	if (!known && m.note_count && drop_unused(&m)) {
		markdown_free(root);
		root = parse_marked(&m, known, &notes);
	}
	mark_tasks(arena, root, m.lines, m.line_count);
	if (defined)
		*defined = notes;
	return root;
}

static bool has_tasks(struct slice source)
{
	return has(source, "[ ") || has(source, "[x") || has(source, "[X");
}

bool markdown_may_have_marks(struct slice source)
{
	return has(source, "[^") || has_tasks(source) || has(source, "~~");
}

cmark_node *markdown_marks_parse(struct arena *arena, struct slice source, const struct markdown_notes *known,
				 struct markdown_notes *defined)
{
	cmark_node *root;

	if (markdown_may_have_marks(source))
		return parse_with_marks(arena, source, known, defined);
	root = markdown_parse(source);
	cmark_consolidate_text_nodes(root); /* an address with a _ in it is one text */
	return root;
}
