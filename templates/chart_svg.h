/*
 * Pictures of a record as SVG files of their own: light and dark as the reader has it
 * (prefers-color-scheme), no script, no font and nothing from elsewhere, a title and a
 * description for those who are read to. Texts of people pass svg_text() alone, which
 * cleans, cuts and escapes them.
 */
#ifndef AITIA_TEMPLATES_CHART_SVG_H
#define AITIA_TEMPLATES_CHART_SVG_H

#include "core/base/strbuf.h"

#define SVG_WIDTH 900
#define SVG_LABEL_WIDTH 270 /* of the column of names at the left */
#define SVG_ROW_HEIGHT 22

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

void svg_begin(struct strbuf *out, int height, const char *title, const char *description);
void svg_end(struct strbuf *out);
/* `class`: ink, soft, bold. At most `limit` characters of the text. */
void svg_text(struct strbuf *out, double x, double y, enum svg_anchor anchor, const char *class, const char *text, size_t limit);
/* `class`: a to d, colours that differ in lightness too; line, grid, mark, within, ship. `hint`: shown on pointing, or NULL. */
void svg_bar(struct strbuf *out, double x, double y, double width, double height, const char *class, const char *hint);
void svg_line(struct strbuf *out, double x1, double y1, double x2, double y2, const char *class);
void svg_dot(struct strbuf *out, double x, double y, const char *class, const char *hint);

#endif
