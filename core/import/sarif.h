/*
 * Internal to sarif*.c: SARIF 2.1.0 (OASIS, 2020), sections named as there.
 *
 * A log is walked by two readers in step: for each run the first one gathers what the
 * results refer to (struct sarif_run; the results themselves are stepped over, since
 * rules and artifacts may stand behind them), then the second one takes the results one
 * by one. So memory holds one run's metadata and one result, whatever the log's size.
 */
#ifndef AITIA_CORE_IMPORT_SARIF_H
#define AITIA_CORE_IMPORT_SARIF_H

#include "core/import/fields.h"

/* A reportingDescriptor (3.49): what is used of it. */
struct sarif_rule {
	const char *id, *guid, *name;
	const char *summary;          /* shortDescription, else fullDescription */
	bool has_level;
	enum level level;             /* of defaultConfiguration (3.50.3) */
	const struct json *messages;  /* messageStrings, or NULL */
	const char *cwe;              /* "CWE-79, CWE-80", or NULL */
	const char *security_severity;
};

/* A toolComponent (3.19): driver, extension or taxonomy. */
struct sarif_component {
	const char *name, *guid, *version;
	struct sarif_rule *rules;
	size_t rule_count;
	const struct sarif_rule **by_id; /* sorted; those that have an id */
	size_t by_id_count;
	const char **taxa;               /* ids by index */
	size_t taxa_count;
	const struct json *global_messages;
};

/* An artifact (3.24). Embedded text stays in the file and is read when it is asked for. */
struct sarif_artifact {
	const char *uri, *base_id, *language;
	bool has_text;
	uint64_t offset_bytes, len_bytes; /* of the artifact object in the file */
};

/* An entry of originalUriBaseIds (3.14.14). */
struct sarif_base {
	const char *id, *uri, *base_id;
};

struct sarif_run {
	struct arena arena;   /* all of the metadata */
	struct arena scratch; /* one element while it is looked at */
	int fd;
	int64_t index;        /* from 0 */
	struct sarif_component driver;
	VEC_OF(struct sarif_component) extensions;
	VEC_OF(struct sarif_component) taxonomies;
	VEC_OF(struct sarif_artifact) artifacts;
	VEC_OF(struct sarif_base) bases;
	const char *automation_id, *column_kind, *language, *revision, *repository;

	struct arena text_arena;      /* the embedded text that was read last */
	size_t text_of;               /* artifact's index + 1; 0: none */
	struct slice text;
};

/* ---- sarif_run.c: metadata ----------------------------------------------------- */

void sarif_run_init(struct sarif_run *run, int fd);
void sarif_run_release(struct sarif_run *run);

/* Called between elements, so that a long run can be stopped. */
struct sarif_pulse {
	enum status (*beat)(struct sarif_pulse *pulse, uint64_t offset_bytes, struct error *err);
};

/* Reads the run object at hand. STATUS_INPUT when the JSON is broken. */
enum status sarif_run_read(struct sarif_run *run, struct json_reader *reader, int64_t index,
			   struct sarif_pulse *pulse, struct error *err) MUST_CHECK;

/* The text that is embedded for an artifact; absent if there is none. Valid until the
 * text of another one is asked for. */
struct slice sarif_artifact_text(struct sarif_run *run, size_t index);

/* The component that a reference names (3.54): the driver when it names none. */
const struct sarif_component *sarif_component_find(const struct sarif_run *run, const struct json *reference);
/* The rule of a result (3.52.3), also by a parent of a hierarchical id (3.27.5); or NULL. */
const struct sarif_rule *sarif_rule_find(const struct sarif_run *run, const struct json *result);

/* ---- sarif_message.c -------------------------------------------------------------- */

/* The message as a text (3.11), with arguments in their places; or NULL. */
const char *sarif_message_text(struct record *record, const struct sarif_run *run,
			       const struct sarif_component *component, const struct sarif_rule *rule,
			       const struct json *message);

/* ---- sarif_location.c ------------------------------------------------------------- */

/* Path, code and region of the sample and region of its flag, from the result's first
 * location (3.27.12, 3.28, 3.29, 3.30). */
void sarif_locate(struct record *record, struct sarif_run *run, const struct json *result, struct flag *flag);

/* A URI as a path: file: URIs and relative ones decoded, others as they are. */
const char *sarif_path_of_uri(struct arena *arena, const char *uri);
bool sarif_uri_is_absolute(const char *uri); /* has a scheme; "C:\x" has none */

/* ---- sarif_result.c --------------------------------------------------------------- */

void sarif_result_read(struct record *record, struct sarif_run *run, const struct field_table *fields,
		       const struct json *result);

#endif
