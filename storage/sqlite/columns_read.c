/* Reading samples into columns, by ranges of their numbers. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/columns.h"
#include "storage/sqlite/columns_scan.h"

#define KEY_MAX 64       /* numbers in a key; a sample with more to say is one of "others" */
#define REVIEWERS_MAX 1000

struct key {
	int64_t numbers[KEY_MAX];
	size_t len;
	bool too_long;
};

static void key_add(struct key *key, int64_t number)
{
	if (key->len == KEY_MAX)
		key->too_long = true;
	else
		key->numbers[key->len++] = number;
}

static void set(struct columns *columns, enum column column, int64_t id, uint32_t entry)
{
	struct dictionary *dictionary = &columns->dictionaries[column];
	uint16_t *at = &columns->of[column][id];

	assert(dictionary->entries.items); /* made with its first entries */
	dictionary->entries.items[*at].rows--;
	dictionary->entries.items[entry].rows++;
	*at = (uint16_t)entry;
}

/* The entry of a key; when it is new, *entry is to be filled in. */
static uint32_t put(struct columns *columns, enum column column, const struct key *key, struct dictionary_entry **entry)
{
	struct dictionary *dictionary = &columns->dictionaries[column];
	bool is_new = false;
	uint32_t id = key->too_long ? DICTIONARY_OTHERS : dictionary_put(dictionary, key->numbers, key->len, &is_new);

	*entry = is_new || dictionary->entries.items[id].unfilled ? &dictionary->entries.items[id] : NULL;
	if (*entry)
		(*entry)->unfilled = false;
	return id;
}

static struct arena *arena_of(struct columns *columns, enum column column)
{
	return &columns->dictionaries[column].arena;
}

/* The entry's own sample, while it is being filled in. */
static struct sample *sample_of(const struct dictionary_entry *entry)
{
	return (struct sample *)(uintptr_t)entry->subject.sample;
}

/* ---- what entries say --------------------------------------------------------------- */

static enum status word_text(struct sqlite_store *db, struct arena *arena, int64_t id, const char **out, struct error *err)
{
	sqlite3_stmt *stmt;

	*out = NULL;
	if (!id)
		return STATUS_OK;
	stmt = sql_start(db, SQL_WORD_TEXT, SQL_INT(id));
	if (sql_next(db, stmt))
		*out = column_text(arena, stmt, 0);
	return sql_end(db, stmt, err);
}

static enum status fill_flags(struct sqlite_store *db, struct columns *columns, const struct key *key,
			      struct dictionary_entry *entry, struct error *err)
{
	struct arena *arena = arena_of(columns, COLUMN_FLAGS);
	size_t count = key->len / 4;
	struct flag *flags = arena_array(arena, count, sizeof(*flags));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		const int64_t *numbers = key->numbers + 4 * i;
		flags[i].source = (enum flag_source)numbers[0];
		flags[i].level = (enum level)numbers[1];
		status = word_text(db, arena, numbers[2], &flags[i].tool, err);
		if (status == STATUS_OK)
			status = word_text(db, arena, numbers[3], &flags[i].rule, err);
	}
	sample_of(entry)->flags = flags;
	sample_of(entry)->flag_count = count;
	return status;
}

/* reviewer, verdict, cause, severity, whether it is a decision, number of symptoms, symptoms …; and
 * the next one, in the order of time */
static void fill_judged(struct sqlite_store *db, struct columns *columns, const struct key *key,
			struct dictionary_entry *entry)
{
	struct arena *arena = arena_of(columns, COLUMN_JUDGED);
	struct annotation *annotations = arena_array(arena, key->len / 6, sizeof(*annotations));
	size_t count = 0;

