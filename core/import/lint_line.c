/*
 * The usual form is that of the GNU coding standards ("Formatting Error Messages"); what
 * others make of it is named where it is read. Only what is surely a finding is taken:
 * these lines stand among any other output of a build.
 */
#include <string.h>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/import/lint.h"
#include "core/language.h"

#define PATH_BYTES_MAX ((size_t)1024)
#define PARENS_MAX 4 /* in a path: "Program Files (86)" */
#define LINE_NUMBER_MAX ((int64_t)1000000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	c = ascii_lower(c);
	return c >= 'a' && c <= 'z';
}

static struct slice behind(struct slice text, size_t len)
{
	return (struct slice){ text.at + len, text.len_bytes - len };
}

static bool starts_with(struct slice text, const char *start)
{
	size_t len = strlen(start);

	return text.len_bytes >= len && memcmp(text.at, start, len) == 0;
}

static bool ends_with(struct slice text, const char *end)
{
	size_t len = strlen(end);

	return text.len_bytes >= len && memcmp(text.at + text.len_bytes - len, end, len) == 0;
}

static struct slice trim(struct slice text)
{
	while (text.len_bytes && memchr(" \t", text.at[0], 2))
		text = behind(text, 1);
	while (text.len_bytes && memchr(" \t", text.at[text.len_bytes - 1], 2))
		text.len_bytes--;
	return text;
}

void lint_strip(struct slice line, struct strbuf *out)
{
	for (size_t i = 0; i < line.len_bytes; i++) {
		if (line.at[i] != '\x1B') {
			strbuf_addch(out, line.at[i]);
			continue;
		}
		char kind = i + 1 < line.len_bytes ? line.at[++i] : '\0';
		if (kind == '[') { /* ECMA-48, 5.4: up to a final byte */
			while (i + 1 < line.len_bytes && !(line.at[i + 1] >= '@' && line.at[i + 1] <= '~'))
				i++;
			i++;
		} else if (kind == ']') { /* a hyperlink: up to BEL or ESC \ */
			while (i + 1 < line.len_bytes && line.at[i] != '\a' && !(line.at[i] == '\x1B' && line.at[i + 1] == '\\'))
				i++;
			i += i < line.len_bytes && line.at[i] == '\x1B';
		}
	}
	while (out->len_bytes && out->text[out->len_bytes - 1] == '\r')
		strbuf_truncate(out, out->len_bytes - 1);
}

/* ---- paths and places --------------------------------------------------------------- */

static bool has_drive(struct slice path)
{
	return path.len_bytes > 2 && is_letter(path.at[0]) && path.at[1] == ':' && (path.at[2] == '\\' || path.at[2] == '/');
}

/* A path with blanks must be absolute or start with a dot: else it is a word of a sentence. */
static bool is_path(struct slice path)
{
	char name[PATH_BYTES_MAX + 1];
	bool letters = false, folders = false, ending = false, blanks = false;

	if (path.len_bytes == 0 || path.len_bytes > PATH_BYTES_MAX || memchr(" -#*[(@", path.at[0], 7))
		return false;
	if (slice_is(path, "<stdin>") || slice_is(path, "<string>"))
		return true;
	for (size_t i = 0; i < path.len_bytes; i++) {
		char c = path.at[i];
		if ((unsigned char)c < ' ' || memchr("\"{}|*?<>,=`;$", c, 13) || (c == ':' && !(i == 1 && has_drive(path))))
			return false;
		letters = letters || is_letter(c) || (unsigned char)c >= 0x80;
		folders = folders || c == '/' || c == '\\';
		blanks = blanks || c == ' ';
		ending = ending || (c == '.' && i + 1 < path.len_bytes && is_letter(path.at[i + 1]));
	}
	if (blanks && path.at[0] != '/' && path.at[0] != '.' && !has_drive(path))
		return false;
	memcpy(name, path.at, path.len_bytes);
	name[path.len_bytes] = '\0';
	return letters && (folders || ending || language_find_path(name));
}

static struct slice without_dot(struct slice path)
{
	while (path.len_bytes > 2 && path.at[0] == '.' && (path.at[1] == '/' || path.at[1] == '\\'))
		path = behind(path, 2);
	return path;
}

/* Digits at the start of *rest, which is moved behind them; -1: none, or too many. */
static int64_t number_at(struct slice *rest)
{
	int64_t number = 0;
	size_t len = 0;

	while (len < rest->len_bytes && is_digit(rest->at[len]) && number < LINE_NUMBER_MAX)
		number = number * 10 + (rest->at[len++] - '0');
	if (len == 0 || number >= LINE_NUMBER_MAX)
		return -1;
	*rest = behind(*rest, len);
	return number;
}

