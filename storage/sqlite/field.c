/* How the columns of journalled tables are shown to people: by table, since
 * changesets name them by number. */
#include <inttypes.h>
#include <string.h>

#include "storage/sqlite/edit_log.h"

enum field_kind {
	FIELD_PLAIN,
	FIELD_HIDDEN,
	FIELD_TERM,  /* a number of a closed list */
	FIELD_CODE,  /* an id of the codebook */
	FIELD_TIME,  /* µs; the precision is not at hand, so to the second where it is whole */
	FIELD_CHILD, /* number of a child of an incident: "C2" */
	FIELD_TRUTH,
};

struct field {
	const char *table; /* NULL: any */
	const char *column;
	const char *name;
	enum field_kind kind;
	const char *(*word)(int64_t number);
	char letter;
};

#define WORD(tag)                                    \
	static const char *tag##_of(int64_t number)  \
	{                                            \
		return tag##_word((enum tag)number); \
	}
WORD(sample_status)
WORD(verdict)
WORD(severity)
WORD(confidence)
WORD(incident_status)
WORD(member_role)
WORD(cause_role)
WORD(intent)
WORD(event_kind)
WORD(event_certainty)
WORD(milestone)
WORD(action_type)
WORD(action_status)
#undef WORD

static const struct field fields[] = {
	{ NULL, "version", "version", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "edit", "edit", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "next_cause", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "next_event", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "next_action", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "updated_us", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "at_precision", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "due_precision", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "created_precision", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "updated_precision", "", FIELD_HIDDEN, NULL, 0 },
	{ NULL, "at_us", "at", FIELD_TIME, NULL, 0 },
	{ NULL, "due_us", "due", FIELD_TIME, NULL, 0 },
	{ NULL, "created_us", "created_at", FIELD_TIME, NULL, 0 },
	{ NULL, "blind", "blind", FIELD_TRUTH, NULL, 0 },
	{ NULL, "illustrative", "illustrative", FIELD_TRUTH, NULL, 0 },
	{ NULL, "severity", "severity", FIELD_TERM, severity_of, 0 },
	{ NULL, "confidence", "confidence", FIELD_TERM, confidence_of, 0 },
	{ NULL, "code", "code", FIELD_CODE, NULL, 0 },
	{ "sample", "status", "status", FIELD_TERM, sample_status_of, 0 },
	{ "sample", "disposition", "disposition", FIELD_TERM, verdict_of, 0 },
	{ "sample", "cause", "cause", FIELD_CODE, NULL, 0 },
	{ "annotation", "verdict", "verdict", FIELD_TERM, verdict_of, 0 },
	{ "annotation", "cause", "cause", FIELD_CODE, NULL, 0 },
	{ "incident", "status", "status", FIELD_TERM, incident_status_of, 0 },
	{ "incident_cause", "number", "number", FIELD_CHILD, NULL, 'C' },
	{ "incident_cause", "role", "role", FIELD_TERM, cause_role_of, 0 },
	{ "incident_cause", "intent", "intent", FIELD_TERM, intent_of, 0 },
	{ "incident_cause_evidence", "cause", "cause", FIELD_CHILD, NULL, 'C' },
	{ "incident_event", "number", "number", FIELD_CHILD, NULL, 'E' },
	{ "incident_event", "kind", "kind", FIELD_TERM, event_kind_of, 0 },
	{ "incident_event", "certainty", "certainty", FIELD_TERM, event_certainty_of, 0 },
	{ "incident_event", "milestone", "milestone", FIELD_TERM, milestone_of, 0 },
	{ "incident_action", "number", "number", FIELD_CHILD, NULL, 'A' },
	{ "incident_action", "type", "type", FIELD_TERM, action_type_of, 0 },
	{ "incident_action", "status", "status", FIELD_TERM, action_status_of, 0 },
	{ "incident_action", "cause", "cause", FIELD_CHILD, NULL, 'C' },
	{ "incident_member", "role", "role", FIELD_TERM, member_role_of, 0 },
	/* every other column: as it stands */
	{ NULL, NULL, NULL, FIELD_PLAIN, NULL, 0 },
};

