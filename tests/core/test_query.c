/* The query language: what parses to what, what is refused and how, and what matches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/strbuf.h"
#include "core/query.h"
#include "core/query_spans.h"

static struct arena arena;
static struct query query;
static struct error err;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void parse(const char *text)
{
	if (query_parse(&arena, text, "ada", &query, &err) != STATUS_OK)
		fail_msg("%s: %s", text, err.text);
}

static void refused(const char *text, const char *reason)
{
	if (query_parse(&arena, text, "ada", &query, &err) != STATUS_USAGE)
		fail_msg("'%s' was taken", text);
	if (!strstr(err.text, reason))
		fail_msg("'%s': '%s' does not say '%s'", text, err.text, reason);
}

/* ---- parsing ------------------------------------------------------------------- */

static void test_words(void **state)
{
	static const struct { const char *text, *word; bool negated; } cases[] = {
		{ "foo", "foo", false },
		{ "-foo", "foo", true },
		{ "\"two words\"", "two words", false },
		{ "-\"two words\"", "two words", true },
		{ "\"a \\\"b\\\" \\\\ c\"", "a \"b\" \\ c", false },
		{ "std::vector", "std::vector", false },
		{ "http://x/y", "http://x/y", false },
		{ "C:\\temp", "C:\\temp", false },
		{ "->next", "->next", false },
		{ "--flag", "--flag", false },
		{ "a,b", "a,b", false },
		{ "i<n", "i<n", false },
		{ "x>=3", "x>=3", false },
		{ "12:30", "12:30", false },
		{ "\"else:\"", "else:", false },
		{ "@decorator", "@decorator", false },
		{ "-\xc3\xa4", "\xc3\xa4", true },
		{ "(f", "(f", false },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		parse(cases[i].text);
		assert_int_equal(query.term_count, 1);
		assert_int_equal(query.terms[0].key, QUERY_KEY_WORDS);
		assert_int_equal(query.terms[0].value_count, 1);
		assert_string_equal(query.terms[0].values[0].text, cases[i].word);
		assert_int_equal(query.terms[0].negated, cases[i].negated);
		assert_false(query.terms[0].values[0].prefix);
		assert_int_equal(query.terms[0].len, strlen(cases[i].text));
	}
	parse("char*");
	assert_string_equal(query.terms[0].values[0].text, "char");
	assert_true(query.terms[0].values[0].prefix);
	parse("-\"return nu\"*");
	assert_string_equal(query.terms[0].values[0].text, "return nu");
	assert_true(query.terms[0].values[0].prefix && query.terms[0].negated);
	parse("foo(*"); /* the word before the star is at its end */
	assert_string_equal(query.terms[0].values[0].text, "foo(");
	assert_false(query.terms[0].values[0].prefix);
	parse("");
	assert_int_equal(query.term_count, 0);
	parse(" \t ");
	assert_int_equal(query.term_count, 0);
}

/* What has no word of code in it, and what says that it is not one. */
static void test_verbatim(void **state)
{
	static const struct { const char *text; enum query_key key; const char *value; } cases[] = {
		{ "-", QUERY_KEY_TEXT, "-" },
		{ "==", QUERY_KEY_TEXT, "==" },
		{ "*", QUERY_KEY_TEXT, "*" },
		{ "->*", QUERY_KEY_TEXT, "->*" },
		{ "\"() {\"", QUERY_KEY_TEXT, "() {" },
		{ "text:foo", QUERY_KEY_TEXT, "foo" },
		{ "text:a,b*", QUERY_KEY_TEXT, "a,b*" },
		{ "-text:\"a b\"", QUERY_KEY_TEXT, "a b" },
		{ "re:a{1,3}.*", QUERY_KEY_RE, "a{1,3}.*" },
		{ "re:\"a b\\d \\\" \\\\.\"", QUERY_KEY_RE, "a b\\d \" \\." },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		parse(cases[i].text);
		assert_int_equal(query.term_count, 1);
		assert_int_equal(query.terms[0].key, cases[i].key);
		assert_int_equal(query.terms[0].value_count, 1);
		assert_string_equal(query.terms[0].values[0].text, cases[i].value);
		assert_false(query.terms[0].values[0].prefix);
	}
	refused("re:a(b", "at 7: the pattern is wrong");
	refused("x re:\"\\\"a b(\"", "at 13: the pattern is wrong");
	refused("re:", "re needs a value");
	refused("text:\"\"", "nothing between the quotes");
	refused("text:\"a\",\"b\"", "blank");
}

