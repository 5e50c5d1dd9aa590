/*
 * Facets of few samples: an incident's members, a session's, one that is named. They are
 * looked at one by one, so that neither columns have to be loaded for them nor all
 * samples be asked, which an export of many incidents would do once for each.
 */
#include "storage/sqlite/columns.h"

enum status facet_subject_read(struct sqlite_store *db, struct arena *arena, int64_t id, bool judged,
			       struct query_subject *out, struct error *err)
{
	struct sample *sample;
	enum status status = db_sample_get(&db->base, arena, id, &sample, err);

	*out = (struct query_subject){ .sample = NULL };
	if (status == STATUS_OK && judged) {
		const struct annotation *all;
		struct annotation *standing;
		size_t count;
		status = db_annotation_list(&db->base, arena, id, &all, &count, err);
		standing = arena_array(arena, status == STATUS_OK ? count : 0, sizeof(*standing));
		for (size_t i = 0; status == STATUS_OK && i < count; i++)
			if (!all[i].superseded_by)
				standing[out->annotation_count++] = all[i];
		out->annotations = standing;
	}
	if (status == STATUS_OK)
		out->sample = sample;
	return status;
}

void facet_add_subject(struct arena *scratch, const struct query_subject *subject, enum facet_key key, int64_t count,
		       struct facet_table *table)
{
	const char *const *values;
	size_t value_count = facet_values(scratch, subject, key, &values);

	for (size_t i = 0; i < value_count; i++)
		facet_table_add(table, values[i], count);
	if (value_count == 0)
		facet_table_add(table, NULL, count);
}

/* -1: they may be more than a few. What narrows promises how many there are at most; were there more after all,
 * none is left out: they are no few. */
static enum status find(struct sqlite_store *db, const struct query *query, int64_t *ids, int *count, struct error *err)
{
	struct sql_text text = SQL_TEXT_INIT;
	int64_t most = db->facets_few < FACETS_FEW_MOST ? db->facets_few : FACETS_FEW_MOST;
	enum status status = codebook_load(db, err);

	*count = -1;
	strbuf_addstr(&text.sql, "SELECT s.id FROM sample s WHERE ");
	if (status == STATUS_OK && query_narrow(db, query, most, &text)) {
		sqlite3_stmt *stmt;
		query_compile(db, query, &text);
		stmt = sql_start_dynamic(db, text.sql.text, text.values.items, text.values.len);
		*count = 0;
		while (*count >= 0 && sql_next(db, stmt)) {
			if (*count == FACETS_FEW_MOST)
				*count = -1;
			else
				ids[(*count)++] = sqlite3_column_int64(stmt, 0);
		}
		status = sql_end(db, stmt, err);
	}
	sql_text_release(&text);
	return status;
}

static enum status add_all(struct sqlite_store *db, const struct facet_request *request, const int64_t *ids, int count,
			   struct facet_table **tables, struct error *err)
{
	struct arena scratch = ARENA_INIT;
	enum status status = STATUS_OK;

	for (int i = 0; i < count && status == STATUS_OK; i++) {
		struct query_subject subject;
		status = facet_subject_read(db, &scratch, ids[i], true, &subject, err);
		for (size_t k = 0; k < request->key_count && status == STATUS_OK; k++)
			facet_add_subject(&scratch, &subject, request->keys[k], 1, tables[k]);
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	return status;
}

enum status facets_of_few(struct sqlite_store *db, struct arena *arena, const struct facet_request *request,
			  struct facets *out, bool *done, struct error *err)
{
	int64_t ids[FACETS_FEW_MOST];
	int count;
	bool began = read_begin(db);
	enum status status = find(db, request->query, ids, &count, err);

	*done = status == STATUS_OK && count >= 0;
	if (*done) {
		struct facet_list *lists = arena_array(arena, request->key_count, sizeof(*lists));
		struct facet_table *tables[FACET_COUNT];

		for (size_t k = 0; k < request->key_count; k++)
			tables[k] = facet_table_new();
		status = add_all(db, request, ids, count, tables, err);
		for (size_t k = 0; k < request->key_count; k++) {
			lists[k] = facet_table_list(tables[k], arena, request->keys[k], request->top);
			facet_table_free(tables[k]);
		}
		out->count = count;
		out->lists = lists;
		out->list_count = request->key_count;
	}
	read_end(db, began);
	return status;
}
