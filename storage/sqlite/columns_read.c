/* Reading samples into columns, by ranges of their numbers. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"

#define REVIEWERS_MAX 1000

static void set(struct columns *columns, enum column column, int64_t id, uint32_t entry)
{
	struct dictionary *dictionary = &columns->dictionaries[column];
	uint16_t *at = &columns->of[column][id];

	assert(dictionary->entries.items); /* made with its first entries */
	dictionary->entries.items[*at].rows--;
	dictionary->entries.items[entry].rows++;
	*at = (uint16_t)entry;
}

/* ---- a range of samples ------------------------------------------------------------------ */

bool columns_name_key(const char *key)
{
	return strcmp(key, PROVENANCE_MODEL) == 0 || strcmp(key, PROVENANCE_HARNESS) == 0 ||
	       strcmp(key, PROVENANCE_PROMPT_VERSION) == 0 || strcmp(key, PROVENANCE_EFFORT) == 0;
}

/* Reads a set of provenance, once for all samples that have it. */
static enum status read_origin(struct sqlite_store *db, struct columns *columns, int64_t id, uint32_t *out,
			       struct error *err)
{
	struct columns_key key = { .len = 0 };
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_PROVENANCE, SQL_INT(id));
	enum status status;

	while (sql_next(db, stmt)) {
		const void *name = sqlite3_column_text(stmt, 1);
		if (columns->few_keys && !columns_name_key(name ? name : ""))
			continue;
		columns_key_add(&key, sqlite3_column_int64(stmt, 0));
	}
	status = sql_end(db, stmt, err);
	return status == STATUS_OK ? columns_entry(db, columns, COLUMN_ORIGIN, &key, out, err) : status;
}

static enum status origin_of(struct sqlite_store *db, struct columns *columns, int64_t id, uint32_t *out,
			     struct error *err)
{
	enum status status;

	if (id < 0)
		id = 0;
	if ((size_t)id >= columns->origin_count) {
		size_t count = (size_t)id + (size_t)id / 8 + 256;
		columns->origins = mem_realloc(columns->origins, count, sizeof(*columns->origins));
		memset(columns->origins + columns->origin_count, 0, (count - columns->origin_count) * sizeof(*columns->origins));
		columns->origin_count = count;
	}
	if ((*out = columns->origins[id]) != 0)
		return STATUS_OK;
	status = read_origin(db, columns, id, out, err);
	if (status == STATUS_OK) /* else its entry may say nothing yet, and is to be filled in the next time */
		columns->origins[id] = (uint16_t)*out;
	return status;
}

/* Whether the sample is one of the columns: a flag without its sample is damage. */
static bool is_present(const struct columns *columns, int64_t id)
{
	return id > 0 && (size_t)id < columns->capacity && columns->of[COLUMN_STATE][id] != DICTIONARY_NONE;
}

/* Samples that have one of the named values of their own. */
static enum status read_own(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
			    struct error *err)
{
	sqlite3_stmt *stmt;

	if (!columns->own_named)
		return STATUS_OK;
	stmt = sql_start(db, SQL_COLUMNS_OWN, SQL_INT(first), SQL_INT(last));
	while (sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		if (is_present(columns, id))
			set(columns, COLUMN_ORIGIN, id, DICTIONARY_OTHERS);
	}
	return sql_end(db, stmt, err);
}

static enum status set_key(struct sqlite_store *db, struct columns *columns, enum column column, int64_t id,
			   const struct columns_key *key, struct error *err)
{
	uint32_t number = DICTIONARY_NONE;
	enum status status = columns_entry(db, columns, column, key, &number, err);

	if (number != DICTIONARY_NONE)
		set(columns, column, id, number);
	return status;
}

static enum status set_day(struct sqlite_store *db, struct columns *columns, int64_t id, int64_t produced_us, struct error *err)
{
	bool known = produced_us != TIME_UNKNOWN_US;
	int64_t day = produced_us / DAY_US - (produced_us % DAY_US < 0);
	struct columns_key key = { { known ? day : COLUMNS_NO_DAY }, 1, false };

	return set_key(db, columns, COLUMN_DAY, id, &key, err);
}

static enum status set_batch(struct sqlite_store *db, struct columns *columns, int64_t id, int64_t batch, struct error *err)
{
	struct columns_key key = { { batch }, 1, false };

	return set_key(db, columns, COLUMN_BATCH, id, &key, err);
}

static enum status set_state(struct sqlite_store *db, struct columns *columns, int64_t id, sqlite3_stmt *stmt,
			     struct error *err)
{
	struct columns_key key = { .len = 0 };

	for (int i = 1; i <= 5; i++)
		columns_key_add(&key, sqlite3_column_int64(stmt, i));
	columns->present += columns->of[COLUMN_STATE][id] == DICTIONARY_NONE;
	return set_key(db, columns, COLUMN_STATE, id, &key, err);
}

static enum status read_samples(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
				struct error *err)
{
	const struct columns_key nothing = { .len = 0 };
	uint32_t no_flags = 0, not_judged = 0;
	sqlite3_stmt *stmt;
	enum status status = columns_entry(db, columns, COLUMN_FLAGS, &nothing, &no_flags, err), ended;

