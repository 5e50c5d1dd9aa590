/* docs/incident.schema.json (JSON Schema 2020-12 of the apply document) and docs/record.md:
 * what both say is the table of fields that the document's reader goes by. */
#include "cli/docs.h"
#include "core/base/json.h"
#include "core/exposure.h"
#include "core/incident_table.h"
#include "core/words.h"

static void begin(struct json_writer *json, const char *name)
{
	json_write_name(json, name);
	json_write_begin(json, '{');
}

static void end(struct json_writer *json)
{
	json_write_end(json, '}');
}

/* "type": ["string", "null"]: null empties what is stored. */
static void add_type(struct json_writer *json, const char *const *types)
{
	json_write_name(json, "type");
	json_write_begin(json, '[');
	for (; *types; types++)
		json_write_text(json, *types);
	json_write_text(json, "null");
	json_write_end(json, ']');
}

#define TYPES(...) (const char *const[]){ __VA_ARGS__, NULL }

static void add_words(struct json_writer *json, const char *list, bool also_null)
{
	const char *word;

	json_write_name(json, "enum");
	json_write_begin(json, '[');
	for (size_t i = 0; (word = words_at(list, i)); i++)
		json_write_text(json, word);
	if (strcmp(list, "yes_no") == 0) {
		json_write_bool(json, true);
		json_write_bool(json, false);
	}
	if (also_null)
		json_write_null(json);
	json_write_end(json, ']');
}

static void add_number(struct json_writer *json)
{
	json_write_member_int(json, "minimum", 1);
	json_write_member_int(json, "maximum", 999999999);
}

static void add_items(struct json_writer *json, const struct incident_field *field)
{
	add_type(json, TYPES("array"));
	begin(json, "items");
	if (field->type == INCIDENT_SAMPLES) {
		json_write_member(json, "$ref", "#/$defs/fingerprint");
	} else if (field->type == INCIDENT_TERMS) {
		add_words(json, field->list, false);
	} else {
		json_write_member(json, "type", "integer");
		add_number(json);
	}
	end(json);
}

static void add_field(struct json_writer *json, const struct incident_field *field)
{
	begin(json, field->name);
	json_write_member(json, "description", field->help);
	switch (field->type) {
	case INCIDENT_TERM:
		add_words(json, field->list, true);
		break;
	case INCIDENT_TERMS:
	case INCIDENT_REFS:
	case INCIDENT_SAMPLES:
		add_items(json, field);
		break;
	case INCIDENT_REF:
		add_type(json, TYPES("integer"));
		add_number(json);
		break;
	case INCIDENT_DECIMAL:
		add_type(json, TYPES("number", "string"));
		break;
	case INCIDENT_INSTANT:
		json_write_member(json, "$ref", "#/$defs/time");
		break;
	default:
		add_type(json, TYPES("string"));
		json_write_member_int(json, "maxLength", INCIDENT_TEXT_MAX);
		break;
	}
	end(json);
}

static void add_kind(struct json_writer *json, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);

	begin(json, table->word);
	json_write_member(json, "description", table->help);
	json_write_member(json, "type", "object");
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	begin(json, "properties");
	begin(json, "number");
	json_write_member(json, "type", "integer");
	add_number(json);
	end(json);
	for (size_t i = 0; i < table->field_count; i++)
		add_field(json, &table->fields[i]);
	end(json);
	json_write_name(json, "required");
	json_write_begin(json, '[');
	for (size_t i = 0; i < table->field_count; i++)
		if ((table->fields[i].flags & FIELD_NEEDED) == FIELD_NEEDED)
			json_write_text(json, table->fields[i].name);
	json_write_end(json, ']');
	end(json);
}

static void add_text(struct json_writer *json, const char *name, const char *help)
{
	begin(json, name);
	json_write_member(json, "description", help);
	add_type(json, TYPES("string"));
	end(json);
}

