/* Groups of alike samples of the in-memory engine: made anew, from all codes, whenever something changed. */
#include "tests/support/fake_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/analysis/alike.h"

static bool same_code(const struct sample *a, const struct sample *b)
{
	return a->code.at && b->code.at && a->code.len_bytes == b->code.len_bytes &&
	       memcmp(a->code.at, b->code.at, a->code.len_bytes) == 0;
}

/* By place: the first sample with the same code, or itself. */
static size_t *bodies_of(const struct fake_store *fake)
{
	size_t count = fake->samples.len, *bodies = mem_zalloc(count + 1, sizeof(*bodies));

	for (size_t i = 0; i < count; i++)
		for (bodies[i] = 0; bodies[i] < i && !same_code(&fake->samples.items[bodies[i]].content, &fake->samples.items[i].content);)
			bodies[i]++;
	return bodies;
}

/* The newest word on each two codes. */
static size_t pairs_of(const struct fake_store *fake, const size_t *bodies, struct alike_pair *pairs)
{
	size_t count = 0;

	for (size_t i = fake->links.len; i-- > 0;) {
		const struct alike_link *link = fake->links.items[i];
		uint32_t a, b, low, high;
		bool known = false;
		if (!link)
			continue;
		a = (uint32_t)bodies[link->low - 1];
		b = (uint32_t)bodies[link->high - 1];
		low = a < b ? a : b;
		high = a < b ? b : a;
		for (size_t k = 0; k < count; k++)
			known |= pairs[k].a == low && pairs[k].b == high;
		if (!known)
			pairs[count++] = (struct alike_pair){ low, high, link->word };
	}
	return count;
}

void fake_alike_make(struct fake_store *fake)
{
	size_t count = fake->samples.len, *bodies, pair_count;
	struct similar_signature *signatures;
	struct alike_pair *pairs;
	uint32_t *cluster, *group;

	if (fake->alike_made == fake->counter + 1 && fake->alike_count == count)
		return;
	bodies = bodies_of(fake);
	pairs = mem_zalloc(fake->links.len + 1, sizeof(*pairs));
	signatures = mem_zalloc(count + 1, sizeof(*signatures));
	cluster = mem_zalloc(count + 1, sizeof(*cluster));
	group = mem_zalloc(count + 1, sizeof(*group));
	pair_count = pairs_of(fake, bodies, pairs);
	for (size_t i = 0; i < count; i++) {
		signatures[i] = (struct similar_signature){ .is_short = true, .normalised = i };
		if (bodies[i] == i && fake->samples.items[i].content.code.at)
			similar_sign(fake->samples.items[i].content.code, &signatures[i]);
	}
	alike_make(signatures, count, pairs, pair_count, cluster, group);
	free(fake->alike_of);
	fake->alike_of = mem_zalloc(count + 1, sizeof(*fake->alike_of));
	for (size_t i = 0; i < count; i++)
		fake->alike_of[i] = (int64_t)group[bodies[i]] + 1;
	fake->alike_made = fake->counter + 1;
	fake->alike_count = count;
	free(bodies);
	free(pairs);
	free(signatures);
	free(cluster);
	free(group);
}

void fake_alike_subject(struct fake_store *fake, struct arena *arena, struct query_subject *subject)
{
	int64_t *members = arena_array(arena, fake->samples.len, sizeof(*members)), of;
	size_t count = 0;

	fake_alike_make(fake);
	of = fake->alike_of[subject->sample->id - 1];
	for (size_t i = 0; i < fake->samples.len; i++)
		if (fake->alike_of[i] == of)
			members[count++] = (int64_t)i + 1;
	subject->group = members;
	subject->group_count = count > 1 ? count : 0;
}

enum status fake_alike_status(struct store *store, struct alike_status *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	*out = (struct alike_status){ (int64_t)fake->samples.len, (int64_t)fake->alike_stepped,
				      fake->alike_stepped == fake->samples.len };
	return STATUS_OK;
}

