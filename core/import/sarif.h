/*
 * SARIF 2.1.0 (OASIS), a sample per result. Section numbers in these files are those of
 * the specification.
 *
 * A run's results refer to metadata (rules, artifacts, bases) that may stand anywhere in
 * the run, also behind the results, and the log may be larger than memory. So two
 * readers walk the same file: the first reads a run's metadata and steps over its
 * results; the second then reads the results one by one. What of the metadata grows with
 * the log (rules, artifacts, …) stays in the file: only where to find it is kept, and a
 * bounded part of that (struct sarif_array); a few elements that were asked for last are
 * held ready.
 *
 *     sarif.c           recognition, the walk
 *     sarif_run.c       metadata of a run             sarif_array.c    arrays that stay in the file
 *     sarif_external.c  external property files       sarif_rule.c     components and rules
 *     sarif_result.c    a result as a sample          sarif_config.c   level and rank
 *     sarif_location.c  where it points, its code     sarif_places.c   flows, stacks, fixes, …
 *     sarif_artifact.c  artifacts                     sarif_text.c     their texts
 *     sarif_uri.c       URIs as paths                 sarif_taxa.c     CWE and other taxa
 *     sarif_message.c   messages                      sarif_older.c    versions before 2.1.0
 */
#ifndef AITIA_CORE_IMPORT_SARIF_H
#define AITIA_CORE_IMPORT_SARIF_H

#include "core/import/fields.h"

/* Of components (extensions, taxonomies) not more than these, and of the names that rules
 * and artifacts with text are found by: further ones are found by their index alone. */
#define SARIF_COMPONENTS_MAX ((size_t)1024)
#define SARIF_NAMES_MAX ((size_t)256 * 1024)
/* One rule, one artifact without its contents, one step of run.threadFlowLocations. */
#define SARIF_ELEMENT_BYTES_MAX ((size_t)4 * 1024 * 1024)
/* Trees that are kept for the whole run: globalMessageStrings, the list of external files. */
#define SARIF_KEPT_BYTES_MAX ((size_t)1024 * 1024)

/* A file of the log: itself, or one of its external property files (3.15.2). */
struct sarif_file {
	int fd;
	struct json_reader *reader; /* for looking things up, beside the walk */
	char *path;                 /* of an external one, as the log has it; owned */
};

/* ---- sarif_array.c: arrays that stay in the file ------------------------------------ */

/* Elements that lie in one file, one behind the other: every `step`th one's offset. */
struct sarif_segment {
	const struct sarif_file *file;
	bool members;      /* of an object, as versions before 2.1.0 have it; else of an array */
	size_t count, step;
	VEC_OF(uint64_t) offsets;
	size_t near_index; /* the element that was sought last, and where it starts */
	uint64_t near_offset;
};

/* An array of a run, and behind it what external files add to it (3.15.2). */
struct sarif_array {
	VEC_OF(struct sarif_segment) segments;
	size_t count;
};

void sarif_array_release(struct sarif_array *array);
/* The elements that follow lie in that file; `members`: they are the values of an object's. */
void sarif_array_extend(struct sarif_array *array, const struct sarif_file *file, bool members);
void sarif_array_note(struct sarif_array *array, uint64_t offset);
/* The file whose reader stands in front of that element now; NULL when there is none. */
const struct sarif_file *sarif_array_seek(struct sarif_array *array, int64_t index);

/* Names (ids, guids, URIs) and what has them. Equal hashes are looked at one by one. */
struct sarif_name {
	uint64_t hash;
	uint32_t component, index;
};

struct sarif_names {
	VEC_OF(struct sarif_name) all;
	bool sorted;
};

uint64_t sarif_hash(struct slice name);
void sarif_names_add(struct sarif_names *names, struct slice name, size_t component, size_t index);
/* The first of those with that name, in the order of component and index; NULL: none. Goes
 * on to `*end`. */
