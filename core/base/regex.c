#include "core/base/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/base/mem.h"

/* Steps of the matcher for one text: on the machine at hand (2026) some 30 ms, within
 * which a search can be cancelled. Honest patterns need a few per byte at most. */
#define MATCH_LIMIT 1000000u
#define DEPTH_LIMIT 100000u
#define HEAP_LIMIT_KIB 16384u
#define JIT_STACK_BYTES (256u * 1024)
#define PATTERN_BYTES 4096u

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	pcre2_general_context *memory;
};

/* PCRE2's memory: never NULL. */
static void *allocate(PCRE2_SIZE len_bytes, void *context)
{
	(void)context;
	return mem_alloc(len_bytes);
}

static void release(void *at, void *context)
{
	(void)context;
	free(at);
}

static enum status fail(int code, size_t at, size_t *error_at, struct error *err)
{
	PCRE2_UCHAR reason[256];

	if (error_at)
		*error_at = at;
	if (pcre2_get_error_message(code, reason, sizeof(reason)) < 0)
		return error_set(err, STATUS_USAGE, "the pattern is wrong");
	return error_set(err, STATUS_USAGE, "the pattern is wrong: %s", (const char *)reason);
}

enum status regex_new(struct slice pattern, struct regex **out, size_t *error_at, struct error *err)
{
	const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
	PCRE2_SIZE at = 0;
	struct regex *regex;
	pcre2_code *code;
	int failed = 0;

	*out = NULL;
	if (pattern.len_bytes > PATTERN_BYTES) {
		if (error_at)
			*error_at = 0;
		return error_set(err, STATUS_USAGE, "the pattern is longer than %u bytes", PATTERN_BYTES);
	}
	code = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.len_bytes, options, &failed, &at, NULL);
	if (!code)
		return fail(failed, at, error_at, err);
	regex = mem_zalloc(1, sizeof(*regex));
	regex->code = code;
	regex->memory = pcre2_general_context_create(allocate, release, NULL);
	regex->match = pcre2_match_data_create(1, regex->memory);
	regex->limits = pcre2_match_context_create(regex->memory);
	pcre2_set_match_limit(regex->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->limits, HEAP_LIMIT_KIB);
	/* Without JIT (a machine that it does not know, a kernel that forbids it) it works too. */
	if (pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0 &&
	    (regex->stack = pcre2_jit_stack_create(JIT_STACK_BYTES / 8, JIT_STACK_BYTES, regex->memory)) != NULL)
		pcre2_jit_stack_assign(regex->limits, NULL, regex->stack);
	*out = regex;
	return STATUS_OK;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_jit_stack_free(regex->stack);
	pcre2_match_context_free(regex->limits);
	pcre2_match_data_free(regex->match);
	pcre2_code_free(regex->code);
	pcre2_general_context_free(regex->memory);
	free(regex);
}

enum regex_found regex_find(const struct regex *regex, struct slice text, size_t from, size_t *start, size_t *end)
{
	const PCRE2_SIZE *found = pcre2_get_ovector_pointer(regex->match);
	int count = pcre2_match(regex->code, (PCRE2_SPTR)(text.at ? text.at : ""), text.len_bytes, from, 0, regex->match,
				regex->limits);

	if (count == PCRE2_ERROR_NOMATCH)
		return REGEX_NONE;
	if (count < 0)
		return REGEX_TOO_COSTLY;
	if (start)
		*start = found[0];
	if (end)
		*end = found[1];
	return REGEX_FOUND;
}
