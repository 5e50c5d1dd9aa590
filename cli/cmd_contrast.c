/* contrast: what samples have in common that others have not */
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/insight.h"

#define TEXT_ROWS 15
#define TEXT_WITHOUT 5
#define BAR 10

struct contrast_values {
	const char *against;
	bool json;
};

static const struct option_spec contrast_options[] = {
	{ "against", 0, OPTION_TEXT, "QUERY", "samples to compare with, \"\": all others; else the outputs that the store's denominators tell, if there are any (aitia exposure), else those that QUERY asks for as outputs (lang:c before:2026 of -level:none lang:c before:2026), or all others", NULL, NULL,
	  offsetof(struct contrast_values, against) },
	OPTION_JSON(struct contrast_values, json),
	OPTIONS_END
};

#define WITHIN(name, help) { name, help }, { name "_low", "its interval of 95 %" }, { name "_high", "its interval of 95 %" }
static const struct answer_key contrast_keys[] = {
	{ "cases", "samples that match QUERY" },
	{ "controls", "samples that they are compared with" },
	{ "compared_with", "store (its denominators, aitia exposure), among (--against), samples (all, or those that the query asks for as outputs)" },
	{ "cases_without_outputs", "of store: cases on days, or of values, of which the denominators say nothing; they are left out" },
	{ "without_outputs", "the same, each once, most first" },
	{ "without_outputs[].of", "days without denominators, or the values that they never tell" },
	{ "without_outputs[].cases", "how many" },
	{ "without_outputs[].query", "finds them" },
	{ "against", "of among and samples: the query that finds them, the cases among them; \"\": all; else null" },
	{ "breakdown", "of store: the keys that the denominators tell, the only ones that were looked at; else null" },
	{ "looks", "values, pairs and ranges that were tested" },
	{ "rate", "of what is claimed, at most this share is expected to be false" },
	{ "dispersion", "how much more the days vary than chance alone makes them; 1: no more" },
	{ "by_day", "whether each day was compared with itself" },
	{ "left_out", "keys of very many values, which were not looked at" },
	{ "few_keys", "true: there are so many combinations that only model, harness, prompt and effort were looked at" },
	{ "keys", "that were looked at" },
	{ "keys[].key", "its name" },
	{ "keys[].values", "how many values it has" },
	{ "keys[].same_as", "a key that says the same of each sample, else null" },
	{ "keys[].with_time", "it follows from the day, so nothing can be told apart from time" },
	{ "keys[].of_cases", "it is known of cases alone, or tells them from the others: the question in other words" },
	{ "findings", "most over-represented first, by evidence" },
	{ "findings[].key", "the key" },
	{ "findings[].value", "its value, null: samples without one; of a range the first" },
	{ "findings[].last", "of a range of versions the last value, else null" },
	{ "findings[].key2", "of a pair the other key, else null" },
	{ "findings[].value2", "and its value" },
	{ "findings[].claimed", "whether it holds after the correction for all looks, and 1 is not in its interval" },
	{ "findings[].cases", "cases among the samples that have it" },
	{ "findings[].total", "samples that have it" },
	{ "findings[].expected", "cases that everything else about these samples leads to expect" },
	WITHIN("findings[].ratio", "risk ratio, adjusted for the day and the other keys"),
	WITHIN("findings[].crude", "risk ratio as it is counted"),
	{ "findings[].z", "the evidence, in standard deviations" },
	{ "findings[].p", "how often chance alone gives as much" },
	{ "findings[].q", "the same, corrected for all looks (Benjamini and Hochberg)" },
	{ "findings[].reversed", "crude and adjusted say the opposite (Simpson's paradox)" },
	{ "findings[].with_time", "cannot be told apart from time; crude alone is known" },
	{ "findings[].explained_by", "key that takes most of the crude ratio away, \"day\" for time; else null" },
	{ "findings[].confounded", "over-represented as counted, but no longer once all other keys are allowed for together, and none of them alone makes the difference" },
	{ "findings[].in_range", "true: a value of a range that is claimed, and says no more than that" },
	{ "findings[].is_same", "true: it is on nearly the same samples as one before it" },
	{ "findings[].same", "places (from 0) of findings on nearly the same samples" },
	{ "findings[].query", "finds its cases" },
	{ "findings[].changes", "changes that incidents name and that speak of its values" },
	{ "findings[].changes[].incident", "which names it" },
	{ "findings[].changes[].number", "in that incident" },
	{ "findings[].changes[].at", "when it shipped" },
	{ "findings[].changes[].text", "what was changed" },
	{ NULL, NULL }
};

