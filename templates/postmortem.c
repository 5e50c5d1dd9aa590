/*
 * The document: sections that people wrote and what follows from the record, in
 * the names of templates/names.def; templates put them in order.
 */
#include "templates/postmortem.h"

#include "core/base/json.h"
#include "core/codebook.h"
#include "core/postmortem_state.h"
#include "templates/build_record.h"
#include "templates/markdown.h"
#include "templates/markdown_html.h"
#include "templates/mustache.h"
#include "templates/notes.h"
#include "templates/template.h"

#define SLUG_MAX_BYTES 40
#define DESCRIPTION_MAX_BYTES 160
#define TERM_MAX_BYTES 64
#define SECTION_LEVEL 2 /* "## Summary" */
#define NOT_RECORDED "Not recorded."

/* One member for each section of sections.def: null where nothing was written,
 * but for those that no postmortem may lack. */
static void add_sections(struct builder *b, struct value *root)
{
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		const char *markdown = incident_section(b->input->incident, kinds[i].key);
		struct value *section;

		if (!build_has(markdown) && strcmp(kinds[i].key, "summary") == 0)
			markdown = NOT_RECORDED;
		if (!build_has(markdown)) {
			value_set(root, kinds[i].key, value_null(b->arena));
			continue;
		}
		section = value_object(b->arena);
		value_set(section, "title", value_text(b->arena, slice_of(kinds[i].title)));
		value_set(section, "body", build_prose(b, kinds[i].key, markdown, SECTION_LEVEL));
		value_set(root, kinds[i].key, section);
	}
}

static const char *title_of(const struct incident *incident)
{
	if (build_has(incident->title))
		return incident->title;
	return incident->key ? incident->key : "";
}

/* Tables of the record's parts; "sources" is a section of prose. */
static const char *const part_names[INCIDENT_CHILD_KINDS] = {
#define KIND(word, words, NAME, article, tag, help) #word "_table",
#include "core/incident_fields.def"
};

static struct value *build_document(struct builder *b, bool title_in_body, bool with_record)
{
	const struct postmortem_input *input = b->input;
	struct value *root = value_object(b->arena);
	struct timeline_columns has;
	struct value *timeline = build_timeline(b, &has);

	value_set(root, "title", title_in_body ? build_heading(b, "", title_of(input->incident)) :
		  value_null(b->arena));
	value_set(root, "illustrative_document", input->illustrative || input->incident->illustrative ?
		  build_note(b, "ILLUSTRATIVE.",
			     "Samples on this page were made to show the fault; they are no recorded output of any system.") :
		  value_null(b->arena));
	value_set(root, "incident", build_incident(b));
	value_set(root, "header", build_facts(b));
	value_set(root, "began", value_text(b->arena, slice_of(build_begin(b))));
	value_set(root, "ended", value_text(b->arena, slice_of(build_end(b))));
	value_set(root, "is_open", value_bool(b->arena, build_is_open(b)));
	value_set(root, "lasted", value_text(b->arena, slice_of(build_length(b))));
	build_set_list(b, root, "intervals", "has_intervals", build_intervals(b));
	build_set_list(b, root, "timeline", "has_timeline", timeline);
	value_set(root, "has_certainty", value_bool(b->arena, has.certainty));
	value_set(root, "has_cohort", value_bool(b->arena, has.cohort));
	value_set(root, "has_sources", value_bool(b->arena, has.sources));
	value_set(root, "chart", build_chart(b));
	value_set(root, "samples", build_samples(b));
	value_set(root, "shown", value_int(b->arena, (int64_t)input->sample_count));
	value_set(root, "core", value_int(b->arena, (int64_t)input->incident->member_counts[MEMBER_CORE]));
	value_set(root, "causes", build_causes(b, CAUSES_ALL));
	value_set(root, "triggers", build_causes(b, CAUSES_TRIGGERS));
	value_set(root, "root_causes", build_causes(b, CAUSES_ROOT));
	value_set(root, "gap_causes", build_causes(b, CAUSES_GAPS));
	build_set_list(b, root, "ruled_out", "has_ruled_out", build_ruled_out(b));
	build_set_list(b, root, "actions", "has_actions", build_actions(b));
	for (int kind = INCIDENT_COHORT; kind < INCIDENT_CHILD_KINDS; kind++)
		value_set(root, part_names[kind], build_parts(b, (enum incident_child)kind));
	value_set(root, "truth_table", build_truth_table(b));
	value_set(root, "cohort_intervals", build_cohort_intervals(b));
	build_set_list(b, root, "contradictions", "has_contradictions", build_contradictions(b));
	build_set_list(b, root, "overlaps", "has_overlaps", build_overlaps(b));
	value_set(root, "timeline_chart", build_timeline_chart(b));
	value_set(root, "days_chart", build_days_chart(b));
	value_set(root, "found_chart", build_found_chart(b));
	add_sections(b, root);
	value_set(root, "milestones", build_milestones(b));
	value_set(root, "record", with_record ? build_record(b) : value_null(b->arena));
	build_set_list(b, root, "files", "has_files", build_files(b));
	return root;
}

