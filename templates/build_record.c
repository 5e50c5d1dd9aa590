/* The parts of the record as tables, by the table of their fields: a column for each field
 * that any of them fills, so that nothing that was entered is left out of the page. */
#include "templates/build_record.h"

#include "core/change_chart.h"
#include "templates/markdown.h"

/* What says more at the head of a column than the field's name. */
static const struct { const char *name, *label; } labels[] = {
	{ "cites", "Source" },         { "text", "What" },             { "at", "When" },
	{ "self_check", "Self-check" }, { "re_review", "Look again at" }, { "notified_at", "Users told" },
	{ "reverted_at", "Taken back" }, { "reverted_in", "Taken back in" }, { "raised_at", "Raised" },
	{ "settled_at", "Settled" },   { "value", "During" },          { "baseline", "Without it" },
	{ "denominator", "Of" },       { "peak_at", "Peak on" },       { "seen_at", "Looked at" },
};

/* Numbers stand with their unit, which has a column of its own only where it has no number. */
static const struct { const char *number, *unit; } units[] = {
	{ "value", "unit" }, { "baseline", "unit" }, { "peak", "unit" }, { "denominator", "denominator_unit" },
};

static bool is_unit(const struct incident_field *field)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (strcmp(field->name, units[i].unit) == 0)
			return true;
	return false;
}

static bool has_number(const struct incident_kind *kind, const struct incident_field *unit, const void *part)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		for (size_t f = 0; f < kind->field_count && strcmp(unit->name, units[i].unit) == 0; f++)
			if (strcmp(kind->fields[f].name, units[i].number) == 0 && !part_is_blank(&kind->fields[f], part))
				return true;
	return false;
}

/* Whether the field has something to say in its own column. */
static bool has_cell(const struct incident_kind *kind, const struct incident_field *field, const void *part)
{
	return !part_is_blank(field, part) && !(is_unit(field) && has_number(kind, field, part));
}

/* " sessions"; "" for what is no number of something. */
static const char *unit_of(struct builder *b, const struct incident_kind *kind, const struct incident_field *field, const void *part)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		for (size_t f = 0; f < kind->field_count && strcmp(field->name, units[i].number) == 0; f++)
			if (strcmp(kind->fields[f].name, units[i].unit) == 0 && build_has(part_text(&kind->fields[f], part)))
				return arena_printf(b->arena, " %s", part_text(&kind->fields[f], part));
	return "";
}

/* "introduced_in" as "Introduced in". */
static const char *label_of(struct builder *b, const struct incident_field *field)
{
	char *text = arena_strdup(b->arena, build_words(b, field->name));

	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strcmp(field->name, labels[i].name) == 0)
			return labels[i].label;
	return text;
}

const char *build_sources(struct builder *b, const char *words, const int64_t *cites, size_t count)
{
	const struct incident *incident = b->input->incident;
	const char *text = words ? words : "";

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < incident->source_count; k++)
			if (incident->sources[k].number == cites[i] && !(words && strcmp(words, incident->sources[k].name) == 0))
				text = arena_printf(b->arena, "%s%s%s", text, text[0] ? ", " : "", incident->sources[k].name);
	return text;
}

static struct value *cell_of(struct builder *b, const struct incident_kind *kind, const struct incident_field *field,
			     const void *part)
{
	struct strbuf buf = STRBUF_INIT;
	const int64_t *ids;
	size_t count;

	if (part_is_blank(field, part))
		return build_text(b, field->type == INCIDENT_TERM && !(field->flags & FIELD_QUIET) ?
				     build_words(b, part_shown(b->arena, field, part)) : "", ESCAPE_CELL);
	if (!has_cell(kind, field, part))
		return build_text(b, "", ESCAPE_CELL);
	if (field->type == INCIDENT_MARKDOWN)
		return build_markdown_cell(b, part_text(field, part));
	if (field->type == INCIDENT_TEXT) {
		site_put_linked(b->site, &buf, slice_of(part_text(field, part)), ESCAPE_CELL);
		return build_markup(b, &buf, VALUE_CELL);
	}
	if (strcmp(field->name, "cites") == 0) {
		ids = part_list(field, part, &count);
		return build_text(b, build_sources(b, NULL, ids, count), ESCAPE_CELL);
	}
	if (field->type == INCIDENT_TERM || field->type == INCIDENT_TERMS)
		return build_text(b, build_words(b, part_shown(b->arena, field, part)), ESCAPE_CELL);
	return build_text(b, arena_printf(b->arena, "%s%s", part_shown(b->arena, field, part), unit_of(b, kind, field, part)), ESCAPE_CELL);
}

