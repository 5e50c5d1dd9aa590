#include "core/line_diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/base/vec.h"

#define CONTEXT_LINES 3
#define COMPARE_MAX 1000 /* lines on each side: a table of a million numbers */

struct lines {
	VEC_OF(struct slice) at;
};

/* One line of the result: ' ', '-' or '+'. */
struct step {
	char mark;
	struct slice line;
};

struct steps {
	VEC_OF(struct step) at;
};

static void split(struct slice text, struct lines *out)
{
	size_t at = 0;

	while (at < text.len_bytes) {
		const char *end = memchr(text.at + at, '\n', text.len_bytes - at);
		struct slice line = { text.at + at, end ? (size_t)(end - text.at) - at : text.len_bytes - at };

		vec_push(&out->at, line);
		at += line.len_bytes + 1;
	}
}

static void add_step(struct steps *steps, char mark, struct slice line)
{
	struct step step = { mark, line };

	vec_push(&steps->at, step);
}

/* The longest common subsequence of what lies between the common ends. */
static void compare_middle(const struct slice *a, size_t a_count, const struct slice *b, size_t b_count,
			   struct steps *steps)
{
	size_t width = b_count + 1, i = 0, j = 0;
	uint16_t *longest = NULL; /* [i * width + j]: of a[i…] and b[j…] */

	if (a_count && b_count && a_count <= COMPARE_MAX && b_count <= COMPARE_MAX) {
		longest = mem_zalloc((a_count + 1) * width, sizeof(*longest));
		for (size_t row = a_count; row-- > 0;)
			for (size_t column = b_count; column-- > 0;) {
				uint16_t down = longest[(row + 1) * width + column], right = longest[row * width + column + 1];

				longest[row * width + column] = slice_eq(a[row], b[column]) ?
					(uint16_t)(longest[(row + 1) * width + column + 1] + 1) : down > right ? down : right;
			}
	}
	while (i < a_count || j < b_count) {
		if (longest && i < a_count && j < b_count && slice_eq(a[i], b[j])) {
			add_step(steps, ' ', a[i++]);
			j++;
		} else if (i < a_count && (!longest || j == b_count || longest[(i + 1) * width + j] >= longest[i * width + j + 1]))
			add_step(steps, '-', a[i++]);
		else
			add_step(steps, '+', b[j++]);
	}
	free(longest);
}

static bool is_near_change(const struct steps *steps, size_t at)
{
	size_t from = at > CONTEXT_LINES ? at - CONTEXT_LINES : 0;

	for (size_t i = from; i < steps->at.len && i <= at + CONTEXT_LINES; i++)
		if (steps->at.items[i].mark != ' ')
			return true;
	return false;
}

static void put_hunk(struct strbuf *out, const struct steps *steps, size_t from, size_t to, size_t old_line, size_t new_line)
{
	size_t old_count = 0, new_count = 0;

	for (size_t i = from; i < to; i++) {
		old_count += steps->at.items[i].mark != '+';
		new_count += steps->at.items[i].mark != '-';
	}
	strbuf_addf(out, "@@ -%zu,%zu +%zu,%zu @@\n", old_count ? old_line : old_line - 1, old_count,
		    new_count ? new_line : new_line - 1, new_count);
	for (size_t i = from; i < to; i++) {
		strbuf_addch(out, steps->at.items[i].mark);
		strbuf_addslice(out, steps->at.items[i].line);
		strbuf_addch(out, '\n');
	}
}

static void put_steps(struct strbuf *out, const struct steps *steps)
{
	size_t old_line = 1, new_line = 1;

	for (size_t at = 0; at < steps->at.len;) {
		size_t end = at;

		while (end < steps->at.len && is_near_change(steps, end))
			end++;
		if (end > at)
			put_hunk(out, steps, at, end, old_line, new_line);
		else
			end++;
		for (; at < end; at++) {
			old_line += steps->at.items[at].mark != '+';
			new_line += steps->at.items[at].mark != '-';
		}
	}
}

void line_diff(struct strbuf *out, const char *old_name, struct slice old_text, const char *new_name,
	       struct slice new_text)
{
	struct lines a = { VEC_INIT }, b = { VEC_INIT };
	struct steps steps = { VEC_INIT };
	size_t head = 0, tail = 0;

	if (slice_eq(old_text, new_text))
		return;
	split(old_text, &a);
	split(new_text, &b);
	while (head < a.at.len && head < b.at.len && slice_eq(a.at.items[head], b.at.items[head]))
		head++;
	while (tail < a.at.len - head && tail < b.at.len - head &&
	       slice_eq(a.at.items[a.at.len - 1 - tail], b.at.items[b.at.len - 1 - tail]))
		tail++;
	for (size_t i = 0; i < head; i++)
		add_step(&steps, ' ', a.at.items[i]);
	compare_middle(a.at.len ? a.at.items + head : NULL, a.at.len - head - tail, b.at.len ? b.at.items + head : NULL,
		       b.at.len - head - tail, &steps);
	for (size_t i = a.at.len - tail; i < a.at.len; i++)
		add_step(&steps, ' ', a.at.items[i]);
	strbuf_addf(out, "--- %s\n+++ %s\n", old_name, new_name);
	put_steps(out, &steps);
	vec_release(&a.at);
	vec_release(&b.at);
	vec_release(&steps.at);
}
