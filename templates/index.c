#include "templates/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/digest.h"
#include "core/base/vec.h"
#include "templates/build.h"
#include "templates/markdown.h"
#include "templates/postmortem.h"

#define NEWEST_MAX 50 /* on the index itself */
#define SLUG_MAX 40
#define SLUG_DIGITS 8 /* of a label's digest, where its slug alone does not tell it */

/* ---- what is said of a page ------------------------------------------------------------ */

static bool is_among(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

void index_entry(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
		 struct page_entry *out)
{
	struct builder b = { .arena = arena, .site = site, .input = input, .codes = VEC_INIT };
	const char **models = arena_array(arena, input->sample_count + 1, sizeof(*models));
	struct site_page page;

	postmortem_describe(&b, &page);
	*out = (struct page_entry){
		.key = arena_strdup(arena, page.key), .title = arena_strdup(arena, page.title),
		.description = page.description, .slug = page.key_slug, .date = page.date, .modified = page.modified,
		.severity = input->incident->severity, .status = input->incident->status,
		.categories = page.categories, .category_count = page.category_count, .models = models,
	};
	for (size_t i = 0; i < input->sample_count; i++) {
		const char *model = sample_provenance(input->samples[i], PROVENANCE_MODEL);

		if (build_has(model) && !is_among(models, out->model_count, model))
			models[out->model_count++] = arena_strdup(arena, model);
	}
}

/* Newest first; equal dates by key, the later one first. */
static int compare_entries(const void *left, const void *right)
{
	const struct page_entry *a = *(const struct page_entry *const *)left;
	const struct page_entry *b = *(const struct page_entry *const *)right;

	if (instant_known(a->date) != instant_known(b->date))
		return instant_known(a->date) ? -1 : 1;
	if (a->date.at_us != b->date.at_us)
		return a->date.at_us > b->date.at_us ? -1 : 1;
	return strcmp(b->key, a->key);
}

/* ---- the lists --------------------------------------------------------------------------- */

/* The value number `index` of an entry, or NULL behind the last. */
static const char *by_date(struct arena *arena, const struct page_entry *entry, size_t index)
{
	struct instant year = entry->date;

	if (index || !instant_known(year))
		return NULL;
	year.precision = PRECISION_YEAR;
	return instant_text(arena, year);
}

static const char *by_cause(struct arena *arena, const struct page_entry *entry, size_t index)
{
	(void)arena;
	return index < entry->category_count ? entry->categories[index] : NULL;
}

static const char *by_severity(struct arena *arena, const struct page_entry *entry, size_t index)
{
	(void)arena;
	return index || entry->severity == SEVERITY_NONE ? NULL : severity_word(entry->severity);
}

static const char *by_model(struct arena *arena, const struct page_entry *entry, size_t index)
{
	(void)arena;
	return index < entry->model_count ? entry->models[index] : NULL;
}

static const char *by_status(struct arena *arena, const struct page_entry *entry, size_t index)
{
	(void)arena;
	return index ? NULL : incident_status_word(entry->status);
}

static const struct dimension {
	const char *name, *label;
	const char *(*value)(struct arena *arena, const struct page_entry *entry, size_t index);
} dimensions[] = {
	{ "date", "By date", by_date },
	{ "cause", "By category of cause", by_cause },
	{ "severity", "By severity", by_severity },
	{ "model", "By model", by_model },
	{ "status", "By status", by_status },
};

struct indexing {
	struct arena *arena;
	const struct site_writer *site;
	const struct page_entry **entries; /* newest first */
	size_t count;
	VEC_OF(struct page) pages;
	VEC_OF(const char *) titles;       /* of them, as a menu has them */
	struct strbuf lists;               /* their links, for the index */
	struct error *err;
};

/* One entry under one value of a dimension. */
struct member {
	const char *slug, *label;
	bool is_vague; /* the slug is not all of the label */
	size_t order;
};

static int compare_members(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = strcmp(a->slug, b->slug);

	if (!order)
		order = strcmp(a->label, b->label);
	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static void put_link(struct strbuf *out, const struct site_writer *site, const char *text, const char *name,
		     const char *const around[2])
{
	struct strbuf clean = STRBUF_INIT, likeness = STRBUF_INIT;

	text_clean(&clean, slice_of(text), TEXT_LINE);
	/* A text that the site alters would make HTML of the block, and a dead link of this one. */
	if (site->links_in_markdown && site->alters && site->alters(strbuf_slice(&clean)))
		site_put_likeness(&likeness, strbuf_slice(&clean));
	strbuf_addch(out, '[');
	site_put_text(site, out, strbuf_slice(likeness.len_bytes ? &likeness : &clean), ESCAPE_PROSE, ESCAPE_LINE_END);
	strbuf_addf(out, "](%s%s%s)", around[0], name, around[1]);
	strbuf_release(&clean);
	strbuf_release(&likeness);
}

static void put_entry(struct indexing *w, struct strbuf *out, const struct page_entry *entry, const char *const around[2])
{
	struct strbuf facts = STRBUF_INIT;
	struct instant day = entry->date;

	if (instant_known(day)) {
		if (day.precision > PRECISION_DAY)
			day.precision = PRECISION_DAY;
		strbuf_addf(&facts, " · %s", instant_text(w->arena, day));
	}
	if (entry->severity != SEVERITY_NONE)
		strbuf_addf(&facts, " · %s", severity_word(entry->severity));
	strbuf_addf(&facts, " · %s", incident_status_word(entry->status));
	for (size_t i = 0; i < entry->category_count; i++)
		strbuf_addf(&facts, "%s%s", i ? ", " : " · ", entry->categories[i]);
	strbuf_addstr(out, "\n**");
	put_link(out, w->site, entry->key, entry->slug, around);
	strbuf_addstr(out, "**");
	site_put_text(w->site, out, strbuf_slice(&facts), ESCAPE_PROSE, ESCAPE_LINE_END);
	strbuf_addstr(out, "\n\n> ");
	site_put_text(w->site, out, slice_of(entry->title), ESCAPE_PROSE, ESCAPE_WHOLE);
	if (*entry->description) {
		strbuf_addf(out, "%s\n> ", w->site->hard_break);
		site_put_text(w->site, out, slice_of(entry->description), ESCAPE_PROSE, ESCAPE_WHOLE);
	}
	strbuf_addch(out, '\n');
	strbuf_release(&facts);
}

/* Checked like a postmortem: nothing but its own may stand there as HTML. */
static enum status add_page(struct indexing *w, const char *path, const char *title, const char *name, struct slice body)
{
	struct site_page about = {
		.key = "", .title = title, .description = "What went wrong with generated code, why, and what was done.",
		.key_slug = name,
		.permalink = *name ? arena_printf(w->arena, "/postmortems/%s/", name) : "/postmortems/",
	};
	struct strbuf text = STRBUF_INIT, file = STRBUF_INIT;
	struct page page = { .path = path };
	enum status status;

	if (w->site->title_in_body) {
		strbuf_addstr(&text, "# ");
		site_put_text(w->site, &text, slice_of(title), ESCAPE_HEADING, ESCAPE_WHOLE);
		strbuf_addstr(&text, "\n\n");
	}
	strbuf_addslice(&text, body);
	status = markdown_check_page(w->site, strbuf_slice(&text), NULL, 0, w->err);
	if (status == STATUS_OK) {
		site_put_document(w->site, &file, &about, strbuf_slice(&text));
		page.content = arena_slice(w->arena, strbuf_slice(&file));
		vec_push(&w->pages, page);
		vec_push(&w->titles, title);
	}
	strbuf_release(&text);
	strbuf_release(&file);
	return status;
}

/* The pages of one value: NAME, NAME--p2, … No slug has two dashes together. */
static enum status add_list(struct indexing *w, const struct dimension *dimension, const struct member *members, size_t count)
{
	size_t page_count = (count + INDEX_LIST_MAX - 1) / INDEX_LIST_MAX;
	const char *first = arena_printf(w->arena, "by-%s-%s", dimension->name, members[0].slug);
	enum status status = STATUS_OK;

	put_link(&w->lists, w->site, members[0].label, first, w->site->link_from_index);
	strbuf_addf(&w->lists, " (%zu)", count);
	for (size_t page = 0; page < page_count && status == STATUS_OK; page++) {
		const char *name = page ? arena_printf(w->arena, "%s--p%zu", first, page + 1) : first;
		struct strbuf body = STRBUF_INIT;

		strbuf_addf(&body, "%zu incident%s, the newest first", count, count == 1 ? "" : "s");
		if (page_count > 1)
			strbuf_addf(&body, " (page %zu of %zu)", page + 1, page_count);
		strbuf_addch(&body, '\n');
		for (size_t i = page * INDEX_LIST_MAX; i < count && i < (page + 1) * INDEX_LIST_MAX; i++)
			put_entry(w, &body, w->entries[members[i].order], w->site->link_from_list);
		if (page + 1 < page_count) {
			strbuf_addch(&body, '\n');
			put_link(&body, w->site, "Older ones", arena_printf(w->arena, "%s--p%zu", first, page + 2),
				 w->site->link_from_list);
			strbuf_addch(&body, '\n');
		}
		status = add_page(w, arena_printf(w->arena, "%s%s%s", w->site->lists_at[0], name, w->site->lists_at[1]),
				  arena_printf(w->arena, "%s: %s", dimension->label, members[0].label), name,
				  strbuf_slice(&body));
		strbuf_release(&body);
	}
	return status;
}

static struct member member_of(struct arena *arena, const char *label, size_t order)
{
	struct strbuf slug = STRBUF_INIT, whole = STRBUF_INIT;
	struct member member = { .label = label, .order = order };

	escape_slug(&slug, slice_of(label), SLUG_MAX);
	escape_slug(&whole, slice_of(label), SIZE_MAX);
	member.is_vague = !slug.len_bytes || slug.len_bytes < whole.len_bytes;
	member.slug = arena_strdup(arena, slug.len_bytes ? slug.text : "other");
	strbuf_release(&slug);
	strbuf_release(&whole);
	return member;
}

/* Each label its own name: a digest behind slugs that are cut, none or another label's too.
 * `members` are sorted. */
static void tell_apart(struct arena *arena, struct member *members, size_t count)
{
	for (size_t from = 0, to; from < count; from = to) {
		const char *slug = members[from].slug;
		bool vague = false;

		for (to = from; to < count && strcmp(members[to].slug, slug) == 0; to++)
			vague |= members[to].is_vague || strcmp(members[to].label, members[from].label) != 0;
		for (size_t i = from; vague && i < to; i++) {
			struct digest digest = digest_of(slice_of(members[i].label));
			char digits[DIGEST_HEX_LEN + 1];

			digest_hex(&digest, digits);
			members[i].slug = arena_printf(arena, "%s--%.*s", slug, SLUG_DIGITS, digits);
		}
	}
}

static enum status add_lists(struct indexing *w, const struct dimension *dimension)
{
	VEC_OF(struct member) members = VEC_INIT;
	enum status status = STATUS_OK;
	const char *value;

	for (size_t order = 0; order < w->count; order++)
		for (size_t i = 0; (value = dimension->value(w->arena, w->entries[order], i)); i++) {
			struct member member = member_of(w->arena, value, order);

			vec_push(&members, member);
		}
	if (members.len > 1)
		qsort(members.items, members.len, sizeof(*members.items), compare_members);
	tell_apart(w->arena, members.items, members.len);
	if (members.len)
		strbuf_addf(&w->lists, "- %s: ", dimension->label);
	for (size_t from = 0; from < members.len && status == STATUS_OK;) {
		size_t to = from + 1;

		while (to < members.len && strcmp(members.items[to].label, members.items[from].label) == 0)
			to++;
		strbuf_addstr(&w->lists, from ? ", " : "");
		status = add_list(w, dimension, members.items + from, to - from);
		from = to;
	}
	if (members.len)
		strbuf_addch(&w->lists, '\n');
	vec_release(&members);
	return status;
}

static enum status add_index(struct indexing *w)
{
	struct strbuf body = STRBUF_INIT;
	size_t shown = w->count < NEWEST_MAX ? w->count : NEWEST_MAX;
	enum status status;

	strbuf_addf(&body, "%zu incident%s; what went wrong with generated code, why, and what was done.\n", w->count,
		    w->count == 1 ? "" : "s");
	if (w->lists.len_bytes)
		strbuf_addf(&body, "\n%s", w->lists.text);
	if (shown)
		strbuf_addstr(&body, "\n## Newest\n");
	for (size_t i = 0; i < shown; i++)
		put_entry(w, &body, w->entries[i], w->site->link_from_index);
	status = add_page(w, w->site->index_path, "Postmortems", "", strbuf_slice(&body));
	strbuf_release(&body);
	return status;
}

/* mdBook's list of chapters, of which it makes pages. */
static void put_chapter(struct indexing *w, struct strbuf *out, const char *indent, const char *text, const char *path)
{
	strbuf_addf(out, "%s- [", indent);
	site_put_text(w->site, out, slice_of(text), ESCAPE_PROSE, ESCAPE_LINE_END);
	strbuf_addf(out, "](%s)\n", path);
}

static void add_summary(struct indexing *w)
{
	struct strbuf text = STRBUF_INIT;
	struct page page = { .path = w->site->summary_path, .is_menu = true };

	strbuf_addstr(&text, "# Summary\n\n");
	put_chapter(w, &text, "", "Postmortems", w->site->index_path);
	for (size_t i = 0; i < w->count; i++)
		put_chapter(w, &text, "  ", arena_printf(w->arena, "%s %s", w->entries[i]->key, w->entries[i]->title),
			    arena_printf(w->arena, "%s%s%s", w->site->lists_at[0], w->entries[i]->slug, w->site->lists_at[1]));
	for (size_t i = 0, part = 1; i < w->pages.len; i++) {
		const char *title = w->titles.items[i];

		part = i && strcmp(title, w->titles.items[i - 1]) == 0 ? part + 1 : 1;
		if (strcmp(w->pages.items[i].path, w->site->index_path) != 0)
			put_chapter(w, &text, "  ", part > 1 ? arena_printf(w->arena, "%s (page %zu)", title, part) : title,
				    w->pages.items[i].path);
	}
	page.content = arena_slice(w->arena, strbuf_slice(&text));
	vec_push(&w->pages, page);
	strbuf_release(&text);
}

static void add_feed(struct indexing *w, const char *base_url)
{
	struct strbuf text = STRBUF_INIT;
	struct page page = { .path = w->site->feed_path, .at_root = w->site->feed_at_root };

	feed_write(&text, w->entries, w->count, w->site, base_url);
	page.content = arena_slice(w->arena, strbuf_slice(&text));
	vec_push(&w->pages, page);
	strbuf_release(&text);
}

enum status index_pages(struct arena *arena, const struct page_entry *entries, size_t entry_count,
			const struct site_writer *site, const char *base_url, const struct page **pages, size_t *count,
			struct error *err)
{
	struct indexing w = { .arena = arena, .site = site, .count = entry_count, .pages = VEC_INIT, .titles = VEC_INIT, .lists = STRBUF_INIT,
			      .err = err };
	enum status status = STATUS_OK;
	struct page *made;

	*count = 0;
	w.entries = arena_array(arena, entry_count + 1, sizeof(*w.entries));
	for (size_t i = 0; i < entry_count; i++)
		w.entries[i] = &entries[i];
	if (entry_count > 1)
		qsort(w.entries, entry_count, sizeof(*w.entries), compare_entries);
	for (size_t i = 0; i < ARRAY_LEN(dimensions) && status == STATUS_OK; i++)
		status = add_lists(&w, &dimensions[i]);
	if (status == STATUS_OK)
		status = add_index(&w);
	if (status == STATUS_OK && site->summary_path)
		add_summary(&w);
	if (status == STATUS_OK && base_url && site->feed_path)
		add_feed(&w, base_url);
	if (status == STATUS_OK) {
		made = arena_array(arena, w.pages.len + 1, sizeof(*made));
		memcpy(made, w.pages.items, w.pages.len * sizeof(*made));
		*pages = made;
		*count = w.pages.len;
	}
	vec_release(&w.pages);
	vec_release(&w.titles);
	strbuf_release(&w.lists);
	return status;
}

enum status index_notice(struct arena *arena, const char *key, const struct site_writer *site, struct slice *content,
			 struct error *err)
{
	struct strbuf slug = STRBUF_INIT, body = STRBUF_INIT, file = STRBUF_INIT;
	struct site_page page = { .key = key, .description = "" };
	enum status status;

	escape_slug(&slug, slice_of(key), 40);
	page.key_slug = arena_strdup(arena, slug.text);
	page.permalink = arena_printf(arena, "/postmortems/%s/", slug.text);
	page.title = arena_printf(arena, "%s was withdrawn", key);
	if (site->title_in_body) {
		strbuf_addstr(&body, "# ");
		site_put_text(site, &body, slice_of(page.title), ESCAPE_HEADING, ESCAPE_WHOLE);
		strbuf_addstr(&body, "\n\n");
	}
	site_put_text(site, &body, slice_of("The postmortem that stood here was withdrawn."), ESCAPE_PROSE, ESCAPE_WHOLE);
	strbuf_addch(&body, '\n');
	status = markdown_check_page(site, strbuf_slice(&body), NULL, 0, err);
	site_put_document(site, &file, &page, strbuf_slice(&body));
	*content = arena_slice(arena, strbuf_slice(&file));
	strbuf_release(&slug);
	strbuf_release(&body);
	strbuf_release(&file);
	return status;
}
