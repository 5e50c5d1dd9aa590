#include "templates/adopt.h"

#include <stdlib.h>

#include "core/base/vec.h"
#include "core/diff.h"
#include "core/incident_table.h"
#include "templates/markdown_tree.h"

struct lines {
	VEC_OF(struct slice) at;
};

/* A text of the record with a place on the page, in lines from 0 up to but not with `to`. */
struct prose {
	const char *name;
	size_t from, to;         /* of the page as it was written */
	size_t new_from, new_to; /* of the page as it is */
	size_t changed;          /* the first line there that was changed, from 1; 0: none was */
	bool torn;               /* a change that was refused reaches into it: its lines are not known */
};

struct adoption {
	struct arena *arena;
	const struct postmortem_input *input;
	const struct incident *whole;
	const struct site_writer *site;
	struct page_map map;
	struct lines was, is;
	VEC_OF(struct prose) prose;
	VEC_OF(struct adopted_text) texts;
	VEC_OF(struct adopt_refusal) refusals;
};

static void split(struct slice text, struct lines *out)
{
	for (size_t at = 0; at < text.len_bytes;) {
		const char *end = memchr(text.at + at, '\n', text.len_bytes - at);
		struct slice line = { text.at + at, end ? (size_t)(end - text.at) - at : text.len_bytes - at };

		vec_push(&out->at, line);
		at += line.len_bytes + 1;
	}
}

static bool is_blank(struct slice line)
{
	for (size_t i = 0; i < line.len_bytes; i++)
		if (!strchr(" \t\r", line.at[i]))
			return false;
	return true;
}

static void refuse(struct adoption *a, size_t line, const char *reason)
{
	struct adopt_refusal refusal = { line, reason };

	vec_push(&a->refusals, refusal);
}

/* ---- what belongs to whom ----------------------------------------------------------------- */

static size_t line_of(const struct adoption *a, size_t offset)
{
	size_t line = 0;

	while (line < a->was.at.len && a->was.at.items[line].at < a->map.content.at + offset)
		line++;
	return line;
}

/* With the blank lines around it: what is put there belongs to the prose, between two of them to
 * the first. What stands twice on the page, or begins in the midst of a line, gives nothing back. */
static void find_prose(struct adoption *a)
{
	size_t taken = 0;

	for (size_t i = 0; i < a->map.spans.len; i++) {
		const struct page_span *span = &a->map.spans.items[i];
		struct prose prose = { .name = span->name, .from = line_of(a, span->from), .to = line_of(a, span->to) };
		bool twice = false;

		for (size_t k = 0; k < a->map.spans.len; k++)
			twice = twice || (k != i && strcmp(a->map.spans.items[k].name, span->name) == 0);
		if (twice || prose.from == a->was.at.len || a->was.at.items[prose.from].at != a->map.content.at + span->from)
			continue;
		while (prose.from > taken && is_blank(a->was.at.items[prose.from - 1]))
			prose.from--;
		while (prose.to < a->was.at.len && is_blank(a->was.at.items[prose.to]))
			prose.to++;
		taken = prose.to;
		vec_push(&a->prose, prose);
	}
}

static bool same_line(const void *context, size_t old_at, size_t new_at)
{
	const struct adoption *a = context;

	return slice_eq(a->was.at.items[old_at], a->is.at.items[new_at]);
}

/* In one place: lines that were replaced by others. */
struct change {
	size_t old_from, old_to, new_from, new_to;
};

/* What stands behind the change moves with it; `more` may be less than nothing. */
static void move_prose(struct adoption *a, const struct change *change)
{
	size_t more = (change->new_to - change->new_from) - (change->old_to - change->old_from);

	for (size_t i = 0; i < a->prose.len; i++) {
		struct prose *prose = &a->prose.items[i];
		bool within = prose->from <= change->old_from && change->old_to <= prose->to;

		if (!within && prose->from >= change->old_to)
			prose->new_from += more;
		if (within || prose->to > change->old_to)
			prose->new_to += more;
	}
}

/* Or borders on it, as the heading above does: a diff may take any blank line between them for the
 * same one, and half of an edit then stands on either side. */
