/* lint: is this postmortem complete, supported and blameless? */
#include <string.h>

#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/lint_sarif.h"
#include "cli/output.h"
#include "core/base/utf8.h"
#include "core/nearest.h"

struct lint_values {
	bool json, sarif, rules;
	int level;
	struct option_texts waive;
};

static const struct option_spec lint_options[] = {
	{ "level", 0, OPTION_CHOICE, "WORD", "only findings of this weight or more", "note", "level",
	  offsetof(struct lint_values, level) },
	{ "waive", 0, OPTION_LIST, "RULE=REASON", "this rule does not count this time", NULL, NULL,
	  offsetof(struct lint_values, waive) },
	{ "rules", 0, OPTION_FLAG, NULL, "print the rules, with where each is from", NULL, NULL,
	  offsetof(struct lint_values, rules) },
	{ "sarif", 0, OPTION_FLAG, NULL, "one SARIF 2.1.0 document, for editors and CI", NULL, NULL,
	  offsetof(struct lint_values, sarif) },
	OPTION_JSON(struct lint_values, json),
	OPTIONS_END
};

static const struct answer_key lint_keys[] = {
	{ "incident", "its key; with --rules: null" },
	{ "rule", "id of the rule" },
	{ "level", "error, warning, note" },
	{ "pointer", "place in the document of `aitia incident show`, a JSON pointer below the incident; with --rules: null" },
	{ "place", "the place for people: A1 owner; with --rules: null" },
	{ "text", "what was found; with --rules: what is asked" },
	{ "suggestion", "what to write instead, or null" },
	{ "waived", "the reason why it does not count, or null: it counts" },
	{ "why", "why the rule is there, and who says so" },
	{ NULL, NULL },
};

/* ---- the rules ------------------------------------------------------------------------- */

static void print_rule(enum lint_rule rule, bool as_json)
{
	const struct lint_rule_info *info = lint_rule_info(rule);
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct lint_finding finding = { .rule = rule, .text = info->text };
		lint_json(&line, NULL, &finding);
	} else {
		strbuf_addf(&line, "%-28s %-8s %s\n%38s%s\n", info->id, level_word(info->level), info->text, "", info->why);
	}
	out_flush(&line);
	strbuf_release(&line);
}

/* ---- findings ----------------------------------------------------------------------------- */

static enum tone tone_of(enum level level)
{
	return level == LEVEL_ERROR ? TONE_ERROR : level == LEVEL_WARNING ? TONE_WARNING : TONE_MUTED;
}

static void add_finding(struct strbuf *out, const struct lint_finding *finding)
{
	const struct lint_rule_info *info = lint_rule_info(finding->rule);

	strbuf_addstr(out, "  ");
	out_tone(out, finding->waived ? TONE_MUTED : tone_of(info->level));
	strbuf_addf(out, "%-8s", finding->waived ? "waived" : level_word(info->level));
	out_tone(out, TONE_PLAIN);
	strbuf_addf(out, " %s  ", info->id);
	out_clean(out, slice_of(finding->place));
	strbuf_addstr(out, ": ");
	out_clean(out, slice_of(finding->text));
	strbuf_addch(out, '\n');
	if (finding->waived) {
		strbuf_addstr(out, "             because: ");
		out_clean(out, slice_of(finding->waived));
		strbuf_addch(out, '\n');
	} else if (finding->suggestion) {
		strbuf_addf(out, "             instead: %s\n", finding->suggestion);
	}
}

static void print_report(const char *key, const struct lint_report *report, enum level least)
{
	static const char *const words[] = { [LEVEL_ERROR] = "error", [LEVEL_WARNING] = "warning", [LEVEL_NOTE] = "note" };
	struct strbuf out = STRBUF_INIT;
	size_t waived = 0;

	strbuf_addf(&out, "%s", key);
	for (int level = LEVEL_ERROR; level >= (int)least && level > LEVEL_NONE; level--)
		strbuf_addf(&out, "%s%zu %s%s", level == LEVEL_ERROR ? ": " : ", ", report->counted[level], words[level],
			    report->counted[level] == 1 ? "" : "s");
	for (size_t i = 0; i < report->count; i++)
		waived += report->findings[i].waived != NULL;
	if (waived)
		strbuf_addf(&out, ", %zu waived", waived);
	strbuf_addch(&out, '\n');
	for (size_t i = 0; i < report->count; i++)
		if (lint_rule_info(report->findings[i].rule)->level >= least)
			add_finding(&out, &report->findings[i]);
	out_flush(&out);
	strbuf_release(&out);
}

static void print_json(const char *key, const struct lint_report *report, enum level least)
{
	for (size_t i = 0; i < report->count; i++) {
		struct strbuf line = STRBUF_INIT;
		if (lint_rule_info(report->findings[i].rule)->level < least)
			continue;
		lint_json(&line, key, &report->findings[i]);
		out_flush(&line);
		strbuf_release(&line);
	}
}

/* ---- the command ---------------------------------------------------------------------------- */

static const char *nearest_rule(const char *id)
{
	const char *ids[LINT_COUNT];

	for (int i = 0; i < LINT_COUNT; i++)
		ids[i] = lint_rule_info((enum lint_rule)i)->id;
	return nearest_word(ids, LINT_COUNT, id);
}