/* Terms become paths of the site (Hugo stops at "." and at blank ones), so they
 * keep letters, digits and "_" only; NULL when nothing is left. */
static const char *site_term(struct builder *b, struct slice text)
{
	char *term;
	bool any = false;

	if (text.len_bytes > TERM_MAX_BYTES)
		text.len_bytes = TERM_MAX_BYTES;
	term = arena_text(b->arena, text);

	for (char *c = term; *c; c++) {
		bool kept = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');

		any = any || kept;
		if (!kept && *c != '_')
			*c = '-';
	}
	return any ? term : NULL;
}

static void add_term(const char **terms, size_t *count, const char *term)
{
	for (size_t i = 0; term && i < *count; i++)
		if (strcmp(terms[i], term) == 0)
			return;
	if (term)
		terms[(*count)++] = term;
}

/* "infrastructure/cache": the category and, as a tag, the sub-cause. */
static void add_terms(struct builder *b, struct site_page *page)
{
	const struct incident *incident = b->input->incident;
	const char **tags = arena_array(b->arena, incident->cause_count + 1, sizeof(*tags));
	const char **categories = arena_array(b->arena, incident->cause_count + 1, sizeof(*categories));

	if (incident->severity != SEVERITY_NONE)
		add_term(tags, &page->tag_count, severity_word(incident->severity));
	for (size_t i = 0; i < incident->cause_count; i++) {
		const char *code = incident->causes[i].code ? incident->causes[i].code : "";
		size_t category_len = strcspn(code, "/");

		if (incident->causes[i].confidence == CONFIDENCE_RULED_OUT)
			continue;
		add_term(categories, &page->category_count, site_term(b, (struct slice){ code, category_len }));
		if (code[category_len])
			add_term(tags, &page->tag_count, site_term(b, slice_of(code + category_len + 1)));
	}
	page->tags = tags;
	page->categories = categories;
}

/* Published, else resolved, else when the record was last changed; never later
 * than that change: sites drop pages of the future without a word. */
static struct instant page_date(const struct incident *incident)
{
	struct time_span published = incident_reached(incident, MILESTONE_PUBLISHED);
	struct time_span resolved = incident_reached(incident, MILESTONE_RESOLVED);
	struct instant date = published.known ? published.event->at : resolved.known ? resolved.event->at : INSTANT_UNKNOWN;
	struct instant modified = instant_known(incident->updated_at) ? incident->updated_at : incident->created_at;

	if (!instant_known(date) || (instant_known(modified) && date.at_us > modified.at_us))
		date = modified;
	return date;
}

void postmortem_describe(struct builder *b, struct site_page *page)
{
	const struct incident *incident = b->input->incident;
	const char *summary = incident_section(incident, "summary");
	struct strbuf slug = STRBUF_INIT;

	*page = (struct site_page){ .key = incident->key ? incident->key : "",
				    .title = title_of(incident) };
	page->description = build_has(summary) ? markdown_plain(b->arena, slice_of(reference_strip(b->arena, summary)), DESCRIPTION_MAX_BYTES) : "";
	page->date = page_date(incident);
	page->modified = instant_known(incident->updated_at) ? incident->updated_at : incident->created_at;
	escape_slug(&slug, slice_of(page->key), SLUG_MAX_BYTES);
	/* "index" and "readme" are pages of the sites' own. */
	if (!slug.len_bytes || slice_is(strbuf_slice(&slug), "index") || slice_is(strbuf_slice(&slug), "readme"))
		strbuf_insert(&slug, 0, "incident-", strlen(slug.len_bytes ? "incident-" : "incident"));
	page->key_slug = arena_strdup(b->arena, slug.text);
	page->permalink = arena_printf(b->arena, "/postmortems/%s/", page->key_slug);
	page->begun = instant_known(incident->created_at) ? incident->created_at : page->date;
	strbuf_release(&slug);
	add_terms(b, page);
}

static enum status check(struct builder *b, struct slice body, struct error *err)
{
	const struct page_texts texts = { b->headings.items, b->cells.items, b->note_texts.items,
					   b->headings.len, b->cells.len, b->note_texts.len };

	return markdown_check(b->site, body, b->codes.items, b->codes.len, &texts, err);
}

