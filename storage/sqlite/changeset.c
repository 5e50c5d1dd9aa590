/* Changesets written by hand; changeset.h explains why. */
#include "storage/sqlite/changeset.h"

#include <stdlib.h>
#include <string.h>

/* A change is made by the edit itself, not by a trigger of it. */
#define DIRECT 0

enum status changed_table_open(struct sqlite_store *db, const char *name, struct changed_table *table, struct error *err)
{
	sqlite3_stmt *stmt;
	bool fits = true;
	enum status status;

	*table = (struct changed_table){ .name = name, .arena = ARENA_INIT };
	stmt = sql_start(db, SQL_COLUMN_KEYS, SQL_TEXT(name));
	while (fits && sql_next(db, stmt)) {
		fits = table->count < CHANGED_COLUMNS_MAX;
		if (!fits)
			break;
		table->columns[table->count] = column_string(&table->arena, stmt, 0);
		table->keys[table->count++] = (unsigned char)sqlite3_column_int(stmt, 1);
	}
	status = sql_end(db, stmt, err);
	return status == STATUS_OK && !fits ? db_damaged(db, err, "a table has more columns than it can") : status;
}

void changed_table_close(struct changed_table *table)
{
	arena_release(&table->arena);
}

size_t changed_column(const struct changed_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->columns[i], name) == 0)
			return i;
	abort();
}

static void add_big_endian(struct strbuf *out, uint64_t number)
{
	char bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(number >> (56 - 8 * i));
	strbuf_add(out, bytes, sizeof(bytes));
}

/* SQLite's varint, of up to 4 bytes here: 7 bits each, the highest first. */
static void add_length(struct strbuf *out, size_t length)
{
	for (int shift = 21; shift > 0; shift -= 7)
		if (length >> shift)
			strbuf_addch(out, (char)(0x80 | (length >> shift & 0x7f)));
	strbuf_addch(out, (char)(length & 0x7f));
}

static void add_value(struct strbuf *out, const struct sql_value *value)
{
	uint64_t bits = 0;

	switch (value->type) {
	case VALUE_INT:
		strbuf_addch(out, SQLITE_INTEGER);
		add_big_endian(out, (uint64_t)value->number);
		break;
	case VALUE_DOUBLE:
		memcpy(&bits, &value->real, sizeof(bits));
		strbuf_addch(out, SQLITE_FLOAT);
		add_big_endian(out, bits);
		break;
	case VALUE_TEXT:
	case VALUE_BLOB:
		strbuf_addch(out, value->type == VALUE_TEXT ? SQLITE_TEXT : SQLITE_BLOB);
		add_length(out, value->bytes.len_bytes);
		strbuf_addslice(out, value->bytes);
		break;
	case VALUE_NULL:
		strbuf_addch(out, SQLITE_NULL);
		break;
	}
}

void changes_add_table(struct strbuf *out, const struct changed_table *table)
{
	strbuf_addch(out, 'T');
	add_length(out, table->count);
	strbuf_add(out, (const char *)table->keys, table->count);
	strbuf_add(out, table->name, strlen(table->name) + 1);
}

void changes_add_insert(struct strbuf *out, const struct changed_table *table)
{
	strbuf_addch(out, SQLITE_INSERT);
	strbuf_addch(out, DIRECT);
	for (size_t i = 0; i < table->count; i++)
		add_value(out, &table->after[i]);
}

void changes_add_update(struct strbuf *out, const struct changed_table *table)
{
	bool any = false;

	for (size_t i = 0; i < table->count; i++)
		any |= table->changed[i];
	if (!any)
		return;
	strbuf_addch(out, SQLITE_UPDATE);
	strbuf_addch(out, DIRECT);
	for (size_t i = 0; i < table->count; i++)
		if (table->changed[i] || table->keys[i])
			add_value(out, &table->before[i]);
		else
			strbuf_addch(out, 0);
	for (size_t i = 0; i < table->count; i++)
		if (table->changed[i])
			add_value(out, &table->after[i]);
		else
			strbuf_addch(out, 0);
}
