/*
 * Reading a draft: line by line, each into the part it stands in; the outline says where
 * parts begin. What is read is put together with the base at the end, so that a failure leaves nothing behind.
 */
#include "core/draft.h"

#include <stdarg.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/draft_read.h"
#include "core/nearest.h"
#include "core/signature.h"
#include "core/words.h"

/* What looks like the beginning of a part, and is code or HTML. */
struct hidden {
	int part;
	int64_t cause;             /* of that number; 0: a part */
	size_t line, code_line;    /* code_line: of the fence; 0: HTML */
};

struct state {
	struct draft_reader reader;
	const struct renderer *renderer;
	struct slice text;
	size_t line_count;         /* as the outline counts; an empty one at the end is none */
	bool crlf;                 /* every line ends in CR LF: an editor did that */
	int part;
	bool seen[DRAFT_SECTIONS_MAX], seen_causes, seen_timeline, seen_actions, seen_record;
	bool has_title, has_status, has_severity, has_signature;
	VEC_OF(struct hidden) hidden;
	struct strbuf block;       /* of the section or statement at hand */
	struct strbuf entry;       /* of the timeline or the actions at hand */
	bool in_entry;
	size_t entry_line, blank_lines;
};

enum status draft_fail(struct draft_reader *reader, const char *format, ...)
{
	char message[512];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return error_set(reader->err, STATUS_INPUT, "line %zu: %s", reader->line, message);
}

enum status draft_word(struct draft_reader *reader, struct slice word, const char *list, const char *what,
		       size_t *out)
{
	char *text = arena_text(reader->arena, word.at ? word : slice_of(""));
	struct strbuf reason = STRBUF_INIT;
	enum status status = STATUS_OK;

	if (!words_find(list, text, out)) {
		words_explain(&reason, list, text);
		status = draft_fail(reader, "unknown %s %s", what, reason.text);
	}
	strbuf_release(&reason);
	return status;
}

/* ---- ends of things ---------------------------------------------------------------- */

static enum status end_entry(struct state *s)
{
	size_t here = s->reader.line;
	enum status status;

	if (!s->in_entry)
		return STATUS_OK;
	s->in_entry = false;
	s->reader.line = s->entry_line;
	status = s->part == DRAFT_TIMELINE ? draft_read_event(&s->reader, strbuf_slice(&s->entry))
					   : draft_read_action(&s->reader, strbuf_slice(&s->entry));
	s->reader.line = here;
	return status;
}

/* The text of a block, or the base's own where only blank lines at its edges differ. */
static const char *block_text(struct state *s, const char *old)
{
	struct slice text = draft_block_trim(strbuf_slice(&s->block));

	if (old && slice_eq(text, draft_block_trim(slice_of(old))))
		return old;
	return arena_text(s->reader.arena, text);
}

static void end_block(struct state *s)
{
	struct draft_reader *reader = &s->reader;
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	if (s->part == DRAFT_CAUSES && reader->causes.len) {
		struct incident_cause *cause = &reader->causes.items[reader->causes.len - 1];
		const struct incident_cause *old = cause->number ? incident_cause(reader->base, cause->number) : NULL;
		cause->statement = block_text(s, old ? old->statement : NULL);
	} else if (s->part >= 0 && (size_t)s->part < count) {
		const char *key = kinds[s->part].key;
		incident_set_section(reader->out, reader->arena, key,
				     block_text(s, incident_section(reader->base, key)));
	}
	strbuf_clear(&s->block);
}

/* ---- lines ------------------------------------------------------------------------- */

static bool starts(struct slice line, const char *with)
{
	size_t len = strlen(with);
	return line.len_bytes >= len && memcmp(line.at, with, len) == 0;
}

static struct slice behind(struct slice line, size_t len)
{
	return (struct slice){ line.at + len, line.len_bytes - len };
}

static enum status read_severity(struct state *s, struct slice value)
{
	static const char *const dashes[] = { "\xe2\x80\x94", "\xe2\x80\x93", "-", ":", "," };
	struct slice word = { value.at, 0 };
	size_t severity = 0;
	enum status status;
	char *rationale;

