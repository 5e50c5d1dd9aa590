/* Markdown that a site's writer wrote, as HTML. */
#ifndef AITIA_TEMPLATES_MARKDOWN_HTML_H
#define AITIA_TEMPLATES_MARKDOWN_HTML_H

#include "templates/site.h"

/* The whole body as HTML, tables too. */
void markdown_html(struct strbuf *out, const struct site_writer *site, struct slice body);

/* The body as it is, but for the blocks at its top level whose text the site would
 * change (site->alters): these as HTML. */
void markdown_put_unaltered(struct strbuf *out, const struct site_writer *site, struct slice body);

#endif
