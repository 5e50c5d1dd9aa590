/* The template engine against the Mustache specification, and its strict mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "templates/escape.h"
#include "templates/mustache.h"

#define SPEC "../shared/data/mustache/mustache_spec/"

struct fixture {
	struct arena arena;
	struct strbuf out;
	struct error err;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	arena_init(&f->arena);
	strbuf_init(&f->out);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	strbuf_release(&f->out);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static void html(const void *context, struct strbuf *out, struct slice text)
{
	(void)context;
	escape_html(out, text);
}

static struct value *value_of(struct arena *arena, const struct json *json)
{
	struct value *value;

	switch (json->type) {
	case JSON_NULL: return value_null(arena);
	case JSON_FALSE: return value_bool(arena, false);
	case JSON_TRUE: return value_bool(arena, true);
	case JSON_NUMBER: return value_number(arena, json->text);
	case JSON_STRING: return value_text(arena, json->text);
	case JSON_ARRAY:
		value = value_list(arena);
		for (const struct json *item = json->first; item; item = item->next)
			value_add(value, value_of(arena, item));
		return value;
	case JSON_OBJECT:
		break;
	}
	value = value_object(arena);
	for (const struct json *member = json->first; member; member = member->next)
		value_set(value, arena_text(arena, member->name), value_of(arena, member));
	return value;
}

static bool spec_partial(const void *context, struct slice name, struct slice *text)
{
	const struct json *partials = context;

	for (const struct json *p = partials ? partials->first : NULL; p; p = p->next)
		if (slice_eq(p->name, name)) {
			*text = p->text;
			return true;
		}
	return false;
}

static int run_module(struct fixture *f, const char *module)
{
	struct slice text;
	const struct json *root;
	char *path = arena_printf(&f->arena, SPEC "%s.json", module);
	int count = 0;

	if (file_read(&f->arena, path, 0, &text, &f->err) != STATUS_OK)
		fail_msg("%s", f->err.text);
	assert_int_equal(json_parse(&f->arena, text, false, NULL, &root, &f->err), STATUS_OK);
	for (const struct json *test = json_get(root, "tests")->first; test; test = test->next) {
		struct mustache_options options = { .escape = html, .partial = spec_partial,
						    .partial_context = json_get(test, "partials") };
		struct slice expected = json_slice(json_get(test, "expected"));

		strbuf_clear(&f->out);
		if (mustache_render(&f->arena, module, json_slice(json_get(test, "template")),
				    value_of(&f->arena, json_get(test, "data")), &options, &f->out, &f->err) != STATUS_OK)
			fail_msg("%s: %s", json_text(&f->arena, json_get(test, "name")), f->err.text);
		if (!slice_eq(expected, strbuf_slice(&f->out)))
			fail_msg("%s, %s: expected <<%.*s>>, got <<%s>>", module,
				 json_text(&f->arena, json_get(test, "name")), (int)expected.len_bytes, expected.at,
				 f->out.text);
		count++;
	}
	return count;
}

static void specification(void **state)
{
	static const char *const modules[] = { "comments", "delimiters", "interpolation", "inverted", "partials", "sections" };
	int count = 0;

	for (size_t i = 0; i < ARRAY_LEN(modules); i++)
		count += run_module(*state, modules[i]);
	assert_int_equal(count, 136);
}

static struct value *small_data(struct arena *arena)
{
	struct value *data = value_object(arena);
	struct value *list = value_list(arena);

	value_set(data, "text", value_text(arena, slice_of("<b>")));
	value_set(data, "markup", value_markup(arena, slice_of("<i>"), VALUE_PROSE));
	value_set(data, "number", value_int(arena, -7));
	value_set(data, "nothing", value_null(arena));
	value_set(data, "empty", value_text(arena, slice_of("")));
	value_set(data, "yes", value_bool(arena, true));
	value_add(list, value_int(arena, 1));
	value_add(list, value_int(arena, 2));
	value_set(data, "list", list);
	return data;
}

static bool one_partial(const void *context, struct slice name, struct slice *text)
{
	if (!slice_is(name, "p"))
		return false;
	*text = slice_of(context);
	return true;
}

static enum status render(struct fixture *f, const char *template, const char *partial, size_t limit)
{
	struct mustache_options options = { .strict = true, .output_limit_bytes = limit, .escape = html,
					    .partial = partial ? one_partial : NULL, .partial_context = partial };

	strbuf_clear(&f->out);
	f->err.text[0] = '\0';
	return mustache_render(&f->arena, "page", slice_of(template), small_data(&f->arena), &options, &f->out, &f->err);
}

static void strict_accepts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(render(f, "{{text}} {{{markup}}} {{markup}} {{number}}{{nothing}}{{empty}}.", NULL, 0), STATUS_OK);
	assert_string_equal(f->out.text, "&lt;b&gt; <i> <i> -7.");
	assert_int_equal(render(f, "{{#list}}{{.}},{{/list}}{{^nothing}}none{{/nothing}}{{#empty}}x{{/empty}}", NULL, 0),
			 STATUS_OK);
	assert_string_equal(f->out.text, "1,2,none");
}

static void refuses(struct fixture *f, const char *template, const char *partial, const char *reason)
{
	if (render(f, template, partial, 0) != STATUS_INPUT)
		fail_msg("accepted: %s", template);
	if (!strstr(f->err.text, reason))
		fail_msg("%s: \"%s\" does not say \"%s\"", template, f->err.text, reason);
}

static void strict_refuses(void **state)
{
	struct fixture *f = *state;

	refuses(f, "a\nb {{unknown}}", NULL, "page:2: \"unknown\"");
	refuses(f, "{{#unknown}}{{/unknown}}", NULL, "page:1: \"unknown\"");
	refuses(f, "{{^unknown}}{{/unknown}}", NULL, "\"unknown\"");
	refuses(f, "\n\n{{{text}}}", NULL, "page:3: \"text\"");
	refuses(f, "{{&text}}", NULL, "unescaped");
	refuses(f, "{{list}}", NULL, "no text");
	refuses(f, "{{yes}}", NULL, "no text");
	refuses(f, "{{>q}}", NULL, "\"q\"");
	refuses(f, "{{>p}}", "a\n{{gone}}", "p:2: \"gone\"");
}

static void broken_templates(void **state)
{
	struct fixture *f = *state;

	refuses(f, "x\n{{text", NULL, "page:2");
	refuses(f, "{{}}", NULL, "no name");
	refuses(f, "{{#list}}", NULL, "never ended");
	refuses(f, "{{/list}}", NULL, "no section");
	refuses(f, "{{#list}}{{#yes}}{{/list}}{{/yes}}", NULL, "another section");
	refuses(f, "{{=x}}", NULL, "delimiters");
	refuses(f, "{{=<% %>=}}<%{text}%>", NULL, "default delimiters");
}

/* "a" names "b" twice, and so on: 2^25 partials and no output. */
static bool doubling(const void *context, struct slice name, struct slice *text)
{
	char *pair = arena_alloc(*(struct arena *const *)context, 16);

	*text = (struct slice){ pair, 0 };
	if (name.at[0] < 'z')
		text->len_bytes = (size_t)snprintf(pair, 16, "{{>%c}}{{>%c}}", name.at[0] + 1, name.at[0] + 1);
	return true;
}

