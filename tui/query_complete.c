#include "tui/query_complete.h"

#include <inttypes.h>

#include "core/base/utf8.h"
#include "core/base/vec.h"
#include "core/language.h"
#include "core/query.h"
#include "core/words.h"

/* Keys whose values are a closed list of words.h. */
static const struct {
	enum query_key key;
	const char *list;
} lists[] = {
	{ QUERY_KEY_STATUS, "sample_status" }, { QUERY_KEY_VERDICT, "verdict" },
	{ QUERY_KEY_DISPOSITION, "verdict" },  { QUERY_KEY_SEVERITY, "severity" },
	{ QUERY_KEY_LEVEL, "level" },          { QUERY_KEY_SOURCE, "flag_source" },
	{ QUERY_KEY_KIND, "sample_kind" },     { QUERY_KEY_IS, "is" },
};

struct candidates {
	struct arena arena;
	VEC_OF(const char *) words;
	/* Of the key whose values they are; none for keys themselves. */
	const struct facet_list *facets[2];
	size_t facet_count;
	bool counting; /* their counts are under way */
	bool stale;    /* their counts are those of another query */
	bool are_paths; /* folders and files, in the order of the alphabet … */
	size_t folder_bytes; /* … in a folder of so many bytes, which each begins with */
	bool partial;  /* there may be others that begin so … */
	size_t more;   /* … so many */
};

static bool is_offered(const struct candidates *out, const char *word)
{
	for (size_t i = 0; i < out->words.len; i++)
		if (strcmp(out->words.items[i], word) == 0)
			return true;
	return false;
}

static void offer(struct candidates *out, const char *word, struct slice typed)
{
	if (strlen(word) >= typed.len_bytes && memcmp(word, typed.at, typed.len_bytes) == 0 && !is_offered(out, word))
		vec_push(&out->words, arena_strdup(&out->arena, word));
}

/* What would have to be quoted, or is no character that a line of text takes, would be another query. */
static bool stands_bare(const char *value)
{
	for (const char *at = value; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f || strchr("\",\\*", *at))
			return false;
	return value[0] != '\0';
}

/* The values that there are, most first. */
static void offer_facets(struct candidates *out, struct slice typed)
{
	for (size_t i = 0; i < out->facet_count; i++)
		for (size_t v = 0; v < out->facets[i]->count; v++) {
			const char *value = out->facets[i]->values[v].value;
			if (value && stands_bare(value))
				offer(out, value, typed);
		}
}

/* How many samples have the value; -1: that is not known. */
static int64_t count_of(const struct candidates *found, const char *value)
{
	bool all = false;

	for (size_t i = 0; i < found->facet_count; i++) {
		for (size_t v = 0; v < found->facets[i]->count; v++) {
			const struct facet *facet = &found->facets[i]->values[v];
			if (facet->value && strcmp(facet->value, value) == 0)
				return facet->count;
		}
		all = all || found->facets[i]->more_values == 0;
	}
	return all ? 0 : -1;
}

static void offer_keys(struct candidates *out, struct slice typed)
{
	for (int key = 0; key < QUERY_KEY_WORDS; key++)
		offer(out, arena_printf(&out->arena, "%s:", query_key_word((enum query_key)key)), typed);
}

static void offer_codes(struct candidates *out, const struct codebook *book, enum code_kind kind, struct slice typed)
{
	for (size_t i = 0; i < book->count; i++)
		if (book->codes[i].kind == kind)
			offer(out, code_name(&out->arena, &book->codes[i]), typed);
}

static void offer_values(struct candidates *out, const struct codebook *book, struct slice name, struct slice typed)
{
	int key = 0;
	size_t count = 0;

	offer_facets(out, typed);
	while (key < QUERY_KEY_WORDS && !slice_is(name, query_key_word((enum query_key)key)))
		key++;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		for (size_t at = 0; (int)lists[i].key == key && words_at(lists[i].list, at); at++)
			offer(out, words_at(lists[i].list, at), typed);
	if (key == QUERY_KEY_CAUSE)
		offer_codes(out, book, CODE_CAUSE, typed);
	if (key == QUERY_KEY_SYMPTOM)
		offer_codes(out, book, CODE_SYMPTOM, typed);
	if (key == QUERY_KEY_LANG) {
		const struct language *all = languages(&count);
		for (size_t i = 0; i < count; i++)
			offer(out, all[i].name, typed);
	}
}

