#include "tui/sample_view_inside.h"

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/query_spans.h"
#include "tui/sample_text.h"
#include "tui/text_run.h"

void sample_view_init(struct sample_view *view)
{
	*view = (struct sample_view){ .rows = 1, .columns = 1, .head_rows_max = 2, .wraps_prompt = true };
	arena_init(&view->arena);
	arena_init(&view->ahead.answer.arena);
	arena_init(&view->query_arena);
	code_view_init(&view->code);
	diff_view_init(&view->compared);
	path_view_init(&view->path);
	pane_init(&view->pane);
	pane_init(&view->head);
}

void sample_view_release(struct sample_view *view)
{
	arena_release(&view->arena);
	arena_release(&view->ahead.answer.arena);
	arena_release(&view->query_arena);
	code_view_release(&view->code);
	diff_view_release(&view->compared);
	path_view_release(&view->path);
	for (size_t i = 0; i < ARRAY_LEN(view->unfolded); i++)
		vec_release(&view->unfolded[i]);
	pane_release(&view->pane);
	pane_release(&view->head);
	free(view->failure);
	free(view->proposal);
	free(view->search.needle);
}

bool sample_view_ready(const struct sample_view *view)
{
	return view->sample && view->sample->id == view->wanted;
}

const struct annotation *standing_annotation(const struct annotation *annotations, size_t count, const char *reviewer,
					     int64_t first_line, int64_t last_line)
{
	for (size_t i = 0; i < count; i++) /* newest first */
		if (!annotations[i].superseded_by && !annotations[i].adjudicated && annotations[i].first_line == first_line &&
		    annotations[i].last_line == last_line && annotations[i].reviewer &&
		    strcmp(annotations[i].reviewer, reviewer) == 0)
			return &annotations[i];
	return NULL;
}

/* ---- parts ------------------------------------------------------------------------ */

static struct slice part_text(const struct sample *sample, enum sample_part part)
{
	switch (part) {
	case PART_CODE:
		return sample->code;
	case PART_PROMPT:
		return sample->prompt;
	case PART_EXPECTED:
		return sample->expected;
	case PART_DIFF:
		return sample->diff;
	default:
		return (struct slice){ NULL, 0 };
	}
}

/* Laid out as lines of a pane, not as code. */
bool sample_view_is_pane(enum sample_part part)
{
	return part >= PART_PROVENANCE;
}

bool sample_has_part(const struct sample *sample, enum sample_part part)
{
	if (part == PART_COMPARE)
		return sample->code.len_bytes && sample->expected.len_bytes;
	if (part == PART_PLACES)
		return sample->place_count > 0;
	return part >= PART_PROVENANCE || part_text(sample, part).len_bytes > 0;
}

/* The part asked for, or what comes nearest to the code. */
enum sample_part sample_view_part(const struct sample_view *view)
{
	static const enum sample_part instead[] = { PART_CODE, PART_DIFF, PART_EXPECTED, PART_PROMPT };

	if (sample_has_part(view->sample, view->part))
		return view->part;
	for (size_t i = 0; i < ARRAY_LEN(instead); i++)
		if (sample_has_part(view->sample, instead[i]))
			return instead[i];
	return PART_PROVENANCE;
}

/* Rows above the text, the heading apart. */
int sample_view_head_rows(const struct sample_view *view)
{
	if (view->in_words)
		return (int)view->head.lines.len < view->rows / 2 ? (int)view->head.lines.len : view->rows / 2;
	return sample_view_flag_rows(view) + (view->warning != NULL) + (view->dispute != NULL) + (view->proposal != NULL);
}

/* Lines that somebody's standing annotation is about. */
static void note_lines(struct sample_view *view)
{
	VEC_OF(struct code_range) ranges = VEC_INIT;

	for (size_t i = 0; i < view->annotation_count; i++) {
		const struct annotation *annotation = &view->annotations[i];
		if (annotation->first_line > 0 && !annotation->superseded_by)
			vec_push(&ranges, ((struct code_range){ annotation->first_line, annotation->last_line }));
	}
	code_view_note(&view->code, ranges.items, ranges.len);
	vec_release(&ranges);
}

/* Whether it is text that is read for what happened, not code that is read for what it does. */
static bool is_folded(const struct sample *sample, enum sample_part part)
{
	return part != PART_CODE || sample->kind == SAMPLE_KIND_AGENT_TURN || sample->kind == SAMPLE_KIND_TEST_RUN ||
	       sample->kind == SAMPLE_KIND_REVIEW_COMMENT;
}

