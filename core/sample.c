#include "core/sample.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/utf8.h"

/* Lists cut titles to the screen's width; more than this never shows. */
#define TITLE_BYTES_MAX 240

static struct slice text_field(const char *text)
{
	return slice_of(text); /* NULL: absent */
}

static void add_region(struct digest_builder *builder, const struct region *region)
{
	digest_number(builder, region->start_line);
	digest_number(builder, region->start_column);
	digest_number(builder, region->end_line);
	digest_number(builder, region->end_column);
}

/* A language that was guessed from the name of the file that the sample came in: the same
 * bytes under another name are no other sample. A path that tells the language goes before. */
static bool is_guess_by_file(const struct sample *sample, const struct provenance *entry)
{
	return entry->certainty == CERTAINTY_GUESSED && strcmp(entry->key, "language") == 0 &&
	       !(sample->path && language_of_path(sample->path));
}

static bool is_language_by_file(const struct sample *sample)
{
	for (size_t i = 0; i < sample->provenance_count; i++)
		if (is_guess_by_file(sample, &sample->provenance[i]))
			return true;
	return false;
}

static void add_provenance(struct digest_builder *builder, const struct sample *sample)
{
	digest_number(builder, (int64_t)sample->provenance_count - is_language_by_file(sample));
	for (size_t i = 0; i < sample->provenance_count; i++) {
		if (is_guess_by_file(sample, &sample->provenance[i]))
			continue;
		digest_field(builder, text_field(sample->provenance[i].key));
		digest_field(builder, text_field(sample->provenance[i].value));
		digest_number(builder, (int64_t)sample->provenance[i].certainty);
	}
}

/* Static analysis reports a place: the same rule, place and message is the same
 * finding in the next run too, whatever run that is. */
static void add_finding(struct digest_builder *builder, const struct flag *flag)
{
	digest_field(builder, text_field(flag->tool));
	digest_field(builder, text_field(flag->rule));
	digest_field(builder, text_field(flag->message));
	add_region(builder, &flag->region);
}

static struct digest text_digest(struct slice text)
{
	return text.at ? digest_of(text) : (struct digest){ { 0 } };
}

static void add_text(struct digest_builder *builder, struct slice text, const struct digest *digest)
{
	digest_field(builder, text.at ? (struct slice){ (const char *)digest->bytes, DIGEST_BYTES } : text);
}

static struct sample_digests text_digests(const struct sample *sample)
{
	return (struct sample_digests){
		.code = text_digest(sample->code),
		.prompt = text_digest(sample->prompt),
		.expected = text_digest(sample->expected),
		.diff = text_digest(sample->diff),
	};
}

/* The version of what is hashed, and how, stands in front of it: fingerprints of another
 * version name other samples, even where those are the same. 2: texts by their digests. */
struct digest sample_fingerprint(const struct sample *sample)
{
	static const struct flag no_flag;
	struct digest_builder *builder = digest_begin();
	const struct flag *flag = sample->flag_count ? &sample->flags[0] : &no_flag;
	bool finding = flag->rule && sample->path && flag->source != SOURCE_EVAL; /* whose "rule" is a verdict's name */
	struct sample_digests digests = sample->digests ? *sample->digests : text_digests(sample);
	bool bare = !sample->code.len_bytes && !sample->diff.len_bytes && !sample->external_id;

	digest_field(builder, slice_of("aitia sample 2"));
	digest_number(builder, (int64_t)sample->kind);
	digest_number(builder, finding);
	digest_field(builder, text_field(sample->path));
	digest_field(builder, text_field(sample->external_id));
	digest_field(builder, text_field(sample->session));
	digest_number(builder, sample->turn);
	digest_field(builder, text_field(sample_provenance(sample, PROVENANCE_MODEL)));
	add_text(builder, sample->code, &digests.code);
	add_text(builder, sample->prompt, &digests.prompt);
	add_text(builder, sample->diff, &digests.diff);
	if (finding || bare)
		add_finding(builder, flag);
	if (!finding) {
		/* An output of a model: two runs that gave the same text are two samples. */
		digest_number(builder, sample->produced_at.at_us);
		add_provenance(builder, sample);
	}
	return digest_end(builder);
}

