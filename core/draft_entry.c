/* One cause's heading, one entry of the timeline, one action: from its line. */
#include <string.h>

#include "core/draft_read.h"
#include "core/words.h"

/* The next word, up to a blank or one of `ends`; the text moves behind it. */
static struct slice next_word(struct slice *text, const char *ends)
{
	struct slice word;
	size_t len = 0;

	*text = draft_trim(*text);
	while (len < text->len_bytes && !strchr(" \t\r\n", text->at[len]) && !strchr(ends, text->at[len]))
		len++;
	word = (struct slice){ text->at, len };
	text->at += len;
	text->len_bytes -= len;
	return word;
}

static struct slice part_of(struct slice text, size_t from, size_t to)
{
	return (struct slice){ text.at + from, to - from };
}

/* Whether the child was in the base, and not yet in the draft. 0 is a new one. */
#define CHECK_NUMBER(reader, letter, number_, list, base_items, base_count)                            \
	do {                                                                                           \
		bool known_ = false;                                                                   \
		for (size_t i_ = 0; i_ < (base_count); i_++)                                           \
			known_ |= (base_items)[i_].number == (number_);                                \
		if ((number_) && !known_)                                                              \
			return draft_fail(reader, "there is no %c%lld; leave the number out to add one", \
					  letter, (long long)(number_));                               \
		for (size_t i_ = 0; i_ < (list).len; i_++)                                             \
			if ((number_) && (list).items[i_].number == (number_))                         \
				return draft_fail(reader, "%c%lld stands twice", letter,               \
						  (long long)(number_));                               \
	} while (0)

/* ---- causes -------------------------------------------------------------------- */

static enum status read_judgement(struct draft_reader *reader, struct slice words, struct incident_cause *cause)
{
	while ((words = draft_trim(words)).len_bytes) {
		struct slice word = next_word(&words, ",");
		char *text = arena_text(reader->arena, word);
		size_t index;

		if (word.len_bytes && words_find("cause_role", text, &index) && index)
			cause->role = (enum cause_role)index;
		else if (word.len_bytes && words_find("confidence", text, &index) && index)
			cause->confidence = (enum confidence)index;
		else if (word.len_bytes && words_find("intent", text, &index))
			cause->intent = (enum intent)index;
		else if (word.len_bytes && strcmp(text, "none") != 0)
			return draft_fail(reader, "'%.80s' is no role (trigger, contributing, \xe2\x80\xa6), confidence "
					  "(confirmed, likely, \xe2\x80\xa6) or intent (defect, deliberate_tradeoff) of a cause",
					  text);
		words = draft_trim(words);
		if (words.len_bytes && words.at[0] == ',')
			words = part_of(words, 1, words.len_bytes);
	}
	return STATUS_OK;
}

static enum status read_code(struct draft_reader *reader, struct slice raw, struct incident_cause *cause)
{
	const struct incident_cause *old = cause->number ? incident_cause(reader->base, cause->number) : NULL;
	const struct code *code;

	cause->code = draft_field_read(reader->arena, raw);
	/* What stands already may be of an older codebook. */
	if (old && strcmp(old->code ? old->code : "", cause->code) == 0)
		return STATUS_OK;
	code = codebook_cause(reader->book, cause->code);
	if (code) {
		cause->code = code_name(reader->arena, code);
		return STATUS_OK;
	}
	code = codebook_nearest(reader->book, CODE_CAUSE, cause->code);
	if (code)
		return draft_fail(reader, "unknown cause '%.80s'; did you mean '%s'?", cause->code,
				  code_name(reader->arena, code));
	return draft_fail(reader, "unknown cause '%.80s'; a cause reads '## category/sub-cause (role, confidence, intent)'",
			  cause->code);
}

enum status draft_read_cause(struct draft_reader *reader, struct slice heading)
{
	struct incident_cause cause = { .statement = "" };
	struct slice text = draft_trim(heading), words = { NULL, 0 };
	size_t open;
	enum status status;