static void add_head(struct json_writer *json)
{
	size_t count;
	const struct section_kind *sections = section_kinds(&count);

	begin(json, "key");
	json_write_member(json, "description", "without it a new incident is made each time");
	add_type(json, TYPES("string"));
	json_write_member(json, "pattern", "^(INC-[0-9]{4}-[0-9]{4,9})?$");
	end(json);
	add_text(json, "title", "the one member that a new incident must have");
	begin(json, "status");
	add_words(json, "incident_status", true);
	end(json);
	begin(json, "severity");
	add_words(json, "severity", true);
	end(json);
	add_text(json, "severity_rationale", "why that one");
	add_text(json, "partial", "what is still open although it counts as resolved");
	add_text(json, "duplicate_of", "key of the incident that covers it");
	add_text(json, "signature", "query that finds what it was about, for the watch after the fix");
	begin(json, "illustrative");
	json_write_member(json, "description", "made to show something");
	add_type(json, TYPES("boolean"));
	end(json);
	begin(json, "computed");
	json_write_member(json, "description", "what follows from the rest, as it is shown; passed over by apply");
	add_type(json, TYPES("object"));
	end(json);
	begin(json, "sections");
	json_write_member(json, "description", "Markdown; those not named stay, an empty text takes one out");
	add_type(json, TYPES("object"));
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	begin(json, "properties");
	for (size_t i = 0; i < count; i++)
		add_text(json, sections[i].key, sections[i].prompt);
	end(json);
	end(json);
}

static void add_members(struct json_writer *json)
{
	begin(json, "members");
	json_write_member(json, "description", "samples; they are only ever added");
	add_type(json, TYPES("array"));
	begin(json, "items");
	json_write_member(json, "type", "object");
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	begin(json, "properties");
	begin(json, "sample");
	json_write_member(json, "$ref", "#/$defs/fingerprint");
	end(json);
	begin(json, "query");
	json_write_member(json, "description", "all samples that match now");
	json_write_member(json, "type", "string");
	end(json);
	begin(json, "role");
	add_words(json, "member_role", true);
	end(json);
	end(json);
	end(json);
	end(json);
}

static void add_incident(struct json_writer *json)
{
	begin(json, "incident");
	json_write_member(json, "type", "object");
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	begin(json, "properties");
	add_head(json);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++) {
		const struct incident_kind *table = incident_kind((enum incident_child)kind);
		char reference[64];
		snprintf(reference, sizeof(reference), "#/$defs/%s", table->word);
		begin(json, table->words);
		json_write_member(json, "description", table->help);
		add_type(json, TYPES("array"));
		json_write_member_int(json, "maxItems", INCIDENT_CHILDREN_MAX);
		begin(json, "items");
		json_write_member(json, "$ref", reference);
		end(json);
		end(json);
	}
	add_members(json);
	end(json);
	end(json);
}

static void add_required(struct json_writer *json, const char *name)
{
	json_write_begin(json, '{');
	json_write_name(json, "required");
	json_write_begin(json, '[');
	json_write_text(json, name);
	json_write_end(json, ']');
	json_write_end(json, '}');
}

static void add_exposures(struct json_writer *json)
{
	begin(json, "exposures");
	json_write_member(json, "description", "denominators: how many outputs were produced on a day with these values");
	json_write_member(json, "type", "array");
	begin(json, "items");
	json_write_member(json, "type", "object");
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	begin(json, "properties");
	begin(json, "day");
	json_write_member(json, "description", "2026-03-04");
	json_write_member(json, "type", "string");
	end(json);
	begin(json, "outputs");
	json_write_member(json, "type", "integer");
	json_write_member_int(json, "minimum", 0);
	json_write_member_int(json, "maximum", EXPOSURE_OUTPUTS_MAX);
	end(json);
	begin(json, "values");
	json_write_member(json, "description", "keys that all outputs have (model, lang, …) and their values; null: none");
	add_type(json, TYPES("object"));
	json_write_member_int(json, "maxProperties", EXPOSURE_KEYS_MAX);
	begin(json, "additionalProperties");
	add_type(json, TYPES("string"));
	end(json);
	end(json);
	end(json);
	json_write_name(json, "required");
	json_write_begin(json, '[');
	json_write_text(json, "day");
	json_write_text(json, "outputs");
	json_write_end(json, ']');
	end(json);
	end(json);
}