/* What nobody approved says so first, whatever the template: behind the title, if that is in the body. */
static void put_state(struct builder *b, struct strbuf *body)
{
	static const char *const titles[POSTMORTEM_COUNT] = {
		[POSTMORTEM_DRAFT] = "Draft.", [POSTMORTEM_IN_REVIEW] = "In review.", [POSTMORTEM_SUPERSEDED] = "Superseded.",
	};
	const struct postmortem_review *review = b->input->postmortem;
	struct strbuf note = STRBUF_INIT;
	size_t at = 0;

	if (!review || !titles[review->state])
		return;
	site_put_note(b->site, &note, titles[review->state], review->state == POSTMORTEM_SUPERSEDED ? "Another text stands in its place." :
		      review->changed ? "This text was changed since it was approved." : "Nobody has approved this text yet.");
	strbuf_addch(&note, '\n');
	if (body->len_bytes > 2 && memcmp(body->text, "# ", 2) == 0) {
		at = strcspn(body->text, "\n");
		while (body->text[at] == '\n')
			at++;
	}
	strbuf_insert(body, at, note.text, note.len_bytes);
	strbuf_release(&note);
}

static void note_fault(void *context, const char *fault)
{
	const char **first = context;

	if (!*first)
		*first = fault;
}

/* Takes the marks of prose out of the body; each text that stood between two is a span of it. */
static void take_spans(struct builder *b, struct strbuf *body, struct page_map *map)
{
	struct strbuf out = STRBUF_INIT;
	struct page_span open = { NULL, 0, 0 };

	for (const char *at = body->text; at < body->text + body->len_bytes;) {
		size_t index = 0;

		if (*at == PROSE_OPEN) {
			for (at++; *at >= '0' && *at <= '9'; at++)
				index = index * 10 + (size_t)(*at - '0');
			at += *at == PROSE_NAMED;
			open = (struct page_span){ index < b->prose_names.len ? b->prose_names.items[index] : NULL, out.len_bytes, 0 };
		} else if (*at == PROSE_CLOSE) {
			at++;
			open.to = out.len_bytes;
			if (open.name)
				vec_push(&map->spans, open);
			open.name = NULL;
		} else
			strbuf_addch(&out, *at++);
	}
	strbuf_clear(body);
	strbuf_addslice(body, strbuf_slice(&out));
	strbuf_release(&out);
}

/* As the site's text says it: "[[s:12]]", "[^name]". */
static void name_notes(struct builder *b, struct page_map *map)
{
	for (size_t i = 0; i < b->note_order.len; i++) {
		const struct page_note *note = &b->notes.items[b->note_order.items[i]];
		const char *tag = note->name || note->reference.is_sample ? "s" : incident_kind(note->reference.kind)->tag;
		struct strbuf name = STRBUF_INIT;

		if (note->name)
			strbuf_addf(&name, "[^%s]", note->name);
		else {
			strbuf_addf(&name, "[[%s:%lld]]", tag, (long long)note->reference.number);
			for (char *c = name.text; *c; c++)
				*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
		}
		vec_push(&map->notes, arena_strdup(b->arena, name.text));
		strbuf_release(&name);
	}
}

/* Where what stands at an offset of the body is in the document. */
static size_t moved(const struct block_places *places, size_t body_at, size_t end)
{
	for (size_t i = 0; i < places->at.len; i++)
		if (places->at.items[i].body_at >= body_at)
			return places->at.items[i].out_at;
	return end;
}

/* The document as site_put_document() writes it, and its spans. */
static void put_mapped(struct builder *b, const struct site_page *page, struct slice body, struct page_map *map)
{
	struct strbuf text = STRBUF_INIT;
	struct block_places places = { VEC_INIT };

	if (b->site->front_matter)
		b->site->front_matter(&text, page);
	if (b->site->alters) {
		markdown_put_unaltered_noting(&text, b->site, body, &places);
		for (size_t i = 0; i < map->spans.len; i++) {
			map->spans.items[i].from = moved(&places, map->spans.items[i].from, text.len_bytes);
			map->spans.items[i].to = moved(&places, map->spans.items[i].to, text.len_bytes);
		}
	} else {
		for (size_t i = 0; i < map->spans.len; i++) {
			map->spans.items[i].from += text.len_bytes;
			map->spans.items[i].to += text.len_bytes;
		}
		strbuf_addslice(&text, body);
	}
	map->content = arena_slice(b->arena, strbuf_slice(&text));
	vec_release(&places.at);
	strbuf_release(&text);
}

static enum status render(struct builder *b, bool front_matter, struct strbuf *text, const struct site_page *page,
			  struct page_map *map, struct error *err)
{
	const struct page_template *template = b->input->page_template ? b->input->page_template : template_builtin(b->arena, "full");
	const struct mustache_options options = { .strict = true, .put = template_put, .put_context = b,
						  .partial = template_part, .partial_context = template };
	bool titled = b->site->title_in_body || !front_matter, with_record;
	const char *fault = NULL;
	struct strbuf body = STRBUF_INIT;
	enum status status = STATUS_OK;