/* The lists of values of a key; of cause: both the categories and the causes. */
static void find_facets(struct candidates *found, const struct query_counts *counts, struct slice name)
{
	for (int key = 0; key < FACET_COUNT; key++)
		found->counting = found->counting || (counts->serial && slice_is(name, facet_query_word((enum facet_key)key)));
	for (size_t i = 0; i < counts->list_count && found->facet_count < ARRAY_LEN(found->facets); i++)
		if (slice_is(name, facet_query_word(counts->lists[i].key)))
			found->facets[found->facet_count++] = &counts->lists[i];
}

static void write_words(const struct candidates *found, struct strbuf *words)
{
	for (size_t i = 0; i < found->words.len; i++) {
		const char *word = found->words.items[i];
		int64_t count = found->facet_count && !found->stale ? count_of(found, word) : -1;
		strbuf_addf(words, "%s%s", i ? "  " : "", word + found->folder_bytes);
		if (found->are_paths && count > PATHS_COUNTED)
			strbuf_addf(words, " %d+", PATHS_COUNTED);
		else if (count >= 0)
			strbuf_addf(words, " %" PRId64, count);
		else if (found->counting)
			strbuf_addstr(words, " …");
	}
	if (found->more == VALUES_MORE)
		strbuf_addf(words, "%sand more: type how it goes on", found->words.len ? "  " : "");
	else if (found->more)
		strbuf_addf(words, "%sand %zu more: type how it begins", found->words.len ? "  " : "", found->more);
	else if (found->partial)
		strbuf_addf(words, "%s…", found->words.len ? "  " : "");
}

/* What the line asks for besides the word [at, at + len), which is being completed. */
static struct slice rest_of(struct arena *arena, const char *text, size_t at, size_t len)
{
	size_t before = at;
	const char *behind = text + at + len;

	while (before > 0 && text[before - 1] == ' ')
		before--;
	behind += strspn(behind, " ");
	return slice_of(arena_printf(arena, "%.*s%s%s", (int)before, text, before && behind[0] ? " " : "", behind));
}

/* Whether what its values can be is known, so that nothing need be waited for. */
static bool has_vocabulary(struct slice name)
{
	static const enum query_key others[] = { QUERY_KEY_CAUSE, QUERY_KEY_SYMPTOM, QUERY_KEY_LANG };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (slice_is(name, query_key_word(lists[i].key)))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (slice_is(name, query_key_word(others[i])))
			return true;
	return false;
}

static bool is_path(struct slice name)
{
	return slice_is(name, query_key_word(QUERY_KEY_PATH));
}

static bool is_facet(struct slice name)
{
	for (int key = 0; key < FACET_COUNT; key++)
		if (slice_is(name, facet_query_word((enum facet_key)key)))
			return true;
	return false;
}

static size_t more_values(const struct candidates *found)
{
	size_t more = 0;

	for (size_t i = 0; i < found->facet_count; i++) {
		if (found->facets[i]->more_values == VALUES_MORE)
			return VALUES_MORE;
		more += found->facets[i]->more_values;
	}
	return more;
}

/* The counts of the list where they are all that is needed, else the values beside `rest`. */
static void find_values(struct candidates *found, const struct query_counts *counts, struct query_values *values,
			struct slice rest, struct slice name, struct slice typed)
{
	bool same = counts->query && slice_is(rest, counts->query), quoted = memchr(typed.at, '*', typed.len_bytes) ||
		    memchr(typed.at, '"', typed.len_bytes) || memchr(typed.at, '\\', typed.len_bytes);

	find_facets(found, counts, name);
	if (!quoted && !found->counting &&
	    (is_path(name) || (is_facet(name) && (!same || (more_values(found) && typed.len_bytes))))) {
		bool known = query_values_cover(values, rest, name, typed);
		found->stale = !same && !(known && values->list_count);
		found->partial = !known && !has_vocabulary(name);
		found->counting = !known;
		if (known && values->list_count) {
			found->facet_count = 0;
			for (size_t i = 0; i < values->list_count && i < ARRAY_LEN(found->facets); i++)
				found->facets[found->facet_count++] = &values->lists[i];
		}
	}
	found->are_paths = is_path(name);
	for (size_t i = 0; i < typed.len_bytes && found->are_paths; i++)
		if (typed.at[i] == '/')
			found->folder_bytes = i + 1;
	found->more = found->partial ? 0 : more_values(found);
}

