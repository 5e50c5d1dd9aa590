#include "templates/notes.h"

#include "core/incident_table.h"
#include "templates/markdown.h"

/* Around the index of a reference: text_clean() leaves neither in what people wrote. */
#define MARK_OPEN '\x01'
#define MARK_CLOSE '\x02'
#define NOTE_TEXT_MAX_BYTES 200
#define NO_TEXT "—" /* a note without any would be no note to some sites */

static bool same(const struct reference *a, const struct reference *b)
{
	return a->is_sample == b->is_sample && a->number == b->number && (a->is_sample || a->kind == b->kind);
}

static bool take(void *context, const struct reference *reference, struct strbuf *out)
{
	struct builder *b = context;
	size_t index = 0;

	if (!reference->is_valid)
		return false;
	/* What the incident lacks is a slip, and stays as it was typed; unless it was taken out
	 * for the readers of this page: then that is said. */
	if (!reference->is_sample && !reference_holds(reference, b->input->incident) && !b->input->withheld)
		return false;
	while (index < b->notes.len && (b->notes.items[index].name || !same(&b->notes.items[index].reference, reference)))
		index++;
	if (index == b->notes.len) {
		struct page_note note = { .reference = *reference };
		vec_push(&b->notes, note);
	}
	strbuf_addf(out, "%c%zu%c", MARK_OPEN, index, MARK_CLOSE);
	return true;
}

/* Of one text the definitions are copied once: the newest note of it knows where. */
static struct markdown_notes copy_around(struct builder *b, const struct markdown_notes *around)
{
	const struct markdown_notes *known = b->notes.len ? &b->notes.items[b->notes.len - 1].around : NULL;
	struct markdown_note *items;
	bool same_all = known && known->count == around->count;

	for (size_t i = 0; same_all && i < around->count; i++)
		same_all = strcmp(known->items[i].name, around->items[i].name) == 0 &&
			   slice_eq(known->items[i].text, around->items[i].text);
	if (same_all)
		return *known;
	items = arena_array(b->arena, around->count + 1, sizeof(*items));
	for (size_t i = 0; i < around->count; i++) {
		items[i].name = arena_strdup(b->arena, around->items[i].name);
		items[i].text = arena_slice(b->arena, around->items[i].text);
	}
	return (struct markdown_notes){ items, around->count };
}

/* Notes of one name and one text are the same. */
static void take_note(void *context, const struct markdown_note *note, const struct markdown_notes *around, struct strbuf *out)
{
	struct builder *b = context;
	size_t index = 0;

	while (index < b->notes.len && (!b->notes.items[index].name || strcmp(b->notes.items[index].name, note->name) != 0 ||
					!slice_eq(b->notes.items[index].text, note->text)))
		index++;
	if (index == b->notes.len) {
		struct page_note added = { .name = arena_strdup(b->arena, note->name), .text = arena_slice(b->arena, note->text),
					   .around = copy_around(b, around) };
		vec_push(&b->notes, added);
	}
	strbuf_addf(out, "%c%zu%c", MARK_OPEN, index, MARK_CLOSE);
}

struct reference_taker notes_taker(struct builder *b)
{
	return (struct reference_taker){ take, take_note, b };
}

/* ---- what a note says ----------------------------------------------------------------- */

/* The heading of the page under which parts of a kind stand. */
static const char *const places[INCIDENT_CHILD_KINDS] = {
	[INCIDENT_CAUSE] = "Causes", [INCIDENT_EVENT] = "Timeline", [INCIDENT_ACTION] = "Action items",
	[INCIDENT_COHORT] = "Cohorts", [INCIDENT_IMPACT] = "Impact, measured or estimated",
	[INCIDENT_HYPOTHESIS] = "Hypotheses", [INCIDENT_CHANGE] = "Changes", [INCIDENT_SAFEGUARD] = "Safeguards",
	[INCIDENT_ADVISORY] = "Advisories", [INCIDENT_RECURRENCE] = "Recurrence", [INCIDENT_SOURCE] = "List of sources",
	[INCIDENT_DISPUTE] = "Disputes",
};