void sample_view_keep_folds(struct sample_view *view)
{
	if (!view->code.folds.list.len)
		return;
	vec_clear(&view->unfolded[view->coded]);
	for (size_t i = 0; i < view->code.folds.list.len; i++)
		vec_push(&view->unfolded[view->coded], view->code.folds.list.items[i].open);
}

/* As the text was left; at first, all are closed. */
static void fold(struct sample_view *view, enum sample_part part)
{
	code_view_fold(&view->code);
	for (size_t i = 0; i < view->code.folds.list.len && view->code.folds.list.len == view->unfolded[part].len; i++)
		view->code.folds.list.items[i].open = view->unfolded[part].items[i];
}

static void open_code(struct sample_view *view, enum sample_part part)
{
	const struct sample *sample = view->sample;
	VEC_OF(struct code_mark) marks = VEC_INIT;
	const char *language = part == PART_DIFF ? "diff" : part == PART_PROMPT ? "markdown" : sample->language;

	for (size_t i = 0; part == PART_CODE && i < sample->flag_count; i++) {
		const struct region *region = &sample->flags[i].region;
		struct code_mark mark = { region->start_line, region->end_line, sample->flags[i].level, region->start_column,
					  region->end_column, sample->flag_count > 1 && !view->in_words ? sample->flags[i].message : NULL };
		if (mark.last < mark.first)
			mark.last = mark.first;
		if (mark.first > 0)
			vec_push(&marks, mark);
	}
	code_view_show(&view->code, part == PART_PROMPT ? view->wraps_prompt : view->wraps, view->code.blanks);
	code_view_open(&view->code, part_text(sample, part), language ? language_find(language) : NULL,
		       part == PART_CODE ? sample->region.start_line : 1, marks.items, marks.len);
	view->coded = part;
	if (is_folded(sample, part))
		fold(view, part);
	if (view->search.needle)
		code_view_search(&view->code, &view->search.query);
	else
		code_view_find(&view->code, part == PART_CODE ? view->query : NULL);
	vec_release(&marks);
	if (part == PART_CODE)
		note_lines(view);
}

struct slice sample_view_text(const struct sample_view *view)
{
	enum sample_part part = view->sample ? sample_view_part(view) : PART_CODE;

	if (!view->sample)
		return (struct slice){ NULL, 0 };
	return part < PART_COMPARE ? part_text(view->sample, part) : view->sample->code;
}

void sample_view_page(const struct sample_view *view, struct strbuf *out)
{
	if (!sample_view_ready(view))
		return;
	if (sample_view_part(view) == PART_COMPARE)
		diff_view_page(&view->compared, out);
	else if (sample_view_part(view) == PART_PLACES)
		path_view_page(&view->path, out);
	else if (sample_view_is_pane(sample_view_part(view)))
		pane_text(&view->pane, out);
	else
		strbuf_add(out, sample_view_text(view).at, sample_view_text(view).len_bytes);
}

bool sample_view_select(struct sample_view *view, bool on)
{
	if (!on)
		code_view_select(&view->code, false);
	else if (sample_view_ready(view) && sample_view_part(view) == PART_CODE)
		code_view_select(&view->code, true);
	return view->code.selecting == on;
}

/* Lays the part out for the size at hand. */
void sample_view_lay_out(struct sample_view *view)
{
	enum sample_part part;

	if (view->in_words)
		sample_view_say_head(view);
	int rows = view->rows - 1 - sample_view_head_rows(view);
	code_view_resize(&view->code, rows, view->columns);
	diff_view_resize(&view->compared, rows, view->columns);
	path_view_resize(&view->path, rows, view->columns);
	pane_clear(&view->pane);
	if (!view->sample)
		return;
	part = sample_view_part(view);
	if (part == PART_PROVENANCE)
		sample_text_provenance(&view->pane, view->sample, view->query, view->columns);
	else if (part == PART_HISTORY)
		sample_text_history(&view->pane, view->blind, view->annotations, view->annotation_count, view->incident_keys,
				    view->incident_key_count, view->query, view->columns);
	pane_resize(&view->pane, rows);
}

void sample_view_open_part(struct sample_view *view)
{
	enum sample_part part = sample_view_part(view);

	view->pane.top = 0;
	view->pane.left = 0;
	sample_view_keep_folds(view);
	sample_view_lay_out(view); /* what is opened has to know its size */
	if (part == PART_COMPARE)
		diff_view_open(&view->compared, view->sample->code, view->sample->region.start_line, view->sample->expected);
	else if (part < PART_COMPARE)
		open_code(view, part);
}

