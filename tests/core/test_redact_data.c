/*
 * The rules against the 964 files of ../shared/data: logs of scanners, answers of models, diffs and prose that others
 * wrote. Each string of a JSON file is a text of its own, as importers make samples of it; other files are one text.
 *
 * Two truths. What stands in these files was looked at by hand, hit by hit (redact_data.def): a hit that the list does not
 * know fails, and so does a secret or a person of the list that is not hit. And secrets of each rule's kind, made up,
 * are planted into texts from there: each must be gone from what is shown.
 *
 * `make bench-redact` prints the tables of docs/redaction.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/attr.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/redact.h"

#define DATA "../shared/data/"

static struct arena arena, scratch;
static struct error err;
static struct redactor *redactor;
static bool shows_table;

enum kind { SECRET, PERSON, ALARM, KINDS };

static struct truth {
	const char *rule, *hit;
	enum kind kind;
	int places; /* where it was found */
} truths[] = {
#define FOUND(rule, hit, kind) { rule, hit, kind, 0 },
#include "tests/core/redact_data.def"
};

static const char *const rules[] = {
#define RULE(name, entropy, pattern, help) name,
#include "core/redact_rules.def"
};

static int setup(void **state)
{
	(void)state;
	shows_table = getenv("AITIA_TABLE") != NULL;
	if (redactor_new(slice_of(""), "rules", &redactor, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	redactor_free(redactor);
	arena_release(&arena);
	arena_release(&scratch);
	return 0;
}

/* ---- the files ------------------------------------------------------------------------ */

struct looker {
	void (*look)(const char *path, struct slice text);
	size_t files, texts, bytes;
};

static void look_into(struct looker *looker, const char *path, const struct json *value)
{
	if (value->type == JSON_STRING) {
		looker->texts++;
		looker->bytes += value->text.len_bytes;
		looker->look(path, value->text);
	}
	for (const struct json *child = value->first; child; child = child->next)
		look_into(looker, path, child);
}

static void look_at_text(struct looker *looker, const char *path, struct slice text)
{
	const struct json *root;

	if (json_parse(&scratch, text, true, NULL, &root, &err) == STATUS_OK) {
		look_into(looker, path, root);
		return;
	}
	looker->texts++;
	looker->bytes += text.len_bytes;
	looker->look(path, text);
}

/* The line at *at, which moves behind it. */
static struct slice next_line(struct slice text, size_t *at)
{
	const char *line = text.at + *at, *end = memchr(line, '\n', text.len_bytes - *at);
	size_t len = end ? (size_t)(end - line) : text.len_bytes - *at;

	*at += len + 1;
	return (struct slice){ line, len };
}

static void look_at_file(struct looker *looker, const char *path)
{
	const char *dot = strrchr(path, '.');
	struct slice text;

	if (file_read(&scratch, path, 0, &text, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	looker->files++;
	if (!dot || strcmp(dot, ".jsonl") != 0) {
		look_at_text(looker, path, text);
		return;
	}
	for (size_t at = 0; at < text.len_bytes;)
		look_at_text(looker, path, next_line(text, &at));
}

static void look_at_data(struct looker *looker)
{
	struct slice manifest;
	size_t at = 0;

	if (file_read(&arena, DATA "MANIFEST.tsv", 0, &manifest, &err) != STATUS_OK)
		fail_msg("%s", err.text);
	next_line(manifest, &at); /* the names of the columns */
	while (at < manifest.len_bytes) {
		struct slice line = next_line(manifest, &at);
		const char *tab = memchr(line.at, '\t', line.len_bytes);

		if (!tab)
			continue;
		look_at_file(looker, arena_printf(&arena, DATA "%.*s", (int)(tab - line.at), line.at));
		arena_release(&scratch);
	}
}

/* ---- what stands in them ---------------------------------------------------------------- */

static struct truth *truth_of(const struct redact_hit *hit)
{
	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		if (strcmp(truths[i].rule, hit->rule) == 0 && strcmp(truths[i].hit, hit->hit) == 0)
			return &truths[i];
	return NULL;
}

static void compare(const char *path, struct slice text)
{
	const struct redact_hit *hits;
	size_t count;

	redact_check(redactor, &scratch, path, arena_text(&scratch, text), &hits, &count);
	for (size_t i = 0; i < count; i++) {
		struct truth *truth = truth_of(&hits[i]);

		if (truth)
			truth->places++;
		else
			fail_msg("%s: nobody said what %s %s (%s) is: redact_data.def", path, hits[i].rule, hits[i].hit, hits[i].preview);
	}
}

static void print_rule(const char *rule)
{
	int places = 0, found[KINDS] = { 0 }, missed = 0;

	for (size_t i = 0; i < ARRAY_LEN(truths); i++) {
		if (strcmp(truths[i].rule, rule) != 0)
			continue;
		places += truths[i].places;
		if (truths[i].places)
			found[truths[i].kind]++;
		else if (truths[i].kind != ALARM)
			missed++;
	}
	if (places || missed)
		printf("| `%s` | %d | %d | %d | %d | %d |\n", rule, places, found[SECRET], found[PERSON], missed, found[ALARM]);
}

static void test_what_stands_in_the_data(void **state)
{
	struct looker looker = { .look = compare };

	(void)state;
	look_at_data(&looker);
	if (shows_table) {
		printf("%zu files, %zu texts, %zu bytes\n\n| rule | hits | secrets | persons | missed | false alarms |\n"
		       "| --- | --- | --- | --- | --- | --- |\n", looker.files, looker.texts, looker.bytes);
		for (size_t i = 0; i < ARRAY_LEN(rules); i++)
			print_rule(rules[i]);
	}
	assert_int_equal(looker.files, 964);
	for (size_t i = 0; i < ARRAY_LEN(truths); i++)
		if (truths[i].kind != ALARM && !truths[i].places)
			fail_msg("%s %s is missed", truths[i].rule, truths[i].hit);
}

/* ---- what is planted --------------------------------------------------------------------- */

/* Made up; in parts, so that no scanner takes this file for a leak. `head` and `tail` are what the rule needs around it. */
static const struct planted {
	const char *rule, *head, *secret, *tail;
} planted[] = {
	{ "private-key", "", "-----BEGIN RSA " "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn\n-----END RSA " "PRIVATE KEY-----", "" },
	{ "private-key", "", "-----BEGIN OPENSSH " "PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH " "PRIVATE KEY-----", "" },
	{ "aws-key-id", "", "AKIA" "Z7Q4M2LVX6RBT5YN", "" },
	{ "aws-secret", "AKIA" "Z7Q4M2LVX6RBT5YN" ", ", "Zk29fLq8Zr71Tb3wQm54Vn60" "Xc87Yd12Se93GhJk", "" },
	{ "chat-webhook", "https://", "discord.com/api/webhooks/1234567890/" "Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12Se93GhJk", "" },
	{ "service-token", "", "dop_v1_" "5b7c29f08d1e4a63", "" },
	{ "service-token", "", "NRAK-" "Z7Q4M2LVX6RBT5YN1KD8", "" },
	{ "secret-in-quotes", "const apiKey: string = \"", "Zk29fLq8Zr71" "Tb3wQm54", "\";" },
	{ "secret-in-quotes", "setenv(\"API_KEY\", \"", "Zk29fLq8Zr71" "Tb3wQm54", "\", 1);" },
	{ "secret-argument", "curl --token ", "Zk29fLq8Zr71" "Tb3wQm54", "" },
	{ "secret-argument", "<apiKey>", "Zk29fLq8Zr71" "Tb3wQm54", "</apiKey>" },
	{ "password-hash", "", "$2b$12$" "Zk29fLq8Zr71Tb3wQm54VnO", "" },
	{ "github-token", "", "ghp_" "Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12Se93", "" },
	{ "github-token", "", "github_pat_" "11AZk29fLq8Zr71Tb3wQm5_4Vn60Xc87Yd12Se93", "" },
	{ "gitlab-token", "", "glpat-" "Zk29fLq8Zr71Tb3wQm54", "" },
	{ "slack-token", "", "xoxb-" "123456789012-1234567890123-Zk29fLq8Zr71Tb3wQm54Vn60", "" },
	{ "slack-webhook", "https://", "hooks.slack.com/services/" "T0Z7Q4M2L/B0VX6RBT5/Zk29fLq8Zr71Tb3wQm54Vn60", "" },
	{ "google-api-key", "", "AIza" "SyZk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12S", "" },
	{ "stripe-key", "", "sk_live_" "Zk29fLq8Zr71Tb3wQm54Vn60", "" },
	{ "model-api-key", "", "sk-" "ant-api03-Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12", "" },
	{ "model-api-key", "", "sk-" "proj-Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12", "" },
	{ "huggingface-token", "", "hf_" "ZkfLqZrTbwQmVnXcYdSeGhJkPoIuYtRe", "" },
	{ "npm-token", "", "npm_" "Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12Se93", "" },
	{ "pypi-token", "", "pypi-" "AgEIcHlwaS5vcmcCJDZk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12Se93GhJkPoIu", "" },
	{ "sendgrid-key", "", "SG." "Zk29fLq8Zr71Tb3wQm54Vn.60Xc87Yd12Se93GhJkPoIuYtReWqAsDfGhJkLzXc", "" },
	{ "azure-key", "AccountName=a;AccountKey=", "Zk29fLq8Zr71Tb3wQm54Vn60Xc87Yd12Se93GhJkPoIuYtReWq" "AsDfGhJkLzXcVbNm1234567890+/abcdefgh==", ";" },
	{ "jwt", "", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." "eyJzdWIiOiIxMjM0NTY3ODkwIn0." "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "" },
	{ "authorization", "Authorization: Bearer ", "Zk29fLq8Zr71Tb3w" "Qm54Vn60Xc87", "" },
	{ "authorization", "authorization: Basic ", "YWRtaW46Wms" "yOWZMcTha", "" },
	{ "connection-string", "postgres://app:", "Zk29fLq8" "Zr71", "@db.internal/x" },
	{ "connection-string", "redis://:", "Zk29fLq8" "Zr71", "@cache.internal" },
	{ "secret-assignment", "api_key = \"", "Zk29fLq8Zr71" "Tb3wQm54", "\"" },
	{ "secret-assignment", "AWS_SECRET_ACCESS_KEY=", "Zk29fLq8Zr71Tb3w" "Qm54Vn60Xc87Yd12Se93GhJk", "" },
	{ "secret-assignment", "\"clientSecret\": \"", "Zk29fLq8~Zr71" "Tb3wQm54Vn60", "\"" },
	{ "password-literal", "password = '", "hunter2" "!", "'" },
	{ "password-literal", "\"db_passwd\": \"", "correct-horse", "\"" },
	{ "email", "", "ada.lovelace@" "analytical.org", "" },
	{ "ipv4", "", "10.83.4." "217", "" },
	{ "ipv6", "", "2a00:1450:4001:812" "::200e", "" },
	{ "home-folder", "/home/", "alovelace", "/src/x.py" },
	{ "home-folder", "C:\\Users\\", "alovelace", "\\x.py" },
};

/* How it may stand in a line. */
static const char *const around[][2] = {
	{ "", "" }, { " ", " " }, { "\"", "\"" }, { "'", "'" }, { "(", ")" }, { "[", "]" }, { "<", ">" }, { "`", "`" }, { "KEY=", "" },
	{ "key: ", "" }, { "- ", "," }, { "{\"k\": \"", "\"}" }, { "\n", "\n" }, { "\t", ";" }, { "# ", " #" }, { "x = f(\"", "\")" },
};

static int planted_count[ARRAY_LEN(planted)], found_count[ARRAY_LEN(planted)];
static size_t hosts;

static void plant(const char *path, struct slice text)
{
	const char *middle = text.len_bytes > 200 && text.len_bytes < 4000 ? memchr(text.at + 100, '\n', text.len_bytes - 100) : NULL;

	/* Some hundred texts of all kinds are enough: each fourth that has a line's end in it. */
	if (!middle || hosts++ % 4 || hosts > 600)
		return;
	for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
		const struct planted *p = &planted[i];
		size_t form = (hosts / 4 + i) % ARRAY_LEN(around), before = (size_t)(middle + 1 - text.at);
		struct strbuf with = STRBUF_INIT;
		const char *shown;

		strbuf_add(&with, text.at, before);
		/* What has a quote of its own stands in no other. */
		strbuf_addf(&with, "%s%s%s%s%s\n", strpbrk(p->head, "\"'") ? "" : around[form][0], p->head, p->secret, p->tail,
			    strpbrk(p->head, "\"'") ? "" : around[form][1]);
		strbuf_add(&with, middle + 1, text.len_bytes - before);
		shown = arena_text(&scratch, redact_text(redactor, &scratch, path, strbuf_slice(&with)));
		strbuf_release(&with);
		planted_count[i]++;
		if (!strstr(shown, p->secret))
			found_count[i]++;
		else if (shows_table)
			printf("missed: %s between <<%s>> and <<%s>> in %s\n", p->rule, around[form][0], around[form][1], path);
		else
			fail_msg("%s between <<%s>> and <<%s>> in %s is missed", p->rule, around[form][0], around[form][1], path);
	}
}

static void test_what_is_planted(void **state)
{
	struct looker looker = { .look = plant };

	(void)state;
	look_at_data(&looker);
	if (shows_table)
		printf("\n| rule | planted | found |\n| --- | --- | --- |\n");
	for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
		int all = 0, found = 0;

		for (size_t i = 0; i < ARRAY_LEN(planted); i++)
			if (strcmp(planted[i].rule, rules[r]) == 0) {
				all += planted_count[i];
				found += found_count[i];
			}
		if (shows_table)
			printf("| `%s` | %d | %d |\n", rules[r], all, found);
		if (all < 100)
			fail_msg("no secret of %s was planted", rules[r]);
		assert_int_equal(found, all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_stands_in_the_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_planted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
