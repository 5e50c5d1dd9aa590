/*
 * How the paths of a query go on that begin with what is typed: folders, with their "/", and files. The list is read in
 * the order of paths; as soon as a folder has been counted far enough, what is behind it is read next, so that a
 * million files under it cost no more than a few. REQUEST_VALUES of `path`, whose prefix is the request's text.
 */
#include "tui/query_values.h"
#include "tui/request_run.h"

#include <string.h>

#define STEPS_MOST 40
#define PAGE_ROWS (PATHS_COUNTED + 1)
#define PAGE_MS 40    /* of a filter that finds little: so long a page may take … */
#define LATE_MOST 5   /* … and so many pages may come before they are full */

struct walk {
	struct arena *arena;
	const char *prefix;
	struct facet *steps;
	size_t count;
	bool is_over; /* there is no more, or no room for it */
	bool more;
};

/* Up to the next '/' behind the prefix. */
static struct slice step_of(const char *path, size_t prefix_bytes)
{
	const char *slash = strchr(path + prefix_bytes, '/');

	return slash ? (struct slice){ path, (size_t)(slash - path) + 1 } : slice_of(path);
}

/* What comes behind the step and all that begins with it. */
static struct page_cursor behind(struct arena *arena, const char *step)
{
	size_t len = strlen(step);
	char *text = arena_strdup(arena, step);

	if (len && step[len - 1] == '/') {
		text[len - 1] = '/' + 1;
		return (struct page_cursor){ .set = true, .text = text, .number = -1 };
	}
	return (struct page_cursor){ .set = true, .text = text, .number = INT64_MAX, .id = INT64_MAX };
}

static void take_row(struct walk *walk, const char *path)
{
	size_t prefix = strlen(walk->prefix);
	struct facet *last = walk->count ? &walk->steps[walk->count - 1] : NULL;

	walk->is_over = !path || strncmp(path, walk->prefix, prefix) != 0; /* who has none comes last */
	if (walk->is_over)
		return;
	struct slice step = step_of(path, prefix);
	if (last && slice_is(step, last->value)) {
		last->count++;
		return;
	}
	walk->is_over = walk->more = walk->count == STEPS_MOST;
	if (!walk->is_over)
		walk->steps[walk->count++] = (struct facet){ arena_text(walk->arena, step), 1 };
}

/* Nothing that is behind the cursor begins with the prefix. */
static bool is_past(const struct page_cursor *cursor, const char *prefix)
{
	return cursor->set && (!cursor->text || strncmp(cursor->text, prefix, strlen(prefix)) > 0);
}

/* Where to go on, in the walk's arena: the page is not kept. */
static struct page_cursor take_page(struct walk *walk, const struct sample_page *page)
{
	for (size_t i = 0; i < page->count && !walk->is_over; i++)
		take_row(walk, page->rows[i].path);
	walk->is_over |= page->at_end || is_past(&page->after_last, walk->prefix);
	if (walk->count && walk->steps[walk->count - 1].count > PATHS_COUNTED)
		return behind(walk->arena, walk->steps[walk->count - 1].value);
	struct page_cursor next = page->after_last;
	next.text = arena_strdup(walk->arena, next.text);
	return next;
}

enum status request_paths(const struct backend *backend, const struct request *request, struct answer *answer,
			  struct error *err)
{
	struct query query;
	struct arena *arena = &answer->arena, scratch = ARENA_INIT; /* of the page at hand */
	struct facet_list *list = arena_alloc(arena, sizeof(*list));
	struct walk walk = { .arena = arena, .prefix = request->text ? request->text : "" };
	struct page_request page = { .query = &query, .sort = SORT_PATH, .limit = PAGE_ROWS, .budget_ms = PAGE_MS,
				     .from = { .set = true, .text = walk.prefix, .number = -1 } };
	int late = 0;
	enum status status = query_parse(arena, request->query ? request->query : "", request->reviewer, &query, err);

	walk.steps = arena_array(arena, STEPS_MOST, sizeof(*walk.steps));
	while (status == STATUS_OK && !walk.is_over) {
		struct sample_page rows;
		arena_clear(&scratch);
		status = backend->store->ops->sample_page(backend->store, &scratch, &page, &rows, err);
		if (status != STATUS_OK)
			break;
		page.from = take_page(&walk, &rows);
		late += rows.unfinished;
		if (!walk.is_over && late > LATE_MOST)
			walk.is_over = walk.more = true;
	}
	arena_release(&scratch);
	*list = (struct facet_list){ .values = walk.steps, .count = walk.count, .more_values = walk.more ? VALUES_MORE : 0 };
	answer->facets = (struct facets){ .readiness = { .ready = true }, .lists = list, .list_count = status == STATUS_OK };
	answer->readiness = answer->facets.readiness;
	return status;
}
