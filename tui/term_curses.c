/*
 * The terminal through curses, which is included here and nowhere else. Curses is
 * given a surface row by row and knows nothing of screens; what it cannot be trusted
 * with (controls, hidden characters, widths) never reaches it, see surface.h.
 *
 * Keys are read from a window of their own, since reading from stdscr would also
 * repaint it. Alt is not told from Escape: over a slow line the two look the same,
 * and no key of ours needs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"
#include "core/base/base64.h"
#include "tui/action.h"
#include "tui/ascii.h"
#include "tui/rescue.h"
#include "tui/term.h"
#include "tui/theme.h"

#define ESCAPE_DELAY_MS 25      /* curses waits a second otherwise */
#define DOUBLE_CLICK_MS 400
#define PASTE_MAX_BYTES ((size_t)1 << 20)
#define SEQUENCE_MAX 64         /* bytes; longer ones are no keys */
#define PASTE_ON "\033[?2004h"  /* bracketed paste, as xterm has it */
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1000l\033[?1006l"
/* Presses; a press and release that arrive together are a click to curses. */
#define MOUSE_EVENTS (BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED)

/* Codes for what define_key() recognises; above those of curses. */
enum { CODE_PASTE_BEGIN = KEY_MAX + 1, CODE_PASTE_END };

struct term {
	SCREEN *screen;
	WINDOW *keys;
	FILE *tty;                /* /dev/tty, if that had to be opened */
	int fd;
	bool utf8;
	bool is_xterm_like;       /* knows private modes: mouse, bracketed paste */
	cchar_t blank;
	attr_t attributes[STYLE_COUNT][2];
	int pairs[STYLE_COUNT][2];

	struct surface last;      /* what is shown */
	bool paint_all;
	bool cursor_shown;

	struct strbuf paste;
	bool in_paste;
	long long click_ms;       /* the last click, to see the double one */
	int click_row, click_column;
};

/* ---- taking the terminal over ------------------------------------------------------- */

/* A string of terminfo's, or NULL where the terminal has none. */
static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text == (char *)-1 ? NULL : text;
}

static enum status find_tty(struct term *term, FILE **in, FILE **out, struct error *err)
{
	*in = stdin;
	*out = stdout;
	if (isatty(STDOUT_FILENO) && isatty(STDIN_FILENO)) {
		term->fd = STDIN_FILENO;
		return STATUS_OK;
	}
	/* Input may come from elsewhere; output that goes elsewhere is no screen. */
	int fd = isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
	if (fd >= 0)
		term->tty = fdopen(fd, "r+");
	if (!term->tty) {
		if (fd >= 0)
			close(fd);
		return error_set(err, STATUS_USAGE,
				 "the workbench needs a terminal; for scripts there are commands (aitia --help)");
	}
	term->fd = fd;
	*in = *out = term->tty;
	return STATUS_OK;
}

static attr_t curses_attributes(unsigned attributes)
{
	static const struct {
		unsigned ours;
		attr_t theirs;
	} map[] = {
		{ ATTR_BOLD, A_BOLD },
		{ ATTR_DIM, A_DIM },
		{ ATTR_UNDERLINE, A_UNDERLINE },
		{ ATTR_REVERSE, A_REVERSE },
#ifdef A_ITALIC
		{ ATTR_ITALIC, A_ITALIC },
#else
		{ ATTR_ITALIC, A_UNDERLINE },
#endif
	};
	attr_t out = A_NORMAL;

	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (attributes & map[i].ours)
			out |= map[i].theirs;
	return out;
}

/* Colours of 24 bits do not fit into X/Open's short; ncurses 6.1 has calls that take them. */
static void make_pair(int pair, int foreground, int background)
{
#if defined(NCURSES_EXT_COLORS) && NCURSES_EXT_COLORS
	init_extended_pair(pair, foreground, background);
#else
	init_pair((short)pair, (short)foreground, (short)background);
#endif
}

