/*
 * Reviewed samples on their way back to the tools that flagged them: as rows of JSON
 * Lines, or as results of a SARIF 2.1.0 log. Both carry one object "aitia" that holds
 * what the format has no place for, the judgement above all, and the sample's
 * fingerprint: a store that has the sample takes such a copy for what it is and changes
 * nothing; another store gets the sample with the judgement as a reviewer's flag
 * (core/import/export_mark.h reads it back).
 */
#ifndef AITIA_CORE_FINDINGS_H
#define AITIA_CORE_FINDINGS_H

#include "core/base/json.h"
#include "core/sample.h"

struct finding {
	const struct sample *sample;
	const struct annotation *annotations; /* newest first; superseded ones are passed over */
	size_t annotation_count;
};

/* Whether somebody's judgement stands: a verdict, cause, severity or symptom, of the
 * whole sample or of some lines. A note alone is none. */
bool finding_is_reviewed(const struct finding *finding);

/* The member "provenance" of the object at hand: objects of key, value and certainty. */
void finding_write_provenance(struct json_writer *json, const struct sample *sample);
/* One object, as `aitia import` reads rows. */
void finding_write_row(struct json_writer *json, const struct finding *finding);

/*
 * One result (3.27). Verdicts become suppressions (3.35) of kind external, with the note
 * as the justification: false_positive, intended, duplicate and cannot_reproduce are
 * accepted, insufficient_information is underReview, confirmed_defect is none.
 */
void finding_write_result(struct json_writer *json, const struct finding *finding);
/* What stands around the results: the log's head; a run of one tool; its end; the end. */
void findings_begin_log(struct json_writer *json);
void findings_begin_run(struct json_writer *json, const char *tool, const char *tool_version);
void findings_end_run(struct json_writer *json);
void findings_end_log(struct json_writer *json);

#endif