/* Up to four numbers with `separator` between: line, column, end line, end column. */
static int numbers_at(struct slice *rest, char separator, int64_t out[4])
{
	int count = 0;

	while (count < 4) {
		struct slice next = *rest;
		if (count > 0 && (next.len_bytes < 2 || next.at[0] != separator))
			break;
		if (count > 0)
			next = behind(next, 1);
		int64_t number = number_at(&next);
		if (number < 0)
			break;
		out[count++] = number;
		*rest = next;
	}
	return count;
}

static struct region region_of(const int64_t numbers[4], int count)
{
	struct region region = { numbers[0], count > 1 ? numbers[1] : 0, count > 2 ? numbers[2] : 0, count > 3 ? numbers[3] : 0 };

	if (region.end_line && region.end_line < region.start_line)
		region.end_line = region.end_column = 0;
	return region;
}

/* "path:1:2", "path(1,2)" at the start of the line; *rest is what stands behind. */
static bool place_at(struct slice line, struct slice *path, struct region *region, bool *parens, int *count,
		     struct slice *rest)
{
	size_t start = has_drive(line) ? 2 : 0;
	int64_t numbers[4];
	int tries = 0;

	for (size_t i = start + 1; i + 1 < line.len_bytes && i <= PATH_BYTES_MAX; i++) {
		if (i > start + 1 && line.at[i - 1] == ':')
			return false; /* no path goes on behind a colon */
		if ((line.at[i] != ':' && line.at[i] != '(') || !is_digit(line.at[i + 1]))
			continue;
		if (tries++ == PARENS_MAX)
			return false;
		*parens = line.at[i] == '(';
		*path = (struct slice){ line.at, i };
		*rest = behind(line, i + 1);
		*count = numbers_at(rest, *parens ? ',' : ':', numbers);
		if (*count == 0 || !is_path(*path) || (*parens && (rest->len_bytes == 0 || rest->at[0] != ')')))
			continue;
		*rest = behind(*rest, *parens);
		*region = region_of(numbers, *count);
		*path = without_dot(*path);
		return true;
	}
	return false;
}

/* ---- levels and rules ------------------------------------------------------------------ */

static const struct {
	const char *word;
	enum level level;
} levels[] = {
	{ "fatal error", LEVEL_ERROR }, { "error", LEVEL_ERROR }, { "warning", LEVEL_WARNING }, { "note", LEVEL_NOTE },
	{ "info", LEVEL_NOTE }, { "message", LEVEL_NOTE }, { "remark", LEVEL_NOTE }, { "hint", LEVEL_NOTE },
	/* cppcheck's severities (lib/errortypes.cpp) */
	{ "style", LEVEL_NOTE }, { "performance", LEVEL_WARNING }, { "portability", LEVEL_WARNING },
	{ "information", LEVEL_NOTE },
};

/* The level's word at the start of *rest, which is moved behind it. */
static bool level_at(struct slice *rest, struct lint_finding *out)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		size_t len = strlen(levels[i].word);
		if (!starts_with(*rest, levels[i].word) || rest->len_bytes == len || !memchr(":[ ]", rest->at[len], 4))
			continue;
		out->level = levels[i].level;
		out->is_note = strcmp(levels[i].word, "note") == 0;
		*rest = behind(*rest, len);
		return true;
	}
	return false;
}

/* "F401", "C0114", "TS2322", "DL3008": letters, then digits, then something else. */
static size_t code_len(struct slice text)
{
	size_t letters = 0, digits = 0;

	while (letters < text.len_bytes && text.at[letters] >= 'A' && text.at[letters] <= 'Z')
		letters++;
	while (letters + digits < text.len_bytes && is_digit(text.at[letters + digits]))
		digits++;
	size_t len = letters + digits;
	bool ends = len == text.len_bytes || memchr(": ])", text.at[len], 4);
	return letters >= 1 && letters <= 6 && digits >= 2 && digits <= 6 && ends ? len : 0;
}

/* "-Werror=unused" and "-Werror,-Wunused" are -Wunused; clang-tidy adds ",-warnings-as-errors". */
static struct slice plain_rule(struct slice rule)
{
	if (starts_with(rule, "-Werror,"))
		rule = behind(rule, strlen("-Werror,"));
	const char *comma = memchr(rule.at, ',', rule.len_bytes);
	if (comma && (starts_with((struct slice){ comma, rule.len_bytes - (size_t)(comma - rule.at) }, ",-warnings-as-errors") ||
		      rule.at[0] == '-'))
		rule.len_bytes = (size_t)(comma - rule.at);
	return rule;
}

