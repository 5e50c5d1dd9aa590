/* What entries of the dictionaries say, made from their keys: numbers of words, attributes, codes of the store. */
#include <string.h>

#include "storage/sqlite/columns.h"

void columns_key_add(struct columns_key *key, int64_t number)
{
	if (key->len == COLUMNS_KEY_MAX)
		key->too_long = true;
	else
		key->numbers[key->len++] = number;
}

bool columns_key_is_sound(const struct columns *columns, enum column column, const struct columns_key *key)
{
	size_t at = 0;

	if (column == COLUMN_FLAGS)
		return key->len % COLUMNS_FLAG_NUMBERS == 0;
	if (column == COLUMN_ORIGIN)
		return true;
	if (column == COLUMN_DAY)
		return key->len == 1 && (key->numbers[0] == COLUMNS_NO_DAY ||
					 (key->numbers[0] >= INT64_MIN / DAY_US && key->numbers[0] <= INT64_MAX / DAY_US));
	if (column != COLUMN_JUDGED)
		return key->len == (column == COLUMN_STATE ? COLUMNS_STATE_NUMBERS : 1);
	while (at < key->len) {
		const int64_t *numbers = key->numbers + at;
		if (key->len - at < COLUMNS_JUDGED_NUMBERS || numbers[0] < 0 || numbers[0] >= (int64_t)columns->reviewers.len ||
		    numbers[5] < 0 || numbers[5] > (int64_t)(key->len - at - COLUMNS_JUDGED_NUMBERS))
			return false;
		at += COLUMNS_JUDGED_NUMBERS + (size_t)numbers[5];
	}
	return true;
}

/* The entry's own sample, while it is being filled in. */
static struct sample *sample_of(const struct dictionary_entry *entry)
{
	return (struct sample *)(uintptr_t)entry->subject.sample;
}

/* A number of a closed list; another counts as 0, as column_term() has it. */
static int term(int64_t number, int count)
{
	return number >= 0 && number < count ? (int)number : 0;
}

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

/* status, disposition, kind, illustrative, language */
static enum status fill_state(struct sqlite_store *db, struct arena *arena, const int64_t *key, struct sample *sample,
			      struct error *err)
{
	sample->status = (enum sample_status)term(key[0], SAMPLE_COUNT);
	sample->disposition = (enum verdict)term(key[1], VERDICT_COUNT);
	sample->kind = (enum sample_kind)term(key[2], SAMPLE_KIND_COUNT);
	sample->illustrative = key[3] != 0;
	return word_text(db, arena, key[4], &sample->language, err);
}

/* source, level, tool, rule of each */
static enum status fill_flags(struct sqlite_store *db, struct arena *arena, const int64_t *key, size_t len,
			      struct sample *sample, struct error *err)
{
	size_t count = len / COLUMNS_FLAG_NUMBERS;
	struct flag *flags = arena_array(arena, count, sizeof(*flags));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++, key += COLUMNS_FLAG_NUMBERS) {
		flags[i].source = (enum flag_source)term(key[0], SOURCE_COUNT);
		flags[i].level = (enum level)term(key[1], LEVEL_COUNT);
		status = word_text(db, arena, key[2], &flags[i].tool, err);
		if (status == STATUS_OK)
			status = word_text(db, arena, key[3], &flags[i].rule, err);
	}
	sample->flags = flags;
	sample->flag_count = count;
	return status;
}

/* attributes */
static enum status fill_origin(struct sqlite_store *db, struct arena *arena, const int64_t *key, size_t len,
			       struct sample *sample, struct error *err)
{
	struct provenance *items = arena_array(arena, len, sizeof(*items));
	enum status status = STATUS_OK;
	size_t count = 0;

	for (size_t i = 0; i < len && status == STATUS_OK; i++) {
		sqlite3_stmt *stmt = sql_start(db, SQL_ATTRIBUTE_TEXT, SQL_INT(key[i]));
		if (sql_next(db, stmt))
			items[count++] = (struct provenance){ column_string(arena, stmt, 0), column_string(arena, stmt, 1),
							      CERTAINTY_RECORDED };
		status = sql_end(db, stmt, err);
	}
	sample->provenance = items;
	sample->provenance_count = count;
	return status;
}

/* reviewer, verdict, cause, severity, whether it is a decision, number of symptoms, symptoms …; and
 * the next one, in the order of time */
static void fill_judged(struct sqlite_store *db, struct columns *columns, struct arena *arena, const int64_t *key, size_t len,
			struct query_subject *subject)
{
	struct annotation *annotations = arena_array(arena, len / COLUMNS_JUDGED_NUMBERS, sizeof(*annotations));
	size_t count = 0;

	for (size_t at = 0; at < len; count++) {
		const int64_t *numbers = key + at;
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
			.verdict = (enum verdict)term(numbers[1], VERDICT_COUNT),
			.cause = arena_strdup(arena, code_name_of(db, numbers[2])),
			.severity = (enum severity)term(numbers[3], SEVERITY_COUNT),
			.adjudicated = numbers[4] != 0,
			.symptoms = symptoms,
			.symptom_count = kept,
		};
		at += COLUMNS_JUDGED_NUMBERS + symptom_count;
	}
	subject->annotations = annotations;
	subject->annotation_count = count;
}

static enum status fill(struct sqlite_store *db, struct columns *columns, enum column column, const struct columns_key *key,
			struct dictionary_entry *entry, struct error *err)
{
	struct arena *arena = &columns->dictionaries[column].arena;
	struct sample *sample = sample_of(entry);

	switch (column) {
	case COLUMN_STATE: return fill_state(db, arena, key->numbers, sample, err);
	case COLUMN_FLAGS: return fill_flags(db, arena, key->numbers, key->len, sample, err);
	case COLUMN_ORIGIN: return fill_origin(db, arena, key->numbers, key->len, sample, err);
	case COLUMN_JUDGED: fill_judged(db, columns, arena, key->numbers, key->len, &entry->subject); return STATUS_OK;
	case COLUMN_DAY:
		if (key->numbers[0] != COLUMNS_NO_DAY)
			sample->produced_at = (struct instant){ key->numbers[0] * DAY_US, PRECISION_DAY };
		return STATUS_OK;
	case COLUMN_BATCH: sample->batch = key->numbers[0]; return STATUS_OK;
	case COLUMN_COUNT: break;
	}
	return STATUS_OK;
}

enum status columns_entry(struct sqlite_store *db, struct columns *columns, enum column column, const struct columns_key *key,
			  uint32_t *number, struct error *err)
{
	struct dictionary *dictionary = &columns->dictionaries[column];
	bool is_new = false;
	struct dictionary_entry *entry;
	enum status status;

	*number = key->too_long ? DICTIONARY_OTHERS : dictionary_put(dictionary, key->numbers, key->len, &is_new);
	entry = &dictionary->entries.items[*number];
	if (!is_new && !entry->unfilled)
		return STATUS_OK;
	status = fill(db, columns, column, key, entry, err);
	entry->unfilled = status != STATUS_OK;
	return status;
}
