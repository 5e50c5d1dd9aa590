/*
 * What versions before 2.1.0 have in other places and under other names, put as 2.1.0 has
 * it before anybody looks at it. Sources: the schemata of 1.0.0 and 2.0.0, and what
 * sarif-sdk's SarifVersionOneToCurrentVisitor (1.0.0) and PrereleaseCompatibilityTransformer
 * (2.0.0 and its drafts) make of them. It goes by the shape of a value: the drafts lie
 * anywhere between 1.0.0 and 2.1.0.
 */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/sarif.h"

typedef const struct json *mapping(struct arena *arena, const struct json *value);

/* A member, what 2.1.0 calls it, and what becomes of its value (NULL: it stays). */
struct renamed {
	const char *old, *name;
	mapping *map;
};

/* ---- values ------------------------------------------------------------------------- */

static struct json *new_value(struct arena *arena, enum json_type type)
{
	struct json *value = arena_alloc(arena, sizeof(*value));

	*value = (struct json){ .type = type };
	return value;
}

static const struct json *new_text(struct arena *arena, const char *text)
{
	struct json *value = new_value(arena, JSON_STRING);

	value->text = slice_of(text);
	return value;
}

/* A copy of the value behind the last of the array or object; the new last one. */
static struct json *append(struct arena *arena, struct json *container, struct json *last, const struct json *value)
{
	struct json *own = new_value(arena, JSON_NULL);

	*own = *value;
	own->next = NULL;
	if (last)
		last->next = own;
	else
		container->first = own;
	container->count++;
	return own;
}

/* The object and that member behind its others, so that it is the one that counts; without
 * a value the object as it is. No object: a new one. */
static const struct json *with(struct arena *arena, const struct json *object, const char *name,
			       const struct json *value)
{
	if (!value)
		return object;
	struct json *copy = new_value(arena, JSON_OBJECT), *last = NULL;
	const struct json *member = object && json_is(object, JSON_OBJECT) ? object->first : NULL;
	for (; member; member = member->next)
		last = append(arena, copy, last, member);
	last = append(arena, copy, last, value);
	last->name = slice_of(name);
	return copy;
}

static const struct json *only(struct arena *arena, const char *name, const struct json *value)
{
	return with(arena, NULL, name, value);
}

/* The array with that as its first element, in place of the one that it has. */
static const struct json *with_first(struct arena *arena, const struct json *array, const struct json *value)
{
	struct json *copy = new_value(arena, JSON_ARRAY), *last = append(arena, copy, NULL, value);
	const struct json *rest = sarif_first(array);

	for (rest = rest ? rest->next : NULL; rest; rest = rest->next)
		last = append(arena, copy, last, rest);
	return copy;
}

static const struct json *alone(struct arena *arena, const struct json *value)
{
	return value ? with_first(arena, NULL, value) : NULL;
}

/* The value mapped, an array element by element. */
static const struct json *each(struct arena *arena, const struct json *value, mapping *map)
{
	if (!json_is(value, JSON_ARRAY))
		return map(arena, value);
	struct json *array = new_value(arena, JSON_ARRAY), *last = NULL;
	for (const struct json *one = value->first; one; one = one->next)
		last = append(arena, array, last, map(arena, one));
	return array;
}

/* An object with its members renamed and mapped; any other value as it is. */
static const struct json *reshape(struct arena *arena, const struct json *object, const struct renamed *table,
				  size_t count)
{
	if (!json_is(object, JSON_OBJECT))
		return object;
	struct json *copy = new_value(arena, JSON_OBJECT), *last = NULL;
	for (const struct json *member = object->first; member; member = member->next) {
		const struct renamed *entry = table, *end = table + count;
		while (entry < end && !slice_is(member->name, entry->old))
			entry++;
		last = append(arena, copy, last, entry < end && entry->map ? each(arena, member, entry->map) : member);
		last->name = entry < end ? slice_of(entry->name) : member->name;
	}
	return copy;
}

#define RESHAPE(arena, object, table) reshape(arena, object, table, ARRAY_LEN(table))

/* ---- messages and places ---------------------------------------------------------------- */

