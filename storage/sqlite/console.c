/*
 * The console: SQL over views, on a connection of its own that can do nothing else.
 *
 * It is opened for reading, and query_only; an authorizer lets through what reads the views
 * and a list of functions. A view is in truth two: `samples` reads one with a name that nobody
 * can know (it begins with a random token), and that one reads the tables. SQLite tells the
 * authorizer on whose behalf a table is read, by the name of the innermost view; but it
 * takes the name of a WITH for one, so that "samples" proves nothing, and the token does.
 * Joins by USING and NATURAL it does not ask about (console_guard.h): there are none here.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/console.h"
#include "core/nearest.h"
#include "storage/sqlite/console_guard.h"
#include "storage/sqlite/own.h"

#define STEPS 20                   /* of SQLite's machine between two looks at the clock; each may go through VALUE_MAX */
#define VALUE_MAX (64 << 20)       /* bytes of one value */
#define TOKEN_DIGITS 16
#define WORDS_MOST 256

enum column_kind { PLAIN, TERM, TIME, CODE, TRUTH };

struct view_column {
	const char *view; /* set: a view begins, and `sql` is what it is from */
	const char *name;
	enum column_kind kind;
	const char *sql, *list;
};

/* A view, then its columns. */
static const struct view_column parts[] = {
#define VIEW(name, from, help) { #name, NULL, PLAIN, from, NULL },
#define COLUMN(name, kind, sql, list, help) { NULL, #name, kind, sql, list },
#define VIEW_END
#include "storage/sqlite/console_views.def"
};

/* The same for people. */
#define VIEW(name, from, help) static const struct console_column columns_of_##name[] = {
#define COLUMN(name, kind, sql, list, help) { #name, help },
#define VIEW_END };
#include "storage/sqlite/console_views.def"

static const struct console_view views[] = {
#define VIEW(name, from, help) { #name, help, columns_of_##name, ARRAY_LEN(columns_of_##name) },
#define COLUMN(name, kind, sql, list, help)
#define VIEW_END
#include "storage/sqlite/console_views.def"
};

struct console {
	struct sqlite_store *db;
	sqlite3 *handle;
	char token[TOKEN_DIGITS + 2]; /* "v" and digits */
	int64_t until_us;             /* 0: none */
	bool over;
	const atomic_bool *cancel;
	struct console_clock clock;
	const char *refused;          /* a function that was; or NULL */
};

const struct console_view *db_console_views(size_t *count)
{
	*count = ARRAY_LEN(views);
	return views;
}

/* ---- who may read what ------------------------------------------------------------------ */

static bool is_view(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		if (sqlite3_stricmp(views[i].name, name) == 0)
			return true;
	return false;
}

