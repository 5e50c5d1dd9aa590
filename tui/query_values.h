/*
 * The values that a key has beside what else a query asks for, as far as they begin with what is typed: so that
 * completion comes to rare ones too, which the counts of a list (query_complete.h) leave out. Those of path are folders and files, one step at a time.
 */
#ifndef AITIA_TUI_QUERY_VALUES_H
#define AITIA_TUI_QUERY_VALUES_H

#include "tui/app.h"

#define VALUES_MORE SIZE_MAX /* as facet_list.more_values: nobody knows how many */
#define PATHS_COUNTED 100    /* under one folder; a greater count says that there are more */

struct query_values {
	struct arena arena;
	const struct facet_list *lists;
	size_t list_count;
	char *query, *key, *prefix; /* whose they are; NULL: nobody's yet */
	bool wanted;                /* to be asked for */
	bool known;                 /* lists are there, or it failed, and there are none */
	uint64_t serial;            /* of the request under way */
};

/* Whether they are known for values of `key` that begin with `typed`, beside `query`; if not they are wanted. */
bool query_values_cover(struct query_values *values, struct slice query, struct slice key, struct slice typed);
/* Asks for what is wanted. */
void query_values_ask(struct query_values *values, struct app *app, struct screen *screen);
/* False: it was not for it. */
bool query_values_answer(struct query_values *values, struct app *app, struct screen *screen, struct answer *answer);
/* What is known is not any more: the store may have changed. */
void query_values_forget(struct query_values *values);
void query_values_release(struct query_values *values);

#endif
