/*
 * The editor's view of an incident: one Markdown file holding everything that
 * people write (title, severity, sections, causes' statements, events, actions),
 * parsed back part by part. Lines starting with "<!--" up to "-->" are guidance
 * and are dropped. What is not in the draft (members, evidence, keys) stays.
 */
#ifndef AITIA_CORE_DRAFT_H
#define AITIA_CORE_DRAFT_H

#include "core/codebook.h"
#include "core/incident.h"
#include "core/base/strbuf.h"

void draft_write(const struct incident *incident, struct strbuf *out);

/* The incident with the text's changes, in the arena. STATUS_INPUT with the line
 * and reason when a part cannot be understood; nothing is lost then: the caller
 * keeps the text. A draft that was not touched reads back as the same incident. */
enum status draft_read(struct arena *arena, const struct incident *base, const struct codebook *book,
		       struct slice text, struct incident **out, struct error *err) MUST_CHECK;

#endif
