/*
 * Where a site's pages belong: its root is known by its configuration, which may
 * name another folder for pages than sites of that kind have of themselves.
 */
#ifndef AITIA_CORE_PUBLISH_PLACE_H
#define AITIA_CORE_PUBLISH_PLACE_H

#include "core/render.h"

struct publish_place {
	const char *root;
	const char *content;  /* the folder that pages' paths are under */
	const char *config;   /* the configuration that was found, or NULL: a site to come */
};

/* `folder`, or one of docs/, website/ and site/ in it, is the root if a configuration
 * lies there; else the nearest folder above with one, if `folder` lies among that site's
 * pages; else `folder` is. In the arena. STATUS_INPUT when a configuration cannot
 * be read, or names a folder outside of the site. */
enum status publish_find_place(struct arena *arena, const struct site *site, const char *folder,
			       struct publish_place *out, struct error *err) MUST_CHECK;

#endif
