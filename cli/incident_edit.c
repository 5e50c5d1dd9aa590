/* What the commands about incidents share: one edit, and its answer. */
#include "cli/answer.h"
#include "cli/cmd_incident.h"
#include "cli/output.h"

/* Somebody else's edit between our reading and our writing is met by reading again. */
#define TRIES 5

const struct answer_key incident_edit_keys[] = {
	{ "key", "the incident" },
	{ "number", "of the part that was added or changed, else null" },
	{ "edit", "number of the edit, for the log; null: nothing had to change" },
	{ NULL, NULL },
};

enum status incident_open(struct cli *cli, const char *key, enum store_need need, struct store **store,
			  struct error *err)
{
	if (!incident_key_valid(key))
		return error_set(err, STATUS_USAGE, "'%s' is not the key of an incident (INC-YYYY-NNNN)", key);
	return cli_open(cli, need, store, err);
}

enum status incident_change(struct cli *cli, struct store *store, const char *key, struct incident_edit *edit,
			    struct error *err)
{
	const char *reviewer, *key_out;
	struct codebook book;
	enum status status = cli_reviewer(cli, &reviewer, err);

	if (status == STATUS_OK)
		status = store->ops->codebook_get(store, &cli->arena, &book, err);
	if (status != STATUS_OK)
		return status;
	for (int i = 0; i < TRIES; i++) {
		struct incident *incident;
		status = store->ops->incident_get(store, &cli->arena, key, &incident, err);
		if (status == STATUS_OK)
			status = edit->change(edit, &cli->arena, incident, &book, err);
		if (status == STATUS_OK)
			status = incident_check(incident, &book, err);
		if (status == STATUS_OK)
			status = store->ops->incident_put(store, &cli->arena, reviewer, incident, edit->summary, &key_out,
							  &edit->edit, err);
		if (status != STATUS_CONFLICT)
			break;
	}
	return status;
}

void incident_answer(const char *key, const struct incident_edit *edit, bool as_json, const char *tag)
{
	struct strbuf line = STRBUF_INIT;

	if (as_json) {
		struct json_writer json;
		json_write_init(&json, &line, 0);
		json_write_begin(&json, '{');
		json_write_member(&json, "key", key);
		answer_number(&json, "number", edit->number);
		answer_number(&json, "edit", edit->edit);
		json_write_end(&json, '}');
		strbuf_addch(&line, '\n');
	} else {
		strbuf_addstr(&line, key);
		if (edit->number && tag)
			strbuf_addf(&line, " %s%lld", tag, (long long)edit->number);
		if (edit->edit)
			strbuf_addf(&line, ", edit %lld\n", (long long)edit->edit);
		else
			strbuf_addstr(&line, ", nothing to change\n");
	}
	out_flush(&line);
	strbuf_release(&line);
}

int incident_change_and_answer(struct cli *cli, const char *key, struct incident_edit *edit, bool as_json, const char *tag)
{
	struct store *store = NULL;
	struct error err;

	if (incident_open(cli, key, STORE_EDIT, &store, &err) != STATUS_OK || !store ||
	    incident_change(cli, store, key, edit, &err) != STATUS_OK)
		return cli_fail(cli, &err);
	incident_answer(key, edit, as_json, tag);
	return 0;
}
