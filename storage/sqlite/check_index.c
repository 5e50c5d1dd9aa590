/*
 * Whether the index of words is what the texts say, to the last position. FTS5's own
 * 'integrity-check' answers the same question, but as an INSERT: it would keep every
 * writer out for a minute per million samples, and needs a store that can be written.
 *
 * What the index holds of each sample is summed up, entry by entry, and what the texts
 * say is taken off again: nothing remains where both agree.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/check.h"
#include "storage/sqlite/search.h"

struct sums {
	const int64_t *ids;  /* in order */
	uint64_t *sums;      /* by their place there */
	size_t count;
	int64_t column;      /* of the text at hand */
	size_t at;           /* its id's place */
};

/* FNV-1a over the word, spread by multiplication (splitmix64's constants). */
static uint64_t entry(const char *word, size_t len, int64_t column, int64_t position)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)word[i]) * 1099511628211u;
	hash ^= (uint64_t)position * 0x9E3779B97F4A7C15u + (uint64_t)column;
	hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9u;
	return hash ^ (hash >> 27);
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* The place of an id in the list, or -1. */
static long place_of(const struct sums *sums, int64_t id)
{
	const int64_t *found = sums->count ? bsearch(&id, sums->ids, sums->count, sizeof(id), compare_ids) : NULL;

	return found ? found - sums->ids : -1;
}

/* Entries of the index: word, id, column, position. `strict`: each must be of an id of the list. */
static enum status add_entries(struct checking *check, enum statement statement, struct sums *sums, const char *strict,
			       struct error *err)
{
	sqlite3_stmt *stmt = sql_start_plain(check->db, statement);
	int64_t strange = 0, last = 0;

	while (sql_next(check->db, stmt)) {
		const char *word = (const char *)sqlite3_column_text(stmt, 0);
		int64_t id = sqlite3_column_int64(stmt, 1);
		const char *column = (const char *)sqlite3_column_text(stmt, 2);
		long place = place_of(sums, id);
		if (place >= 0)
			sums->sums[place] += entry(word ? word : "", (size_t)sqlite3_column_bytes(stmt, 0),
						   column && column[0] == 'm', sqlite3_column_int64(stmt, 3));
		else if (strict && id != last && strange++ == 0)
			checking_report(check, "the search index: it has words of %s %" PRId64 ", which it should not have", strict, id);
		last = id;
	}
	return sql_end(check->db, stmt, err);
}

static int take_off(void *context, int64_t position, struct slice word)
{
	struct sums *sums = context;

	sums->sums[sums->at] -= entry(word.at, word.len_bytes, sums->column, position);
	return SQLITE_OK;
}

/* The texts: id, text, and another text or nothing. */
static enum status take_off_texts(struct checking *check, enum statement statement, int64_t done, struct sums *sums,
				  struct error *err)
{
	sqlite3_stmt *stmt = sql_start(check->db, statement, SQL_INT(done));

	while (sql_next(check->db, stmt)) {
		long place = place_of(sums, sqlite3_column_int64(stmt, 0));
		if (place < 0)
			continue;
		sums->at = (size_t)place;
		for (int column = 1; column < sqlite3_column_count(stmt); column++) {
			const void *bytes = sqlite3_column_blob(stmt, column);
			struct slice text = { bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, column) };
			sums->column = column - 1;
			tokenizer_each(text, take_off, sums);
		}
	}
	return sql_end(check->db, stmt, err);
}

static enum status read_ids(struct sqlite_store *db, enum statement statement, int64_t done, struct sums *sums,
			    struct arena *arena, struct error *err)
{
	VEC_OF(int64_t) ids = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, statement, SQL_INT(done));
	int64_t *kept;

	while (sql_next(db, stmt))
		vec_push(&ids, sqlite3_column_int64(stmt, 0));
	kept = arena_array(arena, ids.len, sizeof(*kept));
	if (ids.len)
		memcpy(kept, ids.items, ids.len * sizeof(*kept));
	*sums = (struct sums){ .ids = kept, .count = ids.len, .sums = arena_array(arena, ids.len, sizeof(uint64_t)) };
	vec_release(&ids);
	return sql_end(db, stmt, err);
}

/* One of the two indexes against its texts. */
static const struct part {
	enum statement ids, entries, texts, no_length;
	const char *of;
	bool strict; /* notes that were undone stay */
} parts[] = {
	{ SQL_INDEXED_SAMPLES, SQL_INDEX_ENTRIES, SQL_INDEXED_TEXTS, SQL_INDEX_NO_LENGTH, "sample", true },
	{ SQL_INDEXED_NOTES, SQL_INDEX_NOTE_ENTRIES, SQL_INDEXED_NOTE_TEXTS, SQL_INDEX_NOTE_NO_LENGTH, "annotation", false },
};

static enum status check_lengths(struct checking *check, const struct part *part, int64_t done, struct error *err)
{
	int64_t id = 0;
	bool found = false;
	enum status status = sql_number(check->db, part->no_length, &id, &found, err, SQL_INT(done));

	if (status == STATUS_OK && found)
		checking_report(check, "the search index: it does not know how long %s %" PRId64 " is", part->of, id);
	return status;
}

static enum status check_part(struct checking *check, const struct part *part, int64_t done, struct error *err)
{
	struct arena arena = ARENA_INIT;
	struct sums sums;
	enum status status = read_ids(check->db, part->ids, done, &sums, &arena, err);

	if (status == STATUS_OK)
		status = add_entries(check, part->entries, &sums, part->strict ? part->of : NULL, err);
	if (status == STATUS_OK)
		status = take_off_texts(check, part->texts, done, &sums, err);
	for (size_t i = 0; i < sums.count && status == STATUS_OK; i++)
		if (sums.sums[i] != 0)
			checking_report(check, "the search index: its words of %s %" PRId64 " are not those of the texts", part->of,
				     sums.ids[i]);
	arena_release(&arena);
	return status == STATUS_OK ? check_lengths(check, part, done, err) : status;
}

enum status check_index(struct checking *check, struct error *err)
{
	int64_t before = check->findings, samples = 0, notes = 0, last = 0;
	enum status status = sql_number_plain(check->db, SQL_SEARCH_STATE, &samples, NULL, err);

	if (status == STATUS_OK)
		status = sql_number_plain(check->db, SQL_SEARCH_NOTES_DONE, &notes, NULL, err);
	if (status == STATUS_OK)
		status = sql_number_plain(check->db, SQL_MAX_SAMPLE, &last, NULL, err);
	if (status == STATUS_OK && samples > last)
		checking_report(check, "the search index: it has %" PRId64 " samples, the store %" PRId64, samples, last);
	/* In the temporary schema, which is the connection's own, also where the store is read-only. */
	if (status == STATUS_OK && sqlite3_exec(check->db->handle,
						"CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_entry USING fts5vocab(main, search, instance);"
						"CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_note_entry USING"
						" fts5vocab(main, search_note, instance)", NULL, NULL, NULL) != SQLITE_OK)
		status = db_error(check->db, sqlite3_extended_errcode(check->db->handle), err);
	if (status == STATUS_OK)
		status = check_part(check, &parts[0], samples, err);
	if (status == STATUS_OK)
		status = check_part(check, &parts[1], notes, err);
	/* What makes it unreadable is one more finding: the rest of the store may be whole. */
	if (status == STATUS_STORE) {
		checking_report(check, "the search index cannot be read");
		status = STATUS_OK;
	}
	if (status == STATUS_OK && check->findings > before)
		checking_report(check, "the search index is damaged: 'aitia index --rebuild' makes it anew; nothing else is touched");
	return status;
}
