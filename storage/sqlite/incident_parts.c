#include "storage/sqlite/incident_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/words.h"

/* The most columns that a part has: key, number, two for a time. */
#define COLUMNS_MAX 40

static const char *table_name(enum incident_child kind)
{
	static const char *const names[INCIDENT_CHILD_KINDS] = {
#define KIND(word, words, NAME, article, tag, help) "incident_" #word,
#include "core/incident_fields.def"
	};
	return names[kind];
}

static void add_column(struct strbuf *out, const char *prefix, const char *name, const char *ending)
{
	strbuf_addstr(out, ", ");
	strbuf_addstr(out, prefix);
	strbuf_addch(out, '"');
	strbuf_addstr(out, name);
	strbuf_addstr(out, ending);
	strbuf_addch(out, '"');
}

const char *part_columns(struct arena *arena, enum incident_child kind, const char *prefix, const char *code)
{
	const struct incident_kind *table = incident_kind(kind);
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		if (field_is_list(field))
			continue;
		if (field->type == INCIDENT_INSTANT) {
			add_column(&out, prefix, field->name, "_us");
			add_column(&out, prefix, field->name, "_precision");
		} else if (field->type == INCIDENT_CODE && code) {
			strbuf_addstr(&out, ", ");
			strbuf_addstr(&out, code);
		} else
			add_column(&out, prefix, field->name, "");
	}
	text = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return text;
}

const char *next_columns(struct arena *arena, const char *before, const char *behind)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		strbuf_addf(&out, ", %snext_%s%s", before, incident_kind((enum incident_child)kind)->word, behind);
	text = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return text;
}

/* ---- reading ------------------------------------------------------------------------ */

static void read_column(struct sqlite_store *db, struct arena *arena, sqlite3_stmt *stmt, const struct incident_field *field,
			void *part, int *column)
{
	int64_t number;
	const char *name;

	switch (field->type) {
	case INCIDENT_INSTANT:
		part_set_instant(field, part, column_instant(stmt, *column));
		++*column;
		break;
	case INCIDENT_CODE:
		name = code_name_of(db, sqlite3_column_int64(stmt, *column));
		part_set_text(field, part, arena_strdup(arena, name ? name : ""));
		break;
	case INCIDENT_TERM: /* one that a damaged store might hold counts as the first */
		number = sqlite3_column_int64(stmt, *column);
		part_set_value(field, part, number >= 0 && words_at(field->list, (size_t)number) ? number : 0);
		break;
	case INCIDENT_TERMS:
	case INCIDENT_REF:
		part_set_value(field, part, sqlite3_column_int64(stmt, *column));
		break;
	default:
		part_set_text(field, part, field->flags & FIELD_KEPT ? column_string(arena, stmt, *column) :
								       column_text(arena, stmt, *column));
		break;
	}
	++*column;
}

static enum status read_kind(struct sqlite_store *db, struct arena *arena, struct incident *to, enum incident_child kind,
			     struct error *err)
{
	const struct incident_kind *table = incident_kind(kind);
	const struct sql_value key[] = { SQL_TEXT(to->key) };
	struct strbuf rows = STRBUF_INIT;
	sqlite3_stmt *stmt = sql_start_dynamic(db, arena_printf(arena, "SELECT number%s FROM %s WHERE incident = ? ORDER BY number",
								part_columns(arena, kind, "", NULL), table_name(kind)), key, 1);
	char *part = arena_alloc(arena, table->size), *parts;
	size_t count = 0;

	while (sql_next(db, stmt)) {
		int column = 1;
		memset(part, 0, table->size);
		incident_part_set_number(part, sqlite3_column_int64(stmt, 0));
		for (size_t i = 0; i < table->field_count; i++)
			if (!field_is_list(&table->fields[i]))
				read_column(db, arena, stmt, &table->fields[i], part, &column);
		strbuf_add(&rows, part, table->size);
		count++;
	}
	parts = arena_array(arena, count, table->size);
	if (count)
		memcpy(parts, rows.text, count * table->size);
	incident_set_parts(to, kind, parts, count);
	strbuf_release(&rows);
	return sql_end(db, stmt, err);
}

