/* Completing a query while it is typed: keys, and values, with how many samples have them. */
#ifndef AITIA_TUI_QUERY_COMPLETE_H
#define AITIA_TUI_QUERY_COMPLETE_H

#include "core/codebook.h"
#include "tui/app.h"
#include "tui/line_edit.h"
#include "tui/query_values.h"

/* Which values the samples of a list have, and how many have each: offered beside
 * the values that can be. */
struct query_counts {
	struct arena arena;
	const struct facet_list *lists;
	size_t list_count;
	uint64_t serial;  /* of the request under way; 0: none */
	char *query;      /* whose they are; or NULL */
	enum sort_key sort;
};

/* Forgets what there is and asks anew; the store may have to be read for it in steps. */
void query_counts_ask(struct query_counts *counts, struct app *app, struct screen *screen, const char *query,
		      enum sort_key sort);
bool query_counts_answer(struct query_counts *counts, struct app *app, struct screen *screen, struct answer *answer);
/* How many samples of the list have the value; false: that is not known. */
bool query_counts_of(const struct query_counts *counts, enum facet_key key, const char *value, int64_t *count);
void query_counts_release(struct query_counts *counts);

/* Completes the word before the cursor as far as it is clear; when several words
 * are possible, writes them to `words`, values with their counts ("…" while those
 * are under way). Where the counts are not all that there is, or of another query than that in the line
 * beside the word, `values` are wanted, and nothing is completed before they are known. */
void query_complete(struct line_edit *line, const struct codebook *book, const struct query_counts *counts,
		    struct query_values *values, struct strbuf *words);

#endif