/* How much all the candidates have in common, in whole characters. */
static size_t common_len(const struct candidates *found)
{
	size_t len = strlen(found->words.items[0]);

	for (size_t i = 1; i < found->words.len; i++)
		for (size_t at = 0; at < len; at++)
			if (found->words.items[i][at] != found->words.items[0][at])
				len = at;
	return utf8_cut(found->words.items[0], strlen(found->words.items[0]), len);
}

void query_complete(struct line_edit *line, const struct codebook *book, const struct query_counts *counts,
		    struct query_values *values, struct strbuf *words)
{
	struct candidates found = { .arena = ARENA_INIT };
	const char *text = line_edit_text(line);
	size_t start = line->cursor, value;
	struct slice typed;

	while (start > 0 && text[start - 1] != ' ')
		start--;
	if (text[start] == '-')
		start++;
	if (start > line->cursor)
		start = line->cursor;
	value = line->cursor;
	while (value > start && !strchr(":,=<>", text[value - 1]))
		value--;
	typed = (struct slice){ text + value, line->cursor - value };
	if (value == start) {
		offer_keys(&found, typed);
	} else {
		struct slice name = { text + start, strcspn(text + start, ":<>=") };
		size_t sign = start && text[start - 1] == '-', end = line->cursor + strcspn(text + line->cursor, " ");
		find_values(&found, counts, values, rest_of(&found.arena, text, start - sign, end - start + sign), name, typed);
		offer_values(&found, book, name, typed);
	}
	if (found.partial || found.more) {
		write_words(&found, words);
	} else if (found.words.len) {
		size_t len = common_len(&found);
		struct strbuf full = STRBUF_INIT;
		strbuf_add(&full, found.words.items[0], len);
		/* A folder goes on. */
		if (found.words.len == 1 && value != start && full.text[full.len_bytes - 1] != '/')
			strbuf_addch(&full, ' ');
		if (found.words.len > 1)
			write_words(&found, words);
		line_edit_replace(line, value, typed.len_bytes, full.text);
		strbuf_release(&full);
	}
	vec_release(&found.words);
	arena_release(&found.arena);
}

/* ---- counts --------------------------------------------------------------------------- */

static void forget(struct query_counts *counts)
{
	arena_release(&counts->arena);
	counts->lists = NULL;
	counts->list_count = 0;
}

static void ask(struct query_counts *counts, struct app *app, struct screen *screen, bool at_rest)
{
	struct request *request = request_new(REQUEST_FACETS);

	request->query = arena_strdup(&request->arena, counts->query);
	request->sort = counts->sort;
	request->at_rest = at_rest;
	counts->serial = app_request(app, screen, request);
}

void query_counts_ask(struct query_counts *counts, struct app *app, struct screen *screen, const char *query,
		      enum sort_key sort)
{
	char *copy = mem_strdup(query);

	forget(counts);
	free(counts->query);
	counts->query = copy;
	counts->sort = sort;
	ask(counts, app, screen, false);
}

bool query_counts_answer(struct query_counts *counts, struct app *app, struct screen *screen, struct answer *answer)
{
	if (answer->kind != REQUEST_FACETS)
		return false;
	if (answer->serial != counts->serial)
		return true;
	counts->serial = 0;
	/* Without them completion offers what can be; a store that cannot be read says so elsewhere. */
	if (answer->status != STATUS_OK)
		return true;
	if (!answer->readiness.ready) { /* a large store is being read: seconds, that nobody waits for */
		answer->unseen = true;
		ask(counts, app, screen, true);
		return true;
	}
	counts->lists = answer->facets.lists;
	counts->list_count = answer->facets.list_count;
	counts->arena = answer_take_arena(answer);
	return true;
}

bool query_counts_of(const struct query_counts *counts, enum facet_key key, const char *value, int64_t *count)
{
	for (size_t i = 0; i < counts->list_count; i++) {
		const struct facet_list *list = &counts->lists[i];
		if (list->key != key)
			continue;
		*count = 0;
		for (size_t v = 0; v < list->count; v++)
			if (list->values[v].value && strcmp(list->values[v].value, value) == 0)
				*count = list->values[v].count;
		return *count || !list->more_values;
	}
	return false;
}

void query_counts_release(struct query_counts *counts)
{
	forget(counts);
	free(counts->query);
}
