/*
 * Each sample against the digest of its content, made when it came in; and what lists show
 * of it (title, line, rule, model), which is kept beside it, against the sample.
 */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/check.h"

struct shown {
	int64_t id; /* 0: there are no more */
	struct digest content;
	const char *title, *rule, *model;
	int64_t line;
};

static enum status next_shown(struct sqlite_store *db, struct arena *arena, int64_t after, struct shown *out,
			      struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_CHECK_SAMPLES, SQL_INT(after));

	*out = (struct shown){ .id = 0 };
	if (sql_next(db, stmt)) {
		out->id = sqlite3_column_int64(stmt, 0);
		column_digest(stmt, 1, &out->content);
		out->title = column_string(arena, stmt, 2);
		out->line = sqlite3_column_int64(stmt, 3);
		out->rule = column_text(arena, stmt, 4);
		out->model = column_text(arena, stmt, 5);
	}
	return sql_end(db, stmt, err);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compare(struct checking *check, struct arena *arena, const struct sample *sample, const struct shown *shown)
{
	const struct flag *first = sample->flag_count ? sample->flags : NULL;
	int64_t line = sample->region.start_line ? sample->region.start_line : first ? first->region.start_line : 0;

	if (!sample_content_is(sample, &shown->content))
		checking_report(check, "sample %" PRId64 ": it is not what came in", sample->id);
	else if (line != shown->line || strcmp(sample_title(arena, sample), shown->title) != 0 ||
		 !same(first ? first->rule : NULL, shown->rule) || !same(sample_provenance(sample, PROVENANCE_MODEL), shown->model))
		checking_report(check, "sample %" PRId64 ": lists show it otherwise than it is", sample->id);
}

enum status check_samples(struct checking *check, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct shown shown = { .id = 0 };
	enum status status;

	do {
		struct sample *sample = NULL;
		arena_clear(&arena);
		status = next_shown(check->db, &arena, shown.id, &shown, err);
		if (status == STATUS_OK && shown.id)
			status = db_sample_get(&check->db->base, &arena, shown.id, &sample, err);
		if (status == STATUS_OK && sample)
			compare(check, &arena, sample, &shown);
	} while (status == STATUS_OK && shown.id);
	arena_release(&arena);
	return status;
}
