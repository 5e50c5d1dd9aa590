/*
 * The terminal through curses in parts: term_curses.c takes it over and gives it back,
 * term_curses_show.c shows surfaces, term_curses_read.c reads keys. Curses is included here,
 * for these three alone.
 */
#ifndef AITIA_TUI_TERM_CURSES_INSIDE_H
#define AITIA_TUI_TERM_CURSES_INSIDE_H

#include <wchar.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "core/base/strbuf.h"
#include "tui/term.h"
#include "tui/theme.h"

/* How a style looks here: bytes that put it on and take it off again, among them NULs where the terminal needs time. */
struct term_look {
	struct strbuf on, off;
	bool is_made;
	bool is_seen;     /* also of a blank */
	bool begins_anew; /* what is on before need not be taken off */
};

/* Codes for what define_key() recognises; above those of curses. */
enum { CODE_PASTE_BEGIN = KEY_MAX + 1, CODE_PASTE_END };

struct term {
	SCREEN *screen;
	WINDOW *keys;
	FILE *tty;                /* /dev/tty, if that had to be opened */
	int fd, fd_out;
	bool utf8;
	bool is_xterm_like;       /* knows private modes: mouse, bracketed paste */
	attr_t attributes[STYLE_COUNT][2];
	int pairs[STYLE_COUNT][2];

	struct term_look looks[STYLE_COUNT][2][2]; /* selected, underlined */
	const char *move, *clear_row, *set_end; /* of the database; the last two may be NULL */
	bool ansi_move;
	bool no_last_cell;        /* the last row's last cell is not to be written */

	struct surface last;      /* what is shown */
	bool paint_all;
	bool cursor_shown;
	struct strbuf out;        /* of the picture at hand */
	const struct term_look *look; /* that is on; NULL: none */

	char part[4];             /* of a character whose other bytes are to come */
	size_t part_len;
	struct strbuf paste;
	bool in_paste;
	long long click_ms;       /* the last click, to see the double one */
	int click_row, click_column;
};

/* term_curses_show.c */
void term_curses_prepare_show(struct term *term);
void term_curses_release_show(struct term *term);
void term_curses_show(struct term *term, const struct surface *surface);
void term_curses_redraw(struct term *term);

/* term_curses_read.c */
enum term_event term_curses_read(struct term *term, struct key *key);

#endif
