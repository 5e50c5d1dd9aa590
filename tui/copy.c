#include "tui/copy.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "tui/menu.h"

enum what { COPY_PART, COPY_PLACE, COPY_NUMBER, COPY_MESSAGE, COPY_QUERY };

/* Controls would be commands where it is pasted. */
static char *harmless(struct arena *arena, struct slice text)
{
	struct strbuf out = STRBUF_INIT;
	char *copy;

	for (size_t at = 0; at < text.len_bytes;) {
		uint32_t c;
		bool valid;
		size_t len = utf8_decode(text.at + at, text.len_bytes - at, &c, &valid);
		bool control = !valid || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
		if (control && c != '\r')
			strbuf_addstr(&out, "\xEF\xBF\xBD");
		else if (!control)
			strbuf_add(&out, text.at + at, len);
		at += len;
	}
	copy = arena_strdup(arena, out.text);
	strbuf_release(&out);
	return copy;
}

static void copy(struct app *app, struct slice text, const char *what)
{
	struct arena arena = ARENA_INIT;
	const char *path = app_options(app)->copy_path, *cleaned = harmless(&arena, text);
	const char *also = app_sign(app, " · ", " - ");
	struct request *request;

	if (!cleaned[0]) {
		app_message(app, false, "there is nothing to copy");
		arena_release(&arena);
		return;
	}
	if (strlen(cleaned) <= COPY_BYTES_MAX)
		app_effect(app, (struct effect){ .kind = EFFECT_COPY, .text = cleaned });
	if (path) {
		request = request_new(REQUEST_KEEP);
		request->path = arena_strdup(&request->arena, path);
		request->text = arena_strdup(&request->arena, cleaned);
		app_request(app, NULL, request);
	}
	if (strlen(cleaned) > COPY_BYTES_MAX)
		app_message(app, !path, "%s: too long for the terminal's clipboard%s%s", what, path ? "; it is in " : "", path ? path : "");
	else
		app_message(app, false, "copied: %s%s%s%s", what, path ? also : "", path ? "also in " : "", path ? path : "");
	arena_release(&arena);
}

static struct slice selected_lines(const struct code_view *view)
{
	size_t from = view->anchor < view->cursor ? view->anchor : view->cursor;
	size_t to = view->anchor < view->cursor ? view->cursor : view->anchor;
	struct slice first = code_view_line(view, from), last = code_view_line(view, to);

	return (struct slice){ first.at, (size_t)(last.at + last.len_bytes - first.at) };
}

void copy_action(struct app *app, struct sample_view *view, int tag)
{
	struct screen *screen;
	int64_t first, last;

	if (!sample_view_ready(view)) {
		app_message(app, false, "there is nothing to copy");
		return;
	}
	if (code_view_selected(&view->code, &first, &last)) {
		char what[64];
		snprintf(what, sizeof(what), "lines %" PRId64 "-%" PRId64, first, last);
		copy(app, selected_lines(&view->code), what);
		sample_view_select(view, false);
		return;
	}
	screen = menu_screen_new("Copy", tag);
	menu_add(menu_of(screen), "code", "or the part that is shown", 'c', COPY_PART);
	menu_add(menu_of(screen), "place", "path and line", 'p', COPY_PLACE);
	menu_add(menu_of(screen), "number", "of the sample", 'n', COPY_NUMBER);
	menu_add(menu_of(screen), "message", "of the first flag", 'm', COPY_MESSAGE);
	menu_add(menu_of(screen), "query", "of the list", 'q', COPY_QUERY);
	app_push(app, screen);
}

void copy_result(struct app *app, const struct sample_view *view, const char *query, const struct screen *child)
{
	const struct sample *sample = view->sample;
	struct strbuf text = STRBUF_INIT;

	if (!sample_view_ready(view))
		return;
	switch ((enum what)menu_value(child)) {
	case COPY_PART:
		copy(app, sample_view_text(view), "what is shown");
		break;
	case COPY_PLACE:
		strbuf_addstr(&text, sample->path ? sample->path : "");
		if (sample->path && sample->region.start_line)
			strbuf_addf(&text, ":%" PRId64, sample->region.start_line);
		copy(app, strbuf_slice(&text), "the place");
		break;
	case COPY_NUMBER:
		strbuf_addf(&text, "%" PRId64, sample->id);
		copy(app, strbuf_slice(&text), "the number");
		break;
	case COPY_MESSAGE:
		copy(app, slice_of(sample->flag_count && sample->flags[0].message ? sample->flags[0].message : ""), "the message");
		break;
	case COPY_QUERY:
		copy(app, slice_of(query), "the query");
		break;
	}
	strbuf_release(&text);
}
