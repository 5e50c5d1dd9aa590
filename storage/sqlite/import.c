/*
 * Imports. One transaction; statements are reused, names and bodies are looked up in
 * memory first, and indexes are made behind the rows where that is cheaper (bulk.c).
 *
 * Identity. Several records may share a fingerprint: the k-th occurrence of the
 * same thing has the identity SHA-256(fingerprint, k), k = 1, 2 …, the first the
 * fingerprint itself. A record that is equal to any of them in content is a
 * duplicate; else it renews the first that no earlier record of this file was;
 * else it is one more. So a file that is imported again meets itself, in
 * whatever order and however much of it.
 *
 * The import's entry of the operation log says which samples it wrote over, of
 * what content before and after, if they are not too many: whoever keeps
 * something of samples in memory (columns_follow.c) reads these again, else all.
 */
#include "storage/sqlite/import.h"
#include "storage/sqlite/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- samples that this file was already ------------------------------------------- */

static bool is_touched(const struct importing *import, int64_t id)
{
	if (id > import->first_new)
		return true; /* it is from this file */
	return import->touched && (import->touched[id / 8] & (1u << (id % 8)));
}

static void touch(struct importing *import, int64_t id)
{
	if (id > import->first_new)
		return;
	if (!import->touched)
		import->touched = mem_zalloc((size_t)import->first_new / 8 + 1, 1);
	import->touched[id / 8] |= (unsigned char)(1u << (id % 8));
}

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

/* All or none are named, so that nobody takes some for all. */
static enum status note_renewed(struct sqlite_store *db, int64_t id, const struct digest *before, const struct digest *after,
				struct error *err)
{
	struct importing *import = db->import;
	struct changed_table *table = &import->renewed_table;
	enum status status;

	if (import->batch.updated >= db->renewed_most) {
		strbuf_clear(&import->renewed);
		return STATUS_OK;
	}
	if (!table->count) {
		if ((status = changed_table_open(db, "sample", table, err)) != STATUS_OK)
			return status;
		table->changed[changed_column(table, "content_digest")] = true;
		changes_add_table(&import->renewed, table);
	}
	table->before[changed_column(table, "id")] = SQL_INT(id);
	table->before[changed_column(table, "content_digest")] = SQL_DIGEST(before);
	table->after[changed_column(table, "content_digest")] = SQL_DIGEST(after);
	changes_add_update(&import->renewed, table);
	return STATUS_OK;
}

/* ---- writing a sample --------------------------------------------------------------- */

static struct sql_value time_value(struct instant t)
{
	/* Times of the years 1 to 9999 are within these bounds (core/base/instant.h). */
	const int64_t least = TIME_UNKNOWN_US + 1, most = -TIME_UNKNOWN_US - 1;

	if (!instant_known(t))
		return SQL_INT(TIME_UNKNOWN_US);
	return SQL_INT(t.at_us < least ? least : t.at_us > most ? most : t.at_us);
}

static int64_t line_of(const struct sample *sample)
{
	if (sample->region.start_line)
		return sample->region.start_line;
	return sample->flag_count ? sample->flags[0].region.start_line : 0;
}

static enum status write_flags(struct sqlite_store *db, int64_t id, const struct sample *sample, struct error *err)
{
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		const struct region *region = &flag->region;
		struct sql_value score = { .type = flag->has_score ? VALUE_DOUBLE : VALUE_NULL, .real = flag->score };
		int64_t tool = 0, rule = 0;
		enum status status = word_id(db, flag->tool, &tool, err);
		if (status == STATUS_OK)
			status = word_id(db, flag->rule, &rule, err);
		if (status == STATUS_OK)
			status = sql_run(db, SQL_FLAG_ADD, err, SQL_INT(id), SQL_INT((int64_t)i + 1),
					 SQL_INT((int64_t)flag->source), SQL_INT((int64_t)flag->level),
					 SQL_INT_OR_NULL(tool), SQL_INT_OR_NULL(rule), SQL_TEXT(flag->message),
					 SQL_INT_OR_NULL(region->start_line), SQL_INT_OR_NULL(region->start_column),
					 SQL_INT_OR_NULL(region->end_line), SQL_INT_OR_NULL(region->end_column), score);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

static enum status write_places(struct sqlite_store *db, int64_t id, const struct sample *sample, struct error *err)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sample->place_count && status == STATUS_OK; i++) {
		const struct place *place = &sample->places[i];
		const struct region *region = &place->region;
		status = sql_run(db, SQL_PLACE_ADD, err, SQL_INT(id), SQL_INT((int64_t)i + 1),
				 SQL_INT((int64_t)place->role), SQL_INT(place->group), SQL_INT(place->nesting),
				 SQL_TEXT(place->path), SQL_INT_OR_NULL(region->start_line),
				 SQL_INT_OR_NULL(region->start_column), SQL_INT_OR_NULL(region->end_line),
				 SQL_INT_OR_NULL(region->end_column), SQL_TEXT(place->message),
				 SQL_BLOB(place->text.at, place->text.len_bytes));
	}
	return status;
}