	while (word.len_bytes < value.len_bytes && !strchr(" \t\r:,", value.at[word.len_bytes]))
		word.len_bytes++;
	status = draft_word(&s->reader, word, "severity", "severity", &severity);
	value = draft_trim(behind(value, word.len_bytes));
	for (size_t i = 0; i < ARRAY_LEN(dashes); i++)
		if (starts(value, dashes[i])) {
			value = behind(value, strlen(dashes[i]));
			break;
		}
	rationale = draft_field_read(s->reader.arena, value);
	s->reader.out->severity = (enum severity)severity;
	s->reader.out->severity_rationale = rationale[0] ? rationale : NULL;
	return status;
}

static enum status read_signature(struct state *s, struct slice value)
{
	char *signature = draft_field_read(s->reader.arena, value);
	struct error why;

	s->reader.out->signature = signature[0] ? signature : NULL;
	if (signature[0] && signature_check(signature, s->reader.book, &why) != STATUS_OK)
		return draft_fail(&s->reader, "signature: %s", why.text);
	return STATUS_OK;
}

static enum status read_front(struct state *s, struct slice line)
{
	static const char *const names[] = { "Title", "Status", "Severity", "Signature" };
	bool *const seen[] = { &s->has_title, &s->has_status, &s->has_severity, &s->has_signature };
	struct slice trimmed = draft_trim(line), value;
	const char *colon;
	char *name;
	size_t word = 0;
	enum status status;

	if (!trimmed.len_bytes)
		return STATUS_OK;
	colon = memchr(trimmed.at, ':', trimmed.len_bytes);
	if (!colon)
		return draft_fail(&s->reader, "above the first '# ' stand Title:, Status:, Severity: and Signature: only");
	name = arena_text(s->reader.arena, draft_trim((struct slice){ trimmed.at, (size_t)(colon - trimmed.at) }));
	value = draft_trim(behind(trimmed, (size_t)(colon - trimmed.at) + 1));
	while (word < ARRAY_LEN(names) && nearest_distance(names[word], name, 1) != 0)
		word++;
	if (word == ARRAY_LEN(names))
		return draft_fail(&s->reader, "unknown line '%.60s:'; above the first '# ' stand Title:, Status:, Severity: and Signature:",
				  name);
	if (*seen[word])
		return draft_fail(&s->reader, "%s: stands twice", names[word]);
	*seen[word] = true;
	if (word == 0) {
		s->reader.out->title = draft_field_read(s->reader.arena, value);
		if (!s->reader.out->title[0])
			return draft_fail(&s->reader, "an incident needs a title");
		return STATUS_OK;
	}
	if (word == 1) {
		status = draft_word(&s->reader, value, "incident_status", "status", &word);
		s->reader.out->status = (enum incident_status)word;
		return status;
	}
	return word == 2 ? read_severity(s, value) : read_signature(s, value);
}

static bool *seen_of(struct state *s, int part)
{
	switch (part) {
	case DRAFT_CAUSES: return &s->seen_causes;
	case DRAFT_TIMELINE: return &s->seen_timeline;
	case DRAFT_ACTIONS: return &s->seen_actions;
	case DRAFT_RECORD: return &s->seen_record;
	default: return &s->seen[part];
	}
}

static enum status enter_part(struct state *s, int part)
{
	bool *seen = seen_of(s, part);
	enum status status = end_entry(s);

	if (status == STATUS_OK)
		status = draft_record_end(&s->reader);
	if (status != STATUS_OK)
		return status;
	end_block(s);
	if (*seen)
		return draft_fail(&s->reader, "this part stands twice");
	*seen = true;
	s->part = part;
	return STATUS_OK;
}

static enum status unknown_part(struct state *s, const char *title)
{
	const char *titles[DRAFT_SECTIONS_MAX + 4] = { "Causes", "Timeline", "Actions", "Record" };
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);
	const char *nearest;

	for (size_t i = 0; i < count && i < DRAFT_SECTIONS_MAX; i++)
		titles[4 + i] = kinds[i].title;
	nearest = nearest_word(titles, 4 + count, title);
	if (nearest)
		return draft_fail(&s->reader, "there is no part '%.80s'; did you mean '# %s'?", title, nearest);
	return draft_fail(&s->reader, "there is no part '%.80s' (one that is titled anew keeps its {#key}; headings of your own start "
			  "with '##', other lines with '\\#')", title);
}

/* What looks like the beginning of a part and is none, since it stands in code or HTML. If that part
 * begins nowhere else, an end was forgotten: its text would be taken for the code's. */
static enum status notice_hidden(struct state *s, struct slice line, const struct outline_block *code)
{
	struct hidden hidden = { .line = s->reader.line, .code_line = code ? code->first_line : 0 };
	struct slice rest;

