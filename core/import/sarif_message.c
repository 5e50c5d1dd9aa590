/* Messages (3.11): a text of their own, or one by id; with arguments and embedded links. */
#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/import/sarif.h"

/* ---- placeholders (3.11.5) ---------------------------------------------------------------- */

/* {0} … {n} become arguments, {{ and }} single braces. A placeholder without its argument,
 * and a brace that belongs to nothing, stay as they are: many tools write code into
 * messages and escape nothing. */
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

/* ---- embedded links (3.11.6) ----------------------------------------------------------------- */

/* The end of the link text whose "[" is at `at`: its "]"; NULL when it is no link text. */
static const char *link_text_end(const char *at)
{
	for (at++; *at && *at != '[' && *at != ']'; at++)
		if (*at == '\\' && at[1] && strchr("\\[]", at[1]))
			at++;
	return *at == ']' ? at : NULL;
}

/* Backslashes in front of brackets and of themselves are for the syntax. */
static void add_link_text(struct strbuf *out, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '\\' && at + 1 < end && strchr("\\[]", at[1]))
			at++;
		strbuf_addch(out, *at);
	}
}

/* " (src/input.c:25:19)" */
static void add_place(struct strbuf *out, struct record *record, struct sarif_run *run, const struct json *location)
{
	const struct json *physical = json_get(location, "physicalLocation");
	struct sarif_spot spot;

	sarif_spot_read(record, run, json_get(physical, "artifactLocation"), json_get(physical, "region"), NULL, false, &spot);
	const char *name = spot.path ? spot.path : sarif_logical_name(record, run, location);
	if (!name)
		return;
	strbuf_addf(out, " (%s", name);
	if (spot.where.start_line)
		strbuf_addf(out, ":%" PRId64, spot.where.start_line);
	if (spot.where.start_line && spot.where.start_column)
		strbuf_addf(out, ":%" PRId64, spot.where.start_column);
	strbuf_addch(out, ')');
}

/* Writes the link at `at` as text and answers its end; NULL when there is none. What points
 * to a location that the result does not have is no link: "table[i](1)" is code. */
static const char *add_link(struct strbuf *out, struct record *record, const struct sarif_context *context,
			    const char *at)
{
	const char *end = link_text_end(at);

	if (!end || end[1] != '(')
		return NULL;
	const char *target = end + 2, *close = strchr(target, ')');
	size_t digits = strspn(target, "0123456789");
	if (!close)
		return NULL;
	if (digits > 0 && digits < 10 && target + digits == close) {
		int64_t id = 0;
		for (size_t i = 0; i < digits; i++)
			id = id * 10 + (target[i] - '0');
		const struct json *location = sarif_location_by_id(context->result, id);
		if (!location)
			return NULL;
		add_link_text(out, at + 1, end);
		add_place(out, record, context->run, location);
		return close + 1;
	}
	if (!sarif_uri_has_scheme(target, "sarif")) /* a web address is read as it stands */
		return NULL;
	add_link_text(out, at + 1, end);
	return close + 1;
}

static const char *resolve_links(struct record *record, const struct sarif_context *context, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	const char *after;

	if (!strstr(text, "]("))
		return text;
	while (*text) {
		if (*text == '[' && (after = add_link(&out, record, context, text)) != NULL)
			text = after;
		else
			strbuf_addch(&out, *text++);
	}
	const char *resolved = arena_text(&record->arena, strbuf_slice(&out));
	strbuf_release(&out);
	return resolved;
}

/* ---- look-up (3.11.7) --------------------------------------------------------------------------- */

/* Text, or Markdown where there is no text; "" counts as none. */
static const char *text_of(struct record *record, const struct json *message)
{
	const char *text = sarif_word(&record->arena, json_get(message, "text"));

	if (json_is(message, JSON_STRING)) /* as strings of rules were before 2.1.0 */
		return sarif_word(&record->arena, message);
	return text ? text : sarif_word(&record->arena, json_get(message, "markdown"));
}

/* A string of the rule, else one of its component, else one of the driver. */
static const char *text_by_id(struct record *record, const struct sarif_context *context, const char *id)
{
	const struct json *const tables[] = { context->rule ? context->rule->messages : NULL,
					      sarif_component_at(context->run, context->component)->global_messages,
					      context->run->driver.global_messages };

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const char *text = text_of(record, json_get(tables[i], id));
		if (text)
			return text;
	}
	return NULL;
}

const char *sarif_message_text(struct record *record, const struct sarif_context *context,
			       const struct json *message, bool is_main)
{
	const struct json *arguments = json_get(message, "arguments");
	bool has_arguments = json_is(arguments, JSON_ARRAY) && arguments->count > 0;
	const char *text, *id = NULL;

	if (json_is(message, JSON_STRING)) /* as version 1 wrote it */
		return sarif_word(&record->arena, message);
	text = text_of(record, message);
	if (!text) {
		id = sarif_word(&record->arena, json_get(message, "id"));
		text = id ? text_by_id(record, context, id) : NULL;
		has_arguments = true; /* a string of the tool's is escaped even where it has none */
	}
	if (text) {
		text = has_arguments ? fill_in(record, text, arguments) : text;
		return resolve_links(record, context, text);
	}
	if (is_main && context->rule && context->rule->summary)
		return context->rule->summary;
	return id;
}
