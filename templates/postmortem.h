/* An incident as a page of a site. */
#ifndef AITIA_TEMPLATES_POSTMORTEM_H
#define AITIA_TEMPLATES_POSTMORTEM_H

#include "core/render.h"
#include "templates/site.h"

/* The page of the incident, checked to read back. `front_matter` false leaves
 * that out (and puts the title into the body, whatever the site does). */
enum status postmortem_page(struct arena *arena, const struct postmortem_input *input,
			    const struct site_writer *site, bool front_matter, struct page *out,
			    struct error *err) MUST_CHECK;

/* What the page is called and where it belongs, from the builder's input. */
struct builder;
struct site_page;
void postmortem_describe(struct builder *b, struct site_page *page);

#endif
