/*
 * The parts of the record that have no form of their own in a draft: "# Record", then
 *
 *     ## CO1
 *     name: Pro and Max
 *     cites: SRC1
 *
 * "## cohort" (or its tag) begins a new one. A field goes on in lines that are indented (by four, so that nothing in
 * them begins a block in Markdown); one
 * that is left out is blank. Of causes, events and actions the fields stand here that their own
 * form has no place for. Samples are not in a draft: they stay, and so do steps of the review.
 */
#include <string.h>

#include "core/draft_read.h"

/* Fields with a place in the form of their kind (draft_write.c). */
static bool has_own_form(enum incident_child kind, const char *name)
{
	static const char *const forms[][9] = {
		[INCIDENT_CAUSE] = { "code", "statement", "role", "confidence", "intent" },
		[INCIDENT_EVENT] = { "at", "certainty", "kind", "milestone", "text", "sources", "cohort" },
		[INCIDENT_ACTION] = { "type", "status", "text", "cause", "owner", "due", "link", "criterion" },
	};

	if ((size_t)kind >= ARRAY_LEN(forms))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(forms[kind]) && forms[kind][i]; i++)
		if (strcmp(forms[kind][i], name) == 0)
			return true;
	return false;
}

static bool is_written(enum incident_child kind, const struct incident_field *field)
{
	return field->type != INCIDENT_SAMPLES && !has_own_form(kind, field->name);
}

/* ---- writing ------------------------------------------------------------------------ */

static void write_field(struct strbuf *out, struct arena *arena, const struct incident_field *field, const void *part)
{
	strbuf_addf(out, "%s: ", field->name);
	if (field_is_text(field))
		draft_field_write(out, part_text(field, part), DRAFT_PART);
	else if (field->type == INCIDENT_INSTANT)
		instant_format_iso(out, part_instant(field, part));
	else
		strbuf_addstr(out, part_shown(arena, field, part));
	strbuf_addch(out, '\n');
}

/* Blanks are somebody's too. */
static bool is_empty(const struct incident_field *field, const void *part)
{
	const char *text = field_is_text(field) ? part_text(field, part) : NULL;

	return field_is_text(field) ? !text || !text[0] : part_is_blank(field, part);
}

static void write_part(struct strbuf *out, struct arena *arena, enum incident_child kind, const void *part)
{
	const struct incident_kind *table = incident_kind(kind);
	bool open = kind > INCIDENT_ACTION;

	if (open)
		strbuf_addf(out, "\n## %s%lld\n", table->tag, (long long)incident_part_number(part));
	for (size_t i = 0; i < table->field_count; i++) {
		if (!is_written(kind, &table->fields[i]) || is_empty(&table->fields[i], part))
			continue;
		if (!open)
			strbuf_addf(out, "\n## %s%lld\n", table->tag, (long long)incident_part_number(part));
		open = true;
		write_field(out, arena, &table->fields[i], part);
	}
}

void draft_record_write(struct strbuf *out, const struct incident *incident)
{
	struct arena arena = ARENA_INIT;

	strbuf_addstr(out, "\n# Record {#record}\n<!-- ## CO1, then a line for each field: \"name: value\"; it may go on in lines that are "
			   "indented by four.\n     \"## cohort\" begins a new one. What E1 has no place for above stands here: \"cites: SRC1\". Kinds and "
			   "fields:\n");
	for (int kind = INCIDENT_COHORT; kind < INCIDENT_STEP; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);
		strbuf_addf(out, "     %s (%s):", table->word, table->tag);
		for (size_t i = 0; i < table->field_count; i++)
			if (is_written((enum incident_child)kind, &table->fields[i]))
				strbuf_addf(out, " %s", table->fields[i].name);
		strbuf_addch(out, '\n');
	}
	strbuf_addstr(out, "-->\n");
	for (int kind = 0; kind < INCIDENT_STEP; kind++)
		for (size_t i = 0; i < incident_part_count(incident, (enum incident_child)kind); i++)
			write_part(out, &arena, (enum incident_child)kind, incident_part_at(incident, (enum incident_child)kind, i));
	arena_release(&arena);
}

/* ---- reading -------------------------------------------------------------------------- */

static struct draft_part_read *at_hand(struct draft_reader *reader)
{
	return reader->parts.len ? &reader->parts.items[reader->parts.len - 1] : NULL;
}

