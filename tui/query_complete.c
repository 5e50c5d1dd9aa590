#include "tui/query_complete.h"

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
};

static void offer(struct candidates *out, const char *word, struct slice typed)
{
	if (strlen(word) >= typed.len_bytes && memcmp(word, typed.at, typed.len_bytes) == 0)
		vec_push(&out->words, arena_strdup(&out->arena, word));
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

/* How much all the candidates have in common. */
static size_t common_len(const struct candidates *found)
{
	size_t len = strlen(found->words.items[0]);

	for (size_t i = 1; i < found->words.len; i++)
		for (size_t at = 0; at < len; at++)
			if (found->words.items[i][at] != found->words.items[0][at])
				len = at;
	return len;
}

void query_complete(struct line_edit *line, const struct codebook *book, struct strbuf *words)
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
		size_t name_len = strcspn(text + start, ":<>=");
		offer_values(&found, book, (struct slice){ text + start, name_len }, typed);
	}
	if (found.words.len) {
		size_t len = common_len(&found);
		struct strbuf full = STRBUF_INIT;
		strbuf_add(&full, found.words.items[0], len);
		if (found.words.len == 1 && value != start)
			strbuf_addch(&full, ' ');
		for (size_t i = 0; found.words.len > 1 && i < found.words.len; i++)
			strbuf_addf(words, "%s%s", i ? "  " : "", found.words.items[i]);
		line_edit_replace(line, value, typed.len_bytes, full.text);
		strbuf_release(&full);
	}
	vec_release(&found.words);
	arena_release(&found.arena);
}
