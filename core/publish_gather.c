/* What a postmortem is made from, out of the store. */
#include <string.h>

#include "core/audience.h"
#include "core/base/vec.h"
#include "core/incident_table.h"
#include "core/publish.h"
#include "core/publish_count.h"
#include "core/reference.h"

/* Rows fetched at once while core members are looked for. */
#define PAGE_ROWS 500

/* Why a sample may be shown; the lower, the sooner. */
enum rank {
	RANK_EVIDENCE, /* named as evidence of a cause, or in a text */
	RANK_OF_CAUSE, /* a reviewer gave it a cause that the incident names */
	RANK_HEAVY,
};

/* A sample that may be shown, and what its place depends on. */
struct candidate {
	int64_t id;
	enum level level;
	enum rank rank;
};

struct candidates {
	struct candidate *items;
	size_t len, capacity;
};

static bool is_core(const struct publish_members *members, int64_t id)
{
	size_t at = publish_member_at(members, id);

	return at < members->count && members->roles[at] == MEMBER_CORE;
}

/* Whether it is among the first `count`. */
static bool is_listed(const struct candidates *candidates, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (candidates->items[i].id == id)
			return true;
	return false;
}

/* By rank, then the heaviest, then by id. */
static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* A core member that is not excluded. */
static enum status add_named(struct store *store, int64_t sample_id, const struct publish_members *members, struct candidates *out,
			     struct error *err)
{
	struct candidate candidate = { sample_id, LEVEL_NONE, RANK_EVIDENCE };
	struct arena scratch = ARENA_INIT;
	const struct sample *sample;
	enum status status;

	if (!is_core(members, sample_id) || is_listed(out, out->len, sample_id))
		return STATUS_OK;
	status = publish_sample_get(store, &scratch, members, sample_id, &sample, err);
	if (status == STATUS_OK && sample->status != SAMPLE_EXCLUDED) {
		candidate.level = sample_level(sample);
		vec_push(out, candidate);
	}
	arena_release(&scratch);
	return status;
}

static enum status add_evidence(struct store *store, const struct incident *incident,
				const struct publish_members *members, struct candidates *out, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < incident->cause_count; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		for (size_t k = 0; k < cause->evidence_count && status == STATUS_OK; k++)
			status = add_named(store, cause->evidence[k], members, out, err);
	}
	return status;
}

/* Samples that the text refers to ("[[s:12]]"). */
static enum status add_referred(struct store *store, const char *text, const struct publish_members *members,
				struct candidates *out, struct error *err)
{
	struct reference reference = { .at = 0 };
	enum status status = STATUS_OK;

	for (size_t at = 0; text && status == STATUS_OK && reference_next(slice_of(text), at, &reference);) {
		at = reference.at + reference.len_bytes;
		if (reference.is_valid && reference.is_sample)
			status = add_named(store, reference.number, members, out, err);
	}
	return status;
}

static enum status add_all_referred(struct store *store, const struct incident *incident, const struct publish_members *members,
				    struct candidates *out, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < incident->section_count && status == STATUS_OK; i++)
		status = add_referred(store, incident->sections[i].markdown, members, out, err);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);
		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++)
			for (size_t f = 0; f < table->field_count && status == STATUS_OK; f++)
				if (table->fields[f].type == INCIDENT_MARKDOWN)
					status = add_referred(store, part_text(&table->fields[f],
									       incident_part_at(incident, (enum incident_child)kind, i)),
							      members, out, err);
	}
	return status;
}

/* As SORT_LEVEL has it: the heaviest first, then the newest, then by id. */
static bool stands_before(const struct sample *a, const struct sample *b)
{
	enum level a_level = sample_level(a), b_level = sample_level(b);
	int64_t a_us = instant_known(a->produced_at) ? a->produced_at.at_us : INT64_MIN;
	int64_t b_us = instant_known(b->produced_at) ? b->produced_at.at_us : INT64_MIN;

	if (a_level != b_level)
		return a_level > b_level;
	return a_us != b_us ? a_us > b_us : a->id > b->id;
}

/* The first core member that matches and is not listed yet; NULL: none does. */
static const struct sample *first_of_few(const struct publish_members *members, const struct query *query, const struct candidates *out)
{
	const struct sample *first = NULL;

	for (size_t i = 0; i < members->count; i++) {
		const struct sample *sample = members->few[i].sample;

		if (members->roles[i] == MEMBER_CORE && !is_listed(out, out->len, sample->id) && (!first || stands_before(sample, first)) &&
		    query_matches(query, &members->few[i].subject))
			first = sample;
	}
	return first;
}

