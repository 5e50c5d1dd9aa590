#include "core/import/csv_columns.h"

#include <string.h>

#include "core/base/ascii.h"
#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/fields.h"

/* Longer names (whole prompts are names in some files) are no names of fields. */
#define FOLDED_MAX 48

/* ---- names -------------------------------------------------------------------------- */

/* "Line Number" is line_number. False when it is too long to be a field's. */
static bool fold(struct slice name, char out[FOLDED_MAX])
{
	size_t len = 0;

	for (size_t i = 0; i < name.len_bytes; i++) {
		char c = ascii_lower(name.at[i]);
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!word && (len == 0 || out[len - 1] == '_'))
			continue;
		if (len + 1 == FOLDED_MAX)
			return false;
		out[len++] = word ? c : '_';
	}
	len -= len && out[len - 1] == '_';
	out[len] = '\0';
	return len > 0;
}

static bool in_list(const char *list, const char *word, int *index)
{
	size_t word_len = strlen(word);

	for (*index = 0; *list; (*index)++) {
		size_t len = strcspn(list, " ");
		if (len == word_len && memcmp(list, word, len) == 0)
			return true;
		list += len + (list[len] == ' ');
	}
	return false;
}

static const struct {
	const char *word, *names;
} fields[] = {
#define FIELD(name, word, names, help) { word, names },
#include "core/import/fields.def"
};

/* The best name of a field, in the arena: what its word stands for. */
static const char *name_of_field(struct arena *arena, const char *word, size_t word_len)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (strlen(fields[i].word) == word_len && memcmp(fields[i].word, word, word_len) == 0)
			return arena_text(arena, (struct slice){ fields[i].names, strcspn(fields[i].names, " ") });
	return NULL;
}

/* ---- what files of findings have in common ---------------------------------------------- */

/* Any of these, and the file lists findings of a scanner, not outputs of a model. */
static const char finding_columns[] =
	"severity severity_level result_severity risk risk_level criticality cvss cvss_score cvssv3 cwe cwe_id cweid cve cves "
	"rule_id ruleid rule_code rule_name check_id plugin_id vulnerability vulnerability_name vulnerability_id finding "
	"mitigation remediation recommendation remediation_advice";

/* In such a file: "column" is the field; of several for one field the first. "" keeps
 * a column from being what fields.def takes its name for. */
static const struct {
	const char *column, *field;
} finding_fields[] = {
	{ "message", "message" }, { "finding", "message" }, { "title", "message" }, { "summary", "message" },
	{ "vulnerability", "message" }, { "vulnerability_name", "message" }, { "issue", "message" }, { "name", "message" },
	{ "description", "message" }, { "details", "message" }, { "synopsis", "message" },
	{ "severity", "level" }, { "severity_level", "level" }, { "result_severity", "level" }, { "risk", "level" },
	{ "risk_level", "level" }, { "criticality", "level" }, { "priority", "level" },
	{ "ruleid", "rule" }, { "rule_code", "rule" }, { "rule_name", "rule" }, { "plugin_id", "rule" },
	{ "check", "rule" }, { "vulnerability_id", "rule" }, { "cwe_id", "rule" }, { "cweid", "rule" }, { "cwe", "rule" },
	{ "cve", "rule" },
	{ "file_name", "path" }, { "source_file", "path" }, { "location", "path" },
	{ "startline", "line" }, { "line_no", "line" },
	{ "cvss_score", "score" }, { "cvss", "score" }, { "cvssv3", "score" },
	{ "tool_name", "tool" }, { "scanner_name", "tool" }, { "created", "produced_at" },
	{ "version", "" }, { "effort", "" }, { "task_id", "" }, { "patch", "" }, { "output", "" }, { "response", "" },
};

static const struct scanner {
	const char *tool, *columns, *names;
} scanners[] = {
#define CSV_SCANNER(tool, columns, names) { tool, columns, names },
#include "core/import/csv_scanners.def"
};

static bool has_column(const struct csv_columns *columns, const char *folded, size_t len)
{
	char name[FOLDED_MAX];

	for (size_t i = 0; i < columns->count; i++)
		if (fold(columns->items[i].name, name) && strlen(name) == len && memcmp(name, folded, len) == 0)
			return true;
	return false;
}

static const struct scanner *scanner_of(const struct csv_columns *columns)
{
	for (size_t i = 0; i < ARRAY_LEN(scanners); i++) {
		const char *at = scanners[i].columns;
		while (*at && has_column(columns, at, strcspn(at, " "))) {
			at += strcspn(at, " ");
			at += *at == ' ';
		}
		if (!*at)
			return &scanners[i];
	}
	return NULL;
}

