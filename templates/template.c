#include "templates/template.h"

#include <string.h>

#include "core/base/attr.h"
#include "templates/build.h"

/* ---- the built-in ones ----------------------------------------------------------------- */

#define TEMPLATE(word, public, help)                                                  \
	extern const unsigned char embed_templates_builtin_##word##_mustache[];       \
	extern const size_t embed_templates_builtin_##word##_mustache_len;
#define PART(word) TEMPLATE(word, false, "")
#include "templates/builtins.def"

#define TEXT_OF(word) \
	{ (const char *)embed_templates_builtin_##word##_mustache, embed_templates_builtin_##word##_mustache_len }

const struct page_template *template_builtins(struct arena *arena, bool parts, size_t *count)
{
	const struct page_template whole[] = {
#define TEMPLATE(word, public, help) { #word, help, TEXT_OF(word), public, NULL, 0 },
#include "templates/builtins.def"
	};
	const struct page_template shared[] = {
#define PART(word) { #word, "", TEXT_OF(word), false, NULL, 0 },
#include "templates/builtins.def"
	};
	const struct page_template *from = parts ? shared : whole;
	struct page_template *all;

	*count = parts ? ARRAY_LEN(shared) : ARRAY_LEN(whole);
	all = arena_array(arena, *count, sizeof(*all));
	memcpy(all, from, *count * sizeof(*all));
	return all;
}

const struct page_template *template_builtin(struct arena *arena, const char *name)
{
	size_t count;
	const struct page_template *all = template_builtins(arena, false, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

bool template_part(const void *page_template, struct slice name, struct slice *text)
{
	const struct page_template *template = page_template;

	for (size_t i = 0; i < template->part_count; i++)
		if (slice_is(name, template->parts[i].name)) {
			*text = template->parts[i].text;
			return true;
		}
#define PART(word)                                         \
	if (slice_is(name, #word)) {                       \
		*text = (struct slice)TEXT_OF(word);       \
		return true;                               \
	}
#include "templates/builtins.def"
	return false;
}

/* ---- onto the page ----------------------------------------------------------------------- */

const char *template_misfit(enum value_place place, enum mustache_place at, bool whole)
{
	if (place == VALUE_BLOCK && !(at == MUSTACHE_PROSE && whole))
		return "is a block: it needs a line of its own, with nothing before or behind it";
	if (at == MUSTACHE_ROW && place != VALUE_CELL)
		return "is no cell, and cannot stand in a table's row";
	if (at == MUSTACHE_HEADING && place != VALUE_HEADING)
		return "is no heading, and cannot stand in one";
	return NULL;
}

/* Behind "](", "<", "]:" a site reads an address: a text there could lead anywhere. */
static bool opens_address(const struct strbuf *out)
{
	static const char *const openers[] = { "](", "](<", "]:", "]: ", "<" };

	for (size_t i = 0; i < ARRAY_LEN(openers); i++) {
		size_t len = strlen(openers[i]);
		if (out->len_bytes >= len && memcmp(out->text + out->len_bytes - len, openers[i], len) == 0 &&
		    !(out->len_bytes > len && out->text[out->len_bytes - len - 1] == '\\'))
			return true;
	}
	return false;
}

/* What may open a block must be disarmed only where a line, a list's item or a quote begins. */
static unsigned edges_at(const struct strbuf *out)
{
	size_t at = out->len_bytes;

	while (at > 0 && out->text[at - 1] != '\n')
		if (!strchr(" \t>-*+|", out->text[--at]))
			return ESCAPE_LINE_END;
	return ESCAPE_WHOLE;
}

static void note_shown(struct builder *b, const struct value *value, enum mustache_place at)
{
	if (value->place == VALUE_BLOCK)
		vec_push(&b->codes, value->shown);
	else if (value->place == VALUE_HEADING && at == MUSTACHE_HEADING)
		vec_push(&b->headings, value->shown);
	else if (value->place == VALUE_CELL && at == MUSTACHE_ROW)
		vec_push(&b->cells, value->shown);
}

const char *template_put(void *builder, struct strbuf *out, const struct value *value, enum mustache_place at, bool whole)
{
	static const enum escape_context contexts[] = {
		[MUSTACHE_PROSE] = ESCAPE_PROSE, [MUSTACHE_ROW] = ESCAPE_CELL, [MUSTACHE_HEADING] = ESCAPE_HEADING,
	};
	struct builder *b = builder;
	const char *misfit;

	if (opens_address(out))
		return "stands where an address is read: what is a link is made as one (record.*.link)";
	if (value->type == VALUE_TEXT) {
		site_put_text(b->site, out, value->text, contexts[at], edges_at(out));
		return NULL;
	}
	misfit = template_misfit(value->place, at, whole);
	if (misfit)
		return misfit;
	strbuf_addslice(out, value->text);
	if (value->is_shown && whole)
		note_shown(b, value, at);
	return NULL;
}
