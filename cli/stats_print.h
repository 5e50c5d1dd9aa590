/* The figures of a review, as text and as JSON. */
#ifndef AITIA_CLI_STATS_PRINT_H
#define AITIA_CLI_STATS_PRINT_H

#include "cli/command.h"
#include "core/analysis/agreement.h"
#include "core/analysis/overview.h"

struct stats_row {
	const char *name;
	int64_t count;
	const char *query; /* finds them */
};

struct stats_change {
	const char *incident, *text, *query; /* query: flags after it, or NULL */
	int64_t number;
	struct instant at;
	int64_t announced; /* as of an incident's change */
	struct followed flags;
};

struct stats {
	int64_t samples, judged;
	const struct stats_row *statuses, *backlog, *weeks;
	size_t status_count, backlog_count, week_count;
	int64_t backlog_undated;
	const struct pareto_row *categories, *causes;
	size_t category_count, cause_count;
	struct agreement agreement;
	struct stats_row disputed;
	int64_t incidents, open_incidents, open_actions, overdue_actions;
	struct stats_change *changes;
	size_t change_count, changes_left_out; /* the newest are in it, newest first */
};

extern const struct answer_key stats_keys[];
void stats_print(const struct stats *stats, bool as_json);

#endif