enum status draft_record_end(struct draft_reader *reader)
{
	struct draft_part_read *read = at_hand(reader);
	const struct incident_field *field = reader->field;
	size_t here = reader->line;
	struct error reason;
	const char *text;
	enum status status;

	reader->field = NULL;
	if (!read || !field)
		return STATUS_OK;
	text = draft_field_read(reader->arena, strbuf_slice(&reader->value));
	status = part_read(reader->arena, field, read->part, text, &reason);
	reader->line = reader->field_line;
	if (status != STATUS_OK)
		status = draft_fail(reader, "%s", reason.text);
	reader->line = here;
	return status;
}

static enum status begin_part(struct draft_reader *reader, struct slice heading)
{
	const char *name = arena_text(reader->arena, draft_trim(heading));
	struct draft_part_read read = { .line = reader->line };
	const void *old = NULL;

	if (incident_part_parse(name, &read.kind, &read.number)) {
		old = incident_part(reader->base, read.kind, read.number);
		if (!old)
			return draft_fail(reader, "there is no %s; '## %s' adds one", name, incident_kind(read.kind)->word);
	} else if (!incident_kind_find(name, &read.kind) || read.kind <= INCIDENT_ACTION) {
		return draft_fail(reader, "'%.40s' is no part of the record: '## CO1' is one, '## cohort' a new one (causes, events and "
				  "actions begin in their own place)", name);
	}
	if (read.kind == INCIDENT_STEP)
		return draft_fail(reader, "steps of the review are taken by aitia incident review");
	for (size_t i = 0; old && i < reader->parts.len; i++)
		if (reader->parts.items[i].kind == read.kind && reader->parts.items[i].number == read.number)
			return draft_fail(reader, "%s stands twice", name);
	read.part = arena_alloc(reader->arena, incident_kind(read.kind)->size);
	incident_part_set_number(read.part, read.number);
	vec_push(&reader->parts, read);
	return STATUS_OK;
}

static enum status begin_field(struct draft_reader *reader, struct slice line, const struct draft_part_read *read)
{
	const struct incident_kind *table = incident_kind(read->kind);
	const char *colon = memchr(line.at, ':', line.len_bytes);
	const struct incident_field *field = colon ? incident_field(read->kind, arena_text(reader->arena,
		draft_trim((struct slice){ line.at, (size_t)(colon - line.at) }))) : NULL;

	if (!field || !is_written(read->kind, field)) {
		struct strbuf names = STRBUF_INIT;
		enum status status;
		for (size_t i = 0; i < table->field_count; i++)
			if (is_written(read->kind, &table->fields[i]))
				strbuf_addf(&names, "%s%s", names.len_bytes ? ", " : "", table->fields[i].name);
		status = draft_fail(reader, "expected 'field: value' of %s: %s (a text goes on in lines that are indented)",
				    table->article, names.text);
		strbuf_release(&names);
		return status;
	}
	reader->field = field;
	reader->field_line = reader->line;
	strbuf_clear(&reader->value);
	strbuf_addslice(&reader->value, draft_trim((struct slice){ colon + 1, (size_t)(line.at + line.len_bytes - colon) - 1 }));
	reader->blank_lines = 0;
	return STATUS_OK;
}

enum status draft_record_line(struct draft_reader *reader, struct slice line, bool is_heading)
{
	struct slice trimmed = draft_trim(line);
	enum status status;

	if (!trimmed.len_bytes) {
		reader->blank_lines++;
		return STATUS_OK;
	}
	if (reader->field && (line.at[0] == ' ' || line.at[0] == '\t')) {
		for (size_t i = 0; i <= reader->blank_lines; i++)
			strbuf_addch(&reader->value, '\n');
		reader->blank_lines = 0;
		strbuf_addslice(&reader->value, trimmed);
		return STATUS_OK;
	}
	status = draft_record_end(reader);
	if (status != STATUS_OK)
		return status;
	if (is_heading)
		return begin_part(reader, (struct slice){ line.at + 3, line.len_bytes - 3 });
	if (!reader->parts.len)
		return draft_fail(reader, "a part begins with '## CO1', or with its kind: '## cohort'");
	return begin_field(reader, line, at_hand(reader));
}

/* ---- into the incident ------------------------------------------------------------------- */