const struct field *shown_field(const char *table, const char *column)
{
	const struct field *field = fields;

	while (field->column && !(strcmp(field->column, column) == 0 &&
				  (!field->table || strcmp(field->table, table) == 0)))
		field++;
	return field->kind == FIELD_HIDDEN ? NULL : field;
}

const char *field_name(const struct field *field)
{
	return field->name;
}

static char *plain_text(struct arena *arena, sqlite3_value *value)
{
	const void *text;

	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		return arena_printf(arena, "%" PRId64, (int64_t)sqlite3_value_int64(value));
	case SQLITE_FLOAT:
		return arena_printf(arena, "%g", sqlite3_value_double(value));
	case SQLITE_BLOB:
		return arena_printf(arena, "%d bytes", sqlite3_value_bytes(value));
	default:
		text = sqlite3_value_text(value);
		return arena_text(arena, (struct slice){ text ? text : "", (size_t)sqlite3_value_bytes(value) });
	}
}

static char *time_text(struct arena *arena, int64_t at_us)
{
	struct instant t = { at_us, at_us % 1000000 ? PRECISION_MICROSECOND : PRECISION_SECOND };

	return instant_text(arena, t);
}

char *field_text(struct sqlite_store *db, struct arena *arena, const struct field *field, sqlite3_value *value)
{
	const char *name;
	int64_t number;

	if (!value || sqlite3_value_type(value) == SQLITE_NULL)
		return NULL;
	number = sqlite3_value_int64(value);
	switch (field->kind) {
	case FIELD_TERM:
		return arena_strdup(arena, field->word(number));
	case FIELD_CODE:
		name = code_name_of(db, number);
		return name ? arena_strdup(arena, name) : plain_text(arena, value);
	case FIELD_TIME:
		return time_text(arena, number);
	case FIELD_CHILD:
		return arena_printf(arena, "%c%" PRId64, field->letter, number);
	case FIELD_TRUTH:
		return arena_strdup(arena, number ? "yes" : "no");
	case FIELD_PLAIN:
	case FIELD_HIDDEN:
		break;
	}
	return plain_text(arena, value);
}

enum status table_columns(struct sqlite_store *db, struct arena *arena, const char *table, const char *const **names,
			  size_t *count, struct error *err)
{
	VEC_OF(const char *) list = VEC_INIT;
	sqlite3_stmt *stmt = sql_start(db, SQL_COLUMNS_OF, SQL_TEXT(table));
	const char **kept;

	while (sql_next(db, stmt))
		vec_push(&list, column_string(arena, stmt, 0));
	kept = arena_array(arena, list.len, sizeof(*kept));
	for (size_t i = 0; i < list.len; i++)
		kept[i] = list.items[i];
	*names = kept;
	*count = list.len;
	vec_release(&list);
	return sql_end(db, stmt, err);
}

/* A key's values stand in "old" of updates and deletes, in "new" of inserts. */
static sqlite3_value *key_value(sqlite3_changeset_iter *iter, int column, int op)
{
	sqlite3_value *value = NULL;

	if (op == SQLITE_INSERT)
		sqlite3changeset_new(iter, column, &value);
	else
		sqlite3changeset_old(iter, column, &value);
	return value;
}

char *changeset_key(struct sqlite_store *db, struct arena *arena, sqlite3_changeset_iter *iter, const char *table,
		    const char *const *columns, size_t count)
{
	unsigned char *is_key = NULL;
	const char *name = NULL;
	char *key = arena_strdup(arena, "");
	int column_count = 0, op = 0, indirect = 0;

	if (sqlite3changeset_op(iter, &name, &column_count, &op, &indirect) != SQLITE_OK ||
	    sqlite3changeset_pk(iter, &is_key, &column_count) != SQLITE_OK)
		return key;
	for (int i = 0; i < column_count && (size_t)i < count; i++) {
		const struct field *field = shown_field(table, columns[i]);
		char *part = is_key[i] && field ? field_text(db, arena, field, key_value(iter, i, op)) : NULL;
		if (part)
			key = arena_printf(arena, "%s%s%s", key, key[0] ? "/" : "", part);
	}
	return key;
}
