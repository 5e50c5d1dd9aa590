#include "core/diff.h"

#include <string.h>

struct work {
	size_t old_from, new_from; /* where what differs begins, and … */
	long old_count, new_count; /* … how much that is */
	bool (*same)(const void *context, size_t old_at, size_t new_at);
	const void *context;
	int *furthest;             /* by diagonal, from -edits - 1 on */
	VEC_OF(int *) trace;       /* `furthest` before each number of edits */
	char *script;              /* '=', '-', '+', from its end */
	size_t script_len;
};

void diff_release(struct diff *diff)
{
	vec_release(&diff->pieces);
}

static void add(struct diff *diff, enum diff_kind kind, size_t old_at, size_t new_at, size_t count)
{
	if (count)
		vec_push(&diff->pieces, ((struct diff_piece){ kind, old_at, new_at, count }));
}

static bool same_at(const struct work *work, long x, long y)
{
	return work->same(work->context, work->old_from + (size_t)x, work->new_from + (size_t)y);
}

/* Whether the diagonal k is reached by adding an item, with d edits. */
static bool comes_by_adding(const int *at, long k, long d)
{
	return k == -d || (k != d && at[k - 1] < at[k + 1]);
}

/* Follows the paths back from (x, y), where `edits` edits lead. */
static void write_script(struct work *work, long x, long y, long edits, long most)
{
	for (long d = edits; d > 0; d--) {
		const int *at = work->trace.items[d] + most + 1;
		long k = x - y, before = comes_by_adding(at, k, d) ? k + 1 : k - 1;
		long from_x = at[before], from_y = from_x - before;
		while (x > from_x && y > from_y) {
			work->script[work->script_len++] = '=';
			x--;
			y--;
		}
		work->script[work->script_len++] = before == k + 1 ? '+' : '-';
		x = from_x;
		y = from_y;
	}
	for (; x > 0 && y > 0; x--, y--)
		work->script[work->script_len++] = '=';
}

/* As far as `most` edits lead; false if that is not to the end: then *x, *y is how far. */
static bool search(struct work *work, long most, long *x, long *y, long *edits)
{
	long n = work->old_count, m = work->new_count, best = -1;
	size_t width = (size_t)(2 * most + 3);
	int *at = work->furthest + most + 1;

	for (long d = 0; d <= most; d++) {
		int *kept = mem_alloc(width * sizeof(int));
		memcpy(kept, work->furthest, width * sizeof(int));
		vec_push(&work->trace, kept);
		for (long k = -d; k <= d; k += 2) {
			long here = d == 0 ? 0 : comes_by_adding(at, k, d) ? at[k + 1] : at[k - 1] + 1;
			long there = here - k;
			while (here < n && there < m && same_at(work, here, there)) {
				here++;
				there++;
			}
			at[k] = (int)here;
			if (here <= n && there <= m && (here + there > best || (here >= n && there >= m))) {
				best = here + there;
				*x = here;
				*y = there;
				*edits = d;
				if (here >= n && there >= m)
					return true;
			}
		}
	}
	return false;
}

/* The script, forward, as pieces. */
static void take_script(const struct work *work, struct diff *diff)
{
	size_t old_at = work->old_from, new_at = work->new_from, removed = 0, added = 0, same = 0;

	for (size_t i = work->script_len + 1; i-- > 0;) {
		char c = i ? work->script[i - 1] : '\0';
		if (c != '=' && same) {
			add(diff, DIFF_SAME, old_at, new_at, same);
			old_at += same;
			new_at += same;
			same = 0;
		}
		if ((c == '=' || !c) && removed + added) {
			add(diff, DIFF_REMOVED, old_at, new_at, removed);
			old_at += removed;
			add(diff, DIFF_ADDED, old_at, new_at, added);
			new_at += added;
			removed = added = 0;
		}
		same += c == '=';
		removed += c == '-';
		added += c == '+';
	}
}

static void make_middle(struct work *work, struct diff *diff)
{
	long all = work->old_count + work->new_count, most = all < DIFF_EDITS_MAX ? all : DIFF_EDITS_MAX;
	long x = 0, y = 0, edits = 0;

	work->furthest = mem_zalloc((size_t)(2 * most + 3), sizeof(int));
	work->script = mem_alloc((size_t)all + 1);
	if (!search(work, most, &x, &y, &edits)) { /* the rest, which comes first here */
		memset(work->script, '-', (size_t)(work->old_count - x));
		memset(work->script + work->old_count - x, '+', (size_t)(work->new_count - y));
		work->script_len = (size_t)(work->old_count - x + work->new_count - y);
	}
	write_script(work, x, y, edits, most);
	take_script(work, diff);
	for (size_t i = 0; i < work->trace.len; i++)
		free(work->trace.items[i]);
	vec_release(&work->trace);
	free(work->furthest);
	free(work->script);
}

void diff_make(struct diff *diff, size_t old_count, size_t new_count,
	       bool (*same)(const void *context, size_t old_at, size_t new_at), const void *context)
{
	size_t less = old_count < new_count ? old_count : new_count, first = 0, last = 0;
	struct work work = { .same = same, .context = context, .trace = VEC_INIT };

	vec_clear(&diff->pieces);
	while (first < less && same(context, first, first))
		first++;
	while (last < less - first && same(context, old_count - last - 1, new_count - last - 1))
		last++;
	add(diff, DIFF_SAME, 0, 0, first);
	work.old_from = work.new_from = first;
	work.old_count = (long)(old_count - first - last);
	work.new_count = (long)(new_count - first - last);
	if (work.old_count && work.new_count) {
		make_middle(&work, diff);
	} else {
		add(diff, DIFF_REMOVED, first, first, (size_t)work.old_count);
		add(diff, DIFF_ADDED, first + (size_t)work.old_count, first, (size_t)work.new_count);
	}
	add(diff, DIFF_SAME, old_count - last, new_count - last, last);
}
