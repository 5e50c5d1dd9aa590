/* Single fields of a part: getting, setting, showing, reading what people type. */
#include <inttypes.h>
#include <string.h>

#include "core/incident_table.h"
#include "core/words.h"

bool field_is_text(const struct incident_field *field)
{
	return field->type == INCIDENT_TEXT || field->type == INCIDENT_MARKDOWN || field->type == INCIDENT_DECIMAL ||
	       field->type == INCIDENT_CODE || field->type == INCIDENT_KEY;
}

bool field_is_list(const struct incident_field *field)
{
	return field->type == INCIDENT_REFS || field->type == INCIDENT_SAMPLES;
}

const char *part_text(const struct incident_field *field, const void *part)
{
	const char *text;

	memcpy(&text, (const char *)part + field->offset, sizeof(text));
	return text;
}

void part_set_text(const struct incident_field *field, void *part, const char *text)
{
	memcpy((char *)part + field->offset, &text, sizeof(text));
}

/* Enums are as wide as unsigned int with every compiler that POSIX systems have. */
_Static_assert(sizeof(enum milestone) == sizeof(unsigned), "terms are kept as unsigned int");

int64_t part_value(const struct incident_field *field, const void *part)
{
	unsigned term;
	int64_t number;

	if (field->type == INCIDENT_TERM) {
		memcpy(&term, (const char *)part + field->offset, sizeof(term));
		return (int64_t)term;
	}
	memcpy(&number, (const char *)part + field->offset, sizeof(number));
	return number;
}

void part_set_value(const struct incident_field *field, void *part, int64_t number)
{
	unsigned term = (unsigned)number;

	if (field->type == INCIDENT_TERM)
		memcpy((char *)part + field->offset, &term, sizeof(term));
	else
		memcpy((char *)part + field->offset, &number, sizeof(number));
}

struct instant part_instant(const struct incident_field *field, const void *part)
{
	struct instant at;

	memcpy(&at, (const char *)part + field->offset, sizeof(at));
	return at;
}

void part_set_instant(const struct incident_field *field, void *part, struct instant at)
{
	memcpy((char *)part + field->offset, &at, sizeof(at));
}

const int64_t *part_list(const struct incident_field *field, const void *part, size_t *count)
{
	const int64_t *ids;

	memcpy(&ids, (const char *)part + field->offset, sizeof(ids));
	memcpy(count, (const char *)part + field->count_offset, sizeof(*count));
	return ids;
}

void part_set_list(const struct incident_field *field, void *part, const int64_t *ids, size_t count)
{
	memcpy((char *)part + field->offset, &ids, sizeof(ids));
	memcpy((char *)part + field->count_offset, &count, sizeof(count));
}

bool part_is_blank(const struct incident_field *field, const void *part)
{
	size_t count;
	const char *text;

	if (field_is_text(field)) {
		text = part_text(field, part);
		return !text || !text[strspn(text, " \t\r\n")];
	}
	if (field_is_list(field)) {
		part_list(field, part, &count);
		return count == 0;
	}
	if (field->type == INCIDENT_INSTANT)
		return !instant_known(part_instant(field, part));
	return part_value(field, part) == 0;
}

/* ---- showing ------------------------------------------------------------------------- */

const char *part_shown(struct arena *arena, const struct incident_field *field, const void *part)
{
	struct strbuf out = STRBUF_INIT;
	const char *text, *word;
	const int64_t *ids;
	size_t count;

	switch (field->type) {
	case INCIDENT_TERM:
		word = words_at(field->list, (size_t)part_value(field, part));
		return word ? word : "?";
	case INCIDENT_TERMS:
		for (size_t i = 0; (word = words_at(field->list, i)); i++)
			if (part_value(field, part) & (int64_t)1 << i)
				strbuf_addf(&out, "%s%s", out.len_bytes ? ", " : "", word);
		break;
	case INCIDENT_INSTANT:
		return instant_text(arena, part_instant(field, part));
	case INCIDENT_REF:
		if (part_value(field, part))
			strbuf_addf(&out, "%s%" PRId64, incident_kind(field->kind)->tag, part_value(field, part));
		break;
	case INCIDENT_REFS:
	case INCIDENT_SAMPLES:
		ids = part_list(field, part, &count);
		for (size_t i = 0; i < count; i++)
			strbuf_addf(&out, "%s%s%" PRId64, i ? ", " : "",
				    field->type == INCIDENT_REFS ? incident_kind(field->kind)->tag : "", ids[i]);
		break;
	default:
		text = part_text(field, part);
		return text ? text : "";
	}
	text = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return text;
}

/* ---- reading ------------------------------------------------------------------------- */

bool decimal_valid(const char *text)
{
	const char *at = text + (*text == '-');
	size_t whole = *at == '0' ? 1 : strspn(at, "0123456789"), fraction = 0;

	at += whole;
	if (*at == '.') {
		fraction = strspn(at + 1, "0123456789");
		at += 1 + fraction;
		if (!fraction)
			return false;
	}
	if (!whole || strlen(text) > 40)
		return false;
	if (*at == 'e' || *at == 'E') {
		at++;
		at += *at == '-' || *at == '+';
		whole = strspn(at, "0123456789");
		at += whole;
		if (!whole)
			return false;
	}
	return !*at;
}