/* A string in 1.0.0; 2.0.0 has "messageId" and "richText". */
static const struct json *message(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "messageId", "id", NULL }, { "formatId", "id", NULL },
						  { "richText", "markdown", NULL } };

	return json_is(value, JSON_STRING) ? only(arena, "text", value) : RESHAPE(arena, value, members);
}

static const struct json *file_location(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "fileIndex", "index", NULL } };

	return RESHAPE(arena, value, members);
}

/* 1.0.0 has URIs directly in what lies in a file. */
static const struct json *with_file(struct arena *arena, const struct json *value)
{
	const struct json *location = only(arena, "uri", json_get(value, "uri"));

	return with(arena, value, "artifactLocation", with(arena, location, "uriBaseId", json_get(value, "uriBaseId")));
}

/* In 1.0.0 an offset is one of bytes. */
static const struct json *region(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "offset", "byteOffset", NULL }, { "length", "byteLength", NULL } };

	return RESHAPE(arena, value, members);
}

static const struct json *physical(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "fileLocation", "artifactLocation", file_location },
						  { "region", "region", region } };

	return with_file(arena, RESHAPE(arena, value, members));
}

/* The text in the region of the location. */
static const struct json *with_snippet(struct arena *arena, const struct json *location, const struct json *text)
{
	const struct json *place = json_get(location, "physicalLocation");

	if (!json_is(text, JSON_STRING))
		return location;
	const struct json *where = with(arena, json_get(place, "region"), "snippet", only(arena, "text", text));
	return with(arena, location, "physicalLocation", with(arena, place, "region", where));
}

/* A location, and 1.0.0's annotatedCodeLocation, which is one with a snippet. */
static const struct json *location(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "physicalLocation", "physicalLocation", physical },
						  { "resultFile", "physicalLocation", physical },
						  { "message", "message", message },
						  { "logicalLocation", "logicalLocations", alone } };
	const struct json *name = json_get(value, "fullyQualifiedLogicalName");
	const struct json *index = json_get(value, "logicalLocationIndex");
	const struct json *self = RESHAPE(arena, value, members);

	if (!json_is(json_get(self, "physicalLocation"), JSON_OBJECT) && json_is(json_get(value, "analysisTarget"), JSON_OBJECT))
		self = with(arena, self, "physicalLocation", physical(arena, json_get(value, "analysisTarget")));
	if (name || index)
		self = with(arena, self, "logicalLocations",
			    alone(arena, with(arena, only(arena, "fullyQualifiedName", name), "index", index)));
	self = with(arena, self, "id", json_path(self, "physicalLocation.id"));
	return with_snippet(arena, self, json_get(value, "snippet"));
}

/* ---- flows, stacks, fixes ------------------------------------------------------------------ */

/* In 1.0.0 a step is its own location. */
static const struct json *step(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "location", "location", location }, { "kind", "kinds", alone } };
	const struct json *self = RESHAPE(arena, value, members);

	return json_get(self, "location") ? self : with(arena, self, "location", location(arena, value));
}

static const struct json *thread(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "message", "message", message }, { "locations", "locations", step } };

	return RESHAPE(arena, value, members);
}

/* 1.0.0 has no threads: its steps are in the order in which they ran. */
static const struct json *flow(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "message", "message", message }, { "threadFlows", "threadFlows", thread } };
	const struct json *steps = json_get(value, "locations"), *self = RESHAPE(arena, value, members);

	if (!json_is(steps, JSON_ARRAY))
		return self;
	return with(arena, self, "threadFlows", alone(arena, only(arena, "locations", each(arena, steps, step))));
}

/* In 1.0.0 a frame is its own location, with a line and a column of its own. */
static const struct json *frame(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "location", "location", location } };
	const struct json *self = RESHAPE(arena, value, members), *uri = json_get(value, "uri");

	if (json_get(self, "location") || !json_is(value, JSON_OBJECT))
		return self;
	const struct json *where = only(arena, "startLine", json_get(value, "line"));
	where = with(arena, where, "startColumn", json_get(value, "column"));
	const struct json *place = with(arena, only(arena, "uri", uri), "uriBaseId", json_get(value, "uriBaseId"));
	return with(arena, self, "location",
		    location(arena, with(arena, value, "physicalLocation", with(arena, place, "region", where))));
}

