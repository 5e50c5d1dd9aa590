/* Findings as results of SARIF 2.1.0 (OASIS, 2020), sections named as there. */
#include <string.h>

#include "core/findings_parts.h"

static const char *const sarif_names[4] = { "startLine", "startColumn", "endLine", "endColumn" };

static void write_message(struct json_writer *json, const char *name, const char *text)
{
	json_write_name(json, name);
	json_write_begin(json, '{');
	json_write_member(json, "text", text);
	json_write_end(json, '}');
}

/* 3.4.3: a URI reference of RFC 3986. Bytes that may not stand in one are escaped; what is
 * a URI already ("https://…") stays one. */
static void write_uri(struct json_writer *json, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
	bool is_uri = strstr(path, "://") != NULL;
	struct strbuf uri = STRBUF_INIT;

	/* In the first segment of a relative reference a colon would end a scheme (4.2). */
	for (const char *at = path; *at; at++) {
		if (strchr(plain, *at) || (is_uri && strchr(":%?#[]", *at)))
			strbuf_addch(&uri, *at);
		else
			strbuf_addf(&uri, "%%%02X", (unsigned)(unsigned char)*at);
	}
	json_write_name(json, "artifactLocation");
	json_write_begin(json, '{');
	json_write_member(json, "uri", uri.text ? uri.text : "");
	json_write_end(json, '}');
	strbuf_release(&uri);
}

/* 3.30; a region without a start line says nothing. `snippet` may be absent. */
static void write_region(struct json_writer *json, const char *name, const struct region *region, struct slice snippet)
{
	if (!region->start_line)
		return;
	json_write_name(json, name);
	json_write_begin(json, '{');
	finding_region(json, region, sarif_names);
	if (snippet.at) {
		json_write_name(json, "snippet");
		json_write_begin(json, '{');
		finding_bytes(json, "text", snippet);
		json_write_end(json, '}');
	}
	json_write_end(json, '}');
}

/* 3.28 and 3.29 */
static void write_location(struct json_writer *json, const struct place *place)
{
	json_write_begin(json, '{');
	if (place->path) {
		json_write_name(json, "physicalLocation");
		json_write_begin(json, '{');
		write_uri(json, place->path);
		write_region(json, "region", &place->region, place->text);
		json_write_end(json, '}');
	}
	if (place->message)
		write_message(json, "message", place->message);
	json_write_end(json, '}');
}

static void write_locations(struct json_writer *json, const struct sample *sample, const struct flag *flag)
{
	if (!sample->path)
		return;
	json_write_name(json, "locations");
	json_write_begin(json, '[');
	json_write_begin(json, '{');
	json_write_name(json, "physicalLocation");
	json_write_begin(json, '{');
	write_uri(json, sample->path);
	write_region(json, "region", flag && flag->region.start_line ? &flag->region : &sample->region,
		     (struct slice){ NULL, 0 });
	if (flag && flag->region.start_line) /* 3.29.5: only beside a region */
		write_region(json, "contextRegion", &sample->region, sample->code);
	json_write_end(json, '}');
	json_write_end(json, '}');
	for (size_t i = 0; i < sample->place_count; i++)
		if (sample->places[i].role == PLACE_LOCATION)
			write_location(json, &sample->places[i]);
	json_write_end(json, ']');
}

static void write_related(struct json_writer *json, const struct sample *sample)
{
	bool any = false;

	for (size_t i = 0; i < sample->place_count; i++) {
		if (sample->places[i].role != PLACE_RELATED)
			continue;
		if (!any) {
			json_write_name(json, "relatedLocations");
			json_write_begin(json, '[');
		}
		any = true;
		write_location(json, &sample->places[i]);
	}
	if (any)
		json_write_end(json, ']');
}

static size_t group_end(const struct sample *sample, size_t from)
{
	size_t end = from + 1;

	while (end < sample->place_count && sample->places[end].role == sample->places[from].role &&
	       sample->places[end].group == sample->places[from].group)
		end++;
	return end;
}

