/* Where a text is what a query looks for: to be shown. */
#ifndef AITIA_CORE_QUERY_SPANS_H
#define AITIA_CORE_QUERY_SPANS_H

#include "core/base/vec.h"
#include "core/query.h"

struct text_span {
	size_t start, end; /* bytes */
};

struct text_spans {
	VEC_OF(struct text_span) list; /* in order, apart from one another */
};

/* What the query's words, text: and re: match, but for those behind "-". Of a long text
 * the first SPANS_TEXT_BYTES are looked at: nobody scrolls further to see colour. */
#define SPANS_TEXT_BYTES ((size_t)1 << 20)
void query_spans(const struct query *query, struct slice text, struct text_spans *out);

#endif
