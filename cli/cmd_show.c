#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/defer.h"

struct show_values {
	const char *find;
	bool json;
};

static const struct option_spec show_options[] = {
	{ "find", 0, OPTION_TEXT, "QUERY", "mark what this query looks for, where there are colours", NULL, NULL,
	  offsetof(struct show_values, find) },
	OPTION_JSON(struct show_values, json),
	OPTIONS_END
};

static const char *const show_examples[] = {
	"aitia show 17", "A sample, with its code, flags and judgements.",
	"aitia show 17 --find 'retry text:\"ync func\"'", "The same; what a search found is marked.",
	"aitia show INC-2026-0001", "An incident, as `aitia incident show` does.",
	NULL
};

/* "  name         value" */
static void add_field(struct strbuf *out, const char *name, const char *value)
{
	if (!value || !value[0])
		return;
	strbuf_addf(out, "  %-12s ", name);
	out_clean(out, slice_of(value));
	strbuf_addch(out, '\n');
}

static void add_heading(struct strbuf *out, const char *heading)
{
	strbuf_addch(out, '\n');
	out_tone(out, TONE_STRONG);
	strbuf_addstr(out, heading);
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

static void add_head(struct arena *arena, struct strbuf *out, const struct sample *sample, int64_t duplicates)
{
	out_tone(out, TONE_STRONG);
	strbuf_addf(out, "sample %lld", (long long)sample->id);
	out_tone(out, TONE_PLAIN);
	strbuf_addf(out, " (%s, %s%s%s)\n", sample_kind_word(sample->kind), sample_status_word(sample->status),
		    sample->disposition ? ", " : "", sample->disposition ? verdict_word(sample->disposition) : "");
	if (sample->illustrative)
		strbuf_addstr(out, "  ILLUSTRATIVE: made to show something, never real output\n");
	if (sample->deferred_until)
		add_field(out, "put off", defer_words(arena, sample->deferred_until));
	if (sample->duplicate_of)
		add_field(out, "duplicates", arena_printf(arena, "sample %lld", (long long)sample->duplicate_of));
	if (duplicates)
		add_field(out, "duplicated", arena_printf(arena, "by %lld other sample%s (aitia list duplicate-of:%lld)",
							  (long long)duplicates, duplicates == 1 ? "" : "s",
							  (long long)sample->id));
	add_field(out, "title", sample_title(arena, sample));
	if (sample->path)
		add_field(out, "place",
			  sample->region.start_line ?
				  arena_printf(arena, "%s:%lld", sample->path, (long long)sample->region.start_line) :
				  sample->path);
	add_field(out, "language", sample->language);
	if (sample->session)
		add_field(out, "session",
			  sample->turn ? arena_printf(arena, "%s, turn %lld", sample->session, (long long)sample->turn) :
					 sample->session);
	add_field(out, "produced", out_time(arena, sample->produced_at));
	if (sample->baseline)
		add_field(out, "baseline", baseline_word(sample->baseline));
	add_field(out, "known as", sample->external_id);
	add_field(out, "batch", arena_printf(arena, "%lld", (long long)sample->batch));
	add_field(out, "fingerprint", answer_fingerprint(arena, &sample->fingerprint));
}

static void add_flags(struct strbuf *out, const struct sample *sample, const struct query *find)
{
	if (sample->flag_count > 0)
		add_heading(out, "flags");
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		strbuf_addf(out, "  %s", level_word(flag->level));
		if (flag->source)
			strbuf_addf(out, ", %s", flag_source_word(flag->source));
		const char *const parts[] = { flag->tool, flag->rule };
		for (size_t k = 0; k < ARRAY_LEN(parts); k++)
			if (parts[k]) {
				strbuf_addstr(out, ", ");
				out_clean(out, slice_of(parts[k]));
			}
		if (flag->region.start_line)
			strbuf_addf(out, ", line %lld", (long long)flag->region.start_line);
		if (flag->has_score)
			strbuf_addf(out, ", score %g", flag->score);
		strbuf_addch(out, '\n');
		if (flag->message) {
			out_mark(find, slice_of(flag->message));
			out_clean_lines(out, slice_of(flag->message), "    ");
		}
	}
}