/* 3.36 to 3.38 for flows, 3.44 and 3.45 for stacks: the places from … end of one group. */
static void write_steps(struct json_writer *json, const struct sample *sample, size_t from, size_t end)
{
	bool flow = sample->places[from].role == PLACE_CODE_FLOW;

	json_write_begin(json, '{');
	if (flow) {
		json_write_name(json, "threadFlows");
		json_write_begin(json, '[');
		json_write_begin(json, '{');
	}
	json_write_name(json, flow ? "locations" : "frames");
	json_write_begin(json, '[');
	for (size_t i = from; i < end; i++) {
		json_write_begin(json, '{');
		json_write_name(json, "location");
		write_location(json, &sample->places[i]);
		if (flow)
			finding_number(json, "nestingLevel", sample->places[i].nesting);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	if (flow) {
		json_write_end(json, '}');
		json_write_end(json, ']');
	}
	json_write_end(json, '}');
}

/* 3.55 to 3.57: a change for each replacement, since each may be of another file. */
static void write_fix(struct json_writer *json, const struct sample *sample, size_t from, size_t end)
{
	json_write_begin(json, '{');
	if (sample->places[from].message)
		write_message(json, "description", sample->places[from].message);
	json_write_name(json, "artifactChanges");
	json_write_begin(json, '[');
	for (size_t i = from; i < end; i++) {
		const struct place *place = &sample->places[i];
		if (!place->path || !place->region.start_line)
			continue;
		json_write_begin(json, '{');
		write_uri(json, place->path);
		json_write_name(json, "replacements");
		json_write_begin(json, '[');
		json_write_begin(json, '{');
		write_region(json, "deletedRegion", &place->region, (struct slice){ NULL, 0 });
		if (place->text.at) {
			json_write_name(json, "insertedContent");
			json_write_begin(json, '{');
			finding_bytes(json, "text", place->text);
			json_write_end(json, '}');
		}
		json_write_end(json, '}');
		json_write_end(json, ']');
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_end(json, '}');
}

static void write_groups(struct json_writer *json, const struct sample *sample, enum place_role role, const char *name)
{
	bool any = false;

	for (size_t i = 0, end; i < sample->place_count; i = end) {
		end = group_end(sample, i);
		if (sample->places[i].role != role)
			continue;
		if (!any) {
			json_write_name(json, name);
			json_write_begin(json, '[');
		}
		any = true;
		if (role == PLACE_FIX)
			write_fix(json, sample, i, end);
		else
			write_steps(json, sample, i, end);
	}
	if (any)
		json_write_end(json, ']');
}

static void write_suppressions(struct json_writer *json, const struct annotation *standing)
{
	if (!standing || !standing->verdict || standing->verdict == VERDICT_CONFIRMED)
		return;
	json_write_name(json, "suppressions");
	json_write_begin(json, '[');
	json_write_begin(json, '{');
	json_write_member(json, "kind", "external");
	json_write_member(json, "status", standing->verdict == VERDICT_INSUFFICIENT ? "underReview" : "accepted");
	json_write_name(json, "justification");
	if (standing->note && standing->note[0])
		json_write_text(json, standing->note);
	else
		json_write_text(json, verdict_help(standing->verdict));
	json_write_end(json, '}');
	json_write_end(json, ']');
}

/* 3.27.17: ours beside those that the tool gave. */
static void write_fingerprints(struct json_writer *json, const struct sample *sample)
{
	static const char prefix[] = "sarif.fingerprint.";

	json_write_name(json, "fingerprints");
	json_write_begin(json, '{');
	for (size_t i = 0; i < sample->provenance_count; i++)
		if (strncmp(sample->provenance[i].key, prefix, strlen(prefix)) == 0)
			json_write_member(json, sample->provenance[i].key + strlen(prefix), sample->provenance[i].value);
	finding_fingerprint(json, "aitia/v1", sample);
	json_write_end(json, '}');
}

void finding_write_result(struct json_writer *json, const struct finding *finding)
{
	const struct sample *sample = finding->sample;
	const struct flag *flag = sample->flag_count ? &sample->flags[0] : NULL;
	struct arena arena = ARENA_INIT;

	json_write_begin(json, '{');
	json_write_member_if(json, "ruleId", flag ? flag->rule : NULL);
	json_write_member(json, "level", level_word(flag ? flag->level : LEVEL_NONE));
	write_message(json, "message", flag && flag->message ? flag->message : sample_title(&arena, sample));
	write_locations(json, sample, flag);
	write_related(json, sample);
	write_groups(json, sample, PLACE_CODE_FLOW, "codeFlows");
	write_groups(json, sample, PLACE_STACK, "stacks");
	write_groups(json, sample, PLACE_FIX, "fixes");
	write_fingerprints(json, sample);
	if (sample->baseline)
		json_write_member(json, "baselineState", baseline_word(sample->baseline));
	write_suppressions(json, finding_judgement(finding));
	json_write_name(json, "properties");
	json_write_begin(json, '{');
	finding_mark(json, finding, true);
	json_write_end(json, '}');
	json_write_end(json, '}');
	arena_release(&arena);
}

void findings_begin_log(struct json_writer *json)
{
	json_write_begin(json, '{');
	json_write_member(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_write_member(json, "version", "2.1.0");
	json_write_name(json, "runs");
	json_write_begin(json, '[');
}

void findings_begin_run(struct json_writer *json, const char *tool, const char *tool_version)
{
	json_write_begin(json, '{');
	json_write_name(json, "tool");
	json_write_begin(json, '{');
	json_write_name(json, "driver");
	json_write_begin(json, '{');
	json_write_member(json, "name", tool);
	json_write_member_if(json, "version", tool_version);
	json_write_end(json, '}');
	json_write_end(json, '}');
	json_write_member(json, "columnKind", "unicodeCodePoints"); /* 3.14.27, as core/sample.h has columns */
	json_write_name(json, "results");
	json_write_begin(json, '[');
}

void findings_end_run(struct json_writer *json)
{
	json_write_end(json, ']');
	json_write_end(json, '}');
}

void findings_end_log(struct json_writer *json)
{
	json_write_end(json, ']');
	json_write_end(json, '}');
}
