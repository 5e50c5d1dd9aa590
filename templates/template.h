/*
 * Templates and the data that fills them: the built-in ones (builtins.def), the names that
 * they can use (names.def), and whether a template fits those, whatever an incident holds.
 * Pure, like all of the renderer.
 */
#ifndef AITIA_TEMPLATES_TEMPLATE_H
#define AITIA_TEMPLATES_TEMPLATE_H

#include "core/render.h"
#include "templates/mustache.h"

/* Those of builtins.def, or its parts; in the arena. */
const struct page_template *template_builtins(struct arena *arena, bool parts, size_t *count);
const struct page_template *template_builtin(struct arena *arena, const char *name); /* NULL: none */

/* The text of {{>name}} in a template, which is the context; for mustache_options. */
bool template_part(const void *page_template, struct slice name, struct slice *text);

const struct template_name *template_names(struct arena *arena, size_t *count);

/* All faults that can be seen without an incident: what cannot be read, unknown names and
 * parts, text that would be inserted unescaped, markup where it cannot stand, parts within
 * themselves. *with_record (may be NULL): whether it asks for record.*. */
size_t template_check(struct arena *arena, const struct page_template *page_template, bool *with_record,
		      void (*found)(void *context, const char *fault), void *context);
/* The same for pages of which thousands are made in turn: what this thread found to be without
 * fault in the call before is not looked at again. */
size_t template_check_again(struct arena *arena, const struct page_template *page_template, bool *with_record,
			    void (*found)(void *context, const char *fault), void *context);

/* Why markup for `place` cannot stand there; NULL: it can. */
const char *template_misfit(enum value_place place, enum mustache_place at, bool whole);

/* Puts text, escaped for its place, or markup, and notes what must read back; of
 * mustache_options. The context is a struct builder. */
const char *template_put(void *builder, struct strbuf *out, const struct value *value, enum mustache_place at, bool whole);

#endif