static int read_waivers(struct cli *cli, const struct option_texts *given, struct lint_waiver *out)
{
	for (size_t i = 0; i < given->count; i++) {
		const char *sign = strchr(given->items[i], '=');
		enum lint_rule rule;
		const char *nearest;
		if (!sign || !sign[1 + strspn(sign + 1, " \t")])
			return cli_usage(cli, "--waive '%.60s': say why, as in %.40s=REASON", given->items[i], given->items[i]);
		out[i].rule = arena_text(&cli->arena, (struct slice){ given->items[i], (size_t)(sign - given->items[i]) });
		out[i].reason = utf8_clean(&cli->arena, slice_of(sign + 1));
		if (lint_rule_find(out[i].rule, &rule))
			continue;
		nearest = nearest_rule(out[i].rule);
		return cli_usage(cli, "there is no rule '%.40s'%s%s%s", out[i].rule, nearest ? "; did you mean '" : "",
				 nearest ? nearest : "", nearest ? "'?" : "; aitia lint --rules lists them");
	}
	return 0;
}

static enum status keys_of(struct cli *cli, struct store *store, const struct option_words *words, const char *const **out,
			   size_t *count, struct error *err)
{
	const struct incident_row *rows;
	const char **keys;
	enum status status;

	*out = words->items;
	*count = words->count;
	if (words->count)
		return STATUS_OK;
	status = store->ops->incident_list(store, &cli->arena, &rows, count, err);
	if (status != STATUS_OK)
		return status;
	keys = arena_array(&cli->arena, *count, sizeof(*keys));
	for (size_t i = 0; i < *count; i++)
		keys[i] = rows[i].key;
	*out = keys;
	return STATUS_OK;
}

static bool counts(const struct lint_report *report, enum level least)
{
	size_t count = 0;

	for (int level = (int)least; level < LEVEL_COUNT; level++)
		count += report->counted[level];
	return count > 0;
}

static int lint_all(struct cli *cli, const struct lint_values *values, const struct option_words *words,
		    const struct lint_waiver *waivers)
{
	enum level least = values->level <= LEVEL_NONE ? LEVEL_NOTE : (enum level)values->level;
	struct lint_sarif *sarif = values->sarif ? lint_sarif_new(least) : NULL;
	const char *const *keys = NULL;
	struct store *store = NULL;
	size_t count = 0;
	int code = 0;
	struct error err;
	enum status status = cli_open(cli, STORE_READ, &store, &err);

	if (status == STATUS_OK)
		status = keys_of(cli, store, words, &keys, &count, &err);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct arena arena = ARENA_INIT;
		struct lint_report report = { .count = 0 };
		if (!incident_key_valid(keys[i]))
			status = error_set(&err, STATUS_USAGE, "'%.40s' is not the key of an incident (INC-YYYY-NNNN)", keys[i]);
		else
			status = lint_load(store, &arena, keys[i], waivers, values->waive.count, &report, &err);
		if (status == STATUS_OK) {
			code |= counts(&report, least);
			if (sarif)
				lint_sarif_add(sarif, keys[i], &report);
			else if (values->json)
				print_json(keys[i], &report, least);
			else
				print_report(keys[i], &report, least);
		}
		arena_release(&arena);
	}
	if (sarif)
		lint_sarif_end(sarif, status == STATUS_OK);
	return status == STATUS_OK ? code : cli_fail(cli, &err);
}

static int lint_run(struct cli *cli, const void *options_given, const struct option_words *words)
{
	const struct lint_values *values = options_given;
	struct lint_waiver *waivers = arena_array(&cli->arena, values->waive.count, sizeof(*waivers));
	int code = read_waivers(cli, &values->waive, waivers);

	if (code)
		return code;
	if (values->sarif && (values->json || values->rules))
		return cli_usage(cli, "--sarif is one document: not with --json or --rules");
	for (int rule = 0; values->rules && rule < LINT_COUNT; rule++)
		print_rule((enum lint_rule)rule, values->json);
	return values->rules ? 0 : lint_all(cli, values, words, waivers);
}

static const char *const lint_examples[] = {
	"aitia lint INC-2026-0001", "What is missing, unsupported or blames; exit status 1 if anything is.",
	"aitia lint --level=error", "All incidents, errors alone.",
	"aitia lint --sarif > lint.sarif", "For an editor or for CI.",
	"aitia lint INC-2026-0001 --waive 'action-without-due=follow-ups of another company'", "This once, with the reason.",
	"aitia incident put INC-2026-0001 waiver rule=action-without-due reason='not ours'",
	"For good, in the record.",
	NULL
};

const struct command_body command_lint = {
	.options = lint_options,
	.values_bytes = sizeof(struct lint_values),
	.words_max = WORDS_ANY,
	.text = "Is the record complete for its severity, is each claim supported, do the actions follow, does the text blame "
		"anybody, do references hold? docs/lint.md explains each rule. Without INC all incidents are looked at. Exit "
		"status 1 if there are findings that are not waived.",
	.examples = lint_examples,
	.answer = lint_keys,
	.answer_text = "a finding",
	.run = lint_run,
};
