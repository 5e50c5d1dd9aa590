/* Secrets and personal data: what is found, what is not, what decisions do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/digest.h"
#include "core/codebook.h"
#include "core/redact.h"

static struct arena arena;
static struct error err;
static struct redactor *redactor;

static void use_rules(const char *rules)
{
	redactor_free(redactor);
	redactor = NULL;
	if (redactor_new(slice_of(rules), "rules", &redactor, &err) != STATUS_OK)
		fail_msg("%s", err.text);
}

static int setup(void **state)
{
	(void)state;
	use_rules("");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	redactor_free(redactor);
	redactor = NULL;
	arena_release(&arena);
	return 0;
}

static const char *redacted(const char *text)
{
	return arena_text(&arena, redact_text(redactor, &arena, "x", slice_of(text)));
}

/* Made up; put together here, so that no scanner takes this file for a leak. */
#define AWS "AKIA" "IOSFODNN7EXAMPLE"
#define GITHUB "ghp_" "0123456789abcdefABCDEF0123456789abcd"
#define JWT "eyJhbGciOiJIUzI1NiJ9." "eyJzdWIiOiIxMjM0In0." "abcDEF_123-x"
#define KEY_HEAD "-----BEGIN RSA " "PRIVATE KEY-----"
#define KEY_TAIL "-----END RSA " "PRIVATE KEY-----"

