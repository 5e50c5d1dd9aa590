#include "tui/query_values.h"

#include <string.h>

#include "core/base/mem.h"

static void forget(struct query_values *values)
{
	arena_release(&values->arena);
	values->lists = NULL;
	values->list_count = 0;
	values->known = false;
}

static void set(char **text, struct slice to)
{
	free(*text);
	*text = mem_alloc(to.len_bytes + 1);
	if (to.len_bytes)
		memcpy(*text, to.at, to.len_bytes);
	(*text)[to.len_bytes] = '\0';
}

/* All of those that begin so, and not only the most frequent ones. */
static bool has_all(const struct query_values *values)
{
	for (size_t i = 0; i < values->list_count; i++)
		if (values->lists[i].more_values)
			return false;
	return true;
}

static bool is_path(struct slice key)
{
	return slice_is(key, query_key_word(QUERY_KEY_PATH));
}

/* Of a path the next folder or file alone is known. */
static bool goes_deeper(const struct query_values *values, struct slice key, struct slice typed)
{
	size_t known = strlen(values->prefix);

	return is_path(key) && typed.len_bytes > known && memchr(typed.at + known, '/', typed.len_bytes - known);
}

bool query_values_cover(struct query_values *values, struct slice query, struct slice key, struct slice typed)
{
	bool same = values->query && slice_is(query, values->query) && slice_is(key, values->key);

	if (same && slice_is(typed, values->prefix))
		return values->known;
	if (same && values->known && has_all(values) && typed.len_bytes >= strlen(values->prefix) &&
	    memcmp(typed.at, values->prefix, strlen(values->prefix)) == 0 && !goes_deeper(values, key, typed))
		return true;
	forget(values);
	set(&values->query, query);
	set(&values->key, key);
	set(&values->prefix, typed);
	values->wanted = true;
	return false;
}

static void ask(struct query_values *values, struct app *app, struct screen *screen)
{
	struct request *request = request_new(REQUEST_VALUES);

	request->facet = arena_strdup(&request->arena, values->key);
	if (is_path(slice_of(values->key)))
		request->text = arena_strdup(&request->arena, values->prefix);
	request->query = values->prefix[0] && !request->text ? arena_printf(&request->arena, "%s%s%s:%s*", values->query, values->query[0] ? " " : "",
							  values->key, values->prefix)
					   : arena_strdup(&request->arena, values->query);
	values->serial = app_request(app, screen, request);
}

void query_values_ask(struct query_values *values, struct app *app, struct screen *screen)
{
	if (values->wanted)
		ask(values, app, screen);
	values->wanted = false;
}

bool query_values_answer(struct query_values *values, struct app *app, struct screen *screen, struct answer *answer)
{
	if (answer->kind != REQUEST_VALUES)
		return false;
	if (answer->serial != values->serial)
		return true;
	if (answer->status == STATUS_OK && !answer->readiness.ready) {
		ask(values, app, screen);
		return true;
	}
	/* Where it failed, the rest of the query may be half typed: what the list has is offered. */
	values->known = true;
	if (answer->status != STATUS_OK)
		return true;
	values->lists = answer->facets.lists;
	values->list_count = answer->facets.list_count;
	values->arena = answer_take_arena(answer);
	return true;
}

void query_values_forget(struct query_values *values)
{
	forget(values);
	set(&values->query, slice_of("")); /* of no key: nothing is like it */
	set(&values->key, slice_of(""));
	set(&values->prefix, slice_of(""));
	values->serial = 0;
	values->wanted = false;
}

void query_values_release(struct query_values *values)
{
	forget(values);
	free(values->query);
	free(values->key);
	free(values->prefix);
}
