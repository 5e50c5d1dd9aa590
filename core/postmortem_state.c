#include "core/postmortem_state.h"

#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/incident_table.h"

/* What the log says of a step; nothing else is summed up so. */
#define STEP_SUMMARY "postmortem: "
#define EDITS_PER_PAGE 200

/* ---- the text --------------------------------------------------------------------------- */

static void add_text(struct digest_builder *builder, const char *text)
{
	digest_field(builder, slice_of(text ? text : ""));
}

/* Samples count by their numbers: what bears a cause out, and what is withheld, was approved with it. So a
 * merge into a store where they have other numbers asks for another approval. */
static void add_field(struct digest_builder *builder, const struct incident_field *field, const void *part)
{
	const int64_t *ids;
	size_t count;

	/* What is blank says nothing, so that a later version may know more fields. */
	if (part_is_blank(field, part))
		return;
	add_text(builder, field->name);
	if (field_is_text(field)) {
		add_text(builder, part_text(field, part));
	} else if (field_is_list(field)) {
		ids = part_list(field, part, &count);
		digest_number(builder, (int64_t)count);
		for (size_t i = 0; i < count; i++)
			digest_number(builder, ids[i]);
	} else if (field->type == INCIDENT_INSTANT) {
		digest_number(builder, part_instant(field, part).at_us);
		digest_number(builder, (int64_t)part_instant(field, part).precision);
	} else {
		digest_number(builder, part_value(field, part));
	}
}

struct digest postmortem_digest(const struct incident *incident)
{
	struct digest_builder *builder = digest_begin();
	size_t section_count;
	const struct section_kind *sections = section_kinds(&section_count);

	add_text(builder, incident->title);
	digest_number(builder, (int64_t)incident->status);
	digest_number(builder, (int64_t)incident->severity);
	add_text(builder, incident->severity_rationale);
	add_text(builder, incident->partial);
	add_text(builder, incident->duplicate_of);
	for (size_t i = 0; i < section_count; i++) {
		if (!incident_section(incident, sections[i].key)[0])
			continue;
		add_text(builder, sections[i].key);
		add_text(builder, incident_section(incident, sections[i].key));
	}
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);
		if (kind == INCIDENT_STEP)
			continue;
		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++) {
			const void *part = incident_part_at(incident, (enum incident_child)kind, i);
			add_text(builder, table->word);
			digest_number(builder, incident_part_number(part));
			for (size_t f = 0; f < table->field_count; f++)
				add_field(builder, &table->fields[f], part);
		}
	}
	return digest_end(builder);
}

static const char *digest_text(struct arena *arena, const struct incident *incident)
{
	struct digest digest = postmortem_digest(incident);
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, hex);
	return arena_strdup(arena, hex);
}

/* ---- the state ------------------------------------------------------------------------------ */

bool postmortem_is_approved(enum postmortem_state state)
{
	/* What another text stands in the place of was published, so approved. */
	return state == POSTMORTEM_REVIEWED || state == POSTMORTEM_PUBLISHED || state == POSTMORTEM_SUPERSEDED;
}

struct postmortem_review postmortem_review(const struct incident *incident)
{
	struct postmortem_review review = { .state = POSTMORTEM_DRAFT };
	struct arena scratch = ARENA_INIT;

	for (size_t i = 0; i < incident->step_count; i++)
		if (!review.step || incident->steps[i].number > review.step->number)
			review.step = &incident->steps[i];
	if (!review.step)
		return review;
	review.state = review.step->state;
	if (postmortem_is_approved(review.state) &&
	    strcmp(review.step->digest ? review.step->digest : "", digest_text(&scratch, incident)) != 0) {
		review.changed = true;
		review.state = POSTMORTEM_IN_REVIEW;
	}
	arena_release(&scratch);
	return review;
}

const char *postmortem_review_text(struct arena *arena, const struct postmortem_review *review, bool is_public)
{
	const char *word = postmortem_state_word(review->state), *by;
	struct instant day;
	char *text;

	if (review->changed)
		text = arena_printf(arena, "%s, changed since it was approved", word);
	else
		text = arena_strdup(arena, word);
	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	if (!review->step)
		return text;
	by = is_public ? "" : arena_printf(arena, " by %s", review->step->reviewer);
	day = review->step->at;
	if (day.precision > PRECISION_DAY)
		day.precision = PRECISION_DAY;
	return arena_printf(arena, "%s (ST%lld%s, %s)", text, (long long)review->step->number, by, instant_text(arena, day));
}

static const unsigned moves[POSTMORTEM_COUNT][POSTMORTEM_COUNT] = {
#define STAYS(from, reason)
#define MOVE(from, to) [POSTMORTEM_##from][POSTMORTEM_##to] = 1,
#include "core/postmortem_moves.def"
};
static const char *const stays[POSTMORTEM_COUNT] = {
#define STAYS(from, reason) [POSTMORTEM_##from] = reason,
#define MOVE(from, to)
#include "core/postmortem_moves.def"
};

const char *postmortem_stays(enum postmortem_state state)
{
	return stays[state];
}