/* Code with line numbers as in its file. */
static void add_code(struct strbuf *out, const char *heading, struct slice text, int64_t first_line)
{
	int64_t line = first_line > 0 ? first_line : 1;
	size_t at = 0;

	if (!text.at || text.len_bytes == 0)
		return;
	add_heading(out, heading);
	while (at < text.len_bytes) {
		const char *feed = memchr(text.at + at, '\n', text.len_bytes - at);
		size_t end = feed ? (size_t)(feed - text.at) + 1 : text.len_bytes;
		strbuf_addf(out, "%7lld  ", (long long)line++);
		out_clean_lines(out, (struct slice){ text.at + at, end - at }, "");
		at = end;
	}
}

static void add_text(struct strbuf *out, const char *heading, struct slice text)
{
	if (!text.at || text.len_bytes == 0)
		return;
	add_heading(out, heading);
	out_clean_lines(out, text, "  | ");
}

static bool starts_group(const struct sample *sample, size_t i)
{
	return i == 0 || sample->places[i].role != sample->places[i - 1].role ||
	       sample->places[i].group != sample->places[i - 1].group;
}

static void add_places(struct arena *arena, struct strbuf *out, const struct sample *sample)
{
	for (size_t i = 0; i < sample->place_count; i++) {
		const struct place *place = &sample->places[i];
		if (starts_group(sample, i))
			add_heading(out, place_heading(arena, place));
		strbuf_addf(out, "  %*s", (int)(place->nesting < 20 ? place->nesting : 20) * 2, "");
		out_clean(out, slice_of(place_where(arena, place)));
		strbuf_addch(out, '\n');
		if (place->message)
			out_clean_lines(out, slice_of(place->message), "    ");
		if (place->text.len_bytes)
			out_clean_lines(out, place->text, place->role == PLACE_FIX ? "    + " : "    | ");
		else if (place->role == PLACE_FIX && place->text.at)
			strbuf_addstr(out, "    (is removed)\n");
	}
}

static void add_provenance(struct strbuf *out, const struct sample *sample)
{
	if (sample->provenance_count > 0)
		add_heading(out, "provenance");
	for (size_t i = 0; i < sample->provenance_count; i++) {
		const struct provenance *attribute = &sample->provenance[i];
		strbuf_addstr(out, "  ");
		out_clean(out, slice_of(attribute->key));
		if (attribute->certainty != CERTAINTY_RECORDED)
			strbuf_addf(out, " (%s)", certainty_word(attribute->certainty));
		if (strchr(attribute->value, '\n')) {
			strbuf_addstr(out, " =\n");
			out_clean_lines(out, slice_of(attribute->value), "    | ");
		} else {
			strbuf_addstr(out, " = ");
			out_clean(out, slice_of(attribute->value));
			strbuf_addch(out, '\n');
		}
	}
}

static void add_annotation(struct arena *arena, struct strbuf *out, const struct annotation *annotation,
			   const struct query *find)
{
	strbuf_addf(out, "  #%lld %s ", (long long)annotation->id, out_time(arena, annotation->at));
	out_clean(out, slice_of(annotation->reviewer));
	strbuf_addstr(out, annotation->adjudicated ? " decided:" : ":");
	if (annotation->first_line)
		strbuf_addf(out, " lines %lld-%lld", (long long)annotation->first_line, (long long)annotation->last_line);
	if (annotation->verdict)
		strbuf_addf(out, " %s", verdict_word(annotation->verdict));
	if (annotation->duplicate_of)
		strbuf_addf(out, " of sample %lld", (long long)annotation->duplicate_of);
	if (annotation->cause) {
		strbuf_addch(out, ' ');
		out_clean(out, slice_of(annotation->cause));
	}
	for (size_t i = 0; i < annotation->symptom_count; i++) {
		strbuf_addstr(out, i ? "," : " [");
		out_clean(out, slice_of(annotation->symptoms[i]));
	}
	if (annotation->symptom_count > 0)
		strbuf_addch(out, ']');
	if (annotation->severity)
		strbuf_addf(out, " %s", severity_word(annotation->severity));
	if (annotation->confidence)
		strbuf_addf(out, " (%s)", confidence_word(annotation->confidence));
	if (annotation->blind)
		strbuf_addstr(out, " blind");
	if (annotation->superseded_by)
		strbuf_addf(out, " superseded by #%lld", (long long)annotation->superseded_by);
	strbuf_addch(out, '\n');
	if (annotation->note) {
		out_mark(find, slice_of(annotation->note));
		out_clean_lines(out, slice_of(annotation->note), "      ");
		out_mark(NULL, slice_of(""));
	}
}

