/* Where a result points, and the code that is known of that place. */
#include <string.h>

#include "core/base/utf8.h"
#include "core/import/sarif.h"

/* Lines kept around a region that is cut out of a file. */
#define CONTEXT_LINES 3
/* More than this of a file is not one sample's code. */
#define CODE_BYTES_MAX ((size_t)256 * 1024)

/* ---- regions -------------------------------------------------------------------------- */

/* Lines and columns as they are stated (3.30.5 to 3.30.8); an end before the start is none. */
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

/* 3.14.27. A run that does not say how it counts is taken at its word. */
static bool counts_utf16(const struct sarif_run *run)
{
	return run->column_kind && strcmp(run->column_kind, "utf16CodeUnits") == 0;
}

static bool has_offset(const struct json *region)
{
	return json_is(json_get(region, "charOffset"), JSON_NUMBER) || json_is(json_get(region, "byteOffset"), JSON_NUMBER);
}

/* Bytes are those of the artifact: known to be ours where it is UTF-8 (3.24.9, 3.14.24). */
static bool is_utf8(const struct sarif_run *run, const struct sarif_artifact *artifact)
{
	const char *encoding = artifact && artifact->encoding ? artifact->encoding : run->encoding;

	return !encoding || strcmp(encoding, "UTF-8") == 0 || strcmp(encoding, "utf-8") == 0 ||
	       strcmp(encoding, "US-ASCII") == 0;
}

/* Columns in our unit, from the text, else from the snippet of the context if that starts
 * with its line. */
static void recount(struct sarif_spot *spot, const struct json *context)
{
	struct slice snippet = json_slice(json_path(context, "snippet.text"));
	struct region around = region_of(context);

	if (spot->text)
		sarif_text_recount(spot->text, &spot->where);
	else if (snippet.len_bytes && around.start_line && around.start_line <= spot->where.start_line &&
		 around.start_column <= 1)
		sarif_recount(snippet, around.start_line, &spot->where);
	else
		spot->units_unknown = true;
}

