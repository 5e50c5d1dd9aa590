/*
 * The signature of an incident: a query that finds what it was about. The watch after its
 * fix (insight.h) looks for it in what is imported since.
 */
#ifndef AITIA_CORE_SIGNATURE_H
#define AITIA_CORE_SIGNATURE_H

#include "core/base/status.h"
#include "core/codebook.h"

/* Whether it is a query that means the same for everybody, and behind a merge too: not is:mine,
 * nor numbers and keys of this store (group:, batch:, id:17, incident:INC-…). Asked when one is
 * set; stores may hold others. STATUS_USAGE with the position and the reason, as query_parse() has them. */
enum status signature_check(const char *text, const struct codebook *book, struct error *err) MUST_CHECK;

#endif
