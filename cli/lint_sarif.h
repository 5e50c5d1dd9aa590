/* Findings of lint for machines: one JSON object, or a SARIF 2.1.0 document of all. */
#ifndef AITIA_CLI_LINT_SARIF_H
#define AITIA_CLI_LINT_SARIF_H

#include "core/base/strbuf.h"
#include "core/lint.h"

/* Appends the object and a line feed. `key` NULL: it is a rule that is told, not a finding. */
void lint_json(struct strbuf *out, const char *key, const struct lint_finding *finding);

struct lint_sarif;
struct lint_sarif *lint_sarif_new(enum level least);
void lint_sarif_add(struct lint_sarif *sarif, const char *key, const struct lint_report *report);
/* Prints the document unless something failed, and frees it. */
void lint_sarif_end(struct lint_sarif *sarif, bool print);

#endif
