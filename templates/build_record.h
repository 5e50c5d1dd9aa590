/* The record's parts and what follows from them, as data for the template. */
#ifndef AITIA_TEMPLATES_BUILD_RECORD_H
#define AITIA_TEMPLATES_BUILD_RECORD_H

#include "core/incident_table.h"
#include "templates/build.h"

/* The names incident, milestones and record (build_fields.c); see template_names(). */
struct value *build_incident(struct builder *b);
struct value *build_milestones(struct builder *b);
struct value *build_record(struct builder *b);
/* {columns, rows[{cells}]}; null where there is none of that kind. */
struct value *build_parts(struct builder *b, enum incident_child kind);
struct value *build_contradictions(struct builder *b);
struct value *build_overlaps(struct builder *b);
/* Changes over time, as a block of code; null where there is nothing to draw. */
struct value *build_chart(struct builder *b);
/* What stands in words, then the names of the sources cited: "changelog, P". */
const char *build_sources(struct builder *b, const char *words, const int64_t *cites, size_t count);

#endif
