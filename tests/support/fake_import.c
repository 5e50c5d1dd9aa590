/* Imports of the in-memory engine. */
#include "tests/support/fake_state.h"

#include <stdio.h>
#include <string.h>

enum status fake_import_begin(struct store *store, const struct batch *batch, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (fake->importing)
		return error_set(err, STATUS_REFUSED, "an import is under way already");
	if (fake_check_group(fake, err) != STATUS_OK)
		return STATUS_REFUSED;
	if (fake_check_reviewer(batch->reviewer, err) != STATUS_OK)
		return STATUS_USAGE;
	fake->importing = true;
	fake->batch = *batch;
	fake->batch.id = (int64_t)fake->batches.len + 1;
	fake->batch.at = instant_known(batch->at) ? batch->at : instant_now();
	fake->batch.records = fake->batch.imported = fake->batch.updated = 0;
	fake->batch.duplicates = fake->batch.rejected = 0;
	fake->samples_before = fake->samples.len;
	fake->rejects_before = fake->rejects.len;
	vec_clear(&fake->touched);
	vec_clear(&fake->replaced);
	return STATUS_OK;
}

static bool is_touched(const struct fake_store *fake, int64_t id)
{
	for (size_t i = 0; i < fake->touched.len; i++)
		if (fake->touched.items[i] == id)
			return true;
	return (size_t)id > fake->samples_before;
}

/* Identity of the k-th sample that shares `fingerprint` within one file. */
static struct digest occurrence(const struct digest *fingerprint, int64_t k)
{
	struct digest_builder *builder;

	if (k == 0)
		return *fingerprint;
	builder = digest_begin();
	digest_field(builder, (struct slice){ (const char *)fingerprint->bytes, DIGEST_BYTES });
	digest_number(builder, k);
	return digest_end(builder);
}

static long find(const struct fake_store *fake, const struct digest *fingerprint)
{
	for (size_t i = 0; i < fake->samples.len; i++)
		if (memcmp(&fake->samples.items[i].content.fingerprint, fingerprint, sizeof(*fingerprint)) == 0)
			return (long)i;
	return -1;
}

static struct fake_sample content_of(struct fake_store *fake, const struct sample *sample)
{
	struct fake_sample wrapped = { .content = *sample };
	struct fake_sample kept = { .content = *fake_sample_copy(&fake->arena, &wrapped) };

	kept.content_digest = sample_content_digest(sample);
	kept.title = sample_title(&fake->arena, sample);
	kept.level = sample_level(sample);
	kept.content.illustrative = sample->illustrative || fake->batch.illustrative;
	kept.content.batch = fake->batch.id;
	return kept;
}

static void add_new(struct fake_store *fake, const struct sample *sample, const struct digest *fingerprint)
{
	struct fake_sample added = content_of(fake, sample);
	struct fake_triage *triage = arena_alloc(&fake->arena, sizeof(*triage));

	triage->status = sample->status;
	triage->disposition = sample->disposition;
	added.triage = triage;
	added.content.fingerprint = *fingerprint;
	added.content.id = (int64_t)fake->samples.len + 1;
	vec_push(&fake->samples, added);
}

static void update(struct fake_store *fake, size_t at, const struct sample *sample)
{
	struct fake_sample old = fake->samples.items[at];
	struct fake_sample updated = content_of(fake, sample);

	vec_push(&fake->replaced, old);
	updated.triage = old.triage;
	updated.content.id = old.content.id;
	updated.content.fingerprint = old.content.fingerprint;
	updated.content.batch = old.content.batch;
	updated.content.illustrative = old.content.illustrative;
	fake->samples.items[at] = updated;
}

enum status fake_import_add(struct store *store, const struct sample *sample, enum import_outcome *outcome,
			    struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct digest content = sample_content_digest(sample), fingerprint;
	long at, equal = -1, stale = -1;

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake->importing)
		return error_set(err, STATUS_REFUSED, "no import is under way");
	fake->batch.records++;
	for (int64_t k = 0;; k++) {
		fingerprint = occurrence(&sample->fingerprint, k);
		at = find(fake, &fingerprint);
		if (at < 0)
			break;
		if (sample->is_export ||
		    memcmp(&fake->samples.items[at].content_digest, &content, sizeof(content)) == 0) {
			equal = at;
			if (sample->is_export || !is_touched(fake, (int64_t)at + 1))
				break;
		} else if (stale < 0 && !is_touched(fake, (int64_t)at + 1)) {
			stale = at;
		}
	}
	if (equal >= 0) {
		vec_push(&fake->touched, (int64_t)equal + 1);
		fake->batch.duplicates++;
		*outcome = IMPORT_DUPLICATE;
	} else if (stale >= 0) {
		update(fake, (size_t)stale, sample);
		vec_push(&fake->touched, (int64_t)stale + 1);
		fake->batch.updated++;
		*outcome = IMPORT_UPDATED;
	} else {
		add_new(fake, sample, &fingerprint);
		fake->batch.imported++;
		*outcome = IMPORT_NEW;
	}
	return STATUS_OK;
}

