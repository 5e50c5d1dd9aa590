/*
 * A sample: one flagged piece of output of an AI coding assistant, with why it
 * was flagged and how it came to be. Samples are hostile: `slice` fields are
 * raw bytes exactly as they came; `char *` fields are clean UTF-8 without NUL
 * (utf8_clean), but may hold any other character and are shown only through
 * the screen's and the pages' doors for text.
 */
#ifndef AITIA_CORE_SAMPLE_H
#define AITIA_CORE_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/digest.h"
#include "core/base/instant.h"
#include "core/base/slice.h"
#include "core/terms.h"

/* A place in `code`'s file: lines and columns from 1, 0 = not known; columns count code
 * points. end_column is the column behind the last character, as SARIF counts (3.30.8). */
struct region {
	int64_t start_line;
	int64_t start_column;
	int64_t end_line;
	int64_t end_column;
};

/* Why it is in the queue. */
struct flag {
	enum flag_source source;
	enum level level;
	const char *tool;    /* or NULL */
	const char *rule;    /* rule id, or NULL */
	const char *message; /* or NULL */
	struct region region;
	bool has_score;
	double score;
};

/* What else a finding speaks of: further and related locations, the steps of code flows
 * and stacks, the replacements of fixes; in the order of the input. */
struct place {
	enum place_role role;
	int64_t group;       /* which flow, stack or fix, from 1; 0 where the role has no groups */
	int64_t nesting;     /* of a step: calls it is deep, from 0 */
	const char *path;    /* or NULL */
	struct region region; /* of a fix: what is replaced */
	const char *message; /* or NULL; of a fix: what it does */
	struct slice text;   /* the code there; of a fix: what comes in its stead. Absent: not known */
};

/* How it came to be: one attribute. Well-known keys below, any other as it came. */
struct provenance {
	const char *key;
	const char *value;
	enum certainty certainty;
};

/* Well-known keys; where OpenTelemetry's GenAI conventions name one, that name. */
#define PROVENANCE_PROVIDER "gen_ai.provider.name"
#define PROVENANCE_MODEL "gen_ai.response.model"          /* served; query key model: */
#define PROVENANCE_MODEL_REQUESTED "gen_ai.request.model"
#define PROVENANCE_HARNESS "harness.version"              /* query key harness: */
#define PROVENANCE_PROMPT_VERSION "prompt.version"        /* query key prompt: */
#define PROVENANCE_EFFORT "effort"                        /* query key effort: */
#define PROVENANCE_INPUT_TOKENS "gen_ai.usage.input_tokens"
#define PROVENANCE_OUTPUT_TOKENS "gen_ai.usage.output_tokens"
#define PROVENANCE_FINISH_REASON "gen_ai.response.finish_reasons"
#define PROVENANCE_PLAN "plan"
#define PROVENANCE_PLATFORM "platform"

/* SHA-256 of a sample's texts, all zero where one is absent, and of everything that an
 * import brings, which tells "updated" from "duplicate". Each byte is hashed once: the
 * digest of the whole, and the fingerprint, are over those of the texts. */
struct sample_digests {
	struct digest code, prompt, expected, diff;
	struct digest content;
};

struct sample {
	int64_t id;                  /* the store's; 0 before */
	struct digest fingerprint;   /* identity: equal means the same sample */
	enum sample_kind kind;
	const char *external_id;     /* the producer's name for it, or NULL */
	struct slice code;
	struct slice prompt;
	struct slice expected;
	struct slice diff;
	const char *language;        /* lower case, "python"; NULL = unknown */
	const char *path;            /* or NULL */
	struct region region;        /* of `code` within `path`: line numbers start here */
	const char *session;         /* or NULL */
	int64_t turn;                /* 0 = not known */
	struct instant produced_at;
	enum baseline baseline;
	enum sample_status status;
	enum verdict disposition;
	bool illustrative;           /* made to show something; never real output */
	int64_t batch;               /* which import brought it */
	int64_t version;             /* grows with each edit of its triage state */
	const char *deferred_until;  /* what a deferred one waits for (defer.h), or NULL */
	int64_t duplicate_of;        /* which sample the newest standing verdict says it duplicates; 0: none */

	const struct flag *flags;
	size_t flag_count;
	const struct provenance *provenance;
	size_t provenance_count;
	const struct place *places;
	size_t place_count;

	/* Of what is here, where it has been computed (sample_digests_of()); else NULL. */
	const struct sample_digests *digests;

	/* It comes from our own export and carries the store's fingerprint: a store that has
	 * it keeps what it has, whatever the copy says. */
	bool is_export;
};

