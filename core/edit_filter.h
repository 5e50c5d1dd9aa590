/*
 * Which entries of the operation log are meant, as typed on the command line or in
 * the filter line of the log:
 *
 *     words           each occurs in the entry's summary, case ignored; "two words" too
 *     by:ann          whose; verb:annotate what was done, a word of edit_verbs.def
 *     sample:12       that judged, triaged or noted the sample, or made it a member
 *     incident:KEY    that made or changed the incident or its members; the key alone says the same
 *     since:2026-04   from the start of the interval on; until:2026-04-03 to its end
 */
#ifndef AITIA_CORE_EDIT_FILTER_H
#define AITIA_CORE_EDIT_FILTER_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/store.h"

/* Adds what `text` says to the filter (zeroed: every entry). Everything lies in the arena.
 * STATUS_USAGE names what is wrong, as does a value given twice. */
enum status edit_filter_parse(struct arena *arena, const char *text, struct edit_filter *out,
			      struct error *err) MUST_CHECK;
/* One key with its value: "by", "verb", "sample", "incident", "since", "until". */
enum status edit_filter_set(struct arena *arena, const char *key, const char *value, struct edit_filter *out,
			    struct error *err) MUST_CHECK;

/* Whether entries of the log have it. */
bool edit_verb_known(const char *verb);

#endif
