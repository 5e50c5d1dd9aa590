/*
 * SQL functions of ours, for filters. NULL holds nothing.
 *   contains(text, part)          compares bytes
 *   own_value(items, key)         reads what sample_own holds
 *   holds(text, part)             ignores case, as utf8_find_folded() does
 *   has_words(text, words, prefix) core/words_of_code.h
 *   has_regex(text, pattern)      core/base/regex.h
 *   hit(sample)                   search.h, of the plan in force
 *   score(sample)                 likewise, of SORT_RELEVANCE; NULL: not ranked
 *   ranked()                      the ids that are, as a JSON array
 *   due()                         1 once the time of the page at hand is over (db->due_us)
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/words_of_code.h"
#include "storage/sqlite/own.h"
#include "storage/sqlite/search.h"

static struct slice value_slice(sqlite3_value *value)
{
	const void *bytes;

	if (sqlite3_value_type(value) == SQLITE_NULL)
		return (struct slice){ NULL, 0 };
	bytes = sqlite3_value_blob(value);
	return (struct slice){ bytes ? bytes : "", (size_t)sqlite3_value_bytes(value) };
}

static void holds(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct slice text = value_slice(values[0]);

	(void)count;
	sqlite3_result_int(context, text.at && utf8_find_folded(text, value_slice(values[1])) >= 0);
}

static bool find_bytes(struct slice text, struct slice part)
{
	const char *at = text.at, *end;

	if (part.len_bytes == 0)
		return true;
	if (part.len_bytes > text.len_bytes)
		return false;
	end = text.at + (text.len_bytes - part.len_bytes) + 1;
	while (at < end && (at = memchr(at, part.at[0], (size_t)(end - at))) != NULL) {
		if (memcmp(at, part.at, part.len_bytes) == 0)
			return true;
		at++;
	}
	return false;
}

static void contains(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct slice text = value_slice(values[0]);

	(void)count;
	sqlite3_result_int(context, text.at && find_bytes(text, value_slice(values[1])));
}

/* The first value of the key, or NULL: a blob of own.h, the key's id. */
static void own_value(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct slice items = value_slice(values[0]);
	sqlite3_int64 key = sqlite3_value_int64(values[1]);
	struct own_item item;

	(void)count;
	while (own_next(&items, &item))
		if (item.key == (uint64_t)key) {
			sqlite3_result_text64(context, item.value.at, item.value.len_bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
			return;
		}
}

/* What the second argument means is kept beside the statement, for the next row. */
static void has_words(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct code_phrase *phrase = sqlite3_get_auxdata(context, 1);
	struct slice text = value_slice(values[0]);
	bool fresh = !phrase;

	(void)count;
	if (fresh)
		phrase = code_phrase_new(value_slice(values[1]), sqlite3_value_int(values[2]) != 0);
	sqlite3_result_int(context, text.at && phrase && code_phrase_matches(phrase, text));
	if (fresh && phrase)
		sqlite3_set_auxdata(context, 1, phrase, free);
}

static void regex_drop(void *regex)
{
	regex_free(regex);
}

static void has_regex(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct regex *regex = sqlite3_get_auxdata(context, 1);
	struct slice text = value_slice(values[0]);
	bool fresh = !regex;
	enum regex_found found = REGEX_NONE;

	(void)count;
	if (fresh && regex_new(value_slice(values[1]), &regex, NULL, NULL) != STATUS_OK) {
		sqlite3_result_error(context, "the pattern is wrong", -1);
		return;
	}
	if (text.at)
		found = regex_find(regex, text, 0, NULL, NULL);
	sqlite3_result_int(context, found == REGEX_FOUND);
	if (found == REGEX_TOO_COSTLY) {
		sqlite3_result_error(context, "the pattern of re: takes too long on some of the texts; make it simpler", -1);
		sqlite3_result_error_code(context, SQLITE_ABORT); /* see db_error() */
	}
	if (fresh)
		sqlite3_set_auxdata(context, 1, regex, regex_drop);
}

static void hit(sqlite3_context *context, int count, sqlite3_value **values)
{
	int is = search_plan_hit(sqlite3_user_data(context), sqlite3_value_int64(values[0]));

	(void)count;
	if (is < 0)
		sqlite3_result_error_code(context, SQLITE_CORRUPT_VTAB);
	else
		sqlite3_result_int(context, is);
}

static void score(sqlite3_context *context, int count, sqlite3_value **values)
{
	int64_t is;

	(void)count;
	if (search_plan_score(sqlite3_user_data(context), sqlite3_value_int64(values[0]), &is))
		sqlite3_result_int64(context, is);
}

static void ranked(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena arena = ARENA_INIT;

	(void)count;
	(void)values;
	sqlite3_result_text(context, search_plan_ranked(sqlite3_user_data(context), &arena), -1, SQLITE_TRANSIENT);
	arena_release(&arena);
}

static void due(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	sqlite3_result_int(context, page_due(sqlite3_user_data(context)));
}

int own_value_register(sqlite3 *handle)
{
	return sqlite3_create_function_v2(handle, "own_value", 2, SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, NULL,
					  own_value, NULL, NULL, NULL);
}

enum status functions_register(struct sqlite_store *db, struct error *err)
{
	static const struct {
		const char *name;
		int arguments;
		int flags;
		void (*function)(sqlite3_context *, int, sqlite3_value **);
	} list[] = {
		{ "contains", 2, SQLITE_DETERMINISTIC, contains },
		{ "holds", 2, SQLITE_DETERMINISTIC, holds },
		{ "own_value", 2, SQLITE_DETERMINISTIC, own_value },
		{ "has_words", 3, SQLITE_DETERMINISTIC, has_words },
		{ "has_regex", 2, SQLITE_DETERMINISTIC, has_regex },
		{ "hit", 1, 0, hit },
		{ "score", 1, 0, score },
		{ "ranked", 0, 0, ranked },
		{ "due", 0, 0, due },
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < ARRAY_LEN(list) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(db->handle, list[i].name, list[i].arguments,
						SQLITE_UTF8 | SQLITE_DIRECTONLY | list[i].flags, db, list[i].function, NULL,
						NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}
