/* Changesets written by hand; changeset.h explains why. */
#include "storage/sqlite/changeset.h"

#include <stdlib.h>
#include <string.h>

/* A change is made by the edit itself, not by a trigger of it. */
#define DIRECT 0

/* A table's columns: kept, since to ask for them costs as much as judging a sample does. */
struct table_shape {
	struct table_shape *next;
	const char *name;
	struct arena arena; /* of the names */
	size_t count;
	const char *columns[CHANGED_COLUMNS_MAX];
	unsigned char keys[CHANGED_COLUMNS_MAX];
};

void table_shapes_free(struct sqlite_store *db)
{
	while (db->shapes) {
		struct table_shape *next = db->shapes->next;
		arena_release(&db->shapes->arena);
		free(db->shapes);
		db->shapes = next;
	}
}

/* Becomes the first of those kept, if it is whole. */
static enum status read_shape(struct sqlite_store *db, const char *name, struct error *err)
{
	struct table_shape *shape = mem_zalloc(1, sizeof(*shape));
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMN_KEYS, SQL_TEXT(name));
	bool fits = true;
	enum status status;

	arena_init(&shape->arena);
	shape->name = arena_strdup(&shape->arena, name);
	while (fits && sql_next(db, stmt)) {
		fits = shape->count < CHANGED_COLUMNS_MAX;
		if (!fits)
			break;
		shape->columns[shape->count] = column_string(&shape->arena, stmt, 0);
		shape->keys[shape->count++] = (unsigned char)sqlite3_column_int(stmt, 1);
	}
	status = sql_end(db, stmt, err);
	if (status == STATUS_OK && !fits)
		status = db_damaged(db, err, "a table has more columns than it can");
	if (status == STATUS_OK) {
		shape->next = db->shapes;
		db->shapes = shape;
	} else {
		arena_release(&shape->arena);
		free(shape);
	}
	return status;
}

enum status changed_table_open(struct sqlite_store *db, const char *name, struct changed_table *table, struct error *err)
{
	const struct table_shape *shape;
	int64_t version = 0;
	enum status status = sql_number_plain(db, SQL_SCHEMA_VERSION, &version, NULL, err);

	*table = (struct changed_table){ .name = name };
	if (status != STATUS_OK)
		return status;
	if (version != db->shapes_version)
		table_shapes_free(db);
	db->shapes_version = version;
	for (shape = db->shapes; shape && strcmp(shape->name, name) != 0; shape = shape->next)
		;
	if (!shape && (status = read_shape(db, name, err)) != STATUS_OK)
		return status;
	if (!shape)
		shape = db->shapes;
	table->count = shape->count;
	memcpy(table->columns, shape->columns, sizeof(table->columns));
	memcpy(table->keys, shape->keys, sizeof(table->keys));
	return STATUS_OK;
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
