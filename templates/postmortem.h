/* An incident as a page of a site. */
#ifndef AITIA_TEMPLATES_POSTMORTEM_H
#define AITIA_TEMPLATES_POSTMORTEM_H

#include "core/base/vec.h"
#include "core/render.h"
#include "templates/site.h"

/* The page of the incident, checked to read back, and behind it the files that it leads to. */
enum status postmortem_pages(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     const struct page **pages, size_t *count, struct error *err) MUST_CHECK;
/* Its body alone, with the title, and without files. */
enum status postmortem_draft(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			     struct slice *out, struct error *err) MUST_CHECK;

/* The page's bytes, where in them prose of the record stands ("summary", "C1": of some it may stand twice), and
 * what its notes are in the record's text, in their order. Strings in the arena; to be released. Not for
 * sites that make a document of their own of the body. */
struct page_span {
	const char *name;
	size_t from, to;
};
struct page_map {
	struct slice content;
	VEC_OF(struct page_span) spans;
	VEC_OF(const char *) notes;
};
enum status postmortem_map(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
			   struct page_map *out, struct error *err) MUST_CHECK;
void page_map_release(struct page_map *map);

/* What the page is called and where it belongs, from the builder's input. */
struct builder;
struct site_page;
void postmortem_describe(struct builder *b, struct site_page *page);

#endif