static void endless_templates_are_stopped(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = &f->arena;
	struct mustache_options options = { .strict = true, .escape = html, .partial = doubling,
					    .partial_context = &arena };

	assert_int_equal(mustache_render(arena, "page", slice_of("{{>a}}"), small_data(arena), &options, &f->out, &f->err),
			 STATUS_INPUT);
	assert_non_null(strstr(f->err.text, "does not end"));
}

static void bounds(void **state)
{
	struct fixture *f = *state;
	struct strbuf deep = STRBUF_INIT;

	refuses(f, "{{>p}}", "{{>p}}", "too deep");
	refuses(f, "{{>p}}", "{{#list}}{{>p}}{{/list}}", "too deep");
	assert_int_equal(render(f, "{{#list}}0123456789{{/list}}", NULL, 15), STATUS_INPUT);
	assert_non_null(strstr(f->err.text, "too large"));
	for (int i = 0; i < 1000; i++)
		strbuf_addstr(&deep, "{{#yes}}");
	refuses(f, arena_strdup(&f->arena, deep.text), NULL, "too many sections");
	strbuf_release(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(specification, setup, teardown),
		cmocka_unit_test_setup_teardown(strict_accepts, setup, teardown),
		cmocka_unit_test_setup_teardown(strict_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_templates, setup, teardown),
		cmocka_unit_test_setup_teardown(bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(endless_templates_are_stopped, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
