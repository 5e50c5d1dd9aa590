/* What a query means, over one sample: the reference that engines are tested against. */
#include <stdlib.h>
#include <string.h>

#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/defer.h"
#include "core/query.h"
#include "core/words_of_code.h"

static bool fits(const struct query_value *value, const char *text)
{
	if (!text)
		return false;
	if (value->prefix)
		return strncmp(text, value->text, strlen(value->text)) == 0;
	return strcmp(text, value->text) == 0;
}

static bool compare(enum query_op op, int64_t a, int64_t b)
{
	switch (op) {
	case QUERY_EQ: return a == b;
	case QUERY_LT: return a < b;
	case QUERY_LE: return a <= b;
	case QUERY_GT: return a > b;
	case QUERY_GE: return a >= b;
	}
	return false;
}

/* Whether `fits` holds for the code, a message or a standing note. */
static bool match_texts(const struct query_subject *subject, bool (*text_fits)(const void *what, struct slice text),
			const void *what)
{
	if (subject->sample->code.at && text_fits(what, subject->sample->code))
		return true;
	for (size_t i = 0; i < subject->sample->flag_count; i++)
		if (subject->sample->flags[i].message && text_fits(what, slice_of(subject->sample->flags[i].message)))
			return true;
	for (size_t i = 0; i < subject->annotation_count; i++)
		if (subject->annotations[i].note && text_fits(what, slice_of(subject->annotations[i].note)))
			return true;
	return false;
}

static bool phrase_fits(const void *what, struct slice text)
{
	return code_phrase_matches(what, text);
}

static bool part_fits(const void *what, struct slice text)
{
	return utf8_find_folded(text, slice_of(what)) >= 0;
}

/* What takes too long does not match; an engine says so. */
static bool regex_fits(const void *what, struct slice text)
{
	return regex_find(what, text, 0, NULL, NULL) == REGEX_FOUND;
}

static bool match_words(const struct query_subject *subject, const struct query_value *value)
{
	struct code_phrase *phrase = code_phrase_new(slice_of(value->text), value->prefix);
	bool matches = phrase && match_texts(subject, phrase_fits, phrase);

	free(phrase);
	return matches;
}

static bool match_regex(const struct query_subject *subject, const struct query_value *value)
{
	struct regex *regex;
	bool matches = regex_new(slice_of(value->text), &regex, NULL, NULL) == STATUS_OK &&
		       match_texts(subject, regex_fits, regex);

	regex_free(regex);
	return matches;
}

static bool counts(const struct query_subject *subject, size_t i)
{
	return annotation_counts(subject->annotations, subject->annotation_count, i);
}

static bool match_cause(const struct query_subject *subject, const struct query_value *value)
{
	size_t len = strlen(value->text);
	bool any = false;

	for (size_t i = 0; i < subject->annotation_count; i++) {
		const char *cause = subject->annotations[i].cause;
		const char *slash = cause ? strchr(cause, '/') : NULL;
		if (!cause || !counts(subject, i))
			continue;
		any = true;
		if (value->number == QUERY_NONE)
			continue;
		if (value->number != CATEGORY_NONE) { /* the category, with or without a sub-cause */
			if (strncmp(cause, value->text, len) == 0 && (!cause[len] || cause[len] == '/'))
				return true;
		} else if (fits(value, cause) || (slash && fits(value, slash + 1))) {
			return true;
		}
	}
	return value->number == QUERY_NONE && !any;
}

static bool match_symptom(const struct query_subject *subject, const struct query_value *value)
{
	bool any = false;

	for (size_t i = 0; i < subject->annotation_count; i++)
		for (size_t k = 0; counts(subject, i) && k < subject->annotations[i].symptom_count; k++) {
			any = true;
			if (value->number != QUERY_NONE && fits(value, subject->annotations[i].symptoms[k]))
				return true;
		}
	return value->number == QUERY_NONE && !any;
}

/* Severity and verdict of the annotations that count; 0 is "none" in both. */
static bool match_judgement(const struct query_subject *subject, const struct query_term *term, int64_t wanted)
{
	bool any = false;

	for (size_t i = 0; i < subject->annotation_count; i++) {
		const struct annotation *annotation = &subject->annotations[i];
		int64_t is = term->key == QUERY_KEY_SEVERITY ? (int64_t)annotation->severity
							      : (int64_t)annotation->verdict;
		if (!is || !counts(subject, i))
			continue;
		any = true;
		if (wanted && compare(term->op, is, wanted))
			return true;
	}
	return !wanted && !any;
}

