#include "templates/build.h"

#include "core/base/utf8.h"
#include "templates/markdown.h"
#include "templates/notes.h"

struct value *build_markup(struct builder *b, struct strbuf *buf, enum value_place place)
{
	struct value *value = value_markup(b->arena, strbuf_slice(buf), place);

	strbuf_release(buf);
	return value;
}

void build_set_list(struct builder *b, struct value *object, const char *name, const char *has_name,
		    struct value *list)
{
	value_set(object, name, list);
	value_set(object, has_name, value_bool(b->arena, value_is_true(list)));
}

void build_put(struct builder *b, struct strbuf *out, const char *text, enum escape_context context)
{
	if (text)
		site_put_text(b->site, out, slice_of(text), context,
			      out->len_bytes ? ESCAPE_LINE_END : ESCAPE_WHOLE);
}

struct value *build_text(struct builder *b, const char *text, enum escape_context context)
{
	struct strbuf buf = STRBUF_INIT;

	build_put(b, &buf, text, context);
	return build_markup(b, &buf, context == ESCAPE_CELL ? VALUE_CELL : context == ESCAPE_HEADING ? VALUE_HEADING : VALUE_PROSE);
}

static struct value *shown_as(struct value *value, struct slice shown)
{
	value->is_shown = true;
	value->shown = shown;
	return value;
}

struct value *build_cell(struct builder *b, const char *text)
{
	struct value *cell = build_text(b, text, ESCAPE_CELL);

	return text ? shown_as(cell, text_clean_slice(b->arena, slice_of(text), TEXT_LINE)) : cell;
}

struct value *build_heading(struct builder *b, const char *lead, const char *text)
{
	struct strbuf buf = STRBUF_INIT, seen = STRBUF_INIT;
	struct value *heading;

	strbuf_addstr(&buf, lead);
	build_put(b, &buf, text, ESCAPE_HEADING);
	text_clean(&seen, slice_of(lead), TEXT_LINE);
	text_clean(&seen, slice_of(text), TEXT_LINE);
	while (!build_has(text) && seen.len_bytes && seen.text[seen.len_bytes - 1] == ' ')
		strbuf_truncate(&seen, seen.len_bytes - 1);
	heading = shown_as(build_markup(b, &buf, VALUE_HEADING), arena_slice(b->arena, strbuf_slice(&seen)));
	strbuf_release(&seen);
	return heading;
}

struct value *build_markdown(struct builder *b, const char *markdown, int section_level)
{
	struct reference_taker taker = notes_taker(b);
	struct strbuf buf = STRBUF_INIT;

	if (markdown)
		markdown_write_referring(&buf, b->site, slice_of(markdown), section_level, &taker);
	return build_markup(b, &buf, VALUE_BLOCK);
}

struct value *build_prose(struct builder *b, const char *name, const char *markdown, int section_level)
{
	struct reference_taker taker = notes_taker(b);
	struct strbuf buf = STRBUF_INIT;

	if (!b->is_mapped || !build_has(markdown))
		return build_markdown(b, markdown, section_level);
	strbuf_addf(&buf, "%c%zu%c", PROSE_OPEN, b->prose_names.len, PROSE_NAMED);
	vec_push(&b->prose_names, name);
	markdown_write_referring(&buf, b->site, slice_of(markdown), section_level, &taker);
	strbuf_addch(&buf, PROSE_CLOSE);
	return build_markup(b, &buf, VALUE_BLOCK);
}

void build_put_markdown(struct builder *b, struct strbuf *out, const char *markdown)
{
	struct reference_taker taker = notes_taker(b);

	if (markdown)
		markdown_write_line_referring(out, b->site, slice_of(markdown), ESCAPE_CELL, &taker);
}

struct value *build_markdown_cell(struct builder *b, const char *markdown)
{
	struct strbuf buf = STRBUF_INIT;

	build_put_markdown(b, &buf, markdown);
	return build_markup(b, &buf, VALUE_CELL);
}

struct value *build_note(struct builder *b, const char *title, const char *body)
{
	struct strbuf buf = STRBUF_INIT;

	site_put_note(b->site, &buf, title, body);
	strbuf_truncate(&buf, buf.len_bytes - 1);
	return build_markup(b, &buf, VALUE_BLOCK);
}

const char *build_words(struct builder *b, const char *word)
{
	char *text = arena_strdup(b->arena, word);

	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	return text;
}

const char *build_clip(struct builder *b, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len <= BUILD_TEXT_MAX_BYTES)
		return text;
	len = utf8_cut(text, len, BUILD_TEXT_MAX_BYTES);
	return arena_printf(b->arena, "%.*s…", (int)len, text);
}

static size_t count_lines(struct slice text)
{
	size_t lines = text.len_bytes && text.at[text.len_bytes - 1] != '\n';

	for (size_t i = 0; i < text.len_bytes; i++)
		lines += text.at[i] == '\n';
	return lines;
}

/* Whole lines while they fit; of one long line what fits. */
static struct slice clip_code(struct builder *b, struct slice code, const char **note)
{
	size_t lines = 0, end = 0, at = 0, total = count_lines(code);

	*note = NULL;
	if (code.len_bytes <= BUILD_CODE_MAX_BYTES && total <= BUILD_CODE_MAX_LINES)
		return code;
	while (at < code.len_bytes && lines < BUILD_CODE_MAX_LINES) {
		const char *line_end = memchr(code.at + at, '\n', code.len_bytes - at);

		at = line_end ? (size_t)(line_end - code.at) + 1 : code.len_bytes;
		if (at > BUILD_CODE_MAX_BYTES)
			break;
		end = at;
		lines++;
	}
	if (lines == 0) {
		end = utf8_cut(code.at, code.len_bytes, BUILD_CODE_MAX_BYTES);
		*note = arena_printf(b->arena, "Cut: the first %zu of %zu bytes are shown.", end, code.len_bytes);
	} else
		*note = arena_printf(b->arena, "Cut: the first %zu of %zu lines are shown.", lines, total);
	return (struct slice){ code.at, end };
}

struct value *build_code(struct builder *b, const char *language, struct slice code, const char **note)
{
	struct strbuf buf = STRBUF_INIT;
	struct slice clean = clip_code(b, text_clean_slice(b->arena, code, TEXT_BLOCK), note);

	/* A block's last line ends in LF: give it one, so that both sides agree. */
	strbuf_addslice(&buf, clean);
	if (buf.len_bytes && buf.text[buf.len_bytes - 1] != '\n')
		strbuf_addch(&buf, '\n');
	clean = text_clean_slice(b->arena, strbuf_slice(&buf), TEXT_BLOCK);
	strbuf_clear(&buf);
	site_put_code_block(b->site, &buf, language ? language : "", clean, false);
	strbuf_truncate(&buf, buf.len_bytes - 1);
	return shown_as(build_markup(b, &buf, VALUE_BLOCK), clean);
}