/* The ids that a sample's row refers to. */
struct references {
	int64_t code, prompt, expected, diff, language, rule, model, provenance;
};

static enum status refer(struct sqlite_store *db, const struct sample *sample, const struct sample_digests *digests,
			 struct references *to, struct error *err)
{
	enum status status;

	*to = (struct references){ 0 };
	if ((status = body_id(db, sample->code, &digests->code, &to->code, err)) != STATUS_OK ||
	    (status = body_id(db, sample->prompt, &digests->prompt, &to->prompt, err)) != STATUS_OK ||
	    (status = body_id(db, sample->expected, &digests->expected, &to->expected, err)) != STATUS_OK ||
	    (status = body_id(db, sample->diff, &digests->diff, &to->diff, err)) != STATUS_OK ||
	    (status = word_id(db, sample->language, &to->language, err)) != STATUS_OK ||
	    (status = word_id(db, sample->flag_count ? sample->flags[0].rule : NULL, &to->rule, err)) != STATUS_OK)
		return status;
	status = word_id(db, sample_provenance(sample, PROVENANCE_MODEL), &to->model, err);
	return status == STATUS_OK ? provenance_id(db, sample, &to->provenance, err) : status;
}

/* What stood there before a sample was renewed. */
static enum status drop_parts(struct sqlite_store *db, int64_t id, struct error *err)
{
	enum status status = sql_run(db, SQL_FLAGS_DROP, err, SQL_INT(id));

	if (status == STATUS_OK)
		status = sql_run(db, SQL_PLACES_DROP, err, SQL_INT(id));
	return status == STATUS_OK ? sql_run(db, SQL_OWN_DROP, err, SQL_INT(id)) : status;
}

static enum status write_parts(struct sqlite_store *db, int64_t id, const struct sample *sample, struct error *err)
{
	const struct strbuf *own = &db->import->own;
	enum status status = write_flags(db, id, sample, err);

	if (status == STATUS_OK && own->len_bytes)
		status = sql_run(db, SQL_OWN_ADD, err, SQL_INT(id), SQL_BLOB(own->text, own->len_bytes));
	return status == STATUS_OK ? write_places(db, id, sample, err) : status;
}