	draft_number(&text, 'C', &cause.number);
	CHECK_NUMBER(reader, 'C', cause.number, reader->causes, reader->base->causes, reader->base->cause_count);
	open = draft_find(text, 0, '(');
	if (open < text.len_bytes) {
		if (text.at[text.len_bytes - 1] != ')')
			return draft_fail(reader, "the '(' behind the cause is not closed");
		words = part_of(text, open + 1, text.len_bytes - 1);
	}
	status = read_code(reader, part_of(text, 0, open), &cause);
	if (status == STATUS_OK)
		status = read_judgement(reader, words, &cause);
	if (cause.number) { /* evidence is not in the draft: it stays */
		const struct incident_cause *old = incident_cause(reader->base, cause.number);
		cause.evidence = old->evidence;
		cause.evidence_count = old->evidence_count;
	}
	vec_push(&reader->causes, cause);
	return status;
}

/* ---- the timeline ---------------------------------------------------------------- */

#define FIELDS_MAX 6

static bool starts_with(struct slice text, const char *with, struct slice *rest)
{
	size_t len = strlen(with);
	if (text.len_bytes < len || memcmp(text.at, with, len) != 0)
		return false;
	*rest = part_of(text, len, text.len_bytes);
	return true;
}

static enum status read_when(struct draft_reader *reader, struct slice text, struct instant *out)
{
	struct error reason;
	size_t len;

	text = draft_trim(text);
	len = text.len_bytes;
	*out = INSTANT_UNKNOWN;
	if (len == 0 || slice_is(text, "?") || slice_is(text, "unknown"))
		return STATUS_OK;
	if (instant_parse(text, out, &reason) != STATUS_OK)
		return draft_fail(reader, "%s", reason.text);
	return STATUS_OK;
}

/* "change introduced", "report" or "introduced" alone; false: it is none of them. */
static bool read_kind(struct draft_reader *reader, struct slice text, struct incident_event *event,
		      struct slice *wrong)
{
	size_t kind = EVENT_MILESTONE, milestone = MILESTONE_NONE;
	struct slice first = next_word(&text, ""), second = next_word(&text, "");

	*wrong = first;
	if (!first.len_bytes)
		return false;
	if (!words_find("event_kind", arena_text(reader->arena, first), &kind)) {
		if (second.len_bytes || !words_find("milestone", arena_text(reader->arena, first), &milestone) ||
		    milestone == MILESTONE_NONE)
			return false;
	} else if (second.len_bytes) {
		*wrong = second;
		if (!words_find("milestone", arena_text(reader->arena, second), &milestone))
			return false;
	}
	if (draft_trim(text).len_bytes)
		return false;
	event->kind = (enum event_kind)kind;
	event->milestone = (enum milestone)milestone;
	return true;
}

/* The optional fields behind the text. */
static enum status read_rest(struct draft_reader *reader, const struct slice *fields, size_t count,
			     struct incident_event *event)
{
	for (size_t i = 0; i < count; i++) {
		struct slice field = draft_trim(fields[i]), value;
		if (!event->sources && starts_with(field, "sources:", &value))
			event->sources = draft_field_read(reader->arena, value);
		else if (!event->cohort && starts_with(field, "cohort:", &value))
			event->cohort = draft_field_read(reader->arena, value);
		else
			return draft_fail(reader, "'%.*s' behind the text must be 'sources: \xe2\x80\xa6' or 'cohort: \xe2\x80\xa6' "
					  "(a bar in a text is written \\|)",
					  (int)(field.len_bytes < 60 ? field.len_bytes : 60), field.at);
	}
	return STATUS_OK;
}

enum status draft_read_event(struct draft_reader *reader, struct slice entry)
{
	struct incident_event event = { .text = "" };
	struct slice fields[FIELDS_MAX], text = draft_trim(entry), wrong;
	size_t count = 0, at = 0, text_at = 1, certainty = 0;
	enum status status;