static void add_flags(struct digest_builder *builder, const struct sample *sample)
{
	digest_number(builder, (int64_t)sample->flag_count);
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		struct slice score = { NULL, 0 };
		/* The bits of the number: no rounding, and -0 is not 0, which is fine here. */
		if (flag->has_score)
			score = (struct slice){ (const char *)&flag->score, sizeof(flag->score) };
		digest_number(builder, (int64_t)flag->source);
		digest_number(builder, (int64_t)flag->level);
		digest_field(builder, text_field(flag->tool));
		digest_field(builder, text_field(flag->rule));
		digest_field(builder, text_field(flag->message));
		add_region(builder, &flag->region);
		digest_field(builder, score);
	}
}

static void add_places(struct digest_builder *builder, const struct sample *sample)
{
	digest_number(builder, (int64_t)sample->place_count);
	for (size_t i = 0; i < sample->place_count; i++) {
		const struct place *place = &sample->places[i];
		digest_number(builder, (int64_t)place->role);
		digest_number(builder, place->group);
		digest_number(builder, place->nesting);
		digest_field(builder, text_field(place->path));
		add_region(builder, &place->region);
		digest_field(builder, text_field(place->message));
		digest_field(builder, place->text);
	}
}

/* Not the triage state (status, disposition), which is ours, nor the batch. */
static struct digest content_digest(const struct sample *sample, const struct sample_digests *digests)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, slice_of("aitia content 2"));
	digest_number(builder, (int64_t)sample->kind);
	digest_field(builder, text_field(sample->external_id));
	add_text(builder, sample->code, &digests->code);
	add_text(builder, sample->prompt, &digests->prompt);
	add_text(builder, sample->expected, &digests->expected);
	add_text(builder, sample->diff, &digests->diff);
	digest_field(builder, text_field(is_language_by_file(sample) ? NULL : sample->language));
	digest_field(builder, text_field(sample->path));
	add_region(builder, &sample->region);
	digest_field(builder, text_field(sample->session));
	digest_number(builder, sample->turn);
	digest_number(builder, sample->produced_at.at_us);
	digest_number(builder, (int64_t)sample->produced_at.precision);
	digest_number(builder, (int64_t)sample->baseline);
	digest_number(builder, sample->illustrative);
	add_flags(builder, sample);
	add_provenance(builder, sample);
	if (sample->place_count) /* most have none: their digests are as before there were places */
		add_places(builder, sample);
	return digest_end(builder);
}

struct sample_digests sample_digests_of(const struct sample *sample)
{
	struct sample_digests digests = text_digests(sample);

	digests.content = content_digest(sample, &digests);
	return digests;
}

struct digest sample_content_digest(const struct sample *sample)
{
	return sample_digests_of(sample).content;
}

/* As it was before version 2: texts themselves, and what was guessed from a file's name. */
static struct digest content_digest_1(const struct sample *sample)
{
	struct digest_builder *builder = digest_begin();

	digest_field(builder, slice_of("aitia content 1"));
	digest_number(builder, (int64_t)sample->kind);
	digest_field(builder, text_field(sample->external_id));
	digest_field(builder, sample->code);
	digest_field(builder, sample->prompt);
	digest_field(builder, sample->expected);
	digest_field(builder, sample->diff);
	digest_field(builder, text_field(sample->language));
	digest_field(builder, text_field(sample->path));
	add_region(builder, &sample->region);
	digest_field(builder, text_field(sample->session));
	digest_number(builder, sample->turn);
	digest_number(builder, sample->produced_at.at_us);
	digest_number(builder, (int64_t)sample->produced_at.precision);
	digest_number(builder, (int64_t)sample->baseline);
	digest_number(builder, sample->illustrative);
	add_flags(builder, sample);
	digest_number(builder, (int64_t)sample->provenance_count);
	for (size_t i = 0; i < sample->provenance_count; i++) {
		digest_field(builder, text_field(sample->provenance[i].key));
		digest_field(builder, text_field(sample->provenance[i].value));
		digest_number(builder, (int64_t)sample->provenance[i].certainty);
	}
	if (sample->place_count)
		add_places(builder, sample);
	return digest_end(builder);
}

static bool same_digest(struct digest a, const struct digest *b)
{
	return memcmp(&a, b, sizeof(a)) == 0;
}

bool sample_content_is(const struct sample *sample, const struct digest *digest)
{
	struct sample as_it_came = *sample;

	if (same_digest(sample_content_digest(sample), digest) || same_digest(content_digest_1(sample), digest))
		return true;
	/* A whole import may be marked as illustrative, which its records do not say. */
	as_it_came.illustrative = false;
	return sample->illustrative && sample_content_is(&as_it_came, digest);
}

