/*
 * Whether marks of style read as such where they stand. CommonMark 6.2: "*" opens where no blank follows and, if a mark
 * follows, no letter stands before it; it closes likewise. Engines differ in which characters beyond ASCII are
 * marks (since 0.31 "€" is one), and what people wrote as a letter may be written as a mark (a bare address becomes
 * a link). So both sides are looked at as they are written, and what may be either counts as what does not read.
 */
#ifndef AITIA_TEMPLATES_MARKDOWN_EDGE_H
#define AITIA_TEMPLATES_MARKDOWN_EDGE_H

#include <stdbool.h>
#include <stdint.h>

#include <cmark.h>

#include "templates/site.h"

/* The character at that end of an inline node as it will be written for the site, '[' for a link; NULL: as it was
 * typed. 0: there is none. */
uint32_t markdown_edge(const struct site_writer *site, cmark_node *node, bool at_end);

/* Whether a mark reads as one between what stands outside of it and what it begins or ends. */
bool markdown_edge_reads(uint32_t outside, uint32_t inside);

/* The last character of what is written, `skipped` marks before it passed over; 0: a line begins. */
uint32_t markdown_edge_before(struct slice written, char skipped);

#endif