const struct sarif_name *sarif_names_find(struct sarif_names *names, struct slice name,
					  const struct sarif_name **end);

/* ---- the metadata of a run --------------------------------------------------------- */

/* A reportingDescriptor (3.49): what is used of it. */
struct sarif_rule {
	const char *id, *guid, *name;
	const char *summary;          /* shortDescription, else fullDescription */
	bool has_level, has_rank;
	enum level level;             /* of defaultConfiguration (3.50.3) */
	double rank;                  /* the same (3.50.4) */
	const struct json *messages;  /* messageStrings, or NULL */
	const char *cwe;              /* "CWE-79, CWE-80", or NULL */
	const char *tags, *precision, *severity, *security_severity, *help_uri;
};

/* A toolComponent (3.19): driver, extension or taxonomy. */
struct sarif_component {
	const char *name, *guid, *version, *semantic_version;
	struct sarif_array rules, taxa;
	bool keyed;           /* its rules stood in an object: their names may be keys of that */
	const struct json *global_messages;
};

/* An artifact (3.24) without its contents. */
struct sarif_artifact {
	const char *uri, *base_id, *language, *encoding, *hash;
	int64_t parent, length_bytes; /* -1: not stated */
	bool has_text, has_binary;
	uint64_t text_offset, text_len_bytes; /* of the string, quotes included, in: */
	int fd;                       /* the file */
};

/* An entry of originalUriBaseIds (3.14.14). */
struct sarif_base {
	const char *id, *uri, *base_id;
};

/* A configurationOverride (3.51) that was looked up. */
struct sarif_override {
	size_t component, rule;
	int64_t invocation;
	bool has_level, has_rank;
	enum level level;
	double rank;
};

/* A rule that was asked for lately; artifacts alike. `of`: component and index + 1. */
struct sarif_rule_slot {
	struct arena arena;
	uint64_t of;
	struct sarif_rule rule;
};

struct sarif_artifact_slot {
	struct arena arena;
	size_t of;
	struct sarif_artifact artifact;
};

#define SARIF_RULE_SLOTS 128
#define SARIF_ARTIFACT_SLOTS 64

struct sarif_texts;
struct sarif_log;

struct sarif_run {
	struct arena arena;   /* what is kept of the metadata */
	struct arena scratch; /* one element while it is looked at */
	struct sarif_log *log;
	struct sarif_file *file; /* that the metadata at hand lies in */
	int64_t index;        /* from 0 */
	const char *number;   /* the same as a text */
	struct sarif_component driver;
	VEC_OF(struct sarif_component) extensions;
	VEC_OF(struct sarif_component) taxonomies;
	struct sarif_names rule_names;     /* ids and guids; component 0: the driver, from 1: extensions */
	struct sarif_array artifacts;
	struct sarif_names artifact_names; /* URIs of those that have text */
	struct sarif_array flow_locations, logical_locations, invocations;
	VEC_OF(struct sarif_base) bases;
	VEC_OF(struct sarif_override) overrides;
	const struct json *external;       /* externalPropertyFileReferences, or NULL */
	const char *automation_id, *automation_guid, *column_kind, *language, *encoding;
	const char *revision, *repository, *branch;
	const char *started_at;            /* earliest startTimeUtc of its invocations */
	const char *failure;               /* why the tool's run failed (3.20.14, 3.20.21), or NULL */
	const char *not_read;              /* external properties that could not be had, or NULL */
	const char *unread;                /* what else was left out of it, for a note; or NULL */

	struct sarif_rule_slot rule_slots[SARIF_RULE_SLOTS];
	struct sarif_artifact_slot artifact_slots[SARIF_ARTIFACT_SLOTS];
	struct sarif_texts *texts;
};

/* Results that lie in an external property file, or inline outside of the run. */
struct sarif_external_results {
	struct sarif_file *file;
	uint64_t offset;       /* of the value of "results" */
	const char *name;      /* of the file, in the run's arena; NULL: the log itself */
	const char *fault;     /* they cannot be had, and why, for a note; or NULL */
};