static bool lists_findings(const struct csv_columns *columns)
{
	char name[FOLDED_MAX];
	int index;

	for (size_t i = 0; i < columns->count; i++)
		if (fold(columns->items[i].name, name) && in_list(finding_columns, name, &index))
			return true;
	return false;
}

/* ---- which column is what ------------------------------------------------------------------ */

/* "name=field" in the scanner's list: the field's word, "-" for none; NULL: not named. */
static const char *scanner_field(const struct scanner *scanner, const char *folded)
{
	const char *at = scanner ? scanner->names : "";
	size_t len = strlen(folded);

	while (*at) {
		if (strncmp(at, folded, len) == 0 && at[len] == '=')
			return at + len + 1;
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return NULL;
}

static void find_known(struct csv_columns *columns, struct csv_column *column, const struct scanner *scanner, bool findings)
{
	char name[FOLDED_MAX];
	int index;

	column->rank = 0;
	if (!fold(column->name, name))
		return;
	const char *word = scanner_field(scanner, name);
	column->is_priority = strcmp(name, "priority") == 0;
	if (word) {
		if (*word != '-')
			column->known = name_of_field(&columns->arena, word, strcspn(word, " "));
		column->rank = -1;
		return;
	}
	for (size_t i = 0; findings && i < ARRAY_LEN(finding_fields); i++) {
		if (strcmp(finding_fields[i].column, name) != 0)
			continue;
		column->known = name_of_field(&columns->arena, finding_fields[i].field, strlen(finding_fields[i].field));
		column->rank = (int)i;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(fields) && !column->known; i++) {
		if (!in_list(fields[i].names, name, &index))
			continue;
		/* Verdicts are all kept, each under its own name; a source may be none of ours. */
		bool own = strcmp(fields[i].word, "verdict") == 0 || strcmp(fields[i].word, "source") == 0;
		column->known = own ? arena_strdup(&columns->arena, name) :
				name_of_field(&columns->arena, fields[i].word, strlen(fields[i].word));
		column->rank = (int)ARRAY_LEN(finding_fields) + index;
	}
}

/* By what name a --map would look for it: the map's, and the column keeps its own. */
static bool is_mapped(const struct csv_column *column, const struct import_options *options)
{
	for (size_t i = 0; i < options->map_count; i++)
		if (slice_is(column->name, options->maps[i].path))
			return true;
	return false;
}

/* Links the columns of one name in the order of their ranks. */
static void link_columns(struct csv_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		struct csv_column *column = &columns->items[i];
		column->next = -1;
		for (size_t k = 0; column->known && k < columns->count; k++) {
			const struct csv_column *other = &columns->items[k];
			bool better = k != i && other->known && strcmp(other->known, column->known) == 0 &&
				      (other->rank < column->rank || (other->rank == column->rank && k < i));
			const struct csv_column *next = column->next < 0 ? NULL : &columns->items[column->next];
			/* The nearest of the better ones: its own link leads on. */
			if (better && (!next || other->rank > next->rank || (other->rank == next->rank && k > (size_t)column->next)))
				column->next = (int)k;
		}
	}
}

static bool is_taken(const struct csv_columns *columns, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (slice_eq(columns->items[i].name, name))
			return true;
	return false;
}

static struct slice own_name(struct csv_columns *columns, size_t index, struct slice cell)
{
	struct arena *arena = &columns->arena;

	while (cell.len_bytes && memchr(" \t", cell.at[0], 2)) {
		cell.at++;
		cell.len_bytes--;
	}
	while (cell.len_bytes && memchr(" \t", cell.at[cell.len_bytes - 1], 2))
		cell.len_bytes--;
	const char *name = cell.len_bytes ? utf8_clean(arena, cell) : arena_printf(arena, "column_%zu", index + 1);
	return slice_of(name);
}

/* "name", "name_2": of equal names the later ones are numbered. */
static struct slice unique_name(struct csv_columns *columns, size_t index, struct slice name)
{
	struct slice unique = name;
	size_t number = 1;

	for (size_t i = 0; i < index; i++)
		number += slice_eq(columns->items[i].written, name);
	number += number == 1;
	while (is_taken(columns, index, unique))
		unique = slice_of(arena_printf(&columns->arena, "%s_%zu", name.at, number++));
	return unique;
}