static enum status unknown_word(const struct incident_field *field, const char *word, struct error *err)
{
	struct strbuf reason = STRBUF_INIT;

	words_explain(&reason, field->list, word);
	error_set(err, STATUS_USAGE, "%s: unknown word %s", field->name, reason.text);
	strbuf_release(&reason);
	return STATUS_USAGE;
}

/* The next of several, split at commas and blanks; NULL behind the last. */
static const char *next_word(struct arena *arena, const char **at)
{
	size_t len;
	const char *word;

	*at += strspn(*at, ", \t");
	len = strcspn(*at, ", \t");
	if (!len)
		return NULL;
	word = arena_text(arena, (struct slice){ *at, len });
	*at += len;
	return word;
}

static enum status read_reference(const struct incident_field *field, const char *word, int64_t *number, struct error *err)
{
	enum incident_child kind = field->kind;
	size_t digits = strspn(word, "0123456789");
	bool good = digits > 0 && digits < 10 && !word[digits];

	*number = 0;
	if (good)
		for (const char *digit = word; *digit; digit++)
			*number = *number * 10 + (*digit - '0');
	else
		good = incident_part_parse(word, &kind, number) && kind == field->kind;
	if (!good || *number < 1)
		return error_set(err, STATUS_USAGE, "%s: '%.40s' does not name %s, as %s1 does", field->name, word,
				 incident_kind(field->kind)->article, incident_kind(field->kind)->tag);
	return STATUS_OK;
}

/* "17", or "#17" as screens have it. Whether there is one is for the store to say. */
static enum status read_sample(const struct incident_field *field, const char *word, int64_t *number, struct error *err)
{
	const char *digits = word + (*word == '#');
	size_t len = strspn(digits, "0123456789");

	*number = 0;
	for (size_t i = 0; i < len && len < 19; i++)
		*number = *number * 10 + (digits[i] - '0');
	if (!len || len > 18 || digits[len] || !*number)
		return error_set(err, STATUS_USAGE, "%s: '%.40s' is not the number of a sample", field->name, word);
	return STATUS_OK;
}

static enum status read_several(struct arena *arena, const struct incident_field *field, void *part, const char *typed,
				struct error *err)
{
	int64_t *ids = arena_array(arena, strlen(typed) + 1, sizeof(*ids)), set = 0;
	size_t count = 0;
	const char *word;

	while ((word = next_word(arena, &typed))) {
		int64_t number = 0;
		size_t index, at = count;
		if (field->type == INCIDENT_TERMS) {
			if (!words_find(field->list, word, &index))
				return unknown_word(field, word, err);
			set |= (int64_t)1 << index;
			continue;
		}
		if ((field->type == INCIDENT_SAMPLES ? read_sample : read_reference)(field, word, &number, err) != STATUS_OK)
			return STATUS_USAGE;
		while (at > 0 && ids[at - 1] > number)
			at--;
		if (at > 0 && ids[at - 1] == number)
			continue;
		memmove(&ids[at + 1], &ids[at], (count - at) * sizeof(*ids));
		ids[at] = number;
		count++;
	}
	if (field->type == INCIDENT_TERMS)
		part_set_value(field, part, set);
	else
		part_set_list(field, part, ids, count);
	return STATUS_OK;
}

enum status part_read(struct arena *arena, const struct incident_field *field, void *part, const char *typed,
		       struct error *err)
{
	struct instant at = INSTANT_UNKNOWN;
	int64_t number = 0;
	size_t index = 0;

	switch (field->type) {
	case INCIDENT_TERM:
		if (typed[0] && !words_find(field->list, typed, &index))
			return unknown_word(field, typed, err);
		part_set_value(field, part, (int64_t)index);
		return STATUS_OK;
	case INCIDENT_TERMS:
	case INCIDENT_REFS:
	case INCIDENT_SAMPLES:
		return read_several(arena, field, part, typed, err);
	case INCIDENT_INSTANT:
		if (typed[0] && instant_parse(slice_of(typed), &at, err) != STATUS_OK)
			return error_wrap(err, STATUS_USAGE, "%s", field->name);
		part_set_instant(field, part, at);
		return STATUS_OK;
	case INCIDENT_REF:
		if (typed[0] && read_reference(field, typed, &number, err) != STATUS_OK)
			return STATUS_USAGE;
		part_set_value(field, part, number);
		return STATUS_OK;
	default:
		if (field->type == INCIDENT_DECIMAL && typed[0] && !decimal_valid(typed))
			return error_set(err, STATUS_USAGE, "%s: '%.40s' is not a number", field->name, typed);
		part_set_text(field, part, typed[0] ? arena_strdup(arena, typed) : NULL);
		return STATUS_OK;
	}
}