static void copy_field(const struct incident_field *field, const void *from, void *to)
{
	const int64_t *ids;
	size_t count;

	if (field_is_text(field))
		part_set_text(field, to, part_text(field, from));
	else if (field->type == INCIDENT_INSTANT)
		part_set_instant(field, to, part_instant(field, from));
	else if (field_is_list(field)) {
		ids = part_list(field, from, &count);
		part_set_list(field, to, ids, count);
	} else
		part_set_value(field, to, part_value(field, from));
}

static const struct draft_part_read *part_read_of(const struct draft_reader *reader, enum incident_child kind, int64_t number)
{
	for (size_t i = 0; i < reader->parts.len; i++)
		if (reader->parts.items[i].kind == kind && reader->parts.items[i].number == number && number)
			return &reader->parts.items[i];
	return NULL;
}

/* What the own form of causes, events and actions has no place for: as it was read, else as it was. */
static void complete(struct draft_reader *reader, enum incident_child kind, bool seen)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t i = 0; i < incident_part_count(reader->out, kind); i++) {
		void *part = incident_part_change(reader->out, kind, i);
		const struct draft_part_read *read = part_read_of(reader, kind, incident_part_number(part));
		const void *old = incident_part(reader->base, kind, incident_part_number(part));
		for (size_t f = 0; f < table->field_count; f++) {
			const struct incident_field *field = &table->fields[f];
			if (has_own_form(kind, field->name))
				continue;
			if (old && (field->type == INCIDENT_SAMPLES || !seen))
				copy_field(field, old, part);
			else if (read && field->type != INCIDENT_SAMPLES)
				copy_field(field, read->part, part);
		}
	}
}

static void take_kind(struct draft_reader *reader, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);
	size_t count = 0;
	char *parts;
	int64_t next = 1;

	for (size_t i = 0; i < incident_part_count(reader->base, kind); i++)
		if (incident_part_number(incident_part_at(reader->base, kind, i)) >= next)
			next = incident_part_number(incident_part_at(reader->base, kind, i)) + 1;
	if (reader->base->next_numbers[kind] > next) /* one that was removed keeps its number */
		next = reader->base->next_numbers[kind];
	parts = arena_array(reader->arena, reader->parts.len + 1, table->size);
	for (size_t i = 0; i < reader->parts.len; i++) {
		const struct draft_part_read *read = &reader->parts.items[i];
		const void *old = read->number ? incident_part(reader->base, kind, read->number) : NULL;
		if (read->kind != kind)
			continue;
		if (!read->number)
			incident_part_set_number(read->part, next++);
		for (size_t f = 0; old && f < table->field_count; f++)
			if (table->fields[f].type == INCIDENT_SAMPLES)
				copy_field(&table->fields[f], old, read->part);
		memcpy(parts + count++ * table->size, read->part, table->size);
	}
	incident_set_parts(reader->out, kind, parts, count);
}

/* What was typed must name what is there; what only the base names, and was taken out, goes. */
static enum status check_references(struct draft_reader *reader)
{
	for (size_t i = 0; i < reader->parts.len; i++) {
		const struct draft_part_read *read = &reader->parts.items[i];
		const struct incident_kind *table = incident_kind(read->kind);
		reader->line = read->line;
		if (read->kind <= INCIDENT_ACTION && !incident_part(reader->out, read->kind, read->number))
			return draft_fail(reader, "%s%lld is not above any more", table->tag, (long long)read->number);
		for (size_t f = 0; f < table->field_count; f++) {
			const struct incident_field *field = &table->fields[f];
			int64_t one = field->type == INCIDENT_REF ? part_value(field, read->part) : 0;
			size_t count = one ? 1 : 0;
			const int64_t *ids = field->type == INCIDENT_REFS ? part_list(field, read->part, &count) : &one;
			for (size_t k = 0; k < count; k++)
				if (!incident_part(reader->out, field->kind, ids[k]))
					return draft_fail(reader, "%s names %s%lld, which is not in the draft", field->name,
							  incident_kind(field->kind)->tag, (long long)ids[k]);
		}
	}
	return STATUS_OK;
}

enum status draft_record_finish(struct draft_reader *reader, bool seen)
{
	enum status status;

	for (int kind = 0; kind <= INCIDENT_ACTION; kind++)
		complete(reader, (enum incident_child)kind, seen);
	for (int kind = INCIDENT_COHORT; seen && kind < INCIDENT_STEP; kind++)
		take_kind(reader, (enum incident_child)kind);
	status = check_references(reader);
	if (status == STATUS_OK)
		incident_drop_dangling(reader->out, reader->arena);
	return status;
}