static void test_keys(void **state)
{
	(void)state;
	parse("  status:untriaged,deferred -Rule:\"py/sql x\"*,b  plan:max @rules:x");
	assert_int_equal(query.term_count, 4);
	assert_true(query.names_status);
	assert_int_equal(query.terms[0].at, 2);
	assert_int_equal(query.terms[0].len, 25);
	assert_int_equal(query.terms[0].value_count, 2);
	assert_int_equal(query.terms[0].values[0].number, SAMPLE_UNTRIAGED);
	assert_int_equal(query.terms[0].values[1].number, SAMPLE_DEFERRED);
	assert_int_equal(query.terms[1].key, QUERY_KEY_RULE);
	assert_true(query.terms[1].negated);
	assert_string_equal(query.terms[1].values[0].text, "py/sql x");
	assert_true(query.terms[1].values[0].prefix);
	assert_string_equal(query.terms[1].values[1].text, "b");
	assert_false(query.terms[1].values[1].prefix);
	assert_int_equal(query.terms[2].key, QUERY_KEY_PROVENANCE);
	assert_string_equal(query.terms[2].provenance_key, "plan");
	assert_int_equal(query.terms[3].key, QUERY_KEY_PROVENANCE);
	assert_string_equal(query.terms[3].provenance_key, "rules");

	parse("status:in*");
	assert_int_equal(query.terms[0].value_count, 1);
	assert_int_equal(query.terms[0].values[0].number, SAMPLE_IN_REVIEW);
	assert_false(query.terms[0].values[0].prefix);
	parse("severity:*");
	assert_int_equal(query.terms[0].value_count, 5);
	parse("severity<=q2 lang:PY incident:inc-2026-0001 model:*");
	assert_int_equal(query.terms[0].op, QUERY_LE);
	assert_int_equal(query.terms[0].values[0].number, SEVERITY_Q2);
	assert_string_equal(query.terms[1].values[0].text, "python");
	assert_string_equal(query.terms[2].values[0].text, "INC-2026-0001");
	assert_true(query.terms[3].values[0].prefix);
	assert_string_equal(query.terms[3].values[0].text, "");
	parse("cause:Model,none,hallucination,model/*");
	assert_int_equal(query.terms[0].values[0].number, CATEGORY_MODEL);
	assert_int_equal(query.terms[0].values[1].number, QUERY_NONE);
	assert_int_equal(query.terms[0].values[2].number, 0);
	assert_true(query.terms[0].values[3].prefix);
	assert_false(query.names_status);
	parse("is:mine,dup");
	assert_int_equal(query.terms[0].values[0].number, QUERY_IS_MINE);
	assert_int_equal(query.terms[0].values[1].number, QUERY_IS_DUP);
}

#define MARCH_US 1772323200000000LL /* 2026-03-01 */
#define APRIL_US 1775001600000000LL /* 2026-04-01 */

static void test_times(void **state)
{
	static const struct { const char *text; enum query_key key; int64_t at; } cases[] = {
		{ "before:2026-03", QUERY_KEY_BEFORE, MARCH_US },
		{ "after:2026-03", QUERY_KEY_AFTER, APRIL_US },
		{ "produced<2026-03", QUERY_KEY_BEFORE, MARCH_US },
		{ "produced<=2026-03", QUERY_KEY_BEFORE, APRIL_US },
		{ "produced>2026-03", QUERY_KEY_AFTER, APRIL_US },
		{ "produced>=2026-03", QUERY_KEY_AFTER, MARCH_US },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		parse(cases[i].text);
		assert_int_equal(query.term_count, 1);
		assert_int_equal(query.terms[0].key, cases[i].key);
		assert_int_equal(query.terms[0].op, QUERY_EQ);
		if (cases[i].key == QUERY_KEY_BEFORE)
			assert_int_equal(query.terms[0].values[0].number, cases[i].at);
		else
			assert_int_equal(query.terms[0].values[0].number_end, cases[i].at);
	}
	parse("produced:2026-03");
	assert_int_equal(query.term_count, 2);
	assert_int_equal(query.terms[0].key, QUERY_KEY_AFTER);
	assert_int_equal(query.terms[0].values[0].number_end, MARCH_US);
	assert_int_equal(query.terms[1].key, QUERY_KEY_BEFORE);
	assert_int_equal(query.terms[1].values[0].number, APRIL_US);
	parse("-day:2026-03,2026-02-28");
	assert_int_equal(query.term_count, 1);
	assert_true(query.terms[0].negated);
	assert_int_equal(query.terms[0].value_count, 2);
	assert_int_equal(query.terms[0].values[0].number, MARCH_US);
	assert_int_equal(query.terms[0].values[0].number_end, APRIL_US);
	assert_int_equal(query.terms[0].values[1].number_end, MARCH_US);
}

