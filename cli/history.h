/* What the options of the commands that look at histories have in common. */
#ifndef AITIA_CLI_HISTORY_H
#define AITIA_CLI_HISTORY_H

#include "cli/command.h"
#include "core/base/json.h"
#include "core/history.h"

#define HISTORY_OPTIONS(type) \
	{ "among", 0, OPTION_TEXT, "QUERY", "the samples that rates are of; else the store's denominators (aitia exposure), else all samples, " \
	  "if some of them were not flagged", NULL, NULL, offsetof(type, among) }, \
	{ "exposure", 0, OPTION_FILE, "FILE", "outputs of each day from a CSV file: day,outputs and the key of --by", NULL, NULL, \
	  offsetof(type, exposure) }, \
	{ "adjust", 0, OPTION_TEXT, "KEY,…", "keys whose mix may shift without anything being wrong, as far as the outputs tell them; " \
	  "none: \"\"", "lang", NULL, offsetof(type, adjust) }

/* Keys of the answers that say whose outputs rates are of. */
#define HISTORY_KEYS \
	{ "outputs_from", "whose: store (aitia exposure), file, among, samples, none (counts)" }, \
	{ "breakdown", "of store and file: the keys that these denominators tell, else null" }
void history_json(struct json_writer *json, const struct history *history);
/* A line that says so; nothing where rates are of samples. */
void history_text(struct strbuf *out, const struct history *history);
/* What the rates of the series are adjusted for, a line; nothing where that is nothing. */
void history_text_adjusted(struct arena *arena, struct strbuf *out, const struct history *history, const struct series *series);

#endif
