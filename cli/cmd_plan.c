/* plan make, list, show: samples drawn by chance, and what they say of all. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/figures.h"
#include "cli/index.h"
#include "cli/output.h"
#include "cli/select.h"
#include "core/analysis/sampling.h"
#include "core/inquiry.h"
#include "core/insight.h"
#include "core/plan_target.h"

#define CONFIDENCE 0.95
#define STRATA_MAX 100

struct plan_values {
	int64_t size, margin, share, design, seed;
	const char *by, *toward;
	struct option_texts of;
	bool targeted, json;
};

static void write_strata(struct json_writer *json, const struct plan *plan)
{
	json_write_name(json, "strata");
	json_write_begin(json, '[');
	for (size_t i = 0; i < plan->stratum_count; i++) {
		json_write_begin(json, '{');
		json_write_member(json, "value", plan->strata[i].value);
		json_write_member_int(json, "population", plan->strata[i].population);
		json_write_member_int(json, "samples", plan->strata[i].taken);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

static int64_t population_of(const struct plan *plan)
{
	int64_t sum = 0;

	for (size_t i = 0; i < plan->stratum_count; i++)
		sum += plan->strata[i].population;
	return sum;
}

static void write_plan(struct json_writer *json, const struct plan *plan)
{
	json_write_member(json, "plan", plan->name);
	json_write_member(json, "form", plan_form_word(plan->form));
	json_write_name(json, "representative");
	json_write_bool(json, plan_represents(plan->form));
	json_write_member(json, "query", plan->query);
	json_write_member(json, "by", plan->key);
	json_write_member_int(json, "seed", (int64_t)plan->seed);
	json_write_member_int(json, "population", population_of(plan));
	json_write_member_int(json, "samples", (int64_t)plan->sample_count);
	write_strata(json, plan);
}

#define PLAN_KEYS \
	{ "plan", "its name; sampled:NAME in queries lists its samples" }, \
	{ "form", "random, stratified, uncertain (more of the strata of which less is certain), targeted (what is most in doubt)" }, \
	{ "representative", "whether its samples were drawn by chance, so that they say something of all" }, \
	{ "query", "what it was drawn from" }, \
	{ "by", "key of the strata, null: none" }, \
	{ "seed", "draws the same again from the same store" }, \
	{ "population", "samples that it was drawn from" }, \
	{ "samples", "how many were drawn" }, \
	{ "strata", "the parts within which it was drawn" }, \
	{ "strata[].value", "of the key, null: samples without one; of a targeted plan: disputed, or alike (groups whose causes differ)" }, \
	{ "strata[].population", "samples of that value" }, \
	{ "strata[].samples", "how many of them were drawn" }

/* ---- make ---------------------------------------------------------------------------------- */

static const struct option_spec make_options[] = {
	{ "size", 0, OPTION_NUMBER, "N", "draw so many", NULL, NULL, offsetof(struct plan_values, size) },
	{ "margin", 0, OPTION_NUMBER, "POINTS", "or as many as give shares within so many percentage points, 95 of 100 times", NULL, NULL,
	  offsetof(struct plan_values, margin) },
	{ "share", 0, OPTION_NUMBER, "PERCENT", "with --margin: the share that is expected; 50 needs most", "50", NULL,
	  offsetof(struct plan_values, share) },
	{ "design-effect", 0, OPTION_NUMBER, "PERCENT", "with --margin: variance over that of a random sample; more where samples of a "
	  "session or group are alike", "100", NULL, offsetof(struct plan_values, design) },
	{ "by", 0, OPTION_TEXT, "KEY", "draw within the values of this key, in proportion, two of each at least", NULL, NULL,
	  offsetof(struct plan_values, by) },
	{ "toward", 0, OPTION_TEXT, "QUERY", "with --by: more of the values of which the share of QUERY is less certain by all that is "
	  "annotated of them so far, drawn from or not", NULL,
	  NULL, offsetof(struct plan_values, toward) },
	{ "targeted", 0, OPTION_FLAG, NULL, "take what is most in doubt: samples on which reviewers differ, then groups of alike samples whose causes "
	  "differ; says nothing of all", NULL, NULL, offsetof(struct plan_values, targeted) },
	{ "seed", 0, OPTION_NUMBER, "N", "the same number draws the same samples", "1", NULL, offsetof(struct plan_values, seed) },
	OPTION_JSON(struct plan_values, json),
	OPTIONS_END
};

