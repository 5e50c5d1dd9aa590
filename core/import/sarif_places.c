/* What else a result speaks of: places beside its first location. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/sarif.h"

/* Of a step whose lines are cut out of a file. */
#define PLACE_BYTES_MAX ((size_t)4096)

/* ---- one place ----------------------------------------------------------------------------- */

/* The snippet of the region, else of its context, else its lines in the file. */
static struct slice text_at(struct record *record, struct sarif_run *run, const struct json *physical,
			    struct sarif_spot *spot)
{
	struct slice text = json_slice(json_path(physical, "region.snippet.text"));

	if (!text.len_bytes)
		text = json_slice(json_path(physical, "contextRegion.snippet.text"));
	if (text.len_bytes)
		return arena_slice(&record->arena, text);
	if (!spot->where.start_line)
		return (struct slice){ NULL, 0 };
	if (!spot->text)
		spot->text = sarif_text_of(run->texts, spot->artifact, spot->path);
	if (!spot->text)
		return (struct slice){ NULL, 0 };
	text = sarif_text_lines(spot->text, spot->where.start_line,
				spot->where.end_line ? spot->where.end_line : spot->where.start_line);
	text.len_bytes = utf8_cut(text.at, text.len_bytes, PLACE_BYTES_MAX);
	return text.len_bytes ? arena_slice(&record->arena, text) : (struct slice){ NULL, 0 };
}

/* An offset that could not be turned into a line is told behind the message. */
static const char *with_offset(struct record *record, const char *message, const struct json *region)
{
	static const char *const names[][2] = { { "charOffset", "charLength" }, { "byteOffset", "byteLength" } };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int64_t offset = json_int(json_get(region, names[i][0]), -1);
		if (offset >= 0)
			return arena_printf(&record->arena, "%s%s(%s %lld, %s %lld)", message ? message : "", message ? " " : "",
					    names[i][0], (long long)offset, names[i][1],
					    (long long)json_int(json_get(region, names[i][1]), 0));
	}
	return message;
}

/* The new place, or NULL when there are too many. What it holds is copied into the record. */
static struct place *add_location(struct record *record, const struct sarif_context *context, enum place_role role,
				  int64_t group, const struct json *location)
{
	const struct json *physical = json_get(location, "physicalLocation");
	struct place *place = record_add_place(record, role, group);
	struct sarif_spot spot;

	if (!place)
		return NULL;
	sarif_spot_read(record, context->run, json_get(physical, "artifactLocation"), json_get(physical, "region"),
			json_get(physical, "contextRegion"), false, &spot);
	place->path = spot.path;
	place->region = spot.where;
	place->text = text_at(record, context->run, physical, &spot);
	place->message = sarif_message_text(record, context, json_get(location, "message"), false);
	if (!place->message)
		place->message = sarif_logical_name(record, context->run, location);
	if (!place->region.start_line)
		place->message = with_offset(record, place->message, json_get(physical, "region"));
	return place;
}

static void add_list(struct record *record, const struct sarif_context *context, enum place_role role,
		     const struct json *first)
{
	for (const struct json *one = first; one; one = one->next)
		if (json_is(one, JSON_OBJECT))
			add_location(record, context, role, 0, one);
}

/* 3.28.6: regions that explain the location, in the same artifact. */
static void add_annotations(struct record *record, const struct sarif_context *context, const struct json *location)
{
	const struct json *artifact = json_path(location, "physicalLocation.artifactLocation");

	for (const struct json *one = sarif_first(json_get(location, "annotations")); one; one = one->next) {
		struct place *place = record_add_place(record, PLACE_RELATED, 0);
		struct sarif_spot spot;
		if (!place)
			continue;
		sarif_spot_read(record, context->run, artifact, one, NULL, false, &spot);
		place->path = spot.path;
		place->region = spot.where;
		place->message = sarif_message_text(record, context, json_get(one, "message"), false);
		place->text = json_slice(json_path(one, "snippet.text"));
	}
}

