#include "tui/kept_views.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/base/vec.h"

static struct slice trimmed(struct slice text)
{
	while (text.len_bytes && strchr(" \t\r", text.at[0]))
		text = (struct slice){ text.at + 1, text.len_bytes - 1 };
	while (text.len_bytes && strchr(" \t\r", text.at[text.len_bytes - 1]))
		text.len_bytes--;
	return text;
}

static bool begins_section(struct slice line)
{
	return line.len_bytes && line.at[0] == '[';
}

/* "[view NAME]" */
static bool takes_name(struct slice line, struct slice *name)
{
	static const char head[] = "[view ";
	size_t len = sizeof(head) - 1;

	line = trimmed(line);
	if (line.len_bytes <= len + 1 || memcmp(line.at, head, len) != 0 || line.at[line.len_bytes - 1] != ']')
		return false;
	*name = trimmed((struct slice){ line.at + len, line.len_bytes - len - 1 });
	return name->len_bytes > 0;
}

/* "WORD = VALUE" */
static bool takes_value(struct slice line, const char *word, struct slice *value)
{
	const char *sign = line.len_bytes ? memchr(line.at, '=', line.len_bytes) : NULL;

	if (!sign || !slice_is(trimmed((struct slice){ line.at, (size_t)(sign - line.at) }), word))
		return false;
	*value = trimmed((struct slice){ sign + 1, line.len_bytes - (size_t)(sign + 1 - line.at) });
	return true;
}

const struct saved_view *kept_views_parse(struct arena *arena, struct slice text, size_t *count)
{
	VEC_OF(struct saved_view) views = VEC_INIT;
	struct saved_view *view = NULL, *copy;
	struct slice line, value;

	for (int number = 1; slice_next_line(&text, &line); number++) {
		if (begins_section(line)) {
			view = NULL;
			if (!takes_name(line, &value))
				continue;
			const char *name = utf8_clean(arena, value);
			for (size_t i = 0; i < views.len; i++)
				if (strcmp(views.items[i].name, name) == 0)
					view = &views.items[i];
			if (!view) {
				vec_push(&views, ((struct saved_view){ .name = name, .query = "", .sort = SORT_NEWEST,
								       .unasked_line = number }));
				view = &views.items[views.len - 1];
			}
		} else if (view && takes_value(line, "query", &value)) {
			view->query = utf8_clean(arena, value);
			view->unasked_line = 0;
		} else if (view && takes_value(line, "sort", &value)) {
			sort_parse(utf8_clean(arena, value), &view->sort);
		} else if (view && takes_value(line, "columns", &value)) {
			view->columns = utf8_clean(arena, value);
		}
	}
	copy = arena_array(arena, views.len, sizeof(*copy));
	if (views.len)
		memcpy(copy, views.items, views.len * sizeof(*copy));
	*count = views.len;
	vec_release(&views);
	return copy;
}

static void write_view(const struct saved_view *view, struct strbuf *out)
{
	if (!view->query)
		return;
	strbuf_addf(out, "[view %s]\nquery = %s\nsort = %s\n", view->name, view->query, sort_word(view->sort));
	if (view->columns && view->columns[0])
		strbuf_addf(out, "columns = %s\n", view->columns);
}

void kept_views_put(struct slice text, const struct saved_view *view, struct strbuf *out)
{
	bool inside = false, written = false;
	struct arena arena = ARENA_INIT;
	struct slice line, name;

	while (slice_next_line(&text, &line)) {
		if (begins_section(line))
			inside = takes_name(line, &name) && strcmp(utf8_clean(&arena, name), view->name) == 0;
		if (inside) {
			if (!written)
				write_view(view, out);
			written = true;
			continue;
		}
		strbuf_addslice(out, line);
		strbuf_addch(out, '\n');
	}
	if (!written)
		write_view(view, out);
	arena_release(&arena);
}
