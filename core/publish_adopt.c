#include "core/publish_adopt.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/line_diff.h"
#include "core/incident_review.h"
#include "core/postmortem_state.h"
#include "core/publish_earlier.h"
#include "core/publish_run.h"
#include "core/redact.h"
#include "core/revisions.h"

/* A page that is older than so many edits was left alone for long: a person is to look at it. */
#define EDITS_MAX 100
#define CHANGES_MAX 10000 /* of one edit */

struct adopting {
	struct store *store;
	const struct renderer *renderer;
	struct arena *arena;
	const struct publish_options *options;
	const char *key;
	struct incident *now;                 /* the record */
	struct postmortem_input input;        /* what the page was made from … */
	const struct incident *base;          /* … and the record then */
	struct slice page, body;              /* as it is; without its mark */
	char hex[DIGEST_HEX_LEN + 1];         /* of what was written */
	VEC_OF(struct adopt_refusal) refusals;
};

/* As publish_add() has it. What goes beside the page is not asked for, only that something does. */
static enum status gather(struct adopting *a, struct error *err)
{
	struct postmortem_review *review = arena_alloc(a->arena, sizeof(*review));
	enum status status = a->options->redactor ?
		publish_gather_public(a->store, a->arena, a->key, PUBLISH_SAMPLES, &a->input, err) :
		publish_gather(a->store, a->arena, a->key, PUBLISH_SAMPLES, &a->input, err);

	if (status != STATUS_OK)
		return status;
	*review = postmortem_review(a->now);
	a->input.postmortem = review;
	a->input.page_template = a->options->page_template;
	a->input.document = slice_of("{}");
	if (a->options->redactor) {
		struct postmortem_input redacted;
		const struct redact_hit *hits;
		size_t count;

		redact_input(a->options->redactor, a->arena, a->renderer->seen, &a->input, &redacted, &hits, &count);
		a->input = redacted;
	}
	a->base = a->now;
	return STATUS_OK;
}

/* Whether the page was made from that; its path under the site's content folder too. */
static enum status is_source(struct adopting *a, const struct postmortem_input *input, bool *is_it, const char **path, struct error *err)
{
	const struct page *pages;
	size_t count, at, len;
	struct strbuf content = STRBUF_INIT;
	char hex[DIGEST_HEX_LEN + 1];
	enum status status = a->renderer->postmortem(a->arena, input, a->options->site, &pages, &count, err);

	if (status != STATUS_OK)
		return status;
	strbuf_addslice(&content, pages[0].content);
	publish_mark(&content);
	*is_it = publish_mark_find(strbuf_slice(&content), &at, &len, hex) && strcmp(hex, a->hex) == 0;
	*path = pages[0].path;
	strbuf_release(&content);
	return STATUS_OK;
}

static const struct incident *with_texts(struct adopting *a, const struct incident *of, const struct incident *from, struct instant at)
{
	struct incident *copy = incident_copy(a->arena, of);

	copy->sections = from->sections;
	copy->section_count = from->section_count;
	copy->updated_at = at;
	return copy;
}

/* Whether the page was made from the record as an edit left it: `earlier`, with the sections of the newest text of then. */
static enum status try_edit(struct adopting *a, const struct edit *edit, const struct incident *earlier, const struct revision *revisions,
			    size_t count, bool *found, struct error *err)
{
	struct postmortem_input input = a->input;
	struct postmortem_review *review = arena_alloc(a->arena, sizeof(*review));
	struct incident *then = a->now;
	const char *path;
	size_t i = 0;
	enum status status = STATUS_OK;

	while (i < count && revisions[i].edit > edit->id)
		i++;
	if (count && i == count)
		return STATUS_OK;
	if (count)
		status = revision_get(a->store, a->arena, a->key, revisions[i].edit, &then, err);
	if (status != STATUS_OK)
		return status;
	input.incident = with_texts(a, earlier, then, edit->at);
	input.review = incident_review(a->arena, input.incident, a->input.review->flagged_after);
	*review = postmortem_review(input.incident);
	input.postmortem = review;
	status = is_source(a, &input, found, &path, err);
	if (status == STATUS_OK && *found) {
		a->input = input;
		a->base = input.incident;
	}
	return status;
}

/* What was undone since is no part of the record of now, and so needs no taking back. */
static enum status take_back(struct adopting *a, const struct edit *edit, struct incident *earlier, struct error *err)
{
	const struct edit_change *changes;
	size_t count = 0;
	enum status status = STATUS_OK;

	if (edit->kind != EDIT_CHANGE || edit->state == EDIT_UNDONE)
		return STATUS_OK;
	status = a->store->ops->edit_changes(a->store, a->arena, edit->id, CHANGES_MAX, &changes, &count, err);
	if (status == STATUS_OK)
		publish_take_back(a->arena, earlier, changes, count);
	return status;
}

