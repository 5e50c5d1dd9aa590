/* The parts of an incident in the apply document, by the table of their fields. */
#include <stdio.h>
#include <string.h>

#include "core/document_part.h"

/* The most fields that a part has, and its number. */
#define NAMES_MAX 24

/* ---- lists ------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return a < b ? -1 : a > b;
}

static size_t sort_unique(int64_t *ids, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(ids, count, sizeof(*ids), compare_ids);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || ids[i] != ids[i - 1])
			ids[kept++] = ids[i];
	return kept;
}

/* Samples by fingerprint, parts by number. */
static enum status read_list(struct document_reader *reader, const struct json *value, const struct incident_field *field,
			     void *part)
{
	enum status status = STATUS_OK;
	size_t mark, count = 0, index = 0;
	int64_t *ids;

	if (!value || json_is(value, JSON_NULL))
		return STATUS_OK;
	mark = document_enter(reader, field->name);
	if (!json_is(value, JSON_ARRAY))
		document_fail(reader, "must be an array of %s", field->type == INCIDENT_SAMPLES ? "fingerprints" : "numbers");
	ids = arena_array(reader->arena, value->count, sizeof(*ids));
	for (const struct json *item = json_is(value, JSON_ARRAY) ? value->first : NULL; item && status == STATUS_OK;
	     item = item->next) {
		char name[24];
		snprintf(name, sizeof(name), "%zu", index++);
		status = field->type == INCIDENT_SAMPLES ? document_sample(reader, item, name, &ids[count]) :
							   document_number(reader, item, name, &ids[count]);
		count += status == STATUS_OK && ids[count];
		status = document_go_on(status);
	}
	document_leave(reader, mark);
	part_set_list(field, part, ids, sort_unique(ids, count));
	return status;
}

/* A set of words. */
static enum status read_words(struct document_reader *reader, const struct json *value, const struct incident_field *field,
			      void *part)
{
	enum status status = STATUS_OK;
	size_t mark, index = 0;
	int64_t set = 0;

	if (!value || json_is(value, JSON_NULL))
		return STATUS_OK;
	mark = document_enter(reader, field->name);
	if (!json_is(value, JSON_ARRAY))
		document_fail(reader, "must be an array of words");
	for (const struct json *item = json_is(value, JSON_ARRAY) ? value->first : NULL; item && status == STATUS_OK;
	     item = item->next) {
		char name[24];
		size_t word = 0;
		snprintf(name, sizeof(name), "%zu", index++);
		status = document_word(reader, item, name, field->list, &word);
		set |= status == STATUS_OK ? (int64_t)1 << word : 0;
		status = document_go_on(status);
	}
	document_leave(reader, mark);
	part_set_value(field, part, set);
	return status;
}

/* ---- one field ------------------------------------------------------------------------ */

/* "hallucination" becomes "model/hallucination"; what is unknown is left to incident_check(). */
static const char *full_code(struct document_reader *reader, const char *name)
{
	const struct code *code = codebook_cause(reader->book, name);
	return code ? code_name(reader->arena, code) : name;
}

static enum status read_text(struct document_reader *reader, const struct json *value, const struct incident_field *field,
			     void *part)
{
	const char *text = part_text(field, part);
	enum status status = STATUS_OK;

	/* A number as it was written, not as a double would have it. */
	if (field->type == INCIDENT_DECIMAL && json_is(value, JSON_NUMBER))
		text = arena_text(reader->arena, value->text);
	else
		status = document_text(reader, value, field->name, &text);
	if (status == STATUS_OK)
		part_set_text(field, part, field->type == INCIDENT_CODE ? full_code(reader, text) : text);
	return status;
}

static enum status read_term(struct document_reader *reader, const struct json *value, const struct incident_field *field,
			     void *part)
{
	size_t word = (size_t)part_value(field, part);
	enum status status = STATUS_OK;

	if (strcmp(field->list, "yes_no") == 0 && (json_is(value, JSON_TRUE) || json_is(value, JSON_FALSE)))
		word = json_is(value, JSON_TRUE) ? ANSWER_YES : ANSWER_NO;
	else
		status = document_word(reader, value, field->name, field->list, &word);
	part_set_value(field, part, (int64_t)word);
	return status;
}

static enum status read_field(struct document_reader *reader, const struct json *value, const struct incident_field *field,
			      void *part)
{
	struct instant at = INSTANT_UNKNOWN;
	int64_t number = 0;
	enum status status;

	switch (field->type) {
	case INCIDENT_TERM:
		return read_term(reader, value, field, part);
	case INCIDENT_TERMS:
		return read_words(reader, value, field, part);
	case INCIDENT_INSTANT:
		status = document_instant(reader, value, field->name, &at);
		part_set_instant(field, part, at);
		return status;
	case INCIDENT_REF:
		status = document_number(reader, value, field->name, &number);
		part_set_value(field, part, number);
		return status;
	case INCIDENT_REFS:
	case INCIDENT_SAMPLES:
		return read_list(reader, value, field, part);
	default:
		return read_text(reader, value, field, part);
	}
}

/* ---- parts ------------------------------------------------------------------------------ */

static enum status read_part(struct document_reader *reader, const struct json *value, enum incident_child kind, void *part)
{
	const struct incident_kind *table = incident_kind(kind);
	const char *names[NAMES_MAX];
	const struct json *found[NAMES_MAX];
	int64_t number = 0;
	enum status status = STATUS_OK;

