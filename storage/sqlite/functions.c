/* SQL functions of ours, for filters: holds(text, word) ignores case as
 * utf8_find_folded() does, contains(text, part) compares bytes. NULL holds nothing.
 * own_value(items, key) reads what sample_own holds. */
#include "storage/sqlite/own.h"

#include <string.h>

#include "core/base/utf8.h"

static struct slice value_slice(sqlite3_value *value)
{
	const void *bytes;

	if (sqlite3_value_type(value) == SQLITE_NULL)
		return (struct slice){ NULL, 0 };
	bytes = sqlite3_value_blob(value);
	return (struct slice){ bytes ? bytes : "", (size_t)sqlite3_value_bytes(value) };
}

static bool is_ascii(struct slice text)
{
	const char *at = text.at, *end = text.at + text.len_bytes;
	uint64_t bytes, high = 0;

	for (; end - at >= 8; at += 8) {
		memcpy(&bytes, at, 8);
		high |= bytes;
	}
	for (; at < end; at++)
		high |= (unsigned char)*at & 0x80 ? UINT64_C(0x80) : 0;
	return (high & UINT64_C(0x8080808080808080)) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* utf8_find_folded() for ASCII, where most code and most words are: the first
 * letter is found by memchr(), in both cases. (A word may match beyond ASCII, "K"
 * the Kelvin sign, but then the text is not ASCII.) */
static bool find_ascii(struct slice text, struct slice word)
{
	const char first = lower(word.at[0]);
	const char other = first >= 'a' && first <= 'z' ? (char)(first - ('a' - 'A')) : first;
	const char *end, *low, *high;

	if (word.len_bytes > text.len_bytes)
		return false;
	end = text.at + (text.len_bytes - word.len_bytes) + 1;
	low = memchr(text.at, first, (size_t)(end - text.at));
	high = other == first ? NULL : memchr(text.at, other, (size_t)(end - text.at));
	while (low || high) {
		const char *at = !high || (low && low < high) ? low : high;
		size_t same = 1;
		while (same < word.len_bytes && lower(at[same]) == lower(word.at[same]))
			same++;
		if (same == word.len_bytes)
			return true;
		if (at == low)
			low = at + 1 < end ? memchr(at + 1, first, (size_t)(end - at - 1)) : NULL;
		else
			high = at + 1 < end ? memchr(at + 1, other, (size_t)(end - at - 1)) : NULL;
	}
	return false;
}

static bool find_folded(struct slice text, struct slice word)
{
	if (word.len_bytes == 0)
		return true;
	if (is_ascii(word) && is_ascii(text))
		return find_ascii(text, word);
	return utf8_find_folded(text, word) >= 0;
}

static void holds(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct slice text = value_slice(values[0]);

	(void)count;
	sqlite3_result_int(context, text.at && find_folded(text, value_slice(values[1])));
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

enum status functions_register(struct sqlite_store *db, struct error *err)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int rc = sqlite3_create_function_v2(db->handle, "holds", 2, flags, NULL, holds, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(db->handle, "contains", 2, flags, NULL, contains, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(db->handle, "own_value", 2, flags, NULL, own_value, NULL, NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}
