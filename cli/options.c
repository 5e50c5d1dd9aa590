#include "cli/options.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/choices.h"
#include "core/base/vec.h"
#include "core/nearest.h"

struct parser {
	struct arena *arena;
	const struct option_set *sets;
	size_t set_count;
	bool dash_words;
	const char *const *args;
	size_t count;
	size_t at; /* the argument that is read next */
	struct error *err;
};

const struct option_spec *option_find(const struct option_spec *specs, const char *name, size_t len_bytes)
{
	for (; specs && specs->name; specs++)
		if (strlen(specs->name) == len_bytes && memcmp(specs->name, name, len_bytes) == 0)
			return specs;
	return NULL;
}

bool option_number(const char *text, int64_t *out)
{
	if (text[0] < '0' || text[0] > '9') /* strtoll() takes signs and blanks */
		return false;
	char *end;
	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (errno || *end)
		return false;
	*out = number;
	return true;
}

static bool parse_lines(const char *text, struct option_lines *out)
{
	char first[24];
	const char *dash = strchr(text, '-');
	size_t len = dash ? (size_t)(dash - text) : strlen(text);
	if (len == 0 || len >= sizeof(first))
		return false;
	memcpy(first, text, len);
	first[len] = '\0';
	if (!option_number(first, &out->first) || out->first == 0)
		return false;
	out->last = out->first;
	return !dash || (option_number(dash + 1, &out->last) && out->last >= out->first);
}

static void list_push(struct arena *arena, struct option_texts *list, const char *text)
{
	const char **items = arena_array(arena, list->count + 1, sizeof(*items));
	for (size_t i = 0; i < list->count; i++)
		items[i] = list->items[i];
	items[list->count] = text;
	list->items = items;
	list->count++;
}

static enum status store_value(struct arena *arena, const struct option_spec *spec, void *values, const char *text,
			       struct error *err)
{
	void *at = (char *)values + spec->offset;
	switch (spec->type) {
	case OPTION_FLAG:
		*(bool *)at = true;
		return STATUS_OK;
	case OPTION_TEXT:
	case OPTION_FILE:
	case OPTION_FOLDER:
	case OPTION_VIEW:
		*(const char **)at = text;
		return STATUS_OK;
	case OPTION_LIST:
		list_push(arena, at, text);
		return STATUS_OK;
	case OPTION_NUMBER:
		if (option_number(text, at))
			return STATUS_OK;
		return error_set(err, STATUS_USAGE, "--%s takes a whole number, not '%s'", spec->name, text);
	case OPTION_CHOICE: {
		long index = choice_index(arena, spec->choices, text);
		if (index < 0)
			return error_set(err, STATUS_USAGE, "--%s takes one of %s, not '%s'", spec->name,
					 choice_list(arena, spec->choices), text);
		*(int *)at = (int)index;
		return STATUS_OK;
	}
	case OPTION_LINES:
		if (parse_lines(text, at))
			return STATUS_OK;
		return error_set(err, STATUS_USAGE, "--%s takes a line or a range of lines from 1 (7 or 7-12), not '%s'",
				 spec->name, text);
	}
	return STATUS_OK;
}

void options_reset(struct arena *arena, const struct option_set *sets, size_t set_count)
{
	for (size_t s = 0; s < set_count; s++)
		for (const struct option_spec *spec = sets[s].specs; spec && spec->name; spec++) {
			void *at = (char *)sets[s].values + spec->offset;
			switch (spec->type) {
			case OPTION_FLAG:
				*(bool *)at = false;
				break;
			case OPTION_TEXT:
			case OPTION_FILE:
			case OPTION_FOLDER:
			case OPTION_VIEW:
				*(const char **)at = NULL;
				break;
			case OPTION_LIST:
				*(struct option_texts *)at = (struct option_texts){ NULL, 0 };
				break;
			case OPTION_NUMBER:
				*(int64_t *)at = -1;
				break;
			case OPTION_CHOICE:
				*(int *)at = -1;
				break;
			case OPTION_LINES:
				*(struct option_lines *)at = (struct option_lines){ 0, 0 };
				break;
			}
			/* A fallback is ours and right: test_options.c tries them all. */
			if (spec->fallback && store_value(arena, spec, sets[s].values, spec->fallback, NULL) != STATUS_OK)
				abort();
		}
}

