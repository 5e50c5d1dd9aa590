/* One sample with all that belongs to it. */
#include "storage/sqlite/own.h"

#include <string.h>

static enum status no_sample(struct error *err, int64_t id)
{
	return error_set(err, STATUS_NOT_FOUND, "there is no sample %lld", (long long)id);
}

enum status sample_exists(struct sqlite_store *db, int64_t id, struct error *err)
{
	bool found = false;
	enum status status = sql_number(db, SQL_SAMPLE_EXISTS, NULL, &found, err, SQL_INT(id));

	return status == STATUS_OK && !found ? no_sample(err, id) : status;
}

static struct region column_region(sqlite3_stmt *stmt, int column)
{
	return (struct region){
		sqlite3_column_int64(stmt, column), sqlite3_column_int64(stmt, column + 1),
		sqlite3_column_int64(stmt, column + 2), sqlite3_column_int64(stmt, column + 3),
	};
}

static enum status read_sample(struct sqlite_store *db, struct arena *arena, int64_t id, struct sample **out,
			       struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_SAMPLE_GET, SQL_INT(id));
	struct sample *sample = NULL;
	enum status status;

	if (sql_next(db, stmt)) {
		sample = arena_alloc(arena, sizeof(*sample));
		sample->id = id;
		column_digest(stmt, 0, &sample->fingerprint);
		sample->kind = (enum sample_kind)column_term(stmt, 1, SAMPLE_KIND_COUNT);
		sample->external_id = column_text(arena, stmt, 2);
		sample->code = column_slice(arena, stmt, 3);
		sample->prompt = column_slice(arena, stmt, 4);
		sample->expected = column_slice(arena, stmt, 5);
		sample->diff = column_slice(arena, stmt, 6);
		sample->language = column_text(arena, stmt, 7);
		sample->path = column_text(arena, stmt, 8);
		sample->region = column_region(stmt, 9);
		sample->session = column_text(arena, stmt, 13);
		sample->turn = sqlite3_column_int64(stmt, 14);
		sample->produced_at = column_instant(stmt, 15);
		sample->baseline = (enum baseline)column_term(stmt, 17, BASELINE_COUNT);
		sample->status = (enum sample_status)column_term(stmt, 18, SAMPLE_COUNT);
		sample->disposition = (enum verdict)column_term(stmt, 19, VERDICT_COUNT);
		sample->illustrative = sqlite3_column_int(stmt, 20) != 0;
		sample->batch = sqlite3_column_int64(stmt, 21);
		sample->version = sqlite3_column_int64(stmt, 22);
		sample->deferred_until = column_text(arena, stmt, 23);
		sample->duplicate_of = sqlite3_column_int64(stmt, 24);
	}
	status = sql_end(db, stmt, err);
	*out = sample;
	return status == STATUS_OK && !sample ? no_sample(err, id) : status;
}

static enum status read_flags(struct sqlite_store *db, struct arena *arena, struct sample *sample, struct error *err)
{
	VEC_OF(struct flag) flags = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_FLAGS_OF, SQL_INT(sample->id));
	struct flag *kept;

	while (sql_next(db, stmt)) {
		struct flag flag = {
			.source = (enum flag_source)column_term(stmt, 0, SOURCE_COUNT),
			.level = (enum level)column_term(stmt, 1, LEVEL_COUNT),
			.tool = column_text(arena, stmt, 2),
			.rule = column_text(arena, stmt, 3),
			.message = column_text(arena, stmt, 4),
			.region = column_region(stmt, 5),
			.has_score = sqlite3_column_type(stmt, 9) != SQLITE_NULL,
			.score = sqlite3_column_double(stmt, 9),
		};
		vec_push(&flags, flag);
	}
	kept = arena_array(arena, flags.len, sizeof(*kept));
	if (flags.len)
		memcpy(kept, flags.items, flags.len * sizeof(*kept));
	sample->flags = kept;
	sample->flag_count = flags.len;
	vec_release(&flags);
	return sql_end(db, stmt, err);
}

static enum status read_places(struct sqlite_store *db, struct arena *arena, struct sample *sample, struct error *err)
{
	VEC_OF(struct place) places = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_PLACES_OF, SQL_INT(sample->id));
	struct place *kept;

	while (sql_next(db, stmt)) {
		struct place place = {
			.role = (enum place_role)column_term(stmt, 0, PLACE_COUNT),
			.group = sqlite3_column_int64(stmt, 1),
			.nesting = sqlite3_column_int64(stmt, 2),
			.path = column_text(arena, stmt, 3),
			.region = column_region(stmt, 4),
			.message = column_text(arena, stmt, 8),
			.text = column_slice(arena, stmt, 9),
		};
		vec_push(&places, place);
	}
	kept = arena_array(arena, places.len, sizeof(*kept));
	if (places.len)
		memcpy(kept, places.items, places.len * sizeof(*kept));
	sample->places = kept;
	sample->place_count = places.len;
	vec_release(&places);
	return sql_end(db, stmt, err);
}

struct provenances { /* VEC_OF, with a name */
	struct provenance *items;
	size_t len, capacity;
};

static enum status read_shared(struct sqlite_store *db, struct arena *arena, int64_t id, struct provenances *out,
			       struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_PROVENANCE_OF, SQL_INT(id));

	while (sql_next(db, stmt)) {
		struct provenance item = {
			.key = column_string(arena, stmt, 0),
			.value = column_string(arena, stmt, 1),
			.certainty = (enum certainty)column_term(stmt, 2, CERTAINTY_COUNT),
		};
		vec_push(out, item);
	}
	return sql_end(db, stmt, err);
}

