#include "core/analysis/similar_one.h"

#include <stdlib.h>
#include <string.h>

#define BODIES_MAX ((int64_t)1 << 30) /* numbers beyond are not remembered: 128 MB of bits are enough */

void similar_one_init(struct similar_one *one, int64_t sample, struct slice code, double least)
{
	*one = (struct similar_one){ .sample = sample, .code = code, .least = least };
	similar_sign(code, &one->signature);
}

void similar_one_release(struct similar_one *one)
{
	vec_release(&one->members);
	vec_release(&one->unlike);
}

static bool is_unlike(const struct similar_one *one, int64_t body)
{
	return body >= 0 && (uint64_t)body / 64 < one->unlike.len && (one->unlike.items[body / 64] >> (body % 64) & 1);
}

static void note_unlike(struct similar_one *one, int64_t body)
{
	if (body < 0 || body >= BODIES_MAX)
		return;
	while (one->unlike.len <= (uint64_t)body / 64)
		vec_push(&one->unlike, 0);
	one->unlike.items[body / 64] |= (uint64_t)1 << (body % 64);
}

void similar_one_add(struct similar_one *one, int64_t sample, int64_t body, struct slice code)
{
	struct similar_member member = { sample, SIMILAR_EXACT, 1 };
	struct similar_signature signature;

	if (sample == one->sample || is_unlike(one, body))
		return;
	if (!slice_eq(code, one->code)) {
		similar_sign(code, &signature);
		member.kind = SIMILAR_NORMALISED;
		if (signature.normalised != one->signature.normalised) {
			member.kind = SIMILAR_NEAR;
			member.likeness = signature.is_short || one->signature.is_short ?
						  0 : similar_estimate(&signature, &one->signature);
		}
		if (member.likeness < one->least) {
			note_unlike(one, body);
			return;
		}
	}
	one->counts[member.kind]++;
	vec_push(&one->members, member);
}

static int compare(const void *a, const void *b)
{
	const struct similar_member *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->likeness != y->likeness)
		return x->likeness > y->likeness ? -1 : 1;
	return (x->sample > y->sample) - (x->sample < y->sample);
}

void similar_one_sort(struct similar_one *one)
{
	if (one->members.len)
		qsort(one->members.items, one->members.len, sizeof(one->members.items[0]), compare);
}
