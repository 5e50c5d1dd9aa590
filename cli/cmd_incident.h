/* What the commands about incidents share. */
#ifndef AITIA_CLI_CMD_INCIDENT_H
#define AITIA_CLI_CMD_INCIDENT_H

#include "cli/command.h"

/* As text, or as the `apply` document in one line. The exit status. */
int incident_print(struct cli *cli, const char *key, bool as_json);
/* The same as readers outside may have it; `rules` as for redact_open(). */
int incident_print_public(struct cli *cli, const char *key, const char *rules, bool as_json);
/* The text alone; `whole` is the record itself, where the review is of a copy for readers outside. */
struct incident_review;
void incident_text(struct arena *arena, struct strbuf *out, const struct incident_review *review, const struct incident *whole);

/* Opens the store for an incident that must exist: the key is checked first. */
enum status incident_open(struct cli *cli, const char *key, enum store_need need, struct store **store,
			  struct error *err) MUST_CHECK;

/* One edit of an incident. */
struct incident_edit {
	/* Changes the incident in memory; `number` of a part that was added. */
	enum status (*change)(struct incident_edit *edit, struct arena *arena, struct incident *incident,
			      const struct codebook *book, struct error *err);
	const void *context;
	void *target;        /* likewise, for what the change leaves there */
	const char *summary; /* for the log */
	int64_t number;      /* of the part added; 0: none */
	int64_t edit;        /* result: entry of the log; 0: nothing had to change */
};

/* Reads, changes and puts back; reads again when somebody else was faster. */
enum status incident_change(struct cli *cli, struct store *store, const char *key, struct incident_edit *edit,
			    struct error *err) MUST_CHECK;
/* All of it: opens the store, changes, answers. The exit status. `tag` names
 * the kind of part added ("C", "CO"), or is NULL. */
int incident_change_and_answer(struct cli *cli, const char *key, struct incident_edit *edit, bool as_json, const char *tag);

/* {"key", "number", "edit"}: what every edit of an incident answers. */
extern const struct answer_key incident_edit_keys[];
void incident_answer(const char *key, const struct incident_edit *edit, bool as_json, const char *tag);

#endif