/* One element of sarifLog.inlineExternalProperties (3.13.5). */
struct sarif_inline {
	uint64_t offset;
	char guid[40], run_guid[40];
	int64_t used_by;       /* index of the run that refers to it, from 1 */
};

#define SARIF_EXTERNAL_FILES_MAX ((size_t)64)
#define SARIF_INLINES_MAX ((size_t)4096)

/* What all runs of a log share. */
struct sarif_log {
	struct sarif_file file;
	const char *name, *source_root;
	bool older;            /* its version is one before 2.1.0: see sarif_older.c */
	VEC_OF(struct sarif_file *) external_files; /* of the run at hand */
	VEC_OF(struct sarif_external_results) external_results;
	VEC_OF(struct sarif_inline) inlines;
	bool knows_inlines;
};

/* ---- sarif_run.c -------------------------------------------------------------------- */

void sarif_log_init(struct sarif_log *log, int fd, const char *name, const char *source_root);
void sarif_log_release(struct sarif_log *log);
void sarif_run_init(struct sarif_run *run, struct sarif_log *log);
void sarif_run_release(struct sarif_run *run);

/* Called between elements, so that a long run can be stopped. */
struct sarif_pulse {
	enum status (*beat)(struct sarif_pulse *pulse, uint64_t offset_bytes, struct error *err);
};

/* Reads the run object at hand, and what it refers to in other files. Broken JSON ends it
 * with what was read so far: json_reader_failed() tells. */
enum status sarif_run_read(struct sarif_run *run, struct json_reader *reader, int64_t index,
			   struct sarif_pulse *pulse, struct error *err) MUST_CHECK;
/* One member of a run, or of an externalProperties object (4.3.6), whose value is at
 * hand. False: it is none that is read here. */
bool sarif_run_member(struct sarif_run *run, struct json_reader *reader, struct slice name,
		      struct sarif_pulse *pulse, enum status *status, struct error *err);

/* Steps into the value at hand if it is of that type; else false, and it is still at hand. */
bool sarif_enter(struct json_reader *reader, enum json_type type);
/* The value at hand as a tree in the arena; NULL when it is broken or larger than that. */
const struct json *sarif_value(struct json_reader *reader, struct arena *arena, size_t max_bytes);
/* The same as a word that is kept with the run; NULL as below. */
const char *sarif_kept_word(struct sarif_run *run, struct json_reader *reader);
/* A string in the arena; NULL for anything else and for "". */
const char *sarif_word(struct arena *arena, const struct json *value);
const char *sarif_concat(struct arena *arena, const char *a, const char *b, const char *c);
const struct json *sarif_first(const struct json *array); /* its first element, or NULL */
/* An element of an array that stays in the file. */
const struct json *sarif_array_value(struct sarif_array *array, int64_t index, struct arena *arena);

/* ---- sarif_external.c ----------------------------------------------------------------- */

/* Appends what the external property files of the run hold (3.14.2, 3.15, 3.13.5). */
enum status sarif_external_read(struct sarif_run *run, struct sarif_pulse *pulse, struct error *err) MUST_CHECK;
void sarif_external_close(struct sarif_log *log);

/* Opens a regular file strictly below a folder: a relative path without "..", and no
 * symbolic link out of the folder. -1, and *reason says why not. */
int sarif_open_below(const char *folder, const char *path, const char **reason);

/* ---- sarif_rule.c ----------------------------------------------------------------------- */

/* Where a rule was found. */
struct sarif_rule_place {
	size_t component; /* 0: the driver, from 1: extensions */
	int64_t index;    /* -1: the run has no such rule */
};

/* Stands for the number of a taxonomy: its rules, if it has any, are not the tool's. */
#define SARIF_TAXONOMY SIZE_MAX

/* 3.19; adds to the component what the object at hand states. `number` as above. */
void sarif_component_read(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component,
			  size_t number);