/* `statement` is SAMPLE_ADD or SAMPLE_RENEW, which take the same values. */
static enum status write_sample(struct sqlite_store *db, enum statement statement, int64_t id,
				const struct digest *fingerprint, const struct sample_digests *digests,
				const struct sample *sample, struct error *err)
{
	struct importing *import = db->import;
	const struct region *region = &sample->region;
	struct references refs;
	enum status status = refer(db, sample, digests, &refs, err);

	if (status != STATUS_OK)
		return status;
	arena_clear(&import->scratch);
	const struct sql_value values[] = {
		SQL_INT(id), SQL_DIGEST(fingerprint), SQL_DIGEST(&digests->content), SQL_INT(import->batch.id),
		SQL_INT((int64_t)sample->kind), SQL_TEXT(sample->external_id), SQL_INT_OR_NULL(refs.code),
		SQL_INT_OR_NULL(refs.prompt), SQL_INT_OR_NULL(refs.expected), SQL_INT_OR_NULL(refs.diff),
		SQL_INT_OR_NULL(refs.language), SQL_TEXT(sample->path), SQL_INT_OR_NULL(region->start_line),
		SQL_INT_OR_NULL(region->start_column), SQL_INT_OR_NULL(region->end_line),
		SQL_INT_OR_NULL(region->end_column), SQL_TEXT(sample->session), SQL_INT_OR_NULL(sample->turn),
		time_value(sample->produced_at), SQL_INT((int64_t)sample->produced_at.precision),
		SQL_INT((int64_t)sample->baseline), SQL_INT(sample->illustrative || import->batch.illustrative),
		SQL_TEXT(sample_title(&import->scratch, sample)), SQL_INT((int64_t)sample_level(sample)),
		SQL_INT(line_of(sample)), SQL_INT_OR_NULL(refs.rule), SQL_INT_OR_NULL(refs.model),
		SQL_INT_OR_NULL(refs.provenance), SQL_INT((int64_t)sample->status), SQL_INT((int64_t)sample->disposition),
	};
	/* Renewing leaves the triage alone, the last two. */
	size_t count = ARRAY_LEN(values) - (statement == SQL_SAMPLE_RENEW ? 2 : 0);
	if (statement == SQL_SAMPLE_RENEW)
		status = search_forget(db, id, err);
	if (status == STATUS_OK && statement == SQL_SAMPLE_RENEW)
		status = sql_run(db, SQL_ALIKE_PENDING_ADD, err, SQL_INT(id));
	if (status == STATUS_OK)
		status = sql_run_with(db, statement, NULL, NULL, err, values, count);
	if (status == STATUS_OK && statement == SQL_SAMPLE_RENEW)
		status = drop_parts(db, id, err);
	return status == STATUS_OK ? write_parts(db, id, sample, err) : status;
}

/* ---- the operations ------------------------------------------------------------------ */

/* The sample of a fingerprint and its content; *id = 0: there is none. */
static enum status known_seen(struct sqlite_store *db, const struct digest *fingerprint, int64_t *id,
			      struct digest *content, struct error *err)
{
	struct importing *import = db->import;
	enum status status = STATUS_OK;
	size_t at = 0;

	*id = 0;
	for (int64_t row; status == STATUS_OK && !*id &&
			  (row = seen_next(&import->samples, import->seed, fingerprint, &at)) != 0;) {
		sqlite3_stmt *stmt = sql_start(db, SQL_SAMPLE_DIGESTS, SQL_INT(row));
		struct digest is;
		if (sql_next(db, stmt) && column_digest(stmt, 0, &is) && memcmp(&is, fingerprint, sizeof(is)) == 0) {
			*id = row;
			column_digest(stmt, 1, content);
		}
		status = sql_end(db, stmt, err);
	}
	return status;
}

static enum status known(struct sqlite_store *db, const struct digest *fingerprint, int64_t *id, struct digest *content,
			 struct error *err)
{
	sqlite3_stmt *stmt;

	if (db->import->samples.complete)
		return known_seen(db, fingerprint, id, content, err);
	stmt = sql_start(db, SQL_SAMPLE_KNOWN, SQL_DIGEST(fingerprint));
	*id = 0;
	if (sql_next(db, stmt)) {
		*id = sqlite3_column_int64(stmt, 0);
		column_digest(stmt, 1, content);
	}
	return sql_end(db, stmt, err);
}

static enum status add_new(struct sqlite_store *db, const struct digest *fingerprint, const struct sample_digests *digests,
			   const struct sample *sample, struct error *err)
{
	struct importing *import = db->import;
	int64_t id = ++import->last_sample;
	enum status status = write_sample(db, SQL_SAMPLE_ADD, id, fingerprint, digests, sample, err);

	if (status == STATUS_OK && import->samples.complete && !seen_add(&import->samples, import->seed, fingerprint, id))
		status = bulk_index_make(db, "sample_fingerprint", err);
	return status;
}

static enum status add(struct sqlite_store *db, const struct sample *sample, enum import_outcome *outcome,
		       struct error *err)
{
	struct importing *import = db->import;
	struct sample_digests own;
	const struct sample_digests *digests = sample->digests;
	struct digest before, fingerprint, stale_fingerprint, stale_before;
	int64_t id = 0, equal = 0, stale = 0;
	enum status status;

