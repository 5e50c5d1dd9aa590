/* agreement: how far reviewers agree, on what they do not, and whom to ask again */
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/choices.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/analysis/agreement.h"
#include "core/base/vec.h"

#define TEXT_ROWS 12
#define SEED 1

struct agreement_values {
	int on;
	int64_t resamples;
	bool blind, json;
};

static const struct option_spec agreement_options[] = {
	{ "on", 0, OPTION_CHOICE, "WHAT", "what of a judgement is compared", "cause", "rating",
	  offsetof(struct agreement_values, on) },
	{ "blind", 0, OPTION_FLAG, NULL, "only judgements made without seeing others'", NULL, NULL,
	  offsetof(struct agreement_values, blind) },
	{ "resamples", 0, OPTION_NUMBER, "N", "how often the samples are drawn anew for the intervals; 0: no intervals", "1000", NULL,
	  offsetof(struct agreement_values, resamples) },
	OPTION_JSON(struct agreement_values, json),
	OPTIONS_END
};

#define WITHIN(name, help) { name, help }, { name "_low", "its interval of 95 %; null: too few to say" }, { name "_high", "its interval of 95 %" }
static const struct answer_key agreement_keys[] = {
	{ "on", "verdict, category, cause, severity, symptom" },
	{ "symptom", "with --on=symptom, which one; else null" },
	{ "units", "samples that two reviewers or more have rated" },
	{ "ratings", "of those samples" },
	{ "reviewers", "whose ratings those are" },
	{ "agreed", "samples on which all agree" },
	WITHIN("percent", "share of pairs of ratings that agree, 0 to 1"),
	WITHIN("fleiss", "Fleiss' kappa"),
	WITHIN("alpha", "Krippendorff's alpha, nominal"),
	{ "resamples", "that the intervals rest on" },
	{ "codes", "that were used, most ratings first" },
	{ "codes[].code", "its name" },
	{ "codes[].ratings", "how often it was chosen" },
	{ "codes[].specific", "how often a second reviewer chose it where one had, 0 to 1" },
	{ "codes[].kappa", "Fleiss' kappa of this code" },
	WITHIN("codes[].alpha", "alpha of this code against all others"),
	{ "pairs", "reviewers who rated the same samples" },
	{ "pairs[].a", "one reviewer" },
	{ "pairs[].b", "the other" },
	{ "pairs[].units", "samples that both rated" },
	{ "pairs[].percent", "share of them on which they agree, 0 to 1" },
	WITHIN("pairs[].kappa", "Cohen's kappa"),
	{ "confusions", "codes chosen for the same sample, most first" },
	{ "confusions[].code", "one code" },
	{ "confusions[].other", "the other" },
	{ "confusions[].units", "samples with both" },
	{ "confusions[].coincidences", "pairs of ratings, both ways, over the sample's ratings less 1" },
	{ "disputed", "numbers of the samples whose reviewers differ, most disagreement first, but for those that are decided" },
	{ "decided", "how many more differ, and somebody has decided (aitia annotate --adjudicate)" },
	{ NULL, NULL }
};

static const char *const agreement_examples[] = {
	"aitia agreement", "On causes, over all samples.",
	"aitia agreement --on=verdict --blind batch:3", "On whether the output is wrong, of one import, by blind judgements.",
	"aitia list is:disputed", "The samples to talk about: reviewers differ in cause or verdict.",
	"aitia annotate 17 --adjudicate --cause testing --note 'why'", "Ends the dispute about one of them; it leaves the queue.",
	NULL
};

/* What is asked, and what came of it. */
struct asked {
	const char *on, *symptom;
	struct ratings ratings;
	struct agreement agreement;
	size_t decided; /* that were among the disputed ones */
};