	names[0] = "number";
	for (size_t i = 0; i < table->field_count; i++) {
		names[i + 1] = table->fields[i].name;
		if (table->fields[i].flags & FIELD_KEPT)
			part_set_text(&table->fields[i], part, "");
	}
	if (document_names(reader, value, names, table->field_count + 1, found) != STATUS_OK)
		return STATUS_OK;
	if (document_number(reader, found[0], names[0], &number) == STATUS_OK)
		incident_part_set_number(part, number);
	/* An event that only says which milestone it is, is one. */
	if (kind == INCIDENT_EVENT) {
		const struct json *milestone = json_get(value, "milestone");
		if (milestone && !json_is(milestone, JSON_NULL))
			((struct incident_event *)part)->kind = EVENT_MILESTONE;
	}
	for (size_t i = 0; i < table->field_count && status == STATUS_OK; i++)
		status = document_go_on(read_field(reader, found[i + 1], &table->fields[i], part));
	return status;
}

/*
 * Numbers for those that state none: the lowest free ones, in order. One mark per part
 * is enough, since of n parts none can get a number above n unless it is stated.
 */
static void give_numbers(struct arena *arena, char *items, size_t count, size_t size)
{
	bool *taken = arena_array(arena, count + 2, sizeof(*taken));
	size_t next = 1;

	for (size_t i = 0; i < count; i++) {
		int64_t number = incident_part_number(items + i * size);
		if (number > 0 && (size_t)number <= count)
			taken[number] = true;
	}
	for (size_t i = 0; i < count; i++) {
		if (incident_part_number(items + i * size))
			continue;
		while (taken[next])
			next++;
		incident_part_set_number(items + i * size, (int64_t)next++);
	}
}

enum status document_read_parts(struct document_reader *reader, const struct json *value, enum incident_child kind,
				struct incident *out)
{
	const struct incident_kind *table = incident_kind(kind);
	enum status status = STATUS_OK;
	size_t mark, len = 0;
	char *list;

	if (!value)
		return STATUS_OK;
	mark = document_enter(reader, table->words);
	if (json_is(value, JSON_NULL)) {
		incident_set_parts(out, kind, NULL, 0);
	} else if (!json_is(value, JSON_ARRAY)) {
		document_fail(reader, "must be an array");
	} else if (value->count > INCIDENT_CHILDREN_MAX) {
		document_fail(reader, "more than %d", INCIDENT_CHILDREN_MAX);
	} else {
		list = arena_array(reader->arena, value->count, table->size);
		for (const struct json *item = value->first; item && status == STATUS_OK; item = item->next) {
			size_t item_mark = document_enter_index(reader, len);
			status = read_part(reader, item, kind, list + len * table->size);
			document_leave(reader, item_mark);
			len++;
		}
		give_numbers(reader->arena, list, len, table->size);
		incident_set_parts(out, kind, list, len);
	}
	document_leave(reader, mark);
	return status;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void write_instant(struct json_writer *json, const char *name, struct instant at)
{
	struct strbuf text = STRBUF_INIT;

	instant_format_iso(&text, at);
	json_write_member(json, name, text.text);
	strbuf_release(&text);
}

static void write_words(struct json_writer *json, const struct incident_field *field, int64_t set)
{
	const char *word;

	json_write_name(json, field->name);
	json_write_begin(json, '[');
	for (size_t i = 0; (word = words_at(field->list, i)); i++)
		if (set & (int64_t)1 << i)
			json_write_text(json, word);
	json_write_end(json, ']');
}

static enum status write_list(struct json_writer *json, const struct incident_field *field, const void *part,
			      document_sample_writer *sample, void *context)
{
	size_t count;
	const int64_t *ids = part_list(field, part, &count);
	enum status status = STATUS_OK;

	json_write_name(json, field->name);
	json_write_begin(json, '[');
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		if (field->type == INCIDENT_SAMPLES)
			status = sample(context, ids[i]);
		else
			json_write_int(json, ids[i]);
	}
	json_write_end(json, ']');
	return status;
}

/* What says nothing is left out, but for texts that every part has and for words. */
static bool is_left_out(const struct incident_field *field, const void *part)
{
	if (field->type == INCIDENT_TERM)
		return (field->flags & FIELD_QUIET) && !part_value(field, part);
	return !(field->flags & FIELD_KEPT) && part_is_blank(field, part);
}

static enum status write_field(struct json_writer *json, const struct incident_field *field, const void *part,
			       document_sample_writer *sample, void *context)
{
	switch (field->type) {
	case INCIDENT_TERM:
		json_write_member(json, field->name, words_at(field->list, (size_t)part_value(field, part)));
		return STATUS_OK;
	case INCIDENT_TERMS:
		write_words(json, field, part_value(field, part));
		return STATUS_OK;
	case INCIDENT_INSTANT:
		write_instant(json, field->name, part_instant(field, part));
		return STATUS_OK;
	case INCIDENT_REF:
		json_write_member_int(json, field->name, part_value(field, part));
		return STATUS_OK;
	case INCIDENT_REFS:
	case INCIDENT_SAMPLES:
		return write_list(json, field, part, sample, context);
	case INCIDENT_DECIMAL:
		json_write_name(json, field->name);
		json_write_number(json, part_text(field, part));
		return STATUS_OK;
	default:
		json_write_member(json, field->name, part_text(field, part));
		return STATUS_OK;
	}
}

enum status document_write_part(struct json_writer *json, enum incident_child kind, const void *part,
				document_sample_writer *sample, void *context)
{
	const struct incident_kind *table = incident_kind(kind);
	enum status status = STATUS_OK;

	json_write_begin(json, '{');
	json_write_member_int(json, "number", incident_part_number(part));
	for (size_t i = 0; i < table->field_count && status == STATUS_OK; i++) {
		const struct incident_field *field = &table->fields[i];
		if (is_left_out(field, part))
			continue;
		status = write_field(json, field, part, sample, context);
	}
	json_write_end(json, '}');
	return status;
}