	draft_number(&text, 'E', &event.number);
	CHECK_NUMBER(reader, 'E', event.number, reader->events, reader->base->events, reader->base->event_count);
	for (; at <= text.len_bytes; at++) {
		size_t bar = draft_find(text, at, '|');
		if (count == FIELDS_MAX)
			return draft_fail(reader, "more fields than an entry has (a bar in a text is written \\|)");
		fields[count++] = part_of(text, at, bar);
		at = bar;
	}
	if (count < 2)
		return draft_fail(reader, "an entry reads '- 2026-03-04 10:10 | what happened'");
	status = read_when(reader, fields[0], &event.at);
	if (status != STATUS_OK)
		return status;
	/* Short forms: when | text, when | kind | text. */
	if (count > 2 && read_kind(reader, fields[1], &event, &wrong)) {
		text_at = 2;
		if (count > 3) {
			status = draft_word(reader, draft_trim(fields[2]), "event_certainty", "certainty", &certainty);
			text_at = 3;
		}
	} else if (count > 3) {
		return draft_word(reader, wrong, wrong.at == draft_trim(fields[1]).at ? "event_kind" : "milestone",
				  "kind of event", &certainty);
	}
	if (status != STATUS_OK)
		return status;
	event.certainty = (enum event_certainty)certainty;
	event.text = draft_field_read(reader->arena, fields[text_at]);
	if (!event.text[0] && event.milestone == MILESTONE_NONE)
		return draft_fail(reader, "the entry has no text");
	status = read_rest(reader, fields + text_at + 1, count - text_at - 1, &event);
	vec_push(&reader->events, event);
	return status;
}

/* ---- actions ---------------------------------------------------------------------- */

/* The ':' that ends the head: one with a blank, or nothing, behind it. */
static size_t find_colon(struct slice text)
{
	size_t at = 0;

	while ((at = draft_find(text, at, ':')) < text.len_bytes) {
		if (at + 1 == text.len_bytes || strchr(" \t\r\n", text.at[at + 1]))
			break;
		at++;
	}
	return at;
}

/* "type C1 @owner due 2026-06-01" */
static enum status read_head(struct draft_reader *reader, struct slice head, struct incident_action *action)
{
	size_t type = 0;
	enum status status = draft_word(reader, next_word(&head, ""), "action_type", "type of action", &type);
	struct slice word;

	action->type = (enum action_type)type;
	head = draft_trim(head);
	draft_number(&head, 'C', &action->cause);
	if (status == STATUS_OK && head.len_bytes && head.at[0] == '@') {
		size_t end = 1;
		/* The owner's own " due" has its blank escaped. */
		while (end < head.len_bytes &&
		       !(strchr(" \t", head.at[end]) && head.len_bytes - end > 4 && memcmp(head.at + end + 1, "due", 3) == 0 &&
			 strchr(" \t", head.at[end + 4])))
			end++;
		action->owner = draft_field_read(reader->arena, part_of(head, 1, end));
		head = part_of(head, end, head.len_bytes);
	}
	word = next_word(&head, "");
	if (status == STATUS_OK && slice_is(word, "due")) {
		status = read_when(reader, head, &action->due);
	} else if (status == STATUS_OK && word.len_bytes) {
		status = draft_fail(reader, "'%.*s' is not understood; an action reads '- [open] fix C1 @owner due 2026-06-01: text'",
				    (int)(word.len_bytes < 60 ? word.len_bytes : 60), word.at);
	}
	return status;
}

/* The next "(criterion:" or "(link:" that no backslash hides. */
static size_t find_group(struct slice text, size_t from, bool *is_link, struct slice *value)
{
	size_t at = from;

	while ((at = draft_find(text, at, '(')) < text.len_bytes) {
		struct slice here = part_of(text, at, text.len_bytes);
		*is_link = starts_with(here, "(link:", value);
		if (*is_link || starts_with(here, "(criterion:", value))
			break;
		at++;
	}
	return at;
}

