/* Requests about earlier texts of an incident's sections. */
#include "tui/request_run.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/draft_text.h"
#include "core/revisions.h"
#include "tui/text_run.h"

#define WIDTH_LEAST 20

enum status request_revisions(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	const struct revision *all;
	struct revision *kept;
	size_t count = 0;
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_list(backend->store, &answer->arena, request->key, &all, &count, err);
	if (status != STATUS_OK)
		return status;
	kept = arena_array(&answer->arena, count + 1, sizeof(*kept));
	for (size_t i = 0; i < count; i++)
		if (revision_changes(&all[i], request->section))
			kept[answer->revision_count++] = all[i];
	answer->revisions = kept;
	return STATUS_OK;
}

/* ---- texts that are compared line by line ------------------------------------------------- */

/* Behind the first sentence of the text; its length if it is one. Prose is often written as one
 * line a paragraph: by sentences, one word that differs does not make all of it differ. */
static size_t sentence(struct slice line)
{
	for (size_t i = 1; i < line.len_bytes; i++)
		if (line.at[i] == ' ' && line.at[i - 1] && strchr(".!?", line.at[i - 1]))
			return i + 1;
	return line.len_bytes;
}

/* Blanks at a break are none of the text's. */
static struct slice without_blanks(struct slice part, bool ends)
{
	while (!ends && part.len_bytes && part.at[part.len_bytes - 1] == ' ')
		part.len_bytes--;
	return part;
}

static void put_prose(struct strbuf *out, struct slice line, int width)
{
	struct slice rest = line;

	while (rest.len_bytes) {
		bool fits = rest.len_bytes <= (size_t)width || text_fitting(rest, width) == rest.len_bytes;
		struct slice part = { rest.at, fits ? rest.len_bytes : sentence(rest) };
		rest.at += part.len_bytes;
		rest.len_bytes -= part.len_bytes;
		while (part.len_bytes) {
			size_t take = text_fitting(part, width);
			bool ends = take == part.len_bytes && !rest.len_bytes;
			strbuf_addslice(out, without_blanks((struct slice){ part.at, take }, ends));
			part.at += take;
			part.len_bytes -= take;
			if (!ends)
				strbuf_addch(out, '\n');
		}
	}
	strbuf_addch(out, '\n');
}

/* Lines of prose no wider than that; code stays. */
static struct slice broken(struct arena *arena, struct slice text, int width)
{
	struct draft_fence fence = { 0 };
	struct strbuf out = STRBUF_INIT;
	struct slice line, copy;

	while (slice_next_line(&text, &line)) {
		bool in_code = fence.mark != 0;
		if (in_code && draft_fence_closes(line, &fence))
			fence.mark = 0;
		else if (!in_code)
			in_code = draft_fence_opens(line, &fence);
		if (in_code) {
			strbuf_addslice(&out, line);
			strbuf_addch(&out, '\n');
		} else {
			put_prose(&out, line, width);
		}
	}
	copy = arena_slice(arena, strbuf_slice(&out));
	strbuf_release(&out);
	return copy;
}

static struct slice text_of(struct arena *arena, const struct incident *incident, const struct request *request)
{
	struct strbuf text = STRBUF_INIT;
	struct slice out;

	if (request->section)
		strbuf_addstr(&text, incident_section(incident, request->section));
	else
		revision_text(incident, &text);
	out = broken(arena, strbuf_slice(&text), request->text_width > WIDTH_LEAST ? request->text_width : WIDTH_LEAST);
	strbuf_release(&text);
	return out;
}

enum status request_revision(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	struct incident *then, *now;
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_get(backend->store, &answer->arena, request->key, request->edit, &then, err);
	if (status == STATUS_OK)
		status = revision_get(backend->store, &answer->arena, request->key, 0, &now, err);
	if (status != STATUS_OK)
		return status;
	answer->then = text_of(&answer->arena, then, request);
	answer->now = text_of(&answer->arena, now, request);
	return STATUS_OK;
}

enum status request_restore(const struct backend *backend, const struct request *request, struct answer *answer, struct error *err)
{
	enum status status = request_need_key(request, err);

	if (status == STATUS_OK)
		status = revision_restore(backend->store, &answer->arena, request->reviewer, request->key, request->edit, request->section,
					  &answer->edit, err);
	if (status == STATUS_OK)
		answer->message = arena_printf(&answer->arena, "%s: %s as of edit %lld", request->key,
					       request->section ? request->section : "sections", (long long)request->edit);
	return status;
}