static enum status read_own_key(struct sqlite_store *db, struct arena *arena, uint64_t id, const char **text,
				struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_OWN_KEY_TEXT, SQL_INT((int64_t)id));

	*text = sql_next(db, stmt) ? column_string(arena, stmt, 0) : "";
	return sql_end(db, stmt, err);
}

/* Each goes to its place among the shared ones. */
static enum status read_own(struct sqlite_store *db, struct arena *arena, int64_t id, struct provenances *list,
			    struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_OWN_OF, SQL_INT(id));
	struct slice items = { NULL, 0 };
	struct own_item own;

	if (sql_next(db, stmt))
		items = column_slice(arena, stmt, 0);
	enum status status = sql_end(db, stmt, err);
	while (status == STATUS_OK && own_next(&items, &own)) {
		struct provenance item = { NULL, arena_text(arena, own.value), own.certainty };
		status = read_own_key(db, arena, own.key, &item.key, err);
		vec_push(list, item);
		size_t at = own.place < list->len ? (size_t)own.place : list->len - 1;
		memmove(&list->items[at + 1], &list->items[at], (list->len - 1 - at) * sizeof(item));
		list->items[at] = item;
	}
	return status;
}

static enum status read_provenance(struct sqlite_store *db, struct arena *arena, struct sample *sample,
				   struct error *err)
{
	struct provenances list = VEC_INIT;
	enum status status = read_shared(db, arena, sample->id, &list, err);

	if (status == STATUS_OK)
		status = read_own(db, arena, sample->id, &list, err);
	struct provenance *kept = arena_array(arena, list.len, sizeof(*kept));
	if (list.len)
		memcpy(kept, list.items, list.len * sizeof(*kept));
	sample->provenance = kept;
	sample->provenance_count = list.len;
	vec_release(&list);
	return status;
}

enum status db_sample_get(struct store *store, struct arena *arena, int64_t id, struct sample **out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = read_sample(db, arena, id, out, err);

	if (status == STATUS_OK && *out)
		status = read_flags(db, arena, *out, err);
	if (status == STATUS_OK && *out)
		status = read_provenance(db, arena, *out, err);
	if (status == STATUS_OK && *out)
		status = read_places(db, arena, *out, err);
	read_end(db, began);
	return status;
}

enum status db_sample_find(struct store *store, const struct digest *fingerprint, int64_t *id, struct error *err)
{
	bool found = false;
	enum status status = sql_number(sqlite_of(store), SQL_SAMPLE_FIND, id, &found, err, SQL_DIGEST(fingerprint));

	if (status == STATUS_OK && !found)
		return error_set(err, STATUS_NOT_FOUND, "there is no sample of that fingerprint");
	return status;
}

/* ---- annotations -------------------------------------------------------------- */

static enum status read_symptoms(struct sqlite_store *db, struct arena *arena, struct annotation *annotation,
				 struct error *err)
{
	VEC_OF(const char *) words = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_SYMPTOMS_OF, SQL_INT(annotation->id));
	const char **kept;

	while (sql_next(db, stmt))
		vec_push(&words, column_string(arena, stmt, 0));
	kept = arena_array(arena, words.len, sizeof(*kept));
	for (size_t i = 0; i < words.len; i++)
		kept[i] = words.items[i];
	annotation->symptoms = kept;
	annotation->symptom_count = words.len;
	vec_release(&words);
	return sql_end(db, stmt, err);
}

static enum status read_annotations(struct sqlite_store *db, struct arena *arena, int64_t sample,
				    const struct annotation **out, size_t *count, struct error *err)
{
	VEC_OF(struct annotation) list = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_ANNOTATIONS_OF, SQL_INT(sample));
	struct annotation *kept;
	enum status status;

	while (sql_next(db, stmt)) {
		struct annotation annotation = {
			.id = sqlite3_column_int64(stmt, 0),
			.sample = sample,
			.reviewer = column_string(arena, stmt, 1),
			.at = column_instant(stmt, 2),
			.first_line = sqlite3_column_int64(stmt, 4),
			.last_line = sqlite3_column_int64(stmt, 5),
			.verdict = (enum verdict)column_term(stmt, 6, VERDICT_COUNT),
			.cause = arena_strdup(arena, code_name_of(db, sqlite3_column_int64(stmt, 7))),
			.severity = (enum severity)column_term(stmt, 8, SEVERITY_COUNT),
			.confidence = (enum confidence)column_term(stmt, 9, CONFIDENCE_COUNT),
			.note = column_text(arena, stmt, 10),
			.blind = sqlite3_column_int(stmt, 11) != 0,
			.superseded_by = sqlite3_column_int64(stmt, 12),
			.edit = sqlite3_column_int64(stmt, 13),
			.duplicate_of = sqlite3_column_int64(stmt, 14),
			.adjudicated = sqlite3_column_int(stmt, 15) != 0,
		};
		vec_push(&list, annotation);
	}
	status = sql_end(db, stmt, err);
	kept = arena_array(arena, list.len, sizeof(*kept));
	for (size_t i = 0; i < list.len; i++) {
		kept[i] = list.items[i];
		if (status == STATUS_OK)
			status = read_symptoms(db, arena, &kept[i], err);
	}
	*out = kept;
	*count = list.len;
	vec_release(&list);
	return status;
}

enum status db_annotation_list(struct store *store, struct arena *arena, int64_t sample, const struct annotation **out,
			       size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db);
	enum status status = sample_exists(db, sample, err);

	if (status == STATUS_OK)
		status = codebook_load(db, err);
	if (status == STATUS_OK)
		status = read_annotations(db, arena, sample, out, count, err);
	read_end(db, began);
	return status;
}