static void test_refusals(void **state)
{
	(void)state;
	refused("day:2026-03-04T10:00", "at 5: '2026-03-04T10:00' is no day, month or year; after: and before: take any time");
	refused("day:2026*", "a prefix ('2026*') cannot be used here");
	refused("foo status:foo", "at 12: unknown status 'foo'; one of: untriaged, in_review");
	refused("is:untriagd", "at 4: unknown is 'untriagd'; did you mean 'untriaged'?");
	refused("is:marked", "unknown is 'marked'");
	refused("severity:Q7", "unknown severity 'Q7'");
	refused("\xc3\xa4\xc3\xb6 level:eror", "at 10: unknown level 'eror'; did you mean 'error'?");
	refused("stauts:excluded", "at 1: unknown key 'stauts'; did you mean 'status'?");
	refused("a -produce:2026", "did you mean 'produced'?");
	refused("severty<=Q2", "did you mean 'severity'?");
	refused("status<untriaged", "status cannot be compared");
	refused("severity<=none", "cannot be compared with none");
	refused("severity<=Q1,Q2", "only one value");
	refused("severity>Q*", "only one value");
	refused("before:2026,2027", "only one value");
	refused("before:yesterday", "'yesterday' is not a time");
	refused("after:2026-02-30", "at 7: '2026-02-30' is not a time");
	refused("before:2026*", "a prefix");
	refused("-produced:2026", "use before: or after:");
	refused("batch:x", "batch takes a whole number, not 'x'");
	refused("line>=9999999999999999999", "whole number");
	refused("id>abc", "compared with a whole number");
	refused("rule:", "at 6: rule needs a value");
	refused("rule:a,,b", "at 8: rule needs a value");
	refused("else:", "put it in quotes");
	refused("ab \"cd", "at 4: the quote is not closed");
	refused("rule:\"cd", "at 6: the quote is not closed");
	refused("rule:\"a\"b", "after the quote");
	refused("\"a\"b", "after the quote");
	refused("\"\"", "nothing between the quotes");
	refused("\xff", "UTF-8");
}

/* ---- codes ---------------------------------------------------------------------- */

static enum status check_codes(const struct codebook *book, const char *text)
{
	parse(text);
	return query_check_codes(&query, book, &err);
}

static void test_codes_of_the_codebook(void **state)
{
	static const char *const known[] = {
		"", "foo status:untriaged", "cause:model", "cause:Data_Gap,none", "cause:model/hallucination",
		"cause:HALLUCINATION", "-cause:hallucination", "cause:nothing*", "cause:*", "symptom:none,wrong_logic",
		"symptom:wr*", "plan:hallucinaton", "\"cause:x\"",
	};
	static const struct { const char *text, *reason; } unknown[] = {
		{ "cause:hallucinaton", "at 7: unknown cause 'hallucinaton'; did you mean 'model/hallucination'?" },
		{ "\xc3\xa4 -cause:model,infrastructur", "at 16: unknown cause 'infrastructur'; did you mean 'infrastructure'?" },
		{ "cause:model/zzzzzzzzz", "at 7: unknown cause 'model/zzzzzzzzz'" },
		{ "foo symptom:wrong_logc", "at 13: unknown symptom 'wrong_logc'; did you mean 'wrong_logic'?" },
		{ "symptom:none,\"qqqq qqqq\"", "at 14: unknown symptom 'qqqq qqqq'" },
		{ "symptom:model", "unknown symptom 'model'" },
		{ "cause:wrong_logic", "unknown cause 'wrong_logic'" },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (check_codes(codebook_default(), known[i]) != STATUS_OK)
			fail_msg("%s: %s", known[i], err.text);
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
		assert_int_equal(check_codes(codebook_default(), unknown[i].text), STATUS_USAGE);
		if (!strstr(err.text, unknown[i].reason))
			fail_msg("'%s': '%s' does not say '%s'", unknown[i].text, err.text, unknown[i].reason);
	}
}