	if (!draft_part_line(line, &hidden.part)) {
		if (s->part != DRAFT_CAUSES || !code || !starts(line, "## "))
			return STATUS_OK;
		rest = behind(line, 3);
		if (!draft_number(&rest, 'C', &hidden.cause))
			return STATUS_OK;
	}
	vec_push(&s->hidden, hidden);
	return STATUS_OK;
}

static bool cause_was_read(const struct draft_reader *reader, int64_t number)
{
	for (size_t i = 0; i < reader->causes.len; i++)
		if (reader->causes.items[i].number == number)
			return true;
	return !incident_cause(reader->base, number);
}

static enum status check_hidden(struct state *s)
{
	for (size_t i = 0; i < s->hidden.len; i++) {
		const struct hidden *hidden = &s->hidden.items[i];

		if (hidden->cause ? cause_was_read(&s->reader, hidden->cause) : *seen_of(s, hidden->part))
			continue;
		s->reader.line = hidden->line;
		if (hidden->code_line)
			return draft_fail(&s->reader, "the code block of line %zu is not closed before this heading "
					  "(if it belongs to the code, put a backslash before it)", hidden->code_line);
		return draft_fail(&s->reader, "this heading stands in HTML that does not end before it: put a blank line between them");
	}
	return STATUS_OK;
}

static enum status read_block(struct state *s, struct slice line, enum draft_block block, bool in_code)
{
	strbuf_addslice(&s->block, draft_block_line(line, block, in_code));
	strbuf_addch(&s->block, '\n');
	return STATUS_OK;
}

/* Lines of the timeline and the actions: entries, and what is indented under them. */
static enum status read_entry_line(struct state *s, struct slice line)
{
	struct slice trimmed = draft_trim(line);
	enum status status;

	if (!trimmed.len_bytes) {
		s->blank_lines++;
		return STATUS_OK;
	}
	if (starts(line, "- ") || starts(line, "* ")) {
		status = end_entry(s);
		strbuf_clear(&s->entry);
		strbuf_addslice(&s->entry, draft_trim(behind(line, 2)));
		s->in_entry = true;
		s->entry_line = s->reader.line;
		s->blank_lines = 0;
		return status;
	}
	if (!s->in_entry || (line.at[0] != ' ' && line.at[0] != '\t'))
		return draft_fail(&s->reader, "an entry starts with '- '; what belongs to the one above is indented");
	for (size_t i = 0; i <= s->blank_lines; i++)
		strbuf_addch(&s->entry, '\n');
	s->blank_lines = 0;
	strbuf_addslice(&s->entry, trimmed);
	return STATUS_OK;
}

/* A line that begins no part. `at`: the outline's block that it stands in, or NULL. */
static enum status read_line(struct state *s, struct slice line, const struct outline_block *at)
{
	const struct outline_block *code = at && at->kind == OUTLINE_CODE ? at : NULL;
	bool in_code = code && code->first_line < s->reader.line;
	bool is_heading = at && at->kind == OUTLINE_HEADING && at->level == 2 && starts(line, "## ");
	enum status status = notice_hidden(s, line, code);

	if (status != STATUS_OK)
		return status;
	if (s->part == DRAFT_FRONT)
		return read_front(s, line);
	if (s->part == DRAFT_TIMELINE || s->part == DRAFT_ACTIONS)
		return read_entry_line(s, line);
	if (s->part == DRAFT_RECORD)
		return draft_record_line(&s->reader, line, is_heading);
	if (s->part != DRAFT_CAUSES)
		return read_block(s, line, DRAFT_SECTION_BLOCK, in_code);
	if (is_heading) {
		end_block(s);
		return draft_read_cause(&s->reader, behind(line, 3));
	}
	if (!s->reader.causes.len && draft_trim(line).len_bytes)
		return draft_fail(&s->reader, "a cause starts with '## category/sub-cause (role, confidence, intent)'");
	return s->reader.causes.len ? read_block(s, line, DRAFT_STATEMENT_BLOCK, in_code) : STATUS_OK;
}

/* The heading of a part, all its lines: what stands above an underline is a title, and one line. */
static enum status read_heading(struct state *s, const struct outline_block *heading, size_t *at)
{
	enum status status;
	int part;

