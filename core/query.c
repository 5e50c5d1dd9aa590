/*
 * The parser of the query language: one pass from left to right, a term at a
 * time. query.h is the grammar; query_value.c knows the values of each key.
 */
#include "core/query.h"

#include <string.h>

#include "core/base/regex.h"
#include "core/base/utf8.h"
#include "core/hidden_text.h"
#include "core/nearest.h"
#include "core/query_value.h"
#include "core/words_of_code.h"

struct parser {
	struct arena *arena;
	const char *text;
	size_t len;
	size_t at;
	VEC_OF(struct query_term) terms;
	struct query_values values; /* of the term at hand */
	bool names_status;
	struct error *err;
};

static const struct {
	const char *word, *help;
} key_table[QUERY_KEY_COUNT] = {
#define QUERY_KEY(name, word, help) { word, help },
#include "core/query_keys.def"
	[QUERY_KEY_WORDS] = { "", "words of code, messages or notes" },
	[QUERY_KEY_PROVENANCE] = { "@", "any provenance key" },
};

const char *query_key_word(enum query_key key)
{
	return (size_t)key < QUERY_KEY_COUNT ? key_table[key].word : "?";
}

const char *query_key_help(enum query_key key)
{
	return (size_t)key < QUERY_KEY_COUNT ? key_table[key].help : "";
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_key_char(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/* The byte at the place, or NUL behind the end. */
static char peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->len ? p->text[p->at + ahead] : '\0';
}

size_t query_position(const char *text, size_t at)
{
	size_t count = 1;
	for (size_t i = 0; i < at && text[i]; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

static size_t position(const struct parser *p, size_t at)
{
	return query_position(p->text, at);
}

static enum status fail_at(struct parser *p, size_t at, const char *reason)
{
	return error_set(p->err, STATUS_USAGE, "at %zu: %s", position(p, at), reason);
}

static char *piece(struct parser *p, size_t from, size_t to)
{
	return arena_text(p->arena, (struct slice){ p->text + from, to - from });
}

/* "…" with \" and \\; the opening quote is at hand. */
static enum status read_quoted(struct parser *p, char **out)
{
	struct strbuf text = STRBUF_INIT;
	size_t start = p->at++;

	for (; p->at < p->len && p->text[p->at] != '"'; p->at++) {
		if (p->text[p->at] == '\\' && (peek(p, 1) == '"' || peek(p, 1) == '\\'))
			p->at++;
		strbuf_addch(&text, p->text[p->at]);
	}
	*out = arena_text(p->arena, strbuf_slice(&text));
	strbuf_release(&text);
	if (p->at == p->len)
		return fail_at(p, start, "the quote is not closed");
	p->at++;
	return STATUS_OK;
}

static enum status push_term(struct parser *p, struct query_term *term)
{
	struct query_value *values = arena_array(p->arena, p->values.len, sizeof(*values));

	if (p->terms.len == QUERY_TERMS_MAX)
		return fail_at(p, term->at, "too many terms in one query");
	memcpy(values, p->values.items, p->values.len * sizeof(*values));
	term->values = values;
	term->value_count = p->values.len;
	term->len = p->at - term->at;
	vec_push(&p->terms, *term);
	return STATUS_OK;
}

/* How many words of code the text has, and whether it ends in one. */
static size_t count_words(const char *text, bool *open_end)
{
	struct code_words words;
	struct code_word word = { .end = 0 };
	size_t count = 0;

	code_words_init(&words, slice_of(text), false);
	while (code_words_next(&words, &word))
		count++;
	*open_end = count && word.end == strlen(text);
	return count;
}

/* A word or phrase; where there is no word in it ("==", "->"), what stands there is
 * looked for as it is, a star too. */
static enum status push_word(struct parser *p, struct query_term *term, char *text, bool star)
{
	struct query_value value = { text, false, 0, 0, term->at };
	bool open_end;
	size_t count = count_words(text, &open_end);

	if (!text[0] && !star)
		return fail_at(p, term->at, "there is nothing between the quotes");
	if (count > CODE_PHRASE_WORDS)
		return fail_at(p, term->at, "the phrase has too many words; text: looks for any text");
	if (!count && star)
		value.text = arena_printf(p->arena, "%s*", text);
	value.prefix = star && open_end;
	term->key = count ? QUERY_KEY_WORDS : QUERY_KEY_TEXT;
	term->op = QUERY_EQ;
	vec_clear(&p->values);
	vec_push(&p->values, value);
	return push_term(p, term);
}

/* Behind text: and re: a star and a comma are like any other character. */
static bool is_verbatim(enum query_key key)
{
	return key == QUERY_KEY_TEXT || key == QUERY_KEY_RE;
}

/* Where byte `at` of a value stands in the query: in quotes, a backslash may stand
 * before its characters. */
static size_t place_in_value(const struct parser *p, size_t start, size_t at)
{
	size_t place = start;

	if (p->text[start] != '"')
		return start + at;
	for (place++; at > 0 && p->text[place] && p->text[place] != '"'; at--, place++)
		if (p->text[place] == '\\' && (p->text[place + 1] == '"' || p->text[place + 1] == '\\'))
			place++;
	return place;
}

/* The value that starts at `start` as a regular expression. */
static enum status check_regex(struct parser *p, size_t start, const char *text)
{
	struct regex *regex;
	size_t at = 0;
	enum status status = regex_new(slice_of(text), &regex, &at, p->err);

	regex_free(regex);
	return status == STATUS_OK ? status :
				     error_wrap(p->err, status, "at %zu", position(p, place_in_value(p, start, at)));
}

/* One value behind a key, quoted or plain. */
static enum status read_value(struct parser *p, const struct query_term *term, const char *key_word)
{
	size_t start = p->at;
	size_t before = p->values.len;
	bool prefix = false, verbatim = is_verbatim(term->key);
	char *text;
	enum status status;

	if (peek(p, 0) == '"') {
		status = read_quoted(p, &text);
		if (status != STATUS_OK)
			return status;
		if (peek(p, 0) == '*' && !verbatim) {
			prefix = true;
			p->at++;
		}
		if (verbatim && p->at < p->len && !is_blank(peek(p, 0)))
			return fail_at(p, p->at, "after the quote comes a blank");
		if (p->at < p->len && !is_blank(peek(p, 0)) && peek(p, 0) != ',')
			return fail_at(p, p->at, "after the quote comes a blank, a comma or a star");
	} else {
		while (p->at < p->len && !is_blank(peek(p, 0)) && (verbatim || peek(p, 0) != ','))
			p->at++;
		prefix = p->at > start && p->text[p->at - 1] == '*' && !verbatim;
		text = piece(p, start, p->at - prefix);
		if (!text[0] && !prefix)
			return error_set(p->err, STATUS_USAGE,
					 "at %zu: %s needs a value (to search for such a text, put it in quotes)",
					 position(p, start), key_word);
	}
	if (p->values.len >= QUERY_VALUES_MAX)
		return fail_at(p, start, "too many values in one term");
	if (term->key == QUERY_KEY_RE && (status = check_regex(p, start, text)) != STATUS_OK)
		return status;
	if (verbatim && !text[0])
		return fail_at(p, start, "there is nothing between the quotes");
	status = query_value_read(p->arena, term->key, term->op, text, prefix, &p->values, p->err);
	if (status != STATUS_OK)
		return error_wrap(p->err, status, "at %zu", position(p, start));
	for (size_t i = before; i < p->values.len; i++)
		p->values.items[i].at = start;
	return STATUS_OK;
}

static enum status read_values(struct parser *p, const struct query_term *term, const char *key_word)
{
	bool single = term->op != QUERY_EQ || term->key == QUERY_KEY_BEFORE || term->key == QUERY_KEY_AFTER;

	vec_clear(&p->values);
	for (;;) {
		enum status status = read_value(p, term, key_word);
		if (status != STATUS_OK)
			return status;
		if (peek(p, 0) != ',')
			break;
		if (single)
			return fail_at(p, p->at, "only one value can stand here");
		p->at++;
	}
	if (single && p->values.len != 1)
		return fail_at(p, term->at, "only one value can stand here");
	return STATUS_OK;
}

/* is:hidden-text becomes a re:, so that no engine need know of it. */
static enum status expand_hidden_text(struct parser *p, struct query_term *term)
{
	bool any = false;

	for (size_t i = 0; term->key == QUERY_KEY_IS && i < p->values.len; i++)
		any |= p->values.items[i].number == QUERY_IS_HIDDEN_TEXT;
	if (!any)
		return STATUS_OK;
	if (p->values.len > 1)
		return fail_at(p, term->at, "is:hidden-text stands by itself; write it as a term of its own");
	term->key = QUERY_KEY_RE;
	p->values.items[0].text = HIDDEN_TEXT_PATTERN;
	p->values.items[0].number = 0;
	return STATUS_OK;
}

/* is:due becomes a comparison with now, so that no engine need have a clock. */
static enum status expand_due(struct parser *p, struct query_term *term)
{
	bool any = false;

	for (size_t i = 0; term->key == QUERY_KEY_IS && i < p->values.len; i++)
		any |= p->values.items[i].number == QUERY_IS_DUE;
	if (!any)
		return STATUS_OK;
	if (p->values.len > 1)
		return fail_at(p, term->at, "is:due stands by itself; write it as a term of its own");
	term->key = QUERY_KEY_DEFERRED;
	term->op = QUERY_LT;
	p->values.items[0].number = instant_now().at_us + 1; /* until now counts */
	p->values.items[0].number_end = p->values.items[0].number + 1;
	return STATUS_OK;
}

/* produced with its operator becomes before: and after:. */
static enum status push_produced(struct parser *p, struct query_term *term, enum query_op op)
{
	struct query_term second = *term;
	struct query_value *value;
	enum status status;

	term->key = op == QUERY_LT || op == QUERY_LE ? QUERY_KEY_BEFORE : QUERY_KEY_AFTER;
	term->op = QUERY_EQ;
	status = read_values(p, term, "produced");
	if (status != STATUS_OK)
		return status;
	value = &p->values.items[0];
	if (op == QUERY_EQ && term->negated)
		return fail_at(p, term->at, "produced cannot be negated; use before: or after:");
	if (op == QUERY_LE) /* before the end of the interval */
		value->number = value->number_end;
	if (op == QUERY_GE || op == QUERY_EQ) { /* from its start on */
		int64_t end = value->number_end;
		value->number_end = value->number;
		status = push_term(p, term);
		if (status != STATUS_OK || op == QUERY_GE)
			return status;
		value->number = value->number_end = end;
		second.key = QUERY_KEY_BEFORE;
		second.op = QUERY_EQ;
		return push_term(p, &second);
	}
	return push_term(p, term);
}

static bool find_key(const char *word, enum query_key *out)
{
	for (size_t i = 0; i < QUERY_KEY_WORDS; i++)
		if (nearest_distance(key_table[i].word, word, 1) == 0) {
			*out = (enum query_key)i;
			return true;
		}
	return false;
}

/* The known key that `word` is one slip away from, or NULL; "is" is too short to tell. */
static const char *misspelt(const char *word)
{
	if (nearest_distance("produced", word, 1) <= 1)
		return "produced";
	for (size_t i = 0; i < QUERY_KEY_WORDS; i++)
		if (strlen(key_table[i].word) >= 4 && nearest_distance(key_table[i].word, word, 1) <= 1)
			return key_table[i].word;
	return NULL;
}

/* "at N: … is no key": for what is nearly a key. */
static enum status fail_misspelt(struct parser *p, size_t at, const char *word, const char *meant)
{
	return error_set(p->err, STATUS_USAGE,
			 "at %zu: unknown key '%.80s'; did you mean '%s'? (@%.80s: names a provenance key)",
			 position(p, at), word, meant, word);
}

/*
 * Tries to read "key:" or "key<" at the place. Answers false, with the place
 * unmoved, when what stands there is a word; else the key and operator are set.
 */
static bool read_key(struct parser *p, char **word, bool *explicit, enum query_op *op)
{
	size_t start, at = p->at;
	char next;

	*explicit = p->text[at] == '@';
	at += *explicit;
	if (at >= p->len || !is_letter(p->text[at]))
		return false;
	start = at;
	while (at < p->len && is_key_char(p->text[at]))
		at++;
	if (at >= p->len)
		return false;
	next = at + 1 < p->len ? p->text[at + 1] : '\0';
	if (p->text[at] == ':') {
		if (next == ':' || next == '/' || next == '\\')
			return false; /* std::vector, http://…, C:\… */
		*op = QUERY_EQ;
	} else if (p->text[at] == '<' || p->text[at] == '>') {
		if (*explicit)
			return false;
		if (next == '=')
			*op = p->text[at] == '<' ? QUERY_LE : QUERY_GE;
		else
			*op = p->text[at] == '<' ? QUERY_LT : QUERY_GT;
	} else {
		return false;
	}
	*word = piece(p, start, at);
	p->at = at + 1 + (*op == QUERY_LE || *op == QUERY_GE);
	return true;
}

/* A plain word up to the next blank. */
static enum status read_word(struct parser *p, struct query_term *term)
{
	size_t start = p->at;
	bool star;

	while (p->at < p->len && !is_blank(peek(p, 0)))
		p->at++;
	star = p->text[p->at - 1] == '*';
	return push_word(p, term, piece(p, start, p->at - star), star);
}

static enum status read_keyed(struct parser *p, struct query_term *term, size_t key_at, char *word, bool explicit)
{
	const char *meant;
	enum status status;

	if (!explicit && nearest_distance("produced", word, 1) == 0)
		return push_produced(p, term, term->op);
	if (!explicit && find_key(word, &term->key)) {
		if (term->op != QUERY_EQ && !query_key_compares(term->key))
			return error_set(p->err, STATUS_USAGE, "at %zu: %s cannot be compared; use %s:",
					 position(p, key_at), query_key_word(term->key), query_key_word(term->key));
		p->names_status |= term->key == QUERY_KEY_STATUS;
	} else {
		meant = explicit ? NULL : misspelt(word);
		if (meant)
			return fail_misspelt(p, key_at, word, meant);
		if (term->op != QUERY_EQ) { /* "i<n": code */
			p->at = key_at;
			return read_word(p, term);
		}
		term->key = QUERY_KEY_PROVENANCE;
		term->provenance_key = word;
	}
	status = read_values(p, term, word);
	if (status == STATUS_OK)
		status = expand_hidden_text(p, term);
	if (status == STATUS_OK)
		status = expand_due(p, term);
	return status == STATUS_OK ? push_term(p, term) : status;
}

static bool negates(const struct parser *p)
{
	char next = peek(p, 1);
	return peek(p, 0) == '-' && (is_letter(next) || (next >= '0' && next <= '9') || next == '"' ||
				     next == '@' || (unsigned char)next >= 0x80);
}

static enum status read_term(struct parser *p)
{
	struct query_term term = { .key = QUERY_KEY_WORDS, .op = QUERY_EQ, .at = p->at };
	bool explicit = false;
	enum query_op op;
	size_t key_at;
	char *word;

	if (negates(p)) {
		term.negated = true;
		p->at++;
	}
	key_at = p->at;
	if (peek(p, 0) == '"') {
		enum status status = read_quoted(p, &word);
		if (status != STATUS_OK)
			return status;
		bool star = peek(p, 0) == '*';
		p->at += star;
		if (p->at < p->len && !is_blank(peek(p, 0)))
			return fail_at(p, p->at, "after the quote comes a blank or a star");
		return push_word(p, &term, word, star);
	}
	if (!read_key(p, &word, &explicit, &op))
		return read_word(p, &term);
	term.op = op;
	return read_keyed(p, &term, key_at, word, explicit);
}

enum status query_parse(struct arena *arena, const char *text, const char *reviewer,
			struct query *out, struct error *err)
{
	struct parser p = { .arena = arena, .text = text ? text : "", .err = err };
	enum status status = STATUS_OK;
	struct query_term *terms;

	p.len = strlen(p.text);
	memset(out, 0, sizeof(*out));
	if (!utf8_valid(slice_of(p.text)))
		return error_set(err, STATUS_USAGE, "the query is not valid UTF-8");
	while (status == STATUS_OK) {
		while (p.at < p.len && is_blank(p.text[p.at]))
			p.at++;
		if (p.at == p.len)
			break;
		status = read_term(&p);
	}
	if (status == STATUS_OK) {
		terms = arena_array(arena, p.terms.len, sizeof(*terms));
		if (p.terms.len)
			memcpy(terms, p.terms.items, p.terms.len * sizeof(*terms));
		*out = (struct query){ arena_strdup(arena, p.text), arena_strdup(arena, reviewer), terms,
				       p.terms.len, p.names_status };
	}
	vec_release(&p.terms);
	vec_release(&p.values);
	return status;
}
