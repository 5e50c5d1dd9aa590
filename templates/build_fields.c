/* The incident, its milestones and the parts of its record, field by field: what templates
 * of teams, and those for users, pick from. names.c says which names that makes. */
#include "templates/build_record.h"

#include "core/words.h"
#include "templates/markdown.h"

static struct value *text_of(struct builder *b, const char *text)
{
	return value_text(b->arena, slice_of(text ? text : ""));
}

struct value *build_incident(struct builder *b)
{
	const struct incident *in = b->input->incident;
	struct value *object = value_object(b->arena);
	bool rated = in->severity != SEVERITY_NONE;
	struct instant updated = in->updated_at;

	if (updated.precision > PRECISION_MINUTE)
		updated.precision = PRECISION_MINUTE;
	value_set(object, "key", text_of(b, in->key));
	value_set(object, "title", text_of(b, in->title));
	value_set(object, "status", text_of(b, build_words(b, incident_status_word(in->status))));
	value_set(object, "status_help", text_of(b, incident_status_help(in->status)));
	value_set(object, "severity", text_of(b, rated ? severity_word(in->severity) : ""));
	value_set(object, "severity_help", text_of(b, rated ? severity_help(in->severity) : ""));
	value_set(object, "severity_rationale", text_of(b, in->severity_rationale));
	value_set(object, "partial", text_of(b, in->partial));
	value_set(object, "duplicate_of", text_of(b, in->duplicate_of));
	value_set(object, "signature", text_of(b, in->signature));
	value_set(object, "updated", text_of(b, instant_text(b->arena, updated)));
	return object;
}

struct value *build_milestones(struct builder *b)
{
	struct value *object = value_object(b->arena);

	for (int m = MILESTONE_NONE + 1; m < MILESTONE_COUNT; m++) {
		struct time_span span = incident_reached(b->input->incident, (enum milestone)m);
		value_set(object, milestone_word((enum milestone)m), text_of(b, span.known ? instant_text(b->arena, span.event->at) : ""));
	}
	return object;
}

/* "Pro and Max; Team": readers know cohorts by their names. */
static const char *cohort_names(struct builder *b, const int64_t *numbers, size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++) {
		const struct incident_cohort *cohort = incident_part(b->input->incident, INCIDENT_COHORT, numbers[i]);
		if (cohort)
			text = arena_printf(b->arena, "%s%s%s", text, text[0] ? "; " : "", cohort->name);
	}
	return text;
}

static const char *shown(struct builder *b, const struct incident_field *field, const void *part)
{
	const int64_t *numbers;
	size_t count;

	/* The first word of a list says something too, unless it is quiet. */
	if (part_is_blank(field, part) && (field->type != INCIDENT_TERM || field->flags & FIELD_QUIET))
		return "";
	if (field->type == INCIDENT_REFS) {
		numbers = part_list(field, part, &count);
		if (field->kind == INCIDENT_COHORT)
			return cohort_names(b, numbers, count);
		if (field->kind == INCIDENT_SOURCE)
			return build_sources(b, NULL, numbers, count);
	}
	if (field->type == INCIDENT_TERM || field->type == INCIDENT_TERMS)
		return build_words(b, part_shown(b->arena, field, part));
	return part_shown(b->arena, field, part);
}

static struct value *which_word(struct builder *b, const struct incident_field *field, const void *part)
{
	struct value *object = value_object(b->arena);
	const char *word;

	for (size_t i = 0; (word = words_at(field->list, i)); i++)
		value_set(object, word, value_bool(b->arena, part_value(field, part) == (int64_t)i));
	return object;
}

static void set_field(struct builder *b, struct value *object, const struct incident_field *field, const void *part)
{
	struct strbuf buf = STRBUF_INIT;

	switch (field->type) {
	case INCIDENT_SAMPLES:
		return;
	case INCIDENT_MARKDOWN:
		value_set(object, field->name, build_markdown(b, part_text(field, part), 3));
		value_set(object, arena_printf(b->arena, "%s_line", field->name), build_markdown_cell(b, part_text(field, part)));
		return;
	case INCIDENT_TERM:
		value_set(object, field->name, text_of(b, shown(b, field, part)));
		value_set(object, arena_printf(b->arena, "%s_is", field->name), which_word(b, field, part));
		return;
	default:
		if (strcmp(field->name, "link") == 0) {
			if (build_has(part_text(field, part)))
				site_put_link(b->site, &buf, (struct slice){ "", 0 }, slice_of(part_text(field, part)), ESCAPE_CELL);
			value_set(object, field->name, build_markup(b, &buf, VALUE_CELL));
		} else
			value_set(object, field->name, text_of(b, shown(b, field, part)));
	}
}

struct value *build_record(struct builder *b)
{
	const struct incident *in = b->input->incident;
	struct value *record = value_object(b->arena);

	for (int k = 0; k < INCIDENT_CHILD_KINDS; k++) {
		const struct incident_kind *kind = incident_kind((enum incident_child)k);
		struct value *list = value_list(b->arena);

		for (size_t i = 0; i < incident_part_count(in, (enum incident_child)k); i++) {
			const void *part = incident_part_at(in, (enum incident_child)k, i);
			struct value *object = value_object(b->arena);

			value_set(object, "number", text_of(b, arena_printf(b->arena, "%s%lld", kind->tag,
									    (long long)incident_part_number(part))));
			for (size_t f = 0; f < kind->field_count; f++)
				set_field(b, object, &kind->fields[f], part);
			value_add(list, object);
		}
		value_set(record, kind->words, list);
	}
	return record;
}