static bool reaches(const struct change *change, const struct prose *prose)
{
	return change->old_from <= prose->to && prose->from <= change->old_to;
}

static void give(struct adoption *a, const struct change *change)
{
	move_prose(a, change);
	for (size_t i = 0; i < a->prose.len; i++) {
		struct prose *prose = &a->prose.items[i];

		if (prose->from <= change->old_from && change->old_to <= prose->to) {
			if (!prose->changed)
				prose->changed = change->new_from + 1;
			return;
		}
	}
	refuse(a, change->new_from + 1, change->new_from < a->is.at.len && a->is.at.items[change->new_from].len_bytes &&
	       memcmp(a->is.at.items[change->new_from].at, "[^", 2) == 0 ? "a note: its text is in the record" :
	       "this part of the page is made of the record's data, or of its form");
	for (size_t i = 0; i < a->prose.len; i++)
		a->prose.items[i].torn = a->prose.items[i].torn || reaches(change, &a->prose.items[i]);
}

static void give_changes(struct adoption *a)
{
	struct diff diff = { VEC_INIT };

	for (size_t i = 0; i < a->prose.len; i++) {
		a->prose.items[i].new_from = a->prose.items[i].from;
		a->prose.items[i].new_to = a->prose.items[i].to;
	}
	diff_make(&diff, a->was.at.len, a->is.at.len, same_line, a);
	for (size_t i = 0; i < diff.pieces.len;) {
		struct change change = { diff.pieces.items[i].old_at, diff.pieces.items[i].old_at, diff.pieces.items[i].new_at,
					 diff.pieces.items[i].new_at };

		if (diff.pieces.items[i].kind == DIFF_SAME) {
			i++;
			continue;
		}
		for (; i < diff.pieces.len && diff.pieces.items[i].kind != DIFF_SAME; i++)
			*(diff.pieces.items[i].kind == DIFF_REMOVED ? &change.old_to : &change.new_to) += diff.pieces.items[i].count;
		give(a, &change);
	}
	diff_release(&diff);
}

/* Those lines as one text, without blank ones at its ends. */
static struct slice joined(struct adoption *a, const struct lines *lines, size_t from, size_t to)
{
	struct strbuf text = STRBUF_INIT;
	struct slice out;

	while (from < to && is_blank(lines->at.items[from]))
		from++;
	while (to > from && is_blank(lines->at.items[to - 1]))
		to--;
	for (size_t i = from; i < to; i++) {
		if (i > from)
			strbuf_addch(&text, '\n');
		strbuf_addslice(&text, lines->at.items[i]);
	}
	out = arena_slice(a->arena, strbuf_slice(&text));
	strbuf_release(&text);
	return out.at ? out : (struct slice){ "", 0 };
}

/* ---- blocks ------------------------------------------------------------------------------------ */

/* The blocks at a text's top level, each with the blank lines and definitions behind it; `head` is
 * what stands before the first. */
struct blocks {
	VEC_OF(struct slice) at;
	struct slice head;
};

/* As cmark counts lines: of the text itself, since the tree has it cleaned. */
static size_t start_of_line(struct slice text, size_t line)
{
	size_t at = 0;

	while (line-- && at < text.len_bytes) {
		while (at < text.len_bytes && text.at[at] != '\n' && text.at[at] != '\r')
			at++;
		at += at + 1 < text.len_bytes && text.at[at] == '\r' && text.at[at + 1] == '\n' ? 2 : 1;
	}
	return at < text.len_bytes ? at : text.len_bytes;
}

static void find_blocks(struct blocks *out, struct slice text, bool with_notes)
{
	struct arena arena = ARENA_INIT;
	struct markdown_tree tree;
	VEC_OF(size_t) starts = VEC_INIT;

	if (with_notes)
		markdown_tree_parse_noted(&tree, &arena, text);
	else
		markdown_tree_parse(&tree, &arena, text);
	for (cmark_node *node = cmark_node_first_child(tree.root); node; node = cmark_node_next(node))
		vec_push(&starts, start_of_line(text, (size_t)cmark_node_get_start_line(node) - 1));
	out->head = (struct slice){ text.at, starts.len ? starts.items[0] : text.len_bytes };
	for (size_t i = 0; i < starts.len; i++) {
		size_t end = i + 1 < starts.len ? starts.items[i + 1] : text.len_bytes;
		struct slice block = { text.at + starts.items[i], end - starts.items[i] };
		vec_push(&out->at, block);
	}
	vec_release(&starts);
	markdown_tree_release(&tree);
	arena_release(&arena);
}