static const char *const contrast_examples[] = {
	"aitia contrast -level:none", "What flagged samples share, against those that passed.",
	"aitia contrast cause:model/hallucination --against=is:annotated", "What sets a cause apart from the others.",
	"aitia contrast -level:none after:2026-03-04", "Of some weeks alone: compared with the samples of those weeks.",
	NULL
};

/* ---- for machines ----------------------------------------------------------------------------- */

static void json_finding(struct arena *arena, struct json_writer *json, const struct contrast_answer *asked, const struct contrast_finding *finding)
{
	bool range = finding->first.value != finding->first.last;

	json_write_begin(json, '{');
	json_write_member(json, "key", contrast_key_name(asked, finding->first.key));
	json_write_member(json, "value", contrast_value_name(asked, &finding->first, false));
	json_write_member(json, "last", range ? contrast_value_name(asked, &finding->first, true) : NULL);
	json_write_member(json, "key2", contrast_key_name(asked, finding->second.key));
	json_write_member(json, "value2", contrast_value_name(asked, &finding->second, false));
	json_write_name(json, "claimed");
	json_write_bool(json, finding->claimed);
	json_write_member_int(json, "cases", finding->cases);
	json_write_member_int(json, "total", finding->total);
	figure_json_double(json, "expected", finding->expected);
	figure_json(json, "ratio", finding->ratio, finding->within);
	figure_json(json, "crude", finding->crude, finding->crude_within);
	figure_json_double(json, "z", finding->z);
	figure_json_double(json, "p", finding->p);
	figure_json_double(json, "q", finding->q);
	json_write_name(json, "reversed");
	json_write_bool(json, finding->reversed);
	json_write_name(json, "with_time");
	json_write_bool(json, finding->with_time);
	json_write_member(json, "explained_by", contrast_key_name(asked, finding->explained_by));
	json_write_name(json, "confounded");
	json_write_bool(json, finding->confounded);
	json_write_name(json, "in_range");
	json_write_bool(json, finding->in_range);
	json_write_name(json, "is_same");
	json_write_bool(json, finding->is_same);
	json_write_name(json, "same");
	json_write_begin(json, '[');
	for (size_t i = 0; i < finding->same_count; i++)
		json_write_int(json, finding->same[i]);
	json_write_end(json, ']');
	json_write_member(json, "query", contrast_query(arena, asked, finding));
	json_write_name(json, "changes");
	json_write_begin(json, '[');
	for (size_t i = 0; i < asked->change_count; i++) {
		const struct named_change *named = &asked->changes[i];
		if (!contrast_is_about(asked, finding, &named->change))
			continue;
		json_write_begin(json, '{');
		json_write_member(json, "incident", named->incident);
		json_write_member_int(json, "number", named->change.number);
		answer_instant(json, "at", named->change.at);
		json_write_member(json, "text", named->change.text);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_end(json, '}');
}

static void json_without_outputs(struct json_writer *json, const struct contrast_answer *asked)
{
	json_write_name(json, "without_outputs");
	json_write_begin(json, '[');
	for (size_t i = 0; i < asked->without_count; i++) {
		json_write_begin(json, '{');
		json_write_member(json, "of", asked->without[i].of);
		json_write_member_int(json, "cases", asked->without[i].cases);
		json_write_member(json, "query", asked->without[i].query);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void print_json(struct arena *arena, const struct contrast_answer *asked, double rate)
{
	const struct contrast *contrast = &asked->contrast;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member_int(&json, "cases", contrast->cases);
	json_write_member_int(&json, "controls", contrast->controls);
	json_write_member(&json, "compared_with", outputs_from_word(asked->from));
	json_write_member(&json, "against", asked->against);
	json_write_member(&json, "breakdown", asked->breakdown);
	json_write_member_int(&json, "cases_without_outputs", asked->cases_without_outputs);
	json_without_outputs(&json, asked);
	json_write_member_int(&json, "looks", (int64_t)contrast->looks);
	figure_json_double(&json, "rate", rate);
	figure_json_double(&json, "dispersion", contrast->dispersion);
	json_write_name(&json, "by_day");
	json_write_bool(&json, contrast->by_day);
	json_write_name(&json, "left_out");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < asked->left_out_count; i++)
		json_write_text(&json, asked->left_out[i]);
	json_write_end(&json, ']');
	json_write_name(&json, "few_keys");
	json_write_bool(&json, asked->few_keys);
	json_write_name(&json, "keys");
	json_write_begin(&json, '[');
	for (uint32_t i = 1; i < contrast->key_count; i++) { /* behind the day */
		json_write_begin(&json, '{');
		json_write_member(&json, "key", contrast_key_name(asked, i));
		json_write_member_int(&json, "values", (int64_t)contrast->keys[i].value_count - 1);
		json_write_member(&json, "same_as", contrast_key_name(asked, contrast->keys[i].same_as));
		json_write_name(&json, "with_time");
		json_write_bool(&json, contrast->keys[i].with_time);
		json_write_name(&json, "of_cases");
		json_write_bool(&json, contrast->keys[i].of_cases);
		json_write_end(&json, '}');
	}
	json_write_end(&json, ']');
	json_write_name(&json, "findings");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < contrast->finding_count; i++)
		json_finding(arena, &json, asked, &contrast->findings[i]);
	json_write_end(&json, ']');
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* ---- for people ---------------------------------------------------------------------------------- */

static void text_place(struct strbuf *out, const struct contrast_answer *asked, const struct contrast_place *place)
{
	const char *value = contrast_value_name(asked, place, false);

	out_clean(out, slice_of(contrast_key_name(asked, place->key)));
	strbuf_addch(out, ' ');
	if (!value) {
		strbuf_addstr(out, "(none)");
		return;
	}
	out_clean(out, slice_of(value));
	if (place->last != place->value) {
		strbuf_addstr(out, " to ");
		out_clean(out, slice_of(contrast_value_name(asked, place, true)));
	}
}

static void text_what(struct strbuf *out, const struct contrast_answer *asked, const struct contrast_finding *finding)
{
	text_place(out, asked, &finding->first);
	if (finding->second.key != CONTRAST_NONE) {
		strbuf_addstr(out, " with ");
		text_place(out, asked, &finding->second);
	}
}

static void text_changes(struct arena *arena, struct strbuf *out, const struct contrast_answer *asked, const struct contrast_finding *finding)
{
	for (size_t i = 0; i < asked->change_count; i++) {
		const struct named_change *named = &asked->changes[i];
		if (!contrast_is_about(asked, finding, &named->change))
			continue;
		strbuf_addf(out, "    change %s CH%lld, %s: ", named->incident, (long long)named->change.number,
			    out_time(arena, named->change.at));
		out_clean_fit(out, named->change.text, 60);
		strbuf_addch(out, '\n');
	}
}

static void text_finding(struct arena *arena, struct strbuf *out, const struct contrast_answer *asked, const struct contrast_finding *finding)
{
	size_t from = out->len_bytes;
	int blanks;

	strbuf_addstr(out, "  ");
	figure_text(out, finding->ratio, finding->within, 2);
	blanks = 24 - (int)(out->len_bytes - from - 2); /* the ellipsis has two bytes more than columns */
	strbuf_addf(out, "%*s", blanks > 0 ? blanks : 0, "");
	figure_bar(out, log2(finding->ratio > 1 ? finding->ratio : 1 / finding->ratio) / 3, BAR);
	strbuf_addf(out, " %7lld of %-8lld ", (long long)finding->cases, (long long)finding->total);
	out_tone(out, TONE_STRONG);
	text_what(out, asked, finding);
	out_tone(out, TONE_PLAIN);
	if (finding->reversed)
		strbuf_addf(out, "  (Simpson: crude %.2f says the opposite)", finding->crude);
	strbuf_addch(out, '\n');
	for (size_t i = 0; i < finding->same_count; i++) {
		strbuf_addf(out, "%*ssame samples: ", 4, "");
		text_what(out, asked, &asked->contrast.findings[finding->same[i]]);
		strbuf_addch(out, '\n');
	}
	text_changes(arena, out, asked, finding);
	strbuf_addf(out, "%*saitia list ", 4, "");
	out_tone(out, TONE_MUTED);
	out_shell(out, contrast_query(arena, asked, finding));
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

/* Claims of one side, strongest first. */
static void text_claims(struct arena *arena, struct strbuf *out, const struct contrast_answer *asked, bool over)
{
	const struct contrast *contrast = &asked->contrast;
	size_t shown = 0, more = 0;

	for (size_t n = 0; n < contrast->finding_count; n++) {
		const struct contrast_finding *finding = &contrast->findings[over ? n : contrast->finding_count - 1 - n];
		if (!finding->claimed || finding->is_same || finding->in_range || (finding->ratio > 1) != over)
			continue;
		if (shown == TEXT_ROWS) {
			more++;
			continue;
		}
		if (!shown++) {
			strbuf_addch(out, '\n');
			out_tone(out, TONE_STRONG);
			strbuf_addstr(out, over ? "over-represented\n" : "under-represented\n");
			out_tone(out, TONE_PLAIN);
			strbuf_addstr(out, "  risk ratio, 95 %                     cases of samples\n");
		}
		text_finding(arena, out, asked, finding);
	}
	if (more)
		strbuf_addf(out, "  … and %zu more: --json has all\n", more);
	if (!shown && over)
		strbuf_addstr(out, "\nnothing is over-represented beyond chance\n");
}

/* What looks like a finding by its crude figure, and is none. */
static void text_explained(struct arena *arena, struct strbuf *out, const struct contrast_answer *asked)
{
	const struct contrast *contrast = &asked->contrast;
	size_t shown = 0;

	for (size_t i = 0; i < contrast->finding_count && shown < TEXT_ROWS; i++) {
		const struct contrast_finding *finding = &contrast->findings[i];
		if (!contrast_is_unproven(finding))
			continue;
		if (!shown++) {
			strbuf_addch(out, '\n');
			out_tone(out, TONE_STRONG);
			strbuf_addstr(out, "counted, but not borne out\n");
			out_tone(out, TONE_PLAIN);
		}
		strbuf_addf(out, "  %.2f  ", finding->crude);
		text_what(out, asked, finding);
		if (finding->with_time)
			strbuf_addstr(out, ": came with its days, and cannot be told apart from them; see aitia onset");
		else if (finding->confounded)
			strbuf_addstr(out, ": confounded, it cannot be told apart from other keys together");
		else
			strbuf_addf(out, ": goes with %s", finding->explained_by == CONTRAST_DAY ? "the day" : "");
		if (!finding->with_time && !finding->confounded && finding->explained_by != CONTRAST_DAY)
			out_clean(out, slice_of(contrast_key_name(asked, finding->explained_by)));
		strbuf_addch(out, '\n');
		text_changes(arena, out, asked, finding);
	}
}

static void text_outcomes(struct strbuf *out, const struct contrast_answer *asked)
{
	size_t shown = 0;

	for (uint32_t k = 1; k < asked->contrast.key_count; k++)
		if (asked->contrast.keys[k].of_cases) {
			strbuf_addstr(out, shown++ ? ", " : "\nleft out, since they tell cases from others by themselves: ");
			out_clean(out, slice_of(contrast_key_name(asked, k)));
		}
	if (shown)
		strbuf_addch(out, '\n');
}

static void text_without_outputs(struct strbuf *out, const struct contrast_answer *asked)
{
	int64_t shown = 0;

	for (size_t i = 0; i < asked->without_count && i < TEXT_WITHOUT; i++) {
		const struct left_out_cases *left = &asked->without[i];
		strbuf_addf(out, "left out: %lld of ", (long long)left->cases);
		out_clean(out, slice_of(left->of));
		strbuf_addstr(out, ": aitia list ");
		out_tone(out, TONE_MUTED);
		out_shell(out, left->query);
		out_tone(out, TONE_PLAIN);
		strbuf_addch(out, '\n');
		shown += left->cases;
	}
	if (asked->without_count > TEXT_WITHOUT)
		strbuf_addf(out, "left out: %lld of %zu more such: --json has all\n", (long long)(asked->cases_without_outputs - shown),
			    asked->without_count - TEXT_WITHOUT);
}

static void print_text(struct arena *arena, const struct contrast_answer *asked, double rate)
{
	const struct contrast *contrast = &asked->contrast;
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "%lld case%s against %lld other%s: %zu look%s; of what is claimed %.0f %% may be false\n",
		    (long long)contrast->cases, plural(contrast->cases), (long long)contrast->controls, plural(contrast->controls),
		    contrast->looks, plural((int64_t)contrast->looks), 100 * rate);
	if (asked->from == OUTPUTS_STORE) {
		strbuf_addstr(&out, "compared with the outputs of the store's denominators, which tell ");
		out_clean(&out, slice_of(asked->breakdown));
		strbuf_addstr(&out, " and nothing else; --against=\"\" compares samples by all keys\n");
		text_without_outputs(&out, asked);
	}
	if (asked->from == OUTPUTS_SAMPLES && asked->against[0]) {
		strbuf_addstr(&out, "compared with the samples of ");
		out_clean(&out, slice_of(asked->against));
		strbuf_addstr(&out, "; --against=\"\" compares with all\n");
	}
	strbuf_addf(&out, "adjusted for the other keys%s", contrast->by_day ? " and the day of production" :
							   "; not for time: cases and others share too few days");
	if (contrast->dispersion > 1.2)
		strbuf_addf(&out, "; days vary %.1f times as much as by chance, which is allowed for", contrast->dispersion);
	strbuf_addch(&out, '\n');
	text_claims(arena, &out, asked, true);
	text_claims(arena, &out, asked, false);
	text_explained(arena, &out, asked);
	text_outcomes(&out, asked);
	for (uint32_t k = 1; k < contrast->key_count; k++)
		if (contrast->keys[k].same_as != CONTRAST_NONE) {
			strbuf_addstr(&out, "\nsays the same as ");
			out_clean(&out, slice_of(contrast_key_name(asked, contrast->keys[k].same_as)));
			strbuf_addstr(&out, ": ");
			out_clean(&out, slice_of(contrast_key_name(asked, k)));
			strbuf_addch(&out, '\n');
		}
	for (size_t i = 0; i < asked->left_out_count; i++) {
		strbuf_addstr(&out, i ? ", " : "\nnot looked at, since they have very many values: ");
		out_clean(&out, slice_of(asked->left_out[i]));
	}
	if (asked->left_out_count)
		strbuf_addch(&out, '\n');
	if (asked->few_keys)
		strbuf_addstr(&out, "\nof the provenance only model, harness, prompt and effort were looked at: there are too many "
				    "combinations\n");
	out_flush(&out);
	strbuf_release(&out);
}

/* ---- asking ------------------------------------------------------------------------------------------ */

static void show_steps(void *context, int64_t done, int64_t total)
{
	(void)context;
	out_progress("comparing", (unsigned long long)done, (unsigned long long)total, done);
}

static int contrast_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct contrast_values *values = options_given;
	const struct contrast_options options = { .rate = 0.05, .confidence = 0.95, .cancel = interrupt_flag(), .progress = show_steps };
	struct contrast_answer asked;
	struct inquiry inquiry;
	struct store *store;
	struct error err;
	enum status status;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK || select_inquiry(cli, store, &inquiry, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_ends_reading(store);
	interrupt_catch();
	status = contrast_ask(&inquiry, select_words(cli, words), values->against, &options, &asked, &err);
	interrupt_release();
	out_progress_end();
	if (status == STATUS_CANCELLED)
		return interrupt_exit_code();
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	if (values->json)
		print_json(&cli->arena, &asked, options.rate);
	else
		print_text(&cli->arena, &asked, options.rate);
	return 0;
}

const struct command_body command_contrast = {
	.options = contrast_options,
	.values_bytes = sizeof(struct contrast_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Looks at every value of every provenance key, of the language and of the kind, at every pair of values and at "
		"ranges of versions: where are the samples of QUERY over-represented among those of --against (else among "
		"the outputs that denominators tell, or among the samples that QUERY asks for as outputs)? Each risk ratio is adjusted for the other keys and for the day, so that a value is not blamed for the "
		"company it keeps, and what is claimed is corrected for the number of looks. docs/analysis.md has the "
		"formulas and how they were tried.",
	.examples = contrast_examples,
	.answer = contrast_keys,
	.answer_text = "the answer",
	.run = contrast_run,
};