/* For each cause that names no evidence, the heaviest core member that reviewers
 * gave it: so that the document shows every cause, not five times the same. */
static enum status add_of_causes(struct store *store, const struct incident *incident,
				 const struct publish_members *members, struct candidates *out, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < incident->cause_count && status == STATUS_OK; i++) {
		const struct incident_cause *cause = &incident->causes[i];
		struct query query;
		struct page_request request = { .query = &query, .sort = SORT_LEVEL, .limit = PAGE_ROWS };
		struct sample_page page = { 0 };

		if (cause->evidence_count || cause->confidence == CONFIDENCE_RULED_OUT)
			continue;
		arena_clear(&scratch);
		status = query_parse(&scratch, arena_printf(&scratch, "incident:%s cause:%s", incident->key, cause->code),
				     NULL, &query, err);
		if (status == STATUS_OK && members->few) {
			const struct sample *first = first_of_few(members, &query, out);
			struct candidate candidate = { first ? first->id : 0, first ? sample_level(first) : LEVEL_NONE, RANK_OF_CAUSE };
			if (first)
				vec_push(out, candidate);
			continue;
		}
		if (status == STATUS_OK)
			status = store->ops->sample_page(store, &scratch, &request, &page, err);
		for (size_t r = 0; status == STATUS_OK && r < page.count; r++) {
			const struct sample_row *row = &page.rows[r];
			struct candidate candidate = { row->id, row->level, RANK_OF_CAUSE };
			if (!is_core(members, row->id) || is_listed(out, out->len, row->id))
				continue;
			vec_push(out, candidate);
			break;
		}
	}
	arena_release(&scratch);
	return status;
}

/* All others; which of them are shown is said by their order. */
static void add_few(const struct publish_members *members, struct candidates *out)
{
	const size_t named = out->len;

	for (size_t i = 0; i < members->count; i++) {
		const struct sample *sample = members->few[i].sample;
		struct candidate candidate = { sample->id, sample_level(sample), RANK_HEAVY };

		if (members->roles[i] == MEMBER_CORE && sample->status != SAMPLE_EXCLUDED && !is_listed(out, named, sample->id))
			vec_push(out, candidate);
	}
}

/*
 * The heaviest of the others. The list comes by level, but within a level by
 * time: so all of the last level that is needed are read, and sorted after.
 */
static enum status add_heaviest(struct store *store, const struct incident *incident,
				const struct publish_members *members, size_t limit, struct candidates *out, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	struct query query;
	struct page_request request = { .query = &query, .sort = SORT_LEVEL, .limit = PAGE_ROWS };
	struct sample_page page = { 0 };
	enum level last = LEVEL_NONE; /* of the last one taken */
	const size_t named = out->len; /* those that the list will bring again */
	bool full = named >= limit;
	enum status status;

	if (members->few) {
		add_few(members, out);
		return STATUS_OK;
	}
	status = query_parse(&scratch, arena_printf(&scratch, "incident:%s", incident->key), NULL, &query, err);
	while (status == STATUS_OK && !full && !page.at_end) {
		struct arena rows = ARENA_INIT;
		status = store->ops->sample_page(store, &rows, &request, &page, err);
		for (size_t i = 0; status == STATUS_OK && i < page.count && !full; i++) {
			const struct sample_row *row = &page.rows[i];
			struct candidate candidate = { row->id, row->level, RANK_HEAVY };
			full = out->len >= limit && row->level != last;
			if (full || !is_core(members, row->id) || is_listed(out, named, row->id))
				continue;
			vec_push(out, candidate);
			last = row->level;
		}
		/* The cursor's text lives in the page's arena, which goes. */
		if (status == STATUS_OK) {
			request.from = page.after_last;
			request.from.text = arena_strdup(&scratch, page.after_last.text);
			page.at_end |= page.count == 0;
		}
		arena_release(&rows);
	}
	arena_release(&scratch);
	return status;
}

/* The newest standing judgement that counts, one with a cause before one without. */
static enum status standing_annotation(struct store *store, struct arena *arena, const struct publish_members *members, int64_t sample,
				       const struct annotation **out, struct error *err)
{
	const struct annotation *all;
	size_t count = 0;
	enum status status = publish_annotations_get(store, arena, members, sample, &all, &count, err);

	*out = NULL;
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (annotation_counts(all, count, i) && (!*out || (!(*out)->cause && all[i].cause)))
			*out = &all[i];
	return status;
}

