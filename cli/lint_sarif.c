#include "cli/lint_sarif.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "core/base/json.h"
#include "core/base/mem.h"

void lint_json(struct strbuf *out, const char *key, const struct lint_finding *finding)
{
	const struct lint_rule_info *info = lint_rule_info(finding->rule);
	struct json_writer json;

	json_write_init(&json, out, 0);
	json_write_begin(&json, '{');
	json_write_member(&json, "incident", key);
	json_write_member(&json, "rule", info->id);
	json_write_member(&json, "level", level_word(info->level));
	json_write_member(&json, "pointer", finding->pointer);
	json_write_member(&json, "place", finding->place);
	json_write_member(&json, "text", finding->text);
	json_write_member(&json, "suggestion", finding->suggestion);
	json_write_member(&json, "waived", finding->waived);
	json_write_member(&json, "why", info->why);
	json_write_end(&json, '}');
	strbuf_addch(out, '\n');
}

/* ---- SARIF ------------------------------------------------------------------------------ */

struct lint_sarif {
	struct strbuf text;
	struct json_writer json;
	enum level least;
};

static void begin(struct json_writer *json, const char *name, char bracket)
{
	json_write_name(json, name);
	json_write_begin(json, bracket);
}

static void write_message(struct json_writer *json, const char *name, const char *text)
{
	begin(json, name, '{');
	json_write_member(json, "text", text);
	json_write_end(json, '}');
}

/* reportingDescriptor (3.49): all rules, so that ruleIndex is their number. */
static void write_rules(struct json_writer *json)
{
	begin(json, "rules", '[');
	for (int i = 0; i < LINT_COUNT; i++) {
		const struct lint_rule_info *info = lint_rule_info((enum lint_rule)i);
		json_write_begin(json, '{');
		json_write_member(json, "id", info->id);
		write_message(json, "shortDescription", info->text);
		write_message(json, "help", info->why);
		begin(json, "defaultConfiguration", '{');
		json_write_member(json, "level", level_word(info->level));
		json_write_end(json, '}');
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
}

struct lint_sarif *lint_sarif_new(enum level least)
{
	struct lint_sarif *sarif = mem_zalloc(1, sizeof(*sarif));
	struct json_writer *json = &sarif->json;

	strbuf_init(&sarif->text);
	sarif->least = least;
	json_write_init(json, &sarif->text, 0);
	json_write_begin(json, '{');
	json_write_member(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_write_member(json, "version", "2.1.0");
	begin(json, "runs", '[');
	json_write_begin(json, '{');
	begin(json, "tool", '{');
	begin(json, "driver", '{');
	json_write_member(json, "name", "aitia lint");
	json_write_member(json, "version", AITIA_VERSION);
	write_rules(json);
	json_write_end(json, '}');
	json_write_end(json, '}');
	begin(json, "results", '[');
	return sarif;
}

/* An incident is no file: its place is a logical one (3.33), its document stands for the file. */
static void write_location(struct json_writer *json, const char *key, const struct lint_finding *finding)
{
	struct strbuf name = STRBUF_INIT;

	begin(json, "locations", '[');
	json_write_begin(json, '{');
	begin(json, "physicalLocation", '{');
	begin(json, "artifactLocation", '{');
	strbuf_addf(&name, "%s.json", key);
	json_write_member(json, "uri", name.text);
	json_write_end(json, '}');
	begin(json, "region", '{');
	json_write_member_int(json, "startLine", 1);
	json_write_end(json, '}');
	json_write_end(json, '}');
	begin(json, "logicalLocations", '[');
	json_write_begin(json, '{');
	json_write_member(json, "name", finding->place);
	strbuf_clear(&name);
	strbuf_addf(&name, "%s%s", key, finding->pointer);
	json_write_member(json, "fullyQualifiedName", name.text);
	json_write_member(json, "kind", "member");
	json_write_end(json, '}');
	json_write_end(json, ']');
	json_write_end(json, '}');
	json_write_end(json, ']');
	strbuf_release(&name);
}

static void write_result(struct json_writer *json, const char *key, const struct lint_finding *finding)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%s: %s", finding->place, finding->text);
	if (finding->suggestion)
		strbuf_addf(&text, " Instead: %s.", finding->suggestion);
	json_write_begin(json, '{');
	json_write_member(json, "ruleId", lint_rule_info(finding->rule)->id);
	json_write_member_int(json, "ruleIndex", (int64_t)finding->rule);
	json_write_member(json, "level", level_word(lint_rule_info(finding->rule)->level));
	write_message(json, "message", text.text);
	write_location(json, key, finding);
	begin(json, "suppressions", '[');
	if (finding->waived) {
		json_write_begin(json, '{');
		json_write_member(json, "kind", "external");
		json_write_member(json, "justification", finding->waived);
		json_write_end(json, '}');
	}
	json_write_end(json, ']');
	json_write_end(json, '}');
	strbuf_release(&text);
}

void lint_sarif_add(struct lint_sarif *sarif, const char *key, const struct lint_report *report)
{
	for (size_t i = 0; i < report->count; i++)
		if (lint_rule_info(report->findings[i].rule)->level >= sarif->least)
			write_result(&sarif->json, key, &report->findings[i]);
}

void lint_sarif_end(struct lint_sarif *sarif, bool print)
{
	json_write_end(&sarif->json, ']');
	json_write_end(&sarif->json, '}');
	json_write_end(&sarif->json, ']');
	json_write_end(&sarif->json, '}');
	strbuf_addch(&sarif->text, '\n');
	if (print)
		out_flush(&sarif->text);
	strbuf_release(&sarif->text);
	free(sarif);
}