	if (heading->last_line > heading->first_line + 1)
		return draft_fail(&s->reader, "the line of '=' below makes a heading of %zu lines; a part's title is one line (put a "
				  "backslash before that line if it is none)", heading->last_line - heading->first_line);
	status = draft_part_title(slice_of(heading->text), &part) ? enter_part(s, part) : unknown_part(s, heading->text);
	for (size_t line = heading->first_line; line <= heading->last_line && *at < s->text.len_bytes; line++)
		*at += draft_line_at(s->text, *at).len_bytes + 1;
	if (status == STATUS_OK)
		s->reader.line = heading->last_line + 1;
	return status;
}

/* Steps over a remark that starts the line at *at; what follows it on its last
 * line stays, if that is more than blanks. */
static enum status skip_remark(struct state *s, size_t *at)
{
	size_t end = *at + 4;

	while (end + 3 <= s->text.len_bytes && memcmp(s->text.at + end, "-->", 3) != 0)
		end++;
	if (end + 3 > s->text.len_bytes)
		return draft_fail(&s->reader, "the remark that starts with '<!--' is not closed by '-->'");
	for (size_t i = *at; i < end; i++)
		s->reader.line += s->text.at[i] == '\n';
	end += 3;
	struct slice rest = draft_line_at(s->text, end);
	if (!draft_trim(rest).len_bytes)
		end += rest.len_bytes + 1;
	else
		s->reader.line--; /* the rest counts as a line of its own below */
	s->reader.line++;
	*at = end;
	return STATUS_OK;
}

/* A fence that ends with the text is closed by its last line, or it is not closed. */
static enum status check_closed(struct state *s, const struct outline_block *code, struct slice line)
{
	struct draft_fence fence;
	struct slice last = s->text;

	if (!draft_fence_opens(line, &fence) || code->last_line < s->line_count)
		return STATUS_OK;
	last.len_bytes -= last.at[last.len_bytes - 1] == '\n';
	for (size_t at = last.len_bytes; at-- > 0;)
		if (last.at[at] == '\n') {
			last = behind(last, at + 1);
			break;
		}
	if (code->last_line > code->first_line && draft_fence_closes(last, &fence))
		return STATUS_OK;
	/* What it swallows tells where its end was forgotten. */
	for (size_t i = 0, at = (size_t)(line.at - s->text.at); at < s->text.len_bytes; i++) {
		struct slice below = draft_line_at(s->text, at);
		struct slice rest = starts(below, "## ") && s->part == DRAFT_CAUSES ? behind(below, 3) : (struct slice){ below.at, 0 };
		int64_t number;
		int part;

		if (draft_part_line(below, &part) || draft_number(&rest, 'C', &number)) {
			s->reader.line += i;
			return draft_fail(&s->reader, "the code block of line %zu is not closed before this heading "
					  "(if it belongs to the code, put a backslash before it)", code->first_line);
		}
		at += below.len_bytes + 1;
	}
	return draft_fail(&s->reader, "the code block of line %zu is not closed", code->first_line);
}

/* The line at *at, or all lines of what begins there. */
static enum status read_next(struct state *s, const struct outline_block *block, size_t *at)
{
	struct slice line = draft_line_at(s->text, *at);
	bool begins = block && block->first_line == s->reader.line;
	enum status status = STATUS_OK;

	if (begins && block->kind == OUTLINE_HTML && starts(line, "<!--"))
		return skip_remark(s, at);
	if (begins && block->kind == OUTLINE_HEADING && block->level == 1)
		return read_heading(s, block, at);
	if (begins && block->kind == OUTLINE_CODE)
		status = check_closed(s, block, line);
	*at += line.len_bytes + 1;
	if (s->crlf && line.len_bytes && line.at[line.len_bytes - 1] == '\r')
		line.len_bytes--;
	if (status == STATUS_OK)
		status = read_line(s, line, block);
	if (status == STATUS_OK)
		s->reader.line++;
	return status;
}

static enum status read_lines(struct state *s)
{
	const struct outline_block *blocks;
	enum status status = STATUS_OK;
	size_t count, next = 0, at = 0;

	s->renderer->outline(s->reader.arena, s->text, &blocks, &count);
	if (starts(s->text, "\xef\xbb\xbf"))
		at = 3;
	s->reader.line = 1;
	while (at < s->text.len_bytes && status == STATUS_OK) {
		while (next < count && blocks[next].last_line < s->reader.line)
			next++;
		status = read_next(s, next < count && blocks[next].first_line <= s->reader.line ? &blocks[next] : NULL, &at);
	}
	if (status == STATUS_OK)
		status = end_entry(s);
	if (status == STATUS_OK)
		status = draft_record_end(&s->reader);
	if (status == STATUS_OK)
		end_block(s);
	if (status == STATUS_OK)
		status = check_hidden(s);
	return status;
}