	for (size_t at = 0; at < key->len; count++) {
		const int64_t *numbers = key->numbers + at;
		size_t symptom_count = (size_t)numbers[5], kept = 0;
		const char **symptoms = arena_array(arena, symptom_count, sizeof(*symptoms));
		for (size_t i = 0; i < symptom_count; i++) {
			const char *name = code_name_of(db, numbers[6 + i]);
			if (name)
				symptoms[kept++] = arena_strdup(arena, name);
		}
		annotations[count] = (struct annotation){
			.id = (int64_t)count + 1, /* its place is what tells the order */
			.reviewer = columns->reviewers.items[numbers[0]],
			.verdict = (enum verdict)numbers[1],
			.cause = arena_strdup(arena, code_name_of(db, numbers[2])),
			.severity = (enum severity)numbers[3],
			.adjudicated = numbers[4] != 0,
			.symptoms = symptoms,
			.symptom_count = kept,
		};
		at += 6 + symptom_count;
	}
	entry->subject.annotations = annotations;
	entry->subject.annotation_count = count;
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
	struct arena *arena = arena_of(columns, COLUMN_ORIGIN);
	VEC_OF(struct provenance) items = VEC_INIT;
	struct dictionary_entry *entry;
	struct key key = { .len = 0 };
	struct provenance *kept;
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_PROVENANCE, SQL_INT(id));
	enum status status;

	while (sql_next(db, stmt)) {
		const void *name = sqlite3_column_text(stmt, 1);
		if (columns->few_keys && !columns_name_key(name ? name : ""))
			continue;
		key_add(&key, sqlite3_column_int64(stmt, 0));
		vec_push(&items, ((struct provenance){ column_string(arena, stmt, 1), column_string(arena, stmt, 2),
						       CERTAINTY_RECORDED }));
	}
	status = sql_end(db, stmt, err);
	entry = NULL;
	if (status == STATUS_OK)
		*out = put(columns, COLUMN_ORIGIN, &key, &entry);
	if (entry) {
		kept = arena_array(arena, items.len, sizeof(*kept));
		if (items.len)
			memcpy(kept, items.items, items.len * sizeof(*kept));
		sample_of(entry)->provenance = kept;
		sample_of(entry)->provenance_count = items.len;
	}
	vec_release(&items);
	return status;
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
	columns->origins[id] = (uint16_t)*out; /* 0 again, where reading failed */
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

static void set_day(struct columns *columns, int64_t id, int64_t produced_us)
{
	bool known = produced_us != TIME_UNKNOWN_US;
	int64_t day = produced_us / DAY_US - (produced_us % DAY_US < 0);
	struct key key = { { known ? day : INT64_MIN }, 1, false };
	struct dictionary_entry *entry;
	uint32_t number = put(columns, COLUMN_DAY, &key, &entry);

	if (entry && known)
		sample_of(entry)->produced_at = (struct instant){ day * DAY_US, PRECISION_DAY };
	set(columns, COLUMN_DAY, id, number);
}

static void set_batch(struct columns *columns, int64_t id, int64_t batch)
{
	struct key key = { { batch }, 1, false };
	struct dictionary_entry *entry;
	uint32_t number = put(columns, COLUMN_BATCH, &key, &entry);

	if (entry)
		sample_of(entry)->batch = batch;
	set(columns, COLUMN_BATCH, id, number);
}

static enum status set_state(struct sqlite_store *db, struct columns *columns, int64_t id, sqlite3_stmt *stmt,
			     struct error *err)
{
	struct key key = { .len = 0 };
	struct dictionary_entry *entry;
	enum status status = STATUS_OK;
	uint32_t number;

	for (int i = 1; i <= 5; i++)
		key_add(&key, sqlite3_column_int64(stmt, i));
	number = put(columns, COLUMN_STATE, &key, &entry);
	if (entry) {
		struct sample *sample = sample_of(entry);
		sample->status = (enum sample_status)column_term(stmt, 1, SAMPLE_COUNT);
		sample->disposition = (enum verdict)column_term(stmt, 2, VERDICT_COUNT);
		sample->kind = (enum sample_kind)column_term(stmt, 3, SAMPLE_KIND_COUNT);
		sample->illustrative = key.numbers[3] != 0;
		status = word_text(db, arena_of(columns, COLUMN_STATE), key.numbers[4], &sample->language, err);
		entry->unfilled = status != STATUS_OK;
	}
	columns->present += columns->of[COLUMN_STATE][id] == DICTIONARY_NONE;
	set(columns, COLUMN_STATE, id, number);
	return status;
}