static void test_what_is_found(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "key = \"" AWS "\"", "key = \"[redacted: aws-key-id]\"" },
		{ "curl -H 'Authorization: token " GITHUB "'", "curl -H 'Authorization: token [redacted: github-token]'" },
		{ "a\n" KEY_HEAD "\nMIIE\n\n" KEY_TAIL "\nb", "a\n[redacted: private-key]\nb" },
		{ KEY_HEAD "\ncut off", "[redacted: private-key]" },
		{ "t=" JWT ";", "t=[redacted: jwt];" },
		{ "glpat-" "abcdefghij0123456789", "[redacted: gitlab-token]" },
		{ "xoxb-" "123456789012-abcdef", "[redacted: slack-token]" },
		{ "https://hooks.slack.com/services/" "T00000000/B00000000/XXXXXXXX", "https://[redacted: slack-webhook]" },
		{ "AIza" "SyA-1234567890abcdefghijklmnopqrstu", "[redacted: google-api-key]" },
		{ "sk_live_" "4eC39HqLyjWDarjtT1", "[redacted: stripe-key]" },
		{ "OPENAI=sk-" "proj-Ab12Cd34Ef56Gh78Ij90Kl", "OPENAI=[redacted: model-api-key]" },
		{ "hf_" "abcdefghijklmnopqrstuvwxyzABCDEF", "[redacted: huggingface-token]" },
		{ "postgres://app:s3cr3t-pw@db.internal/x", "postgres://app:[redacted: connection-string]@db.internal/x" },
		{ "AccountKey=" "q1w2e3r4t5y6u7i8o9p0q1w2e3r4t5y6u7i8o9p0q1==;", "AccountKey=[redacted: azure-key];" },
		{ "Authorization: Bearer abc123DEF456ghi789", "Authorization: Bearer [redacted: authorization]" },
		/* Without a digit: "user:pass" in base64. What is no header is one only with a digit. */
		{ "curl -H 'Authorization: Basic dXNlcjpwYXNz'", "curl -H 'Authorization: Basic [redacted: authorization]'" },
		{ "authorization=token qwertyuiopasdfghjkl", "authorization=token [redacted: authorization]" },
		{ "the bearer authentication; authorization: authenticated", "the bearer authentication; authorization: authenticated" },
		{ "db_password = 'Xk29fLq8Zr71Tb3w'", "db_password = '[redacted: secret-assignment]'" },
		{ "password = \"hunter2!\"", "password = \"[redacted: password-literal]\"" },
		{ "{'app_secret' => 'forum-session'}", "{'app_secret' => '[redacted: password-literal]'}" },
		{ "\"api_key\": \"9f8e7d6c5b4a39281706\"", "\"api_key\": \"[redacted: secret-assignment]\"" },
		{ "ask ada.lovelace@analytical.org now", "ask [redacted: email] now" },
		{ "from 10.1.2.3:80", "from [redacted: ipv4]:80" },
		{ "fe80:0:0:0:1:2:3:4", "[redacted: ipv6]" },
		{ "ping fe80::1%eth0 2a00:1450:4001:812::200e, [fd12:3456::7]:80 2600::",
		  "ping [redacted: ipv6]%eth0 [redacted: ipv6], [[redacted: ipv6]]:80 [redacted: ipv6]" },
		{ "File \"/home/ada/x.py\", line 3", "File \"/home/[redacted: home-folder]/x.py\", line 3" },
		/* Of more services, and in the forms that languages give to names and values. */
		{ "AZURE_CLIENT_SECRET=" "abc8Q~HNfEkalT2ib0Z8voX2D86ByvkNx5MYj", "AZURE_CLIENT_SECRET=[redacted: azure-key]" },
		{ "?sv=2022&sp=r&sig=" "E8JV45sXqE8JV45sXqE8JV45sXqE8JV45sXqE8JV%3D", "?sv=2022&sp=r&sig=[redacted: azure-key]" },
		{ "glrtr-" "lBkU0WttqpkRzoxePCdOh05g xapp-1-A012-345-abc", "[redacted: gitlab-token] [redacted: slack-token]" },
		{ "gsk_" "WBtblbCAk4n6SzcgBavV91VNRrU23Sh6m5qI", "[redacted: model-api-key]" },
		{ "const API_KEY: &'static str = \"Xk29fLq8Zr71Tb3w\";", "const API_KEY: &'static str = \"[redacted: secret-in-quotes]\";" },
		{ "#define API_KEY \"Xk29fLq8Zr71Tb3w\"", "#define API_KEY \"[redacted: secret-in-quotes]\"" },
		{ "os.environ[\"API_KEY\"] = \"Xk29fLq8Zr71Tb3w\"", "os.environ[\"API_KEY\"] = \"[redacted: secret-in-quotes]\"" },
		{ "define('API_KEY', 'Xk29fLq8Zr71Tb3w')", "define('API_KEY', '[redacted: secret-in-quotes]')" },
		{ "  - name: API_KEY\n    value: Xk29fLq8Zr71Tb3w", "  - name: API_KEY\n    value: [redacted: secret-argument]" },
		{ "<apiKey>Xk29fLq8Zr71Tb3w</apiKey>", "<apiKey>[redacted: secret-argument]</apiKey>" },
		{ "mysql://app:pa$$w0rd@db/x", "mysql://app:[redacted: connection-string]@db/x" },
		{ "Server=db;User Id=sa;Password=s3cr3t;Encrypt=true", "Server=db;User Id=sa;Password=[redacted: connection-string];Encrypt=true" },
		{ "C:\\Users\\Ada Lovelace\\x /home/\u00e9lodie/x c:\\users\\ada", "C:\\Users\\[redacted: home-folder]\\x /home/[redacted: home-folder]/x c:\\users\\[redacted: home-folder]" },
		/* As programs and browsers read it. */
		{ "x = 'ada\\u0040corp.com'", "x = '[redacted: email]'" },
		{ "?e=ada%40corp.com&x ada&#64;corp.com ada&#x40;corp.com ada&commat;corp.com", "?e=[redacted: email]&x [redacted: email] [redacted: email] [redacted: email]" },
		{ "\"{\\\"apiKey\\\": \\\"Xk29fLq8Zr71Tb3w\\\"}\"", "\"{\\\"apiKey\\\": \\\"[redacted: secret-assignment]\\\"}\"" },
		{ "\\u0067hp_" "0123456789abcdefABCDEF0123456789abcd;", "[redacted: github-token];" },
		{ "a = f()\napi_key = (\"Xk29fLq8\"\n           \"Zr71Tb3w\")\nb", "a = f()\napi_key = (\"[redacted: secret-in-quotes]\")\nb" },
		{ "+k = \"" "ghp_" "0123456789abcdef\" + \\\n+    \"ABCDEF0123456789abcd\"", "+k = \"[redacted: github-token]\"" },
		{ "ghp_" "0123456789\u200babcdefABCDEF0123456789abcd", "[redacted: github-token]" },
		{ "ada\uff20corp.com", "[redacted: email]" },
		{ "C:\\Users\\Ada\\x", "C:\\Users\\[redacted: home-folder]\\x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (strcmp(redacted(cases[i].text), cases[i].expected) != 0)
			fail_msg("<<%s>> is shown as <<%s>>", cases[i].text, redacted(cases[i].text));
}

