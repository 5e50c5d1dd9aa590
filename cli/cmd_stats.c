/* stats: a review at a glance; each figure with the query that lists its samples */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/select.h"
#include "cli/stats_print.h"

struct stats_values {
	bool json;
};

static const struct option_spec stats_options[] = { OPTION_JSON(struct stats_values, json), OPTIONS_END };

static const char *const stats_examples[] = {
	"aitia stats", "The whole store.",
	"aitia stats after:2026-03 --json", "Some months, for a dashboard.",
	NULL
};

static int stats_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct stats_values *values = options_given;
	struct inquiry inquiry;
	struct store *store;
	struct stats out;
	struct error err;
	enum status status;

	if (cli_open(cli, STORE_READ, &store, &err) != STATUS_OK || select_inquiry(cli, store, &inquiry, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	interrupt_ends_reading(store);
	interrupt_catch();
	status = stats_ask(&inquiry, select_words(cli, words), STATS_ALL, instant_now().at_us / DAY_US, &out, &err);
	interrupt_release();
	out_progress_end();
	if (interrupted())
		return interrupt_exit_code();
	if (status != STATUS_OK)
		return cli_fail(cli, &err);
	stats_print(&out, values->json);
	return 0;
}

const struct command_body command_stats = {
	.options = stats_options,
	.values_bytes = sizeof(struct stats_values),
	.words_max = WORDS_ANY,
	.dash_words = true,
	.query = QUERY_WORDS,
	.text = "The samples that match QUERY: how far the review is, which causes make up most of it, how old what waits is, how many "
		"were flagged in each of the last twelve weeks, how far reviewers agree, how long a sample takes them, and whether more samples still bring new codes; and of all incidents: actions that are open "
		"and overdue, and changes that shipped beside the flags of the 14 days before and after (the 200 newest). Where the store has denominators (`aitia exposure`) "
		"weeks and changes have rates. Each figure comes with the "
		"query that lists the samples behind it.",
	.examples = stats_examples,
	.answer = stats_keys,
	.answer_text = "the figures",
	.run = stats_run,
};
