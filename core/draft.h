/*
 * The editor's view of an incident: one Markdown file holding everything that
 * people write (title, severity, signature, sections, causes' statements, events, actions),
 * parsed back part by part. Remarks ("<!--" to "-->", from the start of a line) are guidance
 * and are dropped. What is not in the draft (members, evidence, keys) stays.
 *
 * Where a part begins is for the renderer to say, whose outline knows Markdown: at a heading of level 1 at
 * the top level. What looks like one in a fence, in HTML, in a list or in a quote is text.
 */
#ifndef AITIA_CORE_DRAFT_H
#define AITIA_CORE_DRAFT_H

#include "core/codebook.h"
#include "core/incident.h"
#include "core/render.h"
#include "core/base/strbuf.h"

void draft_write(const struct incident *incident, const struct renderer *renderer, struct strbuf *out);

/* The incident with the text's changes, in the arena. STATUS_INPUT with the line
 * and reason when a part cannot be understood; nothing is lost then: the caller
 * keeps the text. A draft that was not touched reads back as the same incident. */
enum status draft_read(struct arena *arena, const struct incident *base, const struct codebook *book,
		       const struct renderer *renderer, struct slice text, struct incident **out, struct error *err) MUST_CHECK;

#endif