void csv_columns_init(struct csv_columns *columns, const struct slice *cells, size_t count,
		      const struct import_options *options)
{
	*columns = (struct csv_columns){ .count = count };
	arena_init(&columns->arena);
	columns->items = arena_array(&columns->arena, count, sizeof(*columns->items));
	for (size_t i = 0; i < count; i++) {
		columns->items[i].written = own_name(columns, i, cells[i]);
		columns->items[i].name = unique_name(columns, i, columns->items[i].written);
	}
	const struct scanner *scanner = scanner_of(columns);
	bool findings = scanner || lists_findings(columns);
	columns->tool = scanner ? scanner->tool : NULL;
	for (size_t i = 0; i < count; i++)
		if (!is_mapped(&columns->items[i], options))
			find_known(columns, &columns->items[i], scanner, findings);
	link_columns(columns);
	/* In an export of a scanner the code is the line that the finding is on. */
	for (size_t i = 0; scanner && i < count; i++)
		columns->items[i].is_snippet_line = strstr(scanner->names, "=code") && columns->items[i].known &&
						    strcmp(columns->items[i].known, "line") == 0;
}

void csv_columns_release(struct csv_columns *columns)
{
	arena_release(&columns->arena);
}

/* ---- rows -------------------------------------------------------------------------------- */

/* Whether the cell goes by the column's known name: no better column of it is filled. */
static bool goes_by_known(const struct csv_columns *columns, size_t index, const struct slice *cells, size_t count)
{
	const struct csv_column *column = &columns->items[index];

	if (!column->known)
		return false;
	for (int next = column->next; next >= 0; next = columns->items[next].next)
		if ((size_t)next < count && cells[next].len_bytes)
			return false;
	return true;
}

/* A row's object under way. */
struct row {
	struct record *record;
	struct json *object, *last;
	bool has_tool;
};

static const struct json *add_member(struct row *row, struct slice name, struct slice text)
{
	struct json *member = arena_alloc(&row->record->arena, sizeof(*member));

	*member = (struct json){ .type = JSON_STRING, .name = name, .text = text, .raw = text };
	if (row->last)
		row->last->next = member;
	else
		row->object->first = member;
	row->object->count++;
	row->last = member;
	return member;
}

/* A severity as one of our levels; what it was called stands beside it under its own name. */
static void add_level(struct row *row, const struct csv_column *column, struct slice text)
{
	struct json value = { .type = JSON_STRING, .text = text };
	enum level level;

	if (column->is_priority && text.len_bytes == 1 && text.at[0] >= '1' && text.at[0] <= '5')
		value.text = slice_of(arena_printf(&row->record->arena, "P%c", text.at[0]));
	if (field_level(&value, &level)) {
		const char *word = level_word(level);
		add_member(row, slice_of(column->known), slice_of(word));
		if (slice_is(text, word))
			return;
	}
	add_member(row, column->name, text);
}

/* What is no time keeps its own name. */
static void add_time(struct row *row, const struct csv_column *column, struct slice text)
{
	struct json value = { .type = JSON_STRING, .text = text };
	struct instant at;

	add_member(row, field_instant(&value, &at) ? slice_of(column->known) : column->name, text);
}

static void add_known(struct row *row, const struct csv_column *column, struct slice text)
{
	if (strcmp(column->known, "level") == 0) {
		add_level(row, column, text);
	} else if (strcmp(column->known, "produced_at") == 0) {
		add_time(row, column, text);
	} else {
		const struct json *member = add_member(row, slice_of(column->known), text);
		row->has_tool = row->has_tool || strcmp(column->known, "tool") == 0;
		if (column->is_snippet_line)
			row->record->sample.region.start_line = field_position(member);
	}
}

/* What has no column of its own. */
static struct slice extra_name(struct record *record, size_t index)
{
	return slice_of(arena_printf(&record->arena, "column_%zu", index + 1));
}

const struct json *csv_columns_object(const struct csv_columns *columns, struct record *record,
				      const struct slice *cells, size_t count, size_t *replaced)
{
	struct row row = { .record = record, .object = arena_alloc(&record->arena, sizeof(*row.object)) };
	struct strbuf scratch = STRBUF_INIT;

	row.object->type = JSON_OBJECT;
	*replaced = 0;
	for (size_t i = 0; i < count; i++) {
		if (!cells[i].len_bytes)
			continue;
		strbuf_clear(&scratch);
		*replaced += utf8_valid(cells[i]) ? 0 : utf8_append_clean(&scratch, cells[i]);
		if (i < columns->count && goes_by_known(columns, i, cells, count))
			add_known(&row, &columns->items[i], cells[i]);
		else
			add_member(&row, i < columns->count ? columns->items[i].name : extra_name(record, i), cells[i]);
	}
	if (columns->tool && !row.has_tool)
		add_member(&row, slice_of("tool"), slice_of(columns->tool));
	strbuf_release(&scratch);
	return row.object;
}
