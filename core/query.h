/*
 * The query language of DESIGN.md section 3, the same in the filter line, on
 * the command line and in saved views:
 *
 *     words            each must occur in code, a flag's message or a note, as words of code:
 *                      getUserName is found by itself and by get, user and name
 *     word*            what starts so
 *     "two words"      a phrase: one word behind the other
 *     text:PART        the same, but any part of a text, letter for letter, in any case
 *     re:PATTERN       a regular expression (PCRE2)
 *     key:value        key:a,b (any of)   key:pre* (prefix)   key:"quoted value"   key:* (has any)
 *     -key:value       not; also -word
 *     key>=value       > >= < <= on severity, level, produced, line, turn, batch, id, reviewers
 *     before:2026-04   after:2026-03-04   (produced; half open: before means earlier than)
 *     day:2026-03-04   day:2026-03,2026-05-01   (produced on that day, or within that month; any of them)
 *     is:hidden-text   code, a message or a note holds characters that nothing shows
 *     is:untriaged is:annotated is:mine is:dup is:illustrative is:incident (member of any)
 *     is:disputed (reviewers differ)
 *     is:due           put off until a time that has come
 *     deferred:2026-12 deferred>2026-12-05 deferred:INC-2026-0001 deferred:hits:* duplicate-of:17
 *     sampled:audit (drawn by that sampling plan)
 *     group:17 (sample 17 and what is alike it) is:alike (others are) is:representative
 *
 * Terms are joined by AND. Any key not in query_keys.def names a provenance key.
 * An empty query is everything but excluded samples; `status:excluded` shows those.
 *
 * In detail:
 * - Blanks part terms. Inside quotes \" and \\ stand for themselves and a star is a
 *   star; elsewhere a star at the end of a word, phrase or value makes a prefix.
 * - What a word is, core/words_of_code.h says: a whole identifier or a part of one, in
 *   any case. Signs part words and do not count: a.b(c) is the phrase "a b c". A phrase
 *   must stand in one of the texts. What has no word in it (==, ->) is looked for as text:.
 * - text: and re: take all up to the next blank as it stands, stars and commas too;
 *   quotes hold blanks. In re: case counts unless (?i) says otherwise, and ^ and $ stand
 *   at every line. A pattern that takes too long on some text is refused then.
 * - "-" negates before a letter, digit, "_", "@" or a quote; "--flag" and "->next"
 *   are words. So are "std::vector" and "http://x" (":" followed by ":" or "/"),
 *   and "i<n", where "i" is no key that can be compared.
 * - A key one slip away from a known one is taken for a mistake; @key:value
 *   always names a provenance key. Known keys may be typed in any case.
 * - Words of closed lists (status, level, …) are known in any case. lang: takes other
 *   names of a language too ("py"); incident: is upper-cased. Other values are
 *   compared byte for byte.
 * - A negated term matches exactly where the same term without "-" does not: a
 *   sample without a model matches -model:x.
 * - cause:model is the category with all its sub-causes, cause:model/cache exactly
 *   that, cause:hallucination that sub-cause of any category; a prefix is tried on
 *   the full name and on the sub-cause. cause:none, symptom:none, severity:none and
 *   verdict:none: no standing annotation has one. Else one standing annotation
 *   that fits is enough (once somebody has decided: the decision), for each term on its own.
 * - severity compares by number: severity<=Q2 is Q1 and Q2; who has none matches no
 *   comparison. level compares by weight, none being the least.
 * - reviewers: is how many people have standing annotations of the sample; a decision where
 *   reviewers differed (struct annotation) is nobody's own word and does not count. reviewers:0 is what
 *   nobody has judged.
 * - line is the sample's start line, else its first flag's. A line or turn of 0 is
 *   not known and matches nothing.
 * - Times: a sample counts with the start of its interval; produced<X is before:X,
 *   produced>X after:X, produced:X within X. day: takes whole days, months and years of UTC, several of them, and
 *   can be negated. One without a time matches none of them.
 * - deferred: is what a deferred sample waits for, as defer.h writes it: a time that lies
 *   within X for deferred:X, before or behind it for < and >; else that text, or a prefix of it.
 *   is:due is deferred<=NOW, NOW being the moment at which the query was read.
 * - path is a substring, unless it is a prefix; id is our number or the producer's id.
 * - is:dup: another sample has the same, not absent, code.
 * - is:alike: its group (core/alike.h) has other members. is:representative: it is the one
 *   of its group that came first, or has no group: one sample of each kind.
 * - is:disputed: two reviewers both name a cause by standing annotations, and none of the
 *   one is among the other's; or likewise with verdicts, where a cause without a verdict
 *   means confirmed_defect. Once somebody has decided (struct annotation), only what says
 *   otherwise since, or another decision that stands and says otherwise, is a dispute; a cause or
 *   verdict where the decision has none says otherwise.
 *   is:adjudicated: a decision stands.
 */
#ifndef AITIA_CORE_QUERY_H
#define AITIA_CORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/codebook.h"
#include "core/sample.h"

