#include "core/decision.h"

#include <stdlib.h>
#include <string.h>

/* The annotations of a sample that stand. */
struct voices {
	struct arena *arena;
	const struct annotation *all;
	size_t count;
};

/* The next from `at` on that stands and is one of reviewers; NULL: none. */
static const struct annotation *next_voice(const struct voices *voices, size_t *at)
{
	while (*at < voices->count) {
		const struct annotation *is = &voices->all[(*at)++];
		if (!is->superseded_by && !is->adjudicated)
			return is;
	}
	return NULL;
}

static bool is_newer(const struct annotation *a, const struct annotation *b)
{
	return a->at.at_us > b->at.at_us || (a->at.at_us == b->at.at_us && a->id > b->id);
}

/* The decision that stands and is the newest of those before `before` (NULL: of all), or NULL. */
static const struct annotation *decision_before(const struct voices *voices, const struct annotation *before)
{
	const struct annotation *newest = NULL;

	for (size_t i = 0; i < voices->count; i++) {
		const struct annotation *is = &voices->all[i];
		if (is->superseded_by || !is->adjudicated || (before && !is_newer(before, is)))
			continue;
		if (!newest || is_newer(is, newest))
			newest = is;
	}
	return newest;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void carry_over(const struct voices *voices, bool whole_symptoms, struct annotation *to)
{
	const struct annotation *old = NULL;

	while ((old = decision_before(voices, old)) != NULL) {
		if (to->verdict == VERDICT_NONE) {
			to->verdict = old->verdict;
			to->duplicate_of = old->duplicate_of;
		}
		if (!to->cause)
			to->cause = old->cause;
		if (to->severity == SEVERITY_NONE)
			to->severity = old->severity;
		if (!to->symptom_count && !whole_symptoms) {
			to->symptoms = old->symptoms;
			to->symptom_count = old->symptom_count;
		}
	}
}

static enum verdict verdict_said(const struct annotation *is)
{
	return is->verdict == VERDICT_NONE && is->cause ? VERDICT_CONFIRMED : is->verdict;
}

static enum status differ(const struct annotation *decision, const char *what, const char *a, const char *b,
			  const char *settled_by, struct error *err)
{
	return error_set(err, STATUS_USAGE, "reviewers of sample %lld differ in the %s (%s, %s): a decision names %s",
			 (long long)decision->sample, what, a, b, settled_by);
}

static enum status fill_verdict(const struct voices *voices, struct annotation *to, struct error *err)
{
	const struct annotation *is;
	enum verdict first = VERDICT_NONE, other = VERDICT_NONE;
	bool is_explicit = false, has_cause = false;

	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;) {
		enum verdict said = verdict_said(is);
		if (first == VERDICT_NONE)
			first = said;
		else if (said != VERDICT_NONE && said != first && other == VERDICT_NONE)
			other = said;
		is_explicit = is_explicit || is->verdict != VERDICT_NONE;
		has_cause = has_cause || is->cause;
	}
	if (to->cause && (other != VERDICT_NONE || (first > VERDICT_CONFIRMED && !has_cause)))
		to->verdict = VERDICT_CONFIRMED;
	else if (other != VERDICT_NONE)
		return differ(to, "verdict", verdict_word(first), verdict_word(other), "one", err);
	else if (is_explicit)
		to->verdict = first;
	return STATUS_OK;
}

static enum status fill_cause(const struct voices *voices, struct annotation *to, struct error *err)
{
	const struct annotation *is;
	const char *cause = NULL;

	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;) {
		if (!is->cause || (to->verdict != VERDICT_NONE && verdict_said(is) != to->verdict))
			continue;
		if (cause && !same(cause, is->cause))
			return differ(to, "cause", cause, is->cause, "one, or the verdict that there is none", err);
		cause = is->cause;
	}
	to->cause = cause;
	return STATUS_OK;
}

static void fill_severity(const struct voices *voices, struct annotation *to)
{
	const struct annotation *is;
	enum severity severity = SEVERITY_NONE;

	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;) {
		if (severity != SEVERITY_NONE && is->severity != SEVERITY_NONE && is->severity != severity)
			return;
		if (is->severity != SEVERITY_NONE)
			severity = is->severity;
	}
	to->severity = severity;
}

static void fill_duplicate_of(const struct voices *voices, struct annotation *to)
{
	const struct annotation *is;
	int64_t of = 0;

	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;) {
		if (of && is->duplicate_of && is->duplicate_of != of)
			return;
		if (is->duplicate_of)
			of = is->duplicate_of;
	}
	to->duplicate_of = of;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void fill_symptoms(const struct voices *voices, struct annotation *to)
{
	const struct annotation *is;
	const char **list;
	size_t total = 0, len = 0, unique = 0;

	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;)
		total += is->symptom_count;
	if (total == 0)
		return;
	list = arena_array(voices->arena, total, sizeof(*list));
	for (size_t at = 0; (is = next_voice(voices, &at)) != NULL;)
		for (size_t i = 0; i < is->symptom_count; i++)
			list[len++] = is->symptoms[i];
	qsort(list, len, sizeof(*list), by_bytes);
	for (size_t i = 0; i < len; i++)
		if (i == 0 || !same(list[i], list[unique - 1]))
			list[unique++] = list[i];
	to->symptoms = list;
	to->symptom_count = unique;
}

enum status decision_complete(struct arena *arena, const struct annotation *all, size_t count, bool whole_symptoms,
			      struct annotation *decision, struct error *err)
{
	const struct voices voices = { arena, all, count };
	enum status status;

	carry_over(&voices, whole_symptoms, decision);
	if (decision->verdict == VERDICT_NONE && (status = fill_verdict(&voices, decision, err)) != STATUS_OK)
		return status;
	if (!decision->cause && (status = fill_cause(&voices, decision, err)) != STATUS_OK)
		return status;
	if (decision->severity == SEVERITY_NONE)
		fill_severity(&voices, decision);
	if (decision->verdict == VERDICT_DUPLICATE && !decision->duplicate_of)
		fill_duplicate_of(&voices, decision);
	if (!decision->symptom_count && !whole_symptoms && !decision_before(&voices, NULL))
		fill_symptoms(&voices, decision);
	return STATUS_OK;
}

void decision_text(const struct annotation *decision, struct strbuf *out)
{
	strbuf_addstr(out, decision->cause ? decision->cause : "no cause");
	strbuf_addf(out, ", %s", decision->verdict ? verdict_word(decision->verdict) : "no verdict");
	if (decision->duplicate_of)
		strbuf_addf(out, " of sample %lld", (long long)decision->duplicate_of);
	strbuf_addf(out, ", %s", decision->severity ? severity_word(decision->severity) : "no severity");
	for (size_t i = 0; i < decision->symptom_count; i++)
		strbuf_addf(out, ", %s", decision->symptoms[i]);
	strbuf_addstr(out, decision->symptom_count ? "" : ", no symptoms");
}
