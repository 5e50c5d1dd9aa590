/*
 * Functions of SQLite's whose work grows with the product of two lengths, with the same answers,
 * and a look at the clock within: SQLite looks between the steps of its machine, and one call
 * of its own instr() can take minutes. The pattern of LIKE and GLOB is matched with one place to
 * come back to, the last wildcard for many, since everything else takes one character.
 */
#include <string.h>

#include "core/base/strbuf.h"
#include "storage/sqlite/console_guard.h"

#define LOOK_EVERY (1 << 20) /* bytes compared */

static bool spend(struct console_clock *clock, size_t bytes)
{
	clock->spent += bytes;
	if (clock->spent < LOOK_EVERY)
		return true;
	clock->spent = 0;
	return clock->look(clock->context) == 0;
}

static bool take_text(sqlite3_value *value, struct slice *text)
{
	if (sqlite3_value_type(value) == SQLITE_NULL)
		return false;
	text->at = (const char *)sqlite3_value_text(value);
	text->len_bytes = (size_t)sqlite3_value_bytes(value);
	if (!text->at)
		text->at = "";
	return true;
}

static bool take_bytes(sqlite3_value *value, struct slice *bytes)
{
	if (sqlite3_value_type(value) != SQLITE_BLOB)
		return false;
	bytes->at = sqlite3_value_blob(value);
	bytes->len_bytes = (size_t)sqlite3_value_bytes(value);
	return true;
}

static bool begins_with(struct slice text, struct slice part)
{
	return text.len_bytes >= part.len_bytes && (part.len_bytes == 0 || memcmp(text.at, part.at, part.len_bytes) == 0);
}

static struct slice without(struct slice text, size_t bytes)
{
	return (struct slice){ text.at + bytes, text.len_bytes - bytes };
}

/* Of the character that `text` (not empty) begins with; what is no UTF-8 has some length, too. */
static size_t char_bytes(struct slice text)
{
	size_t bytes = 1;

	if ((unsigned char)text.at[0] >= 0xc0)
		while (bytes < text.len_bytes && (text.at[bytes] & 0xc0) == 0x80)
			bytes++;
	return bytes;
}

static void stop(sqlite3_context *context)
{
	sqlite3_result_error_code(context, SQLITE_INTERRUPT);
}

static void instr(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct console_clock *clock = sqlite3_user_data(context);
	struct slice text, part;
	bool bytes = take_bytes(values[0], &text) && take_bytes(values[1], &part);
	sqlite3_int64 place = 1;

	(void)count;
	if (!bytes && (!take_text(values[0], &text) || !take_text(values[1], &part)))
		return;
	for (; text.len_bytes >= part.len_bytes; place++) {
		bool first = part.len_bytes == 0 || text.at[0] == part.at[0];
		if (!spend(clock, first ? part.len_bytes + 1 : 1)) {
			stop(context);
			return;
		}
		if (first && begins_with(text, part)) {
			sqlite3_result_int64(context, place);
			return;
		}
		text = without(text, 1);
		while (!bytes && text.len_bytes > 0 && (text.at[0] & 0xc0) == 0x80)
			text = without(text, 1);
	}
	sqlite3_result_int(context, 0);
}