static bool is_shown(const struct incident *incident, enum incident_child kind, const struct incident_field *field)
{
	/* Samples have numbers of the store's; the page shows some of them in a place of their own. */
	for (size_t i = 0; field->type != INCIDENT_SAMPLES && i < incident_part_count(incident, kind); i++)
		if (has_cell(incident_kind(kind), field, incident_part_at(incident, kind, i)))
			return true;
	return false;
}

struct value *build_parts(struct builder *b, enum incident_child kind)
{
	const struct incident *incident = b->input->incident;
	const struct incident_kind *table = incident_kind(kind);
	struct value *out = value_object(b->arena), *columns = value_list(b->arena), *rows = value_list(b->arena);

	if (!incident_part_count(incident, kind))
		return value_null(b->arena);
	value_add(columns, build_text(b, "No.", ESCAPE_CELL));
	for (size_t f = 0; f < table->field_count; f++)
		if (is_shown(incident, kind, &table->fields[f]))
			value_add(columns, build_text(b, label_of(b, &table->fields[f]), ESCAPE_CELL));
	for (size_t i = 0; i < incident_part_count(incident, kind); i++) {
		const void *part = incident_part_at(incident, kind, i);
		struct value *row = value_object(b->arena), *cells = value_list(b->arena);

		value_add(cells, build_text(b, arena_printf(b->arena, "%s%lld", table->tag, (long long)incident_part_number(part)),
					    ESCAPE_CELL));
		for (size_t f = 0; f < table->field_count; f++)
			if (is_shown(incident, kind, &table->fields[f]))
				value_add(cells, cell_of(b, table, &table->fields[f], part));
		value_set(row, "cells", cells);
		value_add(rows, row);
	}
	value_set(out, "columns", columns);
	value_set(out, "rows", rows);
	return out;
}

/* Of its sentence, names are no Markdown: what a dispute says is. */
static struct value *build_contradiction(struct builder *b, const struct contradiction_found *found)
{
	size_t len = (size_t)(found->dispute - found->text);
	struct strbuf buf = STRBUF_INIT;

	if (!found->dispute[0])
		return build_text(b, found->text, ESCAPE_CELL);
	build_put(b, &buf, arena_text(b->arena, (struct slice){ found->text, len - 1 }), ESCAPE_CELL);
	strbuf_addch(&buf, ' ');
	build_put_markdown(b, &buf, found->dispute);
	return build_markup(b, &buf, VALUE_CELL);
}

struct value *build_contradictions(struct builder *b)
{
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < b->review->contradiction_count; i++) {
		const struct contradiction_found *found = &b->review->contradictions[i];
		struct value *item = value_object(b->arena);

		value_set(item, "kind", build_text(b, build_words(b, contradiction_word(found->kind)), ESCAPE_PROSE));
		value_set(item, "parts", build_text(b, found->parts, ESCAPE_PROSE));
		value_set(item, "text", build_contradiction(b, found));
		value_add(list, item);
	}
	return list;
}

struct value *build_overlaps(struct builder *b)
{
	struct value *list = value_list(b->arena);

	for (size_t i = 0; i < b->review->overlap_count; i++)
		value_add(list, build_text(b, b->review->overlaps[i].text, ESCAPE_PROSE));
	return list;
}

struct value *build_chart(struct builder *b)
{
	const char *chart = change_chart(b->arena, b->input->incident, 100), *note;

	return chart[0] ? build_code(b, "text", slice_of(chart), &note) : value_null(b->arena);
}
