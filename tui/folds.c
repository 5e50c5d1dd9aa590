#include "tui/folds.h"

#define NAME_BYTES_MAX 80 /* a longer line in brackets is no speaker */

/* "[user]", "[tool bash]": a word, perhaps a name, nothing else. */
static bool is_speaker(struct slice line)
{
	if (line.len_bytes < 3 || line.len_bytes > NAME_BYTES_MAX || line.at[0] != '[' || line.at[line.len_bytes - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < line.len_bytes && line.at[i] != ' '; i++)
		if ((line.at[i] < 'a' || line.at[i] > 'z') && line.at[i] != '_')
			return false;
	return line.at[1] != ' ';
}

static bool begins_block(struct slice line, bool behind_empty)
{
	static const char file[] = "diff --git ";

	if (line.len_bytes && line.at[line.len_bytes - 1] == '\r')
		line.len_bytes--;
	return (behind_empty && is_speaker(line)) ||
	       (line.len_bytes >= sizeof(file) - 1 && memcmp(line.at, file, sizeof(file) - 1) == 0);
}

static void end_block(struct folds *out, size_t first, size_t end)
{
	if (end - first > FOLD_BLOCK_LINES)
		vec_push(&out->list, ((struct fold){ first + FOLD_EDGE_LINES, end - first - 2 * FOLD_EDGE_LINES, false }));
}

void folds_find(struct slice text, struct folds *out)
{
	const char *at = text.at, *end = at ? at + text.len_bytes : NULL;
	size_t line = 0, block = 0;
	bool behind_empty = true;

	vec_clear(&out->list);
	for (; at < end; line++) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		struct slice is = { at, (size_t)((feed ? feed : end) - at) };
		if (begins_block(is, behind_empty)) {
			end_block(out, block, line);
			block = line;
		}
		behind_empty = is.len_bytes == 0 || (is.len_bytes == 1 && is.at[0] == '\r');
		at = feed ? feed + 1 : end;
	}
	end_block(out, block, line);
}

struct fold *folds_at(const struct folds *folds, size_t line)
{
	size_t low = 0, high = folds->list.len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct fold *fold = &folds->list.items[middle];
		if (line < fold->first)
			high = middle;
		else if (line >= fold->first + fold->count)
			low = middle + 1;
		else
			return fold;
	}
	return NULL;
}
