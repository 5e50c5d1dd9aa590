/*
 * The renderer: postmortems for documentation sites, Markdown for the screen.
 * It implements core/render.h with a Mustache engine, libcmark and one writer
 * per site, and is pure: no files, no clock, no state between calls.
 */
#ifndef AITIA_TEMPLATES_TEMPLATES_H
#define AITIA_TEMPLATES_TEMPLATES_H

#include "core/render.h"

/* Static; safe to use from several threads at once. */
const struct renderer *templates_renderer(void);

#endif