static const struct answer_key make_keys[] = { PLAN_KEYS, { "edit", "number of the edit, for the log" }, { NULL, NULL } };

/* Samples of each stratum, all of them. */
struct drawing {
	struct cli *cli;
	struct store *store;
	const char *query;
	const char *toward;      /* whose share is asked; NULL: in proportion */
	struct plan_stratum *strata;
	double *spread;          /* of each, with `toward` */
	int64_t judged;          /* of all that it was learnt from */
	const int64_t **ids;
	size_t count;
};

/* What is annotated already tells of the stratum: all of its value, for what the plan is drawn from is often what is not (is:untriaged). */
static enum status look_at_stratum(struct drawing *to, const char *value_query, struct error *err)
{
	const char *judged = inquiry_both(&to->cli->arena, value_query, "status:annotated");
	const char *hits = inquiry_both(&to->cli->arena, judged, to->toward);
	struct query parsed;
	int64_t counts[2];
	enum status status = STATUS_OK;

	for (int i = 0; i < 2 && status == STATUS_OK; i++) {
		status = select_query(to->cli, to->store, i ? &hits : &judged, 1, &parsed, err);
		if (status == STATUS_OK)
			status = to->store->ops->sample_count(to->store, &parsed, &counts[i], err);
	}
	if (status != STATUS_OK)
		return status;
	to->spread[to->count] = sampling_spread((double)counts[0], (double)counts[1]);
	to->judged += counts[0];
	return STATUS_OK;
}

/* `value_query`: finds the value, "" where there is no key. */
static enum status add_stratum(struct drawing *to, const char *value, const char *value_query, struct error *err)
{
	const char *query = inquiry_both(&to->cli->arena, to->query, value_query);
	struct query parsed;
	size_t count = 0;
	enum status status = select_query(to->cli, to->store, &query, 1, &parsed, err);

	if (status == STATUS_OK)
		status = to->store->ops->sample_ids(to->store, &to->cli->arena, &parsed, &to->ids[to->count], &count, err);
	if (status != STATUS_OK || !count)
		return status;
	if (to->toward && (status = look_at_stratum(to, value_query, err)) != STATUS_OK)
		return status;
	to->strata[to->count++] = (struct plan_stratum){ value, (int64_t)count, 0 };
	return STATUS_OK;
}

static enum status add_strata(struct drawing *to, const char *by, struct error *err)
{
	struct table_request request = { .key_count = 1 };
	struct inquiry inquiry;
	struct table_key key;
	struct table table;
	struct query query;
	enum status status = table_key_parse(&to->cli->arena, by, &key, err);

	request.query = &query;
	request.keys = &key;
	if (status == STATUS_OK)
		status = select_query(to->cli, to->store, &to->query, 1, &query, err);
	if (status == STATUS_OK)
		status = select_inquiry(to->cli, to->store, &inquiry, err);
	if (status == STATUS_OK)
		status = inquiry_table(&inquiry, &request, &table, err);
	if (status == STATUS_OK && table.row_count > STRATA_MAX)
		return error_set(err, STATUS_REFUSED, "%s has %zu values: strata are %d at most", by, table.row_count, STRATA_MAX);
	for (size_t i = 0; status == STATUS_OK && i < table.row_count; i++) {
		const char *value = table_value(&table, i, 0);
		struct strbuf text = STRBUF_INIT;
		inquiry_narrow(&to->cli->arena, &text, &key, &value, 1);
		status = add_stratum(to, value, arena_text(&to->cli->arena, strbuf_slice(&text)), err);
		strbuf_release(&text);
	}
	if (status == STATUS_OK && to->toward && to->count && !to->judged)
		return error_set(err, STATUS_REFUSED, "no sample of these values of %s is annotated: --toward has nothing to go by yet; draw with --by "
				 "alone first", by);
	return status;
}