static struct slice trimmed(struct slice text)
{
	while (text.len_bytes && strchr(" \t\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	return text;
}

/* What stands behind a block and is no part of it: definitions of notes and links. */
static struct slice definitions(struct slice block)
{
	size_t from = block.len_bytes;

	for (size_t at = block.len_bytes; at > 0; at--) {
		if (block.at[at - 1] != '\n' && at < block.len_bytes)
			continue;
		if (at < block.len_bytes && block.at[at] == '[' && at >= 2 && block.at[at - 2] == '\n')
			from = at;
	}
	while (from < block.len_bytes && !memchr(block.at + from, ':', block.len_bytes - from))
		from = block.len_bytes;
	return trimmed((struct slice){ block.at + from, block.len_bytes - from });
}

struct comparing {
	const struct blocks *was, *is;
	VEC_OF(const char *) seen_was, seen_is;
};

static bool same_block(const void *context, size_t old_at, size_t new_at)
{
	const struct comparing *c = context;

	return strcmp(c->seen_was.items[old_at], c->seen_is.items[new_at]) == 0;
}

static const char *seen_block(struct adoption *a, struct slice block)
{
	struct strbuf seen = STRBUF_INIT;
	const char *text;

	adopt_seen(&seen, a->site, trimmed(block), &a->map);
	text = arena_strdup(a->arena, seen.text);
	strbuf_release(&seen);
	return text;
}

/* Blanks at the end of its last line are the text's own. */
static void put_apart(struct strbuf *out, struct slice text)
{
	while (text.len_bytes && strchr("\r\n", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	if (!text.len_bytes)
		return;
	if (out->len_bytes)
		strbuf_addstr(out, "\n\n");
	strbuf_addslice(out, text);
}

/* How a text was edited, block by block. */
struct edit_plan {
	struct slice shown, own;             /* as the page showed it, as the record has it */
	struct blocks shown_at, own_at;      /* their blocks; of `own` as many, or else all are new */
	struct blocks was, is;               /* of the page as it was written, and as it is */
	struct diff diff;                    /* of blocks of `was` against `is` */
	bool kept;                           /* blocks that are the same keep their text */
	const char *fault;
	size_t fault_line;                   /* in the prose */
};

/* False: it holds what cannot be read. */
static bool put_new(struct adoption *a, struct strbuf *shown, struct strbuf *own, struct slice block, enum adopt_form form)
{
	struct strbuf text = STRBUF_INIT;
	bool known = adopt_text(&text, a->site, trimmed(block), &a->map, form);

	put_apart(shown, strbuf_slice(&text));
	put_apart(own, strbuf_slice(&text));
	strbuf_release(&text);
	return known;
}

/* Of blocks that are gone, once. */
static void put_definitions(const struct edit_plan *plan, const struct diff_piece **removed, struct strbuf *shown, struct strbuf *own)
{
	for (size_t k = 0; *removed && k < (*removed)->count; k++) {
		put_apart(shown, definitions(plan->shown_at.at.items[(*removed)->old_at + k]));
		put_apart(own, definitions(plan->own_at.at.items[(*removed)->old_at + k]));
	}
	*removed = NULL;
}

/* `shown`: as the readers of the page are to see it, `own`: as the record is to have it. */
static bool compose(struct adoption *a, const struct edit_plan *plan, enum adopt_form form, bool with_definitions, struct strbuf *shown,
		    struct strbuf *own)
{
	const struct diff_piece *removed = NULL;

	strbuf_clear(shown);
	strbuf_clear(own);
	if (!plan->kept) {
		for (size_t i = 0; i < plan->is.at.len; i++)
			if (!put_new(a, shown, own, plan->is.at.items[i], form))
				return false;
		return true;
	}
	put_apart(shown, plan->shown_at.head);
	put_apart(own, plan->own_at.head);
	for (size_t i = 0; i < plan->diff.pieces.len; i++) {
		const struct diff_piece *piece = &plan->diff.pieces.items[i];

		/* What was replaced comes first: its definitions belong behind what replaces it. */
		if (piece->kind == DIFF_SAME)
			put_definitions(plan, &removed, shown, own);
		else if (piece->kind == DIFF_REMOVED && with_definitions)
			removed = piece;
		for (size_t k = 0; k < piece->count; k++) {
			if (piece->kind == DIFF_ADDED && !put_new(a, shown, own, plan->is.at.items[piece->new_at + k], form))
				return false;
			if (piece->kind == DIFF_SAME) {
				put_apart(shown, plan->shown_at.at.items[piece->old_at + k]);
				put_apart(own, plan->own_at.at.items[piece->old_at + k]);
			}
		}
	}
	put_definitions(plan, &removed, shown, own);
	return true;
}

/* ---- the proof ------------------------------------------------------------------------------------- */

static const char *text_of(const struct incident *incident, const char *name)
{
	if (name[0] == 'C') {
		const struct incident_cause *cause = incident_cause(incident, strtoll(name + 1, NULL, 10));
		return cause && cause->statement ? cause->statement : "";
	}
	return incident_section(incident, name);
}

static void set_text(struct arena *arena, struct incident *incident, const char *name, const char *text)
{
	if (name[0] != 'C') {
		incident_set_section(incident, arena, name, text);
		return;
	}
	for (size_t i = 0; i < incident->cause_count; i++)
		if (incident->causes[i].number == strtoll(name + 1, NULL, 10))
			incident->causes[i].statement = arena_strdup(arena, text);
}

/* Whether the page shows with that text what the hand wrote. */
static bool shows(struct adoption *a, const char *name, const char *text, const char *wanted)
{
	struct arena arena = ARENA_INIT;
	struct postmortem_input input = *a->input;
	struct incident *incident = incident_copy(&arena, a->input->incident);
	struct page_map map;
	struct strbuf seen = STRBUF_INIT;
	struct error ignored;
	bool same = false;

	set_text(&arena, incident, name, text);
	input.incident = incident;
	if (postmortem_map(&arena, &input, a->site, &map, &ignored) == STATUS_OK)
		for (size_t i = 0; i < map.spans.len && !same; i++) {
			const struct page_span *span = &map.spans.items[i];
			if (strcmp(span->name, name) != 0)
				continue;
			strbuf_clear(&seen);
			adopt_seen(&seen, a->site, (struct slice){ map.content.at + span->from, span->to - span->from }, &map);
			same = strcmp(seen.text, wanted) == 0;
		}
	page_map_release(&map);
	strbuf_release(&seen);
	arena_release(&arena);
	return same;
}

/* The line of the page where that block of the text as it is begins. */
static size_t line_of_block(const struct adoption *a, const struct prose *prose, const struct edit_plan *plan, size_t block)
{
	size_t line = prose->new_from;

	while (line < prose->new_to && is_blank(a->is.at.items[line]))
		line++;
	if (block < plan->is.at.len)
		for (const char *at = plan->is.at.items[0].at; at < plan->is.at.items[block].at; at++)
			line += *at == '\n';
	return line + 1;
}

/* Where the first one that was changed begins. */
static size_t changed_line(const struct adoption *a, const struct prose *prose, const struct edit_plan *plan)
{
	size_t block = plan->is.at.len;

	for (size_t i = 0; i < plan->diff.pieces.len && block == plan->is.at.len; i++)
		if (plan->diff.pieces.items[i].kind != DIFF_SAME)
			block = plan->diff.pieces.items[i].new_at;
	return line_of_block(a, prose, plan, block);
}

static bool differ_in_blanks(struct slice a, struct slice b)
{
	size_t i = 0, k = 0;

	for (;; i++, k++) {
		while (i < a.len_bytes && strchr(" \t\r\n", a.at[i]))
			i++;
		while (k < b.len_bytes && strchr(" \t\r\n", b.at[k]))
			k++;
		if (i == a.len_bytes || k == b.len_bytes)
			return i == a.len_bytes && k == b.len_bytes;
		if (a.at[i] != b.at[k])
			return false;
	}
}

/* The line of a block that was edited so that readers see the same, which no text of the record can
 * answer for; 0: none was. */
static size_t unseen_line(const struct adoption *a, const struct prose *prose, const struct edit_plan *plan)
{
	if (!differ_in_blanks(plan->was.head, plan->is.head))
		return line_of_block(a, prose, plan, plan->is.at.len);
	for (size_t i = 0; i < plan->diff.pieces.len; i++) {
		const struct diff_piece *piece = &plan->diff.pieces.items[i];
		for (size_t k = 0; piece->kind == DIFF_SAME && k < piece->count; k++)
			if (!differ_in_blanks(plan->was.at.items[piece->old_at + k], plan->is.at.items[piece->new_at + k]))
				return line_of_block(a, prose, plan, piece->new_at + k);
	}
	return 0;
}

/* A block that was changed, and of which the page does not show what the record has. */
static const char *hidden_fault(const struct edit_plan *plan)
{
	if (slice_eq(plan->shown, plan->own))
		return NULL;
	if (!plan->kept)
		return "the page does not show all of this text, so that it cannot be told what was edited: edit the record";
	for (size_t i = 0; i < plan->diff.pieces.len; i++)
		for (size_t k = 0; plan->diff.pieces.items[i].kind == DIFF_REMOVED && k < plan->diff.pieces.items[i].count; k++)
			if (!slice_eq(plan->shown_at.at.items[plan->diff.pieces.items[i].old_at + k],
				      plan->own_at.at.items[plan->diff.pieces.items[i].old_at + k]))
				return "this shows a mark where the record has a text that is redacted or withheld: edit the record";
	return NULL;
}

static void plan_edit(struct adoption *a, const struct prose *prose, struct slice was, struct slice is, struct edit_plan *plan)
{
	struct comparing comparing = { .was = &plan->was, .is = &plan->is, .seen_was = VEC_INIT, .seen_is = VEC_INIT };

	*plan = (struct edit_plan){ .shown = slice_of(text_of(a->input->incident, prose->name)), .own = slice_of(text_of(a->whole, prose->name)),
				    .shown_at = { .at = VEC_INIT }, .own_at = { .at = VEC_INIT }, .was = { .at = VEC_INIT }, .is = { .at = VEC_INIT },
				    .diff = { VEC_INIT } };
	find_blocks(&plan->shown_at, plan->shown, true);
	find_blocks(&plan->own_at, plan->own, true);
	find_blocks(&plan->is, is, false);
	find_blocks(&plan->was, was, false);
	for (size_t i = 0; i < plan->was.at.len; i++)
		vec_push(&comparing.seen_was, seen_block(a, plan->was.at.items[i]));
	for (size_t i = 0; i < plan->is.at.len; i++)
		vec_push(&comparing.seen_is, seen_block(a, plan->is.at.items[i]));
	diff_make(&plan->diff, plan->was.at.len, plan->is.at.len, same_block, &comparing);
	plan->kept = plan->shown_at.at.len == plan->was.at.len && plan->own_at.at.len == plan->was.at.len;
	vec_release(&comparing.seen_was);
	vec_release(&comparing.seen_is);
}

/* The line of a new block in which readers outside see the mark of what was redacted, however it is
 * written: it is not to become the record's own text. 0: there is none. */
static size_t mark_line(struct adoption *a, const struct prose *prose, const struct edit_plan *plan)
{
	for (size_t i = 0; a->input->is_public && i < plan->diff.pieces.len; i++) {
		const struct diff_piece *piece = &plan->diff.pieces.items[i];
		for (size_t k = 0; piece->kind == DIFF_ADDED && k < piece->count; k++)
			if (strstr(seen_block(a, plan->is.at.items[piece->new_at + k]), "[redacted"))
				return line_of_block(a, prose, plan, piece->new_at + k);
	}
	return 0;
}

static void adopt_prose(struct adoption *a, const struct prose *prose)
{
	struct slice was = joined(a, &a->was, prose->from, prose->to), is = joined(a, &a->is, prose->new_from, prose->new_to);
	struct strbuf shown = STRBUF_INIT, own = STRBUF_INIT;
	const char *wanted = seen_block(a, is), *fault;
	struct edit_plan plan;
	bool done = differ_in_blanks(was, is) && strcmp(wanted, seen_block(a, was)) == 0;
	size_t unseen, mark, line;

	plan_edit(a, prose, was, is, &plan);
	unseen = unseen_line(a, prose, &plan);
	fault = unseen ? "readers see the same as before: how it is written is not the page's to say, edit the record" : hidden_fault(&plan);
	mark = mark_line(a, prose, &plan);
	line = unseen ? unseen : fault || !mark ? changed_line(a, prose, &plan) : mark;
	if (!fault && mark)
		fault = "this shows the mark of what is redacted, which is no text of the record: edit the record";
	for (int try = 0; !done && !fault && try < 2 * ADOPT_FORMS; try++) {
		if (!compose(a, &plan, (enum adopt_form)(try / 2), try % 2 == 0, &shown, &own) ||
		    !shows(a, prose->name, shown.text, wanted))
			continue;
		done = true;
		struct adopted_text text = { prose->name, arena_strdup(a->arena, own.text) };
		vec_push(&a->texts, text);
	}
	if (!done || fault)
		refuse(a, line, fault ? fault :
		       "the page would not show this as it stands here (HTML, headings above level 3, or what this site cannot show)");
	strbuf_release(&shown);
	strbuf_release(&own);
	diff_release(&plan.diff);
	vec_release(&plan.shown_at.at);
	vec_release(&plan.own_at.at);
	vec_release(&plan.was.at);
	vec_release(&plan.is.at);
}

/* ---- a page --------------------------------------------------------------------------------------- */

static int compare_refusals(const void *left, const void *right)
{
	const struct adopt_refusal *a = left, *b = right;

	return a->line < b->line ? -1 : a->line > b->line;
}

static void hand_over(struct adoption *a, struct adopted *out)
{
	struct adopted_text *texts = arena_array(a->arena, a->texts.len + 1, sizeof(*texts));
	struct adopt_refusal *refusals = arena_array(a->arena, a->refusals.len + 1, sizeof(*refusals));

	for (size_t i = 0; i < a->texts.len; i++)
		texts[i] = a->texts.items[i];
	for (size_t i = 0; i < a->refusals.len; i++)
		refusals[i] = a->refusals.items[i];
	qsort(refusals, a->refusals.len, sizeof(*refusals), compare_refusals);
	*out = (struct adopted){ texts, a->texts.len, refusals, a->refusals.len };
}

enum status adopt_page(struct arena *arena, const struct postmortem_input *input, const struct incident *whole,
		       const struct site_writer *site, struct slice page, struct adopted *out, struct error *err)
{
	struct adoption a = { .arena = arena, .input = input, .whole = whole, .site = site, .was = { VEC_INIT }, .is = { VEC_INIT },
			      .prose = VEC_INIT, .texts = VEC_INIT, .refusals = VEC_INIT };
	enum status status;

	if (site->document)
		return error_set(err, STATUS_USAGE, "pages of %s give nothing back: their Markdown cannot be told from HTML", site->name);
	status = postmortem_map(arena, input, site, &a.map, err);
	if (status == STATUS_OK) {
		split(a.map.content, &a.was);
		split(page, &a.is);
		find_prose(&a);
		give_changes(&a);
		for (size_t i = 0; i < a.prose.len; i++)
			if (a.prose.items[i].changed && a.prose.items[i].torn)
				refuse(&a, a.prose.items[i].changed, "another change, at this text's edge, is refused: where the text begins or ends "
				       "cannot be told");
			else if (a.prose.items[i].changed)
				adopt_prose(&a, &a.prose.items[i]);
		hand_over(&a, out);
	}
	page_map_release(&a.map);
	vec_release(&a.was.at);
	vec_release(&a.is.at);
	vec_release(&a.prose);
	vec_release(&a.texts);
	vec_release(&a.refusals);
	return status;
}