/* Puts one number to the list of a part; rows come list by list, in the order of the numbers. */
struct list_reader {
	struct arena *arena;
	struct incident *to;
	void *part;
	const struct incident_field *field;
	VEC_OF(int64_t) ids;
};

static void end_list(struct list_reader *list)
{
	int64_t *ids = arena_array(list->arena, list->ids.len, sizeof(*ids));

	if (!list->part || !list->field)
		return;
	if (list->ids.len)
		memcpy(ids, list->ids.items, list->ids.len * sizeof(*ids));
	part_set_list(list->field, list->part, ids, list->ids.len);
	vec_clear(&list->ids);
	list->part = NULL;
}

static void *part_of(struct incident *to, enum incident_child kind, int64_t number)
{
	for (size_t i = 0; i < incident_part_count(to, kind); i++)
		if (incident_part_number(incident_part_at(to, kind, i)) == number)
			return incident_part_change(to, kind, i);
	return NULL;
}

static void list_row(struct list_reader *list, const char *word, int64_t number, const char *name, int64_t id)
{
	enum incident_child kind;
	const struct incident_field *field;
	void *part;

	if (!incident_kind_find(word, &kind) || !(field = incident_field(kind, name)) || !field_is_list(field) ||
	    !(part = part_of(list->to, kind, number)))
		return;
	if (part != list->part || field != list->field)
		end_list(list);
	list->part = part;
	list->field = field;
	vec_push(&list->ids, id);
}

static enum status read_lists(struct sqlite_store *db, struct arena *arena, struct incident *to, enum statement statement,
			      struct error *err)
{
	struct list_reader list = { .arena = arena, .to = to, .ids = VEC_INIT };
	struct arena scratch = ARENA_INIT;
	sqlite3_stmt *stmt = sql_start(db, statement, SQL_TEXT(to->key));

	while (sql_next(db, stmt)) {
		list_row(&list, column_string(&scratch, stmt, 0), sqlite3_column_int64(stmt, 1),
			 column_string(&scratch, stmt, 2), sqlite3_column_int64(stmt, 3));
		arena_clear(&scratch);
	}
	end_list(&list);
	vec_release(&list.ids);
	arena_release(&scratch);
	return sql_end(db, stmt, err);
}

enum status parts_read(struct sqlite_store *db, struct arena *arena, struct incident *to, struct error *err)
{
	enum status status = STATUS_OK;

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS && status == STATUS_OK; kind++)
		status = read_kind(db, arena, to, (enum incident_child)kind, err);
	if (status == STATUS_OK)
		status = read_lists(db, arena, to, SQL_INCIDENT_EVIDENCE, err);
	if (status == STATUS_OK)
		status = read_lists(db, arena, to, SQL_INCIDENT_LINKS, err);
	return status;
}

/* ---- writing ------------------------------------------------------------------------ */

static void write_column(struct sqlite_store *db, const struct incident_field *field, const void *part,
			 struct sql_value *values, size_t *count)
{
	const char *text;
	const struct code *code;
	struct instant at;

	switch (field->type) {
	case INCIDENT_INSTANT:
		at = part_instant(field, part);
		values[(*count)++] = instant_known(at) ? SQL_INT(at.at_us) : SQL_NULL();
		values[(*count)++] = SQL_INT((int64_t)at.precision);
		break;
	case INCIDENT_CODE:
		code = codebook_cause(&db->book, part_text(field, part));
		values[(*count)++] = SQL_INT(code ? code->id : 0);
		break;
	case INCIDENT_REF:
		values[(*count)++] = SQL_INT_OR_NULL(part_value(field, part));
		break;
	case INCIDENT_TERM:
	case INCIDENT_TERMS:
		values[(*count)++] = SQL_INT(part_value(field, part));
		break;
	default:
		text = part_text(field, part);
		values[(*count)++] = SQL_TEXT(text || !(field->flags & FIELD_KEPT) ? text : "");
		break;
	}
}