static enum status read_text(struct draft_reader *reader, struct slice text, struct incident_action *action)
{
	struct slice value = { NULL, 0 };
	bool link = false, next_is_link = false;
	size_t at = find_group(text, 0, &link, &value);

	action->text = draft_field_read(reader->arena, part_of(text, 0, at));
	while (at < text.len_bytes) {
		struct slice next_value = { NULL, 0 }, group;
		size_t next = find_group(text, at + 1, &next_is_link, &next_value);
		const char **field = link ? &action->link : &action->criterion;

		group = draft_trim((struct slice){ value.at, (size_t)(text.at + next - value.at) });
		if (!group.len_bytes || group.at[group.len_bytes - 1] != ')')
			return draft_fail(reader, "'(%s: \xe2\x80\xa6' is not closed by the ')' at the end",
					  link ? "link" : "criterion");
		if (*field)
			return draft_fail(reader, "'(%s: \xe2\x80\xa6)' stands twice", link ? "link" : "criterion");
		*field = draft_field_read(reader->arena, part_of(group, 0, group.len_bytes - 1));
		at = next;
		link = next_is_link;
		value = next_value;
	}
	if (!action->text[0])
		return draft_fail(reader, "the action has no text");
	return STATUS_OK;
}

/* Whether an entry without number and status starts like "fix:" or "fix C1 …:". */
static bool has_head(struct draft_reader *reader, struct slice text)
{
	struct slice word = next_word(&text, ":");
	size_t type;

	if (!word.len_bytes || !words_find("action_type", arena_text(reader->arena, word), &type))
		return false;
	if (text.len_bytes && text.at[0] == ':')
		return true;
	text = draft_trim(text);
	return find_colon(text) < text.len_bytes && text.len_bytes > 1 &&
	       (text.at[0] == '@' || (text.at[0] == 'C' && text.at[1] >= '0' && text.at[1] <= '9') ||
		(text.len_bytes > 4 && memcmp(text.at, "due ", 4) == 0));
}

/* "[words](address)": a text that starts with a link, not a status. */
static bool is_link(struct slice text)
{
	const char *close = memchr(text.at, ']', text.len_bytes);
	return close && close + 1 < text.at + text.len_bytes && close[1] == '(';
}

enum status draft_read_action(struct draft_reader *reader, struct slice entry)
{
	struct incident_action action = { .text = "" };
	struct slice text = draft_trim(entry);
	bool numbered = draft_number(&text, 'A', &action.number);
	enum status status = STATUS_OK;
	size_t end, state = 0;

	CHECK_NUMBER(reader, 'A', action.number, reader->actions, reader->base->actions,
		     reader->base->action_count);
	if (text.len_bytes && text.at[0] == '[' && !(is_link(text) && !numbered)) {
		const char *close = memchr(text.at, ']', text.len_bytes);
		if (!close)
			return draft_fail(reader, "the '[' of the status is not closed");
		end = (size_t)(close - text.at);
		status = draft_word(reader, draft_trim(part_of(text, 1, end)), "action_status", "status of an action",
				    &state);
		text = draft_trim(part_of(text, end + 1, text.len_bytes));
		numbered = true;
	}
	if (status != STATUS_OK)
		return status;
	action.status = (enum action_status)state;
	if (numbered || has_head(reader, text)) {
		end = find_colon(text);
		if (end == text.len_bytes)
			return draft_fail(reader, "an action reads '- [open] fix C1 @owner due 2026-06-01: text'");
		status = read_head(reader, part_of(text, 0, end), &action);
		text = part_of(text, end + 1, text.len_bytes);
	}
	if (status == STATUS_OK)
		status = read_text(reader, text, &action);
	vec_push(&reader->actions, action);
	vec_push(&reader->action_lines, reader->line);
	return status;
}