/* Those that read nothing, write nothing, and make nothing large of little. */
static bool is_safe_function(const char *name)
{
	static const char *const names[] = {
		"abs", "avg", "ceil", "ceiling", "char", "coalesce", "count", "cume_dist", "date", "datetime", "dense_rank",
		"first_value", "floor", "format", "glob", "group_concat", "hex", "ifnull", "iif", "instr", "julianday", "lag",
		"last_value", "lead", "length", "like", "lower", "ltrim", "max", "min", "nth_value", "ntile", "nullif",
		"percent_rank", "printf", "quote", "rank", "replace", "round", "row_number", "rtrim", "sign", "strftime",
		"substr", "substring", "sum", "time", "total", "trim", "typeof", "unicode", "unixepoch", "upper",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (sqlite3_stricmp(names[i], name) == 0)
			return true;
	return false;
}

static int authorize(void *context, int what, const char *first, const char *second, const char *database, const char *on_behalf)
{
	struct console *console = context;
	size_t len = strlen(console->token);
	bool ours = on_behalf && strncmp(on_behalf, console->token, len) == 0;

	(void)database;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		/* That a table is in a question of which no column is read: asked about on nobody's
		 * behalf, also for what our views are made of. No more than its rows can be counted by it. */
		if (second && !second[0])
			return SQLITE_OK;
		return ours || (first && (is_view(first) || strncmp(first, console->token, len) == 0)) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_FUNCTION:
		if (ours || (second && is_safe_function(second)))
			return SQLITE_OK;
		console->refused = second;
		return SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int look_at_clock(void *context)
{
	struct console *console = context;

	console->over = console->until_us && monotonic_us() > console->until_us;
	return console->over || atomic_load(&console->db->console_stopped) || (console->cancel && atomic_load(console->cancel));
}

/* ---- making the views ------------------------------------------------------------------- */

static void add_words(struct strbuf *sql, const char *expression, const char *list)
{
	size_t at = 0;

	strbuf_addf(sql, "CASE %s", expression);
	while (terms_list_name(at) && strcmp(terms_list_name(at), list) != 0)
		at++;
	for (size_t i = 0; i < WORDS_MOST && terms_list_word(at, i); i++) {
		const char *word = terms_list_word(at, i);
		/* "none" is no value, but for a level, of which it is the least. */
		if (strcmp(word, "none") == 0 && strcmp(list, "level") != 0)
			continue;
		strbuf_addf(sql, " WHEN %zu THEN '%s'", i, word);
	}
	strbuf_addstr(sql, " END");
}

static void add_column(struct strbuf *sql, const struct view_column *column)
{
	const char *is = column->sql;

	switch (column->kind) {
	case PLAIN:
		strbuf_addstr(sql, is);
		break;
	case TRUTH:
		strbuf_addf(sql, "(%s) <> 0", is);
		break;
	case TERM:
		add_words(sql, is, column->list);
		break;
	case TIME: /* to its precision (core/base/instant.h); what is unknown has none */
		strbuf_addf(sql, "CASE WHEN coalesce(%s_precision, 0) <> 0 THEN substr(strftime('%%Y-%%m-%%dT%%H:%%M:%%S', %s_us / 1000000,"
			    " 'unixepoch'), 1, CASE %s_precision WHEN 1 THEN 4 WHEN 2 THEN 7 WHEN 3 THEN 10 WHEN 4 THEN 13 WHEN 5 THEN 16"
			    " ELSE 19 END) END", is, is, is);
		break;
	case CODE:
		strbuf_addstr(sql, "(SELECT ltrim(coalesce(");
		add_words(sql, "k.category", "code_category");
		strbuf_addf(sql, ", '') || CASE WHEN k.word = '' THEN '' ELSE '/' || k.word END, '/') FROM code k WHERE k.id = %s)", is);
		break;
	}
	strbuf_addf(sql, " AS \"%s\"", column->name);
}

static void add_views(const struct console *console, struct strbuf *sql)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct view_column *view = &parts[i];
		if (!view->view)
			continue;
		strbuf_addf(sql, "CREATE TEMP VIEW %s_%s AS SELECT ", console->token, view->view);
		for (size_t c = i + 1; c < ARRAY_LEN(parts) && !parts[c].view; c++) {
			strbuf_addstr(sql, c > i + 1 ? ", " : "");
			add_column(sql, &parts[c]);
		}
		strbuf_addf(sql, " FROM %s; CREATE TEMP VIEW %s AS SELECT * FROM %s_%s;", view->sql, view->view, console->token,
			    view->view);
	}
}

static int limit_it(sqlite3 *handle)
{
	static const struct {
		int which, most;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, VALUE_MAX }, { SQLITE_LIMIT_SQL_LENGTH, CONSOLE_TEXT_MAX },
		{ SQLITE_LIMIT_COLUMN, CONSOLE_COLUMNS_MAX }, { SQLITE_LIMIT_EXPR_DEPTH, 200 }, { SQLITE_LIMIT_COMPOUND_SELECT, 50 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000 }, { SQLITE_LIMIT_ATTACHED, 0 }, { SQLITE_LIMIT_WORKER_THREADS, 0 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 0 }, /* console_guard.c counts on it */
	};

	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		sqlite3_limit(handle, limits[i].which, limits[i].most);
	return SQLITE_OK;
}

static enum status open_console(struct console *console, struct error *err)
{
	struct strbuf sql = STRBUF_INIT;
	unsigned char random[TOKEN_DIGITS / 2];
	int rc;

