/* Markdown that a site's writer wrote, as HTML. */
#ifndef AITIA_TEMPLATES_MARKDOWN_HTML_H
#define AITIA_TEMPLATES_MARKDOWN_HTML_H

#include "core/base/vec.h"
#include "templates/site.h"

/* The whole body as HTML, tables too. */
void markdown_html(struct strbuf *out, const struct site_writer *site, struct slice body);

/* The body as it is, but for the blocks at its top level whose text the site would
 * change (site->alters): these as HTML. */
void markdown_put_unaltered(struct strbuf *out, const struct site_writer *site, struct slice body);

/* The same, and where each of those blocks came to stand: in both texts, in order. */
struct block_place {
	size_t body_at, out_at;
};
struct block_places {
	VEC_OF(struct block_place) at;
};
void markdown_put_unaltered_noting(struct strbuf *out, const struct site_writer *site, struct slice body,
				   struct block_places *places);

#endif
