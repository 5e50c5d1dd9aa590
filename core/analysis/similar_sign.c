/* Tokens of code become signatures. */
#include <stdlib.h>
#include <string.h>

#include "core/analysis/similar.h"
#include "core/base/mem.h"
#include "core/base/vec.h"

#define SHINGLE 5
#define NAMES 512 /* different names that are told apart; beyond, a name is what its hash says */

static uint64_t mix(uint64_t x) /* the finisher of splitmix64 */
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static const bool is_word_byte[256] = {
	['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
	['8'] = true, ['9'] = true, ['_'] = true, ['$'] = true,
	['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true,
	['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true,
	['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
	['y'] = true, ['z'] = true,
	['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true, ['G'] = true, ['H'] = true,
	['I'] = true, ['J'] = true, ['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true,
	['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true,
	['Y'] = true, ['Z'] = true,
};

/* A run of letters, digits and bytes beyond ASCII, or one other byte that is no blank. */
struct tokens {
	const unsigned char *at, *end;
};

static bool next_token(struct tokens *tokens, uint64_t *hash, bool *is_name)
{
	const unsigned char *at = tokens->at, *end = tokens->end;

	while (at < end && (*at <= ' ' || *at == 0x7f))
		at++;
	if (at == end) {
		tokens->at = at;
		return false;
	}
	*is_name = (is_word_byte[*at] || *at >= 0x80) && !(*at >= '0' && *at <= '9');
	if (is_word_byte[*at] || *at >= 0x80) {
		uint64_t h = 14695981039346656037u;
		while (at < end && (is_word_byte[*at] || *at >= 0x80))
			h = (h ^ *at++) * 1099511628211u;
		*hash = mix(h);
	} else {
		*hash = mix(*at++);
	}
	tokens->at = at;
	return true;
}

static struct tokens tokens_of(struct slice code)
{
	const unsigned char *at = (const unsigned char *)code.at;

	return (struct tokens){ at, at + code.len_bytes };
}

/* ---- names in the order of first appearance --------------------------------------------------- */

static const char *const keywords[] = {
	"and", "as", "assert", "async", "await", "begin", "bool", "boolean", "break", "by", "case", "catch", "char", "class",
	"const", "continue", "create", "def", "default", "defer", "delete", "do", "done", "double", "elif", "else", "end", "enum",
	"esac", "except", "export", "extern", "false", "fi", "final", "finally", "float", "fn", "for", "from", "func", "function",
	"go", "goto", "group", "if", "impl", "import", "in", "insert", "int", "interface", "into", "is", "join", "lambda", "let",
	"long", "loop", "match", "mod", "mut", "namespace", "new", "nil", "None", "not", "null", "or", "order", "package", "pass",
	"private", "protected", "pub", "public", "raise", "range", "return", "select", "self", "set", "short", "signed", "sizeof",
	"static", "string", "struct", "super", "switch", "table", "template", "then", "this", "throw", "throws", "trait", "true",
	"try", "type", "typedef", "typename", "typeof", "union", "unsigned", "update", "use", "using", "values", "var", "virtual",
	"void", "volatile", "where", "while", "with", "yield", "True", "False", "NULL", "SELECT", "FROM", "WHERE", "INSERT",
	"UPDATE", "DELETE", "CREATE", "TABLE", "JOIN", "AND", "OR", "NOT", "NULL", "INTO", "VALUES", "ORDER", "GROUP", "BY",
};

#define KEYWORD_SLOTS 512

/* Hashes of the keywords, open addressing; 0: free. */
static const uint64_t *keyword_table(void)
{
	static _Thread_local uint64_t table[KEYWORD_SLOTS];
	static _Thread_local bool made;

	for (size_t i = 0; !made && i < ARRAY_LEN(keywords); i++) {
		struct tokens tokens = tokens_of(slice_of(keywords[i]));
		uint64_t of;
		bool is_name;
		if (!next_token(&tokens, &of, &is_name))
			continue;
		size_t at = of & (KEYWORD_SLOTS - 1);
		while (table[at] && table[at] != of)
			at = (at + 1) & (KEYWORD_SLOTS - 1);
		table[at] = of;
	}
	made = true;
	return table;
}

static bool is_keyword(const uint64_t *table, uint64_t hash)
{
	for (size_t at = hash & (KEYWORD_SLOTS - 1); table[at]; at = (at + 1) & (KEYWORD_SLOTS - 1))
		if (table[at] == hash)
			return true;
	return false;
}

struct names {
	uint64_t hash[NAMES * 2];
	uint32_t place[NAMES * 2];
	uint32_t count;
};

static uint64_t place_of(struct names *names, uint64_t hash)
{
	size_t at = hash & (NAMES * 2 - 1);

	while (names->place[at] && names->hash[at] != hash)
		at = (at + 1) & (NAMES * 2 - 1);
	if (!names->place[at]) {
		if (names->count == NAMES)
			return hash;
		names->hash[at] = hash;
		names->place[at] = ++names->count;
	}
	return names->place[at];
}

/* ---- signatures ------------------------------------------------------------------------------------- */

/* The hash of the last five tokens, a polynomial from which the token that leaves is taken out (Karp and Rabin,
 * IBM Journal of Research and Development 31, 1987). */
struct rolling {
	uint64_t window[SHINGLE], sum;
	size_t at, count;
};

#define BASE 0x9e3779b97f4a7c15u

/* Whether there are five by now. */
static bool roll(struct rolling *rolling, uint64_t token)
{
	static const uint64_t leaving = (uint64_t)BASE * BASE * BASE * BASE * BASE;

	rolling->sum = rolling->sum * BASE + token - rolling->window[rolling->at] * leaving;
	rolling->window[rolling->at] = token;
	rolling->at = rolling->at + 1 == SHINGLE ? 0 : rolling->at + 1;
	return ++rolling->count >= SHINGLE;
}

#define BIN_EMPTY UINT32_MAX

/* Empty bins take the hash of a full one, which one being the same for all bodies with the same full bins. */
static void densify(uint32_t *bins)
{
	bool full[SIMILAR_HASHES];

	for (size_t i = 0; i < SIMILAR_HASHES; i++)
		full[i] = bins[i] != BIN_EMPTY;
	for (size_t i = 0; i < SIMILAR_HASHES; i++)
		for (uint64_t attempt = 1; !full[i]; attempt++) {
			size_t from = (size_t)(mix(i * 0x10001u + attempt * 0x9e3779b97f4a7c15u) % SIMILAR_HASHES);
			if (full[from]) {
				bins[i] = bins[from];
				break;
			}
		}
}

void similar_sign(struct slice code, struct similar_signature *out)
{
	const uint64_t *table = keyword_table();
	struct tokens tokens = tokens_of(code);
	struct names names;
	struct rolling rolling = { .count = 0 };
	uint32_t bins[SIMILAR_HASHES];
	uint64_t hash, normalised = 0;
	bool is_name;

	memset(names.place, 0, sizeof(names.place));
	names.count = 0;
	memset(bins, 0xff, sizeof(bins));
	while (next_token(&tokens, &hash, &is_name)) {
		uint64_t shingle;
		uint32_t value, *bin;
		normalised = (normalised + (is_name && !is_keyword(table, hash) ? place_of(&names, hash) : hash)) * BASE;
		normalised ^= normalised >> 32;
		if (!roll(&rolling, hash))
			continue;
		shingle = mix(rolling.sum);
		value = (uint32_t)shingle & (BIN_EMPTY - 1);
		bin = &bins[shingle >> 58];
		*bin = value < *bin ? value : *bin;
	}
	*out = (struct similar_signature){ .normalised = mix(normalised + rolling.count), .is_short = rolling.count < SHINGLE };
	if (out->is_short)
		return;
	densify(bins);
	for (size_t i = 0; i < SIMILAR_HASHES; i++)
		out->hashes[i] = (uint16_t)bins[i];
}

uint64_t similar_tokens(struct slice code)
{
	struct tokens tokens = tokens_of(code);
	uint64_t hash, sum = 0;
	bool is_name;

	while (next_token(&tokens, &hash, &is_name))
		sum += hash;
	return sum;
}

double similar_estimate(const struct similar_signature *a, const struct similar_signature *b)
{
	unsigned same = 0;

	if (a->is_short || b->is_short)
		return a->normalised == b->normalised;
	for (size_t i = 0; i < SIMILAR_HASHES; i++)
		same += a->hashes[i] == b->hashes[i];
	return (double)same / SIMILAR_HASHES;
}

/* ---- keys and bytes ------------------------------------------------------------------------------------- */

#define ROWS 5 /* of a band: hashes that agree all together */

bool similar_key(const struct similar_signature *signature, size_t number, uint32_t *key)
{
	uint64_t h = number;

	if (number == 0) {
		*key = (uint32_t)(mix(signature->normalised) >> 32);
		return true;
	}
	for (size_t i = (number - 1) * ROWS; i < number * ROWS; i++) {
		h = (h ^ signature->hashes[i]) * BASE;
		h ^= h >> 29;
	}
	*key = (uint32_t)(h >> 16);
	return !signature->is_short;
}

void similar_pack(const struct similar_signature *signature, unsigned char *bytes)
{
	for (size_t i = 0; i < SIMILAR_HASHES; i++) {
		*bytes++ = (unsigned char)(signature->hashes[i] & 0xff);
		*bytes++ = (unsigned char)(signature->hashes[i] >> 8);
	}
	for (unsigned shift = 0; shift < 64; shift += 8)
		*bytes++ = (unsigned char)(signature->normalised >> shift & 0xff);
	*bytes = signature->is_short;
}

void similar_unpack(const unsigned char *bytes, struct similar_signature *out)
{
	for (size_t i = 0; i < SIMILAR_HASHES; i++, bytes += 2)
		out->hashes[i] = (uint16_t)(bytes[0] | bytes[1] << 8);
	out->normalised = 0;
	for (unsigned shift = 0; shift < 64; shift += 8)
		out->normalised |= (uint64_t)*bytes++ << shift;
	out->is_short = *bytes != 0;
}

/* ---- the likeness itself -------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Each shingle once, in order. */
static size_t shingles_of(struct slice code, uint64_t **out)
{
	struct tokens tokens = tokens_of(code);
	VEC_OF(uint64_t) list = VEC_INIT;
	struct rolling rolling = { .count = 0 };
	uint64_t hash;
	size_t kept = 0;
	bool is_name;

	while (next_token(&tokens, &hash, &is_name))
		if (roll(&rolling, hash))
			vec_push(&list, mix(rolling.sum));
	if (list.len)
		qsort(list.items, list.len, sizeof(*list.items), by_number);
	for (size_t i = 0; i < list.len; i++)
		if (kept == 0 || list.items[kept - 1] != list.items[i])
			list.items[kept++] = list.items[i];
	*out = list.items;
	return kept;
}

double similar_jaccard(struct slice a, struct slice b)
{
	uint64_t *of_a, *of_b;
	size_t count_a = shingles_of(a, &of_a), count_b = shingles_of(b, &of_b), both = 0;

	for (size_t i = 0, k = 0; i < count_a && k < count_b;) {
		bool a_first = of_a[i] < of_b[k], same = of_a[i] == of_b[k];
		both += same;
		i += a_first || same;
		k += !a_first;
	}
	free(of_a);
	free(of_b);
	return count_a + count_b ? (double)both / (double)(count_a + count_b - both) : 1;
}