	if (!console->db->path[0] || strcmp(console->db->path, ":memory:") == 0)
		return error_set(err, STATUS_REFUSED, "a store in memory has no console");
	rc = sqlite3_open_v2(console->db->path, &console->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK)
		return db_error(console->db, rc, err);
	sqlite3_randomness((int)sizeof(random), random);
	console->token[0] = 'v';
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(console->token + 1 + i * 2, 3, "%02x", random[i]);
	sqlite3_busy_timeout(console->handle, 2000);
	sqlite3_db_config(console->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(console->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(console->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	console->clock = (struct console_clock){ .look = look_at_clock, .context = console };
	rc = own_value_register(console->handle);
	if (rc == SQLITE_OK)
		rc = console_functions(console->handle, &console->clock);
	add_views(console, &sql);
	strbuf_addstr(&sql, "PRAGMA query_only = ON;");
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(console->handle, sql.text, NULL, NULL, NULL);
	strbuf_release(&sql);
	if (rc == SQLITE_OK)
		rc = limit_it(console->handle);
	if (rc == SQLITE_OK)
		rc = sqlite3_set_authorizer(console->handle, authorize, console);
	if (rc != SQLITE_OK)
		return error_set(err, STATUS_STORE, "the console cannot be opened: %s", sqlite3_errmsg(console->handle));
	sqlite3_progress_handler(console->handle, STEPS, look_at_clock, console);
	return STATUS_OK;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* The name that is missing, in "no such table: X" or "no such column: a.X"; NULL: it is about something else. */
static const char *missing_name(const char *message, bool *is_table)
{
	static const char table[] = "no such table: ", column[] = "no such column: ";
	const char *name, *dot;

	*is_table = strncmp(message, table, strlen(table)) == 0;
	if (!*is_table && strncmp(message, column, strlen(column)) != 0)
		return NULL;
	name = message + strlen(*is_table ? table : column);
	dot = strrchr(name, '.');
	return dot ? dot + 1 : name;
}

static const char *nearest(const char *message)
{
	const char *names[ARRAY_LEN(parts)];
	bool is_table;
	const char *name = missing_name(message, &is_table);

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		names[i] = is_table ? parts[i].view : parts[i].name; /* NULL ones are stepped over */
	return name ? nearest_word(names, ARRAY_LEN(parts), name) : NULL;
}

/* Of a byte, in characters, from 1. */
static int position_of(const char *text, size_t at)
{
	int position = 1;

	for (size_t i = 0; i < at; i++)
		position += (text[i] & 0xc0) != 0x80;
	return position;
}

/* "at 8: no such column: stauts; did you mean 'status'?" */
static enum status wrong(const struct console *console, const char *text, struct error *err)
{
	const char *message = sqlite3_errmsg(console->handle), *near = nearest(message);
	int at = sqlite3_error_offset(console->handle);
	char place[40] = "", more[120] = "";
	bool is_table;

	if (at < 0 && missing_name(message, &is_table)) { /* of a table the place is not told */
		const char *found = strstr(text, missing_name(message, &is_table));
		at = found ? (int)(found - text) : -1;
	}
	if (at >= 0 && (size_t)at <= strlen(text))
		snprintf(place, sizeof(place), "at %d: ", position_of(text, (size_t)at));
	if (console->refused)
		return error_set(err, STATUS_USAGE, "the function %.60s is none of those that the console has", console->refused);
	if (near)
		snprintf(more, sizeof(more), "; did you mean '%s'?", near);
	else if (strstr(message, "prohibited") || strstr(message, "not authorized") || (missing_name(message, &is_table) && is_table))
		snprintf(more, sizeof(more), "; the console reads its views, and nothing else (aitia sql --views)");
	return error_set(err, STATUS_USAGE, "%s%.300s%s", place, message, more);
}

static enum status stopped(const struct console *console, const struct console_request *request, const char *text, int rc,
			   struct error *err)
{
	if ((rc & 0xff) == SQLITE_INTERRUPT && console->over)
		return error_set(err, STATUS_CANCELLED, "the question took longer than %.3g s", (double)request->budget_ms / 1000);
	if ((rc & 0xff) == SQLITE_INTERRUPT)
		return error_set(err, STATUS_CANCELLED, "stopped on request");
	if ((rc & 0xff) == SQLITE_TOOBIG)
		return error_set(err, STATUS_USAGE, "a value of the answer is larger than %d MiB", VALUE_MAX >> 20);
	if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_AUTH || (rc & 0xff) == SQLITE_READONLY)
		return wrong(console, text, err);
	return error_set(err, STATUS_STORE, "%s", sqlite3_errmsg(console->handle));
}

/* ---- asking --------------------------------------------------------------------------------------- */

static struct console_cell cell_of(sqlite3_stmt *stmt, int column)
{
	const void *bytes;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_INTEGER:
		return (struct console_cell){ .type = CONSOLE_INTEGER, .number = sqlite3_column_int64(stmt, column) };
	case SQLITE_FLOAT:
		return (struct console_cell){ .type = CONSOLE_REAL, .real = sqlite3_column_double(stmt, column) };
	case SQLITE_NULL:
		return (struct console_cell){ .type = CONSOLE_NULL };
	default:
		bytes = sqlite3_column_blob(stmt, column);
		return (struct console_cell){
			.type = sqlite3_column_type(stmt, column) == SQLITE_BLOB ? CONSOLE_BYTES : CONSOLE_TEXT,
			.text = { bytes ? bytes : "", (size_t)sqlite3_column_bytes(stmt, column) },
		};
	}
}

static int hand_out(sqlite3_stmt *stmt, const struct console_request *request)
{
	struct console_cell cells[CONSOLE_COLUMNS_MAX];
	const char *names[CONSOLE_COLUMNS_MAX];
	int count = sqlite3_column_count(stmt), rc = SQLITE_DONE;

	for (int i = 0; i < count; i++)
		if (!(names[i] = sqlite3_column_name(stmt, i)))
			return SQLITE_NOMEM;
	if (!request->columns(request->context, names, (size_t)count))
		return SQLITE_DONE;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < count; i++)
			cells[i] = cell_of(stmt, i);
		if (!request->row(request->context, cells, (size_t)count))
			return SQLITE_DONE;
	}
	return rc;
}