/* Whether the page has the heading, of level 2 or 3: a template may leave it out. */
static bool has_heading(struct slice body, const char *heading)
{
	size_t len = strlen(heading);

	for (size_t at = 0; at < body.len_bytes;) {
		const char *end = memchr(body.at + at, '\n', body.len_bytes - at);
		size_t line = end ? (size_t)(end - body.at) - at : body.len_bytes - at;
		size_t level = 0;
		while (level < line && body.at[at + level] == '#')
			level++;
		if ((level == 2 || level == 3) && line == level + 1 + len && memcmp(body.at + at + level + 1, heading, len) == 0)
			return true;
		at += line + 1;
	}
	return false;
}

/* A link to the place on this page, where it has that. */
static void put_here(struct builder *b, struct strbuf *out, struct slice body, const char *heading, const char *text)
{
	bool links = heading && has_heading(body, heading);

	if (links)
		strbuf_addch(out, '[');
	site_put_text(b->site, out, slice_of(text), ESCAPE_PROSE, links ? 0 : ESCAPE_LINE_END);
	if (!links)
		return;
	strbuf_addstr(out, "](#");
	escape_slug(out, slice_of(heading), SIZE_MAX);
	strbuf_addch(out, ')');
}

static void put_sample(struct builder *b, struct strbuf *out, struct slice body, int64_t id)
{
	for (size_t i = 0; i < b->input->sample_count; i++)
		if (b->input->samples[i]->id == id) {
			put_here(b, out, body, "What users saw",
				 arena_printf(b->arena, "Sample %zu: %s", i + 1,
					      build_clip(b, sample_title(b->arena, b->input->samples[i]))));
			return;
		}
	strbuf_addf(out, "Sample %lld of the record, which this page does not show.", (long long)id);
}

static void put_part(struct builder *b, struct strbuf *out, struct slice body, const struct reference *reference)
{
	const struct incident_kind *kind = incident_kind(reference->kind);
	const void *part = incident_part(b->input->incident, reference->kind, reference->number);
	const char *name = arena_printf(b->arena, "%s%lld", kind->tag, (long long)reference->number);
	const char *when = "", *text;

	if (!part) {
		strbuf_addf(out, "Entry %s of the record, which this page does not show.", name);
		return;
	}
	if (reference->kind == INCIDENT_EVENT) {
		const struct incident_event *event = part;
		when = instant_known(event->at) ? arena_printf(b->arena, ", %s", instant_text(b->arena, event->at)) : "";
	}
	put_here(b, out, body, places[reference->kind], arena_printf(b->arena, "%s%s", name, when));
	text = reference_strip(b->arena, incident_part_title(reference->kind, part));
	strbuf_addstr(out, ": ");
	site_put_text(b->site, out, slice_of(markdown_plain(b->arena, slice_of(text), NOTE_TEXT_MAX_BYTES)), ESCAPE_PROSE, ESCAPE_LINE_END);
	if (reference->kind == INCIDENT_SOURCE) {
		const struct incident_source *source = part;
		if (build_has(source->title)) {
			strbuf_addstr(out, ", ");
			site_put_text(b->site, out, slice_of(build_clip(b, source->title)), ESCAPE_PROSE, ESCAPE_LINE_END);
		}
		if (build_has(source->link)) {
			strbuf_addstr(out, ", ");
			site_put_link(b->site, out, (struct slice){ "", 0 }, slice_of(source->link), ESCAPE_PROSE);
		}
	}
}

/* ---- into the page ------------------------------------------------------------------------ */

/* What people wrote around a reference must not make a definition, a link, a picture or an
 * attribute of it: "[[s:1]]: x", "[[s:1]](x)", "![[s:1]]". */
static void put_reference(struct builder *b, struct strbuf *out, size_t number, const char **rest)
{
	if (b->site->notes_in_html) {
		strbuf_addf(out, "<sup><a href=\"#note-%zu\">%zu</a></sup>", number, number);
		return;
	}
	if (out->len_bytes && out->text[out->len_bytes - 1] == '!') {
		bool escaped = out->len_bytes > 1 && out->text[out->len_bytes - 2] == '\\';
		strbuf_truncate(out, out->len_bytes - (escaped ? 2 : 1));
		strbuf_addstr(out, "&#33;");
	}
	strbuf_addf(out, "[^%zu]", number);
	if (**rest == '[' || **rest == '<')
		strbuf_addch(out, ' ');
	else if (**rest && strchr("(:{", **rest))
		strbuf_addf(out, "&#%d;", *(*rest)++);
}

