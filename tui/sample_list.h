/*
 * A list of samples that match a query: reads pages as the selection nears
 * their border, keeps rows where they are while they change, and draws them in
 * as many columns as there is room for. The queue and the members of an
 * incident are made of it.
 */
#ifndef AITIA_TUI_SAMPLE_LIST_H
#define AITIA_TUI_SAMPLE_LIST_H

#include "tui/app.h"
#include "tui/id_set.h"
#include "tui/jump.h"
#include "tui/list.h"
#include "tui/sample_window.h"

enum sample_list_asked { ASKED_NOTHING, ASKED_FIRST, ASKED_AGAIN, ASKED_LAST, ASKED_AFTER, ASKED_BEFORE, ASKED_ROWS,
			 ASKED_JUMP };

struct sample_list {
	char *query;
	enum sort_key sort;
	struct sample_window window;
	struct list list;
	bool loaded;             /* a first page has come */
	bool keep_all;           /* nothing is dropped: a range of marks is being made */
	bool unfinished;         /* the last page came before it was full, since its time was over */
	bool failed;             /* the last page did not come; a key tries again */
	bool lost;               /* the newest answer was that what it waited for is not to be had */
	long owed;               /* rows the selection has still to move, as soon as they are read */
	int64_t total;           /* -1: not counted yet … */
	struct readiness counting; /* … and how far that is */
	uint64_t count_serial;
	uint64_t counted_change; /* what the total is as of */
	bool awaits_total;       /* with the next page, which may have it; else it is counted then */
	struct jump jump;        /* under way */
	uint64_t seek_serial;    /* of the request for its place; 0: none */
	int64_t jump_before;     /* rows before that place; -1: not known */

	enum sample_list_asked asked; /* one page at a time */
	uint64_t asked_serial;
	uint64_t asked_change;
	VEC_OF(int64_t) asked_rows;
};

/* One row as the list draws it, and the names of its columns, in an area of that width. */
struct sample_columns {
	int title;                /* width */
	int widths[COLUMN_COUNT]; /* 0: no room, or no need */
	enum list_column order[COLUMN_COUNT];
	size_t count;
	const char *label;        /* that all are illustrative, which the titles say in place of the rows; or NULL */
};
/* As these rows need them, in so many columns. */
struct sample_columns sample_columns_of(const struct app *app, int columns, const struct sample_row *const *rows,
					size_t count, bool without_cause);
void sample_row_view(const struct sample_row *row, const struct app *app, const struct sample_columns *columns,
		     struct surface *surface, struct area line);
/* The same in words: "untriaged, error: title, path:41, model/cache". */
void sample_row_say(const struct sample_row *row, bool marked, struct strbuf *out);
void sample_row_titles(const struct sample_columns *columns, struct surface *surface, struct area line);

/* Which rows are marked (NULL: none): those of the set, and [range_from, range_to] (none if from > to). */
struct sample_marks {
	const struct id_set *set;
	size_t range_from, range_to;
};

void sample_list_init(struct sample_list *self);
void sample_list_release(struct sample_list *self);

/* Lists what matches from the first row on. */
void sample_list_open(struct sample_list *self, struct app *app, struct screen *screen, const char *query,
		      enum sort_key sort);
/* The same query and place again, sorted and filtered afresh. */
void sample_list_reload(struct sample_list *self, struct app *app, struct screen *screen);
/* Goes to a place of the list, as soon as it is found. */
void sample_list_jump(struct sample_list *self, struct app *app, struct screen *screen, const struct jump *jump);
/* Asks for what is missing or out of date around the selection. */
void sample_list_ensure(struct sample_list *self, struct app *app, struct screen *screen);
bool sample_list_action(struct sample_list *self, struct app *app, struct screen *screen, enum action action);
bool sample_list_answer(struct sample_list *self, struct app *app, struct screen *screen, const struct answer *answer);
void sample_list_move(struct sample_list *self, struct app *app, struct screen *screen, int step);
/* The same at once or not at all. False: the row is not known yet, and is asked for. */
bool sample_list_step(struct sample_list *self, struct app *app, struct screen *screen, int step);
bool sample_list_mouse(struct sample_list *self, const struct app *app, const struct key *key, struct area rows,
		       const struct sample_marks *marks, bool *opened);

/* Whether more rows are being looked for: what is there so far can be used meanwhile. */
bool sample_list_searching(const struct sample_list *self);
/* Whether the selection will be another one as soon as a page has come that is asked
 * for: of a list just opened or read again, the last one, a place jumped to, or one
 * behind the last row that is read. */
bool sample_list_moving(const struct sample_list *self);
const struct sample_row *sample_list_selected(const struct sample_list *self); /* NULL: empty */
/* "120 of 4711", "? of …", "1 of … 40 %". */
void sample_list_status(const struct sample_list *self, const struct app *app, struct strbuf *out);
int64_t sample_list_position(const struct sample_list *self); /* from 1; 0 not known */

/* As many rows as the area has room for. */
void sample_list_resize(struct sample_list *self, const struct app *app, struct area area, const struct sample_marks *marks);
/* Column titles in the first row of the area, rows below. */
void sample_list_view(const struct sample_list *self, const struct app *app, struct surface *surface,
		      struct area area, const struct sample_marks *marks);
struct area sample_list_rows_area(struct area area); /* without the titles: for the mouse */

#endif