	if (!digests) {
		own = sample_digests_of(sample);
		digests = &own;
	}
	for (int64_t k = 0;; k++) {
		fingerprint = occurrence(&sample->fingerprint, k);
		status = known(db, &fingerprint, &id, &before, err);
		if (status != STATUS_OK)
			return status;
		if (id == 0)
			break;
		if (sample->is_export || memcmp(&before, &digests->content, sizeof(before)) == 0) {
			equal = id;
			if (sample->is_export || !is_touched(import, id))
				break;
		} else if (!stale && !is_touched(import, id)) {
			stale = id;
			stale_fingerprint = fingerprint;
			stale_before = before;
		}
	}
	if (equal) {
		*outcome = IMPORT_DUPLICATE;
		touch(import, equal);
		return STATUS_OK;
	}
	if (stale) {
		*outcome = IMPORT_UPDATED;
		touch(import, stale);
		status = note_renewed(db, stale, &stale_before, &digests->content, err);
		return status == STATUS_OK ? write_sample(db, SQL_SAMPLE_RENEW, stale, &stale_fingerprint, digests, sample, err) :
					     status;
	}
	*outcome = IMPORT_NEW;
	return add_new(db, &fingerprint, digests, sample, err);
}

static enum status under_way(struct sqlite_store *db, struct error *err)
{
	if (!db->import)
		return error_set(err, STATUS_REFUSED, "no import is under way");
	if (db->import->broken || sqlite3_get_autocommit(db->handle))
		return error_set(err, STATUS_REFUSED, "the import failed before: it can only be given up");
	return STATUS_OK;
}

enum status db_import_add(struct store *store, const struct sample *sample, enum import_outcome *outcome,
			  struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = under_way(db, err);

	if (status != STATUS_OK)
		return status;
	status = add(db, sample, outcome, err);
	if (status != STATUS_OK) {
		db->import->broken = true;
		return status;
	}
	db->import->batch.records++;
	if (*outcome == IMPORT_UPDATED)
		db->import->batch.updated++;
	if (*outcome == IMPORT_DUPLICATE)
		db->import->batch.duplicates++;
	if (*outcome != IMPORT_NEW)
		return STATUS_OK;
	db->import->batch.imported++;
	status = bulk_new_sample(db, err);
	db->import->broken = status != STATUS_OK;
	return status;
}

enum status db_import_reject(struct store *store, const struct batch_reject *reject, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = under_way(db, err);

	if (status != STATUS_OK)
		return status;
	db->import->batch.records++;
	db->import->batch.rejected++;
	status = sql_run(db, SQL_BATCH_REJECT, err, SQL_INT(db->import->batch.id), SQL_INT(db->import->batch.rejected),
			 SQL_INT(reject->record),
			 reject->offset_bytes < 0 ? SQL_NULL() : SQL_INT(reject->offset_bytes),
			 SQL_TEXT(reject->reason ? reject->reason : ""));
	db->import->broken = status != STATUS_OK;
	return status;
}

static enum status start(struct sqlite_store *db, const struct batch *batch, struct error *err)
{
	struct importing *import = db->import;
	const struct batch *b = &import->batch;
	enum status status;

	import->batch = *batch;
	import->batch.at = instant_known(batch->at) ? batch->at : instant_now();
	import->batch.records = import->batch.imported = import->batch.updated = 0;
	import->batch.duplicates = import->batch.rejected = 0;
	if ((status = sql_number_plain(db, SQL_MAX_SAMPLE, &import->first_new, NULL, err)) != STATUS_OK ||
	    (status = sql_number_plain(db, SQL_MAX_BODY, &import->last_body, NULL, err)) != STATUS_OK)
		return status;
	import->last_sample = import->first_new;
	if ((status = bulk_begin(db, err)) != STATUS_OK)
		return status;
	return sql_number(db, SQL_BATCH_ADD, &import->batch.id, NULL, err, SQL_TEXT(b->source), SQL_TEXT(b->format),
			  SQL_DIGEST(&b->file_digest), SQL_TEXT(b->reviewer), SQL_INT(b->at.at_us),
			  SQL_INT((int64_t)b->at.precision), SQL_INT(b->illustrative));
}