enum query_key {
#define QUERY_KEY(name, word, help) QUERY_KEY_##name,
#include "core/query_keys.def"
	QUERY_KEY_WORDS,      /* free text */
	QUERY_KEY_PROVENANCE, /* any other key: term->provenance_key */
	QUERY_KEY_COUNT
};

/* Number of the values of is:. */
enum query_is {
	QUERY_IS_UNTRIAGED, /* status */
	QUERY_IS_ANNOTATED, /* status */
	QUERY_IS_MINE,      /* a standing annotation is by query.reviewer; never, if that is NULL */
	QUERY_IS_DUP,
	QUERY_IS_ILLUSTRATIVE,
	QUERY_IS_INCIDENT,
	QUERY_IS_DISPUTED,
	QUERY_IS_DUE,         /* in no parsed query: the parser makes it a deferred<= of now */
	QUERY_IS_ALIKE,
	QUERY_IS_REPRESENTATIVE,
	QUERY_IS_ADJUDICATED,
	QUERY_IS_HIDDEN_TEXT, /* in no parsed query: the parser makes it a re: of HIDDEN_TEXT_PATTERN */
	QUERY_IS_COUNT
};

/* Number of the values of cause: and symptom: that mean "has none". */
#define QUERY_NONE (-1)

enum query_op { QUERY_EQ, QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE };

/*
 * number holds: of status, verdict, disposition, severity, level, source, kind the
 * enum's value; of is: the enum query_is; of batch, line and turn the number; of id
 * the number, or 0 if the text is none; of cause the category (enum code_category) if
 * the text names one, QUERY_NONE for none, else 0; of symptom QUERY_NONE or 0.
 * deferred: number and number_end are a time; number_end 0: none is meant, but the text.
 * before: matches produced_at.at_us < number; after: matches at_us >= number_end; day: both of them
 * (the parser turns produced with any operator into these two).
 */
struct query_value {
	const char *text;      /* without the star; as it stands in the data, where known */
	bool prefix;           /* text* */
	int64_t number;
	int64_t number_end;    /* times: first µs behind the interval that the value names */
	size_t at;             /* where it stands in the text */
};

struct query_term {
	enum query_key key;
	const char *provenance_key;
	bool negated;
	enum query_op op;
	const struct query_value *values; /* any of these; exactly one unless op is QUERY_EQ */
	size_t value_count;
	size_t at, len;        /* where the term stands in the text, for messages and colour */
};

struct query {
	const char *text;
	const char *reviewer;  /* who is:mine means; or NULL */
	const struct query_term *terms;
	size_t term_count;
	bool names_status;     /* some term is about status: excluded samples are not hidden */
};

#define QUERY_TERMS_MAX 256
#define QUERY_VALUES_MAX 4096 /* in one term */

/* STATUS_USAGE with the position and the reason ("at 8: unknown status 'foo'; one of …"). */
enum status query_parse(struct arena *arena, const char *text, const char *reviewer,
			struct query *out, struct error *err) MUST_CHECK;

/*
 * Whether the codebook has what cause: and symptom: name: a category, a cause, a
 * sub-cause of some category, a symptom (retired ones too), or none. Prefixes name
 * whatever there is. STATUS_USAGE as above, with the nearest name: a slip must not
 * look like an answer of no samples, or with "-" like one of all of them.
 */
enum status query_check_codes(const struct query *query, const struct codebook *book,
			      struct error *err) MUST_CHECK;

/* Whether some term is about groups of alike samples, whose answer depends on how far they have come. */
bool query_names_groups(const struct query *query);

/* The key's word ("status"), or the provenance key; its help. For completion:
 * query_key_word(0 … QUERY_KEY_WORDS-1). */
const char *query_key_word(enum query_key key); /* "" for words, "@" for provenance */
const char *query_key_help(enum query_key key);

/*
 * What the query means, over one sample: the reference that engines must agree
 * with. The annotations given are those that stand, with what tells their order (at, id);
 * cause:, symptom:, verdict: and severity: ask those that count (annotation_counts()), the
 * words, reviewer: and is:mine all of them; `incidents` the keys of the
 * incidents that it belongs to.
 */
struct query_subject {
	const struct sample *sample;
	const struct annotation *annotations;
	size_t annotation_count;
	const char *const *incidents;
	size_t incident_count;
	bool is_duplicate_body; /* another sample has the same code */
	const char *const *plans; /* names of the sampling plans that drew it */
	size_t plan_count;
	const int64_t *group;   /* members of its group by number, itself too; or none, if it is alone */
	size_t group_count;
};
bool query_matches(const struct query *query, const struct query_subject *subject);

/* Orders of the list. Ties are broken by id, so that paging by key is exact. What is
 * relevant is for the engine to say (by how often the words occur, and how rare they
 * are); without words, and where it cannot tell, the newest come first. */
enum sort_key {
#define SORT_KEY(name, word, help) SORT_##name,
#include "core/sort_keys.def"
	SORT_COUNT
};
bool sort_parse(const char *word, enum sort_key *out);
const char *sort_word(enum sort_key key);
const char *sort_help(enum sort_key key);

#endif
