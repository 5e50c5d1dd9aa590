/* The grid and the one door for text. Shapes and areas: surface_shape.c, area.c. */
#include "tui/surface.h"

#include <limits.h>
#include <stdarg.h>

#include "core/base/mem.h"
#include "core/base/utf8.h"

#define DOTTED_CIRCLE 0x25CCu /* carries a combining mark that has no base */
#define ELLIPSIS "\xE2\x80\xA6"

static size_t cell_count(const struct surface *surface)
{
	return (size_t)surface->rows * (size_t)surface->columns;
}

void surface_init(struct surface *surface, int rows, int columns)
{
	*surface = (struct surface){ 0 };
	surface_resize(surface, rows, columns);
}

void surface_release(struct surface *surface)
{
	free(surface->cells);
	*surface = (struct surface){ 0 };
}

void surface_resize(struct surface *surface, int rows, int columns)
{
	free(surface->cells);
	surface->rows = rows > 0 ? rows : 0;
	surface->columns = columns > 0 ? columns : 0;
	/* One more, so that an empty surface has a pointer too. */
	surface->cells = mem_zalloc(cell_count(surface) + 1, sizeof(*surface->cells));
	surface_clear(surface);
}

void surface_clear(struct surface *surface)
{
	size_t count = cell_count(surface);

	/* One blank, then twice as many each time: this is done for every frame. Bytes are
	 * copied, so that padding is the same in all and cells can be compared by memcmp(). */
	memset(surface->cells, 0, sizeof(*surface->cells));
	surface->cells[0].chars[0] = ' ';
	surface->cells[0].style = STYLE_TEXT;
	for (size_t done = 1; done < count; done *= 2)
		memcpy(surface->cells + done, surface->cells,
		       (done < count - done ? done : count - done) * sizeof(*surface->cells));
	surface->cursor_shown = false;
	surface->cursor_row = surface->cursor_column = 0;
}

struct area surface_area(const struct surface *surface)
{
	return (struct area){ 0, 0, surface->rows, surface->columns };
}

static bool is_wide(const struct cell *cell)
{
	return cell->chars[0] >= SURFACE_FIRST_WIDE && utf8_columns(cell->chars[0]) == 2;
}

struct cell surface_cell(const struct surface *surface, int row, int column)
{
	const struct cell *cell = &surface->cells[(size_t)row * (size_t)surface->columns + (size_t)column];
	struct cell shown = *cell;

	if (cell->chars[0] > 0 && cell->chars[0] < SURFACE_FIRST_WIDE)
		return shown;
	bool half = cell->chars[0] == 0 ? column == 0 || !is_wide(cell - 1)
					: is_wide(cell) && (column + 1 >= surface->columns || cell[1].chars[0] != 0);

	if (half) {
		memset(shown.chars, 0, sizeof(shown.chars));
		shown.chars[0] = ' ';
	}
	return shown;
}

/* One row of an area, as far as it lies on the surface: columns from `start` to
 * before `end`, counted from the area's left border, may be drawn. */
struct strip {
	struct cell *cells; /* of the surface's row */
	long left;          /* where the area's column 0 is on it; may be off it */
	long start, end;
};

static bool strip_of(const struct surface *surface, struct area clip, int row, struct strip *strip)
{
	long surface_row = (long)clip.row + row;
	long left = clip.column;

	if (row < 0 || row >= clip.rows || surface_row < 0 || surface_row >= surface->rows)
		return false;
	strip->start = left < 0 ? -left : 0;
	strip->end = left + clip.columns > surface->columns ? surface->columns - left : clip.columns;
	if (strip->start >= strip->end)
		return false;
	strip->cells = surface->cells + surface_row * surface->columns;
	strip->left = left;
	return true;
}

static void set_cell(struct cell *cell, uint32_t character, enum style style)
{
	memset(cell->chars, 0, sizeof(cell->chars));
	cell->chars[0] = character;
	cell->style = (uint8_t)style;
	cell->underlined = false;
}

/* Puts a character of `width` 1 or 2; of a wide one that is cut by a border, a blank.
 * The cell that can take combining marks, or NULL. */
static struct cell *put(const struct strip *strip, long column, uint32_t character, int width, enum style style)
{
	struct cell *base = NULL;

	for (long at = column; at < column + width; at++)
		if (at >= strip->start && at < strip->end)
			set_cell(&strip->cells[strip->left + at], ' ', style);
	if (column >= strip->start && column + width <= strip->end) {
		base = &strip->cells[strip->left + column];
		base->chars[0] = character;
		if (width == 2)
			base[1].chars[0] = 0;
	}
	return base;
}

static void combine(struct cell *base, uint32_t character)
{
	for (size_t i = 1; i < CELL_CHARS; i++) {
		if (base->chars[i] == 0) {
			base->chars[i] = character;
			return;
		}
	}
}

int surface_text(struct surface *surface, struct area clip, int row, int column, enum style style,
		 struct slice text)
{
	struct strip strip;
	long at = column;
	struct cell *base = NULL; /* of the character before, if it was drawn */
	bool at_start = true;

	if (!strip_of(surface, clip, row, &strip))
		return 0;
	for (size_t byte = 0; byte < text.len_bytes;) {
		uint32_t character;
		bool valid;
		byte += utf8_decode(text.at + byte, text.len_bytes - byte, &character, &valid);
		int width = utf8_columns(character);

		if (width == 0) {
			if (base)
				combine(base, character);
			if (!at_start)
				continue;
			if (at >= strip.end)
				break;
			base = put(&strip, at++, DOTTED_CIRCLE, 1, style);
			if (base)
				combine(base, character);
		} else if (at >= strip.end) {
			break;
		} else if (width < 0) {
			char mark[16];
			size_t len = utf8_mark(character, mark);
			for (size_t i = 0; i < len; i++)
				put(&strip, at++, (unsigned char)mark[i], 1, STYLE_MARK);
			base = NULL;
		} else {
			base = put(&strip, at, character, width, valid ? style : STYLE_MARK);
			at += width;
		}
		/* A mark behind an escape needs a base of its own, or it would sit on the escape. */
		at_start = width < 0;
	}
	if (at > strip.end)
		at = strip.end;
	long used = at - column;
	return used < 0 ? 0 : used > INT_MAX ? INT_MAX : (int)used;
}

int surface_puts(struct surface *surface, struct area clip, int row, int column, enum style style,
		 const char *text)
{
	return surface_text(surface, clip, row, column, style, slice_of(text));
}

int surface_printf(struct surface *surface, struct area clip, int row, int column, enum style style,
		   const char *format, ...)
{
	char few[256], *text = few;
	va_list args, again;
	int used = 0;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(few, sizeof(few), format, args);
	if (len >= (int)sizeof(few)) {
		text = mem_alloc((size_t)len + 1);
		len = vsnprintf(text, (size_t)len + 1, format, again);
	}
	va_end(again);
	va_end(args);
	if (len > 0)
		used = surface_text(surface, clip, row, column, style, (struct slice){ text, (size_t)len });
	if (text != few)
		free(text);
	return used;
}

int surface_fit(struct surface *surface, struct area clip, int row, int column, int width,
		enum style style, const char *text)
{
	if (!text || width <= 0 || column >= clip.columns)
		return 0;
	if (width > clip.columns - column)
		width = clip.columns - column;
	if (utf8_text_columns(slice_of(text)) <= width)
		return surface_puts(surface, clip, row, column, style, text);

	struct area head = clip;
	head.columns = column + width - 1;
	surface_puts(surface, head, row, column, style, text);
	surface_puts(surface, clip, row, column + width - 1, style, ELLIPSIS);
	return width;
}