void sarif_spot_read(struct record *record, struct sarif_run *run, const struct json *location,
		     const struct json *region, const struct json *context, bool with_text, struct sarif_spot *out)
{
	*out = (struct sarif_spot){ .where = region_of(region) };
	out->path = sarif_artifact_path(run, &record->arena, location, &out->uri);
	out->artifact = sarif_artifact_of(run, location);
	bool by_offset = !out->where.start_line && has_offset(region);
	bool in_units = counts_utf16(run) && (out->where.start_column > 1 || out->where.end_column > 1);
	if (with_text || by_offset || in_units)
		out->text = sarif_text_of(run->texts, out->artifact, out->path);
	/* 3.30.4 keeps text and binary regions apart; where there is but a binary one, in a text
	 * that is known, lines are what a reader can do something with. */
	if (by_offset && out->text && !sarif_text_resolve(out->text, region, counts_utf16(run), false, &out->where) &&
	    is_utf8(run, out->artifact))
		sarif_text_resolve(out->text, region, false, true, &out->where);
	if (in_units)
		recount(out, context);
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

/* ---- code ------------------------------------------------------------------------------- */

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Newlines, eight bytes at a time: the top bit of `marks` stands in each byte that is one
 * (Warren, "Hacker's Delight", 6-1, in the form that marks no other). Each byte of `sums`
 * counts its own, so that they are to be added up before one runs over. */
static int64_t newlines_in(const char *at, const char *end)
{
	int64_t newlines = 0;

	while (end - at >= 8) {
		uint64_t sums = 0, word;
		for (int left = UINT8_MAX; left > 0 && end - at >= 8; left--, at += 8) {
			memcpy(&word, at, sizeof(word));
			word ^= EACH_BYTE('\n');
			uint64_t marks = ~(((word & EACH_BYTE(0x7F)) + EACH_BYTE(0x7F)) | word | EACH_BYTE(0x7F));
			sums += marks >> 7;
		}
		for (; sums; sums >>= 8)
			newlines += (int64_t)(sums & UINT8_MAX);
	}
	for (; at < end; at++)
		newlines += *at == '\n';
	return newlines;
}

/* Of a text that is not empty: a newline at its very end ends a line, it starts none. */
static int64_t lines_in(struct slice text)
{
	return newlines_in(text.at, text.at + text.len_bytes - 1) + 1;
}

static void set_code(struct sample *sample, struct slice code, int64_t start_line)
{
	sample->code = code;
	sample->region = (struct region){ .start_line = start_line };
	if (start_line && code.len_bytes)
		sample->region.end_line = start_line + lines_in(code) - 1;
}

/* The lines of the context region, else those around the region, else all. */
static void cut_code(struct record *record, const struct sarif_text *text, const struct region *around,
		     const struct region *region)
{
	int64_t first = 1, last = INT64_MAX;

	if (around->start_line) {
		first = around->start_line;
		last = around->end_line ? around->end_line : first;
	} else if (region->start_line) {
		last = region->end_line ? region->end_line : region->start_line;
		last = last < INT64_MAX - CONTEXT_LINES ? last + CONTEXT_LINES : last;
		first = region->start_line > CONTEXT_LINES ? region->start_line - CONTEXT_LINES : 1;
	}
	struct slice code = sarif_text_lines(text, first, last);
	code.len_bytes = utf8_cut(code.at, code.len_bytes, CODE_BYTES_MAX);
	if (!code.len_bytes) {
		record->sample.region = *region; /* of another version of the file, longer than this one */
		return;
	}
	set_code(&record->sample, arena_slice(&record->arena, code), first);
	if (sarif_text_is_checkout(text))
		record_add(record, "code.source", "checkout", CERTAINTY_DERIVED);
}

/* A snippet (3.3): its text, else a rendered view of what is no text (3.3.4). */
static struct slice snippet_of(const struct json *region)
{
	struct slice text = json_slice(json_path(region, "snippet.text"));

	return text.len_bytes ? text : json_slice(json_path(region, "snippet.rendered.text"));
}

/* The widest piece that is at hand: the context's snippet (3.29.5), the region's (3.30.13),
 * else lines of the embedded file (3.24.8) or of the checkout. */
static void find_code(struct record *record, struct sarif_run *run, const struct json *place, struct sarif_spot *spot)
{
	const struct json *context = json_get(place, "contextRegion");
	struct region around = region_of(context);
	struct slice snippet = snippet_of(context);

	if (snippet.len_bytes) {
		set_code(&record->sample, snippet, around.start_line ? around.start_line : spot->where.start_line);
		return;
	}
	snippet = snippet_of(json_get(place, "region"));
	if (snippet.len_bytes) {
		set_code(&record->sample, snippet, spot->where.start_line);
		return;
	}
	if (!spot->text)
		spot->text = sarif_text_of(run->texts, spot->artifact, spot->path);
	if (spot->text && sarif_text_bytes(spot->text).len_bytes)
		cut_code(record, spot->text, &around, &spot->where);
	else
		record->sample.region = spot->where;
}

/* ---- the rest ----------------------------------------------------------------------------- */

const char *sarif_logical_name(struct record *record, struct sarif_run *run, const struct json *location)
{
	const struct json *logical = sarif_first(json_get(location, "logicalLocations"));
	const char *name = sarif_word(&record->arena, json_get(logical, "fullyQualifiedName"));
	struct arena scratch = ARENA_INIT;

	if (!name) { /* 3.33.3: the run's list has it */
		int64_t index = json_int(json_get(logical, "index"), -1);
		const struct json *listed = sarif_array_value(&run->logical_locations, index, &scratch);
		name = sarif_word(&record->arena, json_get(listed, "fullyQualifiedName"));
		if (!name)
			name = sarif_word(&record->arena, json_get(listed, "name"));
	}
	if (!name)
		name = sarif_word(&record->arena, json_get(logical, "name"));
	arena_release(&scratch);
	return name;
}

/* "csharp/7" is a variant of "csharp" (3.24.10.2). */
static const char *language_of(struct record *record, const char *word)
{
	if (!word || !strchr(word, '/'))
		return record_language(record, word);
	return record_language(record, arena_text(&record->arena, (struct slice){ word, strcspn(word, "/") }));
}

static void note_artifact(struct record *record, const struct sarif_artifact *artifact)
{
	struct arena *arena = &record->arena;

	record_add(record, "sarif.artifactHash", arena_strdup(arena, artifact->hash), CERTAINTY_RECORDED);
	record_add(record, "sarif.encoding", arena_strdup(arena, artifact->encoding), CERTAINTY_RECORDED);
	if (artifact->length_bytes >= 0)
		record_add_number(record, "sarif.artifactLength", artifact->length_bytes, CERTAINTY_RECORDED);
	if (artifact->has_binary)
		record_add(record, "sarif.artifactContents", artifact->has_text ? "text, binary" : "binary", CERTAINTY_RECORDED);
}

/* 3.29.6: where there is no text, of a binary or of memory. */
static void note_address(struct record *record, const struct json *address)
{
	const char *name = sarif_word(&record->arena, json_get(address, "fullyQualifiedName"));

	record_add(record, "sarif.address", name ? name : sarif_word(&record->arena, json_get(address, "name")),
		   CERTAINTY_RECORDED);
	record_add_json(record, "sarif.absoluteAddress", json_get(address, "absoluteAddress"));
}

void sarif_locate(struct record *record, struct sarif_run *run, const struct json *result, struct flag *flag)
{
	const struct json *first = sarif_first(json_get(result, "locations"));
	const struct json *place = json_get(first, "physicalLocation");
	const struct json *location = json_get(place, "artifactLocation"), *region = json_get(place, "region");
	struct sarif_spot spot;

	if (!json_is(location, JSON_OBJECT))
		location = json_get(result, "analysisTarget"); /* 3.27.13: the file that was looked at */
	sarif_spot_read(record, run, location, region, json_get(place, "contextRegion"), false, &spot);
	record->sample.path = spot.path;
	record_add(record, "sarif.uri", spot.uri, CERTAINTY_DERIVED);
	flag->region = spot.where;
	if (!spot.where.start_line)
		keep_offsets(record, region);
	if (spot.units_unknown)
		record_add(record, "sarif.columnKind", run->column_kind, CERTAINTY_RECORDED);

	const char *language = sarif_word(&record->arena, json_get(region, "sourceLanguage")); /* 3.30.15 */
	if (!language && spot.artifact)
		language = spot.artifact->language;
	record->sample.language = language_of(record, language ? language : run->language);
	if (spot.artifact)
		note_artifact(record, spot.artifact);
	note_address(record, json_get(place, "address"));
	find_code(record, run, place, &spot);
	record_add(record, "sarif.logicalLocation", sarif_logical_name(record, run, first), CERTAINTY_RECORDED);
}