enum status fake_import_reject(struct store *store, const struct batch_reject *reject, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct fake_reject kept = { .reject = *reject };

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake->importing)
		return error_set(err, STATUS_REFUSED, "no import is under way");
	fake->batch.records++;
	fake->batch.rejected++;
	kept.batch = fake->batch.id;
	kept.reject.reason = reject->reason ? arena_strdup(&fake->arena, reject->reason) : "";
	kept.reject.len_bytes = 0;
	kept.reject.raw = (struct slice){ NULL, 0 };
	vec_push(&fake->rejects, kept);
	return STATUS_OK;
}

/* The batch that brought this very file before, if it would bring nothing new now. */
static const struct batch *same_as_before(const struct fake_store *fake)
{
	static const struct digest unknown;

	if (fake->batch.imported ||
	    memcmp(&fake->batch.file_digest, &unknown, sizeof(unknown)) == 0)
		return NULL;
	for (size_t i = fake->batches.len; i-- > 0;) {
		const struct batch *earlier = &fake->batches.items[i];
		if (memcmp(&earlier->file_digest, &fake->batch.file_digest, sizeof(earlier->file_digest)) == 0 &&
		    earlier->rejected == fake->batch.rejected)
			return earlier;
	}
	return NULL;
}

enum status fake_import_commit(struct store *store, const struct digest *file_digest, struct batch *out,
			       struct error *err)
{
	struct fake_store *fake = fake_of(store);
	const struct batch *earlier;
	struct batch kept;
	char summary[512];

	if (fake_fails(fake, err))
		return fake->failure.status;
	if (!fake->importing)
		return error_set(err, STATUS_REFUSED, "no import is under way");
	if (file_digest)
		fake->batch.file_digest = *file_digest;
	*out = fake->batch;
	earlier = same_as_before(fake);
	if (earlier) {
		out->id = earlier->id;
		out->duplicates += out->updated;
		out->updated = 0;
		fake_import_abort(store);
		return STATUS_OK;
	}
	fake->importing = false;
	kept = fake->batch;
	kept.source = arena_strdup(&fake->arena, kept.source);
	kept.format = arena_strdup(&fake->arena, kept.format);
	kept.reviewer = arena_strdup(&fake->arena, kept.reviewer);
	vec_push(&fake->batches, kept);
	fake_edit_begin(fake, kept.reviewer, EDIT_IMPORT, "import");
	snprintf(summary, sizeof(summary), "%s: %lld new, %lld updated, %lld duplicate%s, %lld rejected",
		 kept.source ? kept.source : "-", (long long)kept.imported, (long long)kept.updated,
		 (long long)kept.duplicates, plural(kept.duplicates), (long long)kept.rejected);
	fake_edit_end(fake, summary);
	return STATUS_OK;
}

void fake_import_abort(struct store *store)
{
	struct fake_store *fake = fake_of(store);

	if (!fake->importing)
		return;
	fake->importing = false;
	fake->samples.len = fake->samples_before;
	fake->rejects.len = fake->rejects_before;
	for (size_t i = fake->replaced.len; i-- > 0;) {
		const struct fake_sample *old = &fake->replaced.items[i];
		fake->samples.items[old->content.id - 1] = *old;
	}
}

/* ---- what became of imports ------------------------------------------------------ */

static struct batch batch_copy(struct arena *arena, const struct batch *from)
{
	struct batch to = *from;

	to.source = arena_strdup(arena, from->source);
	to.format = arena_strdup(arena, from->format);
	to.reviewer = arena_strdup(arena, from->reviewer);
	return to;
}

enum status fake_batch_list(struct store *store, struct arena *arena, const struct batch **out, size_t *count,
			    struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct batch *rows = arena_array(arena, fake->batches.len, sizeof(*rows));

	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->batches.len; i++)
		rows[i] = batch_copy(arena, &fake->batches.items[fake->batches.len - 1 - i]);
	*out = rows;
	*count = fake->batches.len;
	return STATUS_OK;
}

enum status fake_batch_get(struct store *store, struct arena *arena, int64_t id, struct batch **out, struct error *err)
{
	struct fake_store *fake = fake_of(store);

	*out = NULL;
	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->batches.len; i++)
		if (fake->batches.items[i].id == id) {
			*out = arena_alloc(arena, sizeof(**out));
			**out = batch_copy(arena, &fake->batches.items[i]);
			return STATUS_OK;
		}
	return error_set(err, STATUS_NOT_FOUND, "there is no batch %lld", (long long)id);
}

enum status fake_batch_rejects(struct store *store, struct arena *arena, int64_t batch, int64_t after, size_t limit,
			       const struct batch_reject **out, size_t *count, struct error *err)
{
	struct fake_store *fake = fake_of(store);
	struct batch_reject *rows = arena_array(arena, fake->rejects.len, sizeof(*rows));
	int64_t number = 0;

	*out = rows;
	*count = 0;
	if (fake_fails(fake, err))
		return fake->failure.status;
	for (size_t i = 0; i < fake->rejects.len && *count < limit; i++) {
		if (fake->rejects.items[i].batch != batch || ++number <= after)
			continue;
		rows[*count] = fake->rejects.items[i].reject;
		rows[*count].reason = arena_strdup(arena, rows[*count].reason);
		++*count;
	}
	return STATUS_OK;
}