/* "flow: step", either alone where the other is missing. */
static const char *lead(struct record *record, const char *title, const char *text)
{
	if (!title || !text)
		return title ? title : text;
	return arena_printf(&record->arena, "%s: %s", title, text);
}

/* ---- code flows (3.36 to 3.38) ---------------------------------------------------------------- */

static const char *kinds_of(struct record *record, const struct json *step)
{
	struct strbuf out = STRBUF_INIT;

	for (const struct json *one = sarif_first(json_get(step, "kinds")); one; one = one->next) {
		const char *kind = sarif_word(&record->arena, one);
		if (kind)
			strbuf_addf(&out, "%s%s", out.len_bytes ? ", " : "", kind);
	}
	const char *text = out.len_bytes ? arena_text(&record->arena, strbuf_slice(&out)) : NULL;
	strbuf_release(&out);
	return text;
}

/* `title`: the messages of the flow, in front of its first step. */
static void add_step(struct record *record, const struct sarif_context *context, int64_t group,
		     const struct json *step, const char *title)
{
	struct arena scratch = ARENA_INIT;
	int64_t index = json_int(json_get(step, "index"), -1);
	const struct json *cached = sarif_array_value(&context->run->flow_locations, index, &scratch); /* 3.38.2 */

	if (json_is(cached, JSON_OBJECT))
		step = cached;
	struct place *place = add_location(record, context, PLACE_CODE_FLOW, group, json_get(step, "location"));
	if (place) {
		int64_t nesting = json_int(json_get(step, "nestingLevel"), 0);
		place->nesting = nesting > 0 ? nesting : 0;
		if (!place->message)
			place->message = kinds_of(record, step);
		place->message = lead(record, title, place->message);
	}
	arena_release(&scratch);
}

/* A group is a thread flow: its steps are in order, those of two threads need not be. */
static void add_code_flows(struct record *record, const struct sarif_context *context)
{
	int64_t group = 0;

	for (const struct json *flow = sarif_first(json_get(context->result, "codeFlows")); flow; flow = flow->next) {
		const char *flow_title = sarif_message_text(record, context, json_get(flow, "message"), false);
		for (const struct json *thread = sarif_first(json_get(flow, "threadFlows")); thread; thread = thread->next) {
			const char *title = sarif_message_text(record, context, json_get(thread, "message"), false);
			title = lead(record, flow_title, title);
			group++;
			for (const struct json *step = sarif_first(json_get(thread, "locations")); step; step = step->next) {
				add_step(record, context, group, step, title);
				title = NULL;
			}
		}
	}
}

/* ---- stacks (3.44, 3.45) -------------------------------------------------------------------------- */

/* "module!function(a, b)" of what is known of it. */
static const char *frame_name(struct record *record, const struct sarif_context *context, const struct json *frame)
{
	const char *function = sarif_logical_name(record, context->run, json_get(frame, "location"));
	const char *module = sarif_word(&record->arena, json_get(frame, "module"));
	const struct json *parameter = sarif_first(json_get(frame, "parameters"));
	struct strbuf out = STRBUF_INIT;

	if (module)
		strbuf_addf(&out, "%s%s", module, function ? "!" : "");
	if (function)
		strbuf_addstr(&out, function);
	for (const char *before = "("; parameter; parameter = parameter->next, before = ", ") {
		const char *text = sarif_word(&record->arena, parameter);
		strbuf_addf(&out, "%s%s%s", before, text ? text : "", parameter->next ? "" : ")");
	}
	const char *text = out.len_bytes ? arena_text(&record->arena, strbuf_slice(&out)) : NULL;
	strbuf_release(&out);
	return text;
}