static void test_what_is_none(void **state)
{
	static const char *const texts[] = {
		"password = os.environ['DB_PASSWORD']", "token = tokens[i + 1]", "secret = \"change-me\"", "api_key = \"xxxxxxxxxxxxxxxxxxxx\"",
		"api_key: ${{ secrets.API_KEY }}", "mail to someone@example.com or a@b.example, noreply@github.com", "127.0.0.1 and 192.0.2.17",
		"version 1.2.3.4, \"typeHandlerVersion\": \"1.0.3.16\"", "1.2.3.4.5", "postgres://localhost:5432/db", "http://host:8080/a@b",
		"/home/runner/work", "std::sort(a.begin(), a.end())", "@decorator.name", "x@y", "sk-learn and sk-12", "AKIA", "eyJ.eyJ.",
		"password: str = Field(min_length=8)", "the secret of good code is simplicity", "12:34:56:78", "::1", "2001:db8::1 2001:0db8:1::2", "rows[2000::2]", "feed::add(1)", "std::face::x", "::", "a::b", "3fff::1", "a:b:c:d:e:f:g:h",
		/* What looks made by chance and is nobody's secret: digests, identifiers, pictures, minified code, keys that are public. */
		"commit 5ce5888b9f149beaaca5ec957fb8d4ee0a1c1a6a", "\"integrity\": \"sha512-f3FN83d2G/v32ipNClRKgYv30onQlMZX1vCeZMjPsMMPl1mDpmbl0+N5BYo4S/ofzqJyS5hvwacEo0CCVDn/Qg==\"",
		"id = \"8eac8fed-4f50-47fc-a072-79a14a0182c8\"", "url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk)",
		"!function(e,t){t.token=e.t(n),r.secret=o?i.a:u,e.password=function(){return this._p9x8y7z6w5v4u3t2}}(window)",
		"mscorlib, Version=2.0.0.0, PublicKeyToken=b03f5f7f11d50a3a", "git clone git@github.com:a/b.git", "pkg:javascript/jquery@1.8.0.min",
		"BinSkim 1.9.5.0", "Sarif.UnitTests 1.3.3.1-beta", "app/home/views.py and /home/list.txt", "/home/jovyan/x",
		"password: 'password'", "secret = 'your-secret-here'", "\"password\": \"string\"", "password = 'a b c'", "pwd=\"${PWD}\"", "password = ''",
		"", "0123456789abcdef0123456789abcdef01234567", "--token=", "tokenizer = AutoTokenizer.from_pretrained(name)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(redacted(texts[i]), texts[i]) != 0)
			fail_msg("<<%s>> is shown as <<%s>>", texts[i], redacted(texts[i]));
}

#define LONG_RUN 300000

/* Of the processor: looked at from each of its places, the run would take a minute. */
static void test_a_long_run_of_backslashes(void **state)
{
	struct strbuf text = STRBUF_INIT;
	clock_t began = clock();
	const char *shown;

	(void)state;
	use_rules("");
	for (int i = 0; i < LONG_RUN; i++)
		strbuf_addch(&text, '\\');
	strbuf_addstr(&text, "x ada\\\\\\u0040corp.com");
	shown = redacted(text.text);
	assert_true(clock() - began < 20 * CLOCKS_PER_SEC);
	assert_string_equal(shown + LONG_RUN, "x [redacted: email]");
	strbuf_release(&text);
}

static const char *hit_of(const char *secret)
{
	struct digest digest = digest_of(slice_of(secret));
	char digits[DIGEST_HEX_LEN + 1];

	digest_hex(&digest, digits);
	return arena_printf(&arena, "%.*s", REDACT_HIT_DIGITS, digits);
}

static void test_decisions(void **state)
{
	(void)state;
	/* Of what reads as the same, what was kept counts; what is open in one form is not kept in the other. */
	use_rules(arena_printf(&arena, "keep %s ada: mine\n", hit_of("ada@corp.com")));
	assert_string_equal(redacted("ada@corp.com ada%40corp.com bob%40corp.com"), "ada@corp.com ada%40corp.com [redacted: email]");
	use_rules("");
	assert_string_equal(redacted("ada@corp.com ada%40corp.com"), "[redacted: email] [redacted: email]");
	use_rules(arena_printf(&arena, "# ours\n\nkeep %s ada: a key made for the documentation\r\n", hit_of(AWS)));
	assert_string_equal(redacted("k " AWS " " GITHUB), "k " AWS " [redacted: github-token]");
	/* What was kept may hold what was not. */
	use_rules(arena_printf(&arena, "rule box \\[.*\\]\nkeep %s ada: a box\n", hit_of("[to ada@analytical.org]")));
	assert_string_equal(redacted("x [to ada@analytical.org] y"), "x [to [redacted: email]] y");
	/* The last line counts. */
	use_rules(arena_printf(&arena, "keep %s ada: x\nhide %s bob: no\n", hit_of(AWS), hit_of(AWS)));
	assert_string_equal(redacted(AWS), "[redacted: aws-key-id]");
	use_rules("drop email\nrule project \\bPROJ-\\d+\\b\n");
	assert_string_equal(redacted("ada@analytical.org of PROJ-42"), "ada@analytical.org of [redacted: project]");
}

static void test_rules_that_cannot_be_read(void **state)
{
	static const char *const bad[] = { "rule x (", "rule x", "keep 12 ada: x", "keep 0123456789abcdef no reason", "hold x y",
					   "keep 0123456789ABCDEF ada: x", "drop a b", "keep",
					   "rule \033[2J x", "drop a\x07", "rule x\xc2\x9b x", "rule [a] x" };
	struct redactor *none;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *rules = arena_printf(&arena, "# one\n%s\n", bad[i]);
		assert_int_equal(redactor_new(slice_of(rules), "team.rules", &none, &err), STATUS_INPUT);
		if (strncmp(err.text, "team.rules, line 2: ", 20) != 0)
			fail_msg("%s: %s", bad[i], err.text);
	}
}