/* One member of it, whose value is at hand. */
void sarif_component_member(struct sarif_run *run, struct json_reader *reader, struct sarif_component *component,
			    size_t number, struct slice name);
void sarif_component_release(struct sarif_component *component);
/* The component that a reference names (3.54): the driver (0) when it names none. */
size_t sarif_component_find(const struct sarif_run *run, const struct json *reference);
struct sarif_component *sarif_component_at(struct sarif_run *run, size_t number);
/* The rule that a reportingDescriptorReference means (3.52.3); `id` and `index` stand in for
 * what it leaves out (3.27.7), also by a parent of a hierarchical id (3.27.5). */
struct sarif_rule_place sarif_rule_find(struct sarif_run *run, const struct json *reference,
					const struct json *id, const struct json *index);
/* Valid until the next one is asked for; NULL when there is none. */
const struct sarif_rule *sarif_rule_at(struct sarif_run *run, struct sarif_rule_place place);

/* ---- sarif_config.c ----------------------------------------------------------------------- */

/* The value at hand is a further invocation. */
void sarif_invocation_note(struct sarif_run *run, struct json_reader *reader);
/* What the run's invocations tell (3.20): overrides, failures, when it started. */
void sarif_invocations_read(struct sarif_run *run);
/* 3.27.10 and 3.27.25. `kind`: NULL is "fail". */
void sarif_configure(struct sarif_run *run, const struct json *result, const char *kind,
		     const struct sarif_rule *rule, struct sarif_rule_place place, struct flag *flag);

/* ---- sarif_taxa.c --------------------------------------------------------------------------- */

/* "external/cwe/cwe-079", "CWE-79: …", and a bare number where `from_cwe`, as "CWE-79"
 * behind what is in `out`. False if it is none. */
bool sarif_add_cwe(struct strbuf *out, const char *text, bool from_cwe);
/* From tags and from relationships to a CWE taxonomy (3.49.15, 3.53); or NULL. */
const char *sarif_cwe_of_rule(struct sarif_run *run, struct arena *arena, const struct json *rule);
/* 3.27.8 */
void sarif_add_taxa(struct record *record, struct sarif_run *run, const struct json *result,
		    const struct sarif_rule *rule);

/* ---- sarif_message.c -------------------------------------------------------------------------- */

/* What messages of a result refer to. */
struct sarif_context {
	struct sarif_run *run;
	const struct json *result;
	size_t component;
	const struct sarif_rule *rule; /* or NULL */
};

/* The message as a text (3.11), with arguments in their places and embedded links as the
 * places that they mean; or NULL. Only a result's own message falls back on its rule. */
const char *sarif_message_text(struct record *record, const struct sarif_context *context,
			       const struct json *message, bool is_main);

/* ---- sarif_uri.c --------------------------------------------------------------------------------- */

/* A URI as a path: file: URIs and relative ones decoded, others as they are. */
const char *sarif_path_of_uri(struct arena *arena, const char *uri);
bool sarif_uri_is_absolute(const char *uri); /* has a scheme; "C:\x" has none */
bool sarif_uri_has_scheme(const char *uri, const char *scheme);
/* The path of an artifactLocation (3.4) below the place where the checkout lies; *whole is
 * the absolute URI if the log states it, else NULL. NULL when there is no URI. */
const char *sarif_path_of(struct sarif_run *run, struct arena *arena, const char *uri, const char *base_id,
			  const char **whole);

/* ---- sarif_artifact.c ----------------------------------------------------------------------------- */

/* The artifact of an artifactLocation, by index (3.4.5), else by the URI of one that has
 * text; NULL: none. Valid until the next one is asked for. */
const struct sarif_artifact *sarif_artifact_of(struct sarif_run *run, const struct json *location);
/* The path of a location, that of an artifact inside another (3.24.3) behind the other's. */
const char *sarif_artifact_path(struct sarif_run *run, struct arena *arena, const struct json *location,
				const char **whole);