static int64_t size_of(const struct plan_values *values, int64_t population)
{
	double n = values->size > 0 ? (double)values->size :
		   ceil(sampling_size(normal_quantile(1 - (1 - CONFIDENCE) / 2), (double)values->share / 100, (double)values->margin / 100,
				      (double)values->design / 100, (double)population));

	return n < (double)population ? (int64_t)n : population;
}

static enum status draw(struct drawing *to, const struct plan_values *values, struct plan *plan, struct error *err)
{
	int64_t *populations = arena_array(&to->cli->arena, to->count + 1, sizeof(*populations));
	int64_t *taken = arena_array(&to->cli->arena, to->count + 1, sizeof(*taken)), *samples, all = 0;
	struct random random;

	for (size_t h = 0; h < to->count; h++)
		all += populations[h] = to->strata[h].population;
	if (!all)
		return error_set(err, STATUS_NOT_FOUND, "no sample matches '%s'", to->query);
	sampling_allocate_by(populations, to->toward ? to->spread : NULL, to->count, size_of(values, all), taken);
	samples = arena_array(&to->cli->arena, (size_t)all, sizeof(*samples));
	random_init(&random, (uint64_t)values->seed);
	for (size_t h = 0; h < to->count; h++) {
		/* What is behind those that are taken makes room for the next stratum. */
		memcpy(samples + plan->sample_count, to->ids[h], (size_t)populations[h] * sizeof(*samples));
		sampling_draw(&random, samples + plan->sample_count, (size_t)populations[h], (size_t)taken[h]);
		to->strata[h].taken = taken[h];
		plan->sample_count += (size_t)taken[h];
	}
	plan->samples = samples;
	plan->strata = to->strata;
	plan->stratum_count = to->count;
	return STATUS_OK;
}

static enum plan_form form_of(const struct plan_values *values)
{
	if (values->targeted)
		return PLAN_TARGETED;
	return values->toward ? PLAN_UNCERTAIN : values->by ? PLAN_STRATIFIED : PLAN_RANDOM;
}

/* What is most in doubt; groups must be whole for that. */
static enum status choose(struct drawing *to, const struct plan_values *values, struct plan *plan, struct error *err)
{
	struct inquiry inquiry;
	enum status status = groups_make(to->store, err);

	if (status == STATUS_OK)
		status = select_inquiry(to->cli, to->store, &inquiry, err);
	return status == STATUS_OK ? plan_target(&inquiry, (size_t)values->size, plan, err) : status;
}

static enum status make(struct cli *cli, const struct plan_values *values, const struct option_words *words, struct plan *plan,
			int64_t *edit, struct error *err)
{
	struct option_words rest = { words->items + 1, words->count - 1 };
	struct drawing to = { .cli = cli, .query = select_words(cli, &rest), .toward = values->toward };
	const char *reviewer;
	enum status status = plan_check_name(words->items[0], err);

	to.strata = arena_array(&cli->arena, STRATA_MAX, sizeof(*to.strata));
	to.spread = arena_array(&cli->arena, STRATA_MAX, sizeof(*to.spread));
	to.ids = arena_array(&cli->arena, STRATA_MAX, sizeof(*to.ids));
	*plan = (struct plan){ .name = words->items[0], .form = form_of(values), .query = to.query,
			       .key = values->by, .seed = (uint64_t)values->seed };
	if (status == STATUS_OK)
		status = cli_open(cli, STORE_EDIT, &to.store, err);
	if (status == STATUS_OK)
		status = cli_reviewer(cli, &reviewer, err);
	if (status == STATUS_OK && values->targeted)
		status = choose(&to, values, plan, err);
	else if (status == STATUS_OK)
		status = values->by ? add_strata(&to, values->by, err) : add_stratum(&to, NULL, "", err);
	if (status == STATUS_OK && !values->targeted)
		status = draw(&to, values, plan, err);
	return status == STATUS_OK ? to.store->ops->plan_put(to.store, reviewer, plan, edit, err) : status;
}