static void add_stacks(struct record *record, const struct sarif_context *context)
{
	int64_t group = 0;

	for (const struct json *stack = sarif_first(json_get(context->result, "stacks")); stack; stack = stack->next) {
		const char *title = sarif_message_text(record, context, json_get(stack, "message"), false);
		group++;
		for (const struct json *frame = sarif_first(json_get(stack, "frames")); frame; frame = frame->next) {
			const struct json *location = json_get(frame, "location");
			struct place *place = add_location(record, context, PLACE_STACK, group, location);
			if (!place)
				continue;
			const char *name = frame_name(record, context, frame);
			const char *text = sarif_message_text(record, context, json_get(location, "message"), false);
			place->message = lead(record, title, name && text ? lead(record, name, text) : name ? name : text);
			title = NULL;
		}
	}
}

/* ---- fixes (3.55 to 3.57) --------------------------------------------------------------------------- */

static void add_replacement(struct record *record, const struct sarif_context *context, int64_t group,
			    const struct json *change, const struct json *replacement, const char *message)
{
	const struct json *content = json_get(replacement, "insertedContent");
	struct place *place = record_add_place(record, PLACE_FIX, group);
	struct sarif_spot spot;

	if (!place)
		return;
	sarif_spot_read(record, context->run, json_get(change, "artifactLocation"), json_get(replacement, "deletedRegion"),
			NULL, false, &spot);
	place->path = spot.path;
	place->region = spot.where;
	place->message = spot.where.start_line ? message
					       : with_offset(record, message, json_get(replacement, "deletedRegion"));
	place->text = json_slice(json_get(content, "text"));
	/* 3.57.4: nothing is put there. What is binary is not known as text. */
	if (!place->text.at && !json_is(json_get(content, "binary"), JSON_STRING))
		place->text = slice_of("");
}

static void add_fixes(struct record *record, const struct sarif_context *context)
{
	int64_t group = 0;

	for (const struct json *fix = sarif_first(json_get(context->result, "fixes")); fix; fix = fix->next) {
		const char *message = sarif_message_text(record, context, json_get(fix, "description"), false);
		size_t before = record->places.len;
		group++;
		for (const struct json *change = sarif_first(json_get(fix, "artifactChanges")); change; change = change->next)
			for (const struct json *one = sarif_first(json_get(change, "replacements")); one; one = one->next)
				add_replacement(record, context, group, change, one, message);
		if (record->places.len > before || !message)
			continue;
		/* gosec and others: advice in words, nothing to replace. */
		struct place *place = record_add_place(record, PLACE_FIX, group);
		if (place)
			place->message = message;
	}
}

/* ---- all of them -------------------------------------------------------------------------------------- */

void sarif_add_places(struct record *record, const struct sarif_context *context)
{
	const struct json *first = sarif_first(json_get(context->result, "locations"));

	add_list(record, context, PLACE_LOCATION, first ? first->next : NULL);
	add_annotations(record, context, first);
	add_list(record, context, PLACE_RELATED, sarif_first(json_get(context->result, "relatedLocations")));
	add_code_flows(record, context);
	add_stacks(record, context);
	add_fixes(record, context);
}

static const struct json *with_id(const struct json *first, int64_t id, const char *inside)
{
	for (const struct json *one = first; one; one = one->next) {
		const struct json *location = inside ? json_get(one, inside) : one;
		if (json_int(json_get(location, "id"), -1) == id)
			return location;
	}
	return NULL;
}

const struct json *sarif_location_by_id(const struct json *result, int64_t id)
{
	const struct json *found = with_id(sarif_first(json_get(result, "relatedLocations")), id, NULL);

	if (!found)
		found = with_id(sarif_first(json_get(result, "locations")), id, NULL);
	for (const struct json *flow = sarif_first(json_get(result, "codeFlows")); flow && !found; flow = flow->next)
		for (const struct json *thread = sarif_first(json_get(flow, "threadFlows")); thread && !found; thread = thread->next)
			found = with_id(sarif_first(json_get(thread, "locations")), id, "location");
	for (const struct json *stack = sarif_first(json_get(result, "stacks")); stack && !found; stack = stack->next)
		found = with_id(sarif_first(json_get(stack, "frames")), id, "location");
	return found;
}
