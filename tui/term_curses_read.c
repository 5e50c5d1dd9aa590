/* Keys from the terminal: named ones, the mouse, what is pasted, Alt; reports that we do not know are dropped. */
#include "tui/term_curses_inside.h"

#include <poll.h>
#include <time.h>

#include "core/base/utf8.h"
#include "tui/action.h"

#define DOUBLE_CLICK_MS 400
#define PASTE_MAX_BYTES ((size_t)1 << 20)
#define SEQUENCE_MAX 64         /* bytes; longer ones are no keys */

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

/* How many bytes a character has that begins with this one, if it is one. */
static size_t length_by_lead(unsigned char lead)
{
	return lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/*
 * The next key or character, as wget_wch(), which waits for more where a byte is no character, and drops what came
 * meanwhile with it. Here such bytes are U+FFFD, all others stay, and those of one character may come one by one.
 */
static int read_character(struct term *term, wint_t *c)
{
	uint32_t code_point;
	bool valid;
	int byte;

	if (!term->utf8)
		return wget_wch(term->keys, c);
	while ((byte = wgetch(term->keys)) != ERR) {
		if (byte > 0xFF && !term->part_len) {
			*c = (wint_t)byte;
			return KEY_CODE_YES;
		}
		if (byte <= 0xFF)
			term->part[term->part_len++] = (char)byte;
		size_t used = utf8_decode(term->part, term->part_len, &code_point, &valid);
		if (byte > 0xFF || used < term->part_len)
			ungetch(byte);
		else if (!valid && term->part_len < length_by_lead((unsigned char)term->part[0]))
			continue;
		term->part_len = 0;
		*c = code_point;
		return OK;
	}
	return ERR;
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
	int kind = read_character(term, c);

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
	if ((introducer != '[' && introducer != 'O') || read_character(term, &c) != OK) {
		unget_wch((wchar_t)introducer);
		return false;
	}
	while (introducer == '[' && (c < 0x40 || c > 0x7e) && most-- > 0)
		if (read_character(term, &c) != OK)
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

enum term_event term_curses_read(struct term *term, struct key *key)
{
	int failures = 0;

	for (;;) {
		wint_t c;
		int kind = read_character(term, &c);

		*key = (struct key){ 0 };
		if (kind == ERR) {
			/* Once more: without UTF-8, ERR is also said of a byte that is no character. */
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