	if (status == STATUS_OK)
		status = columns_entry(db, columns, COLUMN_JUDGED, &nothing, &not_judged, err);
	if (status != STATUS_OK)
		return status;
	stmt = sql_start(db, SQL_COLUMNS_SAMPLES, SQL_INT(first), SQL_INT(last));
	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		uint32_t origin = 0;
		status = set_state(db, columns, id, stmt, err);
		if (status == STATUS_OK)
			status = origin_of(db, columns, sqlite3_column_int64(stmt, 7), &origin, err);
		set(columns, COLUMN_ORIGIN, id, origin);
		if (status == STATUS_OK)
			status = set_batch(db, columns, id, sqlite3_column_int64(stmt, 6), err);
		if (status == STATUS_OK)
			status = set_day(db, columns, id, sqlite3_column_int64(stmt, 8), err);
		set(columns, COLUMN_FLAGS, id, no_flags);
		set(columns, COLUMN_JUDGED, id, not_judged);
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	return status == STATUS_OK ? ended : status;
}

/* All that stands in a table of one sample. */
static enum status end_rows(struct sqlite_store *db, struct columns *columns, enum column column, int64_t id,
			    struct columns_key *key, struct error *err)
{
	uint32_t number = DICTIONARY_NONE;
	enum status status = columns_entry(db, columns, column, key, &number, err);

	if (number != DICTIONARY_NONE && is_present(columns, id))
		set(columns, column, id, number);
	*key = (struct columns_key){ .len = 0 };
	return status;
}

static enum status read_flags(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
			      struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_FLAGS, SQL_INT(first), SQL_INT(last));
	struct columns_key key = { .len = 0 };
	int64_t sample = 0;
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		if (id != sample && sample)
			status = end_rows(db, columns, COLUMN_FLAGS, sample, &key, err);
		sample = id;
		columns_key_add(&key, column_term(stmt, 1, SOURCE_COUNT));
		columns_key_add(&key, column_term(stmt, 2, LEVEL_COUNT));
		columns_key_add(&key, sqlite3_column_int64(stmt, 3));
		columns_key_add(&key, sqlite3_column_int64(stmt, 4));
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK && sample)
		status = end_rows(db, columns, COLUMN_FLAGS, sample, &key, err);
	return status == STATUS_OK ? ended : status;
}

/* Their number; there are few. -1: too many. */
static int64_t reviewer_number(struct columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->reviewers.len; i++)
		if (strcmp(columns->reviewers.items[i], name) == 0)
			return (int64_t)i;
	if (columns->reviewers.len == REVIEWERS_MAX)
		return -1;
	vec_push(&columns->reviewers, mem_strdup(name));
	return (int64_t)columns->reviewers.len - 1;
}

static enum status add_annotation(struct sqlite_store *db, struct columns *columns, struct columns_key *key, sqlite3_stmt *stmt,
				  struct error *err)
{
	const void *name = sqlite3_column_text(stmt, 2);
	int64_t reviewer = reviewer_number(columns, name ? name : "");
	sqlite3_stmt *symptoms;
	size_t at;

	key->too_long = key->too_long || reviewer < 0;
	columns_key_add(key, reviewer);
	columns_key_add(key, column_term(stmt, 3, VERDICT_COUNT));
	columns_key_add(key, sqlite3_column_int64(stmt, 4));
	columns_key_add(key, column_term(stmt, 5, SEVERITY_COUNT));
	columns_key_add(key, sqlite3_column_int(stmt, 6) != 0);
	at = key->len;
	columns_key_add(key, 0);
	symptoms = sql_start(db, SQL_SYMPTOM_CODES_OF, SQL_INT(sqlite3_column_int64(stmt, 1)));
	while (sql_next(db, symptoms)) {
		columns_key_add(key, sqlite3_column_int64(symptoms, 0));
		if (at < COLUMNS_KEY_MAX)
			key->numbers[at]++;
	}
	return sql_end(db, symptoms, err);
}

static enum status read_judgements(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
				   struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_JUDGEMENTS, SQL_INT(first), SQL_INT(last));
	struct columns_key key = { .len = 0 };
	int64_t sample = 0;
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		if (id != sample && sample)
			status = end_rows(db, columns, COLUMN_JUDGED, sample, &key, err);
		sample = id;
		if (status == STATUS_OK)
			status = add_annotation(db, columns, &key, stmt, err);
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK && sample)
		status = end_rows(db, columns, COLUMN_JUDGED, sample, &key, err);
	return status == STATUS_OK ? ended : status;
}

void columns_reserve(struct columns *columns, int64_t last)
{
	size_t capacity = ((size_t)last / SCAN_BLOCK + 1) * SCAN_BLOCK;

	if (capacity <= columns->capacity)
		return;
	for (int c = 0; c < COLUMN_COUNT; c++) {
		if (!columns->capacity) { /* zero without being touched: 140 MB of 10 million samples, at once */
			columns->of[c] = mem_zalloc(capacity, sizeof(uint16_t));
			continue;
		}
		columns->of[c] = mem_realloc(columns->of[c], capacity, sizeof(uint16_t));
		memset(columns->of[c] + columns->capacity, 0, (capacity - columns->capacity) * sizeof(uint16_t));
	}
	columns->capacity = capacity;
}

enum status columns_read_range(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
			       struct error *err)
{
	enum status status;

	columns_reserve(columns, last);
	status = read_samples(db, columns, first, last, err);
	if (status == STATUS_OK)
		status = read_own(db, columns, first, last, err);
	if (status == STATUS_OK)
		status = read_flags(db, columns, first, last, err);
	return status == STATUS_OK ? read_judgements(db, columns, first, last, err) : status;
}