/* This engine needs no steps: it says so where the others do. */
enum status fake_alike_step(struct store *store, int64_t budget_ms, bool patient, bool *whole, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	(void)budget_ms, (void)patient;
	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake->importing || fake->grouping)
		return error_set(err, STATUS_REFUSED, "an import or a group of edits is under way");
	fake->alike_stepped = fake->samples.len;
	*whole = true;
	return STATUS_OK;
}

/* ---- saying -------------------------------------------------------------------------------- */

static const struct alike_link *word_on(const struct fake_store *fake, int64_t low, int64_t high)
{
	for (size_t i = fake->links.len; i-- > 0;)
		if (fake->links.items[i] && fake->links.items[i]->low == low && fake->links.items[i]->high == high)
			return fake->links.items[i];
	return NULL;
}

static void say_pair(struct fake_store *fake, const struct fake_edit *edit, int64_t a, int64_t b, enum alike_word word)
{
	const struct alike_link *now = word_on(fake, a < b ? a : b, a < b ? b : a);
	struct alike_link *link = arena_alloc(&fake->arena, sizeof(*link));

	if (a == b || (now ? now->word : ALIKE_UNSAID) == word)
		return;
	*link = (struct alike_link){ a < b ? a : b, a < b ? b : a, word, edit->edit.reviewer, edit->edit.at, edit->edit.id };
	fake_set(fake, FAKE_LINK, NULL, (int64_t)fake->links.len + 1, link);
}

