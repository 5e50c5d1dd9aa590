/*
 * The part of a list of samples that is in memory: whole pages, one after the
 * other, read forward or backward by key. Far pages are dropped, so that a list
 * of millions costs no more than a short one. Rows are updated in place and
 * never moved, until the list is read afresh.
 */
#ifndef AITIA_TUI_SAMPLE_WINDOW_H
#define AITIA_TUI_SAMPLE_WINDOW_H

#include "core/base/vec.h"
#include "core/store.h"

struct window_row {
	struct sample_row row;
	char *texts;      /* what the row's strings point into */
	uint64_t seen;    /* change serial as of which it was read */
};

struct window_page {
	size_t count;
	struct page_cursor before_first, after_last; /* texts owned */
};

struct sample_window {
	VEC_OF(struct window_row) rows;
	VEC_OF(struct window_page) pages;
	struct page_cursor start, end; /* where a search goes on that has found no row yet; texts owned */
	bool at_start, at_end;
	int64_t base;     /* rows of the list before the first one here; -1: not known */
};

void sample_window_init(struct sample_window *window);
void sample_window_release(struct sample_window *window);
void sample_window_clear(struct sample_window *window);

/* Puts a page behind the last row or before the first. */
void sample_window_append(struct sample_window *window, const struct sample_page *page, uint64_t seen);
void sample_window_prepend(struct sample_window *window, const struct sample_page *page, uint64_t seen);
/* Drops pages from one end while more than `most` rows are held, `keep` stays. How
 * many rows went. */
size_t sample_window_trim(struct sample_window *window, bool from_start, size_t most, size_t keep);
struct page_cursor sample_window_start(const struct sample_window *window); /* texts borrowed */
struct page_cursor sample_window_end(const struct sample_window *window);

/* Where a sample stands, or -1. */
long sample_window_find(const struct sample_window *window, int64_t sample);
void sample_window_update(struct sample_window *window, size_t index, const struct sample_row *row, uint64_t seen);

#endif
