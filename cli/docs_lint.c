/* docs/lint.md, from the table of rules and that of phrases. */
#include "cli/docs.h"
#include "core/lint.h"

static const struct { enum lint_rule rule; const char *words, *instead; } phrases[] = {
#define PHRASE(rule, words, instead) { LINT_##rule, words, instead },
#include "core/lint_phrases.def"
};

static const char *asked_of(unsigned severities)
{
	return severities & 1u << SEVERITY_Q4 ? "every severity" : severities & 1u << SEVERITY_Q3 ? "Q1 to Q3" : "Q1 and Q2";
}

static void add_phrases(struct strbuf *out, enum lint_rule rule)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		if (phrases[i].rule != rule)
			continue;
		strbuf_addf(out, "%s“%s”", any ? ", " : "  Found by: ", phrases[i].words);
		any = true;
	}
	if (any)
		strbuf_addstr(out, ".\n");
}

void docs_lint(struct arena *arena, struct strbuf *out)
{
	(void)arena;
	strbuf_addstr(out, "# Lint\n\nMade by `aitia docs lint` from the program's tables; do not edit.\n\n"
			   "`aitia lint [INC...]` asks of an incident's record whether it is complete for its severity, whether "
			   "each claim is\nsupported, whether the actions follow, whether the text blames anybody, and whether "
			   "references hold. It exits with 1 if\nthere are findings. `--json` prints one object a finding, "
			   "`--sarif` one SARIF 2.1.0 document.\n\n"
			   "An incident without a severity is asked what one of Q2 is asked. Code, block quotes, links and what a "
			   "source is called\nare passed over by the rules on language; names are those of the reviewers who edited "
			   "the incident and of the owners of\nits actions, unless they are teams or roles.\n\n"
			   "Each rule can be waived with a reason: for good, in the record, by `aitia incident put INC waiver "
			   "rule=ID reason=TEXT`,\nor for one run by `--waive ID=TEXT`. What is waived is still shown, with its "
			   "reason, and in SARIF as suppressed.\n\n");
	for (int i = 0; i < LINT_COUNT; i++) {
		const struct lint_rule_info *info = lint_rule_info((enum lint_rule)i);
		strbuf_addf(out, "- **`%s`** (%s, %s): %s\n  *%s*\n", info->id, level_word(info->level), asked_of(info->severities),
			    info->text, info->why);
		add_phrases(out, (enum lint_rule)i);
	}
}
