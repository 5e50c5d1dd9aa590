/* The parts of an incident in the apply document. Private to document*.c. */
#ifndef AITIA_CORE_DOCUMENT_PART_H
#define AITIA_CORE_DOCUMENT_PART_H

#include "core/document_read.h"
#include "core/incident_table.h"
#include "core/words.h"

/* Writes the name of a sample, its fingerprint. */
typedef enum status document_sample_writer(void *context, int64_t sample);

enum status document_write_part(struct json_writer *json, enum incident_child kind, const void *part,
				document_sample_writer *sample, void *context) MUST_CHECK;

struct incident_review;
/* `whole`: the record itself, where the review is of a copy for some readers. */
void document_write_computed(struct json_writer *json, const struct incident_review *review, const struct incident *whole);

#endif