/* Code, messages and notes are what a query looks into. */
static void print_sample(struct arena *arena, const struct answer_sample *all, int64_t duplicates, const struct query *find)
{
	const struct sample *sample = all->sample;
	struct strbuf out = STRBUF_INIT;

	add_head(arena, &out, sample, duplicates);
	add_flags(&out, sample, find);
	out_mark(find, sample->code);
	add_code(&out, "code", sample->code, sample->region.start_line);
	out_mark(NULL, slice_of(""));
	add_text(&out, "prompt", sample->prompt);
	add_text(&out, "expected", sample->expected);
	add_text(&out, "diff", sample->diff);
	add_places(arena, &out, sample);
	add_provenance(&out, sample);
	if (all->annotation_count > 0)
		add_heading(&out, "annotations");
	for (size_t i = 0; i < all->annotation_count; i++)
		add_annotation(arena, &out, &all->annotations[i], find);
	if (all->incident_count > 0)
		add_heading(&out, "incidents");
	for (size_t i = 0; i < all->incident_count; i++)
		strbuf_addf(&out, "  %s\n", all->incidents[i]);
	out_flush(&out);
	strbuf_release(&out);
}

/* How many samples a standing verdict calls duplicates of this one. */
static enum status count_duplicates(struct cli *cli, struct store *store, int64_t id, int64_t *out, struct error *err)
{
	struct query query;
	enum status status = query_parse(&cli->arena, arena_printf(&cli->arena, "duplicate-of:%lld", (long long)id), NULL, &query,
					 err);

	return status == STATUS_OK ? store->ops->sample_count(store, &query, out, err) : status;
}

static int show_sample(struct cli *cli, const char *word, const struct show_values *values)
{
	struct answer_sample all;
	struct sample *sample;
	struct store *store;
	struct error err;
	struct query find;
	int64_t id, duplicates;

	memset(&all, 0, sizeof(all));
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, &values->find, values->find != NULL, &find, &err) != STATUS_OK || select_id(store, word, &id, &err) != STATUS_OK ||
	    store->ops->sample_get(store, &cli->arena, id, &sample, &err) != STATUS_OK ||
	    count_duplicates(cli, store, id, &duplicates, &err) != STATUS_OK ||
	    store->ops->annotation_list(store, &cli->arena, id, &all.annotations, &all.annotation_count, &err) !=
		    STATUS_OK ||
	    store->ops->sample_incidents(store, &cli->arena, id, &all.incidents, &all.incident_count, &err) !=
		    STATUS_OK)
		return cli_fail(cli, &err);
	all.sample = sample;
	if (values->json) {
		struct strbuf line = STRBUF_INIT;
		struct json_writer json;
		json_write_init(&json, &line, 0);
		answer_sample(&json, &all);
		out_json(&line);
		strbuf_release(&line);
	} else {
		print_sample(&cli->arena, &all, duplicates, values->find ? &find : NULL);
	}
	return 0;
}

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct show_values *values = options_given;
	const char *word = words->items[0];

	if (incident_key_valid(word))
		return incident_print(cli, word, values->json);
	return show_sample(cli, word, values);
}

const struct command_body command_show = {
	.options = show_options,
	.values_bytes = sizeof(struct show_values),
	.words_min = 1,
	.words_max = 1,
	.text = "ID is the number of a sample, its fingerprint (sha256:…), or the key of an incident. Control, bidi and "
		"invisible characters are shown as marks. The keys below are those of a sample; an incident is printed "
		"as the document that `aitia apply` reads (docs/apply.md).",
	.examples = show_examples,
	.answer = answer_sample_keys,
	.answer_text = "a sample",
	.run = show_run,
};
