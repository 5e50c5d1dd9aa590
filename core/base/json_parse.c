/*
 * The tree parser: one pass by recursive descent, JSON_DEPTH_MAX deep at most.
 * Nodes lie in the arena; what a node says about bytes borrows from the text.
 */
#include <inttypes.h>

#include "core/base/json_scan.h"

struct parser {
	struct json_scan scan;
	struct arena *arena;
	int depth;
	bool constants; /* see json_reader_set_constants() */
};

static bool fault(struct parser *parser, const char *reason)
{
	parser->scan.fault = reason;
	return false;
}

static void skip_blanks(struct parser *parser)
{
	parser->scan.at = json_skip_blanks(parser->scan.at, parser->scan.end);
}

/* The byte at hand, or NUL at the end, which no grammar rule accepts either. */
static char at_hand(const struct parser *parser)
{
	return parser->scan.at < parser->scan.end ? *parser->scan.at : '\0';
}

static bool parse_literal(struct parser *parser, const char *word, size_t len_bytes)
{
	if ((size_t)(parser->scan.end - parser->scan.at) < len_bytes ||
	    memcmp(parser->scan.at, word, len_bytes) != 0)
		return fault(parser, "a value is expected");
	parser->scan.at += len_bytes;
	return true;
}

static bool parse_string(struct parser *parser, struct slice *out)
{
	struct json_string string;

	if (!json_scan_string(&parser->scan, &string))
		return false;
	*out = json_string_value(parser->arena, &string);
	return true;
}

static bool parse_name(struct parser *parser, struct slice *out)
{
	skip_blanks(parser);
	if (at_hand(parser) != '"')
		return fault(parser, "a name in quotes is expected");
	if (!parse_string(parser, out))
		return false;
	skip_blanks(parser);
	if (at_hand(parser) != ':')
		return fault(parser, "a colon is expected behind a name");
	parser->scan.at++;
	return true;
}

/* What Python's json and pydantic write for a number that is none; see parser.constants. */
static bool parse_constant(struct parser *parser)
{
	static const char *const words[] = { "NaN", "Infinity", "-Infinity" };
	size_t left = (size_t)(parser->scan.end - parser->scan.at);

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);
		if (left < len || memcmp(parser->scan.at, words[i], len) != 0)
			continue;
		parser->scan.at += len;
		return true;
	}
	return false;
}

static bool parse_value(struct parser *parser, struct json *value);

/* At the opening bracket. */
static bool parse_children(struct parser *parser, struct json *parent, char closing)
{
	struct json *last = NULL;

	if (++parser->depth > JSON_DEPTH_MAX)
		return fault(parser, "the brackets are nested too deep");
	parser->scan.at++;
	skip_blanks(parser);
	if (at_hand(parser) == closing)
		goto closed;
	for (;;) {
		struct json *child = arena_alloc(parser->arena, sizeof(*child));
		if (closing == '}' && !parse_name(parser, &child->name))
			return false;
		skip_blanks(parser);
		if (!parse_value(parser, child))
			return false;
		if (parent->count == UINT32_MAX)
			return fault(parser, "there are too many members");
		parent->count++;
		if (last)
			last->next = child;
		else
			parent->first = child;
		last = child;

		skip_blanks(parser);
		if (at_hand(parser) == closing)
			break;
		if (at_hand(parser) != ',')
			return fault(parser, closing == '}' ? "a comma or } is expected" : "a comma or ] is expected");
		parser->scan.at++;
	}
closed:
	parser->scan.at++;
	parser->depth--;
	return true;
}

/* Behind blanks. */
static bool parse_value(struct parser *parser, struct json *value)
{
	const char *start = parser->scan.at;
	bool good = false;

	if (start == parser->scan.end)
		return fault(parser, "the text ends where a value is expected");
	if (parser->constants && parse_constant(parser)) {
		value->type = JSON_NULL;
		value->raw = (struct slice){ start, (size_t)(parser->scan.at - start) };
		return true;
	}
	if (!json_type_of(*start, &value->type))
		return fault(parser, "a value is expected");
	switch (value->type) {
	case JSON_NULL:
		good = parse_literal(parser, "null", 4);
		break;
	case JSON_FALSE:
		good = parse_literal(parser, "false", 5);
		break;
	case JSON_TRUE:
		good = parse_literal(parser, "true", 4);
		break;
	case JSON_NUMBER:
		good = json_scan_number(&parser->scan);
		value->text = (struct slice){ start, (size_t)(parser->scan.at - start) };
		break;
	case JSON_STRING:
		good = parse_string(parser, &value->text);
		break;
	case JSON_ARRAY:
		good = parse_children(parser, value, ']');
		break;
	case JSON_OBJECT:
		good = parse_children(parser, value, '}');
		break;
	}
	value->raw = (struct slice){ start, (size_t)(parser->scan.at - start) };
	return good;
}

/* Whether it cannot have more values than are allowed: all but the first stand behind a
 * bracket or a comma. Looked at before the tree is made, which would take the memory. */
static bool few_enough(struct slice text)
{
	const char *at = text.at, *end = at + text.len_bytes;
	size_t values = 1;
	bool in_string = false;

	if (text.len_bytes / 2 < JSON_VALUES_MAX) /* each takes two bytes at least */
		return true;
	while (at < end && values <= JSON_VALUES_MAX) {
		if (in_string) {
			at = json_plain_run(at, end, false);
			if (at < end && *at == '\\')
				at++;
			else
				in_string = false;
		} else {
			in_string = *at == '"';
			values += *at == ',' || *at == '[' || *at == '{';
		}
		if (at < end)
			at++;
	}
	return values <= JSON_VALUES_MAX;
}

enum status json_parse_at(struct arena *arena, struct slice text, uint64_t base, bool relaxed_utf8,
			  bool constants, size_t *invalid, const struct json **out, struct error *err)
{
	struct parser parser = { .arena = arena, .constants = constants };

	*out = NULL;
	if (invalid)
		*invalid = 0;
	if (!text.at)
		text = slice_of("");
	parser.scan = (struct json_scan){ .at = text.at, .end = text.at + text.len_bytes, .relaxed = relaxed_utf8 };

	if (!few_enough(text))
		return error_set(err, STATUS_INPUT, "the value is too large: it has more than %zu values", JSON_VALUES_MAX);
	struct json *root = arena_alloc(arena, sizeof(*root));
	skip_blanks(&parser);
	if (parse_value(&parser, root)) {
		skip_blanks(&parser);
		if (parser.scan.at == parser.scan.end) {
			if (invalid)
				*invalid = parser.scan.invalid;
			*out = root;
			return STATUS_OK;
		}
		fault(&parser, "there is something behind the value");
	}
	return error_set(err, STATUS_INPUT, "byte %" PRIu64 ": %s", base + (uint64_t)(parser.scan.at - text.at),
			 parser.scan.fault);
}

enum status json_parse(struct arena *arena, struct slice text, bool relaxed_utf8, size_t *invalid,
		       const struct json **out, struct error *err)
{
	return json_parse_at(arena, text, 0, relaxed_utf8, false, invalid, out, err);
}

void json_fault_reason(char *out, size_t room, const struct error *fault, const char *of)
{
	const char *colon = strncmp(fault->text, "byte ", 5) == 0 ? strchr(fault->text, ':') : NULL;

	if (!colon)
		snprintf(out, room, "%s", fault->text);
	else
		snprintf(out, room, "broken JSON: %.*s%s%s%s", (int)(colon - fault->text), fault->text, of ? " of " : "",
			 of ? of : "", colon);
}
