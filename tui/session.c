#include "tui/session.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/utf8.h"

static const char *const kinds[HISTORY_COUNT] = {
	[HISTORY_NOTE] = "note", [HISTORY_TITLE] = "title", [HISTORY_TEXT] = "text",
	[HISTORY_SQL] = "sql", [HISTORY_VIEW] = "view", [HISTORY_FILTER] = "filter", [HISTORY_TIME] = "time",
	[HISTORY_OWNER] = "owner", [HISTORY_FOLDER] = "folder", [HISTORY_JUMP] = "jump", [HISTORY_LOG] = "log",
	[HISTORY_FIND] = "find", [HISTORY_UNTIL] = "until", [HISTORY_NUMBER] = "number",
};

/* What stands behind "WORD " on the line. */
static bool value_of(struct slice line, const char *word, struct slice *value)
{
	size_t len = strlen(word);

	if (line.len_bytes <= len || memcmp(line.at, word, len) != 0 || line.at[len] != ' ')
		return false;
	*value = (struct slice){ line.at + len + 1, line.len_bytes - len - 1 };
	return true;
}

/* "KIND TITLE", and the text in the next line. */
static bool take_typed(struct arena *arena, struct slice value, struct slice *rest, struct typed_text *out)
{
	struct slice title, text;

	for (int kind = 0; kind < HISTORY_COUNT; kind++)
		if (kinds[kind] && value_of(value, kinds[kind], &title) && slice_next_line(rest, &text) && text.len_bytes) {
			*out = (struct typed_text){ (enum app_history)kind, utf8_clean(arena, title), utf8_clean(arena, text) };
			return true;
		}
	return false;
}

void session_parse(struct arena *arena, struct slice text, struct session *out)
{
	struct slice line, value;
	struct typed_text typed;

	*out = (struct session){ .sort = SORT_NEWEST };
	while (slice_next_line(&text, &line)) {
		if (value_of(line, "query", &value))
			out->query = utf8_clean(arena, value);
		else if (value_of(line, "sort", &value))
			sort_parse(utf8_clean(arena, value), &out->sort);
		else if (value_of(line, "sample", &value))
			out->sample = strtoll(utf8_clean(arena, value), NULL, 10);
		else if (value_of(line, "columns", &value))
			out->columns = utf8_clean(arena, value);
		else if (value_of(line, "typing", &value) && take_typed(arena, value, &text, &typed)) {
			out->typed_as = typed.as;
			out->typed_at = typed.at;
			out->typed = typed.text;
		} else if (value_of(line, "unsaved", &value) && take_typed(arena, value, &text, &typed) &&
			   out->unsaved_count < SESSION_UNSAVED_MAX)
			out->unsaved[out->unsaved_count++] = typed;
	}
	if (out->sample < 0)
		out->sample = 0;
}

void session_format(const struct session *session, struct strbuf *out)
{
	if (session->query && session->query[0] && !strchr(session->query, '\n'))
		strbuf_addf(out, "query %s\n", session->query);
	strbuf_addf(out, "sort %s\n", sort_word(session->sort));
	if (session->sample)
		strbuf_addf(out, "sample %" PRId64 "\n", session->sample);
	if (session->columns && session->columns[0])
		strbuf_addf(out, "columns %s\n", session->columns);
	if (session->typed && session->typed[0] && kinds[session->typed_as])
		strbuf_addf(out, "typing %s %s\n%s\n", kinds[session->typed_as], session->typed_at, session->typed);
	for (size_t i = 0; i < session->unsaved_count; i++) {
		const struct typed_text *unsaved = &session->unsaved[i];
		if (unsaved->text && unsaved->text[0] && kinds[unsaved->as])
			strbuf_addf(out, "unsaved %s %s\n%s\n", kinds[unsaved->as], unsaved->at, unsaved->text);
	}
}