	if (template_check_again(b->arena, template, &with_record, note_fault, &fault))
		return error_set(err, STATUS_INPUT, "%s", fault);
	status = mustache_render(b->arena, template->name, template->text, build_document(b, titled, with_record), &options, &body, err);
	if (status == STATUS_OK)
		notes_finish(b, &body);
	if (status == STATUS_OK)
		put_state(b, &body);
	if (status == STATUS_OK && map)
		take_spans(b, &body, map);
	if (status == STATUS_OK)
		status = check(b, strbuf_slice(&body), err);
	if (status == STATUS_OK && map)
		put_mapped(b, page, strbuf_slice(&body), map);
	else if (status == STATUS_OK && front_matter)
		site_put_document(b->site, text, page, strbuf_slice(&body));
	else if (status == STATUS_OK)
		strbuf_addslice(text, strbuf_slice(&body));
	strbuf_release(&body);
	return status;
}

static void begin(struct builder *b, struct arena *arena, const struct postmortem_input *input,
		  const struct site_writer *site, struct site_page *page)
{
	*b = (struct builder){ .arena = arena, .site = site, .input = input, .codes = VEC_INIT, .headings = VEC_INIT,
			       .cells = VEC_INIT, .attachments = VEC_INIT, .notes = VEC_INIT, .note_texts = VEC_INIT,
			       .note_order = VEC_INIT, .prose_names = VEC_INIT };
	b->review = input->review ? input->review : incident_review(arena, input->incident, -1);
	postmortem_describe(b, page);
}

static void end(struct builder *b)
{
	vec_release(&b->codes);
	vec_release(&b->headings);
	vec_release(&b->cells);
	vec_release(&b->attachments);
	vec_release(&b->notes);
	vec_release(&b->note_texts);
	vec_release(&b->note_order);
	vec_release(&b->prose_names);
}

/* What programs are to read is read by one first. */
static enum status check_attachment(struct arena *arena, const struct attachment *file, struct error *err)
{
	const struct json *root;
	enum status status = STATUS_OK;

	if (!file->is_image)
		status = json_parse(arena, file->content, false, NULL, &root, err);
	return status == STATUS_OK ? status : error_wrap(err, STATUS_INPUT, "%s does not read back", file->name);
}

static enum status give_pages(struct builder *b, const struct site_page *page, struct slice text, const struct page **pages,
			      size_t *count, struct error *err)
{
	struct page *made = arena_array(b->arena, b->attachments.len + 1, sizeof(*made));
	enum status status = STATUS_OK;

	made[0] = (struct page){ .path = b->site->path(b->arena, page), .content = arena_slice(b->arena, text) };
	for (size_t i = 0; i < b->attachments.len && status == STATUS_OK; i++) {
		const struct attachment *file = &b->attachments.items[i];
		const struct site_beside *beside = file->is_image ? &b->site->images : &b->site->files;

		made[i + 1] = (struct page){ .path = site_beside_path(b->arena, beside, b->slug, file->name),
					     .content = file->content, .at_root = beside->at_root };
		status = check_attachment(b->arena, file, err);
	}
	*pages = made;
	*count = b->attachments.len + 1;
	return status;
}

enum status postmortem_pages(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     const struct page **pages, size_t *count, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct site_page page;
	struct builder b;
	enum status status;

	begin(&b, arena, input, site, &page);
	b.slug = page.key_slug;
	status = render(&b, true, &text, &page, NULL, err);
	if (status == STATUS_OK)
		status = give_pages(&b, &page, strbuf_slice(&text), pages, count, err);
	if (status != STATUS_OK)
		error_wrap(err, status, "%s", page.key);
	strbuf_release(&text);
	end(&b);
	return status;
}

enum status postmortem_draft(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     struct slice *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct site_page page;
	struct builder b;
	enum status status;

	begin(&b, arena, input, site, &page);
	status = render(&b, false, &text, &page, NULL, err);
	if (status == STATUS_OK)
		*out = arena_slice(arena, strbuf_slice(&text));
	else
		error_wrap(err, status, "%s", page.key);
	strbuf_release(&text);
	end(&b);
	return status;
}

enum status postmortem_map(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			   struct page_map *out, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct site_page page;
	struct builder b;
	enum status status;

	*out = (struct page_map){ .spans = VEC_INIT, .notes = VEC_INIT };
	begin(&b, arena, input, site, &page);
	b.slug = page.key_slug;
	b.is_mapped = true;
	status = render(&b, true, &text, &page, out, err);
	if (status == STATUS_OK)
		name_notes(&b, out);
	else
		error_wrap(err, status, "%s", page.key);
	strbuf_release(&text);
	end(&b);
	return status;
}

void page_map_release(struct page_map *map)
{
	vec_release(&map->spans);
	vec_release(&map->notes);
}