static enum status load(struct store *store, struct arena *arena, const struct publish_members *members,
			const struct candidates *chosen, size_t count, struct postmortem_input *out, struct error *err)
{
	const struct sample **samples = arena_array(arena, count, sizeof(*samples));
	const struct annotation **annotations = arena_array(arena, count, sizeof(*annotations));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = publish_sample_get(store, arena, members, chosen->items[i].id, &samples[i], err);
		if (status == STATUS_OK)
			status = standing_annotation(store, arena, members, chosen->items[i].id, &annotations[i], err);
	}
	out->samples = samples;
	out->annotations = annotations;
	out->sample_count = count;
	return status;
}

static void drop_hidden(const struct incident *incident, struct candidates *candidates)
{
	size_t kept = 0;

	for (size_t i = 0; i < candidates->len; i++)
		if (!audience_hides_sample(incident, candidates->items[i].id))
			candidates->items[kept++] = candidates->items[i];
	candidates->len = kept;
}

static size_t hidden_count(const struct incident *incident)
{
	size_t count = 0;

	for (size_t i = 0; i < incident->restriction_count; i++)
		count += incident->restrictions[i].evidence_count;
	return count;
}

static enum status restrict_input(struct store *store, struct arena *arena, const struct publish_members *members,
				  struct postmortem_input *out, struct error *err)
{
	struct incident *shown;
	enum status status = audience_public(arena, out->incident, &shown, &out->withheld, err);

	if (status == STATUS_OK)
		status = publish_count_public(store, arena, out->incident, members, shown, out, err);
	if (status != STATUS_OK)
		return status;
	out->is_public = true;
	out->incident = shown;
	out->review = incident_review(arena, shown, out->review->flagged_after);
	return STATUS_OK;
}

enum status publish_gather_of(struct store *store, struct arena *arena, const struct incident *incident, size_t sample_limit,
			      bool is_public, struct postmortem_input *out, struct error *err)
{
	struct candidates candidates = VEC_INIT;
	struct codebook *book = arena_alloc(arena, sizeof(*book));
	struct publish_members members;
	enum status status;

	memset(out, 0, sizeof(*out));
	out->incident = incident;
	out->codebook = book;
	out->illustrative = incident->illustrative;
	status = store->ops->codebook_get(store, arena, book, err);
	if (status == STATUS_OK)
		status = publish_members_read(store, arena, incident->key, &members, err);
	if (status == STATUS_OK)
		status = incident_review_load_shown(store, arena, incident, is_public ? incident : NULL, &out->review, err);
	if (status == STATUS_OK)
		status = add_evidence(store, incident, &members, &candidates, err);
	if (status == STATUS_OK)
		status = add_all_referred(store, incident, &members, &candidates, err);
	if (status == STATUS_OK)
		status = add_of_causes(store, incident, &members, &candidates, err);
	if (status == STATUS_OK)
		status = add_heaviest(store, incident, &members, sample_limit + (is_public ? hidden_count(incident) : 0),
				      &candidates, err);
	if (is_public)
		drop_hidden(incident, &candidates);
	if (candidates.len > 1)
		qsort(candidates.items, candidates.len, sizeof(*candidates.items), compare_candidates);
	if (status == STATUS_OK)
		status = load(store, arena, &members, &candidates, candidates.len < sample_limit ? candidates.len : sample_limit,
			      out, err);
	if (status == STATUS_OK)
		status = publish_count(store, arena, &members, out, err);
	if (status == STATUS_OK && is_public)
		status = restrict_input(store, arena, &members, out, err);
	vec_release(&candidates);
	return status;
}

static enum status gather(struct store *store, struct arena *arena, const char *key, size_t sample_limit, bool is_public,
			  struct postmortem_input *out, struct error *err)
{
	struct incident *incident;
	enum status status = store->ops->incident_get(store, arena, key, &incident, err);

	return status == STATUS_OK ? publish_gather_of(store, arena, incident, sample_limit, is_public, out, err) : status;
}

enum status publish_gather(struct store *store, struct arena *arena, const char *key, size_t sample_limit,
			   struct postmortem_input *out, struct error *err)
{
	return gather(store, arena, key, sample_limit, false, out, err);
}

enum status publish_gather_public(struct store *store, struct arena *arena, const char *key, size_t sample_limit,
				  struct postmortem_input *out, struct error *err)
{
	return gather(store, arena, key, sample_limit, true, out, err);
}
