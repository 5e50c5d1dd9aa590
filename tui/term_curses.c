/*
 * The terminal through curses, which its parts include (term_curses_inside.h) and nothing else does. Curses
 * takes it over, reads its keys and knows its language, and gives it back; what is shown is
 * written by term_curses_show.c. No control or hidden character reaches it, see surface.h.
 *
 * Keys are read from a window of their own, since reading from stdscr would also
 * repaint it. Alt is not told from Escape: over a slow line the two look the same,
 * and no key of ours needs it.
 */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/base64.h"
#include "tui/rescue.h"
#include "tui/term_curses_inside.h"

#define ESCAPE_DELAY_MS 25      /* curses waits a second otherwise */
#define PASTE_ON "\033[?2004h"  /* bracketed paste, as xterm has it */
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1000l\033[?1006l"
/* Presses; a press and release that arrive together are a click to curses. */
#define MOUSE_EVENTS (BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED)

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
		term->fd_out = STDOUT_FILENO;
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
	term->fd = term->fd_out = fd;
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
	term_curses_release_show(term);
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
	strbuf_init(&term->out);
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
	term_curses_prepare_show(term);
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

const struct term_ops term_curses = {
	.open = term_open,
	.close = term_close,
	.fd = term_fd,
	.size = term_size,
	.read = term_curses_read,
	.show = term_curses_show,
	.redraw = term_curses_redraw,
	.copy = term_copy,
	.suspend = term_suspend,
	.resume = term_resume,
	.rescue = rescue_now,
};