static void replace(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct console_clock *clock = sqlite3_user_data(context);
	size_t most = (size_t)sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
	struct strbuf out = STRBUF_INIT;
	struct slice text, part, by;
	bool goes_on = true;

	(void)count;
	if (!take_text(values[0], &text) || !take_text(values[1], &part))
		return;
	if (part.len_bytes == 0) {
		sqlite3_result_value(context, values[0]);
		return;
	}
	if (!take_text(values[2], &by))
		return;
	while (text.len_bytes > 0 && goes_on && out.len_bytes <= most) {
		bool first = text.at[0] == part.at[0], found = first && begins_with(text, part);
		goes_on = spend(clock, first ? part.len_bytes + 1 : 1);
		if (found)
			strbuf_addslice(&out, by);
		else
			strbuf_addch(&out, text.at[0]);
		text = without(text, found ? part.len_bytes : 1);
	}
	if (!goes_on)
		stop(context);
	else if (out.len_bytes > most)
		sqlite3_result_error_toobig(context);
	else
		sqlite3_result_text64(context, out.text, out.len_bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
	strbuf_release(&out);
}

/* How many bytes of `set`'s characters are at that end of `text`; 0: none is. */
static size_t one_of(struct slice text, struct slice set, bool at_end)
{
	while (set.len_bytes > 0) {
		struct slice one = { set.at, char_bytes(set) };
		if (text.len_bytes >= one.len_bytes &&
		    begins_with(at_end ? without(text, text.len_bytes - one.len_bytes) : text, one))
			return one.len_bytes;
		set = without(set, one.len_bytes);
	}
	return 0;
}

static void trim_ends(sqlite3_context *context, int count, sqlite3_value **values, bool left, bool right)
{
	struct console_clock *clock = sqlite3_user_data(context);
	struct slice text, set = { " ", 1 };
	size_t bytes;

	if (!take_text(values[0], &text) || (count > 1 && !take_text(values[1], &set)))
		return;
	while (left || right) {
		bytes = one_of(text, set, !left);
		if (!spend(clock, set.len_bytes + 1)) {
			stop(context);
			return;
		}
		if (left)
			text = without(text, bytes);
		else
			text.len_bytes -= bytes;
		if (bytes == 0 && left)
			left = false;
		else if (bytes == 0)
			right = false;
	}
	sqlite3_result_text64(context, text.at, text.len_bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void trim(sqlite3_context *context, int count, sqlite3_value **values)
{
	trim_ends(context, count, values, true, true);
}

static void ltrim(sqlite3_context *context, int count, sqlite3_value **values)
{
	trim_ends(context, count, values, true, false);
}

static void rtrim(sqlite3_context *context, int count, sqlite3_value **values)
{
	trim_ends(context, count, values, false, true);
}

/* ---- patterns ------------------------------------------------------------------------------- */

#define NO_CHAR (-1) /* the text is over */
#define NOTHING (-2) /* equal to no character, nor to the end */

struct wild {
	int many, one, escape; /* NOTHING: there is none */
	bool is_glob;          /* cases differ, and there are sets */
};

static int take_char(struct slice *text)
{
	unsigned char first;
	size_t bytes;
	int c;

	if (text->len_bytes == 0)
		return NO_CHAR;
	first = (unsigned char)text->at[0];
	bytes = char_bytes(*text);
	c = first < 0xc0 ? first : first & (first < 0xe0 ? 0x1f : first < 0xf0 ? 0x0f : 0x07);
	for (size_t i = 1; i < bytes; i++)
		c = (int)(((unsigned)c << 6 | (text->at[i] & 0x3f)) & 0x1fffffff);
	*text = without(*text, bytes);
	return c;
}

static int folded(const struct wild *wild, int c)
{
	return !wild->is_glob && c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

/* What follows "[": "^" turns it round, a "]" that comes first is a member, a-z a range. */
static bool in_set(struct slice *pattern, int c)
{
	int member = take_char(pattern), before = NO_CHAR;
	bool turned = member == '^', seen = false;

	if (turned)
		member = take_char(pattern);
	if (member == ']') {
		seen = c == ']';
		member = take_char(pattern);
	}
	for (; member != NO_CHAR && member != ']'; member = take_char(pattern))
		if (member == '-' && pattern->len_bytes > 0 && pattern->at[0] != ']' && before > 0) {
			member = take_char(pattern);
			seen = seen || (c >= before && c <= member);
			before = NO_CHAR;
		} else {
			seen = seen || c == member;
			before = member;
		}
	return member == ']' && seen != turned;
}

/* Takes what stands for one character off both. */
static bool one_matches(const struct wild *wild, struct slice *pattern, struct slice *text)
{
	int is = take_char(pattern), c = take_char(text);

	if (is == wild->escape) /* the next one, whatever it is; at the end there is none */
		return folded(wild, take_char(pattern)) == folded(wild, c);
	if (is == wild->one)
		return true;
	return wild->is_glob && is == '[' ? in_set(pattern, c) : folded(wild, is) == folded(wild, c);
}

/* On to the next place at which the pattern could begin, where that is simple. */
static struct slice next_place(const struct wild *wild, struct slice pattern, struct slice text)
{
	int first = pattern.len_bytes ? (unsigned char)pattern.at[0] : NO_CHAR;

	if (first == NO_CHAR || first >= 0x80 || first == wild->many || first == wild->one || first == wild->escape || first == '[')
		return text;
	while (text.len_bytes > 0 && folded(wild, (unsigned char)text.at[0]) != folded(wild, first))
		text = without(text, 1);
	return text;
}

/* False: it was stopped. */
static bool matches(struct console_clock *clock, const struct wild *wild, struct slice pattern, struct slice text, bool *is)
{
	struct slice back_pattern = pattern, back_text = text, was;
	bool back = false;

	for (*is = false;;) {
		if (pattern.len_bytes > 0 && (unsigned char)pattern.at[0] == wild->many) {
			back_pattern = pattern = without(pattern, 1);
			back_text = text;
			back = true;
		} else if (text.len_bytes == 0 || (pattern.len_bytes == 0 && !back)) {
			*is = text.len_bytes == 0 && pattern.len_bytes == 0;
			return true;
		} else {
			was = pattern;
			if (pattern.len_bytes > 0 && one_matches(wild, &pattern, &text)) {
				if (!spend(clock, was.len_bytes - pattern.len_bytes))
					return false;
				continue;
			}
			if (!spend(clock, was.len_bytes - pattern.len_bytes + 1))
				return false;
			if (!back)
				return true;
			take_char(&back_text);
		}
		if (back_pattern.len_bytes == 0) {
			*is = true;
			return true;
		}
		pattern = back_pattern;
		text = next_place(wild, pattern, back_text);
		if (!spend(clock, back_text.len_bytes - text.len_bytes + 1))
			return false;
		back_text = text;
	}
}

static void answer(sqlite3_context *context, sqlite3_value **values, const struct wild *wild)
{
	size_t most = (size_t)sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
	struct slice pattern, text;
	bool is;

	if (!take_text(values[0], &pattern) || !take_text(values[1], &text))
		return;
	if (pattern.len_bytes > most)
		sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
	else if (matches(sqlite3_user_data(context), wild, pattern, text, &is))
		sqlite3_result_int(context, is);
	else
		stop(context);
}

static void like(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct wild wild = { '%', '_', NOTHING, false };
	struct slice escape;

	if (count > 2) {
		if (!take_text(values[2], &escape))
			return;
		wild.escape = take_char(&escape);
		if (wild.escape == NO_CHAR || escape.len_bytes > 0) {
			sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
			return;
		}
		if (wild.escape == wild.many)
			wild.many = NOTHING;
		if (wild.escape == wild.one)
			wild.one = NOTHING;
	}
	answer(context, values, &wild);
}

static void glob(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	answer(context, values, &(struct wild){ '*', '?', NOTHING, true });
}

int console_functions(sqlite3 *handle, struct console_clock *clock)
{
	static const struct {
		const char *name;
		int arguments;
		void (*function)(sqlite3_context *, int, sqlite3_value **);
	} list[] = {
		{ "instr", 2, instr }, { "replace", 3, replace }, { "trim", 1, trim }, { "trim", 2, trim }, { "ltrim", 1, ltrim },
		{ "ltrim", 2, ltrim }, { "rtrim", 1, rtrim }, { "rtrim", 2, rtrim }, { "like", 2, like }, { "like", 3, like },
		{ "glob", 2, glob },
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < ARRAY_LEN(list) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(handle, list[i].name, list[i].arguments,
						SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, clock, list[i].function,
						NULL, NULL, NULL);
	return rc;
}
