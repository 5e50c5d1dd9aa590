/* Samples of another store. They are read and taken in through the port, as from a file,
 * so that this knows nothing of how they are kept. */
#include <string.h>

#include "storage/sqlite/merge.h"

/* Of two contents that one sample has had, both stores must choose the same: the one with
 * the greater digest, since no clock tells which is newer. (The beginnings of fingerprints
 * are compared first: of whichever an index is made, it is used.) */
#define WANTED_SAMPLES                                                                                \
	"SELECT o.id, o.content_digest FROM other.sample o LEFT JOIN main.sample s"                   \
	" ON substr(s.fingerprint, 1, 8) = substr(o.fingerprint, 1, 8) AND s.fingerprint = o.fingerprint" \
	" WHERE s.id IS NULL OR s.content_digest < o.content_digest ORDER BY o.id"

struct wanted {
	int64_t id;
	struct digest content;
};

/* A sample says of itself that it was made to show something when its batch did; its
 * digest is of what its record said. What was imported must be known again by it. */
static bool was_batch_illustrative(struct sample *sample, const struct digest *content)
{
	struct digest is = sample_content_digest(sample);

	if (!sample->illustrative || memcmp(&is, content, sizeof(is)) == 0)
		return false;
	sample->illustrative = false;
	is = sample_content_digest(sample);
	if (memcmp(&is, content, sizeof(is)) == 0)
		return true;
	sample->illustrative = true;
	return false;
}

static enum status add_samples(struct merging *merge, const struct wanted *wanted, size_t count, bool illustrative,
			       size_t *added, struct error *err)
{
	const struct store_ops *ops = merge->other->ops;
	struct store *store = &merge->db->base;
	struct arena arena = ARENA_INIT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		enum import_outcome outcome = IMPORT_DUPLICATE;
		struct sample *sample;
		arena_clear(&arena);
		status = ops->sample_get(merge->other, &arena, wanted[i].id, &sample, err);
		if (status != STATUS_OK || was_batch_illustrative(sample, &wanted[i].content) != illustrative)
			continue;
		sample->status = SAMPLE_UNTRIAGED; /* edits bring what was made of it */
		sample->disposition = VERDICT_NONE;
		status = db_import_add(store, sample, &outcome, err);
		++*added;
		merge->result->samples_new += outcome == IMPORT_NEW;
		merge->result->samples_updated += outcome == IMPORT_UPDATED;
	}
	arena_release(&arena);
	return status;
}

/* One batch for those that say it of themselves and those that are real, one for those
 * whose batch said it. */
static enum status import_some(struct merging *merge, const struct wanted *wanted, size_t count, bool illustrative,
			       struct error *err)
{
	const struct batch batch = { .source = merge->path, .format = "aitia", .reviewer = merge->reviewer,
				     .illustrative = illustrative };
	struct batch done;
	size_t added = 0;
	enum status status = db_import_begin(&merge->db->base, &batch, err);

	if (status == STATUS_OK)
		status = add_samples(merge, wanted, count, illustrative, &added, err);
	if (status == STATUS_OK)
		status = db_import_commit(&merge->db->base, NULL, &done, err);
	return status;
}

enum status merge_samples(struct merging *merge, struct error *err)
{
	VEC_OF(struct wanted) wanted = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_dynamic(merge->db, WANTED_SAMPLES, NULL, 0);
	bool any_illustrative = false, any_other = false;
	struct arena arena = ARENA_INIT;
	enum status status;

	while (sql_next(merge->db, stmt)) {
		struct wanted one = { .id = sqlite3_column_int64(stmt, 0) };
		column_digest(stmt, 1, &one.content);
		vec_push(&wanted, one);
	}
	status = sql_end(merge->db, stmt, err);
	for (size_t i = 0; i < wanted.len && status == STATUS_OK && !(any_illustrative && any_other); i++) {
		struct sample *sample;
		arena_clear(&arena);
		status = merge->other->ops->sample_get(merge->other, &arena, wanted.items[i].id, &sample, err);
		if (status == STATUS_OK && was_batch_illustrative(sample, &wanted.items[i].content))
			any_illustrative = true;
		else
			any_other = true;
	}
	if (status == STATUS_OK && any_other)
		status = import_some(merge, wanted.items, wanted.len, false, err);
	if (status == STATUS_OK && any_illustrative)
		status = import_some(merge, wanted.items, wanted.len, true, err);
	arena_release(&arena);
	vec_release(&wanted);
	return status;
}