/* The record after one of its edits; for readers outside, who may not see all of it, there is none. */
static enum status find_earlier(struct adopting *a, bool *found, struct error *err)
{
	const struct edit_filter filter = { .incident = a->key };
	struct incident *earlier = incident_copy(a->arena, a->input.incident);
	const struct revision *revisions;
	const struct edit *edits;
	size_t count = 0, edit_count = 0;
	enum status status = revision_list(a->store, a->arena, a->key, &revisions, &count, err);

	if (status == STATUS_OK)
		status = a->store->ops->edit_list(a->store, a->arena, &filter, 0, EDITS_MAX, &edits, &edit_count, err);
	for (size_t i = 0; status == STATUS_OK && !*found && i < edit_count; i++) {
		status = try_edit(a, &edits[i], earlier, revisions, count, found, err);
		if (status == STATUS_OK && !*found)
			status = take_back(a, &edits[i], earlier, err);
	}
	return status;
}

static enum status find_page(struct adopting *a, const char *page, const char **path, struct error *err)
{
	struct publish_place place = { .root = a->options->out_folder, .content = a->options->out_folder };
	size_t count = 0;
	const struct site *sites = a->renderer->sites ? a->renderer->sites(&count) : NULL;
	enum status status = STATUS_OK;
	const char *below;
	bool is_it;

	*path = page;
	if (page)
		return STATUS_OK;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (strcmp(sites[i].name, a->options->site) == 0)
			status = publish_find_place(a->arena, &sites[i], a->options->out_folder, &place, err);
	if (status == STATUS_OK)
		status = is_source(a, &a->input, &is_it, &below, err);
	if (status == STATUS_OK)
		*path = file_join(a->arena, place.content, below);
	return status;
}

/* An editor that ends all lines in CR LF changed no text. */
static struct slice with_plain_ends(struct arena *arena, struct slice page)
{
	struct strbuf plain = STRBUF_INIT;
	struct slice out = page;
	bool all = page.len_bytes > 0;

	for (size_t i = 0; i < page.len_bytes && all; i++) {
		all = page.at[i] != '\n' || (i > 0 && page.at[i - 1] == '\r');
		if (page.at[i] != '\r' || i + 1 == page.len_bytes || page.at[i + 1] != '\n')
			strbuf_addch(&plain, page.at[i]);
	}
	if (all)
		out = arena_slice(arena, strbuf_slice(&plain));
	strbuf_release(&plain);
	return out;
}

/* *edited: there is something to take back. */
static enum status read_page(struct adopting *a, const char *path, bool *edited, struct error *err)
{
	struct strbuf body = STRBUF_INIT;
	struct slice plain;
	size_t at, len;
	enum status status;

	*edited = false;
	if (!file_exists(path))
		return error_set(err, STATUS_NOT_FOUND, "there is no page of %s at %s", a->key, path);
	status = file_read(a->arena, path, PUBLISH_PAGE_BYTES_MAX, &a->page, err);
	if (status != STATUS_OK || publish_mark_holds(a->page))
		return status;
	plain = with_plain_ends(a->arena, a->page);
	if (!publish_mark_find(plain, &at, &len, a->hex))
		return error_set(err, STATUS_REFUSED, "%s has no mark of an export at its end (<!-- aitia:sha256:… -->): "
				 "what it was made from is not known", path);
	*edited = true;
	strbuf_add(&body, plain.at, at);
	strbuf_add(&body, plain.at + at + len, plain.len_bytes - at - len);
	a->body = arena_slice(a->arena, strbuf_slice(&body));
	strbuf_release(&body);
	return STATUS_OK;
}

static enum status find_source(struct adopting *a, const char *path, struct error *err)
{
	const char *below;
	bool found = false;
	enum status status = is_source(a, &a->input, &found, &below, err);

	if (status == STATUS_OK && !found && !a->options->redactor)
		status = find_earlier(a, &found, err);
	if (status == STATUS_OK && !found)
		return error_set(err, STATUS_REFUSED, "%s was not made from the record as it is%s, or not with this --site, --audience, "
				 "--template and --rules: what was edited cannot be told; export elsewhere and compare", path,
				 a->options->redactor ? "" : " or as its earlier texts were");
	return status;
}

/* ---- into the record ------------------------------------------------------------------------ */

static struct incident_cause *cause_named(struct incident *incident, const char *name)
{
	for (size_t i = 0; name[0] == 'C' && i < incident->cause_count; i++)
		if (incident->causes[i].number == strtoll(name + 1, NULL, 10))
			return &incident->causes[i];
	return NULL;
}

static const char *text_named(const struct incident *incident, const char *name)
{
	const struct incident_cause *cause = name[0] == 'C' ? incident_cause(incident, strtoll(name + 1, NULL, 10)) : NULL;

	if (name[0] != 'C')
		return incident_section(incident, name);
	return cause && cause->statement ? cause->statement : "";
}