static const struct json *stack(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "message", "message", message }, { "frames", "frames", frame } };

	return RESHAPE(arena, value, members);
}

/* The value of a digit of Base64 (RFC 4648, section 4); -1: it is none. */
static int digit_value(char digit)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = digit ? strchr(digits, digit) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Any text that 1.0.0 inserts is in Base64: {"text": …} if it is one, else {"binary": …}. */
static const struct json *inserted(struct arena *arena, const struct json *bytes)
{
	struct slice in = json_slice(bytes);
	char *out = arena_alloc(arena, in.len_bytes + 1);
	uint32_t bits = 0;
	size_t len = 0, count = 0;

	while (in.len_bytes > 0 && in.at[in.len_bytes - 1] == '=')
		in.len_bytes--;
	for (int value; count < in.len_bytes && (value = digit_value(in.at[count])) >= 0; count++) {
		bits = bits << 6 | (uint32_t)value;
		if (count % 4 != 0)
			out[len++] = (char)(bits >> (6 - 2 * (count % 4)) & 0xFF);
	}
	if (!in.at || count < in.len_bytes || !utf8_valid((struct slice){ out, len }))
		return only(arena, "binary", bytes);
	struct json *text = new_value(arena, JSON_STRING);
	text->text = (struct slice){ out, len };
	return only(arena, "text", text);
}

static const struct json *replacement(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "deletedRegion", "deletedRegion", region } };
	const struct json *offset = json_get(value, "offset"), *bytes = json_get(value, "insertedBytes");
	const struct json *self = RESHAPE(arena, value, members);

	if (offset)
		self = with(arena, self, "deletedRegion",
			    with(arena, only(arena, "byteOffset", offset), "byteLength", json_get(value, "deletedLength")));
	return bytes ? with(arena, self, "insertedContent", inserted(arena, bytes)) : self;
}

static const struct json *change(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "fileLocation", "artifactLocation", file_location },
						  { "replacements", "replacements", replacement } };

	return with_file(arena, RESHAPE(arena, value, members));
}

static const struct json *fix(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "description", "description", message },
						  { "fileChanges", "artifactChanges", change },
						  { "changes", "artifactChanges", change } };

	return RESHAPE(arena, value, members);
}

/* ---- results ---------------------------------------------------------------------------------- */

/* "suppressedInSource" as {"kind": "inSource"} */
static const struct json *suppression(struct arena *arena, const struct json *value)
{
	struct slice word = json_slice(value);

	if (!word.at)
		return value;
	if (slice_is(word, "suppressedInSource"))
		value = new_text(arena, "inSource");
	else if (slice_is(word, "suppressedExternally"))
		value = new_text(arena, "external");
	return only(arena, "kind", value);
}

/* Until 2.0.0 a level told the kind as well. */
static const struct json *with_kind(struct arena *arena, const struct json *result)
{
	struct slice level = json_slice(json_get(result, "level"));

	if (!level.at || !(slice_is(level, "pass") || slice_is(level, "notApplicable") || slice_is(level, "open")))
		return result;
	result = with(arena, result, "kind", json_get(result, "level"));
	return with(arena, result, "level", new_text(arena, "none"));
}

/* The key of its rule among those of the run, where that is not the rule's id. */
static const struct json *with_rule(struct arena *arena, const struct json *result)
{
	const struct json *key = json_get(result, "ruleKey");

	if (!json_is(key, JSON_STRING))
		return result;
	return with(arena, result, "rule", with(arena, only(arena, "id", key), "guid", key));
}