static int make_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct plan_values *values = options_given;
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;
	struct plan plan;
	struct error err;
	int64_t edit = 0;

	if (values->targeted && (values->by || values->toward || values->size <= 0 || values->margin > 0))
		return cli_usage(cli, "--targeted goes with --size alone: what is chosen by doubt has no strata and no margin");
	if (values->toward && !values->by)
		return cli_usage(cli, "--toward needs --by: it shares the samples among the values of a key");
	if (values->toward && !values->toward[strspn(values->toward, " \t\r\n")])
		return cli_usage(cli, "--toward needs a query: of which share is more to be known?");
	if ((values->size > 0) == (values->margin > 0))
		return cli_usage(cli, "give --size or --margin, one of them: how many samples, or how sure shares are to be");
	if (values->margin > 50 || values->share < 1 || values->share > 99 || values->design < 1)
		return cli_usage(cli, "--margin is 1 to 50 points, --share 1 to 99 percent, --design-effect 1 percent or more");
	if (make(cli, values, words, &plan, &edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	if (!values->json) {
		out_printf("%zu of %" PRId64 " sample%s, edit %" PRId64 "; sampled:%s lists them\n", plan.sample_count, population_of(&plan),
			   plural(population_of(&plan)), edit, plan.name);
		return 0;
	}
	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	write_plan(&json, &plan);
	json_write_member_int(&json, "edit", edit);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
	return 0;
}

static const char *const make_examples[] = {
	"aitia plan make audit is:untriaged --margin=5", "As many as tell shares within five points.",
	"aitia plan make audit --by=model --size=200", "200 samples, of each model in proportion.",
	"aitia plan make audit2 --by=model --size=200 --toward=cause:model", "More of the models of which less is certain after the first.",
	"aitia plan make talk --targeted --size=20", "What is most in doubt, to be looked at first.",
	NULL
};

const struct command_body command_plan_make = {
	.options = make_options,
	.values_bytes = sizeof(struct plan_values),
	.words_min = 1,
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.query_at = 1,
	.text = "What was drawn stays under its name, as a queue: `sampled:NAME` in queries, in the filter of the workbench too. Making a plan is an "
		"edit, which `aitia undo` takes back; one of the same name takes the place of the older one.\n\n"
		"Sizes are Cochran's (Sampling Techniques, 1977, 4.4), with the correction for finite populations. --toward shares them as Neyman has it "
		"(1934): in proportion to a value's samples and to how much those annotated so far leave open there. What such a plan says of all is "
		"weighted, and as true as of one in proportion. What is --targeted says nothing of all, and `aitia plan show` says so.",
	.examples = make_examples,
	.answer = make_keys,
	.answer_text = "the plan",
	.run = make_run,
};

/* ---- list ---------------------------------------------------------------------------------- */

static const struct option_spec list_options[] = { OPTION_JSON(struct plan_values, json), OPTIONS_END };

static const struct answer_key list_keys[] = {
	{ "plan", "its name" },
	{ "form", "random, stratified, uncertain, targeted" },
	{ "query", "what it was drawn from" },
	{ "by", "key of the strata, null: none" },
	{ "samples", "how many were drawn" },
	{ "done", "how many of them do not wait any more" },
	{ "reviewer", "who made it" },
	{ "at", "when" },
	{ "edit", "number of the edit, for aitia undo" },
	{ NULL, NULL },
};

static void print_row(const struct plan_row *row, bool as_json)
{
	struct strbuf line = STRBUF_INIT;
	struct json_writer json;

	if (!as_json) {
		strbuf_addf(&line, "sampled:%s  %" PRId64 " of %" PRId64 " done  ", row->name, row->done, row->samples);
		out_clean(&line, slice_of(row->query[0] ? row->query : "(all)"));
		strbuf_addch(&line, '\n');
		out_flush(&line);
		strbuf_release(&line);
		return;
	}
	json_write_init(&json, &line, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "plan", row->name);
	json_write_member(&json, "form", plan_form_word(row->form));
	json_write_member(&json, "query", row->query);
	json_write_member(&json, "by", row->key);
	json_write_member_int(&json, "samples", row->samples);
	json_write_member_int(&json, "done", row->done);
	json_write_member(&json, "reviewer", row->reviewer);
	answer_instant(&json, "at", row->at);
	json_write_member_int(&json, "edit", row->edit);
	json_write_end(&json, '}');
	out_json(&line);
	strbuf_release(&line);
}

static int list_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct plan_values *values = options_given;
	const struct plan_row *rows;
	struct store *store;
	struct error err;
	size_t count;

	(void)words;
	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    store->ops->plan_list(store, &cli->arena, &rows, &count, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	for (size_t i = 0; i < count; i++)
		print_row(&rows[i], values->json);
	return 0;
}

const struct command_body command_plan_list = {
	.options = list_options,
	.values_bytes = sizeof(struct plan_values),
	.text = "The newest of each name. Done is what is neither untriaged nor in review any more.",
	.answer = list_keys,
	.answer_text = "a plan",
	.run = list_run,
};

/* ---- show ---------------------------------------------------------------------------------- */

static const struct option_spec show_options[] = {
	{ "of", 0, OPTION_LIST, "QUERY", "estimate the share of what matches, in place of causes and false positives", NULL, NULL,
	  offsetof(struct plan_values, of) },
	OPTION_JSON(struct plan_values, json),
	OPTIONS_END
};

static const struct answer_key show_keys[] = {
	PLAN_KEYS,
	{ "done", "how many of them are annotated" },
	{ "lacking", "values of the strata of which not all that was drawn is annotated (two at least, or the whole stratum): what is annotated "
	  "of them need not be a part by chance" },
	{ "estimates", "what that says of the population; none as long as strata are lacking" },
	{ "estimates[].query", "of which share it is the estimate" },
	{ "estimates[].share", "weighted by the strata, 0 to 1" },
	{ "estimates[].share_low", "of its interval of 95 %" },
	{ "estimates[].share_high", "likewise" },
	{ "estimates[].effective", "the size of a random sample that would say as much" },
	{ NULL, NULL },
};

struct showing {
	struct cli *cli;
	struct inquiry inquiry;
	struct plan_answer is;
};

static void print_estimate(struct strbuf *out, struct json_writer *json, const char *query, const struct sampling_estimate *is)
{
	if (json) {
		json_write_begin(json, '{');
		json_write_member(json, "query", query);
		figure_json(json, "share", is->share, is->within);
		figure_json_double(json, "effective", is->effective);
		json_write_end(json, '}');
		return;
	}
	strbuf_addstr(out, "  ");
	out_clean_fit(out, query, 28);
	figure_percent(out, is->share, is->within);
	strbuf_addch(out, '\n');
}

static enum status print_estimates(struct showing *to, const struct plan_values *values, struct strbuf *out,
				   struct json_writer *json, size_t *said, struct error *err)
{
	const char *const *queries = values->of.count ? values->of.items : plan_usual;
	size_t count = values->of.count ? values->of.count : PLAN_USUAL_COUNT;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct sampling_estimate is;
		status = plan_estimate(&to->inquiry, &to->is, queries[i], &is, err);
		if (status != STATUS_OK || isnan(is.share))
			continue;
		print_estimate(out, json, queries[i], &is);
		++*said;
	}
	return status;
}