/* One pair for each foreground; the background is the terminal's own. */
static void make_theme(struct term *term, const struct term_options *options)
{
	int depth = theme_depth(tigetnum("colors"), options->colours, getenv("NO_COLOR"));
	int background = -1;
	int colours[STYLE_COUNT + 1], count = 0;

	if (depth > 0 && start_color() == ERR)
		depth = 0;
	if (depth > 0 && use_default_colors() == ERR)
		background = COLOR_BLACK;
	for (int style = 0; style < STYLE_COUNT; style++) {
		for (int selected = 0; selected < 2; selected++) {
			struct look look = theme_look(options->theme, depth, (enum style)style, selected);
			int pair = 0;
			term->attributes[style][selected] = curses_attributes(look.attributes);
			if (look.foreground != THEME_DEFAULT_COLOUR) {
				while (pair < count && colours[pair] != look.foreground)
					pair++;
				if (pair == count) {
					colours[count++] = look.foreground;
					make_pair(pair + 1, look.foreground, background);
				}
				pair++;
			}
			term->pairs[style][selected] = pair;
		}
	}
}

/* What terminals send where the database has something else, or nothing. */
static void define_keys(const struct term *term)
{
	static const struct {
		const char *bytes;
		int code;
	} extra[] = {
		{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },  { "\033[7~", KEY_HOME }, { "\033[8~", KEY_END },
		{ "\033[H", KEY_HOME },  { "\033[F", KEY_END },   { "\033OH", KEY_HOME },  { "\033OF", KEY_END },
		{ "\033[A", KEY_UP },    { "\033[B", KEY_DOWN },  { "\033[C", KEY_RIGHT }, { "\033[D", KEY_LEFT },
		{ "\033OA", KEY_UP },    { "\033OB", KEY_DOWN },  { "\033OC", KEY_RIGHT }, { "\033OD", KEY_LEFT },
		{ "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE }, { "\033[3~", KEY_DC },  { "\033[Z", KEY_BTAB },
	};

	if (term->is_xterm_like) {
		define_key("\033[200~", CODE_PASTE_BEGIN);
		define_key("\033[201~", CODE_PASTE_END);
	}
	for (size_t i = 0; i < ARRAY_LEN(extra); i++)
		if (key_defined(extra[i].bytes) == 0)
			define_key(extra[i].bytes, extra[i].code);
}

static void send_private(const struct term *term, const char *bytes)
{
	if (!term->is_xterm_like)
		return;
	ssize_t written = write(term->fd, bytes, strlen(bytes));
	(void)written; /* a terminal that is gone shows at the next read */
}

/* All at once, between two pictures: nothing of curses' lies half written then. */
static void term_copy(struct term *term, struct slice text)
{
	struct strbuf sequence = STRBUF_INIT;

	strbuf_addstr(&sequence, "\033]52;c;");
	base64_add(&sequence, text);
	strbuf_addch(&sequence, '\a');
	for (size_t at = 0; term->is_xterm_like && at < sequence.len_bytes;) {
		ssize_t written = write(term->fd, sequence.text + at, sequence.len_bytes - at);
		if (written < 0 && errno != EINTR)
			break; /* a terminal that is gone shows at the next read */
		at += written > 0 ? (size_t)written : 0;
	}
	strbuf_release(&sequence);
}

static void set_modes(struct term *term, const struct term_options *options)
{
	raw();
	noecho();
	nonl();
	term->keys = newpad(1, 1);
	keypad(term->keys, TRUE);
	meta(term->keys, TRUE);
	nodelay(term->keys, TRUE);
	define_keys(term);
	mouseinterval(0);
	if (!options->no_mouse && term->is_xterm_like)
		mousemask(MOUSE_EVENTS, NULL);
	curs_set(0);
	send_private(term, PASTE_ON);
}

static void term_free(struct term *term)
{
	if (term->tty)
		fclose(term->tty);
	surface_release(&term->last);
	strbuf_release(&term->paste);
	free(term);
}

/* Newer terminals are often missing in the database of the machine that one is logged
 * in to; nearly all of them understand xterm's language. */
static enum status start_curses(struct term *term, FILE *in_file, FILE *out_file, struct error *err)
{
	const char *name = getenv("TERM");

	if (!getenv("ESCDELAY"))
		set_escdelay(ESCAPE_DELAY_MS);
	term->screen = name && *name ? newterm(name, out_file, in_file) : NULL;
	if (!term->screen)
		term->screen = newterm("xterm-256color", out_file, in_file);
	if (!term->screen)
		return error_set(err, STATUS_USAGE, "TERM=%s is not known; the command line works without it (aitia --help)",
				 name ? name : "");
	if (capability("cup"))
		return STATUS_OK;
	endwin();
	delscreen(term->screen);
	return error_set(err, STATUS_USAGE,
			 "TERM=%s cannot place text on a screen; the command line works with it (aitia --help)",
			 name ? name : "");
}

static void prepare_rescue(const struct term *term)
{
	static const char *const names[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };

	if (term->is_xterm_like)
		rescue_add(PASTE_OFF MOUSE_OFF);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (capability(names[i]))
			rescue_add(capability(names[i]));
	rescue_arm(true);
}

static enum status term_open(const struct term_options *options, struct term **out, struct error *err)
{
	struct term *term = mem_zalloc(1, sizeof(*term));
	FILE *in_file, *out_file;

	strbuf_init(&term->paste);
	enum status status = find_tty(term, &in_file, &out_file, err);
	if (status == STATUS_OK && !rescue_note(term->fd))
		status = error_set(err, STATUS_USAGE, "the terminal does not answer: %s", strerror(errno));
	if (status == STATUS_OK)
		status = start_curses(term, in_file, out_file, err);
	if (status != STATUS_OK) {
		term_free(term);
		return status;
	}
	term->is_xterm_like = capability("kmous") != NULL;
	term->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	make_theme(term, options);
	prepare_rescue(term);
	set_modes(term, options);
	term->paint_all = true;
	*out = term;
	return STATUS_OK;
}

static void term_close(struct term *term)
{
	send_private(term, PASTE_OFF);
	curs_set(1);
	endwin();
	rescue_arm(false);
	delwin(term->keys);
	delscreen(term->screen);
	term_free(term);
}

static void term_suspend(struct term *term)
{
	send_private(term, PASTE_OFF);
	curs_set(1);
	def_prog_mode();
	endwin();
	rescue_arm(false);
}

static void term_resume(struct term *term)
{
	rescue_arm(true);
	reset_prog_mode();
	send_private(term, PASTE_ON);
	curs_set(term->cursor_shown);
	term->paint_all = true;
	/* It may have another size by now, which only its foreground job was told. */
	raise(SIGWINCH);
}

static int term_fd(const struct term *term)
{
	return term->fd;
}

static void term_size(const struct term *term, int *rows, int *columns)
{
	(void)term;
	getmaxyx(stdscr, *rows, *columns);
}

/* ---- showing ------------------------------------------------------------------------ */

/* The cell's characters as this terminal can show them; how many. */
static size_t cell_text(const struct term *term, const struct cell *cell, int width, wchar_t out[CELL_CHARS + 1])
{
	size_t count = 0;

	if (!term->utf8 && cell->chars[0] >= 0x80) {
		out[count++] = (wchar_t)ascii_for(cell->chars[0]);
		if (width == 2)
			out[count++] = L'?'; /* two cells are two cells */
		out[count] = L'\0';
		return count;
	}
	while (count < CELL_CHARS && cell->chars[count]) {
		out[count] = (wchar_t)cell->chars[count];
		count++;
	}
	out[count] = L'\0';
	/* Should the C library measure it otherwise than we do, the row would shift. */
	if (wcwidth(out[0]) != width) {
		out[0] = L'?';
		out[1] = width == 2 ? L'?' : L'\0';
		out[2] = L'\0';
		count = (size_t)width;
	}
	return count;
}

static void draw_cell(const struct term *term, int row, int column, const struct cell *cell, int width)
{
	attr_t attributes = term->attributes[cell->style][cell->selected] | (cell->underlined ? A_UNDERLINE : A_NORMAL);
	short pair = (short)term->pairs[cell->style][cell->selected];
	wchar_t text[CELL_CHARS + 2];
	cchar_t shown;
	size_t count = cell_text(term, cell, width, text);

	if (width == 2 && count == 2 && text[0] < 0x80) { /* stand-ins side by side */
		wchar_t second[2] = { text[1], L'\0' };
		setcchar(&shown, second, attributes, pair, NULL);
		mvadd_wch(row, column + 1, &shown);
		text[1] = L'\0';
	}
	if (setcchar(&shown, text, attributes, pair, NULL) == ERR) {
		text[1] = L'\0'; /* marks that it does not take for such */
		setcchar(&shown, text, attributes, pair, NULL);
	}
	mvadd_wch(row, column, &shown);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return memcmp(a->chars, b->chars, sizeof(a->chars)) == 0 && a->style == b->style && a->selected == b->selected &&
	       a->underlined == b->underlined;
}

/* The cells that are not shown already. How a cell is shown depends on its neighbours
 * too (surface_cell()); both halves of a wide character change together. */
static void draw_row(const struct term *term, const struct surface *surface, int row)
{
	size_t start = (size_t)row * (size_t)surface->columns;
	const struct cell *cells = surface->cells + start, *last = term->last.cells + start;
	int changed = -2; /* the last column that differs */

	for (int column = 0; column < surface->columns; column++) {
		int next = column + 1 < surface->columns ? column + 1 : column;
		if (column == 0 && !same_cell(&cells[0], &last[0]))
			changed = 0;
		if (!same_cell(&cells[next], &last[next]))
			changed = next;
		if (!term->paint_all && changed < column - 1)
			continue;
		struct cell cell = surface_cell(surface, row, column);
		if (cell.chars[0] != 0)
			draw_cell(term, row, column, &cell, surface_cell(surface, row, next).chars[0] == 0 ? 2 : 1);
	}
}

static bool row_is_shown(const struct term *term, const struct surface *surface, int row)
{
	size_t at = (size_t)row * (size_t)surface->columns;

	return memcmp(term->last.cells + at, surface->cells + at,
		      (size_t)surface->columns * sizeof(*surface->cells)) == 0;
}

static void term_show(struct term *term, const struct surface *surface)
{
	bool is_new = term->last.rows != surface->rows || term->last.columns != surface->columns;

	if (is_new || !term->last.cells) {
		surface_release(&term->last);
		surface_init(&term->last, surface->rows, surface->columns);
		term->paint_all = true;
	}
	if (term->paint_all) {
		erase();
		clearok(curscr, TRUE);
	}
	for (int row = 0; row < surface->rows; row++) {
		if (!term->paint_all && row_is_shown(term, surface, row))
			continue;
		draw_row(term, surface, row);
		size_t at = (size_t)row * (size_t)surface->columns;
		memcpy(term->last.cells + at, surface->cells + at,
		       (size_t)surface->columns * sizeof(*surface->cells));
	}
	term->paint_all = false;
	if (surface->cursor_shown != term->cursor_shown) {
		term->cursor_shown = surface->cursor_shown;
		curs_set(term->cursor_shown);
	}
	if (surface->cursor_shown)
		move(surface->cursor_row, surface->cursor_column);
	refresh();
}

static void term_redraw(struct term *term)
{
	term->paint_all = true;
}

/* ---- reading ------------------------------------------------------------------------ */

static uint32_t key_code(wint_t code)
{
	static const struct {
		wint_t theirs;
		uint32_t ours;
	} map[] = {
		{ KEY_UP, INPUT_UP },         { KEY_DOWN, INPUT_DOWN },         { KEY_LEFT, INPUT_LEFT },
		{ KEY_RIGHT, INPUT_RIGHT },   { KEY_PPAGE, INPUT_PAGE_UP },     { KEY_NPAGE, INPUT_PAGE_DOWN },
		{ KEY_HOME, INPUT_HOME },     { KEY_END, INPUT_END },           { KEY_IC, INPUT_INSERT },
		{ KEY_DC, INPUT_DELETE },     { KEY_BTAB, INPUT_BACKTAB },      { KEY_ENTER, INPUT_ENTER },
		{ KEY_BACKSPACE, INPUT_BACKSPACE },
		{ KEY_A1, INPUT_HOME },       { KEY_A3, INPUT_PAGE_UP },        { KEY_C1, INPUT_END },
		{ KEY_C3, INPUT_PAGE_DOWN },
	};

	for (size_t i = 0; i < ARRAY_LEN(map); i++)
		if (map[i].theirs == code)
			return map[i].ours;
	if (code >= (wint_t)KEY_F(1) && code <= (wint_t)KEY_F(12))
		return INPUT_F1 + (uint32_t)(code - (wint_t)KEY_F(1));
	return 0;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool read_mouse(struct term *term, struct key *key)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	key->code = INPUT_MOUSE;
	key->row = event.y;
	key->column = event.x;
	if (event.bstate & BUTTON4_PRESSED) {
		key->mouse = MOUSE_WHEEL_UP;
	} else if (event.bstate & BUTTON5_PRESSED) {
		key->mouse = MOUSE_WHEEL_DOWN;
	} else if (event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED)) {
		long long at_ms = now_ms();
		bool again = at_ms - term->click_ms < DOUBLE_CLICK_MS && event.y == term->click_row &&
			     event.x == term->click_column;
		if (event.bstate & BUTTON1_DOUBLE_CLICKED)
			again = true;
		key->mouse = again ? MOUSE_DOUBLE : MOUSE_CLICK;
		term->click_ms = again ? 0 : at_ms;
		term->click_row = event.y;
		term->click_column = event.x;
	} else if (event.bstate & BUTTON1_RELEASED) {
		key->mouse = MOUSE_RELEASE;
	} else {
		return false;
	}
	return true;
}

/* One character of what is being pasted; true when it is complete. ^C ends it, lest a
 * lost end mark swallow all that is typed. */
static bool collect_paste(struct term *term, int kind, wint_t c, struct key *key)
{
	char bytes[4];

	if (kind == OK && c != 3) {
		if (term->paste.len_bytes < PASTE_MAX_BYTES)
			strbuf_add(&term->paste, bytes, utf8_encode(c == '\r' ? '\n' : (uint32_t)c, bytes));
		return false;
	}
	if (kind == KEY_CODE_YES && c != CODE_PASTE_END)
		return false;
	term->in_paste = false;
	key->code = INPUT_PASTE;
	key->paste = strbuf_slice(&term->paste);
	return true;
}

/* The next character, if there is one; a key that is none is left for the next read. */
static bool next_character(struct term *term, wint_t *c)
{
	int kind = wget_wch(term->keys, c);

	if (kind == KEY_CODE_YES)
		ungetch((int)*c);
	return kind == OK;
}

/*
 * An escape character has come that begins no sequence which terminfo names. If a
 * control sequence follows all the same (ECMA-48, 5.4: CSI … final byte; or SS3 and a
 * byte), it is a key or report that we do not know, and is dropped whole: typed out,
 * its letters would be commands. Anything else behind it was typed, and comes next.
 */
static bool drop_sequence(struct term *term)
{
	wint_t c, introducer;
	int most = SEQUENCE_MAX;

	if (!next_character(term, &introducer))
		return false;
	if ((introducer != '[' && introducer != 'O') || wget_wch(term->keys, &c) != OK) {
		unget_wch((wchar_t)introducer);
		return false;
	}
	while (introducer == '[' && (c < 0x40 || c > 0x7e) && most-- > 0)
		if (wget_wch(term->keys, &c) != OK)
			break;
	return true;
}

/* An escape character and one that some action has with Alt: that was one key. */
static bool take_alt(struct term *term, wint_t *c)
{
	wint_t next;

	if (!next_character(term, &next))
		return false;
	if (!action_has_alt((uint32_t)next)) {
		unget_wch((wchar_t)next);
		return false;
	}
	*c = next;
	return true;
}

static bool is_hung_up(const struct term *term)
{
	struct pollfd state = { .fd = term->fd, .events = POLLIN };

	return poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

static enum term_event term_read(struct term *term, struct key *key)
{
	int failures = 0;

	for (;;) {
		wint_t c;
		int kind = wget_wch(term->keys, &c);

		*key = (struct key){ 0 };
		if (kind == ERR) {
			/* Once more: ERR is also said of a byte that is no character. */
			if (++failures < 2)
				continue;
			return is_hung_up(term) ? TERM_LOST : TERM_NOTHING;
		}
		if (kind == KEY_CODE_YES && c == KEY_RESIZE)
			return TERM_RESIZE;
		if (kind == KEY_CODE_YES && c == KEY_MOUSE) {
			if (read_mouse(term, key) && !term->in_paste)
				return TERM_KEY;
			continue;
		}
		if (term->in_paste) {
			if (collect_paste(term, kind, c, key))
				return TERM_KEY;
			continue;
		}
		if (kind == KEY_CODE_YES && c == CODE_PASTE_BEGIN) {
			term->in_paste = true;
			strbuf_clear(&term->paste);
			continue;
		}
		if (kind == OK && c == INPUT_ESCAPE) {
			if (drop_sequence(term))
				continue;
			if (take_alt(term, &c))
				key->alt = true;
		}
		if (kind == KEY_CODE_YES)
			key->code = key_code(c);
		else if (c == '\n')
			key->code = INPUT_ENTER; /* some send it, and scripts do */
		else if (c == '\b')
			key->code = INPUT_BACKSPACE;
		else
			key->code = (uint32_t)c;
		if (key->code || kind == OK)
			return TERM_KEY;
	}
}

const struct term_ops term_curses = {
	.open = term_open,
	.close = term_close,
	.fd = term_fd,
	.size = term_size,
	.read = term_read,
	.show = term_show,
	.redraw = term_redraw,
	.copy = term_copy,
	.suspend = term_suspend,
	.resume = term_resume,
	.rescue = rescue_now,
};
