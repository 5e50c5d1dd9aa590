#include "tui/sample_window.h"

void sample_window_init(struct sample_window *window)
{
	*window = (struct sample_window){ .base = 0 };
}

static void cursor_release(struct page_cursor *cursor)
{
	free((void *)(uintptr_t)cursor->text);
	*cursor = (struct page_cursor){ .set = false };
}

void sample_window_clear(struct sample_window *window)
{
	for (size_t i = 0; i < window->rows.len; i++)
		free(window->rows.items[i].texts);
	for (size_t i = 0; i < window->pages.len; i++) {
		cursor_release(&window->pages.items[i].before_first);
		cursor_release(&window->pages.items[i].after_last);
	}
	vec_clear(&window->rows);
	vec_clear(&window->pages);
	cursor_release(&window->start);
	cursor_release(&window->end);
	window->at_start = window->at_end = false;
	window->base = 0;
}

void sample_window_release(struct sample_window *window)
{
	sample_window_clear(window);
	vec_release(&window->rows);
	vec_release(&window->pages);
}

static struct page_cursor cursor_copy(const struct page_cursor *from)
{
	struct page_cursor copy = *from;

	copy.text = from->text ? mem_strdup(from->text) : NULL;
	return copy;
}

/* Copies `text` to *at and moves that behind it. */
static const char *pack(char **at, const char *text)
{
	char *start = *at;
	size_t size;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	memcpy(start, text, size);
	*at += size;
	return start;
}

static size_t size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

/* A row of its own: one allocation holds all its strings. */
static struct window_row row_copy(const struct sample_row *from, uint64_t seen)
{
	struct window_row copy = { *from, NULL, seen };
	char *at = copy.texts = mem_alloc(1 + size_of(from->title) + size_of(from->path) + size_of(from->language) +
					  size_of(from->rule) + size_of(from->model) + size_of(from->cause) +
					  size_of(from->deferred_until));

	copy.row.title = pack(&at, from->title);
	copy.row.path = pack(&at, from->path);
	copy.row.language = pack(&at, from->language);
	copy.row.rule = pack(&at, from->rule);
	copy.row.model = pack(&at, from->model);
	copy.row.cause = pack(&at, from->cause);
	copy.row.deferred_until = pack(&at, from->deferred_until);
	return copy;
}

static struct window_page page_copy(const struct sample_page *page)
{
	return (struct window_page){ page->count, cursor_copy(&page->before_first), cursor_copy(&page->after_last) };
}

static void cursor_move(struct page_cursor *cursor, const struct page_cursor *to)
{
	struct page_cursor copy = cursor_copy(to);

	cursor_release(cursor);
	*cursor = copy;
}

void sample_window_append(struct sample_window *window, const struct sample_page *page, uint64_t seen)
{
	size_t pages = window->pages.len;

	if (!pages)
		window->at_start = page->at_start;
	window->at_end = page->at_end || (!page->count && !page->unfinished);
	if (!page->count && page->unfinished)
		cursor_move(pages ? &window->pages.items[pages - 1].after_last : &window->end, &page->after_last);
	if (!page->count)
		return;
	vec_reserve(&window->rows, page->count);
	for (size_t i = 0; i < page->count; i++)
		vec_push(&window->rows, row_copy(&page->rows[i], seen));
	vec_push(&window->pages, page_copy(page));
}

void sample_window_prepend(struct sample_window *window, const struct sample_page *page, uint64_t seen)
{
	if (!window->pages.len)
		window->at_end = page->at_end;
	window->at_start = page->at_start || (!page->count && !page->unfinished);
	if (!page->count && page->unfinished)
		cursor_move(window->pages.len ? &window->pages.items[0].before_first : &window->start, &page->before_first);
	if (window->at_start)
		window->base = 0;
	else if (window->base >= 0)
		window->base -= (int64_t)page->count;
	if (!page->count)
		return;
	vec_reserve(&window->rows, page->count);
	memmove(window->rows.items + page->count, window->rows.items, window->rows.len * sizeof(window->rows.items[0]));
	for (size_t i = 0; i < page->count; i++)
		window->rows.items[i] = row_copy(&page->rows[i], seen);
	window->rows.len += page->count;
	vec_reserve(&window->pages, 1);
	memmove(window->pages.items + 1, window->pages.items, window->pages.len * sizeof(window->pages.items[0]));
	window->pages.items[0] = page_copy(page);
	window->pages.len++;
}

static void drop_rows(struct sample_window *window, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		free(window->rows.items[i].texts);
	window->rows.len -= count;
	memmove(window->rows.items + first, window->rows.items + first + count,
		(window->rows.len - first) * sizeof(window->rows.items[0]));
}

static void drop_page(struct sample_window *window, size_t at)
{
	cursor_release(&window->pages.items[at].before_first);
	cursor_release(&window->pages.items[at].after_last);
	window->pages.len--;
	memmove(window->pages.items + at, window->pages.items + at + 1,
		(window->pages.len - at) * sizeof(window->pages.items[0]));
}

size_t sample_window_trim(struct sample_window *window, bool from_start, size_t most, size_t keep)
{
	size_t dropped = 0;

	while (window->pages.len > 1 && window->rows.len > most) {
		size_t at = from_start ? 0 : window->pages.len - 1;
		size_t count = window->pages.items[at].count, first = from_start ? 0 : window->rows.len - count;
		if (keep >= first && keep < first + count)
			break;
		drop_rows(window, first, count);
		drop_page(window, at);
		dropped += count;
		if (!from_start) {
			window->at_end = false;
			continue;
		}
		window->at_start = false;
		keep -= count;
		if (window->base >= 0)
			window->base += (int64_t)count;
	}
	return dropped;
}

struct page_cursor sample_window_start(const struct sample_window *window)
{
	return window->pages.len ? window->pages.items[0].before_first : window->start;
}

struct page_cursor sample_window_end(const struct sample_window *window)
{
	return window->pages.len ? window->pages.items[window->pages.len - 1].after_last : window->end;
}

long sample_window_find(const struct sample_window *window, int64_t sample)
{
	for (size_t i = 0; i < window->rows.len; i++)
		if (window->rows.items[i].row.id == sample)
			return (long)i;
	return -1;
}

void sample_window_update(struct sample_window *window, size_t index, const struct sample_row *row, uint64_t seen)
{
	free(window->rows.items[index].texts);
	window->rows.items[index] = row_copy(row, seen);
}