/* Every text of a record that a page can show, each with its place. */
static void test_an_input(void **state)
{
	struct incident incident;
	struct flag flag = { .message = "mail ada@analytical.org", .tool = "lint" };
	struct provenance provenance = { "key of eve@analytical.org", "10.1.2.3", CERTAINTY_RECORDED };
	struct sample sample = { .id = 12, .code = slice_of("k = " AWS), .expected = slice_of("k = " GITHUB), .path = "/home/ada/x.py",
				 .language = "c of fay@analytical.org",
				 .flags = &flag, .flag_count = 1, .provenance = &provenance, .provenance_count = 1 };
	struct annotation annotation = { .sample = 12, .note = "see bob@analytical.org", .cause = "model/ours" };
	const struct code codes[] = { { .kind = CODE_CAUSE, .category = CATEGORY_MODEL, .word = "ours", .help = "ask gil@analytical.org" },
				      { .kind = CODE_CAUSE, .category = CATEGORY_MODEL, .word = "unused", .help = "ask hal@analytical.org" } };
	const struct codebook book = { codes, ARRAY_LEN(codes) };
	const struct sample *samples[] = { &sample };
	const struct annotation *annotations[] = { &annotation };
	struct postmortem_input input = { .incident = &incident, .samples = samples, .annotations = annotations, .sample_count = 1,
					  .codebook = &book }, out;
	static const char *const places[] = { "title", "summary", "C1 statement", "E1 text", "E1 sources", "sample 12 code", "sample 12 expected",
					      "sample 12 path", "sample 12 language", "sample 12 message",
					      "sample 12 provenance", "sample 12 provenance", "note on sample 12", "the code model/ours" };
	const struct redact_hit *hits;
	size_t count;

	(void)state;
	incident_init(&incident, &arena, "Leak at 10.9.8.7");
	incident.key = "INC-2026-0001";
	incident_set_section(&incident, &arena, "summary", "by carl@analytical.org");
	incident_add_cause(&incident, &arena, &(struct incident_cause){ .code = "model", .statement = "key " AWS });
	incident_add_event(&incident, &arena, &(struct incident_event){ .text = "from 10.9.8.7", .sources = "dora@analytical.org" });
	use_rules(arena_printf(&arena, "keep %s ada: the documentation's\n", hit_of(AWS)));
	redact_input(redactor, &arena, NULL, &input, &out, &hits, &count);
	assert_int_equal(count, ARRAY_LEN(places));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(hits[i].where, places[i]);
	assert_int_equal(hits[2].decision, REDACT_KEEP);
	assert_string_equal(hits[2].reason, "ada: the documentation's");
	assert_string_equal(hits[2].hit, hit_of(AWS));
	assert_string_equal(hits[2].preview, "AKIA…LE");
	assert_int_equal(hits[0].decision, REDACT_OPEN);
	assert_string_equal(out.incident->title, "Leak at [redacted: ipv4]");
	assert_string_equal(out.incident->causes[0].statement, "key " AWS);
	assert_string_equal(out.samples[0]->path, "/home/[redacted: home-folder]/x.py");
	assert_string_equal(out.samples[0]->language, "c of [redacted: email]");
	assert_string_equal(out.samples[0]->provenance[0].key, "key of [redacted: email]");
	assert_string_equal(out.annotations[0]->note, "see [redacted: email]");
	assert_string_equal(out.codebook->codes[0].help, "ask [redacted: email]");
	/* The record itself is as it was. */
	assert_string_equal(incident.title, "Leak at 10.9.8.7");
	assert_string_equal(sample.path, "/home/ada/x.py");
}

