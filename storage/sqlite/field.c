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
	FIELD_TERMS, /* a set of such numbers */
	FIELD_CHILD, /* number of a part of an incident: "C2" */
	FIELD_TRUTH,
	FIELD_DAY,   /* since 1970-01-01 */
};

struct field {
	const char *table; /* NULL: any */
	const char *column;
	const char *name;
	enum field_kind kind;
	const char *(*word)(int64_t number);
	const char *tag; /* of FIELD_CHILD */
};

#define WORD(tag)                                    \
	static const char *tag##_of(int64_t number)  \
	{                                            \
		return tag##_word((enum tag)number); \
	}
WORD(sample_status)
WORD(alike_word)
WORD(plan_form)
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
WORD(hypothesis_status)
WORD(cohort_state)
WORD(impact_basis)
WORD(change_type)
WORD(announcement)
WORD(changelog_entry)
WORD(safeguard_kind)
WORD(safeguard_outcome)
WORD(yes_no)
WORD(advisory_status)
WORD(recurrence_kind)
WORD(watch_verdict)
WORD(source_rank)
WORD(source_form)
WORD(dispute_status)
WORD(postmortem_state)
#undef WORD

/* Columns of the parts of incidents, by the types of their fields. */
#define SHOWN_TEXT(table, name, list)
#define SHOWN_MARKDOWN(table, name, list)
#define SHOWN_DECIMAL(table, name, list)
#define SHOWN_KEY(table, name, list)
#define SHOWN_REFS(table, name, list)
#define SHOWN_SAMPLES(table, name, list)
#define SHOWN_CODE(table, name, list) { table, name, name, FIELD_CODE, NULL, NULL },
#define SHOWN_TERM(table, name, list) { table, name, name, FIELD_TERM, list##_of, NULL },
#define SHOWN_TERMS(table, name, list) { table, name, name, FIELD_TERMS, list##_of, NULL },
#define SHOWN_INSTANT(table, name, list)                      \
	{ table, name "_us", name, FIELD_TIME, NULL, NULL },  \
	{ table, name "_precision", "", FIELD_HIDDEN, NULL, NULL },
#define SHOWN_REF(table, name, list) { table, name, name, FIELD_CHILD, NULL, TAG_##list },
#define TAG_cause "C"
#define TAG_event "E"
#define TAG_action "A"
#define TAG_change "CH"

static const struct field fields[] = {
	{ NULL, "version", "version", FIELD_HIDDEN, NULL, NULL },
	{ NULL, "edit", "edit", FIELD_HIDDEN, NULL, NULL },
#define KIND(word, words, NAME, article, tag, help) { NULL, "next_" #word, "", FIELD_HIDDEN, NULL, NULL },
#include "core/incident_fields.def"
	{ NULL, "updated_us", "", FIELD_HIDDEN, NULL, NULL },
	{ NULL, "at_precision", "", FIELD_HIDDEN, NULL, NULL },
	{ NULL, "created_precision", "", FIELD_HIDDEN, NULL, NULL },
	{ NULL, "updated_precision", "", FIELD_HIDDEN, NULL, NULL },
	{ NULL, "at_us", "at", FIELD_TIME, NULL, NULL },
	{ NULL, "created_us", "created_at", FIELD_TIME, NULL, NULL },
	{ NULL, "blind", "blind", FIELD_TRUTH, NULL, NULL },
	{ NULL, "adjudicated", "adjudicated", FIELD_TRUTH, NULL, NULL },
	{ NULL, "illustrative", "illustrative", FIELD_TRUTH, NULL, NULL },
	{ NULL, "severity", "severity", FIELD_TERM, severity_of, NULL },
	{ NULL, "confidence", "confidence", FIELD_TERM, confidence_of, NULL },
	{ NULL, "code", "code", FIELD_CODE, NULL, NULL },
	{ "sample", "content_digest", "", FIELD_HIDDEN, NULL, NULL }, /* of an import (import.c) */
	{ "sample", "status", "status", FIELD_TERM, sample_status_of, NULL },
	{ "sample", "disposition", "disposition", FIELD_TERM, verdict_of, NULL },
	{ "sample", "cause", "cause", FIELD_CODE, NULL, NULL },
	{ "annotation", "verdict", "verdict", FIELD_TERM, verdict_of, NULL },
	{ "annotation", "cause", "cause", FIELD_CODE, NULL, NULL },
	{ "annotation", "duplicate_of", "duplicate_of", FIELD_PLAIN, NULL, NULL },
	{ "incident", "status", "status", FIELD_TERM, incident_status_of, NULL },
	{ "incident_cause_evidence", "cause", "cause", FIELD_CHILD, NULL, "C" },
#define KIND(word, words, NAME, article, tag, help) \
	{ "incident_" #word, "number", "number", FIELD_CHILD, NULL, tag },
#define FIELD(word, name, TYPE, list, flags, help) SHOWN_##TYPE("incident_" #word, #name, list)
#include "core/incident_fields.def"
	{ "exposure", "day", "day", FIELD_DAY, NULL, NULL },
	{ "plan", "form", "form", FIELD_TERM, plan_form_of, NULL },
	{ "alike_link", "word", "word", FIELD_TERM, alike_word_of, NULL },
	{ "incident_member", "role", "role", FIELD_TERM, member_role_of, NULL },
	/* every other column: as it stands */
	{ NULL, NULL, NULL, FIELD_PLAIN, NULL, NULL },
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
	switch (sqlite3_value_type(value)) {
	case SQLITE_INTEGER:
		return arena_printf(arena, "%" PRId64, (int64_t)sqlite3_value_int64(value));
	case SQLITE_FLOAT:
		return arena_printf(arena, "%g", sqlite3_value_double(value));
	case SQLITE_BLOB:
		return arena_printf(arena, "%d bytes", sqlite3_value_bytes(value));
	default:
		return arena_text(arena, changed_text(value));
	}
}

/* "changelog, docs" */
static char *set_text(struct arena *arena, const struct field *field, int64_t set)
{
	char *text = arena_strdup(arena, set ? "" : "not known");

	for (int bit = 0; bit < 63; bit++)
		if (set & (int64_t)1 << bit)
			text = arena_printf(arena, "%s%s%s", text, text[0] ? ", " : "", field->word(bit));
	return text;
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
	case FIELD_TERMS:
		return set_text(arena, field, number);
	case FIELD_CODE:
		name = code_name_of(db, number);
		return name ? arena_strdup(arena, name) : plain_text(arena, value);
	case FIELD_TIME:
		return time_text(arena, number);
	case FIELD_DAY:
		return instant_text(arena, (struct instant){ number * 86400 * 1000000, PRECISION_DAY });
	case FIELD_CHILD:
		return arena_printf(arena, "%s%" PRId64, field->tag, number);
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
	return sql_strings(db, sql_start(db, SQL_COLUMNS_OF, SQL_TEXT(table)), arena, names, count, err);
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
