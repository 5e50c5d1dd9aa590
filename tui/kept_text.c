#include "tui/kept_text.h"

#include <string.h>

#include "tui/editor.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct slice trimmed(struct slice text)
{
	while (text.len_bytes > 0 && is_blank(text.at[0])) {
		text.at++;
		text.len_bytes--;
	}
	while (text.len_bytes > 0 && is_blank(text.at[text.len_bytes - 1]))
		text.len_bytes--;
	return text;
}

void kept_text_set(struct kept_text *kept, const char *path, struct slice text)
{
	kept_text_release(kept);
	if (trimmed(text).len_bytes == 0) {
		editor_discard(path);
		return;
	}
	kept->path = arena_strdup(&kept->arena, path);
	kept->text = arena_slice(&kept->arena, trimmed(text));
}

static bool is_text(const struct kept_text *kept, const char *field)
{
	return field && slice_eq(trimmed(slice_of(field)), kept->text);
}

static bool incident_holds(const struct kept_text *kept, const struct incident *incident)
{
	bool holds = is_text(kept, incident->title) || is_text(kept, incident->severity_rationale);

	for (size_t i = 0; i < incident->cause_count; i++)
		holds |= is_text(kept, incident->causes[i].statement);
	for (size_t i = 0; i < incident->event_count; i++)
		holds |= is_text(kept, incident->events[i].text);
	for (size_t i = 0; i < incident->action_count; i++)
		holds |= is_text(kept, incident->actions[i].text);
	for (size_t i = 0; i < incident->section_count; i++)
		holds |= is_text(kept, incident->sections[i].markdown);
	return holds;
}

void kept_text_sent(struct kept_text *kept, const struct request *request, bool at_once)
{
	bool carries = false;

	if (!kept->path || kept->serial)
		return;
	if (request->kind == REQUEST_ANNOTATE)
		carries = is_text(kept, request->annotate.annotation.note);
	else if (request->kind == REQUEST_INCIDENT_PUT && request->incident)
		carries = at_once || incident_holds(kept, request->incident);
	if (carries)
		kept->serial = request->serial;
}

bool kept_text_answered(struct kept_text *kept, uint64_t serial, enum status status)
{
	if (!kept->path || !kept->serial || kept->serial != serial)
		return false;
	kept->serial = 0;
	if (status != STATUS_OK)
		return true;
	editor_discard(kept->path);
	kept_text_release(kept);
	return false;
}

void kept_text_release(struct kept_text *kept)
{
	arena_release(&kept->arena);
	*kept = (struct kept_text){ .arena = ARENA_INIT };
}
