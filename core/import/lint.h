/* Internal to the importer of compilers' and linters' text: what single lines say. */
#ifndef AITIA_CORE_IMPORT_LINT_H
#define AITIA_CORE_IMPORT_LINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"
#include "core/base/strbuf.h"
#include "core/sample.h"

/* How a finding is written, which says which tools may have written it. */
enum lint_shape {
	LINT_PLACE,    /* path:1:2: message */
	LINT_LEVEL,    /* path:1:2: error: message [rule] */
	LINT_CODE,     /* path:1:2: F401 message */
	LINT_PAREN,    /* path(1,2): error C2065: message */
};

/* Slices point into the line. */
struct lint_finding {
	enum lint_shape shape;
	struct slice path;
	struct region region;
	enum level level;
	bool is_note;          /* "note:": it belongs to the finding before, unless it has a rule */
	struct slice rule;     /* absent: none */
	struct slice message;
	const char *tool;      /* where the line alone is proof, else NULL */
};

/* Appends the line without terminal escapes (colours, hyperlinks) and the CR at its end. */
void lint_strip(struct slice line, struct strbuf *out);

bool lint_finding_parse(struct slice line, struct lint_finding *out);
/* "error[E0308]: message", "F401 [*] message": the first line of what rustc and ruff write,
 * whose place stands on the next one. */
bool lint_heading_parse(struct slice line, struct lint_finding *out);
/* " --> src/main.rs:7:5" */
bool lint_arrow_parse(struct slice line, struct slice *path, struct region *region);
/* "  1:10  warning  message  rule" below a line with the path (eslint's stylish, yamllint). */
bool lint_row_parse(struct slice line, struct lint_finding *out);
/* A line that is nothing but a path. */
bool lint_path_alone(struct slice line);
/* "In file included from a.c:1:", "                 from b.c:2," */
bool lint_include_parse(struct slice line, struct slice *path, struct region *region);
/* "   12 | code": a line of the source with its number. */
bool lint_numbered_parse(struct slice line, int64_t *number, struct slice *code);
/* A line that marks places in the one above: "      |   ^~~~", "   ^". */
bool lint_is_marker(struct slice line);
/* The tool that the text as a whole shows, and for which shape; NULL: none. */
const char *lint_tool_of(struct slice head, enum lint_shape *shape);

#endif