/* Cuts " [rule]" or " (rule)" off the end of the message: one word. */
static bool cut_rule(struct slice *message, char open, char close, struct slice *rule)
{
	size_t len = message->len_bytes, start = len - 1;

	if (len < 4 || message->at[len - 1] != close)
		return false;
	while (start > 0 && message->at[start - 1] != open)
		if (memchr(" \t", message->at[--start], 2))
			return false;
	if (start < 2 || start == len - 1 || message->at[start - 2] != ' ')
		return false;
	*rule = (struct slice){ message->at + start, len - 1 - start };
	*message = trim((struct slice){ message->at, start - 1 });
	return true;
}

/* MSBuild ends each line with the project: " [C:\src\shop.csproj]". */
static void cut_project(struct slice *message)
{
	struct slice cut = *message, project;

	if (ends_with(cut, "proj]") && cut_rule(&cut, '[', ']', &project))
		*message = cut;
}

/* ---- tools ------------------------------------------------------------------------------- */

static bool is_tidy_check(struct slice rule)
{
	static const char *const groups[] = { "bugprone-", "readability-", "modernize-", "performance-", "misc-", "cert-",
					      "cppcoreguidelines-", "clang-analyzer-", "clang-diagnostic-", "concurrency-",
					      "google-", "hicpp-", "llvm-", "portability-", "android-", "abseil-" };

	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (starts_with(rule, groups[i]))
			return true;
	return false;
}

/* "SC2086", and nothing else */
static bool is_code(struct slice rule, const char *letters)
{
	size_t len = strlen(letters);

	return starts_with(rule, letters) && rule.len_bytes > len && is_digit(rule.at[len]) && code_len(rule) == rule.len_bytes;
}

static const char *tool_of(const struct lint_finding *finding)
{
	if (is_code(finding->rule, "SC"))
		return "shellcheck";
	if (is_code(finding->rule, "DL"))
		return "hadolint";
	if (is_code(finding->rule, "TS"))
		return "tsc";
	if (is_code(finding->rule, "CS"))
		return "csc";
	if (is_code(finding->rule, "C") && finding->shape == LINT_PAREN)
		return "MSVC";
	if (is_tidy_check(finding->rule))
		return "clang-tidy";
	if (starts_with(finding->rule, "-Wanalyzer-"))
		return "gcc";
	if (ends_with(finding->path, ".rs") && finding->shape == LINT_LEVEL)
		return "rustc";
	if (ends_with(finding->path, ".java") && finding->shape == LINT_LEVEL && finding->region.start_column == 0)
		return "javac";
	return NULL;
}

const char *lint_tool_of(struct slice head, enum lint_shape *shape)
{
	static const struct {
		const char *mark, *tool;
		enum lint_shape shape;
	} marks[] = {
		{ ": In function ", "gcc", LINT_LEVEL }, { ": At top level:", "gcc", LINT_LEVEL },
		{ ": In member function ", "gcc", LINT_LEVEL },
		{ " generated.\n", "clang", LINT_LEVEL }, { "************* Module ", "pylint", LINT_CODE },
		{ "fixable with the `--fix` option", "ruff", LINT_CODE }, { " [*] ", "ruff", LINT_CODE },
		{ " [missingInclude", "cppcheck", LINT_LEVEL }, { ": style: ", "cppcheck", LINT_LEVEL },
		{ ": portability: ", "cppcheck", LINT_LEVEL }, { " [unusedFunction]", "cppcheck", LINT_LEVEL },
		{ " source file)", "mypy", LINT_LEVEL }, { " source files)", "mypy", LINT_LEVEL },
		{ "\nvet: ", "go vet", LINT_PLACE },
	};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (utf8_find_folded(head, slice_of(marks[i].mark)) >= 0) {
			*shape = marks[i].shape;
			return marks[i].tool;
		}
	return NULL;
}

/* ---- findings ----------------------------------------------------------------------------- */

static bool finish(struct lint_finding *out)
{
	out->rule = out->rule.len_bytes ? plain_rule(out->rule) : out->rule;
	out->message = trim(out->message);
	if (!out->tool)
		out->tool = tool_of(out);
	return out->message.len_bytes > 0;
}