size_t sample_view_search(struct sample_view *view, const char *needle)
{
	enum sample_part shown = view->sample ? sample_view_part(view) : PART_CODE;
	char *kept = needle && *needle ? mem_strdup(needle) : NULL;
	size_t top = view->code.top;

	free(view->search.needle);
	view->search.needle = kept;
	view->search.value = (struct query_value){ .text = kept };
	view->search.term = (struct query_term){ .key = QUERY_KEY_TEXT, .values = &view->search.value, .value_count = 1 };
	view->search.query = (struct query){ .terms = &view->search.term, .term_count = 1 };
	if (!view->sample)
		return 0;
	if (!kept) {
		code_view_find(&view->code, shown == PART_CODE ? view->query : NULL);
		view->code.top = top;
		return 0;
	}
	for (int i = 0; i < PART_COMPARE; i++) {
		enum sample_part part = (enum sample_part)((shown >= PART_COMPARE ? i : (int)shown + i) % PART_COMPARE);
		if (!sample_has_part(view->sample, part))
			continue;
		if (part != shown) {
			view->part = part;
			sample_view_open_part(view);
		} else {
			code_view_search(&view->code, &view->search.query);
		}
		if (view->code.found.list.len)
			return view->code.found.list.len;
	}
	view->part = shown;
	sample_view_open_part(view);
	return 0;
}

bool sample_view_walk(struct sample_view *view, int step)
{
	bool is_shown = view->sample && sample_view_part(view) == PART_PLACES;

	if (!view->sample || !view->sample->place_count)
		return false;
	if (is_shown)
		return path_view_step(&view->path, step);
	view->part = PART_PLACES;
	sample_view_open_part(view);
	return true;
}

static void step_part(struct sample_view *view, int step)
{
	int part;

	if (!view->sample)
		return;
	part = (int)sample_view_part(view);
	do
		part = (part + step + PART_COUNT) % PART_COUNT;
	while (!sample_has_part(view->sample, (enum sample_part)part));
	view->part = (enum sample_part)part;
	sample_view_open_part(view);
}

void sample_view_find(struct sample_view *view, const char *query)
{
	if (strcmp(view->query ? view->query->text : "", query) == 0)
		return;
	arena_clear(&view->query_arena);
	view->query = query[0] ? arena_alloc(&view->query_arena, sizeof(*view->query)) : NULL;
	if (view->query && query_parse(&view->query_arena, query, NULL, view->query, NULL) != STATUS_OK)
		view->query = NULL;
	if (view->sample)
		sample_view_open_part(view);
}

bool sample_view_action(struct sample_view *view, enum action action)
{
	if (action == ACTION_ID_wrap || action == ACTION_ID_blanks) {
		bool is_prose = view->sample && sample_view_part(view) == PART_PROMPT, *wraps = is_prose ? &view->wraps_prompt : &view->wraps;
		*wraps = *wraps != (action == ACTION_ID_wrap);
		code_view_show(&view->code, *wraps, view->code.blanks != (action == ACTION_ID_blanks));
		code_view_show(&view->path.code, view->wraps, view->code.blanks);
		return true;
	}
	if (action == ACTION_ID_next_part || action == ACTION_ID_previous_part) {
		step_part(view, action == ACTION_ID_next_part ? 1 : -1);
		return true;
	}
	if (action == ACTION_ID_fold || action == ACTION_ID_fold_all)
		return view->sample && sample_view_part(view) < PART_COMPARE &&
		       (action == ACTION_ID_fold ? code_view_fold_one(&view->code) : code_view_fold_all(&view->code));
	if (action == ACTION_ID_next_place || action == ACTION_ID_previous_place)
		return sample_view_walk(view, action == ACTION_ID_next_place ? 1 : -1);
	if (view->sample && sample_view_part(view) == PART_COMPARE)
		return diff_view_action(&view->compared, action);
	if (view->sample && sample_view_part(view) == PART_PLACES)
		return path_view_action(&view->path, action);
	if (view->sample && sample_view_is_pane(sample_view_part(view)))
		return pane_action(&view->pane, action);
	return code_view_action(&view->code, action);
}

bool sample_view_wheel(struct sample_view *view, const struct key *key)
{
	if (view->sample && sample_view_part(view) == PART_COMPARE)
		return diff_view_wheel(&view->compared, key);
	if (view->sample && sample_view_part(view) == PART_PLACES)
		return path_view_wheel(&view->path, key);
	if (view->sample && sample_view_is_pane(sample_view_part(view)))
		return pane_wheel(&view->pane, key);
	return code_view_wheel(&view->code, key);
}

void sample_view_resize(struct sample_view *view, int rows, int columns)
{
	if (rows == view->rows && columns == view->columns)
		return;
	view->rows = rows;
	view->columns = columns;
	sample_view_lay_out(view);
}