static enum status ask(struct console *console, const struct console_request *request, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *rest = "";
	int rc = sqlite3_prepare_v2(console->handle, request->text, -1, &stmt, &rest);
	enum status status = STATUS_OK;

	if (rc != SQLITE_OK)
		status = stopped(console, request, request->text, rc, err);
	else if (!stmt)
		status = error_set(err, STATUS_USAGE, "there is no question: SELECT … FROM samples");
	else if (rest[strspn(rest, "; \t\r\n")])
		status = error_set(err, STATUS_USAGE, "one question at a time: something stands behind the first one");
	else if (sqlite3_stmt_isexplain(stmt) || !sqlite3_stmt_readonly(stmt) || sqlite3_column_count(stmt) == 0)
		status = error_set(err, STATUS_USAGE, "the console answers SELECT, and nothing else");
	else if ((rc = hand_out(stmt, request)) != SQLITE_DONE)
		status = stopped(console, request, request->text, rc, err);
	sqlite3_finalize(stmt);
	return status;
}

enum status db_console(struct store *store, const struct console_request *request, struct error *err)
{
	struct sqlite_store *db = sqlite_of(store);
	struct console console = { .db = db };
	const char *join = console_named_join(request->text);
	enum status status;

	if (strlen(request->text) > CONSOLE_TEXT_MAX)
		return error_set(err, STATUS_USAGE, "the question is longer than %d bytes", CONSOLE_TEXT_MAX);
	if (join)
		return error_set(err, STATUS_USAGE, "at %d: the console joins by ON, not by USING or NATURAL: JOIN flags f ON f.sample = s.id",
				 position_of(request->text, (size_t)(join - request->text)));
	atomic_store(&db->console_stopped, false);
	console.cancel = request->cancel;
	if (request->budget_ms)
		console.until_us = monotonic_us() + request->budget_ms * 1000;
	status = open_console(&console, err);
	if (status == STATUS_OK)
		status = ask(&console, request, err);
	sqlite3_close(console.handle);
	return status;
}