/* A renderer that shows nothing of backslashes, and what stands in braces as a target. */
static void seen(struct arena *to, struct slice markdown, struct slice *text, struct slice *targets)
{
	struct strbuf shown = STRBUF_INIT, led = STRBUF_INIT;
	struct strbuf *out = &shown;

	for (size_t i = 0; i < markdown.len_bytes; i++) {
		if (markdown.at[i] == '{' || markdown.at[i] == '}')
			out = markdown.at[i] == '{' ? &led : &shown;
		else if (markdown.at[i] != '\\')
			strbuf_addch(out, markdown.at[i]);
	}
	*text = arena_slice(to, strbuf_slice(&shown));
	*targets = arena_slice(to, strbuf_slice(&led));
	strbuf_release(&shown);
	strbuf_release(&led);
}

static const char *shown_summary(const char *markdown, size_t *count, enum redact_decision *first)
{
	struct incident incident;
	struct postmortem_input input = { .incident = &incident }, out;
	const struct redact_hit *hits;

	incident_init(&incident, &arena, "x");
	incident_set_section(&incident, &arena, "summary", markdown);
	redact_input(redactor, &arena, seen, &input, &out, &hits, count);
	*first = *count ? hits[0].decision : REDACT_OPEN;
	return incident_section(out.incident, "summary");
}

/* What readers see counts, not how it is written. */
static void test_markdown_as_readers_see_it(void **state)
{
	enum redact_decision decision;
	size_t count;

	(void)state;
	assert_string_equal(shown_summary("*by* ada\\@corp.com, see {x}", &count, &decision), "\\*by\\* \\[redacted\\: email\\]\\, see ");
	assert_int_equal(count, 1);
	assert_int_equal(decision, REDACT_OPEN);
	/* The place that a link leads to goes with the link. */
	assert_string_equal(shown_summary("mail her{ada\\@corp.com}", &count, &decision), "mail her");
	assert_int_equal(count, 1);
	/* Kept ones stay, form and all; each is told once. */
	use_rules(arena_printf(&arena, "keep %s ada: mine\n", hit_of("ada@corp.com")));
	assert_string_equal(shown_summary("*by* ada\\@corp.com", &count, &decision), "*by* ada\\@corp.com");
	assert_int_equal(count, 1);
	assert_int_equal(decision, REDACT_KEEP);
	shown_summary("*by* ada@corp.com", &count, &decision);
	assert_int_equal(count, 1);
	/* One in the open does not hide the other. */
	use_rules(arena_printf(&arena, "hide %s ada: mine\n", hit_of("ada@corp.com")));
	assert_null(strstr(shown_summary("ada@corp.com or ada\\@corp.com", &count, &decision), "corp"));
	assert_int_equal(count, 1);
}

/* A secret has no greatest length: nothing of it is left over. */
static void test_long_secrets(void **state)
{
	static const struct {
		const char *head, *tail, *shown;
	} cases[] = {
		{ "password = ", " end", "password = [redacted: secret-assignment] end" },
		{ "postgres://app:", "@db.corp.com/x", "postgres://app:[redacted: connection-string]@db.corp.com/x" },
		{ "a " KEY_HEAD "\n", "\n" KEY_TAIL " end", "a [redacted: private-key] end" },
		{ "ghp_", " end", "[redacted: github-token] end" },
		{ "github_pat_", " end", "[redacted: github-token] end" },
		{ "mail ", "@corp.com end", "mail [redacted: email] end" },
		{ "x in /home/", "/x", "x in /home/[redacted: home-folder]/x" },
		{ "SG.abcdefghijklmnopqrst.", " end", "[redacted: sendgrid-key] end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int length = 180; length < 200000; length *= 3) {
			struct strbuf text = STRBUF_INIT;

			strbuf_addstr(&text, cases[i].head);
			for (int n = 0; n < length; n++)
				strbuf_addch(&text, "q7Xk29fLq8Zr71Tb3w"[n % 18]);
			strbuf_addstr(&text, cases[i].tail);
			assert_string_equal(redacted(text.text), cases[i].shown);
			strbuf_release(&text);
		}
}

/* Long and adversarial texts end in time; what cannot be searched is hidden whole. */
static void test_hostile_texts(void **state)
{
	static const char *const pieces[] = { "a", "password=", "a.", "-----BEGIN PRIVATE KEY-----", "a@", "eyJaaaaaaaa.", "1.", "://:", "\xff" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		struct strbuf text = STRBUF_INIT;

		for (int n = 0; n < 20000; n++)
			strbuf_addstr(&text, pieces[i]);
		redact_text(redactor, &arena, "x", strbuf_slice(&text));
		strbuf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(test_decisions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rules_that_cannot_be_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_an_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_markdown_as_readers_see_it, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_long_run_of_backslashes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