static void test_codes_of_a_team(void **state)
{
	static const struct code codes[] = {
		{ 1, CODE_CAUSE, CATEGORY_MODEL, "cache", 0, "", false },
		{ 2, CODE_CAUSE, CATEGORY_INFRASTRUCTURE, "cache", 0, "", false },
		{ 3, CODE_CAUSE, CATEGORY_TESTING, "old_habit", 0, "", true },
		{ 4, CODE_SYMPTOM, CATEGORY_NONE, "old_sign", 0, "", true },
	};
	static const struct codebook book = { codes, ARRAY_LEN(codes) };
	(void)state;
	/* Two categories have it; retired ones are in old annotations. */
	assert_int_equal(check_codes(&book, "cause:cache,old_habit,testing/old_habit symptom:old_sign"), STATUS_OK);
	assert_int_equal(check_codes(&book, "cause:data_gap"), STATUS_OK);
	assert_int_equal(check_codes(&book, "cause:hallucination"), STATUS_USAGE);
	assert_int_equal(check_codes(&book, "symptom:old_sgn"), STATUS_USAGE);
	assert_string_equal(err.text, "at 9: unknown symptom 'old_sgn'"); /* a retired one is not proposed */
}

static void test_sort(void **state)
{
	enum sort_key key;
	(void)state;
	for (int i = 0; i < SORT_COUNT; i++) {
		assert_true(sort_parse(sort_word((enum sort_key)i), &key));
		assert_int_equal(key, i);
		assert_true(sort_help((enum sort_key)i)[0]);
	}
	assert_false(sort_parse("random", &key));
	assert_string_equal(query_key_word(QUERY_KEY_STATUS), "status");
	for (int i = 0; i < QUERY_KEY_COUNT; i++)
		assert_true(query_key_help((enum query_key)i)[0]);
}

/* ---- matching ------------------------------------------------------------------ */

static const struct flag flags[] = {
	{ SOURCE_LINTER, LEVEL_WARNING, "Ruff", "E501", "line TOO long", { 7, 1, 7, 90 }, false, 0 },
	{ SOURCE_SAST, LEVEL_ERROR, "CodeQL", "py/sql-injection", NULL, { 0, 0, 0, 0 }, true, 0.5 },
};
static const struct provenance provenance[] = {
	{ PROVENANCE_MODEL, "claude-x-4", CERTAINTY_RECORDED },
	{ PROVENANCE_HARNESS, "2.1.0", CERTAINTY_RECORDED },
	{ PROVENANCE_PROMPT_VERSION, "p7", CERTAINTY_RECORDED },
	{ PROVENANCE_EFFORT, "high", CERTAINTY_RECORDED },
	{ "plan", "max", CERTAINTY_GUESSED },
};
static const char *const symptoms[] = { "hallucinated_api" };
static const struct annotation annotations[] = {
	{ .reviewer = "ada", .verdict = VERDICT_CONFIRMED, .cause = "model/hallucination", .symptoms = symptoms,
	  .symptom_count = 1, .severity = SEVERITY_Q2, .note = "See the Manual" },
	{ .reviewer = "bob", .verdict = VERDICT_NONE, .cause = "testing" },
};
static const char *const incidents[] = { "INC-2026-0001", "INC-2026-0007" };

static struct sample full_sample(void)
{
	struct sample sample = { .id = 17, .kind = SAMPLE_KIND_PATCH, .external_id = "HumanEval/3",
				 .code = slice_of("def Foo():\n    stra\xc3\x9f""e = 1\n"), .language = "python",
				 .path = "src/App/main.py", .session = "s-1", .turn = 4,
				 .produced_at = { MARCH_US, PRECISION_MONTH }, .status = SAMPLE_IN_REVIEW,
				 .disposition = VERDICT_INTENDED, .illustrative = true, .batch = 3,
				 .flags = flags, .flag_count = 2, .provenance = provenance, .provenance_count = 5 };
	return sample;
}

static bool matches(const char *text, const struct query_subject *subject)
{
	parse(text);
	return query_matches(&query, subject);
}

