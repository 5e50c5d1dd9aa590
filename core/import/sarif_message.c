/* Messages (3.11): a text of their own, or one by id with arguments. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/sarif.h"

/* {0} … {n} become arguments, {{ and }} single braces (3.11.5). A placeholder without
 * its argument, and a brace that belongs to nothing, stay as they are: many tools write
 * code into messages and escape nothing. */
static const char *fill_in(struct record *record, const char *text, const struct json *arguments)
{
	struct strbuf out = STRBUF_INIT;

	for (const char *at = text; *at; at++) {
		if ((at[0] == '{' && at[1] == '{') || (at[0] == '}' && at[1] == '}')) {
			strbuf_addch(&out, *at++);
			continue;
		}
		size_t digits = at[0] == '{' ? strspn(at + 1, "0123456789") : 0;
		if (digits > 0 && digits < 5 && at[1 + digits] == '}') {
			size_t index = 0;
			for (size_t i = 0; i < digits; i++)
				index = index * 10 + (size_t)(at[1 + i] - '0');
			const char *argument = record_text(record, json_at(arguments, index));
			if (argument) {
				strbuf_addstr(&out, argument);
				at += digits + 1;
				continue;
			}
		}
		strbuf_addch(&out, *at);
	}
	const char *filled = arena_text(&record->arena, strbuf_slice(&out));
	strbuf_release(&out);
	return filled;
}

/* Text, or Markdown where there is no text; "" counts as none. */
static const char *text_of(struct record *record, const struct json *message)
{
	static const char *const names[] = { "text", "markdown" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *text = json_text(&record->arena, json_get(message, names[i]));
		if (text && text[0])
			return text;
	}
	return NULL;
}

/* A string of the rule, else one of its component, else one of the driver (3.11.7). */
static const char *text_by_id(struct record *record, const struct sarif_run *run,
			      const struct sarif_component *component, const struct sarif_rule *rule, const char *id)
{
	const struct json *const tables[] = { rule ? rule->messages : NULL, component->global_messages,
					      run->driver.global_messages };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const char *text = text_of(record, json_get(tables[i], id));
		if (text)
			return text;
	}
	return NULL;
}

const char *sarif_message_text(struct record *record, const struct sarif_run *run,
			       const struct sarif_component *component, const struct sarif_rule *rule,
			       const struct json *message)
{
	const struct json *arguments = json_get(message, "arguments");
	bool has_arguments = json_is(arguments, JSON_ARRAY) && arguments->count > 0;
	const char *text, *id;

	if (json_is(message, JSON_STRING)) /* as version 1 wrote it */
		return json_text(&record->arena, message);
	text = text_of(record, message);
	if (text)
		return has_arguments ? fill_in(record, text, arguments) : text;
	id = json_text(&record->arena, json_get(message, "id"));
	if (id)
		text = text_by_id(record, run, component, rule, id);
	if (text)
		return fill_in(record, text, arguments);
	if (rule && rule->summary)
		return rule->summary;
	return id;
}