static bool match_flags(const struct sample *sample, enum query_key key, const struct query_value *value)
{
	for (size_t i = 0; i < sample->flag_count; i++) {
		const struct flag *flag = &sample->flags[i];
		if (key == QUERY_KEY_SOURCE ? (int64_t)flag->source == value->number
					    : fits(value, key == QUERY_KEY_RULE ? flag->rule : flag->tool))
			return true;
	}
	return false;
}

static bool match_group(const struct query_subject *subject, int64_t sample)
{
	for (size_t i = 0; i < subject->group_count; i++)
		if (subject->group[i] == sample)
			return true;
	return subject->sample->id == sample;
}

static bool match_is(const struct query *query, const struct query_subject *subject, int64_t what)
{
	switch ((enum query_is)what) {
	case QUERY_IS_UNTRIAGED:
		return subject->sample->status == SAMPLE_UNTRIAGED;
	case QUERY_IS_ANNOTATED:
		return subject->sample->status == SAMPLE_ANNOTATED;
	case QUERY_IS_MINE:
		for (size_t i = 0; query->reviewer && i < subject->annotation_count; i++)
			if (subject->annotations[i].reviewer &&
			    strcmp(subject->annotations[i].reviewer, query->reviewer) == 0)
				return true;
		return false;
	case QUERY_IS_DUP:
		return subject->is_duplicate_body;
	case QUERY_IS_ILLUSTRATIVE:
		return subject->sample->illustrative;
	case QUERY_IS_INCIDENT:
		return subject->incident_count > 0;
	case QUERY_IS_DISPUTED:
		return annotation_disputed(subject->annotations, subject->annotation_count);
	case QUERY_IS_ALIKE:
		return subject->group_count > 1;
	case QUERY_IS_REPRESENTATIVE:
		return subject->group_count == 0 || subject->group[0] == subject->sample->id;
	case QUERY_IS_ADJUDICATED:
		return annotation_decision(subject->annotations, subject->annotation_count) != NULL;
	case QUERY_IS_DUE:
	case QUERY_IS_HIDDEN_TEXT:
	case QUERY_IS_COUNT:
		break;
	}
	return false;
}

static bool match_deferred(enum query_op op, const char *until, const struct query_value *value)
{
	struct instant at;

	if (!until)
		return false;
	if (!value->number_end)
		return fits(value, until);
	if (!defer_is_time(until, &at))
		return false;
	switch (op) {
	case QUERY_LT: return at.at_us < value->number;
	case QUERY_LE: return at.at_us < value->number_end;
	case QUERY_GT: return at.at_us >= value->number_end;
	case QUERY_GE: return at.at_us >= value->number;
	case QUERY_EQ: break;
	}
	return at.at_us >= value->number && at.at_us < value->number_end;
}

static bool match_duplicate_of(const struct query_subject *subject, int64_t wanted)
{
	for (size_t i = 0; i < subject->annotation_count; i++)
		if (wanted && subject->annotations[i].duplicate_of == wanted && counts(subject, i))
			return true;
	return false;
}

static bool match_number(enum query_op op, int64_t is, int64_t wanted)
{
	return is != 0 && compare(op, is, wanted);
}

/* How many have said something of their own. */
static int64_t reviewers_of(const struct query_subject *subject)
{
	const struct annotation *list = subject->annotations;
	int64_t count = 0;

	for (size_t i = 0; i < subject->annotation_count; i++) {
		bool known = !list[i].reviewer || list[i].adjudicated;
		for (size_t k = 0; k < i && !known; k++)
			known = list[k].reviewer && !list[k].adjudicated && strcmp(list[k].reviewer, list[i].reviewer) == 0;
		count += !known;
	}
	return count;
}

static int64_t line_of(const struct sample *sample)
{
	if (sample->region.start_line)
		return sample->region.start_line;
	return sample->flag_count ? sample->flags[0].region.start_line : 0;
}

static bool match_path(const char *path, const struct query_value *value)
{
	if (value->prefix)
		return fits(value, path);
	return path && strstr(path, value->text);
}

