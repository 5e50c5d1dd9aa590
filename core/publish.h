/*
 * Publishing: an incident out of the store, through the renderer, onto disk.
 * Each page ends in a mark with the digest of its own content, so that a page
 * which somebody edited by hand since is seen, and left alone.
 */
#ifndef AITIA_CORE_PUBLISH_H
#define AITIA_CORE_PUBLISH_H

#include "core/render.h"
#include "core/store.h"

enum publish_outcome {
	PUBLISH_WRITTEN,   /* new, or renewed */
	PUBLISH_UNCHANGED, /* was there, byte for byte: not touched */
	PUBLISH_REFUSED,   /* edited by hand, or not ours: left as it is */
	PUBLISH_STALE,     /* --check: would be written */
};

struct publish_options {
	const char *site;
	const char *out_folder;
	bool force;        /* overwrite what was edited by hand */
	bool check_only;   /* write nothing, say what would be */
	void (*page)(void *context, const char *path, enum publish_outcome outcome);
	void *context;
};

/* What a postmortem is made from, gathered from the store: the incident, the
 * codebook and up to `sample_limit` core members that show it (those named as
 * evidence first, then one of each further cause that reviewers gave, then by level and id). */
enum status publish_gather(struct store *store, struct arena *arena, const char *key, size_t sample_limit,
			   struct postmortem_input *out, struct error *err) MUST_CHECK;

/* STATUS_REFUSED when a page was refused (the others are written) or, with
 * check_only, is stale. STATUS_OUTPUT when the folder cannot be written. */
enum status publish_incident(struct store *store, const struct renderer *renderer, struct arena *arena,
			     const char *key, const struct publish_options *options,
			     struct error *err) MUST_CHECK;

/* The page with its mark appended: "<!-- aitia:sha256:… -->" over all bytes before it. */
void publish_mark(struct strbuf *page);
/* Whether `page` ends in a mark that fits it: it is ours and untouched. */
bool publish_mark_holds(struct slice page);

#endif