/* ---- sarif_text.c --------------------------------------------------------------------------------- */

/* The text of an artifact, as far as it is kept: its first megabytes. */
struct sarif_text;

struct sarif_texts *sarif_texts_new(const char *source_root);
void sarif_texts_forget(struct sarif_texts *texts); /* at the start of a run */
void sarif_texts_free(struct sarif_texts *texts);
/* The embedded text (3.24.8) of the artifact (NULL: none), else that of `path` in the
 * checkout; NULL when neither is there. Valid until the next one is asked for. */
const struct sarif_text *sarif_text_of(struct sarif_texts *texts, const struct sarif_artifact *artifact,
				       const char *path);
bool sarif_text_is_checkout(const struct sarif_text *text);
struct slice sarif_text_bytes(const struct sarif_text *text);
/* Lines first … last, both from 1; what lies beyond the end is empty. */
struct slice sarif_text_lines(const struct sarif_text *text, int64_t first, int64_t last);
/* Sets lines and columns from charOffset or byteOffset (3.30.9 to 3.30.12). False when they
 * lie outside of the text, or are not stated. */
bool sarif_text_resolve(const struct sarif_text *text, const struct json *region, bool utf16, bool by_bytes,
			struct region *out);
/* Columns in UTF-16 code units become columns in code points, as ours are. */
void sarif_text_recount(const struct sarif_text *text, struct region *region);
/* The same for a piece of text that starts with that line. */
void sarif_recount(struct slice text, int64_t first_line, struct region *region);

/* ---- sarif_location.c ------------------------------------------------------------------------------ */

/* What an artifactLocation (3.4) with a region (3.30) points at. */
struct sarif_spot {
	const char *path;      /* or NULL */
	const char *uri;       /* the whole one, where the log has more than the path; or NULL */
	struct region where;   /* columns in code points, unless: */
	bool units_unknown;    /* they may be UTF-16 code units, which nothing at hand can tell apart */
	/* Valid until the next artifact and the next text are asked for; or NULL. */
	const struct sarif_artifact *artifact;
	const struct sarif_text *text; /* where the region needs it, or `with_text` */
};

/* `context`: a contextRegion (3.29.5), or NULL. */
void sarif_spot_read(struct record *record, struct sarif_run *run, const struct json *location,
		     const struct json *region, const struct json *context, bool with_text, struct sarif_spot *out);
/* Path, code and region of the sample and region of its flag, from the result's first
 * location (3.27.12, 3.28, 3.29, 3.30). */
void sarif_locate(struct record *record, struct sarif_run *run, const struct json *result, struct flag *flag);
/* The name of a location's first logical location (3.28.4, 3.33), or NULL. */
const char *sarif_logical_name(struct record *record, struct sarif_run *run, const struct json *location);

/* ---- sarif_places.c ----------------------------------------------------------------------------------- */

/* Further and related locations, code flows, stacks and fixes. */
void sarif_add_places(struct record *record, const struct sarif_context *context);
/* The location of the result that has that id (3.28.2), or NULL. */
const struct json *sarif_location_by_id(const struct json *result, int64_t id);

/* ---- sarif_older.c -------------------------------------------------------------------------------------- */

/* The same in the shape of 2.1.0; what needs no change is shared. */
const struct json *sarif_older_result(struct arena *arena, const struct json *result);
const struct json *sarif_older_rule(struct arena *arena, const struct json *rule);
const struct json *sarif_older_invocation(struct arena *arena, const struct json *invocation);
/* As sarif_run_member(), for what 2.1.0 does not have. */
bool sarif_older_run_member(struct sarif_run *run, struct json_reader *reader, struct slice name,
			    struct sarif_pulse *pulse, enum status *status, struct error *err);

/* ---- sarif_result.c ------------------------------------------------------------------------------------- */

void sarif_result_read(struct record *record, struct sarif_run *run, const struct field_table *fields,
		       const struct json *result);

#endif