static enum status read_samples(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
				struct error *err)
{
	const struct key nothing = { .len = 0 };
	struct dictionary_entry *entry;
	uint32_t no_flags = put(columns, COLUMN_FLAGS, &nothing, &entry);
	uint32_t not_judged = put(columns, COLUMN_JUDGED, &nothing, &entry);
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_SAMPLES, SQL_INT(first), SQL_INT(last));
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		uint32_t origin = 0;
		status = set_state(db, columns, id, stmt, err);
		if (status == STATUS_OK)
			status = origin_of(db, columns, sqlite3_column_int64(stmt, 7), &origin, err);
		set(columns, COLUMN_ORIGIN, id, origin);
		set_batch(columns, id, sqlite3_column_int64(stmt, 6));
		set_day(columns, id, sqlite3_column_int64(stmt, 8));
		set(columns, COLUMN_FLAGS, id, no_flags);
		set(columns, COLUMN_JUDGED, id, not_judged);
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	return status == STATUS_OK ? ended : status;
}

static enum status end_flags(struct sqlite_store *db, struct columns *columns, int64_t id, struct key *key,
			     struct error *err)
{
	struct dictionary_entry *entry;
	uint32_t number = put(columns, COLUMN_FLAGS, key, &entry);
	enum status status = entry ? fill_flags(db, columns, key, entry, err) : STATUS_OK;

	if (entry)
		entry->unfilled = status != STATUS_OK;
	if (is_present(columns, id))
		set(columns, COLUMN_FLAGS, id, number);
	*key = (struct key){ .len = 0 };
	return status;
}

static enum status read_flags(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
			      struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_FLAGS, SQL_INT(first), SQL_INT(last));
	struct key key = { .len = 0 };
	int64_t sample = 0;
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		if (id != sample && sample)
			status = end_flags(db, columns, sample, &key, err);
		sample = id;
		key_add(&key, column_term(stmt, 1, SOURCE_COUNT));
		key_add(&key, column_term(stmt, 2, LEVEL_COUNT));
		key_add(&key, sqlite3_column_int64(stmt, 3));
		key_add(&key, sqlite3_column_int64(stmt, 4));
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK && sample)
		status = end_flags(db, columns, sample, &key, err);
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

static void end_judged(struct sqlite_store *db, struct columns *columns, int64_t id, struct key *key)
{
	struct dictionary_entry *entry;
	uint32_t number = put(columns, COLUMN_JUDGED, key, &entry);

	if (entry)
		fill_judged(db, columns, key, entry);
	if (is_present(columns, id))
		set(columns, COLUMN_JUDGED, id, number);
	*key = (struct key){ .len = 0 };
}

static enum status add_annotation(struct sqlite_store *db, struct columns *columns, struct key *key, sqlite3_stmt *stmt,
				  struct error *err)
{
	const void *name = sqlite3_column_text(stmt, 2);
	int64_t reviewer = reviewer_number(columns, name ? name : "");
	sqlite3_stmt *symptoms;
	size_t at;

	key->too_long = key->too_long || reviewer < 0;
	key_add(key, reviewer);
	key_add(key, column_term(stmt, 3, VERDICT_COUNT));
	key_add(key, sqlite3_column_int64(stmt, 4));
	key_add(key, column_term(stmt, 5, SEVERITY_COUNT));
	key_add(key, sqlite3_column_int(stmt, 6) != 0);
	at = key->len;
	key_add(key, 0);
	symptoms = sql_start(db, SQL_SYMPTOM_CODES_OF, SQL_INT(sqlite3_column_int64(stmt, 1)));
	while (sql_next(db, symptoms)) {
		key_add(key, sqlite3_column_int64(symptoms, 0));
		if (at < KEY_MAX)
			key->numbers[at]++;
	}
	return sql_end(db, symptoms, err);
}

static enum status read_judgements(struct sqlite_store *db, struct columns *columns, int64_t first, int64_t last,
				   struct error *err)
{
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_JUDGEMENTS, SQL_INT(first), SQL_INT(last));
	struct key key = { .len = 0 };
	int64_t sample = 0;
	enum status status = STATUS_OK, ended;

	while (status == STATUS_OK && sql_next(db, stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		if (id != sample && sample)
			end_judged(db, columns, sample, &key);
		sample = id;
		status = add_annotation(db, columns, &key, stmt, err);
	}
	ended = sql_end(db, stmt, status == STATUS_OK ? err : NULL);
	if (status == STATUS_OK && sample)
		end_judged(db, columns, sample, &key);
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
