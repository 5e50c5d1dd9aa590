/* Pages about pages: lists, navigation, the notice of a withdrawn one, the feed. */
#ifndef AITIA_TEMPLATES_INDEX_H
#define AITIA_TEMPLATES_INDEX_H

#include "templates/site.h"

void index_entry(struct arena *arena, const struct postmortem_input *input, const struct site_writer *site,
		 struct page_entry *out);

/* The index, the lists by date, cause, severity, model and status, each of at most
 * INDEX_LIST_MAX entries and continued on further pages, and the feed if there is a
 * base_url. Newest first. The same entries in any order give the same bytes. */
#define INDEX_LIST_MAX 500
enum status index_pages(struct arena *arena, const struct page_entry *entries, size_t entry_count,
			const struct site_writer *site, const char *base_url, const struct page **pages, size_t *count,
			struct error *err) MUST_CHECK;

/* A page that says that the incident's postmortem was withdrawn. */
enum status index_notice(struct arena *arena, const char *key, const struct site_writer *site, struct slice *content,
			 struct error *err) MUST_CHECK;

/* Atom (RFC 4287) of the newest, which stand first. base_url: http or https, ending in "/" or not. */
void feed_write(struct strbuf *out, const struct page_entry *const *entries, size_t count, const struct site_writer *site,
		const char *base_url);

#endif
