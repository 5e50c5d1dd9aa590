/*
 * What users are told, for programs: an incident's advisories as an OSV record
 * (https://ossf.github.io/osv-schema/, 1.7) and as an OpenVEX document (0.2.0).
 * Both are made from the record alone, so that the same record gives the same bytes.
 *
 * The product of an advisory is a package URL where it begins with "pkg:"; of those whose
 * type OSV knows as an ecosystem the ranges are of that ecosystem. Of any other product
 * OSV has no package: then the ranges count only if the versions are semantic ones
 * (SEMVER), and stand as they are under "database_specific" in any case.
 */
#ifndef AITIA_CORE_ADVISORY_H
#define AITIA_CORE_ADVISORY_H

#include "core/base/strbuf.h"
#include "core/incident.h"

/* `published`: when the incident was made known, may be unknown. Appends one document, LF
 * at its end. Nothing when the incident has no advisories; of OSV, nothing when none of
 * them says that users are or were affected. */
void advisory_write_osv(struct strbuf *out, const struct incident *incident, struct instant published);
void advisory_write_openvex(struct strbuf *out, const struct incident *incident);

#endif