enum status db_import_begin(struct store *store, const struct batch *batch, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	enum status status = check_reviewer(batch->reviewer, err);
	bool left_log;

	if (status != STATUS_OK)
		return status;
	if (db->import || db->group)
		return write_begin(db, err); /* which refuses */
	left_log = bulk_pace_begin(db);
	status = write_begin(db, err);
	if (status != STATUS_OK) {
		bulk_pace_end(db, left_log);
		return status;
	}
	db->import = mem_zalloc(1, sizeof(*db->import));
	db->import->left_log = left_log;
	arena_init(&db->import->scratch);
	arena_init(&db->import->names);
	strbuf_init(&db->import->items);
	strbuf_init(&db->import->own);
	strbuf_init(&db->import->renewed);
	status = start(db, batch, err);
	if (status != STATUS_OK)
		db_import_abort(store);
	return status;
}

static void release(struct sqlite_store *db)
{
	struct importing *import = db->import;

	db->import = NULL;
	bulk_pace_end(db, import->left_log);
	bulk_release(import);
	names_release(import);
	arena_release(&import->scratch);
	free(import->touched);
	strbuf_release(&import->renewed);
	free(import);
}

/*
 * The batch that brought this very file before, if it brings nothing new now. What
 * it would update was brought by another file since, which reports the same thing
 * otherwise; the file that came first does not win by coming again.
 */
static enum status earlier_batch(struct sqlite_store *db, int64_t *id, struct error *err)
{
	static const struct digest unknown;
	const struct batch *batch = &db->import->batch;

	*id = 0;
	if (batch->imported || memcmp(&batch->file_digest, &unknown, sizeof(unknown)) == 0)
		return STATUS_OK;
	return sql_number(db, SQL_BATCH_OF_FILE, id, NULL, err, SQL_DIGEST(&batch->file_digest),
			  SQL_INT(batch->rejected), SQL_INT(batch->id));
}

static enum status finish(struct sqlite_store *db, struct error *err)
{
	const struct batch *b = &db->import->batch;
	const struct strbuf *renewed = &db->import->renewed;
	char summary[512];
	struct edit_work entry;
	enum status status = bulk_end(db, err);

	if (status == STATUS_OK)
		status = sql_run(db, SQL_BATCH_FINISH, err, SQL_INT(b->id), SQL_DIGEST(&b->file_digest),
				 SQL_INT(b->records), SQL_INT(b->imported), SQL_INT(b->updated), SQL_INT(b->duplicates),
				 SQL_INT(b->rejected));
	snprintf(summary, sizeof(summary), "%.300s: %lld new, %lld updated, %lld duplicate%s, %lld rejected",
		 b->source ? b->source : "-", (long long)b->imported, (long long)b->updated, (long long)b->duplicates,
		 plural(b->duplicates), (long long)b->rejected);
	if (status == STATUS_OK)
		status = edit_append(db, b->reviewer, EDIT_IMPORT, "import", summary, 0, b->id, &entry, err);
	if (status == STATUS_OK && renewed->len_bytes)
		status = edit_finish(db, entry.id, summary, entry.last_annotation, strbuf_slice(renewed), err);
	return status;
}

enum status db_import_commit(struct store *store, const struct digest *file_digest, struct batch *out,
			     struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	int64_t earlier = 0;
	enum status status = under_way(db, err);

	if (status != STATUS_OK)
		return status;
	if (file_digest)
		db->import->batch.file_digest = *file_digest;
	status = earlier_batch(db, &earlier, err);
	*out = db->import->batch;
	if (status == STATUS_OK && earlier) {
		out->id = earlier; /* nothing is new, and nothing is written */
		out->duplicates += out->updated;
		out->updated = 0;
		db_import_abort(store);
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		status = finish(db, err);
	status = write_end(db, status, err);
	release(db);
	return status;
}

void db_import_abort(struct store *store)
{
	struct sqlite_store *db = sqlite_of(store);

	if (!db->import)
		return;
	roll_back(db);
	release(db);
}
