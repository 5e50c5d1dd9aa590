/* Whether what reviewers say of a sample is a dispute: the meaning of is:disputed (query.h). */
#include <string.h>

#include "core/sample.h"

/* All annotations of a sample. */
struct said {
	const struct annotation *annotations;
	size_t count;
};

/* What an annotation says of causes, or of verdicts; NULL: nothing, or a newer one took its place. */
static const char *words_of(const struct annotation *annotation, bool of_causes)
{
	if (annotation->superseded_by)
		return NULL;
	if (of_causes)
		return annotation->cause;
	if (annotation->verdict)
		return verdict_word(annotation->verdict);
	return annotation->cause ? verdict_word(VERDICT_CONFIRMED) : NULL;
}

static bool is_by(const struct annotation *annotation, const char *reviewer)
{
	return annotation->reviewer && strcmp(annotation->reviewer, reviewer) == 0;
}

/* Whether one of a reviewer's annotations says this. */
static bool says(const struct said *all, const char *reviewer, bool of_causes, const char *what)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *is = words_of(&all->annotations[i], of_causes);
		if (is && is_by(&all->annotations[i], reviewer) && strcmp(is, what) == 0)
			return true;
	}
	return false;
}

/* Whether nothing that one of two reviewers says is said by the other. */
static bool differ(const struct said *all, const char *a, const char *b, bool of_causes)
{
	for (size_t i = 0; i < all->count; i++) {
		const char *is = words_of(&all->annotations[i], of_causes);
		if (is && is_by(&all->annotations[i], a) && says(all, b, of_causes, is))
			return false;
	}
	return true;
}

/* What a decision leaves open is open to dispute too. */
static bool says_otherwise(const struct annotation *than, const struct annotation *annotation)
{
	for (int of_causes = 0; of_causes < 2; of_causes++) {
		const char *a = words_of(annotation, of_causes), *b = words_of(than, of_causes);
		if (a && (!b || strcmp(a, b) != 0))
			return true;
	}
	return false;
}

/* Whether there is something since the decision, or another one, that says otherwise. */
static bool is_reopened(const struct said *all, const struct annotation *decision)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct annotation *a = &all->annotations[i];
		bool is_newer = a->at.at_us > decision->at.at_us || (a->at.at_us == decision->at.at_us && a->id > decision->id);
		if ((is_newer || a->adjudicated) && says_otherwise(decision, a))
			return true;
	}
	return false;
}

static bool two_differ(const struct said *all, const struct annotation *a, const struct annotation *b)
{
	if (!a->reviewer || !b->reviewer || strcmp(a->reviewer, b->reviewer) == 0)
		return false;
	for (int of_causes = 0; of_causes < 2; of_causes++)
		if (words_of(a, of_causes) && words_of(b, of_causes) && differ(all, a->reviewer, b->reviewer, of_causes))
			return true;
	return false;
}

bool annotation_disputed(const struct annotation *annotations, size_t count)
{
	const struct annotation *decision = annotation_decision(annotations, count);
	const struct said all = { annotations, count };

	if (decision)
		return is_reopened(&all, decision);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			if (two_differ(&all, &annotations[i], &annotations[k]))
				return true;
	return false;
}

enum judged annotations_judged(const struct annotation *annotations, size_t count)
{
	if (annotation_disputed(annotations, count))
		return JUDGED_DIFFERENTLY;
	return annotation_decision(annotations, count) ? JUDGED_BY_DECISION : JUDGED_ALIKE;
}
