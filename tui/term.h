/*
 * The port to a terminal: shows a surface, reads keys. term_curses.c is the one
 * for people, tests have their own. All calls are made by one thread, except
 * rescue().
 */
#ifndef AITIA_TUI_TERM_H
#define AITIA_TUI_TERM_H

#include <stdbool.h>

#include "core/base/status.h"
#include "tui/key.h"
#include "tui/surface.h"
#include "tui/theme.h"

struct term;

struct term_options {
	bool no_mouse;
	enum theme theme;
	int colours; /* at most so many; -1: as many as the terminal has (see theme_depth) */
};

enum term_event {
	TERM_NOTHING, /* all that came in has been read */
	TERM_KEY,     /* key->paste is valid until the next read */
	TERM_RESIZE,
	TERM_LOST,    /* the terminal is gone */
};

struct term_ops {
	/* Takes the terminal over. STATUS_USAGE: there is none, or one that cannot show a screen. */
	enum status (*open)(const struct term_options *options, struct term **out, struct error *err);
	/* Gives it back as it was. */
	void (*close)(struct term *term);
	/* Readable when there may be something to read. */
	int (*fd)(const struct term *term);
	void (*size)(const struct term *term, int *rows, int *columns);
	enum term_event (*read)(struct term *term, struct key *key); /* never waits */
	void (*show)(struct term *term, const struct surface *surface);
	/* The next show() paints everything: something else has written on the screen. */
	void (*redraw)(struct term *term);
	/* Hands a text to the clipboard (OSC 52); whether the terminal takes it is not known. */
	void (*copy)(struct term *term, struct slice text);
	/* Give the terminal to another program, or to the shell; take it back. */
	void (*suspend)(struct term *term);
	void (*resume)(struct term *term);
	/* Puts the terminal right in an emergency: async-signal-safe, allocates nothing, may be
	 * called by any thread and when no terminal is open. */
	void (*rescue)(void);
};

extern const struct term_ops term_curses;

#endif