static bool match_value(const struct query *query, const struct query_term *term,
			const struct query_value *value, const struct query_subject *subject)
{
	const struct sample *sample = subject->sample;

	switch (term->key) {
	case QUERY_KEY_WORDS: return match_words(subject, value);
	case QUERY_KEY_TEXT: return match_texts(subject, part_fits, value->text);
	case QUERY_KEY_RE: return match_regex(subject, value);
	case QUERY_KEY_STATUS: return (int64_t)sample->status == value->number;
	case QUERY_KEY_CAUSE: return match_cause(subject, value);
	case QUERY_KEY_SYMPTOM: return match_symptom(subject, value);
	case QUERY_KEY_VERDICT:
	case QUERY_KEY_SEVERITY: return match_judgement(subject, term, value->number);
	case QUERY_KEY_DISPOSITION: return (int64_t)sample->disposition == value->number;
	case QUERY_KEY_LEVEL: return compare(term->op, (int64_t)sample_level(sample), value->number);
	case QUERY_KEY_LANG: return fits(value, sample->language);
	case QUERY_KEY_RULE:
	case QUERY_KEY_TOOL:
	case QUERY_KEY_SOURCE: return match_flags(sample, term->key, value);
	case QUERY_KEY_MODEL: return fits(value, sample_provenance(sample, PROVENANCE_MODEL));
	case QUERY_KEY_HARNESS: return fits(value, sample_provenance(sample, PROVENANCE_HARNESS));
	case QUERY_KEY_PROMPT: return fits(value, sample_provenance(sample, PROVENANCE_PROMPT_VERSION));
	case QUERY_KEY_EFFORT: return fits(value, sample_provenance(sample, PROVENANCE_EFFORT));
	case QUERY_KEY_PROVENANCE: return fits(value, sample_provenance(sample, term->provenance_key));
	case QUERY_KEY_PATH: return match_path(sample->path, value);
	case QUERY_KEY_SESSION: return fits(value, sample->session);
	case QUERY_KEY_INCIDENT:
		for (size_t i = 0; i < subject->incident_count; i++)
			if (fits(value, subject->incidents[i]))
				return true;
		return false;
	case QUERY_KEY_REVIEWER:
		for (size_t i = 0; i < subject->annotation_count; i++)
			if (fits(value, subject->annotations[i].reviewer))
				return true;
		return false;
	case QUERY_KEY_REVIEWERS: return compare(term->op, reviewers_of(subject), value->number);
	case QUERY_KEY_SAMPLED:
		for (size_t i = 0; i < subject->plan_count; i++)
			if (fits(value, subject->plans[i]))
				return true;
		return false;
	case QUERY_KEY_GROUP: return match_group(subject, value->number);
	case QUERY_KEY_BATCH: return compare(term->op, sample->batch, value->number);
	case QUERY_KEY_BEFORE:
		return instant_known(sample->produced_at) && sample->produced_at.at_us < value->number;
	case QUERY_KEY_AFTER:
		return instant_known(sample->produced_at) && sample->produced_at.at_us >= value->number_end;
	case QUERY_KEY_DAY:
		return instant_known(sample->produced_at) && sample->produced_at.at_us >= value->number &&
		       sample->produced_at.at_us < value->number_end;
	case QUERY_KEY_KIND: return (int64_t)sample->kind == value->number;
	case QUERY_KEY_ID:
		if (term->op != QUERY_EQ)
			return compare(term->op, sample->id, value->number);
		return (value->number && !value->prefix && sample->id == value->number) ||
		       fits(value, sample->external_id);
	case QUERY_KEY_LINE: return match_number(term->op, line_of(sample), value->number);
	case QUERY_KEY_TURN: return match_number(term->op, sample->turn, value->number);
	case QUERY_KEY_DEFERRED: return match_deferred(term->op, sample->deferred_until, value);
	case QUERY_KEY_DUPLICATE_OF: return match_duplicate_of(subject, value->number);
	case QUERY_KEY_IS: return match_is(query, subject, value->number);
	case QUERY_KEY_COUNT: break;
	}
	return false;
}

bool query_matches(const struct query *query, const struct query_subject *subject)
{
	if (!query->names_status && subject->sample->status == SAMPLE_EXCLUDED)
		return false;
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		bool any = false;
		for (size_t k = 0; k < term->value_count && !any; k++)
			any = match_value(query, term, &term->values[k], subject);
		if (any == term->negated)
			return false;
	}
	return true;
}

bool query_names_groups(const struct query *query)
{
	for (size_t i = 0; i < query->term_count; i++) {
		const struct query_term *term = &query->terms[i];
		for (size_t k = 0; k < term->value_count; k++)
			if (term->key == QUERY_KEY_GROUP || (term->key == QUERY_KEY_IS &&
			    (term->values[k].number == QUERY_IS_ALIKE || term->values[k].number == QUERY_IS_REPRESENTATIVE)))
				return true;
	}
	return false;
}
