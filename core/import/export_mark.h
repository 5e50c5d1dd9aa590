/*
 * What our own export writes beside each sample (core/findings.h): the object "aitia" of
 * a row, or of a result's property bag.
 */
#ifndef AITIA_CORE_IMPORT_EXPORT_MARK_H
#define AITIA_CORE_IMPORT_EXPORT_MARK_H

#include "core/import/record.h"

/*
 * If `mark` is one, the record becomes the sample that was exported: its fingerprint,
 * its provenance as it was, and for a store that does not know it the judgement as a
 * flag of a reviewer and as provenance ("aitia.cause"). To be called when all else is in
 * the record. Anything else changes nothing.
 */
void export_mark_apply(struct record *record, const struct json *mark);

#endif
