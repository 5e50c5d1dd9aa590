/* Templates by name: the team's in the folder of the configuration, built-in ones, any file. */
#ifndef AITIA_CLI_TEMPLATE_OPEN_H
#define AITIA_CLI_TEMPLATE_OPEN_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/render.h"

/* Where a team's templates are, "NAME.mustache" each; NULL: there is no $HOME. */
const char *template_folder(struct arena *arena);

/* The names of those, in their order; none if there is no such folder. */
enum status template_own_names(struct arena *arena, const char *const **names, size_t *count, struct error *err) MUST_CHECK;

/* A path (what holds a "/" or ends in .mustache), else a name: of the team's folder, then of a
 * built-in one. Its parts are the other templates in its file's folder. `named` NULL: what the
 * configuration names, and *out is NULL if it names nothing. STATUS_INPUT: there is none, with
 * the nearest name. That it fits the data is not asked here. */
enum status template_open(struct arena *arena, const char *named, const struct page_template **out, struct error *err) MUST_CHECK;

#endif
