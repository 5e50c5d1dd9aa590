/* Internal to findings*.c: what both formats write. */
#ifndef AITIA_CORE_FINDINGS_PARTS_H
#define AITIA_CORE_FINDINGS_PARTS_H

#include "core/findings.h"

/* The newest judgement on the whole sample, else the newest one; or NULL. */
const struct annotation *finding_judgement(const struct finding *finding);

/* Members of the object at hand; what is not known (0, absent) is left out. */
void finding_number(struct json_writer *json, const char *name, int64_t number);
void finding_bytes(struct json_writer *json, const char *name, struct slice bytes);
void finding_fingerprint(struct json_writer *json, const char *name, const struct sample *sample);
/* Start line, start column, end line, end column under these names. */
void finding_region(struct json_writer *json, const struct region *region, const char *const names[4]);
/* "aitia": the judgements, and what only we know; `with_fields` also what rows name themselves. */
void finding_mark(struct json_writer *json, const struct finding *finding, bool with_fields);

#endif