static enum status run_dynamic(struct sqlite_store *db, const char *sql, const struct sql_value *values, size_t count,
			       struct error *err)
{
	sqlite3_stmt *stmt = sql_start_dynamic(db, sql, values, count);

	while (sql_next(db, stmt))
		;
	return sql_end(db, stmt, err);
}

static enum status write_list(struct sqlite_store *db, const char *key, enum incident_child kind,
			      const struct incident_field *field, const void *part, struct error *err)
{
	const char *word = incident_kind(kind)->word;
	int64_t number = incident_part_number(part);
	enum status status = STATUS_OK;
	size_t count;
	const int64_t *ids = part_list(field, part, &count);

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (field->type == INCIDENT_REFS)
			status = sql_run(db, SQL_LINK_ADD, err, SQL_TEXT(key), SQL_TEXT(word), SQL_INT(number),
					 SQL_TEXT(field->name), SQL_INT(ids[i]));
		else if (kind == INCIDENT_CAUSE)
			status = sql_run(db, SQL_CAUSE_EVIDENCE_ADD, err, SQL_TEXT(key), SQL_INT(number), SQL_INT(ids[i]));
		else
			status = sql_run(db, SQL_EVIDENCE_ADD, err, SQL_TEXT(key), SQL_TEXT(word), SQL_INT(number),
					 SQL_INT(ids[i]));
	}
	return status;
}

static enum status write_kind(struct sqlite_store *db, struct arena *arena, const struct incident *in,
			      enum incident_child kind, struct error *err)
{
	const struct incident_kind *table = incident_kind(kind);
	struct sql_value values[COLUMNS_MAX] = { SQL_TEXT(in->key) };
	struct strbuf marks = STRBUF_INIT;
	const char *sql = NULL;
	enum status status = STATUS_OK;

	for (size_t p = 0; p < incident_part_count(in, kind) && status == STATUS_OK; p++) {
		const void *part = incident_part_at(in, kind, p);
		size_t count = 1;
		values[count++] = SQL_INT(incident_part_number(part));
		for (size_t i = 0; i < table->field_count; i++)
			if (!field_is_list(&table->fields[i]))
				write_column(db, &table->fields[i], part, values, &count);
		for (size_t i = 0; i < count && !sql; i++)
			strbuf_addstr(&marks, i ? ", ?" : "?");
		if (!sql)
			sql = arena_printf(arena, "INSERT INTO %s (incident, number%s) VALUES (%s)", table_name(kind),
					   part_columns(arena, kind, "", NULL), marks.text);
		status = run_dynamic(db, sql, values, count, err);
		for (size_t i = 0; i < table->field_count && status == STATUS_OK; i++)
			if (field_is_list(&table->fields[i]))
				status = write_list(db, in->key, kind, &table->fields[i], part, err);
	}
	strbuf_release(&marks);
	return status;
}

enum status parts_write(struct sqlite_store *db, struct arena *arena, const struct incident *in, struct error *err)
{
	enum status status = STATUS_OK;

	for (int kind = 0; kind < INCIDENT_CHILD_KINDS && status == STATUS_OK; kind++)
		status = write_kind(db, arena, in, (enum incident_child)kind, err);
	return status;
}

enum status parts_drop(struct sqlite_store *db, const char *key, struct error *err)
{
	static const char *const lists[] = { "incident_link", "incident_evidence", "incident_cause_evidence" };
	const struct sql_value value[] = { SQL_TEXT(key) };
	enum status status = STATUS_OK;
	char sql[80];

	for (size_t i = 0; i < ARRAY_LEN(lists) + INCIDENT_CHILD_KINDS && status == STATUS_OK; i++) {
		snprintf(sql, sizeof(sql), "DELETE FROM main.%s WHERE incident = ?",
			 i < ARRAY_LEN(lists) ? lists[i] : table_name((enum incident_child)(i - ARRAY_LEN(lists))));
		status = run_dynamic(db, sql, value, 1, err);
	}
	return status;
}
