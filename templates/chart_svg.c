#include "templates/chart_svg.h"

#include <math.h>

#include "core/base/utf8.h"
#include "templates/escape.h"

/* Colours of Okabe and Ito, which those who see few colours tell apart, darker on paper. */
static const char style[] =
	"svg{--ink:#1b1f24;--soft:#57606a;--grid:#d8dee4;--paper:#ffffff;--a:#0072b2;--b:#b35900;--c:#00795c;--d:#a03070}"
	"@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--soft:#9198a1;--grid:#30363d;--paper:#0d1117;--a:#56b4e9;--b:#e69f00;"
	"--c:#35c09a;--d:#e08cc0}}"
	"text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif}.ink{fill:var(--ink)}.soft{fill:var(--soft);font-size:12px}"
	".bold{fill:var(--ink);font-weight:600}.paper{fill:var(--paper)}.a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}"
	".d{fill:var(--d)}.open{fill-opacity:.45}.grid{stroke:var(--grid);stroke-width:1}.line{stroke:var(--d);stroke-width:2}"
	".within{stroke:var(--ink);stroke-width:1.5}.ship{stroke:var(--b);stroke-width:1;stroke-dasharray:2 3}"
	".mark{stroke:var(--c);stroke-width:2;stroke-dasharray:4 3}";

static void add_clean(struct strbuf *out, const char *text, size_t limit)
{
	struct strbuf clean = STRBUF_INIT;
	size_t at = 0, count = 0;

	text_clean(&clean, slice_of(text), TEXT_LINE);
	for (; at < clean.len_bytes && count < limit; count++) {
		uint32_t c;
		at += utf8_decode(clean.text + at, clean.len_bytes - at, &c, NULL);
	}
	escape_html(out, (struct slice){ clean.text, at });
	if (at < clean.len_bytes)
		strbuf_addstr(out, "…");
	strbuf_release(&clean);
}

/* ` x="12.5"`: a picture has hundreds, and printf() takes its time for the fraction. */
static void put_number(struct strbuf *out, const char *name, double value)
{
	char digits[24];
	size_t at = sizeof(digits);
	long long tenths = llrint(value * 10);
	unsigned long long rest = tenths < 0 ? 0ULL - (unsigned long long)tenths : (unsigned long long)tenths;

	digits[--at] = (char)('0' + rest % 10);
	digits[--at] = '.';
	do
		digits[--at] = (char)('0' + (rest /= 10) % 10);
	while (rest >= 10);
	if (tenths < 0)
		digits[--at] = '-';
	strbuf_addch(out, ' ');
	strbuf_addstr(out, name);
	strbuf_addstr(out, "=\"");
	strbuf_add(out, digits + at, sizeof(digits) - at);
	strbuf_addch(out, '"');
}

static void put_class(struct strbuf *out, const char *class)
{
	strbuf_addstr(out, " class=\"");
	strbuf_addstr(out, class);
	strbuf_addch(out, '"');
}

void svg_begin(struct strbuf *out, int height, const char *title, const char *description)
{
	strbuf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
			 "aria-labelledby=\"title description\">\n<title id=\"title\">", SVG_WIDTH, height, SVG_WIDTH, height);
	add_clean(out, title, 200);
	strbuf_addstr(out, "</title>\n<desc id=\"description\">");
	add_clean(out, description, 1000);
	strbuf_addstr(out, "</desc>\n<style>");
	strbuf_addstr(out, style);
	strbuf_addf(out, "</style>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", SVG_WIDTH, height);
}

void svg_end(struct strbuf *out)
{
	strbuf_addstr(out, "</svg>\n");
}

void svg_text(struct strbuf *out, double x, double y, enum svg_anchor anchor, const char *class, const char *text, size_t limit)
{
	static const char *const anchors[] = { "start", "middle", "end" };

	strbuf_addstr(out, "<text");
	put_number(out, "x", x);
	put_number(out, "y", y);
	strbuf_addstr(out, " text-anchor=\"");
	strbuf_addstr(out, anchors[anchor]);
	strbuf_addch(out, '"');
	put_class(out, class);
	strbuf_addch(out, '>');
	add_clean(out, text, limit);
	strbuf_addstr(out, "</text>\n");
}

static void add_hint(struct strbuf *out, const char *shape, const char *hint)
{
	if (!hint) {
		strbuf_addstr(out, "/>\n");
		return;
	}
	strbuf_addstr(out, "><title>");
	add_clean(out, hint, 200);
	strbuf_addf(out, "</title></%s>\n", shape);
}

void svg_bar(struct strbuf *out, double x, double y, double width, double height, const char *class, const char *hint)
{
	strbuf_addstr(out, "<rect");
	put_number(out, "x", x);
	put_number(out, "y", y);
	put_number(out, "width", width);
	put_number(out, "height", height);
	put_class(out, class);
	add_hint(out, "rect", hint);
}

void svg_line(struct strbuf *out, double x1, double y1, double x2, double y2, const char *class)
{
	strbuf_addstr(out, "<line");
	put_number(out, "x1", x1);
	put_number(out, "y1", y1);
	put_number(out, "x2", x2);
	put_number(out, "y2", y2);
	put_class(out, class);
	strbuf_addstr(out, "/>\n");
}

void svg_dot(struct strbuf *out, double x, double y, const char *class, const char *hint)
{
	strbuf_addstr(out, "<circle");
	put_number(out, "cx", x);
	put_number(out, "cy", y);
	strbuf_addstr(out, " r=\"5\"");
	put_class(out, class);
	add_hint(out, "circle", hint);
}
