/* Where a result points, and the code that the log holds of that place. */
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"
#include "core/import/sarif.h"

/* Lines kept around a region that is cut out of an embedded file. */
#define CONTEXT_LINES 3
/* More than this of an embedded file is not one sample's code. */
#define CODE_BYTES_MAX ((size_t)256 * 1024)
/* Bases refer to bases; a longer chain is a circle. */
#define BASES_DEPTH_MAX 16

/* ---- URIs (RFC 3986) ---------------------------------------------------------------- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool sarif_uri_is_absolute(const char *uri)
{
	size_t len = 0;

	if (!is_letter(uri[0]))
		return false;
	while (is_letter(uri[len]) || (uri[len] >= '0' && uri[len] <= '9') || strchr("+-.", uri[len]) != NULL)
		if (!uri[len++])
			return false;
	return uri[len] == ':' && len > 1;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %41 is A; what is no escape stays (many tools write plain paths). */
static char *decode(struct arena *arena, const char *text)
{
	struct strbuf out = STRBUF_INIT;

	for (; *text; text++) {
		int high = text[0] == '%' ? hex_digit(text[1]) : -1;
		int low = high >= 0 ? hex_digit(text[2]) : -1;
		if (low >= 0) {
			strbuf_addch(&out, (char)(high * 16 + low));
			text += 2;
		} else {
			strbuf_addch(&out, *text);
		}
	}
	char *clean = utf8_clean(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return clean;
}

static bool has_scheme(const char *uri, const char *scheme)
{
	for (; *scheme; scheme++, uri++)
		if ((*uri | 0x20) != *scheme)
			return false;
	return *uri == ':';
}

const char *sarif_path_of_uri(struct arena *arena, const char *uri)
{
	if (!has_scheme(uri, "file"))
		return sarif_uri_is_absolute(uri) ? uri : decode(arena, uri);
	uri += strlen("file:");
	if (uri[0] == '/' && uri[1] == '/') {
		const char *authority = uri + 2;
		size_t len = strcspn(authority, "/");
		if (len == 0 || (len == strlen("localhost") && strncmp(authority, "localhost", len) == 0))
			uri = authority + len; /* RFC 8089: none, or this host */
	}
	char *path = decode(arena, uri);
	return path[0] == '/' && is_letter(path[1]) && path[2] == ':' ? path + 1 : path; /* /C:/x */
}

static const struct sarif_base *base_find(const struct sarif_run *run, const char *id)
{
	for (size_t i = 0; i < run->bases.len; i++)
		if (strcmp(run->bases.items[i].id, id) == 0)
			return &run->bases.items[i];
	return NULL;
}

static const char *join(struct arena *arena, const char *base, const char *uri)
{
	size_t len = strlen(base);
	const char *slash = len && base[len - 1] != '/' ? "/" : "";

	return arena_printf(arena, "%s%s%s", base, slash, uri[0] == '/' ? uri + 1 : uri);
}

/*
 * The path is what the log says below the place where the checkout lies: relative bases
 * are put in front, an absolute one is not, since it differs from machine to machine
 * while the sample is the same (3.4.4 has uriBaseId for just that). The whole URI is
 * kept in the provenance.
 */
static void set_path(struct record *record, const struct sarif_run *run, const char *uri, const char *base_id)
{
	struct arena *arena = &record->arena;

	for (int depth = 0; base_id && depth < BASES_DEPTH_MAX && !sarif_uri_is_absolute(uri); depth++) {
		const struct sarif_base *base = base_find(run, base_id);
		if (!base)
			break;
		if (base->uri && sarif_uri_is_absolute(base->uri)) {
			record_add(record, "sarif.uri", join(arena, base->uri, uri), CERTAINTY_DERIVED);
			break;
		}
		if (base->uri)
			uri = join(arena, base->uri, uri);
		base_id = base->base_id;
	}
	const char *path = sarif_path_of_uri(arena, uri);
	record->sample.path = path[0] ? path : NULL;
}

/* The artifact that a location names by index (3.4.5), or NULL. */
static const struct sarif_artifact *artifact_of(const struct sarif_run *run, const struct json *location, size_t *index)
{
	int64_t number = json_int(json_get(location, "index"), -1);

	if (number >= 0 && (uint64_t)number < run->artifacts.len) {
		*index = (size_t)number;
		return &run->artifacts.items[number];
	}
	const struct json *uri = json_get(location, "uri");
	for (size_t i = 0; json_is(uri, JSON_STRING) && i < run->artifacts.len; i++) {
		/* Only an embedded text makes it worth while to look by name. */
		if (run->artifacts.items[i].has_text && run->artifacts.items[i].uri &&
		    slice_is(uri->text, run->artifacts.items[i].uri)) {
			*index = i;
			return &run->artifacts.items[i];
		}
	}
	return NULL;
}

/* ---- regions and code --------------------------------------------------------------- */

static struct region region_of(const struct json *json)
{
	struct region region = {
		.start_line = field_position(json_get(json, "startLine")),
		.start_column = field_position(json_get(json, "startColumn")),
		.end_line = field_position(json_get(json, "endLine")),
		.end_column = field_position(json_get(json, "endColumn")),
	};
	bool one_line = region.end_line == 0 || region.end_line == region.start_line;

	if (region.end_line < region.start_line)
		region.end_line = 0;
	if (one_line && region.end_column < region.start_column)
		region.end_column = 0;
	return region;
}

/* Offsets of a region that has no lines (3.30.9 to 3.30.12). */
static void keep_offsets(struct record *record, const struct json *region)
{
	static const char *const names[] = { "charOffset", "charLength", "byteOffset", "byteLength" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct json *value = json_get(region, names[i]);
		if (json_is(value, JSON_NUMBER))
			record_add_json(record, arena_printf(&record->arena, "sarif.%s", names[i]), value);
	}
}

/* Lines first … last of the text, both from 1; what lies beyond its end is empty. */
static struct slice cut_lines(struct slice text, int64_t first, int64_t last)
{
	const char *at = text.at, *end = text.at + text.len_bytes, *from = first == 1 ? at : end;

	for (int64_t line = 1; at < end && line <= last; line++) {
		if (line == first)
			from = at;
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		at = newline ? newline + 1 : end;
	}
	return from < at ? (struct slice){ from, (size_t)(at - from) } : (struct slice){ end, 0 };
}

/* Of a text that is not empty. */
static int64_t lines_in(struct slice text)
{
	const char *at = text.at, *last = text.at + text.len_bytes - 1; /* a newline there ends a line, it starts none */
	int64_t lines = 1;

	while (at < last && (at = memchr(at, '\n', (size_t)(last - at))) != NULL) {
		lines++;
		at++;
	}
	return lines;
}

static void set_code(struct sample *sample, struct slice code, int64_t start_line)
{
	sample->code = code;
	sample->region = (struct region){ .start_line = start_line };
	if (start_line && code.len_bytes)
		sample->region.end_line = start_line + lines_in(code) - 1;
}

/* The widest piece that the log holds: the context's snippet (3.29.5), the region's
 * (3.30.13), else lines of the embedded file (3.24.8). */
static void find_code(struct record *record, struct sarif_run *run, const struct json *location,
		      const struct json *place, const struct region *region)
{
	const struct json *context = json_get(place, "contextRegion");
	struct region around = region_of(context);
	struct slice snippet = json_slice(json_path(context, "snippet.text"));
	struct sample *sample = &record->sample;
	size_t index = 0;

	if (snippet.len_bytes) {
		set_code(sample, snippet, around.start_line ? around.start_line : region->start_line);
		return;
	}
	snippet = json_slice(json_path(place, "region.snippet.text"));
	if (snippet.len_bytes) {
		set_code(sample, snippet, region->start_line);
		return;
	}
	struct slice text = { NULL, 0 };
	if (artifact_of(run, location, &index))
		text = sarif_artifact_text(run, index);
	if (!text.len_bytes) {
		sample->region = *region;
		return;
	}
	int64_t first = 1, last = INT64_MAX;
	if (around.start_line) {
		first = around.start_line;
		last = around.end_line ? around.end_line : first;
	} else if (region->start_line) {
		last = (region->end_line ? region->end_line : region->start_line);
		last = last < INT64_MAX - CONTEXT_LINES ? last + CONTEXT_LINES : last;
		first = region->start_line > CONTEXT_LINES ? region->start_line - CONTEXT_LINES : 1;
	}
	struct slice code = cut_lines(text, first, last);
	code.len_bytes = utf8_cut(code.at, code.len_bytes, CODE_BYTES_MAX);
	if (code.len_bytes)
		set_code(sample, code, first);
	else
		sample->region = *region; /* of another version of the file, longer than this one */
}

static const struct json *first_of(const struct json *array)
{
	return json_is(array, JSON_ARRAY) ? array->first : NULL;
}

static void note_logical_location(struct record *record, const struct json *location)
{
	const struct json *logical = first_of(json_get(location, "logicalLocations"));
	const struct json *name = json_get(logical, "fullyQualifiedName");

	if (!json_is(name, JSON_STRING))
		name = json_get(logical, "name");
	if (json_is(name, JSON_STRING))
		record_add_json(record, "sarif.logicalLocation", name);
}

void sarif_locate(struct record *record, struct sarif_run *run, const struct json *result, struct flag *flag)
{
	const struct json *first = first_of(json_get(result, "locations"));
	const struct json *place = json_get(first, "physicalLocation");
	const struct json *location = json_get(place, "artifactLocation");
	const struct json *region = json_get(place, "region");
	size_t index = 0;

	if (!json_is(location, JSON_OBJECT))
		location = json_get(result, "analysisTarget"); /* 3.27.13: the file that was looked at */
	const struct sarif_artifact *artifact = artifact_of(run, location, &index);
	const char *uri = json_text(&record->arena, json_get(location, "uri"));
	const char *base_id = json_text(&record->arena, json_get(location, "uriBaseId"));
	if ((!uri || !uri[0]) && artifact) {
		uri = artifact->uri;
		base_id = artifact->base_id;
	}
	if (uri && uri[0])
		set_path(record, run, uri, base_id);

	const char *language = json_text(&record->arena, json_get(region, "sourceLanguage"));
	if (!language && artifact)
		language = artifact->language;
	if (!language)
		language = run->language;
	record->sample.language = record_language(record, language);

	flag->region = region_of(region);
	if (!flag->region.start_line)
		keep_offsets(record, region);
	else if (flag->region.start_column && run->column_kind)
		record_add(record, "sarif.columnKind", run->column_kind, CERTAINTY_RECORDED);
	find_code(record, run, location, place, &flag->region);
	note_logical_location(record, first);
}