static const struct option_spec *find_in(const struct parser *p, const char *name, size_t len_bytes, void **values)
{
	for (size_t s = 0; s < p->set_count; s++) {
		const struct option_spec *spec = option_find(p->sets[s].specs, name, len_bytes);
		if (spec) {
			*values = p->sets[s].values;
			return spec;
		}
	}
	return NULL;
}

static const struct option_spec *find_letter(const struct parser *p, char letter, void **values)
{
	for (size_t s = 0; s < p->set_count; s++)
		for (const struct option_spec *spec = p->sets[s].specs; spec && spec->name; spec++)
			if (spec->letter && spec->letter == letter) {
				*values = p->sets[s].values;
				return spec;
			}
	return NULL;
}

static enum status unknown_option(const struct parser *p, const char *arg)
{
	VEC_OF(const char *) names = VEC_INIT;
	for (size_t s = 0; s < p->set_count; s++)
		for (const struct option_spec *spec = p->sets[s].specs; spec && spec->name; spec++)
			vec_push(&names, spec->name);
	const char *given = arg + (arg[1] == '-' ? 2 : 1);
	char *word = arena_text(p->arena, (struct slice){ given, strcspn(given, "=") });
	const char *near = nearest_word(names.items, names.len, word);
	vec_release(&names);
	if (near)
		return error_set(p->err, STATUS_USAGE, "unknown option '%s': did you mean --%s?", arg, near);
	return error_set(p->err, STATUS_USAGE, "unknown option '%s'", arg);
}

/* `value` is what stood behind "=" or the letter, or NULL. */
static enum status take(struct parser *p, const struct option_spec *spec, void *values, const char *value)
{
	if (spec->type == OPTION_FLAG) {
		if (value)
			return error_set(p->err, STATUS_USAGE, "--%s takes no value", spec->name);
	} else if (!value) {
		if (p->at == p->count)
			return error_set(p->err, STATUS_USAGE, "--%s needs a value: --%s %s", spec->name, spec->name,
					 spec->argument);
		value = p->args[p->at++];
	}
	return store_value(p->arena, spec, values, value, p->err);
}

static enum status parse_long(struct parser *p, const char *arg)
{
	const char *name = arg + 2;
	size_t len = strcspn(name, "=");
	void *values;
	const struct option_spec *spec = find_in(p, name, len, &values);
	if (!spec)
		return unknown_option(p, arg);
	return take(p, spec, values, name[len] == '=' ? name + len + 1 : NULL);
}

enum status options_parse(struct arena *arena, const struct option_set *sets, size_t set_count, bool dash_words,
			  const char *const *args, size_t count, struct option_words *words, struct error *err)
{
	struct parser p = { arena, sets, set_count, dash_words, args, count, 0, err };
	const char **found = arena_array(arena, count + 1, sizeof(*found));
	bool ended = false;

	words->items = found;
	words->count = 0;
	options_reset(arena, sets, set_count);
	while (p.at < count) {
		const char *arg = args[p.at++];
		enum status status = STATUS_OK;
		void *values;
		if (ended || arg[0] != '-' || arg[1] == '\0') {
			found[words->count++] = arg;
		} else if (strcmp(arg, "--") == 0) {
			ended = true;
		} else if (arg[1] == '-') {
			status = parse_long(&p, arg);
		} else {
			const struct option_spec *spec = find_letter(&p, arg[1], &values);
			bool whole = arg[2] == '\0';
			if (spec && (whole || (spec->type != OPTION_FLAG && !dash_words)))
				status = take(&p, spec, values, whole ? NULL : arg + 2);
			else if (dash_words)
				found[words->count++] = arg;
			else
				status = unknown_option(&p, arg);
		}
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}
