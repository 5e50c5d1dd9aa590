/* Sampling plans (core/plan.h). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/plan.h"
#include "storage/sqlite/edit_log.h"

static enum status check_plan(const struct plan *plan, struct error *err)
{
	size_t taken = 0;
	enum status status = plan_check_name(plan->name, err);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < plan->stratum_count; i++)
		taken += (size_t)plan->strata[i].taken;
	if ((unsigned)plan->form >= PLAN_FORM_COUNT || !plan->stratum_count || !plan->sample_count || taken != plan->sample_count)
		return error_set(err, STATUS_USAGE, "a plan needs strata, and the samples that it took of each");
	return STATUS_OK;
}

static enum status write_plan(struct sqlite_store *db, const struct plan *plan, int64_t edit, struct error *err)
{
	enum status status = sql_run(db, SQL_PLAN_ADD, err, SQL_INT(edit), SQL_TEXT(plan->name), SQL_INT((int64_t)plan->form),
				     SQL_TEXT(plan->query ? plan->query : ""), SQL_TEXT(plan->key),
				     SQL_INT((int64_t)(plan->seed & INT64_MAX)));
	size_t at = 0;

	for (size_t h = 0; h < plan->stratum_count && status == STATUS_OK; h++) {
		const struct plan_stratum *stratum = &plan->strata[h];
		status = sql_run(db, SQL_PLAN_STRATUM_ADD, err, SQL_INT(edit), SQL_INT((int64_t)h + 1), SQL_TEXT(stratum->value),
				 SQL_INT(stratum->population));
		for (int64_t i = 0; i < stratum->taken && status == STATUS_OK; i++, at++) {
			status = sample_exists(db, plan->samples[at], err);
			if (status == STATUS_OK)
				status = sql_run(db, SQL_PLAN_SAMPLE_ADD, err, SQL_INT(edit), SQL_INT(plan->samples[at]),
						 SQL_INT((int64_t)h + 1));
		}
	}
	return status;
}

enum status db_plan_put(struct store *store, const char *reviewer, const struct plan *plan, int64_t *edit_id, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct edit_work work;
	char summary[160];
	enum status status;

	*edit_id = 0;
	if ((status = check_reviewer(reviewer, err)) != STATUS_OK || (status = check_plan(plan, err)) != STATUS_OK)
		return status;
	if (db->group)
		return error_set(err, STATUS_REFUSED, "a plan is an edit of its own: it cannot be made within a group of edits");
	status = edit_begin(db, reviewer, "plan", &work, err);
	if (status == STATUS_OK)
		status = write_plan(db, plan, work.id, err);
	snprintf(summary, sizeof(summary), "%.80s: %zu sample%s, %s", plan->name, plan->sample_count, plural((int64_t)plan->sample_count),
		 plan_form_word(plan->form));
	return edit_end(db, &work, status, summary, edit_id, err);
}

enum status db_plan_list(struct store *store, struct arena *arena, const struct plan_row **out, size_t *count, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	VEC_OF(struct plan_row) rows = VEC_INIT;
	sqlite3_stmt *stmt = sql_start_plain(db, SQL_PLANS);
	struct plan_row *kept;

	while (sql_next(db, stmt))
		vec_push(&rows, ((struct plan_row){
			.edit = sqlite3_column_int64(stmt, 0), .name = column_string(arena, stmt, 1),
			.form = (enum plan_form)column_term(stmt, 2, PLAN_FORM_COUNT), .query = column_string(arena, stmt, 3),
			.key = column_text(arena, stmt, 4), .reviewer = column_string(arena, stmt, 5), .at = column_instant(stmt, 6),
			.samples = sqlite3_column_int64(stmt, 8), .done = sqlite3_column_int64(stmt, 9) }));
	kept = arena_array(arena, rows.len, sizeof(*kept));
	if (rows.len)
		memcpy(kept, rows.items, rows.len * sizeof(*kept));
	*out = kept;
	*count = rows.len;
	vec_release(&rows);
	return sql_end(db, stmt, err);
}

static enum status read_strata(struct sqlite_store *db, struct arena *arena, struct plan *plan, struct error *err)
{
	VEC_OF(struct plan_stratum) strata = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_PLAN_STRATA, SQL_INT(plan->edit));
	struct plan_stratum *kept;

	while (sql_next(db, stmt))
		vec_push(&strata, ((struct plan_stratum){ column_text(arena, stmt, 0), sqlite3_column_int64(stmt, 1),
							  sqlite3_column_int64(stmt, 2) }));
	kept = arena_array(arena, strata.len, sizeof(*kept));
	if (strata.len)
		memcpy(kept, strata.items, strata.len * sizeof(*kept));
	plan->strata = kept;
	plan->stratum_count = strata.len;
	vec_release(&strata);
	return sql_end(db, stmt, err);
}

static enum status read_samples(struct sqlite_store *db, struct arena *arena, struct plan *plan, struct error *err)
{
	VEC_OF(int64_t) samples = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_PLAN_SAMPLES, SQL_INT(plan->edit));
	int64_t *kept;

	while (sql_next(db, stmt))
		vec_push(&samples, sqlite3_column_int64(stmt, 0));
	kept = arena_array(arena, samples.len, sizeof(*kept));
	if (samples.len)
		memcpy(kept, samples.items, samples.len * sizeof(*kept));
	plan->samples = kept;
	plan->sample_count = samples.len;
	vec_release(&samples);
	return sql_end(db, stmt, err);
}

enum status db_plan_get(struct store *store, struct arena *arena, const char *name, struct plan *out, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	bool began = read_begin(db), found = false;
	sqlite3_stmt *stmt = sql_start(db, SQL_PLAN_GET, SQL_TEXT(name));
	enum status status;

	*out = (struct plan){ .name = NULL };
	if ((found = sql_next(db, stmt)))
		*out = (struct plan){ .edit = sqlite3_column_int64(stmt, 0), .name = column_string(arena, stmt, 1),
				      .form = (enum plan_form)column_term(stmt, 2, PLAN_FORM_COUNT),
				      .query = column_string(arena, stmt, 3), .key = column_text(arena, stmt, 4),
				      .seed = (uint64_t)sqlite3_column_int64(stmt, 5), .reviewer = column_string(arena, stmt, 6),
				      .at = column_instant(stmt, 7) };
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && !found)
		status = error_set(err, STATUS_NOT_FOUND, "there is no plan '%s'", name);
	if (status == STATUS_OK)
		status = read_strata(db, arena, out, err);
	if (status == STATUS_OK)
		status = read_samples(db, arena, out, err);
	read_end(db, began);
	return status;
}