static const char *stratum_name(const struct showing *to, size_t h)
{
	return to->is.plan.strata[h].value ? to->is.plan.strata[h].value : to->is.plan.key ? "(none)" : "all";
}

static void write_lacking(const struct showing *to, struct json_writer *json)
{
	json_write_name(json, "lacking");
	json_write_begin(json, '[');
	for (size_t h = 0; plan_represents(to->is.plan.form) && h < to->is.plan.stratum_count; h++)
		if (!plan_says(&to->is, h))
			json_write_text(json, to->is.plan.strata[h].value);
	json_write_end(json, ']');
}

static void print_lacking(const struct showing *to, struct strbuf *out)
{
	const char *between = " ";

	strbuf_addstr(out, "  nothing can be said yet: until all that was drawn of a stratum is annotated, what is need not be a part by chance; lacking:");
	for (size_t h = 0; h < to->is.plan.stratum_count; h++)
		if (!plan_says(&to->is, h)) {
			strbuf_addstr(out, between);
			out_clean(out, slice_of(stratum_name(to, h)));
			strbuf_addf(out, " (%.0f of %" PRId64 ")", to->is.strata[h].judged, to->is.plan.strata[h].taken);
			between = ", ";
		}
	strbuf_addch(out, '\n');
}

static enum status print_plan(struct showing *to, const struct plan_values *values, struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	struct json_writer json;
	size_t said = 0;
	enum status status;

	if (values->json) {
		json_write_init(&json, &out, 0);
		json_write_begin(&json, '{');
		write_plan(&json, &to->is.plan);
		json_write_member_int(&json, "done", (int64_t)to->is.done);
		write_lacking(to, &json);
		json_write_name(&json, "estimates");
		json_write_begin(&json, '[');
		status = print_estimates(to, values, NULL, &json, &said, err);
		json_write_end(&json, ']');
		json_write_end(&json, '}');
		if (status == STATUS_OK)
			out_json(&out);
		strbuf_release(&out);
		return status;
	}
	strbuf_addf(&out, "sampled:%s  %zu of %zu annotated; %s %" PRId64 " sample%s, seed %" PRId64 "\n", to->is.plan.name, to->is.done,
		    to->is.plan.sample_count, plan_represents(to->is.plan.form) ? "drawn from" : "chosen from", population_of(&to->is.plan),
		    plural(population_of(&to->is.plan)), (int64_t)to->is.plan.seed);
	for (size_t h = 0; (to->is.plan.key || !plan_represents(to->is.plan.form)) && h < to->is.plan.stratum_count; h++) {
		strbuf_addstr(&out, "  ");
		out_clean_fit(&out, to->is.plan.strata[h].value ? to->is.plan.strata[h].value : "(none)", 28);
		strbuf_addf(&out, "%.0f of %" PRId64 ", of %" PRId64 "\n", to->is.strata[h].judged, to->is.plan.strata[h].taken,
			    to->is.plan.strata[h].population);
	}
	strbuf_addstr(&out, plan_represents(to->is.plan.form) ? "of all that it was drawn from\n" :
		      "not representative: its samples were chosen for being in doubt, and say nothing of the others\n");
	status = print_estimates(to, values, &out, NULL, &said, err);
	if (!said && plan_represents(to->is.plan.form))
		print_lacking(to, &out);
	if (status == STATUS_OK)
		out_flush(&out);
	strbuf_release(&out);
	return status;
}

static int show_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	struct showing to = { .cli = cli };
	struct store *store;
	struct error err;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK ||
	    select_inquiry(cli, store, &to.inquiry, &err) != STATUS_OK ||
	    plan_ask(&to.inquiry, words->items[0], &to.is, &err) != STATUS_OK || print_plan(&to, options_given, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	return 0;
}

static const char *const show_examples[] = {
	"aitia plan show audit", "How far it is, and the shares of causes in all that it was drawn from.",
	"aitia plan show audit --of='severity<=Q2'", "The share of anything that can be asked.",
	NULL
};

const struct command_body command_plan_show = {
	.options = show_options,
	.values_bytes = sizeof(struct plan_values),
	.words_min = 1,
	.words_max = 1,
	.text = "Estimates are those of Horvitz and Thompson: each annotated sample stands for as many as were in its stratum, over those annotated "
		"there. There are none before all that was drawn of each stratum is annotated: a plan keeps no order of drawing, so that the part "
		"annotated so far (what was judged before the plan was made, what is easy, what is first in a list) need not be one by chance. "
		"Until then there are counts. What was put off, waits for information or was excluded is not annotated.",
	.examples = show_examples,
	.answer = show_keys,
	.answer_text = "a plan",
	.run = show_run,
};
