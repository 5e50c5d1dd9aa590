/*
 * Internal to swe_agent*.c: trajectories of SWE-agent (.traj: sweagent/agent/agents.py,
 * get_trajectory_data(), of versions 0.5 to 1.1) and of mini-SWE-agent (.traj.json:
 * minisweagent/agents/default.py, serialize(), formats 1 and 1.1).
 *
 * The document is walked twice: what the steps need to know (the task, the model) stands
 * behind them. Memory holds that and one step, however long the run was.
 */
#ifndef AITIA_CORE_IMPORT_SWE_AGENT_H
#define AITIA_CORE_IMPORT_SWE_AGENT_H

#include "core/import/import.h"
#include "core/import/record.h"

/* What is known of the whole run. */
struct trajectory {
	struct arena arena;
	const char *instance;          /* which task; or NULL */
	bool instance_is_derived;      /* from the file's name */
	bool is_mini;
	struct slice task;             /* what was asked; or absent */
	const struct json *info;       /* or NULL */
	const struct json *config;     /* of SWE-agent: replay_config; or NULL */
	const char *environment;
	bool has_steps;
};

#define TRAJECTORY_TASK_BYTES_MAX ((size_t)1024 * 1024)

/* ---- swe_agent_sample.c ------------------------------------------------------------ */

/* Each fills a begun record and hands it back finished. `seen` is what the agent had before
 * it; of the first step it is the task. */
struct sample *trajectory_step(struct record *record, const struct trajectory *run, const struct json *step,
			       struct slice seen, int64_t turn);
struct sample *trajectory_message(struct record *record, const struct trajectory *run, const struct json *message,
				  struct slice seen, int64_t turn);
/* NULL when there is nothing to tell of the end. */
struct sample *trajectory_result(struct record *record, const struct trajectory *run);

#endif
