/*
 * Mustache, the core of its specification (comments, delimiters, interpolation,
 * sections, inverted sections, partials), without lambdas. Values are typed
 * (value.h): {{name}} passes text through the caller's escape and inserts markup
 * as it is; {{{name}}} and {{&name}} insert unescaped.
 */
#ifndef AITIA_TEMPLATES_MUSTACHE_H
#define AITIA_TEMPLATES_MUSTACHE_H

#include "core/base/arena.h"
#include "core/base/status.h"
#include "core/base/strbuf.h"
#include "templates/mustache_parse.h"
#include "templates/value.h"

struct mustache_options {
	/* Strict: a name or partial that is not there, text where markup is
	 * demanded, and a list, object or bool shown as text are errors. Lax is
	 * the specification's way: nothing, unescaped text, nothing. */
	bool strict;
	size_t output_limit_bytes; /* 0: 64 MiB */
	void (*escape)(const void *context, struct strbuf *out, struct slice text);
	const void *escape_context;
	/* Strict: puts text or markup in that place instead, `whole` as in mustache_parse.h; NULL,
	 * or why it cannot stand there. May be NULL. */
	const char *(*put)(void *context, struct strbuf *out, const struct value *value, enum mustache_place place,
			   bool whole);
	void *put_context;
	/* The text of a partial (borrowed until the rendering ends), or false. May be NULL. */
	bool (*partial)(const void *context, struct slice name, struct slice *text);
	const void *partial_context;
};

/* Appends to out. STATUS_INPUT with "name:line: reason" when the template, or
 * its fit to the data, is at fault; `out` then holds what came before. */
enum status mustache_render(struct arena *arena, const char *name, struct slice text,
			    const struct value *data, const struct mustache_options *options,
			    struct strbuf *out, struct error *err) MUST_CHECK;

#endif
