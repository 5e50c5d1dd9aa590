#include "tests/support/random_part.h"

#include <string.h>

#include "core/base/attr.h"
#include "core/words.h"

static int64_t some_part(const struct incident *incident, enum incident_child kind, uint32_t (*roll)(uint32_t))
{
	size_t count = incident_part_count(incident, kind);

	return count ? incident_part_number(incident_part_at(incident, kind, roll((uint32_t)count))) : 0;
}

static void random_list(struct arena *arena, const struct incident *incident, const struct incident_field *field, void *part,
			size_t sample_count, uint32_t (*roll)(uint32_t))
{
	size_t all = field->type == INCIDENT_SAMPLES ? sample_count : incident_part_count(incident, field->kind), count = 0;
	int64_t *ids = arena_array(arena, all, sizeof(*ids)), last = 0;

	/* Parts other than events stand in the order of their numbers, and none names events in a list. */
	for (size_t i = 0; i < all; i++) {
		int64_t id = field->type == INCIDENT_SAMPLES ? (int64_t)i + 1 :
			     incident_part_number(incident_part_at(incident, field->kind, i));
		if (id > last && roll(3) == 0)
			ids[count++] = last = id;
	}
	part_set_list(field, part, ids, count);
}

static void random_text(const struct incident_field *field, void *part, uint32_t (*roll)(uint32_t))
{
	static const char *const texts[] = { "", "a", "two\nlines", "ä \xe2\x80\xae | C1" }, *const numbers[] = { "", "-1.5e3", "0" };
	static const char *const codes[] = { "model", "testing/no_soak", "infrastructure/cache" };
	const char *text = field->type == INCIDENT_DECIMAL ? numbers[roll(3)] :
			   field->type == INCIDENT_KEY     ? (roll(2) ? "INC-2020-0001" : "") :
			   field->type == INCIDENT_CODE    ? codes[roll(3)] : texts[roll(4)];

	if (!text[0] && (field->flags & FIELD_NEEDED) == FIELD_NEEDED)
		text = "needed";
	part_set_text(field, part, text);
}

static void random_instant(const struct incident_field *field, void *part, uint32_t (*roll)(uint32_t))
{
	static const char *const texts[] = { "2026", "2026-03", "2026-03-04", "2026-03-04T10", "2026-03-04T10:10Z",
					     "1969-12-31T23:59:59Z", "2026-03-04T10:10:01.000001Z" };
	struct instant at = INSTANT_UNKNOWN;

	if (roll(4) && instant_parse(slice_of(texts[roll(ARRAY_LEN(texts))]), &at, NULL) == STATUS_OK)
		part_set_instant(field, part, at);
}

void *random_part(struct arena *arena, const struct incident *incident, enum incident_child kind, size_t sample_count,
		  uint32_t (*roll)(uint32_t sides))
{
	const struct incident_kind *table = incident_kind(kind);
	void *part = arena_alloc(arena, table->size);
	size_t words;

	for (size_t i = 0; i < table->field_count; i++) {
		const struct incident_field *field = &table->fields[i];
		for (words = 0; words_at(field->list, words); words++)
			;
		if (field_is_text(field))
			random_text(field, part, roll);
		else if (field_is_list(field))
			random_list(arena, incident, field, part, sample_count, roll);
		else if (field->type == INCIDENT_TERM)
			part_set_value(field, part, roll((uint32_t)words));
		else if (field->type == INCIDENT_TERMS)
			part_set_value(field, part, roll(2) ? 1 : (int64_t)roll((uint32_t)1 << (words - 1)) << 1);
		else if (field->type == INCIDENT_REF)
			part_set_value(field, part, roll(2) ? some_part(incident, field->kind, roll) : 0);
		else
			random_instant(field, part, roll);
	}
	/* What one field demands of another. */
	if (kind == INCIDENT_EVENT)
		((struct incident_event *)part)->text = "text";
	if (kind == INCIDENT_EVENT && ((struct incident_event *)part)->milestone == MILESTONE_NONE)
		((struct incident_event *)part)->kind = EVENT_CHANGE;
	if (kind == INCIDENT_ACTION)
		((struct incident_action *)part)->criterion = ((struct incident_action *)part)->result = "measured";
	if (kind == INCIDENT_HYPOTHESIS)
		((struct incident_hypothesis *)part)->reason = "reason";
	return part;
}