const struct json *sarif_older_result(struct arena *arena, const struct json *result)
{
	static const struct renamed members[] = {
		{ "message", "message", message },
		{ "formattedRuleMessage", "message", message },
		{ "analysisTarget", "analysisTarget", file_location },
		{ "locations", "locations", location },
		{ "relatedLocations", "relatedLocations", location },
		{ "codeFlows", "codeFlows", flow },
		{ "stacks", "stacks", stack },
		{ "fixes", "fixes", fix },
		{ "suppressionStates", "suppressions", suppression },
		{ "suppressions", "suppressions", suppression },
		{ "resultProvenance", "provenance", NULL },
		{ "instanceGuid", "guid", NULL },
		{ "id", "guid", NULL },
	};
	const struct json *contribution = json_get(result, "toolFingerprintContribution");
	const struct json *snippet = json_get(result, "snippet");
	const struct json *self = with_rule(arena, with_kind(arena, RESHAPE(arena, result, members)));

	if (contribution)
		self = with(arena, self, "partialFingerprints", only(arena, "toolFingerprintContribution", contribution));
	if (!json_is(snippet, JSON_STRING))
		return self;
	const struct json *places = json_get(self, "locations"); /* the snippet is of the first */
	return with(arena, self, "locations", with_first(arena, places, with_snippet(arena, sarif_first(places), snippet)));
}

/* ---- rules, invocations -------------------------------------------------------------------------- */

/* The text of a message; a string is one itself. */
static const struct json *plain(struct arena *arena, const struct json *value)
{
	const struct json *text = json_get(value, "text");

	(void)arena;
	return text ? text : value;
}

static const struct json *configuration(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "defaultLevel", "level", NULL }, { "defaultRank", "rank", NULL } };

	return RESHAPE(arena, value, members);
}

const struct json *sarif_older_rule(struct arena *arena, const struct json *rule)
{
	static const struct renamed members[] = {
		{ "name", "name", plain },
		{ "shortDescription", "shortDescription", message },
		{ "fullDescription", "fullDescription", message },
		{ "messageFormats", "messageStrings", NULL },
		{ "configuration", "defaultConfiguration", configuration },
	};
	const struct json *level = json_get(rule, "defaultLevel"), *self = RESHAPE(arena, rule, members);

	return level ? with(arena, self, "defaultConfiguration", only(arena, "level", level)) : self;
}

static const struct json *notification(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = { { "message", "message", message } };

	return RESHAPE(arena, value, members);
}

const struct json *sarif_older_invocation(struct arena *arena, const struct json *value)
{
	static const struct renamed members[] = {
		{ "startTime", "startTimeUtc", NULL },
		{ "toolExecutionSuccessful", "executionSuccessful", NULL },
		{ "toolNotifications", "toolExecutionNotifications", notification },
		{ "configurationNotifications", "toolConfigurationNotifications", notification },
		{ "toolExecutionNotifications", "toolExecutionNotifications", notification },
		{ "toolConfigurationNotifications", "toolConfigurationNotifications", notification },
	};

	if (json_is(value, JSON_ARRAY)) /* 1.0.0's notifications, beside its invocation */
		return only(arena, "toolExecutionNotifications", each(arena, value, notification));
	return RESHAPE(arena, value, members);
}

/* ---- runs ------------------------------------------------------------------------------------------ */

/* 2.0.0: {"rules": …, "messageStrings": …} */
static void read_resources(struct sarif_run *run, struct json_reader *reader)
{
	struct slice name;

	if (!sarif_enter(reader, JSON_OBJECT))
		return;
	while (json_reader_next(reader, &name))
		sarif_component_member(run, reader, &run->driver, 0,
				       slice_is(name, "messageStrings") ? slice_of("globalMessageStrings") : name);
}

bool sarif_older_run_member(struct sarif_run *run, struct json_reader *reader, struct slice name,
			    struct sarif_pulse *pulse, enum status *status, struct error *err)
{
	if (slice_is(name, "rules"))
		sarif_component_member(run, reader, &run->driver, 0, name);
	else if (slice_is(name, "resources"))
		read_resources(run, reader);
	else if (slice_is(name, "files"))
		return sarif_run_member(run, reader, slice_of("artifacts"), pulse, status, err);
	else if (slice_is(name, "invocation") || slice_is(name, "toolNotifications") ||
		 slice_is(name, "configurationNotifications"))
		sarif_invocation_note(run, reader);
	else if (slice_is(name, "stableId") || slice_is(name, "logicalId"))
		run->automation_id = sarif_kept_word(run, reader);
	else if (slice_is(name, "defaultFileEncoding"))
		run->encoding = sarif_kept_word(run, reader);
	else if (slice_is(name, "externalPropertyFiles"))
		run->unread = ": its external property files, which that version describes in another way, were not read";
	else
		return false;
	return true;
}