static void json_codes(struct json_writer *json, const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;

	json_write_name(json, "codes");
	json_write_begin(json, '[');
	for (size_t i = 0; i < agreement->code_count; i++) {
		const struct agreement_code *code = &agreement->codes[i];
		json_write_begin(json, '{');
		json_write_member(json, "code", asked->ratings.code_names[code->code]);
		json_write_member_int(json, "ratings", (int64_t)code->ratings);
		figure_json_double(json, "specific", code->specific);
		figure_json_double(json, "kappa", code->kappa);
		figure_json(json, "alpha", code->alpha, code->alpha_within);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void json_pairs(struct json_writer *json, const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;

	json_write_name(json, "pairs");
	json_write_begin(json, '[');
	for (size_t i = 0; i < agreement->pair_count; i++) {
		const struct agreement_pair *pair = &agreement->pairs[i];
		json_write_begin(json, '{');
		json_write_member(json, "a", asked->ratings.rater_names[pair->a]);
		json_write_member(json, "b", asked->ratings.rater_names[pair->b]);
		json_write_member_int(json, "units", (int64_t)pair->units);
		figure_json_double(json, "percent", pair->percent);
		figure_json(json, "kappa", pair->kappa, pair->kappa_within);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_name(json, "confusions");
	json_write_begin(json, '[');
	for (size_t i = 0; i < agreement->confusion_count; i++) {
		const struct agreement_confusion *confusion = &agreement->confusions[i];
		json_write_begin(json, '{');
		json_write_member(json, "code", asked->ratings.code_names[confusion->code]);
		json_write_member(json, "other", asked->ratings.code_names[confusion->other]);
		json_write_member_int(json, "units", (int64_t)confusion->units);
		figure_json_double(json, "coincidences", confusion->coincidences);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static void print_json(const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "on", asked->on);
	json_write_member(&json, "symptom", asked->symptom);
	json_write_member_int(&json, "units", (int64_t)agreement->units);
	json_write_member_int(&json, "ratings", (int64_t)agreement->ratings);
	json_write_member_int(&json, "reviewers", (int64_t)agreement->raters);
	json_write_member_int(&json, "agreed", (int64_t)agreement->agreed);
	figure_json(&json, "percent", agreement->percent, agreement->percent_within);
	figure_json(&json, "fleiss", agreement->fleiss, agreement->fleiss_within);
	figure_json(&json, "alpha", agreement->alpha, agreement->alpha_within);
	json_write_member_int(&json, "resamples", (int64_t)agreement->resamples);
	json_codes(&json, asked);
	json_pairs(&json, asked);
	json_write_name(&json, "disputed");
	json_write_begin(&json, '[');
	for (size_t i = 0; i < agreement->disputed_count; i++)
		json_write_int(&json, agreement->disputed[i]);
	json_write_end(&json, ']');
	json_write_member_int(&json, "decided", (int64_t)asked->decided);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

/* ---- for people --------------------------------------------------------------------------- */

static void text_heading(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '\n');
	out_tone(out, TONE_STRONG);
	strbuf_addstr(out, text);
	out_tone(out, TONE_PLAIN);
	strbuf_addch(out, '\n');
}

static void text_more(struct strbuf *out, size_t count)
{
	if (count > TEXT_ROWS)
		strbuf_addf(out, "  … and %zu more: --json has all\n", count - TEXT_ROWS);
}

static void text_codes(struct strbuf *out, const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;

	text_heading(out, "codes                             ratings  second says so  alpha");
	for (size_t i = 0; i < agreement->code_count && i < TEXT_ROWS; i++) {
		const struct agreement_code *code = &agreement->codes[i];
		strbuf_addstr(out, "  ");
		out_clean_fit(out, asked->ratings.code_names[code->code], 32);
		strbuf_addf(out, "%7zu   %3.0f %% ", code->ratings, 100 * code->specific);
		figure_bar(out, code->specific, 8);
		strbuf_addstr(out, "  ");
		figure_text(out, code->alpha, code->alpha_within, 2);
		strbuf_addch(out, '\n');
	}
	text_more(out, agreement->code_count);
}

static void text_confusions(struct strbuf *out, const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;

	if (agreement->confusion_count)
		text_heading(out, "taken for each other                                          samples");
	for (size_t i = 0; i < agreement->confusion_count && i < TEXT_ROWS; i++) {
		const struct agreement_confusion *confusion = &agreement->confusions[i];
		strbuf_addstr(out, "  ");
		out_clean_fit(out, asked->ratings.code_names[confusion->code], 28);
		strbuf_addstr(out, "  ");
		out_clean_fit(out, asked->ratings.code_names[confusion->other], 28);
		strbuf_addf(out, "  %7zu\n", confusion->units);
	}
	text_more(out, agreement->confusion_count);
}

static void text_pairs(struct strbuf *out, const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;

	if (agreement->pair_count)
		text_heading(out, "reviewers                         samples   agree  Cohen's kappa");
	for (size_t i = 0; i < agreement->pair_count && i < TEXT_ROWS; i++) {
		const struct agreement_pair *pair = &agreement->pairs[i];
		strbuf_addstr(out, "  ");
		out_clean_fit(out, asked->ratings.rater_names[pair->a], 15);
		strbuf_addstr(out, "  ");
		out_clean_fit(out, asked->ratings.rater_names[pair->b], 15);
		strbuf_addf(out, "%7zu   %3.0f %%  ", pair->units, 100 * pair->percent);
		figure_text(out, pair->kappa, pair->kappa_within, 2);
		strbuf_addch(out, '\n');
	}
	text_more(out, agreement->pair_count);
}

static void print_text(const struct asked *asked)
{
	const struct agreement *agreement = &asked->agreement;
	struct strbuf out = STRBUF_INIT;

	out_tone(&out, TONE_STRONG);
	strbuf_addstr(&out, asked->on);
	if (asked->symptom) {
		strbuf_addch(&out, ' ');
		out_clean(&out, slice_of(asked->symptom));
	}
	out_tone(&out, TONE_PLAIN);
	if (agreement->units == 0) {
		strbuf_addstr(&out, ": cannot tell: no sample has been rated by two reviewers\n");
		out_flush(&out);
		strbuf_release(&out);
		return;
	}
	strbuf_addf(&out, ": %zu sample%s rated by two or more, %zu rating%s by %zu reviewer%s\n", agreement->units,
		    plural((int64_t)agreement->units), agreement->ratings, plural((int64_t)agreement->ratings), agreement->raters,
		    plural((int64_t)agreement->raters));
	strbuf_addstr(&out, "  pairs that agree       ");
	figure_percent(&out, agreement->percent, agreement->percent_within);
	strbuf_addstr(&out, "\n  Krippendorff's alpha   ");
	figure_text(&out, agreement->alpha, agreement->alpha_within, 3);
	strbuf_addstr(&out, isnan(agreement->alpha)		    ? " (everybody used one code: chance explains it all)" :
			    agreement->resamples && isnan(agreement->alpha_within.low) ? " (too few to say how sure that is)" :
											 "");
	strbuf_addstr(&out, "\n  Fleiss' kappa          ");
	figure_text(&out, agreement->fleiss, agreement->fleiss_within, 3);
	strbuf_addch(&out, '\n');
	text_codes(&out, asked);
	text_confusions(&out, asked);
	text_pairs(&out, asked);
	strbuf_addf(&out, "\n%zu of %zu sample%s need%s talking about", agreement->disputed_count, agreement->units,
		    plural((int64_t)agreement->units), agreement->units == 1 ? "s" : "");
	for (size_t i = 0; i < agreement->disputed_count && i < TEXT_ROWS; i++)
		strbuf_addf(&out, "%s %lld", i ? "," : ":", (long long)agreement->disputed[i]);
	strbuf_addstr(&out, agreement->disputed_count > TEXT_ROWS ? ", …" : "");
	if (asked->decided)
		strbuf_addf(&out, "; %zu more decided", asked->decided);
	strbuf_addch(&out, '\n');
	out_flush(&out);
	strbuf_release(&out);
}

/* ---- asking --------------------------------------------------------------------------------- */

struct asking {
	struct cli *cli;
	const struct agreement_values *values;
	VEC_OF(const char *) symptoms; /* that are named; each is a question of its own */
	VEC_OF(struct ratings_builder *) builders; /* of each question */
	const int64_t *decided; /* ascending */
	size_t decided_count;
};

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* What somebody has decided waits for nobody; the figures stay what reviewers said. */
static void leave_out_decided(const struct asking *asking, struct asked *asked)
{
	int64_t *left = arena_array(&asking->cli->arena, asked->agreement.disputed_count, sizeof(*left));
	size_t count = 0;

	for (size_t i = 0; i < asked->agreement.disputed_count; i++) {
		const int64_t *id = &asked->agreement.disputed[i];
		if (asking->decided_count && bsearch(id, asking->decided, asking->decided_count, sizeof(*id), by_id))
			asked->decided++;
		else
			left[count++] = *id;
	}
	asked->agreement.disputed = left;
	asked->agreement.disputed_count = count;
}

static enum status answer(const struct asking *asking, struct ratings_builder *builder, const char *symptom, struct error *err)
{
	const struct agreement_values *values = asking->values;
	struct cli *cli = asking->cli;
	const struct agreement_options options = { 0.95, (size_t)values->resamples, SEED, interrupt_flag() };
	struct asked asked = { .on = choices(&cli->arena, "rating")[values->on].word, .symptom = symptom };
	enum status status;

	ratings_builder_end(builder, &asked.ratings);
	status = agreement_of(&cli->arena, &asked.ratings, &options, &asked.agreement, err);
	if (status != STATUS_OK)
		return status;
	leave_out_decided(asking, &asked);
	out_progress_end();
	if (values->json)
		print_json(&asked);
	else
		print_text(&asked);
	return STATUS_OK;
}

static bool note_symptoms(void *context, const struct annotation *annotation)
{
	struct asking *asking = context;

	for (size_t s = 0; s < annotation->symptom_count; s++) {
		bool known = false;
		for (size_t k = 0; k < asking->symptoms.len && !known; k++)
			known = strcmp(asking->symptoms.items[k], annotation->symptoms[s]) == 0;
		if (!known)
			vec_push(&asking->symptoms, annotation->symptoms[s]);
	}
	return !interrupted();
}

static bool add_ratings(void *context, const struct annotation *annotation)
{
	const struct asking *asking = context;

	for (size_t i = 0; i < asking->builders.len; i++)
		ratings_builder_add(asking->builders.items[i], annotation);
	return !interrupted();
}

/* Symptoms are found first: a judgement may name several, and who names one says of all others that they are not there. */
static enum status read_ratings(struct asking *asking, struct store *store, const struct query *query, struct error *err)
{
	struct arena *arena = &asking->cli->arena;
	enum rating_of on = (enum rating_of)asking->values->on;
	enum status status = STATUS_OK;

	if (on == RATING_SYMPTOM)
		status = store->ops->judgements(store, arena, query, note_symptoms, asking, err);
	for (size_t i = 0; i < (on == RATING_SYMPTOM ? asking->symptoms.len : 1); i++)
		vec_push(&asking->builders, ratings_builder_new(arena, on, on == RATING_SYMPTOM ? asking->symptoms.items[i] : NULL,
								asking->values->blind));
	return status == STATUS_OK && asking->builders.len ? store->ops->judgements(store, arena, query, add_ratings, asking, err) : status;
}

static enum status answer_all(struct asking *asking, struct error *err)
{
	bool by_symptom = asking->values->on == RATING_SYMPTOM;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < asking->builders.len && status == STATUS_OK; i++) {
		struct ratings_builder *builder = asking->builders.items[i];
		if (i && !asking->values->json)
			out_printf("\n");
		asking->builders.items[i] = NULL;
		status = answer(asking, builder, by_symptom ? asking->symptoms.items[i] : NULL, err);
	}
	if (!asking->builders.len && !asking->values->json)
		out_printf("symptom: cannot tell: nobody has named one\n");
	return status;
}

static void asking_release(struct asking *asking)
{
	for (size_t i = 0; i < asking->builders.len; i++)
		ratings_builder_free(asking->builders.items[i]);
	vec_release(&asking->builders);
	vec_release(&asking->symptoms);
}

static int agreement_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct agreement_values *values = options_given;
	struct asking asking = { .cli = cli, .values = values };
	const char *settled = arena_printf(&cli->arena, "is:adjudicated -is:disputed %s", select_words(cli, words));
	struct store *store;
	struct query query, decided;
	struct error err;
	enum status status;
	bool began = false;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_query(cli, store, words->items, words->count, &query, &err) != STATUS_OK ||
	    select_query(cli, store, &settled, 1, &decided, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	out_under_way("reading judgements");
	interrupt_ends_reading(store);
	interrupt_catch();
	/* Judgements are read twice for symptoms, decisions after them: all of one state. */
	status = store->ops->view_begin(store, &began, &err);
	if (status == STATUS_OK)
		status = read_ratings(&asking, store, &query, &err);
	if (status == STATUS_OK)
		status = store->ops->sample_ids(store, &cli->arena, &decided, &asking.decided, &asking.decided_count, &err);
	store->ops->view_end(store, began);
	out_under_way("comparing");
	if (status == STATUS_OK)
		status = answer_all(&asking, &err);
	interrupt_release();
	out_progress_end();
	asking_release(&asking);
	if (status == STATUS_CANCELLED)
		return interrupt_exit_code();
	return status == STATUS_OK ? 0 : cli_fail(cli, &err);
}

const struct command_body command_agreement = {
	.options = agreement_options,
	.values_bytes = sizeof(struct agreement_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "Compares what reviewers say of the samples that match QUERY, where two or more have judged the same one. "
		"A reviewer's newest standing judgement counts. Krippendorff's alpha is the figure to quote: 1 is full "
		"agreement, 0 what chance alone gives; below 0.667 he advises not to conclude anything. Intervals of 95 % "
		"come from drawing the samples anew (bootstrap), are never narrower than what so few can tell, and are the same "
		"each time; of fewer than ten samples there are none but of the pairs that agree. docs/analysis.md has the formulas.\n\nWith --on=symptom each symptom that was named is a question of its own, yes or no.",
	.examples = agreement_examples,
	.answer = agreement_keys,
	.answer_text = "an answer; with --on=symptom one for each symptom",
	.run = agreement_run,
};