/* ": message [rule]", "[E0308]: message", " TS2322: message" behind the level's word. */
static bool take_level_rest(struct slice rest, struct lint_finding *out)
{
	if (rest.at[0] == '[') {
		const char *end = memchr(rest.at, ']', rest.len_bytes);
		if (!end || (size_t)(end - rest.at) + 1 >= rest.len_bytes || end[1] != ':')
			return false;
		out->rule = (struct slice){ rest.at + 1, (size_t)(end - rest.at) - 1 };
		rest = behind(rest, (size_t)(end - rest.at) + 1);
	} else if (rest.at[0] == ' ') {
		size_t len = code_len(behind(rest, 1));
		if (!len || len + 1 >= rest.len_bytes || rest.at[len + 1] != ':')
			return false;
		out->rule = (struct slice){ rest.at + 1, len };
		rest = behind(rest, len + 1);
	}
	if (rest.len_bytes < 2 || rest.at[0] != ':')
		return false;
	out->message = trim(behind(rest, 1));
	cut_project(&out->message);
	if (out->rule.len_bytes)
		return finish(out);
	size_t whole = out->message.len_bytes;
	if (cut_rule(&out->message, '[', ']', &out->rule) && whole > out->message.len_bytes + out->rule.len_bytes + 3)
		out->tool = "mypy"; /* two blanks before it */
	if (starts_with(out->message, "[") && ends_with(out->path, ".java")) { /* javac: "[rawtypes] found raw type" */
		const char *end = memchr(out->message.at, ']', out->message.len_bytes);
		size_t len = end ? (size_t)(end - out->message.at) : 0;
		if (len > 1) {
			out->rule = (struct slice){ out->message.at + 1, len - 1 };
			out->message = behind(out->message, len + 1);
		}
	}
	return finish(out);
}

/* "F401 [*] message", "C0114: message (symbol)", "DL3008 warning: message" */
static bool take_code(struct slice rest, struct lint_finding *out)
{
	size_t len = code_len(rest);

	if (!len || len + 2 >= rest.len_bytes || rest.at[len] == ']' || rest.at[len] == ')')
		return false;
	out->shape = LINT_CODE;
	out->rule = (struct slice){ rest.at, len };
	out->level = LEVEL_WARNING;
	bool colon = rest.at[len] == ':';
	rest = trim(behind(rest, len + 1));
	struct slice after = rest;
	if (!colon && level_at(&after, out) && after.at[0] == ':') {
		rest = behind(after, 1);
	} else if (colon && ends_with(rest, ")")) { /* pylint: its column counts from 0 (pylint/message) */
		static const char letters[] = "CRIWEF";
		const char *letter = strchr(letters, out->rule.at[0]);
		out->tool = "pylint";
		out->region.start_column++;
		out->level = !letter || letter < letters + 3 ? LEVEL_NOTE : *letter == 'W' ? LEVEL_WARNING : LEVEL_ERROR;
	} else if (starts_with(rest, "[*] ")) { /* ruff: can be fixed */
		out->tool = "ruff";
		rest = behind(rest, 4);
	}
	out->message = rest;
	return finish(out);
}

/* No level and no code: a message that ends in what names its rule, or any in a source file. */
static bool take_message(struct slice rest, int numbers, struct lint_finding *out)
{
	struct slice rule;

	out->shape = LINT_PLACE;
	out->level = LEVEL_WARNING;
	out->message = rest;
	if (cut_rule(&out->message, '[', ']', &rule)) { /* eslint -f unix */
		if (starts_with(rule, "Error/"))
			out->level = LEVEL_ERROR;
		else if (!starts_with(rule, "Warning/"))
			return false;
		out->tool = "eslint";
		out->rule = behind(rule, strcspn(rule.at, "/") + 1);
		return finish(out);
	}
	bool is_go = ends_with(out->path, ".go");
	if (is_go && cut_rule(&out->message, '(', ')', &rule)) {
		out->rule = rule;
		out->tool = code_len(rule) ? "staticcheck" : "golangci-lint";
		return finish(out);
	}
	return is_go && numbers > 1 && rest.len_bytes && (is_letter(rest.at[0]) || rest.at[0] == '"') && finish(out);
}