static bool same_text(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);

	while (a_len && strchr(" \n", a[a_len - 1]))
		a_len--;
	while (b_len && strchr(" \n", b[b_len - 1]))
		b_len--;
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static void put_texts(struct adopting *a, const struct adopted *adopted, struct incident *into, struct strbuf *diff, size_t *taken)
{
	for (size_t i = 0; i < adopted->count; i++) {
		const struct adopted_text *text = &adopted->texts[i];
		const char *now = text_named(a->now, text->name), *named;
		struct incident_cause *cause = cause_named(into, text->name);
		bool ends = strlen(now) && now[strlen(now) - 1] == '\n';
		const char *whole = arena_printf(a->arena, "%s%s", text->text, ends ? "\n" : "");

		if (same_text(now, text->text))
			continue;
		if (!same_text(now, text_named(a->base, text->name))) {
			struct adopt_refusal both = { 0, arena_printf(a->arena, "%s: the record was changed too, since the page was written; "
								      "what the page has: %.300s", text->name, text->text) };
			vec_push(&a->refusals, both);
			continue;
		}
		if (cause)
			cause->statement = whole;
		else
			incident_set_section(into, a->arena, text->name, whole);
		named = arena_printf(a->arena, "%s %s", a->key, text->name);
		line_diff(diff, named, slice_of(now), arena_printf(a->arena, "%s, as the page has it", named), slice_of(whole));
		(*taken)++;
	}
}

static enum status store_texts(struct adopting *a, const char *reviewer, const struct adopted *adopted, struct adoption_result *out,
			       struct error *err)
{
	struct incident *changed = incident_copy(a->arena, a->now);
	struct codebook book;
	struct strbuf diff = STRBUF_INIT;
	const char *key;
	enum status status = STATUS_OK;

	put_texts(a, adopted, changed, &diff, &out->texts);
	out->diff = arena_strdup(a->arena, diff.text);
	strbuf_release(&diff);
	if (!out->texts)
		return STATUS_OK;
	status = a->store->ops->codebook_get(a->store, a->arena, &book, err);
	if (status == STATUS_OK)
		status = incident_check(changed, &book, err);
	if (status == STATUS_OK)
		status = a->store->ops->incident_put(a->store, a->arena, reviewer, changed, "adopted from its page", &key, &out->edit, err);
	return status;
}

/* From now on the page is ours and untouched: it has nothing that the record has not. */
static enum status sign(struct adopting *a, const char *path, struct error *err)
{
	struct strbuf content = STRBUF_INIT;
	char *folder = file_folder_of(path);
	struct slice again;
	int lock = -1;
	enum status status = file_lock_folder(folder, &lock, err);

	if (status == STATUS_OK)
		status = file_read(a->arena, path, PUBLISH_PAGE_BYTES_MAX, &again, err);
	if (status == STATUS_OK && !slice_eq(again, a->page))
		status = error_set(err, STATUS_CONFLICT, "%s was changed meanwhile; what it had is in the record, adopt it again", path);
	strbuf_addslice(&content, a->body);
	publish_mark(&content);
	if (status == STATUS_OK)
		status = file_write_atomic(path, strbuf_slice(&content), err);
	if (lock >= 0)
		file_unlock(lock);
	free(folder);
	strbuf_release(&content);
	return status;
}

static void hand_over(struct adopting *a, struct adoption_result *out)
{
	struct adopt_refusal *all = arena_array(a->arena, a->refusals.len + 1, sizeof(*all));

	for (size_t i = 0; i < a->refusals.len; i++)
		all[i] = a->refusals.items[i];
	out->refusals = all;
	out->refusal_count = a->refusals.len;
}

static enum status adopt(struct adopting *a, const char *reviewer, const char *page, struct adoption_result *out, struct error *err)
{
	struct adopted adopted;
	bool edited = false;
	enum status status = a->store->ops->incident_get(a->store, a->arena, a->key, &a->now, err);

	if (status == STATUS_OK)
		status = gather(a, err);
	if (status == STATUS_OK)
		status = find_page(a, page, &out->path, err);
	if (status == STATUS_OK)
		status = read_page(a, out->path, &edited, err);
	out->untouched = status == STATUS_OK && !edited;
	if (status != STATUS_OK || !edited)
		return status;
	status = find_source(a, out->path, err);
	if (status == STATUS_OK)
		status = a->renderer->adopt(a->arena, &a->input, a->base, a->options->site, a->body, &adopted, err);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < adopted.refusal_count; i++)
		vec_push(&a->refusals, adopted.refusals[i]);
	status = store_texts(a, reviewer, &adopted, out, err);
	if (status == STATUS_OK && !a->refusals.len)
		status = sign(a, out->path, err);
	hand_over(a, out);
	return status;
}

enum status publish_adopt(struct store *store, const struct renderer *renderer, struct arena *arena, const char *reviewer,
			  const char *key, const char *page, const struct publish_options *options, struct adoption_result *out,
			  struct error *err)
{
	struct adopting a = { .store = store, .renderer = renderer, .arena = arena, .options = options, .key = key, .refusals = VEC_INIT };
	enum status status;

	*out = (struct adoption_result){ .diff = "" };
	status = adopt(&a, reviewer, page, out, err);
	vec_release(&a.refusals);
	return status;
}