/* Whether what reviewers say of a sample differs: annotations_judged() tells. */
enum judged { JUDGED_ALIKE, JUDGED_DIFFERENTLY, JUDGED_BY_DECISION, JUDGED_COUNT };

/* What a list shows of a sample; narrow, so that pages are cheap. */
struct sample_row {
	int64_t id;
	enum sample_status status;
	enum verdict disposition;
	enum level level;            /* the heaviest flag's */
	enum severity severity;      /* of the standing annotation */
	bool illustrative;
	struct instant produced_at;
	const char *title;           /* first flag's message, else first line of code; one line, cut */
	const char *path;            /* or NULL */
	int64_t line;                /* 0 = not known */
	const char *language;        /* or NULL */
	const char *rule;            /* or NULL */
	const char *model;           /* or NULL */
	const char *cause;           /* "model/hallucination" of the standing annotation, or NULL */
	int64_t incident_count;      /* memberships */
	const char *deferred_until;  /* as in struct sample */
	enum judged judged;
};

/*
 * The identity of a sample: kind, path, external id, session, turn, model, code,
 * prompt and diff. With it, for a finding of static analysis (a rule at a path):
 * tool, rule, message and region of the first flag, so that the next run's report
 * of the same place updates it. For everything else: time and provenance, so that
 * the same text from two runs of a model is two samples. Never in it: what may
 * change from one report of the same thing to the next (level, baseline state,
 * verdicts, expected), and a language that was guessed from the name of the file.
 */
struct digest sample_fingerprint(const struct sample *sample);
/* Anew, whatever sample->digests says. */
struct sample_digests sample_digests_of(const struct sample *sample);
struct digest sample_content_digest(const struct sample *sample);
/* Whether the digest is that of its content, as this version computes it or an earlier one did. */
bool sample_content_is(const struct sample *sample, const struct digest *digest);

/* "code flow 2", "fix 1", "related": what stands over the places of one group. */
char *place_heading(struct arena *arena, const struct place *place);
/* "src/a.c:3:5", "src/a.c", "line 3", or "" where nothing is known. */
char *place_where(struct arena *arena, const struct place *place);

/* The value of a provenance key, or NULL. */
const char *sample_provenance(const struct sample *sample, const char *key);
/* The heaviest level among the flags. */
enum level sample_level(const struct sample *sample);
/* The line for lists, in the arena: see sample_row.title. */
char *sample_title(struct arena *arena, const struct sample *sample);
/* "python" from a path's ending, or NULL (languages.def). */
const char *language_of_path(const char *path);

/*
 * One reviewer's judgement on a sample or a line range of it. Never overwritten:
 * a newer one by the same reviewer on the same lines supersedes it.
 *
 * Where reviewers differ, somebody decides: an adjudicated judgement, of the whole sample and
 * with its reason in the note. It supersedes an earlier decision, whoever made that, and nothing
 * else: what reviewers said stands beside it, their agreement is computed from that alone. As
 * long as a decision stands, it is what counts of the sample (annotation_counts()), so it is whole
 * (core/decision.h).
 */
struct annotation {
	int64_t id;
	int64_t sample;
	const char *reviewer;
	struct instant at;
	int64_t first_line;          /* 0 = the whole sample */
	int64_t last_line;
	enum verdict verdict;
	int64_t duplicate_of;        /* which sample it duplicates; 0: not said. Verdict duplicate alone has one */
	const char *cause;           /* "category/sub-cause", "category", or NULL */
	const char *const *symptoms; /* words */
	size_t symptom_count;
	enum severity severity;
	enum confidence confidence;
	const char *note;            /* Markdown, or NULL */
	bool blind;                  /* made without seeing others' judgements */
	bool adjudicated;            /* a decision where reviewers differed */
	int64_t superseded_by;       /* 0 = stands */
	int64_t edit;                /* the operation that made it */
};

/* Whether annotation `at` of a sample's says what causes, verdicts, severities and symptoms are
 * counted by: it stands, and it is a decision or there is none. */
bool annotation_counts(const struct annotation *annotations, size_t count, size_t at);
/* The newest decision that stands, or NULL. */
const struct annotation *annotation_decision(const struct annotation *annotations, size_t count);
/* Whether reviewers differ and nobody has decided, or something was said otherwise since: what is:disputed
 * finds (query.h). Of all annotations of a sample, those that stand are asked. */
bool annotation_disputed(const struct annotation *annotations, size_t count);
/* Differently: disputed; by decision: one stands, and it is not; alike: neither, nobody's word too. */
enum judged annotations_judged(const struct annotation *annotations, size_t count);

#endif