/* The notes in the order in which the page comes to them. */
struct numbering {
	VEC_OF(size_t) order;   /* their indexes */
	VEC_OF(size_t) numbers; /* by index; 0: not met yet */
};

static void put_numbers(struct builder *b, struct numbering *w, struct strbuf *out, const char *at)
{
	while (*at) {
		size_t index = 0;

		if (*at != MARK_OPEN) {
			size_t run = strcspn(at, (const char[]){ MARK_OPEN, '\0' });
			strbuf_add(out, at, run);
			at += run;
			continue;
		}
		for (at++; *at >= '0' && *at <= '9'; at++)
			index = index * 10 + (size_t)(*at - '0');
		at += *at == MARK_CLOSE;
		if (index >= b->notes.len)
			continue;
		while (w->numbers.len < b->notes.len)
			vec_push(&w->numbers, 0);
		if (!w->numbers.items[index]) {
			vec_push(&w->order, index);
			w->numbers.items[index] = w->order.len;
		}
		put_reference(b, out, w->numbers.items[index], &at);
	}
}

static void put_text(struct builder *b, struct numbering *w, struct strbuf *out, const struct page_note *note)
{
	struct reference_taker taker = notes_taker(b);
	struct strbuf line = STRBUF_INIT;

	markdown_write_note(&line, b->site, note->text, &taker, &note->around);
	put_numbers(b, w, out, line.len_bytes ? line.text : NO_TEXT);
	strbuf_release(&line);
}

/* One line, and what it must read back as. */
static void put_note(struct builder *b, struct numbering *w, struct strbuf *out, struct slice page, size_t index)
{
	const struct page_note note = b->notes.items[index]; /* what its text refers to is added behind it */
	struct strbuf line = STRBUF_INIT;
	struct slice seen;

	if (note.name)
		put_text(b, w, &line, &note);
	else if (note.reference.is_sample)
		put_sample(b, &line, page, note.reference.number);
	else
		put_part(b, &line, page, &note.reference);
	markdown_read_line(b->arena, strbuf_slice(&line), &seen);
	vec_push(&b->note_texts, seen);
	strbuf_addslice(out, strbuf_slice(&line));
	strbuf_addch(out, '\n');
	strbuf_release(&line);
}

void notes_finish(struct builder *b, struct strbuf *body)
{
	struct numbering w = { .order = VEC_INIT, .numbers = VEC_INIT };
	struct strbuf out = STRBUF_INIT;
	struct slice page;

	if (!b->notes.len)
		return;
	put_numbers(b, &w, &out, body->text);
	page = arena_slice(b->arena, strbuf_slice(&out));
	if (w.order.len && b->site->notes_in_html)
		strbuf_addstr(&out, "\n## Notes\n");
	for (size_t i = 0; i < w.order.len; i++) {
		vec_push(&b->note_order, w.order.items[i]);
		if (b->site->notes_in_html)
			strbuf_addf(&out, "%s%zu. <a id=\"note-%zu\"></a>", i ? "" : "\n", i + 1, i + 1);
		else
			strbuf_addf(&out, "\n[^%zu]: ", i + 1);
		put_note(b, &w, &out, page, w.order.items[i]);
	}
	strbuf_clear(body);
	strbuf_addslice(body, strbuf_slice(&out));
	strbuf_release(&out);
	vec_release(&w.order);
	vec_release(&w.numbers);
}

bool site_is_own_tag(const struct site_writer *site, struct slice html)
{
	static const char *const leads[] = { "<a href=\"#note-", "<a id=\"note-" };

	if (site_is_span_tag(site, html))
		return true;
	if (slice_is(html, "<del>") || slice_is(html, "</del>"))
		return strcmp(site->strike_open, "<del>") == 0;
	if (!site->notes_in_html)
		return false;
	if (slice_is(html, "<sup>") || slice_is(html, "</sup>") || slice_is(html, "</a>"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(leads); i++) {
		size_t len = strlen(leads[i]), at = len;
		if (html.len_bytes <= len || memcmp(html.at, leads[i], len) != 0)
			continue;
		while (at < html.len_bytes && html.at[at] >= '0' && html.at[at] <= '9')
			at++;
		return at > len && html.len_bytes == at + 2 && memcmp(html.at + at, "\">", 2) == 0;
	}
	return false;
}