/* ---- the whole --------------------------------------------------------------------- */

/* Copies a list and gives new children the numbers behind the base's highest. */
#define TAKE_OVER(state, list, items_, count_)                                                       \
	do {                                                                                         \
		struct draft_reader *r_ = &(state)->reader;                                          \
		int64_t highest_ = 0;                                                                \
		for (size_t i_ = 0; i_ < r_->base->count_; i_++)                                     \
			if (r_->base->items_[i_].number > highest_)                                  \
				highest_ = r_->base->items_[i_].number;                              \
		r_->out->items_ = arena_array(r_->arena, r_->list.len, sizeof(*r_->out->items_));    \
		for (size_t i_ = 0; i_ < r_->list.len; i_++) {                                       \
			r_->out->items_[i_] = r_->list.items[i_];                                    \
			if (!r_->out->items_[i_].number)                                             \
				r_->out->items_[i_].number = ++highest_;                             \
		}                                                                                    \
		r_->out->count_ = r_->list.len;                                                      \
	} while (0)

static enum status put_together(struct state *s)
{
	struct draft_reader *reader = &s->reader;
	size_t count;
	const struct section_kind *kinds = section_kinds(&count);

	for (size_t i = 0; i < count; i++)
		if (!s->seen[i])
			incident_set_section(reader->out, reader->arena, kinds[i].key, "");
	TAKE_OVER(s, causes, causes, cause_count);
	TAKE_OVER(s, events, events, event_count);
	TAKE_OVER(s, actions, actions, action_count);
	for (size_t i = 0; i < reader->out->action_count; i++) {
		int64_t cause = reader->out->actions[i].cause;
		reader->line = reader->action_lines.items[i];
		if (cause && !incident_cause(reader->out, cause))
			return draft_fail(reader, "the action names C%lld, which is not among the causes", (long long)cause);
	}
	enum status status = draft_record_finish(reader, s->seen_record);
	if (status != STATUS_OK)
		return status;
	incident_sort(reader->out);
	/* Optional texts: "" is NULL. */
	reader->out = incident_copy(reader->arena, reader->out);
	return STATUS_OK;
}

/* Whether every line feed follows a CR: then the CRs are an editor's, not the texts'. */
static bool all_crlf(struct slice text)
{
	size_t lines = 0;

	for (size_t at = 0; at < text.len_bytes; at++) {
		if (text.at[at] != '\n')
			continue;
		if (at == 0 || text.at[at - 1] != '\r')
			return false;
		lines++;
	}
	return lines > 0;
}

enum status draft_read(struct arena *arena, const struct incident *base, const struct codebook *book,
		       const struct renderer *renderer, struct slice text, struct incident **out, struct error *err)
{
	struct state s = { .text = text, .renderer = renderer, .part = DRAFT_FRONT };
	enum status status = STATUS_OK;

	s.reader = (struct draft_reader){ .arena = arena, .base = base, .book = book, .err = err };
	s.reader.out = incident_copy(arena, base);
	s.crlf = all_crlf(text);
	for (size_t i = 0; i < text.len_bytes; i++)
		s.line_count += text.at[i] == '\n' || i + 1 == text.len_bytes;
	strbuf_init(&s.block);
	strbuf_init(&s.reader.value);
	strbuf_init(&s.entry);
	if (!utf8_valid(text) || (text.len_bytes && memchr(text.at, '\0', text.len_bytes)))
		status = error_set(err, STATUS_INPUT, "the draft is not a text in UTF-8");
	if (status == STATUS_OK)
		status = read_lines(&s);
	if (status == STATUS_OK && !s.has_title)
		status = error_set(err, STATUS_INPUT, "the draft has no line 'Title: \xe2\x80\xa6'; nothing was changed");
	if (status == STATUS_OK)
		status = put_together(&s);
	if (status == STATUS_OK)
		*out = s.reader.out;
	strbuf_release(&s.block);
	strbuf_release(&s.entry);
	vec_release(&s.hidden);
	vec_release(&s.reader.causes);
	vec_release(&s.reader.events);
	vec_release(&s.reader.actions);
	vec_release(&s.reader.action_lines);
	vec_release(&s.reader.parts);
	strbuf_release(&s.reader.value);
	return status;
}