const char *sample_provenance(const struct sample *sample, const char *key)
{
	for (size_t i = 0; i < sample->provenance_count; i++)
		if (strcmp(sample->provenance[i].key, key) == 0)
			return sample->provenance[i].value;
	return NULL;
}

char *place_heading(struct arena *arena, const struct place *place)
{
	char *text = place->group ? arena_printf(arena, "%s %" PRId64, place_role_word(place->role), place->group) :
				    arena_strdup(arena, place_role_word(place->role));

	for (char *at = text; *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

char *place_where(struct arena *arena, const struct place *place)
{
	const struct region *region = &place->region;
	const char *path = place->path ? place->path : "line ", *colon = place->path ? ":" : "";

	if (!region->start_line)
		return arena_strdup(arena, place->path ? place->path : "");
	if (!region->start_column)
		return arena_printf(arena, "%s%s%" PRId64, path, colon, region->start_line);
	return arena_printf(arena, "%s%s%" PRId64 ":%" PRId64, path, colon, region->start_line, region->start_column);
}

enum level sample_level(const struct sample *sample)
{
	enum level heaviest = LEVEL_NONE;
	for (size_t i = 0; i < sample->flag_count; i++)
		if (sample->flags[i].level > heaviest)
			heaviest = sample->flags[i].level;
	return heaviest;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The first line that shows anything, without blanks around it; runs of blanks
 * inside are one. Reads no further than it must: code may be megabytes. */
static char *first_line(struct arena *arena, struct slice text)
{
	struct strbuf line = STRBUF_INIT, clean = STRBUF_INIT;
	size_t at = 0;
	char *title;

	while (at < text.len_bytes && is_blank(text.at[at]))
		at++;
	for (; at < text.len_bytes && line.len_bytes <= TITLE_BYTES_MAX; at++) {
		char c = text.at[at];
		if (c == '\n' || c == '\r')
			break;
		if (!is_blank(c))
			strbuf_addch(&line, c);
		else if (line.len_bytes && line.text[line.len_bytes - 1] != ' ')
			strbuf_addch(&line, ' ');
	}
	if (line.len_bytes && line.text[line.len_bytes - 1] == ' ')
		strbuf_truncate(&line, line.len_bytes - 1);
	if (line.len_bytes > TITLE_BYTES_MAX) {
		strbuf_truncate(&line, utf8_cut(line.text, line.len_bytes, TITLE_BYTES_MAX));
		strbuf_addstr(&line, "\xe2\x80\xa6");
	}
	utf8_append_clean(&clean, strbuf_slice(&line));
	title = arena_text(arena, strbuf_slice(&clean));
	strbuf_release(&line);
	strbuf_release(&clean);
	return title;
}

char *sample_title(struct arena *arena, const struct sample *sample)
{
	char *title = NULL;

	if (sample->flag_count && sample->flags[0].message) {
		const char *message = sample->flags[0].message;
		/* "is_solved: false" says nothing without the name of the task. */
		if (sample->flags[0].source == SOURCE_EVAL && sample->external_id)
			message = arena_printf(arena, "%s: %s", sample->external_id, message);
		title = first_line(arena, slice_of(message));
	}
	if ((!title || !title[0]) && sample->code.at)
		title = first_line(arena, sample->code);
	if ((!title || !title[0]) && sample->flag_count && sample->flags[0].rule)
		title = first_line(arena, slice_of(sample->flags[0].rule));
	if ((!title || !title[0]) && sample->diff.at)
		title = first_line(arena, sample->diff);
	if ((!title || !title[0]) && sample->external_id)
		title = first_line(arena, slice_of(sample->external_id));
	return title ? title : arena_strdup(arena, "");
}

const struct annotation *annotation_decision(const struct annotation *annotations, size_t count)
{
	const struct annotation *newest = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct annotation *is = &annotations[i];
		if (!is->adjudicated || is->superseded_by)
			continue;
		if (!newest || is->at.at_us > newest->at.at_us || (is->at.at_us == newest->at.at_us && is->id > newest->id))
			newest = is;
	}
	return newest;
}

bool annotation_counts(const struct annotation *annotations, size_t count, size_t at)
{
	return !annotations[at].superseded_by && (annotations[at].adjudicated || !annotation_decision(annotations, count));
}
