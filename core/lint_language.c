/*
 * Rules over what people wrote: words of blame, names, references. Code, block quotes and
 * what a source is called are other people's words, and are passed over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/lint_run.h"
#include "core/reference.h"

static const struct phrase {
	enum lint_rule rule;
	const char *words, *instead;
} phrases[] = {
#define PHRASE(rule, words, instead) { LINT_##rule, words, instead },
#include "core/lint_phrases.def"
};

/* A text of the record, and its copy with what is not to be looked at blanked. */
struct prose {
	struct linting *lint;
	const char *pointer, *place;
	char *text;
};

/* A copy in which typographic punctuation, no-break blanks and what hides (U+2000 to U+207F, U+00A0,
 * U+FEFF) are blanks, and a typographic apostrophe is a plain one: words are found among them too. */
static char *plain_copy(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *to = copy;

	for (const char *at = text; *at;) {
		const unsigned char *byte = (const unsigned char *)at;
		if (byte[0] == 0xe2 && (byte[1] == 0x80 || byte[1] == 0x81) && byte[2]) {
			*to++ = byte[1] == 0x80 && byte[2] == 0x99 ? '\'' : ' ';
			at += 3;
		} else if (byte[0] == 0xc2 && byte[1] == 0xa0) {
			*to++ = ' ';
			at += 2;
		} else if (byte[0] == 0xef && byte[1] == 0xbb && byte[2] == 0xbf) {
			*to++ = ' ';
			at += 3;
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
	return copy;
}

/* ---- what is passed over ------------------------------------------------------------------- */

static void blank_range(char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (text[i] != '\n')
			text[i] = ' ';
}

/* Fenced code, quoted lines (CommonMark 0.30, 4.5 and 5.1, as far as a linter needs). A fence
 * ends at one of its own mark that is no shorter and has nothing behind it. */
static void blank_blocks(char *text)
{
	char mark = '\0'; /* of the fence that is open */
	size_t marks = 0;

	for (size_t at = 0; text[at];) {
		size_t len = strcspn(text + at, "\n"), indent = strspn(text + at, " ");
		const char *start = text + at + indent;
		size_t run = strspn(start, *start == '~' ? "~" : "`");
		bool alone = start[run + strspn(start + run, " \t\r")] == '\n' || !start[run + strspn(start + run, " \t\r")];
		bool opens = !mark && run >= 3 && (*start == '~' || !memchr(start + run, '`', len - indent - run));
		bool closes = mark && *start == mark && run >= marks && alone;

		if (mark || opens || *start == '>')
			blank_range(text, at, at + len);
		if (opens) {
			mark = *start;
			marks = run;
		} else if (closes)
			mark = '\0';
		at += len + (text[at + len] == '\n');
	}
}

/* Words of an address are nobody's: https://x.org/of-course, [text](../of/course.md). */
static void blank_addresses(char *text)
{
	for (size_t at = 0; text[at]; at++) {
		size_t len = 0;

		if (strncmp(text + at, "http://", 7) == 0 || strncmp(text + at, "https://", 8) == 0)
			len = strcspn(text + at, " \t\r\n<>)");
		else if (strncmp(text + at, "](", 2) == 0)
			len = strcspn(text + at, " \t\r\n)");
		if (!len)
			continue;
		blank_range(text, at, at + len);
		at += len - 1;
	}
}

/* `code`: from a run of backquotes to the next of the same length. */
static void blank_spans(char *text)
{
	for (size_t at = 0; text[at]; at++) {
		size_t run = strspn(text + at, "`"), end = at + run;
		if (!run)
			continue;
		while (text[end] && strspn(text + end, "`") != run)
			end += strspn(text + end, "`") ? strspn(text + end, "`") : 1;
		if (text[end]) {
			blank_range(text, at, end + run);
			at = end;
		}
		at += run - 1;
	}
}

/* ---- finding ----------------------------------------------------------------------------------- */

static bool is_word_byte(char c)
{
	unsigned char byte = (unsigned char)c;

	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte >= 0x80 ||
	       byte == '_';
}

static char fold(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_blank_byte(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The bytes that the words take at `at`, blanks of any kind between them; 0: they are not there. */
static size_t match(const char *at, const char *words, bool fold_case)
{
	const char *start = at;

	for (; *words; words++) {
		if (*words == ' ') {
			if (!is_blank_byte(*at))
				return 0;
			while (is_blank_byte(*at))
				at++;
			continue;
		}
		if (fold_case ? fold(*at) != fold(*words) : *at != *words)
			return 0;
		at++;
	}
	return is_word_byte(*at) ? 0 : (size_t)(at - start);
}

static const char *find(const char *text, const char *from, const char *words, bool fold_case, size_t *len)
{
	for (const char *at = from; *at; at++)
		if ((at == text || !is_word_byte(at[-1])) && (*len = match(at, words, fold_case)))
			return at;
	return NULL;
}

static size_t line_of(const char *text, const char *at)
{
	size_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

static const char *place_of(const struct prose *prose, const char *at)
{
	return strchr(prose->text, '\n') ? arena_printf(prose->lint->arena, "%s, line %zu", prose->place, line_of(prose->text, at)) :
					   prose->place;
}

/* A finding about what stands at `at`. */
static void note(const struct prose *prose, const char *at, enum lint_rule rule, const char *suggestion, const char *text)
{
	size_t before = prose->lint->found.len;

	lint_note(prose->lint, rule, prose->pointer, place_of(prose, at), suggestion, "%s", text);
	if (prose->lint->found.len > before)
		prose->lint->found.items[before].line = line_of(prose->text, at);
}

/* ---- the rules ------------------------------------------------------------------------------------ */

static void check_phrases(const struct prose *prose)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		const char *at = prose->text;
		size_t len = 0;
		while ((at = find(prose->text, at, phrases[i].words, true, &len))) {
			note(prose, at, phrases[i].rule, phrases[i].instead,
			     arena_printf(prose->lint->arena, "\"%s\"", phrases[i].words));
			at += len;
		}
	}
}

static void check_names(const struct prose *prose)
{
	for (size_t i = 0; i < prose->lint->request->name_count; i++) {
		const char *name = prose->lint->request->names[i], *at;
		size_t len = 0;
		if ((at = find(prose->text, prose->text, name, false, &len)))
			note(prose, at, LINT_BLAME_NAME, "name the role: the engineer on call",
			     arena_printf(prose->lint->arena, "\"%.60s\" is the name of a reviewer or an owner.", name));
	}
}

static void check_references(const struct prose *prose)
{
	const struct lint_request *request = prose->lint->request;
	struct slice text = slice_of(prose->text);
	struct reference reference = { .at = 0 };

	for (size_t at = 0; reference_next(text, at, &reference); at = reference.at + reference.len_bytes) {
		bool holds = reference.is_valid && reference.is_sample ?
				     !request->has_sample || request->has_sample(request->context, reference.number) :
				     reference_holds(&reference, prose->lint->incident);
		if (!holds)
			note(prose, text.at + reference.at, LINT_REFERENCE_UNKNOWN, "name what is there, or put it in backticks where it is no reference",
			     arena_printf(prose->lint->arena, "\"%.*s\" names nothing.", (int)reference.len_bytes,
					  text.at + reference.at));
	}
}

static void check_text(struct linting *lint, const char *pointer, const char *place, const char *text)
{
	struct prose prose = { lint, pointer, place, NULL };

	if (lint_blank(text) || (lint->references_only && !strstr(text, "[[")))
		return;
	prose.text = plain_copy(lint->arena, text);
	blank_blocks(prose.text);
	blank_spans(prose.text);
	blank_addresses(prose.text);
	if (!lint->references_only) {
		check_phrases(&prose);
		check_names(&prose);
	}
	check_references(&prose);
}

static bool is_prose(enum incident_child kind, const struct incident_field *field)
{
	/* An owner is a name by right, and so is who took a step of the review; what sources are called is not ours. */
	if (kind == INCIDENT_STEP && strcmp(field->name, "reviewer") == 0)
		return false;
	return kind != INCIDENT_SOURCE && kind != INCIDENT_WAIVER && kind != INCIDENT_RESTRICTION &&
	       (field->type == INCIDENT_MARKDOWN || (field->type == INCIDENT_TEXT && strcmp(field->name, "owner") != 0 &&
						     strcmp(field->name, "link") != 0 && strcmp(field->name, "sources") != 0));
}

static void check_parts(struct linting *lint, enum incident_child kind)
{
	const struct incident_kind *table = incident_kind(kind);

	for (size_t i = 0; i < incident_part_count(lint->incident, kind); i++) {
		const void *part = incident_part_at(lint->incident, kind, i);
		for (size_t f = 0; f < table->field_count; f++) {
			const struct incident_field *field = &table->fields[f];
			if (is_prose(kind, field) && !part_is_blank(field, part))
				check_text(lint, arena_printf(lint->arena, "/%s/%zu/%s", table->words, i, field->name),
					   arena_printf(lint->arena, "%s%" PRId64 " %s", table->tag, incident_part_number(part), field->name),
					   part_text(field, part));
		}
	}
}

void lint_language(struct linting *lint)
{
	const struct incident *incident = lint->incident;

	check_text(lint, "/title", "title", incident->title);
	check_text(lint, "/severity_rationale", "severity rationale", incident->severity_rationale);
	check_text(lint, "/partial", "partial", incident->partial);
	for (size_t i = 0; i < incident->section_count; i++)
		check_text(lint, arena_printf(lint->arena, "/sections/%s", incident->sections[i].key),
			   arena_printf(lint->arena, "section %s", incident->sections[i].key), incident->sections[i].markdown);
	for (int kind = 0; kind < INCIDENT_CHILD_KINDS; kind++)
		check_parts(lint, (enum incident_child)kind);
}
