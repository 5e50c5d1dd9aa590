/* An incident as a page of a site. */
#ifndef AITIA_TEMPLATES_POSTMORTEM_H
#define AITIA_TEMPLATES_POSTMORTEM_H

#include "core/render.h"
#include "templates/site.h"

/* The page of the incident, checked to read back, and behind it the files that it leads to. */
enum status postmortem_pages(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     const struct page **pages, size_t *count, struct error *err) MUST_CHECK;
/* Its body alone, with the title, and without files. */
enum status postmortem_draft(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     struct slice *out, struct error *err) MUST_CHECK;

/* What the page is called and where it belongs, from the builder's input. */
struct builder;
struct site_page;
void postmortem_describe(struct builder *b, struct site_page *page);

#endif
