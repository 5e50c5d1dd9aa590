/* SQL functions of ours, for filters: holds(text, word) ignores case as
 * utf8_find_folded() does, contains(text, part) compares bytes. NULL holds nothing. */
#include "storage/sqlite/sqlite_db.h"

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

enum status functions_register(struct sqlite_store *db, struct error *err)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	int rc = sqlite3_create_function_v2(db->handle, "holds", 2, flags, NULL, holds, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(db->handle, "contains", 2, flags, NULL, contains, NULL, NULL, NULL);
	return rc == SQLITE_OK ? STATUS_OK : db_error(db, rc, err);
}