enum status postmortem_may_move(enum postmortem_state from, enum postmortem_state to, struct error *err)
{
	struct strbuf may = STRBUF_INIT;

	if ((size_t)from < POSTMORTEM_COUNT && (size_t)to < POSTMORTEM_COUNT && moves[from][to])
		return STATUS_OK;
	for (size_t i = 0; i < POSTMORTEM_COUNT; i++)
		if (moves[from][i])
			strbuf_addf(&may, "%s%s", may.len_bytes ? ", " : "", postmortem_state_word((enum postmortem_state)i));
	error_set(err, STATUS_REFUSED, "a postmortem that is '%s' does not become '%s': %s; it may become %s",
		  postmortem_state_word(from), postmortem_state_word(to), stays[from], may.text);
	strbuf_release(&may);
	return STATUS_REFUSED;
}

/* ---- authors ---------------------------------------------------------------------------------- */

struct authors {
	struct arena *arena;
	VEC_OF(struct postmortem_author) list;
	bool at_approval;
};

/* Newest first. Members are no text; what was undone and the undo of it were both somebody's. */
static void note_edit(struct authors *authors, const struct edit *edit)
{
	struct postmortem_author author = { .edit = edit->id };
	const char *done = incident_edit_done(edit->summary);
	bool is_step = edit->kind == EDIT_CHANGE && strcmp(edit->verb, "incident") == 0 &&
		       strncmp(done, STEP_SUMMARY, strlen(STEP_SUMMARY)) == 0;

	if (is_step) {
		authors->at_approval = edit->state == EDIT_APPLIED &&
				       strcmp(done + strlen(STEP_SUMMARY), postmortem_state_word(POSTMORTEM_REVIEWED)) == 0;
		return;
	}
	if (edit->kind == EDIT_CHANGE && strcmp(edit->verb, "members") == 0)
		return;
	for (size_t i = 0; i < authors->list.len; i++)
		if (strcmp(authors->list.items[i].reviewer, edit->reviewer) == 0)
			return;
	author.reviewer = arena_strdup(authors->arena, edit->reviewer);
	vec_push(&authors->list, author);
}

enum status postmortem_authors(struct store *store, struct arena *arena, const char *key,
			       const struct postmortem_author **out, size_t *count, struct error *err)
{
	const struct edit_filter filter = { .incident = key };
	struct authors authors = { .arena = arena, .list = VEC_INIT };
	struct postmortem_author *kept;
	enum status status = STATUS_OK;
	int64_t before = 0;
	size_t rows = 1;

	while (status == STATUS_OK && rows && !authors.at_approval) {
		struct arena page = ARENA_INIT;
		const struct edit *edits;
		status = store->ops->edit_list(store, &page, &filter, before, EDITS_PER_PAGE, &edits, &rows, err);
		for (size_t i = 0; status == STATUS_OK && i < rows && !authors.at_approval; i++) {
			note_edit(&authors, &edits[i]);
			before = edits[i].id;
		}
		arena_release(&page);
	}
	kept = arena_array(arena, authors.list.len, sizeof(*kept));
	for (size_t i = 0; i < authors.list.len; i++)
		kept[i] = authors.list.items[i];
	*out = kept;
	*count = authors.list.len;
	vec_release(&authors.list);
	return status;
}

static enum status check_author(struct store *store, struct arena *arena, const char *key, const char *reviewer, struct error *err)
{
	const struct postmortem_author *authors;
	size_t count = 0;
	enum status status = postmortem_authors(store, arena, key, &authors, &count, err);

	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		if (strcmp(authors[i].reviewer, reviewer) == 0)
			return error_set(err, STATUS_REFUSED, "%s wrote of this text (edit %lld): somebody else approves it", reviewer,
					 (long long)authors[i].edit);
	return status;
}

/* ---- a step ------------------------------------------------------------------------------------- */

enum status postmortem_step(struct store *store, struct arena *arena, const char *reviewer,
			    const struct postmortem_request *request, int64_t *number, int64_t *edit, struct error *err)
{
	struct incident_step step = { .state = request->state, .reviewer = reviewer, .at = instant_now(), .text = request->text };
	struct postmortem_review review;
	struct incident *incident;
	const char *key;
	enum status status = store->ops->incident_get(store, arena, request->key, &incident, err);

	if (status != STATUS_OK)
		return status;
	if (request->version && request->version != incident->version)
		return error_set(err, STATUS_CONFLICT, "%s was changed since it was read: look at it again", request->key);
	review = postmortem_review(incident);
	status = postmortem_may_move(review.state, request->state, err);
	if (status == STATUS_OK && request->state == POSTMORTEM_REVIEWED)
		status = check_author(store, arena, incident->key, reviewer, err);
	if (status != STATUS_OK)
		return status;
	step.at.at_us -= step.at.at_us % 1000000;
	step.at.precision = PRECISION_SECOND;
	step.digest = digest_text(arena, incident);
	*number = incident_add(incident, arena, INCIDENT_STEP, &step);
	return store->ops->incident_put(store, arena, reviewer, incident,
					arena_printf(arena, STEP_SUMMARY "%s", postmortem_state_word(request->state)), &key, edit, err);
}