static bool is_among(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static enum status check_words(struct fake_store *fake, struct error *err)
{
	size_t *bodies = bodies_of(fake), count, wrong;
	struct alike_pair *pairs = mem_zalloc(fake->links.len + 1, sizeof(*pairs));
	bool contradicts;

	count = pairs_of(fake, bodies, pairs);
	contradicts = alike_contradiction(fake->samples.len, pairs, count, &wrong);
	free(bodies);
	free(pairs);
	return contradicts ? error_set(err, STATUS_REFUSED, "samples are parted, but put together or the same") : STATUS_OK;
}

static void take_back(struct fake_store *fake, size_t links)
{
	struct fake_edit *edit = &fake->edits.items[fake->edits.len - 1];

	while (edit->changes.len && edit->changes.items[edit->changes.len - 1].cell == FAKE_LINK &&
	       edit->changes.items[edit->changes.len - 1].id > (int64_t)links)
		edit->changes.len--;
	fake->links.len = links;
	fake->edit_changed = 0;
}

enum status fake_alike_say(struct store *store, const char *reviewer, const int64_t *samples, size_t count,
			   enum alike_word word, int64_t *edit_id, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	size_t unique = 0, links = fake->links.len;
	int64_t *ids = NULL;
	const struct fake_edit *edit;
	enum status status;

	*edit_id = 0;
	if (fake_fails(fake, err))
		return fake->failure.status;
	if ((status = fake_check_editor(fake, reviewer, err)) != STATUS_OK ||
	    (status = fake_unique_samples(fake, samples, count, &ids, &unique, err)) != STATUS_OK)
		return status;
	if (unique < 2) {
		free(ids);
		return error_set(err, STATUS_USAGE, "two samples at least");
	}
	edit = fake_edit_begin(fake, reviewer, EDIT_CHANGE, "alike");
	for (size_t i = 1; i < count && word != ALIKE_UNSAID; i++)
		say_pair(fake, edit, samples[0], samples[i], word);
	for (size_t i = 0; i < links && word == ALIKE_UNSAID; i++)
		if (fake->links.items[i] && is_among(ids, unique, fake->links.items[i]->low) &&
		    is_among(ids, unique, fake->links.items[i]->high))
			say_pair(fake, edit, fake->links.items[i]->low, fake->links.items[i]->high, word);
	free(ids);
	status = check_words(fake, err);
	if (status != STATUS_OK)
		take_back(fake, links);
	fake->alike_made = 0;
	*edit_id = fake_edit_end(fake, arena_printf(&fake->arena, "%zu samples: %s", count, alike_word_word(word)));
	return status;
}

enum status fake_alike_links(struct store *store, struct arena *arena, int64_t sample, const struct alike_link **out,
			     size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct alike_link *links = arena_array(arena, fake->links.len, sizeof(*links));

	*count = 0;
	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = fake->links.len; i-- > 0;) {
		const struct alike_link *link = fake->links.items[i];
		if (link && link->word != ALIKE_UNSAID && word_on(fake, link->low, link->high) == link &&
		    (!sample || link->low == sample || link->high == sample))
			links[(*count)++] = *link;
	}
	*out = links;
	return STATUS_OK;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static void count_causes(const struct fake_store *fake, struct arena *arena, int64_t of, struct alike_group *group)
{
	for (size_t i = 0; i < fake->samples.len; i++) {
		const char *cause = fake->samples.items[i].triage->cause;
		int64_t have = 0;
		if (fake->alike_of[i] != of || !cause)
			continue;
		for (size_t k = 0; k < fake->samples.len; k++)
			have += fake->alike_of[k] == of && fake->samples.items[k].triage->cause &&
				strcmp(fake->samples.items[k].triage->cause, cause) == 0;
		if (have > group->agree || (have == group->agree && group->cause && strcmp(cause, group->cause) < 0)) {
			group->agree = have;
			group->cause = arena_strdup(arena, cause);
		}
	}
}

static void count_members(const struct fake_store *fake, struct arena *arena, int64_t of, struct alike_group *group)
{
	for (size_t i = 0; i < fake->samples.len; i++) {
		const struct fake_triage *triage = fake->samples.items[i].triage;
		if (fake->alike_of[i] != of)
			continue;
		group->representative = group->representative ? group->representative : (int64_t)i + 1;
		group->members++;
		group->open += triage->status == SAMPLE_UNTRIAGED || triage->status == SAMPLE_IN_REVIEW;
		group->judged += triage->cause != NULL;
	}
	count_causes(fake, arena, of, group);
}

static int by_matching(const void *a, const void *b)
{
	const struct alike_group *x = a, *y = b;

	if (x->matching != y->matching)
		return x->matching < y->matching ? 1 : -1;
	return (x->first > y->first) - (x->first < y->first);
}

enum status fake_alike_groups(struct store *store, struct arena *arena, const struct query *query, size_t limit,
			      const struct alike_group **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct alike_group *groups = arena_array(arena, fake->samples.len, sizeof(*groups));
	int64_t *of = arena_array(arena, fake->samples.len, sizeof(*of));
	const int64_t *ids;
	size_t hits, kept = 0;
	enum status status = fake_sample_ids(store, arena, query, &ids, &hits, err);

	*count = 0;
	*out = groups;
	if (status != STATUS_OK)
		return status;
	fake_alike_make(fake);
	for (size_t i = 0; i < hits; i++) {
		size_t k = 0;
		if (!fake->samples.items[ids[i] - 1].content.code.at)
			continue;
		while (k < *count && of[k] != fake->alike_of[ids[i] - 1])
			k++;
		if (k == *count) {
			of[(*count)++] = fake->alike_of[ids[i] - 1];
			groups[k] = (struct alike_group){ .first = ids[i] };
			count_members(fake, arena, of[k], &groups[k]);
		}
		groups[k].matching++;
	}
	for (size_t i = 0; i < *count; i++)
		if (groups[i].members > 1)
			groups[kept++] = groups[i];
	if (kept)
		qsort(groups, kept, sizeof(*groups), by_matching);
	*count = limit && kept > limit ? limit : kept;
	return STATUS_OK;
}

enum status fake_alike_group(struct store *store, struct arena *arena, int64_t sample, struct alike_group *out, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	*out = (struct alike_group){ .representative = 0 };
	if (fake_fails(fake, err))
		return fake->failure.status;
	if (sample < 1 || (size_t)sample > fake->samples.len)
		return error_set(err, STATUS_NOT_FOUND, "there is no sample %" PRId64, sample);
	fake_alike_make(fake);
	count_members(fake, arena, fake->alike_of[sample - 1], out);
	return STATUS_OK;
}