void docs_schema(struct arena *arena, struct strbuf *out)
{
	struct json_writer *json = arena_alloc(arena, sizeof(*json));

	json_write_init(json, out, 1);
	json_write_begin(json, '{');
	json_write_member(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
	json_write_member(json, "title", "The apply document of Aitia");
	json_write_member(json, "description", "Made by `aitia docs schema` from the program's tables; docs/apply.md explains it.");
	json_write_member(json, "type", "object");
	json_write_name(json, "additionalProperties");
	json_write_bool(json, false);
	json_write_name(json, "anyOf"); /* one of the two lists at least */
	json_write_begin(json, '[');
	add_required(json, "incidents");
	add_required(json, "exposures");
	json_write_end(json, ']');
	begin(json, "properties");
	begin(json, "aitia");
	json_write_member(json, "description", "version of this form");
	json_write_member_int(json, "const", 1);
	end(json);
	begin(json, "incidents");
	json_write_member(json, "type", "array");
	begin(json, "items");
	json_write_member(json, "$ref", "#/$defs/incident");
	end(json);
	end(json);
	add_exposures(json);
	end(json);
	begin(json, "$defs");
	add_incident(json);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		add_kind(json, (enum incident_child)kind);
	begin(json, "fingerprint");
	json_write_member(json, "description", "of a sample, as `aitia show ID --json` has it");
	json_write_member(json, "type", "string");
	json_write_member(json, "pattern", "^sha256:[0-9a-fA-F]{64}$");
	end(json);
	begin(json, "time");
	json_write_member(json, "description", "ISO 8601, as far as it is known: 2026, 2026-03, 2026-03-04, 2026-03-04T10:10Z");
	add_type(json, TYPES("string"));
	end(json);
	end(json);
	json_write_end(json, '}');
	strbuf_addch(out, '\n');
}

/* ---- docs/record.md ----------------------------------------------------------------------- */

static void add_meaning(struct strbuf *out, const struct incident_field *field)
{
	switch (field->type) {
	case INCIDENT_MARKDOWN:
		strbuf_addstr(out, "Markdown");
		break;
	case INCIDENT_DECIMAL:
		strbuf_addstr(out, "number");
		break;
	case INCIDENT_CODE:
		strbuf_addstr(out, "code of a cause");
		break;
	case INCIDENT_KEY:
		strbuf_addstr(out, "key of an incident");
		break;
	case INCIDENT_TERM:
		strbuf_addf(out, "[%s](terms.md#%s)", field->list, field->list);
		break;
	case INCIDENT_TERMS:
		strbuf_addf(out, "list of [%s](terms.md#%s)", field->list, field->list);
		break;
	case INCIDENT_INSTANT:
		strbuf_addstr(out, "time");
		break;
	case INCIDENT_REF:
		strbuf_addf(out, "number of %s", incident_kind(field->kind)->article);
		break;
	case INCIDENT_REFS:
		strbuf_addf(out, "numbers of %s", incident_kind(field->kind)->words);
		break;
	case INCIDENT_SAMPLES:
		strbuf_addstr(out, "fingerprints of samples");
		break;
	case INCIDENT_TEXT:
		strbuf_addstr(out, "text");
		break;
	}
}

void docs_record(struct arena *arena, struct strbuf *out)
{
	(void)arena;
	strbuf_addstr(out, "# The record of an incident\n\nMade by `aitia docs record` from the program's tables; do not edit.\n\n"
			   "What an incident's record holds besides its head, its sections and its samples: parts of these "
			   "kinds, each with\na number. They stand in the [apply document](apply.md) under their plural, are "
			   "added and changed by\n`aitia incident put`, and are named by their tag: `CO1`. Fields in bold must be "
			   "given.\n");
	for (int i = 0; i < INCIDENT_CHILD_KINDS; i++) {
		const struct incident_kind *table = incident_kind((enum incident_child)i);
		strbuf_addf(out, "\n## %s\n\n%s (`%s1`): %s.\n\n| field | is | says |\n| --- | --- | --- |\n", table->words, table->word,
			    table->tag, table->help);
		for (size_t f = 0; f < table->field_count; f++) {
			const struct incident_field *field = &table->fields[f];
			const char *mark = (field->flags & FIELD_NEEDED) == FIELD_NEEDED ? "**" : "";
			strbuf_addf(out, "| %s`%s`%s | ", mark, field->name, mark);
			add_meaning(out, field);
			strbuf_addf(out, " | %s |\n", field->help);
		}
	}
}