bool lint_finding_parse(struct slice line, struct lint_finding *out)
{
	struct slice rest;
	bool parens;
	int numbers;

	bool indented = starts_with(line, "  ");
	*out = (struct lint_finding){ .shape = LINT_LEVEL };
	if (indented)
		line = trim(line);
	if (starts_with(line, "vet: ")) {
		out->tool = "go vet";
		line = behind(line, strlen("vet: "));
	}
	if (!place_at(line, &out->path, &out->region, &parens, &numbers, &rest))
		return false;
	if (out->region.start_line == 0)
		out->region = (struct region){ 0 };
	if (parens)
		out->shape = LINT_PAREN;
	if (starts_with(rest, " - ")) { /* tsc --pretty; its notes are indented and have no level */
		out->message = rest = behind(rest, 3);
		out->level = LEVEL_NOTE;
		out->is_note = indented;
		return indented ? finish(out) : level_at(&rest, out) && take_level_rest(rest, out);
	}
	if (indented)
		return false;
	if (!parens && starts_with(rest, " ")) /* hadolint: no colon behind the line */
		return numbers == 1 && starts_with(rest, " DL") && take_code(behind(rest, 1), out);
	if (parens && starts_with(rest, " "))
		rest = behind(rest, 1);
	if (!starts_with(rest, ": "))
		return false;
	rest = trim(behind(rest, 2));
	struct slice after = rest;
	if (level_at(&after, out))
		return take_level_rest(after, out) || (parens ? false : take_message(rest, numbers, out));
	if (parens)
		return false;
	if (starts_with(rest, "[")) { /* yamllint -f parsable */
		after = behind(rest, 1);
		out->tool = "yamllint";
		if (!level_at(&after, out) || !starts_with(after, "] "))
			return false;
		out->message = behind(after, 2);
		return cut_rule(&out->message, '(', ')', &out->rule) && finish(out);
	}
	return take_code(rest, out) || take_message(rest, numbers, out);
}

bool lint_heading_parse(struct slice line, struct lint_finding *out)
{
	struct slice rest = line;

	*out = (struct lint_finding){ .shape = LINT_LEVEL };
	if (level_at(&rest, out) && rest.at[0] != ' ')
		return take_level_rest(rest, out);
	return code_len(line) && take_code(line, out);
}

bool lint_arrow_parse(struct slice line, struct slice *path, struct region *region)
{
	struct slice rest, text = trim(line);
	bool parens;
	int numbers;

	if (!starts_with(text, "--> ") && !starts_with(text, "::: "))
		return false;
	return place_at(behind(text, 4), path, region, &parens, &numbers, &rest) && !parens && rest.len_bytes == 0;
}

bool lint_row_parse(struct slice line, struct lint_finding *out)
{
	struct slice rest = trim(line);
	int64_t numbers[4];

	*out = (struct lint_finding){ .shape = LINT_PLACE };
	if (!starts_with(line, "  ") || numbers_at(&rest, ':', numbers) != 2 || !starts_with(rest, "  "))
		return false;
	out->region = region_of(numbers, 2);
	rest = trim(rest);
	if (!level_at(&rest, out) || !starts_with(rest, " "))
		return false;
	out->message = trim(rest);
	if (cut_rule(&out->message, '(', ')', &out->rule)) {
		out->tool = "yamllint";
		return finish(out);
	}
	out->tool = "eslint";
	for (size_t i = out->message.len_bytes; i > 2; i--)
		if (memcmp(out->message.at + i - 2, "  ", 2) == 0) {
			out->rule = behind(out->message, i);
			out->message = trim((struct slice){ out->message.at, i - 2 });
			break;
		}
	return finish(out);
}

bool lint_path_alone(struct slice line)
{
	return is_path(line);
}

bool lint_include_parse(struct slice line, struct slice *path, struct region *region)
{
	static const char first[] = "In file included from ", next[] = "                 from ";
	struct slice rest, text;
	bool parens;
	int numbers;

	if (!starts_with(line, first) && !starts_with(line, next))
		return false;
	text = behind(line, starts_with(line, first) ? strlen(first) : strlen(next));
	return place_at(text, path, region, &parens, &numbers, &rest) && rest.len_bytes <= 1;
}

bool lint_numbered_parse(struct slice line, int64_t *number, struct slice *code)
{
	struct slice rest = trim(line);

	*number = number_at(&rest);
	if (*number <= 0 || !starts_with(rest, " |") || (rest.len_bytes > 2 && rest.at[2] != ' '))
		return false;
	/* The blanks at the end that trim() took away are of no use to anybody. */
	*code = behind(rest, rest.len_bytes > 2 ? 3 : 2);
	return true;
}

bool lint_is_marker(struct slice line)
{
	struct slice text = trim(line);
	size_t marks = 0;

	if (starts_with(text, "|"))
		return true;
	for (size_t i = 0; i < text.len_bytes; i++) {
		marks += text.at[i] == '^' || text.at[i] == '~';
		if (!memchr("^~ \t", text.at[i], 4))
			return false;
	}
	return marks > 0;
}