static void test_matches(void **state)
{
	/* Each holds for the full sample, and its negation for the bare one. */
	static const char *const yes[] = {
		"foo", "STRA\303\237E", "\"too long\"", "manual", "def manual too", "\"():\"", "fo*", "\"too lon\"*", "text:oo",
		"re:F.o", "re:^def", "re:(?i)FOO", "-re:FOO text:FOO",
		"status:in_review", "status:deferred,in_review", "cause:model", "cause:model/hallucination",
		"cause:hallucination", "cause:hall*", "cause:model/h*", "cause:testing", "cause:*",
		"symptom:hallucinated_api", "symptom:hallu*", "verdict:confirmed_defect", "disposition:intended",
		"severity:Q2", "severity<=Q2", "severity>Q1", "severity>=Q2", "severity<Q3", "severity:*",
		"level:error", "level>=warning", "level>note", "lang:py", "lang:python", "lang:pyt*",
		"rule:E501", "rule:py/*", "tool:CodeQL", "source:sast", "source:linter", "model:claude-x-4",
		"model:claude*", "model:*", "harness:2.1.0", "prompt:p7", "effort:high", "plan:max", "plan:m*",
		"path:App/ma", "path:src*", "session:s-1", "session:s*", "incident:inc-2026-0007", "incident:INC-2026*",
		"reviewer:bob", "reviewers:2", "reviewers>1", "reviewers>=2", "-reviewers:0",
		"batch:3", "batch>=2", "before:2026-04", "after:2026-02", "produced:2026",
		"produced:2026-03", "produced>=2026-03-01", "kind:patch", "id:17", "id:HumanEval/3", "id:HumanEval*",
		"id>=17", "id<18", "line:7", "line<8", "turn:4", "turn>3", "is:mine", "is:dup", "is:illustrative",
		"is:incident", "-is:untriaged", "-cause:none", "-severity:none", "-symptom:none", "-verdict:none",
	};
	static const char *const no[] = {
		"nothing", "foo nothing", "-foo", "oo", "fo", "re:FOO", "re:(a|b)z", "text:fooo", "\"two  blanks\"", "src/App", "E501", "cause:halluc", "cause:cache",
		"cause:model/cache", "cause:mod", "severity:Q1", "severity<Q2", "severity>Q2", "level:warning",
		"level<error", "rule:e501", "rule:E50", "tool:codeql", "plan:ma", "path:app", "path:App*", "after:2026-03",
		"before:2026-03", "before:2026-03-01", "produced>2026-03", "id:1", "id>17", "line:8", "turn:0",
		"reviewer:a", "reviewers:1", "reviewers>2", "reviewers<2", "reviewers:0",
		"incident:INC-2026-0002", "is:untriaged", "is:annotated", "nosuchkey:x", "nosuchkey:*",
		"model:x", "status:excluded",
	};
	struct sample sample = full_sample();
	struct sample bare = { .id = 2, .batch = 1, .status = SAMPLE_UNTRIAGED };
	struct query_subject subject = { &sample, annotations, 2, incidents, 2, true, NULL, 0, NULL, 0 };
	struct query_subject nobody = { &bare, NULL, 0, NULL, 0, false, NULL, 0, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (!matches(yes[i], &subject))
			fail_msg("%s does not match", yes[i]);
		if (strcmp(yes[i], "id<18") != 0 && matches(yes[i], &nobody))
			fail_msg("%s matches a bare sample", yes[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (matches(no[i], &subject))
			fail_msg("%s matches", no[i]);
}

static void test_absent_values(void **state)
{
	static const char *const yes[] = {
		"-model:x", "-model:*", "-before:2026", "-after:2026", "-lang:python", "-path:x", "-line:1", "-turn:1",
		"-session:*", "cause:none", "symptom:none", "severity:none", "verdict:none", "disposition:none",
		"level:none", "level<=none", "status:untriaged", "is:untriaged", "-plan:x", "-foo",
	};
	static const char *const no[] = {
		"line:0", "turn:0", "line<5", "turn<5", "severity<=Q5", "severity>=Q1", "before:9999", "after:0001",
		"lang:*", "is:dup", "is:mine", "is:incident", "cause:*", "produced:2026",
	};
	struct sample bare = { .id = 2, .batch = 1, .status = SAMPLE_UNTRIAGED };
	struct query_subject nobody = { &bare, NULL, 0, NULL, 0, false, NULL, 0, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		if (!matches(yes[i], &nobody))
			fail_msg("%s does not match", yes[i]);
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		if (matches(no[i], &nobody))
			fail_msg("%s matches", no[i]);
}

/* What is shown of a search, in brackets. */
static void test_spans(void **state)
{
	static const struct { const char *query, *text, *marked; } cases[] = {
		{ "", "get the user", "get the user" },
		{ "user", "getUserName(user)", "get[User]Name([user])" },
		{ "user name", "userName = x", "[userName] = x" },       /* they touch */
		{ "getusername user", "getUserName", "[getUserName]" },  /* they overlap */
		{ "\"the user\"", "of THE  user", "of [THE  user]" },
		{ "us*", "user bus", "[user] bus" },
		{ "text:ser", "USER users", "U[SER] u[ser]s" },
		{ "text:\xc3\xa4", "x\xc3\x84y", "x[\xc3\x84]y" },
		{ "re:[a-c]+", "xabcxa", "x[abc]x[a]" },
		{ "re:z*", "ab", "ab" },
		{ "-user lang:c re:(a+)+$", "user aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "user aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" },
	};
	struct text_spans spans = { VEC_INIT };
	struct strbuf is = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t at = 0;
		parse(cases[i].query);
		query_spans(&query, slice_of(cases[i].text), &spans);
		strbuf_clear(&is);
		for (size_t k = 0; k < spans.list.len; k++) {
			struct text_span span = spans.list.items[k];
			assert_true(span.start >= at && span.end > span.start);
			strbuf_add(&is, cases[i].text + at, span.start - at);
			strbuf_addch(&is, '[');
			strbuf_add(&is, cases[i].text + span.start, span.end - span.start);
			strbuf_addch(&is, ']');
			at = span.end;
		}
		strbuf_addstr(&is, cases[i].text + at);
		assert_string_equal(is.text, cases[i].marked);
	}
	query_spans(&query, (struct slice){ NULL, 0 }, &spans);
	assert_int_equal(spans.list.len, 0);
	vec_release(&spans.list);
	strbuf_release(&is);
}

static void test_excluded_are_hidden(void **state)
{
	struct sample sample = full_sample();
	struct query_subject subject = { &sample, NULL, 0, NULL, 0, false, NULL, 0, NULL, 0 };

	(void)state;
	sample.status = SAMPLE_EXCLUDED;
	assert_false(matches("", &subject));
	assert_false(matches("foo", &subject));
	assert_false(matches("-is:untriaged", &subject));
	assert_true(matches("status:excluded", &subject));
	assert_true(matches("-status:untriaged", &subject));
	assert_true(matches("status:*", &subject));
	sample.status = SAMPLE_UNTRIAGED;
	assert_true(matches("", &subject));
}

static void test_mine_needs_a_name(void **state)
{
	struct sample sample = full_sample();
	struct query_subject subject = { &sample, annotations, 2, NULL, 0, false, NULL, 0, NULL, 0 };

	(void)state;
	assert_int_equal(query_parse(&arena, "is:mine", "bob", &query, &err), STATUS_OK);
	assert_true(query_matches(&query, &subject));
	assert_int_equal(query_parse(&arena, "is:mine", "eve", &query, &err), STATUS_OK);
	assert_false(query_matches(&query, &subject));
	assert_int_equal(query_parse(&arena, "is:mine", NULL, &query, &err), STATUS_OK);
	assert_false(query_matches(&query, &subject));
}

/* Whatever is typed, the parser ends with an answer and terms lie within the text. */
static void test_any_text(void **state)
{
	static const char pieces[] = "ab\"\"::<>=-,*@ \\/.19is";
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[24];
		size_t len = 0;
		while (len < 1 + (size_t)round % 20) {
			seed = seed * 1103515245u + 12345u;
			text[len++] = pieces[(seed >> 16) % (sizeof(pieces) - 1)];
		}
		text[len] = '\0';
		if (query_parse(&arena, text, "ada", &query, &err) != STATUS_OK) {
			assert_int_equal(strncmp(err.text, "at ", 3), 0);
		} else {
			size_t end = 0;
			for (size_t i = 0; i < query.term_count; i++) {
				assert_true(query.terms[i].at >= end || query.terms[i].at == query.terms[i - 1].at);
				end = query.terms[i].at + query.terms[i].len;
				assert_true(end <= len && query.terms[i].value_count > 0);
			}
		}
		arena_clear(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_verbatim, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(test_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_codes_of_the_codebook, setup, teardown),
		cmocka_unit_test_setup_teardown(test_codes_of_a_team, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sort, setup, teardown),
		cmocka_unit_test_setup_teardown(test_matches, setup, teardown),
		cmocka_unit_test_setup_teardown(test_absent_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_spans, setup, teardown),
		cmocka_unit_test_setup_teardown(test_excluded_are_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mine_needs_a_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_text, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
